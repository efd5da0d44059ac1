three <- function() {
  ratings(cbind(Ann = c("a", "b", "b", "a", NA), Ben = c("a", "b", "a", "b", "c"),
                Cem = c("a", "c", "b", "c", NA)))
}

test_that("units stand by how many coders differ", {
  out <- disagreements(three())
  expect_equal(out$unit, c("4", "2", "3"))
  expect_equal(out$differing, c(2, 1, 1))
  expect_equal(out$value.Ben, c("b", "b", "a"))
  expect_equal(nrow(disagreements(three(), n = 1)), 1)
  expect_equal(nrow(disagreements(cbind(1:3, 1:3))), 0)
  expect_error(disagreements(ratings_counts(cbind(1, 2))),
               class = "intercoder_error_coders_unknown")
})

coded <- function() {
  units <- data.frame(unit = sprintf("u%d", 1:4), transcript = "I",
                      start = c(1, 11, 21, 31), end = c(10, 20, 30, 40),
                      text = c("one", "two {x}", "three", "four"))
  codings <- data.frame(
    transcript = "I", start = c(1, 1, 11, 11, 21, 31, 31),
    end = c(10, 10, 20, 20, 30, 40, 40),
    code = c("time", "work", "time", "work", "trust", "trust", "trust"),
    coder = c("Ann", "Ben", "Ann", "Ben", "Ann", "Ann", "Ben")
  )
  as_ratings(codings, units, data.frame(coder = c("Ann", "Ben"),
                                        transcript = "I"))
}

test_that("codes taken for each other are counted with an example", {
  out <- confusions(coded())
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
  out <- disagreements(coded(), "time")
  expect_equal(out$text, c("one", "two {x}"))
  expect_equal(out$value.Ann, c(1, 1))
  expect_snapshot(disagreements(coded()))
  expect_snapshot(confusions(coded()))
})

test_that("pairs of coders make a matrix", {
  x <- cbind(Ann = c(1, 2, 2, 1, 3), Ben = c(1, 2, 1, 1, 3),
             Cem = c(1, 2, 2, 2, 3))
  out <- agreement_pairs(x)
  expect_equal(nrow(out), 3)
  m <- as.matrix(out)
  expect_equal(m, t(m))
  expect_equal(m["Ann", "Cem"],
               cohen_kappa(x[, c(1, 3)], ci = "none")$estimate)
  pairs <- agreement_pairs(coded())
  expect_error(as.matrix(pairs), class = "intercoder_error_argument")
  expect_error(as.matrix(pairs, "nope"), class = "intercoder_error_code")
  expect_equal(dim(as.matrix(pairs, "time")), c(2, 2))
  expect_snapshot(agreement_pairs(coded()))
})
