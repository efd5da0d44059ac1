tiny_facts <- function(...) {
  s <- tiny_study()
  study_facts(s$transcripts, s$codebook, units = s$units, consensus = s$codings,
              group = "role", ...)
}

test_that("facts are counted, and what was not given is not there", {
  facts <- tiny_facts()
  expect_identical(facts$participants, 4L)
  expect_identical(facts$groups, c(c = 2L, d = 2L))
  expect_identical(facts$units, 9L)
  expect_identical(facts$themes, c("Efficiency", "trust", "Other"))
  expect_null(facts$agreement)
  expect_null(facts$coders)
  expect_identical(facts$repeated, 0L)
  none <- study_facts()
  expect_identical(names(none), c("package", "r"))
  expect_output(print(none), "package: ")
})

test_that("coders, times, sections and repeated interviews are counted", {
  x <- transcripts(data.frame(
    transcript = c("1", "1", "2"), participant = "P",
    text = c("one two", "three", "four"), speaker = "P",
    section = c("Time", "Trust", "Trust"), time_start = c(0, 60, 0),
    time_end = c(60, 150, 30)
  ))
  plan <- coding_plan(A = c("1", "2"), B = "2")
  facts <- study_facts(x, plan = plan)
  expect_identical(facts$coders, c(A = 2L, B = 1L))
  expect_identical(facts$double, 1L)
  expect_identical(unname(facts$minutes), c(2.5, 0.5))
  expect_identical(facts$sections, c("Time", "Trust"))
  expect_identical(facts$repeated, 1L)
  expect_identical(facts$words, 4L)
})

test_that("objects of another kind are refused by name", {
  expect_error(study_facts(transcripts = data.frame(a = 1)), "`transcripts`",
               class = "intercoder_error_argument")
  expect_error(study_facts(agreement = 0.8), "`agreement`",
               class = "intercoder_error_argument")
  expect_error(study_facts(quotes = "so he said"), "`quotes`",
               class = "intercoder_error_argument")
  expect_error(study_facts(tiny_study()$transcripts, group = "colour"),
               class = "intercoder_error_columns")
})
