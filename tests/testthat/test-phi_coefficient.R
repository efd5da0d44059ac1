phi <- function(x, n, y, m, level = 0.95) {
  phi_coefficient(rbind(c(x, n - x), c(y, m - y)), conf.level = level)
}

test_that("phi is the correlation", {
  has <- rep(c(1, 0, 1, 0), c(7, 4, 2, 8))
  group <- rep(c("a", "b"), c(11, 10))
  expect_equal(unname(phi_coefficient(has, group)$estimate),
               stats::cor(has, group == "a"))
})

# Chi-squared distance from the most likely proportions with this phi.
phi_score <- function(value, x, n, y, m) {
  w <- c(n, m) / (n + m)
  q <- seq(1e-5, 1 - 1e-5, length.out = 1e5)
  p1 <- q + value * sqrt(w[2] / w[1] * q * (1 - q))
  p2 <- q - value * sqrt(w[1] / w[2] * q * (1 - q))
  ok <- p1 > 0 & p1 < 1 & p2 > 0 & p2 < 1
  p1 <- p1[ok]
  p2 <- p2[ok]
  best <- which.max(stats::dbinom(x, n, p1, TRUE) +
                      stats::dbinom(y, m, p2, TRUE))
  a <- p1[best]
  b <- p2[best]
  ((x - n * a)^2 / (n * a * (1 - a)) + (y - m * b)^2 / (m * b * (1 - b))) *
    (n + m - 1) / (n + m)
}

test_that("limits solve what defines them", {
  for (case in list(c(7, 11, 2, 10), c(3, 5, 1, 9), c(40, 60, 30, 60))) {
    limits <- do.call(phi, as.list(case))$conf.int
    for (value in limits) {
      expect_equal(do.call(phi_score, as.list(c(value, case))),
                   stats::qchisq(0.95, 1), tolerance = 1e-3)
    }
  }
})

test_that("phi and the score interval of the difference agree on 0", {
  for (level in c(0.8, 0.95)) for (x in 0:6) for (y in 0:5) {
    if (x + y == 0 || x + y == 11) next
    a <- phi(x, 6, y, 5, level)
    d <- difference_limits(x, 6, y, 5, "score", level)
    expect_identical(a$conf.int[1] > 0 || a$conf.int[2] < 0,
                     d[1] > 0 || d[2] < 0)
    expect_equal(as.vector(a$conf.int),
                 -rev(as.vector(phi(y, 5, x, 6, level)$conf.int)),
                 tolerance = 1e-7)
    expect_true(a$conf.int[1] <= a$estimate && a$estimate <= a$conf.int[2])
  }
})

test_that("it covers", {
  grid <- expand.grid(x = 0:11, y = 0:10)
  limits <- t(mapply(function(x, y) {
    a <- phi(x, 11, y, 10)$conf.int
    if (anyNA(a)) c(-1, 1) else a
  }, grid$x, grid$y))
  cover <- outer(seq(0.05, 0.95, 0.1), seq(0.05, 0.95, 0.1),
                 Vectorize(function(p, q) {
    mean <- (11 * p + 10 * q) / 21
    true <- (p - q) * sqrt(110) / 21 / sqrt(mean * (1 - mean))
    holds <- limits[, 1] <= true & true <= limits[, 2]
    sum((stats::dbinom(grid$x, 11, p) * stats::dbinom(grid$y, 10, q))[holds])
  }))
  expect_gt(mean(cover), 0.95)
  expect_gt(min(cover), 0.89)
})

test_that("groups apart have an interval; without variation there is none", {
  apart <- phi(5, 5, 0, 4)
  expect_identical(unname(apart$estimate), 1)
  expect_true(apart$conf.int[1] < 0.9 && apart$conf.int[2] == 1)
  for (table in list(rbind(c(0, 5), c(0, 4)), rbind(c(5, 0), c(4, 0)))) {
    none <- phi_coefficient(table)
    expect_identical(unname(none$estimate), NA_real_)
    expect_identical(as.vector(none$conf.int), c(NA_real_, NA_real_))
    expect_identical(none$status, "no_variation")
  }
  expect_error(phi_coefficient(rbind(c(0, 0), c(1, 1))),
               class = "intercoder_error_group")
})
