#' Read and write a codebook
#'
#' `read_codebook()` reads a codebook, or a dictionary of another program;
#' `write_codebook()` writes one. What is written as CSV, YAML or JSON reads
#' back the same. The ending of the file says which format it has, unless
#' `format` does.
#'
#' @param file Path of the file.
#' @param format `NULL`, to go by the ending, or one of the formats below.
#' @param encoding The file's encoding, such as `"latin1"` or `"EUC-JP"`.
#'   `NULL`: CSV, YAML and JSON are UTF-8 (with or without a byte order mark);
#'   for dictionaries it is told from the bytes, and [codebook_problems()] says
#'   so where that is a guess.
#' @param x A [codebook()].
#' @return `read_codebook()` a [codebook()], whose attribute `file` is the path;
#'   `write_codebook()` its `x`, invisibly. A file is replaced as a whole or
#'   not at all.
#'
#' @section Codebooks:
#' * `"csv"` (`.csv`): a header line, then a row per code; commas, or semicolons
#'   where the header has them and no comma. A row whose column `list` is `TRUE`
#'   is a list that rules refer to.
#' * `"yaml"` (`.yaml`, `.yml`), `"json"` (`.json`): a list `codes` of entries
#'   with the fields of [codebook()], and `version` where there is one. An
#'   entry may hold its own `codes`, which then stand under it; an entry with
#'   `theme` but without `code` only names the theme of those it holds. `lists`
#'   beside `codes` has the name of each list and its rule.
#' * `"qdc"` (`.qdc`): the codebook exchange format REFI-QDA 1.0 of NVivo,
#'   MAXQDA, ATLAS.ti and others. It knows names, descriptions and the tree.
#'   What else a codebook has stands at the end of the description in lines
#'   such as `RULE: minute*`, which are read back; added columns are not
#'   written, but for `guid` and `color`, and the codes come in the order of the
#'   tree. There is no place for lists: rules that refer to one are written with
#'   the list itself, and a warning says so. In reading, themes without a
#'   description that cannot be coded become labels, a root called `Nodes` that
#'   holds all is left out, and sets are listed by [codebook_problems()].
#' * `"atlasti"` (`.csv` or `.xlsx`, never guessed): the codebook or the list of
#'   codes of ATLAS.ti. A code in a folder is called `folder: code`, as its
#'   quotations call it ([read_codings()]); its groups stand in a column
#'   `group`.
#'
#' @section Dictionaries:
#' Categories become codes, their terms rules, as [as_codebook()] describes. No
#' line is dropped in silence: see [codebook_problems()].
#' * `"quanteda"` (YAML without a list `codes`): categories with lists of terms,
#'   nested as you like. Can be written too.
#' * `"liwc"` (`.dic`): `*` ends a stem, `?` is a question mark. Conditions are
#'   said by `BEFORE/1`, `AFTER/1` and `UNLESS`: `(they) like*`, `kind (of)`,
#'   `(53) like*` (after any term of category 53), `<of>131/125` (131 where "of"
#'   comes next, else 125) and `(02 134)125/464` (125 after a term of
#'   categories 2 or 134, else 464). A hit takes in the word it depends on.
#' * `"dicx"` (`.dicx`): a table of terms with a column for each category; cells
#'   are empty, `X` or a weight.
#' * `"wordstat"` (`.cat`): underscores in terms are spaces. A rule of two items
#'   within a sentence, `@NAME [#GOOD NOT AFTER #NEGATIONS /S 3]`, is said by
#'   `NEAR`, `BEFORE`, `AFTER` or `UNLESS` with `WITHIN SENTENCE`; the way its
#'   number is read is listed as a problem, and so are all other rules.
#' * `"yoshikoder"` (`.ykd`, `.lcd`): XML. One category around all others is the
#'   dictionary's name, kept as theme.
#' * `"lexicoder"` (`.lc3`): `+CATEGORY` lines, each followed by its terms,
#'   which are whole words or end in `*`.
#'
#' The weight that all terms of a category share is kept in a column `weight`;
#' a term's own weight is a problem.
#' @section Errors:
#' Those of [codebook()], naming the file and its row, and
#' `intercoder_error_file` for a file that is absent, in another encoding or
#' not what its format says, with the line where there is one.
#' @examples
#' file <- tempfile(fileext = ".csv")
#' book <- codebook(data.frame(code = c("time", "trust"),
#'                             rule = c("minute* OR hour*", "trust*")))
#' write_codebook(book, file)
#' identical(codebook_hash(read_codebook(file)), codebook_hash(book))
#'
#' dictionary <- tempfile(fileext = ".cat")
#' writeLines(c("ECONOMY", "\tPRO", "\t\tINVEST* (1)", "\t\tFREE_MARKET (1)"),
#'            dictionary)
#' read_codebook(dictionary)
#' @export
read_codebook <- function(file, format = NULL, encoding = NULL) {
  check_string(file)
  check_string(encoding, null = TRUE)
  format <- codebook_format(file, format)
  if (format == "yaml" && file.exists(file) &&
        !yaml_has_codes(file, encoding)) {
    format <- "quanteda"
  }
  if (format %in% names(DICTIONARY_READERS)) {
    return(read_dictionary(file, format, encoding, rlang::current_env()))
  }
  if (format == "qdc") {
    return(read_qdc(file, encoding, rlang::current_env()))
  }
  read <- switch(format, csv = read_codebook_csv, yaml = read_codebook_yaml,
                 json = read_codebook_json)
  parts <- if (format == "atlasti") {
    read_codebook_atlasti(file, encoding, rlang::current_env())
  } else {
    text <- if (is.null(encoding)) read_utf8(file) else
      read_text_file(file, encoding = encoding)$text
    read(text, file, rlang::current_env())
  }
  if (!"code" %in% names(parts$data)) {
    abort(
      "columns",
      c(
        sprintf("%s has no column \"code\".", file),
        i = sprintf("It has %s.",
                    quoted(names(parts$data)))
      ),
      file = file, columns = "code"
    )
  }
  new_codebook(complete_codebook(parts$data), version = parts$version,
               file = file, lists = parts$lists)
}

CODEBOOK_ENDINGS <- c(
  csv = "csv", yaml = "yaml", yml = "yaml", json = "json", qdc = "qdc",
  dic = "liwc", dicx = "dicx", cat = "wordstat", ykd = "yoshikoder",
  lcd = "yoshikoder", lc3 = "lexicoder"
)
CODEBOOK_FORMATS <- c(unique(unname(CODEBOOK_ENDINGS)), "quanteda", "atlasti")
FORMATS_WRITTEN <- c("csv", "yaml", "json", "qdc", "quanteda")

codebook_format <- function(file, format, known = CODEBOOK_FORMATS,
                            call = caller_env()) {
  if (!is.null(format)) {
    return(check_choice(format, known, "format", call))
  }
  endings <- CODEBOOK_ENDINGS[CODEBOOK_ENDINGS %in% known]
  ending <- tolower(sub(".*\\.", "", basename(file)))
  if (!ending %in% names(endings)) {
    abort(
      "file",
      c(sprintf("The ending of %s is none of %s.", file,
                paste0(".", names(endings), collapse = ", ")),
        i = "The ending says how a codebook is written, or else `format`."),
      file = file, call = call
    )
  }
  endings[[ending]]
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
  check_fields(text, sep, file, call)
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
  check_header(names(data), file, call)
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

# A list `codes` makes a codebook; other YAML is a dictionary.
yaml_has_codes <- function(file, encoding) {
  text <- read_text_file(file, encoding = encoding)$text
  grepl("(^|\n)[\"'{]?\\s*codes[\"']?\\s*:", text) || is_blank(text)
}

# Lists of lists: no codebook and no dictionary nests so deep or is so large,
# but a few lines that refer to each other may be.
TREE_DEPTH_MAX <- 100
TREE_NODES_MAX <- 1e6

refuse_tree <- function(file, call) {
  abort("limit", c(
    sprintf("%s nests its lists too deep, or has too many entries.", file),
    i = sprintf("At most %d levels and %.0f entries are read.", TREE_DEPTH_MAX,
                TREE_NODES_MAX)), file = file, call = call)
}

# Before it is parsed, since parsers give up in ways of their own.
check_brackets <- function(text, most, file, call) {
  signs <- charToRaw(gsub("[^][{}]++", "", text, perl = TRUE, useBytes = TRUE))
  if (length(signs) > 2 * TREE_NODES_MAX) refuse_tree(file, call)
  step <- (signs %in% charToRaw("[{")) - (signs %in% charToRaw("]}"))
  if (length(step) && max(cumsum(step)) > most) refuse_tree(file, call)
}

JSON_STRING <- "\"[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+\""

# A list that stands in several places counts in each.
bounded_tree <- function(tree, file, call) {
  level <- list(tree)
  nodes <- 0
  for (depth in seq_len(TREE_DEPTH_MAX)) {
    level <- level[vapply(level, is.list, NA)]
    nodes <- nodes + sum(lengths(level))
    if (nodes > TREE_NODES_MAX) refuse_tree(file, call)
    if (!length(level)) return(tree)
    level <- unlist(level, recursive = FALSE, use.names = FALSE)
  }
  refuse_tree(file, call)
}

parse_yaml <- function(text, file, call) {
  # plain words may hold brackets too, such as ":-["
  check_brackets(text, 10 * TREE_DEPTH_MAX, file, call)
  tree <- tryCatch(
    yaml::yaml.load(text, eval.expr = FALSE, handlers = yaml_as_text),
    error = function(condition) {
      cause <- conditionMessage(condition)
      line <- regmatches(cause, regexec("line ([0-9]+)", cause))[[1]][2]
      abort("file", sprintf("%s is not YAML: %s", file, cause),
            file = file, line = as.integer(line), call = call)
    }
  )
  bounded_tree(tree, file, call)
}

read_codebook_yaml <- function(text, file, call) {
  need_package("yaml", "A codebook in YAML", call = call)
  codebook_of_tree(parse_yaml(text, file, call), file, call)
}

read_codebook_json <- function(text, file, call) {
  need_package("jsonlite", "A codebook in JSON", call = call)
  check_brackets(gsub(JSON_STRING, "", text, perl = TRUE, useBytes = TRUE),
                 TREE_DEPTH_MAX, file, call)
  valid <- jsonlite::validate(text)
  if (!valid) {
    at <- attr(valid, "offset")
    before <- substr(text, 1, at)
    line <- lengths(regmatches(before, gregexpr("\n", before))) + 1L
    column <- nchar(sub("^(.*\n)*", "", before))
    cause <- trim(strsplit(attr(valid, "err"), "\n")[[1]][1])
    abort("file", sprintf("%s is not JSON: line %d, column %d: %s.", file,
                          line, column, cause),
          file = file, line = line, column = column, call = call)
  }
  tree <- jsonlite::fromJSON(text, simplifyVector = FALSE,
                             bigint_as_char = TRUE)
  codebook_of_tree(without_null(bounded_tree(tree, file, call)), file, call)
}

without_null <- function(tree) {
  if (!is.list(tree)) {
    return(tree)
  }
  lapply(tree[!vapply(tree, is.null, TRUE)], without_null)
}

codebook_of_tree <- function(tree, file, call) {
  entries <- if (is.list(tree)) tree$codes
  if (!is.list(entries) || !length(entries)) {
    abort("file", sprintf("%s has no list `codes`.", file), file = file,
          call = call)
  }
  rows <- unlist(lapply(entries, flatten_entry, NULL, file, call),
                 recursive = FALSE)
  list(data = bind_rows_by_name(rows),
       version = as.character(tree$version %||% NA),
       lists = lists_of_tree(tree[["lists"]], file, call))
}

lists_of_tree <- function(lists, file, call) {
  strings <- vapply(lists, function(rule) {
    is.character(rule) && length(rule) == 1
  }, NA)
  if (!is.null(lists) && (is.null(names(lists)) || !all(strings))) {
    abort("file",
          c(sprintf("%s: `lists` must give each list a name and a rule.", file),
            i = "As in `fast: quick* OR fast*`."),
          file = file, call = call)
  }
  unlist(lists)
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
write_codebook <- function(x, file, format = NULL) {
  check_class(x, "codebook", "codebook()")
  check_string(file)
  format <- codebook_format(file, format, FORMATS_WRITTEN)
  lines <- switch(format, csv = codebook_csv(x), yaml = codebook_yaml(x),
                  json = codebook_json(x), qdc = codebook_qdc(x),
                  quanteda = dictionary_yaml(x))
  write_whole(lines, file)
  invisible(x)
}

codebook_csv <- function(x) {
  data <- with_list_rows(as.data.frame(x), attr(x, "lists"))
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

with_list_rows <- function(data, lists) {
  if (!length(lists)) {
    return(data)
  }
  rows <- data[rep(NA_integer_, length(lists)), , drop = FALSE]
  rows$code <- names(lists)
  rows$rule <- unname(lists)
  data$list <- rep(NA, nrow(data))
  rows$list <- rep(TRUE, nrow(rows))
  rbind(data, rows)
}

# Version and codes as nested lists of strings, without what is missing.
codebook_tree <- function(x) {
  data <- as.data.frame(x)
  codes <- lapply(seq_len(nrow(data)), function(row) {
    entry <- lapply(data[row, , drop = FALSE], as.character)
    entry[!vapply(entry, is.na, TRUE)]
  })
  version <- attr(x, "version")
  c(if (!is.na(version)) list(version = version),
    if (length(attr(x, "lists"))) list(lists = as.list(attr(x, "lists"))),
    list(codes = codes))
}

codebook_yaml <- function(x) {
  need_package("yaml", "A codebook in YAML")
  enc2utf8(yaml::as.yaml(codebook_tree(x)))
}

codebook_json <- function(x) {
  need_package("jsonlite", "A codebook in JSON")
  jsonlite::toJSON(codebook_tree(x), auto_unbox = TRUE, pretty = TRUE)
}

# The file appears complete or not at all.
write_whole <- function(lines, file, call = caller_env()) {
  write_file_bytes(charToRaw(paste0(enc2utf8(lines), "\n", collapse = "")),
                   file, call)
}

write_file_bytes <- function(bytes, file, call = caller_env()) {
  force(bytes)
  part <- tempfile(".part-", dirname(file))
  on.exit(unlink(part))
  failed <- function(condition) {
    abort("file", sprintf("Cannot write %s: %s", file,
                          conditionMessage(condition)),
          file = file, call = call)
  }
  tryCatch(
    {
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
