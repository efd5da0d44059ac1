#' Codings in their context
#'
#' What was coded, each place on a line of its own with the words before and
#' after it (a keyword-in-context display): for reading what a code has caught,
#' or what a word or rule would catch before it is made a code.
#'
#' @param x [transcripts()], or a [project()] whose transcripts are read.
#' @param codings What to show: [codings()], or what finds them: a [codebook()],
#'   or one or more [rules][codebook-rules] as strings (their names are then
#'   the codes, by default the rules themselves). `NULL` with a project: its
#'   codings.
#' @param width How much is shown before and after, a whole number.
#' @param unit What `width` counts: `"characters"` (code points; a combining
#'   mark is never parted from its letter) or `"words"` (as in [units()]).
#' @param within `"turn"`: the context ends with the turn (of a place that no
#'   turn holds: with the turns before and after it). `"transcript"`: it goes
#'   on, over labels and questions.
#' @param sort The order of the rows: `"text"` (as they stand), `"node"`,
#'   `"left"` (by the words before, read backwards) or `"right"` (by the words
#'   after); without regard to case.
#' @param ... For a codebook or rules: arguments of [apply_codebook()], such as
#'   `roles`.
#' @return A data frame of class `code_concordance`, one row per coding:
#'   `transcript`, `participant`, `speaker`, `role` and `turn` of the turn in
#'   which it begins, `start`, `end`, `word` (the number of its first word in
#'   the transcript, words as in [units()]; `NA` where it touches none), `left`,
#'   `node`, `right` (text as it stands, line ends included), `code`, `coder`.
#'   `left`, `node` and `right` are next to each other in the transcript,
#'   without the white space at the far ends.
#' @section Errors: `intercoder_error_codings` for codings that are not places
#'   of these transcripts; `intercoder_error_rule` for a rule that cannot be
#'   read.
#' @seealso [code_counts()], [co_occurrence()], [misses()].
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' study <- simulated_study
#' concordance(study$transcripts, c(trust = "trust*", time = "minute*"))
#' privacy <- study$codings[study$codings$code == "gov_privacy", ]
#' concordance(study$transcripts, privacy, width = 6, unit = "words")
#' @export
concordance <- function(x, codings = NULL, width = 40,
                        unit = c("characters", "words"),
                        within = c("turn", "transcript"),
                        sort = c("text", "node", "left", "right"), ...) {
  check_count(width, max = 10000)
  unit <- check_choice(unit, c("characters", "words"))
  within <- check_choice(within, c("turn", "transcript"))
  sort <- check_choice(sort, c("text", "node", "left", "right"))
  if (inherits(x, "project")) {
    codings <- codings %||% project_read(x, "codings")
    x <- project_read(x, "transcripts")
  }
  check_class(x, "transcripts", "transcripts()")
  found <- concordance_codings(x, codings, caller_env(0), ...)
  rows <- concordance_rows(x, found, width, unit, within)
  new_concordance(rows[concordance_order(rows, sort), ], unit, within)
}

concordance_codings <- function(x, codings, call, ...) {
  if (is.character(codings) && length(codings) && !anyNA(codings)) {
    codings <- codebook_of_rules(codings)
  }
  if (inherits(codings, "codebook")) {
    return(apply_codebook(x, codings, ...))
  }
  check_no_dots(..., call = call)
  if (!is.data.frame(codings)) {
    arg_error("codings", "codings, a codebook or rules",
              describe_value(codings), call)
  }
  check_columns(codings, coding_columns, call = call)
  check_spans(codings, "codings", call)
  refuse_codings(place_problems(codings, x, no_problems(nrow(codings))), call)
  codings
}

# Rules as strings; their names are the codes, by default the rules themselves.
codebook_of_rules <- function(rules) {
  name <- names(rules) %||% rules
  name[!nzchar(name)] <- rules[!nzchar(name)]
  codebook(data.frame(code = name, rule = unname(rules)))
}

concordance_rows <- function(x, codings, width, unit, within) {
  document <- match(codings$transcript, x$documents$transcript)
  order <- order(document, codings$start, codings$end)
  codings <- as.data.frame(codings)[order, , drop = FALSE]
  document <- document[order]
  text <- x$documents$text
  turn <- turn_at(x, codings$transcript, codings$start)
  bounds <- context_bounds(x, codings, document, within)
  from <- left_edge(text, document, codings$start, bounds$from, width, unit)
  to <- right_edge(text, document, codings$end, bounds$to, width, unit)
  part <- function(a, b) slice_text(text, document, a, b)
  turns <- x$turns
  data.frame(
    transcript = as.character(codings$transcript),
    participant = turns$participant[turn], speaker = turns$speaker[turn],
    role = turns$role[turn], turn = turns$turn[turn],
    start = as.integer(codings$start), end = as.integer(codings$end),
    word = word_numbers(text, document, codings$start, codings$end),
    left = trim_start(part(from, codings$start - 1)),
    node = part(codings$start, codings$end),
    right = trim_end(part(codings$end + 1, to)),
    code = as.character(codings$code), coder = as.character(codings$coder)
  )
}

# Not within a letter: marks at the beginning go with what was left out.
trim_start <- function(x) {
  sub("^[\\s\\p{M}\u200b-\u200d\ufeff]+", "", x, perl = TRUE)
}

# The row of x$turns that holds a place, NA where it is in none.
turn_at <- function(x, transcript, place) {
  last <- last_turn(x, transcript, place)
  last$turn[last$turn > 0 & place > x$turns$end[pmax(1L, last$turn)]] <- NA
  replace(last$turn, last$turn == 0, NA)
}

# The row of the last turn of the transcript that begins at or before a place
# (0: none), and that of the next one (NA: none).
last_turn <- function(x, transcript, place) {
  ids <- x$documents$transcript
  key <- function(id, at) match(id, ids) * 2^32 + at
  order <- order(key(x$turns$transcript, x$turns$start))
  begins <- key(x$turns$transcript, x$turns$start)[order]
  at <- findInterval(key(transcript, place), begins)
  here <- function(i) {
    row <- order[replace(i, i < 1, NA)]
    ifelse(x$turns$transcript[row] == transcript, row, NA)
  }
  turn <- here(at)
  list(turn = replace(turn, is.na(turn), 0L), following = here(at + 1L))
}

# The first and the last character that the context may reach.
context_bounds <- function(x, codings, document, within) {
  size <- nchar(x$documents$text, "chars")[document]
  if (within == "transcript" || !nrow(codings)) {
    return(list(from = rep(1L, nrow(codings)), to = size))
  }
  turns <- x$turns
  first <- last_turn(x, codings$transcript, codings$start)
  last <- last_turn(x, codings$transcript, codings$end)
  from <- ifelse(
    first$turn == 0, 1L,
    ifelse(turns$end[pmax(1L, first$turn)] >= codings$start,
           turns$start[pmax(1L, first$turn)],
           turns$end[pmax(1L, first$turn)] + 1L)
  )
  inside <- last$turn > 0 & turns$end[pmax(1L, last$turn)] >= codings$end
  to <- ifelse(inside, turns$end[pmax(1L, last$turn)],
               turns$start[last$following] - 1L)
  list(from = from, to = ifelse(is.na(to), size, to))
}

left_edge <- function(text, document, start, bound, width, unit) {
  if (unit == "characters") {
    return(pmax(bound, start - width))
  }
  widest <- widest_reach(function(reach) {
    count_words_in(text, document, start - reach, start - 1)
  }, start - bound, width)
  start - widest
}

# Marks that follow belong to the last letter.
right_edge <- function(text, document, end, bound, width, unit) {
  if (unit == "words") {
    return(end + widest_reach(function(reach) {
      count_words_in(text, document, end + 1, end + reach)
    }, bound - end, width))
  }
  to <- pmin(bound, end + width)
  more <- slice_text(text, document, to + 1, pmin(bound, to + 16))
  marks <- regexpr("^[\\p{M}\u200d]+", more, perl = TRUE)
  to + pmax(0L, attr(marks, "match.length"))
}

# The largest reach, up to `most` characters, with no more than `width` words;
# words only grow with it, so it is doubled, then halved.
widest_reach <- function(words, most, width) {
  low <- rep(0, length(most))
  high <- pmin(most, 8 * width + 8)
  repeat {
    grows <- words(high) <= width
    low[grows] <- high[grows]
    if (!any(grows & high < most)) break
    high[grows] <- pmin(most[grows], 2 * high[grows])
  }
  while (any(open <- high - low > 1)) {
    middle <- ifelse(open, (low + high) %/% 2, low)
    fits <- words(middle) <= width
    low[fits & open] <- middle[fits & open]
    high[!fits & open] <- middle[!fits & open]
  }
  low
}

concordance_order <- function(rows, sort) {
  key <- switch(
    sort, text = return(seq_len(nrow(rows))), node = rows$node,
    left = vapply(strsplit(trimws(rows$left), "[[:space:]]+"), function(w) {
      paste(rev(w), collapse = " ")
    }, ""),
    right = sub("^\\W+", "", rows$right)
  )
  order(tolower(key), seq_len(nrow(rows)), method = "radix")
}

new_concordance <- function(rows, unit, within) {
  rownames(rows) <- NULL
  new_result(rows, class = "code_concordance", unit = unit,
             within = within)
}

# ---- showing ----

squeeze <- function(x) trimws(gsub("[[:space:]]+", " ", x))

pad <- function(x, width, right = FALSE) {
  blank <- strrep(" ", pmax(0, width - nchar(x, "width")))
  if (right) paste0(blank, x) else paste0(x, blank)
}

cut_end <- function(x, width) {
  long <- nchar(x, "width") > width
  x[long] <- paste0(strtrim(x[long], max(0, width - 3)), "...")
  x
}

# The last columns of each text; no letter is parted from its marks.
keep_end <- function(x, width) {
  vapply(x, function(text) {
    if (nchar(text, "width") <= width) {
      return(text)
    }
    signs <- strsplit(text, "")[[1]]
    reach <- rev(cumsum(rev(nchar(signs, "width"))))
    trim_start(paste(signs[reach <= width], collapse = ""))
  }, "", USE.NAMES = FALSE)
}

place_labels <- function(x) {
  turn <- ifelse(is.na(x$turn), "", sprintf(":%04d", x$turn))
  paste0(x$transcript, turn)
}

#' @rdname concordance
#' @param n How many rows are shown.
#' @export
format.code_concordance <- function(x, n = 20, ...) {
  x <- utils::head(as.data.frame(x), n)
  if (!nrow(x)) {
    return(character())
  }
  lead <- c(list(place_labels(x)), if (!all(is.na(x$speaker))) list(
    cut_end(ifelse(is.na(x$speaker), "", x$speaker), 12)
  ))
  tail <- c(list(cut_end(x$code, 20)),
            if (length(unique(x$coder)) > 1) list(cut_end(x$coder, 12)))
  widths <- vapply(c(lead, tail), function(v) max(nchar(v, "width")), 0)
  room <- max(30, getOption("width") - sum(widths + 2) - 5)
  text <- lapply(x[c("left", "node", "right")], squeeze)
  wide <- concordance_widths(text, room)
  left <- pad(keep_end(text$left, wide[1]), wide[1], right = TRUE)
  node <- pad(cut_end(text$node, wide[2]), wide[2])
  right <- pad(strtrim(text$right, wide[3]), wide[3])
  columns <- function(parts) {
    do.call(paste, c(lapply(parts, function(v) pad(v, max(nchar(v, "width")))),
                     sep = "  "))
  }
  trim_end(paste0(columns(lead), "  ", left, " | ", node, " | ", right, "  ",
                  columns(tail)))
}

# Both sides alike, a quarter of the room each where the middle is long; less
# where they need less.
concordance_widths <- function(text, room) {
  need <- vapply(text, function(v) max(nchar(v, "width")), 0)
  side <- pmin(need[c(1, 3)], max((room - need[2]) %/% 2, room %/% 4))
  c(side[1], min(need[2], room - sum(side)), side[2])
}

#' @rdname concordance
#' @export
print.code_concordance <- function(x, n = 20, ...) {
  cat(sprintf("<concordance> %s of %s in %s\n",
              format_count(nrow(x), "place"),
              format_count(length(unique(x$code)), "code"),
              format_count(length(unique(x$transcript)), "transcript")))
  writeLines(format.code_concordance(x, n))
  if (nrow(x) > n) {
    cat(sprintf("... and %d more\n", nrow(x) - as.integer(n)))
  }
  invisible(x)
}

#' @rdname concordance
#' @param caption Caption of a knitted table.
#' @exportS3Method knitr::knit_print
knit_print.code_concordance <- function(x, n = Inf, caption = NULL, ...) {
  x <- utils::head(as.data.frame(x), n)
  table <- data.frame(
    Place = place_labels(x), Speaker = ifelse(is.na(x$speaker), "", x$speaker),
    Before = squeeze(x$left), Coded = squeeze(x$node),
    After = squeeze(x$right), Code = x$code
  )
  if (length(unique(x$coder)) > 1) {
    table$Coder <- x$coder
  }
  align <- c("l", "l", "r", "l", "l", rep("l", ncol(table) - 5))
  knit_table(table, caption = caption, align = align)
}
