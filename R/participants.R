# Attributes of participants: from a data frame, a csv file or the columns
# beside the text, joined by participant, by transcript or by both and speaker.

read_people <- function(participants, call = caller_env()) {
  if (is.null(participants)) {
    return(NULL)
  }
  if (is.character(participants)) {
    check_string(participants, call = call)
    table <- any_table(participants, call = call)
    participants <- convert_columns(table)
    for (id in intersect(c("participant", "transcript"), names(table))) {
      participants[[id]] <- table[[id]]
    }
  }
  if (!any(c("participant", "transcript") %in% names(participants))) {
    check_columns(participants, "participant", arg = "participants",
                  call = call)
  }
  participants <- as.data.frame(participants, stringsAsFactors = FALSE)
  for (id in intersect(c("participant", "transcript", "speaker"),
                       names(participants))) {
    participants[[id]] <- enc2utf8(as.character(participants[[id]]))
  }
  participants
}

merge_people <- function(found, given, call = caller_env()) {
  given <- read_people(given, call)
  if (is.null(given)) found else given
}

assign_participants <- function(x, people, call) {
  documents <- x$documents
  turns <- x$turns
  by_label <- all(c("transcript", "speaker", "participant") %in% names(people))
  if (by_label) {
    key <- function(x) paste(x$transcript, label_key(x$speaker), sep = "\r")
    place <- match(key(turns), key(people))
    named <- !is.na(place) & is.na(turns$participant)
    turns$participant[named] <- people$participant[place[named]]
    turns$role[named] <- "participant"
  } else if ("transcript" %in% names(people)) {
    own <- people[[if ("participant" %in% names(people)) "participant"
                   else "transcript"]]
    place <- match(documents$transcript, people$transcript)
    fill <- is.na(documents$participant) & !is.na(place)
    documents$participant[fill] <- own[place[fill]]
  } else if ("participant" %in% names(people)) {
    fill <- is.na(documents$participant) &
      documents$transcript %in% people$participant
    documents$participant[fill] <- documents$transcript[fill]
  }
  x$documents <- documents
  x$turns <- turns
  x
}

# Turns that nobody has claimed: the transcript's own participant, unless
# several speak in it.
default_participants <- function(x) {
  turns <- x$turns
  open <- turns$role == "participant" & is.na(turns$participant)
  key <- label_key(turns$speaker)
  pairs <- unique(data.frame(transcript = turns$transcript, key = key)[open, ])
  several <- unique(pairs$transcript[duplicated(pairs$transcript)])
  place <- match(turns$transcript, x$documents$transcript)
  own <- x$documents$participant[place]
  split <- open & is.na(own) & turns$transcript %in% several
  pair <- paste(turns$transcript, key, sep = "\r")
  label <- turns$speaker[match(pair, pair)]
  label[is.na(label)] <- "unknown"
  turns$participant[split] <- paste0(turns$transcript, "/", label)[split]
  single <- open & !split
  turns$participant[single] <- ifelse(is.na(own), turns$transcript, own)[single]
  turns$participant[turns$role == "interviewer"] <- NA
  x$turns <- turns
  quiet <- !x$documents$transcript %in% turns$transcript[open] &
    is.na(x$documents$participant) &
    !x$documents$transcript %in% turns$transcript[!is.na(turns$participant)]
  x$documents$participant[quiet] <- x$documents$transcript[quiet]
  settle_documents(x)
}

# Takes back what default_participants() gave to several in one transcript,
# unless attributes have been given to it since.
release_defaults <- function(x) {
  facts <- setdiff(names(x$participants), c("participant", "speaker"))
  known <- rowSums(!is.na(x$participants[facts])) > 0
  kept <- x$participants$participant[known]
  label <- ifelse(is.na(x$turns$speaker), "unknown", x$turns$speaker)
  given <- setdiff(paste0(x$turns$transcript, "/", label), kept)
  x$turns$participant[x$turns$participant %in% given] <- NA
  x$documents$participant[x$documents$participant %in% given] <- NA
  x
}

# One row per participant who speaks or owns a transcript.
participant_table <- function(x, people = NULL, report = TRUE) {
  said <- x$turns[!is.na(x$turns$participant), ]
  ids <- unique(c(rbind_order(x$documents, said)))
  out <- data.frame(
    participant = ids, speaker = said$speaker[match(ids, said$participant)],
    stringsAsFactors = FALSE
  )
  if (is.null(people)) {
    return(out)
  }
  by <- if ("participant" %in% names(people)) "participant" else "transcript"
  columns <- setdiff(names(people), c("participant", "transcript", "speaker"))
  facts <- unique(people[c(by, columns)])
  check_one_row_each(facts, by)
  if (report) report_strangers(facts[[by]], ids)
  cbind(out, facts[match(ids, facts[[by]]), columns, drop = FALSE],
        row.names = NULL)
}

# Participants in the order of their transcripts.
rbind_order <- function(documents, said) {
  owner <- c(documents$participant, said$participant)
  place <- c(seq_len(nrow(documents)),
             match(said$transcript, documents$transcript))
  owner <- owner[order(place)]
  owner[!is.na(owner)]
}

check_one_row_each <- function(facts, by) {
  twice <- facts[[by]][duplicated(facts[[by]])]
  if (length(twice)) {
    abort("participants",
          c(sprintf("Participant \"%s\" has two rows that differ.", twice[1]),
            i = "Attributes belong to the participant: one value of each."),
          participant = twice[1])
  }
}

report_strangers <- function(known, ids) {
  spare <- setdiff(known, ids)
  if (length(spare)) {
    warn("participants", sprintf("No transcript is of participant %s.",
                                 shorten_list(spare)))
  }
  bare <- setdiff(ids, known)
  if (length(bare)) {
    warn("participants", sprintf("No attributes are given for participant %s.",
                                 shorten_list(bare)))
  }
}
