#' Compare two groups of participants, code by code
#'
#' One call over all codes: in each group how many mention it (or how often),
#' the difference with its interval, and an exact test, alone and jointly over
#' all codes. The participant is the unit of analysis.
#'
#' @section Measures, tests and intervals:
#' * `"presence"`: a participant has the code in at least one unit or in none.
#'   The effect is the risk difference, first group minus second. The test is
#'   the central [boschloo_test()]: twice the smaller one-sided p. The interval
#'   is the exact one of [risk_difference()] that agrees with it: `p <= 1 -
#'   conf_level` if and only if the interval leaves out 0. `test = "fisher"`
#'   (two-sided by minimum likelihood) and `"permutation"` (of the difference in
#'   proportions) may contradict that interval at the margin. Beyond 60,000
#'   possible tables (about 240 in each group) Fisher's test and the score
#'   interval are the default.
#' * `"count"`: units with the code; `"share"`: those units divided by all units
#'   of the participant, which takes account of how much a person said. The
#'   effect is [cliff_delta()], first group against second. The tests are
#'   [wilcoxon_test()] and [permutation_test()] of the difference in means. With
#'   groups that speak at different length counts differ without any difference
#'   in what is said; `"share"` is then the measure.
#'
#' @section Strata and pairs:
#' With `strata` (sites, professions) participants are compared, and relabelled,
#' within strata only; with `pairs` (a clinician and a developer of one project)
#' within pairs, which flips signs. Every p-value is conditional on that design.
#'
#' * Strata, presence: `"cmh"`, the exact Cochran-Mantel-Haenszel test, twice
#'   the smaller tail; the risk difference of Mantel and Haenszel with the
#'   interval of Klingenberg (2014).
#' * Strata, count and share: `"van-elteren"`, ranks within strata weighted by
#'   1 / (n + 1); the mean of the strata's Cliff's deltas, weighted as in that
#'   test, without an interval (`NA`).
#' * Pairs, presence: `"mcnemar"`, exact, twice the smaller tail; the difference
#'   in proportions with the interval of Tango (1998).
#' * Pairs, count and share: `"signed-rank"`, Wilcoxon's with zeros as in Pratt
#'   (1959); the share of pairs where the first has more, minus those where it
#'   has less, with Tango's interval.
#'
#' `test = "permutation"` is the difference in means, within strata or pairs.
#' These intervals are not inversions of the exact tests.
#'
#' @section Many codes:
#' `"minp"` and `"maxt"` are the methods of Westfall and Young (1993): group
#' labels are exchanged among participants in every possible way (up to five
#' million, and for min-p of counts and shares twenty million codes x ways), or,
#' when there are more or `replicates` is given, in a random sample of ways,
#' where the p-value is (b + 1) / (B + 1) (Phipson and Smyth 2010). They use
#' both that codes occur together and that rare codes cannot reach small
#' p-values, so codes that could never differ cost nothing. They hold under the
#' hypothesis that participants are exchangeable between groups (within strata
#' or pairs).
#'
#' * `"minp"`: every code gets, in each relabelling, the p-value it would have
#'   had, with the tails of its own test (Boschloo: twice the smaller; Fisher:
#'   minimum likelihood; for presence with more than 120 participants, CMH and
#'   McNemar: twice the smaller of Fisher's; the others: distance from the
#'   expectation on either side), and the smallest is looked at.
#' * `"maxt"`: the largest of the standardised statistics, by magnitude: the sum
#'   of ranks (`"wilcoxon"` and its kin), or of values, in the first group, from
#'   its expectation, in units of its standard deviation over relabellings. For
#'   means it orders relabellings as the pooled t does. Codes whose
#'   statistics have different tails do not weigh alike; with min-p they do.
#' * `step = "down"` looks at those codes only that stand no higher in the order
#'   of evidence and is never less powerful; `"single"` looks at all.
#' * `"dbonferroni"`: the sum over codes of the probability of a p-value this
#'   small among those the code could have had given how many mention it
#'   (Westfall and Wolfinger 1997). `"tarone"`: Bonferroni of that probability
#'   for the code itself, over the `K` codes that could reach
#'   `(1 - conf_level) / K` (Tarone 1990); for all others p is 1. Both control
#'   the family-wise error.
#' * `"dbh"`: the false discovery rate, as the step-down procedure of Doehler,
#'   Durand and Roquain (2018), for independent codes. `"heyse"`: Heyse's (2011)
#'   own form, the least, over all p-values no smaller than this, of the number
#'   of p-values so small to be expected, over the number there are. It is a
#'   little smaller, and can exceed the rate in cases made for that (Doehler,
#'   Durand and Roquain 2018). These four are for presence.
#' * `"holm"` (1979), `"BH"` (Benjamini and Hochberg 1995): these, in `p.holm`
#'   and `p.bh` always, count every code asked about.
#'
#' An adjusted p-value is never below the plain one.
#'
#' @section Not seen:
#' A value of a data frame may be `NA`: that participant was not seen for that
#' code (0 would say that it was not mentioned). Each code is compared among
#' those seen, `n.<group>` of them (a pair of which one was not seen is left
#' out), and its p-value is conditional on them, unless it comes from
#' relabelling itself. In relabelling it moves with the participant that a code
#' was not seen, which assumes that whether it was has nothing to do with the
#' group; for presence min-p then takes the difference in proportions. A code
#' that was not seen in one of the groups has status `"not_seen"`.
#'
#' @section Themes and codes:
#' `level = "both"` gives two families, themes as the primary question and codes
#' to explore, each adjusted by itself: the error rate holds in each family, not
#' over both together. The column `family` says which.
#'
#' A code that every participant has alike (nobody mentions it, say; in all
#' strata or pairs) has p `NA` and status `"no_variation"`; with presence the
#' difference is 0 and has an interval all the same, unless there are strata.
#'
#' @param x A [code_matrix()], or a data frame with one row per participant:
#'   `group` names a column, the other numeric columns but `participant` are
#'   codes (for `"share"` they hold shares, from 0 to 1).
#' @param group The name of the participants' attribute, or a vector with one
#'   element per participant, that has two different values. The first level of
#'   a factor, otherwise the first in alphabetical order, is the first group.
#'   Participants without a value are left out with a warning.
#' @param measure `"presence"`, `"count"` or `"share"`.
#' @param level `"theme"`, `"code"` (always, for a data frame and a
#'   [pair_matrix()]), or `"both"`.
#' @param test `"boschloo"`, `"fisher"` or `"permutation"` for presence,
#'   `"wilcoxon"` or `"permutation"` otherwise; the first is the default. With
#'   strata or pairs see below.
#' @param adjust What `p.adjusted` holds: see "Many codes".
#' @param step For `"minp"` and `"maxt"`.
#' @param strata,pairs The name of an attribute, or a vector, that says to which
#'   stratum or pair a participant belongs. A pair has one participant of each
#'   group; who has no partner is left out with a warning.
#' @param conf_level Confidence level.
#' @param interval Interval of the risk difference: `"exact"`, `"score"`
#'   (Miettinen and Nurminen 1985) or `"newcombe"`, without strata or pairs.
#'   Where the exact one is out of reach (more than about 240 in each group) the
#'   score interval stands in; the column `interval` says which it is.
#' @param replicates Number of random relabellings, at most ten million; `NULL`
#'   to go through all where that can be done, and 19,999 otherwise.
#' @param seed A whole number that fixes the random relabellings; `NULL` draws
#'   one from R's generator.
#' @param threads Number of threads, by default
#'   `getOption("intercoder.threads")` or 2 at most. The result is the same for
#'   any number.
#' @param progress Whether to show a progress bar.
#' @return A data frame of class `comparison` (and `group_comparison`, which
#'   the methods are for), one row per code: `code` (and
#'   `theme`), `measure`, `test`; `k.<group>` and `n.<group>` (participants who
#'   mention it, of how many), for counts and shares also `mean.<group>`;
#'   `effect`, `estimate`, `conf.low`, `conf.high`, `interval` (`NA` where there
#'   is none); `p.value`, `p.adjusted`, `p.holm`, `p.bh`; `status`. Nothing is
#'   rounded. Attributes say how it was made.
#' @section Errors: `intercoder_error_group` where `group` does not have two
#'   levels: the message names it and them; and where no stratum has both
#'   groups. `intercoder_error_pairs` where a pair is not one of each group.
#'   `intercoder_error_columns` where there is no such attribute.
#'   `intercoder_error_value` for negative or infinite values of a code, shares
#'   above 1, and where no column holds numbers; `intercoder_error_duplicate`
#'   where two columns have one name.
#' @references
#' Boschloo (1970) Statistica Neerlandica 24:1-35. van Elteren (1960) Bulletin
#' of the International Statistical Institute 37:351-361. Pratt (1959) JASA
#' 54:655-667. Klingenberg (2014) Statistics in Medicine 33:2968-2983. Tango
#' (1998) Statistics in Medicine 17:891-908. Tarone (1990) Biometrics
#' 46:515-522. Westfall and Wolfinger (1997) The American Statistician 51:3-8.
#' Heyse (2011) in Recent Advances in Biostatistics. Doehler, Durand and Roquain
#' (2018) Electronic Journal of Statistics 12:1867-1900. Westfall and Young
#' (1993) Resampling-Based Multiple Testing. Miettinen and Nurminen (1985)
#' Statistics in Medicine 4:213-226. Holm (1979) Scandinavian Journal of
#' Statistics 6:65-70. Phipson and Smyth (2010) Statistical Applications in
#' Genetics and Molecular Biology 9(1):39.
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' study <- simulated_study
#' m <- code_matrix(study$consensus, units(study$transcripts), study$codebook,
#'                  participants = study$participants)
#' compare_groups(m, "group")
#' compare_groups(m, "group", measure = "share", level = "code")
#' compare_groups(m, "group", level = "code", strata = "gender",
#'                adjust = "maxt")
#' @export
compare_groups <- function(x, group, measure = c("presence", "count", "share"),
                           level = c("theme", "code", "both"), test = NULL,
                           adjust = c("minp", "maxt", "holm", "BH", "tarone",
                                      "dbonferroni", "dbh", "heyse", "none"),
                           step = c("down", "single"), strata = NULL,
                           pairs = NULL, conf_level = 0.95,
                           interval = c("exact", "score", "newcombe"),
                           replicates = NULL, seed = NULL, threads = NULL,
                           progress = interactive()) {
  measure <- check_choice(measure, c("presence", "count", "share"))
  level <- check_choice(level, c("theme", "code", "both"))
  level <- level_of(x, level)
  how <- list(
    adjust = check_choice(adjust, names(ADJUST_LABELS)), test = test,
    step = check_choice(step, c("down", "single")), conf_level = conf_level,
    interval = check_choice(interval, c("exact", "score", "newcombe")),
    replicates = replicates, seed = seed, threads = thread_count(threads),
    progress = progress
  )
  check_proportion(conf_level)
  check_count(replicates, min = 1, max = 1e7, null = TRUE)
  check_count(seed, max = 2^53 - 1, null = TRUE)
  check_flag(progress)
  found <- list()
  for (family in if (level == "both") c("theme", "code") else level) {
    given <- compared_values(x, group, measure, family, strata, pairs)
    found[[family]] <- compare_family(given, family, how)
    drawn <- attr(found[[family]], "seed")
    if (!is.na(drawn)) how$seed <- drawn
  }
  if (level == "both") join_families(unname(found)) else found[[1]]
}

# What groups a design compares and by which tests, the default first.
COMPARISON_TESTS <- list(
  presence = list(none = c("boschloo", "fisher", "permutation"),
                  strata = c("cmh", "permutation"),
                  pairs = c("mcnemar", "permutation")),
  amount = list(none = c("wilcoxon", "permutation"),
                strata = c("van-elteren", "permutation"),
                pairs = c("signed-rank", "permutation"))
)
TABLES_MAX <- 60000

group_sizes <- function(given) c(sum(given$member), sum(!given$member))

check_test <- function(how, given, call = caller_env()) {
  presence <- given$measure == "presence"
  choices <- COMPARISON_TESTS[[if (presence) "presence" else
    "amount"]][[given$design]]
  many <- prod(group_sizes(given) + 1) > TABLES_MAX
  default <- if (choices[1] == "boschloo" && many) "fisher" else choices[1]
  test <- check_choice(how$test %||% default, choices, arg = "test",
                       call = call)
  others <- "\"minp\", \"maxt\", \"holm\", \"BH\" or \"none\""
  if (how$adjust %in% DISCRETE && !test %in% BY_TABLE) {
    arg_error("adjust", sprintf("%s for test = \"%s\"", others, test),
              describe_value(how$adjust), call)
  }
  if (how$adjust %in% DISCRETE && anyNA(given$values)) {
    arg_error("adjust", paste(others, "where values are missing"),
              describe_value(how$adjust), call)
  }
  test
}

compare_family <- function(given, level, how, call = caller_env()) {
  test <- check_test(how, given, call)
  if (test == "wilcoxon" && !anyNA(given$values)) {
    given <- with_ranks(given, how$conf_level)
  }
  out <- compare_seen(given, function(part) {
    if (given$measure == "presence") {
      compare_presence(part, test, how$conf_level, how$interval)
    } else {
      compare_amount(part, test, how$conf_level)
    }
  })
  joint <- compare_jointly(given, out, test, how$adjust, how$step,
                           how$replicates, how$seed, how$threads, how$progress)
  out <- adjust_comparison(out, given, joint, how$adjust, test,
                           1 - how$conf_level)
  new_comparison(out, given, level, how, joint)
}

group_columns <- function(given, what, first, second) {
  out <- list(first, second)
  names(out) <- paste(what, given$levels, sep = ".")
  as.data.frame(out, optional = TRUE)
}

comparison_start <- function(given, test) {
  codes <- colnames(given$values)
  out <- data.frame(code = codes, stringsAsFactors = FALSE)
  out$theme <- given$theme
  out$measure <- given$measure
  out$test <- test
  has <- given$values > 0
  n <- group_sizes(given)
  cbind(
    out,
    group_columns(given, "k",
                  as.integer(colSums(has[given$member, , drop = FALSE])),
                  as.integer(colSums(has[!given$member, , drop = FALSE]))),
    group_columns(given, "n", rep(n[1], length(codes)),
                  rep(n[2], length(codes)))
  )
}

# Whether relabelling can change anything: somewhere among participants who may
# change places values differ.
varies <- function(values, given) {
  rows <- split(seq_len(nrow(values)), given$stratum %||%
                  rep(1L, nrow(values)))
  rows <- Filter(function(r) length(unique(given$member[r])) == 2, rows)
  vapply(seq_len(ncol(values)), function(k) {
    any(vapply(rows, function(r) any(values[r, k] != values[r[1], k]), NA))
  }, NA)
}

compare_presence <- function(given, test, conf_level, interval) {
  out <- comparison_start(given, test)
  has <- given$values > 0
  effect <- presence_effect(out, has, given, conf_level, interval)
  out$effect <- "risk difference"
  out$estimate <- effect$estimate
  out$conf.low <- effect$low
  out$conf.high <- effect$high
  out$interval <- effect$interval
  ok <- varies(has, given)
  out$p.value <- NA_real_
  if (test %in% BY_TABLE && any(ok)) {
    out$p.value[ok] <- mention_p(out[ok, ], has[, ok, drop = FALSE], given,
                                 test)
  }
  out$status <- ifelse(ok, "ok", "no_variation")
  if (given$design == "strata") out[!ok, c("conf.low", "conf.high")] <- NA
  out
}

presence_effect <- function(out, has, given, conf_level, interval) {
  n <- group_sizes(given)
  if (given$design == "strata") {
    return(c(stratified_difference(has, given, conf_level),
             interval = "klingenberg"))
  }
  if (given$design == "pairs") {
    apart <- pair_differences(has, given)
    return(c(paired_difference(colSums(apart > 0), colSums(apart < 0), n[1],
                               conf_level), interval = "tango"))
  }
  k <- out[paste("k", given$levels, sep = ".")]
  if (interval == "exact" && prod(n + 1) > TABLES_MAX) interval <- "score"
  limits <- difference_limits(k[[1]], n[1], k[[2]], n[2], interval, conf_level)
  list(estimate = (k[[1]] * n[2] - k[[2]] * n[1]) / prod(n),
       low = limits[, 1], high = limits[, 2], interval = interval)
}

mention_p <- function(out, has, given, test) {
  k <- out[paste("k", given$levels, sep = ".")]
  if (given$design != "none") {
    return(by_law(given, has, central_p)[cbind(k[[1]] + 1,
                                               seq_along(k[[1]]))])
  }
  n <- group_sizes(given)
  presence_p(k[[1]], n[1], k[[2]], n[2], test)
}

presence_p <- function(x1, n1, x2, n2, test) {
  table_p(x1, n1, x2, n2, switch(test, boschloo = "boschloo", "fisher"),
          switch(test, fisher = "minlike", "central"))
}

# Doubled mid-ranks of every code, with Cliff's delta and its interval.
with_ranks <- function(given, conf_level) {
  values <- given$values
  twice <- matrix(0, nrow(values), ncol(values))
  delta <- numeric(ncol(values))
  limits <- matrix(0, 2, ncol(values))
  for (k in seq_len(ncol(values))) {
    found <- rank_values(values[, k], given$member, conf_level)
    twice[, k] <- found$twice
    delta[k] <- found$delta
    limits[, k] <- found$conf.int
  }
  given[c("twice", "delta", "limits")] <- list(twice, delta, limits)
  given
}

compare_amount <- function(given, test, conf_level) {
  out <- comparison_start(given, test)
  values <- given$values
  out <- cbind(
    out,
    group_columns(given, "mean",
                  unname(colMeans(values[given$member, , drop = FALSE])),
                  unname(colMeans(values[!given$member, , drop = FALSE])))
  )
  if (test == "wilcoxon" && is.null(given$twice)) {
    given <- with_ranks(given, conf_level)
  }
  effect <- amount_effect(given, conf_level)
  out$effect <- "Cliff's delta"
  out$estimate <- effect$estimate
  out$conf.low <- effect$low
  out$conf.high <- effect$high
  out$interval <- effect$interval
  ok <- varies(values, given)
  out$p.value <- NA_real_
  if (test == "wilcoxon") {
    out$p.value[ok] <- vapply(which(ok), function(k) {
      sum_tails(given$twice[, k], given$member, step = 2)$two.sided
    }, 0)
  }
  out$status <- ifelse(ok, "ok", "no_variation")
  out
}

amount_effect <- function(given, conf_level) {
  if (given$design == "strata") {
    return(list(estimate = stratified_delta(given$values, given),
                low = NA_real_, high = NA_real_, interval = NA_character_))
  }
  if (given$design == "pairs") {
    apart <- pair_differences(given$values, given)
    return(c(paired_difference(colSums(apart > 0), colSums(apart < 0),
                               nrow(apart), conf_level), interval = "tango"))
  }
  if (is.null(given$twice)) given <- with_ranks(given, conf_level)
  list(estimate = given$delta, low = given$limits[1, ],
       high = given$limits[2, ], interval = "newcombe")
}

# Methods belong to "group_comparison": testthat has a class "comparison" with
# methods of its own.
new_comparison <- function(out, given, level, how, joint) {
  new_result(
    out,
    variable = given$variable, groups = given$levels,
    sizes = group_sizes(given), level = given$row %||% level,
    unit = given$unit, design = given$design, within = given$within,
    adjust = how$adjust, step = how$step, conf_level = how$conf_level,
    relabellings = joint$relabellings, complete = joint$complete,
    seed = joint$seed, labels = given$labels, values = drawn_values(given),
    class = c("group_comparison", "comparison")
  )
}

# What a figure needs, the first group before the second; not carried along
# where there is much of it.
drawn_values <- function(given) {
  if (given$measure == "presence" || length(given$values) > 20000) {
    return(NULL)
  }
  out <- apply(given$values, 2, function(v) unname(v[order(!given$member, v)]))
  colnames(out) <- colnames(given$values)
  out
}

# Themes, then codes: two families in one table.
join_families <- function(found) {
  rows <- lapply(found, as.data.frame)
  rows[[1]]$theme <- rows[[1]]$code
  family <- rep(c("theme", "code"), vapply(rows, nrow, 0L))
  columns <- names(rows[[2]])
  out <- cbind(family = family, rbind(rows[[1]][columns], rows[[2]]),
               stringsAsFactors = FALSE)
  carried <- attributes(found[[2]])
  carried <- carried[setdiff(names(carried), c("names", "row.names", "values",
                                               "level"))]
  attributes(out)[names(carried)] <- carried
  values <- lapply(found, attr, "values")
  attr(out, "values") <- if (!is.null(values[[2]])) do.call(cbind, values)
  attr(out, "level") <- "both"
  out
}
