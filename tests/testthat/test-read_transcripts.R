folder <- function(env = parent.frame()) {
  dir <- withr::local_tempdir(.local_envir = env)
  write_lines_file("D01.md", "**INT:** Well?", "", "**P:** Fine.", dir = dir)
  write_lines_file("C01.txt", "INT: So?", "P: Yes.", "Oh yes.", dir = dir)
  write_lines_file("README.txt", "Not a transcript.", dir = dir)
  write_lines_file("~$C01.docx", "A lock.", dir = dir)
  write_lines_file("people.csv", "participant,group", "C01,clinician",
                   "D01,developer", dir = dir)
  dir
}

test_that("a folder gives all its transcripts in the order of their names", {
  dir <- folder()
  x <- read_transcripts(dir, participants = file.path(dir, "people.csv"))
  expect_identical(x$documents$transcript, c("C01", "D01"))
  expect_identical(x$documents$source, file.path(dir, c("C01.txt", "D01.md")))
  expect_identical(x$documents$format, c("txt", "md"))
  expect_identical(said(x), c("So?", "Yes.\nOh yes.", "Well?", "Fine."))
  expect_identical(participants(x), data.frame(
    participant = c("C01", "D01"), speaker = c("P", "P"),
    group = c("clinician", "developer")
  ))
})

test_that("reports knitted beside the transcripts are passed over", {
  dir <- folder()
  for (name in c("report.Rmd", "report.html", "report.docx", "C01.html",
                 "plan.qmd", "plan.pdf")) {
    write_lines_file(name, "P: I am no interview.", dir = dir)
  }
  file.remove(file.path(dir, "C01.txt"))
  expect_message(x <- read_transcripts(dir),
                 "\"plan.pdf\", \"report.docx\", \"report.html\"",
                 class = "intercoder_message_knitted")
  expect_identical(x$documents$transcript, c("C01", "D01"))
  named <- read_transcripts(file.path(dir, "report.html"))
  expect_identical(said(named), "I am no interview.")
  expect_no_message(read_transcripts(folder()))
})

test_that("files may be named, and have any ending with `format`", {
  path <- write_lines_file("tape.dat", "INT: So?", "P: Yes.")
  x <- read_transcripts(c(X1 = path), format = "txt")
  expect_identical(x$documents$transcript, "X1")
  expect_error(read_transcripts(path), ".dat", class = "intercoder_error_file")
  expect_error(read_transcripts(path, format = "doc"), "format",
               class = "intercoder_error_argument")
})

test_that("what is missing or doubled is named", {
  dir <- folder()
  expect_error(read_transcripts(file.path(dir, "no.txt")), "no.txt",
               class = "intercoder_error_file")
  expect_error(read_transcripts(3), class = "intercoder_error_argument")
  empty <- withr::local_tempdir()
  expect_error(read_transcripts(empty), class = "intercoder_error_file")
  path <- file.path(dir, "C01.txt")
  expect_error(read_transcripts(c(path, path)), "C01",
               class = "intercoder_error_transcript")
  expect_error(read_transcripts(write_lines_file("e.txt", "", " ")), "e.txt",
               class = "intercoder_error_file")
})

test_that("attributes join by participant, transcript or label", {
  dir <- folder()
  x <- read_transcripts(dir, data.frame(transcript = c("C01", "D01"),
                                        participant = c("Ann", "Bob"), age = 3:4))
  expect_identical(x$turns$participant, c(NA, "Ann", NA, "Bob"))
  expect_identical(participants(x)$age, 3:4)
  x <- read_transcripts(dir, data.frame(
    transcript = c("C01", "D01"), speaker = c("P", "p"),
    participant = c("Ann", "Bob"), age = 3:4
  ))
  expect_identical(x$documents$participant, c("Ann", "Bob"))
  expect_warning(
    read_transcripts(dir, data.frame(participant = c("C01", "Z9"), age = 1:2)),
    "Z9", class = "intercoder_warning_participants"
  ) |> expect_warning("D01", class = "intercoder_warning_participants")
  expect_error(
    read_transcripts(dir, data.frame(participant = c("C01", "C01", "D01"),
                                     age = 1:3)),
    "C01", class = "intercoder_error_participants"
  )
  expect_error(read_transcripts(dir, data.frame(age = 1)),
               class = "intercoder_error_columns")
})

test_that("several participants in one transcript stay apart", {
  path <- write_lines_file("G1.txt", "Moderator: So?", "Ann: Yes.", "Bob: No.",
                           "Ann: Oh.", "Bob: Ah.")
  x <- read_transcripts(path)
  expect_identical(participants(x)$participant, c("G1/Ann", "G1/Bob"))
  expect_identical(participants(x)$speaker, c("Ann", "Bob"))
  expect_identical(x$documents$participant, NA_character_)
  x <- read_transcripts(path, speakers = c(Ann = "P1", Bob = "interviewer"))
  expect_identical(x$documents$participant, "P1")
  expect_identical(x$turns$role, c("interviewer", "participant", "interviewer",
                                   "participant", "interviewer"))
})

test_that("57 consultations give 7,108 turns by doctors and patients", {
  x <- read_transcripts(real_data("primock57"))
  expect_length(x, 57)
  expect_identical(nrow(x$turns), 7108L)
  expect_setequal(x$turns$speaker, c("Doctor", "Patient"))
  raw <- unlist(lapply(x$documents$source, readLines))
  expect_identical(said(x), sub("^\\[[0-9:]+\\] (Doctor|Patient): ", "", raw))
  text <- x$documents$text[match(x$turns$transcript, x$documents$transcript)]
  expect_identical(substring(text, x$turns$start, x$turns$end), said(x))
  expect_identical(nrow(units(x)), 7108L)
})

# Files cut, changed and mixed at random: read or refused, never anything else.
test_that("damaged files end in an error of the package, if in any", {
  skip_on_cran()
  withr::local_seed(7)
  seeds <- list(
    docx = zip_bytes(list("word/document.xml" = word_xml(vapply(
      c("**INT:** Well then?", "**P:** Fine and good."), word_p, "")))),
    vtt = charToRaw(paste0("WEBVTT\n\nNOTE x\n\n1\n00:00:01.000 --> 00:00:02.000",
                           "\n<v Ann>Yes.</v>\n\n00:02.000 --> 00:03.000\nNo.\n")),
    srt = charToRaw("1\n00:00:01,000 --> 00:00:02,000\nAnn: Yes.\n"),
    txt = charToRaw("[00:01] INT: Well?\n\nP (00:02): \u201cFine\u201d.\n\n**INT:** Oh.\n"),
    csv = charToRaw("id,speaker,text,time\nA,INT,\"So, well?\",0:01\nA,P,Fine,2\n")
  )
  mutate <- function(b) {
    at <- sample(length(b), 1)
    switch(sample(4, 1), replace(b, at, as.raw(sample(0:255, 1))), b[-at],
           append(b, as.raw(sample(c(10, 58, 34, 44, 60, 9, 0:255), 1)), at),
           b[seq_len(sample(length(b), 1))])
  }
  for (ending in names(seeds)) {
    for (round in 1:40) {
      bytes <- seeds[[ending]]
      for (k in seq_len(sample(5, 1))) if (length(bytes)) bytes <- mutate(bytes)
      x <- tryCatch(
        suppressWarnings(read_transcripts(
          write_bytes_file(paste0("x.", ending), bytes))),
        intercoder_error = function(e) NULL
      )
      if (!is.null(x)) {
        d <- as.data.frame(x)
        text <- x$documents$text[match(d$transcript, x$documents$transcript)]
        expect_identical(d$text, substring(text, d$start, d$end))
        expect_true(all(nzchar(d$text)))
      }
    }
  }
})
