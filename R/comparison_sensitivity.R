#' How far a comparison depends on who coded and who took part
#'
#' The same comparison made again with the codings of each coder, and with each
#' participant left out in turn: one table of all results, and what changes.
#'
#' @param x A list of [code_matrix()] objects with names, the first of which is
#'   the reference (the consensus, say), the others the coders; or one
#'   `code_matrix`, for participants alone.
#' @param group The name of the participants' attribute that has the groups.
#' @param ... More of [compare_groups()]: `measure`, `level`, `test`, `strata`,
#'   `pairs`, `conf_level`, `interval`. Adjustment for many codes is not looked
#'   at.
#' @param participants Whether participants are left out in turn (of the
#'   reference).
#' @return A data frame of class `comparison_sensitivity`, one row per scenario
#'   and code: `scenario` (the name of the reference or coder, or the
#'   participant left out), `kind` (`"reference"`, `"coder"`,
#'   `"participant"`), `code` (and `family`, with `level = "both"`),
#'   `k.<group>`, `n.<group>` (and `mean.<group>`), `effect`, `estimate`,
#'   `conf.low`, `conf.high`, `p.value`, `sign.changes` (the estimate is on the
#'   other side of 0 than that of the reference), `zero.changes` (0 is inside
#'   the interval and was outside in the reference, or the other way round),
#'   `status` (`"empty_group"` where leaving out the participant leaves a group
#'   empty).
#'
#'   `format()` gives the table that is printed, a row per code: the estimates
#'   of reference and coders, the range over participants left out, and the
#'   scenarios in which something changes.
#' @section Errors: `intercoder_error_argument` where `x` is no such list;
#'   those of [compare_groups()].
#' @seealso [compare_corrected()], [misclassified_difference()].
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' study <- simulated_study
#' turns <- units(study$transcripts)
#' all <- c(study$consensus, study$codings)
#' by <- lapply(c(consensus = "consensus", A = "A", B = "B"), function(who) {
#'   code_matrix(all, turns, study$codebook, coder = who,
#'               participants = study$participants)
#' })
#' out <- comparison_sensitivity(by, "group", measure = "share")
#' out
#' plot(out)
#' @export
comparison_sensitivity <- function(x, group, ..., participants = TRUE) {
  call <- caller_env(0)
  if (inherits(x, "code_matrix")) x <- list(reference = x)
  ok <- is.list(x) && length(x) && !is.null(names(x)) &&
    all(nzchar(names(x))) && !anyDuplicated(names(x)) &&
    all(vapply(x, inherits, NA, "code_matrix"))
  if (!ok) {
    arg_error("x", "a code_matrix(), or a list of them with names",
              describe_value(x), call)
  }
  check_string(group)
  check_flag(participants)
  again <- function(m) compared_again(m, group, ...)
  reference <- again(x[[1]])
  parts <- c(list(scenario_rows(reference, names(x)[1], "reference")),
             lapply(names(x)[-1], function(name) {
               scenario_rows(again(x[[name]]), name, "coder")
             }))
  if (participants) {
    parts <- c(parts, left_out_rows(x[[1]], reference, group, again))
  }
  out <- do.call(rbind, parts)
  rownames(out) <- NULL
  new_result(mark_changes(out), class = "comparison_sensitivity",
             groups = attr(reference, "groups"),
             conf_level = attr(reference, "conf_level"),
             labels = attr(reference, "labels"))
}

# Joint p-values are not wanted; where the plain one does not need relabellings
# one of them is enough. Who leaves takes the partner of a pair along.
compared_again <- function(m, group, ...) {
  given <- list(...)
  alone <- is.null(given$strata) && is.null(given$pairs)
  if (alone && !identical(given$test, "permutation")) given$replicates <- 1
  given$seed <- given$seed %||% 1
  given$adjust <- "none"
  given$progress <- FALSE
  do.call(compare_groups, c(list(m, group), given))
}

scenario_rows <- function(result, scenario, kind) {
  plain <- as.data.frame(result)
  counts <- grep("^(k|n|mean)[.]", names(plain), value = TRUE)
  cbind(scenario = scenario, kind = kind,
        plain[c(intersect("family", names(plain)), "code", counts, "effect",
                "estimate", "conf.low", "conf.high", "p.value", "status")])
}

left_out_rows <- function(m, reference, group, again) {
  inside <- which(!is.na(m$participants[[group]]))
  lapply_shown("Leaving participants out", inside, function(i) {
    name <- m$participants$participant[i]
    of <- m$participants[[group]]
    if (sum(of[inside] == of[i]) > 1) {
      fewer <- withCallingHandlers(
        again(without_participant(m, i)),
        intercoder_warning_group = function(w) invokeRestart("muffleWarning")
      )
      return(scenario_rows(fewer, name, "participant"))
    }
    rows <- scenario_rows(reference, name, "participant")
    rows[!names(rows) %in% c("scenario", "kind", "code", "effect")] <- NA
    rows$status <- "empty_group"
    rows
  })
}

without_participant <- function(m, i) {
  for (part in c("codes", "themes", "participants")) {
    m[[part]] <- m[[part]][-i, , drop = FALSE]
  }
  m
}

mark_changes <- function(x) {
  first <- x[x$kind == "reference", ]
  key <- function(d) paste(d$family, d$code)
  at <- match(key(x), key(first))
  outside <- function(low, high) low > 0 | high < 0
  x$sign.changes <- x$estimate * first$estimate[at] < 0
  x$zero.changes <- outside(x$conf.low, x$conf.high) !=
    outside(first$conf.low, first$conf.high)[at]
  x[c(setdiff(names(x), "status"), "status")]
}

#' @rdname comparison_sensitivity
#' @param digits Decimal places.
#' @param caption Caption of a knitted table.
#' @export
format.comparison_sensitivity <- function(x, digits = 2, ...) {
  d <- plain_frame(x)
  codes <- unique(d$code)
  of <- function(name) d[d$scenario == name, ][
    match(codes, d$code[d$scenario == name]), ]
  named <- unique(d$scenario[d$kind != "participant"])
  first <- of(named[1])
  out <- list(codes, trimws(paste(
    format_number(first$estimate, digits),
    ifelse(is.na(first$conf.low), "",
           format_interval(first$conf.low, first$conf.high, digits)))))
  names(out) <- c("code", named[1])
  for (name in named[-1]) {
    out[[name]] <- format_number(of(name)$estimate, digits)
  }
  if (any(d$kind == "participant")) {
    out[["one left out"]] <- vapply(codes, left_out_range, "", d, digits)
  }
  out$changes <- vapply(codes, changes_text, "", d)
  data.frame(out, check.names = FALSE, row.names = NULL)
}

left_out_range <- function(code, d, digits) {
  at <- d$estimate[d$kind == "participant" & d$code == code]
  if (all(is.na(at))) {
    return("NA")
  }
  paste(format_number(range(at, na.rm = TRUE), digits), collapse = " to ")
}

changes_text <- function(code, d) {
  d <- d[d$code == code, ]
  list_of <- function(what, changed) {
    who <- d$scenario[changed %in% TRUE]
    more <- length(who) - 3
    if (length(who)) sprintf("%s: %s%s", what,
                             paste(utils::head(who, 3), collapse = ", "),
                             if (more > 0) sprintf(" and %d more", more) else
                               "")
  }
  text <- c(list_of("sign", d$sign.changes), list_of("zero", d$zero.changes))
  if (length(text)) paste(text, collapse = "; ") else "none"
}

sensitivity_header <- function(x) {
  groups <- attr(x, "groups")
  d <- plain_frame(x)
  effect <- if (d$effect[1] == "risk difference") "Difference" else d$effect[1]
  sprintf("%s, %s minus %s, with %g%% intervals: %s, and each of %s left out",
          effect, groups[1], groups[2], 100 * attr_or(x, "conf_level", NA),
          paste(unique(d$scenario[d$kind != "participant"]), collapse = ", "),
          format_count(length(unique(d$scenario[d$kind == "participant"])),
                       "participant"))
}

SENSITIVITY_NOTE <- paste("Changes against the first: sign of the estimate;",
                          "zero in the interval or not.")

#' @rdname comparison_sensitivity
#' @export
print.comparison_sensitivity <- function(x, digits = 2, ...) {
  cat(strwrap(paste0(sensitivity_header(x), "."), exdent = 2), sep = "\n")
  print_table(format.comparison_sensitivity(x, digits))
  cat(strwrap(SENSITIVITY_NOTE, exdent = 2), sep = "\n")
  invisible(x)
}

#' @rdname comparison_sensitivity
#' @exportS3Method knitr::knit_print
knit_print.comparison_sensitivity <- function(x, digits = 2, caption = NULL,
                                              ...) {
  knit_table(format.comparison_sensitivity(x, digits),
             caption = caption %||%
               paste0(sensitivity_header(x), ". ", SENSITIVITY_NOTE))
}

sensitivity_dots <- function(x, call = caller_env()) {
  d <- plain_frame(x)
  if (!nrow(d) || all(is.na(d$estimate))) {
    abort("value", "There is nothing to draw.", call = call)
  }
  out <- d$kind == "participant"
  label <- attr(x, "labels")[d$code] %||% d$code
  data.frame(label = unname(ifelse(is.na(label), d$code, label)),
             kind = ifelse(out, "one participant left out", d$scenario),
             at = d$estimate, low = ifelse(out, NA, d$conf.low),
             high = ifelse(out, NA, d$conf.high), machine = !out)
}

sensitivity_axis <- function(x) {
  sub("Difference", if (x$effect[1] == "risk difference") "Difference" else
    x$effect[1], difference_axis(x))
}

#' @rdname comparison_sensitivity
#' @export
plot.comparison_sensitivity <- function(x, ...) {
  draw_dots(sensitivity_dots(x), sensitivity_axis(x), dot_caption(x), 0)
  invisible(x)
}

#' @rdname comparison_sensitivity
#' @param object A `comparison_sensitivity`.
#' @exportS3Method ggplot2::autoplot
autoplot.comparison_sensitivity <- function(object, ...) {
  need_package("ggplot2", "autoplot()")
  autoplot_dots(sensitivity_dots(object), sensitivity_axis(object),
                dot_caption(object), 0)
}
