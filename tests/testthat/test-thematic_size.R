test_that("Fugard and Potts: two instances of a theme of 10 % need 29", {
  out <- thematic_size(0.1, times = 2)
  expect_equal(out$n, 29)
  expect_equal(out$chance, 1 - 0.9^29 - 29 * 0.1 * 0.9^28)
  expect_lt(1 - 0.9^28 - 28 * 0.1 * 0.9^27, 0.8)
})

test_that("the number is the smallest that has the chance", {
  out <- thematic_size(c(0.02, 0.3, 0.95), times = c(1, 3, 10),
                       chance = c(0.5, 0.99))
  expect_equal(nrow(out), 18)
  for (i in seq_len(nrow(out))) {
    n <- seq_len(out$n[i])
    heard <- vapply(n, function(n) {
      k <- seq_len(n)
      sum(stats::dbinom(k[k >= out$times[i]], n, out$prevalence[i]))
    }, 0)
    wanted <- rep(c(0.5, 0.99), each = 9)[i]
    expect_equal(which(heard >= wanted)[1], out$n[i])
    expect_equal(out$chance[i], heard[out$n[i]])
  }
})

test_that("the chance of a given number, and bad input", {
  expect_equal(thematic_size(0.3, n = c(5, 10))$chance, 1 - 0.7^c(5, 10))
  expect_equal(thematic_size(0.3, times = 4, n = 3)$chance, 0)
  expect_error(thematic_size(0), class = "intercoder_error_argument")
  expect_error(thematic_size(0.1, times = 0),
               class = "intercoder_error_argument")
  expect_error(thematic_size(1e-8), class = "intercoder_error_limit")
})
