# Order of the core's enumerations; see src/core/agreement.h and resample.h.
agreement_coefficients <- c("percent", "kappa", "pi", "fleiss", "conger",
                            "light", "hubert", "bp", "ac", "alpha",
                            "icc11", "icc21", "icc31", "icc1k", "icc2k",
                            "icc3k", "kendall_w", "maxwell_re", "finn",
                            "robinson")
icc_coefficients <- grep("^icc", agreement_coefficients, value = TRUE)
# What each takes the values for, where it is not up to `level` and `weights`.
own_levels <- c(
  stats::setNames(rep("interval", 6), icc_coefficients),
  finn = "interval", robinson = "interval", kendall_w = "ordinal",
  maxwell_re = "nominal"
)
agreement_statuses <- c("ok", "no_ratings", "one_coder", "no_pairable",
                        "no_variation", "not_two_coders", "coders_unknown",
                        "infinite_distance", "one_unit", "no_residual",
                        "disconnected", "variance_not_positive",
                        "few_complete", "not_two_categories")
agreement_intervals <- c("none", "bca", "percentile", "jackknife", "analytic",
                         "krippendorff2006", "degenerate", "unavailable",
                         "too_few")
drawn_intervals <- c("bca", "percentile", "krippendorff2006")

#' Agreement between coders
#'
#' Measures how well coders agree, by one or several coefficients at once, with
#' an interval for each. One pass over the data and one bootstrap serve all
#' coefficients, so they can be compared with each other.
#'
#' @section Coefficients: With \eqn{r_{uk}} coders who put unit \eqn{u} into
#'   category \eqn{k}, \eqn{r_u = \sum_k r_{uk}}, \eqn{w_{kl}} the agreement
#'   weights (identity unless given) and \eqn{q} categories, observed agreement
#'   \eqn{p_a} is the mean over units with \eqn{r_u \ge 2} of
#'   \eqn{\sum_{kl} w_{kl} r_{uk} (r_{ul} - [k = l]) / (r_u (r_u - 1))}. The
#'   coefficients from `kappa` to `ac` are \eqn{(p_a - p_e) / (1 - p_e)}:
#'   * `percent`: \eqn{p_a} itself, pairwise percent agreement.
#'   * `kappa`, Cohen (1960, weighted 1968): two coders, the units both of them
#'     rated, \eqn{p_e = \sum w_{kl} p_{1k} p_{2l}} from each coder's own
#'     margin.
#'   * `pi`, Scott (1955): two coders, the units both rated,
#'     \eqn{p_e = \sum w_{kl} \pi_k \pi_l} from the joint margin.
#'   * `fleiss`, Fleiss (1971), for missing ratings as in Gwet (2014):
#'     \eqn{\pi_k} the mean of \eqn{r_{uk} / r_u} over all units with a value.
#'   * `conger`, Conger (1980), for missing ratings as in Gwet (2014): \eqn{p_e}
#'     the mean over pairs of coders of \eqn{\sum w_{kl} p_{gk} p_{hl}}.
#'   * `light`, Light (1971): the mean of the kappas of all pairs of coders,
#'     each on the units both rated; undefined where one of them is.
#'   * `hubert`, Hubert (1977), Warrens (2010): one kappa from the means of
#'     \eqn{p_a} and \eqn{p_e} over the same pairs. Without missing values it
#'     is Conger's kappa.
#'   * `bp`, Brennan and Prediger (1981), also known as S or PABAK:
#'     \eqn{p_e = \sum w_{kl} / q^2}.
#'   * `ac`, Gwet (2008): AC1, and AC2 with weights,
#'     \eqn{p_e = \sum w_{kl} / (q (q - 1)) \sum \pi_k (1 - \pi_k)}.
#'   * `alpha`, Krippendorff (2011): \eqn{1 - D_o / D_e} over pairable values,
#'     those in units with at least two; \eqn{D_o} and \eqn{D_e} are mean
#'     squared distances within units and between all values.
#'   * `icc11` `icc21` `icc31` `icc1k` `icc2k` `icc3k`: the intraclass
#'     correlations of Shrout and Fleiss (1979); see [icc()].
#'   * `kendall_w`, Kendall and Babington Smith (1939): the concordance
#'     \eqn{W = 12 S / (m^2 (n^3 - n) - m \sum (t^3 - t))} of \eqn{m} coders who
#'     rank \eqn{n} units, those that all coders rated; \eqn{S} the sum of
#'     squared deviations of the units' sums of ranks, \eqn{t} the sizes of each
#'     coder's ties. \eqn{m (n - 1) W} is about chi-squared with \eqn{n - 1}
#'     degrees of freedom where coders do not agree.
#'   * `maxwell_re`, Maxwell (1977): \eqn{2 p_a - 1}, for two coders and two
#'     categories.
#'   * `finn`, Finn (1970): 1 less the mean square within units over the
#'     variance of a uniform choice among the categories, \eqn{(q^2 - 1) / 12}
#'     for 1, ..., q. Give all categories of the scale as `levels` to
#'     [ratings()].
#'   * `robinson`, Robinson (1957): \eqn{A}, the sum of squares between units
#'     over the total sum of squares. That some coders give higher values than
#'     others lowers it.
#'
#'   The last four and the intraclass correlations have no weights. All but
#'   `kendall_w`, which takes the order of the categories, and `maxwell_re`
#'   need numbers.
#'
#' @section Levels: The squared distance \eqn{\delta^2} of two values of alpha
#'   (Krippendorff 2004, 2011):
#'   * `"nominal"`: 0 if they are equal, else 1.
#'   * `"ordinal"`: \eqn{(R_a - R_b)^2} with mid-ranks among the pairable
#'     values.
#'   * `"interval"`: \eqn{(a - b)^2}.
#'   * `"ratio"`: \eqn{((a - b) / (a + b))^2}.
#'   * `"circular"`: \eqn{\sin^2(\pi (a - b) / U)}, \eqn{U} the circumference,
#'     as 12 for months. By default the highest less the lowest category plus 1,
#'     which fits a circle of whole numbers whose first and last are neighbours.
#'   * `"bipolar"`:
#'     \eqn{(a - b)^2 / ((a + b - 2 l) (2 h - a - b))} between the poles \eqn{l}
#'     and \eqn{h}, by default the lowest and the highest category. Two values
#'     at one pole are equal: 0.
#'   * `"jaccard"`, of sets: \eqn{1 - J}, \eqn{J = |A \cap B| / |A \cup B|}; two
#'     empty sets agree, an empty set has nothing in common with any other.
#'   * `"masi"`, of sets (Passonneau 2006): \eqn{1 - J M}, \eqn{M} 1 for equal
#'     sets, 2/3 where one holds the other, 1/3 where they overlap, else 0.
#'     Distances of sets are used as they are, not squared.
#'   * A matrix of \eqn{\delta^2} between the categories, symmetric, 0 on its
#'     diagonal and nowhere negative; or a function of two vectors that gives
#'     them for pairs of values (numbers, or else labels; of sets two lists of
#'     members). The column `level` then says "custom".
#'
#' @section Weights: Agreement weights \eqn{w_{kl}} of two values, 1 for equal
#'   ones (Cohen 1968; Gwet 2014), with the range \eqn{v} of the values:
#'   * `"linear"` \eqn{1 - |a - b| / v}, `"quadratic"`
#'     \eqn{1 - (a - b)^2 / v^2}, `"radical"` \eqn{1 - \sqrt{|a - b| / v}}.
#'   * `"ordinal"` \eqn{1 - \binom{d + 1}{2} / \binom{q}{2}}, \eqn{d} the steps
#'     between the categories.
#'   * `"ratio"`, `"circular"`, `"bipolar"`: \eqn{1 - \delta^2 / \max \delta^2}
#'     with the distances of that level.
#'   * `"jaccard"`, `"masi"`: \eqn{1 - \delta^2}, of sets.
#'   * A symmetric matrix, or a function of two vectors as for `level`.
#'
#' @section Undefined values: A coefficient that is not defined is `NA`, and
#'   `status` says why: `no_ratings`, `one_coder`, `no_pairable` (no unit has
#'   two values), `no_variation` (a single category is in use, so that chance
#'   agreement is 1 or nothing varies), `not_two_coders` (for `kappa`, `pi` and
#'   `maxwell_re`), `coders_unknown` (for counts), `infinite_distance` (ratio
#'   level with values `v` and `-v`, or numbers so far apart that their squared
#'   difference has no place in a double), `few_complete` (for `kendall_w`:
#'   fewer than two units that all coders rated), `not_two_categories` (for
#'   `maxwell_re`), and those of [icc()]. Percent agreement stands beside in
#'   every row.
#'
#' @section Intervals: `"bca"` (Efron 1987) resamples units, or clusters, and
#'   computes everything anew in each replicate, margins and mid-ranks included;
#'   its acceleration comes from the exact jackknife. `"percentile"` is the same
#'   without bias correction. `"jackknife"` is the estimate plus and minus a
#'   multiple of the jackknife standard error, t with units (clusters) less one
#'   degrees of freedom. `"analytic"` uses linearised variances: Fleiss, Cohen
#'   and Everitt (1969) for `kappa`, and for `light` and `hubert` over their
#'   pairs, with a normal quantile; Gwet (2008, 2014) for the others with t;
#'   with clusters, contributions are summed within them. There is none for
#'   ordinal alpha, `kendall_w`, `finn` and `robinson`; for intraclass
#'   correlations see [icc()]. Limits above 1 are cut.
#'
#'   `"krippendorff2006"` is for comparison with the macro KALPHA for SPSS and
#'   SAS (version 3 of 2011), for alpha alone: Krippendorff's algorithm
#'   (manuscript of 2006, revised 2013; Hayes and Krippendorff 2007). It draws
#'   \eqn{M = \min(25 Q, (m - 1) n_{..} / 2)} single pairs of values out of the
#'   coincidences, \eqn{Q} of which are not zero, and holds the expected
#'   disagreement fixed; of the replicates that are 1, as many as are expected
#'   to have drawn one category alone count as 0. Pairs of one unit are not
#'   independent, though, and beyond some number of units \eqn{M} no longer
#'   grows: in simulations (2 to 4 coders, 20 to 400 units) its intervals of
#'   95 % covered the true alpha in 56 to 99 % of data sets, and their width did
#'   not shrink with more units. Clusters are not looked at.
#'
#'   The column `interval` says which kind was computed, or why there is none:
#'   `degenerate` (all replicates are the same, as when all coders always
#'   agree), `unavailable`, `too_few` (units, clusters or replicates). Where
#'   bias correction is impossible `"bca"` falls back to `"percentile"`.
#'
#'   Turns of one interview are not independent. Ratings that come from codings
#'   therefore resample interviews. Fewer than ten units in disagreement draw a
#'   warning of class `intercoder_warning_few_disagreements`: no method gives a
#'   trustworthy interval then.
#'
#' @param x [ratings()], or what `ratings()` takes alone (wide data, a table).
#' @param coefficient One or more of "alpha", "percent", "kappa", "pi",
#'   "fleiss", "conger", "light", "hubert", "bp", "ac", "icc11", "icc21",
#'   "icc31", "icc1k", "icc2k", "icc3k", "kendall_w", "maxwell_re", "finn",
#'   "robinson".
#' @param level Level of measurement, for alpha: "nominal", "ordinal",
#'   "interval", "ratio", "circular", "bipolar", "jaccard", "masi", a matrix of
#'   squared distances or a function of two vectors. Strings without an order
#'   are an error at ordinal level, whatever is not a number at interval, ratio,
#'   circular and bipolar level, whatever is not a set for "jaccard" and "masi".
#' @param weights Weights for the coefficients from `percent` to `ac`: `NULL`
#'   (none), one of those below by name, a symmetric matrix of agreement
#'   weights, 1 on its diagonal, in the order of the categories or named by
#'   them, or a function of two vectors that gives them. Named weights use the
#'   values of numbers, otherwise the places of the categories.
#' @param by A vector with one element per unit, or the name of a column of the
#'   units that `x` was made from: agreement is computed in each of its groups.
#'   Units where it is `NA` are left out with a warning.
#' @param ci Kind of interval.
#' @param conf_level Level of the interval.
#' @param replicates Number of bootstrap replicates.
#' @param cluster What is resampled: `NULL` takes the clusters of `x` (none
#'   unless it has them), `FALSE` resamples units, or a vector with one element
#'   per unit, or the name of a column of the units `x` was made from.
#' @param pool `TRUE` adds a row `"(all)"` over all codes together, each unit
#'   and code a decision of its own.
#' @param range For a circular level or weights the circumference, for a bipolar
#'   one the two poles; see below.
#' @param seed A whole number; drawn from R's generator when `NULL`. The result
#'   is the same for any number of threads.
#' @param threads Number of threads; two at most by default.
#' @param progress Show a progress bar.
#' @return A data frame of class `agreement`, one row per code and coefficient:
#'   `code`, `by` (where asked), `coefficient`, `level` (of alpha; "interval" or
#'   "ordinal" for what takes values or their order; "nominal" or "weighted" for
#'   the others), `weights`, `estimate`, `std.error`, `conf.low`, `conf.high`,
#'   `interval`, `observed` and `expected` (what the coefficient
#'   is made of: \eqn{p_a} and \eqn{p_e}, for alpha \eqn{D_o} and \eqn{D_e};
#'   `NA` where it has none), `percent` (agreement without weights),
#'   `prevalence` (share of 1 among 0 and 1), `units` (with a value), `pairable`
#'   (with two), `disagreements` (units whose coders differ), `coders`,
#'   `clusters`, `undefined` (replicates without a value) and `status`. Nothing
#'   is rounded.
#' @section Errors: `intercoder_error_argument` for an argument of the wrong
#'   kind or length, named; `intercoder_error_level` where the values have no
#'   order or are no numbers and `level` or `weights` need it;
#'   `intercoder_error_columns` where `by` or `cluster` name a column the units
#'   do not have; those of [ratings()] where `x` is not one yet.
#' @references
#' Brennan, R. L., & Prediger, D. J. (1981). Coefficient kappa: some uses,
#' misuses, and alternatives. *Educational and Psychological Measurement* 41.
#'
#' Cohen, J. (1960). A coefficient of agreement for nominal scales. *Educational
#' and Psychological Measurement* 20. (1968). Weighted kappa. *Psychological
#' Bulletin* 70.
#'
#' Conger, A. J. (1980). Integration and generalization of kappas for multiple
#' raters. *Psychological Bulletin* 88.
#'
#' Efron, B. (1987). Better bootstrap confidence intervals. *JASA* 82.
#'
#' Finn, R. H. (1970). A note on estimating the reliability of categorical data.
#' *Educational and Psychological Measurement* 30.
#'
#' Fleiss, J. L. (1971). Measuring nominal scale agreement among many raters.
#' *Psychological Bulletin* 76. Fleiss, J. L., Cohen, J., & Everitt, B. S.
#' (1969). Large sample standard errors of kappa and weighted kappa.
#' *Psychological Bulletin* 72.
#'
#' Gwet, K. L. (2008). Computing inter-rater reliability and its variance in the
#' presence of high agreement. *British Journal of Mathematical and Statistical
#' Psychology* 61. (2014). *Handbook of Inter-Rater Reliability*, 4th ed.
#'
#' Hubert, L. (1977). Kappa revisited. *Psychological Bulletin* 84.
#'
#' Hayes, A. F., & Krippendorff, K. (2007). Answering the call for a standard
#' reliability measure for coding data. *Communication Methods and Measures* 1.
#'
#' Kendall, M. G., & Babington Smith, B. (1939). The problem of m rankings.
#' *Annals of Mathematical Statistics* 10.
#'
#' Krippendorff, K. (2004). *Content Analysis*, 2nd ed. (2011). *Computing
#' Krippendorff's Alpha-Reliability*.
#'
#' Light, R. J. (1971). Measures of response agreement for qualitative data.
#' *Psychological Bulletin* 76.
#'
#' Passonneau, R. (2006). Measuring agreement on set-valued items (MASI).
#' *Proceedings of LREC*.
#'
#' Maxwell, A. E. (1977). Coefficients of agreement between observers and their
#' interpretation. *British Journal of Psychiatry* 130.
#'
#' Robinson, W. S. (1957). The statistical measurement of agreement. *American
#' Sociological Review* 22.
#'
#' Scott, W. A. (1955). Reliability of content analysis. *Public Opinion
#' Quarterly* 19.
#'
#' Warrens, M. J. (2010). Inequalities between multi-rater kappas. *Advances in
#' Data Analysis and Classification* 4.
#' @seealso [krippendorff_alpha()] and the others for one coefficient,
#'   [disagreements()], [confusions()], [agreement_pairs()].
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' x <- ratings(cbind(
#'   A = c(1, 2, 3, 3, 2, 1, 4, 1, 2, NA, NA, NA),
#'   B = c(1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NA, NA),
#'   C = c(NA, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 3),
#'   D = c(1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NA)
#' ))
#' agreement(x, c("alpha", "fleiss", "ac"), ci = "analytic")
#' agreement(x, level = "interval", ci = "none")
#'
#' # Hours on a clock
#' hours <- cbind(Ann = c(1, 5, 12, 6), Ben = c(12, 5, 11, 9))
#' agreement(hours, level = "circular", range = 12, ci = "none")
#'
#' # Distances of one's own
#' agreement(x, level = function(a, b) abs(a - b), ci = "none")
#' @export
agreement <- function(x, coefficient = "alpha", level = "nominal",
                      weights = NULL, by = NULL,
                      ci = c("bca", "percentile", "jackknife", "analytic",
                             "krippendorff2006", "none"),
                      conf_level = 0.95, replicates = 2000, cluster = NULL,
                      pool = FALSE, range = NULL, seed = NULL, threads = NULL,
                      progress = interactive()) {
  x <- ratings(x)
  coefficient <- check_coefficients(coefficient)
  ci <- check_choice(ci, agreement_intervals[c(2:6, 1)])
  check_proportion(conf_level)
  check_count(replicates, min = 1, max = 1e7)
  check_flag(pool)
  check_flag(progress)
  check_count(seed, max = 2^53 - 1, null = TRUE)
  task <- c(
    agreement_spec(x, coefficient, level, weights, range, caller_env(0)),
    ci = ci, conf_level = conf_level, replicates = as.double(replicates),
    threads = thread_count(threads),
    seed = if (ci %in% drawn_intervals) draw_seed(seed) else 0
  )
  x$cluster <- agreement_clusters(x, cluster, caller_env(0))
  parts <- agreement_parts(x, by, pool, caller_env(0))
  out <- measure_parts(x, parts, task, progress)
  out <- new_agreement(out, task, replicates, is.null(by))
  warn_agreement(out, task)
  out
}

check_coefficients <- function(x, call = caller_env()) {
  bad <- if (is.character(x)) setdiff(x, agreement_coefficients)
  if (!is.character(x) || !length(x) || length(bad)) {
    arg_error("coefficient", paste0(
      "one or more of ", quoted(agreement_coefficients)
    ), if (length(bad)) describe_value(bad[1]) else
      describe_value(x), call)
  }
  unique(x)
}

agreement_clusters <- function(x, cluster, call) {
  if (is.null(cluster)) {
    return(x$cluster)
  }
  if (isFALSE(cluster)) {
    return(NULL)
  }
  check_cluster(unit_column(x, cluster, "cluster", call), unit_count(x),
                call)
}

# A vector over units, or a column of what is known about them.
unit_column <- function(x, value, arg, call) {
  if (!is.character(value) || length(value) != 1 ||
        unit_count(x) == 1) {
    return(value)
  }
  if (!value %in% names(x$about)) {
    abort("columns", c(
      sprintf("`%s` names the column \"%s\", which the units do not have.",
              arg, value),
      i = if (is.null(x$about))
        "These ratings were made without a table of units." else
          sprintf("They have %s.", quoted(names(x$about)))
    ), call = call)
  }
  x$about[[value]]
}

# What is measured one by one: code, group and the units in it.
agreement_parts <- function(x, by, pool, call) {
  codes <- as.list(seq_along(x$codes))
  if (pool) {
    codes <- c(codes, list(seq_along(x$codes)))
  }
  if (is.null(by)) {
    return(lapply(codes, function(i) list(code = i, rows = NULL, by = NULL)))
  }
  by <- unit_column(x, by, "by", call)
  if (!is.atomic(by) || length(by) != unit_count(x)) {
    arg_error("by", "a vector with one element for each unit",
              describe_value(by), call)
  }
  if (all(is.na(by))) {
    arg_error("by", "the group of one unit at least", describe_value(by), call)
  }
  if (anyNA(by)) {
    warn("by", sprintf("%s without a value of `by` left out (%s).",
                       format_count(sum(is.na(by)), "unit"),
                       name_rows(which(is.na(by)))))
  }
  groups <- split(seq_along(by), by)
  unlist(lapply(codes, function(i) {
    lapply(names(groups), function(g) {
      list(code = i, rows = groups[[g]], by = g)
    })
  }), recursive = FALSE)
}

measure_parts <- function(x, parts, task, progress) {
  draws <- task$ci %in% drawn_intervals
  show <- progress && draws
  bar <- progress_bar("Resampling", length(parts), show = show)
  on.exit(bar$end())
  rows <- lapply(seq_along(parts), function(i) {
    measure_part(x, parts[[i]], task, part_step(bar, i, length(parts)))
  })
  bind_columns(rows)
}

# Lists of equally named columns, one under the other, as a data frame.
bind_columns <- function(rows) {
  columns <- lapply(stats::setNames(nm = names(rows[[1]])), function(name) {
    unlist(lapply(rows, `[[`, name))
  })
  structure(columns, class = "data.frame",
            row.names = seq_along(columns[[1]]))
}

measure_part <- function(x, part, task, step) {
  cluster <- if (is.null(part$rows)) x$cluster else x$cluster[part$rows]
  answer <- measure_matrix(x, core_matrix(x, part$code, part$rows),
                           rep(cluster, length(part$code)), task, step)
  pooled <- length(part$code) > 1
  agreement_rows(answer, task, if (pooled) POOLED else x$codes[part$code],
                 part$by, identical(x$numbers, c(0, 1)))
}

# One call of the core on a core_matrix().
measure_matrix <- function(x, data, cluster, task, step = NULL,
                           call = caller_env()) {
  shape <- as.double(c(nrow(data), ncol(data), category_count(x),
                       nlevels(cluster), x$raw))
  core_value(
    .Call(C_agreement_measure, data, shape,
          if (!is.null(cluster)) as.integer(cluster), core_spec(x, task),
          c(match(task$ci, agreement_intervals) - 1, task$conf_level,
            task$replicates, task$seed),
          task$threads, step),
    call = call
  )
}

# What the core has no value for is NA in R.
not_nan <- function(x) replace(x, is.nan(x), NA)

agreement_rows <- function(answer, task, code, by, binary) {
  at <- match(task$coefficient, agreement_coefficients)
  status <- agreement_statuses[answer$status[at] + 1L]
  estimate <- not_nan(answer$value[at])
  ci <- lapply(answer$interval, `[`, at)
  ci[1:3] <- lapply(ci[1:3], not_nan)
  interval <- agreement_intervals[ci$kind + 1L]
  percent <- answer$value[length(agreement_coefficients) + 1L]
  n <- length(at)
  prevalence <- if (binary && sum(answer$margins) > 0)
    answer$margins[2] / sum(answer$margins) else NA_real_
  out <- list(
    code = rep(code, n), by = if (!is.null(by)) rep(by, n),
    coefficient = task$coefficient,
    level = coefficient_levels(task),
    weights = coefficient_weights(task),
    estimate = estimate, std.error = ci$std.error, conf.low = ci$low,
    conf.high = ci$high, interval = interval,
    observed = not_nan(answer$observed[at]),
    expected = not_nan(answer$expected[at]),
    percent = rep(if (is.nan(percent)) NA_real_ else percent, n),
    prevalence = rep(prevalence, n), units = rep(answer$size[1], n),
    pairable = rep(answer$size[2], n), disagreements = rep(answer$size[3], n),
    coders = rep(answer$size[4], n),
    clusters = rep(if (answer$size[5] > 0) answer$size[5] else NA_real_, n),
    undefined = ci$undefined, status = status
  )
  out[!vapply(out, is.null, NA)]
}

coefficient_levels <- function(task) {
  out <- unname(own_levels[task$coefficient])
  out[task$coefficient == "alpha"] <- task$level
  out[is.na(out)] <- if (task$weights_name == "none") "nominal" else "weighted"
  out
}

coefficient_weights <- function(task) {
  ifelse(task$coefficient %in% c("alpha", names(own_levels)), "none",
         task$weights_name)
}

new_agreement <- function(data, task, replicates, single) {
  row.names(data) <- NULL
  new_result(data, class = "agreement",
             conf_level = task$conf_level, ci = task$ci,
             replicates = if (task$seed > 0 || task$ci %in% drawn_intervals)
              replicates else 0,
             seed = task$seed)
}

warn_agreement <- function(x, task) {
  two <- x$status == "not_two_coders"
  if (any(two)) {
    warn("not_two_coders", c(
      sprintf("%s is for two coders; there are %g.",
              paste(unique(x$coefficient[two]), collapse = " and "),
              max(x$coders[two])),
      i = paste("Use \"conger\", \"hubert\" or \"fleiss\" (\"bp\" instead of",
                "\"maxwell_re\") for several coders, or agreement_pairs() for",
                "each pair.")
    ))
  }
  few <- x$status == "ok" & x$disagreements < 10 & task$ci != "none"
  if (any(few)) {
    codes <- unique(x$code[few])
    warn("few_disagreements", c(
      "Fewer than ten units in disagreement: do not trust the interval.",
      if (!all(is.na(codes))) {
        c(i = sprintf("This holds for %s.", paste(codes, collapse = ", ")))
      }
    ), codes = codes)
  }
}
