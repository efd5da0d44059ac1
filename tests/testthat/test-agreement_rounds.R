round_units <- function() {
  data.frame(unit = sprintf("%s:%d", rep(c("I1", "I2", "I3"), each = 4), 1:4),
             transcript = rep(c("I1", "I2", "I3"), each = 4),
             start = rep(c(1, 11, 21, 31), 3), end = rep(c(10, 20, 30, 40), 3))
}

# Ben misses one of the first round, none of the second.
round_codings <- function() {
  data.frame(
    transcript = c("I1", "I1", "I1", "I2", "I2", "I3", "I3"),
    start = c(1, 11, 1, 1, 1, 31, 31), end = c(10, 20, 10, 10, 10, 40, 40),
    code = "trust", coder = c("Ann", "Ann", "Ben", "Ann", "Ben", "Ann", "Ben"),
    round = c(1, 1, 1, 2, 2, 2, 2)
  )
}

round_plan <- function() {
  data.frame(coder = rep(c("Ann", "Ben"), each = 3),
             transcript = c("I1", "I2", "I3"))
}

test_that("each round is agreement() of its codings", {
  out <- suppressWarnings(agreement_rounds(round_codings(), round_units(),
                                           round_plan(), ci = "none"))
  expect_s3_class(out, "agreement")
  expect_equal(out$by, c("1", "2"))
  expect_equal(out$units, c(4, 8))
  for (k in 1:2) {
    codings <- round_codings()[round_codings()$round == k, ]
    x <- as_ratings(codings, round_units(),
                    round_plan()[round_plan()$transcript %in%
                                   codings$transcript, ])
    expect_equal(out$estimate[k], agreement(x, ci = "none")$estimate)
  }
  expect_null(attr(out, "differences"))
})

test_that("a plan with rounds says who saw what when", {
  plan <- cbind(round_plan(), round = c(1, 2, 2))
  out <- suppressWarnings(agreement_rounds(round_codings(), round_units(), plan,
                                           ci = "none"))
  expect_equal(out$units, c(4, 8))
  plan$round[6] <- 3
  expect_error(agreement_rounds(round_codings(), round_units(), plan),
               class = "intercoder_error_plan")
  more <- rbind(round_plan(), data.frame(coder = "Ann", transcript = "I9"))
  expect_warning(agreement_rounds(round_codings(), round_units(), more,
                                  ci = "none"),
                 class = "intercoder_warning_rounds")
})

test_that("differences are those of compare_agreement()", {
  study <- simulated_study
  codes <- c("rel_trust", "eff_cost")
  turns <- units(study$transcripts)
  out <- suppressWarnings(agreement_rounds(study$codings, turns, study$plan,
                                           codes = codes, ci = "jackknife"))
  differences <- attr(out, "differences")
  expect_s3_class(differences, "agreement_difference")
  expect_equal(differences$code, codes)
  expect_equal(differences$estimate, out$estimate[c(2, 4)] -
                 out$estimate[c(1, 3)])
  x <- as_ratings(study$codings, turns, study$plan, codes)
  by <- ifelse(turns$transcript %in%
                 study$codings$transcript[study$codings$round == 1], "1", "2")
  direct <- suppressWarnings(compare_agreement(x, by = by, ci = "jackknife"))
  expect_equal(abs(differences$estimate), abs(direct$estimate))
  expect_equal(differences$std.error, direct$std.error)
  expect_equal(out$estimate, suppressWarnings(
    agreement(x, by = by, ci = "none")$estimate
  ))
})

test_that("the same transcripts coded twice are paired", {
  codings <- round_codings()
  codings <- codings[codings$transcript == "I1", ]
  again <- codings[codings$start == 1, ]
  again$round <- 2
  out <- suppressWarnings(agreement_rounds(
    rbind(codings, again), round_units(), round_plan()[c(1, 4), ],
    ci = "jackknife", cluster = FALSE
  ))
  expect_equal(out$by, c("1", "2"))
  expect_equal(attr(out, "differences")$units, 4)
  expect_true(attr(attr(out, "differences"), "paired"))
})

test_that("rounds stand in their order", {
  codings <- round_codings()
  codings$round <- factor(ifelse(codings$round == 1, "pilot", "main"),
                          c("pilot", "main"))
  out <- suppressWarnings(agreement_rounds(codings, round_units(),
                                           round_plan(), ci = "none"))
  expect_equal(out$by, c("pilot", "main"))
})

test_that("arguments are checked, tables read well", {
  bare <- round_codings()
  bare$round[2] <- NA
  expect_error(agreement_rounds(bare, round_units(), round_plan()),
               class = "intercoder_error_missing")
  expect_error(agreement_rounds(round_codings()[-6], round_units()), "round")
  expect_error(agreement_rounds(round_codings(), round_units(), round_plan(),
                                cluster = "x"),
               class = "intercoder_error_argument")
  expect_warning(agreement_rounds(round_codings(), round_units(), ci = "none"),
                 class = "intercoder_warning_no_plan")
  expect_snapshot(suppressWarnings(agreement_rounds(
    round_codings(), round_units(), round_plan(), ci = "jackknife",
    cluster = FALSE
  )))
})
