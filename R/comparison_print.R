#' Printing and tidying a comparison
#'
#' `format()` gives the table that is printed and knitted, rounded: how many in
#' each group (or the mean), then the effect with its interval, p last. `tidy()`
#' gives the columns as broom names them, `glance()` one row about the whole.
#'
#' @param x A [compare_groups()].
#' @param digits Decimal places of effects and means; p-values have one more.
#' @param labels Whether a knitted table has the labels of codes, where the
#'   codebook gave some, as figures do; `FALSE` for the codes themselves, as in
#'   print.
#' @param caption Caption of a knitted table.
#' @param ... Not used.
#' @return `format()` and `tidy()` a data frame, `glance()` a data frame of one
#'   row, `print()` its argument.
#' @name comparison_print
#' @examples
#' study <- simulated_study
#' m <- code_matrix(study$consensus, units(study$transcripts), study$codebook)
#' format(compare_groups(m, "group", level = "code"))
NULL

#' @rdname comparison_print
#' @export
format.group_comparison <- function(x, digits = 2, ...) {
  groups <- attr(x, "groups")
  plain <- plain_frame(x)
  amounts <- lapply(groups, function(g) group_amount(plain, g, digits))
  names(amounts) <- groups
  tested <- plain$status == "ok"
  tail <- list(
    effect = trimws(paste(
      format_number(plain$estimate, digits),
      ifelse(is.na(plain$conf.low), "",
             format_interval(plain$conf.low, plain$conf.high, digits))
    )),
    p = ifelse(tested, format_p(plain$p.value, digits + 1), "NA"),
    "p adj." = ifelse(tested, format_p(plain$p.adjusted, digits + 1), "NA")
  )
  names(tail)[1] <- sprintf(
    "%s [%g%%]",
    if (all(plain$effect %in% "risk difference")) "difference" else
      "Cliff's delta", 100 * attr(x, "conf_level"))
  first <- list(family = plain$family, code = plain$code)
  names(first)[2] <- comparison_row(x)
  first <- first[lengths(first) > 0 | names(first) != "family"]
  if (identical(attr(x, "adjust"), "none")) {
    tail <- tail[1:2]
  }
  as.data.frame(c(first, amounts, tail), optional = TRUE,
                stringsAsFactors = FALSE)
}

group_amount <- function(x, group, digits) {
  k <- x[[paste0("k.", group)]]
  n <- x[[paste0("n.", group)]]
  mean <- x[[paste0("mean.", group)]]
  if (is.null(mean)) {
    return(sprintf("%d/%d (%s)", k, n, format_percent(k / n)))
  }
  share <- x$measure == "share"
  ifelse(share, format_percent(mean, max(0, digits - 1)),
         format_number(mean, digits))
}

comparison_header <- function(x) {
  groups <- attr(x, "groups")
  sizes <- attr(x, "sizes")
  what <- c(presence = "Participants with the %s in at least one %s",
            count = "Mean number of %2$ss with the %1$s",
            share = "Mean share of %2$ss with the %1$s")
  measure <- x$measure[1] %||% "presence"
  if (is.na(measure)) measure <- "presence"
  sprintf("%s: %s (n = %d) against %s (n = %d)",
          sprintf(what[[measure]], comparison_row(x), attr(x, "unit")),
          groups[1], sizes[1], groups[2], sizes[2])
}

TEST_LABELS <- c(
  boschloo = "Boschloo's central test", fisher = "Fisher's exact test",
  permutation = "permutation of the difference in means",
  wilcoxon = "Wilcoxon's test with ties",
  cmh = "exact Cochran-Mantel-Haenszel test", mcnemar = "exact McNemar test",
  "van-elteren" = "van Elteren's test",
  "signed-rank" = "Wilcoxon's signed-rank test"
)
INTERVAL_LABELS <- c(
  exact = "exact interval", score = "Miettinen-Nurminen interval",
  newcombe = "Newcombe's interval", klingenberg = "Klingenberg's interval",
  tango = "Tango's interval"
)
ADJUST_LABELS <- c(
  minp = "min-p", maxt = "max-T", holm = "Holm", BH = "Benjamini-Hochberg",
  tarone = "Tarone", dbonferroni = "discrete Bonferroni",
  dbh = "discrete Benjamini-Hochberg",
  heyse = "discrete Benjamini-Hochberg by Heyse", none = "none"
)

comparison_notes <- function(x) {
  if (!nrow(x)) {
    return("(no rows)")
  }
  c(effect_note(x), design_note(x), adjust_note(x), seen_note(x),
    status_note(x, "no_variation", sprintf(
      "alike in all %s (%%s), nothing to test.",
      if (identical(attr(x, "design"), "none")) "participants" else
        "who may change places")),
    status_note(x, "not_seen", "not seen in one of the groups (%s)."))
}

status_note <- function(x, status, text) {
  rows <- sum(x$status == status)
  if (rows) {
    sprintf(paste("NA:", text), format_count(rows, comparison_row(x)))
  }
}

# The label of each row; where there is none, its code or theme.
comparison_labels <- function(x) {
  label <- unname(attr(x, "labels")[x$code]) %||% rep(NA, nrow(x))
  label[x$family %in% "theme"] <- NA
  ifelse(is.na(label), x$code, label)
}

# What a row is, in words.
comparison_row <- function(x) {
  if (attr(x, "level") == "both") "code" else attr(x, "level")
}

seen_note <- function(x) {
  n <- as.matrix(plain_frame(x)[paste("n", attr(x, "groups"), sep = ".")])
  if (any(t(n) < attr(x, "sizes"))) {
    "Not everybody was seen for every code: each is compared among those seen."
  }
}

effect_note <- function(x) {
  groups <- attr(x, "groups")
  which <- x$interval[!is.na(x$interval)]
  interval <- if (!length(which)) "without an interval" else
    sprintf("%g%% %s", 100 * attr(x, "conf_level"), INTERVAL_LABELS[[which[1]]])
  sprintf("%s, %s minus %s, %s; %s, two-sided.",
          if (x$effect[1] == "risk difference") "Difference" else
            "Cliff's delta", groups[1], groups[2], interval,
          TEST_LABELS[[x$test[1]]])
}

design_note <- function(x) {
  design <- attr(x, "design")
  if (design != "none") {
    sprintf("Compared within %s of \"%s\".", design, attr(x, "within"))
  }
}

adjust_note <- function(x) {
  adjust <- attr(x, "adjust")
  both <- attr(x, "level") == "both"
  if (adjust == "none") {
    return("p not adjusted for the number of codes.")
  }
  how <- if (adjust %in% c("minp", "maxt")) joint_note(x, adjust) else
    sprintf("p adjusted by %s over %s%s.", ADJUST_LABELS[[adjust]],
            if (both) "the rows of each family" else
              format_count(nrow(x), attr(x, "level")), tarone_note(x))
  c(how, if (both && !is.null(how)) paste(
    "Two families, each adjusted by itself: the error rate holds within each,",
    "not over both."))
}

tarone_note <- function(x) {
  k <- attr(x, "tarone")
  if (is.null(k) || attr(x, "level") == "both") "" else sprintf(" (K = %d)", k)
}

joint_note <- function(x, adjust) {
  ways <- attr(x, "relabellings")
  if (is.na(ways)) {
    return(NULL)
  }
  sprintf("p adjusted jointly (%s%s) over %s %s%s.", ADJUST_LABELS[[adjust]],
          if (attr(x, "step") == "single") ", single-step" else "",
          if (isTRUE(attr(x, "complete"))) "all" else "a random",
          format_count(ways, "relabelling"),
          if (isTRUE(attr(x, "complete"))) "" else
            sprintf(" (seed %.0f)", attr(x, "seed")))
}

FAMILY_LABELS <- c(theme = "Themes, the primary question:",
                   code = "Codes, to explore:")

#' @rdname comparison_print
#' @export
print.group_comparison <- function(x, digits = 2, ...) {
  cat(strwrap(comparison_header(x)), sep = "\n")
  for (family in unique(x$family %||% rep("", nrow(x)))) {
    rows <- if (nzchar(family)) x$family == family else TRUE
    if (nzchar(family)) cat(FAMILY_LABELS[[family]], "\n", sep = "")
    shown <- format.group_comparison(x[rows, ], digits)
    print_table(shown[names(shown) != "family"])
  }
  cat(strwrap(comparison_notes(x)), sep = "\n")
  invisible(x)
}

#' @rdname comparison_print
#' @exportS3Method knitr::knit_print
knit_print.group_comparison <- function(x, digits = 2, caption = NULL,
                                        labels = TRUE, ...) {
  check_flag(labels)
  shown <- format.group_comparison(x, digits)
  if (labels) shown[[comparison_row(x)]] <- comparison_labels(x)
  knit_table(
    shown,
    caption = caption %||% paste0(
      comparison_header(x), ". ", paste(comparison_notes(x), collapse = " ")
    )
  )
}

#' @rdname comparison_print
#' @exportS3Method generics::glance
glance.group_comparison <- function(x, ...) {
  check_no_dots(...)
  tested <- x$status == "ok"
  sizes <- attr(x, "sizes")
  data.frame(
    codes = nrow(x), tested = sum(tested), group = attr(x, "variable"),
    first = attr(x, "groups")[1], second = attr(x, "groups")[2],
    n.first = sizes[1], n.second = sizes[2],
    measure = x$measure[1], test = x$test[1], adjust = attr(x, "adjust"),
    smallest.p.adjusted = if (any(tested)) min(x$p.adjusted[tested]) else
      NA_real_,
    relabellings = attr(x, "relabellings"), complete = attr(x, "complete"),
    conf.level = attr(x, "conf_level"), stringsAsFactors = FALSE
  )
}
