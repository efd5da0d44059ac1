#' How much was coded
#'
#' For every code and every unit, transcript, participant or group: the codings,
#' the units that carry the code, the words they cover and their share of all
#' words said. Zeros are among the rows wherever the coder looked.
#'
#' Only what lies within `units` counts (so with the default units nothing an
#' interviewer said). A coding that runs over several units counts once in each
#' row that it reaches. A word that two codings of one code cover counts once, a
#' word that is covered in part counts as a word. `units` are counted as by
#' [code_matrix()], which is the table to compare groups of participants with;
#' this one describes.
#'
#' @inheritParams code_matrix
#' @param units [units()] of the transcripts that were coded, with their text.
#' @param by What the rows are about: `"unit"`, `"transcript"`, `"participant"`,
#'   `"speaker"` (each speaker in each transcript), `"section"` (where in the
#'   guide: of [sections()], in the order in which they mostly come; units
#'   before the first are left out), `"all"` (no division), or the name of an
#'   attribute of the participants, such as their group.
#' @param level `"code"` or `"theme"` (the top of the tree, its codes together).
#' @param plan The [coding_plan()]. Units of transcripts that `coder` did not
#'   see are left out; without a plan all `units` count as seen.
#' @param group The participants' attribute by which each element of `by` is
#'   counted apart, or `NULL`.
#' @return A data frame of class `code_counts`, one row per code and element of
#'   `by` (and group), codes in the order of the codebook: `code` (or `theme`),
#'   a column named as `by` (and one named as `group`), `codings`, `units` (that
#'   carry the code), `words` (covered), `share` (`words` of `all.words`; `NA`
#'   where nothing was said), `all.units` and `all.words` (of that element of
#'   `by`).
#'
#'   `as.matrix(x, value)` is wide: a row for each element of `by` (and group),
#'   a column for each code. `plot()` and `autoplot()` (with ggplot2) draw it in
#'   tiles, the groups side by side under each code; a tile is white too where
#'   nothing was said. `summary()` gives one row per code: the sums, and in how
#'   many elements of `by` the code is found (`present`, `of`).
#' @section Errors: those of [code_matrix()]; `intercoder_error_columns` where
#'   `by` or `group` is no attribute of the participants, or units have no
#'   `section`.
#' @seealso [code_matrix()], [compare_groups()], [coding_tree()].
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' study <- simulated_study
#' counts <- code_counts(study$consensus, units(study$transcripts), "group",
#'                       study$codebook)
#' counts
#' as.matrix(counts, "share")
#' guide <- codebook(data.frame(
#'   code = c("purpose", "patients", "errors", "future"),
#'   rule = c("optimise OR \"gets better\"", "\"doctor and patient\"",
#'            "\"goes wrong\"", "\"next version\" OR \"next one\"")
#' ))
#' asked <- units(sections(study$transcripts, guide))
#' plot(code_counts(study$consensus, asked, "section", study$codebook,
#'                  level = "theme", group = "group"))
#' @export
code_counts <- function(codings, units, by = "participant", codebook = NULL,
                        coder = NULL, participants = NULL, plan = NULL,
                        level = c("code", "theme"), group = NULL) {
  check_columns(codings, coding_columns)
  check_columns(units, c("unit", "transcript", "start", "end", "words", "text"))
  check_string(by)
  level <- check_choice(level, c("code", "theme"))
  coder <- one_coder(codings, coder)
  codings <- codings[codings$coder %in% coder, , drop = FALSE]
  book <- code_table(codings, codebook)
  row <- counted_rows(units, by, participants, caller_env(0))
  apart <- counted_groups(units, by, group, participants, caller_env(0))
  keep <- seen_by(units, plan, coder) & !is.na(row) & !is.na(apart)
  row <- droplevels(row[keep])
  apart <- droplevels(apart[keep])
  divided <- attr(units, "by") %||% "unit"
  units <- as.data.frame(units)[keep, , drop = FALSE]
  hits <- overlapping_units(codings, units)
  code <- match(as.character(codings$code)[hits$coding], book$code)
  names <- if (level == "code") book$code[!book$parent] else unique(book$theme)
  hits$code <- match(if (level == "code") book$code[code] else
    book$theme[code], names)
  out <- counted_frame(codings, units, lapply(hits, `[`, !is.na(hits$code)),
                       row, apart, names)
  if (is.null(group)) out$group <- NULL
  names(out)[seq_len(2 + length(group))] <- c(level, by, group)
  new_result(out, class = "code_counts", by = by, level = level, group = group,
             labels = column_labels(book, names), coder = coder,
             unit = divided)
}

# The group of each unit; one level where none is asked for.
counted_groups <- function(units, by, group, participants, call) {
  check_string(group, null = TRUE, call = call)
  if (is.null(group)) {
    return(factor(rep("", nrow(units))))
  }
  if (group == by) {
    arg_error("group", "another attribute than `by`", describe_value(group),
              call)
  }
  value <- unit_attribute(units, group, participants, call)
  if (is.factor(value)) value else factor(value, unique(value))
}

# What each unit counts for: a factor, NA where for nothing.
counted_rows <- function(units, by, participants, call) {
  values <- switch(
    by, unit = , transcript = , participant = {
      check_columns(units, by, arg = "units", call = call)
      as.character(units[[by]])
    },
    speaker = {
      check_columns(units, by, arg = "units", call = call)
      participant_key(units, by)
    },
    section = {
      check_columns(units, by, arg = "units", call = call)
      place <- tapply(units$start, units$section, stats::median)
      factor(units$section, names(sort(place)))
    },
    all = rep("all", nrow(units)),
    unit_attribute(units, by, participants, call)
  )
  if (is.factor(values)) values else factor(values, unique(values))
}

unit_attribute <- function(units, by, participants, call) {
  people <- people_of(participants, units, call)
  if (is.null(people)) {
    abort("columns", c(
      sprintf("`by` is \"%s\", and nothing is known about the participants.",
              by),
      i = "Give them as `participants`, or units with their attributes."
    ), call = call)
  }
  check_columns(people, by, arg = "participants", call = call)
  people[[by]][match(units$participant, people$participant)]
}

# Elements of `row`, each with all groups in `apart`.
counted_frame <- function(codings, units, hits, row, apart, names) {
  sides <- nlevels(apart)
  by <- rep(levels(row), each = sides)
  group <- rep(levels(apart), nlevels(row))
  row <- factor((as.integer(row) - 1L) * sides + as.integer(apart),
                seq_along(by))
  cells <- length(names) * nlevels(row)
  cell <- (hits$code - 1) * nlevels(row) + as.integer(row)[hits$unit]
  tally <- function(...) tabulate(cell[!duplicated(data.frame(cell, ...))],
                                  cells)
  covered <- covered_pieces(codings, units, hits)
  at <- (covered$code - 1) * nlevels(row) + as.integer(row)[covered$unit]
  words <- tapply(covered$words, factor(at, seq_len(cells)), sum)
  all_words <- rep(rowsum_of(units$words, row), length(names))
  words <- as.integer(ifelse(is.na(words), 0L, words))
  data.frame(
    code = rep(names, each = nlevels(row)),
    by = rep(by, length(names)), group = rep(group, length(names)),
    codings = tally(hits$coding), units = tally(hits$unit), words = words,
    share = ifelse(all_words > 0, words / all_words, NA_real_),
    all.units = rep(tabulate(row, nlevels(row)), length(names)),
    all.words = all_words
  )
}

# What the codings of each code cover of each unit, in pieces that do not touch,
# with their words.
covered_pieces <- function(codings, units, hits) {
  pieces <- data.frame(
    code = hits$code, unit = hits$unit,
    start = pmax(codings$start[hits$coding], units$start[hits$unit]),
    end = pmin(codings$end[hits$coding], units$end[hits$unit])
  )
  pieces <- pieces[order(pieces$unit, pieces$code, pieces$start), ]
  n <- nrow(pieces)
  new <- c(TRUE, pieces$unit[-1] != pieces$unit[-n] |
             pieces$code[-1] != pieces$code[-n])[seq_len(n)]
  reach <- stats::ave(pieces$end, cumsum(new), FUN = cummax)
  fresh <- which(new | c(TRUE, pieces$start[-1] > reach[-n] + 1)[seq_len(n)])
  out <- pieces[fresh, ]
  out$end <- reach[c(fresh[-1] - 1L, n)[seq_along(fresh)]]
  from <- units$start[out$unit] - 1
  out$words <- count_words_in(units$text, out$unit, out$start - from,
                              out$end - from)
  out
}

#' @rdname code_counts
#' @param x,object Code counts.
#' @param value `"codings"`, `"units"`, `"words"` or `"share"`.
#' @param ... Not used.
#' @export
as.matrix.code_counts <- function(x, value = c("codings", "units", "words",
                                               "share"), ...) {
  value <- check_choice(value, c("codings", "units", "words", "share"))
  key <- counted_keys(x)
  rows <- unique(key)
  codes <- unique(x[[attr(x, "level")]])
  out <- matrix(NA_real_, length(rows), length(codes),
                dimnames = list(rows, codes))
  out[cbind(match(key, rows),
            match(x[[attr(x, "level")]], codes))] <- x[[value]]
  out
}

# What the rows of one code are about.
counted_keys <- function(x) {
  group <- attr(x, "group")
  if (is.null(group)) x[[attr(x, "by")]] else
    paste(x[[attr(x, "by")]], x[[group]], sep = ", ")
}

#' @rdname code_counts
#' @export
summary.code_counts <- function(object, ...) {
  level <- attr(object, "level")
  codes <- unique(object[[level]])
  code <- factor(object[[level]], codes)
  total <- function(v) rowsum_of(v, code)
  out <- data.frame(code = codes, codings = total(object$codings),
                    units = total(object$units), words = total(object$words),
                    present = total(object$codings > 0),
                    of = tabulate(code, length(codes)))
  out$share <- ifelse(total(object$all.words) > 0,
                      out$words / total(object$all.words), NA_real_)
  names(out)[1] <- level
  out[c(level, "codings", "units", "words", "share", "present", "of")]
}

# Few elements: side by side, else what each code comes to.
#' @rdname code_counts
#' @export
format.code_counts <- function(x, ...) {
  level <- attr(x, "level")
  columns <- unique(counted_keys(x))
  if (length(columns) > 4) {
    table <- summary(x)
    table <- data.frame(
      code = table[[level]], codings = format_amount(table$codings),
      units = format_amount(table$units), words = format_amount(table$words),
      share = format_percent(table$share, 1),
      found = sprintf("%d of %d", as.integer(table$present), table$of)
    )
    names(table)[1] <- level
    return(table)
  }
  codings <- as.matrix(x, "codings")
  share <- as.matrix(x, "share")
  shown <- lapply(columns, function(column) {
    sprintf("%s (%s)", format_amount(codings[column, ]),
            format_percent(share[column, ], 1))
  })
  data.frame(stats::setNames(c(list(colnames(codings)), shown),
                             c(level, columns)), check.names = FALSE)
}

format_amount <- function(x) {
  ifelse(is.na(x), "NA", format(x, big.mark = ",", trim = TRUE,
                                scientific = FALSE))
}

code_counts_header <- function(x) {
  by <- paste(c(attr(x, "by"), attr(x, "group")), collapse = " and ")
  many <- length(unique(counted_keys(x)))
  sprintf("%s by %s%s%s", format_count(length(unique(x[[attr(x, "level")]])),
                                       attr(x, "level")), by,
          if (length(attr(x, "coder")))
            sprintf(", coded by %s", attr(x, "coder")) else "",
          if (many > 4) "" else ": codings (share of the words)")
}

#' @rdname code_counts
#' @export
print.code_counts <- function(x, ...) {
  cat(strwrap(paste("<code_counts>", code_counts_header(x)), exdent = 2),
      sep = "\n")
  if (nrow(x)) {
    print_table(format.code_counts(x))
  }
  invisible(x)
}

#' @rdname code_counts
#' @param caption Caption of a knitted table.
#' @exportS3Method knitr::knit_print
knit_print.code_counts <- function(x, caption = NULL, ...) {
  knit_table(format.code_counts(x), caption = caption %||%
               paste0(sub("^(.)", "\\U\\1", code_counts_header(x), perl = TRUE),
                      "."))
}

count_tiles <- function(x, value, call = caller_env()) {
  if (!nrow(x)) {
    abort("value", "There is nothing to draw: no codes or no units.",
          call = call)
  }
  by <- unique(x[[attr(x, "by")]])
  codes <- unique(x[[attr(x, "level")]])
  groups <- if (length(attr(x, "group"))) unique(x[[attr(x, "group")]])
  sides <- max(1, length(groups))
  side <- if (is.null(groups)) 1L else match(x[[attr(x, "group")]], groups)
  values <- matrix(0, length(by), sides * length(codes))
  values[cbind(match(x[[attr(x, "by")]], by), side + sides *
                 (match(x[[attr(x, "level")]], codes) - 1L))] <- x[[value]]
  values[is.na(values)] <- 0
  labels <- unname(attr(x, "labels")[codes])
  measure <- if (value == "share") "share" else "count"
  list(values = values, people = by,
       labels = if (is.null(groups)) labels else rep(groups, length(codes)),
       rows = factor(rep("", length(by))),
       columns = if (!is.null(groups)) factor(
         rep(labels, each = length(groups)), unique(labels)),
       classes = tile_classes(values, measure), measure = measure,
       title = c(share = "Share of the words", codings = "Codings",
                 units = sprintf("%ss", sub("^(.)", "\\U\\1", attr(x, "unit"),
                                            perl = TRUE)),
                 words = "Words")[[value]])
}

COUNT_VALUES <- c("share", "codings", "units", "words")

#' @rdname code_counts
#' @export
plot.code_counts <- function(x, value = c("share", "codings", "units",
                                          "words"), ...) {
  plot_tiles(count_tiles(x, check_choice(value, COUNT_VALUES)))
  invisible(x)
}

#' @rdname code_counts
#' @exportS3Method ggplot2::autoplot
autoplot.code_counts <- function(object, value = c("share", "codings", "units",
                                                   "words"), ...) {
  need_package("ggplot2", "autoplot()")
  autoplot_tiles(count_tiles(object, check_choice(value, COUNT_VALUES)))
}
