# Readers of dictionary files: text in, categories and terms out. `file` is
# what read_text_file() gives.

DICTIONARY_READERS <- list(
  quanteda = function(...) read_quanteda(...),
  liwc = function(...) read_liwc(...),
  dicx = function(...) read_dicx(...),
  wordstat = function(...) read_wordstat(...),
  yoshikoder = function(...) read_yoshikoder(...),
  lexicoder = function(...) read_lexicoder(...)
)

read_dictionary <- function(path, format, encoding, call) {
  file <- if (format == "yoshikoder") {
    read_xml_file(path, encoding, call)
  } else {
    read_text_file(path, encoding = encoding, call = call)
  }
  refuse_xml(file$text, path, format, call)
  into <- dictionary_collector()
  if (is.null(encoding) && !isTRUE(file$declared) &&
        !file$encoding %in% KNOWN_FOR_SURE) {
    into$problem(sprintf("the encoding is guessed to be %s; see `encoding`",
                         file$encoding))
  }
  theme <- DICTIONARY_READERS[[format]](file$text, path, into, call)
  dictionary_codebook(into$done(), path, NULL, call, theme)
}

KNOWN_FOR_SURE <- c("ASCII", "UTF-8", "UTF-16LE", "UTF-16BE")

refuse_xml <- function(text, path, format, call) {
  is_xml <- grepl("^\\s*<(\\?xml|[A-Za-z])", text, perl = TRUE)
  if (format != "yoshikoder" && is_xml) {
    file_error(path, "this is XML, not what its ending says", line = 1,
               hint = "Is it of Yoshikoder? Give `format = \"yoshikoder\"`.",
               call = call)
  }
}

numbered_lines <- function(text) {
  lines <- strsplit(text, "\n", fixed = TRUE)[[1]]
  data.frame(text = lines, body = trim(lines), line = seq_along(lines),
             tabs = nchar(sub("^(\t*).*$", "\\1", lines)),
             stringsAsFactors = FALSE)
}

# The number of the category one less deep, from those open so far.
open_parent <- function(open, depth) {
  if (depth == 0) 0L else open[depth]
}

# ---- LIWC, .dic ----

read_liwc <- function(text, path, into, call) {
  lines <- numbered_lines(text)
  marks <- which(lines$body == "%")
  first <- which(nzchar(lines$body))[1]
  if (is.na(first) || !first %in% marks) {
    file_error(path, "a LIWC dictionary begins with a line %", line = 1,
               call = call)
  }
  if (length(marks) < 2) {
    file_error(path, "no second line % ends the categories", line = first,
               call = call)
  }
  where <- seq_len(nrow(lines))
  categories <- lines[where > marks[1] & where < marks[2], , drop = FALSE]
  terms <- lines[where > marks[2], , drop = FALSE]
  known <- liwc_categories(categories[nzchar(categories$body), ], into)
  terms <- terms[nzchar(terms$body), ]
  for (i in seq_len(nrow(terms))) {
    liwc_term(terms$body[i], terms$line[i], known, into)
  }
}

# The numbers of the file (names) and of the collector.
liwc_categories <- function(lines, into) {
  known <- open <- integer()
  for (i in seq_len(nrow(lines))) {
    part <- regmatches(lines$body[i],
                       regexec("^([0-9]+)(?:\\s+(.*))?$", lines$body[i],
                               perl = TRUE))[[1]]
    name <- if (length(part) && nzchar(part[3])) part[3] else lines$body[i]
    depth <- min(lines$tabs[i], length(open))
    here <- into$category(name, open_parent(open, depth),
                          line = lines$line[i])
    open <- c(open[seq_len(depth)], here)
    known <- liwc_number(part, here, known, lines[i, ], into)
  }
  known
}

liwc_number <- function(part, here, known, line, into) {
  if (!length(part)) {
    into$problem("the category has no number: no term can belong to it",
                 line$body, line$line)
    return(known)
  }
  number <- plain_number(part[2])
  if (!nzchar(part[3])) {
    into$problem("the category has a number and no name", line$body, line$line)
  }
  if (number %in% names(known)) {
    into$problem("the number stands twice: terms go to the first",
                 line$body, line$line)
    return(known)
  }
  c(known, stats::setNames(here, number))
}

plain_number <- function(x) sub("^0+(?=.)", "", x, perl = TRUE)

# A term, then the numbers of its categories, parted by tabs or two spaces;
# by one space where a line has nothing else.
liwc_term <- function(body, line, known, into) {
  part <- regmatches(body, regexec("^(.*?)(?:\t+| {2,})(.*)$", body,
                                   perl = TRUE))[[1]]
  if (!length(part)) {
    part <- regmatches(body, regexec("^(.*?\\S)\\s+([0-9][0-9 ]*)$", body,
                                     perl = TRUE))[[1]]
  }
  if (!length(part)) {
    into$problem("the term has no category", body, line)
    return(invisible())
  }
  marks <- regmatches(part[3], gregexpr(
    "[^\\s(]*\\([^)]*\\)\\S*|\\S*<[^>]*>\\S*|\\S+", part[3], perl = TRUE
  ))[[1]]
  for (mark in marks) liwc_place(part[2], mark, line, known, into)
}

liwc_place <- function(term, mark, line, known, into) {
  if (grepl("[(<>/)]", mark)) {
    into$problem(sprintf("the condition %s is not understood", mark), term,
                 line)
  } else if (!grepl("^[0-9]+$", mark)) {
    into$problem(sprintf("%s is not the number of a category", mark), term,
                 line)
  } else if (!plain_number(mark) %in% names(known)) {
    into$problem(sprintf("category %s is not declared", mark), term, line)
  } else {
    into$term(known[[plain_number(mark)]], term, line = line)
  }
}

# ---- LIWC-22, .dicx ----

read_dicx <- function(text, path, into, call) {
  check_fields(text, find_separator(text), path, call)
  data <- parse_table(text, path, call)
  if (length(data) < 2) {
    file_error(path, "the header names no category", line = 1, call = call)
  }
  check_header(names(data), path, call)
  for (name in names(data)[-1]) into$category(name, line = 1L)
  for (row in seq_len(nrow(data))) {
    dicx_row(data[row, ], row + 1L, into)
  }
}

dicx_row <- function(row, line, into) {
  term <- row[[1]]
  cells <- trim(unlist(row[-1], use.names = FALSE))
  if (is.na(term) || !nzchar(trim(term))) {
    return(into$problem("there is no term in column 1", NA_character_, line))
  }
  weight <- suppressWarnings(as.numeric(cells))
  weight[tolower(cells) %in% "x"] <- 1
  odd <- !is.na(cells) & nzchar(cells) & is.na(weight)
  for (at in which(odd)) {
    into$problem(sprintf("column %d (%s): \"%s\" is neither X nor a number",
                         at + 1L, names(row)[at + 1L], cells[at]), term, line)
  }
  placed <- which(!is.na(weight) & weight != 0)
  for (at in placed) into$term(at, term, weight[at], line)
  if (!length(placed) && !any(odd)) {
    into$problem("the term has no category", term, line)
  }
}

# Every line of a table has as many fields as the first, quotes are closed.
check_fields <- function(text, sep, path, call) {
  text <- strsplit(text, "\n", fixed = TRUE)[[1]]
  begun <- open_quote(text, sep)
  if (!is.na(begun)) {
    file_error(path, "a quote that opens here is not closed", line = begun,
               call = call)
  }
  lines <- textConnection(text, encoding = "UTF-8")
  on.exit(close(lines))
  count <- utils::count.fields(lines, sep = sep, quote = "\"",
                               comment.char = "", blank.lines.skip = FALSE)
  full <- count[!is.na(count)][1]
  odd <- which(!is.na(count) & nzchar(text) & count != full)
  if (length(odd)) {
    file_error(path, sprintf("%d fields where the header has %d",
                             count[odd[1]], full), line = odd[1], call = call)
  }
}

# The line on which a quote begins that nothing ends; NA for none.
open_quote <- function(lines, sep) {
  within <- cumsum(lengths(gregexpr("\"", lines, fixed = TRUE)) *
                     grepl("\"", lines, fixed = TRUE)) %% 2 == 1
  if (!length(lines) || !within[length(lines)]) {
    return(NA_integer_)
  }
  begun <- max(c(0L, which(!within))) + 1L
  opens <- grepl(paste0("(^|", sep, ")\\s*\""), lines[begun])
  if (opens) begun else NA_integer_
}

check_header <- function(header, path, call) {
  bare <- which(is.na(header) | !nzchar(header))
  again <- which(duplicated(header))
  if (length(bare)) {
    file_error(path, sprintf("column %d has no name", bare[1]), line = 1,
               call = call)
  }
  if (length(again)) {
    file_error(path, sprintf("columns %d and %d are both called \"%s\"",
                             match(header[again[1]], header), again[1],
                             header[again[1]]), line = 1, call = call)
  }
}

# ---- WordStat, .cat ----

read_wordstat <- function(text, path, into, call) {
  lines <- numbered_lines(text)
  lines <- lines[nzchar(lines$body), ]
  open <- integer()
  for (i in seq_len(nrow(lines))) {
    depth <- lines$tabs[i]
    if (depth > length(open)) {
      file_error(path, "the line stands deeper than any category open here",
                 line = lines$line[i],
                 hint = "One tab parts a category from what it holds.",
                 call = call)
    }
    part <- regmatches(lines$body[i],
                       regexec("^(.*\\S)\\s*\\(([-+0-9.]+)\\)$",
                               lines$body[i]))[[1]]
    if (!length(part)) {
      here <- into$category(lines$body[i], open_parent(open, depth),
                            line = lines$line[i])
      open <- c(open[seq_len(depth)], here)
    } else if (depth == 0) {
      file_error(path, "a term stands outside of any category",
                 line = lines$line[i], call = call)
    } else {
      wordstat_term(part, open_parent(open, depth), lines$line[i], into)
    }
  }
}

wordstat_term <- function(part, category, line, into) {
  weight <- suppressWarnings(as.numeric(part[3]))
  if (grepl("^@|^#|\\[.*\\]", part[2])) {
    into$problem("a proximity rule of WordStat is not understood", part[2],
                 line)
  } else if (is.na(weight)) {
    into$problem(sprintf("the weight %s is not a number", part[3]), part[2],
                 line)
  } else {
    into$term(category, gsub("_", " ", part[2], fixed = TRUE), weight, line)
  }
}

# ---- Lexicoder, .lc3 ----

read_lexicoder <- function(text, path, into, call) {
  lines <- numbered_lines(text)
  lines <- lines[nzchar(lines$body), ]
  here <- 0L
  for (i in seq_len(nrow(lines))) {
    if (startsWith(lines$body[i], "+")) {
      here <- into$category(substring(lines$body[i], 2), line = lines$line[i])
    } else if (here == 0L) {
      file_error(path, "a term stands before the first +CATEGORY",
                 line = lines$line[i], call = call)
    } else {
      into$term(here, lines$body[i], line = lines$line[i])
    }
  }
}

# ---- Yoshikoder .ykd, Lexicoder .lcd ----

# As decode_bytes() has it, in the encoding the file declares.
read_xml_file <- function(path, encoding, call) {
  bytes <- read_file_bytes(path, call = call)
  head <- bytes[seq_len(min(length(bytes), 200))]
  head <- rawToChar(head[head > as.raw(0) & head < as.raw(0x80)])
  declared <- regmatches(head, regexec(
    "<\\?xml[^>]*encoding\\s*=\\s*[\"']([^\"']+)", head
  ))[[1]][2]
  out <- decode_bytes(bytes, path,
                      encoding %||% if (!is.na(declared)) declared, call)
  out$declared <- !is.na(declared)
  out
}

read_yoshikoder <- function(text, path, into, call) {
  root <- parse_xml_text(text, path, "dictionary", call)
  if (xml2::xml_name(root) != "dictionary") {
    file_error(path, sprintf("the root is <%s>, not <dictionary>",
                             xml2::xml_name(root)), call = call)
  }
  engine <- xml2::xml_attr(root, "patternengine", default = "substring")
  if (!engine %in% c("substring", "regexp", "regex")) {
    into$problem(sprintf(
      "the pattern engine \"%s\" is not known: terms are taken as words",
      engine))
  }
  top <- xml2::xml_find_all(root, "./cnode")
  theme <- NULL
  if (length(top) == 1 && !length(xml2::xml_find_all(top, "./pnode")) &&
        length(xml2::xml_find_all(top, "./cnode"))) {
    theme <- xml2::xml_attr(top, "name")
    root <- top[[1]]
  }
  collect_nodes(root, 0L, grepl("^regex", engine), into)
  theme
}

collect_nodes <- function(node, category, regex, into) {
  for (child in as.list(xml2::xml_children(node))) {
    kind <- xml2::xml_name(child)
    name <- xml2::xml_attr(child, "name")
    if (!kind %in% c("cnode", "pnode")) {
      into$problem(sprintf("the element <%s> is not known", kind), name)
    } else if (is.na(name) || !nzchar(trim(name))) {
      into$problem(sprintf("a <%s> has no name", kind))
    } else if (kind == "cnode") {
      about <- xml2::xml_attr(child, "desc")
      if (about %in% c("", name)) about <- NA_character_
      collect_nodes(child, into$category(name, category, about), regex, into)
    } else if (category == 0L) {
      into$problem("the term stands in no category", name)
    } else {
      into$term(category, name, regex = regex)
    }
  }
}

# ---- quanteda, YAML ----

read_quanteda <- function(text, path, into, call) {
  need_package("yaml", "A dictionary in YAML", call = call)
  tree <- parse_yaml(text, path, call)
  if (!is.list(tree) || is.null(names(tree))) {
    file_error(path, "the YAML is not a list of named categories", line = 1,
               call = call)
  }
  collect_list(tree, 0L, into)
}
