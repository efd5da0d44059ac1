coders <- function() {
  ratings(cbind(Ann = c(0, 1, 1, 0, 1, 0, 0, 1, NA, 1),
                Ben = c(0, 1, 1, 0, 1, 0, 1, 1, 0, NA),
                Cem = c(0, 1, 0, 0, 0, 0, 0, 1, 0, 1),
                Key = c(0, 1, 1, 0, 1, 0, 0, 1, 1, NA)))
}

test_that("each coder is measured against each other one", {
  x <- coders()
  out <- agreement_coders(x, "ac")
  data <- x$data[[1]]
  for (g in 1:4) {
    pair <- vapply(setdiff(1:4, g), function(h) {
      gwet_ac(data[, c(g, h)], ci = "none")$estimate
    }, 0)
    n <- colSums(!is.na(data[, g]) & !is.na(data[, -g]))
    expect_equal(out$mean[g], mean(pair), tolerance = 1e-14)
    expect_equal(out$rest[g], sum(pair * n) / sum(n), tolerance = 1e-14)
    expect_equal(out$lowest[g], min(pair))
    expect_equal(out$highest[g], max(pair))
    expect_equal(out$without[g], gwet_ac(data[, -g], ci = "none")$estimate)
    expect_equal(out$influence[g], gwet_ac(data, ci = "none")$estimate -
                   out$without[g])
  }
  expect_equal(out$values, c(9, 9, 10, 9))
  expect_equal(out$prevalence, unname(colMeans(data, na.rm = TRUE)))
})

test_that("bias is how much more a coder gives than the others", {
  x <- coders()
  data <- x$data[[1]]
  out <- agreement_coders(x)
  others <- rowMeans(data[, -2], na.rm = TRUE)
  expect_equal(out$bias[2], mean(data[, 2] - others, na.rm = TRUE))
  numbers <- cbind(A = c(1, 2, 3), B = c(2, 3, 4), C = c(3, 4, 5))
  expect_equal(agreement_coders(numbers, level = "interval")$bias,
               c(-1.5, 0, 1.5))
  expect_true(all(is.na(agreement_coders(numbers)$prevalence)))
})

test_that("a standard is the truth, and no coder", {
  out <- agreement_coders(coders(), standard = "Key")
  expect_equal(out$coder, c("Ann", "Ben", "Cem"))
  # Cem against Key in nine units: 2 hits, 3 missed, 4 neither.
  cem <- out[3, ]
  expect_equal(cem$standard.units, 9)
  expect_equal(cem$standard.percent, 6 / 9)
  expect_equal(cem$sensitivity, 2 / 5)
  expect_equal(cem$specificity, 1)
  expect_equal(cem$precision, 1)
  expect_equal(cem$f1, 4 / 7)
  data <- coders()$data[[1]]
  expect_equal(cem$standard.kappa,
               cohen_kappa(data[, 3:4], ci = "none")$estimate)
  people <- agreement_coders(data[, 1:3])
  expect_equal(out$mean, people$mean)
  expect_equal(out$without, people$without)
})

test_that("codes stand one by one; order of coders does not matter", {
  study <- simulated_study
  x <- as_ratings(study$codings, units(study$transcripts), study$plan)[1:2]
  out <- agreement_coders(x)
  expect_equal(out$code, rep(x$codes, each = 3))
  turned <- agreement_coders(select_coders(x, 3:1))
  turned <- turned[order(match(turned$code, x$codes), turned$coder), ]
  expect_equal(out$mean, turned$mean)
  expect_equal(out$without, turned$without)
})

test_that("what is not defined is NA, without a warning", {
  expect_no_warning(two <- agreement_coders(coders()$data[[1]][, 1:2], "kappa"))
  expect_true(all(is.na(two$without)))
  expect_false(anyNA(two$mean))
  expect_no_warning(three <- agreement_coders(coders()$data[[1]][, 1:3],
                                              "kappa"))
  expect_false(anyNA(three$without))
  apart <- agreement_coders(cbind(A = c(1, 0, NA), B = c(1, 0, NA),
                                  C = c(NA, NA, 1)))
  expect_true(is.na(apart$mean[3]) && is.na(apart$lowest.with[3]))
})

test_that("arguments are checked, tables read well", {
  expect_error(agreement_coders(coders(), standard = "Zoe"),
               class = "intercoder_error_coder")
  expect_error(agreement_coders(cbind(Key = 1:3), standard = "Key"),
               class = "intercoder_error_argument")
  expect_error(agreement_coders(ratings_counts(cbind(1, 2))),
               class = "intercoder_error_coders_unknown")
  expect_snapshot(agreement_coders(coders()))
  expect_snapshot(agreement_coders(coders(), "kappa", standard = "Key"))
})

test_that("plots are drawn", {
  file <- withr::local_tempfile(fileext = ".pdf")
  grDevices::pdf(file)
  withr::defer(grDevices::dev.off())
  out <- agreement_coders(coders())
  expect_identical(plot(out), out)
  expect_no_error(plot(agreement_coders(coders()$data[[1]][, 1:2])))
  skip_if_not_installed("ggplot2")
  built <- ggplot2::ggplot_build(ggplot2::autoplot(out))
  expect_equal(nrow(built$data[[3]]), 8)
})
