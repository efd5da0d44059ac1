#' Is agreement more than chance?
#'
#' Tests the hypothesis that what one coder says of a unit has nothing to do
#' with what the others say of it. That is little to ask: coders who agree
#' somewhat better than dice reject it. It says nothing about whether agreement
#' is good; see the interval of [agreement()] for that.
#'
#' @section Methods: `"permutation"` shares out each coder's values anew among
#'   the units this coder rated. Every coder keeps their margins, and missing
#'   values stay where they are; the coefficient is the statistic. Up to 20,000
#'   arrangements are all gone through and p is the share whose coefficient is
#'   at least as large (or small); otherwise `replicates` are drawn and p is
#'   \eqn{(b + 1) / (B + 1)} (Phipson and Smyth 2010). Units of one interview
#'   resemble each other, so where ratings have clusters values are shared out
#'   within them: the hypothesis is then that coders agree by chance within
#'   interviews.
#'
#'   `"asymptotic"` divides the coefficient by its standard error under the
#'   hypothesis, taking units as independent: for `kappa`, weighted or not, that
#'   of Fleiss, Cohen and Everitt (1969),
#'   \deqn{\frac{\sum_{ab} p_{1a} p_{2b} (w_{ab} - \bar w_{a.} - \bar w_{.b})^2
#'     - p_e^2}{N (1 - p_e)^2};}
#'   for `fleiss` that of Fleiss, Nee and Landis (1979), with \eqn{n} ratings in
#'   each of \eqn{N} units and \eqn{S = \sum p_k q_k},
#'   \deqn{\frac{2 (S^2 - \sum p_k q_k (q_k - p_k))}{N n (n - 1) S^2},}
#'   and \eqn{2 / (N n (n - 1))} for each category against the rest. There is
#'   none for other coefficients.
#'
#' @inheritParams agreement
#' @param x [ratings()] of one code (choose it by `x[code]`), or what
#'   `ratings()` takes alone.
#' @param coefficient One coefficient; see [agreement()].
#' @param method "permutation" or "asymptotic".
#' @param alternative "greater" (more than chance), "less" or "two.sided" (twice
#'   the smaller p).
#' @param cluster Within what values are shared out: `NULL` takes the clusters
#'   of `x` (none unless it has them), `FALSE` all units, or a vector with one
#'   element per unit, or the name of a column of the units. Not used by
#'   "asymptotic".
#' @param replicates Number of arrangements to draw where there are more than
#'   20,000.
#' @return An object of class `htest` (and `agreement_test`): `statistic` (the
#'   coefficient, or z), `parameter` (arrangements), `p.value`, `estimate` (the
#'   coefficient, and its mean over arrangements), `stderr` (under the
#'   hypothesis: over arrangements, or asymptotic), `status` as in
#'   [agreement()], and for `fleiss` by "asymptotic" `categories`, a data frame
#'   with `category`, `estimate`, `std.error`, `statistic` and `p.value`. Where
#'   the coefficient is not defined, `p.value` is `NA`; so is it, with `status`
#'   `variance_not_positive`, where chance leaves kappa no variance, as when a
#'   coder always gives the same value.
#' @section Errors: `intercoder_error_argument` for ratings of several codes or
#'   more than one coefficient; `intercoder_error_unavailable` where there is no
#'   asymptotic standard error: other coefficients, `fleiss` with weights or
#'   with different numbers of ratings; those of [agreement()].
#' @references
#' Fleiss, J. L., Cohen, J., & Everitt, B. S. (1969). Large sample standard
#' errors of kappa and weighted kappa. *Psychological Bulletin* 72.
#'
#' Fleiss, J. L., Nee, J. C. M., & Landis, J. R. (1979). Large sample variance
#' of kappa in the case of different sets of raters. *Psychological
#' Bulletin* 86.
#'
#' Phipson, B., & Smyth, G. K. (2010). Permutation p-values should never be
#' zero. *Statistical Applications in Genetics and Molecular Biology* 9.
#' @seealso [agreement_benchmark()], [agreement()].
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' x <- ratings(cbind(Ann = c(1, 2, 3, 3, 2, 1, 3, 2),
#'                    Ben = c(1, 2, 3, 1, 2, 1, 3, 3),
#'                    Cem = c(1, 2, 2, 3, 2, 1, 3, 2)))
#' agreement_test(x, seed = 1, replicates = 999)
#' agreement_test(x, "fleiss", method = "asymptotic")
#' @export
agreement_test <- function(x, coefficient = "alpha",
                           method = c("permutation", "asymptotic"),
                           alternative = c("greater", "less", "two.sided"),
                           level = "nominal", weights = NULL, range = NULL,
                           cluster = NULL, replicates = 9999, seed = NULL,
                           threads = NULL, progress = interactive()) {
  name <- deparse1(substitute(x))
  call <- environment()
  x <- ratings(x)
  coefficient <- check_coefficients(coefficient)
  if (length(coefficient) > 1 || length(x$codes) > 1) {
    arg_error(if (length(coefficient) > 1) "coefficient" else "x",
              if (length(coefficient) > 1) "one coefficient" else
                "ratings of one code: choose it by x[code]",
              sprintf("%d", max(length(coefficient), length(x$codes))), call)
  }
  method <- check_choice(method, c("permutation", "asymptotic"))
  alternative <- check_choice(alternative, c("greater", "less", "two.sided"))
  check_count(replicates, min = 1, max = 1e7)
  check_count(seed, max = 2^53 - 1, null = TRUE)
  check_flag(progress)
  task <- list(coefficient = coefficient, distance = level, weights = weights,
               range = range, alternative = alternative)
  if (method == "asymptotic") {
    return(chance_asymptotic(x, task, name, call))
  }
  x$cluster <- agreement_clusters(x, cluster, call)
  task$draws <- c(replicates, draw_seed(seed))
  task$threads <- thread_count(threads)
  chance_permutation(x, task, progress, name, call)
}

chance_shape <- function(x, task) {
  c(category_count(x), nlevels(x$cluster),
    match(task$coefficient, agreement_coefficients) - 1L)
}

chance_permutation <- function(x, task, progress, name, call) {
  bar <- progress_bar("Permuting", 1, show = progress)
  on.exit(bar$end())
  found <- core_value(
    .Call(C_chance_permute, places(x), as.integer(chance_shape(x, task)),
          if (!is.null(x$cluster)) as.integer(x$cluster),
          view_spec(x, task, call), task$draws, task$threads,
          part_step(bar, 1, 1)),
    call = call
  )
  defined <- found$status == 0
  extra <- if (found$complete) 0 else 1
  tails <- c(greater = found$above, less = found$below) + extra
  p <- one_of_tails(tails / (found$arrangements + extra), task$alternative)
  new_chance_test(
    task, name, found$status, p = if (defined) p else NA_real_,
    statistic = stats::setNames(found$value, task$coefficient),
    parameter = if (defined) c(arrangements = found$arrangements),
    estimate = c(found$value, if (defined) found$mean),
    stderr = if (defined) found$deviation,
    method = sprintf("Permutation test of agreement by chance (%s%s)",
                     if (found$complete) "all arrangements" else
                       "random arrangements",
                     if (is.null(x$cluster)) "" else ", within clusters")
  )
}

one_of_tails <- function(p, alternative) {
  if (alternative == "two.sided") min(1, 2 * min(p)) else p[[alternative]]
}

normal_tails <- function(z, alternative) {
  switch(alternative, greater = stats::pnorm(-z), less = stats::pnorm(z),
         two.sided = 2 * stats::pnorm(-abs(z)))
}

chance_asymptotic <- function(x, task, name, call) {
  x$cluster <- NULL
  found <- core_value(
    .Call(C_chance_asymptotic, places(x), as.integer(chance_shape(x, task)),
          view_spec(x, task, call)),
    call = call
  )
  whole <- found$errors[1, ]
  if (found$status == 0 && is.nan(whole[2])) {
    abort_no_error(x, task, call)
  }
  if (found$status == 0 && whole[2] == 0) {
    found$status <- match("variance_not_positive", agreement_statuses) - 1
  }
  z <- if (found$status == 0) whole[1] / whole[2] else NA_real_
  parts <- if (task$coefficient == "fleiss") chance_categories(x, found, task)
  new_chance_test(
    task, name, found$status, p = if (found$status == 0)
      normal_tails(z, task$alternative) else NA_real_,
    statistic = c(z = z), parameter = NULL, estimate = whole[1],
    stderr = if (found$status == 0) whole[2],
    method = sprintf("Asymptotic test of agreement by chance (%s)",
                     c(kappa = "Fleiss, Cohen and Everitt 1969",
                       fleiss = "Fleiss, Nee and Landis 1979")[[
                         task$coefficient]]),
    categories = parts
  )
}

abort_no_error <- function(x, task, call) {
  abort("unavailable", c(
    sprintf("There is no asymptotic standard error of %s under chance here.",
            agreement_names[[task$coefficient]]),
    x = if (task$coefficient == "fleiss") {
      if (is.null(task$weights))
        "The units have different numbers of ratings." else "It has weights."
    },
    i = "Use `method = \"permutation\"`."
  ), call = call)
}

chance_categories <- function(x, found, task) {
  value <- replace(found$errors[-1, 1], is.nan(found$errors[-1, 1]), NA)
  error <- replace(found$errors[-1, 2], is.nan(found$errors[-1, 2]), NA)
  data.frame(category = level_labels(x), estimate = value, std.error = error,
             statistic = value / error,
             p.value = normal_tails(value / error, task$alternative))
}

new_chance_test <- function(task, name, status, p, statistic, estimate, ...) {
  estimate <- replace(estimate, is.nan(estimate), NA)
  names(estimate) <- c(task$coefficient, "mean by chance")[seq_along(estimate)]
  out <- new_htest(
    statistic = replace(statistic, is.nan(statistic), NA), p.value = p,
    estimate = estimate, alternative = task$alternative, data.name = name,
    status = agreement_statuses[status + 1], ...
  )
  class(out) <- c("agreement_test", class(out))
  out
}

#' @export
print.agreement_test <- function(x, digits = getOption("digits"), ...) {
  NextMethod()
  if (x$status != "ok") {
    cat(sprintf("Not defined: %s.\n\n", gsub("_", " ", x$status)))
  }
  if (!is.null(x$categories)) {
    print_table(data.frame(
      category = x$categories$category,
      estimate = format_number(x$categories$estimate, 3),
      error = format_number(x$categories$std.error, 3),
      z = format_number(x$categories$statistic, 2),
      p = format_p(x$categories$p.value)
    ))
    cat("\n")
  }
  invisible(x)
}
