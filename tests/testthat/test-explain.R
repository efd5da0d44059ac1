told <- function(x) {
  x <- as.data.frame(x)
  paste0(x$outcome, " ", x$role, ": ",
         ifelse(is.na(x$operator), "", paste0(x$operator, " ")), x$term,
         ifelse(is.na(x$text), "", paste0(" on ", x$text, " ", x$word)))
}

test_that("every outcome names the terms and the words", {
  x <- explain("good UNLESS BEFORE/3 (not OR never)",
               "A good start, but not that good.")
  expect_equal(told(x), c(
    "coded match: good on good 2", "vetoed match: good on good 7",
    "vetoed veto: UNLESS BEFORE/3 not on not 5"
  ))
  expect_equal(x$at, c(1, 1, 23))
  expect_equal(x$finding, c(1, 2, 2))
  expect_equal(unique(x$code), "good UNLESS BEFORE/3 (not OR never)")
  expect_equal(told(explain("cost* EXCEPT \"at all costs\"", "at all costs")),
               c("vetoed match: cost* on costs 3",
                 "vetoed veto: EXCEPT \"at all costs\" on at all costs 1"))
  expect_equal(told(explain("fear BEFORE/1 (pain OR loss)", "fear of loss")),
               c("missing match: fear on fear 1",
                 "missing missing: BEFORE/1 (pain OR loss)"))
  expect_equal(told(explain("pain AND fear", "fear, pain"))[1:2],
               c("coded match: fear on fear 1", "coded with: AND pain on pain 2"))
  expect_equal(told(explain("/n. f/ WITHIN SENTENCE", "pain. fear")),
               "sentence match: /n. f/ on n. f 1")
  expect_equal(told(explain("abc OR \"x abc\"", "x abc")), c(
    "coded match: \"x abc\" on x abc 1", "overlap match: abc on abc 2",
    "overlap overlap: NA on x abc 1"
  ))
  expect_equal(nrow(explain("pain", "nothing")), 0)
  expect_equal(nrow(explain("pain", "")), 0)
})

test_that("places are those of the text, words those of the transcript", {
  study <- simulated_study
  found <- apply_codebook(study$transcripts, study$codebook)
  x <- explain(found, study$transcripts, study$codebook)
  expect_equal(unique(x$finding), seq_len(nrow(found)))
  expect_true(all(x$outcome == "coded" & x$role == "match"))
  first <- x[!duplicated(x$finding), ]
  expect_equal(first$start, found$start)
  expect_equal(first$code, found$code)
  text <- study$transcripts$documents$text
  text <- text[match(x$transcript, study$transcripts$documents$transcript)]
  expect_equal(x$text, substring(text, x$text_start, x$text_end))
  rule <- study$codebook$rule[match(x$code, study$codebook$code)]
  expect_equal(x$term, substring(rule, x$at, x$at + nchar(x$term) - 1))
  some <- seq(1, nrow(x), 11)
  words <- gregexpr("[\\p{L}\\p{N}\\p{M}_]+(?:['\u2019][\\p{L}\\p{N}\\p{M}_]+)*",
                    text[some], perl = TRUE)
  expect_equal(x$word[some], mapply(function(at, start) {
    match(TRUE, at + attr(at, "match.length") > start)
  }, words, x$text_start[some]))
})

test_that("what is coded is what the codebook codes", {
  study <- simulated_study
  found <- apply_codebook(study$transcripts, study$codebook)
  x <- explain(study$codebook, study$transcripts)
  coded <- x[x$outcome == "coded" & !duplicated(x$finding), ]
  key <- function(d) sort(paste(d$transcript, d$start, d$end, d$code))
  expect_equal(key(coded), key(found))
  expect_setequal(x$outcome, c("coded", "overlap", "unsearched"))
  asked <- x$outcome == "unsearched"
  expect_true(all(study$transcripts$turns$role[match(
    paste(x$transcript, x$turn)[asked],
    paste(study$transcripts$turns$transcript, study$transcripts$turns$turn)
  )] == "interviewer"))
  all <- explain(study$codebook, study$transcripts,
                 roles = c("participant", "interviewer"))
  expect_false("unsearched" %in% all$outcome)
  one <- explain(study$codebook, study$transcripts, code = "eff_error",
                 transcript = "C01", turn = 16)
  expect_equal(told(one), c("coded match: misses on misses 368",
                            "coded match: miss on miss 377"))
})

# The obvious way, in words: which hits of `a` a rule `a OP b` keeps.
slow_fate <- function(op, n, a, b, words) {
  hits <- which(words == a)
  others <- which(words == b)
  by <- lapply(hits, function(i) {
    near <- others[others != i]
    near <- switch(
      op, NOT = others, "UNLESS BEFORE" = near[i - near >= 1 & i - near <= n],
      "UNLESS AFTER" = near[near - i >= 1 & near - i <= n],
      "UNLESS NEAR" = near[abs(near - i) <= n],
      BEFORE = near[near - i >= 1 & near - i <= n],
      AFTER = near[i - near >= 1 & i - near <= n]
    )
    if (op == "NOT") near[1] else near[order(abs(near - i), near)][1]
  })
  data.frame(word = hits, by = as.integer(unlist(by)))
}

test_that("vetoes and partners are those of plain counting", {
  set.seed(4)
  seen <- character()
  for (i in 1:300) {
    words <- sample(c("a", "b", "c", "d"), 12, replace = TRUE)
    op <- sample(c("NOT", "UNLESS BEFORE", "UNLESS AFTER", "UNLESS NEAR",
                   "BEFORE", "AFTER"), 1)
    n <- sample(3, 1)
    rule <- paste0("a ", op, if (op != "NOT") paste0("/", n), " b")
    x <- as.data.frame(explain(rule, paste(words, collapse = " ")))
    want <- slow_fate(op, n, "a", "b", words)
    x <- x[x$role != "overlap", ]
    x$outcome <- sub("overlap", "coded", x$outcome)
    first <- x[x$term == "a" & x$role == "match", ]
    expect_equal(sort(first$word), want$word, info = rule)
    partner <- x[x$term == "b" & x$role %in% c("veto", "match"), ]
    by <- partner$word[match(first$finding, partner$finding)]
    expect_equal(by[order(first$word)], want$by, info = rule)
    veto <- startsWith(op, "UNLESS") || op == "NOT"
    outcome <- first$outcome[order(first$word)]
    lost <- if (veto) !is.na(want$by) else is.na(want$by)
    expect_equal(outcome == (if (veto) "vetoed" else "missing"), lost,
                 info = rule)
    seen <- c(seen, outcome)
  }
  expect_setequal(seen, c("coded", "vetoed", "missing"))
})

test_that("what comes by a reference is placed where the reference stands", {
  book <- codebook(data.frame(
    code = c("twice", "said"),
    rule = c("@said NEAR/9 @no", "(say OR said) UNLESS BEFORE/2 @no")
  ), lists = c(no = "not OR never"))
  said <- explain(book, "time, time: I never said so", code = "said")
  expect_equal(said$via, c(NA, "@no"))
  expect_equal(said$term, c("said", "never"))
  expect_equal(said$at, c(9, 31))
  expect_match(format(said), "UNLESS BEFORE/2 never (@no)", fixed = TRUE,
               all = FALSE)
  twice <- explain(book, "I said, I never", code = "twice")
  expect_equal(twice$via, c("@said", "@no"))
  expect_equal(twice$at, c(1, 14))
})

test_that("what the rule does not find is said to be so", {
  study <- simulated_study
  x <- explain(study$codings[1:5, ], study$transcripts, study$codebook)
  expect_equal(x$outcome, rep("unmatched", 5))
  expect_equal(x$start, study$codings$start[1:5])
  expect_true(all(is.na(x$role) & is.na(x$text)))
  expect_match(format(x), "the rule does not find this", all = FALSE)
  other <- study$codings[1:2, ]
  other$code <- "nobody"
  expect_equal(nrow(explain(other, study$transcripts, study$codebook)), 2)
  expect_equal(nrow(explain(other[0, ], study$transcripts, study$codebook)), 0)
})

outcomes <- function(x, code, columns = c("turn", "outcome")) {
  x <- as.data.frame(x)
  x <- x[x$code == code & !duplicated(x$finding), columns]
  do.call(paste, unname(as.list(x)))
}

test_that("where a code is looked for, and how often, is told", {
  talk <- transcripts(data.frame(
    transcript = "A", speaker = c("Interviewer", "Ada", "Ben", "Ada"),
    section = c("start", "start", "end", "end"),
    text = c("pain", "pain", "pain and pain", "pain, pain, pain")
  ))
  book <- codebook(data.frame(
    code = c("who", "where", "often", "all"), rule = "pain",
    speaker = c("Ben", NA, NA, NA), section = c(NA, "start", NA, NA),
    minimum = c(NA, NA, 3, NA)
  ))
  x <- explain(book, talk)
  expect_equal(outcomes(x, "who"), c(
    "1 unsearched", "2 unsearched", rep("3 coded", 2), rep("4 unsearched", 3)
  ))
  expect_equal(outcomes(x, "where"), c(
    "1 unsearched", "2 coded", rep("3 unsearched", 2), rep("4 unsearched", 3)
  ))
  expect_equal(outcomes(x, "often"), c(
    "1 unsearched", "2 minimum", rep("3 minimum", 2), rep("4 coded", 3)
  ))
  expect_equal(outcomes(x, "all")[1:2], c("1 unsearched", "2 coded"))
  expect_match(format(x, n = 20), "too few in the turn", all = FALSE)
  expect_match(format(x, n = 20), "the turn is not searched", all = FALSE)
})

test_that("codes that contend for the same words are named", {
  book <- codebook(data.frame(
    code = c("speed", "repair", "slow"),
    rule = c("quick OR \"quick fix\"", "\"quick fix up\" OR fix", "slow")
  ))
  text <- "A quick fix up, a fix, slow, quick."
  x <- explain(book, text, nested = "codebook")
  places <- function(x) {
    x <- as.data.frame(x)
    x <- x[!duplicated(x$finding), ]
    paste(x$code, substring(text, x$start, x$end), x$outcome)
  }
  expect_setequal(places(x), c(
    "speed quick overlap", "speed quick fix overlap", "speed quick coded",
    "repair quick fix up coded", "repair fix overlap", "repair fix coded",
    "slow slow coded"
  ))
  by <- as.data.frame(x)[x$role == "overlap", ]
  expect_equal(by$text, rep("quick fix up", 3))
  expect_equal(by$via, rep("repair", 3))
  all <- explain(book, text, nested = "all")
  expect_equal(unique(all$outcome), "coded")
  expect_setequal(places(all), sub("overlap", "coded", places(x)))
  one <- explain(book, text)
  by <- as.data.frame(one)[one$role == "overlap", ]
  expect_equal(paste(by$code, by$via, by$text),
               c("speed speed quick fix", "repair repair quick fix up"))
  # Of one code too the longest counts, though another begins first.
  long <- explain("\"a b\" OR \"b c d\"", "a b c d", nested = "codebook")
  expect_equal(told(long), c(
    "overlap match: \"a b\" on a b 1", "overlap overlap: NA on b c d 2",
    "coded match: \"b c d\" on b c d 2"
  ))
})

test_that("a rule that is given up warns once, and its hits are told apart", {
  long <- paste0(strrep("a", 60), "! fine")
  book <- codebook(data.frame(
    code = c("bad", "fine"), rule = c("fine OR /(a+)+\\?|(a+)+$/", "fine")
  ))
  talk <- function(speaker) {
    transcripts(data.frame(transcript = "A", speaker = speaker,
                           text = c("fine words", long)))
  }
  warnings <- 0
  count <- function(expr) withCallingHandlers(
    expr, intercoder_warning_rule = function(w) {
      warnings <<- warnings + 1
      rlang::cnd_muffle(w)
    }
  )
  x <- count(explain(book, talk(c("Ada", "Ben"))))
  expect_equal(warnings, 1)
  expect_equal(unique(outcomes(x, "bad")), "1 limit")
  expect_equal(outcomes(x, "fine"), c("1 coded", "2 coded"))
  # In a turn that is not searched it does no harm.
  x <- count(explain(book, talk(c("Ada", "Interviewer"))))
  expect_equal(warnings, 1)
  expect_equal(outcomes(x, "bad"), "1 coded")
  x <- count(explain(book, talk(c("Interviewer", "Ada"))))
  expect_equal(warnings, 2)
  expect_equal(outcomes(x, "fine"), c("1 unsearched", "2 coded"))
})

test_that("wrong arguments are refused by name", {
  study <- simulated_study
  expect_error(explain(3), class = "intercoder_error_argument")
  expect_error(explain("a", 3), class = "intercoder_error_argument")
  expect_error(explain("a", NA_character_), class = "intercoder_error_argument")
  expect_error(explain("a OR", "a"), class = "intercoder_error_rule")
  expect_error(explain(study$codebook, study$transcripts, code = "eff"),
               "\"eff_throughput\"", class = "intercoder_error_argument")
  expect_error(explain(study$codebook, study$transcripts, turn = 1e6),
               class = "intercoder_error_argument")
  beyond <- study$codings[1, ]
  beyond$end <- 1000000L
  expect_error(explain(beyond, study$transcripts, study$codebook),
               class = "intercoder_error_codings")
})

test_that("what is printed marks the words in place", {
  withr::local_options(width = 80)
  text <- paste("He was not, as far as we could see and hear, and after so",
                "many days, happy; she was very happy about the good day")
  expect_snapshot(
    explain(c(joy = "happy UNLESS BEFORE/20 not", day = "good AND day*",
              never = "(a NEAR/2 b) AND sad"), c(note = text))
  )
  x <- explain("good OR day", c("a good day", "day by day"))
  expect_s3_class(x[x$turn == 1, ], "rule_explanation")
  expect_false(inherits(x[c("code", "term")], "rule_explanation"))
  expect_match(format(x, n = 1), "[good] [day]", fixed = TRUE, all = FALSE)
  expect_output(print(x, n = 1), "and 1 more turn")
  skip_if_not_installed("knitr")
  expect_match(as.character(knitr::knit_print(x)), "\"good\", word 2",
               all = FALSE)
})

test_that("the generic of dplyr finds the methods as well", {
  skip_if_not_installed("dplyr")
  book <- codebook(data.frame(code = "a", rule = "a"))
  theirs <- getExportedValue("dplyr", "explain")
  expect_equal(theirs(book, "a b a"), explain(book, "a b a"))
})
