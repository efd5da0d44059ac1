# From the bytes of a file to text: encoding, byte order mark, line ends.

FILE_BYTES_MAX <- 512 * 2^20

# "file", line n: what. The classes of what can be wrong with a file are
# "file" (what it is) and "encoding" (its bytes).
file_error <- function(source, what, line = NULL, hint = NULL, kind = "file",
                       ..., call = caller_env()) {
  where <- if (is.null(line)) "" else sprintf(", line %d", as.integer(line))
  abort(
    kind,
    c(sprintf("\"%s\"%s: %s.", source, where, what), i = hint),
    file = source, line = line, ...,
    call = call
  )
}

read_file_bytes <- function(path, source = path, call = caller_env()) {
  size <- file.size(path)
  if (is.na(size) || dir.exists(path)) {
    file_error(source, "there is no such file", call = call)
  }
  if (size > FILE_BYTES_MAX) {
    file_error(source, sprintf("%.0f bytes are more than the limit of %.0f",
                               size, FILE_BYTES_MAX),
               kind = "limit", call = call)
  }
  if (file.access(path, 4) != 0) {
    file_error(source, "the file may not be read", call = call)
  }
  readBin(path, "raw", size)
}

# A list of text (UTF-8, LF), encoding, newline, bom and md5 of the bytes.
read_text_file <- function(path, source = path, encoding = NULL,
                           call = caller_env()) {
  bytes <- read_file_bytes(path, source, call)
  out <- decode_bytes(bytes, source, encoding, call)
  out$newline <- newline_style(out$text)
  out$text <- unify_newlines(out$text, out$newline)
  out$md5 <- cli::hash_raw_md5(bytes)
  out
}

newline_style <- function(text) {
  count <- function(pattern) {
    sum(gregexpr(pattern, text, fixed = TRUE, useBytes = TRUE)[[1]] > 0)
  }
  crlf <- count("\r\n")
  lone <- c(LF = count("\n") - crlf, CRLF = crlf, CR = count("\r") - crlf)
  used <- names(lone)[lone > 0]
  if (length(used) > 1) "mixed" else if (length(used)) used else "none"
}

unify_newlines <- function(text, style = newline_style(text)) {
  if (style %in% c("LF", "none")) {
    return(text)
  }
  gsub("\r\n?", "\n", text)
}

mark_utf8 <- function(x) {
  Encoding(x) <- "UTF-8"
  x
}

# The order of trust: what the caller says, a byte order mark, zero bytes in
# every other place (UTF-16), valid UTF-8, and last a one-byte encoding, but
# only where nothing in the file looks like UTF-8.
decode_bytes <- function(bytes, source, encoding = NULL,
                         call = caller_env()) {
  mark <- byte_order_mark(bytes)
  body <- bytes[seq_along(bytes) > mark$size]
  from <- encoding %||% mark$encoding %||% guess_encoding(body, source, call)
  text <- switch(
    canonical_encoding(from),
    "ASCII" = ,
    "UTF-8" = decode_utf8(body, source, mark$size, call),
    "UTF-16LE" = decode_utf16(body, source, 1:2, mark$size, call),
    "UTF-16BE" = decode_utf16(body, source, 2:1, mark$size, call),
    "ISO-8859-1" = ,
    "windows-1252" = decode_windows(body, source, call),
    decode_other(body, source, from, call)
  )
  list(text = text, encoding = canonical_encoding(from), bom = mark$size > 0)
}

byte_order_mark <- function(bytes) {
  starts <- function(...) {
    mark <- as.raw(c(...))
    length(bytes) >= length(mark) && identical(bytes[seq_along(mark)], mark)
  }
  if (starts(0xef, 0xbb, 0xbf)) {
    list(encoding = "UTF-8", size = 3L)
  } else if (starts(0xff, 0xfe)) {
    list(encoding = "UTF-16LE", size = 2L)
  } else if (starts(0xfe, 0xff)) {
    list(encoding = "UTF-16BE", size = 2L)
  } else {
    list(encoding = NULL, size = 0L)
  }
}

CANONICAL <- c(
  ascii = "ASCII", usascii = "ASCII", utf8 = "UTF-8", utf8bom = "UTF-8",
  utf16le = "UTF-16LE", utf16be = "UTF-16BE", utf16 = "UTF-16LE",
  ucs2le = "UTF-16LE", latin1 = "ISO-8859-1", iso88591 = "ISO-8859-1",
  windows1252 = "windows-1252", cp1252 = "windows-1252"
)

canonical_encoding <- function(x) {
  key <- gsub("[^a-z0-9]", "", tolower(x))
  if (key %in% names(CANONICAL)) CANONICAL[[key]] else x
}

guess_encoding <- function(bytes, source, call) {
  if (!length(bytes)) {
    return("ASCII")
  }
  head <- bytes[seq_len(min(length(bytes), 4096))]
  zero <- head == as.raw(0)
  even <- seq_along(head) %% 2 == 0
  if (sum(zero) > 0.2 * length(head)) {
    if (!any(zero[!even])) return("UTF-16LE")
    if (!any(zero[even])) return("UTF-16BE")
  }
  high <- bytes >= as.raw(0x80)
  if (!any(high)) {
    return("ASCII")
  }
  if (is.na(utf8_fault(bytes))) {
    return("UTF-8")
  }
  values <- as.integer(bytes[high])
  if (any(bytes == as.raw(0)) || any(values %in% WINDOWS_UNUSED) ||
        has_utf8_pairs(bytes)) {
    return("UTF-8")
  }
  if (any(values < 0xa0)) "windows-1252" else "ISO-8859-1"
}

# A lead byte of UTF-8 with its whole tail: hardly ever there by chance in
# Western text of one byte a letter.
has_utf8_pairs <- function(bytes) {
  grepl("[\xc3-\xdf][\x80-\xbf]|[\xe2-\xef][\x80-\xbf]{2}",
        rawToChar(bytes[bytes != as.raw(0)]), perl = TRUE, useBytes = TRUE)
}

byte_error <- function(bytes, at, source, what, call, skipped = 0L,
                       hint = NULL) {
  line <- 1L + sum(bytes[seq_len(at - 1L)] == as.raw(0x0a))
  file_error(
    source,
    sprintf("%s at byte %.0f of the file", what, at + skipped),
    line = line,
    hint = hint, kind = "encoding", byte = at + skipped, call = call
  )
}

refuse_zero_bytes <- function(bytes, source, call, skipped = 0L) {
  at <- which(bytes == as.raw(0))[1]
  if (!is.na(at)) {
    byte_error(bytes, at, source, "a zero byte, which no text has", call,
               skipped, "Is this a text file?")
  }
}

decode_utf8 <- function(bytes, source, skipped, call) {
  refuse_zero_bytes(bytes, source, call, skipped)
  at <- utf8_fault(bytes)
  if (!is.na(at)) {
    byte_error(
      bytes, at, source,
      sprintf("0x%s is not UTF-8", toupper(format(bytes[at]))), call, skipped,
      "If the file has another encoding, say so: `encoding = \"latin1\"`."
    )
  }
  mark_utf8(rawToChar(bytes))
}

# Bytes 0x80 to 0x9f of Windows-1252; five of them mean nothing.
WINDOWS_HIGH <- c(
  0x20ac, NA, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030,
  0x0160, 0x2039, 0x0152, NA, 0x017d, NA, NA, 0x2018, 0x2019, 0x201c, 0x201d,
  0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, NA, 0x017e,
  0x0178
)
WINDOWS_UNUSED <- 0x7f + which(is.na(WINDOWS_HIGH))

decode_windows <- function(bytes, source, call) {
  refuse_zero_bytes(bytes, source, call)
  values <- as.integer(bytes)
  high <- which(values >= 0x80 & values < 0xa0)
  values[high] <- WINDOWS_HIGH[values[high] - 0x7f]
  if (anyNA(values)) {
    at <- which(is.na(values))[1]
    byte_error(bytes, at, source,
               sprintf("0x%s has no meaning in Windows-1252",
                       toupper(format(bytes[at]))), call)
  }
  points_to_text(values)
}

decode_utf16 <- function(bytes, source, order, skipped, call) {
  at_unit <- function(unit, what) {
    file_error(source, sprintf("%s at byte %.0f of the file", what,
                               2 * unit - 1 + skipped),
               line = 1L + sum(units[seq_len(unit - 1)] == 0x0a),
               kind = "encoding", byte = 2 * unit - 1 + skipped, call = call)
  }
  half <- length(bytes) %/% 2
  pairs <- matrix(as.integer(bytes[seq_len(2 * half)]), nrow = 2)
  units <- pairs[order[1], ] + 256L * pairs[order[2], ]
  if (length(bytes) %% 2) {
    at_unit(half + 1, "half a UTF-16 character")
  }
  if (any(units == 0)) {
    at_unit(match(0, units), "a zero character, which no text has")
  }
  lead <- units >= 0xd800 & units < 0xdc00
  trail <- units >= 0xdc00 & units < 0xe000
  bad <- which(lead != c(trail[-1], FALSE)[seq_along(lead)])
  if (length(bad) || (length(trail) && trail[1])) {
    at_unit(if (length(trail) && trail[1]) 1 else bad[1],
            "half a surrogate pair, which is not UTF-16")
  }
  points <- units
  points[lead] <- 0x10000L + (units[lead] - 0xd800L) * 1024L +
    (units[trail] - 0xdc00L)
  points_to_text(points[!trail])
}

points_to_text <- function(points) {
  if (length(points)) mark_utf8(intToUtf8(points)) else ""
}

is_encoding <- function(x) {
  canonical_encoding(x) %in% CANONICAL || tolower(x) %in% tolower(iconvlist())
}

# What a file says of its own encoding; one that the machine does not know is
# as good as none.
stated_encoding <- function(text, pattern) {
  found <- regmatches(text, regexec(pattern, text, ignore.case = TRUE))[[1]][2]
  if (!is.na(found) && is_encoding(found)) found
}

decode_other <- function(bytes, source, encoding, call) {
  if (!is_encoding(encoding)) {
    abort("argument",
          c(sprintf("`encoding` is \"%s\", which this machine cannot read.",
                    encoding),
            i = "iconvlist() names the encodings it can."),
          arg = "encoding", call = call)
  }
  refuse_zero_bytes(bytes, source, call)
  convert <- function(bytes) {
    iconv(list(bytes), encoding, "UTF-8", toRaw = TRUE)[[1]]
  }
  out <- convert(bytes)
  if (!is.null(out)) {
    return(decode_utf8(out, source, 0L, call))
  }
  lines <- cumsum(bytes == as.raw(0x0a)) - (bytes == as.raw(0x0a))
  wrong <- vapply(split(bytes, lines), function(line) is.null(convert(line)),
                  NA)
  line <- if (any(wrong)) which(wrong)[1] else 1L
  byte_error(bytes, match(line - 1L, lines), source,
             sprintf("the line is not %s; it begins", encoding), call)
}
