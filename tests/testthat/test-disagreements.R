three <- function() {
  ratings(cbind(Ann = c("a", "b", "b", "a", NA), Ben = c("a", "b", "a", "b", "c"),
                Cem = c("a", "c", "b", "c", NA)))
}

test_that("units stand by how many coders differ", {
  out <- disagreements(three(), order = "dissent")
  expect_equal(out$unit, c("4", "2", "3"))
  expect_equal(out$differing, c(2, 1, 1))
  expect_equal(out$value.Ben, c("b", "b", "a"))
  expect_equal(nrow(disagreements(three(), n = 1)), 1)
  expect_equal(nrow(disagreements(cbind(1:3, 1:3))), 0)
  expect_error(disagreements(ratings_counts(cbind(1, 2))),
               class = "intercoder_error_coders_unknown")
})

test_that("codes taken for each other are counted with an example", {
  out <- confusions(two_coders())
  expect_equal(nrow(out), 1)
  expect_equal(out$code_1, "time")
  expect_equal(out$code_2, "work")
  expect_equal(out$times, 2)
  expect_equal(out$unit, "u1")
  expect_equal(out$text, "one")
  expect_equal(out$coder_1, "Ann")
  single <- confusions(three())
  expect_equal(paste(single$code_1, single$code_2), c("a b", "b c", "a c"))
  expect_equal(single$times, c(3, 3, 1))
  expect_equal(sum(single$share), 1)
  expect_equal(nrow(confusions(cbind(1:2, 1:2))), 0)
})

test_that("disagreements on codes carry the text", {
  out <- disagreements(two_coders(), "time")
  expect_equal(out$text, c("one", "two {x}"))
  expect_equal(out$value.Ann, c(1, 1))
  expect_snapshot(disagreements(two_coders(), order = "dissent"))
  expect_snapshot(confusions(two_coders()))
})

test_that("disagreements stand by what they cost", {
  x <- three()
  out <- disagreements(x)
  whole <- agreement(x, ci = "none")$estimate
  brute <- vapply(out$unit, function(u) {
    agreement(matrix(letters[x$data[[1]]], 5)[-as.integer(u), ],
              ci = "none")$estimate - whole
  }, 0)
  expect_equal(out$impact, unname(brute), tolerance = 1e-12)
  expect_false(is.unsorted(-out$impact))
  by_dissent <- disagreements(x, order = "dissent")
  expect_false(is.unsorted(-by_dissent$differing))
  expect_setequal(by_dissent$unit, out$unit)
  numbers <- ratings(cbind(c(1, 2, 3, 9), c(1, 2, 4, 1)))
  far <- disagreements(numbers, level = "interval")
  expect_equal(far$unit, c("4", "3"))
  units <- agreement_units(numbers, level = "interval")
  expect_equal(far$impact, -units$influence[match(far$unit, units$unit)])
  expect_error(disagreements(x, order = "size"),
               class = "intercoder_error_argument")
})

test_that("where all sets are empty nothing is confused", {
  sets <- data.frame(row.names = 1:2)
  sets$Ann <- sets$Ben <- list(character(0), character(0))
  expect_identical(nrow(confusions(sets)), 0L)
})
