job <- rbind(c(1, 3, 10, 6), c(2, 3, 10, 7), c(1, 6, 14, 12), c(0, 1, 9, 11))
# Mehta and Patel (1986), ACM Transactions on Mathematical Software 12:154-161
mehta <- rbind(c(1, 2, 2, 1, 1, 0, 1), c(2, 0, 0, 2, 3, 0, 0),
               c(0, 1, 1, 1, 2, 7, 3), c(1, 1, 2, 0, 0, 0, 1),
               c(0, 1, 1, 1, 1, 0, 0))

test_that("published tables are met, in whatever order", {
  expect_equal(fisher_test(job)$p.value, 0.782684938965639, tolerance = 1e-12)
  expect_lt(abs(fisher_test(mehta)$p.value - 0.03929), 5.1e-6)
  expect_identical(fisher_test(t(mehta))$p.value, fisher_test(mehta)$p.value)
  expect_identical(fisher_test(mehta[5:1, c(3, 1, 7, 2, 6, 4, 5)])$p.value,
                   fisher_test(mehta)$p.value)
})

# The slow twin: columns in every way, whole numbers.
compositions <- function(n, parts) {
  if (parts == 1) return(list(n))
  unlist(lapply(0:n, function(k) {
    lapply(compositions(n - k, parts - 1), function(rest) c(k, rest))
  }), FALSE)
}

all_weights <- function(rows, columns) {
  if (length(columns) == 1) {
    return(gmp::as.bigz(1) * gmp::factorialZ(columns) /
             prod(gmp::factorialZ(rows)))
  }
  fits <- Filter(function(x) all(x <= rows),
                 compositions(columns[1], length(rows)))
  do.call(c, lapply(fits, function(x) {
    way <- gmp::factorialZ(columns[1]) / prod(gmp::factorialZ(x))
    way * all_weights(rows - x, columns[-1])
  }))
}

test_that("random tables agree with whole numbers and with stats", {
  skip_if_not_installed("gmp")
  set.seed(1)
  for (i in 1:25) {
    x <- matrix(stats::rpois(9, 1.2), 3)[, seq_len(sample(2:3, 1))]
    if (sum(x) == 0 || ncol(x) == 2 && sum(rowSums(x) > 0) < 3) next
    w <- all_weights(rowSums(x), colSums(x))
    seen <- prod(gmp::factorialZ(colSums(x))) / prod(gmp::factorialZ(x))
    p <- gmp::as.bigq(sum(w[as.logical(w <= seen)])) / sum(w)
    expect_equal(fisher_test(x)$p.value, as.numeric(p), tolerance = 1e-13)
  }
  for (i in 1:25) {
    x <- matrix(stats::rpois(20, 1.5), 4)
    expect_equal(fisher_test(x)$p.value,
                 stats::fisher.test(x, workspace = 2e6)$p.value,
                 tolerance = 1e-6)
  }
})

test_that("two rows reach far, without anything to set", {
  set.seed(2)
  group <- sample(2, 400, TRUE)
  answer <- sample(8, 400, TRUE)
  time <- system.time(p <- fisher_test(table(group, answer))$p.value)
  expect_lt(time[["user.self"]], 1)
  expect_equal(p, stats::fisher.test(table(group, answer),
                                     workspace = 2e7)$p.value,
               tolerance = 1e-6)
  expect_equal(fisher_test(answer, group)$p.value, p)
})

test_that("beyond reach, and on request, tables are random", {
  set.seed(3)
  big <- matrix(stats::rpois(36, 8), 6)
  a <- fisher_test(big, seed = 1)
  expect_match(a$method, "19,999 random tables, standard error")
  expect_equal(a$stderr, sqrt(a$p.value * (1 - a$p.value) / 19999))
  expect_identical(fisher_test(big, seed = 1, threads = 1)$p.value,
                   fisher_test(big, seed = 1, threads = 2)$p.value)
  b <- fisher_test(job, replicates = 1999, seed = 7)
  expect_lt(abs(b$p.value - 0.782684938965639), 5 * b$stderr)
  expect_error(fisher_test(big, midp = TRUE), class = "intercoder_error_limit")
})

test_that("near ties are kept apart, ties are not lost", {
  near <- rbind(c(20, 38), c(40, 106))
  expect_lt(abs(fisher_test(cbind(near, 0))$p.value - 0.313618075483729),
            1e-11)
  expect_identical(fisher_test(rbind(c(5, 5, 5), c(5, 5, 5)))$p.value, 1)
  # 6! = 5! 3!: two ways to the same product
  for (table in list(rbind(c(6, 0, 2), c(1, 5, 3)), rbind(c(4, 4, 0), 1:3))) {
    p <- vapply(list(1:3, 3:1, c(2, 1, 3)), function(order) {
      fisher_test(table[2:1, order])$p.value
    }, 0)
    expect_identical(p, rep(fisher_test(table)$p.value, 3))
  }
})

test_that("p is in (0, 1] whatever the margins", {
  expect_identical(fisher_test(rbind(c(3, 2, 1), 0, c(0, 0, 0)))$p.value, 1)
  expect_identical(fisher_test(rbind(c(1, 0, 0), c(0, 1, 0)))$p.value, 1)
  expect_identical(fisher_test(diag(3))$p.value, 1)
  expect_equal(fisher_test(rbind(c(3, 0, 4), c(1, 0, 9)))$p.value,
               fisher_test(rbind(c(3, 4), c(1, 9)))$p.value)
  far <- fisher_test(diag(c(200, 200, 200)))$p.value
  expect_true(far > 0 && far < 1e-200)
  apart <- fisher_test(c("a", "b", "c", NA), c("x", "x", "y", "y"))
  expect_identical(apart$p.value, 1)
  expect_lt(fisher_test(mehta, midp = TRUE)$p.value,
            fisher_test(mehta)$p.value)
})

test_that("what is no table is refused by name", {
  expect_error(fisher_test(matrix(0, 2, 3)), class = "intercoder_error_group")
  expect_error(fisher_test(job, alternative = "less"),
               class = "intercoder_error_argument")
  expect_error(fisher_test(job, tsmethod = "central"),
               class = "intercoder_error_argument")
  expect_error(fisher_test(matrix(1:3, 1)),
               class = "intercoder_error_argument")
  expect_error(fisher_test(c(1e300, 1, 2) %o% 1:2),
               class = "intercoder_error_argument")
})
