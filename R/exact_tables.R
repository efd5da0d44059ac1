# What the tests of 2 x 2 tables share.

TABLE_TESTS <- c("fisher", "boschloo", "barnard")
TABLE_TAILS <- c("less", "greater", "central", "minlike", "blaker")

table_p <- function(x1, n1, x2, n2, test, tail, mid = FALSE,
                    gamma = 0, call = caller_env()) {
  core_value(
    .Call(C_tables_p, as.double(x1), as.double(n1), as.double(x2),
          as.double(n2), match(test, TABLE_TESTS) - 1L,
          match(tail, TABLE_TAILS) - 1L, mid, gamma),
    call = call
  )
}

DIFFERENCE_CLOSED <- c("score", "mee", "newcombe", "agresti-caffo")
DIFFERENCE_EXACT <- c("exact", "santner-snell", "chan-zhang", "agresti-min")

difference_limits <- function(x1, n1, x2, n2, method, conf_level,
                              call = caller_env()) {
  x1 <- as.double(x1)
  x2 <- as.double(x2)
  n1 <- as.double(n1)
  n2 <- as.double(n2)
  if (method %in% DIFFERENCE_EXACT) {
    order <- match(method, DIFFERENCE_EXACT) - 1L
    return(core_value(
      .Call(C_tables_exact_limits, x1, n1, x2, n2, order, conf_level),
      call = call
    ))
  }
  kind <- match(method, DIFFERENCE_CLOSED) - 1L
  .Call(C_tables_difference, x1, n1, x2, n2, kind, conf_level)
}

# The interval that cannot contradict a test of two proportions; NA where it is
# out of reach.
agreeing_limits <- function(given, method, alternative, conf_level) {
  if (prod(c(given$n1, given$n2) + 1) > TABLES_MAX) {
    return(c(NA_real_, NA_real_))
  }
  level <- if (alternative == "two.sided") conf_level else 2 * conf_level - 1
  limits <- difference_limits(given$x1, given$n1, given$x2, given$n2, method,
                              level)
  c(if (alternative == "less") -1 else limits[1],
    if (alternative == "greater") 1 else limits[2])
}

# Several 2 x 2 tables, or one, with a common odds ratio: sum, p.value (that
# given or computed), estimate, and the odds ratios with p > alpha in pieces.
strata_values <- function(x1, n1, x2, n2, tail, mid, alpha, p = NA_real_,
                          call = caller_env()) {
  core_value(
    .Call(C_tables_strata, as.double(x1), as.double(n1), as.double(x2),
          as.double(n2), match(tail, TABLE_TAILS) - 1L, mid, alpha, p),
    call = call
  )
}

COUNT_MAX <- 1e9

is_counts <- function(x) {
  is.numeric(x) && !anyNA(x) &&
    all(x >= 0 & x == round(x) & x <= COUNT_MAX)
}

# A table of counts with groups as rows, or one value per participant and the
# group.
read_counts <- function(x, y, call = caller_env()) {
  if (is.null(y)) {
    x <- if (is.data.frame(x)) as.matrix(x) else x
    if (!is.matrix(x) || any(dim(x) < 2) || !is_counts(x)) {
      arg_error("x", paste("a table of counts (rows are groups, of two columns",
                           "the first \"mentioned\"), or data with `y`"),
                describe_value(x), call)
    }
    return(array(as.double(x), dim(x), dimnames(x)))
  }
  if (!is.atomic(x) || !is.atomic(y) || length(x) != length(y)) {
    arg_error("y", sprintf("as long as `x` (%d)", length(x)),
              sprintf("of length %d", length(y)), call)
  }
  keep <- !is.na(x) & !is.na(y)
  y <- if (is.factor(y)) droplevels(y[keep]) else
    factor(y[keep], sorted_values(y[keep]))
  if (is_binary(x)) {
    has <- as_mentioned(x[keep])
    return(cbind(tapply(has, y, sum), tapply(!has, y, sum)) + 0)
  }
  x <- as.factor(x[keep])
  array(as.double(table(y, x)), c(nlevels(y), nlevels(x)),
        list(levels(y), levels(x)))
}

# Counts of the first outcome in each of two groups.
read_table2 <- function(x, y, names, call = caller_env()) {
  if (is.null(y) && (is.matrix(x) || is.data.frame(x)) && any(dim(x) != 2)) {
    arg_error("x", "a 2 x 2 table", sprintf("%d x %d", nrow(x), ncol(x)), call)
  }
  if (!is.null(y) && is.atomic(x) && !is_binary(x)) {
    arg_error("x", "logical, 0 and 1, or a factor of two levels",
              describe_value(x), call)
  }
  as_table2(read_counts(x, y, call), names, call)
}

as_table2 <- function(counts, names, call = caller_env()) {
  labels <- rownames(counts) %||% as.character(seq_len(nrow(counts)))
  check_two_levels("group", labels, call)
  n <- rowSums(counts)
  if (any(n == 0)) {
    abort("group", sprintf("Group \"%s\" is empty.", labels[n == 0][1]),
          call = call)
  }
  list(x1 = counts[[1, 1]], n1 = n[[1]], x2 = counts[[2, 1]], n2 = n[[2]],
       labels = labels, data.name = names)
}

is_binary <- function(x) {
  is.logical(x) || is.numeric(x) && all(x %in% c(0, 1, NA)) ||
    is.factor(x) && nlevels(x) == 2
}

as_mentioned <- function(x) {
  if (is.factor(x)) x == levels(x)[1] else x == 1
}
