# Archives whose bytes depend on what is in them alone: members in the order
# given, all of one date, packed by R's own gzip, whose result holds the packed
# bytes and their checksum.

zip_bytes <- function(members) {
  parts <- lapply(names(members), function(name) {
    zip_member(name, members[[name]])
  })
  at <- cumsum(c(0, vapply(parts, function(part) length(part$local), 1)))
  central <- unlist(lapply(seq_along(parts), function(i) {
    c(as.raw(c(0x50, 0x4b, 1, 2)), le(20, 2), parts[[i]]$head, raw(10),
      le(at[i], 4), charToRaw(names(members)[i]))
  }))
  n <- length(parts)
  c(unlist(lapply(parts, `[[`, "local")), central,
    as.raw(c(0x50, 0x4b, 5, 6)), raw(4), le(n, 2), le(n, 2),
    le(length(central), 4), le(at[n + 1], 4), raw(2))
}

# `head` is what the member itself and the list at the end both say of it: from
# the version that is needed to the length of what is added (none). Names are
# ASCII; the date is the first that there is, 1 January 1980.
zip_member <- function(name, bytes) {
  packed <- gzip_parts(bytes)
  head <- c(le(20, 2), le(0, 2), le(8, 2), le(0, 2), le(33, 2), packed$crc,
            le(length(packed$data), 4), le(length(bytes), 4),
            le(nchar(name, "bytes"), 2), le(0, 2))
  list(head = head, local = c(as.raw(c(0x50, 0x4b, 3, 4)), head,
                              charToRaw(name), packed$data))
}

# A gzip file is ten bytes, the packed data, checksum and length.
gzip_parts <- function(bytes) {
  file <- tempfile()
  on.exit(unlink(file))
  con <- gzfile(file, "wb", compression = 6)
  tryCatch(writeBin(bytes, con), finally = close(con))
  out <- readBin(file, "raw", file.size(file))
  n <- length(out)
  list(data = out[11:(n - 8)], crc = out[n - 7:4])
}

# A whole number, its low byte first.
le <- function(x, size) {
  as.raw(x %/% 256^(seq_len(size) - 1) %% 256)
}
