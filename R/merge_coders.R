#' Merge the copies in which several people coded
#'
#' Where a program keeps one coder to a file, each coder works in a copy of the
#' project. `merge_coders()` puts the copies together again, for [as_ratings()]
#' and [agreement()]: transcripts and codes that are the same become one, and
#' every coding stays with who made it. Nothing that differs is lost in silence:
#' [problems()] lists it.
#'
#' @param ... The copies: imported projects ([read_project()]), or lists with
#'   `transcripts`, `codebook` and `codings` and, where there are any, `memos`,
#'   `sets` and `plan`. Or one list of copies. The names of the arguments, or
#'   else the numbers, name the copies.
#' @param names Who coded in a copy, where several people bear one name (such as
#'   `"default"`): a list or vector with names of copies. Each element is one
#'   string, the name of the one coder of that copy whose name other copies have
#'   too, or a named vector with names old and values new. `NULL`: a name is one
#'   person, whatever copy it is in.
#' @details
#' Transcripts are the same if their texts are (by SHA-256), also under other
#' names; and if their names are, also with different texts. Then the text that
#' most copies have is kept (of equally many, one that does not depend on the
#' order of the copies), and codings of the others are placed by their words,
#' as [problems()] tells. Turns and participants come with the text.
#'
#' Codes are the same if their names are. Of what copies say about a code, what
#' most of them say is kept.
#'
#' A coding that several copies have of the same coder, code and place (and
#' round and weight) is the common past and counts once. Where `names` parts
#' a coder in two, codings of the past keep the old name if several copies have
#' them with the same date; without a date they cannot be told from codings
#' that two people made alike, and each keeps their own.
#'
#' The plan holds what can be known: a coder has seen a transcript in which
#' there is a coding of theirs, or for which a plan of a copy says so. Whoever
#' saw a transcript and applied nothing has to be added, see [coding_plan()].
#' @return An `imported_project` as of [read_project()], with a further element
#'   `plan`, a [coding_plan()].
#' @section Errors:
#' `intercoder_error_argument` for copies that are none, and for `names` of
#' copies or coders that are not there. `intercoder_error_codings` for codings
#' in transcripts that their copy does not have.
#' @seealso [as_ratings()], [coding_plan()], [problems()].
#' @examples
#' talk <- transcripts(data.frame(transcript = "A", text = "Time is short."))
#' book <- codebook(data.frame(code = c("time", "haste")))
#' copy <- function(start, end, code) {
#'   list(transcripts = talk, codebook = book, codings = codings(data.frame(
#'     transcript = "A", start = start, end = end, code = code,
#'     coder = "default"
#'   ), talk))
#' }
#' both <- merge_coders(
#'   ada = copy(1, 4, "time"),
#'   ben = copy(c(1, 9), c(4, 13), c("time", "haste")),
#'   names = c(ada = "Ada", ben = "Ben")
#' )
#' both$codings
#' both$plan
#' @export
merge_coders <- function(..., names = NULL) {
  copies <- check_copies(list(...))
  renamed <- check_new_names(names, copies)
  rank <- canonical_ranks(copies)
  matched <- match_transcripts(copies, rank)
  book <- merge_codebooks(copies, rank)
  pooled <- pool_codings(copies, matched, rank)
  named <- name_coders(pooled$rows, renamed)
  out <- new_imported_project(
    kept_transcripts(copies, matched), book$codebook,
    merged_codings(named, matched),
    source = list(path = paste(names(copies), collapse = " + "),
                  format = "merged", origin = NA_character_),
    memos = unique_rows(copies, "memos", memo_table()),
    sets = unique_rows(copies, "sets", set_table()),
    left = unique_rows(copies, "left", left_table()),
    problems = unique(bind_rows(c(
      list(place_problem_table()), lapply(copies, attr, "problems"),
      list(matched$problems, book$problems, pooled$problems,
           shared_names(named))
    )))
  )
  out$plan <- known_plan(copies, out$codings, matched)
  out
}

# ---- arguments ----

check_copies <- function(copies, call = caller_env()) {
  one <- length(copies) == 1 && !"codings" %in% names(copies[[1]])
  if (one && is.list(copies[[1]])) copies <- copies[[1]]
  if (!length(copies)) {
    arg_error("...", "one or more copies of a project", "empty", call)
  }
  name <- names(copies) %||% rep("", length(copies))
  blank <- is.na(name) | !nzchar(name)
  name[blank] <- sprintf("copy %d", seq_along(copies))[blank]
  if (anyDuplicated(name)) {
    arg_error("...", "copies of different names",
              sprintf("\"%s\" twice", name[anyDuplicated(name)]), call)
  }
  for (i in seq_along(copies)) check_copy(copies[[i]], name[i], call)
  stats::setNames(copies, name)
}

check_copy <- function(copy, name, call) {
  for (part in c("transcripts", "codebook", "codings")) {
    if (!is.list(copy) || !inherits(copy[[part]], part)) {
      arg_error(
        name,
        "an imported project, or a list with transcripts, codebook and codings",
        sprintf("without %s", part), call
      )
    }
  }
  known <- copy$transcripts$documents$transcript
  strange <- which(!copy$codings$transcript %in% known)
  if (length(strange)) {
    abort("codings", sprintf(
      paste("Copy \"%s\": coding %d is in transcript \"%s\", which the copy",
            "does not have."),
      name, strange[1], copy$codings$transcript[strange[1]]
    ), rows = strange, call = call)
  }
}

# A list by copy of vectors new, named by old.
check_new_names <- function(new, copies, call = caller_env()) {
  strange <- setdiff(names(new), names(copies))
  if (length(new) && (is.null(names(new)) || length(strange))) {
    arg_error("names", sprintf("named by copies (%s)", quoted(names(copies))),
              if (length(strange)) quoted(strange) else "without names", call)
  }
  coders <- lapply(copies, function(copy) unique(copy$codings$coder))
  out <- lapply(names(new), function(copy) {
    value <- unlist(new[[copy]])
    if (!is.character(value) || anyNA(value) || !all(nzchar(value))) {
      arg_error("names", "names of coders", describe_value(value), call)
    }
    own <- coders[[copy]]
    if (is.null(names(value))) {
      other <- unlist(coders[names(coders) != copy])
      old <- if (any(own %in% other)) intersect(own, other) else own
      if (length(value) != 1 || length(old) != 1) {
        arg_error(sprintf("names$%s", copy), sprintf(
          "a vector named by the coders it renames, of %s", quoted(own)
        ), describe_value(value), call)
      }
      names(value) <- old
    }
    if (!all(names(value) %in% own)) {
      arg_error(sprintf("names$%s", copy), sprintf(
        "named by coders of that copy, %s", quoted(own)
      ), quoted(names(value)), call)
    }
    value
  })
  stats::setNames(out, names(new))
}

# The order in which copies decide, whatever the order they are given in.
canonical_ranks <- function(copies) {
  key <- vapply(copies, function(copy) {
    rlang::hash(list(copy$transcripts$documents, copy$transcripts$turns,
                     as.data.frame(copy$codebook),
                     as.data.frame(copy$codings)))
  }, "")
  rank(key, ties.method = "first")
}

# What most have; of equally many, the first in the order of `rank`.
most_common <- function(x, rank) {
  x <- x[order(rank)]
  known <- unique(x)
  known[which.max(tabulate(match(x, known)))]
}

# ---- transcripts ----

# `table`: a row for each transcript of each copy: copy (its number),
# transcript, hash, group; `chosen`: of each group the row whose text is kept,
# and its name.
match_transcripts <- function(copies, rank) {
  table <- bind_rows(lapply(seq_along(copies), function(i) {
    documents <- copies[[i]]$transcripts$documents
    data.frame(copy = rep(i, nrow(documents)),
               transcript = documents$transcript, hash = documents$hash,
               stringsAsFactors = FALSE)
  }))
  group <- match(paste(table$hash, table$transcript),
                 paste(table$hash, table$transcript))
  group <- join_groups(group, table$hash, table$copy)
  group <- join_groups(group, table$transcript, table$copy)
  table$group <- match(group, unique(group))
  chosen <- vapply(split(seq_len(nrow(table)), table$group), function(rows) {
    by <- rank[table$copy[rows]]
    rows <- rows[order(by)]
    rows[match(most_common(table$hash[rows], sort(by)), table$hash[rows])]
  }, 1L, USE.NAMES = FALSE)
  name <- vapply(split(seq_len(nrow(table)), table$group), function(rows) {
    kept <- rows[table$hash[rows] == table$hash[chosen[table$group[rows[1]]]]]
    most_common(table$transcript[kept], rank[table$copy[kept]])
  }, "", USE.NAMES = FALSE)
  out <- list(table = table, chosen = chosen,
              name = make.unique(name, sep = " "))
  out$text <- vapply(chosen, function(row) {
    documents <- copies[[table$copy[row]]]$transcripts$documents
    documents$text[documents$transcript == table$transcript[row]]
  }, "")
  out$problems <- transcript_problems(out, names(copies))
  out
}

# Groups with the same key become one, unless a copy stands in two of them.
join_groups <- function(group, key, copy) {
  for (rows in split(seq_along(group), key)) {
    members <- which(group %in% group[rows])
    pairs <- unique(data.frame(group = group[members], copy = copy[members]))
    if (!anyDuplicated(copy[members]) && !anyDuplicated(pairs$copy)) {
      group[members] <- min(group[members])
    }
  }
  group
}

transcript_problems <- function(matched, copies) {
  table <- matched$table
  kept <- matched$chosen[table$group]
  name <- matched$name[table$group]
  other <- which(table$hash != table$hash[kept])
  alias <- which(table$transcript != name)
  out <- plain_problems(c(
    sprintf("its text differs in \"%s\": that of \"%s\" is kept",
            copies[table$copy[other]], copies[table$copy[kept[other]]]),
    sprintf("it is named \"%s\" in \"%s\"", table$transcript[alias],
            copies[table$copy[alias]])
  ))
  out$transcript <- name[c(other, alias)]
  out
}

# Problems of no coding.
plain_problems <- function(problem) {
  none <- rep(NA_integer_, length(problem))
  text <- as.character(none)
  place_problem_table(text, none, text, text, none, none, text, problem, text)
}

kept_transcripts <- function(copies, matched) {
  if (!length(matched$chosen)) {
    return(copies[[1]]$transcripts)
  }
  parts <- lapply(seq_along(matched$chosen), function(g) {
    row <- matched$table[matched$chosen[g], ]
    x <- copies[[row$copy]]$transcripts[row$transcript]
    x$documents$transcript <- matched$name[g]
    x$turns$transcript <- rep(matched$name[g], nrow(x$turns))
    x
  })
  part <- function(name) joined_frames(lapply(parts, `[[`, name))
  people <- part("participants")
  people <- people[!duplicated(people$participant), ]
  rownames(people) <- NULL
  new_transcripts(part("documents"), part("turns"), people)
}

# Rows below each other, columns matched by name.
joined_frames <- function(frames) {
  columns <- unique(unlist(lapply(frames, names)))
  bind_rows(lapply(frames, function(frame) {
    for (column in setdiff(columns, names(frame))) {
      frame[[column]] <- rep(NA, nrow(frame))
    }
    frame[columns]
  }))
}

# ---- codebooks ----

merge_codebooks <- function(copies, rank) {
  books <- lapply(copies, function(copy) as.data.frame(copy$codebook))
  of <- rep(seq_along(books), vapply(books, nrow, 1L))
  all <- joined_frames(books)
  code <- unique(all$code)
  told <- list()
  out <- all[match(code, all$code), ]
  for (column in setdiff(names(all), "code")) {
    said <- split(seq_len(nrow(all)), factor(all$code, code))
    for (i in seq_along(code)) {
      rows <- said[[i]][!is.na(all[[column]][said[[i]]])]
      if (!length(rows)) next
      value <- most_common(all[[column]][rows], rank[of[rows]])
      out[[column]][i] <- value
      other <- rows[all[[column]][rows] != value]
      told <- c(told, list(code_problems(code[i], sprintf(
        "its %s differs in \"%s\": \"%s\"", column, names(copies)[of[other]],
        shorten(as.character(all[[column]][other]), 60)
      ))))
    }
  }
  parent <- without_circles(out$code, out$theme)
  circle <- which(is.na(parent) & !is.na(out$theme))
  out$theme <- parent
  lists <- unlist(unname(lapply(copies[order(rank)], function(copy) {
    attr(copy$codebook, "lists")
  })))
  first <- lists[match(names(lists), names(lists))]
  told <- c(told, list(code_problems(names(lists)[lists != first],
    rep("copies give different words for this list", sum(lists != first)))))
  versions <- unique(lapply(copies, function(copy) {
    attr(copy$codebook, "version")
  }))
  rownames(out) <- NULL
  list(
    codebook = new_codebook(
      out, if (length(versions) == 1) versions[[1]] else NA_character_,
      NA_character_, lists = lists[!duplicated(names(lists))]),
    problems = bind_rows(c(told, list(code_problems(
      out$code[circle],
      rep("copies put it and others under each other: it stands alone",
          length(circle))))))
  )
}

code_problems <- function(code, problem) {
  out <- plain_problems(problem)
  out$code <- rep_len(code, length(problem))
  out
}

# ---- codings ----

# All codings with the number of their copy and the rank by which it decides,
# placed in the texts that are kept.
pool_codings <- function(copies, matched, rank) {
  parts <- lapply(seq_along(copies), function(i) {
    rows <- as.data.frame(copies[[i]]$codings)
    rows$copy <- rep(i, nrow(rows))
    rows$copy_name <- rep(names(copies)[i], nrow(rows))
    rows$rank <- rep(rank[i], nrow(rows))
    rows$row <- seq_len(nrow(rows))
    rows
  })
  rows <- joined_frames(parts)
  table <- matched$table
  at <- match(paste(rows$copy, rows$transcript),
              paste(table$copy, table$transcript))
  group <- table$group[at]
  moved <- which(table$hash[at] != table$hash[matched$chosen[group]])
  rows$transcript <- matched$name[group]
  told <- list()
  for (which in split(moved, list(group[moved], rows$copy[moved]),
                      drop = TRUE)) {
    g <- group[which[1]]
    found <- anchor_quotes(matched$text[g], rows$text[which],
                           rows$start[which])
    problem <- paste0(
      ifelse(is.na(found$start), "its words are not in the text that is kept",
             "placed by its words in the text that is kept"),
      ifelse(found$ambiguous %in% TRUE,
             sprintf(", in the nearest of %d places", found$candidates), "")
    )
    rows$start[which] <- found$start
    rows$end[which] <- found$end
    told <- c(told, list(place_problem_table(
      rows$transcript[which], rows$row[which], rows$code[which],
      rows$coder[which], found$start, found$end, rows$text[which], problem,
      ifelse(is.na(found$start), "left out", "moved")
    )))
  }
  list(rows = rows[!is.na(rows$start), ], problems = bind_rows(told))
}

coding_key <- function(rows, columns) {
  do.call(paste, c(lapply(rows[columns], as.character), sep = "\x1f"))
}

CODING_PLACE <- c("transcript", "start", "end", "code", "round", "weight")

# The old name stays where several copies have the coding, dated alike.
name_coders <- function(rows, renamed) {
  rows$old <- rows$coder
  if (!length(renamed)) {
    return(rows)
  }
  past <- logical(nrow(rows))
  if ("date" %in% names(rows)) {
    key <- coding_key(rows, c(CODING_PLACE, "coder", "date"))
    pairs <- unique(data.frame(key = key, copy = rows$copy))
    past <- !is.na(rows$date) & key %in% pairs$key[duplicated(pairs$key)]
  }
  for (copy in names(renamed)) {
    new <- renamed[[copy]]
    mine <- which(rows$copy_name == copy & rows$coder %in% names(new) & !past)
    rows$coder[mine] <- unname(new[rows$old[mine]])
  }
  rows
}

merged_codings <- function(rows, matched) {
  key <- coding_key(rows, c(CODING_PLACE, "coder"))
  # what one copy has twice stays twice
  key <- paste(key, stats::ave(rows$copy, key, rows$copy, FUN = seq_along))
  twice <- key %in% key[duplicated(key)]
  memo <- rows$memo
  for (same in split(which(twice), key[twice])) {
    same <- same[order(rows$rank[same])]
    said <- unique(memo[same][!is.na(memo[same])])
    if (length(said)) memo[same] <- paste(said, collapse = "\n")
  }
  rows$memo <- memo
  by <- order(rows$rank)
  rows <- rows[by[match(unique(key), key[by])], ]
  own <- setdiff(names(rows), c("copy", "rank", "row", "old", "copy_name"))
  rows$text <- slice_text(matched$text, match(rows$transcript, matched$name),
                          rows$start, rows$end)
  codings(rows[own])
}

# A name under which copies have codings that the others do not: one person, or
# several?
shared_names <- function(rows) {
  key <- coding_key(rows, c(CODING_PLACE, "coder"))
  copies <- tapply(rows$copy, key, function(x) length(unique(x)))
  alone <- copies[key] == 1
  own <- unique(rows[alone, c("coder", "copy_name")])
  several <- unique(own$coder[duplicated(own$coder)])
  where <- vapply(several, function(coder) {
    quoted(own$copy_name[own$coder == coder])
  }, "")
  out <- plain_problems(sprintf(paste(
    "this coder has codings of their own in %s: taken for one person, unless",
    "`names` parts them"
  ), where))
  out$coder <- several
  out
}

unique_rows <- function(copies, part, none) {
  out <- unique(bind_rows(c(list(none), lapply(unname(copies), `[[`, part))))
  rownames(out) <- NULL
  out
}

known_plan <- function(copies, codings, matched) {
  told <- lapply(seq_along(copies), function(i) {
    plan <- copies[[i]]$plan
    at <- match(paste(rep(i, NROW(plan)), plan$transcript),
                paste(matched$table$copy, matched$table$transcript))
    data.frame(coder = as.character(plan$coder),
               transcript = matched$name[matched$table$group[at]],
               stringsAsFactors = FALSE)
  })
  seen <- unique(as.data.frame(codings)[c("coder", "transcript")])
  coding_plan(bind_rows(c(told, list(seen))))
}
