study <- function() {
  transcripts(data.frame(
    transcript = c("C01", "C01", "C01", "D01", "D01"),
    speaker = c("Interviewer", "C01", "C01", "Interviewer", "D01"),
    text = c("What should it do?", "Save time.\nAnd care.", " Yes. ", "So?",
             "Be fair. Be \u201cfast\u201d."),
    group = rep(c("clinician", "developer"), c(3, 2))
  ))
}

test_that("one row per turn makes a text in which each turn stands", {
  x <- study()
  expect_s3_class(x, "transcripts")
  expect_identical(x$documents$text[1], paste0(
    "Interviewer: What should it do?\nC01: Save time.\nAnd care.\nC01: Yes."))
  expect_identical(said(x), c("What should it do?", "Save time.\nAnd care.",
                              "Yes.", "So?", "Be fair. Be \u201cfast\u201d."))
  expect_identical(x$turns$turn, c(1L, 2L, 3L, 1L, 2L))
  expect_identical(x$turns$participant, c(NA, "C01", "C01", NA, "D01"))
  expect_identical(participants(x)$group, c("clinician", "developer"))
  expect_identical(x$documents$hash, cli::hash_sha256(x$documents$text))
  expect_named(x$documents, c("transcript", "participant", "text", "hash",
                              "source", "format", "encoding", "newline", "bom",
                              "md5"))
  expect_named(turns(x), c("transcript", "turn", "speaker", "role",
                           "participant", "start", "end", "time_start",
                           "time_end"))
  expect_type(x$turns$start, "integer")
})

test_that("one row per transcript is parted like a file", {
  data <- data.frame(
    transcript = c("A", "B"), participant = c("p1", "p1"),
    text = c("INT: So?\r\nP: Fine.", "P: Oh.\nINT: Ah."), year = 2020:2021
  )
  expect_warning(x <- transcripts(data), "year",
                 class = "intercoder_warning_columns")
  expect_identical(said(x), c("So?", "Fine.", "Oh.", "Ah."))
  expect_identical(participants(x)$participant, "p1")
  expect_identical(x$turns$participant, c(NA, "p1", "p1", NA))
})

test_that("a column called role may be a role or an attribute", {
  x <- transcripts(data.frame(transcript = "A", speaker = c("Jo", "Kim"),
                              role = c("interviewer", "participant"),
                              text = c("So?", "Yes.")))
  expect_identical(x$turns$role, c("interviewer", "participant"))
  x <- transcripts(data.frame(transcript = "A", participant = "p", role = "nurse",
                              text = "P: Yes."))
  expect_identical(participants(x)$role, "nurse")
})

test_that("some transcripts can be picked", {
  x <- study()
  expect_length(x, 2)
  d <- x["D01"]
  expect_identical(d$documents$transcript, "D01")
  expect_identical(unique(d$turns$transcript), "D01")
  expect_identical(participants(d)$participant, "D01")
  expect_identical(x[2:1]$turns$transcript, rep(c("D01", "C01"), c(2, 3)))
  expect_identical(x[c(TRUE, FALSE)]$documents$transcript, "C01")
  expect_identical(x[-1]$documents$transcript, "D01")
  expect_error(x["X"], "\"X\"", class = "intercoder_error_transcript")
  expect_identical(x[1:2], x)
})

test_that("bad data frames are refused", {
  expect_error(transcripts(data.frame(id = 1)), "transcript",
               class = "intercoder_error_columns")
  expect_error(transcripts(data.frame(transcript = c("a", NA), text = "x")),
               "row 2", class = "intercoder_error_transcript")
  expect_error(transcripts(data.frame(transcript = "A", text = "P: x")[0, ]),
               "no text", class = "intercoder_error_transcript")
  expect_error(transcripts(data.frame(transcript = "A", text = " ")), "no text",
               class = "intercoder_error_transcript")
  bad <- "caf\xe9"
  Encoding(bad) <- "bytes"
  expect_error(transcripts(data.frame(transcript = "a", text = bad)), "row 1",
               class = "intercoder_error_encoding")
})

test_that("transcripts print in a few lines", {
  expect_snapshot(print(study()))
  expect_snapshot(print(transcripts(data.frame(transcript = "A", text = "Hm."))))
})

test_that("what stands before the first turn is mentioned", {
  x <- transcripts(data.frame(transcript = "A", text = "Title\n\nINT: So?\nP: Hm."))
  expect_match(format(x), "before the first turn, in 1 transcript", all = FALSE)
  expect_no_match(format(study()), "before the first turn")
})

test_that("transcripts and speakers are tables in a report", {
  skip_if_not_installed("knitr")
  expect_match(paste(knitr::knit_print(study()), collapse = "\n"),
               "Words of participants", fixed = TRUE)
  expect_match(paste(knitr::knit_print(speakers(study())), collapse = "\n"),
               "interviewer", fixed = TRUE)
})

test_that("data frames of other classes are taken as data frames", {
  strict <- function(x) structure(x, class = c("strict", "data.frame"))
  registerS3method("$", "strict", function(x, name) {
    if (!name %in% names(x)) warning("no such column: ", name)
    x[[name]]
  }, envir = asNamespace("base"))
  data <- data.frame(transcript = factor("a"), text = factor("P: Yes."))
  expect_no_warning(x <- transcripts(strict(data)))
  expect_identical(x, transcripts(data.frame(transcript = "a",
                                             text = "P: Yes.")))
})
