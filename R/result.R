# What all results have in common: one class below their own, and with it rows
# that can be chosen, columns that cannot be lost unnoticed, and tidy columns.

# A result that is a data frame: of its class as long as it has its columns.
new_result <- function(data, ..., class, columns = names(data)) {
  structure(data, ..., columns = columns,
            class = c(class, "intercoder_result", "data.frame"))
}

# A result without class and attributes of its own.
plain_frame <- function(x) {
  attributes(x) <- c(attributes(x)[c("names", "row.names")],
                     class = "data.frame")
  x
}

# What a table keeps beside its columns and rows.
result_facts <- function(x) {
  kept <- attributes(x)
  kept[setdiff(names(kept), c("names", "row.names", "class"))]
}

# Results whose heading is that of their first row.
HEADED_BY_ROW <- c("agreement_size", "comparison_sensitivity",
                   "detectable_difference", "pairwise_groups", "power_groups")

# What `[` of a data frame left of a class of ours: the class goes when a
# column it stands for has gone.
keep_class <- function(out, x) {
  if (!is.data.frame(out)) {
    return(out)
  }
  if (!all(attr(x, "columns", TRUE) %in% names(out)) ||
        (!nrow(out) && inherits(x, HEADED_BY_ROW))) {
    return(plain_frame(out))
  }
  class(out) <- class(x)
  attributes(out) <- c(attributes(out)[c("names", "row.names", "class")],
                       result_facts(x))
  out
}

# Rows may be chosen; a result without one of its own columns is a data frame.
#' @export
`[.intercoder_result` <- function(x, ...) {
  if (is.data.frame(x)) keep_class(NextMethod(), x) else NextMethod()
}

#' @export
`$<-.intercoder_result` <- function(x, name, value) {
  out <- NextMethod()
  if (is.null(value) && is.data.frame(x)) keep_class(out, x) else out
}

#' @export
`[[<-.intercoder_result` <- function(x, ..., value) {
  out <- NextMethod()
  if (is.null(value) && is.data.frame(x)) keep_class(out, x) else out
}

#' @export
`names<-.intercoder_result` <- function(x, value) {
  out <- NextMethod()
  if (is.data.frame(x)) keep_class(out, x) else out
}

#' @export
as.data.frame.intercoder_result <- function(x, row.names = NULL,
                                            optional = FALSE, ...) {
  out <- plain_frame(x)
  if (!is.null(row.names)) row.names(out) <- row.names
  out
}

# Rows of several results are of none of them.
#' @export
rbind.intercoder_result <- function(...) {
  do.call(rbind, lapply(list(...), function(part) {
    if (inherits(part, "intercoder_result")) as.data.frame(part) else part
  }))
}

# A result without a table of its own for reports shows what it prints, or else
# its rows.
#' @exportS3Method knitr::knit_print
knit_print.intercoder_result <- function(x, caption = NULL, ...) {
  shown <- format(x)
  if (!is.data.frame(shown)) shown <- as.data.frame(x)
  knit_table(shown, caption)
}

# The verbs of dplyr choose rows as `[` does. What else they make of a result is
# one as long as its rows are the same and none of its columns is gone: joined
# to others, bound or summarised it is a plain data frame.
#' @exportS3Method dplyr::dplyr_row_slice
dplyr_row_slice.intercoder_result <- function(data, i, ...) {
  out <- data[i, , drop = FALSE]
  row.names(out) <- NULL
  out
}

#' @exportS3Method dplyr::dplyr_reconstruct
dplyr_reconstruct.intercoder_result <- function(data, template) {
  if (nrow(data) == nrow(template)) {
    keep_class(data, template)
  } else {
    plain_frame(data)
  }
}
