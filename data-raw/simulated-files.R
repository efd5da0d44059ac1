# Reads the transcripts back through the package, gives every coding its place
# in the text, writes the tables and the data object, and checks the lot.

write_table <- function(data, name) {
  text <- vapply(data, is.character, TRUE)
  data[text] <- lapply(data[text], enc2utf8)
  file <- file(file.path(home, name), "wb")
  on.exit(close(file))
  utils::write.table(data, file, sep = ",", quote = which(text), eol = "\n",
                     na = "", row.names = FALSE, qmethod = "double",
                     fileEncoding = "UTF-8")
}

write_table(participants, "participants.csv")
write_table(plan, "plan.csv")

# ---- codebook: version 1, and version 2 after the first round ----

book$simulated <- "TRUE"
book_2 <- codebook(book, version = "2")
first <- book
empathy <- first$code == "rel_empathy"
minutes <- first$code == "rel_time"
first$definition[empathy] <-
  "Refers to feeling with a patient, listening, or being there for them."
first$exclude[empathy] <- "Part in decisions (rel_sdm)."
first$definition[minutes] <- "Refers to time for patients."
first$include[minutes] <- "Longer or shorter appointments, being able to listen."
first$exclude[minutes] <- "Queue or volume (eff_throughput)."
write_codebook(codebook(first, version = "1"),
               file.path(home, "codebook-v1.csv"))
write_codebook(book_2, file.path(home, "codebook.csv"))
yaml <- file.path(home, "codebook.yaml")
write_codebook(book_2, yaml)
write_bytes(c("# SIMULATED study: the codebook of codebook.csv, as YAML",
              readLines(yaml, encoding = "UTF-8")), yaml)

# ---- transcripts, read back ----

read_back <- function() {
  x <- read_transcripts(file.path(home, "transcripts"),
                        participants = file.path(home, "participants.csv"))
  speakers(x) <- c(Participant = "D06", D06 = "D06")
  x$documents$source <- file.path("simulated-study/transcripts",
                                  basename(x$documents$source))
  x
}
x <- read_back()
turns <- units(x, by = "turn")
stopifnot(
  "turns come back as they were written" =
    identical(turns$transcript, answer_of),
  "speakers come back" = setequal(turns$participant, people$participant)
)

# Where each sentence of an answer stands within its turn.
place_sentences <- function(answer, text) {
  from <- integer(length(answer$text))
  at <- 1L
  for (i in seq_along(answer$text)) {
    hit <- regexpr(answer$text[i], substring(text, at), fixed = TRUE)
    stopifnot("every sentence is found again" = hit > 0)
    from[i] <- at + hit - 1L
    at <- from[i] + nchar(answer$text[i])
  }
  data.frame(from = from, to = from + nchar(answer$text) - 1L)
}
places <- Map(place_sentences, answers, turns$text)

locate <- function(spans, coder) {
  edge <- function(i, column) {
    places[[spans$answer[i]]][[column]][spans[[if (column == "from") "first"
                                              else "last"]][i]]
  }
  rows <- seq_len(nrow(spans))
  start <- turns$start[spans$answer]
  data.frame(
    transcript = answer_of[spans$answer],
    start = start + vapply(rows, edge, 1L, "from") - 1L,
    end = start + vapply(rows, edge, 1L, "to") - 1L,
    code = spans$code, coder = coder, round = round_of[spans$answer],
    simulated = TRUE
  )
}
coded <- do.call(rbind, Map(locate, spans, names(spans)))
coded <- coded[order(coded$coder, coded$transcript, coded$start, coded$end,
                     coded$code, method = "radix"), ]
write_table(coded, "codings.csv")

adjudication <- data.frame(
  unit = turns$unit[settled$answer], code = settled$code,
  A = as.integer(settled$A), B = as.integer(settled$B),
  decision = as.integer(settled$decision), reason = settled$reason,
  simulated = TRUE
)
write_table(adjudication, "adjudication.csv")

codings_all <- codings(coded, transcripts = x)
agreed <- resolve(codings_all, turns, adjudication, coders = c("A", "B"))
consensus <- agreed$codings[c("transcript", "start", "end", "code", "coder")]
consensus <- as.data.frame(consensus)
consensus$simulated <- TRUE
write_table(consensus, "consensus.csv")

write_bytes(c(
  "SIMULATED interview study",
  "",
  "Nobody was interviewed. The people, the products and every sentence are",
  "invented; the codings come from a random model of three coders. Nothing",
  "here reproduces the numbers of any study. The files show what the files of",
  "such a study look like and how they are read.",
  "",
  "transcripts/       21 interviews, C01 to C11 with clinicians and D01 to D10",
  "                   with developers: 19 .txt, one Word file (C05.docx), one",
  "                   caption file (D08.vtt). UTF-8; D05.txt has a byte order",
  "                   mark and CRLF line ends; C02, C05 and D03 have curly",
  "                   quotes; D02.txt has times; D06 is called Participant in",
  "                   the first third; C09's interviewer is spelt in two ways.",
  "participants.csv   one row per participant: group, area, setting, years ...",
  "codebook.csv       15 codes in four themes with rules, version 2",
  "codebook.yaml      the same",
  "codebook-v1.csv    the version used in round 1 (first five interviews)",
  "codings.csv        coders A, B and C before any discussion; start and end",
  "                   are characters of the transcript, from 1, inclusive",
  "plan.csv           which coder saw which transcript: A and B all, C six",
  "adjudication.csv   what A and B decided where they differed, and why;",
  "                   1 applied, 0 not applied",
  "consensus.csv      the codings that stand after discussion",
  "",
  "Made by data-raw/simulated-study.R of the package's sources."
), file.path(home, "README.txt"))

# ---- what is guaranteed ----

per_interview <- table(factor(x$turns$transcript, people$participant))
by_interviewer <- units(x, by = "turn", roles = "interviewer")
key <- paste(coded$transcript, coded$code, coded$coder, coded$start)
inside <- vapply(seq_len(nrow(coded)), function(i) {
  any(turns$transcript == coded$transcript[i] & turns$start <= coded$start[i] &
        turns$end >= coded$end[i])
}, TRUE)
files <- list.files(home, recursive = TRUE, full.names = TRUE)
first_line <- function(file) {
  if (grepl("docx$", file)) {
    return(substring(x$documents$text[x$documents$transcript == "C05"], 1, 60))
  }
  readLines(file, 1, encoding = "UTF-8")
}
transcript_files <- grep("/transcripts/", files, value = TRUE)
stopifnot(
  "11 clinicians and 10 developers" =
    identical(c(table(participants$group)), c(clinician = 11L, developer = 10L)),
  "every participant once" = !anyDuplicated(participants$participant),
  "21 transcripts, 40 to 80 turns each" =
    length(per_interview) == 21 && all(per_interview >= 40 & per_interview <= 80),
  "no turn is empty" = all(nzchar(trimws(turns$text))),
  "15 codes in 4 themes, each applied by A and by B and in the consensus" =
    nrow(book_2) == 15 && length(unique(book_2$theme)) == 4 &&
      all(vapply(list(coded$code[coded$coder == "A"],
                      coded$code[coded$coder == "B"], consensus$code),
                 setequal, TRUE, book_2$code)),
  "codings lie inside a turn of a participant" = all(inside),
  "no coding twice" = !anyDuplicated(key),
  "coder C coded by plan alone" =
    all(coded$transcript[coded$coder == "C"] %in% seen_by_C),
  "coder C saw three of each group" =
    sum(startsWith(seen_by_C, "C")) == 3 && length(seen_by_C) == 6,
  "parameters: relationship lower in developers, efficiency higher" =
    all(shift_developer[theme == "rel"] < 0) &&
      mean(shift_developer[c("eff_throughput", "eff_error")]) > 0,
  "every transcript begins by saying what it is" =
    all(grepl("SIMULATED", vapply(transcript_files, first_line, ""))),
  "19 txt, one docx, one vtt" =
    identical(c(table(tools::file_ext(transcript_files))),
              c(docx = 1L, txt = 19L, vtt = 1L)),
  "small" = sum(file.size(files)) < 1e6
)

# ---- the data object ----

attr(book_2, "file") <- "simulated-study/codebook.csv"
simulated_study <- list(
  simulated = TRUE,
  transcripts = x,
  participants = participants(x),
  codebook = book_2,
  codings = codings_all,
  plan = coding_plan(plan, transcripts = x),
  consensus = codings(consensus, transcripts = x),
  adjudication = adjudication
)

if (!checking) {
  dir.create("data", showWarnings = FALSE)
  save(simulated_study, file = "data/simulated_study.rda", compress = "xz",
       version = 3)
} else {
  kept <- "inst/extdata/simulated-study"
  names <- list.files(home, recursive = TRUE)
  same <- identical(names, list.files(kept, recursive = TRUE)) &&
    identical(tools::md5sum(file.path(home, names))[TRUE] |> unname(),
              tools::md5sum(file.path(kept, names))[TRUE] |> unname())
  stored <- new.env()
  load("data/simulated_study.rda", stored)
  stopifnot(
    "the files come out the same, byte for byte" = same,
    "the data object comes out the same" =
      isTRUE(all.equal(stored$simulated_study, simulated_study))
  )
}
cat(sprintf("%d turns of participants, %d codings, %d decisions, %.0f kB%s\n",
            nrow(turns), nrow(coded), nrow(adjudication),
            sum(file.size(files)) / 1024, if (checking) ": the same" else ""))
