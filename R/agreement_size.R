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
  rows <- lapply(seq_len(nrow(cases)), function(i) {
    case <- c(design, as.list(cases[i, ]), method = method)
    size_row(case, call)
  })
  structure(bind_columns(rows), class = c("agreement_size", "data.frame"),
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
      i = "Give `null` for a test, `width` for an interval, or `units` to learn their power and width."
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
  share <- if (!is.matrix(x) && is.numeric(x) && length(x) == 1) c(x, 1 - x) else x
  if (!is.matrix(share) && is.numeric(share)) {
    share <- rbind(share, share)
  }
  if (!is.numeric(share) || !is.matrix(share) || nrow(share) != 2 ||
        ncol(share) < 2 || anyNA(share) || any(share <= 0) ||
        any(abs(rowSums(share) - 1) > 1e-6)) {
    arg_error("prevalence", "shares above 0 that sum to 1, or a matrix of two rows of them",
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

test_quantile <- function(case) {
  tail <- 1 - case$conf_level
  stats::qnorm(1 - if (case$alternative == "two.sided") tail / 2 else tail)
}

normal_study <- function(case, call) {
  deviation <- switch(case$method, cantor = cantor_deviation,
                      flack = flack_deviation, linearised_deviation)
  expected <- deviation(case, case$expected, call)
  null <- if (!is.na(case$null)) deviation(case, case$null, call)
  z <- stats::qnorm((1 + case$conf_level) / 2)
  function(n) {
    half <- z * expected / sqrt(n)
    gap <- abs(case$expected - case$null) * sqrt(n)
    list(
      power = if (is.null(null)) NA_real_ else
        stats::pnorm((gap - test_quantile(case) * null) / expected),
      width = 2 * half, low = case$expected - half, high = case$expected + half
    )
  }
}

# Fleiss, Cohen and Everitt (1969): what a cell adds to the variance of kappa.
kappa_cells <- function(rows, columns, observed, chance) {
  off <- (1 - observed)^2 * outer(columns, rows, "+")^2
  diag(off) <- ((1 - chance) - (rows + columns) * (1 - observed))^2
  off
}

kappa_deviation <- function(total, observed, chance) {
  sqrt(max(0, total - (observed * chance - 2 * chance + observed)^2)) /
    (1 - chance)^2
}

kappa_margins <- function(case, kappa) {
  rows <- case$margins[1, ]
  columns <- case$margins[2, ]
  chance <- sum(rows * columns)
  list(rows = rows, columns = columns, chance = chance,
       observed = kappa * (1 - chance) + chance)
}

cantor_deviation <- function(case, kappa, call) {
  m <- kappa_margins(case, kappa)
  both <- (m$observed + m$rows[1] + m$columns[1] - 1) / 2
  table <- rbind(c(both, m$rows[1] - both),
                 c(m$columns[1] - both, 1 - m$rows[1] - m$columns[1] + both))
  if (min(table) < -1e-12) {
    not_attainable(m, kappa, sum(pmin(m$rows, m$columns)), call)
  }
  cells <- kappa_cells(m$rows, m$columns, m$observed, m$chance)
  kappa_deviation(sum(cells * table), m$observed, m$chance)
}

flack_deviation <- function(case, kappa, call) {
  m <- kappa_margins(case, kappa)
  q <- length(m$rows)
  cells <- kappa_cells(m$rows, m$columns, m$observed, m$chance)
  of_row <- kronecker(t(rep(1, q)), diag(q))
  of_column <- kronecker(diag(q), t(rep(1, q)))
  largest <- linear_maximum(
    as.vector(cells), rbind(of_row, of_column[-q, ], as.vector(diag(q))),
    c(m$rows, m$columns[-q], m$observed)
  )
  if (is.na(largest)) {
    not_attainable(m, kappa, sum(pmin(m$rows, m$columns)), call)
  }
  kappa_deviation(largest, m$observed, m$chance)
}

not_attainable <- function(m, kappa, most, call) {
  least <- max(0, max(m$rows + m$columns) - 1)
  range <- (c(least, most) - m$chance) / (1 - m$chance)
  abort("value", c(
    sprintf("No table with these margins has a kappa of %g.", kappa),
    i = sprintf("With this `prevalence` kappa lies between %.3f and %.3f.",
                range[1], range[2])
  ), call = call)
}

# The largest cost'x with rows x = total, x >= 0 (total >= 0); NA where there is
# no such x. Two phases of the simplex method by Bland's rule (1977).
linear_maximum <- function(cost, rows, total) {
  m <- nrow(rows)
  n <- ncol(rows)
  tableau <- list(body = cbind(rows, diag(m)), total = total,
                  basis = n + seq_len(m))
  tableau <- simplex(tableau, c(rep(0, n), rep(-1, m)), n)
  if (any(tableau$total[tableau$basis > n] > 1e-9)) {
    return(NA_real_)
  }
  for (i in which(tableau$basis > n)) {
    free <- which(abs(tableau$body[i, seq_len(n)]) > 1e-9)
    if (length(free)) tableau <- pivot(tableau, i, free[1])
  }
  cost <- c(cost, rep(0, m))
  tableau <- simplex(tableau, cost, n)
  sum(cost[tableau$basis] * tableau$total)
}

simplex <- function(tableau, cost, n) {
  repeat {
    gain <- cost[seq_len(n)] -
      drop(cost[tableau$basis] %*% tableau$body[, seq_len(n), drop = FALSE])
    enter <- which(gain > 1e-10)[1]
    if (is.na(enter)) {
      return(tableau)
    }
    able <- which(tableau$body[, enter] > 1e-10)
    ratio <- tableau$total[able] / tableau$body[able, enter]
    tied <- able[ratio <= min(ratio) + 1e-12]
    leave <- tied[which.min(tableau$basis[tied])]
    tableau <- pivot(tableau, leave, enter)
  }
}

pivot <- function(tableau, row, column) {
  by <- tableau$body[row, column]
  tableau$body[row, ] <- tableau$body[row, ] / by
  tableau$total[row] <- tableau$total[row] / by
  for (i in setdiff(seq_len(nrow(tableau$body)), row)) {
    times <- tableau$body[i, column]
    tableau$body[i, ] <- tableau$body[i, ] - times * tableau$body[row, ]
    tableau$total[i] <- max(0, tableau$total[i] - times * tableau$total[row])
  }
  tableau$basis[row] <- column
  tableau
}

# The kappa of the model under which the coefficient has this value.
model_kappa <- function(case, value, call) {
  share <- case$margins[1, ]
  q <- length(share)
  weighing <- case$weighing %||% diag(q)
  alike <- sum(weighing * outer(share, share))
  chance <- switch(
    case$coefficient, percent = 0, bp = mean(weighing),
    ac = sum(weighing) / (q * (q - 1)) * sum(share * (1 - share)), alike
  )
  kappa <- (value + (1 - value) * chance - alike) / (1 - alike)
  if (kappa < 0 || kappa >= 1) {
    abort("value", c(
      sprintf("The model does not reach a coefficient of %g.", value),
      i = sprintf("With this `prevalence` it lies from %.3f to below 1.",
                  (alike - chance) / (1 - chance))
    ), call = call)
  }
  list(kappa = kappa, chance = chance)
}

# Kinds of units: how likely each is and, in a column each, how likely a coder
# by themself is to put it into each category.
model_kinds <- function(case, kappa) {
  share <- case$margins[1, ]
  same <- diag(length(share))
  if (case$model == "common") {
    return(list(weight = c(1 - kappa, kappa * share),
                given = cbind(share, same, deparse.level = 0)))
  }
  list(weight = share,
       given = (1 - sqrt(kappa)) * share + sqrt(kappa) * same)
}

linearised_deviation <- function(case, value, call) {
  assumed <- model_kappa(case, value, call)
  kinds <- model_kinds(case, assumed$kappa)
  share <- case$margins[1, ]
  by <- size_weight[[case$coefficient]](1 - value, length(share))
  m <- case$coders
  parts <- apply(kinds$given, 2, unit_moments, share, m, by)
  mean <- sum(kinds$weight * parts[1, ])
  variance <- sum(kinds$weight * (parts[2, ] + (parts[1, ] - mean)^2))
  sqrt(variance) / (1 - assumed$chance)
}

# Mean and variance, over the coders' draws from `given`, of pairwise agreement
# in a unit less `by` times the mean prevalence of the categories it got.
unit_moments <- function(given, share, m, by) {
  square <- sum(given^2)
  along <- sum(share * given)
  first <- sum(given^3) - square^2
  agreement <- (4 * (m - 2) * first + 2 * (square - square^2)) / (m * (m - 1))
  chance <- (sum(share^2 * given) - along^2) / m
  both <- 2 * (sum(share * given^2) - square * along) / m
  c(square - by * along, agreement + by^2 * chance - 2 * by * both)
}

# Noncentrality per unit of the test of `null` where kappa is `kappa`.
goodness_gap <- function(case, kappa, null) {
  share <- case$margins[1, ]
  all <- share^case$coders
  (kappa - null)^2 * ((1 - sum(all)) / (1 - null) +
                        sum((share - all)^2 / (all + null * (share - all))))
}

goodness_study <- function(case, call) {
  share <- case$margins[1, ]
  all <- share^case$coders
  least <- max(-all / (share - all))
  if (min(case$expected, case$null, na.rm = TRUE) <= least) {
    abort("value", c(
      "No common correlation model has such a kappa.",
      i = sprintf("With this `prevalence` and so many coders it lies above %.3f.",
                  least)
    ), call = call)
  }
  z <- stats::qnorm((1 + case$conf_level) / 2)
  limit <- function(n, end) {
    off <- function(null) log(n * goodness_gap(case, case$expected, null)) -
      2 * log(z)
    near <- case$expected + (end - case$expected) * 1e-8
    far <- end + (case$expected - end) * 1e-12
    stats::uniroot(off, sort(c(near, far)), tol = 1e-10)$root
  }
  function(n) {
    low <- limit(n, least)
    high <- limit(n, 1)
    list(power = goodness_power(case, n), width = high - low, low = low,
         high = high)
  }
}

goodness_power <- function(case, n) {
  if (is.na(case$null)) {
    return(NA_real_)
  }
  gap <- n * goodness_gap(case, case$expected, case$null)
  z <- test_quantile(case)
  if (case$alternative == "two.sided") {
    return(stats::pchisq(z^2, 1, gap, lower.tail = FALSE))
  }
  stats::pnorm(sqrt(gap) - z)
}

simulation_study <- function(case, call) {
  if (case$coders > 2 && case$coefficient %in% c("kappa", "pi")) {
    abort("argument", c(
      sprintf("\"%s\" is for two coders.", case$coefficient),
      i = "Simulate \"conger\" or \"fleiss\" for more."
    ), arg = "coefficient", call = call)
  }
  kinds <- model_kinds(case, model_kappa(case, case$expected, call)$kappa)
  plain <- normal_study(case, call)
  # Where a test is one-sided its interval leaves out alpha at either end.
  level <- if (case$alternative == "two.sided") case$conf_level else
    2 * case$conf_level - 1
  list(at = function(n) simulated_study_of(case, kinds, n, level, call),
       guess = simulation_guess(case, plain, call))
}

# The large-sample answer, from which the search by simulation starts.
simulation_guess <- function(case, plain, call) {
  if (!is.na(case$units)) {
    return(case$units)
  }
  case$method <- "linearised"
  least_units(case, list(at = plain, guess = 16), call) * case$effect
}

simulated_study_of <- function(case, kinds, n, level, call) {
  n <- max(2, round(n / case$effect))
  drawn <- simulate_agreement(case, kinds, n, case$conf_level, call)
  seen <- !is.nan(drawn$low)
  power <- NA_real_
  if (!is.na(case$null)) {
    test <- if (level == case$conf_level) drawn else
      simulate_agreement(case, kinds, n, level, call)
    above <- test$low > case$null & case$alternative != "less"
    below <- test$high < case$null & case$alternative != "greater"
    power <- mean((above | below) %in% TRUE)
  }
  list(power = power, width = mean((drawn$high - drawn$low)[seen]),
       low = mean(drawn$low[seen]), high = mean(drawn$high[seen]),
       undefined = sum(!seen))
}

simulate_agreement <- function(case, kinds, n, level, call) {
  core_value(
    .Call(C_plan_simulate,
          c(n, case$coders, length(case$values), case$missing,
            case$replicates, case$seed),
          kinds$weight, kinds$given, case$values,
          c(match(case$coefficient, agreement_coefficients) - 1L,
            match(case$level, agreement_levels) - 1L),
          case$weighing,
          c(match(case$ci, agreement_intervals) - 1, level, case$resamples),
          case$threads),
    call = call
  )
}

size_sources <- c(
  cantor = "Cantor (1996), tables fixed by the coders' margins",
  flack = "Flack et al. (1988), the largest variance over tables with these margins",
  goodness_of_fit = "goodness of fit (Donner and Eliasziw 1992; Altaye et al. 2001), common correlation model",
  linearised = "linearised variance, normal quantiles",
  simulation = "simulation"
)

#' @rdname agreement_size
#' @param x An `agreement_size`.
#' @param digits Decimal places.
#' @param caption Caption of a knitted table.
#' @param ... Not used.
#' @export
format.agreement_size <- function(x, digits = 2, ...) {
  x <- agreement_frame(x)
  differs <- function(v) if (length(unique(v)) > 1) v
  test <- !all(is.na(x$null))
  out <- list(
    coefficient = differs(x$coefficient),
    coders = format(x$coders, trim = TRUE),
    expected = format_number(x$expected, digits),
    null = if (test) format_number(x$null, digits),
    units = format_whole(x$units),
    power = if (test) format_number(x$power, digits + 1),
    width = format_number(x$width, digits + 1),
    interval = format_interval(x$conf.low, x$conf.high, digits)
  )
  data.frame(out[!vapply(out, is.null, NA)], check.names = FALSE)
}

size_header <- function(x) {
  name <- coefficient_label(x$coefficient[1], x$level[1], x$weights[1])
  if (x$method[1] == "goodness_of_fit" && x$coefficient[1] == "kappa") {
    name <- "intraclass kappa"
  }
  what <- if (attr_or(x, "solved", "units") == "units") "Units needed" else
    "Power and width of interval"
  sprintf("%s: %s of %s in %s", what, name,
          if (length(unique(x$coders)) == 1)
            format_count(x$coders[1], "coder") else
              paste(paste(unique(x$coders), collapse = ", "), "coders"),
          format_count(x$categories[1], "category", "categories"))
}

size_notes <- function(x) {
  model <- c(
    independent = "; each coder by themself finds the true category or draws by prevalence",
    common = "; all coders give one category together or each draws by prevalence"
  )
  method <- x$method[1]
  c(
    sprintf("Method: %s%s.", size_sources[[method]],
            if (method %in% c("linearised", "simulation"))
              model[[x$model[1]]] else ""),
    if (method == "simulation") sprintf(
      "%s of each size, %s intervals%s.",
      format_count(x$replicates[1], "data set"), attr_or(x, "ci", ""),
      if (sum(x$undefined) > 0) sprintf(", undefined in up to %g",
                                        max(x$undefined)) else ""
    ),
    sprintf("%g%% intervals%s.", 100 * x$conf.level[1], size_test(x)),
    if (x$missing[1] > 0) sprintf("%s of the ratings missing at random.",
                                  format_percent(x$missing[1])),
    if (x$design.effect[1] > 1) sprintf("Design effect of clusters: %g.",
                                        x$design.effect[1]),
    if (attr_or(x, "solved", "units") == "units")
      "Units are rounded up; power and width are those of that many."
  )
}

size_test <- function(x) {
  if (all(is.na(x$null))) {
    return("")
  }
  sprintf("; %s test at %g%%", c(greater = "one-sided", less = "one-sided",
                                 two.sided = "two-sided")[[x$alternative[1]]],
          100 * (1 - x$conf.level[1]))
}

#' @rdname agreement_size
#' @export
print.agreement_size <- function(x, digits = 2, ...) {
  cat(strwrap(size_header(x), exdent = 2), sep = "\n")
  print_table(format.agreement_size(x, digits))
  cat(strwrap(size_notes(x), exdent = 2), sep = "\n")
  invisible(x)
}

# Rows may be chosen; without its columns it is a data frame.
#' @export
`[.agreement_size` <- function(x, ...) {
  out <- NextMethod()
  if (is.data.frame(out) && (!all(names(x) %in% names(out)) || !nrow(out))) {
    class(out) <- "data.frame"
  }
  out
}

#' @rdname agreement_size
#' @exportS3Method knitr::knit_print
knit_print.agreement_size <- function(x, digits = 2, caption = NULL, ...) {
  knit_table(format.agreement_size(x, digits),
             caption = caption %||%
               paste(c(paste0(size_header(x), "."), size_notes(x)),
                     collapse = " "))
}

#' @rdname agreement_size
#' @exportS3Method generics::tidy
tidy.agreement_size <- function(x, ...) {
  x <- agreement_frame(x)
  attributes(x)[c("solved", "ci", "seed")] <- NULL
  x
}
