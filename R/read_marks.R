# Plain text with marks in it: sources of the Reproducible Open Coding Kit
# (.rock), where a line is an utterance and codes stand in [[double brackets]];
# and texts of qcoder, with (QCODE)words(/QCODE){#code}. The marks leave the
# text, and places are counted in what remains.

is_rock <- function(path) length(marked_files(path, "[.]rock$")) > 0

is_qcoder <- function(path) {
  files <- marked_files(path, "[.](txt|md)$")
  any(vapply(files, function(file) {
    bytes <- readBin(file, "raw", file.size(file))
    any(grepl("(QCODE)", rawToChar(bytes[bytes != 0]), fixed = TRUE,
              useBytes = TRUE))
  }, NA))
}

marked_files <- function(path, pattern) {
  files <- if (dir.exists(path)) {
    list.files(path, full.names = TRUE, recursive = TRUE)
  } else {
    path
  }
  sort(grep(pattern, files, ignore.case = TRUE, value = TRUE),
       method = "radix")
}

# Names of files without what they share.
marked_names <- function(path, files) {
  name <- if (dir.exists(path)) substring(files, nchar(path) + 2) else
    basename(files)
  make.unique(sub("[.][^.]*$", "", name), sep = " ")
}

refuse_dialect <- function(dialect, call) {
  if (!is.null(dialect)) {
    arg_error("dialect", "NULL: a text with marks in it has no places",
              describe_value(dialect), call)
  }
}

read_marked <- function(path, pattern, parse, call) {
  files <- marked_files(path, pattern)
  name <- marked_names(path, files)
  parts <- lapply(seq_along(files), function(i) {
    parse(read_text_file(files[i], call = call)$text, name[i], files[i], call)
  })
  joined <- function(what) bind_rows(lapply(parts, `[[`, what))
  list(
    texts = data.frame(transcript = name,
                       text = vapply(parts, `[[`, "", "text"),
                       stringsAsFactors = FALSE),
    rows = joined("rows"), left = joined("left"), parts = parts
  )
}

marked_rows <- function(transcript, start, end, code, coder = "unknown",
                        memo = NA_character_, weight = NA_real_,
                        fault = NA_character_) {
  n <- length(code)
  data.frame(transcript = rep(transcript, n), start = as.numeric(start),
             end = as.numeric(end), quote = rep(NA_character_, n),
             code = as.character(code), coder = rep_len(coder, n),
             memo = rep_len(memo, n), weight = rep_len(weight, n),
             fault = rep_len(fault, n), stringsAsFactors = FALSE)
}

# Places that the reader itself has counted: from 1, inclusive.
import_marked <- function(gathered, path, format, origin) {
  import_project(gathered, path, format, origin,
                 offset_dialect(inclusive = TRUE, first = 1))
}

# ---- qcoder ----

read_qcoder <- function(path, dialect) {
  call <- caller_env()
  refuse_dialect(dialect, call)
  gathered <- read_marked(path, "[.](txt|md)$", parse_qcoder, call)
  code <- unique(gathered$rows$code[!is.na(gathered$rows$code)])
  gathered$book <- codebook(data.frame(code = code))
  import_marked(gathered, path, "qcoder", "qcoder")
}

parse_qcoder <- function(text, transcript, file, call) {
  parts <- split_at_marks(text,
                          "\\(QCODE\\)|\\(/QCODE\\)(?:\\{[^}\n]*\\})?")
  marks <- parts$marks
  at <- cumsum(nchar(parts$between, "chars")) + 1
  open <- integer()
  found <- list()
  for (i in seq_along(marks)) {
    if (marks[i] == "(QCODE)") {
      open <- c(open, at[i])
    } else {
      codes <- qcoder_codes(marks[i])
      start <- if (length(open)) open[length(open)] else NA
      open <- open[-length(open)]
      found[[length(found) + 1L]] <-
        marked_rows(transcript, rep(start, length(codes)),
                    rep(at[i] - 1, length(codes)), codes, fault =
                      qcoder_fault(start, at[i], codes))
    }
  }
  found[[length(found) + 1L]] <-
    marked_rows(transcript, open, rep(NA, length(open)),
                rep(NA, length(open)), fault = "its mark is never closed")
  list(text = paste(parts$between, collapse = ""), rows = bind_rows(found))
}

qcoder_fault <- function(start, end, codes) {
  if (is.na(start)) return("its mark was never opened")
  if (start >= end) return("there is nothing between its marks")
  if (anyNA(codes)) "its mark names no code" else NA_character_
}

qcoder_codes <- function(mark) {
  inside <- sub("^\\(/QCODE\\)\\{?([^}]*)\\}?$", "\\1", mark)
  codes <- trim(sub("^\\s*#", "", strsplit(inside, ",", fixed = TRUE)[[1]]))
  codes <- unique(codes[nzchar(codes)])
  if (length(codes)) codes else NA_character_
}

# ---- ROCK ----

ROCK_CODE <- "^[A-Za-z]\\w*(?:(?:>|--)\\w+)*$"
ROCK_VALUE <- "^([A-Za-z]\\w*(?:>\\w+)*)\\|\\|(.*)$"
ROCK_ID <- "^([A-Za-z]\\w*)\\s*[=:]\\s*(.+)$"
ROCK_CASES <- c("cid", "caseId")

read_rock <- function(path, dialect) {
  call <- caller_env()
  refuse_dialect(dialect, call)
  gathered <- read_marked(path, "[.]rock$", parse_rock, call)
  facts <- unlist(lapply(gathered$parts, `[[`, "facts"), recursive = FALSE)
  tree <- rock_tree(gathered$rows$code, facts)
  gathered$book <- tree$book
  gathered$rows$code <- tree$code
  gathered$people <- rock_people(facts)
  gathered$turns <- bind_rows(lapply(gathered$parts, `[[`, "turns"))
  import_marked(gathered, path, "rock", "ROCK")
}

parse_rock <- function(text, transcript, file, call) {
  lines <- strsplit(text, "\n", fixed = TRUE)[[1]]
  fragments <- rock_fragments(lines)
  kind <- rock_kinds(lines, fragments$inside)
  marks <- rock_marks(lines, kind)
  said <- kind == "utterance"
  section <- rock_sections(lines, kind)[said]
  words <- marks$words[said]
  place <- line_places(words)
  line <- match(marks$line, which(said))
  case <- carried(marks, ROCK_CASES, which(said))
  used <- marks$kind %in% c("code", "value")
  empty <- !nzchar(words)[line]
  rows <- marked_rows(
    transcript, ifelse(empty, NA, place$start[line])[used],
    place$end[line][used], marks$name[used],
    first_known(carried(marks, "coderId", which(said))[line][used], "unknown"),
    ifelse(is.na(marks$weight), marks$value, NA)[used], marks$weight[used],
    ifelse(empty, "its line has no words", NA)[used]
  )
  list(
    text = paste(words, collapse = "\n"), rows = rows,
    turns = rock_turns(transcript, place, nzchar(words), section, case),
    facts = lapply(fragments$text, yaml_fragment, file, call),
    left = left_rows(c(
      "comment lines" = sum(kind == "comment"), anchors = sum(kind == "anchor"),
      "identifiers of other kinds" =
        sum(marks$kind == "id" & !marks$name %in% c(ROCK_CASES, "coderId")),
      "marks that are no codes" = sum(marks$kind == "other")
    ), file)
  )
}

# Pieces between pairs of lines that are "---".
rock_fragments <- function(lines) {
  edge <- which(lines == "---")
  edge <- edge[seq_len(length(edge) %/% 2 * 2)]
  first <- seq_along(edge) %% 2 == 1
  from <- edge[first]
  to <- edge[!first]
  rows <- Map(seq, from, to)
  list(inside = seq_along(lines) %in% unlist(rows),
       text = vapply(rows, function(at) {
         paste(lines[at[-c(1, length(at))]], collapse = "\n")
       }, ""))
}

rock_kinds <- function(lines, inside) {
  kind <- rep("utterance", length(lines))
  kind[grepl("^\\s*#", lines)] <- "comment"
  kind[grepl("^\\s*---+<<.*>>---+\\s*$", lines)] <- "break"
  kind[grepl("^\\s*--\\+-\\{.*\\}-\\+--\\s*$", lines)] <- "anchor"
  kind[inside] <- "fragment"
  kind
}

# Each break opens a section, named by it and numbered.
rock_sections <- function(lines, kind) {
  name <- trim(sub("^\\s*-+<<(.*)>>-+\\s*$", "\\1", lines))
  section <- rep(NA_character_, length(lines))
  at <- which(kind == "break")
  number <- stats::ave(seq_along(at), name[at], FUN = seq_along)
  open <- findInterval(seq_along(lines), at)
  section[open > 0] <- sprintf("%s %d", name[at], number)[open[open > 0]]
  section
}

# One row per mark: line, kind ("code", "value", "id", "other"), name, value,
# weight; and the words of each line without them.
rock_marks <- function(lines, kind) {
  at <- gregexpr("\\[\\[[^]\n]*\\]\\]", lines)
  found <- regmatches(lines, at)
  found[kind != "utterance"] <- list(character())
  words <- lines
  regmatches(words, at) <- lapply(regmatches(lines, at), function(x) {
    rep("", length(x))
  })
  mark <- trim(gsub("^\\[\\[|\\]\\]$", "", unlist(found)))
  what <- rep("other", length(mark))
  what[grepl(ROCK_CODE, mark, perl = TRUE)] <- "code"
  what[grepl(ROCK_ID, mark, perl = TRUE)] <- "id"
  what[grepl(ROCK_VALUE, mark, perl = TRUE)] <- "value"
  part <- function(pattern, kind, to) {
    ifelse(what == kind, sub(pattern, to, mark, perl = TRUE), NA)
  }
  value <- first_known(part(ROCK_VALUE, "value", "\\2"),
                      part(ROCK_ID, "id", "\\2"))
  valued <- what == "value" & grepl("^-?[0-9]+([.][0-9]+)?$", value)
  weight <- rep(NA_real_, length(mark))
  weight[valued] <- as.numeric(value[valued])
  list(
    line = rep(seq_along(lines), lengths(found)), kind = what,
    name = first_known(part(ROCK_VALUE, "value", "\\1"),
                      part(ROCK_ID, "id", "\\1"), mark),
    value = value, weight = weight,
    words = trim(sub("^[[:space:]~]+", "", words))
  )
}

line_places <- function(words) {
  size <- nchar(words, "chars")
  start <- cumsum(c(1, size + 1))[seq_along(words)]
  list(start = start, end = start + size - 1)
}

# For each of `lines` the identifier of these kinds that was given last.
carried <- function(marks, names, lines) {
  given <- which(marks$kind == "id" & marks$name %in% names)
  open <- findInterval(lines, marks$line[given])
  c(NA_character_, marks$value[given])[open + 1L]
}

# Turns where sections or several cases part the text; else NULL, and turns are
# recognised by speakers.
rock_turns <- function(transcript, place, used, section, case) {
  if (!any(used) || (all(is.na(section)) && length(unique(case[used])) < 2)) {
    return(if (any(!is.na(case))) {
      data.frame(transcript = transcript, start = NA_integer_,
                 end = NA_integer_, section = NA_character_,
                 participant = case[!is.na(case)][1], stringsAsFactors = FALSE)
    })
  }
  key <- paste(section, case)[used]
  run <- cumsum(c(TRUE, key[-1] != key[-length(key)]))
  first <- which(used)[!duplicated(run)]
  last <- which(used)[!duplicated(run, fromLast = TRUE)]
  data.frame(transcript = rep(transcript, length(first)),
             start = as.integer(place$start[first]),
             end = as.integer(place$end[last]), section = section[first],
             participant = case[first], stringsAsFactors = FALSE)
}

yaml_fragment <- function(text, file, call) {
  need_package("yaml", "A YAML fragment in a .rock file", call = call)
  tryCatch(
    yaml::yaml.load(text, eval.expr = FALSE, handlers = yaml_as_text),
    error = function(e) {
      file_error(file, sprintf("a YAML fragment cannot be read: %s",
                               conditionMessage(e)), call = call)
    }
  )
}

# Attributes of cases, whatever fragment they stand in.
rock_people <- function(facts) {
  items <- unlist(lapply(facts, function(fact) {
    c(fact$ROCK_attributes, fact$metadata)
  }), recursive = FALSE)
  items <- Filter(function(item) any(ROCK_CASES %in% names(item)), items)
  if (!length(items)) {
    return(NULL)
  }
  of <- vapply(items, function(item) {
    as.character(item[[intersect(ROCK_CASES, names(item))[1]]])
  }, "")
  long <- lapply(seq_along(items), function(i) {
    item <- items[[i]][setdiff(names(items[[i]]), ROCK_CASES)]
    item <- item[lengths(item) == 1]
    data.frame(of = rep(of[i], length(item)), variable = names(item),
               value = vapply(item, as.character, ""),
               stringsAsFactors = FALSE)
  })
  long <- bind_rows(long)
  wide_facts(unique(of), long$of, long$variable, long$value)
}

# ---- the codes of ROCK ----

# A path a>b says that b stands under a. A code that stands under several keeps
# its path as its name. A list: `book` and the code of each of `used`.
rock_tree <- function(used, facts) {
  nodes <- rock_given(facts)
  parts <- strsplit(unique(used[!is.na(used)]), ">", fixed = TRUE)
  edges <- unique(bind_rows(c(
    list(data.frame(id = nodes$id, parent = nodes$parent,
                    stringsAsFactors = FALSE)),
    lapply(parts, function(part) {
      data.frame(id = part, parent = c(NA, part[-length(part)]),
                 stringsAsFactors = FALSE)
    })
  )))
  under <- edges[!is.na(edges$parent), ]
  several <- unique(under$id[duplicated(under$id)])
  key <- function(id, parent) {
    ifelse(id %in% several & !is.na(parent), paste0(parent, ">", id), id)
  }
  above <- function(id) value_of(id, under$id, under$parent)
  ids <- unique(key(edges$id, edges$parent))
  parent <- ifelse(grepl(">", ids, fixed = TRUE), sub(">.*$", "", ids),
                   above(ids))
  parent[ids %in% several | parent %in% several] <- NA
  parent <- without_circles(ids, parent)
  given <- match(sub("^.*>", "", ids), nodes$id)
  data <- data.frame(code = ids, theme = parent, label = nodes$label[given],
                     stringsAsFactors = FALSE)
  last <- sub("^.*>", "", used)
  before <- ifelse(grepl(">", used), sub("^.*>", "", sub(">[^>]*$", "", used)),
                   NA)
  list(book = codebook(data), code = key(last, before))
}

# Where codes stand under each other in a circle, none of it holds.
without_circles <- function(ids, parent) {
  at <- seq_along(ids)
  up <- match(parent, ids, incomparables = NA)
  for (step in seq_along(ids)) at <- up[at]
  circle <- unique(at[!is.na(at)])
  parent[circle] <- NA
  parent
}

# Codes as YAML fragments give them: id (as it is used), parent, label.
rock_given <- function(facts) {
  walk <- function(node, parent) {
    if (!is.list(node)) {
      return(rock_node(as.character(node), parent, NA))
    }
    id <- as.character(node$code %||% node$id)
    if (!length(id)) {
      return(NULL)
    }
    parent <- as.character(node$parentId %||% parent)
    c(rock_node(id[1], parent[1], as.character(node$label %||% NA)[1]),
      unlist(lapply(as.list(node$children), walk, id[1]), recursive = FALSE))
  }
  found <- unlist(lapply(facts, function(fact) {
    unlist(lapply(fact$codes, walk, NA_character_), recursive = FALSE)
  }), recursive = FALSE)
  nodes <- if (length(found)) bind_rows(found) else
    data.frame(id = character(), parent = character(), label = character())
  nodes <- nodes[!is.na(nodes$id), ]
  nodes[!duplicated(nodes$id), ]
}

rock_node <- function(id, parent, label) {
  list(data.frame(id = id, parent = parent, label = label,
                  stringsAsFactors = FALSE))
}
