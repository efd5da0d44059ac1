#' Agreement category by category
#'
#' A single coefficient says how well coders agree on the whole; this says on
#' which categories they do. Each category is set against all others, and
#' agreement is measured on that yes or no.
#'
#' @section Two questions: `estimate` is the coefficient of the category against
#'   the rest: with `"fleiss"` the category kappa of Fleiss (1971), with
#'   `"alpha"` Krippendorff's (2004) alpha for single categories, with `"kappa"`
#'   Cohen's kappa of the collapsed table. `specific` is specific agreement:
#'   where one coder gives the category, how often does another, chosen at
#'   random among those who rated the unit, give it too,
#'   \deqn{S_k = \frac{\sum_u r_{uk} (r_{uk} - 1)}{\sum_u r_{uk} (r_u - 1)}}
#'   with \eqn{r_{uk}} coders who put unit \eqn{u} into \eqn{k} and
#'   \eqn{r_u} values in the unit. For two coders and two categories it is
#'   positive and negative agreement (Cicchetti and Feinstein 1990); for several
#'   coders and missing values it follows Spitzer and Fleiss (1974) and Uebersax
#'   (1982). It is not corrected for chance: a category that is given nearly
#'   always is confirmed nearly always.
#'
#' @inheritParams agreement
#' @param coefficient One coefficient of [agreement()] for categories.
#' @param ci Kind of interval, of both: units, or clusters, are resampled. The
#'   linearised variance of specific agreement is that of a quotient of sums.
#' @return A data frame of class `agreement_categories`, one row per code and
#'   category (in their order): `code`, `category`, `coefficient`, `estimate`,
#'   `std.error`, `conf.low`, `conf.high`, `interval`, `specific`,
#'   `specific.error`, `specific.low`, `specific.high`, `specific.interval`,
#'   `values` (how often the category was given), `margin` (their share of all
#'   values), `pairable` (units with at least two values), `disagreements`
#'   (units whose coders differ on this category) and `status`. A category that
#'   nobody, or everybody, gave has `NA` and `no_variation`.
#' @section Errors: those of [agreement()]; `intercoder_error_limit` where there
#'   are more than 50 categories, as with measurements or sets;
#'   `intercoder_error_value` where there is none.
#' @references
#' Cicchetti, D. V., & Feinstein, A. R. (1990). High agreement but low kappa:
#' II. Resolving the paradoxes. *Journal of Clinical Epidemiology* 43.
#'
#' Fleiss, J. L. (1971). Measuring nominal scale agreement among many raters.
#' *Psychological Bulletin* 76.
#'
#' Krippendorff, K. (2004). *Content Analysis*, 2nd ed. Sage.
#'
#' Spitzer, R. L., & Fleiss, J. L. (1974). A re-analysis of the reliability of
#' psychiatric diagnosis. *British Journal of Psychiatry* 125.
#'
#' Uebersax, J. S. (1982). A design-independent method for measuring the
#' reliability of psychiatric diagnosis. *Journal of Psychiatric Research* 17.
#' @seealso [kappa_indices()] for two coders, [confusions()] for what is taken
#'   for what.
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' x <- ratings(cbind(Ann = c("calm", "calm", "angry", "sad", "sad", "calm"),
#'                    Ben = c("calm", "sad", "angry", "sad", "sad", "calm"),
#'                    Cem = c("calm", "sad", "angry", "calm", "sad", NA)))
#' agreement_categories(x, ci = "none")
#' @export
agreement_categories <- function(x, coefficient = "alpha",
                                 ci = c("bca", "percentile", "jackknife",
                                        "analytic", "none"),
                                 conf_level = 0.95, replicates = 2000,
                                 cluster = NULL, seed = NULL, threads = NULL) {
  x <- ratings(x)
  coefficient <- check_choice(coefficient, category_coefficients)
  ci <- check_choice(ci, agreement_intervals[c(2, 3, 4, 5, 1)])
  check_categories(x, caller_env(0))
  seed <- if (ci %in% c("bca", "percentile")) draw_seed(seed)
  labels <- level_labels(x)
  x$cluster <- agreement_clusters(x, cluster, caller_env(0))
  parts <- lapply(seq_along(x$codes), function(i) {
    one <- agreement(category_ratings(x, i), coefficient, ci = ci,
                     conf_level = conf_level, replicates = replicates,
                     seed = seed, threads = threads, progress = FALSE)
    specific <- specific_agreement(x, i, one, threads)
    category_columns(x$codes[i], labels, one, specific)
  })
  new_result(bind_columns(parts),
             class = "agreement_categories", ci = ci,
             conf_level = conf_level, replicates = replicates)
}

category_coefficients <- c("percent", "kappa", "pi", "fleiss", "conger",
                           "light", "hubert", "bp", "ac", "alpha")

check_categories <- function(x, call) {
  n <- category_count(x)
  if (n == 0) {
    abort("value", "There are no values, so no category to look at.",
          call = call)
  }
  if (n > 50) {
    abort("limit", c(
      sprintf(paste("There are %d categories; one by one they can be looked at",
                    "up to 50."), n),
      i = if (identical(x$scale, "numeric"))
        paste("These are numbers: agreement() at interval level takes their",
              "distances.") else
          "Join those that belong together first."
    ), call = call)
  }
}

# Each category as a code of its own: 1 where it was given.
category_ratings <- function(x, i) {
  labels <- level_labels(x)
  given <- places(x, i)
  data <- lapply(seq_along(labels), function(k) (given == k) + 1L)
  new_ratings(data, codes = labels, levels = c("0", "1"), numbers = c(0, 1),
              scale = "ordered", units = x$units, coders = x$coders,
              cluster = x$cluster, about = x$about, anonymous = x$anonymous)
}

specific_agreement <- function(x, i, like, threads, call = caller_env()) {
  data <- places(x, i)
  shape <- as.double(c(nrow(data), ncol(data), category_count(x),
                       nlevels(x$cluster)))
  core_value(
    .Call(C_diagnostics_specific, data, shape,
          if (!is.null(x$cluster)) as.integer(x$cluster),
          as.double(c(match(attr(like, "ci"), agreement_intervals) - 1,
                      attr(like, "conf_level"), attr(like, "replicates"),
                      attr(like, "seed"))),
          thread_count(threads), NULL),
    call = call
  )
}

category_columns <- function(code, labels, one, specific) {
  specific[1:6] <- lapply(specific[1:6], not_nan)
  one <- plain_frame(one)
  c(list(code = rep(code, length(labels)), category = labels),
    one[c("coefficient", "estimate", "std.error", "conf.low", "conf.high",
          "interval")],
    list(specific = specific$value, specific.error = specific$std.error,
         specific.low = specific$low, specific.high = specific$high,
         specific.interval = agreement_intervals[specific$kind + 1],
         values = specific$times,
         margin = specific$times / max(1, sum(specific$times))),
    one[c("pairable", "disagreements", "status")])
}

#' @rdname agreement_categories
#' @param digits Decimal places.
#' @param ... Not used.
#' @export
format.agreement_categories <- function(x, digits = 2, ...) {
  several <- !all(is.na(x$code))
  intervals <- attr_or(x, "ci", "none") != "none"
  estimate <- or_status(format_number(x$estimate, digits), x$status)
  limits <- function(low, high, kind) {
    ifelse(is.na(low), gsub("_", " ", kind), format_interval(low, high, digits))
  }
  out <- list(
    code = if (several) x$code, category = x$category, estimate = estimate,
    interval = if (intervals)
      ifelse(x$status != "ok", "", limits(x$conf.low, x$conf.high, x$interval)),
    specific = format_number(x$specific, digits),
    " interval" = if (intervals)
      ifelse(is.na(x$specific), "",
             limits(x$specific.low, x$specific.high, x$specific.interval)),
    values = format_whole(x$values),
    margin = format_percent(x$margin),
    differ = format_whole(x$disagreements)
  )
  data.frame(out[!vapply(out, is.null, NA)], check.names = FALSE)
}

#' @rdname agreement_categories
#' @export
print.agreement_categories <- function(x, digits = 2, ...) {
  label <- coefficient_label(x$coefficient[1], "nominal", "none")
  lead <- paste(sub("^(.)", "\\U\\1", label, perl = TRUE),
                "of each category against the rest, and specific agreement")
  if (attr_or(x, "ci", "none") != "none") {
    lead <- sprintf("%s, with %g%% intervals", lead,
                    100 * attr_or(x, "conf_level", NA))
  }
  cat(strwrap(lead, getOption("width") - 1, exdent = 2), sep = "\n")
  if (nrow(x)) print_table(format.agreement_categories(x, digits)) else
    cat("(no rows)\n")
  invisible(x)
}

#' @exportS3Method knitr::knit_print
knit_print.agreement_categories <- function(x, digits = 2, caption = NULL,
                                            ...) {
  knit_table(format.agreement_categories(x, digits), caption = caption)
}
