#' Sections of interviews, from the interviewer's questions
#'
#' Finds the questions of a guide in what interviewers say and marks the turns
#' that follow as the section of that question, so that rules can be looked for
#' in the answers to it alone (column `section` of a [codebook()]).
#'
#' Every turn of an interviewer in which a code's rule matches begins the
#' section of that code; it lasts to the next such turn or the end of the
#' transcript. Where the rules of several codes match in one turn, the one that
#' matches first counts, of those that begin together the longer, then the one
#' higher in the codebook. Turns before the first question have no section.
#' Interviewers' turns in which no rule matches, such as probes, belong to the
#' section they stand in.
#'
#' @param x [transcripts()].
#' @param codebook A [codebook()] with a code for each question. Where it says a
#'   `speaker`, that speaker's turns begin the section.
#' @return The transcripts, whose [turns()] have a column `section`: the code,
#'   or `NA`. One that was there before is replaced.
#' @section Warnings:
#' `intercoder_warning_codebook` if no turn matches any rule.
#' @section Errors: `intercoder_error_argument` where `x` are no transcripts or
#'   `codebook` is no codebook.
#' @seealso [transcripts()], which takes sections from a column of a table.
#' @examples
#' x <- transcripts(data.frame(
#'   transcript = "A", speaker = c("Interviewer", "Ada", "Interviewer", "Ada"),
#'   text = c("What did you hope for?", "To save time.",
#'            "And what kept you from using it?", "I had no time.")
#' ))
#' guide <- codebook(data.frame(
#'   code = c("hopes", "barriers"), rule = c("hope*", "\"kept you from\"")
#' ))
#' x <- sections(x, guide)
#' turns(x)
#' apply_codebook(x, codebook(data.frame(
#'   code = "lack_of_time", rule = "time", section = "barriers"
#' )))
#' @export
sections <- function(x, codebook) {
  check_class(x, "transcripts", "transcripts()")
  check_class(codebook, "codebook", "codebook()")
  found <- apply_codebook(x, codebook, roles = "interviewer",
                          progress = FALSE)
  x$turns <- in_text_order(x)
  begun <- rep(NA_character_, nrow(x$turns))
  first <- first_codings(found, coded_turns(found, x), codebook)
  begun[first$turn] <- first$code
  if (all(is.na(begun))) {
    warn("codebook", c("No section begins: no question was found.",
                       i = "Rules are looked for in interviewers' turns."))
  }
  x$turns$section <- carried_on(begun, x$turns$transcript)
  x
}

in_text_order <- function(x) {
  turns <- x$turns
  at <- match(turns$transcript, x$documents$transcript)
  turns <- turns[order(at, turns$start), , drop = FALSE]
  rownames(turns) <- NULL
  turns
}

# The row of the turn in which each coding begins; turns are in text order.
coded_turns <- function(codings, x) {
  place <- function(rows) {
    2^32 * match(rows$transcript, x$documents$transcript) + rows$start
  }
  findInterval(place(codings), place(x$turns))
}

first_codings <- function(codings, turn, codebook) {
  at <- order(turn, codings$start, -codings$end,
              match(codings$code, codebook$code))
  at <- at[!duplicated(turn[at])]
  list(turn = turn[at], code = codings$code[at])
}

# Each value goes on to the next one within its group.
carried_on <- function(values, group) {
  start <- !duplicated(group)
  last <- cummax(ifelse(start | !is.na(values), seq_along(values), 0L))
  values[last]
}
