plan <- coding_plan(Ada = c("C01", "C02", "D01"), Ben = c("C02", "D02"))

test_that("a plan comes from vectors, a list or a table", {
  expect_identical(plan$coder, rep(c("Ada", "Ben"), c(3, 2)))
  expect_identical(coding_plan(list(Ada = c("C01", "C02", "D01"),
                                    Ben = c("C02", "D02"))), plan)
  expect_identical(coding_plan(as.data.frame(plan)), plan)
  expect_identical(coding_plan(plan), plan)
  expect_identical(nrow(coding_plan(Ada = c("C01", "C01"))), 1L)
})

test_that("a plan prints and knits", {
  expect_snapshot(print(plan))
  skip_if_not_installed("knitr")
  expect_match(paste(knit_print.coding_plan(plan), collapse = "\n"),
               "1 \\(25%\\)")
})

test_that("the study may stand after the data, as in codings()", {
  study <- transcripts(data.frame(transcript = c("C01", "C02", "D01", "D02"),
                                  text = "P: So it is."))
  expect_identical(coding_plan(as.data.frame(plan), study), plan)
  expect_identical(coding_plan(Ada = c("C01", "C02", "D01"),
                               Ben = c("C02", "D02"), study), plan)
  odd <- data.frame(coder = "Ada", transcript = "C09")
  expect_error(coding_plan(odd, study), "unknown transcript, \"C09\"",
               class = "intercoder_error_plan")
  expect_error(coding_plan(study), class = "intercoder_error_plan")
})

test_that("plans that cannot be are refused", {
  study <- structure(list(documents = data.frame(transcript = "C01")),
                     class = "transcripts")
  expect_snapshot(error = TRUE, {
    coding_plan("C01")
    coding_plan(Ada = c("C01", NA))
    coding_plan(Ada = c("C01", "C09"), transcripts = study)
    coding_plan(data.frame(coder = "Ada"))
  })
})
