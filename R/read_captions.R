# Captions: WebVTT, SubRip (.srt) and .sbv. A cue has a time, and its text
# becomes one line. What cannot be read is refused with the line, because
# passing over it would lose what somebody said.

CUE_TIME <- list(
  vtt = "(?:\\d{2,}:)?[0-5]\\d:[0-5]\\d\\.\\d{3}",
  srt = "(?:\\d{1,3}:)?[0-5]?\\d:[0-5]?\\d(?:[.,]\\d{1,3})?",
  sbv = "\\d{1,3}:[0-5]?\\d:[0-5]?\\d\\.\\d{1,3}"
)

# A data frame with one row per voice within a cue: speaker, said, from, to.
read_captions <- function(text, format, source, call) {
  line <- strsplit(text, "\n", fixed = TRUE)[[1]]
  blocks <- caption_blocks(line, format, source, call)
  times <- cue_times(line, blocks, format, source, call)
  blocks$said <- cue_lines(line, times$row + 1L, blocks$last)
  voices <- cue_voices(blocks$said, format)
  out <- data.frame(speaker = voices$speaker, said = voices$said,
                    from = times$from[voices$cue], to = times$to[voices$cue],
                    stringsAsFactors = FALSE)
  out <- out[nzchar(out$said), ]
  if (!nrow(out)) {
    file_error(source, "no caption with text is in the file", call = call)
  }
  out
}

# The first and last line of each block that may be a cue.
caption_blocks <- function(line, format, source, call) {
  used <- grepl("[^\\s\u00a0]", line, perl = TRUE)
  first <- which(used & !c(FALSE, used[-length(used)]))
  last <- which(used & !c(used[-1], FALSE))
  blocks <- data.frame(first = first, last = last)
  if (format != "vtt") {
    return(blocks)
  }
  if (!grepl("^WEBVTT([ \t].*)?$", line[1])) {
    file_error(source, "a WebVTT file begins with WEBVTT", line = 1,
               hint = "If it is SubRip, say so: `format = \"srt\"`.",
               call = call)
  }
  # the heading may run to the first blank line, but not into a cue
  cue <- grep("-->", line[blocks$first[1]:blocks$last[1]], fixed = TRUE)
  if (length(cue)) {
    blocks$first[1] <- blocks$first[1] + cue[1] - 1L
  } else {
    blocks <- blocks[-1, ]
  }
  blocks[!grepl("^(NOTE|STYLE|REGION)([ \t]|$)", line[blocks$first]), ]
}

# The line of each block that holds the time, and the time in seconds.
cue_times <- function(line, blocks, format, source, call) {
  arrow <- if (format == "sbv") "," else "-->"
  pattern <- sprintf("^\\s*+(%s)\\s*+%s\\s*+(%s)(?:\\s.*)?$",
                     CUE_TIME[[format]], arrow, CUE_TIME[[format]])
  timed <- grepl(pattern, line, perl = TRUE)
  after <- pmin(blocks$first + 1L, blocks$last)
  row <- ifelse(timed[blocks$first], blocks$first,
                ifelse(timed[after], after, NA))
  if (anyNA(row)) {
    refuse_cue(line, blocks[is.na(row), ][1, ], arrow, source, call)
  }
  rest <- sequence(blocks$last - row, from = row + 1L)
  again <- rest[grepl("-->", line[rest], fixed = TRUE)]
  if (length(again)) {
    file_error(source, "a second time stands within a caption",
               line = again[1], call = call)
  }
  times <- regmatches(line[row], regexec(pattern, line[row], perl = TRUE))
  from <- seconds_of(vapply(times, `[`, "", 2L))
  to <- seconds_of(vapply(times, `[`, "", 3L))
  if (any(to < from)) {
    file_error(source, "the caption ends before it begins",
               line = row[to < from][1], call = call)
  }
  list(row = row, from = from, to = to)
}

refuse_cue <- function(line, block, arrow, source, call) {
  rows <- block$first:block$last
  looks <- rows[grepl(arrow, line[rows], fixed = TRUE)][1]
  what <- if (is.na(looks)) {
    "no time stands before the text %s"
  } else {
    "the time of the caption cannot be read: %s"
  }
  row <- if (is.na(looks)) rows[1] else looks
  shown <- encodeString(substr(line[row], 1, 60), quote = "\"")
  file_error(source, sprintf(what, shown), line = row, call = call)
}

# Lines from[i] to to[i] as one line each.
cue_lines <- function(line, from, to) {
  size <- to - from + 1L
  cue <- factor(rep(seq_along(from), size), seq_along(from))
  shown <- trim(line[sequence(size, from = from)])
  vapply(split(shown, cue), paste, "", collapse = " ", USE.NAMES = FALSE)
}

VOICE <- "<v(?:\\.[^\\s<>]*)?[ \t]+([^<>]*)>"

# Cues without tags, and one row for each <v Name> in them: cue (its number),
# speaker, said.
cue_voices <- function(text, format) {
  voices <- gregexpr(VOICE, text, perl = TRUE)
  first <- vapply(voices, `[`, 0L, 1L)
  count <- lengths(voices)
  plain <- which(first < 0)
  single <- which(first == 1L & count == 1L)
  mixed <- lapply(setdiff(seq_along(text), c(plain, single)), function(i) {
    part_voices(text[i], voices[[i]], i)
  })
  whole <- data.frame(
    cue = c(plain, single),
    speaker = c(rep(NA_character_, length(plain)),
                sub(paste0("^", VOICE, ".*$"), "\\1", text[single],
                    perl = TRUE)),
    said = c(text[plain], sub(paste0("^", VOICE), "", text[single],
                              perl = TRUE)),
    stringsAsFactors = FALSE
  )
  out <- bind_rows(c(list(whole), mixed))
  out <- out[order(out$cue), ]
  out$said <- strip_tags(out$said, format)
  out$speaker <- strip_tags(out$speaker, format)
  out
}

part_voices <- function(text, voice, cue) {
  size <- attr(voice, "match.length")
  starts <- attr(voice, "capture.start")
  name <- substring(text, starts,
                    starts + attr(voice, "capture.length") - 1L)
  said <- substring(text, voice + size, c(voice[-1] - 1L, nchar(text)))
  data.frame(cue = rep(cue, length(name) + 1L), speaker = c(NA, name),
             said = c(substring(text, 1L, voice[1] - 1L), said),
             stringsAsFactors = FALSE)
}

strip_tags <- function(text, format) {
  tag <- "</?(?:v|c|b|i|u|s|lang|ruby|rt|font)(?:[.\\s][^<>]*)?>|<[0-9:.]+>"
  text <- gsub(tag, "", text, perl = TRUE, ignore.case = TRUE)
  if (format == "srt") text <- gsub("\\{\\\\[^}]*\\}", "", text, perl = TRUE)
  named <- c("&lt;" = "<", "&gt;" = ">", "&nbsp;" = "\u00a0", "&lrm;" = "",
             "&rlm;" = "", "&quot;" = "\"", "&#39;" = "'", "&amp;" = "&")
  if (format == "vtt") {
    for (entity in names(named)) {
      text <- gsub(entity, named[[entity]], text, fixed = TRUE)
    }
  }
  trim(text)
}

# One text of cues: a line for each, the label before the first line of a
# turn. Cues of one speaker in a row are one turn.
compose_captions <- function(cues, hints) {
  cues <- label_cues(cues, hints)
  known <- !is.na(cues$speaker)
  n <- nrow(cues)
  same <- cues$speaker[-1] == cues$speaker[-n]
  new <- c(TRUE, !(known[-1] & known[-n] & same))
  # among labelled cues, one without a label continues the turn before it
  if (any(known)) new <- new & (known | seq_len(n) == 1)
  new <- new[seq_len(n)]
  cues$speaker <- ave_first(cues$speaker, cumsum(new))
  turn <- cumsum(new)
  said <- vapply(split(cues$said, turn), paste, "", collapse = "\n",
                 USE.NAMES = FALSE)
  first <- which(new)
  composed <- compose_text(said, cues$speaker[first])
  composed$turns$time_start <- cues$from[first]
  composed$turns$time_end <- vapply(split(cues$to, turn), max, 0,
                                    USE.NAMES = FALSE)
  composed
}

ave_first <- function(x, group) x[match(group, group)]

# "Name: text" in cues without voice tags, judged over all of them.
label_cues <- function(cues, hints) {
  plain <- which(is.na(cues$speaker))
  if (!length(plain)) {
    return(cues)
  }
  lines <- text_lines(paste(cues$said[plain], collapse = "\n"))
  marks <- match_style(lines, "colon", seq_along(plain))
  marks$key <- label_key(marks$label)
  keys <- judge_keys(marks, hints, length(plain))
  marks <- marks[marks$key %in% keys, ]
  rows <- plain[marks$row]
  cues$speaker[rows] <- marks$label
  cues$said[rows] <- substring(cues$said[rows], marks$body)
  cues[nzchar(cues$said), ]
}
