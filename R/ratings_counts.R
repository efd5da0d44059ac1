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
#' @section Errors: `intercoder_error_argument` where a count is missing,
#'   negative, not whole or above a million (row and column are named);
#'   `intercoder_error_duplicate` where two columns have one name.
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
    abort("duplicate", sprintf(
      "Two columns are named \"%s\": each is a category.", x[anyDuplicated(x)]
    ), call = call)
  }
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
    abort("shape", paste("The rows and columns of the table name different",
                         "categories."), call = call)
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
