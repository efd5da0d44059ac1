# Excel files made for a test: a data frame of strings, its first column as
# shared strings, the rest within their cells.
SHEET_SPACE <- "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

escape_xml <- function(x) {
  x <- gsub("&", "&amp;", x, fixed = TRUE)
  gsub("<", "&lt;", gsub(">", "&gt;", x, fixed = TRUE), fixed = TRUE)
}

xlsx_members <- function(data) {
  grid <- rbind(names(data), as.matrix(data))
  strings <- unique(grid[, 1])
  cell <- function(i, j) {
    if (is.na(grid[i, j])) return("")
    at <- paste0(intToUtf8(64L + j), i)
    if (j == 1) {
      return(sprintf("<c r=\"%s\" t=\"s\"><v>%d</v></c>", at,
                     match(grid[i, j], strings) - 1L))
    }
    sprintf("<c r=\"%s\" t=\"inlineStr\"><is><t>%s</t></is></c>", at,
            escape_xml(grid[i, j]))
  }
  rows <- vapply(seq_len(nrow(grid)), function(i) {
    sprintf("<row r=\"%d\">%s</row>", i, paste(
      vapply(seq_len(ncol(grid)), function(j) cell(i, j), ""), collapse = ""))
  }, "")
  list(
    "xl/workbook.xml" = sprintf(paste0(
      "<workbook xmlns=\"%s\" xmlns:r=\"http://schemas.openxmlformats.org/",
      "officeDocument/2006/relationships\"><sheets><sheet name=\"A\" ",
      "sheetId=\"1\" r:id=\"rId7\"/></sheets></workbook>"), SHEET_SPACE),
    "xl/_rels/workbook.xml.rels" = paste0(
      "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/",
      "relationships\"><Relationship Id=\"rId7\" Type=\"x/worksheet\" ",
      "Target=\"worksheets/first.xml\"/></Relationships>"),
    "xl/sharedStrings.xml" = sprintf(
      "<sst xmlns=\"%s\">%s</sst>", SHEET_SPACE,
      paste0("<si><r><t>", escape_xml(substr(strings, 1, 1)), "</t></r><r><t>",
             escape_xml(substring(strings, 2)), "</t></r></si>",
             collapse = "")),
    "xl/worksheets/first.xml" = sprintf(
      "<worksheet xmlns=\"%s\"><sheetData>%s</sheetData></worksheet>",
      SHEET_SPACE, paste(rows, collapse = ""))
  )
}

write_xlsx_file <- function(data, name = "a.xlsx", env = parent.frame()) {
  write_bytes_file(name, zip_bytes(xlsx_members(data)), env = env)
}

write_csv_file <- function(data, name = "a.csv", sep = ",",
                           env = parent.frame()) {
  cell <- function(x) {
    ifelse(is.na(x), "", paste0("\"", gsub("\"", "\"\"", x), "\""))
  }
  grid <- rbind(names(data), as.matrix(data))
  lines <- apply(grid, 1, function(row) paste(cell(row), collapse = sep))
  write_bytes_file(name, charToRaw(enc2utf8(paste0(
    lines, "\r\n", collapse = ""))), env = env)
}
