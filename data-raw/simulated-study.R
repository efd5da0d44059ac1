# Makes the SIMULATED interview study: inst/extdata/simulated-study/ and
# data/simulated_study.rda. Everything in it is invented.
#
#   Rscript data-raw/simulated-study.R          writes both
#   Rscript data-raw/simulated-study.R check    makes them again elsewhere and
#                                               compares, byte for byte
#
# The parameters below and the seed were fixed before any result was looked
# at. The checks at the end are about structure and parameters alone: none
# asserts a p value, an agreement or an estimate. Needs the package installed.

library(intercoder)
source("data-raw/simulated-text.R", encoding = "UTF-8")
source("data-raw/simulated-coders.R", encoding = "UTF-8")

checking <- identical(commandArgs(TRUE), "check")
home <- if (checking) file.path(tempfile("study-"), "simulated-study") else
  "inst/extdata/simulated-study"
dir.create(file.path(home, "transcripts"), recursive = TRUE,
           showWarnings = FALSE)

RNGkind("Mersenne-Twister", "Inversion", "Rejection")
set.seed(20260401)

# ---- people ----

people <- read.csv("data-raw/simulated-people.csv", na.strings = character())
n <- nrow(people)
developer <- people$group == "developer"
participants <- people[c("participant", "group", "area", "setting",
                         "years_in_role", "years_with_ai")]
participants$gender <- draw(rep(c("woman", "man"), length.out = n), n)
participants$mode <- ifelse(runif(n) < 0.75, "video", "in person")
participants$interviewer <- ifelse(
  participants$participant == "C09" | runif(n) < 0.4, "I2", "I1"
)
participants$interview_order <- sample(n)
days <- sort(sample(0:210, n))[participants$interview_order]
participants$interview_date <- format(as.Date("2024-01-15") + days)
participants$simulated <- TRUE

# ---- what is in the text: log odds of a code in one answer ----

book <- read.csv("data-raw/simulated-codebook.csv")
codes <- book$code
theme <- sub("_.*", "", codes)
names(theme) <- codes

base <- c(
  eff_throughput = -2.5, eff_error = -2.4, eff_cost = -3.4, eff_workload = -2.7,
  rel_trust = -2.6, rel_empathy = -2.8, rel_time = -2.6, rel_sdm = -3.1,
  int_workflow = -2.5, int_deskill = -3.1, int_liability = -2.9,
  int_explain = -2.9, gov_incentives = -3.3, gov_equity = -3.9,
  gov_privacy = -3.5
)
shift_developer <- c(
  eff_throughput = 0.6, eff_error = 0.5, eff_cost = 0.6, eff_workload = -0.3,
  rel_trust = -1.3, rel_empathy = -1.6, rel_time = -1.1, rel_sdm = -0.9,
  int_workflow = 0.1, int_deskill = -0.5, int_liability = -0.3,
  int_explain = 0.2, gov_incentives = 0.5, gov_equity = 0.2, gov_privacy = 0.4
)
themes <- c("eff", "rel", "int", "gov")
lift <- matrix(0, 8, 4, dimnames = list(paste0("Q", 1:8), themes))
lift["Q1", ] <- -1
lift["Q2", "int"] <- 0.5
lift["Q3", c("eff", "rel")] <- c(0.7, 0.2)
lift["Q4", c("eff", "rel")] <- c(0.3, 0.5)
lift["Q5", c("rel", "eff")] <- c(1.2, -0.7)
lift["Q6", "int"] <- 0.9
lift["Q7", "gov"] <- 1.1
followed_up <- 0.5

talkative <- rnorm(n, 0, 0.25)
leaning <- matrix(rnorm(n * 4, 0, 0.30), n, dimnames = list(NULL, themes))

answers_per_question <- function() {
  repeat {
    k <- pmax(2, rpois(8, 3.7))
    if (sum(k) >= 20 && sum(k) <= 37) {
      return(setNames(k, paste0("Q", 1:8)))
    }
  }
}

codes_in_answer <- function(i) {
  function(question, followed) {
    eta <- base[codes] + shift_developer[codes] * developer[i] + talkative[i] +
      leaning[i, theme] + lift[question, theme] +
      followed_up * (codes %in% followed)
    said <- codes[runif(length(codes)) < plogis(eta)]
    if (length(said) > 3) draw(said, 3) else said
  }
}

bank <- read_bank("data-raw/simulated-sentences.txt")
interviews <- lapply(seq_len(n), function(i) {
  interview(people[i, ], bank, list(answers = answers_per_question(),
                                    codes = codes_in_answer(i)))
})
names(interviews) <- people$participant

# C02, C05 and D03 were typed with a word processor.
for (id in c("C02", "C05", "D03")) {
  interviews[[id]] <- lapply(interviews[[id]], function(turn) {
    turn$text <- curl(turn$text)
    turn
  })
}

# ---- the transcripts as files ----

transcript_file <- function(id) {
  ending <- switch(id, C05 = "docx", D08 = "vtt", "txt")
  file.path(home, "transcripts", paste0(id, ".", ending))
}
for (id in names(interviews)) {
  file <- transcript_file(id)
  turns <- interviews[[id]]
  switch(
    tools::file_ext(file),
    docx = writeBin(as_docx(turns, id), file),
    vtt = write_bytes(as_vtt(turns, id), file),
    txt = write_bytes(as_txt(turns, id), file, bom = id == "D05",
                      newline = if (id == "D05") "\r\n" else "\n")
  )
}

# ---- coders ----

answered <- function(id) {
  Filter(function(turn) turn$speaker == "participant", interviews[[id]])
}
answers <- unlist(lapply(names(interviews), answered), recursive = FALSE)
answer_of <- rep(names(interviews),
                 lengths(lapply(names(interviews), answered)))
truth <- truth_matrix(answers, codes, "codes")
near <- truth_matrix(answers, codes, "near")
thin <- thin_turns(answers)
hard <- rnorm(length(answers), 0, 0.5)
order_of <- participants$interview_order[match(answer_of,
                                               participants$participant)]
round_of <- ifelse(order_of <= 5, 1L, 2L)

later <- participants$interview_order > 5
seen_by_C <- sort(c(draw(people$participant[!developer & later], 3),
                    draw(people$participant[developer & later], 3)))
applied <- list(
  A = code_turns(truth, near, thin, hard, 0.965, 0.004),
  B = code_turns(truth, near, thin, hard, 0.95, 0.006, drift = 0.9,
                 early = round_of == 1),
  C = code_turns(truth, near, thin, hard, 0.93, 0.006)
)
applied$C[!answer_of %in% seen_by_C, ] <- FALSE
spans <- Map(spans_of, applied, list(answers), c(0.75, 0.45, 0.6))
settled <- settle(truth, applied$A, applied$B)

plan <- data.frame(
  coder = rep(c("A", "B", "C"), c(n, n, 6)),
  transcript = c(people$participant, people$participant, seen_by_C),
  simulated = TRUE
)

source("data-raw/simulated-files.R", encoding = "UTF-8")
