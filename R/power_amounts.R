#' Power of the rank tests for counts and shares, by simulation
#'
#' How often [wilcoxon_test()] or [brunner_munzel_test()] finds a difference
#' between two groups whose values come from given populations: the counts of a
#' pilot, say, or the quantiles of a distribution.
#'
#' @section Method: In each replicate `n1` values of `first` and `n2` of
#'   `second` are drawn, each equally likely, with replacement; the test is
#'   made, exactly with ties (Brunner and Munzel's by permutation, over 999
#'   random relabellings where there are more than 20,000 ways), and the share
#'   of p at most `alpha` counted. A replicate in which all values are equal has
#'   nothing to test and counts as not rejecting. `std.error` is that of the
#'   simulation, and `conf.low` and `conf.high` its 95 % Wilson interval: they
#'   say how far the power is known, given the populations. A pilot of ten
#'   people knows its population badly, and no number of replicates mends that.
#'
#' @param first,second The values of either population: finite numbers.
#' @param n1,n2 Group sizes, at least 2; vectors are taken in pairs.
#' @param test One or both of `"wilcoxon"` and `"brunner-munzel"` (two-sided).
#' @param alpha Significance level, below 0.5.
#' @param replicates Number of simulated studies.
#' @param seed,threads As in [compare_groups()]. The result is the same for any
#'   number of threads.
#' @return A data frame, one row per test and pair of sizes: `test`, `alpha`,
#'   `n1`, `n2`, `delta` (Cliff's delta of the populations), `power`,
#'   `std.error`, `conf.low`, `conf.high`, `undefined` (replicates with nothing
#'   to test), `replicates`, `seed`.
#' @section Errors: `intercoder_error_argument` for an argument of the wrong
#'   kind; `intercoder_error_limit` where groups are too large for an exact
#'   test.
#' @references
#' Brunner, E., & Munzel, U. (2000). The nonparametric Behrens-Fisher problem.
#' *Biometrical Journal* 42.
#'
#' Wilcoxon, F. (1945). Individual comparisons by ranking methods. *Biometrics
#' Bulletin* 1.
#' @seealso [power_groups()] for presence.
#' @examples
#' # Turns on a theme: 6 of 30 against 3 of 30, overdispersed
#' first <- qnbinom(ppoints(200), mu = 6, size = 3)
#' second <- qnbinom(ppoints(200), mu = 3, size = 3)
#' power_amounts(first, second, n1 = c(11, 20), n2 = c(10, 20), seed = 1)
#' @export
power_amounts <- function(first, second, n1, n2, test = "wilcoxon",
                          alpha = 0.05, replicates = 2000, seed = NULL,
                          threads = NULL) {
  call <- caller_env(0)
  for (arg in c("first", "second")) {
    check_sample(get(arg), arg, call)
    if (anyNA(get(arg))) arg_error(arg, "without missing values", "NA", call)
  }
  if (!is.character(test) || !length(test) || !all(test %in% AMOUNT_TESTS)) {
    arg_error("test", sprintf("among %s", quoted(AMOUNT_TESTS)),
              describe_value(test), call)
  }
  check_numbers(alpha, 1e-6, 0.49, call, single = TRUE)
  check_whole(n1, 2, 5000, call)
  check_whole(n2, 2, 5000, call)
  check_count(replicates, min = 10, max = 1e6)
  seed <- draw_seed(seed)
  threads <- thread_count(threads)
  sizes <- data.frame(n1 = n1, n2 = n2)
  cases <- expand.grid(n = seq_len(nrow(sizes)), test = test,
                       stringsAsFactors = FALSE)
  delta <- rank_values(c(first, second),
                       rep(c(TRUE, FALSE), c(length(first), length(second))),
                       0.95)$delta
  bind_columns(lapply(seq_len(nrow(cases)), function(i) {
    n <- as.double(unlist(sizes[cases$n[i], ]))
    p <- core_value(.Call(C_power_amounts, as.double(first), as.double(second),
                          n, match(cases$test[i], AMOUNT_TESTS) - 1L,
                          c(replicates, seed), threads), call = call)
    hits <- sum(p <= alpha, na.rm = TRUE)
    limits <- wilson_limits(hits, replicates, 0.95)
    power <- hits / replicates
    list(test = cases$test[i], alpha = alpha, n1 = n[1], n2 = n[2],
         delta = delta, power = power,
         std.error = sqrt(power * (1 - power) / replicates),
         conf.low = limits$low, conf.high = limits$high,
         undefined = sum(is.na(p)), replicates = replicates, seed = seed)
  }))
}

AMOUNT_TESTS <- c("wilcoxon", "brunner-munzel")
