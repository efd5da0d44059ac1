test_that("numbers keep their digits and lose a minus before zero", {
  expect_identical(format_number(c(0.815, -0.001, NA, 1)),
                   c("0.81", "0.00", "NA", "1.00"))
  expect_identical(format_number(0.0004, 3), "0.000")
})

test_that("an interval is bracketed; one that is wholly unknown is NA", {
  expect_identical(format_interval(c(.1, NA), c(.9, NA)), c("[0.10, 0.90]", "NA"))
  expect_identical(format_interval(NA, .5), "[NA, 0.50]")
})

test_that("a small p is below a bound, never zero", {
  expect_identical(format_p(c(0, .0004, .001, .0312, NA)),
                   c("<0.001", "<0.001", "0.001", "0.031", "NA"))
})

test_that("percentages and counts read as people write them", {
  expect_identical(format_percent(c(.905, NA), 1), c("90.5%", "NA"))
  expect_identical(format_count(c(1, 7108), "turn"), c("1 turn", "7,108 turns"))
  expect_identical(format_count(2, "participant's share", "shares"), "2 shares")
})

test_that("colours are told apart and recycled", {
  expect_length(unique(palette_groups(8)), 8)
  expect_length(palette_groups(11), 11)
})
