test_that("short forms are agreement() with one coefficient", {
  x <- cbind(A = c(1, 2, 3, 3, 2, 1), B = c(1, 2, 3, 2, 2, 1))
  forms <- list(alpha = krippendorff_alpha, kappa = cohen_kappa, pi = scott_pi,
                fleiss = fleiss_kappa, conger = conger_kappa,
                bp = brennan_prediger, ac = gwet_ac,
                percent = percent_agreement)
  for (name in names(forms)) {
    expect_identical(forms[[name]](x, ci = "none"),
                     agreement(x, name, ci = "none"))
  }
  expect_identical(cohen_kappa(x, "quadratic", ci = "none")$weights, "quadratic")
  expect_identical(krippendorff_alpha(x, "ratio", ci = "none")$level, "ratio")
})

test_that("relations between coefficients hold", {
  x <- cbind(A = c(1, 2, 3, 3, 2, 1, 2, 2), B = c(1, 2, 3, 2, 2, 1, 1, 2))
  e <- function(f, ...) f(x, ..., ci = "none")$estimate
  expect_equal(e(scott_pi), e(fleiss_kappa))
  expect_equal(e(cohen_kappa), e(conger_kappa))
  # alpha is pi with a correction for small samples
  expect_equal(e(krippendorff_alpha), 1 - (1 - e(scott_pi)) * 15 / 16)
})
