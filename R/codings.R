coding_columns <- c("transcript", "start", "end", "code", "coder")
coding_extras <- c("text", "round", "weight", "memo")
coding_shown <- c(coding_columns, coding_extras)

#' Codings: who applied which code to which stretch of text
#'
#' The table in the middle: people, rules and models all give codings of this
#' shape. `codings()` checks a data frame row by row.
#'
#' @param data A data frame with one row per coded segment: `transcript`,
#'   `start` and `end` (characters, that is code points, from 1, both
#'   inclusive, as in [substring()]), `code`, `coder`, and where known `text`,
#'   `round` (whole number), `weight` (number) and `memo`. Columns of other
#'   names are kept.
#' @param transcripts The [transcripts()] that were coded, or `NULL` to leave
#'   the places unchecked. With it every row must name one of them and end
#'   inside it, and `text` is taken from there.
#' @param x,object Codings.
#' @param ... For `rbind()` and `c()`: codings to join, columns matched by name;
#'   a plain data frame is checked first. Otherwise not used.
#' @return A data frame of class `codings` with the columns `transcript`,
#'   `start`, `end`, `code`, `coder`, `text`, `round`, `weight`, `memo`, then
#'   the others. `summary()` and `tidy()` count, per code and coder, the codings
#'   (`codings`), the transcripts they stand in (`transcripts`) and the
#'   characters they cover (`characters`).
#' @section Errors:
#' `intercoder_error_codings` for rows that cannot be: no transcript, code or
#' coder, places that are missing or not whole, `start` after `end`, an unknown
#' transcript, an end past its text. The message names the rows; the
#' condition's fields `rows` and `problems` hold all of them. A `text` that
#' differs from the transcript's draws `intercoder_warning_text`.
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' done <- codings(data.frame(
#'   transcript = "A", start = c(1, 30), end = c(12, 41),
#'   code = c("time", "trust"), coder = c("Ada", "Ben")
#' ))
#' done
#' summary(c(done, done))
#' @export
codings <- function(data, transcripts = NULL) {
  check_columns(data, coding_columns)
  data <- complete_codings(data)
  problems <- coding_faults(data)
  if (!is.null(transcripts)) {
    check_class(transcripts, "transcripts", "transcripts()")
    problems <- place_problems(data, transcripts, problems)
  }
  refuse_codings(problems)
  if (!is.null(transcripts)) {
    data$text <- coded_text(data, transcripts)
  }
  new_codings(data)
}

new_codings <- function(data) {
  new_result(data, class = "codings", columns = coding_columns)
}

complete_codings <- function(data, call = caller_env()) {
  data <- as.data.frame(data, stringsAsFactors = FALSE)
  class(data) <- "data.frame"
  rownames(data) <- NULL
  n <- nrow(data)
  for (column in c("transcript", "code", "coder", "text", "memo")) {
    data[[column]] <- if (is.null(data[[column]])) rep(NA_character_, n) else
      as_utf8(data[[column]], arg = column, call = call)
  }
  for (column in c("start", "end", "round", "weight")) {
    data[[column]] <- number_column(data[[column]], n, column, call)
  }
  first <- c(coding_columns, coding_extras)
  data[c(first, setdiff(names(data), first))]
}

number_column <- function(x, n, column, call) {
  if (is.null(x)) {
    x <- rep(NA_real_, n)
  }
  if (is.logical(x) && all(is.na(x))) {
    x <- as.double(x)
  }
  if (!is.numeric(x)) {
    arg_error(paste0("data$", column), "numbers", describe_value(x), call)
  }
  if (column == "weight") as.double(x) else whole_numbers(x, column, call)
}

# Integers, NA staying NA. What is not whole is kept for the row check.
whole_numbers <- function(x, column, call) {
  if (is.integer(x)) {
    return(x)
  }
  whole <- is.na(x) | (x == trunc(x) & abs(x) <= .Machine$integer.max)
  if (!all(whole)) {
    abort(
      "codings",
      sprintf("Row %d: `%s` must be a whole number, not %s.",
              which(!whole)[1], column, format(x[!whole][1])),
      rows = which(!whole), call = call
    )
  }
  as.integer(x)
}

# One problem per row: the first that was found.
no_problems <- function(n) rep(NA_character_, n)

note_problem <- function(problems, at, text) {
  new <- which(at & is.na(problems))
  problems[new] <- rep_len(text, length(problems))[new]
  problems
}

coding_faults <- function(data) {
  problems <- no_problems(nrow(data))
  for (column in c("transcript", "code", "coder")) {
    absent <- is.na(data[[column]]) | !nzchar(data[[column]])
    problems <- note_problem(problems, absent, sprintf("no %s", column))
  }
  for (column in c("start", "end")) {
    problems <- note_problem(problems, is.na(data[[column]]),
                             sprintf("no %s", column))
  }
  problems <- note_problem(problems, data$start < 1,
                           sprintf("start %d is before 1", data$start))
  note_problem(problems, data$start > data$end,
               sprintf("start %d is after end %d", data$start, data$end))
}

place_problems <- function(data, transcripts, problems) {
  documents <- transcripts$documents
  at <- match(data$transcript, documents$transcript)
  problems <- note_problem(
    problems, is.na(at), sprintf("unknown transcript \"%s\"", data$transcript)
  )
  size <- nchar(documents$text, "chars")[at]
  note_problem(
    problems, data$end > size,
    sprintf("end %d runs past the end of transcript \"%s\" (%d characters)",
            data$end, data$transcript, size)
  )
}

refuse_codings <- function(problems, call = caller_env()) {
  rows <- which(!is.na(problems))
  if (!length(rows)) {
    return(invisible())
  }
  shown <- utils::head(rows, 5)
  lines <- sprintf("Row %d: %s.", shown, problems[shown])
  if (length(rows) > length(shown)) {
    lines <- c(lines, sprintf("and %d more.", length(rows) - length(shown)))
  }
  names(lines) <- rep("x", length(lines))
  abort(
    "codings",
    c(sprintf("%s cannot be codings.", format_count(length(rows), "row")),
      lines),
    rows = rows, problems = problems[rows], call = call
  )
}

coded_text <- function(data, transcripts) {
  documents <- transcripts$documents
  text <- slice_text(documents$text,
                     match(data$transcript, documents$transcript),
                     data$start, data$end)
  other <- which(!is.na(data$text) & data$text != text)
  if (length(other)) {
    warn(
      "text",
      c(
        sprintf("The text of %s is not what the transcript has there: %s.",
                format_count(length(other), "row"),
                paste(utils::head(other, 10), collapse = ", ")),
        i = "The transcript's text is kept; the places may have shifted."
      ),
      rows = other
    )
  }
  text
}

# ---- joining and taking parts ----

#' @rdname codings
#' @export
c.codings <- function(...) {
  parts <- Filter(Negate(is.null), list(...))
  parts <- lapply(parts, function(part) {
    if (inherits(part, "codings")) part else codings(part)
  })
  problems <- unique(do.call(rbind, lapply(parts, coding_problems)))
  places <- unique(do.call(rbind, lapply(parts, problems.codings)))
  columns <- unique(unlist(lapply(parts, names)))
  parts <- lapply(parts, function(part) {
    part <- as.data.frame(part)
    part[setdiff(columns, names(part))] <- NA
    part[columns]
  })
  joined <- do.call(rbind, unname(parts))
  rownames(joined) <- NULL
  joined <- with_places(new_codings(joined), places)
  with_problems(joined, problems, warn = FALSE)
}

#' @rdname codings
#' @param deparse.level Ignored.
#' @export
rbind.codings <- function(..., deparse.level = 1) {
  c.codings(...)
}

# ---- showing ----

#' @rdname codings
#' @export
summary.codings <- function(object, ...) {
  key <- paste(object$code, object$coder, sep = "\x1f")
  groups <- split(seq_len(nrow(object)), factor(key, levels = unique(key)))
  first <- vapply(groups, `[`, 1L, 1L, USE.NAMES = FALSE)
  out <- data.frame(
    code = object$code[first],
    coder = object$coder[first],
    codings = lengths(groups, use.names = FALSE),
    transcripts = vapply(groups, function(rows) {
      length(unique(object$transcript[rows]))
    }, 1L, USE.NAMES = FALSE),
    characters = vapply(groups, function(rows) {
      sum(object$end[rows] - object$start[rows] + 1)
    }, 1, USE.NAMES = FALSE),
    stringsAsFactors = FALSE
  )
  out <- out[order(out$code, out$coder, method = "radix"), ]
  rownames(out) <- NULL
  out
}

#' @rdname codings
#' @exportS3Method generics::tidy
tidy.codings <- function(x, ...) tidy_names(summary(x))

#' @export
format.codings <- function(x, ...) {
  sprintf(
    "<codings> %s by %s: %s in %s",
    format_count(nrow(x), "coding"),
    format_count(length(unique(x$coder)), "coder"),
    format_count(length(unique(x$code)), "code"),
    format_count(length(unique(x$transcript)), "transcript")
  )
}

#' @rdname codings
#' @param n How many rows are shown, a whole number or `Inf`.
#' @export
print.codings <- function(x, n = 10, ...) {
  check_count(n, max = Inf)
  writeLines(format(x))
  problems <- coding_problems(x)
  if (nrow(problems)) {
    writeLines(paste(missed_line(problems), "See coding_problems()."))
  }
  places <- problems(x)
  if (nrow(places)) {
    writeLines(sprintf("Of the file, %s doubtful, %s left out. See problems().",
                       format_count(sum(!places$done %in% "left out"),
                                    "coding"),
                       format_whole(sum(places$done %in% "left out"))))
  }
  shown <- as.data.frame(x)[seq_len(min(n, nrow(x))), , drop = FALSE]
  plain <- coding_extras[vapply(coding_extras, function(column) {
    all(is.na(x[[column]]))
  }, TRUE)]
  shown <- shown[setdiff(names(shown), plain)]
  for (column in intersect(c("text", "memo"), names(shown))) {
    shown[[column]] <- shorten(shown[[column]], 40)
  }
  more <- setdiff(names(shown), coding_shown)
  shown <- shown[setdiff(names(shown), more)]
  if (nrow(shown)) {
    print_codings(shown)
  }
  if (nrow(x) > nrow(shown)) {
    writeLines(sprintf("and %s", format_count(nrow(x) - nrow(shown),
                                              "more row", "more rows")))
  }
  if (length(more)) {
    writeLines(strwrap(paste("Other columns:", toString(more)), exdent = 2))
  }
  invisible(x)
}

# The text takes what room the other columns leave.
print_codings <- function(shown) {
  shown$code <- shorten(shown$code, 30)
  width <- vapply(shown, function(v) max(nchar(format(v), "width")), 0)
  width <- pmax(width, nchar(names(shown)))
  others <- sum(width[names(shown) != "text"] + 1) + 1
  if ("text" %in% names(shown)) {
    room <- getOption("width") - others - nchar(nrow(shown)) - 1
    shown$text <- shorten(shown$text, max(15, room))
  }
  print(shown, right = FALSE)
}

shorten <- function(x, width) {
  x <- gsub("[[:space:]]+", " ", x)
  long <- !is.na(x) & nchar(x, "chars") > width
  x[long] <- paste0(substring(x[long], 1, width - 3), "...")
  x
}

#' @rdname codings
#' @param y Not used.
#' @export
plot.codings <- function(x, y, ...) {
  draw_dots(coding_dots(x), "Codings", "", 0)
  invisible(x)
}

#' @rdname codings
#' @importFrom rlang .data
#' @exportS3Method ggplot2::autoplot
autoplot.codings <- function(object, ...) {
  need_package("ggplot2", "autoplot()")
  autoplot_dots(coding_dots(object), "Codings", NULL, 0)
}

coding_dots <- function(x, call = caller_env()) {
  if (!nrow(x)) {
    abort("input", "There are no codings to show.", call = call)
  }
  counts <- summary(x)
  data.frame(label = counts$code, kind = counts$coder, at = counts$codings,
             low = 0, high = counts$codings, machine = TRUE)
}

#' @exportS3Method knitr::knit_print
knit_print.codings <- function(x, ..., caption = "Codings by code and coder") {
  table <- summary(x)
  names(table) <- c("Code", "Coder", "Codings", "Transcripts", "Characters")
  knit_table(table, caption = caption)
}
