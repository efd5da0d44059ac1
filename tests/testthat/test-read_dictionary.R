mary <- c("more OR lamb OR little", "had OR mary")

local_file <- function(lines, ending, env = parent.frame()) {
  file <- withr::local_tempfile(fileext = ending, .local_envir = env)
  writeLines(lines, file, useBytes = TRUE)
  file
}

test_that("every dictionary of the collection gives what it should", {
  dir <- real_data("dictionaries")
  encodings <- c("euc-jp.cat" = "EUC-JP", "shift-jis.cat" = "SHIFT-JIS",
                 "iso-8859-1.cat" = "ISO-8859-1",
                 "iso-8859-2.cat" = "ISO-8859-2",
                 "iso-8859-14.cat" = "ISO-8859-14",
                 "windows-1252.cat" = "windows-1252")
  expected <- utils::read.table(header = TRUE, text = "
    file                 codes rules problems
    euc-jp.cat               2     2        0
    iso-8859-1.cat           2     2        0
    iso-8859-14.cat          2     2        0
    iso-8859-2.cat           2     2        0
    issue-459.cat            6     5        0
    issue-819.ykd            3     2        0
    laver-garry.cat         26    20        0
    laver-garry.ykd         26    19        0
    liwc_extracodes.dic     16    10        5
    liwc_hierarchical.dic   19    10        8
    mary.cat                 2     2        0
    mary.dic                 2     2        0
    mary.lc3                 2     2        0
    mary.lcd                 2     2        0
    mary.ykd                 2     2        0
    mary.yml                 2     2        0
    mary_doubleterm.dic      2     2        0
    mary_missingcat.dic      2     2        1
    mary_multipletabs.dic    2     2        0
    mary_zeropadding.dic     2     2        1
    shift-jis.cat            2     2        0
    windows-1252.cat         2     2        0
    yoshi.ykd                3     3        0
  ")
  expect_setequal(list.files(dir), c(expected$file, "actually_ykd.cat"))
  for (i in seq_len(nrow(expected))) {
    file <- expected$file[i]
    if (grepl("yml$", file)) skip_if_not_installed("yaml")
    encoding <- if (file %in% names(encodings)) encodings[[file]]
    book <- read_codebook(file.path(dir, file), encoding = encoding)
    got <- c(nrow(book), sum(!is.na(book$rule)),
             nrow(codebook_problems(book)))
    expect_identical(got, unlist(expected[i, -1], use.names = FALSE),
                     info = file)
    if (grepl("^mary[.]", file)) {
      expect_identical(tolower(book$rule), tolower(mary), info = file)
    }
  }
})

test_that("the encodings of the collection are read as told", {
  read <- function(file, encoding) {
    read_codebook(real_data("dictionaries", file), encoding = encoding)$rule[2]
  }
  japanese <- "\u3042 OR \u3044 OR \u3046"
  expect_identical(read("euc-jp.cat", "EUC-JP"), japanese)
  expect_identical(read("shift-jis.cat", "SHIFT-JIS"), japanese)
  expect_identical(read("iso-8859-2.cat", "ISO-8859-2"),
                   "\u010c OR \u010e OR \u011a")
  expect_identical(read("iso-8859-14.cat", "ISO-8859-14"),
                   "\u1e02 OR \u010a OR \u1e0a")
  expect_identical(read("windows-1252.cat", "windows-1252"),
                   "\u0160 OR \u017d OR \u0178")
  guessed <- read_codebook(real_data("dictionaries", "iso-8859-2.cat"))
  expect_match(codebook_problems(guessed)$what, "guessed")
})

test_that("XML under another ending says so, and reads by its format", {
  file <- real_data("dictionaries", "actually_ykd.cat")
  expect_error(read_codebook(file), "yoshikoder",
               class = "intercoder_error_file")
  book <- read_codebook(file, format = "yoshikoder")
  expect_identical(book$label, c("A category", "Another category"))
  expect_identical(book$theme, c("New dictionary", "New dictionary"))
  expect_identical(book$rule, mary)
})

test_that("LIWC: conditions, unknown categories and lone terms are reported", {
  file <- local_file(c(
    "%", "1\taffect", "\t02\tjoy", "\t\t3\tlaughter", "4\tother", "4\tagain",
    "%", "happ*\t1\t2", "ha ha\t3", "good lord  4", "plain 1",
    "kind\t<of>2/1", "like\t1 (02 134)3/4 9", "alone", "odd\tx", ""
  ), ".dic")
  book <- read_codebook(file)
  expect_identical(book$theme, c(NA, "affect", "joy", NA, NA))
  expect_identical(book$rule, c("happ* OR plain OR like", "happ*", "\"ha ha\"",
                                "\"good lord\"", NA))
  problems <- codebook_problems(book)
  expect_identical(unique(problems$file), file)
  expect_identical(problems$line, c(6L, 12L, 13L, 13L, 14L, 15L))
  expect_identical(problems$text,
                   c("4\tagain", "kind", "like", "like", "alone", "odd"))
  expect_match(problems$what[2], "<of>2/1", fixed = TRUE)
  expect_match(problems$what[3], "(02 134)3/4", fixed = TRUE)
  expect_match(problems$what[4], "category 9")
})

test_that("LIWC-22: cells are X, a weight or a problem with its column", {
  file <- local_file(c("DicTerm,Affect,Joy", "happ*,X,1", "ha ha,,2",
                       "glad,1,yes", "none,,", "word,0,X"), ".dicx")
  book <- read_codebook(file)
  expect_identical(book$rule, c("happ* OR glad", "happ* OR \"ha ha\" OR word"))
  problems <- codebook_problems(book)
  expect_identical(problems$line, c(3L, 4L, 5L))
  expect_match(problems$what[1], "weight 2")
  expect_match(problems$what[2], "column 3 (Joy)", fixed = TRUE)
  expect_identical(book$weight, c(1, NA))
  same <- read_codebook(local_file(c("Term,A", "x,0.5", "y,0.5"), ".dicx"))
  expect_identical(same$weight, 0.5)
  expect_identical(nrow(codebook_problems(same)), 0L)
})

test_that("WordStat: trees, underscores, weights and rules", {
  file <- local_file(c(
    "ECONOMY", "\tPRO", "\t\tINVEST* (1)", "\t\tFREE_MARKET (1)",
    "\t\t@NOTGOOD [#GOOD AFTER #NOT /S 3] (1)", "\tTAX (1)",
    "ECONOMY", "\tMONEY (1)"
  ), ".cat")
  book <- read_codebook(file)
  expect_identical(book$code, c("ECONOMY", "PRO"))
  expect_identical(book$rule,
                   c("TAX OR MONEY", "INVEST* OR \"FREE MARKET\""))
  problems <- codebook_problems(book)
  expect_identical(problems$line, c(5L, 7L))
  expect_match(problems$what[1], "proximity")
  expect_match(problems$what[2], "stands again")
})

test_that("Yoshikoder: names, descriptions, expressions and odd elements", {
  file <- local_file(c(
    "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>",
    "<dictionary patternengine=\"regexp\">",
    "<cnode name=\"caf\xe9\" desc=\"A place\"><pnode name=\"a/b+\"/>",
    "<pnode/><other name=\"x\"/></cnode><pnode name=\"loose\"/></dictionary>"
  ), ".ykd")
  book <- read_codebook(file)
  expect_identical(book$code, "caf\u00e9")
  expect_identical(book$definition, "A place")
  expect_identical(book$rule, "/a\\/b+/")
  expect_identical(nrow(codebook_problems(book)), 3L)
})

test_that("malformed dictionaries are refused by line", {
  withr::local_dir(withr::local_tempdir())
  writeLines(c("1\ta", "%", "x\t1"), "start.dic")
  writeLines(c("", "%", "1\ta"), "end.dic")
  writeLines(c("A", "\t\tX (1)"), "deep.cat")
  writeLines(c("", "X (1)"), "top.cat")
  writeLines(c("term"), "top.lc3")
  writeLines(c("DicTerm,A", "x,1", "y,1,1"), "ragged.dicx")
  writeLines(c("DicTerm,A", "x,1", "\"y,1"), "quote.dicx")
  writeLines(c("DicTerm,A,A", "x,1,1"), "twice.dicx")
  writeLines("DicTerm", "none.dicx")
  writeLines("<dictionary><cnode></dictionary>", "broken.ykd")
  writeLines("<other/>", "other.ykd")
  writeLines("<!DOCTYPE a [<!ENTITY b \"c\">]><dictionary/>", "entity.ykd")
  writeLines("%\n%", "empty.dic")
  expect_snapshot(error = TRUE, {
    read_codebook("start.dic")
    read_codebook("end.dic")
    read_codebook("deep.cat")
    read_codebook("top.cat")
    read_codebook("top.lc3")
    read_codebook("ragged.dicx")
    read_codebook("quote.dicx")
    read_codebook("twice.dicx")
    read_codebook("none.dicx")
    read_codebook("other.ykd")
    read_codebook("entity.ykd")
    read_codebook("empty.dic")
    read_codebook("absent.dic")
    read_codebook("start.dic", format = "excel")
  })
  expect_error(read_codebook("broken.ykd"), class = "intercoder_error_file")
  lines <- lapply(c("end.dic", "deep.cat", "ragged.dicx", "quote.dicx"),
                  function(file) {
                    tryCatch(read_codebook(file), error = function(e) e$line)
                  })
  expect_equal(unlist(lines), c(2, 2, 3, 3))
})

test_that("YAML without `codes` is a dictionary of quanteda", {
  skip_if_not_installed("yaml")
  file <- local_file(c("economy:", "- money", "- pro: [invest*, yes]",
                       "culture: art"), ".yml")
  book <- read_codebook(file)
  expect_identical(book$code, c("economy", "pro", "culture"))
  expect_identical(book$rule, c("money", "invest* OR yes", "art"))
  broken <- local_file(c("a: [x", "b: y"), ".yml")
  expect_error(read_codebook(broken), "line 2",
               class = "intercoder_error_file")
  expect_error(read_codebook(local_file("- x", ".yml")),
               class = "intercoder_error_file")
})
