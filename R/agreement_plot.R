#' Forest plot of agreement
#'
#' One row per code, the highest first, with the interval as a line and the
#' prevalence of the code as the size of its point. Dashed lines stand at 0.667
#' and 0.80: Krippendorff (2004, p. 241) would rest conclusions on alpha of 0.80
#' or more, and tentative ones on 0.667 or more. They are conventions for alpha,
#' not properties of the data, nor meant for other coefficients. Rows stand in
#' the order of the first coefficient, one over all codes last. Codes whose
#' coefficient is undefined keep their row and say why.
#'
#' `autoplot()` needs ggplot2; `plot()` draws the same with base graphics.
#'
#' @param object,x An [agreement()].
#' @param reference Where the reference lines stand; `NULL` for none.
#' @param ... For `plot()`: further arguments to [graphics::plot.default()].
#' @return `autoplot()` a ggplot; `plot()` its argument, invisibly.
#' @references Krippendorff, K. (2004). *Content Analysis*, 2nd ed. Sage.
#' @name agreement_plot
#' @examples
#' x <- ratings(cbind(Ann = c(1, 2, 2, 1, 3, 1, 2, 3, 3, 1, 2, 2),
#'                    Ben = c(1, 2, 1, 1, 3, 1, 2, 3, 2, 1, 2, 1)))
#' plot(suppressWarnings(agreement(x, c("alpha", "ac"), replicates = 200)))
NULL

forest_rows <- function(x, call = caller_env()) {
  if (!nrow(x)) {
    abort("value", "There is no agreement to draw.", call = call)
  }
  data <- plain_frame(x)
  several <- length(unique(data$coefficient)) > 1
  label <- coefficient_label(data$coefficient, data$level, data$weights)
  coded <- length(unique(data$code)) > 1 || !all(is.na(data$code))
  data$label <- if (coded) as.character(data$code) else label
  data$label[is.na(data$label)] <- POOLED
  if (!is.null(data$by)) {
    data$label <- paste0(data$label, ", ", data$by)
  }
  data$kind <- label
  data$facet <- coded && several
  data$kind <- factor(data$kind, unique(data$kind))
  leading <- data[!coded | data$kind == levels(data$kind)[1], ]
  data$label <- factor(data$label, unique(leading$label[
    order(!is_pooled(leading), !is.na(leading$estimate), leading$estimate)
  ]))
  data$note <- ifelse(data$status == "ok", "",
                      gsub("_", " ", data$status))
  data
}

forest_limits <- function(data, reference) {
  low <- min(c(0, data$conf.low, data$estimate), na.rm = TRUE)
  c(floor(low * 10) / 10, max(1, reference))
}

forest_axis <- function(data) {
  if (nlevels(data$kind) == 1) levels(data$kind) else "Agreement"
}

forest_caption <- function(x, data, reference) {
  ci <- attr_or(x, "ci", "none")
  parts <- c(
    if (ci != "none") sprintf("Lines: %g%% intervals.",
                              100 * attr_or(x, "conf_level", 0.95)),
    if (length(reference)) sprintf(
      "Dashed: %s, Krippendorff's conventions for alpha.",
      paste(vapply(reference, format, "", digits = 3), collapse = " and ")
    )
  )
  paste(parts, collapse = " ")
}

#' @rdname agreement_plot
#' @exportS3Method ggplot2::autoplot
autoplot.agreement <- function(object, reference = c(0.667, 0.8), ...) {
  need_package("ggplot2", "autoplot()")
  data <- forest_rows(object)
  forest_ggplot(data, forest_limits(data, reference), reference,
                forest_axis(data), forest_caption(object, data, reference))
}

forest_ggplot <- function(data, limits, reference, axis, caption) {
  data$note_at <- limits[1]
  n <- nlevels(data$label)
  sized <- any(data$prevalence > 0, na.rm = TRUE)
  point <- if (sized) {
    ggplot2::geom_point(ggplot2::aes(size = .data$prevalence), na.rm = TRUE,
                        colour = "grey15")
  } else {
    ggplot2::geom_point(size = sign_size(n), na.rm = TRUE, colour = "grey15")
  }
  plot <- ggplot2::ggplot(data, ggplot2::aes(.data$estimate, .data$label)) +
    ggplot2::geom_vline(xintercept = reference, linetype = "dashed",
                        colour = "grey55", linewidth = 0.4) +
    ggplot2::geom_segment(
      ggplot2::aes(x = .data$conf.low, xend = .data$conf.high,
                   yend = .data$label),
      colour = "grey35", linewidth = sign_size(n, 0.6), na.rm = TRUE
    ) +
    point +
    ggplot2::geom_text(ggplot2::aes(x = .data$note_at, label = .data$note),
                       hjust = 0, size = sign_size(n, 3), colour = "grey35") +
    ggplot2::scale_x_continuous(breaks = if (diff(limits) < 0.7)
      pretty(limits) else seq(-2, 2, 0.2)) +
    ggplot2::scale_y_discrete(labels = function(s) row_labels(s, n)) +
    ggplot2::coord_cartesian(xlim = limits) +
    ggplot2::labs(x = axis_title(axis), y = NULL, size = "Prevalence",
                  caption = caption) +
    plot_theme() + row_text(n) +
    ggplot2::theme(panel.border = ggplot2::element_blank(),
                   axis.ticks.y = ggplot2::element_blank(),
                   legend.position = "top", legend.justification = "left",
                   plot.caption = ggplot2::element_text(colour = "grey35"),
                   plot.caption.position = "plot")
  if (sized) {
    plot <- plot + ggplot2::scale_size(
      range = c(sign_size(n, 1.2), sign_size(n, 5)),
      limits = c(0, max(data$prevalence, na.rm = TRUE)),
      labels = function(p) format_percent(p),
      breaks = prevalence_breaks(data$prevalence)
    )
  }
  if (data$facet[1]) {
    plot <- plot + ggplot2::facet_wrap(ggplot2::vars(.data$kind))
  }
  plot
}

prevalence_breaks <- function(x) {
  steps <- c(0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1)
  inside <- steps[steps <= max(x, na.rm = TRUE)]
  if (length(inside)) utils::tail(inside, 3) else steps[1]
}

#' @rdname agreement_plot
#' @export
plot.agreement <- function(x, reference = c(0.667, 0.8), ...) {
  data <- forest_rows(x)
  plot_forest(data, forest_limits(data, reference), reference,
              forest_axis(data), forest_caption(x, data, reference), ...)
  invisible(x)
}

plot_forest <- function(data, limits, reference, axis, caption, ...) {
  canvas <- start_canvas()
  on.exit(graphics::par(canvas$old))
  row <- start_rows(canvas, levels(data$label), limits, axis, 0.35, ...)
  graphics::abline(v = reference, lty = 2, col = "grey55")
  draw_forest(data, limits[1], row)
  draw_caption(caption, canvas)
  kinds <- levels(data$kind)
  if (data$facet[1] && length(kinds) > 1) {
    draw_top_legend(list(names = kinds, shapes = forest_shapes(kinds),
                         colours = palette_groups(length(kinds))), canvas)
  }
}

# Several coefficients lie in lanes of their own, in shape and colour apart.
draw_forest <- function(data, left, row) {
  kinds <- levels(data$kind)
  kind <- as.integer(data$kind)
  lanes <- if (data$facet[1]) length(kinds) else 1
  y <- as.integer(data$label) -
    if (lanes > 1) (kind - (lanes + 1) / 2) * 0.7 / lanes else 0
  colour <- if (lanes > 1) palette_groups(lanes)[kind] else "grey15"
  graphics::segments(data$conf.low, y, data$conf.high, y,
                     col = if (lanes > 1) colour else "grey35")
  size <- if (!any(data$prevalence > 0, na.rm = TRUE)) 1.2 else
    0.5 + 1.9 * sqrt(data$prevalence / max(data$prevalence, na.rm = TRUE))
  graphics::points(data$estimate, y, col = colour,
                   cex = size * max(0.35, min(1, row / lanes / 0.22)),
                   pch = forest_shapes(kinds)[kind])
  graphics::text(left, y, data$note, adj = 0, cex = 0.75, col = "grey35")
}

forest_shapes <- function(kinds) rep_len(FOREST_SHAPES, length(kinds))
