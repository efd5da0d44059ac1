# Columns of long tables that are told rather than written out: vectors like any
# other, whose elements are made when they are asked for.

# rep(value, n), for one integer, number or string.
repeated <- function(value, n) {
  .Call(C_column_repeated, value, as.double(n))
}

# x[index], for whole numbers that are places in x.
chosen_strings <- function(x, index) {
  .Call(C_column_chosen, x, index)
}

# substring(texts[index], start, end), each of which begins at a byte, from 0,
# of texts in UTF-8.
sliced_strings <- function(texts, index, byte, start, end) {
  .Call(C_column_slices, texts, index, byte, start, end)
}
