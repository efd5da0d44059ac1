#' The odds ratio of two proportions and its interval
#'
#' How many times higher the odds of a mention are in the first group than in
#' the second.
#'
#' @section Methods:
#' * `"conditional"`: given how many mention in all, the odds ratio that makes
#'   the observed number the expected one (Fisher 1935), with the limits at
#'   which either tail has probability `(1 - conf.level) / 2` (Cornfield 1956).
#'   They leave out 1 exactly when the central [fisher_test()] has `p <= 1 -
#'   conf.level`, and cover with at least the stated probability.
#' * `"midp"`: the same with half the probability of the observed table taken
#'   off each tail (Lancaster 1961): shorter, near the stated probability. It
#'   agrees with the central mid-p test.
#' * `"score"`: the sample odds ratio with the score interval of Miettinen and
#'   Nurminen (1985).
#'
#' Equations are solved to twelve digits; 0 and `Inf` are limits and estimates
#' like others.
#'
#' @inheritParams table_tests
#' @param method Which interval.
#' @param conf.level Confidence level. With a one-sided `alternative` one limit
#'   is 0 or `Inf`.
#' @return An object of class `htest`: `estimate`, `conf.int`, and for
#'   `"conditional"` and `"midp"` the p-value they agree with. Where all or none
#'   mention, every odds ratio is possible: the estimate is `NA`, the interval 0
#'   to `Inf`, p is 1.
#' @section Errors: `intercoder_error_argument` for what is no table;
#'   `intercoder_error_group` for an empty group.
#' @references
#' Fisher (1935) JRSS 98:39-82. Cornfield (1956) Proceedings of the Third
#' Berkeley Symposium 4:135-148. Lancaster (1961) JASA 56:223-234. Miettinen and
#' Nurminen (1985) Statistics in Medicine 4:213-226.
#' @examples
#' odds_ratio(rbind(clinicians = c(7, 4), developers = c(2, 8)))
#' odds_ratio(rbind(c(9, 4), c(4, 10)), method = "midp")
#' @export
odds_ratio <- function(x, y = NULL,
                       method = c("conditional", "midp", "score"),
                       alternative = "two.sided", conf.level = 0.95) {
  name <- data_name(deparse1(substitute(x)), deparse1(substitute(y)))
  method <- check_choice(method, ODDS_METHODS)
  alternative <- check_choice(alternative, TAILS)
  check_proportion(conf.level)
  given <- read_table2(x, y, name)
  found <- odds_values(given, method, alternative, conf.level)
  new_htest(
    p.value = found$p.value,
    estimate = c("odds ratio" = found$estimate),
    conf.int = structure(as.vector(found$set), conf.level = conf.level),
    null.value = c("odds ratio" = 1), alternative = alternative,
    method = paste("Odds ratio:", c(
      conditional = "conditional estimate, exact interval",
      midp = "conditional estimate, mid-p interval",
      score = "score interval (Miettinen and Nurminen)"
    )[[method]]),
    data.name = given$data.name
  )
}

ODDS_METHODS <- c("conditional", "midp", "score")

odds_values <- function(given, method, alternative, conf.level,
                        call = caller_env()) {
  if (method != "score") {
    tail <- if (alternative == "two.sided") "central" else alternative
    return(fisher_values(given, tail, method == "midp", conf.level, call))
  }
  beyond <- alpha_beyond(alternative, conf.level)
  found <- .Call(C_tables_odds_score, as.double(given$x1),
                 as.double(given$n1), as.double(given$x2),
                 as.double(given$n2), beyond)
  list(estimate = found[1], set = found[2:3])
}
