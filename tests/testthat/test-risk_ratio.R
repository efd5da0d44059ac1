ratio <- function(...) as.vector(risk_ratio(...)$conf.int)

test_that("published limits are met", {
  # Perondi et al. (2004) in Fagerland, Lydersen and Laake (2017)
  perondi <- rbind(c(7, 27), c(1, 33))
  expect_lt(max(abs(ratio(perondi, method = "koopman") - c(1.2209, 42.5757))),
            5.1e-5)
  expect_lt(max(abs(ratio(perondi) - c(1.2086, 43.033))), 5.1e-5)
  expect_equal(unname(risk_ratio(perondi)$estimate), 7)
  # SAS 9.4, exact RELRISK(METHOD=SCORE), from exact2x2
  sas <- rbind(c(9, 2), c(4, 8))
  expect_lt(max(abs(ratio(sas, method = "exact") - c(1.0964, 10.8647))), 1e-4)
})

test_that("groups swapped give the reciprocal", {
  for (method in c("score", "koopman", "exact")) {
    for (x in 0:5) for (y in 0:4) {
      a <- ratio(rbind(c(x, 5 - x), c(y, 4 - y)), method = method)
      b <- ratio(rbind(c(y, 4 - y), c(x, 5 - x)), method = method)
      expect_equal(a, 1 / b[2:1], tolerance = 1e-7)
      expect_true(a[1] <= a[2] && !anyNA(a))
      estimate <- unname(risk_ratio(rbind(c(x, 5 - x), c(y, 4 - y)))$estimate)
      if (!is.na(estimate)) expect_true(a[1] <= estimate && estimate <= a[2])
    }
  }
})

test_that("the exact interval covers; at ratio 1 it is Barnard's test", {
  grid <- expand.grid(x = 0:6, y = 0:5)
  limits <- t(mapply(function(x, y) {
    ratio(rbind(c(x, 6 - x), c(y, 5 - y)), method = "exact", conf.level = 0.9)
  }, grid$x, grid$y))
  p <- table_p(grid$x, 6, grid$y, 5, "barnard", "central")
  expect_identical(p <= 1 - 0.9, limits[, 1] > 1 | limits[, 2] < 1)
  for (p in seq(0.03, 0.99, 0.08)) for (q in seq(0.03, 0.99, 0.08)) {
    holds <- limits[, 1] <= p / q & limits[, 2] >= p / q
    expect_gte(sum((stats::dbinom(grid$x, 6, p) *
                      stats::dbinom(grid$y, 5, q))[holds]), 0.9 - 1e-6)
  }
})

test_that("0, Inf and nobody are told apart", {
  expect_identical(unname(risk_ratio(rbind(c(0, 5), c(2, 3)))$estimate), 0)
  expect_identical(ratio(rbind(c(0, 5), c(2, 3)))[1], 0)
  expect_identical(unname(risk_ratio(rbind(c(3, 5), c(0, 3)))$estimate), Inf)
  for (method in c("score", "koopman", "exact")) {
    none <- risk_ratio(rbind(c(0, 5), c(0, 3)), method = method)
    expect_identical(unname(none$estimate), NA_real_)
    expect_identical(none$status, "nobody")
    expect_identical(as.vector(none$conf.int), c(0, Inf))
    one <- ratio(rbind(c(1, 0), c(0, 1)), method = method)
    expect_true(one[1] < 1 && one[2] == Inf)
    all <- risk_ratio(rbind(c(5, 0), c(3, 0)), method = method)
    expect_identical(unname(all$estimate), 1)
    expect_true(all$conf.int[1] < 1 && all$conf.int[2] > 1)
    table <- rbind(c(7, 4), c(2, 8))
    low <- ratio(table, method = method, alternative = "greater")
    high <- ratio(table, method = method, alternative = "less")
    both <- ratio(table, method = method, conf.level = 0.9)
    expect_equal(c(low[1], high[2]), both, tolerance = 1e-9)
    expect_identical(c(high[1], low[2]), c(0, Inf))
  }
  expect_error(risk_ratio(rbind(c(0, 0), c(1, 2))),
               class = "intercoder_error_group")
  expect_error(risk_ratio(rbind(c(200, 200), c(200, 200)), method = "exact"),
               class = "intercoder_error_limit")
})
