# What a figure of saturation shows, a part per group.
saturation_panels <- function(x, call = caller_env()) {
  curve <- attr(x, "curve")
  if (is.null(curve) || !nrow(curve) || all(curve$cumulative == 0)) {
    abort("value", "There is nothing to draw: no interviews or no codes.",
          call = call)
  }
  curve <- curve[curve$group %in% x$group, , drop = FALSE]
  lapply(unique(x$group), function(group) {
    points <- curve[curve$group %in% group, ]
    row <- plain_frame(x)[match(group, x$group), ]
    list(group = if (is.na(group)) "" else
           sprintf("%s (%s)", group, format_count(nrow(points), "interview")),
         points = points, most = max(points$cumulative),
         mark = row$reached, run = row$run,
         rule = sprintf("%d+%d", row$reached, row$run))
  })
}

saturation_keys <- function(x) {
  c("in the order of the interviews", "mean of all orders",
    if (attr(x, "orders") > 0)
      sprintf("%s of %s", format_percent(attr(x, "conf_level")),
              format_count(attr(x, "orders"), "random order")))
}

SATURATION_COLOURS <- c(line = "#0B4F86", band = "#CFE0EE", mean = "grey35")

#' Drawing saturation
#'
#' How many different codes the first n interviews have, in the order in which
#' they were held, with the mean of all orders and the band of the random ones
#' (`saturation(orders = )`): a panel for each group. A bar above the axis marks
#' the run after which saturation was reached, by the first run length and
#' threshold, and the dotted line 90 % of all codes found in the group.
#'
#' @param object,x A [saturation()].
#' @param ... Not used.
#' @return `autoplot()` a ggplot, `plot()` its argument, invisibly.
#' @examples
#' people <- simulated_study$participants
#' people <- people[order(people$interview_order), ]
#' plot(saturation(simulated_study$consensus, people$participant, people$group,
#'                 orders = 500, seed = 1))
#' @name saturation_plot
NULL

#' @rdname saturation_plot
#' @export
plot.saturation <- function(x, ...) {
  panels <- saturation_panels(x)
  columns <- min(length(panels), 3)
  rows <- ceiling(length(panels) / columns)
  old <- graphics::par(c("mfrow", "mar", "oma", "mgp", "las", "xpd", "cex"))
  on.exit(graphics::par(old))
  graphics::par(mfrow = c(rows, columns), mar = c(3.2, 3.2, 2.7, 0.6),
                oma = c(1.6, 0, 0, 0), mgp = c(2, 0.6, 0), las = 1, cex = 0.8)
  top <- max(vapply(panels, `[[`, 0, "most"),
             vapply(panels, function(p) max(0, p$points$high, na.rm = TRUE), 0))
  last <- max(vapply(panels, function(p) nrow(p$points), 0L))
  for (panel in panels) draw_saturation(panel, c(1, max(2, last)), c(0, top))
  draw_saturation_keys(saturation_keys(x))
  invisible(x)
}

draw_saturation <- function(panel, xlim, ylim) {
  p <- panel$points
  graphics::plot(xlim, ylim, type = "n", xlab = "Interviews",
                 ylab = "Different codes", bty = "l", axes = FALSE)
  graphics::axis(1, whole_breaks(xlim))
  graphics::axis(2, whole_breaks(ylim))
  if (!anyNA(p$low)) {
    graphics::polygon(c(p$interview, rev(p$interview)), c(p$low, rev(p$high)),
                      col = SATURATION_COLOURS[["band"]], border = NA)
  }
  graphics::abline(h = 0.9 * panel$most, lty = 3, col = "grey50")
  graphics::lines(p$interview, p$expected, lty = 2, lwd = 1.4,
                  col = SATURATION_COLOURS[["mean"]])
  graphics::lines(p$interview, p$cumulative, type = "o", pch = 16, cex = 0.8,
                  lwd = 1.6, col = SATURATION_COLOURS[["line"]])
  if (!is.na(panel$mark)) {
    end <- panel$mark + panel$run
    graphics::segments(panel$mark, ylim[2] * 0.04, end, lwd = 4,
                       col = "grey35", lend = 1)
    graphics::text((panel$mark + end) / 2, ylim[2] * 0.06, panel$rule,
                   pos = 3, offset = 0.2, cex = 0.9)
  }
  title <- fit_text(panel$group, graphics::par("pin")[1], 0.34, 1, 0.4, 2)
  graphics::mtext(title$text, adj = 0, line = 0.3, font = 2,
                  cex = title$cex * graphics::par("cex"))
}

draw_saturation_keys <- function(names) {
  size <- graphics::par("fin")
  graphics::par(mfrow = c(1, 1), mar = rep(0, 4), oma = rep(0, 4), cex = 1,
                new = TRUE, xpd = NA)
  size <- graphics::par("fin")
  graphics::plot.window(c(0, size[1]), c(0, size[2]), xaxs = "i", yaxs = "i")
  colours <- unname(SATURATION_COLOURS[c("line", "mean", "band")])
  draw_legend(names, 0.15, 0.14, size[1] - 0.2, function(x, k, cex) {
    graphics::segments(x, 0.14, x + 0.15, lty = c(1, 2, 1)[k], lend = 1,
                       lwd = c(1.6, 1.4, 7)[k], col = colours[k])
  }, cex = 0.75)
}

#' @rdname saturation_plot
#' @exportS3Method ggplot2::autoplot
autoplot.saturation <- function(object, ...) {
  need_package("ggplot2", "autoplot()")
  panels <- saturation_panels(object)
  names <- strwrap_labels(vapply(panels, `[[`, "", "group"), 34)
  data <- do.call(rbind, Map(function(panel, name) {
    cbind(panel$points, panel = name, near = 0.9 * panel$most)
  }, panels, names))
  data$panel <- factor(data$panel, unique(names))
  keys <- saturation_keys(object)
  aes <- ggplot2::aes
  ggplot2::ggplot(data, aes(.data$interview)) +
    (if (!anyNA(data$low)) ggplot2::geom_ribbon(
      aes(ymin = .data$low, ymax = .data$high, fill = keys[3]))) +
    ggplot2::geom_hline(aes(yintercept = .data$near), linetype = 3,
                        colour = "grey50") +
    ggplot2::geom_line(aes(y = .data$expected, linetype = keys[2]),
                       colour = SATURATION_COLOURS[["mean"]]) +
    ggplot2::geom_line(aes(y = .data$cumulative, linetype = keys[1]),
                       colour = SATURATION_COLOURS[["line"]]) +
    ggplot2::geom_point(aes(y = .data$cumulative),
                        colour = SATURATION_COLOURS[["line"]]) +
    saturation_marks(panels, names) +
    (if (length(panels) > 1) ggplot2::facet_wrap(ggplot2::vars(.data$panel))) +
    ggplot2::scale_linetype_manual(
      NULL, values = stats::setNames(c(1, 2), keys[1:2]), breaks = keys[1:2],
      guide = ggplot2::guide_legend(order = 1, override.aes = list(
        colour = unname(SATURATION_COLOURS[c("line", "mean")])))) +
    ggplot2::scale_fill_manual(NULL, values = SATURATION_COLOURS[["band"]]) +
    ggplot2::scale_x_continuous("Interviews", breaks = whole_breaks) +
    ggplot2::scale_y_continuous("Different codes", limits = c(0, NA),
                                breaks = whole_breaks) +
    plot_theme() +
    ggplot2::theme(legend.position = "bottom")
}

saturation_marks <- function(panels, names) {
  marks <- data.frame(
    panel = factor(names, unique(names)),
    from = vapply(panels, function(p) as.numeric(p$mark), 0),
    to = vapply(panels, function(p) as.numeric(p$mark + p$run), 0),
    rule = vapply(panels, `[[`, "", "rule")
  )
  marks <- marks[!is.na(marks$from), ]
  list(
    ggplot2::geom_segment(
      ggplot2::aes(x = .data$from, xend = .data$to, y = 0, yend = 0), marks,
      linewidth = 1.6, colour = "grey35"),
    ggplot2::geom_text(
      ggplot2::aes(x = (.data$from + .data$to) / 2, y = 0, label = .data$rule),
      marks, vjust = -0.7, size = 3)
  )
}
