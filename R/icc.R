#' Intraclass correlations
#'
#' How far values on a numeric scale depend on the unit that was rated and not
#' on who rated it: all six forms of Shrout and Fleiss (1979) at once, and the
#' analysis of variance behind them.
#'
#' @section Forms: The share of the variance of units, \eqn{V_u}, in itself and
#'   what is counted as error:
#'   * `icc11`, ICC(1,1): each unit may have other coders; error is all variance
#'     within units.
#'   * `icc21`, ICC(2,1), also ICC(A,1): *agreement*. The same coders, seen as a
#'     sample of possible ones; that some give higher values than others is
#'     error.
#'   * `icc31`, ICC(3,1), also ICC(C,1): *consistency*. Such differences between
#'     coders are left out of account; nothing but the residual is error.
#'   * `icc1k`, `icc2k`, `icc3k`: the same for the mean of \eqn{k} values, the
#'     error divided by \eqn{k}.
#'
#'   Take agreement where a value stands for itself, consistency where only
#'   the order and the distances of units matter. Values are the numbers
#'   themselves, not their ranks. Estimated components of variance may be
#'   negative, and so may correlations; they are not cut at 0.
#'
#' @section Missing values: All values count. One-way components come from the
#'   analysis of variance with \eqn{n_0 = (N - \sum N_u^2 / N) / (n - 1)} for
#'   \eqn{N} values, \eqn{N_u} of them in unit \eqn{u} of \eqn{n}. Two-way
#'   components follow Henderson's method 3 (1953; Searle, Casella and McCulloch
#'   1992, chapter 5): with the sums of squares of units and coders each
#'   adjusted for the other and the residual mean square \eqn{V_e},
#'   \eqn{V_u = (SS_{u|c} - (n - 1) V_e) / (N - n_c)} and
#'   \eqn{V_c = (SS_{c|u} - (n_c - 1) V_e) / (N - n)} for \eqn{n_c} coders. For
#'   the mean of \eqn{k} values \eqn{k} is the harmonic mean of the \eqn{N_u}
#'   (ten Hove, Jorgensen and van der Ark 2024). Complete data give the formulas
#'   of Shrout and Fleiss exactly.
#'
#'   Undefined are all forms with a single unit (`one_unit`), those of two ways
#'   where sets of coders share no unit (`disconnected`) or nothing is left for
#'   the residual (`no_residual`), and a form whose total variance is estimated
#'   as zero or less (`variance_not_positive`).
#'
#' @section Intervals: Those of [agreement()]. `"analytic"` are the intervals of
#'   Shrout and Fleiss (1979) and McGraw and Wong (1996) by the F distribution,
#'   for complete data without clusters (`icc11` and `icc1k`: the same number of
#'   values in each unit); they suppose normal variables. Limits of `icc2k` are
#'   those of `icc21` stepped up by the formula of Spearman and Brown, as in
#'   Shrout and Fleiss.
#'
#' @param x [ratings()] of numbers, or what `ratings()` takes alone.
#' @param ... Further arguments to [agreement()].
#' @return `icc()` a data frame of class `agreement`, one row per code and form.
#'
#'   `icc_anova()` a data frame of class `icc_anova`: `code`, `source`, `df`,
#'   `sum_sq`, `mean_sq` and `variance`, the component of variance. Sources are
#'   `units` and `within` units (the one-way analysis, BMS and WMS of Shrout and
#'   Fleiss), `coders` adjusted for units and `residual` (JMS and EMS), into
#'   which `within` falls apart, and `units adjusted` for coders, which differs
#'   from `units` where values are missing. The component of `units` is that of
#'   one way, that of `units adjusted` of two. What is undefined is `NA`.
#' @section Errors: `intercoder_error_level` where the values are no numbers.
#' @references
#' Henderson, C. R. (1953). Estimation of variance and covariance components.
#' *Biometrics* 9.
#'
#' McGraw, K. O., & Wong, S. P. (1996). Forming inferences about some intraclass
#' correlation coefficients. *Psychological Methods* 1.
#'
#' Searle, S. R., Casella, G., & McCulloch, C. E. (1992). *Variance Components*.
#'
#' Shrout, P. E., & Fleiss, J. L. (1979). Intraclass correlations: uses in
#' assessing rater reliability. *Psychological Bulletin* 86.
#'
#' ten Hove, D., Jorgensen, T. D., & van der Ark, L. A. (2024). Updated
#' guidelines on selecting an intraclass correlation coefficient for interrater
#' reliability, with applications to incomplete observational designs.
#' *Psychological Methods* 29.
#' @seealso [finn()], [robinson_a()] and [kendall_w()] for other coefficients of
#'   ratings on a scale; [krippendorff_alpha()] at interval level.
#' @examples
#' # Shrout and Fleiss (1979), table 2
#' x <- cbind(A = c(9, 6, 8, 7, 10, 6), B = c(2, 1, 4, 1, 5, 2),
#'            C = c(5, 3, 6, 2, 6, 4), D = c(8, 2, 8, 6, 9, 7))
#' suppressWarnings(icc(x, ci = "analytic"))
#' icc_anova(x)
#' @export
icc <- function(x, ...) {
  agreement(x, icc_coefficients, ...)
}

anova_sources <- c("units", "within", "coders", "residual", "units adjusted")

#' @rdname icc
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @export
icc_anova <- function(x) {
  x <- ratings(x)
  need_numbers(x, "An analysis of variance", caller_env(0))
  rows <- lapply(seq_along(x$codes), function(i) {
    data <- places(x, i)
    table <- core_value(.Call(
      C_scale_anova, data,
      as.double(c(dim(data), length(x$numbers), !x$anonymous)), x$numbers
    ))
    table[!is.finite(table)] <- NA
    list(code = rep(x$codes[i], 5), source = anova_sources, df = table[1, ],
         sum_sq = table[2, ],
         mean_sq = ifelse(table[1, ] > 0, table[2, ] / table[1, ], NA),
         variance = table[3, ])
  })
  out <- bind_columns(rows)
  new_result(out, class = "icc_anova")
}

#' @rdname icc
#' @param digits Significant digits.
#' @export
format.icc_anova <- function(x, digits = 4, ...) {
  out <- as.data.frame(unclass(x))
  if (all(is.na(out$code))) {
    out$code <- NULL
  }
  number <- vapply(out, is.numeric, NA)
  out[number] <- lapply(out[number], function(v) {
    format(signif(v, digits), trim = TRUE, scientific = FALSE,
           drop0trailing = TRUE)
  })
  names(out) <- gsub("_", " ", names(out))
  out
}

#' @rdname icc
#' @export
print.icc_anova <- function(x, ...) {
  cat("Analysis of variance: units one-way, coders adjusted for units\n")
  print_table(format(x, ...))
  invisible(x)
}
