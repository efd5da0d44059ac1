# Sheets of Excel files (.xlsx): named members of the archive, read as text
# under the guards of Word files (read_docx.R). Formats of numbers and dates are
# not looked at.

SHEET_CELLS_MAX <- 2e7

# The first sheet as a list of data (every cell a string, NA where empty; names
# from its first row) and the facts of the file.
read_xlsx_file <- function(path, call = caller_env()) {
  bytes <- read_archive_bytes(path, "an Excel file", "xlsx", "xls", call)
  part <- first_sheet_part(path, call)
  sheet <- needed_member(path, part, "an Excel file", call)
  strings <- read_zip_member(path, "xl/sharedStrings.xml", call = call)
  strings <- if (!is.null(strings)) {
    joined_texts(parse_xml_bytes(strings, path, "xl/sharedStrings.xml", call),
                 "si", "(self::x:t and not(parent::x:rPh))", path, call)$text
  }
  cells <- sheet_cells(parse_xml_bytes(sheet, path, part, call), strings, path,
                       call)
  list(data = cell_table(cells, path, call), encoding = "UTF-8",
       newline = "none", bom = FALSE, md5 = cli::hash_raw_md5(bytes))
}

# Where the workbook says that its first sheet is.
first_sheet_part <- function(path, call) {
  usual <- "xl/worksheets/sheet1.xml"
  book <- read_zip_member(path, "xl/workbook.xml", call = call)
  links <- read_zip_member(path, "xl/_rels/workbook.xml.rels", call = call)
  if (is.null(book) || is.null(links)) {
    return(usual)
  }
  sheet <- xml2::xml_find_first(
    parse_xml_bytes(book, path, "xl/workbook.xml", call),
    "//*[local-name() = 'sheet']")
  id <- xml2::xml_attr(sheet, "id")
  links <- xml2::xml_children(parse_xml_bytes(links, path, "xl/_rels", call))
  target <- xml2::xml_attr(links, "Target")[match(id,
                                                  xml2::xml_attr(links, "Id"))]
  if (is.na(target)) {
    return(usual)
  }
  if (startsWith(target, "/")) substring(target, 2) else paste0("xl/", target)
}

# Texts of nodes `inner`, joined for each node `outer` that holds them; `x` is
# the space of names of the sheet.
joined_texts <- function(doc, outer, inner, path, call) {
  space <- xml2::xml_ns(doc)
  uri <- space[grepl("spreadsheetml(/2006)?/main$", space)][1]
  if (is.na(uri)) {
    file_error(path, "this is not an Excel file", call = call)
  }
  nodes <- xml2::xml_find_all(doc, sprintf(
    "/descendant::*[self::x:%s or %s]", outer, inner), ns = c(x = unname(uri)))
  holds <- xml2::xml_name(nodes) == outer
  owner <- factor(cumsum(holds)[!holds], seq_len(sum(holds)))
  list(nodes = nodes[holds],
       text = vapply(split(xml2::xml_text(nodes[!holds]), owner), paste, "",
                     collapse = "", USE.NAMES = FALSE))
}

# row, column and value of every cell that is not empty.
sheet_cells <- function(doc, strings, path, call) {
  found <- joined_texts(doc, "c",
                        "(self::x:v or (self::x:t and ancestor::x:is))", path,
                        call)
  type <- xml2::xml_attr(found$nodes, "t", default = "n")
  value <- xlsx_escapes(found$text)
  shared <- type == "s"
  number <- suppressWarnings(as.integer(value[shared])) + 1L
  if (!all(number %in% seq_along(strings))) {
    file_error(path, "the texts of some cells are missing: it is damaged",
               call = call)
  }
  value[shared] <- xlsx_escapes(strings)[number]
  value[type == "b"] <- c("FALSE", "TRUE")[(value[type == "b"] == "1") + 1L]
  place <- xml2::xml_attr(found$nodes, "r")
  rows <- data.frame(
    row = suppressWarnings(as.integer(gsub("[^0-9]", "", place))),
    column = column_number(gsub("[^A-Z]", "", place)),
    value = value, stringsAsFactors = FALSE
  )
  if (sum(nchar(value, "bytes"), na.rm = TRUE) > MEMBER_BYTES_MAX) {
    file_error(path, sprintf("its cells hold more than %.0f MB of text",
                             MEMBER_BYTES_MAX / 2^20), kind = "limit",
               call = call)
  }
  rows[!is.na(rows$value) & nzchar(rows$value) & !is.na(rows$row) &
         !is.na(rows$column), ]
}

# A to 1, Z to 26, AA to 27.
column_number <- function(letters) {
  vapply(letters, function(word) {
    points <- utf8ToInt(word) - 64
    if (!length(points)) return(NA_real_)
    sum(points * 26^(rev(seq_along(points)) - 1))
  }, 0, USE.NAMES = FALSE)
}

xlsx_escapes <- function(x) {
  gsub("\r\n?", "\n", gsub("_x000[dD]_", "\r", x))
}

cell_table <- function(cells, path, call) {
  rows <- sort(unique(cells$row))
  columns <- sort(unique(cells$column))
  if (length(rows) < 2) {
    file_error(path, "the first sheet holds no table", call = call)
  }
  if (as.numeric(length(rows)) * length(columns) > SHEET_CELLS_MAX) {
    file_error(path, sprintf("%d rows and %d columns are more than %.0f cells",
                             length(rows), length(columns), SHEET_CELLS_MAX),
               kind = "limit", call = call)
  }
  grid <- matrix(NA_character_, length(rows), length(columns))
  grid[cbind(match(cells$row, rows), match(cells$column, columns))] <-
    cells$value
  data <- as.data.frame(grid[-1, , drop = FALSE], stringsAsFactors = FALSE)
  names(data) <- trim(ifelse(is.na(grid[1, ]), "", grid[1, ]))
  data
}
