drawn <- function() {
  study <- intercoder::simulated_study
  code_matrix(study$consensus, units(study$transcripts), study$codebook)
}

test_that("comparisons are drawn for every measure", {
  m <- drawn()
  withr::local_pdf(withr::local_tempfile(fileext = ".pdf"))
  for (measure in c("presence", "count", "share")) {
    out <- compare_groups(m, "group", measure, adjust = "none")
    expect_identical(plot(out), out)
    expect_invisible(plot(out))
    skip_if_not_installed("ggplot2")
    expect_s3_class(ggplot2::autoplot(out), "ggplot")
    expect_no_warning(print(ggplot2::autoplot(out)))
  }
  expect_error(plot(out[0, ]), class = "intercoder_error_value")
  expect_error(ggplot2::autoplot(out[0, ]), class = "intercoder_error_value")
})

test_that("amounts bring a point for each participant, or the means alone", {
  m <- drawn()
  out <- compare_groups(m, "group", "share", adjust = "none")
  p <- comparison_points(out)
  expect_equal(nrow(p$people), 21 * 4)
  expect_equal(as.vector(tapply(p$people$at, p$people[2:1], mean)),
               p$groups$at[order(p$groups$row, p$groups$group)])
  one <- comparison_points(out[3, ])
  expect_equal(one$people$at, p$people$at[p$people$row == 3])
  attr(out, "values") <- NULL
  withr::local_pdf(withr::local_tempfile(fileext = ".pdf"))
  expect_null(comparison_points(out)$people)
  expect_no_error(plot(out))
  skip_if_not_installed("ggplot2")
  expect_no_warning(print(ggplot2::autoplot(out)))
})

test_that("codes are drawn by their labels", {
  out <- compare_groups(drawn(), "group", level = "code", adjust = "none")
  expect_equal(comparison_points(out)$labels[1:2],
               c("Patient throughput", "Error reduction"))
})

test_that("Wilson's interval is the published one", {
  limits <- wilson_limits(c(0, 81), c(10, 263), 0.95)
  expect_equal(limits$low, c(0, 0.2553), tolerance = 1e-3)
  expect_equal(limits$high, c(0.2775, 0.3662), tolerance = 1e-3)
})

test_that("knitted comparisons have the labels of figures, or codes if asked", {
  m <- drawn()
  out <- compare_groups(m, "group", level = "both", adjust = "none")
  book <- simulated_study$codebook
  names <- c(unique(book$theme), book$label)
  expect_identical(comparison_labels(out), names)
  expect_identical(comparison_points(out)$labels, names)
  knitted <- as.character(knitr::knit_print(out))
  for (name in names) expect_match(knitted, name, fixed = TRUE)
  expect_no_match(knitted, "rel_trust")
  expect_match(as.character(knitr::knit_print(out, labels = FALSE)),
               "rel_trust")
  expect_identical(format(out)$code, out$code)
  bare <- data.frame(g = rep(c("x", "y"), 2), a = c(0, 1, 1, 1), b = 1:4)
  expect_identical(comparison_labels(compare_groups(bare, "g")), c("a", "b"))
})
