tests <- names(POWER_TESTS)

# Power and size by the p of every table.
slow_region <- function(n1, n2, test, alternative, alpha) {
  how <- POWER_TESTS[[test]]
  tail <- if (alternative == "two.sided") how[[2]] else alternative
  x <- expand.grid(x1 = 0:n1, x2 = 0:n2)
  p <- table_p(x$x1, n1, x$x2, n2, how[[1]], tail, how[[3]])
  cbind(x, reject = p <= alpha)
}

slow_power <- function(region, n1, n2, p1, p2) {
  sum((stats::dbinom(region$x1, n1, p1) *
         stats::dbinom(region$x2, n2, p2))[region$reject])
}

test_that("power and size are those of all tables", {
  for (n in list(c(11, 10), c(6, 6), c(1, 7), c(9, 3))) {
    for (alternative in c("two.sided", "less", "greater")) {
      for (test in tests) {
        region <- slow_region(n[1], n[2], test, alternative, 0.05)
        out <- power_groups(c(0.15, 0.7), 0.4, n[1], n[2], test = test,
                            alternative = alternative)
        expect_equal(out$power, c(slow_power(region, n[1], n[2], 0.15, 0.4),
                                  slow_power(region, n[1], n[2], 0.7, 0.4)))
        grid <- seq(0, 1, 0.002)
        null <- vapply(grid, function(p) slow_power(region, n[1], n[2], p, p),
                       0)
        expect_gte(out$size[1], max(null) - 1e-12)
        expect_lt(out$size[1] - max(null), 1e-4)
        expect_equal(out$mean.size[1], mean(null[-1]), tolerance = 1e-3)
      }
    }
  }
})

test_that("figures on 11 against 10 are met", {
  size <- power_groups(0.5, 0.5, 11, 10, test = tests)
  at <- function(test) match(test, size$test)
  wanted <- c(fisher = 0.027, fisher_central = 0.027, midp = 0.046,
              midp_central = 0.032, boschloo_minlike = 0.041, boschloo = 0.047,
              barnard = 0.047)
  expect_lt(max(abs(size$size[at(names(wanted))] - wanted)), 6e-4)
  # The mean of the two ways to give the proportions to the groups.
  known <- rbind(fisher = c(0.571, 0.609, 0.414, 0.467),
                 midp = c(0.605, 0.697, 0.524, 0.583),
                 boschloo_minlike = c(0.605, 0.691, 0.505, 0.536),
                 boschloo = c(0.606, 0.703, 0.533, 0.597),
                 barnard = c(0.606, 0.703, 0.533, 0.597))
  low <- c(0.2, 0.1, 0.1, 0.05)
  high <- c(0.7, 0.6, 0.5, 0.45)
  both <- t(vapply(rownames(known), function(test) {
    mapply(function(a, b) {
      mean(c(power_groups(a, b, 11, 10, test = test)$power,
             power_groups(b, a, 11, 10, test = test)$power))
    }, low, high)
  }, numeric(4)))
  expect_lt(max(abs(both - known)), 1.1e-3)
})

test_that("exact2x2 has the same power for Fisher's test", {
  skip_if_not_installed("exact2x2")
  power <- getExportedValue("exact2x2", "power2x2")
  for (tsmethod in c("central", "minlike")) {
    theirs <- power(0.15, 0.6, 11, 10, tsmethod = tsmethod, strict = TRUE)$power
    ours <- power_groups(0.15, 0.6, 11, 10, test = c(
      central = "fisher_central", minlike = "fisher")[[tsmethod]])
    expect_equal(ours$power, theirs, tolerance = 1e-6)
  }
})

test_that("Exact has the same power for the three tests", {
  skip_if_not_installed("Exact")
  power <- getExportedValue("Exact", "power.exact.test")
  for (test in c("boschloo", "fisher", "barnard")) {
    method <- c(boschloo = "boschloo", fisher = "fisher",
                barnard = "z-pooled")[[test]]
    theirs <- power(0.15, 0.6, 11, 10, alternative = "less", alpha = 0.05,
                    method = method, simulation = FALSE)$power
    ours <- power_groups(0.15, 0.6, 11, 10, test = test, alternative = "less")
    expect_equal(ours$power, theirs, tolerance = 1e-8)
  }
})

test_that("the sizes needed are those of a search through all sizes", {
  for (ratio in c(1, 1.5, 0.5)) {
    for (test in c("boschloo", "fisher", "midp")) {
      out <- power_groups(0.15, 0.7, power = 0.8, ratio = ratio, test = test)
      n1 <- seq_len(ceiling(1.25 * out$first.n1) + 10)
      n2 <- pmax(1, ceiling(n1 * ratio))
      power <- mapply(function(a, b) {
        power_groups(0.15, 0.7, a, b, test = test)$power
      }, n1, n2)
      expect_equal(out$first.n1, which(power >= 0.8)[1])
      expect_equal(out$n1, max(which(power < 0.8)) + 1)
      expect_equal(out$n2, n2[out$n1])
      expect_equal(out$power, power[out$n1])
    }
  }
})

test_that("power that falls again is told apart from power that stays", {
  out <- power_groups(0.3, 0.6, power = 0.8, test = "midp")
  expect_gt(out$n1, out$first.n1)
  between <- power_groups(0.3, 0.6, out$n1 - 1, out$n1 - 1, test = "midp")
  expect_lt(between$power, 0.8)
})

test_that("the best power bounds that of every test", {
  for (n in c(4, 9, 15)) {
    for (test in tests) {
      bound <- best_power(n, n + 1, 0.2, 0.6,
                          if (grepl("midp", test)) 0.1 else 0.05)
      expect_gte(bound, power_groups(0.2, 0.6, n, n + 1, test = test)$power)
    }
  }
})

test_that("detectable differences have the power, and nothing nearer has", {
  out <- detectable_difference(11, 10, p2 = c(0.1, 0.5, 0.9), power = 0.7,
                               test = c("boschloo", "fisher"))
  power <- function(p1, p2, test) {
    power_groups(p1, p2, 11, 10, test = test)$power
  }
  for (i in seq_len(nrow(out))) {
    for (p1 in c(out$p1.below[i], out$p1.above[i])) {
      if (is.na(p1)) next
      expect_equal(power(p1, out$p2[i], out$test[i]), 0.7, tolerance = 1e-6)
      nearer <- p1 + 0.01 * sign(out$p2[i] - p1)
      expect_lt(power(nearer, out$p2[i], out$test[i]), 0.7)
    }
  }
  expect_equal(out$difference.above, out$p1.above - out$p2)
  none <- detectable_difference(3, 3, p2 = 0.5)
  expect_true(is.na(none$p1.below) && is.na(none$p1.above))
})

test_that("one participant in each group shows nothing", {
  out <- power_groups(1, 0, 1, 1)
  expect_equal(c(out$power, out$size), c(0, 0))
})

test_that("bad designs are refused by name", {
  refused <- function(x, arg) {
    expect_error(x, class = "intercoder_error_argument", regexp = arg)
  }
  refused(power_groups(0.2, 0.7, 11), "n2")
  refused(power_groups(0.2, 0.2), "p1")
  refused(power_groups(0.2, 0.7, alternative = "greater"), "p1")
  refused(power_groups(0.2, 1.7, 11, 10), "p2")
  refused(power_groups(0.2, 0.7, 11, 10, test = "wald"), "test")
  refused(power_groups(0.2, 0.7, alpha = 0.5), "alpha")
  refused(power_groups(0.2, 0.7, 0, 10), "n1")
  expect_error(power_groups(0.5, 0.52), class = "intercoder_error_limit")
  expect_error(power_groups(0.5, 0.6, 2000, 2000),
               class = "intercoder_error_limit")
})

test_that("tables, notes and figures say what was asked", {
  x <- power_groups(c(0.1, 0.2), 0.7, power = 0.8, test = c("boschloo",
                                                            "fisher"))
  expect_equal(nrow(x), 4)
  expect_output(print(x), "Group sizes for a power of 0.8")
  expect_named(format(x[x$test == "fisher", ]),
               c("p1", "p2", "n1", "n2", "power", "false alarm",
                 "first reached at"))
  expect_s3_class(generics::tidy(x), "data.frame", exact = TRUE)
  expect_output(print(detectable_difference(11, 10)), "p1 at least")
  for (shown in list(x, detectable_difference(11, 10))) {
    expect_s3_class(knitr::knit_print(shown), "knit_asis")
  }
  withr::local_pdf(withr::local_tempfile(fileext = ".pdf"))
  curve <- power_groups(seq(0, 1, 0.25), 0.2, 11, 10)
  expect_no_error(plot(curve))
  expect_equal(power_lines(curve)$points$at, seq(0, 1, 0.25))
  skip_if_not_installed("ggplot2")
  expect_no_warning(print(ggplot2::autoplot(curve)))
})
