#' The ratio of two proportions and its interval
#'
#' How many times as many of the first group mention something as of the second.
#'
#' @section Methods:
#' * `"score"`: Miettinen and Nurminen (1985): the ratios at which the score
#'   statistic, with proportions fitted under that ratio and variance times
#'   N / (N - 1), does not reach the normal quantile.
#' * `"koopman"`: the same without that factor (Koopman 1984).
#' * `"exact"`: covers with at least the stated probability whatever the
#'   proportions. At each ratio tables are ordered by their score; a limit is
#'   the ratio at which those at least as extreme have, at most over all
#'   proportions with that ratio, probability `(1 - conf.level) / 2` (Chan and
#'   Zhang 1999).
#'
#' @inheritParams table_tests
#' @param method Which interval.
#' @param conf.level Confidence level. With a one-sided `alternative` one limit
#'   is 0 or `Inf`.
#' @return An object of class `htest`: `estimate` (first over second),
#'   `conf.int`, `status`. 0 and `Inf` are estimates and limits like others;
#'   where nobody mentions it at all the estimate is `NA`, the interval 0 to
#'   `Inf` and `status` `"nobody"`.
#' @section Errors: `intercoder_error_limit` where the exact interval is out of
#'   reach (more than about 240 in each group).
#' @references
#' Koopman (1984) Biometrics 40:513-517. Miettinen and Nurminen (1985)
#' Statistics in Medicine 4:213-226. Chan and Zhang (1999) Biometrics
#' 55:1202-1209.
#' @examples
#' risk_ratio(rbind(clinicians = c(7, 4), developers = c(2, 8)))
#' risk_ratio(rbind(c(7, 27), c(1, 33)), method = "koopman")
#' @export
risk_ratio <- function(x, y = NULL, method = c("score", "koopman", "exact"),
                       alternative = "two.sided", conf.level = 0.95) {
  name <- data_name(deparse1(substitute(x)), deparse1(substitute(y)))
  method <- check_choice(method, c("score", "koopman", "exact"))
  alternative <- check_choice(alternative, TAILS)
  check_proportion(conf.level)
  given <- read_table2(x, y, name)
  nobody <- given$x1 + given$x2 == 0
  new_htest(
    estimate = c("risk ratio" = if (nobody) NA_real_ else
      (given$x1 / given$n1) / (given$x2 / given$n2)),
    conf.int = structure(ratio_limits(given, method, alternative, conf.level),
                         conf.level = conf.level),
    null.value = c("risk ratio" = 1), alternative = alternative,
    method = paste("Risk ratio:", c(
      score = "score interval (Miettinen and Nurminen)",
      koopman = "score interval (Koopman)",
      exact = "exact score interval (Chan and Zhang)"
    )[[method]]),
    data.name = given$data.name, status = if (nobody) "nobody" else "ok"
  )
}

ratio_limits <- function(given, method, alternative, conf.level,
                         call = caller_env()) {
  beyond <- alpha_beyond(alternative, conf.level)
  if (method != "exact") {
    return(.Call(C_tables_ratio, given$x1, given$n1, given$x2, given$n2,
                 method == "score", beyond))
  }
  level <- 1 - 2 * max(beyond)
  limits <- core_value(
    .Call(C_tables_exact_limits, given$x1, given$n1, given$x2, given$n2, 4L,
          level),
    call = call
  )
  c(if (beyond[1] > 0) limits[1] else 0, if (beyond[2] > 0) limits[2] else Inf)
}
