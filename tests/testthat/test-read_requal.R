requal_script <- function() "
CREATE TABLE projects(project_id INTEGER PRIMARY KEY, project_name TEXT,
  project_description TEXT, created_at TEXT);
CREATE TABLE users(user_id INTEGER PRIMARY KEY, user_login TEXT,
  user_name TEXT);
CREATE TABLE documents(doc_id INTEGER PRIMARY KEY, project_id INTEGER,
  user_id INTEGER, doc_name TEXT, doc_description TEXT, doc_text TEXT,
  created_at TEXT);
CREATE TABLE codes(project_id INTEGER, code_id INTEGER PRIMARY KEY,
  user_id INTEGER, code_name TEXT, code_description TEXT, code_color TEXT);
CREATE TABLE categories(project_id INTEGER, category_id INTEGER PRIMARY KEY,
  user_id INTEGER, category_name TEXT, category_description TEXT);
CREATE TABLE categories_codes_map(project_id INTEGER, category_id INTEGER,
  code_id INTEGER);
CREATE TABLE cases(project_id INTEGER, case_id INTEGER PRIMARY KEY,
  case_name TEXT, case_description TEXT);
CREATE TABLE cases_documents_map(project_id INTEGER, case_id INTEGER,
  doc_id INTEGER);
CREATE TABLE segments(project_id INTEGER, user_id INTEGER, doc_id INTEGER,
  code_id INTEGER, segment_id INTEGER PRIMARY KEY, segment_start INTEGER,
  segment_end INTEGER, segment_text TEXT);
CREATE TABLE memos(project_id INTEGER, memo_id INTEGER PRIMARY KEY,
  user_id INTEGER, text TEXT);
CREATE TABLE attributes(attribute_id INTEGER PRIMARY KEY, attribute_name TEXT,
  attribute_object TEXT, attribute_type TEXT, project_id INTEGER,
  user_id INTEGER);
CREATE TABLE attribute_values(attribute_value_id INTEGER PRIMARY KEY,
  attribute_id INTEGER, value TEXT);
CREATE TABLE attributes_cases_map(case_id INTEGER, attribute_id INTEGER,
  attribute_value_id INTEGER, project_id INTEGER);
CREATE TABLE memos_segments_map(memo_id INTEGER, segment_id INTEGER);
CREATE TABLE memos_codes_map(memo_id INTEGER, code_id INTEGER);
CREATE TABLE memos_documents_map(memo_id INTEGER, doc_id INTEGER);
INSERT INTO projects VALUES (1, 'P', '', '');
INSERT INTO users VALUES (1, 'ada', 'Ada'), (2, 'ben', NULL);
INSERT INTO documents VALUES
  (1, 1, 1, 'D', 'the first', '\U1F600 Time flies.\nTime is short.', 'Mon');
INSERT INTO codes VALUES (1, 1, 1, 'time', 'hours', 'rgb(1,2,3)'),
  (1, 2, 1, 'end', '', NULL);
INSERT INTO categories VALUES (1, 1, 1, 'Work', ''), (1, 2, 1, 'Life', '');
INSERT INTO categories_codes_map VALUES (1, 1, 1), (1, 2, 1);
INSERT INTO cases VALUES (1, 1, 'Kim', 'tall');
INSERT INTO cases_documents_map VALUES (1, 1, 1);
INSERT INTO segments VALUES
  (1, 1, 1, 1, 1, 3, 6, 'Time'), (1, 2, 1, 2, 2, 23, 27, 'short'),
  (1, 2, 1, NULL, 3, 1, 1, '\U1F600'), (1, 1, 1, 1, 4, 15, 18, 'Time');
INSERT INTO memos VALUES (1, 1, 1, 'a smile'), (1, 2, 2, 'how short'),
  (1, 3, 1, 'of the whole'), (1, 4, 1, 'of the code');
INSERT INTO memos_segments_map VALUES (1, 3), (2, 2);
INSERT INTO memos_codes_map VALUES (4, 1);
INSERT INTO attributes VALUES (1, 'age', 'cases', 'categorical', 1, 1);
INSERT INTO attribute_values VALUES (1, 1, '30');
INSERT INTO attributes_cases_map VALUES (1, 1, 1, 1);
"

test_that("a project of requal comes over", {
  x <- read_project(foreign_file(requal_script(), fileext = ".requal"))
  expect_identical(x$codings$start, c(3L, 23L, 15L))
  expect_identical(x$codings$text, c("Time", "short", "Time"))
  expect_identical(x$codings$coder, c("Ada", "ben", "Ada"))
  expect_identical(x$codings$memo, c(NA, "how short", NA))
  expect_identical(nrow(problems(x)), 0L)
  expect_identical(x$codebook$theme, c("Work", NA, NA))
  expect_identical(x$sets$set, "Life")
  expect_identical(x$transcripts$participants$participant, "Kim")
  expect_identical(x$transcripts$participants$age, 30)
  expect_identical(x$memos$on, c("note", "transcript", "participant", "code",
                                 "place"))
  expect_identical(x$memos$name[5], "D, 1-1")
  expect_identical(x$memos$author, c("Ada", "Ada", NA, "Ada", "Ada"))
})

test_that("the real file of requal is empty and says so", {
  x <- read_project(real_data("requal", "test_basic.requal"))
  expect_identical(length(x$transcripts), 0L)
  expect_identical(nrow(x$codebook), 0L)
  expect_identical(nrow(x$codings), 0L)
  expect_identical(nrow(problems(x)), 0L)
  expect_output(print(x), "0 transcripts, 0 codes")
})
