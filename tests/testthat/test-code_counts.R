test_that("units are those of code_matrix()", {
  s <- simulated_study
  u <- units(s$transcripts)
  for (level in c("code", "theme")) {
    m <- code_matrix(s$consensus, u, s$codebook)
    n <- as.matrix(code_counts(s$consensus, u, "participant", s$codebook,
                               level = level), "units")
    expect_equal(n[rownames(m$codes), ], (if (level == "code") m$codes else
      m$themes) + 0)
  }
})

# Every character marked, then every word looked at.
slow_coded_words <- function(codings, units, code, rows) {
  word <- "[\\p{L}\\p{N}\\p{M}_]+(?:['\u2019][\\p{L}\\p{N}\\p{M}_]+)*"
  sum(vapply(rows, function(i) {
    text <- units$text[i]
    on <- logical(nchar(text))
    mine <- codings[codings$code == code &
                      codings$transcript == units$transcript[i], ]
    for (j in seq_len(nrow(mine))) {
      place <- seq(mine$start[j], mine$end[j]) - units$start[i] + 1
      on[place[place >= 1 & place <= length(on)]] <- TRUE
    }
    on <- on & !strsplit(text, "")[[1]] %in% c("'", "\u2019")
    at <- gregexpr(word, text, perl = TRUE)[[1]]
    if (at[1] < 0) {
      return(0)
    }
    sum(mapply(function(a, n) any(on[seq(a, length.out = n)]), at,
               attr(at, "match.length")))
  }, 0))
}

test_that("words are counted once, brute force agrees", {
  s <- simulated_study
  u <- units(s$transcripts[c("C01", "D02", "C10")])
  withr::local_seed(3)
  n <- 150
  at <- u[sample(nrow(u), n, TRUE), ]
  start <- pmin(at$start + sample(0:80, n, TRUE), at$end)
  random <- data.frame(transcript = at$transcript, start = start,
                       end = start + sample(0:400, n, TRUE),
                       code = sample(c("a", "b"), n, TRUE), coder = "Ada")
  counts <- code_counts(random, u, "transcript")
  for (i in seq_len(nrow(counts))) {
    rows <- which(u$transcript == counts$transcript[i])
    expect_equal(counts$words[i],
                 slow_coded_words(random, as.data.frame(u), counts$code[i],
                                  rows))
    expect_equal(counts$all.words[i], sum(u$words[rows]))
  }
  expect_equal(counts$share, counts$words / counts$all.words)
})

test_that("zeros stand where the coder looked, and nothing where not", {
  s <- tiny_study()
  counts <- code_counts(s$codings, s$units, "transcript", s$codebook)
  expect_equal(nrow(counts), 4 * 4)
  expect_equal(sum(counts$codings), 6)
  expect_equal(counts$codings[counts$code == "never"], rep(0, 4))
  plan <- data.frame(coder = "Ada", transcript = c("A", "D"))
  seen <- suppressMessages(
    code_counts(s$codings, s$units, "transcript", s$codebook, plan = plan)
  )
  expect_equal(unique(seen$transcript), c("A", "D"))
  one <- counts[counts$code == "time" & counts$transcript == "A", ]
  expect_equal(c(one$codings, one$units, one$words, one$all.units,
                 one$all.words), c(2, 2, 3, 3, 6))
})

test_that("groups, speakers and the whole are counted", {
  s <- tiny_study()
  by <- code_counts(s$codings, s$units, "role", s$codebook, level = "theme")
  wide <- as.matrix(by)
  expect_equal(dimnames(wide), list(c("c", "d"),
                                    c("Efficiency", "trust", "Other")))
  expect_equal(unname(wide["c", ]), c(3, 2, 0))
  whole <- code_counts(s$codings, s$units, "all", s$codebook)
  expect_equal(summary(whole)$codings, c(2, 2, 2, 0))
  expect_equal(unique(whole$all.words), sum(s$units$words))
  expect_equal(unique(code_counts(s$codings, s$units, "speaker")$speaker),
               paste0(c("A", "B", "C", "D"), "/P"))
  # a coding over two units is one coding of the transcript
  long <- s$codings[1, ]
  long$end <- s$units$start[2]
  counts <- code_counts(long, s$units, "transcript")
  expect_equal(unlist(counts[1, c("codings", "units", "words")]),
               c(codings = 1, units = 2, words = 3))
})

test_that("what cannot be counted is refused", {
  s <- tiny_study()
  expect_error(code_counts(s$codings, s$units, "colour"),
               class = "intercoder_error_columns")
  expect_error(code_counts(s$codings, s$units["unit"]),
               class = "intercoder_error_columns")
  bare <- s$units
  attr(bare, "participants") <- NULL
  expect_error(code_counts(s$codings, bare, "role"), "nothing is known",
               class = "intercoder_error_columns")
  two <- s$codings
  two$coder[1] <- "Ben"
  expect_error(code_counts(two, s$units), class = "intercoder_error_coders")
})

test_that("counts are printed and knitted", {
  s <- tiny_study()
  few <- code_counts(s$codings, s$units, "role", s$codebook)
  expect_output(print(few), "4 codes by role, coded by Ada")
  expect_output(print(few), "time  2 (37.5%)", fixed = TRUE)
  many <- code_counts(s$codings, s$units, "unit", s$codebook)
  expect_output(print(many), "2 of 9")
  expect_match(knitr::knit_print(many), "4 codes by unit", fixed = TRUE)
  expect_output(print(code_counts(s$codings[0, ], s$units)), "0 codes")
})

test_that("sections of the guide are counted by group, as by hand", {
  s <- simulated_study
  guide <- codebook(data.frame(
    code = c("future", "patients", "errors"),
    rule = c("\"next version\" OR \"next one\"", "\"doctor and patient\"",
             "\"goes wrong\"")
  ))
  u <- units(sections(s$transcripts, guide))
  out <- code_counts(s$consensus, u, "section", s$codebook, level = "theme",
                     group = "group")
  expect_equal(unique(out$section), c("patients", "errors", "future"))
  group <- s$participants$group[match(u$participant, s$participants$participant)]
  has <- function(theme) {
    codes <- s$codebook$code[s$codebook$theme == theme]
    found <- s$consensus[s$consensus$code %in% codes, ]
    vapply(seq_len(nrow(u)), function(i) {
      any(found$transcript == u$transcript[i] & found$start <= u$end[i] &
            found$end >= u$start[i])
    }, NA)
  }
  at <- has("System efficiency")
  rows <- out[out$theme == "System efficiency", ]
  for (i in seq_len(nrow(rows))) {
    here <- u$section %in% rows$section[i] & group == rows$group[i]
    expect_equal(rows$units[i], sum(here & at))
    expect_equal(rows$all.units[i], sum(here))
    expect_equal(rows$all.words[i], sum(u$words[here]))
  }
  tiles <- count_tiles(out, "units")
  expect_equal(as.vector(t(tiles$values[, 1:2])), rows$units)
  expect_equal(tiles$labels[1:2], c("clinician", "developer"))
  expect_equal(as.character(tiles$columns[1:2]), rep("System efficiency", 2))
  expect_equal(as.matrix(out, "units")["errors, developer", 1],
               rows$units[rows$section == "errors" & rows$group == "developer"])
  alone <- code_counts(s$consensus, u, "section", s$codebook, level = "theme")
  expect_equal(alone$codings, as.vector(rowsum(
    out$codings, rep(seq_len(nrow(alone)), each = 2))))
  withr::local_pdf(NULL)
  expect_identical(plot(out), out)
  expect_error(plot(out[0, ]), class = "intercoder_error_value")
  expect_error(code_counts(s$consensus, units(s$transcripts), "section"),
               class = "intercoder_error_columns")
  expect_error(code_counts(s$consensus, u, "group", group = "group"),
               class = "intercoder_error_argument")
})
