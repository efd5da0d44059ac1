#' Participants by codes
#'
#' Counts, for every participant and every code, the units that carry the code.
#' The participant is what [compare_groups()] compares: units of one person are
#' not independent of each other.
#'
#' A unit carries a code when a coding with that code overlaps it, and a theme
#' when it carries any of the theme's codes. A participant with units and
#' without the code has 0, and counts; a participant without units (who was
#' never coded, see `plan`) is left out.
#'
#' @param codings [codings()].
#' @param units [units()] of the transcripts that were coded.
#' @param codebook The [codebook()]: which codes there are, used or not, and
#'   their themes (the top of the tree). Without it the codes found are taken,
#'   each its own theme.
#' @param coder Whose codings count, needed where `codings` have several coders.
#' @param participants Attributes: a data frame with a column `participant`, or
#'   [transcripts()]. By default what `units` bring along.
#' @param plan The [coding_plan()]. Units of transcripts that `coder` did not
#'   see are left out.
#' @param by `"participant"`, or `"speaker"` to take each speaker in each
#'   transcript as a participant (doctor and patient, say).
#' @return An object of class `code_matrix`, a list: `codes` and `themes`
#'   (integer matrices, participants x codes, number of units), `participants`
#'   (a data frame: `participant`, `units`, `words`, then attributes),
#'   `codebook` (`code`, `label`, `theme`), `unit`, `by`, `coder`.
#'   `as.data.frame(x, level)` gives one row per participant with the counts
#'   beside the attributes.
#' @section Errors: `intercoder_error_coders` where there are several coders and
#'   none was chosen, or `coder` has no codings; `intercoder_error_codes` where
#'   a code is not in the codebook; `intercoder_error_duplicate` where a
#'   participant or a code of the codebook stands there twice.
#' @seealso [tidiers]: `tidy()`, `glance()` and `augment()`.
#' @examples
#' x <- transcripts(data.frame(
#'   transcript = c("A", "B"),
#'   text = c("P: No time.\n\nP: I trust it.", "P: Always in a hurry.")
#' ))
#' found <- codings(data.frame(
#'   transcript = c("A", "B"), start = c(4, 4), end = c(11, 20),
#'   code = "time", coder = "Ada"
#' ))
#' code_matrix(found, units(x))
#' @export
code_matrix <- function(codings, units, codebook = NULL, coder = NULL,
                        participants = NULL, plan = NULL,
                        by = c("participant", "speaker")) {
  found <- carried_codes(codings, units, codebook, coder, participants, plan,
                         check_choice(by, c("participant", "speaker")))
  book <- found$book
  new_code_matrix(
    found,
    count_units(found$person, found$unit, found$code, book$code[!book$parent]),
    count_units(found$person, found$unit, found$theme, unique(book$theme)),
    book[!book$parent, c("code", "label", "theme")]
  )
}

# Which units carry which codes (and themes), and whose they are: `person` by
# unit, the others by hit.
carried_codes <- function(codings, units, codebook, coder, participants, plan,
                          by, call = caller_env()) {
  check_columns(codings, c("transcript", "start", "end", "code", "coder"),
                call = call)
  check_columns(units, c("unit", "transcript", "start", "end", "words"),
                call = call)
  check_columns(units, if (by == "speaker") "speaker" else "participant",
                call = call)
  coder <- one_coder(codings, coder, call)
  codings <- codings[codings$coder %in% coder, , drop = FALSE]
  people <- people_of(participants, units, call)
  divided <- attr(units, "by") %||% "unit"
  units <- as.data.frame(units)
  units <- units[seen_by(units, plan, coder, call), , drop = FALSE]
  units$participant <- participant_key(units, by)
  units <- units[!is.na(units$participant), , drop = FALSE]
  book <- code_table(codings, codebook, call)
  rows <- participant_rows(units, people, by)
  hits <- overlapping_units(codings, units)
  code <- as.character(codings$code)[hits$coding]
  list(unit = hits$unit, code = code,
       theme = book$theme[match(code, book$code)],
       person = factor(units$participant, rows$participant), rows = rows,
       book = book, divided = divided, by = by, coder = coder)
}

new_code_matrix <- function(found, codes, themes, codebook, ...) {
  structure(
    list(codes = codes, themes = themes, participants = found$rows,
         codebook = codebook, unit = found$divided, by = found$by,
         coder = found$coder, ...),
    class = c("code_matrix", "intercoder_result")
  )
}

one_coder <- function(codings, coder, call = caller_env()) {
  found <- as.character(ordered_unique(codings$coder))
  quoted <- quoted(found)
  if (is.null(coder)) {
    if (length(found) > 1) {
      abort("coders", c(
        sprintf("`codings` have %d coders: %s.", length(found), quoted),
        i = "Say whose codings count: `coder = \"...\"`, or use the consensus."
      ), coders = found, call = call)
    }
    return(found)
  }
  check_string(coder, call = call)
  if (!coder %in% found && nrow(codings)) {
    abort("coders", c(
      sprintf("`codings` have no coder \"%s\".", coder),
      i = sprintf("There is %s.", quoted)
    ), coders = found, call = call)
  }
  coder
}

people_of <- function(participants, units, call = caller_env()) {
  people <- participants %||% attr(units, "participants")
  if (inherits(people, "transcripts")) {
    people <- people$participants
  }
  if (is.null(people)) {
    return(NULL)
  }
  check_columns(people, "participant", arg = "participants", call = call)
  again <- anyDuplicated(people$participant)
  if (again) {
    abort("duplicate", sprintf(
      "Participant \"%s\" stands in `participants` more than once.",
      people$participant[again]), call = call)
  }
  as.data.frame(people, stringsAsFactors = FALSE)
}

seen_by <- function(units, plan, coder, call = caller_env()) {
  if (is.null(plan)) {
    return(rep(TRUE, nrow(units)))
  }
  check_columns(plan, c("coder", "transcript"), arg = "plan", call = call)
  units$transcript %in% plan$transcript[plan$coder %in% coder]
}

participant_key <- function(units, by) {
  if (by == "participant") {
    return(as.character(units$participant))
  }
  ifelse(is.na(units$speaker), NA,
         paste(units$transcript, units$speaker, sep = "/"))
}

# Codes in the codebook's order with the theme at the top of the tree. A code
# that others stand under is a theme, not a code.
code_table <- function(codings, codebook, call = caller_env()) {
  found <- as.character(ordered_unique(codings$code))
  if (is.null(codebook)) {
    return(data.frame(code = found, label = found, theme = found,
                      parent = rep(FALSE, length(found)),
                      stringsAsFactors = FALSE))
  }
  check_columns(codebook, "code", arg = "codebook", call = call)
  again <- anyDuplicated(codebook$code)
  if (again) {
    abort("duplicate", sprintf(
      "Code \"%s\" stands in `codebook` more than once: see row %d.",
      codebook$code[again], again), call = call)
  }
  stray <- setdiff(found, codebook$code)
  if (length(stray)) {
    abort("codes", sprintf(
      "Code \"%s\" of row %d of `codings` is not in the codebook.", stray[1],
      match(stray[1], codings$code)), codes = stray, call = call)
  }
  code <- as.character(codebook$code)
  above <- as.character(codebook$theme %||% rep(NA, length(code)))
  label <- as.character(codebook$label %||% code)
  top <- above
  for (step in seq_along(code)) {
    higher <- above[match(top, code)]
    top <- ifelse(is.na(higher), top, higher)
  }
  data.frame(code = code, label = ifelse(is.na(label), code, label),
             theme = ifelse(is.na(top), code, top), parent = code %in% above,
             stringsAsFactors = FALSE)
}

participant_rows <- function(units, people, by) {
  ids <- if (by == "participant" && !is.null(people)) {
    known <- as.character(people$participant)
    c(known[known %in% units$participant],
      setdiff(unique(units$participant), known))
  } else {
    unique(units$participant)
  }
  person <- factor(units$participant, ids)
  rows <- data.frame(
    participant = ids,
    units = as.integer(table(person)),
    words = as.numeric(rowsum_of(units$words, person)),
    stringsAsFactors = FALSE
  )
  first <- match(ids, units$participant)
  if (by == "speaker") {
    rows$transcript <- units$transcript[first]
    rows$speaker <- units$speaker[first]
    rows$role <- units$role[first]
  }
  if (by == "participant" && !is.null(people)) {
    more <- setdiff(names(people), names(rows))
    rows[more] <- people[match(ids, people$participant), more]
  }
  rownames(rows) <- NULL
  rows
}

rowsum_of <- function(x, person) {
  vapply(split(x, person), sum, numeric(1), na.rm = TRUE, USE.NAMES = FALSE)
}

count_units <- function(person, unit, code, codes) {
  keep <- !duplicated(data.frame(unit, code))
  counts <- table(person[unit[keep]], factor(code[keep], codes))
  matrix(as.integer(counts), nlevels(person), length(codes),
         dimnames = list(levels(person), codes))
}

level_matrix <- function(x, level) {
  if (level == "theme") x$themes else x$codes
}

#' @param x A `code_matrix`.
#' @param level `"theme"` or `"code"`.
#' @param row.names,optional,... Not used.
#' @rdname code_matrix
#' @export
as.data.frame.code_matrix <- function(x, row.names = NULL, optional = FALSE,
                                      level = c("code", "theme"), ...) {
  level <- check_choice(level, c("code", "theme"))
  cbind(x$participants,
        as.data.frame(level_matrix(x, level), optional = TRUE,
                      row.names = seq_len(nrow(x$participants))))
}

#' @export
format.code_matrix <- function(x, ...) {
  total <- sum(x$participants$units)
  c(
    sprintf("<code_matrix> %s x %s in %s",
            format_count(nrow(x$codes), "participant"),
            format_count(ncol(x$codes), "code"),
            format_count(ncol(x$themes), "theme")),
    sprintf("  %s, %s%s", format_count(total, x$unit),
            format_count(sum(x$participants$words), "word"),
            if (length(x$coder)) sprintf(", coded by %s", x$coder) else "")
  )
}

#' @export
print.code_matrix <- function(x, n = 10, ...) {
  cat(format(x), sep = "\n")
  if (nrow(x$codes) && ncol(x$codes)) {
    print(utils::head(x$codes, n))
    rest <- nrow(x$codes) - n
    if (rest > 0) {
      cat(sprintf("  ... and %d more\n", rest))
    }
  }
  invisible(x)
}

#' @exportS3Method knitr::knit_print
knit_print.code_matrix <- function(x, caption = NULL,
                                   level = c("code", "theme"), ...) {
  level <- check_choice(level, c("code", "theme"))
  counts <- level_matrix(x, level)
  knit_table(
    data.frame(participant = rownames(counts), units = x$participants$units,
               counts, check.names = FALSE, stringsAsFactors = FALSE),
    caption = caption %||% sprintf("%ss with each %s, by participant.",
                                   sub("^(.)", "\\U\\1", x$unit, perl = TRUE),
                                   level)
  )
}
