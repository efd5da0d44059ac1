docx <- function(...) {
  read_transcripts(write_docx("w.docx", vapply(c(...), word_p, ""),
                              env = parent.frame()))
}

test_that("paragraphs, tabs, line breaks and bold names are read", {
  x <- docx("A title", "**Interviewer:** Well?", "", "**P:**\tFine.\nReally.",
            "And so on.", "Interviewer:\tI see. **Very** good.")
  expect_identical(
    x$documents$text,
    paste0("A title\nInterviewer: Well?\n\nP:\tFine.\nReally.\nAnd so on.\n",
           "Interviewer:\tI see. Very good.")
  )
  expect_identical(x$turns$speaker, c("Interviewer", "P", "Interviewer"))
  expect_identical(said(x), c("Well?", "Fine.\nReally.\nAnd so on.",
                              "I see. Very good."))
  expect_identical(x$documents$format, "docx")
})

test_that("bold names without a colon begin turns, bold words do not", {
  x <- docx("**Anna Lee** Well?", "**Ben** Fine.", "**Never** again.",
            "**Anna Lee**", "I see.", "**Ben** Right.", "**Ben** Yes.",
            "**Anna Lee** So.", "**Ben** Bye.")
  expect_identical(x$turns$speaker[1:3], c("Anna Lee", "Ben", "Anna Lee"))
  expect_identical(said(x)[2], "Fine.\nNever again.")
})

test_that("cells of a table's row are parted by tabs", {
  row <- function(...) {
    paste0("<w:tr>", paste0("<w:tc>", vapply(c(...), word_p, ""), "</w:tc>",
                            collapse = ""), "</w:tr>")
  }
  x <- read_transcripts(write_docx("t.docx", paste0(
    "<w:tbl>", row("INT", "Well?"), row("P", "Fine."), row("INT", "Oh."),
    "</w:tbl>"
  )))
  expect_identical(x$documents$text, "INT\tWell?\nP\tFine.\nINT\tOh.")
  expect_identical(x$turns$speaker, c("INT", "P", "INT"))
})

test_that("deleted text, field codes and moved text are left out", {
  body <- paste0(
    "<w:p><w:r><w:t>P: I </w:t></w:r>",
    "<w:del><w:r><w:delText>never </w:delText></w:r></w:del>",
    "<w:ins><w:r><w:t>always </w:t></w:r></w:ins>",
    "<w:moveFrom><w:r><w:t>moved </w:t></w:r></w:moveFrom>",
    "<w:r><w:instrText>PAGE</w:instrText></w:r>",
    "<w:hyperlink><w:r><w:t>said</w:t></w:r></w:hyperlink>",
    "<w:r><w:noBreakHyphen/><w:t>so</w:t></w:r></w:p>"
  )
  expect_identical(read_transcripts(write_docx("w.docx", body))$documents$text,
                   "P: I always said-so")
})

test_that("the main part may have another name", {
  rels <- paste0(
    "<Relationships><Relationship Target=\"/word/document2.xml\" Type=\"http:",
    "//schemas.openxmlformats.org/officeDocument/2006/relationships/",
    "officeDocument\"/></Relationships>"
  )
  path <- write_bytes_file("w.docx", zip_bytes(list(
    "_rels/.rels" = rels, "word/document2.xml" = word_xml(word_p("P: Here."))
  )))
  expect_identical(said(read_transcripts(path)), "Here.")
})

expect_refused <- function(path, pattern, class = "intercoder_error_file") {
  e <- expect_error(read_transcripts(path), class = class)
  expect_match(conditionMessage(e), basename(path), fixed = TRUE)
  expect_match(conditionMessage(e), pattern)
}

test_that("damaged and disguised files are refused by name", {
  good <- zip_bytes(list("word/document.xml" = word_xml(word_p("P: Fine."))))
  refused <- function(bytes, pattern, ...) {
    expect_refused(write_bytes_file("bad.docx", bytes), pattern, ...)
  }
  refused(charToRaw("no archive at all"), "not a Word file")
  refused(raw(), "not a Word file")
  refused(c(0xd0, 0xcf, 0x11, 0xe0, 0xa1), "password")
  refused(good[1:60], "not a Word file|damaged")
  refused(utils::head(good, -30), "not a Word file|damaged")
  refused(zip_bytes(list("xl/workbook.xml" = "<a/>")), "no readable member")
  refused(zip_bytes(list("word/document.xml" = "<a><b></a>")), "well-formed")
  refused(zip_bytes(list("word/document.xml" = "<a/>")), "not a Word file")
  refused(zip_bytes(list("word/document.xml" = word_xml(word_p(" ")))),
          "no text")
  wrong <- good
  wrong[60:90] <- as.raw(0xff)
  refused(wrong, "bad.docx", "intercoder_error")
})

test_that("document types, entities and deep nests are refused", {
  refused <- function(xml, pattern) {
    expect_refused(write_bytes_file("bad.docx", zip_bytes(list(
      "word/document.xml" = xml))), pattern)
  }
  refused("<?xml version=\"1.0\"?><!DOCTYPE x SYSTEM \"file:///etc/passwd\"><x/>",
          "document type")
  refused(paste0("<!DOCTYPE l [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">]>",
                 "<l>&b;</l>"), "document type")
  refused("<x>&undefined;</x>", "well-formed")
  deep <- paste0(strrep("<w:p>", 2000), strrep("</w:p>", 2000))
  refused(word_xml(deep), "well-formed")
})

test_that("an archive that unpacks to absurd sizes is stopped", {
  skip_on_cran()
  bomb <- zip_bytes(list("word/document.xml" = raw(60 * 2^20)))
  expect_lt(length(bomb), 1e5)
  path <- write_bytes_file("bomb.docx", bomb)
  expect_refused(path, "unpacks to more than", "intercoder_error_limit")
  lies <- zip_bytes(list("word/document.xml" = raw(60 * 2^20)), claimed = 10)
  expect_refused(write_bytes_file("lies.docx", lies), "lies.docx",
                 "intercoder_error")
})

test_that("nothing is unpacked to disk", {
  before <- list.files(tempdir(), recursive = TRUE)
  path <- write_docx("w.docx", word_p("P: Fine."),
                     list("../../evil.txt" = "x", "/tmp/evil.txt" = "x"))
  read_transcripts(path)
  new <- setdiff(list.files(tempdir(), recursive = TRUE), before)
  expect_identical(basename(new), "w.docx")
})

test_that("real Word transcripts are read", {
  for (i in 1:3) {
    x <- read_transcripts(real_data("docx", sprintf("trans%d.docx", i)))
    expect_identical(x$turns$speaker, c("Researcher 2", "Teacher 4",
                                        "Multiple Students", "Teacher 4"))
  }
  x <- read_transcripts(real_data("qualcoder_examples", "ID1.docx"))
  expect_identical(nrow(x$turns), 1L)
  expect_identical(nrow(units(x, "paragraph")), 3L)
})
