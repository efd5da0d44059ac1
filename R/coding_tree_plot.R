# What is drawn: the nodes, and a row of `lanes` for each node: from 0 to `at`,
# with `text` at its end. A lane for each group, or one of codings.
tree_to_draw <- function(x, call = caller_env()) {
  if (!nrow(x) || is.null(x$codings)) {
    abort("value", "There is nothing to draw: a tree without codings.",
          call = call)
  }
  sizes <- attr(x, "sizes")
  nodes <- as.data.frame(x)
  nodes$theme <- nodes$depth == 0 &
    (is.na(nodes$code) | c(diff(nodes$depth), 0) > 0)
  if (!length(sizes)) {
    lanes <- data.frame(row = seq_len(nrow(x)), group = 1L, at = x$codings,
                        text = format_amount(x$codings))
    return(list(nodes = nodes, lanes = lanes, most = max(1, x$codings),
                title = "Codings"))
  }
  lanes <- do.call(rbind, lapply(seq_along(sizes), function(g) {
    k <- x[[paste0("participants.", names(sizes)[g])]]
    data.frame(row = seq_len(nrow(x)), group = g, at = k / sizes[[g]],
               text = format_amount(k))
  }))
  list(nodes = nodes, lanes = lanes, most = 1,
       names = sprintf("%s (n = %d)", names(sizes), sizes),
       style = group_style(length(sizes)),
       title = "Participants who mention it (share, and how many)")
}

TREE_COLOURS <- c("#9FC5E3", "#0B4F86")

#' @rdname coding_tree
#' @export
plot.coding_tree <- function(x, ...) {
  p <- tree_to_draw(x)
  canvas <- start_canvas()
  on.exit(graphics::par(canvas$old))
  at <- tree_layout(p, canvas)
  graphics::text(at$indent, at$y, at$names$text, adj = c(0, 0.5),
                 cex = at$names$cex)
  if (is.null(p$names)) draw_tree_bars(p, at) else draw_tree_groups(p, at)
  title <- fit_text(p$title, canvas$width - at$left, 0.2, 0.8, 0.5)
  graphics::text(at$left, at$top + 0.17, title$text, adj = c(0, 0.5),
                 cex = title$cex)
  if (!is.null(p$names)) {
    y <- canvas$height - 0.15
    draw_legend(p$names, 0.1, y, canvas$width - 0.2, function(x, k, cex) {
      graphics::points(x + 0.06, y, pch = p$style$shapes[k],
                       col = p$style$colours[k], cex = 0.9)
    })
  }
  invisible(x)
}

tree_layout <- function(p, canvas) {
  nodes <- p$nodes
  top <- canvas$height - if (is.null(p$names)) 0.35 else 0.6
  row <- min(if (is.null(p$names)) 0.3 else 0.5, (top - 0.1) / nrow(nodes))
  step <- min(0.18, 0.06 * canvas$width / max(1, nodes$depth))
  names <- fit_text(nodes$label,
                    0.5 * canvas$width - step * max(nodes$depth), row, 0.8, 0.3)
  lane <- row / max(p$lanes$group)
  counts <- fit_text(p$lanes$text, 1, lane * 1.1, names$cex, 0.25)
  left <- 0.25 + max(step * nodes$depth + text_width(names$text, names$cex))
  y <- top - row * (seq_len(nrow(nodes)) - 0.5)
  spread <- 0.8 * row * (p$lanes$group - 0.5) / max(p$lanes$group) - 0.4 * row
  list(names = names, indent = 0.1 + step * nodes$depth, left = left, row = row,
       top = top, y = y, lane = y[p$lanes$row] - spread, counts = counts,
       reach = left + (canvas$width - left - counts$width - 0.2) *
         p$lanes$at / p$most)
}

draw_tree_bars <- function(p, at) {
  graphics::rect(at$left, at$y - 0.36 * at$row, at$reach,
                 at$y + 0.36 * at$row, col = TREE_COLOURS[1 + p$nodes$theme],
                 border = NA)
  graphics::text(at$reach + 0.06, at$y, at$counts$text, adj = c(0, 0.5),
                 cex = at$counts$cex)
}

draw_tree_groups <- function(p, at) {
  group <- p$lanes$group
  size <- min(1, 0.8 * at$row / max(group) / 0.1)
  graphics::segments(at$left, at$lane, at$reach, col = p$style$colours[group],
                     lwd = ifelse(p$nodes$theme[p$lanes$row], 2.2, 1) * size)
  graphics::points(at$reach, at$lane, pch = p$style$shapes[group],
                   col = p$style$colours[group], cex = max(0.3, 0.9 * size))
  graphics::segments(at$left, at$y[1] + at$row / 2,
                     y1 = at$y[length(at$y)] - at$row / 2, col = "grey55")
  if (at$counts$fits) {
    graphics::text(at$reach + 0.08, at$lane, at$counts$text, adj = c(0, 0.5),
                   cex = at$counts$cex)
  }
}

#' @rdname coding_tree
#' @exportS3Method ggplot2::autoplot
autoplot.coding_tree <- function(object, ...) {
  need_package("ggplot2", "autoplot()")
  p <- tree_to_draw(object)
  n <- nrow(p$nodes)
  groups <- max(p$lanes$group)
  names <- paste0(strrep("\u00a0", 4 * p$nodes$depth),
                  row_labels(p$nodes$label))
  names <- gsub("\n", paste0("\n", strrep("\u00a0", 4)), names)
  data <- p$lanes
  data$theme <- p$nodes$theme[data$row]
  data$y <- n + 1 - data$row - 0.8 * ((data$group - 0.5) / groups - 0.5)
  size <- min(2.2, max(0.9, 60 / (n * groups)))
  letter <- min(2.8, 87 / (n * groups))
  aes <- ggplot2::aes
  ggplot2::ggplot(data, aes(.data$at, .data$y)) +
    (if (is.null(p$names)) tree_bars() else tree_stems(p, data, size)) +
    (if (letter > 1.2) ggplot2::geom_text(
      aes(label = paste0("  ", .data$text)), hjust = 0, size = letter)) +
    ggplot2::scale_y_continuous(NULL, breaks = n + 1 - seq_len(n),
                                labels = names, minor_breaks = NULL,
                                expand = ggplot2::expansion(add = 0.3)) +
    ggplot2::scale_x_continuous(
      p$title, expand = c(0, 0, 0.08, 0), limits = c(0, p$most),
      labels = if (is.null(p$names)) ggplot2::waiver() else percent_labels) +
    plot_theme() + row_text(n, hjust = 0) +
    ggplot2::theme(axis.ticks.y = ggplot2::element_blank(),
                   panel.grid.major.y = ggplot2::element_blank(),
                   legend.position = "top", legend.justification = "left")
}

tree_bars <- function() {
  list(ggplot2::geom_col(ggplot2::aes(fill = .data$theme), orientation = "y",
                         width = 0.75),
       ggplot2::scale_fill_manual(values = TREE_COLOURS, guide = "none"))
}

tree_stems <- function(p, data, size) {
  names <- strwrap_labels(p$names, 34)
  kind <- factor(names[data$group], names)
  list(ggplot2::geom_segment(
         ggplot2::aes(x = 0, xend = .data$at, yend = .data$y, colour = kind,
                      linewidth = .data$theme), show.legend = FALSE),
       ggplot2::geom_point(ggplot2::aes(colour = kind, shape = kind),
                           size = size),
       ggplot2::scale_linewidth_manual(values = c(0.25, 0.6) * size / 1.4),
       ggplot2::scale_colour_manual(NULL, values = p$style$colours),
       ggplot2::scale_shape_manual(NULL, values = p$style$shapes))
}
