# Text in figures, measured in inches on the open device: wrapped, else shrunk,
# else (at the least size) broken or cut with three dots, but never run off.

text_width <- function(text, cex = 1, font = 1) {
  if (!length(text)) {
    return(numeric())
  }
  lines <- strsplit(text, "\n", fixed = TRUE)
  vapply(lines, function(line) {
    max(0, graphics::strwidth(line, "inches", cex, font))
  }, 0)
}

line_height <- function(cex) {
  graphics::strheight("M\nM", "inches", cex) -
    graphics::strheight("M", "inches", cex)
}

count_lines <- function(text) {
  nchar(text) - nchar(gsub("\n", "", text, fixed = TRUE)) + 1
}

# Greedy; words too long for a line stay whole unless `broken`, or of a script
# that has no spaces.
wrap_text <- function(text, width, cex, font = 1, broken = FALSE) {
  words <- strsplit(text, " ", fixed = TRUE)[[1]]
  if (broken || grepl("[\u2e80-\u9fff\uac00-\ud7a3]", text)) {
    words <- unlist(lapply(words, break_word, width, cex, font))
  }
  long <- text_width(words, cex, font)
  space <- graphics::strwidth(" ", "inches", cex, font)
  out <- ""
  used <- Inf
  for (k in seq_along(words)) {
    joins <- used + space + long[k] <= width
    out <- paste0(out, if (joins) " " else if (k > 1) "\n", words[k])
    used <- if (joins) used + space + long[k] else long[k]
  }
  out
}

break_word <- function(word, width, cex, font) {
  if (text_width(word, cex, font) <= width) {
    return(word)
  }
  letters <- strsplit(word, "")[[1]]
  at <- cumsum(text_width(letters, cex, font))
  piece <- floor(at / max(width, at[1]) - 1e-9)
  unname(vapply(split(letters, piece), paste, "", collapse = ""))
}

cut_lines <- function(text, most) {
  lines <- strsplit(text, "\n", fixed = TRUE)
  out <- Map(function(line, most) {
    if (length(line) > most) {
      last <- line[most]
      line <- line[seq_len(most)]
      line[most] <- paste0(substring(last, 1, max(1, nchar(last) - 3)), "...")
    }
    paste(line, collapse = "\n")
  }, lines, most)
  as.character(unlist(out))
}

# `width` and `height` are the room, for all or for each text. Gives the texts,
# the size that all share, how far they reach, whether they fitted whole.
fit_text <- function(text, width, height = Inf, cex = 0.8, least = 0.5,
                     font = 1) {
  text <- trimws(gsub("[[:space:]]+", " ", as.character(text)))
  text[is.na(text)] <- "NA"
  width <- rep_len(width, length(text))
  height <- rep_len(height, length(text))
  for (size in seq(cex, min(least, cex), by = -0.05)) {
    most <- floor(height / line_height(size) + 0.2)
    out <- unlist(Map(wrap_text, text, width, size, font), use.names = FALSE)
    fits <- all(text_width(out, size, font) <= width + 1e-6) &&
      all(count_lines(out) <= most)
    if (fits) break
  }
  if (!fits) {
    out <- unlist(Map(wrap_text, text, width, size, font, TRUE),
                  use.names = FALSE)
    out <- cut_lines(out, pmax(1, most))
  }
  list(text = as.character(out), cex = size, fits = fits,
       width = max(0, text_width(out, size, font)),
       lines = max(0, count_lines(out)))
}

# A figure drawn in inches: the whole region is the plot, its corner is 0, 0.
start_canvas <- function() {
  old <- graphics::par(mai = rep(0, 4), xpd = NA)
  graphics::plot.new()
  size <- graphics::par("fin")
  graphics::plot.window(c(0, size[1]), c(0, size[2]), xaxs = "i", yaxs = "i")
  list(width = size[1], height = size[2], old = old)
}

# A row of keys with their names, shrunk to the room, from (x, y) to the right.
# `key(x, k, cex)` draws the k-th.
draw_legend <- function(names, x, y, room, key, title = NULL, cex = 0.75) {
  key_width <- 0.18
  gap <- 0.14
  for (size in seq(cex, 0.4, by = -0.05)) {
    title_width <- if (length(title)) text_width(title, size) + gap else 0
    name_width <- text_width(names, size)
    if (title_width + sum(name_width + key_width + gap) <= room) break
  }
  if (length(title)) {
    graphics::text(x, y, title, adj = c(0, 0.5), cex = size)
  }
  step <- name_width + key_width + gap
  from <- x + title_width + cumsum(c(0, step))[seq_along(names)]
  for (k in seq_along(names)) {
    key(from[k], k, size)
    graphics::text(from[k] + key_width, y, names[k], adj = c(0, 0.5),
                   cex = size)
  }
}

# Points with names over the whole width of a figure that has axes of its own.
draw_top_legend <- function(keys, canvas) {
  graphics::par(mai = rep(0, 4), xpd = NA, new = TRUE)
  graphics::plot.window(c(0, canvas$width), c(0, canvas$height), xaxs = "i",
                        yaxs = "i")
  y <- canvas$height - 0.2
  room <- canvas$width - 0.2
  used <- sum(text_width(keys$names, 0.75) + 0.32)
  draw_legend(keys$names, max(0.1, min(0.65, room - used)), y, room,
              function(x, k, cex) {
                graphics::points(x + 0.06, y, pch = keys$shapes[k],
                                 col = keys$colours[k], cex = 0.9)
              })
}

# Rows with names at the left and an axis below; gives the height of a row.
start_rows <- function(canvas, labels, limits, title, above, ...) {
  row <- max(0.04, (canvas$height - 1 - above) / length(labels))
  shown <- fit_text(labels, 0.35 * canvas$width, row, 0.8, 0.3)
  graphics::par(mai = c(1, shown$width + 0.3, above, 0.2), xpd = FALSE,
                new = TRUE)
  graphics::plot.default(NA, xlim = limits, ylim = c(0.5, length(labels) + 0.5),
                         yaxs = "i", xlab = "", ylab = "", xaxt = "n",
                         yaxt = "n", bty = "n", ...)
  graphics::axis(1, cex.axis = 0.8, mgp = c(3, 0.6, 0))
  draw_axis_title(title, canvas$width - shown$width - 0.5)
  edge <- graphics::grconvertX((shown$width + 0.2) / canvas$width, "nfc")
  graphics::text(edge, seq_along(labels), shown$text, adj = c(1, 0.5),
                 xpd = NA, cex = shown$cex)
  row
}

draw_axis_title <- function(text, room) {
  title <- fit_text(text, room, 0.35, 0.85)
  graphics::mtext(title$text, 1, 1 + 0.9 * title$lines, cex = title$cex)
}

draw_caption <- function(text, canvas) {
  room <- canvas$width - 0.3
  size <- min(0.7, 0.7 * room / max(0.01, text_width(text, 0.7)))
  graphics::text(graphics::grconvertX(1 - 0.15 / canvas$width, "nfc"),
                 graphics::grconvertY(0.15 / canvas$height, "nfc"), text,
                 adj = c(1, 0.5), cex = size, col = "grey35", xpd = NA)
}
