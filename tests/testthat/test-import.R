test_that("categories are labels, codes of their own, or named apart", {
  tree <- coded_tree(data.frame(
    id = c("1", "2", "3", "g1", "g2", "g3"),
    parent = c("g1", "g2", "1", NA, NA, "g1"),
    name = c("trust", "time", "deep trust", "Relations", "time", "Inner"),
    definition = c("What is trusted", NA, NA, " ", NA, NA),
    category = c(FALSE, FALSE, FALSE, TRUE, TRUE, TRUE), color = NA
  ))
  expect_identical(tree$book$code,
                   c("trust", "time", "deep trust", "time 1", "Inner"))
  expect_identical(tree$book$theme,
                   c("Relations", "time 1", "trust", NA, "Relations"))
  expect_identical(tree$code, c("trust", "time", "deep trust", NA, "time 1",
                                "Inner"))
  expect_false("color" %in% names(tree$book))
})

test_that("added lines move what comes behind them", {
  layout <- lay_out("OneTwoThree")
  breaks <- c(3, 6)
  text <- add_breaks(layout, breaks)
  expect_identical(text, "One\nTwo\nThree")
  at <- c(1, 3, 4, 6, 7, 11)
  expect_identical(
    substring(text, moved_by_breaks(at, breaks), moved_by_breaks(at, breaks)),
    substring("OneTwoThree", at, at)
  )
  expect_identical(add_breaks(lay_out("x"), numeric()), "x")
})

test_that("a text is split at its marks", {
  split <- split_at_marks("\u00e4<b>\u00f6</b>", "</?b>")
  expect_identical(split$marks, c("<b>", "</b>"))
  expect_identical(split$between, c("\u00e4", "\u00f6", ""))
  expect_identical(split_at_marks("", "x"), list(marks = character(),
                                                 between = ""))
})

test_that("categories in a circle stand alone", {
  tree <- coded_tree(data.frame(
    id = 1:3, parent = c(2, 1, 1), name = c("a", "b", "c"), definition = NA,
    category = c(TRUE, TRUE, FALSE), color = NA
  ))
  expect_identical(tree$book$theme, c(NA, NA, "a"))
})

test_that("cases own the transcripts that are theirs alone", {
  owners <- case_owners(
    data.frame(case = c("A", "A", "B", "C", NA),
               transcript = c("t1", "t1", "t2", "t2", "t3")),
    c("t3", "t2", "t1")
  )
  expect_identical(owners$participant, c(NA, NA, "A"))
  expect_identical(owners$sets$set, c("B", "C"))
  expect_identical(owners$sets$member, c("t2", "t2"))
})

test_that("numbers become numbers where nothing is lost", {
  known <- numbers_where(data.frame(
    participant = c("1", "2"), age = c("43", ""), code = c("007", "8"),
    score = c("-1.5", NA), long = c("12345678901234567890", "1")
  ))
  expect_identical(known$participant, c("1", "2"))
  expect_identical(known$age, c(43, NA))
  expect_identical(known$code, c("007", "8"))
  expect_identical(known$score, c(-1.5, NA))
  expect_identical(known$long, c("12345678901234567890", "1"))
})
