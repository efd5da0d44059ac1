# Three coders who read the simulated interviews, and the talk that settles
# where the first two differ.

confusable <- rbind(
  c("rel_empathy", "rel_time"), c("rel_empathy", "rel_trust"),
  c("rel_time", "eff_workload"), c("eff_throughput", "int_workflow"),
  c("eff_error", "int_liability"), c("int_explain", "rel_sdm"),
  c("eff_cost", "gov_incentives"), c("gov_equity", "gov_privacy")
)

# How hard a code is to apply: lowers sensitivity, raises false positives.
difficulty <- c(
  eff_throughput = 0.15, eff_error = 0.10, eff_cost = 0.10, eff_workload = 0.35,
  rel_trust = 0.30, rel_empathy = 0.80, rel_time = 0.45, rel_sdm = 0.35,
  int_workflow = 0.30, int_deskill = 0.25, int_liability = 0.20,
  int_explain = 0.35, gov_incentives = 0.30, gov_equity = 0.45,
  gov_privacy = 0.20
)

# Units x codes: what is in the text, and which codes a unit nearly has.
truth_matrix <- function(answers, codes, field) {
  out <- vapply(codes, function(code) {
    vapply(answers, function(a) code %in% unlist(a[[field]]), TRUE)
  }, logical(length(answers)))
  colnames(out) <- codes
  out
}

# Turns of a few words, in which nobody sees a code that is not there.
thin_turns <- function(answers) {
  vapply(answers, function(a) {
    length(strsplit(paste(a$text, collapse = " "), " ")[[1]]) < 12
  }, TRUE)
}

# `hard` is shared by all coders, so that they err on the same turns.
code_turns <- function(truth, near, thin, hard, sensitivity, false_positive,
                       drift = 0, early = FALSE) {
  out <- truth
  for (code in colnames(truth)) {
    d <- difficulty[[code]]
    yes <- stats::plogis(stats::qlogis(sensitivity) - 1.5 * d - hard -
                           0.5 * drift * early)
    no <- stats::plogis(stats::qlogis(false_positive) + 1.2 * d + 0.3 * hard +
                          drift * early + 3 * near[, code]) * !thin
    out[, code] <- stats::runif(nrow(truth)) <
      ifelse(truth[, code], yes, no)
  }
  for (i in seq_len(nrow(confusable))) {
    from <- confusable[i, 1]
    to <- confusable[i, 2]
    slip <- truth[, from] & !out[, from] & stats::runif(nrow(truth)) < 0.35
    out[slip, to] <- TRUE
  }
  out
}

# Which sentences of an answer a coding covers: those that carry the code (or
# nearly do), or the whole turn, as the coder's habit has it.
spans_of <- function(applied, answers, narrow) {
  rows <- which(applied, arr.ind = TRUE)
  rows <- rows[order(rows[, 1], rows[, 2]), , drop = FALSE]
  close <- stats::runif(nrow(rows)) < narrow
  out <- lapply(seq_len(nrow(rows)), function(i) {
    a <- answers[[rows[i, 1]]]
    code <- colnames(applied)[rows[i, 2]]
    carries <- vapply(a$codes, function(x) code %in% x, TRUE)
    at <- which(carries | a$near == code)
    all <- seq_along(a$text)
    at <- if (close[i] && length(at)) range(at) else range(all)
    data.frame(answer = rows[i, 1], code = code, first = at[1], last = at[2])
  })
  do.call(rbind, out)
}

# What A and B decide where they differ, and why. They mostly find what is in
# the text; else A has it. Now and then they see a code both had passed over.
settle <- function(truth, a, b) {
  rows <- which(a != b, arr.ind = TRUE)
  rows <- rows[order(rows[, 1], rows[, 2]), , drop = FALSE]
  found <- stats::runif(nrow(rows)) < 0.85
  out <- data.frame(
    answer = rows[, 1], code = colnames(a)[rows[, 2]], A = a[rows], B = b[rows],
    decision = ifelse(found, truth[rows], a[rows])
  )
  both_missed <- which(truth & !a & !b, arr.ind = TRUE)
  both_missed <- both_missed[both_missed[, 1] %in% rows[, 1], , drop = FALSE]
  both_missed <- both_missed[stats::runif(nrow(both_missed)) < 0.5, ,
                             drop = FALSE]
  new <- data.frame(
    answer = both_missed[, 1], code = colnames(a)[both_missed[, 2]],
    A = rep(FALSE, nrow(both_missed)), B = rep(FALSE, nrow(both_missed)),
    decision = rep(TRUE, nrow(both_missed))
  )
  out <- rbind(out, new)
  out <- out[order(out$answer, match(out$code, colnames(a))), ]
  out$reason <- reasons(out, a & b)
  out
}

reasons <- function(cases, agreed) {
  accept <- c("Overlooked; the sentence meets the definition.",
              "Falls under what the codebook includes.",
              "Read again in its context: the definition is met.")
  refuse <- c("The word is there, the idea is not.",
              "Said in passing, not as a goal or an effect.",
              "The interviewer's idea, not taken up.")
  vapply(seq_len(nrow(cases)), function(i) {
    code <- cases$code[i]
    pair <- confusable[confusable[, 1] == code | confusable[, 2] == code, ,
                       drop = FALSE]
    kept <- c(colnames(agreed)[agreed[cases$answer[i], ]],
              cases$code[cases$answer == cases$answer[i] & cases$decision])
    neighbour <- intersect(setdiff(c(pair), code), kept)
    said <- draw(if (cases$decision[i]) accept else refuse)
    if (!cases$A[i] && !cases$B[i]) {
      "Seen only in discussion; the definition is met."
    } else if (!cases$decision[i] && length(neighbour)) {
      sprintf("Excluded by the codebook: see %s.", neighbour[1])
    } else {
      said
    }
  }, "")
}
