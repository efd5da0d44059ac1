# One document with every result, as HTML, Word and LaTeX: what stands in the
# cells must be the same in all three, and nothing that was said is markup.
knitted_all <- function(results, format) {
  folder <- withr::local_tempdir()
  saveRDS(results, file.path(folder, "all.rds"))
  chunk <- function(kind) {
    c("", paste("##", kind), "", "```{r}", sprintf("all[[\"%s\"]]", kind),
      "```", "")
  }
  writeLines(c(
    "---", "title: A", "---", "", "```{r, include = FALSE}",
    "library(intercoder)", "knitr::opts_chunk$set(echo = FALSE)",
    "all <- readRDS(\"all.rds\")", "```",
    unlist(lapply(names(results), chunk))
  ), file.path(folder, "all.Rmd"))
  rmarkdown::render(file.path(folder, "all.Rmd"), format, quiet = TRUE,
                    envir = new.env(parent = globalenv()))
  ends <- c(html_document = "html", word_document = "docx",
            latex_document = "tex")
  path <- file.path(folder, paste0("all.", ends[[format]]))
  switch(format, html_document = xml2::read_html(path),
         word_document = {
           utils::unzip(path, "word/document.xml", exdir = folder)
           xml2::read_xml(file.path(folder, "word", "document.xml"))
         }, readLines(path, encoding = "UTF-8"))
}

squish <- function(x) trimws(gsub("[[:space:]\u00a0]+", " ", x))

# The cells of the tables under each heading, headers first.
html_cells <- function(page, kinds) {
  lapply(kinds, function(kind) {
    here <- xml2::xml_find_all(page, sprintf(
      "//div[h2[text() = '%s']]//table//*[self::th or self::td]", kind))
    squish(xml2::xml_text(here))
  })
}

docx_cells <- function(page, kinds) {
  blocks <- xml2::xml_children(xml2::xml_find_first(page, "//w:body"))
  heads <- which(!is.na(xml2::xml_find_first(
    blocks, "./w:pPr/w:pStyle[@w:val = 'Heading2']")))
  under <- findInterval(seq_along(blocks), heads)
  lapply(kinds, function(kind) {
    here <- blocks[under == match(kind, kinds)]
    squish(xml2::xml_text(xml2::xml_find_all(here, "descendant-or-self::w:tc")))
  })
}

# What LaTeX would print.
tex_text <- function(x) {
  x <- paste(x, collapse = " ")
  signs <- c("\\textbackslash" = "\\", "\\textasciitilde" = "~",
             "\\textless" = "<", "\\textgreater" = ">", "\\textbar" = "|",
             "\\^{}" = "^", "\\textquotesingle" = "'", "{[}" = "[",
             "{]}" = "]", "\\&" = "&", "\\%" = "%", "\\_" = "_", "\\#" = "#",
             "\\$" = "$", "\\{" = "{", "\\}" = "}")
  for (i in seq_along(signs)) {
    x <- gsub(names(signs)[i], paste0("\001", i, "\002"), x, fixed = TRUE)
  }
  x <- gsub("(\002)(\\{\\}| )", "\\1", x)
  for (i in seq_along(signs)) {
    x <- gsub(paste0("\001", i, "\002"), signs[[i]], x, fixed = TRUE)
  }
  gsub("[[:space:]~]+", "", x)
}

test_that("every result knits to the same table in HTML, Word and LaTeX", {
  skip_on_cran()
  skip_if_not_installed("rmarkdown")
  skip_if_not(rmarkdown::pandoc_available("2.0"), "pandoc")
  results <- every_result()
  kinds <- names(results)
  page <- knitted_all(results, "html_document")
  html <- html_cells(page, kinds)
  names(html) <- kinds
  text <- c("methods_text", "agreement_test")
  expect_identical(kinds[lengths(html) < 2], intersect(kinds, text))
  docx <- docx_cells(knitted_all(results, "word_document"), kinds)
  for (i in seq_along(kinds)) {
    expect_identical(docx[[i]], html[[i]], info = kinds[i])
  }
  expect_true(HOSTILE %in% html$codebook)
  expect_true(HOSTILE %in% html$disagreements)

  tex <- knitted_all(results, "latex_document")
  at <- grep("^\\\\subsection\\{", tex)
  expect_length(at, length(kinds))
  for (i in setdiff(seq_along(kinds), match(text, kinds))) {
    part <- tex[at[i]:(c(at, length(tex))[i + 1] - 1)]
    expect_length(grep("begin{longtable}", part, fixed = TRUE), 1)
    cells <- gsub("[[:space:]~]+", "", unique(html[[i]]))
    said <- tex_text(part)
    lost <- cells[!vapply(cells, grepl, NA, said, fixed = TRUE)]
    expect_identical(lost, character(), info = kinds[i])
  }
  said <- xml2::xml_text(xml2::xml_find_all(page, "//p"))
  expect_true(any(grepl("Ann_&, 8 transcripts; Ben|", said, fixed = TRUE)))
})

test_that("what is said stays as it is typed, dots, dashes and quotes", {
  skip_on_cran()
  skip_if_not_installed("rmarkdown")
  skip_if_not(rmarkdown::pandoc_available("2.0"), "pandoc")
  said <- c("\"so\" -- it's... --- &amp; 'no'", "see https://a_b.org/x (c)",
            "a\nb\r\n\r\nc", "\\(x\\) \\[y\\] 1. - + :smile: ![i](j)")
  table <- new_result(data.frame(said = said, "k|l" = 1:4, check.names = FALSE),
                      class = "any")
  all <- list(any = table)
  html <- html_cells(knitted_all(all, "html_document"), "any")
  docx <- docx_cells(knitted_all(all, "word_document"), "any")
  expect_identical(html[[1]][c(3, 5, 7, 9)], c(said[1:2], "a b c", said[4]))
  expect_identical(docx, html)
})

test_that("a result knits where nobody says what for", {
  skip_if_not_installed("knitr")
  old <- knitr::opts_knit$get(c("rmarkdown.pandoc.to", "out.format"))
  withr::defer(knitr::opts_knit$set(old))
  knitr::opts_knit$set(rmarkdown.pandoc.to = NULL, out.format = NULL)
  results <- every_result()
  results$agreement_test <- NULL
  for (kind in names(results)) {
    knitted <- knitr::knit_print(results[[kind]])
    expect_true(inherits(knitted, "knit_asis"), info = kind)
    expect_match(paste(knitted, collapse = "\n"), if (kind == "methods_text")
      "transcripts" else "\\|:?-+:?\\|", info = kind)
  }
})

test_that("a table without a caption takes none from the next", {
  skip_if_not_installed("rmarkdown")
  skip_if_not(rmarkdown::pandoc_available("1.12.3"), "pandoc")
  folder <- withr::local_tempdir()
  writeLines(enc2utf8(c(pipe_table(data.frame(a = 1), NULL),
                        pipe_table(data.frame(b = 2), "The second"))),
             file.path(folder, "a.md"))
  rmarkdown::pandoc_convert(file.path(folder, "a.md"), to = "html",
                            from = "markdown", output = "a.html")
  page <- xml2::read_html(file.path(folder, "a.html"))
  tables <- xml2::xml_find_all(page, "//table")
  expect_length(tables, 2)
  expect_equal(xml2::xml_text(xml2::xml_find_first(tables, "./caption")),
               c(NA, "The second"))
})
