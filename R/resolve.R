#' From coders' codings to a consensus, with the record of how
#'
#' Where all coders who saw a unit applied a code, it stands; where none did, it
#' does not; where they differ, a decision says which. Nothing is settled by
#' rule: a disagreement without a decision is an error, or is left open and
#' counted as such. Agreement is measured on the codings as they were before,
#' never on a consensus.
#'
#' A decision may also apply a code that no coder had applied (`"new"`), or
#' take back one that all had (`"withdrawn"`), since discussion does both.
#'
#' @param x [codings()] by two or more coders.
#' @param units The [units()] that were compared. A coding belongs to every unit
#'   it shares a character with.
#' @param decisions A data frame with one row per settled disagreement: `unit`,
#'   `code`, `decision` (`TRUE` or 1: the code stands; `FALSE` or 0: it does
#'   not). Further columns, such as a `reason`, go into the log. `NULL` for
#'   none.
#' @param coders The coders to bring together, by default all in `x`, in their
#'   order. Where several applied a code, the place is taken from the first.
#' @param plan A [coding_plan()], so that a coder who never saw a transcript
#'   does not count as one who did not apply the code. Without it all coders
#'   are taken to have seen every transcript. What only one of them saw stands.
#' @param name The name of the consensus among the coders.
#' @param unsettled What happens to a disagreement without a decision:
#'   `"error"`, or `"open"`: it is logged and the code is not applied.
#' @return An object of class `resolution`, a list with
#'   * `codings`: the consensus, [codings()] by the coder `name`, each within
#'     one unit;
#'   * `log`: a data frame with one row per disagreement or decision: `unit`,
#'     `transcript`, `code`, `applied_by`, `not_applied_by`, `decision`,
#'     `settled_for` (the coders who had it so, `"new"`, `"withdrawn"`, or
#'     `"open"`), then the further columns of `decisions`.
#'
#'   `summary()` and `tidy()` give a data frame with one row per code: `agreed`
#'   (units where all who looked applied it), `disagreements`,
#'   `for.<coder>` (settled as this coder had it), `applied`, `rejected`, `new`,
#'   `withdrawn`, `open`.
#' @section Errors:
#' `intercoder_error_decisions` for a decision without unit, code or value, for
#' a unit that is not among `units`, for two decisions on one unit and code, and
#' for a disagreement that nobody settled, naming unit and code.
#' @references Campbell JL, Quincy C, Osserman J, Pedersen OK (2013). Coding
#'   in-depth semistructured interviews. *Sociological Methods & Research*
#'   42(3), 294-320: reliability of independent coders and agreement after
#'   negotiation are two things.
#' @seealso [tidiers]: `tidy()`, `glance()` and `augment()`.
#' @examples
#' study <- simulated_study
#' turns <- units(study$transcripts, by = "turn")
#' settled <- resolve(study$codings, turns, study$adjudication,
#'                    coders = c("A", "B"))
#' settled
#' head(summary(settled))
#' @export
resolve <- function(x, units, decisions = NULL, coders = NULL, plan = NULL,
                    name = "consensus", unsettled = c("error", "open")) {
  check_class(x, "codings", "codings()")
  check_class(units, "units", "units()")
  check_string(name)
  unsettled <- check_choice(unsettled, c("error", "open"))
  if (!is.null(plan)) check_columns(plan, c("coder", "transcript"))
  coders <- resolving_coders(coders, x, plan)
  decisions <- check_decisions(decisions, units)

  coded <- coded_units(x[x$coder %in% coders, ], units)
  cells <- resolution_cells(coded, units, decisions, coders, plan)
  cells <- settle_cells(cells, decisions)
  if (unsettled == "error") {
    refuse_open(cells)
  }
  structure(
    list(codings = consensus_codings(cells, coded, units, name),
         log = resolution_log(cells, decisions), coders = coders,
         has = cells$has[logged_cells(cells), , drop = FALSE],
         agreed = agreed_units(cells)),
    class = c("resolution", "intercoder_result")
  )
}

resolving_coders <- function(coders, x, plan, call = caller_env()) {
  known <- unique(c(x$coder, plan$coder))
  coders <- coders %||% unique(x$coder)
  if (!is.character(coders) || length(coders) < 2 || anyDuplicated(coders)) {
    arg_error("coders", "the names of two or more coders",
              describe_value(coders), call)
  }
  absent <- setdiff(coders, known)
  if (length(absent)) {
    arg_error("coders", paste("coders found in `x`:",
                              quoted(known)),
              sprintf("\"%s\"", absent[1]), call)
  }
  coders
}

check_decisions <- function(decisions, units, call = caller_env()) {
  if (is.null(decisions)) {
    return(data.frame(unit = character(), code = character(),
                      decision = logical(), stringsAsFactors = FALSE))
  }
  check_columns(decisions, c("unit", "code", "decision"), "decisions", call)
  decisions <- as.data.frame(decisions, stringsAsFactors = FALSE)
  class(decisions) <- "data.frame"
  refuse <- function(rows, what) {
    if (length(rows)) {
      abort("decisions",
            sprintf("Row %d of `decisions` %s.", rows[1],
                    what(decisions[rows[1], ])),
            rows = rows, call = call)
    }
  }
  plain <- is.logical(decisions$decision) |
    decisions$decision %in% c(0, 1, NA)
  refuse(which(!plain | is.na(decisions$decision)), function(row) {
    "has no decision: TRUE or FALSE, 1 or 0"
  })
  refuse(which(is.na(decisions$unit) | is.na(decisions$code)), function(row) {
    "has no unit or no code"
  })
  refuse(which(!decisions$unit %in% units$unit), function(row) {
    sprintf("names an unknown unit, \"%s\"", row$unit)
  })
  again <- duplicated(decisions[c("unit", "code")])
  refuse(which(again), function(row) {
    sprintf("decides again on unit \"%s\", code \"%s\"", row$unit, row$code)
  })
  decisions$decision <- as.logical(decisions$decision)
  decisions
}

# Each coding once per unit it meets, cut to the unit: the row of the unit, and
# start, end, code, coder, text of the piece.
coded_units <- function(x, units) {
  at <- overlapping_units(x, units)
  start <- pmax(x$start[at$coding], units$start[at$unit])
  end <- pmin(x$end[at$coding], units$end[at$unit])
  data.frame(
    unit = at$unit, start = start, end = end, code = x$code[at$coding],
    coder = x$coder[at$coding],
    text = substring(units$text[at$unit], start - units$start[at$unit] + 1,
                     end - units$start[at$unit] + 1),
    stringsAsFactors = FALSE
  )
}

# One row per unit and code that anybody applied or decided on, and a logical
# matrix `has`: unit-code x coder, NA where the coder did not see it.
resolution_cells <- function(coded, units, decisions, coders, plan) {
  cells <- unique(rbind(
    coded[c("unit", "code")],
    data.frame(unit = match(decisions$unit, units$unit), code = decisions$code)
  ))
  cells <- cells[order(cells$unit, cells$code, method = "radix"), ]
  key <- paste(cells$unit, cells$code)
  transcript <- units$transcript[cells$unit]
  has <- vapply(coders, function(coder) {
    mine <- coded[coded$coder == coder, ]
    out <- key %in% paste(mine$unit, mine$code)
    seen <- is.null(plan) |
      transcript %in% plan$transcript[plan$coder == coder]
    ifelse(seen | out, out, NA)
  }, logical(nrow(cells)))
  dim(has) <- c(nrow(cells), length(coders))
  dimnames(has) <- list(NULL, coders)
  list(unit = cells$unit, name = units$unit[cells$unit],
       transcript = transcript, code = cells$code, has = has)
}

settle_cells <- function(cells, decisions) {
  yes <- rowSums(cells$has, na.rm = TRUE)
  no <- rowSums(!cells$has, na.rm = TRUE)
  row <- match(paste(cells$name, cells$code, sep = "\r"),
               paste(decisions$unit, decisions$code, sep = "\r"))
  cells$decided <- row
  cells$split <- yes > 0 & no > 0
  cells$stands <- ifelse(cells$split, NA, yes > 0)
  cells$stands[!is.na(row)] <- decisions$decision[row[!is.na(row)]]
  cells$all <- yes > 0 & no == 0
  cells$none <- yes == 0
  cells
}

refuse_open <- function(cells, call = caller_env()) {
  open <- which(is.na(cells$stands))
  if (!length(open)) {
    return(invisible())
  }
  has <- cells$has[open[1], ]
  abort(
    "decisions",
    c(
      sprintf(paste("No decision on unit \"%s\", code \"%s\": %s applied it,",
                    "%s did not."),
              cells$name[open[1]], cells$code[open[1]],
              who_has(cells$has, open[1], TRUE),
              who_has(cells$has, open[1], FALSE)),
      x = sprintf("%s not settled.",
                  format_count(length(open), "disagreement is",
                               "disagreements are")),
      i = "Add rows to `decisions`, or leave them with unsettled = \"open\"."
    ),
    units = cells$name[open], codes = cells$code[open], call = call
  )
}

# The coders who applied (or did not apply) the code of these rows, in words.
who_has <- function(has, rows, value) {
  vapply(rows, function(row) {
    paste(colnames(has)[has[row, ] %in% value], collapse = ", ")
  }, "")
}

consensus_codings <- function(cells, coded, units, name) {
  stands <- which(cells$stands %in% TRUE)
  pieces <- lapply(stands, function(row) {
    here <- coded[coded$unit == cells$unit[row] &
                    coded$code == cells$code[row], ]
    if (!nrow(here)) {
      unit <- units[cells$unit[row], ]
      return(data.frame(start = unit$start, end = unit$end, text = unit$text))
    }
    first <- colnames(cells$has)[colnames(cells$has) %in% here$coder][1]
    here[here$coder == first, c("start", "end", "text")]
  })
  n <- vapply(pieces, nrow, 1L)
  at <- rep(stands, n)
  found <- do.call(rbind, c(list(data.frame(
    start = integer(), end = integer(), text = character()
  )), pieces))
  codings(data.frame(
    transcript = cells$transcript[at], start = found$start, end = found$end,
    code = cells$code[at], coder = rep(name, length(at)), text = found$text,
    stringsAsFactors = FALSE
  ))
}

logged_cells <- function(cells) which(cells$split | !is.na(cells$decided))

resolution_log <- function(cells, decisions) {
  rows <- logged_cells(cells)
  stands <- cells$stands[rows]
  settled <- vapply(seq_along(rows), function(i) {
    if (is.na(stands[i])) {
      "open"
    } else {
      who_has(cells$has, rows[i], stands[i])
    }
  }, "")
  settled[stands %in% TRUE & cells$none[rows]] <- "new"
  settled[stands %in% FALSE & cells$all[rows]] <- "withdrawn"
  log <- data.frame(
    unit = cells$name[rows], transcript = cells$transcript[rows],
    code = cells$code[rows], applied_by = who_has(cells$has, rows, TRUE),
    not_applied_by = who_has(cells$has, rows, FALSE), decision = stands,
    settled_for = settled, stringsAsFactors = FALSE
  )
  more <- setdiff(names(decisions), c(names(log), colnames(cells$has)))
  cbind(log, decisions[cells$decided[rows], more, drop = FALSE],
        row.names = NULL)
}

agreed_units <- function(cells) {
  both <- cells$all & rowSums(!is.na(cells$has)) > 1
  counts <- table(cells$code[both])
  stats::setNames(as.integer(counts), names(counts))
}

#' @rdname resolve
#' @param object,... A resolution; nothing else is used.
#' @export
summary.resolution <- function(object, ...) {
  log <- object$log
  code <- sorted_values(c(log$code, names(object$agreed)))
  count <- function(rows) {
    as.integer(table(factor(log$code[rows], levels = code)))
  }
  agreed <- unname(object$agreed[code])
  out <- data.frame(
    code = code, agreed = ifelse(is.na(agreed), 0L, agreed),
    disagreements = count(is_split(log)), stringsAsFactors = FALSE
  )
  for (coder in object$coders) {
    theirs <- object$has[, coder] == log$decision
    out[[paste0("for.", coder)]] <- count(theirs %in% TRUE & is_split(log))
  }
  out$applied <- count(is_split(log) & log$decision %in% TRUE)
  out$rejected <- count(is_split(log) & log$decision %in% FALSE)
  for (what in c("new", "withdrawn", "open")) {
    out[[what]] <- count(log$settled_for == what)
  }
  out
}

is_split <- function(log) {
  nzchar(log$applied_by) & nzchar(log$not_applied_by)
}

#' @rdname resolve
#' @exportS3Method generics::tidy
tidy.resolution <- function(x, ...) tidy_names(summary(x))

#' @export
as.data.frame.resolution <- function(x, ...) {
  x$log
}

#' @export
format.resolution <- function(x, ...) {
  table <- summary(x)
  total <- colSums(table[-1])
  settled <- total[["disagreements"]] - total[["open"]]
  share <- function(n) {
    if (settled) sprintf("%.0f (%s)", n, format_percent(n / settled)) else "0"
  }
  mine <- vapply(x$coders, function(coder) {
    sprintf("as %s had it: %s", coder, share(total[[paste0("for.", coder)]]))
  }, "")
  c(
    sprintf("<resolution> %.0f of %s settled between %s", settled,
            format_count(total[["disagreements"]], "disagreement"),
            paste(x$coders, collapse = ", ")),
    paste0("  ", mine),
    sprintf("  the code stands: %s", share(total[["applied"]])),
    sprintf("  new in discussion: %.0f; withdrawn: %.0f; open: %.0f",
            total[["new"]], total[["withdrawn"]], total[["open"]])
  )
}

#' @rdname resolve
#' @export
print.resolution <- function(x, ...) {
  writeLines(format(x))
  invisible(x)
}

#' @rdname resolve
#' @param caption The table's caption.
#' @exportS3Method knitr::knit_print
knit_print.resolution <- function(x, ..., caption = "Disagreements settled") {
  table <- summary(x)
  total <- data.frame(code = "All", as.list(colSums(table[-1])),
                      check.names = FALSE)
  table <- rbind(table, total)
  empty <- vapply(table, function(column) all(column == 0), TRUE)
  table <- table[!(empty & names(table) %in% c("withdrawn", "open"))]
  names(table) <- sub("^for\\.", "Settled as ", names(table))
  names(table) <- paste0(toupper(substring(names(table), 1, 1)),
                         substring(names(table), 2))
  knit_table(table, caption = caption)
}
