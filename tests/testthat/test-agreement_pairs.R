test_that("pairs of coders make a matrix", {
  x <- cbind(Ann = c(1, 2, 2, 1, 3), Ben = c(1, 2, 1, 1, 3),
             Cem = c(1, 2, 2, 2, 3))
  out <- agreement_pairs(x)
  expect_equal(nrow(out), 3)
  m <- as.matrix(out)
  expect_equal(m, t(m))
  expect_equal(m["Ann", "Cem"],
               cohen_kappa(x[, c(1, 3)], ci = "none")$estimate)
  pairs <- agreement_pairs(two_coders())
  expect_error(as.matrix(pairs), class = "intercoder_error_argument")
  expect_error(as.matrix(pairs, "nope"), class = "intercoder_error_code")
  expect_equal(dim(as.matrix(pairs, "time")), c(2, 2))
  expect_snapshot(agreement_pairs(two_coders()))
})

test_that("pairs have intervals where they are asked for", {
  x <- cbind(Ann = rep(c(1, 2, 2, 1, 3), 6), Ben = rep(c(1, 2, 1, 1, 3, 2), 5),
             Cem = rep(c(1, 2, 2, 2, 3, 1), 5))
  out <- agreement_pairs(x, "ac", ci = "bca", seed = 2, replicates = 99)
  one <- agreement(x[, 2:3], "ac", ci = "bca", seed = 2, replicates = 99)
  expect_equal(out$conf.low[3], one$conf.low)
  expect_equal(out$std.error[3], one$std.error)
  expect_true(all(is.na(agreement_pairs(x)$conf.low)))
  expect_warning(agreement_pairs(x[1:6, ], ci = "jackknife"), "Ann and Ben",
                 class = "intercoder_warning_few_disagreements")
  expect_error(agreement_pairs(x, by = 1), class = "intercoder_error_argument")
  expect_snapshot(agreement_pairs(x, ci = "jackknife", conf_level = 0.9))
})

test_that("the matrix is drawn", {
  file <- withr::local_tempfile(fileext = ".pdf")
  grDevices::pdf(file, 4, 3)
  withr::defer(grDevices::dev.off())
  out <- agreement_pairs(two_coders())
  expect_identical(plot(out), out)
  expect_error(plot(agreement_pairs(cbind(A = 1:3))),
               class = "intercoder_error_value")
  skip_if_not_installed("ggplot2")
  expect_no_error(ggplot2::ggplot_build(ggplot2::autoplot(out)))
})
