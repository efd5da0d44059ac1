# What is compared: values (participants x codes), which participants are of
# the first group, and how things are called.
compared_values <- function(x, group, measure, level, strata = NULL,
                            pairs = NULL, most = 2, call = caller_env()) {
  named <- Filter(is_name, list(group, strata, pairs))
  if (inherits(x, "code_matrix")) {
    values <- level_matrix(x, level)
    people <- x$participants
    if (measure == "share") values <- values / people$units
    theme <- if (level == "code") x$codebook$theme
  } else {
    check_columns(x, if (is_name(group)) group else character(), call = call)
    codes <- vapply(x, function(v) is.numeric(v) || is.logical(v), NA)
    codes[names(x) %in% c("participant", unlist(named))] <- FALSE
    check_code_columns(x, codes, call)
    values <- as.matrix(x[codes]) + 0
    people <- x
    theme <- NULL
  }
  check_values(values, if (measure == "share") 1 else Inf, call)
  by <- group_vector(group, people, most, call)
  within <- design_vector(strata, pairs, people, by, call)
  keep <- !is.na(by$value) & !is.na(within$value)
  group <- match(by$value[keep], by$levels)
  list(values = if (all(keep)) values else values[keep, , drop = FALSE],
       theme = theme,
       group = group, member = group == 1L, levels = by$levels,
       variable = by$name, measure = measure, labels = code_labels(x, level),
       design = within$design, within = within$name,
       stratum = within_group(within$value[keep], group, within, call),
       row = if (inherits(x, "code_matrix")) x$row,
       unit = if (inherits(x, "code_matrix")) x$unit else "unit")
}

# Only codes have themes.
level_of <- function(x, level) {
  if (inherits(x, "code_matrix") && is.null(x$row)) level else "code"
}

# An attribute of participants, by its name or as a vector.
participant_attribute <- function(x, people, arg, call) {
  name <- if (is_name(x)) x else arg
  if (is_name(x)) {
    check_columns(people, x, arg = "participants", call = call)
    x <- people[[x]]
  } else if (!is.atomic(x) || length(x) != nrow(people)) {
    arg_error(arg, sprintf("a name or %d values", nrow(people)),
              describe_value(x), call)
  }
  list(value = x, name = name)
}

warn_left_out <- function(absent, name) {
  if (any(absent)) {
    warn("group", sprintf(
      "%s without a value of \"%s\" left out (row %s).",
      format_count(sum(absent), "participant"), name,
      paste(which(absent), collapse = ", ")))
  }
}

# Within what participants are relabelled: everybody, strata, or pairs.
design_vector <- function(strata, pairs, people, by, call) {
  if (is.null(strata) && is.null(pairs)) {
    return(list(design = "none", value = rep("", nrow(people))))
  }
  if (!is.null(strata) && !is.null(pairs)) {
    arg_error("pairs", "NULL where `strata` is given", describe_value(pairs),
              call)
  }
  design <- if (is.null(pairs)) "strata" else "pairs"
  from <- participant_attribute(pairs %||% strata, people, design, call)
  value <- as.character(from$value)
  grouped <- !is.na(by$value)
  warn_left_out(grouped & is.na(value), from$name)
  if (design == "pairs") {
    value <- complete_pairs(value, grouped, from$name)
  }
  list(design = design, value = value, name = from$name)
}

# NA for those whose partner is not there.
complete_pairs <- function(value, grouped, name) {
  size <- table(value[grouped])
  alone <- grouped & value %in% names(size)[size == 1]
  if (any(alone)) {
    warn("pairs", sprintf(
      "%s without a partner by \"%s\" left out (row %s).",
      format_count(sum(alone), "participant"), name,
      paste(which(alone), collapse = ", ")))
  }
  ifelse(alone, NA, value)
}

# Strata as numbers; each pair has one of each group, some stratum has several
# groups.
within_group <- function(value, group, within, call) {
  if (within$design == "none") {
    return(NULL)
  }
  stratum <- factor(value, sorted_values(value))
  sizes <- table(group, stratum)
  wrong <- which(colSums(sizes != 1) > 0 | nrow(sizes) != 2)
  if (within$design == "pairs" && length(wrong)) {
    abort("pairs", c(
      sprintf("Pair \"%s\" has %s participants of the groups.",
              colnames(sizes)[wrong[1]],
              paste(sizes[, wrong[1]], collapse = " and ")),
      i = "Each pair needs one participant of each of two groups."
    ), call = call)
  }
  if (all(colSums(sizes > 0) < 2)) {
    abort("group", sprintf(
      "No stratum of \"%s\" has participants of two groups.", within$name
    ), call = call)
  }
  as.integer(stratum)
}

code_labels <- function(x, level) {
  if (inherits(x, "code_matrix") && level == "code") {
    stats::setNames(x$codebook$label, x$codebook$code)
  }
}

is_name <- function(group) is.character(group) && length(group) == 1

# Columns of a data frame that are codes: at least one, each of its own name.
check_code_columns <- function(x, codes, call) {
  again <- names(x)[codes][duplicated(names(x)[codes])]
  if (length(again)) {
    abort("duplicate", sprintf("Two columns are named \"%s\".", again[1]),
          call = call)
  }
  if (!any(codes)) {
    abort("value", c(
      "There is no code to compare.",
      x = sprintf("No column holds numbers; there are %s.",
                  quoted(names(x))),
      i = "Numbers written as strings count as attributes."
    ), call = call)
  }
}

check_values <- function(values, most, call) {
  if (!ncol(values)) {
    abort("value", "There is no code to compare.", call = call)
  }
  range <- suppressWarnings(range(values, na.rm = TRUE))
  if (range[1] >= 0 && range[2] <= most &&
        (range[2] < Inf || all(is.na(values)))) {
    return(invisible())
  }
  bad <- which(values < 0 | is.infinite(values) | values > most,
               arr.ind = TRUE)
  abort("value", c(
    sprintf("Code \"%s\" has the value %s in row %d.",
            colnames(values)[bad[1, 2]], values[bad[1, 1], bad[1, 2]],
            bad[1, 1]),
    i = sprintf(paste("A value is a number from 0%s, or NA where the code was",
                      "not seen."), if (most == 1) " to 1, a share," else "")
  ), call = call)
}

group_vector <- function(group, people, most, call) {
  from <- participant_attribute(group, people, "group", call)
  value <- from$value
  levels <- if (is.factor(value)) {
    levels(droplevels(value))
  } else {
    sorted_values(as.character(value))
  }
  if (length(levels) < 2 || length(levels) > most) {
    check_two_levels(from$name, levels, call)
  }
  warn_left_out(is.na(value), from$name)
  list(value = as.character(value), levels = levels, name = from$name)
}

check_two_levels <- function(name, levels, call) {
  n <- length(levels)
  if (n == 2) {
    return(invisible())
  }
  shown <- paste0("\"", utils::head(levels, 6), "\"", collapse = ", ")
  abort("group", c(
    if (n == 0) sprintf("\"%s\" has no values.", name)
    else if (n == 1) sprintf("\"%s\" has one level only: %s.", name, shown)
    else sprintf("\"%s\" has %d levels: %s.", name, n, shown),
    i = if (n > 2) "Two groups are compared: choose the participants of two."
    else "Two groups are compared."
  ), variable = name, levels = levels, call = call)
}
