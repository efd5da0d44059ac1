# `@name` in a rule stands for the rule of that code, or for a list. It is put
# in its place here, in parentheses, before the core sees a rule.

# As the core reads a rule: signs in quotes and expressions are no references.
RULE_TOKEN <- paste0("(*UCP)(?s)", paste(
  "@\"(?:\\\\.|[^\"\\\\])*+\"",
  "@[\u201c\u201e](?:\\\\.|[^\u201c\u201d\\\\])*+[\u201c\u201d]",
  "@[^\\s()\"\u201c\u201d\u201e]*+",
  "[=~]*\"(?:\\\\.|[^\"\\\\])*+\"",
  "[=~]*[\u201c\u201e](?:\\\\.|[^\u201c\u201d\\\\])*+[\u201c\u201d]",
  "/(?:\\\\.|[^/\\\\])*+/",
  "[^\\s()\"\u201c\u201d\u201e]++",
  "\\S",
  sep = "|"
))
RULE_BYTES_MAX <- 65536
REFERENCES_MAX <- 64 # one inside the other

# Where each reference of a rule stands (characters) and whom it names.
rule_references <- function(rule) {
  at <- gregexpr(RULE_TOKEN, rule, perl = TRUE)[[1]]
  end <- at + attr(at, "match.length") - 1L
  mine <- substring(rule, at, at) == "@"
  text <- substring(rule, at, end)[mine]
  data.frame(start = as.integer(at)[mine], end = as.integer(end)[mine],
             text = text, name = referred_name(text),
             stringsAsFactors = FALSE)
}

referred_name <- function(text) {
  name <- substring(text, 2)
  quoted <- grepl("^[\"\u201c\u201e]", name)
  inside <- substring(name, 2, nchar(name) - 1L)
  trimws(ifelse(quoted, gsub("\\\\(.)", "\\1", inside), name))
}

# All that can be referred to: codes, then lists.
rule_sources <- function(data, lists, rows = seq_len(nrow(data))) {
  of_list <- attr(lists, "rows")
  list(
    name = c(data$code, names(lists)),
    rule = c(data$rule, unname(lists)),
    what = c(
      sprintf("rule of code \"%s\" (row %d)", data$code, rows),
      paste0(sprintf("list \"%s\"", names(lists)),
             if (length(of_list)) sprintf(" (row %d)", of_list))[
        seq_along(lists)]
    )
  )
}

refuse_reference <- function(sources, i, message, file, call, hint = NULL,
                             kind = "rule") {
  abort(kind, c(sprintf("%s%s: %s.", sources$what[i], in_file(file), message),
                i = hint),
        code = sources$name[i], call = call)
}

at_character <- function(reference) {
  sprintf("%s at character %d", reference$text, reference$start)
}

# The references of every source, checked, with the number of their target.
source_references <- function(sources, file, call) {
  references <- vector("list", length(sources$rule))
  for (i in grep("@", sources$rule, fixed = TRUE)) {
    found <- rule_references(sources$rule[i])
    found$target <- match(found$name, sources$name)
    for (k in seq_len(nrow(found))) {
      check_reference(found[k, ], sources, i, file, call)
    }
    references[[i]] <- found
  }
  references
}

check_reference <- function(reference, sources, i, file, call) {
  refuse <- function(message, hint = NULL) {
    refuse_reference(sources, i, message, file, call, hint)
  }
  after <- substring(sources$rule[i], reference$end + 1L, reference$end + 1L)
  if (!nzchar(reference$name)) {
    refuse(sprintf("a name is missing after @ at character %d",
                   reference$start))
  }
  if (grepl("[\"\u201c\u201d]$", reference$text) && nzchar(after) &&
        !grepl("[\\s)]", after, perl = TRUE)) {
    refuse(sprintf("a space is missing after the closing quote at character %d",
                   reference$end + 1L))
  }
  if (is.na(reference$target)) {
    refuse(sprintf("no code or list has the name of %s",
                   at_character(reference)),
           near_names(reference$name, sources$name))
  }
  if (is.na(sources$rule[reference$target])) {
    refuse(sprintf("%s names a code without a rule", at_character(reference)))
  }
}

near_names <- function(name, known) {
  if (any(startsWith(known, paste0(name, " ")))) {
    return("A name with spaces needs quotes, as in @\"doctor patient\".")
  }
  off <- as.vector(utils::adist(name, known, ignore.case = TRUE))
  if (length(off) && min(off) <= nchar(name) %/% 2) {
    sprintf("Did you mean @%s?", known[which.min(off)])
  }
}

# Rules of the same length without references, so that the core can check
# each as it is written.
masked_rules <- function(rules) {
  for (i in grep("@", rules, fixed = TRUE)) {
    found <- rule_references(rules[i])
    found <- found[!is_lone(found, rules[i]), , drop = FALSE]
    size <- found$end - found$start + 1L
    word <- strrep("x", pmin(size, 100L))
    regmatches(rules[i], reference_places(found)) <-
      list(paste0(word, strrep(" ", size - nchar(word))))
  }
  rules
}

# A sign @ without a name, left for the core to refuse.
is_lone <- function(found, rule) {
  after <- substring(rep(rule, nrow(found)), found$end + 1L, found$end + 1L)
  found$text == "@" & !after %in% c("\"", "\u201c", "\u201e")
}

reference_places <- function(references) {
  if (!nrow(references)) {
    return(list(structure(-1L, match.length = -1L)))
  }
  list(structure(references$start,
                 match.length = references$end - references$start + 1L))
}

# The rules of `sources` with every reference to one of `open` replaced, and
# theirs in turn.
resolve_references <- function(sources, file, call,
                               open = seq_along(sources$name)) {
  done <- sources$rule
  references <- source_references(sources, file, call)
  references <- lapply(references, function(found) {
    found[found$target %in% open, , drop = FALSE]
  })
  ready <- vapply(references, NROW, 0L) == 0L
  resolve <- function(i, path) {
    path <- c(path, i)
    found <- references[[i]]
    for (k in seq_len(nrow(found))) {
      check_circle(found[k, ], path, sources, file, call)
      if (!ready[found$target[k]]) resolve(found$target[k], path)
    }
    done[i] <<- spliced_rule(sources, i, found, done, file, call)
    ready[i] <<- TRUE
  }
  for (i in which(!ready)) {
    if (!ready[i]) resolve(i, integer())
  }
  done
}

check_circle <- function(reference, path, sources, file, call) {
  i <- path[length(path)]
  if (reference$target %in% path) {
    circle <- c(path[match(reference$target, path):length(path)],
                reference$target)
    refuse_reference(sources, i, sprintf(
      "%s leads in a circle: %s", at_character(reference),
      paste(sources$name[circle], collapse = ", ")
    ), file, call)
  }
  if (length(path) > REFERENCES_MAX) {
    refuse_reference(sources, i, sprintf(
      "references in references nest deeper than %d, from %s on",
      REFERENCES_MAX, sources$what[path[1]]
    ), file, call, kind = "limit")
  }
}

spliced_rule <- function(sources, i, references, done, file, call) {
  put <- paste0("(", done[references$target], ")")
  size <- nchar(sources$rule[i], "bytes") + sum(nchar(put, "bytes"))
  if (size > RULE_BYTES_MAX + sum(nchar(references$text, "bytes"))) {
    refuse_reference(sources, i, sprintf(
      "with what it refers to it has more than %s bytes",
      format_whole(RULE_BYTES_MAX)
    ), file, call, kind = "limit")
  }
  rule <- sources$rule[i]
  regmatches(rule, reference_places(references)) <- list(put)
  rule
}

# The rule of each code with its references resolved.
resolved_rules <- function(x, call = caller_env()) {
  lists <- attr(x, "lists")
  if (!any(grepl("@", x$rule, fixed = TRUE))) {
    return(x$rule)
  }
  sources <- rule_sources(x, lists)
  resolve_references(sources, attr(x, "file"), call)[seq_len(nrow(x))]
}

# What rules refer to, directly or by another, as numbers of sources.
referred_sources <- function(sources, from) {
  names_in <- function(rules) {
    rules <- rules[grepl("@", rules, fixed = TRUE)]
    unlist(lapply(rules, function(rule) rule_references(rule)$name))
  }
  reached <- integer()
  repeat {
    more <- setdiff(match(names_in(sources$rule[from]), sources$name),
                    c(reached, NA))
    if (!length(more)) {
      return(reached)
    }
    reached <- c(reached, more)
    from <- more
  }
}
