# Principal coordinates (Gower 1966): two axes, their share of what positive
# axes hold, participants by group and the groups' hulls and centres.
profile_points <- function(x, codes = 0, call = caller_env()) {
  check_count(codes, max = ncol(x$values), arg = "codes", call = call)
  if (x$status == "no_variation") {
    abort("value", "There is nothing to draw: all profiles are alike.",
          call = call)
  }
  d <- as.matrix(x$distances)
  axes <- principal_axes(d)
  people <- data.frame(x = axes$points[, 1], y = axes$points[, 2],
                       group = as.integer(x$group), name = rownames(d))
  hulls <- lapply(split(people, people$group), function(p) {
    p[grDevices::chull(p$x, p$y), ]
  })
  centres <- stats::aggregate(people[c("x", "y")], people["group"], mean)
  list(people = people, hulls = hulls, centres = centres,
       arrows = code_arrows(x$values, people, codes),
       titles = sprintf("Axis %d (%s)", 1:2, format_percent(axes$share)),
       names = sprintf("%s (n = %d)", x$groups, x$sizes),
       colours = group_style(length(x$groups))$colours,
       shapes = group_style(length(x$groups))$shapes)
}

principal_axes <- function(d) {
  n <- nrow(d)
  centred <- d^2 - rowMeans(d^2)
  found <- eigen((colMeans(centred) - t(centred)) / 2, symmetric = TRUE)
  value <- pmax(found$values, 0)
  value[value < 1e-10 * max(value)] <- 0
  at <- seq_len(min(2, n))
  points <- found$vectors[, at, drop = FALSE] %*%
    diag(sqrt(value[at]), length(at))
  # a sign of its own for each axis, whatever the machine
  turn <- apply(points, 2, function(v) sign(v[which.max(abs(v))]))
  points <- points * rep(ifelse(turn == 0, 1, turn), each = n)
  list(points = cbind(points, 0)[, 1:2], share = (value / sum(value))[1:2])
}

# The codes that go most with the two axes: correlations, drawn to the size of
# the cloud.
code_arrows <- function(values, people, codes) {
  varying <- apply(values, 2, stats::sd) > 0
  if (codes == 0 || !any(varying)) {
    return(NULL)
  }
  axis <- function(v) if (stats::sd(v) > 0) {
    stats::cor(values[, varying, drop = FALSE], v)[, 1]
  } else {
    rep(0, sum(varying))
  }
  r <- data.frame(code = colnames(values)[varying], x = axis(people$x),
                  y = axis(people$y), stringsAsFactors = FALSE)
  r <- utils::head(r[order(-(r$x^2 + r$y^2)), ], codes)
  size <- 0.9 * max(abs(people[c("x", "y")]))
  r[c("x", "y")] <- r[c("x", "y")] * size
  r
}

#' Drawing profiles of participants
#'
#' Participants as points by principal coordinates (Gower 1966) of the distances
#' that were compared: who lies close talks of the same codes. Groups differ in
#' shape as well as in colour and have their hull and centre (a cross), so the
#' figure reads in grey. The axes say what share of the positive eigenvalues
#' they hold.
#'
#' `plot()` fits all names into the size of the figure; `autoplot()` needs
#' ggplot2 and gives a plot to be built on.
#'
#' @param object,x A [compare_profiles()].
#' @param codes Of how many codes arrows are drawn: those whose values go most
#'   with the two axes, as long as their correlations.
#' @param ... Not used.
#' @return `autoplot()` a ggplot, `plot()` its argument, invisibly.
#' @references Gower (1966) Biometrika 53:325-338.
#' @examples
#' study <- simulated_study
#' m <- code_matrix(study$consensus, units(study$transcripts), study$codebook)
#' plot(compare_profiles(m, "group"), codes = 3)
#' @name profile_plot
NULL

#' @rdname profile_plot
#' @export
plot.profile_comparison <- function(x, codes = 0, ...) {
  p <- profile_points(x, codes)
  canvas <- start_canvas()
  on.exit(graphics::par(canvas$old))
  at <- profile_layout(p, canvas)
  draw_profile_axes(p, at)
  for (g in seq_along(p$hulls)) {
    hull <- p$hulls[[g]]
    graphics::polygon(at$x(hull$x), at$y(hull$y), lty = g,
                      border = p$colours[g],
                      col = grDevices::adjustcolor(p$colours[g], 0.08))
  }
  draw_arrows(p$arrows, at)
  graphics::points(at$x(p$people$x), at$y(p$people$y),
                   pch = p$shapes[p$people$group],
                   col = p$colours[p$people$group])
  graphics::points(at$x(p$centres$x), at$y(p$centres$y), pch = 3, cex = 2.2,
                   lwd = 3, col = p$colours[p$centres$group])
  draw_legend(p$names, 0.1, canvas$height - 0.18, canvas$width - 0.2,
              function(x, k, cex) {
                graphics::points(x + 0.06, canvas$height - 0.18,
                                 pch = p$shapes[k], col = p$colours[k])
              }, cex = 0.8)
  invisible(x)
}

# One scale for both axes, the cloud in the middle.
profile_layout <- function(p, canvas) {
  left <- 0.6
  below <- 0.55
  room <- c(canvas$width - left - 0.15, canvas$height - below - 0.4)
  all <- rbind(p$people[c("x", "y")], p$arrows[c("x", "y")])
  range <- vapply(all, base::range, c(0, 0))
  inch <- 1.1 * max(diff(range) / room, 1e-9)
  middle <- colMeans(range)
  list(left = left, below = below, right = left + room[1],
       top = below + room[2],
       x = function(v) left + room[1] / 2 + (v - middle[1]) / inch,
       y = function(v) below + room[2] / 2 + (v - middle[2]) / inch,
       ends = cbind(middle - inch * room / 2, middle + inch * room / 2))
}

draw_profile_axes <- function(p, at) {
  tick <- lapply(1:2, function(k) {
    ticks <- pretty(at$ends[k, ], 5)
    ticks[ticks > at$ends[k, 1] & ticks < at$ends[k, 2]]
  })
  x <- at$x(tick[[1]])
  y <- at$y(tick[[2]])
  graphics::segments(x, at$below, x, at$top, col = "grey92")
  graphics::segments(at$left, y, at$right, col = "grey92")
  graphics::rect(at$left, at$below, at$right, at$top, border = "grey40")
  label <- function(v) format(v, trim = TRUE, drop0trailing = TRUE)
  graphics::text(x, at$below - 0.08, label(tick[[1]]), cex = 0.72,
                 adj = c(0.5, 1))
  graphics::text(at$left - 0.07, y, label(tick[[2]]), cex = 0.72,
                 adj = c(1, 0.5))
  graphics::text((at$left + at$right) / 2, at$below - 0.3, p$titles[1],
                 cex = 0.8, adj = c(0.5, 1))
  graphics::text(0.12, (at$below + at$top) / 2, p$titles[2], cex = 0.8,
                 srt = 90)
}

draw_arrows <- function(arrows, at) {
  if (is.null(arrows)) {
    return(invisible())
  }
  x <- at$x(arrows$x)
  y <- at$y(arrows$y)
  graphics::arrows(at$x(0), at$y(0), x, y, length = 0.07, col = "grey35")
  name <- fit_text(arrows$code, 1.4, 0.4, 0.72, 0.5)
  half <- text_width(name$text, name$cex) / 2
  tall <- count_lines(name$text) * line_height(name$cex) / 2
  y <- y + ifelse(arrows$y < 0, -1, 1) * tall
  graphics::text(pmin(pmax(x, at$left + half), at$right - half),
                 pmin(pmax(y, at$below + tall), at$top - tall), name$text,
                 cex = name$cex, font = 3)
}

#' @rdname profile_plot
#' @exportS3Method ggplot2::autoplot
autoplot.profile_comparison <- function(object, codes = 0, ...) {
  need_package("ggplot2", "autoplot()")
  p <- profile_points(object, codes)
  p$names <- strwrap_labels(p$names, 34)
  aes <- ggplot2::aes
  named <- function(d) {
    d$group <- factor(p$names[d$group], p$names)
    d
  }
  arrows <- p$arrows
  if (!is.null(arrows)) {
    arrows$code <- strwrap_labels(cut_middle(arrows$code, 44), 22)
  }
  ggplot2::ggplot(named(p$people), aes(
    x = .data$x, y = .data$y, colour = .data$group, shape = .data$group)) +
    ggplot2::geom_polygon(
      aes(fill = .data$group, linetype = .data$group),
      named(do.call(rbind, p$hulls)), alpha = 0.08) +
    ggplot2::geom_point(size = 2) +
    ggplot2::geom_point(data = named(p$centres), shape = 3, size = 4,
                        stroke = 1.5, show.legend = FALSE) +
    (if (!is.null(arrows)) list(
      ggplot2::geom_segment(
        aes(x = 0, y = 0, xend = .data$x, yend = .data$y), arrows,
        colour = "grey35", inherit.aes = FALSE,
        arrow = ggplot2::arrow(length = ggplot2::unit(0.07, "inches"))),
      ggplot2::geom_text(
        aes(x = .data$x, y = .data$y, label = .data$code,
            vjust = ifelse(.data$y < 0, 1.4, -0.4)), arrows, size = 2.8,
        fontface = "italic", inherit.aes = FALSE, lineheight = 0.9)
    )) +
    ggplot2::scale_colour_manual(NULL, values = p$colours, drop = FALSE) +
    ggplot2::scale_fill_manual(NULL, values = p$colours, drop = FALSE) +
    ggplot2::scale_shape_manual(NULL, values = p$shapes, drop = FALSE) +
    ggplot2::scale_linetype_manual(
      NULL, values = seq_along(p$names), drop = FALSE) +
    ggplot2::coord_equal(clip = "off") +
    ggplot2::labs(x = p$titles[1], y = p$titles[2]) +
    plot_theme() +
    ggplot2::theme(legend.position = "top", legend.justification = "left")
}
