# What all standalone tests share.

TAILS <- c("two.sided", "less", "greater")

new_htest <- function(...) {
  parts <- list(...)
  structure(parts[!vapply(parts, is.null, NA)], class = "htest")
}

data_name <- function(x, y) {
  if (identical(y, "NULL")) x else paste(x, "and", y)
}
