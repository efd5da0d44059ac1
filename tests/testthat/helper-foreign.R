# An SQLite file made by a script, as other programs make them.
foreign_file <- function(script, envir = parent.frame(),
                         fileext = ".sqlite") {
  program <- Sys.which("sqlite3")
  skip_if(program == "", "no sqlite3 on the command line")
  path <- withr::local_tempfile(fileext = fileext, .local_envir = envir)
  input <- withr::local_tempfile(lines = enc2utf8(script))
  said <- system2(program, c("-bail", shQuote(path)), stdin = input,
                  stdout = TRUE, stderr = TRUE)
  expect_null(attr(said, "status"), info = paste(said, collapse = "\n"))
  path
}

sql_text <- function(x) {
  ifelse(is.na(x), "NULL", paste0("'", gsub("'", "''", x, fixed = TRUE), "'"))
}

rqda_script <- function() "
CREATE TABLE source(name text, id integer, file text, memo text, owner text,
  date text, dateM text, status integer);
CREATE TABLE freecode(name text, memo text, owner text, date text, dateM text,
  id integer, status integer, color text);
CREATE TABLE treecode(cid integer, catid integer, status integer);
CREATE TABLE codecat(name text, cid integer, catid integer, memo text,
  status integer);
CREATE TABLE coding(cid integer, fid integer, seltext text, selfirst real,
  selend real, status integer, owner text, date text, memo text);
CREATE TABLE coding2(cid integer, fid integer, seltext text, selfirst real,
  selend real, status integer, owner text, date text, memo text);
CREATE TABLE cases(name text, memo text, owner text, date text, dateM text,
  id integer, status integer);
CREATE TABLE caselinkage(caseid integer, fid integer, selfirst real,
  selend real, status integer);
CREATE TABLE caseAttr(variable text, value text, caseID integer,
  status integer);
CREATE TABLE fileAttr(variable text, value text, fileID integer,
  status integer);
CREATE TABLE journal(name text, journal text, date text, owner text,
  status integer);
CREATE TABLE annotation(fid integer, position integer, annotation text,
  owner text, date text, status integer);
CREATE TABLE filecat(name text, catid integer, status integer);
CREATE TABLE treefile(fid integer, catid integer, status integer);
INSERT INTO source VALUES
  ('one', 1, 'Zeit spart man, \u00e9h \U1F600 nie.', 'calm', 'Ada', 'Mon', '', 1),
  ('two', 2, 'Trust me, trust me.', NULL, 'Ada', 'Mon', '', 1),
  ('old', 3, 'Gone.', NULL, 'Ada', 'Mon', '', 0);
INSERT INTO freecode VALUES
  ('time', 'won or lost', 'Ada', '', '', 1, 1, NULL),
  ('trust', '', 'Ada', '', '', 2, 1, 'red'),
  ('dead', '', 'Ada', '', '', 3, 0, NULL);
INSERT INTO codecat VALUES ('Work', NULL, 1, NULL, 1),
  ('People', NULL, 2, NULL, 1);
INSERT INTO treecode VALUES (1, 1, 1), (2, 2, 1), (2, 1, 1), (3, 1, 1);
INSERT INTO coding VALUES
  (1, 1, 'Zeit', 0, 4, 1, 'Ada', 'Tue', 'first'),
  (2, 1, '\U1F600 nie', 19, 24, 1, 'Ben', 'Tue', NULL),
  (2, 2, 'trust me', 11, 19, 1, 'Ben', 'Tue', NULL),
  (2, 2, 'Trust me', 0, 8, 0, 'Ben', 'Tue', NULL),
  (3, 2, 'me', 6, 8, 1, 'Ben', 'Tue', NULL),
  (2, 2, 'believe', 0, 5, 1, 'Ben', 'Tue', NULL),
  (2, 2, 'nowhere', 90, 97, 1, 'Ben', 'Tue', NULL);
INSERT INTO cases VALUES ('P7', 'shy', 'Ada', 'Wed', '', 7, 1);
INSERT INTO caselinkage VALUES (7, 1, 0, 12, 1);
INSERT INTO caseAttr VALUES ('age', '43', 7, 1), ('age', '99', 7, 0);
INSERT INTO fileAttr VALUES ('place', 'home', 2, 1);
INSERT INTO journal VALUES ('day', 'It rained.', 'Thu', 'Ada', 1);
INSERT INTO annotation VALUES (2, 4, 'loud', 'Ben', 'Fri', 1);
INSERT INTO filecat VALUES ('pilot', 1, 1);
INSERT INTO treefile VALUES (2, 1, 1);
"
