deep_book <- function() {
  codebook(data.frame(
    code = c("eff", "time", "hours", "trust", "lone"),
    theme = c("System", "eff", "time", "People", NA),
    label = c("Efficiency", NA, NA, "Trust", NA)
  ))
}

deep_codings <- function() {
  data.frame(transcript = c("A", "A", "B", "A", "C"), start = 4, end = 5,
             code = c("eff", "hours", "hours", "time", "trust"), coder = "Ada")
}

test_that("numbers take in what stands under a code", {
  tree <- coding_tree(deep_book(), deep_codings())
  expect_equal(tree$label, c("System", "Efficiency", "time", "hours", "People",
                             "Trust", "lone"))
  expect_equal(tree$depth, c(0, 1, 2, 3, 0, 1, 0))
  expect_equal(tree$parent, c(NA, "System", "eff", "time", NA, "People", NA))
  expect_equal(tree$codings, c(4, 4, 3, 2, 1, 1, 0))
  expect_equal(tree$own, c(0, 1, 1, 2, 0, 1, 0))
  expect_equal(tree$transcripts, c(2, 2, 2, 2, 1, 1, 0))
  expect_true(all(is.na(tree$participants)))
})

test_that("participants are those in whose turns codings begin", {
  x <- transcripts(data.frame(
    transcript = "A", speaker = c("Ann", "Ben", "Ann", "Ben"),
    text = c("one two", "three", "four", "five")
  ))
  rule <- apply_codebook(x, codebook(data.frame(
    code = c("a", "b"), theme = "T", rule = c("one OR four", "three OR four")
  )))
  book <- codebook(data.frame(code = c("a", "b"), theme = "T"))
  tree <- coding_tree(book, rule, x)
  expect_equal(tree$codings, c(4, 2, 2))
  expect_equal(tree$participants, c(2, 1, 2))
  expect_equal(tree$transcripts, c(1, 1, 1))
})

test_that("the simulated study's tree adds up", {
  s <- simulated_study
  tree <- coding_tree(s$codebook, s$consensus, s$transcripts)
  expect_equal(sum(tree$own), nrow(s$consensus))
  expect_equal(sum(tree$codings[tree$depth == 0]), nrow(s$consensus))
  for (i in which(!is.na(tree$code))) {
    rows <- s$consensus$code == tree$code[i]
    expect_equal(tree$codings[i], sum(rows))
    expect_equal(tree$transcripts[i],
                 length(unique(s$consensus$transcript[rows])))
  }
})

test_that("a tree is printed with its branches, knitted and drawn", {
  tree <- coding_tree(deep_book(), deep_codings())
  withr::local_options(width = 80)
  lines <- format(tree)
  expect_length(lines, 8)
  expect_equal(length(unique(nchar(lines, "width"))), 1L)
  skip_if_not(l10n_info()[["UTF-8"]])
  expect_equal(sub("  +[0-9].*", "", lines[2:6]), c(
    "System", "\u2514\u2500 eff  Efficiency", "   \u2514\u2500 time",
    "      \u2514\u2500 hours", "People"
  ))
  expect_output(print(coding_tree(deep_book())), "5 codes in 4 themes")
  expect_match(knitr::knit_print(tree), "Transcripts", fixed = TRUE)
  path <- withr::local_tempfile(fileext = ".png")
  grDevices::png(path)
  plot(tree)
  grDevices::dev.off()
  expect_gt(file.size(path), 0)
  expect_error(plot(coding_tree(deep_book())), class = "intercoder_error_value")
  skip_if_not_installed("ggplot2")
  expect_s3_class(ggplot2::ggplot_build(ggplot2::autoplot(tree)),
                  "ggplot_built")
})

test_that("what is not of the tree is refused", {
  stray <- deep_codings()
  stray$code[2] <- "other"
  expect_error(coding_tree(deep_book(), stray), "\"other\" of row 2",
               class = "intercoder_error_codes")
  stray <- deep_codings()
  stray$coder[1] <- "Ben"
  expect_error(coding_tree(deep_book(), stray),
               class = "intercoder_error_coders")
  expect_equal(coding_tree(deep_book(), stray, coder = "Ben")$codings[1], 1)
  expect_error(coding_tree(data.frame(code = "a")),
               class = "intercoder_error_argument")
  expect_error(coding_tree(deep_book(), deep_codings(), "A"),
               class = "intercoder_error_argument")
})

test_that("groups are counted apart, by who mentions what", {
  s <- simulated_study
  tree <- coding_tree(s$codebook, s$consensus, s$transcripts, by = "group")
  group <- s$participants$group[match(s$consensus$transcript,
                                      s$participants$participant)]
  theme <- s$codebook$theme[match(s$consensus$code, s$codebook$code)]
  for (name in c("clinician", "developer")) {
    for (i in seq_len(nrow(tree))) {
      rows <- group == name & (s$consensus$code %in% tree$code[i] |
                                 (is.na(tree$code[i]) & theme == tree$label[i]))
      expect_equal(tree[[paste0("codings.", name)]][i], sum(rows))
      expect_equal(tree[[paste0("participants.", name)]][i],
                   length(unique(s$consensus$transcript[rows])))
    }
  }
  expect_equal(attr(tree, "sizes"), c(clinician = 11, developer = 10))
  expect_equal(tree$participants,
               tree$participants.clinician + tree$participants.developer)
  p <- tree_to_draw(tree)
  expect_equal(p$lanes$at[p$lanes$group == 2],
               tree$participants.developer / 10)
  expect_match(format(tree)[1], "codings clinician (n = 11) developer (n = 10)",
               fixed = TRUE)
  withr::local_pdf(NULL)
  expect_identical(plot(tree), tree)
  expect_error(coding_tree(s$codebook, s$consensus, by = "group"),
               class = "intercoder_error_argument")
  expect_error(coding_tree(s$codebook, s$consensus, s$transcripts, by = "x"),
               class = "intercoder_error_columns")
})
