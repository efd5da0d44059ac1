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

#' @rdname disagreements
#' @param width The longest that a text may be in a knitted table, in
#'   characters; longer ones are cut at a word.
#' @param caption Caption of a knitted table.
#' @param ... Not used.
#' @exportS3Method knitr::knit_print
knit_print.disagreements <- function(x, width = 200,
                                     caption = "Units in which coders differ",
                                     ...) {
  shown <- plain_frame(x)
  shown$impact <- format_number(shown$impact, 3)
  if (!is.null(shown$text)) shown$text <- shorten_quote(shown$text, width)
  shown <- shown[!vapply(shown, function(v) all(is.na(v)), NA)]
  names(shown) <- sub("^value[.]", "", names(shown))
  knit_table(shown, caption = caption)
}
