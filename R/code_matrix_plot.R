#' Drawing participants by codes
#'
#' A tile for every participant and code, darker the more units carry the code,
#' white where none does: who speaks of what, and how people of one group differ
#' among themselves. Codes stand under their theme, participants under their
#' group. Amounts fall into few classes, told apart in grey; counts stand in the
#' tiles where there is room.
#'
#' `plot()` fits all names into the size of the figure (they are wrapped and
#' shrunk); `autoplot()` needs ggplot2 and gives a plot to be built on.
#'
#' @param object,x A [code_matrix()].
#' @param group The participants' attribute by which rows stand together, or
#'   `NULL`.
#' @param level `"code"` or `"theme"`.
#' @param measure `"count"` (units), `"share"` of the participant's units, or
#'   `"presence"`.
#' @param sort Name of a code or theme: within a group, those with the largest
#'   share of it come first. `NULL` keeps the order of `x`.
#' @param ... Not used.
#' @return `autoplot()` a ggplot, `plot()` its argument, invisibly.
#' @examples
#' study <- simulated_study
#' m <- code_matrix(study$consensus, units(study$transcripts), study$codebook)
#' plot(m, group = "group", measure = "share", sort = "System efficiency")
#' @name code_matrix_plot
NULL

tile_values <- function(x, group, level, measure, sort, call = caller_env()) {
  counts <- level_matrix(x, level)
  if (!length(counts)) {
    abort("value", "There is nothing to draw: no participants or no codes.",
          call = call)
  }
  values <- switch(measure, count = counts,
                   share = counts / x$participants$units,
                   presence = (counts > 0) + 0)
  rows <- tile_groups(x, group, call)
  leading <- tile_leading(x, sort, call)
  order <- order(as.integer(rows), -leading)
  columns <- if (level == "code" && !identical(colnames(counts),
                                               x$codebook$theme)) {
    factor(x$codebook$theme, unique(x$codebook$theme))
  }
  by_theme <- if (is.null(columns)) seq_len(ncol(counts)) else order(columns)
  labels <- if (level == "code") x$codebook$label else colnames(counts)
  list(values = unname(values[order, by_theme, drop = FALSE]),
       people = rownames(counts)[order], labels = labels[by_theme],
       rows = rows[order], columns = columns[by_theme],
       classes = tile_classes(values, measure), measure = measure,
       title = tile_title(x, measure))
}

tile_groups <- function(x, group, call) {
  if (is.null(group)) {
    return(factor(rep("", nrow(x$participants))))
  }
  check_columns(x$participants, group, arg = "participants", call = call)
  values <- x$participants[[group]]
  if (!is.factor(values)) {
    values <- factor(values, unique(values[!is.na(values)]))
  }
  known <- levels(droplevels(values))
  values <- as.character(values)
  values[is.na(values)] <- "(not known)"
  factor(values, union(known, values))
}

tile_leading <- function(x, sort, call) {
  if (is.null(sort)) {
    return(rep(0, nrow(x$participants)))
  }
  check_string(sort, call = call)
  from <- if (sort %in% colnames(x$themes)) x$themes else x$codes
  column <- match(sort, colnames(from))
  if (is.na(column)) {
    abort("value", sprintf("`sort`: there is no code or theme \"%s\".", sort),
          call = call)
  }
  from[, column] / pmax(1, x$participants$units)
}

tile_title <- function(x, measure) {
  c(count = sprintf("%ss", sub("^(.)", "\\U\\1", x$unit, perl = TRUE)),
    share = sprintf("Share of %ss", x$unit),
    presence = "")[[measure]]
}

SHARE_BREAKS <- list(c(0.01, 0.02, 0.04), c(0.02, 0.05, 0.1),
                     c(0.05, 0.1, 0.2), c(0.1, 0.2, 0.4))
COUNT_BREAKS <- list(c(1, 2, 4), c(2, 4, 8), c(5, 10, 20), c(10, 20, 40),
                     c(25, 50, 100), c(50, 100, 200), c(250, 500, 1000))

# Four classes above none; the uppermost begins at the largest round number
# that the data pass.
tile_classes <- function(values, measure) {
  most <- max(0, values)
  if (measure == "presence") {
    return(list(breaks = 0, names = c("not mentioned", "mentioned"),
                colours = TILE_BLUES[c(1, 4)]))
  }
  if (measure == "count" && most <= 4) {
    each <- seq_len(max(1, most))
    return(list(breaks = c(0, each[-length(each)]),
                names = c("none", as.character(each)),
                colours = TILE_BLUES[c(1, each + 1)]))
  }
  from <- if (measure == "share") SHARE_BREAKS else COUNT_BREAKS
  passed <- vapply(from, function(b) b[3] < most, NA)
  breaks <- from[[max(1, which(passed))]]
  list(breaks = c(0, breaks), names = class_names(breaks, measure),
       colours = TILE_BLUES)
}

class_names <- function(b, measure) {
  if (measure == "share") {
    p <- percent_labels(b)
    return(c("none", paste("to", p), paste("over", p[3])))
  }
  below <- c(1, b[-3] + 1)
  c("none", ifelse(below == b, b, paste(below, "to", b)),
    sprintf("%d or more", as.integer(b[3] + 1)))
}

tile_class <- function(tiles) {
  class <- findInterval(as.vector(tiles$values), tiles$classes$breaks,
                        left.open = TRUE)
  array(class + 1L, dim(tiles$values))
}

#' @rdname code_matrix_plot
#' @export
plot.code_matrix <- function(x, group = NULL, level = c("code", "theme"),
                             measure = c("count", "share", "presence"),
                             sort = NULL, ...) {
  level <- check_choice(level, c("code", "theme"))
  measure <- check_choice(measure, c("count", "share", "presence"))
  plot_tiles(tile_values(x, group, level, measure, sort))
  invisible(x)
}

plot_tiles <- function(tiles) {
  canvas <- start_canvas()
  on.exit(graphics::par(canvas$old))
  at <- tile_layout(tiles, canvas)
  draw_headings(tiles, at)
  draw_tiles(tiles, at)
  draw_columns(at)
  classes <- tiles$classes
  draw_legend(classes$names, at$left, at$legend, canvas$width - at$left,
              function(x, k, cex) {
                graphics::rect(x, at$legend - 0.06, x + 0.12,
                               at$legend + 0.06, col = classes$colours[k],
                               border = "grey60")
              }, if (nzchar(tiles$title)) tiles$title)
}

# Where everything stands, in inches from the lower left corner.
tile_layout <- function(tiles, canvas) {
  n <- dim(tiles$values)
  groups <- sum(nzchar(levels(tiles$rows)))
  row <- max(0.05, (canvas$height * 0.6) / (n[1] + groups))
  people <- fit_text(tiles$people, 0.25 * canvas$width, row, 0.75, 0.3)
  theme <- as.integer(tiles$columns %||% rep(1, n[2]))
  unit <- seq_len(n[2]) - 0.5 + (cumsum(c(1, diff(theme) != 0)) - 1) * 0.35
  at <- list(people = people, left = people$width + 0.2)
  at <- tile_columns(at, tiles$labels, unit, canvas)
  at <- tile_headings(at, tiles, canvas)
  at$legend <- 0.14
  bottom <- at$below + 0.36
  gap <- if (groups) 0.17 else 0
  at$row <- max(0.01, min(0.42, (canvas$height - at$above - bottom -
                                   gap * groups) / n[1]))
  at$top <- canvas$height - at$above
  group <- as.integer(tiles$rows)
  at$y <- at$top - at$row * (seq_len(n[1]) - 0.5) -
    gap * match(group, unique(group))
  at$people <- fit_text(tiles$people, at$left - 0.1, at$row, 0.75, 0.3)
  at$floor <- min(at$y) - at$row / 2
  at$legend <- max(0.1, at$floor - at$below - 0.2)
  at
}

# Names lie flat where they fit, else they slant; the first ones then reach to
# the left, for which room is made.
tile_columns <- function(at, labels, unit, canvas) {
  right <- 0.12
  span <- max(unit) + 0.5
  column <- function(left) min(1.5, (canvas$width - left - right) / span)
  at$column <- column(at$left)
  flat <- fit_text(labels, at$column * 0.94, 0.55, 0.75, 0.65)
  at$slant <- if (flat$fits) 0 else 45
  at$labels <- flat
  at$below <- flat$lines * line_height(flat$cex) + 0.08
  turn <- sin(pi / 4)
  for (pass in if (at$slant) 1:4) {
    at$labels <- fit_text(labels, 0.3 * canvas$height / turn,
                          at$column * turn, 0.75, 0.45)
    reach <- text_width(at$labels$text, at$labels$cex) * turn
    missing <- max(0, reach - (at$left + at$column * unit) + 0.08)
    at$left <- min(at$left + missing, 0.4 * canvas$width)
    at$column <- column(at$left)
    at$below <- max(reach) + 0.14
  }
  at$x <- at$left + at$column * unit
  at
}

tile_headings <- function(at, tiles, canvas) {
  at$above <- 0.1
  if (is.null(tiles$columns)) {
    return(at)
  }
  names <- unique(as.character(tiles$columns))
  blocks <- split(at$x, factor(tiles$columns, names))
  width <- vapply(blocks, function(x) diff(range(x)), 0) + at$column
  at$middle <- vapply(blocks, function(x) mean(range(x)), 0)
  at$block <- width
  at$headings <- fit_text(names, width + at$column * 0.1, 0.6, 0.78, 0.6, 2)
  at$turned <- !at$headings$fits
  if (at$turned) {
    at$headings <- fit_text(names, 0.22 * canvas$height, width, 0.75, 0.5,
                            2)
    at$above <- at$headings$width + 0.2
  } else {
    at$above <- at$headings$lines * line_height(at$headings$cex) + 0.16
  }
  at
}

draw_headings <- function(tiles, at) {
  if (!is.null(tiles$columns)) {
    graphics::text(at$middle, at$top + 0.07, at$headings$text, font = 2,
                   cex = at$headings$cex, srt = if (at$turned) 90 else 0,
                   adj = if (at$turned) c(0, 0.5) else c(0.5, 0))
    graphics::segments(at$middle - at$block / 2, at$top + 0.03,
                       at$middle + at$block / 2, at$top + 0.03)
  }
  if (nlevels(tiles$rows) == 1 && levels(tiles$rows) == "") {
    return(invisible())
  }
  first <- !duplicated(tiles$rows)
  names <- fit_text(as.character(tiles$rows[first]),
                    max(at$x) + at$column / 2 - at$left, 0.17, 0.78, 0.4, 2)
  graphics::text(at$left, at$y[first] + at$row / 2 + 0.08, names$text, font = 2,
                 cex = names$cex, adj = c(0, 0.5))
}

draw_tiles <- function(tiles, at) {
  class <- tile_class(tiles)
  x <- rep(at$x, each = nrow(class))
  y <- rep(at$y, ncol(class))
  graphics::rect(x - at$column / 2, y - at$row / 2, x + at$column / 2,
                 y + at$row / 2, col = tiles$classes$colours[class],
                 border = "grey75", lwd = 0.6)
  graphics::text(at$left - 0.06, at$y, at$people$text, cex = at$people$cex,
                 adj = c(1, 0.5))
  counts <- tiles$shown %||% format(tiles$values, trim = TRUE)
  fits <- at$row > 0.12 && max(text_width(counts, 0.62)) < at$column * 0.9
  shown <- tiles$values > 0
  numbered <- tiles$measure == "count" || !is.null(tiles$shown)
  if (numbered && fits && any(shown)) {
    graphics::text(x[shown], y[shown], counts[shown], cex = 0.62,
                   col = ifelse(class[shown] > 3, "white", "grey15"))
  }
}

draw_columns <- function(at) {
  flat <- at$slant == 0
  graphics::text(at$x + if (flat) 0 else 0.05, at$floor - 0.06,
                 at$labels$text, srt = at$slant, cex = at$labels$cex,
                 adj = if (flat) c(0.5, 1) else c(1, 0.8))
}

# Facets know their share of the figure, about 100 letters wide, 60 high.
wrap_levels <- function(x, letters) {
  room <- pmax(5, floor(letters * as.vector(table(x)) / length(x)))
  levels(x) <- unlist(Map(strwrap_labels, levels(x), room))
  x
}

tile_frame <- function(tiles) {
  n <- dim(tiles$values)
  columns <- tiles$columns %||% factor(rep("", n[2]))
  if (headings_turned(tiles)) {
    levels(columns) <- strwrap_labels(levels(columns), 24)
  } else {
    columns <- wrap_levels(columns, 95)
  }
  rows <- wrap_levels(tiles$rows, 60)
  data.frame(
    participant = factor(rep(tiles$people, n[2]), rev(unique(tiles$people))),
    code = rep(seq_len(n[2]), each = n[1]),
    value = as.vector(tiles$values),
    class = factor(tiles$classes$names[as.vector(tile_class(tiles))],
                   tiles$classes$names),
    row = rep(rows, n[2]),
    column = rep(columns, each = n[1])
  )
}

headings_turned <- function(tiles) {
  if (is.null(tiles$columns)) {
    return(FALSE)
  }
  words <- strsplit(levels(tiles$columns), " ", fixed = TRUE)
  longest <- vapply(words, function(w) max(0, nchar(w, "width")), 0)
  any(longest > 95 * table(tiles$columns) / length(tiles$columns))
}

#' @rdname code_matrix_plot
#' @exportS3Method ggplot2::autoplot
autoplot.code_matrix <- function(object, group = NULL,
                                 level = c("code", "theme"),
                                 measure = c("count", "share", "presence"),
                                 sort = NULL, ...) {
  need_package("ggplot2", "autoplot()")
  level <- check_choice(level, c("code", "theme"))
  measure <- check_choice(measure, c("count", "share", "presence"))
  autoplot_tiles(tile_values(object, group, level, measure, sort))
}

autoplot_tiles <- function(tiles) {
  data <- tile_frame(tiles)
  n <- dim(tiles$values)
  turned <- n[2] > 5 || max(nchar(tiles$labels, "width")) > 40
  labels <- if (n[2] > 16) cut_middle(tiles$labels, 32) else
    strwrap_labels(cut_middle(tiles$labels, 60), 26)
  colours <- tiles$classes$colours
  names(colours) <- tiles$classes$names
  ggplot2::ggplot(data, ggplot2::aes(x = .data$code, y = .data$participant)) +
    ggplot2::geom_tile(ggplot2::aes(fill = .data$class), colour = "grey75",
                       linewidth = sign_size(max(n), 0.3)) +
    tile_numbers(data, tiles) +
    ggplot2::facet_grid(
      rows = if (nlevels(tiles$rows) > 1) ggplot2::vars(.data$row),
      cols = if (!is.null(tiles$columns)) ggplot2::vars(.data$column),
      scales = "free", space = "free") +
    ggplot2::scale_fill_manual(
      if (nzchar(tiles$title)) tiles$title, values = colours, drop = FALSE,
      limits = tiles$classes$names) +
    ggplot2::scale_x_continuous(NULL, breaks = seq_along(labels),
                                labels = labels, expand = c(0, 0)) +
    ggplot2::scale_y_discrete(NULL, expand = c(0, 0),
                              labels = function(s) row_labels(s, n[1])) +
    plot_theme() + row_text(n[1]) +
    ggplot2::theme(
      axis.text.x = if (turned) ggplot2::element_text(
        angle = 90, hjust = 1, vjust = 0.5, size = min(8, 350 / n[2])),
      axis.ticks = ggplot2::element_blank(),
      panel.grid = ggplot2::element_blank(),
      panel.border = ggplot2::element_blank(),
      panel.spacing = ggplot2::unit(5, "pt"),
      strip.background = ggplot2::element_blank(),
      strip.clip = "off",
      strip.text = ggplot2::element_text(face = "bold"),
      strip.text.x = ggplot2::element_text(
        size = if (nlevels(tiles$columns) > 8) 6.5,
        angle = if (headings_turned(tiles)) 90,
        hjust = if (headings_turned(tiles)) 0),
      legend.key = ggplot2::element_rect(colour = "grey60"),
      legend.position = "bottom"
    )
}

# Numbers in the tiles, where there is room.
tile_numbers <- function(data, tiles) {
  numbered <- tiles$measure == "count" || !is.null(tiles$shown)
  if (!numbered || any(dim(tiles$values) > c(40, 24))) {
    return(NULL)
  }
  data$shown <- as.vector(tiles$shown %||% tiles$values)
  some <- data[data$value > 0, ]
  ggplot2::geom_text(ggplot2::aes(label = .data$shown), some,
                     size = sign_size(nrow(tiles$values), 2.5),
                     colour = ifelse(as.integer(some$class) > 3, "white",
                                     "grey15"))
}
