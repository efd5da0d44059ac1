test_that("axes are the principal coordinates of base R", {
  withr::local_seed(1)
  d <- as.matrix(stats::dist(matrix(stats::rnorm(36), 12)))
  mine <- principal_axes(d)
  base <- stats::cmdscale(d, 2, eig = TRUE)
  expect_equal(abs(unname(mine$points)), abs(unname(base$points)))
  expect_equal(mine$share, base$eig[1:2] / sum(base$eig[base$eig > 0]),
               tolerance = 1e-6)
  line <- principal_axes(as.matrix(stats::dist(c(1, 2, 4))))
  expect_equal(line$share, c(1, 0))
  expect_equal(line$points[, 2], c(0, 0, 0), tolerance = 1e-7)
  two <- principal_axes(as.matrix(stats::dist(c(1, 2))))
  expect_equal(abs(two$points[, 1]), c(0.5, 0.5))
})

test_that("figures hold every participant, group and arrow", {
  study <- intercoder::simulated_study
  m <- code_matrix(study$consensus, units(study$transcripts), study$codebook)
  x <- compare_profiles(m, "group")
  p <- profile_points(x, 3)
  expect_identical(nrow(p$people), 21L)
  expect_identical(nrow(p$arrows), 3L)
  expect_equal(p$centres$x, as.vector(tapply(p$people$x, p$people$group,
                                             mean)))
  expect_null(profile_points(x)$arrows)
  expect_error(profile_points(x, 99), class = "intercoder_error_argument")
  for (size in list(c(7, 6), c(2.5, 2))) {
    grDevices::pdf(NULL, size[1], size[2])
    expect_identical(withVisible(plot(x, codes = 2))$value, x)
    grDevices::dev.off()
  }
  skip_if_not_installed("ggplot2")
  expect_s3_class(ggplot2::autoplot(x, codes = 2), "ggplot")
  built <- ggplot2::ggplot_build(ggplot2::autoplot(x))
  expect_identical(nrow(built$data[[2]]), 21L)
})
