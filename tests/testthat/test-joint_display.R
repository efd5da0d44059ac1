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

test_that("comparisons of two families or of pairs of codes are refused", {
  s <- tiny_study()
  m <- code_matrix(s$codings, s$units, s$codebook)
  expect_error(joint_display(compare_groups(m, "role", level = "both"),
                             s$codings, s$transcripts, s$codebook),
               class = "intercoder_error_argument")
  expect_error(joint_display(m), class = "intercoder_error_argument")
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
