#' Each coder against the others, and against a standard
#'
#' Shows who agrees with whom. A coder who stands apart may have misread the
#' codebook, or be the only one who reads it well: agreement does not say which,
#' so look at what they gave (`prevalence`, `bias`) and at the passages
#' ([disagreements()]).
#'
#' @section What is computed: With \eqn{c_{gh}} the coefficient between coders
#'   \eqn{g} and \eqn{h} on the \eqn{n_{gh}} units that both rated:
#'   * `mean` is the mean of \eqn{c_{gh}} over the others, each counting the
#'     same; `lowest` and `highest` are its extremes, `lowest.with` and
#'     `highest.with` the coders they are reached with.
#'   * `rest` is \eqn{\sum_h n_{gh} c_{gh} / \sum_h n_{gh}}: who shares more
#'     units counts more.
#'   * `without` is the coefficient among all others, `influence` that of all
#'     coders less `without`: negative where the coder lowers agreement.
#'   * `prevalence` is the share of 1 among the coder's 0 and 1. `bias` is the
#'     mean, over the units that somebody else rated too, of the coder's number
#'     less the mean of the others': positive where the coder gives a code more
#'     often, or higher numbers. Both are `NA` for other categories.
#'
#'   Against a `standard` \eqn{s}, on the units both rated: percent agreement
#'   and Cohen's kappa, and for 0 and 1, with the standard as the truth,
#'   sensitivity (recall) \eqn{n_{11} / (n_{11} + n_{01})}, specificity
#'   \eqn{n_{00} / (n_{00} + n_{10})}, precision
#'   \eqn{n_{11} / (n_{11} + n_{10})} and F1
#'   \eqn{2 n_{11} / (2 n_{11} + n_{10} + n_{01})}, where \eqn{n_{10}} are units
#'   the coder gave the code and the standard did not. The standard is no coder
#'   then: it takes no part in the other columns and has no row.
#'
#' @inheritParams agreement
#' @param coefficient One coefficient of [agreement()].
#' @param standard The name of a coder the others are to be compared with, such
#'   as a consensus; `NULL` for none.
#' @return A data frame of class `agreement_coders`, one row per code and coder:
#'   `code`, `coder`, `values`, `prevalence`, `bias`, `mean`, `lowest`,
#'   `lowest.with`, `highest`, `highest.with`, `rest`, `without`, `influence`
#'   and, with a standard, `standard.units`, `standard.percent`,
#'   `standard.kappa`, `sensitivity`, `specificity`, `precision`, `f1`. What is
#'   not defined is `NA`: `without` needs two others, for "kappa" and "pi"
#'   exactly two. The attribute `estimate` holds the coefficient of each code.
#' @section Errors: those of [agreement()]; `intercoder_error_coder` where there
#'   is no coder of the name `standard`; `intercoder_error_coders_unknown` for
#'   ratings from counts.
#' @seealso [agreement_pairs()] for the whole matrix, [agreement_units()].
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' x <- ratings(cbind(Ann = c(0, 1, 1, 0, 1, 0, 0, 1),
#'                    Ben = c(0, 1, 1, 0, 1, 0, 1, 1),
#'                    Cem = c(0, 1, 0, 0, 0, 0, 0, 1),
#'                    Key = c(0, 1, 1, 0, 1, 0, 0, 1)))
#' agreement_coders(x)
#' agreement_coders(x, standard = "Key")
#' @export
agreement_coders <- function(x, coefficient = "alpha", level = "nominal",
                             weights = NULL, range = NULL, standard = NULL) {
  x <- ratings(x)
  check_known_coders(x, "agreement_coders()")
  coefficient <- check_choice(coefficient, agreement_coefficients)
  at <- standard_coder(x, standard, caller_env(0))
  people <- select_coders(x, setdiff(seq_along(x$coders), at))
  measure <- function(y) {
    if (!length(y$coders)) {
      return(rep(NA_real_, length(y$codes)))
    }
    quiet_agreement(y, coefficient, level = level, weights = weights,
                    range = range, ci = "none")$estimate
  }
  whole <- measure(people)
  pairs <- agreement_pairs(people, coefficient, level, weights, range)
  rows <- lapply(seq_along(people$coders), function(g) {
    left <- measure(select_coders(people, -g))
    lapply(seq_along(x$codes), function(i) {
      c(coder_values(people, i, g), coder_partners(people, pairs, i, g),
        list(without = left[i], influence = whole[i] - left[i]),
        if (length(at)) against_standard(x, people, i, g, at))
    })
  })
  new_agreement_coders(x, people, rows, pairs, whole, list(
    coefficient = coefficient, level = level_name(level, caller_env(0)),
    weights = weights_name(weights)
  ), standard)
}

# agreement() where warnings about single coefficients would repeat themselves.
quiet_agreement <- function(...) {
  withCallingHandlers(agreement(...), intercoder_warning_not_two_coders =
                        function(w) rlang::cnd_muffle(w))
}

standard_coder <- function(x, standard, call) {
  check_string(standard, null = TRUE, call = call)
  if (is.null(standard)) {
    return(integer())
  }
  at <- match(standard, x$coders)
  if (is.na(at)) {
    abort("coder", c(
      sprintf("`standard`: there is no coder \"%s\".", standard),
      i = sprintf("There are %s.", quoted(x$coders, 12))
    ), call = call)
  }
  at
}

# What a coder gave: how much, how often 1, how much more than the others.
coder_values <- function(x, i, g) {
  data <- places(x, i)
  given <- !is.na(data[, g])
  numbers <- x$numbers
  bias <- prevalence <- NA_real_
  if (!is.null(numbers)) {
    values <- matrix(numbers[data], nrow(data))
    others <- rowMeans(values[, -g, drop = FALSE], na.rm = TRUE)
    both <- given & is.finite(others)
    bias <- if (any(both)) mean(values[both, g] - others[both]) else NA_real_
  }
  if (identical(numbers, c(0, 1)) && any(given)) {
    prevalence <- mean(data[given, g] == 2L)
  }
  list(code = x$codes[i], coder = x$coders[g], values = sum(given),
       prevalence = prevalence, bias = bias)
}

coder_partners <- function(x, pairs, i, g) {
  coder <- x$coders[g]
  mine <- which((pairs$coder_1 == coder | pairs$coder_2 == coder) &
                  pairs$code %in% x$codes[i] & !is.na(pairs$estimate))
  partner <- ifelse(pairs$coder_1 == coder, pairs$coder_2, pairs$coder_1)[mine]
  value <- pairs$estimate[mine]
  none <- !length(mine)
  pick <- function(at, x, missing) if (none) missing else x[at]
  list(
    mean = if (none) NA_real_ else mean(value),
    lowest = pick(which.min(value), value, NA_real_),
    lowest.with = pick(which.min(value), partner, NA_character_),
    highest = pick(which.max(value), value, NA_real_),
    highest.with = pick(which.max(value), partner, NA_character_),
    rest = if (none) NA_real_ else
      stats::weighted.mean(value, pairs$pairable[mine])
  )
}

against_standard <- function(x, people, i, g, at) {
  coder <- match(people$coders[g], x$coders)
  data <- places(x, i)
  two <- pair_indices(x, i, data, coder, at, NA_integer_)
  c(list(standard.units = two$units, standard.percent = two$observed,
         standard.kappa = two$kappa),
    if (identical(x$numbers, c(0, 1)))
      truth_rates(data[, coder] == 2L, data[, at] == 2L) else
        truth_rates(NA, NA))
}

truth_rates <- function(coder, truth) {
  count <- function(a, b) sum(coder == a & truth == b, na.rm = TRUE)
  share <- function(part, whole) if (whole > 0) part / whole else NA_real_
  hit <- count(TRUE, TRUE)
  more <- count(TRUE, FALSE)
  missed <- count(FALSE, TRUE)
  none <- count(FALSE, FALSE)
  list(sensitivity = share(hit, hit + missed),
       specificity = share(none, none + more),
       precision = share(hit, hit + more),
       f1 = share(2 * hit, 2 * hit + more + missed))
}

new_agreement_coders <- function(x, people, rows, pairs, whole, task,
                                 standard) {
  rows <- unlist(rows, recursive = FALSE)
  if (!length(rows)) {
    arg_error("x", "ratings by at least one coder besides the standard",
              format_count(length(x$coders), "coder"), caller_env(1))
  }
  out <- bind_columns(rows)
  out <- out[order(match(out$code, x$codes)), ]
  row.names(out) <- NULL
  new_result(out, class = "agreement_coders",
             estimate = stats::setNames(whole, x$codes), standard = standard,
             pairs = pairs, label = coefficient_label(
              task$coefficient, task$level, task$weights
             ))
}

#' @rdname agreement_coders
#' @param digits Decimal places.
#' @param ... Not used.
#' @export
format.agreement_coders <- function(x, digits = 2, ...) {
  x <- plain_frame(x)
  number <- function(v) format_number(v, digits)
  lone <- is.na(x$lowest.with)
  partner <- function(v, with) {
    ifelse(lone, "NA", sprintf("%s (%s)", number(v), with))
  }
  out <- list(
    code = if (!all(is.na(x$code))) x$code, coder = x$coder,
    values = format_whole(x$values),
    prevalence = if (!all(is.na(x$prevalence))) format_percent(x$prevalence),
    bias = if (!all(is.na(x$bias))) number(x$bias), mean = number(x$mean),
    lowest = if (!all(lone)) partner(x$lowest, x$lowest.with),
    without = if (!all(is.na(x$without))) number(x$without),
    influence = if (!all(is.na(x$influence))) number(x$influence)
  )
  if (!is.null(x$standard.units)) {
    out <- c(out, list(
      agree = format_percent(x$standard.percent),
      kappa = number(x$standard.kappa)
    ))
    if (!all(is.na(x[c("sensitivity", "specificity")]))) {
      out <- c(out, lapply(list(recall = x$sensitivity,
                                specificity = x$specificity,
                                precision = x$precision, F1 = x$f1), number))
    }
  }
  data.frame(out[!vapply(out, is.null, NA)], check.names = FALSE)
}

#' @rdname agreement_coders
#' @export
print.agreement_coders <- function(x, digits = 2, ...) {
  estimate <- attr_or(x, "estimate", numeric())
  standard <- attr(x, "standard")
  lead <- sprintf("%s, coder by coder", attr_or(x, "label", "Agreement"))
  if (length(estimate) == 1) {
    lead <- sprintf("%s (all: %s)", lead, format_number(estimate, digits))
  }
  if (!is.null(standard)) {
    lead <- sprintf("%s; against the standard \"%s\"", lead, standard)
  }
  cat(strwrap(sub("^(.)", "\\U\\1", lead, perl = TRUE),
              getOption("width") - 1, exdent = 2), sep = "\n")
  shown <- format.agreement_coders(x, digits)
  if (!is.null(standard) && table_excess(shown) > 0) {
    first <- intersect(c("code", "coder"), names(shown))
    from <- match("agree", names(shown))
    print_table(shown[seq_len(from - 1)])
    cat(sprintf("Against \"%s\":\n", standard))
    shown <- shown[c(first, names(shown)[from:length(shown)])]
  }
  print_table(shown)
  invisible(x)
}

#' @exportS3Method knitr::knit_print
knit_print.agreement_coders <- function(x, digits = 2, caption = NULL, ...) {
  knit_table(format.agreement_coders(x, digits), caption = caption)
}

CODER_KINDS <- c("with each other coder", "all others, without the coder")

coder_rows <- function(x, call = caller_env()) {
  data <- plain_frame(x)
  label <- if (all(is.na(data$code))) data$coder else
    paste(data$code, data$coder, sep = ", ")
  shown <- c(TRUE, !all(is.na(data$without)))
  kind <- factor(rep(CODER_KINDS, each = nrow(data)), CODER_KINDS[shown])
  both <- data.frame(
    label = factor(rep(label, 2), rev(unique(label))), kind = kind,
    facet = all(shown), prevalence = NA_real_,
    estimate = c(data$mean, data$without),
    conf.low = c(data$lowest, rep(NA, nrow(data))),
    conf.high = c(data$highest, rep(NA, nrow(data)))
  )
  both$note <- ifelse(is.na(both$estimate) &
                        both$kind %in% CODER_KINDS[1], "undefined", "")
  both[!is.na(both$kind), ]
}

coder_limits <- function(data) {
  low <- min(c(0, data$conf.low, data$estimate), na.rm = TRUE)
  c(floor(low * 10) / 10, 1)
}

coder_reference <- function(x) {
  estimate <- attr_or(x, "estimate", NA_real_)
  if (length(estimate) == 1 && !is.na(estimate)) unname(estimate)
}

coder_caption <- function(x) {
  paste0("Lines: from the coder's lowest pair to the highest.",
         if (!is.null(coder_reference(x))) " Dashed: all coders.")
}

#' @rdname agreement_coders
#' @param object,x What `agreement_coders()` gives, for the methods; `plot()`
#'   and `autoplot()` (with ggplot2) draw each coder's mean agreement with the
#'   others and what the others reach among themselves.
#' @exportS3Method ggplot2::autoplot
autoplot.agreement_coders <- function(object, ...) {
  need_package("ggplot2", "autoplot()")
  data <- coder_rows(object)
  forest_ggplot(data, coder_limits(data), coder_reference(object),
                attr_or(object, "label", "Agreement"), coder_caption(object))
}

#' @rdname agreement_coders
#' @export
plot.agreement_coders <- function(x, ...) {
  data <- coder_rows(x)
  plot_forest(data, coder_limits(data), coder_reference(x),
              attr_or(x, "label", "Agreement"), coder_caption(x))
  invisible(x)
}
