#' Ratings from codings
#'
#' Turns coded segments into one binary rating per code: for every unit and
#' coder, 1 where the coder applied the code, 0 where the coder saw the unit and
#' did not, `NA` where the coder did not see it. Or into one rating of all codes
#' together, whose values are sets.
#'
#' A code is applied to a unit when a coding of that coder and that code
#' overlaps the unit by at least one character. A segment that runs over several
#' units is applied to each of them; two segments of the same code in one unit
#' count once. What a coder saw is what the coding plan says. Without a plan a
#' coder who has any coding in a transcript is taken to have seen all of it, and
#' nobody else: a coder who read a transcript and found nothing is then lost,
#' and a warning of class `intercoder_warning_no_plan` says so.
#'
#' @param codings A data frame with columns `transcript`, `start`, `end`,
#'   `code`, `coder`; see [codings()].
#' @param units A data frame with columns `unit`, `transcript`, `start`, `end`;
#'   see [units()].
#' @param plan A data frame with columns `coder` and `transcript`, a row for
#'   each transcript that each coder saw; see [coding_plan()].
#' @param codes The codes to rate, in the order wanted; by default those in
#'   `codings`, in order of appearance. A code nobody used is rated 0
#'   throughout.
#' @param value `"presence"`: a binary rating per code. `"set"`: one rating per
#'   unit, the set of all `codes` that the coder applied to it; the empty set
#'   where the coder saw the unit and applied none, `NA` where the coder did not
#'   see it.
#' @return An object of class `ratings` whose clusters are the transcripts.
#' @section Errors: `intercoder_error_plan` where a coder has codings in a
#'   transcript that the plan does not give to that coder.
#' @seealso [agreement()], [disagreements()].
#' @examples
#' units <- data.frame(
#'   unit = c("I1:1", "I1:2", "I2:1"), transcript = c("I1", "I1", "I2"),
#'   start = c(1, 41, 1), end = c(40, 90, 60)
#' )
#' codings <- data.frame(
#'   transcript = c("I1", "I1", "I2"), start = c(5, 60, 10),
#'   end = c(20, 80, 30), code = c("trust", "trust", "time"),
#'   coder = c("Ann", "Ben", "Ann")
#' )
#' plan <- data.frame(coder = c("Ann", "Ben", "Ann"),
#'                    transcript = c("I1", "I1", "I2"))
#' as.data.frame(as_ratings(codings, units, plan))
#' as_ratings(codings, units, plan, value = "set")
#' @export
as_ratings <- function(codings, units, plan = NULL, codes = NULL,
                       value = c("presence", "set")) {
  value <- check_choice(value, c("presence", "set"))
  check_columns(codings, c("transcript", "start", "end", "code", "coder"))
  check_columns(units, c("unit", "transcript", "start", "end"))
  if (anyDuplicated(units$unit)) {
    abort("duplicate", sprintf("Unit \"%s\" stands in `units` more than once.",
                               units$unit[anyDuplicated(units$unit)]))
  }
  warn_rounds(codings)
  check_rated_codes(codes, caller_env(0))
  codes <- codes %||% ordered_unique(codings$code)
  if (!length(codes)) {
    arg_error("codes", "given where there are no codings", "NULL",
              caller_env(0))
  }
  seen <- seen_transcripts(codings, plan, caller_env(0))
  base <- seen_units(seen, units)
  hits <- overlapping_units(codings, units)
  data <- applied_codes(codings, hits, base, as.character(codes))
  about <- as.data.frame(units)
  class(about) <- "data.frame"
  out <- new_ratings(data, codes = as.character(codes), levels = c("0", "1"),
                     numbers = c(0, 1), scale = "ordered",
                     units = as.character(units$unit), coders = colnames(base),
                     cluster = check_cluster(as.character(units$transcript),
                                             nrow(units)),
                     about = about)
  if (value == "set") set_ratings(out) else out
}

check_rated_codes <- function(codes, call) {
  if (!is.null(codes) && (!is.atomic(codes) || !length(codes) ||
                            anyNA(codes) || anyDuplicated(codes))) {
    arg_error("codes", "the names of codes, each once", describe_value(codes),
              call)
  }
}

# Rounds over different transcripts are one body of codings; a transcript that a
# coder coded in two rounds would be the union of both.
warn_rounds <- function(codings) {
  if (is.null(codings$round)) {
    return(invisible())
  }
  once <- unique(data.frame(coder = as.character(codings$coder),
                            transcript = as.character(codings$transcript),
                            round = codings$round))
  once <- once[!is.na(once$round), ]
  again <- which(duplicated(once[c("coder", "transcript")]))
  if (length(again)) {
    first <- once[again[1], ]
    warn("rounds", c(
      sprintf(paste("Coder \"%s\" coded transcript \"%s\" in several rounds,",
                    "here taken together."), first$coder, first$transcript),
      x = sprintf("So with %s of a coder and a transcript.",
                  format_count(nrow(unique(once[again, 1:2])), "pair")),
      i = "Agreement is usually asked of one round: choose its rows first."
    ))
  }
}

# A logical matrix transcript x coder, and what is wrong with the plan.
seen_transcripts <- function(codings, plan, call) {
  worked <- unique(data.frame(coder = as.character(codings$coder),
                              transcript = as.character(codings$transcript)))
  if (is.null(plan)) {
    warn("no_plan", c(
      paste("No coding plan: a coder is taken to have seen the transcripts in",
            "which they coded something, and no others."),
      i = paste("Give `plan` (coder, transcript) to tell \"not applied\" from",
                "\"not seen\".")
    ))
    plan <- worked
  }
  check_columns(plan, c("coder", "transcript"), call = call)
  key <- function(x) paste(x$coder, x$transcript, sep = "\r")
  stray <- which(!key(worked) %in% key(plan))
  if (length(stray)) {
    rows <- which(key(codings) %in% key(worked[stray, ]))
    abort("plan", c(
      sprintf(paste("Coder \"%s\" has codings in transcript \"%s\", which the",
                    "plan does not give to that coder: %s."),
              worked$coder[stray[1]], worked$transcript[stray[1]],
              name_rows(which(key(codings) == key(worked[stray[1], ])))),
      i = "Add the row to the plan, or leave out the codings."
    ), rows = rows, call = call)
  }
  plan
}

seen_units <- function(plan, units) {
  coders <- as.character(ordered_unique(plan$coder))
  seen <- vapply(coders, function(coder) {
    ifelse(as.character(units$transcript) %in%
             as.character(plan$transcript[plan$coder == coder]), 1L, NA)
  }, integer(nrow(units)))
  matrix(as.integer(seen), nrow(units), length(coders),
         dimnames = list(NULL, coders))
}

# For each coding the units that it overlaps: rows of `codings` and of `units`.
overlapping_units <- function(codings, units, call = caller_env()) {
  check_spans(codings, "codings", call)
  check_spans(units, "units", call)
  by_transcript <- split(seq_len(nrow(units)), as.character(units$transcript))
  rows <- split(seq_len(nrow(codings)), as.character(codings$transcript))
  found <- lapply(names(rows), function(id) {
    overlaps(codings, rows[[id]], units, by_transcript[[id]])
  })
  hits <- list(coding = as.integer(unlist(lapply(found, `[[`, "coding"))),
               unit = as.integer(unlist(lapply(found, `[[`, "unit"))))
  outside <- nrow(codings) - length(unique(hits$coding))
  if (outside > 0) {
    rlang::inform(
      sprintf("%s outside all units %s left out.",
              format_count(outside, "coding"),
              if (outside == 1) "is" else "are"),
      class = "intercoder_message_outside"
    )
  }
  hits
}

check_spans <- function(data, arg, call) {
  for (column in c("start", "end")) {
    values <- data[[column]]
    if (!is.numeric(values) && length(values)) {
      arg_error(sprintf("%s$%s", arg, column), "numbers",
                describe_value(values), call)
    }
    if (anyNA(values)) {
      abort("missing", sprintf("Column \"%s\" of `%s` is NA in %s.", column,
                               arg, name_rows(which(is.na(values)))),
            rows = which(is.na(values)), call = call)
    }
  }
}

overlaps <- function(codings, rows, units, among) {
  among <- among[order(units$start[among])]
  start <- units$start[among]
  end <- units$end[among]
  from <- codings$start[rows]
  to <- codings$end[rows]
  if (!length(among)) {
    return(list(coding = integer(), unit = integer()))
  }
  if (is.unsorted(end)) {
    each <- lapply(seq_along(rows), function(i) {
      among[start <= to[i] & end >= from[i]]
    })
    return(list(coding = rep(rows, lengths(each)), unit = unlist(each)))
  }
  first <- findInterval(from, end, left.open = TRUE) + 1
  n <- pmax(0, findInterval(to, start) - first + 1)
  list(coding = rep(rows, n), unit = among[sequence(n, first)])
}

applied_codes <- function(codings, hits, base, codes) {
  code <- as.character(codings$code)[hits$coding]
  coder <- match(as.character(codings$coder)[hits$coding], colnames(base))
  lapply(codes, function(label) {
    applied <- which(code == label)
    base[cbind(hits$unit[applied], coder[applied])] <- 2L
    base
  })
}
