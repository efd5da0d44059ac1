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
  places <- unlist(lapply(seq_len(nrow(terms)), function(i) {
    liwc_term(terms$body[i], terms$line[i], into)
  }), recursive = FALSE)
  liwc_places(places, known, into)
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
liwc_term <- function(body, line, into) {
  part <- regmatches(body, regexec("^(.*?)(?:\t+| {2,})(.*)$", body,
                                   perl = TRUE))[[1]]
  if (!length(part)) {
    part <- regmatches(body, regexec("^(.*?\\S)\\s+([0-9][0-9 ]*)$", body,
                                     perl = TRUE))[[1]]
  }
  if (!length(part)) {
    into$problem("the term has no category", body, line)
    return(NULL)
  }
  marks <- regmatches(part[3], gregexpr(
    "[^\\s(]*\\([^)]*\\)\\S*|\\S*<[^>]*>\\S*|\\S+", part[3], perl = TRUE
  ))[[1]]
  entry <- liwc_entry(part[2])
  lapply(marks, function(mark) liwc_place(entry, mark, line))
}

# Conditions, of which a term or a mark has at most one:
# * `(they) like*` and `kind (of)`: what stands in parentheses stands directly
#   before the term, or after it; `(53)` is any term of category 53;
# * `<of>131/125`: category 131 where "of" comes next, else 125;
# * `(02 134)125/464`: 125 where a term of categories 2 or 134 comes directly
#   before, else 464.
liwc_entry <- function(text) {
  pattern <- c(BEFORE = "^\\(([^()]+)\\)\\s*([\\p{L}\\p{N}][^()]*)$",
               AFTER = "^([\\p{L}\\p{N}][^()]*?)\\s*\\(([^()]+)\\)$")
  for (side in names(pattern)) {
    part <- regmatches(text, regexec(pattern[[side]], text, perl = TRUE))[[1]]
    word <- if (side == "BEFORE") 2 else 3
    if (length(part) && grepl("^[\\p{L}\\p{N}]", part[word], perl = TRUE)) {
      return(list(text = text, term = part[5 - word], side = side,
                  beside = part[word]))
    }
  }
  list(text = text, term = text)
}

liwc_place <- function(entry, mark, line) {
  place <- c(entry, list(mark = mark, line = line))
  pattern <- c(AFTER = "^<([\\p{L}\\p{N}'*]+)>([0-9]+)(?:/([0-9]+))?$",
               BEFORE = "^\\(([0-9 ]+)\\)([0-9]+)(?:/([0-9]+))?$")
  for (side in names(pattern)) {
    part <- regmatches(mark, regexec(pattern[[side]], mark, perl = TRUE))[[1]]
    if (length(part) && is.null(entry$side)) {
      place[c("side", "beside", "mark", "other")] <- c(side, part[2:4])
    }
  }
  place
}

# Plain terms first, then those beside words, then those beside categories,
# since these must know the terms of the others.
liwc_places <- function(places, known, into) {
  stage <- vapply(places, function(place) {
    if (is.null(place$side)) 1 else if (numbers_only(place$beside)) 3 else 2
  }, 0)
  late <- plain_number(unlist(lapply(places[stage == 3], function(place) {
    c(place$mark, place$other)
  })))
  for (place in places[order(stage)]) {
    if (!liwc_trouble(place, names(known), late, into)) {
      liwc_add(place, known, into)
    }
  }
}

numbers_only <- function(x) grepl("^[0-9 ]+$", x)

numbers_in <- function(x) plain_number(strsplit(trim(x), " +")[[1]])

# Whether there is something about a place that cannot be understood.
liwc_trouble <- function(place, known, late, into) {
  to <- c(place$mark, place$other)
  to <- to[nzchar(to)]
  seen <- if (!is.null(place$side) && numbers_only(place$beside))
    numbers_in(place$beside)
  odd <- setdiff(c(plain_number(to), seen), known)
  what <- if (any(grepl("[(<>/)]", to))) {
    sprintf("the condition %s is not understood", to[1])
  } else if (!all(grepl("^[0-9]+$", to))) {
    sprintf("%s is not the number of a category", to[1])
  } else if (length(odd)) {
    sprintf("category %s is not declared", odd[1])
  } else if (any(seen %in% late)) {
    sprintf(paste("the condition (%s) asks for a category with such conditions",
                  "itself"), place$beside)
  }
  if (length(what)) into$problem(what, place$text, place$line)
  length(what) > 0
}

liwc_add <- function(place, known, into) {
  to <- known[plain_number(c(place$mark, place$other))]
  if (is.null(place$side)) {
    into$term(to[[1]], place$term, line = place$line, kind = "stem")
    return(invisible())
  }
  beside <- if (numbers_only(place$beside)) {
    into$any_of(known[numbers_in(place$beside)])
  } else {
    term_rule(place$beside, "stem")
  }
  if (!nzchar(beside)) {
    into$problem(sprintf("category %s has no terms", place$beside), place$text,
                 place$line)
    return(invisible())
  }
  term <- term_rule(place$term, "stem")
  for (i in which(!is.na(to))) {
    into$term(to[[i]], place$text, line = place$line,
              rule = beside_rule(term, place$side, beside, without = i == 2))
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
  for (at in placed) into$term(at, term, weight[at], line, kind = "stem")
  if (!length(placed) && !any(odd)) {
    into$problem("the term has no category", term, line)
  }
}

# Every line of a table has as many fields as the first, quotes are closed.
check_fields <- function(text, sep, path, call) {
  text <- strsplit(text, "\n", fixed = TRUE)[[1]]
  begun <- open_quote(text)
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

# The line on which a quote begins that nothing ends, be it within a field; NA
# for none.
open_quote <- function(lines) {
  within <- cumsum(lengths(gregexpr("\"", lines, fixed = TRUE)) *
                     grepl("\"", lines, fixed = TRUE)) %% 2 == 1
  if (!length(lines) || !within[length(lines)]) {
    return(NA_integer_)
  }
  max(c(0L, which(!within))) + 1L
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
  rules <- list()
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
      term <- list(text = part[2], category = open_parent(open, depth),
                   weight = part[3], line = lines$line[i])
      rules <- c(rules, wordstat_term(term, into))
    }
  }
  with <- vapply(rules, `[[`, 0L, "category")
  for (rule in rules) wordstat_rule(rule, with, into)
}

# A term goes in at once; a rule is returned, to be read when all terms are.
wordstat_term <- function(term, into) {
  weight <- suppressWarnings(as.numeric(term$weight))
  if (is.na(weight)) {
    into$problem(sprintf("the weight %s is not a number", term$weight),
                 term$text, term$line)
    return(NULL)
  }
  term$weight <- weight
  if (grepl("^@|^#|\\[.*\\]", term$text)) {
    return(list(term))
  }
  into$term(term$category, wordstat_phrase(term$text), weight, term$line)
  NULL
}

wordstat_phrase <- function(x) gsub("_", " ", x, fixed = TRUE)

# `@NAME [GOOD NOT AFTER #NEGATIONS /S 3]`: two items, each a term or, after #,
# a category with all it holds, and how near they are within a sentence. `with`
# are the categories that have rules.
wordstat_rule <- function(rule, with, into) {
  part <- regmatches(rule$text, regexec(paste0(
    "^@\\S+\\s*\\[\\s*(\\S+)\\s+(NOT\\s+)?(NEAR|BEFORE|AFTER)\\s+(\\S+)",
    "\\s+/S(?:\\s+([1-9][0-9]{0,3}))?\\s*\\]$"
  ), rule$text, perl = TRUE))[[1]]
  items <- if (length(part)) lapply(part[c(2, 5)], wordstat_item, with, into)
  if (!length(part) || !all(lengths(items))) {
    into$problem("this rule of WordStat is not understood", rule$text,
                 rule$line)
    return(invisible())
  }
  # A AFTER B wants B before A.
  side <- c(AFTER = "BEFORE", BEFORE = "AFTER", NEAR = "NEAR")[[part[4]]]
  said <- beside_rule(items[[1]], side, items[[2]],
                      if (nzchar(part[6])) part[6] else 9999, nzchar(part[3]))
  into$term(rule$category, rule$text, rule$weight, rule$line,
            rule = paste(said, "WITHIN SENTENCE"))
  if (nzchar(part[6])) {
    into$problem(sprintf(
      "the %s of this rule is read as at most %s words off, the next being one",
      part[6], part[6]
    ), rule$text, rule$line)
  }
}

# NULL where it cannot be said.
wordstat_item <- function(item, with, into) {
  if (!startsWith(item, "#")) {
    return(term_rule(wordstat_phrase(item)))
  }
  of <- into$named(substring(item, 2))
  rule <- if (!any(of %in% with)) into$any_of(of) else ""
  if (nzchar(rule)) rule
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
  declared <- stated_encoding(
    head, "<\\?xml[^>]*encoding\\s*=\\s*[\"']([^\"']+)")
  out <- decode_bytes(bytes, path, encoding %||% declared, call)
  out$declared <- !is.null(declared)
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
      into$term(category, name, kind = if (regex) "regex" else "glob")
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
