# How the speakers of each transcript are marked, told from its text and its
# turns alone: which style most turns have, what share of the paragraphs begin
# so, and the same for the style that comes next among the lines passed over.

MARKINGS <- c(
  colon = "Name: ...", time = "Name 0:00", chat = "0:00 From Name: ...",
  tab = "Name<tab>...", bracket = "[Name] ...", bold = "**Name** ...",
  dot = "Q. ...", line = "NAME on its own line"
)

# One row per transcript: transcript, marking (NA where nobody is marked),
# score, turns, next_marking, next_score, next_turns.
turn_markings <- function(x) {
  rows <- split(seq_len(nrow(x$turns)),
                factor(x$turns$transcript, x$documents$transcript))
  found <- lapply(seq_len(length(x)), function(i) {
    document <- x$documents[i, ]
    turns <- x$turns[rows[[i]], ]
    cbind(transcript = document$transcript,
          marking_of(document$text, turns$start[!is.na(turns$speaker)],
                     document$format == "docx"), stringsAsFactors = FALSE)
  })
  bind_rows(found)
}

# `starts`: where what is said by somebody with a label begins. Labels of a
# Word file that the text alone does not show are bold.
marking_of <- function(text, starts, word = FALSE) {
  lines <- text_lines(text)
  marks <- find_marks(lines)
  taken <- said_from(lines, marks$row, marks$body)$start %in% starts
  used <- marks$row[taken]
  count <- table(factor(marks$style[taken], names(MARKINGS)))
  if (word) count["bold"] <- length(starts) - sum(taken)
  best <- if (max(count) > 0) names(which.max(count)) else NA_character_
  rest <- marks[!marks$row %in% c(used, header_rows(lines, marks)) &
                  !marks$style %in% best, ]
  other <- style_turns(rest, style_keys(lines, rest, turn_hints()))
  following <- if (max(other) > 0) names(which.max(other)) else NA_character_
  all <- max(1, count_paragraphs(lines), max(count) + max(other))
  data.frame(
    marking = best, score = max(count) / all, turns = max(count),
    next_marking = following, next_score = max(other) / all,
    next_turns = max(other), stringsAsFactors = FALSE
  )
}

# Where the next style has a quarter of the turns or more, either may be right.
is_ambiguous <- function(found) {
  found$next_turns >= 2 & found$next_turns >= 0.25 * found$turns
}

format_markings <- function(found) {
  shown <- function(style) quoted(MARKINGS[style])
  span <- function(score) {
    paste(unique(sprintf("%.2f", range(score))), collapse = " to ")
  }
  lines <- vapply(unique(stats::na.omit(found$marking)), function(style) {
    mine <- found[found$marking %in% style, ]
    follows <- mine[which.max(mine$next_score), ]
    sprintf("Marking: %s in %s, score %s; next %s.", shown(style),
            format_count(nrow(mine), "transcript"), span(mine$score),
            if (is.na(follows$next_marking)) "none" else
              sprintf("%s, %.2f", shown(follows$next_marking),
                      follows$next_score))
  }, "", USE.NAMES = FALSE)
  unsure <- found[is_ambiguous(found), ]
  if (!nrow(unsure)) {
    return(lines)
  }
  one <- unsure[1, ]
  c(lines, sprintf(
    "Unsure in %s: %s or %s, %.2f, which `marking = \"%s\"` chooses.",
    shorten_list(unsure$transcript),
    if (is.na(one$marking)) "none" else
      sprintf("%s, %.2f,", shown(one$marking), one$score),
    shown(one$next_marking), one$next_score, one$next_marking
  ))
}
