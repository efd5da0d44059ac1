all_coefficients <- c("percent", "kappa", "pi", "fleiss", "conger", "light",
                      "hubert", "bp", "ac", "alpha")

random_matrix <- function(seed, units = 60, coders = 4, categories = 4,
                          missing = 0.1) {
  withr::local_seed(seed)
  truth <- sample(categories, units, TRUE)
  x <- matrix(ifelse(runif(units * coders) < 0.7, truth,
                     sample(categories, units * coders, TRUE)), units)
  x[runif(length(x)) < missing] <- NA
  x
}

quiet <- function(...) suppressWarnings(agreement(...))

undefined_with <- function(x, coefficient, status, ...) {
  out <- quiet(x, coefficient, ...)
  expect_identical(out$estimate, rep(NA_real_, nrow(out)))
  expect_identical(out$status, rep(status, nrow(out)))
  expect_true(all(is.na(out$conf.low)))
  out
}

test_that("undefined coefficients are NA and say why", {
  chance <- c("kappa", "pi", "fleiss", "conger", "light", "hubert", "alpha")
  same <- cbind(c("a", "a", "a"), c("a", "a", "a"))
  expect_equal(undefined_with(same, chance, "no_variation")$percent, rep(1, 7))
  same[2, 1] <- NA
  undefined_with(same, chance, "no_variation")
  for (level in c("ordinal", "interval", "ratio")) {
    undefined_with(cbind(c(2, 2), c(2, NA), c(2, 2)), "alpha", "no_variation",
                   level = level)
  }
  undefined_with(same, c("bp", "ac"), "no_variation")
  expect_equal(undefined_with(cbind(1:3), all_coefficients, "one_coder")$percent,
               rep(NA_real_, 10))
  undefined_with(cbind(1:3, NA), all_coefficients, "one_coder")
  undefined_with(cbind(c(1, NA), c(NA, 2)), all_coefficients, "no_pairable")
  undefined_with(matrix(NA_real_, 3, 2), all_coefficients, "no_ratings")
  undefined_with(matrix(numeric(), 0, 2), all_coefficients, "no_ratings")
  undefined_with(cbind(c(-2, -1, 1, 2), c(-2, 1, 1, 2)), "alpha",
                 "infinite_distance", level = "ratio")
  expect_warning(agreement(cbind(1:3, 1:3, 1:3), "kappa", ci = "none"),
                 class = "intercoder_warning_not_two_coders")
  undefined_with(cbind(1:3, 1:3, 1:3), c("kappa", "pi"), "not_two_coders")
  undefined_with(ratings_counts(cbind(c(2, 1), c(0, 1))),
                 c("kappa", "pi", "conger", "light", "hubert"),
                 "coders_unknown")
})

test_that("edge cases that are defined have their value", {
  a <- function(x, ...) quiet(x, ci = "none", ...)$estimate
  # One deviating value: alpha is exactly zero, not negative.
  lone <- rbind(c(3, 3, 3), c(3, 3, NA), c(3, 1, 3))
  expect_equal(a(lone), 0, tolerance = 1e-15)
  expect_equal(a(cbind("a", "a", "b")), 0, tolerance = 1e-15)
  # A coder without any value changes nothing.
  x <- random_matrix(1)
  expect_identical(a(cbind(x, NA), coefficient = all_coefficients),
                   a(x, coefficient = all_coefficients))
  # Ratio distances of two zeros are zero.
  expect_equal(a(cbind(c(0, 0, 2, 4), c(0, 1, 2, 5)), level = "ratio"),
               as.numeric(1 - 7 * 2 * (1 + 1 / 81) / (2 * sum(
                 combn(c(0, 0, 2, 4, 0, 1, 2, 5), 2, function(v) {
                   if (v[1] == v[2]) 0 else (diff(v) / sum(v))^2
                 })
               ))))
  # One coder constant: kappa is zero. Both constant, differently: zero too.
  expect_equal(a(cbind(c(1, 1, 1), c(1, 2, 1)), coefficient = "kappa"), 0)
  expect_equal(a(cbind(c(1, 1), c(2, 2)), coefficient = "kappa"), 0)
  # AC1 stands where all agree and a second category was possible.
  f <- factor(c("a", "a"), c("a", "b"))
  expect_equal(a(data.frame(f, f), coefficient = "ac"), 1)
})

test_that("unused categories count for the coefficients that depend on them", {
  x <- cbind(c(1, 1, 2, 2, 1), c(1, 2, 2, 2, 1))
  two <- quiet(ratings(x), c("bp", "ac", "fleiss", "alpha"), ci = "none")
  four <- quiet(ratings(x, levels = 1:4), c("bp", "ac", "fleiss", "alpha"),
                ci = "none")
  expect_equal(two$estimate[1], (0.8 - 0.5) / 0.5)
  expect_equal(four$estimate[1], (0.8 - 0.25) / 0.75)
  expect_gt(four$estimate[2], two$estimate[2])
  expect_equal(four$estimate[3:4], two$estimate[3:4])
})

test_that("nothing depends on names, order of units or of coders", {
  for (seed in 1:5) {
    x <- random_matrix(seed)
    base <- quiet(x, all_coefficients, ci = "jackknife")
    again <- function(y) {
      out <- quiet(y, all_coefficients, ci = "jackknife")
      expect_equal(out$estimate, base$estimate, tolerance = 1e-12)
      expect_equal(out$std.error, base$std.error, tolerance = 1e-9)
    }
    again(x[sample(nrow(x)), ])
    again(x[, sample(ncol(x))])
    again(matrix(c("d", "b", "a", "c")[x], nrow(x)))
    for (level in c("ordinal", "interval")) {
      expect_equal(quiet(x[60:1, 4:1], level = level, ci = "none")$estimate,
                   quiet(x, level = level, ci = "none")$estimate,
                   tolerance = 1e-12)
      expect_equal(quiet(10 - 3 * x, level = level, ci = "none")$estimate,
                   quiet(x, level = level, ci = "none")$estimate,
                   tolerance = 1e-12)
    }
  }
})

test_that("the order of the units does not change a bit of the bootstrap", {
  x <- random_matrix(9)
  a <- quiet(x, all_coefficients, seed = 3, replicates = 200)
  b <- quiet(x[60:1, ], all_coefficients, seed = 3, replicates = 200)
  expect_identical(as.list(a), as.list(b))
})

test_that("doubled data have the same coefficients, alpha all but its n", {
  x <- random_matrix(4)
  one <- quiet(x, all_coefficients, ci = "none")$estimate
  two <- quiet(rbind(x, x), all_coefficients, ci = "none")$estimate
  alpha <- match("alpha", all_coefficients)
  expect_equal(two[-alpha], one[-alpha], tolerance = 1e-12)
  n <- sum(!is.na(x[rowSums(!is.na(x)) > 1, ]))
  expect_equal((1 - two[alpha]) / (1 - one[alpha]),
               (2 * n - 1) / (2 * n - 2), tolerance = 1e-12)
})

test_that("threads do not change a bit", {
  for (clustered in c(FALSE, TRUE)) {
    x <- ratings(random_matrix(6), cluster = if (clustered) rep(1:12, 5))
    one <- quiet(x, all_coefficients, level = "ordinal", seed = 1, threads = 1,
                 replicates = 500)
    for (threads in 2:4) {
      expect_identical(quiet(x, all_coefficients, level = "ordinal", seed = 1,
                             threads = threads, replicates = 500), one)
    }
  }
})

test_that("set.seed() governs and seed = does too", {
  x <- random_matrix(2)
  withr::with_seed(1, a <- quiet(x, replicates = 100))
  withr::with_seed(1, b <- quiet(x, replicates = 100))
  expect_identical(a, b)
  withr::with_seed(2, c <- quiet(x, replicates = 100))
  expect_false(identical(a$conf.low, c$conf.low))
  expect_identical(quiet(x, replicates = 100, seed = attr(a, "seed"))$conf.low,
                   a$conf.low)
})

test_that("the jackknife is the jackknife", {
  x <- random_matrix(3, units = 25)
  out <- quiet(x, all_coefficients, level = "ordinal", ci = "jackknife")
  left <- vapply(seq_len(25), function(i) {
    quiet(x[-i, ], all_coefficients, level = "ordinal", ci = "none")$estimate
  }, numeric(length(all_coefficients)))
  n <- ncol(left)
  error <- apply(left, 1, function(v) sqrt((n - 1) / n * sum((v - mean(v))^2)))
  expect_equal(out$std.error, error, tolerance = 1e-8)
  half <- qt(0.975, n - 1) * error
  expect_equal(out$conf.low, out$estimate - half, tolerance = 1e-8)
})

test_that("clusters are left out and resampled whole", {
  x <- random_matrix(3, units = 60, coders = 2)
  cluster <- rep(1:10, each = 6)
  r <- ratings(x, cluster = cluster)
  out <- quiet(r, ci = "jackknife")
  left <- vapply(1:10, function(g) {
    quiet(x[cluster != g, ], ci = "none")$estimate
  }, 0)
  expect_equal(out$std.error, sqrt(0.9 * sum((left - mean(left))^2)),
               tolerance = 1e-10)
  expect_equal(out$clusters, 10)
  # Every unit ten times over, each set a cluster: units alone pretend to know
  # more than there is.
  fold <- rep(1:60, each = 10)
  within <- quiet(ratings(x[fold, ], cluster = fold), seed = 1)
  alone <- quiet(ratings(x[fold, ]), seed = 1)
  expect_gt(within$std.error, 2.5 * alone$std.error)
  expect_identical(
    quiet(ratings(x[fold, ], cluster = fold), cluster = FALSE, seed = 1)$conf.low,
    alone$conf.low
  )
  clustered <- quiet(ratings(x[fold, ], cluster = fold), "ac", ci = "analytic")
  once <- quiet(x, "ac", ci = "analytic")
  expect_equal(clustered$std.error, once$std.error, tolerance = 1e-10)
})

test_that("the bootstrap has the spread of the bootstrap", {
  x <- random_matrix(8, units = 40)
  out <- quiet(x, "fleiss", ci = "percentile", replicates = 4000, seed = 1)
  slow <- withr::with_seed(1, replicate(300, {
    quiet(x[sample(40, replace = TRUE), ], "fleiss", ci = "none")$estimate
  }))
  expect_equal(out$std.error, sd(slow), tolerance = 0.15)
  expect_lt(abs(out$conf.low - quantile(slow, 0.025)), 0.04)
  bca <- quiet(x, "fleiss", replicates = 4000, seed = 1)
  expect_equal(bca$std.error, out$std.error)
  expect_true(bca$conf.low != out$conf.low)
})

test_that("intervals that cannot be are not made up", {
  agree <- cbind(c(1, 2, 1, 2), c(1, 2, 1, 2))
  out <- quiet(agree, c("percent", "alpha"))
  expect_equal(out$interval, c("degenerate", "degenerate"))
  expect_true(all(is.na(out$conf.low)))
  expect_equal(quiet(random_matrix(1), level = "ordinal", ci = "analytic")$interval,
               "unavailable")
  one <- quiet(ratings(random_matrix(1), cluster = rep(1, 60)))
  expect_equal(one$interval, "too_few")
  expect_equal(quiet(random_matrix(1), ci = "none")$interval, "none")
})

test_that("few disagreements draw a warning that names the codes", {
  x <- cbind(rep(1:2, 20), rep(c(1, 2, 2, 1), 10))
  expect_warning(agreement(cbind(1:9, c(2, 2:9)), replicates = 50),
                 class = "intercoder_warning_few_disagreements")
  expect_no_warning(agreement(x, replicates = 50))
})

test_that("replicates without a value are counted", {
  x <- cbind(c(1, 1, 1, 1, 2), c(1, 1, 1, 1, 1))
  out <- quiet(x, replicates = 1000, seed = 1)
  expect_equal(out$undefined, 1000 * 0.8^5, tolerance = 0.2)
})

test_that("groups of units stand in rows of their own", {
  x <- ratings(random_matrix(5))
  by <- rep(c("x", "y"), each = 30)
  out <- quiet(x, c("alpha", "ac"), by = by, ci = "none")
  expect_equal(out$by, c("x", "x", "y", "y"))
  expect_equal(out$estimate[1], quiet(random_matrix(5)[1:30, ], ci = "none")$estimate)
  expect_error(agreement(x, by = "role"), class = "intercoder_error_columns")
  expect_error(agreement(x, by = 1:3), class = "intercoder_error_argument")
})

test_that("many codes go through one call, and pool takes them together", {
  units <- data.frame(unit = 1:40, transcript = rep(1:8, each = 5),
                      start = rep(1:5 * 10, 8), end = rep(1:5 * 10 + 9, 8),
                      role = rep(c("x", "y"), each = 20))
  withr::local_seed(2)
  cells <- expand.grid(row = 1:40, coder = c("A", "B"),
                       code = sprintf("c%02d", 1:15))
  cells <- cells[runif(nrow(cells)) < 0.4, ]
  codings <- data.frame(transcript = units$transcript[cells$row],
                        start = units$start[cells$row],
                        end = units$end[cells$row], code = cells$code,
                        coder = cells$coder)
  plan <- expand.grid(coder = c("A", "B"), transcript = 1:8)
  x <- as_ratings(codings, units, plan)
  out <- quiet(x, c("alpha", "kappa"), replicates = 50, pool = TRUE)
  expect_equal(nrow(out), 32)
  expect_equal(out$clusters, rep(8, 32))
  expect_equal(out$units[31], 600)
  stacked <- do.call(rbind, x$data)
  expect_equal(out$estimate[31:32],
               quiet(stacked, c("alpha", "kappa"), ci = "none")$estimate)
  expect_equal(out$prevalence[1], mean(x$data[[1]] == 2))
  expect_equal(nrow(quiet(x, by = "role", ci = "none")), 30)
  # One code without variation does not stop the others.
  y <- as_ratings(codings, units, plan, codes = c("unused", "c01"))
  out <- quiet(y, replicates = 50)
  expect_equal(out$status, c("no_variation", "ok"))
  expect_equal(out$percent[1], 1)
})

test_that("weights are checked", {
  x <- cbind(c(1, 2, 3), c(1, 3, 3))
  w <- diag(3)
  dimnames(w) <- list(3:1, 3:1)
  expect_equal(quiet(x, "kappa", weights = w, ci = "none")$estimate,
               quiet(x, "kappa", ci = "none")$estimate)
  expect_error(agreement(x, "kappa", weights = diag(2)),
               class = "intercoder_error_argument")
  expect_error(agreement(x, "kappa", weights = matrix(1:9, 3)),
               class = "intercoder_error_argument")
  expect_error(agreement(x, "kappa", weights = "cubic"),
               class = "intercoder_error_argument")
})

test_that("arguments are checked", {
  x <- cbind(1:3, 3:1)
  expect_error(agreement(x, "gamma"), class = "intercoder_error_argument")
  expect_error(agreement(x, level = "spherical"),
               class = "intercoder_error_argument")
  expect_error(agreement(x, conf_level = 95), class = "intercoder_error_argument")
  expect_error(agreement(x, replicates = 0), class = "intercoder_error_argument")
  expect_error(agreement(x, cluster = 1:2), class = "intercoder_error_argument")
})

test_that("continuous values of many kinds need no table of distances", {
  withr::local_seed(1)
  truth <- rnorm(3000)
  x <- truth + matrix(rnorm(9000, sd = 0.5), 3000)
  out <- quiet(x, level = "interval", ci = "jackknife")
  ms <- c(3 * stats::var(rowMeans(x)), mean(apply(x, 1, stats::var)))
  expect_equal(out$estimate, (ms[1] - ms[2]) / (ms[1] + 2 * ms[2]),
               tolerance = 1e-3)
  ranked <- quiet(matrix(rank(x), 3000), level = "interval", ci = "none")
  expect_equal(quiet(x, level = "ordinal", ci = "none")$estimate,
               ranked$estimate, tolerance = 1e-10)
})

test_that("BCa limits are those of a plain computation on the same replicates", {
  data <- cbind(A = rep(c(1, 2, 2, 1, 1, 2), 5), B = rep(c(1, 2, 1, 1, 2), 6))
  out <- agreement(ratings(data), "percent", replicates = 4000, seed = 3)
  same <- data[, 1] == data[, 2]
  n <- length(same)
  # replicates of a mean of n zeros and ones are binomial
  k <- sum(same)
  z0 <- stats::qnorm(stats::pbinom(k - 1, n, k / n) +
                       stats::dbinom(k, n, k / n) / 2)
  left <- (k - same) / (n - 1)
  d <- mean(left) - left
  a <- sum(d^3) / (6 * sum(d^2)^1.5)
  z <- z0 + stats::qnorm(c(0.025, 0.975))
  limits <- stats::qbinom(stats::pnorm(z0 + z / (1 - a * z)), n, k / n) / n
  expect_equal(c(out$conf.low, out$conf.high), limits, tolerance = 1.01 / n / min(limits))
  expect_equal(out$std.error, sqrt(k / n * (1 - k / n) / n), tolerance = 0.05)
})

test_that("distances too small for squares leave alpha undefined, by name", {
  x <- ratings(matrix(c(1e-310, 0, 1e-310, 0), 2))
  out <- agreement(x, level = "interval", ci = "none")
  expect_identical(out$status, "no_variation")
})

test_that("units without a group are named, columns without a name refused", {
  x <- matrix(c(1, 2, 1, 1, 2, 2), 3)
  expect_warning(agreement(x, ci = "none", by = c("a", "b", NA)), "row 3",
                 class = "intercoder_warning_by")
  expect_error(agreement(x, ci = "none", by = list(1, 2, 3)),
               class = "intercoder_error_argument")
  expect_error(ratings(`colnames<-`(x, c("A", "A"))), "\"A\"",
               class = "intercoder_error_duplicate")
  expect_error(ratings(`colnames<-`(x, c("A", NA))), "Column 2",
               class = "intercoder_error_missing")
})

test_that("observed and expected make the coefficient", {
  x <- cbind(A = c(1, 2, 3, 3, 2, 1, 4, 1, 2, NA), B = c(1, 2, 3, 3, 2, 2, 4, 1, 2, 5),
             C = c(NA, 3, 3, 3, 2, 3, 4, 2, 2, 5))
  chance <- agreement(x, c("fleiss", "conger", "bp", "ac"), ci = "none")
  expect_equal(chance$estimate, with(chance, (observed - expected) /
                                       (1 - expected)), tolerance = 1e-14)
  weighted <- agreement(x[, 1:2], c("kappa", "pi"), weights = "linear",
                        ci = "none")
  expect_equal(weighted$estimate, with(weighted, (observed - expected) /
                                         (1 - expected)), tolerance = 1e-14)
  for (level in agreement_levels[1:4]) {
    alpha <- agreement(x, level = level, ci = "none")
    expect_equal(alpha$estimate, 1 - alpha$observed / alpha$expected,
                 tolerance = 1e-14)
  }
  percent <- agreement(x, "percent", ci = "none")
  expect_equal(percent$observed, percent$estimate)
  expect_true(is.na(percent$expected))
  constant <- suppressWarnings(agreement(cbind(1, 1), c("alpha", "fleiss"),
                                         ci = "none"))
  expect_equal(constant$observed, c(0, 1))
  expect_equal(constant$expected, c(0, 1))
})

# For nominal data Krippendorff's algorithm is a binomial draw of pairs.
kalpha_by_hand <- function(x) {
  m <- x$data[[1]]
  m <- m[rowSums(!is.na(m)) > 1, ]
  k <- max(m, na.rm = TRUE)
  o <- Reduce(`+`, lapply(seq_len(nrow(m)), function(i) {
    n <- tabulate(m[i, ], k)
    (outer(n, n) - diag(n, k)) / (sum(n) - 1)
  }))
  n <- sum(o)
  list(draws = floor(min(25 * sum(o > 0), (ncol(m) - 1) * n / 2)), o = o,
       times = rowSums(o))
}

test_that("krippendorff2006 is the binomial it amounts to at nominal level", {
  x <- ratings(withr::with_seed(1, {
    truth <- sample(3, 90, TRUE)
    m <- sapply(1:3, function(g) ifelse(stats::runif(90) < 0.8, truth,
                                        sample(3, 90, TRUE)))
    m[sample(270, 30)] <- NA
    m
  }))
  k <- kalpha_by_hand(x)
  n <- sum(k$o)
  expected <- 1 - sum(k$times * (k$times - 1)) / (n * (n - 1))
  differing <- 1 - sum(diag(k$o)) / n
  b <- 100000
  a <- agreement(x, ci = "krippendorff2006", replicates = b, seed = 1)
  expect_identical(a$interval, "krippendorff2006")
  ends <- 1 - stats::qbinom(c(0.975, 0.025), k$draws, differing) /
    (k$draws * expected)
  step <- 1 / (k$draws * expected)
  expect_lt(abs(a$conf.low - ends[1]), 1.001 * step)
  expect_lt(abs(a$conf.high - ends[2]), 1.001 * step)
  expect_equal(a$std.error,
               sqrt(differing * (1 - differing) / k$draws) / expected,
               tolerance = 0.01)
  ordinal <- agreement(x, level = "ordinal", ci = "krippendorff2006",
                       replicates = b, seed = 1)
  place <- cumsum(k$times) - k$times / 2
  distance <- outer(place, place, "-")^2
  spread <- sum(k$o * distance^2) / n - (sum(k$o * distance) / n)^2
  scale <- sum(outer(k$times, k$times) * distance) / (n * (n - 1))
  expect_equal(ordinal$std.error, sqrt(spread / k$draws) / scale,
               tolerance = 0.01)
  expect_identical(
    agreement(x, ci = "krippendorff2006", seed = 1, threads = 1),
    agreement(x, ci = "krippendorff2006", seed = 1, threads = 4)
  )
})

test_that("krippendorff2006 counts draws without variation as 0, alpha alone", {
  x <- ratings(cbind(c(1, 1, 1, 1, 2), c(1, 1, 1, 1, 1)))
  a <- suppressWarnings(agreement(x, c("alpha", "ac"), replicates = 1000,
                                  ci = "krippendorff2006", seed = 2))
  expect_identical(a$interval, c("krippendorff2006", "unavailable"))
  # Four units agree, all on category 1: a replicate without the fifth is 0.
  expect_lt(a$conf.high[1], 1)
})

test_that("numbers whose squares overflow have a status, not a value", {
  x <- cbind(A = c(1, -1, 0, 0.5), B = c(1, -1, 0.5, 0)) * .Machine$double.xmax
  out <- suppressWarnings(agreement(
    x, c("alpha", "icc11", "icc31", "robinson"), level = "interval", ci = "none"
  ))
  expect_identical(out$estimate, rep(NA_real_, 4))
  expect_identical(out$status, rep("infinite_distance", 4))
})

test_that("groups without a member are named as the fault", {
  expect_error(agreement(cbind(A = 1:2, B = 1:2), by = c(NA, NA)),
               class = "intercoder_error_argument")
})
