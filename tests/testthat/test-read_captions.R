captions <- function(name, ...) {
  read_transcripts(write_lines_file(name, ..., env = parent.frame()))
}

test_that("voice tags name the speaker and cues join to turns", {
  x <- captions(
    "a.vtt", "WEBVTT - a meeting", "", "NOTE not this", "nor this", "",
    "STYLE", "::cue { color: red }", "", "1",
    "00:00:01.000 --> 00:00:02.500 align:start", "<v Anna Lee>So, <b>well</b>?",
    "", "00:03.000 --> 00:04.000", "<v.loud Ben>Fine &amp; good.</v>", "",
    "00:04.000 --> 00:05.250", "<v Ben>Two", "lines.</v>", "",
    "00:06.000 --> 00:07.000", "<v Anna Lee>Oh.</v> <v Ben>Ah.</v>"
  )
  d <- as.data.frame(x)
  expect_identical(d$speaker, c("Anna Lee", "Ben", "Anna Lee", "Ben"))
  expect_identical(d$text, c("So, well?", "Fine & good.\nTwo lines.", "Oh.",
                             "Ah."))
  expect_equal(d$time_start, c(1, 3, 6, 6))
  expect_equal(d$time_end, c(2.5, 5.25, 7, 7))
  expect_identical(
    x$documents$text,
    "Anna Lee: So, well?\nBen: Fine & good.\nTwo lines.\nAnna Lee: Oh.\nBen: Ah."
  )
})

test_that("names before a colon in cues are speakers, a stray colon is not", {
  x <- captions(
    "z.vtt", "WEBVTT", "", "1", "00:00:01.000 --> 00:00:02.000",
    "Andrew Knight: We are recording.", "", "2",
    "00:00:02.000 --> 00:00:03.000", "Andrew Knight: One thing: it rains.", "",
    "3", "00:00:03.000 --> 00:00:04.000", "Jo: Yes.", "", "4",
    "00:00:04.000 --> 00:00:05.000", "and no.", "",
    "00:00:05.000 --> 00:00:06.000", "Andrew Knight: Oh.", "",
    "00:00:06.000 --> 00:00:07.000", "Jo: Ah."
  )
  d <- as.data.frame(x)
  expect_identical(d$speaker, rep(c("Andrew Knight", "Jo"), 2))
  expect_identical(d$text, c("We are recording.\nOne thing: it rains.",
                             "Yes.\nand no.", "Oh.", "Ah."))
})

test_that("SubRip is read with CRLF, tags and positions", {
  path <- write_bytes_file("a.srt", charToRaw(paste0(
    "1\r\n00:00:01,000 --> 00:00:02,000 X1:10 Y1:2\r\n<i>Hello</i> you\r\n\r\n",
    "2\r\n00:00:02.500 --> 00:00:03.000\r\n{\\an8}there\r\n")))
  x <- read_transcripts(path)
  expect_identical(said(x), c("Hello you", "there"))
  expect_identical(x$turns$time_start, c(1, 2.5))
  expect_identical(x$documents$newline, "CRLF")
})

test_that("captions without speakers are one turn each", {
  x <- captions("a.sbv", "0:00:01.000,0:00:02.000", "One", "line", "",
                "0:00:02.000,0:00:03.000", "two")
  expect_identical(said(x), c("One line", "two"))
  expect_true(all(is.na(x$turns$speaker)))
})

test_that("what cannot be read is refused with file and line", {
  expect_line <- function(line, name, ...) {
    e <- expect_error(captions(name, ...), class = "intercoder_error_file")
    expect_match(conditionMessage(e), sprintf("%s\", line %d:", name, line),
                 fixed = TRUE)
    expect_equal(e$line, line)
  }
  expect_line(1, "a.vtt", "00:01.000 --> 00:02.000", "Hello")
  expect_line(3, "a.vtt", "WEBVTT", "", "00:01.000 --> 00:0x.000", "Hello")
  expect_line(6, "a.vtt", "WEBVTT", "", "00:01.000 --> 00:02.000", "Hello", "",
              "lost text")
  expect_line(4, "a.vtt", "WEBVTT", "", "00:01.000 --> 00:02.000",
              "00:01.000 --> 00:02.000", "Hello")
  expect_line(3, "a.vtt", "WEBVTT", "", "00:05.000 --> 00:02.000", "Hello")
  expect_line(2, "a.srt", "1", "00:00:01,000 -> 00:00:02,000 --> x", "Hello")
  expect_line(1, "a.srt", "some text")
  for (empty in list(character(), "WEBVTT", c("WEBVTT", "", "NOTE x"))) {
    expect_error(captions("a.vtt", empty), "a.vtt",
                 class = "intercoder_error_file")
  }
})

test_that("real captions are read, or refused with a class and a place", {
  folder <- real_data("transcripts")
  files <- list.files(folder, "\\.(vtt|srt|sbv)$", full.names = TRUE)
  outcome <- vapply(files, function(file) {
    tryCatch({
      x <- read_transcripts(file)
      d <- as.data.frame(x)
      stopifnot(identical(d$text, substring(x$documents$text, d$start, d$end)))
      "read"
    }, intercoder_error_file = function(e) {
      stopifnot(grepl(basename(file), conditionMessage(e), fixed = TRUE))
      "refused"
    })
  }, "")
  expect_true(all(outcome %in% c("read", "refused")))
  expect_gte(sum(outcome == "read"), 17)
  x <- read_transcripts(file.path(folder, "zoomGroupStats_meeting001_transcript.vtt"))
  expect_setequal(speakers(x)$speaker[speakers(x)$turns > 0],
                  c("Andrew Knight", "George Harrison", "John Lennon",
                    "Paul McCartney", "Ringo Starr"))
})
