# Text as the core sees it: UTF-8 bytes inside, code points from 1 outside.

# The first byte (from 1) at which a raw vector or each string stops being
# UTF-8; NA where all is well.
utf8_fault <- function(x) {
  .Call(C_text_check, x)
}

as_utf8 <- function(x, arg = deparse(substitute(x)), call = caller_env()) {
  x <- enc2utf8(as.character(x))
  fault <- utf8_fault(x)
  bad <- which(!is.na(fault))
  if (length(bad)) {
    abort(
      "text",
      sprintf("`%s`: element %d is not UTF-8 at byte %.0f.", arg, bad[1],
              fault[bad[1]]),
      arg = arg, item = bad[1], at = fault[bad[1]], call = call
    )
  }
  x
}

# Words in each string. A word is a run of letters, digits, marks and
# underscores; an apostrophe inside belongs to it, a hyphen parts two words.
count_words <- function(x) {
  words <- .Call(C_text_words, as_utf8(x))
  words[is.na(x)] <- NA
  words
}

# The same for the spans start[i]..end[i] (code points, 1-based inclusive) of
# x[index[i]]. Quick when spans of one text stand together.
count_words_in <- function(x, index, start, end) {
  core_value(
    .Call(C_text_spans, as_utf8(x), span_index(x, index), as.integer(start),
          as.integer(end))
  )
}

# The number, in its text, of the first word that each span touches; NA where
# it touches none. Quick when spans stand in the order of their text.
word_numbers <- function(x, index, start, end) {
  order <- order(index, start)
  number <- integer(length(order))
  number[order] <- core_value(
    .Call(C_text_numbers, as_utf8(x), span_index(x, index)[order],
          as.integer(start)[order], as.integer(end)[order])
  )
  number
}

# substring() over many spans of long texts, without walking each text anew.
slice_text <- function(x, index, start, end) {
  core_value(
    .Call(C_text_slice, as_utf8(x), span_index(x, index), as.integer(start),
          as.integer(end))
  )
}

span_index <- function(x, index) {
  index <- as.integer(index)
  if (anyNA(index) || any(index < 1L | index > length(x))) {
    abort("argument", "`index` must name elements of `x`.", arg = "index")
  }
  index
}

# Distinct values in the order of their bytes, which no locale changes. What a
# script has may be UTF-8 and not say so.
sorted_values <- function(x) {
  if (is.character(x)) x <- enc2utf8(x)
  sort(unique(x), method = "radix")
}
