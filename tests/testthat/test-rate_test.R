slow_rate <- function(y, w, first, model) {
  if (model == "count") {
    rate <- sum(y) / sum(w)
    r <- y - rate * w
    v <- rate * w
  } else {
    had <- y > 0
    score <- function(l) sum(w[had] / expm1(exp(l) * w[had])) - sum(w[!had])
    u <- exp(stats::uniroot(score, c(-30, 3), tol = 1e-13)$root) * w
    r <- ifelse(had, u / expm1(u), -u)
    v <- u^2 / expm1(u)
  }
  function(first) {
    psi <- (first - sum(v[first]) / sum(v)) * r
    sum(psi) / sqrt(sum(psi^2))
  }
}

test_that("the test is its formula over all relabellings", {
  withr::local_seed(41)
  for (model in c("count", "presence")) {
    for (round in 1:4) {
      w <- round(stats::runif(9, 50, 900))
      y <- stats::rpois(9, w / 500)
      y[1:2] <- c(0, 1)
      first <- seq_len(9) <= 4
      t <- slow_rate(y, w, first, model)
      all <- utils::combn(9, 4, function(i) t(seq_len(9) %in% i))
      own <- rate_test(y, w, ifelse(first, "a", "b"), model)
      expect_lt(abs(own$statistic - t(first)), 1e-8)
      expect_equal(own$p.value, mean(abs(all) >= abs(t(first)) - 1e-7))
      expect_equal(rate_test(y, w, !first, model, "greater")$p.value,
                   mean(all >= t(first) - 1e-7))
    }
  }
})

test_that("presence rates are those of a complementary log-log model", {
  withr::local_seed(42)
  w <- round(stats::runif(30, 50, 900))
  y <- stats::rbinom(30, 1, 1 - exp(-w / 500))
  g <- rep(c("a", "b"), 15)
  own <- rate_test(y, w, g, "presence", simulate.p.value = TRUE, B = 99,
                   seed = 1)
  fit <- stats::glm(y ~ 0 + g + offset(log(w)),
                    stats::binomial("cloglog"))
  expect_equal(unname(own$estimate[1:2]), unname(1000 * exp(stats::coef(fit))),
               tolerance = 1e-5)
  count <- rate_test(y, w, g, simulate.p.value = TRUE, B = 99, seed = 1)
  fit <- stats::glm(y ~ 0 + g + offset(log(w)), stats::poisson())
  expect_equal(unname(count$estimate[1:2]),
               unname(1000 * exp(stats::coef(fit))), tolerance = 1e-5)
})

test_that("interval and p-value agree", {
  withr::local_seed(43)
  for (round in 1:40) {
    model <- c("count", "presence")[1 + round %% 2]
    w <- round(stats::runif(10, 50, 900))
    y <- stats::rpois(10, w * c(1, 1, 1, 1, 1, 3, 3, 3, 3, 3) / 900)
    own <- rate_test(y, w, rep(c("a", "b"), each = 5), model)
    if (own$status != "ok") next
    limits <- own$conf.int
    expect_true(own$p.value > 0 && own$p.value <= 1)
    if (own$p.value > 0.05) {
      expect_true(limits[1] <= 1 && limits[2] >= 1)
    } else {
      expect_true(limits[1] >= 1 || limits[2] <= 1)
    }
    ratio <- own$estimate[["ratio of rates"]]
    expect_true(limits[1] <= ratio * (1 + 1e-9) &&
                  ratio <= limits[2] * (1 + 1e-9))
  }
})

test_that("a longer talk at the same rate is no difference", {
  w <- c(400, 500, 450, 600, 2000, 2500, 2200, 3000)
  same <- rate_test(w / 100, w, rep(1:2, each = 4))
  expect_identical(same$p.value, 1)
  expect_identical(unname(same$statistic), 0)
  expect_identical(as.vector(same$conf.int)[1] <= 1, TRUE)
  expect_equal(same$estimate[["ratio of rates"]], 1)
  scaled <- rate_test(c(1, 3, 2, 0, 9, 4), 1:6 * 100, rep(1:2, 3))
  other <- rate_test(c(1, 3, 2, 0, 9, 4), 1:6 * 7, rep(1:2, 3))
  expect_equal(scaled$p.value, other$p.value)
  expect_equal(as.vector(scaled$conf.int), as.vector(other$conf.int))
})

test_that("swapping the groups turns the ratio over", {
  y <- c(4, 0, 3, 6, 2, 1, 0, 0, 2, 1)
  w <- c(900, 400, 700, 1500, 600, 800, 500, 650, 1200, 900)
  g <- rep(c("a", "b"), each = 5)
  one <- rate_test(y, w, g)
  two <- rate_test(y, w, factor(g, c("b", "a")))
  expect_equal(one$p.value, two$p.value)
  expect_equal(as.vector(one$conf.int), 1 / rev(as.vector(two$conf.int)),
               tolerance = 1e-6)
})

test_that("what cannot be answered is NA with a status", {
  none <- rate_test(rep(0, 6), 1:6, rep(1:2, 3))
  expect_identical(none$status, "no_variation")
  expect_identical(none$p.value, NA_real_)
  all <- rate_test(rep(2, 6), 1:6, rep(1:2, 3), "presence")
  expect_identical(all$status, "no_variation")
  zero <- rate_test(c(0, 0, 0, 2, 3, 1), 1:6 * 100, rep(1:2, each = 3))
  expect_identical(zero$conf.int[1], 0)
  expect_true(zero$p.value > 0)
  expect_error(rate_test(1:3, c(1, 0, 2), c(1, 2, 2)),
               class = "intercoder_error_argument")
  expect_error(rate_test(c(-1, 1, 2), 1:3, c(1, 2, 2)),
               class = "intercoder_error_argument")
  expect_error(rate_test(1:3, 1:2, c(1, 2, 2)),
               class = "intercoder_error_argument")
  expect_error(rate_test(1:3, 1:3, 1:3), class = "intercoder_error_group")
})
