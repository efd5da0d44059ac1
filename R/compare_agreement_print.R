# What people read of differences of agreement.

#' Printing, tidying and plotting differences of agreement
#'
#' `format()` gives the table that is printed and knitted, `tidy()` the columns
#' as broom names them. `plot()` and `autoplot()` (with ggplot2) draw a forest
#' plot: one row per difference, its interval as a line, and a dashed line at 0,
#' where the two agree equally well.
#'
#' @param x,object What [compare_agreement()] gives.
#' @param digits Decimal places.
#' @param caption Caption of a knitted table.
#' @param ... For `plot()`: further arguments to [graphics::plot.default()].
#' @return `format()` and `tidy()` a data frame, `autoplot()` a ggplot,
#'   `print()` and `plot()` their argument.
#' @name agreement_difference_print
#' @examples
#' x <- ratings(cbind(Ann = rep(1:3, 10), Ben = rep(c(1:3, 1, 3, 2), 5)))
#' y <- ratings(cbind(Ann = rep(1:3, 10), Ben = rep(c(1:3, 1, 2, 3), 5)))
#' d <- compare_agreement(x, y, c("alpha", "ac"), ci = "jackknife")
#' format(d)
#' plot(d)
NULL

#' @rdname agreement_difference_print
#' @export
format.agreement_difference <- function(x, digits = 2, ...) {
  plain <- plain_frame(x)
  value <- or_status(format_number(plain$estimate, digits), plain$status)
  out <- list(
    code = if (!all(is.na(plain$code))) plain$code,
    coefficient = if (!all(is.na(plain$coefficient)))
      coefficient_label(plain$coefficient, plain$level, plain$weights),
    first = plain$first, second = plain$second,
    "of first" = format_number(plain$estimate.first, digits),
    "of second" = format_number(plain$estimate.second, digits),
    difference = value, interval = format_limits(plain, digits),
    p = format_p(plain$p.value),
    units = format_whole(plain$units)
  )
  data.frame(out[!vapply(out, is.null, NA)], check.names = FALSE)
}

contrast_header <- function(x, what = "Difference of agreement") {
  ci <- attr_or(x, "ci", "bca")
  how <- c(bca = "BCa", percentile = "percentile", jackknife = "jackknife")
  clusters <- c(x$clusters[!is.na(x$clusters)], 0)
  units <- if (isTRUE(attr_or(x, "paired", NA))) "paired units" else
    "independent units"
  if (length(unique(x$units)) == 1) {
    units <- paste(format_whole(x$units[1]), units)
  }
  paste0(
    sprintf("%s, %s, %g%% %s intervals", what, units,
            100 * attr_or(x, "conf_level", NA), how[[ci]]),
    if (ci != "jackknife")
      sprintf(", %s", format_count(attr_or(x, "replicates", 0), "replicate")),
    if (max(clusters) > 0)
      sprintf(" of %s", format_count(max(clusters), "cluster"))
  )
}

#' @rdname agreement_difference_print
#' @export
print.agreement_difference <- function(x, digits = 2, ...) {
  what <- "Difference of agreement"
  shown <- format.agreement_difference(x, digits)
  kinds <- unique(shown$coefficient)
  if (length(kinds) == 1) {
    what <- sprintf("Difference of %s", kinds)
    shown$coefficient <- NULL
  }
  if (length(unique(shown$units)) == 1) {
    shown$units <- NULL
  }
  cat(strwrap(contrast_header(x, what), exdent = 2), sep = "\n")
  print_table(shorter_coefficients(shown))
  lost <- max(c(0, x$undefined))
  if (lost > 0) {
    cat(sprintf("Undefined in up to %s.\n", format_count(lost, "replicate")))
  }
  invisible(x)
}

#' @rdname agreement_difference_print
#' @exportS3Method knitr::knit_print
knit_print.agreement_difference <- function(x, digits = 2, caption = NULL,
                                            ...) {
  knit_table(format.agreement_difference(x, digits),
             caption = caption %||% paste0(contrast_header(x), "."))
}

contrast_rows <- function(x, call = caller_env()) {
  if (!nrow(x)) {
    abort("value", "There is no difference to draw.", call = call)
  }
  data <- plain_frame(x)
  pair <- paste(data$first, data$second, sep = " - ")
  data$label <- ifelse(is.na(data$code), pair,
                       sprintf("%s: %s", data$code, pair))
  data$label <- factor(data$label, rev(unique(data$label)))
  kind <- if (all(is.na(data$coefficient))) "agreement" else
    coefficient_label(data$coefficient, data$level, data$weights)
  data$kind <- factor(kind, unique(kind))
  data$facet <- nlevels(data$kind) > 1
  data$prevalence <- NA_real_
  data$note <- ifelse(data$status == "ok", "", gsub("_", " ", data$status))
  data
}

contrast_limits <- function(data) {
  ends <- range(c(0, data$conf.low, data$conf.high, data$estimate),
                na.rm = TRUE)
  c(floor(ends[1] * 10), ceiling(ends[2] * 10)) / 10
}

contrast_axis <- function(data) {
  sprintf("Difference of %s", if (nlevels(data$kind) > 1) "agreement" else
    levels(data$kind))
}

contrast_caption <- function(x) {
  sprintf("Lines: %g%% intervals.", 100 * attr_or(x, "conf_level", 0.95))
}

#' @rdname agreement_difference_print
#' @exportS3Method ggplot2::autoplot
autoplot.agreement_difference <- function(object, ...) {
  need_package("ggplot2", "autoplot()")
  data <- contrast_rows(object)
  forest_ggplot(data, contrast_limits(data), 0, contrast_axis(data),
                contrast_caption(object))
}

#' @rdname agreement_difference_print
#' @export
plot.agreement_difference <- function(x, ...) {
  data <- contrast_rows(x)
  plot_forest(data, contrast_limits(data), 0, contrast_axis(data),
              contrast_caption(x), ...)
  invisible(x)
}
