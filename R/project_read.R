#' @rdname project_write
#' @param what What to read: `"transcripts"`, `"codebook"`, `"codings"` or
#'   `"plan"`.
#' @param version For a codebook: its version label or its number in the
#'   project, by default the latest. For codings and the plan: the number of a
#'   log entry, to read what was in force after it, by default the latest.
#' @export
project_read <- function(project,
                         what = c("transcripts", "codebook", "codings", "plan"),
                         version = NULL) {
  what <- check_choice(what, c("transcripts", "codebook", "codings", "plan"))
  call <- rlang::current_env()
  read <- switch(
    what,
    transcripts = read_transcripts_of,
    codebook = read_codebook_of,
    codings = function(...) read_history_of("codings", ...),
    plan = function(...) read_history_of("plan", ...)
  )
  reading(project, function(handle) read(handle, version, call), call)
}

refuse_absent <- function(what, call) {
  abort(
    c("absent", "store"),
    c(sprintf("The project holds no %s.", what),
      i = "project_write() puts them there."),
    call = call
  )
}

read_transcripts_of <- function(handle, version, call) {
  if (!is.null(version)) {
    arg_error("version", "NULL for transcripts: their text never changes",
              describe_value(version), call)
  }
  plain <- stored_transcripts(handle, call)
  if (is.null(plain)) {
    refuse_absent("transcripts", call)
  }
  text <- values_of(plain$documents, "text")
  other <- hash_texts(text) != values_of(plain$documents, "hash")
  refuse_damaged(values_of(plain$documents, "transcript")[other], call)
  out <- lapply(plain[plain$order], restored_table)
  attributes(out) <- c(list(names = names(out)),
                       restored_attributes(plain$attributes))
  out
}

read_codebook_of <- function(handle, version, call) {
  number <- codebook_number(handle, version, call)
  if (is.na(number)) {
    refuse_absent("codebook", call)
  }
  plain <- get_rows(handle, "codes", list(`_codebook` = number), number, call)
  restored_table(whole_table(plain, "codes", call))
}

read_history_of <- function(frame, handle, version, call) {
  entry <- version %||% .Machine$integer.max
  check_count(entry, min = 1, arg = "version", call = call)
  plain <- get_rows(handle, frame, list(`_entry` = as.integer(entry)),
                    call = call)
  if (is.null(plain)) {
    refuse_absent(if (frame == "plan") "coding plan" else "codings", call)
  }
  restored_table(plain)
}
