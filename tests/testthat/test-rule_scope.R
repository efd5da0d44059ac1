# ---- a slow twin: every term at every word, every pair of hits ----

random_study <- function() {
  n <- sample(3:8, 1)
  texts <- replicate(n, paste(sample(c("a", "b", "c", "ab", "\u00e9\u00e9"),
                                     sample(3:12, 1), TRUE), collapse = " "))
  turns <- data.frame(transcript = sort(sample(c("A", "B"), n, TRUE)),
                      speaker = sample(c("I", "Ada", "Ben"), n, TRUE),
                      text = texts,
                      section = sample(c("x", "y", NA), n, TRUE))
  words <- c("a", "b", "c", "ab", "\u00e9\u00e9", "a*", "\"a b\"", "\"b c a\"",
             "\"\u00e9\u00e9 a\"", "\"a a\"", "\"c ab\"", "\"a b c\"")
  k <- sample(2:4, 1)
  codes <- data.frame(
    code = paste0("code", seq_len(k)),
    rule = replicate(k, paste(sample(words, sample(3, 1)),
                              collapse = " OR ")),
    speaker = sample(c(NA, NA, "interviewer", "Ada | I", "Ben"), k, TRUE),
    section = sample(c(NA, NA, "x", "x|y"), k, TRUE),
    minimum = sample(c(NA, 1, 2, 3), k, TRUE)
  )
  list(turns = turns, codes = codes)
}

slow_hits <- function(text, rule) {
  words <- strsplit(text, " ")[[1]]
  end <- cumsum(nchar(words) + 1) - 1
  start <- end - nchar(words) + 1
  hits <- NULL
  for (term in strsplit(rule, " OR ", fixed = TRUE)[[1]]) {
    wanted <- strsplit(gsub("\"", "", term), " ")[[1]]
    for (i in seq_len(length(words) - length(wanted) + 1)) {
      at <- i + seq_along(wanted) - 1
      fits <- if (term == "a*") startsWith(words[at], "a") else
        words[at] == wanted
      if (all(fits)) hits <- rbind(hits, c(start[i], end[max(at)]))
    }
  }
  unique(hits)
}

overlap <- function(a, b) a[1] <= b[2] && b[1] <= a[2]

# Takes hits (rows) in this order unless they overlap one taken.
slow_greedy <- function(hits, order) {
  kept <- integer()
  for (i in order) {
    free <- !any(vapply(kept, function(j) overlap(hits[i, ], hits[j, ]), NA))
    if (free) kept <- c(kept, i)
  }
  kept
}

slow_apply <- function(study, roles, nested) {
  out <- NULL
  codes <- study$codes
  for (t in seq_len(nrow(study$turns))) {
    turn <- study$turns[t, ]
    role <- if (turn$speaker == "I") "interviewer" else "participant"
    here <- NULL
    for (k in seq_len(nrow(codes))) {
      who <- trimws(strsplit(codes$speaker[k], "|", fixed = TRUE)[[1]])
      spoken <- if (is.na(codes$speaker[k])) role %in% roles else
        any(c(role, turn$speaker) %in% who)
      within <- is.na(codes$section[k]) ||
        turn$section %in% strsplit(codes$section[k], "|", fixed = TRUE)[[1]]
      hits <- slow_hits(turn$text, codes$rule[k])
      if (!spoken || !within || is.null(hits)) next
      apart <- slow_greedy(hits, order(hits[, 1], -hits[, 2]))
      if (length(apart) < max(1, codes$minimum[k], na.rm = TRUE)) next
      if (nested == "code") hits <- hits[apart, , drop = FALSE]
      here <- rbind(here, cbind(hits, k))
    }
    if (is.null(here)) next
    if (nested == "codebook") {
      size <- here[, 2] - here[, 1]
      here <- here[slow_greedy(here, order(-size, here[, 1], here[, 3])), ,
                   drop = FALSE]
    }
    here <- here[order(here[, 1], here[, 2], here[, 3]), , drop = FALSE]
    out <- rbind(out, data.frame(turn = t, start = here[, 1], end = here[, 2],
                                 code = codes$code[here[, 3]]))
  }
  out
}

test_that("scope, minimum and contest are as in a slow twin", {
  set.seed(20)
  found <- 0
  for (round in 1:250) {
    study <- random_study()
    x <- transcripts(study$turns)
    # A random study may have nobody of the speakers its codes want.
    book <- codebook(study$codes)
    roles <- sample(list("participant", "interviewer",
                         c("participant", "interviewer")), 1)[[1]]
    for (nested in c("code", "codebook", "all")) {
      expected <- slow_apply(study, roles, nested)
      apply_with <- function(threads) {
        suppressWarnings(apply_codebook(x, book, roles = roles,
                                        nested = nested, threads = threads),
                         classes = "intercoder_warning_codebook")
      }
      got <- apply_with(1)
      expect_identical(apply_with(2), got)
      before <- x$turns$start[expected$turn] - 1
      expect_equal(got$start, as.integer(before + expected$start))
      expect_equal(got$end, as.integer(before + expected$end))
      expect_identical(got$code, as.character(expected$code))
      found <- found + nrow(got)
    }
  }
  expect_gt(found, 2000)
})

said <- function(...) {
  transcripts(data.frame(transcript = "A", speaker = c("I", "Ada", "Ben"),
                         text = c(...), section = c("x", "x", "y")))
}

test_that("the longest hit of all codes counts, in characters", {
  x <- transcripts(data.frame(transcript = "A", speaker = "Ada",
                              text = "a quick fix, \u00e9\u00e9\u00e9 abcd"))
  book <- codebook(data.frame(code = c("quick", "fix", "e", "long"),
                              rule = c("quick", "\"quick fix\" OR fix",
                                       "\"fix, \u00e9\u00e9\u00e9\"",
                                       "\"\u00e9\u00e9\u00e9 abcd\"")))
  texts <- function(nested) apply_codebook(x, book, nested = nested)$text
  expect_identical(texts("codebook"), c("quick fix", "\u00e9\u00e9\u00e9 abcd"))
  expect_identical(texts("all"), c("quick", "quick fix", "fix",
                                   "fix, \u00e9\u00e9\u00e9",
                                   "\u00e9\u00e9\u00e9 abcd"))
  expect_identical(texts("code"), c("quick", "quick fix",
                                    "fix, \u00e9\u00e9\u00e9",
                                    "\u00e9\u00e9\u00e9 abcd"))
  # As long and begun together: the code that stands higher.
  same <- codebook(data.frame(code = c("b", "a"), rule = c("quick", "/quick/")))
  expect_identical(apply_codebook(x, same, nested = "codebook")$code, "b")
  expect_identical(apply_codebook(x, same[2:1, ], nested = "codebook")$code,
                   "a")
  expect_error(apply_codebook(x, book, nested = "none"),
               class = "intercoder_error_argument")
})

test_that("what does not count takes no other's place", {
  x <- said("quick fix", "quick fix", "quick fix quick fix")
  book <- function(...) {
    codebook(data.frame(code = c("short", "long"),
                        rule = c("quick", "\"quick fix\""), ...))
  }
  codes <- function(book) apply_codebook(x, book, nested = "codebook")$code
  expect_identical(codes(book()), rep("long", 3))
  expect_identical(codes(book(speaker = c(NA, "Ben"))),
                   c("short", "long", "long"))
  expect_identical(codes(book(section = c(NA, "x"))),
                   c("long", "short", "short"))
  expect_identical(codes(book(minimum = c(NA, 2))), c("short", "long", "long"))
})

test_that("a speaker takes the place of roles", {
  x <- said("quick", "quick", "quick")
  who <- function(speaker, ...) {
    found <- apply_codebook(x, codebook(data.frame(
      code = c("a", "b"), rule = "quick", speaker = c(speaker, NA)
    )), ...)
    at <- found$start[found$code == "a"]
    x$turns$speaker[match(at, x$turns$start)]
  }
  expect_identical(who("interviewer"), "I")
  expect_identical(who("participant", roles = "interviewer"), c("Ada", "Ben"))
  expect_identical(who("Ben | I"), c("I", "Ben"))
  expect_identical(who(x$turns$participant[2]), "Ada")
})

test_that("places that are not there are told", {
  x <- said("quick", "quick", "quick")
  book <- codebook(data.frame(code = "a", rule = "quick", speaker = "Cem|Ada",
                              section = "x|z"))
  caught <- expect_warning(out <- apply_codebook(x, book),
                           class = "intercoder_warning_codebook")
  expect_identical(caught$speaker, "Cem")
  expect_identical(caught$section, "z")
  expect_identical(out$text, "quick")
  expect_warning(apply_codebook(transcripts(data.frame(
    transcript = "A", speaker = "Ada", text = "quick")),
    book[setdiff(names(book), "speaker")]),
    "No section is", class = "intercoder_warning_codebook")
})

test_that("weights go into codings, and diff() takes the arguments", {
  x <- said("quick", "quick fix", "fix")
  old <- codebook(data.frame(code = c("a", "b"),
                             rule = c("quick", "\"quick fix\""),
                             weight = c(0.5, NA)))
  expect_identical(apply_codebook(x, old)$weight, c(0.5, NA))
  new <- codebook(data.frame(code = c("a", "b"), rule = old$rule,
                             minimum = c(1, 2)))
  change <- diff(old, new, transcripts = x, nested = "codebook")
  expect_identical(attr(change, "codings")$lost, c(0L, 1L))
  expect_identical(attr(change, "codings")$gained, c(1L, 0L))
  expect_identical(nrow(concordance(x, old, nested = "codebook")), 1L)
})
