# What programs for meetings and transcription write, as they write it, in text
# files and in Word files. A string is a paragraph; "\n" in it is a line break.
otter <- c(
  "Visit to the ward", "Fri, Mar 01, 2024 10:01AM \u2022 24:10", "",
  "SUMMARY KEYWORDS", "ward, alarm, night shift", "", "SPEAKERS",
  "Anna Lee, Speaker 2, Dr. Jos\u00e9 Ruiz", "",
  "Anna Lee  00:00\nSo, how is the night shift?", "",
  "Speaker 2  00:04\nLoud: the alarms never stop.\nAnd nobody comes.", "",
  "Dr. Jos\u00e9 Ruiz  01:02:03\nAt 10:30 it is calm.", "",
  "Anna Lee  1:02:09\nI see.", "", "Transcribed by https://otter.ai"
)
teams_old <- c(
  "0:0:0.0 --> 0:0:3.520\nLee, Anna\nSo, how is the night shift?", "",
  "0:0:3.520 --> 0:0:7.80\nRuiz, Jos\u00e9 (External)\nLoud: the alarms never stop.",
  "", "0:0:7.80 --> 0:0:9.0\nRuiz, Jos\u00e9 (External)\nAnd nobody comes.", "",
  "0:0:9.0 --> 1:0:9.400\nLee, Anna\nI see."
)
teams <- c(
  "Visit-20240301_100100-Meeting Recording", "March 1, 2024, 9:01AM", "28m 45s",
  "", "Lee, Anna started transcription", "",
  "Lee, Anna   0:03\nSo, how is the night shift?", "",
  "Jos\u00e9 Ruiz   0:06\nLoud: the alarms never stop.\nAnd nobody comes.", "",
  "Lee, Anna   1:02:09\nI see.", "", "Lee, Anna stopped transcription"
)
rev <- c(
  "Speaker 1 (00:00):\nSo, how is the night shift?", "",
  "Speaker 2 (00:04):\nLoud: the alarms never stop.\n\n[inaudible 00:00:06]", "",
  "Anna Lee (01:02:03):\nI see.", "", "Speaker 2 (01:02:09):\nYes."
)
alone <- c(
  "INTERVIEWER\nSo, how is the night shift?", "",
  "ANNA LEE\nLoud: the alarms never stop.\nAnd nobody comes.", "",
  "INTERVIEWER\nI see.", "", "ANNA LEE\nYes"
)
interview <- c("Q. So, how is the night shift?", "A. Loud: the alarms never stop.",
               "And nobody comes.", "Q. I see.", "A. Mr. Ruiz knows.")

conventions <- list(
  list(text = otter, marking = "time",
       speaker = c("Anna Lee", "Speaker 2", "Dr. Jos\u00e9 Ruiz", "Anna Lee"),
       time = c(0, 4, 3723, 3729),
       said = c("So, how is the night shift?",
                "Loud: the alarms never stop.\nAnd nobody comes.",
                "At 10:30 it is calm.", "I see.")),
  list(text = teams_old, marking = "line",
       speaker = c("Lee, Anna", "Ruiz, Jos\u00e9 (External)",
                   "Ruiz, Jos\u00e9 (External)", "Lee, Anna"),
       time = c(0, 3.52, 7.8, 9),
       said = c("So, how is the night shift?", "Loud: the alarms never stop.",
                "And nobody comes.", "I see.")),
  list(text = teams, marking = "time",
       speaker = c("Lee, Anna", "Jos\u00e9 Ruiz", "Lee, Anna"),
       time = c(3, 6, 3729),
       said = c("So, how is the night shift?",
                "Loud: the alarms never stop.\nAnd nobody comes.", "I see.")),
  list(text = rev, marking = "colon",
       speaker = c("Speaker 1", "Speaker 2", "Anna Lee", "Speaker 2"),
       time = c(0, 4, 3723, 3729),
       said = c("So, how is the night shift?",
                "Loud: the alarms never stop.\n\n[inaudible 00:00:06]", "I see.",
                "Yes.")),
  list(text = alone, marking = "line",
       speaker = c("INTERVIEWER", "ANNA LEE", "INTERVIEWER", "ANNA LEE"),
       time = rep(NA_real_, 4),
       said = c("So, how is the night shift?",
                "Loud: the alarms never stop.\nAnd nobody comes.", "I see.",
                "Yes")),
  list(text = alone[nzchar(alone)], marking = "line",
       speaker = c("INTERVIEWER", "ANNA LEE", "INTERVIEWER", "ANNA LEE"),
       time = rep(NA_real_, 4),
       said = c("So, how is the night shift?",
                "Loud: the alarms never stop.\nAnd nobody comes.", "I see.",
                "Yes")),
  list(text = interview, marking = "dot", speaker = c("Q", "A", "Q", "A"),
       time = rep(NA_real_, 4),
       said = c("So, how is the night shift?",
                "Loud: the alarms never stop.\nAnd nobody comes.", "I see.",
                "Mr. Ruiz knows."))
)

test_that("what programs write is read, as text and as Word file", {
  for (case in conventions) {
    files <- c(
      write_lines_file("a.txt", case$text),
      write_docx("a.docx", vapply(case$text, word_p, ""))
    )
    for (file in files) {
      x <- read_transcripts(file)
      told <- paste(case$marking, file)
      expect_identical(x$turns$speaker, case$speaker, info = told)
      expect_identical(said(x), case$said, info = told)
      expect_equal(x$turns$time_start, case$time, info = told)
      found <- attr(speakers(x), "marking")
      expect_identical(found$marking, case$marking, info = told)
      expect_identical(found$next_turns, 0L, info = told)
    }
  }
})

test_that("captions of Zoom and Teams are read", {
  zoom <- write_lines_file(
    "zoom.vtt", "WEBVTT", "", "1", "00:00:00.000 --> 00:00:03.520",
    "Anna Lee: So, how is the night shift?", "", "2",
    "00:00:03.520 --> 00:00:07.800", "Ruiz, Jos\u00e9 (He/Him): Loud: never calm.",
    "", "3", "00:00:07.800 --> 00:00:09.000",
    "Ruiz, Jos\u00e9 (He/Him): And nobody comes.", "", "4",
    "00:00:09.000 --> 00:00:10.000", "Anna Lee: I see."
  )
  expect_identical(read_transcripts(zoom)$turns$speaker,
                   c("Anna Lee", "Ruiz, Jos\u00e9 (He/Him)", "Anna Lee"))
  teams <- write_lines_file(
    "teams.vtt", "WEBVTT", "", "0b1f/12-0", "00:00:00.000 --> 00:00:03.520",
    "<v Lee, Anna>So, how is", "the night shift?</v>", "", "0b1f/13-0",
    "00:00:03.520 --> 00:00:07.800", "<v Ruiz, Jos\u00e9>Loud: never calm.</v>"
  )
  x <- read_transcripts(teams)
  expect_identical(x$turns$speaker, c("Lee, Anna", "Ruiz, Jos\u00e9"))
  expect_identical(said(x), c("So, how is the night shift?",
                              "Loud: never calm."))
})

mixed <- c("Anna: Well?", "Ben: Fine.", "Anna: Oh?", "Ben: Yes.", "",
           "[Cal] And I?", "[Dan] No.", "[Cal] Why?", "[Dan] Because.",
           "[Cal] Oh.")

test_that("a second marking is told, and either may be chosen", {
  data <- data.frame(transcript = "A", text = paste(mixed, collapse = "\n"))
  x <- transcripts(data)
  expect_identical(unique(x$turns$speaker), c("Cal", "Dan"))
  found <- attr(speakers(x), "marking")
  expect_identical(found$next_marking, "colon")
  expect_identical(c(found$turns, found$next_turns), c(5L, 4L))
  expect_snapshot(print(x))
  y <- transcripts(data, marking = "colon")
  expect_identical(unique(y$turns$speaker), c("Anna", "Ben"))
  expect_snapshot(print(speakers(y)))
  expect_error(transcripts(data, marking = "dots"), "one of",
               class = "intercoder_error_argument")
  file <- write_lines_file("A.txt", mixed)
  expect_identical(read_transcripts(file, marking = "colon")$turns, y$turns)
})

test_that("a marking that was too rare to be believed is told and can be had", {
  prose <- c(rep("It was a long day, and nobody came.", 12), "Anna  00:10",
             "Well.", "Anna  00:20", "Yes.")
  data <- data.frame(transcript = "A", text = paste(prose, collapse = "\n"))
  x <- transcripts(data)
  expect_identical(x$turns$speaker, NA_character_)
  expect_snapshot(print(x))
  expect_identical(transcripts(data, marking = "time")$turns$speaker,
                   c("Anna", "Anna"))
})

test_that("the marking is that of the turns, whoever made them", {
  x <- transcripts(data.frame(transcript = "A", text = "Anna: So?\nJo: 1\nAnna: No\nJo: 2"))
  speakers(x) <- c(Jo = NA)
  expect_identical(attr(speakers(x), "marking")$turns, 2L)
  bold <- read_transcripts(write_docx("b.docx", c(
    word_p("**Anna** Well?"), word_p("**Ben** Fine."), word_p("**Anna** Oh."),
    word_p("**Ben** So."))))
  expect_identical(attr(speakers(bold), "marking")$marking, "bold")
  told <- transcripts(data.frame(transcript = "A", speaker = c("a", "b"),
                                 text = c("Well.", "No.")))
  expect_identical(attr(speakers(told), "marking")$score, 1)
})

test_that("a label alone on its line is not listed as passed over", {
  x <- transcripts(data.frame(
    transcript = "A", text = "INT:\nWell?\n\nP:\nFine.\n\nINT:\nOh?\n\nP:\nYes."))
  expect_identical(speakers(x)$turns, c(2L, 2L))
})

test_that("short lines and headings are not taken for names", {
  prose <- c("Introduction", "We met on a wet day.", "", "Methods",
             "We asked eleven people.", "", "Results", "Little was found.", "",
             "Mr. Lee came. So did we.", "", "Methods", "Again.")
  x <- transcripts(data.frame(transcript = "A",
                              text = paste(prose, collapse = "\n")))
  expect_identical(x$turns$speaker, NA_character_)
  colon <- c("P: One.", "", "P", "is short for participant.", "", "P. 5 says",
             "so.", "P: Two.")
  x <- transcripts(data.frame(transcript = "A",
                              text = paste(colon, collapse = "\n")))
  expect_identical(x$turns$speaker, c("P", "P"))
})
