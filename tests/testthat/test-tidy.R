# What broom calls what is in its own tables; other names are of this field.
BROOM <- c("term", "estimate", "std.error", "conf.low", "conf.high",
           "statistic", "df", "df.residual", "p.value", "adj.p.value",
           "method", "alternative", "sig.level", "power", "sumsq", "meansq",
           "group1", "group2", "r.squared")

# Names that would say a thing of broom's in another way.
OTHERWISE <- c("p", "pvalue", "p_value", "p.adjusted", "p.adj", "se", "stderr",
               "std_error", "lower.ci", "upper.ci", "conf_low", "conf_high",
               "test", "stat", "code_", "sum_sq", "mean_sq")

# Where the rows are not those of as.data.frame().
OWN_ROWS <- c("coder_accuracy", "agreement_machine",
              "alternative_annotator_test", "codings", "resolution")

methods_of <- function(generic) {
  table <- getNamespaceInfo("intercoder", "S3methods")
  table[table[, 1] == generic, 2]
}

test_that("every class that prints or is formatted is among the results", {
  shown <- unique(c(methods_of("print"), methods_of("format"),
                    methods_of("knit_print"), methods_of("plot")))
  # Holders of transcripts, codebook and codings are no results themselves.
  apart <- c("project", "imported_project", "study", "intercoder_result")
  expect_setequal(setdiff(shown, apart), names(every_result()))
})

test_that("every result has tidy rows and a row about the whole", {
  skip_if_not_installed("generics")
  results <- every_result()
  results$agreement_test <- NULL
  for (kind in names(results)) {
    x <- results[[kind]]
    rows <- generics::tidy(x)
    expect_identical(class(rows), "data.frame", info = kind)
    expect_named(attributes(rows), c("names", "row.names", "class"),
                 ignore.order = TRUE, info = kind)
    expect_false(anyDuplicated(names(rows)) > 0, info = kind)
    expect_identical(intersect(names(rows), OTHERWISE), character(),
                     info = kind)
    lists <- names(rows)[vapply(rows, is.list, NA)]
    expect_identical(lists, character(), info = kind)
    whole <- generics::glance(x)
    expect_identical(class(whole), "data.frame", info = kind)
    if (kind != "alternative_annotator_test") {
      expect_identical(nrow(whole), 1L, info = kind)
    }
    expect_false(any(vapply(whole, is.list, NA)), info = kind)
    frame <- as.data.frame(x)
    expect_identical(class(frame), "data.frame", info = kind)
    if (!kind %in% OWN_ROWS) {
      expect_identical(unname(as.list(rows)), unname(as.list(frame)),
                       info = kind)
      renamed <- names(rows) != names(frame)
      expect_true(all(names(rows)[renamed] %in% BROOM), info = kind)
    }
    if (is.data.frame(x)) {
      expect_equal(unclass(frame), unclass(x), ignore_attr = TRUE,
                   info = kind)
      none <- x[0, ]
      expect_output(print(none), info = kind)
      if (inherits(none, kind)) {
        tidied <- generics::tidy(none)
        expect_identical(nrow(tidied), 0L, info = kind)
        expect_named(tidied, names(rows), info = kind)
        expect_identical(nrow(generics::glance(none)),
                         if (kind == "alternative_annotator_test") 0L else 1L,
                         info = kind)
      } else {
        expect_identical(class(none), "data.frame", info = kind)
      }
    }
    expect_error(generics::glance(x, dgits = 2), "dgits",
                 class = "intercoder_error_argument", info = kind)
  }
})

test_that("what is estimated has the names of broom", {
  skip_if_not_installed("generics")
  results <- every_result()
  estimating <- c("agreement", "agreement_categories", "agreement_difference",
                  "agreement_machine", "agreement_pairs", "coder_accuracy",
                  "comparison_sensitivity", "corrected_comparison",
                  "group_comparison", "misclassified", "unitizing")
  for (kind in estimating) {
    expect_true(all(c("term", "estimate", "conf.low", "conf.high") %in%
                      names(generics::tidy(results[[kind]]))), info = kind)
  }
  compared <- generics::tidy(results$group_comparison)
  expect_identical(compared$adj.p.value, results$group_comparison$p.adjusted)
  expect_identical(compared$method, results$group_comparison$test)
  pairs <- generics::tidy(results$pairwise_groups)
  expect_true(all(c("group1", "group2", "adj.p.value") %in% names(pairs)))
  table <- generics::tidy(results$icc_anova)
  expect_named(table, c("code", "term", "df", "sumsq", "meansq", "variance"))
  long <- generics::tidy(results$coder_accuracy)
  expect_identical(long$estimate[long$measure == "recall"],
                   results$coder_accuracy$recall)
})

test_that("glance() tells units, coders, how and with what seed", {
  skip_if_not_installed("generics")
  results <- every_result()
  whole <- generics::glance(results$agreement_units)
  expect_identical(whole$rows, nrow(results$agreement_units))
  expect_identical(whole[c("codes", "units", "clusters")],
                   data.frame(codes = 3L, units = 48L, clusters = 8L))
  whole <- generics::glance(results$agreement_difference)
  expect_identical(unlist(whole[c("conf.level", "replicates", "seed")]),
                   c(conf.level = 0.95, replicates = 50, seed = 1))
  expect_identical(whole$interval, "bca")
  expect_identical(generics::glance(results$unitizing)$seed, NA_real_)
  counts <- generics::glance(results$code_counts)
  expect_identical(counts$participants, 8L)
  expect_identical(counts$coder, "Ann_&")
})

test_that("broom's own methods take the tests", {
  tidy <- tryCatch(getExportedValue("broom", "tidy"), error = function(e) NULL)
  skip_if(is.null(tidy), "broom")
  glance <- getExportedValue("broom", "glance")
  table <- matrix(c(7, 2, 4, 8), 2)
  amounts <- list(c(1, 4, 2, 6, 3), c(5, 8, 7, 9, 6))
  group <- rep(c("a", "b"), each = 5)
  tests <- list(
    fisher_test(table), boschloo_test(table), barnard_test(table),
    risk_difference(table), risk_ratio(table), odds_ratio(table),
    phi_coefficient(table), wilcoxon_test(amounts[[1]], amounts[[2]]),
    permutation_test(amounts[[1]], amounts[[2]]),
    brunner_munzel_test(amounts[[1]], amounts[[2]]),
    cliff_delta(amounts[[1]], amounts[[2]]),
    vargha_delaney(amounts[[1]], amounts[[2]]),
    kruskal_test(unlist(amounts), group),
    rate_test(c(1, 0, 2, 3), c(100, 50, 80, 90), c("a", "a", "b", "b")),
    mantel_haenszel_test(rep(0:1, 6), rep(c("a", "b"), each = 6),
                         rep(1:3, 4)),
    every_result()$agreement_test
  )
  for (test in tests) {
    row <- tidy(test)
    expect_identical(nrow(row), 1L, info = test$method)
    expect_equal(row[["p.value"]], test$p.value, info = test$method)
    expect_equal(unlist(row[grep("^estimate", names(row))], use.names = FALSE),
                 unname(test$estimate), info = test$method)
    expect_identical(nrow(glance(test)), 1L, info = test$method)
  }
})

test_that("as.data.frame() takes names of rows", {
  pairs <- every_result()$agreement_pairs
  named <- as.data.frame(pairs, row.names = paste0("r", seq_len(nrow(pairs))))
  expect_identical(row.names(named)[2], "r2")
})

test_that("an agreement of sets keeps its lists, as is said", {
  skip_if_not_installed("generics")
  sets <- ratings(data.frame(u = c(1, 1, 2, 2), w = c("A", "B", "A", "B"),
                             v = I(list("a", c("a", "b"), "b", "b"))),
                  "u", "w", "v")
  expect_type(generics::tidy(sets)$value, "list")
})
