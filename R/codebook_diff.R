#' What changed between two versions of a codebook
#'
#' Compares two codebooks code by code: which were added, removed, renamed,
#' split or merged, and whose theme, rule or wording changed. Given transcripts,
#' both are applied to them, to see what the change does to the codings.
#'
#' @param x The old [codebook()].
#' @param new The new one.
#' @param transcripts [transcripts()] or a [project()] that both codebooks are
#'   applied to, or `NULL`.
#' @param examples How many codings gained and lost are shown for a code, a
#'   whole number.
#' @param ... For `diff()`, arguments of [apply_codebook()] such as `roles`; for
#'   `print()` nothing.
#' @return A data frame of class `codebook_diff` with a row for each change:
#'   `change`, `code` (the code in the old codebook, `NA` for one added),
#'   `new_code` (in the new one, `NA` for one removed), `old` and `new`, the
#'   texts before and after. `change` is
#'   * `"added"`, `"removed"`: `new` or `old` holds the rule;
#'   * `"renamed"`: the code has another name; `old` and `new` are the names;
#'   * `"split"`, `"merged"`: a row for each pair of old and new code; `old` and
#'     `new` are their rules;
#'   * `"moved"`: it stands under another theme or code;
#'   * `"list"`: a list came, went or changed; `code` and `new_code` are its
#'     name;
#'   * `"rule"`, `"definition"`, `"near_miss"` or the name of any other column:
#'     its text changed.
#'
#'   Attributes `versions` and `hashes` (of the old and the new codebook) and,
#'   with `transcripts`, `codings`: a data frame with a row per code and `code`,
#'   `new_code`, `kept`, `lost`, `gained` (codings), and `lost_example` and
#'   `gained_example`, some of their words with transcript and first character.
#'   A coding is kept when a coding of the same code, renamed or not, stands at
#'   the same characters.
#'
#' @section How codes are recognised:
#' Codes of the same name are the same. Of the others, a removed and an added
#' code are one renamed if they have the same `guid`, the same rule or else the
#' same definition, in this order; each code is taken once, from the top.
#'
#' Split and merged go by the terms that `OR` joins in a rule, without regard to
#' case. A code is split when two or more codes of the new codebook, at least
#' one of them added, each take at least half of their terms from its old rule,
#' and together hold at least half of it. Merged is the same with old and new
#' exchanged: two or more codes of the old codebook, at least one of them
#' removed, went into one.
#' @section Errors:
#' `intercoder_error_argument` if one of the two is not a codebook, and those of
#' [apply_codebook()].
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' old <- codebook(data.frame(
#'   code = c("time", "trust"), rule = c("minute* OR hour*", "trust*")
#' ), version = "1")
#' new <- codebook(data.frame(
#'   code = c("time", "confidence"), theme = c("Efficiency", NA),
#'   rule = c("minute* OR quick*", "trust*")
#' ), version = "2")
#' diff(old, new)
#'
#' talk <- transcripts(data.frame(
#'   transcript = "A", speaker = c("Interviewer", "Ada"),
#'   text = c("What changed?", "It is quick, it saves an hour. I trust it.")
#' ))
#' diff(old, new, transcripts = talk)
#' @export
diff.codebook <- function(x, new, transcripts = NULL, examples = 2, ...) {
  if (is.null(transcripts)) check_no_dots(...)
  if (missing(new)) {
    arg_error("new", "the new codebook", "missing", caller_env(0))
  }
  check_class(new, "codebook", "codebook()")
  check_count(examples)
  same <- same_codes(x, new)
  out <- rbind(
    changes_of_number(x, new, same),
    changes_of_text(x, new, same),
    changes_of_lists(attr(x, "lists"), attr(new, "lists"))
  )
  rownames(out) <- NULL
  out <- new_result(
    out, class = "codebook_diff",
    versions = c(attr(x, "version"), attr(new, "version")),
    hashes = c(codebook_hash(x), codebook_hash(new))
  )
  if (!is.null(transcripts)) {
    attr(out, "codings") <- diff_codings(x, new, same, transcripts, examples,
                                         ...)
  }
  out
}

change_rows <- function(change = character(), code = character(),
                        new_code = character(), old = character(),
                        new = character()) {
  n <- max(length(code), length(new_code))
  data.frame(change = rep_len(change, n), code = rep_len(code, n),
             new_code = rep_len(new_code, n), old = rep_len(old, n),
             new = rep_len(new, n), stringsAsFactors = FALSE)
}

# For each old code the row of the new one that it is; NA where there is none.
same_codes <- function(old, new) {
  to <- match(old$code, new$code)
  for (column in c("guid", "rule", "definition")) {
    if (!is.null(old[[column]]) && !is.null(new[[column]])) {
      to <- match_renamed(to, squeeze(old[[column]]), squeeze(new[[column]]))
    }
  }
  to
}

match_renamed <- function(to, old, new) {
  for (row in which(is.na(to) & !is.na(old))) {
    free <- setdiff(which(new == old[row]), to)
    if (length(free)) to[row] <- free[1]
  }
  to
}

# ---- codes that came, went, were split or merged ----

changes_of_number <- function(old, new, same) {
  removed <- which(is.na(same))
  added <- setdiff(seq_len(nrow(new)), same)
  before <- term_sets(old)
  after <- term_sets(new)
  split <- divided(before, after, added, same)
  merged <- divided(after, before, removed, match(seq_len(nrow(new)), same))
  merged <- merged[c("to", "from")]
  names(merged) <- c("from", "to")
  added <- setdiff(added, c(split$to, merged$to))
  removed <- setdiff(removed, c(split$from, merged$from))
  rbind(
    change_rows("added", NA_character_, new$code[added], NA_character_,
                new$rule[added])[
      seq_along(added), ],
    change_rows("removed", old$code[removed], NA_character_,
                old$rule[removed], NA_character_)[
      seq_along(removed), ],
    pair_rows("split", split, old, new),
    pair_rows("merged", merged, old, new)
  )
}

pair_rows <- function(change, pairs, old, new) {
  change_rows(change, old$code[pairs$from], new$code[pairs$to],
              old$rule[pairs$from], new$rule[pairs$to])[seq_along(pairs$to), ]
}

term_sets <- function(x) {
  lapply(resolved_rules(x), function(rule) {
    unique(tolower(rule_terms(rule)))
  })
}

# Pairs (from, to) where one of `before` became two or more of `after`, at
# least one of them among `fresh`.
divided <- function(before, after, fresh, same) {
  from <- to <- integer()
  for (one in which(lengths(before) > 1)) {
    share <- vapply(after, function(terms) {
      if (length(terms)) mean(terms %in% before[[one]]) else 0
    }, 0)
    into <- which(share >= 0.5)
    into <- into[into %in% c(fresh, same[one])]
    held <- mean(before[[one]] %in% unlist(after[into]))
    if (length(into) > 1 && any(into %in% fresh) && held >= 0.5) {
      from <- c(from, rep(one, length(into)))
      to <- c(to, into)
    }
  }
  list(from = from, to = to)
}

# ---- codes whose text changed ----

changes_of_text <- function(old, new, same) {
  from <- which(!is.na(same))
  to <- same[from]
  columns <- union(setdiff(names(old), "code"), setdiff(names(new), "code"))
  columns <- c("rule", setdiff(columns, c("rule", "guid")))
  renamed <- old$code[from] != new$code[to]
  rows <- lapply(columns, function(column) {
    column_changes(column, old, new, from, to)
  })
  do.call(rbind, c(list(
    change_rows("renamed", old$code[from], new$code[to], old$code[from],
                new$code[to])[renamed, ]
  ), rows))
}

changes_of_lists <- function(old, new) {
  names <- union(names(old), names(new))
  before <- unname(old[names]) %||% rep(NA_character_, length(names))
  after <- unname(new[names]) %||% rep(NA_character_, length(names))
  change_rows("list", ifelse(is.na(before), NA, names),
              ifelse(is.na(after), NA, names), before, after)[
    which(differ(before, after)), ]
}

column_changes <- function(column, old, new, from, to) {
  before <- column_text(old, column)[from]
  after <- column_text(new, column)[to]
  changed <- differ(before, after)
  if (column == "theme") {
    # Under the same code by another name is the same place.
    renamed <- new$code[to][match(before, old$code[from])]
    changed <- changed & (is.na(renamed) | differ(renamed, after))
  }
  if (column == "label") {
    # A label that is only the code's name changes with it.
    changed <- changed &
      (differ(before, old$code[from]) | differ(after, new$code[to]))
  }
  change_rows(if (column == "theme") "moved" else column, old$code[from],
              new$code[to], before, after)[which(changed), ]
}

differ <- function(a, b) {
  is.na(a) != is.na(b) | (!is.na(a) & !is.na(b) & a != b)
}

column_text <- function(x, column) {
  text <- x[[column]]
  if (is.null(text)) rep(NA_character_, nrow(x)) else as.character(text)
}

# ---- what it does to the codings ----

diff_codings <- function(old, new, same, transcripts, examples, ...) {
  if (inherits(transcripts, "project")) {
    transcripts <- project_read(transcripts, "transcripts")
  }
  check_class(transcripts, "transcripts", "transcripts()",
              call = caller_env(2))
  before <- as.data.frame(apply_codebook(transcripts, old, ...))
  after <- as.data.frame(apply_codebook(transcripts, new, ...))
  rows <- code_pairs(old, new, same)
  out <- lapply(seq_len(nrow(rows)), function(i) {
    coding_change(rows$code[i], rows$new_code[i],
                  before[before$code %in% rows$code[i], ],
                  after[after$code %in% rows$new_code[i], ], examples)
  })
  do.call(rbind, out)
}

# Old codes that have a rule before or after, then new ones.
code_pairs <- function(old, new, same) {
  added <- setdiff(which(!is.na(new$rule)), same)
  kept <- which(!is.na(old$rule) | !is.na(new$rule[same]))
  data.frame(
    code = c(old$code[kept], rep(NA_character_, length(added))),
    new_code = c(new$code[same[kept]], new$code[added]),
    stringsAsFactors = FALSE
  )
}

coding_change <- function(code, new_code, before, after, examples) {
  key <- function(x) paste(x$transcript, x$start, x$end, sep = "\x1f")
  kept <- key(before) %in% key(after)
  gained <- after[!key(after) %in% key(before), ]
  data.frame(
    code = code, new_code = new_code, kept = sum(kept), lost = sum(!kept),
    gained = nrow(gained),
    lost_example = coding_examples(before[!kept, ], examples),
    gained_example = coding_examples(gained, examples),
    stringsAsFactors = FALSE
  )
}

coding_examples <- function(codings, most) {
  codings <- utils::head(codings, most)
  if (!nrow(codings)) {
    return(NA_character_)
  }
  paste(sprintf("\"%s\" (%s, %d)", squeeze(codings$text), codings$transcript,
                codings$start), collapse = "; ")
}

# ---- printing ----

#' @export
print.codebook_diff <- function(x, ...) {
  writeLines(format(x))
  codings <- attr(x, "codings")
  if (!is.null(codings)) print_diff_codings(codings)
  invisible(x)
}

#' @export
format.codebook_diff <- function(x, ...) {
  c(diff_title(x), unlist(lapply(seq_len(nrow(x)), diff_lines, x)))
}

diff_title <- function(x) {
  versions <- attr(x, "versions")
  hashes <- substr(attr(x, "hashes"), 1, 8)
  shown <- ifelse(is.na(versions), hashes, paste("version", versions))
  sprintf("<codebook_diff> %s, %s to %s", format_count(nrow(x), "change"),
          shown[1], shown[2])
}

diff_lines <- function(row, x) {
  change <- x$change[row]
  name <- if (is.na(x$code[row])) x$new_code[row] else x$code[row]
  renamed <- !is.na(x$code[row]) && !is.na(x$new_code[row]) &&
    x$code[row] != x$new_code[row]
  head <- switch(
    change,
    added = paste("+", name), removed = paste("-", name),
    renamed = , split = , merged =
      sprintf("~ %s -> %s: %s", x$code[row], x$new_code[row], change),
    sprintf("~ %s: %s", if (renamed) x$new_code[row] else name, change)
  )
  if (change == "renamed") {
    return(head)
  }
  c(head, diff_text("-", x$old[row]), diff_text("+", x$new[row]))
}

diff_text <- function(sign, text) {
  if (is.na(text)) {
    return(NULL)
  }
  lines <- unlist(strsplit(text, "\n", fixed = TRUE))
  lines <- strwrap(lines, getOption("width") - 8)
  shown <- utils::head(lines, 4)
  if (length(lines) > 4) shown[4] <- paste(shown[4], "...")
  paste0("    ", c(sign, rep(" ", length(shown) - 1)), " ", shown)
}

print_diff_codings <- function(codings) {
  cat("Codings:\n")
  name <- ifelse(is.na(codings$code), codings$new_code, codings$code)
  renamed <- !is.na(codings$code) & !is.na(codings$new_code) &
    codings$code != codings$new_code
  name[renamed] <- paste(codings$code, "->", codings$new_code)[renamed]
  blank <- function(x) ifelse(is.na(x), "", x)
  print_table(data.frame(
    code = name, kept = codings$kept, lost = codings$lost,
    gained = codings$gained, `lost for example` = blank(codings$lost_example),
    `gained for example` = blank(codings$gained_example), check.names = FALSE
  ))
}

#' @exportS3Method knitr::knit_print
knit_print.codebook_diff <- function(x, ..., caption = "Changes") {
  table <- as.data.frame(x)
  class(table) <- "data.frame"
  table[is.na(table)] <- ""
  names(table) <- c("Change", "Code", "New code", "Before", "After")
  knit_table(table, caption = caption)
}
