if (requireNamespace("testthat", quietly = TRUE)) {
  library(testthat)
  library(intercoder)
  test_check("intercoder")
}
