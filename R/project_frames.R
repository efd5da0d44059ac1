# Tables as the project file holds them. A "plain" table is a list with
#   columns     per column its type, its values without attributes, and its
#               attributes (factor levels, class, time zone ...)
#   attributes  those of the table itself, class among them
#   n           the number of rows
# Factors are stored by label, so that whoever reads the file by SQL sees words.
# Columns that a statement does not name as a parameter go to `cells`.

plain_table <- function(data, frame, call = caller_env()) {
  names <- names(data)
  bad <- is.na(names) | !nzchar(names) | duplicated(names)
  if (any(bad)) {
    abort(
      "columns",
      sprintf("Column %d of %s has %s.", which(bad)[1], frame,
              if (is.na(names[bad][1]) || !nzchar(names[bad][1])) "no name"
              else sprintf("the name \"%s\" of an earlier one",
                           names[bad][1])),
      call = call
    )
  }
  columns <- lapply(seq_along(names), function(i) {
    plain_column(data[[i]], sprintf("Column \"%s\" of %s", names[i], frame),
                 call)
  })
  list(
    columns = stats::setNames(columns, enc2utf8(names)),
    attributes = plain_attributes(
      attributes(data)[setdiff(names(attributes(data)),
                               c("names", "row.names"))],
      frame, call
    ),
    n = nrow(data)
  )
}

stored_types <- c("logical", "integer", "double", "character")

plain_column <- function(x, what, call) {
  kept <- attributes(x)
  kept$names <- NULL
  type <- if (is.factor(x)) "factor" else typeof(x)
  if (!type %in% c(stored_types, "factor") || !is.null(dim(x)) ||
      (is.factor(x) && anyNA(levels(x)))) {
    abort(
      "columns",
      c(sprintf("%s cannot be stored: it is %s.", what, describe_value(x)),
        i = "Text, numbers, TRUE and FALSE, factors, dates and times can."),
      call = call
    )
  }
  list(type = type, attributes = plain_attributes(kept, what, call),
       values = plain_values(x, what, call))
}

# Without attributes; factors as their labels; text as valid UTF-8.
plain_values <- function(x, what = "A value", call = caller_env()) {
  values <- if (is.factor(x)) levels(x)[as.integer(x)] else
    as.vector(unclass(x))
  attributes(values) <- NULL
  if (!is.character(values)) {
    return(values)
  }
  values <- enc2utf8(values)
  wrong <- !validUTF8(values) |
    (Encoding(values) == "bytes" & !is.na(values))
  if (any(wrong)) {
    abort("text", sprintf("%s is not valid text in row %d.", what,
                          which(wrong)[1]), row = which(wrong)[1], call = call)
  }
  values
}

# A flat list of path, type and values, sorted by path. An attribute may have
# attributes (the names of labels, say): their paths go on after a slash.
plain_attributes <- function(x, what, call) {
  flat <- flat_attributes(x, what, call, "")
  flat[order(vapply(flat, `[[`, "", "path"), method = "radix")]
}

flat_attributes <- function(x, what, call, prefix) {
  flat <- list()
  for (name in names(x)) {
    value <- x[[name]]
    if (!typeof(value) %in% stored_types) {
      abort(
        "columns",
        sprintf("Attribute \"%s\" of %s cannot be stored: it is %s.", name,
                what, describe_value(value)),
        call = call
      )
    }
    path <- paste0(prefix, gsub("/", "~1", gsub("~", "~0", enc2utf8(name))))
    flat <- c(flat, list(list(
      path = path, type = typeof(value),
      values = plain_values(unclass(value), what, call)
    )), flat_attributes(attributes(value), what, call, paste0(path, "/")))
  }
  flat
}

restored_attributes <- function(flat, prefix = "") {
  out <- list()
  for (one in flat) {
    name <- substring(one$path, nchar(prefix) + 1)
    if (!startsWith(one$path, prefix) || grepl("/", name, fixed = TRUE)) {
      next
    }
    value <- one$values
    attributes(value) <- restored_attributes(flat, paste0(one$path, "/"))
    out[[gsub("~0", "~", gsub("~1", "/", name))]] <- value
  }
  out
}

restored_column <- function(column) {
  kept <- restored_attributes(column$attributes)
  values <- column$values
  if (column$type == "factor") {
    values <- match(values, kept$levels)
  }
  attributes(values) <- kept
  values
}

restored_table <- function(plain) {
  data <- lapply(plain$columns, restored_column)
  attributes(data) <- c(
    list(names = names(plain$columns), row.names = .set_row_names(plain$n)),
    restored_attributes(plain$attributes)
  )
  data
}

as_rows <- function(columns) {
  n <- if (length(columns)) length(columns[[1]]) else 0L
  attr(columns, "row.names") <- .set_row_names(n)
  class(columns) <- "data.frame"
  columns
}

plain_rows <- function(plain, rows) {
  plain$columns <- lapply(plain$columns, function(column) {
    column$values <- column$values[rows]
    column
  })
  plain$n <- length(seq_len(plain$n)[rows])
  plain
}

# All but the rows.
plain_shape <- function(plain) {
  list(lapply(plain$columns, `[`, c("type", "attributes")), plain$attributes)
}

# ---- two tables made alike ----

# Both with the columns of either, in the order of the first, with types that
# hold the values of both. Columns that one has not are NA there.
conform <- function(old, new, frame, call = caller_env()) {
  for (name in union(names(old$columns), names(new$columns))) {
    pair <- conform_column(old$columns[[name]], new$columns[[name]],
                           c(old$n, new$n), name, frame, call)
    old$columns[[name]] <- pair$old
    new$columns[[name]] <- pair$new
  }
  new$columns <- new$columns[names(old$columns)]
  old$attributes <- new$attributes
  list(old = old, new = new)
}

conform_column <- function(old, new, n, name, frame, call) {
  if (is.null(old)) {
    old <- blank_column(new, n[1])
  } else if (is.null(new)) {
    new <- blank_column(old, n[2])
  } else if (is_blank_column(old) && !same_kind(old, new)) {
    old <- blank_column(new, n[1])
  } else if (is_blank_column(new) && !same_kind(old, new)) {
    new <- blank_column(old, n[2])
  }
  kind <- common_kind(old, new)
  if (is.null(kind)) {
    abort(
      "columns",
      c(sprintf("Column \"%s\" of %s is %s in the project and %s here.", name,
                frame, kind_name(old), kind_name(new)),
        i = "Give it the same type as in the project, or another name."),
      column = name, call = call
    )
  }
  old[names(kind)] <- kind
  new[names(kind)] <- kind
  list(old = old, new = new)
}

blank_column <- function(like, n) {
  like$values <- rep(like$values[NA_integer_], n)
  like
}

# Logical NA is what R calls a column about which nothing is known.
is_blank_column <- function(column) {
  column$type == "logical" && all(is.na(column$values))
}

same_kind <- function(a, b) {
  a$type == b$type && identical(a$attributes, b$attributes)
}

common_kind <- function(old, new) {
  if (same_kind(old, new)) {
    return(new[c("type", "attributes")])
  }
  a <- restored_attributes(old$attributes)
  b <- restored_attributes(new$attributes)
  if (all(c(old$type, new$type) == "factor")) {
    levels <- union(a$levels, b$levels)
    a$levels <- b$levels <- NULL
    if (!identical(a, b) || "ordered" %in% a$class) {
      return(NULL)
    }
    kept <- plain_attributes(c(list(levels = levels), a), "", NULL)
    return(list(type = "factor", attributes = kept))
  }
  numbers <- all(c(old$type, new$type) %in% c("integer", "double"))
  if (numbers && identical(a, b)) {
    return(list(type = "double", attributes = new$attributes))
  }
  NULL
}

kind_name <- function(column) {
  class <- restored_attributes(column$attributes)$class
  if (is.null(class)) column$type else
    sprintf("%s (%s)", paste(class, collapse = "/"), column$type)
}

# Numbers that are equal where rows of the two tables are equal in all columns.
row_keys <- function(old, new, columns = names(new$columns)) {
  keys <- rep(1, old$n + new$n)
  for (name in columns) {
    values <- c(old$columns[[name]]$values, new$columns[[name]]$values)
    here <- match(values, unique(values))
    keys <- keys * (max(here, 0) + 1) + here
    keys <- match(keys, unique(keys))
  }
  list(old = keys[seq_len(old$n)], new = keys[old$n + seq_len(new$n)])
}

# The how-manieth of its kind each element is.
occurrence <- function(keys) {
  at <- order(keys)
  out <- integer(length(keys))
  out[at] <- sequence(rle(keys[at])$lengths)
  out
}

# Rows of the new table that the old one has not: a row that stands there once
# accounts for one equal row here.
rows_not_in <- function(old, new) {
  keys <- row_keys(old, new)
  width <- max(keys$old, keys$new, 1) + 1
  had <- keys$old + width * occurrence(keys$old)
  now <- keys$new + width * occurrence(keys$new)
  which(!now %in% had)
}

# ---- to and from the file ----

store_read <- function(handle, name, params = list(), types = NULL,
                       call = caller_env()) {
  store_value(.Call(C_store_read, handle, name, params, types), call = call)
}

store_run <- function(handle, name, columns, n, call = caller_env()) {
  describe <- function(failure) {
    sprintf("Row %d of %s: %s.", failure$item, sub("^[a-z]+_", "", name),
            failure$message)
  }
  store_value(.Call(C_store_run, handle, name, columns, n), describe, call)
}

store_fields <- function(handle, statement, call = caller_env()) {
  names <- store_value(.Call(C_store_parameters, handle, statement),
                       call = call)
  names[!startsWith(names, "_")]
}

# Writes the rows under these ids; `own` holds the package's own parameters.
put_rows <- function(handle, frame, plain, ids, own = list(),
                     call = caller_env()) {
  n <- plain$n
  if (n == 0) {
    return(invisible())
  }
  statement <- paste0("put_", frame)
  usual <- intersect(store_fields(handle, statement, call),
                     names(plain$columns))
  values <- lapply(plain$columns, `[[`, "values")
  own <- lapply(own, rep_len, n)
  store_run(handle, statement, c(list(`_id` = ids), own, values[usual]), n,
            call)
  for (name in setdiff(names(values), usual)) {
    put_cells(handle, frame, name, ids, values[[name]], call)
  }
}

put_cells <- function(handle, frame, name, ids, values, call) {
  there <- which(!is.na(values) | is.nan(values))
  n <- length(there)
  columns <- list(`_frame` = rep(frame, n), `_row` = ids[there],
                  `_name` = rep(name, n), `_value` = values[there])
  store_run(handle, "put_cells", columns, n, call)
}

put_shape <- function(handle, frame, plain, codebook = 0L,
                      call = caller_env()) {
  key <- list(`_frame` = frame, `_codebook` = codebook)
  store_run(handle, "clear_columns", key, 1, call)
  store_run(handle, "clear_attributes", key, 1, call)
  n <- length(plain$columns)
  store_run(handle, "put_columns", c(lapply(key, rep, n), list(
    `_position` = seq_len(n), `_name` = names(plain$columns),
    `_type` = vapply(plain$columns, `[[`, "", "type", USE.NAMES = FALSE)
  )), n, call)
  put_attributes(handle, key, 0L, plain$attributes, call)
  for (i in seq_len(n)) {
    put_attributes(handle, key, i, plain$columns[[i]]$attributes, call)
  }
}

# Place 0 says that the attribute is there, even if it has no elements.
put_attributes <- function(handle, key, position, flat, call) {
  put <- function(one, places, values) {
    n <- length(values)
    store_run(handle, "put_attributes", c(lapply(key, rep, n), list(
      `_position` = rep(position, n), `_path` = rep(one$path, n),
      `_type` = rep(one$type, n), `_place` = places, `_value` = values
    )), n, call)
  }
  for (one in flat) {
    put(one, 0L, NA)
    put(one, seq_along(one$values), one$values)
  }
}

get_shape <- function(handle, frame, codebook = 0L, call = caller_env()) {
  key <- list(`_frame` = frame, `_codebook` = codebook)
  columns <- store_read(handle, "get_columns", key, c(
    position = "integer", name = "character", type = "character"
  ), call)
  flat <- store_read(handle, "get_attributes", key, c(
    position = "integer", path = "character", type = "character"
  ), call)
  attributes <- lapply(seq_along(flat$path), function(i) {
    one <- lapply(flat, `[[`, i)
    values <- store_read(
      handle, "get_attribute",
      c(key, list(`_position` = one$position, `_path` = one$path)),
      c(value = one$type), call
    )
    list(path = one$path, type = one$type, values = values$value)
  })
  own <- function(position) attributes[flat$position == position]
  list(
    columns = stats::setNames(lapply(seq_along(columns$name), function(i) {
      list(type = columns$type[i], attributes = own(i))
    }), columns$name),
    attributes = own(0L)
  )
}

read_type <- function(type) if (type == "factor") "character" else type

# The plain table, with the ids of its rows; NULL if it was never written.
get_rows <- function(handle, frame, params = list(), codebook = 0L,
                     call = caller_env()) {
  shape <- get_shape(handle, frame, codebook, call)
  if (!length(shape$columns) && !length(shape$attributes)) {
    return(NULL)
  }
  types <- vapply(shape$columns, function(column) read_type(column$type), "")
  usual <- store_fields(handle, paste0("put_", frame), call)
  rows <- store_read(handle, paste0("get_", frame), params,
                     c(types[names(types) %in% usual], `_id` = "integer"),
                     call)
  for (name in names(shape$columns)) {
    values <- if (name %in% usual) rows[[name]] else
      get_cells(handle, frame, name, types[[name]], rows$`_id`, call)
    shape$columns[[name]]$values <- valid_text(values, name, call)
  }
  whole_table(c(shape, list(n = length(rows$`_id`), ids = rows$`_id`)), frame,
              call)
}

# A table that must be there if others are.
whole_table <- function(plain, frame, call) {
  known <- c(stored_types, "factor")
  fits <- vapply(plain$columns, function(column) column$type %in% known, TRUE)
  if (is.null(plain) || !all(fits)) {
    refuse_shape(frame, call)
  }
  plain
}

refuse_shape <- function(frame, call) {
  abort(
    c("damaged", "store"),
    c(sprintf("The project's description of its %s is not whole.", frame),
      i = store_hints[["damaged"]]),
    call = call
  )
}

get_cells <- function(handle, frame, name, type, ids, call) {
  cells <- store_read(handle, "get_cells",
                      list(`_frame` = frame, `_name` = name),
                      c(row = "integer", value = type), call)
  cells$value[match(ids, cells$row)]
}

valid_text <- function(values, name, call) {
  if (is.character(values) && !all(validUTF8(values))) {
    abort(c("damaged", "store"),
          sprintf("Column \"%s\" of the project holds invalid text.", name),
          call = call)
  }
  values
}
