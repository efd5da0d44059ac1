# An exact-fraction reference for the coefficients of agreement, from their
# definitions: loops over pairs of coders, nothing collapsed, nothing clever.
# `x` holds places among `values` (units x coders, NA missing). Everything is a
# bigq; NULL where a coefficient is undefined.

exact_pairs <- function(x, k) {
  rated <- rowSums(!is.na(x))
  pairs <- lapply(seq_len(ncol(x)), function(n) matrix(0, k, k))
  for (g in seq_len(ncol(x))) {
    for (h in seq_len(ncol(x))[-g]) {
      both <- which(!is.na(x[, g]) & !is.na(x[, h]))
      for (u in both) {
        n <- rated[u]
        pairs[[n]][x[u, g], x[u, h]] <- pairs[[n]][x[u, g], x[u, h]] + 1
      }
    }
  }
  pairs
}

exact_total <- function(counts, weights) {
  used <- which(counts != 0)
  if (!length(used)) {
    return(gmp::as.bigq(0))
  }
  sum(gmp::as.bigq(counts[used]) * weights[used])
}

# Krippendorff's distances, as a bigq vector over the k x k cells. `n` counts
# the pairable values, `range` is the circumference or the two poles. On a circle
# the sine is rounded once; all that follows is exact.
exact_distance <- function(level, values, n, range = NULL) {
  k <- length(values)
  a <- rep(seq_len(k), k)
  b <- rep(seq_len(k), each = k)
  switch(level,
    nominal = gmp::as.bigq(as.integer(a != b)),
    ordinal = exact_ordinal(a, b, n),
    circular = gmp::as.bigq(sinpi((values[a] - values[b]) / range)^2),
    exact_numeric(level, gmp::as.bigq(values), a, b, gmp::as.bigq(range))
  )
}

exact_ordinal <- function(a, b, n) {
  between <- mapply(function(i, j) sum(n[i:j]) - (n[i] + n[j]) / 2, a, b)
  gmp::as.bigq(ifelse(a == b, 0, between))^2
}

exact_numeric <- function(level, q, a, b, range) {
  difference <- q[a] - q[b]
  below <- switch(level,
    interval = gmp::as.bigq(rep(1, length(a))),
    ratio = (q[a] + q[b])^2,
    bipolar = (q[a] + q[b] - 2 * range[1]) * (2 * range[2] - q[a] - q[b])
  )
  below[a == b] <- gmp::as.bigq(1)
  infinite <- below == 0
  below[infinite] <- gmp::as.bigq(1)
  out <- difference * difference / below
  attr(out, "infinite") <- infinite
  out
}

# Distances of sets (vectors of members): Jaccard (1901), Passonneau (2006).
exact_set_distance <- function(level, sets) {
  k <- length(sets)
  one <- function(i, j) {
    both <- length(intersect(sets[[i]], sets[[j]]))
    either <- length(union(sets[[i]], sets[[j]]))
    if (setequal(sets[[i]], sets[[j]])) {
      return(gmp::as.bigq(0))
    }
    nested <- both == min(lengths(sets[c(i, j)]))
    kind <- if (level == "jaccard") gmp::as.bigq(1) else if (both == 0) 0 else
      if (nested) gmp::as.bigq(2, 3) else gmp::as.bigq(1, 3)
    1 - kind * gmp::as.bigq(both, either)
  }
  do.call(c, mapply(one, rep(seq_len(k), k), rep(seq_len(k), each = k),
                    SIMPLIFY = FALSE))
}

# `distance` holds one for each pair of categories or is the name of a level.
exact_alpha <- function(x, values, distance, range = NULL) {
  k <- length(values)
  pairs <- exact_pairs(x, k)
  rated <- rowSums(!is.na(x))
  n <- tabulate(x[rated > 1, ], k)
  if (sum(n > 0) < 2) {
    return(NULL)
  }
  if (is.character(distance)) {
    distance <- exact_distance(distance, values, n, range)
  }
  expected <- as.vector(outer(n, n))
  if (any(expected > 0 & (attr(distance, "infinite") %||% FALSE))) {
    return(NULL)
  }
  attr(distance, "infinite") <- NULL
  observed <- gmp::as.bigq(0)
  for (m in which(seq_along(pairs) > 1)) {
    observed <- observed + exact_total(pairs[[m]], distance) / (m - 1)
  }
  1 - gmp::as.bigq(sum(n) - 1) * observed / exact_total(expected, distance)
}

exact_weights <- function(kind, values) {
  k <- length(values)
  a <- rep(seq_len(k), k)
  b <- rep(seq_len(k), each = k)
  if (kind == "none" || k < 2) {
    return(gmp::as.bigq(as.integer(a == b)))
  }
  steps <- abs(a - b)
  if (kind == "ordinal") {
    return(1 - gmp::as.bigq(steps * (steps + 1), k * (k - 1)))
  }
  q <- gmp::as.bigq(values)
  d <- abs(q[a] - q[b]) / (q[k] - q[1])
  if (kind == "linear") 1 - d else 1 - d * d
}

exact_agreement <- function(x, k, weights) {
  pairs <- exact_pairs(x, k)
  rated <- rowSums(!is.na(x))
  total <- gmp::as.bigq(0)
  for (m in which(seq_along(pairs) > 1)) {
    total <- total + exact_total(pairs[[m]], weights) / (m * (m - 1))
  }
  total / sum(rated > 1)
}

exact_form <- function(p, q, weights) {
  k <- length(p)
  sum(p[rep(seq_len(k), k)] * q[rep(seq_len(k), each = k)] * weights)
}

exact_corrected <- function(agree, chance) {
  if (chance == 1) NULL else (agree - chance) / (1 - chance)
}

exact_margin <- function(x, k) gmp::as.bigq(tabulate(x, k), sum(!is.na(x)))

# Mean over units of each unit's own shares.
exact_mean_margin <- function(x, k) {
  rated <- rowSums(!is.na(x))
  total <- gmp::as.bigq(rep(0, k))
  for (n in setdiff(unique(rated), 0)) {
    total <- total + gmp::as.bigq(tabulate(x[rated == n, ], k), n)
  }
  total / sum(rated > 0)
}

exact_conger_chance <- function(x, k, weights) {
  x <- x[, colSums(!is.na(x)) > 0, drop = FALSE]
  margins <- lapply(seq_len(ncol(x)), function(g) exact_margin(x[, g], k))
  total <- gmp::as.bigq(0)
  for (g in seq_len(ncol(x))) {
    for (h in seq_len(ncol(x))[-g]) {
      total <- total + exact_form(margins[[g]], margins[[h]], weights)
    }
  }
  total / (ncol(x) * (ncol(x) - 1))
}

# Agreement and chance agreement of each two coders with units in common.
exact_by_pairs <- function(x, k, weights) {
  pairs <- if (ncol(x) > 1) utils::combn(ncol(x), 2, simplify = FALSE)
  pairs <- lapply(pairs, function(p) {
    y <- x[, p]
    y <- y[rowSums(is.na(y)) == 0, , drop = FALSE]
    if (nrow(y)) {
      list(agree = exact_agreement(y, k, weights),
           chance = exact_form(exact_margin(y[, 1], k), exact_margin(y[, 2], k),
                               weights))
    }
  })
  pairs[lengths(pairs) > 0]
}

exact_pair_kappa <- function(coefficient, x, k, weights) {
  pairs <- exact_by_pairs(x, k, weights)
  total <- function(v) Reduce(`+`, v)
  if (coefficient == "hubert") {
    return(exact_corrected(total(lapply(pairs, `[[`, "agree")) / length(pairs),
                           total(lapply(pairs, `[[`, "chance")) / length(pairs)))
  }
  kappas <- lapply(pairs, function(p) exact_corrected(p$agree, p$chance))
  if (all(lengths(kappas) > 0)) total(kappas) / length(kappas)
}

exact_coefficient <- function(coefficient, x, values, weights = "none") {
  k <- length(values)
  w <- if (is.character(weights)) exact_weights(weights, values) else weights
  if (coefficient %in% c("kappa", "pi")) {
    x <- x[, colSums(!is.na(x)) > 0, drop = FALSE]
    if (ncol(x) != 2) {
      return(NULL)
    }
    x <- x[rowSums(!is.na(x)) == 2, , drop = FALSE]
  }
  if (coefficient %in% c("light", "hubert")) {
    return(exact_pair_kappa(coefficient, x, k, w))
  }
  agree <- exact_agreement(x, k, w)
  if (coefficient == "percent") {
    return(agree)
  }
  if (coefficient %in% c("bp", "ac") && k < 2) {
    return(NULL)
  }
  mean <- exact_mean_margin(x, k)
  chance <- switch(coefficient,
    kappa = exact_form(exact_margin(x[, 1], k), exact_margin(x[, 2], k), w),
    pi = exact_form(exact_margin(x, k), exact_margin(x, k), w),
    fleiss = exact_form(mean, mean, w),
    conger = exact_conger_chance(x, k, w),
    bp = sum(w) / k^2,
    ac = sum(w) / (k * (k - 1)) * sum(mean * (1 - mean))
  )
  exact_corrected(agree, chance)
}

# Analysis of variance of values y (a matrix of numbers, NA missing). The fit of
# units and coders together solves the whole normal equations, one coder at 0.
exact_anova <- function(y) {
  y <- y[rowSums(!is.na(y)) > 0, colSums(!is.na(y)) > 0, drop = FALSE]
  cells <- which(!is.na(y), arr.ind = TRUE)
  value <- gmp::as.bigq(y[cells])
  group <- function(by) {
    total <- lapply(seq_len(max(by)), function(i) sum(value[by == i]))
    list(size = tabulate(by), total = do.call(c, total))
  }
  units <- group(cells[, 1])
  coders <- group(cells[, 2])
  square <- function(g) sum(g$total * g$total / g$size)
  out <- list(n = nrow(y), m = ncol(y), size = units$size,
              values = length(value), total = sum(value * value),
              mean = sum(value)^2 / length(value), units = square(units),
              coders = square(coders))
  out$both <- if (exact_joined(y)) exact_fit(y, units, coders)
  out
}

# Can one go from any coder to any other by units they share?
exact_joined <- function(y) {
  reached <- seq_len(ncol(y)) == 1
  repeat {
    touched <- rowSums(!is.na(y[, reached, drop = FALSE])) > 0
    more <- colSums(!is.na(y[touched, , drop = FALSE])) > 0
    if (identical(more, reached)) return(all(reached))
    reached <- more
  }
}

exact_fit <- function(y, units, coders) {
  present <- !is.na(y)
  left <- rbind(cbind(diag(units$size, nrow(y)), present),
                cbind(t(present), diag(coders$size, ncol(y))))
  keep <- seq_len(nrow(left) - 1)
  right <- c(units$total, coders$total)[keep]
  solution <- gmp::solve.bigq(gmp::as.bigq(left[keep, keep, drop = FALSE]),
                              gmp::matrix.bigq(right, ncol = 1))
  sum(gmp::as.bigq(as.vector(solution)) * right)
}

# Components of variance: one way as in Shrout and Fleiss, two ways by
# Henderson's method 3.
exact_components <- function(a, two_way) {
  n <- a$n
  big <- a$values
  if (!two_way) {
    error <- (a$total - a$units) / (big - n)
    n0 <- (big - gmp::as.bigq(sum(a$size^2), big)) / (n - 1)
    return(list(unit = ((a$units - a$mean) / (n - 1) - error) / n0,
                error = error))
  }
  error <- (a$total - a$both) / (big - n - a$m + 1)
  list(unit = (a$both - a$coders - (n - 1) * error) / (big - a$m),
       coder = (a$both - a$units - (a$m - 1) * error) / (big - n),
       error = error)
}

exact_icc <- function(form, a) {
  two_way <- !grepl("icc1", form)
  if (a$n < 2 || (two_way && (is.null(a$both) || a$values - a$n - a$m + 1 < 1))) {
    return(NULL)
  }
  v <- exact_components(a, two_way)
  error <- if (grepl("icc2", form)) v$coder + v$error else v$error
  if (grepl("k$", form)) {
    error <- error * sum(gmp::as.bigq(1, a$size)) / a$n
  }
  total <- v$unit + error
  if (total > 0) v$unit / total
}

exact_finn <- function(a, values) {
  q <- gmp::as.bigq(values)
  uniform <- sum(q * q) / length(q) - (sum(q) / length(q))^2
  if (uniform > 0) 1 - (a$total - a$units) / (a$values - a$n) / uniform
}

exact_robinson <- function(a) {
  if (a$total > a$mean) (a$units - a$mean) / (a$total - a$mean)
}

# Ranks are halves and their sums exact in double precision.
exact_kendall <- function(y) {
  y <- y[, colSums(!is.na(y)) > 0, drop = FALSE]
  y <- y[rowSums(is.na(y)) == 0, , drop = FALSE]
  n <- nrow(y)
  if (n < 2) {
    return(NULL)
  }
  sums <- rowSums(apply(y, 2, rank))
  ties <- sum(apply(y, 2, function(v) sum(table(v)^3 - table(v))))
  below <- ncol(y) * (ncol(y) * (n^3 - n) - ties)
  spread <- gmp::as.bigq(sum(sums^2)) - gmp::as.bigq(sum(sums))^2 / n
  if (below > 0) 12 * spread / below
}

exact_maxwell <- function(x, values) {
  x <- x[, colSums(!is.na(x)) > 0, drop = FALSE]
  if (ncol(x) == 2 && length(values) == 2) {
    2 * exact_agreement(x, 2, exact_weights("none", values)) - 1
  }
}

# A coefficient of values on a scale; y holds the values themselves, a is
# exact_anova(y).
exact_scale <- function(coefficient, y, values, a = exact_anova(y)) {
  switch(coefficient,
    finn = exact_finn(a, values),
    robinson = exact_robinson(a),
    kendall_w = exact_kendall(y),
    maxwell_re = exact_maxwell(matrix(match(y, values), nrow(y)), values),
    exact_icc(coefficient, a)
  )
}
