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
#' @param cluster What clusters are: `NULL` takes those of `x`; a vector with one
#'   element per unit, or the name of a column of the units `x` was made from.
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
#' @examples
#' x <- ratings(cbind(Ann = c(1, 2, 3, 3, 2, 1, 4, 1), Ben = c(1, 2, 3, 3, 2, 2, 4, 1),
#'                    Cem = c(NA, 3, 3, 3, 2, 3, 4, 2)),
#'              cluster = rep(c("C01", "C02"), each = 4))
#' agreement_units(x)
#' agreement_units(x, level = "ordinal", of = "cluster")
#' @export
agreement_units <- function(x, coefficient = "alpha", level = "nominal",
                            weights = NULL, of = c("unit", "cluster"),
                            cluster = NULL, range = NULL, n = Inf) {
  x <- ratings(x)
  coefficient <- check_choice(coefficient, agreement_coefficients)
  of <- check_choice(of, c("unit", "cluster"))
  check_limit(n)
  task <- c(
    agreement_spec(x, coefficient, level, weights, range, caller_env(0)),
    ci = "none", conf_level = 0.95, replicates = 0, seed = 0, threads = 1L
  )
  x$cluster <- contribution_clusters(x, cluster, of, caller_env(0))
  out <- bind_columns(lapply(seq_along(x$codes), function(i) {
    contribution_rows(x, i, task, of)
  }))
  whole <- measure_parts(x, agreement_parts(x, NULL, FALSE), task, FALSE)
  new_agreement_units(x, out, whole, of, n)
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
      i = "Give `cluster` to ratings() or here, such as the interview of each unit."
    ), call = call)
  }
  found
}

# The columns of one code: what its units, or clusters, do.
contribution_rows <- function(x, i, task, of) {
  by <- if (of == "cluster") x$cluster
  found <- contributions(x, i, by, task)
  at <- which(found$rated > 0)
  found <- lapply(found, `[`, at)
  found[1:2] <- lapply(found[1:2], not_nan)
  c(list(code = rep(x$codes[i], length(at)), at = at), found)
}

contributions <- function(x, i, cluster, task, call = caller_env()) {
  data <- places(x, i)
  coefficient <- match(task$coefficient, agreement_coefficients) - 1L
  shape <- as.double(c(nrow(data), ncol(data),
                       length(x$levels %||% x$numbers), nlevels(cluster),
                       x$anonymous, task$range))
  core_value(
    .Call(C_diagnostics_contributions, data, shape, x$numbers,
          if (!is.null(cluster)) as.integer(cluster),
          c(as.integer(2^coefficient),
            core_level(task$level), coefficient),
          task$distances, task$weights),
    call = call
  )
}

new_agreement_units <- function(x, found, whole, of, n) {
  code <- match(found$code, x$codes)
  estimate <- whole$estimate[code]
  influence <- estimate - found$without
  influence[abs(influence) < 1e-15] <- 0
  keep <- utils::head(order(influence, -found$share, found$at, code), n)
  at <- found$at[keep]
  out <- data.frame(code = found$code)[keep, , drop = FALSE]
  if (of == "unit") {
    out$unit <- unit_labels(x)[at]
  }
  cluster <- if (of == "cluster") levels(x$cluster) else
    as.character(x$cluster)
  out$cluster <- if (is.null(x$cluster)) rep(NA_character_, length(at)) else
    cluster[at]
  out$rated <- found$rated[keep]
  out$without <- found$without[keep]
  out$influence <- influence[keep]
  out$share <- found$share[keep]
  if (of == "unit" && "text" %in% names(x$about)) {
    out$text <- as.character(x$about$text)[at]
  }
  row.names(out) <- NULL
  structure(out, class = c("agreement_units", "data.frame"), of = of,
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
  class(x) <- "data.frame"
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
