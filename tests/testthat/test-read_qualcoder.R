# The tables of a version, as far as they are read.
qualcoder_script <- function(version = 17) {
  paste0("
CREATE TABLE project(databaseversion text, date text, memo text, about text,
  codername text);
CREATE TABLE source(id integer primary key, name text unique, fulltext text,
  mediapath text, memo text, owner text, date text);
CREATE TABLE code_cat(catid integer primary key, name text unique, owner text,
  date text, memo text, supercatid integer);
CREATE TABLE code_name(cid integer primary key, name text unique, memo text,
  catid integer, owner text, date text, color text",
if (version >= 17) ", supercid integer", ");
CREATE TABLE code_text(", if (version >= 4) "ctid integer primary key, ",
"cid integer, fid integer, seltext text, pos0 integer, pos1 integer,
  owner text, date text, memo text, avid integer",
if (version >= 4) ", important integer", ");
CREATE TABLE code_av(avid integer primary key, id integer, pos0 integer,
  pos1 integer, cid integer, memo text, owner text);
CREATE TABLE code_image(imid integer primary key, id integer, x1 integer,
  cid integer, memo text);
CREATE TABLE annotation(anid integer primary key, fid integer, pos0 integer,
  pos1 integer, memo text, owner text, date text);
CREATE TABLE cases(caseid integer primary key, name text, memo text,
  owner text, date text);
CREATE TABLE case_text(id integer primary key, caseid integer, fid integer,
  pos0 integer, pos1 integer, owner text);
CREATE TABLE attribute_type(name text, caseOrFile text, valuetype text);
CREATE TABLE attribute(attrid integer primary key, name text, attr_type text,
  value text, id integer);
CREATE TABLE journal(jid integer primary key, name text, jentry text,
  date text, owner text);
INSERT INTO project VALUES ('v", version, "', 'now', 'About it', '', 'Ada');
INSERT INTO source VALUES
  (1, 'A.txt', 'Caf\u00e9 \U1F600 time and trust.', NULL, 'good', 'Ada', 'Mon'),
  (2, 'B.txt', 'More time.', '/docs/B.txt', '', 'Ada', 'Mon'),
  (3, 'film.mp4', NULL, '/video/film.mp4', '', 'Ada', 'Mon');
INSERT INTO code_cat VALUES (1, 'Themes', 'Ada', '', '', NULL),
  (2, 'Inner', 'Ada', '', 'what is inside', 1);
INSERT INTO code_name(cid, name, memo, catid, color) VALUES
  (1, 'time', 'hours', 2, '#112233'), (2, 'trust', '', 1, '#445566'),
  (3, 'deep trust', '', NULL, '#778899');",
if (version >= 17) "UPDATE code_name SET supercid = 2 WHERE cid = 3;",
"INSERT INTO code_text(cid, fid, seltext, pos0, pos1, owner, date, memo)
  VALUES (1, 1, 'time', 7, 11, 'Ada', 'Tue', 'so'),
  (2, 1, 'trust', 16, 21, 'Ben', 'Tue', ''),
  (3, 1, 'trust', 16, 21, 'Ben', 'Tue', ''),
  (1, 2, 'time', 5, 9, 'Ben', 'Tue', '');",
if (version >= 4) "UPDATE code_text SET important = 1 WHERE ctid = 1;",
"INSERT INTO code_av VALUES (1, 3, 0, 900, 1, '', 'Ada');
INSERT INTO annotation VALUES (1, 2, 0, 4, 'a note', 'Ben', 'Wed');
INSERT INTO cases VALUES (1, 'Kim', 'tall', 'Ada', 'Wed');
INSERT INTO case_text VALUES (1, 1, 1, 0, 22, 'Ada'), (2, 1, 2, 0, 9, 'Ada');
INSERT INTO attribute(name, attr_type, value, id) VALUES
  ('age', 'case', '51', 1), ('site', 'file', 'north', 1),
  ('site', 'file', 'north', 2), ('day', 'file', 'Mon', 1),
  ('day', 'file', 'Tue', 2);
INSERT INTO journal VALUES (1, 'diary', 'Dear diary', 'Thu', 'Ada');
")
}

test_that("projects of QualCoder of each age come over", {
  for (version in c(3, 12, 17)) {
    path <- foreign_file(qualcoder_script(version), fileext = ".qda")
    x <- read_project(path)
    expect_identical(x$source$origin, sprintf("QualCoder v%d", version))
    expect_identical(
      as.data.frame(x$codings)[1:6],
      data.frame(
        transcript = c("A.txt", "A.txt", "A.txt", "B.txt"),
        start = c(8L, 17L, 17L, 6L), end = c(11L, 21L, 21L, 9L),
        code = c("time", "trust", "deep trust", "time"),
        coder = c("Ada", "Ben", "Ben", "Ben"),
        text = c("time", "trust", "trust", "time")
      )
    )
    expect_identical(nrow(problems(x)), 0L)
    expect_identical(x$codings$memo, c("so", NA, NA, NA))
    expect_identical(x$codings$important,
                     if (version >= 4) c(TRUE, NA, NA, NA))
    expect_identical(x$codebook$code,
                     c("time", "trust", "deep trust", "Inner"))
    expect_identical(x$codebook$theme,
                     c("Inner", "Themes", if (version >= 17) "trust" else NA,
                       "Themes"))
    people <- x$transcripts$participants
    expect_identical(people$participant, "Kim")
    expect_identical(people$age, 51)
    expect_identical(people$site, "north")
    expect_null(people$day)
    expect_identical(x$memos$on, c("project", "transcript", "participant",
                                   "note", "place"))
    expect_identical(x$memos$name, c(NA, "A.txt", "Kim", "diary",
                                     "B.txt, 1-4"))
    expect_identical(stats::setNames(x$left$count, x$left$what), c(
      "pictures, sounds and films without text" = 1L, "paths of files" = 2L,
      "authors of categories" = 2L, "codings of sound or film" = 1L,
      "attributes of transcripts of several participants" = 2L
    ))
  }
})

test_that("a folder of QualCoder is known by its file", {
  folder <- withr::local_tempdir(pattern = "study.qda")
  file.copy(foreign_file(qualcoder_script()), file.path(folder, "data.qda"))
  x <- read_project(folder)
  expect_identical(x$source$format, "qualcoder")
  expect_error(read_project(folder, project = "study"),
               class = "intercoder_error_argument")
})

test_that("damaged files are read or refused by an error of the package", {
  path <- foreign_file(qualcoder_script(), fileext = ".qda")
  whole <- readBin(path, "raw", file.size(path))
  bad <- withr::local_tempfile(fileext = ".qda")
  withr::local_seed(7)
  kinds <- character()
  for (at in sample(length(whole), 60)) {
    bytes <- whole
    bytes[at + 0:3] <- as.raw(sample(0:255, 4))
    writeBin(bytes[seq_along(whole)], bad)
    kind <- tryCatch(class(suppressWarnings(read_project(bad)))[1],
                     intercoder_error = function(e) "refused")
    kinds <- c(kinds, kind)
  }
  expect_setequal(kinds, c("imported_project", "refused"))
})
