# A study of some size, whose names come from `name`.
crowd <- function(people, codes, groups = 2, name = "Code", coders = 2) {
  ids <- sprintf("P%03d", seq_len(people))
  turns <- 4
  x <- transcripts(data.frame(
    transcript = rep(ids, each = turns), speaker = rep(ids, each = turns),
    participant = rep(ids, each = turns), text = "Some words were said here.",
    section = sprintf("%s q%d", name, rep_len(1:2, people * turns))
  ), participants = data.frame(
    participant = ids, group = sprintf("%s g%d", name,
                                       rep_len(seq_len(groups), people))))
  u <- units(x)
  labels <- sprintf("%s %d", name, seq_len(codes))
  book <- codebook(data.frame(code = labels, theme = paste(
    name, "t", rep_len(seq_len(ceiling(codes / 4)), codes))))
  has <- function(coder) {
    at <- expand.grid(row = seq_len(nrow(u)), code = seq_len(codes))
    key <- (at$row * 31 + at$code * 17 + at$row * at$code) %% 7
    at <- at[key == 0 | (coder == 2 & key == 1) | (coder == 1 & key == 2), ]
    data.frame(u[at$row, c("transcript", "start", "end")],
               code = labels[at$code], coder = sprintf("%s c%d", name, coder))
  }
  codings <- codings(do.call(rbind, lapply(seq_len(coders), has)), x)
  one <- codings[codings$coder == codings$coder[1], ]
  list(transcripts = x, codebook = book, units = u, codings = codings,
       one = one, people = participants(x))
}

crowd_results <- function(s) {
  rated <- suppressWarnings(as_ratings(s$codings, s$units,
                                       codes = s$codebook$code))
  m <- code_matrix(s$one, s$units, s$codebook, participants = s$people)
  two <- m
  two$participants$group[!m$participants$group %in%
                           unique(m$participants$group)[1:2]] <- NA
  quiet <- suppressWarnings
  list(
    s$codings, m, quiet(agreement(rated, c("alpha", "ac"), ci = "none")),
    quiet(agreement_coders(rated)), quiet(agreement_units(rated)),
    quiet(agreement_pairs(rated)),
    coder_accuracy(rated, rated$coders[2], rated$coders[1]),
    if (nrow(s$codebook) > 1) co_occurrence(s$one, s$units),
    if (nrow(s$codebook) > 1) confusions(rated),
    code_counts(s$one, s$units, "section", s$codebook, group = "group"),
    coding_tree(s$codebook, s$one, s$transcripts),
    coding_tree(s$codebook, s$one, s$transcripts, by = "group"),
    quiet(compare_groups(two, "group", level = "code", interval = "newcombe",
                         adjust = "none", replicates = 1)),
    quiet(compare_groups(two, "group", measure = "share", adjust = "none",
                         replicates = 1)),
    if (nrow(s$codebook) > 1) quiet(compare_profiles(m, "group", replicates = 9,
                                                     seed = 1)),
    quiet(comparison_sensitivity(two, "group", measure = "share",
                                 participants = FALSE)),
    saturation(s$one, s$people$participant, s$people$group, orders = 5,
               seed = 1)
  )
}

# Drawn both ways without a warning, and the device left as it was.
expect_drawn <- function(x) {
  withr::local_png(withr::local_tempfile(fileext = ".png"), width = 1050,
                   height = 750, res = 150)
  graphics::par(mar = c(5, 4, 4, 2) + 0.1)
  before <- graphics::par(c("mai", "xpd", "mfrow", "oma", "cex", "las"))
  expect_no_warning(expect_no_error(plot(x)))
  expect_equal(graphics::par(c("mai", "xpd", "mfrow", "oma", "cex", "las")),
               before)
  skip_if_not_installed("ggplot2")
  expect_no_warning(expect_no_error(print(ggplot2::autoplot(x))))
}

test_that("figures hold few, many, one, long names and other scripts", {
  skip_on_cran()
  sizes <- list(
    one = crowd(6, 1), many = crowd(30, 60),
    long = crowd(8, 6, name = strrep("a rather long name ", 3), coders = 3),
    script = crowd(18, 5, 6, paste(
      "\u60a3\u8005\u4fe1\u4efb\u4e0e\u5171\u540c",
      "\u062b\u0642\u0629 \u0627\u0644\u0645\u0631"))
  )
  for (size in names(sizes)) {
    # glyphs a device lacks are no fault of the figure's
    if (size == "script" && !capabilities("cairo")) next
    for (x in Filter(Negate(is.null), crowd_results(sizes[[size]]))) {
      expect_drawn(x)
    }
  }
})

test_that("names of rows keep to their lines and lose their middle", {
  long <- paste("A name that goes on for longer than", 1:2, "lines will hold",
                "of it, Ada")
  expect_equal(row_labels("Short", 5), "Short")
  expect_true(all(count_lines(row_labels(long, 4)) <= 3))
  one <- row_labels(long, 40)
  expect_true(all(nchar(one) <= 40))
  expect_match(one, "^A name that .*[.]{3}.*Ada$")
  expect_equal(nchar(strwrap_labels("\u60a3\u8005\u4fe1\u4efb", 4)), 5)
  expect_equal(cut_middle(NA_character_, 3), NA_character_)
  expect_lt(row_size(60), row_size(10))
  expect_equal(whole_breaks(c(0, 1)), c(0, 1))
})

test_that("groups take two colours, more the palette", {
  expect_equal(group_style(2)$colours, GROUP_COLOURS)
  expect_equal(lengths(group_style(6), FALSE), c(6, 6))
  expect_equal(anyDuplicated(group_style(8)$shapes), 0)
})
