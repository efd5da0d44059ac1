rated_study <- function() {
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
  s <- rated_study()
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
  s <- rated_study()
  expect_warning(x <- as_ratings(s$codings, s$units),
                 class = "intercoder_warning_no_plan")
  expect_equal(sum(is.na(x$data[[1]])), 4)
  expect_error(as_ratings(s$codings, s$units, s$plan[-4, ]), "row 5",
               class = "intercoder_error_plan")
})

test_that("codings outside all units are counted, not hidden", {
  s <- rated_study()
  s$codings$start[1:2] <- 200
  s$codings$end[1:2] <- 210
  expect_message(as_ratings(s$codings, s$units, s$plan), "2 codings",
                 class = "intercoder_message_outside")
  s <- rated_study()
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

test_that("ratings of codings print what they hold", {
  s <- rated_study()
  expect_snapshot(as_ratings(s$codings, s$units, s$plan))
  x <- as_ratings(s$codings, s$units, s$plan)
  expect_equal(length(x["b"]), 1)
  expect_error(x["nope"], class = "intercoder_error_code")
})
