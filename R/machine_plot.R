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
  if (length(unique(people$machine)) > 1) {
    label <- paste0(label, " | ", people$machine)
  }
  data.frame(
    label = rep(label, 2),
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
  row <- start_rows(canvas, labels, dot_limits(data, to), axis, 0.5)
  graphics::abline(h = seq_along(labels), col = "grey92")
  if (length(to) == 1) graphics::abline(v = to, col = "grey55")
  keys <- draw_dot_rows(data, labels, row)
  draw_caption(caption, canvas)
  draw_top_legend(keys, canvas)
}

dot_style <- function(data) {
  kinds <- dot_kinds(data)
  filled <- sum(kinds %in% data$kind[data$machine])
  hollow <- length(kinds) - filled
  list(names = kinds,
       colours = c(palette_groups(filled), rep("grey30", hollow)),
       shapes = c(rep_len(FOREST_SHAPES[1:4], filled), rep(1, hollow)))
}

# Kinds lie in lanes of a row, from the top in the order of the legend.
dot_heights <- function(data, labels, kinds) {
  lane <- match(data$kind, kinds)
  match(data$label, labels) + 0.7 * (0.5 - (lane - 0.5) / length(kinds))
}

draw_dot_rows <- function(data, labels, row) {
  style <- dot_style(data)
  kind <- match(data$kind, style$names)
  y <- dot_heights(data, labels, style$names)
  graphics::segments(data$low, y, data$high, y, col = style$colours[kind])
  graphics::points(data$at, y, pch = style$shapes[kind],
                   col = style$colours[kind],
                   cex = 1.1 * max(0.4, min(1, row / 0.22)))
  style
}

autoplot_dots <- function(data, axis, caption, to = c(0, 1)) {
  style <- dot_style(data)
  labels <- rev(unique(data$label))
  n <- length(labels)
  data$row <- dot_heights(data, labels, style$names)
  data$kind <- factor(data$kind, style$names)
  ggplot2::ggplot(data, ggplot2::aes(.data$at, .data$row,
                                     colour = .data$kind)) +
    (if (length(to) == 1) ggplot2::geom_vline(xintercept = to,
                                              colour = "grey55")) +
    ggplot2::geom_segment(
      ggplot2::aes(x = .data$low, xend = .data$high, yend = .data$row),
      linewidth = sign_size(n, 0.5), na.rm = TRUE
    ) +
    ggplot2::geom_point(ggplot2::aes(shape = .data$kind), size = sign_size(n),
                        na.rm = TRUE) +
    ggplot2::scale_colour_manual(values = style$colours) +
    ggplot2::scale_shape_manual(values = style$shapes) +
    ggplot2::scale_y_continuous(
      breaks = seq_len(n), labels = row_labels(labels), minor_breaks = NULL,
      limits = c(0.5, n + 0.5)
    ) +
    ggplot2::coord_cartesian(xlim = dot_limits(data, to)) +
    ggplot2::labs(x = axis_title(axis), y = NULL, colour = NULL, shape = NULL,
                  caption = caption) +
    plot_theme() + row_text(n) + ggplot2::theme(legend.position = "top")
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
