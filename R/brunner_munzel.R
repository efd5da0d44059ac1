#' The Brunner-Munzel test of the relative effect
#'
#' Tests whether a member of the first group tends to have less or more than one
#' of the second, without the assumption that both groups vary alike: the
#' relative effect p = P(X < Y) + P(X = Y) / 2 is compared with 1/2.
#'
#' The statistic is (p - 1/2) / se with the variance from placements (Brunner
#' and Munzel 2000). `method = "permutation"` takes it anew for relabelled
#' groups (Neubert and Brunner 2007): all of them where values tie so often that
#' there are at most five million different tables, in a random sample
#' otherwise. It is exact where participants are exchangeable and valid in large
#' samples where only p = 1/2 holds. Relabellings are compared in whole numbers;
#' the two-sided p-value counts those with a statistic at least as large in
#' size. `method = "t"` is the t approximation with Satterthwaite's degrees of
#' freedom.
#'
#' The interval is symmetric on the logit scale, with quantiles of the
#' studentised logit among relabellings, or of t (Pauly, Asendorf and
#' Konietschke 2016), and so stays between 0 and 1; `transform = "none"` is the
#' classical p plus or minus a multiple of se, cut at 0 and 1. On the logit
#' scale it can differ from the test at the margin.
#'
#' Groups that do not overlap have p = 0 or 1 and an estimated variance of 0.
#' The permutation test needs nothing else: no relabelling is more extreme. The
#' t test takes the variance of the nearest overlap, one tied pair,
#' 1 / (2 n1^2 n2^2). The interval is then that of [vargha_delaney()].
#'
#' @inheritParams rank_tests
#' @param method `"permutation"` or `"t"`.
#' @param transform Scale of the interval.
#' @return An object of class `htest`: `statistic`, `parameter` (degrees of
#'   freedom, or number of relabellings), `p.value`, `estimate` p with
#'   `conf.int`, and `status`: `"ok"`, or `"no_variation"` where all values are
#'   equal and `"one_participant"` where a group has one member; p-value and
#'   limits are `NA` then.
#' @section Errors: As for [wilcoxon_test()]; `intercoder_error_limit` where
#'   more than 5,000 participants should be relabelled.
#' @references
#' Brunner and Munzel (2000) Biometrical Journal 42:17-25. Neubert and Brunner
#' (2007) Computational Statistics and Data Analysis 51:5192-5204. Pauly,
#' Asendorf and Konietschke (2016) Biometrical Journal 58:1319-1337.
#' @examples
#' x <- c(1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 1, 1)
#' y <- c(3, 3, 4, 3, 1, 2, 3, 1, 1, 5, 4)
#' brunner_munzel_test(x, y)
#' @export
brunner_munzel_test <- function(x, y, alternative = "two.sided",
                                method = c("permutation", "t"),
                                transform = c("logit", "none"),
                                conf.level = 0.95, simulate.p.value = FALSE,
                                B = 19999, seed = NULL) {
  name <- data_name(deparse1(substitute(x)), deparse1(substitute(y)))
  alternative <- check_choice(alternative, TAILS)
  method <- check_choice(method, c("permutation", "t"))
  transform <- check_choice(transform, c("logit", "none"))
  check_proportion(conf.level)
  check_flag(simulate.p.value)
  check_count(B, min = 1, max = 1e7)
  check_count(seed, max = 2^53 - 1, null = TRUE)
  given <- read_samples(x, y, name)
  found <- brunner_values(given$values, given$member, alternative, method,
                          transform, conf.level, simulate.p.value, B, seed)
  new_htest(
    statistic = c(T = found$statistic), parameter = found$parameter,
    p.value = found$p.value,
    estimate = c("P(X<Y) + P(X=Y)/2" = found$effect),
    conf.int = structure(found$conf.int, conf.level = conf.level),
    null.value = c("relative effect" = 0.5), alternative = alternative,
    method = sprintf("Brunner-Munzel test (%s)", found$label),
    data.name = name, status = found$status
  )
}

BRUNNER_TABLES_MAX <- 5e6

# The test for values and the members of the first group. For many codes at
# once: without `conf.level` no interval is made.
brunner_values <- function(values, member, alternative = "two.sided",
                           method = "permutation", transform = "logit",
                           conf.level = NULL, simulate = FALSE, B = 19999,
                           seed = NULL, call = caller_env()) {
  values <- as.double(values)
  status <- samples_status(values, sum(member), sum(!member))
  if (status != "ok") {
    return(brunner_undefined(values, member, status))
  }
  found <- core_value(.Call(C_ranks_brunner, values, member), call = call)
  # `outside`: what the interval leaves out on each side that it has.
  sides <- if (alternative == "two.sided") 2 else 1
  outside <- (1 - (conf.level %||% 1)) / sides
  if (method == "permutation") {
    draws <- if (simulate || found$tables > BRUNNER_TABLES_MAX) B else 0
    law <- core_value(
      .Call(C_ranks_brunner_permuted, values, member, as.double(draws),
            if (draws > 0) draw_seed(seed) else 0,
            if (transform == "logit") 1L else 0L, outside, NULL),
      call = call
    )
    found$label <- if (draws > 0) "random relabellings" else "all relabellings"
    found$parameter <- c(relabellings = law$relabellings)
  } else {
    law <- found[TAIL_NAMES]
    law$quantile <- stats::qt(c(outside, 1 - outside), found$df)
    found$label <- "t approximation"
    found$parameter <- c(df = found$df)
  }
  found$p.value <- law[[alternative]]
  found$status <- "ok"
  found$conf.int <- brunner_limits(values, member, alternative, transform,
                                   law$quantile, outside)
  found
}

TAIL_NAMES <- c("less", "greater", "two.sided")

brunner_limits <- function(values, member, alternative, transform, quantile,
                           outside) {
  if (outside <= 0) {
    return(c(NA_real_, NA_real_))
  }
  limits <- .Call(C_ranks_brunner_limits, values, member,
                  if (transform == "logit") 1L else 0L, quantile,
                  1 - 2 * outside)
  if (alternative == "less") limits[2] <- 1
  if (alternative == "greater") limits[1] <- 0
  limits
}

brunner_undefined <- function(values, member, status) {
  delta <- rank_values(values, member, 0.95)$delta
  list(effect = (1 - delta) / 2, statistic = NA_real_, parameter = NULL,
       p.value = NA_real_, conf.int = c(NA_real_, NA_real_), status = status,
       label = if (status == "no_variation") "all values are equal"
       else "a group has one member")
}
