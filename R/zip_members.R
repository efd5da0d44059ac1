# Archives: named members are read into memory, never unpacked to disk, and
# counted while they are read, because what an archive says of their size is
# not believed. And XML, which comes out of them.

MEMBER_BYTES_MAX <- 256 * 2^20
MEMBER_RATIO_MAX <- 200

# The bytes of a zip archive; a hint where it is the program's old format.
read_archive_bytes <- function(path, what, new, old, call) {
  bytes <- read_file_bytes(path, call = call)
  if (!identical(bytes[1:4], as.raw(c(0x50, 0x4b, 0x03, 0x04)))) {
    hint <- if (identical(bytes[1:4], as.raw(c(0xd0, 0xcf, 0x11, 0xe0)))) {
      sprintf("It is an old .%s or has a password: save it as .%s without one.",
              old, new)
    }
    file_error(path, sprintf("this is not %s", what), hint = hint, call = call)
  }
  bytes
}

# The bytes of a member; NULL where there is none of that name.
read_zip_member <- function(path, member, source = path, call = caller_env()) {
  con <- tryCatch(
    suppressWarnings(unz(path, member, open = "rb")),
    error = function(e) NULL
  )
  if (is.null(con)) {
    return(NULL)
  }
  on.exit(close(con))
  most <- min(MEMBER_BYTES_MAX, MEMBER_RATIO_MAX * file.size(path) + 16 * 2^20)
  chunks <- list()
  size <- 0
  repeat {
    chunk <- tryCatch(
      readBin(con, "raw", 2^20),
      warning = function(w) damaged_archive(source, member, w, call),
      error = function(e) damaged_archive(source, member, e, call)
    )
    if (!length(chunk)) break
    size <- size + length(chunk)
    if (size > most) {
      file_error(source, sprintf(
        "\"%s\" in the archive unpacks to more than %.0f MB", member,
        most / 2^20
      ), kind = "limit", call = call)
    }
    chunks[[length(chunks) + 1L]] <- chunk
  }
  unlist(chunks) %||% raw()
}

# Reads members of one archive, all of which together are held to the limit of
# one: a few bytes may be named as the content of many.
zip_reader <- function(path, call) {
  most <- min(2 * MEMBER_BYTES_MAX,
              MEMBER_RATIO_MAX * file.size(path) + 16 * 2^20)
  used <- 0
  function(member) {
    bytes <- read_zip_member(path, member, call = call)
    used <<- used + length(bytes)
    if (used > most) {
      file_error(path, sprintf("the archive unpacks to more than %.0f MB",
                               most / 2^20), kind = "limit", call = call)
    }
    bytes
  }
}

damaged_archive <- function(source, member, cause, call) {
  file_error(source, sprintf("\"%s\" in the archive cannot be unpacked",
                             member),
             hint = conditionMessage(cause), call = call)
}

# XML without a document type: no entities of its own, no other file, no
# network. The parser keeps its limit of 256 levels.
# Its tree takes many times its own room, the more so the more elements it has.
XML_BYTES_MAX <- 64 * 2^20
XML_TAGS_MAX <- 3e6

parse_xml_bytes <- function(bytes, source, part, call = caller_env()) {
  if (length(bytes) > XML_BYTES_MAX ||
        sum(bytes == as.raw(0x3c)) > XML_TAGS_MAX) {
    file_error(source, sprintf(
      "\"%s\" is larger than %.0f MB or has more than %.0f elements", part,
      XML_BYTES_MAX / 2^20, XML_TAGS_MAX / 2), kind = "limit", call = call)
  }
  text <- decode_bytes(bytes, sprintf("%s: %s", source, part), call = call)$text
  parse_xml_text(text, source, part, call)
}

parse_xml_text <- function(text, source, part, call) {
  if (grepl("<!(DOCTYPE|ENTITY)", text, ignore.case = TRUE)) {
    file_error(source, sprintf("\"%s\" declares a document type, which is %s",
                               part, "never read"), call = call)
  }
  text <- sub("^\\s*<\\?xml[^>]*\\?>", "", text, perl = TRUE)
  tryCatch(
    suppressWarnings(
      xml2::read_xml(charToRaw(enc2utf8(text)), encoding = "UTF-8",
                     options = "NONET")
    ),
    error = function(e) {
      file_error(source, sprintf("\"%s\" is not well-formed XML", part),
                 hint = conditionMessage(e), call = call)
    }
  )
}

# ---- what an archive says that it holds ----

# A data frame: name, size, link, secret (encrypted). Refused are archives that
# name members outside of themselves, links to other files, and those that are
# not whole. R's own list has no links, hence this.
zip_entries <- function(path, call = caller_env()) {
  size <- file.size(path)
  con <- file(path, "rb")
  on.exit(close(con))
  read_at <- function(at, n) {
    seek(con, at)
    readBin(con, "raw", n)
  }
  tail <- read_at(max(0, size - 65557), 65557)
  mark <- rev(grepRaw("PK\x05\x06", tail, fixed = TRUE, all = TRUE))[1]
  if (is.na(mark) || mark + 21 > length(tail)) {
    file_error(path, "this is not an archive, or one that is cut short",
               call = call)
  }
  list_size <- number_at(tail, mark + 12, 4)
  list_at <- number_at(tail, mark + 16, 4)
  if (list_at + list_size > size || list_size > 64 * 2^20) {
    file_error(path, "the archive's list of members is damaged", call = call)
  }
  out <- entries_from(read_at(list_at, list_size),
                      number_at(tail, mark + 10, 2), path, call)
  refuse_entries(out, path, call)
  out
}

number_at <- function(bytes, at, size) {
  sum(as.numeric(as.integer(bytes[at + seq_len(size) - 1])) *
        256^(seq_len(size) - 1))
}

entries_from <- function(bytes, count, path, call) {
  at <- 1
  out <- vector("list", count)
  for (i in seq_len(count)) {
    whole <- at + 45 <= length(bytes) &&
      identical(bytes[at + 0:3], as.raw(c(0x50, 0x4b, 1, 2)))
    size <- if (whole) number_at(bytes, at + 28, 2)
    if (!whole || at + 45 + size > length(bytes)) {
      file_error(path, "the archive's list of members is damaged", call = call)
    }
    name <- bytes[at + 45 + seq_len(size)]
    out[[i]] <- list(
      name = if (any(name == 0)) NA_character_ else mark_utf8(rawToChar(name)),
      size = number_at(bytes, at + 24, 4),
      link = bitwAnd(number_at(bytes, at + 40, 2), 0xf000L) == 0xa000L,
      secret = number_at(bytes, at + 8, 2) %% 2 == 1
    )
    at <- at + 46 + size + number_at(bytes, at + 30, 2) +
      number_at(bytes, at + 32, 2)
  }
  out <- rows_of(out)
  if (count) out else data.frame(name = character(), size = numeric(),
                                 link = logical(), secret = logical())
}

refuse_entries <- function(entries, path, call) {
  refuse <- function(bad, what) {
    if (any(bad)) {
      file_error(path, sprintf("the archive's member \"%s\" %s",
                               entries$name[which(bad)[1]], what),
                 call = call)
    }
  }
  refuse(is.na(entries$name) | !validUTF8(entries$name), "has no proper name")
  out <- grepl("^([/\\\\]|[A-Za-z]:)|(^|[/\\\\])\\.\\.([/\\\\]|$)",
               entries$name)
  refuse(out, "points out of the archive")
  refuse(entries$link, "is a link to another file")
  refuse(entries$secret, "has a password")
}

# A member without which the file is not `what` it should be.
needed_member <- function(path, member, what, call) {
  bytes <- read_zip_member(path, member, call = call)
  if (is.null(bytes)) {
    file_error(path, sprintf("this is not %s, or a damaged one", what),
               hint = sprintf("The archive has no readable member \"%s\".",
                              member), call = call)
  }
  bytes
}
