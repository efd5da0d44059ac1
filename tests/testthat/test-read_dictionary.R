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
    liwc_extracodes.dic     16    10        3
    liwc_hierarchical.dic   19    10        6
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

test_that("LIWC: unknown categories and lone terms are reported", {
  file <- local_file(c(
    "%", "1\taffect", "\t02\tjoy", "\t\t3\tlaughter", "4\tother", "4\tagain",
    "%", "happ*\t1\t2", "ha ha\t3", "good lord  4", "plain 1",
    "kind\t<of the>2/1", "like\t1 (02 134)3/4 9", "alone", "odd\tx",
    "(no) way\t<so>1", ""
  ), ".dic")
  book <- read_codebook(file)
  expect_identical(book$theme, c(NA, "affect", "joy", NA, NA))
  expect_identical(book$rule, c("happ* OR plain OR like", "happ*", "\"ha ha\"",
                                "\"good lord\"", NA))
  problems <- codebook_problems(book)
  expect_identical(unique(problems$file), file)
  expect_identical(problems$line, c(6L, 12L, 13L, 13L, 14L, 15L, 16L))
  expect_identical(problems$text, c("4\tagain", "kind", "like", "like", "alone",
                                    "odd", "(no) way"))
  expect_match(problems$what[2], "<of the>2/1", fixed = TRUE)
  expect_setequal(problems$what[3:4], sprintf("category %d is not declared",
                                              c(134, 9)))
  expect_match(problems$what[7], "<so>1 is not understood", fixed = TRUE)
})

# Which words of a text each code of a dictionary finds.
found_in <- function(book, text) {
  talk <- transcripts(data.frame(transcript = "t", text = text))
  found <- apply_codebook(talk, book, roles = c("participant", "interviewer"))
  paste(found$code, found$text, sep = ": ")
}

test_that("LIWC: conditions find what they say", {
  file <- local_file(c(
    "%", "2\tpronoun", "125\taffect", "131\tcogmech", "134\tdiscrep",
    "464\tfiller", "9\tnone", "%", "i\t02", "they\t2", "would\t134",
    "kind\t<of>131/125", "like\t(02 134)125/464\t(02 134)125",
    "sort (of)\t131", "(they) lik*\t134", "(did not) mind\t125",
    "hope\t(134)125", "odd\t(9)125", "maybe\t<so>131"
  ), ".dic")
  book <- read_codebook(file)
  expect_identical(found_in(book, "kind of. Of a kind"),
                   c("cogmech: kind of", "affect: kind"))
  expect_identical(found_in(book, "I like it, like, you know; a like"),
                   c("pronoun: I", "affect: I like", "filler: like",
                     "filler: like"))
  expect_identical(found_in(book, "We would like. A sort, sort of"),
                   c("discrep: would", "affect: would like",
                     "cogmech: sort of"))
  expect_identical(found_in(book, "they liked what we liked"),
                   c("pronoun: they", "discrep: they liked"))
  expect_identical(found_in(book, "mind, but I did not mind; maybe, maybe so"),
                   c("pronoun: I", "affect: did not mind",
                     "cogmech: maybe so"))
  problems <- codebook_problems(book)
  expect_identical(problems$text, c("odd"))
  expect_match(problems$what, "category 9 has no terms")
  around <- read_codebook(local_file(c("%", "1\ta", "2\tb", "%", "x\t1",
                                       "y\t(1)2", "z\t(2)1"), ".dic"))
  expect_match(codebook_problems(around)$what, "such conditions itself")
})

test_that("LIWC: a question mark inside a term is one", {
  book <- read_codebook(local_file(c("%", "1\ta", "%", "wh?t\t1", "why? no*\t1",
                                     "so?\t1"), ".dic"))
  expect_identical(book$rule, "\"wh\\?t\" OR \"why\\? no*\" OR /\\bso\\?/")
  expect_identical(found_in(book, "what wh?t why? not, so? soo"),
                   c("a: wh?t", "a: why? not", "a: so?"))
  glob <- as_codebook(list(a = "wh?t"))
  expect_identical(found_in(glob, "what wh?t"), "a: what")
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

test_that("LIWC-22: a quote within a field that nothing ends is refused", {
  for (line in c("12\" nail,X,", "\"12 nail,X,")) {
    file <- local_file(c("DicTerm,A,B", "x,,X", line, "y,X,", "z,X,"), ".dicx")
    expect_silent(e <- tryCatch(read_codebook(file), error = identity))
    expect_s3_class(e, "intercoder_error_file")
    expect_identical(e$line, 3L)
    expect_match(conditionMessage(e), "not closed")
  }
})

test_that("WordStat: trees, underscores, weights and rules", {
  file <- local_file(c(
    "ECONOMY", "\tPRO", "\t\tINVEST* (1)", "\t\tFREE_MARKET (1)",
    "\t\t@NOTGOOD [#GOOD AFTER #NOT /P 3] (1)", "\tTAX (1)",
    "ECONOMY", "\tMONEY (1)"
  ), ".cat")
  book <- read_codebook(file)
  expect_identical(book$code, c("ECONOMY", "PRO"))
  expect_identical(book$rule,
                   c("TAX OR MONEY", "INVEST* OR \"FREE MARKET\""))
  problems <- codebook_problems(book)
  expect_identical(problems$line, c(5L, 7L))
  expect_match(problems$what[1], "not understood")
  expect_match(problems$what[2], "stands again")
})

test_that("WordStat: rules of two items within a sentence", {
  file <- local_file(c(
    "NEGATIVE", "\t@NOTGOOD [#good AFTER #NEGATIONS /S 3] (1)",
    "\t@REALBAD [#BAD NOT AFTER #NEGATIONS /S 3] (1)",
    "NEGATIONS", "\tNO (1)", "\tNEVER_EVER (1)", "\tMORE", "\t\tNOT (1)",
    "GOOD", "\tGOOD (1)", "\tNICE* (1)", "BAD", "\tBAD (1)",
    "IDIOM", "\t@OFF [TURN* BEFORE OFF /S] (1)", "\t@X [#IDIOM NEAR BAD /S 2] (1)",
    "\t@Y [#NOBODY NEAR BAD /S 2] (1)", "\t@Z [BAD AND NICE /S] (1)",
    "\t@V [FREE_WORLD NEAR TAX* /S 2] (1.2.3)"
  ), ".cat")
  book <- read_codebook(file)
  not <- "(NO OR \"NEVER EVER\" OR \"NOT\")"
  expect_identical(book$rule[book$code == "NEGATIVE"], paste0(
    "(GOOD OR NICE*) AFTER/3 ", not, " WITHIN SENTENCE OR BAD UNLESS BEFORE/3 ",
    not, " WITHIN SENTENCE"
  ))
  expect_identical(book$rule[book$code == "IDIOM"],
                   "TURN* BEFORE/9999 OFF WITHIN SENTENCE")
  text <- "It is not so nice. No. Good and bad. Never ever so very bad."
  found <- found_in(book, text)
  expect_identical(grep("NEGATIVE", found, value = TRUE),
                   c("NEGATIVE: not so nice", "NEGATIVE: bad"))
  expect_identical(sum(grepl("^NEGATIVE: bad$", found_in(book, paste(
    text, "not a b bad. not a b c bad."
  )))), 2L)
  expect_identical(found_in(book, "turned the radio off. Turn. Off."),
                   "IDIOM: turned the radio off")
  problems <- codebook_problems(book)
  expect_identical(problems$line, c(2L, 3L, 16L, 17L, 18L, 19L))
  expect_match(problems$what[1:2], "the 3 of this rule is read as")
  expect_match(problems$what[3:5], "not understood")
  expect_match(problems$what[6], "weight 1.2.3 is not")
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
