#' Write to a project, read from it
#'
#' `project_write()` puts transcripts, a codebook, codings or a coding plan into
#' a project, in one transaction with its log entry: after an error nothing has
#' changed. Writing again what is there already changes nothing and leaves no
#' entry, so that a script may be run twice. `project_read()` gives back objects
#' identical to those written.
#'
#' @details
#' **Transcripts** are added to those in the project. The text of one that is
#' there is never altered: the same identifier with another text is refused.
#' Speakers, roles, participants and their attributes may be written again and
#' are then brought up to date.
#'
#' **A codebook** becomes a new version with a number of its own, unless the
#' same codes are there already under the same version label. A label that is
#' taken by another content is refused.
#'
#' **Codings** are added; a coding equal in every column to one that is there is
#' not added twice. With `replace = TRUE`, `x` is taken as its coders' complete
#' work: their other codings of the same round are taken out of force, in the
#' transcripts given as `transcripts` or else in those that `x` names. They stay
#' in the history. After [apply_codebook()] with a revised codebook, give the
#' transcripts too: one that no rule hits any more does not stand in `x`. Every
#' coding must lie inside a transcript of the project, and its `text`, where it
#' has one, must be the text there.
#'
#' **A coding plan** is added to the lines that are there; `replace = TRUE`
#' replaces them.
#'
#' Columns added to these tables are kept with their types. When two writes
#' differ in columns, the rows of the other hold `NA` there; whole numbers
#' become doubles, and factor levels are added, where both are needed.
#'
#' @param project A [project()].
#' @param x [transcripts()], a [codebook()], [codings()] or a [coding_plan()].
#' @param note One string for the log, or `NULL`.
#' @param codebook For codings: the codebook they were made with, either its
#'   number in the project or its version label. `NULL` stands for the latest in
#'   the project, if there is one. The log names it.
#' @param transcripts For codings: the [transcripts()] they were made on. With
#'   them the hash of every text is compared with the one in the project.
#' @param replace Whether to take out of force what `x` replaces.
#' @param ... Not used.
#' @return `project_write()` returns `project`, invisibly. `project_read()`
#'   returns an object of the class asked for.
#' @section Errors:
#' `intercoder_error_changed` for a transcript or codebook version that is in
#' the project with another content; `intercoder_error_codings` for codings that
#' do not fit the project's transcripts, naming the rows;
#' `intercoder_error_columns` for columns that cannot be stored or joined;
#' `intercoder_error_absent` when reading what was never written; and those of
#' [project()].
#' @seealso [project_log()]
#' @examples
#' study <- project(tempfile(fileext = ".icp"))
#' book <- codebook(data.frame(code = c("time", "trust")), version = "1")
#' project_write(study, book, note = "before the pilot")
#' identical(project_read(study, "codebook"), book)
#'
#' # the next version stands beside the first
#' project_write(study, codebook(data.frame(code = c("time", "doubt")), "2"))
#' project_read(study, "codebook", version = "1")
#' close(study)
#' @export
project_write <- function(project, x, ...) {
  UseMethod("project_write", x)
}

#' @export
project_write.default <- function(project, x, ...) {
  arg_error(
    "x", "transcripts, a codebook, codings or a coding plan",
    describe_value(x), rlang::caller_env()
  )
}

# One transaction: all that `act(handle)` writes, or nothing.
writing <- function(project, act, call = caller_env()) {
  handle <- project_handle(project, call)
  store_value(.Call(C_store_begin, handle, TRUE), call = call)
  on.exit(.Call(C_store_rollback, handle))
  act(handle)
  store_value(.Call(C_store_commit, handle), call = call)
  invisible(project)
}

# One state throughout, whoever writes meanwhile.
reading <- function(project, act, call = caller_env()) {
  handle <- project_handle(project, call)
  store_value(.Call(C_store_begin, handle, FALSE), call = call)
  on.exit(.Call(C_store_rollback, handle))
  act(handle)
}

# The number of the new entry.
log_entry <- function(handle, subject, rows, note, action = "write",
                      coder = NULL, codebook = NULL, call = caller_env()) {
  entry <- store_read(handle, "next_ids", call = call)$log + 1L
  store_run(handle, "put_log", list(
    `_entry` = entry, `_action` = action, `_subject` = subject,
    `_rows` = as.integer(rows),
    `_coder` = if (length(coder)) paste(coder, collapse = ", ") else NA,
    `_codebook` = codebook %||% NA_integer_,
    `_user` = Sys.info()[["user"]],
    `_package` = as.character(utils::packageVersion("intercoder")),
    `_note` = if (is.null(note)) NA else plain_values(note, "`note`", call)
  ), 1, call)
  entry
}

next_ids <- function(handle, frame, n, call = caller_env()) {
  store_read(handle, "next_ids", call = call)[[frame]] + seq_len(n)
}
