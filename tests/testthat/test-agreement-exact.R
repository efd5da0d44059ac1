# 2,000 random data sets against exact fractions.
random_case <- function(i) {
  units <- sample(2:12, 1)
  coders <- sample(2:6, 1)
  pool <- list(1:5, c(0, 1), -3:3, c(0.5, 1.25, 2, 7), c(-2.5, -0.1, 0.1, 3.3),
               c(1, 2, 5, 10, 100), 1:9 / 10, c(3, 4))[[i %% 8 + 1]]
  values <- sort(sample(pool, sample(seq_along(pool), 1)))
  used <- values[sort(sample(length(values), sample(length(values), 1)))]
  truth <- used[sample(length(used), units, TRUE)]
  right <- runif(1, 0.2, 1)
  x <- matrix(ifelse(runif(units * coders) < right, truth,
                     used[sample(length(used), units * coders, TRUE)]), units)
  x[runif(length(x)) < sample(c(0, 0.1, 0.3, 0.6), 1)] <- NA
  if (i %% 10 == 0) {
    x[, sample(coders, 1)] <- NA
  }
  list(x = x, values = values,
       weights = c("none", "linear", "quadratic", "ordinal")[i %% 4 + 1])
}

pairable <- function(x) {
  sum(colSums(!is.na(x)) > 0) > 1 && any(rowSums(!is.na(x)) > 1)
}

compare_exact <- function(out, exact, label) {
  if (is.null(exact)) {
    return(if (!is.na(out)) sprintf("%s: %.17g where undefined", label, out))
  }
  exact <- as.numeric(exact)
  if (is.na(out) || abs(out - exact) > 1e-12) {
    sprintf("%s: %.17g, exactly %.17g", label, out, exact)
  }
}

check_case <- function(i) {
  case <- random_case(i)
  places <- matrix(match(case$x, case$values), nrow(case$x))
  x <- ratings(case$x, levels = case$values)
  others <- setdiff(agreement_coefficients, c("alpha", names(own_levels)))
  weights <- if (case$weights == "none") NULL else case$weights
  family <- suppressWarnings(agreement(x, others, weights = weights,
                                       ci = "none"))
  levels <- c("nominal", "ordinal", "interval", "ratio")
  alpha <- vapply(levels, function(level) {
    agreement(x, level = level, ci = "none")$estimate
  }, 0)
  if (!pairable(case$x)) {
    return(if (!all(is.na(c(family$estimate, alpha)))) sprintf("case %d", i))
  }
  c(
    unlist(lapply(seq_along(others), function(j) {
      compare_exact(family$estimate[j],
                    exact_coefficient(others[j], places, case$values,
                                      case$weights),
                    sprintf("case %d, %s, %s", i, others[j], case$weights))
    })),
    unlist(lapply(levels, function(level) {
      compare_exact(alpha[[level]], exact_alpha(places, case$values, level),
                    sprintf("case %d, alpha %s", i, level))
    }))
  )
}

test_that("2,000 random data sets agree with exact fractions to 1e-12", {
  skip_if_not_installed("gmp")
  withr::local_seed(20260101)
  wrong <- unlist(lapply(seq_len(2000), check_case))
  expect_identical(wrong, NULL)
})

test_that("weights without structure agree with exact fractions", {
  skip_if_not_installed("gmp")
  withr::local_seed(7)
  x <- matrix(sample(3, 40, TRUE), 10)
  w <- matrix(c(1, 0.25, 0, 0.25, 1, 0.75, 0, 0.75, 1), 3)
  exact <- gmp::as.bigq(as.vector(w))
  agree <- exact_agreement(x, 3, exact)
  mean <- exact_mean_margin(x, 3)
  out <- agreement(ratings(x), c("percent", "fleiss", "conger"), weights = w,
                   ci = "none")$estimate
  expect_equal(out, c(
    as.numeric(agree),
    as.numeric(exact_corrected(agree, exact_form(mean, mean, exact))),
    as.numeric(exact_corrected(agree, exact_conger_chance(x, 3, exact)))
  ), tolerance = 1e-12)
})
