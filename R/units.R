#' Units of coding
#'
#' Divides what was said into the units that get codes. Units are fixed before
#' coding and have lasting names.
#'
#' A *sentence* ends at `.`, `!`, `?` or an ellipsis with the quotes and
#' brackets that close after it, followed by white space; not after titles
#' ("Dr."), common abbreviations ("e.g."), initials and the number of a list,
#' nor where an ellipsis or a quoted remark goes on in lower case; always at
#' the end of a paragraph. A *paragraph* ends at a line break; in text whose
#' lines are wrapped at a fixed width, and in captions, only at a blank line.
#' Sentences and paragraphs never reach beyond their turn.
#'
#' @param x transcripts, from [read_transcripts()] or [transcripts()].
#' @param by `"turn"`, `"sentence"`, `"paragraph"` or `"transcript"`.
#' @param roles whose turns are divided: `"participant"`, `"interviewer"` or
#'   both. For whole transcripts the unit runs from the first of these turns to
#'   the last and `words` counts theirs alone.
#' @param ... Nothing: what is given here is refused.
#' @return A data frame of class `units`, in the order of the text: `unit` (a
#'   unique name: `"C01:0012"` is turn 12 of C01, `"C01:0012.2"` its second
#'   sentence or paragraph), `transcript`, `participant`, `speaker`, `role`,
#'   `turn`, `start`, `end` (code points in the transcript's text, from 1,
#'   inclusive), `words`, `text`, and `section` where the turns have one (see
#'   [sections()]). The attribute `by` says how it was divided,
#'   `participants` holds their attributes.
#' @section Errors: `intercoder_error_argument` where `by` or `roles` is none of
#'   these.
#' @seealso [as_ratings()] and [code_matrix()], which need units.
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' x <- transcripts(data.frame(
#'   transcript = "C01",
#'   text = "I: So?\n\nP: Dr. Smith came. He had time, e.g. for tea.\n\nI: Oh."
#' ))
#' units(x, by = "sentence")
#' @export
units <- function(x, ...) UseMethod("units")

# base::units() is about time differences and goes on working. It would find
# this very method for what it does not know.
#' @export
units.default <- function(x, ...) {
  known <- lapply(class(x), function(class) {
    utils::getS3method("units", class, optional = TRUE, envir = baseenv())
  })
  if (all(vapply(known, is.null, NA))) {
    check_class(x, "transcripts", "read_transcripts()", call = caller_env(0))
  }
  base::units(x)
}

#' @rdname units
#' @export
units.transcripts <- function(x, by = c("turn", "sentence", "paragraph",
                                        "transcript"),
                              roles = "participant", ...) {
  check_no_dots(...)
  by <- check_choice(by, c("turn", "sentence", "paragraph", "transcript"))
  known <- c("participant", "interviewer")
  if (!is.character(roles) || !length(roles) || !all(roles %in% known)) {
    arg_error("roles", "\"participant\", \"interviewer\" or both",
              describe_value(roles), caller_env())
  }
  turns <- x$turns[x$turns$role %in% roles, ]
  rows <- switch(
    by,
    turn = unit_turns(turns),
    sentence = unit_parts(x, turns, "sentence"),
    paragraph = unit_parts(x, turns, "paragraph"),
    transcript = unit_transcripts(x, turns)
  )
  if (by != "transcript") rows$words <- said_words(x, rows)
  rows$text <- said_text(x, rows)
  rows <- new_units(rows, by)
  attr(rows, "participants") <- x$participants
  rows
}

UNIT_COLUMNS <- c("unit", "transcript", "participant", "speaker", "role",
                  "turn", "start", "end", "words", "text")

new_units <- function(rows, by) {
  rows <- rows[c(UNIT_COLUMNS, intersect("section", names(rows)))]
  rownames(rows) <- NULL
  new_result(rows, by = by, class = "units")
}

unit_turns <- function(turns) {
  turns$unit <- sprintf("%s:%04d", turns$transcript, turns$turn)
  turns
}

unit_parts <- function(x, turns, by) {
  place <- match(turns$transcript, x$documents$transcript)
  blank <- lines_are_wrapped(x)[place]
  text <- said_text(x, turns)
  parts <- if (by == "sentence") {
    core_value(.Call(C_segment_sentences, text, blank))
  } else {
    core_value(.Call(C_segment_paragraphs, text, blank))
  }
  rows <- turns[parts$item, ]
  rows$end <- rows$start + parts$end - 1L
  rows$start <- rows$start + parts$start - 1L
  number <- stats::ave(parts$item, parts$item, FUN = seq_along)
  rows$unit <- sprintf("%s:%04d.%d", rows$transcript, rows$turn,
                       as.integer(number))
  rows
}

unit_transcripts <- function(x, turns) {
  words <- said_words(x, turns)
  ids <- unique(turns$transcript)
  group <- factor(turns$transcript, ids)
  one <- function(values) {
    vapply(split(values, group), function(v) {
      if (length(unique(v)) == 1) v[1] else NA_character_
    }, "", USE.NAMES = FALSE)
  }
  first <- match(ids, turns$transcript)
  data.frame(
    unit = ids, transcript = ids, participant = one(turns$participant),
    speaker = one(turns$speaker), role = one(turns$role),
    turn = rep(NA_integer_, length(ids)), start = turns$start[first],
    end = vapply(split(turns$end, group), max, 0L, USE.NAMES = FALSE),
    words = vapply(split(words, group), sum, 0L, USE.NAMES = FALSE),
    stringsAsFactors = FALSE
  )
}

# Whether a single line break is only the end of a line: captions, and text in
# which lines that another follows at once are nearly all of one width.
lines_are_wrapped <- function(x) {
  mapply(function(text, format) {
    if (format %in% c("vtt", "srt", "sbv")) {
      return(TRUE)
    }
    line <- strsplit(text, "\n", fixed = TRUE)[[1]]
    size <- nchar(line, "chars")
    size <- size[c(size[-1] > 0, FALSE)[seq_along(size)] & size > 0]
    length(size) >= 4 && max(size) <= 100 && mean(size >= 50) >= 0.8
  }, x$documents$text, x$documents$format, USE.NAMES = FALSE)
}

#' @exportS3Method knitr::knit_print
knit_print.units <- function(x, caption = NULL, ...) {
  place <- factor(x$transcript, unique(x$transcript))
  count <- function(v) c(tapply(v, place, sum, default = 0))
  knit_table(
    data.frame(Transcript = levels(place), Units = tabulate(place),
               Words = count(x$words)),
    caption %||% paste0(units_header(x), ".")
  )
}

units_header <- function(x) {
  sprintf("%s from %s, %s", format_count(nrow(x), attr(x, "by") %||% "unit"),
          format_count(length(unique(x$transcript)), "transcript"),
          format_count(sum(x$words), "word"))
}

#' @export
format.units <- function(x, ..., n = 6) {
  head <- paste("<units>", units_header(x))
  shown <- utils::head(as.data.frame(x), n)
  if (!nrow(shown)) {
    return(head)
  }
  room <- max(20L, getOption("width") - max(nchar(shown$unit)) - 16L)
  said <- gsub("\n", " ", shown$text, fixed = TRUE)
  long <- nchar(said) > room
  said[long] <- paste0(substring(said[long], 1L, room - 3L), "...")
  speaker <- ifelse(is.na(shown$speaker), "", shown$speaker)
  lines <- sprintf("  %s  %s  %s", format(shown$unit),
                   format(substring(speaker, 1L, 12L)), said)
  rest <- nrow(x) - nrow(shown)
  c(head, lines, if (rest > 0) sprintf("  ... and %s more",
                                       format_whole(rest)))
}

#' @export
print.units <- function(x, ...) {
  if (!all(c("unit", "text", "transcript", "words") %in% names(x))) {
    print(as.data.frame(x))
    return(invisible(x))
  }
  cat(format(x, ...), sep = "\n")
  invisible(x)
}
