# Codings in documents: reports of NVivo, comments in Word files, prints of
# MAXQDA.

# The text of a Word file as lines.
docx_text_lines <- function(path, call) {
  docx_lines(read_docx_document(path, call)$doc, path, call)$text
}

# ---- NVivo ----

NVIVO_HEAD <- paste0("^\\s*<?(?:Files|Internals|Elements|Externals|Memos)\\\\+",
                     "(?<name>.*?)>?\\s*+[-\u2013]\\s*\u00a7?\\s*[0-9]+ ",
                     "references? coded")
NVIVO_MARK <- paste0("^\\s*Reference\\s+[0-9]+\\s*[-\u2013:]?\\s*",
                     "(?:[0-9.,]+\\s*%\\s*Coverage)?\\s*$")
NVIVO_NODE <- "^\\s*(?:Name|Node|Code):\\s*(.*?)\\s*$"

# A report names a node, then each file with its references, each followed by
# its words. Without a line "Name: ..." the node is the report's own name.
read_nvivo_codings <- function(source, transcripts, codebook, call) {
  line <- source$lines
  head <- regmatches(line, regexec(NVIVO_HEAD, line, perl = TRUE))
  is_head <- lengths(head) > 0
  is_mark <- grepl(NVIVO_MARK, line, perl = TRUE)
  # a node is named just before its first file; elsewhere the words are said
  used <- which(!is_blank(line))
  before <- c(NA, used)[match(which(is_head), used)]
  is_node <- grepl(NVIVO_NODE, line, perl = TRUE) & seq_along(line) %in% before
  if (!any(is_head) || !any(is_mark)) {
    file_error(source$path, "no reference of an NVivo report is in the file",
               call = call)
  }
  starts <- which(is_mark)
  stops <- which(is_mark | is_head | is_node)
  last <- c(stops, length(line) + 1L)[findInterval(starts, stops) + 1L] - 1L
  quote <- vapply(seq_along(starts), function(i) {
    trim(paste(line[starts[i] + seq_len(last[i] - starts[i])],
               collapse = "\n"))
  }, "")
  of <- function(values, marks) {
    c(NA_character_, values)[findInterval(starts, which(marks)) + 1L]
  }
  node <- sub(NVIVO_NODE, "\\1", line[is_node], perl = TRUE)
  code <- of(node, is_node)
  own <- sub("\\.[^.]*$", "", basename(source$path))
  quote_rows(
    row = seq_along(starts),
    document = of(vapply(head[is_head], `[`, "", 2L), is_head),
    quote = quote, code = ifelse(is.na(code), own, code)
  )
}

# ---- comments in a Word file ----

read_comment_codings <- function(source, transcripts, codebook, call) {
  path <- source$path
  file <- read_docx_document(path, call)
  marks <- comment_places(file$doc, path, call)
  comments <- read_comments(path, file$part, call)
  at <- match(comments$id, marks$id)
  text <- marks$text
  name <- sub("\\.[^.]*$", "", basename(path))
  same <- transcripts$documents$text == text
  if (any(same)) name <- transcripts$documents$transcript[which(same)[1]]
  rows <- quote_rows(
    row = comments$row, document = name, code = comments$code,
    coder = comments$author, memo = NA_character_,
    quote = slice_or_na(text, marks$start[at], marks$end[at]),
    start = marks$start[at], end = marks$end[at]
  )
  rows$problem <- comment_problem(comments$range, rows, text)
  rows
}

slice_or_na <- function(text, start, end) {
  out <- rep(NA_character_, length(start))
  ok <- !is.na(start) & !is.na(end) & start <= end
  out[ok] <- slice_text(text, rep(1L, sum(ok)), start[ok], end[ok])
  out
}

# Where comments stand in the text of a Word file, without the white space
# around.
comment_places <- function(doc, path, call) {
  nodes <- docx_nodes(doc, path, call, marks = TRUE)
  mark <- grepl("^commentRange", nodes$name)
  piece <- rep("", length(mark))
  piece[!mark] <- line_pieces(nodes$name[!mark], nodes$piece[!mark])
  before <- cumsum(nchar(piece, "chars"))
  text <- paste(piece, collapse = "")
  from <- nodes$name == "commentRangeStart"
  to <- nodes$name == "commentRangeEnd"
  id <- nodes$id[from]
  start <- before[from] + 1L
  end <- before[to][match(id, nodes$id[to])]
  words <- slice_or_na(text, start, end)
  lead <- nchar(words, "chars") - nchar(sub(paste0("^", GAP), "", words,
                                            perl = TRUE), "chars")
  start <- start + lead
  list(id = id, start = as.integer(start), text = text,
       end = as.integer(start + nchar(trim(words), "chars") - 1L))
}

# One row for each paragraph of a comment that names a code; `row` is the
# number of the comment.
read_comments <- function(path, main, call) {
  part <- file.path(dirname(main), "comments.xml")
  bytes <- read_zip_member(path, part, call = call)
  if (is.null(bytes)) {
    file_error(path, "the Word file has no comments", call = call)
  }
  doc <- parse_xml_bytes(bytes, path, part, call)
  comments <- xml2::xml_find_all(doc, "//*[local-name() = 'comment']")
  parts <- lapply(seq_along(comments), function(i) {
    line <- vapply(xml2::xml_find_all(
      comments[[i]], ".//*[local-name() = 'p']"), function(p) {
      trim(xml2::xml_text(p))
    }, "")
    line <- line[nzchar(line)]
    headed <- grepl("^Codes?\\s*\\(", line[1])
    data.frame(
      row = rep(i, max(1L, length(line) - headed)),
      id = xml2::xml_attr(comments[[i]], "id"),
      author = xml2::xml_attr(comments[[i]], "author"),
      range = if (headed) line[1] else NA_character_,
      code = if (length(line) > headed) line[seq_along(line) > headed] else
        NA_character_,
      stringsAsFactors = FALSE
    )
  })
  out <- bind_rows(parts)
  if (!length(out$row)) {
    file_error(path, "the Word file has no comments", call = call)
  }
  out
}

# "Codes (485-522)" counts from 0, the end not included, from the beginning of
# the document or of the paragraph. Where neither is the place of the comment,
# the comment's counts.
comment_problem <- function(range, rows, text) {
  place <- dedoose_range(sub("^Codes?\\s*\\((.*)\\)\\s*$", "\\1", range))
  lines <- text_lines(text)
  origin <- lines$start[pmax(1L, findInterval(rows$start, lines$start))] - 1L
  size <- place$end - place$start
  whole <- place$start == rows$start & place$end == rows$end
  within <- place$start + origin == rows$start & size == rows$end - rows$start
  problem <- note_problem(
    no_problems(nrow(rows)), !(whole | within) %in% TRUE &
      !is.na(place$start), sprintf(
        "its range %d-%d is not where the comment stands", place$start - 1L,
        place$end))
  note_problem(problem, is.na(rows$start), "the comment has no place")
}
