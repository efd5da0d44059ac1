#' Transcripts from a data frame
#'
#' Makes transcripts of a data frame that holds one row per transcript or one
#' row per turn. Files are read by [read_transcripts()], which gives the same
#' kind of object.
#'
#' With one row per transcript and no column `speaker`, turns are recognised
#' in the text as in a plain text file. With one row per turn the text of a
#' transcript is composed: one line `Speaker: text` per turn, in the order of
#' the rows.
#'
#' @param data a data frame with the columns `transcript` (its name) and
#'   `text`, and where known `participant`, `speaker`, `role` (`"participant"`
#'   or `"interviewer"`), `section` (the part of the interview, such as the
#'   question talked about), `time_start` and `time_end` (seconds). Any other
#'   column that is constant within each participant becomes an attribute of
#'   the participant.
#' @inheritParams read_transcripts
#' @return An object of class `transcripts`: a list of three data frames.
#'   \describe{
#'     \item{documents}{one row per transcript: `transcript`, `participant`
#'       (`NA` where several take part), `text` (UTF-8, lines end in LF; never
#'       altered afterwards), `hash` (SHA-256 of the text), and where it came
#'       from: `source`, `format`, `encoding`, `newline`, `bom`, `md5` (of the
#'       file as it was).}
#'     \item{turns}{one row per turn: `transcript`, `turn` (from 1 within the
#'       transcript), `speaker` (the label as written), `role`, `participant`
#'       (`NA` for interviewers), `start` and `end` (the first and last code
#'       point of what is said, so that `substring(text, start, end)` gives
#'       it), `time_start`, `time_end` (seconds or `NA`) and, where sections
#'       are known, `section` (see [sections()]).}
#'     \item{participants}{one row per participant: `participant`, `speaker`
#'       (the label) and any attributes.}
#'   }
#'   `length()` counts transcripts, `x["C01"]` picks some, `as.data.frame()`
#'   gives the turns with their text.
#' @section Errors: `intercoder_error_columns` where `transcript` or `text` is
#'   absent; `intercoder_error_transcript` for a row without a transcript's
#'   name, naming the row; `intercoder_error_encoding` for text that is not
#'   UTF-8.
#' @seealso [speakers()], [units()].
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' x <- transcripts(data.frame(
#'   transcript = "C01",
#'   speaker = c("Interviewer", "C01"),
#'   text = c("What should it do?", "Save time. And leave me the patient.")
#' ))
#' x
#' as.data.frame(x)
#' @export
transcripts <- function(data, participants = NULL, speakers = NULL,
                        marking = NULL) {
  check_columns(data, c("transcript", "text"))
  data <- as.data.frame(data, stringsAsFactors = FALSE)
  class(data) <- "data.frame"
  data <- check_transcript_rows(data)
  records <- if ("speaker" %in% names(data) || anyDuplicated(data$transcript)) {
    records_from_turns(data)
  } else {
    records_from_texts(data, turn_hints(speakers, marking))
  }
  people <- merge_people(attributes_in_rows(data), participants)
  assemble(records, people, speakers)
}

TRANSCRIPT_COLUMNS <- c("transcript", "text", "participant", "speaker", "role",
                        "turn", "start", "end", "time_start", "time_end",
                        "section")

# A column "role" with other values is an attribute, such as a profession, and
# steps aside as "role " until attributes are gathered.
check_transcript_rows <- function(data, source = NULL, call = caller_env()) {
  where <- if (is.null(source)) "`data`" else sprintf("\"%s\"", source)
  for (column in intersect(names(data), TRANSCRIPT_COLUMNS[1:5])) {
    data[[column]] <- enc2utf8(as.character(data[[column]]))
  }
  bad <- which(is.na(data$transcript) | !nzchar(data$transcript))
  if (length(bad)) {
    abort("transcript", sprintf("%s, row %d: the transcript has no name.",
                                where, bad[1]), row = bad[1], call = call)
  }
  data$text[is.na(data$text)] <- ""
  if ("section" %in% names(data)) {
    data$section <- section_column(data$section)
  }
  for (column in intersect(names(data),
                           c(TRANSCRIPT_COLUMNS[1:5], "section"))) {
    bad <- which(!is.na(data[[column]]) & !is.na(utf8_fault(data[[column]])))
    if (length(bad)) {
      abort("encoding", sprintf("%s, row %d: the %s is not UTF-8.", where,
                                bad[1], column), row = bad[1], call = call)
    }
  }
  if (all(is_blank(data$text))) {
    abort("transcript", sprintf("%s holds no text.", where), call = call)
  }
  if (!all(data$role %in% c("participant", "interviewer", NA))) {
    names(data)[names(data) == "role"] <- "role "
  }
  data
}

# Without white space around it; what is not UTF-8 is left to be refused.
section_column <- function(x) {
  x <- enc2utf8(as.character(x))
  sound <- is.na(utf8_fault(x))
  x[sound] <- trim(x[sound])
  x[!nzchar(x)] <- NA
  x
}

# Columns beyond those known, where each participant has one value of them. A
# column without a name is none.
attributes_in_rows <- function(data, source = NULL) {
  extra <- setdiff(names(data), c(TRANSCRIPT_COLUMNS, "", NA))
  if (!length(extra)) {
    return(NULL)
  }
  owner <- if ("participant" %in% names(data)) "participant" else "transcript"
  steady <- vapply(extra, function(column) {
    !anyDuplicated(unique(data[c(owner, column)])[[owner]])
  }, NA)
  if (any(!steady)) {
    warn("columns", sprintf(
      "%sleft out, because a %s has more than one value of it: %s.",
      if (is.null(source)) "" else sprintf("\"%s\": ", source), owner,
      paste0("\"", extra[!steady], "\"", collapse = ", ")
    ))
  }
  people <- unique(data[c(owner, extra[steady])])
  names(people) <- trimws(names(people))
  people[!is.na(people[[owner]]), , drop = FALSE]
}

# A record is what a reader hands over: one text with its turns and the facts
# about where it came from.
new_record <- function(transcript, text, turns, facts) {
  list(
    document = list2DF(list(
      transcript = transcript, participant = NA_character_, text = text,
      hash = cli::hash_sha256(text), source = facts$source,
      format = facts$format, encoding = facts$encoding,
      newline = facts$newline, bom = facts$bom, md5 = facts$md5
    )),
    turns = turns
  )
}

FRAME_FACTS <- list(source = NA_character_, format = "data frame",
                    encoding = "UTF-8", newline = NA_character_, bom = FALSE,
                    md5 = NA_character_)

file_facts <- function(file, source, format) {
  list(source = source, format = format, encoding = file$encoding,
       newline = file$newline, bom = file$bom, md5 = file$md5)
}

records_from_texts <- function(data, hints, facts = FRAME_FACTS) {
  lapply(seq_len(nrow(data)), function(i) {
    text <- unify_newlines(data$text[i])
    turns <- find_turns(text, hints)
    if ("section" %in% names(data)) {
      turns$section <- rep(data$section[i], nrow(turns))
    }
    record <- new_record(data$transcript[i], text, turns, facts)
    if ("participant" %in% names(data)) {
      record$document$participant <- data$participant[i]
    }
    record
  })
}

records_from_turns <- function(data, facts = FRAME_FACTS) {
  rows <- split(seq_len(nrow(data)),
                factor(data$transcript, unique(data$transcript)))
  unname(lapply(rows, function(all) {
    said <- trim(unify_newlines(data$text[all], "mixed"))
    i <- all[nzchar(said)]
    column <- function(name, missing) {
      if (name %in% names(data)) data[[name]][i] else rep(missing, length(i))
    }
    composed <- compose_text(said[nzchar(said)],
                             column("speaker", NA_character_))
    turns <- composed$turns
    turns$role <- column("role", NA_character_)
    turns$participant <- column("participant", NA_character_)
    turns$time_start <- as.numeric(column("time_start", NA_real_))
    turns$time_end <- as.numeric(column("time_end", NA_real_))
    if ("section" %in% names(data)) turns$section <- data$section[i]
    new_record(data$transcript[all[1]], composed$text, turns, facts)
  }))
}

# One line "Speaker: text" per turn; start and end of what is said.
compose_text <- function(said, speaker) {
  speaker <- trim(speaker)
  label <- ifelse(is.na(speaker) | !nzchar(speaker), "",
                  paste0(speaker, ": "))
  size <- nchar(said, "chars")
  before <- c(0, cumsum(nchar(label, "chars") + size + 1))[seq_along(said)]
  start <- as.integer(before + nchar(label, "chars") + 1)
  speaker[!nzchar(label)] <- NA_character_
  list(
    text = enc2utf8(paste0(label, said, collapse = "\n")),
    turns = data.frame(
      speaker = speaker, start = start, end = start + size - 1L,
      time_start = rep(NA_real_, length(said)),
      time_end = rep(NA_real_, length(said)), stringsAsFactors = FALSE
    )
  )
}

# Records, attributes of participants and the map of labels, put together.
assemble <- function(records, people = NULL, speakers = NULL,
                     call = caller_env()) {
  documents <- bind_rows(lapply(records, `[[`, "document"))
  twice <- documents$transcript[duplicated(documents$transcript)]
  if (length(twice)) {
    same <- documents$source[documents$transcript == twice[1]]
    abort("transcript",
          c(sprintf("Two transcripts are named \"%s\".", twice[1]),
            x = if (!anyNA(same)) paste(same, collapse = " and "),
            i = paste("Give names: `read_transcripts(c(name = \"file\"))`, or",
                      "a name of its own to each.")),
          call = call)
  }
  sectioned <- any(vapply(records, function(record) {
    "section" %in% names(record$turns)
  }, NA))
  turns <- bind_rows(lapply(records, function(record) {
    n <- nrow(record$turns)
    turns <- as.list(record$turns)
    for (column in c("role", "participant", if (sectioned) "section")) {
      if (is.null(turns[[column]])) turns[[column]] <- rep(NA_character_, n)
    }
    turns$transcript <- rep(record$document$transcript, n)
    turns$turn <- seq_len(n)
    list2DF(turns[turn_columns(turns)])
  }))
  x <- new_transcripts(documents, turns, NULL)
  x <- guess_roles(x)
  x <- assign_participants(x, people, call)
  x <- if (is.null(speakers)) {
    default_participants(x)
  } else {
    map_speakers(x, speaker_map(speakers, call), call)
  }
  x$participants <- participant_table(x, people)
  x
}

# Plain frames of the same columns and types are joined by columns.
bind_rows <- function(frames) {
  kind <- unique(lapply(frames, function(frame) {
    list(class(frame), vapply(frame, typeof, ""),
         any(vapply(frame, function(x) !is.null(attributes(x)), NA)))
  }))
  plain <- length(kind) == 1 && identical(kind[[1]][[1]], "data.frame") &&
    length(kind[[1]][[2]]) > 0 && !kind[[1]][[3]]
  if (plain) {
    return(list2DF(lapply(stats::setNames(nm = names(frames[[1]])),
                          function(column) {
      unlist(lapply(frames, `[[`, column), use.names = FALSE)
    })))
  }
  out <- do.call(rbind, frames)
  rownames(out) <- NULL
  out
}

TURN_COLUMNS <- c("transcript", "turn", "speaker", "role", "participant",
                  "start", "end", "time_start", "time_end")

# Sections stand in few transcripts, and only there.
turn_columns <- function(turns) {
  c(TURN_COLUMNS, intersect("section", names(turns)))
}

new_transcripts <- function(documents, turns, participants) {
  rownames(turns) <- NULL
  structure(
    list(documents = documents, turns = turns[turn_columns(turns)],
         participants = participants),
    class = c("transcripts", "intercoder_result")
  )
}

guess_roles <- function(x) {
  unknown <- is.na(x$turns$role)
  guess <- ifelse(is_interviewer_label(x$turns$speaker), "interviewer",
                  "participant")
  x$turns$role[unknown] <- guess[unknown]
  x
}

#' What is in transcripts
#'
#' @param x transcripts, from [read_transcripts()] or [transcripts()].
#' @return `turns()`: a data frame with one row per turn; `participants()`: one
#'   row per participant with its attributes. [transcripts()] describes both.
#' @examples
#' x <- transcripts(data.frame(transcript = "C01", text = "INT: So?\nP: Fine."))
#' turns(x)
#' participants(x)
#' @export
turns <- function(x) {
  check_class(x, "transcripts", "read_transcripts()")
  x$turns
}

#' @rdname turns
#' @export
participants <- function(x) {
  check_class(x, "transcripts", "read_transcripts()")
  x$participants
}

#' @export
length.transcripts <- function(x) nrow(x$documents)

#' @export
`[.transcripts` <- function(x, i) {
  if (!is.character(i) && !is.numeric(i) && !is.logical(i)) {
    arg_error("i", "names or numbers of transcripts", describe_value(i),
              caller_env(0))
  }
  ids <- x$documents$transcript
  rows <- if (is.character(i)) match(i, ids) else seq_along(ids)[i]
  if (anyNA(rows)) {
    abort("transcript", sprintf("There is no transcript \"%s\".",
                                as.character(i)[is.na(rows)][1]))
  }
  documents <- x$documents[rows, ]
  rownames(documents) <- NULL
  place <- match(x$turns$transcript, documents$transcript)
  turns <- x$turns[order(place, na.last = NA), ]
  people <- x$participants
  kept <- people$participant %in% c(turns$participant, documents$participant)
  people <- people[kept, , drop = FALSE]
  rownames(people) <- NULL
  new_transcripts(documents, turns, people)
}

#' @export
as.data.frame.transcripts <- function(x, row.names = NULL, optional = FALSE,
                                      ...) {
  out <- x$turns
  out$text <- said_text(x, out)
  out
}

# What is said in rows of turns (or of units) of `x`, and how many words.
said_text <- function(x, rows) {
  slice_text(x$documents$text, match(rows$transcript, x$documents$transcript),
             rows$start, rows$end)
}

said_words <- function(x, rows) {
  count_words_in(x$documents$text,
                 match(rows$transcript, x$documents$transcript), rows$start,
                 rows$end)
}

#' @export
format.transcripts <- function(x, ..., n = 6) {
  documents <- x$documents
  asked <- sum(x$turns$role == "interviewer")
  out <- sprintf(
    "<transcripts> %s, %s (%s by interviewers), %s",
    format_count(length(x), "transcript"), format_count(nrow(x$turns), "turn"),
    format_whole(asked),
    format_count(nrow(x$participants), "participant")
  )
  labels <- sort(table(x$turns$speaker), decreasing = TRUE)
  if (length(labels)) {
    shown <- utils::head(labels, 5)
    out <- c(out, paste0(
      "Speakers: ",
      paste0(names(shown), " (", format_whole(c(shown)),
             ")", collapse = ", "),
      if (length(labels) > 5) sprintf(", and %d more", length(labels) - 5L)
    ))
  }
  out <- c(out, format_markings(turn_markings(x)))
  section <- table(factor(x$turns[["section"]],
                          unique(stats::na.omit(x$turns[["section"]]))))
  if (length(section)) {
    out <- c(out, format_list("Sections:", sprintf(
      "%s (%s)", names(section), format_whole(c(section))), most = 2))
  }
  mute <- setdiff(documents$transcript,
                  x$turns$transcript[!is.na(x$turns$speaker)])
  if (length(mute)) {
    out <- c(out, sprintf("No speakers recognised in %s.",
                          shorten_list(mute)))
  }
  headed <- sum(has_heading(x))
  if (headed) {
    out <- c(out, sprintf("Lines before the first turn, in %s, belong to none.",
                          format_count(headed, "transcript")))
  }
  other <- documents$encoding[!documents$encoding %in% c("UTF-8", "ASCII")]
  if (length(other)) {
    counts <- table(other)
    out <- c(out, paste0("Converted to UTF-8 from ",
                         paste0(names(counts), " (", counts, ")",
                                collapse = ", "), "."))
  }
  c(out, format_documents(x, n))
}

# Whether something besides the label's own line stands before the first turn.
has_heading <- function(x) {
  first <- x$turns[!duplicated(x$turns$transcript), ]
  before <- slice_text(x$documents$text,
                       match(first$transcript, x$documents$transcript),
                       rep(1L, nrow(first)), first$start - 1L)
  lines <- strsplit(before, "\n", fixed = TRUE)
  time <- paste0("^", GAP, TIME_MARK, GAP, "$")
  vapply(lines, function(line) {
    sum(!is_blank(line) & !grepl(time, line, perl = TRUE)) > 1
  }, NA)
}

format_documents <- function(x, n) {
  ids <- utils::head(x$documents$transcript, n)
  if (!length(ids)) {
    return(character())
  }
  inside <- x$turns[x$turns$transcript %in% ids, ]
  words <- said_words(x, inside)
  place <- factor(inside$transcript, ids)
  total <- tapply(words, place, sum, default = 0)
  lines <- sprintf("  %s  %s, %s", format(ids),
                   format_count(tabulate(place, length(ids)), "turn"),
                   format_count(c(total), "word"))
  rest <- length(x) - length(ids)
  c(lines, if (rest > 0) sprintf("  ... and %d more", rest))
}

shorten_list <- function(items, n = 3) {
  shown <- paste0("\"", utils::head(items, n), "\"", collapse = ", ")
  if (length(items) > n) {
    shown <- sprintf("%s and %d more", shown, length(items) - n)
  }
  shown
}

#' @exportS3Method knitr::knit_print
knit_print.transcripts <- function(x, ...) {
  turns <- x$turns
  words <- said_words(x, turns)
  place <- factor(turns$transcript, x$documents$transcript)
  asked <- turns$role == "interviewer"
  knit_table(data.frame(
    Transcript = x$documents$transcript,
    Participant = ifelse(is.na(x$documents$participant), "(several)",
                         x$documents$participant),
    Turns = tabulate(place, length(x)),
    "By interviewers" = tabulate(place[asked], length(x)),
    "Words of participants" = c(tapply(words[!asked], place[!asked], sum,
                                       default = 0)),
    check.names = FALSE
  ), ...)
}

#' @export
print.transcripts <- function(x, ...) {
  cat(format(x, ...), sep = "\n")
  invisible(x)
}
