lungs <- list(x = c(2.9, 3.0, 2.5, 2.6, 3.2, 3.8, 2.7, 4.0, 2.4, 2.8, 3.4, 3.7,
                    2.2, 2.0),
              g = rep(c("normal", "obstructed", "asbestosis"), c(5, 4, 5)))

test_that("the published example is met", {
  # Hollander and Wolfe (1973) p. 116
  k <- kruskal_test(lungs$x, lungs$g, exact = FALSE)
  expect_lt(abs(k$statistic - 0.77143), 5.1e-6)
  expect_lt(abs(k$p.value - 0.68), 5.1e-3)
  base <- stats::kruskal.test(lungs$x, factor(lungs$g))
  expect_equal(k$p.value, base$p.value)
  expect_equal(unname(k$statistic), unname(base$statistic))
})

# All ways to form groups of these sizes, with repetition.
every_grouping <- function(sizes) {
  if (all(sizes == 0)) {
    return(matrix(integer(), 1, 0))
  }
  parts <- lapply(which(sizes > 0), function(g) {
    rest <- sizes
    rest[g] <- rest[g] - 1
    cbind(g, every_grouping(rest))
  })
  unname(do.call(rbind, parts))
}

test_that("exact p is what going through all groupings gives", {
  withr::local_seed(31)
  for (sizes in list(c(2, 2, 2), c(3, 2, 3), c(1, 3, 2), c(2, 2, 2, 2),
                     c(3, 4), c(1, 1, 4, 2))) {
    ways <- every_grouping(sizes)
    for (levels in c(2, 4, 50)) {
      g <- rep(seq_along(sizes), sizes)[sample(sum(sizes))]
      x <- sample(levels, sum(sizes), TRUE)
      if (length(unique(x)) == 1) next
      ranks <- rank(x)
      spread <- function(g) sum(tapply(ranks, g, sum)^2 / sizes)
      all <- apply(ways, 1, spread)
      k <- kruskal_test(x, g, exact = TRUE)
      expect_equal(k$p.value, mean(all >= spread(g) - 1e-9))
      expect_equal(unname(k$statistic),
                   unname(stats::kruskal.test(x, g)$statistic))
    }
  }
})

test_that("two groups are the Wilcoxon test", {
  withr::local_seed(32)
  x <- stats::rpois(13, 3)
  g <- rep(1:2, c(7, 6))
  expect_equal(kruskal_test(x, g)$p.value,
               wilcoxon_test(x[g == 1], x[g == 2])$p.value)
})

test_that("random relabellings come near, whatever the number of threads", {
  exact <- kruskal_test(lungs$x, lungs$g)$p.value
  r <- kruskal_test(lungs$x, lungs$g, simulate.p.value = TRUE, B = 99999,
                    seed = 5, threads = 1)
  expect_lt(abs(r$p.value - exact), 0.007)
  expect_identical(kruskal_test(lungs$x, lungs$g, simulate.p.value = TRUE,
                                B = 99999, seed = 5, threads = 2)$p.value,
                   r$p.value)
  withr::local_seed(33)
  x <- stats::rnorm(90)
  g <- rep(1:3, 30)
  expect_match(kruskal_test(x, g, B = 99, seed = 1)$method, "random")
  expect_error(kruskal_test(x, g, exact = TRUE),
               class = "intercoder_error_limit")
})

test_that("what cannot be answered is NA with a status", {
  k <- kruskal_test(rep(1, 6), rep(1:3, 2))
  expect_identical(k$p.value, NA_real_)
  expect_identical(k$status, "no_variation")
  expect_error(kruskal_test(1:4, rep("a", 4)), class = "intercoder_error_group")
  expect_error(kruskal_test(1:4, c("a", "b")),
               class = "intercoder_error_argument")
  expect_identical(kruskal_test(c(1, 2, NA, 3), c(1, 2, 2, 3))$p.value,
                   kruskal_test(c(1, 2, 3), c(1, 2, 3))$p.value)
})

test_that("pairs are the tests of two groups, adjusted as p.adjust() does", {
  p <- pairwise_groups(lungs$x, lungs$g, test = "wilcoxon",
                       p.adjust.method = "BH")
  expect_identical(nrow(p), 3L)
  own <- wilcoxon_test(lungs$x[lungs$g == p$group1[2]],
                       lungs$x[lungs$g == p$group2[2]])
  expect_identical(p$p.value[2], own$p.value)
  expect_equal(p$p.adjusted, stats::p.adjust(p$p.value, "BH"))
  flat <- pairwise_groups(c(1, 1, 1, 1, 2, 3), rep(1:3, each = 2))
  expect_identical(flat$status, c("no_variation", "ok", "ok"))
  expect_equal(flat$p.adjusted[2:3],
               stats::p.adjust(flat$p.value, "holm", n = 3)[2:3])
  expect_s3_class(p[1:2, ], "pairwise_groups")
  expect_false(inherits(p["p.value"], "pairwise_groups"))
  expect_output(print(flat), "no_variation")
  expect_identical(class(generics::tidy(p)), "data.frame")
  mean <- pairwise_groups(lungs$x, lungs$g, test = "permutation")
  expect_true(all(is.na(mean$conf.low)) && all(!is.na(mean$estimate)))
})
