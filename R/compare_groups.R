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
#'   proportions) may contradict that interval at the margin.
#' * `"count"`: units with the code; `"share"`: those units divided by all units
#'   of the participant, which takes account of how much a person said. The
#'   effect is [cliff_delta()], first group against second. The tests are
#'   [wilcoxon_test()] and [permutation_test()] of the difference in means. With
#'   groups that speak at different length counts differ without any difference
#'   in what is said; `"share"` is then the measure.
#'
#' @section Many codes:
#' `adjust = "minp"` is the step-down min-p of Westfall and Young (1993): group
#' labels are exchanged among participants in every possible way (up to five
#' million ways, or fifty million codes x ways for counts and shares), or, when
#' there are more or `replicates` is given, in a random sample of ways, where
#' the p-value is (b + 1) / (B + 1) (Phipson and Smyth 2010). In each, every
#' code gets the p-value it would have had (for presence with more than 120
#' participants: that of the central Fisher test, which costs less), and the
#' smallest is looked at. It uses both that codes occur together and that rare
#' codes cannot reach small p-values, so codes that could never differ cost
#' nothing. It holds under the hypothesis that participants are exchangeable
#' between groups. An adjusted p-value is never below the plain one. Holm (1979)
#' and Benjamini and Hochberg (1995), in `p.holm` and `p.bh`, count every code
#' asked about.
#'
#' A code that every participant has alike (nobody mentions it, say) has p `NA`
#' and status `"no_variation"`; with presence the difference is 0 and has an
#' interval all the same.
#'
#' @param x A [code_matrix()], or a data frame with one row per participant:
#'   `group` names a column, the other numeric columns but `participant` are
#'   codes (for `"share"` they hold shares, from 0 to 1).
#' @param group The name of the participants' attribute, or a vector with one
#'   element per participant, that has two different values. The first level of
#'   a factor, otherwise the first in alphabetical order, is the first group.
#'   Participants without a value are left out with a warning.
#' @param measure `"presence"`, `"count"` or `"share"`.
#' @param level `"theme"` or `"code"` (always, for a data frame). Themes are the
#'   primary question, codes explore.
#' @param test `"boschloo"`, `"fisher"` or `"permutation"` for presence,
#'   `"wilcoxon"` or `"permutation"` otherwise; the first is the default.
#' @param adjust What `p.adjusted` holds: `"minp"`, `"holm"`, `"BH"` or
#'   `"none"`.
#' @param conf_level Confidence level.
#' @param interval Interval of the risk difference: `"exact"`, `"score"`
#'   (Miettinen and Nurminen 1985) or `"newcombe"`. Where the exact one is out
#'   of reach (more than about 240 in each group) the score interval stands in;
#'   the column `interval` says which it is.
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
#'   `effect`, `estimate`, `conf.low`, `conf.high`, `interval`; `p.value`,
#'   `p.adjusted`, `p.holm`, `p.bh`; `status`. Nothing is rounded. Attributes
#'   say how it was made.
#' @section Errors: `intercoder_error_group` where `group` does not have two
#'   levels: the message names it and them. `intercoder_error_columns` where
#'   there is no such attribute. `intercoder_error_value` for missing or
#'   negative values of a code, shares above 1, and where no column holds
#'   numbers; `intercoder_error_duplicate` where two columns have one name.
#' @references
#' Boschloo (1970) Statistica Neerlandica 24:1-35. Westfall and Young (1993)
#' Resampling-Based Multiple Testing. Miettinen and Nurminen (1985) Statistics
#' in Medicine 4:213-226. Holm (1979) Scandinavian Journal of Statistics
#' 6:65-70. Phipson and Smyth (2010) Statistical Applications in Genetics and
#' Molecular Biology 9(1):39.
#' @examples
#' study <- simulated_study
#' m <- code_matrix(study$consensus, units(study$transcripts), study$codebook,
#'                  participants = study$participants)
#' compare_groups(m, "group")
#' compare_groups(m, "group", measure = "share", level = "code")
#' @export
compare_groups <- function(x, group, measure = c("presence", "count", "share"),
                           level = c("theme", "code"), test = NULL,
                           adjust = c("minp", "holm", "BH", "none"),
                           conf_level = 0.95,
                           interval = c("exact", "score", "newcombe"),
                           replicates = NULL, seed = NULL, threads = NULL,
                           progress = interactive()) {
  measure <- check_choice(measure, c("presence", "count", "share"))
  level <- check_choice(level, c("theme", "code"))
  if (!inherits(x, "code_matrix")) level <- "code"
  adjust <- check_choice(adjust, c("minp", "holm", "BH", "none"))
  interval <- check_choice(interval, c("exact", "score", "newcombe"))
  test <- check_test(test, measure)
  check_proportion(conf_level)
  check_count(replicates, min = 1, max = 1e7, null = TRUE)
  check_count(seed, max = 2^53 - 1, null = TRUE)
  check_flag(progress)
  threads <- thread_count(threads)
  given <- compared_values(x, group, measure, level)
  if (measure == "presence") {
    out <- compare_presence(given, test, conf_level, interval)
  } else {
    out <- compare_amount(given, test, conf_level)
  }
  joint <- compare_jointly(given, out, test, replicates, seed, threads,
                           progress)
  out$p.value <- joint$p.value
  out <- adjust_comparison(out, joint$p.minp, adjust)
  new_comparison(out, given, level, adjust, conf_level, joint)
}

check_test <- function(test, measure, call = caller_env()) {
  choices <- if (measure == "presence") {
    c("boschloo", "fisher", "permutation")
  } else {
    c("wilcoxon", "permutation")
  }
  check_choice(test %||% choices, choices, arg = "test", call = call)
}

# What is compared: values (participants x codes), which participants are of
# the first group, and how things are called.
compared_values <- function(x, group, measure, level, call = caller_env()) {
  if (inherits(x, "code_matrix")) {
    values <- level_matrix(x, level)
    people <- x$participants
    if (measure == "share") values <- values / people$units
    theme <- if (level == "code") x$codebook$theme
  } else {
    check_columns(x, if (is_name(group)) group else character(), call = call)
    codes <- vapply(x, function(v) is.numeric(v) || is.logical(v), NA)
    codes[names(x) %in% c("participant", if (is_name(group)) group)] <- FALSE
    check_code_columns(x, codes, call)
    values <- as.matrix(x[codes]) + 0
    people <- x
    theme <- NULL
  }
  check_values(values, if (measure == "share") 1 else Inf, call)
  by <- group_vector(group, people, call)
  keep <- !is.na(by$value)
  list(values = values[keep, , drop = FALSE], theme = theme,
       member = by$value[keep] == by$levels[1], levels = by$levels,
       variable = by$name, measure = measure, labels = code_labels(x, level),
       unit = if (inherits(x, "code_matrix")) x$unit else "unit")
}

code_labels <- function(x, level) {
  if (inherits(x, "code_matrix") && level == "code") {
    stats::setNames(x$codebook$label, x$codebook$code)
  }
}

is_name <- function(group) is.character(group) && length(group) == 1

# Columns of a data frame that are codes: at least one, each of its own name.
check_code_columns <- function(x, codes, call) {
  again <- names(x)[codes][duplicated(names(x)[codes])]
  if (length(again)) {
    abort("duplicate", sprintf("Two columns are named \"%s\".", again[1]),
          call = call)
  }
  if (!any(codes)) {
    abort("value", c(
      "There is no code to compare.",
      x = sprintf("No column holds numbers; there are %s.",
                  quoted(names(x))),
      i = "Numbers written as strings count as attributes."
    ), call = call)
  }
}

check_values <- function(values, most, call) {
  bad <- which(is.na(values) | values < 0 | is.infinite(values) |
                 values > most, arr.ind = TRUE)
  if (nrow(bad)) {
    abort("value", c(
      sprintf("Code \"%s\" has the value %s in row %d.",
              colnames(values)[bad[1, 2]], values[bad[1, 1], bad[1, 2]],
              bad[1, 1]),
      i = sprintf("Each participant needs a number from 0%s for each code.",
                  if (most == 1) " to 1, a share," else "")
    ), call = call)
  }
  if (!ncol(values)) {
    abort("value", "There is no code to compare.", call = call)
  }
}

group_vector <- function(group, people, call) {
  name <- if (is_name(group)) group else "group"
  if (is_name(group)) {
    check_columns(people, group, arg = "participants", call = call)
    value <- people[[group]]
  } else {
    value <- group
    if (!is.atomic(value) || length(value) != nrow(people)) {
      arg_error("group", sprintf("a name or %d values", nrow(people)),
                describe_value(value), call)
    }
  }
  levels <- if (is.factor(value)) {
    levels(droplevels(value))
  } else {
    sort(unique(as.character(value)), method = "radix")
  }
  check_two_levels(name, levels, call)
  value <- as.character(value)
  absent <- which(is.na(value))
  if (length(absent)) {
    warn("group", sprintf(
      "%s without a value of \"%s\" left out (row %s).",
      format_count(length(absent), "participant"), name,
      paste(absent, collapse = ", ")))
  }
  list(value = value, levels = levels, name = name)
}

check_two_levels <- function(name, levels, call) {
  n <- length(levels)
  if (n == 2) {
    return(invisible())
  }
  shown <- paste0("\"", utils::head(levels, 6), "\"", collapse = ", ")
  abort("group", c(
    if (n == 0) sprintf("\"%s\" has no values.", name)
    else if (n == 1) sprintf("\"%s\" has one level only: %s.", name, shown)
    else sprintf("\"%s\" has %d levels: %s.", name, n, shown),
    i = if (n > 2) "Two groups are compared: choose the participants of two."
    else "Two groups are compared."
  ), variable = name, levels = levels, call = call)
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
  n <- c(sum(given$member), sum(!given$member))
  cbind(
    out,
    group_columns(given, "k",
                  as.integer(colSums(has[given$member, , drop = FALSE])),
                  as.integer(colSums(has[!given$member, , drop = FALSE]))),
    group_columns(given, "n", rep(n[1], length(codes)),
                  rep(n[2], length(codes)))
  )
}

varies <- function(values) {
  apply(values, 2, function(v) any(v != v[1]))
}

compare_presence <- function(given, test, conf_level, interval) {
  out <- comparison_start(given, test)
  k <- out[paste("k", given$levels, sep = ".")]
  n <- c(sum(given$member), sum(!given$member))
  if (interval == "exact" && prod(n + 1) > 60000) {
    interval <- "score"
  }
  limits <- difference_limits(k[[1]], n[1], k[[2]], n[2], interval, conf_level)
  out$effect <- "risk difference"
  out$estimate <- (k[[1]] * n[2] - k[[2]] * n[1]) / prod(n)
  out$conf.low <- limits[, 1]
  out$conf.high <- limits[, 2]
  out$interval <- interval
  ok <- varies(given$values > 0)
  out$p.value <- NA_real_
  if (test != "permutation" && any(ok)) {
    out$p.value[ok] <- presence_p(k[[1]][ok], n[1], k[[2]][ok], n[2], test)
  }
  out$status <- ifelse(ok, "ok", "no_variation")
  out
}

presence_p <- function(x1, n1, x2, n2, test) {
  table_p(x1, n1, x2, n2, switch(test, boschloo = "boschloo", "fisher"),
          switch(test, fisher = "minlike", "central"))
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
  ranks <- lapply(seq_len(ncol(values)), function(k) {
    rank_values(values[, k], given$member, conf_level)
  })
  out$effect <- "Cliff's delta"
  out$estimate <- vapply(ranks, `[[`, 0, "delta")
  out$conf.low <- vapply(ranks, function(r) r$conf.int[1], 0)
  out$conf.high <- vapply(ranks, function(r) r$conf.int[2], 0)
  out$interval <- "newcombe"
  ok <- varies(values)
  out$p.value <- NA_real_
  if (test == "wilcoxon") {
    out$p.value[ok] <- vapply(ranks[ok], function(r) {
      sum_tails(r$twice, given$member, step = 2)$two.sided
    }, 0)
  }
  out$status <- ifelse(ok, "ok", "no_variation")
  out
}

MINP_PRESENCE_MAX <- 5e6
MINP_SCORES_MAX <- 5e7

# All relabellings, or how many to draw.
draws_for <- function(given, codes, presence, replicates) {
  if (!is.null(replicates)) {
    return(as.double(replicates))
  }
  n <- length(given$member)
  all <- .Call(C_comparison_relabellings, as.double(n),
               as.double(sum(given$member)))
  few <- if (presence) all <= MINP_PRESENCE_MAX else
    all * codes <= MINP_SCORES_MAX
  if (n <= 63 && few) 0 else 19999
}

compare_jointly <- function(given, out, test, replicates, seed, threads,
                            progress) {
  ok <- out$status == "ok"
  n <- length(ok)
  joint <- list(p.value = out$p.value, p.minp = rep(NA_real_, n),
                relabellings = NA_real_, complete = NA, seed = NA_real_)
  if (!any(ok)) {
    return(joint)
  }
  tables <- test %in% c("boschloo", "fisher")
  draws <- draws_for(given, sum(ok), tables, replicates)
  joint$seed <- if (draws > 0) draw_seed(seed) else 0
  bar <- progress_bar("Relabelling participants", NA, progress)
  on.exit(bar$end())
  found <- if (tables) {
    relabel_presence(given, out, ok, test, draws, joint$seed, threads,
                     bar$step)
  } else {
    relabel_scores(given, ok, test, draws, joint$seed, threads, bar$step)
  }
  extra <- if (draws > 0) 1 else 0
  total <- found$relabellings + extra
  joint$p.minp[ok] <- (found$step.down + extra) / total
  if (test == "permutation") {
    joint$p.value[ok] <- (found$alone + extra) / total
  }
  joint$relabellings <- found$relabellings
  joint$complete <- draws == 0
  if (draws == 0) joint$seed <- NA_real_
  joint
}

relabel_presence <- function(given, out, ok, test, draws, seed, threads,
                             step) {
  has <- given$values[, ok, drop = FALSE] > 0
  n1 <- sum(given$member)
  n2 <- sum(!given$member)
  p <- presence_lookup(colSums(has), n1, n2, test)
  seen <- as.double(colSums(has[given$member, , drop = FALSE]))
  core_value(
    .Call(C_comparison_minp_presence, has, given$member, p, seen, draws, seed,
          threads, step)
  )
}

LOOKUP_EXACT_MAX <- 120

# Orders relabellings where p-values by the thousand would cost too much. Twelve
# digits, so that the two tails of equal groups tie.
central_ranking <- function(x, n1, n2, s) {
  lower <- stats::phyper(x, n1, n2, s)
  upper <- stats::phyper(x - 1, n1, n2, s, lower.tail = FALSE)
  signif(pmin(1, 2 * pmin(lower, upper)), 12)
}

# p-values by number of mentions in the first group (rows) for each total.
presence_lookup <- function(totals, n1, n2, test) {
  different <- unique(totals)
  tables <- lapply(different, function(s) {
    p <- rep(1, n1 + 1)
    x <- max(0, s - n2):min(n1, s)
    p[x + 1] <- if (n1 + n2 > LOOKUP_EXACT_MAX) {
      central_ranking(x, n1, n2, s)
    } else {
      presence_p(x, n1, s - x, n2, test)
    }
    p
  })
  do.call(cbind, tables[match(totals, different)])
}

relabel_scores <- function(given, ok, test, draws, seed, threads, step) {
  values <- given$values[, ok, drop = FALSE]
  if (given$measure == "presence") {
    values <- (values > 0) + 0
  }
  scores <- lapply(seq_len(ncol(values)), function(k) {
    if (test == "wilcoxon") {
      list(score = rank_values(values[, k], given$member, 0.95)$twice,
           slack = 0)
    } else {
      whole_scores(values[, k], sum(given$member))
    }
  })
  core_value(
    .Call(C_comparison_minp_scores,
          vapply(scores, `[[`, numeric(nrow(values)), "score"),
          given$member, vapply(scores, `[[`, 0, "slack"), 0L, draws, seed,
          threads, step)
  )
}

adjust_comparison <- function(out, p_minp, adjust) {
  p <- out$p.value
  order <- order(p)
  order <- order[!is.na(p[order])]
  p_minp[order] <- cummax(pmax(p_minp[order], p[order]))
  out$p.holm <- stats::p.adjust(p, "holm", n = length(p))
  out$p.bh <- stats::p.adjust(p, "BH", n = length(p))
  out$p.adjusted <- switch(adjust, minp = p_minp, holm = out$p.holm,
                           BH = out$p.bh, none = p)
  last <- c("p.value", "p.adjusted", "p.holm", "p.bh", "status")
  out[c(setdiff(names(out), last), last)]
}

# Methods belong to "group_comparison": testthat has a class "comparison" with
# methods of its own.
new_comparison <- function(out, given, level, adjust, conf_level, joint) {
  structure(
    out,
    variable = given$variable, groups = given$levels,
    sizes = c(sum(given$member), sum(!given$member)), level = level,
    unit = given$unit, adjust = adjust, conf_level = conf_level,
    relabellings = joint$relabellings, complete = joint$complete,
    seed = joint$seed, labels = given$labels, values = drawn_values(given),
    class = c("group_comparison", "comparison", "data.frame")
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
