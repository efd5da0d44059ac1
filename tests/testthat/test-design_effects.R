test_that("Klingenberg's interval in one stratum is close to Wald's", {
  has <- matrix(rep(c(1, 0, 1, 0), c(30, 10, 18, 22)), ncol = 1) > 0
  given <- list(member = rep(c(TRUE, FALSE), each = 40),
                stratum = rep(1L, 80))
  found <- stratified_difference(has, given, 0.95)
  expect_equal(found$estimate, 30 / 40 - 18 / 40)
  wald <- 1.959964 * sqrt(0.75 * 0.25 / 40 + 0.45 * 0.55 / 40)
  expect_equal((found$high - found$low) / 2, wald, tolerance = 0.03)
})

test_that("the stratified difference weighs strata as Mantel and Haenszel do", {
  withr::local_seed(1)
  stratum <- rep(1:3, c(10, 14, 20))
  member <- stats::rbinom(44, 1, 0.5) == 1
  has <- matrix(stats::rbinom(88, 1, 0.4), 44) > 0
  given <- list(member = member, stratum = stratum)
  found <- stratified_difference(has, given, 0.9)
  parts <- vapply(1:3, function(s) {
    a <- has[stratum == s & member, 2]
    b <- has[stratum == s & !member, 2]
    w <- length(a) * length(b) / (length(a) + length(b))
    c(w * (mean(a) - mean(b)), w)
  }, c(0, 0))
  expect_equal(found$estimate[2], sum(parts[1, ]) / sum(parts[2, ]))
  turned <- stratified_difference(has, list(member = !member,
                                            stratum = stratum), 0.9)
  expect_equal(turned$low, -found$high)
})

test_that("Klingenberg's interval covers in small strata", {
  skip_on_cran()
  withr::local_seed(2)
  stratum <- rep(1:4, each = 10)
  member <- rep_len(c(TRUE, FALSE), 40)
  base <- c(0.1, 0.2, 0.4, 0.5)[stratum]
  has <- matrix(stats::rbinom(40 * 4000, 1, base + 0.25 * member), 40) > 0
  found <- stratified_difference(has, list(member = member,
                                           stratum = stratum), 0.95)
  covered <- mean(found$low <= 0.25 & 0.25 <= found$high)
  expect_gt(covered, 0.935)
  expect_lt(covered, 0.97)
})

test_that("Tango's interval solves his equation and covers", {
  found <- paired_difference(c(12, 1, 0), c(2, 1, 0), c(50, 10, 10), 0.95)
  z <- stats::qnorm(0.975)
  expect_equal(tango_score(12, 2, 50, found$low[1]), z, tolerance = 1e-8)
  expect_equal(tango_score(12, 2, 50, found$high[1]), -z, tolerance = 1e-8)
  # at 0 the score is McNemar's
  expect_equal(tango_score(12, 2, 50, 0), 10 / sqrt(14))
  expect_true(all(found$low < found$estimate & found$estimate < found$high))
  expect_equal(found$low[2:3], -found$high[2:3], tolerance = 1e-8)
  ends <- paired_difference(c(5, 0), c(0, 5), 5, 0.95)
  expect_equal(ends$high[1], 1)
  expect_equal(ends$low[2], -1)
  expect_lt(ends$low[1], 0.7)
  p <- c(0.3, 0.1, 0.6)
  x <- expand.grid(b = 0:25, c = 0:25)
  x <- x[x$b + x$c <= 25, ]
  law <- apply(x, 1, function(v) stats::dmultinom(c(v, 25 - sum(v)), prob = p))
  found <- paired_difference(x$b, x$c, 25, 0.95)
  covered <- sum(law[found$low <= 0.2 & 0.2 <= found$high])
  expect_gt(covered, 0.93)
})

test_that("strata's deltas are joined with the weights of the test", {
  withr::local_seed(3)
  stratum <- rep(1:3, c(7, 9, 3))
  member <- c(rep_len(c(TRUE, FALSE), 16), TRUE, TRUE, TRUE)
  values <- matrix(stats::rpois(38, 2), 19)
  found <- stratified_delta(values, list(member = member, stratum = stratum))
  slow <- vapply(1:2, function(s) {
    a <- values[stratum == s & member, 1]
    b <- values[stratum == s & !member, 1]
    w <- length(a) * length(b) / (length(a) + length(b) + 1)
    c(w * mean(sign(outer(a, b, "-"))), w)
  }, c(0, 0))
  expect_equal(found[1], sum(slow[1, ]) / sum(slow[2, ]))
})
