lay <- function(...) intercoder:::lay_out(...)
infer <- function(...) intercoder:::infer_dialect(...)
settle <- function(...) intercoder:::settle_places(...)
all16 <- intercoder:::EXCHANGE_DIALECTS

# The file's places the slow way: every unit of the file written out, each with
# the number of the character of ours that it belongs to.
slow_units <- function(raw_points, bom, dialect) {
  owner <- integer()
  ours <- 0L
  if (bom && dialect$bom) owner <- 0L
  i <- 1L
  while (i <= length(raw_points)) {
    point <- raw_points[i]
    ours <- ours + 1L
    if (point == 13L && i < length(raw_points) && raw_points[i + 1] == 10L) {
      owner <- c(owner, rep(ours, dialect$newline))
      i <- i + 1L
    } else {
      owner <- c(owner, rep(ours, switch(
        dialect$unit, point = 1, utf16 = if (point > 0xffff) 2 else 1,
        byte = nchar(intToUtf8(point), "bytes"))))
    }
    i <- i + 1L
  }
  owner
}

random_points <- function(n) {
  alphabet <- list(0x61, 0x20, 0xe9, c(0x65, 0x301), 0x1f600, c(13, 10), 0x4e2d,
                   c(0x1f468, 0x200d, 0x1f469), 0x5d0, 0x10ffff, 0x2028)
  unlist(alphabet[sample(length(alphabet), n, TRUE)])
}

test_that("places go to the file and back in all sixteen dialects", {
  expect_length(unique(all16), 16)
  set.seed(4)
  for (run in 1:60) {
    raw <- c(13, 10, random_points(sample(1:60, 1)))
    bom <- run %% 2 == 0
    layout <- lay(intToUtf8(c(if (bom) 0xfeff, raw)))
    text <- intercoder:::laid_text(layout)
    expect_false(grepl("\r|\ufeff", text))
    n <- nchar(text)
    start <- sample(n, 20, TRUE)
    end <- start + vapply(n - start, function(m) sample(0:m, 1), 1L)
    for (dialect in c(all16, list(offset_dialect("byte", 2, TRUE, TRUE, 1)))) {
      file <- intercoder:::points_to_file(layout, start, end, dialect)
      back <- intercoder:::file_to_points(layout, file$start, file$end, dialect)
      expect_identical(back, data.frame(start, end, snapped = FALSE))
      owner <- slow_units(raw, bom, c(dialect[1:2], list(
        bom = dialect$bom)))
      if (dialect$unit == "byte" && bom) owner <- c(0L, 0L, owner)
      expect_equal(file$start - dialect$first + 1, match(start, owner))
      expect_equal(file$end - dialect$first + dialect$inclusive,
                   length(owner) + 1 - match(end, rev(owner)))
    }
  }
})

test_that("half a character is all of it, and said to be so", {
  layout <- lay("a\U{1f600}b\r\nc")
  utf16 <- offset_dialect("utf16", newline = 2)
  got <- intercoder:::file_to_points(layout, c(2, 0, 5, 1), c(4, 2, 7, 3),
                                     utf16)
  expect_identical(got$start, c(2L, 1L, 4L, 2L))
  expect_identical(got$end, c(3L, 2L, 5L, 2L))
  expect_identical(got$snapped, c(TRUE, TRUE, TRUE, FALSE))
  lost <- intercoder:::file_to_points(layout, c(-1, 3, 0, NA), c(2, 3, 99, 1),
                                      utf16)
  expect_true(all(is.na(lost$start)) && all(is.na(lost$end)))
})

test_that("line ends that a parser made LF may have been two", {
  layout <- lay("one\ntwo")
  got <- intercoder:::file_to_points(layout, 5, 8, offset_dialect(newline = 2))
  expect_identical(c(got$start, got$end), c(5L, 7L))
})

said <- paste0(
  "We lost time \U{1f600} every day.\r\nNobody trusts it, \U{1f600}\U{1f600} ",
  "not the readers.\r\nAnd (so they say) it was slow, \U{1f600} ",
  "very slow in the end.\r\nThat is all, thank you."
)
words_in <- function(text) {
  at <- gregexpr("[[:alpha:]]+", text)[[1]]
  data.frame(start = c(at), end = c(at) + attr(at, "match.length") - 1L)
}

test_that("a file's dialect is found from its quotes, whichever it is", {
  layout <- lay(said, bom = TRUE)
  places <- words_in(intercoder:::laid_text(layout))
  quote <- substring(intercoder:::laid_text(layout), places$start, places$end)
  for (dialect in all16) {
    file <- intercoder:::points_to_file(layout, places$start, places$end,
                                        dialect)
    got <- infer(layout, file$start, file$end, quote)
    expect_identical(got$dialect, dialect)
    expect_identical(got$score, 1)
    expect_lt(got$runner_score, 0.9)
    again <- infer(layout, file$start, file$end, quote,
                   usual = offset_dialect("utf16", 2))
    expect_identical(again$dialect, dialect)
    plain <- infer(layout, file$start, file$end)
    expect_identical(plain$dialect, dialect)
  }
})

test_that("a few selections do not overrule what the program usually does", {
  layout <- lay("It took time.\nThat is all.")
  expect_error(infer(layout, 8, 12, source = "A"),
               class = "intercoder_error_dialect")
  expect_error(infer(layout, 8, 12), "\"time\".*\"time\\.\"")
  got <- infer(layout, 8, 12, usual = offset_dialect())
  expect_identical(got$dialect, offset_dialect())
  expect_identical(infer(layout, 8, 12, "time")$dialect, offset_dialect())
  expect_identical(infer(layout, 8, 11, "time",
                         usual = offset_dialect())$dialect$inclusive, TRUE)
  expect_error(infer(layout, 8, 12, "a name"),
               class = "intercoder_error_dialect")
})

test_that("names of programs stand for their dialects", {
  origin <- intercoder:::origin_dialect
  expect_identical(origin("ATLAS.ti 8.4.0 573 , macOS"), offset_dialect("utf16"))
  expect_identical(origin("NVivo 12")$newline, 2)
  expect_identical(origin("QualCoder-3.5"), offset_dialect())
  expect_null(origin("Something"))
  expect_null(origin(NA))
  check <- intercoder:::check_dialect
  expect_identical(check("requal"), offset_dialect(inclusive = TRUE, first = 1))
  expect_error(check("word"), class = "intercoder_error_argument")
  expect_output(print(offset_dialect("utf16", 2)),
                "UTF-16 units from 0, CR LF as 2, byte order mark not counted")
})

test_that("places that do not hold the words move to where they are", {
  layout <- lay("We lost time. Nobody lost trust, and all lost sleep.")
  place <- data.frame(start = c(5L, 24L, 1L, NA, NA, 4L, 1L),
                      end = c(13L, 33L, 7L, NA, NA, 7L, 2L),
                      snapped = c(FALSE, FALSE, FALSE, FALSE, FALSE, FALSE, TRUE))
  quote <- c("lost time", "lost  trust,", "nowhere", "all lost", NA, NA, NA)
  got <- settle(layout, place, quote)
  expect_identical(got$start, c(4L, 22L, 1L, 38L, NA, 4L, 1L))
  expect_identical(got$end, c(12L, 32L, 7L, 45L, NA, 7L, 2L))
  expect_identical(got$done, c("moved", "moved", NA, "moved", "left out", NA,
                               "moved"))
  expect_match(got$problem[1], "1 character before")
  expect_match(got$problem[3], "others")
  expect_match(got$problem[4], "outside")
  expect_identical(got$problem[6], NA_character_)
  cut <- settle(layout, data.frame(start = 16L, end = 33L, snapped = FALSE),
                "Nobody lost tr\u2026", certain = FALSE)
  expect_identical(c(cut$start, cut$end), c(15L, 32L))
  label <- settle(layout, data.frame(start = 1L, end = 33L, snapped = FALSE),
                  "sleep", certain = FALSE)
  expect_identical(label, data.frame(start = 1L, end = 33L,
                                     problem = NA_character_,
                                     done = NA_character_))
})
