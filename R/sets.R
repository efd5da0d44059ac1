# Ratings whose values are sets. Members are numbered; a category is a distinct
# set, a sorted vector of members. Categories stand by size, then by members, so
# that neither the order of the data nor repetition matters.

# A list column: as data frames, I() and vctrs make them.
is_set_column <- function(x) {
  is.list(x) &&
    (!is.object(x) || inherits(x, c("AsIs", "vctrs_list_of")))
}

# Lists of values as places among distinct sets. `columns` names the columns of
# wide data with `rows` rows, for errors.
encode_sets <- function(x, levels, rows = length(x), columns = NULL,
                        call = caller_env()) {
  x <- unclass(x)
  kind <- vapply(x, member_kind, "")
  check_member_kinds(x, kind, rows, columns, call)
  present <- kind != "missing"
  values <- flat_members(x[present & kind != "empty"])
  cell <- rep(seq_along(x), ifelse(present, lengths(x), 0L))
  hole <- which(is.na(values))
  if (length(hole)) {
    abort("missing", c(
      sprintf("The set in %s holds NA.",
              name_cell(cell[hole[1]], rows, columns)),
      i = "A set that was not given is NA or NULL as a whole."
    ), row = (cell[hole[1]] - 1) %% rows + 1, call = call)
  }
  member <- encode_values(values, levels, call = call, place = function(at) {
    name_cell(cell[at], rows, columns)
  })
  labels <- level_labels(member)
  c(place_sets(cell, member$codes, present, labels),
    list(numbers = NULL, scale = "set", members = labels))
}

member_kind <- function(x) {
  if (is.null(x) || (is.atomic(x) && length(x) == 1 && is.na(x))) {
    "missing"
  } else if (is.factor(x)) {
    "a factor"
  } else if (is.atomic(x) && !is.object(x) && !length(x)) {
    "empty"
  } else {
    value_kind(x)
  }
}

check_member_kinds <- function(x, kind, rows, columns, call) {
  good <- c("missing", "empty", "a factor", "a number", "a string",
            "a logical")
  bad <- which(!kind %in% good)
  if (length(bad)) {
    abort("value", c(
      sprintf(paste("A set must hold numbers, strings, logicals or a factor;",
                    "%s holds %s."),
              name_cell(bad[1], rows, columns), describe_value(x[[bad[1]]])),
      i = "character(0) is the empty set, NULL or NA a set that was not given."
    ), row = (bad[1] - 1) %% rows + 1, call = call)
  }
  used <- which(!kind %in% c("missing", "empty"))
  other <- used[kind[used] != kind[used[1]]]
  if (length(other)) {
    abort("shape", c(
      "The members of all sets must be of one kind.",
      x = sprintf("In %s it is %s, in %s %s.",
                  name_cell(used[1], rows, columns), kind[used[1]],
                  name_cell(other[1], rows, columns), kind[other[1]])
    ), row = (other[1] - 1) %% rows + 1, call = call)
  }
}

# "row 3" of one column, "row 3 of column \"Ben\"" of several.
name_cell <- function(at, rows, columns = NULL) {
  row <- sprintf("row %d", as.integer((at - 1) %% rows + 1))
  if (is.null(columns)) {
    return(row)
  }
  sprintf("%s of column \"%s\"", row, columns[(at - 1) %/% rows + 1])
}

flat_members <- function(x) {
  if (!length(x)) {
    return(character())
  }
  if (!is.factor(x[[1]])) {
    return(unlist(x, use.names = FALSE))
  }
  factor(unlist(lapply(x, as.character), use.names = FALSE),
         unique(unlist(lapply(x, levels))))
}

# `member[i]` is in the set of cell `cell[i]`; cells that are not `present` have
# none.
place_sets <- function(cell, member, present, labels) {
  pair <- unique(cell * (length(labels) + 1) + member)
  pair <- sort(pair)
  cell <- pair %/% (length(labels) + 1)
  member <- as.integer(pair %% (length(labels) + 1))
  id <- set_numbers(cell, member, length(present), length(labels))
  id[!present] <- NA
  distinct <- unique(id[present])
  first <- match(distinct, id)
  sets <- unname(split(member, factor(cell, first)))
  order <- order_sets(sets)
  list(codes = match(id, distinct[order]), sets = sets[order],
       levels = vapply(sets[order], set_label, "", quote_members(labels)))
}

# Equal numbers for equal sets: prefixes are numbered one member at a time.
set_numbers <- function(cell, member, cells, members) {
  id <- numeric(cells)
  size <- tabulate(cell, cells)
  for (at in split(seq_along(cell), sequence(size[size > 0]))) {
    key <- id[cell[at]] * (members + 1) + member[at]
    id[cell[at]] <- max(id) + match(key, unique(key))
  }
  id
}

order_sets <- function(sets) {
  size <- lengths(sets)
  padded <- lapply(seq_len(max(0L, size)), function(i) {
    vapply(sets, function(s) if (i <= length(s)) s[i] else 0L, 0L)
  })
  do.call(order, c(list(size), padded))
}

# What could be read as two members, or as none, stands in quotes.
quote_members <- function(labels) {
  unclear <- !nzchar(labels) |
    grepl("[,{}\"]|^[[:space:]]|[[:space:]]$", labels)
  labels[unclear] <- encodeString(labels[unclear], quote = "\"")
  labels
}

set_label <- function(set, labels) {
  sprintf("{%s}", paste(labels[set], collapse = ", "))
}

# A binary rating per member: whether the set that was given holds it.
member_ratings <- function(x) {
  held <- lapply(seq_along(x$members), function(k) {
    holds <- vapply(x$sets, function(s) k %in% s, NA)
    out <- places(x)
    out[] <- holds[out] + 1L
    out
  })
  x$codes <- x$members
  x$data <- held
  x$levels <- c("0", "1")
  x$numbers <- c(0, 1)
  x$scale <- "ordered"
  x$sets <- x$members <- NULL
  x
}

# The other way: one rating by the set of codes that are present.
set_ratings <- function(x) {
  data <- places(x)
  seen <- !is.na(data)
  cells <- lapply(seq_along(x$codes), function(i) which(places(x, i) == 2L))
  placed <- place_sets(unlist(cells), rep(seq_along(cells), lengths(cells)),
                       c(seen), x$codes)
  data[] <- placed$codes
  new_ratings(list(data), levels = placed$levels, scale = "set",
              units = x$units, coders = x$coders, cluster = x$cluster,
              about = x$about, sets = placed$sets, members = x$codes)
}
