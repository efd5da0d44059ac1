#' When interviews stop bringing new codes
#'
#' Code saturation as Guest, Namey and Chen (2020) measure it: the codes found in
#' the first `base` interviews are the base; a run is the next `run` interviews,
#' and each further run begins one interview later; the ratio is the number of
#' codes that first come up in a run divided by the codes of the base. Saturation
#' is reached with the first run whose ratio is at most `threshold`, and is
#' written as the interviews before that run plus the run: "6+2".
#'
#' It depends on the order of interviews and on how fine the codes are, and says
#' nothing about whether their meaning is understood.
#'
#' @param x A [code_matrix()].
#' @param base Number of interviews of the base.
#' @param run Number of interviews in a run.
#' @param threshold Largest ratio of new codes that counts as saturation: 0.05,
#'   or 0 for no new code at all.
#' @param by An attribute of the participants whose levels are looked at
#'   separately, or `NULL`.
#' @param level `"code"` or `"theme"`.
#' @param order The order of the interviews: the name of an attribute
#'   (`"interview_order"`, say) or `NULL` for the order of the participants in
#'   `x`.
#' @return A data frame of class `saturation`, one row per interview in order
#'   (within levels of `by`): `group`, `interview` (number), `participant`, `new`
#'   (codes that first come up here), `seen` (codes so far); for the last
#'   interview of each run `run_new`, `base_codes` and `ratio`; `reached` is `TRUE`
#'   at the end of the first run at or below the threshold. `summary()` has one row per
#'   group: `interviews`, `base_codes`, `codes`, `saturation` ("6+2", `NA` with
#'   `status` `"not_reached"`, `"too_few"` or `"empty_base"`).
#' @references
#' Guest, Namey and Chen (2020) PLoS ONE 15(5):e0232076.
#' @examples
#' study <- simulated_study
#' m <- code_matrix(study$consensus, units(study$transcripts), study$codebook)
#' summary(saturation(m, by = "group", order = "interview_order"))
#' @export
saturation <- function(x, base = 4, run = 2, threshold = 0.05, by = NULL,
                       level = c("code", "theme"), order = NULL) {
  check_class(x, "code_matrix", "code_matrix()")
  check_count(base, min = 1)
  check_count(run, min = 1)
  if (!is.numeric(threshold) || length(threshold) != 1 || is.na(threshold) ||
        threshold < 0 || threshold >= 1) {
    arg_error("threshold", "a number from 0 to 1", describe_value(threshold),
              caller_env(0))
  }
  check_string(by, null = TRUE)
  check_string(order, null = TRUE)
  level <- check_choice(level, c("code", "theme"))
  people <- x$participants
  check_columns(people, c(by, order), arg = "participants")
  has <- level_matrix(x, level) > 0
  place <- if (is.null(order)) seq_len(nrow(people)) else people[[order]]
  groups <- if (is.null(by)) rep("all", nrow(people)) else
    as.character(people[[by]])
  rows <- lapply(unique(groups[!is.na(groups)]), function(g) {
    at <- which(groups %in% g)
    at <- at[order(place[at])]
    saturate(has[at, , drop = FALSE], g, base, run, threshold)
  })
  structure(do.call(rbind, rows), base = base, run = run,
            threshold = threshold, level = level,
            class = c("saturation", "data.frame"))
}

saturate <- function(has, group, base, run, threshold) {
  n <- nrow(has)
  first <- apply(has, 2, function(v) match(TRUE, v))
  new <- tabulate(first[!is.na(first)], n)
  base_codes <- if (n >= base) sum(new[seq_len(base)]) else NA_integer_
  last <- seq_len(n)
  ends <- last >= base + run
  run_new <- ifelse(ends, vapply(last, function(i) {
    sum(new[max(1, i - run + 1):i])
  }, 0L), NA)
  ratio <- if (is.na(base_codes) || base_codes == 0) rep(NA_real_, n) else
    run_new / base_codes
  reached <- seq_len(n) %in% which(ratio <= threshold + 1e-12)[1]
  data.frame(group = rep(group, n), interview = last,
             participant = rownames(has), new = new, seen = cumsum(new),
             run_new = run_new, base_codes = rep(base_codes, n),
             ratio = ratio, reached = reached, stringsAsFactors = FALSE)
}

#' @param object A `saturation`.
#' @param ... Not used.
#' @rdname saturation
#' @export
summary.saturation <- function(object, ...) {
  base <- attr(object, "base")
  run <- attr(object, "run")
  rows <- lapply(unique(object$group), function(g) {
    d <- as.data.frame(object)[object$group == g, ]
    at <- which(d$reached)[1]
    data.frame(
      group = g, interviews = nrow(d), base_codes = d$base_codes[1],
      codes = max(d$seen),
      saturation = if (is.na(at)) NA_character_ else
        sprintf("%d+%d", as.integer(at - run), as.integer(run)),
      status = if (!is.na(at)) "ok" else if (nrow(d) < base + run) "too_few"
      else if (d$base_codes[1] %in% 0L) "empty_base" else "not_reached",
      stringsAsFactors = FALSE
    )
  })
  do.call(rbind, rows)
}

#' @export
as.data.frame.saturation <- function(x, row.names = NULL, optional = FALSE,
                                     ...) {
  attributes(x) <- attributes(x)[c("names", "row.names", "class")]
  class(x) <- "data.frame"
  x
}

saturation_header <- function(x) {
  sprintf("Saturation of %ss: base %g, run %g, new at most %s of the base",
          attr(x, "level") %||% "code", attr(x, "base"), attr(x, "run"),
          percent_or_points(attr(x, "threshold")))
}

#' @export
`[.saturation` <- function(x, ...) {
  out <- NextMethod()
  if (is.data.frame(out)) as.data.frame.saturation(out) else out
}

#' @export
format.saturation <- function(x, ...) {
  out <- summary.saturation(x)
  out$saturation <- ifelse(out$status == "ok", out$saturation,
                           paste0("NA (", gsub("_", " ", out$status), ")"))
  out$status <- NULL
  names(out)[names(out) == "base_codes"] <- "base"
  out
}

#' @export
print.saturation <- function(x, ...) {
  cat(saturation_header(x), "\n", sep = "")
  print(format.saturation(x), row.names = FALSE, right = FALSE)
  invisible(x)
}

#' @exportS3Method knitr::knit_print
knit_print.saturation <- function(x, caption = NULL, ...) {
  knit_table(format.saturation(x),
             caption = caption %||% paste0(saturation_header(x), "."))
}
