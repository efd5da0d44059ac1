units_for <- function(...) agreement_size(...)$units

test_that("Cantor's method gives irr's N.cohen.kappa() (irr 0.84.1)", {
  expect_equal(units_for(0.7, null = 0.85, alternative = "less"), 96)
  expect_equal(units_for(0.7, null = 0.85, alternative = "two.sided"), 119)
  expect_equal(units_for(0.85, null = 0.7), 117)
  margins <- rbind(c(0.3, 0.7), c(0.4, 0.6))
  expect_equal(units_for(0.6, null = 0.4, prevalence = margins), 124)
  expect_equal(units_for(0.6, null = 0.4, prevalence = margins, power = 0.9),
               167)
})

test_that("Flack's method gives irr's N2.cohen.kappa() (irr 0.84.1)", {
  share <- c(0.2, 0.25, 0.55)
  expect_equal(units_for(0.6, null = 0.4, prevalence = share), 101)
  expect_equal(units_for(0.6, null = 0.4, prevalence = share, power = 0.9), 136)
  expect_equal(units_for(0.5, null = 0.1,
                         prevalence = c(0.2, 0.05, 0.2, 0.05, 0.2, 0.3)), 18)
  expect_equal(units_for(0.6, null = 0.3, prevalence = c(0.1, 0.2, 0.7)), 64)
  expect_equal(units_for(0.5, null = 0.1, prevalence = 0.1, method = "flack"),
               68)
})

test_that("two categories leave no choice of table: Flack is Cantor", {
  by <- function(method) {
    agreement_size(c(0.3, 0.7), null = 0.1, width = 0.2, prevalence = 0.35,
                   method = method)[c("units", "power", "width")]
  }
  expect_equal(by("flack"), by("cantor"))
})

test_that("the largest variance over tables is not below that of any table", {
  case <- list(margins = rbind(c(0.2, 0.3, 0.5), c(0.25, 0.25, 0.5)))
  largest <- intercoder:::flack_deviation(case, 0.5, NULL)
  m <- intercoder:::kappa_margins(case, 0.5)
  cells <- intercoder:::kappa_cells(m$rows, m$columns, m$observed, m$chance)
  set.seed(1)
  seen <- 0
  for (i in 1:4000) {
    d <- stats::runif(2) * pmin(m$rows, m$columns)[1:2]
    d <- c(d, m$observed - sum(d))
    p12 <- stats::runif(1) * (m$rows[1] - d[1])
    p13 <- m$rows[1] - d[1] - p12
    p32 <- m$columns[2] - d[2] - p12
    p31 <- m$rows[3] - d[3] - p32
    p21 <- m$columns[1] - d[1] - p31
    p23 <- m$rows[2] - d[2] - p21
    table <- rbind(c(d[1], p12, p13), c(p21, d[2], p23), c(p31, p32, d[3]))
    if (min(table) < 0) next
    seen <- seen + 1
    expect_lte(intercoder:::kappa_deviation(sum(cells * table), m$observed,
                                            m$chance), largest + 1e-12)
  }
  expect_gt(seen, 10)
})

test_that("goodness of fit gives kappaSize's numbers (kappaSize 1.2)", {
  size <- function(..., method = "goodness_of_fit") {
    agreement_size(..., method = method)
  }
  # PowerBinary(0.4, 0.6, 0.3, raters): 190.46, 105.52, 80.61, 68.74, 61.70
  expect_equal(size(0.6, null = 0.4, prevalence = 0.3, coders = 2:6,
                    alternative = "two.sided")$units, c(191, 106, 81, 69, 62))
  # Power3Cats(0.4, 0.6, c(0.2, 0.3, 0.5)): 114.65
  expect_equal(size(0.6, null = 0.4, prevalence = c(0.2, 0.3, 0.5),
                    alternative = "two.sided")$units, 115)
  # FixedNBinary(0.6, 100, props = 0.3, raters), one-sided lower limit, printed
  # in steps of 0.001
  expect_equal(size(0.6, units = 100, prevalence = 0.3, coders = 2:6,
                    conf_level = 0.9)$conf.low,
               c(0.440, 0.481, 0.495, 0.503, 0.508), tolerance = 0.0025)
  # CIBinary(0.6, 0.4, 0.8, props = 0.3): 94
  expect_gt(size(0.6, units = 94, prevalence = 0.3)$conf.low, 0.4)
  expect_lt(size(0.6, units = 93, prevalence = 0.3)$conf.low, 0.4)
})

test_that("the noncentrality is the sum over all ways to rate a unit", {
  share <- c(0.2, 0.3, 0.5)
  ways <- as.matrix(expand.grid(1:3, 1:3, 1:3, 1:3))
  chance <- apply(ways, 1, function(w) prod(share[w]))
  together <- ifelse(apply(ways, 1, function(w) length(unique(w)) == 1),
                     share[ways[, 1]], 0)
  p <- function(kappa) kappa * together + (1 - kappa) * chance
  case <- list(margins = rbind(share, share), coders = 4)
  expect_equal(intercoder:::goodness_gap(case, 0.7, 0.4),
               sum((p(0.7) - p(0.4))^2 / p(0.4)))
})

test_that("the linearised variance is that of the influence of each unit", {
  share <- c(0.2, 0.3, 0.5)
  q <- 3
  for (model in c("independent", "common")) {
    for (m in 2:4) {
      case <- list(coefficient = "alpha", margins = rbind(share, share),
                   model = model, coders = m)
      kinds <- intercoder:::model_kinds(case, 0.6)
      ways <- as.matrix(expand.grid(rep(list(1:3), m)))
      p <- drop(apply(ways, 1, function(w) {
        sum(kinds$weight * apply(kinds$given, 2, function(g) prod(g[w])))
      }))
      agree <- apply(ways, 1, function(w) {
        n <- tabulate(w, 3)
        sum(n * (n - 1)) / (m * (m - 1))
      })
      mean_share <- apply(ways, 1, function(w) mean(share[w]))
      chance <- sum(share^2)
      spread <- function(v) sqrt(sum(p * v^2) - sum(p * v)^2)
      deviation <- function(coefficient) {
        case$coefficient <- coefficient
        value <- switch(
          coefficient, percent = sum(p * agree), alpha = 0.6,
          ac = (sum(p * agree) - (1 - chance) / 2) / (1 - (1 - chance) / 2)
        )
        intercoder:::linearised_deviation(case, value, NULL)
      }
      expect_equal(sum(p * agree), 0.6 + 0.4 * chance)
      expect_equal(deviation("alpha"),
                   spread(agree - 2 * 0.4 * mean_share) / (1 - chance))
      expect_equal(deviation("percent"), spread(agree))
      pe <- (1 - chance) / 2
      ac <- (sum(p * agree) - pe) / (1 - pe)
      expect_equal(deviation("ac"),
                   spread(agree + (1 - ac) * mean_share) / (1 - pe))
    }
  }
})

test_that("two coders with one prevalence: linearised is Cantor", {
  by <- function(method) {
    agreement_size(0.65, null = 0.4, prevalence = 0.2, method = method)$units
  }
  expect_equal(by("linearised"), by("cantor"))
})

test_that("data drawn from the model have the power and width promised", {
  formula <- agreement_size(0.7, null = 0.5, coefficient = "alpha", coders = 3,
                            prevalence = 0.3)
  drawn <- agreement_size(0.7, null = 0.5, units = formula$units,
                          coefficient = "alpha", coders = 3, prevalence = 0.3,
                          method = "simulation", replicates = 2000, seed = 1)
  expect_equal(drawn$power, formula$power, tolerance = 0.06)
  expect_equal(drawn$width, formula$width, tolerance = 0.08)
})

test_that("a simulated size is the same for any number of threads", {
  size <- function(threads) {
    agreement_size(0.8, width = 0.3, coefficient = "ac", coders = 3,
                   prevalence = c(0.5, 0.3, 0.2), level = "nominal",
                   method = "simulation", missing = 0.1, replicates = 100,
                   seed = 7, threads = threads)
  }
  expect_identical(size(1), size(2))
})

test_that("simulation draws at the level and with the weights asked for", {
  size <- function(...) {
    agreement_size(0.7, units = 150, coders = 3, replicates = 200, seed = 2,
                   prevalence = c(0.3, 0.4, 0.3), ...)
  }
  interval <- size(coefficient = "alpha", level = "interval")
  expect_equal(interval$method, "simulation")
  expect_equal(interval$level, "interval")
  expect_equal((interval$conf.low + interval$conf.high) / 2, 0.7,
               tolerance = 0.05)
  weighted <- size(coefficient = "conger", weights = "quadratic")
  expect_equal(weighted$weights, "quadratic")
  expect_equal((weighted$conf.low + weighted$conf.high) / 2, 0.7,
               tolerance = 0.05)
})

test_that("units reach what is wanted, and one unit less does not", {
  for (method in c("cantor", "goodness_of_fit", "linearised")) {
    found <- agreement_size(0.6, null = 0.4, width = 0.35, prevalence = 0.3,
                            method = method)
    before <- agreement_size(0.6, null = 0.4, units = found$units - 1,
                             prevalence = 0.3, method = method)
    expect_true(found$power >= 0.8 && found$width <= 0.35)
    expect_false(before$power >= 0.8 && before$width <= 0.35)
  }
})

test_that("clusters and missing ratings multiply the units", {
  plain <- units_for(0.6, null = 0.4)
  expect_equal(units_for(0.6, null = 0.4, cluster_size = 11, icc = 0.1),
               2 * plain, tolerance = 0.01)
  expect_equal(units_for(0.6, null = 0.4, missing = 0.5), 4 * plain,
               tolerance = 0.01)
  drawn <- units_for(0.6, null = 0.4, method = "simulation", missing = 0.5,
                     replicates = 400, seed = 1)
  expect_equal(drawn, 4 * plain, tolerance = 0.15)
})

test_that("several values make a table", {
  x <- agreement_size(c(0.7, 0.8), width = c(0.2, 0.3), coefficient = "alpha",
                      coders = 2:3, prevalence = 0.2)
  expect_equal(nrow(x), 8)
  expect_true(all(x$width <= 0.3) && sum(x$width <= 0.2) == 4)
  expect_s3_class(x, "agreement_size")
  expect_snapshot(print(x))
  expect_s3_class(as.data.frame(x), "data.frame", exact = TRUE)
  expect_s3_class(x[1, ], "agreement_size")
  expect_s3_class(x["units"], "data.frame", exact = TRUE)
})

test_that("what is impossible is said", {
  bad <- function(...) {
    expect_error(agreement_size(...), class = "intercoder_error_argument")
  }
  bad(0.5)
  bad(0.5, null = 0.6)
  bad(0.5, null = 0.5, alternative = "two.sided")
  bad(0.5, units = 100, width = 0.2)
  bad(0.5, units = 100, power = 0.9)
  bad(1, null = 0.5)
  bad("0.5", null = 0.2)
  bad(0.5, null = 0.2, prevalence = c(0.2, 0.2))
  bad(0.5, null = 0.2, prevalence = 1)
  bad(0.5, null = 0.2, method = "cantor", coders = 3)
  bad(0.5, null = 0.2, method = "linearised", missing = 0.1, coders = 3)
  bad(0.5, null = 0.2, method = "simulation", coders = 3)
  bad(0.5, null = 0.2, coefficient = "alpha",
      prevalence = rbind(c(0.2, 0.8), c(0.3, 0.7)))
  bad(0.5, null = 0.2, coders = 1)
  bad(0.5, null = 0.2, missing = 1)
  expect_error(agreement_size(0.9, null = 0.2,
                              prevalence = rbind(c(0.1, 0.9), c(0.5, 0.5))),
               "between -0.200 and 0.200", class = "intercoder_error_value")
  expect_error(agreement_size(-0.5, units = 20, prevalence = c(0.1, 0.1, 0.8)),
               class = "intercoder_error_value")
  expect_error(agreement_size(-0.1, units = 20, coefficient = "alpha"),
               class = "intercoder_error_value")
  expect_error(agreement_size(0.5, null = 0.4999999),
               class = "intercoder_error_limit")
})
