fixture <- function(name) {
  utils::read.csv(test_path("fixtures", "groups", name))
}

test_that("all 132 tables of 11 against 10 agree with exact fractions", {
  exact <- fixture("exact_rational_11v10.csv")
  p <- function(test, tail) {
    table_p(exact$x1, 11, exact$x2, 10, test, tail)
  }
  expect_equal(nrow(exact), 132)
  far <- function(a, b) max(abs(a - b))
  expect_lt(far(p("fisher", "minlike"), exact$fisher), 1e-15)
  expect_lt(far(p("boschloo", "minlike"), exact$boschloo_minlike), 1e-10)
  expect_lt(far(p("boschloo", "less"), exact$boschloo_less), 1e-10)
  expect_lt(far(p("boschloo", "greater"), exact$boschloo_greater), 1e-10)
  expect_lt(far(p("barnard", "minlike"), exact$barnard_two), 1e-10)
  expect_lt(far(p("barnard", "less"), exact$barnard_less), 1e-10)
  expect_lt(far(p("barnard", "greater"), exact$barnard_greater), 1e-10)
  expect_equal(
    p("boschloo", "central"),
    pmin(1, 2 * pmin(exact$boschloo_less, exact$boschloo_greater)),
    tolerance = 1e-10
  )
})

published <- function(row) {
  p <- function(...) table_p(row$x1, row$n1, row$x2, row$n2, ...)
  limit <- function(method) {
    difference_limits(row$x1, row$n1, row$x2, row$n2, method, 0.95)
  }
  one <- function(test) min(p(test, "less"), p(test, "greater"))
  part <- strsplit(row$what, "_")[[1]]
  if (part[length(part)] %in% c("low", "high")) {
    value <- limit(part[1])
    if (part[1] %in% DIFFERENCE_EXACT) value <- -rev(value)
    return(value[if (part[2] == "low") 1 else 2])
  }
  switch(
    row$what,
    fisher_minlike = p("fisher", "minlike"),
    fisher_greater = p("fisher", "greater"),
    fisher_midp = p("fisher", "minlike", TRUE),
    fisher_log10 = log10(p("fisher", "minlike")),
    boschloo_greater = p("boschloo", "greater"),
    boschloo_one = one("boschloo"),
    boschloo_minlike = p("boschloo", "minlike"),
    barnard_one = one("barnard"),
    barnard_square = p("barnard", "minlike"),
    rd = row$x1 / row$n1 - row$x2 / row$n2
  )
}

test_that("published p-values and limits are met", {
  rows <- fixture("tables2.csv")
  expect_equal(nrow(rows), 68)
  for (i in seq_len(nrow(rows))) {
    row <- rows[i, ]
    value <- published(row)
    expect_lt(abs(value - row$expected), row$tolerance,
              label = sprintf("%s %s: %.10g", row$id, row$what, value))
  }
})

# Everything by whole fractions, for small groups.
test_that("Boschloo's test agrees with gmp on all small tables", {
  skip_if_not_installed("gmp")
  for (n in list(c(4, 7), c(6, 6))) {
    grid <- expand.grid(x = 0:n[1], y = 0:n[2])
    s <- grid$x + grid$y
    total <- gmp::chooseZ(sum(n), s)
    upper <- function(x, s) {
      a <- x:min(s, n[1])
      sum(gmp::chooseZ(n[1], a) * gmp::chooseZ(n[2], s - a))
    }
    tail <- do.call(c, Map(function(x, y) upper(x, x + y), grid$x, grid$y))
    fisher <- gmp::as.bigq(tail) / gmp::as.bigq(total)
    weight <- gmp::asNumeric(gmp::chooseZ(n[1], grid$x) *
                               gmp::chooseZ(n[2], grid$y))
    at <- seq(0, 1, 0.002)
    mass <- vapply(seq_along(s), function(i) {
      weight[i] * at^s[i] * (1 - at)^(sum(n) - s[i])
    }, at)
    for (i in seq_along(s)) {
      inside <- which(as.logical(fisher <= fisher[i]))
      f <- function(t) sum(weight[inside] * t^s[inside] *
                             (1 - t)^(sum(n) - s[inside]))
      p <- rowSums(mass[, inside, drop = FALSE])
      near <- at[which.max(p)] + c(-0.002, 0.002)
      best <- stats::optimize(f, pmin(1, pmax(0, near)), maximum = TRUE,
                              tol = 1e-9)$objective
      expect_equal(table_p(grid$x[i], n[1], grid$y[i], n[2], "boschloo",
                           "greater"), max(best, p), tolerance = 1e-9)
    }
  }
})

test_that("the forms of data agree and the result is an htest", {
  table <- rbind(clinician = c(7, 4), developer = c(2, 8))
  has <- rep(c(TRUE, FALSE, TRUE, FALSE), c(7, 4, 2, 8))
  group <- rep(c("clinician", "developer"), c(11, 10))
  a <- boschloo_test(table)
  b <- boschloo_test(has, group)
  expect_s3_class(a, "htest")
  expect_equal(a$p.value, b$p.value)
  expect_equal(unname(a$estimate), c(7 / 11, 0.2))
  expect_equal(names(b$estimate),
               c("proportion in clinician", "proportion in developer"))
  expect_equal(fisher_test(table)$p.value, stats::fisher.test(table)$p.value)
  expect_equal(fisher_test(table, alternative = "less")$p.value,
               stats::fisher.test(table, alternative = "less")$p.value,
               ignore_attr = TRUE)
  expect_lt(fisher_test(table, midp = TRUE)$p.value,
            fisher_test(table)$p.value)
  expect_output(print(barnard_test(table)), "pooled z")
  expect_equal(boschloo_test(has, rev(group))$p.value,
               boschloo_test(!has, rev(group))$p.value)
})

test_that("all tables of 12 against 12 agree with whole numbers", {
  skip_if_not_installed("gmp")
  n <- 12
  grid <- expand.grid(x = 0:n, y = 0:n)
  s <- grid$x + grid$y
  weight <- gmp::chooseZ(n, grid$x) * gmp::chooseZ(n, grid$y)
  total <- gmp::chooseZ(2 * n, s)
  at <- lapply(0:(2 * n), function(t) which(s == t))
  p_of <- function(i, counts) {
    own <- at[[s[i] + 1]]
    gmp::as.bigq(sum(weight[own[counts(own)]])) / total[i]
  }
  exact <- function(f) do.call(c, lapply(seq_along(s), f))
  greater <- exact(function(i) p_of(i, function(j) grid$x[j] >= grid$x[i]))
  less <- exact(function(i) p_of(i, function(j) grid$x[j] <= grid$x[i]))
  minlike <- exact(function(i) {
    p_of(i, function(j) as.logical(weight[j] <= weight[i]))
  })
  half <- exact(function(i) p_of(i, function(j) j == i)) / 2
  smaller <- exact(function(i) min(greater[i], less[i]))
  blaker <- exact(function(i) {
    p_of(i, function(j) as.logical(smaller[j] <= smaller[i]))
  })
  # Largest probability over the common proportion of tables ordered by rank.
  mass <- function(theta, j) {
    sum(gmp::asNumeric(weight[j]) * theta^s[j] * (1 - theta)^(2 * n - s[j]))
  }
  grid_at <- seq(0, 1, 0.002)
  powers <- outer(grid_at, s, function(t, k) t^k * (1 - t)^(2 * n - k)) *
    rep(gmp::asNumeric(weight), each = length(grid_at))
  largest <- function(j) {
    p <- rowSums(powers[, j, drop = FALSE])
    near <- grid_at[which.max(p)] + c(-0.002, 0.002)
    max(p, stats::optimize(mass, pmin(1, pmax(0, near)), j, maximum = TRUE,
                           tol = 1e-10)$objective)
  }
  gap <- grid$x - grid$y
  z <- gmp::as.bigq(gap * abs(gap)) / pmax(1, s * (2 * n - s))
  ours <- function(...) table_p(grid$x, n, grid$y, n, ...)
  far <- function(a, b) max(abs(a - gmp::asNumeric(b)))
  expect_lt(far(ours("fisher", "greater"), greater), 1e-12)
  expect_lt(far(ours("fisher", "minlike"), minlike), 1e-12)
  expect_lt(far(ours("fisher", "blaker"), blaker), 1e-12)
  expect_lt(far(ours("fisher", "minlike", TRUE), minlike - half), 1e-12)
  expect_lt(far(ours("fisher", "blaker", TRUE), blaker - half), 1e-12)
  expect_lt(far(ours("fisher", "less", TRUE), less - half), 1e-12)
  ordered <- function(rank) {
    vapply(seq_along(s), function(i) {
      largest(which(as.logical(rank <= rank[i])))
    }, 0)
  }
  expect_lt(far(ours("boschloo", "greater"), ordered(greater)), 1e-9)
  expect_lt(far(ours("boschloo", "minlike"), ordered(minlike)), 1e-9)
  expect_lt(far(ours("barnard", "greater"), ordered(-z)), 1e-9)
  expect_lt(far(ours("barnard", "minlike"), ordered(-z * sign(gap))), 1e-9)
})

test_that("near ties are kept apart", {
  near <- rbind(c(20, 38), c(40, 106))
  expect_lt(abs(fisher_test(near)$p.value - 0.313618075483729), 5.1e-9)
  expect_lt(abs(fisher_test(rbind(c(2, 17), c(231, 495)))$p.value - 0.0481),
            5e-5)
})

test_that("Fisher's interval holds what its test does not reject", {
  for (tail in c("minlike", "central", "blaker")) for (midp in c(FALSE, TRUE)) {
    for (level in c(0.8, 0.95)) for (x in 0:9) for (y in 0:7) {
      f <- fisher_test(rbind(c(x, 9 - x), c(y, 7 - y)), tsmethod = tail,
                       midp = midp, conf.level = level)
      holds <- any(f$conf.set[, 1] <= 1 & f$conf.set[, 2] >= 1)
      expect_identical(f$p.value > 1 - level, holds)
      expect_identical(as.vector(f$conf.int), range(f$conf.set))
      expect_identical(nrow(f$conf.set) > 1, grepl("gap", f$method))
    }
  }
  # Fay (2010): minlike and its interval agree where minlike and the central
  # interval do not
  fay <- rbind(c(2, 31), c(136, 15532))
  expect_lt(fisher_test(fay)$p.value, 0.05)
  expect_gt(fisher_test(fay)$conf.int[1], 1)
  expect_lt(fisher_test(fay, tsmethod = "central")$conf.int[1], 1)
})

test_that("matching intervals agree with exact2x2", {
  skip_if_not_installed("exact2x2")
  peer <- getExportedValue("exact2x2", "exact2x2")
  for (table in list(rbind(c(7, 4), c(2, 8)), rbind(c(10, 25), c(24, 37)))) {
    for (tail in c("minlike", "central", "blaker")) {
      a <- fisher_test(table, tsmethod = tail)
      b <- peer(table, tsmethod = tail, tol = 1e-7)
      expect_equal(a$p.value, as.vector(b$p.value), tolerance = 1e-6)
      # its central limits carry three digits
      expect_equal(as.vector(a$conf.int), as.vector(b$conf.int),
                   tolerance = if (tail == "central") 5e-3 else 1e-4)
    }
  }
})

test_that("Boschloo's interval goes with its alternative", {
  table <- rbind(c(7, 4), c(2, 8))
  for (level in c(0.9, 0.95, 0.98)) {
    for (alternative in c("two.sided", "less", "greater")) {
      b <- boschloo_test(table, alternative = alternative, conf.level = level)
      expect_identical(b$p.value <= 1 - level,
                       b$conf.int[1] > 0 || b$conf.int[2] < 0)
    }
  }
  expect_equal(boschloo_test(table)$conf.int, risk_difference(table)$conf.int)
  expect_identical(boschloo_test(table, alternative = "less")$conf.int[1], -1)
  expect_true(all(is.na(boschloo_test(table, gamma = 1e-4)$conf.int)))
  expect_null(boschloo_test(table, conf.int = FALSE)$conf.int)
  expect_true(all(is.na(
    boschloo_test(rbind(c(200, 200), c(220, 180)))$conf.int)))
})

test_that("Barnard's intervals agree with its test", {
  for (tsmethod in c("square", "central")) for (level in c(0.8, 0.95)) {
    for (x in 0:8) for (y in 0:6) {
      b <- barnard_test(rbind(c(x, 8 - x), c(y, 6 - y)), tsmethod = tsmethod,
                        conf.level = level)
      expect_identical(b$p.value <= 1 - level,
                       b$conf.int[1] > 0 || b$conf.int[2] < 0)
    }
  }
  one <- barnard_test(rbind(c(7, 4), c(2, 8)), alternative = "greater")
  expect_identical(one$p.value <= 0.05, one$conf.int[1] > 0)
  expect_identical(one$conf.int[2], 1)
})

# Largest probability, over pairs that are d apart, of tables with a score at
# least as large.
score_tail <- function(d, x, n, y, m, both = FALSE) {
  at <- seq(max(0, -d), min(1, 1 - d), length.out = 4001)[2:4000]
  score <- function(a, b) {
    # most likely p2 of two proportions that are d apart, on the same grid
    l <- a * log(at + d) + (n - a) * log1p(-at - d) + b * log(at) +
      (m - b) * log1p(-at)
    p <- stats::optimize(function(t) {
      stats::dbinom(a, n, t + d, TRUE) + stats::dbinom(b, m, t, TRUE)
    }, at[pmin(3999, pmax(1, which.max(l) + c(-1, 1)))], maximum = TRUE,
    tol = 1e-12)$maximum
    (a / n - b / m - d) / sqrt((p + d) * (1 - p - d) / n + p * (1 - p) / m)
  }
  grid <- expand.grid(a = 0:n, b = 0:m)
  z <- mapply(score, grid$a, grid$b)
  seen <- score(x, y)
  out <- if (both) abs(z) >= abs(seen) - 1e-6 else z >= seen - 1e-6
  max(vapply(at[seq(1, 3999, 4)], function(t) {
    sum(stats::dbinom(grid$a[out], n, t + d) * stats::dbinom(grid$b[out], m, t))
  }, 0))
}

test_that("exact score limits solve what defines them", {
  for (case in list(c(4, 5, 1, 4), c(3, 6, 2, 3))) {
    table <- rbind(c(case[1], case[2] - case[1]), c(case[3], case[4] - case[3]))
    low <- risk_difference(table, method = "chan-zhang")$conf.int[1]
    tail <- function(d) score_tail(d, case[1], case[2], case[3], case[4])
    expect_lt(tail(low - 1e-4), 0.025)
    expect_gt(tail(low + 1e-4), 0.025)
    low <- risk_difference(table, method = "agresti-min")$conf.int[1]
    tail <- function(d) score_tail(d, case[1], case[2], case[3], case[4], TRUE)
    expect_lt(tail(low - 1e-4), 0.05)
    expect_gt(tail(low + 1e-4), 0.05)
  }
})

test_that("exact score intervals cover, and swap with the groups", {
  grid <- expand.grid(x = 0:6, y = 0:5)
  for (method in c("chan-zhang", "agresti-min")) {
    limits <- difference_limits(grid$x, 6, grid$y, 5, method, 0.9)
    swapped <- difference_limits(grid$y, 5, grid$x, 6, method, 0.9)
    expect_equal(limits, -swapped[, 2:1], tolerance = 1e-8)
    for (p in seq(0.02, 0.98, 0.06)) for (q in seq(0.02, 0.98, 0.06)) {
      holds <- limits[, 1] <= p - q & limits[, 2] >= p - q
      expect_gte(sum((stats::dbinom(grid$x, 6, p) *
                        stats::dbinom(grid$y, 5, q))[holds]), 0.9 - 1e-6)
    }
  }
})

test_that("broom reads the results", {
  skip_if_not_installed("broom")
  tidy <- getExportedValue("broom", "tidy")
  glance <- getExportedValue("broom", "glance")
  table <- rbind(c(7, 4), c(2, 8))
  tests <- list(fisher_test(table), boschloo_test(table), barnard_test(table),
                odds_ratio(table), risk_difference(table), risk_ratio(table),
                phi_coefficient(table),
                mantel_haenszel_test(array(table, c(2, 2, 2))),
                fisher_test(cbind(table, 3)))
  for (test in tests) {
    expect_equal(tidy(test)[["p.value"]], test$p.value)
    expect_equal(glance(test)$method, test$method)
  }
  expect_equal(tidy(fisher_test(table))$conf.high,
               fisher_test(table)$conf.int[2])
})

test_that("the smallest and the emptiest data have an answer or a reason", {
  functions <- list(boschloo_test, barnard_test, fisher_test, odds_ratio,
                    risk_difference, risk_ratio, phi_coefficient)
  no_nan <- function(test) {
    for (part in test) if (is.numeric(part)) expect_false(any(is.nan(part)))
    if (!is.null(test$p.value)) expect_true(test$p.value > 0)
    if (!is.null(test$p.value)) expect_true(test$p.value <= 1)
  }
  for (f in functions) {
    for (x in 0:1) for (y in 0:1) {
      no_nan(f(rbind(c(x, 1 - x), c(y, 1 - y))))
      no_nan(f(rbind(c(x, 1 - x), c(7 * y, 7 - 7 * y))))
    }
    some <- f(c(TRUE, NA, FALSE, TRUE, TRUE), c("a", "a", NA, "b", "a"))
    none <- f(rbind(c(2, 0), c(1, 0)))
    expect_identical(some$conf.int, none$conf.int)
    expect_error(f(c(NA, NA), c("a", "b")), class = "intercoder_error_group")
    expect_error(f(logical(), character()), class = "intercoder_error_group")
    expect_error(f(rbind(c(0, 0), c(1, 2))), class = "intercoder_error_group")
    expect_error(f(rbind(c(-1, 0), c(1, 2))),
                 class = "intercoder_error_argument")
    expect_error(f(rbind(c(1e300, 0), c(1, 2))),
                 class = "intercoder_error_argument")
  }
})

test_that("a code that all or none mention has p = 1, never NaN", {
  for (table in list(rbind(c(0, 11), c(0, 10)), rbind(c(11, 0), c(10, 0)))) {
    expect_identical(boschloo_test(table)$p.value, 1)
    expect_identical(fisher_test(table)$p.value, 1)
    expect_identical(barnard_test(table)$p.value, 1)
    expect_identical(unname(barnard_test(table)$statistic), 0)
    d <- risk_difference(table)
    expect_identical(unname(d$estimate), 0)
    expect_true(d$conf.int[1] < -0.3 && d$conf.int[2] > 0.3)
  }
})

test_that("the exact interval and the test never contradict each other", {
  grid <- expand.grid(x = 0:9, y = 0:7)
  p <- table_p(grid$x, 9, grid$y, 7, "boschloo", "central")
  for (level in c(0.8, 0.9, 0.95, 0.99)) {
    limits <- difference_limits(grid$x, 9, grid$y, 7, "exact", level)
    expect_identical(p <= 1 - level, limits[, 1] > 0 | limits[, 2] < 0)
    swapped <- difference_limits(grid$y, 7, grid$x, 9, "exact", level)
    expect_equal(limits, -swapped[, 2:1], tolerance = 1e-9)
    expect_true(all(limits[, 1] <= grid$x / 9 - grid$y / 7))
  }
})

test_that("risk_difference() offers its methods and refuses the impossible", {
  table <- rbind(c(7, 4), c(2, 8))
  for (method in c("exact", "score", "mee", "newcombe", "agresti-caffo",
                   "chan-zhang", "agresti-min", "santner-snell")) {
    d <- risk_difference(table, method = method)
    expect_equal(attr(d$conf.int, "conf.level"), 0.95)
    expect_lt(d$conf.int[1], d$estimate)
    expect_gt(d$conf.int[2], d$estimate)
    expect_equal(is.null(d$p.value), method != "exact")
  }
  expect_error(risk_difference(rbind(c(200, 200), c(200, 200))),
               class = "intercoder_error_limit")
  expect_error(boschloo_test(rbind(c(0, 0), c(1, 2))),
               class = "intercoder_error_group")
  expect_error(boschloo_test(c(1, 2)), class = "intercoder_error_argument")
  expect_error(boschloo_test(rbind(c(1.5, 2), c(1, 2))),
               class = "intercoder_error_argument")
  expect_error(boschloo_test(c(1, 0, 1), c("a", "a", "a")),
               class = "intercoder_error_group")
  expect_error(boschloo_test(c(1, 0, 2), c("a", "b", "a")),
               class = "intercoder_error_argument")
})

test_that("the interval for the common proportion follows Berger and Boos", {
  table <- rbind(c(14, 33), c(48, 235))
  expect_equal(barnard_test(table)$p.value, 0.061, tolerance = 0.01)
  expect_lt(abs(barnard_test(table, gamma = 0.001)$p.value - 0.03781), 1e-5)
  a <- boschloo_test(table, alternative = "greater")$p.value
  b <- boschloo_test(table, alternative = "greater", gamma = 1e-4)$p.value
  expect_lte(b, a + 1.001e-4)
  expect_error(boschloo_test(table, gamma = 1),
               class = "intercoder_error_argument")
  expect_error(barnard_test(table, gamma = NA),
               class = "intercoder_error_argument")
})

test_that("p-values of extreme tables are neither 0 nor above 1", {
  for (table in list(rbind(c(800, 0), c(0, 700)), rbind(c(0, 800), c(1, 699)),
                     rbind(c(400, 400), c(350, 350)))) {
    for (test in list(fisher_test, boschloo_test, barnard_test)) {
      p <- test(table)$p.value
      expect_true(p > 0 && p <= 1)
    }
  }
})
