# Places of quoted words in a text: many programs export what was coded, but
# not where, or count places in a way of their own.

# Ways in which words are held against the text, the strictest first: as they
# are; all white space alike; letters composed or not (canonically equivalent)
# alike as well; and typographic signs alike as well.
ANCHOR_WAYS <- c("exact", "white space", "composition", "typography")

WHITE_POINTS <- c(9:13, 32L, 0x85L, 0xa0L, 0x1680L, 0x2000:0x200aL, 0x2028L,
                  0x2029L, 0x202fL, 0x205fL, 0x3000L)

# Typographic signs by what they are read as; the last are those that nobody
# sees.
PLAIN <- c("'", "\"", "-", "...", "ff", "fi", "fl", "ffi", "ffl", "st", "")
SIGNS <- list(
  c(0x2018:0x201b, 0x2039L, 0x203aL, 0x2032L, 0xb4L, 0x60L),
  c(0x201c:0x201f, 0xabL, 0xbbL, 0x2033L), c(0x2010:0x2015, 0x2212L), 0x2026L,
  0xfb00L, 0xfb01L, 0xfb02L, 0xfb03L, 0xfb04L, 0xfb05:0xfb06,
  c(0xadL, 0x200bL, 0xfeffL)
)
SIGN_POINTS <- unlist(SIGNS)
SIGN_PLAIN <- lapply(rep(PLAIN, lengths(SIGNS)), utf8ToInt)

# The places of quotes in one text, given in the order of the file that has
# them. `start`: where each is said to begin, NA where that is not known. Of
# several places the one nearest to `start` is taken, else the next after that
# of the quote before (the first where none comes after it). Where a quote ends
# in an ellipsis that the text does not have, it was cut: the place is that of
# the words before.
#
# A data frame: start, end (code points, from 1, inclusive; NA where the words
# are not in the text), found (one of ANCHOR_WAYS, "cut" or NA), candidates (how
# many places there are, none overlapping another) and ambiguous (several
# places, and none of them just at `start`).
anchor_quotes <- function(text, quote, start = NULL) {
  start <- as.numeric(start %||% rep(NA_real_, length(quote)))
  quote <- as_utf8(quote)
  quote[is.na(quote)] <- ""
  different <- unique(quote)
  places <- quote_places(utf8ToInt(as_utf8(text)), different)
  choose_places(places[match(quote, different)],
                at_given_place(text, quote, start), start)
}

# For each quote a list: start and end of all its places, and how it was found.
quote_places <- function(points, quote) {
  places <- find_quotes(points, quote)
  lost <- which(lengths(lapply(places, `[[`, "start")) == 0)
  short <- sub("[\\s\u00a0]*+(?:\\.{3,}+|\u2026|\\[(?:\\.{3}|\u2026)\\])$", "",
               trim_end(quote[lost]), perl = TRUE)
  cut <- short != trim_end(quote[lost])
  places[lost[cut]] <- lapply(find_quotes(points, short[cut]), function(p) {
    p$found <- "cut"
    p
  })
  places
}

find_quotes <- function(points, quote) {
  places <- rep(list(list(start = integer(), end = integer())), length(quote))
  for (way in ANCHOR_WAYS) {
    lost <- which(lengths(lapply(places, `[[`, "start")) == 0)
    if (!length(lost)) break
    folded <- fold_points(points, way)
    sought <- lapply(quote[lost], fold_quote, way)
    places[lost] <- lapply(find_points(folded, sought), c, found = way)
  }
  places
}

# Code points as a way of reading sees them, where each stood, and whether it
# goes on with the letter before it, from which it is not parted.
fold_points <- function(points, way) {
  out <- list(points = points, at = seq_along(points),
              mark = logical(length(points)))
  if (way == "exact") {
    return(out)
  }
  if (way == "typography") {
    signs <- plain_signs(points)
    out <- decomposed_points(signs$points)
    out$at <- signs$at[out$at]
  } else if (way == "composition") {
    out <- decomposed_points(points)
  }
  out$points[out$points %in% WHITE_POINTS] <- 32L
  once <- out$points == 32L | way == "typography" & out$points == 45L
  again <- once & out$points == c(-1L, out$points)[seq_along(out$points)]
  lapply(out, `[`, !again)
}

# Letters and their marks, in the canonical order; syllables of Hangul as jamo.
decomposed_points <- function(points) {
  used <- unique(points)
  core <- .Call(C_text_decompose, used)
  syllable <- which(used >= 0xac00L & used <= 0xd7a3L)
  of <- used[syllable] - 0xac00L
  core$parts[1:3, syllable] <- rbind(
    0x1100L + of %/% 588L, 0x1161L + of %% 588L %/% 28L,
    ifelse(of %% 28L > 0L, 0x11a7L + of %% 28L, 0L))
  column <- match(points, used)
  parts <- core$parts[, column, drop = FALSE]
  there <- parts > 0L
  out <- parts[there]
  class <- core$order[, column, drop = FALSE][there]
  order <- order(cumsum(class == 0L), class)
  list(points = out[order], at = col(parts)[there][order],
       mark = (class > 0L | out >= 0x1161L & out <= 0x11c2L)[order])
}

plain_signs <- function(points) {
  sign <- match(points, SIGN_POINTS)
  known <- !is.na(sign)
  size <- rep(1L, length(points))
  size[known] <- lengths(SIGN_PLAIN)[sign[known]]
  at <- rep(seq_along(points), size)
  out <- points[at]
  out[known[at]] <- unlist(SIGN_PLAIN[sign[known]])
  list(points = out, at = at)
}

# A folded quote, without white space around it unless all must be as it is.
fold_quote <- function(quote, way) {
  points <- fold_points(utf8ToInt(quote), way)$points
  used <- which(points != 32L)
  if (way == "exact" || !length(used)) points else
    points[used[1]:used[length(used)]]
}

# All places of each of `sought` in folded text, as a fixed search finds them.
find_points <- function(folded, sought) {
  text <- points_to_text(folded$points)
  first <- cumsum(c(1, point_bytes(folded$points)))
  lapply(sought, function(points) {
    if (!length(points)) {
      return(list(start = integer(), end = integer()))
    }
    byte <- gregexpr(points_to_text(points), text, fixed = TRUE,
                     useBytes = TRUE)[[1]]
    from <- findInterval(byte[byte > 0], first)
    to <- from + length(points) - 1L
    kept <- kept_places(folded, from, to)
    from <- from[kept]
    to <- to[kept]
    last <- vapply(seq_along(to), function(i) {
      max(folded$at[from[i]:to[i]])
    }, 1L)
    list(start = folded$at[from], end = last)
  })
}

# Places that part no letter from its marks; where there are none, those that
# part no code point, since a coder's may begin or end so.
kept_places <- function(folded, from, to) {
  whole <- !folded$mark[from] & !c(folded$mark, FALSE)[to + 1L]
  if (any(whole)) {
    return(whole)
  }
  at <- c(0L, folded$at, 0L)
  at[from] != at[from + 1L] & at[to + 1L] != at[to + 2L]
}

point_bytes <- function(points) {
  1 + (points >= 0x80) + (points >= 0x800) + (points >= 0x10000)
}

at_given_place <- function(text, quote, start) {
  size <- nchar(quote, "chars")
  inside <- !is.na(start) & start >= 1 & size > 0 &
    start + size - 1 <= nchar(text, "chars")
  rows <- which(inside)
  there <- slice_text(text, rep(1L, length(rows)), start[rows],
                      start[rows] + size[rows] - 1)
  inside[rows] <- there == quote[rows]
  inside
}

# `there`: the quote stands just where it was said to be.
choose_places <- function(places, there, start) {
  n <- length(places)
  out <- data.frame(start = rep(NA_integer_, n), end = rep(NA_integer_, n))
  count <- lengths(lapply(places, `[[`, "start"))
  last <- 0
  for (i in which(count > 0)) {
    from <- places[[i]]$start
    k <- if (!is.na(start[i])) {
      which.min(abs(from - start[i]))
    } else if (last < from[count[i]]) {
      findInterval(last, from) + 1L
    } else {
      1L
    }
    # a place may overlap those that were counted
    move <- if (there[i]) as.integer(start[i]) - from[k] else 0L
    out[i, ] <- c(from[k], places[[i]]$end[k]) + move
    last <- out$start[i]
  }
  out$found <- vapply(places, `[[`, "", "found")
  out$found[count == 0] <- NA
  out$candidates <- count
  out$ambiguous <- count > 1 & !(out$start == start) %in% TRUE
  out
}

# What is to be told of anchored quotes, NA where all is well. `start` as for
# anchor_quotes().
anchor_problem <- function(anchored, start = NULL) {
  given <- !is.na(start %||% rep(NA, nrow(anchored)))
  problem <- no_problems(nrow(anchored))
  problem <- note_problem(problem, is.na(anchored$found),
                          "the words are not in the transcript")
  problem <- note_problem(problem, anchored$ambiguous, sprintf(
    "the words stand in %d places: the %s was taken", anchored$candidates,
    ifelse(given, "nearest", "next in order")))
  note_problem(problem, anchored$found %in% "cut",
               "the quote was cut: its visible words were taken")
}
