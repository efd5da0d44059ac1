test_that("categories are labels, codes of their own, or named apart", {
  tree <- coded_tree(data.frame(
    id = c("1", "2", "3", "g1", "g2", "g3"),
    parent = c("g1", "g2", "1", NA, NA, "g1"),
    name = c("trust", "time", "deep trust", "Relations", "time", "Inner"),
    definition = c("What is trusted", NA, NA, " ", NA, NA),
    category = c(FALSE, FALSE, FALSE, TRUE, TRUE, TRUE), color = NA
  ))
  expect_identical(tree$book$code,
                   c("trust", "time", "deep trust", "time 1", "Inner"))
  expect_identical(tree$book$theme,
                   c("Relations", "time 1", "trust", NA, "Relations"))
  expect_identical(tree$code, c("trust", "time", "deep trust", NA, "time 1",
                                "Inner"))
  expect_false("color" %in% names(tree$book))
})

test_that("added lines move what comes behind them", {
  layout <- lay_out("OneTwoThree")
  breaks <- c(3, 6)
  text <- add_breaks(layout, breaks)
  expect_identical(text, "One\nTwo\nThree")
  at <- c(1, 3, 4, 6, 7, 11)
  expect_identical(
    substring(text, moved_by_breaks(at, breaks), moved_by_breaks(at, breaks)),
    substring("OneTwoThree", at, at)
  )
  expect_identical(add_breaks(lay_out("x"), numeric()), "x")
})

test_that("a text is split at its marks", {
  split <- split_at_marks("\u00e4<b>\u00f6</b>", "</?b>")
  expect_identical(split$marks, c("<b>", "</b>"))
  expect_identical(split$between, c("\u00e4", "\u00f6", ""))
  expect_identical(split_at_marks("", "x"), list(marks = character(),
                                                 between = ""))
})

test_that("categories in a circle stand alone", {
  tree <- coded_tree(data.frame(
    id = 1:3, parent = c(2, 1, 1), name = c("a", "b", "c"), definition = NA,
    category = c(TRUE, TRUE, FALSE), color = NA
  ))
  expect_identical(tree$book$theme, c(NA, NA, "a"))
})

test_that("cases own the transcripts that are theirs alone", {
  owners <- case_owners(
    data.frame(case = c("A", "A", "B", "C", NA, "A"),
               transcript = c("t1", "t1", "t2", "t2", "t3", "t2"),
               start = c(NA, NA, NA, NA, NA, 4),
               end = c(NA, NA, NA, NA, NA, 9)),
    c("t3", "t2", "t1")
  )
  expect_identical(owners$participant, c(NA, NA, "A"))
  expect_identical(owners$sets$set, c("B", "C"))
  expect_identical(owners$sets$member, c("t2", "t2"))
  expect_identical(owners$sets$kind, c("transcript", "transcript"))
  expect_identical(owners$passages, data.frame(
    transcript = "t2", start = 4, end = 9, participant = "A"))
})

test_that("numbers become numbers where nothing is lost", {
  known <- numbers_where(data.frame(
    participant = c("1", "2"), age = c("43", ""), code = c("007", "8"),
    score = c("-1.5", NA), long = c("12345678901234567890", "1")
  ))
  expect_identical(known$participant, c("1", "2"))
  expect_identical(known$age, c(43, NA))
  expect_identical(known$code, c("007", "8"))
  expect_identical(known$score, c(-1.5, NA))
  expect_identical(known$long, c("12345678901234567890", "1"))
})

test_that("what is said to be text or numbers is", {
  known <- data.frame(participant = c("1", "2"), id = c("1", "2"),
                      share = c("1e-07", ""), note = c("1e-07", "2"),
                      mixed = c("1", "some"))
  got <- numbers_where(known, c(id = "character", share = "numeric",
                                mixed = "numeric"))
  expect_identical(got$id, c("1", "2"))
  expect_identical(got$share, c(1e-07, NA))
  expect_identical(got$note, c("1e-07", "2"))
  expect_identical(got$mixed, c("1", "some"))
})

test_that("a turn is of the case that has most of it", {
  turns <- data.frame(transcript = "t", speaker = c("Interviewer", NA, NA, NA),
                      start = c(1L, 11L, 21L, 31L), end = c(10L, 20L, 30L, 40L))
  passages <- data.frame(
    transcript = "t", start = c(1, 11, 18, 21), end = c(17, 14, 30, 25),
    participant = c("A", "B", "C", "A"))
  # by hand: of the ten characters of the second turn A holds 7, B 4, C 3; of
  # the third C all, A 5; the fourth is nobody's
  expect_identical(passage_owner(turns, passages), c(NA, "A", "C", NA))
  expect_identical(passage_used(passages, turns), c(TRUE, FALSE, TRUE, FALSE))
  half <- passages[4, ]
  expect_true(all(is.na(passage_owner(turns, half))))
})

test_that("whatever of a file is not read is counted", {
  path <- foreign_file("
    CREATE TABLE a(x text, y text, z integer); CREATE TABLE b(q text);
    CREATE TABLE c(q text); CREATE TABLE d(q text); CREATE TABLE e(q text);
    INSERT INTO a VALUES ('1', 'said', 0), ('2', '', 5), ('3', NULL, 7);
    INSERT INTO b VALUES ('r'), (NULL); INSERT INTO c VALUES ('s');
    INSERT INTO e VALUES ('t');")
  file <- open_foreign(path)
  expect_identical(file$take("a", "x")$x, c("1", "2", "3"))
  expect_identical(file$take("none", "x", "y"),
                   data.frame(y = numeric(), x = character()))
  left <- file$untaken(c(b = "notes", a.z = "scores", no_words("c", "a.q")))
  expect_identical(left$what, c("values of column y of table a", "scores",
                                "notes", "rows of table e"))
  expect_identical(left$count, c(1L, 2L, 2L, 1L))
})

# Tables as their programs make them, each with one row: 1 in every number, its
# own name in every text. What of these names is neither read nor listed?
full_file <- function(tables, own, fileext, envir = parent.frame()) {
  script <- vapply(names(tables), function(table) {
    parts <- strsplit(strsplit(tables[[table]], ", ")[[1]], " ")
    name <- vapply(parts, `[`, "", 1)
    type <- vapply(parts, function(part) c(part, "text")[2], "")
    value <- ifelse(type == "text", sprintf("'zz.%s.%s'", table, name), "1")
    at <- match(paste0(table, ".", name), names(own))
    value[!is.na(at)] <- own[at[!is.na(at)]]
    sprintf("CREATE TABLE %s (%s); INSERT INTO %s VALUES (%s);", table,
            paste(name, type, collapse = ", "), table,
            paste(value, collapse = ", "))
  }, "")
  foreign_file(script, envir, fileext)
}

untold <- function(path, words) {
  x <- suppressWarnings(read_project(path))
  there <- foreign_tables(path)
  key <- paste0(there$table, ".", there$column)
  given <- vapply(seq_along(key), function(i) {
    value <- read_foreign_table(path, there$table[i], there$column[i])[[1]]
    is.character(value) && startsWith(value, "zz.")
  }, NA)
  read <- unlist(rapply(unclass(x), as.character, how = "list"))
  read <- paste(c(read, names(x$transcripts$participants)), collapse = "\n")
  listed <- vapply(seq_along(key), function(i) {
    names <- words[c(there$table[i], key[i])]
    no_content <- any(is.na(names) & c(there$table[i], key[i]) %in%
                        names(words))
    no_content || any(names %in% x$left$what) ||
      any(grepl(paste0("table ", there$table[i]), x$left$what, fixed = TRUE))
  }, NA)
  key[given & !listed & !vapply(paste0("zz.", key), grepl, NA, x = read,
                                fixed = TRUE)]
}

test_that("nothing of a file of QualCoder is dropped in silence", {
  tables <- c(
    vapply(names(QUALCODER_TABLES), function(table) {
      sql <- sub("^CREATE TABLE [a-z_]+ [(](.*)[)]$", "\\1",
                 qualcoder_sql(table))
      sub(", unique[(].*$", "", gsub(" primary key", "", sql))
    }, ""),
    # of a version that is not known yet
    audit_log = "id integer, detail text"
  )
  tables[["code_text"]] <- paste0(tables[["code_text"]], ", reason text")
  path <- full_file(tables, c(
    project.about = "'QualCoder'", code_text.seltext = "'zz'",
    code_text.pos0 = "0", code_text.pos1 = "2", code_name.supercid = "NULL",
    code_cat.supercatid = "NULL", case_text.pos0 = "0",
    attribute.attr_type = "'case'", attribute_type.valuetype = "'character'",
    annotation.pos0 = "0"), ".qda")
  expect_identical(untold(path, QUALCODER_WORDS), character())
  left <- read_project(path)$left$what
  expect_true(all(c("rows of table audit_log", "codings of pictures", "graphs",
                    "values of column reason of table code_text") %in% left))
})

test_that("nothing of a file of RQDA is dropped in silence", {
  usual <- "owner, date, dateM, memo, status integer"
  path <- full_file(c(
    source = paste("name, id integer, file,", usual),
    freecode = paste("name, id integer, color,", usual),
    treecode = paste("cid integer, catid integer,", usual),
    treefile = paste("fid integer, catid integer,", usual),
    filecat = paste("name, fid integer, catid integer,", usual),
    codecat = paste("name, cid integer, catid integer,", usual),
    coding = paste("cid integer, fid integer, seltext, selfirst real,",
                   "selend real, status integer, owner, date, memo"),
    coding2 = paste("cid integer, fid integer, seltext, selfirst real,",
                    "selend real, status integer, owner, date, memo"),
    project = "databaseversion, date, dateM, memo, about, imageDir",
    cases = paste("name, id integer,", usual),
    caselinkage = paste("caseid integer, fid integer, selfirst real,",
                        "selend real, status integer, owner, date, memo"),
    attributes = paste("name, class,", usual),
    caseAttr = "variable, value, caseID integer, owner, status integer",
    fileAttr = "variable, value, fileID integer, owner, status integer",
    journal = "name, journal, date, dateM, owner, status integer",
    annotation = paste("fid integer, position integer, annotation, owner,",
                       "date, dateM, status integer"),
    image = "name, id integer, owner, status integer",
    imageCoding = "cid integer, iid integer, x1 integer, memo, status integer"
  ), c(coding.seltext = "'z'", coding.selfirst = "0", coding2.seltext = "'z'",
       coding2.selfirst = "0", caselinkage.selfirst = "0",
       caselinkage.selend = "14"), ".rqda")
  expect_identical(untold(path, RQDA_WORDS), character())
})

test_that("nothing of a file of requal is dropped in silence", {
  path <- full_file(c(
    projects = "project_id integer, project_name, project_description",
    requal_version = "project_id integer, version",
    users = "user_id integer, user_login, user_name, user_mail, created_at",
    user_permissions = "user_id integer, project_id integer, data_modify",
    logs = "user_id integer, project_id integer, action, payload, created_at",
    documents = paste("doc_id integer, project_id integer, user_id integer,",
                      "doc_name, doc_description, doc_text, created_at"),
    codes = paste("project_id integer, code_id integer, user_id integer,",
                  "code_name, code_description, code_color"),
    categories = paste("project_id integer, category_id integer,",
                       "user_id integer, category_name, category_description"),
    categories_codes_map = paste("project_id integer, category_id integer,",
                                 "code_id integer"),
    cases = "project_id integer, case_id integer, case_name, case_description",
    cases_documents_map = "project_id integer, case_id integer, doc_id integer",
    segments = paste("project_id integer, user_id integer, doc_id integer,",
                     "code_id integer, segment_id integer, segment_start",
                     "integer, segment_end integer, segment_text"),
    memos = "project_id integer, memo_id integer, user_id integer, text",
    attributes = paste("attribute_id integer, attribute_name,",
                       "attribute_object, attribute_type, project_id integer"),
    attribute_values = paste("attribute_value_id integer,",
                             "attribute_id integer, value"),
    attributes_users_map = paste("user_id integer, attribute_id integer,",
                                 "project_id integer"),
    attributes_cases_map = paste("case_id integer, attribute_id integer,",
                                 "attribute_value_id integer,",
                                 "project_id integer"),
    memos_codes_map = "memo_id integer, code_id integer",
    memos_documents_map = paste("memo_id integer, doc_id integer, memo_start",
                                "integer, memo_end integer")
  ), c(segments.segment_text = "'z'", users.user_login = "'me'"),
  ".requal")
  expect_identical(untold(path, REQUAL_WORDS), character())
  expect_setequal(read_project(path)$memos$on,
                  c("project", "transcript", "participant", "code", "place"))
})

test_that("nothing of a file of Taguette is dropped in silence", {
  skip_if_not_installed("jsonlite")
  path <- full_file(c(
    users = "login, created, hashed_password, language, email",
    projects = "id integer, name, description, created",
    project_members = "project_id integer, user_login, privileges",
    documents = paste("id integer, name, description, filename, created,",
                      "project_id integer, text_direction, contents"),
    commands = paste("id integer, date, user_login, project_id integer,",
                     "document_id integer, payload"),
    highlights = paste("id integer, document_id integer, start_offset integer,",
                       "end_offset integer, snippet"),
    tags = paste("id integer, project_id integer, path, description,",
                 "parent_id integer"),
    highlight_tags = "highlight_id integer, tag_id integer",
    alembic_version = "version_num", later = "id integer, said"
  ), c(highlights.snippet = "'z'", highlights.start_offset = "0",
       tags.parent_id = "NULL", commands.payload = paste0(
         "'{\"type\": \"highlight_add\", \"highlight_id\": 1, ",
         "\"tags\": [1]}'")), ".sqlite3")
  expect_identical(untold(path, TAGUETTE_WORDS), character())
})
