accuracy_measures <- c("precision", "recall", "specificity", "f1")

#' A coder held against a standard: precision, recall, F1
#'
#' How well one coder, such as the rules of a codebook, finds what another, such
#' as a person or the consensus, found: code by code, with intervals, and with
#' the units to read where it missed or went too far ([misses()]).
#'
#' @section Method: In each unit that both saw, the coder applied the code or
#'   not, and so did the standard: tp units both, fp only the coder, fn only the
#'   standard, tn neither. Precision is tp / (tp + fp), recall tp / (tp + fn),
#'   specificity tn / (tn + fp) and F1 2 tp / (2 tp + fp + fn). Where nothing is
#'   to be divided by the value is `NA`. The standard is taken to be right;
#'   where it is one reading among several, [agreement_machine()] is the fairer
#'   question.
#'
#'   Precision, recall and specificity are proportions k of n units, and so is
#'   F* = tp / (tp + fp + fn), of which F1 = 2 F* / (1 + F*) is a monotone
#'   function (Hand, Christen and Kirielle 2021): its limits are those of F*,
#'   transformed. The limits of a proportion are Wilson's (1927).
#'
#'   Units of one interview are not independent. With clusters the variance of
#'   k / n is that of a ratio of sums over clusters (Cochran 1977, 6.4) and
#'   Wilson's limits are taken with the effective number of units
#'   p (1 - p) / variance in place of n (at most n), times z^2 / t^2 with t of
#'   one degree of freedom less than the clusters that contribute (Korn and
#'   Graubard 1998, who put the same number into another interval). A proportion
#'   of 0 or 1 says nothing of its variance: there the number of those clusters
#'   is taken. With fewer than two such clusters there is no interval. Unlike a
#'   bootstrap the interval does not collapse where a rule is never, or always,
#'   right, needs no seed and stays within 0 and 1.
#'
#' @param x [ratings()] of codes (0 and 1), or [codings()]; these go through
#'   [as_ratings()] with `units` and `plan`.
#' @param coder The name of the coder who is judged.
#' @param standard The name of the coder it is held against: it has to be said.
#' @param units,plan,codes With codings: as in [as_ratings()].
#' @param conf_level Confidence level.
#' @param cluster As in [agreement()]: `NULL` takes the clusters of the ratings
#'   (of codings: the transcripts), `FALSE` takes units as independent.
#' @return A data frame of class `coder_accuracy`, one row per code: `code`,
#'   `coder`, `standard`, `units`, `true.positive`, `false.positive`,
#'   `false.negative`, `true.negative`, then `precision`, `recall`,
#'   `specificity` and `f1`, each with its limits (`precision.low`,
#'   `precision.high` ...), and `clusters` (`NA` without).
#'
#'   `tidy()` gives a row per code and measure: `term`, `measure`, `estimate`,
#'   `conf.low`, `conf.high`.
#' @section Errors: `intercoder_error_argument` where `coder` or `standard`
#'   names no coder, or the ratings are not of codes; those of [as_ratings()].
#' @references
#' Cochran, W. G. (1977). *Sampling Techniques*, 3rd ed. Wiley.
#'
#' Hand, D. J., Christen, P., & Kirielle, N. (2021). F*: an interpretable
#' transformation of the F-measure. *Machine Learning* 110.
#'
#' Korn, E. L., & Graubard, B. I. (1998). Confidence intervals for proportions
#' with small expected number of positive counts estimated from survey data.
#' *Survey Methodology* 24.
#'
#' Wilson, E. B. (1927). Probable inference, the law of succession, and
#' statistical inference. *JASA* 22.
#' @seealso [misses()] for the units to read; [agreement_machine()] for
#'   agreement with people beside people's own.
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' study <- simulated_study
#' rules <- apply_codebook(study$transcripts, study$codebook)
#' everywhere <- study$transcripts$documents$transcript
#' plan <- coding_plan(codebook = everywhere, consensus = everywhere)
#' found <- coder_accuracy(c(study$consensus, rules), "codebook", "consensus",
#'                         units(study$transcripts), plan)
#' found
#' misses(found, code = "gov_privacy")
#' plot(found)
#' @export
coder_accuracy <- function(x, coder = "codebook", standard = NULL,
                           units = NULL, plan = NULL, codes = NULL,
                           conf_level = 0.95, cluster = NULL) {
  call <- environment()
  check_proportion(conf_level)
  codings <- if (inherits(x, "codings") || !is.null(units)) x
  if (!is.null(codings)) {
    check_columns(codings, coding_columns)
    if (is.null(units)) {
      arg_error("units", "given with codings", "NULL", call)
    }
    codings <- codings[codings$coder %in% c(coder, standard), , drop = FALSE]
    x <- as_ratings(codings, units, plan_of(plan, c(coder, standard)), codes)
  }
  x <- ratings(x)
  at <- accuracy_coders(x, coder, standard, call)
  x$cluster <- agreement_clusters(x, cluster, call)
  parts <- lapply(seq_along(x$codes), function(i) {
    accuracy_row(x, i, at, conf_level)
  })
  new_result(bind_columns(parts), class = "coder_accuracy",
             conf_level = conf_level, ratings = select_coders(x, at),
             codings = codings)
}

plan_of <- function(plan, coders) {
  if (is.data.frame(plan) && !is.null(plan$coder))
    plan[plan$coder %in% coders, , drop = FALSE] else plan
}

accuracy_coders <- function(x, coder, standard, call,
                            names = c("coder", "standard")) {
  check_known_coders(x, "The comparison of two coders", call)
  if (!identical(as.double(x$numbers), c(0, 1))) {
    arg_error("x", "ratings of codes, 0 and 1: as_ratings() makes them",
              paste("of", paste(level_labels(x), collapse = ", ")), call)
  }
  asked <- list(coder, standard)
  for (i in 1:2) {
    if (length(asked[[i]]) != 1 || !asked[[i]] %in% x$coders) {
      arg_error(names[i], sprintf("one of the coders: %s", quoted(x$coders)),
                describe_value(asked[[i]]), call)
    }
  }
  if (coder == standard) {
    arg_error(names[2], sprintf("another coder than `%s`", names[1]),
              describe_value(standard), call)
  }
  match(c(coder, standard), x$coders)
}

accuracy_row <- function(x, i, at, conf_level) {
  data <- places(x, i)[, at, drop = FALSE] == 2L
  said <- data[, 1]
  true <- data[, 2]
  counts <- score_counts(said, true)
  among <- list(precision = said, recall = true, specificity = !true,
                f1 = said | true)
  k <- list(precision = said & true, recall = said & true,
            specificity = !said & !true, f1 = said & true)
  both <- !is.na(said) & !is.na(true)
  limits <- lapply(stats::setNames(nm = accuracy_measures), function(m) {
    rows <- which(both & among[[m]])
    proportion_limits(k[[m]][rows], x$cluster[rows], conf_level)
  })
  limits$f1 <- 2 * limits$f1 / (1 + limits$f1)
  counts$specificity <- if (any(both & !true)) mean(!said[both & !true]) else
    NA_real_
  values <- lapply(accuracy_measures, function(m) {
    stats::setNames(list(counts[[m]], limits[[m]][1], limits[[m]][2]),
                    paste0(m, c("", ".low", ".high")))
  })
  clusters <- if (is.null(x$cluster)) NA_integer_ else
    length(unique(x$cluster[both]))
  c(list(code = x$codes[i], coder = x$coders[at[1]],
         standard = x$coders[at[2]]),
    counts[c("units", "true.positive", "false.positive", "false.negative",
             "true.negative")],
    unlist(values, recursive = FALSE), list(clusters = clusters))
}

# Wilson's limits of the share of TRUE, with clusters for the effective number.
proportion_limits <- function(hit, cluster, conf_level) {
  n <- length(hit)
  if (!n) {
    return(c(NA_real_, NA_real_))
  }
  p <- mean(hit)
  if (!is.null(cluster)) {
    cluster <- droplevels(cluster)
    groups <- nlevels(cluster)
    if (groups < 2) {
      return(c(NA_real_, NA_real_))
    }
    n <- effective_units(p, n, list(n = tabulate(cluster), sum = rowsum_of(
      hit, cluster
    )), conf_level)
  }
  unlist(wilson_limits(p * n, n, conf_level), use.names = FALSE)
}

effective_units <- function(p, n, sums, conf_level) {
  groups <- length(sums$n)
  error <- ratio_error(sums)
  half <- 0.5 + conf_level / 2
  size <- if (p %in% 0:1) groups else min(n, p * (1 - p) / error^2)
  size * (stats::qnorm(half) / stats::qt(half, groups - 1))^2
}

#' @rdname coder_accuracy
#' @param ... Not used.
#' @exportS3Method generics::tidy
tidy.coder_accuracy <- function(x, ...) {
  x <- as.data.frame(x)
  out <- bind_columns(lapply(accuracy_measures, function(m) {
    list(term = x$code, measure = rep(m, nrow(x)), estimate = x[[m]],
         conf.low = x[[paste0(m, ".low")]], conf.high = x[[paste0(m, ".high")]])
  }))
  out <- out[order(match(out$term, x$code)), ]
  row.names(out) <- NULL
  out
}

#' @rdname coder_accuracy
#' @param digits Decimal places. Printed are precision, recall and F1 with their
#'   limits, and the units that are true positive (`hits`), false positive
#'   (`extra`) and false negative (`missed`).
#' @export
format.coder_accuracy <- function(x, digits = 2, ...) {
  x <- as.data.frame(x)
  short <- function(v) sub("^0[.]", ".", format_number(v, digits))
  cell <- function(m) {
    limits <- sprintf(" [%s, %s]", short(x[[paste0(m, ".low")]]),
                      short(x[[paste0(m, ".high")]]))
    limits[is.na(x[[paste0(m, ".low")]])] <- ""
    paste0(short(x[[m]]), limits)
  }
  out <- list(
    code = if (!all(is.na(x$code))) x$code, precision = cell("precision"),
    recall = cell("recall"), F1 = cell("f1"),
    hits = format_amount(x$true.positive),
    extra = format_amount(x$false.positive),
    missed = format_amount(x$false.negative)
  )
  data.frame(out[!vapply(out, is.null, NA)])
}

accuracy_header <- function(x) {
  clusters <- max(c(0, x$clusters), na.rm = TRUE)
  sprintf("%s held against %s in %s, %g%% Wilson intervals%s", x$coder[1],
          x$standard[1], format_count(max(x$units), "unit"),
          100 * attr_or(x, "conf_level", NA),
          if (clusters) sprintf(" over %s", format_count(clusters, "cluster"))
          else "")
}

#' @rdname coder_accuracy
#' @export
print.coder_accuracy <- function(x, digits = 2, ...) {
  if (!nrow(x)) {
    cat("<coder_accuracy> no codes\n")
    return(invisible(x))
  }
  cat(strwrap(paste("<coder_accuracy>", accuracy_header(x)), exdent = 2),
      sep = "\n")
  print_table(format.coder_accuracy(x, digits))
  if (any(x$false.positive + x$false.negative > 0)) {
    cat("misses() shows the units to read.\n")
  }
  invisible(x)
}

#' @rdname coder_accuracy
#' @param caption Caption of a knitted table.
#' @exportS3Method knitr::knit_print
knit_print.coder_accuracy <- function(x, digits = 2, caption = NULL, ...) {
  knit_table(format.coder_accuracy(x, digits),
             caption = caption %||% paste0(accuracy_header(x), "."))
}

accuracy_dots <- function(x, call = caller_env()) {
  long <- tidy.coder_accuracy(x)
  long <- long[long$measure %in% c("precision", "recall"), ]
  if (!nrow(long) || all(is.na(long$estimate))) {
    abort("value", "There is nothing to draw.", call = call)
  }
  data.frame(label = ifelse(is.na(long$term), "", long$term),
             kind = long$measure, at = long$estimate, low = long$conf.low,
             high = long$conf.high, machine = TRUE)
}

accuracy_axis <- function(x) {
  sprintf("%s, held against %s", x$coder[1], x$standard[1])
}

#' @rdname coder_accuracy
#' @param object A `coder_accuracy`.
#' @export
plot.coder_accuracy <- function(x, ...) {
  draw_dots(accuracy_dots(x), accuracy_axis(x), dot_caption(x))
  invisible(x)
}

#' @rdname coder_accuracy
#' @exportS3Method ggplot2::autoplot
autoplot.coder_accuracy <- function(object, ...) {
  need_package("ggplot2", "autoplot()")
  autoplot_dots(accuracy_dots(object), accuracy_axis(object),
                dot_caption(object))
}

miss_kinds <- c("false.positive", "false.negative", "true.positive")

#' The units where a coder missed the standard
#'
#' What to read when a rule is wrong: units it coded and the standard did not
#' (`"false.positive"`), units it passed over (`"false.negative"`), and for
#' comparison those where both applied the code (`"true.positive"`).
#'
#' @param x A [coder_accuracy()].
#' @param kind One or more of `"false.positive"`, `"false.negative"` and
#'   `"true.positive"`.
#' @param code Codes to look at; all by default.
#' @param ... Not used.
#' @return A data frame of class `misses`, a row per code and unit, in the order
#'   of the codes, then of `kind`, then of the units: `code`, `kind`, `unit`,
#'   `cluster`; where `x` came from codings `marked` and `standard` (what the
#'   coder and the standard marked in the unit, pieces joined by " ... ", `NA`
#'   where nothing); `text`, where the units carry it.
#' @section Errors: `intercoder_error_argument` where `kind` or `code` is none
#'   of these.
#' @seealso [concordance()], [disagreements()].
#' @seealso [tidiers]: `tidy()`, `glance()` and `augment()`.
#' @examples
#' x <- ratings(cbind(person = c(1, 1, 0, 0, 1), rule = c(1, 0, 0, 1, 1)))
#' misses(coder_accuracy(x, "rule", "person"))
#' @export
misses <- function(x, kind = c("false.positive", "false.negative"),
                   code = NULL) {
  check_class(x, "coder_accuracy", "coder_accuracy()")
  if (!is.character(kind) || !length(kind) || !all(kind %in% miss_kinds)) {
    arg_error("kind", sprintf("one or more of %s", quoted(miss_kinds)),
              describe_value(kind), caller_env(0))
  }
  known <- attr(x, "ratings")
  code <- code %||% x$code
  if (!all(code %in% x$code)) {
    arg_error("code", sprintf("codes of `x`: %s", quoted(x$code)),
              describe_value(setdiff(code, x$code)[1]), caller_env(0))
  }
  parts <- lapply(match(code, known$codes), function(i) {
    data <- places(known, i) == 2L
    rows <- list(false.positive = which(data[, 1] & !data[, 2]),
                 false.negative = which(!data[, 1] & data[, 2]),
                 true.positive = which(data[, 1] & data[, 2]))[kind]
    list(code = rep(known$codes[i], sum(lengths(rows))),
         kind = rep(kind, lengths(rows)),
         row = as.integer(unlist(rows, use.names = FALSE)))
  })
  misses_frame(known, bind_columns(parts), attr(x, "codings"))
}

misses_frame <- function(known, found, codings) {
  out <- data.frame(
    code = found$code, kind = found$kind, unit = unit_labels(known)[found$row],
    cluster = if (is.null(known$cluster)) rep(NA_character_, nrow(found)) else
      as.character(known$cluster)[found$row]
  )
  text <- as.character(known$about$text)[found$row]
  if (!is.null(codings) && length(text)) {
    out$marked <- marked_text(codings, known, found, known$coders[1])
    out$standard <- marked_text(codings, known, found, known$coders[2])
  }
  if ("text" %in% names(known$about)) {
    out$text <- text
  }
  new_result(out, class = "misses", coders = known$coders)
}

# What a coder marked with a code in a unit, in pieces.
marked_text <- function(codings, known, found, coder) {
  mine <- as.data.frame(codings)[codings$coder == coder, , drop = FALSE]
  rows <- unique(found$row)
  hits <- suppressMessages(overlapping_units(mine, known$about[rows, ]))
  unit <- rows[hits$unit]
  from <- known$about$start[unit] - 1
  pieces <- slice_text(as.character(known$about$text), unit,
                       pmax(1, mine$start[hits$coding] - from),
                       mine$end[hits$coding] - from)
  key <- paste(unit, mine$code[hits$coding], sep = "\r")
  joined <- vapply(split(pieces, key), paste, "", collapse = " ... ")
  unname(joined[paste(found$row, found$code, sep = "\r")])
}

#' @rdname misses
#' @param n How many rows are shown.
#' @export
print.misses <- function(x, n = 10, ...) {
  cat(sprintf("<misses> %s held against %s: %s\n", attr(x, "coders")[1],
              attr(x, "coders")[2], format_count(nrow(x), "unit")))
  width <- getOption("width")
  for (i in seq_len(min(n, nrow(x)))) {
    row <- x[i, ]
    cat(miss_line(row), "\n", sep = "")
    lines <- c(if (length(row$marked) && !is.na(row$marked))
      sprintf("\"%s\" in:", cut_end(squeeze(row$marked), width - 12)),
      if (length(row$text)) strwrap(row$text, width - 4))
    if (length(lines)) cat(paste0("    ", lines), sep = "\n")
  }
  if (nrow(x) > n) {
    cat(sprintf("... and %d more\n", nrow(x) - as.integer(n)))
  }
  invisible(x)
}

miss_line <- function(row) {
  parts <- c(gsub(".", " ", row$kind, fixed = TRUE), row$code, row$unit)
  paste(parts[!is.na(parts)], collapse = ", ")
}

#' @rdname misses
#' @param caption Caption of a knitted table.
#' @exportS3Method knitr::knit_print
knit_print.misses <- function(x, n = Inf, caption = NULL, ...) {
  x <- plain_frame(x)
  shown <- utils::head(x[!vapply(x, function(v) all(is.na(v)), NA)], n)
  shown$kind <- gsub(".", " ", shown$kind, fixed = TRUE)
  shown[is.na(shown)] <- ""
  knit_table(shown, caption = caption)
}
