people <- data.frame(
  participant = c("a", "b", "c", "d"),
  group = c("doctor", "doctor", "nurse", "nurse"), years = c(2, NA, 7, 4),
  place = c("ward", "clinic", NA, "ward"), simulated = TRUE
)

test_that("levels are counted, numbers have median and range", {
  out <- sample_table(people, group = "group")
  expect_s3_class(out, "sample_table")
  expect_identical(names(out), c("attribute", "level", "doctor", "nurse", "All"))
  expect_identical(out$doctor[1], "2")
  expect_identical(out$All[out$attribute == "years"], "4 (2 to 7), 1 missing")
  expect_identical(out$nurse[out$level == "(missing)"], "1 (50%)")
  expect_identical(out$doctor[out$level == "ward"], "1 (50%)")
  expect_false("simulated" %in% out$attribute)
})

test_that("it takes transcripts, and works without groups", {
  out <- sample_table(simulated_study$transcripts, attributes = "area")
  expect_identical(names(out), c("attribute", "level", "All"))
  expect_identical(out$All[1], "21")
})

test_that("an unknown column is refused", {
  expect_error(sample_table(people, group = "ward"),
               class = "intercoder_error_columns")
})
