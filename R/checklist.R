# The items of two reporting guidelines by number and topic. What each asks for
# is said in words of our own; `fill` names the function that answers it.

checklist_items <- function(...) {
  rows <- matrix(c(...), ncol = 4, byrow = TRUE)
  data.frame(item = seq_len(nrow(rows)), section = rows[, 1],
             topic = rows[, 2], asks = rows[, 3], fill = rows[, 4])
}

COREQ_ITEMS <- checklist_items(
  "Team", "Interviewer", "Who held the interviews or groups", "",
  "Team", "Credentials", "Degrees of the researchers", "",
  "Team", "Occupation", "What the researchers did for a living then", "",
  "Team", "Gender", "Gender of the researchers", "",
  "Team", "Experience and training", "What prepared them for this work", "",
  "Team", "Relationship established",
  "Whether researchers and participants knew each other before", "",
  "Team", "What participants knew",
  "What they had been told of the researcher and the aims", "",
  "Team", "Interviewer characteristics",
  "Interests, assumptions and biases of the interviewer", "",
  "Design", "Orientation and theory",
  "The methodology that the study rests on", "",
  "Design", "Sampling", "How participants were selected", "",
  "Design", "Approach", "How participants were contacted", "",
  "Design", "Sample size", "How many took part", "sample_size",
  "Design", "Non-participation", "How many refused or left, and why", "",
  "Design", "Setting", "Where data were collected", "",
  "Design", "Others present", "Who else was there", "",
  "Design", "Description of the sample",
  "What matters about the participants, and when it was", "sample",
  "Design", "Interview guide", "Questions and prompts, and whether piloted",
  "guide",
  "Design", "Repeat interviews", "Whether anybody was interviewed again",
  "repeats",
  "Design", "Recording", "Whether sound or pictures were recorded", "",
  "Design", "Field notes", "Whether and when notes were taken", "",
  "Design", "Duration", "How long interviews lasted", "duration",
  "Design", "Saturation", "Whether saturation was considered, and how",
  "saturation",
  "Design", "Transcripts returned",
  "Whether participants could correct them", "",
  "Analysis", "Number of coders", "How many people coded, and what", "coders",
  "Analysis", "Coding tree", "The codes and how they hang together", "tree",
  "Analysis", "Derivation of themes",
  "Whether themes came first or from the data", "",
  "Analysis", "Software", "What data were managed with", "software",
  "Analysis", "Participant checking",
  "Whether participants commented on the findings", "",
  "Analysis", "Quotations", "Quotes for the themes, and whose they are",
  "quotes",
  "Analysis", "Data and findings agree",
  "Whether the findings follow from the data shown", "",
  "Analysis", "Major themes", "Whether they are set out clearly", "themes",
  "Analysis", "Minor themes", "Whether rare and diverging cases are discussed",
  "minor"
)

SRQR_ITEMS <- checklist_items(
  "Title and abstract", "Title",
  "What the study is, and that it is qualitative", "",
  "Title and abstract", "Abstract", "The study in short", "",
  "Introduction", "Problem", "Why it matters, what is known", "",
  "Introduction", "Purpose", "The aims or questions", "",
  "Methods", "Approach and paradigm", "Tradition, theory, and why these", "",
  "Methods", "Researchers and reflexivity",
  "Who the researchers are and what they brought with them", "",
  "Methods", "Context", "The setting and what is particular about it", "",
  "Methods", "Sampling", "Who was chosen, how, and when it was enough",
  "saturation",
  "Methods", "Ethics", "Approval, consent, confidentiality", "",
  "Methods", "Data collection", "What was collected, how and when", "",
  "Methods", "Instruments", "Guides, recorders, and how they changed", "guide",
  "Methods", "Units of study", "How many participants, events or documents",
  "sample_size",
  "Methods", "Data processing",
  "From recording to coded text: division, checks, pseudonyms", "processing",
  "Methods", "Data analysis", "How codes and themes were made and applied",
  "coders",
  "Methods", "Trustworthiness", "What was done to make it credible",
  "trust",
  "Results", "Synthesis", "The main findings", "themes",
  "Results", "Links to data", "Evidence for the findings", "quotes",
  "Discussion", "Integration", "What it adds, where it applies", "",
  "Discussion", "Limitations", "What it cannot show", "",
  "Other", "Conflicts of interest",
  "Who might gain, and how that was dealt with", "",
  "Other", "Funding", "Who paid, and what they had a say in", ""
)

#' Reporting checklists: COREQ and SRQR
#'
#' The items of a guideline as a table, with what the data of the study answer
#' already, what the authors must write, and what does not apply. A checklist
#' goes with a manuscript; it does not say that a study is good, and for
#' reflexive thematic analysis some items (saturation, several coders) may not
#' fit: say so by `not_applicable` (Braun and Clarke 2024).
#'
#' Numbers and topics of the items are those of the guidelines, their wording
#' here is not: see the sources for that. Nothing is answered that the data do
#' not hold, and an answer from data should be read before it is sent anywhere.
#' @param facts The [study_facts()]; `NULL` for a bare checklist.
#' @param answers What the authors say: strings named by the item's number.
#'   They come before what the data say.
#' @param not_applicable The numbers of items that do not apply, or strings
#'   (reasons) named by number.
#' @return A data frame of class `checklist`, one row per item: `item` (its
#'   number), `section`, `topic`, `asks`, `state` (`"filled from data"`,
#'   `"given"`, `"needs you"`, `"not applicable"`), `answer` (`""` where it
#'   needs you). [write_table()] writes it to a file.
#' @section Errors: `intercoder_error_argument` for answers without the number
#'   of an item.
#' @references Tong A, Sainsbury P, Craig J (2007). Consolidated criteria for
#'   reporting qualitative research (COREQ). *International Journal for Quality
#'   in Health Care* 19(6), 349-357.
#'
#'   O'Brien BC, Harris IB, Beckman TJ, Reed DA, Cook DA (2014). Standards for
#'   reporting qualitative research. *Academic Medicine* 89(9), 1245-1251.
#'
#'   Braun V, Clarke V (2024). Supporting best practice in reflexive thematic
#'   analysis reporting in Palliative Medicine. *Palliative Medicine* 38(6),
#'   608-616.
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' study <- simulated_study
#' facts <- study_facts(study$transcripts, study$codebook, study$codings,
#'                      study$plan, study$consensus, group = "group")
#' coreq(facts, answers = c("10" = "Purposive, by profession."),
#'       not_applicable = 23)
#' srqr(facts)
#' @export
coreq <- function(facts = NULL, answers = NULL, not_applicable = NULL) {
  fill_checklist(COREQ_ITEMS, "COREQ", facts, answers, not_applicable)
}

#' @rdname coreq
#' @export
srqr <- function(facts = NULL, answers = NULL, not_applicable = NULL) {
  fill_checklist(SRQR_ITEMS, "SRQR", facts, answers, not_applicable)
}

fill_checklist <- function(items, guideline, facts, answers, not_applicable,
                           call = caller_env()) {
  if (!is.null(facts)) {
    check_class(facts, "study_facts", "study_facts()", call = call)
  }
  if (is.numeric(not_applicable)) {
    not_applicable <- stats::setNames(rep("", length(not_applicable)),
                                      not_applicable)
  }
  data <- vapply(items$fill, function(name) {
    (if (nzchar(name)) CHECKLIST_ANSWERS[[name]](facts)) %||% ""
  }, "", USE.NAMES = FALSE)
  state <- ifelse(nzchar(data), "filled from data", "needs you")
  for (kind in c("given", "not applicable")) {
    said <- if (kind == "given") answers else not_applicable
    at <- item_numbers(said, nrow(items), kind, call)
    data[at] <- said
    state[at] <- kind
  }
  new_result(cbind(items[c("item", "section", "topic", "asks")],
                  state = state, answer = data),
             guideline = guideline, class = "checklist")
}

item_numbers <- function(x, n, kind, call) {
  arg <- if (kind == "given") "answers" else "not_applicable"
  at <- suppressWarnings(as.numeric(names(x)))
  known <- is.null(x) || is.character(x) && length(at) == length(x) &&
    !anyNA(x) && all(at %in% seq_len(n)) && !anyDuplicated(at)
  if (!known) {
    arg_error(arg, sprintf(paste("strings named by numbers of items, 1 to %d,",
                                 "each once"), n), describe_value(x), call)
  }
  as.integer(at)
}

CHECKLIST_ANSWERS <- list(
  sample_size = function(x) {
    if (length(x$participants)) sprintf(
      "%s%s; %s.", format_count(x$participants, "participant"),
      if (length(x$groups)) sprintf(": %s", named_counts(x$groups)) else "",
      format_count(x$transcripts, "transcript"))
  },
  sample = function(x) {
    if (length(x$sample)) paste0(paste(sample_lines(x$sample),
                                       collapse = "; "), ".")
  },
  guide = function(x) {
    if (length(x$sections)) sprintf(
      "The transcripts have %s of the guide: %s.",
      format_count(length(x$sections), "section"), listed(x$sections))
  },
  repeats = function(x) {
    if (length(x$repeated)) {
      if (x$repeated == 0) "Nobody has more than one transcript." else sprintf(
        "%s more than one transcript.",
        format_count(x$repeated, "participant has", "participants have"))
    }
  },
  duration = function(x) {
    if (length(x$minutes) && length(x$minutes) == x$transcripts) sprintf(
      "Median %s minutes, range %s to %s.",
      fact_number(stats::median(x$minutes)), fact_number(min(x$minutes)),
      fact_number(max(x$minutes)))
  },
  saturation = function(x) saturation_text(x$saturation),
  coders = function(x) coders_answer(x),
  tree = function(x) {
    if (length(x$codes)) sprintf(
      "%s in %s: %s%s.", format_count(x$codes, "code"),
      format_count(length(x$themes), "theme"), listed(x$themes),
      codebook_version(x))
  },
  software = function(x) if (length(x$package)) software_text(x),
  quotes = function(x) {
    if (length(x$quotes$participant)) sprintf(
      "%s of %s, each with its transcript and turn.",
      format_count(nrow(x$quotes), "quote"),
      format_count(length(unique(x$quotes$participant)), "participant"))
  },
  themes = function(x) {
    if (length(x$tree)) tree_answer(x, x$tree[x$tree$depth == 0, ])
  },
  minor = function(x) {
    if (length(x$tree)) {
      leaf <- as.data.frame(x$tree)[!is.na(x$tree$code), ]
      found <- leaf$participants %||% leaf$transcripts
      rare <- leaf[found <= stats::quantile(found, 0.25, type = 1), ]
      paste("Mentioned by fewest:", tree_answer(x, rare))
    }
  },
  processing = function(x) {
    if (length(x$units)) sprintf(
      "%s, %s said by participants, divided into %s.",
      format_count(x$transcripts %||% NA, "transcript"),
      format_count(x$words %||% NA, "word"), format_count(x$units, x$unit))
  },
  trust = function(x) {
    text <- c(
      if (length(x$double)) sprintf("%s coded by two or more.", format_count(
        x$double, "transcript")),
      if (length(x$agreement)) sprintf(
        "Agreement reported for %s.",
        format_count(length(setdiff(x$agreement$code, POOLED)), "code")),
      resolution_text(x$resolution))
    if (length(text)) paste(text, collapse = " ")
  }
)

coders_answer <- function(x) {
  if (length(x$coders)) sprintf(
    "%s: %s%s.", format_count(length(x$coders), "coder"), coder_list(x$coders),
    if (length(x$coders) > 1) sprintf(
      "; %s by two or more", format_count(x$double, "transcript")) else "")
}

tree_answer <- function(x, rows) {
  known <- !all(is.na(rows$participants))
  paste0(paste(sprintf(
    "%s (%s%s)", rows$label,
    format_whole(if (known) rows$participants else rows$transcripts),
    if (known) sprintf(" of %s", x$participants %||% "?") else " transcripts"
  ), collapse = ", "), ".")
}

# Attributes in a line each; those of many levels by their number.
sample_lines <- function(sample) {
  rows <- plain_frame(sample)
  rows <- rows[rows$attribute != "Participants", ]
  vapply(split(rows, factor(rows$attribute, unique(rows$attribute))),
         function(part) {
    name <- gsub("_", " ", part$attribute[1], fixed = TRUE)
    if (nrow(part) > 6) {
      return(sprintf("%s: %d different", name, nrow(part)))
    }
    sprintf("%s: %s", name, paste(part$level, part$All, collapse = ", "))
  }, "")
}

checklist_header <- function(x) {
  states <- c("filled from data", "given", "needs you", "not applicable")
  counts <- vapply(states, function(s) sum(x$state == s), 0L)
  sprintf("%s, %s: %s", attr(x, "guideline"), format_count(nrow(x), "item"),
          paste(counts[counts > 0], states[counts > 0], collapse = ", "))
}

#' @rdname coreq
#' @param x A checklist.
#' @param ... Not used.
#' @export
format.checklist <- function(x, ...) {
  data.frame("No." = x$item, Topic = x$topic, "What to report" = x$asks,
             State = x$state, Answer = x$answer, check.names = FALSE)
}

#' @rdname coreq
#' @export
print.checklist <- function(x, ...) {
  cat(strwrap(paste("<checklist>", checklist_header(x)), exdent = 2),
      sep = "\n")
  room <- getOption("width") - 1
  for (section in unique(x$section)) {
    cat(section, "\n", sep = "")
    part <- x[x$section == section, ]
    text <- sprintf("%2d %s. %s: %s", part$item, part$topic, part$asks,
                    ifelse(part$state == "filled from data", part$answer,
                           sprintf("[%s] %s", part$state, part$answer)))
    cat(strwrap(text, room, indent = 1, exdent = 4), sep = "\n")
  }
  invisible(x)
}

#' @rdname coreq
#' @param caption Caption of a knitted table.
#' @exportS3Method knitr::knit_print
knit_print.checklist <- function(x, caption = NULL, ...) {
  knit_table(format.checklist(x),
             caption = caption %||% paste0(checklist_header(x), "."))
}
