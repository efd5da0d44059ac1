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
