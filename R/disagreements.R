#' Where coders disagree
#'
#' Units in which coders gave different values, those that cost most agreement
#' first, with each coder's value side by side and the text where the units
#' carry it.
#'
#' @param x [ratings()].
#' @param codes Codes to look at; all by default.
#' @param n The number of rows wanted; all by default.
#' @param order `"impact"`: rows stand by `impact` (falling), then as by
#'   `"dissent"`: by `differing` (falling), then in the order of the units.
#' @inheritParams agreement_units
#' @return A data frame of class `disagreements`: `code`, `unit`, `cluster`,
#'   `rated` (coders who rated the unit), `differing` (how many of them would
#'   have to change for all to agree: those outside the most frequent value),
#'   `impact` (by how much the coefficient of the code would be higher without
#'   the unit: the `influence` of [agreement_units()] with its sign turned;
#'   `NA` where there is no coefficient with or without it), a column
#'   `value.<coder>` for each coder and, where the units carry it, `text`.
#' @section Errors: `intercoder_error_code` for a code that was not rated; those
#'   of [ratings()] and [agreement()] where `x` is not one yet.
#' @seealso [confusions()], [resolve()].
#' @seealso [tidiers]: `tidy()`, `glance()` and `augment()`.
#' @examples
#' x <- ratings(cbind(Ann = c("a", "b", "b", "a"), Ben = c("a", "b", "a", "a"),
#'                    Cem = c("a", "c", "b", "b")))
#' disagreements(x)
#' @export
disagreements <- function(x, codes = NULL, n = Inf,
                          order = c("impact", "dissent"),
                          coefficient = "alpha", level = "nominal",
                          weights = NULL, range = NULL) {
  x <- ratings(x)
  check_known_coders(x, "disagreements()")
  if (!is.null(codes)) {
    x <- x[codes]
  }
  check_limit(n)
  by <- check_choice(order, c("impact", "dissent"), "order")
  task <- contribution_task(x, coefficient, level, weights, range,
                            caller_env(0))
  found <- bind_columns(lapply(seq_along(x$codes), function(i) {
    rows <- dissent(x, i)
    c(list(code = rep(i, length(rows$row))), rows)
  }))
  found$impact <- impacts(x, found, task)
  first <- if (by == "impact") -found$impact else numeric(nrow(found))
  keep <- utils::head(base::order(first, -found$differing, found$row,
                                  found$code), n)
  disagreement_frame(x, found[keep, ])
}

impacts <- function(x, found, task) {
  whole <- measure_parts(x, agreement_parts(x, NULL, FALSE), task, FALSE)
  all <- influences(x, whole$estimate, task)
  units <- unit_count(x)
  -all$influence[match((found$code - 1) * units + found$row,
                       (all$code - 1) * units + all$at)]
}

check_limit <- function(n, call = caller_env()) {
  if (!is.numeric(n) || length(n) != 1 || is.na(n) || n < 0) {
    arg_error("n", "a number of rows", describe_value(n), call)
  }
}

check_known_coders <- function(x, what, call = caller_env()) {
  if (x$anonymous) {
    abort("coders_unknown", c(
      sprintf("%s needs to know who gave which value.", what),
      x = "These ratings were made from counts."
    ), call = call)
  }
}

# The rows of one code that are not unanimous.
dissent <- function(x, i) {
  data <- places(x, i)
  n <- nrow(data)
  rated <- rowSums(!is.na(data))
  most <- integer(n)
  for (g in seq_len(ncol(data))) {
    same <- rowSums(data == data[, g], na.rm = TRUE)
    same[is.na(data[, g])] <- 0
    most <- pmax(most, same)
  }
  row <- which(rated > most)
  list(row = row, rated = rated[row], differing = rated[row] - most[row])
}

disagreement_frame <- function(x, found) {
  row <- found$row
  out <- data.frame(
    code = x$codes[found$code], unit = unit_labels(x)[row],
    cluster = if (is.null(x$cluster)) rep(NA_character_, length(row)) else
      as.character(x$cluster)[row],
    rated = found$rated, differing = found$differing, impact = found$impact
  )
  labels <- level_labels(x)
  all <- lapply(seq_along(x$codes), places, x = x)
  for (g in seq_along(x$coders)) {
    place <- vapply(seq_along(row), function(k) {
      all[[found$code[k]]][row[k], g]
    }, 0L)
    out[[paste0("value.", x$coders[g])]] <-
      if (is.null(x$numbers)) labels[place] else x$numbers[place]
  }
  if ("text" %in% names(x$about)) {
    out$text <- as.character(x$about$text)[row]
  }
  new_result(out, class = "disagreements")
}

#' @export
print.disagreements <- function(x, n = 10, width = getOption("width"), ...) {
  cat(format_count(nrow(x), "disagreement"), "\n", sep = "")
  shown <- utils::head(x, n)
  class(shown) <- "data.frame"
  text <- shown$text
  shown$text <- NULL
  shown <- shown[!vapply(shown, function(v) all(is.na(v)), NA)]
  for (i in seq_len(nrow(shown))) {
    cat(strwrap(disagreement_line(shown[i, ]), width - 1, exdent = 2),
        sep = "\n")
    if (!is.null(text)) {
      cat(strwrap(text[i], width - 4, prefix = "    "), sep = "\n")
    }
  }
  if (nrow(x) > n) {
    cat(sprintf("... and %d more\n", nrow(x) - as.integer(n)))
  }
  invisible(x)
}

# Where it is, then who says what.
disagreement_line <- function(row) {
  row <- row[!names(row) %in% c("rated", "differing", "impact")]
  row <- row[!vapply(row, is.na, NA)]
  said <- startsWith(names(row), "value.")
  value <- vapply(row, function(v) format(v), "")
  name <- sub("^value[.]", "", names(row))
  part <- paste(name, value, sep = ": ")
  paste(paste(part[!said], collapse = ", "), paste(part[said], collapse = ", "),
        sep = "; ")
}

#' @exportS3Method knitr::knit_print
knit_print.disagreements <- function(x, caption = NULL, ...) {
  shown <- plain_frame(x)
  shown$impact <- format_number(shown$impact, 3)
  knit_table(shown[!vapply(shown, function(v) all(is.na(v)), NA)],
             caption = caption)
}

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
#' @section Errors: `intercoder_error_argument` for codings without their
#'   `units`; those of [as_ratings()].
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' x <- ratings(cbind(Ann = c("a", "b", "b", "a"), Ben = c("a", "b", "a", "b")))
#' confusions(x)
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
  new_result(out, class = "confusions")
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

#' @exportS3Method knitr::knit_print
knit_print.confusions <- function(x, caption = NULL, ...) {
  x <- plain_frame(x)
  x$share <- format_percent(x$share)
  knit_table(x, caption = caption)
}
