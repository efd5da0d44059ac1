three_units <- function() {
  out <- data.frame(row.names = 1:3)
  out$Ann <- list("time", c("trust", "time", "time"), character(0))
  out$Ben <- list("time", c("time", "trust"), NULL)
  out
}

test_that("sets are their members without order and repetition", {
  x <- ratings(three_units())
  expect_equal(x$scale, "set")
  expect_equal(x$levels, c("{}", "{time}", "{time, trust}"))
  expect_equal(x$members, c("time", "trust"))
  expect_equal(x$sets, list(integer(), 1L, 1:2))
  expect_equal(x$data[[1]], cbind(Ann = c(2L, 3L, 1L), Ben = c(2L, 3L, NA)))
  expect_equal(agreement(x, ci = "none")$estimate, 1)
  expect_equal(agreement(x, ci = "none")$pairable, 2)
})

test_that("the empty set is a value, NA and NULL are none", {
  x <- ratings(matrix(list(integer(), NULL, NA, 1, 1, 1), 3))
  expect_equal(unname(x$data[[1]]), cbind(c(1L, NA, NA), c(2L, 2L, 2L)))
  none <- ratings(matrix(list(NULL, NA, NULL, NA), 2))
  expect_equal(none$levels, character())
  expect_equal(agreement(none, ci = "none")$status, "no_ratings")
  expect_output(print(none), "100% of values missing")
})

test_that("every shape of list gives the same sets", {
  wide <- three_units()
  x <- ratings(wide)
  long <- as.data.frame(x)
  expect_type(long$value, "list")
  expect_equal(long$value[[2]], c("time", "trust"))
  expect_equal(long$value[[3]], character())
  expect_true(is.na(long$value[[6]]))
  y <- ratings(long, "unit", "coder", "value")
  expect_identical(unclass(y), unclass(x))
  cells <- matrix(c(wide$Ann, wide$Ben), 3,
                  dimnames = list(1:3, c("Ann", "Ben")))
  expect_identical(unclass(ratings(cells)), unclass(x))
  wide$Ann <- I(wide$Ann)
  expect_identical(unclass(ratings(wide)), unclass(x))
})

test_that("members may be strings, numbers, logicals and factors", {
  numbers <- ratings(matrix(list(10, c(9, 10), 2.5, 9), 2))
  expect_equal(numbers$members, c("2.5", "9.0", "10.0"))
  expect_equal(numbers$sets, list(1L, 2L, 3L, 2:3))
  flags <- ratings(matrix(list(TRUE, c(FALSE, TRUE)), 1))
  expect_equal(flags$levels, c("{TRUE}", "{FALSE, TRUE}"))
  f <- factor(c("b", "a"), c("b", "a", "z"))
  factors <- ratings(matrix(list(f, f[2], f[0], NA), 2))
  expect_equal(factors$members, c("b", "a", "z"))
  expect_equal(factors$levels, c("{}", "{a}", "{b, a}"))
  given <- ratings(matrix(list("a", "b"), 1), levels = c("c", "b", "a"))
  expect_equal(given$levels, c("{b}", "{a}"))
  expect_equal(given$members, c("c", "b", "a"))
})

test_that("labels of different sets differ", {
  x <- ratings(matrix(list("a, b", c("a", "b"), "", character(), "{}", " "), 2))
  expect_equal(anyDuplicated(x$levels), 0)
  expect_equal(length(x$levels), 6)
})

test_that("categories do not depend on the order of the data", {
  set.seed(2)
  cells <- replicate(60, sample(letters[1:5], sample(0:4, 1)), simplify = FALSE)
  cells[7] <- list(NULL)
  x <- ratings(matrix(cells, 20))
  slow <- vapply(cells, function(s) {
    if (is.null(s)) NA_character_ else
      sprintf("{%s}", paste(sort(unique(s)), collapse = ", "))
  }, "")
  expect_equal(x$levels[x$data[[1]]], slow)
  expect_true(!is.unsorted(lengths(x$sets)))
  y <- ratings(matrix(rev(lapply(cells, rev)), 20))
  expect_identical(y$levels, x$levels)
  expect_identical(y$sets, x$sets)
})

test_that("what is no set is refused by row and column", {
  bad <- function(...) ratings(data.frame(A = I(list("a", "b")), B = I(list(...))))
  expect_error(bad("a", c("a", NA)), "row 2 of column \"B\"",
               class = "intercoder_error_missing")
  expect_error(bad("a", list("a")), "row 2 of column \"B\"",
               class = "intercoder_error_value")
  expect_error(bad(Sys.Date(), "a"), "row 1 of column \"B\"",
               class = "intercoder_error_value")
  expect_error(bad(1i, "a"), class = "intercoder_error_value")
  expect_error(bad("a", 1), "row 2 of column \"B\"",
               class = "intercoder_error_shape")
  expect_error(ratings(data.frame(A = I(list("a")), B = I(list("b"))),
                       levels = "a"), "row 1 of column \"B\"",
               class = "intercoder_error_value")
  expect_error(ratings(matrix(list(1, Inf), 1)), "column \"coder 2\"",
               class = "intercoder_error_input")
  expect_error(ratings(data.frame(A = I(list("a")), B = "a")),
               class = "intercoder_error_shape")
  x <- ratings(three_units())
  expect_error(krippendorff_alpha(x, "ordinal"), class = "intercoder_error_level")
  expect_error(krippendorff_alpha(x, "interval"), class = "intercoder_error_level")
  expect_error(cohen_kappa(x, "linear"), class = "intercoder_error_level")
})

test_that("sets are read, chosen and compared", {
  x <- ratings(matrix(list("a", c("a", "b"), "c", "a", "c", c("b", "c")), 3,
                      dimnames = list(NULL, c("Ann", "Ben"))))
  expect_output(print(x), "Sets of 3 members: a, b, c")
  expect_identical(unclass(x[1]), unclass(x))
  expect_equal(disagreements(x)$value.Ann, c("{a, b}", "{c}"))
  found <- confusions(x)
  expect_equal(found[c("code_1", "code_2", "times")],
               data.frame(code_1 = c("a", "b"), code_2 = "c", times = 1L),
               ignore_attr = TRUE)
  expect_equal(nrow(confusions(ratings(matrix(list("a", character()), 1)))), 0)
})

test_that("codings give the set of codes of each unit", {
  units <- data.frame(unit = c("x", "y", "z"), transcript = c("I", "I", "J"),
                      start = c(1, 11, 1), end = c(10, 20, 9))
  codings <- data.frame(transcript = "I", start = c(2, 3, 12, 1),
                        end = c(4, 12, 13, 20), code = c("a", "b", "b", "b"),
                        coder = c("Ann", "Ann", "Ann", "Ben"))
  plan <- data.frame(coder = c("Ann", "Ann", "Ben"),
                     transcript = c("I", "J", "I"))
  x <- as_ratings(codings, units, plan, value = "set")
  expect_equal(x$levels, c("{}", "{b}", "{a, b}"))
  expect_equal(unname(x$data[[1]]), cbind(c(3L, 2L, 1L), c(2L, 2L, NA)))
  expect_equal(x$coders, c("Ann", "Ben"))
  expect_equal(levels(x$cluster), c("I", "J"))
  swapped <- as_ratings(codings, units, plan, codes = c("b", "a"),
                        value = "set")
  expect_equal(swapped$levels, c("{}", "{b}", "{b, a}"))
  presence <- as_ratings(codings, units, plan)
  expect_equal(member_ratings(x)$data, presence$data)
  expect_error(as_ratings(codings, units, plan, value = "list"),
               class = "intercoder_error_argument")
})
