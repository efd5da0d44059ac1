#' Read a table of an SQLite file of another program
#'
#' For files of other programs, whoever sent them: the file is never written,
#' nothing in it is executed, and no file can ask for more time or memory than
#' its size allows. Only real tables with stored columns are read; views,
#' virtual tables and generated columns are refused, triggers never run. The
#' table's pages are checked before it is read. Files of [project()] are asked
#' by [project_query()].
#'
#' @param path Path of the file.
#' @param table Name of the table.
#' @param columns Names of the columns wanted, or `NULL` for all.
#' @return `read_foreign_table()`: a data frame with these columns and a row for
#'   each of the table, in the order in which they are stored. A column is
#'   integer, double or character, as its values need; logical where all are
#'   `NA`. `foreign_tables()`: a data frame with a row for each column that can
#'   be read: `table` and `column`.
#' @section Errors:
#' `intercoder_error_foreign` for a file that is not SQLite or is encrypted;
#' `intercoder_error_damaged` for one whose bytes or schema are not whole;
#' `intercoder_error_locked` where changes that are not in the file yet lie
#' beside it (`-wal`, `-journal`): open and close it in its own program;
#' `intercoder_error_input` for a table or column that is not there;
#' `intercoder_error_text` for text that is not UTF-8, naming table and row;
#' `intercoder_error_limit` for texts of more than 64 MiB;
#' `intercoder_error_store` for what is no file.
#' @seealso [read_project()], which makes transcripts, codebook and codings of
#'   the tables of several programs.
#' @examples
#' file <- tempfile(fileext = ".sqlite")
#' study <- project(file, create = TRUE)
#' close(study)
#' read_foreign_table(file, "log")
#' head(foreign_tables(file))
#' @export
read_foreign_table <- function(path, table, columns = NULL) {
  check_string(path)
  check_string(table)
  if (is.null(columns)) {
    there <- foreign_tables(path)
    columns <- there$column[there$table == table]
    if (!length(columns)) {
      abort("input", c(sprintf("%s has no table \"%s\".", path, table),
                       i = sprintf("It has %s.", quoted(unique(there$table)))),
            path = path)
    }
  } else if (!is.character(columns) || !length(columns) || anyNA(columns)) {
    arg_error("columns", "names of columns", describe_value(columns),
              caller_env(0))
  }
  as_rows(core_value(
    .Call(C_store_foreign, path.expand(path), table, columns)
  ))
}

#' @rdname read_foreign_table
#' @export
foreign_tables <- function(path) {
  check_string(path)
  as_rows(core_value(
    .Call(C_store_foreign_tables, path.expand(path))
  ))
}
