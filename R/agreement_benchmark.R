# Lower ends of the classes above the lowest, and labels from the lowest up, as
# their authors name them.
benchmark_scales <- list(
  "landis-koch" = list(
    cuts = c(0, 0.2, 0.4, 0.6, 0.8), by = "Landis and Koch (1977)",
    labels = c("poor", "slight", "fair", "moderate", "substantial",
               "almost perfect")
  ),
  altman = list(
    cuts = c(0.2, 0.4, 0.6, 0.8), by = "Altman (1991)",
    labels = c("poor", "fair", "moderate", "good", "very good")
  ),
  fleiss = list(
    cuts = c(0.4, 0.75), by = "Fleiss (1981)",
    labels = c("poor", "fair to good", "excellent")
  ),
  cicchetti = list(
    cuts = c(0.4, 0.6, 0.75), by = "Cicchetti (1994)",
    labels = c("poor", "fair", "good", "excellent")
  ),
  krippendorff = list(
    cuts = c(0.667, 0.8), by = "Krippendorff (2004)",
    labels = c("below 0.667", "tentative conclusions", "rely on")
  )
)

#' Where a coefficient stands on a scale, with what probability
#'
#' Words such as "substantial" for a range of values are conventions of their
#' authors. An estimate alone says little about which range the coefficient lies
#' in: with twenty units it may well lie in another. Gwet (2014, ch. 6)
#' therefore asks with what probability it lies in each class or above, and
#' takes the highest class that is reached with 95 %.
#'
#' With \eqn{\hat\kappa} the estimate and \eqn{s} its standard error, the
#' probability of the class from \eqn{a} to \eqn{b} is that of a normal variable
#' truncated to -1 to 1,
#' \deqn{\frac{\Phi((\hat\kappa - a) / s) - \Phi((\hat\kappa - b) / s)}
#'   {\Phi((\hat\kappa + 1) / s) - \Phi((\hat\kappa - 1) / s)},}
#' and `cumulative` sums it from the highest class down. Gwet takes the analytic
#' standard error; that of any interval of [agreement()] will do.
#'
#' The labels are the authors': Landis and Koch (1977), Altman (1991), Fleiss
#' (1981), Cicchetti (1994), and Krippendorff (2004, p. 241), who has no words
#' for the values of alpha below 0.667. All but the last were proposed for
#' kappa.
#'
#' @param x An [agreement()] with standard errors.
#' @param scale "landis-koch", "altman", "fleiss", "cicchetti", "krippendorff",
#'   or the inner cut points of a scale of your own, between -1 and 1.
#' @param conf_level The cumulative probability that a class must reach.
#' @return A data frame of class `agreement_benchmark`, a row for each row of
#'   `x` and class, the highest first: `code`, `by` (where `x` has it),
#'   `coefficient`, `level`, `weights`, `estimate`, `std.error`, `class`,
#'   `lower`, `upper`, `probability`, `cumulative`, `reached` (`TRUE` for the
#'   highest class whose cumulative probability is at least `conf_level`) and
#'   `status`: "ok", that of the coefficient where it is not defined, or
#'   "no_std_error" where it has no standard error above 0; probabilities are
#'   then `NA`.
#' @section Errors: `intercoder_error_argument` where `x` is no agreement or
#'   `scale` neither one of the names nor ascending cut points.
#' @references
#' Altman, D. G. (1991). *Practical Statistics for Medical Research*. Chapman
#' and Hall.
#'
#' Cicchetti, D. V. (1994). Guidelines, criteria, and rules of thumb for
#' evaluating normed and standardized assessment instruments in psychology.
#' *Psychological Assessment* 6.
#'
#' Fleiss, J. L. (1981). *Statistical Methods for Rates and Proportions*, 2nd
#' ed. Wiley.
#'
#' Gwet, K. L. (2014). *Handbook of Inter-Rater Reliability*, 4th ed.
#'
#' Krippendorff, K. (2004). *Content Analysis*, 2nd ed. Sage.
#'
#' Landis, J. R., & Koch, G. G. (1977). The measurement of observer agreement
#' for categorical data. *Biometrics* 33.
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' x <- ratings(cbind(
#'   A = c(1, 2, 3, 3, 2, 1, 4, 1, 2, NA, NA, NA),
#'   B = c(1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NA, 3),
#'   C = c(NA, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NA),
#'   D = c(1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NA)
#' ))
#' a <- suppressWarnings(agreement(x, "ac", ci = "analytic"))
#' agreement_benchmark(a)
#' agreement_benchmark(a, c(0.5, 0.9))
#' @export
agreement_benchmark <- function(x, scale = c("landis-koch", "altman", "fleiss",
                                             "cicchetti", "krippendorff"),
                                conf_level = 0.95) {
  check_class(x, "agreement", "agreement()")
  check_proportion(conf_level)
  scale <- benchmark_scale(scale, caller_env(0))
  x <- plain_frame(x)
  parts <- lapply(seq_len(nrow(x)), function(i) {
    benchmark_row(x[i, ], scale, conf_level)
  })
  new_result(
    if (length(parts)) bind_columns(parts) else
      as.data.frame(benchmark_row(x[1, ], scale, conf_level))[0, ],
    class = "agreement_benchmark", by = scale$by,
    conf_level = conf_level
  )
}

benchmark_scale <- function(scale, call) {
  names <- names(benchmark_scales)
  if (!is.numeric(scale)) {
    return(benchmark_scales[[check_choice(scale, names, call = call)]])
  }
  if (!length(scale) || anyNA(scale) || any(scale <= -1 | scale >= 1) ||
        is.unsorted(scale, strictly = TRUE)) {
    arg_error("scale", sprintf(
      "one of %s, or ascending cut points between -1 and 1", quoted(names)
    ), describe_value(scale), call)
  }
  ends <- format(c(-1, scale, 1), trim = TRUE, drop0trailing = TRUE)
  list(cuts = scale, by = NULL,
       labels = paste(ends[-length(ends)], "to", ends[-1]))
}

benchmark_row <- function(row, scale, conf_level) {
  n <- length(scale$labels)
  lower <- rev(c(-1, scale$cuts))
  status <- row$status
  if (identical(status, "ok") && !isTRUE(row$std.error > 0)) {
    status <- "no_std_error"
  }
  cumulative <- if (identical(status, "ok")) {
    benchmark_cumulative(row$estimate, row$std.error, lower)
  } else {
    rep(NA_real_, n)
  }
  first <- c("code", "by", "coefficient", "level", "weights", "estimate",
             "std.error")
  c(
    lapply(as.list(row)[intersect(first, names(row))], rep, n),
    list(class = rev(scale$labels), lower = lower,
         upper = rev(c(scale$cuts, 1)),
         probability = diff(c(0, cumulative)), cumulative = cumulative,
         reached = seq_len(n) == match(TRUE, cumulative >= conf_level),
         status = rep(status, n))
  )
}

# The share above each lower end of a normal variable between -1 and 1. The last
# end is -1: all of it.
benchmark_cumulative <- function(estimate, error, lower) {
  above <- function(end) stats::pnorm((estimate - end) / error)
  share <- (above(lower) - above(1)) / (above(-1) - above(1))
  replace(share, length(share), 1)
}

#' Printing and tidying benchmarks
#'
#' @param x What [agreement_benchmark()] gives.
#' @param digits Decimal places.
#' @param caption Caption of a knitted table.
#' @param ... Not used.
#' @return `format()` and `tidy()` a data frame, `print()` its argument.
#' @name agreement_benchmark_print
#' @examples
#' a <- agreement(ratings(cbind(A = rep(1:3, 10), B = rep(c(1:3, 1, 3, 2), 5))),
#'                ci = "analytic")
#' format(agreement_benchmark(a, "altman"))
NULL

#' @rdname agreement_benchmark_print
#' @export
format.agreement_benchmark <- function(x, digits = 2, ...) {
  x <- plain_frame(x)
  estimate <- sprintf("%s (%s)", format_number(x$estimate, digits),
                      format_number(x$std.error, digits))
  estimate <- or_status(estimate, x$status)
  again <- duplicated(x[intersect(c("code", "by", "coefficient"), names(x))])
  estimate[again] <- ""
  out <- list(
    code = if (!all(is.na(x$code))) x$code, by = x$by,
    coefficient = coefficient_label(x$coefficient, x$level, x$weights),
    "estimate (error)" = estimate, class = x$class,
    from = format(x$lower, trim = TRUE), to = format(x$upper, trim = TRUE),
    probability = format_number(x$probability, digits),
    cumulative = format_number(x$cumulative, digits),
    reached = ifelse(x$reached %in% TRUE, "yes", "")
  )
  data.frame(out[!vapply(out, is.null, NA)], check.names = FALSE)
}

benchmark_header <- function(x) {
  by <- attr_or(x, "by", NULL)
  sprintf("Classes%s, reached with %g%% (Gwet 2014)",
          if (is.null(by)) "" else paste(" of", by),
          100 * attr_or(x, "conf_level", NA))
}

#' @rdname agreement_benchmark_print
#' @export
print.agreement_benchmark <- function(x, digits = 2, ...) {
  shown <- format.agreement_benchmark(x, digits)
  what <- unique(shown$coefficient)
  if (length(what) == 1) {
    shown$coefficient <- NULL
  }
  cat(strwrap(paste0(if (length(what) == 1) paste0(what, ": "),
                     benchmark_header(x)), exdent = 2), sep = "\n")
  print_table(shorter_coefficients(shown))
  invisible(x)
}

#' @rdname agreement_benchmark_print
#' @exportS3Method knitr::knit_print
knit_print.agreement_benchmark <- function(x, digits = 2, caption = NULL, ...) {
  knit_table(format.agreement_benchmark(x, digits),
             caption = caption %||% paste0(benchmark_header(x), "."))
}
