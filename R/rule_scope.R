# Where the rules of a codebook are looked for, and what is asked of their hits
# besides. Turns of one role, speaker, participant and section are of a kind.

NESTED <- c("code", "codebook", "all")

# The turns to be searched, by text and place, and the scope as the core takes
# it: NULL where nothing is asked.
rule_scope <- function(x, codes, roles, nested) {
  minimum <- needed_hits(codes)
  if (!is_narrowed(codes)) {
    asked <- if (nested != "code" || !is.null(minimum)) {
      list(match(nested, NESTED) - 1L, minimum, NULL, NULL)
    }
    passages <- passages_of(x, which(x$turns$role %in% roles))
    return(list(passages = passages, asked = asked))
  }
  kinds <- turn_kinds(x$turns)
  allowed <- allowed_codes(kinds, codes, roles)
  passages <- passages_of(x, which(colSums(allowed)[kinds$kind] > 0))
  list(passages = passages,
       asked = list(match(nested, NESTED) - 1L, minimum, as.raw(allowed),
                    kinds$kind[passages$row] - 1L))
}

is_narrowed <- function(codes) {
  any(!is.na(codes[["speaker"]])) || any(!is.na(codes[["section"]]))
}

needed_hits <- function(codes) {
  minimum <- codes[["minimum"]]
  if (any(minimum > 1, na.rm = TRUE)) {
    as.integer(ifelse(is.na(minimum), 1, minimum))
  }
}

turn_kinds <- function(turns) {
  shown <- list(role = turns$role, speaker = turns$speaker,
                participant = turns$participant,
                section = turns[["section"]] %||%
                  rep(NA_character_, nrow(turns)))
  key <- do.call(paste, c(lapply(unname(shown), function(value) {
    ifelse(is.na(value), "N", paste0("S", value))
  }), sep = "\x1f"))
  first <- !duplicated(key)
  c(list(kind = match(key, key[first])), lapply(shown, `[`, first))
}

# A row per code, a column per kind of turn.
allowed_codes <- function(kinds, codes, roles) {
  speaker <- codes[["speaker"]] %||% rep(NA_character_, nrow(codes))
  section <- codes[["section"]] %||% rep(NA_character_, nrow(codes))
  warn_of_strangers(kinds, speaker, section)
  key <- paste0(ifelse(is.na(speaker), "N", paste0("S", speaker)), "\x1f",
                ifelse(is.na(section), "N", paste0("S", section)))
  first <- which(!duplicated(key))
  own <- lapply(first, function(i) {
    is_spoken(kinds, speaker[i], roles) & is_in_section(kinds, section[i])
  })
  do.call(rbind, own)[match(key, key[first]), , drop = FALSE]
}

is_spoken <- function(kinds, speaker, roles) {
  if (is.na(speaker)) {
    return(kinds$role %in% roles)
  }
  wanted <- scope_values(speaker)[[1]]
  kinds$role %in% wanted | kinds$speaker %in% wanted |
    kinds$participant %in% wanted
}

is_in_section <- function(kinds, section) {
  is.na(section) | kinds$section %in% scope_values(section)[[1]]
}

warn_of_strangers <- function(kinds, speaker, section) {
  strangers <- function(column, known) {
    values <- unique(unlist(scope_values(unique(column[!is.na(column)]))))
    setdiff(values, known)
  }
  who <- strangers(speaker, c("participant", "interviewer", kinds$speaker,
                              kinds$participant))
  where <- strangers(section, kinds$section)
  if (length(who) || length(where)) {
    warn("codebook", c(
      "Some codes are looked for where these transcripts have nothing.",
      if (length(who)) {
        c(x = sprintf("No role, speaker or participant is %s.", quoted(who)))
      },
      if (length(where)) c(x = sprintf("No section is %s.", quoted(where))),
      i = "See `turns()` and the columns `speaker` and `section`."
    ), speaker = who, section = where)
  }
}

passages_of <- function(x, rows) {
  at <- match(x$turns$transcript[rows], x$documents$transcript)
  start <- as.integer(x$turns$start[rows])
  if (is.unsorted(at * 2^31 + start)) {
    sorted <- order(at, start)
    start <- start[sorted]
    rows <- rows[sorted]
  }
  list(count = tabulate(at, nrow(x$documents)), start = start,
       end = as.integer(x$turns$end[rows]), row = rows)
}
