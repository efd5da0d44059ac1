#' How many participants it takes to hear a theme
#'
#' The chance that a theme held by a share of the population comes up with at
#' least so many of n participants, or the number of participants that takes
#' (Fugard and Potts 2015).
#'
#' @section Method: Participants are taken as drawn at random, each of whom
#'   tells of the theme with probability `prevalence`, independently: the number
#'   who do is binomial, and the chance is that of `times` or more. `prevalence`
#'   is that of telling: where one in five holds a view and half of these come
#'   to speak of it, it is 0.1. A sample chosen to be varied is not drawn at
#'   random; the chance then says what a random one of that size would do. None
#'   of this says whether a theme is understood.
#'
#' @param prevalence Share of the population who would tell of the theme, above
#'   0, below 1. Vectors are crossed.
#' @param times From how many participants it is to be heard.
#' @param chance The chance wanted, where `n` is looked for.
#' @param n Number of participants, where the chance is asked for.
#' @return A data frame, one row for each combination: `prevalence`, `times`,
#'   `n`, `chance` (of that many participants), `expected` (how many are
#'   expected to tell).
#' @section Errors: `intercoder_error_argument` for an argument of the wrong
#'   kind; `intercoder_error_limit` where more than ten million participants are
#'   needed.
#' @references
#' Fugard, A. J. B., & Potts, H. W. W. (2015). Supporting thinking on sample
#' sizes for thematic analyses: a quantitative tool. *International Journal of
#' Social Research Methodology* 18.
#' @seealso [saturation()] for what happened in a study; [power_groups()] for
#'   comparing groups.
#' @examples
#' # A theme of one in ten, heard from two at least, with a chance of 80 %
#' thematic_size(0.1, times = 2)
#' # What ten participants of a group hear
#' thematic_size(c(0.05, 0.1, 0.2, 0.3), n = 10)
#' @export
thematic_size <- function(prevalence, times = 1, chance = 0.8, n = NULL) {
  call <- caller_env(0)
  check_numbers(prevalence, 0, 1, call)
  check_whole(times, 1, 1e6, call)
  if (is.null(n)) {
    check_numbers(chance, 0, 1, call)
    out <- expand.grid(prevalence = prevalence, times = times, chance = chance)
    out$n <- mapply(least_participants, out$prevalence, out$times, out$chance,
                    MoreArgs = list(call = call))
  } else {
    check_whole(n, 1, 1e7, call)
    out <- expand.grid(prevalence = prevalence, times = times, n = n)
  }
  out$chance <- hearing(out$n, out$prevalence, out$times)
  out$expected <- out$n * out$prevalence
  out[c("prevalence", "times", "n", "chance", "expected")]
}

hearing <- function(n, prevalence, times) {
  stats::pbinom(times - 1, n, prevalence, lower.tail = FALSE)
}

# The chance grows with n.
least_participants <- function(prevalence, times, chance, call) {
  low <- times - 1
  high <- times
  while (hearing(high, prevalence, times) < chance) {
    low <- high
    high <- 2 * high
    if (high > 1e7) {
      abort("limit", "More than ten million participants would be needed.",
            call = call)
    }
  }
  while (high - low > 1) {
    middle <- (low + high) %/% 2
    if (hearing(middle, prevalence, times) >= chance) high <- middle else
      low <- middle
  }
  high
}
