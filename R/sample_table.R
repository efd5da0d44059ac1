#' The sample: participants by group
#'
#' The table that opens a report: how many participants, and for each attribute
#' the counts of its levels (n, %) or, where it is a number, its median and
#' range, by group.
#'
#' @param x [transcripts()] with a table of participants, or a data frame with
#'   one row per participant.
#' @param group The column that says which group a participant belongs to, or
#'   `NULL` for one column over all.
#' @param attributes The columns to describe, by default all but `participant`,
#'   `group`, and those in which every participant has a value of their own or
#'   all have the same.
#' @return A data frame of class `sample_table`, one row per attribute and
#'   level: `attribute`, `level`, then a string for each group and for all
#'   (`All`). Numbers are `median (minimum to maximum)`, levels `n (%)`; missing
#'   values are a level of their own.
#' @section Errors: `intercoder_error_columns` for a column that is not there.
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' sample_table(simulated_study$participants, group = "group",
#'              attributes = c("area", "setting", "years_in_role"))
#' @export
sample_table <- function(x, group = NULL, attributes = NULL) {
  data <- if (inherits(x, "transcripts")) participants(x) else x
  check_columns(data, c(group, attributes), arg = "x")
  check_string(group, null = TRUE)
  data <- as.data.frame(data, stringsAsFactors = FALSE)
  attributes <- attributes %||% telling_columns(data, group)
  parts <- list(All = seq_len(nrow(data)))
  if (!is.null(group)) {
    by <- as.character(data[[group]])
    by[is.na(by)] <- "(missing)"
    parts <- c(split(seq_len(nrow(data)), factor(by, unique(by))), parts)
  }
  rows <- c(
    list(sample_rows("Participants", "", lapply(parts, length))),
    lapply(attributes, function(name) describe_attribute(data, name, parts))
  )
  new_result(do.call(rbind, rows), class = "sample_table")
}

telling_columns <- function(data, group) {
  names <- setdiff(names(data), c("participant", group))
  Filter(function(name) {
    values <- data[[name]]
    n <- length(unique(values))
    n > 1 && (is.numeric(values) || n < nrow(data))
  }, names)
}

sample_rows <- function(attribute, level, values) {
  data.frame(attribute = attribute, level = level,
             lapply(values, as.character), check.names = FALSE,
             stringsAsFactors = FALSE)
}

describe_attribute <- function(data, name, parts) {
  values <- data[[name]]
  if (is.numeric(values)) {
    ranges <- lapply(parts, function(rows) median_range(values[rows]))
    return(sample_rows(name, "median (range)", ranges))
  }
  values <- as.character(values)
  values[is.na(values)] <- "(missing)"
  levels <- sorted_values(values)
  sample_rows(name, levels, lapply(parts, function(rows) {
    n <- as.integer(table(factor(values[rows], levels)))
    sprintf("%d (%s)", n, format_percent(n / length(rows)))
  }))
}

median_range <- function(x) {
  known <- x[!is.na(x)]
  if (!length(known)) {
    return("NA")
  }
  missing <- sum(is.na(x))
  paste0(
    sprintf("%s (%s to %s)", format(stats::median(known)), format(min(known)),
            format(max(known))),
    if (missing) sprintf(", %d missing", missing)
  )
}

#' @rdname sample_table
#' @param ... Not used.
#' @export
print.sample_table <- function(x, ...) {
  out <- x
  class(out) <- "data.frame"
  out$attribute[duplicated(out$attribute)] <- ""
  print_table(out)
  invisible(x)
}

#' @rdname sample_table
#' @param caption The table's caption.
#' @exportS3Method knitr::knit_print
knit_print.sample_table <- function(x, ..., caption = "Participants") {
  out <- x
  class(out) <- "data.frame"
  out$attribute <- gsub("_", " ", out$attribute, fixed = TRUE)
  out$attribute[duplicated(out$attribute)] <- ""
  names(out)[1:2] <- c("", " ")
  knit_table(out, caption = caption)
}
