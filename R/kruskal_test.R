#' Three or more groups
#'
#' `kruskal_test()` asks whether values tend to be larger in some groups than in
#' others, by the exact distribution of the Kruskal-Wallis statistic where that
#' can be computed and by random relabellings beyond; `pairwise_groups()`
#' compares every two groups, with an effect, its interval and adjusted
#' p-values.
#'
#' H is the statistic of Kruskal and Wallis (1952), corrected for ties. The
#' exact distribution places participants one after the other and counts
#' together the ways that give groups the same sizes and rank sums so far; it
#' reaches to about three groups of ten or four of five, further with many ties.
#' A random sample of B relabellings gives `(b + 1) / (B + 1)` (Phipson and
#' Smyth 2010).
#'
#' @param x Numbers, one per participant.
#' @param g The group of each participant. Participants with a missing value or
#'   group are left out.
#' @param exact `TRUE` for the exact distribution or an error, `FALSE` for
#'   chi-squared, `NULL` for exact where it can be had and random relabellings
#'   otherwise.
#' @param simulate.p.value `TRUE` for random relabellings in any case.
#' @param B Number of random relabellings, at most ten million.
#' @param seed A whole number that fixes the random relabellings; `NULL` draws
#'   one from R's generator.
#' @param threads Number of threads; the result is the same for any number.
#' @return `kruskal_test()`: an object of class `htest`: `statistic` H,
#'   `parameter` (degrees of freedom), `p.value`, `status`. Where all values are
#'   equal p is `NA` and `status` `"no_variation"`.
#'
#'   `pairwise_groups()`: a data frame of class `pairwise_groups`, one row per
#'   pair: `group1`, `group2`, `n1`, `n2`, `effect`, `estimate`, `conf.low`,
#'   `conf.high`, `p.value`, `p.adjusted`, `status`. Pairs without an answer
#'   have `NA` and count in the adjustment.
#' @section Errors: `intercoder_error_argument` for values that are not finite
#'   numbers, `intercoder_error_group` for fewer than two groups,
#'   `intercoder_error_limit` where `exact = TRUE` is out of reach.
#' @references
#' Kruskal and Wallis (1952) JASA 47:583-621. Phipson and Smyth (2010)
#' Statistical Applications in Genetics and Molecular Biology 9(1):39. Holm
#' (1979) Scandinavian Journal of Statistics 6:65-70.
#' @examples
#' # Mucociliary efficiency, Hollander and Wolfe (1973)
#' x <- c(2.9, 3.0, 2.5, 2.6, 3.2, 3.8, 2.7, 4.0, 2.4, 2.8, 3.4, 3.7, 2.2, 2.0)
#' g <- rep(c("normal", "obstructed", "asbestosis"), c(5, 4, 5))
#' kruskal_test(x, g)
#' pairwise_groups(x, g)
#' @export
kruskal_test <- function(x, g, exact = NULL, simulate.p.value = FALSE,
                         B = 19999, seed = NULL, threads = NULL) {
  name <- data_name(deparse1(substitute(x)), deparse1(substitute(g)))
  if (!is.null(exact)) check_flag(exact)
  check_flag(simulate.p.value)
  check_count(B, min = 1, max = 1e7)
  check_count(seed, max = 2^53 - 1, null = TRUE)
  threads <- thread_count(threads)
  given <- read_groups(x, g, "g")
  check_some_levels("g", given$levels)
  found <- kruskal_values(given$values, given$group, length(given$levels),
                          exact, simulate.p.value, B, seed, threads)
  new_htest(
    statistic = c(H = found$statistic),
    parameter = c(df = length(given$levels) - 1), p.value = found$p.value,
    method = sprintf("Kruskal-Wallis test (%s)", found$label),
    data.name = name, status = found$status
  )
}

KRUSKAL_GROUPS_MAX <- 64

check_some_levels <- function(name, levels, call = caller_env()) {
  n <- length(levels)
  if (n < 2 || n > KRUSKAL_GROUPS_MAX) {
    abort("group", sprintf("\"%s\" has %s; there must be from 2 to %d groups.",
                           name, format_count(n, "level"),
                           KRUSKAL_GROUPS_MAX), call = call)
  }
}

kruskal_values <- function(values, group, groups, exact = NULL,
                           simulate = FALSE, B = 19999, seed = NULL,
                           threads = 1L, call = caller_env()) {
  if (all(values == values[1])) {
    return(list(statistic = NA_real_, p.value = NA_real_,
                label = "all values are equal", status = "no_variation"))
  }
  ask <- function(draws, seed = 0) {
    .Call(C_ranks_kruskal, values, group, groups, as.double(draws), seed,
          threads, NULL)
  }
  if (isFALSE(exact) && !simulate) {
    found <- core_value(ask(-1), call = call)
    p <- stats::pchisq(found$statistic, groups - 1, lower.tail = FALSE)
    found$p.value <- max(p, .Machine$double.xmin)
    return(c(found, list(label = "chi-squared", status = "ok")))
  }
  found <- if (!simulate) ask(0)
  out_of_reach <- inherits(found, "intercoder_failure") &&
    found$kind == "limit" && is.null(exact)
  if (simulate || out_of_reach) {
    found <- ask(B, draw_seed(seed))
    label <- "random relabellings"
  } else {
    label <- "exact with ties"
  }
  c(core_value(found, call = call), list(label = label, status = "ok"))
}

PAIRWISE_TESTS <- c("brunner-munzel", "wilcoxon", "permutation")

#' @param test Which test: [brunner_munzel_test()], with the relative effect;
#'   [wilcoxon_test()], with [cliff_delta()]; or [permutation_test()], with the
#'   difference in means (without an interval).
#' @param p.adjust.method One of [stats::p.adjust.methods].
#' @param conf.level Confidence level of each interval; it is not adjusted.
#' @rdname kruskal_test
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @export
pairwise_groups <- function(x, g, test = c("brunner-munzel", "wilcoxon",
                                           "permutation"),
                            p.adjust.method = "holm", conf.level = 0.95,
                            B = 19999, seed = NULL) {
  test <- check_choice(test, PAIRWISE_TESTS)
  p.adjust.method <- check_choice(p.adjust.method, stats::p.adjust.methods)
  check_proportion(conf.level)
  check_count(B, min = 1, max = 1e7)
  check_count(seed, max = 2^53 - 1, null = TRUE)
  given <- read_groups(x, g, "g")
  check_some_levels("g", given$levels)
  pairs <- utils::combn(length(given$levels), 2)
  rows <- lapply(seq_len(ncol(pairs)), function(k) {
    pair_row(given, pairs[, k], test, conf.level, B, seed)
  })
  out <- do.call(rbind, rows)
  out$p.adjusted <- stats::p.adjust(out$p.value, p.adjust.method,
                                    n = nrow(out))
  last <- c("p.adjusted", "status")
  new_result(out[c(setdiff(names(out), last), last)], test = test,
             p.adjust.method = p.adjust.method, conf.level = conf.level,
             class = "pairwise_groups")
}

pair_row <- function(given, pair, test, conf.level, B, seed) {
  x <- given$values[given$group == pair[1]]
  y <- given$values[given$group == pair[2]]
  found <- switch(
    test,
    "brunner-munzel" = brunner_munzel_test(x, y, conf.level = conf.level,
                                           B = B, seed = seed),
    wilcoxon = wilcoxon_test(x, y, conf.level = conf.level),
    permutation = permutation_test(x, y, B = B, seed = seed)
  )
  estimate <- if (test == "permutation") found$statistic else found$estimate
  limits <- as.vector(found$conf.int %||% c(NA_real_, NA_real_))
  data.frame(
    group1 = given$levels[pair[1]], group2 = given$levels[pair[2]],
    n1 = length(x), n2 = length(y),
    effect = c("brunner-munzel" = "relative effect",
               wilcoxon = "Cliff's delta",
               permutation = "difference in means")[[test]],
    estimate = unname(estimate), conf.low = limits[1], conf.high = limits[2],
    p.value = found$p.value, status = found$status %||% "ok",
    stringsAsFactors = FALSE
  )
}

#' @export
format.pairwise_groups <- function(x, digits = 3, ...) {
  shown <- data.frame(
    groups = paste(x$group1, "-", x$group2),
    n = paste(x$n1, x$n2, sep = ", "), stringsAsFactors = FALSE
  )
  for (column in c("estimate", "conf.low", "conf.high", "p.value",
                   "p.adjusted")) {
    shown[[column]] <- format(signif(x[[column]], digits))
  }
  shown
}

pairwise_header <- function(x) {
  sprintf("Pairwise comparison of groups: %s, %d%% interval, p adjusted: %s",
          x$effect[1], round(100 * attr(x, "conf.level")),
          attr(x, "p.adjust.method"))
}

#' @exportS3Method knitr::knit_print
knit_print.pairwise_groups <- function(x, digits = 3, caption = NULL, ...) {
  knit_table(format(x, digits),
             caption = caption %||% paste0(pairwise_header(x), "."))
}

#' @export
print.pairwise_groups <- function(x, ...) {
  cat(pairwise_header(x), "\n", sep = "")
  print(format(x, ...), row.names = FALSE)
  for (k in which(x$status != "ok")) {
    cat(sprintf("%s - %s: %s\n", x$group1[k], x$group2[k], x$status[k]))
  }
  invisible(x)
}
