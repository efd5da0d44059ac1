#' Read and write a codebook
#'
#' `read_codebook()` reads a codebook from CSV or YAML, `write_codebook()`
#' writes one; what was written reads back the same. The file ending says which:
#' `.csv`, `.yaml` or `.yml`.
#'
#' @param file Path of the file, UTF-8 (with or without a byte order mark).
#'   CSV: a header line, then a row per code; commas, or semicolons where the
#'   header has them and no comma. YAML: a list `codes` of entries with the
#'   fields of [codebook()], and `version` where there is one. An entry may hold
#'   its own `codes`, which then stand under it; an entry with `theme` but
#'   without `code` only names the theme of those it holds.
#' @param x A [codebook()].
#' @return `read_codebook()` a [codebook()], whose attribute `file` is the path;
#'   `write_codebook()` its `x`, invisibly. A file is replaced as a whole or
#'   not at all.
#' @section Errors:
#' Those of [codebook()], naming the file and its row, and
#' `intercoder_error_file` for a file that is absent, not UTF-8 or not what its
#' ending says.
#' @examples
#' file <- tempfile(fileext = ".csv")
#' book <- codebook(data.frame(code = c("time", "trust"),
#'                             rule = c("minute* OR hour*", "trust*")))
#' write_codebook(book, file)
#' identical(codebook_hash(read_codebook(file)), codebook_hash(book))
#' @export
read_codebook <- function(file) {
  check_string(file)
  read <- switch(codebook_format(file), csv = read_codebook_csv,
                 yaml = read_codebook_yaml)
  text <- read_utf8(file)
  parts <- read(text, file, rlang::current_env())
  if (!"code" %in% names(parts$data)) {
    abort(
      "columns",
      c(
        sprintf("%s has no column \"code\".", file),
        i = sprintf("It has %s.",
                    paste0("\"", names(parts$data), "\"", collapse = ", "))
      ),
      file = file, columns = "code"
    )
  }
  new_codebook(complete_codebook(parts$data), version = parts$version,
               file = file)
}

codebook_format <- function(file, call = caller_env()) {
  ending <- tolower(sub(".*\\.", "", basename(file)))
  if (!ending %in% c("csv", "yaml", "yml")) {
    abort(
      "file",
      c(sprintf("%s is neither .csv nor .yaml.", file),
        i = "The ending of the file says how a codebook is written."),
      file = file, call = call
    )
  }
  if (ending == "yml") "yaml" else ending
}

# The text of a UTF-8 file without byte order mark, line ends as LF.
read_utf8 <- function(file, call = caller_env()) {
  if (!file.exists(file) || dir.exists(file)) {
    abort("file", sprintf("There is no file %s.", file), file = file,
          call = call)
  }
  bytes <- readBin(file, "raw", n = file.size(file))
  if (length(bytes) >= 3 && all(bytes[1:3] == as.raw(c(0xef, 0xbb, 0xbf)))) {
    bytes <- bytes[-(1:3)]
  }
  fault <- utf8_fault(bytes)
  fault <- min(c(fault, match(as.raw(0), bytes), Inf), na.rm = TRUE)
  if (is.finite(fault)) {
    line <- sum(bytes[seq_len(fault)] == as.raw(0x0a)) + 1
    abort(
      "file",
      c(sprintf("%s is not UTF-8 text: line %d, byte %.0f.", file, line, fault),
        i = "Save it as UTF-8 (in a spreadsheet: \"CSV UTF-8\")."),
      file = file, line = line, at = fault, call = call
    )
  }
  text <- rawToChar(bytes)
  Encoding(text) <- "UTF-8"
  gsub("\r\n?", "\n", text)
}

read_codebook_csv <- function(text, file, call) {
  header <- sub("\n.*", "", text)
  sep <- if (!grepl(",", header) && grepl(";", header)) ";" else ","
  broken <- function(condition) {
    abort("file", sprintf("%s is not a table: %s.", file,
                          conditionMessage(condition)),
          file = file, call = call)
  }
  data <- tryCatch(
    utils::read.table(
      text = text, sep = sep, header = FALSE, quote = "\"", comment.char = "",
      colClasses = "character", na.strings = character(),
      encoding = "UTF-8", fill = FALSE, blank.lines.skip = TRUE,
      allowEscapes = FALSE
    ),
    error = broken, warning = broken
  )
  names(data) <- trimws(unlist(data[1, ], use.names = FALSE))
  data <- data[-1, , drop = FALSE]
  version <- unique(data$version[nzchar(data$version)])
  data$version <- NULL
  list(data = data,
       version = if (length(version) == 1) version else NA_character_)
}

# Plain words such as `yes`, `no`, `1.0` stay the strings they are written as.
yaml_as_text <- list(
  "bool#yes" = identity, "bool#no" = identity, "int" = identity,
  "int#hex" = identity, "int#oct" = identity, "float" = identity,
  "float#fix" = identity, "float#exp" = identity
)

read_codebook_yaml <- function(text, file, call) {
  need_package("yaml", "A codebook in YAML", call = call)
  tree <- tryCatch(
    yaml::yaml.load(text, eval.expr = FALSE, handlers = yaml_as_text),
    error = function(condition) {
      abort("file", sprintf("%s is not YAML: %s", file,
                            conditionMessage(condition)),
            file = file, call = call)
    }
  )
  entries <- if (is.list(tree)) tree$codes
  if (!is.list(entries) || !length(entries)) {
    abort("file", sprintf("%s has no list `codes`.", file), file = file,
          call = call)
  }
  rows <- unlist(lapply(entries, flatten_entry, NULL, file, call),
                 recursive = FALSE)
  list(data = bind_rows_by_name(rows),
       version = as.character(tree$version %||% NA))
}

# One entry and those it holds, each as a list of strings.
flatten_entry <- function(entry, parent, file, call) {
  if (!is.list(entry) || is.null(names(entry))) {
    abort("file", sprintf("%s: each of `codes` must have named fields.", file),
          file = file, call = call)
  }
  held <- entry$codes
  fields <- lapply(entry[setdiff(names(entry), "codes")], function(field) {
    if (length(field)) paste(unlist(field), collapse = "\n") else NA_character_
  })
  fields$theme <- fields$theme %||% parent
  below <- unlist(
    lapply(held, flatten_entry, fields$code %||% fields$theme, file, call),
    recursive = FALSE
  )
  if (!is.null(fields$code) || !length(held)) {
    return(c(list(fields), below))
  }
  if (length(setdiff(names(fields), "theme"))) {
    abort(
      "file",
      c(sprintf("%s: theme \"%s\" has fields besides its name.", file,
                fields$theme %||% ""),
        i = "Give it a `code` to keep its definition or rule."),
      file = file, call = call
    )
  }
  below
}

bind_rows_by_name <- function(rows) {
  columns <- unique(unlist(lapply(rows, names)))
  data <- lapply(columns, function(column) {
    vapply(rows, function(row) row[[column]] %||% NA_character_, "")
  })
  names(data) <- columns
  as.data.frame(data, check.names = FALSE, stringsAsFactors = FALSE)
}

#' @rdname read_codebook
#' @export
write_codebook <- function(x, file) {
  check_class(x, "codebook", "codebook()")
  check_string(file)
  lines <- switch(codebook_format(file), csv = codebook_csv(x),
                  yaml = codebook_yaml(x))
  write_whole(lines, file)
  invisible(x)
}

codebook_csv <- function(x) {
  data <- as.data.frame(x)
  if (!is.na(attr(x, "version"))) {
    data$version <- rep(attr(x, "version"), nrow(data))
  }
  quoted <- lapply(data, function(column) {
    column <- enc2utf8(as.character(column))
    ifelse(is.na(column), "",
           paste0("\"", gsub("\"", "\"\"", column, fixed = TRUE), "\""))
  })
  names(quoted) <- NULL
  c(paste(names(data), collapse = ","), do.call(paste, c(quoted, sep = ",")))
}

codebook_yaml <- function(x) {
  need_package("yaml", "A codebook in YAML")
  data <- as.data.frame(x)
  codes <- lapply(seq_len(nrow(data)), function(row) {
    entry <- lapply(data[row, , drop = FALSE], as.character)
    entry[!vapply(entry, is.na, TRUE)]
  })
  version <- attr(x, "version")
  enc2utf8(yaml::as.yaml(
    c(if (!is.na(version)) list(version = version), list(codes = codes))
  ))
}

# The file appears complete or not at all.
write_whole <- function(lines, file, call = caller_env()) {
  part <- tempfile(".codebook-", dirname(file))
  on.exit(unlink(part))
  failed <- function(condition) {
    abort("file", sprintf("Cannot write %s: %s", file,
                          conditionMessage(condition)),
          file = file, call = call)
  }
  tryCatch(
    {
      bytes <- charToRaw(paste0(enc2utf8(lines), "\n", collapse = ""))
      out <- file(part, "wb")
      tryCatch(writeBin(bytes, out), finally = close(out))
      if (!identical(file.size(part), as.double(length(bytes)))) {
        stop("the disk is full")
      }
      file.rename(part, file)
    },
    error = failed, warning = failed
  )
  invisible(file)
}
