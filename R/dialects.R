# How programs count places in a text, and how to find out.
#
# A text is laid out once: its code points with line ends as LF and without a
# byte order mark, what each line end was, and whether there was a mark. A
# dialect then says how wide each of them is. Between code points are
# boundaries, from 0 to n; a place in a file is a number of units before one.

#' How places in a text are counted
#'
#' Programs that mark text disagree about what a place is. `offset_dialect()`
#' says how one counts, for [read_project()] and [write_project()], where the
#' file leaves it open or is wrong about it.
#'
#' @param unit What is counted: `"point"` (Unicode code points), `"utf16"`
#'   (code units of UTF-16, so that an emoji is two) or `"byte"` (of UTF-8).
#' @param newline As how many a line end of CR and LF counts: 1 or 2.
#' @param bom Whether a byte order mark before the text counts.
#' @param inclusive Whether the end is the last character, instead of the place
#'   behind it.
#' @param first The number of the first place: 0 or 1.
#' @return A list of class `offset_dialect`. Wherever one is asked for, the name
#'   of a program stands for what it is known to do:
#'
#'   | name | unit | CR LF | end | first |
#'   |---|---|---|---|---|
#'   | `"refi"` | code point | 1 | exclusive | 0 |
#'   | `"nvivo"`, `"maxqda"` | UTF-16 | 2 | exclusive | 0 |
#'   | `"atlas.ti"` | UTF-16 | 1 | exclusive | 0 |
#'   | `"qualcoder"`, `"rqda"` | code point | 1 | exclusive | 0 |
#'   | `"taguette"` | byte | 1 | exclusive | 0 |
#'   | `"requal"` | code point | 1 | inclusive | 1 |
#'
#'   None of them counts a byte order mark. `"refi"` is the standard (REFI-QDA
#'   1.0, 2019) as its own examples have it; its wording would have the end
#'   inclusive.
#' @details Where a file has line ends of LF alone, `newline = 2` takes each of
#'   them for what was CR and LF once: XML readers turn the pair into one.
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' offset_dialect("utf16", newline = 2)
#' @export
offset_dialect <- function(unit = c("point", "utf16", "byte"), newline = 1,
                           bom = FALSE, inclusive = FALSE, first = 0) {
  unit <- check_choice(unit, c("point", "utf16", "byte"))
  check_count(newline, min = 1, max = 2)
  check_flag(bom)
  check_flag(inclusive)
  check_count(first, max = 1)
  structure(list(unit = unit, newline = as.double(newline), bom = bom,
                 inclusive = inclusive, first = as.double(first)),
            class = c("offset_dialect", "intercoder_result"))
}

#' @export
as.data.frame.offset_dialect <- function(x, row.names = NULL,
                                         optional = FALSE, ...) {
  data.frame(unclass(x), row.names = row.names)
}

#' @export
format.offset_dialect <- function(x, ...) {
  unit <- c(point = "code points", utf16 = "UTF-16 units", byte = "bytes")
  paste0(unit[[x$unit]], " from ", x$first, ", CR LF as ", x$newline,
         ", byte order mark ", if (!x$bom) "not ", "counted, end ",
         if (x$inclusive) "inclusive" else "exclusive")
}

#' @export
print.offset_dialect <- function(x, ...) {
  writeLines(paste0("<offset dialect> ", format(x)))
  invisible(x)
}

program_dialects <- function() {
  list(
    refi = offset_dialect(), nvivo = offset_dialect("utf16", 2),
    maxqda = offset_dialect("utf16", 2), atlas.ti = offset_dialect("utf16"),
    qualcoder = offset_dialect(), rqda = offset_dialect(),
    taguette = offset_dialect("byte"),
    requal = offset_dialect(inclusive = TRUE, first = 1)
  )
}

# The sixteen that files of the exchange format have been seen or may be
# expected in.
EXCHANGE_DIALECTS <- local({
  grid <- expand.grid(inclusive = c(FALSE, TRUE), bom = c(FALSE, TRUE),
                      newline = 1:2, unit = c("point", "utf16"),
                      stringsAsFactors = FALSE)
  lapply(seq_len(nrow(grid)), function(i) {
    do.call(offset_dialect, as.list(grid[i, ]))
  })
})

# Of dialects that count this text alike the first.
different_dialects <- function(known, layout) {
  wide <- any(layout$points > 0xffffL)
  double <- any(layout$double)
  counted <- lapply(known, function(dialect) {
    list(if (dialect$unit == "utf16" && !wide) "point" else dialect$unit,
         dialect$newline == 2 && double, dialect$bom && layout$bom,
         dialect$inclusive, dialect$first)
  })
  known[!duplicated(counted)]
}

# What a user gives as `dialect`.
check_dialect <- function(x, null = TRUE, arg = "dialect",
                          call = caller_env()) {
  if ((null && is.null(x)) || inherits(x, "offset_dialect")) {
    return(x)
  }
  known <- program_dialects()
  if (!is.character(x) || length(x) != 1 || !x %in% names(known)) {
    arg_error(arg, paste0("made by offset_dialect() or one of ",
                          quoted(names(known))), describe_value(x), call)
  }
  known[[x]]
}

# What a program that calls itself `origin` is known to do; NULL if that is not
# known.
origin_dialect <- function(origin) {
  name <- tolower(gsub("[^A-Za-z]", "", if (is.na(origin)) "" else origin))
  known <- program_dialects()
  key <- gsub(".", "", names(known), fixed = TRUE)
  hit <- which(startsWith(rep(name, length(key)), key))
  if (length(hit)) return(known[[hit[1]]])
  if (startsWith(name, "intercoder")) known$refi
}

# ---- between places of a file and our own ----

# `text` as it was in the file: with its line ends, and its mark if that is
# still there.
lay_out <- function(text, bom = FALSE) {
  points <- utf8ToInt(as_utf8(text))
  if (length(points) && points[1] == 0xfeffL) {
    points <- points[-1]
    bom <- TRUE
  }
  n <- length(points)
  pair <- points == 13L & c(points, 0L)[seq_len(n) + 1L] == 10L
  double <- c(FALSE, pair)[seq_len(n)][!pair]
  points <- points[!pair]
  points[points == 13L] <- 10L
  if (!any(double)) double <- points == 10L
  list(points = points, double = double, bom = bom)
}

laid_text <- function(layout) points_to_text(layout$points)

# Units of the file before each boundary.
boundary_units <- function(layout, dialect) {
  points <- layout$points
  width <- switch(dialect$unit, point = rep(1, length(points)),
                  utf16 = 1 + (points > 0xffffL), byte = point_bytes(points))
  if (dialect$newline == 2) width <- width + layout$double
  mark <- if (dialect$unit == "byte") 3 else 1
  cumsum(c(if (layout$bom && dialect$bom) mark else 0, width))
}

# Places of the file as code points from 1, inclusive; NA where they are outside
# the text or hold nothing. Ends inside a character (half of a surrogate pair,
# between CR and LF) take in the whole of it: `snapped`.
file_to_points <- function(layout, start, end, dialect) {
  units <- boundary_units(layout, dialect)
  total <- units[length(units)]
  from <- as.numeric(start) - dialect$first
  to <- as.numeric(end) - dialect$first + dialect$inclusive
  good <- !is.na(from) & !is.na(to) & from >= 0 & to <= total & from < to
  from[!good] <- 0
  to[!good] <- total
  first <- pmax(findInterval(from, units), 1)
  last <- findInterval(to, units, left.open = TRUE) + 1
  snapped <- from != units[first] | to != units[last]
  good <- good & first < last
  first[!good] <- NA
  last[!good] <- NA
  list2DF(list(start = as.integer(first), end = as.integer(last - 1),
               snapped = snapped & good))
}

# And back.
points_to_file <- function(layout, start, end, dialect) {
  units <- boundary_units(layout, dialect)
  data.frame(start = units[start] + dialect$first,
             end = units[end + 1] + dialect$first - dialect$inclusive)
}

# ---- which dialect a file is in ----

# The dialect in which places of one text make most sense: where the file
# repeats the words (`quote`, else NA) they must be there, elsewhere ends must
# not cut words. What the file's program usually does (`usual`, or NULL) stands
# unless the rows that tell the two apart speak against it: by a tenth of them
# and one whole row. Without it the best dialect must lead by a tenth of the
# rows that tell it from the next, or nothing is chosen.
#
# A list: dialect, score (0 to 1), runner_up (the best of those that place
# something elsewhere, or NULL), runner_score.
infer_dialect <- function(layout, start, end, quote = NULL, usual = NULL,
                          source = "the text", call = caller_env()) {
  known <- EXCHANGE_DIALECTS
  if (length(usual)) known <- unique(c(list(usual), known))
  known <- different_dialects(known, layout)
  places <- lapply(known, function(dialect) {
    file_to_points(layout, start, end, dialect)
  })
  # those that place all alike count as one, the first
  first <- !duplicated(lapply(places, `[`, c("start", "end")))
  known <- known[first]
  places <- places[first]
  scores <- score_places(layout, places, quote)
  best <- which.max(round(colSums(scores), 9))
  over <- function(other, by) {
    differ <- differing(places[[best]], places[[other]])
    gain <- sum(scores[differ, best]) - sum(scores[differ, other])
    !any(differ) || gain >= 0.1 * sum(differ) && gain >= by
  }
  if (length(usual) && !over(1L, 1)) best <- 1L
  elsewhere <- which(vapply(places, function(other) {
    any(differing(places[[best]], other))
  }, NA))
  runner <- elsewhere[which.max(round(colSums(scores), 9)[elsewhere])]
  if (length(runner) && !length(usual) && !over(runner, 0)) {
    refuse_ambiguous(layout, known[c(best, runner)], places[c(best, runner)],
                     source, call)
  }
  mean_score <- function(i) if (length(start)) mean(scores[, i]) else NA_real_
  list(dialect = known[[best]], score = mean_score(best),
       runner_up = if (length(runner)) known[[runner]],
       runner_score = if (length(runner)) mean_score(runner) else NA_real_)
}

differing <- function(a, b) {
  same <- a$start == b$start & a$end == b$end | is.na(a$start) & is.na(b$start)
  is.na(same) | !same
}

# Rows by dialects, from 0 to 1. A quote that no dialect finds tells nothing.
score_places <- function(layout, places, quote) {
  size <- function(f) {
    matrix(as.numeric(unlist(lapply(places, f))), ncol = length(places))
  }
  kinds <- point_kinds(layout$points)
  score <- size(function(place) boundary_score(kinds, place))
  if (is.null(quote) || !nrow(score)) {
    return(score)
  }
  fits <- size(function(place) quote_fits(layout, place, quote))
  told <- rowSums(fits) > 0
  score[told, ] <- fits[told, ]
  score
}

# "space", "word" or "other" for each point.
point_kinds <- function(points) {
  used <- unique(points)
  char <- vapply(used, points_to_text, "")
  kind <- rep("other", length(used))
  kind[grepl("^[\\p{L}\\p{N}\\p{M}_]$", char, perl = TRUE)] <- "word"
  kind[grepl("^\\s$", char, perl = TRUE) | used %in% c(0x85L, 0xa0L)] <- "space"
  kind[match(points, used)]
}

# An end is sound where a character that is no space is inside and no word goes
# on across it.
boundary_score <- function(kinds, place) {
  padded <- c("space", kinds, "space")
  sound <- function(inside, outside) {
    padded[inside + 1L] != "space" &
      !(padded[inside + 1L] == "word" & padded[outside + 1L] == "word")
  }
  score <- (sound(place$start, place$start - 1L) +
              sound(place$end, place$end + 1L)) / 2
  score[is.na(score)] <- 0
  score
}

# Whether the quotes stand at their places, white space alike, and a quote that
# was cut with its beginning.
quote_fits <- function(layout, place, quote) {
  there <- which(!is.na(place$start) & !is.na(quote) & nzchar(quote))
  there <- there[begins_alike(layout$points[place$start[there]],
                              quote[there])]
  fits <- logical(length(quote))
  words <- slice_text(laid_text(layout), rep(1L, length(there)),
                      place$start[there], place$end[there])
  same <- words == quote[there]
  fits[there[same]] <- TRUE
  plain <- function(x) gsub("[\\s\u00a0]++", " ", x, perl = TRUE)
  words <- plain(words[!same])
  told <- plain(quote[there[!same]])
  short <- sub(CUT_QUOTE, "", told, perl = TRUE)
  fits[there[!same]] <- words == told |
    short != told & nzchar(short) & startsWith(words, short)
  fits
}

# Whether quotes begin with these code points, white space alike: most that
# stand elsewhere do not.
begins_alike <- function(points, quote) {
  first <- substr(quote, 1L, 1L)
  used <- unique(first)
  told <- vapply(used, utf8ToInt, 1L, USE.NAMES = FALSE)[match(first, used)]
  told == points | told %in% WHITE_POINTS & points %in% WHITE_POINTS
}

CUT_QUOTE <- "\\s*+(?:\\.{3}|\u2026)$"

refuse_ambiguous <- function(layout, dialects, places, source, call) {
  row <- which(differing(places[[1]], places[[2]]))[1]
  shown <- vapply(places, function(place) {
    if (is.na(place$start[row])) return("nothing")
    words <- points_to_text(layout$points[place$start[row]:place$end[row]])
    paste0("\"", shorten(words, 40), "\"")
  }, "")
  abort("dialect", c(
    sprintf("How places in \"%s\" are counted cannot be told.", source),
    x = sprintf("%s: number %d is %s.", vapply(dialects, format, ""), row,
                shown),
    i = "Say it by `dialect =`: see offset_dialect()."
  ), source = source, call = call)
}

# ---- places held against the words ----

# Places where the words that the file gives stand: where they do not, the
# nearest place where they do. `certain`: whether `quote` is sure to be words of
# the text; a name that somebody gave counts as such only if it was cut or is
# about as long as what it names. A data frame: start, end (NA where nothing can
# be taken), problem and done (as in problems(); NA where all is well).
settle_places <- function(layout, place, quote = NULL, certain = TRUE) {
  n <- nrow(place)
  quote <- quote %||% rep(NA_character_, n)
  cut <- grepl(CUT_QUOTE, quote, perl = TRUE)
  size <- place$end - place$start + 1L
  told <- !is.na(quote) & grepl("\\S", quote, perl = TRUE) &
    (certain | cut | is.na(size) | abs(nchar(quote, "chars") - size) <= 16)
  out <- list2DF(list(start = place$start, end = place$end,
                      problem = no_problems(n), done = no_problems(n)))
  out <- note_place(out, which(place$snapped),
                    "an end was inside a character: all of it is taken",
                    "moved")
  lost <- which(told & !quote_fits(layout, place, quote))
  found <- anchor_quotes(laid_text(layout), quote[lost], place$start[lost])
  keep <- !is.na(found$start)
  at <- lost[keep]
  found <- found[keep, ]
  out$start[at] <- found$start
  whole <- pmin(found$start + size[at] - 1L, length(layout$points))
  out$end[at] <- ifelse(cut[at] & !is.na(whole), whole, found$end)
  by <- found$start - place$start[at]
  out <- note_place(out, at, moved_by(by, found), "moved")
  if (certain) {
    out <- note_place(out, setdiff(lost, at),
                      "the words at this place are others", NA)
  }
  note_place(out, which(is.na(out$start)), "the place is outside the text",
             "left out")
}

note_place <- function(out, rows, problem, done) {
  out$problem[rows] <- problem
  out$done[rows] <- done
  out
}

moved_by <- function(by, found) {
  how <- ifelse(is.na(by), "the place was outside the text",
                ifelse(by == 0, "the words end elsewhere",
                       sprintf("the words stand %s %s",
                               format_count(abs(by), "character"),
                               ifelse(by > 0, "further on", "before"))))
  ifelse(found$ambiguous,
         sprintf("%s, in one of %d places", how, found$candidates), how)
}
