template <- function() {
  system.file("rmarkdown", "templates", "coded-interviews", "skeleton",
              "skeleton.Rmd", package = "intercoder", mustWork = TRUE)
}

knit_report <- function(..., env = parent.frame()) {
  skip_on_cran()
  skip_if_not_installed("rmarkdown")
  skip_if_not(rmarkdown::pandoc_available("1.12.3"), "pandoc")
  folder <- withr::local_tempdir(.local_envir = env)
  file.copy(template(), file.path(folder, "report.Rmd"))
  utils::capture.output(type = "message", suppressWarnings(rmarkdown::render(
    file.path(folder, "report.Rmd"), params = list(...), quiet = TRUE,
    envir = new.env(parent = globalenv())
  )))
  xml2::read_html(file.path(folder, "report.html"))
}

headings <- function(page) {
  xml2::xml_text(xml2::xml_find_all(page, "//h2"))
}

captions <- function(page) {
  xml2::xml_text(xml2::xml_find_all(page, "//caption"))
}

# What a reader sees; the whole page holds a megabyte of style sheets.
said_in <- function(page) {
  xml2::xml_text(xml2::xml_find_all(page, "//p | //pre | //td"))
}

test_that("the template knits as it is, on the simulated study", {
  file <- withr::local_tempfile(fileext = ".icp")
  page <- knit_report(project = file)
  expect_identical(headings(page), c(
    "What was read", "The codebook", "The codings", "Do the coders agree?",
    "Do the groups differ?", "Where it is kept", "With what"
  ))
  expect_match(captions(page), "^Simulated data")
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
  expect_error(knit_report(group = "colour"), "no attribute \"colour\".*area")
})
