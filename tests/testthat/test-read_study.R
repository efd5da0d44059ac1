study_folder <- function(env = parent.frame()) {
  folder <- withr::local_tempdir(.local_envir = env)
  dir.create(file.path(folder, "transcripts"))
  for (name in c("P01", "P02", "P03")) {
    writeLines(c("Interviewer: Is there time?", "", paste0(
      name, ": No time at all. I trust it, ", name, " does.")),
      file.path(folder, "transcripts", paste0(name, ".txt")))
  }
  put <- function(name, ..., bom = FALSE) {
    text <- paste0(c(...), "\r\n", collapse = "")
    writeBin(c(if (bom) as.raw(c(0xef, 0xbb, 0xbf)), charToRaw(text)),
             file.path(folder, name))
  }
  put("codebook.csv", "code;theme;rule", "time;Work;time", "trust;;trust*",
      bom = TRUE)
  put("participants.csv", "participant;gender;years;seen",
      "P01;F;3,5;12.03.2024", "P02;F;10;14.03.2024", "P03;F;7;", bom = TRUE)
  put("codings.csv", "Transcript;Quote;Code;Coder;Round",
      "p01.docx;No time at all;time;Ada;1", "P02;I trust it;trust; Ada;1",
      "P02;I trust it;trust;Ben;2")
  put("plan.csv", "coder;transcript", "Ada;P01.txt", "Ada;P02", "Ben;P02")
  list(folder = folder, put = put)
}

test_that("a study is read from its folder, as spreadsheets write it", {
  made <- study_folder()
  study <- expect_silent(read_study(made$folder))
  expect_identical(names(study), c("simulated", "transcripts", "participants",
                                   "codebook", "codings", "plan"))
  expect_false(study$simulated)
  expect_identical(study$participants$gender, c("F", "F", "F"))
  expect_identical(study$participants$years, c(3.5, 10, 7))
  expect_identical(study$codings$transcript, c("P01", "P02", "P02"))
  expect_identical(study$codings$coder, c("Ada", "Ada", "Ben"))
  expect_equal(study$codings$round, c(1, 1, 2))
  expect_identical(study$plan$transcript, c("P01", "P02", "P02"))
  expect_output(print(study), "3 codings by Ada, Ben")
  inner <- read_study(file.path(made$folder, "transcripts"))
  expect_identical(inner$codings, study$codings)
  expect_identical(read_study(made$folder, plan = "")$plan, study$plan)
})

test_that("the study of the package is read as it is shipped", {
  home <- system.file("extdata", "simulated-study", package = "intercoder")
  study <- read_study(home)
  expect_true(study$simulated)
  expect_identical(codebook_hash(study$codebook),
                   codebook_hash(simulated_study$codebook))
  for (part in c("codings", "consensus")) {
    for (column in c("transcript", "start", "end", "code", "coder", "round")) {
      expect_equal(study[[part]][[column]],
                   simulated_study[[part]][[column]], info = column)
    }
  }
  expect_equal(study$plan, simulated_study$plan)
  expect_equal(study$adjudication$decision,
               simulated_study$adjudication$decision)
})

test_that("what does not fit is told with all of its names", {
  made <- study_folder()
  made$put("codings.csv", "Transcript;Quote;Code;Coder",
           "P01;No time;tme;Ada", "P02;I trust it;trust;ada",
           "P02;I trust it;care;Ada", "P03;not said;time;Ada")
  read <- function() suppressWarnings(read_study(made$folder))
  error <- expect_error(read(), class = "intercoder_error_codings")
  expect_identical(error$codes, c("care", "tme"))
  expect_match(conditionMessage(error), "\"tme\" (1 coding): is it \"time\"?",
               fixed = TRUE)
  expect_match(conditionMessage(error), "\"care\" (1 coding)\n", fixed = TRUE)

  made$put("codings.csv", "Transcript;Quote;Code;Coder", "P01;No time;time;Ada",
           "P02;I trust it;trust;ada", "P03;not said;time;Ada")
  expect_warning(expect_warning(
    read_study(made$folder), "row 3, the words are not in the transcript",
    class = "intercoder_warning_codings"
  ), "\"Ada\", \"ada\"", class = "intercoder_warning_coders")

  made$put("plan.csv", "coder,transcript", "Ada,P09")
  expect_error(read(), "unknown transcript, \"P09\"",
               class = "intercoder_error_plan")
  made$put("plan.csv", "person,transcript", "Ada,P01")
  expect_error(read(), "plan.csv.*coder", class = "intercoder_error_columns")
  expect_error(read_study(tempfile()), "no such folder",
               class = "intercoder_error_file")
  expect_error(read_study(made$folder, codings = "nowhere.csv"),
               class = "intercoder_error_file")
})
