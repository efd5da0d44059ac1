#' Joint display: numbers and words side by side
#'
#' For every theme or code of a comparison how many of each group mention it (or
#' how much), the difference with its interval, and what people of each group
#' said, with room for what the authors make of it. That column is the authors':
#' it stays empty until they fill it in.
#'
#' @param comparison A [compare_groups()] of themes, codes, both, or pairs of
#'   codes.
#' @param codings,transcripts,codebook,coder,participants,plan As in [quotes()]:
#'   give what `comparison` was made from. Not needed where `quotes` are given.
#' @param quotes The quotes to show: a data frame, such as made by [quotes()]
#'   with `by` the attribute that has the groups, with that column, `theme` (or
#'   `code`), `text` and, where known, `place`. For themes and codes at once
#'   they have `code`, which names either, and `family` (`"theme"` or `"code"`);
#'   for pairs of codes `pair`. `NULL` to have them chosen, which cannot be done
#'   for pairs.
#' @param n,rule,seed How many quotes are chosen for each group and by what
#'   rule: see [quotes()].
#' @param interpretation The authors' inferences: strings named by theme (or
#'   code), or `NULL`. A name that a theme and a code have is the theme's.
#' @return A data frame of class `joint_display`, one row per row of
#'   `comparison`: `theme` (or `code`, with `family` before it for both; or
#'   `pair`), `label`, the columns of the comparison
#'   (`k.<group>`, `n.<group>`, `mean.<group>` for counts and shares, `effect`,
#'   `estimate`, `conf.low`, `conf.high`, `p.value`, `p.adjusted`, `status`),
#'   `quotes.<group>` (uncut, each with its place), `interpretation` (`""` where
#'   none is given).
#' @section Errors: those of [quotes()]; `intercoder_error_columns` where
#'   `quotes` lack a column; `intercoder_error_value` where `interpretation`
#'   names a theme that was not compared; `intercoder_error_argument` where a
#'   comparison of pairs of codes comes without `quotes`.
#' @references Guetterman TC, Fetters MD, Creswell JW (2015). Integrating
#'   quantitative and qualitative results in health science mixed methods
#'   research through joint displays. *Annals of Family Medicine* 13(6),
#'   554-561.
#' @seealso [framework_matrix()].
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' study <- simulated_study
#' m <- code_matrix(study$consensus, units(study$transcripts), study$codebook)
#' shares <- compare_groups(m, "group", measure = "share")
#' joint_display(shares, study$consensus, study$transcripts, study$codebook)
#' @export
joint_display <- function(comparison, codings = NULL, transcripts = NULL,
                          codebook = NULL, quotes = NULL, n = 1,
                          rule = c("typical", "first", "random"), seed = NULL,
                          interpretation = NULL, coder = NULL,
                          participants = NULL, plan = NULL) {
  check_class(comparison, "group_comparison", "compare_groups()")
  level <- attr(comparison, "level")
  by <- attr(comparison, "variable")
  quotes <- if (!is.null(quotes)) {
    given_quotes(quotes, c(by, if (level == "both") "family",
                           comparison_row(comparison), "text"), caller_env(0))
  } else {
    families <- if (level == "both") c("theme", "code") else level
    if (level == "pair") {
      arg_error("quotes", "given for pairs of codes", "NULL", caller_env(0))
    }
    join_quotes(lapply(families, function(level) {
      quotes(codings, transcripts, codebook, by = by, level = level, n = n,
             rule = rule, seed = seed, coder = coder,
             participants = participants, plan = plan)
    }))
  }
  out <- display_rows(comparison, quotes)
  out$interpretation <- given_words(interpretation, comparison$code,
                                    comparison_row(comparison), caller_env(0))
  new_result(out, comparison = comparison, chosen = quotes,
             class = "joint_display")
}

given_quotes <- function(quotes, columns, call) {
  check_columns(quotes, columns, arg = "quotes", call = call)
  if (inherits(quotes, "quotes")) {
    return(quotes)
  }
  out <- as.data.frame(quotes)
  out$place <- as.character(out$place %||% rep(NA, nrow(out)))
  out
}

# Quotes of themes, then those of codes, as one table.
join_quotes <- function(found) {
  if (length(found) == 1) {
    return(found[[1]])
  }
  rows <- lapply(found, function(x) {
    level <- attr(x, "level")
    x <- plain_frame(x)
    names(x)[1] <- "code"
    cbind(family = rep(level, nrow(x)), x)
  })
  new_quotes(do.call(rbind, rows), attr(found[[1]], "by"), "code",
             attr(found[[1]], "rule"))
}

given_words <- function(words, codes, level, call) {
  out <- rep("", length(codes))
  if (is.null(words)) {
    return(out)
  }
  if (!is.character(words) || anyNA(words) || is.null(names(words)) ||
        anyDuplicated(names(words))) {
    arg_error("interpretation", sprintf("strings, each named by its %s", level),
              describe_value(words), call)
  }
  stray <- setdiff(names(words), codes)
  if (length(stray)) {
    abort("value", c(
      sprintf("`interpretation` is about \"%s\", which was not compared.",
              stray[1]),
      i = sprintf("There is %s.", quoted(codes, 6))
    ), call = call)
  }
  out[match(names(words), codes)] <- words
  out
}

# What a row is about: a theme and a code may have one name.
display_keys <- function(x, row) paste(x$family %||% "", x[[row]], sep = "\r")

display_rows <- function(comparison, quotes) {
  plain <- as.data.frame(comparison)
  groups <- attr(comparison, "groups")
  first <- list(family = plain$family, code = plain$code,
                label = comparison_labels(comparison))
  names(first)[2] <- comparison_row(comparison)
  out <- as.data.frame(first[lengths(first) > 0 | names(first) != "family"])
  amounts <- paste(c("k", "n", "mean"), rep(groups, each = 3), sep = ".")
  out[intersect(amounts, names(plain))] <-
    plain[intersect(amounts, names(plain))]
  more <- c("effect", "estimate", "conf.low", "conf.high", "p.value",
            "p.adjusted", "status")
  out[more] <- plain[more]
  out[paste0("quotes.", groups)] <- group_quotes(quotes, out, comparison, Inf)
  out
}

# For each group what is quoted in each row.
group_quotes <- function(quotes, rows, comparison, width) {
  row <- comparison_row(comparison)
  groups <- attr(comparison, "groups")
  said <- quotes[[attr(comparison, "variable")]]
  lapply(stats::setNames(nm = groups), function(group) {
    here <- quotes[said %in% group, , drop = FALSE]
    joined_quotes(here, match(display_keys(here, row), display_keys(rows, row)),
                  nrow(rows), width)
  })
}

# The rows of the comparison as it is shown, and the quotes cut to a width.
display_parts <- function(x, width, digits) {
  comparison <- attr(x, "comparison")
  row <- comparison_row(comparison)
  shown <- match(display_keys(x, row), display_keys(comparison, "code"))
  list(numbers = format(comparison[shown, ], digits), row = row,
       quotes = group_quotes(attr(x, "chosen"), x, comparison, width))
}

#' @rdname joint_display
#' @param x A joint display.
#' @param width The longest a quote may be in print and in tables, in
#'   characters; longer ones are cut at a word.
#' @param digits Decimal places, as in [comparison_print].
#' @param ... Not used.
#' @export
format.joint_display <- function(x, width = 200, digits = 2, ...) {
  parts <- display_parts(x, width, digits)
  out <- parts$numbers
  out[[parts$row]] <- x$label
  for (group in names(parts$quotes)) {
    out[[paste("quotes,", group)]] <- parts$quotes[[group]]
  }
  out$interpretation <- x$interpretation
  out
}

display_notes <- function(x) {
  comparison <- attr(x, "comparison")
  c(paste0(comparison_header(comparison), "."), comparison_notes(comparison),
    quotes_note(attr(x, "chosen")))
}

#' @rdname joint_display
#' @export
print.joint_display <- function(x, width = 200, digits = 2, ...) {
  notes <- display_notes(x)
  cat(strwrap(paste("<joint_display>", notes[1]), exdent = 2), sep = "\n")
  parts <- display_parts(x, width, digits)
  numbers <- parts$numbers[!names(parts$numbers) %in% c("family", parts$row)]
  room <- getOption("width") - 1
  family <- x$family %||% rep("", nrow(x))
  for (i in seq_len(nrow(x))) {
    if (nzchar(family[i]) && !family[i] %in% family[seq_len(i - 1)]) {
      cat(FAMILY_LABELS[[family[i]]], "\n", sep = "")
    }
    figures <- paste(names(numbers), unlist(numbers[i, ]), collapse = "; ")
    cat(strwrap(paste0(x$label[i], ": ", figures), room, exdent = 2),
        sep = "\n")
    said <- vapply(parts$quotes, `[`, "", i)
    mean <- x$interpretation[i]
    lines <- paste0(c(names(said), "interpretation"), ": ",
                    c(ifelse(nzchar(said), said, "-"),
                      if (nzchar(mean)) mean else "(yours to write)"))
    cat(strwrap(lines, room, indent = 2, exdent = 4), sep = "\n")
  }
  cat(strwrap(notes[-1], room), sep = "\n")
  invisible(x)
}

#' @rdname joint_display
#' @param caption Caption of a knitted table.
#' @exportS3Method knitr::knit_print
knit_print.joint_display <- function(x, width = 200, digits = 2,
                                     caption = NULL, ...) {
  knit_table(format.joint_display(x, width, digits),
             caption = caption %||% paste(display_notes(x), collapse = " "))
}
