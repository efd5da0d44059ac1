old <- codebook(data.frame(
  code = c("time", "trust", "cost", "food", "tea", "coffee", "gone", "under"),
  theme = c(NA, "Relationship", NA, NA, NA, NA, NA, "trust"),
  definition = c("Time won", NA, "Money", NA, NA, NA, NA, NA),
  rule = c("minute* OR hour*", "trust*", NA, "bread OR cake OR rice OR soup",
           "tea OR teapot", "coffee OR cup", "lost", "deep")
), version = "1")
new <- codebook(data.frame(
  code = c("time", "confidence", "price", "baked", "cooked", "drinks", "fresh",
           "under"),
  theme = c("Efficiency", "Relationship", NA, NA, NA, NA, NA, "confidence"),
  definition = c("Time won or lost", NA, "Money", NA, NA, NA, "New", NA),
  rule = c("minute*  OR quick*", "trust*", "price*", "Cake OR bread",
           "rice OR soup OR stew", "tea OR coffee OR cup OR teapot", "found",
           "deep")
), version = "2")

test_that("each kind of change is told, with its texts", {
  d <- diff(old, new)
  expect_s3_class(d, c("codebook_diff", "data.frame"))
  expect_named(d, c("change", "code", "new_code", "old", "new"))
  row <- function(change) {
    r <- as.data.frame(d)[d$change == change, -1]
    unname(as.list(as.data.frame(t(r))))
  }
  expect_identical(row("added"), list(c(NA, "fresh", NA, "found")))
  expect_identical(row("removed"), list(c("gone", NA, "lost", NA)))
  expect_identical(row("renamed"), list(
    c("trust", "confidence", "trust", "confidence"),
    c("cost", "price", "cost", "price")
  ))
  expect_identical(row("moved"), list(c("time", "time", NA, "Efficiency")))
  expect_identical(row("definition"),
                   list(c("time", "time", "Time won", "Time won or lost")))
  expect_identical(row("rule"), list(
    c("time", "time", "minute* OR hour*", "minute*  OR quick*"),
    c("cost", "price", NA, "price*")
  ))
  expect_identical(row("split"), list(
    c("food", "baked", old$rule[4], new$rule[4]),
    c("food", "cooked", old$rule[4], new$rule[5])
  ))
  expect_identical(row("merged"), list(
    c("tea", "drinks", old$rule[5], new$rule[6]),
    c("coffee", "drinks", old$rule[6], new$rule[6])
  ))
  expect_identical(nrow(d), 12L)
})

test_that("back is forth with old and new exchanged", {
  forth <- as.data.frame(diff(old, new))
  back <- as.data.frame(diff(new, old))
  mirrored <- c(added = "removed", removed = "added", split = "merged",
                merged = "split")
  other <- mirrored[back$change]
  back$change <- ifelse(is.na(other), back$change, other)
  back <- back[c("change", "new_code", "code", "new", "old")]
  names(back) <- names(forth)
  key <- function(x) sort(do.call(paste, x))
  expect_identical(key(back), key(forth))
})

test_that("a codebook does not differ from itself, nor do orders", {
  expect_identical(nrow(diff(old, old)), 0L)
  expect_identical(nrow(diff(old, old[8:1, ])), 0L)
  expect_identical(nrow(diff(old[0, ], old[0, ])), 0L)
  expect_identical(diff(old[0, ], old)$change, rep("added", 8))
  expect_identical(diff(old, old[0, ])$change, rep("removed", 8))
  expect_type(diff(old[0, ], old)$code, "character")
})

test_that("a code that loses part of its rule to a new one is split", {
  a <- codebook(data.frame(code = "a", rule = "u OR v OR w"))
  b <- codebook(data.frame(code = c("a", "b"), rule = c("u", "v OR w")))
  d <- diff(a, b)
  expect_identical(d$change, c("split", "split", "rule"))
  expect_identical(d$new_code, c("a", "b", "a"))
})

test_that("an identifier finds a code whose name and text changed", {
  a <- codebook(data.frame(code = c("a", "b"), rule = c("x", "y"),
                           guid = c("1", "2")))
  b <- codebook(data.frame(code = c("c", "d"), rule = c("y", "z"),
                           guid = c("1", "2")))
  d <- diff(a, b)
  expect_identical(d$change, c("renamed", "renamed", "rule", "rule"))
  expect_identical(d$new_code[1:2], c("c", "d"))
})

test_that("added columns are compared too", {
  a <- codebook(data.frame(code = "a", minimum = 1))
  b <- codebook(data.frame(code = "a", minimum = 2, speaker = "P"))
  d <- diff(a, b)
  expect_identical(d$change, c("minimum", "speaker"))
  expect_identical(d$old, c("1", NA))
})

talk <- transcripts(data.frame(
  transcript = c("A", "A", "B", "B"), speaker = c("Interviewer", "Ada"),
  text = c("Any time?", "It is quick, an hour or minutes. I trust it.",
           "And food?", "Bread, soup and stew. I found tea. Trust lost.")
))

test_that("codings kept, lost and gained are those of the two codebooks", {
  d <- attr(diff(old, new, transcripts = talk), "codings")
  before <- apply_codebook(talk, old, progress = FALSE)
  after <- apply_codebook(talk, new, progress = FALSE)
  expect_identical(sum(d$kept + d$lost), nrow(before))
  expect_identical(sum(d$kept + d$gained), nrow(after))
  at <- function(code, new_code) {
    r <- d[d$code %in% code & d$new_code %in% new_code, ]
    c(r$kept, r$lost, r$gained)
  }
  expect_identical(at("time", "time"), c(1L, 1L, 1L))
  expect_identical(at("trust", "confidence"), c(2L, 0L, 0L))
  expect_identical(at("gone", NA), c(0L, 1L, 0L))
  expect_identical(at(NA, "fresh"), c(0L, 0L, 1L))
  expect_identical(d$lost_example[1], sprintf("\"hour\" (A, %d)",
                                              before$start[before$text ==
                                                             "hour"]))
  expect_identical(d$gained_example[1], sprintf("\"quick\" (A, %d)",
                                                after$start[after$text ==
                                                              "quick"]))
  same <- attr(diff(old, old, transcripts = talk), "codings")
  expect_identical(sum(same$lost + same$gained), 0L)
})

test_that("changes print as a reader would mark them", {
  withr::local_options(width = 80)
  expect_snapshot(print(diff(old, new)))
  expect_snapshot(print(diff(old, new, transcripts = talk)[1:2, ]))
  skip_if_not_installed("knitr")
  expect_match(paste(knit_print.codebook_diff(diff(old, new)),
                     collapse = "\n"), "New code")
})

test_that("what is no codebook is refused", {
  expect_error(diff(old), class = "intercoder_error_argument")
  expect_error(diff(old, data.frame()), class = "intercoder_error_argument")
  expect_error(diff(old, new, transcripts = 1),
               class = "intercoder_error_argument")
  expect_error(diff(old, new, examples = -1),
               class = "intercoder_error_argument")
})
