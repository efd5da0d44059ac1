# What is to be computed of ratings: the distances of alpha and the weights of
# the other coefficients, as the core takes them; see ic_spec in
# src/core/agreement.h.

# Order of the core's enumeration; from "jaccard" on a matrix is handed over.
agreement_levels <- c("nominal", "ordinal", "interval", "ratio", "circular",
                      "bipolar", "jaccard", "masi")
agreement_weights <- c("linear", "quadratic", "ordinal", "radical", "ratio",
                       "circular", "bipolar", "jaccard", "masi")
set_distances <- c("jaccard", "masi")

core_level <- function(level) {
  given <- match("jaccard", agreement_levels)
  min(match(level, agreement_levels, nomatch = given), given) - 1L
}

# coefficient, level (its name), range, distances, weights, weights_name.
agreement_spec <- function(x, coefficient, level, weights, range, call) {
  name <- level_name(level, call)
  alpha <- "alpha" %in% coefficient
  check_range(range, name, weights, call)
  check_scales(x, coefficient, call)
  if (alpha) {
    check_level(x, name, coefficient, call)
  }
  needs <- alpha && name %in% c("circular", "bipolar")
  list(
    coefficient = coefficient, level = name,
    range = if (needs) level_range(x, name, range, call) else c(0, 0),
    distances = if (alpha) level_distances(x, level, call),
    weights = weight_matrix(x, weights, coefficient, call, range),
    weights_name = weights_name(weights)
  )
}

# The same for these ratings as the core takes it: see glue_spec() in
# src/glue.h.
core_spec <- function(x, spec) {
  bits <- sum(2^(match(spec$coefficient, agreement_coefficients) - 1))
  list(c(as.integer(bits), core_level(spec$level)), spec$range %||% c(0, 0),
       x$numbers, spec$distances, spec$weights, x$anonymous)
}

category_count <- function(x) length(x$levels %||% x$numbers)

level_name <- function(level, call) {
  if (is.function(level) || is.matrix(level)) {
    return("custom")
  }
  if (!is.character(level) || length(level) != 1 ||
        !level %in% agreement_levels) {
    arg_error("level", paste0(
      "a function, a matrix or one of ", quoted(agreement_levels)
    ), describe_value(level), call)
  }
  level
}

check_level <- function(x, level, coefficient, call) {
  if (!"alpha" %in% coefficient || level %in% c("nominal", "custom")) {
    return(invisible())
  }
  if (level %in% set_distances) {
    need_sets(x, level, call)
  } else if (level == "ordinal") {
    need_order(x, "Ordinal agreement", call)
  } else {
    need_numbers(x, sprintf("Agreement at %s level", level), call)
  }
}

# What coefficients other than alpha take the values for.
check_scales <- function(x, coefficient, call) {
  for (name in intersect(coefficient, names(own_levels))) {
    switch(own_levels[[name]],
      interval = need_numbers(x, agreement_names[[name]], call),
      ordinal = need_order(x, agreement_names[[name]], call)
    )
  }
}

need_order <- function(x, what, call) {
  if (x$scale %in% c("nominal", "set")) {
    abort("level", c(
      sprintf("%s needs the order of the categories.", what),
      x = if (x$scale == "set") "These are sets." else
        "These are strings or an unordered factor.",
      i = "Give `levels` to ratings(), or use an ordered factor or numbers."
    ), call = call)
  }
}

need_sets <- function(x, kind, call) {
  if (x$scale != "set") {
    abort("level", c(
      sprintf("\"%s\" is a distance between sets.", kind),
      x = sprintf("These categories are %s.",
                  if (x$scale == "numeric") "numbers" else "not sets"),
      i = "Give list columns to ratings(), or use as_ratings(value = \"set\")."
    ), call = call)
  }
}

need_numbers <- function(x, what, call) {
  if (is.null(x$numbers)) {
    abort("level", c(
      sprintf("%s needs numbers.", what),
      x = sprintf("The categories are %s.", quoted(utils::head(x$levels, 5)))
    ), call = call)
  }
}

# `range` belongs to what is circular or bipolar, the level or the weights.
check_range <- function(range, level, weights, call) {
  if (is.null(range)) {
    return(invisible())
  }
  uses <- intersect(c("circular", "bipolar"),
                    c(level, if (is.character(weights)) weights))
  wanted <- c(circular = "the circumference, one number above 0",
              bipolar = "the two poles, the lower first")
  if (length(uses) != 1) {
    arg_error("range", if (length(uses)) {
      "NULL where both a circle and poles are asked for"
    } else "NULL but for a circular or bipolar level or weights",
    describe_value(range), call)
  }
  ok <- is.numeric(range) && all(is.finite(range)) &&
    if (uses == "circular") length(range) == 1 && range > 0 else
      length(range) == 2 && range[1] < range[2]
  if (!ok) {
    arg_error("range", wanted[[uses]], describe_value(range), call)
  }
}

# Two numbers for the core; the second is not used on a circle.
level_range <- function(x, kind, range, call, places = FALSE) {
  values <- scale_values(x, places)
  if (!length(values)) {
    return(c(1, 1))
  }
  if (kind == "circular") {
    return(c(range %||% (max(values) - min(values) + 1), 0))
  }
  poles <- as.double(range %||% base::range(values))
  out <- which(values < poles[1] | values > poles[2])
  if (length(out)) {
    abort("level", c(
      "All categories must lie between the poles.",
      x = sprintf("%s does not lie between %s and %s.",
                  format(values[out[1]]), format(poles[1]), format(poles[2]))
    ), call = call)
  }
  poles
}

scale_values <- function(x, places = TRUE) {
  as.double(x$numbers %||% if (places) seq_along(x$levels))
}

# Squared distances between categories, or NULL where the core knows them.
level_distances <- function(x, level, call) {
  if (is.matrix(level)) {
    return(category_matrix(level, x, "level", 0, call))
  }
  if (is.function(level)) {
    return(category_matrix(by_function(x, level, "level", call), x, "level", 0,
                            call))
  }
  if (level %in% set_distances) {
    set_distance_matrix(x, level, call)
  }
}

set_distance_matrix <- function(x, kind, call) {
  check_matrix_size(x, call)
  .Call(C_agreement_set_distances, match(kind, set_distances) - 1L,
        as.integer(unlist(x$sets)), c(0L, cumsum(lengths(x$sets))))
}

check_matrix_size <- function(x, call) {
  n <- length(level_labels(x))
  if (n > 5000) {
    abort("limit", sprintf("A matrix over %d categories is too large.", n),
          call = call)
  }
}

# The values of a function of two vectors over all pairs of categories.
by_function <- function(x, f, arg, call) {
  check_matrix_size(x, call)
  values <- if (x$scale == "set") {
    lapply(x$sets, function(s) x$members[s])
  } else {
    x$numbers %||% x$levels
  }
  n <- length(values)
  out <- tryCatch(
    f(values[rep(seq_len(n), n)], values[rep(seq_len(n), each = n)]),
    error = function(e) {
      abort("argument", sprintf("The function given as `%s` failed.", arg),
            parent = e, arg = arg, call = call)
    }
  )
  if (!is.numeric(out) || length(out) != n * n) {
    arg_error(arg, sprintf(
      "a function of two vectors that gives one number for each pair (here %d)",
      n * n
    ), sprintf("a function that gives %s", describe_value(out)), call)
  }
  matrix(as.double(out), n)
}

# A symmetric matrix over the categories with `diagonal`, in their order.
category_matrix <- function(m, x, arg, diagonal, call) {
  labels <- level_labels(x)
  n <- length(labels)
  if (!is.numeric(m) || !identical(dim(m), c(n, n))) {
    arg_error(arg, sprintf("a %d x %d matrix, the categories in both", n, n),
              describe_value(m), call)
  }
  m <- order_categories(m, labels, arg, call)
  storage.mode(m) <- "double"
  check_cells(m, labels, arg, diagonal, call)
  m
}

order_categories <- function(m, labels, arg, call) {
  names <- rownames(m)
  if (is.null(names)) {
    return(unname(m))
  }
  if (!setequal(names, labels) || !identical(names, colnames(m))) {
    arg_error(arg, "named by the categories in rows and columns",
              describe_value(m), call)
  }
  unname(m[labels, labels, drop = FALSE])
}

check_cells <- function(m, labels, arg, diagonal, call) {
  far <- abs(m - t(m)) > 100 * .Machine$double.eps * abs(m)
  on <- row(m) == col(m)
  wrong <- list(
    "have a number in every cell" = !is.finite(m),
    "be symmetric" = far,
    "have %g on its diagonal" = on & m != diagonal,
    "hold no negative distance" = diagonal == 0 & m < 0
  )
  names(wrong) <- sub("%g", diagonal, names(wrong), fixed = TRUE)
  for (rule in names(wrong)) {
    bad <- which(wrong[[rule]], arr.ind = TRUE)
    if (nrow(bad)) {
      a <- bad[1, 1]
      b <- bad[1, 2]
      abort("argument", c(
        sprintf("`%s` must %s.", arg, rule),
        x = sprintf("Between \"%s\" and \"%s\" it is %s%s.", labels[a],
                    labels[b], format(m[a, b]),
                    if (rule == "be symmetric")
                      sprintf(", the other way round %s", format(m[b, a])) else
                        "")
      ), arg = arg, call = call)
    }
  }
}

weights_name <- function(weights) {
  if (is.null(weights)) "none" else if (is.character(weights)) weights else
    "custom"
}

# The agreement weights as a matrix, or NULL.
weight_matrix <- function(x, weights, coefficient, call, range = NULL) {
  used <- length(setdiff(coefficient, c("alpha", names(own_levels)))) > 0
  if (is.null(weights)) {
    return(NULL)
  }
  if (is.matrix(weights) || is.function(weights)) {
    m <- if (is.function(weights)) by_function(x, weights, "weights", call) else
      weights
    m <- category_matrix(m, x, "weights", 1, call)
    return(if (used) m)
  }
  if (!is.character(weights) || length(weights) != 1 ||
        !weights %in% agreement_weights) {
    arg_error("weights", paste0(
      "NULL, a function, a matrix or one of ", quoted(agreement_weights)
    ), describe_value(weights), call)
  }
  if (used) named_weights(x, weights, range, call)
}

named_weights <- function(x, weights, range, call) {
  check_matrix_size(x, call)
  if (weights %in% set_distances) {
    need_sets(x, weights, call)
    return(1 - set_distance_matrix(x, weights, call))
  }
  if (x$scale %in% c("nominal", "set")) {
    abort("level", c(
      sprintf("%s weights need the order of the categories.", weights),
      i = "Give `levels` to ratings(), or use an ordered factor or numbers."
    ), call = call)
  }
  values <- scale_values(x)
  if (weights == "ratio" && any(values < 0) && any(values > 0)) {
    abort("level", c(
      "Ratio weights need numbers of one sign.",
      x = sprintf("The categories lie between %s and %s.", format(min(values)),
                  format(max(values)))
    ), call = call)
  }
  if (weights %in% c("circular", "bipolar")) {
    range <- level_range(x, weights, range, call, places = TRUE)
  }
  .Call(C_agreement_weights, match(weights, agreement_weights) - 1L, values,
        as.double(range %||% c(0, 0)))
}
