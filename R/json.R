# JSON that may stand inside an HTML page: `<`, `>` and `&` never end a script
# or begin a tag, and no line separator or sign of direction stands bare. A
# named list is an object, any other list or a vector an array; NA is null.
to_json <- function(x) {
  if (is.null(x)) {
    return("null")
  }
  if (!is.list(x)) {
    return(json_array(json_values(x)))
  }
  inner <- vapply(x, to_json, "")
  if (is.null(names(x))) {
    return(json_array(inner))
  }
  paste0("{", paste0(json_strings(names(x)), ":", inner, collapse = ","), "}")
}

json_array <- function(values) {
  paste0("[", paste(values, collapse = ","), "]")
}

json_values <- function(x) {
  text <- if (is.numeric(x)) {
    trimws(formatC(x, digits = 15, width = 1, format = "g", decimal.mark = "."))
  } else {
    json_strings(as.character(x))
  }
  replace(text, is.na(x) | (is.numeric(x) & !is.finite(x)), "null")
}

json_escaped <- c(1:31, utf8ToInt("<>&"), 127:159, 0x61c, 0x200e, 0x200f,
                  0x2028:0x202e, 0x2066:0x2069, 0xfeff)

json_strings <- function(x) {
  x <- gsub("\\", "\\\\", enc2utf8(x), fixed = TRUE)
  x <- gsub("\"", "\\\"", x, fixed = TRUE)
  present <- intersect(json_escaped, utf8ToInt(paste(unique(x), collapse = "")))
  for (sign in present) {
    x <- gsub(intToUtf8(sign), sprintf("\\u%04x", sign), x, fixed = TRUE)
  }
  if (length(x)) paste0("\"", x, "\"") else character()
}
