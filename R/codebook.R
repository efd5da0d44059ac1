codebook_columns <- c("code", "theme", "label", "definition", "include",
                      "exclude", "example", "rule")
# Columns that say more about how a rule applies, or should; a codebook may
# lack them.
rule_columns <- c("speaker", "section", "minimum", "weight", "near_miss")

#' A codebook: codes, what they mean, and the rules that apply them
#'
#' `codebook()` checks a data frame of codes and returns it as a codebook. Codes
#' form a tree: `theme` holds the code a code stands under, or, at the top, the
#' plain label of a theme. Read one from a file with [read_codebook()], apply it
#' with [apply_codebook()].
#'
#' @param data A data frame with one row per code. Only `code` is required. The
#'   other columns a codebook has are `theme` (parent code or theme label, `NA`
#'   at the top), `label` (the name people read, by default the code itself),
#'   `definition`, `include`, `exclude`, `example` and `rule` (see
#'   [rules][codebook-rules]). Empty strings count as missing. Columns of other
#'   names are kept; for `near_miss`, `speaker`, `section`, `minimum`, `weight`
#'   and `list` see below.
#' @param version The codebook's version, one string, or `NULL`.
#' @param lists Lists of words or of anything else that several rules need: a
#'   named character vector of rules, or `NULL`. A list is no code. A rule that
#'   says `@name` takes in the list, or the rule of the code, of that name.
#' @return A data frame of class `codebook` with the columns `code`, `theme`,
#'   `label`, `definition`, `include`, `exclude`, `example`, `rule`, then the
#'   other columns of `data`; attributes `version` and `file` (`NA` where there
#'   is none), and `lists` where there are any. Printed as a tree; `format()`
#'   gives the lines of the tree. Codes taken out by `[` to which others still
#'   refer stay as lists.
#'
#' @section How a rule applies:
#' These columns may be there, and may be empty for any code:
#' * `speaker`: whose turns are searched for this code, in the place of what
#'   [apply_codebook()] is told by `roles`. A role (`participant`,
#'   `interviewer`), a speaker's label or a participant's name as [turns()] has
#'   them; several are parted by `|`.
#' * `section`: the sections of the transcripts in which it is looked for;
#'   several are parted by `|`. See [sections()].
#' * `minimum`: how many hits, none overlapping another, a turn needs, else none
#'   of them counts: a whole number from 1.
#' * `weight`: a number, which becomes the `weight` of each coding.
#' * `near_miss`: what the rule should not find, though it is near; the
#'   counterpart of `example`. [test_codebook()] holds the rule against both.
#'
#' A row whose column `list` is `TRUE`, `yes` or `1` is a list, not a code: its
#' `code` is the name, its `rule` the list; nothing else in the row counts. In
#' other rows `list` is empty, `FALSE`, `no` or `0`. The column itself is not
#' kept.
#'
#' @section Errors:
#' `intercoder_error_columns` if `code` is absent; `intercoder_error_codebook`
#' for a missing or repeated code, for codes that stand under each other in a
#' circle, for a list without a name or a rule or with a code's name, and for a
#' `speaker`, `section`, `minimum`, `weight` or `list` that cannot be, naming
#' the rows; `intercoder_error_rule` for a rule that cannot be read, naming
#' code, row and character, and for references to what is not there or in a
#' circle; `intercoder_error_limit` for a rule beyond its limits.
#' @seealso [codebook_hash()], [write_codebook()], [as_codebook()],
#'   [diff.codebook()]
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' book <- codebook(data.frame(
#'   code = c("time", "trust", "trust_patient"),
#'   theme = c("Efficiency", "Relationship", "trust"),
#'   definition = c("Time won or lost", "Trust of any kind", NA),
#'   rule = c("minute* OR hour*", "trust*", "\"patient's trust\"")
#' ))
#' book
#' codebook_hash(book)
#'
#' codebook(data.frame(
#'   code = c("saving", "losing"),
#'   rule = c("sav* NEAR/4 @time", "(lose OR lost) NEAR/4 @time"),
#'   minimum = c(1, 2)
#' ), lists = c(time = "minute* OR hour* OR time"))
#' @export
codebook <- function(data, version = NULL, lists = NULL) {
  check_columns(data, "code")
  check_string(version, null = TRUE)
  new_codebook(complete_codebook(data), version = version %||% NA_character_,
               file = NA_character_, lists = lists)
}

# Checked, with `file` named in every message.
new_codebook <- function(data, version, file, call = caller_env(),
                         lists = NULL) {
  parts <- part_lists(data, lists, file, call)
  data <- parts$data
  check_codes(data, file, call)
  check_tree(data, file, call)
  data <- check_rule_columns(data, file, call)
  check_lists(parts$lists, data$code, file, call)
  check_rules(data, parts$lists, file, call)
  rownames(data) <- NULL
  lists <- parts$lists
  attr(lists, "rows") <- NULL
  new_result(data, version = version, file = file,
             lists = if (length(lists)) lists,
             class = "codebook", columns = codebook_columns)
}

# Rows of lists leave; those that stay keep their numbers as row names.
codebook_rows <- function(data) as.integer(attr(data, "row.names"))

complete_codebook <- function(data, call = caller_env()) {
  data <- as.data.frame(data, stringsAsFactors = FALSE)
  class(data) <- "data.frame"
  for (column in codebook_columns) {
    data[[column]] <- text_column(data[[column]], nrow(data), column, call)
  }
  unnamed <- is.na(data$label)
  data$label[unnamed] <- data$code[unnamed]
  for (column in intersect(c("speaker", "section", "near_miss"), names(data))) {
    data[[column]] <- text_column(data[[column]], nrow(data), column, call)
  }
  rownames(data) <- NULL
  attributes(data)[c("version", "file", "lists", "problems")] <- NULL
  data[c(codebook_columns, setdiff(names(data), codebook_columns))]
}

text_column <- function(x, n, column, call) {
  if (is.null(x)) {
    return(rep(NA_character_, n))
  }
  x <- as_utf8(x, arg = column, call = call)
  x[!is.na(x) & !nzchar(trimws(x))] <- NA
  if (column %in% c("code", "theme")) trimws(x) else x
}

in_file <- function(file) {
  if (is.na(file)) "" else sprintf(" in %s", file)
}

check_codes <- function(data, file, call) {
  missing <- codebook_rows(data)[is.na(data$code)]
  if (length(missing)) {
    abort(
      "codebook",
      sprintf("Row %d%s has no code.", missing[1], in_file(file)),
      rows = missing, call = call
    )
  }
  again <- anyDuplicated(data$code)
  if (again) {
    rows <- codebook_rows(data)[data$code == data$code[again]]
    abort(
      "codebook",
      c(
        sprintf("Code \"%s\" stands twice%s: rows %s.", data$code[again],
                in_file(file), paste(rows, collapse = " and ")),
        i = "Each code needs a name of its own."
      ),
      code = data$code[again], rows = rows, call = call
    )
  }
}

# The row of the parent of each code; NA where the parent is a theme label.
parent_rows <- function(data) {
  match(data$theme, data$code, incomparables = NA)
}

check_tree <- function(data, file, call) {
  parent <- parent_rows(data)
  if (all(is.na(parent))) {
    return(invisible(data))
  }
  at <- seq_len(nrow(data))
  for (step in seq_len(nrow(data))) {
    at <- parent[at]
    if (all(is.na(at))) {
      return(invisible(data))
    }
  }
  if (!nrow(data)) {
    return(invisible(data))
  }
  start <- which(!is.na(at))[1]
  circle <- start
  while (anyDuplicated(circle) == 0) {
    circle <- c(circle, parent[circle[length(circle)]])
  }
  circle <- circle[match(circle[length(circle)], circle):length(circle)]
  rows <- codebook_rows(data)[sort(unique(circle))]
  if (length(circle)) {
    abort(
      "codebook",
      c(
        sprintf("Codes stand under each other in a circle%s: %s.",
                in_file(file),
                paste0("\"", data$code[circle], "\"", collapse = " under ")),
        i = sprintf("See `theme` in %s %s.",
                    if (length(rows) == 1) "row" else "rows",
                    paste(rows, collapse = ", "))
      ),
      rows = rows, call = call
    )
  }
}

# Each rule as it is written, then with what it refers to in its place.
check_rules <- function(data, lists, file, call) {
  sources <- rule_sources(data, lists, codebook_rows(data))
  rows <- which(!is.na(sources$rule))
  core_value(
    .Call(C_codebook_check, masked_rules(sources$rule[rows])),
    describe = function(failure) {
      sprintf("%s%s: %s.", sources$what[rows[failure$item]], in_file(file),
              failure$message)
    },
    call = call
  )
  rows <- grep("@", sources$rule, fixed = TRUE)
  if (length(rows)) {
    resolved <- resolve_references(sources, file, call)[rows]
    core_value(
      .Call(C_codebook_check, resolved),
      describe = function(failure) {
        sprintf("%s%s: with what it refers to, %s.",
                sources$what[rows[failure$item]], in_file(file),
                sub(",? at character [0-9]+", "", failure$message))
      },
      call = call
    )
  }
  invisible(data)
}

#' The fingerprint of a codebook
#'
#' SHA-256 over the codes with their themes, labels, definitions, examples and
#' rules, in their order, over the columns `speaker`, `section`, `minimum`,
#' `weight` and `near_miss` where anything is in them, and over the lists. Two
#' codebooks with the same hash apply alike; the version, the file and added
#' columns do not enter.
#'
#' @param x A [codebook()].
#' @return One string of 64 hexadecimal digits.
#' @examples
#' codebook_hash(codebook(data.frame(code = "time", rule = "minute*")))
#' @export
codebook_hash <- function(x) {
  check_class(x, "codebook", "codebook()")
  lines <- hash_lines(as.data.frame(x)[codebook_columns])
  cli::hash_sha256(paste(c("codebook 1", lines, hash_extras(x)),
                         collapse = "\n"))
}

hash_lines <- function(data) {
  fields <- lapply(data, function(value) {
    value <- if (is.numeric(value)) {
      ifelse(is.na(value), NA, sprintf("%.17g", value))
    } else {
      enc2utf8(as.character(value))
    }
    ifelse(is.na(value), "N", paste0("S", nchar(value, "bytes"), ":", value))
  })
  do.call(paste, c(unname(fields), sep = "\x1f"))
}

# What a codebook need not have, and then leaves no trace of.
hash_extras <- function(x) {
  filled <- Filter(function(column) !all(is.na(x[[column]])),
                   intersect(rule_columns, names(x)))
  lists <- attr(x, "lists")
  if (length(lists)) lists <- lists[order(names(lists), method = "radix")]
  c(
    if (length(filled)) {
      c(paste(c("columns", filled), collapse = " "),
        hash_lines(as.data.frame(x)[filled]))
    },
    if (length(lists)) {
      c("lists", hash_lines(data.frame(name = names(lists), rule = lists,
                                       stringsAsFactors = FALSE)))
    }
  )
}

# ---- printing ----

#' @export
format.codebook <- function(x, ...) {
  parent <- parent_rows(x)
  top <- ifelse(is.na(parent), x$theme, NA)
  labels <- unique(top[is.na(parent)])
  lines <- character()
  for (label in labels) {
    roots <- which(is.na(parent) & (top %in% label))
    depth <- 0
    if (!is.na(label)) {
      lines <- c(lines, label)
      depth <- 1
    }
    lines <- c(lines, unlist(lapply(roots, code_lines, x, parent, depth)))
  }
  lines
}

code_lines <- function(row, x, parent, depth) {
  about <- if (identical(x$label[row], x$code[row])) "" else
    paste0("  ", x$label[row])
  rule <- if (is.na(x$rule[row])) "" else "  [rule]"
  c(
    paste0(strrep("  ", depth), x$code[row], about, rule),
    unlist(lapply(which(parent %in% row), code_lines, x, parent, depth + 1))
  )
}

#' @export
print.codebook <- function(x, ...) {
  themes <- length(codebook_themes(x))
  version <- attr(x, "version")
  writeLines(c(
    sprintf("<codebook> %s%s, %d with a rule%s",
            format_count(nrow(x), "code"),
            if (themes) paste0(" in ", format_count(themes, "theme")) else "",
            sum(!is.na(x$rule)),
            if (is.na(version)) "" else sprintf(" (version %s)", version)),
    format(x),
    if (length(attr(x, "lists"))) {
      format_list("Lists", paste0("@", names(attr(x, "lists"))))
    },
    problem_line(codebook_problems(x))
  ))
  invisible(x)
}

problem_line <- function(problems) {
  if (nrow(problems)) {
    sprintf("Not all was understood: %s, see codebook_problems().",
            format_count(nrow(problems), "problem"))
  }
}

# Theme labels and codes that others stand under, in their order.
codebook_themes <- function(x) {
  unique(x$theme[!is.na(x$theme)])
}

#' @export
`[.codebook` <- function(x, ...) {
  out <- NextMethod()
  attr(out, "problems") <- NULL
  if (inherits(out, "codebook")) with_referred(out, x) else out
}

# Codes that left but are referred to stay as lists.
with_referred <- function(out, x) {
  if (!any(grepl("@", c(out$rule, attr(x, "lists")), fixed = TRUE))) {
    return(out)
  }
  sources <- rule_sources(x, attr(x, "lists"))
  from <- which(sources$name %in% c(out$code, names(attr(x, "lists"))))
  gone <- sources$name[referred_sources(sources, from)]
  gone <- setdiff(gone, sources$name[from])
  if (length(gone)) {
    more <- stats::setNames(sources$rule[match(gone, sources$name)], gone)
    attr(out, "lists") <- c(attr(x, "lists"), more)
  }
  out
}

#' @exportS3Method knitr::knit_print
knit_print.codebook <- function(x, ..., caption = "Codebook") {
  shown <- c(Theme = "theme", Code = "label", Definition = "definition",
             Include = "include", Exclude = "exclude", Example = "example")
  has <- vapply(shown, function(column) !all(is.na(x[[column]])), TRUE)
  table <- as.data.frame(x)[shown[has]]
  table[is.na(table)] <- ""
  names(table) <- names(shown)[has]
  knit_table(table, caption = caption)
}
