# The smallest and largest difference over a fine grid of errors.
slow_bounds <- function(q, sensitivity, specificity) {
  at <- expand.grid(a = seq(sensitivity[1], sensitivity[2], length.out = 101),
                    b = seq(specificity[1], specificity[2], length.out = 101))
  p <- lapply(q, rogan_gladen, at$a, at$b)
  c(range(p[[1]] - p[[2]]), min(p[[1]]) - max(p[[2]]),
    max(p[[1]]) - min(p[[2]]))
}

test_that("a share is corrected as Rogan and Gladen do", {
  # 400 of 1,000 true, .9 of them found, .2 of the others too
  expect_equal(rogan_gladen(0.4 * 0.9 + 0.6 * 0.2, 0.9, 0.8), 0.4)
  expect_equal(rogan_gladen(c(0.05, 0.99), 0.9, 0.8), c(0, 1))
})

test_that("a coding without errors changes nothing", {
  x <- rbind(a = c(7, 4), b = c(2, 8))
  out <- misclassified_difference(x, 1, 1)
  seen <- risk_difference(x)
  expect_equal(out$corrected, out$estimate)
  expect_equal(c(out$corrected.low, out$corrected.high),
               as.vector(seen$conf.int))
  expect_equal(unlist(out[c("same.low", "same.high", "own.low", "own.high")],
                      use.names = FALSE), rep(out$estimate, 4))
  expect_equal(out$sign, "kept")
})

test_that("bounds are those of a search", {
  set.seed(1)
  for (i in 1:40) {
    x <- rbind(a = c(sample(0:11, 1), 0), b = c(sample(0:10, 1), 0))
    x[, 2] <- c(11, 10) - x[, 1]
    q <- x[, 1] / c(11, 10)
    sens <- sort(stats::runif(2, 0.6, 1))
    spec <- sort(stats::runif(2, 0.5, 1))
    out <- misclassified_difference(x, sens, spec)
    found <- unlist(out[c("same.low", "same.high", "own.low", "own.high")],
                    use.names = FALSE)
    slow <- slow_bounds(q, sens, spec)
    expect_true(all(found[c(1, 3)] <= slow[c(1, 3)] + 1e-12) &&
                  all(found[c(2, 4)] >= slow[c(2, 4)] - 1e-12))
    expect_lt(max(abs(found - slow)), 0.02)
  }
})

test_that("errors alike in both groups never turn a difference round", {
  x <- rbind(a = c(8, 3), b = c(3, 7))
  out <- misclassified_difference(x, c(0.6, 1), c(0.7, 1))
  expect_gte(out$same.low, out$estimate - 1e-12)
  own <- misclassified_difference(x, c(0.5, 1), c(0.6, 1))
  expect_lt(own$own.low, 0)
  expect_equal(own$sign, "open")
})

test_that("coding that may be worthless tells nothing", {
  x <- rbind(a = c(8, 3), b = c(3, 7))
  out <- misclassified_difference(x, c(0.4, 0.9, 1), c(0.5, 0.8, 1))
  expect_equal(c(out$own.low, out$same.high), c(-1, 1))
  expect_equal(out$status, "ok")
  none <- misclassified_difference(x, 0.5, 0.5)
  expect_equal(none$status, "uninformative")
  expect_true(is.na(none$corrected) && is.na(none$sign))
  expect_output(print(none), "NA \\(uninformative\\)")
})

test_that("a comparison takes each code's own accuracy", {
  m <- data.frame(group = rep(c("a", "b"), c(11, 10)),
                  one = rep(c(1, 0, 1, 0), c(8, 3, 2, 8)),
                  two = rep(c(1, 0), c(12, 9)))
  x <- compare_groups(m, "group")
  found <- data.frame(code = c("two", "three"), recall = 0.9, recall.low = 0.8,
                      recall.high = 1, specificity = 0.8, specificity.low = 0.7,
                      specificity.high = 0.9)
  class(found) <- c("coder_accuracy", "data.frame")
  out <- misclassified_difference(x, accuracy = found)
  expect_equal(out$status, c("no_accuracy", "ok"))
  table <- rbind(c(x$k.a[2], 11 - x$k.a[2]), c(x$k.b[2], 10 - x$k.b[2]))
  alone <- misclassified_difference(table, c(0.8, 0.9, 1), c(0.7, 0.8, 0.9))
  expect_equal(unlist(out[2, 4:14]), unlist(alone[1, 4:14]))
  expect_s3_class(generics::tidy(out[2, ]), "data.frame", exact = TRUE)
})

test_that("bad input is refused", {
  x <- rbind(a = c(8, 3), b = c(3, 7))
  fails <- function(expr) {
    expect_error(expr, class = "intercoder_error_argument")
  }
  fails(misclassified_difference(x))
  fails(misclassified_difference(x, 0.9))
  fails(misclassified_difference(x, c(0.9, 0.8), 1))
  fails(misclassified_difference(x, 1.2, 1))
  counts <- compare_groups(data.frame(group = c("a", "a", "b", "b"),
                                      one = 1:4), "group", "count")
  expect_error(misclassified_difference(counts, 0.9, 0.9),
               class = "intercoder_error_value")
})
