# Published values of comparisons of groups: inst/validation names the sources.
sys.source(system.file("validation", "published.R", package = "intercoder"),
           published <- new.env())

test_that("published comparisons come out as printed", {
  values <- published$published_groups()
  expect_identical(dim(values), c(112L, 6L))
  expect_true(all(nzchar(values$call) & nzchar(values$source)))
  expect_identical(anyDuplicated(values[c("id", "statistic")]), 0L)
  label <- paste(values$id, values$statistic, sep = ": ")
  off <- abs(published$compute_groups(values) - as.numeric(values$printed))
  expect_identical(label[is.na(off) | off > as.numeric(values$tol)],
                   character())
})
