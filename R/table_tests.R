#' Exact tests of two proportions
#'
#' Tests whether two groups differ in how many of their members mention
#' something: `boschloo_test()` (Boschloo 1970), more powerful than Fisher's
#' test at every size and the default of [compare_groups()], `fisher_test()` and
#' `barnard_test()` (the pooled z with the largest p over the common proportion;
#' Barnard 1945, Suissa and Shuster 1985).
#'
#' Which tables are as extreme as the observed one is decided by whole-number
#' arithmetic, so that tables that are equally extreme count as such and tables
#' that are nearly so do not. The largest probability over the unknown common
#' proportion is enclosed to a relative 1e-11.
#'
#' @param x A 2 x 2 table: rows are groups, the first column counts who
#'   mentioned, the second who did not. Or one value per participant: logical, 0
#'   and 1, or a factor whose first level means "mentioned".
#' @param y The group of each participant, when `x` has one value for each.
#' @param alternative `"two.sided"`, `"less"` (the first group mentions less
#'   often) or `"greater"`.
#' @param tsmethod How the two sides are joined: `"central"` is twice the
#'   smaller one-sided p, at most 1, and goes with the intervals of
#'   [risk_difference()]; `"minlike"` takes the tables that are no more likely
#'   (for Boschloo: whose p by Fisher's test is no larger), as
#'   [stats::fisher.test()] does; `"square"` for Barnard those with at least as
#'   large a difference |z|.
#' @param midp Whether half the probability of the observed table is taken off
#'   (Lancaster 1961). The test is then no longer exact.
#' @param gamma Where above 0, the common proportion is sought only within its
#'   Clopper-Pearson interval at level `1 - gamma`, and `gamma` is added to each
#'   one-sided or minlike p (Berger and Boos 1994).
#' @return An object of class `htest`: the proportions as `estimate`, Fisher's
#'   or Barnard's statistic, `p.value`. A table in which all or none mention has
#'   p = 1.
#' @references
#' Boschloo (1970) Statistica Neerlandica 24:1-35. Barnard (1945) Nature
#' 156:177. Fisher (1935) The Design of Experiments. Suissa and Shuster (1985)
#' JRSS A 148:317-327. Berger and Boos (1994) JASA 89:1012-1016. Fay and
#' Hunsberger (2021) Statistics Surveys 15:72-110.
#' @examples
#' mentions <- rbind(clinicians = c(7, 4), developers = c(2, 8))
#' boschloo_test(mentions)
#' fisher_test(mentions, midp = TRUE)
#' barnard_test(mentions)
#' @name table_tests
NULL

two_by_two <- function(given, test, method, alternative, tail, mid = FALSE,
                       gamma = 0, statistic = NULL, call = caller_env()) {
  p <- table_p(given$x1, given$n1, given$x2, given$n2, test,
               if (alternative == "two.sided") tail else alternative, mid,
               gamma, call)
  estimate <- c(given$x1 / given$n1, given$x2 / given$n2)
  names(estimate) <- paste("proportion in", given$labels)
  new_htest(
    statistic = statistic, p.value = p, estimate = estimate,
    null.value = c("difference in proportions" = 0),
    alternative = alternative, method = method, data.name = given$data.name
  )
}

check_gamma <- function(gamma, call = caller_env()) {
  ok <- is.numeric(gamma) && length(gamma) == 1 && !is.na(gamma) &&
    gamma >= 0 && gamma < 1
  if (!ok) {
    arg_error("gamma", "a number from 0 to below 1", describe_value(gamma),
              call)
  }
}

side_label <- function(alternative, tail) {
  if (alternative != "two.sided") "one-sided" else
    paste(c(central = "central", minlike = "minimum likelihood",
            square = "by |z|")[[tail]], "two-sided p")
}

#' @rdname table_tests
#' @export
boschloo_test <- function(x, y = NULL, alternative = "two.sided",
                          tsmethod = c("central", "minlike"), gamma = 0) {
  name <- data_name(deparse1(substitute(x)), deparse1(substitute(y)))
  alternative <- check_choice(alternative, TAILS)
  tsmethod <- check_choice(tsmethod, c("central", "minlike"))
  check_gamma(gamma)
  given <- read_table2(x, y, name)
  two_by_two(given, "boschloo",
             sprintf("Boschloo's exact test (%s)",
                     side_label(alternative, tsmethod)),
             alternative, tsmethod, gamma = gamma)
}

#' @rdname table_tests
#' @export
fisher_test <- function(x, y = NULL, alternative = "two.sided",
                        tsmethod = c("minlike", "central"), midp = FALSE) {
  name <- data_name(deparse1(substitute(x)), deparse1(substitute(y)))
  alternative <- check_choice(alternative, TAILS)
  tsmethod <- check_choice(tsmethod, c("minlike", "central"))
  check_flag(midp)
  given <- read_table2(x, y, name)
  two_by_two(given, "fisher",
             sprintf("Fisher's %s test (%s)", if (midp) "mid-p" else "exact",
                     side_label(alternative, tsmethod)),
             alternative, tsmethod, midp)
}

#' @rdname table_tests
#' @export
barnard_test <- function(x, y = NULL, alternative = "two.sided",
                         tsmethod = c("square", "central"), gamma = 0) {
  name <- data_name(deparse1(substitute(x)), deparse1(substitute(y)))
  alternative <- check_choice(alternative, TAILS)
  tsmethod <- check_choice(tsmethod, c("square", "central"))
  check_gamma(gamma)
  given <- read_table2(x, y, name)
  s <- given$x1 + given$x2
  n <- given$n1 + given$n2
  gap <- given$x1 / given$n1 - given$x2 / given$n2
  z <- if (s == 0 || s == n) 0 else
    gap / sqrt(s * (n - s) / n^2 * (1 / given$n1 + 1 / given$n2))
  two_by_two(given, "barnard",
             sprintf("Barnard's exact test with pooled z (%s)",
                     side_label(alternative, tsmethod)),
             alternative, if (tsmethod == "square") "minlike" else "central",
             gamma = gamma, statistic = c(z = z))
}

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
#' (1957) JASA 52:482-493.
#' @examples
#' risk_difference(rbind(clinicians = c(7, 4), developers = c(2, 8)))
#' @export
risk_difference <- function(x, y = NULL,
                            method = c("exact", "score", "mee", "newcombe",
                                       "agresti-caffo", "santner-snell"),
                            conf.level = 0.95) {
  name <- data_name(deparse1(substitute(x)), deparse1(substitute(y)))
  method <- check_choice(method, c(DIFFERENCE_EXACT[1], DIFFERENCE_CLOSED,
                                   DIFFERENCE_EXACT[2]))
  check_proportion(conf.level)
  given <- read_table2(x, y, name)
  limits <- difference_limits(given$x1, given$n1, given$x2, given$n2, method,
                              conf.level)
  labels <- c(
    exact = "exact interval in agreement with Boschloo's central test",
    score = "score interval (Miettinen and Nurminen)",
    mee = "score interval (Mee)", newcombe = "Newcombe's interval",
    "agresti-caffo" = "Agresti and Caffo's interval",
    "santner-snell" = "Santner and Snell's exact interval"
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
