# Simulated: coders who err at random about a truth.
rated <- function(n, right, seed, k = 3) {
  withr::with_seed(seed, {
    truth <- sample(k, n, TRUE)
    ratings(sapply(stats::setNames(right, LETTERS[seq_along(right)]),
                   function(p) ifelse(stats::runif(n) < p, truth,
                                      sample(k, n, TRUE))))
  })
}

# Nominal alpha from its definition, for the slow ways below.
slow_alpha <- function(m) {
  m <- m[rowSums(!is.na(m)) > 1, , drop = FALSE]
  n <- table(factor(m, 1:9))
  observed <- sum(apply(m, 1, function(v) {
    v <- v[!is.na(v)]
    sum(outer(v, v, "!=")) / (length(v) - 1)
  }))
  total <- sum(n)
  1 - (total - 1) * observed / (total^2 - sum(n^2))
}

values <- function(x) x$data[[1]]

test_that("the difference is that of the coefficients", {
  x <- rated(60, c(0.9, 0.8, 0.8), 1)
  y <- rated(60, c(0.6, 0.6), 2)
  kinds <- c("alpha", "ac", "percent", "fleiss")
  d <- compare_agreement(x, y, kinds, ci = "jackknife")
  a <- agreement(x, kinds, ci = "none")$estimate
  b <- agreement(y, kinds, ci = "none")$estimate
  expect_identical(d$estimate.first, a)
  expect_identical(d$estimate.second, b)
  expect_identical(d$estimate, a - b)
  expect_identical(d$first, rep("x", 4))
  expect_equal(a[1], slow_alpha(values(x)), tolerance = 1e-12)
})

test_that("the jackknife is that of each unit left out of both", {
  x <- rated(25, c(0.9, 0.8, 0.8), 3)
  y <- rated(25, c(0.6, 0.7), 4)
  x$data[[1]][c(2, 9, 30)] <- NA
  y$data[[1]][c(4, 9, 27)] <- NA
  d <- few_differ(compare_agreement(x, y, ci = "jackknife"))
  left <- vapply(1:25, function(i) {
    slow_alpha(values(x)[-i, ]) - slow_alpha(values(y)[-i, ])
  }, 0)
  error <- sqrt(24 / 25 * sum((left - mean(left))^2))
  expect_equal(d$std.error, error, tolerance = 1e-10)
  expect_equal(d$conf.high - d$estimate, stats::qt(0.975, 24) * error,
               tolerance = 1e-10)
  expect_equal(d$p.value, 2 * stats::pt(-abs(d$estimate) / error, 24),
               tolerance = 1e-10)
  two <- suppressWarnings(compare_agreement(x, y, ci = "jackknife",
                                            paired = FALSE))
  each <- vapply(list(x, y), function(r) {
    suppressWarnings(agreement(r, ci = "jackknife"))$std.error
  }, 0)
  expect_equal(two$std.error, sqrt(sum(each^2)), tolerance = 1e-10)
  df <- sum(each^2)^2 / sum(each^4 / 24)
  expect_equal(two$conf.high - two$estimate,
               stats::qt(0.975, df) * two$std.error, tolerance = 1e-10)
  expect_identical(two$units, 50)
})

test_that("replicates are those of all resamples of few units", {
  m <- cbind(c(1, 2, 1, 2, 3), c(1, 2, 2, 2, 1), c(1, 2, 1, 3, 3),
             c(2, 1, 1, 3, 3))
  x <- ratings(m[, 1:2], levels = 1:3)
  y <- ratings(m[, 3:4], levels = 1:3)
  all <- as.matrix(expand.grid(rep(list(1:5), 5)))
  exact <- apply(all, 1, function(i) {
    slow_alpha(m[i, 1:2]) - slow_alpha(m[i, 3:4])
  })
  defined <- !is.nan(exact)
  d <- suppressWarnings(compare_agreement(x, y, ci = "percentile",
                                          replicates = 40000, seed = 1))
  expect_equal(d$undefined / 40000, mean(!defined), tolerance = 0.05)
  expect_equal(d$std.error, stats::sd(exact[defined]), tolerance = 0.01)
  expect_equal(c(d$conf.low, d$conf.high), unname(
    stats::quantile(exact[defined], c(0.025, 0.975), type = 6)
  ), tolerance = 0.02)
  below <- mean(exact[defined] <= 1e-12)
  above <- mean(exact[defined] >= -1e-12)
  expect_equal(d$p.value, min(1, 2 * min(below, above)), tolerance = 0.05)
  apart <- suppressWarnings(compare_agreement(
    x, y, ci = "percentile", paired = FALSE, replicates = 40000, seed = 1
  ))
  one <- apply(all, 1, function(i) slow_alpha(m[i, 1:2]))
  two <- apply(all, 1, function(i) slow_alpha(m[i, 3:4]))
  expect_equal(apart$std.error, sqrt(stats::var(one[!is.nan(one)]) +
                                       stats::var(two[!is.nan(two)])),
               tolerance = 0.01)
})

test_that("BCa limits are those of its formula, p where 0 is the limit", {
  x <- rated(40, c(0.9, 0.8), 5)
  y <- rated(40, c(0.7, 0.7), 6)
  wide <- compare_agreement(x, y, seed = 3, replicates = 4000)
  edge <- compare_agreement(x, y, seed = 3, replicates = 4000,
                            conf_level = 1 - wide$p.value)
  ends <- c(edge$conf.low, edge$conf.high)
  expect_lt(min(abs(ends)), 1e-9)
  expect_identical(edge$interval, "bca")
  for (level in c(0.5, 0.8, 0.9, 0.95, 0.99)) {
    for (ci in c("bca", "percentile", "jackknife")) {
      d <- compare_agreement(x, y, ci = ci, seed = 3, conf_level = level)
      expect_identical(d$p.value < 1 - level,
                       d$conf.low > 0 || d$conf.high < 0)
    }
  }
})

test_that("what must not matter does not", {
  x <- rated(50, c(0.9, 0.8, 0.8), 7)
  y <- rated(50, c(0.6, 0.6), 8)
  for (paired in c(TRUE, FALSE)) {
    d <- compare_agreement(x, y, c("alpha", "ac"), paired = paired, seed = 4)
    back <- compare_agreement(y, x, c("alpha", "ac"), paired = paired, seed = 4)
    expect_equal(back$estimate, -d$estimate)
    expect_equal(back$conf.low, -d$conf.high)
    expect_equal(back$p.value, d$p.value)
    for (threads in c(1, 3, 8)) {
      expect_identical(compare_agreement(x, y, c("alpha", "ac"), seed = 4,
                                         paired = paired, threads = threads), d)
    }
  }
  shuffled <- withr::with_seed(1, sample(50))
  named <- function(r) {
    r$units <- sprintf("u%02d", 1:50)
    r
  }
  plain <- compare_agreement(x, y, seed = 4)
  x <- named(x)
  y <- ratings_rows(named(y), shuffled)
  expect_identical(compare_agreement(x, y, seed = 4), plain)
})

test_that("ratings do not differ from themselves", {
  x <- rated(30, c(0.7, 0.7), 9)
  for (ci in c("bca", "percentile", "jackknife")) {
    d <- compare_agreement(x, x, ci = ci, seed = 1)
    expect_identical(d$estimate, 0)
    expect_identical(d$interval, "degenerate")
    expect_identical(c(d$conf.low, d$conf.high, d$p.value), rep(NA_real_, 3))
    expect_identical(d$status, "ok")
  }
})

test_that("groups, codes, coefficients and lists are compared", {
  x <- rated(90, c(0.8, 0.7), 10)
  by <- rep(c("a", "b", "c"), 30)
  d <- few_differ(compare_agreement(x, by = by, ci = "jackknife",
                                    against = "b"))
  expect_identical(d$first, c("a", "c"))
  expect_identical(d$second, c("b", "b"))
  by <- few_differ(agreement(x, by = by, ci = "jackknife"))
  expect_identical(d$estimate, by$estimate[c(1, 3)] - by$estimate[2])
  expect_equal(d$std.error, sqrt(by$std.error[c(1, 3)]^2 + by$std.error[2]^2))
  y <- rated(90, c(0.6, 0.6), 11)
  both <- new_ratings(c(x$data, y$data), codes = c("one", "two"),
                      numbers = x$numbers, scale = "numeric")
  codes <- compare_agreement(both, seed = 2)
  expect_identical(codes$first, "one")
  expect_equal(codes$estimate, compare_agreement(x, y, ci = "jackknife")$estimate)
  kinds <- compare_agreement(x, coefficient = c("alpha", "ac", "bp"),
                             against = "alpha", ci = "jackknife")
  expect_identical(kinds$first, c("ac", "bp"))
  expect_identical(kinds$coefficient, rep(NA_character_, 2))
  listed <- compare_agreement(list(before = y, after = x, again = x), seed = 2)
  expect_identical(listed$first, c("before", "before", "after"))
  expect_identical(listed$estimate[3], 0)
  within <- compare_agreement(list(p = both, q = both), ci = "jackknife")
  expect_identical(within$code, c("one", "two"))
})

test_that("clusters are drawn whole and must be the same", {
  x <- rated(60, c(0.9, 0.8), 12)
  y <- rated(60, c(0.7, 0.7), 13)
  each <- compare_agreement(x, y, ci = "jackknife", cluster = 1:60)
  expect_equal(each$std.error, compare_agreement(x, y, ci = "jackknife")$std.error)
  x$cluster <- y$cluster <- factor(rep(1:10, 6))
  d <- compare_agreement(x, y, seed = 1)
  expect_identical(d$clusters, 10)
  left <- vapply(1:10, function(g) {
    keep <- x$cluster != g
    slow_alpha(values(x)[keep, ]) - slow_alpha(values(y)[keep, ])
  }, 0)
  expect_equal(compare_agreement(x, y, ci = "jackknife")$std.error,
               sqrt(9 / 10 * sum((left - mean(left))^2)))
  y$cluster <- factor(rev(rep(1:10, 6)))
  expect_error(compare_agreement(x, y), class = "intercoder_error_cluster")
  y$cluster <- NULL
  expect_identical(compare_agreement(x, y, seed = 1), d)
})

test_that("undefined sides say why", {
  x <- rated(30, c(0.7, 0.7), 14)
  same <- ratings(cbind(A = rep(1, 30), B = rep(1, 30)))
  d <- compare_agreement(x, same)
  expect_identical(d$status, "no_variation")
  expect_identical(d$interval, "none")
  expect_true(is.na(d$estimate) && is.na(d$p.value))
  expect_false(is.na(d$estimate.first))
  expect_warning(compare_agreement(x, rated(30, c(0.99, 1), 14)),
                 class = "intercoder_warning_few_disagreements")
})

test_that("wrong arguments are named", {
  x <- rated(30, c(0.7, 0.7), 15)
  y <- rated(31, c(0.7, 0.7), 15)
  expect_snapshot(compare_agreement(x, y), error = TRUE)
  expect_snapshot(compare_agreement(x), error = TRUE)
  expect_snapshot(compare_agreement(x, by = rep(1, 30)), error = TRUE)
  expect_snapshot(compare_agreement(x, y, by = 1:30), error = TRUE)
  expect_snapshot(compare_agreement(list(x, y)), error = TRUE)
  expect_snapshot(compare_agreement(x, x, against = "z"), error = TRUE)
  expect_error(compare_agreement(x, x, ci = "analytic"),
               class = "intercoder_error_argument")
  expect_error(compare_agreement(x, x, "gamma"),
               class = "intercoder_error_argument")
})

test_that("it reads as it should", {
  x <- rated(60, c(0.9, 0.8, 0.8), 1)
  y <- rated(60, c(0.6, 0.6), 2)
  expect_snapshot(compare_agreement(x, y, c("alpha", "ac"), ci = "jackknife"))
  expect_snapshot(compare_agreement(x, by = rep(c("a", "b"), 30),
                                    ci = "jackknife"))
  d <- compare_agreement(x, y, ci = "jackknife")
  skip_if_not_installed("generics")
  expect_s3_class(generics::tidy(d), "data.frame", exact = TRUE)
  path <- withr::local_tempfile(fileext = ".pdf")
  grDevices::pdf(path)
  expect_identical(plot(d), d)
  grDevices::dev.off()
  expect_gt(file.size(path), 1000)
  skip_if_not_installed("ggplot2")
  expect_s3_class(ggplot2::autoplot(d), "ggplot")
})

test_that("ratings without a value have no difference", {
  x <- ratings_counts(cbind(yes = c(0, 0), no = c(0, 0)))
  out <- compare_agreement(x, x, replicates = 20, seed = 1)
  expect_identical(out$estimate, NA_real_)
  expect_identical(out$status, "no_ratings")
})

test_that("the level is that of the coefficient", {
  x <- ratings(cbind(A = c(1, 2, 3, 4, 2), B = c(1, 2, 3, 3, 2)))
  y <- ratings(cbind(A = c(1, 2, 3, 4, 2), B = c(1, 2, 4, 3, 1)))
  out <- suppressWarnings(compare_agreement(
    x, y, c("alpha", "icc21", "kendall_w", "bp"), level = "ratio",
    weights = "linear", ci = "jackknife"
  ))
  expect_identical(out$level, c("ratio", "interval", "ordinal", "weighted"))
  expect_identical(out$weights, c("none", "none", "none", "linear"))
})
