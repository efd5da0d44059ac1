book_of <- function(...) {
  rules <- c(...)
  codebook(data.frame(code = names(rules), rule = unname(rules)))
}

talk <- transcripts(data.frame(
  transcript = rep(c("A", "B"), c(3, 2)),
  speaker = c("Interviewer", "Ada", "Ada", "Interviewer", "Ben"),
  role = c("interviewer", "participant", "participant", "interviewer",
           "participant"),
  text = c(
    "Any pain?",
    "Chest\u00a0pain, caf\u00e9 pain \U1f600 and pains.",
    "Dizzy in the chest",
    "Pain?",
    "pain. Dizziness! 10 minutes"
  )
))

test_that("hits are the words at their places", {
  found <- apply_codebook(talk, book_of(
    pain = "pain* OR \"chest pain\"", dizzy = "/dizz(y|iness)/", none = NA,
    time = "minutes"
  ))
  expect_s3_class(found, "codings")
  expect_identical(names(found), c(coding_columns, coding_extras))
  expect_identical(found$transcript, rep(c("A", "B"), c(4, 3)))
  expect_identical(
    found$text,
    c("Chest\u00a0pain", "pain", "pains", "Dizzy", "pain", "Dizziness",
      "minutes")
  )
  expect_identical(found$code, c("pain", "pain", "pain", "dizzy", "pain",
                                 "dizzy", "time"))
  text <- talk$documents$text[match(found$transcript,
                                    talk$documents$transcript)]
  expect_identical(substring(text, found$start, found$end), found$text)
  expect_identical(unique(found$coder), "codebook")
  expect_identical(codings(found, talk), found)
})

test_that("roles and coder are taken", {
  book <- book_of(pain = "pain*")
  count <- function(...) nrow(apply_codebook(talk, book, ...))
  expect_identical(count(), 4L)
  expect_identical(count(roles = "interviewer"), 2L)
  expect_identical(count(roles = c("interviewer", "participant")), 6L)
  expect_identical(unique(apply_codebook(talk, book, coder = "v2")$coder),
                   "v2")
  expect_error(count(roles = "doctor"), class = "intercoder_error_argument")
  expect_error(apply_codebook(talk, data.frame(code = "a")),
               class = "intercoder_error_argument")
})

test_that("a project's transcripts are read", {
  study <- project(file.path(withr::local_tempdir(), "study.intercoder"))
  project_write(study, talk)
  book <- book_of(pain = "pain*")
  expect_identical(apply_codebook(study, book), apply_codebook(talk, book))
  close(study)
})

test_that("no hit crosses turns", {
  book <- book_of(a = "\"pains Dizzy\" OR \"pains Ada Dizzy\"")
  expect_identical(nrow(apply_codebook(talk, book)), 0L)
})

test_that("no rules and no hits give empty codings", {
  for (book in list(book_of(a = NA), book_of(a = "absent"))) {
    found <- apply_codebook(talk, book)
    expect_s3_class(found, "codings")
    expect_identical(nrow(found), 0L)
    expect_identical(vapply(found, typeof, ""),
                     vapply(codings(found), typeof, ""))
  }
})

# ---- operators ----

ward <- transcripts(data.frame(
  transcript = c("A", "A", "A", "B", "B"),
  speaker = c("Ada", "Interviewer", "Ada", "Ben", "Ben"),
  role = c("participant", "interviewer", "participant", "participant",
           "participant"),
  text = c(
    "I am not very afraid of the future. Fear of work, \U1f600 though.",
    "Are you afraid of the future?",
    "The caf\u00e9 is good, never good enough. Equatorial Guinea? Guinea!",
    "My fear is the future",
    "Good pay. I pay attention. The doctor was good."
  )
))

found_by <- function(rule, ...) {
  apply_codebook(ward, book_of(a = rule), ...)$text
}

test_that("operators join hits within a turn", {
  expect_identical(found_by("fear NEAR/4 future"),
                   c("future. Fear", "fear is the future"))
  expect_identical(found_by("future BEFORE/1 fear"), "future. Fear")
  expect_identical(found_by("future BEFORE/1 fear WITHIN SENTENCE"),
                   character())
  expect_identical(found_by("caf\u00e9 BEFORE/2 good"), "caf\u00e9 is good")
  expect_identical(found_by("fear AND work"), c("Fear", "work"))
  expect_identical(found_by("fear NOT work"), "fear")
  expect_identical(found_by("guinea EXCEPT \"equatorial guinea\""), "Guinea")
  expect_identical(found_by("good UNLESS BEFORE/1 never"),
                   c("good", "Good", "good"))
  expect_identical(found_by("good AND pay WITHIN SENTENCE"), c("Good", "pay"))
  expect_identical(found_by("pay EXCEPT \"pay attention\""), "pay")
  expect_identical(
    found_by("afraid UNLESS BEFORE/2 not", roles = c("participant",
                                                     "interviewer")),
    "afraid"
  )
})

test_that("case counts where marked, and ? and * stand for letters", {
  expect_identical(found_by("=Good"), "Good")
  expect_identical(found_by("=good EXCEPT =\"good enough\""),
                   c("good", "good"))
  expect_identical(found_by("/[FG][a-z]+/c"), c("Fear", "Guinea", "Guinea",
                                                "Good"))
  expect_identical(found_by("f?t*e"), c("future", "future"))
  expect_identical(found_by("caf?"), "caf\u00e9")
  expect_error(book_of(a = "?pain"), "inside a word or at its end",
               class = "intercoder_error_rule")
})

test_that("accents are the same in one character and in two, or do not count", {
  text <- paste("Na\u00efve? A nai\u0308ve r\u00e9sume\u0301; the cafe\u0301s,",
                "caf\u00e9s.")
  talk <- transcripts(data.frame(transcript = "A", speaker = "Ada",
                                 text = text))
  book <- book_of(composed = "na\u00efve", decomposed = "nai\u0308ve",
                  bare = "naive OR cafe*", folded = "~naive OR ~r\u00e9sume",
                  star = "~cafe* NEAR/1 ~cafes", cased = "=~Naive")
  found <- apply_codebook(talk, book)
  from <- found$start - talk$turns$start + 1L
  to <- found$end - talk$turns$start + 1L
  expect_identical(found$text, substring(text, from, to))
  places <- split(paste(from, to), found$code)
  expect_identical(places$composed, c("1 5", "10 15"))
  expect_identical(places$decomposed, places$composed)
  expect_null(places$bare)
  expect_identical(places$folded, c(places$composed, "17 23"))
  expect_identical(places$star, "30 42")
  expect_identical(places$cased, "1 5")
  expect_error(book_of(a = "~/a/"), "not before expressions.*at character 1",
               class = "intercoder_error_rule")
  expect_error(book_of(a = "b OR ~"), "missing after ~ at character 6",
               class = "intercoder_error_rule")
})

test_that("diacritics are told apart in explanations and tests", {
  book <- codebook(data.frame(
    code = c("a", "b", "c"),
    rule = c("~caf\u00e9", "caf\u00e9", "\u6280\u8853"),
    example = c("the cafe", "the cafe\u0301", "\u65b0\u6280\u8853\u8005"),
    near_miss = c("the caff\u00e8", "the cafe", "\u6280 \u8853")
  ))
  expect_true(all(test_codebook(book)$passed))
  why <- explain("~cafe OR caf\u00e9", "A cafe, a cafe\u0301.")
  expect_setequal(why$term, c("~cafe", "caf\u00e9"))
})

test_that("terms of scripts without spaces are found wherever they stand", {
  text <- paste0("\u65b0\u6280\u8853\u306f\u533b\u5e2b\u306e\u4ed5\u4e8b\u3002",
                 "AI\u6280\u8853 \u0e1b\u0e27\u0e14\u0e2b\u0e31\u0e27")
  talk <- transcripts(data.frame(transcript = "A", speaker = "Ada",
                                 text = text))
  book <- book_of(han = "\u6280\u8853*", mixed = "AI\u6280\u8853", latin = "AI",
                  thai = "\u0e2b\u0e31\u0e27",
                  near = "\u65b0 BEFORE/4 \u533b\u5e2b",
                  far = "\u65b0 BEFORE/3 \u533b\u5e2b")
  found <- apply_codebook(talk, book)
  from <- found$start - talk$turns$start + 1L
  to <- found$end - talk$turns$start + 1L
  expect_identical(found$text, substring(text, from, to))
  places <- split(paste(from, to), found$code)
  expect_identical(places, list(
    han = c("2 3", "13 14"), latin = "11 12", mixed = "11 14", near = "1 6",
    thai = "19 21"
  ))

  # Each letter is a word wherever words are counted.
  expect_identical(speakers(talk)$words, 9L + 3L + 5L)
  lines <- concordance(talk, found[found$code == "mixed", ], width = 2,
                       unit = "words")
  expect_identical(trimws(lines$left), "\u4ed5\u4e8b\u3002")
  expect_identical(trimws(lines$right), "\u0e1b\u0e27")
  why <- explain(c(far = "\u65b0 BEFORE/3 \u533b\u5e2b"), text)
  expect_identical(unique(why$outcome), "missing")
  expect_error(book_of(a = "\u6280?"), "written without spaces.*character 2",
               class = "intercoder_error_rule")
})

test_that("places of joined hits are those of the original", {
  found <- apply_codebook(ward, book_of(
    a = "fear NEAR/4 future", b = "work BEFORE/2 though", c = "good"
  ))
  text <- ward$documents$text[match(found$transcript,
                                    ward$documents$transcript)]
  expect_identical(substring(text, found$start, found$end), found$text)
  expect_identical(found$code, c("a", "b", "c", "c", "a", "c", "c"))
  expect_identical(codings(found, ward), found)
})

test_that("operators do not see other rules, their order or the threads", {
  rules <- c(a = "fear NEAR/4 future", b = "good UNLESS BEFORE/1 never",
             c = "fear OR good", d = "good AND pay WITHIN SENTENCE",
             e = "/g\\w+/ EXCEPT guinea")
  sorted <- function(x) {
    x <- as.data.frame(x)
    x <- x[order(x$transcript, x$start, x$end, x$code, method = "radix"), ]
    rownames(x) <- NULL
    x
  }
  one <- apply_codebook(ward, book_of(rules), threads = 1)
  expect_gt(nrow(one), 10)
  expect_identical(apply_codebook(ward, book_of(rules), threads = 4), one)
  expect_identical(sorted(apply_codebook(ward, book_of(rev(rules)))),
                   sorted(one))
  each <- lapply(names(rules), function(code) {
    apply_codebook(ward, book_of(rules[code]))
  })
  expect_identical(sorted(do.call(c, each)), sorted(one))
})

test_that("sentences of wrapped lines go on over the line end", {
  line <- paste("We spoke for a while about the work that is done here and",
                "the money")
  wrapped <- paste(c(rep(line, 4), "is the cost"), collapse = "\n")
  talk <- transcripts(data.frame(transcript = "A", speaker = "Ada",
                                 text = wrapped))
  expect_true(lines_are_wrapped(talk))
  found <- apply_codebook(talk, book_of(
    a = "cost AND spoke WITHIN SENTENCE"
  ))
  expect_identical(nrow(found), 5L)
  plain <- transcripts(data.frame(transcript = "A", speaker = "Ada",
                                  text = "We spoke\nof the cost"))
  expect_identical(nrow(apply_codebook(plain, book_of(
    a = "cost AND spoke WITHIN SENTENCE"
  ))), 0L)
})

test_that("a rule that cannot be read says where", {
  expect_error(book_of(a = "pain NEAR fear"),
               "NEAR needs a number of words.*at character 6",
               class = "intercoder_error_rule")
  expect_error(book_of(a = "pain AND"), "missing at character 9",
               class = "intercoder_error_rule")
})

# ---- against a slow twin in R ----

vocabulary <- c("pain", "Pains", "chest", "chesty", "don't", "caf\u00e9",
                "CAF\u00c9s", "a", "ab", "\u03a3\u03b1", "follow", "up", "x1")

random_talk <- function(n) {
  text <- vapply(seq_len(n), function(i) {
    words <- sample(vocabulary, 40, replace = TRUE)
    gaps <- sample(c(" ", " ", " ", "  ", ", ", "-", ". "), 40, replace = TRUE)
    paste0(words, gaps, collapse = "")
  }, "")
  transcripts(data.frame(transcript = sprintf("T%02d", seq_len(n)),
                         speaker = "Ada", text = trimws(text)))
}

random_rule <- function() {
  terms <- vapply(seq_len(sample(3, 1)), function(i) {
    words <- sample(tolower(vocabulary), sample(3, 1, prob = c(4, 2, 1)))
    stars <- ifelse(stats::runif(length(words)) < 0.3, "*", "")
    paste0("\"", paste0(words, stars, collapse = " "), "\"")
  }, "")
  paste(terms, collapse = " OR ")
}

# The rule term by term at the start of every word, by R's expressions.
twin_hits <- function(rule, text) {
  terms <- gsub("\"", "", strsplit(rule, " OR ", fixed = TRUE)[[1]])
  inside <- "[\\p{L}\\p{Nd}\\p{Mn}\\p{Pc}]"
  word <- paste0(inside, "+(?:'", inside, "+)*")
  starts <- as.vector(gregexpr(word, text, perl = TRUE)[[1]])
  body <- gsub("*", paste0("(?:'?", inside, ")*"), terms, fixed = TRUE)
  body <- gsub(" ", "(?:\\s+|-)", body, fixed = TRUE)
  hits <- do.call(rbind, lapply(body, function(term) {
    sizes <- vapply(substring(text, starts), function(rest) {
      attr(regexpr(paste0("^(?:", term, ")(?!'?", inside, ")"), rest,
                   perl = TRUE, ignore.case = TRUE), "match.length")
    }, 1L, USE.NAMES = FALSE)
    cbind(starts, starts + sizes - 1)[sizes > 0, , drop = FALSE]
  }))
  settle_hits(hits)
}

settle_hits <- function(hits) {
  kept <- hits[0, , drop = FALSE]
  last <- 0
  while (length(hits <- hits[hits[, 1] > last, , drop = FALSE])) {
    first <- order(hits[, 1], -hits[, 2])[1]
    kept <- rbind(kept, hits[first, ])
    last <- hits[first, 2]
  }
  kept
}

test_that("the engine agrees with a slow twin in R", {
  withr::local_seed(20)
  talk <- random_talk(12)
  rules <- vapply(1:25, function(i) random_rule(), "")
  names(rules) <- sprintf("c%02d", seq_along(rules))
  found <- apply_codebook(talk, book_of(rules), threads = 2)
  turns <- as.data.frame(talk)
  checked <- 0
  for (i in seq_len(nrow(turns))) {
    for (code in names(rules)) {
      want <- twin_hits(rules[[code]], turns$text[i])
      mine <- found[found$transcript == turns$transcript[i] &
                      found$code == code, ]
      expect_identical(
        as.vector(cbind(mine$start, mine$end) - turns$start[i] + 1),
        as.double(want),
        label = paste(rules[[code]], turns$text[i])
      )
      checked <- checked + NROW(want)
    }
  }
  expect_gt(checked, 1000)
})

test_that("order of rules, threads and the cut into calls change nothing", {
  withr::local_seed(21)
  talk <- random_talk(30)
  rules <- vapply(1:40, function(i) random_rule(), "")
  names(rules) <- sprintf("c%02d", seq_along(rules))
  sorted <- function(x) {
    x <- as.data.frame(x)
    x <- x[order(x$transcript, x$start, x$end, x$code, method = "radix"), ]
    rownames(x) <- NULL
    x
  }
  one <- apply_codebook(talk, book_of(rules), threads = 1)
  for (threads in c(2, 4)) {
    expect_identical(apply_codebook(talk, book_of(rules), threads = threads),
                     one)
  }
  turned <- apply_codebook(talk, book_of(rev(rules)))
  expect_identical(sorted(turned), sorted(one))
  ids <- talk$documents$transcript
  parts <- lapply(ids, function(id) apply_codebook(talk[id], book_of(rules)))
  expect_identical(do.call(c, parts), one)
  each <- lapply(names(rules), function(code) {
    apply_codebook(talk, book_of(rules[code]))
  })
  expect_identical(sorted(do.call(c, each)), sorted(one))
})

test_that("real consultations are coded at their places", {
  talk <- read_transcripts(real_data("primock57"))
  book <- book_of(
    pain = "pain* OR ache* OR sore*", breath = "breath* OR \"short of breath\"",
    time = "/\\b\\d+ (day|week|month)s?\\b/ OR yesterday", thanks = "thank*"
  )
  found <- apply_codebook(talk, book, roles = c("participant", "interviewer"))
  expect_gt(nrow(found), 500)
  expect_identical(codings(found, talk), found)
  expect_true(all(grepl("^(pain|ache|sore)", found$text[found$code == "pain"],
                        ignore.case = TRUE)))
})
