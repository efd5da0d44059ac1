# Published values, each computed again by hand in exact arithmetic where the
# source prints few digits: inst/validation names the sources.
sys.source(system.file("validation", "published.R", package = "intercoder"),
           published <- new.env())

published_ratings <- function(id) {
  examples <- published$published_examples()
  published$published_input(published$published_data(id),
                            examples$shape[examples$id == id])
}

test_that("published values come out as printed, exact ones to 1e-12", {
  values <- published$published_values()
  expect_true(all(nzchar(values$call)))
  label <- paste(values$id, values$statistic, sep = ": ")
  value <- published$compute_published(values)
  off <- abs(value - as.numeric(values$printed))
  expect_identical(label[is.na(off) | off > as.numeric(values$tol)],
                   character())
  # Quantiles of t are good to ten digits.
  wrong <- abs(value - published$published_exact(values))
  limit <- ifelse(grepl("conf", values$call), 1e-10, 1e-12)
  expect_identical(label[is.na(wrong) | wrong > limit], character())
})

test_that("every example has data and a source, every value an example", {
  examples <- published$published_examples()
  values <- published$published_values()
  expect_identical(dim(values), c(182L, 7L))
  expect_setequal(values$id, examples$id)
  expect_true(all(nzchar(examples$source)))
  expect_identical(anyDuplicated(values[c("id", "statistic")]), 0L)
  files <- list.files(published$published_file("published"))
  expect_setequal(files, paste0(examples$id, ".csv"))
})

test_that("Krippendorff's 12 x 4 example agrees to every printed digit", {
  x <- published_ratings("krippendorff2011_C")
  expect_equal(sum(!is.na(x$data[[1]])), 41)
  alpha <- vapply(c("nominal", "ordinal", "interval", "ratio"), function(level) {
    krippendorff_alpha(x, level, ci = "none")$estimate
  }, 0)
  expect_identical(sprintf("%.3f", alpha), c("0.743", "0.815", "0.849", "0.797"))
  expect_lt(abs(alpha[["nominal"]] - 113 / 152), 1e-15)
})

test_that("complete data with more than two coders are not scaled down", {
  # irr 0.84.1 prints 0.4309 for Fleiss' diagnoses and 0.056 for the second:
  # wrong, it divides by 1 instead of the number of coders less one whenever
  # no value is missing.
  x <- published_ratings("fleiss1971")
  alpha <- krippendorff_alpha(x, ci = "none")$estimate
  expect_lt(abs(alpha - 5477 / 12637), 1e-15)
  expect_identical(sprintf("%.4f", alpha), "0.4334")
  y <- published_ratings("oolong96_complete3")
  expect_lt(abs(krippendorff_alpha(y, ci = "none")$estimate - 9 / 125), 1e-15)
})
