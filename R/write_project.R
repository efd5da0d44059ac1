#' Write a project for another program
#'
#' Hands over transcripts, participants, codebook, codings and memos: in the
#' exchange format REFI-QDA, which NVivo, MAXQDA, ATLAS.ti, QualCoder and others
#' read, as a project of QualCoder, or as a folder of plain tables.
#'
#' @param x What is handed over: what [read_project()] gave, a [project()], or
#'   [transcripts()] with their participants.
#' @param path Path of the file (`.qdpx`) or folder (QualCoder, tables) to make.
#'   A file is replaced; a folder must not exist yet.
#' @param format `"qdpx"`, `"qualcoder"` or `"csv"` (tables). By default the
#'   ending decides: `.qdpx`, `.qda`, else tables.
#' @param codebook,codings For transcripts: the [codebook()] and [codings()]
#'   that go with them, or `NULL`. Without a codebook the codes are those of the
#'   codings.
#' @param memos A data frame like that of [read_project()]: `on`, `name`,
#'   `text`, `author`, `date`. `NULL`: those of `x`.
#' @param dialect How places are counted in `.qdpx`: see [offset_dialect()]. The
#'   default is the standard.
#' @param portable Whether to warn of coded transcripts in which programs count
#'   differently (`intercoder_warning_portable`). They hold characters beyond
#'   the Basic Multilingual Plane, such as emoji, which are two to those that
#'   count in UTF-16.
#' @return `path`, invisibly.
#' @section What is kept:
#' The same input gives the same bytes, at any time. What was written and is
#' read again is what it was, and written once more gives the same file: texts,
#' participants with attributes, codes with all columns of a codebook, codings
#' with coder, memo, round and weight. `.qdpx` has no place for other columns of
#' codings (`intercoder_warning_columns`), roles of speakers and sections:
#' speakers are found in the text again. Factors come back as text. A `.qdpx`
#' holds text files in UTF-8 with line feeds and without a byte order mark unless
#' `dialect` says otherwise.
#'
#' `"qualcoder"` (needs the packages DBI and RSQLite) makes a project of
#' QualCoder's database version 17. Themes become categories; include, exclude,
#' example and rule of a code stand in its memo. A code that one coder gave a
#' place in two rounds is kept once, with a warning.
#'
#' In tables, cells of text that a spreadsheet would take for a formula get an
#' apostrophe in front, which [read_project()] takes away again.
#' @section Errors:
#' `intercoder_error_codings` for codings that do not fit the transcripts or have
#' a code that is not in the codebook; `intercoder_error_exists` for a folder
#' that is there.
#' @seealso [read_project()], [project_export()]
#' @examples
#' x <- transcripts(data.frame(transcript = "C01", text = "P: It saves time."))
#' done <- codings(data.frame(transcript = "C01", start = 13, end = 16,
#'                            code = "time", coder = "Ada"), x)
#' file <- tempfile(fileext = ".qdpx")
#' write_project(x, file, codings = done)
#' read_project(file)
#' @export
write_project <- function(x, path, format = NULL, codebook = NULL,
                          codings = NULL, memos = NULL, dialect = "refi",
                          portable = TRUE) {
  check_string(path)
  check_flag(portable)
  dialect <- check_dialect(dialect, null = FALSE)
  ending <- tolower(tools_ending(path))
  format <- check_choice(
    format %||% switch(ending, qdpx = "qdpx", qda = "qualcoder", "csv"),
    c("qdpx", "qualcoder", "csv"))
  x <- handed_over(x, codebook, codings, memos)
  path <- full_path(path)
  if (format != "csv") warn_dropped(x, format)
  if (portable && format == "qdpx") warn_unportable(x)
  switch(format,
    qdpx = write_file_bytes(qdpx_bytes(x, dialect), path),
    qualcoder = write_folder(path, function(to) write_qualcoder(x, to)),
    csv = write_folder(path, function(to) write_tables(x, to)))
  invisible(path)
}

# A list like an imported project, checked.
handed_over <- function(x, codebook, codings, memos, call = caller_env()) {
  if (inherits(x, "project")) {
    x <- project_contents(x)
  } else if (inherits(x, "transcripts")) {
    x <- list(transcripts = x)
  } else if (!inherits(x, "imported_project")) {
    arg_error("x", "an imported project, a project() or transcripts()",
              describe_value(x), call)
  }
  codings <- codings %||% x$codings
  if (!is.null(codings)) codings <- codings(codings, x$transcripts)
  book <- codebook %||% x$codebook
  if (is.null(book)) {
    book <- codebook(data.frame(code = unique(as.character(codings$code))))
  }
  check_class(book, "codebook", "codebook()", arg = "codebook", call = call)
  problems <- note_problem(
    no_problems(NROW(codings)), !codings$code %in% book$code,
    sprintf("code \"%s\" is not in the codebook", codings$code))
  refuse_codings(problems, call)
  memos <- memos %||% x$memos %||% memo_table()
  check_columns(memos, names(memo_table()), call = call)
  list(transcripts = x$transcripts, codebook = book, codings = codings,
       memos = memos, sets = x$sets %||% set_table(),
       name = x$source$name %||% "project")
}

project_contents <- function(x) {
  read <- function(what) {
    tryCatch(project_read(x, what), intercoder_error_absent = function(e) NULL)
  }
  list(transcripts = project_read(x, "transcripts"),
       codebook = read("codebook"), codings = read("codings"))
}

warn_dropped <- function(x, format) {
  columns <- setdiff(names(x$codings), c(coding_columns, coding_extras, "date"))
  if (length(columns)) {
    warn("columns", c(
      sprintf("Columns of codings without a place in \"%s\" are left out: %s.",
              format, quoted(columns)),
      i = "A folder of tables keeps them."
    ), columns = columns)
  }
}

warn_unportable <- function(x) {
  documents <- x$transcripts$documents
  coded <- documents$transcript %in% x$codings$transcript
  astral <- coded & vapply(documents$text, function(text) {
    any(utf8ToInt(text) > 0xffffL)
  }, NA)
  if (any(astral)) {
    warn("portable", c(
      sprintf("Places in %s count differently in other programs: %s.",
              format_count(sum(astral), "transcript"),
              shorten_list(documents$transcript[astral], 5)),
      i = paste("They hold emoji or the like. `dialect =` writes for one",
                "program, such as \"nvivo\" or \"maxqda\".")
    ), transcripts = documents$transcript[astral])
  }
}

# A folder that appears when it is whole.
write_folder <- function(path, fill, call = caller_env()) {
  refuse_existing(path, call)
  partial <- tempfile(".export-", dirname(path))
  on.exit(unlink(partial, recursive = TRUE))
  make_folder(partial, call)
  fill(partial)
  if (!file.rename(partial, path)) refuse_writing(path, call)
}
