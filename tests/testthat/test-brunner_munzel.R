pain <- list(x = c(1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 1, 1),
             y = c(3, 3, 4, 3, 1, 2, 3, 1, 1, 5, 4))

test_that("the published pain scores are met", {
  # Brunner and Munzel (2000)
  t <- brunner_munzel_test(pain$x, pain$y, method = "t", transform = "none")
  expect_lt(abs(t$statistic - 3.1375), 5.1e-5)
  expect_lt(abs(t$parameter - 17.683), 5.1e-4)
  expect_lt(abs(t$p.value - 0.005786), 5.1e-7)
  expect_lt(abs(t$estimate - 0.788961), 5.1e-7)
  expect_lt(max(abs(t$conf.int - c(0.5952169, 0.9827052))), 5.1e-8)
  # Neubert and Brunner (2007)
  p <- brunner_munzel_test(pain$x, pain$y)
  expect_lt(abs(p$p.value - 0.008038), 5.1e-7)
  expect_identical(unname(p$parameter), choose(25, 11))
})

# Everything from its definition, relabelling by relabelling.
slow_brunner <- function(values, n1) {
  n <- length(values)
  one <- function(i) {
    x <- values[i]
    y <- values[-i]
    a <- vapply(x, function(v) mean((y < v) + (y == v) / 2), 0)
    b <- vapply(y, function(v) mean((x < v) + (x == v) / 2), 0)
    p <- mean(b)
    v <- stats::var(a) / n1 + stats::var(b) / (n - n1)
    gap <- p - 0.5
    list(p = p, v = v, t = if (v < 1e-14) sign(gap) * Inf else gap / sqrt(v))
  }
  all <- utils::combn(n, n1, one, simplify = FALSE)
  list(seen = one(seq_len(n1)), t = vapply(all, `[[`, 0, "t"),
       p = vapply(all, `[[`, 0, "p"), v = vapply(all, `[[`, 0, "v"))
}

test_that("permutation is what going through all relabellings gives", {
  withr::local_seed(21)
  for (round in 1:25) {
    n1 <- sample(2:4, 1)
    n2 <- sample(2:4, 1)
    values <- sample(0:sample(1:6, 1), n1 + n2, TRUE)
    if (length(unique(values)) == 1) next
    x <- values[1:n1]
    y <- values[-(1:n1)]
    slow <- slow_brunner(values, n1)
    t <- slow$seen$t
    reach <- function(v) v - 1e-9 * abs(if (is.finite(v)) v else 0)
    expect_equal(brunner_munzel_test(x, y)$p.value,
                 mean(abs(slow$t) >= reach(abs(t))))
    expect_equal(brunner_munzel_test(x, y, "less")$p.value,
                 mean(slow$t >= reach(t)))
    expect_equal(brunner_munzel_test(y, x, "greater")$p.value,
                 mean(slow$t >= reach(t)))
  }
})

test_that("the interval uses quantiles of the studentised logit", {
  withr::local_seed(22)
  values <- c(stats::rpois(5, 3), stats::rpois(4, 4) + 0.5 * (1:4 > 2))
  slow <- slow_brunner(values, 5)
  logit <- ifelse(is.finite(slow$t), stats::qlogis(slow$p) * slow$p *
                    (1 - slow$p) / sqrt(slow$v), slow$t)
  outside <- 0.1
  high <- min(logit[vapply(logit, function(v) mean(logit > v + 1e-9), 0) <=
                      outside])
  low <- max(logit[vapply(logit, function(v) mean(logit < v - 1e-9), 0) <=
                     outside])
  p <- slow$seen$p
  width <- sqrt(slow$seen$v) / (p * (1 - p))
  expect_equal(
    as.vector(brunner_munzel_test(values[1:5], values[6:9],
                                  conf.level = 0.8)$conf.int),
    stats::plogis(stats::qlogis(p) - c(high, low) * width)
  )
})

test_that("groups that do not overlap have a p and an interval", {
  apart <- brunner_munzel_test(1:11, 12:21)
  expect_equal(apart$p.value, 2 / choose(21, 10))
  expect_identical(apart$conf.int[2], 1)
  expect_true(apart$conf.int[1] > 0.5 && apart$conf.int[1] < 0.95)
  for (n in c(2, 11, 900)) {
    t <- brunner_munzel_test(1:n, n + 1:n, method = "t")
    expect_true(t$p.value > 0 && t$p.value < 0.2)
    tied <- brunner_munzel_test(1:n, n - 1 + 1:n, method = "t")
    expect_gt(t$statistic, tied$statistic)
  }
  back <- brunner_munzel_test(12:21, 1:11)
  expect_equal(as.vector(back$conf.int), 1 - rev(as.vector(apart$conf.int)))
})

test_that("what cannot be answered is NA with a status", {
  flat <- brunner_munzel_test(c(0, 0), c(0, 0, 0))
  expect_identical(flat$p.value, NA_real_)
  expect_identical(flat$status, "no_variation")
  expect_identical(unname(flat$estimate), 0.5)
  one <- brunner_munzel_test(3, c(1, 2), method = "t")
  expect_identical(one$status, "one_participant")
  expect_true(all(is.na(one$conf.int)))
  expect_error(brunner_munzel_test(c(1, Inf), 1:3),
               class = "intercoder_error_argument")
  expect_error(brunner_munzel_test(1:3, numeric()),
               class = "intercoder_error_argument")
})

test_that("intervals stay in 0 to 1 whatever the data", {
  withr::local_seed(23)
  for (round in 1:30) {
    x <- sample(0:3, sample(2:6, 1), TRUE)
    y <- sample(0:3, sample(2:6, 1), TRUE)
    if (length(unique(c(x, y))) == 1) next
    for (method in c("permutation", "t")) {
      for (side in c("two.sided", "less", "greater")) {
        b <- brunner_munzel_test(x, y, side, method)
        expect_true(b$p.value > 0 && b$p.value <= 1)
        expect_true(b$conf.int[1] >= 0 && b$conf.int[2] <= 1)
        expect_true(b$conf.int[1] <= b$estimate && b$estimate <= b$conf.int[2])
      }
    }
  }
})

test_that("ranks alone matter, and random relabellings come near", {
  b <- brunner_munzel_test(pain$x, pain$y)
  expect_identical(brunner_munzel_test(exp(pain$x), exp(pain$y))$conf.int,
                   b$conf.int)
  r <- brunner_munzel_test(pain$x, pain$y, simulate.p.value = TRUE, B = 49999,
                           seed = 4)
  expect_lt(abs(r$p.value - b$p.value), 0.002)
  expect_lt(max(abs(r$conf.int - b$conf.int)), 0.02)
  again <- brunner_munzel_test(pain$x, pain$y, simulate.p.value = TRUE,
                               B = 49999, seed = 4)
  expect_identical(again$p.value, r$p.value)
})

test_that("brunnermunzel agrees", {
  skip_if_not_installed("brunnermunzel")
  withr::local_seed(24)
  x <- stats::rpois(7, 2)
  y <- stats::rpois(6, 4)
  peer <- getExportedValue("brunnermunzel", "brunnermunzel.permutation.test")(x, y)
  expect_equal(brunner_munzel_test(x, y)$p.value, peer$p.value)
  peer <- getExportedValue("brunnermunzel", "brunnermunzel.test")(x, y)
  own <- brunner_munzel_test(x, y, method = "t")
  expect_equal(own$p.value, peer$p.value[[1]])
  expect_equal(own$parameter[[1]], peer$parameter[[1]])
})

test_that("broom tidies it", {
  skip_if_not_installed("broom")
  tidy <- getExportedValue("broom", "tidy")(brunner_munzel_test(pain$x, pain$y))
  expect_true(all(c("estimate", "statistic", "p.value", "conf.low") %in%
                    names(tidy)))
})
