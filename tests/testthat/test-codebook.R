book <- codebook(data.frame(
  code = c("time", "trust", "trust_patient", "cost"),
  theme = c("Efficiency", "Relationship", "trust", "Efficiency"),
  label = c("Time", "", NA, "Cost"),
  rule = c("minute* OR hour*", "trust*", "\"patient's trust\"", NA),
  note = 1:4
), version = "2")

test_that("a codebook has its columns, its order and what was added", {
  expect_identical(names(book), c(codebook_columns, "note"))
  expect_identical(book$label, c("Time", "trust", "trust_patient", "Cost"))
  expect_identical(book$definition, rep(NA_character_, 4))
  expect_identical(attr(book, "version"), "2")
  expect_identical(attr(book, "file"), NA_character_)
  expect_s3_class(book[1:2, ], "codebook")
  expect_identical(attr(book[1:2, ], "version"), "2")
  expect_identical(class(book[c("code", "theme")]), "data.frame")
  expect_identical(class(as.data.frame(book)), "data.frame")
})

test_that("a codebook prints as a tree", {
  expect_snapshot(print(book))
  expect_identical(
    format(codebook(data.frame(code = c("b", "a"), theme = c("a", NA)))),
    c("a", "  b")
  )
})

test_that("codes that are missing, repeated or in a circle are refused", {
  expect_snapshot(error = TRUE, {
    codebook(data.frame(name = "a"))
    codebook(data.frame(code = c("a", " ")))
    codebook(data.frame(code = c("a", "b", "a ")))
    codebook(data.frame(code = c("x", "a", "b", "c"),
                        theme = c("c", "b", "c", "a")))
    codebook(data.frame(code = "a", theme = "a"))
  })
  expect_error(codebook(data.frame(code = c("a", "a"))),
               class = "intercoder_error_codebook")
})

test_that("the hash follows content alone", {
  expect_identical(codebook_hash(book), codebook_hash(book))
  other <- as.data.frame(book)
  expect_identical(codebook_hash(codebook(other[-9])), codebook_hash(book))
  other$rule[4] <- "cost*"
  expect_false(codebook_hash(codebook(other)) == codebook_hash(book))
  expect_false(
    codebook_hash(codebook(data.frame(code = "a", rule = "N"))) ==
      codebook_hash(codebook(data.frame(code = "a")))
  )
  expect_match(codebook_hash(book), "^[0-9a-f]{64}$")
})

test_that("a codebook knits as a table of what it has", {
  skip_if_not_installed("knitr")
  expect_match(paste(knit_print.codebook(book), collapse = "\n"),
               "Relationship")
})

test_that("rules that cannot be read name code, row and character", {
  expect_snapshot(error = TRUE, {
    codebook(data.frame(code = c("a", "b", "eff_time"),
                        rule = c("x", NA, "time \"saved")))
    codebook(data.frame(code = "a", rule = "fear NEAR future"))
    codebook(data.frame(code = "a", rule = "x OR /a(b/"))
    codebook(data.frame(code = "a", rule = strrep("a", 300)))
  })
  expect_error(codebook(data.frame(code = "a", rule = "a b")),
               class = "intercoder_error_rule")
  expect_error(codebook(data.frame(code = "a", rule = strrep("(", 100))),
               class = "intercoder_error_limit")
})
