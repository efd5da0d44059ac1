#' Which codes are taken for each other
#'
#' For ratings from codings: how often, in a unit that both saw, one coder
#' applied one code and not the other while the second coder did the reverse.
#' Sets are compared likewise, member by member.
#' For a single variable: how often two coders gave these two values to the same
#' unit. Pairs of coders count separately, so one unit may count more than once.
#'
#' @param x [ratings()], or codings; these go through [as_ratings()] with
#'   `units` and `plan`.
#' @param units,plan Needed with codings only.
#' @param n The number of pairs wanted; all by default.
#' @return A data frame of class `confusions`, the most confused pair first:
#'   `code_1`, `code_2`, `times`, `share` (of all confusions), `units`, and the
#'   first such unit as an example: `unit`, its `text` where the units carry it,
#'   and who took it for what, `coder_1` for `code_1` and `coder_2` for
#'   `code_2`.
#'
#'   `as.matrix()` has a row for what one coder applied and a column for what
#'   the other did, so that a coder who leans to one of two codes is seen; over
#'   more than two coders it is symmetrical, all pairs of coders together.
#'   `plot()` and `autoplot()` (with ggplot2) draw it for the codes that are
#'   ever confused. Both take in all confusions, whatever `n` is.
#' @section Errors: `intercoder_error_argument` for codings without their
#'   `units`, and where `coders` are not two coders of the ratings; those of
#'   [as_ratings()]; `intercoder_error_value` where there is nothing to draw.
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' x <- ratings(cbind(Ann = c("a", "b", "b", "a"), Ben = c("a", "b", "a", "b")))
#' confusions(x)
#' study <- simulated_study
#' mixed <- confusions(study$codings, units(study$transcripts), study$plan)
#' as.matrix(mixed, coders = c("A", "B"))[1:3, 1:3]
#' plot(mixed, coders = c("A", "B"))
#' @export
confusions <- function(x, units = NULL, plan = NULL, n = Inf) {
  if (is.null(units) && inherits(x, "codings")) {
    arg_error("units", "given with codings", "NULL", caller_env(0))
  }
  x <- if (is.null(units)) ratings(x) else as_ratings(x, units, plan)
  check_known_coders(x, "confusions()")
  check_limit(n)
  codes <- length(x$codes) > 1 || length(x$members) > 0
  if (length(x$members)) {
    x <- member_ratings(x)
  }
  pairs <- coder_pairs(x)
  found <- do.call(rbind, lapply(seq_len(nrow(pairs)), function(i) {
    if (codes) {
      swapped_codes(x, pairs[i, 1], pairs[i, 2])
    } else {
      different_values(x, pairs[i, 1], pairs[i, 2])
    }
  }))
  confusion_frame(x, found, n, if (codes) x$codes else level_labels(x))
}

# Rows: unit, place of what the first of two codes, in order, was given by.
confusion_rows <- function(row, a, b, g, h) {
  swap <- a > b
  data.frame(row = row, a = ifelse(swap, b, a), b = ifelse(swap, a, b),
             g = ifelse(swap, h, g), h = ifelse(swap, g, h))
}

swapped_codes <- function(x, g, h) {
  applied <- function(coder) {
    vapply(seq_along(x$codes), function(i) places(x, i)[, coder] == 2L,
           logical(unit_count(x)))
  }
  first <- matrix(applied(g), ncol = length(x$codes))
  second <- matrix(applied(h), ncol = length(x$codes))
  only_first <- which(first & !second, arr.ind = TRUE)
  only_second <- which(second & !first, arr.ind = TRUE)
  both <- merge(data.frame(row = only_first[, 1], a = only_first[, 2]),
                data.frame(row = only_second[, 1], b = only_second[, 2]))
  if (!nrow(both)) {
    return(NULL)
  }
  confusion_rows(both$row, both$a, both$b, g, h)
}

different_values <- function(x, g, h) {
  data <- places(x)
  row <- which(data[, g] != data[, h])
  if (!length(row)) {
    return(NULL)
  }
  confusion_rows(row, data[row, g], data[row, h], g, h)
}

confusion_frame <- function(x, found, n, labels) {
  if (is.null(found)) {
    found <- confusion_rows(integer(), integer(), integer(), integer(),
                            integer())
  }
  found <- found[order(found$a, found$b, found$row), ]
  key <- (found$a - 1) * length(labels) + found$b
  first <- which(!duplicated(key))
  times <- tabulate(match(key, key[first]), length(first))
  units <- vapply(key[first], function(k) {
    length(unique(found$row[key == k]))
  }, 0L)
  out <- data.frame(
    code_1 = labels[found$a[first]], code_2 = labels[found$b[first]],
    times = times, share = times / max(1, sum(times)), units = units,
    unit = unit_labels(x)[found$row[first]],
    coder_1 = x$coders[found$g[first]], coder_2 = x$coders[found$h[first]]
  )
  if ("text" %in% names(x$about)) {
    out$text <- as.character(x$about$text)[found$row[first]]
  }
  out <- out[utils::head(order(-out$times), n), ]
  row.names(out) <- NULL
  new_result(out, class = "confusions", codes = labels, coders = x$coders,
             cells = found[c("a", "b", "g", "h")])
}

#' @rdname confusions
#' @param coders Two coders: the first one's codes are the rows, the other's the
#'   columns. `NULL` for both where there are two, else for all together.
#' @param ... Not used.
#' @export
as.matrix.confusions <- function(x, coders = NULL, ...) {
  known <- attr(x, "coders")
  one <- match(confused_coders(coders, known, caller_env(0)), known)
  codes <- attr(x, "codes")
  cells <- attr(x, "cells")
  count <- function(rows, columns) {
    table(factor(rows, seq_along(codes)), factor(columns, seq_along(codes)))
  }
  as_said <- !length(one) | (cells$g == one[1] & cells$h == one[2])
  turned <- !length(one) | (cells$g == one[2] & cells$h == one[1])
  out <- count(cells$a[as_said], cells$b[as_said]) +
    count(cells$b[turned], cells$a[turned])
  matrix(as.integer(out), length(codes), dimnames = list(codes, codes))
}

confused_coders <- function(coders, known, call) {
  if (is.null(coders)) {
    return(if (length(known) == 2) known)
  }
  if (!is.character(coders) || length(coders) != 2 ||
        !all(coders %in% known) || coders[1] == coders[2]) {
    arg_error("coders", paste("two of the coders", quoted(known, 6)),
              describe_value(coders), call)
  }
  coders
}

confusion_tiles <- function(x, coders, call = caller_env()) {
  values <- as.matrix.confusions(x, coders)
  some <- rowSums(values) + colSums(values) > 0
  if (!any(some)) {
    abort("value", "There is nothing to draw: no codes are confused.",
          call = call)
  }
  values <- values[some, some, drop = FALSE]
  codes <- rownames(values)
  coders <- confused_coders(coders, attr(x, "coders"), call)
  list(values = unname(values), people = codes, labels = codes,
       rows = factor(rep("", length(codes))), columns = NULL,
       classes = tile_classes(values, "count"), measure = "count",
       title = if (is.null(coders)) "Times, all coders" else
         sprintf("Times; row: by %s, column: by %s", coders[1], coders[2]))
}

#' @rdname confusions
#' @export
plot.confusions <- function(x, coders = NULL, ...) {
  plot_tiles(confusion_tiles(x, coders))
  invisible(x)
}

#' @rdname confusions
#' @param object What `confusions()` gives.
#' @exportS3Method ggplot2::autoplot
autoplot.confusions <- function(object, coders = NULL, ...) {
  need_package("ggplot2", "autoplot()")
  autoplot_tiles(confusion_tiles(object, coders))
}

#' @export
print.confusions <- function(x, n = 10, ...) {
  cat(sprintf("%s confused, %s\n", format_count(nrow(x), "pair"),
              format_count(sum(x$times), "time")))
  shown <- utils::head(x[c("code_1", "code_2", "times", "share", "units")], n)
  class(shown) <- "data.frame"
  shown$share <- format_percent(shown$share)
  if (nrow(shown)) {
    print_table(shown)
  }
  if (nrow(x) > n) {
    cat(sprintf("... and %d more\n", nrow(x) - as.integer(n)))
  }
  invisible(x)
}

#' @rdname confusions
#' @param width The longest that a text may be in a knitted table, in
#'   characters; longer ones are cut at a word.
#' @param caption Caption of a knitted table.
#' @exportS3Method knitr::knit_print
knit_print.confusions <- function(
    x, width = 200,
    caption = "Units to which one coder applied one code and another the other",
    ...) {
  shown <- plain_frame(x)
  shown$share <- format_percent(shown$share)
  if (!is.null(shown$text)) shown$text <- shorten_quote(shown$text, width)
  words <- c(code_1 = "one code", code_2 = "the other", unit = "example",
             coder_1 = "the one by", coder_2 = "the other by")
  names(shown)[match(names(words), names(shown))] <- words
  knit_table(shown, caption = caption)
}
