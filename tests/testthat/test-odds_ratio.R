limits <- function(...) as.vector(odds_ratio(...)$conf.int)

test_that("published odds ratios and limits are met", {
  tea <- odds_ratio(rbind(c(3, 1), c(1, 3)), alternative = "greater")
  expect_equal(unname(tea$estimate), 6.4083196582, tolerance = 1e-10)
  expect_equal(as.vector(tea$conf.int), c(0.313573767505, Inf),
               tolerance = 1e-10)
  lampasona <- rbind(c(9, 4), c(4, 10))
  expect_equal(limits(lampasona, method = "midp"), c(1.0226, 31.5025),
               tolerance = 5e-5)
  expect_equal(limits(lampasona, method = "score"), c(1.0934, 28.9419),
               tolerance = 5e-5)
  expect_equal(limits(rbind(c(2, 31), c(136, 15532))),
               c(0.84581416146, 29.444343085), tolerance = 1e-9)
})

test_that("limits solve the tails, summed over all tables", {
  tail <- function(x, n1, s, n2, psi) {
    at <- max(0, s - n2):min(s, n1)
    w <- choose(n1, at) * choose(n2, s - at) * psi^at
    sum(w[at >= x]) / sum(w)
  }
  for (x in 1:6) for (y in 1:4) {
    l <- limits(rbind(c(x, 7 - x), c(y, 5 - y)))
    expect_equal(tail(x, 7, x + y, 5, l[1]), 0.025, tolerance = 1e-9)
    expect_equal(1 - tail(x + 1, 7, x + y, 5, l[2]), 0.025, tolerance = 1e-9)
  }
})

test_that("the interval leaves out 1 exactly when its test rejects", {
  for (method in c("conditional", "midp")) {
    for (level in c(0.8, 0.95)) for (x in 0:9) for (y in 0:7) {
      o <- odds_ratio(rbind(c(x, 9 - x), c(y, 7 - y)), method = method,
                      conf.level = level)
      expect_identical(o$p.value <= 1 - level,
                       o$conf.int[1] > 1 || o$conf.int[2] < 1)
    }
  }
})

test_that("all and nobody are every odds ratio; ends are 0 and Inf", {
  for (method in c("conditional", "midp", "score")) {
    for (table in list(rbind(c(0, 5), c(0, 4)), rbind(c(5, 0), c(4, 0)))) {
      o <- odds_ratio(table, method = method)
      expect_identical(unname(o$estimate), NA_real_)
      expect_identical(as.vector(o$conf.int), c(0, Inf))
    }
    o <- odds_ratio(rbind(c(5, 0), c(0, 4)), method = method)
    expect_identical(unname(o$estimate), Inf)
    expect_true(o$conf.int[1] > 0 && o$conf.int[2] == Inf)
  }
  expect_error(odds_ratio(rbind(c(0, 0), c(1, 1))),
               class = "intercoder_error_group")
  expect_output(print(odds_ratio(rbind(c(7, 4), c(2, 8)))), "exact interval")
})
