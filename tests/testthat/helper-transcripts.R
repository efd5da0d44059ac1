# Files made for a test: text, bytes, and Word files with any members.

write_lines_file <- function(name, ..., dir = withr::local_tempdir(.local_envir = env),
                             env = parent.frame()) {
  path <- file.path(dir, name)
  writeBin(charToRaw(enc2utf8(paste(c(..., ""), collapse = "\n"))), path)
  path
}

write_bytes_file <- function(name, bytes, env = parent.frame()) {
  path <- file.path(withr::local_tempdir(.local_envir = env), name)
  writeBin(as.raw(bytes), path)
  path
}

little <- function(x, size) {
  as.raw(x %/% 256^(seq_len(size) - 1) %% 256)
}

# A zip archive in memory. `members` is a named list of raw vectors or
# strings; the checksums are left at zero, which readers of streams accept.
zip_bytes <- function(members, compress = TRUE, claimed = NULL) {
  body <- directory <- raw()
  for (name in names(members)) {
    content <- members[[name]]
    if (is.character(content)) content <- charToRaw(enc2utf8(content))
    packed <- content
    if (compress) {
      packed <- memCompress(content, "gzip")
      packed <- packed[3:(length(packed) - 4)]
    }
    size <- if (is.null(claimed)) length(content) else claimed
    common <- c(little(20, 2), little(0, 2), little(if (compress) 8 else 0, 2),
                little(0, 4), little(crc32(content), 4),
                little(length(packed), 4), little(size, 4),
                little(nchar(name, "bytes"), 2), little(0, 2))
    directory <- c(directory, charToRaw("PK\001\002"), little(20, 2), common,
                   little(0, 2), little(0, 2), little(0, 2), little(0, 4),
                   little(length(body), 4), charToRaw(name))
    body <- c(body, charToRaw("PK\003\004"), common, charToRaw(name), packed)
  }
  n <- length(members)
  c(body, directory, charToRaw("PK\005\006"), little(0, 4), little(n, 2),
    little(n, 2), little(length(directory), 4), little(length(body), 4),
    little(0, 2))
}

crc32 <- function(bytes) {
  if (length(bytes) > 1e5) return(0)
  crc <- 0xffffffff
  for (b in as.integer(bytes)) {
    crc <- xor32(crc, b)
    for (k in 1:8) {
      odd <- crc %% 2
      crc <- crc %/% 2
      if (odd == 1) crc <- xor32(crc, 0xedb88320)
    }
  }
  xor32(crc, 0xffffffff)
}

xor32 <- function(a, b) {
  high <- bitwXor(as.integer(a %/% 65536), as.integer(b %/% 65536))
  low <- bitwXor(as.integer(a %% 65536), as.integer(b %% 65536))
  high * 65536 + low
}

WORD_SPACE <- "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

word_xml <- function(body) {
  sprintf(paste0(
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>",
    "<w:document xmlns:w=\"%s\"><w:body>%s<w:sectPr/></w:body></w:document>"
  ), WORD_SPACE, paste(body, collapse = ""))
}

# A paragraph: text, with **bold**, tabs and line breaks.
word_p <- function(text) {
  parts <- regmatches(text, gregexpr("\\*\\*|\t|\n|[^*\t\n]+", text))[[1]]
  bold <- FALSE
  runs <- ""
  for (part in parts) {
    if (part == "**") {
      bold <- !bold
      next
    }
    inner <- switch(part, "\t" = "<w:tab/>", "\n" = "<w:br/>",
                    sprintf("<w:t xml:space=\"preserve\">%s</w:t>", part))
    style <- if (bold) "<w:rPr><w:b/></w:rPr>" else ""
    runs <- paste0(runs, "<w:r>", style, inner, "</w:r>")
  }
  paste0("<w:p><w:pPr><w:tabs><w:tab w:val=\"left\"/></w:tabs></w:pPr>", runs,
         "</w:p>")
}

write_docx <- function(name, body, members = list(), env = parent.frame(),
                       ...) {
  document <- list("word/document.xml" = word_xml(body))
  write_bytes_file(name, zip_bytes(c(document, members), ...), env = env)
}

said <- function(x) as.data.frame(x)$text
