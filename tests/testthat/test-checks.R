argument_error <- function(object) {
  expect_error(object, class = "intercoder_error_argument")
}

test_that("one string is one string", {
  expect_identical(check_string("a"), "a")
  expect_null(check_string(NULL, null = TRUE))
  for (bad in list(NULL, NA_character_, c("a", "b"), 1, character())) {
    argument_error(check_string(bad))
  }
})

test_that("a flag is TRUE or FALSE", {
  expect_true(check_flag(TRUE))
  for (bad in list(NULL, NA, c(TRUE, FALSE), 1)) argument_error(check_flag(bad))
})

test_that("a count is whole and in range", {
  expect_identical(check_count(3), 3)
  expect_null(check_count(NULL, null = TRUE))
  for (bad in list(-1, 1.5, NA_real_, "1", 1:2, Inf)) {
    argument_error(check_count(bad))
  }
  argument_error(check_count(0, min = 1))
  argument_error(check_count(65, max = 64))
})

test_that("a proportion is between 0 and 1", {
  expect_identical(check_proportion(.95), .95)
  for (bad in list(0, 1, 95, NA_real_, c(.1, .2))) {
    argument_error(check_proportion(bad))
  }
})

test_that("a choice is the first by default, and named when wrong", {
  choices <- c("turn", "sentence")
  expect_identical(check_choice(choices, choices), "turn")
  expect_identical(check_choice("sentence", choices), "sentence")
  e <- argument_error(check_choice("word", choices, arg = "by"))
  expect_match(conditionMessage(e), "`by` must be one of \"turn\", \"sentence\"")
  expect_match(conditionMessage(e), "It is \"word\"")
})

test_that("an object of another class says who makes the right one", {
  e <- argument_error(check_class(1:3, "codebook", "codebook()", arg = "x"))
  expect_match(conditionMessage(e), "made by codebook()", fixed = TRUE)
  expect_match(conditionMessage(e), "<integer> of length 3")
})

test_that("absent columns are named beside those that are there", {
  d <- data.frame(a = 1, b = 2)
  expect_identical(check_columns(d, c("a", "b")), d)
  e <- expect_error(check_columns(d, c("a", "code")),
                    class = "intercoder_error_columns")
  expect_identical(e$columns, "code")
  expect_match(conditionMessage(e), "It has \"a\", \"b\"")
})

test_that("threads come from the argument, the option, else at most two", {
  withr::local_options(intercoder.threads = NULL)
  withr::local_envvar(OMP_THREAD_LIMIT = NA)
  expect_identical(thread_count(), 2L)
  expect_identical(thread_count(3), 3L)
  withr::local_envvar(OMP_THREAD_LIMIT = "1")
  expect_identical(thread_count(), 1L)
  withr::local_options(intercoder.threads = 4)
  expect_identical(thread_count(), 4L)
  argument_error(thread_count(0))
})

test_that("a seed is drawn from R's generator or given", {
  set.seed(1)
  a <- draw_seed()
  b <- draw_seed()
  set.seed(1)
  expect_identical(draw_seed(), a)
  expect_false(a == b)
  expect_true(a >= 0 && a < 2^53 && a == trunc(a))
  expect_identical(draw_seed(7L), 7)
  argument_error(draw_seed(-1))
  argument_error(draw_seed(2^53))
})
