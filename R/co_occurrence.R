#' Which codes stand together
#'
#' Counts, for every two codes of one coder, how often they meet: in the same
#' unit, on the same stretch of text, or within a distance of each other.
#'
#' @section What is counted: With `by = "unit"` a code occurs in a unit where a
#'   coding of it overlaps the unit. \eqn{n_1} and \eqn{n_2} are units with the
#'   first and the second code, `times` (\eqn{n_{12}}) units with both.
#'
#'   With `by = "overlap"` or `"distance"` \eqn{n_1} and \eqn{n_2} are codings,
#'   and `times` is the number of pairs of a coding of the first and a coding of
#'   the second code in one transcript that share at least one character
#'   (`"overlap"`), or with at most `distance` words (characters) between them
#'   (`"distance"`; codings that overlap or touch have none between them). Words
#'   are those of `units`: what an interviewer says in between is no distance
#'   where the units are the participants' turns.
#'
#'   `with_1` is how many of the \eqn{n_1} have the second code with them,
#'   `with_2` how many of the \eqn{n_2} the first: `with_1 / n_1` is how often
#'   the second code is there, given the first. One coding may meet many, so
#'   `times` may exceed both.
#'
#'   * `c`, the c-coefficient of ATLAS.ti: \eqn{n_{12} / (n_1 + n_2 - n_{12})}.
#'     By units it is Jaccard's coefficient. By overlap or distance, where one
#'     coding meets many, it may exceed 1; it is `NA` where the divisor is not
#'     positive.
#'   * `jaccard` (Jaccard 1901): \eqn{m / (n_1 + n_2 - m)} with \eqn{m} the mean
#'     of `with_1` and `with_2`, which by units is \eqn{n_{12}}. It lies between
#'     0 and 1 always.
#'   * `expected`: `times` if the two codes had nothing to do with each other.
#'     By units \eqn{n_1 n_2 / N} of \eqn{N} units. By overlap and distance the
#'     mean over all rotations of one code's codings against the other's within
#'     each transcript, its ends joined: a pair of \eqn{l_1} and \eqn{l_2}
#'     characters (words) meets in \eqn{l_1 + l_2 - 1} of its \eqn{T} places, or
#'     with distance \eqn{d} in \eqn{l_1 + l_2 + 1 + 2d}; in each transcript at
#'     most all pairs meet. \eqn{T} is the text of the `units`; `NA` without
#'     units.
#'
#'   No test goes with it: units of one interview are not independent.
#'
#' @inheritParams code_matrix
#' @param units [units()] of the transcripts that were coded. Needed for
#'   `by = "unit"` and for distances in words (then with their text); codings
#'   outside all units are left out. `NULL` otherwise takes all codings.
#' @param by `"unit"`, `"overlap"` or `"distance"`.
#' @param distance At most so many words (characters) between two codings.
#' @param measure `"words"` or `"characters"`: what `distance` counts.
#' @param codebook The [codebook()], for the order of the codes.
#' @return A data frame of class `co_occurrence`, one row per pair of codes that
#'   occur, the most frequent pair first (then in the order of the codes):
#'   `code_1`, `code_2`, `times`, `n_1`, `n_2`, `with_1`, `with_2`, `jaccard`,
#'   `c`, `expected`. Pairs that never meet are among them, with 0.
#'
#'   `as.matrix()` gives a symmetrical matrix of `value`, codes x codes. Its
#'   diagonal holds \eqn{n} for `"times"`, 1 for `"jaccard"` and `"c"`, else
#'   `NA`.
#' @section Errors: those of [code_matrix()]; `intercoder_error_argument` where
#'   units are needed and not given.
#' @references
#' Friese, S. (2019). *Qualitative Data Analysis with ATLAS.ti*, 3rd ed. Sage
#' (the c-coefficient).
#'
#' Jaccard, P. (1901). Etude comparative de la distribution florale dans une
#' portion des Alpes et des Jura. *Bulletin de la Societe vaudoise des sciences
#' naturelles* 37.
#' @seealso [confusions()] for codes that two coders take for each other.
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' study <- simulated_study
#' turns <- units(study$transcripts)
#' both <- co_occurrence(study$consensus, turns, codebook = study$codebook)
#' both
#' as.matrix(both, "jaccard")[1:3, 1:3]
#' plot(both)
#' co_occurrence(study$consensus, turns, by = "distance", distance = 20)
#' @export
co_occurrence <- function(codings, units = NULL,
                          by = c("unit", "overlap", "distance"), distance = 10,
                          measure = c("words", "characters"), codebook = NULL,
                          coder = NULL, plan = NULL) {
  by <- check_choice(by, c("unit", "overlap", "distance"))
  measure <- check_choice(measure, c("words", "characters"))
  if (by != "distance") measure <- "characters"
  check_count(distance, max = 1e6)
  check_columns(codings, coding_columns)
  check_co_units(units, by, measure, caller_env(0))
  coder <- one_coder(codings, coder)
  codings <- codings[codings$coder %in% coder, , drop = FALSE]
  book <- code_table(codings, codebook)
  if (!is.null(units)) {
    seen <- seen_by(units, plan, coder)
    divided <- attr(units, "by") %||% "unit"
    units <- as.data.frame(units)[seen, , drop = FALSE]
    units <- units[order(units$transcript, units$start), , drop = FALSE]
  }
  spans <- switch(by, unit = unit_spans(codings, units),
                  text_spans(codings, units, measure))
  reach <- if (by == "distance") distance + 1 else 0
  codes <- book$code[book$code %in% spans$code]
  spans$code <- match(spans$code, codes)
  n <- tabulate(spans$code, length(codes))
  met <- count_meetings(spans, reach, length(codes))
  expected <- if (is.null(units)) met$times + NA else
    if (by == "unit") outer(n, n) / nrow(units) else
      expected_meetings(spans, text_sizes(units, measure), reach, length(codes))
  new_co_occurrence(codes, n, met, expected, list(
    by = by, codes = codes, n = n, coder = coder,
    unit = if (!is.null(units)) divided, units = nrow(units),
    distance = distance, measure = measure
  ))
}

check_co_units <- function(units, by, measure, call) {
  need <- by == "unit" || measure == "words"
  if (is.null(units)) {
    if (need) {
      arg_error("units", sprintf("given for %s", if (by == "unit")
        "by = \"unit\"" else "distances in words"), "NULL", call)
    }
    return(invisible())
  }
  check_columns(units, c("unit", "transcript", "start", "end",
                         if (measure == "words") "text"), "units", call)
}

# What may meet: of which transcript (or unit), from where to where, the code.
unit_spans <- function(codings, units) {
  hits <- overlapping_units(codings, units)
  found <- unique(data.frame(group = hits$unit,
                             code = as.character(codings$code)[hits$coding]))
  data.frame(found, start = rep(1, nrow(found)), end = rep(1, nrow(found)))
}

text_spans <- function(codings, units, measure) {
  check_spans(codings, "codings", caller_env())
  group <- as.character(codings$transcript)
  spans <- data.frame(group = match(group, unique(c(units$transcript, group))),
                      code = as.character(codings$code),
                      start = codings$start, end = codings$end)
  if (is.null(units)) {
    return(spans)
  }
  hits <- overlapping_units(codings, units)
  inside <- sort(unique(hits$coding))
  if (measure == "words") {
    spans[inside, c("start", "end")] <- word_places(codings, units, hits)
  }
  spans[inside, , drop = FALSE]
}

# Numbers of the first and last word that each coding touches, within the units
# of its transcript.
word_places <- function(codings, units, hits) {
  words <- count_words(units$text)
  before <- stats::ave(words, units$transcript, FUN = cumsum) - words
  order <- order(hits$coding, units$start[hits$unit])
  coding <- hits$coding[order]
  unit <- hits$unit[order]
  first <- !duplicated(coding)
  last <- !duplicated(coding, fromLast = TRUE)
  touched <- function(keep, whole) {
    from <- units$start[unit[keep]] - 1L
    count_words_in(
      units$text, unit[keep],
      if (whole) rep(1L, sum(keep)) else codings$start[coding[keep]] - from,
      pmin(codings$end[coding[keep]] - from,
           units$end[unit[keep]] - from)
    )
  }
  data.frame(start = before[unit[first]] + touched(first, TRUE) -
               touched(first, FALSE) + 1,
             end = before[unit[last]] + touched(last, TRUE))
}

text_sizes <- function(units, measure) {
  size <- if (measure == "words") count_words(units$text) else
    units$end - units$start + 1
  ids <- unique(units$transcript)
  rowsum_of(size, factor(units$transcript, ids))
}

# Sorted by place, whatever meets span i and comes later is a run of spans: the
# work is that of the pairs that meet, in blocks.
count_meetings <- function(spans, reach, codes, block = 2e6) {
  spans <- spans[order(spans$group, spans$start, spans$end), ]
  far <- (max(c(0, spans$end, spans$start)) + reach + 2) * spans$group
  last <- findInterval(spans$end + reach + far, spans$start + far)
  at <- seq_along(last)
  n <- pmax(0, last - at)
  part <- (cumsum(n) - n) %/% block
  found <- lapply(split(at, part), function(rows) {
    i <- rep(rows, n[rows])
    j <- sequence(n[rows], rows + 1)
    other <- spans$code[i] != spans$code[j]
    i <- i[other]
    j <- j[other]
    list(times = tabulate((spans$code[i] - 1) * codes + spans$code[j],
                          codes^2),
         keys = unique(c((i - 1) * codes + spans$code[j],
                         (j - 1) * codes + spans$code[i])))
  })
  times <- matrix(Reduce(`+`, lapply(found, `[[`, "times"), 0), codes, codes)
  keys <- unique(unlist(lapply(found, `[[`, "keys")))
  own <- spans$code[(keys - 1) %/% codes + 1]
  partner <- (keys - 1) %% codes + 1
  list(times = times + t(times),
       with = matrix(tabulate((partner - 1) * codes + own, codes^2), codes,
                     codes))
}

# Every pair of spans meets by chance in so many of the places of its text.
expected_meetings <- function(spans, sizes, reach, codes) {
  total <- matrix(0, codes, codes)
  parts <- split(seq_len(nrow(spans)), spans$group)
  for (group in names(parts)) {
    rows <- parts[[group]]
    code <- factor(spans$code[rows], seq_len(codes))
    n <- tabulate(code, codes)
    long <- rowsum_of(spans$end[rows] - spans$start[rows] + 1, code)
    pairs <- outer(n, n)
    places <- outer(long, n) + outer(n, long) + pairs * (2 * reach - 1)
    total <- total + pmin(pairs, places / sizes[as.integer(group)])
  }
  total
}

new_co_occurrence <- function(codes, n, met, expected, facts) {
  at <- which(upper.tri(met$times), arr.ind = TRUE)
  first <- at[, 1]
  second <- at[, 2]
  turned <- at[, 2:1, drop = FALSE]
  out <- data.frame(
    code_1 = codes[first], code_2 = codes[second], times = met$times[at],
    n_1 = n[first], n_2 = n[second], with_1 = met$with[at],
    with_2 = met$with[turned]
  )
  all <- out$n_1 + out$n_2
  m <- (out$with_1 + out$with_2) / 2
  out$jaccard <- m / (all - m)
  out$c <- ifelse(all > out$times, out$times / (all - out$times), NA_real_)
  out$expected <- expected[at]
  out <- out[order(-out$times, first, second), ]
  rownames(out) <- NULL
  do.call(new_result, c(list(out, class = "co_occurrence"), facts))
}

#' @rdname co_occurrence
#' @param x,object Co-occurrences.
#' @param value `"times"`, `"jaccard"`, `"c"` or `"expected"`.
#' @param ... Not used.
#' @export
as.matrix.co_occurrence <- function(x, value = c("times", "jaccard", "c",
                                                 "expected"), ...) {
  value <- check_choice(value, c("times", "jaccard", "c", "expected"))
  codes <- attr(x, "codes")
  out <- matrix(NA_real_, length(codes), length(codes),
                dimnames = list(codes, codes))
  at <- cbind(match(x$code_1, codes), match(x$code_2, codes))
  out[at] <- x[[value]]
  out[at[, 2:1, drop = FALSE]] <- x[[value]]
  if (value != "expected") {
    diag(out) <- if (value == "times") attr(x, "n") else 1
  }
  out
}

# ---- showing ----

co_occurrence_header <- function(x) {
  how <- switch(
    attr(x, "by"),
    unit = sprintf("in the same %s (of %s)", attr(x, "unit"),
                   format_amount(attr(x, "units"))),
    overlap = "on the same text",
    distance = sprintf("with at most %s between them", format_count(
      attr(x, "distance"), sub("s$", "", attr(x, "measure"))
    ))
  )
  sprintf("%s %s%s", format_count(length(attr(x, "codes")), "code"), how,
          if (length(attr(x, "coder")))
            sprintf(", coded by %s", attr(x, "coder")) else "")
}

#' @rdname co_occurrence
#' @param digits Decimal places.
#' @export
format.co_occurrence <- function(x, digits = 2, ...) {
  by <- attr(x, "by")
  x <- as.data.frame(x)
  out <- list(
    code_1 = x$code_1, code_2 = x$code_2, times = format_amount(x$times),
    expected = if (!all(is.na(x$expected))) format_number(x$expected, 1),
    n_1 = format_amount(x$n_1), n_2 = format_amount(x$n_2),
    jaccard = format_number(x$jaccard, digits),
    c = if (by != "unit") format_number(x$c, digits)
  )
  data.frame(out[!vapply(out, is.null, NA)])
}

#' @rdname co_occurrence
#' @param n How many pairs are shown.
#' @export
print.co_occurrence <- function(x, digits = 2, n = 10, ...) {
  cat(strwrap(paste("<co_occurrence>", co_occurrence_header(x)), exdent = 2),
      sep = "\n")
  if (nrow(x)) {
    print_table(format.co_occurrence(utils::head(x, n), digits))
  }
  if (nrow(x) > n) {
    cat(sprintf("... and %d more pairs\n", nrow(x) - as.integer(n)))
  }
  invisible(x)
}

#' @rdname co_occurrence
#' @param caption Caption of a knitted table.
#' @exportS3Method knitr::knit_print
knit_print.co_occurrence <- function(x, digits = 2, n = 20, caption = NULL,
                                     ...) {
  knit_table(format.co_occurrence(utils::head(x, n), digits),
             caption = caption %||% sprintf("Pairs of %s.",
                                            co_occurrence_header(x)))
}

# The same tiles as those of participants by codes; the diagonal stays empty.
co_tiles <- function(x, value, call = caller_env()) {
  if (nrow(x) < 1) {
    abort("value", "There is nothing to draw: no two codes.", call = call)
  }
  values <- as.matrix.co_occurrence(x, value)
  codes <- rownames(values)
  diag(values) <- 0
  values[is.na(values)] <- 0
  measure <- if (value == "times") "count" else "share"
  classes <- tile_classes(values, measure)
  shown <- format(values, trim = TRUE)
  if (value != "times") {
    shown <- sub("^0[.]", ".", format_number(values))
    limits <- sub("^0", "", format(classes$breaks[-1], trim = TRUE))
    classes$names[-1] <- c(paste("to", limits), paste("over", limits[3]))
  }
  list(values = unname(values), shown = shown,
       people = sprintf("%s (%s)", codes, format_amount(attr(x, "n"))),
       labels = codes, rows = factor(rep("", length(codes))), columns = NULL,
       classes = classes, measure = measure,
       title = c(times = "Times together", jaccard = "Jaccard",
                 c = "c-coefficient")[[value]])
}

#' @rdname co_occurrence
#' @export
plot.co_occurrence <- function(x, value = c("times", "jaccard", "c"), ...) {
  value <- check_choice(value, c("times", "jaccard", "c"))
  plot_tiles(co_tiles(x, value))
  invisible(x)
}

#' @rdname co_occurrence
#' @exportS3Method ggplot2::autoplot
autoplot.co_occurrence <- function(object, value = c("times", "jaccard", "c"),
                                   ...) {
  need_package("ggplot2", "autoplot()")
  value <- check_choice(value, c("times", "jaccard", "c"))
  autoplot_tiles(co_tiles(object, value))
}
