#' Read interview transcripts
#'
#' Reads one file, many, or all of a folder, recognises who speaks in each
#' turn, and keeps the text as it is, with every turn's place in it.
#'
#' @section What is recognised as a turn:
#' * A label and a colon at the beginning of a line, with or without a time
#'   (`marking = "colon"`): `Name: ...`, `[mm:ss] Name: ...`,
#'   `[hh:mm:ss] Name: ...`, `Name (00:13): ...` (Rev), `Name: [00:13] ...`; in
#'   chats `10:02:11 From Name to Everyone: ...` (`"chat"`).
#' * A name and a time on a line of their own (`"time"`: Otter, Teams, Rev), or
#'   a name alone there (`"line"`), after a blank line or a line with a time,
#'   such as `0:0:0.0 --> 0:0:3.5` of earlier Word files of Teams.
#' * A name and a tab (`"tab"`), which also is the first cell of a table's row;
#'   `[name] ...` where nearly every line has it (`"bracket"`); a usual label
#'   and a full stop (`Q. ... A. ...`, `"dot"`); in Markdown `**Name**`, in Word
#'   a bold name (`"bold"`).
#' * In captions (`.vtt`, `.srt`, `.sbv`) voice tags (`<v Name>`) and cues that
#'   begin `Name: `. Cues of one speaker in a row are one turn; its text has
#'   one line per cue and the label once.
#' * Paragraphs without a label continue the turn before them. Lines before
#'   the first turn (a title, a heading with date and place) belong to none.
#'   Where no label is recognised, the whole text is one turn without speaker
#'   (captions: one turn per cue).
#'
#' A word before a colon is taken for a label only if the whole file speaks for
#' it: usual labels (Interviewer, Participant, P1 ...), labels that recur and
#' look like names, labels with times. `speakers()` lists what was taken and
#' what was not; name a label in `speakers =` to have it taken in any case. Of
#' the markings the one with most turns is taken. Printing the transcripts and
#' their `speakers()` tells which that is, what share of the paragraphs begins
#' so (its score), what comes next, and where the two are too near each other to
#' tell; `marking =` decides.
#'
#' @section Other files:
#' * PDF (by the package pdftools): lines of a paragraph are joined, words
#'   parted at line ends made whole. Running heads, page numbers, numbers in the
#'   margin and lines that a page repeats are left out, and a message counts
#'   them. A page whose words stand in two broad columns, with a gutter between
#'   them near the middle that at least four of five lines leave free, is read
#'   left column first, which the message says; more columns come in the order
#'   in which the file has them. Scans are refused.
#' * RTF: paragraphs, and rows of tables with tabs between their cells, are
#'   lines. Hidden and deleted text, notes, heads and fields' instructions are
#'   left out.
#' * OpenDocument (`.odt`): the same; comments and notes are left out.
#' * HTML: blocks are lines; scripts, styles and what is not shown are left out.
#'
#' @section Encodings:
#' UTF-8 and UTF-16, with or without byte order mark, are recognised. A file
#' that is not UTF-8 is read as Windows-1252 (or ISO-8859-1) with a warning,
#' unless part of it is UTF-8: then it is damaged and refused. Text ends lines
#' with LF. `documents` keeps source, encoding, line ends, byte order mark and
#' MD5 of the file as it was.
#'
#' @section Tables:
#' A `.csv` file (separated by comma, semicolon or tab), or the first sheet of
#' an Excel file (`.xlsx`), has one row per turn or per transcript. Columns may
#' be called, in any case: `transcript`, `transcript_id`, `document`, `doc_id`,
#' `file`, `interview`, `interview_id`, `id`; `text`, `content`, `utterance`,
#' `said`; `speaker`, `speaker_name`, `label`, `name`, `who`; `participant`,
#' `participant_id`, `respondent`, `case`; `role`; `time_start`, `start_time`,
#' `start`, `timestamp`, `time`; `time_end`, `end_time`, `end`. Without a
#' transcript column the file is one transcript.
#'
#' @param path files, or one folder, from which all `.txt`, `.md`, `.docx`,
#'   `.odt`, `.rtf`, `.html`, `.pdf`, `.vtt`, `.srt` and `.sbv` files are read
#'   in the order of their names (`.csv` and `.xlsx` where there is nothing
#'   else; files called README, hidden ones and, with a message, what is knitted
#'   from an `.Rmd` or `.qmd` file of the same name beside it are passed over).
#'   A transcript is called like its file without the ending, or by the name of
#'   the element: `c(C01 = "tapes/first.txt")`.
#' @param participants attributes of participants: a data frame, or the path of
#'   a csv file, with the column `participant`, `transcript` or both, and any
#'   others. Where only `participant` is there, it names the transcript too.
#'   With `transcript`, `speaker` and `participant`, each label of each
#'   transcript may have its own participant.
#' @param speakers what labels mean: a named vector (label ->
#'   `"interviewer"`, `"participant"` or the name of a participant) or a data
#'   frame, see [speakers()].
#' @param format `NULL` to go by the ending, or one of `"txt"`, `"md"`,
#'   `"csv"`, `"xlsx"`, `"docx"`, `"odt"`, `"rtf"`, `"html"`, `"pdf"`, `"vtt"`,
#'   `"srt"`, `"sbv"` for all files.
#' @param encoding `NULL` to find out, or the encoding of all files, such as
#'   `"latin1"` or `"UTF-16LE"`.
#' @param marking `NULL` to find out in each file how speakers are marked, or
#'   one of `"colon"`, `"time"`, `"chat"`, `"tab"`, `"bracket"`, `"bold"`,
#'   `"dot"`, `"line"` for all (see below): then no other is looked for, and
#'   names are taken more readily.
#' @return An object of class `transcripts`, described in [transcripts()].
#' @section Errors:
#' `intercoder_error_file` where a file is missing, damaged or not what it
#' claims (naming file and line), `intercoder_error_encoding` for bytes that
#' are not text (file, line and byte), `intercoder_error_limit` for files over
#' 512 MB or archives that unpack to absurd sizes,
#' `intercoder_error_transcript` where two files give the same name.
#' @examples
#' file <- tempfile("C01-", fileext = ".txt")
#' writeLines(c("Interviewer: What should it do?", "",
#'              "P: Save time.", "", "But not at the patient's cost."), file)
#' x <- read_transcripts(c(C01 = file))
#' x
#' as.data.frame(x)
#' @export
read_transcripts <- function(path, participants = NULL, speakers = NULL,
                             format = NULL, encoding = NULL, marking = NULL) {
  check_string(encoding, null = TRUE)
  if (!is.null(format)) {
    format <- check_choice(format, TRANSCRIPT_FORMATS)
  }
  call <- environment()
  files <- transcript_files(path, format, call)
  people <- read_people(participants, call)
  hints <- turn_hints(speakers, marking)
  all <- seq_len(nrow(files))
  records <- lapply_shown("Reading transcripts", all, function(i) {
    read_record(files$path[i], files$transcript[i], files$format[i], hints,
                encoding, call)
  })
  found <- bind_rows(lapply(records, attr, "people"))
  records <- unlist(lapply(records, function(r) {
    if (is.null(r$document)) r else list(r)
  }), recursive = FALSE)
  report_guessed_encodings(records, encoding)
  if (!is.null(found) && is.null(people)) people <- found
  assemble(records, people, speakers, call)
}

TRANSCRIPT_FORMATS <- c("txt", "md", "csv", "xlsx", "docx", "odt", "rtf",
                        "html", "pdf", "vtt", "srt", "sbv")

transcript_files <- function(path, format, call) {
  if (!is.character(path) || !length(path) || anyNA(path)) {
    arg_error("path", "the path of files or of a folder", describe_value(path),
              call)
  }
  if (length(path) == 1 && dir.exists(path)) {
    path <- folder_files(path, format, call)
  }
  missing <- path[!file.exists(path)]
  if (length(missing)) {
    file_error(missing[1], "there is no such file", call = call)
  }
  ending <- tolower(tools_ending(path))
  ending[ending == "markdown"] <- "md"
  ending[ending %in% c("text", "")] <- "txt"
  ending[ending == "tsv"] <- "csv"
  ending[ending %in% c("htm", "xhtml")] <- "html"
  unknown <- is.null(format) & !ending %in% TRANSCRIPT_FORMATS
  if (any(unknown)) {
    hint <- if (any(ending[unknown] == "doc")) {
      "Save it as .docx or .txt first."
    } else {
      "Say what it is: `format = \"txt\"`."
    }
    file_error(path[unknown][1], sprintf("files ending in .%s are not read",
                                         ending[unknown][1]),
               hint = hint, call = call)
  }
  name <- names(path) %||% rep("", length(path))
  plain <- sub("\\.[^.]*$", "", basename(path))
  data.frame(
    path = enc2utf8(unname(path)), format = format %||% ending,
    transcript = enc2utf8(ifelse(nzchar(name), name, plain)),
    stringsAsFactors = FALSE
  )
}

tools_ending <- function(path) {
  has <- grepl("\\.[^./\\\\]+$", basename(path))
  ifelse(has, sub("^.*\\.", "", basename(path)), "")
}

folder_files <- function(folder, format, call) {
  names <- sort(list.files(folder), method = "radix")
  names <- names[!grepl("^(\\.|~\\$|readme($|\\.))", names, ignore.case = TRUE)]
  names <- without_knitted(names[!dir.exists(file.path(folder, names))], folder)
  ending <- tolower(tools_ending(names))
  wanted <- format %||% c("txt", "text", "md", "markdown", "docx", "odt",
                          "rtf", "html", "htm", "pdf", "vtt", "srt", "sbv")
  found <- names[ending %in% wanted]
  if (!length(found) && is.null(format)) {
    found <- names[ending %in% c("csv", "tsv", "xlsx")]
  }
  if (!length(found)) {
    file_error(folder, "the folder has no transcripts",
               hint = sprintf("Files ending in %s are read.",
                              paste0(".", TRANSCRIPT_FORMATS, collapse = ", ")),
               call = call)
  }
  file.path(folder, found)
}

# A report that was knitted beside the transcripts is not one of them.
without_knitted <- function(names, folder) {
  ending <- tolower(tools_ending(names))
  stem <- sub("[.][^.]*$", "", names)
  knitted <- stem %in% stem[ending %in% c("rmd", "qmd")] &
    ending %in% c("html", "docx", "odt", "rtf", "pdf", "md")
  if (any(knitted)) {
    rlang::inform(sprintf(
      "\"%s\": passed over %s, knitted from a report of the same name.",
      folder, quoted(names[knitted])
    ), class = "intercoder_message_knitted")
  }
  names[!knitted]
}

# One record, or a list of records for a table with many transcripts.
read_record <- function(path, transcript, format, hints, encoding, call) {
  read <- switch(format, docx = read_docx_record, odt = read_odt_record,
                 rtf = read_rtf_record, pdf = read_pdf_record)
  if (!is.null(read)) {
    return(read(path, transcript, hints, call))
  }
  if (format == "html") {
    return(read_html_record(path, transcript, hints, encoding, call))
  }
  if (format %in% c("csv", "xlsx")) {
    return(read_table_records(path, transcript, format, hints, encoding,
                              call))
  }
  file <- read_text_file(path, encoding = encoding, call = call)
  if (is_blank(file$text)) {
    file_error(path, "the file holds no text", call = call)
  }
  if (format %in% c("vtt", "srt", "sbv")) {
    captions <- read_captions(file$text, format, path, call)
    composed <- compose_captions(captions, hints)
    text <- composed$text
    turns <- composed$turns
  } else {
    text <- file$text
    turns <- find_turns(text, hints)
  }
  new_record(transcript, text, turns, file_facts(file, path, format))
}

report_guessed_encodings <- function(records, encoding) {
  if (!is.null(encoding)) {
    return(invisible())
  }
  documents <- bind_rows(lapply(records, `[[`, "document"))
  guessed <- documents$encoding %in% c("windows-1252", "ISO-8859-1") &
    documents$format != "rtf"
  if (any(guessed)) {
    files <- unique(documents$source[guessed])
    warn("encoding", c(
      sprintf("%s %s not UTF-8 and was read as %s.", shorten_list(files),
              if (length(files) == 1) "is" else "are",
              documents$encoding[guessed][1]),
      i = "Say `encoding =` to choose; the original's MD5 is kept."
    ))
  }
}
