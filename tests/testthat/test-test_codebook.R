tested <- function(...) {
  codebook(data.frame(
    code = c("praise", "wait", "bare", "ruleless"),
    example = c("That was good.|It went really well.", "The queue is long.",
                NA, "something"),
    near_miss = c("It was not that good.\nWell, no. | ", NA, NA, "else"),
    rule = c("(good OR well) UNLESS BEFORE/3 not", "wait* OR backlog*", "x", NA)
  ))
}

test_that("examples should be found, near misses not", {
  x <- test_codebook(tested())
  expect_equal(x$code, c("praise", "praise", "praise", "praise", "wait"))
  expect_equal(x$kind, c("example", "example", "near_miss", "near_miss",
                         "example"))
  expect_equal(x$text[4], "Well, no.")
  expect_equal(x$expected, c(TRUE, TRUE, FALSE, FALSE, TRUE))
  expect_equal(x$found, c(TRUE, TRUE, FALSE, TRUE, FALSE))
  expect_equal(x$passed, x$found == x$expected)
  expect_equal(x$reason, c(
    "good on \"good\"", "well on \"well\"",
    "vetoed: good on \"good\", UNLESS BEFORE/3 not on \"not\"",
    "well on \"Well\"", NA
  ))
})

test_that("what is found is what the rules find", {
  book <- simulated_study$codebook
  x <- test_codebook(book, others = TRUE)
  texts <- unique(x$text)
  found <- apply_codebook(transcripts(data.frame(
    transcript = as.character(seq_along(texts)), speaker = "P", text = texts
  )), book)
  expect_equal(x$found, paste(match(x$text, texts), x$code) %in%
                 paste(found$transcript, found$code))
  expect_equal(sum(x$kind == "other"), 15 * length(texts[texts %in% x$text[
    x$kind == "example"]]) - 15)
})

test_that("the codebooks that come with the package pass", {
  x <- test_codebook(simulated_study$codebook, stop_on_failure = TRUE)
  expect_setequal(x$kind, c("example", "near_miss"))
  expect_length(attr(x, "untested")$no_example, 0)
  file <- system.file("extdata", "primary-care-codebook.csv",
                      package = "intercoder")
  y <- test_codebook(read_codebook(file), stop_on_failure = TRUE)
  expect_setequal(y$code, read_codebook(file)$code)
})

test_that("a failure can be an error", {
  expect_error(test_codebook(tested(), stop_on_failure = TRUE),
               "2 of 5 examples failed in 2 codes",
               class = "intercoder_error_codebook_test")
  failure <- tryCatch(test_codebook(tested(), stop_on_failure = TRUE),
                      intercoder_error_codebook_test = identity)
  expect_equal(failure$failures$code, c("praise", "wait"))
  expect_error(test_codebook("a"), class = "intercoder_error_argument")
  expect_error(test_codebook(tested(), others = NA),
               class = "intercoder_error_argument")
})

test_that("failures stand first, and what was not tested is said", {
  withr::local_options(width = 80)
  expect_snapshot(test_codebook(tested()))
  empty <- test_codebook(codebook(data.frame(code = "a", rule = "a")))
  expect_equal(nrow(empty), 0)
  expect_output(print(empty), "No example: a")
  x <- test_codebook(tested())
  expect_s3_class(x[!x$passed, ], "codebook_test")
  expect_false(inherits(x["code"], "codebook_test"))
  skip_if_not_installed("knitr")
  expect_match(as.character(knitr::knit_print(x)), "near miss", all = FALSE)
})

test_that("near misses are kept by every format of codebooks", {
  for (ending in c("csv", "json", "yaml")) {
    if (ending == "json") skip_if_not_installed("jsonlite")
    if (ending == "yaml") skip_if_not_installed("yaml")
    file <- withr::local_tempfile(fileext = paste0(".", ending))
    write_codebook(tested(), file)
    expect_equal(test_codebook(read_codebook(file)), test_codebook(tested()),
                 ignore_attr = TRUE)
  }
})
