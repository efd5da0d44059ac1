# An exchange file written by hand: `body` of the project, sources by name.
qdpx_file <- function(body, sources = list(), origin = "Somebody", root = NULL,
                      name = "project.qde", envir = parent.frame()) {
  file <- withr::local_tempfile(fileext = ".qdpx", .local_envir = envir)
  root <- root %||% sprintf(
    "<Project xmlns='urn:QDA-XML:project:1:0' name='p' origin='%s'>", origin)
  qde <- charToRaw(enc2utf8(paste0(
    "<?xml version='1.0' encoding='utf-8'?>", root, body, "</Project>")))
  members <- c(stats::setNames(list(qde), name), lapply(sources, function(s) {
    if (is.raw(s)) s else charToRaw(enc2utf8(s))
  }))
  writeBin(intercoder:::zip_bytes(members), file)
  file
}

g <- function(i) sprintf("00000000-0000-4000-8000-%012d", i)
braced <- function(i) sprintf("{%s}", toupper(g(i)))

book <- paste0(
  "<CodeBook><Codes><Code guid='", braced(1), "' name='Nodes' ",
  "isCodable='false'><Code guid='", braced(2), "' name='time' ",
  "isCodable='true' color='rgb(1,2,3)'><Description>of all</Description>",
  "<NoteRef targetGUID='", g(40), "'/><Code guid='", g(3),
  "' name='waste' isCodable='true'/></Code></Code></Codes></CodeBook>")
users <- paste0("<Users><User guid='", g(9), "' name='Ada'/></Users>")
select_text <- function(i, start, end, code = 2, name = "", more = "") {
  paste0("<PlainTextSelection guid='", g(i), "' name='", name,
         "' startPosition='", start, "' endPosition='", end,
         "' creatingUser='", braced(9), "'>", more,
         if (!is.na(code)) paste0(
           "<Coding guid='", g(i + 500), "'><CodeRef targetGUID='", g(code),
           "'/></Coding>"), "</PlainTextSelection>")
}

test_that("all that has a place here is taken over, the rest is listed", {
  text <- "INT: So?\r\nP1: No time \U{1f600} at all.\r\nP2: A waste."
  body <- paste0(
    users, book,
    "<Variables><Variable guid='", g(20), "' name='age' typeOfVariable='Integer'/>",
    "<Variable guid='", g(21), "' name='glad' typeOfVariable='Boolean'/>",
    "<Variable guid='", g(22), "' name='site' typeOfVariable='Text'/></Variables>",
    "<Cases><Case guid='", g(30), "' name='Eva'><VariableValue><VariableRef ",
    "targetGUID='", braced(20), "'/><IntegerValue>40</IntegerValue>",
    "</VariableValue><SelectionRef targetGUID='", g(102), "'/></Case>",
    "<Case guid='", g(31), "' name='Max'/>",
    "<Case guid='", g(32), "' name='Liz'><SourceRef targetGUID='", g(51),
    "'/><VariableValue><VariableRef targetGUID='", g(21),
    "'/><BooleanValue>true</BooleanValue></VariableValue></Case></Cases>",
    "<Sources><TextSource guid='", g(50), "' name='A' plainTextPath=",
    "'internal://", toupper(g(50)), ".TXT'><Description>bad sound</Description>",
    select_text(100, 17, 21, more = "<Description>so he says</Description>"),
    select_text(101, 40, 45, code = 3), select_text(102, 10, 35, code = NA),
    select_text(103, 10, 35, code = 31),
    select_text(104, 5, 8, code = NA,
                more = "<Description>asked badly</Description>"),
    select_text(105, 14, 16, code = 99),
    "<Coding guid='", g(400), "'><CodeRef targetGUID='", g(2),
    "'/></Coding></TextSource>",
    "<PDFSource guid='", g(51), "' name='B.pdf'><PDFSelection guid='", g(110),
    "' page='0' firstX='1' firstY='1' secondX='2' secondY='2'/>",
    "<PDFSelection guid='", g(111),
    "' page='0' firstX='1' firstY='1' secondX='2' secondY='2'/>",
    "<Representation guid='", g(52), "'><PlainTextContent>On time, in time.",
    "</PlainTextContent>", select_text(110, 3, 7), "</Representation>",
    "<VariableValue><VariableRef targetGUID='", g(22),
    "'/><TextValue>north</TextValue></VariableValue></PDFSource>",
    "<AudioSource guid='", g(53), "' name='C.mp3'><Transcript guid='", g(54),
    "'><PlainTextContent>We lost time here.</PlainTextContent>",
    "<SyncPoint guid='", g(60), "' timeStamp='0' position='8'/>",
    "<SyncPoint guid='", g(61), "' timeStamp='9' position='12'/>",
    "<TranscriptSelection guid='", g(112), "' fromSyncPoint='", g(60),
    "' toSyncPoint='", g(61), "'><Coding guid='", g(401),
    "'><CodeRef targetGUID='", g(2), "'/></Coding></TranscriptSelection>",
    "</Transcript></AudioSource>",
    "<TextSource guid='", g(55), "' name='gone' plainTextPath='internal://x.txt'>",
    select_text(113, 0, 3), "</TextSource>",
    "<TextSource guid='", g(56), "' name='empty'><PlainTextContent/>",
    "</TextSource>",
    "<PictureSource guid='", g(57), "' name='D.jpg'/></Sources>",
    "<Notes><Note guid='", g(40), "' creatingUser='", g(9), "'>",
    "<PlainTextContent>what of it</PlainTextContent></Note><Note guid='", g(41),
    "' name='plan'><PlainTextContent>do</PlainTextContent></Note></Notes>",
    "<Links><Link guid='", g(70), "' direction='OneWay'/></Links>",
    "<Sets><Set guid='", g(80), "' name='mine'><MemberCode targetGUID='",
    braced(3), "'/><MemberSource targetGUID='", g(50), "'/></Set></Sets>")
  file <- qdpx_file(body, list(
    "Sources/.root" = "x",
    "SOURCES/00000000-0000-4000-8000-000000000050.txt" =
      c(as.raw(c(0xef, 0xbb, 0xbf)), charToRaw(enc2utf8(text)))
  ), origin = "NVivo 12", name = "Study.QDE")
  x <- read_project(file)

  expect_identical(x$transcripts$documents$transcript, c("A", "B.pdf", "C.mp3"))
  expect_false(grepl("\r|\ufeff", x$transcripts$documents$text[1]))
  expect_identical(x$codings$text, c("time", "waste",
                                     x$transcripts$documents$text[1], "time",
                                     "time"))
  expect_identical(x$codings$code, c("time", "waste", "time", "time", "time"))
  expect_identical(x$codings$coder, c("Ada", "Ada", "unknown", "Ada",
                                      "unknown"))
  expect_identical(x$codings$memo[1], "so he says")
  expect_identical(x$codebook$theme, c(NA, "time"))
  expect_identical(x$codebook$definition, c("of all", NA))
  expect_identical(turns(x$transcripts)$participant[2:3],
                   c("Eva", "A"))
  people <- participants(x$transcripts)
  expect_identical(people$age[people$participant == "Eva"], 40L)
  expect_identical(people$glad[people$participant == "Liz"], TRUE)
  expect_identical(people$site[people$participant == "Liz"], "north")
  memos <- x$memos
  expect_identical(memos$on, c("transcript", "code", "place", "note"))
  expect_identical(memos$name, c("A", "time", "A, 6-8", "plan"))
  expect_identical(memos$author[2], "Ada")
  expect_identical(x$sets$member, c("waste", "A"))
  left <- stats::setNames(x$left$count, x$left$what)
  expect_identical(left[["sources whose text is missing"]], 1L)
  expect_identical(left[["sources without words"]], 1L)
  expect_identical(left[["participants without a transcript"]], 1L)
  expect_identical(left[["selections in PDF pages"]], 1L)
  expect_identical(left[c("pictures", "links")], c(pictures = 1L, links = 1L))
  expect_identical(problems(x)$problem,
                   c("its code is not in the codebook",
                     "the text of its source is missing"))
  expect_identical(problems(x)$code[1], g(99))
  expect_output(print(x), "3 transcripts, 2 codes, 5 codings by 2 coders")
})

# A project with every element and attribute of the schema; strings of it begin
# with what says where they stand.
whole_schema <- function() {
  tag <- function(name, attributes, ...) {
    sprintf("<%s %s>%s</%s>", name, attributes, paste(c(...), collapse = ""),
            name)
  }
  id <- function(i, name = NULL, more = "") {
    paste0("guid='", g(i), "'", if (!is.null(name)) sprintf(" name='%s'", name),
           " ", more)
  }
  to <- function(kind, i) sprintf("<%s targetGUID='%s'/>", kind, g(i))
  about <- function(x) sprintf("<Description>%s</Description>", x)
  who <- paste0("creatingUser='", g(1), "' creationDateTime='2024-01-02T03:04:",
                "05Z' modifyingUser='", g(2),
                "' modifiedDateTime='2024-02-03T04:05:06Z' ")
  coding <- function(i) {
    tag("Coding", id(i, more = sub(" modifyingUser.*", "", who)),
        to("CodeRef", 10), to("NoteRef", 71))
  }
  value <- function(i, kind, x) {
    paste0("<VariableValue>", to("VariableRef", i), sprintf(
      "<%sValue>%s</%sValue></VariableValue>", kind, x, kind))
  }
  words <- "<PlainTextContent>The lost time of all.</PlainTextContent>"
  part <- function(kind, i, more) {
    tag(kind, paste0(id(i, "title", more), who), about("part about"),
        if (kind == "PDFSelection") tag("Representation", id(i + 500), words),
        coding(i + 600), to("NoteRef", 71))
  }
  text <- function(kind, i, ..., name = "text") {
    tag(kind, paste0(id(i, name, "richTextPath='internal://a.docx' "),
                     sprintf("plainTextPath='internal://%d.txt' ", i), who),
        about("text about"), ..., to("NoteRef", 72))
  }
  at <- "firstX='1' firstY='1' secondX='2' secondY='2' "
  time <- "begin='1' end='2' "
  ends <- sprintf("fromSyncPoint='%s' toSyncPoint='%s' ", g(61), g(62))
  media <- function(kind, i, ...) {
    tag(kind, paste0(id(i, paste(kind, "name"),
                        "path='internal://a.b' currentPath='absolute://a.b' "),
                     who), about(paste(kind, "about")), ..., coding(i + 600),
        to("NoteRef", 72), value(23, "Float", "0.5"))
  }
  heard <- text("Transcript", 60, name = "heard", paste0(
    "<SyncPoint guid='", g(61), "' timeStamp='0' position='4'/>",
    "<SyncPoint guid='", g(62), "' timeStamp='9' position='8'/>"),
    part("TranscriptSelection", 63, ends))
  kinds <- c("Text", "Boolean", "Integer", "Float", "Date", "DateTime")
  values <- c("north", "true", "7", "2.5", "2024-03-04", "2024-03-04T05:06:07")
  body <- paste0(
    tag("Users", "", sprintf("<User guid='%s' name='%s' id='x'/>", g(1:2),
                             c("Ada", "Ben"))),
    tag("CodeBook", "", tag("Codes", "", tag("Code", id(
      10, "time", "isCodable='true' color='#aabbcc'"), about("code about"),
      to("NoteRef", 70), tag("Code", id(11, "waste", "isCodable='true'"))))),
    tag("Variables", "", vapply(1:6, function(i) tag("Variable", id(
      19 + i, kinds[i], sprintf("typeOfVariable='%s'", kinds[i])),
      about(paste("about", kinds[i]))), "")),
    tag("Cases", "", tag("Case", id(30, "Eva"), about("case about"),
                         to("CodeRef", 10), vapply(1:6, function(i) {
                           value(19 + i, kinds[i], values[i])
                         }, ""), to("SourceRef", 40), to("SelectionRef", 41))),
    tag("Sources", "",
        text("TextSource", 40, part("PlainTextSelection", 41,
                                    "startPosition='4' endPosition='8' "),
             tag("PlainTextSelection",
                 id(42, "apart", "startPosition='9' endPosition='13'")),
             coding(640), value(20, "Text", "north")),
        media("PictureSource", 43, text("TextDescription", 53, name = "seen"),
              part("PictureSelection", 44, at)),
        media("PDFSource", 45,
              part("PDFSelection", 46, paste0(at, "page='0' ")),
              text("Representation", 55, name = "paged")),
        media("AudioSource", 47, heard, part("AudioSelection", 48, time)),
        media("VideoSource", 49, text("Transcript", 65, name = "filmed"),
              part("VideoSelection", 50, time))),
    tag("Notes", "", vapply(70:74, function(i) {
      tag("Note", id(i, paste("note", i), who),
          sprintf("<PlainTextContent>said %d</PlainTextContent>", i))
    }, "")),
    tag("Links", "", tag("Link", id(80, "link", sprintf(
      paste("direction='OneWay' color='#aabbcc' originGUID='%s'",
            "targetGUID='%s'"), g(41), g(42))), to("NoteRef", 74))),
    tag("Sets", "", tag("Set", id(81, "set"), about("set about"),
                        to("MemberCode", 10), to("MemberSource", 40),
                        to("MemberNote", 70))),
    tag("Graphs", "", tag(
      "Graph", id(82, "graph"),
      tag("Vertex", id(83, "vertex", paste0(
        at, "shape='Oval' color='#aabbcc' representedGUID='", g(10), "'"))),
      tag("Edge", id(84, "edge", paste0(
        "direction='OneWay' lineStyle='solid' color='#aabbcc' representedGUID=",
        sprintf("'%s' sourceVertex='%1$s' targetVertex='%1$s'", g(83))))))),
    about("project about"), to("NoteRef", 73))
  files <- rep(list("The lost time of all."), 5)
  names(files) <- sprintf("sources/%d.txt", c(40, 53, 55, 60, 65))
  root <- paste0(
    "<Project xmlns='urn:QDA-XML:project:1.0' name='p' origin='Somebody' ",
    "creatingUserGUID='", g(1), "' creationDateTime='2024-01-02T03:04:05Z' ",
    "modifyingUserGUID='", g(2), "' modifiedDateTime='2024-01-02T03:04:05Z' ",
    "basePath='/a'>")
  list(body = body, files = files, root = root)
}

test_that("every element and attribute of the schema is read or listed", {
  whole <- whole_schema()
  x <- read_project(qdpx_file(whole$body, whole$files, root = whole$root),
                    dialect = "refi")
  said <- c(x$memos$text, x$codings$memo, unlist(x$codebook))
  for (one in c("code about", paste("about", c("Text", "Date")), "case about",
                "text about", "PictureSource about", "VideoSource about",
                "set about", "project about", "part about", "title",
                sprintf("said %d", 70:74), sprintf("note %d", 70:72))) {
    expect_true(any(grepl(one, said, fixed = TRUE)), info = one)
  }
  expect_identical(sum(grepl("^title\npart about\n", x$codings$memo)), 2L)
  expect_setequal(x$codings$coder, "Ada")
  expect_setequal(x$codings$date, "2024-01-02T03:04:05Z")
  people <- participants(x$transcripts)
  eva <- people[people$participant == "Eva", ]
  expect_identical(unname(unlist(lapply(eva[c(
    "Text", "Boolean", "Integer", "Float", "Date", "DateTime")], as.character
  ))), c("north", "TRUE", "7", "2.5", "2024-03-04", "2024-03-04T05:06:07"))
  expect_identical(x$sets$member, c("time", "text", "note 70"))
  left <- stats::setNames(x$left$count, x$left$what)
  expect_identical(left[c(
    "selections in pictures", "selections in PDF pages", "selections in sound",
    "selections in film", "formatted texts", "codes of participants",
    "time marks of transcripts", "links", "graphs",
    "codings of what has no text", "titles of selections without a code",
    "paths of files")], c(
    "selections in pictures" = 1L, "selections in PDF pages" = 1L,
    "selections in sound" = 1L, "selections in film" = 1L,
    "formatted texts" = 5L,
    "codes of participants" = 1L, "time marks of transcripts" = 2L,
    links = 1L, graphs = 1L, "codings of what has no text" = 4L,
    "titles of selections without a code" = 1L, "paths of files" = 5L))
  expect_gt(left[["authors and dates of last changes"]], 10L)
})

test_that("that project has all that the schema has", {
  schema <- xml2::read_xml(real_data("refi-spec", "Project.xsd"))
  whole <- whole_schema()
  doc <- xml2::xml_ns_strip(xml2::read_xml(
    paste0(whole$root, whole$body, "</Project>")))
  types <- xml2::xml_find_all(schema, "//xsd:complexType")
  expect_gt(length(types), 30)
  for (type in types) {
    name <- xml2::xml_attr(type, "name")
    used <- xml2::xml_attr(xml2::xml_find_all(schema, sprintf(
      "//xsd:element[@type='%s']", name)), "name")
    here <- xml2::xml_find_all(doc, paste0("//", unique(used), collapse = "|"))
    needed <- c(
      xml2::xml_attr(xml2::xml_find_all(type, ".//xsd:element"), "name"),
      paste0("@", xml2::xml_attr(xml2::xml_find_all(type, "xsd:attribute"),
                                 "name")))
    if (grepl("^(TextSource|Transcript)Type$", name)) {
      here <- c(here, xml2::xml_find_all(doc, "//Note"))
    }
    for (one in setdiff(needed, "@")) {
      found <- vapply(here, function(node) {
        length(xml2::xml_find_all(node, one)) > 0
      }, NA)
      expect_true(any(found), info = paste(name, one))
    }
  }
})

test_that("an NVivo file counts UTF-16 and CR LF as two, and is found out", {
  lines <- rep("No time \U{1f600} to waste.\r\n", 40)
  text <- paste0("\ufeff", paste(lines, collapse = ""))
  layout <- intercoder:::lay_out(text)
  said <- intercoder:::laid_text(layout)
  at <- gregexpr("time|waste", said)[[1]]
  size <- attr(at, "match.length")
  places <- intercoder:::points_to_file(layout, c(at), at + size - 1L,
                                        offset_dialect("utf16", 2))
  source <- function(origin, quoted = FALSE) {
    picked <- vapply(seq_along(at), function(i) {
      select_text(i + 100, places$start[i], places$end[i],
                  name = if (quoted) substr(said, at[i], at[i] + 2) else "")
    }, "")
    qdpx_file(paste0(users, book, "<Sources><TextSource guid='", g(50),
                     "' name='A' plainTextPath='internal://a.txt'>",
                     paste(picked, collapse = ""), "</TextSource></Sources>"),
              list("sources/a.txt" = text), origin, envir = parent.frame())
  }
  for (origin in c("NVivo", "QualCoder", "Somebody")) {
    x <- read_project(source(origin))
    expect_identical(x$codings$text, rep(c("time", "waste"), 40))
    expect_identical(x$source$dialects$score, 1)
    expect_match(x$source$dialects$dialect, "UTF-16 units from 0, CR LF as 2")
  }
  wrong <- read_project(source("NVivo"), dialect = "qualcoder")
  expect_false(all(wrong$codings$text %in% c("time", "waste")))
})

test_that("what cannot be told is refused unless the dialect is given", {
  body <- paste0(users, book, "<Sources><TextSource guid='", g(50),
                 "' name='A'><PlainTextContent>It took time.\nThat is all.",
                 "</PlainTextContent>", select_text(100, 8, 12),
                 "</TextSource></Sources>")
  file <- qdpx_file(body)
  expect_error(read_project(file), class = "intercoder_error_dialect")
  expect_identical(read_project(file, dialect = "refi")$codings$text, "time")
  expect_identical(read_project(qdpx_file(body, origin = "QualCoder"))$
                     codings$text, "time")
  moved <- sub("name=''", "name='took'", body)
  x <- read_project(qdpx_file(moved, origin = "QualCoder"))
  expect_identical(x$codings$text, "took")
  expect_identical(problems(x)$done, "moved")
})

test_that("sources outside the archive are read beside the project alone", {
  folder <- withr::local_tempdir()
  dir.create(file.path(folder, "in"))
  writeLines("secret words", file.path(folder, "out.txt"))
  writeLines("open words", file.path(folder, "in", "a.txt"))
  source <- function(path) {
    file <- file.path(folder, "in", "p.qde")
    writeLines(paste0("<Project name='p'><Sources><TextSource guid='", g(1),
                      "' name='A' plainTextPath='", path,
                      "'/></Sources></Project>"), file)
    read_project(file)
  }
  expect_identical(source("relative:///a.txt")$transcripts$documents$text,
                   "open words\n")
  for (path in c("relative:///../out.txt", "relative:///%2e%2e/out.txt",
                 paste0("absolute://", file.path(folder, "out.txt")),
                 "internal://a.txt", "file:///etc/passwd")) {
    x <- source(path)
    expect_identical(length(x$transcripts), 0L)
    expect_match(x$left$what, "missing")
  }
  skip_on_os("windows")
  file.symlink(file.path(folder, "out.txt"), file.path(folder, "in", "b.txt"))
  expect_identical(length(source("relative:///b.txt")$transcripts), 0L)
})

test_that("the specification's sample is read as far as it goes", {
  x <- read_project(real_data("qdpx", "atlasti_8.4_spec_sample_nosources.qdpx"))
  expect_identical(length(x$transcripts), 0L)
  expect_identical(nrow(x$codebook), 14L)
  expect_identical(nrow(x$sets), 42L)
  expect_identical(nrow(problems(x)), 9L)
  expect_identical(unique(problems(x)$done), "left out")
  expect_identical(x$left$count[x$left$what == "sources whose text is missing"],
                   11L)
  file <- withr::local_tempfile(fileext = ".qdpx")
  write_project(x, file)
  again <- read_project(file)
  expect_identical(again$codebook$code, x$codebook$code)
})

test_that("hostile archives are refused and leave nothing behind", {
  le <- intercoder:::le
  folder <- withr::local_tempdir()
  withr::local_dir(folder)
  body <- "<Project name='p'/>"
  attack <- function(members, change = identity) {
    writeBin(change(intercoder:::zip_bytes(members)), "a.qdpx")
    read_project("a.qdpx")
  }
  good <- list(project.qde = charToRaw(body))
  expect_identical(length(attack(good)$transcripts), 0L)
  for (name in c("../evil.txt", "/tmp/evil.txt", "C:/evil.txt", "a/../../b",
                 "..\\evil.txt")) {
    members <- c(good, stats::setNames(list(charToRaw("x")), name))
    expect_error(attack(members), "points out of the archive",
                 class = "intercoder_error_file")
  }
  central <- function(bytes) grepRaw(as.raw(c(0x50, 0x4b, 1, 2)), bytes)
  expect_error(attack(good, function(bytes) {
    at <- central(bytes)
    bytes[at + 38:41] <- le(0xa1ff0000, 4)
    bytes
  }), "link", class = "intercoder_error_file")
  expect_error(attack(good, function(bytes) {
    bytes[central(bytes) + 8] <- as.raw(1)
    bytes
  }), "password", class = "intercoder_error_file")
  whole <- intercoder:::zip_bytes(good)
  for (n in seq(2, length(whole) - 1, by = 3)) {
    expect_error(attack(good, function(bytes) bytes[seq_len(n)]),
                 class = "intercoder_error_file")
  }
  expect_error(attack(c(good, "b.qde" = list(charToRaw(body)))), "2 project")
  expect_error(attack(list(a.txt = charToRaw(body))), "0 project")
  expect_error(attack(list(project.qde = charToRaw("<a/>"))),
               "not a REFI-QDA project")
  bomb <- raw(200 * 2^20)
  time <- system.time(expect_error(attack(list(project.qde = bomb)),
                                   class = "intercoder_error_limit"))
  expect_lt(time[["user.self"]], 20)
  for (xml in c("<!DOCTYPE a [<!ENTITY b 'x'>]><Project name='&b;'/>",
                paste0("<!DOCTYPE a SYSTEM 'file:///etc/passwd'>", body),
                strrep("<a>", 300))) {
    expect_error(attack(list(project.qde = charToRaw(xml))),
                 class = "intercoder_error_file")
  }
  expect_identical(list.files(folder, all.files = TRUE, no.. = TRUE), "a.qdpx")
})

test_that("many sources out of a few bytes are too many", {
  sources <- paste(sprintf(
    "<TextSource guid='%s' name='A' plainTextPath='internal://a.txt'/>",
    g(1:10)), collapse = "")
  file <- qdpx_file(paste0("<Sources>", sources, "</Sources>"),
                    list("sources/a.txt" = strrep("a ", 2e6)))
  expect_error(read_project(file), class = "intercoder_error_limit")
})

test_that("sizes that an archive claims are not believed", {
  folder <- withr::local_tempdir()
  file <- file.path(folder, "a.qdpx")
  bytes <- intercoder:::zip_bytes(list(
    project.qde = charToRaw("<Project name='p'/>")))
  at <- grepRaw(as.raw(c(0x50, 0x4b, 1, 2)), bytes)
  bytes[at + 24:27] <- intercoder:::le(2^30, 4)
  bytes[22 + 1:4] <- intercoder:::le(2^30, 4)
  writeBin(bytes, file)
  got <- tryCatch(read_project(file), error = identity)
  expect_true(inherits(got, c("imported_project", "intercoder_error_file"),
                       which = FALSE))
})

test_that("archives cut and changed at random are read or refused", {
  set.seed(8)
  file <- write_small(withr::local_tempfile(fileext = ".qdpx"))
  bytes <- readBin(file, "raw", file.size(file))
  for (run in 1:60) {
    changed <- bytes
    at <- sample(length(changed), 3)
    changed[at] <- as.raw(sample(0:255, 3, TRUE))
    writeBin(changed, file)
    got <- tryCatch(suppressWarnings(read_project(file)), error = identity)
    expect_true(inherits(got, "imported_project") ||
                  inherits(got, "intercoder_error"),
                info = paste(class(got), collapse = " "))
  }
})
