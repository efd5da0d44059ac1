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
    path = path, root = root, origin = origin, member = archive$member,
    own = grepl("^intercoder(,|$)", origin), call = call,
    users = guid_names(qde_nodes(root, "Users", "User")),
    book = qdpx_codebook(root, path, call)
  )
  project$notes <- qdpx_notes(project)
  project$cases <- qde_nodes(root, "Cases", "Case")
  read <- qdpx_codings(qdpx_sources(project), project, dialect)
  x <- qdpx_transcripts(read, project)
  done <- codings(read$codings, if (nrow(read$codings)) x)
  new_imported_project(
    x, project$book, done, memos = qdpx_memos(read, project),
    sets = qdpx_sets(read$sources, project), left = qdpx_left(read, project, x),
    problems = read$problems,
    source = list(path = path, format = "qdpx", origin = origin,
                  name = xml2::xml_attr(root, "name"), dialects = read$dialects)
  )
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
  inner <- grepl("^relative:", uri) && nzchar(inside) &&
    !grepl("(^|[/\\\\])[.][.]([/\\\\]|$)|^[A-Za-z]:", inside)
  file <- file.path(dirname(path), inside)
  if (inner && file.exists(file) && !dir.exists(file) &&
        !nzchar(Sys.readlink(file))) {
    read_file_bytes(file, call = call)
  }
}

# ---- nodes ----

qde_nodes <- function(root, ...) {
  steps <- sprintf("/*[local-name()='%s']", c(...))
  xml2::xml_find_all(root, paste0("/*", paste(steps, collapse = "")))
}

node_guid <- function(nodes, attr = "guid") {
  plain_guid(xml2::xml_attr(nodes, attr))
}

guid_names <- function(nodes) {
  stats::setNames(xml2::xml_attr(nodes, "name"), node_guid(nodes))
}

# Per node, the text of its children of that name; NA where it has none.
child_text <- function(nodes, name) {
  vapply(as.list(nodes), function(node) {
    found <- named_children(node, name)
    if (length(found)) paste(xml2::xml_text(found), collapse = "\n") else
      NA_character_
  }, "")
}

# Children of that name of all nodes, and whose they are.
children_of <- function(nodes, name) {
  found <- lapply(as.list(nodes), named_children, name)
  list(of = rep(seq_along(found), lengths(found)),
       nodes = unlist(lapply(found, as.list), recursive = FALSE))
}

target_guids <- function(nodes) {
  vapply(nodes, function(node) node_guid(node, "targetGUID"), "")
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
  holder <- qde_nodes(root, "CodeBook", "Codes")
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
  nodes <- qde_nodes(project$root, "Notes", "Note")
  text <- vapply(as.list(nodes), function(node) {
    source_text(node, project)$text %||% NA_character_
  }, "")
  data.frame(
    guid = node_guid(nodes), title = xml2::xml_attr(nodes, "name"),
    text = text, author = user_name(nodes, project),
    date = xml2::xml_attr(nodes, "creationDateTime"),
    stringsAsFactors = FALSE
  )
}

user_name <- function(nodes, project, attr = "creatingUser") {
  guid <- node_guid(nodes, attr)
  name <- unname(project$users[guid])
  ifelse(is.na(name) | !nzchar(name), guid, name)
}

# Title and text of the notes that each node refers to, as one string.
note_texts <- function(nodes, project) {
  refs <- children_of(nodes, "NoteRef")
  at <- match(target_guids(refs$nodes), project$notes$guid)
  out <- rep(NA_character_, length(nodes))
  said <- tapply(note_said(project$notes)[at], refs$of, function(x) {
    paste(x[!is.na(x)], collapse = "\n")
  })
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

# A list with one element for each text: name, guid (of the source and of the
# node that holds the text), node, owner (the source's node) and what
# source_text() found.
qdpx_sources <- function(project) {
  nodes <- as.list(xml2::xml_children(qde_nodes(project$root, "Sources")))
  out <- unlist(lapply(nodes, function(node) {
    held <- switch(
      xml2::xml_name(node), TextSource = list(node),
      PDFSource = as.list(named_children(node, "Representation")),
      AudioSource = , VideoSource = as.list(named_children(node, "Transcript")),
      PictureSource = as.list(named_children(node, "TextDescription")), list()
    )
    lapply(held, function(text) {
      c(list(node = text, owner = node,
             guid = c(node_guid(node), node_guid(text)),
             name = first_known(xml2::xml_attr(node, "name"),
                                xml2::xml_attr(text, "name"),
                                node_guid(text))),
        source_text(text, project))
    })
  }), recursive = FALSE)
  name <- make.unique(vapply(out, `[[`, "", "name"), sep = " ")
  for (i in seq_along(out)) out[[i]]$name <- name[i]
  out
}

# Text as it was in the file, with its line ends: text (NULL where there is
# none), bom, encoding, md5.
source_text <- function(node, project) {
  content <- named_children(node, "PlainTextContent")
  if (length(content)) {
    text <- xml2::xml_text(content[[1]])
    return(list(text = text, bom = FALSE, encoding = "UTF-8",
                md5 = NA_character_))
  }
  uri <- xml2::xml_attr(node, "plainTextPath")
  bytes <- if (!is.na(uri)) project$member(uri)
  if (is.null(bytes)) {
    return(list(text = NULL))
  }
  c(decode_bytes(bytes, sprintf("%s: %s", project$path, uri),
                 call = project$call), md5 = cli::hash_raw_md5(bytes))
}

# ---- codings ----

# Selections of a source with where the file says they are.
source_selections <- function(source) {
  nodes <- named_children(source$node, "PlainTextSelection")
  start <- xml2::xml_attr(nodes, "startPosition")
  end <- xml2::xml_attr(nodes, "endPosition")
  timed <- named_children(source$node, "TranscriptSelection")
  if (length(timed)) {
    point <- named_children(source$node, "SyncPoint")
    at <- xml2::xml_attr(point, "position")
    found <- function(attr) at[match(node_guid(timed, attr), node_guid(point))]
    start <- c(start, found("fromSyncPoint"))
    end <- c(end, found("toSyncPoint"))
  }
  nodes <- c(as.list(nodes), as.list(timed))
  list(nodes = nodes, start = suppressWarnings(as.numeric(start)),
       end = suppressWarnings(as.numeric(end)),
       quote = vapply(nodes, function(node) {
         first_known(xml2::xml_attr(node, "name"),
                     child_text(list(node), "Description"))
       }, ""))
}

qdpx_codings <- function(sources, project, dialect) {
  sources <- lapply(sources, function(source) {
    source$selections <- source_selections(source)
    if (!is.null(source$text)) source$layout <- lay_out(source$text, source$bom)
    source
  })
  usual <- origin_dialect(project$origin) %||%
    shared_dialect(sources, project$call)
  parts <- lapply(sources, settle_source, dialect, usual, project)
  rows <- bind_some(lapply(parts, `[[`, "codings")) %||% coding_rows()
  rows$row <- seq_len(nrow(rows))
  case <- rows$target %in% node_guid(project$cases)
  case_rows <- rows[case, ]
  rows <- rows[!case, ]
  lost <- is.na(rows$code) | is.na(rows$start)
  rows$problem[is.na(rows$code)] <- "its code is not in the codebook"
  rows$done[lost] <- "left out"
  told <- rows[!is.na(rows$problem), ]
  list(
    sources = sources, case_rows = case_rows,
    codings = plain_codings(rows[!lost, ], project),
    places = bind_some(lapply(parts, `[[`, "places")) %||%
      data.frame(transcript = character(), start = integer(), end = integer(),
                 guid = character()),
    dialects = bind_some(lapply(parts, `[[`, "dialect")),
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
    if (is.null(source$text) || !length(source$selections$start)) return(NULL)
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

# Codings and places of all selections of one source.
settle_source <- function(source, dialect, usual, project) {
  selected <- source$selections
  n <- length(selected$nodes)
  inferred <- NULL
  if (is.null(source$text)) {
    place <- data.frame(start = rep(NA_integer_, n), end = rep(NA_integer_, n),
                        problem = rep("the text of its source is missing", n),
                        done = rep("left out", n))
  } else {
    if (is.null(dialect) && n) {
      inferred <- infer_dialect(source$layout, selected$start, selected$end,
                                selected$quote, usual, source$name,
                                project$call)
    }
    place <- settle_places(
      source$layout,
      file_to_points(source$layout, selected$start, selected$end,
                     dialect %||% inferred$dialect %||% offset_dialect()),
      selected$quote, certain = FALSE
    )
  }
  list(
    codings = rbind(selection_codings(source, place, project),
                    whole_codings(source, project)),
    places = data.frame(
      transcript = rep(source$name, n), place[c("start", "end")],
      guid = vapply(selected$nodes, node_guid, ""), stringsAsFactors = FALSE
    ),
    dialect = if (!is.null(inferred)) dialect_row(source$name, inferred)
  )
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

selection_codings <- function(source, place, project) {
  selected <- source$selections
  coded <- children_of(selected$nodes, "Coding")
  if (!length(coded$nodes)) {
    return(NULL)
  }
  memo <- joined_memo(child_text(selected$nodes, "Description"),
                      note_texts(selected$nodes, project))[coded$of]
  own <- coding_facts(coded$nodes, project)
  above <- selected$nodes[coded$of]
  data.frame(
    transcript = source$name, place[coded$of, c("start", "end")],
    target = own$target, code = own$code,
    coder = first_known(own$coder,
                        vapply(above, user_name, "", project), "unknown"),
    quote = selected$quote[coded$of], memo = joined_memo(memo, own$memo),
    date = first_known(own$date, vapply(above, xml2::xml_attr, "",
                                        "creationDateTime")),
    place[coded$of, c("problem", "done")], row.names = NULL,
    stringsAsFactors = FALSE
  )
}

joined_memo <- function(a, b) {
  ifelse(is.na(a), b, ifelse(is.na(b), a, paste(a, b, sep = "\n")))
}

coding_facts <- function(nodes, project) {
  refs <- children_of(nodes, "CodeRef")
  target <- rep(NA_character_, length(nodes))
  target[refs$of] <- target_guids(refs$nodes)
  list(
    target = target,
    code = project$book$code[match(target, project$book$guid,
                                   incomparables = NA)],
    coder = vapply(nodes, user_name, "", project),
    memo = note_texts(nodes, project),
    date = vapply(nodes, xml2::xml_attr, "", "creationDateTime")
  )
}

# Codings of a source as such: of its whole text.
whole_codings <- function(source, project) {
  nodes <- as.list(named_children(source$owner, "Coding"))
  if (!length(nodes)) {
    return(NULL)
  }
  own <- coding_facts(nodes, project)
  n <- length(source$layout$points)
  lost <- n == 0
  data.frame(
    transcript = source$name, start = if (lost) NA_integer_ else 1L,
    end = if (lost) NA_integer_ else n, target = own$target, code = own$code,
    coder = first_known(own$coder, user_name(source$owner, project), "unknown"),
    quote = NA_character_, memo = own$memo, date = own$date,
    problem = if (lost) "the text of its source is missing" else NA_character_,
    done = if (lost) "left out" else NA_character_, stringsAsFactors = FALSE
  )
}

plain_codings <- function(rows, project) {
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
