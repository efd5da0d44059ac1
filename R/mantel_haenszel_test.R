#' Two groups compared within strata
#'
#' Do two groups differ in how many of their members mention something, sites
#' (or rounds, or professions) being kept apart? Within every stratum only its
#' own participants are compared; one odds ratio common to all is estimated.
#'
#' @section Exact:
#' Given the margins of every stratum, S, the number in the first group who
#' mention, has a known law with the common odds ratio as parameter (Gart 1970;
#' Mehta, Patel and Gray 1985): the hypergeometric laws of the strata convolved.
#' p-value, estimate (conditional maximum likelihood) and interval are those of
#' that law, as in [fisher_test()], which is the case of one stratum. Sums that
#' are equally likely count as such, decided in whole numbers.
#'
#' @section Asymptotic:
#' `exact = FALSE` gives the chi-squared statistic of Mantel and Haenszel
#' (1959), with `correct = TRUE` less 1/2 in the numerator, their odds ratio,
#' and the interval of Robins, Breslow and Greenland (1986) for it. With Z the
#' signed root, a one-sided p is that of the standard normal distribution.
#'
#' @section Homogeneity:
#' Both return, as `homogeneity`, the statistic of Breslow and Day with Tarone's
#' (1985) correction, its degrees of freedom and p: a small p speaks against an
#' odds ratio common to all strata. It needs some participants in each cell.
#'
#' @param x A 2 x 2 x K table: rows are groups, the first column counts who
#'   mentioned, the third dimension is the stratum. Or one value per
#'   participant, as in [fisher_test()].
#' @param y,z The group and the stratum of each participant, when `x` has one
#'   value for each. Participants with a missing value in any are left out.
#' @param alternative `"two.sided"`, `"less"` (the first group mentions less
#'   often) or `"greater"`.
#' @param exact Whether to use the exact conditional law.
#' @param tsmethod How the two sides are joined in the exact test: `"minlike"`
#'   or `"central"`, see [fisher_test()].
#' @param midp Whether half the probability of the observed S is taken off
#'   (Lancaster 1961).
#' @param correct Whether the asymptotic statistic has a continuity correction.
#' @param conf.level Confidence level.
#' @return An object of class `htest`: `statistic` (S or X-squared), `p.value`,
#'   `estimate` of the common odds ratio, `conf.int`, for the exact test
#'   `conf.set` as in [fisher_test()], `homogeneity`, and `status`:
#'   `"no_variation"` where no stratum has both groups, someone who mentions and
#'   someone who does not (the exact p is then 1, everything else `NA` or from 0
#'   to `Inf`), `"no_interval"` where the odds ratio of Mantel and Haenszel is 0
#'   or `Inf` and has no standard error.
#' @section Errors: `intercoder_error_argument` for what is no such table,
#'   `intercoder_error_group` where `y` does not have two values.
#' @references
#' Mantel and Haenszel (1959) Journal of the National Cancer Institute
#' 22:719-748. Gart (1970) Biometrika 57:471-475. Mehta, Patel and Gray (1985)
#' JASA 80:969-973. Robins, Breslow and Greenland (1986) Biometrics 42:311-323.
#' Tarone (1985) Biometrika 72:91-95. Lancaster (1961) JASA 56:223-234.
#' @examples
#' # Penicillin in rabbits, Agresti (2002), table 6.15: cured and died after
#' # treatment at once or delayed, at five levels of dose
#' rabbits <- array(c(0, 0, 6, 5, 3, 0, 3, 6, 6, 2, 0, 4, 5, 6, 1, 0,
#'                    2, 5, 0, 0), c(2, 2, 5))
#' mantel_haenszel_test(rabbits)
#' mantel_haenszel_test(rabbits, exact = FALSE)
#' @export
mantel_haenszel_test <- function(x, y = NULL, z = NULL,
                                 alternative = "two.sided", exact = TRUE,
                                 tsmethod = c("minlike", "central"),
                                 midp = FALSE, correct = TRUE,
                                 conf.level = 0.95) {
  name <- data_name(deparse1(substitute(x)), deparse1(substitute(y)))
  alternative <- check_choice(alternative, TAILS)
  check_flag(exact)
  tsmethod <- check_choice(tsmethod, c("minlike", "central"))
  check_flag(midp)
  check_flag(correct)
  check_proportion(conf.level)
  given <- read_strata(x, y, z)
  sums <- core_value(
    .Call(C_tables_mantel_haenszel, given$x1, given$n1, given$x2, given$n2)
  )
  names(sums) <- c("statistic", "corrected", "direction", "odds.ratio",
                   "log.error", "homogeneity", "df")
  found <- if (exact)
    common_exact(given, sums, alternative, tsmethod, midp, conf.level)
  else common_asymptotic(sums, alternative, correct, conf.level)
  do.call(new_htest, c(found, list(
    null.value = c("common odds ratio" = 1), alternative = alternative,
    homogeneity = homogeneity(sums), data.name = name
  )))
}

common_exact <- function(given, sums, alternative, tsmethod, midp, conf.level,
                         call = caller_env()) {
  tail <- if (alternative == "two.sided") tsmethod else alternative
  found <- strata_values(given$x1, given$n1, given$x2, given$n2, tail, midp,
                         1 - conf.level, call = call)
  list(
    statistic = c(S = found$sum), p.value = found$p.value,
    estimate = c("common odds ratio" = found$estimate),
    conf.int = structure(range(found$set), conf.level = conf.level),
    conf.set = found$set,
    method = sprintf("Mantel-Haenszel %s test (%s)",
                     if (midp) "mid-p" else "exact conditional",
                     side_label(alternative, tsmethod)),
    status = if (is.na(sums[["df"]])) "no_variation" else "ok"
  )
}

common_asymptotic <- function(sums, alternative, correct, conf.level) {
  chi <- sums[[if (correct) "corrected" else "statistic"]]
  z <- sign(sums[["direction"]]) * sqrt(chi)
  p <- switch(alternative,
              two.sided = stats::pchisq(chi, 1, lower.tail = FALSE),
              less = stats::pnorm(z),
              greater = stats::pnorm(z, lower.tail = FALSE))
  beyond <- if (alternative == "two.sided") (1 - conf.level) / 2 else
    1 - conf.level
  half <- stats::qnorm(beyond, lower.tail = FALSE) * sums[["log.error"]]
  limits <- sums[["odds.ratio"]] * exp(c(-half, half))
  if (alternative == "less") limits[1] <- 0
  if (alternative == "greater") limits[2] <- Inf
  list(
    statistic = c("X-squared" = chi), parameter = c(df = 1),
    p.value = max(p, .Machine$double.xmin),
    estimate = c("common odds ratio" = sums[["odds.ratio"]]),
    conf.int = structure(limits, conf.level = conf.level),
    method = paste("Mantel-Haenszel chi-squared test",
                   if (correct) "with" else "without",
                   "continuity correction"),
    status = if (is.na(chi)) "no_variation"
    else if (is.na(half)) "no_interval" else "ok"
  )
}

homogeneity <- function(sums) {
  chi <- sums[["homogeneity"]]
  df <- sums[["df"]]
  p <- if (is.na(chi) || df < 1) NA_real_ else
    stats::pchisq(chi, df, lower.tail = FALSE)
  c(statistic = if (is.na(p)) NA_real_ else chi, df = df, p.value = p)
}

# Counts of each stratum: mentions and members of the two groups.
read_strata <- function(x, y, z, call = caller_env()) {
  if (is.null(y)) {
    if (!is.array(x) || length(dim(x)) != 3 || any(dim(x)[1:2] != 2) ||
          !is_counts(x)) {
      arg_error("x", paste("a 2 x 2 x K table of counts (rows are groups,",
                           "first column \"mentioned\"), or data with `y`",
                           "and `z`"),
                describe_value(x), call)
    }
    x <- array(as.double(x), dim(x))
    return(list(x1 = x[1, 1, ], n1 = x[1, 1, ] + x[1, 2, ],
                x2 = x[2, 1, ], n2 = x[2, 1, ] + x[2, 2, ]))
  }
  check_strata(x, y, z, call)
  keep <- !is.na(x) & !is.na(y) & !is.na(z)
  y <- if (is.factor(y)) droplevels(y[keep]) else
    factor(y[keep], sorted_values(y[keep]))
  check_two_levels("y", levels(y), call)
  has <- as_mentioned(x[keep])
  first <- y == levels(y)[1]
  count <- function(what) as.vector(tapply(what + 0, as.character(z[keep]),
                                           sum))
  list(x1 = count(has & first), n1 = count(first), x2 = count(has & !first),
       n2 = count(!first))
}

check_strata <- function(x, y, z, call) {
  if (!is.atomic(x) || !is_binary(x)) {
    arg_error("x", "logical, 0 and 1, or a factor of two levels",
              describe_value(x), call)
  }
  for (arg in c("y", "z")) {
    value <- if (arg == "y") y else z
    if (!is.atomic(value) || length(value) != length(x)) {
      arg_error(arg, sprintf("as long as `x` (%d)", length(x)),
                describe_value(value), call)
    }
  }
}
