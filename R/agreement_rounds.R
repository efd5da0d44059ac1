#' Agreement by round of coding
#'
#' Coders code a few interviews, talk, mend the codebook and go on: did that
#' help? Gives agreement for each round and the difference of each round from
#' the one before.
#'
#' Rounds may be over different transcripts or over the same ones coded again.
#' What a coder saw in a round is what the plan says: its column `round` where
#' it has one; otherwise a row of the plan belongs to every round in which
#' somebody coded that transcript. Where two rounds have units in common,
#' differences are of paired units, else of independent ones; see
#' [compare_agreement()].
#'
#' @inheritParams agreement
#' @param codings A data frame as for [as_ratings()] with a column `round`.
#' @param units,codes As for [as_ratings()].
#' @param plan A data frame with the columns `coder`, `transcript` and, where
#'   known, `round`; see [coding_plan()].
#' @param cluster `NULL` resamples transcripts, `FALSE` units.
#' @return An [agreement()] of class `agreement_rounds`, whose column `by` is
#'   the round. Its attribute `differences` is what [compare_agreement()] gives
#'   for each round (`first`) and the one before (`second`), `NULL` where there
#'   is one round only or `ci` is neither "bca", "percentile" nor "jackknife".
#' @section Errors: those of [as_ratings()] and [agreement()];
#'   `intercoder_error_missing` where codings have no round. Transcripts of a
#'   plan without rounds that nobody coded draw a warning of class
#'   `intercoder_warning_rounds`: their round is not known, they are left out.
#' @seealso [compare_agreement()], [coding_plan()].
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' study <- simulated_study
#' x <- agreement_rounds(study$codings, units(study$transcripts), study$plan,
#'                       codes = c("rel_trust", "eff_cost"), ci = "jackknife")
#' x
#' attr(x, "differences")$estimate
#' @export
agreement_rounds <- function(codings, units, plan = NULL, coefficient = "alpha",
                             codes = NULL,
                             ci = c("bca", "percentile", "jackknife",
                                    "analytic", "none"),
                             conf_level = 0.95, replicates = 2000,
                             cluster = NULL, seed = NULL, threads = NULL,
                             progress = interactive()) {
  check_columns(codings, c("transcript", "start", "end", "code", "coder",
                           "round"))
  ci <- check_choice(ci, agreement_intervals[c(2, 3, 4, 5, 1)])
  if (!is.null(cluster) && !isFALSE(cluster)) {
    arg_error("cluster", "NULL (transcripts) or FALSE (units)",
              describe_value(cluster), environment())
  }
  codings$round <- coding_rounds(codings, environment())
  codes <- codes %||% ordered_unique(codings$code)
  plan <- plan_rounds(codings, plan, environment())
  each <- round_ratings(codings, units, plan, codes)
  seed <- if (ci %in% c("bca", "percentile")) draw_seed(seed)
  stacked <- stack_ratings(each)
  out <- agreement(stacked, coefficient, by = stacked$about$round, ci = ci,
                   conf_level = conf_level, replicates = replicates,
                   cluster = cluster, seed = seed, threads = threads,
                   progress = progress)
  attr(out, "differences") <- if (length(each) > 1 &&
                                    ci %in% agreement_intervals[2:4]) {
    consecutive_differences(
      each, coefficient = coefficient, ci = ci, conf_level = conf_level,
      replicates = replicates, cluster = cluster, seed = seed,
      threads = threads, progress = progress
    )
  }
  structure(out, class = c("agreement_rounds", class(out)))
}

# Rounds as a factor in their order.
coding_rounds <- function(codings, call) {
  if (!is.atomic(codings$round) || !nrow(codings)) {
    arg_error("codings$round", "the round of each coding",
              describe_value(codings$round), call)
  }
  bare <- which(is.na(codings$round))
  if (length(bare)) {
    abort("missing", c(
      sprintf("Column \"round\" of `codings` is NA in %s.", name_rows(bare)),
      i = "Leave out codings that belong to no round."
    ), rows = bare, call = call)
  }
  if (is.factor(codings$round)) droplevels(codings$round) else
    factor(codings$round)
}

# Who saw what in which round.
plan_rounds <- function(codings, plan, call) {
  worked <- unique(data.frame(coder = as.character(codings$coder),
                              transcript = as.character(codings$transcript),
                              round = as.character(codings$round)))
  if (is.null(plan)) {
    seen_transcripts(codings, NULL, call)
    return(worked)
  }
  check_columns(plan, c("coder", "transcript"), call = call)
  if (!is.null(plan$round)) {
    return(data.frame(coder = as.character(plan$coder),
                      transcript = as.character(plan$transcript),
                      round = as.character(plan$round)))
  }
  warn_uncoded(setdiff(as.character(plan$transcript), worked$transcript))
  rounds <- unique(worked[c("transcript", "round")])
  merge(data.frame(coder = as.character(plan$coder),
                   transcript = as.character(plan$transcript)), rounds)
}

warn_uncoded <- function(transcripts) {
  if (length(transcripts)) {
    warn("rounds", c(
      paste(format_count(length(transcripts), "transcript"),
            "of the plan left out: nobody coded anything there, so the round",
            "is not known."),
      x = paste(utils::head(transcripts, 5), collapse = ", "),
      i = "Give `plan` a column \"round\"."
    ))
  }
}

# Ratings of each round over all units; what was not seen in it is NA.
round_ratings <- function(codings, units, plan, codes) {
  rounds <- levels(codings$round)
  lapply(stats::setNames(nm = rounds), function(round) {
    as_ratings(codings[codings$round == round, ], units,
               plan[plan$round == round, ], codes)
  })
}

# One under the other, the round known of each unit.
stack_ratings <- function(each) {
  coders <- unique(unlist(lapply(each, `[[`, "coders")))
  first <- each[[1]]
  data <- lapply(seq_along(first$codes), function(i) {
    do.call(rbind, lapply(each, function(x) {
      out <- matrix(NA_integer_, length(x$units), length(coders),
                    dimnames = list(NULL, coders))
      out[, x$coders] <- places(x, i)
      out
    }))
  })
  about <- do.call(rbind, lapply(unname(each), `[[`, "about"))
  about$round <- factor(rep(names(each), each = length(first$units)),
                        names(each))
  new_ratings(data, codes = first$codes, levels = first$levels,
              numbers = first$numbers, scale = first$scale,
              units = rep(first$units, length(each)), coders = coders,
              cluster = rep(first$cluster, length(each)), about = about)
}

consecutive_differences <- function(each, ...) {
  seen <- vapply(each, function(x) rowSums(!is.na(places(x, 1))) > 0,
                 logical(length(each[[1]]$units)))
  again <- any(rowSums(matrix(seen, ncol = length(each))) > 1)
  rows <- lapply(seq_along(each)[-1], function(k) {
    withCallingHandlers(
      compare_agreement(each[c(k, k - 1)], paired = again, ...),
      intercoder_warning = function(w) rlang::cnd_muffle(w)
    )
  })
  out <- do.call(rbind, lapply(rows, plain_frame))
  out <- out[order(match(out$code, each[[1]]$codes)), ]
  row.names(out) <- NULL
  kept <- attributes(rows[[1]])
  attributes(out) <- c(attributes(out), kept[setdiff(names(kept),
                                                     names(attributes(out)))])
  class(out) <- class(rows[[1]])
  out
}

#' @export
print.agreement_rounds <- function(x, digits = 2, ...) {
  NextMethod()
  differences <- attr(x, "differences")
  if (!is.null(differences)) {
    cat("\n")
    print(differences, digits = digits)
  }
  invisible(x)
}
