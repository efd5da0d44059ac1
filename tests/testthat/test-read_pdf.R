# Pages of lines at given heights, with a head and a number on each.
pdf_file <- function(pages, env = parent.frame()) {
  path <- file.path(withr::local_tempdir(.local_envir = env), "a.pdf")
  grDevices::pdf(path, width = 8, height = 11, compress = FALSE)
  for (i in seq_along(pages)) {
    graphics::par(mar = rep(0, 4))
    graphics::plot.new()
    graphics::plot.window(c(0, 100), c(100, 0))
    put <- function(text, x, y) graphics::text(x, y, text, adj = 0)
    put(paste("A study, part", i), 40, 3)
    put(paste("Page", i, "of", length(pages)), 45, 97)
    for (line in pages[[i]]) put(line[[1]], line[[2]], line[[3]])
  }
  grDevices::dev.off()
  path
}

full <- "words that run on and on up to the right edge of it for the bro-"

test_that("lines, hyphens, heads and numbers of pages are told apart", {
  skip_if_not_installed("pdftools")
  path <- pdf_file(list(
    list(list("INT: What is new, and how?", 10, 10),
         list(paste("P:", full), 10, 13), list("ken word, and broken.", 10, 16),
         list("INT: So?", 10, 19)),
    list(list("P: Fine.", 10, 10), list("INT: Good.", 10, 13))))
  expect_message(x <- read_transcripts(path), "4 running heads",
                 class = "intercoder_message_pdf")
  expect_identical(x$documents$text, paste0(
    "INT: What is new, and how?\nP: ", sub("-$", "", full), "ken word, and ",
    "broken.\nINT: So?\nP: Fine.\nINT: Good."))
  expect_identical(x$turns$speaker, c("INT", "P", "INT", "P", "INT"))
})

# A page whose lines go from side to side, or first down the one column.
column_page <- function(left, right, by_rows, shift, head = list()) {
  line <- function(text, x, shift = 0) {
    lapply(seq_along(text), function(i) list(text[i], x, 8 + 3 * i + shift))
  }
  left <- line(left, 5)
  right <- line(right, 54, shift)
  lines <- c(left, right)
  if (by_rows) lines <- lines[order(c(seq_along(left), seq_along(right)))]
  c(head, lines)
}

test_that("two columns are read one after the other", {
  skip_if_not_installed("pdftools")
  turn <- function(i) {
    c(sprintf("INT: What was that, number %d?", i),
      sprintf("P: It was the ward where all of us %d", i),
      paste0("had waited with ", LETTERS[i], "."))
  }
  said <- function(i) {
    sprintf(paste0("INT: What was that, number %d?\nP: It was the ward where ",
                   "all of us %d had waited with %s."), i, i, LETTERS[i])
  }
  left <- unlist(lapply(1:4, turn))
  right <- unlist(lapply(5:8, turn))
  last <- unlist(lapply(9:12, turn))
  for (by_rows in c(TRUE, FALSE)) for (shift in c(0, 1.2)) {
    path <- pdf_file(list(
      column_page(left, right, by_rows, shift,
                  list(list("What they all told us of the ward on that day",
                            28, 7))),
      column_page(last, turn(13), by_rows, shift)))
    expect_message(x <- read_transcripts(path), "2 pages read in two columns",
                   class = "intercoder_message_pdf")
    expect_identical(x$documents$text, paste(
      c("What they all told us of the ward on that day",
        vapply(1:13, said, "")), collapse = "\n"))
  }
})

test_that("what stands at the sides of a page is no column", {
  skip_if_not_installed("pdftools")
  rows <- function(label, x, text, at) {
    unlist(lapply(1:12, function(i) {
      list(list(label, x, 8 + 3 * i), list(text, at, 8 + 3 * i))
    }), recursive = FALSE)
  }
  for (page in list(rows("INT:", 5, "What was it that they said to you?", 25),
                    rows("P: It was the ward.", 5, "00:01", 85),
                    rows(paste("P:", full), 5, "so", 90))) {
    message <- expect_message(
      read_transcripts(pdf_file(list(page))), class = "intercoder_message_pdf")
    expect_identical(message$columns, 0L)
  }
})

test_that("numbers of paragraphs in the margin are no text", {
  skip_if_not_installed("pdftools")
  lines <- unlist(lapply(1:8, function(i) {
    list(list(as.character(i), 4, 8 + 5 * i),
         list(paste0(c("P", "INT")[i %% 2 + 1], ": 4 of them."), 10, 8 + 5 * i))
  }), recursive = FALSE)
  x <- suppressMessages(read_transcripts(pdf_file(list(lines))))
  expect_identical(nrow(x$turns), 8L)
  expect_identical(unique(said(x)), "4 of them.")
})

test_that("what is no PDF, damaged or without text is refused", {
  refused <- function(path, what) {
    expect_error(suppressMessages(read_transcripts(path)), what,
                 class = "intercoder_error_file")
  }
  refused(write_bytes_file("a.pdf", charToRaw("INT: So?")), "not a PDF")
  refused(write_bytes_file("a.pdf", raw(0)), "not a PDF")
  skip_if_not_installed("pdftools")
  refused(write_bytes_file("a.pdf", charToRaw("%PDF-1.4\nnothing")), "damaged")
  set.seed(1)
  good <- readBin(pdf_file(list(list(list("INT: So?", 10, 10)))), "raw", 1e6)
  for (round in 1:20) {
    bad <- good
    at <- sample(length(bad), 40)
    bad[at] <- as.raw(sample(0:255, 40, TRUE))
    path <- write_bytes_file("a.pdf", bad)
    got <- tryCatch(suppressMessages(read_transcripts(path)),
                    intercoder_error = identity)
    expect_true(inherits(got, c("transcripts", "intercoder_error")))
  }
})

test_that("a print of coded interviews is read, each segment in its place", {
  skip_if_not_installed("pdftools")
  files <- file.path(real_data("pdpilot"), sprintf("P%d.pdf", 1:7))
  talk <- suppressMessages(read_transcripts(files))
  expect_gt(mean(talk$turns$speaker %in% c("Dan", "Participant")), 0.995)
  x <- read_codings(real_data("pdpilot", "coded-segments.pdf"), talk,
                    coder = "Dan")
  expect_identical(nrow(x), 261L)
  expect_identical(nrow(problems(x)), 0L)
})
