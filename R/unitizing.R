unitizing_coefficients <- c("u", "|u", "cu", "ku", "alpha_U")
unitizing_statuses <- c("ok", "no_pairable", "no_variation", "not_all_seen")

#' Agreement on segments: Krippendorff's alpha for unitizing
#'
#' Measures whether coders mark the same stretches of text as well as whether
#' they give them the same codes, straight from codings: no units are laid over
#' the text beforehand. Any number of coders; who saw which transcript is what
#' the plan says.
#'
#' In every transcript each coder leaves coded segments and, between them, gaps.
#' Places are characters. Observed agreement compares the values (codes and gap)
#' of all pairs of coders place by place; chance pairs every segment with every
#' other, but never with itself, and the characters of gaps one by one. Then
#' alpha = 1 - observed / expected disagreement:
#'
#' * `"u"`: u-alpha. Codes and gaps are the values.
#' * `"|u"`: the binary |u-alpha. Coded or not, whatever the code.
#' * `"cu"`: cu-alpha. Codes alone, where segments of two coders intersect.
#' * `"ku"`: (k)u-alpha, a row for each code: this code against other codes
#'   where segments intersect.
#' * `"alpha_U"`: the earlier coefficient, a row for each code and one for all.
#'   Superseded by the others; for comparison with older studies. It needs
#'   coders who all saw all transcripts and has no interval.
#'
#' Transcripts stand side by side: their coincidences and lengths are added, and
#' gaps end where a transcript ends. With m coders in a transcript each pair
#' weighs 1 / (m - 1); transcripts that only one coder saw do not count. A
#' transcript without codings counts as one gap of everybody who saw it. In
#' cu-alpha and (k)u-alpha a segment's expected pairing with itself is the
#' square of its mean overlap with the other coders' segments, the first of two
#' readings of the published formula (the published example does not part them:
#' .72393 and .72408 are both printed .724).
#'
#' Segments of one coder and one code that overlap are merged; segments that
#' touch stay two. Where one coder gave overlapping segments different codes, a
#' place has no single value and the family above is not defined: an error of
#' class `intercoder_error_overlap` says where. With `layers = TRUE` each code
#' is taken as a continuum of its own, this code or gap, and gets its own
#' u-alpha.
#'
#' Intervals resample transcripts as wholes; with fewer than two there is none.
#'
#' @param codings [codings()], or a data frame with the columns `transcript`,
#'   `start`, `end` (characters from 1, both inclusive), `code` and `coder`.
#' @param transcripts The [transcripts()], or their lengths in characters: a
#'   named vector, or a data frame with the columns `transcript` and `length`.
#' @param plan A data frame with the columns `coder` and `transcript`; see
#'   [coding_plan()] and, for what happens without one, [as_ratings()].
#' @param coefficient One or several of `"u"`, `"|u"`, `"cu"`, `"ku"`,
#'   `"alpha_U"`.
#' @param layers Whether each code is a continuum of its own, for codes that may
#'   overlap; then `coefficient` is `"u"` or `"alpha_U"`.
#' @param ci The interval: `"bca"`, `"percentile"` (of the bootstrap over
#'   transcripts), `"jackknife"` or `"none"`.
#' @inheritParams agreement
#' @return A data frame of class `unitizing`, a row for each coefficient and,
#'   where there are several, code: `code` (`NA` for all), `coefficient`,
#'   `estimate`, `std.error`, `conf.low`, `conf.high`, `interval`, `observed`
#'   and `expected` (disagreement), `coverage` (the share of all length that is
#'   coded; for cu and (k)u the share of coded length that another coder coded
#'   too), `transcripts` and `coders` (that count), `segments` (after merging),
#'   `undefined` (replicates without a value) and `status`: `"ok"`,
#'   `"no_pairable"` (nothing seen, or no place coded, by two coders),
#'   `"no_variation"` (one value throughout), `"not_all_seen"` (`"alpha_U"`
#'   where a coder missed a transcript).
#' @section Errors: `intercoder_error_codings` for segments that cannot be or
#'   run past their transcript; `intercoder_error_plan` for codings in
#'   transcripts their coder did not see or a plan with unknown transcripts;
#'   `intercoder_error_overlap` as above.
#' @references
#' Krippendorff, K., Mathet, Y., Bouvry, S., & Widlocher, A. (2016). On the
#' reliability of unitizing textual continua: further developments. *Quality &
#' Quantity* 50.
#'
#' Krippendorff, K. (2019). *Content Analysis*, 4th ed., section 12.6.
#'
#' Krippendorff, K. (1995). On the reliability of unitizing continuous data.
#' *Sociological Methodology* 25. (2004). Measuring the reliability of
#' qualitative text analysis data. *Quality & Quantity* 38 (`"alpha_U"`).
#' @seealso [gamma_agreement()], [agreement()] for units fixed beforehand.
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' # Krippendorff et al. (2016): three coders, a continuum of length 60
#' codings <- data.frame(
#'   transcript = "A",
#'   start = c(3, 12, 25, 33, 37, 45, 3, 12, 20, 33, 3, 12, 22, 33, 37, 41),
#'   end = c(9, 17, 30, 36, 44, 60, 9, 17, 25, 44, 9, 17, 27, 36, 40, 44),
#'   code = c(1, 2, 5, 6, 6, 7, 1, 3, 5, 6, 1, 4, 5, 6, 6, 6),
#'   coder = rep(c("Alex", "Paul", "Suzan"), c(6, 4, 6))
#' )
#' plan <- coding_plan(Alex = "A", Paul = "A", Suzan = "A")
#' unitizing_alpha(codings, c(A = 60), plan, ci = "none")
#' @export
unitizing_alpha <- function(codings, transcripts, plan = NULL,
                            coefficient = if (layers) "u" else
                              c("u", "|u", "cu", "ku"),
                            layers = FALSE,
                            ci = c("bca", "percentile", "jackknife", "none"),
                            conf_level = 0.95, replicates = 2000, seed = NULL,
                            threads = NULL) {
  check_flag(layers)
  coefficient <- check_unitizing(coefficient, layers, caller_env(0))
  ci <- check_choice(ci, c("bca", "percentile", "jackknife", "none"))
  check_proportion(conf_level)
  check_count(replicates, min = 1, max = 1e7)
  check_count(seed, max = 2^53 - 1, null = TRUE)
  x <- continua(codings, transcripts, plan, caller_env(0))
  draws <- ci %in% c("bca", "percentile")
  task <- list(ci = ci, conf_level = conf_level,
               replicates = as.double(replicates),
               seed = if (draws) draw_seed(seed) else 0,
               threads = thread_count(threads))
  out <- unitizing_rows(x, coefficient, layers, task, caller_env(0))
  warn_few_transcripts(out, ci)
  new_result(out, class = "unitizing", ci = ci,
             conf_level = conf_level, seed = task$seed,
             replicates = if (draws) replicates else 0)
}

check_unitizing <- function(x, layers, call) {
  known <- if (layers) c("u", "alpha_U") else unitizing_coefficients
  bad <- if (is.character(x)) setdiff(x, known)
  if (!is.character(x) || !length(x) || length(bad)) {
    arg_error("coefficient", paste0(
      "one or more of ", quoted(known),
      if (layers) " with layers"
    ), if (length(bad)) describe_value(bad[1]) else describe_value(x), call)
  }
  unique(x)
}

# ---- codings as continua ----

continua <- function(codings, transcripts, plan, call) {
  if (!inherits(codings, "codings")) {
    check_columns(codings, coding_columns, call = call)
    codings <- codings(codings)
  }
  length <- transcript_lengths(transcripts, call)
  check_within(codings, length, call)
  warn_rounds(codings)
  plan <- seen_transcripts(codings, plan, call)
  unknown <- setdiff(as.character(plan$transcript), names(length))
  if (length(unknown)) {
    abort("plan", sprintf(
      "The plan names transcript \"%s\", whose length is not known.", unknown[1]
    ), call = call)
  }
  new_continua(codings, length, plan)
}

new_continua <- function(codings, length, plan) {
  coders <- as.character(ordered_unique(plan$coder))
  codes <- unique(codings$code)
  seen <- matrix(0L, length(length), length(coders))
  seen[cbind(match(plan$transcript, names(length)),
             match(plan$coder, coders))] <- 1L
  list(
    length = length, coders = coders, codes = codes, seen = seen,
    segments = list(
      transcript = match(codings$transcript, names(length)),
      coder = match(codings$coder, coders), code = match(codings$code, codes),
      start = as.double(codings$start), end = as.double(codings$end)
    )
  )
}

# Characters of each transcript, by name.
transcript_lengths <- function(x, call) {
  if (inherits(x, "transcripts")) {
    x <- x$documents
    return(stats::setNames(as.double(nchar(x$text, "chars")), x$transcript))
  }
  if (is.data.frame(x)) {
    check_columns(x, c("transcript", "length"), arg = "transcripts",
                  call = call)
    x <- stats::setNames(x$length, x$transcript)
  }
  if (!is.numeric(x) || is.null(names(x)) || anyNA(names(x)) ||
        anyDuplicated(names(x))) {
    arg_error("transcripts", "transcripts, or lengths named by transcript",
              describe_value(x), call)
  }
  bad <- which(is.na(x) | x < 1 | x != trunc(x) | x > 2^31)
  if (length(bad)) {
    arg_error("transcripts", "lengths in whole characters",
              sprintf("%s for \"%s\"", format(x[[bad[1]]]), names(x)[bad[1]]),
              call)
  }
  stats::setNames(as.double(x), names(x))
}

check_within <- function(codings, length, call) {
  size <- length[codings$transcript]
  problems <- no_problems(nrow(codings))
  problems <- note_problem(
    problems, is.na(size),
    sprintf("the length of transcript \"%s\" is not known", codings$transcript)
  )
  refuse_codings(note_problem(
    problems, codings$end > size,
    sprintf("end %d runs past the end of transcript \"%s\" (%.0f characters)",
            codings$end, codings$transcript, size)
  ), call)
}

# ---- rows ----

unitizing_rows <- function(x, coefficient, layers, task, call) {
  family <- setdiff(coefficient, "alpha_U")
  parts <- if (length(family)) {
    if (layers) lapply(seq_along(x$codes), function(k) {
      measure_segments(one_layer(x, k), "u", task, call)
    }) else list(measure_segments(x, family, task, call))
  }
  if ("alpha_U" %in% coefficient) {
    parts <- c(parts, list(measure_alpha_u(x, task, call)))
  }
  out <- do.call(rbind, parts) %||% unitizing_frame(x, NULL, integer(),
                                                    character(), character())
  row.names(out) <- NULL
  out
}

one_layer <- function(x, k) {
  keep <- x$segments$code == k
  x$segments <- lapply(x$segments, `[`, keep)
  x$segments$code <- rep(1L, sum(keep))
  x$codes <- x$codes[k]
  x$layer <- x$codes
  x
}

packed_continua <- function(x) {
  list(unname(x$length), x$seen, length(x$codes))
}

measure_segments <- function(x, family, task, call) {
  answer <- .Call(C_unitizing_alpha, packed_continua(x), x$segments,
                  c(match(task$ci, agreement_intervals) - 1, task$conf_level,
                    task$replicates, task$seed), task$threads, NULL)
  check_overlap(answer, x, call)
  answer <- core_value(answer, call = call)
  all <- c("u", "|u", "cu", rep("ku", length(x$codes)))
  at <- unlist(lapply(family, function(name) which(all == name)))
  code <- c(rep(x$layer %||% NA_character_, 3), x$codes)
  unitizing_frame(x, answer, at, all[at], code[at])
}

check_overlap <- function(answer, x, call) {
  if (!inherits(answer, "intercoder_failure") || answer$kind != "input") {
    return(invisible())
  }
  rows <- as.integer(sort(c(answer$item, answer$at)))
  s <- x$segments
  abort("overlap", c(
    sprintf(paste("Coder \"%s\" gave overlapping segments of transcript \"%s\"",
                  "different codes: \"%s\" in row %d, \"%s\" in row %d."),
            x$coders[s$coder[rows[1]]], names(x$length)[s$transcript[rows[1]]],
            x$codes[s$code[rows[1]]], rows[1],
            x$codes[s$code[rows[2]]], rows[2]),
    i = "Use `layers = TRUE` to measure each code by itself."
  ), rows = rows, call = call)
}

measure_alpha_u <- function(x, task, call) {
  answer <- core_value(
    .Call(C_unitizing_alpha_u, packed_continua(x), x$segments),
    call = call
  )
  n <- length(x$codes)
  counted <- rowSums(x$seen) > 1
  seen <- colSums(x$seen[counted, , drop = FALSE])
  answer$size <- c(sum(counted), sum(seen > 0), NA)
  if (task$ci != "none") {
    answer$kind[answer$status == 0] <- match("unavailable",
                                             agreement_intervals) - 1L
  }
  unitizing_frame(x, answer, c(n + 1L, seq_len(n)), rep("alpha_U", n + 1),
                  c(NA, x$codes))
}

unitizing_frame <- function(x, answer, at, coefficient, code) {
  value <- function(name) {
    v <- answer[[name]][at]
    replace(v, is.nan(v), NA) %||% numeric()
  }
  n <- length(at)
  data.frame(
    code = as.character(code), coefficient = coefficient,
    estimate = value("estimate"), std.error = value("std.error"),
    conf.low = value("low"), conf.high = value("high"),
    interval = agreement_intervals[value("kind") + 1L],
    observed = value("observed"), expected = value("expected"),
    coverage = value("coverage"),
    transcripts = rep(answer$size[1] %||% NA_real_, n),
    coders = rep(answer$size[2] %||% NA_real_, n),
    segments = rep(answer$size[3] %||% NA_real_, n),
    undefined = value("undefined"),
    status = unitizing_statuses[value("status") + 1L]
  )
}

warn_few_transcripts <- function(x, ci) {
  if (ci != "none" && nrow(x) && any(!is.na(x$conf.low)) &&
        x$transcripts[1] < 10) {
    warn("few_transcripts", sprintf(
      "Intervals rest on %s: do not trust them.",
      format_count(x$transcripts[1], "transcript")
    ))
  }
}

# ---- showing ----

unitizing_names <- c(u = "u-alpha", `|u` = "|u-alpha", cu = "cu-alpha",
                     ku = "(k)u-alpha", alpha_U = "alpha_U")

#' Printing and tidying agreement on segments
#'
#' @param x A [unitizing_alpha()] or [gamma_agreement()].
#' @param digits Decimal places.
#' @param caption Caption of a knitted table.
#' @param ... Not used.
#' @return `format()` a data frame of rounded text, a row per coefficient and
#'   code; `tidy()` a data frame; `print()` its argument.
#' @name unitizing_print
#' @examples
#' codings <- data.frame(transcript = "A", start = c(1, 20, 2, 22),
#'                       end = c(10, 30, 10, 30), code = c("x", "y", "x", "y"),
#'                       coder = c("Ann", "Ann", "Ben", "Ben"))
#' plan <- coding_plan(Ann = "A", Ben = "A")
#' format(unitizing_alpha(codings, c(A = 40), plan, ci = "none"))
NULL

#' @rdname unitizing_print
#' @export
format.unitizing <- function(x, digits = 2, ...) {
  plain <- plain_frame(x)
  estimate <- or_status(format_number(plain$estimate, digits), plain$status)
  out <- list(
    coefficient = unname(unitizing_names[plain$coefficient]),
    code = if (!all(is.na(plain$code)))
      ifelse(is.na(plain$code), "(all)", plain$code),
    estimate = estimate,
    interval = if (attr_or(x, "ci", "none") != "none")
      format_limits(plain, digits),
    coverage = if (!all(is.na(plain$coverage)))
      ifelse(is.na(plain$coverage), "", format_percent(plain$coverage))
  )
  data.frame(out[!vapply(out, is.null, NA)], check.names = FALSE)
}

#' @rdname unitizing_print
#' @export
print.unitizing <- function(x, digits = 2, ...) {
  what <- if (nrow(x)) {
    sprintf("Agreement on segments of %s in %s",
            format_count(x$coders[1], "coder"),
            format_count(x$transcripts[1], "transcript"))
  } else {
    "Agreement on segments (no rows)"
  }
  cat(strwrap(paste0(what, interval_header(x)), exdent = 2), sep = "\n")
  if (nrow(x)) {
    print_table(format.unitizing(x, digits))
  }
  invisible(x)
}

interval_header <- function(x) {
  ci <- attr_or(x, "ci", "none")
  if (ci == "none") {
    return("")
  }
  replicates <- attr_or(x, "replicates", 0)
  sprintf(", %g%% %s intervals%s", 100 * attr_or(x, "conf_level", NA),
          c(bca = "BCa", percentile = "percentile",
            jackknife = "jackknife")[[ci]],
          if (replicates > 0)
            sprintf(", %s", format_count(replicates, "replicate")) else "")
}

#' @rdname unitizing_print
#' @exportS3Method knitr::knit_print
knit_print.unitizing <- function(x, digits = 2, caption = NULL, ...) {
  knit_table(format.unitizing(x, digits), caption = caption)
}
