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

# Those of texts are freed, and their room taken, while texts are scanned.
test_that("their strings outlast what is done with them", {
  n <- 40000L
  row <- strrep("and more ", 40)
  all <- paste0(sprintf("pain %05d ", seq_len(n)), row, collapse = "")
  size <- nchar(all) %/% n
  start <- (seq_len(n) - 1L) * size + 1L
  told <- sliced_strings(all, rep(1L, n), start - 1L, start, start + size - 1L)
  others <- NULL
  found <- .Call(
    C_codebook_apply, "pain", told, rep(1L, n), rep(1L, n), rep(size, n),
    rep(FALSE, n), NULL, 1L, function(done, total) {
      gc()
      others <<- paste0(sprintf("fear %05d ", seq_len(n)), row)
    }
  )
  expect_identical(found$text, seq_len(n))
})
