coded_copy <- function(texts, rows, book = c("time", "trust"), ...) {
  talk <- transcripts(data.frame(transcript = names(texts), text = texts))
  list(transcripts = talk, codebook = if (is.data.frame(book))
    codebook(book) else codebook(data.frame(code = book)),
    codings = codings(rows, talk), ...)
}

coded_rows <- function(transcript, start, end, code, coder, ...) {
  data.frame(transcript = transcript, start = start, end = end, code = code,
             coder = coder, ...)
}

TALK <- c(A = "Time is short, and trust is long.", B = "No time for trust.")

ada_copy <- function() {
  coded_copy(TALK, coded_rows(c("A", "A", "B"), c(1, 20, 4), c(4, 24, 7),
                              c("time", "trust", "time"), "Ada"))
}

ben_copy <- function() {
  coded_copy(TALK, coded_rows(c("A", "A"), c(1, 1), c(4, 4),
                              c("time", "time"), c("Ada", "Ben")))
}

sorted_codings <- function(x) {
  rows <- as.data.frame(x$codings)
  rows <- rows[do.call(order, c(unname(rows[c("transcript", "start", "code",
                                              "coder")]),
                                method = "radix")), ]
  rownames(rows) <- NULL
  rows
}

test_that("one copy is what it was", {
  x <- read_project(foreign_file(rqda_script(), fileext = ".rqda"))
  one <- merge_coders(x)
  for (part in c("documents", "turns", "participants")) {
    expect_identical(one$transcripts[[part]], x$transcripts[[part]])
  }
  expect_identical(one$codebook, x$codebook)
  expect_identical(as.data.frame(one$codings), as.data.frame(x$codings))
  expect_identical(one$memos, x$memos)
  expect_identical(one$sets, x$sets)
  expect_identical(one$left, x$left)
  expect_identical(problems(one), problems(x))
  expect_identical(merge_coders(list(x))$codings, one$codings)
  twice <- coded_copy(TALK, coded_rows("A", c(1, 1), 4, "time", "Ada"))
  expect_identical(nrow(merge_coders(twice)$codings), 2L)
  expect_identical(nrow(merge_coders(twice, twice)$codings), 2L)
})

test_that("the common past counts once", {
  both <- merge_coders(a = ada_copy(), b = ben_copy())
  expect_identical(length(both$transcripts), 2L)
  expect_identical(nrow(both$codings), 4L)
  expect_identical(table(both$codings$coder)[["Ada"]], 3L)
  expect_identical(nrow(problems(both)), 0L)
  expect_identical(
    as.data.frame(both$plan),
    data.frame(coder = c("Ada", "Ada", "Ben"), transcript = c("A", "B", "A"))
  )
})

test_that("the order of the copies does not matter", {
  book <- function(definition) data.frame(code = c("time", "trust"),
                                          definition = c(definition, NA))
  rows <- coded_rows("A", 1, 4, "time", "Cem")
  copies <- list(
    a = ada_copy(), b = ben_copy(),
    c = coded_copy(c(A = "Time is short!"), rows, book("hours")),
    d = coded_copy(c(A = "O Time is short?", C = "Time."), rows[0, ],
                   book("minutes"))
  )
  results <- lapply(list(1:4, 4:1, c(3, 1, 4, 2)), function(order) {
    merge_coders(copies[order])
  })
  for (other in results[-1]) {
    expect_identical(sorted_codings(other), sorted_codings(results[[1]]))
    documents <- function(x) {
      x <- x$transcripts$documents[c("transcript", "text")]
      x[order(x$transcript), ]$text
    }
    expect_identical(documents(other), documents(results[[1]]))
    defined <- function(x) x$codebook$definition[x$codebook$code == "time"]
    expect_identical(defined(other), defined(results[[1]]))
    expect_setequal(problems(other)$problem, problems(results[[1]])$problem)
    expect_setequal(paste(other$plan$coder, other$plan$transcript),
                    paste(results[[1]]$plan$coder,
                          results[[1]]$plan$transcript))
  }
})

test_that("texts that differ are told, and codings placed by their words", {
  changed <- coded_copy(
    c(A = "So: Time is short, and trust is long."),
    coded_rows("A", c(5, 1, 24), c(8, 2, 28), c("time", "time", "trust"),
               "Cem")
  )
  x <- merge_coders(a = ada_copy(), b = ben_copy(), c = changed)
  expect_identical(x$transcripts$documents$text, unname(TALK))
  mine <- x$codings[x$codings$coder == "Cem", ]
  expect_identical(mine$start, c(1L, 20L))
  expect_identical(mine$text, c("Time", "trust"))
  found <- problems(x)
  expect_identical(sum(grepl("its text differs in \"c\"", found$problem)), 1L)
  expect_identical(found$done[!is.na(found$row)],
                   c("moved", "left out", "moved"))
})

test_that("transcripts are known by their text under other names", {
  renamed <- coded_copy(stats::setNames(TALK, c("A", "B copy")),
                        coded_rows("B copy", 13, 17, "trust", "Cem"))
  x <- merge_coders(a = ada_copy(), b = ben_copy(), c = renamed)
  expect_identical(x$transcripts$documents$transcript, c("A", "B"))
  expect_identical(x$codings$transcript[x$codings$coder == "Cem"], "B")
  expect_match(problems(x)$problem, "it is named \"B copy\" in \"c\"",
               fixed = TRUE)
  # two transcripts of a copy with one text stay two
  same <- coded_copy(c(X = "Same.", Y = "Same."),
                     coded_rows("X", 1, 4, "time", "Ada"))
  expect_identical(length(merge_coders(same, same)$transcripts), 2L)
})

test_that("codebooks are joined and their differences told", {
  one <- coded_copy(TALK, coded_rows("A", 1, 4, "time", "Ada"), data.frame(
    code = c("time", "trust"), theme = c(NA, "time"),
    definition = c("hours", NA)
  ))
  two <- coded_copy(TALK, coded_rows("A", 1, 4, "haste", "Ben"), data.frame(
    code = c("haste", "time", "trust"), theme = c(NA, "trust", NA),
    definition = c(NA, "minutes", "faith"), rule = c("hast*", NA, NA)
  ))
  x <- merge_coders(one = one, two = two, three = two)
  expect_identical(x$codebook$code, c("time", "trust", "haste"))
  expect_identical(x$codebook$definition, c("minutes", "faith", NA))
  expect_identical(x$codebook$rule, c(NA, NA, "hast*"))
  # under each other in a circle: neither
  expect_identical(x$codebook$theme, rep(NA_character_, 3))
  found <- problems(x)
  expect_true("its definition differs in \"one\": \"hours\"" %in%
                found$problem)
  expect_identical(sum(grepl("under each other", found$problem)), 2L)
})

test_that("people of one name are parted by the names of their copies", {
  a <- coded_copy(TALK, coded_rows("A", c(1, 20), c(4, 24),
                                   c("time", "trust"), "default",
                                   date = c("Mon", "Tue")))
  b <- coded_copy(TALK, coded_rows("A", c(1, 20, 1), c(4, 24, 12),
                                   c("time", "trust", "time"), "default",
                                   date = c("Mon", "Wed", "Wed")))
  x <- merge_coders(a = a, b = b)
  expect_identical(unique(x$codings$coder), "default")
  expect_identical(nrow(x$codings), 3L)
  expect_identical(sorted_codings(merge_coders(b = b, a = a)),
                   sorted_codings(x))
  y <- merge_coders(a = a, b = b, names = c(a = "Ada", b = "Ben"))
  rows <- sorted_codings(y)
  expect_identical(rows$coder, c("Ben", "default", "Ada", "Ben"))
  expect_identical(rows$date, c("Wed", "Mon", "Tue", "Wed"))
  z <- merge_coders(a = a, b = b, names = list(b = c(default = "Ben")))
  expect_setequal(z$codings$coder, c("default", "Ben"))
})

test_that("a name with codings of its own in several copies is told", {
  other <- coded_copy(TALK, coded_rows("B", 13, 17, "trust", "Ada"))
  found <- problems(merge_coders(a = ada_copy(), b = other))
  expect_identical(found$coder, "Ada")
  expect_match(found$problem, "taken for one person")
  told <- merge_coders(a = ada_copy(), b = other, names = c(b = "Ada B"))
  expect_identical(nrow(problems(told)), 0L)
})

test_that("memos, sets, plans and left things are kept once", {
  memo <- memo_table("project", NA, "Remember", "Ada", NA)
  left <- left_table("graphs", 1L, "here")
  a <- c(ada_copy(), list(memos = memo, left = left,
                          plan = coding_plan(Ada = c("A", "B"), Cem = "B")))
  x <- merge_coders(a, c(ben_copy(), list(memos = memo, left = left)))
  expect_identical(nrow(x$memos), 1L)
  expect_identical(nrow(x$left), 1L)
  expect_true("Cem" %in% x$plan$coder)
  expect_s3_class(as_ratings(x$codings, units(x$transcripts), x$plan),
                  "ratings")
  expect_output(print(x), "merged")
})

test_that("what cannot be merged is refused", {
  expect_error(merge_coders(), class = "intercoder_error_argument")
  expect_error(merge_coders(list(1)), class = "intercoder_error_argument")
  lost <- ada_copy()
  lost$codings$transcript[3] <- "Z"
  expect_error(merge_coders(a = lost),
               "Copy \"a\": coding 3 is in transcript \"Z\"",
               class = "intercoder_error_codings")
  expect_error(merge_coders(a = ada_copy(), a = ben_copy()),
               class = "intercoder_error_argument")
  expect_error(merge_coders(a = ada_copy(), names = c(b = "Ben")),
               class = "intercoder_error_argument")
  expect_error(merge_coders(a = ada_copy(), names = list(a = c(Bob = "Ben"))),
               class = "intercoder_error_argument")
  expect_error(merge_coders(a = ben_copy(), names = c(a = "Ben")),
               class = "intercoder_error_argument")
})
