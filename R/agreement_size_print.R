size_sources <- c(
  cantor = "Cantor (1996), tables fixed by the coders' margins",
  flack = paste("Flack et al. (1988), the largest variance over tables with",
                "these margins"),
  goodness_of_fit = paste("goodness of fit (Donner and Eliasziw 1992; Altaye",
                          "et al. 2001), common correlation model"),
  linearised = "linearised variance, normal quantiles",
  simulation = "simulation"
)

#' @rdname agreement_size
#' @param x An `agreement_size`.
#' @param digits Decimal places.
#' @param caption Caption of a knitted table.
#' @param ... Not used.
#' @export
format.agreement_size <- function(x, digits = 2, ...) {
  x <- plain_frame(x)
  differs <- function(v) if (length(unique(v)) > 1) v
  test <- !all(is.na(x$null))
  out <- list(
    coefficient = differs(x$coefficient),
    coders = format(x$coders, trim = TRUE),
    expected = format_number(x$expected, digits),
    null = if (test) format_number(x$null, digits),
    units = format_whole(x$units),
    power = if (test) format_number(x$power, digits + 1),
    width = format_number(x$width, digits + 1),
    interval = format_interval(x$conf.low, x$conf.high, digits)
  )
  data.frame(out[!vapply(out, is.null, NA)], check.names = FALSE)
}

size_header <- function(x) {
  name <- coefficient_label(x$coefficient[1], x$level[1], x$weights[1])
  if (x$method[1] == "goodness_of_fit" && x$coefficient[1] == "kappa") {
    name <- "intraclass kappa"
  }
  what <- if (attr_or(x, "solved", "units") == "units") "Units needed" else
    "Power and width of interval"
  sprintf("%s: %s of %s in %s", what, name,
          if (length(unique(x$coders)) == 1)
            format_count(x$coders[1], "coder") else
              paste(paste(unique(x$coders), collapse = ", "), "coders"),
          format_count(x$categories[1], "category", "categories"))
}

size_notes <- function(x) {
  model <- c(
    independent = paste("; each coder by themself finds the true category or",
                        "draws by prevalence"),
    common = paste("; all coders give one category together or each draws by",
                   "prevalence")
  )
  method <- x$method[1]
  c(
    sprintf("Method: %s%s.", size_sources[[method]],
            if (method %in% c("linearised", "simulation"))
              model[[x$model[1]]] else ""),
    if (method == "simulation") sprintf(
      "%s of each size, %s intervals%s.",
      format_count(x$replicates[1], "data set"), attr_or(x, "ci", ""),
      if (sum(x$undefined) > 0) sprintf(", undefined in up to %g",
                                        max(x$undefined)) else ""
    ),
    sprintf("%g%% intervals%s.", 100 * x$conf.level[1], size_test(x)),
    if (x$missing[1] > 0) sprintf("%s of the ratings missing at random.",
                                  format_percent(x$missing[1])),
    if (x$design.effect[1] > 1) sprintf("Design effect of clusters: %g.",
                                        x$design.effect[1]),
    if (attr_or(x, "solved", "units") == "units")
      "Units are rounded up; power and width are those of that many."
  )
}

size_test <- function(x) {
  if (all(is.na(x$null))) {
    return("")
  }
  sprintf("; %s test at %g%%", c(greater = "one-sided", less = "one-sided",
                                 two.sided = "two-sided")[[x$alternative[1]]],
          100 * (1 - x$conf.level[1]))
}

#' @rdname agreement_size
#' @export
print.agreement_size <- function(x, digits = 2, ...) {
  cat(strwrap(size_header(x), exdent = 2), sep = "\n")
  print_table(format.agreement_size(x, digits))
  cat(strwrap(size_notes(x), exdent = 2), sep = "\n")
  invisible(x)
}

#' @rdname agreement_size
#' @exportS3Method knitr::knit_print
knit_print.agreement_size <- function(x, digits = 2, caption = NULL, ...) {
  knit_table(format.agreement_size(x, digits),
             caption = caption %||%
               paste(c(paste0(size_header(x), "."), size_notes(x)),
                     collapse = " "))
}
