#' A dictionary from a codebook
#'
#' Turns rules into the terms of a dictionary, as quanteda has them. Only words,
#' phrases and `stem*` joined by `OR` can go: a rule's other parts (regular
#' expressions, operators such as `NEAR/5`, words whose case counts) are left
#' out, with a warning that names their codes. What `@name` refers to is taken
#' in.
#'
#' `quanteda::dictionary()` makes an object of that package from the list. To
#' write such a dictionary to a YAML file that quanteda reads, use
#' [write_codebook()] with `format = "quanteda"`.
#'
#' @param x A [codebook()].
#' @param names What the keys are: `"code"`, or `"label"`, which for a codebook
#'   read from a dictionary are the names of its categories.
#' @return A named list: for each theme label and each code at the top an
#'   element. A code without others under it is a character vector of terms; one
#'   with others a list of its terms and of further named elements.
#' @section Warnings:
#' `intercoder_warning_codebook` for what cannot be a term, whose field
#' `problems` is a data frame of `code` and `term`.
#' @seealso [as_codebook()] for the way there.
#' @examples
#' book <- codebook(data.frame(
#'   code = c("time", "trust"), theme = c("Efficiency", NA),
#'   rule = c("minute* OR \"half an hour\"", "trust*")
#' ))
#' str(as_dictionary(book))
#' @export
as_dictionary <- function(x, names = c("code", "label")) {
  check_class(x, "codebook", "codebook()")
  names <- check_choice(names, c("code", "label"))
  terms <- lapply(resolved_rules(x), rule_terms)
  warn_of_terms(x, terms)
  plain <- lapply(terms, function(t) unquote_term(t[is_plain_term(t)]))
  dictionary_list(x, names, plain)
}

warn_of_terms <- function(x, terms) {
  lost <- lapply(terms, function(t) t[!is_plain_term(t)])
  problems <- data.frame(code = rep(x$code, lengths(lost)),
                         term = as.character(unlist(lost)),
                         stringsAsFactors = FALSE)
  if (nrow(problems)) {
    warn(
      "codebook",
      c(
        sprintf("A dictionary cannot hold %s of the rules.",
                format_count(nrow(problems), "part")),
        i = format_list("Of the codes", unique(problems$code))
      ),
      problems = problems
    )
  }
}

# The parts of a rule that OR joins, groups opened: character(0) for none.
rule_terms <- function(rule) {
  if (is.na(rule)) {
    return(character())
  }
  token <- rule_tokens(rule)
  depth <- cumsum((token == "(") - (token == ")"))
  cut <- token == "OR" & depth == 0
  parts <- split(token[!cut], cumsum(cut)[!cut])
  unlist(lapply(parts, open_group), use.names = FALSE)
}

open_group <- function(token) {
  depth <- cumsum((token == "(") - (token == ")"))
  n <- length(token)
  if (n > 2 && token[1] == "(" && all(depth[-n] > 0)) {
    return(rule_terms(paste(token[-c(1, n)], collapse = " ")))
  }
  paste(token, collapse = " ")
}

# Phrases, /expressions/, parentheses and words of a rule that can be read.
rule_tokens <- function(rule) {
  pattern <- paste(
    "[=~]*\"(?:\\\\.|[^\"\\\\])*\"",
    "[=~]*[\u201c\u201e](?:\\\\.|[^\u201c\u201d\\\\])*[\u201c\u201d]",
    "/(?:\\\\.|[^/\\\\])*/[a-z]*",
    "[()]",
    "[^\\s()\"\u201c\u201e]+",
    sep = "|"
  )
  regmatches(rule, gregexpr(pattern, rule, perl = TRUE))[[1]]
}

# A phrase alone, or a word without the sign of anything else.
is_plain_term <- function(term) {
  phrase <- grepl("^\"(\\\\.|[^\"\\\\])*\"$", term) |
    grepl("^[\u201c\u201e][^\u201c\u201d]*[\u201c\u201d]$", term)
  word <- !grepl("^[=~@/]|[\\s\"()]", term, perl = TRUE)
  phrase | word
}

unquote_term <- function(term) {
  term <- sub("^[\"\u201c\u201e]", "", sub("[\"\u201c\u201d]$", "", term))
  gsub("\\\\(.)", "\\1", term)
}

dictionary_list <- function(x, names, terms) {
  parent <- parent_rows(x)
  out <- lapply(qdc_tops(x, parent), function(top) {
    if (is.character(top)) {
      rows <- which(is.na(parent) & x$theme %in% top)
      return(stats::setNames(list(dictionary_keys(rows, x, names, terms,
                                                  parent)), top))
    }
    dictionary_keys(top, x, names, terms, parent)
  })
  do.call(c, out)
}

dictionary_keys <- function(rows, x, names, terms, parent) {
  out <- lapply(rows, function(row) {
    below <- which(parent %in% row)
    if (!length(below)) {
      return(terms[[row]])
    }
    c(as.list(terms[[row]]), dictionary_keys(below, x, names, terms, parent))
  })
  stats::setNames(out, x[[names]][rows])
}

dictionary_yaml <- function(x) {
  need_package("yaml", "A dictionary in YAML")
  enc2utf8(yaml::as.yaml(yaml_branches(as_dictionary(x, names = "label"))))
}

# In YAML a category with terms and further categories is a list of both.
yaml_branches <- function(tree) {
  lapply(tree, function(value) {
    if (is.character(value)) {
      return(as.list(value))
    }
    key <- names(value) %||% rep("", length(value))
    if (all(nzchar(key))) {
      return(yaml_branches(value))
    }
    mixed <- lapply(seq_along(value), function(i) {
      if (nzchar(key[i])) yaml_branches(value[i]) else value[[i]]
    })
    mixed
  })
}
