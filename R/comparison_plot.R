# Wilson's interval for one proportion (Wilson 1927).
wilson_limits <- function(k, n, conf_level) {
  z <- stats::qnorm(0.5 + conf_level / 2)
  mid <- (k + z^2 / 2) / (n + z^2)
  half <- z / (n + z^2) * sqrt(k * (n - k) / n + z^2 / 4)
  list(low = pmax(0, mid - half), high = pmin(1, mid + half))
}

# What a plot of a comparison shows: a row per code and group, and a row per
# code for the difference.
comparison_points <- function(x) {
  plain <- comparison_frame(x)
  groups <- attr(x, "groups")
  presence <- plain$measure[1] == "presence"
  rows <- lapply(groups, function(g) {
    k <- plain[[paste0("k.", g)]]
    n <- plain[[paste0("n.", g)]]
    mean <- plain[[paste0("mean.", g)]] *
      if (plain$measure[1] == "share") 100 else 1
    limits <- wilson_limits(k, n, attr(x, "conf_level"))
    data.frame(code = plain$code, group = g,
               at = if (presence) k / n else mean,
               low = if (presence) limits$low else NA_real_,
               high = if (presence) limits$high else NA_real_,
               stringsAsFactors = FALSE)
  })
  groups_of <- do.call(rbind, rows)
  groups_of$group <- factor(groups_of$group, groups)
  list(groups = groups_of, presence = presence,
       difference = data.frame(code = plain$code, at = plain$estimate,
                               low = plain$conf.low, high = plain$conf.high,
                               stringsAsFactors = FALSE))
}

amount_title <- function(x) {
  c(presence = "Participants who mention it",
    count = sprintf("Mean number of %ss", attr(x, "unit")),
    share = sprintf("Mean percentage of %ss", attr(x, "unit")))[[x$measure[1]]]
}

effect_title <- function(x) {
  name <- if (x$effect[1] == "risk difference") "Difference" else
    "Cliff's delta"
  groups <- attr(x, "groups")
  sprintf("%s: %s - %s", name, groups[1], groups[2])
}

check_rows <- function(x, call = caller_env()) {
  if (!nrow(x)) {
    abort("value", "There is no code to draw.", call = call)
  }
}

#' Drawing a comparison
#'
#' Two panels: on the left each group's percentage of participants with its
#' Wilson interval (or, for counts and shares, each group's mean), joined by a
#' line; on the right the effect with its interval. Groups differ in shape as
#' well as in colour, so the figure reads in grey. `autoplot()` needs ggplot2,
#' `plot()` does not.
#'
#' @param object,x A [compare_groups()].
#' @param ... Not used.
#' @return `autoplot()` a ggplot, `plot()` its argument, invisibly.
#' @examples
#' study <- simulated_study
#' m <- code_matrix(study$consensus, units(study$transcripts), study$codebook)
#' plot(compare_groups(m, "group", level = "code"))
#' @name comparison_plot
NULL

#' @rdname comparison_plot
#' @exportS3Method ggplot2::autoplot
autoplot.group_comparison <- function(object, ...) {
  need_package("ggplot2", "autoplot()")
  check_rows(object)
  p <- comparison_points(object)
  codes <- rev(object$code)
  left <- amount_title(object)
  right <- effect_title(object)
  panels <- c(left, right)
  groups <- p$groups
  groups$panel <- factor(left, panels)
  nudge <- if (p$presence) 0.14 else 0
  nudge <- nudge * c(1, -1)[as.integer(groups$group)]
  groups$y <- match(groups$code, codes) + nudge
  apart <- p$difference
  apart$panel <- factor(right, panels)
  apart$y <- match(apart$code, codes)
  zero <- data.frame(panel = factor(right, panels), x = 0)
  ends <- data.frame(panel = factor(left, panels),
                     x = if (p$presence) c(0, 1) else 0)
  aes <- ggplot2::aes
  out <- ggplot2::ggplot(mapping = aes(y = .data$y)) +
    ggplot2::geom_blank(aes(x = .data$x, y = 1), ends) +
    ggplot2::geom_vline(aes(xintercept = .data$x), zero, colour = "grey60") +
    ggplot2::geom_line(aes(x = .data$at, group = .data$code), groups,
                       colour = "grey70", orientation = "y") +
    ggplot2::geom_point(aes(x = .data$at, shape = .data$group,
                            colour = .data$group), groups, size = 2.6) +
    ggplot2::geom_segment(
      aes(x = .data$low, xend = .data$high, yend = .data$y),
      apart[!is.na(apart$low), ]) +
    ggplot2::geom_point(aes(x = .data$at), apart, shape = 18, size = 3) +
    ggplot2::facet_grid(cols = ggplot2::vars(.data$panel), scales = "free_x") +
    ggplot2::scale_y_continuous(NULL, breaks = seq_along(codes),
                                labels = strwrap_labels(codes, 28),
                                expand = ggplot2::expansion(add = 0.5)) +
    ggplot2::scale_colour_manual(NULL, values = palette_groups(2)) +
    ggplot2::scale_shape_manual(NULL, values = c(16, 2)) +
    ggplot2::scale_x_continuous(
      NULL, labels = if (p$presence) percent_or_points else ggplot2::waiver()) +
    plot_theme() +
    ggplot2::theme(legend.position = "top")
  if (p$presence) {
    out <- out + ggplot2::geom_segment(
      aes(x = .data$low, xend = .data$high, yend = .data$y,
          colour = .data$group), groups, alpha = 0.7)
  }
  out
}

percent_or_points <- function(x) {
  ifelse(is.na(x), NA, paste0(format(round(100 * x, 1), trim = TRUE), "%"))
}

strwrap_labels <- function(x, width) {
  vapply(x, function(s) paste(strwrap(s, width), collapse = "\n"), "",
         USE.NAMES = FALSE)
}

plot_theme <- function() {
  ggplot2::theme_bw(base_size = 10) +
    ggplot2::theme(panel.grid.minor = ggplot2::element_blank(),
                   strip.background = ggplot2::element_rect(fill = "grey92"),
                   legend.margin = ggplot2::margin(0, 0, 0, 0))
}

#' @rdname comparison_plot
#' @export
plot.group_comparison <- function(x, ...) {
  check_rows(x)
  p <- comparison_points(x)
  codes <- rev(x$code)
  labels <- strwrap_labels(codes, 28)
  lines <- unlist(strsplit(labels, "\n", fixed = TRUE))
  inches <- max(graphics::strwidth(lines, "inches"), 0.5) * 0.8
  old <- graphics::par(mfrow = c(1, 2), mai = c(0.8, inches + 0.3, 0.7, 0.1))
  on.exit(graphics::par(old))
  draw_groups(x, p, codes, labels)
  graphics::par(mai = c(0.8, 0.2, 0.7, 0.2))
  draw_difference(x, p, codes)
  invisible(x)
}

draw_groups <- function(x, p, codes, labels) {
  groups <- attr(x, "groups")
  colours <- palette_groups(2)
  y <- match(p$groups$code, codes) +
    (if (p$presence) 0.12 else 0) * c(1, -1)[as.integer(p$groups$group)]
  range <- if (p$presence) c(0, 1) else c(0, max(p$groups$at) * 1.05)
  graphics::plot(range, c(0.5, length(codes) + 0.5), type = "n", yaxt = "n",
                 xaxt = "n", ylab = "", xlab = amount_title(x))
  ticks <- graphics::axTicks(1)
  graphics::axis(1, ticks, if (p$presence) percent_or_points(ticks) else ticks)
  graphics::axis(2, seq_along(codes), labels, las = 1, cex.axis = 0.8,
                 tick = FALSE)
  graphics::segments(p$groups$low, y, p$groups$high, y,
                     col = colours[as.integer(p$groups$group)])
  graphics::points(p$groups$at, y, pch = c(16, 2)[as.integer(p$groups$group)],
                   col = colours[as.integer(p$groups$group)])
  graphics::legend("top", groups, pch = c(16, 2), col = colours, horiz = TRUE,
                   bty = "n", xpd = NA, inset = c(0, -0.14), cex = 0.8)
}

draw_difference <- function(x, p, codes) {
  y <- match(p$difference$code, codes)
  graphics::plot(range(0, p$difference[c("at", "low", "high")], na.rm = TRUE),
                 c(0.5, length(codes) + 0.5), type = "n", yaxt = "n",
                 ylab = "", xlab = effect_title(x))
  graphics::abline(v = 0, col = "grey60")
  graphics::segments(p$difference$low, y, p$difference$high, y)
  graphics::points(p$difference$at, y, pch = 18)
}

#' Drawing participants by codes
#'
#' A tile for every participant and code, darker the more units carry the code,
#' empty where none does: who speaks of what, and how people of one group differ
#' among themselves.
#'
#' @param object,x A [code_matrix()].
#' @param group The participants' attribute by which rows stand together, or
#'   `NULL`.
#' @param level `"code"` or `"theme"`.
#' @param measure `"count"` (units), `"share"` of the participant's units, or
#'   `"presence"`.
#' @param ... Not used.
#' @return `autoplot()` a ggplot, `plot()` its argument, invisibly.
#' @examples
#' study <- simulated_study
#' m <- code_matrix(study$consensus, units(study$transcripts), study$codebook)
#' plot(m, group = "group")
#' @name code_matrix_plot
NULL

tile_values <- function(x, group, level, measure) {
  counts <- level_matrix(x, level)
  values <- switch(measure, count = counts,
                   share = counts / x$participants$units,
                   presence = (counts > 0) + 0)
  rows <- if (is.null(group)) rep("", nrow(counts)) else {
    check_columns(x$participants, group, arg = "participants")
    as.character(x$participants[[group]])
  }
  columns <- if (level == "code") x$codebook$theme else rep("", ncol(counts))
  list(values = values, rows = rows, columns = columns)
}

tile_title <- function(x, measure) {
  c(count = sprintf("%ss", x$unit), share = sprintf("share of %ss", x$unit),
    presence = "mentioned")[[measure]]
}

whole_breaks <- function(limits) {
  at <- pretty(limits, 4)
  at[at == round(at) & at >= limits[1] & at <= limits[2]]
}

#' @rdname code_matrix_plot
#' @exportS3Method ggplot2::autoplot
autoplot.code_matrix <- function(object, group = NULL,
                                 level = c("code", "theme"),
                                 measure = c("count", "share", "presence"),
                                 ...) {
  need_package("ggplot2", "autoplot()")
  level <- check_choice(level, c("code", "theme"))
  measure <- check_choice(measure, c("count", "share", "presence"))
  tiles <- tile_values(object, group, level, measure)
  names <- dimnames(tiles$values)
  data <- expand.grid(participant = names[[1]], code = names[[2]],
                      stringsAsFactors = FALSE)
  data$value <- as.vector(tiles$values)
  data$value[data$value == 0] <- NA
  data$row <- factor(rep(tiles$rows, ncol(tiles$values)), unique(tiles$rows))
  data$column <- factor(rep(tiles$columns, each = nrow(tiles$values)),
                        unique(tiles$columns))
  levels(data$column) <- strwrap_labels(levels(data$column), 14)
  data$participant <- factor(data$participant, rev(names[[1]]))
  data$code <- factor(data$code, names[[2]])
  labels <- if (measure == "share") percent_or_points else ggplot2::waiver()
  breaks <- if (measure == "count") whole_breaks else ggplot2::waiver()
  ggplot2::ggplot(data, ggplot2::aes(x = .data$code, y = .data$participant,
                                     fill = .data$value)) +
    ggplot2::geom_tile(colour = "grey80") +
    ggplot2::facet_grid(
      rows = if (!is.null(group)) ggplot2::vars(.data$row),
      cols = if (level == "code") ggplot2::vars(.data$column),
      scales = "free", space = "free") +
    ggplot2::scale_fill_gradient(tile_title(object, measure), low = "#C6DBEF",
                                 high = "#08306B", na.value = "white",
                                 labels = labels, breaks = breaks,
                                 guide = if (measure == "presence") "none"
                                 else "colourbar") +
    ggplot2::scale_x_discrete(NULL, expand = c(0, 0)) +
    ggplot2::scale_y_discrete(NULL, expand = c(0, 0)) +
    plot_theme() +
    ggplot2::theme(
      axis.text.x = ggplot2::element_text(angle = 90, hjust = 1, vjust = 0.5),
      panel.grid = ggplot2::element_blank(),
      panel.spacing = ggplot2::unit(3, "pt")
    )
}

#' @rdname code_matrix_plot
#' @export
plot.code_matrix <- function(x, group = NULL, level = c("code", "theme"),
                             measure = c("count", "share", "presence"), ...) {
  level <- check_choice(level, c("code", "theme"))
  measure <- check_choice(measure, c("count", "share", "presence"))
  tiles <- tile_values(x, group, level, measure)
  order <- rev(order(match(tiles$rows, unique(tiles$rows))))
  values <- t(tiles$values[order, , drop = FALSE])
  values[values == 0] <- NA
  people <- colnames(values)
  if (!is.null(group)) people <- paste(tiles$rows[order], people)
  old <- graphics::par(mai = c(
    max(graphics::strwidth(rownames(values), "inches")) + 0.3,
    max(graphics::strwidth(people, "inches")) + 0.35, 0.5, 0.1))
  on.exit(graphics::par(old))
  blues <- grDevices::colorRampPalette(c("#C6DBEF", "#08306B"))(50)
  graphics::image(seq_len(nrow(values)), seq_len(ncol(values)), values,
                  col = blues, axes = FALSE, xlab = "", ylab = "",
                  main = sprintf("%s (darker is more)",
                                 tile_title(x, measure)),
                  cex.main = 0.9)
  graphics::box()
  graphics::abline(v = seq_len(nrow(values)) + 0.5, col = "grey85")
  graphics::abline(h = seq_len(ncol(values)) + 0.5, col = "grey85")
  bounds <- which(diff(match(tiles$rows[order], unique(tiles$rows))) != 0)
  graphics::abline(h = bounds + 0.5, lwd = 2)
  graphics::axis(1, seq_len(nrow(values)), rownames(values), las = 2,
                 tick = FALSE)
  graphics::axis(2, seq_len(ncol(values)), people, las = 1, tick = FALSE)
  invisible(x)
}
