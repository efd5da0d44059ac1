#' The difference of two proportions and its interval
#'
#' @section Methods:
#' * `"exact"`: covers with at least the stated probability whatever the
#'   proportions, and leaves out 0 exactly when the central [boschloo_test()]
#'   has `p <= 1 - conf.level`. Tables are put in one fixed order; a limit is
#'   the difference at which the observed table or one further out has, at most
#'   over all pairs of proportions with that difference, probability `(1 -
#'   conf.level) / 2` (Buehler 1957; Santner and Snell 1980). In the order come
#'   first the tables that the one-sided Boschloo test rejects, and within these
#'   and within the others Newcombe's limit decides. The limit of a table that
#'   is not rejected does not pass 0.
#' * `"score"`: Miettinen and Nurminen (1985), for large groups; coverage is
#'   near the stated probability, at times a little below.
#' * `"mee"`: the same without the factor N / (N - 1) (Mee 1984).
#' * `"newcombe"`: from two Wilson intervals (Newcombe 1998, method 10).
#' * `"agresti-caffo"`: one success and one failure added to each group
#'   (Agresti and Caffo 2000).
#' * `"chan-zhang"`: exact, at each difference the tables in order of their
#'   score (Chan and Zhang 1999), `(1 - conf.level) / 2` on either side. The
#'   interval that goes with the central [barnard_test()].
#' * `"agresti-min"`: the same with both sides together, by the size of the
#'   score (Agresti and Min 2001), at most a little wider and mostly shorter.
#'   The interval that goes with the |z| of [barnard_test()]; where the
#'   differences that are not rejected have gaps it spans them.
#' * `"santner-snell"`: exact, tables in order of their difference.
#'
#' @inheritParams table_tests
#' @param method Which interval.
#' @param conf.level Confidence level.
#' @return An object of class `htest`: `estimate` (the difference, first minus
#'   second), `conf.int`, and for `"exact"` the p-value it agrees with.
#' @section Errors: `intercoder_error_limit` where an exact interval is out of
#'   reach (more than about 240 in each group).
#' @references
#' Newcombe (1998) Statistics in Medicine 17:873-890. Miettinen and Nurminen
#' (1985) Statistics in Medicine 4:213-226. Agresti and Caffo (2000) American
#' Statistician 54:280-288. Santner and Snell (1980) JASA 75:386-394. Buehler
#' (1957) JASA 52:482-493. Chan and Zhang (1999) Biometrics 55:1202-1209.
#' Agresti and Min (2001) Biometrics 57:963-971. Mee (1984) Biometrics
#' 40:1175-1176.
#' @examples
#' risk_difference(rbind(clinicians = c(7, 4), developers = c(2, 8)))
#' @export
risk_difference <- function(x, y = NULL,
                            method = c("exact", "score", "mee", "newcombe",
                                       "agresti-caffo", "chan-zhang",
                                       "agresti-min", "santner-snell"),
                            conf.level = 0.95) {
  name <- data_name(deparse1(substitute(x)), deparse1(substitute(y)))
  method <- check_choice(method, c(DIFFERENCE_EXACT[1], DIFFERENCE_CLOSED,
                                   DIFFERENCE_EXACT[c(3, 4, 2)]))
  check_proportion(conf.level)
  given <- read_table2(x, y, name)
  limits <- difference_limits(given$x1, given$n1, given$x2, given$n2, method,
                              conf.level)
  labels <- c(
    exact = "exact interval in agreement with Boschloo's central test",
    score = "score interval (Miettinen and Nurminen)",
    mee = "score interval (Mee)", newcombe = "Newcombe's interval",
    "agresti-caffo" = "Agresti and Caffo's interval",
    "santner-snell" = "Santner and Snell's exact interval",
    "chan-zhang" = "exact score interval (Chan and Zhang)",
    "agresti-min" = "exact two-sided score interval (Agresti and Min)"
  )
  new_htest(
    p.value = if (method == "exact")
      table_p(given$x1, given$n1, given$x2, given$n2, "boschloo", "central"),
    estimate = c("difference in proportions" =
                   (given$x1 * given$n2 - given$x2 * given$n1) /
                     (given$n1 * given$n2)),
    conf.int = structure(as.vector(limits), conf.level = conf.level),
    null.value = c("difference in proportions" = 0),
    alternative = "two.sided",
    method = paste("Risk difference:", labels[[method]]),
    data.name = given$data.name
  )
}
