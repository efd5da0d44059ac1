# The places of a quote by looking at each, none overlapping another.
slow_places <- function(text, quote) {
  chars <- strsplit(text, "")[[1]]
  size <- nchar(quote)
  found <- integer()
  at <- 1
  while (at + size - 1 <= length(chars)) {
    if (paste(chars[at:(at + size - 1)], collapse = "") == quote) {
      found <- c(found, at)
      at <- at + size
    } else {
      at <- at + 1
    }
  }
  found
}

test_that("words are found where every place is looked at", {
  set.seed(20)
  signs <- c("a", "b", "e\u0301", "\u00e9", "\U0001F600", "\u4e2d", " ",
             "\u0301", "\n")
  for (round in 1:60) {
    text <- paste(sample(signs, 200, TRUE), collapse = "")
    from <- sample(190, 8)
    quote <- substring(text, from, from + sample(1:6, 8, TRUE))
    got <- anchor_quotes(text, quote)
    expect_identical(substring(text, got$start, got$end), quote)
    slow <- lapply(quote, slow_places, text = text)
    expect_identical(got$candidates, lengths(slow))
    last <- 0
    for (i in seq_along(quote)) {
      after <- slow[[i]][slow[[i]] > last]
      last <- c(after, slow[[i]])[1]
      expect_equal(got$start[i], last)
    }
    hinted <- anchor_quotes(text, quote, from)
    expect_identical(hinted$start, from)
    expect_false(any(hinted$ambiguous))
    near <- from + 2
    hinted <- anchor_quotes(text, quote, near)
    gap <- mapply(function(s, n) min(abs(s - n)), slow, near)
    expect_true(all(abs(hinted$start - near) <= gap))
  }
})

test_that("white space, signs and cut ends are forgiven, in that order", {
  text <- paste0("It\u2019s  a\u00a0\u201cwhole\u201d\n\tday \u2014 of ",
                 "work\u2026 in the \ufb01eld,\r\nsaid Zo\u00eb.")
  quote <- c("in the", "a \u201cwhole\u201d day", "It's a \"whole\" day -- of",
             "  work... in  the field, ", "the field, said Zo\u00eb. An\u2026",
             "in the \ufb01eld ...", "said Zo\u00eb [...]", "nothing", "", NA)
  got <- anchor_quotes(text, quote)
  expect_identical(got$found, c("exact", "white space", "typography",
                                "typography", NA, "cut", "cut", NA, NA, NA))
  found <- substring(text, got$start, got$end)
  expect_identical(found[2], "a\u00a0\u201cwhole\u201d\n\tday")
  expect_identical(found[3],
                   "It\u2019s  a\u00a0\u201cwhole\u201d\n\tday \u2014 of")
  expect_identical(found[4], "work\u2026 in the \ufb01eld,")
  expect_identical(found[6:7], c("in the \ufb01eld", "said Zo\u00eb"))
  expect_identical(got$candidates, c(1L, 1L, 1L, 1L, 0L, 1L, 1L, 0L, 0L, 0L))
})

test_that("random changes of white space and signs are undone", {
  set.seed(21)
  plain <- c("a", "b", "\"", "'", "-", ".", " ", "\U0001F469\u200d\U0001F4BB")
  dress <- list("\"" = c("\u201c", "\u00bb"), "'" = c("\u2019", "`"),
                "-" = c("\u2013", "--"), " " = c("\n \n", "\u00a0", "\t"))
  for (round in 1:60) {
    signs <- sample(plain, 300, TRUE)
    worn <- vapply(signs, function(s) {
      if (is.null(dress[[s]])) s else sample(c(s, dress[[s]]), 1)
    }, "", USE.NAMES = FALSE)
    text <- paste(worn, collapse = "")
    start <- c(0L, cumsum(nchar(worn)))[seq_along(worn)] + 1L
    from <- sample(which(signs %in% c("a", "b")), 20)
    to <- vapply(from, function(f) {
      ends <- which(signs %in% c("a", "b"))
      max(ends[ends <= f + 30])
    }, 0L)
    quote <- mapply(function(f, t) paste(signs[f:t], collapse = ""), from, to)
    got <- anchor_quotes(text, quote, start[from])
    # short ones may stand elsewhere just as they are quoted
    long <- to - from > 10
    expect_gt(sum(long), 5)
    expect_identical(got$start[long], start[from][long])
    expect_identical(got$end[long], start[to][long])
  }
})

test_that("what is doubtful or lost is told", {
  text <- "yes. no. yes. no no no. yes."
  got <- anchor_quotes(text, c("yes", "yes", "no", "yes", "yes", "maybe"))
  expect_identical(got$start, c(1L, 10L, 15L, 25L, 1L, NA))
  expect_identical(got$ambiguous, c(TRUE, TRUE, TRUE, TRUE, TRUE, FALSE))
  expect_identical(
    anchor_problem(got)[c(1, 6)],
    c("the words stand in 3 places: the next in order was taken",
      "the words are not in the transcript")
  )
  near <- anchor_quotes(text, c("yes", "no no", "yes"), c(12, 18, 25))
  expect_identical(near$start, c(10L, 18L, 25L))
  expect_identical(near$ambiguous, c(TRUE, FALSE, FALSE))
  expect_match(anchor_problem(near, c(12, 18, 25))[1], "the nearest was taken")
  expect_identical(nrow(anchor_quotes("", character())), 0L)
  expect_identical(anchor_quotes("", "a")$found, NA_character_)
})

test_that("time grows with the text and not with its square", {
  time <- function(n) {
    text <- strrep("ab ", n)
    system.time(anchor_quotes(text, c("ab ab", "c\u2019s", strrep("ab ", 500),
                                      "b  a")))[["user.self"]]
  }
  expect_lt(time(2e5), 5)
})

test_that("a letter and its composed form are the same", {
  # "caf\u00e9" composed, decomposed; marks in either order; Hangul as jamo
  text <- paste0("caf\u00e9 cafe\u0301 a\u0323\u0302 \u1ead a\u0302\u0323 ",
                 "\ud55c\uae00 end")
  places <- function(quote) {
    got <- intercoder:::quote_places(utf8ToInt(text), quote)[[1]]
    if (length(got$start)) substring(text, got$start, got$end)
  }
  got <- anchor_quotes("un cafe\u0301 noir", c("caf\u00e9 noir", "caf"))
  expect_identical(got$found, c("composition", "exact"))
  expect_identical(c(got$start[1], got$end[1]), c(4L, 13L))
  got <- anchor_quotes("un caf\u00e9 noir", "cafe\u0301 noir")
  expect_identical(c(got$start, got$end), c(4L, 12L))
  expect_null(places("\u1ea5 x"))
  expect_identical(places("\u1ead \u1ead"), "a\u0323\u0302 \u1ead")
  expect_identical(places("\u1112\u1161\u11ab\u1100\u1173\u11af"),
                   "\ud55c\uae00")
  # no letter is parted from its mark
  expect_identical(anchor_quotes("caf\u00e9  x", "cafe x")$found,
                   NA_character_)
  expect_identical(anchor_quotes("\ud55c  x", "\u1112\u1161")$found,
                   NA_character_)
})
