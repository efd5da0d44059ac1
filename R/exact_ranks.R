# What the tests of two samples share.

rank_values <- function(x, member, conf_level, call = caller_env()) {
  core_value(
    .Call(C_ranks_values, as.double(x), member, conf_level),
    call = call
  )
}

# Tails of the sum of whole scores in the first group: exact where that can be
# done, otherwise normal. "exact" says which.
sum_tails <- function(score, member, step, exact = NULL,
                      call = caller_env()) {
  if (!isFALSE(exact)) {
    tails <- .Call(C_ranks_sums, as.double(score), member, TRUE, step)
    out_of_reach <- inherits(tails, "intercoder_failure") &&
      tails$kind == "limit" && is.null(exact)
    if (!out_of_reach) {
      return(c(core_value(tails, call = call), list(exact = TRUE)))
    }
  }
  tails <- .Call(C_ranks_sums, as.double(score), member, FALSE, step)
  c(core_value(tails, call = call), list(exact = FALSE))
}

# Numbers as whole scores whose sums can be compared exactly. Whole numbers are
# their own scores. Others are rounded to about fifteen digits of their sum,
# and `slack` is how far two sums may then be apart and yet be equal.
whole_scores <- function(x, n1) {
  n <- length(x)
  if (all(x == round(x)) && sum(abs(x)) * n < 2^52) {
    return(list(score = as.double(x), slack = 0))
  }
  bits <- min(50, 61 - ceiling(log2(n)))
  scale <- 2^floor(bits - log2(sum(abs(x))))
  list(score = round(x * scale), slack = 2 * n * n1)
}

# Two samples: y is the second sample (numbers) or the group of each element of
# x (a factor, strings or logical; the first level is the first group).
read_samples <- function(x, y, names, call = caller_env()) {
  if (is.factor(y) || is.character(y) || is.logical(y) && length(y) > 0 &&
        any(!is.na(y))) {
    given <- read_groups(x, y, "y", call)
    check_two_levels("y", given$levels, call)
    first <- given$group == 1L
    return(list(values = c(given$values[first], given$values[!first]),
                member = sort(first, decreasing = TRUE), data.name = names))
  }
  check_sample(x, "x", call)
  check_sample(y, "y", call)
  x <- x[!is.na(x)]
  y <- y[!is.na(y)]
  list(values = c(x, y), member = rep(c(TRUE, FALSE), c(length(x), length(y))),
       data.name = names)
}

check_sample <- function(x, arg, call) {
  if (!is.numeric(x) || any(is.infinite(x)) || !any(!is.na(x))) {
    arg_error(arg, "finite numbers", describe_value(x), call)
  }
}

# One value per participant and its group; pairs with a missing part are left
# out.
read_groups <- function(x, g, arg, call = caller_env()) {
  check_sample(x, "x", call)
  if (!is.atomic(g) || length(g) != length(x)) {
    arg_error(arg, sprintf("a group for each of the %d elements of `x`",
                           length(x)), describe_value(g), call)
  }
  keep <- !is.na(x) & !is.na(g)
  g <- if (is.factor(g)) droplevels(g[keep]) else
    factor(g[keep], sorted_values(g[keep]))
  list(values = as.double(x[keep]), group = as.integer(g), levels = levels(g))
}

# Why a test of two samples has no answer, or "ok".
samples_status <- function(values, n1, n2) {
  if (min(n1, n2) < 2) "one_participant" else
    if (all(values == values[1])) "no_variation" else "ok"
}
