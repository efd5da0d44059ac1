text_facts <- function(agreed = NULL) {
  s <- simulated_study
  u <- units(s$transcripts)
  people <- s$participants[order(s$participants$interview_order), ]
  out <- study_facts(
    s$transcripts, s$codebook, s$codings, s$plan, units = u,
    agreement = agreed %||% agreement(as_ratings(s$codings, u, s$plan),
                                      ci = "jackknife"),
    resolution = resolve(s$codings, u, s$adjudication, coders = c("A", "B")),
    saturation = saturation(s$consensus, people$participant, people$group),
    comparison = compare_groups(code_matrix(s$consensus, u, s$codebook),
                                "group"), group = "group"
  )
  out$package <- out$r <- "0.0.0"
  out
}

test_that("each approach has its words", {
  facts <- text_facts()
  withr::local_options(width = 80)
  expect_snapshot({
    methods_text(facts, "codebook")
    methods_text(facts, "reliability")
    methods_text(facts, "reflexive")
  })
})

test_that("a reflexive text has no agreement, and no text has a verdict", {
  facts <- text_facts()
  expect_message(text <- methods_text(facts, "reflexive"),
                 class = "intercoder_message_approach")
  expect_false(any(c("agreement", "resolution") %in% names(text)))
  expect_no_match(format(text), "alpha|[Aa]greement|kappa")
  perfect <- agreement(ratings(cbind(A = c(1, 2, 1), B = c(1, 2, 1))),
                       ci = "none")
  for (approach in c("codebook", "reliability")) {
    text <- methods_text(text_facts(perfect), approach)
    expect_no_match(format(text), "reliable|excellent|good|substantial")
    expect_match(text[["agreement"]], "Krippendorff's alpha = 1.00")
  }
})

test_that("the approach has to be declared", {
  expect_error(methods_text(study_facts()), "not given",
               class = "intercoder_error_argument")
  expect_error(methods_text(study_facts(), "grounded"),
               class = "intercoder_error_argument")
  expect_error(methods_text(list(), "codebook"),
               class = "intercoder_error_argument")
})

test_that("what is not known is not said", {
  text <- methods_text(study_facts(), "codebook")
  expect_identical(names(text), c("approach", "software"))
  expect_identical(format(text[2]), unname(unclass(text)[2]))
  one <- transcripts(data.frame(transcript = "A", text = "P: one."))
  expect_match(methods_text(study_facts(one), "reflexive")[["data"]],
               "^1 transcript of 1 participant was analysed[.]$")
  none <- agreement(ratings(cbind(A = c(1, 1), B = c(1, 1))), ci = "none")
  expect_match(methods_text(text_facts(none), "codebook")[["agreement"]],
               "no variation")
})

test_that("names are words, not markup, in the knitted paragraph", {
  s <- hostile_study()
  facts <- study_facts(s$transcripts, s$codebook, s$codings, group = "group")
  html <- as.character(xml2::xml_find_first(
    knitted_html(methods_text(facts, "codebook")), "//body"))
  expect_no_match(html, "<i>g</i>", fixed = TRUE)
  expect_match(html, "&lt;i&gt;g&lt;/i&gt;", fixed = TRUE)
})

test_that("the row over all codes is not one of them", {
  s <- simulated_study
  rated <- as_ratings(s$codings, units(s$transcripts), s$plan)
  pooled <- agreement(rated, ci = "none", pool = TRUE)
  single <- agreement(rated, ci = "none")
  over <- sprintf(", and over all decisions %.2f.",
                  pooled$estimate[pooled$code == "(all)"])
  said <- function(x) {
    methods_text(study_facts(agreement = x), "reliability")[["agreement"]]
  }
  expect_match(said(pooled), "(15 codes)", fixed = TRUE)
  expect_identical(said(pooled), sub("[.]$", over, said(single)))
  expect_match(said(pooled[15:16, ]), paste0("alpha = 0.[0-9]+", over))
  expect_match(said(pooled[16, ]), "over all decisions Krippendorff's alpha = ")
  expect_no_match(said(pooled[15:16, ]), "code by code")
  by <- agreement(rated, ci = "none", pool = TRUE,
                  by = rep_len(c("x", "y"), 653))
  expect_match(said(by), "15 codes in 2 groups.*, and over .* \\(x\\); .*\\(y\\)")
  expect_identical(generics::glance(pooled), generics::glance(single))
  answers <- as.data.frame(srqr(study_facts(s$transcripts, agreement = pooled)))
  expect_match(answers$answer, "Agreement reported for 15 codes", all = FALSE)
  expect_identical(levels(forest_rows(pooled)$label)[1], "(all)")
})
