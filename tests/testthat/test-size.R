recorded_sizes <- function() {
  path <- system.file("validation", "size.csv", package = "intercoder")
  skip_if(!nzchar(path))
  utils::read.csv(path)
}

test_that("recorded exact sizes are those of today, and at most .05", {
  exact <- subset(recorded_sizes(), kind == "exact" & test != "pearson")
  for (i in which(exact$n1 <= 20)) {
    now <- power_groups(0.5, 0.5, exact$n1[i], exact$n2[i],
                        test = exact$test[i])
    expect_equal(now$size, exact$rate[i], tolerance = 1e-3)
  }
  expect_true(all(exact$rate[!grepl("midp", exact$test)] <= 0.05))
})

test_that("participant-level tests keep their level where talk is alike", {
  seen <- subset(recorded_sizes(), kind == "simulated" & ratio == 1)
  segments <- seen$measure == "segments"
  expect_true(all(seen$rate[!segments] <= 0.05 + 4 * seen$error[!segments]))
  expect_true(all(seen$rate[segments & seen$icc >= 0.02] > 0.2))
})

# A small part of tools/size: clustered turns, no difference, 300 data sets.
test_that("pooled segments reject too often, participants do not", {
  skip_on_cran()
  set.seed(1)
  member <- rep(c(TRUE, FALSE), c(11, 10))
  p <- replicate(300, {
    units <- sample(40:120, 21, TRUE)
    y <- stats::rbinom(21, units, stats::rbeta(21, 0.1 * 19, 0.9 * 19))
    share <- y / units
    pooled <- rbind(c(sum(y[member]), sum((units - y)[member])),
                    c(sum(y[!member]), sum((units - y)[!member])))
    c(suppressWarnings(stats::chisq.test(pooled, correct = FALSE)$p.value),
      wilcoxon_test(share[member], share[!member])$p.value)
  })
  rejected <- rowMeans(p <= 0.05)
  expect_gt(rejected[1], 0.25)
  expect_lt(rejected[2], 0.05 + 4 * sqrt(0.05 * 0.95 / 300))
})
