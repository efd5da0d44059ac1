in_order <- function(data, columns = names(data)) {
  data <- as.data.frame(data)[columns]
  data <- data[do.call(order, unname(as.list(data))), ]
  rownames(data) <- NULL
  data
}

expect_same_study <- function(got, study) {
  expect_identical(got$transcripts$documents[c("transcript", "text", "hash",
                                               "participant")],
                   study$transcripts$documents[c("transcript", "text", "hash",
                                                 "participant")])
  expect_identical(turns(got$transcripts), turns(study$transcripts))
  expect_identical(participants(got$transcripts),
                   participants(study$transcripts))
  columns <- c("code", "theme", "label", "definition", "include", "rule")
  expect_identical(in_order(got$codebook, columns),
                   in_order(study$codebook, columns))
  expect_identical(attr(got$codebook, "version"), "2")
  columns <- c("transcript", "start", "end", "code", "coder", "text", "round",
               "weight", "memo")
  expect_identical(as.data.frame(got$codings)[columns],
                   as.data.frame(study$codings)[columns])
  expect_identical(in_order(got$memos), in_order(study$memos))
  expect_identical(nrow(problems(got)), 0L)
}

file_bytes <- function(path) readBin(path, "raw", file.size(path))

test_that("an exchange file read again is what was written, in any dialect", {
  dialects <- c(list("refi", "nvivo", "maxqda"),
                intercoder:::EXCHANGE_DIALECTS)
  for (dialect in dialects) {
    file <- write_small(withr::local_tempfile(fileext = ".qdpx"),
                        dialect = dialect)
    got <- read_project(file, dialect = dialect)
    expect_same_study(got, small_study())
  }
  got <- read_project(write_small(withr::local_tempfile(fileext = ".qdpx"),
                                  dialect = "nvivo"))
  expect_same_study(got, small_study())
})

test_that("the same project is the same file, and once more", {
  first <- write_small(withr::local_tempfile(fileext = ".qdpx"))
  withr::local_envvar(TZ = "Asia/Tokyo")
  second <- write_small(withr::local_tempfile(fileext = ".qdpx"))
  expect_identical(file_bytes(first), file_bytes(second))
  third <- withr::local_tempfile(fileext = ".qdpx")
  write_project(read_project(first), third, portable = FALSE)
  expect_identical(file_bytes(first), file_bytes(third))
  expect_false(any(file_bytes(first)[1:2000] == as.raw(0x0d) &
                     c(file_bytes(first)[2:2000], as.raw(0)) == as.raw(0x0a)))
})

test_that("other programs can unpack and validate it", {
  file <- write_small(withr::local_tempfile(fileext = ".qdpx"))
  listed <- utils::unzip(file, list = TRUE)
  expect_identical(listed$Name[1], "project.qde")
  expect_true(all(grepl("^sources/[0-9a-f-]{36}[.]txt$", listed$Name[-1])))
  folder <- withr::local_tempdir()
  utils::unzip(file, exdir = folder)
  text <- rawToChar(file_bytes(file.path(folder, listed$Name[2])))
  Encoding(text) <- "UTF-8"
  expect_identical(text, small_study()$transcripts$documents$text[1])
  schema <- xml2::read_xml(real_data("refi-spec", "Project.xsd"))
  qde <- xml2::read_xml(file.path(folder, "project.qde"))
  expect_true(xml2::xml_validate(qde, schema))
  book <- withr::local_tempfile(fileext = ".qdc")
  write_codebook(small_study()$codebook, book)
  expect_true(xml2::xml_validate(
    xml2::read_xml(book), xml2::read_xml(real_data("refi-spec",
                                                   "Codebook.xsd"))))
})

test_that("the least there can be is valid too", {
  x <- transcripts(data.frame(transcript = "A", text = "P: time"))
  file <- withr::local_tempfile(fileext = ".qdpx")
  write_project(x, file)
  got <- read_project(file)
  expect_identical(got$transcripts$documents$text, x$documents$text)
  expect_identical(nrow(got$codings), 0L)
  folder <- withr::local_tempdir()
  utils::unzip(file, exdir = folder)
  expect_true(xml2::xml_validate(
    xml2::read_xml(file.path(folder, "project.qde")),
    xml2::read_xml(real_data("refi-spec", "Project.xsd"))))
})

test_that("tables read again are what was written", {
  folder <- write_small(file.path(withr::local_tempdir(), "out"))
  got <- read_project(folder)
  study <- small_study()
  expect_same_study(got, study)
  expect_identical(got$codebook[names(study$codebook)], study$codebook,
                   ignore_attr = TRUE)
  lines <- readLines(file.path(folder, "codings.csv"), encoding = "UTF-8")
  expect_false(any(grepl("\"[=+@-]", lines)))
  expect_true(any(grepl("\"'=odd\"", lines)))
  again <- file.path(withr::local_tempdir(), "again")
  write_project(got, again)
  for (file in list.files(folder, recursive = TRUE)) {
    expect_identical(file_bytes(file.path(again, file)),
                     file_bytes(file.path(folder, file)))
  }
  expect_error(write_small(folder), class = "intercoder_error_exists")
})

test_that("codings follow their words when a text of the tables was edited", {
  folder <- write_small(file.path(withr::local_tempdir(), "out"))
  file <- file.path(folder, "transcripts", "C01.txt")
  text <- small_study()$transcripts$documents$text[1]
  writeBin(charToRaw(sub("So?", "And so?", text, fixed = TRUE)), file)
  got <- read_project(folder)
  expect_identical(got$codings$text, small_study()$codings$text)
  expect_identical(problems(got)$done, rep("moved", 3))
  expect_match(problems(got)$problem[1], "4 characters further on")
})

test_that("transcripts that shift in other programs are named", {
  study <- small_study()
  file <- withr::local_tempfile(fileext = ".qdpx")
  warning <- expect_warning(
    write_project(study$transcripts, file, codings = study$codings),
    class = "intercoder_warning_portable")
  expect_identical(warning$transcripts, "C01")
  expect_silent(write_project(study$transcripts["group"], file,
                              codings = study$codings[5, ]))
})

test_that("a project of our own is handed over", {
  study <- small_study()
  own <- project(withr::local_tempfile(fileext = ".icp"))
  project_write(own, study$transcripts)
  project_write(own, study$codebook)
  project_write(own, study$codings)
  file <- withr::local_tempfile(fileext = ".qdpx")
  warning <- expect_warning(write_project(own, file, portable = FALSE),
                            class = "intercoder_warning_left")
  expect_identical(warning$left$what, "entries of the log")
  exported <- withr::local_tempfile()
  project_export(own, exported)
  close(own)
  study$memos <- study$memos[0, ]
  expect_same_study(read_project(file), study)
  got <- read_project(exported)
  expect_identical(got$transcripts$documents$text,
                   study$transcripts$documents$text)
  expect_identical(got$codings$text, study$codings$text)
  expect_identical(got$codebook$code, study$codebook$code)
  expect_identical(nrow(problems(got)), 0L)
})

test_that("plan, versions and log of a project are handed over or told", {
  skip_if_not_installed("RSQLite")
  study <- small_study()
  own <- project(withr::local_tempfile(fileext = ".icp"))
  project_write(own, study$transcripts)
  project_write(own, study$codebook)
  project_write(own, codebook(rbind(
    as.data.frame(study$codebook)[c("code", "theme", "label", "definition")],
    data.frame(code = "new", theme = NA, label = "new", definition = NA)),
    version = "3"))
  project_write(own, study$codings)
  plan <- coding_plan(Ada = c("C01", "group"), Ben = "C01")
  project_write(own, plan)
  file <- withr::local_tempfile(fileext = ".qdpx")
  folder <- withr::local_tempfile()
  base <- file.path(withr::local_tempdir(), "own.qda")
  told <- lapply(c(file, folder, base), function(path) {
    warning <- expect_warning(write_project(own, path, portable = FALSE),
                              class = "intercoder_warning_left")
    stats::setNames(warning$left$count, warning$left$what)
  })
  close(own)
  first <- c("entries of the log" = 5L, "earlier versions of the codebook" = 1L)
  expect_identical(told, list(first, first,
                              c(first, "rows of the coding plan" = 3L)))
  for (path in c(file, folder)) {
    got <- read_project(path)
    expect_identical(got$plan, plan)
    expect_identical(nrow(got$sets), 0L)
    expect_true("new" %in% got$codebook$code)
  }
  again <- withr::local_tempfile(fileext = ".qdpx")
  write_project(read_project(file), again, portable = FALSE)
  expect_identical(file_bytes(file), file_bytes(again))
})

test_that("an exchange file has what other programs look for", {
  study <- small_study()
  study$memos <- rbind(study$memos, intercoder:::memo_table(
    c("project", "transcript", "place", "attribute", "note", "transcript"),
    c("project", "C01", "C01, 1-3", "age", NA, "gone"),
    c("more", "second", "odd & <end>", "in years", "untitled", "of nothing"),
    c("Ben", NA, "Ada", NA, "Ada", NA), c("2024-01-02 03:04:05", NA, NA, NA,
                                          "Mon Oct 28 08:11:36 2019", NA)))
  file <- withr::local_tempfile(fileext = ".qdpx")
  write_project(study$transcripts, file, codebook = study$codebook,
                codings = study$codings, memos = study$memos, portable = FALSE)
  folder <- withr::local_tempdir()
  utils::unzip(file, exdir = folder)
  qde <- xml2::read_xml(file.path(folder, "project.qde"))
  expect_true(xml2::xml_validate(
    qde, xml2::read_xml(real_data("refi-spec", "Project.xsd"))))
  nodes <- function(path) {
    xml2::xml_find_all(qde, gsub("/(\\w)", "/d1:\\1", path), xml2::xml_ns(qde))
  }
  # without a date QualCoder stops; a memo without a description is lost to it,
  # and so is a journal that is no file
  for (name in c("TextSource", "PlainTextSelection", "Note", "Coding")) {
    expect_false(anyNA(xml2::xml_attr(nodes(paste0("//", name)),
                                      "creationDateTime")))
  }
  expect_true("odd & <end>" %in% xml2::xml_text(
    nodes("//PlainTextSelection/Description")))
  expect_identical(xml2::xml_text(nodes("/Project/Description")), "about all")
  expect_identical(xml2::xml_text(nodes("//TextSource/Description")),
                   "a good one\n")
  titled <- nodes("//Note")[!is.na(xml2::xml_attr(nodes("//Note"), "name"))]
  path <- sub("^internal://", "", xml2::xml_attr(titled, "plainTextPath"))
  expect_true(all(file.exists(file.path(folder, "sources", path))))
  # again the same
  got <- read_project(file)
  study$memos$on[study$memos$name %in% "gone"] <- "note"
  date <- study$memos$date
  study$memos$date <- ifelse(grepl("Mon", date), "2019-10-28T08:11:36",
                             sub(" ", "T", date))
  expect_identical(in_order(got$memos), in_order(study$memos))
  again <- withr::local_tempfile(fileext = ".qdpx")
  write_project(got, again, portable = FALSE)
  expect_identical(file_bytes(file), file_bytes(again))
})

test_that("any coding of any text comes back to the character", {
  set.seed(11)
  bits <- c("a", "b", " ", "\n", "word ", "\U{1f600}", "e\u0301", ".", "\u2026",
            "...", "time", "<&\"'", "\u00a0", "\t", "\U{10ffff}", "=", "\u4e2d")
  for (run in 1:40) {
    x <- transcripts(data.frame(transcript = "A", text = paste(
      c("P: x", sample(bits, sample(5:300, 1), TRUE)), collapse = "")))
    n <- nchar(x$documents$text)
    start <- sample(n, 20, TRUE)
    end <- pmin(n, start + sample(0:150, 20, TRUE))
    done <- codings(data.frame(transcript = "A", start, end, code = "c",
                               coder = "Ada"), x)
    dialect <- sample(c("refi", "nvivo", "atlas.ti"), 1)
    file <- withr::local_tempfile(fileext = ".qdpx")
    write_project(x, file, codings = done, dialect = dialect, portable = FALSE)
    folder <- withr::local_tempfile()
    write_project(x, folder, codings = done)
    for (got in list(read_project(file), read_project(folder))) {
      expect_identical(as.data.frame(got$codings)[c("start", "end", "text")],
                       as.data.frame(done)[c("start", "end", "text")])
      expect_identical(nrow(problems(got)), 0L)
    }
  }
})

test_that("columns that have no place are named", {
  study <- small_study()
  study$codings$sure <- TRUE
  file <- withr::local_tempfile(fileext = ".qdpx")
  warning <- expect_warning(
    write_project(study$transcripts, file, codings = study$codings,
                  portable = FALSE), class = "intercoder_warning_left")
  expect_identical(warning$left$what, "values of column sure of codings")
  expect_identical(warning$left$count, 5L)
  folder <- withr::local_tempfile()
  write_project(study$transcripts, folder, codings = study$codings)
  expect_identical(read_project(folder)$codings$sure, rep(TRUE, 5))
})

test_that("sets are handed over with their members", {
  study <- read_project(write_small(withr::local_tempfile(fileext = ".qdpx")))
  study$sets <- intercoder:::set_table(
    c("mine", "mine", "two"), c("code", "transcript", "code"),
    c("time", "C01", "=odd"))
  file <- withr::local_tempfile(fileext = ".qdpx")
  write_project(study, file, portable = FALSE)
  got <- read_project(file)$sets
  expect_setequal(got$member, study$sets$member)
  expect_setequal(got$kind, c("code", "transcript"))
})

test_that("what cannot be handed over is refused", {
  study <- small_study()
  file <- withr::local_tempfile(fileext = ".qdpx")
  expect_error(write_project(1, file), class = "intercoder_error_argument")
  expect_error(
    write_project(study$transcripts, file, codings = study$codings,
                  codebook = codebook(data.frame(code = "time"))),
    class = "intercoder_error_codings")
  expect_error(write_project(study$transcripts, file, dialect = "word"),
               class = "intercoder_error_argument")
  expect_false(file.exists(file))
})

# What QualCoder keeps of a study: attributes as numbers or text, of the memo of
# the project the words alone.
as_qualcoder_keeps <- function(study) {
  people <- study$transcripts$participants
  for (column in c("glad", "born")) {
    people[[column]] <- as.character(people[[column]])
  }
  people$age <- as.double(people$age)
  study$transcripts$participants <- people
  about <- study$memos$on == "project"
  study$memos[about, c("name", "author", "date")] <- NA
  study$memos$author[study$memos$on == "code"] <- NA
  study
}

test_that("a project of QualCoder has its tables, and reads as what it was", {
  skip_if_not_installed("RSQLite")
  study <- small_study()
  study$memos <- rbind(study$memos, intercoder:::memo_table(
    c("attribute", "set"), c("age", "no set"), c("in years", "stays"), "Ben",
    "2024-01-02 03:04:05"))
  folder <- file.path(withr::local_tempdir(), "study.qda")
  write_project(study$transcripts, folder, codebook = study$codebook,
                codings = study$codings, memos = study$memos)
  expect_true(all(dir.exists(file.path(folder, c("images", "documents")))))
  got <- read_project(folder)
  expect_identical(got$source$format, "qualcoder")
  study$memos$on[study$memos$on == "set"] <- "note"
  expect_same_study(got, as_qualcoder_keeps(study))
  expect_identical(got$left$what, character())
  again <- file.path(withr::local_tempdir(), "again.qda")
  write_project(got, again)
  expect_identical(file_bytes(file.path(folder, "data.qda")),
                   file_bytes(file.path(again, "data.qda")))
  ask <- function(sql) {
    con <- DBI::dbConnect(RSQLite::SQLite(), file.path(folder, "data.qda"))
    on.exit(DBI::dbDisconnect(con))
    DBI::dbGetQuery(con, sql)
  }
  expect_identical(ask("SELECT databaseversion FROM project")[[1]], "v17")
  wrong <- ask(paste("SELECT ctid FROM code_text JOIN source ON fid = id WHERE",
                     "substr(fulltext, pos0 + 1, pos1 - pos0) <> seltext"))
  expect_identical(nrow(wrong), 0L)
  expect_identical(ask("SELECT value FROM attribute WHERE name = 'score'")[[1]],
                   c("0.1", "1e-07", "", "123456789.125"))
  expect_identical(ask(paste("SELECT a.name AS n FROM code_name a JOIN",
                             "code_name b ON a.supercid = b.cid"))$n, "saving")
  types <- ask("SELECT type FROM pragma_table_info('code_text')")$type
  expect_identical(toupper(types), c("INTEGER", "INTEGER", "INTEGER", "TEXT",
                                     "INTEGER", "INTEGER", "TEXT", "TEXT",
                                     "TEXT", "INTEGER", "INTEGER"))
  expect_match(ask("SELECT about FROM project")[[1]], "QualCoder", fixed = TRUE)
  twice <- study$codings[c(1, 1), ]
  twice$round <- 1:2
  expect_warning(
    write_project(study$transcripts, file.path(withr::local_tempdir(), "x.qda"),
                  codings = twice), class = "intercoder_warning_codings")
})

test_that("real codings of another program pass through both formats", {
  for (name in c("OPCW.rqda", "OPCW-CSP-DG.rqda")) {
    study <- suppressWarnings(read_project(real_data("rqda", name)))
    file <- withr::local_tempfile(fileext = ".qdpx")
    suppressWarnings(write_project(study, file))
    got <- read_project(file)
    columns <- c("transcript", "start", "end", "code", "coder", "text")
    expect_identical(in_order(got$codings, columns),
                     in_order(study$codings, columns))
    expect_identical(nrow(problems(got)), 0L)
    folder <- withr::local_tempdir()
    utils::unzip(file, exdir = folder)
    expect_true(xml2::xml_validate(
      xml2::read_xml(file.path(folder, "project.qde")),
      xml2::read_xml(real_data("refi-spec", "Project.xsd"))))
  }
})

test_that("only what hinders writing is said to hinder writing", {
  file <- file.path(withr::local_tempdir(), "a.qdpx")
  expect_error(intercoder:::write_file_bytes(stop("no bytes"), file),
               "^no bytes$")
  expect_warning(intercoder:::write_file_bytes({
    warning("odd bytes")
    charToRaw("a")
  }, file), "odd bytes")
  expect_identical(readLines(file, warn = FALSE), "a")
  expect_error(intercoder:::write_file_bytes(raw(1), file.path(file, "b")),
               "Cannot write", class = "intercoder_error_file")
})

test_that("authors of memos that have none in the format are listed", {
  study <- small_study()$transcripts
  memos <- intercoder:::memo_table(
    c("participant", "participant", "attribute", "attribute", "participant"),
    c("C01", "C01", "age", "age", "nobody"),
    c("tired", "late", "in years", "as told", "lost"),
    c("Ada", NA, NA, "Ben", "Ada"), NA)
  file <- withr::local_tempfile(fileext = ".qdpx")
  w <- expect_warning(
    write_project(study, file, memos = memos, portable = FALSE),
    class = "intercoder_warning_left")
  expect_identical(w$left$what, paste(
    "authors and dates of memos of", "participants, attributes and sets"))
  expect_identical(w$left$count, 2L)
  got <- read_project(file)$memos
  expect_identical(got$text[got$name %in% "C01"], "tired\nlate")
  expect_identical(got$text[got$name %in% "age"], "in years\nas told")
  expect_identical(got$author[got$text == "lost"], "Ada")
})
