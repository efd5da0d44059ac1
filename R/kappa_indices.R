#' What stands behind a kappa
#'
#' Kappa depends on how often each category is given and on how far two coders
#' differ in that. For each pair of coders this gives the parts of which kappa
#' is made and the indices by which it is usually judged, over the units that
#' both rated.
#'
#' @section Formulas: With \eqn{n} units rated by both, \eqn{n_{kk}} of them put
#'   into category \eqn{k} by both, \eqn{a_k} by the first coder, \eqn{b_k} by
#'   the second, and \eqn{q} categories:
#'   * `observed`: \eqn{p_o = \sum n_{kk} / n}.
#'   * `expected`: \eqn{p_e = \sum a_k b_k / n^2}.
#'   * `kappa`: \eqn{(p_o - p_e) / (1 - p_e)} (Cohen 1960).
#'   * `observed.max`: \eqn{\sum \min(a_k, b_k) / n}, the most agreement that
#'     coders with these margins can reach, and `kappa.max` the kappa there
#'     (Cohen 1960).
#'   * `observed.min`: \eqn{\max(0, \max_k (a_k + b_k - n)) / n}, the least, and
#'     `kappa.min` the kappa there.
#'   * `pabak`: \eqn{(q p_o - 1) / (q - 1)}, the prevalence-adjusted and
#'     bias-adjusted kappa (Byrt, Bishop and Carlin 1993; with more than two
#'     categories it is the S of Bennett, Alpert and Goldstein 1954).
#'   * `ac1`: Gwet's (2008), from the margins of the units that both rated.
#'   * `bangdiwala`: \eqn{B = \sum n_{kk}^2 / \sum a_k b_k} (Bangdiwala 1985),
#'     the dark share of the agreement chart.
#'
#'   With two categories, \eqn{n_{++}} units positive and \eqn{n_{--}} negative
#'   by both:
#'   * `prevalence.index`: \eqn{(n_{++} - n_{--}) / n}.
#'   * `bias.index`: \eqn{(a_+ - b_+) / n}, how much more often the first coder
#'     is positive (both Byrt, Bishop and Carlin 1993, with their sign).
#'   * `positive`, `negative`: \eqn{2 n_{++} / (a_+ + b_+)} and
#'     \eqn{2 n_{--} / (a_- + b_-)}, specific agreement (Cicchetti and Feinstein
#'     1990); for more categories see [agreement_categories()].
#'
#' @param x [ratings()], or what `ratings()` takes alone (wide data, a table).
#' @param positive Which of two categories is the positive one; by default the
#'   last of them, as 1 among 0 and 1.
#' @return A data frame of class `kappa_indices`, one row per code and pair of
#'   coders: `code`, `coder_1`, `coder_2`, `units` (rated by both), the indices
#'   above and `status`: `ok`, `no_pairable` (no unit was rated by both) or
#'   `no_variation` (both use one and the same category, so that `expected` is 1
#'   and kappa is not defined). What is not defined is `NA`.
#' @section Errors: `intercoder_error_argument` where `positive` is none of two
#'   categories; `intercoder_error_coders_unknown` for ratings from counts.
#' @references
#' Bangdiwala, S. I. (1985). A graphical test for observer agreement.
#' *Proceedings of the 45th International Statistical Institute Meeting*.
#'
#' Bennett, E. M., Alpert, R., & Goldstein, A. C. (1954). Communications through
#' limited-response questioning. *Public Opinion Quarterly* 18.
#'
#' Byrt, T., Bishop, J., & Carlin, J. B. (1993). Bias, prevalence and kappa.
#' *Journal of Clinical Epidemiology* 46.
#'
#' Cicchetti, D. V., & Feinstein, A. R. (1990). High agreement but low kappa:
#' II. Resolving the paradoxes. *Journal of Clinical Epidemiology* 43.
#'
#' Cohen, J. (1960). A coefficient of agreement for nominal scales. *Educational
#' and Psychological Measurement* 20.
#'
#' Gwet, K. L. (2008). Computing inter-rater reliability and its variance in the
#' presence of high agreement. *British Journal of Mathematical and Statistical
#' Psychology* 61.
#' @seealso [agreement_categories()] for several coders, [agreement_pairs()].
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' # Feinstein and Cicchetti (1990): the same agreement, another kappa
#' even <- as.table(rbind(yes = c(40, 9), no = c(6, 45)))
#' uneven <- as.table(rbind(yes = c(80, 10), no = c(5, 5)))
#' colnames(even) <- colnames(uneven) <- rownames(even)
#' kappa_indices(even, positive = "yes")
#' kappa_indices(uneven, positive = "yes")
#' @export
kappa_indices <- function(x, positive = NULL) {
  x <- ratings(x)
  check_known_coders(x, "kappa_indices()")
  labels <- level_labels(x)
  at <- positive_category(positive, labels)
  pairs <- coder_pairs(x)
  rows <- lapply(seq_along(x$codes), function(i) {
    data <- places(x, i)
    lapply(seq_len(nrow(pairs)), function(p) {
      pair_indices(x, i, data, pairs[p, 1], pairs[p, 2], at)
    })
  })
  rows <- unlist(rows, recursive = FALSE)
  out <- if (length(rows)) bind_columns(rows) else
    bind_columns(list(
      pair_indices(x, 1, matrix(NA_integer_, 0, 2), 1, 2, NA)
    ))[0, ]
  new_result(out, class = "kappa_indices",
             positive = if (!is.na(at)) labels[at])
}

# The place of the positive category, NA unless there are two.
positive_category <- function(positive, labels, call = caller_env()) {
  if (is.null(positive)) {
    return(if (length(labels) == 2) 2L else NA_integer_)
  }
  at <- if (length(positive) == 1 && is.atomic(positive))
    match(as.character(positive), labels) else NA_integer_
  if (length(labels) != 2 || is.na(at)) {
    arg_error("positive", sprintf(
      "one of two categories (they are %s)",
      quoted(labels, 12)
    ), describe_value(positive), call)
  }
  at
}

pair_indices <- function(x, i, data, g, h, positive) {
  q <- category_count(x)
  both <- !is.na(data[, g]) & !is.na(data[, h])
  a <- tabulate(data[both, g], q)
  b <- tabulate(data[both, h], q)
  same <- tabulate(data[both & data[, g] == data[, h], g], q)
  c(list(code = x$codes[i], coder_1 = x$coders[g], coder_2 = x$coders[h],
         units = sum(both)),
    indices_of_margins(as.double(a), as.double(b), as.double(same), sum(both)),
    binary_indices(a, b, same, sum(both), positive),
    list(status = if (!any(both)) "no_pairable" else
      if (max(0, pmin(a, b)) == sum(both)) "no_variation" else "ok"))
}

indices_of_margins <- function(a, b, same, n) {
  q <- length(a)
  po <- sum(same) / n
  pe <- sum(a * b) / n^2
  most <- sum(pmin(a, b)) / n
  least <- max(0, a + b - n) / n
  corrected <- function(p, chance) {
    if (n > 0 && chance < 1) (p - chance) / (1 - chance) else NA_real_
  }
  share <- (a + b) / (2 * n)
  out <- list(
    observed = po, expected = pe, kappa = corrected(po, pe),
    observed.max = most, kappa.max = corrected(most, pe),
    observed.min = least, kappa.min = corrected(least, pe),
    pabak = if (q > 1) (q * po - 1) / (q - 1) else NA_real_,
    ac1 = if (q > 1) corrected(po, sum(share * (1 - share)) / (q - 1)) else
      NA_real_,
    bangdiwala = sum(same^2) / sum(a * b)
  )
  lapply(out, function(v) if (is.finite(v)) v else NA_real_)
}

binary_indices <- function(a, b, same, n, positive) {
  out <- list(prevalence.index = NA_real_, bias.index = NA_real_,
              positive = NA_real_, negative = NA_real_)
  if (is.na(positive) || n == 0) {
    return(out)
  }
  p <- positive
  m <- 3L - p
  out$prevalence.index <- (same[p] - same[m]) / n
  out$bias.index <- (a[p] - b[p]) / n
  out$positive <- if (a[p] + b[p] > 0) 2 * same[p] / (a[p] + b[p]) else NA_real_
  out$negative <- if (a[m] + b[m] > 0) 2 * same[m] / (a[m] + b[m]) else NA_real_
  out
}

index_headers <- c(
  observed = "p_o", expected = "p_e", kappa = "kappa", kappa.max = "max",
  kappa.min = "min", prevalence.index = "PI", bias.index = "BI",
  pabak = "PABAK", ac1 = "AC1", bangdiwala = "B", positive = "pos",
  negative = "neg"
)

#' @rdname kappa_indices
#' @param digits Decimal places.
#' @param ... Not used.
#' @export
format.kappa_indices <- function(x, digits = 2, ...) {
  x <- plain_frame(x)
  pair <- paste(x$coder_1, x$coder_2, sep = ", ")
  out <- data.frame(code = x$code, pair = pair,
                    units = format_whole(x$units))
  for (index in names(index_headers)) {
    out[[index_headers[[index]]]] <- format_number(x[[index]], digits)
  }
  if (all(is.na(x$code))) {
    out$code <- NULL
  }
  if (all(is.na(x$prevalence.index))) {
    out[c("PI", "BI", "pos", "neg")] <- NULL
  }
  out
}

#' @rdname kappa_indices
#' @export
print.kappa_indices <- function(x, digits = 2, ...) {
  shown <- format.kappa_indices(x, digits)
  positive <- attr(x, "positive")
  lead <- "Kappa and its indices"
  if (nrow(x) && length(unique(shown$pair)) == 1) {
    lead <- sprintf("%s: %s and %s", lead, x$coder_1[1], x$coder_2[1])
    shown$pair <- NULL
  }
  if (!is.null(positive)) {
    lead <- sprintf("%s; positive is \"%s\"", lead, positive)
  }
  cat(strwrap(lead, getOption("width") - 1, exdent = 2), sep = "\n")
  if (!nrow(x)) {
    cat("(no pairs of coders)\n")
    return(invisible(x))
  }
  left <- if (table_excess(shown) > 0) intersect(c("p_e", "AC1", "B"),
                                                 names(shown))
  print_table(shown[setdiff(names(shown), left)])
  cat(strwrap(paste(
    "max, min: kappa at the most and least agreement these margins allow.",
    if (length(left)) sprintf("Not shown: %s.", paste(left, collapse = ", "))
  ), getOption("width") - 1, exdent = 2), sep = "\n")
  invisible(x)
}

#' @exportS3Method knitr::knit_print
knit_print.kappa_indices <- function(x, digits = 2, caption = NULL, ...) {
  knit_table(format.kappa_indices(x, digits), caption = caption)
}
