# codebook.R: applying a codebook of 150 patterns, side by side with
# quanteda::tokens() + tokens_lookup(). Run: Rscript bench/codebook.R [MB]
# Needs intercoder; quanteda is timed where it is installed. The text is
# generated: Zipf-distributed words in turns, with punctuation and accents.

suppressMessages(library(intercoder))
source(file.path(dirname(sub("^--file=", "", grep(
  "^--file=", commandArgs(FALSE), value = TRUE))), "measure.R"))
megabytes <- as.numeric(c(commandArgs(TRUE), 20)[1])

make_words <- function(n) {
  onset <- c("b", "br", "c", "ch", "d", "f", "g", "gr", "h", "l", "m", "n", "p",
             "pl", "r", "s", "st", "t", "tr", "v", "w")
  core <- c("a", "e", "i", "o", "u", "ea", "ou", "\u00e9")
  coda <- c("", "n", "r", "s", "t", "l", "nd", "ng", "st")
  syllable <- function() {
    paste0(sample(onset, n, TRUE),
           sample(core, n, TRUE, prob = c(rep(1, 7), 0.1)),
           sample(coda, n, TRUE))
  }
  long <- sample(1:4, n, TRUE, prob = c(3, 5, 3, 1))
  parts <- cbind(syllable(), syllable(), syllable(), syllable())
  unique(vapply(seq_len(n), function(i) {
    paste0(parts[i, seq_len(long[i])], collapse = "")
  }, ""))
}

make_texts <- function(documents, words_each, words, weights) {
  vapply(seq_len(documents), function(i) {
    drawn <- sample(words, words_each, TRUE, prob = weights)
    ends <- sample(c(" ", ", ", ". "), words_each, TRUE, c(0.88, 0.07, 0.05))
    paste(paste0(drawn, ends), collapse = "")
  }, "")
}

# Turns of about 60 words, alternating two speakers.
as_turns <- function(texts) {
  pieces <- lapply(texts, function(text) {
    words <- strsplit(text, " ", fixed = TRUE)[[1]]
    turn <- (seq_along(words) - 1) %/% 60
    vapply(split(words, turn), paste, "", collapse = " ", USE.NAMES = FALSE)
  })
  data.frame(
    transcript = rep(sprintf("T%04d", seq_along(texts)), lengths(pieces)),
    speaker = unlist(lapply(lengths(pieces), function(n) {
      rep_len(c("Ann", "Bob"), n)
    })),
    text = unlist(pieces)
  )
}

# Words and stems of some length, as codebooks have them; phrases of anything.
make_patterns <- function(words) {
  content <- words[20:8000]
  content <- content[nchar(content) >= 6]
  stems <- substr(sample(content, 43), 1, 5)
  phrases <- paste(sample(words[1:400], 36), sample(words[1:100], 36))
  c(sample(content, 71), phrases, paste0(stems, "*"))
}

line <- function(name, seconds, bytes, hits) {
  cat(sprintf("  %-32s %9.1f ms, processor %9.1f ms %7.1f MB/s %8d hits\n",
              name, 1e3 * seconds[1], 1e3 * seconds[2],
              bytes / 1e6 / seconds[2], hits))
}

compare <- function(name, documents, words_each, times) {
  texts <- make_texts(documents, words_each, words, weights)
  rows <- as_turns(texts)
  talk <- transcripts(rows)
  bytes <- sum(nchar(rows$text, "bytes"))
  patterns <- make_patterns(words)
  codes <- sprintf("c%03d", seq_along(patterns))
  phrase <- grepl(" ", patterns, fixed = TRUE)
  book <- codebook(data.frame(
    code = codes, rule = ifelse(phrase, paste0("\"", patterns, "\""), patterns)
  ))
  cat(sprintf("\n%s: %.2f MB, %d transcripts, %d turns, %d patterns\n", name,
              bytes / 1e6, documents, nrow(rows), length(patterns)))
  found <- apply_codebook(talk, book, progress = FALSE)
  ours <- lapply(1:2, function(threads) {
    seconds(apply_codebook(talk, book, threads = threads, progress = FALSE),
            times)
  })
  line("intercoder, 1 thread", ours[[1]], bytes, nrow(found))
  line("intercoder, 2 threads", ours[[2]], bytes, nrow(found))
  if (!has("quanteda")) {
    cat("  quanteda is not installed\n")
    return(invisible())
  }
  quanteda::quanteda_options(threads = 1)
  dictionary <- quanteda::dictionary(as.list(stats::setNames(patterns, codes)))
  by_turn <- rows$text
  theirs <- seconds({
    tokens <- quanteda::tokens(by_turn)
    looked_up <- quanteda::tokens_lookup(tokens, dictionary)
  }, min(times, 3))
  hits <- sum(quanteda::ntoken(looked_up))
  line("quanteda tokens + tokens_lookup", theirs, bytes, hits)
  cat(sprintf("  ratio (1 thread each): clock %.0f, processor %.0f; hits %s\n",
              theirs[1] / ours[[1]][1], theirs[2] / ours[[1]][2],
              if (hits == nrow(found)) "agree" else "DIFFER"))
}

set.seed(11)
words <- make_words(48000)
weights <- 1 / (seq_along(words) + 2.7)
compare("study size", 21, 8000, 9)
each <- 20000
compare("large", max(1, round(megabytes * 1e6 / (each * 6.8))), each, 3)
