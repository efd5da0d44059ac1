#' Framework matrix: cases by themes, in words
#'
#' What each participant (or group) said on each theme or code: how many
#' passages, and some of them with their places, in a table to read across
#' (one case, all themes) and down (one theme, all cases). Empty cells are there
#' too. Summaries of the authors' own stand in place of the quotes where given;
#' none is made up.
#'
#' @inheritParams quotes
#' @param group The participants' attribute by which rows stand together, or
#'   `NULL`; with `by = "participant"`.
#' @param n Quotes in each cell, at most; 0 for numbers alone.
#' @param summaries The authors' summaries: a data frame with the column `by`,
#'   the column `theme` (or `code`) and `summary`; or `NULL`.
#' @return A data frame of class `framework_matrix`, one row per case and theme
#'   (or code): the column `by`, `group` where asked for, `theme` (or `code`),
#'   `participants` (those of the case who have a passage; without
#'   `by = "participant"`), `passages`, `quotes` (uncut, each with its place),
#'   `summary` (`NA` where none is given).
#'
#'   `as.matrix(x)` has a row per case and a column per theme: the summary, or
#'   else the quotes; `as.matrix(x, "passages")` the numbers. [write_table()]
#'   writes the table that is shown to a file.
#' @section Errors: those of [quotes()]; `intercoder_error_columns` where
#'   `summaries` lack a column, `intercoder_error_value` where they name a case
#'   or theme that is not there, `intercoder_error_duplicate` where they name a
#'   cell twice.
#' @references Gale NK, Heath G, Cameron E, Rashid S, Redwood S (2013). Using
#'   the framework method for the analysis of qualitative data in
#'   multi-disciplinary health research. *BMC Medical Research Methodology* 13,
#'   117.
#' @seealso [code_counts()] for numbers alone, [joint_display()].
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' study <- simulated_study
#' cells <- framework_matrix(study$consensus, study$transcripts, study$codebook,
#'                           group = "group")
#' cells
#' as.matrix(cells, "passages")[1:3, ]
#' framework_matrix(study$consensus, study$transcripts, study$codebook,
#'                  by = "group", n = 2)
#' @export
framework_matrix <- function(codings, transcripts, codebook = NULL,
                             by = "participant", group = NULL,
                             level = c("theme", "code"), n = 1,
                             rule = c("typical", "first", "random"),
                             seed = NULL, summaries = NULL, coder = NULL,
                             participants = NULL, plan = NULL) {
  level <- check_choice(level, c("theme", "code"))
  rule <- check_choice(rule, c("typical", "first", "random"))
  check_count(n)
  found <- coded_passages(codings, transcripts, codebook, by, level, coder,
                          participants, plan)
  found <- group_cases(found, group, participants %||%
                         transcripts$participants, caller_env(0))
  chosen <- choose_quotes(found, n, rule, seed)
  out <- framework_cells(found, chosen)
  out$summary <- given_summaries(summaries, out, by, level, caller_env(0))
  new_result(out, by = by, group = group, level = level, rule = rule,
             coder = found$coder, labels = found$labels, chosen = chosen,
             class = "framework_matrix")
}

# Cases of one group stand together, groups in the order of their first case.
group_cases <- function(found, group, people, call) {
  check_string(group, null = TRUE, call = call)
  if (is.null(group)) {
    return(found)
  }
  if (found$by != "participant") {
    arg_error("group", "NULL where rows are not participants",
              describe_value(group), call)
  }
  check_columns(people, group, arg = "participants", call = call)
  cases <- found$cases
  value <- people[[group]][match(cases$levels, people$participant)]
  value <- factor(value, if (is.factor(value)) levels(value) else unique(value))
  order <- order(as.integer(value))
  found$passages$case <- match(found$passages$case, order)
  found$cases$levels <- cases$levels[order]
  found$cases$group <- as.character(value)[order]
  found
}

framework_cells <- function(found, chosen) {
  cases <- found$cases$levels
  columns <- found$columns
  all <- found$passages
  cell <- function(case, column) (case - 1) * length(columns) + column
  at <- cell(all$case, all$column)
  size <- length(cases) * length(columns)
  out <- data.frame(rep(cases, each = length(columns)))
  names(out) <- found$by
  if (!is.null(found$cases$group)) {
    out$group <- rep(found$cases$group, each = length(columns))
  }
  out[[found$level]] <- rep(columns, length(cases))
  if (found$by != "participant") {
    people <- !duplicated(data.frame(at, all$participant))
    out$participants <- tabulate(at[people], size)
  }
  out$passages <- tabulate(at, size)
  out$quotes <- joined_quotes(
    chosen, cell(match(chosen[[found$by]], cases),
                 match(chosen[[found$level]], columns)), size)
  out
}

# The quotes of each of `size` cells, one after the other; "" where none.
joined_quotes <- function(chosen, at, size, width = Inf) {
  text <- quoted_with_place(chosen$text, chosen$place, width)
  parts <- split(text, factor(at, seq_len(size)))
  vapply(parts, paste, "", collapse = " ", USE.NAMES = FALSE)
}

given_summaries <- function(summaries, cells, by, level, call) {
  if (is.null(summaries)) {
    return(rep(NA_character_, nrow(cells)))
  }
  check_columns(summaries, c(by, level, "summary"), arg = "summaries",
                call = call)
  key <- function(x) paste(x[[by]], x[[level]], sep = "\r")
  at <- match(key(summaries), key(cells))
  refuse <- function(bad, kind, what) {
    row <- which(bad)[1]
    if (!is.na(row)) {
      abort(kind, sprintf("Row %d of `summaries` %s: \"%s\", \"%s\".", row,
                          what, summaries[[by]][row], summaries[[level]][row]),
            row = row, call = call)
    }
  }
  refuse(is.na(at), "value", "is about no cell of the matrix")
  refuse(duplicated(at), "duplicate", "is about a cell that an earlier one has")
  out <- rep(NA_character_, nrow(cells))
  out[at] <- as_utf8(summaries$summary, "summaries$summary", call)
  out
}

#' @rdname framework_matrix
#' @param x A framework matrix.
#' @param value `"text"` (the summary, or else the quotes) or `"passages"`.
#' @export
as.matrix.framework_matrix <- function(x, value = c("text", "passages"), ...) {
  value <- check_choice(value, c("text", "passages"))
  cells <- if (value == "passages") x$passages else
    ifelse(is.na(x$summary), x$quotes, x$summary)
  cases <- unique(x[[attr(x, "by")]])
  columns <- unique(x[[attr(x, "level")]])
  out <- matrix(cells[NA_integer_][1], length(cases), length(columns),
                dimnames = list(cases, columns))
  out[cbind(match(x[[attr(x, "by")]], cases),
            match(x[[attr(x, "level")]], columns))] <- cells
  out
}

# As in a cell: how many, then words.
framework_text <- function(x, width) {
  chosen <- attr(x, "chosen")
  key <- function(y) paste(y[[attr(x, "by")]], y[[attr(x, "level")]],
                           sep = "\r")
  quotes <- joined_quotes(chosen, match(key(chosen), key(x)), nrow(x), width)
  words <- ifelse(is.na(x$summary), quotes, x$summary)
  amount <- if (is.null(x$participants)) format_whole(x$passages) else
    sprintf("%d by %s", x$passages, format_count(x$participants, "participant"))
  ifelse(x$passages == 0 & is.na(x$summary), "",
         paste0(amount, ifelse(nzchar(words), ": ", ""), words))
}

#' @rdname framework_matrix
#' @param width The longest a quote may be in print and in tables, in
#'   characters; longer ones are cut at a word. Summaries are never cut.
#' @export
format.framework_matrix <- function(x, width = 120, ...) {
  by <- attr(x, "by")
  columns <- unique(x[[attr(x, "level")]])
  cases <- unique(x[[by]])
  cells <- matrix("", length(cases), length(columns))
  cells[cbind(match(x[[by]], cases), match(x[[attr(x, "level")]], columns))] <-
    framework_text(x, width)
  first <- match(cases, x[[by]])
  label <- attr(x, "labels")[columns]
  out <- list(as.character(cases), x$group[first])
  names(out) <- c(by, attr(x, "group") %||% "group")
  if (is.null(attr(x, "group"))) out <- out[1]
  out <- data.frame(out, cells, check.names = FALSE)
  names(out)[seq(to = ncol(out), length.out = length(columns))] <- label
  out
}

framework_header <- function(x) {
  by <- attr(x, "by")
  cases <- length(unique(x[[by]]))
  sprintf("%s x %s%s. %s",
          if (by == "participant") format_count(cases, by) else
            sprintf("%d of \"%s\"", cases, by),
          format_count(length(unique(x[[attr(x, "level")]])),
                       attr(x, "level")),
          if (length(attr(x, "coder")))
            sprintf(", coded by %s", attr(x, "coder")) else "",
          quotes_note(attr(x, "chosen")))
}

#' @rdname framework_matrix
#' @param cases How many cases are printed.
#' @export
print.framework_matrix <- function(x, width = 120, cases = 5, ...) {
  check_count(cases)
  cat(strwrap(paste("<framework_matrix>", framework_header(x)), exdent = 2),
      sep = "\n")
  by <- attr(x, "by")
  all <- unique(x[[by]])
  for (case in utils::head(all, cases)) {
    print_case(x[x[[by]] %in% case, ], case, width)
  }
  rest <- length(all) - cases
  if (rest > 0) cat(sprintf("... and %d more\n", as.integer(rest)))
  invisible(x)
}

print_case <- function(x, case, width) {
  group <- if (!is.null(attr(x, "group"))) sprintf(" (%s)", x$group[1]) else ""
  text <- framework_text(x, width)
  label <- attr(x, "labels")[x[[attr(x, "level")]]]
  cat(paste0(case, group), "\n", sep = "")
  cat(strwrap(paste0(label, ifelse(nzchar(text), ": ", ": -"), text),
              getOption("width") - 1, indent = 2, exdent = 4), sep = "\n")
}

#' @rdname framework_matrix
#' @param caption Caption of a knitted table.
#' @exportS3Method knitr::knit_print
knit_print.framework_matrix <- function(x, width = 120, caption = NULL, ...) {
  knit_table(format.framework_matrix(x, width),
             caption = caption %||% framework_header(x))
}
