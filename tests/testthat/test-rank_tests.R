test_that("published Wilcoxon tests are met", {
  # Hollander and Wolfe (1973) p. 69
  x <- c(0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46)
  y <- c(1.15, 0.88, 0.90, 0.74, 1.21)
  w <- wilcoxon_test(x, y, alternative = "greater")
  expect_identical(unname(w$statistic), 35)
  expect_lt(abs(w$p.value - 0.1272), 5.1e-5)
  expect_lt(abs(wilcoxon_test(x, y)$p.value - 0.2544), 5.1e-5)
  # StatXact-6 manual, blood pressure, with ties
  x <- c(94, 108, 110, 90)
  y <- c(80, 94, 85, 90, 90, 90, 108, 94, 78, 105, 88)
  expect_lt(abs(wilcoxon_test(x, y)$p.value - 0.0989), 5.1e-5)
  expect_lt(abs(wilcoxon_test(x, y, "greater")$p.value - 0.0542), 5.1e-5)
  # 7 against 8 with ties, 28 of 6435
  x <- c(0.5, 0.5, 0.6, 0.6, 0.7, 0.8, 0.9)
  y <- c(0.5, 1, 1.2, 1.2, 1.4, 1.5, 1.9, 2)
  expect_equal(wilcoxon_test(x, y, "less")$p.value, 28 / 6435)
})

test_that("without ties it is wilcox.test(), at any size", {
  withr::local_seed(4)
  for (n in list(c(3, 4), c(11, 10), c(40, 35))) {
    x <- stats::rnorm(n[1], 0.4)
    y <- stats::rnorm(n[2])
    for (side in c("two.sided", "less", "greater")) {
      expect_equal(wilcoxon_test(x, y, side)$p.value,
                   stats::wilcox.test(x, y, side, exact = TRUE)$p.value)
    }
    expect_equal(wilcoxon_test(x, y, exact = FALSE)$p.value,
                 stats::wilcox.test(x, y, exact = FALSE)$p.value)
  }
  x <- stats::rpois(300, 2)
  y <- stats::rpois(280, 2.2)
  big <- wilcoxon_test(x, y)
  expect_match(big$method, "normal")
  expect_equal(big$p.value, stats::wilcox.test(x, y, exact = FALSE)$p.value)
  expect_error(wilcoxon_test(x, y, exact = TRUE),
               class = "intercoder_error_limit")
})

test_that("the permutation test is what going through all choices gives", {
  withr::local_seed(5)
  for (round in 1:8) {
    x <- if (round %% 2) stats::rpois(5, 2) else
      stats::rpois(5, 2) / stats::rpois(5, 30)
    y <- if (round %% 2) stats::rpois(4, 4) else
      stats::rpois(4, 4) / stats::rpois(4, 30)
    v <- c(x, y)
    d <- utils::combn(9, 5, function(i) mean(v[i]) - mean(v[-i]))
    seen <- mean(x) - mean(y)
    expect_equal(permutation_test(x, y)$p.value,
                 mean(abs(d) >= abs(seen) - 1e-12))
    expect_equal(permutation_test(x, y, "greater")$p.value,
                 mean(d >= seen - 1e-12))
    expect_equal(permutation_test(x, y, "less")$p.value,
                 mean(d <= seen + 1e-12))
  }
})

test_that("sums that are equal but for rounding are ties", {
  # 0.1 + 0.2 and 0.3 + 0 differ in the last bit
  expect_false(0.1 + 0.2 == 0.3 + 0)
  expect_equal(permutation_test(c(0.1, 0.2), c(0.3, 0))$p.value,
               permutation_test(c(1, 2), c(3, 0))$p.value)
})

test_that("a random sample of relabellings has its seed and is never 0", {
  x <- c(9, 9, 9, 9, 9, 9, 9)
  y <- c(0, 0, 0, 0, 0, 0, 0)
  a <- permutation_test(x, y, simulate.p.value = TRUE, B = 199, seed = 1)
  expect_gte(a$p.value, 1 / 200)
  expect_identical(a$p.value,
                   permutation_test(x, y, simulate.p.value = TRUE, B = 199, seed = 1)$p.value)
  expect_identical(unname(a$parameter), 199)
  withr::local_seed(1)
  b <- permutation_test(1:40, 5:44, simulate.p.value = TRUE, B = 999)
  withr::local_seed(1)
  expect_identical(permutation_test(1:40, 5:44, simulate.p.value = TRUE, B = 999)$p.value,
                   b$p.value)
})

test_that("Cliff's delta is right and its interval has width at the ends", {
  x <- c(10, 10, 20, 20, 20, 30, 30, 30, 40, 50)
  y <- c(10, 20, 30, 40, 40, 50)
  d <- cliff_delta(x, y)
  expect_identical(unname(d$estimate), -0.25)
  expect_equal(unname(d$estimate),
               mean(sign(outer(x, y, "-"))))
  end <- cliff_delta(11:20, 1:10)
  expect_identical(unname(end$estimate), 1)
  expect_identical(end$conf.int[2], 1)
  expect_true(end$conf.int[1] > 0.4 && end$conf.int[1] < 1)
  back <- cliff_delta(1:10, 11:20)
  expect_equal(as.vector(back$conf.int), -rev(as.vector(end$conf.int)))
  flat <- cliff_delta(c(2, 2), c(2, 2, 2))
  expect_identical(unname(flat$estimate), 0)
  expect_true(all(is.na(flat$conf.int)))
  expect_identical(wilcoxon_test(c(2, 2), c(2, 2, 2))$p.value, 1)
  expect_identical(permutation_test(c(2, 2), c(2, 2, 2))$p.value, 1)
})

test_that("samples must be numbers", {
  expect_error(wilcoxon_test("a", 1), class = "intercoder_error_argument")
  expect_error(wilcoxon_test(1, numeric()), class = "intercoder_error_argument")
  expect_error(permutation_test(c(1, Inf), 2),
               class = "intercoder_error_argument")
  expect_identical(wilcoxon_test(c(1, NA, 3), 2)$p.value,
                   wilcoxon_test(c(1, 3), 2)$p.value)
})

test_that("htests have what tidying reads", {
  out <- wilcoxon_test(1:5, 3:9)
  expect_s3_class(out, "htest")
  expect_true(all(c("estimate", "p.value", "conf.int", "method") %in%
                    names(out)))
  expect_s3_class(boschloo_test(rbind(c(7, 4), c(2, 8))), "htest")
})

test_that("group labels do what two samples do", {
  x <- c(3, 1, 4, 1, 5, 9, 2, 6)
  g <- rep(c("b", "a"), 4)
  by <- wilcoxon_test(x, g)
  expect_identical(by$p.value, wilcoxon_test(x[g == "a"], x[g == "b"])$p.value)
  expect_identical(unname(cliff_delta(x, factor(g, c("b", "a")))$estimate),
                   -unname(cliff_delta(x, g)$estimate))
  expect_error(wilcoxon_test(x, rep("a", 8)), class = "intercoder_error_group")
  expect_error(wilcoxon_test(x, c("a", "b")),
               class = "intercoder_error_argument")
})

test_that("the shift and its interval are what inverting the test gives", {
  withr::local_seed(11)
  for (round in 1:12) {
    x <- if (round %% 2) stats::rpois(6, 4) else stats::rnorm(6)
    y <- if (round %% 2) stats::rpois(7, 3) else stats::rnorm(7)
    d <- sort(unique(as.vector(outer(x, y, "-"))))
    gap <- min(diff(d)) / 2
    for (side in c("two.sided", "less", "greater")) {
      w <- wilcoxon_test(x, y, side, conf.int = TRUE, conf.level = 0.9)
      expect_equal(unname(w$estimate),
                   stats::median(as.vector(outer(x, y, "-"))))
      tried <- sort(c(d, d - gap, max(d) + gap))
      p <- vapply(tried, function(s) {
        ranks <- rank(round(c(x - s, y), 9))
        sums <- utils::combn(13, 6, function(i) sum(ranks[i]))
        seen <- sum(ranks[1:6])
        switch(side, less = mean(sums <= seen), greater = mean(sums >= seen),
               mean(abs(sums - 42) >= abs(seen - 42)))
      }, 0)
      kept <- tried[p > 0.1]
      if (side != "less") {
        expect_lt(abs(w$conf.int[1] - max(d[d <= min(kept) + 1e-9])), 1e-9)
      }
      if (side != "greater") {
        expect_lt(abs(w$conf.int[2] - min(d[d >= max(kept) - 1e-9])), 1e-9)
      }
    }
  }
  none <- wilcoxon_test(c(1, 2), c(3, 4), conf.int = TRUE)$conf.int
  expect_identical(as.vector(none), c(-Inf, Inf))
})

test_that("without ties the shift is wilcox.test()'s", {
  withr::local_seed(12)
  x <- stats::rnorm(14, 1)
  y <- stats::rnorm(11)
  own <- wilcoxon_test(x, y, conf.int = TRUE)
  base <- stats::wilcox.test(x, y, conf.int = TRUE, exact = TRUE)
  expect_equal(unname(own$estimate), unname(base$estimate))
  expect_equal(as.vector(own$conf.int), as.vector(base$conf.int))
})

test_that("exact p-values are those of coin and exactRankTests", {
  skip_if_not_installed("coin")
  skip_if_not_installed("exactRankTests")
  withr::local_seed(13)
  for (n in c(11, 25)) {
    x <- stats::rpois(n, 3)
    y <- stats::rpois(n - 1, 4)
    g <- factor(rep(1:2, c(n, n - 1)))
    p <- wilcoxon_test(x, y)$p.value
    peer <- getExportedValue("coin", "wilcox_test")(
      c(x, y) ~ g, distribution = "exact"
    )
    expect_equal(p, as.numeric(getExportedValue("coin", "pvalue")(peer)))
    # sums of counts beyond any list of relabellings
    means <- getExportedValue("coin", "oneway_test")(
      c(x, y) ~ g, distribution = "exact"
    )
    expect_equal(permutation_test(x, y)$p.value,
                 as.numeric(getExportedValue("coin", "pvalue")(means)))
    less <- getExportedValue("exactRankTests", "wilcox.exact")(
      x, y, alternative = "less"
    )
    expect_equal(wilcoxon_test(x, y, "less")$p.value, less$p.value)
  }
})

test_that("monotone changes, swapped groups and doubling leave what they must", {
  withr::local_seed(14)
  x <- stats::rpois(9, 3)
  y <- stats::rpois(8, 4)
  expect_identical(wilcoxon_test(exp(x), exp(y))$p.value,
                   wilcoxon_test(x, y)$p.value)
  expect_equal(wilcoxon_test(y, x, "less")$p.value,
               wilcoxon_test(x, y, "greater")$p.value)
  expect_equal(cliff_delta(rep(x, 2), rep(y, 2))$estimate,
               cliff_delta(x, y)$estimate)
  expect_equal(vargha_delaney(x, y)$estimate[[1]],
               mean(outer(x, y, ">") + outer(x, y, "==") / 2))
})

test_that("Feng and Cliff's interval is met and defined at the ends", {
  # Hogarty and Kromrey (1999)
  found <- cliff_delta(c(10, 10, 20, 20, 20, 30, 30, 30, 40, 50),
                       c(10, 20, 30, 40, 40, 50), method = "unbiased")
  expect_lt(max(abs(found$conf.int - c(-0.7265846, 0.3890062))), 5.1e-8)
  end <- cliff_delta(11:20, 1:9, method = "unbiased")
  t2 <- stats::qt(0.975, 17)^2
  expect_equal(as.vector(end$conf.int), c((9 - t2) / (9 + t2), 1))
  expect_true(all(is.na(cliff_delta(3, 1:4, method = "unbiased")$conf.int)))
})
