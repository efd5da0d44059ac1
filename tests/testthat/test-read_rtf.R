rtf <- function(...) {
  read_transcripts(write_bytes_file("a.rtf", charToRaw(paste0(...)),
                                    env = parent.frame()))
}
rtf_said <- function(...) rtf(...)$documents$text

test_that("text, signs, numbers with fallbacks and code pages are read", {
  head <- paste0("{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0\\fswiss ",
                 "Arial;}{\\f1\\fcharset204 Arial Cyr;}{\\f2\\fcharset128 ",
                 "Mincho;}}{\\stylesheet{\\s0 Normal;}}",
                 "{\\info{\\title Not this}}\r\n")
  text <- rtf_said(
    head, "{\\*\\generator x;}\\pard\\b INT:\\b0  What\\'92s\\~new\\emdash ",
    "so?\\par\r\nP: Caf\\'e9 \\u8364? and\\u-10179?\\u-8704?.\\line ",
    "{\\v hidden}{\\f1 \\'cf\\'f0\\'e8}\\tab\\{x\\}\\\\\\par ",
    "{\\uc2\\u228\\'81\\'82x}{\\uc0\\u246}{\\f2\\'82\\'a0\\'83A}{\\header no}\\par}")
  expect_identical(text, paste0(
    "INT: What\u2019s\u00a0new\u2014so?\nP: Caf\u00e9 \u20ac and\U0001F600.\n",
    "\u041f\u0440\u0438\t{x}\\\n\u00e4x\u00f6\u3042\u30a2"))
})

test_that("rows of tables are lines, and turns are found", {
  x <- rtf("{\\rtf1\\ansi \\trowd INT\\intbl\\cell So?\\cell\\row ",
           "\\trowd P\\cell Yes.\\cell\\row\\trowd INT\\cell And?\\cell\\row}")
  expect_identical(x$documents$text, "INT\tSo?\nP\tYes.\nINT\tAnd?")
  expect_identical(x$turns$speaker, c("INT", "P", "INT"))
  expect_identical(x$documents$format, "rtf")
})

test_that("state ends with its group", {
  expect_identical(rtf_said("{\\rtf1 a{\\v b{\\v0 c}d}e\\v f\\plain g}"), "aceg")
  expect_identical(rtf_said("{\\rtf1 a{\\*\\x b{c}d}e{\\deleted f}g}"), "aeg")
})

test_that("what is no RTF, or too deep, is refused in little time", {
  refused <- function(text, what, kind = "file") {
    path <- write_bytes_file("a.rtf", charToRaw(text))
    expect_error(read_transcripts(path), what,
                 class = paste0("intercoder_error_", kind))
  }
  refused("INT: So?", "not an RTF")
  refused("{\\rtf1 cut{ short", "cut short")
  refused("{\\rtf1 {\\v all hidden}}", "no text")
  n <- 1e6
  expect_lt(system.time(refused(
    paste0("{\\rtf1 ", strrep("{", n), "x", strrep("}", n), "}"), "deep",
    "limit"))[["user.self"]], 20)
  path <- write_bytes_file("a.rtf", c(charToRaw("{\\rtf1 a"), as.raw(0)))
  expect_error(read_transcripts(path), class = "intercoder_error_encoding")
})

test_that("random text comes back from its escapes", {
  set.seed(3)
  signs <- c("a", "Z", "\u00e9", "\u20ac", "\u4e2d", "\U0001F600", "{", "}",
             "\\", "\t", "\n", "e\u0301", "\u2019", "7")
  escape <- function(s) {
    p <- utf8ToInt(s)
    vapply(p, function(v) {
      if (v %in% utf8ToInt("{}\\")) return(paste0("\\", intToUtf8(v)))
      if (v == 9) return("\\tab ")
      if (v == 10) return("\\par\r\n")
      if (v < 128) return(intToUtf8(v))
      if (v > 0xffff) {
        return(sprintf("\\u%d?\\u%d?", 0xd800 + (v - 0x10000) %/% 1024 - 65536,
                       0xdc00 + (v - 0x10000) %% 1024 - 65536))
      }
      sprintf("\\u%d?", if (v > 32767) v - 65536 else v)
    }, "")
  }
  for (round in 1:30) {
    text <- paste0("x", paste(sample(signs, 60, TRUE), collapse = ""), "y")
    text <- gsub("\t+\n", "\n", text)
    got <- rtf_said("{\\rtf1\\ansi ", paste(escape(text), collapse = ""), "}")
    expect_identical(got, text)
  }
})
