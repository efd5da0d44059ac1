# Projects are made of plain structures here, so that every odd value can be
# tried; the objects of the package itself come at the end.

new_project <- function(env = parent.frame()) {
  path <- withr::local_tempfile(fileext = ".icp", .local_envir = env)
  study <- project(path)
  withr::defer(close(study), envir = env)
  study
}

sample_transcripts <- function(texts = c(A = "Ada: Hello.\nYes.", B = "No."),
                               participants = NULL) {
  texts <- enc2utf8(texts)
  ids <- names(texts)
  names(texts) <- NULL
  structure(
    list(
      documents = data.frame(
        transcript = ids, participant = paste0("P-", ids), text = texts,
        hash = vapply(texts, cli::hash_sha256, "", USE.NAMES = FALSE),
        source = NA_character_, format = "txt", encoding = "UTF-8",
        newline = "LF", bom = FALSE, md5 = NA_character_
      ),
      turns = data.frame(
        transcript = rep(ids, each = 2), turn = rep(1:2, length(ids)),
        speaker = "Ada", role = c("participant", "interviewer"),
        participant = rep(paste0("P-", ids), each = 2), start = 1L, end = 2L,
        time_start = NA_real_, time_end = NA_real_
      ),
      participants = participants %||%
        data.frame(participant = paste0("P-", ids))
    ),
    class = "transcripts"
  )
}

sample_codings <- function(..., n = 1) {
  given <- list(...)
  base <- list(transcript = "A", start = 1L, end = 3L, code = "time",
               coder = "Ben", text = NA_character_, round = NA_integer_,
               weight = NA_real_, memo = NA_character_)
  base[names(given)] <- given
  structure(as.data.frame(base), class = c("codings", "data.frame"))
}

hostile <- c("'; DROP TABLE log; --", "{braces} {{x}}", "%s%n%d", "\"quoted\"",
             "\U1F600\U1F469\u200D\U1F680", "", " ", "NaN", "NA", "\\", "\t\r\n",
             "\u05d0\u05d1\u05d2 \u0639\u0631\u0628\u064a \u4e2d\u6587",
             "=1+1", "e\u0301", strrep("long \u00e9 ", 15000))

test_that("a closed project is one file", {
  folder <- withr::local_tempdir()
  study <- project(file.path(folder, "study.icp"))
  project_write(study, codebook(data.frame(code = "time", rule = "hour*")))
  close(study)
  expect_identical(list.files(folder, all.files = TRUE, no.. = TRUE),
                   "study.icp")
})

test_that("transcripts come back identical", {
  study <- new_project()
  x <- sample_transcripts()
  project_write(study, x)
  expect_identical(project_read(study, "transcripts"), x)
  expect_identical(project_read(study), x)
})

test_that("attributes of participants keep their types", {
  study <- new_project()
  odd <- data.frame(
    participant = c("P-A", "P-B"),
    group = factor(c("developer", NA), levels = c("unused", "developer")),
    grade = factor(c("low", "high"), c("low", "high"), ordered = TRUE),
    born = as.Date(c("1970-01-01", NA)),
    met = as.POSIXct(c(0.5, NA), origin = "1970-01-01", tz = "Europe/Berlin"),
    gap = as.difftime(c(1.5, 2), units = "hours"),
    adult = c(TRUE, NA), years = c(30L, NA), share = c(1 / 3, -Inf),
    ratio = c(NaN, NA), big = c(.Machine$double.xmax, 5e-324),
    whole = c(1, 2), note = c("", NA)
  )
  odd[["'; DROP TABLE cells; --"]] <- c("x", "y")
  odd[["id"]] <- 7:8
  odd[["entry"]] <- c("a", "b")
  odd$scored <- structure(c(1, 2), labels = c(no = 1, yes = 2),
                          class = c("haven_labelled", "vctrs_vctr", "double"))
  x <- sample_transcripts(participants = odd)
  project_write(study, x)
  back <- project_read(study)
  expect_identical(back, x)
  expect_identical(is.nan(back$participants$ratio), c(TRUE, FALSE))
})

test_that("hostile texts and names come back identical", {
  study <- new_project()
  names <- paste0(hostile, seq_along(hostile))
  x <- sample_transcripts(stats::setNames(hostile, names))
  project_write(study, x, note = hostile[1])
  done <- sample_codings(
    transcript = rep(names[15], 15), code = paste0("c", hostile),
    coder = paste0(hostile, "x"), memo = hostile, text = "lon"
  )
  project_write(study, done)
  expect_identical(project_read(study), x)
  expect_identical(project_read(study, "codings"), done)
  expect_identical(project_log(study)$note, c(hostile[1], NA))
  tables <- project_query(study, "SELECT count(*) AS n FROM sqlite_master")
  expect_identical(tables, project_query(
    new_project(), "SELECT count(*) AS n FROM sqlite_master"
  ))
})

test_that("random tables come back identical", {
  withr::local_seed(11)
  for (repeats in 1:5) {
    study <- new_project()
    n <- sample(1:60, 1)
    pick <- function(x) sample(x, n, replace = TRUE)
    x <- sample_transcripts(c(A = strrep("x", 100)))
    done <- sample_codings(
      start = pick(1:50), end = pick(50:100), code = pick(hostile[-6]),
      coder = pick(c("Ben", "Eve")), round = pick(c(1L, 2L, NA)),
      weight = pick(c(NA, NaN, Inf, -0.1, 1e300)), memo = pick(c(hostile, NA)),
      sure = pick(c(TRUE, FALSE, NA)), level = pick(factor(letters)),
      day = pick(as.Date("2024-02-29") + 0:3)
    )
    project_write(study, x)
    project_write(study, done)
    expect_identical(project_read(study, "codings"), done)
    before <- project_log(study)
    project_write(study, done)
    expect_identical(project_log(study), before)
  }
})

test_that("empty tables come back identical", {
  study <- new_project()
  none <- sample_codings()[0, ]
  class(none) <- c("codings", "data.frame")
  project_write(study, none)
  expect_identical(project_read(study, "codings"), none)
})

test_that("what was never written is absent", {
  study <- new_project()
  for (what in c("transcripts", "codebook", "codings", "plan")) {
    expect_error(project_read(study, what), class = "intercoder_error_absent")
  }
  expect_error(project_write(study, 1), class = "intercoder_error_argument")
  expect_identical(nrow(project_log(study)), 0L)
})

test_that("a text is never altered", {
  study <- new_project()
  project_write(study, sample_transcripts())
  before <- project_read(study)
  expect_error(
    project_write(study, sample_transcripts(c(C = "new", A = "changed"))),
    "\"A\" \\(row 2\\)", class = "intercoder_error_changed"
  )
  expect_identical(project_read(study), before)
  forged <- sample_transcripts(c(D = "one"))
  forged$documents$text <- "two"
  expect_error(project_write(study, forged), class = "intercoder_error_changed")
})

test_that("transcripts are added and their metadata brought up to date", {
  study <- new_project()
  a <- sample_transcripts(c(A = "one two", B = "three"))
  project_write(study, a)
  project_write(study, a)
  expect_identical(nrow(project_log(study)), 1L)

  mapped <- a
  mapped$turns$role[1] <- "interviewer"
  mapped$turns <- mapped$turns[c(1, 3, 4), ]
  rownames(mapped$turns) <- NULL
  mapped$participants$group <- factor(c("clinician", "developer"))
  project_write(study, mapped)
  expect_identical(project_read(study), mapped)

  renamed <- mapped
  renamed$turns$participant[3] <- renamed$documents$participant[2] <- "Kim"
  renamed$turns$participant[2] <- renamed$participants$participant[2] <- "Kim"
  project_write(study, renamed)
  expect_identical(project_read(study), renamed)
  project_write(study, mapped)

  project_write(study, sample_transcripts(c(C = "four")))
  both <- project_read(study)
  expect_identical(both$documents$transcript, c("A", "B", "C"))
  expect_identical(as.character(both$participants$group),
                   c("clinician", "developer", NA))
  expect_identical(project_log(study)$action, c("write", rep("replace", 3), "write"))
})

test_that("columns that do not go together are named", {
  study <- new_project()
  people <- data.frame(participant = "P-A", age = 30L)
  project_write(study, sample_transcripts(c(A = "x"), people))
  people <- data.frame(participant = "P-B", age = "thirty")
  expect_error(project_write(study, sample_transcripts(c(B = "y"), people)),
               "\"age\"", class = "intercoder_error_columns")
  people$age <- 30.5
  project_write(study, sample_transcripts(c(B = "y"), people))
  expect_identical(project_read(study)$participants$age, c(30, 30.5))
  people <- data.frame(participant = "P-C")
  people$list <- list(1)
  expect_error(project_write(study, sample_transcripts(c(C = "z"), people)),
               "\"list\"", class = "intercoder_error_columns")
})

test_that("codebook versions stand beside each other", {
  study <- new_project()
  one <- codebook(data.frame(code = c("a", "b"), rule = c("x*", NA)), "1")
  two <- codebook(data.frame(code = c("a", "c"), colour = factor("red")), "2")
  three <- codebook(data.frame(code = "d"))
  for (book in list(one, one, two, two, three, three)) {
    project_write(study, book)
  }
  expect_identical(project_read(study, "codebook", version = "1"), one)
  expect_identical(project_read(study, "codebook", version = 2), two)
  expect_identical(project_read(study, "codebook"), three)
  expect_identical(nrow(project_log(study)), 3L)
  expect_identical(project_log(study)$codebook_hash,
                   c(codebook_hash(one), codebook_hash(two),
                     codebook_hash(three)))
  other <- codebook(data.frame(code = "z"), "1")
  expect_error(project_write(study, other), "\"1\"",
               class = "intercoder_error_changed")
  expect_error(project_read(study, "codebook", version = "9"),
               class = "intercoder_error_absent")
})

test_that("codings must fit the project's texts", {
  study <- new_project()
  project_write(study, sample_transcripts())
  bad <- sample_codings(
    transcript = c("A", "Z", "A", "A", "B"), start = c(1L, 1L, 9L, 1L, 1L),
    end = c(3L, 1L, 99L, 3L, 2L), text = c("Ada", NA, NA, "Eve", NA)
  )
  failure <- tryCatch(project_write(study, bad), error = identity)
  expect_s3_class(failure, "intercoder_error_codings")
  expect_identical(failure$rows, c(2L, 3L, 4L))
  expect_match(conditionMessage(failure), "Row 2: transcript \"Z\"")
  expect_match(conditionMessage(failure), "Row 3: end 99")
  expect_identical(nrow(project_log(study)), 1L)
  changed <- sample_transcripts(c(A = "Ada: Hallo.\nYes."))
  expect_error(
    project_write(study, sample_codings(), transcripts = changed),
    "Row 1: transcript \"A\" has another text",
    class = "intercoder_error_codings"
  )
  project_write(study, sample_codings(), transcripts = sample_transcripts())
  expect_identical(nrow(project_read(study, "codings")), 1L)
})

test_that("codings are added, replaced, and remembered", {
  study <- new_project()
  project_write(study, sample_transcripts())
  book <- codebook(data.frame(code = c("time", "trust")), "1")
  project_write(study, book)
  first <- sample_codings(start = c(1L, 1L, 2L), coder = c("Ben", "Ben", "Eve"))
  project_write(study, first, note = "round one")
  expect_identical(project_read(study, "codings"), first)
  log <- project_log(study)
  expect_identical(log$coder[3], "Ben, Eve")
  expect_identical(log$version[3], "1")
  expect_identical(log$package[3],
                   as.character(utils::packageVersion("intercoder")))
  expect_s3_class(log$time, "POSIXct")

  again <- sample_codings(start = 2L, code = "trust")
  project_write(study, again, replace = TRUE)
  now <- project_read(study, "codings")
  expect_identical(now$coder, c("Eve", "Ben"))
  expect_identical(project_read(study, "codings", version = 3), first)
  expect_identical(project_log(study)$action[4], "replace")

  project_write(study, sample_codings(transcript = "B", end = 2L),
                replace = TRUE)
  expect_identical(nrow(project_read(study, "codings")), 3L)
  project_write(study, sample_codings(transcript = "B", end = 1L),
                replace = TRUE, transcripts = sample_transcripts())
  expect_identical(project_read(study, "codings")$transcript, c("A", "B"))
  expect_error(project_write(study, again, codebook = "7"),
               class = "intercoder_error_absent")
})

test_that("plans come back identical", {
  study <- new_project()
  project_write(study, sample_transcripts())
  plan <- structure(data.frame(coder = c("Ben", "Eve"), transcript = "A"),
                    class = c("coding_plan", "data.frame"))
  project_write(study, plan)
  expect_identical(project_read(study, "plan"), plan)
  project_write(study, plan[2, ], replace = TRUE)
  expect_identical(project_read(study, "plan")$coder, "Eve")
  plan$transcript[2] <- "Q"
  expect_error(project_write(study, plan), "Row 2",
               class = "intercoder_error_plan")
})

test_that("a failure in the middle leaves nothing", {
  study <- new_project()
  project_write(study, sample_transcripts())
  before <- project_log(study)
  handle <- project_handle(study)
  expect_error(
    writing(study, function(handle) {
      log_entry(handle, "codings", 1, NULL)
      plain <- plain_table(sample_codings(transcript = c("A", "Z")), "x")
      put_rows(handle, "codings", plain, 1:2, list(`_entry` = 2L))
    }),
    "Row 2 of codings", class = "intercoder_error_input"
  )
  expect_identical(project_log(study), before)
  expect_false(file.exists(paste0(study$path, ".lock")))
})

test_that("queries only read", {
  study <- new_project()
  project_write(study, sample_transcripts())
  expect_identical(
    project_query(study, "SELECT transcript FROM transcripts WHERE text = ?1",
                  list("No.")),
    data.frame(transcript = "B")
  )
  expect_identical(
    project_query(study, "SELECT :a AS a, 1.5 AS b, NULL AS c", list(a = 2L)),
    data.frame(a = 2L, b = 1.5, c = NA)
  )
  for (sql in c("DELETE FROM log", "SELECT 1; SELECT 2", "nonsense", "")) {
    expect_error(project_query(study, sql), class = "intercoder_error_input")
  }
  expect_error(project_query(study, "SELECT ?1"), NA)
  expect_error(project_query(study, "SELECT ?1", list(1:2)),
               class = "intercoder_error_argument")
})

test_that("the package's own objects come back identical", {
  study <- new_project()
  people <- data.frame(participant = c("C01", "D01"),
                       group = c("clinician", "developer"), years = c(12, 3.5))
  x <- transcripts(data.frame(
    transcript = rep(c("C01", "D01"), each = 2),
    speaker = c("Interviewer", "C01", "Interviewer", "D01"),
    text = c("What for?", "Time. And trust.", "And you?", "It must be quick.")
  ), participants = people)
  book <- codebook(data.frame(code = "time", theme = "Use",
                              rule = "time OR quick"), version = "2024-05")
  plan <- coding_plan(Ada = c("C01", "D01"), Ben = "D01", transcripts = x)
  done <- codings(data.frame(transcript = "C01", start = 19, end = 22,
                             code = "time", coder = "Ada"), x)
  for (one in list(x, book, plan, done)) {
    project_write(study, one)
  }
  expect_identical(project_read(study), x)
  expect_identical(project_read(study, "codebook"), book)
  expect_identical(project_read(study, "plan"), plan)
  expect_identical(project_read(study, "codings"), done)

  # speakers may be mapped later; the text stays
  later <- x
  speakers(later) <- data.frame(speaker = "D01", role = "interviewer")
  project_write(study, later)
  expect_identical(project_read(study), later)
  expect_identical(nrow(project_log(study)), 5L)
})

test_that("real transcripts come back identical", {
  x <- read_transcripts(real_data("primock57"))
  study <- new_project()
  project_write(study, x)
  expect_identical(project_read(study), x)
})

test_that("files that are no projects are refused by name", {
  folder <- withr::local_tempdir()
  at <- function(name) file.path(folder, name)
  expect_error(project(at("absent"), create = FALSE), "absent",
               class = "intercoder_error_absent")
  expect_error(project(at("no/such")), class = "intercoder_error_absent")
  writeLines(strrep("Interviewer: hello ", 100), at("text.txt"))
  expect_error(project(at("text.txt")), "text.txt",
               class = "intercoder_error_foreign")
  study <- project(at("good"))
  close(study)
  bytes <- readBin(at("good"), "raw", 1e6)
  newer <- bytes
  newer[64] <- as.raw(77)
  writeBin(newer, at("newer"))
  failure <- tryCatch(project(at("newer")), error = identity)
  expect_s3_class(failure, "intercoder_error_newer")
  expect_s3_class(failure, "intercoder_error_store")
  expect_match(conditionMessage(failure), "77")
  foreign <- bytes
  foreign[69:72] <- as.raw(1:4)
  writeBin(foreign, at("foreign"))
  expect_error(project(at("foreign")), class = "intercoder_error_foreign")
  writeBin(bytes[seq_len(length(bytes) %/% 2)], at("half"))
  expect_error(project(at("half")), class = "intercoder_error_damaged")
  writeBin(raw(0), at("empty"))
  expect_error(project(at("empty"), create = FALSE),
               class = "intercoder_error_foreign")
  close(project(at("empty")))
})

test_that("a changed text in the file is noticed", {
  path <- withr::local_tempfile()
  study <- project(path)
  project_write(study, sample_transcripts(c(A = "unmistakable words")))
  close(study)
  bytes <- readBin(path, "raw", 1e6)
  at <- grepRaw("unmistakable", bytes, fixed = TRUE)
  bytes[at] <- charToRaw("U")
  writeBin(bytes, path)
  study <- project(path)
  expect_error(project_read(study), "\"A\"", class = "intercoder_error_damaged")
  expect_error(project_write(study, sample_codings()),
               class = "intercoder_error_damaged")
  close(study)
})

test_that("a file with wrong bytes is read right or refused, never worse", {
  path <- withr::local_tempfile()
  study <- project(path)
  x <- sample_transcripts(stats::setNames(hostile, paste0("t", 1:15)))
  project_write(study, x)
  project_write(study, codebook(data.frame(code = "time", rule = "hour*")))
  close(study)
  bytes <- readBin(path, "raw", 1e7)
  withr::local_seed(4)
  for (i in 1:40) {
    wrong <- bytes
    at <- sample(length(bytes) - 40, 2)
    wrong[at[1] + 0:30] <- as.raw(sample(0:255, 31, TRUE))
    wrong[at[2]] <- as.raw(sample(0:255, 1))
    writeBin(wrong, path)
    unlink(paste0(path, "-journal"))
    said <- tryCatch({
      study <- project(path)
      project_read(study)
      project_read(study, "codebook")
      project_log(study)
      "read"
    }, intercoder_error = function(e) "refused")
    try(close(study), silent = TRUE)
    expect_true(said %in% c("read", "refused"))
  }
})

test_that("reading only, closed, and saved projects say so", {
  path <- withr::local_tempfile()
  study <- project(path)
  project_write(study, sample_transcripts())
  look <- project(path, read_only = TRUE)
  expect_identical(project_read(look), project_read(study))
  expect_error(project_write(look, sample_codings()),
               class = "intercoder_error_read_only")
  expect_match(format(look)[1], "read only")
  close(look)
  saved <- withr::local_tempfile()
  saveRDS(study, saved)
  close(study)
  close(study)
  expect_error(project_read(study), class = "intercoder_error_closed")
  expect_match(format(study), "closed")
  back <- readRDS(saved)
  expect_identical(nrow(project_log(back)), 1L)
  close(back)
})

test_that("a project prints what it holds", {
  study <- new_project()
  project_write(study, sample_transcripts())
  project_write(study, sample_codings())
  study$path <- "study.icp"
  expect_snapshot(study)
})

test_that("backups are projects", {
  study <- new_project()
  project_write(study, sample_transcripts())
  copy <- withr::local_tempfile()
  project_backup(study, copy)
  expect_error(project_backup(study, copy), class = "intercoder_error_exists")
  other <- project(copy)
  expect_identical(project_read(other), project_read(study))
  close(other)
})

test_that("exports are plain and safe", {
  study <- new_project()
  folder <- withr::local_tempfile()
  texts <- c("../evil" = "=a\n", "CON" = "b", "con" = "\u00e9", "a/b" = "d")
  project_write(study, sample_transcripts(texts))
  project_write(study, codebook(data.frame(code = "old")))
  project_write(study, codebook(data.frame(
    code = c("time", "=cmd()"), definition = c("-1", "say \"hi\",\nthen go")
  )))
  project_write(study, sample_codings(transcript = "CON", end = 1L,
                                      weight = c(0.1, 1 / 3, NA)))
  files <- project_export(study, folder)
  expect_setequal(files, c(
    "codebook-1.csv", "codebook.csv", "codings.csv", "documents.csv",
    "log.csv", "participants.csv", "turns.csv", "transcripts/_CON.txt",
    "transcripts/_con-3.txt", "transcripts/_._evil.txt", "transcripts/a_b.txt"
  ))
  read <- function(name) {
    utils::read.csv(file.path(folder, name), encoding = "UTF-8",
                    na.strings = "")
  }
  book <- read("codebook.csv")
  expect_identical(book$code, c("time", "'=cmd()"))
  expect_identical(book$definition, c("'-1", "say \"hi\",\nthen go"))
  expect_identical(read("codings.csv")$weight, c(0.1, 1 / 3, NA))
  first <- file.path(folder, read("documents.csv")$file)
  expect_identical(readChar(first[1], 99, useBytes = TRUE), "=a\n")
  expect_error(project_export(study, folder),
               class = "intercoder_error_exists")
  unsafe <- withr::local_tempfile()
  project_export(study, unsafe, spreadsheet_safe = FALSE)
  expect_identical(utils::read.csv(file.path(unsafe, "codebook.csv"))$code[2],
                   "=cmd()")
})

# ---- other processes ----

in_another_process <- function(code, path, wait = TRUE) {
  script <- withr::local_tempfile(.local_envir = parent.frame())
  writeLines(c(
    sprintf(".libPaths(%s)", paste(deparse(.libPaths()), collapse = "")),
    "suppressPackageStartupMessages(library(intercoder))",
    sprintf("path <- %s", deparse(path)), code
  ), script)
  system2(file.path(R.home("bin"), "Rscript"), c("--vanilla", script),
          stdout = wait, stderr = if (wait) TRUE else FALSE, wait = wait)
}

test_that("a second writer waits, then is told", {
  skip_on_os("windows")
  withr::local_options(intercoder.lock_timeout = 0.3)
  study <- new_project()
  project_write(study, sample_transcripts())
  said <- NULL
  writing(study, function(handle) {
    tools::md5sum(study$path)
    said <<- in_another_process(c(
      "options(intercoder.lock_timeout = 0.3)",
      "study <- project(path)",
      "write <- function() project_write(study, codebook(data.frame(code = 'x')))",
      "cat(class(tryCatch(write(), error = identity))[1])"
    ), study$path)
  })
  expect_identical(said, "intercoder_error_locked")
  expect_error(project_read(study, "codebook"),
               class = "intercoder_error_absent")
})

test_that("a forked child is refused", {
  skip_on_os("windows")
  study <- new_project()
  project_write(study, sample_transcripts())
  said <- parallel::mccollect(parallel::mcparallel({
    out <- class(tryCatch(project_log(study), error = identity))[1]
    rm(study)
    gc()
    out
  }))[[1]]
  expect_identical(said, "intercoder_error_fork")
  expect_identical(nrow(project_log(study)), 1L)
})

test_that("a killed writer leaves the last committed state", {
  skip_on_os("windows")
  skip_on_cran()
  withr::local_seed(5)
  path <- withr::local_tempfile()
  study <- project(path)
  project_write(study, sample_transcripts(c(A = strrep("x", 5000))))
  close(study)
  for (kill in 1:8) {
    before <- file.mtime(path)
    writer <- parallel::mcparallel({
      mine <- project(path)
      last <- nrow(project_log(mine))
      repeat {
        last <- last + 1
        project_write(mine, sample_codings(
          start = rep(last, 200), end = 200:399 + last
        ), note = as.character(last))
      }
    }, silent = TRUE)
    for (wait in 1:200) {
      Sys.sleep(0.02)
      if (file.mtime(path) > before) break
    }
    Sys.sleep(stats::runif(1, 0, 0.1))
    tools::pskill(writer$pid, tools::SIGKILL)
    suppressWarnings(parallel::mccollect(writer))
    study <- project(path)
    log <- project_log(study)
    done <- project_query(study, "SELECT entry, count(*) AS n FROM codings
                                  GROUP BY entry ORDER BY entry")
    expect_identical(as.integer(done$n), rep(200L, nrow(log) - 1))
    expect_identical(as.integer(done$entry), log$entry[-1])
    close(study)
  }
  expect_gt(nrow(log), 3)
})

test_that("an export leaves a neighbour of a similar name alone", {
  dir <- withr::local_tempdir()
  study <- project(file.path(dir, "study.icp"))
  withr::defer(close(study))
  project_write(study, codebook(data.frame(code = "time")))
  dir.create(file.path(dir, "out.partial"))
  writeLines("mine", file.path(dir, "out.partial", "notes.txt"))
  project_export(study, file.path(dir, "out"))
  expect_true(file.exists(file.path(dir, "out.partial", "notes.txt")))
  expect_setequal(list.files(dir, all.files = TRUE, no.. = TRUE,
                             pattern = "out|export"),
                  c("out", "out.partial"))
  expect_error(project_read(study, "codebook", version = mean),
               class = "intercoder_error_argument")
})

test_that("a wrong option is named", {
  withr::local_options(intercoder.lock_timeout = "long")
  expect_error(project(withr::local_tempfile(fileext = ".icp")),
               "lock_timeout", class = "intercoder_error_argument")
})
