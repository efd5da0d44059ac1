# What a codebook may have beside its codes: lists, and columns that say more
# about how a rule applies.

# ---- lists ----

# The rows of `data` that are lists, and those given beside it.
part_lists <- function(data, lists, file, call) {
  mine <- list_rows(data, file, call)
  data[["list"]] <- NULL
  kept <- data[!mine, , drop = FALSE]
  given <- given_lists(lists, call)
  if (!any(mine)) {
    return(list(data = kept, lists = given))
  }
  found <- stats::setNames(data$rule[mine], data$code[mine])
  list(data = kept, lists = structure(
    c(found, given), rows = c(which(mine), rep(NA, length(given)))
  ))
}

list_rows <- function(data, file, call) {
  if (is.null(data[["list"]])) {
    return(logical(nrow(data)))
  }
  marks <- tolower(trimws(as.character(data[["list"]])))
  marks[is.na(marks)] <- ""
  known <- c("", "false", "no", "0", "true", "yes", "1")
  refuse_column(which(!marks %in% known), data, "list", "TRUE or FALSE", file,
              call)
  marks %in% known[5:7]
}

given_lists <- function(lists, call) {
  if (is.null(lists)) {
    return(character())
  }
  if (!is.character(lists) || (length(lists) && is.null(names(lists)))) {
    arg_error("lists", "a named character vector of rules",
              describe_value(lists), call)
  }
  names <- trimws(as_utf8(names(lists), "names(lists)", call))
  stats::setNames(text_column(lists, length(lists), "lists", call), names)
}

check_lists <- function(lists, codes, file, call) {
  refuse <- function(i, what) {
    row <- attr(lists, "rows")[i]
    where <- if (length(row) && !is.na(row)) sprintf(" (row %d)", row) else ""
    abort("codebook", sprintf("List %d%s%s %s.", i, where, in_file(file),
                              what),
          list = names(lists)[i], rows = row, call = call)
  }
  name <- names(lists)
  problem <- rep(NA_character_, length(lists))
  taken <- name %in% codes
  again <- duplicated(name)
  problem <- note_problem(problem, is.na(name) | !nzchar(name), "has no name")
  problem <- note_problem(problem, is.na(lists),
                          sprintf("(\"%s\") has no rule", name))
  problem <- note_problem(problem, taken,
                          sprintf("has the name of the code \"%s\"", name))
  problem <- note_problem(problem, again,
                          sprintf("has the name \"%s\" of an earlier one",
                                  name))
  if (any(!is.na(problem))) {
    i <- which(!is.na(problem))[1]
    refuse(i, problem[i])
  }
}

# ---- columns beside the rule ----

refuse_column <- function(rows, data, column, must, file, call) {
  if (length(rows)) {
    row <- rows[1]
    abort(
      "codebook",
      sprintf("Row %d%s: `%s` must be %s, not %s.", codebook_rows(data)[row],
              in_file(file), column, must,
              describe_value(data[[column]][row])),
      rows = codebook_rows(data)[rows], column = column, call = call
    )
  }
}

check_rule_columns <- function(data, file, call) {
  for (column in intersect(c("speaker", "section"), names(data))) {
    parts <- scope_values(data[[column]])
    empty <- vapply(parts, function(values) {
      !length(values) || any(!nzchar(values))
    }, TRUE)
    refuse_column(which(empty), data, column,
                "values parted by |, none of them empty", file, call)
  }
  if (!is.null(data[["minimum"]])) {
    number <- numbers_written(data$minimum)
    whole <- is.finite(number) & number == trunc(number) & number >= 1 &
      number <= .Machine$integer.max
    refuse_column(which(is_written(data$minimum) & !whole), data, "minimum",
                "a whole number from 1", file, call)
    data$minimum <- as.integer(number)
  }
  if (!is.null(data[["weight"]])) {
    number <- numbers_written(data$weight)
    refuse_column(which(is_written(data$weight) & !is.finite(number)), data,
                "weight", "a number", file, call)
    data$weight <- as.double(number)
  }
  data
}

scope_values <- function(x) {
  lapply(strsplit(paste0(x, "|", recycle0 = TRUE), "|", fixed = TRUE), trimws)
}

is_written <- function(x) !is.na(x) & nzchar(trimws(as.character(x)))

numbers_written <- function(x) {
  x <- if (is.numeric(x)) x else trimws(as.character(x))
  suppressWarnings(as.double(x))
}
