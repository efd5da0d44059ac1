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
INSERT INTO caselinkage VALUES (7, 1, 0, 26, 1);
INSERT INTO caseAttr VALUES ('age', '43', 7, 1), ('age', '99', 7, 0);
INSERT INTO fileAttr VALUES ('place', 'home', 2, 1);
INSERT INTO journal VALUES ('day', 'It rained.', 'Thu', 'Ada', 1);
INSERT INTO annotation VALUES (2, 4, 'loud', 'Ben', 'Fri', 1);
INSERT INTO filecat VALUES ('pilot', 1, 1);
INSERT INTO treefile VALUES (2, 1, 1);
"

test_that("all of an RQDA project comes over", {
  path <- foreign_file(rqda_script(), fileext = ".rqda")
  x <- read_project(path)
  expect_s3_class(x, "imported_project")
  expect_identical(x$source$format, "rqda")
  expect_identical(x$transcripts$documents$transcript, c("one", "two"))
  expect_identical(x$codebook$theme, c("Work", "People"))
  expect_identical(x$codebook$definition, c("won or lost", NA))
  expect_identical(
    as.data.frame(x$codings)[c("transcript", "start", "end", "code", "coder",
                               "text")],
    data.frame(
      transcript = c("one", "one", "two", "two"),
      start = c(1L, 20L, 11L, 1L), end = c(4L, 24L, 18L, 5L),
      code = c("time", "trust", "trust", "trust"),
      coder = c("Ada", "Ben", "Ben", "Ben"),
      text = c("Zeit", "\U1F600 nie", "trust me", "Trust")
    )
  )
  expect_identical(x$codings$memo[1], "first")
  found <- problems(x)
  expect_identical(found$row, 3:6)
  expect_identical(found$done, c("moved", "left out", NA, "left out"))
  expect_match(found$problem[1], "1 character before")
  expect_match(found$problem[2], "code is not in the codebook")
  people <- x$transcripts$participants
  expect_identical(people$participant, c("P7", "two"))
  expect_identical(people$age, c(43, NA))
  expect_identical(people$place, c(NA, "home"))
  expect_identical(x$memos$on, c("transcript", "participant", "place",
                                 "journal"))
  expect_identical(x$memos$name[3], "two, character 5")
  expect_identical(x$sets$set, c("Work", "pilot"))
  expect_identical(x$sets$member, c("trust", "two"))
  expect_identical(x$left$what, "deleted codings")
  expect_identical(x$left$count, 1L)
})

test_that("a second coding of RQDA is a second round", {
  path <- foreign_file(c(rqda_script(), "
    INSERT INTO coding2 VALUES (1, 2, 'Trust', 0, 5, 1, 'Ada', '', NULL);"),
    fileext = ".rqda")
  x <- read_project(path)
  expect_identical(x$codings$round, c(1L, 1L, 1L, 1L, 2L))
})

test_that("real projects of RQDA come over whole", {
  expected <- list(OPCW = c(16, 8, 1023, 2, 16),
                   "OPCW-CSP-DG" = c(13, 2, 21, 0, 1))
  for (name in names(expected)) {
    path <- real_data("rqda", paste0(name, ".rqda"))
    x <- read_project(path)
    rows <- read_foreign_table(path, "coding")
    expect_equal(
      c(length(x$transcripts), nrow(x$codebook), nrow(x$codings),
        nrow(problems(x)), x$left$count),
      expected[[name]]
    )
    # every coding holds just the words that the file gives
    expect_identical(x$codings$text, rows$seltext[rows$status == 1])
    expect_true(all(problems(x)$done == "moved"))
  }
})
