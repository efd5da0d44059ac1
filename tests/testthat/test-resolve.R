text <- "I: Well?\n\nP: One two.\n\nI: So?\n\nP: Three four.\n\nI: And?\n\nP: Five."
talk <- transcripts(data.frame(transcript = c("a", "b"), text = text))
turns <- units(talk, by = "turn")

cell <- function(turn, code, coder, transcript = "a", from = 1, to = NULL) {
  unit <- turns[turns$transcript == transcript, ][turn, ]
  data.frame(transcript = transcript, start = unit$start + from - 1,
             end = if (is.null(to)) unit$end else unit$start + to - 1,
             code = code, coder = coder)
}
coded <- codings(rbind(
  cell(1, "x", "A", to = 3), cell(1, "x", "B"),
  cell(2, "x", "A"), cell(2, "y", "B"),
  cell(3, "y", "A"), cell(3, "y", "B"),
  cell(1, "y", "B", "b")
), transcripts = talk)
name <- function(turn, transcript = "a") {
  turns$unit[turns$transcript == transcript][turn]
}
choose <- data.frame(
  unit = c(name(2), name(2), name(2), name(3), name(1, "b")),
  code = c("x", "y", "z", "y", "y"), decision = c(1, 0, 1, 0, 1),
  reason = letters[1:5]
)

test_that("agreement stands, decisions settle the rest, the log says for whom", {
  out <- resolve(coded, turns, choose)
  expect_s3_class(out, "resolution")
  expect_identical(out$codings$code, c("x", "x", "z", "y"))
  expect_identical(unique(out$codings$coder), "consensus")
  expect_identical(out$log$settled_for, c("A", "A", "new", "withdrawn", "B"))
  expect_identical(out$log$reason, letters[1:5])
  table <- summary(out)
  expect_identical(table$code, c("x", "y", "z"))
  expect_equal(table$agreed, c(1, 1, 0))
  expect_equal(table$disagreements, c(1, 2, 0))
  expect_equal(table$for.A, c(1, 1, 0))
  expect_equal(table$for.B, c(0, 1, 0))
  expect_equal(table$new, c(0, 0, 1))
  expect_equal(table$withdrawn, c(0, 1, 0))
})

test_that("the place comes from the first coder, a new code takes the unit", {
  out <- resolve(coded, turns, choose)$codings
  expect_identical(out$text[1], "One")
  expect_identical(out$text[out$code == "z"], "Three four.")
  back <- resolve(coded, turns, choose, coders = c("B", "A"))$codings
  expect_identical(back$text[1], "One two.")
})

test_that("a coding over several units is cut to each", {
  long <- turns[turns$transcript == "a", ]
  both <- codings(data.frame(
    transcript = "a", start = long$start[1] + 4, end = long$end[2] - 6,
    code = "x", coder = c("A", "B")
  ), transcripts = talk)
  out <- resolve(both, turns)$codings
  expect_identical(out$text, c("two.", "Three"))
})

test_that("an unsettled disagreement is refused or left open", {
  error <- expect_error(resolve(coded, turns),
                        class = "intercoder_error_decisions")
  expect_match(conditionMessage(error), name(2), fixed = TRUE)
  expect_match(conditionMessage(error), "3 disagreements")
  out <- resolve(coded, turns, unsettled = "open")
  expect_equal(sum(summary(out)$open), 3)
  expect_identical(out$codings$code, c("x", "y"))
})

test_that("who never saw a transcript does not disagree", {
  plan <- coding_plan(A = "a", B = c("a", "b"))
  out <- resolve(coded, turns, choose[-5, ], plan = plan)
  expect_identical(out$codings$transcript, c("a", "a", "a", "b"))
  expect_false("b" %in% out$log$transcript)
  expect_equal(summary(out)$agreed[2], 1)
})

test_that("decisions that cannot be are refused, naming the row", {
  bad <- function(column, value) {
    choose[[column]][2] <- value
    error <- expect_error(resolve(coded, turns, choose),
                          class = "intercoder_error_decisions")
    expect_match(conditionMessage(error), "Row 2")
  }
  bad("decision", NA)
  bad("decision", 2)
  bad("unit", "nowhere")
  bad("unit", NA)
  bad("code", "x")
  expect_error(resolve(coded, turns, choose["unit"]),
               class = "intercoder_error_columns")
  expect_error(resolve(coded, turns, choose, coders = c("A", "Z")),
               class = "intercoder_error_argument")
  expect_error(resolve(coded, turns, choose, coders = "A"),
               class = "intercoder_error_argument")
})

test_that("it prints what was settled", {
  expect_snapshot(resolve(coded, turns, choose))
})

test_that("it knits as a table with a total", {
  skip_if_not_installed("knitr")
  out <- paste(knit_print.resolution(resolve(coded, turns, choose)),
               collapse = "\n")
  expect_match(out, "Settled as A")
  expect_match(out, "All")
  expect_no_match(out, "Open")
})

test_that("names of coders may hold commas, units and codes spaces", {
  both <- rbind(coded, coded[0, ])
  both$coder <- ifelse(both$coder == "A", "Smith, J", "Smith")
  out <- summary(resolve(both, turns, choose))
  expect_equal(out[["for.Smith, J"]], c(1, 1, 0))
  expect_equal(out[["for.Smith"]], c(0, 1, 0))
})
