test_that("numbers are rounded as reports do", {
  expect_identical(inline(c(0.1, -0.0001, NA)), c("0.10", "0.00", "NA"))
  expect_identical(inline(0.3456, "percent"), "35%")
  expect_identical(inline(c(0.0004, 0.04, NA), "p"),
                   c("p < 0.001", "p = 0.040", "p = NA"))
  expect_identical(inline(0.0004, "p", digits = 3), "p = 0.0004")
  expect_error(inline(1, "stars"), class = "intercoder_error_argument")
})

test_that("results become strings named by code", {
  x <- ratings(cbind(A = c(1, 2, 2, 1, 3), B = c(1, 2, 1, 1, 3)))
  a <- few_differ(agreement(x, ci = "jackknife"))
  expect_identical(unname(inline(a)), sprintf(
    "Krippendorff's alpha = %.2f, 95%% CI [%.2f, %.2f]", a$estimate,
    a$conf.low, a$conf.high))
  flat <- agreement(ratings(cbind(A = c(1, 1), B = c(1, 1))), ci = "none")
  expect_identical(unname(inline(flat)),
                   "Krippendorff's alpha = NA (no variation)")
  s <- tiny_study()
  m <- code_matrix(s$codings, s$units, s$codebook)
  out <- inline(compare_groups(m, "role"))
  expect_snapshot(out)
  expect_identical(inline(compare_groups(m, "role"), "trust"), out["trust"])
  expect_error(inline(compare_groups(m, "role"), "other"),
               class = "intercoder_error_value")
  sat <- saturation(m, base = 2, run = 1)
  expect_identical(unname(inline(sat)),
                   "2+1 interviews (new information at most 5%)")
})

test_that("tests and differences have a sentence", {
  table <- rbind(c(9, 2), c(3, 7))
  expect_match(inline(fisher_test(table)),
               "^odds ratio = .*, 95% CI \\[.*\\], p = 0[.]030$")
  expect_match(inline(stats::t.test(1:5, 4:8)), "p = 0[.]017$")
  x <- ratings(cbind(A = c("a", "b", "b", "a", "b", "a"),
                     B = c("a", "b", "a", "a", "b", "b"),
                     C = c("a", "b", "b", "a", "a", "a")))
  d <- suppressWarnings(compare_agreement(x, coefficient = c("alpha", "ac"),
                                          ci = "jackknife"))
  expect_match(inline(d), "^difference = .*, p [=<] ")
  expect_error(inline("x"), class = "intercoder_error_argument")
})
