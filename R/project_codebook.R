# Codebooks in a project: numbered versions that stand beside each other.

#' @rdname project_write
#' @export
project_write.codebook <- function(project, x, note = NULL, ...) {
  check_no_dots(...)
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
        c(sprintf(
          "Codebook version \"%s\" is in the project with another content.",
          version
        ),
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
  if (!is.character(version) && !is.numeric(version)) {
    arg_error("version", "a version label or a number",
              describe_value(version), call)
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
