as_matrix <- function(first, codes, groups = NULL) {
  n <- max(first)
  has <- vapply(first, function(i) as.integer(seq_len(n) >= i), integer(n))
  dimnames(has) <- list(sprintf("P%02d", seq_len(n)), codes)
  structure(list(codes = has, themes = has,
                 participants = data.frame(participant = rownames(has),
                                           units = 1L, words = 1,
                                           nth = rev(seq_len(n)))),
            class = "code_matrix")
}

test_that("the worked example of Guest, Namey and Chen is met", {
  # 37 codes in the base, 4 new in interviews 5 and 6, 1 in 7 and 8
  first <- c(rep(1:4, c(20, 9, 5, 3)), 5, 5, 6, 6, 7)
  m <- as_matrix(c(first, 10), paste0("c", seq_len(43)))
  m$codes <- m$codes[, 1:42]
  s <- saturation(m)
  expect_equal(s$base_codes[1], 37)
  expect_equal(s$ratio[6:8], c(4, 3, 1) / 37)
  expect_equal(summary(s)$saturation, "6+2")
  expect_equal(summary(saturation(m, threshold = 0))$saturation, "7+2")
  expect_equal(summary(saturation(m, run = 3, threshold = 0))$saturation,
               "7+3")
  expect_equal(which(s$reached), 8)
})

test_that("saturation that is not there is NA with a reason", {
  m <- as_matrix(c(1, 2, 3, 4, 5, 6, 7, 8), letters[1:8])
  s <- summary(saturation(m))
  expect_identical(s$saturation, NA_character_)
  expect_identical(s$status, "not_reached")
  expect_identical(summary(saturation(m, base = 7))$status, "too_few")
  late <- as_matrix(c(6, 8), c("a", "b"))
  expect_identical(summary(saturation(late))$status, "empty_base")
  expect_output(print(saturation(m)), "not reached")
})

test_that("order and groups", {
  m <- as_matrix(c(1, 1, 4), c("a", "b", "c"))
  expect_equal(saturation(m, order = "nth")$new, c(3, 0, 0, 0))
  m$participants$g <- c("x", "y", "x", "y")
  s <- saturation(m, by = "g", base = 1, run = 1)
  expect_equal(unique(s$group), c("x", "y"))
  expect_equal(s$new, c(2, 0, 2, 1))
  expect_error(saturation(m, by = "nowhere"),
               class = "intercoder_error_columns")
  expect_error(saturation(m, threshold = 2),
               class = "intercoder_error_argument")
  expect_error(saturation(1), class = "intercoder_error_argument")
})
