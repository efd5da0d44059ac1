# A study with what is hard to hand over: emoji, several participants in one
# transcript, attributes of all types, memos, nested codes, equal places.
small_study <- function() {
  x <- transcripts(data.frame(
    transcript = c("C01", "D & \"02\"", "group"),
    text = c(
      "Interviewer: So? \U{1f600}\nP: It saves <time>, \U{1f600} I trust it.\nNo.",
      "INT: And?\nP: =1+1 is caf\u00e9 & cafe\u0301.",
      "Interviewer: All?\nP1: Yes, time.\nP2: No time.\nP1: Well."
    )
  ), participants = data.frame(
    participant = c("C01", "D & \"02\"", "group/P1", "group/P2"),
    group = c("clinician", "developer", NA, "x"), age = c(41L, NA, 30L, 2L),
    score = c(0.1, 1e-7, NA, 123456789.125), glad = c(TRUE, FALSE, NA, TRUE),
    born = as.Date(c("1980-02-29", NA, "1990-01-01", NA)),
    stringsAsFactors = FALSE
  ))
  book <- codebook(data.frame(
    code = c("time", "saving", "trust", "=odd"),
    theme = c("Efficiency", "time", "Relations", NA),
    label = c("Time", "saving", "Trust", "=odd"),
    definition = c("Time won\nor lost", NA, "a <b> & \"c\"", NA),
    rule = c("time*", NA, "trust*", NA)
  ), version = "2")
  find <- function(transcript, words) {
    text <- x$documents$text[x$documents$transcript == transcript]
    c(regexpr(words, text, fixed = TRUE))
  }
  at <- c(find("C01", "<time>"), find("C01", "<time>"), find("C01", "trust"),
          find("D & \"02\"", "=1+1"), find("group", "time"))
  done <- codings(data.frame(
    transcript = c("C01", "C01", "C01", "D & \"02\"", "group"), start = at,
    end = at + c(5L, 5L, 4L, 3L, 3L),
    code = c("time", "time", "trust", "=odd", "saving"),
    coder = c("Ada", "Ben", "Ada", "Ben", "Ada"),
    round = c(1L, NA, 2L, NA, NA), weight = c(NA, 0.1, NA, NA, NA),
    memo = c("first\nline", NA, "ROUND: 7", NA, "=x")
  ), x)
  memos <- intercoder:::memo_table(
    c("project", "transcript", "code", "participant", "place", "note"),
    c("project", "C01", "saving", "group/P2", "group, 19-22", "A plan"),
    c("about all", "a good one\n", "see <there>", "late", "a yes", "do it"),
    c("Ada", "Ben", "Ada", NA, "Ben", NA),
    c("2024-01-02T03:04:05Z", NA, NA, NA, NA, NA)
  )
  list(transcripts = x, codebook = book, codings = done, memos = memos)
}

write_small <- function(path, ...) {
  study <- small_study()
  write_project(study$transcripts, path, codebook = study$codebook,
                codings = study$codings, memos = study$memos, portable = FALSE,
                ...)
  path
}
