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
  parts <- list(codes = codes, data = data, raw = raw, levels = levels, numbers = numbers,
                scale = scale, units = units, coders = coders,
                cluster = cluster, about = about, anonymous = anonymous)
  structure(c(parts, if (scale == "set") list(sets = sets, members = members)),
            class = "ratings")
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
#' @section Errors: `duplicate` where a coder has two values for one unit (the
#'   rows are named) or two columns of wide data have one name, `value` where a
#'   value is not among `levels` or is infinite, or a set holds what is no
#'   value, `missing` where a unit or coder, or a member of a set, is `NA`,
#'   `shape` where a table is not square, columns of a wide data frame are of
#'   different kinds or sets hold members of different kinds, `argument` where
#'   values are dates, complex or anything else that is no category, `limit`
#'   where a table counts more than 100 million units.
#' @seealso [as_ratings()] for ratings from codings, [ratings_counts()].
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
      sprintf("Coder \"%s\" has more than one value for unit \"%s\": rows %d and %d.",
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
    arg_error("cluster", sprintf("a vector with one element for each of the %d units",
                                 n), describe_value(cluster), call)
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

# The columns as one vector; factors keep their levels.
wide_values <- function(data, levels, call) {
  if (!length(data)) {
    arg_error("data", "a column for each coder", describe_value(data), call)
  }
  kind <- vapply(data, value_kind, "")
  check_kinds(data, kind, call)
  empty <- vapply(data, function(x) all(is.na(x)) && is.logical(x), NA)
  if (length(unique(kind[!empty])) > 1) {
    abort("shape", c(
      "The columns of wide data must be of one kind.",
      x = sprintf("Column \"%s\" is %s, column \"%s\" is %s.",
                  names(data)[!empty][1], kind[!empty][1],
                  names(data)[kind != kind[!empty][1] & !empty][1],
                  kind[kind != kind[!empty][1] & !empty][1]),
      i = "Each column is a coder. Is one of them the unit's name?"
    ), call = call)
  }
  kind <- kind[!empty][1]
  if (!is.na(kind) && kind %in% c("a factor", "an ordered factor") &&
        is.null(levels)) {
    return(wide_factor(data[!empty], data, kind == "an ordered factor", call))
  }
  if (kind %in% "a list") {
    return(do.call(c, lapply(unname(data), as.list)))
  }
  unlist(lapply(data, function(x) if (is.factor(x)) as.character(x) else x),
         use.names = FALSE)
}

value_kinds <- c("an ordered factor", "a factor", "a number", "a logical",
                 "a string", "a list")

check_kinds <- function(data, kind, call) {
  flat <- vapply(data, function(x) is.null(dim(x)), NA)
  bad <- which(!kind %in% value_kinds | !flat)
  if (length(bad)) {
    arg_error(paste0("data$", names(data)[bad[1]]), value_wanted,
              describe_value(data[[bad[1]]]), call)
  }
}

value_wanted <- "numbers, strings, logicals, a factor or a list of sets"

wide_factor <- function(used, data, ordered, call) {
  sets <- lapply(used, levels)
  all <- unique(unlist(sets))
  if (ordered && !all(vapply(sets, identical, NA, sets[[1]]))) {
    abort("shape", c(
      "The ordered factors have different levels.",
      i = "Give all categories in their order as `levels`."
    ), call = call)
  }
  factor(unlist(lapply(data, as.character), use.names = FALSE), all,
         ordered = ordered)
}

value_kind <- function(x) {
  if (is.ordered(x)) {
    "an ordered factor"
  } else if (is.factor(x)) {
    "a factor"
  } else if (is.numeric(x) && !inherits(x, "integer64")) {
    "a number"
  } else if (is.logical(x)) {
    "a logical"
  } else if (is.character(x)) {
    "a string"
  } else if (is_set_column(x)) {
    "a list"
  } else {
    paste(class(x), collapse = "/")
  }
}

# Values as places among the categories (NULL, if they may stay raw, for whole
# numbers close together). Wide data have `rows` rows and `columns`: `place(i)`
# says where the i-th value stands.
encode_values <- function(x, levels, rows = length(x), columns = NULL,
                          call = caller_env(), arg = "data", raw = FALSE,
                          place = function(at) name_cell(at, rows, columns)) {
  if (is_set_column(x)) {
    return(encode_sets(x, levels, rows, columns, call))
  }
  if (!value_kind(x) %in% value_kinds) {
    arg_error(arg, value_wanted, describe_value(x), call)
  }
  if (is.null(levels)) {
    coded <- encode_free(x, place, call)
    if (is.null(coded$codes) && !raw) {
      coded$codes <- match(x, coded$numbers)
    }
    return(coded)
  }
  if (!is.atomic(levels) || !length(levels) || anyNA(levels) ||
        anyDuplicated(levels)) {
    arg_error("levels", "distinct categories without NA",
              describe_value(levels), call)
  }
  if (is.factor(x)) {
    x <- as.character(x)
  }
  numbers <- is.numeric(levels) && is.numeric(x)
  levels <- if (numbers) sort(levels) else as.character(levels)
  codes <- match(if (numbers) x else as.character(x), levels)
  bad <- which(is.na(codes) & !is.na(x))
  if (length(bad)) {
    at <- (bad[1] - 1) %% rows + 1
    abort("value", c(
      sprintf("Value \"%s\" in %s is not among `levels`.",
              format(x[bad[1]]), place(bad[1])),
      i = sprintf("They are %s.", quoted(levels, 12))
    ), row = at, call = call)
  }
  list(codes = codes, levels = as.character(levels),
       numbers = if (numbers) as.double(levels),
       scale = if (numbers) "numeric" else "ordered")
}

encode_free <- function(x, place, call) {
  if (is.factor(x)) {
    return(encode_factor(x))
  }
  if (is.logical(x)) {
    return(list(codes = as.integer(x) + 1L, levels = c("FALSE", "TRUE"),
                numbers = c(0, 1), scale = "ordered"))
  }
  if (is.character(x)) {
    levels <- sort(unique(x), method = "radix")
    return(list(codes = match(x, levels), levels = levels, numbers = NULL,
                scale = "nominal"))
  }
  coded <- core_value(
    .Call(C_agreement_encode, if (is.object(x)) as.double(x) else x),
    describe = function(failure) {
      sprintf("The value in %s is infinite.", place(failure$item))
    },
    call = call
  )
  list(codes = coded$codes, levels = NULL, numbers = coded$values,
       scale = "numeric")
}

# A level NA says, like NA itself, that no value was given.
encode_factor <- function(x) {
  named <- levels(x)[!is.na(levels(x))]
  codes <- if (anyNA(levels(x))) match(as.character(x), named) else
    as.integer(x)
  list(codes = codes, levels = named, numbers = NULL,
       scale = if (is.ordered(x)) "ordered" else "nominal")
}

ratings_table <- function(data, call = caller_env()) {
  if (length(dim(data)) != 2 || nrow(data) != ncol(data)) {
    abort("shape", c(
      "A cross table of two coders must be square.",
      x = sprintf("It is %s.", paste(dim(data), collapse = " x ")),
      i = "Make both factors with the same levels before table()."
    ), call = call)
  }
  rows <- rownames(data) %||% as.character(seq_len(nrow(data)))
  if (!is.null(colnames(data)) && !identical(rows, colnames(data))) {
    abort("shape", "The rows and columns of the table name different categories.",
          call = call)
  }
  check_category_names(rows, call)
  counts <- as.vector(data)
  bad <- which(!are_counts(counts))
  if (length(bad)) {
    abort("value", c(
      "The table must hold whole counts.",
      x = sprintf("It has %s in %s.", describe_value(counts[[bad[1]]]),
                  name_cell(bad[1], nrow(data), rows))
    ), call = call)
  }
  if (sum(counts) > 1e8) {
    abort("limit", "The table counts more than 100 million units.",
          call = call)
  }
  n <- length(rows)
  filled <- cbind(rep(rep(seq_len(n), n), counts),
                  rep(rep(seq_len(n), each = n), counts))
  numbers <- suppressWarnings(as.double(rows))
  if (anyNA(numbers) || is.unsorted(numbers, strictly = TRUE)) {
    numbers <- NULL
  }
  names <- names(dimnames(data))
  colnames(filled) <- if (length(names) == 2 && all(nzchar(names)) &&
                            names[1] != names[2]) names else
    c("coder 1", "coder 2")
  storage.mode(filled) <- "integer"
  new_ratings(list(filled), levels = rows, numbers = numbers,
              scale = "ordered")
}

#' Ratings from counts
#'
#' For data that only say how many coders put each unit into each category. Who
#' gave which value is then unknown, so the coefficients that need it
#' (Cohen's kappa, Scott's pi for two named coders, the kappas of Conger, Light
#' and Hubert) are `NA` with status `coders_unknown`.
#'
#' @param x A matrix or data frame of whole counts: a row for each unit, a
#'   column for each category.
#' @inheritParams ratings
#' @return An object of class `ratings`.
#' @section Errors: `argument` where a count is missing, negative, not whole or
#'   above a million (row and column are named), `duplicate` where two columns
#'   have one name.
#' @examples
#' ratings_counts(cbind(yes = c(3, 2, 0), no = c(0, 1, 3)))
#' @export
ratings_counts <- function(x, cluster = NULL) {
  x <- check_count_table(x, caller_env(0))
  most <- max(0, rowSums(x))
  filled <- matrix(NA_integer_, nrow(x), most)
  unit <- rep(row(x), x)
  order <- order(unit)
  place <- sequence(rowSums(x))
  filled[cbind(unit[order], place)] <- rep(col(x), x)[order]
  categories <- colnames(x) %||% as.character(seq_len(ncol(x)))
  coders <- sprintf("rating %d", seq_len(most))
  colnames(filled) <- coders
  new_ratings(list(filled), levels = categories, scale = "ordered",
              units = rownames(x), coders = coders,
              cluster = check_cluster(cluster, nrow(x)), anonymous = TRUE)
}

check_count_table <- function(x, call) {
  counts <- if (is.matrix(x) || is.data.frame(x)) as.matrix(x)
  if (!is.numeric(counts)) {
    arg_error("x", "a matrix or data frame of whole counts",
              describe_value(x), call)
  }
  categories <- colnames(counts) %||% as.character(seq_len(ncol(counts)))
  check_category_names(categories, call)
  bad <- which(!are_counts(counts) | counts > 1e6)
  if (length(bad)) {
    arg_error("x", "whole counts up to a million",
              sprintf("%s in %s", describe_value(counts[[bad[1]]]),
                      name_cell(bad[1], nrow(counts), categories)), call)
  }
  counts
}

are_counts <- function(x) {
  if (!is.numeric(x)) {
    return(rep(FALSE, length(x)))
  }
  !is.na(x) & is.finite(x) & x >= 0 & x == floor(x)
}

check_category_names <- function(x, call) {
  if (anyDuplicated(x)) {
    abort("duplicate", sprintf("Two columns are named \"%s\": each is a category.",
                               x[anyDuplicated(x)]), call = call)
  }
}

#' Ratings from codings
#'
#' Turns coded segments into one binary rating per code: for every unit and
#' coder, 1 where the coder applied the code, 0 where the coder saw the unit and
#' did not, `NA` where the coder did not see it. Or into one rating of all codes
#' together, whose values are sets.
#'
#' A code is applied to a unit when a coding of that coder and that code
#' overlaps the unit by at least one character. A segment that runs over several
#' units is applied to each of them; two segments of the same code in one unit
#' count once. What a coder saw is what the coding plan says. Without a plan a
#' coder who has any coding in a transcript is taken to have seen all of it, and
#' nobody else: a coder who read a transcript and found nothing is then lost,
#' and a warning of class `intercoder_warning_no_plan` says so.
#'
#' @param codings A data frame with columns `transcript`, `start`, `end`,
#'   `code`, `coder`; see [codings()].
#' @param units A data frame with columns `unit`, `transcript`, `start`, `end`;
#'   see [units()].
#' @param plan A data frame with columns `coder` and `transcript`, a row for
#'   each transcript that each coder saw; see [coding_plan()].
#' @param codes The codes to rate, in the order wanted; by default those in
#'   `codings`, in order of appearance. A code nobody used is rated 0
#'   throughout.
#' @param value `"presence"`: a binary rating per code. `"set"`: one rating per
#'   unit, the set of all `codes` that the coder applied to it; the empty set
#'   where the coder saw the unit and applied none, `NA` where the coder did not
#'   see it.
#' @return An object of class `ratings` whose clusters are the transcripts.
#' @section Errors: `plan` where a coder has codings in a transcript that the
#'   plan does not give to that coder.
#' @examples
#' units <- data.frame(
#'   unit = c("I1:1", "I1:2", "I2:1"), transcript = c("I1", "I1", "I2"),
#'   start = c(1, 41, 1), end = c(40, 90, 60)
#' )
#' codings <- data.frame(
#'   transcript = c("I1", "I1", "I2"), start = c(5, 60, 10),
#'   end = c(20, 80, 30), code = c("trust", "trust", "time"),
#'   coder = c("Ann", "Ben", "Ann")
#' )
#' plan <- data.frame(coder = c("Ann", "Ben", "Ann"),
#'                    transcript = c("I1", "I1", "I2"))
#' as.data.frame(as_ratings(codings, units, plan))
#' as_ratings(codings, units, plan, value = "set")
#' @export
as_ratings <- function(codings, units, plan = NULL, codes = NULL,
                       value = c("presence", "set")) {
  value <- check_choice(value, c("presence", "set"))
  check_columns(codings, c("transcript", "start", "end", "code", "coder"))
  check_columns(units, c("unit", "transcript", "start", "end"))
  if (anyDuplicated(units$unit)) {
    abort("duplicate", sprintf("Unit \"%s\" stands in `units` more than once.",
                               units$unit[anyDuplicated(units$unit)]))
  }
  warn_rounds(codings)
  check_rated_codes(codes, caller_env(0))
  codes <- codes %||% ordered_unique(codings$code)
  if (!length(codes)) {
    arg_error("codes", "given where there are no codings", "NULL",
              caller_env(0))
  }
  seen <- seen_transcripts(codings, plan, caller_env(0))
  base <- seen_units(seen, units)
  hits <- overlapping_units(codings, units)
  data <- applied_codes(codings, hits, base, as.character(codes))
  about <- as.data.frame(units)
  class(about) <- "data.frame"
  out <- new_ratings(data, codes = as.character(codes), levels = c("0", "1"),
                     numbers = c(0, 1), scale = "ordered",
                     units = as.character(units$unit), coders = colnames(base),
                     cluster = check_cluster(as.character(units$transcript),
                                             nrow(units)),
                     about = about)
  if (value == "set") set_ratings(out) else out
}

check_rated_codes <- function(codes, call) {
  if (!is.null(codes) && (!is.atomic(codes) || !length(codes) ||
                            anyNA(codes) || anyDuplicated(codes))) {
    arg_error("codes", "the names of codes, each once", describe_value(codes),
              call)
  }
}

# Rounds over different transcripts are one body of codings; a transcript that a
# coder coded in two rounds would be the union of both.
warn_rounds <- function(codings) {
  if (is.null(codings$round)) {
    return(invisible())
  }
  once <- unique(data.frame(coder = as.character(codings$coder),
                            transcript = as.character(codings$transcript),
                            round = codings$round))
  once <- once[!is.na(once$round), ]
  again <- which(duplicated(once[c("coder", "transcript")]))
  if (length(again)) {
    first <- once[again[1], ]
    warn("rounds", c(
      sprintf("Coder \"%s\" coded transcript \"%s\" in several rounds, here taken together.",
              first$coder, first$transcript),
      x = sprintf("So with %s of a coder and a transcript.",
                  format_count(nrow(unique(once[again, 1:2])), "pair")),
      i = "Agreement is usually asked of one round: choose its rows first."
    ))
  }
}

# A logical matrix transcript x coder, and what is wrong with the plan.
seen_transcripts <- function(codings, plan, call) {
  worked <- unique(data.frame(coder = as.character(codings$coder),
                              transcript = as.character(codings$transcript)))
  if (is.null(plan)) {
    warn("no_plan", c(
      "No coding plan: a coder is taken to have seen the transcripts in which they coded something, and no others.",
      i = "Give `plan` (coder, transcript) to tell \"not applied\" from \"not seen\"."
    ))
    plan <- worked
  }
  check_columns(plan, c("coder", "transcript"), call = call)
  key <- function(x) paste(x$coder, x$transcript, sep = "\r")
  stray <- which(!key(worked) %in% key(plan))
  if (length(stray)) {
    rows <- which(key(codings) %in% key(worked[stray, ]))
    abort("plan", c(
      sprintf("Coder \"%s\" has codings in transcript \"%s\", which the plan does not give to that coder: %s.",
              worked$coder[stray[1]], worked$transcript[stray[1]],
              name_rows(which(key(codings) == key(worked[stray[1], ])))),
      i = "Add the row to the plan, or leave out the codings."
    ), rows = rows, call = call)
  }
  plan
}

seen_units <- function(plan, units) {
  coders <- as.character(ordered_unique(plan$coder))
  seen <- vapply(coders, function(coder) {
    ifelse(as.character(units$transcript) %in%
             as.character(plan$transcript[plan$coder == coder]), 1L, NA)
  }, integer(nrow(units)))
  matrix(as.integer(seen), nrow(units), length(coders),
         dimnames = list(NULL, coders))
}

# For each coding the units that it overlaps: rows of `codings` and of `units`.
overlapping_units <- function(codings, units, call = caller_env()) {
  check_spans(codings, "codings", call)
  check_spans(units, "units", call)
  by_transcript <- split(seq_len(nrow(units)), as.character(units$transcript))
  rows <- split(seq_len(nrow(codings)), as.character(codings$transcript))
  found <- lapply(names(rows), function(id) {
    overlaps(codings, rows[[id]], units, by_transcript[[id]])
  })
  hits <- list(coding = as.integer(unlist(lapply(found, `[[`, "coding"))),
               unit = as.integer(unlist(lapply(found, `[[`, "unit"))))
  outside <- nrow(codings) - length(unique(hits$coding))
  if (outside > 0) {
    rlang::inform(
      sprintf("%s outside all units %s left out.",
              format_count(outside, "coding"),
              if (outside == 1) "is" else "are"),
      class = "intercoder_message_outside"
    )
  }
  hits
}

check_spans <- function(data, arg, call) {
  for (column in c("start", "end")) {
    values <- data[[column]]
    if (!is.numeric(values) && length(values)) {
      arg_error(sprintf("%s$%s", arg, column), "numbers",
                describe_value(values), call)
    }
    if (anyNA(values)) {
      abort("missing", sprintf("Column \"%s\" of `%s` is NA in %s.", column,
                               arg, name_rows(which(is.na(values)))),
            rows = which(is.na(values)), call = call)
    }
  }
}

overlaps <- function(codings, rows, units, among) {
  among <- among[order(units$start[among])]
  start <- units$start[among]
  end <- units$end[among]
  from <- codings$start[rows]
  to <- codings$end[rows]
  if (!length(among)) {
    return(list(coding = integer(), unit = integer()))
  }
  if (is.unsorted(end)) {
    each <- lapply(seq_along(rows), function(i) {
      among[start <= to[i] & end >= from[i]]
    })
    return(list(coding = rep(rows, lengths(each)), unit = unlist(each)))
  }
  first <- findInterval(from, end, left.open = TRUE) + 1
  n <- pmax(0, findInterval(to, start) - first + 1)
  list(coding = rep(rows, n), unit = among[sequence(n, first)])
}

applied_codes <- function(codings, hits, base, codes) {
  code <- as.character(codings$code)[hits$coding]
  coder <- match(as.character(codings$coder)[hits$coding], colnames(base))
  lapply(codes, function(label) {
    applied <- which(code == label)
    base[cbind(hits$unit[applied], coder[applied])] <- 2L
    base
  })
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
