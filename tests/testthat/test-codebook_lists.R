book_with_lists <- function() {
  codebook(
    data.frame(
      code = c("saving", "trust"), theme = c("Efficiency", NA),
      rule = c("sav* NEAR/4 @time", "trust*"), speaker = c(NA, "Ada | Ben"),
      section = c("barriers", NA), minimum = c(2, NA), weight = c(NA, 0.5)
    ),
    version = "1", lists = c(time = "minute* OR @fast", fast = "quick*")
  )
}

test_that("lists are no codes and are kept beside them", {
  book <- book_with_lists()
  expect_identical(book$code, c("saving", "trust"))
  expect_identical(attr(book, "lists"),
                   c(time = "minute* OR @fast", fast = "quick*"))
  expect_output(print(book), "Lists @time, @fast")
  expect_null(attr(codebook(data.frame(code = "a")), "lists"))
  expect_identical(names(attributes(as.data.frame(book))),
                   c("names", "row.names", "class"))
})

test_that("rows of a table can be lists", {
  rows <- data.frame(code = c("time", "a", "fast", "b"),
                     rule = c("minute*", "@time OR @fast", "quick*", "x"),
                     list = c("yes", "", "1", NA))
  book <- codebook(rows, lists = c(slow = "slow*"))
  expect_identical(book$code, c("a", "b"))
  expect_false("list" %in% names(book))
  expect_identical(rownames(book), c("1", "2"))
  expect_identical(attr(book, "lists"),
                   c(time = "minute*", fast = "quick*", slow = "slow*"))
  rows$list[4] <- "perhaps"
  expect_error(codebook(rows), "Row 4: `list` must be TRUE or FALSE",
               class = "intercoder_error_codebook")
})

test_that("messages count the rows of the table, lists included", {
  rows <- data.frame(code = c("l", "a", "b"), rule = c("x", "@l", "y ("),
                     list = c(TRUE, FALSE, FALSE))
  expect_error(codebook(rows), "code \"b\" (row 3)", fixed = TRUE)
  rows$rule <- c("x (", "@l", "y")
  expect_error(codebook(rows), "list \"l\" (row 1)", fixed = TRUE)
  rows$rule <- c("x", "@l", "y")
  rows$code <- c("l", "a", "a")
  expect_error(codebook(rows), "rows 2 and 3")
  rows$code <- c("l", "a", "b")
  rows$minimum <- c(NA, NA, 0)
  expect_error(codebook(rows), "Row 3: `minimum`")
})

test_that("lists that cannot be are refused", {
  one <- data.frame(code = "a", rule = "x")
  bad <- function(...) codebook(one, lists = c(...))
  expect_error(bad("x"), class = "intercoder_error_argument")
  expect_error(codebook(one, lists = list(l = "x")),
               class = "intercoder_error_argument")
  expect_error(bad(l = "x", "y"), "List 2 has no name",
               class = "intercoder_error_codebook")
  expect_error(bad(l = "x", l = "y"), "name \"l\" of an earlier one",
               class = "intercoder_error_codebook")
  expect_error(bad(a = "x"), "name of the code \"a\"",
               class = "intercoder_error_codebook")
  expect_error(bad(l = " "), "List 1 (\"l\") has no rule", fixed = TRUE,
               class = "intercoder_error_codebook")
})

test_that("columns beside the rule are checked with row and column", {
  book <- book_with_lists()
  expect_type(book$minimum, "integer")
  expect_type(book$weight, "double")
  expect_identical(codebook(data.frame(code = c("a", "b"),
                                       minimum = c("3", "")))$minimum,
                   c(3L, NA))
  bad <- function(column, value) {
    data <- data.frame(code = c("a", "b"))
    data[[column]] <- c(NA, value)
    expect_error(codebook(data), sprintf("Row 2: `%s` must be", column),
                 class = "intercoder_error_codebook")
  }
  for (value in list(0, 1.5, -1, "two", Inf)) bad("minimum", value)
  for (value in list("heavy", Inf)) bad("weight", value)
  for (value in c("Ada||Ben", "|", "Ada|")) {
    bad("speaker", value)
    bad("section", value)
  }
})

test_that("near misses enter hash and diff, and leave no trace where empty", {
  with <- function(near_miss) {
    codebook(data.frame(code = c("a", "b"), rule = "x", near_miss = near_miss))
  }
  bare <- codebook(data.frame(code = c("a", "b"), rule = "x"))
  expect_identical(codebook_hash(with(c("", NA))), codebook_hash(bare))
  expect_identical(with(c(" ", "y"))$near_miss, c(NA, "y"))
  hashes <- vapply(list(bare, with(c("y", NA)), with(c(NA, "y")),
                        with(c("z", NA))), codebook_hash, "")
  expect_identical(anyDuplicated(hashes), 0L)
  change <- as.data.frame(diff(bare, with(c("y", NA))))
  expect_identical(unlist(change[c("change", "code", "old", "new")],
                          use.names = FALSE), c("near_miss", "a", NA, "y"))
  expect_identical(nrow(diff(bare, with(NA))), 0L)
})

test_that("a codebook with lists and columns reads back the same", {
  skip_if_not_installed("yaml")
  skip_if_not_installed("jsonlite")
  book <- book_with_lists()
  for (ending in c("csv", "yaml", "json")) {
    file <- withr::local_tempfile(fileext = paste0(".", ending))
    write_codebook(book, file)
    back <- read_codebook(file)
    expect_identical(codebook_hash(back), codebook_hash(book))
    expect_identical(attr(back, "lists"), attr(book, "lists"))
    expect_identical(as.data.frame(back)[names(book)], as.data.frame(book))
  }
  file <- withr::local_tempfile(fileext = ".yaml")
  writeLines(c("lists:", "  - x", "codes:", "  - code: a"), file)
  expect_error(read_codebook(file), "give each list a name",
               class = "intercoder_error_file")
})

test_that("qdc keeps how rules apply, and writes lists into them", {
  book <- book_with_lists()
  file <- withr::local_tempfile(fileext = ".qdc")
  caught <- expect_warning(write_codebook(book, file), "no place for 2 lists",
                           class = "intercoder_warning_codebook")
  expect_identical(caught$problems$text, c("time", "fast"))
  back <- read_codebook(file)
  expect_identical(back$rule, c("sav* NEAR/4 (minute* OR (quick*))", "trust*"))
  expect_identical(as.list(back)[rule_columns], as.list(book)[rule_columns])
  # A line that only looks like a key, in a file of another program.
  text <- readLines(file)
  writeLines(sub("origin=\"[^\"]*\"", "origin=\"Other\"", text), file)
  back <- read_codebook(file)
  expect_match(back$definition[1], "MINIMUM: 2")
  expect_false("minimum" %in% names(back))
})

test_that("the hash knows lists and columns, but not the order of lists", {
  book <- book_with_lists()
  hash <- codebook_hash(book)
  other <- function(column, value) {
    book[[column]][1] <- value
    codebook_hash(book)
  }
  hashes <- c(hash, other("speaker", "Cem"), other("section", "x"),
              other("minimum", 3L), other("weight", 1))
  attr(book, "lists")[["fast"]] <- "swift*"
  expect_false(anyDuplicated(c(hashes, codebook_hash(book))) > 0)
  attr(book, "lists") <- rev(attr(book_with_lists(), "lists"))
  expect_identical(codebook_hash(book), hash)
  bare <- codebook(data.frame(code = "a", rule = "x"))
  empty <- codebook(data.frame(code = "a", rule = "x", minimum = NA,
                               speaker = ""))
  expect_identical(codebook_hash(empty), codebook_hash(bare))
})

test_that("codes taken out stay as lists where others refer to them", {
  book <- codebook(data.frame(
    code = c("a", "b", "c", "d"), rule = c("@b OR @l", "@c", "x", "y")
  ), lists = c(l = "z"))
  part <- book[1, ]
  expect_identical(attr(part, "lists"), c(l = "z", b = "@c", c = "x"))
  expect_identical(resolved_rules(part), resolved_rules(book)[1])
  expect_identical(attr(book[4, ], "lists"), c(l = "z"))
  expect_null(attr(book["code"], "lists"))
})

test_that("dictionaries take in what rules refer to", {
  book <- codebook(data.frame(code = c("a", "b"), rule = c("x OR @l", "@a")),
                   lists = c(l = "minute* OR \"half an hour\""))
  expect_identical(as_dictionary(book),
                   list(a = c("x", "minute*", "half an hour"),
                        b = c("x", "minute*", "half an hour")))
  expect_identical(attr(as_codebook(book, version = "2"), "lists"),
                   attr(book, "lists"))
})

test_that("diff tells of lists", {
  data <- data.frame(code = "a", rule = "@l OR @m")
  old <- codebook(data, lists = c(l = "x", m = "y"))
  data$rule <- "@l OR @n"
  new <- codebook(data, lists = c(n = "y", l = "x OR z"))
  changes <- as.data.frame(diff(old, new))
  lists <- changes[changes$change == "list", ]
  expect_identical(lists$code, c("l", "m", NA))
  expect_identical(lists$new_code, c("l", NA, "n"))
  expect_identical(lists$old, c("x", "y", NA))
  expect_identical(lists$new, c("x OR z", NA, "y"))
  expect_output(print(diff(old, new)), "~ l: list")
  expect_identical(nrow(diff(old, old)), 0L)
})

test_that("a project keeps lists", {
  book <- book_with_lists()
  file <- withr::local_tempfile(fileext = ".icp")
  study <- project(file)
  withr::defer(close(study))
  project_write(study, book)
  back <- project_read(study, "codebook")
  expect_identical(attr(back, "lists"), attr(book, "lists"))
  expect_identical(codebook_hash(back), codebook_hash(book))
})
