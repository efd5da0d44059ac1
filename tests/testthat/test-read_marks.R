rock_file <- function(..., envir = parent.frame()) {
  withr::local_tempfile(lines = enc2utf8(c(...)), fileext = ".rock",
                        .local_envir = envir)
}

test_that("utterances of ROCK are coded without their marks", {
  x <- read_project(rock_file(
    "### a comment", "[[uid=1]] [[coderId=Ada]] First \u00e9. [[work>time]]",
    "~[[uid=2]] ~~Second one. [[trust]] [[weight||2.5]] [[tone||warm]]", "",
    "--+-{ 1 }-+--", "[[coderId=Ben]]",
    "Third. [[time]] [[a->b||causes||1]]", "[[trust]]"
  ))
  expect_identical(x$transcripts$documents$text,
                   "First \u00e9.\nSecond one.\n\n\nThird.\n")
  expect_identical(x$codings$text, c("First \u00e9.", rep("Second one.", 3),
                                     "Third."))
  expect_identical(x$codings$code, c("time", "trust", "weight", "tone",
                                     "time"))
  expect_identical(x$codings$coder, c(rep("Ada", 4), "Ben"))
  expect_identical(x$codings$weight, c(NA, NA, 2.5, NA, NA))
  expect_identical(x$codings$memo, c(NA, NA, NA, "warm", NA))
  expect_identical(x$codebook$theme[x$codebook$code == "time"], "work")
  expect_identical(problems(x)$problem, "its line has no words")
  expect_identical(
    x$left$count[match(c("comment lines", "anchors",
                         "identifiers of other kinds",
                         "marks that are no codes"), x$left$what)],
    c(1L, 1L, 2L, 1L)
  )
})

test_that("sections and cases of ROCK part the turns", {
  skip_if_not_installed("yaml")
  x <- read_project(rock_file(
    "---", "ROCK_attributes:", "  - caseId: 1", "    age: 50s",
    "  - caseId: 2", "    age: 20s", "---",
    "[[cid=1]]", "One.", "Two.", "---<<topic>>---", "Three.", "[[caseId:2]]",
    "Four.", "---<<topic>>---", "Five."
  ))
  turns <- turns(x$transcripts)
  expect_identical(turns$participant, c("1", "1", "2", "2"))
  expect_identical(turns$section, c(NA, "topic 1", "topic 1", "topic 2"))
  expect_identical(
    substring(x$transcripts$documents$text, turns$start, turns$end),
    c("One.\nTwo.", "Three.", "Four.", "Five.")
  )
  expect_identical(x$transcripts$participants$age, c("50s", "20s"))
})

test_that("codes of ROCK form a tree by their paths and fragments", {
  skip_if_not_installed("yaml")
  x <- read_project(rock_file(
    "---", "codes:", "  - id: animal", "    label: Animals",
    "    children: [cat, dog]", "  - id: mood", "    code: m",
    "    parentId: animal", "---",
    "a [[cat>siamese]]", "b [[x>same]]", "c [[y>same]]", "d [[same]]",
    "e [[p>q]]", "f [[q>p]]"
  ))
  theme <- function(code) x$codebook$theme[match(code, x$codebook$code)]
  expect_identical(theme(c("cat", "siamese", "m", "x>same", "y>same", "same")),
                   c("animal", "cat", "animal", "x", "y", NA))
  expect_identical(theme(c("p", "q")), c(NA_character_, NA_character_))
  expect_identical(x$codebook$label[x$codebook$code == "animal"], "Animals")
  expect_identical(x$codings$code,
                   c("siamese", "x>same", "y>same", "same", "q", "p"))
})

test_that("marks of qcoder may stand inside each other", {
  path <- withr::local_tempfile(fileext = ".txt", lines = enc2utf8(c(
    "\u00c4 (QCODE)outer (QCODE)in(/QCODE){#a, #b c} rest(/QCODE){#d}.",
    "(QCODE)(/QCODE){#e} x(/QCODE){#f} (QCODE)y(/QCODE) (QCODE)open"
  )))
  x <- read_project(path)
  expect_identical(x$transcripts$documents$text,
                   "\u00c4 outer in rest.\n x y open\n")
  expect_identical(x$codings$code, c("a", "b c", "d"))
  expect_identical(x$codings$text, c("in", "in", "outer in rest"))
  expect_identical(problems(x)$problem, c(
    "there is nothing between its marks", "its mark was never opened",
    "its mark names no code", "its mark is never closed"
  ))
  expect_error(read_project(path, dialect = "refi"),
               class = "intercoder_error_argument")
})

# By hand (grep): codings with a place, problems, codes.
test_that("each real file of ROCK comes over", {
  expected <- c(
    "anchor-example-1" = "4 0", attributes = "0 0", ci_example_1 = "4 0",
    "example-1" = "21 0", "example-2---codes-only" = "0 5",
    "example-2---section-break" = "0 0", "example-2---uncoded" = "0 0",
    "example-2" = "7 0", "example-3" = "23 0", "example-4" = "23 0",
    "kristina-example-1" = "25 0", "longer-test" = "24 0",
    "lorum-ipsum" = "0 0", "lorum-ipsum2" = "0 0",
    "merging-test-1-primary" = "5 0", "merging-test-1-secondary" = "5 0",
    "network-example-1" = "0 0", "network-example-2" = "0 0",
    "second-test-file" = "9 0", "simple-rpe-example" = "0 12",
    "state-example-1" = "0 0", "video-stream-example" = "0 7"
  )
  folder <- real_data("rock")
  skip_if_not_installed("yaml")
  for (name in names(expected)) {
    x <- read_project(file.path(folder, paste0(name, ".rock")))
    expect_identical(paste(nrow(x$codings), nrow(problems(x))),
                     expected[[name]], info = name)
    expect_false(any(grepl("[[", x$transcripts$documents$text, fixed = TRUE)))
  }
  all <- read_project(folder)
  expect_identical(length(all$transcripts), 28L)
  expect_identical(nrow(problems(all)), 24L)
})

test_that("each real file of qcoder comes over", {
  folder <- real_data("qcoder")
  for (file in list.files(folder, full.names = TRUE)) {
    text <- paste(readLines(file, warn = FALSE), collapse = "\n")
    x <- read_project(file)
    marks <- regmatches(text, gregexpr("\\{#[^}]*\\}", text))[[1]]
    expect_identical(nrow(x$codings), sum(lengths(strsplit(marks, ","))))
    expect_identical(nrow(problems(x)), 0L)
    expect_false(grepl("QCODE", x$transcripts$documents$text))
    between <- regmatches(text, gregexpr("\\(QCODE\\)[^(]*\\(/QCODE\\)",
                                         text))[[1]]
    plain <- gsub("\\(/?QCODE\\)", "", between)
    expect_true(all(plain %in% x$codings$text))
  }
})
