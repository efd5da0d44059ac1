# Published examples: examples.csv names them, published/ID.csv holds the data,
# published.csv one value a line with the call that computes it. A call sees
# `data`, the file as read, and `x`, what it was made into.
# The tests and the vignette "validation" both read this file.

published_file <- function(...) {
  system.file("validation", ..., package = "intercoder", mustWork = TRUE)
}

published_examples <- function() {
  utils::read.csv(published_file("examples.csv"), colClasses = "character")
}

published_values <- function() {
  utils::read.csv(published_file("published.csv"), colClasses = "character")
}

published_data <- function(id) {
  utils::read.csv(published_file("published", paste0(id, ".csv")),
                  check.names = FALSE, na.strings = "")
}

published_input <- function(data, shape) {
  switch(shape,
    table = {
      counts <- as.matrix(data[-1])
      dimnames(counts) <- list(as.character(data[[1]]), colnames(counts))
      ratings(as.table(counts))
    },
    counts = ratings_counts(data),
    sets = ratings(as.data.frame(lapply(data, function(column) {
      I(strsplit(ifelse(is.na(column), "", column), "+", fixed = TRUE))
    }))),
    wide = ratings(data),
    units = published_segments(data)
  )
}

# Half-open or begun and long: codings count from 1 and include their end.
published_segments <- function(data) {
  start <- if (is.null(data$begin)) data$start else data$begin
  end <- if (is.null(data$begin)) data$end else data$begin + data$length
  data.frame(transcript = "A", start = start + 1, end = end,
             code = as.character(data$value), coder = data$coder)
}

# The value of each line, in order; NA where a call fails.
compute_published <- function(values = published_values(),
                              examples = published_examples()) {
  shape <- stats::setNames(examples$shape, examples$id)
  vapply(seq_len(nrow(values)), function(i) {
    data <- published_data(values$id[i])
    x <- published_input(data, shape[[values$id[i]]])
    suppressWarnings(as.numeric(eval(str2lang(values$call[i]),
                                     list(x = x, data = data))))
  }, 0)
}

# The exact value: a fraction where there is one, else to double precision.
published_exact <- function(values) {
  fraction <- nzchar(values$exact)
  text <- ifelse(fraction, values$exact, values$recomputed)
  vapply(text, function(t) eval(str2lang(t)), 0, USE.NAMES = FALSE)
}

# Published comparisons of groups: published_groups.csv holds one value a line, its
# source and the call that computes it from the numbers in it. A call sees
# `two()` and `mentioned()`.
published_groups <- function() {
  utils::read.csv(published_file("published_groups.csv"),
                  colClasses = "character")
}

# x1 of n1 against x2 of n2.
two <- function(x1, n1, x2, n2) {
  rbind(c(x1, n1 - x1), c(x2, n2 - x2))
}

# The same for several codes at once, by Fisher's test.
mentioned <- function(x1, n1, x2, n2, adjust) {
  rows <- function(x, n) {
    vapply(x, function(k) rep(1:0, c(k, n - k)), numeric(n))
  }
  d <- data.frame(g = rep(c("a", "b"), c(n1, n2)),
                  rbind(rows(x1, n1), rows(x2, n2)))
  compare_groups(d, "g", test = "fisher", adjust = adjust, interval = "score")
}

compute_groups <- function(values = published_groups()) {
  vapply(values$call, function(call) {
    as.numeric(eval(str2lang(call), list(two = two, mentioned = mentioned)))
  }, 0, USE.NAMES = FALSE)
}
