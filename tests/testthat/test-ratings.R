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

small_study <- function() {
  units <- data.frame(
    unit = sprintf("u%d", 1:6), transcript = rep(c("I1", "I2", "I3"), each = 2),
    start = c(1, 41, 1, 31, 1, 11), end = c(40, 90, 30, 60, 10, 20),
    text = sprintf("text {%d}", 1:6)
  )
  codings <- data.frame(
    transcript = c("I1", "I1", "I1", "I2", "I2", "I1"),
    start = c(5, 60, 35, 31, 30, 41), end = c(20, 80, 45, 33, 30, 90),
    code = c("a", "a", "b", "b", "a", "a"),
    coder = c("Ann", "Ben", "Ann", "Ann", "Ben", "Ben")
  )
  plan <- data.frame(coder = c("Ann", "Ann", "Ben", "Ben", "Ann"),
                     transcript = c("I1", "I2", "I1", "I2", "I3"))
  list(units = units, codings = codings, plan = plan)
}

test_that("codings become applied, not applied, not seen", {
  s <- small_study()
  x <- as_ratings(s$codings, s$units, s$plan)
  expect_equal(x$codes, c("a", "b"))
  expect_equal(x$data[[1]] - 1L,
               cbind(Ann = c(1L, 0L, 0L, 0L, 0L, 0L),
                     Ben = c(0L, 1L, 1L, 0L, NA, NA)))
  # A segment over two units is applied to both; touching is not overlapping.
  expect_equal(x$data[[2]][, "Ann"] - 1L, c(1L, 1L, 0L, 1L, 0L, 0L))
  expect_equal(as.character(x$cluster), s$units$transcript)
  expect_equal(as_ratings(s$codings, s$units, s$plan, codes = c("z", "a"))$codes,
               c("z", "a"))
})

test_that("without a plan what was seen is a stated guess", {
  s <- small_study()
  expect_warning(x <- as_ratings(s$codings, s$units),
                 class = "intercoder_warning_no_plan")
  expect_equal(sum(is.na(x$data[[1]])), 4)
  expect_error(as_ratings(s$codings, s$units, s$plan[-4, ]), "row 5",
               class = "intercoder_error_plan")
})

test_that("codings outside all units are counted, not hidden", {
  s <- small_study()
  s$codings$start[1:2] <- 200
  s$codings$end[1:2] <- 210
  expect_message(as_ratings(s$codings, s$units, s$plan), "2 codings",
                 class = "intercoder_message_outside")
  s <- small_study()
  s$codings$round <- c(1, 1, 1, 2, 2, 2)
  expect_warning(as_ratings(s$codings, s$units, s$plan),
                 class = "intercoder_warning_rounds")
})

test_that("nested units are met as well as units in a row", {
  units <- data.frame(unit = 1:3, transcript = "I", start = c(1, 3, 10),
                      end = c(50, 8, 20))
  codings <- data.frame(transcript = "I", start = c(9, 4), end = c(12, 5),
                        code = c("a", "b"), coder = "Ann")
  x <- as_ratings(codings, units, data.frame(coder = "Ann", transcript = "I"))
  expect_equal(c(x$data[[1]]) - 1L, c(1L, 0L, 1L))
  expect_equal(c(x$data[[2]]) - 1L, c(1L, 1L, 0L))
})

test_that("overlap agrees with the definition on random segments", {
  withr::local_seed(4)
  units <- data.frame(unit = 1:40, transcript = rep(1:2, each = 20),
                      start = rep(seq(1, 191, 10), 2),
                      end = rep(seq(8, 198, 10), 2))
  codings <- data.frame(transcript = sample(2, 60, TRUE),
                        start = sample(200, 60, TRUE), code = "a",
                        coder = "Ann")
  codings$end <- codings$start + sample(0:40, 60, TRUE)
  hits <- suppressMessages(overlapping_units(codings, units))
  slow <- which(outer(seq_len(60), seq_len(40), function(i, j) {
    codings$transcript[i] == units$transcript[j] &
      codings$start[i] <= units$end[j] & codings$end[i] >= units$start[j]
  }), arr.ind = TRUE)
  expect_setequal(paste(hits$coding, hits$unit), paste(slow[, 1], slow[, 2]))
})

test_that("ratings print what they hold", {
  s <- small_study()
  expect_snapshot(as_ratings(s$codings, s$units, s$plan))
  expect_snapshot(ratings_counts(cbind(yes = c(3, 2), no = c(0, 1))))
  x <- as_ratings(s$codings, s$units, s$plan)
  expect_equal(length(x["b"]), 1)
  expect_error(x["nope"], class = "intercoder_error_code")
  expect_error(ratings_counts(cbind(0.5, 1)), class = "intercoder_error_argument")
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

test_that("bad counts are named by row and column", {
  expect_error(ratings_counts(cbind(a = c(3, 0), b = c(1, 0.5))),
               "0.5 in row 2 of column \"b\"",
               class = "intercoder_error_argument")
  expect_error(ratings_counts(cbind(a = c(3, NA), b = 1)),
               "NA in row 2 of column \"a\"",
               class = "intercoder_error_argument")
  expect_error(ratings_counts(cbind(a = Inf)), class = "intercoder_error_argument")
  expect_error(ratings_counts(cbind(a = 1, a = 2)),
               class = "intercoder_error_duplicate")
  expect_error(ratings_counts(data.frame(a = "x")),
               class = "intercoder_error_argument")
  bad <- as.table(rbind(a = c(a = 1, b = 2), b = c(-1, 3)))
  expect_error(ratings(bad), "-1 in row 2 of column \"a\"",
               class = "intercoder_error_value")
  bad[2, 1] <- 1e9
  expect_error(ratings(bad), class = "intercoder_error_limit")
  expect_error(ratings(matrix(0, 3, 0)), class = "intercoder_error_argument")
  expect_error(ratings(cbind(1, 2), levels = character()),
               class = "intercoder_error_argument")
})
