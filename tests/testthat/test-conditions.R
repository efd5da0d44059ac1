test_that("an error has the package's class, its kind and its data", {
  f <- function() abort("codebook", "row 4 is wrong", row = 4L)
  e <- expect_error(f(), class = "intercoder_error_codebook")
  expect_s3_class(e, "intercoder_error")
  expect_identical(e$row, 4L)
  expect_identical(e$call, quote(f()))
})

test_that("text in a message is never interpolated", {
  e <- expect_error(abort("codebook", "code \"{stop('x')}\" %s \\1"))
  expect_identical(conditionMessage(e), "code \"{stop('x')}\" %s \\1")
})

test_that("a warning has the package's class", {
  expect_warning(warn("few", "few"), class = "intercoder_warning_few")
  expect_warning(warn("few", "few"), class = "intercoder_warning")
})

test_that("what the core reports is raised for the user's call", {
  failure <- structure(
    list(kind = "rule", message = "unclosed quote", item = 4, at = 7),
    class = "intercoder_failure"
  )
  f <- function(describe = NULL) core_value(failure, describe)
  e <- expect_error(f(), class = "intercoder_error_rule")
  expect_identical(c(e$item, e$at), c(4, 7))
  expect_error(f(function(x) paste("row", x$item)), "row 4")
  expect_identical(core_value(1:3), 1:3)
})

test_that("a suggested package is asked for by name", {
  expect_true(need_package("stats", "Nothing"))
  e <- expect_error(need_package("no.such.package", "A thing"),
                    class = "intercoder_error_package")
  expect_match(conditionMessage(e), "install.packages(\"no.such.package\")",
               fixed = TRUE)
})
