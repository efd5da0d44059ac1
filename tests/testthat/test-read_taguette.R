taguette_script <- function() {
  html <- paste0(
    "<h1>Talk</h1><p>Caf\u00e9 &amp; <b>time</b> \U1F600 off.</p>\n",
    "<p>A &lt; B<br>and <i title=\"a > b\">trust</i></p>"
  )
  # bytes over the texts between the tags, as the program counts them
  text <- "TalkCaf\u00e9 & time \U1F600 off.\nA < Band trust"
  span <- function(words) {
    at <- regexpr(words, text, fixed = TRUE, useBytes = TRUE)
    sprintf("%d, %d", at - 1L, at - 1L + nchar(words, "bytes"))
  }
  sprintf("
CREATE TABLE users(login text primary key, hashed_password text);
CREATE TABLE projects(id integer primary key, name text, description text,
  created text);
CREATE TABLE documents(id integer primary key, name text, description text,
  filename text, created text, project_id integer, text_direction text,
  contents text);
CREATE TABLE commands(id integer primary key, date text, user_login text,
  project_id integer, document_id integer, payload text);
CREATE TABLE highlights(id integer primary key, document_id integer,
  start_offset integer, end_offset integer, snippet text);
CREATE TABLE tags(id integer primary key, project_id integer, path text,
  description text);
CREATE TABLE highlight_tags(highlight_id integer, tag_id integer);
INSERT INTO projects VALUES (1, 'Study', 'About talk', 'Mon'),
  (2, 'Other', '', 'Tue');
INSERT INTO documents VALUES (1, 'Doc', 'A talk', 'a.html', 'Mon', 1, 'LTR',
  %s), (2, 'Else', '', 'b.html', 'Mon', 2, 'LTR', '<p>words</p>');
INSERT INTO tags VALUES (1, 1, 'work', 'All of it'), (2, 1, 'work.time', ''),
  (3, 1, 'a.trust', ''), (4, 2, 'work', '');
INSERT INTO highlights VALUES
  (1, 1, %s, '<b>time</b> \U1F600 off'), (2, 1, %s, '<i>trust</i>'),
  (3, 1, %s, 'A &lt; B<br>and'), (4, 1, 0, 4, 'Talk'), (5, 2, 0, 5, 'words');
INSERT INTO highlight_tags VALUES (1, 2), (2, 3), (2, 1), (3, 1), (5, 4);
INSERT INTO commands(date, user_login, project_id, document_id, payload) VALUES
  ('d1', 'ada', 1, 1, '{\"type\": \"highlight_add\", \"highlight_id\": 1,
    \"start_offset\": 0, \"end_offset\": 1, \"tags\": [2]}'),
  ('d2', 'ada', 1, 1, '{\"type\": \"highlight_add\", \"highlight_id\": 2,
    \"tags\": [3]}'),
  ('d3', 'ben', 1, 1, '{\"type\": \"highlight_add\", \"highlight_id\": 2,
    \"tags\": [3, 1]}'),
  ('d4', 'ben', 1, 1, '{\"type\": \"tag_add\", \"tag_id\": 9}');
", sql_text(html), span("time \U1F600 off"), span("trust"), span("A < Band"))
}

test_that("a project of Taguette comes over, with who gave each tag", {
  skip_if_not_installed("jsonlite")
  path <- foreign_file(taguette_script(), fileext = ".sqlite3")
  x <- read_project(path, project = "Study")
  expect_identical(
    x$transcripts$documents$text,
    "Talk\nCaf\u00e9 & time \U1F600 off.\nA < B\nand trust"
  )
  expect_identical(x$codings$text, c("time \U1F600 off", "trust", "trust",
                                     "A < B\nand"))
  expect_identical(x$codings$code, c("work.time", "a.trust", "work", "work"))
  expect_identical(x$codings$coder, c("ada", "ada", "ben", "unknown"))
  expect_identical(x$codings$date, c("d1", "d2", "d3", NA))
  expect_identical(x$codebook$code, c("work", "work.time", "a.trust"))
  expect_identical(x$codebook$theme, c(NA, "work", NA))
  expect_identical(x$codebook$definition, c("All of it", NA, NA))
  expect_identical(nrow(problems(x)), 0L)
  expect_identical(x$memos$text, c("About talk", "A talk"))
  expect_identical(x$left$what, c("highlights without a tag",
                                  "names of the files of transcripts"))
})

test_that("tags of newer files stand under the parent they name", {
  skip_if_not_installed("jsonlite")
  path <- foreign_file(c(taguette_script(), "
    ALTER TABLE tags ADD COLUMN parent_id integer;
    UPDATE tags SET parent_id = 2 WHERE id = 3;"), fileext = ".sqlite3")
  book <- read_project(path, project = "Study")$codebook
  expect_identical(book$code, c("work", "work.time", "a.trust"))
  expect_identical(book$theme, c(NA, "work", "work.time"))
})

test_that("several projects in one file are told apart", {
  skip_if_not_installed("jsonlite")
  path <- foreign_file(taguette_script(), fileext = ".sqlite3")
  expect_error(read_project(path), "\"Study\", \"Other\"",
               class = "intercoder_error_file")
  expect_error(read_project(path, project = "None"),
               class = "intercoder_error_file")
  x <- read_project(path, project = 2)
  expect_identical(x$codings$text, "words")
})

test_that("texts of HTML are those between its tags", {
  texts <- function(html) html_texts(html)$text
  expect_identical(texts("a<!-- <b> -->b &amp;lt; &eacute;&#233;&#x263A;"),
                   "ab &lt; \u00e9\u00e9\u263a")
  expect_identical(texts("<p>x</p>\n  <p>y</p>"), "x\n  y")
  expect_identical(texts(NA), "")
  expect_identical(html_texts("<p>x</p><p>y</p>")$breaks, 1L)
  expect_identical(html_texts("<b>x</b><i>y</i>")$breaks, integer())
  expect_identical(html_texts("<p>x</p>\n<p>y</p>")$breaks, integer())
})
