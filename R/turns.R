# Who speaks where: the marks that begin a turn are found line by line, then
# judged over the whole file, because one line ("One thing: we ...") does not
# tell whether a word before a colon is a name.

# A run of white space is matched whole or not at all ("*+"): text of a million
# spaces must not cost their square.
WHITE <- "[\\s\u00a0\u200b\ufeff]"
GAP <- paste0(WHITE, "*+")
TIME <- paste0("(?:\\d{1,3}:\\d{1,2}:\\d{1,2}\\.\\d{1,3}|",
               "(?:\\d{1,3}:)?\\d{1,3}:\\d{2}(?:[.,]\\d{1,3})?)")
TIME_MARK <- sprintf("[\\[(<{]?%s(?:%s(?:-|\u2013|-->)%s%s)?[\\])>}]?", TIME,
                     GAP, GAP, TIME)
LABEL <- "[\\p{L}\\p{N}][^\\t:\uff1a\\[\\]<>{}|\"\u201c\u201d?!;=*\\n]{0,39}?"

# Each style captures time, label and time again (where it may stand); what is
# said begins after the match.
MARK_STYLES <- c(
  chat = paste0(
    "^", GAP, "(?<t1>", TIME, ")", WHITE, "++(?i:from)", WHITE,
    "++(?<label>", LABEL, ")(?:", WHITE, "++(?i:to)", WHITE,
    "++[^:\\n]{1,80}?)?", GAP, "[:\uff1a]", GAP, "(?<t2>)(?<t3>)"
  ),
  colon = paste0(
    "^", GAP, "(?:(?<t1>", TIME_MARK, ")", GAP, ")?(?:\\*\\*|__|\\*)?",
    "(?<label>", LABEL, ")", GAP, "(?:(?<t2>", TIME_MARK, ")", GAP, ")?",
    "(?:\\*\\*|__|\\*)?(?:(?<!\\d)[:\uff1a]|[:\uff1a](?!\\d))(?!//)",
    "(?:\\*\\*|__|\\*)?", GAP, "(?:(?<t3>[\\[(]", TIME, "[\\])])", GAP, ")?"
  ),
  time = paste0(
    "^", GAP, "(?:\\*\\*|__)?(?<label>", LABEL, ")(?:\\*\\*|__)?",
    "(?:", WHITE, "++(?<t1>", TIME, ")|", GAP, "(?<t2>[\\[(]", TIME,
    "[\\])]))", GAP, "(?<t3>)$"
  ),
  tab = paste0(
    "^", GAP, "(?:(?<t1>", TIME_MARK, ")", GAP, ")?(?<t2>)",
    "(?<label>", LABEL, ") *+[-\u2013\u2014]?\\t", GAP, "(?<t3>)"
  ),
  bracket = paste0(
    "^", GAP, "(?<t1>)(?<t2>)\\[(?<label>", LABEL, ")\\]", GAP, "(?<t3>)",
    "(?=.)"
  ),
  bold = paste0(
    "^", GAP, "(?<t1>)(?<t2>)(?:\\*\\*|__)(?<label>", LABEL,
    ")(?:\\*\\*|__)", GAP, "(?<t3>)"
  ),
  dot = paste0(
    "^", GAP, "(?<t1>)(?<t2>)(?<label>[\\p{L}\\p{N}]{1,12})\\.", WHITE,
    "++(?<t3>)(?=.)"
  ),
  line = paste0(
    "^", GAP, "(?<t1>)(?<t2>)(?<label>", LABEL, "(?<![.,]))", GAP, "(?<t3>)$"
  )
)

trim_end <- function(x) {
  sub(paste0("(?<!", WHITE, ")", WHITE, "++$"), "", x, perl = TRUE)
}

trim <- function(x) trim_end(sub(paste0("^", GAP), "", x, perl = TRUE))

is_blank <- function(x) {
  !grepl("[^\\s\u00a0\u200b\ufeff]", x, perl = TRUE)
}

LABEL_INTERVIEWER <- c(
  "interviewer", "int", "intv", "intvr", "iv", "ivr", "i", "interviewers",
  "researcher", "moderator", "mod", "facilitator", "q", "question"
)
LABEL_PARTICIPANT <- c(
  "participant", "part", "p", "patient", "doctor", "clinician", "developer",
  "nurse", "respondent", "resp", "r", "interviewee", "informant", "speaker",
  "subject", "a", "answer", "all", "unknown", "unknownspeaker", "male",
  "female", "man", "woman", "teacher", "student"
)

# Words that stand before a colon in headers and in prose.
LABEL_NEVER <- c(
  "date", "time", "location", "place", "venue", "duration", "length",
  "transcriber", "transcribedby", "transcription", "transcript", "recording",
  "recordedby", "file", "filename", "title", "topic", "project", "study",
  "interview", "interviewno", "interviewnumber", "interviewid",
  "participantid", "participantno", "age", "gender", "sex", "occupation",
  "language", "kind", "note", "notes", "nb", "summary", "keywords",
  "summarykeywords", "speakers", "attendees", "present", "participants",
  "url", "email", "phone", "version", "source", "format", "mode", "setting",
  "role", "id", "code", "example", "eg", "ie", "result", "results",
  "conclusion", "warning", "tip", "ps", "re", "from", "to", "cc", "yes", "no",
  "so", "well", "but", "and", "or", "also", "first", "second", "third",
  "firstly", "secondly", "finally", "because", "this", "that", "it", "here",
  "there", "one", "two", "three", "pros", "cons", "http", "https", "step",
  "today", "yesterday", "at", "background", "methods", "discussion",
  "introduction"
)

# Labels that a reader takes for the same one: "Interviewer 1", "interviewer1".
label_key <- function(label) {
  gsub("[\\s\u00a0._#()'\u2019:-]+", "", tolower(label), perl = TRUE)
}

label_stem <- function(key) sub("[0-9]+$", "", key)

is_interviewer_label <- function(label) {
  label_stem(label_key(label)) %in% LABEL_INTERVIEWER
}

is_role_label <- function(label) {
  label_stem(label_key(label)) %in% c(LABEL_INTERVIEWER, LABEL_PARTICIPANT)
}

# Up to four words that each begin like a name: capital or digit.
is_name_like <- function(label) {
  word <- paste0("(?:\\p{Lu}[\\p{L}\\p{N}.'\u2019&/-]*|\\p{N}+|",
                 "\\([\\p{L}\\p{N} ./]+\\))")
  particle <- "(?:(?:de|da|di|du|van|von|der|la|le|el|al|bin) )*"
  shape <- sprintf("^(?:%s%s)(?: %s%s){0,3}$", particle, word, particle, word)
  grepl(shape, label, perl = TRUE) & grepl("\\p{L}", label, perl = TRUE) &
    nchar(label) <= 30 & !label_key(label) %in% LABEL_NEVER
}

seconds_of <- function(time) {
  time <- gsub("[^0-9:.,]", "", sub("[-\u2013].*$", "", time, perl = TRUE))
  parts <- strsplit(sub(",", ".", time, fixed = TRUE), ":", fixed = TRUE)
  vapply(parts, function(p) {
    if (!length(p)) return(NA_real_)
    sum(as.numeric(p) * 60^(rev(seq_along(p)) - 1))
  }, 0)
}

# A text as lines with the code point at which each begins.
text_lines <- function(text) {
  line <- strsplit(text, "\n", fixed = TRUE)[[1]]
  size <- used <- nchar(line, "chars")
  loose <- grep(paste0(WHITE, "$"), line, perl = TRUE)
  used[loose] <- nchar(trim_end(line[loose]), "chars")
  list2DF(list(
    line = line,
    start = 1L + c(0L, cumsum(size + 1L))[seq_along(line)],
    indent = attr(regexpr(paste0("^", GAP), line, perl = TRUE),
                  "match.length"),
    used = used
  ))
}

# Without one of these signs no line is in that style: most lines need not be
# matched.
STYLE_SIGNS <- list(chat = ":", colon = c(":", "\uff1a"), time = ":",
                    tab = "\t", bracket = "[", bold = c("**", "__"), dot = ".")

has_sign <- function(line, signs) {
  Reduce(`|`, lapply(signs, grepl, line, fixed = TRUE, useBytes = TRUE))
}

new_marks <- function(style, row = integer(), label = character(),
                      time = rep(NA_character_, length(row)),
                      tab = logical(length(row)), body = integer()) {
  list2DF(list(row = row, style = rep(style, length(row)), label = label,
               time = time, tab = tab, body = body))
}

match_style <- function(lines, style, rows) {
  signs <- STYLE_SIGNS[[style]]
  if (length(signs)) rows <- rows[has_sign(lines$line[rows], signs)]
  hit <- regexpr(MARK_STYLES[[style]], lines$line[rows], perl = TRUE)
  found <- which(hit > 0)
  if (!length(found)) {
    return(new_marks(style))
  }
  from <- attr(hit, "capture.start")[found, , drop = FALSE]
  size <- attr(hit, "capture.length")[found, , drop = FALSE]
  line <- lines$line[rows[found]]
  part <- function(name) {
    trim(substring(line, from[, name], from[, name] + size[, name] - 1L))
  }
  times <- paste0(part("t1"), part("t2"), part("t3"))
  matched <- attr(hit, "match.length")[found]
  new_marks(style, rows[found], part("label"),
            time = ifelse(nzchar(times), times, NA_character_),
            tab = grepl("\t", substring(line, 1L, matched), fixed = TRUE),
            body = matched + 1L)
}

# Every line that may begin a turn; the first style that fits names it ("A.
# Note: ..." has two).
find_marks <- function(lines, bold = NULL) {
  rows <- left <- which(lines$used > 0)
  found <- list()
  add <- function(marks) {
    found[[length(found) + 1L]] <<- marks
    left <<- left[!left %in% marks$row]
  }
  for (style in names(MARK_STYLES)) {
    add(switch(
      style, line = line_marks(lines, left), dot = dot_marks(lines, rows),
      match_style(lines, style, left)
    ))
    if (style == "bold" && !is.null(bold)) add(bold_marks(lines, bold, left))
  }
  marks <- bind_rows(found)
  marks <- marks[order(marks$row), ]
  marks$key <- label_key(marks$label)
  marks$body <- marks$body - 1L
  marks[grepl("\\p{L}|\\p{N}", marks$key, perl = TRUE), ]
}

# Lines of a Word file that begin with a bold run: `bold` is its size.
bold_marks <- function(lines, bold, rows) {
  rows <- rows[bold[rows] > 0 & bold[rows] <= 40]
  label <- trim(substring(lines$line[rows], 1L, bold[rows]))
  new_marks("bold", rows, label, body = bold[rows] + 1L)
}

# "Q. Why?": only usual labels, since sentences of one word look the same.
dot_marks <- function(lines, rows) {
  marks <- match_style(lines, "dot", rows)
  marks[is_role_label(marks$label), ]
}

# A label on a line of its own stands at the beginning, after a blank line or
# after a line that is a time, and what is said follows at once. Without blank
# lines it is a usual label, or in capitals.
line_marks <- function(lines, rows) {
  short <- lines$used[rows] - lines$indent[rows] <= 40
  marks <- match_style(lines, "line", rows[short])
  if (!nrow(marks)) {
    return(marks)
  }
  used <- lines$used > 0
  timed <- seq_along(used) %in% time_rows(lines)$row
  before <- marks$row - 1L
  free <- before == 0 | !c(TRUE, used)[marks$row]
  lone <- c(FALSE, timed)[marks$row]
  loud <- is_role_label(marks$label) |
    grepl("^\\p{Lu}[\\p{Lu}\\p{N} .'\u2019-]+$", marks$label, perl = TRUE)
  marks$time[lone] <- lines$line[before[lone]]
  marks <- marks[(free | lone | loud) & c(used, FALSE)[marks$row + 1L], ]
  marks[!(marks$row - 1L) %in% marks$row, ]
}

# A block of "Date: ...", "Location: ..." lines before the first blank line.
header_rows <- function(lines, marks) {
  blank <- which(lines$used == 0)
  first <- which(lines$used > 0)[1]
  end <- blank[blank > first][1] - 1L
  if (is.na(end) || end - first > 15) {
    return(integer())
  }
  inside <- marks[marks$row <= end & marks$style == "colon", ]
  header <- any(inside$key %in% LABEL_NEVER) && !anyDuplicated(inside$key)
  if (header) seq_len(end) else integer()
}

# What the caller says of the marking: labels that are speakers, and the style.
turn_hints <- function(speakers = NULL, marking = NULL, call = caller_env()) {
  if (!is.null(marking)) {
    marking <- check_choice(marking, names(MARKINGS), call = call)
  }
  list(keys = label_key(declared_labels(speakers)), style = marking)
}

# Of one style: the keys taken for speakers. `single`: whether a name that
# stands once may be one, in a file where most paragraphs have labels.
judge_keys <- function(marks, hints, paragraphs, first = 0, single = TRUE) {
  keys <- unique(marks$key)
  n <- tabulate(match(marks$key, keys), length(keys))
  timed <- tabulate(match(marks$key[!is.na(marks$time)], keys), length(keys))
  example <- marks$label[match(keys, marks$key)]
  role <- is_role_label(example)
  # "Lee, Anna" is a name where it recurs or a time says so
  known <- timed == n & n > 0
  name <- is_name_like(ifelse(known | n > 1, sub(",", "", example), example))
  given <- keys %in% hints$keys
  word <- !grepl(" ", example, fixed = TRUE) & !keys %in% LABEL_NEVER
  covers <- function(taken) sum(n[taken]) / max(1, paragraphs)

  taken <- given | role | (name & n >= 2 & timed > n / 2)
  # where names stand with a time each time, one that does so once is one too
  always <- name & known
  if (sum(n[always]) >= 2) {
    taken <- taken | always
  }
  more <- taken | (name & n >= 2)
  if (covers(more) >= 0.25) {
    taken <- more
  }
  more <- taken | (word & n >= 2)
  if (covers(more) >= 0.6) {
    taken <- more
  }
  if (single && covers(taken) >= 0.6 && sum(n[taken]) >= 4) {
    # a title may look so, but stands first
    opening <- keys %in% marks$key[marks$row == first] & n == 1
    # among labels with times, one without is none
    timeless <- sum(timed[taken]) < 0.9 * sum(n[taken])
    taken <- taken | (name & !opening & (known | timeless))
  }
  tabbed <- keys %in% marks$key[marks$tab]
  if (sum(n[taken & tabbed]) >= 2) {
    taken <- taken | (name & tabbed)
  }
  if (length(hints$style)) {
    taken <- taken | (name | n >= 2) & !keys %in% LABEL_NEVER
  }
  alone <- sum(n[taken]) < 2 && !any(given & taken) && paragraphs > 1
  if (alone) character() else keys[taken]
}

count_paragraphs <- function(lines) {
  used <- lines$used > 0
  blocks <- sum(used & !c(FALSE, used[-length(used)]))
  if (blocks > 1) min(sum(used), blocks) else sum(used)
}

# How many of the paragraphs must begin so for a style to be believed.
STYLE_SHARE <- c(chat = 0, colon = 0, time = 0.2, tab = 0.4, bracket = 0.5,
                 bold = 0.2, dot = 0.4, line = 0.2)

# Per style, the keys taken for speakers.
style_keys <- function(lines, marks, hints) {
  paragraphs <- count_paragraphs(lines)
  first <- which(lines$used > 0)[1]
  lapply(stats::setNames(nm = names(MARK_STYLES)), function(style) {
    mine <- marks$style == style
    if (!any(mine)) {
      return(character())
    }
    judge_keys(marks[mine, ], hints, paragraphs, first,
               single = style != "bold")
  })
}

style_turns <- function(marks, keys) {
  vapply(names(keys), function(style) {
    sum(marks$style == style & marks$key %in% keys[[style]])
  }, 0L)
}

# The lines at which turns begin: the style with most of them, and the same
# labels in the other styles (but a word in brackets is a stage direction, and
# one before a full stop or alone is seldom a label).
choose_marks <- function(lines, marks, hints) {
  marks <- marks[!marks$row %in% header_rows(lines, marks), ]
  if (length(hints$style)) marks <- marks[marks$style == hints$style, ]
  keys <- style_keys(lines, marks, hints)
  count <- style_turns(marks, keys)
  if (!length(unlist(hints))) {
    count[count < STYLE_SHARE[names(count)] * count_paragraphs(lines)] <- 0L
  }
  if (max(count) == 0) {
    return(marks[0, ])
  }
  best <- names(keys)[which.max(count)]
  own <- marks$style == best
  also <- best != "bracket" & !marks$style %in% c("bracket", "dot", "line") &
    !marks$row %in% marks$row[own]
  marks[(own | also) & marks$key %in% keys[[best]], ]
}

# Lines that are a time and nothing else, or begin with one.
time_rows <- function(lines, alone = TRUE) {
  pattern <- paste0("^", GAP, TIME_MARK, GAP,
                    if (alone) "$" else "(?=.)(?<=\\s)")
  rows <- which(has_sign(lines$line, ":"))
  hit <- regexpr(pattern, lines$line[rows], perl = TRUE)
  list(row = rows[hit > 0], size = attr(hit, "match.length")[hit > 0])
}

# The turns of one text: speaker, start, end, time_start (and the line).
find_turns <- function(text, hints = turn_hints(), bold = NULL) {
  lines <- text_lines(text)
  if (!any(lines$used > 0)) {
    return(build_turns(lines, integer(), character(), integer(), character()))
  }
  marks <- choose_marks(lines, find_marks(lines, bold), hints)
  if (nrow(marks)) {
    return(turns_from_marks(lines, marks))
  }
  times <- time_rows(lines, alone = FALSE)
  if (length(times$row) >= max(2, 0.5 * count_paragraphs(lines))) {
    time <- trim(substring(lines$line[times$row], 1L, times$size))
    return(build_turns(lines, times$row, rep(NA_character_, length(time)),
                       times$size, time))
  }
  build_turns(lines, which(lines$used > 0)[1], NA_character_, 0L, NA_character_)
}

# A time on a line of its own belongs to the turn that follows it, and what a
# program says of itself to none.
turns_from_marks <- function(lines, marks) {
  lone <- time_rows(lines)$row
  used <- which(lines$used > 0)
  before <- c(NA, used)[match(marks$row, used)]
  timed <- before %in% lone
  bare <- timed & is.na(marks$time)
  marks$time[bare] <- lines$line[before[bare]]
  lines$used[before[timed]] <- 0L
  told <- which(has_sign(lines$line, "ranscri"))
  lines$used[told[grepl(PROGRAM_LINE, lines$line[told], perl = TRUE)]] <- 0L
  build_turns(lines, marks$row, marks$label, marks$body, marks$time)
}

PROGRAM_LINE <- paste0("^", GAP, "(?:.{1,60} (?:started|stopped) ",
                       "transcription|Transcribed by https?://\\S{1,60})", GAP,
                       "$")

# Where what is said after each mark begins: on its line, or the next used one.
said_from <- function(lines, rows, body) {
  used <- which(lines$used > 0)
  here <- lines$used[rows] > body
  row <- ifelse(here, rows, used[findInterval(rows, used) + 1L])
  list(row = row,
       start = lines$start[row] + ifelse(here, body, lines$indent[row]))
}

# Turns that begin on these rows after `body` code points. What is said runs
# to the last character before the next mark that is not white space.
build_turns <- function(lines, rows, speaker, body, time) {
  used <- which(lines$used > 0)
  first <- said_from(lines, rows, body)
  next_row <- c(rows[-1], nrow(lines) + 1L)[seq_along(rows)]
  last <- c(NA, used)[findInterval(next_row - 1L, used) + 1L]
  end <- lines$start[last] + lines$used[last] - 1L
  said <- !is.na(first$row) & !is.na(last) & first$row <= last
  list2DF(list(
    speaker = speaker, start = as.integer(first$start), end = as.integer(end),
    time_start = seconds_of(time), time_end = rep(NA_real_, length(rows)),
    row = rows
  ))[said, ]
}
