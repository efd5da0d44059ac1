#' Printing and drawing what groups can show
#'
#' `format()` gives the table that is printed and knitted. `plot()` and
#' `autoplot()` draw the power over whatever has most values, the proportions of
#' the first group, those of the second or the size of the first; with a line
#' for each combination of the rest.
#'
#' @param x,object A [power_groups()] or [detectable_difference()].
#' @param digits Decimal places.
#' @param caption Caption of a knitted table.
#' @param ... Not used.
#' @return `format()` and `tidy()` a data frame, `autoplot()` a ggplot, the
#'   others their argument, invisibly.
#' @name power_print
#' @examples
#' x <- power_groups(seq(0, 1, 0.05), 0.2, 11, 10,
#'                   test = c("boschloo", "fisher"))
#' plot(x)
NULL

same_all <- function(v) length(unique(v)) <= 1

#' @rdname power_print
#' @export
format.power_groups <- function(x, digits = 2, ...) {
  wanted <- attr(x, "wanted")
  x <- plain_frame(x)
  out <- list(
    test = if (!same_all(x$test)) x$test,
    p1 = format_number(x$p1, digits), p2 = format_number(x$p2, digits),
    n1 = format_whole(x$n1), n2 = format_whole(x$n2),
    power = format_number(x$power, digits + 1),
    "false alarm" = format_number(x$size, digits + 1),
    "first reached at" = if (!is.null(wanted))
      sprintf("%s v %s", format_whole(x$first.n1), format_whole(x$first.n2))
  )
  data.frame(out[!vapply(out, is.null, NA)], check.names = FALSE)
}

#' @rdname power_print
#' @export
format.detectable_difference <- function(x, digits = 2, ...) {
  x <- plain_frame(x)
  one <- function(p1, difference) {
    none <- is.na(p1)
    out <- sprintf("%s (%s%s)", format_number(p1, digits),
                   ifelse(!none & difference > 0, "+", ""),
                   format_number(difference, digits))
    out[none] <- "none"
    out
  }
  out <- list(
    test = if (!same_all(x$test)) x$test,
    n1 = format_whole(x$n1), n2 = format_whole(x$n2),
    power = if (!same_all(x$power)) format_number(x$power, digits),
    p2 = format_number(x$p2, digits),
    "p1 at most" = if (x$alternative[1] != "greater")
      one(x$p1.below, x$difference.below),
    "p1 at least" = if (x$alternative[1] != "less")
      one(x$p1.above, x$difference.above)
  )
  data.frame(out[!vapply(out, is.null, NA)], check.names = FALSE)
}

power_test_note <- function(x) {
  test <- if (same_all(x$test)) POWER_LABELS[[x$test[1]]] else "tests"
  sprintf("%s, %s at %g", test,
          if (x$alternative[1] == "two.sided") "two-sided" else
            sprintf("one-sided (%s)", x$alternative[1]), x$alpha[1])
}

power_notes <- function(x) {
  wanted <- attr(x, "wanted")
  c(paste("False alarm: largest probability of a rejection where both groups",
          "have one proportion."),
    if (!is.null(wanted))
      paste("n1 and n2: from there on the power is not below again; it is not",
            "monotone in the sizes."))
}

power_header <- function(x) {
  wanted <- attr(x, "wanted")
  if (is.null(wanted)) {
    return(sprintf("Exact power: %s", power_test_note(x)))
  }
  sprintf("Group sizes for a power of %s: %s",
          paste(wanted, collapse = ", "), power_test_note(x))
}

difference_header <- function(x) {
  sprintf("Differences shown with a power of %s: %s",
          paste(unique(x$power), collapse = ", "), power_test_note(x))
}

#' @rdname power_print
#' @export
print.power_groups <- function(x, digits = 2, ...) {
  cat(strwrap(power_header(x), exdent = 2), sep = "\n")
  print_table(format.power_groups(x, digits))
  cat(strwrap(power_notes(x), exdent = 2), sep = "\n")
  invisible(x)
}

#' @rdname power_print
#' @export
print.detectable_difference <- function(x, digits = 2, ...) {
  cat(strwrap(difference_header(x), exdent = 2), sep = "\n")
  print_table(format.detectable_difference(x, digits))
  invisible(x)
}

#' @rdname power_print
#' @exportS3Method knitr::knit_print
knit_print.power_groups <- function(x, digits = 2, caption = NULL, ...) {
  knit_table(format.power_groups(x, digits), caption = caption %||% paste(
    c(paste0(power_header(x), "."), power_notes(x)), collapse = " "))
}

#' @rdname power_print
#' @exportS3Method knitr::knit_print
knit_print.detectable_difference <- function(x, digits = 2, caption = NULL,
                                             ...) {
  knit_table(format.detectable_difference(x, digits),
             caption = caption %||% paste0(difference_header(x), "."))
}

# What stands on the x axis, and the line each row belongs to.
power_lines <- function(x, call = caller_env()) {
  x <- plain_frame(x)
  if (!nrow(x)) {
    abort("value", "There is nothing to draw.", call = call)
  }
  varies <- c("p1", "p2", "n1")
  across <- varies[which.max(vapply(x[varies], function(v) length(unique(v)),
                                    0L))]
  rest <- setdiff(c("test", "p1", "p2", if (across != "n1") "n1"), across)
  parts <- lapply(rest, function(name) {
    v <- x[[name]]
    if (same_all(v)) return(NULL)
    switch(name, test = v, n1 = sprintf("%g v %g", v, x$n2),
           sprintf("%s = %g", name, v))
  })
  parts <- parts[!vapply(parts, is.null, NA)]
  line <- if (length(parts)) do.call(paste, c(parts, sep = ", ")) else
    rep("", nrow(x))
  out <- data.frame(at = x[[across]], power = x$power,
                    line = factor(line, unique(line)))
  list(points = out[order(out$line, out$at), ], title = power_axis(x, across))
}

power_axis <- function(x, across) {
  fixed <- function(name) if (same_all(x[[name]]) && name != across)
    sprintf("%s = %g", name, x[[name]][1])
  title <- c(p1 = "Proportion in the first group, p1",
             p2 = "Proportion in the second group, p2",
             n1 = "Size of the first group")[[across]]
  sizes <- if (across != "n1" && same_all(x$n1) && same_all(x$n2))
    sprintf("%g v %g participants", x$n1[1], x$n2[1])
  rest <- c(fixed("p1"), fixed("p2"), sizes)
  if (length(rest)) sprintf("%s (%s)", title, paste(rest, collapse = ", ")) else
    title
}

#' @rdname power_print
#' @export
plot.power_groups <- function(x, ...) {
  p <- power_lines(x)
  kinds <- levels(p$points$line)
  canvas <- start_canvas()
  on.exit(graphics::par(canvas$old))
  graphics::par(mai = c(0.75, 0.65, 0.4, 0.15), xpd = FALSE, new = TRUE)
  range <- range(p$points$at)
  graphics::plot.default(NA, xlim = range + c(-1, 1) * (diff(range) == 0),
                         ylim = c(0, 1), xlab = "", ylab = "", xaxt = "n",
                         yaxt = "n", bty = "n")
  graphics::axis(1, cex.axis = 0.8, mgp = c(3, 0.5, 0))
  at <- seq(0, 1, 0.2)
  graphics::axis(2, at, percent_labels(at), las = 1, cex.axis = 0.8,
                 mgp = c(3, 0.6, 0))
  graphics::abline(h = at, col = "grey92")
  draw_axis_title(p$title, canvas$width - 1)
  colours <- palette_groups(length(kinds))
  shapes <- rep_len(FOREST_SHAPES, length(kinds))
  for (k in seq_along(kinds)) {
    d <- p$points[p$points$line == kinds[k], ]
    graphics::lines(d$at, d$power, col = colours[k], lwd = 1.6)
    graphics::points(d$at, d$power, col = colours[k], pch = shapes[k],
                     cex = 0.8)
  }
  names <- if (identical(kinds, "")) "Power" else kinds
  draw_top_legend(list(names = names, colours = colours, shapes = shapes),
                  canvas)
  invisible(x)
}

#' @rdname power_print
#' @exportS3Method ggplot2::autoplot
autoplot.power_groups <- function(object, ...) {
  need_package("ggplot2", "autoplot()")
  p <- power_lines(object)
  n <- nlevels(p$points$line)
  aes <- ggplot2::aes(.data$at, .data$power, colour = .data$line,
                      shape = .data$line)
  plot <- ggplot2::ggplot(p$points, aes) + ggplot2::geom_line() +
    ggplot2::geom_point(size = 1.8) +
    ggplot2::scale_colour_manual(NULL, values = palette_groups(n)) +
    ggplot2::scale_shape_manual(NULL, values = rep_len(FOREST_SHAPES, n)) +
    ggplot2::scale_y_continuous("Power", limits = c(0, 1),
                                labels = percent_labels) +
    ggplot2::labs(x = p$title) + plot_theme() +
    ggplot2::theme(legend.position = if (n > 1) "top" else "none")
  plot
}
