#' Participants by pairs of codes
#'
#' Counts, for every participant and every two codes, the units that carry both,
#' so that [compare_groups()] can ask of which two things together one group
#' speaks more than another, jointly over all pairs. [co_occurrence()] describes
#' pairs over all units.
#'
#' @inheritParams code_matrix
#' @param level Pairs of `"code"`s or of `"theme"`s.
#' @param within Both in one `"unit"`, or both anywhere with one
#'   `"participant"`, who then counts as a single unit: 1 or 0.
#' @return A [code_matrix()] whose codes are the K (K - 1) / 2 pairs, "a + b".
#'   Most pairs are rare, so that min-p, for which a pair that could never
#'   differ costs nothing, gains much over Holm.
#' @section Errors: those of [code_matrix()]; `intercoder_error_limit` for more
#'   than 50 million pairs of codes x participants, `intercoder_error_value` for
#'   less than two codes.
#' @examples
#' study <- simulated_study
#' pairs <- pair_matrix(study$consensus, units(study$transcripts),
#'                      study$codebook)
#' out <- compare_groups(pairs, "group", interval = "newcombe")
#' out[order(out$p.value)[1:5], ]
#' @export
pair_matrix <- function(codings, units, codebook = NULL, coder = NULL,
                        participants = NULL, plan = NULL,
                        by = c("participant", "speaker"),
                        level = c("code", "theme"),
                        within = c("unit", "participant")) {
  level <- check_choice(level, c("code", "theme"))
  within <- check_choice(within, c("unit", "participant"))
  found <- carried_codes(codings, units, codebook, coder, participants, plan,
                         check_choice(by, c("participant", "speaker")))
  book <- found$book[!found$book$parent, ]
  names <- if (level == "theme") unique(book$theme) else book$code
  labels <- if (level == "theme") names else book$label
  check_pairs(length(names), nlevels(found$person), caller_env(0))
  counts <- count_pairs(found, found[[level]], names, within)
  if (within == "participant") {
    found$divided <- "interview"
    found$rows$units <- rep(1L, nrow(found$rows))
  }
  new_code_matrix(found, counts, counts, data.frame(
    code = colnames(counts), label = pair_names(labels),
    theme = colnames(counts), stringsAsFactors = FALSE
  ), row = "pair")
}

check_pairs <- function(codes, people, call) {
  if (codes < 2) {
    abort("value", "There are less than two codes, so no pair.", call = call)
  }
  cells <- codes * (codes - 1) / 2 * people
  if (cells > 5e7) {
    abort("limit", sprintf("%s pairs x participants are too many.",
                           format_whole(cells)), call = call)
  }
}

pair_names <- function(names) {
  at <- which(upper.tri(diag(length(names))), arr.ind = TRUE)
  paste(names[at[, 1]], names[at[, 2]], sep = " + ")
}

count_pairs <- function(found, code, names, within) {
  place <- if (within == "unit") found$unit else
    as.integer(found$person)[found$unit]
  hits <- unique(data.frame(person = as.integer(found$person)[found$unit],
                            place = place, code = match(code, names)))
  upper <- upper.tri(diag(length(names)))
  by_person <- split(hits, factor(hits$person, seq_len(nlevels(found$person))))
  counts <- vapply(by_person, function(h) {
    has <- matrix(0L, length(unique(h$place)), length(names))
    has[cbind(match(h$place, unique(h$place)), h$code)] <- 1L
    as.integer(crossprod(has)[upper])
  }, integer(sum(upper)))
  matrix(counts, nlevels(found$person), byrow = TRUE,
         dimnames = list(levels(found$person), pair_names(names)))
}
