html <- function(..., name = "a.html") {
  read_transcripts(write_bytes_file(name, charToRaw(enc2utf8(paste0(...))),
                                    env = parent.frame()))
}

test_that("blocks are lines, what is not shown is left out", {
  x <- html(
    "<!DOCTYPE html><html><head><title>T</title><style>p {}</style></head>",
    "<body><h1>Talk</h1>\n<p>INT: What <b>is</b>\n  new?<p>P: All&nbsp;of ",
    "it.<br>Caf\u00e9 &lt;3<script>x()</script><table><tr><td>a</td>",
    "<td>b</td></tr></table><pre>  c\n d</pre><p>INT: So<!-- no -->?<div><p>P: Yes.</div>end")
  expect_identical(x$documents$text, paste0(
    "Talk\nINT: What is new?\nP: All\u00a0of it.\nCaf\u00e9 <3\na\tb\nc\nd\n",
    "INT: So?\nP: Yes.\nend"))
  expect_identical(x$turns$speaker, c("INT", "P", "INT", "P"))
})

test_that("the page says its encoding", {
  path <- write_bytes_file("a.htm", c(
    charToRaw("<meta charset=\"iso-8859-1\"><p>INT: Caf"), as.raw(0xe9),
    charToRaw("?<p>P: No.")))
  x <- suppressWarnings(read_transcripts(path))
  expect_identical(said(x), c("Caf\u00e9?", "No."))
})

test_that("pages that nest or swell without end are refused or bounded", {
  deep <- write_bytes_file("a.html", charToRaw(strrep("<div>", 1e6)))
  expect_lt(system.time(expect_error(
    read_transcripts(deep), "deep", class = "intercoder_error_limit"
  ))[["user.self"]], 20)
  wide <- write_bytes_file("a.html", charToRaw(strrep("<", 3e6)))
  expect_error(read_transcripts(wide), class = "intercoder_error_limit")
  bomb <- paste0("<!DOCTYPE html [<!ENTITY a \"aaaaaaaaaa\">", paste0(
    "<!ENTITY ", letters[2:9], " \"", strrep(paste0("&", letters[1:8], ";"), 9),
    "\">", collapse = ""), "]><p>INT: &i;<p>P: x")
  expect_lt(nchar(html(bomb)$documents$text), 2000)
  expect_error(html("<p> </p>"), "no text", class = "intercoder_error_file")
})

odt_xml <- function(body) {
  sprintf(paste0(
    "<office:document-content xmlns:office=\"%s\" xmlns:text=\"%s\" ",
    "xmlns:table=\"%s\"><office:body><office:text>%s</office:text>",
    "</office:body></office:document-content>"),
    "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "urn:oasis:names:tc:opendocument:xmlns:table:1.0", body)
}

test_that("OpenDocument texts are read paragraph by paragraph", {
  body <- paste0(
    "<text:tracked-changes><text:p>deleted</text:p></text:tracked-changes>",
    "<text:h>Talk</text:h>\n<text:p>INT:<text:s text:c=\"2\"/>What ",
    "<text:span>is</text:span>\n new?</text:p><text:p>P: All.<text:note>",
    "<text:p>n</text:p></text:note><text:line-break/>Yes<text:tab/>so.",
    "</text:p><table:table><table:table-row><table:table-cell><text:p>INT",
    "</text:p></table:table-cell><table:table-cell><text:p>And?</text:p>",
    "</table:table-cell></table:table-row></table:table><text:p>P: No.</text:p>")
  path <- write_bytes_file("a.odt", zip_bytes(list(
    "content.xml" = odt_xml(body))))
  x <- read_transcripts(path)
  expect_identical(x$documents$text, paste0(
    "Talk\nINT:  What is new?\nP: All.\nYes\tso.\nINT\tAnd?\nP: No."))
  expect_identical(x$documents$format, "odt")
  refused <- function(bytes, what) {
    expect_error(read_transcripts(write_bytes_file("a.odt", bytes)), what,
                 class = "intercoder_error_file")
  }
  refused(charToRaw("nope"), "not an OpenDocument")
  refused(zip_bytes(list("a.xml" = "<a/>")), "no readable member")
  refused(zip_bytes(list("content.xml" = "<a/>")), "not an OpenDocument")
  refused(zip_bytes(list("content.xml" = odt_xml(""))), "no text")
  bomb <- write_bytes_file("a.odt", zip_bytes(list(
    "content.xml" = raw(60 * 2^20))))
  expect_error(read_transcripts(bomb), class = "intercoder_error_limit")
})
