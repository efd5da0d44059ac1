observed <- function() {
  ratings(cbind(A = c(1, 2, 3, 3, 2, 1, 4, 1, 2, NA, NA, NA),
                B = c(1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NA, NA),
                C = c(NA, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 3),
                D = c(1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NA)),
          cluster = rep(c("C01", "C02", "D01"), 4))
}

# The coefficient after these rows of values have been taken away.
left_out <- function(x, rows, ...) {
  x$data <- lapply(x$data, function(d) replace(d, cbind(
    rep(rows, ncol(d)), rep(seq_len(ncol(d)), each = length(rows))
  ), NA))
  suppressWarnings(agreement(x, ..., ci = "none")$estimate)
}

test_that("each unit is really left out", {
  x <- observed()
  for (coefficient in c("alpha", "fleiss", "conger", "light", "hubert",
                        "ac", "bp", "percent")) {
    out <- agreement_units(x, coefficient)
    whole <- agreement(x, coefficient, ci = "none")$estimate
    brute <- vapply(as.integer(out$unit), left_out, 0, x = x,
                    coefficient = coefficient)
    expect_equal(out$without, brute, tolerance = 1e-12)
    expect_equal(out$influence, whole - brute, tolerance = 1e-10)
    expect_equal(sum(out$share), 1)
    expect_false(is.unsorted(out$influence))
  }
  for (level in c("ordinal", "interval", "ratio")) {
    out <- agreement_units(x, level = level)
    brute <- vapply(as.integer(out$unit), left_out, 0, x = x, level = level)
    expect_equal(out$without, brute, tolerance = 1e-12)
    expect_equal(sum(out$share), 1)
  }
  complete <- ratings(matrix(c(9, 6, 8, 7, 10, 6, 2, 1, 4, 1, 5, 2, 5, 3, 6, 2,
                               6, 4, 8, 2, 8, 6, 9, 7), 6))
  for (coefficient in c("icc11", "icc2k", "kendall_w")) {
    out <- agreement_units(complete, coefficient)
    brute <- vapply(as.integer(out$unit), left_out, 0, x = complete,
                    coefficient = coefficient)
    expect_equal(out$without, brute, tolerance = 1e-10)
    expect_true(all(is.na(out$share)))
  }
  weighted <- agreement_units(x, "fleiss", weights = "quadratic")
  expect_equal(weighted$without, vapply(
    as.integer(weighted$unit), left_out, 0, x = x, coefficient = "fleiss",
    weights = "quadratic"
  ), tolerance = 1e-12)
})

test_that("each cluster is really left out", {
  x <- observed()
  out <- agreement_units(x, level = "interval", of = "cluster")
  expect_null(out$unit)
  brute <- vapply(out$cluster, function(g) {
    left_out(x, which(x$cluster == g), level = "interval")
  }, 0)
  expect_equal(out$without, unname(brute), tolerance = 1e-12)
  expect_equal(sum(out$rated), 41)
  expect_equal(sum(out$share), 1)
  expect_equal(agreement_units(x, of = "cluster", cluster = rep("one", 12))$
                 without, NA_real_)
})

test_that("shares are those of the observed disagreement", {
  x <- ratings(cbind(A = c(1, 2, 3), B = c(1, 4, 3), C = c(1, 2, 2)))
  out <- agreement_units(x, level = "interval")
  # Distances within units: 0; 2 x (4 + 4) / 2; 2 x (1 + 1) / 2.
  expect_equal(out$share[match(1:3, out$unit)], c(0, 8, 2) / 10)
  same <- agreement_units(cbind(1:3, 1:3))
  expect_true(all(is.na(same$share)))
})

test_that("units without a value are left out, undefined ones are NA", {
  x <- ratings(cbind(A = c(1, 1, NA, 2), B = c(1, 1, NA, 2)))
  out <- agreement_units(x)
  expect_setequal(out$unit, c("1", "2", "4"))
  expect_true(is.na(out$without[out$unit == "4"]))
  expect_equal(out$unit[3], "4")
  expect_equal(nrow(agreement_units(cbind(A = NA_real_, B = NA_real_))), 0)
})

test_that("codes stand together with their texts", {
  study <- simulated_study
  x <- as_ratings(study$codings, units(study$transcripts), study$plan)[1:3]
  out <- agreement_units(x, n = 5)
  expect_equal(nrow(out), 5)
  expect_true(all(nzchar(out$text)))
  worst <- match(out$unit[1], x$units)
  one <- left_out(x[out$code[1]], worst)
  expect_equal(out$without[1], one, tolerance = 1e-12)
})

test_that("arguments are checked, tables read well", {
  expect_error(agreement_units(cbind(1:3, 1:3), of = "cluster"),
               class = "intercoder_error_cluster")
  expect_error(agreement_units(observed(), of = "coder"),
               class = "intercoder_error_argument")
  expect_error(agreement_units(observed(), cluster = FALSE),
               class = "intercoder_error_argument")
  expect_error(agreement_units(cbind("a", "b"), level = "ordinal"),
               class = "intercoder_error_level")
  expect_snapshot(agreement_units(observed(), n = 4))
  expect_snapshot(agreement_units(observed(), level = "ordinal",
                                  of = "cluster"))
})

test_that("influences are drawn", {
  file <- withr::local_tempfile(fileext = ".pdf")
  grDevices::pdf(file)
  withr::defer(grDevices::dev.off())
  out <- agreement_units(observed())
  expect_identical(plot(out, n = 5), out)
  expect_no_error(plot(agreement_units(observed(), of = "cluster")))
  expect_error(plot(out[0, ]), class = "intercoder_error_value")
  skip_if_not_installed("ggplot2")
  expect_no_error(ggplot2::ggplot_build(ggplot2::autoplot(out)))
})
