#' Tidy tables of every result
#'
#' `tidy()` gives the rows of a result as a plain data frame with the names that
#' broom uses, `glance()` one row about the whole, `augment()` rows of data with
#' what a result says of each. The generics are those of the package generics,
#' which broom shares: attach either. `as.data.frame()` gives the same rows
#' under the result's own names. All values are unrounded.
#'
#' @section tidy(): In every table
#'
#' * `term` is the code (the theme where rows are themes), or what is estimated:
#'   people, machine and their difference in an [agreement_machine()], the
#'   source in an [icc_anova()], groups and spread in [compare_profiles()];
#' * `estimate`, `std.error`, `conf.low`, `conf.high`, `statistic`, `df`,
#'   `p.value` are what they are in broom; `adj.p.value` is the p-value adjusted
#'   for the number of codes (`p.adjusted` in the result), `method` the test,
#'   `sig.level` the level of a test that is planned, `sumsq` and `meansq` sums
#'   and means of squares;
#' * all other columns keep the names that the help page of the result gives.
#'
#' A row is what it is in the result, with these exceptions: [coder_accuracy()]
#' has a row per code and `measure`, [agreement_machine()] three per code (and
#' `what =` others), [alternative_annotator_test()] one per person, [codings()]
#' and [resolve()] what `summary()` gives, [transcripts()] a row per turn,
#' [ratings()] a row per code, unit and coder, [code_matrix()] a row per
#' participant with a column per code (which keeps its name), [study_facts()] a
#' row per fact, [methods_text()] one per part. The tests of the package are
#' `htest`s, for which broom has methods of its own.
#'
#' A column is a list only where ratings are sets (`value`).
#'
#' @section glance(): The number of `rows`; how many codes, coders,
#'   participants, transcripts, units and clusters they are about, where the
#'   result says so; and each single fact that it keeps, such as `level`,
#'   `method`, `conf.level`, `interval` (how limits were found), `replicates`
#'   and `seed` (`NA` where nothing was drawn). [agreement()],
#'   [compare_groups()], [compare_profiles()] and [alternative_annotator_test()]
#'   have facts of their own.
#'
#' @section augment(): New columns begin with a point.
#'
#' * [agreement_units()], [disagreements()] and [misses()] go with [units()],
#'   [ratings()] or other data with a column `unit`, and with [codings()] where
#'   `units` are given: a coding has what the result says of its code in the
#'   unit it touches (of several, the one that stands first in the result). Data
#'   without a column `code` are repeated for each code, in `.code`. New are the
#'   numbers of the result (`.rated`, `.influence`, `.impact`, `.kind` ...),
#'   `NA` where it has no such row, and `.disagreement` and `.miss`: whether it
#'   has.
#' * [resolve()] goes with the ratings that were resolved: `.resolved` is 1 or
#'   0, `NA` where nothing is decided.
#' * [code_matrix()] goes with participants: a column `.<code>` of counts each.
#' * [compare_profiles()] needs no data: participants with their group and their
#'   `.distance` from its centre.
#'
#' @section dplyr: Verbs that choose rows (`filter()`, `slice()`, `arrange()`,
#'   `distinct()`) or change or add columns leave a result what it is. What has
#'   lost a column (`select()`, `summarise()`, `count()`) or has other rows
#'   (joins that repeat rows, `bind_rows()`) is a plain data frame. Grouped data
#'   are tibbles of dplyr's own.
#'
#' @param x A result.
#' @param ... For `tidy()` of some results, what their help pages say.
#' @return Data frames.
#' @name tidy.intercoder_result
#' @aliases tidiers
#' @seealso [agreement_print], [comparison_print]
#' @examplesIf system.file(package = "generics") != ""
#' library(generics, warn.conflicts = FALSE)
#' study <- simulated_study
#' parts <- units(study$transcripts)
#' x <- as_ratings(study$codings, parts, study$plan)
#' tidy(kappa_indices(x["eff_error"]))[1:6]
#' glance(agreement_units(x["eff_error"]))
#' disputed <- augment(disagreements(x), study$codings, units = parts)
#' table(disputed$code, disputed$.disagreement)
NULL

# Names of ours that broom says otherwise; the first that is there wins.
BROOM_NAMES <- c(source = "term", code = "term", theme = "term",
                 p.adjusted = "adj.p.value", test = "method",
                 alpha = "sig.level", sum_sq = "sumsq", mean_sq = "meansq")

tidy_names <- function(out) {
  for (own in names(BROOM_NAMES)) {
    if (!BROOM_NAMES[[own]] %in% names(out)) {
      names(out)[names(out) == own] <- BROOM_NAMES[[own]]
    }
  }
  out
}

#' @rdname tidy.intercoder_result
#' @exportS3Method generics::tidy
tidy.intercoder_result <- function(x, ...) {
  check_no_dots(...)
  tidy_names(as.data.frame(x))
}

# Of participants by codes the names of columns are data.
#' @exportS3Method generics::tidy
tidy.code_matrix <- function(x, ...) as.data.frame(x, ...)

#' @rdname tidy.intercoder_result
#' @exportS3Method generics::glance
glance.intercoder_result <- function(x, ...) {
  check_no_dots(...)
  rows <- as.data.frame(x)
  facts <- if (is.data.frame(x)) result_facts(x) else
    if (is.list(x)) unclass(x) else list()
  facts <- Filter(function(v) is.atomic(v) && length(v) == 1, facts)
  drawn <- is.null(facts$ci) || facts$ci %in% drawn_intervals
  if (!drawn && !is.null(facts$seed)) facts$seed <- NA_real_
  names(facts) <- sub("^ci$", "interval",
                      sub("conf_level", "conf.level", names(facts)))
  about <- glance_counts(rows)
  facts <- facts[setdiff(names(facts), names(about))]
  data.frame(c(list(rows = nrow(rows)), about, facts), check.names = FALSE,
             row.names = NULL)
}

# How many of each kind there are: told, where a row is about all of them, or
# counted.
glance_counts <- function(rows) {
  kinds <- c(codes = "code", coders = "coder", participants = "participant",
             transcripts = "transcript", units = "unit", clusters = "cluster")
  of_all <- any(c("status", "clusters") %in% names(rows))
  out <- lapply(names(kinds), function(many) {
    one <- rows[[kinds[[many]]]]
    told <- rows[[many]]
    if (of_all && is.numeric(told)) max(c(0, told), na.rm = TRUE) else
      if (!is.null(one) && !all(is.na(one))) length(unique(one[!is.na(one)]))
  })
  names(out) <- names(kinds)
  out[lengths(out) > 0]
}
