test_that("cumulative probabilities are those irrCAC prints", {
  data <- utils::read.csv(system.file("validation", "published",
                                      "gwet_cac_raw4raters.csv",
                                      package = "intercoder"))
  a <- suppressWarnings(agreement(ratings(data), "ac", ci = "analytic"))
  # irrCAC takes the estimate and its error as it prints them.
  a$estimate <- round(a$estimate, 5)
  a$std.error <- round(a$std.error, 5)
  expect_identical(a$estimate, 0.77544)
  lk <- agreement_benchmark(a)
  expect_equal(lk$cumulative[1:3], c(0.3967430313700203, 0.8833648829695053,
                                     0.9954188073475584), tolerance = 1e-9)
  expect_identical(lk$class[lk$reached], "moderate")
  fleiss <- agreement_benchmark(a, "fleiss")
  expect_equal(fleiss$cumulative[1], 0.5441374938574861, tolerance = 1e-9)
  expect_identical(fleiss$class[fleiss$reached], "fair to good")
})

test_that("classes part the whole, on every scale", {
  x <- ratings(cbind(rep(1:3, 10), rep(c(1:3, 1, 3, 2), 5)))
  a <- agreement(x, c("alpha", "ac"), ci = "jackknife")
  for (scale in list("landis-koch", "altman", "fleiss", "cicchetti",
                     "krippendorff", c(-0.5, 0.1, 0.95))) {
    b <- agreement_benchmark(a, scale)
    expect_equal(as.vector(rowsum(b$probability, b$coefficient)), c(1, 1))
    expect_identical(as.vector(rowsum(+b$reached, b$coefficient)), c(1L, 1L))
    z <- stats::integrate(function(v) stats::dnorm(v, a$estimate[1],
                                                   a$std.error[1]),
                          b$lower[1], b$upper[1])$value
    all <- diff(stats::pnorm(c(-1, 1), a$estimate[1], a$std.error[1]))
    expect_equal(b$probability[1], z / all, tolerance = 1e-6)
  }
  own <- agreement_benchmark(a, c(0.25, 0.5))
  expect_identical(own$class[1:3], c("0.5 to 1", "0.25 to 0.5", "-1 to 0.25"))
})

test_that("without a standard error there is no probability", {
  x <- ratings(cbind(rep(1:3, 10), rep(c(1:3, 1, 3, 2), 5)))
  b <- agreement_benchmark(agreement(x, ci = "none"))
  expect_identical(unique(b$status), "no_std_error")
  expect_true(all(is.na(b$cumulative)))
  same <- suppressWarnings(agreement(ratings(cbind(c(1, 1), c(1, 1)))))
  expect_identical(unique(agreement_benchmark(same)$status), "no_variation")
  expect_error(agreement_benchmark(x), class = "intercoder_error_argument")
  expect_snapshot(agreement_benchmark(agreement(x, ci = "none"), c(0.5, 0.2)),
                  error = TRUE)
  expect_snapshot(agreement_benchmark(agreement(x, ci = "jackknife")))
})
