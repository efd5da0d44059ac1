test_that("long, wide and table data say the same", {
  wide <- cbind(A = c(1, 2, 2, 3), B = c(1, 2, 3, NA))
  long <- data.frame(u = rep(1:4, 2), who = rep(c("A", "B"), each = 4),
                     v = c(wide))
  a <- ratings(wide)
  b <- ratings(long, "u", "who", "v")
  expect_equal(unname(a$data[[1]]), unname(b$data[[1]]))
  expect_equal(a$numbers, c(1, 2, 3))
  expect_equal(as.data.frame(b)$value, c(wide))
  expect_equal(as.data.frame(a)$coder, rep(c("A", "B"), each = 4))
  counts <- table(A = factor(c(1, 2, 2), 1:3), B = factor(c(1, 2, 3), 1:3))
  c <- ratings(counts)
  expect_equal(c$coders, c("A", "B"))
  expect_equal(cohen_kappa(c, ci = "none")$estimate,
               cohen_kappa(a, ci = "none")$estimate)
  expect_identical(ratings(a), a)
})

test_that("factors keep their levels and order, strings have none", {
  x <- factor(c("low", "high", "mid", "low"), c("low", "mid", "high", "top"),
              ordered = TRUE)
  a <- ratings(data.frame(p = x, q = rev(x)))
  expect_equal(a$levels, c("low", "mid", "high", "top"))
  expect_equal(a$scale, "ordered")
  expect_s3_class(as.data.frame(a)$value, "ordered")
  b <- ratings(data.frame(p = as.character(x), q = as.character(rev(x))))
  expect_equal(b$scale, "nominal")
  expect_error(krippendorff_alpha(b, "ordinal"), class = "intercoder_error_level")
  expect_error(krippendorff_alpha(a, "interval"), class = "intercoder_error_level")
  expect_error(cohen_kappa(b, "linear"), class = "intercoder_error_level")
  c <- ratings(data.frame(p = as.character(x), q = as.character(rev(x))),
               levels = levels(x))
  expect_equal(krippendorff_alpha(c, "ordinal", ci = "none")$estimate,
               krippendorff_alpha(a, "ordinal", ci = "none")$estimate)
  expect_error(
    ratings(data.frame(p = factor("a", c("a", "b"), ordered = TRUE),
                       q = factor("a", c("b", "a"), ordered = TRUE))),
    class = "intercoder_error_shape"
  )
})

test_that("values are compared as written", {
  a <- ratings(cbind(c("a", "A", "a "), c("a", "a", "a")))
  expect_equal(a$levels, c("A", "a", "a "))
  expect_equal(percent_agreement(a, ci = "none")$percent, 1 / 3)
  b <- ratings(cbind(c("10", "9"), c("10", "10")))
  expect_equal(b$scale, "nominal")
})

test_that("numbers, logicals and empty columns are taken", {
  a <- ratings(data.frame(A = c(TRUE, FALSE), B = c(TRUE, TRUE), C = NA))
  expect_equal(a$levels, c("FALSE", "TRUE"))
  expect_equal(agreement(a, ci = "none")$coders, 2)
  b <- ratings(cbind(c(0.1, -0.1, NaN), c(-0.0, 0, 1e300)))
  expect_equal(b$numbers, c(-0.1, 0, 0.1, 1e300))
  expect_equal(sum(is.na(b$data[[1]])), 1)
  c <- ratings(cbind(1:3, 3:1), levels = 1:5)
  expect_equal(c$numbers, 1:5)
})

test_that("bad data are refused by name", {
  long <- data.frame(u = c(1, 1, 2), w = c("A", "A", "B"), v = c(1, 1, 2))
  expect_error(ratings(long, "u", "w", "v"), "rows 1 and 2",
               class = "intercoder_error_duplicate")
  expect_error(ratings(long, "u", "w", "nope"), class = "intercoder_error_columns")
  expect_error(ratings(long, "u"), class = "intercoder_error_argument")
  long$u[3] <- NA
  expect_error(ratings(long[-1, ], "u", "w", "v"), "row 2",
               class = "intercoder_error_missing")
  expect_error(ratings(cbind(1:2, c(1, Inf))), "row 2",
               class = "intercoder_error_input")
  expect_error(ratings(cbind(c("a", "b"), "a"), levels = "a"), "\"b\" in row 2",
               class = "intercoder_error_value")
  expect_error(ratings(data.frame(unit = c("x", "y"), A = 1:2)),
               "is one of them the unit's name|Is one of them",
               class = "intercoder_error_shape")
  expect_error(ratings(as.table(matrix(1:6, 2))), class = "intercoder_error_shape")
  expect_error(ratings(as.table(matrix(c(1, 2, 3, 0.5), 2))),
               class = "intercoder_error_value")
  expect_error(ratings(list(1)), class = "intercoder_error_argument")
  expect_error(ratings(cbind(1:2, 1:2), cluster = 1:3),
               class = "intercoder_error_argument")
})

test_that("clusters come from a column or a vector", {
  long <- data.frame(u = c(1, 1, 2, 2), w = c("A", "B"), v = c(1, 2, 1, 1),
                     i = c("x", "x", "y", "y"))
  expect_equal(as.character(ratings(long, "u", "w", "v", cluster = "i")$cluster),
               c("x", "y"))
  long$i[2] <- "y"
  expect_error(ratings(long, "u", "w", "v", cluster = "i"),
               class = "intercoder_error_cluster")
})

test_that("what is no category is refused, and where it stands is named", {
  today <- as.Date("2020-02-02")
  refuse <- function(x, pattern) {
    expect_error(x, pattern, class = "intercoder_error_argument")
  }
  refuse(ratings(data.frame(A = 1:2, B = today)), "data\\$B")
  refuse(ratings(data.frame(A = 1:2, B = as.POSIXct(today))), "data\\$B")
  refuse(ratings(data.frame(A = c(1i, 2i), B = 1)), "data\\$A")
  refuse(ratings(data.frame(A = 1:2, B = I(matrix(1:4, 2)))), "data\\$B")
  refuse(ratings(data.frame(u = 1, c = 1, v = today), "u", "c", "v"),
         "data\\$v")
  refuse(ratings(matrix(1i, 2, 2)), "data")
  refuse(ratings(matrix(as.raw(1), 2, 2)), "data")
  refuse(ratings(array(1, c(2, 2, 2))), "data")
  refuse(ratings(data.frame(u = I(list(1)), c = 1, v = 1), "u", "c", "v"),
         "data\\$u")
  expect_error(ratings(data.frame(A = 1:2, B = c(1, Inf))),
               "row 2 of column \"B\"", class = "intercoder_error_input")
  expect_error(ratings(as.table(matrix(list(1, 2, 3, 4), 2))),
               class = "intercoder_error_value")
})

test_that("a level NA is a value that was not given", {
  x <- ratings(data.frame(A = factor(c("a", NA, "b"), exclude = NULL),
                          B = factor(c("a", "b", "b"))))
  expect_equal(x$levels, c("a", "b"))
  expect_equal(x$data[[1]][, "A"], c(1L, NA, 2L))
  long <- data.frame(u = 1:3, c = "A",
                     v = factor(c(NA, "a", "b"), c(NA, "a", "b"),
                                exclude = NULL))
  expect_equal(ratings(long, "u", "c", "v")$data[[1]][, 1], c(NA, 1L, 2L))
})

test_that("whole numbers stay where they are and mean the same", {
  x <- cbind(Ann = c(-3, 0, 7, NA, 7), Ben = c(-3, 7, 7, 0, NaN),
             Cem = c(0, -0, 7, 0, 12))
  whole <- x
  storage.mode(whole) <- "integer"
  kept <- list(ratings(x), ratings(whole), ratings(as.data.frame(x)))
  long <- data.frame(u = c(row(x)), c = colnames(x)[col(x)], v = c(x))
  slow <- ratings(long, "u", "c", "v")
  expect_false(slow$raw)
  for (y in kept) {
    expect_true(y$raw)
    expect_identical(places(y), places(slow))
    expect_equal(as.data.frame(y)$value, as.data.frame(slow)$value)
    expect_equal(format(y), format(slow))
    expect_equal(disagreements(y), disagreements(slow))
    expect_equal(confusions(y), confusions(slow))
    expect_equal(as.data.frame(agreement_pairs(y)),
                 as.data.frame(agreement_pairs(slow)))
    for (level in c("nominal", "ordinal", "interval", "ratio")) {
      expect_equal(
        suppressWarnings(agreement(y, level = level, ci = "jackknife")),
        suppressWarnings(agreement(slow, level = level, ci = "jackknife"))
      )
    }
    expect_equal(agreement(y, by = c(1, 1, 1, 2, 2), ci = "none"),
                 agreement(slow, by = c(1, 1, 1, 2, 2), ci = "none"))
  }
  expect_error(ratings(cbind(c(1, Inf), c(1, 2))), "row 2",
               class = "intercoder_error_input")
})

test_that("wide data without coders or levels are refused", {
  expect_error(ratings(matrix(0, 3, 0)), class = "intercoder_error_argument")
  expect_error(ratings(cbind(1, 2), levels = character()),
               class = "intercoder_error_argument")
})
