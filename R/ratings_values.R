# Given values as places among the categories.

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
    levels <- sorted_values(x)
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
