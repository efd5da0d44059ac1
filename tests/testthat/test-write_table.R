test_that("what is shown is what is written", {
  s <- tiny_study()
  m <- code_matrix(s$codings, s$units, s$codebook)
  out <- compare_groups(m, "role")
  file <- withr::local_tempfile(fileext = ".csv")
  expect_identical(write_table(out, file, digits = 1), file)
  expect_identical(utils::read.csv(file, check.names = FALSE,
                                   colClasses = "character", na.strings = ""),
                   format(out, digits = 1))
})

test_that("formulas are disarmed unless asked otherwise; data stay as they are", {
  file <- withr::local_tempfile(fileext = ".csv")
  data <- data.frame(x = c("=1", "a,\"b\"", NA), y = c(-1, 1 / 3, NA))
  write_table(data, file)
  expect_identical(readLines(file), c("\"x\",\"y\"", "\"'=1\",-1",
                                      "\"a,\"\"b\"\"\",0.33333333333333331",
                                      ","))
  write_table(data, file, spreadsheet_safe = FALSE)
  expect_identical(readLines(file)[2], "\"=1\",-1")
})

test_that("what is no table, or no place, is refused", {
  expect_error(write_table(simulated_study$transcripts, tempfile()),
               class = "intercoder_error_argument")
  expect_error(write_table(data.frame(a = 1), file.path(tempdir(), "no", "x")),
               class = "intercoder_error_store")
})
