#' Exact tests of two proportions and of tables
#'
#' Tests whether groups differ in how many of their members mention something:
#' `boschloo_test()` (Boschloo 1970), more powerful than Fisher's test at every
#' size and the default of [compare_groups()], `fisher_test()`, also for more
#' groups or answers, and `barnard_test()` (the pooled z with the largest p over
#' the common proportion; Barnard 1945, Suissa and Shuster 1985).
#'
#' Which tables are as extreme as the observed one is decided by whole-number
#' arithmetic, so that tables that are equally extreme count as such and tables
#' that are nearly so do not. The largest probability over the unknown common
#' proportion is enclosed to a relative 1e-11.
#'
#' @section Two-sided p-values:
#' * `"central"`: twice the smaller one-sided p, at most 1.
#' * `"minlike"`: the probability of the tables that are no more likely (for
#'   Boschloo: whose p by Fisher's test is no larger), as [stats::fisher.test()]
#'   has it.
#' * `"blaker"`: the smaller tail and the largest tail on the other side that is
#'   no larger (Blaker 2000). Never above the central p.
#' * `"square"`, for Barnard: the tables with at least as large a |z|.
#'
#' @section Intervals:
#' `fisher_test()` gives the conditional maximum likelihood estimate of the odds
#' ratio and the odds ratios that the same test does not reject. For a central
#' or one-sided p these have the limits of Cornfield (1956): the tails are
#' `(1 - conf.level) / 2` each. With `midp = TRUE` p-value and interval are both
#' mid-p. For `"minlike"` and `"blaker"` p jumps as the odds ratio moves, and
#' what is not rejected may have gaps. `conf.set` has its pieces, one a row, and
#' `conf.int` is their hull: it reaches from the least to the largest odds ratio
#' that is not rejected. So `p <= 1 - conf.level` if and only if 1 is outside
#' the pieces; a gap is told in the name of the method, and unless 1 lies in
#' one, the same holds for the hull.
#'
#' `boschloo_test()` and `barnard_test()` give the exact interval of the risk
#' difference that agrees with the test, of [risk_difference()]: Boschloo's
#' central or one-sided p with `"exact"`; Barnard's with `"chan-zhang"`, |z|
#' with `"agresti-min"`, which at difference 0 are these tests (their limits are
#' ends of the differences that are not rejected, so that a gap at 0 may be
#' spanned). There is none for the other form of Boschloo's test, with `gamma`
#' above 0, and where it is out of reach (more than about 240 in each group);
#' then `conf.int` is `NA`.
#'
#' @section Larger tables:
#' `fisher_test()` of an r x c table is the exact test of Freeman and Halton
#' (1951): the probability, given the margins, of the tables no more likely than
#' the observed one. Where there are too many (a 5 x 5 table of some 100
#' participants), or with `replicates`, p is that of a random sample of B tables
#' with these margins, `(b + 1) / (B + 1)` (Phipson and Smyth 2010), and the
#' method and `stderr` tell its standard error.
#'
#' @param x A table: rows are groups, and of a 2 x 2 table the first column
#'   counts who mentioned, the second who did not. Or one value per participant:
#'   logical, 0 and 1, or a factor whose first level means "mentioned"; for
#'   larger tables any values.
#' @param y The group of each participant, when `x` has one value for each.
#'   Participants with a missing value in either are left out.
#' @param alternative `"two.sided"`, `"less"` (the first group mentions less
#'   often) or `"greater"`.
#' @param tsmethod How the two sides are joined, see below.
#' @param midp Whether half the probability of the observed table is taken off
#'   each tail (Lancaster 1961). The test is then no longer exact.
#' @param gamma Where above 0, the common proportion is sought only within its
#'   Clopper-Pearson interval at level `1 - gamma`, and `gamma` is added to each
#'   one-sided or minlike p (Berger and Boos 1994).
#' @param conf.int Whether to compute the interval.
#' @param conf.level Confidence level. With a one-sided `alternative` the
#'   interval has one limit.
#' @param replicates For larger tables: number of random tables, at most ten
#'   million; `NULL` for the exact distribution where that can be done, and
#'   19,999 otherwise.
#' @param seed A whole number that fixes the random tables; `NULL` draws one
#'   from R's generator.
#' @param threads Number of threads; the result is the same for any number.
#' @return An object of class `htest`. `boschloo_test()` and `barnard_test()`:
#'   the proportions as `estimate`, Barnard's z as `statistic`, `p.value`, and
#'   `conf.int` of the risk difference. `fisher_test()`: the odds ratio as
#'   `estimate` (`NA` where all or none mention), `p.value`, `conf.int`,
#'   `conf.set`; of a larger table `p.value` and, for random tables, `stderr`. A
#'   table in which all or none mention has p = 1.
#' @section Errors: `intercoder_error_group` for an empty group of two, or no
#'   participant at all; `intercoder_error_argument` for what is no table;
#'   `intercoder_error_limit` for the mid-p of a table whose exact distribution
#'   is out of reach.
#' @references
#' Boschloo (1970) Statistica Neerlandica 24:1-35. Barnard (1945) Nature
#' 156:177. Fisher (1935) The Design of Experiments. Freeman and Halton (1951)
#' Biometrika 38:141-149. Mehta and Patel (1983) JASA 78:427-434. Suissa and
#' Shuster (1985) JRSS A 148:317-327. Berger and Boos (1994) JASA 89:1012-1016.
#' Blaker (2000) Canadian Journal of Statistics 28:783-798. Fay (2010)
#' Biostatistics 11:373-374. Cornfield (1956) Proceedings of the Third Berkeley
#' Symposium 4:135-148. Lancaster (1961) JASA 56:223-234. Phipson and Smyth
#' (2010) Statistical Applications in Genetics and Molecular Biology 9(1):39.
#' @examples
#' mentions <- rbind(clinicians = c(7, 4), developers = c(2, 8))
#' boschloo_test(mentions)
#' fisher_test(mentions, midp = TRUE)
#' barnard_test(mentions)
#' # Job satisfaction by income, Agresti (2002), p. 57
#' fisher_test(rbind(c(1, 3, 10, 6), c(2, 3, 10, 7), c(1, 6, 14, 12),
#'                   c(0, 1, 9, 11)))
#' @name table_tests
NULL

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
            blaker = "Blaker's", square = "by |z|")[[tail]], "two-sided p")
}

# A test of two proportions with the limits of the risk difference.
two_by_two <- function(given, p, limits, method, alternative, conf.level,
                       statistic = NULL) {
  estimate <- c(given$x1 / given$n1, given$x2 / given$n2)
  names(estimate) <- paste("proportion in", given$labels)
  new_htest(
    statistic = statistic, p.value = p, estimate = estimate,
    conf.int = if (!is.null(limits))
      structure(as.vector(limits), conf.level = conf.level),
    null.value = c("difference in proportions" = 0),
    alternative = alternative, method = method, data.name = given$data.name
  )
}

#' @rdname table_tests
#' @export
boschloo_test <- function(x, y = NULL, alternative = "two.sided",
                          tsmethod = c("central", "minlike"), gamma = 0,
                          conf.int = TRUE, conf.level = 0.95) {
  name <- data_name(deparse1(substitute(x)), deparse1(substitute(y)))
  alternative <- check_choice(alternative, TAILS)
  tsmethod <- check_choice(tsmethod, c("central", "minlike"))
  check_gamma(gamma)
  check_flag(conf.int)
  check_proportion(conf.level)
  given <- read_table2(x, y, name)
  tail <- if (alternative == "two.sided") tsmethod else alternative
  p <- table_p(given$x1, given$n1, given$x2, given$n2, "boschloo", tail,
               gamma = gamma)
  limits <- if (conf.int && tail != "minlike" && gamma == 0)
    agreeing_limits(given, "exact", alternative, conf.level)
  else if (conf.int) c(NA_real_, NA_real_)
  two_by_two(given, p, limits,
             sprintf("Boschloo's exact test (%s)",
                     side_label(alternative, tsmethod)),
             alternative, conf.level)
}

#' @rdname table_tests
#' @export
fisher_test <- function(x, y = NULL, alternative = "two.sided",
                        tsmethod = c("minlike", "central", "blaker"),
                        midp = FALSE, conf.int = TRUE, conf.level = 0.95,
                        replicates = NULL, seed = NULL, threads = NULL) {
  name <- data_name(deparse1(substitute(x)), deparse1(substitute(y)))
  alternative <- check_choice(alternative, TAILS)
  tsmethod <- check_choice(tsmethod, c("minlike", "central", "blaker"))
  check_flag(midp)
  check_flag(conf.int)
  check_proportion(conf.level)
  check_count(replicates, min = 1, max = 1e7, null = TRUE)
  check_count(seed, max = 2^53 - 1, null = TRUE)
  threads <- thread_count(threads)
  counts <- read_counts(x, y)
  if (any(dim(counts) != 2)) {
    return(freeman_halton(counts, name, alternative, tsmethod, midp,
                          replicates, seed, threads))
  }
  given <- as_table2(counts, name)
  tail <- if (alternative == "two.sided") tsmethod else alternative
  found <- fisher_values(given, tail, midp, conf.level)
  gaps <- nrow(found$set) - 1
  new_htest(
    p.value = found$p.value, estimate = c("odds ratio" = found$estimate),
    conf.int = if (conf.int)
      structure(range(found$set), conf.level = conf.level),
    conf.set = if (conf.int) found$set, null.value = c("odds ratio" = 1),
    alternative = alternative,
    method = sprintf("Fisher's %s test (%s%s)",
                     if (midp) "mid-p" else "exact",
                     side_label(alternative, tsmethod),
                     if (conf.int && gaps > 0)
                       paste("; interval spans", format_count(gaps, "gap"))
                     else ""),
    data.name = name
  )
}

fisher_values <- function(given, tail, midp, conf.level, call = caller_env()) {
  p <- table_p(given$x1, given$n1, given$x2, given$n2, "fisher", tail, midp,
               call = call)
  strata_values(given$x1, given$n1, given$x2, given$n2, tail, midp,
                1 - conf.level, p, call)
}

#' @rdname table_tests
#' @export
barnard_test <- function(x, y = NULL, alternative = "two.sided",
                         tsmethod = c("square", "central"), gamma = 0,
                         conf.int = TRUE, conf.level = 0.95) {
  name <- data_name(deparse1(substitute(x)), deparse1(substitute(y)))
  alternative <- check_choice(alternative, TAILS)
  tsmethod <- check_choice(tsmethod, c("square", "central"))
  check_gamma(gamma)
  check_flag(conf.int)
  check_proportion(conf.level)
  given <- read_table2(x, y, name)
  s <- given$x1 + given$x2
  n <- given$n1 + given$n2
  gap <- given$x1 / given$n1 - given$x2 / given$n2
  z <- if (s == 0 || s == n) 0 else
    gap / sqrt(s * (n - s) / n^2 * (1 / given$n1 + 1 / given$n2))
  tail <- if (tsmethod == "square") "minlike" else "central"
  p <- table_p(given$x1, given$n1, given$x2, given$n2, "barnard",
               if (alternative == "two.sided") tail else alternative,
               gamma = gamma)
  square <- alternative == "two.sided" && tsmethod == "square"
  limits <- if (conf.int && gamma == 0)
    agreeing_limits(given, if (square) "agresti-min" else "chan-zhang",
                    alternative, conf.level)
  else if (conf.int) c(NA_real_, NA_real_)
  two_by_two(given, p, limits,
             sprintf("Barnard's exact test with pooled z (%s)",
                     side_label(alternative, tsmethod)),
             alternative, conf.level, statistic = c(z = z))
}
