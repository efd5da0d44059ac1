# The project exchange format REFI-QDA 1.0 (2019): an archive with one project
# file in XML (.qde) and the sources beside it. What is known of files in the
# wild: names of members differ in case, name spaces in their version, GUIDs in
# braces; positions are counted in many ways (see dialects.R).

read_qdpx <- function(path, dialect, call = caller_env()) {
  dialect <- check_dialect(dialect, call = call)
  archive <- open_qdpx(path, call)
  root <- archive$root
  origin <- xml2::xml_attr(root, "origin")
  project <- list(
    path = path, origin = origin, member = archive$member,
    own = grepl("^intercoder(,|$)", origin), call = call,
    book = qdpx_codebook(root, path, call), qde = xml_table(root)
  )
  users <- xml_rows(project$qde, "Users", "User")
  project$users <- stats::setNames(xml_value(project$qde, users, "name"),
                                   row_guids(project, users))
  project$cases <- xml_rows(project$qde, "Cases", "Case")
  project$notes <- qdpx_notes(project)
  project$note_refs <- qdpx_note_refs(project)
  read <- qdpx_codings(qdpx_sources(project), project, dialect)
  people <- qdpx_transcripts(read, project)
  x <- people$transcripts
  done <- codings(read$codings, if (nrow(read$codings)) x)
  memos <- qdpx_memos(read, project)
  sets <- qdpx_sets(read$sources, project)
  out <- new_imported_project(
    x, project$book, done, memos = memos$memos,
    sets = rbind(sets$sets, people$sets),
    left = qdpx_left(read, project, people, memos$used, sets$empty),
    problems = read$problems,
    source = list(path = path, format = "qdpx", origin = origin,
                  name = xml_value(project$qde, 1L, "name"),
                  dialects = read$dialects)
  )
  out$plan <- sets$plan
  out
}

is_qdpx <- function(path) {
  !dir.exists(path) && grepl("[.](qdpx|qde)$", path, ignore.case = TRUE)
}

# ---- the archive ----

# The root of the project file, and `member(uri)`: the bytes of a source, NULL
# where it is not at hand.
open_qdpx <- function(path, call) {
  bare <- identical(readBin(path, "raw", 2), charToRaw("PK"))
  if (!bare) {
    return(list(root = parse_qde(read_file_bytes(path, call = call), path,
                                 basename(path), call),
                member = function(uri) beside_project(uri, path, call)))
  }
  names <- zip_entries(path, call)$name
  qde <- names[grepl("^[^/]*[.]qde$", names, ignore.case = TRUE)]
  if (length(qde) != 1) {
    file_error(path, sprintf(
      "the archive holds %d project files (.qde) where there should be one",
      length(qde)), call = call)
  }
  read <- zip_reader(path, call)
  bytes <- read(qde)
  list(
    root = parse_qde(bytes %||% raw(), path, qde, call),
    member = function(uri) {
      if (!grepl("^internal:", uri)) {
        return(beside_project(uri, path, call))
      }
      wanted <- tolower(paste0("sources/", utils::URLdecode(
        sub("^internal:/*", "", uri))))
      at <- match(wanted, tolower(names))
      if (!is.na(at)) read(names[at])
    }
  )
}

parse_qde <- function(bytes, path, part, call) {
  root <- parse_xml_bytes(bytes, path, part, call)
  if (xml2::xml_name(root) != "Project") {
    file_error(path, "this is not a REFI-QDA project",
               hint = "Its root is <Project>.", call = call)
  }
  root
}

# Only what lies under the project's own folder is read.
beside_project <- function(uri, path, call) {
  inside <- utils::URLdecode(sub("^[a-z]+:/*", "", uri))
  if (!validUTF8(inside)) {
    return(NULL)
  }
  inner <- grepl("^relative:", uri) && nzchar(inside) &&
    !grepl("(^|[/\\\\])[.][.]([/\\\\]|$)|^[A-Za-z]:", inside)
  file <- file.path(dirname(path), inside)
  if (inner && file.exists(file) && !dir.exists(file) &&
        !nzchar(Sys.readlink(file))) {
    read_file_bytes(file, call = call)
  }
}

# ---- elements ----

row_guids <- function(project, rows, attribute = "guid") {
  plain_guid(xml_value(project$qde, rows, attribute))
}

# GUIDs that elements of `name` inside of `rows` refer to: `of`, `guid`.
row_targets <- function(project, rows, name) {
  inner <- xml_inner(project$qde, rows, name)
  list(of = inner$of, guid = row_guids(project, inner$at, "targetGUID"))
}

row_user <- function(project, rows, attribute = "creatingUser") {
  guid <- row_guids(project, rows, attribute)
  first_known(unname(project$users[guid]), guid)
}

# Our own files have a date everywhere.
NO_DATE <- "1970-01-01T00:00:00Z"

row_date <- function(project, rows) {
  date <- xml_value(project$qde, rows, "creationDateTime")
  if (project$own) date[date %in% NO_DATE] <- NA
  date
}

first_known <- function(...) {
  Reduce(function(a, b) {
    silent <- is.na(a) | !nzchar(a)
    a[silent] <- rep_len(b, length(a))[silent]
    as.character(a)
  }, list(...))
}

# ---- codebook ----

qdpx_codebook <- function(root, path, call) {
  holder <- xml2::xml_find_all(
    root, "/*/*[local-name()='CodeBook']/*[local-name()='Codes']")
  if (!length(named_children(holder, "Code"))) {
    return(codebook(data.frame(code = character())))
  }
  into <- qdc_collector()
  collect_codes(qdc_unwrapped(holder[[1]]), 0L, NA_character_, into, path, call)
  data <- qdc_data(into$rows(), qdc_keys(root), path, call)
  version <- qdc_version(root)
  new_codebook(complete_codebook(data, call), version, path, call)
}

# ---- notes ----

# Note by GUID: title, text, author, date.
qdpx_notes <- function(project) {
  rows <- xml_rows(project$qde, "Notes", "Note")
  text <- vapply(source_texts(rows, project), function(source) {
    source$text %||% NA_character_
  }, "")
  about <- xml_inner_text(project$qde, rows, "Description")
  about[!nzchar(about)] <- NA
  data.frame(
    row = rows, guid = row_guids(project, rows),
    title = xml_value(project$qde, rows, "name"),
    text = joined_memo(about, text), author = row_user(project, rows),
    date = row_date(project, rows), stringsAsFactors = FALSE
  )
}

# Which element (its number) which note is about: by reference or, as NVivo has
# it, by a link between the two.
qdpx_note_refs <- function(project) {
  refs <- which(project$qde$name == "NoteRef")
  links <- xml_rows(project$qde, "Links", "Link")
  from <- row_guids(project, links, "originGUID")
  to <- row_guids(project, links, "targetGUID")
  back <- to %in% project$notes$guid
  selections <- which(project$qde$name == "PlainTextSelection")
  at <- selections[match(ifelse(back, from, to),
                         row_guids(project, selections), incomparables = NA)]
  note <- match(ifelse(back, to, from), project$notes$guid,
                incomparables = NA)
  linked <- !is.na(at) & !is.na(note)
  out <- data.frame(
    row = c(project$qde$parent[refs], at[linked]),
    note = c(match(row_guids(project, refs, "targetGUID"), project$notes$guid,
                   incomparables = NA), note[linked]),
    link = c(rep(NA_integer_, length(refs)), links[linked])
  )
  out[!is.na(out$note), ]
}

# Title and text of the notes about each element, as one string.
note_texts <- function(rows, project) {
  refs <- project$note_refs
  refs <- refs[refs$row %in% rows, ]
  out <- rep(NA_character_, length(rows))
  said <- tapply(note_said(project$notes)[refs$note], match(refs$row, rows),
                 function(x) paste(x[!is.na(x)], collapse = "\n"))
  out[as.integer(names(said))] <- said
  out
}

note_said <- function(notes) {
  untitled <- is.na(notes$title) | !nzchar(notes$title)
  ifelse(untitled, notes$text, paste0(notes$title, "\n",
                                      ifelse(is.na(notes$text), "",
                                             notes$text)))
}

# ---- sources ----

MEDIA_TEXT <- c(TextSource = "", PDFSource = "Representation",
                AudioSource = "Transcript", VideoSource = "Transcript",
                PictureSource = "TextDescription")

# A list with one element for each text: name, guid (of the source and of the
# element that holds the text), row of that, owner (the source's) and what
# source_text() found.
qdpx_sources <- function(project) {
  qde <- project$qde
  owner <- xml_inner(qde, xml_rows(qde, "Sources"), names(MEDIA_TEXT))$at
  held <- xml_inner(qde, owner, MEDIA_TEXT[-1])
  own <- qde$name[owner] == "TextSource"
  fits <- qde$name[held$at] == MEDIA_TEXT[qde$name[owner[held$of]]]
  row <- c(owner[own], held$at[fits])
  owner <- c(owner[own], owner[held$of][fits])
  order <- order(owner, row)
  row <- row[order]
  owner <- owner[order]
  name <- make.unique(first_known(
    xml_value(qde, owner, "name"), xml_value(qde, row, "name"),
    row_guids(project, row)), sep = " ")
  guid <- cbind(row_guids(project, owner), row_guids(project, row))
  text <- source_texts(row, project)
  lapply(seq_along(row), function(i) {
    c(list(row = row[i], owner = owner[i], name = name[i], guid = guid[i, ]),
      text[[i]])
  })
}

# Texts of elements as they were in the file, with their line ends: of each a
# list of text (NULL where there is none), bom, encoding, md5.
source_texts <- function(rows, project) {
  content <- xml_inner(project$qde, rows, "PlainTextContent")
  at <- content$at[match(seq_along(rows), content$of)]
  uri <- xml_value(project$qde, rows, "plainTextPath")
  lapply(seq_along(rows), function(i) {
    if (is.na(at[i])) {
      return(member_text(uri[i], project))
    }
    list(text = project$qde$text[at[i]], bom = FALSE, encoding = "UTF-8",
         md5 = NA_character_)
  })
}

member_text <- function(uri, project) {
  bytes <- if (!is.na(uri)) project$member(uri)
  if (is.null(bytes)) {
    return(list(text = NULL))
  }
  c(decode_bytes(bytes, sprintf("%s: %s", project$path, uri),
                 call = project$call), md5 = cli::hash_raw_md5(bytes))
}

# ---- codings ----

# All selections of texts: source (its number), row, guid, start and end as the
# file says, quote, and whose and when.
qdpx_selections <- function(sources, project) {
  qde <- project$qde
  rows <- vapply(sources, `[[`, 1L, "row")
  plain <- xml_inner(qde, rows, "PlainTextSelection")
  timed <- xml_inner(qde, rows, "TranscriptSelection")
  point <- xml_inner(qde, rows, "SyncPoint")$at
  place <- xml_value(qde, point, "position")
  found <- function(attribute) {
    place[match(row_guids(project, timed$at, attribute),
                row_guids(project, point))]
  }
  at <- c(plain$at, timed$at)
  number <- function(x) suppressWarnings(as.numeric(x))
  about <- xml_inner_text(qde, at, "Description")
  out <- data.frame(
    source = c(plain$of, timed$of), row = at, guid = row_guids(project, at),
    start = number(c(xml_value(qde, plain$at, "startPosition"),
                     found("fromSyncPoint"))),
    end = number(c(xml_value(qde, plain$at, "endPosition"),
                   found("toSyncPoint"))),
    name = xml_value(qde, at, "name"), about = about,
    coder = first_known(row_user(project, at),
                        row_user(project, at, "modifyingUser")),
    date = row_date(project, at), stringsAsFactors = FALSE
  )
  out$quote <- first_known(out$name, about)
  out[order(out$source), ]
}

qdpx_codings <- function(sources, project, dialect) {
  selected <- qdpx_selections(sources, project)
  mine <- split(seq_len(nrow(selected)),
                factor(selected$source, seq_along(sources)))
  for (i in seq_along(sources)) {
    text <- sources[[i]]$text
    if (!is.null(text)) sources[[i]]$layout <- lay_out(text, sources[[i]]$bom)
    sources[[i]]$selections <- selected[mine[[i]], ]
  }
  usual <- origin_dialect(project$origin) %||%
    shared_dialect(sources, project$call)
  settled <- lapply(sources, settle_source, dialect, usual, project)
  place <- bind_some(lapply(settled, `[[`, "place"))
  selected[c("start", "end", "problem", "done", "title")] <- place %||%
    data.frame(integer(), integer(), character(), character(), character())
  name <- vapply(sources, `[[`, "", "name")
  rows <- rbind(selection_codings(selected, name, project),
                whole_codings(sources, project))
  rows <- rows[order(rows$source), ]
  rows$row <- seq_len(nrow(rows))
  case <- rows$target %in% row_guids(project, project$cases)
  case_rows <- rows[case, ]
  rows <- rows[!case, ]
  lost <- is.na(rows$code) | is.na(rows$start)
  rows$problem[is.na(rows$code)] <- "its code is not in the codebook"
  rows$done[lost] <- "left out"
  told <- rows[!is.na(rows$problem), ]
  list(
    sources = sources, case_rows = case_rows,
    codings = taken_codings(rows[!lost, ], project),
    places = data.frame(transcript = name[selected$source], selected[c(
      "start", "end", "guid", "row", "about", "title", "coder", "date")]),
    dialects = bind_some(lapply(settled, `[[`, "dialect")),
    problems = place_problem_table(
      told$transcript, told$row, first_known(told$code, told$target),
      told$coder, told$start, told$end, told$quote, told$problem, told$done)
  )
}

bind_some <- function(frames) {
  frames <- Filter(NROW, frames)
  if (length(frames)) bind_rows(frames)
}

# Where the origin is unknown: what most sources speak for.
shared_dialect <- function(sources, call) {
  clear <- lapply(sources, function(source) {
    if (is.null(source$text) || !nrow(source$selections)) return(NULL)
    tryCatch(
      infer_dialect(source$layout, source$selections$start,
                    source$selections$end, source$selections$quote)$dialect,
      intercoder_error_dialect = function(e) NULL
    )
  })
  clear <- Filter(Negate(is.null), clear)
  known <- unique(clear)
  if (length(known)) known[[which.max(tabulate(match(clear, known)))]]
}

coding_rows <- function() {
  data.frame(transcript = character(), start = integer(), end = integer(),
             target = character(), code = character(), coder = character(),
             quote = character(), memo = character(), date = character(),
             problem = character(), done = character(),
             stringsAsFactors = FALSE)
}

# Places of all selections of one source.
settle_source <- function(source, dialect, usual, project) {
  selected <- source$selections
  n <- nrow(selected)
  if (is.null(source$text)) {
    return(list(place = data.frame(
      start = rep(NA_integer_, n), end = rep(NA_integer_, n),
      problem = rep("the text of its source is missing", n),
      done = rep("left out", n), title = rep(NA_character_, n),
      stringsAsFactors = FALSE)))
  }
  inferred <- if (is.null(dialect) && n) {
    infer_dialect(source$layout, selected$start, selected$end, selected$quote,
                  usual, source$name, project$call)
  }
  place <- settle_places(
    source$layout,
    file_to_points(source$layout, selected$start, selected$end,
                   dialect %||% inferred$dialect %||% offset_dialect()),
    selected$quote, certain = FALSE
  )
  place$title <- given_titles(source$layout, place, selected$name)
  list(place = place,
       dialect = if (!is.null(inferred)) dialect_row(source$name, inferred))
}

# Names of places that are neither their words nor the beginning of these.
given_titles <- function(layout, place, name) {
  other <- which(is.na(place$problem) & grepl("\\S", name, perl = TRUE) &
                   !quote_fits(layout, place, name))
  words <- slice_text(laid_text(layout), rep(1L, length(other)),
                      place$start[other], place$end[other])
  plain <- function(x) trim(gsub("[\\s\u00a0]++", " ", x, perl = TRUE))
  other <- other[!startsWith(plain(words), plain(name[other]))]
  replace(rep(NA_character_, length(name)), other, name[other])
}

dialect_row <- function(name, inferred) {
  data.frame(
    transcript = name, dialect = format(inferred$dialect),
    score = inferred$score,
    runner_up = if (is.null(inferred$runner_up)) NA_character_ else
      format(inferred$runner_up),
    runner_score = inferred$runner_score, stringsAsFactors = FALSE
  )
}

selection_codings <- function(selected, name, project) {
  coded <- xml_inner(project$qde, selected$row, "Coding")
  coded <- lapply(coded, `[`, order(coded$of))
  above <- selected[coded$of, ]
  memo <- joined_memo(joined_memo(selected$title, selected$about),
                      note_texts(selected$row, project))
  own <- coding_facts(coded$at, project)
  data.frame(
    source = above$source, transcript = name[above$source],
    above[c("start", "end")], target = own$target, code = own$code,
    coder = first_known(own$coder, above$coder, "unknown"),
    quote = above$quote, memo = joined_memo(memo[coded$of], own$memo),
    date = first_known(own$date, above$date), above[c("problem", "done")],
    row.names = NULL, stringsAsFactors = FALSE
  )
}

joined_memo <- function(a, b) {
  ifelse(is.na(a), b, ifelse(is.na(b), a, paste(a, b, sep = "\n")))
}

coding_facts <- function(rows, project) {
  refs <- row_targets(project, rows, "CodeRef")
  target <- rep(NA_character_, length(rows))
  target[refs$of] <- refs$guid
  list(
    target = target,
    code = project$book$code[match(target, project$book$guid,
                                   incomparables = NA)],
    coder = row_user(project, rows), memo = note_texts(rows, project),
    date = row_date(project, rows)
  )
}

# Codings of a source as such: of its whole text.
whole_codings <- function(sources, project) {
  holder <- lapply(sources, function(source) unique(c(source$owner,
                                                      source$row)))
  of <- rep(seq_along(holder), lengths(holder))
  coded <- xml_inner(project$qde, unlist(holder), "Coding")
  at <- of[coded$of]
  own <- coding_facts(coded$at, project)
  size <- vapply(sources, function(source) length(source$layout$points), 1L)
  lost <- size[at] == 0
  data.frame(
    source = at, transcript = vapply(sources, `[[`, "", "name")[at],
    start = ifelse(lost, NA_integer_, rep(1L, length(at))),
    end = ifelse(lost, NA_integer_, size[at]), target = own$target,
    code = own$code,
    coder = first_known(own$coder, row_user(
      project, vapply(sources, `[[`, 1L, "owner")[at]), "unknown"),
    quote = rep(NA_character_, length(at)), memo = own$memo, date = own$date,
    problem = ifelse(lost, "the text of its source is missing", NA_character_),
    done = ifelse(lost, "left out", NA_character_), stringsAsFactors = FALSE
  )
}

taken_codings <- function(rows, project) {
  data <- rows[c("transcript", "start", "end", "code", "coder", "memo")]
  if (!all(is.na(rows$date))) data$date <- rows$date
  if (project$own) data <- with_memo_keys(data)
  rownames(data) <- NULL
  data
}

# What our own files keep of a coding in lines `KEY: value` before its memo.
CODING_KEYS <- c(ROUND = "round", WEIGHT = "weight")
KEYED <- "^(\\\\*)((?:ROUND|WEIGHT): )"

memo_with_keys <- function(data) {
  memo <- sub(KEYED, "\\\\\\1\\2", data$memo, perl = TRUE)
  for (key in rev(names(CODING_KEYS))) {
    value <- data[[CODING_KEYS[[key]]]]
    line <- paste0(key, ": ", shortest_number(as.double(value)))
    memo <- ifelse(is.na(value), memo, joined_memo(line, memo))
  }
  memo
}

with_memo_keys <- function(data) {
  for (key in names(CODING_KEYS)) {
    line <- paste0("^", key, ": ([-+.0-9eEInf]+)(\n|$)")
    has <- grepl(line, data$memo, perl = TRUE)
    data[[CODING_KEYS[[key]]]] <- rep(NA_real_, nrow(data))
    data[[CODING_KEYS[[key]]]][has] <- as.numeric(
      sub(paste0(line, "[\\s\\S]*"), "\\1", data$memo[has], perl = TRUE))
    data$memo <- sub(line, "", data$memo, perl = TRUE)
  }
  data$memo <- sub("^\\\\(\\\\*(?:ROUND|WEIGHT): )", "\\1", data$memo,
                   perl = TRUE)
  data$memo[!nzchar(data$memo)] <- NA
  data
}
