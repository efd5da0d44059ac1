#' Code saturation: when did interviews stop bringing new codes?
#'
#' Base size, run length and new-information threshold after Guest, Namey and
#' Chen (2020). The base is the number of different codes in the first `base`
#' interviews. After interview n (n = `base`, `base` + 1, ...) the next `run`
#' interviews are looked at: when the codes that are new in them are no more
#' than `threshold` times the base, saturation was reached at n, written n+run.
#' Runs move on by one interview.
#'
#' It depends on the order of the interviews and on how fine the codes are, and
#' it says nothing about whether the codes were understood (meaning saturation):
#' no count can.
#'
#' @param x [codings()] by one coder or a consensus, or a [code_matrix()], whose
#'   participants then stand for interviews.
#' @param order The transcripts in the order of the interviews. Those without
#'   any coding count too. For a code matrix: the participants in order, the
#'   name of the attribute that orders them, or `NULL` for the order they have.
#' @param group What group each of `order` is in, to look at each group by
#'   itself, or `NULL`. For a code matrix: the name of an attribute.
#' @param base Number of interviews that make the base.
#' @param run,threshold One or more run lengths (interviews) and thresholds
#'   (shares of the base); each pair gives a row.
#' @return A data frame of class `saturation`, one row per group, run and
#'   threshold: `group` (`NA` without groups), `interviews`, `codes` (different
#'   codes in all), `base`, `base_codes`, `run`, `threshold`, `reached`
#'   (interview n, or `NA`), `new` (codes new in the run that followed, or in
#'   the last run), `ratio` (`new` / `base_codes`), `status` (`"reached"`,
#'   `"not_reached"`, `"too_few_interviews"`, `"no_codes"`). The attribute
#'   `curve` is a data frame with `group`, `interview` (1, 2, ...),
#'   `transcript`, `new`, `cumulative`.
#' @section Errors: `intercoder_error_argument` where `order` names a transcript
#'   twice or `group` is not as long as `order`; `intercoder_error_codings`
#'   where codings stand in a transcript that `order` does not have.
#' @references Guest G, Namey E, Chen M (2020). A simple method to assess and
#'   report thematic saturation in qualitative research. *PLoS ONE* 15(5),
#'   e0232076.
#' @examples
#' people <- simulated_study$participants
#' people <- people[order(people$interview_order), ]
#' saturation(simulated_study$consensus, people$participant, people$group,
#'            run = 2:3, threshold = c(0.05, 0))
#' @export
saturation <- function(x, order = NULL, group = NULL, base = 4, run = 2,
                       threshold = 0.05) {
  if (inherits(x, "code_matrix")) {
    given <- matrix_mentions(x, order, group)
    x <- given$mentions
    order <- given$order
    group <- given$group
  }
  check_class(x, "codings", "codings()")
  check_saturation(x, order, group, run, threshold)
  check_count(base, min = 1)
  parts <- if (is.null(group)) {
    list(order)
  } else {
    split(order, factor(group, unique(group)))
  }
  names <- if (is.null(group)) NA_character_ else names(parts)
  first <- lapply(parts, first_mentions, x = x)
  rows <- expand.grid(threshold = as.vector(threshold), run = as.vector(run),
                      part = seq_along(parts))
  out <- lapply(seq_len(nrow(rows)), function(i) {
    part <- rows$part[i]
    cbind(group = names[part],
          saturation_row(first[[part]], length(parts[[part]]), base,
                         rows$run[i], rows$threshold[i]))
  })
  curve <- Map(function(name, first, part) {
    new <- tabulate(first, length(part))
    data.frame(group = rep(name, length(part)), interview = seq_along(part),
               transcript = part, new = new, cumulative = cumsum(new))
  }, names, first, parts)
  curve <- do.call(rbind, curve)
  rownames(curve) <- NULL
  structure(do.call(rbind, out), curve = curve,
            class = c("saturation", "data.frame"))
}

# A code matrix as mentions: participant by participant, code by code.
matrix_mentions <- function(x, order, group, call = caller_env()) {
  people <- x$participants
  named <- is.character(order) && length(order) == 1 &&
    !order %in% people$participant
  if (named || is.null(order)) {
    check_columns(people, order, arg = "participants", call = call)
    place <- if (named) people[[order]] else seq_len(nrow(people))
    order <- people$participant[order(place)]
  }
  if (is.character(group) && length(group) == 1) {
    check_columns(people, group, arg = "participants", call = call)
    group <- as.character(people[[group]])[match(order, people$participant)]
  }
  found <- which(x$codes > 0, arr.ind = TRUE)
  list(order = order, group = group, mentions = new_codings(data.frame(
    transcript = rownames(x$codes)[found[, 1]],
    code = colnames(x$codes)[found[, 2]], stringsAsFactors = FALSE
  )))
}

check_saturation <- function(x, order, group, run, threshold,
                             call = caller_env()) {
  if (!is.character(order) || anyNA(order) || anyDuplicated(order)) {
    arg_error("order", "the names of transcripts, each once",
              describe_value(order), call)
  }
  if (!is.null(group) && (!is.atomic(group) ||
                            length(group) != length(order) || anyNA(group))) {
    arg_error("group", "one value for each element of `order`",
              describe_value(group), call)
  }
  if (!is.numeric(run) || !length(run)) {
    arg_error("run", "one or more numbers of interviews", describe_value(run),
              call)
  }
  for (value in as.vector(run)) {
    check_count(value, min = 1, arg = "run", call = call)
  }
  if (!is.numeric(threshold) || !length(threshold) || anyNA(threshold) ||
        any(threshold < 0 | threshold >= 1)) {
    arg_error("threshold", "shares from 0 to below 1",
              describe_value(threshold), call)
  }
  stray <- which(!x$transcript %in% order)
  if (length(stray)) {
    abort("codings",
          sprintf("Row %d of `x` is in transcript \"%s\", which `order` does not have.",
                  stray[1], x$transcript[stray[1]]),
          rows = stray, call = call)
  }
}

# For each code the interview (1, 2, ...) in which it is first mentioned.
first_mentions <- function(order, x) {
  at <- match(x$transcript, order)
  here <- !is.na(at)
  vapply(split(at[here], x$code[here]), min, 1L)
}

saturation_row <- function(first, n, base, run, threshold) {
  base_codes <- sum(first <= base)
  starts <- seq_len(n)
  starts <- starts[starts >= base & starts + run <= n]
  new <- vapply(starts, function(at) sum(first > at & first <= at + run), 1L)
  hit <- match(TRUE, new <= threshold * base_codes)
  usable <- length(starts) > 0 && base_codes > 0
  at <- if (!usable) NA else if (is.na(hit)) length(starts) else hit
  data.frame(
    interviews = n, codes = length(first), base = base,
    base_codes = base_codes, run = run, threshold = threshold,
    reached = if (usable) starts[hit] else NA_integer_,
    new = new[at], ratio = if (usable) new[at] / base_codes else NA_real_,
    status = if (base_codes == 0) {
      "no_codes"
    } else if (!length(starts)) {
      "too_few_interviews"
    } else if (is.na(hit)) {
      "not_reached"
    } else {
      "reached"
    }
  )
}

#' @export
`[.saturation` <- function(x, ...) {
  keep_class(NextMethod(), x, c("run", "threshold", "reached", "status"),
             "curve")
}

saturation_table <- function(x) {
  out <- data.frame(
    group = x$group, interviews = x$interviews, codes = x$codes,
    base = sprintf("%d in first %d", x$base_codes, x$base), run = x$run,
    threshold = format_percent(x$threshold),
    "new in run" = sprintf("%d (%s)", x$new, format_percent(x$ratio)),
    saturation = ifelse(x$status == "reached",
                        sprintf("%d+%d", x$reached, x$run),
                        gsub("_", " ", x$status)),
    check.names = FALSE
  )
  if (all(is.na(x$group))) out[-1] else out
}

#' @rdname saturation
#' @param ... Not used.
#' @export
print.saturation <- function(x, ...) {
  print_table(saturation_table(x))
  invisible(x)
}

#' @rdname saturation
#' @param caption The table's caption.
#' @exportS3Method knitr::knit_print
knit_print.saturation <- function(x, ..., caption = "Code saturation") {
  table <- saturation_table(x)
  names(table) <- paste0(toupper(substring(names(table), 1, 1)),
                         substring(names(table), 2))
  knit_table(table, caption = caption)
}
