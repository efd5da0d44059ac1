# Web pages and OpenDocument texts: marked-up files whose blocks are lines.

HTML_TAGS_MAX <- 2e6
HTML_DEPTH_MAX <- 5000

PAGE_BLOCKS <- c(
  "address", "article", "aside", "blockquote", "body", "br", "caption",
  "center", "dd", "details", "div", "dl", "dt", "fieldset", "figcaption",
  "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
  "hr", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table",
  "tbody", "tfoot", "thead", "tr", "ul"
)
HTML_SILENT <- c("script", "style", "head", "title", "noscript", "template",
                 "svg", "iframe", "object", "select", "math")
# Elements that end without saying so.
HTML_LOOSE <- c("area", "base", "br", "col", "dd", "dt", "hr", "img", "input",
                "li", "link", "meta", "option", "p", "td", "th", "tr", "wbr")

read_html_record <- function(path, transcript, hints, encoding, call) {
  bytes <- read_file_bytes(path, call = call)
  mark <- byte_order_mark(bytes)$encoding
  stated <- html_charset(bytes)
  file <- decode_bytes(bytes, path, encoding %||% mark %||% stated, call)
  text <- html_text(unify_newlines(file$text, newline_style(file$text)), path,
                    call)
  if (is_blank(text)) file_error(path, "the file holds no text", call = call)
  new_record(transcript, text, find_turns(text, hints),
             list(source = path, format = "html", encoding = file$encoding,
                  newline = newline_style(file$text), bom = file$bom,
                  md5 = cli::hash_raw_md5(bytes)))
}

# What the page says of its own encoding.
html_charset <- function(bytes) {
  head <- bytes[seq_len(min(2048L, length(bytes)))]
  head <- rawToChar(head[head != as.raw(0) & head < as.raw(0x80)])
  stated_encoding(head, "charset\\s*=\\s*[\"']?([A-Za-z0-9_:-]+)")
}

# Marks of our own stand in the page where lines and cells end, so that the
# parser has only to say which text is shown.
HTML_LINE <- "\u2029"
HTML_CELL <- "\u2028"

html_text <- function(text, source, call) {
  refuse_tags(text, source, call)
  ends <- function(tags, mark) {
    # as bytes: R's search by characters costs the square of a long text
    mark_utf8(gsub(sprintf("(?i)(%s\\b)", tags), paste0(mark, "\\1"), text,
                   perl = TRUE, useBytes = TRUE))
  }
  text <- pre_lines(text)
  text <- ends(sprintf("</?(?:%s)", paste(PAGE_BLOCKS, collapse = "|")),
               HTML_LINE)
  text <- ends("</(?:td|th)", HTML_CELL)
  doc <- tryCatch(
    suppressWarnings(xml2::read_html(charToRaw(text), encoding = "UTF-8",
                                     options = c("NONET", "RECOVER"))),
    error = function(e) {
      file_error(source, "this is not HTML", hint = conditionMessage(e),
                 call = call)
    }
  )
  silent <- paste0("not(ancestor::", HTML_SILENT, ")", collapse = " and ")
  shown <- xml2::xml_find_all(doc, sprintf("/descendant::text()[%s]", silent))
  line <- strsplit(paste(xml2::xml_text(shown), collapse = ""), HTML_LINE,
                   fixed = TRUE)[[1]]
  line <- gsub(paste0(" ?", HTML_CELL, " ?"), "\t", gsub("[ \t\r\n\f]+", " ",
                                                         line))
  line <- trim(line)
  paste(line[!is_blank(line)], collapse = "\n")
}

# Line ends within `pre` stay what they are.
pre_lines <- function(text) {
  pre <- gregexpr("(?is)<pre\\b.*?</pre", text, perl = TRUE, useBytes = TRUE)
  if (pre[[1]][1] > 0) {
    inside <- regmatches(text, pre)[[1]]
    outside <- regmatches(text, pre, invert = TRUE)[[1]]
    inside <- gsub("\n", HTML_LINE, inside, fixed = TRUE, useBytes = TRUE)
    text <- paste0(outside, c(inside, ""), collapse = "")
  }
  mark_utf8(text)
}

# The parser takes the square of their number.
MANY_ATTRIBUTES <- "<[a-zA-Z](?:[^<>\\s]*+\\s++){1000}"

# Pages of more elements, or nested deeper, than anybody writes are refused
# before they are parsed.
refuse_tags <- function(text, source, call) {
  tags <- gregexpr("</?[a-zA-Z][a-zA-Z0-9:]*+|<", text, perl = TRUE,
                   useBytes = TRUE)
  if (length(tags[[1]]) > HTML_TAGS_MAX) {
    file_error(source, sprintf("the page has more than %.0f elements",
                               HTML_TAGS_MAX), kind = "limit", call = call)
  }
  if (grepl(MANY_ATTRIBUTES, text, perl = TRUE, useBytes = TRUE)) {
    file_error(source, "an element has more than 1000 attributes",
               kind = "limit", call = call)
  }
  tags <- regmatches(text, tags)[[1]]
  counts <- !tolower(sub("^</?", "", tags)) %in% c(HTML_LOOSE, "")
  step <- ifelse(startsWith(tags[counts], "</"), -1, 1)
  if (length(step) && max(cumsum(step)) > HTML_DEPTH_MAX) {
    file_error(source, sprintf("elements nest more than %d deep",
                               HTML_DEPTH_MAX), kind = "limit", call = call)
  }
}

# ---- OpenDocument text ----

read_odt_record <- function(path, transcript, hints, call) {
  bytes <- read_archive_bytes(path, "an OpenDocument text", "odt", "doc", call)
  xml <- needed_member(path, "content.xml", "an OpenDocument text", call)
  text <- odt_text(parse_xml_bytes(xml, path, "content.xml", call), path, call)
  if (is_blank(text)) file_error(path, "the file holds no text", call = call)
  new_record(transcript, text, find_turns(text, hints),
             list(source = path, format = "odt", encoding = "UTF-8",
                  newline = "LF", bom = FALSE, md5 = cli::hash_raw_md5(bytes)))
}

ODT_TEXT <- "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
ODT_TABLE <- "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
ODT_OFFICE <- "urn:oasis:names:tc:opendocument:xmlns:office:1.0"

# Paragraphs and headings are lines, cells of a row are parted by tabs; deleted
# text, notes and comments are left out.
odt_text <- function(doc, source, call) {
  ns <- c(text = ODT_TEXT, table = ODT_TABLE, office = ODT_OFFICE)
  if (!all(ns[c("text", "office")] %in% xml2::xml_ns(doc))) {
    file_error(source, "this is not an OpenDocument text", call = call)
  }
  xml2::xml_remove(xml2::xml_find_all(doc, paste(
    "//text:tracked-changes", "//text:note", "//office:annotation",
    sep = " | "), ns = ns))
  nodes <- xml2::xml_find_all(doc, paste(
    "/descendant::office:body[1]/descendant::node()[(self::text() and",
    "(ancestor::text:p or ancestor::text:h)) or self::text:p or",
    "self::text:h or self::text:s or",
    "self::text:tab or self::text:line-break or self::table:table-row or",
    "self::table:table-cell]"), ns = ns)
  kind <- xml2::xml_name(nodes)
  piece <- rep("", length(nodes))
  words <- kind == "text"
  piece[words] <- gsub("[ \t\r\n]+", " ", xml2::xml_text(nodes[words]))
  space <- kind == "s"
  count <- suppressWarnings(as.integer(
    xml2::xml_attr(nodes[space], "text:c", ns = ns, default = "1")))
  count <- pmax(0L, pmin(count, 1000L, na.rm = TRUE))
  if (sum(count) > 1e6) {
    file_error(source, "more than a million spaces are written as a number",
               kind = "limit", call = call)
  }
  piece[space] <- strrep(" ", count)
  piece[kind == "tab"] <- "\t"
  piece[kind == "line-break"] <- "\n"
  paragraph <- kind %in% c("p", "h")
  before <- c("", kind[-length(kind)])
  ahead <- c("", "", kind)[seq_along(kind)]
  piece[paragraph] <- "\n"
  piece[paragraph & before == "table-cell" & ahead != "table-row"] <- "\t"
  piece[match(TRUE, paragraph)] <- ""
  paste(piece, collapse = "")
}
