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

test_that("the mean of all orders is that of going through them all", {
  all <- as.matrix(expand.grid(1:4, 1:4, 1:4, 1:4))
  all <- all[apply(all, 1, anyDuplicated) == 0, ]
  some <- mentions[mentions$transcript %in% c("1", "2", "4", "5"), ]
  names <- c("1", "2", "4", "5")
  curves <- apply(all, 1, function(order) {
    attr(saturation(some, names[order], base = 1, run = 1),
         "curve")$cumulative
  })
  curve <- attr(saturation(some, names, base = 1, run = 1, orders = 4000,
                           conf_level = 0.8, seed = 1), "curve")
  expect_equal(curve$expected, rowMeans(curves))
  exact <- apply(curves, 1, quantile, c(0.1, 0.9), type = 1, names = FALSE)
  expect_equal(rbind(curve$low, curve$high), exact)
})

test_that("other orders say between which interviews it is reached", {
  draw <- function(seed, ...) {
    saturation(mentions, order, base = 2, run = 1, orders = 300, seed = seed,
               ...)
  }
  out <- draw(1)
  expect_identical(draw(1), out)
  set.seed(1)
  before <- .Random.seed
  draw(2)
  expect_identical(.Random.seed, before)
  # unless the two interviews without codes come first: one order in fifteen
  expect_equal(out$reached.share, 14 / 15, tolerance = 0.03)
  expect_identical(c(out$reached.low, out$reached.high), c(2, NA))
  full <- saturation(mentions, c("1", "2", "4", "5"), base = 2, run = 1,
                     threshold = 0.9, orders = 50, seed = 1)
  expect_identical(c(full$reached.share, full$reached.low, full$reached.high),
                   c(1, 2, 2))
  alone <- saturation(mentions[0, ], order, orders = 10, seed = 1)
  expect_equal(alone$reached.share, 0)
  expect_true(is.na(alone$reached.high))
  withr::local_options(width = 80)
  expect_snapshot(draw(1, threshold = c(0.05, 0.4)))
  expect_error(draw(-1), class = "intercoder_error_argument")
  expect_error(saturation(mentions, order, orders = 0.5),
               class = "intercoder_error_argument")
})

test_that("saturation is drawn, by group, with names of any kind", {
  path <- withr::local_tempfile(fileext = ".png")
  grDevices::png(path, 700, 400)
  withr::defer(grDevices::dev.off())
  by <- rep(c("<b>%s {x}", strrep("very long ", 30)), 3)
  out <- saturation(mentions, order, group = by, base = 1, run = 1,
                    orders = 20, seed = 1)
  expect_identical(plot(out), out)
  one <- saturation(mentions[1, ], "1", base = 1)
  expect_identical(plot(one), one)
  expect_identical(plot(out[2, ]), out[2, ])
  expect_error(plot(saturation(mentions[0, ], order)),
               class = "intercoder_error_value")
  skip_if_not_installed("ggplot2")
  for (x in list(out, one)) {
    expect_s3_class(ggplot2::ggplot_build(ggplot2::autoplot(x)),
                    "ggplot_built")
  }
})
