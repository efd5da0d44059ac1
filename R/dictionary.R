# Dictionaries of other programs as codebooks. Each reader turns a file into
# categories, their terms and the problems met; what they share is here.

#' A codebook from a dictionary
#'
#' Turns a dictionary into a [codebook()]: a category becomes a code, its terms
#' a [rule][codebook-rules] of words, phrases and `stem*` joined by `OR`, the
#' categories in it codes that stand under it. Dictionaries in files are read by
#' [read_codebook()]; this takes those that are already in R.
#'
#' @param x A named list whose elements are terms (strings), or lists of terms
#'   and of further named categories; a dictionary of quanteda; a data frame,
#'   which goes to [codebook()]; or a codebook, returned as it is.
#' @param version The codebook's version, one string, or `NULL`. Of a codebook
#'   it replaces the version there is.
#' @return A [codebook()]. A code is named like its category, or by the path to
#'   it (`"economy/pro"`) where categories at different places share a name;
#'   `label` is the name of the category. Terms that no rule can say are left
#'   out and listed by [codebook_problems()].
#' @section Errors:
#' `intercoder_error_argument` for something else, or a list without names;
#' those of [codebook()].
#' @seealso [as_dictionary()] for the way back.
#' @examples
#' as_codebook(list(
#'   economy = list(pro = c("invest*", "care"), con = c("tax*", "free market")),
#'   culture = c("art", "museum*")
#' ))
#' @export
as_codebook <- function(x, version = NULL) {
  check_string(version, null = TRUE)
  UseMethod("as_codebook")
}

#' @export
as_codebook.default <- function(x, version = NULL) {
  arg_error("x", "a named list, a dictionary, a data frame or a codebook",
            describe_value(x), caller_env())
}

#' @export
as_codebook.data.frame <- function(x, version = NULL) {
  codebook(x, version = version)
}

#' @export
as_codebook.codebook <- function(x, version = NULL) {
  attr(x, "version") <- version %||% attr(x, "version")
  x
}

#' @export
as_codebook.list <- function(x, version = NULL) {
  dictionary_in_r(x, version, caller_env())
}

#' @export
as_codebook.dictionary2 <- function(x, version = NULL) {
  # An S4 list, whose own `[[` would join what stands on two levels.
  dictionary_in_r(stats::setNames(x@.Data, names(x)), version, caller_env())
}

dictionary_in_r <- function(x, version, call) {
  if (!length(x) || is.null(names(x)) || !all(nzchar(names(x)))) {
    arg_error("x", "a list of categories, each with a name",
              describe_value(x), call)
  }
  into <- dictionary_collector()
  collect_list(x, 0L, into)
  dictionary_codebook(into$done(), NA_character_, version, call)
}

# Categories of a nested list; a string without a name is a term of the
# category that holds it.
collect_list <- function(x, category, into) {
  keys <- names(x) %||% rep("", length(x))
  for (i in seq_along(x)) {
    value <- x[[i]]
    key <- if (is.na(keys[i])) "" else keys[i]
    inside <- if (nzchar(key)) into$category(key, category) else category
    if (is.list(value)) {
      collect_list(value, inside, into)
    } else if (is.null(value)) {
      into$problem("the category holds no terms", key)
    } else if (is.atomic(value) && inside > 0L) {
      for (term in as.character(value)) into$term(inside, term)
    } else {
      into$problem("this stands in no category", describe_value(value))
    }
  }
}

#' What was not understood in a dictionary or codebook file
#'
#' @param x A [codebook()] made by [read_codebook()] or [as_codebook()].
#' @return A data frame with one row for each thing that did not fit: `file`,
#'   `line` (`NA` where the format has no lines to speak of), `text` (the
#'   words it is about) and `what` is the matter. No rows when all went in.
#' @examples
#' file <- tempfile(fileext = ".dic")
#' writeLines(c("%", "1\taffect", "2\tquantity", "%", "happ*\t1",
#'              "kind\t<of>2/1", "glad\t1\t3"), file)
#' book <- read_codebook(file)
#' codebook_problems(book)
#' @export
codebook_problems <- function(x) {
  check_class(x, "codebook", "codebook()")
  attr(x, "problems") %||% problem_table()
}

problem_table <- function(file = character(), line = integer(),
                          text = character(), what = character()) {
  data.frame(file = file, line = line, text = text, what = what,
             stringsAsFactors = FALSE)
}

# Takes what a reader finds, in order, and hands it over at the end.
dictionary_collector <- function() {
  categories <- terms <- problems <- list()
  list(
    category = function(name, parent = 0L, definition = NA_character_,
                        line = NA_integer_) {
      row <- list(name = trim(name), parent = parent, definition = definition,
                  line = line)
      categories[[length(categories) + 1L]] <<- row
      length(categories)
    },
    # `rule`, where given, is what `text` says as a rule.
    term = function(category, text, weight = 1, line = NA_integer_,
                    kind = "glob", rule = NA_character_) {
      row <- list(category = category, text = text, weight = weight,
                  line = line, kind = kind, rule = rule)
      terms[[length(terms) + 1L]] <<- row
    },
    # One rule for any of the terms so far of these categories, "" for none.
    any_of = function(category) {
      of <- rows_of(Filter(function(row) row$category %in% category, terms))
      if (nrow(of)) any_rule(rules_of_terms(of), !is.na(of$rule)) else ""
    },
    # The categories of this name and all they hold.
    named = function(name) {
      parent <- vapply(categories, `[[`, 0L, "parent")
      held <- tolower(vapply(categories, `[[`, "", "name")) == tolower(name)
      for (i in seq_along(held)) held[i] <- held[i] || any(held[parent[i]])
      which(held)
    },
    problem = function(what, text = NA_character_, line = NA_integer_) {
      row <- list(line = line, text = text, what = what)
      problems[[length(problems) + 1L]] <<- row
    },
    done = function() {
      list(categories = rows_of(categories), terms = rows_of(terms),
           problems = rows_of(problems))
    }
  )
}

rows_of <- function(rows) {
  if (!length(rows)) {
    return(data.frame())
  }
  fields <- lapply(names(rows[[1]]), function(name) {
    unlist(lapply(rows, `[[`, name))
  })
  names(fields) <- names(rows[[1]])
  as.data.frame(fields, stringsAsFactors = FALSE)
}

# ---- from categories and terms to a codebook ----

dictionary_codebook <- function(parts, file, version, call, theme = NULL) {
  if (!nrow(parts$categories)) {
    file_error(in_quotes(file), "there are no categories", call = call)
  }
  parts <- join_categories(parts)
  parts <- term_rules(parts)
  codes <- category_codes(parts$categories)
  parent <- parts$categories$parent
  data <- data.frame(
    code = codes,
    theme = c(theme %||% NA_character_, codes)[parent + 1L],
    label = parts$categories$name,
    definition = parts$categories$definition,
    rule = category_rules(parts),
    stringsAsFactors = FALSE
  )
  parts <- category_weights(parts)
  data$weight <- parts$weight
  out <- new_codebook(complete_codebook(data, call),
                      version %||% NA_character_, file, call)
  attr(out, "problems") <- ordered_problems(parts$problems, file)
  out
}

in_quotes <- function(file) if (is.na(file)) "dictionary" else file

ordered_problems <- function(problems, file) {
  if (!nrow(problems)) {
    return(problem_table())
  }
  problems <- problems[order(problems$line), , drop = FALSE]
  problem_table(rep(file, nrow(problems)), as.integer(problems$line),
                problems$text, problems$what)
}

add_problems <- function(parts, line, text, what) {
  if (length(line)) {
    more <- data.frame(line = line, text = text, what = what,
                       stringsAsFactors = FALSE)
    parts$problems <- rbind(parts$problems, more)
  }
  parts
}

# A category that stands again at the same place adds to the first.
join_categories <- function(parts) {
  categories <- parts$categories
  path <- category_paths(categories)
  first <- match(path, path)
  again <- which(first != seq_along(first))
  parts <- add_problems(
    parts, categories$line[again], categories$name[again],
    rep("the category stands again: its terms join the first", length(again))
  )
  keep <- which(first == seq_along(first))
  place <- match(first, keep)
  parts$categories <- categories[keep, , drop = FALSE]
  parent <- parts$categories$parent
  parts$categories$parent <- c(0L, place)[parent + 1L]
  if (nrow(parts$terms)) {
    parts$terms$category <- place[parts$terms$category]
  }
  parts
}

# Parents come before those they hold.
category_paths <- function(categories) {
  path <- categories$name
  for (i in which(categories$parent > 0L)) {
    path[i] <- paste(path[categories$parent[i]], path[i], sep = "/")
  }
  path
}

category_codes <- function(categories) {
  name <- categories$name
  shared <- name %in% name[duplicated(name)]
  code <- ifelse(shared, category_paths(categories), name)
  make.unique(code, sep = " ")
}

RESERVED_WORDS <- c("OR", "AND", "NOT", "NEAR", "BEFORE", "AFTER", "EXCEPT",
                    "UNLESS", "IN", "WITHIN", "XOR", "SENTENCE", "TURN")

# A term as a rule says it; `*` stays what it is, in a "glob" `?` too. In a
# "stem" `?` is a question mark; the third kind is "regex".
term_rule <- function(text, kind = "glob") {
  text <- squeeze(text)
  bare <- grepl("^[\\p{L}\\p{N}_]+[*]?$", text, perl = TRUE) &
    !text %in% RESERVED_WORDS
  quoted <- paste0("\"", gsub("([\\\\\"])", "\\\\\\1", text), "\"")
  slashed <- paste0("/", gsub("(?<!\\\\)/", "\\\\/", text, perl = TRUE), "/")
  signs <- grepl("^[^*]+$", text) &
    grepl("^[^\\p{L}\\p{N}_]|[^\\p{L}\\p{N}_]$", text, perl = TRUE)
  stem <- kind == "stem" & grepl("?", text, fixed = TRUE)
  quoted <- ifelse(stem, gsub("?", "\\?", quoted, fixed = TRUE), quoted)
  out <- ifelse(bare, text, ifelse(signs, sign_rule(text), quoted))
  ifelse(kind == "regex", slashed, out)
}

rules_of_terms <- function(terms) {
  ifelse(is.na(terms$rule), term_rule(terms$text, terms$kind), terms$rule)
}

# One rule for any of several, to stand beside an operator. `joined` are those
# that have operators themselves.
any_rule <- function(rules, joined = FALSE) {
  once <- unique(rules)
  if (length(once) > 1 || any(joined)) {
    once <- paste0("(", paste(once, collapse = " OR "), ")")
  }
  once
}

# A term where another stands at most n words "BEFORE" or "AFTER" it, or "NEAR"
# it; or the term where none does.
beside_rule <- function(term, side, other, n = 1, without = FALSE) {
  holds <- c(BEFORE = "AFTER", AFTER = "BEFORE", NEAR = "NEAR")
  operator <- if (without) paste("UNLESS", side) else holds[[side]]
  sprintf("%s %s/%d %s", term, operator, as.integer(n), other)
}

# A term that begins or ends with a sign, such as :-), is said by a regular
# expression that takes it letter by letter.
sign_rule <- function(text) {
  plain <- gsub("([][\\\\^$.|?*+(){}/])", "\\\\\\1", text)
  plain <- gsub(" ", "\\s+", plain, fixed = TRUE)
  plain <- sub("^(?=[\\p{L}\\p{N}_])", "\\\\b", plain, perl = TRUE)
  plain <- sub("(?<=[\\p{L}\\p{N}_])$", "\\\\b", plain, perl = TRUE)
  paste0("/", plain, "/")
}

# Adds `rule` to the terms and drops those that cannot be one.
term_rules <- function(parts) {
  terms <- parts$terms
  if (!nrow(terms)) {
    return(parts)
  }
  terms$rule <- rules_of_terms(terms)
  why <- refused_rules(terms$rule)
  bad <- which(!is.na(why))
  parts <- add_problems(parts, terms$line[bad], terms$text[bad],
                        sprintf("no rule can say this term: %s", why[bad]))
  parts$terms <- terms[is.na(why), , drop = FALSE]
  parts
}

# Why each rule cannot be read; NA where it can.
refused_rules <- function(rules) {
  why <- rep(NA_character_, length(rules))
  at <- 0L
  while (at < length(rules)) {
    failure <- .Call(C_codebook_check, rules[seq(at + 1L, length(rules))])
    if (!inherits(failure, "intercoder_failure")) break
    if (!failure$kind %in% c("rule", "limit", "text")) core_value(failure)
    at <- at + as.integer(failure$item)
    why[at] <- failure$message
  }
  why
}

category_rules <- function(parts) {
  rule <- rep(NA_character_, nrow(parts$categories))
  if (nrow(parts$terms)) {
    of <- split(parts$terms$rule, parts$terms$category)
    rule[as.integer(names(of))] <- vapply(of, function(terms) {
      paste(terms[!duplicated(tolower(terms))], collapse = " OR ")
    }, "")
  }
  rule
}

# A codebook weighs codes, not terms: one weight for all terms is the code's.
category_weights <- function(parts) {
  terms <- parts$terms
  if (!nrow(terms) || all(terms$weight == 1)) {
    return(parts)
  }
  of <- tapply(terms$weight, terms$category, function(w) {
    if (length(unique(w)) == 1) w[1] else NA_real_
  })
  weight <- rep(NA_real_, nrow(parts$categories))
  weight[as.integer(names(of))] <- of
  parts$weight <- weight
  odd <- which(is.na(weight[terms$category]) & terms$weight != 1)
  add_problems(parts, terms$line[odd], terms$text[odd], sprintf(
    "the weight %s of this term alone is not kept", terms$weight[odd]
  ))
}
