dialogue <- "INT: D\u00e9j\u00e0 vu?\nP: Oui \u2013 \u201ctoujours\u201d."

encoded <- function(encoding, newline = "\n", mark = raw()) {
  text <- gsub("\n", newline, dialogue, fixed = TRUE)
  bytes <- iconv(text, "UTF-8", encoding, toRaw = TRUE)[[1]]
  write_bytes_file("x.txt", c(mark, bytes), env = parent.frame())
}

test_that("every way of writing the same text gives the same text", {
  expect_same <- function(path, is, newline = "LF", bom = FALSE, from = NULL) {
    x <- read_transcripts(path, encoding = from)
    expect_identical(x$documents$text, dialogue)
    expect_identical(x$documents$encoding, is)
    expect_identical(x$documents$newline, newline)
    expect_identical(x$documents$bom, bom)
    expect_identical(said(x)[2], "Oui \u2013 \u201ctoujours\u201d.")
    expect_identical(x$documents$md5, unname(tools::md5sum(path)))
  }
  expect_same(encoded("UTF-8"), "UTF-8")
  expect_same(encoded("UTF-8", "\r\n"), "UTF-8", "CRLF")
  expect_same(encoded("UTF-8", "\r"), "UTF-8", "CR")
  expect_same(encoded("UTF-8", mark = as.raw(c(0xef, 0xbb, 0xbf))), "UTF-8",
              bom = TRUE)
  expect_same(encoded("UTF-16LE", mark = as.raw(c(0xff, 0xfe))), "UTF-16LE",
              bom = TRUE)
  expect_same(encoded("UTF-16BE", "\r\n", as.raw(c(0xfe, 0xff))), "UTF-16BE",
              "CRLF", bom = TRUE)
  expect_same(encoded("UTF-16LE"), "UTF-16LE", from = "utf-16le")
  expect_same(encoded("CP1252"), "windows-1252", from = "cp1252")
  path <- encoded("CP1252", "\r\n")
  expect_warning(x <- read_transcripts(path),
                 class = "intercoder_warning_encoding")
  expect_identical(x$documents$text, dialogue)
  expect_identical(x$documents$encoding, "windows-1252")
})

test_that("UTF-16 without a mark is seen by its zero bytes", {
  text <- "INT: So?\nP: Fine."
  for (encoding in c("UTF-16LE", "UTF-16BE")) {
    bytes <- iconv(text, "UTF-8", encoding, toRaw = TRUE)[[1]]
    x <- read_transcripts(write_bytes_file("x.txt", bytes))
    expect_identical(x$documents$text, text)
    expect_identical(x$documents$encoding, encoding)
  }
})

test_that("Latin-1 and other encodings are converted", {
  latin <- write_bytes_file("x.txt", c(charToRaw("P: caf"), as.raw(0xe9)))
  expect_warning(x <- read_transcripts(latin), "ISO-8859-1")
  expect_identical(said(x), "caf\u00e9")
  greek <- write_bytes_file("x.txt", c(charToRaw("P: "), as.raw(c(0xed, 0xe1))))
  x <- read_transcripts(greek, encoding = "ISO-8859-7")
  expect_identical(said(x), "\u03bd\u03b1")
  expect_error(read_transcripts(greek, encoding = "klingon"),
               class = "intercoder_error_argument")
})

test_that("characters beyond 16 bits survive UTF-16", {
  bytes <- iconv("P: \U1F600!", "UTF-8", "UTF-16LE", toRaw = TRUE)[[1]]
  x <- read_transcripts(write_bytes_file("x.txt", c(0xff, 0xfe, bytes)))
  expect_identical(said(x), "\U1F600!")
})

expect_place <- function(bytes, line, byte, ...) {
  path <- write_bytes_file("bad.txt", bytes, env = parent.frame())
  e <- expect_error(read_transcripts(path, ...),
                    class = "intercoder_error_encoding")
  expect_match(conditionMessage(e), "bad.txt", fixed = TRUE)
  expect_match(conditionMessage(e), sprintf("line %d", line))
  expect_identical(as.numeric(e$line), line)
  expect_identical(as.numeric(e$byte), byte)
  expect_identical(e$file, path)
}

test_that("bytes that are not text are refused with file, line and byte", {
  good <- charToRaw("P: caf\u00e9\n")
  expect_place(c(good, charToRaw("I: "), 0xff), 2, 13)
  expect_place(c(0xef, 0xbb, 0xbf, charToRaw("P: a\nb"), 0xc3), 2, 10)
  expect_place(c(charToRaw("P: a\n\nb"), 0x00, charToRaw("c")), 3, 8)
  expect_place(c(charToRaw("P: "), 0x81), 1, 4)
  expect_place(c(charToRaw("P: a\n"), 0x81), 2, 6, encoding = "windows-1252")
  expect_place(c(charToRaw("P: "), 0xc0, 0xaf), 1, 4, encoding = "UTF-8")
  utf16 <- iconv("P: a\nb", "UTF-8", "UTF-16LE", toRaw = TRUE)[[1]]
  expect_place(c(0xff, 0xfe, utf16, 0x41), 2, 15)
  expect_place(c(0xff, 0xfe, utf16, 0x00, 0xd8, 0x41, 0x00), 2, 15)
  expect_place(c(0xff, 0xfe, utf16, 0x00, 0x00), 2, 15)
  expect_place(c(charToRaw("a\n\x93b"), 0x80), 2, 3, encoding = "UTF-8")
})

test_that("a message shows braces and percent signs as they are", {
  path <- write_bytes_file("{x} 100%d.txt", c(0x50, 0x3a, 0x20, 0xc3, 0xa9, 0xff))
  expect_error(read_transcripts(path), "{x} 100%d.txt", fixed = TRUE)
})
