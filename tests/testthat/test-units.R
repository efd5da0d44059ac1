talk <- function() {
  transcripts(data.frame(
    transcript = c("A", "B"),
    text = c("INT: So? Well?\n\nP: Dr. Lee came. \u201cWhy?\u201d she said.\nWe left\u2026\n\nINT: Ok.",
             "P: Yes.\nINT: Hm.\nP: No. No!")
  ))
}

test_that("turns, sentences and paragraphs stand where they say", {
  x <- talk()
  text <- stats::setNames(x$documents$text, x$documents$transcript)
  for (by in c("turn", "sentence", "paragraph", "transcript")) {
    for (roles in list("participant", c("participant", "interviewer"))) {
      u <- units(x, by, roles)
      expect_s3_class(u, c("units", "data.frame"))
      expect_identical(attr(u, "by"), by)
      expect_identical(u$text, substring(text[u$transcript], u$start, u$end) |>
                         unname())
      expect_false(anyDuplicated(u$unit) > 0)
      expect_named(u, c("unit", "transcript", "participant", "speaker", "role",
                        "turn", "start", "end", "words", "text"))
    }
  }
})

test_that("units have lasting names and the words of their text", {
  x <- talk()
  expect_identical(units(x)$unit, c("A:0002", "B:0001", "B:0003"))
  s <- units(x, "sentence")
  expect_identical(s$unit, c("A:0002.1", "A:0002.2", "A:0002.3", "B:0001.1",
                             "B:0003.1", "B:0003.2"))
  expect_identical(s$text, c("Dr. Lee came.", "\u201cWhy?\u201d she said.",
                             "We left\u2026", "Yes.", "No.", "No!"))
  expect_identical(s$words, c(3L, 3L, 2L, 1L, 1L, 1L))
  p <- units(x, "paragraph", c("participant", "interviewer"))
  expect_identical(p$unit, c("A:0001.1", "A:0002.1", "A:0002.2", "A:0003.1",
                             "B:0001.1", "B:0002.1", "B:0003.1"))
  expect_identical(units(x, "turn", "interviewer")$text,
                   c("So? Well?", "Ok.", "Hm."))
})

test_that("a transcript as a unit spans the turns and counts their words", {
  u <- units(talk(), "transcript")
  expect_identical(u$unit, c("A", "B"))
  expect_identical(u$words, c(8L, 3L))
  expect_identical(u$participant, c("A", "B"))
  expect_identical(u$text[2], "Yes.\nINT: Hm.\nP: No. No!")
})

test_that("lines wrapped at a width are not paragraphs", {
  words <- paste(rep("word after word", 60), collapse = " ")
  x <- transcripts(data.frame(transcript = "A", text = paste0(
    "P: ", paste(strwrap(words, 70), collapse = "\n"), "\n\nLast one.")))
  expect_identical(nrow(units(x, "paragraph")), 2L)
  expect_identical(nrow(units(x, "sentence")), 2L)
})

test_that("no units are a table of the same shape", {
  x <- transcripts(data.frame(transcript = "A", text = "INT: So?\nINT: Hm?"))
  for (by in c("turn", "sentence", "paragraph", "transcript")) {
    u <- units(x, by)
    expect_identical(nrow(u), 0L)
    expect_identical(sapply(u, class), sapply(units(talk(), by), class))
  }
})

test_that("bad arguments are refused, and units of time still work", {
  expect_error(units(talk(), "line"), "by", class = "intercoder_error_argument")
  expect_error(units(talk(), roles = "boss"),
               class = "intercoder_error_argument")
  expect_identical(units(as.difftime(3, units = "mins")), "mins")
})

test_that("units print in a few lines", {
  skip_if_not(l10n_info()$`UTF-8`, "a UTF-8 locale")
  withr::local_options(width = 80)
  expect_snapshot(print(units(talk(), "sentence")))
})
