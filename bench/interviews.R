# interviews.R: generated interviews of which every word is known, and codebooks
# for them with the hits each pattern must have. The same seed gives the same.
# Words are drawn by the law of Zipf and Mandelbrot over 48,000 made-up words,
# frequent ones rather short, some with accents, some contractions with a typographic apostrophe; between
# them stand punctuation, typographic quotes, dashes and emoji; a turn has about
# 60 words. Phrases are planted: some 1 in 300 words begins one.

make_words <- function(n = 48000) {
  onset <- c("b", "br", "c", "ch", "d", "f", "g", "gr", "h", "l", "m", "n", "p",
             "pl", "r", "s", "st", "t", "tr", "v", "w")
  core <- c("a", "e", "i", "o", "u", "ea", "ou", "\u00e9")
  coda <- c("", "n", "r", "s", "t", "l", "nd", "ng", "st")
  syllables <- function(m) {
    paste0(sample(onset, m, TRUE),
           sample(core, m, TRUE, prob = c(rep(1, 7), 0.1)),
           sample(coda, m, TRUE))
  }
  draw <- function(m) {
    long <- sample(1:4, m, TRUE, prob = c(3, 5, 3, 1))
    parts <- vapply(1:4, function(k) ifelse(long >= k, syllables(m), ""),
                    character(m))
    do.call(paste0, asplit(parts, 2))
  }
  words <- unique(draw(2 * n))[seq_len(n)]
  words <- words[order(nchar(words) + stats::rnorm(n, 0, 2))]
  contracted <- seq(40, n, by = 400)
  words[contracted] <- paste0("zz", substr(words[contracted], 1, 3), "\u2019t")
  words
}

# Between two words: mostly a space.
gaps <- c(" ", ", ", ". ", "? ", " \u2014 ", " \u201c", ".\u201d ",
          " \U0001f642 ", " (", ") ")
gap_weights <- c(860, 65, 45, 8, 4, 4, 4, 1, 2, 2)

# `words` of `long` words, `patterns` as words, phrases and stems with a star, in
# the proportions of codebooks; no pattern stands twice.
make_patterns <- function(words, n) {
  content <- words[600:30000]
  content <- content[nchar(content) >= 6 & !grepl("\u2019", content)]
  common <- words[1:2000]
  common <- common[!grepl("\u2019", common)]
  stems <- unique(substr(sample(content), 1, 5))
  stems <- paste0(utils::head(stems, round(n * 43 / 150)), "*")
  phrases <- unique(paste(sample(common, 4 * n, TRUE), sample(common, 4 * n,
                                                              TRUE)))
  twice <- sub(" .*", "", phrases) == sub(".* ", "", phrases)
  phrases <- utils::head(phrases[!twice], round(n * 36 / 150))
  c(sample(content, n - length(stems) - length(phrases)), phrases, stems)
}

# The numbers of the words of one transcript, and of the gaps behind them.
draw_words <- function(n, weights, planted) {
  id <- sample.int(length(weights), n, TRUE, weights)
  gap <- sample.int(length(gaps), n, TRUE, gap_weights)
  at <- seq(sample.int(300, 1), n - 1, by = 300)
  row <- sample.int(nrow(planted), length(at), TRUE)
  id[at] <- planted[row, 1]
  id[at + 1] <- planted[row, 2]
  gap[at] <- 1L
  gap[c(setdiff(seq(60, n, by = 60), at), n)] <- length(gaps) + 1L
  list(id = id, gap = gap)
}

# Every 23rd word is written with a capital.
write_words <- function(drawn, words) {
  id <- drawn$id
  written <- words[id]
  high <- seq(7, length(id), by = 23)
  written[high] <- paste0(toupper(substr(written[high], 1, 1)),
                          substring(written[high], 2))
  paste0(written, c(gaps, ".\n")[drawn$gap], collapse = "")
}

# How often each pattern stands in the drawn words.
count_patterns <- function(drawn, known) {
  seen <- tabulate(drawn$id, known$n)
  n <- length(drawn$id)
  next_to <- which(drawn$gap[-n] == 1)
  pairs <- (drawn$id[next_to] - 1) * known$n + drawn$id[next_to + 1]
  phrases <- tabulate(match(pairs, known$pairs), length(known$pairs))
  stems <- vapply(known$stems, function(ids) sum(seen[ids]), 0)
  counts <- numeric(length(known$kind))
  counts[known$kind == "word"] <- seen[known$words]
  counts[known$kind == "phrase"] <- phrases
  counts[known$kind == "stem"] <- stems
  counts
}

know_patterns <- function(patterns, words) {
  kind <- ifelse(grepl(" ", patterns), "phrase",
                 ifelse(grepl("*", patterns, fixed = TRUE), "stem", "word"))
  stems <- sub("*", "", patterns[kind == "stem"], fixed = TRUE)
  phrases <- patterns[kind == "phrase"]
  first <- match(sub(" .*", "", phrases), words)
  second <- match(sub(".* ", "", phrases), words)
  list(
    n = length(words), kind = kind,
    words = match(patterns[kind == "word"], words),
    phrases = cbind(first, second),
    pairs = (first - 1) * length(words) + second,
    stems = lapply(stems, function(stem) which(startsWith(words, stem)))
  )
}

# `transcripts` texts of `long` words each, cut into turns of two speakers, and
# `truth`, the hits of each pattern of each codebook.
make_interviews <- function(transcripts, long, words, codebooks) {
  weights <- 1 / (seq_along(words) + 2.7)
  known <- lapply(codebooks, know_patterns, words)
  planted <- do.call(rbind, lapply(known, `[[`, "phrases"))
  truth <- lapply(codebooks, function(patterns) numeric(length(patterns)))
  turns <- vector("list", transcripts)
  for (i in seq_len(transcripts)) {
    drawn <- draw_words(long, weights, planted)
    for (k in seq_along(known)) {
      truth[[k]] <- truth[[k]] + count_patterns(drawn, known[[k]])
    }
    text <- write_words(drawn, words)
    turns[[i]] <- strsplit(text, "\n", fixed = TRUE)[[1]]
  }
  each <- lengths(turns)
  list(rows = data.frame(
    transcript = rep(sprintf("T%05d", seq_len(transcripts)), each),
    speaker = unlist(lapply(each, function(n) rep_len(c("Ann", "Bob"), n))),
    text = unlist(turns)
  ), truth = truth)
}
