# Rows of data with what a result says of each.

#' @rdname tidy.intercoder_result
#' @param data Data whose rows are told about; see below.
#' @param units The [units()] in which codings lie.
#' @exportS3Method generics::augment
augment.agreement_units <- function(x, data, units = NULL, ...) {
  check_no_dots(...)
  if (attr(x, "of") != "unit") {
    abort("value", "The rows of `x` are clusters, not units.")
  }
  augment_units(x, data, units, c("rated", "without", "influence", "share"))
}

#' @rdname tidy.intercoder_result
#' @exportS3Method generics::augment
augment.disagreements <- function(x, data, units = NULL, ...) {
  check_no_dots(...)
  augment_units(x, data, units, c("rated", "differing", "impact"),
                ".disagreement")
}

#' @rdname tidy.intercoder_result
#' @exportS3Method generics::augment
augment.misses <- function(x, data, units = NULL, ...) {
  check_no_dots(...)
  augment_units(x, data, units, "kind", ".miss")
}

augment_units <- function(x, data, units, columns, there = NULL,
                          call = caller_env()) {
  if (inherits(data, "ratings")) data <- as.data.frame(data)
  at <- if (is.null(units)) {
    check_columns(data, "unit", call = call)
    data <- with_codes(data, unique(x$code))
    match_units(x, data$.code %||% data$code, data$unit)
  } else {
    check_columns(data, c("transcript", "start", "end", "code"), call = call)
    check_columns(units, c("unit", "transcript", "start", "end"), call = call)
    first_rows(x, data, units)
  }
  out <- plain_frame(data)
  said <- plain_frame(x)[at, columns, drop = FALSE]
  out[paste0(".", columns)] <- said
  if (!is.null(there)) out[[there]] <- !is.na(at)
  out
}

# Data that say nothing of codes are the same for each.
with_codes <- function(data, codes) {
  if ("code" %in% names(data) || length(codes) < 2) {
    if (!"code" %in% names(data)) data$.code <- rep(codes, nrow(data))
    return(data)
  }
  rows <- rep(seq_len(nrow(data)), length(codes))
  out <- plain_frame(data)[rows, , drop = FALSE]
  out$.code <- rep(codes, each = nrow(data))
  row.names(out) <- NULL
  out
}

match_units <- function(x, code, unit) {
  match(paste(code, unit, sep = "\x1f"), paste(x$code, x$unit, sep = "\x1f"))
}

# For each coding the first row of `x` about its code in a unit it touches.
first_rows <- function(x, codings, units) {
  hits <- overlapping_units(codings, units)
  row <- match_units(x, codings$code[hits$coding], units$unit[hits$unit])
  first <- order(row)
  row[first][match(seq_len(nrow(codings)), hits$coding[first])]
}

#' @rdname tidy.intercoder_result
#' @exportS3Method generics::augment
augment.resolution <- function(x, data, ...) {
  check_no_dots(...)
  check_class(data, "ratings", "as_ratings()")
  out <- as.data.frame(data)
  key <- paste(out$code, out$unit, sep = "\x1f")
  given <- as.numeric(as.character(out$value))
  given[!out$coder %in% x$coders] <- NA
  said <- tapply(given, key, function(v) v[!is.na(v)][1])
  log <- match(key, paste(x$log$code, x$log$unit, sep = "\x1f"))
  out$.resolved <- ifelse(is.na(log), said[key],
                          as.numeric(x$log$decision[log]))
  out
}

#' @rdname tidy.intercoder_result
#' @param level `"code"` or `"theme"`: which counts.
#' @exportS3Method generics::augment
augment.code_matrix <- function(x, data = x$participants,
                                level = c("code", "theme"), ...) {
  check_no_dots(...)
  check_columns(data, "participant")
  counts <- level_matrix(x, check_choice(level, c("code", "theme")))
  at <- match(as.character(data$participant), rownames(counts))
  out <- plain_frame(data)
  out[paste0(".", colnames(counts))] <- as.data.frame(counts)[at, ]
  out
}

#' @rdname tidy.intercoder_result
#' @exportS3Method generics::augment
augment.profile_comparison <- function(x, ...) {
  check_no_dots(...)
  spread <- profile_spread(as.matrix(x$distances), as.integer(x$group))
  data.frame(
    participant = rownames(x$values) %||% seq_along(x$group),
    group = as.character(x$group), .distance = as.vector(spread)
  )
}
