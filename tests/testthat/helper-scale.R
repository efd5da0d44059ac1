# Exact fractions for coefficients of ratings on a scale, from their definitions.
# `x` holds numbers (units x coders, NA missing). Everything is a bigq; NULL
# where a coefficient is undefined. Values are the decimals somebody typed, with
# two places at the most: 0.1 is one tenth, not the double nearest to it.

exact_decimal <- function(x) gmp::as.bigq(round(100 * x), 100)

exact_sum <- function(q) if (length(q)) sum(q) else gmp::as.bigq(0)

# sum of (sum of values)^2 / number over the groups of `by`
exact_between <- function(q, by) {
  exact_sum(do.call(c, lapply(split(seq_along(by), by), function(i) {
    sum(q[i])^2 / length(i)
  })))
}

# Sum of squares fitted by dummies of all columns of `groups`, full rank or not:
# least squares by elimination of the normal equations.
exact_fitted <- function(q, groups) {
  dummies <- do.call(cbind, lapply(groups, function(g) {
    outer(g, sort(unique(g)), "==") + 0
  }))
  a <- gmp::as.bigq(crossprod(dummies))
  b <- do.call(c, lapply(seq_len(ncol(dummies)), function(j) {
    sum(q[dummies[, j] == 1])
  }))
  fitted <- gmp::as.bigq(0)
  rank <- 0
  for (i in seq_len(ncol(dummies))) {
    pivot <- a[i, i]
    if (pivot == 0) next
    rank <- rank + 1
    fitted <- fitted + b[i]^2 / pivot
    for (j in seq_len(ncol(dummies))[-seq_len(i)]) {
      f <- a[j, i] / pivot
      if (f == 0) next
      a[j, ] <- a[j, ] - f * a[i, ]
      b[j] <- b[j] - f * b[i]
    }
  }
  list(fitted = fitted, rank = rank)
}

exact_share <- function(units, error) {
  if (units + error > 0) units / (units + error)
}

exact_icc <- function(x) {
  keep <- !is.na(x)
  q <- exact_decimal(x[keep])
  u <- row(x)[keep]
  g <- col(x)[keep]
  big <- length(q)
  n <- length(unique(u))
  m <- length(unique(g))
  rated <- rowSums(keep)[rowSums(keep) > 0]
  mean <- sum(q)^2 / big
  between <- exact_between(q, u)
  if (length(unique(x[keep])) < 2 || n < 2) {
    return(list())
  }
  within <- (sum(q^2) - between) / (big - n)
  n0 <- (big - gmp::as.bigq(sum(rated^2), big)) / (n - 1)
  one <- ((between - mean) / (n - 1) - within) / n0
  part <- sum(1 / gmp::as.bigq(rated)) / n
  out <- list(icc11 = exact_share(one, within),
              icc1k = exact_share(one, within * part))
  both <- exact_fitted(q, list(u, g))
  df <- big - n - m + 1
  if (both$rank < n + m - 1 || df < 1) {
    return(out)
  }
  error <- (sum(q^2) - both$fitted) / df
  units <- (both$fitted - exact_between(q, g) - (n - 1) * error) / (big - m)
  coders <- (both$fitted - between - (m - 1) * error) / (big - n)
  c(out, list(icc21 = exact_share(units, coders + error),
              icc31 = exact_share(units, error),
              icc2k = exact_share(units, (coders + error) * part),
              icc3k = exact_share(units, error * part)))
}

exact_kendall <- function(x) {
  x <- x[stats::complete.cases(x), , drop = FALSE]
  n <- nrow(x)
  if (n < 2) {
    return(NULL)
  }
  rank <- rowSums(apply(x, 2, rank))
  ties <- sum(apply(x, 2, function(v) sum(table(v)^3 - table(v))))
  most <- ncol(x)^2 * (n^3 - n) - ncol(x) * ties
  if (most > 0) {
    gmp::as.bigq(12 * sum((rank - mean(rank))^2) * 4) / (4 * most)
  }
}

exact_finn <- function(x, values) {
  keep <- !is.na(x)
  q <- exact_decimal(x[keep])
  v <- exact_decimal(values)
  u <- row(x)[keep]
  within <- (sum(q^2) - exact_between(q, u)) / (length(q) - length(unique(u)))
  uniform <- sum(v^2) / length(v) - (sum(v) / length(v))^2
  if (uniform > 0) 1 - within / uniform
}

exact_robinson <- function(x) {
  keep <- !is.na(x)
  q <- exact_decimal(x[keep])
  u <- row(x)[keep]
  mean <- sum(q)^2 / length(q)
  if (length(unique(x[keep])) > 1 && length(unique(u)) > 1) {
    (exact_between(q, u) - mean) / (sum(q^2) - mean)
  }
}

exact_maxwell <- function(x, values) {
  if (ncol(x) == 2 && length(values) == 2) {
    both <- stats::complete.cases(x)
    gmp::as.bigq(2 * sum(x[both, 1] == x[both, 2]), sum(both)) - 1
  }
}

# All of them, for data with a unit of two values.
exact_scale <- function(x, values) {
  x <- x[, colSums(!is.na(x)) > 0, drop = FALSE]
  c(exact_icc(x), list(kendall_w = exact_kendall(x),
                       maxwell_re = exact_maxwell(x, values),
                       finn = exact_finn(x, values),
                       robinson = exact_robinson(x)))
}
