# Writing the project exchange format. GUIDs are made of names, so that the same
# project is the same file.

QDE_SPACE <- "urn:QDA-XML:project:1.0"

qdpx_bytes <- function(x, dialect) {
  x <- with_guids(x)
  texts <- x$transcripts$documents$text
  layouts <- lapply(texts, lay_out, bom = dialect$bom)
  files <- lapply(texts, function(text) {
    if (dialect$newline == 2) text <- gsub("\n", "\r\n", text, fixed = TRUE)
    c(if (dialect$bom) as.raw(c(0xef, 0xbb, 0xbf)), charToRaw(text))
  })
  names(files) <- sprintf("sources/%s.txt", x$guid$transcript)
  qde <- charToRaw(paste0(qde_lines(x, layouts, dialect), "\n", collapse = ""))
  zip_bytes(c(list(project.qde = qde), files))
}

with_guids <- function(x) {
  x$codebook <- without_lists(x$codebook)
  given <- x$codebook$guid %||% rep(NA, nrow(x$codebook))
  given <- plain_guid(as.character(given))
  fits <- grepl(GUID, given) & !duplicated(given)
  x$codebook$guid <- ifelse(fits, given, guids("code", x$codebook$code))
  coders <- unique(c(x$codings$coder, x$memos$author))
  coders <- coders[!is.na(coders)]
  people <- x$transcripts$participants
  memo <- do.call(paste, c(x$memos, sep = "\x1f"))
  x$guid <- list(
    coder = stats::setNames(guids("coder", coders), coders),
    code = stats::setNames(x$codebook$guid, x$codebook$code),
    transcript = named_guids("transcript", x$transcripts$documents$transcript),
    participant = named_guids("participant", people$participant),
    variable = named_guids("variable", attribute_names(people)),
    memo = guids("memo", make.unique(memo, sep = "\x1f"))
  )
  x
}

guids <- function(kind, names) {
  vapply(names, function(name) name_guid(codes_path(kind, name)), "",
         USE.NAMES = FALSE)
}

named_guids <- function(kind, names) stats::setNames(guids(kind, names), names)

attribute_names <- function(people) {
  setdiff(names(people), c("participant", "speaker"))
}

qde_lines <- function(x, layouts, dialect) {
  selections <- qde_selections(x, layouts, dialect)
  c(
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
    sprintf("<Project%s>", xml_attrs(
      name = x$name, origin = qdc_origin(x$codebook),
      xmlns = QDE_SPACE)),
    qde_group("Users", sprintf("<User%s/>", xml_attrs(
      guid = x$guid$coder, name = names(x$guid$coder)))),
    if (nrow(x$codebook)) {
      qde_group("CodeBook", codes_with_notes(qdc_codes(x$codebook), x))
    },
    qde_variables(x), qde_cases(x, selections), qde_sources(x, selections),
    qde_notes(x), qde_sets(x), note_refs(x, "project"), "</Project>"
  )
}

qde_group <- function(name, lines) {
  if (length(lines)) c(sprintf("<%s>", name), lines, sprintf("</%s>", name))
}

# ` name="value"` for what is not NA, over vectors.
xml_attrs <- function(...) {
  given <- list(...)
  parts <- lapply(names(given), function(name) {
    value <- as.character(given[[name]])
    ifelse(is.na(value), "", sprintf(" %s=\"%s\"", name, attr_escaped(value)))
  })
  do.call(paste0, parts)
}

attr_escaped <- function(x) {
  x <- gsub("\n", "&#10;", xml_escaped(x), fixed = TRUE)
  gsub("\t", "&#9;", x, fixed = TRUE)
}

note_refs <- function(x, on, name = NULL) {
  rows <- which(x$memos$on == on & (is.null(name) | x$memos$name %in% name))
  sprintf("<NoteRef targetGUID=\"%s\"/>", x$guid$memo[rows])
}

# Notes of a code come after its description.
codes_with_notes <- function(lines, x) {
  for (code in unique(x$memos$name[x$memos$on == "code"])) {
    at <- grep(sprintf("^<Code guid=\"%s\"", x$guid$code[code]), lines)
    if (!length(at)) next
    if (startsWith(lines[at + 1], "<Description>")) at <- at + 1
    lines <- append(lines, note_refs(x, "code", code), at)
  }
  lines
}

# ---- participants ----

variable_type <- function(column) {
  if (is.logical(column)) "Boolean" else if (is.factor(column)) "Text" else
    if (is.integer(column)) "Integer" else
      if (inherits(column, "Date")) "Date" else
        if (is.double(column) && !is.object(column) &&
              all(is.finite(column) | is.na(column))) "Float" else "Text"
}

qde_variables <- function(x) {
  people <- x$transcripts$participants
  names <- names(x$guid$variable)
  type <- vapply(people[names], variable_type, "")
  qde_group("Variables", sprintf("<Variable%s/>", xml_attrs(
    guid = x$guid$variable, name = names, typeOfVariable = type)))
}

qde_values <- function(x, row) {
  unlist(lapply(names(x$guid$variable), function(name) {
    column <- x$transcripts$participants[[name]]
    if (is.na(column[row])) return(NULL)
    type <- variable_type(column)
    value <- switch(type, Boolean = tolower(column[row]),
                    Float = decimal_text(column[row]),
                    as.character(column[row]))
    sprintf(paste0("<VariableValue><VariableRef targetGUID=\"%s\"/>",
                   "<%sValue>%s</%sValue></VariableValue>"),
            x$guid$variable[[name]], type, xml_escaped(value), type)
  }))
}

# The schema knows no exponents.
decimal_text <- function(value) {
  short <- shortest_number(value)
  if (grepl("e", short, fixed = TRUE)) {
    short <- format(value, digits = 15, scientific = FALSE)
  }
  short
}

qde_cases <- function(x, selections) {
  people <- x$transcripts$participants$participant
  documents <- x$transcripts$documents
  about <- x$memos[x$memos$on == "participant", ]
  qde_group("Cases", unlist(lapply(seq_along(people), function(i) {
    own <- documents$transcript[documents$participant %in% people[i]]
    said <- selections$guid[selections$participant %in% people[i]]
    memo <- about$text[about$name == people[i]]
    c(
      sprintf("<Case%s>", xml_attrs(guid = x$guid$participant[[i]],
                                    name = people[i])),
      if (length(memo)) {
        sprintf("<Description>%s</Description>",
                xml_escaped(paste(memo, collapse = "\n")))
      },
      qde_values(x, i),
      sprintf("<SourceRef targetGUID=\"%s\"/>", x$guid$transcript[own]),
      sprintf("<SelectionRef targetGUID=\"%s\"/>", said), "</Case>"
    )
  })))
}

# ---- sources ----

# One row per selection: of each coding, of each turn in a transcript of several
# participants, of each place with a memo.
qde_selections <- function(x, layouts, dialect) {
  out <- rbind(coded_selections(x), turn_selections(x), memo_selections(x))
  at <- match(out$transcript, x$transcripts$documents$transcript)
  out <- out[order(at), ]
  at <- sort(at)
  out$quote <- slice_text(x$transcripts$documents$text, at, out$start, out$end)
  key <- paste(out$kind, out$transcript, out$start, out$end, out$code,
               out$coder, out$participant, sep = "\x1f")
  out$guid <- guids("selection", make.unique(key, sep = "\x1f"))
  for (i in unique(at)) {
    rows <- which(at == i)
    out[rows, c("start", "end")] <- points_to_file(
      layouts[[i]], out$start[rows], out$end[rows], dialect)
  }
  out
}

selection_rows <- function(kind, transcript = character(), start = integer(),
                           end = integer(), code = NA_character_,
                           coder = NA_character_, about = NA_character_,
                           date = NA_character_,
                           participant = NA_character_) {
  n <- length(transcript)
  fill <- function(column) rep_len(as.character(column), n)
  data.frame(kind = rep(kind, n), transcript = transcript, start = start,
             end = end, code = fill(code), coder = fill(coder),
             about = fill(about), date = fill(date),
             participant = fill(participant), stringsAsFactors = FALSE)
}

coded_selections <- function(x) {
  done <- x$codings
  if (!NROW(done)) return(selection_rows("code"))
  date <- as.character(done$date %||% rep(NA, nrow(done)))
  selection_rows("code", done$transcript, done$start, done$end, done$code,
                 done$coder, memo_with_keys(done), iso_time(date))
}

turn_selections <- function(x) {
  documents <- x$transcripts$documents
  turns <- x$transcripts$turns
  own <- documents$participant[match(turns$transcript, documents$transcript)]
  turns <- turns[!is.na(turns$participant) & is.na(own), ]
  selection_rows("turn", turns$transcript, turns$start, turns$end,
                 participant = turns$participant)
}

memo_selections <- function(x) {
  name <- unique(x$memos$name[x$memos$on == "place"])
  part <- regmatches(name, regexec(
    "^(.*), (character )?([0-9]+)(-([0-9]+))?$", name))
  part <- Filter(function(p) p[2] %in% names(x$guid$transcript), part)
  end <- vapply(part, function(p) if (nzchar(p[6])) p[6] else p[4], "")
  selection_rows("memo", vapply(part, `[`, "", 2),
                 as.integer(vapply(part, `[`, "", 4)), as.integer(end),
                 about = vapply(part, `[`, "", 1))
}

iso_time <- function(x) {
  sound <- paste0("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}",
                  "([.][0-9]+)?(Z|[-+][0-9]{2}:[0-9]{2})?$")
  ifelse(grepl(sound, x), x, NA_character_)
}

qde_sources <- function(x, selections) {
  documents <- x$transcripts$documents
  qde_group("Sources", unlist(lapply(seq_len(nrow(documents)), function(i) {
    name <- documents$transcript[i]
    guid <- x$guid$transcript[[i]]
    c(
      sprintf("<TextSource%s>", xml_attrs(
        guid = guid, name = name,
        plainTextPath = sprintf("internal://%s.txt", guid))),
      selection_lines(selections[selections$transcript == name, ], x),
      note_refs(x, "transcript", name), "</TextSource>"
    )
  })))
}

selection_lines <- function(rows, x) {
  whole <- format(rows$start, scientific = FALSE, trim = TRUE)
  end <- format(rows$end, scientific = FALSE, trim = TRUE)
  open <- sprintf("<PlainTextSelection%s>", xml_attrs(
    guid = rows$guid, name = short_quote(rows$quote), startPosition = whole,
    endPosition = end, creatingUser = x$guid$coder[rows$coder],
    creationDateTime = rows$date))
  inner <- vapply(seq_len(nrow(rows)), function(i) {
    switch(
      rows$kind[i],
      code = paste0(described(rows$about[i]), qde_coding(rows[i, ], x)),
      memo = paste(note_refs(x, "place", rows$about[i]), collapse = ""),
      turn = ""
    )
  }, "")
  paste0(open, inner, rep("</PlainTextSelection>", nrow(rows)))
}

described <- function(about) {
  if (is.na(about)) "" else
    sprintf("<Description>%s</Description>", xml_escaped(about))
}

qde_coding <- function(row, x) {
  sprintf("<Coding%s><CodeRef targetGUID=\"%s\"/></Coding>", xml_attrs(
    guid = guids("coding", row$guid), creatingUser = x$guid$coder[[row$coder]],
    creationDateTime = row$date), x$guid$code[[row$code]])
}

# Others show it as the selection's name, and find the place by it if need be.
short_quote <- function(x) {
  x <- gsub("[\\s\u00a0]++", " ", x, perl = TRUE)
  x <- gsub("[\ufffe\uffff]", "\ufffd", x, perl = TRUE)
  long <- nchar(x, "chars") > 100
  x[long] <- paste0(substring(x[long], 1, 100), "\u2026")
  x
}

# ---- notes and sets ----

qde_notes <- function(x) {
  rows <- which(x$memos$on != "participant")
  memos <- x$memos[rows, ]
  qde_group("Notes", sprintf(
    "<Note%s><PlainTextContent>%s</PlainTextContent></Note>",
    xml_attrs(guid = x$guid$memo[rows],
              name = ifelse(memos$on == "note", memos$name, NA),
              creatingUser = x$guid$coder[memos$author],
              creationDateTime = iso_time(memos$date)),
    xml_escaped(memos$text)
  ))
}

qde_sets <- function(x) {
  notes <- x$memos$on == "note"
  known <- list(code = x$guid$code, transcript = x$guid$transcript,
                note = stats::setNames(x$guid$memo[notes],
                                       x$memos$name[notes]))
  tag <- c(code = "MemberCode", transcript = "MemberSource",
           note = "MemberNote")
  sets <- x$sets
  sets$kind <- sub("^(code|transcript|note).*", "\\1", sets$kind)
  sets <- sets[sets$kind %in% names(tag), ]
  qde_group("Sets", unlist(lapply(unique(sets$set), function(set) {
    c(
      sprintf("<Set%s>", xml_attrs(guid = guids("set", set), name = set)),
      unlist(lapply(names(tag), function(kind) {
        own <- sets$member[sets$set == set & sets$kind == kind]
        guid <- known[[kind]][own]
        sprintf("<%s targetGUID=\"%s\"/>", tag[[kind]], guid[!is.na(guid)])
      })), "</Set>"
    )
  })))
}
