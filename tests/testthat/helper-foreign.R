# An SQLite file made by a script, as other programs make them.
foreign_file <- function(script, envir = parent.frame(),
                         fileext = ".sqlite") {
  program <- Sys.which("sqlite3")
  skip_if(program == "", "no sqlite3 on the command line")
  path <- withr::local_tempfile(fileext = fileext, .local_envir = envir)
  input <- withr::local_tempfile(lines = enc2utf8(script))
  said <- system2(program, c("-bail", shQuote(path)), stdin = input,
                  stdout = TRUE, stderr = TRUE)
  expect_null(attr(said, "status"), info = paste(said, collapse = "\n"))
  path
}

sql_text <- function(x) {
  ifelse(is.na(x), "NULL", paste0("'", gsub("'", "''", x, fixed = TRUE), "'"))
}
