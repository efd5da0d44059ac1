nested <- list(
  economy = list("money", pro = c("invest*", "care"), con = "free market"),
  culture = list(pro = c("art", "Art", "AND"))
)

test_that("a nested list becomes a tree of codes with rules", {
  book <- as_codebook(nested, version = "1")
  expect_s3_class(book, "codebook")
  expect_identical(book$code, c("economy", "economy/pro", "con", "culture",
                                "culture/pro"))
  expect_identical(book$label, c("economy", "pro", "con", "culture", "pro"))
  expect_identical(book$theme, c(NA, "economy", "economy", NA, "culture"))
  expect_identical(book$rule, c("money", "invest* OR care", "\"free market\"",
                                NA, "art OR \"AND\""))
  expect_identical(attr(book, "version"), "1")
  expect_identical(nrow(codebook_problems(book)), 0L)
})

test_that("a dictionary object of quanteda is taken by its class", {
  old <- methods::setClass("dictionary2", contains = "list",
                           slots = c(meta = "list"),
                           where = environment())
  withr::defer(methods::removeClass("dictionary2", where = environment()))
  x <- old(list(a = list(c("money", "cash"), sub = list(c("tax*")))))
  book <- as_codebook(x)
  expect_identical(book$code, c("a", "sub"))
  expect_identical(book$rule, c("money OR cash", "tax*"))
})

test_that("data frames and codebooks go through", {
  book <- codebook(data.frame(code = "a"), version = "1")
  expect_identical(as_codebook(book), book)
  expect_identical(attr(as_codebook(book, version = "2"), "version"), "2")
  expect_identical(as_codebook(data.frame(code = "a"))$code, "a")
})

test_that("terms that no rule can say are problems, not gone", {
  book <- as_codebook(list(a = c("fine", "* *", "*!", "\"quoted\" \\"),
                           b = NULL, c = strrep("x", 300)))
  problems <- codebook_problems(book)
  expect_identical(problems$text[1:3], c("b", "* *", "*!"))
  expect_true(strrep("x", 300) %in% problems$text)
  expect_match(problems$what[2], "no rule can say this term")
  expect_match(book$rule[1], "^fine OR ")
  expect_true(is.na(book$rule[book$code == "c"]))
})

test_that("a term finds what it says", {
  terms <- c("guinea pig", "swim*", "OR", "follow-up", "A&E", "don't",
             "say \"yes\"", "NEAR/3", "@home", "=x", "~y", "(z)", "a/b",
             ":-)", "C++")
  said <- c("guinea pig", "swimming", "or", "follow up", "A&E", "don\u2019t",
            "say \"yes\"", "near/3", "@home", "=x", "~y", "(z)", "a/b",
            ":-)", "C++")
  for (i in seq_along(terms)) {
    book <- as_codebook(list(k = terms[i]))
    expect_identical(nrow(codebook_problems(book)), 0L, info = terms[i])
    talk <- transcripts(data.frame(
      transcript = "t", text = paste("so", said[i], "then")
    ))
    found <- apply_codebook(talk, book, roles = c("participant",
                                                  "interviewer"))
    expect_identical(nrow(found), 1L, info = terms[i])
  }
})

test_that("what is no dictionary is refused", {
  expect_error(as_codebook(3), class = "intercoder_error_argument")
  expect_error(as_codebook(list("a")), class = "intercoder_error_argument")
  expect_error(as_codebook(list()), class = "intercoder_error_argument")
  expect_error(as_codebook(list(a = "x"), version = 2),
               class = "intercoder_error_argument")
  expect_error(codebook_problems(list()), class = "intercoder_error_argument")
})
