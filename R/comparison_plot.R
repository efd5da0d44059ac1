# Wilson's interval for one proportion (Wilson 1927).
wilson_limits <- function(k, n, conf_level) {
  z <- stats::qnorm(0.5 + conf_level / 2)
  mid <- (k + z^2 / 2) / (n + z^2)
  half <- z / (n + z^2) * sqrt(k * (n - k) / n + z^2 / 4)
  list(low = pmax(0, mid - half), high = pmin(1, mid + half))
}

# What a plot of a comparison shows: a row per code and group, a row per code
# for the difference, and where amounts are compared the participants.
comparison_points <- function(x, call = caller_env()) {
  if (!nrow(x)) {
    abort("value", "There is no code to draw.", call = call)
  }
  plain <- plain_frame(x)
  rows <- seq_len(nrow(plain))
  groups <- attr(x, "groups")
  list(labels = comparison_labels(x),
       measure = plain$measure[1], names = group_titles(x),
       groups = do.call(rbind, lapply(groups, group_points, x, plain)),
       people = participant_points(x, plain),
       difference = data.frame(row = rows, at = plain$estimate,
                               low = plain$conf.low, high = plain$conf.high))
}

group_titles <- function(x) {
  sprintf("%s (n = %s)", attr(x, "groups"), attr(x, "sizes"))
}

group_points <- function(group, x, plain) {
  k <- plain[[paste0("k.", group)]]
  n <- plain[[paste0("n.", group)]]
  presence <- plain$measure[1] == "presence"
  limits <- if (presence) wilson_limits(k, n, attr(x, "conf_level"))
  data.frame(row = seq_along(k), group = match(group, attr(x, "groups")),
             at = if (presence) k / n else plain[[paste0("mean.", group)]],
             low = limits$low %||% NA_real_, high = limits$high %||% NA_real_)
}

participant_points <- function(x, plain) {
  values <- attr(x, "values")
  if (plain$measure[1] == "presence" || is.null(values)) {
    return(NULL)
  }
  values <- values[, match(plain$code, colnames(values)), drop = FALSE]
  people <- data.frame(row = as.vector(col(values)),
                       group = rep(rep(1:2, attr(x, "sizes")), ncol(values)),
                       at = as.vector(values))
  people[!is.na(people$at), ]
}

# Groups stand one above the other, but for means alone, joined on one line.
group_nudge <- function(d, p) {
  apart <- p$measure == "presence" || !is.null(p$people)
  (if (apart) 0.2 else 0) * c(1, -1)[d$group]
}

# Points that would lie upon each other, moved apart: 0, 1, -1, 2, -2 ...
spread_points <- function(people, range) {
  bin <- round(people$at / diff(range) * 50)
  turn <- stats::ave(seq_along(bin), people$row, people$group, bin,
                     FUN = function(v) seq_along(v) - 1)
  step <- ceiling(turn / 2) * ifelse(turn %% 2, 1, -1)
  pmax(-4, pmin(4, step))
}

amount_title <- function(x) {
  c(presence = "Participants who mention it",
    count = sprintf("Number of %ss", attr(x, "unit")),
    share = sprintf("Share of %ss", attr(x, "unit")))[[x$measure[1]]]
}

effect_title <- function(x) {
  name <- if (x$effect[1] == "risk difference") "Difference" else
    "Cliff's delta"
  groups <- attr(x, "groups")
  sprintf("%s, %s minus %s", name, groups[1], groups[2])
}

#' Drawing a comparison
#'
#' Two panels: on the left each group's percentage of participants with its
#' Wilson interval or, for counts and shares, a point for every participant with
#' a bar at the group's mean; on the right the effect with its interval. Groups
#' differ in shape as well as in colour, so the figure reads in grey.
#'
#' `plot()` fits all names into the size of the figure (they are wrapped and
#' shrunk); `autoplot()` needs ggplot2 and gives a plot to be built on.
#' Participants are drawn while there are 20,000 values or fewer, else the means
#' alone.
#'
#' @param object,x A [compare_groups()].
#' @param ... Not used.
#' @return `autoplot()` a ggplot, `plot()` its argument, invisibly.
#' @examples
#' study <- simulated_study
#' m <- code_matrix(study$consensus, units(study$transcripts), study$codebook)
#' plot(compare_groups(m, "group", measure = "share"))
#' @name comparison_plot
NULL

#' @rdname comparison_plot
#' @export
plot.group_comparison <- function(x, ...) {
  p <- comparison_points(x)
  canvas <- start_canvas()
  on.exit(graphics::par(canvas$old))
  at <- comparison_layout(p, canvas)
  left <- panel_axis(amount_range(p), at$left, at)
  right <- panel_axis(effect_range(p), at$right, at)
  draw_panel(left, at, amount_title(x), p$measure != "count")
  draw_panel(right, at, effect_title(x), FALSE)
  graphics::text(at$left[1] - 0.1, at$y, at$labels$text, cex = at$labels$cex,
                 adj = c(1, 0.5))
  draw_groups(p, left, at)
  draw_difference(p, right, at)
  from <- legend_start(p, at, canvas)
  draw_legend(p$names, from, at$legend, canvas$width - from,
              function(x, k, cex) {
                graphics::points(x + 0.06, at$legend, pch = GROUP_SHAPES[k],
                                 col = GROUP_COLOURS[k], cex = 0.9)
              }, cex = 0.8)
  invisible(x)
}

# Long names of groups have the whole width.
legend_start <- function(p, at, canvas) {
  long <- sum(text_width(p$names, 0.8) + 0.35) > canvas$width - at$left[1]
  if (long) 0.1 else at$left[1]
}

comparison_layout <- function(p, canvas) {
  n <- length(p$labels)
  below <- 0.72
  above <- 0.36
  row <- min(0.9, max(0.04, (canvas$height - below - above) / n))
  labels <- fit_text(p$labels, 0.3 * canvas$width, row * 0.95, 0.8, 0.45)
  from <- labels$width + 0.22
  width <- max(0.3, (canvas$width - from - 0.3 - 0.15) / 2)
  top <- canvas$height - above
  list(labels = labels, row = row, top = top, floor = top - n * row,
       y = top - (seq_len(n) - 0.5) * row, legend = canvas$height - 0.18,
       left = c(from, from + width),
       right = c(from + width + 0.3, from + 2 * width + 0.3))
}

amount_range <- function(p) {
  if (p$measure == "presence") {
    return(c(0, 1))
  }
  c(0, max(p$groups$at, p$people$at, 1e-6, na.rm = TRUE) * 1.04)
}

effect_range <- function(p) {
  range <- range(0, p$difference[c("at", "low", "high")], na.rm = TRUE)
  if (diff(range) == 0) c(-1, 1) else range + c(-0.03, 0.03) * diff(range)
}

# Values of `range` to inches between `ends`.
panel_axis <- function(range, ends, at) {
  inches <- function(v) {
    ends[1] + (v - range[1]) / diff(range) * diff(ends)
  }
  wanted <- if (diff(ends) < 1.6) 3 else 4
  ticks <- pretty(range, wanted)
  list(inches = inches, ends = ends, range = range,
       ticks = ticks[ticks >= range[1] - 1e-9 & ticks <= range[2] + 1e-9])
}

draw_panel <- function(panel, at, title, percent) {
  graphics::segments(panel$ends[1], at$y + at$row / 2, panel$ends[2],
                     col = "grey90")
  x <- panel$inches(panel$ticks)
  graphics::segments(x, at$floor, x, at$top, col = "grey90")
  zero <- panel$inches(0)
  graphics::segments(zero, at$floor, zero, at$top, col = "grey55")
  graphics::segments(panel$ends[1], at$floor, panel$ends[2])
  graphics::segments(x, at$floor, x, at$floor - 0.05)
  labels <- if (percent) percent_labels(panel$ticks) else
    format(panel$ticks, trim = TRUE, drop0trailing = TRUE, digits = 3)
  graphics::text(x, at$floor - 0.09, labels, cex = 0.72, adj = c(0.5, 1))
  title <- fit_text(title, diff(panel$ends) + 0.2, 0.4, 0.8, 0.5)
  graphics::text(mean(panel$ends), at$floor - 0.28, title$text,
                 cex = title$cex, adj = c(0.5, 1))
}

draw_groups <- function(p, panel, at) {
  y <- function(d) at$y[d$row] + at$row * group_nudge(d, p)
  size <- max(0.4, min(1.1, at$row * 2.2))
  if (!is.null(p$people)) {
    apart <- spread_points(p$people, panel$range) * at$row * 0.045
    graphics::points(panel$inches(p$people$at), y(p$people) + apart,
                     pch = GROUP_SHAPES[p$people$group], cex = size * 0.75,
                     col = grDevices::adjustcolor(GROUP_COLOURS, 0.5)[
                       p$people$group])
    graphics::segments(panel$inches(p$groups$at), y(p$groups) - at$row * 0.17,
                       y1 = y(p$groups) + at$row * 0.17, lwd = 3,
                       col = GROUP_COLOURS[p$groups$group])
    return(invisible())
  }
  if (p$measure != "presence") {
    ends <- matrix(panel$inches(p$groups$at), ncol = 2)
    graphics::segments(ends[, 1], at$y, ends[, 2], col = "grey70")
  }
  colour <- GROUP_COLOURS[p$groups$group]
  graphics::segments(panel$inches(p$groups$low), y(p$groups),
                     panel$inches(p$groups$high), lwd = 1.6, col = colour)
  graphics::points(panel$inches(p$groups$at), y(p$groups), cex = size,
                   pch = GROUP_SHAPES[p$groups$group], col = colour)
}

draw_difference <- function(p, panel, at) {
  y <- at$y[p$difference$row]
  graphics::segments(panel$inches(p$difference$low), y,
                     panel$inches(p$difference$high), lwd = 1.4)
  graphics::points(panel$inches(p$difference$at), y, pch = 18,
                   cex = max(0.6, min(1.3, at$row * 2.5)))
}

#' @rdname comparison_plot
#' @exportS3Method ggplot2::autoplot
autoplot.group_comparison <- function(object, ...) {
  need_package("ggplot2", "autoplot()")
  p <- comparison_points(object)
  n <- length(p$labels)
  p$names <- strwrap_labels(p$names, 40)
  panels <- c(amount_title(object), effect_title(object))
  panel <- function(k) factor(panels[k], panels)
  labels <- row_labels(p$labels)
  place <- function(d, nudge) {
    d$y <- n + 1 - d$row + nudge
    d$group <- factor(p$names[d$group], p$names)
    d$panel <- panel(1)
    d
  }
  groups <- place(p$groups, group_nudge(p$groups, p))
  apart <- p$difference
  apart$y <- n + 1 - apart$row
  apart$panel <- panel(2)
  ends <- data.frame(panel = panel(1), x = amount_range(p))
  zero <- data.frame(panel = panel(1:2), x = 0)
  aes <- ggplot2::aes
  plot <- ggplot2::ggplot(mapping = aes(y = .data$y)) +
    ggplot2::geom_blank(aes(x = .data$x, y = 1), ends) +
    ggplot2::geom_vline(aes(xintercept = .data$x), zero, colour = "grey60")
  plot <- if (is.null(p$people)) {
    plot + interval_layers(groups, sign_size(n, 2.6))
  } else {
    spread <- 0.035 * spread_points(p$people, amount_range(p))
    plot + people_layers(groups, place(
      p$people, group_nudge(p$people, p) + spread))
  }
  plot +
    ggplot2::geom_segment(
      aes(x = .data$low, xend = .data$high, yend = .data$y),
      apart[!is.na(apart$low), ], linewidth = sign_size(n, 0.5)) +
    ggplot2::geom_point(aes(x = .data$at), apart[!is.na(apart$at), ],
                        shape = 18, size = sign_size(n, 3)) +
    ggplot2::facet_grid(
      cols = ggplot2::vars(.data$panel), scales = "free_x",
      labeller = ggplot2::label_wrap_gen(width = 40)) +
    ggplot2::scale_y_continuous(
      NULL, breaks = seq_len(n), minor_breaks = NULL,
      labels = rev(labels),
      expand = ggplot2::expansion(add = 0.5)) +
    ggplot2::scale_colour_manual(NULL, values = GROUP_COLOURS, drop = FALSE) +
    ggplot2::scale_shape_manual(NULL, values = GROUP_SHAPES, drop = FALSE) +
    ggplot2::scale_x_continuous(
      NULL, labels = amount_labels(p$measure, amount_range(p))) +
    plot_theme() + row_text(n) +
    ggplot2::theme(legend.position = "top", legend.justification = "left")
}

# One scale serves both panels: ticks below zero, or of an effect, stay numbers.
amount_labels <- function(measure, range) {
  if (measure == "count") {
    return(ggplot2::waiver())
  }
  function(at) {
    effect <- any(at < 0, na.rm = TRUE) ||
      max(at, na.rm = TRUE) > range[2] * 1.1
    if (effect) format(at, trim = TRUE) else percent_labels(at)
  }
}

interval_layers <- function(groups, size) {
  aes <- ggplot2::aes
  list(
    if (all(is.na(groups$low))) ggplot2::geom_line(
      aes(x = .data$at, group = .data$row), groups, colour = "grey70",
      orientation = "y"),
    ggplot2::geom_segment(aes(x = .data$low, xend = .data$high,
                              yend = .data$y, colour = .data$group),
                          groups[!is.na(groups$low), ],
                          linewidth = size / 5),
    ggplot2::geom_point(aes(x = .data$at, shape = .data$group,
                            colour = .data$group), groups, size = size)
  )
}

people_layers <- function(groups, people) {
  aes <- ggplot2::aes
  list(
    ggplot2::geom_point(aes(x = .data$at, shape = .data$group,
                            colour = .data$group), people, alpha = 0.5,
                        size = 1.6),
    ggplot2::geom_segment(aes(x = .data$at, xend = .data$at,
                              y = .data$y - 0.17, yend = .data$y + 0.17,
                              colour = .data$group), groups,
                          linewidth = 1.2, show.legend = FALSE)
  )
}
