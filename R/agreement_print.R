# What people read of an agreement: text, tables for reports, tidy columns.

agreement_names <- c(
  percent = "percent agreement", kappa = "Cohen's kappa", pi = "Scott's pi",
  fleiss = "Fleiss' kappa", conger = "Conger's kappa",
  light = "Light's kappa", hubert = "Hubert's kappa",
  bp = "Brennan-Prediger", ac = "Gwet's AC", alpha = "Krippendorff's alpha",
  icc11 = "ICC(1,1)", icc21 = "ICC(2,1)", icc31 = "ICC(3,1)",
  icc1k = "ICC(1,k)", icc2k = "ICC(2,k)", icc3k = "ICC(3,k)",
  kendall_w = "Kendall's W", maxwell_re = "Maxwell's RE", finn = "Finn's r",
  robinson = "Robinson's A"
)

# The row of agreement(pool = TRUE) over all codes together, which is no code.
POOLED <- "(all)"

is_pooled <- function(x) x$code %in% POOLED

coefficient_label <- function(coefficient, level, weights) {
  label <- unname(agreement_names[coefficient])
  kind <- ifelse(coefficient == "alpha", level, paste(weights, "weights"))
  kind[kind %in% c("nominal", "none weights")] <- ""
  ac <- coefficient == "ac"
  label[ac] <- ifelse(weights[ac] == "none", "Gwet's AC1", "Gwet's AC2")
  ifelse(nzchar(kind), sprintf("%s (%s)", label, kind), label)
}

#' Printing and tidying agreement
#'
#' `format()` gives the table that is printed and knitted: rounded text, one row
#' per code and coefficient. `units` are those with at least two values,
#' `differ` those among them whose coders differ, `percent` is agreement without
#' weights, `prevalence` the share of 1 among all values of a code. `tidy()`
#' gives the columns as broom names them, `glance()` one row about the whole,
#' where a row over all codes (`pool = TRUE`) does not count as a code.
#'
#' @param x An [agreement()].
#' @param digits Decimal places.
#' @param caption Caption of a knitted table.
#' @param ... Not used.
#' @return `format()` and `tidy()` a data frame, `glance()` a data frame of one
#'   row, `print()` its argument.
#' @name agreement_print
#' @examples
#' x <- ratings(cbind(Ann = c(1, 2, 2, 1, 3), Ben = c(1, 2, 1, 1, 3)))
#' format(agreement(x, ci = "none"))
NULL

#' @rdname agreement_print
#' @export
format.agreement <- function(x, digits = 2, ...) {
  plain <- plain_frame(x)
  several <- length(unique(plain$code)) > 1 || !all(is.na(plain$code))
  binary <- !all(is.na(plain$prevalence))
  estimate <- or_status(format_number(plain$estimate, digits), plain$status)
  out <- list(
    code = if (several) plain$code,
    by = plain$by,
    coefficient = coefficient_label(plain$coefficient, plain$level,
                                    plain$weights),
    estimate = estimate,
    interval = if (attr_or(x, "ci", "none") != "none")
      format_limits(plain, digits),
    percent = format_percent(plain$percent),
    prevalence = if (binary) format_percent(plain$prevalence),
    units = format_whole(plain$pairable),
    differ = format_whole(plain$disagreements),
    coders = if (length(unique(plain$coders)) > 1)
      format(plain$coders, trim = TRUE)
  )
  data.frame(out[!vapply(out, is.null, NA)], check.names = FALSE)
}

format_limits <- function(x, digits) {
  out <- format_interval(x$conf.low, x$conf.high, digits)
  none <- is.na(x$conf.low) & x$status == "ok"
  out[none] <- gsub("_", " ", x$interval[none])
  out[x$status != "ok"] <- ""
  out
}

attr_or <- function(x, name, default) attr(x, name, TRUE) %||% default

agreement_header <- function(x, what = "Agreement", units = "") {
  ci <- attr_or(x, "ci", "none")
  what <- if (length(unique(x$coders)) == 1) {
    sprintf("%s of %s%s", what, format_count(x$coders[1], "coder"), units)
  } else {
    paste0(what, units)
  }
  if (ci == "none") {
    return(what)
  }
  how <- c(bca = "BCa", percentile = "percentile", jackknife = "jackknife",
           analytic = "analytic",
           krippendorff2006 = "Krippendorff (2006)")[[ci]]
  clusters <- c(x$clusters[!is.na(x$clusters)], 0)
  replicates <- if (ci %in% drawn_intervals) {
    sprintf(", %s", format_count(attr_or(x, "replicates", 0), "replicate"))
  }
  paste0(sprintf("%s, %g%% %s intervals", what,
                 100 * attr_or(x, "conf_level", NA), how), replicates,
         if (max(clusters) > 0)
           sprintf(" of %s", format_count(max(clusters), "cluster")))
}

#' @rdname agreement_print
#' @export
print.agreement <- function(x, digits = 2, ...) {
  if (!nrow(x)) {
    cat(agreement_header(x), "\n(no rows)\n", sep = "")
    return(invisible(x))
  }
  shown <- format.agreement(x, digits)
  kinds <- unique(shown$coefficient)
  what <- "Agreement"
  units <- ""
  if (length(kinds) == 1) {
    what <- kinds
    shown$coefficient <- NULL
  }
  if (nrow(x) > 1 && length(unique(x$pairable)) == 1) {
    units <- sprintf(" in %s", format_count(x$pairable[1], "unit"))
    shown$units <- NULL
  }
  cat(strwrap(agreement_header(x, what, units), exdent = 2), sep = "\n")
  print_table(shorter_coefficients(shown))
  lost <- max(c(0, x$undefined))
  if (lost > 0) {
    cat(sprintf("Undefined in up to %s.\n", format_count(lost, "replicate")))
  }
  invisible(x)
}

# Without the name of a person, or the word "agreement", where the line would
# not fit otherwise.
shorter_coefficients <- function(shown) {
  if (table_excess(shown) > 0 && length(shown$coefficient)) {
    shown$coefficient <- sub(
      "^(Krippendorff|Gwet|Scott)'s |(?<=^percent) agreement", "",
      shown$coefficient, perl = TRUE)
  }
  shown
}

#' @rdname agreement_print
#' @exportS3Method knitr::knit_print
knit_print.agreement <- function(x, digits = 2, caption = NULL, ...) {
  knit_table(format.agreement(x, digits),
             caption = caption %||% paste0(agreement_header(x), "."))
}

#' @rdname agreement_print
#' @exportS3Method generics::glance
glance.agreement <- function(x, ...) {
  check_no_dots(...)
  if (!all(is_pooled(x))) x <- x[!is_pooled(x), ]
  defined <- x$status == "ok"
  data.frame(
    codes = length(unique(x$code)),
    coefficients = length(unique(x$coefficient)),
    defined = sum(defined),
    lowest = if (any(defined)) min(x$estimate[defined]) else NA_real_,
    median = if (any(defined)) stats::median(x$estimate[defined]) else NA_real_,
    highest = if (any(defined)) max(x$estimate[defined]) else NA_real_,
    units = max(c(0, x$units)), coders = max(c(0, x$coders)),
    interval = attr_or(x, "ci", "none"),
    conf.level = attr_or(x, "conf_level", NA_real_),
    replicates = attr_or(x, "replicates", 0),
    seed = if (attr_or(x, "ci", "none") %in% drawn_intervals)
      attr_or(x, "seed", NA_real_) else NA_real_
  )
}
