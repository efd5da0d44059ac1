# What the tests of two samples share.

rank_values <- function(x, member, conf_level, call = caller_env()) {
  core_value(
    .Call(C_comparison_ranks, as.double(x), member, conf_level),
    call = call
  )
}

# Tails of the sum of whole scores in the first group: exact where that can be
# done, otherwise normal. "exact" says which.
sum_tails <- function(score, member, step, exact = NULL,
                      call = caller_env()) {
  if (!isFALSE(exact)) {
    tails <- .Call(C_comparison_sums, as.double(score), member, TRUE, step)
    out_of_reach <- inherits(tails, "intercoder_failure") &&
      tails$kind == "limit" && is.null(exact)
    if (!out_of_reach) {
      return(c(core_value(tails, call = call), list(exact = TRUE)))
    }
  }
  tails <- .Call(C_comparison_sums, as.double(score), member, FALSE, step)
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

# Two samples: y is the second sample, numbers.
read_samples <- function(x, y, names, call = caller_env()) {
  for (arg in list(list("x", x), list("y", y))) {
    v <- arg[[2]]
    if (!is.numeric(v) || any(is.infinite(v)) || !any(!is.na(v))) {
      arg_error(arg[[1]], "numbers", describe_value(v), call)
    }
  }
  x <- x[!is.na(x)]
  y <- y[!is.na(y)]
  list(values = c(x, y), member = rep(c(TRUE, FALSE), c(length(x), length(y))),
       data.name = names)
}
