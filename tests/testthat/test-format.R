test_that("numbers keep their digits and lose a minus before zero", {
  expect_identical(format_number(c(0.815, -0.001, NA, 1)),
                   c("0.81", "0.00", "NA", "1.00"))
  expect_identical(format_number(0.0004, 3), "0.000")
})

test_that("an interval is bracketed; one that is wholly unknown is NA", {
  expect_identical(format_interval(c(.1, NA), c(.9, NA)), c("[0.10, 0.90]", "NA"))
  expect_identical(format_interval(NA, .5), "[NA, 0.50]")
})

test_that("a small p is below a bound, never zero", {
  expect_identical(format_p(c(0, .0004, .001, .0312, NA)),
                   c("<0.001", "<0.001", "0.001", "0.031", "NA"))
})

test_that("percentages and counts read as people write them", {
  expect_identical(format_percent(c(.905, NA), 1), c("90.5%", "NA"))
  expect_identical(format_count(c(1, 7108), "turn"), c("1 turn", "7,108 turns"))
  expect_identical(format_count(2, "participant's share", "shares"), "2 shares")
})

test_that("colours are told apart and recycled", {
  expect_length(unique(palette_groups(8)), 8)
  expect_length(palette_groups(11), 11)
})

test_that("what people said is never markup in a table", {
  said <- data.frame(
    quote = c("<script>x</script> **b** `r 1`", "a | b\n```\n<i>c"),
    n = 1:2
  )
  withr::local_options(knitr.kable.NA = "")
  old <- knitr::opts_knit$get("rmarkdown.pandoc.to")
  withr::defer(knitr::opts_knit$set(rmarkdown.pandoc.to = old))

  knitr::opts_knit$set(rmarkdown.pandoc.to = "html")
  html <- as.character(knit_table(said, "Said"))
  expect_match(html, "^\\s*```+\\{=html\\}")
  expect_match(html, "&lt;script&gt;", fixed = TRUE)
  expect_no_match(html, "<script>|<i>")
  expect_length(gregexpr("```", html, fixed = TRUE)[[1]], 2)
  expect_match(html, "<caption>Said</caption>", fixed = TRUE)

  knitr::opts_knit$set(rmarkdown.pandoc.to = "docx")
  pipe <- as.character(knit_table(said))
  expect_match(paste(pipe, collapse = "\n"), "\\<script\\>x\\</script\\> \\*\\*b",
               fixed = TRUE)

  knitr::opts_knit$set(rmarkdown.pandoc.to = NULL)
  expect_match(paste(as.character(knit_table(said)), collapse = "\n"), "**b**",
               fixed = TRUE)
})

test_that("captions and column names are text as well", {
  data <- data.frame("k.<b>" = 1, check.names = FALSE)
  old <- knitr::opts_knit$get("rmarkdown.pandoc.to")
  withr::defer(knitr::opts_knit$set(rmarkdown.pandoc.to = old))

  knitr::opts_knit$set(rmarkdown.pandoc.to = "html")
  html <- as.character(knit_table(data, "a <script> & `b`"))
  expect_match(html, "<caption>a &lt;script&gt; &amp; &#96;b&#96;</caption>",
               fixed = TRUE)
  expect_no_match(html, "<b>")

  knitr::opts_knit$set(rmarkdown.pandoc.to = "docx")
  pipe <- paste(as.character(knit_table(data, "*a*")), collapse = "\n")
  expect_match(pipe, "k.\\<b\\>", fixed = TRUE)
  expect_match(pipe, "\\*a\\*", fixed = TRUE)

  expect_identical(escape_latex("50% \\x_y~"),
                   "50\\% \\textbackslash{}x\\_y\\~{}")
})

test_that("brackets stay brackets in Word and LaTeX, and no column starves", {
  skip_if_not_installed("rmarkdown")
  skip_if_not(rmarkdown::pandoc_available("1.12.3"), "pandoc")
  old <- knitr::opts_knit$get("rmarkdown.pandoc.to")
  withr::defer(knitr::opts_knit$set(rmarkdown.pandoc.to = old))
  knitr::opts_knit$set(rmarkdown.pandoc.to = "latex")
  data <- data.frame(Participant = "C01", n = 1.5,
                     Said = paste(rep("*we* [pause] &amp; wait", 9),
                                  collapse = "\n"))
  file <- withr::local_tempfile(fileext = ".md")
  table <- as.character(knit_table(data, "[x] of 100%", align = "lrl"))
  writeLines(table, file)
  out <- withr::local_tempfile(fileext = ".tex")
  rmarkdown::pandoc_convert(file, "latex", output = out, from = paste0(
    "markdown+autolink_bare_uris+tex_math_single_backslash"))
  tex <- paste(readLines(out), collapse = "\n")
  expect_match(tex, "caption\\{\\{?\\[\\}?x\\{?\\]\\}?.* of 100\\\\%")
  expect_length(gregexpr("[*]we[*]", tex)[[1]], 9)
  expect_match(tex, "\\\\&amp;")
  expect_no_match(tex, "\\\\[[(]")
  rule <- strsplit(strsplit(table, "\n")[[1]][6], "|", fixed = TRUE)[[1]]
  expect_identical(substring(rule[-1], 1, 1), c(":", "-", ":"))
  expect_gt(nchar(rule[2]), nchar("Participant"))
  expect_gt(nchar(rule[4]), 3 * nchar(rule[2]))
})

test_that("tables fit the console, with names in full", {
  withr::local_options(width = 60)
  shown <- data.frame(theme = c("Doctor-patient relationship", "{Time}"),
                      "a group with a long name" = c("11/11 (100%)", "1"),
                      effect = "0.00 [-0.32, 0.32]", check.names = FALSE)
  printed <- utils::capture.output(print_table(shown))
  expect_true(all(nchar(printed, "width") <= 60))
  expect_match(printed[2], "^ Doctor-patient .*11/11")
  expect_match(printed[3], "^   relationship")
  expect_equal(wrap_cell(strrep("x", 30), 12), "xxxxxxxxx...")
  expect_equal(format_percent(numeric()), character())
  list <- format_list("30 codes:", sprintf("a rather long code %d", 1:30))
  expect_length(list, 4)
  expect_match(list[4], "and \\d+ more$")
  expect_equal(format_list("Coders:", c("A", "B")), "Coders: A, B")
})

test_that("a table stands apart from its neighbours in a collapsed chunk", {
  skip_if_not_installed("knitr")
  old <- knitr::opts_knit$get("rmarkdown.pandoc.to")
  withr::defer(knitr::opts_knit$set(rmarkdown.pandoc.to = old))
  knitr::opts_knit$set(rmarkdown.pandoc.to = "html")
  book <- codebook(data.frame(code = "a", label = "A"))
  lines <- knitr::knit(
    text = c("```{r, collapse = TRUE}", "1", "book", "2", "book", "```"),
    envir = list2env(list(book = book), parent = globalenv()), quiet = TRUE
  )
  lines <- strsplit(paste(lines, collapse = "\n"), "\n")[[1]]
  fences <- grep("^`{3,}", lines, value = TRUE)
  expect_length(fences, 8)
  expect_equal(grep("^2$", lines) - 1, grep("^```r$", lines)[2])
})

test_that("round numbers are written out, long lists cut", {
  expect_identical(format_whole(c(1e5, 1e15)),
                   c("100,000", "1,000,000,000,000,000"))
  expect_identical(quoted(letters[1:5], 2), "\"a\", \"b\" and 3 more")
  expect_identical(quoted("a", 2), "\"a\"")
})

test_that("an undefined number says why", {
  expect_identical(or_status(c("0.50", "NA"), c("ok", "no_variation")),
                   c("0.50", "NA (no variation)"))
})

test_that("columns that wrap do so side by side", {
  withr::local_options(width = 44)
  lines <- capture.output(print_table(data.frame(
    what = c("one two three four five six", "short"),
    why = c("seven eight nine ten eleven twelve thirteen", "so"),
    n = c("1", "2")
  )))
  expect_identical(trimws(lines, "right"), c(
    " what               why                  n",
    " one two three four seven eight nine ten 1",
    "   five six           eleven twelve",
    "                      thirteen",
    " short              so                   2"
  ))
  expect_output(print_table(data.frame(a = character(), b = character())),
                "")
})
