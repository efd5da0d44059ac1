test_that("values are written as JSON", {
  expect_equal(to_json(list(a = 1:2, b = list("x", NA), c = NULL)),
               "{\"a\":[1,2],\"b\":[[\"x\"],[null]],\"c\":null}")
  expect_equal(to_json(c(0.1, NA, Inf, -1e-20, 123456789)),
               "[0.1,null,null,-1e-20,123456789]")
  expect_equal(to_json(character()), "[]")
  expect_equal(to_json(c(TRUE, NA)), "[\"TRUE\",null]")
  withr::local_options(OutDec = ",")
  expect_equal(to_json(0.5), "[0.5]")
})

test_that("nothing in a string can leave it, and all of it comes back", {
  skip_if_not_installed("jsonlite")
  points <- c(1:0x2ff, 0x600:0x61f, 0x2000:0x20ff, 0xfeff, 0xfffd, 0x1f600)
  signs <- intToUtf8(points, multiple = TRUE)
  text <- c(signs, "</script><!--<script>", "\\u003c", "\\\"", "",
            paste(sample(signs), collapse = ""))
  json <- to_json(list(text = text))
  expect_false(grepl("[<>&\u2028\u2029\u202a-\u202e\u2066-\u2069]", json))
  expect_false(grepl("[[:cntrl:]]", json))
  expect_identical(jsonlite::fromJSON(json)$text, text)
})
