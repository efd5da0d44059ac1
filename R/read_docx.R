# Word files: paragraphs of the main part, its tables and its bold beginnings.

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
  bytes <- read_archive_bytes(path, "a Word file", "docx", "doc", call)
  part <- docx_main_part(path, call)
  xml <- needed_member(path, part, "a Word file", call)
  list(doc = parse_xml_bytes(xml, path, part, call), part = part,
       md5 = cli::hash_raw_md5(bytes))
}

read_docx_record <- function(path, transcript, hints, call) {
  file <- read_docx_document(path, call)
  lines <- docx_lines(file$doc, path, call)
  if (all(is_blank(lines$text))) {
    file_error(path, "the file holds no text", call = call)
  }
  text <- paste(lines$text, collapse = "\n")
  turns <- find_turns(text, hints, lines$bold)
  new_record(transcript, text, turns,
             list(source = path, format = "docx", encoding = "UTF-8",
                  newline = "LF", bom = FALSE, md5 = file$md5))
}

# Lines of the body: paragraphs and line breaks; cells of one row of a table
# are parted by tabs. `bold` is how many characters at the beginning of the
# line are bold. Deleted text, field codes and text boxes are left out.
docx_lines <- function(doc, source, call) {
  nodes <- docx_nodes(doc, source, call)
  pieces <- line_pieces(nodes$name, nodes$piece)
  join_pieces(nodes$name, pieces)
}

# What makes up the text, in its order: `name`, `piece` of text, and for the
# marks that comments begin and end with their `id`.
docx_nodes <- function(doc, source, call, marks = FALSE) {
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
           " or self::w:rStyle[@w:val='Strong'])"),
    if (marks) c("self::w:commentRangeStart", "self::w:commentRangeEnd")
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
  list(name = name, piece = piece,
       id = if (marks) xml2::xml_attr(nodes, "w:id", ns = ns))
}

# Pieces with line ends and tabs between paragraphs and cells.
line_pieces <- function(name, piece) {
  before <- c("", name[-length(name)])
  ahead <- c("", "", name)[seq_along(name)]
  cell <- name == "p" & before == "tc" & ahead != "tr"
  piece[name == "p"] <- "\n"
  piece[cell] <- "\t"
  piece[match("p", name)] <- ""
  gsub("\r\n?", "\n", piece)
}

join_pieces <- function(name, piece) {
  if (!any(name == "p")) {
    return(list(text = "", bold = 0L))
  }
  run <- cumsum(name == "r")
  bold <- run %in% run[name %in% c("b", "rStyle")] & run > 0
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
