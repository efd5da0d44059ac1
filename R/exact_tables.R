# What the tests of 2 x 2 tables share.

TABLE_TESTS <- c("fisher", "boschloo", "barnard")
TABLE_TAILS <- c("less", "greater", "central", "minlike")

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
DIFFERENCE_EXACT <- c("exact", "santner-snell")

difference_limits <- function(x1, n1, x2, n2, method, conf_level,
                              call = caller_env()) {
  x1 <- as.double(x1)
  x2 <- as.double(x2)
  n1 <- as.double(n1)
  n2 <- as.double(n2)
  if (method %in% DIFFERENCE_EXACT) {
    order <- match(method, DIFFERENCE_EXACT) - 1L
    return(core_value(
      .Call(C_tables_exact_difference, x1, n1, x2, n2, order, conf_level),
      call = call
    ))
  }
  kind <- match(method, DIFFERENCE_CLOSED) - 1L
  .Call(C_tables_difference, x1, n1, x2, n2, kind, conf_level)
}

# A 2 x 2 table, or one value per participant and the group: counts of the
# first outcome in each group.
read_table2 <- function(x, y, names, call = caller_env()) {
  if (is.null(y)) {
    x <- if (is.data.frame(x)) as.matrix(x) else x
    ok <- is.numeric(x) && is.matrix(x) && all(dim(x) == 2) && !anyNA(x) &&
      all(x >= 0 & x == round(x))
    if (!ok) {
      arg_error("x", "a 2 x 2 table of counts (rows are groups, first column \"mentioned\"), or data with `y`",
                describe_value(x), call)
    }
    labels <- rownames(x) %||% c("1", "2")
    table <- x
  } else {
    if (length(x) != length(y)) {
      arg_error("y", sprintf("as long as `x` (%d)", length(x)),
                sprintf("of length %d", length(y)), call)
    }
    has <- as_mentioned(x, call)
    keep <- !is.na(has) & !is.na(y)
    y <- if (is.factor(y)) droplevels(y[keep]) else
      factor(y[keep], sort(unique(y[keep])))
    check_two_levels("y", levels(y), call)
    labels <- levels(y)
    table <- cbind(tapply(has[keep], y, sum), tapply(!has[keep], y, sum))
  }
  n <- rowSums(table)
  if (any(n == 0)) {
    abort("group", sprintf("Group \"%s\" is empty.", labels[n == 0][1]),
          call = call)
  }
  list(x1 = table[[1, 1]], n1 = n[[1]], x2 = table[[2, 1]], n2 = n[[2]],
       labels = labels, data.name = names)
}

as_mentioned <- function(x, call) {
  if (is.logical(x)) {
    return(x)
  }
  if (is.numeric(x) && all(x %in% c(0, 1, NA))) {
    return(x == 1)
  }
  if (is.factor(x) && nlevels(x) == 2) {
    return(x == levels(x)[1])
  }
  arg_error("x", "logical, 0 and 1, or a factor of two levels",
            describe_value(x), call)
}
