# Transcripts in a project: texts stay as they are, what is known of turns and
# participants may be brought up to date.

#' @rdname project_write
#' @export
project_write.transcripts <- function(project, x, note = NULL, ...) {
  check_no_dots(...)
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
      c(sprintf("The text of transcript \"%s\" (row %d) does not fit its hash.",
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
  out <- Map(whole_table, out, transcript_frames, list(call))
  shape <- get_shape(handle, "transcripts", call = call)
  order <- names(shape$columns)
  if (!setequal(order, transcript_frames)) {
    refuse_shape("transcripts", call)
  }
  c(stats::setNames(out, transcript_frames),
    list(attributes = shape$attributes, order = order))
}

values_of <- function(plain, name) plain$columns[[name]]$values

check_same_texts <- function(old, new, call) {
  at <- match(values_of(new, "transcript"), values_of(old, "transcript"))
  other <- which(!is.na(at) &
                   values_of(new, "hash") != values_of(old, "hash")[at])
  if (length(other)) {
    abort(
      c("changed", "text"),
      c(sprintf(
        "Transcript \"%s\" (row %d) is in the project with another text.",
        values_of(new, "transcript")[other[1]], other[1]
      ),
      i = "A text never changes, so that codings keep their place.",
      i = "Write the new one under another name."),
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
  before <- involved(handle, call)
  for (frame in c("participants", "documents")) {
    put_merged(handle, frame, merged[[frame]], entry, call)
  }
  put_turns(handle, merged$turns$table, turned, call)
  drop_participants(handle, setdiff(before, c(
    involved(handle, call),
    values_of(merged$participants$table, "participant")
  )), call)
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
  clear_cells(handle, frame, ids, call)
  rows <- c(merged$changed, merged$added)
  ids <- c(ids, next_ids(handle, frame, length(merged$added), call))
  put_rows(handle, frame, plain_rows(merged$table, rows), ids,
           list(`_entry` = entry), call)
}

# Those to whom a transcript or turn belongs.
involved <- function(handle, call) {
  store_read(handle, "get_involved", types = c(participant = "character"),
             call = call)$participant
}

# A new map of speakers may leave a participant without any turn.
drop_participants <- function(handle, gone, call) {
  rows <- store_read(handle, "get_participants", call = call)
  ids <- rows$`_id`[rows$participant %in% gone]
  clear_cells(handle, "participants", ids, call)
  store_run(handle, "drop_participants", list(`_id` = ids), length(ids), call)
}

clear_cells <- function(handle, frame, ids, call) {
  n <- length(ids)
  store_run(handle, "clear_cells",
            list(`_frame` = rep(frame, n), `_row` = ids), n, call)
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
  clear_cells(handle, "turns", old, call)
  store_run(handle, "clear_turns", list(transcript = transcripts),
            length(transcripts), call)
  rows <- which(values_of(turns, "transcript") %in% transcripts)
  put_rows(handle, "turns", plain_rows(turns, rows),
           next_ids(handle, "turns", length(rows), call), call = call)
}
