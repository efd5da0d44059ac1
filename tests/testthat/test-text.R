test_that("faults in UTF-8 are located by byte", {
  expect_identical(utf8_fault(as.raw(c(0x61, 0xe9, 0x62))), 2)
  expect_identical(utf8_fault(charToRaw("caf\u00e9")), NA_real_)
  expect_identical(utf8_fault(c("a", "\u20ac")), c(NA_real_, NA_real_))
  bad <- "caf\xe9"
  Encoding(bad) <- "UTF-8"
  expect_error(as_utf8(c("ok", bad)), class = "intercoder_error_text")
})

test_that("words are counted by the documented rule", {
  expect_identical(
    count_words(c("", "I don't", "a follow-up, twice", "caf\u00e9 na\u00efve",
                  "O\u2019Brien\u2019s", NA)),
    c(0L, 2L, 4L, 2L, 1L, NA)
  )
})

test_that("spans are cut by code points as substring() does", {
  x <- c("one \U{1f600} two caf\u00e9", strrep("\u20acuro and text, ", 40))
  index <- c(1, 1, 2, 2, 2, 2)
  start <- c(1, 5, 1, 100, 500, 650)
  end <- c(3, 9, 5, 163, 600, 600)
  want <- substring(x[index], start, end)
  expect_identical(slice_text(x, index, start, end), want)
  expect_identical(count_words_in(x, index, start, end), count_words(want))
  expect_error(slice_text(x, 3, 1, 1), class = "intercoder_error_argument")
})

test_that("values are put in order whether or not they say they are UTF-8", {
  said <- c("\u7ecf\u7406", "b", "\u5f00\u53d1", "b")
  expect_equal(sorted_values(said), c("b", "\u5f00\u53d1", "\u7ecf\u7406"))
  skip_if_not(l10n_info()[["UTF-8"]])
  unsaid <- said
  Encoding(unsaid) <- "unknown"
  expect_equal(sorted_values(unsaid), sorted_values(said))
  expect_equal(sorted_values(c(2, 1, 2)), 1:2)
})
