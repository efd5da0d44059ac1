# Reliability data. A "ratings" is a list:
#   codes    labels of what was rated; NA for a single unnamed variable
#   data     one matrix per code, units x coders: integer places in `levels`
#            or, where it is raw, whole numbers as they were given. Nobody else
#            reads it: places() and core_matrix() do
#   raw      TRUE where `data` holds the numbers themselves, uncopied
#   levels   labels of the categories, in order (NULL for numbers)
#   numbers  their values where they are numbers, else NULL
#   scale    "nominal", "ordered", "numeric" or "set"
#   members  labels of the members of sets, and
#   sets     for each category the numbers of its members (scale "set" alone)
#   units    labels, or NULL for 1, 2, ...
#   coders   labels
#   cluster  a factor over units, or NULL
#   about    a data frame with one row per unit (transcript, text ...), or NULL
#   anonymous TRUE where it is not known who gave which value
new_ratings <- function(data, codes = NA_character_, levels = NULL,
                        numbers = NULL, scale = "nominal", units = NULL,
                        coders = colnames(data[[1]]), cluster = NULL,
                        about = NULL, anonymous = FALSE, sets = NULL,
                        members = NULL, raw = FALSE) {
  parts <- list(codes = codes, data = data, raw = raw, levels = levels,
                numbers = numbers, scale = scale, units = units,
                coders = coders, cluster = cluster, about = about,
                anonymous = anonymous)
  structure(c(parts, if (scale == "set") list(sets = sets, members = members)),
            class = c("ratings", "intercoder_result"))
}

#' Ratings: units, coders and the values they gave
#'
#' Brings reliability data into one shape. Three shapes are taken, and the shape
#' is declared, never guessed: *long* data name the columns that hold unit,
#' coder and value; a matrix or data frame given alone is *wide*, a row for each
#' unit and a column for each coder; a square [table] is the cross table of two
#' coders, rows the first, with whole counts.
#'
#' Numbers are numbers: their distances count at interval and ratio level. A
#' factor brings its levels, used or not, and an ordered factor their order.
#' Strings are categories without order unless `levels` gives it. Values are
#' compared as they are written: "a" and "A" differ, nothing is trimmed. `NA` is
#' a value that was not given; an empty string is a category.
#'
#' A value may be a *set*, such as the codes a coder gave to a passage: a list
#' column (or each column of a wide data frame, or a list matrix) whose elements
#' are vectors of strings, numbers or logicals, or factors. Order and repetition
#' do not count. `character(0)` is the empty set, which is a value; `NULL` or
#' `NA` is a set that was not given. Every distinct set is a category: nominal
#' agreement asks whether whole sets are equal, the levels `"jaccard"` and
#' `"masi"` of [agreement()] how much two sets share.
#'
#' @param data A data frame, matrix or table.
#' @param unit,coder,value Names of the columns of long `data`.
#' @param levels All categories, in their order. A value that is not among them
#'   is an error. Categories nobody used count for the coefficients that depend
#'   on the number of categories (Brennan-Prediger, Gwet). Of sets: all members.
#' @param cluster What the units belong to, such as an interview: the name of a
#'   column of long `data`, or a vector with one element per unit. [agreement()]
#'   then resamples clusters.
#' @return An object of class `ratings`. `as.data.frame()` gives it in long form
#'   with columns `code`, `unit`, `cluster`, `coder` and `value` (of sets a list
#'   of their members).
#' @section Errors: `intercoder_error_duplicate` where a coder has two values
#'   for one unit (the rows are named) or two columns of wide data have one
#'   name; `intercoder_error_value` where a value is not among `levels` or is
#'   infinite, or a set holds what is no value; `intercoder_error_missing` where
#'   a unit or coder, or a member of a set, is `NA`; `intercoder_error_shape`
#'   where a table is not square, columns of a wide data frame are of different
#'   kinds or sets hold members of different kinds; `intercoder_error_argument`
#'   where values are dates, complex or anything else that is no category;
#'   `intercoder_error_limit` where a table counts more than 100 million units.
#' @seealso [as_ratings()] for ratings from codings, [ratings_counts()].
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' long <- data.frame(
#'   turn = rep(1:4, each = 2),
#'   who = rep(c("Ann", "Ben"), 4),
#'   mood = c("calm", "calm", "angry", "calm", "angry", "angry", "calm", NA)
#' )
#' ratings(long, "turn", "who", "mood", levels = c("calm", "angry"))
#'
#' # Krippendorff (2011): 12 units, 4 observers, missing values
#' ratings(cbind(
#'   A = c(1, 2, 3, 3, 2, 1, 4, 1, 2, NA, NA, NA),
#'   B = c(1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NA, NA),
#'   C = c(NA, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 3),
#'   D = c(1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NA)
#' ))
#'
#' # Sets: Ben did not see the last unit, Ann found nothing in it
#' sets <- data.frame(row.names = 1:3)
#' sets$Ann <- list("time", c("time", "trust"), character(0))
#' sets$Ben <- list("time", "trust", NULL)
#' ratings(sets)
#' @export
ratings <- function(data, unit, coder, value, levels = NULL, cluster = NULL) {
  given <- c(!missing(unit), !missing(coder), !missing(value))
  if (any(given)) {
    if (!all(given)) {
      abort("argument", c(
        "Long data need all of `unit`, `coder` and `value`.",
        i = "Wide data (units x coders) need none of them."
      ))
    }
    return(ratings_long(data, unit, coder, value, levels, cluster))
  }
  if (inherits(data, "ratings")) {
    return(data)
  }
  if (inherits(data, "table")) {
    return(ratings_table(data))
  }
  if (inherits(data, c("codings", "units", "codebook", "coding_plan"))) {
    arg_error("data", "ratings: as_ratings() makes them from codings and units",
              describe_value(data), caller_env(0))
  }
  ratings_wide(data, levels, cluster)
}

ratings_long <- function(data, unit, coder, value, levels, cluster,
                         call = caller_env()) {
  for (arg in c("unit", "coder", "value")) {
    check_string(get(arg), arg = arg, call = call)
  }
  column <- is.character(cluster) && length(cluster) == 1
  check_columns(data, c(unit, coder, value, if (column) cluster),
                arg = "data", call = call)
  check_present(data, c(unit, coder), call)
  units <- ordered_unique(data[[unit]])
  coders <- as.character(ordered_unique(data[[coder]]))
  row <- match(data[[unit]], units)
  col <- match(as.character(data[[coder]]), coders)
  check_duplicates(row, col, units, coders, call)
  coded <- encode_values(data[[value]], levels, call = call,
                         arg = paste0("data$", value))
  filled <- matrix(NA_integer_, length(units), length(coders),
                   dimnames = list(NULL, coders))
  filled[cbind(row, col)] <- coded$codes
  if (column) {
    cluster <- cluster_of_units(data[[cluster]], row, units, call)
  }
  new_ratings(list(filled), levels = coded$levels, numbers = coded$numbers,
              scale = coded$scale, units = as.character(units),
              cluster = check_cluster(cluster, length(units), call),
              sets = coded$sets, members = coded$members)
}

ordered_unique <- function(x) {
  if (is.factor(x)) {
    return(levels(x)[levels(x) %in% as.character(x)])
  }
  unique(x)
}

check_present <- function(data, columns, call) {
  for (column in columns) {
    if (!is.atomic(data[[column]]) || !is.null(dim(data[[column]]))) {
      arg_error(paste0("data$", column), "a vector",
                describe_value(data[[column]]), call)
    }
    rows <- which(is.na(data[[column]]))
    if (length(rows)) {
      abort("missing", sprintf("Column \"%s\" is NA in %s.", column,
                               name_rows(rows)), rows = rows, call = call)
    }
  }
}

name_rows <- function(rows, most = 5) {
  shown <- paste(utils::head(rows, most), collapse = ", ")
  more <- length(rows) - most
  paste0(if (length(rows) == 1) "row " else "rows ", shown,
         if (more > 0) sprintf(" and %d more", more))
}

check_duplicates <- function(row, col, units, coders, call) {
  cell <- (col - 1) * length(units) + row
  again <- which(duplicated(cell))
  if (length(again)) {
    first <- match(cell[again[1]], cell)
    abort("duplicate", c(
      sprintf(paste("Coder \"%s\" has more than one value for unit \"%s\":",
                    "rows %d and %d."),
              coders[col[first]], as.character(units[row[first]]), first,
              again[1]),
      i = sprintf("%s in all.", format_count(length(again), "duplicate"))
    ), rows = sort(c(match(cell[again], cell), again)), call = call)
  }
}

cluster_of_units <- function(values, row, units, call) {
  first <- values[match(seq_along(units), row)]
  differs <- which(as.character(values) != as.character(first)[row])
  if (length(differs)) {
    abort("cluster", sprintf("Unit \"%s\" belongs to two clusters: see row %d.",
                             as.character(units[row[differs[1]]]), differs[1]),
          rows = differs, call = call)
  }
  first
}

check_cluster <- function(cluster, n, call = caller_env()) {
  if (is.null(cluster)) {
    return(NULL)
  }
  if (!is.atomic(cluster) || length(cluster) != n) {
    wanted <- sprintf("a vector with one element for each of the %d units", n)
    arg_error("cluster", wanted, describe_value(cluster), call)
  }
  if (anyNA(cluster)) {
    abort("missing", sprintf("`cluster` is NA in %s.",
                             name_rows(which(is.na(cluster)))), call = call)
  }
  if (is.factor(cluster)) droplevels(cluster) else
    factor(cluster, levels = unique(cluster))
}

ratings_wide <- function(data, levels, cluster, call = caller_env()) {
  if (is.data.frame(data)) {
    values <- wide_values(data, levels, call)
  } else if (is.matrix(data)) {
    values <- if (is.numeric(data) && !is.object(data)) data else
      as.vector(data)
  } else {
    arg_error("data", "a data frame, a matrix or a table",
              describe_value(data), call)
  }
  if (!ncol(data)) {
    arg_error("data", "a column for each coder", describe_value(data), call)
  }
  coders <- colnames(data) %||% sprintf("coder %d", seq_len(ncol(data)))
  check_coder_names(coders, call)
  coded <- encode_values(values, levels, nrow(data), coders, call, raw = TRUE)
  raw <- is.null(coded$codes)
  filled <- if (raw && is.matrix(values)) values else
    matrix(if (raw) values else coded$codes, nrow(data), ncol(data),
           dimnames = list(NULL, coders))
  rows <- if (is.data.frame(data)) wide_rownames(data) else rownames(data)
  new_ratings(list(filled), levels = coded$levels, numbers = coded$numbers,
              scale = coded$scale, units = rows, coders = coders,
              cluster = check_cluster(cluster, nrow(data), call),
              sets = coded$sets, members = coded$members, raw = raw)
}

check_coder_names <- function(coders, call) {
  bare <- which(is.na(coders) | !nzchar(coders))
  if (length(bare)) {
    abort("missing", sprintf("Column %d has no name: each is a coder.",
                             bare[1]), call = call)
  }
  if (anyDuplicated(coders)) {
    abort("duplicate", sprintf("Two columns are named \"%s\": each is a coder.",
                               coders[anyDuplicated(coders)]), call = call)
  }
}

wide_rownames <- function(data) {
  if (.row_names_info(data) > 0) row.names(data) else NULL
}

unit_count <- function(x) nrow(x$data[[1]])

# The values of a code as places among the categories: an integer matrix.
places <- function(x, i = 1) {
  if (!x$raw) {
    return(x$data[[i]])
  }
  matrix(match(x$data[[i]], x$numbers), unit_count(x),
         dimnames = list(NULL, x$coders))
}

# What the core reads (with `raw`): codes one under the other, of some units.
core_matrix <- function(x, codes = 1, units = NULL) {
  data <- x$data[codes]
  if (!is.null(units)) {
    data <- lapply(data, function(d) d[units, , drop = FALSE])
  }
  if (length(data) == 1) data[[1]] else do.call(rbind, data)
}

select_coders <- function(x, at) {
  x$data <- lapply(x$data, function(d) d[, at, drop = FALSE])
  x$coders <- x$coders[at]
  x
}

unit_labels <- function(x) {
  x$units %||% as.character(seq_len(unit_count(x)))
}

level_labels <- function(x) {
  x$levels %||% format(x$numbers, trim = TRUE, digits = 15)
}

#' @export
as.data.frame.ratings <- function(x, row.names = NULL, optional = FALSE, ...) {
  n <- unit_count(x)
  coders <- length(x$coders)
  values <- unlist(lapply(seq_along(x$codes), places, x = x))
  out <- data.frame(
    code = rep(x$codes, each = n * coders),
    unit = rep(unit_labels(x), coders * length(x$codes)),
    cluster = rep(if (is.null(x$cluster)) NA_character_ else
      as.character(x$cluster), length.out = n * coders * length(x$codes)),
    coder = rep(rep(x$coders, each = n), length(x$codes)),
    row.names = row.names
  )
  out$value <- category_values(x, values)
  out
}

# What stands for places among the categories.
category_values <- function(x, places) {
  if (!is.null(x$numbers)) {
    return(x$numbers[places])
  }
  if (x$scale == "set") {
    sets <- c(lapply(x$sets, function(s) x$members[s]), NA_character_)
    return(sets[ifelse(is.na(places), length(sets), places)])
  }
  factor(level_labels(x)[places], level_labels(x),
         ordered = x$scale == "ordered")
}

#' @export
`[.ratings` <- function(x, codes) {
  if (!is.character(codes) && !is.numeric(codes) && !is.logical(codes)) {
    arg_error("codes", "names or numbers of codes", describe_value(codes),
              caller_env(0))
  }
  at <- if (is.character(codes)) match(codes, x$codes) else
    seq_along(x$codes)[codes]
  if (!length(at)) {
    arg_error("codes", "at least one of the codes", describe_value(codes),
              caller_env(0))
  }
  if (anyNA(at)) {
    abort("code", sprintf("No code \"%s\" among these ratings.",
                          codes[is.na(at)][1]))
  }
  x$codes <- x$codes[at]
  x$data <- x$data[at]
  x
}

#' @export
length.ratings <- function(x) length(x$codes)

#' @exportS3Method knitr::knit_print
knit_print.ratings <- function(x, caption = NULL, ...) {
  given <- vapply(x$data, function(d) sum(!is.na(d)), 0L)
  all <- unit_count(x) * length(x$coders)
  table <- data.frame(Units = unit_count(x), Coders = length(x$coders),
                      Values = given, Missing = all - given)
  if (!anyNA(x$codes)) table <- cbind(Code = x$codes, table)
  knit_table(table, caption %||% "Ratings.")
}

#' @export
format.ratings <- function(x, ...) {
  n <- unit_count(x)
  values <- vapply(x$data, function(d) sum(!is.na(d)), 0)
  categories <- if (is.null(x$levels)) length(x$numbers) else length(x$levels)
  named <- length(x$codes) > 1 || !is.na(x$codes[1])
  sets <- if (length(x$members)) {
    format_list(sprintf("Sets of %s:",
                        format_count(length(x$members), "member")), x$members)
  }
  c(
    sprintf("Ratings: %s, %s%s", format_count(n, "unit"),
            format_count(length(x$coders), "coder"),
            if (is.null(x$cluster)) "" else
              sprintf(", %s", format_count(nlevels(x$cluster), "cluster"))),
    if (named) format_list(paste0(format_count(length(x$codes), "code"), ":"),
                           x$codes),
    sets,
    sprintf("%s (%s), %.0f%% of values missing",
            format_count(categories, "category", "categories"), x$scale,
            100 * (1 - mean(values) / max(1, n * length(x$coders)))),
    if (!x$anonymous) format_list("Coders:", x$coders)
  )
}

#' @export
print.ratings <- function(x, ...) {
  writeLines(format(x))
  invisible(x)
}
