# What all standalone tests share.

TAILS <- c("two.sided", "less", "greater")

new_htest <- function(...) {
  parts <- list(...)
  structure(parts[!vapply(parts, is.null, NA)], class = "htest")
}

data_name <- function(x, y) {
  if (identical(y, "NULL")) x else paste(x, "and", y)
}

# What an interval leaves beyond its lower and its upper limit.
alpha_beyond <- function(alternative, conf.level) {
  alpha <- 1 - conf.level
  switch(alternative, two.sided = c(alpha, alpha) / 2, less = c(0, alpha),
         greater = c(alpha, 0))
}
