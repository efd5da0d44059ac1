# Columns that are told must be what base R would have written out.

columns <- function() {
  texts <- c("one caf\u00e9 two", "\U0001f642 na\u00efve pair")
  index <- c(2L, 1L, 1L, 2L)
  start <- c(3L, 5L, 1L, 1L)
  end <- c(7L, 8L, 3L, 1L)
  before <- substring(texts[index], 1, start - 1L)
  list(
    told = list(repeated(NA_integer_, 4), repeated(2.5, 4), repeated("Ada", 4),
                chosen_strings(c("A", NA, "C"), c(3L, 1L, 2L, 3L)),
                sliced_strings(texts, index, nchar(before, "bytes"), start,
                               end)),
    written = list(rep(NA_integer_, 4), rep(2.5, 4), rep("Ada", 4),
                   c("C", "A", NA, "C"), substring(texts[index], start, end))
  )
}

test_that("they are what they tell", {
  x <- columns()
  expect_identical(x$told, x$written)
  expect_identical(lapply(x$told, `[`, c(4, 2)),
                   lapply(x$written, `[`, c(4, 2)))
  expect_identical(lapply(x$told, order), lapply(x$written, order))
  expect_identical(lapply(x$told, rev), lapply(x$written, rev))
  expect_identical(lapply(x$told, is.na), lapply(x$written, is.na))
  expect_identical(sum(x$told[[2]]), 10)
})

test_that("there may be none", {
  expect_identical(repeated("a", 0), character())
  expect_identical(repeated(1L, 0), integer())
  expect_identical(chosen_strings("a", integer()), character())
  none <- integer()
  expect_identical(sliced_strings("a", none, none, none, none), character())
})

test_that("what is changed is a copy", {
  x <- columns()
  for (i in seq_along(x$told)) {
    copy <- x$told[[i]]
    copy[2] <- x$told[[i]][1]
    same <- x$written[[i]]
    same[2] <- same[1]
    expect_identical(copy, same)
    expect_identical(x$told[[i]], x$written[[i]])
  }
})

test_that("what they refer to may change", {
  start <- c(1L, 6L)
  x <- sliced_strings("pain and fear", c(1L, 1L), c(0L, 5L), start, c(4L, 8L))
  start[1] <- 2L
  expect_identical(x, c("pain", "and"))
})

test_that("they are saved written out", {
  x <- columns()
  file <- withr::local_tempfile()
  saveRDS(x$told, file)
  expect_identical(readRDS(file), x$written)
  found <- apply_codebook(
    transcripts(data.frame(transcript = "A", speaker = "P1",
                           text = "pain and fear")),
    codebook(data.frame(code = c("p", "f"), rule = c("pain", "fear")))
  )
  expect_identical(unserialize(serialize(found, NULL)), found)
  expect_identical(found$text, c("pain", "fear"))
  expect_identical(found$code, c("p", "f"))
})
