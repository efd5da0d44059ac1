test_that("context, node and place are the text's own", {
  s <- simulated_study
  text <- s$transcripts$documents$text
  for (within in c("turn", "transcript")) {
    k <- concordance(s$transcripts, s$codings, width = 25, within = within)
    expect_equal(nrow(k), nrow(s$codings))
    whole <- text[match(k$transcript, s$transcripts$documents$transcript)]
    expect_equal(k$node, substring(whole, k$start, k$end))
    before <- substring(whole, pmax(1, k$start - 25), k$start - 1)
    after <- substring(whole, k$end + 1, k$end + 25)
    expect_true(all(endsWith(before, k$left)))
    expect_true(all(startsWith(after, k$right)))
    if (within == "transcript") {
      expect_equal(k$right, sub("\\s+$", "", after))
    }
  }
})

test_that("context ends with the turn", {
  x <- transcripts(data.frame(
    transcript = c("A", "B"),
    text = c("P: one two\n\nI: three four\n\nP: five six", "P: two")
  ))
  k <- concordance(x, c(number = "two OR five"))
  expect_equal(k$transcript, c("A", "A", "B"))
  expect_equal(k$left, c("one ", "", ""))
  expect_equal(k$right, c("", " six", ""))
  expect_equal(k$turn, c(1L, 3L, 1L))
  expect_equal(k$code, rep("number", 3))
  expect_equal(k$word, c(3L, 8L, 2L))
  wide <- concordance(x, "two", within = "transcript")
  expect_equal(wide$left, c("P: one ", "P: "))
  expect_equal(wide$right[1], "\n\nI: three four\n\nP: five six")
  # a coding over turns, and one of a label, which no turn holds
  odd <- codings(data.frame(transcript = "A", start = c(8, 13), end = c(17, 13),
                            code = "c", coder = "Ada"), x)
  k <- concordance(x, odd)
  expect_equal(k$left, c("one ", ""))
  expect_equal(k$right, c("ree four", ":"))
  expect_equal(k$turn, c(1L, NA))
  expect_equal(k$word, c(3L, 4L))
})

slow_words <- function(text, width, last) {
  at <- gregexpr("[\\p{L}\\p{N}\\p{M}_]+(?:['\u2019][\\p{L}\\p{N}\\p{M}_]+)*",
                 text, perl = TRUE)[[1]]
  if (at[1] < 0 || length(at) <= width) {
    return(text)
  }
  end <- at + attr(at, "match.length") - 1
  if (last) {
    return(substring(text, end[length(at) - width] + 1))
  }
  substring(text, 1, at[width + 1] - 1)
}

test_that("words are counted as the package counts them", {
  s <- simulated_study
  some <- s$codings[seq(1, nrow(s$codings), 7), ]
  whole <- concordance(s$transcripts, some, width = 10000)
  for (width in c(0, 1, 5, 40)) {
    k <- concordance(s$transcripts, some, width = width, unit = "words")
    left <- vapply(whole$left, slow_words, "", width, TRUE, USE.NAMES = FALSE)
    right <- vapply(whole$right, slow_words, "", width, FALSE,
                    USE.NAMES = FALSE)
    expect_equal(trimws(k$left), trimws(left))
    expect_equal(trimws(k$right), trimws(right))
  }
})

test_that("a letter keeps its marks, and wide letters are aligned", {
  x <- transcripts(data.frame(
    transcript = "A", text = "P: cafe\u0301 sehr me\u0301 \u6771\u4eac ja sehr"
  ))
  k <- concordance(x, "sehr", width = 2)
  expect_equal(k$left, c("", "a "))
  k <- concordance(x, "sehr", width = 3)
  expect_equal(k$left[1], "e\u0301 ")
  expect_equal(k$right[1], " me\u0301")
  lines <- format(concordance(x, "sehr"))
  bar <- vapply(strsplit(lines, "|", fixed = TRUE), `[`, "", 1)
  expect_equal(length(unique(nchar(bar, "width"))), 1L)
})

test_that("rows are sorted as asked", {
  x <- transcripts(data.frame(
    transcript = "A", text = "P: b time Z. a time y. c time A."
  ))
  expect_equal(concordance(x, "time", sort = "left")$left,
               c("b time Z. a ", "b ", "b time Z. a time y. c "))
  expect_equal(substring(concordance(x, "time", sort = "right")$right, 2, 2),
               c("A", "y", "Z"))
  expect_equal(concordance(x, c(n = "time", m = "c"), sort = "node")$node[1],
               "c")
})

test_that("what cannot be shown is refused", {
  x <- transcripts(data.frame(transcript = "A", text = "P: one"))
  bad <- data.frame(transcript = "B", start = 1, end = 2, code = "c",
                    coder = "Ada")
  expect_error(concordance(x, bad), class = "intercoder_error_codings")
  expect_error(concordance(x, 1), "codings, a codebook or rules",
               class = "intercoder_error_argument")
  expect_error(concordance(x, "one", width = -1),
               class = "intercoder_error_argument")
  expect_error(concordance(x, "(one"), class = "intercoder_error_rule")
  none <- concordance(x, "nothing")
  expect_equal(dim(none), c(0L, 13L))
  expect_output(print(none), "0 places")
})

test_that("a concordance is printed and knitted", {
  x <- transcripts(data.frame(transcript = "A",
                              text = "P: no *time* for\nthat | at all"))
  k <- concordance(x, "time")
  withr::local_options(width = 80)
  expect_output(print(k), "no * | time | * for that | at all", fixed = TRUE)
  expect_match(knitr::knit_print(k), "Before", fixed = TRUE)
  expect_s3_class(k[1, ], "code_concordance")
  expect_equal(class(k[c("left", "node")]), "data.frame")
})
