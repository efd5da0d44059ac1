interview <- function() {
  transcripts(data.frame(
    transcript = c(rep("A", 7), rep("B", 3)),
    speaker = c("I", "Ada", "I", "Ada", "I", "Ada", "Ada", "I", "Ben", "I"),
    text = c("Hello.", "Hi, I hope so.", "What did you hope for?", "Time.",
             "Anything else?", "No.", "Or yes.",
             "Say what kept you from it, what did you hope?", "Money.",
             "Your hopes?")
  ))
}

guide <- function(...) {
  codebook(data.frame(code = c("hopes", "barriers"),
                      rule = c("hope*", "\"kept you\" OR kept"), ...))
}

test_that("a question begins its section, which lasts to the next", {
  x <- sections(interview(), guide())
  expect_identical(x$turns$section,
                   c(NA, NA, "hopes", "hopes", "hopes", "hopes", "hopes",
                     "barriers", "barriers", "hopes"))
  expect_identical(as.data.frame(x)$section, x$turns$section)
  expect_identical(turns(x["B"])$section, c("barriers", "barriers", "hopes"))
  expect_output(print(x), "Sections: hopes (6), barriers (2)", fixed = TRUE)
  again <- sections(x, codebook(data.frame(code = "x", rule = "else")))
  expect_identical(again$turns$section[5:8], c("x", "x", "x", NA))
})

test_that("of several questions the first in the turn counts", {
  x <- transcripts(data.frame(transcript = "A", speaker = c("I", "Ada"),
                              text = c("one two three", "x")))
  section <- function(...) {
    rules <- c(...)
    book <- codebook(data.frame(code = names(rules), rule = rules))
    unique(sections(x, book)$turns$section)
  }
  expect_identical(section(a = "two", b = "one"), "b")
  expect_identical(section(a = "one", b = "\"one two\""), "b")
  expect_identical(section(b = "one", a = "one"), "b")
})

test_that("who begins a section can be said, and nothing found is told", {
  x <- sections(interview()["A"], guide(speaker = c("Ada", NA)))
  expect_identical(x$turns$section[1:3], c(NA, "hopes", "hopes"))
  expect_warning(
    out <- sections(interview(), codebook(data.frame(code = "x", rule = "zz"))),
    "No section begins", class = "intercoder_warning_codebook"
  )
  expect_true(all(is.na(out$turns$section)))
  expect_error(sections(1, guide()), class = "intercoder_error_argument")
  expect_error(sections(interview(), "x"), class = "intercoder_error_argument")
})

test_that("a column section of a table is kept in turns", {
  data <- data.frame(
    transcript = c("A", "A", "B"), speaker = c("I", "Ada", "Ben"),
    text = c("So?", "Well.", "Yes."), section = c("opening", " costs ", "")
  )
  data$profession <- c("x", "x", "y")
  x <- transcripts(data)
  expect_identical(x$turns$section, c("opening", "costs", NA))
  expect_false("section" %in% names(participants(x)))
  expect_identical(participants(x)$profession, c("x", "y"))
  expect_null(transcripts(data[1:3])$turns$section)
  file <- withr::local_tempfile(fileext = ".csv")
  utils::write.csv(data[1:4], file, row.names = FALSE)
  expect_identical(read_transcripts(file)$turns$section, x$turns$section)
  other <- withr::local_tempfile(fileext = ".csv")
  utils::write.csv(data.frame(transcript = "C", speaker = "Cem", text = "No."),
                   other, row.names = FALSE)
  expect_identical(read_transcripts(c(other, file))$turns$section,
                   c(NA, "opening", "costs", NA))
  whole <- transcripts(data.frame(transcript = c("A", "B"),
                                  text = c("I: So?\nP: Well.", "P: Yes."),
                                  section = c("costs", NA)))
  expect_identical(whole$turns$section, c("costs", "costs", NA))
})

test_that("turns that a map of speakers parts keep their section", {
  x <- transcripts(data.frame(
    transcript = "A", speaker = c("I", "Ada"),
    text = c("So?", "Well.\nBen: Indeed.\nBen: Yes."), section = c("a", "b")
  ))
  speakers(x) <- c(Ben = "participant")
  expect_identical(x$turns$section, c("a", "b", "b", "b"))
})

test_that("a project keeps sections, also those that came later", {
  file <- withr::local_tempfile(fileext = ".icp")
  study <- project(file)
  withr::defer(close(study))
  project_write(study, interview())
  expect_null(project_read(study, "transcripts")$turns$section)
  x <- sections(interview(), guide())
  project_write(study, x)
  expect_identical(project_read(study, "transcripts")$turns, x$turns)
  # Transcripts without sections beside those that have them.
  more <- transcripts(data.frame(transcript = "C", speaker = "Cem",
                                 text = "No."))
  project_write(study, more)
  both <- project_read(study, "transcripts")
  expect_identical(both$turns$section, c(x$turns$section, NA))
})
