rabbits <- array(c(0, 0, 6, 5, 3, 0, 3, 6, 6, 2, 0, 4, 5, 6, 1, 0, 2, 5, 0, 0),
                 c(2, 2, 5))

test_that("published strata are met", {
  # Agresti (2002); base R's limits carry some five digits
  f <- mantel_haenszel_test(rabbits)
  expect_equal(unname(f$statistic), 16)
  expect_lt(abs(f$p.value - 0.03994), 6e-6)
  expect_lt(abs(f$estimate - 10.36102), 1e-4)
  # Bickel, Hammel and O'Connell (1975), with continuity correction
  u <- mantel_haenszel_test(aperm(UCBAdmissions, c(2, 1, 3)), exact = FALSE)
  expect_lt(abs(u$statistic - 1.4269), 5.1e-5)
  expect_lt(abs(u$p.value - 0.2323), 5.1e-5)
  # Doll and Hill (1950)
  doll <- array(c(647, 622, 2, 27, 41, 28, 19, 32), c(2, 2, 2))
  d <- mantel_haenszel_test(doll, exact = FALSE, correct = FALSE)
  expect_lt(abs(d$estimate - 4.5239), 5.1e-5)
  expect_lt(abs(d$statistic - 24.92), 5.1e-3)
})

test_that("base R agrees as far as its digits go", {
  ucb <- aperm(UCBAdmissions, c(2, 1, 3))
  for (x in list(rabbits, ucb)) for (side in c("two.sided", "less", "greater")) {
    a <- mantel_haenszel_test(x, alternative = side)
    b <- stats::mantelhaen.test(x, alternative = side, exact = TRUE)
    expect_equal(a$p.value, b$p.value, tolerance = 1e-8)
    expect_equal(unname(a$estimate), unname(b$estimate), tolerance = 1e-4)
    if (side == "two.sided") {
      a <- mantel_haenszel_test(x, tsmethod = "central")
    }
    expect_equal(as.vector(a$conf.int), as.vector(b$conf.int),
                 tolerance = 5e-3)
    for (correct in c(TRUE, FALSE)) {
      a <- mantel_haenszel_test(x, alternative = side, exact = FALSE,
                                correct = correct)
      b <- stats::mantelhaen.test(x, alternative = side, correct = correct)
      expect_equal(unname(a$statistic), unname(b$statistic))
      expect_equal(a$p.value, b$p.value)
      expect_equal(as.vector(a$conf.int), as.vector(b$conf.int))
    }
  }
})

test_that("Breslow and Day's statistic is the one by hand", {
  x <- array(c(8, 5, 4, 9, 12, 7, 6, 10, 3, 9, 7, 6), c(2, 2, 3))
  h <- mantel_haenszel_test(x)$homogeneity
  psi <- unname(mantel_haenszel_test(x, exact = FALSE)$estimate)
  parts <- apply(x, 3, function(t) {
    n1 <- sum(t[1, ])
    s <- sum(t[, 1])
    f <- function(a) a * (sum(t[2, ]) - s + a) - psi * (n1 - a) * (s - a)
    a <- stats::uniroot(f, c(0, min(n1, s)), tol = 1e-12)$root
    v <- 1 / sum(1 / c(a, n1 - a, s - a, sum(t[2, ]) - s + a))
    c(t[1, 1] - a, v)
  })
  expect_equal(h[["statistic"]],
               sum(parts[1, ]^2 / parts[2, ]) -
                 sum(parts[1, ])^2 / sum(parts[2, ]), tolerance = 1e-8)
  expect_equal(h[["df"]], 2)
})

test_that("one stratum is Fisher's test; the interval agrees with the test", {
  set.seed(4)
  for (i in 1:40) {
    x <- array(stats::rpois(4 * sample(3, 1), 2), c(2, 2, 1))[, , 1]
    if (any(rowSums(x) == 0)) next
    a <- mantel_haenszel_test(array(x, c(2, 2, 1)))
    expect_equal(a$p.value, fisher_test(x)$p.value, tolerance = 1e-12)
    expect_equal(a$conf.set, fisher_test(x)$conf.set, tolerance = 1e-9)
  }
  for (i in 1:60) {
    x <- array(stats::rpois(12, 2), c(2, 2, 3))
    for (tail in c("minlike", "central")) for (midp in c(TRUE, FALSE)) {
      a <- mantel_haenszel_test(x, tsmethod = tail, midp = midp,
                                conf.level = 0.8)
      holds <- any(a$conf.set[, 1] <= 1 & a$conf.set[, 2] >= 1)
      expect_identical(a$p.value > 1 - 0.8, holds)
    }
  }
})

test_that("names of groups and order of strata do not matter", {
  a <- mantel_haenszel_test(rabbits)
  b <- mantel_haenszel_test(rabbits[, , 5:1])
  d <- mantel_haenszel_test(rabbits[2:1, , ])
  expect_equal(a$p.value, b$p.value, tolerance = 1e-13)
  expect_equal(a$p.value, d$p.value, tolerance = 1e-13)
  expect_equal(unname(a$estimate * d$estimate), 1)
  cells <- expand.grid(group = c("a", "b"), has = c(TRUE, FALSE), dose = 1:5)
  people <- cells[rep(1:20, as.vector(rabbits)), ]
  e <- mantel_haenszel_test(people$has, people$group, people$dose)
  expect_equal(e$p.value, a$p.value)
  expect_equal(e$conf.int, a$conf.int)
})

test_that("strata that say nothing leave an answer with a reason", {
  nothing <- array(c(0, 0, 5, 4, 3, 2, 0, 0, 0, 4, 0, 3), c(2, 2, 3))
  a <- mantel_haenszel_test(nothing)
  expect_identical(a$p.value, 1)
  expect_identical(a$status, "no_variation")
  expect_identical(as.vector(a$conf.int), c(0, Inf))
  b <- mantel_haenszel_test(nothing, exact = FALSE)
  expect_true(is.na(b$p.value) && !is.nan(b$p.value))
  expect_identical(b$status, "no_variation")
  apart <- array(c(5, 0, 0, 4, 3, 0, 0, 3), c(2, 2, 2))
  d <- mantel_haenszel_test(apart, exact = FALSE)
  expect_identical(unname(d$estimate), Inf)
  expect_identical(d$status, "no_interval")
  expect_true(all(is.na(d$conf.int)) && d$p.value < 0.01)
  expect_identical(mantel_haenszel_test(apart)$conf.int[2], Inf)
  more <- array(c(rabbits, nothing), c(2, 2, 8))
  expect_equal(mantel_haenszel_test(more)$p.value,
               mantel_haenszel_test(rabbits)$p.value)
  expect_error(mantel_haenszel_test(rabbits[, , 1]),
               class = "intercoder_error_argument")
  expect_error(mantel_haenszel_test(c(TRUE, FALSE), c("a", "b")),
               class = "intercoder_error_argument")
  expect_error(mantel_haenszel_test(c(TRUE, FALSE), c("a", "a"), 1:2),
               class = "intercoder_error_group")
})
