# A tree of XML as vectors over its elements, in the order in which they begin:
# large files are read by columns, not node by node.

# `name` without its name space; `parent`, the number of the element around, 0
# for the root; `tag`, the attributes as they are written; `text`, what stands
# behind the opening tag before the next, which is all of a leaf's.
xml_table <- function(root) {
  xml2::xml_remove(xml2::xml_find_all(
    root, "//comment() | //processing-instruction()"))
  all <- as.character(root, options = "no_declaration")
  if (grepl("<![CDATA[", all, fixed = TRUE)) all <- without_cdata(all)
  piece <- strsplit(all, "<", fixed = TRUE)[[1]][-1]
  end <- regexpr(">", piece, fixed = TRUE)
  tag <- substr(piece, 1, end - 1L)
  closing <- startsWith(tag, "/")
  single <- endsWith(tag, "/")
  depth <- cumsum(!closing) - cumsum(closing | single) + single
  piece <- substring(piece[!closing], end[!closing] + 1L)
  tag <- tag[!closing]
  name <- sub("^(?:[^:\\s/]*:)?([^\\s/]*)[\\s\\S]*$", "\\1", tag, perl = TRUE)
  list(name = name, parent = parent_elements(depth[!closing]),
       tag = substring(tag, regexpr("[ /]|$", tag)), text = unescaped(piece))
}

# The last before each that is one less deep.
parent_elements <- function(depth) {
  parent <- integer(length(depth))
  for (level in seq_len(max(depth, 1L))[-1]) {
    here <- which(depth == level)
    above <- which(depth == level - 1L)
    parent[here] <- above[findInterval(here, above)]
  }
  parent
}

without_cdata <- function(text) {
  at <- gregexpr("<!\\[CDATA\\[[\\s\\S]*?\\]\\]>", text, perl = TRUE)
  regmatches(text, at) <- lapply(regmatches(text, at), function(x) {
    escape_html(substr(x, 10, nchar(x) - 3))
  })
  text
}

unescaped <- function(x) {
  some <- grep("&", x, fixed = TRUE)
  known <- c("&lt;" = "<", "&gt;" = ">", "&quot;" = "\"", "&#9;" = "\t",
             "&#10;" = "\n", "&#13;" = "\r", "&amp;" = "&")
  for (entity in names(known)) {
    x[some] <- gsub(entity, known[[entity]], x[some], fixed = TRUE)
  }
  x
}

# Elements on a path from the root's children down.
xml_rows <- function(table, ...) {
  at <- 1L
  for (name in c(...)) at <- xml_inner(table, at, name)$at
  at
}

# Elements of these names (all, if none is given) just inside those of `rows`:
# `at`, and `of`, in which of `rows` each is.
xml_inner <- function(table, rows, name = NULL) {
  at <- if (is.null(name)) seq_along(table$name) else
    which(table$name %in% name)
  of <- match(table$parent[at], rows)
  list(at = at[!is.na(of)], of = of[!is.na(of)])
}

xml_value <- function(table, rows, attribute) {
  found <- regexpr(paste0("[ ]", attribute, "=\"\\K[^\"]*"), table$tag[rows],
                   perl = TRUE)
  out <- rep(NA_character_, length(rows))
  out[found > 0] <- unescaped(regmatches(table$tag[rows], found))
  out
}

# Of each row the texts of its elements of that name; NA where it has none.
xml_inner_text <- function(table, rows, name) {
  inner <- xml_inner(table, rows, name)
  out <- rep(NA_character_, length(rows))
  first <- !duplicated(inner$of)
  out[inner$of[first]] <- table$text[inner$at[first]]
  for (i in which(!first)) {
    out[inner$of[i]] <- paste(out[inner$of[i]], table$text[inner$at[i]],
                              sep = "\n")
  }
  out
}
