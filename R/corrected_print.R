#' Printing and drawing a corrected comparison
#'
#' `format()` gives the table that is printed and knitted; `plot()` and
#' `autoplot()` a row for each code: a filled point with its interval for each
#' method, a hollow one for the machine alone.
#'
#' @param x,object A [compare_corrected()].
#' @param digits Decimal places of shares and differences; p has one more.
#' @param caption Caption of a knitted table.
#' @param ... Not used.
#' @return `format()` and `tidy()` a data frame, `autoplot()` a ggplot, the
#'   others their argument, invisibly.
#' @name corrected_print
#' @examples
#' x <- data.frame(group = rep(c("a", "b"), c(40, 50)),
#'                 participant = rep(1:9, each = 10),
#'                 rule = rep(c(1, 0, 1), 30), person = NA)
#' x$person[seq(1, 90, 2)] <- rep(c(1, 0, 0, 1, 0), 9)
#' out <- compare_corrected(x, "rule", "person", "group",
#'                          method = c("ppi", "dsl"))
#' out
#' plot(out)
NULL

CORRECTION_LABELS <- c(ppi = "corrected (PPI++)", dsl = "corrected (DSL)",
                       human = "coded part alone", machine = "machine alone")

#' @rdname corrected_print
#' @export
format.corrected_comparison <- function(x, digits = 2, ...) {
  groups <- attr(x, "groups")
  d <- plain_frame(x)
  shares <- lapply(groups, function(g) {
    format_number(d[[paste0("mean.", g)]], digits)
  })
  interval <- format_interval(d$conf.low, d$conf.high, digits)
  out <- c(
    list(code = if (!all(is.na(d$code))) d$code,
         method = if (!same_all(d$method)) d$method),
    stats::setNames(shares, groups),
    list(trimws(paste(format_number(d$estimate, digits),
                      ifelse(is.na(d$conf.low), "", interval))),
         p = or_status(format_p(d$p.value, digits + 1), d$status),
         "machine alone" = format_number(d$uncorrected, digits))
  )
  names(out)[names(out) == ""] <- sprintf("difference [%g%%]",
                                          100 * attr_or(x, "conf_level", NA))
  data.frame(out[!vapply(out, is.null, NA)], check.names = FALSE)
}

corrected_header <- function(x) {
  groups <- attr(x, "groups")
  first <- plain_frame(x)[1, ]
  size <- function(g, what) first[[paste(what, g, sep = ".")]]
  sprintf("%s against %s, by %s for %s: %s and %s",
          groups[1], groups[2], attr(x, "coders")[1], attr(x, "coders")[2],
          size_of_group(size, groups[1]), size_of_group(size, groups[2]))
}

size_of_group <- function(size, g) {
  sprintf("%s with %s, %s coded", format_count(size(g, "n"), "participant"),
          format_count(size(g, "units"), "unit"),
          format_whole(size(g, "coded")))
}

corrected_notes <- function(x) {
  c(sprintf("Means of %s. Method: %s.",
            c(participants = "participants' shares",
              units = "units")[[attr(x, "weight")]],
            paste(CORRECTION_LABELS[unique(x$method)], collapse = ", ")),
    "Valid where the coded part was chosen by lot.")
}

#' @rdname corrected_print
#' @export
print.corrected_comparison <- function(x, digits = 2, ...) {
  cat(strwrap(corrected_header(x), exdent = 2), sep = "\n")
  print_table(format.corrected_comparison(x, digits))
  cat(strwrap(corrected_notes(x), exdent = 2), sep = "\n")
  invisible(x)
}

#' @rdname corrected_print
#' @exportS3Method knitr::knit_print
knit_print.corrected_comparison <- function(x, digits = 2, caption = NULL,
                                            ...) {
  knit_table(format.corrected_comparison(x, digits), caption = caption %||%
               paste(c(paste0(corrected_header(x), "."), corrected_notes(x)),
                     collapse = " "))
}

corrected_dots <- function(x, call = caller_env()) {
  d <- plain_frame(x)
  if (!nrow(d) || all(is.na(d$estimate))) {
    abort("value", "There is nothing to draw.", call = call)
  }
  label <- ifelse(is.na(d$code), "", d$code)
  dots <- data.frame(label = label, kind = CORRECTION_LABELS[d$method],
                     at = d$estimate, low = d$conf.low, high = d$conf.high,
                     machine = TRUE)
  rows <- !duplicated(label) & !"machine" %in% d$method
  alone <- data.frame(label = label, kind = CORRECTION_LABELS[["machine"]],
                      at = d$uncorrected, low = NA, high = NA,
                      machine = FALSE)[rows, ]
  rbind(dots, alone)
}

difference_axis <- function(x) {
  groups <- attr(x, "groups")
  sprintf("Difference, %s minus %s", groups[1], groups[2])
}

#' @rdname corrected_print
#' @export
plot.corrected_comparison <- function(x, ...) {
  draw_dots(corrected_dots(x), difference_axis(x), dot_caption(x), 0)
  invisible(x)
}

#' @rdname corrected_print
#' @exportS3Method ggplot2::autoplot
autoplot.corrected_comparison <- function(object, ...) {
  need_package("ggplot2", "autoplot()")
  autoplot_dots(corrected_dots(object), difference_axis(object),
                dot_caption(object), 0)
}
