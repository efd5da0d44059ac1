example_agreement <- function(...) {
  x <- ratings(cbind(Ann = rep(c(0, 1, 1, 0, 1), 12),
                     Ben = rep(c(0, 1, 0, 0, 1), 12)))
  agreement(x, c("alpha", "ac", "kappa"), seed = 1, replicates = 200, ...)
}

test_that("agreement prints as people read it", {
  expect_snapshot(example_agreement())
  expect_snapshot(example_agreement(ci = "none"))
  same <- suppressWarnings(agreement(cbind(c("a", "a"), c("a", "a"))))
  expect_snapshot(same)
})

test_that("a row of the study stays on one line of the console", {
  withr::local_options(width = 80)
  s <- simulated_study
  out <- agreement(as_ratings(s$codings, units(s$transcripts), s$plan),
                   c("percent", "alpha"), ci = "jackknife")
  lines <- capture.output(print(out))
  expect_length(lines, nrow(out) + 3)
  expect_lte(max(nchar(lines)), 80)
  expect_match(lines[4], "int_deskill +percent +0.97")
  expect_true("percent agreement" %in% format(out)$coefficient)
})

test_that("tidy and glance follow broom", {
  skip_if_not_installed("generics")
  a <- example_agreement()
  tidied <- generics::tidy(a)
  expect_identical(class(tidied), "data.frame")
  expect_true(all(c("estimate", "std.error", "conf.low", "conf.high") %in%
                    names(tidied)))
  expect_equal(nrow(generics::glance(a)), 1)
  expect_equal(generics::glance(a)$coefficients, 3)
})

test_that("rows keep the class, columns alone do not", {
  a <- example_agreement()
  expect_s3_class(a[a$coefficient == "ac", ], "agreement")
  expect_identical(class(a[, c("estimate", "status")]), "data.frame")
  expect_output(print(a[0, ]), "no rows")
})

test_that("reports get a table", {
  skip_if_not_installed("knitr")
  expect_match(paste(knitr::knit_print(example_agreement()), collapse = ""),
               "Krippendorff")
  x <- ratings(cbind(Ann = c("a", "b"), Ben = c("b", "b")))
  expect_match(paste(knitr::knit_print(confusions(x)), collapse = ""), "100%")
  apart <- paste(knitr::knit_print(disagreements(x)), collapse = "")
  expect_match(apart, "impact *[|]Ann *[|]Ben *[|]")
  mixed <- confusions(two_coders())
  mixed$text <- strrep("word ", 99)
  knitted <- paste(knitr::knit_print(mixed, width = 20), collapse = "")
  expect_match(knitted, paste0("one code *[|]the other *[|].*[|]example *[|]",
                               "the one by *[|]the other by *[|]text"))
  expect_match(knitted, "|word word word [...]", fixed = TRUE)
  expect_match(paste(knitr::knit_print(mixed, width = Inf), collapse = ""),
               strrep("word ", 98))
})
