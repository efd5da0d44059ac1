talk <- function() {
  transcripts(data.frame(
    transcript = c("A", "B"),
    text = c(
      paste("Heading: one", "", "Anna: So?", "", "Jo: Not much.",
            "One thing: it rains.", "And more.", "", "anna : I see.", "",
            "Jo: Yes.", "", "Anna: Ok.", sep = "\n"),
      paste("Anna: And then?", "Kim: It worked.", "Anna: Good.", "Kim: Sure.",
            sep = "\n")
    )
  ))
}

test_that("labels are shown as written, with their key, and what was left", {
  s <- speakers(talk())
  expect_s3_class(s, "speakers")
  expect_identical(s$speaker, c("Anna", "anna", "Jo", "Kim", "Heading",
                                "One thing"))
  expect_identical(s$key[1:2], c("anna", "anna"))
  expect_identical(s$turns, c(4L, 1L, 2L, 2L, 0L, 0L))
  expect_identical(s$role[5:6], c(NA_character_, NA_character_))
  expect_identical(s$transcripts[1], 2L)
  expect_snapshot(print(s))
})

test_that("assigning the table itself changes nothing", {
  x <- talk()
  speakers(x) <- c(Anna = "interviewer")
  y <- x
  speakers(y) <- speakers(y)
  expect_identical(y, x)
})

test_that("labels are mapped to roles and participants", {
  x <- talk()
  expect_identical(x$documents$participant, c(NA_character_, NA_character_))
  speakers(x) <- c(Anna = "interviewer")
  expect_identical(x$turns$role[label_key(x$turns$speaker) == "anna"],
                   rep("interviewer", 5))
  expect_identical(x$documents$participant, c("A", "B"))
  y <- x
  speakers(y) <- c(Anna = "interviewer", anna = "participant")
  expect_identical(y$turns$role[1:4], c("interviewer", "participant")[c(1, 2, 2, 2)])
  speakers(x) <- c(Jo = "participant", Kim = "K1")
  expect_identical(x$documents$participant, c("A", "K1"))
  expect_identical(participants(x)$participant, c("A", "K1"))
  speakers(x) <- data.frame(transcript = "B", speaker = "Kim",
                            participant = "K2")
  expect_identical(unique(x$turns$participant[x$turns$transcript == "B"]),
                   c(NA, "K2"))
})

test_that("a label passed over can be made to begin turns, and back", {
  x <- talk()
  before <- x$turns
  speakers(x) <- c("One thing" = "participant")
  expect_identical(x$turns$speaker[2:4], c("Jo", "One thing", "anna"))
  expect_identical(said(x)[2:3], c("Not much.", "it rains.\nAnd more."))
  expect_identical(x$turns$turn[1:7], c(1:6, 1L))
  expect_identical(x$documents$hash, talk()$documents$hash)
  speakers(x) <- c("One thing" = NA)
  expect_identical(x$turns[c("speaker", "start", "end")],
                   before[c("speaker", "start", "end")])
  speakers(x) <- c(Heading = "participant")
  expect_identical(x$turns$speaker[1], "Heading")
  expect_identical(said(x)[1], "one")
})

test_that("unknown labels and odd maps are refused", {
  x <- talk()
  expect_error(speakers(x) <- c(Zed = "interviewer"), "Zed",
               class = "intercoder_error_speakers")
  expect_error(speakers(x) <- "interviewer", class = "intercoder_error_argument")
  expect_error(speakers(x) <- data.frame(speaker = "Anna"),
               class = "intercoder_error_columns")
  expect_error(speakers(x) <- data.frame(speaker = "Anna", role = "boss"),
               "boss", class = "intercoder_error_speakers")
})
