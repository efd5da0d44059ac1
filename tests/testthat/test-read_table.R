test_that("a row per turn becomes a text with labels", {
  x <- read_transcripts(write_lines_file(
    "talks.csv", "Interview_ID,Speaker Name,Utterance,Start,group",
    "C01,INT,\"So, \"\"well\"\"?\",0:01,clinician",
    "C01,P,\"Two\nlines.\",0:05,clinician", "D01,INT,Hello?,2,developer",
    "D01,P,Yes.,3.5,developer"
  ))
  expect_identical(x$documents$transcript, c("C01", "D01"))
  expect_identical(x$documents$text[1], "INT: So, \"well\"?\nP: Two\nlines.")
  expect_identical(said(x), c("So, \"well\"?", "Two\nlines.", "Hello?", "Yes."))
  expect_equal(x$turns$time_start, c(1, 5, 2, 3.5))
  expect_identical(participants(x)$group, c("clinician", "developer"))
  expect_identical(x$turns$role[1:2], c("interviewer", "participant"))
})

test_that("a row per transcript is parted like a text file", {
  x <- read_transcripts(write_lines_file(
    "t.csv", "id;text", "A;\"INT: Well?", "P: Fine.\"", "B;\"P: Oh.\""
  ))
  expect_identical(x$turns$transcript, c("A", "A", "B"))
  expect_identical(said(x), c("Well?", "Fine.", "Oh."))
})

test_that("a table without a transcript column is one transcript", {
  x <- read_transcripts(write_lines_file("C07.csv", "speaker\ttext", "INT\tWell?",
                                         "P\tFine."))
  expect_identical(x$documents$transcript, "C07")
  expect_identical(said(x), c("Well?", "Fine."))
})

test_that("tables that cannot be read say why", {
  expect_error(read_transcripts(write_lines_file("t.csv", "a,b", "1,2")),
               "\"a\", \"b\"", class = "intercoder_error_columns")
  expect_error(
    read_transcripts(write_lines_file("t.csv", "id,text", "1,2,3", "4,5")),
    "t.csv", class = "intercoder_error_file"
  )
  expect_error(read_transcripts(write_lines_file("t.csv", "id,text", "1,\"open")),
               "t.csv", class = "intercoder_error_file")
  expect_error(read_transcripts(write_lines_file("t.csv", "")), "t.csv",
               class = "intercoder_error_file")
  expect_error(read_transcripts(write_lines_file("t.csv", "id,text")),
               "no text", class = "intercoder_error_transcript")
  expect_error(read_transcripts(write_lines_file("t.csv", "id,text", ",x")),
               "row 1", class = "intercoder_error_transcript")
})

test_that("letters beyond ASCII survive any locale", {
  path <- write_lines_file("t.csv", "id,speaker,text",
                           "A,Jos\u00e9,\u4eca\u65e5 caf\u00e9")
  withr::local_locale(LC_CTYPE = "C")
  x <- read_transcripts(path)
  expect_identical(x$turns$speaker, "Jos\u00e9")
  expect_identical(said(x), "\u4eca\u65e5 caf\u00e9")
})

test_that("read_data() makes numbers of numbers and nothing else", {
  file <- withr::local_tempfile(fileext = ".csv")
  write <- function(...) writeLines(c(...), file)
  write("id;share;flag;who;code", "1;0,5;TRUE;F;1,2", "2;-1;FALSE;;x")
  data <- read_data(file)
  expect_identical(names(data), c("id", "share", "flag", "who", "code"))
  expect_identical(data$share, c(0.5, -1))
  expect_identical(data$flag, c(TRUE, FALSE))
  expect_identical(data$who, c("F", NA))
  expect_identical(data$code, c("1,2", "x"))
  expect_null(attr(data, "separator"))
  write("a,b", "\"1,5\",2")
  expect_identical(read_data(file)$a, "1,5")
  expect_error(read_data(tempfile()), class = "intercoder_error_file")
  expect_error(read_data(dirname(file)), class = "intercoder_error_file")
  expect_error(read_data(1), class = "intercoder_error_argument")
})
