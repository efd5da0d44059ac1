#' A difference of groups corrected for errors of coding
#'
#' What a risk difference would be if codes were found with a given sensitivity
#' and specificity, and how far it moves while these range over what is
#' plausible: with the same errors in both groups, and with each group's own.
#' Where the coded part was chosen by lot [compare_corrected()] says more.
#'
#' @section Method: Of a share q of participants found to mention a code,
#'   (q + specificity - 1) / (sensitivity + specificity - 1) do (Rogan and
#'   Gladen 1978), within 0 and 1. With the same errors in both groups the
#'   difference is divided by sensitivity + specificity - 1, so errors alike
#'   make a difference smaller and never turn it round; errors that depend on
#'   the group can do anything. Bounds are the smallest and largest value over
#'   the ranges, found exactly: at their ends and where a share reaches 0 or 1.
#'   They say nothing of chance; the intervals of the observed difference and
#'   of the corrected one (the observed limits divided likewise) do.
#'
#'   Sensitivity and specificity are those of the *participant's* value, whether
#'   a code is mentioned at all. Those of turns are others: measure them with
#'   whole transcripts as units.
#'
#' @param x A [compare_groups()] of presence, or a 2 x 2 table as in
#'   [boschloo_test()].
#' @param sensitivity,specificity One number; two, the ends of what is
#'   plausible (the middle is taken as value); or three, low end, value, high
#'   end.
#' @param accuracy A [coder_accuracy()] of whole transcripts: recall and
#'   specificity of each code with their intervals are taken instead.
#' @param conf_level Confidence level of the exact interval, for a table.
#' @return A data frame of class `misclassified`, one row per code: `code`,
#'   `sensitivity`, `specificity` (the values), `estimate`, `conf.low`,
#'   `conf.high` (observed), `corrected`, `corrected.low`, `corrected.high` (its
#'   interval at these values), `same.low`, `same.high` (bounds with the same
#'   errors in both groups), `own.low`, `own.high` (with each group's own; -1
#'   and 1, as with the same errors, where sensitivity + specificity may be 1
#'   or less), `sign` (`"kept"` where all of these bounds have the sign of the
#'   estimate, else `"open"`), `status` (`"uninformative"` where sensitivity +
#'   specificity are 1 or less, `"no_accuracy"` where `accuracy` does not have
#'   the code, or not its limits: then all these are `NA`).
#' @section Errors: `intercoder_error_argument` for numbers that are no
#'   proportions or out of order, or where nothing says how good the coding is;
#'   `intercoder_error_value` for a comparison of counts or shares, or within
#'   strata or pairs.
#' @references
#' Rogan, W. J., & Gladen, B. (1978). Estimating prevalence from the results of
#' a screening test. *American Journal of Epidemiology* 107.
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' mentions <- rbind(clinicians = c(8, 3), developers = c(3, 7))
#' misclassified_difference(mentions, sensitivity = c(0.8, 0.95),
#'                          specificity = c(0.9, 1))
#' # Rules held against the consensus, in whole transcripts
#' study <- simulated_study
#' whole <- units(study$transcripts, by = "transcript")
#' rules <- apply_codebook(study$transcripts, study$codebook)
#' everywhere <- study$transcripts$documents$transcript
#' plan <- coding_plan(codebook = everywhere, consensus = everywhere)
#' found <- coder_accuracy(c(study$consensus, rules), "codebook", "consensus",
#'                         whole, plan)
#' m <- code_matrix(rules, units(study$transcripts), study$codebook)
#' out <- misclassified_difference(compare_groups(m, "group", level = "code"),
#'                                 accuracy = found)
#' out
#' @export
misclassified_difference <- function(x, sensitivity = NULL, specificity = NULL,
                                     accuracy = NULL, conf_level = 0.95) {
  call <- caller_env(0)
  check_proportion(conf_level)
  seen <- seen_difference(x, conf_level, call)
  known <- if (is.null(accuracy)) {
    given <- c(plausible(sensitivity, "sensitivity", call),
               plausible(specificity, "specificity", call))
    matrix(given, nrow(seen), 6, byrow = TRUE)
  } else {
    check_class(accuracy, "coder_accuracy", "coder_accuracy()")
    at <- match(seen$code, accuracy$code)
    as.matrix(as.data.frame(accuracy)[at, c(
      "recall.low", "recall", "recall.high", "specificity.low", "specificity",
      "specificity.high")])
  }
  rows <- lapply(seq_len(nrow(seen)), function(i) {
    corrected_difference(as.list(seen[i, ]), known[i, ])
  })
  new_result(bind_columns(rows), class = "misclassified",
             groups = attr(seen, "groups"), conf_level = attr(seen, "level"))
}

plausible <- function(x, arg, call) {
  ok <- is.numeric(x) && length(x) %in% 1:3 && !anyNA(x) &&
    all(x >= 0 & x <= 1) && !is.unsorted(x)
  if (!ok) {
    arg_error(arg, "one to three proportions in order (or give `accuracy`)",
              describe_value(x), call)
  }
  if (length(x) == 2) c(x[1], mean(x), x[2]) else rep_len(x, 3)
}

seen_difference <- function(x, conf_level, call) {
  if (inherits(x, "group_comparison")) {
    known <- attained_codes(x, call)
    plain <- plain_frame(x)
    return(structure(
      data.frame(code = plain$code, q1 = known$x1 / known$n1,
                 q2 = known$x2 / known$n2,
                 estimate = plain$estimate, conf.low = plain$conf.low,
                 conf.high = plain$conf.high, stringsAsFactors = FALSE),
      groups = attr(x, "groups"), level = attr(x, "conf_level")))
  }
  t <- read_table2(x, NULL, "", call)
  limits <- difference_limits(t$x1, t$n1, t$x2, t$n2, "exact", conf_level, call)
  q <- c(t$x1 / t$n1, t$x2 / t$n2)
  structure(data.frame(code = NA_character_, q1 = q[1], q2 = q[2],
                       estimate = q[1] - q[2], conf.low = limits[1],
                       conf.high = limits[2]),
            groups = t$labels, level = conf_level)
}

rogan_gladen <- function(q, sensitivity, specificity) {
  pmin(1, pmax(0, (q + specificity - 1) / (sensitivity + specificity - 1)))
}

# `known`: low end, value, high end of sensitivity, then of specificity.
corrected_difference <- function(seen, known) {
  known <- unname(known)
  out <- list(code = seen$code, sensitivity = known[2], specificity = known[5],
              estimate = seen$estimate, conf.low = seen$conf.low,
              conf.high = seen$conf.high)
  bounds <- c("corrected", "corrected.low", "corrected.high", "same.low",
              "same.high", "own.low", "own.high")
  worth <- known[2] + known[5] - 1
  if (anyNA(known) || worth <= 0) {
    out[bounds] <- NA_real_
    return(c(out, sign = NA_character_, status = if (anyNA(known))
      "no_accuracy" else "uninformative"))
  }
  out[bounds[1:3]] <- list(
    rogan_gladen(seen$q1, known[2], known[5]) -
      rogan_gladen(seen$q2, known[2], known[5]),
    max(-1, seen$conf.low / worth), min(1, seen$conf.high / worth))
  out[bounds[4:7]] <- as.list(error_bounds(seen, known))
  kept <- all(sign(unlist(out[bounds[4:7]])) == sign(seen$estimate))
  c(out, sign = if (kept) "kept" else "open", status = "ok")
}

# The same errors in both groups, then each group's own. Coding that may be no
# better than chance says nothing.
error_bounds <- function(seen, known) {
  if (known[1] + known[4] <= 1) {
    return(c(-1, 1, -1, 1))
  }
  at <- error_corners(seen, known)
  p1 <- rogan_gladen(seen$q1, at$sensitivity, at$specificity)
  p2 <- rogan_gladen(seen$q2, at$sensitivity, at$specificity)
  c(range(p1 - p2), min(p1) - max(p2), max(p1) - min(p2))
}

# A share is monotone in either, and so is the difference between the places
# where a share reaches 0 or 1.
error_corners <- function(seen, known) {
  q <- c(seen$q1, seen$q2)
  within <- function(x, range) unique(x[x >= range[1] & x <= range[2]])
  expand.grid(sensitivity = within(c(known[c(1, 3)], q), known[c(1, 3)]),
              specificity = within(c(known[c(4, 6)], 1 - q), known[c(4, 6)]))
}

#' @rdname misclassified_difference
#' @param digits Decimal places.
#' @param caption Caption of a knitted table.
#' @param ... Not used.
#' @export
format.misclassified <- function(x, digits = 2, ...) {
  d <- plain_frame(x)
  out <- list(
    code = if (!all(is.na(d$code))) d$code,
    sens. = format_number(d$sensitivity, digits),
    spec. = format_number(d$specificity, digits),
    observed = format_number(d$estimate, digits),
    "corrected [%g%%]" = or_status(paste(
      format_number(d$corrected, digits),
      format_interval(d$corrected.low, d$corrected.high, digits)), d$status),
    "same errors" = format_bounds(d$same.low, d$same.high, digits),
    "own errors" = format_bounds(d$own.low, d$own.high, digits)
  )
  names(out)[5] <- sprintf(names(out)[5], 100 * attr_or(x, "conf_level", NA))
  data.frame(out[!vapply(out, is.null, NA)], check.names = FALSE)
}

format_bounds <- function(low, high, digits) {
  ifelse(low <= -1 & high >= 1, "any", format_interval(low, high, digits))
}

misclassified_header <- function(x) {
  groups <- attr(x, "groups")
  sprintf(paste("Difference in who mentions it, %s minus %s, observed and",
                "corrected; then bounds over the plausible errors of coding,",
                "the same or each group's own"), groups[1], groups[2])
}

#' @rdname misclassified_difference
#' @export
print.misclassified <- function(x, digits = 2, ...) {
  cat(strwrap(paste0(misclassified_header(x), "."), exdent = 2), sep = "\n")
  print_table(format.misclassified(x, digits))
  invisible(x)
}

#' @rdname misclassified_difference
#' @exportS3Method knitr::knit_print
knit_print.misclassified <- function(x, digits = 2, caption = NULL, ...) {
  knit_table(format.misclassified(x, digits),
             caption = caption %||% paste0(misclassified_header(x), "."))
}
