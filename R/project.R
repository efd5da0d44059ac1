#' A project: one file that keeps a study with its history
#'
#' `project()` opens a project file, or makes it. The file is an 'SQLite'
#' database that holds transcripts, codebook versions, codings, coding plans and
#' a log of every change. It may lie on a network drive, is sent to colleagues
#' like any other file, and what is read from it is identical to what was
#' written.
#'
#' @section What the file promises:
#' * Each call of [project_write()] is one transaction: after a crash, a loss of
#'   power or a full disk the file holds the last state committed, whole.
#' * A transcript's text never changes once it is in, so that the places of
#'   codings stay true. A codebook version never changes. Codings that are
#'   replaced stay in the history. The log is only added to. The file itself
#'   enforces this, whatever program opens it.
#' * One process writes at a time, guarded by a second file, `<path>.lock`, that
#'   exists only during a write. Others wait
#'   `getOption("intercoder.lock_timeout", 5)` seconds.
#'
#' While a project is open, do not read or copy its file by other means in the
#' same R session (`file.copy()`, `tools::md5sum()`, 'RSQLite'): to close it
#' there drops the operating system's locks on it. Use [project_backup()] and
#' [project_query()]. A forked process (as in `parallel::mclapply()`) cannot use
#' a project opened by its parent; it opens its own.
#'
#' @param path Path of the project file; its folder must exist. Any extension
#'   will do.
#' @param create Whether to make the file if it does not exist.
#' @param read_only Whether to open it for reading only. A file that may not be
#'   written is opened for reading in any case; writing to it is an error.
#' @param con,x A project.
#' @param ... Not used.
#' @return An object of class `project`. `close()` returns `NULL` invisibly; a
#'   project that nobody refers to any more is closed by itself. A project that
#'   was saved with a workspace opens its file again when it is next used.
#' @section Errors:
#' All have the class `intercoder_error_store`, and one of
#' `intercoder_error_absent` (no such file), `_foreign` (not a project),
#' `_newer` (made by a later version of the package), `_damaged`, `_locked`,
#' `_read_only`, `_disk_full`, `_fork` or `_closed`.
#' @seealso [project_write()], [project_read()], [project_log()],
#'   [project_query()], [project_backup()], [project_export()]
#' @examples
#' file <- tempfile(fileext = ".icp")
#' study <- project(file)
#' study
#' project_write(study, codebook(data.frame(code = c("time", "trust"))))
#' project_read(study, "codebook")
#' project_log(study)
#' close(study)
#' @export
project <- function(path, create = TRUE, read_only = FALSE) {
  check_string(path)
  check_flag(create)
  check_flag(read_only)
  path <- full_path(path)
  if (!file.exists(path) && (!create || read_only)) {
    abort(
      c("absent", "store"),
      c(sprintf("There is no project file %s.", path),
        i = "project(path, create = TRUE) makes one."),
      path = path
    )
  }
  mode <- if (read_only) "read" else if (create) "create" else "write"
  state <- new.env(parent = emptyenv())
  state$handle <- open_store(path, mode)
  state$mode <- if (read_only) "read" else "write"
  state$closed <- FALSE
  structure(list(path = path, state = state), class = "project")
}

full_path <- function(path, call = caller_env()) {
  path <- path.expand(enc2utf8(path))
  folder <- dirname(path)
  if (!dir.exists(folder)) {
    abort(
      c("absent", "store"),
      c(sprintf("There is no folder %s.", folder),
        i = "A file is made, but never the folder it lies in."),
      path = path, call = call
    )
  }
  file.path(normalizePath(folder, winslash = "/"), basename(path))
}

store_modes <- c(read = 0L, write = 1L, create = 2L)

open_store <- function(path, mode, call = caller_env()) {
  wait <- getOption("intercoder.lock_timeout", 5)
  if (!is.numeric(wait) || length(wait) != 1 || is.na(wait) || wait < 0 ||
        wait > 86400) {
    arg_error("options(intercoder.lock_timeout)", "a number of seconds",
              describe_value(wait), call)
  }
  store_value(
    .Call(C_store_open, path, store_modes[[mode]], as.integer(1000 * wait)),
    call = call
  )
}

# The open file behind a project. One that came back from a saved workspace is
# opened again.
project_handle <- function(project, call = caller_env()) {
  check_class(project, "project", "project()", call = call)
  state <- project$state
  if (state$closed) {
    abort(
      c("closed", "store"),
      c(sprintf("The project %s is closed.", project$path),
        i = "project(path) opens it again."),
      path = project$path, call = call
    )
  }
  if (.Call(C_store_state, state$handle) == "gone") {
    state$handle <- open_store(project$path, state$mode, call)
  }
  state$handle
}

store_hints <- c(
  locked = "Close the other session, or try again when it has finished.",
  newer = "Install a newer version of intercoder to open it.",
  foreign = "project() opens only files that it has made.",
  damaged = "Restore it from a backup; see project_backup().",
  read_only = "Nothing was changed.",
  disk_full = "Nothing was changed. Make room and try again.",
  fork = "Open it again in this process with project(path).",
  store = "Nothing was changed."
)

# What a call to the store returned, or its failure as a condition that has the
# class "intercoder_error_store" beside its own.
store_value <- function(value, describe = NULL, call = caller_env()) {
  if (!inherits(value, "intercoder_failure") ||
      !value$kind %in% names(store_hints)) {
    return(core_value(value, describe, call))
  }
  abort(
    unique(c(value$kind, "store")),
    c(paste0(value$message, "."), i = store_hints[[value$kind]]),
    call = call
  )
}

#' @rdname project
#' @export
close.project <- function(con, ...) {
  con$state$closed <- TRUE
  .Call(C_store_close, con$state$handle)
  invisible(NULL)
}

#' @rdname project
#' @export
format.project <- function(x, ...) {
  head <- sprintf("<project> %s", x$path)
  if (x$state$closed) {
    return(paste(head, "(closed)"))
  }
  handle <- project_handle(x)
  if (.Call(C_store_state, handle) == "read only") {
    head <- paste(head, "(read only)")
  }
  n <- store_read(handle, "counts")
  body <- c(
    sprintf("%s of %s, %s", format_count(n$transcripts, "transcript"),
            format_count(n$participants, "participant"),
            format_count(n$turns, "turn")),
    format_count(n$codebooks, "codebook version"),
    sprintf("%s by %s", format_count(n$codings, "coding"),
            format_count(n$coders, "coder")),
    format_count(n$plan, "line of a coding plan",
                 "lines of a coding plan"),
    format_count(n$log, "entry in the log", "entries in the log")
  )
  c(head, paste0("  ", body))
}

#' @rdname project
#' @export
print.project <- function(x, ...) {
  writeLines(format(x))
  invisible(x)
}

#' The log of a project
#'
#' Who wrote what, when, with which codebook, by which version of the package.
#' Entries are never changed or removed.
#'
#' @param project A [project()].
#' @return A data frame with one row per change, the oldest first: `entry` (its
#'   number), `time` (in UTC), `action` (`"write"` or `"replace"`), `subject`
#'   (`"transcripts"`, `"codebook"`, `"codings"`, `"plan"`), `rows` written,
#'   `coder` (the coders whose codings were written, joined by commas),
#'   `codebook`, `version` and `codebook_hash` (the codebook in force, by its
#'   number in the project, its label and its [codebook_hash()]), `user`,
#'   `package` (version) and `note`.
#' @section Errors: those of [project()].
#' @examples
#' study <- project(tempfile(fileext = ".icp"))
#' project_write(study, codebook(data.frame(code = "time")), note = "a start")
#' project_log(study)
#' close(study)
#' @export
project_log <- function(project) {
  handle <- project_handle(project)
  types <- c(entry = "integer", time = "character", action = "character",
             subject = "character", rows = "integer", coder = "character",
             codebook = "integer", version = "character",
             codebook_hash = "character", user = "character",
             package = "character", note = "character")
  log <- store_read(handle, "get_log", types = types)
  if (!all(grepl("^[0-9T:.-]{20,30}Z$", log$time))) {
    refuse_shape("log", rlang::current_env())
  }
  log$time <- as.POSIXct(log$time, format = "%Y-%m-%dT%H:%M:%OSZ", tz = "UTC")
  as_rows(log)
}

#' Ask a project in SQL
#'
#' Runs one `SELECT` on the project file and cannot change it. The tables are
#' `transcripts`, `turns`, `participants`, `attributes` (of participants:
#' `participant`, `name`, `value`), `codebooks`, `codes`, `codings`, `plan` and
#' `log`; `coding_history` and `plan_history` also hold what was replaced.
#'
#' @param project A [project()].
#' @param sql One statement that only reads. Values do not belong in its text:
#'   write `?1`, `?2` or `:name` and give them as `params`.
#' @param params A list of single values, named if the statement names its
#'   parameters.
#' @return A data frame. Columns are logical (all `NA`), integer, double or
#'   character, whichever holds all their values.
#' @section Errors:
#' `intercoder_error_input` for SQL that is wrong, writes, or is more than one
#' statement.
#' @examples
#' study <- project(tempfile(fileext = ".icp"))
#' project_write(study, codebook(data.frame(code = c("time", "trust"))))
#' project_query(study, "SELECT code FROM codes WHERE code LIKE ?1", list("t%"))
#' close(study)
#' @export
project_query <- function(project, sql, params = list()) {
  handle <- project_handle(project)
  check_string(sql)
  params <- as.list(params)
  single <- vapply(params, function(value) {
    is.atomic(value) && length(value) == 1 && !is.complex(value) &&
      !is.raw(value)
  }, TRUE)
  if (!all(single)) {
    arg_error("params", "a list of single values", describe_value(params),
              rlang::current_env())
  }
  params <- lapply(params, plain_values)
  as_rows(store_value(.Call(C_store_ask, handle, enc2utf8(sql), params)))
}

#' Back up a project
#'
#' Copies the last committed state of an open project to another file, whole or
#' not at all.
#'
#' @param project A [project()].
#' @param file Path of the copy, which must not exist yet. It is a project file
#'   itself.
#' @return `file`, invisibly.
#' @section Errors: those of [project()], and `intercoder_error_exists` where
#'   `file` is there already.
#' @examples
#' study <- project(tempfile(fileext = ".icp"))
#' copy <- project_backup(study, tempfile(fileext = ".icp"))
#' close(study)
#' project(copy)
#' @export
project_backup <- function(project, file) {
  handle <- project_handle(project)
  check_string(file)
  path <- full_path(file)
  refuse_existing(path)
  store_value(.Call(C_store_backup, handle, path))
  invisible(file)
}

refuse_existing <- function(path, call = caller_env()) {
  if (file.exists(path)) {
    abort(
      c("exists", "store"),
      c(sprintf("%s exists already.", path), i = "Nothing was changed."),
      path = path, call = call
    )
  }
}
