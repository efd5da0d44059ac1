# Interview by interview: codes a b | b c | - | c d | e | -
mentions <- codings(data.frame(
  transcript = c("1", "1", "2", "2", "4", "4", "5"), start = 1, end = 2,
  code = c("a", "b", "b", "c", "c", "d", "e"), coder = "K"
))
order <- as.character(1:6)

test_that("new codes are counted from the base on, run by run", {
  out <- saturation(mentions, order, base = 2, run = 1:2,
                    threshold = c(0.4, 0))
  expect_s3_class(out, "saturation")
  expect_equal(out$base_codes, rep(3, 4))
  # after 2: interview 3 brings none; a run of two (3, 4) brings d, 1/3
  expect_equal(out$reached[out$run == 1], c(2, 2))
  expect_equal(out$reached[out$run == 2 & out$threshold == 0.4], 2)
  expect_equal(out$status[out$run == 2 & out$threshold == 0], "not_reached")
  expect_equal(out$ratio[3], 1 / 3)
  expect_equal(out$codes[1], 5)
})

test_that("the curve counts first mentions, empty interviews included", {
  curve <- attr(saturation(mentions, order), "curve")
  expect_equal(curve$new, c(2, 1, 0, 1, 1, 0))
  expect_equal(curve$cumulative, c(2, 3, 3, 4, 5, 5))
})

test_that("groups stand alone, and too few interviews are said", {
  out <- saturation(mentions, order, group = c("x", "y", "x", "y", "x", "y"),
                    base = 2, run = 1)
  expect_identical(out$group, c("x", "y"))
  expect_equal(out$base_codes, c(2, 3))
  expect_equal(out$reached, c(NA, 2))
  short <- saturation(mentions, order, base = 6)
  expect_identical(short$status, "too_few_interviews")
  expect_true(is.na(short$reached))
  none <- saturation(mentions[0, ], order)
  expect_identical(none$status, "no_codes")
})

test_that("it prints n+run", {
  expect_snapshot(saturation(mentions, order, base = 2, run = 1:2))
})

test_that("stray transcripts and odd arguments are refused", {
  expect_error(saturation(mentions, order[-5]),
               class = "intercoder_error_codings")
  expect_error(saturation(mentions, c("1", "1")),
               class = "intercoder_error_argument")
  expect_error(saturation(mentions, order, group = "x"),
               class = "intercoder_error_argument")
  expect_error(saturation(mentions, order, threshold = 2),
               class = "intercoder_error_argument")
})

test_that("the worked example of Guest, Namey and Chen is met", {
  # 37 codes in the base, 4 new in interviews 5 and 6, 1 in 7 and 8
  first <- c(rep(1:4, c(20, 9, 5, 3)), 5, 5, 6, 6, 7)
  all <- codings(data.frame(transcript = as.character(first), start = 1,
                            end = 2, code = paste0("c", seq_along(first)),
                            coder = "K"))
  out <- saturation(all, as.character(1:10), threshold = c(0.05, 0))
  expect_equal(out$base_codes, c(37, 37))
  expect_equal(out$reached, c(6, 7))
  expect_equal(out$ratio, c(1, 0) / 37)
})

test_that("a code matrix gives what its codings give", {
  s <- tiny_study()
  m <- code_matrix(s$codings, s$units, s$codebook)
  by_codings <- saturation(s$codings, c("B", "A", "D", "C"), base = 2, run = 1)
  expect_equal(saturation(m, "nth", base = 2, run = 1), by_codings,
               ignore_attr = "curve")
  expect_equal(saturation(m, base = 2, run = 1)$base_codes, 3)
  expect_equal(saturation(m, group = "role", base = 1, run = 1)$group,
               c("c", "d"))
  expect_equal(attr(saturation(m), "curve")$new, c(3, 0, 0, 0))
  expect_error(saturation(m, "nowhere"), class = "intercoder_error_columns")
})
