book <- codebook(data.frame(
  code = c("time", "trust", "trust_patient", "other"),
  theme = c("Efficiency & cost", "Relationship", "trust", NA),
  label = c("Time", "Trust <any>", NA, "other"),
  definition = c("Time won\n\n  or lost", "RULE: is not one\n\\CODE: nor this",
                 NA, NA),
  include = c("hours\n and days\n", NA, NA, NA),
  rule = c("minute* OR \"half an hour\"", "trust*", NA, NA)
), version = "2.1")

test_that("what is written as qdc reads back the same", {
  file <- withr::local_tempfile(fileext = ".qdc")
  write_codebook(book, file)
  back <- read_codebook(file)
  expect_identical(codebook_hash(back), codebook_hash(book))
  expect_identical(attr(back, "version"), "2.1")
  expect_identical(nrow(codebook_problems(back)), 0L)
  again <- withr::local_tempfile(fileext = ".qdc")
  write_codebook(back, again)
  expect_identical(readLines(again), readLines(file))
})

test_that("a written qdc is valid by the schema of REFI-QDA", {
  schema <- xml2::read_xml(real_data("refi-spec", "Codebook.xsd"))
  file <- withr::local_tempfile(fileext = ".qdc")
  for (x in list(book, book[4, ], codebook(data.frame(
    code = "a", color = "#ff0000", guid = "{C1A9B0BB-5A4A-4F5D-8F27-3A3B5F1F2F3A}"
  )))) {
    write_codebook(x, file)
    expect_true(xml2::xml_validate(xml2::read_xml(file), schema))
  }
})

test_that("codes of other programs keep their identifier and colour", {
  file <- withr::local_tempfile(fileext = ".qdc")
  writeLines(c(
    "<CodeBook xmlns=\"urn:QDA-XML:codebook:1:0\" origin=\"NVivo\"><Codes>",
    "<Code guid=\"1\" name=\"Nodes\" isCodable=\"false\">",
    "<Code guid=\"{C1A9B0BB-5A4A-4F5D-8F27-3A3B5F1F2F3A}\" name=\"cost\"",
    " isCodable=\"true\" color=\"#ff0000\"><Description>Money</Description>",
    "<Code guid=\"3\" name=\"high\" isCodable=\"true\"/></Code>",
    "<Code guid=\"4\" name=\"time\" isCodable=\"true\">",
    "<Code guid=\"5\" name=\"high\" isCodable=\"true\"/></Code>",
    "</Code></Codes><Sets><Set guid=\"6\" name=\"mine\"/></Sets></CodeBook>"
  ), file)
  x <- read_codebook(file)
  expect_identical(x$code, c("cost", "cost/high", "time", "time/high"))
  expect_identical(x$theme, c(NA, "cost", NA, "time"))
  expect_identical(x$definition, c("Money", NA, NA, NA))
  expect_identical(x$guid[1], "c1a9b0bb-5a4a-4f5d-8f27-3a3b5f1f2f3a")
  expect_identical(x$color, c("#ff0000", NA, NA, NA))
  expect_identical(attr(x, "version"), NA_character_)
  expect_identical(codebook_problems(x)$text, "mine")
})

test_that("other XML is refused", {
  file <- withr::local_tempfile(fileext = ".qdc")
  for (xml in c("<Project/>", "<CodeBook/>", "<CodeBook><Codes/></CodeBook>",
                "<CodeBook><Codes><Code/></Codes></CodeBook>", "<CodeBook>")) {
    writeLines(xml, file)
    expect_error(read_codebook(file), class = "intercoder_error_file")
  }
  expect_error(write_codebook(book[0, ], file),
               class = "intercoder_error_codebook")
})
