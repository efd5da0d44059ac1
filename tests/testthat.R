library(testthat)
library(intercoder)

test_check("intercoder")
