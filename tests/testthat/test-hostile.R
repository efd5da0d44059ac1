# Files made against the reader, and what becomes of each: a value, or an error
# of a class that says why. Nothing may be written outside of the file's own
# folder, and no entity, link or address followed. What archives claim of
# themselves is in test-read_qdpx.R and test-read_docx.R, hostile schemas of
# SQLite in tests/core/test_foreign.c.

entities <- function(root) {
  paste0("<!DOCTYPE ", root, " [<!ENTITY a0 'ha'>", paste(sprintf(
    "<!ENTITY a%d '%s'>", 1:9, vapply(0:8, function(i) {
      strrep(sprintf("&a%d;", i), 10)
    }, "")), collapse = ""), "]>")
}
outside <- function(root, url) {
  sprintf("<!DOCTYPE %s [<!ENTITY a9 SYSTEM '%s'>]>", root, url)
}
declared <- function(root) {
  c(entities(root), outside(root, "file:///etc/passwd"),
    outside(root, "http://127.0.0.1:9/x"))
}
odt_xml <- function(body) {
  space <- "urn:oasis:names:tc:opendocument:xmlns:"
  sprintf(paste0("<o:document-content xmlns:o='%soffice:1.0' ",
                 "xmlns:t='%stext:1.0'><o:body><o:text>%s</o:text></o:body>",
                 "</o:document-content>"), space, space, body)
}
sheet_xml <- function(body) {
  sprintf(paste0("<worksheet xmlns='http://schemas.openxmlformats.org/",
                 "spreadsheetml/2006/main'>%s</worksheet>"), body)
}
qdc_xml <- function(body) {
  sprintf("<CodeBook><Codes>%s</Codes></CodeBook>", body)
}

# name of the file, its bytes, the kind of error (NA for none), what it says
archive <- function(name, member, xml, ...) {
  list(name, zip_bytes(stats::setNames(list(xml), member)), ...)
}
hostile_files <- function() {
  word <- word_xml("<w:p><w:r><w:t>&a9;</w:t></w:r></w:p>")
  sheet <- sheet_xml("<sheetData><c r='A1'><v>&a9;</v></c></sheetData>")
  cases <- list(
    archive("a.docx", "word/document.xml", strrep("a", 3e7), "limit", "unpacks"),
    archive("a.odt", "content.xml", strrep("a", 3e7), "limit", "unpacks"),
    archive("a.xlsx", "xl/worksheets/sheet1.xml", strrep("a", 3e7), "limit",
            "unpacks"),
    archive("a.qdpx", "project.qde", strrep("a", 3e7), "limit", "unpacks"),
    archive("a.docx", "word/document.xml", strrep("<w:p>", 1e5), "file",
            "not well-formed"),
    archive("a.odt", "content.xml", odt_xml(paste0(
      "<t:p>", strrep("<t:s t:c='999999999'/>", 2000), "</t:p>")), "limit",
      "spaces"),
    archive("a.xlsx", "xl/worksheets/sheet1.xml", sheet_xml(paste0(
      "<dimension ref='A1:XFD1048576'/><sheetData>",
      "<c r='A1' t='str'><v>text</v></c><c r='XFD1048576'><v>1</v></c>",
      "<c r='A1048576' t='str'><v>P: x</v></c></sheetData>")), NA),
    archive("a.xlsx", "xl/worksheets/sheet1.xml", sheet_xml(paste0(
      "<sheetData>", paste(sprintf("<c r='%s%d'><v>1</v></c>", c(outer(
        outer(LETTERS, LETTERS, paste0), LETTERS, paste0))[1:5000], 1:5000),
        collapse = ""), "</sheetData>")), "limit", "columns"),
    list("a.qde", strrep("<a>", 1e5), "file", "not well-formed"),
    list("a.qdc", qdc_xml(strrep("<Code name='a'>", 1e5)), "file",
         "not well-formed"),
    list("a.rtf", "{\\rtf1 a\\bin9999999999 b\\par}", "file", "cut short"),
    list("a.rtf", paste0("{\\rtf1 ", strrep("\\bin0 ", 2e5), "}"), "limit",
         "marks"),
    list("a.rtf", "{\\rtf1\\ansicpg7 caf\\'e9}", "encoding", "code page 7"),
    list("a.html", paste0("<p>", strrep("<div>", 6000), "x"), "limit", "deep"),
    list("a.html", paste0("<p ", strrep("a=1 ", 2e5), ">x"), "limit",
         "attributes"),
    list("a.html", paste0(entities("html"), "<p>&a9;</p>"), NA),
    list("a.html", "<meta charset='klingon'><p>P: x</p>", NA),
    list("a.json", paste0("{\"codes\":", strrep("[", 1e5)), "limit", "deep"),
    list("a.json", paste0(strrep("{\"codes\":[", 200), strrep("]}", 200)),
         "limit", "deep"),
    list("a.json", paste0("{\"codes\":[{\"code\":\"", strrep("[", 500),
                          "\"}]}"), NA),
    list("a.yaml", paste0("codes: ", strrep("[", 1e5)), "limit", "deep"),
    list("a.yaml", paste0("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n", paste0(sprintf(
      "a%d: &a%d [%s]\n", 1:9, 1:9, vapply(0:8, function(i) {
        paste(rep(paste0("*a", i), 10), collapse = ",")
      }, "")), collapse = ""), "z: *a9\n"), "limit", "entries"),
    list("a.csv", paste0("text\n", strrep("\"", 2e6)), "limit", "quotation"),
    list("a.csv", paste0(strrep("a,", 1e5), "text\n"), "limit", "columns"),
    list("a.pdf", "%PDF-1.4\n1 0 obj<</Length 1073741824>>stream\n", "file",
         "damaged")
  )
  for (type in declared("a")) {
    says <- "document type"
    cases <- c(cases, list(
      archive("a.docx", "word/document.xml", paste0(type, word), "file", says),
      archive("a.odt", "content.xml",
              paste0(type, odt_xml("<t:p>&a9;</t:p>")), "file", says),
      archive("a.xlsx", "xl/worksheets/sheet1.xml", paste0(type, sheet),
              "file", says),
      archive("a.qdpx", "project.qde", paste0(type, "<Project name='&a9;'/>"),
              "file", says),
      list("a.qde", paste0(type, "<Project name='&a9;'/>"), "file", says),
      list("a.qdc", paste0(type, qdc_xml("<Code name='&a9;'/>")), "file", says)
    ))
  }
  cases
}

read_any <- function(path) {
  read <- switch(sub(".*[.]", "", path), qdpx = , qde = read_project,
                 qdc = , json = , yaml = read_codebook, read_transcripts)
  suppressMessages(suppressWarnings(read(path)))
}

test_that("files made against the reader are refused, or read in safety", {
  skip_on_cran()
  folder <- withr::local_tempdir()
  withr::local_dir(folder)
  for (case in hostile_files()) {
    if (case[[1]] == "a.pdf" && !nzchar(system.file(package = "pdftools"))) next
    bytes <- case[[2]]
    writeBin(if (is.character(bytes)) charToRaw(bytes) else bytes, case[[1]])
    told <- paste(case[[1]], case[3:length(case)], collapse = " ")
    time <- system.time(got <- tryCatch(read_any(case[[1]]), error = identity))
    if (is.na(case[[3]])) {
      expect_false(inherits(got, "error"), label = told)
    } else {
      expect_s3_class(got, paste0("intercoder_error_", case[[3]]))
      expect_match(conditionMessage(got), case[[4]], label = told)
    }
    expect_lt(time[["user.self"]], 10, label = told)
    expect_identical(list.files(all.files = TRUE, no.. = TRUE), case[[1]])
    unlink(case[[1]])
  }
})

test_that("one long text that a sheet's cells share is not told for each", {
  skip_on_cran()
  text <- sprintf(paste0("<sst xmlns='http://schemas.openxmlformats.org/",
                         "spreadsheetml/2006/main'><si><t>%s</t></si></sst>"),
                  strrep("a ", 5e5))
  cells <- paste(sprintf("<c r='A%d' t='s'><v>0</v></c>", 1:2000),
                 collapse = "")
  path <- write_bytes_file("a.xlsx", zip_bytes(list(
    "xl/sharedStrings.xml" = text,
    "xl/worksheets/sheet1.xml" = sheet_xml(paste0("<sheetData>", cells,
                                                  "</sheetData>")))))
  expect_error(read_transcripts(path), "MB of text",
               class = "intercoder_error_limit")
})

test_that("archives cut anywhere or with a byte changed are refused, or whole", {
  whole <- zip_bytes(list("word/document.xml" = word_xml(word_p("P: Fine."))))
  path <- write_bytes_file("a.docx", whole)
  for (n in seq(0, length(whole) - 1, by = 7)) {
    writeBin(whole[seq_len(n)], path)
    got <- tryCatch(said(read_transcripts(path)), intercoder_error = identity)
    expect_true(inherits(got, "intercoder_error") || identical(got, "Fine."))
  }
  for (n in seq(1, length(whole), by = 5)) {
    wrong <- whole
    wrong[n] <- xor(wrong[n], as.raw(0xff))
    writeBin(wrong, path)
    got <- tryCatch(read_transcripts(path), intercoder_error = identity)
    expect_true(inherits(got, c("intercoder_error", "transcripts")))
  }
})

test_that("binary data of RTF is passed over, whatever its bytes are", {
  rtf <- function(...) {
    parts <- lapply(list(...), function(x) if (is.raw(x)) x else charToRaw(x))
    path <- write_bytes_file("a.rtf", unlist(parts), env = parent.frame(2))
    read_transcripts(path)$documents$text
  }
  data <- as.raw(c(0, 255, 123, 125, 92))
  expect_identical(rtf("{\\rtf1 a{\\pict\\bin5 ", data, "}b}"), "ab")
  expect_identical(rtf("{\\rtf1 a\\bin5 ", data, "\\b b}"), "ab")
  expect_identical(rtf("{\\rtf1 a\\bin9 \\bin99999b}"), "ab")
  expect_identical(rtf("{\\rtf1 a\\\\bin5 b}"), "a\\bin5 b")
  expect_identical(rtf("{\\rtf1 a\\bin b}"), "ab")
})

test_that("a column of a written folder that is not what it says is refused", {
  folder <- withr::local_tempdir()
  path <- file.path(folder, "p")
  write_small(path)
  file <- file.path(path, "codings.csv")
  text <- readLines(file)
  writeLines(sub(",[0-9]+,", ",x,", text), file)
  expect_error(read_project(path), "is not of type", class = "intercoder_error_file")
})

test_that("a cell of very many codes is parted in little time", {
  path <- write_lines_file("a.csv", paste0(
    "Media Title,Excerpt Range,Excerpt Creator,Excerpt Copy,",
    "Codes Applied Combined"), paste0("A,0-1,Ada,x,\"", strrep("a, ", 2e4), "b\""))
  talk <- transcripts(data.frame(transcript = "A", text = "x"))
  time <- system.time(done <- read_codings(path, talk))
  expect_setequal(done$code, c("a", "b"))
  expect_lt(time[["user.self"]], 10)
})
