found <- function(..., hints = turn_hints(), bold = NULL) {
  text <- paste(c(...), collapse = "\n")
  turns <- find_turns(text, hints, bold)
  turns$text <- substring(text, turns$start, turns$end)
  turns
}

expect_turns <- function(turns, speaker, text, time = NULL) {
  expect_identical(turns$speaker, speaker)
  expect_identical(turns$text, text)
  if (!is.null(time)) expect_equal(turns$time_start, time)
}

test_that("the usual ways of marking a speaker are read", {
  both <- c("INT", "P")
  said <- c("Well?", "Fine.")
  expect_turns(found("INT: Well?", "P: Fine."), both, said)
  expect_turns(found("INT:Well?", "", "P :\tFine."), both, said)
  expect_turns(found("[00:02] INT: Well?", "[01:02:03] P: Fine."), both, said,
               c(2, 3723))
  expect_turns(found("(0:02) INT: Well?", "00:05.5 P: Fine."), both, said,
               c(2, 5.5))
  expect_turns(found("INT (00:02): Well?", "P [00:05]: Fine."), both, said,
               c(2, 5))
  expect_turns(found("INT: [00:02] Well?", "P: [00:05] Fine."), both, said,
               c(2, 5))
  expect_turns(found("[00:02 - 00:04] INT: Well?", "[00:05 - 00:07] P: Fine."),
               both, said, c(2, 5))
  expect_turns(found("INT  00:02", "Well?", "", "P  00:05", "Fine."), both,
               said, c(2, 5))
  expect_turns(found("INT (00:02)", "Well?", "", "P (00:05)", "Fine."), both,
               said, c(2, 5))
  expect_turns(found("[00:02]", "INT: Well?", "[00:05]", "P: Fine."), both,
               said, c(2, 5))
  expect_turns(found("INT:", "Well?", "", "P:", "", "  Fine.  "), both, said)
  expect_turns(found("INT\tWell?", "P\tFine."), both, said)
  expect_turns(found("INT -\tWell?", "P -\tFine."), both, said)
  expect_turns(found("**INT:** Well?", "", "**P:** Fine."), both, said)
  expect_turns(found("**INT**: Well?", "", "__P__: Fine."), both, said)
  expect_turns(found("**INT**", "Well?", "", "**P**", "Fine."), both, said)
  expect_turns(found("[INT] Well?", "[P] Fine."), both, said)
  expect_turns(found("00:21:14\tINT:\tWell?", "00:21:35\tP:\tFine."), both,
               said, c(1274, 1295))
  expect_turns(found("  \u00a0INT\uff1a Well?", "\tP: Fine.\u00a0"), both, said)
})

test_that("names are taken when they recur or carry times", {
  expect_turns(
    found("Mary-Kate O'Brien: Yes.", "Dr. Lee: No.", "Mary-Kate O'Brien: Oh.",
          "Dr. Lee: So."),
    c("Mary-Kate O'Brien", "Dr. Lee")[c(1, 2, 1, 2)],
    c("Yes.", "No.", "Oh.", "So.")
  )
  expect_identical(
    found("[id1] hello", "[id2] no", "[id1] yes", "[id2] oh")$speaker,
    c("id1", "id2", "id1", "id2")
  )
  expect_identical(found("anna: hi", "ben: hi", "anna: so", "ben: oh")$speaker,
                   c("anna", "ben", "anna", "ben"))
  expect_identical(
    found("\u00c1rni: h\u00e6", "\u0418\u0432\u0430\u043d: \u0434\u0430",
          "\u00c1rni: j\u00e6ja", "\u0418\u0432\u0430\u043d: \u043d\u0443")$speaker[1:2],
    c("\u00c1rni", "\u0418\u0432\u0430\u043d")
  )
})

test_that("paragraphs without a label continue the turn", {
  expect_turns(
    found("INT: Well?", "", "P: Fine.", "Really.", "", "And so on.", "",
          "INT: I see."),
    c("INT", "P", "INT"), c("Well?", "Fine.\nReally.\n\nAnd so on.", "I see.")
  )
  expect_turns(found("P: One.", "", "P: Two."), c("P", "P"), c("One.", "Two."))
})

test_that("prose is not taken for speech", {
  expect_turns(
    found("INT: Well?", "One thing: we are late.", "P: It said: no.",
          "http://x.org is it.", "At 10:30: tea.", "Note: later.",
          "Example: this."),
    c("INT", "P"),
    c("Well?\nOne thing: we are late.",
      paste0("It said: no.\nhttp://x.org is it.\nAt 10:30: tea.\nNote: later.\n",
             "Example: this."))
  )
  prose <- c("The plan was simple.", "One thing: it failed.", "", "Later on.",
             "Another point: it was late.", "Result: nothing.", "", "The end.")
  expect_identical(found(prose)$speaker, NA_character_)
  expect_identical(found(prose)$text, paste(prose, collapse = "\n"))
  list <- c("Ideas we had", "", "Pros: cheap.", "Cons: slow.", "", "Pros: new.",
            "Cons: ugly.", "", "That is all we said.")
  expect_identical(found(list)$speaker, NA_character_)
  steps <- c("Method: we asked.", "Sample: eleven.", "Analysis: themes.",
             "We wrote it up.", "And sent it.")
  expect_identical(found(steps)$speaker, NA_character_)
})

test_that("a heading before the first turn belongs to nobody", {
  expect_turns(
    found("Interview 4", "Date: 1 May", "Interviewer: Jane",
          "Participant: C04", "", "Interviewer: Well?", "Participant: Fine."),
    c("Interviewer", "Participant"), c("Well?", "Fine.")
  )
  expect_turns(found("A title", "", "P: One.", "P: Two."), c("P", "P"),
               c("One.", "Two."))
  expect_turns(found("Date: 1 May", "INT: Well?", "P: Fine."), c("INT", "P"),
               c("Well?", "Fine."))
})

test_that("a label that the caller names is taken however it looks", {
  text <- c("the old man: Hm.", "He paused.", "A long pause.", "It rained.",
            "Then it stopped.")
  expect_identical(found(text)$speaker, NA_character_)
  expect_identical(found(text, hints = turn_hints(c("The Old Man" = "participant")))$speaker, "the old man")
})

test_that("times alone part a text without labels", {
  expect_turns(found("[00:01] So it began.", "[00:09] Then it went on."),
               c(NA_character_, NA_character_),
               c("So it began.", "Then it went on."), c(1, 9))
})

test_that("empty turns are left out", {
  expect_turns(found("INT: Well?", "P:", "INT: Hello?"), c("INT", "INT"),
               c("Well?", "Hello?"))
  expect_identical(nrow(find_turns("\n \n\t")), 0L)
})

test_that("bold names of a Word file begin turns", {
  expect_turns(found("Anna Well?", "Ben Fine.", "Anna Oh.", "Ben So.",
                     bold = c(5L, 4L, 5L, 4L)),
               c("Anna", "Ben", "Anna", "Ben"),
               c("Well?", "Fine.", "Oh.", "So."))
})

test_that("roles are guessed from the label", {
  expect_true(all(is_interviewer_label(
    c("Interviewer", "INTERVIEWER 1", "Int.", "I", "I2", "Moderator", "Q",
      "researcher 3")
  )))
  expect_false(any(is_interviewer_label(
    c("Interviewee", "Participant", "P1", "R", "A", "Ian", "Doctor", "C01", NA)
  )))
})

test_that("variants of a label have one key", {
  expect_length(unique(label_key(
    c("Interviewer 1", "Interviewer1", "interviewer1 ", "INTERVIEWER_1",
      "Interviewer-1", "Interviewer\u00a01")
  )), 1)
})

# Random conversations, written in a random way: what is read is what was
# written, and every turn stands where it says.
test_that("turns of random conversations are found again, to the character", {
  withr::local_seed(20260401)
  words <- c("yes", "no", "the", "scan", "caf\u00e9", "\u4eca\u65e5", "it's",
             "\U1F600", "well,", "na\u00efve", "5", "(laughs)", "time.", "why?")
  speech <- function(n) {
    replicate(n, {
      paras <- replicate(sample(3, 1), paste(sample(words, sample(9, 1)),
                                             collapse = " "))
      paste(paras, collapse = sample(c("\n", "\n\n", "\n \n"), 1))
    })
  }
  writers <- list(
    function(who, what, time) paste0(who, ": ", what),
    function(who, what, time) paste0(who, ":\t", what),
    function(who, what, time) paste0("[", time, "] ", who, ": ", what),
    function(who, what, time) paste0(who, " (", time, "): ", what),
    function(who, what, time) paste0("**", who, ":** ", what)
  )
  for (round in 1:60) {
    n <- sample(4:30, 1)
    who <- rep_len(sample(c("Interviewer", "P7", "Anna", "Jos\u00e9 Luis"), 2), n)
    what <- speech(n)
    time <- sprintf("%02d:%02d", seq_len(n), sample(0:59, n, TRUE))
    k <- sample(5, 1)
    gap <- sample(c("\n", "\n\n"), 1)
    title <- sample(c("", "An interview\n\n"), 1)
    text <- paste0(title, paste(writers[[k]](who, what, time), collapse = gap))
    turns <- find_turns(text)
    expect_identical(turns$speaker, who)
    expect_identical(substring(text, turns$start, turns$end), what)
    if (k %in% 3:4) expect_equal(turns$time_start, seconds_of(time))
  }
})

test_that("what meeting and transcription programs write is recognised", {
  found <- function(...) {
    x <- transcripts(data.frame(transcript = "A",
                                text = paste(c(...), collapse = "\n")))
    x$turns[c("speaker", "time_start")]
  }
  meeting <- found("10:02:11 From  Anna Lee  to  Everyone:", "\tHello, and: so",
                   "10:03:11 From Ben Roe to Anna Lee(Direct Message) : Yes",
                   "10:04:11 From Anna Lee : ok")
  expect_identical(meeting$speaker, c("Anna Lee", "Ben Roe", "Anna Lee"))
  expect_equal(meeting$time_start, c(36131, 36191, 36251))
  otter <- found("A talk", "SUMMARY KEYWORDS", "work, time", "SPEAKERS",
                 "Anna Lee, Ben Roe", "", "Anna Lee  00:03", "So: what?", "",
                 "Ben Roe  00:13", "Not much.", "", "Anna Lee  1:00:20", "Oh.")
  expect_identical(otter$speaker, c("Anna Lee", "Ben Roe", "Anna Lee"))
  expect_equal(otter$time_start, c(3, 13, 3620))
  rev <- found("Anna Lee (00:03):", "So?", "", "Speaker 2 (00:13):", "No.")
  expect_identical(rev$speaker, c("Anna Lee", "Speaker 2"))
  tabs <- found("00:21:14\tAnna Lee:\tHello", "00:22:01\tBen Roe:\tSo",
                "00:22:09\tAnna Lee:\tWell")
  expect_identical(tabs$speaker, c("Anna Lee", "Ben Roe", "Anna Lee"))
})

test_that("a first line that tells of a program's start in bold is no turn", {
  text <- paste(c("Anna started transcription", "Anna", "Hello.", "Bo", "Hi.",
                  "Anna", "Yes.", "Bo", "No."), collapse = "\n")
  turns <- intercoder:::find_turns(text, bold = c(4, 4, 0, 2, 0, 4, 0, 2, 0))
  expect_identical(turns$speaker, c("Anna", "Bo", "Anna", "Bo"))
  expect_identical(substring(text, turns$start, turns$end),
                   c("Hello.", "Hi.", "Yes.", "No."))
})
