#' The tree of themes and codes, with what was coded
#'
#' Every theme and code of a codebook in its place, and beside it how many
#' codings there are, in how many transcripts, of how many participants: the
#' table by which a coding scheme is usually reported.
#'
#' The numbers of a theme or a parent code take in all codes under it (and its
#' own); a transcript with two of its codes counts once.
#'
#' @param codebook A [codebook()].
#' @param codings [codings()] of one coder, or `NULL` for the bare tree.
#' @param transcripts The [transcripts()] that were coded; with them
#'   participants are counted: those in whose turns codings begin.
#' @param coder Whose codings count, needed where `codings` have several coders.
#' @param by The participants' attribute by which they are counted apart, such
#'   as their group, or `NULL`; with `transcripts`. Participants without a value
#'   are in no group.
#' @return A data frame of class `coding_tree`, one row per theme and code, each
#'   followed by what stands under it: `code` (`NA` for a theme that is only a
#'   label), `label`, `parent` (the code or theme it stands under), `depth` (0
#'   at the top); with codings `codings`, `transcripts`, `participants` (`NA`
#'   without transcripts) and `own` (codings of the code itself); with `by` also
#'   `codings.<group>` and `participants.<group>`. The attribute `sizes` says
#'   how many participants each group has, whether they mention anything or not.
#'
#'   The figure shows codings or, with `by`, the share of each group's
#'   participants who mention the theme or code, and how many they are.
#' @section Errors: those of [code_matrix()]; `intercoder_error_columns` where
#'   `by` is no attribute of the participants; `intercoder_error_argument` for
#'   `by` without transcripts.
#' @seealso [code_counts()].
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' study <- simulated_study
#' tree <- coding_tree(study$codebook, study$consensus, study$transcripts)
#' tree
#' plot(tree)
#' plot(coding_tree(study$codebook, study$consensus, study$transcripts,
#'                  by = "group"))
#' @export
coding_tree <- function(codebook, codings = NULL, transcripts = NULL,
                        coder = NULL, by = NULL) {
  check_class(codebook, "codebook", "codebook()")
  check_string(by, null = TRUE)
  tree <- tree_nodes(codebook)
  if (is.null(codings)) {
    return(new_coding_tree(tree, NULL))
  }
  check_columns(codings, coding_columns)
  coder <- one_coder(codings, coder)
  codings <- as.data.frame(codings[codings$coder %in% coder, , drop = FALSE])
  code_table(codings, codebook)
  person <- coded_people(codings, transcripts, caller_env(0))
  under <- tree_branches(tree$depth)
  rows <- lapply(under, function(i) which(codings$code %in% tree$code[i]))
  different <- function(x, keep = TRUE) {
    vapply(rows, function(i) length(setdiff(x[i], c(NA, x[!keep]))), 0L)
  }
  tree$codings <- lengths(rows)
  tree$transcripts <- different(codings$transcript)
  tree$participants <- if (is.null(person)) NA_integer_ else different(person)
  group <- tree_groups(transcripts, by, caller_env(0))
  sizes <- table(group)
  for (name in names(sizes)) {
    inside <- group[person] %in% name
    tree[[paste0("codings.", name)]] <-
      vapply(rows, function(i) sum(inside[i]), 0L)
    tree[[paste0("participants.", name)]] <- different(person, inside)
  }
  tree$own <- vapply(tree$code, function(code) sum(codings$code %in% code), 0L,
                     USE.NAMES = FALSE)
  tree$own[is.na(tree$code)] <- 0L
  new_coding_tree(tree, coder, by, sizes)
}

new_coding_tree <- function(tree, coder, by = NULL, sizes = NULL) {
  new_result(tree, class = "coding_tree", coder = coder, by = by,
             sizes = if (!is.null(by)) c(sizes))
}

# The group of each participant, by name.
tree_groups <- function(transcripts, by, call) {
  if (is.null(by)) {
    return(factor())
  }
  if (is.null(transcripts)) {
    arg_error("transcripts", "given with `by`", "NULL", call)
  }
  people <- transcripts$participants
  check_columns(people, by, arg = "participants", call = call)
  value <- people[[by]]
  if (!is.factor(value)) value <- factor(value, unique(value))
  stats::setNames(droplevels(value), people$participant)
}

# The participant in whose turn each coding begins.
coded_people <- function(codings, transcripts, call) {
  if (is.null(transcripts)) {
    return(NULL)
  }
  check_class(transcripts, "transcripts", "transcripts()", call = call)
  turn <- turn_at(transcripts, codings$transcript, codings$start)
  transcripts$turns$participant[turn]
}

# Each node before what stands under it, in the order of the codebook.
tree_nodes <- function(x) {
  parent <- parent_rows(x)
  top <- ifelse(is.na(parent), x$theme, NA)
  node <- function(row, depth) {
    rbind(
      data.frame(code = x$code[row], label = x$label[row],
                 parent = x$theme[row], depth = depth),
      do.call(rbind, lapply(which(parent %in% row), node, depth + 1L))
    )
  }
  parts <- lapply(unique(top[is.na(parent)]), function(label) {
    roots <- which(is.na(parent) & top %in% label)
    rbind(
      if (!is.na(label)) data.frame(code = NA_character_, label = label,
                                    parent = NA_character_, depth = 0L),
      do.call(rbind, lapply(roots, node, if (is.na(label)) 0L else 1L))
    )
  })
  do.call(rbind, parts) %||%
    data.frame(code = character(), label = character(), parent = character(),
               depth = integer())
}

# The rows of each node and of all that stands under it.
tree_branches <- function(depth) {
  n <- length(depth)
  lapply(seq_len(n), function(i) {
    after <- which(depth <= depth[i] & seq_len(n) > i)
    seq(i, min(after, n + 1) - 1)
  })
}

tree_names <- function(x) {
  named <- !is.na(x$code) & x$code != x$label
  ifelse(named, paste0(x$code, "  ", x$label), x$label)
}

# What is drawn before each name: a rule for each level that goes on below.
tree_branch_lines <- function(depth) {
  signs <- if (l10n_info()[["UTF-8"]])
    c("\u251c\u2500 ", "\u2514\u2500 ", "\u2502  ") else c("|- ", "`- ", "|  ")
  n <- length(depth)
  goes_on <- function(i, level) {
    after <- depth[seq_len(n) > i]
    any(after == level & cumsum(after < level) == 0)
  }
  vapply(seq_len(n), function(i) {
    levels <- seq_len(max(0, depth[i] - 1))
    above <- vapply(levels, function(level) {
      if (goes_on(i, level)) signs[3] else "   "
    }, "")
    own <- if (depth[i] < 1) "" else if (goes_on(i, depth[i])) signs[1] else
      signs[2]
    paste(c(above, own), collapse = "")
  }, "")
}

# The columns of counts that are shown, named as their headers.
tree_counts <- function(x) {
  sizes <- attr(x, "sizes")
  kinds <- c("codings", "transcripts", "participants")
  names(kinds) <- kinds
  groups <- sprintf("participants.%s", names(sizes))
  names(groups) <- sprintf("%s (n = %d)", names(sizes), sizes)
  kinds <- c(if (length(sizes)) kinds[1] else kinds, groups)
  kinds <- kinds[kinds %in% names(x)]
  kinds[!vapply(kinds, function(k) all(is.na(x[[k]])), NA) | !nrow(x)]
}

#' @rdname coding_tree
#' @param x,object A coding tree.
#' @param ... Not used.
#' @export
format.coding_tree <- function(x, ...) {
  if (!nrow(x)) {
    return(character())
  }
  kinds <- tree_counts(x)
  columns <- lapply(seq_along(kinds), function(k) {
    cells <- c(names(kinds)[k], format_amount(x[[kinds[k]]]))
    paste0(" ", pad(cells, max(nchar(cells, "width")), right = TRUE))
  })
  taken <- sum(vapply(columns, function(v) nchar(v[1], "width"), 0))
  name <- c("", paste0(tree_branch_lines(x$depth), tree_names(x)))
  name <- cut_end(name, max(20, getOption("width") - taken - 1))
  if (!length(columns)) {
    return(name[-1])
  }
  paste0(pad(name, max(nchar(name, "width"))), do.call(paste0, columns))
}

coding_tree_header <- function(x) {
  coder <- attr(x, "coder")
  sprintf("%s in %s%s%s", format_count(sum(!is.na(x$code)), "code"),
          format_count(length(unique(x$parent[!is.na(x$parent)])), "theme"),
          if (length(coder)) sprintf(", coded by %s", coder) else "",
          if (length(attr(x, "by"))) "; participants who mention them" else "")
}

#' @rdname coding_tree
#' @export
print.coding_tree <- function(x, ...) {
  writeLines(c(paste("<coding_tree>", coding_tree_header(x)),
               format.coding_tree(x)))
  invisible(x)
}

#' @rdname coding_tree
#' @param caption Caption of a knitted table.
#' @exportS3Method knitr::knit_print
knit_print.coding_tree <- function(x, caption = NULL, ...) {
  kinds <- tree_counts(x)
  table <- data.frame(Code = paste0(strrep("\u00a0", 4 * x$depth), x$label))
  table[sub("^(.)", "\\U\\1", names(kinds), perl = TRUE)] <-
    as.data.frame(x)[kinds]
  knit_table(table, caption = caption %||% paste0(coding_tree_header(x), "."))
}
