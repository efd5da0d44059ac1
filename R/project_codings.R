# Codings and coding plans in a project: added or replaced, never lost.

#' @rdname project_write
#' @export
project_write.codings <- function(project, x, note = NULL, codebook = NULL,
                                  transcripts = NULL, replace = FALSE, ...) {
  check_no_dots(...)
  check_string(note, null = TRUE)
  check_flag(replace)
  call <- rlang::current_env()
  check_columns(x, coding_columns)
  plain <- plain_table(x, "the codings", call)
  writing(project, function(handle) {
    check_places(handle, plain, transcripts, call)
    number <- codebook_number(handle, codebook, call)
    put_history(handle, "codings", plain, replace, note, number,
                c("coder", "round"), transcripts$documents$transcript %||%
                  values_of(plain, "transcript"), call)
  })
}

#' @rdname project_write
#' @export
project_write.coding_plan <- function(project, x, note = NULL,
                                      replace = FALSE, ...) {
  check_no_dots(...)
  check_string(note, null = TRUE)
  check_flag(replace)
  call <- rlang::current_env()
  check_columns(x, c("coder", "transcript"))
  plain <- plain_table(x, "the plan", call)
  writing(project, function(handle) {
    known <- store_read(handle, "get_hashes", call = call)$transcript
    problems <- note_problem(
      no_problems(plain$n), !values_of(plain, "transcript") %in% known,
      sprintf("transcript \"%s\" is not in the project",
              values_of(plain, "transcript"))
    )
    refuse_rows(problems, "plan", call)
    put_history(handle, "plan", plain, replace, note, NULL, character(), known,
                call)
  })
}

refuse_rows <- function(problems, what, call) {
  rows <- which(!is.na(problems))
  if (!length(rows)) {
    return(invisible())
  }
  lines <- sprintf("Row %d: %s.", rows, problems[rows])
  shown <- utils::head(lines, 5)
  names(shown) <- rep("x", length(shown))
  abort(
    what,
    c(sprintf("%s of the %s cannot be written; nothing was.",
              format_count(length(rows), "row"), what), shown),
    rows = rows, problems = problems[rows], call = call
  )
}

check_places <- function(handle, plain, transcripts, call) {
  names <- values_of(plain, "transcript")
  start <- values_of(plain, "start")
  end <- values_of(plain, "end")
  stored <- store_read(handle, "get_hashes", call = call)
  at <- match(names, stored$transcript)
  problems <- note_problem(no_problems(plain$n), is.na(at), sprintf(
    "transcript \"%s\" is not in the project", names
  ))
  if (!is.null(transcripts)) {
    check_class(transcripts, "transcripts", "transcripts()", call = call)
    own <- transcripts$documents
    hash <- own$hash[match(names, own$transcript)]
    problems <- note_problem(
      problems, is.na(hash) | hash != stored$hash[at],
      sprintf("transcript \"%s\" has another text in the project", names)
    )
  }
  used <- unique(names[!is.na(at)])
  text <- vapply(used, function(transcript) {
    store_read(handle, "get_text", list(transcript = transcript),
               call = call)$text
  }, "", USE.NAMES = FALSE)
  damaged <- hash_texts(text) != stored$hash[match(used, stored$transcript)]
  refuse_damaged(used[damaged], call)
  at <- match(names, used)
  size <- nchar(text, "chars")[at]
  problems <- note_problem(
    problems, is.na(start) | is.na(end) | start < 1 | end < start,
    "start and end are no stretch of text"
  )
  problems <- note_problem(problems, end > size, sprintf(
    "end %s runs past the end of transcript \"%s\" (%d characters)",
    format(end, trim = TRUE), names, size
  ))
  for (column in c("code", "coder")) {
    problems <- note_problem(problems, is.na(values_of(plain, column)),
                             sprintf("no %s", column))
  }
  refuse_rows(check_quotes(plain, text, at, problems), "codings", call)
}

check_quotes <- function(plain, text, at, problems) {
  quoted <- values_of(plain, "text")
  rows <- which(is.na(problems) & !is.na(quoted %||% NA))
  if (!length(rows)) {
    return(problems)
  }
  there <- slice_text(text, at[rows], values_of(plain, "start")[rows],
                      values_of(plain, "end")[rows])
  differs <- rows[quoted[rows] != there]
  problems[differs] <- "its text is not what the transcript has there"
  problems
}

refuse_damaged <- function(transcripts, call) {
  if (length(transcripts)) {
    abort(
      c("damaged", "store"),
      c(sprintf("The stored text of transcript \"%s\" does not fit its hash.",
                transcripts[1]),
        i = store_hints[["damaged"]]),
      transcripts = transcripts, call = call
    )
  }
}

# Adds what is new; takes out of force what is replaced: rows that agree with
# new ones in the columns `scope`, in these transcripts.
put_history <- function(handle, frame, plain, replace, note, codebook, scope,
                        transcripts, call) {
  old <- get_rows(handle, frame, list(`_entry` = .Machine$integer.max),
                  call = call)
  add <- seq_len(plain$n)
  drop <- integer()
  reshaped <- TRUE
  table <- plain
  if (!is.null(old)) {
    pair <- conform(old, plain, frame, call)
    table <- pair$new
    add <- rows_not_in(pair$old, pair$new)
    if (replace) {
      drop <- old$ids[replaced_rows(pair$old, pair$new, scope, transcripts)]
    }
    reshaped <- !identical(plain_shape(table), plain_shape(old))
  }
  if (!length(add) && !length(drop) && !reshaped) {
    return(invisible())
  }
  coders <- unique(values_of(table, "coder"))
  entry <- log_entry(handle, frame, length(add), note,
                     if (length(drop)) "replace" else "write", coders,
                     codebook, call)
  store_run(handle, paste0("drop_", frame),
            list(`_id` = drop, `_entry` = rep(entry, length(drop))),
            length(drop), call)
  put_rows(handle, frame, plain_rows(table, add),
           next_ids(handle, frame, length(add), call),
           list(`_entry` = entry), call)
  if (reshaped) {
    put_shape(handle, frame, table, call = call)
  }
}

replaced_rows <- function(old, new, scope, transcripts) {
  gone <- rows_not_in(new, old)
  gone <- gone[values_of(old, "transcript")[gone] %in% transcripts]
  scope <- intersect(scope, names(new$columns))
  if (!length(scope)) {
    return(gone)
  }
  keys <- row_keys(old, new, scope)
  gone[keys$old[gone] %in% keys$new]
}
