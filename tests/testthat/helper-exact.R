# Random data sets for the exact reference (helper-agreement.R, helper-scale.R):
# 2 to 8 coders, missing values, empty coders, categories nobody uses, ties,
# negative and non-integer values. tools/exact runs many of them, the tests fewer.
exact_pools <- list(1:5, c(0, 1), -3:3, c(0.5, 1.25, 2, 7),
                    c(-2.5, -0.1, 0.1, 3.3), c(1, 2, 5, 10, 100), 1:9 / 10,
                    c(3, 4))

exact_family <- c("percent", "kappa", "pi", "fleiss", "conger", "light",
                  "hubert", "bp", "ac")
exact_scales <- c("icc11", "icc21", "icc31", "icc1k", "icc2k", "icc3k",
                  "kendall_w", "maxwell_re", "finn", "robinson")
exact_weightings <- c("none", "linear", "quadratic", "ordinal", "custom")

# A part of x, in nine of ten cases of two values or more.
some <- function(x) {
  least <- if (length(x) > 1 && stats::runif(1) < 0.9) 2 else 1
  x[sort(sample(length(x), sample(least:length(x), 1)))]
}

random_case <- function(i) {
  units <- sample(2:12, 1)
  coders <- sample(c(2, 2, 2:8), 1)
  values <- sort(some(exact_pools[[i %% 8 + 1]]))
  used <- some(values)
  truth <- used[sample(length(used), units, TRUE)]
  right <- stats::runif(1, 0.2, 1)
  x <- matrix(ifelse(stats::runif(units * coders) < right, truth,
                     used[sample(length(used), units * coders, TRUE)]), units)
  x[stats::runif(length(x)) < sample(c(0, 0.1, 0.3, 0.6), 1)] <- NA
  if (i %% 10 == 0) {
    x[, sample(coders, 1)] <- NA
  }
  list(x = x, values = values, places = matrix(match(x, values), units),
       weights = exact_weightings[i %/% 8 %% 5 + 1])
}

pairable <- function(x) {
  sum(colSums(!is.na(x)) > 0) > 1 && any(rowSums(!is.na(x)) > 1)
}

# One line per statistic: what the package says and what is true (NA where it
# is undefined).
exact_lines <- function(metric, value, exact) {
  data.frame(metric = metric, value = value,
             exact = vapply(exact, function(e) {
               if (is.null(e)) NA_real_ else as.numeric(e)
             }, 0))
}

check_family <- function(case) {
  x <- ratings(case$x, levels = case$values)
  known <- weights <- case$weights
  if (weights == "none") {
    weights <- NULL
  } else if (weights == "custom") {
    weights <- 1 - random_distances(length(case$values)) / 16
    known <- gmp::as.bigq(as.vector(weights))
  }
  out <- suppressWarnings(agreement(x, exact_family, weights = weights,
                                    ci = "none"))
  exact <- lapply(exact_family, function(coefficient) {
    if (pairable(case$x))
      exact_coefficient(coefficient, case$places, case$values, known)
  })
  exact_lines(paste0(exact_family, ", ", case$weights), out$estimate, exact)
}

check_alpha <- function(case, level, given = level, distance = level,
                        range = NULL) {
  x <- ratings(case$x, levels = case$values)
  out <- agreement(x, level = given, range = range, ci = "none")$estimate
  exact <- if (pairable(case$x))
    exact_alpha(case$places, case$values, distance, range)
  exact_lines(paste("alpha", level), out, list(exact))
}

# Symmetric distances without structure, from 0 to 16 in sixty-fourths.
random_distances <- function(k) {
  d <- matrix(sample(0:1024, k * k, TRUE) / 64, k)
  d[lower.tri(d)] <- t(d)[lower.tri(d)]
  diag(d) <- 0
  d
}

check_levels <- function(case) {
  span <- range(case$values)
  custom <- random_distances(length(case$values))
  rbind(
    check_alpha(case, "nominal"), check_alpha(case, "ordinal"),
    check_alpha(case, "interval"), check_alpha(case, "ratio"),
    check_alpha(case, "circular", range = span[2] - span[1] + 1),
    check_alpha(case, "bipolar", range = span + c(0, 1)),
    check_alpha(case, "custom", custom, gmp::as.bigq(as.vector(custom)))
  )
}

check_scales <- function(case) {
  x <- ratings(case$x, levels = case$values)
  out <- suppressWarnings(agreement(x, exact_scales, ci = "none"))
  exact <- if (pairable(case$x)) exact_scale(case$x, case$values)
  exact_lines(exact_scales, out$estimate,
              lapply(exact_scales, function(name) exact[[name]]))
}

random_sets <- function() {
  members <- letters[seq_len(sample(2:5, 1))]
  sets <- unique(lapply(seq_len(sample(2:8, 1)), function(j) {
    members[stats::runif(length(members)) < 0.5]
  }))
  units <- sample(2:10, 1)
  coders <- sample(2:8, 1)
  truth <- sample(length(sets), units, TRUE)
  x <- matrix(ifelse(stats::runif(units * coders) < 0.5, truth,
                     sample(length(sets), units * coders, TRUE)), units)
  x[stats::runif(length(x)) < sample(c(0, 0.1, 0.4), 1)] <- NA
  list(x = x, places = x, values = seq_along(sets), sets = sets)
}

check_sets <- function(case) {
  columns <- lapply(seq_len(ncol(case$x)), function(g) {
    lapply(case$x[, g], function(v) if (is.na(v)) NA else case$sets[[v]])
  })
  names(columns) <- paste0("coder", seq_along(columns))
  data <- structure(columns, class = "data.frame",
                    row.names = seq_len(nrow(case$x)))
  x <- ratings(data)
  do.call(rbind, lapply(c("jaccard", "masi"), function(level) {
    out <- agreement(x, level = level, ci = "none")$estimate
    exact <- if (pairable(case$x))
      exact_alpha(case$x, case$values, exact_set_distance(level, case$sets))
    exact_lines(paste("alpha", level), out, list(exact))
  }))
}

check_case <- function(i) {
  case <- random_case(i)
  out <- rbind(check_family(case), check_levels(case), check_scales(case),
               check_sets(random_sets()))
  out$case <- i
  out
}

# How far off a value is, of its square where that is above 1: u / (u + e) with
# u + e near 0 grows with 1 / (u + e), and its error with the square of that.
exact_off <- function(lines) {
  abs(lines$value - lines$exact) / pmax(1, lines$exact^2)
}

# The lines that are wrong: defined where they should not be or the other way
# round, or further off than 1e-12.
exact_wrong <- function(lines) {
  off <- exact_off(lines)
  is.na(lines$value) != is.na(lines$exact) | (!is.na(off) & off > 1e-12)
}
