# Random data sets against exact fractions; tools/exact runs 20,000.
test_that("1,000 random data sets agree with exact fractions to 1e-12", {
  skip_if_not_installed("gmp")
  withr::local_seed(20260101)
  lines <- do.call(rbind, lapply(seq_len(1000), check_case))
  expect_gt(nrow(lines), 1000 * 27)
  expect_identical(lines[exact_wrong(lines), ], lines[0, ])
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
