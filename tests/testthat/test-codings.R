some_transcripts <- structure(
  list(documents = data.frame(
    transcript = c("A", "B"),
    text = c("We had ten minutes more.", "Trust \u20ac and \U{1f600} time")
  )),
  class = "transcripts"
)
rows <- data.frame(
  transcript = c("A", "B", "B"), start = c(8, 1, 13), end = c(18, 5, 18),
  code = c("time", "trust", "time"), coder = c("Ada", "Ada", "Ben")
)

test_that("codings have their columns and take their text from the source", {
  x <- codings(rows, some_transcripts)
  expect_identical(names(x), c(coding_columns, coding_extras))
  expect_identical(x$text, c("ten minutes", "Trust", "\U{1f600} time"))
  expect_identical(
    vapply(x, typeof, ""),
    c(transcript = "character", start = "integer", end = "integer",
      code = "character", coder = "character", text = "character",
      round = "integer", weight = "double", memo = "character")
  )
  expect_identical(codings(rows)$text, rep(NA_character_, 3))
  expect_identical(nrow(codings(rows[0, ])), 0L)
})

test_that("rows that cannot be codings are all named", {
  bad <- rows[c(1, 1, 1, 1, 1, 1, 1), ]
  bad$transcript[2] <- "C"
  bad$end[3] <- 99
  bad$start[4] <- 19
  bad$code[5] <- NA
  bad$start[6] <- 0
  expect_snapshot(error = TRUE, codings(bad, some_transcripts))
  error <- expect_error(codings(bad, some_transcripts),
                        class = "intercoder_error_codings")
  expect_identical(error$rows, 2:6)
  bad <- rows
  bad$end[2] <- 4.5
  expect_error(codings(bad), "Row 2: `end` must be a whole number, not 4.5",
               class = "intercoder_error_codings")
  expect_error(codings(rows["code"]), class = "intercoder_error_columns")
  bad$end <- "x"
  expect_error(codings(bad), class = "intercoder_error_argument")
})

test_that("a text that differs from its place is pointed out", {
  other <- cbind(rows, text = c("en minutes ", "Trust", NA))
  expect_warning(x <- codings(other, some_transcripts), "1 row",
                 class = "intercoder_warning_text")
  expect_identical(x$text[1], "ten minutes")
})

test_that("codings are joined and cut", {
  x <- codings(rows)
  y <- codings(cbind(rows, extra = 1:3))
  expect_identical(nrow(c(x, y)), 6L)
  expect_identical(rbind(x, y), c(x, y))
  expect_identical(c(x, y)$extra, c(NA, NA, NA, 1:3))
  expect_s3_class(x[x$coder == "Ada", ], "codings")
  expect_identical(class(x[c("code", "coder")]), "data.frame")
  expect_identical(rbind(x, rows), c(x, x))
  expect_identical(c(x, NULL), x)
  expect_error(c(x, rows["code"]), class = "intercoder_error_columns")
})

test_that("codings are counted and shown", {
  x <- codings(rows, some_transcripts)
  expect_snapshot(print(x))
  expect_snapshot(summary(x))
  skip_if_not_installed("knitr")
  expect_match(paste(knit_print.codings(x), collapse = "\n"), "Coder")
  withr::local_pdf(NULL)
  expect_identical(plot(x), x)
  expect_error(plot(x[0, ]), class = "intercoder_error_input")
  skip_if_not_installed("ggplot2")
  expect_s3_class(autoplot.codings(x), "ggplot")
})

test_that("printing names the columns it leaves out and checks how many rows", {
  x <- simulated_study$codings[1:12, ]
  x$source <- "import"
  x$checked <- TRUE
  said <- utils::capture.output(print(x, n = 2))
  expect_identical(utils::tail(said, 2),
                   c("and 10 more rows",
                     "Other columns: simulated, source, checked"))
  expect_length(grep("more row", utils::capture.output(print(x, n = Inf))), 0)
  for (n in list(-1, 1.5, "a", NULL, NA, c(1, 2))) {
    expect_error(print(x, n = n), "`n`", class = "intercoder_error_argument")
  }
})
