test_that("bad counts are named by row and column", {
  expect_error(ratings_counts(cbind(a = c(3, 0), b = c(1, 0.5))),
               "0.5 in row 2 of column \"b\"",
               class = "intercoder_error_argument")
  expect_error(ratings_counts(cbind(a = c(3, NA), b = 1)),
               "NA in row 2 of column \"a\"",
               class = "intercoder_error_argument")
  expect_error(ratings_counts(cbind(a = Inf)),
               class = "intercoder_error_argument")
  expect_error(ratings_counts(cbind(0.5, 1)),
               class = "intercoder_error_argument")
  expect_error(ratings_counts(cbind(a = 1, a = 2)),
               class = "intercoder_error_duplicate")
  expect_error(ratings_counts(data.frame(a = "x")),
               class = "intercoder_error_argument")
  bad <- as.table(rbind(a = c(a = 1, b = 2), b = c(-1, 3)))
  expect_error(ratings(bad), "-1 in row 2 of column \"a\"",
               class = "intercoder_error_value")
  bad[2, 1] <- 1e9
  expect_error(ratings(bad), class = "intercoder_error_limit")
})

test_that("ratings of counts print what they hold", {
  expect_snapshot(ratings_counts(cbind(yes = c(3, 2), no = c(0, 1))))
})
