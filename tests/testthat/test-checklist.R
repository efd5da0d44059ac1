checklist_facts <- function() {
  s <- simulated_study
  u <- units(s$transcripts)
  study_facts(
    s$transcripts, s$codebook, s$codings, s$plan, s$consensus, u,
    agreement(as_ratings(s$codings, u, s$plan), ci = "none"),
    resolve(s$codings, u, s$adjudication, coders = c("A", "B")),
    saturation(s$consensus, s$participants$participant),
    quotes = quotes(s$consensus, s$transcripts, s$codebook, "group"),
    group = "group"
  )
}

test_that("a bare checklist has every item of its guideline, all open", {
  for (list in list(coreq(), srqr())) {
    expect_true(all(list$state == "needs you"))
    expect_true(all(list$answer == ""))
    expect_identical(list$item, seq_len(nrow(list)))
    expect_false(anyDuplicated(list$topic) > 0)
    expect_true(all(nzchar(list$asks)))
  }
  expect_identical(nrow(coreq()), 32L)
  expect_identical(nrow(srqr()), 21L)
})

test_that("what data answer is filled, and nothing about the team ever is", {
  facts <- checklist_facts()
  out <- coreq(facts)
  expect_identical(out$item[out$state == "filled from data"],
                   c(12L, 16L, 18L, 22L, 24L, 25L, 27L, 29L, 31L, 32L))
  expect_match(out$answer[12], "21 participants: clinician \\(11\\)")
  expect_match(out$answer[24], "C, 6 transcripts; 21 transcripts by two")
  expect_true(all(nzchar(out$answer) == (out$state == "filled from data")))
  expect_identical(which(srqr(facts)$state == "filled from data"),
                   c(8L, 12L, 13L, 14L, 15L, 16L, 17L))
  expect_match(coreq(study_facts())$answer[27], "intercoder .* in R ")
})

test_that("authors' answers come first, and items may not apply", {
  out <- coreq(checklist_facts(), c("12" = "Twenty {one}.", "1" = "Ada."),
               not_applicable = c("23" = "None wished."))
  expect_identical(out$answer[c(1, 12, 23)],
                   c("Ada.", "Twenty {one}.", "None wished."))
  expect_identical(out$state[c(1, 12, 23)],
                   c("given", "given", "not applicable"))
  expect_identical(coreq(not_applicable = 18)$state[18], "not applicable")
  for (wrong in list("x", c("40" = "x"), c(a = "x"), c("1" = "x", "1" = "y"))) {
    expect_error(coreq(answers = wrong), "`answers`",
                 class = "intercoder_error_argument")
  }
  expect_error(srqr(not_applicable = 32), "`not_applicable`",
               class = "intercoder_error_argument")
  expect_error(coreq(simulated_study), class = "intercoder_error_argument")
})

test_that("checklists are read by people", {
  withr::local_options(width = 80)
  facts <- checklist_facts()
  facts$package <- "0.0.0"
  facts$r <- "0.0.0"
  expect_snapshot({
    coreq(facts, c("10" = "Purposive."), c("23" = "Not sent."))
    srqr(facts)
  })
  expect_identical(class(coreq()[1:3]), "data.frame")
  expect_s3_class(coreq()[1:3, ], "checklist")
})

test_that("a checklist knits and is written, whatever is answered", {
  out <- coreq(answers = c("1" = "=1+1 | <b>{x}</b> `r 1`"))
  expect_true("=1+1 | <b>{x}</b> `r 1`" %in% cells_of(knitted_html(out)))
  file <- withr::local_tempfile(fileext = ".csv")
  write_table(out, file)
  back <- utils::read.csv(file, check.names = FALSE)
  expect_identical(dim(back), c(32L, 5L))
  expect_match(back$Answer[1], "^'=1")
})
