test_that("rules that are lists of terms go, the rest is named", {
  book <- codebook(data.frame(
    code = c("a", "b", "c"), theme = c(NA, "a", "Top"),
    rule = c("x OR \"y z*\" OR (u OR \u201cv w\u201d)",
             "/e(f|g)/ OR \"say \\\"no\\\" twice\"", NA)
  ))
  expect_warning(out <- as_dictionary(book),
                 class = "intercoder_warning_codebook")
  expect_identical(out, list(
    a = list("x", "y z*", "u", "v w", b = "say \"no\" twice"),
    Top = list(c = character())
  ))
  lost <- tryCatch(as_dictionary(book), warning = function(w) w$problems)
  expect_identical(lost, data.frame(code = "b", term = "/e(f|g)/"))
})

test_that("a dictionary comes back as it went", {
  there <- list(economy = list("money", pro = c("invest*", "OR"),
                               con = "free market"),
                culture = list(pro = "art"), empty = list(list()))
  book <- as_codebook(there[1:2])
  expect_identical(as_dictionary(book, names = "label"), there[1:2])
  expect_named(as_dictionary(book)$culture, "culture/pro")
  skip_if_not_installed("yaml")
  file <- withr::local_tempfile(fileext = ".yml")
  write_codebook(book, file, format = "quanteda")
  expect_identical(codebook_hash(read_codebook(file)), codebook_hash(book))
})

test_that("the collection comes back as it went", {
  dir <- real_data("dictionaries")
  for (name in c("laver-garry.cat", "yoshi.ykd", "mary.dic")) {
    book <- read_codebook(file.path(dir, name))
    back <- as_codebook(as_dictionary(book, names = "label"))
    expect_identical(back$rule[!is.na(back$rule)],
                     book$rule[!is.na(book$rule)], info = name)
  }
})
