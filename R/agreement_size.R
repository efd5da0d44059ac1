# Sample size, power and width of interval of a study of agreement. Whatever
# the method, it says which power and which width so many units have; the least
# number of units is searched for among whole numbers.

size_methods <- c("cantor", "flack", "goodness_of_fit", "linearised",
                  "simulation")

#' How many units a study of agreement needs
#'
#' Sample size for a test that agreement is more than some value, or for an
#' interval of some width; or the power and the width that a given number of
#' units has. Vectors are crossed, so one call gives a table for planning.
#'
#' Give `null` for a test, `width` for an interval, or both. Without `units` the
#' answer is the smallest whole number of units that reaches `power` (where
#' `null` is given) and whose interval is no wider than `width` (where that is
#' given). With `units` the answer is their power and width.
#'
#' @section Methods: With \eqn{\kappa_1} expected, \eqn{\kappa_0} under the null
#'   hypothesis, \eqn{\sigma(\kappa)} the standard deviation of the estimate
#'   times the root of the number of units, and normal quantiles,
#'   \eqn{N = ((z_{1-\alpha} \sigma(\kappa_0) + z_{power} \sigma(\kappa_1)) /
#'   (\kappa_1 - \kappa_0))^2} and the width is
#'   \eqn{2 z_{1-\alpha/2} \sigma(\kappa_1) / \sqrt{N}} for the first, second
#'   and fourth method.
#'   * `cantor`, Cantor (1996): Cohen's kappa of two coders and two categories.
#'     Both coders' margins and kappa fix the table; \eqn{\sigma} is that of
#'     Fleiss, Cohen and Everitt (1969).
#'   * `flack`, Flack, Afifi, Lachenbruch and Schouten (1988): two coders,
#'     several categories. Margins and kappa leave the table open; \eqn{\sigma}
#'     is its largest value over all tables that have them, found by linear
#'     programming.
#'   * `goodness_of_fit`, Donner and Eliasziw (1992) for two coders and two
#'     categories; Altaye, Donner and Klar (2001) and Donner and Rotondi (2010)
#'     for more coders, taken to more categories by the same model. Kappa is
#'     then the intraclass kappa, which Fleiss' kappa and alpha estimate. Under
#'     the common correlation model (below) with \eqn{m} coders and shares
#'     \eqn{\pi_c} the test of \eqn{\kappa_0} has noncentrality
#'     \eqn{N (\kappa_1 - \kappa_0)^2
#'     [(1 - \sum \pi_c^m) / (1 - \kappa_0) + \sum (\pi_c - \pi_c^m)^2 /
#'     (\pi_c^m + \kappa_0 (\pi_c - \pi_c^m))]}
#'     and one degree of freedom. The interval holds all values that the test
#'     does not reject.
#'   * `linearised`: any number of coders, the large-sample variance of the
#'     coefficient under the assumed model (Gwet 2014 for the linearisation).
#'     All of `kappa`, `pi`, `fleiss`, `conger` and `alpha` share one.
#'   * `simulation`: any coefficient, level, weights and missing ratings. Data
#'     sets are drawn from the model and [agreement()]'s interval of kind `ci`
#'     is computed for each: power is the share of intervals that exclude
#'     `null`, width their mean. The same random numbers serve every number of
#'     units that is tried. 1,000 data sets leave a standard error of 0.013 on a
#'     power of 0.8.
#'
#'   Without `method` two coders and kappa take `cantor` (two categories) or
#'   `flack`; more coders and kappa `goodness_of_fit`; other coefficients
#'   `linearised`; `weights`, another `level` than nominal, and missing ratings
#'   of more than two coders `simulation`.
#'
#' @section Models: `goodness_of_fit` assumes that with probability kappa all
#'   coders give one category together, drawn by prevalence, and otherwise each
#'   draws by prevalence alone (`model = "common"`). `linearised` and
#'   `simulation` take this or, by default, `"independent"`: each unit has a
#'   true category, drawn by prevalence; each coder by themself finds it with
#'   probability \eqn{\sqrt\kappa} and else draws by prevalence. For two coders
#'   both are the same. In both the expected value of kappa, pi, Fleiss, Conger
#'   and alpha is kappa whatever the weights or level; for `percent`, `bp` and
#'   `ac` the kappa that gives the expected value is used.
#'
#' @section Interviews: Units of one interview are alike. `cluster_size` units
#'   in each with correlation `icc` (of what they contribute to the coefficient)
#'   multiply the units needed by the design effect \eqn{1 + (size - 1) icc}
#'   (Kish 1965).
#'
#' @param expected The coefficient expected; below 1.
#' @param null Its value under the null hypothesis, or `NULL` for no test.
#' @param width The full width of the interval wanted.
#' @param units The number of units, where it is given.
#' @param power The power wanted, where units are not given.
#' @param coefficient "kappa", "pi", "fleiss", "conger", "alpha", "bp", "ac" or
#'   "percent".
#' @param coders The number of coders.
#' @param prevalence Shares of the categories, summing to 1; one number is the
#'   share of the first of two. For `cantor` and `flack` also a matrix of two
#'   rows, the margins of either coder. Numbers as names are the values of the
#'   categories, otherwise 1, 2, ... (for `level` and `weights`).
#' @param method See Methods.
#' @param alternative "greater" (than `null`), "less" or "two.sided".
#' @param conf_level Level of the interval; the test has significance level
#'   `1 - conf_level`.
#' @param missing Share of ratings that will be missing, at random. For two
#'   coders a unit counts if both are there, a share `(1 - missing)^2`.
#' @param cluster_size,icc See Interviews.
#' @param model "independent" or "common": see Models.
#' @param level,weights As in [agreement()], for `simulation`. `level` is
#'   "nominal", "ordinal", "interval" or "ratio".
#' @param ci Interval of the simulated data: "jackknife", "bca", "percentile" or
#'   "analytic".
#' @param replicates Simulated data sets.
#' @param resamples Bootstrap replicates in each of them, for "bca" and
#'   "percentile".
#' @param seed,threads As in [agreement()], for `simulation`.
#' @return A data frame of class `agreement_size`, one row for each combination:
#'   `coefficient`, `level`, `weights`, `method`, `model` (where one is
#'   assumed), `coders`, `categories`, `expected`, `null`, `alternative`,
#'   `units` (rounded up), `power` and `width` (of that many units; `power` is
#'   `NA` without `null`), `conf.low` and `conf.high` (the limits expected, cut
#'   at 1), `conf.level`, `missing`, `design.effect`, and for simulations
#'   `replicates` and `undefined` (data sets without an interval, counted as not
#'   rejecting).
#' @section Errors: `intercoder_error_argument` for an argument of the wrong
#'   kind, an `expected` on the wrong side of `null`, a method that does not
#'   fit; or where neither `null`, `width` nor `units` is given.
#'   `intercoder_error_value` where no table with these margins has the
#'   coefficient expected. `intercoder_error_limit` where more units are needed
#'   than the search goes to.
#' @references
#' Altaye, M., Donner, A., & Klar, N. (2001). Inference procedures for assessing
#' interobserver agreement among multiple raters. *Biometrics* 57.
#'
#' Cantor, A. B. (1996). Sample-size calculations for Cohen's kappa.
#' *Psychological Methods* 1.
#'
#' Donner, A., & Eliasziw, M. (1992). A goodness-of-fit approach to inference
#' procedures for the kappa statistic. *Statistics in Medicine* 11.
#'
#' Donner, A., & Rotondi, M. A. (2010). Sample size requirements for interval
#' estimation of the kappa statistic for interobserver agreement studies with a
#' binary outcome and multiple raters. *International Journal of Biostatistics*
#' 6.
#'
#' Flack, V. F., Afifi, A. A., Lachenbruch, P. A., & Schouten, H. J. A. (1988).
#' Sample size determinations for the two rater kappa statistic.
#' *Psychometrika* 53.
#'
#' Kish, L. (1965). *Survey Sampling*. Wiley.
#' @seealso [agreement()]
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' # Is kappa more than 0.4, if it is 0.6 and a fifth of the units have the
#' # code?
#' agreement_size(0.6, null = 0.4, prevalence = 0.2)
#' # Units for an interval of alpha 0.2 wide, for two to four coders
#' agreement_size(0.8, width = 0.2, coefficient = "alpha", coders = 2:4,
#'                prevalence = 0.2)
#' # What 200 turns of 20 interviews are good for
#' agreement_size(0.7, null = 0.5, units = 200, coefficient = "alpha",
#'                prevalence = 0.1, cluster_size = 10, icc = 0.05)
#' # Three coders, ordinal, a tenth of the ratings missing: by simulation
#' agreement_size(0.7, units = 100, coefficient = "alpha", coders = 3,
#'                prevalence = c(0.2, 0.3, 0.5), level = "ordinal",
#'                missing = 0.1, replicates = 200, seed = 1)
#' @export
agreement_size <- function(expected, null = NULL, width = NULL, units = NULL,
                           power = 0.8, coefficient = "kappa", coders = 2,
                           prevalence = 0.5, method = NULL,
                           alternative = c("greater", "less", "two.sided"),
                           conf_level = 0.95, missing = 0, cluster_size = 1,
                           icc = 0, model = c("independent", "common"),
                           level = "nominal", weights = NULL,
                           ci = c("jackknife", "bca", "percentile",
                                  "analytic"),
                           replicates = 1000, resamples = 500, seed = NULL,
                           threads = NULL) {
  call <- caller_env(0)
  goal <- check_goal(null, width, units, power, missing(power), call)
  check_numbers(expected, -1, 1, call)
  check_whole(coders, 2, 100, call)
  coefficient <- check_choice(coefficient, names(size_weight))
  alternative <- check_choice(alternative, c("greater", "less", "two.sided"))
  check_proportion(conf_level)
  check_share(missing, call)
  check_share(icc, call, one = TRUE)
  check_numbers(cluster_size, 1, 1e6, call, single = TRUE)
  ci <- check_choice(ci, c("jackknife", "bca", "percentile", "analytic"))
  check_count(replicates, min = 10, max = 1e6)
  check_count(resamples, min = 10, max = 1e6)
  margins <- check_margins(prevalence, call)
  design <- list(
    coefficient = coefficient, margins = margins$share,
    values = margins$values, alternative = alternative,
    conf_level = conf_level, missing = missing,
    effect = 1 + (cluster_size - 1) * icc,
    model = check_choice(model, c("independent", "common")),
    level = check_choice(level, c("nominal", "ordinal", "interval", "ratio")),
    weights = weights, ci = ci, replicates = as.double(replicates),
    resamples = as.double(resamples), threads = thread_count(threads)
  )
  design$weighing <- size_weights(design, call)
  cases <- size_cases(expected, goal, coders)
  method <- size_method(method, design, max(coders), call)
  design$seed <- if (method == "simulation") draw_seed(seed) else 0
  rows <- lapply_shown("Planning", seq_len(nrow(cases)), function(i) {
    case <- c(design, as.list(cases[i, ]), method = method)
    size_row(case, call)
  })
  new_result(bind_columns(rows), class = "agreement_size",
             solved = if (is.null(units)) "units" else "power",
             ci = if (method == "simulation") ci, seed = design$seed)
}

# Multiplier of the deviation of chance agreement in the linearised
# coefficient, by (1 - coefficient) and the number of categories.
size_weight <- list(
  kappa = function(rest, q) 2 * rest, pi = function(rest, q) 2 * rest,
  fleiss = function(rest, q) 2 * rest, conger = function(rest, q) 2 * rest,
  alpha = function(rest, q) 2 * rest, bp = function(rest, q) 0,
  ac = function(rest, q) -2 * rest / (q - 1), percent = function(rest, q) 0
)

check_goal <- function(null, width, units, power, by_default, call) {
  if (is.null(null) && is.null(width) && is.null(units)) {
    abort("argument", c(
      "Nothing says how many units are enough.",
      i = paste("Give `null` for a test, `width` for an interval, or `units`",
                "to learn their power and width.")
    ), arg = "null", call = call)
  }
  if (!is.null(units) && !(by_default && is.null(width))) {
    abort("argument", c(
      sprintf("`units` and `%s` are both given.",
              if (is.null(width)) "power" else "width"),
      i = "Leave out the one that is to be found."
    ), arg = "units", call = call)
  }
  if (!is.null(null)) check_numbers(null, -1, 1, call)
  if (!is.null(width)) check_numbers(width, 0, 2, call)
  if (!is.null(units)) check_whole(units, 2, 1e9, call)
  check_numbers(power, 0, 1, call)
  list(null = null %||% NA_real_, width = width %||% NA_real_,
       units = units %||% NA_real_,
       power = if (is.null(null) || !is.null(units)) NA_real_ else power)
}

# Numbers in the open interval (low, high); `single` includes its ends.
check_numbers <- function(x, low, high, call, arg = deparse(substitute(x)),
                          single = FALSE) {
  inside <- is.numeric(x) && length(x) && !anyNA(x) &&
    (!single || length(x) == 1) &&
    all(if (single) x >= low & x <= high else x > low & x < high)
  if (!inside) {
    arg_error(arg, sprintf("%s %s %g %s %g",
                           if (single) "a number" else "numbers",
                           if (single) "from" else "between", low,
                           if (single) "to" else "and", high),
              describe_value(x), call)
  }
}

check_whole <- function(x, min, max, call, arg = deparse(substitute(x))) {
  if (!is.numeric(x) || !length(x) || anyNA(x) ||
        any(x != trunc(x) | x < min | x > max)) {
    arg_error(arg, sprintf("whole numbers from %g to %g", min, max),
              describe_value(x), call)
  }
}

check_share <- function(x, call, one = FALSE,
                        arg = deparse(substitute(x))) {
  if (!is.numeric(x) || length(x) != 1 || is.na(x) || x < 0 ||
        (if (one) x > 1 else x >= 1)) {
    arg_error(arg, sprintf("a number from 0 to %s1", if (one) "" else "below "),
              describe_value(x), call)
  }
}

# Two rows, the margins of two coders, and the values of the categories.
check_margins <- function(x, call) {
  labels <- if (is.matrix(x)) colnames(x) else names(x)
  share <- x
  if (!is.matrix(x) && is.numeric(x) && length(x) == 1) {
    share <- c(x, 1 - x)
  }
  if (!is.matrix(share) && is.numeric(share)) {
    share <- rbind(share, share)
  }
  if (!is.numeric(share) || !is.matrix(share) || nrow(share) != 2 ||
        ncol(share) < 2 || anyNA(share) || any(share <= 0) ||
        any(abs(rowSums(share) - 1) > 1e-6)) {
    arg_error("prevalence", paste("shares above 0 that sum to 1, or a matrix",
                                  "of two rows of them"),
              describe_value(x), call)
  }
  values <- suppressWarnings(as.double(labels))
  if (length(values) != ncol(share) || anyNA(values) ||
        is.unsorted(values, strictly = TRUE)) {
    values <- as.double(seq_len(ncol(share)))
  }
  list(share = unname(share / rowSums(share)), values = values)
}

# The agreement weights as in agreement(), or NULL.
size_weights <- function(design, call) {
  q <- length(design$values)
  x <- new_ratings(list(matrix(NA_integer_, 1, 2)),
                   levels = format(design$values, trim = TRUE),
                   numbers = design$values, scale = "numeric",
                   coders = c("1", "2"))
  weight_matrix(x, design$weights, design$coefficient, call)
}

size_cases <- function(expected, goal, coders) {
  cases <- expand.grid(
    coders = as.double(coders), expected = as.double(expected),
    null = goal$null, width = goal$width, power = goal$power,
    units = as.double(goal$units), KEEP.OUT.ATTRS = FALSE
  )
  cases[order(cases$expected, cases$null, cases$coders), ]
}

size_method <- function(method, design, coders, call) {
  plain <- is.null(design$weighing) && design$level == "nominal"
  method <- check_choice(method %||% default_size_method(design, coders, plain),
                         size_methods, call = call)
  if (method == "simulation") {
    return(check_equal_margins(method, design, call))
  }
  wrong <- if (!plain) {
    "without `weights` and at nominal level"
  } else if (method %in% c("cantor", "flack") &&
               (coders > 2 || design$coefficient != "kappa")) {
    "for \"kappa\" of two coders"
  } else if (method == "cantor" && length(design$values) > 2) {
    "for two categories"
  } else if (design$missing > 0 && coders > 2) {
    "for complete data where there are more than two coders"
  } else if (method == "goodness_of_fit" &&
               design$coefficient %in% c("bp", "ac", "percent")) {
    "for \"kappa\", \"pi\", \"fleiss\", \"conger\" and \"alpha\""
  }
  if (!is.null(wrong)) {
    abort("argument", c(
      sprintf("Method \"%s\" is %s.", method, wrong),
      i = "Method \"simulation\" takes all."
    ), arg = "method", call = call)
  }
  if (method %in% c("cantor", "flack")) method else
    check_equal_margins(method, design, call)
}

default_size_method <- function(design, coders, plain) {
  if (!plain || (design$missing > 0 && coders > 2)) {
    "simulation"
  } else if (design$coefficient != "kappa") {
    "linearised"
  } else if (coders > 2) {
    "goodness_of_fit"
  } else if (length(design$values) == 2) {
    "cantor"
  } else {
    "flack"
  }
}

check_equal_margins <- function(method, design, call) {
  if (any(design$margins[1, ] != design$margins[2, ])) {
    abort("argument", c(
      sprintf("Method \"%s\" has one prevalence for all coders.", method),
      i = "Give `prevalence` as a vector."
    ), arg = "prevalence", call = call)
  }
  method
}

size_row <- function(case, call) {
  check_sides(case, call)
  study <- size_study(case, call)
  n <- if (is.na(case$units)) least_units(case, study, call) else case$units
  at <- study$at(n)
  simulated <- case$method == "simulation"
  assumed <- case$method %in% c("linearised", "simulation")
  list(
    coefficient = case$coefficient,
    level = if (is.null(case$weighing)) case$level else "weighted",
    weights = weights_name(case$weights), method = case$method,
    model = if (assumed) case$model else
      if (case$method == "goodness_of_fit") "common" else NA_character_,
    coders = case$coders, categories = length(case$values),
    expected = case$expected, null = case$null,
    alternative = if (is.na(case$null)) NA_character_ else case$alternative,
    units = n, power = at$power, width = at$width, conf.low = at$low,
    conf.high = min(1, at$high), conf.level = case$conf_level,
    missing = case$missing, design.effect = case$effect,
    replicates = if (simulated) case$replicates else NA_real_,
    undefined = at$undefined %||% NA_real_
  )
}

check_sides <- function(case, call) {
  if (is.na(case$null)) {
    return(invisible())
  }
  gap <- case$expected - case$null
  right <- switch(case$alternative, greater = gap > 0, less = gap < 0,
                  two.sided = gap != 0)
  if (!right) {
    arg_error("expected", switch(
      case$alternative, greater = "greater than `null`",
      less = "less than `null`", two.sided = "another value than `null`"
    ), sprintf("%g, and `null` is %g", case$expected, case$null), call)
  }
}

# at(n): power, width and limits of n units; guess: where to start looking.
size_study <- function(case, call) {
  # Units that count as much as one unit without missing ratings and clusters.
  worth <- (1 - case$missing)^2 / case$effect
  study <- switch(
    case$method,
    goodness_of_fit = goodness_study(case, call),
    simulation = simulation_study(case, call),
    normal_study(case, call)
  )
  if (case$method == "simulation") study else
    list(at = function(n) study(n * worth), guess = 16)
}

# The smallest whole number that reaches what is wanted. Doubles or halves from
# the guess to a bracket and halves that.
least_units <- function(case, study, call) {
  enough <- function(n) {
    at <- study$at(n)
    (is.na(case$power) || isTRUE(at$power >= case$power)) &&
      (is.na(case$width) || isTRUE(at$width <= case$width))
  }
  high <- max(2, round(study$guess))
  while (high > 2 && enough(high)) high <- max(2, floor(high / 2))
  low <- if (high == 2) 1 else high
  while (!enough(high)) {
    low <- high
    high <- 2 * high
    most <- if (case$method == "simulation") 2e5 else 1e9
    if (high > most) {
      abort("limit", c(
        sprintf("More than %s units would be needed.",
                format_whole(most)),
        i = "Move `expected` away from `null`, or ask for a wider interval."
      ), call = call)
    }
  }
  while (high - low > 1) {
    middle <- floor((low + high) / 2)
    if (enough(middle)) high <- middle else low <- middle
  }
  high
}
