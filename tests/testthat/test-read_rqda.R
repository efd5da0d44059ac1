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
  expect_identical(x$left$what, c("deleted codings",
                                  "cases of parts of transcripts"))
  expect_identical(x$left$count, c(1L, 1L))
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
