# A report drafted with these parameters and knitted; its page for HTML, else the
# path of what was made.
knit_report <- function(..., template = "study", format = "html_document",
                        env = parent.frame()) {
  skip_on_cran()
  skip_if_not_installed("rmarkdown")
  skip_if_not(rmarkdown::pandoc_available("1.12.3"), "pandoc")
  folder <- withr::local_tempdir(.local_envir = env)
  source <- draft_report(file.path(folder, "report.Rmd"), template, ...)
  utils::capture.output(type = "message", suppressWarnings(
    made <- rmarkdown::render(source, format, quiet = TRUE,
                              envir = new.env(parent = globalenv()))
  ))
  options(intercoder.caption = NULL)
  if (format == "html_document") xml2::read_html(made) else made
}

word_document <- function(file) {
  xml2::read_xml(unz(file, "word/document.xml"))
}

headings <- function(page) {
  xml2::xml_text(xml2::xml_find_all(page, "//h2"))
}

captions <- function(page) {
  xml2::xml_text(xml2::xml_find_all(page, "//caption"))
}

# What a reader sees; the whole page holds a megabyte of style sheets.
said_in <- function(page) {
  gsub("[[:space:]]+", " ",
       xml2::xml_text(xml2::xml_find_all(page, "//p | //pre | //td")))
}

test_that("the template knits as it is, on the simulated study", {
  file <- withr::local_tempfile(fileext = ".icp")
  page <- knit_report(project = file)
  expect_identical(headings(page), c(
    "What was read", "The codebook", "The codings", "Do the coders agree?",
    "Do the groups differ?", "Were codes used up?", "Methods, to be edited",
    "Reporting checklist", "Where it is kept"
  ))
  expect_match(captions(page), "^Simulated data")
  expect_gt(length(captions(page)), 15)
  pictures <- xml2::xml_find_all(page, "//img")
  expect_length(pictures, 4)
  expect_match(xml2::xml_attr(pictures, "alt"), "^Simulated data[.] .{20}")
  expect_true(any(grepl("[how it was developed, from what theory or data]",
                        said_in(page), fixed = TRUE)))
  expect_identical(grep("^## *(Error|Warning)", said_in(page), value = TRUE),
                   character())
  study <- project(file)
  withr::defer(close(study))
  expect_identical(length(project_read(study, "transcripts")), 21L)
  expect_setequal(unique(project_read(study, "codings")$coder),
                  c("A", "B", "C", "codebook", "consensus"))
})

test_that("transcripts of one's own need a codebook and nothing else", {
  folder <- withr::local_tempdir()
  for (name in c("a", "b", "c", "d")) {
    writeLines(c("Ann: Is there time?", "Ben: `r 1 + 1` <b>No</b> *time* at all.",
                 "Ann: And trust?", "Ben: In a hurry, always in a hurry."),
               file.path(folder, paste0(name, ".txt")))
  }
  expect_error(knit_report(transcripts = folder), "There is no codebook")
  writeLines(c("code,theme,rule", "time,Work,time OR hurry", "trust,,trust*"),
             file.path(folder, "codebook.csv"))
  page <- knit_report(transcripts = folder, project = "")
  expect_false("Where it is kept" %in% headings(page))
  expect_no_match(captions(page), "imulated")
  said <- said_in(page)
  expect_true(any(grepl("<b>No</b> *", said, fixed = TRUE)))
  expect_true(any(grepl("`r 1 + 1`", said, fixed = TRUE)))
  expect_true(any(grepl("agreement needs codings by two coders", said)))
  expect_true(any(grepl("Speakers in the same conversation", said)))
})

test_that("an attribute that is not there is named with those that are", {
  expect_error(knit_report(group = "colour"), "colour.*area",
               class = "intercoder_error_columns")
})

test_that("Word gets real tables, and figures with words for who cannot see", {
  for (template in c("study", "agreement")) {
    page <- word_document(knit_report(template = template,
                                      format = "word_document"))
    tables <- xml2::xml_find_all(page, "//w:tbl")
    expect_gt(length(tables), 8)
    expect_gt(min(vapply(tables, function(table) {
      length(xml2::xml_find_all(table, "./w:tr"))
    }, 1L)), 1)
    words <- xml2::xml_attr(xml2::xml_find_all(page, "//wp:docPr"),
                            "descr")
    expect_gt(length(words), 1)
    expect_match(words, "^Simulated data[.] .{20}")
    expect_length(xml2::xml_find_all(page, "//*[local-name() = 'oMath']"), 0)
    expect_no_match(xml2::xml_text(page), "(Error|Warning) in|&#9[13];")
  }
})

test_that("LaTeX gets tables, figures and nothing to fail on", {
  made <- knit_report(template = "agreement", format = "latex_document")
  tex <- readLines(made)
  expect_gt(sum(grepl("begin{longtable}", tex, fixed = TRUE)), 8)
  expect_gt(sum(grepl("includegraphics{", tex, fixed = TRUE)), 1)
  expect_false(any(grepl("\\\\\\[[^0-9]", tex)))
})

test_that("the agreement report starts from ratings or from codings alone", {
  folder <- withr::local_tempdir()
  wide <- file.path(folder, "wide.csv")
  writeLines(c("turn;Ada;Ben;Cem", "1;yes;yes;no", "2;no;no;no", "3;yes;yes;",
               "4;no;yes;no", "5;no;no;no"), wide)
  page <- knit_report(template = "agreement", ratings = wide, unit = "turn")
  said <- paste(said_in(page), collapse = "\n")
  expect_match(said, "5 units, 3 coders")
  expect_no_match(captions(page), "imulated")
  expect_false("Rounds" %in% headings(page))

  long <- file.path(folder, "long.csv")
  writeLines(c("turn,who,score", "1,Ada,1", "1,Ben,2", "2,Ada,4", "2,Ben,4",
               "3,Ada,3", "3,Ben,2"), long)
  page <- knit_report(template = "agreement", ratings = long, unit = "turn",
                      coder = "who", value = "score", level = "interval")
  expect_match(paste(said_in(page), collapse = "\n"), "3 units, 2 coders")

  marked <- file.path(folder, "codings.csv")
  writeLines(c("transcript,coder,code", "a,Ada,time", "a,Ben,time", "b,Ada,trust",
               "c,Ben,trust", "c,Ada,trust"), marked)
  page <- knit_report(template = "agreement", codings = marked)
  expect_match(paste(said_in(page), collapse = "\n"), "3 units, 2 coders")
})

report_header <- function(file) {
  lines <- readLines(file)
  yaml::yaml.load(lines[seq(2, which(lines == "---")[2] - 1)])
}

test_that("a draft is one source for R Markdown and Quarto", {
  skip_if_not_installed("yaml")
  folder <- withr::local_tempdir()
  for (template in c("study", "agreement")) {
    draft <- function(ending) {
      draft_report(file.path(folder, paste0(template, ending)), template,
                   codings = "C:\\a \"b\".csv")
    }
    rmd <- draft(".Rmd")
    qmd <- draft(".qmd")
    body <- function(file) {
      lines <- readLines(file)
      lines[-seq_len(which(lines == "---")[2])]
    }
    head <- report_header(qmd)
    expect_identical(body(rmd), body(qmd))
    expect_identical(report_header(rmd)$params, head$params)
    expect_identical(head$params$codings, "C:\\a \"b\".csv")
    expect_named(head$format, c("html", "docx", "pdf"))
    expect_true(head$format$html[["embed-resources"]])
    expect_identical(head$execute, list(echo = FALSE, message = FALSE))
    expect_null(head$output)
  }
  there <- file.path(folder, "study.Rmd")
  expect_error(draft_report(there), class = "intercoder_error_exists")
  expect_error(draft_report(file.path(folder, "a.txt")), "Rmd or .qmd",
               class = "intercoder_error_argument")
  expect_error(draft_report(file.path(folder, "a.Rmd"), colour = "red"),
               "\"transcripts\".*\"colour\"",
               class = "intercoder_error_argument")
  expect_error(draft_report(file.path(folder, "a.Rmd"), "study", "red"),
               "without a name", class = "intercoder_error_argument")
  expect_false(file.exists(file.path(folder, "a.Rmd")))
})

test_that("a Quarto draft knits by knitr as it is", {
  skip_on_cran()
  skip_if_not_installed("knitr")
  folder <- withr::local_tempdir()
  source <- draft_report(file.path(folder, "report.qmd"), "agreement")
  old <- knitr::opts_knit$get("rmarkdown.pandoc.to")
  withr::defer(knitr::opts_knit$set(rmarkdown.pandoc.to = old))
  withr::local_dir(folder)
  withr::local_options(intercoder.caption = NULL)
  knitr::opts_knit$set(rmarkdown.pandoc.to = "docx")
  env <- list2env(list(params = report_header(source)$params),
                  parent = globalenv())
  made <- suppressWarnings(knitr::knit(source, "report.md", envir = env,
                                       quiet = TRUE))
  text <- readLines(made)
  expect_gt(sum(grepl("^[|]:-", text)), 8)
  expect_false(any(grepl("^## *Error", text)))
})

test_that("RStudio's menu has both templates", {
  skip_if_not_installed("yaml")
  folder <- system.file("rmarkdown", "templates", package = "intercoder")
  expect_setequal(list.files(folder), REPORT_TEMPLATES)
  for (name in REPORT_TEMPLATES) {
    about <- yaml::read_yaml(file.path(folder, name, "template.yaml"))
    expect_named(about, c("name", "description", "create_dir"))
  }
})
