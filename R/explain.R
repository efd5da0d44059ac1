#' Why a rule found a place, and why not
#'
#' For codings made by rules: which terms of the rule stand behind each of
#' them, and on which words. For a codebook or a rule: all it came to in a text,
#' also what an exception, a negation, a missing neighbour or an overlap took
#' away again, and the words that did it.
#'
#' @param x What is to be explained: [codings()] made by rules; a [codebook()];
#'   or one or more [rules][codebook-rules] as strings, to try them (their
#'   names are then the codes, by default the rules themselves).
#' @param text Where: [transcripts()], a [project()] whose transcripts are read,
#'   or strings, each of which is then one turn of a participant.
#' @param codebook The [codebook()] that made the codings.
#' @param code,transcript,turn Only these codes, transcripts and numbers of
#'   turns; `NULL`: all.
#' @param ... For codebooks and rules: arguments of [apply_codebook()], such as
#'   `roles`.
#' @return A data frame of class `rule_explanation` with one row per clue, a
#'   term of the rule that matched or was missing:
#'   * `transcript`, `turn`, `speaker`, `code`: where, and which rule.
#'   * `finding`: a number for each place the rule came to; for codings the
#'     number of their row. `start` and `end`: that place, in characters of the
#'     transcript.
#'   * `outcome`: what became of it. `"coded"`; `"vetoed"` by `NOT`, `EXCEPT` or
#'     `UNLESS`; `"missing"`: what `AND`, `NEAR`, `BEFORE` or `AFTER` ask for is
#'     not there; `"sentence"`: it reaches over the end of one, with `WITHIN
#'     SENTENCE`; `"overlap"`: it overlaps a hit that was kept; `"unsearched"`:
#'     the turn is not searched for this code; `"minimum"`: the turn has too few
#'     hits; `"limit"`: the code has none in this transcript, because a regular
#'     expression of its rule reached its limit. A coding that is no hit of its
#'     code's rule is `"unmatched"` and has one row without a clue.
#'   * `role`: what the clue does: `"match"` (part of the finding), `"with"`
#'     (elsewhere, as `AND` asks), `"veto"`, `"missing"`, `"overlap"` (the hit
#'     that was kept).
#'   * `operator`: what brought the term in, such as `"UNLESS BEFORE/3"`, `NA`
#'     for the first. `term` and `at`: the term as it is written and the
#'     character of the rule at which it begins.
#'   * `via`: the reference (`@name`) by which the term came into the rule, `at`
#'     being its place; for an overlap, the code of the hit that was kept.
#'   * `text`, `text_start`, `text_end`: the words, and their place in the
#'     transcript; `word`: the number of the first of them in the transcript.
#'
#'   Of several words that would veto, the nearest is named with `UNLESS`, else
#'   the first in the text. `print()` shows each turn once: what was coded in
#'   \[brackets\], what was found and lost in \{braces\}, and what decided
#'   about it between underscores.
#' @section Errors: `intercoder_error_codings` for codings that are not places
#'   of these transcripts; `intercoder_error_rule` for a rule that cannot be
#'   read; `intercoder_error_argument` for codes, transcripts or turns that are
#'   not there.
#' @section Other packages: dplyr has a function of this name too. Codings and
#'   codebooks are explained by either, whichever was attached last; rules as
#'   strings by `intercoder::explain()`.
#' @seealso [test_codebook()] for examples that stay with the codebook;
#'   [concordance()].
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' explain("good UNLESS BEFORE/3 (not OR never)",
#'         "A good start, but in the end not that good.")
#'
#' study <- simulated_study
#' found <- apply_codebook(study$transcripts, study$codebook)
#' explain(found[1:3, ], study$transcripts, study$codebook)
#' explain(study$codebook, study$transcripts, code = "eff_error",
#'         transcript = "C01")
#' @export
explain <- function(x, ...) {
  UseMethod("explain")
}

#' @export
explain.default <- function(x, ...) {
  arg_error("x", "codings, a codebook or rules", describe_value(x),
            caller_env())
}

#' @rdname explain
#' @export
#' @rawNamespace S3method(dplyr::explain,codings)
explain.codings <- function(x, text, codebook, ...) {
  check_no_dots(...)
  call <- rlang::current_env()
  text <- texts_to_explain(text, call)
  check_class(codebook, "codebook", "codebook()")
  check_columns(x, coding_columns)
  check_spans(x, "x", call)
  refuse_codings(place_problems(x, text, no_problems(nrow(x))), call)
  turn <- turn_at(text, x$transcript, x$start)
  codes <- which(!is.na(codebook$rule) & codebook$code %in% x$code)
  clues <- clues_of(text, codebook, codes, function(code) {
    sort(unique(turn[x$code == codebook$code[code] & !is.na(turn)]))
  })
  places <- data.frame(row = turn, code = x$code, start = x$start, end = x$end)
  hits <- clues[clues$fate == 1L, , drop = FALSE]
  of <- match(place_key(places), place_key(hits))
  parts <- split(seq_len(nrow(hits)), factor(hits$finding,
                                             unique(hits$finding)))
  rows <- parts[as.character(hits$finding[of])]
  found <- hits[unlist(lapply(rows, function(i) if (is.null(i)) NA else i)), ,
                drop = FALSE]
  at <- rep(seq_along(rows), pmax(1L, lengths(rows)))
  lost <- is.na(found$row)
  found[lost, c("row", "code", "start", "end")] <-
    places[at[lost], c("row", "code", "start", "end")]
  found$finding <- at
  found$outcome <- ifelse(lost, "unmatched", "coded")
  found$document <- match(x$transcript, text$documents$transcript)[at]
  new_explanation(found, text, codebook)
}

#' @rdname explain
#' @export
#' @rawNamespace S3method(dplyr::explain,codebook)
explain.codebook <- function(x, text, code = NULL, transcript = NULL,
                             turn = NULL, ...) {
  call <- rlang::current_env()
  text <- texts_to_explain(text, call)
  codes <- which(!is.na(x$rule))
  codes <- codes[chosen(x$code[codes], code, "code", call)]
  turns <- text$turns
  rows <- which(chosen(turns$transcript, transcript, "transcript", call))
  rows <- rows[chosen(turns$turn[rows], turn, "turn", call)]
  text <- text[unique(turns$transcript[rows])]
  rows <- match(place_of_turn(turns[rows, ]), place_of_turn(text$turns))
  clues <- clues_of(text, x, codes, function(code) rows)
  clues <- with_outcomes(clues, text, x, ...)
  new_explanation(clues, text, x)
}

#' @rdname explain
#' @export
explain.character <- function(x, text, ...) {
  explain.codebook(codebook_of_rules(x), text, ...)
}

# ---- what is to be explained ----

# Strings as transcripts of one turn each.
texts_to_explain <- function(text, call) {
  if (inherits(text, "project")) {
    text <- project_read(text, "transcripts")
  }
  if (!is.character(text)) {
    check_class(text, "transcripts", "transcripts()", call = call)
    return(text)
  }
  if (!length(text) || anyNA(text)) {
    arg_error("text", "transcripts or strings", describe_value(text), call)
  }
  name <- names(text) %||% character(length(text))
  text <- as_utf8(text, "text", call)
  name[!nzchar(name)] <- seq_along(text)[!nzchar(name)]
  assemble(Map(one_turn, name, unname(text)), call = call)
}

one_turn <- function(name, text) {
  turn <- data.frame(speaker = NA_character_, role = "participant",
                     start = 1L, end = nchar(text, "chars"),
                     time_start = NA_real_, time_end = NA_real_)
  new_record(name, text, turn, FRAME_FACTS)
}

place_of_turn <- function(turns) paste(turns$transcript, turns$turn)

chosen <- function(values, wanted, arg, call) {
  unknown <- setdiff(wanted, values)
  if (length(unknown)) {
    arg_error(arg, sprintf("among %s", quoted(unique(values), 6)),
              describe_value(unknown[1]), call)
  }
  if (is.null(wanted)) rep(TRUE, length(values)) else values %in% wanted
}

# ---- clues ----

place_key <- function(x) paste(x$row, x$code, x$start, x$end, sep = "\r")

EXPLAIN_ROLES <- c("match", "with", "veto", "missing")
EXPLAIN_FATES <- c("coded", "vetoed", "missing", "sentence")
EXPLAIN_OPERATORS <- c("AND", "NOT", "NEAR", "BEFORE", "AFTER", "EXCEPT",
                       "UNLESS NEAR", "UNLESS BEFORE", "UNLESS AFTER")

# What the rules of some codes (rows of the codebook) did in the turns (rows
# of x$turns) that `turns(code)` gives, with places in the transcripts.
clues_of <- function(x, codebook, codes, turns) {
  rules <- enc2utf8(resolved_rules(codebook))
  parts <- lapply(codes, function(code) {
    rows <- turns(code)
    clues_of_rule(x, rules[code], rows, codebook, code)
  })
  clues <- do.call(rbind, c(list(no_clues()), parts))
  place <- paste(clues$code, clues$row, clues$finding)
  clues$finding <- match(place, unique(place))
  clues
}

no_clues <- function() {
  data.frame(row = integer(), document = integer(), code = character(),
             finding = integer(), fate = integer(), start = integer(),
             end = integer(), role = character(), operator = character(),
             term = character(), at = integer(), via = character(),
             text_start = integer(), text_end = integer())
}

clues_of_rule <- function(x, rule, rows, codebook, code) {
  turns <- x$turns[rows, , drop = FALSE]
  document <- match(turns$transcript, x$documents$transcript)
  said <- slice_text(x$documents$text, document, turns$start, turns$end)
  found <- core_value(
    .Call(C_codebook_explain, rule, said,
          wrapped_where_asked(x, rule)[document])
  )
  at <- found$passage
  before <- turns$start[at] - 1L
  written <- written_places(codebook, code, found$rule_start, found$rule_end)
  data.frame(
    row = rows[at], document = document[at],
    code = rep(codebook$code[code], length(at)), finding = found$finding,
    fate = found$fate, start = found$start + before, end = found$end + before,
    role = EXPLAIN_ROLES[found$role], operator = operator_names(found),
    term = slice_text(rule, rep(1L, length(at)), found$rule_start,
                      found$rule_end),
    at = written$at, via = written$via,
    text_start = found$text_start + before,
    text_end = found$text_end + before
  )
}

operator_names <- function(found) {
  name <- c(NA, EXPLAIN_OPERATORS)[found$op + 1L]
  counted <- found$distance > 0
  name[counted] <- paste0(name, "/", found$distance)[counted]
  name
}

# Where in the rule as its author wrote it a part of the resolved rule stands:
# what a reference brought in stands where the reference does.
written_places <- function(codebook, code, start, end) {
  rule <- codebook$rule[code]
  places <- list(at = start, via = rep(NA_character_, length(start)))
  if (!grepl("@", rule, fixed = TRUE)) {
    return(places)
  }
  sources <- rule_sources(codebook, attr(codebook, "lists"))
  references <- rule_references(rule)
  resolved <- resolve_references(sources, attr(codebook, "file"), caller_env())
  put <- nchar(resolved[match(references$name, sources$name)], "chars") + 2L
  grown <- cumsum(put - (references$end - references$start + 1L))
  from <- references$start + c(0L, grown)[seq_along(grown)]
  inside <- findInterval(start, from)
  k <- pmax(1L, inside)
  in_it <- inside > 0 & start < from[k] + put[k] & end < from[k] + put[k]
  places$at <- ifelse(in_it, references$start[k],
                      start - c(0L, grown)[inside + 1L])
  places$via[in_it] <- references$text[k][in_it]
  places
}

# ---- what became of it ----

# The codebook applied in stages: what was there before a stage and is not
# there after it went for that stage's reason.
with_outcomes <- function(clues, x, codebook, nested = "code",
                          roles = "participant", progress = FALSE, ...) {
  everybody <- c("participant", "interviewer")
  stage <- function(without, roles, ...) {
    book <- codebook
    for (column in without) book[[column]] <- NULL
    found <- apply_codebook(x, book, roles = roles, progress = progress, ...)
    found$row <- turn_at(x, found$transcript, found$start)
    found
  }
  # One warning is enough: that of the codebook applied as a whole.
  calm <- function(expr) {
    suppressWarnings(expr, classes = "intercoder_warning")
  }
  whole <- stage(character(), roles, nested = nested, ...)
  stages <- list(
    overlap = calm(stage(c("speaker", "section", "minimum"), everybody, ...)),
    unsearched = calm(stage("minimum", roles, ...)),
    minimum = calm(stage(character(), roles, ...)),
    overlap = whole
  )
  given_up <- lapply(stages, function(found) {
    problems <- coding_problems(found)
    paste(match(problems$transcript, x$documents$transcript), problems$code)
  })
  label_outcomes(clues, stages, given_up, nested)
}

# Where a stage gave a code up, its silence says nothing.
label_outcomes <- function(clues, stages, given_up, nested) {
  key <- place_key(clues)
  code <- paste(clues$document, clues$code)
  outcome <- EXPLAIN_FATES[clues$fate]
  hit <- outcome == "coded" & !key %in% place_key(stages[[length(stages)]])
  outcome[hit] <- "limit"
  for (i in rev(seq_along(stages))) {
    gone <- !key %in% place_key(stages[[i]]) & !code %in% given_up[[i]]
    outcome[hit & gone] <- names(stages)[i]
  }
  clues$outcome <- outcome
  lost <- which(outcome == "overlap" & !duplicated(clues$finding))
  rbind(clues, overlap_clues(clues[lost, ], stages, nested))
}

# The row of `kept` that overlaps each lost hit, NA where none does.
overlapping <- function(lost, kept, same_code) {
  by_turn <- split(seq_len(nrow(kept)), kept$row)
  vapply(seq_len(nrow(lost)), function(i) {
    near <- by_turn[[as.character(lost$row[i])]]
    near[kept$start[near] <= lost$end[i] & kept$end[near] >= lost$start[i] &
           (!same_code | kept$code[near] == lost$code[i])][1]
  }, 1L)
}

# The hit that was kept in the place of each, of any code where all contend.
overlap_clues <- function(lost, stages, nested) {
  whole <- stages[[length(stages)]]
  kept <- rbind(as.data.frame(whole), as.data.frame(stages[[1]]))
  by <- overlapping(lost, whole, nested == "code")
  own <- overlapping(lost, stages[[1]], TRUE) + nrow(whole)
  by <- ifelse(is.na(by), own, by)
  lost$role <- rep("overlap", nrow(lost))
  lost$operator <- lost$term <- rep(NA_character_, nrow(lost))
  lost$at <- rep(NA_integer_, nrow(lost))
  lost$via <- kept$code[by]
  lost$text_start <- kept$start[by]
  lost$text_end <- kept$end[by]
  lost
}

# ---- the table ----

new_explanation <- function(clues, x, codebook) {
  clues <- clues[order(clues$finding, match(clues$role, c(EXPLAIN_ROLES,
                                                          "overlap"))), ]
  turns <- x$turns[clues$row, ]
  texts <- x$documents$text
  matched <- !is.na(clues$text_start)
  words <- clues[matched, ]
  text <- rep(NA_character_, nrow(clues))
  text[matched] <- slice_text(texts, words$document, words$text_start,
                              words$text_end)
  word <- rep(NA_integer_, nrow(clues))
  word[matched] <- word_numbers(texts, words$document, words$text_start,
                                words$text_end)
  out <- data.frame(
    transcript = x$documents$transcript[clues$document], turn = turns$turn,
    speaker = turns$speaker, code = clues$code, finding = clues$finding,
    outcome = clues$outcome, start = clues$start, end = clues$end,
    role = clues$role, operator = clues$operator, term = clues$term,
    at = clues$at, via = clues$via, text = text,
    text_start = clues$text_start, text_end = clues$text_end, word = word
  )
  rules <- codebook$code %in% out$code
  new_result(out, class = "rule_explanation",
             turns = explained_turns(x, unique(clues$row)),
             rules = stats::setNames(codebook$rule, codebook$code)[rules])
}

explained_turns <- function(x, rows) {
  turns <- x$turns[rows[!is.na(rows)], c("transcript", "turn", "start", "end")]
  document <- match(turns$transcript, x$documents$transcript)
  turns$text <- slice_text(x$documents$text, document, turns$start, turns$end)
  rownames(turns) <- NULL
  turns
}
