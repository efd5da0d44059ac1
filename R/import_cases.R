# Cases of other programs as participants: of transcripts, of parts of them.

# `cases` and `source`: id and name, sources also text; `links`: case and
# transcript, by id, and `start` and `end` where a part of a text may be meant
# (all of it, give or take two characters, is no part); `values`: id of a case,
# variable, value. A list: the participant of each transcript, sets and passages
# as case_owners() finds them, and people.
imported_cases <- function(cases, source, links, values) {
  whole <- nchar(value_of(links$transcript, source$id, source$text), "chars")
  size <- links$end - links$start
  part <- if (length(size)) !is.na(size) & size < whole - 2 else
    rep(FALSE, nrow(links))
  owners <- case_owners(data.frame(
    case = value_of(links$case, cases$id, cases$name),
    transcript = value_of(links$transcript, source$id, source$name),
    start = ifelse(part, links$start %||% NA_real_, NA_real_),
    end = ifelse(part, links$end %||% NA_real_, NA_real_),
    stringsAsFactors = FALSE
  ), source$name)
  owners$people <- wide_facts(cases$name,
                              value_of(values$id, cases$id, cases$name),
                              values$variable, values$value)
  owners
}

passage_table <- function(transcript = character(), start = numeric(),
                         end = numeric(), participant = character()) {
  data.frame(transcript = transcript, start = start, end = end,
             participant = participant, stringsAsFactors = FALSE)
}

# Cases as participants of the transcripts that are theirs alone, and of the
# passages that are. `links`: case, transcript, start and end (NA for all of
# it). A list: participant of each transcript; sets of the transcripts of cases
# that share one; passages.
case_owners <- function(links, transcripts) {
  links <- links[!is.na(links$case) & !is.na(links$transcript), ]
  part <- links[!is.na(links$start), ]
  whole <- unique(links[is.na(links$start), c("case", "transcript")])
  cases <- unique(links[c("case", "transcript")])
  several <- cases$transcript[duplicated(cases$transcript)]
  alone <- whole[!whole$transcript %in% several, ]
  shared <- whole[whole$transcript %in% several, ]
  list(
    participant = value_of(transcripts, alone$transcript, alone$case),
    sets = set_table(shared$case, rep("transcript", nrow(shared)),
                     shared$transcript),
    passages = passage_table(part$transcript, part$start, part$end, part$case)
  )
}

# A turn is whose passages hold more than half of it, unless an interviewer
# speaks.
passage_owner <- function(turns, passages) {
  who <- unique(passages$participant)
  held <- vapply(who, function(one) {
    rowSums(span_overlap(turns, passages[passages$participant == one, ]))
  }, numeric(nrow(turns)))
  held <- matrix(held, nrow(turns))
  best <- max.col(held, "first")
  most <- 2 * held[cbind(seq_along(best), best)] > turns$end - turns$start + 1
  ifelse(most & !is_interviewer_label(turns$speaker), who[best], NA)
}

# One case, of a part that is no turn, has the whole transcript.
with_passages <- function(record, passages) {
  mine <- passages[passages$transcript %in% record$document$transcript &
                     !is.na(passages$start), ]
  if (!nrow(mine) || !nrow(record$turns) ||
        !is.na(record$document$participant)) {
    return(record)
  }
  owner <- passage_owner(record$turns, mine)
  if (all(is.na(owner)) && length(unique(mine$participant)) == 1) {
    record$document$participant <- mine$participant[1]
  } else {
    record$turns$participant <- owner
  }
  record
}

# Whether a passage made a turn its participant's.
passage_used <- function(passages, turns) {
  used <- logical(nrow(passages))
  for (name in unique(passages$transcript[!is.na(passages$start)])) {
    mine <- which(passages$transcript %in% name & !is.na(passages$start))
    here <- turns[turns$transcript == name, ]
    if (!nrow(here)) next
    same <- outer(passages$participant[mine],
                  passage_owner(here, passages[mine, ]), "==")
    used[mine] <- rowSums(span_overlap(passages[mine, ], here) > 0 &
                            same %in% TRUE) > 0
  }
  used
}

# How many characters rows of `a` and `b` have in common.
span_overlap <- function(a, b) {
  pmax(outer(a$end, b$end, pmin) - outer(a$start, b$start, pmax) + 1, 0)
}
