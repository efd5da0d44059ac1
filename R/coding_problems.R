#' Rules that had to be given up in a transcript
#'
#' A regular expression can need time without end, however short the text. In
#' [apply_codebook()] each may take a number of steps that grows with the text
#' (see *Limits* in [rules][codebook-rules]). A code whose rule holds one that
#' runs out has no codings at all in that transcript, so that nobody takes a
#' part for the whole; other codes and other transcripts are not touched.
#'
#' @param x [codings()] as [apply_codebook()] gives them.
#' @return A data frame with one row for each code and transcript given up, in
#'   the order of the transcripts: `code`, its `row` in the codebook, its
#'   `rule`, the `transcript`, `start` and `end` (characters, from 1, inclusive)
#'   of the first turn in which a limit was reached, and the `problem`. No rows
#'   where all went well, and for codings made otherwise.
#' @examples
#' talk <- transcripts(data.frame(
#'   transcript = "A", speaker = "Ada", text = paste0(strrep("a", 60), "!")
#' ))
#' book <- codebook(data.frame(code = c("bad", "fine"),
#'                             rule = c("/(a+)+\\?|(a+)+$/", "a*")))
#' found <- suppressWarnings(apply_codebook(talk, book))
#' coding_problems(found)
#' @export
coding_problems <- function(x) {
  check_class(x, "codings", "codings()")
  attr(x, "problems") %||% missed_table()
}

missed_table <- function(code = character(), row = integer(),
                         rule = character(), transcript = character(),
                         start = integer(), end = integer(),
                         problem = character()) {
  data.frame(code = code, row = row, rule = rule, transcript = transcript,
             start = start, end = end, problem = problem,
             stringsAsFactors = FALSE)
}

# What the core says was missed, in the user's terms. `rows` are the rows of
# the codebook that were applied.
missed_codes <- function(misses, codebook, rows, documents, passages) {
  row <- rows[misses$rule]
  missed_table(
    code = codebook$code[row], row = row, rule = codebook$rule[row],
    transcript = documents$transcript[misses$text],
    start = passages$start[misses$passage],
    end = passages$end[misses$passage], problem = misses$problem
  )
}

# Codings with what was missed beside them, and a warning if there is any.
with_problems <- function(codings, problems, warn = TRUE) {
  if (nrow(problems)) {
    attr(codings, "problems") <- problems
    if (warn) {
      warn_missed(problems)
    }
  }
  codings
}

warn_missed <- function(problems) {
  shown <- utils::head(problems, 5)
  lines <- sprintf(
    "Code \"%s\" (row %d) has none in \"%s\": at characters %d to %d %s.",
    shown$code, shown$row, shown$transcript, shown$start, shown$end,
    shown$problem
  )
  if (nrow(problems) > nrow(shown)) {
    lines <- c(lines, sprintf("and %d more.", nrow(problems) - nrow(shown)))
  }
  names(lines) <- rep("x", length(lines))
  warn(
    "rule",
    c(missed_line(problems), lines,
      i = "Repeats inside repeats, as in /(a+)+/, multiply: write it plainer.",
      i = "coding_problems() lists them; all other codings stand."),
    problems = problems
  )
}

missed_line <- function(problems) {
  sprintf("Given up in part: %s in %s.",
          format_count(length(unique(problems$code)), "code"),
          format_count(length(unique(problems$transcript)), "transcript"))
}
