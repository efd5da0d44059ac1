#' Writes a table as it is shown
#'
#' The table that a result prints and knits, rounded and in words, as a CSV
#' file: for a supplement, or for co-authors who work in a spreadsheet. The
#' unrounded numbers are in the result itself, which is a data frame.
#'
#' @param x A result of this package that prints as a table, such as a
#'   [framework_matrix()], [joint_display()], [coreq()], [agreement()] or
#'   [compare_groups()]; or a data frame, which is written as it is.
#' @param file Path of the file; one that is there is written over.
#' @param ... Arguments of the result's `format()`, such as `digits` or `width`.
#' @param spreadsheet_safe Whether text that a spreadsheet would take for a
#'   formula (it begins with `=`, `+`, `-`, `@`, tab or carriage return) gets an
#'   apostrophe in front.
#' @return `file`, invisibly. The file is UTF-8 with line feeds, text in double
#'   quotes, missing values empty.
#' @section Errors: `intercoder_error_argument` where `x` does not show as a
#'   table; `intercoder_error_store` where the file cannot be written.
#' @examples
#' study <- simulated_study
#' cells <- framework_matrix(study$consensus, study$transcripts, study$codebook)
#' file <- tempfile(fileext = ".csv")
#' write_table(cells, file, width = 200)
#' @export
write_table <- function(x, file, ..., spreadsheet_safe = TRUE) {
  check_string(file)
  check_flag(spreadsheet_safe)
  write_plain_csv(shown_table(x, ...), full_path(file), spreadsheet_safe)
  invisible(file)
}

shown_table <- function(x, ..., call = caller_env()) {
  plain <- is.data.frame(x) && class(x)[1] %in% c("data.frame", "tbl_df")
  check_format_arguments(if (!plain) class(x), names(list(...)), call)
  out <- if (plain) x else format(x, ...)
  if (!is.data.frame(out)) {
    arg_error("x", "a data frame, or a result that prints as a table",
              describe_value(x), call)
  }
  as.data.frame(out)
}

# Methods of format() take whatever is given, and do nothing with it.
check_format_arguments <- function(classes, given, call) {
  methods <- lapply(classes, function(class) {
    utils::getS3method("format", class, optional = TRUE,
                       envir = topenv())
  })
  known <- unlist(lapply(methods, function(m) {
    if (is.function(m)) names(formals(m))
  }))
  unknown <- setdiff(given, c("", setdiff(known, c("x", "..."))))
  if (length(unknown)) {
    arg_error("...", "arguments of the result's format()",
              paste0("`", unknown[1], "`"), call)
  }
}
