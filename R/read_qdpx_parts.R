# What else an exchange file holds: participants with their attributes, memos,
# sets, and what has no place here.

# ---- participants ----

# A list: transcripts; sets and passages of cases; and how many values of
# attributes found no place.
qdpx_transcripts <- function(read, project) {
  sources <- Filter(function(source) {
    !is.null(source$text) && !is_blank(laid_text(source$layout))
  }, read$sources)
  if (!length(sources)) {
    return(list(transcripts = no_transcripts(), sets = set_table(),
                passages = passage_table(), values = 0))
  }
  name <- vapply(sources, `[[`, "", "name")
  owners <- case_owners(case_links(read, project), name)
  records <- lapply(seq_along(sources), function(i) {
    with_passages(source_record(sources[[i]], owners$participant[i], project),
                  owners$passages)
  })
  x <- assemble(records, call = project$call)
  table <- attribute_table(attribute_values(sources, x, project), x, project)
  x$participants <- participant_table(x, table, report = FALSE)
  list(transcripts = x, sets = owners$sets, passages = owners$passages,
       values = attr(table, "used") %||% 0)
}

no_transcripts <- function() {
  out <- transcripts(data.frame(transcript = "none", text = "none"))
  out$documents <- out$documents[0, ]
  out$participants <- out$participants[0, , drop = FALSE]
  new_transcripts(out$documents, out$turns[0, ], out$participants)
}

source_record <- function(source, participant, project) {
  text <- laid_text(source$layout)
  out <- new_record(source$name, text, find_turns(text), list(
    source = project$path, format = "qdpx", encoding = source$encoding,
    newline = newline_style(source$text), bom = source$bom, md5 = source$md5
  ))
  out$document$participant <- participant
  out
}

case_names <- function(project) {
  first_known(xml_value(project$qde, project$cases, "name"),
              row_guids(project, project$cases))
}

# What is of a case: sources, selections that it refers to, and what is coded
# with it.
case_links <- function(read, project) {
  cases <- case_names(project)
  guid <- lapply(read$sources, `[[`, "guid")
  named <- rep(vapply(read$sources, `[[`, "", "name"), lengths(guid))
  whole <- row_targets(project, project$cases, "SourceRef")
  part <- row_targets(project, project$cases, "SelectionRef")
  place <- read$places[match(part$guid, read$places$guid), ]
  coded <- read$case_rows
  data.frame(
    case = c(cases[whole$of], cases[part$of],
             cases[match(coded$target, row_guids(project, project$cases))]),
    transcript = c(named[match(whole$guid, unlist(guid))],
                   ifelse(is.na(place$start), NA, place$transcript),
                   ifelse(is.na(coded$start), NA, coded$transcript)),
    start = c(rep(NA_integer_, length(whole$of)), place$start, coded$start),
    end = c(rep(NA_integer_, length(whole$of)), place$end, coded$end),
    stringsAsFactors = FALSE
  )
}

# Values of variables, of cases and of sources: participant, guid, value.
attribute_values <- function(sources, x, project) {
  owner <- x$documents$participant[
    match(vapply(sources, `[[`, "", "name"), x$documents$transcript)]
  holder <- lapply(sources, function(source) unique(c(source$owner,
                                                      source$row)))
  rbind(row_values(project$cases, case_names(project), project),
        row_values(unlist(holder), rep(owner, lengths(holder)), project))
}

row_values <- function(rows, participant, project) {
  values <- xml_inner(project$qde, rows, "VariableValue")
  refs <- row_targets(project, values$at, "VariableRef")
  inner <- xml_inner(project$qde, values$at, paste0(c(
    "Text", "Boolean", "Integer", "Float", "Date", "DateTime"), "Value"))
  at <- seq_along(values$at)
  data.frame(participant = participant[values$of],
             guid = refs$guid[match(at, refs$of)],
             value = project$qde$text[inner$at[match(at, inner$of)]],
             stringsAsFactors = FALSE)
}

# `used`: how many of the values stand in it.
attribute_table <- function(values, x, project) {
  variables <- xml_rows(project$qde, "Variables", "Variable")
  if (!length(variables)) {
    return(NULL)
  }
  ids <- participant_table(x)$participant
  guid <- row_guids(project, variables)
  name <- variable_names(project, variables)
  type <- xml_value(project$qde, variables, "typeOfVariable")
  text <- lapply(guid, function(one) {
    here <- values[values$guid %in% one, ]
    here$value[match(ids, here$participant)]
  })
  key <- paste(rep(guid, each = length(ids)), ids, unlist(text), sep = "\x1f")
  structure(
    data.frame(participant = ids,
               stats::setNames(Map(typed_values, text, type), name),
               check.names = FALSE, stringsAsFactors = FALSE),
    used = sum(paste(values$guid, values$participant, values$value,
                     sep = "\x1f") %in% key)
  )
}

variable_names <- function(project, variables) {
  name <- make.unique(xml_value(project$qde, variables, "name"), sep = " ")
  own <- name %in% c("participant", "speaker", "transcript")
  name[own] <- paste0(name[own], ".1")
  name
}

# As the type says, unless that loses a value.
typed_values <- function(x, type) {
  as <- switch(
    first_known(type, "Text"),
    Boolean = function(x) c(true = TRUE, `1` = TRUE, false = FALSE,
                            `0` = FALSE)[tolower(x)],
    Integer = as.integer, Float = as.numeric,
    Date = function(x) as.Date(x, format = "%Y-%m-%d"), identity
  )
  out <- unname(suppressWarnings(as(x)))
  if (identical(is.na(out), is.na(x))) out else x
}

# ---- memos and sets ----

# `memos`, and `used`: the notes (their numbers) that are among them.
qdpx_memos <- function(read, project) {
  qde <- project$qde
  codes <- which(qde$name == "Code")
  code <- project$book$code[match(row_guids(project, codes),
                                  project$book$guid, incomparables = NA)]
  sources <- read$sources
  row <- vapply(sources, `[[`, 1L, "row")
  owner <- vapply(sources, `[[`, 1L, "owner")
  name <- vapply(sources, `[[`, "", "name")
  held <- row != owner
  media <- setdiff(xml_inner(qde, xml_rows(qde, "Sources"))$at, owner)
  variables <- xml_rows(qde, "Variables", "Variable")
  sets <- xml_rows(qde, "Sets", "Set")
  bare <- read$places[!read$places$row %in% qde$parent[qde$name == "Coding"], ]
  parts <- list(
    memos_of("project", 1L, first_known(xml_value(qde, 1L, "name"), "project"),
             project, user = "creatingUserGUID"),
    memos_of("transcript", c(owner, row[held]), c(name, name[held]), project),
    memos_of("code", codes, first_known(code, xml_value(qde, codes, "name")),
             project, described = FALSE),
    memos_of("participant", project$cases, case_names(project), project),
    memos_of("attribute", variables, variable_names(project, variables),
             project),
    memos_of("set", sets, xml_value(qde, sets, "name"), project),
    memos_of("place", bare$row,
             range_name(bare$transcript, bare$start, bare$end), project),
    memos_of("note", media, first_known(xml_value(qde, media, "name"),
                                        row_guids(project, media)), project)
  )
  used <- unlist(lapply(parts, `[[`, "used"))
  read_rows <- c(read$places$row, which(qde$name == "Coding"))
  used <- union(used, project$note_refs$note[project$note_refs$row %in%
                                               read_rows])
  loose <- project$notes[setdiff(which(!is.na(project$notes$text)), used), ]
  list(used = project$note_refs, memos = rbind(
    bind_rows(lapply(parts, `[[`, "memos")),
    memos_about("note", first_known(loose$title, NA), loose$text, loose$author,
                loose$date)
  ))
}

# Descriptions and notes of elements of one kind.
memos_of <- function(on, rows, name, project, described = TRUE,
                     user = "creatingUser") {
  about <- if (described) xml_inner_text(project$qde, rows, "Description") else
    rep(NA_character_, length(rows))
  has <- which(!is_blank(about) & !is.na(about))
  refs <- project$note_refs[project$note_refs$row %in% rows, ]
  refs <- refs[order(match(refs$row, rows)), ]
  note <- project$notes[refs$note, ]
  text <- note_said(note)
  kept <- !is.na(text)
  of <- match(refs$row, rows)[kept]
  order <- order(c(has, of))
  list(used = refs$note, memos = memo_table(
    rep(on, length(order)), c(name[has], name[of])[order],
    c(about[has], text[kept])[order],
    c(row_user(project, rows[has], user), note$author[kept])[order],
    c(row_date(project, rows[has]), note$date[kept])[order]
  ))
}

# The coding plan of our own files is in sets.
PLAN_SET <- "Coding plan: "

# `sets`, `plan` and `empty`, how many have no member.
qdpx_sets <- function(sources, project) {
  qde <- project$qde
  rows <- xml_rows(qde, "Sets", "Set")
  set <- xml_value(qde, rows, "name")
  guid <- lapply(sources, `[[`, "guid")
  media <- xml_inner(qde, xml_rows(qde, "Sources"))$at
  known <- list(
    code = stats::setNames(project$book$code, project$book$guid),
    transcript = c(
      stats::setNames(rep(vapply(sources, `[[`, "", "name"), lengths(guid)),
                      unlist(guid)),
      stats::setNames(xml_value(qde, media, "name"),
                      row_guids(project, media))),
    note = stats::setNames(project$notes$title, project$notes$guid)
  )
  member <- c(code = "MemberCode", transcript = "MemberSource",
              note = "MemberNote")
  refs <- lapply(member, function(name) row_targets(project, rows, name))
  of <- unlist(lapply(refs, `[[`, "of"))
  out <- bind_rows(lapply(names(member), function(kind) {
    target <- refs[[kind]]$guid
    set_table(set[refs[[kind]]$of], rep(kind, length(target)),
              first_known(unname(known[[kind]][target]), target))
  }))
  out <- out[order(of), ]
  rownames(out) <- NULL
  planned <- project$own & startsWith(out$set, PLAN_SET)
  list(sets = out[!planned, ], empty = length(setdiff(seq_along(rows), of)),
       plan = if (any(planned)) {
         coding_plan(data.frame(
           coder = substring(out$set[planned], nchar(PLAN_SET) + 1L),
           transcript = out$member[planned]))
       })
}

# ---- what has no place here ----

qdpx_left <- function(read, project, people, note_refs, empty) {
  qde <- project$qde
  x <- people$transcripts
  count <- function(...) length(xml_rows(qde, ...))
  inside <- function(name, holder) {
    sum(qde$name[qde$parent[qde$name == name]] %in% holder)
  }
  missing <- vapply(read$sources, function(source) is.null(source$text), NA)
  blank <- !missing & !vapply(read$sources, `[[`, "", "name") %in%
    x$documents$transcript
  pdf <- row_guids(project, which(qde$name == "PDFSelection"))
  strangers <- setdiff(case_names(project), x$participants$participant)
  named <- function(which) {
    shorten_list(vapply(read$sources[which], `[[`, "", "name"), 5)
  }
  owner <- qde$name[unlist(lapply(read$sources, `[[`, "owner"))]
  mute <- vapply(names(MEDIA_TEXT)[-1], function(kind) {
    count("Sources", kind) - sum(owner == kind)
  }, 1)
  counts <- c(
    "sources whose text is missing" = sum(missing),
    "sources without words" = sum(blank),
    "participants without a transcript" = length(strangers),
    "cases of parts of transcripts that are no turn" =
      sum(!passage_used(people$passages, x$turns)),
    "selections in pictures" = sum(qde$name == "PictureSelection"),
    "selections in PDF pages" = sum(!pdf %in% read$places$guid),
    "selections in sound" = sum(qde$name == "AudioSelection"),
    "selections in film" = sum(qde$name == "VideoSelection"),
    "pictures" = mute[["PictureSource"]],
    "sound files without transcript" = mute[["AudioSource"]],
    "films without transcript" = mute[["VideoSource"]],
    "PDF files without text" = mute[["PDFSource"]],
    "formatted texts" = sum(!is.na(xml_value(
      qde, seq_along(qde$name), "richTextPath"))),
    "values of attributes" = sum(qde$name == "VariableValue") - people$values,
    "codes of participants" = inside("CodeRef", "Case"),
    "selections in notes" = inside("PlainTextSelection", "Note"),
    "codings of notes" = inside("Coding", "Note"),
    "notes whose text is missing" = sum(is.na(project$notes$text)),
    "time marks of transcripts" = sum(qde$name == "SyncPoint"),
    "sets without members" = empty,
    "links" = count("Links", "Link") -
      length(unique(stats::na.omit(note_refs$link))),
    "graphs" = count("Graphs", "Graph"),
    unread_details(read, project)
  )
  where <- rep("the project file", length(counts))
  where[1:3] <- c(named(missing), named(blank), shorten_list(strangers, 5))
  out <- left_table(names(counts), as.integer(counts), where)
  out <- out[out$count > 0, ]
  rownames(out) <- NULL
  out
}

# Codings of what has no text, names and dates of what is read without them.
unread_details <- function(read, project) {
  qde <- project$qde
  coded <- qde$parent[qde$name == "Coding"]
  texts <- unlist(lapply(read$sources, function(source) {
    c(source$owner, source$row)
  }))
  double <- qde$name == "PDFSelection" &
    row_guids(project, seq_along(qde$name)) %in% read$places$guid
  elsewhere <- qde$name == "Note" |
    qde$name[pmax(qde$parent, 1L)] == "Note" | double
  sources <- union(xml_inner(qde, xml_rows(qde, "Sources"))$at, texts)
  silent <- is.na(xml_inner_text(qde, sources, "Description"))
  has <- function(rows, ...) {
    Reduce(`|`, lapply(c(...), function(attribute) {
      !is.na(xml_value(qde, rows, attribute))
    }))
  }
  all <- seq_along(qde$name)
  c(
    "codings of what has no text" =
      sum(!coded %in% c(read$places$row, texts, which(elsewhere))),
    "titles of selections without a code" =
      sum(!is.na(read$places$title) & !read$places$row %in% coded),
    "authors and dates of sources" = sum(silent & (
      !is.na(row_user(project, sources)) | !is.na(row_date(project, sources)))),
    "authors and dates of last changes" =
      sum(has(all, "modifyingUser", "modifyingUserGUID", "modifiedDateTime")),
    "paths of files" = sum(has(all, "path", "currentPath", "basePath"))
  )
}
