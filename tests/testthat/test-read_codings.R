talk <- function() {
  transcripts(data.frame(
    transcript = c("A", "B 2"),
    text = c(paste0("INT: What changed?\nP: I save time, and I don\u2019t ",
                    "worry.\nINT: And trust?\nP: I save time. \U0001F600 It ",
                    "is \u201cmine\u201d."),
             "INT: So?\nP: Not much. I save time."), stringsAsFactors = FALSE
  ))
}

words <- function(x) x$text

test_that("a table needs no more than usual names of columns", {
  data <- data.frame(
    Document = c("A.docx", "B 2", "A", "A", "C", "A"),
    Segment = c("I save time", "I save time", "I don't\n worry",
                "nowhere", "I save time", "INT: And\u2026"),
    Code = c("saving", "saving", " trust ", "trust", "trust", "trust"),
    Author = "Ada", Comment = c("m", NA, NA, NA, NA, NA),
    check.names = FALSE
  )
  for (file in list(write_csv_file(data), write_csv_file(data, sep = ";"),
                    write_xlsx_file(data))) {
    x <- read_codings(file, talk())
    expect_s3_class(x, "codings")
    expect_identical(x$transcript, c("A", "B 2", "A", "A"))
    expect_identical(words(x), c("I save time", "I save time",
                                 "I don\u2019t worry", "INT: And"))
    expect_identical(x$code, c("saving", "saving", "trust", "trust"))
    expect_identical(x$memo, c("m", NA, NA, NA))
    p <- problems(x)
    expect_identical(p$row, c(1L, 4L, 5L, 6L))
    expect_identical(p$problem, c(
      "the words stand in 2 places: the next in order was taken",
      "the words are not in the transcript",
      "there is no transcript \"C\"",
      "the quote was cut: its visible words were taken"
    ))
    expect_identical(p$done, c(NA, "left out", "left out", NA))
    expect_identical(is.na(p$start), c(FALSE, TRUE, TRUE, FALSE))
  }
  expect_identical(unique(read_codings(file, talk(), coder = "Ben")$coder),
                   "Ben")
  expect_output(print(x), "2 codings doubtful, 2 left out. See problems()",
                fixed = TRUE)
})

test_that("problems go with codings that are joined or taken out", {
  file <- write_csv_file(data.frame(
    document = "A", quote = c("And trust?", "gone"), code = "t", coder = "Ada"))
  x <- read_codings(file, talk())
  expect_identical(nrow(problems(x)), 1L)
  expect_identical(problems(x[0, ]), problems(x))
  expect_identical(problems(c(x, x)), problems(x))
  expect_identical(nrow(problems(codings(as.data.frame(x)))), 0L)
  expect_identical(nrow(coding_problems(x)), 0L)
})

test_that("places without quotes are taken, and near ones choose", {
  file <- write_csv_file(data.frame(
    transcript = "A", start = c("23", "60", "70", "70", "900"),
    end = c("33", "70", "80", "72", "901"),
    text = c(NA, "I save time", "I save time", NA, NA),
    code = "saving", user = "Ada"))
  x <- read_codings(file, talk())
  again <- regexpr("I save time.", talk()$documents$text[1], fixed = TRUE)
  expect_identical(x$start, c(23L, rep(as.integer(again), 2), 70L))
  expect_identical(x$end[4], 72L)
  p <- problems(x)
  expect_identical(p$row, c(2L, 3L, 5L))
  expect_identical(p$done, c("moved", "moved", "left out"))
})

test_that("Dedoose has a column for each code, and counts from 0", {
  text <- talk()$documents$text[1]
  from <- regexpr("And trust?", text, fixed = TRUE)
  second <- gregexpr("I save time", text, fixed = TRUE)[[1]][2]
  data <- data.frame(
    "Media Title" = "A.docx",
    "Excerpt Range" = c(sprintf("%d-%d", from - 1L, from + 9L),
                        sprintf("%d-%d", second - 1L, second + 10L),
                        "Page 1: 3-9"),
    "Excerpt Creator" = c("Ada", "Ben", "Ben"),
    "Excerpt Copy" = c("And trust?", "I save time", "It is \"mine\""),
    "Codes Applied Combined" = c("Trust, Low", "Saving", NA),
    "Code: Trust Applied" = c("True", "False", "False"),
    "Code: Trust\\Low, very Applied" = c("True", "False", "False"),
    "Code: Trust\\Low, very Weight" = c("3", NA, NA),
    "Code: Saving Applied" = c("False", "True", "False"),
    check.names = FALSE
  )
  book <- codebook(data.frame(code = c("Trust", "low", "Saving"),
                              label = c(NA, "Low, very", NA)))
  for (file in list(write_csv_file(data), write_xlsx_file(data))) {
    x <- read_codings(file, talk(), codebook = book)
    expect_identical(x$code, c("Trust", "low", "Saving"))
    expect_identical(x$coder, c("Ada", "Ada", "Ben"))
    expect_identical(x$start, as.integer(c(from, from, second)))
    expect_identical(x$weight, c(NA, 3, NA))
    expect_identical(problems(x)$problem, "no code")
  }
})

test_that("codes of ATLAS.ti may hold commas and its header any language", {
  cells <- c("Trust, low", "Trust, low, Saving", "Saving, \"I\", Trust, low")
  data <- data.frame(
    a = c("1:1", "1:2", "2:1"), b = c("\u00b6 3", "\u00b6\u20094", "\u00b6 2"),
    c = NA, d = paste0("\"", c("And trust?", "I save time", "Not much."), "\""),
    e = c("A", "A", "B 2"), f = cells, g = c("1", "2", "3"), h = NA, i = NA,
    j = NA, k = NA, l = NA, m = NA
  )
  english <- c("Number", "Reference", "Name", "Text Content", "Document",
               "Codes", "Number of Codes", "Comment", "Initial Position",
               "Final Position", "Length", "Creation Date", "Modification Date")
  book <- codebook(data.frame(code = c("Trust, low", "Saving")))
  for (header in list(english, paste0("\u0416", seq_along(english)))) {
    names(data) <- header
    file <- write_csv_file(data, sep = ";")
    x <- read_codings(file, talk(), coder = "Ada", codebook = book)
    expect_identical(x$code, c("Trust, low", "Trust, low", "Saving", "Saving",
                               "\"I\"", "Trust, low"))
    expect_identical(nrow(problems(x)), 2L)
    expect_match(problems(x)$problem, "2 places: the nearest was taken")
    second <- gregexpr("I save time", talk()$documents$text[1])[[1]][2]
    expect_identical(x$start[2], as.integer(second))
    alone <- read_codings(file, talk(), coder = "Ada")
    expect_match(problems(alone)$problem, "counts 1 codes here, 2 are told",
                 all = FALSE)
  }
  expect_error(read_codings(file, talk()), "does not say who coded",
               class = "intercoder_error_columns")
})

test_that("segments of MAXQDA are found from their paragraph", {
  data <- data.frame(
    "Document group" = "g", "Document name" = c("A", "B 2"),
    Code = c("Use > Saving", "Use\\Saving"), Begin = c("4", "2"), End = "4",
    "Weight score" = c("0", "50"), Segment = c("I save time", "Not\r\nmuch."),
    "Created by" = "ada", check.names = FALSE
  )
  x <- read_codings(write_xlsx_file(data), talk(),
                    codebook = codebook(data.frame(code = "Saving")))
  second <- gregexpr("I save time", talk()$documents$text[1])[[1]][2]
  expect_identical(x$start, c(as.integer(second), 13L))
  expect_identical(x$code, c("Saving", "Saving"))
  expect_identical(x$weight, c(0, 50))
  expect_identical(read_codings(write_xlsx_file(data), talk())$code, data$Code)
})

test_that("reports of NVivo name node, file and reference", {
  file <- write_lines_file(
    "Saving.txt", "", "<Files\\\\A> - \u00a7 2 references coded [3.1% Coverage]",
    "", "Reference 1 - 1.37% Coverage", "", "I save time, and", "",
    "I don't worry.", "", "Reference 2 - 0,37% Coverage", "", "And trust?", "",
    "Name: Trust", "",
    "<Internals\\\\Folder\\\\B 2> - \u00a7 1 reference coded  [1% Coverage]",
    "", "Reference 1 - 1% Coverage", "Not much.")
  lines <- readLines(file, encoding = "UTF-8")
  x <- read_codings(file, talk(), coder = "Ada")
  expect_identical(x$code, c("Saving", "Saving", "Trust"))
  expect_identical(x$transcript, c("A", "A", "B 2"))
  expect_identical(words(x)[2:3], c("And trust?", "Not much."))
  expect_identical(nrow(problems(x)), 0L)
  docx <- write_docx("Saving.docx", vapply(escape_xml(lines), word_p, ""))
  expect_identical(as.data.frame(read_codings(docx, talk(), coder = "Ada")),
                   as.data.frame(x))
  expect_error(read_codings(docx, talk()), class = "intercoder_error_columns")
})

comment_xml <- function(comments) {
  one <- vapply(seq_along(comments), function(i) {
    sprintf("<w:comment w:id=\"%d\" w:author=\"Ada\">%s</w:comment>", i,
            paste(vapply(comments[[i]], word_p, ""), collapse = ""))
  }, "")
  sprintf("<w:comments xmlns:w=\"%s\">%s</w:comments>", WORD_SPACE,
          paste(one, collapse = ""))
}

test_that("comments of a Word file are codings where they stand", {
  mark <- function(kind, id) sprintf("<w:commentRange%s w:id=\"%d\"/>", kind, id)
  run <- function(text) {
    sprintf("<w:r><w:t xml:space=\"preserve\">%s</w:t></w:r>", text)
  }
  body <- paste0(
    "<w:p>", run("INT: So?"), "</w:p><w:p>", run("P: It"), mark("Start", 1),
    run(" saves "), mark("Start", 2), run("time"), mark("End", 1), run("."),
    "</w:p><w:p>", run("Yes."), mark("End", 2), "</w:p>")
  comments <- list(c("Codes (15-25)", "Saving", "Trust, low"), "Trust", "None")
  path <- write_docx("T.docx", body,
                     list("word/comments.xml" = comment_xml(comments)))
  x <- read_codings(path, read_transcripts(path))
  expect_identical(words(x), c("saves time", "saves time", "time.\nYes."))
  expect_identical(x$code, c("Saving", "Trust, low", "Trust"))
  expect_identical(unique(x$coder), "Ada")
  expect_identical(problems(x)$row, 3L)
  expect_identical(problems(x)$done, "left out")
  for (range in c("6-16", "15-26")) {
    comments[[1]][1] <- sprintf("Codes (%s)", range)
    path <- write_docx("T.docx", body,
                       list("word/comments.xml" = comment_xml(comments)))
    x <- read_codings(path, read_transcripts(path))
    expect_identical(any(grepl("not where", problems(x)$problem)),
                     range == "15-26")
    expect_identical(x$start[1], 16L)
  }
  none <- write_docx("T.docx", body)
  expect_error(read_codings(none, read_transcripts(none)), "no comments",
               class = "intercoder_error_file")
})

test_that("spans of annotation tools are placed by their own counting", {
  text <- "Oh \U0001F600 I save time. Yes."
  t <- transcripts(data.frame(transcript = "A", text = text))
  tsv <- write_lines_file(
    "A.tsv", "#FORMAT=WebAnno TSV 3.3", "#T_SP=webanno.custom.Code|value", "",
    "", paste0("#Text=", text), "1-1\t0-2\tOh\t_\t",
    "1-2\t3-5\t\U0001F600\t_\t", "1-3\t6-7\tI\tSaving[1]\t",
    "1-4\t8-12\tsave\tSaving[1]|Time\t", "1-5\t13-17\ttime\tSaving[1]\t")
  x <- read_codings(tsv, t, coder = "Ada")
  expect_identical(x$code, c("Saving", "Time"))
  expect_identical(words(x), c("I save time", "save"))
  skip_if_not_installed("jsonlite")
  line <- paste0("{\"id\":1,\"text\":\"", text, "\",\"label\":",
                 "[[5,16,\"Saving\"],[18,21,\"Yes\"]]}")
  x <- read_codings(write_lines_file("a.jsonl", line), t, coder = "Ada")
  expect_identical(words(x), c("I save time", "Yes"))
  json <- sprintf(paste0(
    "[{\"id\":4,\"data\":{\"text\":\"%s\"},\"annotations\":[{\"completed_by\":",
    "{\"email\":\"a@b.c\"},\"result\":[{\"value\":{\"start\":6,\"end\":17,",
    "\"text\":\"I save time\",\"labels\":[\"Saving\",\"Good\"]}}]}]}]"), text)
  x <- read_codings(write_lines_file("a.json", json), t)
  expect_identical(x$code, c("Saving", "Good"))
  expect_identical(words(x), rep("I save time", 2))
  expect_identical(x$coder[1], "a@b.c")
  expect_error(read_codings(write_lines_file("a.json", strrep("[", 1e6)), t),
               "deep", class = "intercoder_error_limit")
  expect_error(read_codings(write_lines_file("a.json", "{\"a\": "), t),
               class = "intercoder_error_file")
})

test_that("places of random spans come back from each table", {
  set.seed(5)
  pieces <- c("word", "caf\u00e9", "e\u0301", "\U0001F469\u200d\U0001F4BB",
              "\u201cso\u201d", "...")
  text <- paste(sample(pieces, 400, TRUE), collapse = " ")
  t <- transcripts(data.frame(transcript = "A", text = text))
  start <- sort(sample(nchar(text) - 60, 50))
  end <- start + sample(20:50, 50, TRUE)
  true <- data.frame(transcript = "A", start = start, end = end,
                     code = sample(c("a", "b"), 50, TRUE), coder = "Ada")
  true <- codings(true, t)
  plain <- function(x) gsub("[ \n]+", "\n ", gsub("[\u201c\u201d]", "\"", x))
  dedoose <- data.frame(
    "Media Title" = "A", "Excerpt Creator" = "Ada",
    "Excerpt Range" = sprintf("%d-%d", start - 1L, end),
    "Excerpt Copy" = true$text, "Code: a Applied" = true$code == "a",
    "Code: b Applied" = true$code == "b", check.names = FALSE)
  x <- read_codings(write_xlsx_file(dedoose), t)
  expect_identical(x[c("start", "end", "code")], true[c("start", "end", "code")],
                   ignore_attr = TRUE)
  table <- data.frame(document = "A", quote = plain(true$text),
                      code = true$code, coder = "Ada")
  x <- read_codings(write_csv_file(table), t)
  once <- !seq_along(start) %in% problems(x)$row
  expect_gt(sum(once), 25)
  inner <- function(rows) trimws(rows$text)
  expect_identical(inner(x[once, ]), inner(true[once, ]))
})

test_that("what is no export, or fits nowhere, is refused", {
  refused <- function(file, class, ...) {
    expect_error(read_codings(file, talk(), ...),
                 class = paste0("intercoder_error_", class))
  }
  refused("absent.csv", "file")
  refused(write_lines_file("a.txt", "just words"), "file")
  refused(write_csv_file(data.frame(a = "1", b = "2")), "columns")
  refused(write_csv_file(data.frame(document = "A", code = "c")), "columns")
  refused(write_csv_file(data.frame(document = "Z", quote = "x", code = "c",
                                    coder = "Ada")), "codings")
  refused(write_lines_file("a.txt", "x"), "file", format = "dedoose")
  refused(write_lines_file("a.txt", "x"), "file", format = "nvivo")
  refused(write_lines_file("a.txt", "x"), "file", format = "webanno")
  refused(write_bytes_file("a.xlsx", charToRaw("PK no")), "file")
  refused(write_bytes_file("a.docx", charToRaw("PK no")), "file")
  refused(write_bytes_file("a.pdf", charToRaw("not one")), "file")
  expect_error(read_codings("a.csv", talk(), format = "nope"),
               class = "intercoder_error_argument")
})

test_that("an Excel file that unpacks to too much or spans too much is refused", {
  data <- data.frame(a = "x", b = "y")
  members <- xlsx_members(data)
  members[["xl/worksheets/first.xml"]] <- raw(60 * 2^20)
  bomb <- write_bytes_file("a.xlsx", zip_bytes(members))
  expect_error(read_codings(bomb, talk()), "unpacks to more",
               class = "intercoder_error_limit")
  corner <- function(r, col) sprintf("<c r=\"%s%d\"><v>1</v></c>", col, r)
  letters3 <- outer(LETTERS, LETTERS, paste0)
  members[["xl/worksheets/first.xml"]] <- sprintf(
    "<worksheet xmlns=\"%s\">%s</worksheet>", SHEET_SPACE,
    paste(corner(seq_len(33800), rep(letters3, 50)), collapse = ""))
  wide <- write_bytes_file("a.xlsx", zip_bytes(members))
  expect_error(read_codings(wide, talk()), "cells",
               class = "intercoder_error_limit")
})

test_that("the codebook of ATLAS.ti is read from both of its tables", {
  file <- write_csv_file(data.frame(
    Code = c("Trust: low", "Trust: low: very", "Plain, so"), Comment = c("d", NA, NA),
    "Code Group 1" = c("g", NA, NA), "Code Group 2" = c("h", "i", NA),
    check.names = FALSE), sep = ";")
  book <- read_codebook(file, format = "atlasti")
  expect_identical(book$theme, c(NA, "Trust: low", NA))
  expect_identical(book$label, c("Trust: low", "very", "Plain, so"))
  expect_identical(book$group, c("g; h", "i", NA))
  expect_identical(book$definition, c("d", NA, NA))
  list <- write_lines_file("l.csv", "Code;;Density", "\u25cf Trust;;3",
                           ";\u25cf low;1", "\u25cf Plain;;0")
  expect_identical(read_codebook(list, format = "atlasti")$code,
                   c("Trust", "Trust: low", "Plain"))
  bad <- write_lines_file("l.csv", "Code;;Density", ";\u25cf low;1")
  expect_error(read_codebook(bad, format = "atlasti"), "folder",
               class = "intercoder_error_file")
})

test_that("damaged files are read or refused, never anything else", {
  set.seed(11)
  odt <- sprintf(paste0("<a xmlns:text=\"%s\" xmlns:office=\"%s\"><office:body>",
                        "<text:p>INT: So?</text:p></office:body></a>"),
                 ODT_TEXT, ODT_OFFICE)
  data <- data.frame(document = "A", quote = "And trust?", code = "t",
                     coder = "Ada", text = "x")
  whole <- list(
    a.rtf = charToRaw("{\\rtf1\\ansi{\\fonttbl{\\f0\\fcharset204 A;}}\\f0 \\'e9\\u228?{\\v x}y\\par}"),
    a.html = charToRaw("<html><body><p>INT: a<br>&amp;<table><tr><td>x</table>"),
    a.odt = zip_bytes(list("content.xml" = odt), compress = FALSE),
    a.xlsx = zip_bytes(xlsx_members(data), compress = FALSE)
  )
  for (name in names(whole)) {
    for (round in 1:60) {
      bytes <- whole[[name]]
      at <- sample(length(bytes), 1 + round %% 4)
      bytes[at] <- as.raw(sample(c(0:255, utf8ToInt("<>{}\\\"&'")), length(at)))
      path <- write_bytes_file(name, bytes)
      got <- tryCatch(suppressWarnings(read_transcripts(path)),
                      intercoder_error = identity)
      expect_true(inherits(got, c("transcripts", "intercoder_error")))
      if (name == "a.xlsx") {
        got <- tryCatch(read_codings(path, talk()), intercoder_error = identity)
        expect_true(inherits(got, c("codings", "intercoder_error")))
      }
    }
  }
})
