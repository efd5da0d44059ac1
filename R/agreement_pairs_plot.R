# The coder x coder matrix as tiles, darker the more two coders agree, with the
# values in them; one panel for each code.

PAIR_BREAKS <- c(0.2, 0.4, 0.6, 0.8)
PAIR_CLASSES <- c("below 0.20", "from 0.20", "from 0.40", "from 0.60",
                  "from 0.80")

pair_tiles <- function(x, call = caller_env()) {
  if (!nrow(x)) {
    abort("value", "There are no pairs of coders to draw.", call = call)
  }
  half <- plain_frame(x)[c("code", "coder_1", "coder_2", "estimate")]
  other <- half[c("code", "coder_2", "coder_1", "estimate")]
  names(other) <- names(half)
  out <- rbind(half, other)
  coders <- attr(x, "coders") %||% unique(out$coder_1)
  codes <- unique(half$code)
  out$panel <- factor(match(out$code, codes), seq_along(codes),
                      ifelse(is.na(codes), "", codes))
  out$row <- factor(out$coder_1, rev(coders))
  out$column <- factor(out$coder_2, coders)
  out$class <- findInterval(out$estimate, PAIR_BREAKS) + 1L
  out$text <- ifelse(is.na(out$estimate), "NA",
                     format_number(out$estimate, 2))
  out$ink <- ifelse(out$class %in% 5, "white", "grey10")
  out
}

pair_title <- function(x) {
  sub("^(.)", "\\U\\1", attr_or(x, "label", "agreement"), perl = TRUE)
}

#' @rdname agreement_pairs
#' @export
plot.agreement_pairs <- function(x, ...) {
  tiles <- pair_tiles(x)
  canvas <- start_canvas()
  on.exit(graphics::par(canvas$old))
  panels <- split(tiles, tiles$panel)
  at <- pair_layout(panels, canvas)
  for (k in seq_along(panels)) {
    draw_pairs(panels[[k]], at, k)
  }
  draw_legend(PAIR_CLASSES, 0.15, 0.16, canvas$width - 0.3,
              function(x, k, cex) {
                graphics::rect(x, 0.1, x + 0.12, 0.22, col = TILE_BLUES[k],
                               border = "grey60")
              }, pair_title(x))
  invisible(x)
}

# As many columns of panels as make the largest tiles.
pair_layout <- function(panels, canvas) {
  coders <- rev(levels(panels[[1]]$row))
  k <- length(coders)
  many <- min(1, 3 / sqrt(length(panels)))
  names <- fit_text(coders, 0.22 * canvas$width / ceiling(sqrt(
    length(panels))), 0.4 * many, 0.75 * max(0.6, many), 0.25)
  head <- names$lines * line_height(names$cex) + 0.08
  titled <- any(nzchar(levels(panels[[1]]$panel)))
  title <- if (titled) 0.14 + 0.12 * many else 0.06
  fit <- function(columns) {
    rows <- ceiling(length(panels) / columns)
    min(((canvas$width - 0.1) / columns - names$width - 0.25) / k,
        ((canvas$height - 0.4) / rows - head - title - 0.06) / k, 1.1)
  }
  columns <- which.max(vapply(seq_along(panels), fit, 0))
  size <- max(0.02, fit(columns))
  list(names = names, size = size, columns = columns, head = head,
       title = title, canvas = canvas, coders = coders,
       titles = fit_text(levels(panels[[1]]$panel),
                         names$width + 0.15 + k * size, title, 0.8 * many,
                         0.25, 2))
}

draw_pairs <- function(tiles, at, number) {
  k <- length(at$coders)
  wide <- at$names$width + 0.25 + k * at$size
  high <- at$title + at$head + 0.06 + k * at$size
  column <- (number - 1) %% at$columns
  row <- (number - 1) %/% at$columns
  left <- 0.05 + column * wide + at$names$width + 0.15
  top <- at$canvas$height - 0.05 - row * high - at$title
  floor <- top - k * at$size
  x <- left + (as.integer(tiles$column) - 0.5) * at$size
  y <- floor + (as.integer(tiles$row) - 0.5) * at$size
  half <- at$size / 2
  missing <- is.na(tiles$class)
  graphics::rect(x - half, y - half, x + half, y + half, border = "white",
                 col = ifelse(missing, "grey92", TILE_BLUES[tiles$class]))
  own <- (seq_len(k) - 0.5) * at$size
  graphics::rect(left + own - half, top - own - half, left + own + half,
                 top - own + half, border = "white", col = "grey80")
  graphics::rect(left, floor, left + k * at$size, top, border = "grey60")
  value <- fit_text(tiles$text, at$size * 0.9, at$size, 0.9, 0.3)
  graphics::text(x, y, value$text, cex = value$cex, col = tiles$ink)
  graphics::text(left - 0.07, top - own, at$names$text, adj = c(1, 0.5),
                 cex = at$names$cex)
  below <- fit_text(at$coders, at$size, at$head, at$names$cex, 0.3)
  graphics::text(left + own, floor - 0.06, below$text, adj = c(0.5, 1),
                 cex = below$cex)
  graphics::text(left - at$names$width - 0.07, top + at$title / 2 - 0.02,
                 at$titles$text[number], adj = c(0, 0.5),
                 cex = at$titles$cex, font = 2)
}

#' @rdname agreement_pairs
#' @param object What `agreement_pairs()` gives.
#' @exportS3Method ggplot2::autoplot
autoplot.agreement_pairs <- function(object, ...) {
  need_package("ggplot2", "autoplot()")
  tiles <- pair_tiles(object)
  tiles$shade <- factor(PAIR_CLASSES[tiles$class], PAIR_CLASSES)
  across <- nlevels(tiles$row) * ceiling(sqrt(nlevels(tiles$panel)))
  coders <- cut_middle(levels(tiles$row), 18)
  turned <- sum(nchar(coders, "width")) * across / length(coders) > 90
  plot <- ggplot2::ggplot(tiles, ggplot2::aes(.data$column, .data$row)) +
    ggplot2::geom_tile(ggplot2::aes(fill = .data$shade), colour = "white",
                       linewidth = 0.6, show.legend = TRUE) +
    (if (across <= 20) ggplot2::geom_text(
      ggplot2::aes(label = .data$text), size = max(1.6, min(3.2, 28 / across)),
      colour = tiles$ink)) +
    ggplot2::scale_fill_manual(
      values = stats::setNames(TILE_BLUES, PAIR_CLASSES), drop = FALSE,
      na.value = "grey92", na.translate = FALSE, name = pair_title(object)
    ) +
    ggplot2::guides(fill = ggplot2::guide_legend(
      override.aes = list(colour = "grey60")
    )) +
    ggplot2::scale_x_discrete(labels = function(s) cut_middle(s, 18)) +
    ggplot2::scale_y_discrete(labels = function(s) cut_middle(s, 18)) +
    ggplot2::coord_equal() +
    ggplot2::labs(x = NULL, y = NULL) +
    plot_theme() + row_text(1.5 * across) +
    ggplot2::theme(panel.grid.major = ggplot2::element_blank(),
                   panel.background = ggplot2::element_rect(fill = "grey80"),
                   panel.spacing = ggplot2::unit(4, "pt"),
                   axis.text.x = ggplot2::element_text(
                     size = row_size(1.5 * across),
                     angle = if (turned) 90, hjust = if (turned) 1,
                     vjust = if (turned) 0.5),
                   strip.text = ggplot2::element_text(
                     size = row_size(1.5 * across),
                     margin = ggplot2::margin(2, 0, 2, 0)),
                   legend.position = "bottom")
  if (nlevels(tiles$panel) > 1) {
    room <- max(8, 44 / ceiling(sqrt(nlevels(tiles$panel))))
    plot <- plot + ggplot2::facet_wrap(
      ggplot2::vars(.data$panel), labeller = ggplot2::as_labeller(
        function(s) strwrap_labels(cut_middle(s, 2 * room), room)))
  }
  plot
}
