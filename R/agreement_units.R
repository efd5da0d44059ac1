#' Which units, or interviews, decide a coefficient
#'
#' Leaves out every unit, or every cluster (an interview), in turn and says what
#' the coefficient is without it. A few units often carry most of the
#' disagreement: reading them again costs minutes and shows what the codebook
#' leaves open. Which units are read is a matter of inspection; to drop them
#' because they lower agreement would be choosing the result.
#'
#' Values are exact, not approximate: margins, expected agreement and mid-ranks
#' are those of the units that remain.
#'
#' @inheritParams agreement
#' @param coefficient One coefficient of [agreement()].
#' @param of `"unit"` or `"cluster"`.
#' @param cluster What clusters are: `NULL` takes those of `x`; a vector with
#'   one element per unit, or the name of a column of the units `x` was made
#'   from.
#' @param n The number of rows wanted; all by default.
#' @return A data frame of class `agreement_units`, a row for each code and each
#'   unit (cluster) with at least one value:
#'   * `code`, `unit` (not for clusters), `cluster`, `rated`: the number of
#'     values in it;
#'   * `without`: the coefficient without it, `NA` where it is then undefined;
#'   * `influence`: the coefficient of all units less `without`: negative where
#'     the unit lowers agreement, positive where it raises it;
#'   * `share`: its share of the observed disagreement (for alpha of
#'     \eqn{D_o}, otherwise of \eqn{1 - p_a}), `NA` where nobody disagrees or
#'     the coefficient does not rest on pairs of values;
#'   * `text`, where the units carry it.
#'
#'   Rows stand by `influence`, the most harmful first; equal ones by `share`,
#'   then in the order of the units. The attribute `estimate` holds the
#'   coefficient of each code.
#' @section Errors: those of [agreement()]; `intercoder_error_cluster` where
#'   clusters are asked for and there are none.
#' @seealso [disagreements()] for the values themselves, [agreement_coders()].
#' @seealso [tidiers]: `tidy()`, `glance()` and `augment()`.
#' @examples
#' x <- ratings(cbind(Ann = c(1, 2, 3, 3, 2, 1, 4, 1),
#'                    Ben = c(1, 2, 3, 3, 2, 2, 4, 1),
#'                    Cem = c(NA, 3, 3, 3, 2, 3, 4, 2)),
#'              cluster = rep(c("C01", "C02"), each = 4))
#' agreement_units(x)
#' agreement_units(x, level = "ordinal", of = "cluster")
#' @export
agreement_units <- function(x, coefficient = "alpha", level = "nominal",
                            weights = NULL, range = NULL,
                            of = c("unit", "cluster"), cluster = NULL,
                            n = Inf) {
  x <- ratings(x)
  of <- check_choice(of, c("unit", "cluster"))
  check_limit(n)
  task <- contribution_task(x, coefficient, level, weights, range,
                            caller_env(0))
  x$cluster <- contribution_clusters(x, cluster, of, caller_env(0))
  whole <- measure_parts(x, agreement_parts(x, NULL, FALSE), task, FALSE)
  new_agreement_units(x, influences(x, whole$estimate, task, of), whole, of, n)
}

contribution_task <- function(x, coefficient, level, weights, range, call) {
  coefficient <- check_choice(coefficient, agreement_coefficients, call = call)
  c(agreement_spec(x, coefficient, level, weights, range, call),
    list(ci = "none", conf_level = 0.95, replicates = 0, threads = 1L,
         seed = 0))
}

contribution_clusters <- function(x, cluster, of, call) {
  if (isFALSE(cluster)) {
    arg_error("cluster", "NULL, a vector or the name of a column", "FALSE",
              call)
  }
  found <- agreement_clusters(x, cluster, call)
  if (of == "cluster" && is.null(found)) {
    abort("cluster", c(
      "There are no clusters to leave out.",
      i = paste("Give `cluster` to ratings() or here, such as the interview of",
                "each unit.")
    ), call = call)
  }
  found
}

# What the units, or clusters, of each code do; `estimate` is that of all. Code
# and unit by their numbers.
influences <- function(x, estimate, task, of = "unit") {
  by <- if (of == "cluster") x$cluster
  bind_columns(lapply(seq_along(x$codes), function(i) {
    found <- contributions(x, i, by, task)
    at <- which(found$rated > 0)
    influence <- estimate[i] - not_nan(found$without[at])
    list(code = rep(i, length(at)), at = at, rated = found$rated[at],
         without = not_nan(found$without[at]),
         influence = replace(influence, which(abs(influence) < 1e-15), 0),
         share = not_nan(found$share[at]))
  }))
}

contributions <- function(x, i, cluster, task, call = caller_env()) {
  data <- places(x, i)
  shape <- as.double(c(nrow(data), ncol(data), category_count(x),
                       nlevels(cluster)))
  core_value(
    .Call(C_diagnostics_contributions, data, shape,
          if (!is.null(cluster)) as.integer(cluster), core_spec(x, task),
          match(task$coefficient, agreement_coefficients) - 1L),
    call = call
  )
}

new_agreement_units <- function(x, found, whole, of, n) {
  found <- found[order(found$influence, -found$share, found$at, found$code), ]
  found <- utils::head(found, n)
  labels <- if (of == "unit") unit_labels(x)
  cluster <- if (of == "unit") as.character(x$cluster) else levels(x$cluster)
  out <- list(
    code = x$codes[found$code], unit = labels[found$at],
    cluster = if (length(cluster)) cluster[found$at] else
      rep(NA_character_, nrow(found)),
    rated = found$rated, without = found$without, influence = found$influence,
    share = found$share,
    text = if (of == "unit" && "text" %in% names(x$about))
      as.character(x$about$text)[found$at]
  )
  out <- as.data.frame(out[!vapply(out, is.null, NA)])
  new_result(out, class = "agreement_units", of = of,
             estimate = stats::setNames(whole$estimate, whole$code),
             status = whole$status, label = coefficient_label(
              whole$coefficient[1], whole$level[1], whole$weights[1]
             ))
}

#' @rdname agreement_units
#' @param digits Decimal places.
#' @param ... Not used.
#' @export
format.agreement_units <- function(x, digits = 3, ...) {
  x <- plain_frame(x)
  x$text <- NULL
  x$without <- format_number(x$without, digits)
  x$influence <- format_number(x$influence, digits)
  x$share <- format_percent(x$share)
  x[!vapply(x, function(v) all(is.na(v)), NA) | !nrow(x)]
}

#' @rdname agreement_units
#' @export
print.agreement_units <- function(x, digits = 3, n = 10, ...) {
  of <- attr_or(x, "of", "unit")
  estimate <- attr_or(x, "estimate", numeric())
  lead <- sprintf("%s without each %s", attr_or(x, "label", "Agreement"), of)
  if (length(estimate) == 1) {
    value <- if (is.na(estimate)) sprintf("NA (%s)", gsub(
      "_", " ", attr_or(x, "status", "undefined")
    )) else format_number(estimate, digits)
    lead <- sprintf("%s (all: %s)", lead, value)
  }
  cat(strwrap(lead, getOption("width") - 1, exdent = 2), sep = "\n")
  if (!nrow(x)) {
    cat("(no rows)\n")
    return(invisible(x))
  }
  shown <- format.agreement_units(utils::head(x, n), digits)
  print_table(shown)
  if (nrow(x) > n) {
    cat(sprintf("... and %d more\n", nrow(x) - as.integer(n)))
  }
  if (length(x$text)) {
    cat("disagreements() shows their text.\n")
  }
  invisible(x)
}

#' @exportS3Method knitr::knit_print
knit_print.agreement_units <- function(x, digits = 3, n = 10, caption = NULL,
                                       ...) {
  knit_table(format.agreement_units(utils::head(x, n), digits),
             caption = caption)
}

influence_rows <- function(x, n, call = caller_env()) {
  check_count(n, min = 1, call = call)
  if (!nrow(x)) {
    abort("value", "There is no influence to draw.", call = call)
  }
  data <- utils::head(plain_frame(x), n)
  label <- if (attr_or(x, "of", "unit") == "unit") data$unit else data$cluster
  label <- if (length(attr_or(x, "estimate", NA)) == 1) label else
    paste(data$code, label, sep = ", ")
  data.frame(
    label = factor(seq_along(label), rev(seq_along(label)), rev(label)),
    kind = factor("influence"), facet = FALSE, prevalence = NA_real_,
    estimate = data$influence, conf.low = pmin(0, data$influence),
    conf.high = pmax(0, data$influence),
    note = ifelse(is.na(data$influence), "undefined without it", "")
  )
}

influence_limits <- function(data) {
  ends <- range(c(0, data$estimate), na.rm = TRUE)
  if (diff(ends) == 0) c(-0.1, 0.1) else ends + c(-0.06, 0.06) * diff(ends)
}

influence_axis <- function(x) {
  sprintf("Influence on %s", attr_or(x, "label", "agreement"))
}

influence_caption <- function(x, data) {
  of <- attr_or(x, "of", "unit")
  few <- if (nrow(data) < nrow(x)) {
    sprintf("The first %d of %s. ", nrow(data), format_count(nrow(x), of))
  }
  sprintf("%sLeft of 0: agreement is higher without the %s.", few %||% "", of)
}

#' @rdname agreement_units
#' @param object,x What `agreement_units()` gives, for the methods; `plot()` and
#'   `autoplot()` (with ggplot2) draw the first `n` rows.
#' @exportS3Method ggplot2::autoplot
autoplot.agreement_units <- function(object, n = 20, ...) {
  need_package("ggplot2", "autoplot()")
  data <- influence_rows(object, n)
  forest_ggplot(data, influence_limits(data), 0, influence_axis(object),
                influence_caption(object, data))
}

#' @rdname agreement_units
#' @export
plot.agreement_units <- function(x, n = 20, ...) {
  data <- influence_rows(x, n)
  plot_forest(data, influence_limits(data), 0, influence_axis(x),
              influence_caption(x, data))
  invisible(x)
}
