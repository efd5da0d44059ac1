#' Do groups differ in what they talk about as a whole?
#'
#' One test of all codes together: participants' profiles of codes are compared
#' by their distances, within groups and between (PERMANOVA).
#'
#' @section The test: With \eqn{d_{ij}} the distance of two of the \eqn{N}
#'   participants, \deqn{SS_T = \frac{1}{N} \sum_{i<j} d_{ij}^2, \quad
#'   SS_W = \sum_g \frac{1}{n_g} \sum_{i<j \in g} d_{ij}^2,}
#'   the statistic is Anderson's (2001) pseudo-\eqn{F}, \eqn{((SS_T - SS_W) /
#'   (k - 1)) / (SS_W / (N - k))} of \eqn{k} groups, and \eqn{R^2 = 1 - SS_W /
#'   SS_T}. p is the share of relabellings of participants whose \eqn{F} is no
#'   smaller: of all where there are at most five million, 63 participants and
#'   `replicates` is `NULL`, otherwise (b + 1) / (B + 1) of a random sample.
#'   With `strata` or `pairs` participants are relabelled within them. Squared
#'   distances are rounded once to whole numbers (of about \eqn{2^{52}} for
#'   their sum), so that ties are found whatever the order of participants.
#'
#' @section Spread: Groups may differ in spread as well as in place, and the
#'   test answers to both, above all where their sizes differ. So the distances
#'   of participants from the centre of their own group (Anderson 2006, with the
#'   factor \eqn{\sqrt{n / (n - 1)}} for small groups) are compared likewise.
#'   `status` is `"dispersion"` where that p is 0.05 or less: the
#'   groups vary differently, which alone may be why the test answers.
#'
#' @section Distances:
#' * `"jaccard"` (presence only): 1 less the share of codes both have among
#'   those either has. Two participants without any code are alike: 0.
#' * `"bray"` (Bray and Curtis 1957): \eqn{\sum |x - y| / \sum (x + y)}; 0 for
#'   two without any code.
#' * `"euclidean"`; on presence the root of the number of codes that one has and
#'   the other has not.
#' * `"manhattan"`: \eqn{\sum |x - y|}.
#'
#' @inheritParams compare_groups
#' @param group The name of the participants' attribute, or a vector with one
#'   element per participant, with two or more different values.
#' @param distance `"jaccard"`, `"bray"`, `"euclidean"` or `"manhattan"`.
#' @param measure `"presence"` (the only one for Jaccard), `"count"` or
#'   `"share"`.
#' @param level `"code"` (always, for a data frame) or `"theme"`.
#' @param replicates Number of random relabellings; `NULL` to go through all
#'   where that can be done, and 9,999 otherwise.
#' @return An object of class `profile_comparison`, a list: `statistic` (F),
#'   `df`, `r.squared`, `p.value`, `relabellings`, `complete`, `seed`;
#'   `dispersion`, a list of `spread` (mean distance from the centre, by group),
#'   `statistic` and `p.value`; `status` (`"ok"`, `"dispersion"`,
#'   `"no_variation"` where all profiles are alike, `"one_participant"` where no
#'   group has two; F and p are `NA` then); `distances` (a [stats::dist]),
#'   `values`, `group` and what was asked. `tidy()` gives a row for groups and
#'   one for spread, `glance()` one row. See [profile_plot] for the figure.
#' @section Errors: those of [compare_groups()], except that there may be more
#'   than two groups.
#' @references
#' Anderson (2001) Austral Ecology 26:32-46. Anderson (2006) Biometrics
#' 62:245-253. Bray and Curtis (1957) Ecological Monographs 27:325-349. Jaccard
#' (1901) Bulletin de la Societe vaudoise des sciences naturelles 37:547-579.
#' Phipson and Smyth (2010) Statistical Applications in Genetics and Molecular
#' Biology 9(1):39.
#' @seealso [compare_groups()] for the codes one by one.
#' @seealso [tidiers]: `tidy()`, `glance()` and `augment()`.
#' @examples
#' study <- simulated_study
#' m <- code_matrix(study$consensus, units(study$transcripts), study$codebook)
#' compare_profiles(m, "group")
#' compare_profiles(m, "group", distance = "bray", measure = "share")
#' @export
compare_profiles <- function(x, group, distance = c("jaccard", "bray",
                                                    "euclidean", "manhattan"),
                             measure = c("presence", "count", "share"),
                             level = c("code", "theme"), strata = NULL,
                             pairs = NULL, replicates = NULL, seed = NULL,
                             threads = NULL, progress = interactive()) {
  distance <- check_choice(distance, names(DISTANCE_LABELS))
  measure <- check_choice(measure, c("presence", "count", "share"))
  level <- check_choice(level, c("code", "theme"))
  level <- level_of(x, level)
  if (distance == "jaccard" && measure != "presence") {
    arg_error("measure", "\"presence\" for distance = \"jaccard\"",
              describe_value(measure), caller_env(0))
  }
  check_count(replicates, min = 1, max = 1e7, null = TRUE)
  check_count(seed, max = 2^53 - 1, null = TRUE)
  check_flag(progress)
  given <- compared_values(x, group, measure, level, strata, pairs, Inf)
  if (anyNA(given$values)) {
    abort("value", c(
      sprintf("Code \"%s\" has a missing value.",
              colnames(given$values)[colSums(is.na(given$values)) > 0][1]),
      i = "Profiles need every participant seen for every code."))
  }
  if (measure == "presence") given$values <- (given$values > 0) + 0
  d <- profile_distances(given$values, distance)
  bar <- progress_bar("Relabelling participants", NA, progress)
  on.exit(bar$end())
  run <- list(replicates = replicates, seed = seed,
              threads = thread_count(threads), step = bar$step)
  new_profile_comparison(given, d, distance, level, run)
}

DISTANCE_LABELS <- c(jaccard = "Jaccard", bray = "Bray-Curtis",
                     euclidean = "Euclidean", manhattan = "Manhattan")

new_profile_comparison <- function(given, d, distance, level, run) {
  found <- permute_profiles(d, given, run)
  if (!is.na(found$seed)) run$seed <- found$seed
  spread <- profile_spread(d, given$group)
  tested <- permute_profiles(abs(outer(spread, spread, "-")), given, run)
  dispersion <- list(
    spread = stats::setNames(as.vector(tapply(spread, given$group, mean)),
                             given$levels),
    statistic = tested$statistic, p.value = tested$p.value
  )
  if (found$status == "ok" && isTRUE(tested$p.value <= 0.05)) {
    found$status <- "dispersion"
  }
  structure(c(found, list(
    dispersion = dispersion, distance = distance, measure = given$measure,
    level = given$row %||% level, unit = given$unit, variable = given$variable,
    groups = given$levels, sizes = tabulate(given$group),
    group = factor(given$levels[given$group], given$levels),
    design = given$design, within = given$within, values = given$values,
    distances = stats::as.dist(d)
  )), class = c("profile_comparison", "intercoder_result"))
}

profile_distances <- function(values, distance) {
  switch(
    distance,
    jaccard = {
      both <- tcrossprod(values)
      either <- outer(diag(both), diag(both), "+") - both
      ifelse(either > 0, 1 - both / either, 0)
    },
    bray = {
      sum <- outer(rowSums(values), rowSums(values), "+")
      apart <- as.matrix(stats::dist(values, "manhattan"))
      ifelse(sum > 0, apart / sum, 0)
    },
    as.matrix(stats::dist(values, distance))
  )
}

# F, R2 and p of groups by distances.
permute_profiles <- function(d, given, run) {
  k <- length(given$levels)
  n <- nrow(d)
  size <- tabulate(given$group, k)
  square <- d^2
  total <- sum(square) / (2 * n)
  within <- sum(rowsum(t(rowsum(square, given$group)), given$group)[
    cbind(seq_len(k), seq_len(k))] / (2 * size))
  status <- if (all(d == 0)) "no_variation" else
    if (n == k) "one_participant" else "ok"
  out <- list(statistic = NA_real_, df = c(k - 1, n - k), r.squared = NA_real_,
              p.value = NA_real_, relabellings = NA_real_, complete = NA,
              seed = NA_real_, status = status)
  if (status != "ok") {
    return(out)
  }
  out$statistic <- ((total - within) / (k - 1)) / (within / (n - k))
  out$r.squared <- 1 - within / total
  relabel_profiles(square, given, run, out)
}

relabel_profiles <- function(square, given, run, out) {
  whole <- whole_squares(square)
  draws <- run$replicates %||% if (profile_ways(given) <= RELABELLINGS_MAX &&
                                     nrow(square) <= 63) 0 else 9999
  if (draws > 0) out$seed <- draw_seed(run$seed)
  found <- core_value(
    .Call(C_comparison_profile, whole$square, given$group, given$stratum,
          whole$slack, as.double(draws), if (draws > 0) out$seed else 0,
          run$threads, run$step)
  )
  extra <- if (draws > 0) 1 else 0
  out$p.value <- (found$hits + extra) / (found$relabellings + extra)
  out$relabellings <- found$relabellings
  out$complete <- draws == 0
  out
}

# Squared distances as whole numbers, and how far that may move the statistic.
whole_squares <- function(square) {
  if (all(square == round(square)) && sum(square) < 2^52) {
    return(list(square = square, slack = 0))
  }
  scale <- 2^floor(52 - log2(sum(square)))
  list(square = round(square * scale), slack = nrow(square) / 2)
}

# Ways to give out the groups, within strata.
profile_ways <- function(given) {
  sizes <- table(given$group, given$stratum %||% rep(1L, length(given$group)))
  round(exp(sum(lgamma(colSums(sizes) + 1)) - sum(lgamma(sizes + 1))))
}

# Distances from the centre of the own group.
profile_spread <- function(d, group) {
  size <- tabulate(group)
  sums <- rowsum(d^2, group)
  own <- sums[cbind(group, seq_along(group))] / size[group]
  centre <- as.vector(rowsum(own, group)) / (2 * size)
  root <- sqrt(pmax(0, own - centre[group]))
  root * ifelse(size > 1, sqrt(size / pmax(1, size - 1)), 0)[group]
}

# ---- showing ----

profile_header <- function(x) {
  sizes <- paste(sprintf("%s (n = %d)", x$groups, x$sizes), collapse = ", ")
  sprintf("Profiles of %s: %s", format_count(ncol(x$values), x$level), sizes)
}

profile_notes <- function(x) {
  measure <- c(presence = "presence", count = sprintf("number of %ss", x$unit),
               share = sprintf("share of %ss", x$unit))[[x$measure]]
  ways <- if (!is.na(x$relabellings)) sprintf(
    "p over %s %s%s.", if (x$complete) "all" else "a random",
    format_count(x$relabellings, "relabelling"),
    if (x$complete) "" else sprintf(" (seed %.0f)", x$seed))
  why <- switch(
    x$status,
    dispersion = paste("The groups vary differently: that alone may make",
                       "their profiles differ."),
    no_variation = "NA: all profiles are alike, nothing to test.",
    one_participant = "NA: no group has two participants."
  )
  c(sprintf("%s distances of %s%s.", DISTANCE_LABELS[[x$distance]], measure,
            if (x$design == "none") "" else
              sprintf(", within %s of \"%s\"", x$design, x$within)),
    ways, why)
}

#' Printing and tidying a comparison of profiles
#'
#' `format()` gives the table that is printed and knitted: the groups' places,
#' then their spread.
#'
#' @param x A [compare_profiles()].
#' @param digits Decimal places; p-values have one more.
#' @param caption Caption of a knitted table.
#' @param ... Not used.
#' @return `format()` and `tidy()` a data frame, `glance()` a data frame of one
#'   row, `print()` its argument.
#' @name profile_print
#' @examples
#' study <- simulated_study
#' m <- code_matrix(study$consensus, units(study$transcripts), study$codebook)
#' format(compare_profiles(m, "group"))
NULL

#' @rdname profile_print
#' @export
format.profile_comparison <- function(x, digits = 2, ...) {
  spread <- paste(x$groups, format_number(x$dispersion$spread, digits),
                  collapse = ", ")
  data.frame(
    what = c("profiles", "spread"),
    F = format_number(c(x$statistic, x$dispersion$statistic), digits),
    df = paste(x$df, collapse = ", "),
    R2 = c(format_number(x$r.squared, digits), ""),
    p = format_p(c(x$p.value, x$dispersion$p.value), digits + 1),
    "distance from centre" = c("", spread), check.names = FALSE
  )
}

#' @rdname profile_print
#' @export
print.profile_comparison <- function(x, digits = 2, ...) {
  cat(strwrap(profile_header(x)), sep = "\n")
  print_table(format.profile_comparison(x, digits))
  cat(strwrap(profile_notes(x)), sep = "\n")
  invisible(x)
}

#' @rdname profile_print
#' @exportS3Method knitr::knit_print
knit_print.profile_comparison <- function(x, digits = 2, caption = NULL, ...) {
  knit_table(format.profile_comparison(x, digits),
             caption = caption %||% paste0(
               profile_header(x), ". ", paste(profile_notes(x), collapse = " ")
             ))
}

#' @export
as.data.frame.profile_comparison <- function(x, ...) {
  tidy.profile_comparison(x)
}

#' @rdname profile_print
#' @exportS3Method generics::tidy
tidy.profile_comparison <- function(x, ...) {
  data.frame(
    term = c(x$variable, "spread"),
    statistic = c(x$statistic, x$dispersion$statistic),
    df = x$df[1], df.residual = x$df[2], r.squared = c(x$r.squared, NA),
    p.value = c(x$p.value, x$dispersion$p.value), stringsAsFactors = FALSE
  )
}

#' @rdname profile_print
#' @exportS3Method generics::glance
glance.profile_comparison <- function(x, ...) {
  check_no_dots(...)
  data.frame(
    codes = ncol(x$values), n = length(x$group), groups = length(x$groups),
    distance = x$distance, measure = x$measure, statistic = x$statistic,
    r.squared = x$r.squared, p.value = x$p.value,
    p.dispersion = x$dispersion$p.value, relabellings = x$relabellings,
    complete = x$complete, status = x$status, stringsAsFactors = FALSE
  )
}
