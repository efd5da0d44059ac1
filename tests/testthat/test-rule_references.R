words_of <- function(book, text) {
  x <- transcripts(data.frame(transcript = "A", speaker = "Ada", text = text))
  found <- apply_codebook(x, book)
  split(found$text, factor(found$code, book$code))
}

refused <- function(rules, codes = letters[seq_along(rules)], ...,
                    class = "intercoder_error_rule") {
  tryCatch(
    codebook(data.frame(code = codes, rule = rules), ...),
    error = function(e) {
      expect_s3_class(e, class)
      conditionMessage(e)
    }
  )
}

test_that("a reference stands for the rule in parentheses", {
  book <- codebook(
    data.frame(
      code = c("saving", "losing", "doctor patient", "any"),
      rule = c("sav* NEAR/2 @time", "(lose OR lost) NEAR/2 @time", "doctor*",
               "(@saving OR @\"doctor patient\") NOT @joke")
    ),
    lists = c(time = "minute* OR @long", long = "hour*", joke = "ha")
  )
  plain <- codebook(data.frame(
    code = book$code,
    rule = c("sav* NEAR/2 (minute* OR (hour*))",
             "(lose OR lost) NEAR/2 (minute* OR (hour*))", "doctor*",
             paste("((sav* NEAR/2 (minute* OR (hour*))) OR (doctor*))",
                   "NOT (ha)"))
  ))
  for (text in c("It saves hours, the doctor lost minutes.",
                 "She saved a minute ha doctor", "nothing of it",
                 "minutes saved, hours lost")) {
    expect_identical(words_of(book, text), words_of(plain, text))
  }
  expect_identical(resolved_rules(book), plain$rule)
})

test_that("references are replaced as in a slow resolver, and circles found", {
  # Each of n codes refers to others; the slow way walks the text again and
  # again until no sign is left, or gives up after more rounds than codes.
  slow <- function(rules, codes) {
    for (round in seq_len(length(codes) + 1)) {
      if (!any(grepl("@", rules))) return(rules)
      before <- rules
      for (i in seq_along(codes)) {
        rules <- gsub(paste0("@", codes[i], "(?![0-9])"),
                      paste0("(", before[i], ")"), rules, perl = TRUE)
      }
      if (any(nchar(rules) > 5000)) return(NULL)
    }
    NULL
  }
  set.seed(1)
  outcomes <- replicate(300, {
    n <- sample(2:5, 1)
    codes <- paste0("c", seq_len(n))
    rules <- vapply(seq_len(n), function(i) {
      refer <- sample(c(0, 0, 1, 2), 1)
      paste(c(paste0("w", i), paste0(rep("@", refer),
                                     sample(codes, refer))),
            collapse = " OR ")
    }, "")
    expected <- slow(rules, codes)
    got <- tryCatch(
      resolved_rules(codebook(data.frame(code = codes, rule = rules))),
      intercoder_error_rule = function(e) {
        expect_match(conditionMessage(e), "leads in a circle")
        NULL
      }
    )
    expect_identical(got, expected)
    is.null(got)
  })
  expect_true(any(outcomes) && !all(outcomes))
})

test_that("signs within words, quotes and expressions are no references", {
  book <- codebook(data.frame(
    code = c("b", "mail", "quoted", "sign"),
    rule = c("x", "ada@uni.org", "\"at @b\"", "/a@b|\\/@b/")
  ))
  expect_identical(resolved_rules(book), book$rule)
  expect_identical(
    words_of(book, "ada@uni.org at @b a@b and /@b"),
    list(b = character(), mail = "ada@uni.org", quoted = "at @b",
         sign = c("a@b", "/@b"))
  )
  odd <- codebook(data.frame(
    code = c("say \"hi\" (loud)", "\u00e9t\u00e9/x", "c", "d"),
    rule = c("hi", "sun", "@\"say \\\"hi\\\" (loud)\" OR (@\u00e9t\u00e9/x)",
             "@\u201csay \\\"hi\\\" (loud)\u201d OR x")
  ))
  expect_identical(resolved_rules(odd)[3:4], c("(hi) OR ((sun))", "(hi) OR x"))
})

test_that("a fault is told where it was written", {
  expect_match(refused(c("x OR @nowhere", "y")),
               paste("rule of code \"a\" (row 1): no code or list has the",
                     "name of @nowhere at character 6"), fixed = TRUE)
  expect_match(refused(c("\u00e9 OR @fsat", "y"), c("a", "fast")),
               "@fsat at character 6.*Did you mean @fast")
  expect_match(refused(c("@doctor", "y"), c("a", "doctor patient")),
               "needs quotes")
  # In a rule referred to: that rule is named.
  expect_match(refused(c("x OR @b", "yy AND")),
               paste("rule of code \"b\" (row 2): a word, phrase or /regex/",
                     "is missing at character 7"), fixed = TRUE)
  expect_match(refused("@l", lists = c(l = "x (y")),
               "list \"l\": OR is missing.*character 3")
  # Behind a reference characters count as written.
  expect_match(refused(c("(@long OR x", "y"), c("a", "long"),
                       lists = c(other = "a OR b OR c OR d")),
               "unclosed parenthesis at character 1")
  expect_match(refused(c("@long OR /(/", "a OR b OR c"), c("a", "long")),
               "row 1.*character 12")
  expect_match(refused(c("@b", NA)), "@b at character 1 names a code without")
  expect_match(refused("x OR @ y"), "must begin and end.*character 6")
  expect_match(refused("x OR @\"\""), "name is missing after @ at character 6")
  expect_match(refused(c("@\"b\"x", "y")), "space is missing.*character 5")
  expect_match(refused(c("@\"b", "y")), "unclosed quote at character 2")
  expect_match(refused(c("@b", "@c", "(@b)")),
               "row 3): @b at character 2 leads in a circle: b, c, b",
               fixed = TRUE)
  expect_match(refused("@a"), "leads in a circle: a, a")
})

test_that("what grows beyond the limits is refused at once", {
  n <- 70
  codes <- paste0("c", seq_len(n))
  expect_match(refused(c(paste0("@c", 2:n), "x"), codes,
                       class = "intercoder_error_limit"), "nest deeper than 64")
  expect_match(
    refused(c(paste0("(((@c", 2:40, ")))"), "x"), codes[1:40],
            class = "intercoder_error_limit"),
    "row 1): with what it refers to, parentheses nest deeper", fixed = TRUE
  )
  double <- c(paste0("@c", 2:40, " OR @c", 2:40), "word")
  expect_match(refused(double, codes[1:40], class = "intercoder_error_limit"),
               "more than 65,536 bytes")
})

test_that("a rule altered later is refused when it is applied", {
  book <- codebook(data.frame(code = c("a", "b"), rule = c("@b", "x")))
  book$rule[2] <- "x AND"
  expect_error(words_of(book, "x"), "code \"b\" (row 2)", fixed = TRUE,
               class = "intercoder_error_rule")
  book$rule <- c("@c", "x")
  expect_error(words_of(book, "x"), "@c at character 1",
               class = "intercoder_error_rule")
})
