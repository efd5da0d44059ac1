# Who was not seen for a code (NA) is left out of that code alone. Codes with
# the same people seen are taken together, so that what compares them never
# meets a missing value.

# f of each part: those seen, their codes; `codes` and `rows` say which. Without
# missing values there is one part, everything.
by_seen <- function(given, f) {
  if (!anyNA(given$values)) {
    return(list(list(codes = seq_len(ncol(given$values)),
                     rows = seq_along(given$member), found = f(given))))
  }
  seen <- apply(!is.na(given$values), 2, which, simplify = FALSE)
  key <- vapply(seen, paste, "", collapse = " ")
  lapply(unname(split(seq_along(key), factor(key, unique(key)))), function(k) {
    rows <- complete_rows(seen[[k[1]]], given)
    list(codes = k, rows = rows, found = f(seen_part(given, rows, k)))
  })
}

# A pair of which one was not seen is not seen.
complete_rows <- function(rows, given) {
  if (given$design != "pairs") {
    return(rows)
  }
  pair <- given$stratum[rows]
  rows[pair %in% pair[duplicated(pair)]]
}

seen_part <- function(given, rows, codes) {
  given$values <- given$values[rows, codes, drop = FALSE]
  given$member <- given$member[rows]
  if (!is.null(given$stratum)) {
    given$stratum <- match(given$stratum[rows], unique(given$stratum[rows]))
  }
  given$theme <- given$theme[codes]
  given
}

# The comparison of each code, from those seen for it.
compare_seen <- function(given, compare) {
  parts <- by_seen(given, function(part) {
    if (comparable(part)) compare(part) else unseen_rows(part, compare)
  })
  out <- do.call(rbind, lapply(parts, `[[`, "found"))
  out <- out[order(unlist(lapply(parts, `[[`, "codes"))), , drop = FALSE]
  rownames(out) <- NULL
  out
}

# Whether somewhere, as a whole or in a stratum, both groups were seen.
comparable <- function(given) {
  stratum <- given$stratum %||% rep(1L, length(given$member))
  any(stratum[given$member] %in% stratum[!given$member])
}

# The columns of a comparison, with nobody to compare: those of one made up.
unseen_rows <- function(part, compare) {
  made_up <- part
  made_up$values <- matrix(rep(0:1, ncol(part$values)), 2,
                           dimnames = list(NULL, colnames(part$values)))
  made_up$member <- c(TRUE, FALSE)
  if (!is.null(part$stratum)) made_up$stratum <- c(1L, 1L)
  out <- compare(made_up)
  start <- comparison_start(part, out$test[1])
  out[names(start)] <- start
  gone <- setdiff(names(out), c(names(start), "effect", "interval", "status"))
  out[gone] <- NA_real_
  out$interval <- NA_character_
  out$status <- "not_seen"
  out
}

# Scores of all codes; nobody who was not seen moves a sum.
scores_seen <- function(given, ok, test) {
  score <- matrix(0, nrow(given$values), sum(ok))
  slack <- numeric(sum(ok))
  if (!all(ok)) {
    given$values <- given$values[, ok, drop = FALSE]
    given$twice <- given$twice[, ok, drop = FALSE]
  }
  for (part in by_seen(given, function(part) joint_scores(part, test))) {
    score[part$rows, part$codes] <- part$found$score
    slack[part$codes] <- part$found$slack
  }
  list(score = score, slack = slack)
}
