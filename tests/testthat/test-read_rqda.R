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
  expect_identical(x$memos$on, c("transcript", "participant", "note",
                                 "place"))
  expect_identical(x$memos$name[4], "two, 5-5")
  expect_identical(x$sets$set, c("Work", "pilot"))
  expect_identical(x$sets$member, c("trust", "two"))
  expect_identical(x$sets$kind, c("code", "transcript"))
  expect_identical(stats::setNames(x$left$count, x$left$what), c(
    "deleted attributes of cases" = 1L, "deleted codes" = 1L,
    "deleted codings" = 1L, "deleted transcripts" = 1L,
    "authors of codes" = 3L, "cases of parts of transcripts that are no turn" = 1L
  ))
})

test_that("a second coding of RQDA is a second round", {
  path <- foreign_file(c(rqda_script(), "
    INSERT INTO coding2 VALUES (1, 2, 'Trust', 0, 5, 1, 'Ada', '', NULL);"),
    fileext = ".rqda")
  x <- read_project(path)
  expect_identical(x$codings$round, c(1L, 1L, 1L, 1L, 2L))
})

test_that("attributes of old files, which have no status, are kept", {
  path <- foreign_file(c(rqda_script(), "
    DROP TABLE caseAttr; DROP TABLE fileAttr;
    CREATE TABLE caseAttr(variable text, value text, caseID integer);
    CREATE TABLE fileAttr(variable text, value text, fileID integer);
    INSERT INTO caseAttr VALUES ('age', '43', 7);
    INSERT INTO fileAttr VALUES ('place', 'home', 2);"), fileext = ".rqda")
  people <- read_project(path)$transcripts$participants
  expect_identical(people$age, c(43, NA))
  expect_identical(people$place, c(NA, "home"))
})

test_that("real projects of RQDA come over whole", {
  # transcripts, codes, codings, of which moved, deleted codings; and how many
  # of all codings, deleted or not, stand exactly at their words
  expected <- list(OPCW = c(16, 8, 1023, 2, 16, 1036),
                   "OPCW-CSP-DG" = c(13, 2, 21, 0, 1, 22))
  for (name in names(expected)) {
    path <- real_data("rqda", paste0(name, ".rqda"))
    x <- read_project(path)
    rows <- read_foreign_table(path, "coding")
    text <- read_foreign_table(path, "source")
    said <- substring(text$file[match(rows$fid, text$id)], rows$selfirst + 1,
                      rows$selend)
    expect_equal(
      c(length(x$transcripts), nrow(x$codebook), nrow(x$codings),
        nrow(problems(x)), x$left$count[x$left$what == "deleted codings"],
        sum(said == rows$seltext)),
      expected[[name]]
    )
    # every coding holds just the words that the file gives
    expect_identical(x$codings$text, rows$seltext[rows$status == 1])
    expect_true(all(problems(x)$done == "moved"))
  }
})
