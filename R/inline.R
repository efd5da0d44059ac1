#' Results in a sentence
#'
#' A string for `` `r ` `` chunks, rounded as reports round: coefficients,
#' effects and their intervals to two decimals; p to three, from 0.001 down as
#' "p < 0.001", never as 0; counts as k/n. What is undefined says why.
#'
#' @param x An [agreement()], [compare_groups()], [compare_agreement()],
#'   [saturation()], a test of class `htest`, or a number.
#' @param code The code (or theme, or for saturation the group) whose row is
#'   told; all rows by default.
#' @param digits Decimal places; p has one more.
#' @param style For numbers: `"number"`, `"percent"` or `"p"`.
#' @param ... Not used.
#' @return Strings, one per row, named by code where there are codes.
#' @section Errors: `intercoder_error_value` for a code that is not there.
#' @seealso [methods_text()].
#' @examples
#' study <- simulated_study
#' m <- code_matrix(study$consensus, units(study$transcripts), study$codebook)
#' inline(compare_groups(m, "group", "share"), "Doctor-patient relationship")
#' inline(0.00004, style = "p")
#' inline(fisher_test(rbind(c(9, 2), c(3, 7))))
#' @export
inline <- function(x, ...) UseMethod("inline")

#' @export
inline.default <- function(x, ...) {
  arg_error("x", "a result that has a sentence, or a number", describe_value(x),
            caller_env())
}

#' @rdname inline
#' @export
inline.numeric <- function(x, style = c("number", "percent", "p"), digits = 2,
                           ...) {
  check_no_dots(...)
  style <- check_choice(style, c("number", "percent", "p"))
  check_count(digits, max = 15)
  switch(style, number = format_number(x, digits),
         percent = format_percent(x, max(0, digits - 2)),
         p = inline_p(x, digits + 1))
}

inline_p <- function(p, digits) {
  text <- format_p(p, digits)
  ifelse(startsWith(text, "<"), sub("<", "p < ", text, fixed = TRUE),
         paste("p =", text))
}

inline_rows <- function(x, names, code, call = caller_env()) {
  if (is.null(code)) {
    return(seq_along(names))
  }
  check_string(code, call = call)
  rows <- which(names %in% code)
  if (!length(rows)) {
    abort("value", c(sprintf("There is no row about \"%s\".", code),
                     i = sprintf("There is %s.",
                                 quoted(unique(names), 8))), call = call)
  }
  rows
}

inline_estimate <- function(name, x, conf_level, digits) {
  text <- sprintf("%s = %s", name, or_status(
    format_number(x$estimate, digits), x$status %||% rep("ok", nrow(x))))
  paste0(text, ifelse(is.na(x$conf.low) & is.na(x$conf.high), "", sprintf(
    ", %g%% CI %s", 100 * conf_level,
    format_interval(x$conf.low, x$conf.high, digits))))
}

#' @rdname inline
#' @export
inline.agreement <- function(x, code = NULL, digits = 2, ...) {
  check_no_dots(...)
  plain <- plain_frame(x)
  plain <- plain[inline_rows(x, plain$code, code), , drop = FALSE]
  stats::setNames(
    inline_estimate(coefficient_label(plain$coefficient, plain$level,
                                      plain$weights),
                    plain, attr_or(x, "conf_level", NA), digits), plain$code)
}

#' @rdname inline
#' @export
inline.agreement_difference <- function(x, digits = 2, ...) {
  check_no_dots(...)
  plain <- plain_frame(x)
  paste0(inline_estimate("difference", plain, attr_or(x, "conf_level", NA),
                         digits), ", ", inline_p(plain$p.value, digits + 1))
}

#' @rdname inline
#' @export
inline.group_comparison <- function(x, code = NULL, digits = 2, ...) {
  check_no_dots(...)
  plain <- plain_frame(x)
  plain <- plain[inline_rows(x, plain$code, code), , drop = FALSE]
  groups <- attr(x, "groups")
  amounts <- lapply(groups, function(g) {
    sub(" \\(.*", "", group_amount(plain, g, digits))
  })
  effect <- ifelse(plain$effect == "risk difference", "difference",
                   "Cliff's delta")
  plain$status <- NULL
  p <- ifelse(is.na(plain$p.value), "", paste0(
    ", ", inline_p(plain$p.value, digits + 1),
    if (attr(x, "adjust") != "none")
      sub("^p", ", adjusted p", inline_p(plain$p.adjusted, digits + 1))))
  stats::setNames(paste0(
    amounts[[1]], " against ", amounts[[2]], ", ",
    inline_estimate(effect, plain, attr(x, "conf_level"), digits), p
  ), plain$code)
}

#' @rdname inline
#' @export
inline.saturation <- function(x, code = NULL, ...) {
  check_no_dots(...)
  plain <- plain_frame(x)
  plain <- plain[inline_rows(x, plain$group, code), , drop = FALSE]
  text <- ifelse(plain$status == "reached",
                 sprintf("%d+%d interviews", plain$reached, plain$run),
                 gsub("_", " ", plain$status))
  stats::setNames(sprintf("%s (new information at most %s)", text,
                          format_percent(plain$threshold)), plain$group)
}

#' @rdname inline
#' @export
inline.htest <- function(x, digits = 2, ...) {
  check_no_dots(...)
  limits <- x$conf.int %||% c(NA, NA)
  estimate <- if (length(x$estimate) == 1) inline_estimate(
    names(x$estimate),
    data.frame(estimate = unname(x$estimate), conf.low = limits[1],
               conf.high = limits[2]),
    attr(x$conf.int, "conf.level") %||% NA, digits)
  paste(c(estimate, inline_p(unname(x$p.value), digits + 1)), collapse = ", ")
}
