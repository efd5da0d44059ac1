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
  titled <- which(titled_notes(x))
  notes <- stats::setNames(lapply(x$memos$text[titled], charToRaw),
                           sprintf("sources/%s.txt", x$guid$memo[titled]))
  qde <- charToRaw(paste0(qde_lines(x, layouts, dialect), "\n", collapse = ""))
  zip_bytes(c(list(project.qde = qde), files, notes))
}

MEMO_KINDS <- c("project", "transcript", "code", "participant", "attribute",
                "set", "place", "note")

with_guids <- function(x) {
  x$memos <- x$memos[order(match(x$memos$on, MEMO_KINDS), x$memos$name,
                           method = "radix"), ]
  x$memos$date <- iso_time(x$memos$date)
  x$sets <- rbind(x$sets, plan_sets(x$plan))
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
  if (length(names)) name_guid(paste(kind, names, sep = "\x1f")) else
    character()
}

named_guids <- function(kind, names) stats::setNames(guids(kind, names), names)

attribute_names <- function(people) {
  setdiff(names(people), c("participant", "speaker"))
}

plan_sets <- function(plan) {
  set_table(sprintf("%s%s", rep(PLAN_SET, NROW(plan)), plan$coder),
            rep("transcript", NROW(plan)), as.character(plan$transcript))
}

qde_lines <- function(x, layouts, dialect) {
  selections <- qde_selections(x, layouts, dialect)
  about <- first_memo(x, "project")
  c(
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
    sprintf("<Project%s>", xml_attrs(
      name = x$name, origin = qdc_origin(x$codebook),
      creatingUserGUID = about$user, creationDateTime = about$date,
      xmlns = QDE_SPACE)),
    qde_group("Users", sprintf("<User%s/>", xml_attrs(
      guid = x$guid$coder, name = names(x$guid$coder)))),
    if (nrow(x$codebook)) {
      qde_group("CodeBook", codes_with_notes(qdc_codes(x$codebook), x))
    },
    qde_variables(x), qde_cases(x, selections), qde_sources(x, selections),
    qde_notes(x), qde_sets(x), described(about$text),
    note_refs(x, "project", described = TRUE), "</Project>"
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

# Notes about a thing; where it is `described`, the first is its description.
note_refs <- function(x, on, name = NULL, described = FALSE) {
  rows <- which(x$memos$on == on & (is.null(name) | x$memos$name %in% name))
  if (described) rows <- rows[-1]
  sprintf("<NoteRef targetGUID=\"%s\"/>", x$guid$memo[rows])
}

# The first memo of each thing: text, and whose and when.
first_memo <- function(x, on, name = NULL) {
  memos <- x$memos[x$memos$on == on, ]
  at <- if (is.null(name)) 1L else match(name, memos$name)
  data.frame(text = memos$text[at], user = x$guid$coder[memos$author[at]],
             date = any_time(memos$date[at]), row.names = NULL,
             stringsAsFactors = FALSE)
}

# All memos of each thing as one text, NA where it has none.
memo_texts <- function(x, on, name) {
  memos <- x$memos[x$memos$on == on, ]
  said <- tapply(memos$text, memos$name, paste, collapse = "\n")
  as.character(said[name])
}

# Programs fail where there is no date.
any_time <- function(date) first_known(date, NO_DATE)

described <- function(about) {
  ifelse(is.na(about), "",
         sprintf("<Description>%s</Description>", xml_escaped(about)))
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
  about <- memo_texts(x, "attribute", names)
  qde_group("Variables", sprintf("<Variable%s>%s</Variable>", xml_attrs(
    guid = x$guid$variable, name = names, typeOfVariable = type),
    described(about)))
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
  about <- described(memo_texts(x, "participant", people))
  qde_group("Cases", unlist(lapply(seq_along(people), function(i) {
    own <- documents$transcript[documents$participant %in% people[i]]
    said <- selections$guid[selections$participant %in% people[i]]
    c(
      sprintf("<Case%s>%s", xml_attrs(guid = x$guid$participant[[i]],
                                      name = people[i]), about[i]),
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
  places <- memo_places(x)
  memos <- x$memos[x$memos$on == "place", ]
  at <- match(memos$name, places$about)
  out <- rbind(
    coded_selections(x), turn_selections(x),
    selection_rows("memo", places$transcript[at], places$start[at],
                   places$end[at], coder = memos$author, about = memos$text,
                   date = memos$date))
  out$date <- any_time(iso_time(out$date))
  at <- match(out$transcript, x$transcripts$documents$transcript)
  out <- out[order(at), ]
  at <- sort(at)
  out$quote <- slice_text(x$transcripts$documents$text, at, out$start, out$end)
  key <- paste(out$kind, out$transcript, out$start, out$end, out$code,
               out$coder, out$participant, sep = "\x1f")
  out$guid <- guids("selection", make.unique(key, sep = "\x1f"))
  mine <- split(seq_along(at), at)
  for (i in names(mine)) {
    rows <- mine[[i]]
    out[rows, c("start", "end")] <- points_to_file(
      layouts[[as.integer(i)]], out$start[rows], out$end[rows], dialect)
  }
  out
}

selection_rows <- function(kind, transcript = character(), start = integer(),
                           end = integer(), code = NA, coder = NA, about = NA,
                           date = NA, participant = NA) {
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
  selection_rows("code", done$transcript, done$start, done$end, done$code,
                 done$coder, memo_with_keys(done), done$date %||% NA)
}

turn_selections <- function(x) {
  documents <- x$transcripts$documents
  turns <- x$transcripts$turns
  own <- documents$participant[match(turns$transcript, documents$transcript)]
  turns <- turns[!is.na(turns$participant) & is.na(own), ]
  selection_rows("turn", turns$transcript, turns$start, turns$end,
                 participant = turns$participant)
}

qde_sources <- function(x, selections) {
  documents <- x$transcripts$documents
  about <- first_memo(x, "transcript", documents$transcript)
  lines <- split(selection_lines(selections, x),
                 factor(selections$transcript, documents$transcript))
  qde_group("Sources", unlist(lapply(seq_len(nrow(documents)), function(i) {
    name <- documents$transcript[i]
    guid <- x$guid$transcript[[i]]
    c(
      sprintf("<TextSource%s>%s", xml_attrs(
        guid = guid, name = name,
        plainTextPath = sprintf("internal://%s.txt", guid),
        creatingUser = about$user[i], creationDateTime = about$date[i]),
        described(about$text[i])),
      lines[[i]], note_refs(x, "transcript", name, described = TRUE),
      "</TextSource>"
    )
  })))
}

selection_lines <- function(rows, x) {
  whole <- format(rows$start, scientific = FALSE, trim = TRUE)
  end <- format(rows$end, scientific = FALSE, trim = TRUE)
  user <- x$guid$coder[rows$coder]
  coding <- sprintf(
    "<Coding%s><CodeRef targetGUID=\"%s\"/></Coding>",
    xml_attrs(guid = guids("coding", rows$guid), creatingUser = user,
              creationDateTime = rows$date), x$guid$code[rows$code])
  sprintf("<PlainTextSelection%s>%s%s</PlainTextSelection>", xml_attrs(
    guid = rows$guid, name = short_quote(rows$quote), startPosition = whole,
    endPosition = end, creatingUser = user, creationDateTime = rows$date),
    described(rows$about), ifelse(rows$kind == "code", coding, ""))
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

titled_notes <- function(x) x$memos$on == "note" & !is.na(x$memos$name)

# Notes with a title are files of their own, as programs read them.
qde_notes <- function(x) {
  key <- paste(x$memos$on, x$memos$name, sep = "\x1f")
  rows <- which(x$memos$on %in% c("code", "note") | duplicated(key) &
                  x$memos$on %in% c("project", "transcript"))
  memos <- x$memos[rows, ]
  titled <- titled_notes(x)[rows]
  guid <- x$guid$memo[rows]
  qde_group("Notes", sprintf("<Note%s>%s</Note>", xml_attrs(
    guid = guid, name = ifelse(titled, memos$name, NA),
    plainTextPath = ifelse(titled, sprintf("internal://%s.txt", guid), NA),
    creatingUser = x$guid$coder[memos$author],
    creationDateTime = any_time(memos$date)),
    ifelse(titled, "", sprintf("<PlainTextContent>%s</PlainTextContent>",
                               xml_escaped(memos$text)))))
}

qde_sets <- function(x) {
  notes <- x$memos$on == "note"
  known <- list(code = x$guid$code, transcript = x$guid$transcript,
                note = stats::setNames(x$guid$memo[notes],
                                       x$memos$name[notes]))
  tag <- c(code = "MemberCode", transcript = "MemberSource",
           note = "MemberNote")
  sets <- x$sets[x$sets$kind %in% names(tag), ]
  qde_group("Sets", unlist(lapply(unique(sets$set), function(set) {
    c(
      sprintf("<Set%s>%s", xml_attrs(guid = guids("set", set), name = set),
              described(memo_texts(x, "set", set))),
      unlist(lapply(names(tag), function(kind) {
        own <- sets$member[sets$set == set & sets$kind == kind]
        guid <- known[[kind]][own]
        sprintf("<%s targetGUID=\"%s\"/>", tag[[kind]], guid[!is.na(guid)])
      })), "</Set>"
    )
  })))
}
