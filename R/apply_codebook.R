#' Rules: how a codebook finds its codes by itself
#'
#' A rule says which words, phrases or expressions make a code apply. It is one
#' or more terms joined by `OR`: `pain* OR "chest pain" OR /dizz(y|iness)/`.
#'
#' @section Terms:
#' * `pain`: the whole word, in upper or lower case.
#' * `pain*`: every word that begins so. A `*` can only end a word.
#' * `"chest pain"`: a phrase. Its words may be parted by any run of white
#'   space, line ends included, or by one hyphen. Other signs between its words
#'   must be there as written (`"yes, please"`). Words of a phrase may end in
#'   `*`. Within quotes `\"`, `\\` and `\*` stand for the plain sign;
#'   typographic quotes serve too.
#' * `follow-up`, `A&E`, `3.5`: signs may stand inside a term without quotes. A
#'   hyphen is like a space in a phrase: `follow-up` finds "follow up" as well.
#' * `/dizz(y|iness)/`: a regular expression of PCRE2, without regard to case.
#'   It matches wherever it matches, inside words too: write `\b` for the edge
#'   of a word. `^` and `$` are the ends of a turn. Only `\/` is special to
#'   rules, a slash. Empty matches do not count, `\C` is refused.
#' * `( ... )` groups.
#'
#' Operators are in capitals; `or` is a word. `AND`, `NOT`, `NEAR/3`, `BEFORE`,
#' `AFTER`, `EXCEPT`, `UNLESS`, `IN`, `WITHIN` and `XOR` are reserved: to match
#' such a word, put it in quotes.
#'
#' @section Words:
#' A word is a run of letters, digits, combining marks and underscores, by the
#' properties of Unicode (Alphabetic, Nd, Mn, Pc). An apostrophe (straight or
#' typographic: they are the same) inside a word belongs to it: "don't" and
#' "doctor's" are one word each, and `doctor` does not find "doctor's"
#' (`doctor*` does). A hyphen parts words: `AI` finds "AI-based". Soft hyphens
#' and zero-width joiners inside words are as if they were not there. Upper and
#' lower case are made equal by simple case folding, one character for one: a
#' sharp s is not "ss". Composed and decomposed accents are different
#' characters.
#'
#' @section Overlaps:
#' Within one code hits never overlap, so nothing is counted twice: of hits that
#' do, the one that begins first is kept, and of those that begin together the
#' longest. Hits of different codes may overlap. No hit crosses from one turn
#' into another.
#'
#' @section Limits:
#' A rule has at most 65,536 bytes, a word 200 bytes, a phrase 64 words, nested
#' parentheses 64 levels. A regular expression has at most 8,192 bytes, and a
#' search with it at most 1,000,000 steps, 10,000 levels of backtracking and
#' 20 MB; one that needs more stops the run with an error that names code and
#' transcript.
#'
#' @name codebook-rules
#' @seealso [codebook()], [apply_codebook()]
NULL

#' Apply a codebook's rules to transcripts
#'
#' Finds every place where a rule of the codebook matches, in one pass over the
#' text whatever the number of rules, and returns the matched words as codings.
#'
#' @param x [transcripts()], or a [project()] whose transcripts are read.
#' @param codebook A [codebook()]. Codes without a rule are left out.
#' @param coder The name under which the codings stand, one string.
#' @param roles Whose turns are searched: `"participant"`, `"interviewer"` or
#'   both.
#' @param threads Threads to use, a whole number, by default
#'   `options("intercoder.threads")` or at most 2. The result does not depend
#'   on it.
#' @param progress Whether to show a progress bar.
#' @return [codings()] with one row per hit, sorted by transcript, start and
#'   end: `start` and `end` are the characters (code points, from 1, inclusive)
#'   of the matched words, `text` the words. See [rules][codebook-rules] for
#'   what matches and how overlaps are settled.
#' @section Errors:
#' `intercoder_error_limit` for a regular expression that reaches a limit,
#' naming the code, its row and the transcript.
#' @examples
#' talk <- data.frame(
#'   transcript = "A", speaker = c("Interviewer", "Ada"),
#'   text = c("What changed?", "It saves minutes, and patients trust me.")
#' )
#' book <- codebook(data.frame(code = c("time", "trust"),
#'                             rule = c("minute* OR hour*", "trust*")))
#' apply_codebook(transcripts(talk), book)
#' @export
apply_codebook <- function(x, codebook, coder = "codebook",
                           roles = "participant", threads = NULL,
                           progress = interactive()) {
  if (inherits(x, "project")) {
    x <- project_read(x, "transcripts")
  }
  check_class(x, "transcripts", "transcripts()")
  check_class(codebook, "codebook", "codebook()")
  check_string(coder)
  if (!nzchar(coder)) {
    arg_error("coder", "a name", describe_value(coder), caller_env(0))
  }
  check_flag(progress)
  check_roles(roles)
  threads <- thread_count(threads)
  rows <- which(!is.na(codebook$rule))
  documents <- x$documents
  passages <- passages_of(x, roles)
  bar <- progress_bar("Applying the codebook", nrow(documents), progress)
  on.exit(bar$end())
  found <- core_value(
    .Call(C_codebook_apply, enc2utf8(codebook$rule[rows]),
          as_utf8(documents$text), passages$count, passages$start,
          passages$end, threads, bar$step),
    describe = function(failure) {
      describe_scan(failure, codebook, rows, documents$transcript)
    }
  )
  as_codings(found, codebook$code[rows], documents, coder)
}

check_roles <- function(roles, call = caller_env()) {
  known <- c("participant", "interviewer")
  if (!is.character(roles) || !length(roles) || !all(roles %in% known)) {
    arg_error("roles", "\"participant\", \"interviewer\" or both",
              describe_value(roles), call)
  }
}

# The turns to be searched, in the order of the documents.
passages_of <- function(x, roles) {
  turns <- x$turns[x$turns$role %in% roles, , drop = FALSE]
  at <- match(turns$transcript, x$documents$transcript)
  turns <- turns[order(at, turns$start), , drop = FALSE]
  list(
    count = tabulate(at, nrow(x$documents)),
    start = as.integer(turns$start),
    end = as.integer(turns$end)
  )
}

describe_scan <- function(failure, codebook, rows, transcripts) {
  row <- rows[failure$item]
  if (is.na(row)) {
    return(failure$message)
  }
  where <- sprintf("rule of code \"%s\" (row %d)", codebook$code[row], row)
  if (failure$kind != "limit") {
    return(sprintf("%s: %s.", where, failure$message))
  }
  c(
    sprintf("%s: %s, in transcript \"%s\".", where, failure$message,
            transcripts[failure$at]),
    i = "Repeats inside repeats, as in /(a+)+/, multiply: write it plainer."
  )
}

as_codings <- function(found, codes, documents, coder) {
  n <- length(found$rule)
  new_codings(data.frame(
    transcript = documents$transcript[found$text],
    start = found$start,
    end = found$end,
    code = codes[found$rule],
    coder = rep(coder, n),
    text = slice_text(documents$text, found$text, found$start, found$end),
    round = rep(NA_integer_, n),
    weight = rep(NA_real_, n),
    memo = rep(NA_character_, n),
    stringsAsFactors = FALSE
  ))
}
