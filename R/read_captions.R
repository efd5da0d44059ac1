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
  cues <- lapply(blocks, read_cue, line = line, format = format,
                 source = source, call = call)
  out <- bind_rows(cues)
  if (is.null(out) || !any(nzchar(out$said))) {
    file_error(source, "no caption with text is in the file", call = call)
  }
  out[nzchar(out$said), ]
}

# The first and last line of each block that may be a cue.
caption_blocks <- function(line, format, source, call) {
  used <- grepl("[^\\s\u00a0]", line, perl = TRUE)
  first <- which(used & !c(FALSE, used[-length(used)]))
  last <- which(used & !c(used[-1], FALSE))
  blocks <- Map(c, first, last)
  if (format != "vtt") {
    return(blocks)
  }
  if (!grepl("^WEBVTT([ \t].*)?$", line[1])) {
    file_error(source, "a WebVTT file begins with WEBVTT", line = 1,
               hint = "If it is SubRip, say so: `format = \"srt\"`.",
               call = call)
  }
  # the heading may run to the first blank line, but not into a cue
  head <- blocks[[1]]
  cue <- grep("-->", line[head[1]:head[2]], fixed = TRUE)
  if (length(cue)) {
    blocks[[1]][1] <- head[1] + cue[1] - 1L
  } else {
    blocks <- blocks[-1]
  }
  other <- vapply(blocks, function(b) {
    grepl("^(NOTE|STYLE|REGION)([ \t]|$)", line[b[1]])
  }, NA)
  blocks[!other]
}

read_cue <- function(block, line, format, source, call) {
  arrow <- if (format == "sbv") "," else "-->"
  pattern <- sprintf("^\\s*(%s)\\s*%s\\s*(%s)(?:\\s.*)?$", CUE_TIME[[format]],
                     arrow, CUE_TIME[[format]])
  rows <- block[1]:block[2]
  shown <- line[rows]
  timed <- which(grepl(pattern, shown, perl = TRUE))
  place <- timed[1]
  if (is.na(place) || place > 2) {
    looks <- grep(arrow, shown, fixed = TRUE)[1]
    at <- if (is.na(looks)) 1L else looks
    file_error(source, sprintf(
      if (is.na(looks)) "no time stands before the text %s"
      else "the time of the caption cannot be read: %s",
      encodeString(substr(shown[at], 1, 60), quote = "\"")
    ), line = rows[at], call = call)
  }
  again <- setdiff(grep("-->", shown, fixed = TRUE), place)
  if (length(again)) {
    file_error(source, "a second time stands within a caption",
               line = rows[again[1]], call = call)
  }
  times <- regmatches(shown[place],
                      regexec(pattern, shown[place], perl = TRUE))[[1]][2:3]
  times <- seconds_of(times)
  if (times[2] < times[1]) {
    file_error(source, "the caption ends before it begins",
               line = rows[place], call = call)
  }
  voices <- cue_voices(shown[-seq_len(place)], format)
  cbind(voices, from = rep(times[1], nrow(voices)),
        to = rep(times[2], nrow(voices)), row.names = NULL)
}

# The lines of a cue as one, without tags; one row for each <v Name>.
cue_voices <- function(shown, format) {
  if (!length(shown)) {
    return(data.frame(speaker = NA_character_, said = "",
                      stringsAsFactors = FALSE))
  }
  text <- paste(trim(shown), collapse = " ")
  voice <- gregexpr("<v(?:\\.[^\\s<>]*)?[ \t]+[^<>]*>", text, perl = TRUE)[[1]]
  if (voice[1] < 0) {
    return(data.frame(speaker = NA_character_, said = strip_tags(text, format),
                      stringsAsFactors = FALSE))
  }
  size <- attr(voice, "match.length")
  name <- sub("^<v(?:\\.[^\\s>]*)?[ \t]+", "",
              substring(text, voice, voice + size - 2L), perl = TRUE)
  from <- voice + size
  to <- c(voice[-1] - 1L, nchar(text))
  before <- strip_tags(substring(text, 1L, voice[1] - 1L), format)
  data.frame(
    speaker = c(NA, strip_tags(name, format)),
    said = c(before, strip_tags(substring(text, from, to), format)),
    stringsAsFactors = FALSE
  )[c(nzchar(before), rep(TRUE, length(name))), ]
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
compose_captions <- function(cues, declared) {
  cues <- label_cues(cues, declared)
  known <- !is.na(cues$speaker)
  n <- nrow(cues)
  new <- c(TRUE, !(known[-1] & known[-n] & cues$speaker[-1] == cues$speaker[-n]))
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
label_cues <- function(cues, declared) {
  plain <- which(is.na(cues$speaker))
  if (!length(plain)) {
    return(cues)
  }
  lines <- text_lines(paste(cues$said[plain], collapse = "\n"))
  marks <- match_style(lines, "colon", seq_along(plain))
  marks$key <- label_key(marks$label)
  keys <- judge_keys(marks, label_key(declared), length(plain))
  marks <- marks[marks$key %in% keys, ]
  rows <- plain[marks$row]
  cues$speaker[rows] <- marks$label
  cues$said[rows] <- substring(cues$said[rows], marks$body)
  cues[nzchar(cues$said), ]
}
