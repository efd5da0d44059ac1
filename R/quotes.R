quote_columns <- c("participant", "transcript", "turn", "start", "end", "text",
                   "place")

#' Quotes that stand for many
#'
#' Chooses passages to show what a code or theme is about, for each participant
#' or group, by a rule that can be stated in a report, so that nobody has to
#' wonder why these and not others.
#'
#' A passage is a coded stretch of text that begins in a participant's turn;
#' one that carries several codes of a theme counts once for the theme. Whatever
#' the rule, those are quoted first who have been quoted least, in the cell and
#' then in the whole table. The rule decides among what is left:
#' * `"typical"`: the length nearest to the median length of the passages of the
#'   cell, in characters, then what stands first.
#' * `"first"`: what stands first, in the order of the transcripts.
#' * `"random"`: by lot.
#'
#' @param codings [codings()] of one coder or a consensus.
#' @param transcripts The [transcripts()] that were coded.
#' @param codebook The [codebook()]: which codes there are, and their themes.
#'   Without it the codes found are taken, each its own theme.
#' @param by `"participant"`, or an attribute of the participants, such as their
#'   group.
#' @param level `"theme"` (the top of the tree) or `"code"`.
#' @param n Quotes for each cell, at most.
#' @param rule How they are chosen: see above.
#' @param seed For `"random"`: a whole number that fixes the lot, or `NULL` to
#'   go on with R's generator.
#' @param coder Whose codings count, needed where `codings` have several coders.
#' @param participants Attributes: a data frame with a column `participant`. By
#'   default those of `transcripts`.
#' @param plan The [coding_plan()]. Transcripts that `coder` did not see are
#'   left out.
#' @return A data frame of class `quotes`, one row per quote, codes in the order
#'   of the codebook: `theme` (or `code`), the column `by` (where that is not
#'   the participant), `participant`, `transcript`, `turn`, `start`, `end`,
#'   `text`, `place` (`"C01:0012"` is turn 12 of C01, as in [units()]).
#'   Choose rows, or put others in, and give it to [joint_display()]. The note
#'   with the rule then says how many of the rows that it chose are shown; where
#'   there is a row that it did not choose, or one was changed, it says that the
#'   authors chose.
#' @section Errors: those of [code_matrix()]; `intercoder_error_columns` where
#'   `by` is no attribute of the participants; `intercoder_error_codings` for
#'   codings that are not places of these transcripts.
#' @seealso [framework_matrix()], [joint_display()], [concordance()].
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' study <- simulated_study
#' quotes(study$consensus, study$transcripts, study$codebook, by = "group")
#' @export
quotes <- function(codings, transcripts, codebook = NULL, by = "participant",
                   level = c("theme", "code"), n = 1,
                   rule = c("typical", "first", "random"), seed = NULL,
                   coder = NULL, participants = NULL, plan = NULL) {
  level <- check_choice(level, c("theme", "code"))
  rule <- check_choice(rule, c("typical", "first", "random"))
  check_count(n, min = 1)
  found <- coded_passages(codings, transcripts, codebook, by, level, coder,
                          participants, plan)
  choose_quotes(found, n, rule, seed)
}

# What was coded, passage by passage: `passages` with the place of row (case)
# and column (code or theme) of each, `cases`, and the names of the columns.
coded_passages <- function(codings, transcripts, codebook, by, level, coder,
                           participants, plan, call = caller_env()) {
  check_columns(codings, coding_columns, call = call)
  check_class(transcripts, "transcripts", "transcripts()", call = call)
  check_string(by, call = call)
  coder <- one_coder(codings, coder, call)
  codings <- as.data.frame(codings[codings$coder %in% coder, , drop = FALSE])
  check_spans(codings, "codings", call)
  refuse_codings(place_problems(codings, transcripts,
                                no_problems(nrow(codings))), call)
  book <- code_table(codings, codebook, call)
  turns <- transcripts$turns
  turns <- turns[seen_by(turns, plan, coder, call), , drop = FALSE]
  people <- people_of(participants, structure(list(), participants =
                        transcripts$participants), call)
  cases <- passage_cases(turns, people, by, call)
  columns <- if (level == "theme") unique(book$theme) else
    book$code[!book$parent]
  list(passages = passage_rows(codings, transcripts, book, level, columns,
                               cases),
       cases = cases, columns = columns, labels = column_labels(book, columns),
       by = by, level = level, coder = coder)
}

column_labels <- function(book, columns) {
  label <- book$label[match(columns, book$code)]
  stats::setNames(ifelse(is.na(label), columns, label), columns)
}

# Who was interviewed, and the case each counts for (NA where for none).
passage_cases <- function(turns, people, by, call) {
  ids <- unique(turns$participant[!is.na(turns$participant)])
  known <- as.character(people$participant)
  ids <- c(known[known %in% ids], setdiff(ids, known))
  if (by == "participant") {
    return(list(participant = ids, case = ids, levels = ids))
  }
  check_columns(people, by, arg = "participants", call = call)
  case <- people[[by]][match(ids, people$participant)]
  levels <- if (is.factor(case)) levels(droplevels(case)) else
    as.character(unique(case[!is.na(case)]))
  list(participant = ids, case = as.character(case), levels = levels)
}

passage_rows <- function(codings, transcripts, book, level, columns, cases) {
  row <- turn_at(transcripts, codings$transcript, codings$start)
  turns <- transcripts$turns
  at <- match(as.character(codings$code), book$code)
  name <- if (level == "theme") book$theme[at] else book$code[at]
  document <- match(codings$transcript, transcripts$documents$transcript)
  out <- data.frame(
    case = match(cases$case[match(turns$participant[row], cases$participant)],
                 cases$levels),
    column = match(name, columns), participant = turns$participant[row],
    transcript = as.character(codings$transcript), turn = turns$turn[row],
    start = as.integer(codings$start), end = as.integer(codings$end),
    document = document
  )
  out <- out[!is.na(out$case) & !is.na(out$column), , drop = FALSE]
  out <- out[order(out$document, out$start, out$end), , drop = FALSE]
  out <- out[!duplicated(out[c("column", "document", "start", "end")]), ]
  out$text <- slice_text(transcripts$documents$text, out$document, out$start,
                         out$end)
  out$place <- sprintf("%s:%04d", out$transcript, as.integer(out$turn))
  rownames(out) <- NULL
  out
}

choose_quotes <- function(found, n, rule, seed, call = caller_env()) {
  all <- found$passages
  lot <- if (rule == "random") seeded_order(nrow(all), seed, call) else
    seq_len(nrow(all))
  person <- match(all$participant, found$cases$participant)
  times <- integer(length(found$cases$participant))
  cells <- split(seq_len(nrow(all)),
                 (all$column - 1) * length(found$cases$levels) + all$case)
  chosen <- integer()
  for (rows in cells) {
    size <- nchar(all$text[rows])
    far <- if (rule == "typical") abs(size - stats::median(size)) else 0 * size
    here <- times * 0L
    for (pick in seq_len(min(n, length(rows)))) {
      who <- person[rows]
      best <- order(here[who], times[who], far, lot[rows])[1]
      chosen <- c(chosen, rows[best])
      here[who[best]] <- here[who[best]] + 1L
      times[who[best]] <- times[who[best]] + 1L
      rows <- rows[-best]
      far <- far[-best]
    }
  }
  rows <- all[chosen, , drop = FALSE]
  out <- data.frame(found$columns[rows$column], found$cases$levels[rows$case])
  names(out) <- c(found$level, found$by)
  if (found$by == "participant") out <- out[1]
  new_quotes(cbind(out, rows[quote_columns]), found$by, found$level, rule)
}

new_quotes <- function(rows, by, level, rule) {
  rownames(rows) <- NULL
  new_result(rows, by = by, level = level, rule = rule,
             by_rule = quote_keys(rows), class = "quotes")
}

quote_keys <- function(x) {
  do.call(paste, c(unname(as.list(plain_frame(x))), sep = "\r"))
}

# A random order of n, the same for the same seed, which leaves R's generator
# where it was.
seeded_order <- function(n, seed, call = caller_env()) {
  with_draws(seed, sample.int(n), call)
}

with_draws <- function(seed, draws, call = caller_env()) {
  if (is.null(seed)) {
    return(draws)
  }
  check_count(seed, arg = "seed", call = call)
  env <- globalenv()
  before <- get0(".Random.seed", env, inherits = FALSE)
  on.exit(if (is.null(before)) rm(".Random.seed", envir = env) else
    assign(".Random.seed", before, envir = env))
  set.seed(seed, "Mersenne-Twister", "Inversion", "Rejection")
  draws
}

QUOTE_RULES <- c(
  typical = "the passage nearest to the median length, of those quoted least",
  first = "the passage that stands first, of those quoted least",
  random = "a passage by lot, of those quoted least"
)

# How the rows of quotes were chosen: by the rule where they all are what it
# chose, though perhaps not all of it.
chosen_how <- function(x) {
  chosen <- attr(x, "by_rule")
  keys <- if (inherits(x, "quotes")) quote_keys(x[attr(x, "columns")])
  if (is.null(keys) || anyDuplicated(keys) || !all(keys %in% chosen)) {
    return("chosen by the authors.")
  }
  paste0(QUOTE_RULES[[attr(x, "rule")]],
         if (length(keys) < length(chosen)) sprintf(
           "; shown: %d of the %d so chosen", length(keys), length(chosen)),
         ".")
}

quotes_note <- function(x) paste("Quotes:", chosen_how(x))

# Cut at a word, with the sign of an omission.
shorten_quote <- function(x, width) {
  x <- trimws(gsub("[[:space:]]+", " ", x))
  long <- !is.na(x) & nchar(x, "chars") > width
  x[long] <- vapply(x[long], function(text) {
    head <- substring(text, 1, max(1, width - 5))
    if (substring(text, nchar(head) + 1, nchar(head) + 1) != " ") {
      head <- sub("(.) [^ ]*$", "\\1", head)
    }
    paste(trimws(head), "[...]")
  }, "", USE.NAMES = FALSE)
  x
}

quoted_with_place <- function(text, place, width) {
  text <- sprintf("\"%s\"", shorten_quote(text, width))
  ifelse(is.na(place), text, sprintf("%s (%s)", text, place))
}

#' @rdname quotes
#' @param x Quotes.
#' @param width The longest a quote may be in print and in tables, in
#'   characters; longer ones are cut at a word.
#' @param ... Not used.
#' @export
format.quotes <- function(x, width = 200, ...) {
  out <- plain_frame(x)
  out$text <- quoted_with_place(out$text, out$place, width)
  out[unique(c(attr(x, "level"), attr(x, "by"), "text"))]
}

quotes_header <- function(x) {
  sprintf("%s: %s", format_count(nrow(x), "quote"), chosen_how(x))
}

#' @rdname quotes
#' @export
print.quotes <- function(x, width = 200, ...) {
  cat(strwrap(quotes_header(x), exdent = 2), sep = "\n")
  shown <- format.quotes(x, width)
  head <- do.call(paste, c(shown[-length(shown)], sep = ", "))
  for (i in seq_len(nrow(x))) {
    if (i == 1 || head[i] != head[i - 1]) {
      cat(strwrap(head[i], exdent = 2), sep = "\n")
    }
    cat(strwrap(shown$text[i], getOption("width") - 1, indent = 2, exdent = 4),
        sep = "\n")
  }
  invisible(x)
}

#' @rdname quotes
#' @param caption Caption of a knitted table.
#' @exportS3Method knitr::knit_print
knit_print.quotes <- function(x, width = 200, caption = NULL, ...) {
  knit_table(format.quotes(x, width),
             caption = caption %||% quotes_header(x))
}
