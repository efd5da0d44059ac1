# What else an exchange file holds: participants with their attributes, memos,
# sets, and what has no place here.

# ---- participants ----

qdpx_transcripts <- function(read, project) {
  sources <- Filter(function(source) {
    !is.null(source$text) && !is_blank(laid_text(source$layout))
  }, read$sources)
  if (!length(sources)) {
    return(no_transcripts())
  }
  owners <- case_sources(project)
  passages <- case_passages(read, project)
  x <- assemble(lapply(sources, source_record, owners, passages, project),
                call = project$call)
  x$participants <- participant_table(
    x, attribute_table(attribute_values(sources, x, project), x, project),
    report = FALSE
  )
  x
}

no_transcripts <- function() {
  out <- transcripts(data.frame(transcript = "none", text = "none"))
  out$documents <- out$documents[0, ]
  out$participants <- out$participants[0, , drop = FALSE]
  new_transcripts(out$documents, out$turns[0, ], out$participants)
}

source_record <- function(source, owners, passages, project) {
  text <- laid_text(source$layout)
  turns <- find_turns(text)
  mine <- passages[passages$transcript == source$name, ]
  turns$participant <- if (nrow(mine)) passage_owner(turns, mine) else
    rep(NA_character_, nrow(turns))
  out <- new_record(source$name, text, turns, list(
    source = project$path, format = "qdpx", encoding = source$encoding,
    newline = newline_style(source$text), bom = source$bom, md5 = source$md5
  ))
  out$document$participant <- owners$participant[
    match(TRUE, owners$guid %in% source$guid)]
  out
}

case_names <- function(project) {
  first_known(xml2::xml_attr(project$cases, "name"), node_guid(project$cases))
}

# Which source, by GUID, is of which participant.
case_sources <- function(project) {
  refs <- children_of(project$cases, "SourceRef")
  data.frame(guid = target_guids(refs$nodes),
             participant = case_names(project)[refs$of],
             stringsAsFactors = FALSE)
}

# Selections that are of a participant: those that a case refers to, and those
# coded with a case.
case_passages <- function(read, project) {
  refs <- children_of(project$cases, "SelectionRef")
  at <- match(target_guids(refs$nodes), read$places$guid)
  coded <- read$case_rows
  out <- rbind(
    data.frame(read$places[at, c("transcript", "start", "end")],
               participant = case_names(project)[refs$of]),
    data.frame(coded[c("transcript", "start", "end")],
               participant = case_names(project)[
                 match(coded$target, node_guid(project$cases))])
  )
  out[!is.na(out$start), ]
}

# Values of variables, of cases and of sources: participant, guid, value.
attribute_values <- function(sources, x, project) {
  owner <- x$documents$participant[
    match(vapply(sources, `[[`, "", "name"), x$documents$transcript)]
  rbind(node_values(project$cases, case_names(project)),
        node_values(lapply(sources, `[[`, "owner"), owner))
}

node_values <- function(nodes, participant) {
  values <- children_of(nodes, "VariableValue")
  parts <- lapply(values$nodes, function(node) {
    inner <- xml2::xml_children(node)
    ref <- xml2::xml_name(inner) == "VariableRef"
    list(guid = c(node_guid(inner[ref], "targetGUID"), NA)[1],
         value = c(xml2::xml_text(inner[!ref]), NA)[1])
  })
  data.frame(participant = participant[values$of],
             guid = vapply(parts, `[[`, "", "guid"),
             value = vapply(parts, `[[`, "", "value"),
             stringsAsFactors = FALSE)
}

attribute_table <- function(values, x, project) {
  variables <- qde_nodes(project$root, "Variables", "Variable")
  if (!length(variables)) {
    return(NULL)
  }
  ids <- participant_table(x)$participant
  name <- make.unique(xml2::xml_attr(variables, "name"), sep = " ")
  own <- name %in% c("participant", "speaker", "transcript")
  name[own] <- paste0(name[own], ".1")
  type <- xml2::xml_attr(variables, "typeOfVariable")
  columns <- lapply(seq_along(name), function(i) {
    here <- values[values$guid %in% node_guid(variables[i]), ]
    typed_values(here$value[match(ids, here$participant)], type[i])
  })
  data.frame(participant = ids, stats::setNames(columns, name),
             check.names = FALSE, stringsAsFactors = FALSE)
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

qdpx_memos <- function(read, project) {
  codes <- xml2::xml_find_all(
    project$root, "/*/*[local-name()='CodeBook']//*[local-name()='Code']")
  code <- project$book$code[match(node_guid(codes), project$book$guid,
                                  incomparables = NA)]
  owners <- lapply(read$sources, `[[`, "owner")
  named <- vapply(read$sources, `[[`, "", "name")
  out <- rbind(
    memos_of("project", list(project$root),
             first_known(xml2::xml_attr(project$root, "name"), "project"),
             project),
    memos_of("transcript", owners, named, project),
    memos_of("code", codes, first_known(code, xml2::xml_attr(codes, "name")),
             project, described = FALSE),
    memos_of("participant", project$cases, case_names(project), project),
    place_memos(read, project)
  )
  refs <- xml2::xml_find_all(project$root, "//*[local-name()='NoteRef']")
  loose <- project$notes[!project$notes$guid %in%
                           node_guid(refs, "targetGUID"), ]
  loose <- loose[!is.na(loose$text), ]
  rbind(out, memo_table(
    rep("note", nrow(loose)), first_known(loose$title, loose$guid), loose$text,
    loose$author, loose$date
  ))
}

# Descriptions and notes of nodes of one kind.
memos_of <- function(on, nodes, name, project, described = TRUE) {
  nodes <- as.list(nodes)
  about <- if (described) child_text(nodes, "Description") else
    rep(NA_character_, length(nodes))
  has <- !is_blank(about) & !is.na(about)
  refs <- children_of(nodes, "NoteRef")
  note <- project$notes[match(target_guids(refs$nodes), project$notes$guid), ]
  text <- note_said(note)
  kept <- !is.na(text)
  memo_table(
    rep(on, sum(has) + sum(kept)), c(name[has], name[refs$of[kept]]),
    c(about[has], text[kept]),
    c(vapply(nodes[has], user_name, "", project), note$author[kept]),
    c(vapply(nodes[has], xml2::xml_attr, "", "creationDateTime"),
      note$date[kept])
  )
}

# What is said of a place that has no code.
place_memos <- function(read, project) {
  nodes <- unlist(lapply(read$sources, function(s) s$selections$nodes),
                  recursive = FALSE)
  bare <- lengths(lapply(nodes, named_children, "Coding")) == 0
  place <- read$places[bare, ]
  memos_of("place", nodes[bare],
           ifelse(is.na(place$start), place$transcript,
                  range_name(place$transcript, place$start, place$end)),
           project)
}

qdpx_sets <- function(sources, project) {
  nodes <- qde_nodes(project$root, "Sets", "Set")
  set <- xml2::xml_attr(nodes, "name")
  guid <- lapply(sources, `[[`, "guid")
  media <- xml2::xml_children(qde_nodes(project$root, "Sources"))
  known <- list(
    code = stats::setNames(project$book$code, project$book$guid),
    transcript = c(stats::setNames(
      rep(vapply(sources, `[[`, "", "name"), lengths(guid)), unlist(guid)),
      guid_names(media)),
    note = stats::setNames(project$notes$title, project$notes$guid)
  )
  member <- c(code = "MemberCode", transcript = "MemberSource",
              note = "MemberNote")
  bind_some(lapply(names(member), function(kind) {
    refs <- children_of(nodes, member[[kind]])
    target <- target_guids(refs$nodes)
    set_table(set[refs$of], rep(kind, length(target)),
              first_known(unname(known[[kind]][target]), target))
  })) %||% set_table()
}

# ---- what has no place here ----

qdpx_left <- function(read, project, x) {
  count <- function(...) length(qde_nodes(project$root, ...))
  missing <- vapply(read$sources, function(source) is.null(source$text), NA)
  blank <- !missing & !vapply(read$sources, `[[`, "", "name") %in%
    x$documents$transcript
  read_selections <- read$places$guid
  pdf <- node_guid(qde_nodes(project$root, "Sources", "PDFSource",
                             "PDFSelection"))
  strangers <- setdiff(case_names(project), x$participants$participant)
  named <- function(which) {
    shorten_list(vapply(read$sources[which], `[[`, "", "name"), 5)
  }
  media <- c("PictureSource", "AudioSource", "VideoSource", "PDFSource")
  mute <- vapply(media, function(kind) {
    count("Sources", kind) - sum(vapply(read$sources, function(source) {
      xml2::xml_name(source$owner) == kind
    }, NA))
  }, 1)
  out <- left_table(
    c("sources whose text is missing", "sources without words",
      "participants without a transcript", "selections in pictures",
      "selections in PDF pages", "selections in sound", "selections in film",
      "pictures", "sound files without transcript",
      "films without transcript", "PDF files without text", "links", "graphs"),
    as.integer(c(
      sum(missing), sum(blank), length(strangers),
      count("Sources", "PictureSource", "PictureSelection"),
      sum(!pdf %in% read_selections),
      count("Sources", "AudioSource", "AudioSelection"),
      count("Sources", "VideoSource", "VideoSelection"), pmax(mute, 0),
      count("Links", "Link"), count("Graphs", "Graph")
    )),
    c(named(missing), named(blank), shorten_list(strangers, 5),
      rep("Sources", 8), "Links", "Graphs")
  )
  out <- out[out$count > 0, ]
  rownames(out) <- NULL
  out
}
