#' Agreement on segments by their best alignment: gamma
#'
#' Gamma (Mathet, Widlocher and Metivier 2015) aligns what the coders marked:
#' segments of different coders that are taken to mean the same thing stand in
#' one unitary alignment, at most one of each coder. The best alignment has the
#' least disorder; gamma = 1 - observed / expected disorder. Unlike
#' [unitizing_alpha()] it lets segments of one coder overlap, and it judges a
#' segment as a whole rather than place by place.
#'
#' Two units differ by `alpha * d_pos + beta * d_cat`: d_pos is
#' ((|difference of starts| + |difference of ends|) / sum of lengths)^2 times
#' `empty`, d_cat is `empty` where the codes differ. A unit that is aligned with
#' nothing differs from it by `empty`. The disorder of a unitary alignment is
#' the mean over all pairs of coders, that of an alignment the sum divided by
#' the mean number of units per coder.
#'
#' The best alignment is found exactly, for two coders as an assignment, for
#' more by a search with bounds. Where the search takes more than `limit` steps
#' there is an error of class `intercoder_error_limit`, not a guess.
#'
#' Expected disorder is the mean over random continua: each coder's place is
#' taken by one of the coders, drawn with replacement, whose units are shifted
#' around the transcript by a random distance; two shifts are at least the mean
#' length of a unit apart (where there is room). A unit that the end would cut
#' keeps its length. As many continua are drawn as the mean needs for
#' `precision` (half the width of its 95% interval, relative), but at least 30;
#' or as many as `samples` says.
#'
#' Gamma-cat (Mathet 2017) is about the codes alone: over pairs of units that
#' the best alignment puts together, the share with different codes, weighted by
#' how well their places agree, against the same in the random continua. Where
#' several alignments are equally good it depends on which was found.
#'
#' Transcripts are aligned one by one and weigh by their mean number of units
#' per coder. Those that only one coder saw do not count. Nothing is merged: two
#' segments of one coder and code are two units.
#'
#' @inheritParams unitizing_alpha
#' @param alpha,beta Weights of place and code in the dissimilarity.
#' @param empty Dissimilarity of a unit and nothing.
#' @param precision Relative precision of the expected disorder.
#' @param samples Number of random continua; `NULL` for what `precision` needs.
#' @param limit The most unitary alignments, or states of the search, in one
#'   alignment.
#' @return A data frame of class `gamma_agreement` with a row for all
#'   transcripts (`transcript` is `NA`) and, where there are several, for each,
#'   by `coefficient` (`"gamma"`, `"gamma_cat"`): `estimate`, `observed`,
#'   `expected`, `units`, `coders`, `samples`, `precision` (reached) and
#'   `status`: `"ok"`, `"no_pairable"` (fewer than two coders, no units, or for
#'   gamma-cat none aligned), `"no_variation"` (no disorder is expected). The
#'   attribute `alignment` has the codings with their unitary alignment,
#'   numbered within the transcript.
#' @section Errors: those of [unitizing_alpha()] but for overlaps, and
#'   `intercoder_error_limit` where the best alignment is out of reach.
#' @references
#' Mathet, Y., Widlocher, A., & Metivier, J.-P. (2015). The unified and holistic
#' method gamma for inter-annotator agreement measure and alignment.
#' *Computational Linguistics* 41.
#'
#' Mathet, Y. (2017). The agreement measure gamma-cat: a complement to gamma
#' focused on categorization of a continuum. *Computational Linguistics* 43.
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' codings <- data.frame(
#'   transcript = "A", start = c(2, 7, 12, 3, 8, 13),
#'   end = c(5, 10, 15, 6, 11, 16), code = c("a", "b", "a", "a", "b", "a"),
#'   coder = rep(c("Ann", "Ben"), each = 3)
#' )
#' plan <- coding_plan(Ann = "A", Ben = "A")
#' out <- gamma_agreement(codings, c(A = 20), plan, seed = 1)
#' out
#' attr(out, "alignment")
#' @export
gamma_agreement <- function(codings, transcripts, plan = NULL, alpha = 1,
                            beta = 1, empty = 1, precision = 0.02,
                            samples = NULL, limit = 1e6, seed = NULL,
                            threads = NULL) {
  check_weight(alpha)
  check_weight(beta)
  check_weight(empty, positive = TRUE)
  check_proportion(precision)
  check_count(samples, min = 2, max = 1e6, null = TRUE)
  check_count(limit, min = 1, max = 1e9)
  check_count(seed, max = 2^53 - 1, null = TRUE)
  x <- continua(codings, transcripts, plan, caller_env(0))
  order <- order(x$segments$transcript)
  x$segments <- lapply(x$segments, `[`, order)
  task <- list(
    dissimilarity = as.double(c(alpha, beta, empty, limit)), samples = samples,
    precision = precision, seed = draw_seed(seed),
    threads = thread_count(threads)
  )
  observed <- align(
    .Call(C_unitizing_observed, packed_continua(x), x$segments,
          task$dissimilarity),
    x, caller_env(0)
  )
  expected <- expected_disorders(x, observed, task, caller_env(0))
  out <- gamma_rows(x, observed$disorders, expected, task)
  new_result(out, class = "gamma_agreement", seed = task$seed,
             alignment = gamma_alignment(x, observed$group))
}

check_weight <- function(x, positive = FALSE, arg = deparse(substitute(x)),
                         call = caller_env()) {
  if (!is.numeric(x) || length(x) != 1 || is.na(x) || is.infinite(x) ||
        x < 0 || (positive && x == 0)) {
    arg_error(arg, if (positive) "a positive number" else
      "a number from 0", describe_value(x), call)
  }
}

align <- function(answer, x, call) {
  core_value(answer, describe = function(failure) {
    if (is.na(failure$item)) failure$message else
      sprintf("Transcript \"%s\": %s.", names(x$length)[failure$item],
              failure$message)
  }, call = call)
}

# Random continua: three numbers for each transcript (rows) and sample.
draw_disorders <- function(x, task, from, count, call) {
  drawn <- align(
    .Call(C_unitizing_expected, packed_continua(x), x$segments,
          task$dissimilarity, as.double(c(task$seed, from, count)),
          task$threads, NULL),
    x, call
  )
  array(drawn, c(length(x$length), count, 3))
}

expected_disorders <- function(x, observed, task, call) {
  if (all(is.nan(observed$disorders[, 1]))) {
    return(array(NA_real_, c(length(x$length), 0, 3)))
  }
  if (!is.null(task$samples)) {
    return(draw_disorders(x, task, 0, task$samples, call))
  }
  first <- draw_disorders(x, task, 0, 30, call)
  reached <- precision_of(joint_disorder(first, mean_units(x)))
  needed <- min(10000, ceiling(30 * (reached / task$precision)^2))
  if (is.na(needed) || needed <= 30) {
    return(first)
  }
  more <- draw_disorders(x, task, 30, needed - 30, call)
  out <- array(NA_real_, c(length(x$length), needed, 3))
  out[, 1:30, ] <- first
  out[, -(1:30), ] <- more
  out
}

# Half the width of a 95% interval of the mean, relative to it.
precision_of <- function(x) {
  x <- x[!is.na(x)]
  if (length(x) < 2 || mean(x) == 0) {
    return(NA_real_)
  }
  stats::qnorm(0.975) * stats::sd(x) / (mean(x) * sqrt(length(x)))
}

mean_units <- function(x) {
  tabulate(x$segments$transcript, length(x$length)) / rowSums(x$seen)
}

# Of all transcripts together, for each sample.
joint_disorder <- function(d, units) {
  counts <- which(apply(d[, , 1, drop = FALSE], 1, function(v) !all(is.na(v))))
  each <- matrix(d[counts, , 1], length(counts), dim(d)[2])
  weight <- units[counts] * !is.na(each)
  colSums(weight * ifelse(is.na(each), 0, each)) / colSums(weight)
}

gamma_rows <- function(x, observed, expected, task) {
  all <- seq_along(x$length)
  several <- length(all) > 1
  sets <- c(list(all), if (several) as.list(all))
  rows <- lapply(sets, gamma_pair, x, observed, expected)
  out <- do.call(rbind, rows)
  out$transcript <- rep(c(NA, if (several) names(x$length)), each = 2)
  out <- out[c("transcript", setdiff(names(out), "transcript"))]
  row.names(out) <- NULL
  out
}

# Gamma and gamma-cat of some transcripts.
gamma_pair <- function(at, x, observed, expected) {
  units <- mean_units(x)
  whole <- joint_disorder(array(observed[at, ], c(length(at), 1, 3)), units[at])
  drawn <- joint_disorder(expected[at, , , drop = FALSE], units[at])
  part <- function(d, k) {
    colSums(matrix(d[at, , k], length(at), dim(d)[2]), na.rm = TRUE)
  }
  codes <- sum(observed[at, 2]) / sum(observed[at, 3])
  drawn_codes <- part(expected, 2) / part(expected, 3)
  counted <- rowSums(x$seen)[at] > 1
  one <- rbind(
    gamma_row("gamma", whole, drawn),
    gamma_row("gamma_cat", codes, drawn_codes)
  )
  inside <- x$segments$transcript %in% at[counted]
  cbind(one[1:4], units = sum(inside),
        coders = sum(colSums(x$seen[at[counted], , drop = FALSE]) > 0),
        one[5:7])
}

gamma_row <- function(coefficient, observed, drawn) {
  expected <- if (any(!is.na(drawn))) mean(drawn, na.rm = TRUE) else NA_real_
  status <- if (is.na(observed) || is.na(expected)) "no_pairable" else
    if (expected == 0) "no_variation" else "ok"
  known <- status == "ok"
  data.frame(
    coefficient = coefficient,
    estimate = if (known) 1 - observed / expected else NA_real_,
    observed = if (is.na(observed)) NA_real_ else observed,
    expected = expected, samples = sum(!is.na(drawn)),
    precision = if (known) precision_of(drawn) else NA_real_, status = status
  )
}

# Unitary alignments are numbered in the order of the text.
gamma_alignment <- function(x, group) {
  s <- x$segments
  order <- order(s$transcript, s$start, s$end, s$coder)
  s <- lapply(s, `[`, order)
  key <- paste(s$transcript, group[order])
  id <- match(key, unique(key))
  number <- id - id[match(s$transcript, s$transcript)] + 1L
  out <- data.frame(
    transcript = names(x$length)[s$transcript],
    alignment = ifelse(group[order] < 0, NA_integer_, number),
    start = s$start, end = s$end, code = x$codes[s$code],
    coder = x$coders[s$coder]
  )
  out <- out[order(s$transcript, number, s$coder), ]
  row.names(out) <- NULL
  out
}

#' @rdname unitizing_print
#' @export
format.gamma_agreement <- function(x, digits = 2, ...) {
  plain <- plain_frame(x)
  estimate <- or_status(format_number(plain$estimate, digits), plain$status)
  out <- list(
    transcript = if (!all(is.na(plain$transcript)))
      ifelse(is.na(plain$transcript), "(all)", plain$transcript),
    coefficient = sub("_", "-", plain$coefficient), estimate = estimate,
    observed = format_number(plain$observed, digits),
    expected = format_number(plain$expected, digits),
    units = format_whole(plain$units)
  )
  data.frame(out[!vapply(out, is.null, NA)], check.names = FALSE)
}

#' @rdname unitizing_print
#' @export
print.gamma_agreement <- function(x, digits = 2, ...) {
  if (!nrow(x)) {
    cat("Agreement by alignment (no rows)\n")
    return(invisible(x))
  }
  cat(sprintf("Agreement of %s by the best alignment, %s\n",
              format_count(x$coders[1], "coder"),
              format_count(x$samples[1], "random continuum",
                           "random continua")))
  print_table(format.gamma_agreement(x, digits))
  invisible(x)
}

#' @rdname unitizing_print
#' @exportS3Method knitr::knit_print
knit_print.gamma_agreement <- function(x, digits = 2, caption = NULL, ...) {
  knit_table(format.gamma_agreement(x, digits), caption = caption)
}
