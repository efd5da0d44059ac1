book <- codebook(data.frame(
  code = c("yes", "no", "1.0"),
  theme = c("A theme", NA, "yes"),
  definition = c("with \"quotes\", commas\nand lines", "caf\u00e9; =1+1", NA),
  rule = c("a* OR \"b c\"", "/d(e|f)\\b/", NA)
), version = "1.0")

test_that("what is written reads back the same", {
  for (ending in c(".csv", ".json", ".yaml", ".yml")) {
    if (ending == ".json") skip_if_not_installed("jsonlite")
    if (grepl("y", ending)) skip_if_not_installed("yaml")
    file <- withr::local_tempfile(fileext = ending)
    expect_identical(write_codebook(book, file), book)
    back <- read_codebook(file)
    expect_identical(attr(back, "file"), file)
    attr(back, "file") <- NA_character_
    expect_identical(back, book)
  }
})

test_that("semicolons, byte order marks and CRLF are read", {
  file <- withr::local_tempfile(fileext = ".csv")
  writeBin(c(as.raw(c(0xef, 0xbb, 0xbf)),
             charToRaw("code;rule\r\na;\"x;y\"\r\nb;\r\n")), file)
  expect_identical(read_codebook(file)$rule, c("x;y", NA))
})

test_that("nested codes of YAML stand under each other", {
  skip_if_not_installed("yaml")
  file <- withr::local_tempfile(fileext = ".yaml")
  writeLines(c("version: 3", "codes:", "- theme: Efficiency", "  codes:",
               "  - code: time", "    codes:", "    - code: minutes",
               "  - code: cost", "- code: other"), file)
  back <- read_codebook(file)
  expect_identical(back$code, c("time", "minutes", "cost", "other"))
  expect_identical(back$theme, c("Efficiency", "time", "Efficiency", NA))
  expect_identical(attr(back, "version"), "3")
})

test_that("bad files are refused by name and place", {
  skip_if_not_installed("yaml")
  dir <- withr::local_tempdir()
  withr::local_dir(dir)
  writeLines(c("code,rule", "a,x", "a,y"), "twice.csv")
  writeLines(c("code,rule", "a,\"x", "b,y"), "quote.csv")
  writeLines(c("code,rule", "a,x,z"), "ragged.csv")
  writeLines(c("name,rule", "a,x"), "column.csv")
  writeBin(charToRaw("code,rule\na,caf\xe9\n"), "latin.csv")
  writeLines("codes: 3", "none.yaml")
  writeLines(c("codes:", "- theme: A", "  rule: x", "  codes:", "  - code: a"),
             "theme.yaml")
  writeLines(c("code,rule", "a,x", "b,\"\"\"x\""), "rule.csv")
  expect_error(read_codebook("quote.csv"), class = "intercoder_error_file")
  expect_error(read_codebook("ragged.csv"), class = "intercoder_error_file")
  expect_snapshot(error = TRUE, {
    read_codebook("absent.csv")
    read_codebook("book.xlsx")
    read_codebook("twice.csv")
    read_codebook("column.csv")
    read_codebook("latin.csv")
    read_codebook("none.yaml")
    read_codebook("rule.csv")
    read_codebook("theme.yaml")
  })
})

test_that("a failed write leaves nothing behind", {
  dir <- withr::local_tempdir()
  expect_error(write_codebook(book, file.path(dir, "absent", "b.csv")),
               class = "intercoder_error_file")
  expect_identical(list.files(dir, all.files = TRUE, no.. = TRUE), character())
})

test_that("JSON may nest codes; what is not JSON is refused by place", {
  skip_if_not_installed("jsonlite")
  file <- withr::local_tempfile(fileext = ".json")
  writeLines(c("{\"version\": 3, \"codes\": [{\"theme\": \"Efficiency\",",
               "\"codes\": [{\"code\": \"time\", \"rule\": null}]}]}"), file)
  back <- read_codebook(file)
  expect_identical(c(back$code, back$theme, back$rule),
                   c("time", "Efficiency", NA))
  expect_identical(attr(back, "version"), "3")
  writeLines(c("{\"codes\": [", "  {\"code\": x}", "]}"), file)
  refused <- expect_error(read_codebook(file), "line 2, column",
                          class = "intercoder_error_file")
  expect_identical(refused$line, 2L)
})

test_that("tables are refused by line and column", {
  file <- withr::local_tempfile(fileext = ".csv")
  place <- function(...) {
    writeLines(c(...), file)
    tryCatch(read_codebook(file), intercoder_error_file = function(e) {
      c(e$line, conditionMessage(e))
    })
  }
  expect_match(place("code,rule", "a,\"x", "b,y")[2], "line 2: a quote")
  expect_match(place("code,rule", "a,x", "b,y,z")[2], "line 3: 3 fields")
  expect_match(place("code,rule,rule", "a,x,y")[2], "columns 2 and 3")
  expect_match(place("code,,rule", "a,x,y")[2], "column 2 has no name")
})

test_that("an encoding may be named", {
  file <- withr::local_tempfile(fileext = ".csv")
  writeBin(charToRaw("code,rule\na,caf\xe9\n"), file)
  expect_identical(read_codebook(file, encoding = "latin1")$rule, "caf\u00e9")
  expect_error(read_codebook(file, encoding = 1),
               class = "intercoder_error_argument")
})
