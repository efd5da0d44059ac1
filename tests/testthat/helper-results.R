# One result of every class that the package returns, on one small study whose
# codes, coders, groups and words are full of signs that mean something to
# Markdown, HTML or LaTeX.
HOSTILE <- "a&b %1_x #2 $y$ {z} ~t ^u \\v <w> | `q` *s*"

marked_study <- function(seed = 1) {
  withr::local_seed(seed)
  people <- data.frame(participant = sprintf("P%d_&", 1:8),
                       group = rep(c("x & y", "z_1"), each = 4),
                       stringsAsFactors = FALSE)
  said <- c("Time is short.", "I trust it.", "Work & more work.", HOSTILE,
            "No time.", "We trust nobody.")
  talk <- transcripts(data.frame(
    transcript = rep(sprintf("T%d|", 1:8), each = 6),
    participant = rep(people$participant, each = 6),
    speaker = rep(people$participant, each = 6), text = rep(said, 8)
  ), participants = people)
  book <- codebook(data.frame(
    code = c("time_&", "tru|st", "work"), theme = c("do%", "be", "do%"),
    label = c("Time_&", HOSTILE, "Work"), definition = HOSTILE,
    rule = c("time", "trust*", "work"),
    example = c("Time flies.", "We trust.", "At home."),
    near_miss = c("No sense.", NA, NA)
  ))
  u <- units(talk)
  rows <- expand.grid(unit = seq_len(nrow(u)), code = book$code,
                      coder = c("Ann_&", "Ben|"), stringsAsFactors = FALSE)
  truth <- rep(stats::runif(nrow(rows) / 2) < 0.4, 2)
  rows <- rows[ifelse(stats::runif(nrow(rows)) < 0.8, truth, !truth), ]
  coded <- codings(data.frame(
    transcript = u$transcript[rows$unit], start = u$start[rows$unit],
    end = u$end[rows$unit], code = rows$code, coder = rows$coder,
    text = u$text[rows$unit]
  ), talk)
  plan <- coding_plan("Ann_&" = unique(u$transcript),
                      "Ben|" = unique(u$transcript))
  list(talk = talk, book = book, units = u, codings = coded, plan = plan,
       people = people)
}

every_result <- function() {
  s <- marked_study()
  x <- as_ratings(s$codings, s$units, s$plan)
  one <- s$codings[s$codings$coder == "Ann_&", ]
  counts <- code_matrix(s$codings, s$units, s$book, coder = "Ann_&",
                        plan = s$plan)
  agreed <- agreement(x, c("alpha", "percent"), replicates = 50, seed = 1)
  compared <- compare_groups(counts, "group", level = "code", seed = 1)
  said <- quotes(s$codings, s$talk, s$book, coder = "Ann_&", level = "code")
  settled <- resolve(s$codings, s$units, plan = s$plan, unsettled = "open")
  rules <- apply_codebook(s$talk, s$book)
  accuracy <- coder_accuracy(x, "Ann_&", "Ben|")
  changed <- as.data.frame(s$book)
  changed$label[1] <- "Hours | days"
  full <- saturation(counts, base = 2, run = 1, orders = 20, seed = 1)
  rounds <- s$codings
  rounds$round <- ifelse(rounds$transcript < "T5", 1L, 2L)
  many <- as_ratings(c(s$codings, rules), s$units, coding_plan(
    "Ann_&" = unique(s$units$transcript), "Ben|" = unique(s$units$transcript),
    codebook = unique(s$units$transcript)))
  facts <- study_facts(s$talk, s$book, s$codings, plan = s$plan,
                       units = s$units, agreement = agreed,
                       comparison = compared, saturation = full)
  found <- list(
    agreed, agreement_benchmark(agreed), agreement_categories(
      x, ci = "jackknife"),
    agreement_coders(x), compare_agreement(x, replicates = 50, seed = 1),
    agreement_machine(many, "codebook", replicates = 50, seed = 1),
    agreement_pairs(many, ci = "jackknife"),
    agreement_rounds(rounds, s$units, s$plan, ci = "none"),
    agreement_size(0.7, null = 0.4),
    agreement_test(x["work"], replicates = 99, seed = 1), agreement_units(x),
    alternative_annotator_test(many, "codebook", min_units = 5),
    attainable(4, 4), coreq(facts), co_occurrence(one, s$units),
    concordance(s$talk, one),
    code_counts(one, s$units, codebook = s$book, plan = s$plan),
    counts, s$book, diff(s$book, codebook(changed)), test_codebook(s$book),
    accuracy, s$plan, coding_tree(s$book, one), s$codings,
    compared, comparison_sensitivity(counts, "group"), confusions(x),
    compare_corrected(many, "codebook", "Ann_&", "group",
                      participants = s$people),
    detectable_difference(4, 4, 0.3), disagreements(x),
    framework_matrix(s$codings, s$talk, s$book, coder = "Ann_&"),
    gamma_agreement(s$codings, s$talk, s$plan, precision = 0.5, seed = 1),
    icc_anova(ratings(cbind(A = c(1, 2, 4, 5), B = c(1, 3, 4, 4)))),
    joint_display(compared, s$codings, s$talk, s$book, coder = "Ann_&"), kappa_indices(x),
    methods_text(facts, "codebook"),
    misclassified_difference(compared, 0.8, 0.9), misses(accuracy),
    offset_dialect(), pairwise_groups(c(1, 5, 2, 7, 3, 9), rep(
      c("a_", "b|", "c&"), 2)), power_groups(0.2, 0.6, 4, 4),
    compare_profiles(counts, "group"), said, x, settled,
    explain(s$book, s$talk),
    sample_table(s$talk, "group"), full,
    speakers(s$talk), facts, s$talk,
    unitizing_alpha(s$codings, s$talk, s$plan, layers = TRUE, ci = "none"), s$units
  )
  names(found) <- vapply(found, function(x) class(x)[1], "")
  found
}
