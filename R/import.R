# What readers of other programs' projects share. A reader gathers
#   texts      transcript, text as in the file, participant where known, and
#              where lines are added to it, `breaks`: a list of the code points
#              after which one begins
#   rows       a coding each: transcript, start, end (as the file counts),
#              quote, code, coder, memo, date, `fault` where the reader itself
#              leaves one out, and columns of its own
#   nodes      the codebook, as for coded_tree()
#   people     participant and attributes
#   facts      attributes of transcripts: transcript, variable, value
#   types      by variable, where the file tells: "character" or "numeric"
#   turns      where the file itself parts a text: transcript, start, end,
#              section, participant
#   passages   parts of a text that are a participant's: transcript, start, end
#              (as the file counts), participant
#   remarks    memos of places: transcript, start, end (as the file counts),
#              text, author, date
#   memos, sets, left
# and import_project() places the codings and puts all together.

# An SQLite file to read. `take(table, text, numbers)` reads columns: text and
# numbers; a table or column that it has not is empty or NA. `has(table,
# column)`. `untaken(words)` lists what holds values and was never taken, by
# tables and columns: `words` says by "table" or "table.column" what they are,
# NA for what is no content (numbers of rows, settings of the program).
open_foreign <- function(path) {
  there <- foreign_tables(path)
  taken <- new.env()
  taken$columns <- character()
  has <- function(table, column) {
    column %in% there$column[there$table == table]
  }
  take <- function(table, text, numbers = character()) {
    wanted <- c(numbers, text)
    known <- intersect(wanted, there$column[there$table == table])
    taken$columns <- c(taken$columns, paste0(table, ".", known))
    out <- if (length(known)) read_foreign_table(path, table, known) else
      data.frame()
    n <- nrow(out)
    for (column in wanted) {
      value <- out[[column]] %||% rep(NA, n)
      out[[column]] <- if (column %in% text) as.character(value) else
        suppressWarnings(as.numeric(value))
    }
    out[wanted]
  }
  list(take = take, has = has, untaken = function(words) {
    untaken_values(path, there, taken$columns, words)
  })
}

# For the words of untaken().
no_words <- function(...) {
  names <- c(...)
  stats::setNames(rep(NA_character_, length(names)), names)
}

untaken_values <- function(path, there, taken, words) {
  there$name <- paste0(there$table, ".", there$column)
  whole <- !there$table %in% there$table[there$name %in% taken]
  key <- ifelse(whole, there$table, there$name)
  known <- words[key]
  left <- there[!duplicated(key) & !there$name %in% taken &
                  !(key %in% names(words) & is.na(known)), ]
  whole <- whole[match(left$name, there$name)]
  counts <- vapply(seq_len(nrow(left)), function(i) {
    value <- read_foreign_table(path, left$table[i], left$column[i])[[1]]
    if (whole[i]) length(value) else
      sum(!is.na(value) & !value %in% c("", "0"))
  }, 1)
  names(counts) <- ifelse(whole, paste("rows of table", left$table),
                          sprintf("values of column %s of table %s",
                                  left$column, left$table))
  said <- words[ifelse(whole, left$table, left$name)]
  names(counts)[!is.na(said)] <- said[!is.na(said)]
  left_rows(counts, path)
}

has_tables <- function(path, tables) {
  magic <- charToRaw("SQLite format 3")
  !dir.exists(path) && identical(readBin(path, "raw", 15), magic) &&
    all(tables %in% foreign_tables(path)$table)
}

# Names that are there and differ.
own_names <- function(x, what) {
  make.unique(first_known(x, sprintf("%s %d", what, seq_along(x))), sep = " ")
}

value_of <- function(key, keys, values) {
  values[match(key, keys, incomparables = NA)]
}

# How many there are of what has no place here; no row for none.
left_rows <- function(counts, where) {
  counts <- counts[counts > 0]
  left_table(names(counts), as.integer(counts), rep(where, length(counts)))
}

# What a pattern finds in a text, and the pieces before, between and behind,
# which are one more. Bytes are searched: places in code points would be counted
# from the beginning each time.
split_at_marks <- function(text, pattern) {
  at <- gregexpr(pattern, text, perl = TRUE, useBytes = TRUE)[[1]]
  start <- as.integer(at)[at > 0]
  size <- attr(at, "match.length")[at > 0]
  bytes <- charToRaw(text)
  pieces <- function(from, to) {
    mark_utf8(vapply(seq_along(from), function(i) {
      rawToChar(bytes[seq_len(to[i] - from[i] + 1L) + from[i] - 1L])
    }, ""))
  }
  list(marks = pieces(start, start + size - 1L),
       between = pieces(c(1L, start + size), c(start - 1L, length(bytes))))
}

# ---- the codebook ----

# `nodes`: id, parent (an id or NA), name, definition, category (TRUE for what
# only groups) and color. A list: `book`, and `code`, the code of each node (NA
# for a category that became the label of a theme, which it does at the top
# where nothing else bears its name and it says nothing).
coded_tree <- function(nodes) {
  n <- nrow(nodes)
  parent <- match(nodes$parent, nodes$id, incomparables = NA)
  name <- first_known(trim(nodes$name), "unnamed")
  alone <- !name %in% name[duplicated(name)]
  said <- !is.na(nodes$definition) & !is_blank(nodes$definition)
  label <- nodes$category & is.na(parent) & alone & !said &
    seq_len(n) %in% parent
  code <- rep(NA_character_, n)
  order <- order(nodes$category)
  order <- order[!label[order]]
  code[order] <- make.unique(name[order], sep = " ")
  theme <- ifelse(label[parent], name[parent],
                  without_circles(code, code[parent]))
  book <- data.frame(code = code, theme = theme, label = name,
                     definition = nodes$definition, stringsAsFactors = FALSE)
  if (!all(is.na(nodes$color))) book$color <- nodes$color
  list(book = codebook(book[!label, ]), code = code)
}

# The same for `codes` and `groups` of them (id, name, definition, codes also
# color), of which a code may be in several (`inside`: code, group): it stands
# under the first, the others become sets. `id` and `code` are of the codes.
grouped_tree <- function(codes, groups, inside) {
  inside <- inside[inside$code %in% codes$id & inside$group %in% groups$id, ]
  more <- duplicated(inside$code)
  above <- value_of(codes$id, inside$code[!more], inside$group[!more])
  tree <- coded_tree(data.frame(
    id = c(sprintf("code %.0f", codes$id), sprintf("group %.0f", groups$id)),
    parent = c(ifelse(is.na(above), NA, sprintf("group %.0f", above)),
               rep(NA, nrow(groups))),
    name = c(codes$name, groups$name),
    definition = c(codes$definition, groups$definition),
    category = rep(c(FALSE, TRUE), c(nrow(codes), nrow(groups))),
    color = c(codes$color, rep(NA, nrow(groups))), stringsAsFactors = FALSE
  ))
  code <- tree$code[seq_len(nrow(codes))]
  list(book = tree$book, id = codes$id, code = code, sets = set_table(
    value_of(inside$group[more], groups$id, groups$name),
    rep("code", sum(more)), value_of(inside$code[more], codes$id, code)
  ))
}

# ---- places ----

# The codings of one transcript: start, end, problem, done; and the dialect
# where it was inferred.
place_rows <- function(text, rows, dialect, usual) {
  layout <- lay_out(text)
  inferred <- NULL
  if (is.null(dialect)) {
    inferred <- infer_dialect(layout, rows$start, rows$end, rows$quote, usual)
    dialect <- inferred$dialect
  }
  place <- file_to_points(layout, rows$start, rows$end, dialect)
  quote <- sub("^\ufeff", "", unify_newlines(rows$quote, "mixed"))
  list(layout = layout, place = settle_places(layout, place, quote),
       inferred = inferred)
}

# Lines that are added after code points `breaks` move what comes behind.
add_breaks <- function(layout, breaks) {
  points <- layout$points
  points_to_text(c(points, rep(10L, length(breaks)))[
    order(c(seq_along(points), breaks + 0.5))])
}

moved_by_breaks <- function(at, breaks) {
  as.integer(at + findInterval(at - 1, breaks))
}

place_all <- function(texts, rows, dialect, usual) {
  rows$problem <- rows$done <- no_problems(nrow(rows))
  text <- character(nrow(texts))
  dialects <- list()
  spans <- list()
  bar <- progress_bar("Placing codings", nrow(texts))
  on.exit(bar$end())
  for (i in seq_len(nrow(texts))) {
    if (!is.null(bar$step)) bar$step(i - 1, nrow(texts))
    mine <- which(rows$transcript %in% texts$transcript[i])
    placed <- place_rows(texts$text[i], rows[mine, ], dialect, usual)
    breaks <- texts$breaks[[i]] %||% numeric()
    text[i] <- add_breaks(placed$layout, breaks)
    spans[[texts$transcript[i]]] <- c(placed["layout"], list(
      breaks = breaks, dialect = dialect %||% placed$inferred$dialect))
    for (column in c("start", "end")) {
      rows[[column]][mine] <- moved_by_breaks(placed$place[[column]], breaks)
    }
    rows[mine, c("problem", "done")] <- placed$place[c("problem", "done")]
    if (length(mine) && !is.null(placed$inferred)) {
      dialects[[length(dialects) + 1L]] <-
        dialect_row(texts$transcript[i], placed$inferred)
    }
  }
  list(text = text, rows = rows, dialects = bind_rows(dialects),
       spans = spans)
}

# Other places of the file (transcript, start, end), counted as its codings are;
# NA for those outside of the texts.
place_spans <- function(data, spans) {
  data$start <- as.numeric(data$start)
  data$end <- as.numeric(data$end)
  for (name in unique(data$transcript)) {
    mine <- which(data$transcript %in% name)
    here <- if (!is.na(name)) spans[[name]]
    if (is.null(here)) {
      data$start[mine] <- data$end[mine] <- NA
      next
    }
    place <- file_to_points(here$layout, data$start[mine], data$end[mine],
                            here$dialect)
    data$start[mine] <- moved_by_breaks(place$start, here$breaks)
    data$end[mine] <- moved_by_breaks(place$end, here$breaks)
  }
  data
}

leave_out_rows <- function(rows, at, problem) {
  rows$problem[at] <- problem
  rows$done[at] <- "left out"
  rows$start[at] <- rows$end[at] <- NA
  rows
}

# A place as the name of what a memo is about; where it is not in the text, the
# text is.
range_name <- function(transcript, start, end) {
  ifelse(is.na(start), ifelse(is.na(transcript), "(deleted)", transcript),
         sprintf("%s, %.0f-%.0f", transcript, start, end))
}

remark_memos <- function(remarks, spans) {
  if (!NROW(remarks)) return(memo_table())
  remarks <- place_spans(remarks, spans)
  memo_table(rep("place", nrow(remarks)),
             range_name(remarks$transcript, remarks$start, remarks$end),
             remarks$text, remarks$author, remarks$date)
}

# ---- putting together ----

import_project <- function(gathered, path, format, origin, dialect = NULL,
                           usual = NULL, facts = NULL) {
  rows <- gathered$rows
  rows$row <- seq_len(nrow(rows))
  placed <- place_all(gathered$texts, rows, dialect, usual)
  rows <- placed$rows
  rows <- leave_out_rows(rows, which(!rows$transcript %in%
                                       gathered$texts$transcript),
                         "its transcript is not in the project")
  rows <- leave_out_rows(rows, which(is.na(rows$code)),
                         "its code is not in the codebook")
  own <- which(!is.na(rows$fault %||% NA_character_))
  rows <- leave_out_rows(rows, own, rows$fault[own])
  told <- rows[!is.na(rows$problem), ]
  gathered$passages <- place_spans(gathered$passages %||% passage_table(),
                                   placed$spans)
  people <- imported_people(gathered, placed$text, path, format)
  new_imported_project(
    people$transcripts, gathered$book,
    imported_codings(rows[!rows$done %in% "left out", ], people$transcripts),
    memos = said_memos(rbind(gathered$memos,
                             remark_memos(gathered$remarks, placed$spans))),
    sets = gathered$sets %||% set_table(),
    left = rbind(gathered$left %||% left_table(), people$left),
    problems = place_problem_table(
      told$transcript, told$row, told$code, told$coder, told$start, told$end,
      told$quote, told$problem, told$done),
    source = list(path = path, format = format, origin = origin,
                  dialects = placed$dialects)
  )
}

said_memos <- function(memos) {
  memos <- memos[!is.na(memos$text) & !is_blank(memos$text), ]
  for (column in c("author", "date")) {
    memos[[column]][!nzchar(memos[[column]])] <- NA
  }
  rownames(memos) <- NULL
  memos
}

imported_codings <- function(rows, transcripts) {
  own <- setdiff(names(rows), c("quote", "row", "fault", "problem", "done"))
  data <- rows[own[!vapply(rows[own], function(x) all(is.na(x)), NA) |
                     own %in% coding_columns]]
  data$coder <- first_known(data$coder, "unknown")
  rownames(data) <- NULL
  codings(data, transcripts)
}

imported_people <- function(gathered, text, path, format) {
  texts <- gathered$texts
  x <- imported_transcripts(texts, text, gathered, path, format)
  people <- merge_facts(x, gathered$people, gathered$facts, gathered$types)
  own <- match(x$participants$participant, people$known$participant)
  columns <- setdiff(names(people$known), "participant")
  x$participants[columns] <- people$known[own, columns, drop = FALSE]
  unused <- sum(!people$known$participant %in% x$participants$participant)
  loose <- sum(!passage_used(gathered$passages, x$turns))
  list(transcripts = x, left = rbind(
    left_rows(c("cases of parts of transcripts that are no turn" = loose),
              path),
    left_rows(c("participants without a transcript of their own" = unused),
              path),
    left_rows(c("attributes of transcripts of several participants" =
                  people$lost), path)
  ))
}

imported_transcripts <- function(texts, text, gathered, path, format) {
  source <- list(source = path, format = format, encoding = "UTF-8",
                 newline = NA_character_, bom = FALSE, md5 = NA_character_)
  none <- !nrow(texts)
  data <- if (none) data.frame(transcript = "none", text = "") else
    data.frame(transcript = texts$transcript, text = text,
               stringsAsFactors = FALSE)
  if (!none) data$participant <- texts$participant
  records <- records_from_texts(data, NULL, source)
  records <- lapply(records, with_turns, gathered$turns)
  x <- assemble(lapply(records, with_passages, gathered$passages))
  if (none) x[0] else x
}

# A record with the turns that the file tells of; a row without places says
# whose the whole text is.
with_turns <- function(record, turns) {
  mine <- turns[turns$transcript %in% record$document$transcript, ]
  if (!length(mine) || !nrow(mine)) {
    return(record)
  }
  if (anyNA(mine$start)) {
    record$document$participant <- mine$participant[1]
    return(record)
  }
  n <- nrow(mine)
  record$turns <- data.frame(
    speaker = rep(NA_character_, n), start = mine$start, end = mine$end,
    time_start = rep(NA_real_, n), time_end = rep(NA_real_, n),
    participant = mine$participant, stringsAsFactors = FALSE
  )
  if (!all(is.na(mine$section))) record$turns$section <- mine$section
  record
}

# Attributes of participants and, where each of a participant's transcripts says
# the same, of transcripts.
merge_facts <- function(x, people, facts, types = NULL) {
  known <- people %||% data.frame(participant = character())
  facts <- facts[!is.na(facts$value) & !is.na(facts$variable), ]
  owner <- value_of(facts$transcript, x$documents$transcript,
                    x$documents$participant)
  lost <- sum(is.na(owner))
  absent <- setdiff(owner[!is.na(owner)], known$participant)
  if (length(absent)) {
    row <- nrow(known) + seq_along(absent)
    known[row, ] <- NA
    known$participant[row] <- absent
  }
  for (variable in unique(facts$variable[!is.na(owner)])) {
    mine <- which(facts$variable == variable & !is.na(owner))
    pairs <- unique(data.frame(owner = owner[mine], value = facts$value[mine],
                               stringsAsFactors = FALSE))
    twice <- pairs$owner[duplicated(pairs$owner)]
    lost <- lost + sum(owner[mine] %in% twice)
    pairs <- pairs[!pairs$owner %in% twice, ]
    if (!nrow(pairs)) next
    column <- variable
    if (variable %in% names(known)) column <- paste(variable, "(transcript)")
    known[[column]] <- value_of(known$participant, pairs$owner, pairs$value)
  }
  list(known = numbers_where(known, types), lost = lost)
}

# Columns of numbers as numbers, but for those that numbers would change or that
# are said to be text.
numbers_where <- function(known, types = NULL) {
  for (column in setdiff(names(known), "participant")) {
    value <- known[[column]]
    type <- types[match(column, names(types))] %||% NA
    if (!is.character(value) || type %in% "character") next
    value[!nzchar(value)] <- NA
    plain <- if (type %in% "numeric") {
      !is.na(suppressWarnings(as.numeric(value)))
    } else {
      grepl("^-?(0|[1-9][0-9]{0,14})([.][0-9]+)?$", value)
    }
    if (all(plain | is.na(value))) known[[column]] <- as.numeric(value)
  }
  known
}

# One row per participant from rows of participant, variable, value.
wide_facts <- function(participants, of, variable, value) {
  out <- data.frame(participant = participants, stringsAsFactors = FALSE)
  keep <- of %in% participants & !is.na(variable)
  for (name in unique(variable[keep])) {
    mine <- which(keep & variable == name)
    column <- if (name == "participant") "participant (attribute)" else name
    out[[column]] <- value_of(participants, of[mine], value[mine])
  }
  out
}
