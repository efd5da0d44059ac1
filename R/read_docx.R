# Word files: named members of the archive are read into memory, never
# unpacked to disk, and counted while they are read, because what the archive
# says of their size is not believed.

MEMBER_BYTES_MAX <- 256 * 2^20
MEMBER_RATIO_MAX <- 200

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

damaged_archive <- function(source, member, cause, call) {
  file_error(source, sprintf("\"%s\" in the archive cannot be unpacked",
                             member),
             hint = conditionMessage(cause), call = call)
}

# XML without a document type: no entities of its own, no other file, no
# network. The parser keeps its limit of 256 levels.
parse_xml_bytes <- function(bytes, source, part, call = caller_env()) {
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

# Where the archive says that the text is.
docx_main_part <- function(path, call) {
  usual <- "word/document.xml"
  bytes <- read_zip_member(path, "_rels/.rels", call = call)
  if (is.null(bytes)) {
    return(usual)
  }
  doc <- parse_xml_bytes(bytes, path, "_rels/.rels", call)
  links <- xml2::xml_children(doc)
  type <- xml2::xml_attr(links, "Type")
  target <- xml2::xml_attr(links, "Target")
  target <- target[grepl("/officeDocument$", type)][1]
  if (is.na(target)) usual else sub("^/", "", target)
}

read_docx_document <- function(path, call) {
  bytes <- read_file_bytes(path, call = call)
  if (!identical(bytes[1:4], as.raw(c(0x50, 0x4b, 0x03, 0x04)))) {
    hint <- if (identical(bytes[1:4], as.raw(c(0xd0, 0xcf, 0x11, 0xe0)))) {
      "It is an old .doc or has a password: save it as .docx without one."
    }
    file_error(path, "this is not a Word file", hint = hint, call = call)
  }
  part <- docx_main_part(path, call)
  xml <- read_zip_member(path, part, call = call)
  if (is.null(xml)) {
    file_error(path, "this is not a Word file, or a damaged one", hint = sprintf(
      "The archive has no readable member \"%s\".", part), call = call)
  }
  list(doc = parse_xml_bytes(xml, path, part, call),
       md5 = cli::hash_raw_md5(bytes))
}

read_docx_record <- function(path, transcript, declared, call) {
  file <- read_docx_document(path, call)
  lines <- docx_lines(file$doc, path, call)
  if (all(is_blank(lines$text))) {
    file_error(path, "the file holds no text", call = call)
  }
  text <- paste(lines$text, collapse = "\n")
  turns <- find_turns(text, declared, lines$bold)
  new_record(transcript, text, turns,
             list(source = path, format = "docx", encoding = "UTF-8",
                  newline = "LF", bom = FALSE, md5 = file$md5))
}

# Lines of the body: paragraphs and line breaks; cells of one row of a table
# are parted by tabs. `bold` is how many characters at the beginning of the
# line are bold. Deleted text, field codes and text boxes are left out.
docx_lines <- function(doc, source, call) {
  space <- xml2::xml_ns(doc)
  uri <- space[grepl("wordprocessingml(/2006)?/main$", space)][1]
  if (is.na(uri)) {
    file_error(source, "this is not a Word file", call = call)
  }
  ns <- c(w = unname(uri))
  skipped <- c("del", "moveFrom", "txbxContent", "pict")
  xml2::xml_remove(xml2::xml_find_all(
    doc, paste0("/descendant::w:", skipped, collapse = " | "), ns = ns))
  on <- "[not(@w:val='0' or @w:val='false' or @w:val='off')]"
  wanted <- c(
    "self::w:p", "self::w:r", "self::w:tr", "self::w:tc",
    paste0("parent::w:r and (self::w:t or self::w:tab or self::w:cr or ",
           "self::w:noBreakHyphen or self::w:br[not(@w:type) or ",
           "@w:type='textWrapping'])"),
    paste0("parent::w:rPr/parent::w:r and (self::w:b", on,
           " or self::w:rStyle[@w:val='Strong'])")
  )
  # one axis gives the order of the text and no set to be joined or sorted
  nodes <- xml2::xml_find_all(
    doc, sprintf("/descendant::w:body[1]/descendant::*[%s]",
                 paste(wanted, collapse = " or ")), ns = ns)
  name <- xml2::xml_name(nodes)
  piece <- rep("", length(nodes))
  piece[name == "t"] <- xml2::xml_text(nodes[name == "t"])
  fixed <- c(tab = "\t", br = "\n", cr = "\n", noBreakHyphen = "-")
  piece[name %in% names(fixed)] <- fixed[name[name %in% names(fixed)]]
  join_pieces(name, piece)
}

join_pieces <- function(name, piece) {
  if (!any(name == "p")) {
    return(list(text = "", bold = 0L))
  }
  before <- c("", name[-length(name)])
  ahead <- c("", "", name)[seq_along(name)]
  cell <- name == "p" & before == "tc" & ahead != "tr"
  piece[name == "p"] <- "\n"
  piece[cell] <- "\t"
  piece[match("p", name)] <- ""
  run <- cumsum(name == "r")
  bold <- run %in% run[name %in% c("b", "rStyle")] & run > 0
  piece <- gsub("\r\n?", "\n", piece)
  text <- paste(piece, collapse = "")
  line <- strsplit(paste0(text, "\n"), "\n", fixed = TRUE)[[1]]
  list(text = line, bold = leading_bold(line, piece, bold & name == "t"))
}

# Per line, the length of the bold characters that it begins with.
leading_bold <- function(line, piece, bold) {
  if (!any(bold)) {
    return(rep(0L, length(line)))
  }
  size <- nchar(piece, "chars")
  mark <- rep(bold, size)
  chars <- strsplit(paste(piece, collapse = ""), "", fixed = TRUE)[[1]]
  mark <- mark | grepl("[ \t:\u00a0]", chars) & c(FALSE, mark)[seq_along(mark)]
  start <- c(0L, cumsum(nchar(line, "chars") + 1L))[seq_along(line)]
  stops <- c(which(!mark | chars == "\n"), length(chars) + 1L)
  first <- stops[findInterval(start, stops) + 1L]
  pmin(as.integer(first - start - 1L), nchar(line, "chars"))
}
