#' Rates for what was said
#'
#' Do two groups mention something at a different rate, given that some people
#' talk more than others? Words spoken are the exposure; groups are relabelled
#' among participants, each of whom keeps events and words together.
#'
#' @section Formula:
#' Under one common rate, participant i with y events in w words has the score
#' residual r and the information v,
#' * `model = "count"`, E(y) = rate w: r = y - rate w, v = rate w;
#' * `model = "presence"`, P(y > 0) = 1 - exp(-rate w), a complementary log-log
#'   model with offset log(w): with u = rate w, r = u / (exp(u) - 1) if y > 0
#'   and -u otherwise, v = u^2 / (exp(u) - 1).
#'
#' The statistic is the effective score of the group with its robust variance,
#' T = sum(psi) / sqrt(sum(psi^2)), psi = (g - sum(g v) / sum(v)) r, with g = 1
#' in the first group and the rate at its maximum of likelihood. It is taken
#' anew for all relabellings (up to a million) or B random ones, which give
#' `(b + 1) / (B + 1)`. The test is exact where pairs of events and words are
#' exchangeable. Being studentised, it is valid in large samples also where one
#' group talks longer and only the rates are equal (Janssen 1997).
#'
#' The interval holds the ratios of rates around the estimate at which T, words
#' of the first group multiplied by the ratio, stays within the critical values
#' of the permutation distribution: 1 lies outside, or is a limit, exactly if
#' `p.value <= 1 - conf.level`. It reaches to 0 or infinity where the data do
#' not exclude that. Where one group has no events at all, the limit on the
#' other side is the first ratio from 1 on that is rejected, or 1 itself.
#'
#' @inheritParams rank_tests
#' @param events How often something came up, one number per participant; for
#'   `model = "presence"` whether it did (above 0).
#' @param words Words spoken by each participant, above 0.
#' @param group The group of each participant, two different values. The first
#'   level of a factor, otherwise the first in alphabetical order, is the first
#'   group.
#' @param model `"count"` or `"presence"`.
#' @param alternative `"two.sided"`, `"less"` (the first group has the lower
#'   rate) or `"greater"`.
#' @return An object of class `htest`: `statistic` T, `parameter` (number of
#'   relabellings), `p.value`, `estimate` (rates per 1,000 words in each group
#'   and their ratio), `conf.int` of the ratio, `status`. Where there are no
#'   events, or (presence) everybody has one, p and limits are `NA` and `status`
#'   is `"no_variation"`.
#' @section Errors: `intercoder_error_argument` where the three are not of one
#'   length, events are negative or words not positive;
#'   `intercoder_error_group` unless there are two groups.
#' @references
#' Cox and Hinkley (1974) Theoretical Statistics, ch. 9. White (1982)
#' Econometrica 50:1-25. Janssen (1997) Statistics and Probability Letters
#' 36:9-21. Hemerik, Goeman and Finos (2020) JRSS B 82:841-864. McCullagh and
#' Nelder (1989) Generalized Linear Models, ch. 4.
#' @examples
#' events <- c(4, 0, 3, 6, 2, 1, 0, 0, 2, 1)
#' words <- c(900, 400, 700, 1500, 600, 800, 500, 650, 1200, 900)
#' rate_test(events, words, rep(c("a", "b"), each = 5))
#' rate_test(events, words, rep(c("a", "b"), each = 5), model = "presence")
#' @export
rate_test <- function(events, words, group, model = c("count", "presence"),
                      alternative = "two.sided", conf.level = 0.95,
                      simulate.p.value = FALSE, B = 19999, seed = NULL) {
  name <- sprintf("%s in %s by %s", deparse1(substitute(events)),
                  deparse1(substitute(words)), deparse1(substitute(group)))
  model <- check_choice(model, c("count", "presence"))
  alternative <- check_choice(alternative, TAILS)
  check_proportion(conf.level)
  check_flag(simulate.p.value)
  check_count(B, min = 1, max = 1e7)
  check_count(seed, max = 2^53 - 1, null = TRUE)
  given <- read_rates(events, words, group)
  found <- rate_values(given$events, given$words, given$member, model,
                       alternative, conf.level, simulate.p.value, B, seed)
  estimate <- c(1000 * found$rate, found$rate[1] / found$rate[2])
  names(estimate) <- c(paste("per 1,000 words in", given$levels),
                       "ratio of rates")
  new_htest(
    statistic = c(T = found$statistic),
    parameter = c(relabellings = found$relabellings), p.value = found$p.value,
    estimate = estimate,
    conf.int = structure(found$conf.int, conf.level = conf.level),
    null.value = c("ratio of rates" = 1), alternative = alternative,
    method = sprintf("Permutation test of rates (%s)", model),
    data.name = name, status = found$status
  )
}

read_rates <- function(events, words, group, call = caller_env()) {
  if (is.logical(events)) events <- events + 0
  given <- read_groups(events, group, "group", call)
  if (!is.numeric(words) || length(words) != length(events)) {
    arg_error("words", sprintf("numbers, one for each of the %d participants",
                               length(events)), describe_value(words), call)
  }
  keep <- !is.na(events) & !is.na(words) & !is.na(group)
  given <- read_groups(events[keep], group[keep], "group", call)
  check_two_levels("group", given$levels, call)
  words <- as.double(words[keep])
  if (any(words <= 0 | is.infinite(words))) {
    arg_error("words", "above 0 for each participant",
              sprintf("%s for participant %d", format(words[words <= 0 |
                is.infinite(words)][1]),
                which(keep)[words <= 0 | is.infinite(words)][1]), call)
  }
  if (any(given$values < 0)) {
    arg_error("events", "0 or more", sprintf("%s for participant %d",
              format(given$values[given$values < 0][1]),
              which(keep)[given$values < 0][1]), call)
  }
  list(events = given$values, words = words, member = given$group == 1L,
       levels = given$levels)
}

RATE_RELABELLINGS_MAX <- 1e6

# The test for one code: events and words per participant, `member` TRUE for the
# first group. Rates are per word.
rate_values <- function(events, words, member, model = "count",
                        alternative = "two.sided", conf.level = 0.95,
                        simulate = FALSE, B = 19999, seed = NULL,
                        call = caller_env()) {
  if (all(events == 0) || (model == "presence" && all(events > 0))) {
    at <- if (model == "count" || all(events == 0)) 0 else Inf
    return(list(statistic = NA_real_, p.value = NA_real_, rate = c(at, at),
                conf.int = c(NA_real_, NA_real_), relabellings = NA_real_,
                status = "no_variation"))
  }
  all <- all_relabellings(member)
  few <- length(member) <= 63 && all <= RATE_RELABELLINGS_MAX
  draws <- if (few && !simulate) 0 else as.double(B)
  found <- core_value(
    .Call(C_ranks_rates, as.double(events), as.double(words), member,
          if (model == "count") 0L else 1L, draws,
          if (draws > 0) draw_seed(seed) else 0, conf.level,
          match(alternative, TAILS) - 1L),
    call = call
  )
  found$p.value <- found[[alternative]]
  found$status <- "ok"
  found
}
