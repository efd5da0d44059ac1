# Hits beside those of quanteda and stringi on real interviews: every word, many
# stems and phrases, by number and position. Runs where the data and the package
# are (tools/test says where). Forms of letters beside those of ICU.

consultations <- function() {
  files <- list.files(real_data("primock57"), "[.]txt$", full.names = TRUE)
  talk <- read_transcripts(files)
  at <- match(talk$turns$transcript, talk$documents$transcript)
  list(talk = talk, turns = substring(talk$documents$text[at],
                                      talk$turns$start, talk$turns$end))
}

# Words as the help page on rules has them; all data here are ASCII.
word_of_rules <- "[A-Za-z0-9_]+(?:'[A-Za-z0-9_]+)*"

words_in <- function(texts) {
  tolower(unlist(regmatches(texts, gregexpr(word_of_rules, texts,
                                            perl = TRUE))))
}

# Words in quotes, since "or" and "not" are some; phrases of two different words
# that stand side by side in the text.
terms_of <- function(texts, stems = Inf, phrases = Inf) {
  words <- words_in(texts)
  types <- unique(words)
  stem <- unique(substr(types[nchar(types) > 4], 1, 4))
  pair <- words[-1] != words[-length(words)]
  phrase <- unique(paste(words[-length(words)], words[-1])[pair])
  kinds <- list(
    word = types,
    stem = paste0(grep("^[a-z]+$", stem, value = TRUE), "*"),
    phrase = phrase
  )
  kinds$stem <- utils::head(kinds$stem, stems)
  kinds$phrase <- utils::head(kinds$phrase, phrases)
  data.frame(term = unlist(kinds, use.names = FALSE),
             kind = rep(names(kinds), lengths(kinds)))
}

# Hits as turn, term, first and last character within the turn.
our_hits <- function(talk, terms) {
  book <- codebook(data.frame(code = as.character(seq_along(terms)),
                              rule = paste0("\"", terms, "\"")))
  found <- apply_codebook(talk, book, progress = FALSE)
  turns <- talk$turns
  row <- integer(nrow(found))
  for (name in unique(turns$transcript)) {
    of <- which(turns$transcript == name)
    hit <- found$transcript == name
    row[hit] <- of[findInterval(found$start[hit], turns$start[of])]
  }
  data.frame(turn = row, term = as.integer(found$code),
             start = found$start - turns$start[row] + 1,
             end = found$end - turns$start[row] + 1)
}

keys <- function(hits) do.call(paste, hits)

# index() leaves out what lies inside a hit of another pattern; words and phrases
# are looked up by themselves.
# Characters of each token from its place among all, spaces too.
token_places <- function(texts, tokens) {
  all <- as.list(tokens(texts, split_hyphens = TRUE,
                        remove_separators = FALSE))
  expect_identical(unname(vapply(all, paste0, "", collapse = "")), texts)
  lapply(all, function(token) {
    end <- cumsum(nchar(token))
    real <- !grepl("^[[:space:]]+$", token)
    list(start = (end - nchar(token) + 1)[real], end = end[real])
  })
}

quanteda_hits <- function(texts, terms) {
  tokens <- getExportedValue("quanteda", "tokens")
  phrase <- getExportedValue("quanteda", "phrase")
  index <- getExportedValue("quanteda", "index")
  places <- token_places(texts, tokens)
  by_turn <- tokens(texts, split_hyphens = TRUE)
  found <- do.call(rbind, lapply(split(terms, grepl(" ", terms)), function(x) {
    as.data.frame(index(by_turn, phrase(x)))
  }))
  turn <- match(found$docname, names(by_turn))
  at <- function(what, number) {
    mapply(function(i, k) places[[i]][[what]][k], turn, number)
  }
  data.frame(turn = turn, term = match(found$pattern, terms),
             start = at("start", found$from), end = at("end", found$to))
}

# What stands at a hit of one side alone, with a little on either side.
around <- function(hits, texts) {
  substring(texts[hits$turn], hits$start - 3, hits$end + 3)
}

test_that("quanteda finds the same at the same places", {
  skip_if_not_installed("quanteda")
  data <- consultations()
  terms <- terms_of(data$turns)$term
  ours <- our_hits(data$talk, terms)
  theirs <- quanteda_hits(data$turns, terms)
  expect_gt(nrow(ours), 180000)
  expect_false(anyDuplicated(keys(theirs)) > 0)
  ours_alone <- ours[!keys(ours) %in% keys(theirs), ]
  theirs_alone <- theirs[!keys(theirs) %in% keys(ours), ]

  # 1. A hyphen in quanteda is a token of its own, or joins two words to one;
  # here it may stand for the space of a phrase: "flare up" finds "flare-up".
  hyphen <- grepl("[[:alnum:]]-[[:alnum:]]",
                  substring(data$turns[ours_alone$turn], ours_alone$start,
                            ours_alone$end))
  # 2. A full stop between letters ("No.They") makes one token there, two words
  # here.
  stop <- grepl("[[:alpha:]][.][[:alpha:]]", around(ours_alone, data$turns))
  expect_true(all(hyphen | stop))
  expect_true(all(grepl("[[:alpha:]][.][[:alpha:]]",
                        around(theirs_alone, data$turns))))
  expect_lt(nrow(ours_alone), 300)
  expect_lt(nrow(theirs_alone), 5)
})

# A rule as an expression that says all the help page says of words.
as_expression <- function(term) {
  word <- function(x) {
    if (endsWith(x, "*")) {
      paste0(sub("*", "", x, fixed = TRUE), "\\w*(?:['\u2019]\\w+)*")
    } else {
      paste0(x, "(?!\\w|['\u2019]\\w)")
    }
  }
  words <- vapply(strsplit(term, " ", fixed = TRUE)[[1]], word, "")
  paste0("(?<!\\w|\\w['\u2019])", paste(words, collapse = "(?:\\s+|-)"))
}

test_that("stringi finds the same at the same places", {
  skip_if_not_installed("stringi")
  locate <- getExportedValue("stringi", "stri_locate_all_regex")
  data <- consultations()
  terms <- terms_of(data$turns, 300, 700)
  terms <- terms$term[terms$kind != "word" | seq_len(nrow(terms)) <= 1000]
  ours <- our_hits(data$talk, terms)
  theirs <- lapply(seq_along(terms), function(i) {
    at <- locate(data$turns, as_expression(terms[i]), omit_no_match = TRUE,
                 case_insensitive = TRUE)
    places <- do.call(rbind, at)
    data.frame(turn = rep(seq_along(at), vapply(at, nrow, 0L)),
               term = rep(i, nrow(places)),
               start = places[, 1], end = places[, 2])
  })
  theirs <- do.call(rbind, theirs)
  expect_gt(nrow(ours), 80000)
  expect_setequal(keys(ours), keys(theirs))
  expect_identical(nrow(ours), nrow(theirs))
})

# ---- forms of letters ----

# Letters that ICU decomposes, all but most ideographs and Hangul syllables.
decomposed_letters <- function(of_form, detect) {
  points <- c(0xc0:0xfa10, 0x1109a:0x1d000, 0x2f800:0x2f83f)
  points <- points[points < 0xac00 | points > 0xd7ff | points %% 97 == 0]
  points <- points[points < 0xd800 | points > 0xdfff]
  letters <- intToUtf8(points, multiple = TRUE)
  letters <- letters[of_form(letters) != letters]
  letters[detect(letters, "^[\\p{L}&&\\p{Age=14.0}]$")]
}

# Which rule finds which word of a text, as "rule word".
pairs_found <- function(words, rules) {
  talk <- transcripts(data.frame(transcript = "A", speaker = "Ada",
                                 text = paste(words, collapse = " ")))
  book <- codebook(data.frame(code = sprintf("%05d", seq_along(rules)),
                              rule = rules))
  hits <- apply_codebook(talk, book)
  start <- talk$turns$start + cumsum(c(0L, nchar(words) + 1L))[seq_along(words)]
  word <- match(hits$start, start)
  expect_identical(hits$end, start[word] + nchar(words)[word] - 1L)
  sort(paste(as.integer(hits$code), word))
}

pairs_alike <- function(words, rules) {
  both <- merge(data.frame(word = seq_along(words), key = words),
                data.frame(rule = seq_along(rules), key = rules))
  sort(paste(both$rule, both$word))
}

test_that("letters are the same where ICU holds them equivalent", {
  skip_if_not_installed("stringi")
  nfd <- getExportedValue("stringi", "stri_trans_nfd")
  nfc <- getExportedValue("stringi", "stri_trans_nfc")
  drop <- getExportedValue("stringi", "stri_replace_all_regex")
  detect <- getExportedValue("stringi", "stri_detect_regex")
  letters <- decomposed_letters(nfd, detect)
  expect_gt(length(letters), 1200)
  # Those of scripts without spaces are words wherever they stand.
  alone <- detect(letters, paste0("[\\p{scx=Hani}\\p{scx=Hira}\\p{scx=Kana}",
                                  "\\p{scx=Bopo}\\p{lb=SA}]"))
  expect_gt(sum(alone), 300)
  among <- function(x) ifelse(alone, x, paste0("x", x, "y"))
  words <- c(nfd(letters), among(nfc(letters)), c("a", "e", "o", "k"))
  rules <- c(among(letters), letters)
  expect_identical(pairs_found(words, paste0("=", rules)),
                   pairs_alike(nfd(words), nfd(rules)))
  bare <- function(x) drop(nfd(x), "\\p{Mn}", "")
  expect_identical(pairs_found(words, paste0("=~", rules)),
                   pairs_alike(bare(words), bare(rules)))
})
