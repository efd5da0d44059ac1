bomb <- paste0(strrep("a", 60), "!")
stuck <- transcripts(data.frame(
  transcript = c("A", "A", "B", "B", "C"), speaker = "Ada",
  text = c("pain b", "fine", "pain\U1f600 b", bomb, "b pain")
))
stuck_book <- codebook(data.frame(
  code = c("fine", "none", "bad", "joined"),
  rule = c("pain OR fine", NA, "b OR /(a+)+$/",
           "pain NEAR/2 (b OR /(?:a|aa)+$/)")
))

test_that("a rule that is given up is named, and all others stand", {
  expect_warning(found <- apply_codebook(stuck, stuck_book),
                 class = "intercoder_warning_rule")
  problems <- coding_problems(found)
  turns <- as.data.frame(stuck)
  expect_identical(problems$code, c("bad", "joined"))
  expect_identical(problems$row, 3:4)
  expect_identical(problems$rule, stuck_book$rule[3:4])
  expect_identical(problems$transcript, c("B", "B"))
  expect_identical(problems$start, as.integer(turns$start[c(4, 4)]))
  expect_identical(problems$end, as.integer(turns$end[c(4, 4)]))
  expect_match(problems$problem, "steps")
  seen <- paste(found$transcript, found$code)
  expect_false(any(c("B bad", "B joined") %in% seen))
  expect_setequal(seen, c("A fine", "A bad", "A joined", "B fine", "C fine",
                          "C bad", "C joined"))
  alone <- apply_codebook(stuck, stuck_book[1, ])
  expect_equal(as.data.frame(found[found$code == "fine", ]),
               as.data.frame(alone), ignore_attr = "row.names")
  expect_identical(nrow(coding_problems(alone)), 0L)
})

test_that("threads do not matter, the warning says it all", {
  apply_with <- function(threads) {
    suppressWarnings(apply_codebook(stuck, stuck_book, threads = threads))
  }
  expect_identical(apply_with(1), apply_with(4))
  found <- apply_with(2)
  expect_snapshot(warn_missed(coding_problems(found)))
  expect_snapshot(print(found))
  warned <- tryCatch(apply_codebook(stuck, stuck_book),
                     intercoder_warning_rule = identity)
  expect_identical(warned$problems, coding_problems(found))
})

test_that("problems stay with parts and joined codings", {
  found <- suppressWarnings(apply_codebook(stuck, stuck_book))
  expect_identical(coding_problems(found[1:2, ]), coding_problems(found))
  expect_identical(coding_problems(c(found, found)), coding_problems(found))
  expect_null(attr(found[, c("code", "start")], "problems"))
  expect_null(attr(as.data.frame(found), "problems"))
  expect_identical(nrow(coding_problems(codings(as.data.frame(found)))), 0L)
  expect_error(coding_problems(1), class = "intercoder_error_argument")
})

test_that("no expression takes more than 50 ms per 10,000 words", {
  skip_on_cran()
  skip_on_covr()
  rules <- c("/(a+)+$/", "/(?:a|aa)+b/", "/.*.*.*x/", "/(a*)*b/",
             "/(?=.*(?=.*(?=.*b)))\\W9/", "/(\\w+\\s?)*b/")
  for (cut in c(1, 100, 2000)) {
    talk <- transcripts(data.frame(
      transcript = "A", speaker = "Ada",
      text = strrep("aaa aa, a aaaaa aaaaaaa ", rep(2000 / cut, cut))
    ))
    for (rule in rules) {
      book <- codebook(data.frame(code = "a", rule = rule))
      time <- min(vapply(1:3, function(i) {
        system.time(suppressWarnings(
          apply_codebook(talk, book, threads = 1, progress = FALSE)
        ))[["user.self"]]
      }, 0))
      # Time is the machine's: the bound is generous, a bomb takes hours.
      expect_lt(time, 0.5)
    }
  }
})
