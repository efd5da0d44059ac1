# The alternative annotator test: leave one person out, see who is closer to the
# others, that person or the machine.

#' Could the machine stand in for a person?
#'
#' The alternative annotator test of Calderon, Reichart and Dror (2025). Each
#' person in turn is left out; in every unit the machine's value and that
#' person's are compared with the values of the other people. If the machine is
#' at least about as close to them as the person is, it could have taken the
#' person's place.
#'
#' @section Method: \eqn{S(f, x_i, j)} is how close the machine \eqn{f} is, in
#'   unit \eqn{i}, to the people other than \eqn{j}, \eqn{S(h_j, x_i, j)} how
#'   close person \eqn{j} is to them. \eqn{W^f_{ij}} is 1 where
#'   \eqn{S(f, x_i, j) \ge S(h_j, x_i, j)}, \eqn{W^h_{ij}} where
#'   \eqn{S(h_j, x_i, j) \ge S(f, x_i, j)}; both are 1 in a tie. Their means
#'   over units are the advantage probabilities \eqn{\rho^f_j} of the machine
#'   and \eqn{\rho^h_j} of the person. The null hypothesis
#'   \eqn{\rho^f_j \le \rho^h_j - \varepsilon} is tested one-sided by a paired t
#'   test of \eqn{d_{ij} = W^h_{ij} - W^f_{ij}} against \eqn{\varepsilon};
#'   p-values are adjusted over people (Benjamini and Yekutieli 2001). The
#'   *winning rate* is the share of people whose null hypothesis is rejected.
#'   The authors let the machine stand in where it is 0.5 or more. The
#'   *advantage probability* of the machine, the mean of \eqn{\rho^f_j}, serves
#'   to compare machines.
#'
#'   Closeness: `"accuracy"` is the share of the other people who gave the same
#'   value; `"rmse"` the negative root of the mean squared difference from their
#'   values; the weights of [agreement()] are the mean similarity to their
#'   values.
#'
#'   Where a code is rare most units are ties at "not applied", and a machine
#'   that applies it nowhere is about as close to people as any person: with a
#'   prevalence well below \eqn{\varepsilon} every machine passes. Look at
#'   [agreement_machine()] then.
#'
#'   The authors advise \eqn{\varepsilon} of 0.2 where people are experts, 0.15
#'   where they are trained, 0.1 for crowd workers; three people or more; and
#'   the Wilcoxon signed-rank test in place of t below 30 units. It is computed
#'   exactly here (all signs, mid-ranks for ties, zeros left out).
#'
#' @section Interviews: Turns of one interview are not independent, and a test
#'   that takes them to be so rejects too easily. Where the ratings have
#'   clusters (or `cluster` is given) the standard error of the mean of \eqn{d}
#'   is that of a ratio of sums within clusters, with clusters less one degrees
#'   of freedom; the signed-rank test takes the sums within clusters. `cluster =
#'   FALSE` is the test as published.
#'
#' @param x [ratings()] with people and machines among the coders.
#' @param machine Names of the coders that are machines (a model, the
#'   codebook's rules); each is tested by itself. All other coders are people.
#' @param epsilon How much closer a person may be before the machine is held to
#'   be worse, from 0 to below 1.
#' @param score "accuracy", "rmse" (for numbers) or, as the `weights` of
#'   [agreement()], a name or a symmetric matrix of similarities, 1 on its
#'   diagonal.
#' @param adjust Adjustment for several people, one of
#'   [stats::p.adjust.methods].
#' @param conf_level Level of the intervals; tests are at `1 - conf_level`.
#' @param cluster As in [agreement()].
#' @param min_units People with fewer units are tested by signed ranks.
#' @return A data frame of class `alternative_annotator_test`, one row per code
#'   and machine: `code`, `machine`, `winning.rate`, `people` (tested),
#'   `rejected`, `advantage` (the mean advantage probability) with `std.error`,
#'   `conf.low` and `conf.high` (t, from the same units or clusters, cut at 0
#'   and 1; `NA` where nothing varies), `units` (compared for anyone),
#'   `clusters` and `status`: "ok"; "two_people" (there is no consensus for a
#'   left-out person to differ from); "few_units" (somebody was tested by signed
#'   ranks); or, with `NA` in place of figures, "one_person" and
#'   "no_common_units".
#'
#'   `tidy()` gives a row for each person: `units`, `clusters`,
#'   `machine.closer`, `tied`, `person.closer` (units), `advantage`
#'   (\eqn{\rho^f_j}) with `conf.low` and `conf.high` (Wilson 1927; with
#'   clusters for the effective number of units), `person.advantage`
#'   (\eqn{\rho^h_j}), `difference` (the mean of \eqn{d}) with `std.error`,
#'   `test`, `statistic`, `df`, `p.value`, `p.adjusted`, `rejected` and
#'   `status`.
#' @section Errors: `intercoder_error_argument` where `machine` names no coder
#'   or leaves no person; `intercoder_error_level` where `score` needs numbers
#'   or an order; `intercoder_error_coders_unknown` for counts, which do not say
#'   who gave which value.
#' @references
#' Benjamini, Y., & Yekutieli, D. (2001). The control of the false discovery
#' rate in multiple testing under dependency. *Annals of Statistics* 29.
#'
#' Calderon, N., Reichart, R., & Dror, R. (2025). The Alternative Annotator Test
#' for LLM-as-a-Judge: How to Statistically Justify Replacing Human Annotators
#' with LLMs. *Proceedings of ACL 2025*. arXiv 2501.10970.
#'
#' Wilson, E. B. (1927). Probable inference, the law of succession, and
#' statistical inference. *JASA* 22.
#' @seealso [agreement_machine()]
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' # Simulated: three people and a model that finds the category as often
#' set.seed(1)
#' truth <- sample(c("calm", "angry", "sad"), 120, replace = TRUE)
#' read <- function(right) {
#'   ifelse(stats::runif(120) < right, truth, sample(truth))
#' }
#' x <- ratings(data.frame(Ann = read(0.8), Ben = read(0.8), Cem = read(0.7),
#'                         model = read(0.8)))
#' test <- alternative_annotator_test(x, "model")
#' test
#' plot(test)
#' @export
alternative_annotator_test <- function(x, machine, epsilon = 0.2,
                                       score = "accuracy", adjust = "BY",
                                       conf_level = 0.95, cluster = NULL,
                                       min_units = 30) {
  call <- caller_env(0)
  x <- ratings(x)
  check_known_coders(x, "alternative_annotator_test()")
  people <- check_machine(x, machine, NULL, call)
  check_share(epsilon, call)
  adjust <- check_choice(adjust, stats::p.adjust.methods)
  check_proportion(conf_level)
  check_count(min_units, min = 2)
  task <- list(
    epsilon = epsilon, adjust = adjust, conf_level = conf_level,
    min_units = min_units, people = people,
    similarity = score_weights(x, score, call),
    numbers = if (identical(score, "rmse")) score_numbers(x, call),
    cluster = agreement_clusters(x, cluster, call)
  )
  tests <- unlist(lapply(seq_along(x$codes), function(i) {
    lapply(machine, function(m) contest(x, i, m, task))
  }), recursive = FALSE)
  new_result(
    bind_columns(lapply(tests, `[[`, "whole")),
    class = "alternative_annotator_test",
    people = bind_columns(lapply(tests, `[[`, "people")),
    epsilon = epsilon, adjust = adjust, conf_level = conf_level,
    score = if (is.matrix(score)) "custom" else score
  )
}

# The places of the people among the coders.
check_machine <- function(x, machine, standard, call) {
  known <- is.character(machine) && length(machine) && !anyNA(machine) &&
    !anyDuplicated(machine) && all(machine %in% x$coders)
  if (!known) {
    unknown <- if (is.character(machine)) setdiff(machine, x$coders)
    arg_error("machine", sprintf(
      "names of coders, each once: %s",
      quoted(x$coders, 12)
    ), describe_value(if (length(unknown)) unknown[1] else machine), call)
  }
  people <- which(!x$coders %in% c(machine, standard))
  if (!length(people)) {
    abort("argument", c(
      "There are no people to hold the machine against.",
      x = sprintf("All coders are named: %s.",
                  quoted(x$coders, 12))
    ), arg = "machine", call = call)
  }
  people
}

score_weights <- function(x, score, call) {
  if (identical(score, "accuracy") || identical(score, "rmse")) {
    return(NULL)
  }
  if (!is.matrix(score) &&
        !(is.character(score) && length(score) == 1 &&
            score %in% agreement_weights)) {
    arg_error("score", paste0(
      "\"accuracy\", \"rmse\", ",
      quoted(agreement_weights), " or a matrix"
    ), describe_value(score), call)
  }
  weight_matrix(x, score, "percent", call)
}

score_numbers <- function(x, call) {
  if (is.null(x$numbers)) {
    abort("level", c(
      "Score \"rmse\" needs numbers.",
      x = sprintf("The categories are %s.",
                  paste0("\"", utils::head(x$levels, 5), "\"",
                         collapse = ", "))
    ), call = call)
  }
  x$numbers
}

contest <- function(x, code, machine, task) {
  # 1 where the machine is closer, 2 in a tie, 3 where the person is, else 0.
  outcome <- .Call(C_machine_contest, places(x, code), category_count(x),
                   match(machine, x$coders) - 1L, task$people - 1L,
                   task$numbers, task$similarity)
  used <- which(rowSums(outcome) > 0)
  people <- lapply(seq_along(task$people), function(j) {
    contest_person(outcome[used, j], task$cluster[used], task)
  })
  people <- c(
    list(code = rep(x$codes[code], length(people)),
         machine = rep(machine, length(people)),
         coder = x$coders[task$people]),
    as.list(bind_columns(people))
  )
  people$p.adjusted <- stats::p.adjust(people$p.value, task$adjust)
  people$rejected <- people$p.adjusted <= 1 - task$conf_level
  whole <- contest_whole(outcome[used, , drop = FALSE], task$cluster[used],
                         people, task)
  list(people = people[c(setdiff(names(people), "status"), "status")],
       whole = c(list(code = x$codes[code], machine = machine), whole))
}

contest_person <- function(outcome, cluster, task) {
  seen <- outcome > 0
  difference <- outcome[seen] - 2
  sums <- cluster_sums(difference, cluster[seen])
  n <- length(difference)
  tested <- contest_test(sums, n, task)
  advantage <- mean(difference <= 0)
  limits <- advantage_limits(advantage, n, cluster_sums(difference <= 0,
                                                        cluster[seen]),
                             task$conf_level)
  list(
    units = n, clusters = if (is.null(cluster)) NA_real_ else length(sums$n),
    machine.closer = sum(difference < 0), tied = sum(difference == 0),
    person.closer = sum(difference > 0),
    advantage = if (n) advantage else NA_real_, conf.low = limits[1],
    conf.high = limits[2],
    person.advantage = if (n) mean(difference >= 0) else NA_real_,
    difference = if (n) mean(difference) else NA_real_,
    std.error = tested$std.error, test = tested$test,
    statistic = tested$statistic, df = tested$df, p.value = tested$p.value,
    status = if (!n) "no_common_units" else if (length(sums$n) < 2)
      "one_cluster" else if (n < task$min_units) "few_units" else "ok"
  )
}

# Sums and numbers of units within clusters; every unit is one where there are
# none.
cluster_sums <- function(x, cluster) {
  if (is.null(cluster)) {
    return(list(sum = as.double(x), n = rep(1, length(x))))
  }
  cluster <- droplevels(cluster)
  list(sum = as.double(rowsum(as.double(x), cluster)),
       n = as.double(tabulate(cluster, nlevels(cluster))))
}

# Of the mean as a ratio of sums; the usual one where each cluster is one unit.
ratio_error <- function(sums) {
  g <- length(sums$n)
  if (g < 2) {
    return(NA_real_)
  }
  rest <- sums$sum - sums$n * sum(sums$sum) / sum(sums$n)
  sqrt(g / (g - 1) * sum(rest^2)) / sum(sums$n)
}

contest_test <- function(sums, n, task) {
  error <- ratio_error(sums)
  g <- length(sums$n)
  if (g < 2) {
    return(list(std.error = error, test = NA_character_, statistic = NA_real_,
                df = NA_real_, p.value = NA_real_))
  }
  if (n < task$min_units) {
    ranked <- signed_rank_test(sums$sum - task$epsilon * sums$n)
    return(c(list(std.error = error, test = "signed ranks", df = NA_real_),
             ranked))
  }
  gap <- sum(sums$sum) / n - task$epsilon
  statistic <- if (gap == 0) 0 else gap / error
  list(std.error = error, test = "t", statistic = statistic, df = g - 1,
       p.value = stats::pt(statistic, g - 1))
}

# Wilcoxon's signed ranks, against a shift below zero, over all signs.
signed_rank_test <- function(x) {
  x <- x[abs(x) > 1e-12]
  if (!length(x)) {
    return(list(statistic = 0, p.value = 1))
  }
  # Twice the mid-ranks are whole numbers. Values that differ by less than
  # rounding are one.
  rank2 <- 2 * rank(signif(abs(x), 12))
  ways <- c(1, rep(0, sum(rank2)))
  for (r in rank2) {
    ways <- (ways + c(rep(0, r), ways[seq_len(length(ways) - r)])) / 2
  }
  up <- sum(rank2[x > 0])
  list(statistic = up / 2, p.value = min(1, sum(ways[seq_len(up + 1)])))
}

# Wilson's limits, for the number of independent units that would have the same
# variance.
advantage_limits <- function(p, n, sums, conf_level) {
  if (!n || length(sums$n) < 2) {
    return(c(NA_real_, NA_real_))
  }
  error <- ratio_error(sums)
  if (any(sums$n > 1)) {
    n <- if (error > 0) p * (1 - p) / error^2 else length(sums$n)
  }
  unlist(wilson_limits(p * n, n, conf_level), use.names = FALSE)
}

contest_whole <- function(outcome, cluster, people, task) {
  tested <- !is.na(people$p.value)
  error <- advantage_error(outcome, cluster)
  advantage <- mean(people$advantage[people$units > 0])
  none <- length(task$people) < 2 || !any(people$units > 0)
  clusters <- if (is.null(cluster)) NA_real_ else nlevels(droplevels(cluster))
  groups <- if (is.null(cluster)) nrow(outcome) else clusters
  half <- if (groups > 1 && isTRUE(error > 0))
    stats::qt((1 + task$conf_level) / 2, groups - 1) * error else NA_real_
  list(
    winning.rate = if (any(tested)) mean(people$rejected[tested]) else NA_real_,
    people = sum(tested), rejected = sum(people$rejected[tested]),
    advantage = if (none) NA_real_ else advantage,
    std.error = error, conf.low = if (none) NA_real_ else
      max(0, advantage - half),
    conf.high = if (none) NA_real_ else min(1, advantage + half),
    units = nrow(outcome), clusters = clusters,
    status = contest_status(people, task)
  )
}

contest_status <- function(people, task) {
  if (length(task$people) < 2) {
    "one_person"
  } else if (!any(people$units > 0)) {
    "no_common_units"
  } else if (length(task$people) == 2) {
    "two_people"
  } else if (any(people$status == "one_cluster")) {
    "one_cluster"
  } else if (any(people$units < task$min_units)) {
    "few_units"
  } else {
    "ok"
  }
}

# Of the mean over people of the machine's advantage: each unit adds to several.
advantage_error <- function(outcome, cluster) {
  seen <- outcome > 0
  n <- colSums(seen)
  outcome <- outcome[, n > 0, drop = FALSE]
  seen <- seen[, n > 0, drop = FALSE]
  ahead <- outcome == 1 | outcome == 2
  n <- n[n > 0]
  if (!length(n)) {
    return(NA_real_)
  }
  rest <- drop((ahead - seen * rep(colSums(ahead) / n, each = nrow(seen))) %*%
                 (1 / n)) / length(n)
  sums <- cluster_sums(rest, cluster)$sum
  g <- length(sums)
  if (g < 2) NA_real_ else sqrt(g / (g - 1) * sum(sums^2))
}

#' @rdname alternative_annotator_test
#' @param digits Decimal places. Printed are `wins` (people whose hypothesis is
#'   rejected), their `rate`, and where there are few people a table of them
#'   with adjusted p-values.
#' @param caption Caption of a knitted table.
#' @param ... Not used.
#' @export
format.alternative_annotator_test <- function(x, digits = 2, ...) {
  x <- plain_frame(x)
  coded <- length(unique(x$code)) > 1 || !all(is.na(x$code))
  out <- list(
    code = if (coded) x$code,
    machine = if (length(unique(x$machine)) > 1) x$machine,
    wins = sprintf("%g of %g", x$rejected, x$people),
    rate = format_number(x$winning.rate, digits),
    advantage = format_number(x$advantage, digits),
    interval = format_interval(x$conf.low, x$conf.high, digits),
    units = format_whole(x$units),
    clusters = if (!all(is.na(x$clusters))) format(x$clusters, trim = TRUE),
    status = if (length(unique(x$status)) > 1) gsub("_", " ", x$status)
  )
  data.frame(out[!vapply(out, is.null, NA)], check.names = FALSE)
}

annotator_header <- function(x) {
  sprintf(
    "Alternative annotator test%s, epsilon %g, score %s, %s at %g%%%s",
    if (length(unique(x$machine)) == 1) paste(" of", x$machine[1]) else "",
    attr_or(x, "epsilon", NA), attr_or(x, "score", ""),
    if (attr_or(x, "adjust", "none") == "none") "p-values as they are" else
      sprintf("%s over people", attr_or(x, "adjust", "")),
    100 * (1 - attr_or(x, "conf_level", NA)),
    if (length(unique(x$status)) == 1 && x$status[1] != "ok")
      sprintf(" (%s)", gsub("_", " ", x$status[1])) else ""
  )
}

format_contests <- function(people, digits) {
  coded <- length(unique(people$code)) > 1 || !all(is.na(people$code))
  out <- list(
    code = if (coded) people$code,
    machine = if (length(unique(people$machine)) > 1) people$machine,
    "left out" = people$coder,
    units = format_whole(people$units),
    machine_closer = format_number(people$advantage, digits),
    interval = format_interval(people$conf.low, people$conf.high, digits),
    person_closer = format_number(people$person.advantage, digits),
    test = ifelse(is.na(people$test), "none", people$test),
    p = format_p(people$p.adjusted)
  )
  names(out) <- sub("_", " ", names(out))
  data.frame(out[!vapply(out, is.null, NA)], check.names = FALSE)
}

#' @rdname alternative_annotator_test
#' @export
print.alternative_annotator_test <- function(x, digits = 2, ...) {
  cat(strwrap(annotator_header(x), exdent = 2), sep = "\n")
  print_table(format.alternative_annotator_test(x, digits))
  people <- attr(x, "people")
  if (!is.null(people) && nrow(people) <= 20) {
    cat("Each person left out; \"closer\" counts ties:\n")
    print_table(format_contests(people, digits))
  }
  invisible(x)
}

#' @rdname alternative_annotator_test
#' @exportS3Method knitr::knit_print
knit_print.alternative_annotator_test <- function(x, digits = 2,
                                                  caption = NULL, ...) {
  knit_table(format.alternative_annotator_test(x, digits),
             caption = caption %||% paste0(annotator_header(x), "."))
}

# Rows may be chosen, and the people with them.
#' @export
`[.alternative_annotator_test` <- function(x, ...) {
  out <- NextMethod()
  if (!inherits(out, "alternative_annotator_test")) {
    return(out)
  }
  people <- attr(x, "people")
  attr(out, "people") <- people[paste(people$code, people$machine) %in%
                                  paste(out$code, out$machine), ]
  out
}

#' @rdname alternative_annotator_test
#' @exportS3Method generics::tidy
tidy.alternative_annotator_test <- function(x, ...) {
  tidy_names(attr(x, "people"))
}

#' @rdname alternative_annotator_test
#' @exportS3Method generics::glance
glance.alternative_annotator_test <- function(x, ...) {
  check_no_dots(...)
  plain_frame(x)
}
