#' What groups of these sizes can show: every possible table
#'
#' Before any data are seen, group sizes alone decide which results a test can
#' call small: how many of the first and of the second group have to mention a
#' code for `p <= alpha`, and how small p can get at all for a code that so many
#' participants mention. A code mentioned by three of 21 can not reach .05
#' however it is spread.
#'
#' @param x A [compare_groups()] of presence, whose groups, sizes and test are
#'   taken (a code that not all participants were seen for is left out); or the
#'   size of the first group.
#' @param n2 The size of the second group, where `x` is one.
#' @param test As in [power_groups()]; of a comparison, its test. (Its Fisher's
#'   test is that by minimum likelihood; for a permutation test the central
#'   Fisher's, which it is.)
#' @param alpha What p is held against, below 0.5; of a comparison
#'   `1 - conf_level`.
#' @return A data frame of class `attainable`, one row for every table: `x1`,
#'   `n1`, `x2`, `n2`, `mentions` (`x1 + x2`), `difference` (`x1 / n1 -
#'   x2 / n2`), `p.value`, `least.p` (the smallest p of all tables with so many
#'   mentions), `reached` (`p.value <= alpha`). A table in which all or none
#'   mention has p = 1.
#'
#'   `format()` gives the table that is printed: for each `x1` the values of
#'   `x2` that reach `alpha`. `plot()` and `autoplot()` draw p over all tables;
#'   of a comparison its codes are points.
#' @section Errors: `intercoder_error_argument` where `x` is neither;
#'   `intercoder_error_value` where it compares counts or shares, or within
#'   strata or pairs;
#'   `intercoder_error_limit` above 10,000 tables.
#' @seealso [power_groups()], [detectable_difference()].
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' attainable(11, 10)
#' study <- simulated_study
#' m <- code_matrix(study$consensus, units(study$transcripts), study$codebook)
#' can <- attainable(compare_groups(m, "group", level = "code"))
#' can
#' plot(can)
#' @export
attainable <- function(x, n2 = NULL, test = "boschloo", alpha = 0.05) {
  call <- caller_env(0)
  codes <- NULL
  groups <- NULL
  if (inherits(x, "group_comparison")) {
    codes <- attained_codes(x, call)
    groups <- attr(x, "groups")
    test <- switch(x$test[1], permutation = "fisher_central", x$test[1])
    if (missing(alpha)) alpha <- 1 - attr(x, "conf_level")
    n2 <- attr(x, "sizes")[2]
    x <- attr(x, "sizes")[1]
  }
  check_power_design(test, alpha, call)
  if (length(test) > 1) {
    arg_error("test", "one test", describe_value(test), call)
  }
  for (arg in c("x", "n2")) {
    check_count(get(arg), min = 1, max = 1e4, arg = arg, call = call)
  }
  out <- attainable_tables(x, n2, test, alpha, call)
  if (!is.null(codes)) {
    codes <- codes[codes$n1 == x & codes$n2 == n2, ]
    at <- match(paste(codes$x1, codes$x2), paste(out$x1, out$x2))
    codes$least.p <- out$least.p[at]
  }
  new_result(out, class = "attainable", test = test,
             alpha = alpha, groups = groups, codes = codes)
}

attained_codes <- function(x, call) {
  plain <- plain_frame(x)
  if (!nrow(plain) || plain$measure[1] != "presence") {
    abort("value", c(
      "Tables are of participants who mention a code or do not.",
      i = "Give a comparison of measure = \"presence\"."
    ), call = call)
  }
  if (attr(x, "design") != "none") {
    abort("value", sprintf(
      "This is for two groups as they are, not for a comparison within %s.",
      attr(x, "design")), call = call)
  }
  k <- plain[paste("k", attr(x, "groups"), sep = ".")]
  n <- plain[paste("n", attr(x, "groups"), sep = ".")]
  data.frame(code = plain$code, x1 = k[[1]], n1 = n[[1]], x2 = k[[2]],
             n2 = n[[2]], p.value = plain$p.value, stringsAsFactors = FALSE)
}

attainable_tables <- function(n1, n2, test, alpha, call) {
  if ((n1 + 1) * (n2 + 1) > 10000) {
    abort("limit", c(
      sprintf("%d against %d have more than 10,000 tables.", n1, n2),
      i = "power_groups() takes larger groups."
    ), call = call)
  }
  out <- data.frame(x1 = rep(0:n1, each = n2 + 1), n1 = n1,
                    x2 = rep(0:n2, n1 + 1), n2 = n2)
  out$mentions <- out$x1 + out$x2
  out$difference <- (out$x1 * n2 - out$x2 * n1) / (n1 * n2)
  how <- POWER_TESTS[[test]]
  out$p.value <- table_p(out$x1, n1, out$x2, n2, how[[1]], how[[2]], how[[3]],
                         call = call)
  out$least.p <- as.vector(
    tapply(out$p.value, out$mentions, min)[as.character(out$mentions)])
  out$reached <- out$p.value <= alpha
  out
}

# Numbers as ranges: "0-2, 9-10".
format_runs <- function(x) {
  if (!length(x)) {
    return("none")
  }
  start <- x[c(TRUE, diff(x) != 1)]
  end <- x[c(diff(x) != 1, TRUE)]
  paste(ifelse(start == end, start, paste0(start, "-", end)), collapse = ", ")
}

attainable_groups <- function(x) {
  attr(x, "groups") %||% c("first group", "second group")
}

#' @rdname attainable
#' @param digits Decimal places of p.
#' @param caption Caption of a knitted table.
#' @param ... Not used.
#' @export
format.attainable <- function(x, digits = 3, ...) {
  groups <- attainable_groups(x)
  rows <- split(seq_len(nrow(x)), x$x1)
  out <- data.frame(
    first = sprintf("%d/%d", x$x1[vapply(rows, `[`, 1L, 1)], x$n1[1]),
    second = vapply(rows, function(i) format_runs(x$x2[i][x$reached[i]]), ""),
    p = vapply(rows, function(i) format_p(min(x$p.value[i]), digits), "")
  )
  names(out) <- c(groups[1], sprintf("%s, of %d", groups[2], x$n2[1]),
                  "smallest p")
  rownames(out) <- NULL
  out
}

attainable_header <- function(x) {
  groups <- attr(x, "groups")
  sprintf("What %d%s against %d%s can show: %s, p <= %g", x$n1[1],
          if (length(groups)) paste0(" (", groups[1], ")") else "", x$n2[1],
          if (length(groups)) paste0(" (", groups[2], ")") else "",
          POWER_LABELS[[attr(x, "test")]], attr(x, "alpha"))
}

attainable_notes <- function(x) {
  can <- sort(unique(x$mentions[x$reached]))
  n <- x$n1[1] + x$n2[1]
  codes <- attr(x, "codes")
  out <- codes$code[codes$least.p > attr(x, "alpha")]
  c(
    sprintf("%d of %d tables reach it.", sum(x$reached), nrow(x)),
    if (length(can)) sprintf(
      paste("A code must be mentioned by %d to %d of the %d participants; the",
            "smallest p of all is %s."),
      can[1], can[length(can)], n, format(min(x$p.value), digits = 2)),
    if (length(out)) sprintf(
      "Out of reach however they are spread, by how many mention them: %s.",
      paste(out, collapse = ", "))
  )
}

#' @rdname attainable
#' @export
print.attainable <- function(x, digits = 3, ...) {
  cat(strwrap(attainable_header(x), exdent = 2), sep = "\n")
  print_table(format.attainable(x, digits))
  cat(strwrap(attainable_notes(x), exdent = 2), sep = "\n")
  invisible(x)
}

#' @rdname attainable
#' @exportS3Method knitr::knit_print
knit_print.attainable <- function(x, digits = 3, caption = NULL, ...) {
  knit_table(format.attainable(x, digits), caption = caption %||% paste(
    c(paste0(attainable_header(x), "."), attainable_notes(x)), collapse = " "))
}

# A part of what could be found is no whole any more.
#' @export
`[.attainable` <- function(x, ...) {
  out <- NextMethod()
  part <- inherits(out, "attainable") &&
    nrow(out) < (x$n1[1] + 1) * (x$n2[1] + 1)
  if (part) plain_frame(out) else out
}

P_BREAKS <- c(0, 0.001, 0.01, 0.05, 0.2)
P_CLASSES <- c("above .2", "to .2", "to .05", "to .01", "to .001")

# The tiles, which class of p each has, and the codes that share a tile.
attainable_tiles <- function(x) {
  class <- 6 - findInterval(x$p.value, P_BREAKS, left.open = TRUE)
  groups <- attainable_groups(x)
  codes <- attr(x, "codes")
  counts <- if (NROW(codes)) {
    stats::aggregate(list(codes = rep(1, nrow(codes))), codes[c("x1", "x2")],
                     sum)
  }
  list(tiles = data.frame(x1 = x$x1, x2 = x$x2, class = class,
                          reached = x$reached),
       codes = counts,
       titles = sprintf("Mention it, of %d%s", c(x$n1[1], x$n2[1]),
                        if (length(attr(x, "groups"))) paste0(" (", groups, ")")
                        else c(" in the first group", " in the second")),
       note = sprintf("Outlined: p <= %g.%s", attr(x, "alpha"),
                      if (is.null(codes)) "" else
                        " Points: codes (how many, where several)."))
}

#' @rdname attainable
#' @export
plot.attainable <- function(x, ...) {
  p <- attainable_tiles(x)
  n <- c(x$n1[1], x$n2[1])
  canvas <- start_canvas()
  on.exit(graphics::par(canvas$old))
  left <- 0.75
  floor <- 0.8
  wide <- (canvas$width - left - 0.1) / (n[1] + 1)
  high <- (canvas$height - floor - 0.42) / (n[2] + 1)
  x0 <- left + p$tiles$x1 * wide
  y0 <- floor + p$tiles$x2 * high
  graphics::rect(x0, y0, x0 + wide, y0 + high, border = "white", lwd = 0.6,
                 col = TILE_BLUES[p$tiles$class])
  graphics::rect(left, floor, left + (n[1] + 1) * wide,
                 floor + (n[2] + 1) * high, border = "grey60")
  edge <- p$tiles$reached
  graphics::rect(x0[edge], y0[edge], x0[edge] + wide, y0[edge] + high,
                 border = "grey20", lwd = 0.8)
  draw_table_axes(p, n, left, floor, wide, high, canvas)
  draw_codes(p$codes, left, floor, wide, high)
  draw_p_legend(canvas)
  invisible(x)
}

draw_table_axes <- function(p, n, left, floor, wide, high, canvas) {
  ticks <- lapply(n, whole_ticks)
  graphics::text(left + (ticks[[1]] + 0.5) * wide, floor - 0.07, ticks[[1]],
                 adj = c(0.5, 1), cex = 0.75)
  graphics::text(left - 0.07, floor + (ticks[[2]] + 0.5) * high, ticks[[2]],
                 adj = c(1, 0.5), cex = 0.75)
  across <- fit_text(p$titles[1], canvas$width - left, 0.35, 0.8, 0.5)
  graphics::text(left + (n[1] + 1) * wide / 2, floor - 0.3, across$text,
                 cex = across$cex, adj = c(0.5, 1))
  note <- fit_text(p$note, canvas$width - left, 0.2, 0.7, 0.4)
  graphics::text(left, 0.12, note$text, cex = note$cex, adj = c(0, 0.5))
  up <- fit_text(p$titles[2], canvas$height - floor, 0.35, 0.8, 0.5)
  graphics::text(0.2, floor + (n[2] + 1) * high / 2, up$text, cex = up$cex,
                 srt = 90)
}

whole_ticks <- function(n) {
  at <- unique(round(pretty(c(0, n), 6)))
  at[at <= n]
}

draw_codes <- function(codes, left, floor, wide, high) {
  if (is.null(codes)) {
    return(invisible())
  }
  x <- left + (codes$x1 + 0.5) * wide
  y <- floor + (codes$x2 + 0.5) * high
  size <- max(0.4, min(1.4, 4 * min(wide, high)))
  graphics::points(x, y, pch = 21, bg = "#E69F00", cex = size * 1.3)
  several <- which(codes$codes > 1)
  if (length(several)) {
    graphics::text(x[several], y[several], codes$codes[several],
                   cex = 0.55 * size)
  }
}

draw_p_legend <- function(canvas) {
  y <- canvas$height - 0.2
  draw_legend(P_CLASSES, 0.1, y, canvas$width - 0.2,
              function(x, k, cex) {
                graphics::rect(x, y - 0.06, x + 0.12, y + 0.06,
                               col = TILE_BLUES[k], border = "grey60")
              }, title = "p")
}

#' @rdname attainable
#' @param object An `attainable`.
#' @exportS3Method ggplot2::autoplot
autoplot.attainable <- function(object, ...) {
  need_package("ggplot2", "autoplot()")
  p <- attainable_tiles(object)
  p$tiles$p <- factor(P_CLASSES[p$tiles$class], P_CLASSES)
  aes <- ggplot2::aes
  plot <- ggplot2::ggplot(p$tiles, aes(.data$x1, .data$x2)) +
    ggplot2::geom_tile(aes(fill = .data$p), colour = "white",
                       show.legend = TRUE) +
    ggplot2::geom_tile(data = p$tiles[p$tiles$reached, ], fill = NA,
                       colour = "grey20") +
    ggplot2::scale_fill_manual(
      "p", values = stats::setNames(TILE_BLUES, P_CLASSES), drop = FALSE) +
    ggplot2::guides(fill = ggplot2::guide_legend(
      override.aes = list(colour = "grey60"))) +
    ggplot2::scale_x_continuous(p$titles[1], whole_ticks(object$n1[1]),
                                expand = c(0, 0)) +
    ggplot2::scale_y_continuous(p$titles[2], whole_ticks(object$n2[1]),
                                expand = c(0, 0)) +
    ggplot2::labs(caption = p$note) +
    plot_theme() +
    ggplot2::theme(panel.grid.major = ggplot2::element_blank(),
                   legend.position = "top")
  if (!is.null(p$codes)) {
    plot <- plot + ggplot2::geom_point(data = p$codes, shape = 21, size = 3,
                                       fill = "#E69F00") +
      ggplot2::geom_text(aes(label = .data$codes),
                         p$codes[p$codes$codes > 1, ], size = 2.2)
  }
  plot
}
