test_that("every table has the p of the test", {
  out <- attainable(5, 4)
  expect_equal(nrow(out), 30)
  for (i in c(1, 7, 13, 26)) {
    table <- rbind(c(out$x1[i], 5 - out$x1[i]), c(out$x2[i], 4 - out$x2[i]))
    expect_equal(out$p.value[i], boschloo_test(table)$p.value)
  }
  expect_equal(out$reached, out$p.value <= 0.05)
  least <- vapply(out$mentions, function(s) min(out$p.value[out$mentions == s]),
                  0)
  expect_equal(out$least.p, least)
  expect_equal(attainable(5, 4, "midp")$p.value,
               table_p(out$x1, 5, out$x2, 4, "fisher", "minlike", TRUE))
})

test_that("11 against 10: the facts", {
  out <- attainable(11, 10)
  expect_equal(sum(out$reached), 52)
  expect_equal(range(out$mentions[out$reached]), c(4, 17))
  expect_equal(format(out)[[2]][1:5], c("4-10", "5-10", "7-10", "8-10",
                                        "0, 9-10"))
  expect_output(print(out), "mentioned by 4 to 17 of the 21 participants")
})

test_that("a comparison brings groups, test, level and codes", {
  m <- data.frame(group = rep(c("b", "a"), c(11, 10)),
                  one = c(1, rep(0, 20)), much = rep(1:0, c(11, 10)),
                  also = rep(1:0, c(11, 10)))
  x <- compare_groups(m, "group", test = "fisher", conf_level = 0.99)
  out <- attainable(x)
  expect_equal(c(out$n1[1], out$n2[1]), c(10, 11))
  expect_equal(attr(out, "alpha"), 0.01)
  codes <- attr(out, "codes")
  expect_equal(codes$least.p[2], x$p.value[2])
  expect_output(print(out), "Out of reach .*: one\\.")
  expect_s3_class(knitr::knit_print(out), "knit_asis")
  tiles <- attainable_tiles(out)
  expect_setequal(tiles$codes$codes, 1:2)
  withr::local_pdf(withr::local_tempfile(fileext = ".pdf"))
  expect_no_error(plot(out))
  skip_if_not_installed("ggplot2")
  expect_no_warning(print(ggplot2::autoplot(out)))
})

test_that("a code that somebody was not seen for has other tables", {
  m <- data.frame(group = rep(c("a", "b"), c(6, 5)), one = rep(1:0, c(6, 5)),
                  two = c(NA, rep(1:0, c(5, 5))))
  x <- compare_groups(m, "group")
  expect_equal(attr(attainable(x), "codes")$code, "one")
  out <- misclassified_difference(x, 1, 1)
  expect_equal(out$corrected, c(1, 1))
})

test_that("the smallest groups and bad input", {
  one <- attainable(1, 1)
  expect_equal(one$p.value, c(1, 0.5, 0.5, 1))
  expect_false(any(one$reached))
  expect_output(print(one), "0 of 4 tables")
  expect_equal(nrow(attainable(11, 10)[1:3, ]), 3)
  expect_false(inherits(attainable(11, 10)[1:3, ], "attainable"))
  expect_error(attainable(11), class = "intercoder_error_argument")
  expect_error(attainable("a", 10), class = "intercoder_error_argument")
  expect_error(attainable(200, 200), class = "intercoder_error_limit")
  m <- data.frame(group = c("a", "a", "b", "b"), one = c(1, 4, 0, 2))
  counts <- compare_groups(m, "group", "count")
  expect_error(attainable(counts), class = "intercoder_error_value")
})

test_that("a figure is drawn where no two codes share a table", {
  people <- data.frame(group = rep(c("a", "b"), each = 3),
                       k = c(1, 1, 0, 0, 0, 0))
  grDevices::pdf(NULL)
  withr::defer(grDevices::dev.off())
  expect_no_error(plot(attainable(compare_groups(people, "group"))))
})
