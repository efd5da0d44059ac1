spec_matrix <- function(seed, units = 40, coders = 3, categories = 6) {
  withr::local_seed(seed)
  truth <- sample(categories, units, TRUE)
  x <- matrix(ifelse(runif(units * coders) < 0.6, truth,
                     sample(categories, units * coders, TRUE)), units)
  x[runif(length(x)) < 0.15] <- NA
  x
}

set_frame <- function(...) {
  columns <- list(...)
  structure(columns, class = "data.frame",
            row.names = seq_along(columns[[1]]))
}

alpha_of <- function(x, ...) agreement(x, ..., ci = "none")$estimate

test_that("distances between categories are those of the level", {
  x <- spec_matrix(1)
  k <- seq_len(6)
  given <- list(
    nominal = outer(k, k, "!=") + 0,
    interval = outer(k, k, "-")^2,
    ratio = (outer(k, k, "-") / outer(k, k, "+"))^2,
    circular = sin(pi * outer(k, k, "-") / 6)^2,
    bipolar = outer(k, k, function(a, b) {
      ifelse(a == b, 0, (a - b)^2 / ((a + b - 2) * (12 - a - b)))
    })
  )
  for (level in names(given)) {
    for (ci in c("bca", "percentile", "jackknife", "analytic")) {
      one <- agreement(x, level = level, ci = ci, replicates = 300, seed = 1)
      two <- agreement(x, level = given[[level]], ci = ci, replicates = 300,
                       seed = 1)
      expect_identical(two$level, "custom")
      same <- c("estimate", "std.error", "conf.low", "conf.high", "interval")
      expect_equal(two[same], one[same], tolerance = 1e-10,
                   ignore_attr = TRUE)
    }
    one <- agreement(ratings(x, cluster = rep(1:8, 5)), level = level,
                     ci = "analytic")
    two <- agreement(ratings(x, cluster = rep(1:8, 5)), level = given[[level]],
                     ci = "analytic")
    expect_equal(two$std.error, one$std.error, tolerance = 1e-10)
  }
})

test_that("a function of values is the matrix of its distances", {
  x <- spec_matrix(2)
  expect_equal(alpha_of(x, level = function(a, b) (a - b)^2),
               alpha_of(x, level = "interval"))
  letters <- data.frame(A = c("a", "b", "c", "a"), B = c("a", "c", "c", "b"))
  near <- function(a, b) ifelse(a == b, 0, ifelse(a == "a" | b == "a", 1, 0.5))
  expect_equal(
    alpha_of(letters, level = near),
    alpha_of(letters, level = matrix(c(0, 1, 1, 1, 0, 0.5, 1, 0.5, 0), 3))
  )
  named <- matrix(c(0, 0.5, 1, 0.5, 0, 1, 1, 1, 0), 3,
                  dimnames = list(c("c", "b", "a"), c("c", "b", "a")))
  expect_equal(alpha_of(letters, level = named), alpha_of(letters, level = near))
  sets <- set_frame(A = list("a", c("a", "b"), "c"),
                    B = list("a", "b", c("c", "d")))
  jaccard <- function(a, b) {
    1 - mapply(function(s, t) length(intersect(s, t)) / length(union(s, t)),
               a, b)
  }
  expect_equal(alpha_of(sets, level = jaccard),
               alpha_of(sets, level = "jaccard"))
})

test_that("a circle has no beginning and may be cut anywhere", {
  x <- spec_matrix(3)
  turned <- (x + 3) %% 6
  expect_equal(alpha_of(turned, level = "circular", range = 6),
               alpha_of(x, level = "circular", range = 6))
  expect_equal(alpha_of(x, level = "circular"),
               alpha_of(x, level = "circular", range = 6))
  # Large circles are lines.
  expect_equal(alpha_of(x, level = "circular", range = 1e6),
               alpha_of(x, level = "interval"), tolerance = 1e-9)
})

test_that("values a whole turn apart are one", {
  turn <- cbind(c(0, 360, 0), c(360, 0, 0))
  out <- agreement(turn, level = "circular", range = 360, ci = "none")
  expect_identical(out$status, "no_variation")
  expect_identical(out$estimate, NA_real_)
  x <- cbind(c(0, 360, 90, 180, 0), c(360, 0, 90, 90, 0), c(0, 0, 90, 180, 360))
  merged <- x %% 360
  for (ci in c("jackknife", "analytic", "bca")) {
    one <- suppressWarnings(agreement(x, level = "circular", range = 360,
                                      ci = ci, replicates = 200, seed = 2))
    two <- suppressWarnings(agreement(merged, level = "circular", range = 360,
                                      ci = ci, replicates = 200, seed = 2))
    expect_equal(one$estimate, two$estimate)
    expect_equal(one$std.error, two$std.error)
    expect_identical(one$undefined, two$undefined)
  }
  # Two categories at no distance: not a division by zero.
  equal <- matrix(c(0, 0, 1, 0, 0, 1, 1, 1, 0), 3)
  y <- cbind(c("a", "b", "c"), c("b", "a", "c"))
  expect_identical(alpha_of(y, level = equal), 1)
  out <- suppressWarnings(agreement(y, level = equal, ci = "jackknife"))
  expect_identical(out$interval, "degenerate")
  expect_identical(agreement(y[1:2, ], level = equal[1:2, 1:2],
                             ci = "none")$status, "no_variation")
})

test_that("poles are the lowest and the highest category unless given", {
  x <- spec_matrix(4)
  expect_equal(alpha_of(x, level = "bipolar"),
               alpha_of(x, level = "bipolar", range = c(1, 6)))
  expect_equal(alpha_of(ratings(x, levels = 0:7), level = "bipolar"),
               alpha_of(x, level = "bipolar", range = c(0, 7)))
  expect_equal(alpha_of(-x, level = "bipolar"), alpha_of(x, level = "bipolar"))
  expect_identical(alpha_of(cbind(c(1, 7, 1), c(7, 1, 7)), level = "bipolar"),
                   alpha_of(cbind(c(1, 7, 1), c(7, 1, 7))))
  expect_error(agreement(x, level = "bipolar", range = c(2, 6)),
               "1 does not lie between 2 and 6",
               class = "intercoder_error_level")
})

test_that("undefined is NA with a status at every level", {
  same <- cbind(c(2, 2, 2), c(2, NA, 2))
  for (level in c("circular", "bipolar")) {
    out <- agreement(same, level = level, ci = "none")
    expect_identical(out$status, "no_variation")
    expect_identical(agreement(cbind(c(1, NA), c(NA, 2)), level = level,
                               ci = "none")$status, "no_pairable")
    expect_identical(agreement(matrix(NA_real_, 2, 2), level = level,
                               ci = "none")$status, "no_ratings")
    expect_identical(agreement(cbind(1:3), level = level, ci = "none")$status,
                     "one_coder")
  }
  sets <- set_frame(A = list("a", "a", character()),
                    B = list("a", "a", NULL))
  for (level in c("jaccard", "masi")) {
    out <- agreement(sets, level = level, ci = "none")
    expect_identical(out$status, "no_variation")
    expect_identical(out$percent, 1)
  }
  # A single deviating value is chance: exactly zero.
  lone <- cbind(c(1, 1, 1), c(1, 1, 5), c(1, 1, 1))
  for (level in c("circular", "bipolar", "ratio")) {
    expect_equal(alpha_of(lone, level = level, range = if (level == "circular")
      12), 0, tolerance = 1e-14)
  }
})

test_that("sets agree by what they share", {
  none <- character()
  x <- set_frame(
    A = list(none, "A", "A", "A", c("A", "B"), c("B", "A"), c("A", "B", "C"),
             "C", "C"),
    B = list(none, none, "A", "B", "A", c("A", "C"), c("C", "B", "A"),
             c("A", "C"), c("A", "C"))
  )
  expect_equal(alpha_of(x, level = "jaccard"), 196 / 621, tolerance = 1e-14)
  expect_equal(alpha_of(x, level = "masi"), 281 / 1029, tolerance = 1e-14)
  # Sets of one member are categories.
  one <- set_frame(A = as.list(c("a", "b", "c", "a")),
                   B = as.list(c("a", "c", "c", "b")))
  for (level in c("jaccard", "masi")) {
    expect_equal(alpha_of(one, level = level), alpha_of(one))
    expect_equal(agreement(one, "kappa", weights = level, ci = "none")$estimate,
                 agreement(one, "kappa", ci = "none")$estimate)
  }
  # With m coders and missing sets, as with distances given.
  many <- x
  many$C <- x$A[c(2, 1, 3, 5, 4, 7, 6, 9, 8)]
  many$C[3] <- list(NULL)
  distances <- set_distance_matrix(ratings(many), "masi", NULL)
  for (ci in c("jackknife", "analytic")) {
    one <- suppressWarnings(agreement(many, level = "masi", ci = ci))
    two <- suppressWarnings(agreement(many, level = distances, ci = ci))
    expect_identical(one$std.error, two$std.error)
  }
})

test_that("levels ask for what they need", {
  words <- cbind(c("a", "b"), c("a", "c"))
  numbers <- cbind(1:3, 3:1)
  wrong <- function(..., class = "intercoder_error_argument") {
    expect_error(agreement(..., ci = "none"), class = class)
  }
  level <- "intercoder_error_level"
  expect_match(conditionMessage(wrong(words, level = "circular", class = level)),
               "needs numbers")
  wrong(words, level = "bipolar", class = level)
  expect_match(conditionMessage(wrong(words, level = "jaccard", class = level)),
               "list columns")
  wrong(numbers, "kappa", weights = "masi", class = level)
  wrong(words, "kappa", weights = "circular", class = level)
  wrong(cbind(-1:1, 1:-1), "kappa", weights = "ratio", class = level)
  for (range in list(0, -1, c(1, 2), "a", NA, Inf)) {
    wrong(numbers, level = "circular", range = range)
  }
  for (range in list(6, c(2, 1), c(1, 1), c(1, NA), "a")) {
    wrong(numbers, level = "bipolar", range = range)
  }
  wrong(numbers, level = "interval", range = 6)
  wrong(numbers, c("alpha", "kappa"), level = "circular", weights = "bipolar",
        range = 6)
  wrong(numbers, level = function(a, b) 1)
  wrong(numbers, level = function(a, b) stop("no"))
  wrong(numbers, level = diag(2))
})

test_that("a wrong cell of a matrix is named", {
  x <- cbind(c("a", "b"), c("a", "c"))
  cell <- function(m, ...) {
    tryCatch(agreement(x, ..., level = m, ci = "none"),
             intercoder_error_argument = conditionMessage)
  }
  d <- 1 - diag(3)
  expect_match(cell(replace(d, 4, 0.5)), "symmetric.*\"b\" and \"a\" it is 1")
  expect_match(cell(replace(d, c(4, 2), -1)), "negative.*-1")
  expect_match(cell(replace(d, 5, 1)), "0 on its diagonal.*\"b\" and \"b\"")
  expect_match(cell(replace(d, 8, NA)), "number in every cell.*\"b\" and \"c\"")
  expect_error(agreement(x, "kappa", weights = replace(diag(3), 4, 0.5)),
               "`weights` must be symmetric")
})

test_that("named weights are those of Gwet", {
  x <- ratings(matrix(c(1, 2, 4, 1, 4, 4, 2, 2), 4))
  v <- c(1, 2, 4)
  d <- abs(outer(v, v, "-"))
  circle <- sin(pi * d / 4)^2
  poles <- ifelse(d == 0, 0, d^2 / ((outer(v, v, "+") - 2) *
                                      (8 - outer(v, v, "+"))))
  expected <- list(
    linear = 1 - d / 3, quadratic = 1 - d^2 / 9, radical = 1 - sqrt(d / 3),
    ordinal = 1 - matrix(c(0, 1, 3, 1, 0, 1, 3, 1, 0), 3) / 3,
    ratio = 1 - (d / outer(v, v, "+"))^2 / (3 / 5)^2,
    circular = 1 - circle / max(circle), bipolar = 1 - poles
  )
  for (kind in names(expected)) {
    expect_equal(weight_matrix(x, kind, "kappa", NULL), expected[[kind]],
                 tolerance = 1e-14)
  }
  skip_if_not_installed("irrCAC")
  for (kind in names(expected)) {
    theirs <- getExportedValue("irrCAC", paste0(kind, ".weights"))(v)
    expect_equal(weight_matrix(x, kind, "kappa", NULL), theirs,
                 tolerance = 1e-14)
  }
})

test_that("weights by function are the matrix of its values", {
  x <- spec_matrix(5)
  family <- c("fleiss", "conger", "light", "hubert", "bp", "ac")
  expect_equal(
    agreement(x, family, weights = function(a, b) 1 - abs(a - b) / 5,
              ci = "none")$estimate,
    agreement(x, family, weights = "linear", ci = "none")$estimate
  )
  expect_error(agreement(x, "fleiss", weights = function(a, b) a == b),
               class = "intercoder_error_argument")
})

test_that("pairs of coders take every level", {
  x <- spec_matrix(6)
  out <- agreement_pairs(x, "alpha", level = "circular", range = 6)
  expect_equal(out$estimate[1], alpha_of(x[, 1:2], level = "circular",
                                         range = 6))
  light <- agreement_pairs(x, "light")$estimate
  expect_equal(light, agreement_pairs(x)$estimate)
})

test_that("linearised and jackknife errors meet in many units", {
  x <- ratings(spec_matrix(7, units = 3000, coders = 4))
  kappas <- c("light", "hubert")
  for (weights in list(NULL, "circular", "quadratic")) {
    error <- lapply(c("analytic", "jackknife"), function(ci) {
      agreement(x, kappas, weights = weights, ci = ci)$std.error
    })
    expect_equal(error[[1]], error[[2]], tolerance = 2e-3)
  }
  distances <- list("circular", "bipolar", "ratio", function(a, b) abs(a - b))
  for (level in distances) {
    error <- lapply(c("analytic", "jackknife"), function(ci) {
      agreement(x, level = level, ci = ci)$std.error
    })
    expect_equal(error[[1]], error[[2]], tolerance = 2e-3)
  }
})
