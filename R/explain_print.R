EXPLAIN_MARKS <- list(coded = c("[", "]"), lost = c("{", "}"),
                      by = c("_", "_"))

# The places to be marked in a turn: what was coded, what was lost, and what
# decided about it.
marked_places <- function(x) {
  place <- !duplicated(x$finding) & !is.na(x$role)
  by <- x$role %in% c("veto", "with")
  unique(data.frame(
    start = c(x$start[place], x$text_start[by]),
    end = c(x$end[place], x$text_end[by]),
    kind = c(ifelse(x$outcome[place] == "coded", "coded", "lost"),
             rep("by", sum(by)))
  ))
}

# A turn's text with signs around those places, the outer ones first.
mark_text <- function(text, marks) {
  outer <- order(marks$start, -marks$end)
  inner <- order(marks$end, -marks$start)
  signs <- strsplit(text, "")[[1]]
  open <- close <- character(length(signs))
  for (i in outer) {
    sign <- EXPLAIN_MARKS[[marks$kind[i]]][1]
    open[marks$start[i]] <- paste0(open[marks$start[i]], sign)
  }
  for (i in inner) {
    sign <- EXPLAIN_MARKS[[marks$kind[i]]][2]
    close[marks$end[i]] <- paste0(close[marks$end[i]], sign)
  }
  shown <- near_marks(signs, marks)
  signs <- paste0(open, signs, close)
  signs[!shown & c(TRUE, shown[-length(shown)])] <- " ... "
  squeeze(paste(signs[shown | signs == " ... "], collapse = ""))
}

# Which characters stand near enough to a mark to be shown, by whole words.
near_marks <- function(signs, marks, reach = 60) {
  shown <- logical(length(signs))
  for (i in seq_len(nrow(marks))) {
    near <- seq(max(1, marks$start[i] - reach),
                min(length(signs), marks$end[i] + reach))
    shown[near] <- TRUE
  }
  word <- cumsum(grepl("[[:space:]]", signs))
  keep <- tapply(shown, word, all)
  inside <- word %in% word[unlist(Map(seq, marks$start, marks$end))]
  as.vector(keep[as.character(word)]) | inside
}

clue_terms <- function(x) {
  term <- ifelse(is.na(x$operator), x$term, paste(x$operator, x$term))
  term <- ifelse(is.na(x$via), term, sprintf("%s (%s)", term, x$via))
  ifelse(x$role == "overlap", ifelse(x$via == x$code, "overlaps",
                                     paste("overlaps", x$via)), term)
}

clue_words <- function(x) {
  ifelse(is.na(x$text), "is not there",
         paste0("\"", cut_end(squeeze(x$text), 40), "\"",
                ifelse(is.na(x$word), "", paste0(", word ", x$word))))
}

EXPLAIN_REASONS <- c(
  unmatched = "the rule does not find this", minimum = "too few in the turn",
  limit = "given up: an expression reached its limit",
  sentence = "reaches over the end of a sentence",
  unsearched = "the turn is not searched for this code"
)

# One line per clue; outcomes that no clue tells of have a line of their own.
clue_lines <- function(x) {
  told <- x[!is.na(x$role), ]
  first <- x[!duplicated(x$finding), ]
  first <- first[first$outcome %in% names(EXPLAIN_REASONS), ]
  lines <- data.frame(
    finding = c(told$finding, first$finding),
    outcome = c(told$outcome, first$outcome),
    term = c(clue_terms(told), EXPLAIN_REASONS[first$outcome]),
    words = c(clue_words(told), rep("", nrow(first)))
  )
  lines <- lines[order(lines$finding), ]
  again <- duplicated(lines$finding)
  outcome <- pad(ifelse(again, "", lines$outcome),
                 max(nchar(lines$outcome), 0))
  beside <- nzchar(lines$words)
  term <- lines$term
  term[beside] <- cut_end(term[beside], max(24, getOption("width") - 50))
  trim_end(paste0("  ", outcome, "  ",
                  pad(term, max(nchar(term[beside], "width"), 0)), "  ",
                  lines$words))
}

# A heading, the turn with its marks, and the clues.
explain_block <- function(x, turns, rules) {
  where <- paste0(place_labels(x[1, ]),
                  if (!is.na(x$speaker[1])) paste0(" ", x$speaker[1]))
  rule <- rules[[x$code[1]]] %||% "no rule"
  head <- paste0(where, ", ", if (rule != x$code[1]) paste0(x$code[1], ": "),
                 squeeze(rule))
  turn <- which(turns$transcript == x$transcript[1] & turns$turn == x$turn[1])
  marks <- marked_places(x)
  said <- character()
  if (length(turn) && nrow(marks)) {
    marks[c("start", "end")] <- marks[c("start", "end")] -
      turns$start[turn] + 1L
    said <- strwrap(mark_text(turns$text[turn], marks),
                    getOption("width") - 2, prefix = "    ")
  }
  c(cut_end(head, getOption("width")), said, clue_lines(x))
}

explain_blocks <- function(x) {
  place <- paste(x$transcript, x$turn, x$code, sep = "\r")
  split(seq_len(nrow(x)), factor(place, unique(place)))
}

#' @rdname explain
#' @param n How many turns are shown.
#' @export
format.rule_explanation <- function(x, n = 10, ...) {
  turns <- attr(x, "turns")
  rules <- as.list(attr(x, "rules"))
  data <- as.data.frame(x)
  blocks <- utils::head(explain_blocks(data), n)
  as.character(unlist(lapply(blocks, function(rows) {
    c("", explain_block(data[rows, ], turns, rules))
  })))
}

#' @rdname explain
#' @export
print.rule_explanation <- function(x, n = 10, ...) {
  first <- as.data.frame(x)[!duplicated(x$finding), ]
  counts <- table(factor(first$outcome, unique(first$outcome)))
  cat(sprintf("<explanation> %s%s\n", format_count(nrow(first), "finding"),
              if (nrow(first)) paste0(": ", paste(counts, names(counts),
                                                  collapse = ", ")) else ""))
  writeLines(format.rule_explanation(x, n))
  more <- length(explain_blocks(x)) - n
  if (more > 0) {
    cat(sprintf("\n... and %s\n", format_count(more, "more turn",
                                               "more turns")))
  }
  invisible(x)
}

#' @rdname explain
#' @param caption Caption of a knitted table.
#' @exportS3Method knitr::knit_print
knit_print.rule_explanation <- function(x, n = Inf, caption = NULL, ...) {
  x <- as.data.frame(x)
  x <- x[x$finding %in% utils::head(unique(x$finding), n) , ]
  reason <- EXPLAIN_REASONS[x$outcome]
  table <- data.frame(
    Place = place_labels(x), Code = x$code, Outcome = x$outcome,
    Term = ifelse(is.na(x$role), reason, clue_terms(x)),
    Words = ifelse(is.na(x$role), "", clue_words(x))
  )
  table[duplicated(x$finding), c("Place", "Code", "Outcome")] <- ""
  knit_table(table, caption = caption)
}
