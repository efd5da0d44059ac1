#' Export a project to plain files
#'
#' Writes everything that is in force to a folder of text files that any program
#' reads: `transcripts/*.txt`, `documents.csv` (one row per transcript, with its
#' file and hash), `turns.csv`, `participants.csv`, `codebook.csv` (the latest
#' version; earlier ones as `codebook-1.csv` ...), `codings.csv`, `plan.csv` and
#' `log.csv`. What the project does not hold is left out. The folder appears
#' when it is whole.
#'
#' @param project A [project()].
#' @param dir Path of a folder that does not exist yet, or is empty.
#' @param spreadsheet_safe Whether text that a spreadsheet would take for a
#'   formula (it begins with `=`, `+`, `-`, `@`, tab or carriage return) gets an
#'   apostrophe in front. Numbers are left alone.
#' @return The paths of the files, relative to `dir`, invisibly.
#' @details The CSV files are UTF-8 with line feeds, text in double quotes,
#'   missing values empty and unquoted, numbers with as many digits as they
#'   need. A transcript's file is named after it; characters other than letters
#'   and digits of ASCII, `.`, `-` and `_` become `_`.
#' @section Errors: those of [project()]; `intercoder_error_exists` where `dir`
#'   is a file or holds some.
#' @examples
#' study <- project(tempfile(fileext = ".icp"))
#' project_write(study, codebook(data.frame(code = c("time", "trust"))))
#' project_export(study, tempfile())
#' close(study)
#' @export
project_export <- function(project, dir, spreadsheet_safe = TRUE) {
  check_string(dir)
  check_flag(spreadsheet_safe)
  path <- full_path(dir)
  if (file.exists(path) && (!dir.exists(path) || length(dir(path)))) {
    refuse_existing(path)
  }
  partial <- tempfile(".export-", dirname(path))
  on.exit(unlink(partial, recursive = TRUE))
  make_folder(file.path(partial, "transcripts"))
  log <- project_log(project)
  tables <- reading(project, function(handle) {
    exported_tables(handle, partial, rlang::caller_env())
  })
  tables$log <- log
  tables$log$time <- format(log$time, "%Y-%m-%dT%H:%M:%OS3Z")
  for (name in names(tables)) {
    write_plain_csv(tables[[name]], file.path(partial, paste0(name, ".csv")),
                    spreadsheet_safe)
  }
  unlink(path, recursive = TRUE)
  if (!file.rename(partial, path)) {
    refuse_writing(path)
  }
  invisible(dir(path, recursive = TRUE))
}

make_folder <- function(path, call = caller_env()) {
  if (!dir.create(path, recursive = TRUE, showWarnings = FALSE)) {
    refuse_writing(path, call)
  }
}

refuse_writing <- function(path, call = caller_env()) {
  abort(c("read_only", "store"), sprintf("%s cannot be written.", path),
        path = path, call = call)
}

exported_tables <- function(handle, folder, call) {
  out <- list()
  if (!is.null(get_shape(handle, "documents", call = call)$columns[["text"]])) {
    x <- read_transcripts_of(handle, NULL, call)
    files <- safe_names(x$documents$transcript, ".txt")
    for (i in seq_along(files)) {
      write_bytes(x$documents$text[i], file.path(folder, "transcripts",
                                                 files[i]), call)
    }
    out$documents <- x$documents[setdiff(names(x$documents), "text")]
    out$documents$file <- file.path("transcripts", files)
    out$turns <- x$turns
    out$participants <- x$participants
  }
  books <- stored_codebooks(handle, call)$number
  for (number in books) {
    name <- if (number == max(books)) "codebook" else
      paste0("codebook-", number)
    out[[name]] <- read_codebook_of(handle, number, call)
  }
  for (frame in c("codings", "plan")) {
    plain <- get_rows(handle, frame, list(`_entry` = .Machine$integer.max),
                      call = call)
    out[[frame]] <- if (!is.null(plain)) restored_table(plain)
  }
  out
}

# File names that every system takes, all different even where case is not.
safe_names <- function(names, extension) {
  safe <- gsub("[^A-Za-z0-9._-]", "_", enc2utf8(names), perl = TRUE)
  safe <- sub("^[.]", "_", substr(safe, 1, 80))
  reserved <- "^(con|prn|aux|nul|com[0-9]|lpt[0-9])([.].*)?$"
  taken <- grepl(reserved, safe, ignore.case = TRUE) | !nzchar(safe)
  safe[taken] <- paste0("_", safe[taken])
  again <- duplicated(tolower(safe))
  while (any(again)) {
    safe[again] <- paste0(safe[again], "-", which(again))
    again <- duplicated(tolower(safe))
  }
  paste0(safe, extension)
}

write_bytes <- function(text, path, call = caller_env()) {
  out <- tryCatch(file(path, "wb"), warning = function(w) NULL)
  if (is.null(out)) {
    refuse_writing(path, call)
  }
  bytes <- charToRaw(enc2utf8(text))
  tryCatch(writeBin(bytes, out), warning = function(w) NULL,
           finally = close(out))
  if (!identical(file.size(path), as.double(length(bytes)))) {
    refuse_writing(path, call)
  }
}

write_plain_csv <- function(data, path, safe, call = caller_env()) {
  fields <- lapply(seq_along(data), function(i) csv_field(data[[i]], safe))
  head <- paste(csv_field(names(data), safe), collapse = ",")
  rows <- if (nrow(data)) do.call(paste, c(fields, sep = ","))
  write_bytes(paste0(c(head, rows, ""), collapse = "\n"), path, call)
}

csv_field <- function(x, safe) {
  out <- if (is.double(x) && !is.object(x)) shortest_number(x) else
    enc2utf8(as.character(x))
  if (!is.numeric(x) && !is.logical(x) || is.factor(x)) {
    if (safe) {
      out <- sub("^('*[-=+@\t\r])", "'\\1", out)
    }
    out <- paste0("\"", gsub("\"", "\"\"", out, fixed = TRUE), "\"")
  }
  out[is.na(x)] <- ""
  out
}

# The fewest digits that give the same number back.
shortest_number <- function(x) {
  out <- sprintf("%.15g", x)
  longer <- is.finite(x)
  longer[longer] <- as.numeric(out[longer]) != x[longer]
  out[longer] <- sprintf("%.17g", x[longer])
  out
}
