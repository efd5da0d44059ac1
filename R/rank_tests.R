#' Two samples by ranks and by means
#'
#' `wilcoxon_test()` is the Wilcoxon-Mann-Whitney test with mid-ranks for ties
#' and the exact distribution for the ties at hand wherever that can be computed
#' (some 260 in each group); `permutation_test()` (Fisher and Pitman) compares
#' means by exchanging participants between the groups, in all possible ways or
#' in a random sample of them. [brunner_munzel_test()] asks for the same effect
#' as the Wilcoxon test and stays valid where the groups vary differently.
#'
#' Two-sided p-values count the ways whose statistic is at least as far from its
#' expectation as the observed one. Sums are compared as whole numbers. The
#' exact distribution of a sum of whole scores (ranks; counts, for the
#' permutation test) comes from the shift algorithm (Streitberg and Roehmel
#' 1986). Values that are not whole are taken to about fifteen digits, sums that
#' differ by rounding alone count as equal, and all ways are gone through where
#' there are at most five million. A random sample of B ways gives
#' `(b + 1) / (B + 1)` (Phipson and Smyth 2010), never 0.
#'
#' With `conf.int = TRUE` the Wilcoxon test estimates by how much x is shifted
#' against y: the median of all differences (Hodges and Lehmann 1963) and the
#' shifts that the test, with the ranks and ties this shift gives, does not
#' reject. Thus 0 lies inside only if `p.value > 1 - conf.level`, and outside
#' only if not; as a limit it may be either. A limit is infinite where no shift
#' can be rejected.
#'
#' @param x Numbers, one per participant: of the first group, or of all.
#' @param y Numbers of the second group; or the group of each participant (a
#'   factor, strings or logical), when `x` has all. The first level is the first
#'   group. Missing values are left out.
#' @param alternative `"two.sided"`, `"less"` (x tends to be smaller) or
#'   `"greater"`.
#' @param exact `TRUE` for the exact distribution or an error, `FALSE` for the
#'   normal approximation with ties and continuity corrected, `NULL` for the
#'   first where it can be had.
#' @param conf.int Whether to estimate the shift, with an interval. Otherwise
#'   the estimate is [cliff_delta()] with its interval.
#' @param conf.level Confidence level.
#' @return An object of class `htest`. `wilcoxon_test()`: `statistic` W as in
#'   [stats::wilcox.test()], `estimate` and `conf.int`.
#'   `permutation_test()`: the two means, `statistic` their difference,
#'   `parameter` the number of relabellings. p is 1 where all values are equal.
#' @section Errors: `intercoder_error_argument` for values that are not finite
#'   numbers and for an empty group, `intercoder_error_group` unless there are
#'   two groups, `intercoder_error_limit` where `exact = TRUE` is out of reach
#'   or the shift would need more than ten million differences.
#' @references
#' Streitberg and Roehmel (1986) Statistical Software Newsletter 12:10-17.
#' Pitman (1937) JRSS Supplement 4:119-130. Hodges and Lehmann (1963) Annals of
#' Mathematical Statistics 34:598-611. Phipson and Smyth (2010) Statistical
#' Applications in Genetics and Molecular Biology 9(1):39.
#' @examples
#' x <- c(94, 108, 110, 90)
#' y <- c(80, 94, 85, 90, 90, 90, 108, 94, 78, 105, 88)
#' wilcoxon_test(x, y)
#' wilcoxon_test(x, y, conf.int = TRUE)
#' permutation_test(c(3, 0, 4, 5), c(0, 1, 0, 2, 0))
#' @name rank_tests
NULL

#' @rdname rank_tests
#' @export
wilcoxon_test <- function(x, y, alternative = "two.sided", exact = NULL,
                          conf.int = FALSE, conf.level = 0.95) {
  name <- data_name(deparse1(substitute(x)), deparse1(substitute(y)))
  alternative <- check_choice(alternative, TAILS)
  check_flag(conf.int)
  check_proportion(conf.level)
  if (!is.null(exact)) check_flag(exact)
  given <- read_samples(x, y, name)
  ranks <- rank_values(given$values, given$member, conf.level)
  tails <- sum_tails(ranks$twice, given$member, 2, exact)
  n1 <- sum(given$member)
  effect <- if (conf.int) {
    location_shift(given, conf.level, alternative, tails$exact)
  } else {
    list(name = "Cliff's delta", estimate = ranks$delta,
         conf.int = ranks$conf.int)
  }
  new_htest(
    statistic = c(W = sum(ranks$twice[given$member]) / 2 - n1 * (n1 + 1) / 2),
    p.value = tails[[alternative]],
    estimate = stats::setNames(effect$estimate, effect$name),
    conf.int = structure(effect$conf.int, conf.level = conf.level),
    null.value = stats::setNames(0, effect$name), alternative = alternative,
    method = sprintf("Wilcoxon-Mann-Whitney test (%s)",
                     if (tails$exact) "exact with ties"
                     else "normal approximation"),
    data.name = given$data.name
  )
}

location_shift <- function(given, conf.level, alternative, exact,
                           call = caller_env()) {
  found <- core_value(
    .Call(C_ranks_location, as.double(given$values[given$member]),
          as.double(given$values[!given$member]), conf.level,
          match(alternative, TAILS) - 1L, exact),
    call = call
  )
  c(list(name = "shift (Hodges-Lehmann)"), found)
}

#' @param simulate.p.value `TRUE` for a random sample of relabellings whatever
#'   their number.
#' @param B Number of random relabellings, at most ten million, where they are
#'   drawn.
#' @param seed A whole number that fixes the random relabellings; `NULL` draws
#'   one from R's generator.
#' @rdname rank_tests
#' @export
permutation_test <- function(x, y, alternative = "two.sided",
                             simulate.p.value = FALSE, B = 19999,
                             seed = NULL) {
  name <- data_name(deparse1(substitute(x)), deparse1(substitute(y)))
  alternative <- check_choice(alternative, TAILS)
  check_flag(simulate.p.value)
  check_count(B, min = 1, max = 1e7)
  check_count(seed, max = 2^53 - 1, null = TRUE)
  given <- read_samples(x, y, name)
  found <- permute_means(given, alternative, simulate.p.value, B, seed)
  means <- c("mean of x" = mean(given$values[given$member]),
             "mean of y" = mean(given$values[!given$member]))
  new_htest(
    statistic = c("difference in means" = means[[1]] - means[[2]]),
    parameter = c(relabellings = found$relabellings), p.value = found$p.value,
    estimate = means, null.value = c("difference in means" = 0),
    alternative = alternative,
    method = sprintf("Permutation test of the difference in means (%s)",
                     if (found$random) "random relabellings"
                     else "all relabellings"),
    data.name = given$data.name
  )
}

permute_means <- function(given, alternative, simulate, B, seed,
                          call = caller_env()) {
  values <- as.matrix(given$values - min(given$values))
  whole <- all(values == round(values)) && sum(values) * length(values) < 2^52
  if (!simulate && whole) {
    tails <- sum_tails(values, given$member, 1)
    if (tails$exact) {
      return(list(p.value = tails[[alternative]], random = FALSE,
                  relabellings = all_relabellings(given$member)))
    }
  }
  draws <- if (simulate) B else draws_for(given, 1, "maxt", NULL)
  if (draws > 0) draws <- as.double(B)
  seed <- if (draws > 0) draw_seed(seed) else 0
  found <- relabel(centred_scores(values, given$member), given, TRUE,
                   "permutation", "maxt", draws, seed, 1L,
                   direction = match(alternative, TAILS) - 1L)
  extra <- if (draws > 0) 1 else 0
  list(p.value = (found$alone + extra) / (found$relabellings + extra),
       random = draws > 0, relabellings = found$relabellings)
}

#' Cliff's delta and Vargha and Delaney's A
#'
#' Cliff's delta is the probability that a member of the first group has more
#' than one of the second, minus the probability that it has less: from -1 to 1,
#' 0 where neither tends to have more. For a code that is there or not it is the
#' risk difference. Vargha and Delaney's A = (delta + 1) / 2 is the probability
#' of more, plus half that of as much: from 0 to 1.
#'
#' The interval `"score"` solves for theta = (delta + 1) / 2 the equation
#' `|theta_observed - theta| = z * sqrt(f * V(theta))` with the variance `V` of
#' Newcombe (2006, method 5), theta (1 - theta) / (n1 n2) times
#' 1 + ((n1 + n2) / 2 - 1) ((1 - theta) / (2 - theta) + theta / (1 + theta)),
#' and the tie factor f = 1 - sum(t^3 - t) / (N^3 - N) as in Fay and Malinovsky
#' (2018). It never leaves -1 to 1, has width at both ends, and leaves out 0
#' when the normal approximation of the Wilcoxon test (ties corrected, no
#' continuity correction) rejects; the exact test may differ at the margin.
#'
#' `"unbiased"` is the interval of Feng and Cliff (2004): the unbiased
#' variance of delta (at least (1 - delta^2) / (n1 n2 - 1)), Cliff's (1996)
#' asymmetric limits and t with n1 + n2 - 2 degrees of freedom. It allows for
#' groups that vary differently. At -1 and 1, where that variance is 0, its
#' inner limit is (n - t^2) / (n + t^2) with n the smaller group.
#'
#' @inheritParams rank_tests
#' @param method Which interval.
#' @return An object of class `htest` without a p-value: `estimate`, `conf.int`
#'   (`NA` where all values are equal, delta then being 0, and for
#'   `"unbiased"` where a group has one member).
#' @references
#' Cliff (1993) Psychological Bulletin 114:494-509. Cliff (1996) Ordinal Methods
#' for Behavioral Data Analysis. Vargha and Delaney (2000) Journal of
#' Educational and Behavioral Statistics 25:101-132. Feng and Cliff (2004)
#' Journal of Modern Applied Statistical Methods 3:322-332. Newcombe (2006)
#' Statistics in Medicine 25:559-573. Fay and Malinovsky (2018) Statistics in
#' Medicine 37:3991-4006.
#' @examples
#' x <- c(10, 10, 20, 20, 20, 30, 30, 30, 40, 50)
#' y <- c(10, 20, 30, 40, 40, 50)
#' cliff_delta(x, y)
#' vargha_delaney(x, y)
#' @export
cliff_delta <- function(x, y, method = c("score", "unbiased"),
                        conf.level = 0.95) {
  name <- data_name(deparse1(substitute(x)), deparse1(substitute(y)))
  method <- check_choice(method, c("score", "unbiased"))
  check_proportion(conf.level)
  given <- read_samples(x, y, name)
  effect_htest(dominance(given, method, conf.level), "Cliff's delta", 0,
               method, conf.level, name)
}

#' @rdname cliff_delta
#' @export
vargha_delaney <- function(x, y, method = c("score", "unbiased"),
                           conf.level = 0.95) {
  name <- data_name(deparse1(substitute(x)), deparse1(substitute(y)))
  method <- check_choice(method, c("score", "unbiased"))
  check_proportion(conf.level)
  given <- read_samples(x, y, name)
  found <- dominance(given, method, conf.level)
  effect_htest(lapply(found, function(v) (v + 1) / 2),
               "Vargha and Delaney's A", 0.5, method, conf.level, name)
}

dominance <- function(given, method, conf.level) {
  ranks <- rank_values(given$values, given$member, conf.level)
  limits <- ranks$conf.int
  if (method == "unbiased") {
    n1 <- sum(given$member)
    ok <- samples_status(given$values, n1, sum(!given$member)) == "ok"
    limits <- if (ok) {
      .Call(C_ranks_cliff, ranks$twice, given$member, conf.level)
    } else {
      c(NA_real_, NA_real_)
    }
  }
  list(estimate = ranks$delta, limits = limits)
}

effect_htest <- function(found, name, null, method, conf.level, data.name) {
  new_htest(
    estimate = stats::setNames(found$estimate, name),
    conf.int = structure(found$limits, conf.level = conf.level),
    null.value = stats::setNames(null, name), alternative = "two.sided",
    method = paste(name, if (method == "score") "with Newcombe's score interval"
                   else "with Feng and Cliff's interval"),
    data.name = data.name
  )
}
