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
  total <- exact_total(expected, distance)
  if (total == 0) {
    return(NULL)
  }
  observed <- gmp::as.bigq(0)
  for (m in which(seq_along(pairs) > 1)) {
    observed <- observed + exact_total(pairs[[m]], distance) / (m - 1)
  }
  1 - gmp::as.bigq(sum(n) - 1) * observed / total
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

# Without the warning that few units differ, where that is known.
few_differ <- function(expr) {
  suppressWarnings(expr, classes = "intercoder_warning_few_disagreements")
}
