#' Who speaks: the table of labels, and how to correct it
#'
#' `speakers()` lists every label found before a turn, as it was written, with
#' the role it was given. Labels such as `Interviewer 1` and `interviewer1` are
#' taken for the same (column `key`) but shown apart, so that slips can be
#' seen. Assigning changes the map.
#'
#' By default a label is an interviewer when, without spaces, dots, case and
#' final digits, it is one of `interviewer`, `interviewers`, `int`, `intv`,
#' `intvr`, `iv`, `ivr`, `i`, `researcher`, `moderator`, `mod`, `facilitator`,
#' `q`, `question`; everything else is a participant. A transcript with one
#' participant label belongs to the participant of the transcript's own name
#' (or to the one that `participants` names). Where several participants
#' speak and nothing says who they are, each becomes `<transcript>/<label>`.
#'
#' Lines that look like a label and were taken as text ("One thing: ...") are
#' listed with zero turns and no role. Assigning a role to one makes those
#' lines begin turns; assigning `NA` to a label makes its turns part of the
#' turns before them. The text itself never changes.
#'
#' @section How speakers are marked:
#' Printed below the table, and kept in its attribute `marking`, is how the
#' labels stand in each transcript (`marking`, with the names that the argument
#' `marking` of [read_transcripts()] takes), its `score`, which is the share of
#' paragraphs that begin so, and the number of `turns`; and the same for the
#' marking that comes `next_` among the lines that were taken as text. Where
#' that has a quarter of the turns or more, the guess is called ambiguous: look
#' into the file, and choose with the argument `marking` if need be. The score
#' is low where people speak in many paragraphs.
#'
#' @param x transcripts, from [read_transcripts()] or [transcripts()].
#' @param value a named vector, label -> `"interviewer"`, `"participant"` (the
#'   transcript's own), the name of a participant, or `NA` (not a speaker); or a
#'   data frame with a column `speaker` and `role`, `participant` or both, and
#'   `transcript` where a label means somebody else in each. A name also stands
#'   for the labels of the same `key` that are not named themselves. Other
#'   labels keep what they have.
#' @return `speakers()`: a data frame of class `speakers` with one row per
#'   label: `speaker`, `key`, `role`, `participant` (`NA` where it depends on
#'   the transcript), `transcripts`, `turns`, `words`; the attribute `marking`
#'   has one row per transcript.
#' @section Errors: `intercoder_error_speakers` where `value` names a label
#'   that stands nowhere.
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' x <- transcripts(data.frame(
#'   transcript = c("A", "B"),
#'   text = c("Anna: So, what happened?\nJo: Not much.\nAnna: I see.\nJo: Yes.",
#'            "Anna: And then?\nKim: It worked.\nAnna: Good.\nKim: It was.")
#' ))
#' speakers(x)
#' speakers(x) <- c(Anna = "interviewer")
#' speakers(x)
#' @export
speakers <- function(x) {
  check_class(x, "transcripts", "read_transcripts()")
  out <- rbind(taken_labels(x), passed_labels(x))
  out <- out[order(out$turns == 0, out$key, -out$turns), ]
  rownames(out) <- NULL
  new_result(out, class = "speakers", marking = turn_markings(x))
}

taken_labels <- function(x) {
  turns <- x$turns
  words <- said_words(x, turns)
  labels <- sort(unique(turns$speaker), na.last = TRUE, method = "radix")
  group <- factor(match(turns$speaker, labels), seq_along(labels))
  one <- function(values) {
    vapply(split(values, group), function(v) {
      v <- unique(v)
      if (length(v) == 1) v else NA_character_
    }, "", USE.NAMES = FALSE)
  }
  data.frame(
    speaker = labels, key = label_key(labels), role = one(turns$role),
    participant = one(turns$participant),
    transcripts = vapply(split(turns$transcript, group),
                         function(v) length(unique(v)), 0L),
    turns = tabulate(group, length(labels)),
    words = vapply(split(words, group), sum, 0L),
    stringsAsFactors = FALSE
  )
}

# Lines "Label: ..." that begin no turn: what may have been missed.
passed_labels <- function(x) {
  seen <- lapply(seq_len(length(x)), function(i) {
    id <- x$documents$transcript[i]
    marks <- passed_marks(x$documents$text[i],
                          x$turns[x$turns$transcript == id, ])
    data.frame(speaker = marks$label, transcript = rep(id, nrow(marks)),
               stringsAsFactors = FALSE)
  })
  none <- data.frame(speaker = character(), transcript = character(),
                     stringsAsFactors = FALSE)
  seen <- bind_rows(c(list(none), seen))
  labels <- sorted_values(seen$speaker)
  n <- length(labels)
  data.frame(
    speaker = labels, key = label_key(labels), role = rep(NA_character_, n),
    participant = rep(NA_character_, n),
    transcripts = vapply(split(seen$transcript, factor(seen$speaker, labels)),
                         function(v) length(unique(v)), 0L),
    turns = rep(0L, n), words = rep(0L, n), stringsAsFactors = FALSE
  )
}

# Marks in a text, with the code point at which each line begins, that stand
# inside what somebody says (or before the first turn).
passed_marks <- function(text, turns) {
  lines <- text_lines(text)
  rows <- which(lines$used > 0 & grepl("[:\uff1a]", lines$line))
  marks <- match_style(lines, "colon", rows)
  short <- lengths(strsplit(marks$label, " +")) <= 4 &
    grepl("\\p{L}", marks$label, perl = TRUE)
  marks <- marks[short, ]
  marks$line_start <- lines$start[marks$row]
  marks$body_start <- said_from(lines, marks$row, marks$body - 1L)$start
  marks <- marks[!is.na(marks$body_start), ]
  # a turn whose words begin after its own label is marked already
  marks[!marks$body_start %in% turns$start, ]
}

#' @rdname speakers
#' @export
`speakers<-` <- function(x, value) {
  check_class(x, "transcripts", "read_transcripts()")
  map_speakers(x, speaker_map(value), caller_env())
}

# The map in one shape: transcript (or NA), speaker, role, participant.
speaker_map <- function(value, call = caller_env()) {
  if (is.data.frame(value)) {
    return(speaker_map_table(value, call))
  }
  if (is.list(value)) value <- unlist(value)
  labels <- names(value)
  if (is.null(labels) || !is.atomic(value) || any(!nzchar(labels))) {
    arg_error("speakers", paste("a named vector (label = role or participant)",
                                "or a data frame"),
              describe_value(value), call)
  }
  value <- as.character(value)
  role <- ifelse(value %in% c("interviewer", "participant"), value,
                 ifelse(is.na(value), NA, "participant"))
  data.frame(
    transcript = NA_character_, speaker = enc2utf8(labels), role = role,
    participant = ifelse(value == role, NA_character_, value),
    stringsAsFactors = FALSE
  )
}

speaker_map_table <- function(value, call) {
  check_columns(value, "speaker", arg = "speakers", call = call)
  if (!any(c("role", "participant") %in% names(value))) {
    check_columns(value, "role", arg = "speakers", call = call)
  }
  column <- function(name) {
    if (name %in% names(value)) enc2utf8(as.character(value[[name]]))
    else rep(NA_character_, nrow(value))
  }
  map <- data.frame(transcript = column("transcript"),
                    speaker = column("speaker"), role = column("role"),
                    participant = column("participant"),
                    stringsAsFactors = FALSE)
  if (inherits(value, "speakers")) {
    map <- map[!is.na(map$speaker) & !(value$turns == 0 & is.na(map$role)), ]
  }
  bad <- which(!map$role %in% c("interviewer", "participant", NA))
  if (length(bad)) {
    abort("speakers",
          c(sprintf("`speakers`, row %d: the role is \"%s\".", bad[1],
                    map$role[bad[1]]),
            i = "A role is \"interviewer\", \"participant\" or NA."),
          row = bad[1], call = call)
  }
  named <- is.na(map$role) & !is.na(map$participant)
  map$role[named] <- "participant"
  map$participant[map$role %in% "interviewer"] <- NA
  map
}

declared_labels <- function(speakers) {
  if (is.null(speakers)) {
    return(character())
  }
  map <- speaker_map(speakers)
  map$speaker[!is.na(map$role)]
}

# The labels that one row of the map means: the label as it is, and those of
# the same key that have no row of their own.
same_label <- function(labels, label, map) {
  labels %in% label |
    (label_key(labels) %in% label_key(label) & !labels %in% map$speaker)
}

map_speakers <- function(x, map, call = caller_env()) {
  if (!is.null(x$participants)) x <- release_defaults(x)
  x <- split_at_labels(x, map, call)
  for (k in seq_len(nrow(map))) {
    here <- is.na(map$transcript[k]) | x$turns$transcript == map$transcript[k]
    rows <- which(here & same_label(x$turns$speaker, map$speaker[k], map))
    x <- if (is.na(map$role[k])) {
      drop_label(x, rows)
    } else {
      set_role(x, rows, map$role[k], map$participant[k])
    }
  }
  x <- default_participants(x)
  if (!is.null(x$participants)) {
    x$participants <- participant_table(x, x$participants, report = FALSE)
  }
  x
}

set_role <- function(x, rows, role, participant) {
  was <- x$turns$role[rows]
  x$turns$role[rows] <- role
  if (role == "interviewer") {
    x$turns$participant[rows] <- NA
  } else if (!is.na(participant)) {
    x$turns$participant[rows] <- participant
  } else {
    place <- match(x$turns$transcript[rows], x$documents$transcript)
    own <- x$documents$participant[place]
    own <- ifelse(is.na(own), x$documents$transcript[place], own)
    x$turns$participant[rows] <- own
  }
  settle_documents(x)
}

# A transcript whose participant turns are all of one participant is theirs.
settle_documents <- function(x) {
  said <- x$turns[!is.na(x$turns$participant), c("transcript", "participant")]
  said <- unique(said)
  many <- unique(said$transcript[duplicated(said$transcript)])
  one <- said[!said$transcript %in% many, ]
  place <- match(one$transcript, x$documents$transcript)
  x$documents$participant[place] <- one$participant
  x$documents$participant[x$documents$transcript %in% many] <- NA
  x
}

# Turns that are none: their text, label and all, joins the turn before.
drop_label <- function(x, rows) {
  turns <- x$turns
  for (row in rev(rows)) {
    before <- row - 1L
    if (before > 0 && turns$transcript[before] == turns$transcript[row]) {
      turns$end[before] <- turns$end[row]
    }
  }
  if (length(rows)) turns <- turns[-rows, ]
  x$turns <- number_turns(turns)
  x
}

number_turns <- function(turns) {
  rownames(turns) <- NULL
  turns$turn <- as.integer(stats::ave(seq_len(nrow(turns)), turns$transcript,
                                      FUN = seq_along))
  turns
}

# Labels of the map that begin lines but no turns: there the turn is parted.
split_at_labels <- function(x, map, call) {
  for (k in which(!is.na(map$role))) {
    here <- is.na(map$transcript[k]) |
      x$documents$transcript == map$transcript[k]
    ids <- x$documents$transcript[here]
    inside <- x$turns$transcript %in% ids
    if (any(same_label(x$turns$speaker[inside], map$speaker[k], map))) next
    found <- FALSE
    for (id in ids) {
      text <- x$documents$text[x$documents$transcript == id]
      marks <- passed_marks(text, x$turns[x$turns$transcript == id, ])
      marks <- marks[same_label(marks$label, map$speaker[k], map), ]
      found <- found || nrow(marks) > 0
      x$turns <- part_turns(x$turns, id, marks, text)
    }
    if (!found) {
      labels <- unique(x$turns$speaker[!is.na(x$turns$speaker)])
      abort("speakers",
            c(sprintf("No turn begins with the label \"%s\".", map$speaker[k]),
              i = if (length(labels)) {
                sprintf("There are %s.", shorten_list(labels, 12))
              }),
            label = map$speaker[k], call = call)
    }
  }
  x
}

# A turn ends before the line of the next label, and never after the turn it
# was cut from.
part_turns <- function(turns, id, marks, text) {
  if (!nrow(marks)) {
    return(turns)
  }
  mine <- turns$transcript == id
  old <- turns[mine, ]
  new <- old[rep(NA_integer_, nrow(marks)), ]
  new$transcript <- rep(id, nrow(marks))
  new$speaker <- marks$label
  new$start <- marks$body_start
  new$time_start <- seconds_of(marks$time)
  if (!is.null(old[["section"]])) {
    from <- pmax(1L, findInterval(new$start, old$start))
    new$section <- old$section[from]
  }
  line <- text_lines(text)$start
  cut <- c(line[findInterval(old$start, line)], marks$line_start)
  all <- rbind(old, new)
  cut <- cut[order(all$start)]
  all <- all[order(all$start), ]
  limit <- c(0L, old$end)[findInterval(all$start, old$start) + 1L]
  size <- nchar(text, "chars")
  limit <- ifelse(all$start <= limit, limit, size)
  all$end <- as.integer(pmin(limit, c(cut[-1] - 1L, size)))
  all <- all[all$end >= all$start, ]
  said <- slice_text(text, rep(1L, nrow(all)), all$start, all$end)
  said <- trim_end(said)
  all$end <- all$start + nchar(said, "chars") - 1L
  place <- if (any(mine)) which(mine)[1] - 1L else nrow(turns)
  before <- seq_len(nrow(turns)) <= place
  number_turns(rbind(turns[before, ], all[nzchar(said), ],
                     turns[!before & !mine, ]))
}

show_speakers <- function(x) {
  data.frame(
    speaker = ifelse(is.na(x$speaker), "(none)",
                     encodeString(x$speaker, quote = "\"")),
    role = ifelse(is.na(x$role),
                  ifelse(x$turns == 0, "taken as text", "several"), x$role),
    participant = ifelse(
      is.na(x$participant),
      ifelse(x$role %in% "participant", "(by transcript)", ""), x$participant
    ),
    transcripts = x$transcripts, turns = x$turns, words = x$words,
    stringsAsFactors = FALSE
  )
}

#' @exportS3Method knitr::knit_print
knit_print.speakers <- function(x, ...) knit_table(show_speakers(x), ...)

#' @export
format.speakers <- function(x, ...) {
  shown <- show_speakers(x)
  utils::capture.output(print_table(shown))
}

#' @export
print.speakers <- function(x, ...) {
  cat(format_count(nrow(x), "label"), "\n", sep = "")
  if (nrow(x)) cat(format(x), sep = "\n")
  if (!is.null(attr(x, "marking"))) {
    cat(format_markings(attr(x, "marking")), sep = "\n")
  }
  invisible(x)
}
