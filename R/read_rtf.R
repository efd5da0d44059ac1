# Rich Text Format: groups in braces, control words, bytes of a code page,
# characters by number with a fallback to be passed over. Tokens are found by
# one search over the file, and walked once with the state of each open group.

RTF_DEPTH_MAX <- 1000L
RTF_TOKENS_MAX <- 3e6

RTF_TOKEN <- paste0("\\\\(?:[a-zA-Z]+(?:-?[0-9]{1,10})? ?|'[0-9a-fA-F]{2}|",
                    "[^a-zA-Z])|[{}]|[\r\n]+|[^\\\\{}\r\n]+")

# Groups that are not the text: tables of fonts and styles, heads, notes,
# pictures, fields' instructions, comments, and what was deleted or hidden.
RTF_SILENT <- c(
  "fonttbl", "colortbl", "stylesheet", "info", "listtable",
  "listoverridetable", "rsidtbl", "generator", "header", "headerl", "headerr",
  "headerf", "footer", "footerl", "footerr", "footerf", "footnote", "pict",
  "object", "fldinst", "annotation", "atnid", "atnauthor", "themedata",
  "colorschememapping", "latentstyles", "datastore", "xmlnstbl", "pntext",
  "listtext", "shppict", "nonshppict", "revtbl", "filetbl", "mmathPr",
  "template", "userprops", "bkmkstart", "bkmkend", "nonesttables"
)

RTF_SIGNS <- c(
  par = "\n", line = "\n", sect = "\n", page = "\n", column = "\n", row = "\n",
  nestrow = "\n", tab = "\t", cell = "\t", nestcell = "\t", emdash = "\u2014",
  endash = "\u2013", lquote = "\u2018", rquote = "\u2019",
  ldblquote = "\u201c", rdblquote = "\u201d", bullet = "\u2022",
  emspace = "\u2003", enspace = "\u2002", "~" = "\u00a0", "_" = "-",
  "\\" = "\\", "{" = "{", "}" = "}", "\n" = "\n", "\r" = "\n"
)

read_rtf_record <- function(path, transcript, hints, call) {
  bytes <- read_file_bytes(path, call = call)
  read <- rtf_text(bytes, path, call)
  if (is_blank(read$text)) {
    file_error(path, "the file holds no text", call = call)
  }
  new_record(transcript, read$text, find_turns(read$text, hints),
             list(source = path, format = "rtf", encoding = read$encoding,
                  newline = "LF", bom = FALSE, md5 = cli::hash_raw_md5(bytes)))
}

rtf_text <- function(bytes, source, call = caller_env()) {
  if (!identical(rawToChar(bytes[seq_len(min(5L, length(bytes)))]), "{\\rtf")) {
    file_error(source, "this is not an RTF file", call = call)
  }
  bytes <- without_binary(bytes, source, call)
  at <- which(bytes == as.raw(0))[1]
  if (!is.na(at)) {
    byte_error(bytes, at, source, "a zero byte, which no RTF file has", call)
  }
  tokens <- rtf_tokens(rawToChar(bytes), source, call)
  page <- tokens$number[match("ansicpg", tokens$word)]
  if (is.na(page)) page <- if ("mac" %in% tokens$word) 10000 else 1252
  fonts <- rtf_fonts(tokens, page)
  text <- rtf_decode(rtf_walk(tokens, fonts, page), source, call)
  text <- gsub("\t+\n", "\n", gsub("\r\n?", "\n", text))
  list(text = sub("\n+$", "", text), encoding = code_page(page))
}

code_page <- function(number) {
  if (number == 10000) "macintosh" else if (number == 1252) "windows-1252" else
    sprintf("CP%.0f", number)
}

# Without the bytes that follow a control word \binN, which may be any.
without_binary <- function(bytes, source, call) {
  at <- grepRaw("\\bin", bytes, fixed = TRUE, all = TRUE)
  if (length(at) > 1e5 || sum(bytes == as.raw(0x5c)) > RTF_TOKENS_MAX) {
    refuse_many(source, call)
  }
  keep <- rep(TRUE, length(bytes))
  done <- 0
  for (start in at) {
    digit <- as.integer(bytes[start + 4:13]) - 48L
    n <- match(FALSE, digit %in% 0:9, nomatch = 11L) - 1L
    if (start <= done || n == 0 || is_escaped(bytes, start)) next
    size <- sum(digit[seq_len(n)] * 10^(n - seq_len(n)))
    from <- start + 4 + n + (bytes[start + 4 + n] == as.raw(0x20))
    done <- from + size - 1
    if (done > length(bytes)) {
      file_error(source, "the file ends within binary data: it is cut short",
                 call = call)
    }
    keep[from - 1 + seq_len(size)] <- FALSE
  }
  bytes[keep]
}

# Whether an odd number of backslashes stands before this one.
is_escaped <- function(bytes, at) {
  before <- at - 1
  while (before > 0 && bytes[before] == as.raw(0x5c)) before <- before - 1
  (at - before) %% 2 == 0
}

refuse_many <- function(source, call) {
  file_error(source, "the file has more marks than can be read",
             kind = "limit", call = call)
}

# Each token: itself, the word of a control, its number, and the depth after
# it.
rtf_tokens <- function(text, source, call) {
  token <- regmatches(text, gregexpr(RTF_TOKEN, text, perl = TRUE,
                                     useBytes = TRUE))[[1]]
  if (length(token) > RTF_TOKENS_MAX) refuse_many(source, call)
  open <- token == "{"
  depth <- cumsum(open) - cumsum(token == "}")
  if (max(depth) > RTF_DEPTH_MAX) {
    file_error(source, sprintf("groups nest more than %d deep", RTF_DEPTH_MAX),
               kind = "limit", call = call)
  }
  if (any(depth < 0)) {
    token <- token[seq_len(which(depth < 0)[1] - 1L)]
    depth <- depth[seq_along(token)]
  } else if (depth[length(depth)] > 0) {
    file_error(source, "the file ends within a group: it is cut short",
               call = call)
  }
  control <- grepl("^\\\\[a-zA-Z]", token, useBytes = TRUE)
  word <- rep("", length(token))
  word[control] <- gsub("[^a-zA-Z]", "", token[control], useBytes = TRUE)
  number <- rep(NA_real_, length(token))
  number[control] <- as.numeric(sub("^\\\\[a-zA-Z]+(-?[0-9]*) ?$", "\\1",
                                    token[control], useBytes = TRUE))
  sign <- grepl("^\\\\[^a-zA-Z']", token, useBytes = TRUE)
  word[sign] <- substring(token[sign], 2)
  list(token = token, word = word, number = number, depth = depth)
}

# The code page of each font, by the number of its set of characters.
RTF_CHARSETS <- c(
  "77" = 10000, "128" = 932, "129" = 949, "134" = 936, "136" = 950,
  "161" = 1253, "162" = 1254, "163" = 1258, "177" = 1255, "178" = 1256,
  "186" = 1257, "204" = 1251, "222" = 874, "238" = 1250
)

rtf_fonts <- function(tokens, page) {
  from <- match("fonttbl", tokens$word)
  if (is.na(from)) {
    return(NULL)
  }
  ends <- which(tokens$depth[-seq_len(from)] < tokens$depth[from])
  inside <- from + seq_len(c(ends, length(tokens$word) - from)[1])
  inside <- inside[tokens$word[inside] %in% c("f", "fcharset")]
  word <- tokens$word[inside]
  number <- tokens$number[inside]
  pair <- which(word == "f" & c(word[-1], "") == "fcharset")
  pages <- RTF_CHARSETS[as.character(number[pair + 1L])]
  pages[is.na(pages)] <- page
  stats::setNames(unname(pages), number[pair])
}

# Pieces of text in order: bytes of a code page, or, where `page` is 0, UTF-8.
# Per open group: whether it is silent or hidden, how many signs stand in the
# place of a character by number, and the code page of its font.
rtf_walk <- function(tokens, fonts, page) {
  n <- length(tokens$token)
  piece <- character(n)
  of <- rep(-1, n)
  deepest <- max(tokens$depth) + 2L
  silent <- hidden <- logical(deepest)
  size <- rep(1, deepest)
  code <- rep(page, deepest)
  d <- 1L
  skip <- 0
  high <- NA
  kind <- rtf_kinds(tokens)
  for (i in seq_len(n)) {
    k <- kind[i]
    if (k == "open") {
      silent[d + 1L] <- silent[d]
      hidden[d + 1L] <- hidden[d]
      size[d + 1L] <- size[d]
      code[d + 1L] <- code[d]
      d <- d + 1L
      skip <- 0
    } else if (k == "close") {
      d <- d - 1L
      skip <- 0
    } else if (silent[d] || k == "none") {
      next
    } else if (k == "silent") {
      silent[d] <- TRUE
    } else if (k == "hide") {
      hidden[d] <- !(tokens$number[i] %in% 0)
    } else if (k == "plain") {
      hidden[d] <- FALSE
    } else if (k == "size") {
      size[d] <- max(0, tokens$number[i], na.rm = TRUE)
    } else if (k == "font") {
      code[d] <- c(fonts[as.character(tokens$number[i])], page)[1]
      if (is.na(code[d])) code[d] <- page
    } else if (k == "unicode") {
      point <- tokens$number[i] %% 65536
      skip <- size[d]
      if (!is.na(point) && point >= 0xd800 && point < 0xdc00) {
        high <- point
        next
      }
      if (!is.na(high) && !is.na(point) && point >= 0xdc00 && point < 0xe000) {
        point <- 0x10000 + (high - 0xd800) * 1024 + point - 0xdc00
      }
      high <- NA
      if (!hidden[d]) {
        piece[i] <- rtf_point(point)
        of[i] <- 0
      }
    } else {
      text <- tokens$token[i]
      if (k == "byte") {
        text <- rawToChar(as.raw(strtoi(substring(text, 3), 16L)))
      } else if (k == "sign") {
        text <- RTF_SIGNS[[tokens$word[i]]]
      }
      if (skip > 0 && k != "sign") {
        bytes <- charToRaw(text)
        passed <- min(skip, length(bytes))
        text <- rawToChar(bytes[seq_along(bytes) > passed])
        skip <- skip - passed
      }
      if (!hidden[d]) {
        piece[i] <- text
        of[i] <- if (k == "sign") 0 else code[d]
      }
    }
  }
  list(piece = piece[of >= 0], page = of[of >= 0])
}

rtf_point <- function(point) {
  fine <- !is.na(point) && point > 0 && !(point >= 0xd800 && point < 0xe000)
  intToUtf8(if (fine) point else 0xfffd)
}

rtf_kinds <- function(tokens) {
  word <- tokens$word
  kind <- ifelse(nzchar(word), "none", "text")
  kind[grepl("^[\r\n]", tokens$token, useBytes = TRUE)] <- "none"
  kind[tokens$token == "{"] <- "open"
  kind[tokens$token == "}"] <- "close"
  byte <- startsWith(tokens$token, "\\'")
  kind[byte] <- ifelse(nchar(tokens$token[byte], "bytes") == 4, "byte", "none")
  kind[word %in% names(RTF_SIGNS)] <- "sign"
  kind[word %in% c(RTF_SILENT, "*")] <- "silent"
  kind[word %in% c("v", "deleted")] <- "hide"
  kind[word == "plain"] <- "plain"
  kind[word == "uc"] <- "size"
  kind[word %in% c("f", "af")] <- "font"
  kind[word == "u"] <- "unicode"
  kind
}

# Pieces of one code page that follow each other are read together, since a
# character may be of two bytes.
rtf_decode <- function(pieces, source, call) {
  n <- length(pieces$page)
  run <- cumsum(c(TRUE, pieces$page[-1] != pieces$page[-n])[seq_len(n)])
  page <- pieces$page[!duplicated(run)]
  text <- vapply(split(pieces$piece, run), paste, "", collapse = "")
  for (number in setdiff(page, 0)) {
    here <- page == number
    Encoding(text[here]) <- "bytes"
    text[here] <- tryCatch(
      iconv(text[here], code_page(number), "UTF-8", sub = "\ufffd"),
      error = function(e) {
        file_error(source, sprintf(
          "it is in code page %.0f, which this machine cannot read", number),
          kind = "encoding", call = call)
      }
    )
  }
  mark_utf8(paste(text, collapse = ""))
}
