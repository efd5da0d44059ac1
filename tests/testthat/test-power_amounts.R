test_that("power of 0 and 1 is the exact sum over tables, within its error", {
  # Of k among n1 and l among n2 that have 1, Wilcoxon's p is that of the table.
  n1 <- 7
  n2 <- 6
  grid <- expand.grid(k = 0:n1, l = 0:n2)
  reject <- mapply(function(k, l) {
    if (k + l == 0 || k + l == n1 + n2) return(FALSE)
    wilcoxon_test(rep(1:0, c(k, n1 - k)), rep(1:0, c(l, n2 - l)))$p.value <=
      0.05
  }, grid$k, grid$l)
  exact <- sum((stats::dbinom(grid$k, n1, 0.8) *
                  stats::dbinom(grid$l, n2, 0.25))[reject])
  out <- power_amounts(rep(1:0, c(4, 1)), rep(1:0, c(1, 3)), n1, n2,
                       replicates = 20000, seed = 1)
  expect_lt(abs(out$power - exact), 4 * out$std.error)
  expect_equal(out$delta, 0.8 - 0.25)
  nothing <- 20000 * (0.8^7 * 0.25^6 + 0.2^7 * 0.75^6)
  expect_lt(abs(out$undefined - nothing), 4 * sqrt(nothing) + 1)
})

test_that("power is that of the tests on samples drawn by R", {
  first <- c(0, 1, 2, 2, 4, 7, 9)
  second <- c(0, 0, 1, 1, 3)
  set.seed(2)
  p <- replicate(1500, {
    x <- sample(first, 9, TRUE)
    y <- sample(second, 8, TRUE)
    c(wilcoxon_test(x, y)$p.value, brunner_munzel_test(x, y)$p.value)
  })
  slow <- rowMeans(p <= 0.05)
  out <- power_amounts(first, second, 9, 8, replicates = 6000, seed = 5,
                       test = c("wilcoxon", "brunner-munzel"))
  error <- sqrt(out$std.error^2 + slow * (1 - slow) / 1500)
  expect_true(all(abs(out$power - slow) < 4 * error))
})

test_that("the level is kept; seed and threads fix the result", {
  x <- stats::qnbinom(stats::ppoints(50), mu = 4, size = 2)
  out <- power_amounts(x, x, 11, 10, c("wilcoxon", "brunner-munzel"),
                       replicates = 4000, seed = 7, threads = 1)
  expect_true(all(out$power < 0.05 + 4 * sqrt(0.05 * 0.95 / 4000)))
  expect_equal(out$delta, c(0, 0))
  again <- power_amounts(x, x, 11, 10, c("wilcoxon", "brunner-munzel"),
                         replicates = 4000, seed = 7, threads = 3)
  expect_identical(again, out)
  sizes <- power_amounts(x, x + 2, c(5, 15), c(5, 15), seed = 1)
  expect_lt(sizes$power[1], sizes$power[2])
})

test_that("populations without variation, and bad input", {
  out <- power_amounts(1, 1, 3, 3, replicates = 50, seed = 1)
  expect_equal(c(out$power, out$undefined), c(0, 50))
  fails <- function(expr) {
    expect_error(expr, class = "intercoder_error_argument")
  }
  fails(power_amounts(c(1, NA), 1, 3, 3))
  fails(power_amounts("a", 1, 3, 3))
  fails(power_amounts(1, 2, 1, 3))
  fails(power_amounts(1, 2, 3, 3, test = "t"))
  expect_error(power_amounts(1:9, 2:10, 3000, 3000, replicates = 10),
               class = "intercoder_error_limit")
})
