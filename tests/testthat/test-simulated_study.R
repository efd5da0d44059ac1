study_file <- function(...) {
  system.file("extdata", "simulated-study", ..., package = "intercoder",
              mustWork = TRUE)
}

read_study <- function() {
  x <- read_transcripts(study_file("transcripts"),
                        participants = study_file("participants.csv"))
  speakers(x) <- c(Participant = "D06", D06 = "D06")
  x
}

test_that("everything says that it is simulated", {
  expect_true(simulated_study$simulated)
  expect_true(all(simulated_study$participants$simulated))
  expect_true(all(simulated_study$codings$simulated))
  expect_true(all(simulated_study$adjudication$simulated))
  expect_match(readLines(study_file("README.txt"), 1), "SIMULATED")
  for (file in list.files(study_file("transcripts"), "txt|vtt",
                          full.names = TRUE)) {
    expect_match(readLines(file, 1, encoding = "UTF-8"), "SIMULATED")
  }
  text <- simulated_study$transcripts$documents$text
  expect_match(substring(text[simulated_study$transcripts$documents$transcript ==
                                "C05"], 1, 60), "SIMULATED")
  for (file in list.files(study_file(), "csv$", full.names = TRUE)) {
    expect_match(readLines(file, 1), "simulated")
  }
})

test_that("the files read back as the data object", {
  x <- read_study()
  kept <- simulated_study$transcripts
  expect_identical(x$documents$hash, kept$documents$hash)
  expect_identical(x$documents$text, kept$documents$text)
  expect_identical(x$turns, kept$turns)
  expect_equal(participants(x), simulated_study$participants)

  book <- read_codebook(study_file("codebook.csv"))
  expect_identical(codebook_hash(book), codebook_hash(simulated_study$codebook))
  expect_identical(attr(book, "version"), "2")
  skip_if_not_installed("yaml")
  expect_identical(codebook_hash(read_codebook(study_file("codebook.yaml"))),
                   codebook_hash(book))
})

test_that("the shape is the one promised", {
  x <- simulated_study$transcripts
  expect_length(x, 21)
  groups <- table(simulated_study$participants$group)
  expect_identical(c(groups), c(clinician = 11L, developer = 10L))
  n <- table(x$turns$transcript)
  expect_true(all(n >= 40 & n <= 80))
  book <- simulated_study$codebook
  expect_equal(nrow(book), 15)
  expect_equal(length(unique(book$theme)), 4)
  expect_setequal(simulated_study$codings$coder, c("A", "B", "C"))
  expect_setequal(simulated_study$consensus$code, book$code)
})

test_that("codings lie in turns of participants and keep to the plan", {
  turns <- units(simulated_study$transcripts, by = "turn")
  cod <- simulated_study$codings
  inside <- mapply(function(id, start, end) {
    any(turns$transcript == id & turns$start <= start & turns$end >= end)
  }, cod$transcript, cod$start, cod$end)
  expect_true(all(inside))
  plan <- simulated_study$plan
  expect_true(all(paste(cod$coder, cod$transcript) %in%
                    paste(plan$coder, plan$transcript)))
  expect_equal(c(table(plan$coder)), c(A = 21L, B = 21L, C = 6L))
  expect_equal(sum(startsWith(plan$transcript[plan$coder == "C"], "D")), 3)
})

test_that("the consensus follows from the codings and the decisions", {
  turns <- units(simulated_study$transcripts, by = "turn")
  settled <- resolve(simulated_study$codings, turns,
                     simulated_study$adjudication, coders = c("A", "B"))
  columns <- c("transcript", "start", "end", "code", "coder", "text")
  expect_equal(as.data.frame(settled$codings)[columns],
               as.data.frame(simulated_study$consensus)[columns])
  expect_true(all(settled$log$settled_for != "open"))
  expect_identical(nrow(settled$log), nrow(simulated_study$adjudication))
})

test_that("rounds over different transcripts are one body of codings", {
  turns <- units(simulated_study$transcripts, by = "turn")
  expect_no_warning(as_ratings(simulated_study$codings, turns,
                               simulated_study$plan))
  again <- simulated_study$codings[1, ]
  again$round <- 9L
  twice <- rbind(simulated_study$codings, again)
  expect_warning(as_ratings(twice, turns, simulated_study$plan),
                 class = "intercoder_warning_rounds")
})
