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
#' no count can. How much hangs on the order is seen from the same interviews in
#' other orders: their mean over all orders is exact (the expected number of
#' codes among n interviews drawn without replacement, as in rarefaction:
#' Hurlbert 1971), their spread is that of `orders` random ones.
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
#' @param orders Number of random orders of the interviews, 1,000 say; 0 for
#'   none.
#' @param conf_level The share of random orders that the band holds.
#' @param seed A whole number that fixes the random orders, or `NULL` to go on
#'   with R's generator.
#' @return A data frame of class `saturation`, one row per group, run and
#'   threshold: `group` (`NA` without groups), `interviews`, `codes` (different
#'   codes in all), `base`, `base_codes`, `run`, `threshold`, `reached`
#'   (interview n, or `NA`), `new` (codes new in the run that followed, or in
#'   the last run), `ratio` (`new` / `base_codes`), `status` (`"reached"`,
#'   `"not_reached"`, `"too_few_interviews"`, `"no_codes"`); with `orders`
#'   also `reached.share` (of the random orders, those in which it was reached),
#'   `reached.low` and `reached.high` (the interviews between which it was
#'   reached in a share of `conf_level` of all random orders; `NA`: not
#'   reached). The attribute `curve` is a data frame with `group`, `interview`
#'   (1, 2, ...), `transcript`, `new`, `cumulative`, `expected` (mean of
#'   `cumulative` over all orders), `low` and `high` (the band of the random
#'   orders, interview by interview; `NA` without).
#' @section Errors: `intercoder_error_argument` where `order` names a transcript
#'   twice or `group` is not as long as `order`; `intercoder_error_codings`
#'   where codings stand in a transcript that `order` does not have.
#' @references Guest G, Namey E, Chen M (2020). A simple method to assess and
#'   report thematic saturation in qualitative research. *PLoS ONE* 15(5),
#'   e0232076.
#'
#'   Hurlbert SH (1971). The nonconcept of species diversity: a critique and
#'   alternative parameters. *Ecology* 52(4), 577-586.
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' people <- simulated_study$participants
#' people <- people[order(people$interview_order), ]
#' saturation(simulated_study$consensus, people$participant, people$group,
#'            run = 2:3, threshold = c(0.05, 0))
#' spread <- saturation(simulated_study$consensus, people$participant,
#'                      people$group, orders = 500, seed = 1)
#' spread
#' plot(spread)
#' @export
saturation <- function(x, order = NULL, group = NULL, base = 4, run = 2,
                       threshold = 0.05, orders = 0, conf_level = 0.95,
                       seed = NULL) {
  if (inherits(x, "code_matrix")) {
    given <- matrix_mentions(x, order, group)
    x <- given$mentions
    order <- given$order
    group <- given$group
  }
  check_class(x, "codings", "codings()")
  check_saturation(x, order, group, run, threshold)
  check_count(base, min = 1)
  check_count(orders, max = 1e6)
  check_proportion(conf_level)
  parts <- if (is.null(group)) {
    list(order)
  } else {
    split(order, factor(group, unique(group)))
  }
  names <- if (is.null(group)) NA_character_ else names(parts)
  rules <- expand.grid(threshold = as.vector(threshold), run = as.vector(run))
  found <- with_draws(seed, Map(function(name, part) {
    saturation_part(name, part, x, base, rules, orders, conf_level)
  }, names, unname(parts)))
  rows <- do.call(rbind, lapply(found, `[[`, "rows"))
  curve <- do.call(rbind, lapply(found, `[[`, "curve"))
  rownames(rows) <- rownames(curve) <- NULL
  new_result(rows, curve = curve, orders = orders, conf_level = conf_level,
             class = "saturation")
}

# One group: a row for each rule, and the curve.
saturation_part <- function(name, part, x, base, rules, orders, conf_level) {
  first <- first_mentions(part, x)
  n <- length(part)
  drawn <- random_firsts(part, x, orders)
  rows <- lapply(seq_len(nrow(rules)), function(i) {
    row <- saturation_row(first, n, base, rules$run[i], rules$threshold[i])
    c(row, if (orders > 0) spread_reached(drawn, n, base, rules[i, ],
                                          conf_level))
  })
  rows <- do.call(rbind, lapply(rows, as.data.frame))
  new <- tabulate(first, n)
  band <- order_band(drawn, n, conf_level)
  list(rows = cbind(group = rep(name, nrow(rows)), rows),
       curve = data.frame(
         group = rep(name, n), interview = seq_len(n), transcript = part,
         new = new, cumulative = cumsum(new),
         expected = expected_codes(part, x), low = band[1, ], high = band[2, ]
       ))
}

# The mean over all orders of how many codes the first k interviews have.
expected_codes <- function(part, x) {
  n <- length(part)
  rows <- x[x$transcript %in% part, ]
  pairs <- unique(data.frame(transcript = rows$transcript, code = rows$code))
  has <- as.vector(table(pairs$code))
  vapply(seq_len(n), function(k) {
    sum(1 - exp(lchoose(n - has, k) - lchoose(n, k)))
  }, 0)
}

# First mentions in random orders: a row per code, a column per order.
random_firsts <- function(part, x, orders) {
  at <- match(x$transcript, part)
  here <- split(at[!is.na(at)], x$code[!is.na(at)])
  out <- vapply(seq_len(orders), function(i) {
    rank <- sample.int(length(part))
    vapply(here, function(interviews) min(rank[interviews]), 1L)
  }, integer(length(here)))
  matrix(out, length(here), orders)
}

order_band <- function(drawn, n, conf_level) {
  if (!ncol(drawn)) {
    return(matrix(NA_real_, 2, n))
  }
  found <- apply(drawn, 2, function(first) cumsum(tabulate(first, n)))
  apply(matrix(found, n), 1, stats::quantile, probs = tails(conf_level),
        type = 1, names = FALSE)
}

tails <- function(conf_level) 0.5 + c(-1, 1) * conf_level / 2

spread_reached <- function(drawn, n, base, rule, conf_level) {
  orders <- seq_len(ncol(drawn))
  reached <- unlist(lapply_shown("Ordering interviews", orders, function(i) {
    saturation_row(drawn[, i], n, base, rule$run, rule$threshold)$reached
  }))
  limits <- stats::quantile(ifelse(is.na(reached), Inf, reached),
                            tails(conf_level), type = 1, names = FALSE)
  limits[is.infinite(limits)] <- NA
  data.frame(reached.share = mean(!is.na(reached)), reached.low = limits[1],
             reached.high = limits[2])
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
    abort("codings", sprintf(
      paste("Row %d of `x` is in transcript \"%s\", which `order` does not",
            "have."), stray[1], x$transcript[stray[1]]
    ), rows = stray, call = call)
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
  list(
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

saturation_table <- function(x) {
  out <- data.frame(
    group = x$group, interviews = x$interviews, codes = x$codes,
    base = sprintf("%d in %d", x$base_codes, x$base), run = x$run,
    threshold = format_percent(x$threshold),
    new = sprintf("%d (%s)", x$new, format_percent(x$ratio)),
    saturation = ifelse(x$status == "reached",
                        sprintf("%d+%d", x$reached, x$run),
                        gsub("_", " ", x$status)),
    check.names = FALSE
  )
  if (!is.null(x$reached.share)) {
    out[["by order"]] <- spread_text(x)
  }
  if (all(is.na(x$group))) out[-1] else out
}

# Between which interviews random orders reach it; "never" where those at the
# end of the band do not.
spread_text <- function(x) {
  word <- function(n) ifelse(is.na(n), "never", format_whole(n))
  low <- word(x$reached.low)
  high <- word(x$reached.high)
  ifelse(low == high, low, paste(low, high, sep = " to "))
}

saturation_notes <- function(x) {
  c("Base: different codes in the first interviews; new: in the run (of base).",
    if (isTRUE(attr(x, "orders") > 0)) sprintf(
      "By order: where %s of %s reach it.",
      format_percent(attr(x, "conf_level")),
      format_count(attr(x, "orders"), "random order")))
}

#' @rdname saturation
#' @param ... Not used.
#' @export
print.saturation <- function(x, ...) {
  print_table(saturation_table(x))
  cat(strwrap(saturation_notes(x)), sep = "\n")
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
