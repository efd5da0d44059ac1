scale_coefficients <- names(own_levels)

published_scale <- function(id) {
  utils::read.csv(system.file("validation", "published", paste0(id, ".csv"),
                              package = "intercoder"))
}

shrout_fleiss <- function() {
  ratings(published_scale("shrout_fleiss1979"))
}

measured <- function(x, coefficient = scale_coefficients, ci = "none", ...) {
  suppressWarnings(agreement(x, coefficient, ci = ci, ...))
}

random_scale <- function(i) {
  units <- sample(2:10, 1)
  coders <- sample(2:5, 1)
  values <- list(1:6, c(0, 1), -3:3, c(0.5, 1.25, 2, 7), c(-2.5, -0.1, 0.1, 3.3),
                 c(1, 2, 5, 1000), 1:9 / 10, 1e6 + 1:4)[[i %% 8 + 1]]
  truth <- sample(length(values), units, TRUE)
  right <- runif(1)
  x <- matrix(ifelse(runif(units * coders) < right, truth,
                     sample(length(values), units * coders, TRUE)), units)
  x[] <- values[x]
  x[runif(length(x)) < sample(c(0, 0.1, 0.3, 0.6), 1)] <- NA
  list(x = x, values = values)
}

wrong_values <- function(i) {
  case <- random_scale(i)
  if (!any(rowSums(!is.na(case$x)) > 1)) {
    return(NULL)
  }
  out <- measured(ratings(case$x, levels = case$values))
  exact <- exact_scale(case$x, case$values)
  unlist(lapply(scale_coefficients, function(name) {
    value <- out$estimate[out$coefficient == name]
    right <- exact[[name]]
    right <- if (is.null(right)) NA_real_ else as.numeric(right)
    near <- abs(value - right) <= 1e-12 * max(1, right^2)
    if (is.na(value) != is.na(right) || (!is.na(value) && !near)) {
      sprintf("case %d, %s: %.17g, exactly %.17g", i, name, value, right)
    }
  }))
}

test_that("random data sets agree with exact fractions to 1e-12", {
  skip_if_not_installed("gmp")
  withr::local_seed(20261125)
  expect_identical(unlist(lapply(seq_len(400), wrong_values)), NULL)
})

test_that("Shrout and Fleiss' table comes out exactly", {
  x <- shrout_fleiss()
  out <- suppressWarnings(icc(x, ci = "analytic"))
  expect_equal(out$estimate, c(448 / 2703, 184 / 635, 920 / 1287, 1792 / 4047,
                               736 / 1187, 3680 / 4047), tolerance = 1e-14)
  # Table 4 and the text of the paper, and the same formulas in psych
  expect_equal(round(out$conf.low, 2), c(-0.13, 0.02, 0.34, -0.88, 0.07, 0.68))
  expect_equal(round(out$conf.high, 2), c(0.72, 0.76, 0.95, 0.91, 0.93, 0.99))
  expect_true(all(is.na(out$std.error)))
  table <- icc_anova(x)
  expect_equal(table$mean_sq, c(1349 / 120, 451 / 72, 2339 / 72, 367 / 360,
                                1349 / 120), tolerance = 1e-14)
  expect_equal(table$df, c(5, 18, 3, 15, 5))
  expect_equal(table$sum_sq[2], sum(table$sum_sq[3:4]))
})

test_that("analytic intervals are ratios of F quantiles", {
  x <- published_scale("irr_anxiety")
  a <- icc_anova(x)
  b <- a$mean_sq[1]
  e <- a$mean_sq[4]
  out <- measured(x, icc_coefficients, "analytic", conf_level = 0.9)
  low <- b / e / qf(0.95, 19, 38)
  high <- b / e * qf(0.95, 38, 19)
  expect_equal(out$conf.low[3], (low - 1) / (low + 2), tolerance = 1e-10)
  expect_equal(out$conf.high[6], 1 - 1 / high, tolerance = 1e-10)
  step <- function(r) 3 * r / (1 + 2 * r)
  expect_equal(out$conf.low[5], step(out$conf.low[2]), tolerance = 1e-10)
  expect_equal(out$conf.high[5], step(out$conf.high[2]), tolerance = 1e-10)
})

test_that("the anxiety ratings of irr give what irr prints", {
  x <- published_scale("irr_anxiety")
  out <- measured(x)
  value <- stats::setNames(out$estimate, out$coefficient)
  expect_equal(value[["icc21"]], 455 / 2298, tolerance = 1e-14)
  expect_equal(value[["kendall_w"]], 6008 / 11133, tolerance = 1e-14)
  expect_equal(round(3 * 19 * value[["kendall_w"]], 1), 30.8)
  within <- 1 - value[["finn"]]
  expect_equal(within * 35 / 12, icc_anova(x)$mean_sq[2], tolerance = 1e-14)
})

test_that("intraclass correlations do not see the unit of measurement", {
  withr::local_seed(3)
  x <- matrix(sample(6, 120, TRUE), 30)
  x[sample(120, 20)] <- NA
  one <- measured(x)$estimate
  expect_equal(measured(-2.5 * x + 1e4, icc_coefficients)$estimate, one[1:6],
               tolerance = 1e-10)
  expect_equal(measured(x[30:1, 4:1])$estimate, one, tolerance = 1e-12)
  w <- function(x) kendall_w(x, ci = "none")$estimate
  expect_equal(w(exp(x)), w(x), tolerance = 1e-14)
  # what a coder always adds is no error of consistency, but of agreement
  shifted <- measured(sweep(x, 2, c(0, 5, 1, 3), "+"), icc_coefficients)
  expect_equal(shifted$estimate[c(3, 6)], one[c(3, 6)], tolerance = 1e-12)
  expect_lt(abs(shifted$estimate[2]), abs(one[2]))
  # Kendall's W and the ratio of sums of squares have no small-sample term
  twice <- measured(rbind(x, x))$estimate
  same <- match(c("finn", "robinson"), scale_coefficients)
  expect_equal(twice[same[2]], one[same[2]], tolerance = 1e-12)
  expect_equal(twice[same[1]], one[same[1]], tolerance = 1e-12)
})

test_that("a coder or unit without values changes nothing", {
  withr::local_seed(4)
  x <- matrix(sample(5, 60, TRUE), 20)
  x[sample(60, 9)] <- NA
  expect_identical(measured(rbind(cbind(x, NA), NA))$estimate,
                   measured(x)$estimate)
})

test_that("what is undefined says why", {
  status <- function(x, coefficient, ...) {
    measured(ratings(x, ...), coefficient)$status
  }
  expect_identical(status(cbind(1:2, 1:2)[1, , drop = FALSE], "icc11",
                          levels = 1:3), "one_unit")
  apart <- rbind(c(1, 2, NA, NA), c(2, 2, NA, NA), c(NA, NA, 1, 3),
                 c(NA, NA, 3, 3))
  expect_identical(status(apart, icc_coefficients),
                   c("ok", rep("disconnected", 2), "ok",
                     rep("disconnected", 2)))
  chain <- rbind(c(1, 2, NA), c(NA, 2, 4), c(1, NA, NA))
  expect_identical(status(chain, "icc31"), "no_residual")
  same <- cbind(c(2, 2), c(2, 2))
  expect_identical(status(same, c(icc_coefficients, "robinson"), levels = 1:3),
                   rep("no_variation", 7))
  expect_identical(status(same, "kendall_w"), "no_variation")
  expect_identical(status(same, "finn"), "no_variation")
  expect_equal(measured(ratings(same, levels = 1:3), "finn")$estimate, 1)
  expect_identical(status(cbind(c(1, 3), c(3, 1)), "icc1k"),
                   "variance_not_positive")
  expect_identical(status(cbind(c(1, NA), c(2, 1)), "kendall_w"),
                   "few_complete")
  expect_identical(status(cbind(1:3, 3:1), "maxwell_re"), "not_two_categories")
  expect_identical(status(cbind(0:1, 0:1, 0:1), "maxwell_re"),
                   "not_two_coders")
  counts <- ratings_counts(data.frame(`1` = c(2, 1, 0), `2` = c(1, 2, 3),
                                      check.names = FALSE))
  expect_true(is.null(counts$numbers))
  expect_identical(measured(counts, "kendall_w")$status, "coders_unknown")
})

test_that("the jackknife leaves one unit out, the bootstrap draws units", {
  withr::local_seed(5)
  x <- matrix(sample(4, 75, TRUE), 15)
  x[sample(75, 12)] <- NA
  left <- vapply(1:15, function(i) measured(x[-i, ])$estimate,
                 numeric(length(scale_coefficients)))
  defined <- !is.na(measured(x)$estimate)
  error <- sqrt(14 / 15 * rowSums((left - rowMeans(left))^2))
  expect_equal(measured(x, ci = "jackknife")$std.error[defined],
               error[defined], tolerance = 1e-10)
  one <- measured(x, ci = "bca", seed = 2, replicates = 300, threads = 1)
  two <- measured(x, ci = "bca", seed = 2, replicates = 300, threads = 2)
  expect_identical(one, two)
  grouped <- measured(x, ci = "bca", seed = 2, replicates = 100,
                      cluster = rep(1:5, 3))
  expect_true(all(grouped$clusters == 5))
  expect_identical(measured(x, "icc21", "analytic")$interval, "unavailable")
  expect_identical(measured(x, ci = "analytic", cluster = rep(1:5, 3),
                            coefficient = "icc11")$interval, "unavailable")
})

test_that("they go with groups, pooling, pairs and units", {
  withr::local_seed(6)
  x <- data.frame(A = sample(5, 40, TRUE), B = sample(5, 40, TRUE))
  by <- rep(c("a", "b"), 20)
  out <- measured(x, "icc21", by = by)
  expect_equal(out$estimate[1], measured(x[by == "a", ], "icc21")$estimate)
  pairs <- suppressWarnings(agreement_pairs(x, "icc31"))
  expect_equal(pairs$estimate, measured(x, "icc31")$estimate)
  without <- suppressWarnings(agreement_units(x, "robinson"))
  expect_equal(without$without[without$unit == "7"],
               measured(x[-7, ], "robinson")$estimate, tolerance = 1e-12)
  expect_true(all(is.na(without$share)))
})

test_that("values that are no numbers are refused with the name of the form", {
  x <- cbind(c("a", "b", "a"), c("b", "b", "a"))
  expect_error(icc(x), "ICC\\(1,1\\) needs numbers",
               class = "intercoder_error_level")
  expect_error(icc_anova(x), class = "intercoder_error_level")
  expect_error(robinson_a(x), "Robinson's A needs numbers")
  expect_error(kendall_w(x), "Kendall's W needs the order",
               class = "intercoder_error_level")
  ordered <- ratings(x, levels = c("b", "a"))
  expect_equal(kendall_w(ordered, ci = "none")$estimate,
               kendall_w((x == "a") + 0, ci = "none")$estimate)
})

test_that("short forms are agreement() with one coefficient", {
  x <- cbind(A = c(0, 1, 1, 0, 1), B = c(0, 1, 0, 0, 1))
  forms <- list(kendall_w = kendall_w, maxwell_re = maxwell_re, finn = finn,
                robinson = robinson_a)
  for (name in names(forms)) {
    expect_identical(forms[[name]](x, ci = "none"),
                     agreement(x, name, ci = "none"))
  }
  out <- measured(x, c("maxwell_re", "bp", "percent"), "analytic",
                  weights = "quadratic")
  expect_equal(out$estimate[1], 0.6)
  expect_equal(out$std.error[1], out$std.error[2])
  expect_identical(out$level, c("nominal", "weighted", "weighted"))
  expect_identical(out$weights, c("none", "quadratic", "quadratic"))
})

test_that("tables of variance are printed", {
  expect_snapshot(icc_anova(shrout_fleiss()))
  expect_snapshot(suppressWarnings(icc(shrout_fleiss(), ci = "analytic")))
})
