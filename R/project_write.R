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

# ---- transcripts ----

#' @rdname project_write
#' @export
project_write.transcripts <- function(project, x, note = NULL, ...) {
  check_string(note, null = TRUE)
  call <- rlang::current_env()
  check_texts(x, call)
  writing(project, function(handle) {
    old <- stored_transcripts(handle, call)
    new <- plain_transcripts(x, call)
    if (!is.null(old)) {
      check_same_texts(old$documents, new$documents, call)
    }
    put_transcripts(handle, merge_transcripts(old, new, call), note, call)
  })
}

transcript_frames <- c("documents", "turns", "participants")

check_texts <- function(x, call) {
  lacks <- setdiff(transcript_frames, names(x))
  if (length(lacks) || !all(vapply(x, is.data.frame, TRUE)) ||
      length(setdiff(names(x), transcript_frames))) {
    arg_error("x", "made of the tables documents, turns and participants",
              paste(names(x), collapse = ", "), call)
  }
  check_columns(x$documents, c("transcript", "text", "hash"), "x$documents",
                call)
  check_columns(x$turns, c("transcript", "turn"), "x$turns", call)
  check_columns(x$participants, "participant", "x$participants", call)
  text <- enc2utf8(as.character(x$documents$text))
  wrong <- which(is.na(text) | is.na(x$documents$hash) |
                   hash_texts(text) != x$documents$hash)
  if (length(wrong)) {
    abort(
      "changed",
      c(sprintf("The text of transcript \"%s\" (row %d) is not the one its hash was taken of.",
                x$documents$transcript[wrong[1]], wrong[1]),
        i = "Texts are not altered after import: read the file again."),
      rows = wrong, call = call
    )
  }
}

hash_texts <- function(text) {
  vapply(text, cli::hash_sha256, "", USE.NAMES = FALSE)
}

plain_transcripts <- function(x, call) {
  kept <- attributes(x)
  out <- lapply(transcript_frames, function(frame) {
    plain_table(x[[frame]], frame, call)
  })
  c(stats::setNames(out, transcript_frames), list(
    attributes = plain_attributes(kept[setdiff(names(kept), "names")],
                                  "the transcripts", call),
    order = names(x)
  ))
}

stored_transcripts <- function(handle, call) {
  out <- lapply(transcript_frames, function(frame) {
    get_rows(handle, frame, call = call)
  })
  if (is.null(out[[1]])) {
    return(NULL)
  }
  shape <- get_shape(handle, "transcripts", call = call)
  c(stats::setNames(out, transcript_frames),
    list(attributes = shape$attributes, order = names(shape$columns)))
}

values_of <- function(plain, name) plain$columns[[name]]$values

check_same_texts <- function(old, new, call) {
  at <- match(values_of(new, "transcript"), values_of(old, "transcript"))
  other <- which(!is.na(at) &
                   values_of(new, "hash") != values_of(old, "hash")[at])
  if (length(other)) {
    abort(
      c("changed", "text"),
      c(sprintf("Transcript \"%s\" (row %d) is in the project with another text.",
                values_of(new, "transcript")[other[1]], other[1]),
        i = "A text never changes, so that codings keep their place. Write the new one under another name."),
      rows = other, call = call
    )
  }
}

# What is to be written: per table the rows with their ids, and whether the
# shape has changed.
merge_transcripts <- function(old, new, call) {
  keys <- list(documents = "transcript", turns = c("transcript", "turn"),
               participants = "participant")
  out <- lapply(transcript_frames, function(frame) {
    merge_rows(old[[frame]], new[[frame]], keys[[frame]], frame, call)
  })
  names(out) <- transcript_frames
  out$attributes <- new$attributes
  out$order <- new$order
  out$known <- !is.null(old) && identical(old$attributes, new$attributes) &&
    identical(old$order, new$order)
  out
}

# Rows of `new` whose key is new (`added`) or stands there with other values
# (`changed`), the ids of the latter, and the common shape.
merge_rows <- function(old, new, key, frame, call) {
  if (is.null(old)) {
    return(list(table = new, added = seq_len(new$n), changed = integer(),
                ids = integer(), reshaped = TRUE))
  }
  own <- names(new$columns)
  pair <- conform(old, new, frame, call)
  keys <- row_keys(pair$old, pair$new, key)
  at <- match(keys$new, keys$old)
  all <- row_keys(pair$old, pair$new, own)
  changed <- which(!is.na(at) & all$new != all$old[at])
  table <- pair$new
  for (name in setdiff(names(pair$old$columns), own)) {
    kept <- !is.na(at)
    table$columns[[name]]$values[kept] <-
      values_of(pair$old, name)[at[kept]]
  }
  list(table = table, added = which(is.na(at)), changed = changed,
       ids = old$ids[at[changed]],
       reshaped = !identical(plain_shape(table), plain_shape(old)))
}

put_transcripts <- function(handle, merged, note, call) {
  turned <- turned_transcripts(handle, merged$turns, call)
  written <- c(merged$documents[["added"]], merged$documents[["changed"]],
               merged$participants[["added"]],
               merged$participants[["changed"]], turned)
  reshaped <- vapply(merged[transcript_frames], `[[`, TRUE, "reshaped")
  if (merged$known && !length(written) && !any(reshaped)) {
    return(invisible())
  }
  fresh <- length(merged$documents$added)
  entry <- log_entry(
    handle, "transcripts",
    if (fresh) fresh else merged$documents$table$n, note,
    if (fresh) "write" else "replace", call = call
  )
  for (frame in c("participants", "documents")) {
    put_merged(handle, frame, merged[[frame]], entry, call)
  }
  put_turns(handle, merged$turns$table, turned, call)
  for (frame in transcript_frames[reshaped]) {
    put_shape(handle, frame, merged[[frame]]$table, call = call)
  }
  if (!merged$known) {
    put_shape(handle, "transcripts", list(
      columns = stats::setNames(
        rep(list(list(type = "table", attributes = list())), 3), merged$order
      ),
      attributes = merged$attributes
    ), call = call)
  }
}

put_merged <- function(handle, frame, merged, entry, call) {
  ids <- merged$ids
  store_run(handle, "clear_cells",
            list(`_frame` = rep(frame, length(ids)), `_row` = ids),
            length(ids), call)
  rows <- c(merged$changed, merged$added)
  ids <- c(ids, next_ids(handle, frame, length(merged$added), call))
  put_rows(handle, frame, plain_rows(merged$table, rows), ids,
           list(`_entry` = entry), call)
}

# Transcripts whose turns differ from those in the project in any way.
turned_transcripts <- function(handle, merged, call) {
  names <- values_of(merged$table, "transcript")
  touched <- unique(names[c(merged$added, merged$changed)])
  had <- store_read(handle, "count_turns", call = call)
  now <- table(names)
  known <- intersect(names(now), had$transcript)
  shrunk <- known[now[known] != had$n[match(known, had$transcript)]]
  union(touched, shrunk)
}

put_turns <- function(handle, turns, transcripts, call) {
  old <- store_read(handle, "get_turn_ids", call = call)
  old <- old$id[old$transcript %in% transcripts]
  store_run(handle, "clear_cells",
            list(`_frame` = rep("turns", length(old)), `_row` = old),
            length(old), call)
  store_run(handle, "clear_turns", list(transcript = transcripts),
            length(transcripts), call)
  rows <- which(values_of(turns, "transcript") %in% transcripts)
  put_rows(handle, "turns", plain_rows(turns, rows),
           next_ids(handle, "turns", length(rows), call), call = call)
}

# ---- codebook ----

#' @rdname project_write
#' @export
project_write.codebook <- function(project, x, note = NULL, ...) {
  check_string(note, null = TRUE)
  call <- rlang::current_env()
  plain <- plain_table(x, "the codebook", call)
  hash <- codebook_hash(x)
  version <- as.character(attr(x, "version") %||% NA_character_)
  writing(project, function(handle) {
    if (!is_known_codebook(handle, plain, version, call)) {
      put_codebook(handle, plain, version, hash, note, call)
    }
  })
}

# The file a codebook was read from does not make it another one.
same_codebook <- function(a, b) {
  content <- function(x) {
    named <- vapply(x$attributes, `[[`, "", "path")
    list(x$columns, x$attributes[named != "file"])
  }
  identical(content(a), content(b))
}

is_known_codebook <- function(handle, plain, version, call) {
  books <- stored_codebooks(handle, call)
  for (number in rev(books$number)) {
    label <- books$version[books$number == number]
    if (!identical(label, version)) {
      next
    }
    old <- get_rows(handle, "codes", list(`_codebook` = number), number, call)
    if (same_codebook(old[c("columns", "attributes")], plain)) {
      return(TRUE)
    }
    if (!is.na(version)) {
      abort(
        "changed",
        c(sprintf("Version \"%s\" of the codebook is in the project with another content.",
                  version),
          i = "A version never changes. Give the new one a label of its own."),
        version = version, call = call
      )
    }
  }
  FALSE
}

stored_codebooks <- function(handle, call) {
  store_read(handle, "get_codebooks", types = c(
    number = "integer", version = "character", hash = "character",
    entry = "integer"
  ), call = call)
}

put_codebook <- function(handle, plain, version, hash, note, call) {
  number <- next_ids(handle, "codebooks", 1, call)
  entry <- log_entry(handle, "codebook", plain$n, note, codebook = number,
                     call = call)
  store_run(handle, "put_codebook", list(
    `_number` = number, `_version` = version, `_hash` = hash, `_entry` = entry
  ), 1, call)
  put_rows(handle, "codes", plain, next_ids(handle, "codes", plain$n, call),
           list(`_codebook` = number), call)
  put_shape(handle, "codes", plain, number, call)
}

# The number of a codebook named by number or version label; NULL is the
# latest, or NA if there is none.
codebook_number <- function(handle, version, call) {
  books <- stored_codebooks(handle, call)
  if (is.null(version)) {
    return(if (length(books$number)) max(books$number) else NA_integer_)
  }
  at <- if (is.character(version)) match(version, books$version) else
    match(version, books$number)
  if (length(at) != 1 || is.na(at)) {
    abort(
      c("absent", "store"),
      c(sprintf("The project has no codebook version %s.",
                describe_value(version)),
        i = sprintf("It has %s.", describe_books(books))),
      call = call
    )
  }
  books$number[at]
}

describe_books <- function(books) {
  if (!length(books$number)) {
    return("none")
  }
  label <- ifelse(is.na(books$version), "",
                  sprintf(" (\"%s\")", books$version))
  paste0(books$number, label, collapse = ", ")
}

# ---- codings and plan ----

#' @rdname project_write
#' @export
project_write.codings <- function(project, x, note = NULL, codebook = NULL,
                                  transcripts = NULL, replace = FALSE, ...) {
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
      c(sprintf("The text of transcript \"%s\" in the project is not the one that was written.",
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
