# Tables from csv files (comma, semicolon or tab) and sheets, every cell a
# string.

#' Read a table of data
#'
#' A table as spreadsheets save it: a csv file separated by commas, semicolons
#' or tabs, in whatever encoding, with or without byte order mark, or the first
#' sheet of an Excel file. For coding plans, decisions, participants and tables
#' of ratings; transcripts, codebooks and codings have readers of their own.
#'
#' @param file Path of a `.csv`, `.tsv`, `.txt` or `.xlsx` file, with names of
#'   columns in its first row.
#' @param encoding `NULL` to find out, or the encoding of a text file.
#' @return A data frame. Columns whose cells are all numbers are numbers (where
#'   semicolons separate, with decimal commas too), those of `TRUE` and `FALSE`
#'   logical, all others strings; empty cells are `NA`.
#' @section Errors: `intercoder_error_file` where there is no such file or it
#'   holds no table, naming the line.
#' @seealso [write_table()].
#' @examples
#' file <- tempfile(fileext = ".csv")
#' writeLines(c("unit;Ada;Ben", "1;0,5;1", "2;2;1,5"), file)
#' read_data(file)
#' @export
read_data <- function(file, encoding = NULL) {
  check_string(file)
  check_string(encoding, null = TRUE)
  call <- caller_env(0)
  if (!file.exists(file) || dir.exists(file)) {
    file_error(file, "there is no such file", call = call)
  }
  convert_columns(any_table(file, encoding, call))
}

any_table <- function(file, encoding = NULL, call = caller_env()) {
  sheet <- tolower(tools_ending(file)) == "xlsx"
  (if (sheet) read_xlsx_file(file, call) else
    read_table_file(file, encoding, call))$data
}

# Columns of strings as what they hold. Neither F for woman nor T is a truth
# value; a comma is a decimal sign where it does not separate cells.
convert_columns <- function(data) {
  comma <- identical(attr(data, "separator"), ";")
  attr(data, "separator") <- NULL
  data[] <- lapply(data, function(v) {
    v <- as.character(v)
    given <- v[!is.na(v)]
    if (length(given) && all(given %in% c("T", "F"))) {
      return(v)
    }
    if (comma && all(grepl("^\\s*[-+]?[0-9]+(,[0-9]+)?\\s*$", given))) {
      v <- sub(",", ".", v, fixed = TRUE)
    }
    utils::type.convert(v, as.is = TRUE)
  })
  data
}

read_table_file <- function(path, encoding = NULL, call = caller_env()) {
  file <- read_text_file(path, encoding = encoding, call = call)
  file$data <- parse_table(file$text, path, call)
  file
}

# The separator that the first line has most of, outside of quotes.
find_separator <- function(text) {
  head <- sub("\n.*$", "", sub("^\\s+", "", text))
  head <- gsub("\"[^\"]*\"", "", head)
  count <- function(mark) lengths(regmatches(head, gregexpr(mark, head)))
  marks <- c(",", ";", "\t")
  marks[which.max(c(count(","), count(";"), count("\t")))]
}

TABLE_COLUMNS_MAX <- 16384L

parse_table <- function(text, source, call, sep = find_separator(text)) {
  if (!grepl("[^\\s]", text, perl = TRUE)) {
    file_error(source, "the file holds no table", call = call)
  }
  head <- sub("\n.*$", "", text)
  if (nchar(gsub(sprintf("[^%s]++", sep), "", head, perl = TRUE)) >
        TABLE_COLUMNS_MAX) {
    file_error(source, sprintf("the table has more than %d columns",
                               TABLE_COLUMNS_MAX), kind = "limit", call = call)
  }
  # read.table() takes the square of their number
  if (grepl(strrep("\"", 1000), text, fixed = TRUE)) {
    file_error(source, "a thousand quotation marks stand in a row",
               kind = "limit", call = call)
  }
  lines <- textConnection(strsplit(text, "\n", fixed = TRUE)[[1]],
                          encoding = "UTF-8")
  on.exit(close(lines))
  refuse <- function(cause) {
    file_error(source, sub("\\.?\\s*$", "", sprintf(
      "the table cannot be read (%s)", conditionMessage(cause))), call = call)
  }
  data <- tryCatch(
    utils::read.table(
      lines, header = TRUE, sep = sep, quote = "\"",
      dec = ".", colClasses = "character", na.strings = "", fill = FALSE,
      comment.char = "", check.names = FALSE, stringsAsFactors = FALSE,
      encoding = "UTF-8", strip.white = FALSE
    ),
    error = refuse, warning = refuse
  )
  names(data) <- trim(names(data))
  structure(data, separator = sep)
}

TABLE_NAMES <- list(
  transcript = c("transcript", "transcript_id", "document", "document_id",
                 "doc_id", "doc", "file", "filename", "interview",
                 "interview_id", "id"),
  text = c("text", "content", "utterance", "said", "transcript_text"),
  speaker = c("speaker", "speaker_name", "speaker_label", "label", "name",
              "who"),
  participant = c("participant", "participant_id", "respondent", "case"),
  role = "role",
  section = "section",
  time_start = c("time_start", "start_time", "start", "timestamp", "time"),
  time_end = c("time_end", "end_time", "end")
)

# Columns under the names of the package; the first that fits is taken.
standard_names <- function(data) {
  key <- gsub("[^a-z0-9]+", "_", tolower(names(data)))
  for (name in names(TABLE_NAMES)) {
    place <- match(TABLE_NAMES[[name]], key)
    place <- place[!is.na(place)]
    if (length(place)) {
      names(data)[place[1]] <- name
      key[place[1]] <- ""
    }
  }
  data
}

read_table_records <- function(path, transcript, format, hints, encoding,
                               call) {
  file <- if (format == "xlsx") read_xlsx_file(path, call) else
    read_table_file(path, encoding, call)
  data <- standard_names(file$data)
  if (!"text" %in% names(data)) {
    file_error(path, "no column holds the text", hint = sprintf(
      "It is called %s; there are %s.",
      quoted(TABLE_NAMES$text),
      quoted(names(file$data))
    ), kind = "columns", call = call)
  }
  alone <- !"transcript" %in% names(data)
  if (alone) data$transcript <- rep(transcript, nrow(data))
  for (time in intersect(c("time_start", "time_end"), names(data))) {
    data[[time]] <- table_seconds(data[[time]])
  }
  data <- check_transcript_rows(data, path, call)
  facts <- file_facts(file, path, format)
  records <- if ("speaker" %in% names(data) ||
                   anyDuplicated(data$transcript)) {
    records_from_turns(data, facts)
  } else {
    records_from_texts(data, hints, facts)
  }
  attr(records, "people") <- attributes_in_rows(data, path)
  records
}

table_seconds <- function(x) {
  plain <- suppressWarnings(as.numeric(x))
  timed <- is.na(plain) & grepl(paste0("^\\s*", TIME, "\\s*$"), x, perl = TRUE)
  plain[timed] <- seconds_of(x[timed])
  plain
}
