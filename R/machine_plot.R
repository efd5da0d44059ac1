#' Dot plots of people and machines side by side
#'
#' For [agreement_machine()] a row for each code: a hollow point for each
#' person, at the mean agreement with the other people; a filled one for each
#' machine, at its mean agreement with people, with its interval as a line. For
#' [alternative_annotator_test()] a row for each person left out (and code): how
#' often the machine is at least as close to the others (filled, with its
#' interval), how often the person is (hollow).
#'
#' `autoplot()` needs ggplot2; `plot()` draws the same with base graphics.
#'
#' @param object,x An [agreement_machine()] or [alternative_annotator_test()].
#' @param ... Not used.
#' @return `autoplot()` a ggplot; `plot()` its argument, invisibly.
#' @name machine_plot
#' @examples
#' x <- ratings(cbind(Ann = c(1, 2, 2, 1, 3, 1, 2, 3, 3, 1, 2, 2),
#'                    Ben = c(1, 2, 1, 1, 3, 1, 2, 3, 2, 1, 2, 1),
#'                    model = c(1, 2, 1, 1, 3, 2, 2, 3, 3, 1, 2, 2)))
#' plot(agreement_machine(x, "model", replicates = 200, seed = 1))
NULL

# Rows of points: label (of the row), kind, at, low, high, machine.
contest_dots <- function(x, call = caller_env()) {
  people <- attr(x, "people")
  if (!nrow(x) || !any(people$units > 0)) {
    abort("value", "There is nothing to draw.", call = call)
  }
  coded <- length(unique(people$code)) > 1 || !all(is.na(people$code))
  label <- if (coded) paste0(people$code, ", ", people$coder) else people$coder
  several <- length(unique(people$machine)) > 1
  data.frame(
    label = rep(if (several) paste0(label, " | ", people$machine) else label, 2),
    kind = c(people$machine, rep("person left out", nrow(people))),
    at = c(people$advantage, people$person.advantage),
    low = c(people$conf.low, rep(NA, nrow(people))),
    high = c(people$conf.high, rep(NA, nrow(people))),
    machine = rep(c(TRUE, FALSE), each = nrow(people))
  )
}

machine_dots <- function(x, call = caller_env()) {
  coders <- attr(x, "coders")
  if (!nrow(x) || all(is.na(coders$estimate))) {
    abort("value", "There is nothing to draw.", call = call)
  }
  coded <- length(unique(coders$code)) > 1 || !all(is.na(coders$code))
  data.frame(
    label = if (coded) coders$code else coders$coder,
    kind = ifelse(coders$machine, coders$coder, "people"),
    at = coders$estimate, low = ifelse(coders$machine, coders$conf.low, NA),
    high = ifelse(coders$machine, coders$conf.high, NA),
    machine = coders$machine
  )
}

dot_limits <- function(data, to = c(0, 1)) {
  seen <- range(c(to, data$at, data$low, data$high), na.rm = TRUE)
  c(floor(seen[1] * 10) / 10, ceiling(seen[2] * 10) / 10)
}

dot_kinds <- function(data) {
  c(unique(data$kind[data$machine]), unique(data$kind[!data$machine]))
}

# `to` is in sight; where it is one value a line marks it.
draw_dots <- function(data, axis, caption, to = c(0, 1)) {
  canvas <- start_canvas()
  on.exit(graphics::par(canvas$old))
  labels <- rev(unique(data$label))
  row <- max(0.04, (canvas$height - 1.5) / length(labels))
  shown <- fit_text(labels, 0.35 * canvas$width, row, 0.8, 0.3)
  graphics::par(mai = c(1, shown$width + 0.3, 0.5, 0.2), xpd = FALSE,
                new = TRUE)
  graphics::plot.default(NA, xlim = dot_limits(data, to),
                         ylim = c(0.5, length(labels) + 0.5), xlab = "",
                         ylab = "", xaxt = "n", yaxt = "n", bty = "n")
  graphics::axis(1, cex.axis = 0.8, mgp = c(3, 0.6, 0))
  draw_axis_title(axis, canvas$width - shown$width - 0.5)
  edge <- graphics::grconvertX((shown$width + 0.2) / canvas$width, "nfc")
  graphics::text(edge, seq_along(labels), shown$text, adj = c(1, 0.5),
                 xpd = NA, cex = shown$cex)
  graphics::abline(h = seq_along(labels), col = "grey92")
  if (length(to) == 1) graphics::abline(v = to, col = "grey55")
  keys <- draw_dot_rows(data, labels, row)
  draw_caption(caption, canvas)
  draw_top_legend(keys, canvas)
}

# Machines stand a little above the people of their row.
draw_dot_rows <- function(data, labels, row) {
  kinds <- dot_kinds(data)
  kind <- match(data$kind, kinds)
  filled <- sum(kinds %in% data$kind[data$machine])
  lift <- ifelse(data$machine, 0.3 * kind / (filled + 1), 0)
  y <- match(data$label, labels) + lift
  colours <- c(palette_groups(filled), rep("grey30", length(kinds) - filled))
  shapes <- c(rep_len(FOREST_SHAPES[1:4], filled),
              rep(1, length(kinds) - filled))
  size <- 1.1 * max(0.4, min(1, row / 0.22))
  graphics::segments(data$low, y, data$high, y, col = colours[kind])
  graphics::points(data$at, y, pch = shapes[kind], col = colours[kind],
                   cex = size)
  list(names = kinds, colours = colours, shapes = shapes)
}

autoplot_dots <- function(data, axis, caption, to = c(0, 1)) {
  kinds <- dot_kinds(data)
  filled <- sum(kinds %in% data$kind[data$machine])
  data$kind <- factor(data$kind, kinds)
  data$label <- factor(data$label, rev(unique(data$label)))
  lift <- ifelse(data$machine, 0.3 * as.integer(data$kind) / (filled + 1), 0)
  data$row <- as.integer(data$label) + lift
  ggplot2::ggplot(data, ggplot2::aes(.data$at, .data$row,
                                     colour = .data$kind)) +
    (if (length(to) == 1) ggplot2::geom_vline(xintercept = to,
                                              colour = "grey55")) +
    ggplot2::geom_segment(
      ggplot2::aes(x = .data$low, xend = .data$high, yend = .data$row),
      na.rm = TRUE
    ) +
    ggplot2::geom_point(ggplot2::aes(shape = .data$kind), size = 2.4,
                        na.rm = TRUE) +
    ggplot2::scale_colour_manual(values = stats::setNames(
      c(palette_groups(filled), rep("grey30", length(kinds) - filled)), kinds
    )) +
    ggplot2::scale_shape_manual(values = stats::setNames(
      c(rep_len(FOREST_SHAPES[1:4], filled), rep(1, length(kinds) - filled)),
      kinds
    )) +
    ggplot2::scale_y_continuous(
      breaks = seq_along(levels(data$label)),
      labels = strwrap_labels(levels(data$label), 34), minor_breaks = NULL,
      limits = c(0.6, nlevels(data$label) + 0.5)
    ) +
    ggplot2::coord_cartesian(xlim = dot_limits(data, to)) +
    ggplot2::labs(x = axis, y = NULL, colour = NULL, shape = NULL,
                  caption = caption) +
    plot_theme() + ggplot2::theme(legend.position = "top")
}

dot_caption <- function(x) {
  sprintf("Lines: %g%% intervals.", 100 * attr_or(x, "conf_level", 0.95))
}

CONTEST_AXIS <- "Share of units at least as close to the other people"

#' @rdname machine_plot
#' @export
plot.alternative_annotator_test <- function(x, ...) {
  draw_dots(contest_dots(x), CONTEST_AXIS, dot_caption(x))
  invisible(x)
}

#' @rdname machine_plot
#' @exportS3Method ggplot2::autoplot
autoplot.alternative_annotator_test <- function(object, ...) {
  need_package("ggplot2", "autoplot()")
  autoplot_dots(contest_dots(object), CONTEST_AXIS, dot_caption(object))
}

machine_axis <- function(x) {
  sprintf("Mean agreement with people: %s",
          coefficient_label(x$coefficient[1], x$level[1], x$weights[1]))
}

machine_caption <- function(x) {
  if (attr_or(x, "ci", "none") == "none") "" else dot_caption(x)
}

#' @rdname machine_plot
#' @export
plot.agreement_machine <- function(x, ...) {
  draw_dots(machine_dots(x), machine_axis(x), machine_caption(x))
  invisible(x)
}

#' @rdname machine_plot
#' @exportS3Method ggplot2::autoplot
autoplot.agreement_machine <- function(object, ...) {
  need_package("ggplot2", "autoplot()")
  autoplot_dots(machine_dots(object), machine_axis(object),
                machine_caption(object))
}
