# Published values, each computed again by hand in exact arithmetic where the
# source prints few digits: fixtures/agreement/expected.csv names the sources.
fixture <- function(name) test_path("fixtures", "agreement", name)

oracle_ratings <- function(id, shape) {
  data <- utils::read.csv(fixture(paste0(id, ".csv")), check.names = FALSE,
                          na.strings = "")
  if (shape == "table") {
    counts <- as.matrix(data[-1])
    dimnames(counts) <- list(as.character(data[[1]]), colnames(counts))
    return(ratings(as.table(counts)))
  }
  if (shape == "counts") ratings_counts(data) else ratings(data)
}

oracle_weights <- function(name) {
  if (name %in% c("linear", "quadratic")) {
    return(name)
  }
  # Cohen (1968) gives disagreements; as agreements they are 1 - v / max(v).
  if (name == "cohen1968") {
    return(1 - matrix(c(0, 1, 3, 1, 0, 6, 3, 6, 0), 3) / 6)
  }
  NULL
}

oracle_value <- function(row) {
  x <- oracle_ratings(row$id, row$shape)
  if (row$weights %in% c("1,2", "2,3")) {
    data <- utils::read.csv(fixture(paste0(row$id, ".csv")))
    pair <- as.integer(strsplit(row$weights, ",")[[1]])
    x <- ratings(data[pair])
    d <- abs(outer(x$numbers, x$numbers, "-"))
    weights <- if (row$weights == "1,2") 1 - (d >= 3) else diag(nrow(d))
  } else {
    weights <- oracle_weights(row$weights)
  }
  two <- row$coefficient %in% c("kappa", "pi")
  out <- suppressWarnings(agreement(x, row$coefficient, level = row$level,
                                    weights = weights, ci = "analytic"))
  if (row$column == "variance") out$std.error^2 else out[[row$column]]
}

test_that("published values come out as printed, exact ones to 1e-12", {
  expected <- utils::read.csv(fixture("expected.csv"), colClasses = "character")
  expect_gt(nrow(expected), 100)
  for (i in seq_len(nrow(expected))) {
    row <- expected[i, ]
    value <- oracle_value(row)
    label <- sprintf("%s: %s (%.12g)", row$id, row$statistic, value)
    expect_lte(abs(value - as.numeric(row$printed)), as.numeric(row$tol),
               label = label)
    exact <- if (nzchar(row$exact)) eval(str2lang(row$exact)) else
      as.numeric(row$recomputed)
    expect_lte(abs(value - exact), if (row$column == "conf.low") 1e-10 else 1e-12,
               label = label)
  }
})

test_that("Krippendorff's 12 x 4 example agrees to every printed digit", {
  x <- oracle_ratings("krippendorff2011_C", "wide")
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
  x <- oracle_ratings("fleiss1971", "wide")
  alpha <- krippendorff_alpha(x, ci = "none")$estimate
  expect_lt(abs(alpha - 5477 / 12637), 1e-15)
  expect_identical(sprintf("%.4f", alpha), "0.4334")
  y <- oracle_ratings("oolong96_complete3", "wide")
  expect_lt(abs(krippendorff_alpha(y, ci = "none")$estimate - 9 / 125), 1e-15)
})
