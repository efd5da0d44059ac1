shown_display <- function(...) {
  s <- tiny_study()
  m <- code_matrix(s$codings, s$units, s$codebook)
  joint_display(compare_groups(m, "role"), s$codings, s$transcripts,
                s$codebook, ...)
}

test_that("numbers of the comparison stand beside words of each group", {
  s <- tiny_study()
  m <- code_matrix(s$codings, s$units, s$codebook)
  compared <- compare_groups(m, "role")
  out <- shown_display()
  expect_identical(out$theme, compared$code)
  same <- c("k.c", "n.c", "k.d", "n.d", "estimate", "conf.low", "conf.high",
            "p.value", "p.adjusted")
  expect_identical(as.data.frame(out)[same], as.data.frame(compared)[same])
  expect_identical(out$quotes.d, c("\"nine ten.\" (C:0001)", "", ""))
  chosen <- quotes(s$codings, s$transcripts, s$codebook, "role")
  expect_identical(out$quotes.c[1:2], sprintf(
    "\"%s\" (%s)", chosen$text[chosen$role == "c"],
    chosen$place[chosen$role == "c"]))
})

test_that("no interpretation is made up; the author's stands where given", {
  expect_identical(shown_display()$interpretation, c("", "", ""))
  out <- shown_display(interpretation = c(trust = "Only {one} side."))
  expect_identical(out$interpretation, c("", "Only {one} side.", ""))
  expect_error(shown_display(interpretation = c(other = "x")),
               class = "intercoder_error_value")
  expect_error(shown_display(interpretation = "x"),
               class = "intercoder_error_argument")
})

test_that("quotes may be given", {
  out <- shown_display(quotes = data.frame(role = c("c", "d"), theme = "trust",
                                           text = c("Mine.", "Yours.")))
  expect_identical(out$quotes.c, c("", "\"Mine.\"", ""))
  expect_match(knitr::knit_print(out), "chosen by the authors", all = FALSE)
  s <- tiny_study()
  ruled <- quotes(s$codings, s$transcripts, s$codebook, "role", n = 2)
  expect_identical(display_notes(shown_display(quotes = ruled)),
                   display_notes(shown_display(n = 2)))
  expect_match(display_notes(shown_display(quotes = ruled[1:2, ])),
               "shown: 2 of the 5 so chosen", all = FALSE)
  expect_error(shown_display(quotes = data.frame(role = "c", text = "x")),
               class = "intercoder_error_columns")
})

test_that("it prints theme by theme and knits as one table", {
  withr::local_options(width = 70)
  expect_snapshot({
    shown_display(interpretation = c(trust = "Of one person only."))
    writeLines(knitr::knit_print(shown_display()))
  })
})

test_that("shares, codes and rows of a display work alike", {
  s <- simulated_study
  m <- code_matrix(s$consensus, units(s$transcripts), s$codebook)
  out <- joint_display(compare_groups(m, "group", "share", "code"), s$consensus,
                       s$transcripts, s$codebook, n = 2)
  expect_identical(out$label, s$codebook$label)
  expect_false(anyNA(out$mean.clinician))
  expect_true(all(nzchar(out$quotes.clinician) == (out$k.clinician > 0)))
  expect_identical(nrow(format(out[3:4, ])), 2L)
  expect_identical(format(out)[3:4, ], format(out[3:4, ]), ignore_attr = TRUE)
  expect_identical(class(out[1:2]), "data.frame")
})

test_that("themes and codes at once have the rows and quotes of each", {
  s <- tiny_study()
  m <- code_matrix(s$codings, s$units, s$codebook)
  display <- function(level, ...) {
    joint_display(compare_groups(m, "role", level = level, adjust = "none"),
                  s$codings, s$transcripts, s$codebook, ...)
  }
  both <- display("both")
  apart <- list(display("theme"), display("code"))
  expect_identical(both$family, rep(c("theme", "code"), c(3, 4)))
  for (column in c("label", "p.value", "quotes.c", "quotes.d")) {
    expect_identical(both[[column]], c(apart[[1]][[column]],
                                       apart[[2]][[column]]))
  }
  expect_identical(format(both[4:7, ])[-1], format(apart[[2]]))
  expect_output(print(both), "primary question:\nEfficiency.*explore:\n")
  expect_match(display_notes(both), "of those quoted least[.]", all = FALSE)
  written <- display("both", quotes = data.frame(
    family = c("code", "theme"), code = c("trust", "trust"), role = "d",
    text = c("Of the code.", "Of the theme.")))
  of_trust <- written[written$code == "trust", ]
  expect_identical(of_trust$quotes.d[of_trust$family == "theme"],
                   "\"Of the theme.\"")
  expect_error(display("both", quotes = data.frame(code = "trust", role = "d",
                                                   text = "x")),
               class = "intercoder_error_columns")
})

test_that("pairs of codes take the quotes that are given", {
  s <- tiny_study()
  pairs <- compare_groups(pair_matrix(s$codings, s$units, s$codebook), "role")
  said <- data.frame(pair = pairs$code[2], role = "c", text = "Of both.")
  out <- joint_display(pairs, quotes = said)
  expect_identical(out$pair, pairs$code)
  expect_identical(out$quotes.c, c("", "\"Of both.\"", rep("", nrow(out) - 2)))
  expect_error(joint_display(pairs, s$codings, s$transcripts, s$codebook),
               class = "intercoder_error_argument")
  expect_error(joint_display(s$units), class = "intercoder_error_argument")
})

test_that("hostile names and words stay words", {
  s <- hostile_study()
  m <- code_matrix(s$codings, s$units, s$codebook)
  out <- joint_display(compare_groups(m, "group", level = "code"), s$codings,
                       s$transcripts, s$codebook)
  cells <- cells_of(knitted_html(out))
  expect_true("<u>C</u>" %in% cells)
  expect_true(any(grepl("no \\ time | at all $x$", cells, fixed = TRUE)))
})
