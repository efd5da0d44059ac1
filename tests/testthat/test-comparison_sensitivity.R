scenarios <- function() {
  study <- simulated_study
  all <- c(study$consensus, study$codings)
  lapply(c(consensus = "consensus", A = "A", B = "B"), function(who) {
    code_matrix(all, units(study$transcripts), study$codebook, coder = who,
                participants = study$participants)
  })
}

test_that("every scenario is the comparison made by hand", {
  by <- scenarios()
  out <- comparison_sensitivity(by, "group", level = "code", conf_level = 0.9)
  expect_equal(nrow(out), 24 * 15)
  expect_equal(as.vector(table(out$kind)[c("reference", "coder",
                                           "participant")]),
               c(15, 30, 21 * 15))
  same <- function(rows, m) {
    hand <- compare_groups(m, "group", level = "code", conf_level = 0.9,
                           adjust = "none")
    columns <- c("code", "k.clinician", "n.developer", "estimate", "conf.low",
                 "conf.high", "p.value")
    expect_equal(as.list(as.data.frame(rows)[columns]),
                 as.list(as.data.frame(hand)[columns]))
  }
  same(out[out$scenario == "B", ], by$B)
  same(out[out$kind == "reference", ], by$consensus)
  study <- simulated_study
  keep <- study$participants$participant != "D04"
  units <- units(study$transcripts)
  fewer <- code_matrix(
    study$consensus[study$consensus$transcript != "D04", ],
    structure(units[units$participant != "D04", ],
              participants = study$participants[keep, ]), study$codebook)
  same(out[out$scenario == "D04", ], fewer)
})

test_that("changes of sign and of zero are told", {
  out <- comparison_sensitivity(scenarios(), "group", level = "code")
  first <- out[out$kind == "reference", ]
  for (i in sample(nrow(out), 40)) {
    base <- first[first$code == out$code[i], ]
    expect_equal(out$sign.changes[i],
                 sign(out$estimate[i]) * sign(base$estimate) == -1)
    zero <- function(r) r$conf.low <= 0 & r$conf.high >= 0
    expect_equal(out$zero.changes[i], zero(out[i, ]) != zero(base))
  }
  expect_false(any(first$sign.changes | first$zero.changes))
  expect_true(any(out$sign.changes) && any(out$zero.changes))
})

test_that("a group of one that is left out is told, not an error", {
  by <- scenarios()
  small <- by$consensus
  keep <- small$participants$group == "clinician" |
    small$participants$participant == "D01"
  for (part in c("codes", "themes", "participants")) {
    small[[part]] <- small[[part]][keep, ]
  }
  out <- comparison_sensitivity(small, "group")
  gone <- out[out$scenario == "D01", ]
  expect_equal(gone$status, rep("empty_group", 4))
  expect_true(all(is.na(gone$estimate)))
  expect_output(print(out), "each of 12 participants left out")
})

test_that("participants need not be left out; shares and permutation work", {
  by <- scenarios()[1:2]
  out <- comparison_sensitivity(by, "group", measure = "share",
                                participants = FALSE)
  expect_equal(unique(out$kind), c("reference", "coder"))
  expect_true("mean.clinician" %in% names(out))
  p <- comparison_sensitivity(by[1], "group", test = "permutation",
                              replicates = 99, seed = 3,
                              participants = FALSE)
  hand <- compare_groups(by[[1]], "group", test = "permutation",
                         replicates = 99, seed = 3)
  expect_equal(p$p.value, hand$p.value)
})

test_that("strata and both levels go through", {
  by <- scenarios()[1:2]
  out <- comparison_sensitivity(by, "group", strata = "gender",
                                participants = FALSE)
  hand <- compare_groups(by$A, "group", strata = "gender", adjust = "none")
  expect_equal(out$p.value[out$scenario == "A"], hand$p.value)
  both <- comparison_sensitivity(by, "group", level = "both",
                                 participants = FALSE)
  expect_equal(as.vector(table(both$family)), c(30, 8))
})

test_that("it is printed and drawn; bad input is refused", {
  by <- scenarios()
  out <- comparison_sensitivity(by, "group")
  expect_named(format(out), c("code", "consensus", "A", "B", "one left out",
                              "changes"))
  expect_s3_class(knitr::knit_print(out), "knit_asis")
  withr::local_pdf(withr::local_tempfile(fileext = ".pdf"))
  expect_no_error(plot(out))
  expect_error(comparison_sensitivity(unname(by), "group"),
               class = "intercoder_error_argument")
  expect_error(comparison_sensitivity(list(a = 1), "group"),
               class = "intercoder_error_argument")
  expect_error(comparison_sensitivity(by, "role"),
               class = "intercoder_error_columns")
  skip_if_not_installed("ggplot2")
  expect_no_warning(print(ggplot2::autoplot(out)))
})
