#' Two samples by ranks and by means
#'
#' `wilcoxon_test()` is the Wilcoxon-Mann-Whitney test with mid-ranks for ties
#' and the exact distribution for the ties at hand (Streitberg and Roehmel 1986)
#' wherever that can be computed (some 150 in each group);
#' `permutation_test()` (Fisher and Pitman) compares means by exchanging
#' participants between the groups, in all possible ways or in a random sample.
#'
#' Two-sided p-values count the ways whose statistic is at least as far from its
#' expectation as the observed one. Sums are compared as whole numbers; values
#' that are not whole are taken to about fifteen digits, and sums that differ by
#' rounding alone count as equal. A random sample of B ways gives
#' `(b + 1) / (B + 1)` (Phipson and Smyth 2010), never 0.
#'
#' @param x,y Numbers, one per participant of the first and of the second group.
#'   Missing values are left out.
#' @param alternative `"two.sided"`, `"less"` (x tends to be smaller) or
#'   `"greater"`.
#' @param exact `TRUE` for the exact distribution or an error, `FALSE` for the
#'   normal approximation with ties and continuity corrected, `NULL` for the
#'   first where it can be had.
#' @param conf_level Confidence level of the interval for Cliff's delta.
#' @return An object of class `htest`. `wilcoxon_test()`: `statistic` W as in
#'   [stats::wilcox.test()], `estimate` and `conf.int` of [cliff_delta()].
#'   `permutation_test()`: the two means, `statistic` their difference,
#'   `parameter` the number of relabellings. p is 1 where all values are equal.
#' @references
#' Streitberg and Roehmel (1986) Statistical Software Newsletter 12:10-17. Pitman
#' (1937) JRSS Supplement 4:119-130. Phipson and Smyth (2010) Statistical
#' Applications in Genetics and Molecular Biology 9(1):39.
#' @examples
#' wilcoxon_test(c(94, 108, 110, 90),
#'               c(80, 94, 85, 90, 90, 90, 108, 94, 78, 105, 88))
#' permutation_test(c(3, 0, 4, 5), c(0, 1, 0, 2, 0))
#' @name rank_tests
NULL

#' @rdname rank_tests
#' @export
wilcoxon_test <- function(x, y, alternative = "two.sided", exact = NULL,
                          conf_level = 0.95) {
  name <- data_name(deparse1(substitute(x)), deparse1(substitute(y)))
  alternative <- check_choice(alternative, TAILS)
  check_proportion(conf_level)
  if (!is.null(exact)) check_flag(exact)
  given <- read_samples(x, y, name)
  ranks <- rank_values(given$values, given$member, conf_level)
  tails <- sum_tails(ranks$twice, given$member, 2, exact)
  n1 <- sum(given$member)
  new_htest(
    statistic = c(W = sum(ranks$twice[given$member]) / 2 - n1 * (n1 + 1) / 2),
    p.value = tails[[alternative]],
    estimate = c("Cliff's delta" = ranks$delta),
    conf.int = structure(ranks$conf.int, conf.level = conf_level),
    null.value = c("Cliff's delta" = 0), alternative = alternative,
    method = sprintf("Wilcoxon-Mann-Whitney test (%s)",
                     if (tails$exact) "exact with ties"
                     else "normal approximation"),
    data.name = given$data.name
  )
}

#' @param replicates Number of random relabellings, at most ten million; `NULL` for all of them where
#'   there are at most five million, and 19,999 otherwise.
#' @param seed A whole number that fixes the random relabellings; `NULL` draws
#'   one from R's generator.
#' @rdname rank_tests
#' @export
permutation_test <- function(x, y, alternative = "two.sided",
                             replicates = NULL, seed = NULL) {
  name <- data_name(deparse1(substitute(x)), deparse1(substitute(y)))
  alternative <- check_choice(alternative, TAILS)
  check_count(replicates, min = 1, max = 1e7, null = TRUE)
  check_count(seed, max = 2^53 - 1, null = TRUE)
  given <- read_samples(x, y, name)
  draws <- draws_for(given, 1, TRUE, replicates)
  seed <- if (draws > 0) draw_seed(seed) else 0
  score <- whole_scores(given$values - min(given$values), sum(given$member))
  found <- core_value(
    .Call(C_comparison_minp_scores, as.matrix(score$score), given$member,
          score$slack, match(alternative, TAILS) - 1L, draws, seed, 1L, NULL)
  )
  extra <- if (draws > 0) 1 else 0
  means <- c("mean of x" = mean(given$values[given$member]),
             "mean of y" = mean(given$values[!given$member]))
  new_htest(
    statistic = c("difference in means" = means[[1]] - means[[2]]),
    parameter = c(relabellings = found$relabellings),
    p.value = (found$alone + extra) / (found$relabellings + extra),
    estimate = means, null.value = c("difference in means" = 0),
    alternative = alternative,
    method = sprintf("Permutation test of the difference in means (%s)",
                     if (draws > 0) "random relabellings"
                     else "all relabellings"),
    data.name = given$data.name
  )
}

#' Cliff's delta
#'
#' The probability that a member of the first group has more than one of the
#' second, minus the probability that it has less: from -1 to 1, 0 where neither
#' tends to have more. For a code that is there or not it is the risk difference.
#'
#' The interval solves for theta = (delta + 1) / 2 the equation
#' `|theta_observed - theta| = z * sqrt(f * V(theta))` with the variance `V` of
#' Newcombe (2006, method 5), theta (1 - theta) / (n1 n2) times
#' 1 + ((n1 + n2) / 2 - 1) ((1 - theta) / (2 - theta) + theta / (1 + theta)),
#' and the tie factor f = 1 - sum(t^3 - t) / (N^3 - N) as in Fay and Malinovsky
#' (2018). It never leaves -1 to 1, has width at both ends, and leaves out 0 when
#' the normal approximation of the Wilcoxon test (ties corrected, no continuity
#' correction) rejects; the exact test may differ at the margin.
#'
#' @inheritParams rank_tests
#' @return An object of class `htest` without a p-value: `estimate`, `conf.int`
#'   (`NA` where all values are equal, delta then being 0).
#' @references
#' Cliff (1993) Psychological Bulletin 114:494-509. Newcombe (2006) Statistics in
#' Medicine 25:559-573. Fay and Malinovsky (2018) Statistics in Medicine
#' 37:3991-4006.
#' @examples
#' cliff_delta(c(10, 10, 20, 20, 20, 30, 30, 30, 40, 50),
#'             c(10, 20, 30, 40, 40, 50))
#' @export
cliff_delta <- function(x, y, conf_level = 0.95) {
  name <- data_name(deparse1(substitute(x)), deparse1(substitute(y)))
  check_proportion(conf_level)
  given <- read_samples(x, y, name)
  ranks <- rank_values(given$values, given$member, conf_level)
  new_htest(
    estimate = c("Cliff's delta" = ranks$delta),
    conf.int = structure(ranks$conf.int, conf.level = conf_level),
    null.value = c("Cliff's delta" = 0), alternative = "two.sided",
    method = "Cliff's delta with Newcombe's score interval",
    data.name = given$data.name
  )
}
