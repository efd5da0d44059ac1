plotted <- function() {
  x <- ratings(cbind(Ann = rep(c(0, 1, 1, 0, 1), 8),
                     Ben = rep(c(0, 1, 0, 0, 1), 8)))
  x$codes <- c("work {load}", "never")
  x$data <- list(x$data[[1]], replace(x$data[[1]], TRUE, 1L))
  x
}

test_that("the forest plot builds with and without facets", {
  skip_if_not_installed("ggplot2")
  a <- suppressWarnings(agreement(plotted(), replicates = 100, seed = 1))
  p <- ggplot2::autoplot(a)
  built <- ggplot2::ggplot_build(p)
  expect_equal(nrow(built$data[[3]]), 2)
  expect_equal(levels(p$data$label), c("never", "work {load}"))
  expect_match(p$labels$caption, "0.667 and 0.8")
  b <- suppressWarnings(agreement(plotted(), c("alpha", "ac"), ci = "none"))
  expect_no_error(ggplot2::ggplot_build(ggplot2::autoplot(b, reference = NULL)))
  single <- suppressWarnings(agreement(cbind(1:9, c(2, 2:9)), replicates = 20))
  expect_no_error(ggplot2::ggplot_build(ggplot2::autoplot(single)))
})

test_that("base graphics draw the same", {
  file <- withr::local_tempfile(fileext = ".pdf")
  grDevices::pdf(file)
  withr::defer(grDevices::dev.off())
  a <- suppressWarnings(agreement(plotted(), c("alpha", "ac"),
                                  replicates = 100, seed = 1))
  expect_identical(plot(a), a)
  expect_no_error(plot(a[a$code == "never", ]))
})

test_that("every coefficient of a single rating has its row", {
  x <- suppressWarnings(agreement(
    cbind(A = c(1, 2, 2, 1, 3), B = c(1, 2, 1, 1, 3)),
    c("alpha", "ac", "bp"), by = c(1, 1, 1, 2, 2), ci = "none"
  ))
  rows <- forest_rows(x)
  expect_identical(nlevels(rows$label), 6L)
  expect_false(anyNA(rows$label))
})
