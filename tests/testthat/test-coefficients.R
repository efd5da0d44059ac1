test_that("short forms are agreement() with one coefficient", {
  x <- cbind(A = c(1, 2, 3, 3, 2, 1), B = c(1, 2, 3, 2, 2, 1))
  forms <- list(alpha = krippendorff_alpha, kappa = cohen_kappa, pi = scott_pi,
                fleiss = fleiss_kappa, conger = conger_kappa,
                light = light_kappa, hubert = hubert_kappa,
                bp = brennan_prediger, ac = gwet_ac,
                percent = percent_agreement)
  for (name in names(forms)) {
    expect_identical(forms[[name]](x, ci = "none"),
                     agreement(x, name, ci = "none"))
  }
  expect_identical(cohen_kappa(x, "quadratic", ci = "none")$weights, "quadratic")
  expect_identical(krippendorff_alpha(x, "ratio", ci = "none")$level, "ratio")
})

test_that("for two coders the means over pairs are Cohen's kappa", {
  x <- cbind(A = c(1, 2, 3, 3, 2, 1, 2, NA, 3), B = c(1, 2, 3, 2, 2, 1, 1, 2, 3))
  for (ci in c("bca", "jackknife", "analytic")) {
    for (weights in list(NULL, "quadratic")) {
      out <- suppressWarnings(agreement(x, c("kappa", "light", "hubert"),
                                        weights = weights, ci = ci, seed = 3,
                                        replicates = 200))
      limits <- out[c("estimate", "std.error", "conf.low", "conf.high")]
      for (row in 2:3) {
        expect_equal(as.numeric(limits[row, ]), as.numeric(limits[1, ]),
                     tolerance = 1e-10)
      }
    }
  }
})

test_that("Light's kappa is the mean of the pairs' kappas, or undefined", {
  x <- cbind(A = c(1, 2, 2, 1, NA, 3), B = c(1, 2, NA, 1, 2, 3),
             C = c(2, 2, 2, 1, 3, NA))
  expect_equal(light_kappa(x, ci = "none")$estimate,
               mean(agreement_pairs(x)$estimate))
  constant <- cbind(A = c(1, 1, 1, 2), B = c(1, 1, 1, NA), C = c(1, 1, 2, 2))
  out <- agreement(constant, c("light", "hubert"), ci = "none")
  expect_identical(out$status, c("no_variation", "ok"))
  # A pair without a unit in common does not count.
  apart <- cbind(A = c(1, 2, 1, 2, NA), B = c(1, 2, 2, NA, 2),
                 C = c(NA, NA, NA, 2, NA))[1:3, ]
  expect_equal(light_kappa(apart, ci = "none")$estimate,
               cohen_kappa(apart[, 1:2], ci = "none")$estimate)
})

test_that("relations between coefficients hold", {
  x <- cbind(A = c(1, 2, 3, 3, 2, 1, 2, 2), B = c(1, 2, 3, 2, 2, 1, 1, 2))
  e <- function(f, ...) f(x, ..., ci = "none")$estimate
  expect_equal(e(scott_pi), e(fleiss_kappa))
  expect_equal(e(cohen_kappa), e(conger_kappa))
  three <- cbind(x, C = c(1, 2, 3, 1, 2, 3, 2, 1))
  expect_equal(agreement(three, "hubert", ci = "none")$estimate,
               agreement(three, "conger", ci = "none")$estimate)
  # alpha is pi with a correction for small samples
  expect_equal(e(krippendorff_alpha), 1 - (1 - e(scott_pi)) * 15 / 16)
})
