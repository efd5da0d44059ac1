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
#' @return A data frame of class `coding_tree`, one row per theme and code, each
#'   followed by what stands under it: `code` (`NA` for a theme that is only a
#'   label), `label`, `parent` (the code or theme it stands under), `depth` (0
#'   at the top); with codings `codings`, `transcripts`, `participants` (`NA`
#'   without transcripts) and `own` (codings of the code itself).
#' @section Errors: those of [code_matrix()].
#' @seealso [code_counts()].
#' @examples
#' study <- simulated_study
#' tree <- coding_tree(study$codebook, study$consensus, study$transcripts)
#' tree
#' plot(tree)
#' @export
coding_tree <- function(codebook, codings = NULL, transcripts = NULL,
                        coder = NULL) {
  check_class(codebook, "codebook", "codebook()")
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
  counts <- lapply(seq_len(nrow(tree)), function(i) {
    rows <- codings$code %in% tree$code[under[[i]]]
    c(codings = sum(rows),
      transcripts = length(unique(codings$transcript[rows])),
      participants = if (is.null(person)) NA else
        length(setdiff(person[rows], NA)))
  })
  tree[c("codings", "transcripts", "participants")] <-
    lapply(1:3, function(k) vapply(counts, function(n) as.integer(n[k]), 0L))
  tree$own <- vapply(tree$code, function(code) sum(codings$code %in% code), 0L,
                     USE.NAMES = FALSE)
  tree$own[is.na(tree$code)] <- 0L
  new_coding_tree(tree, coder)
}

new_coding_tree <- function(tree, coder) {
  new_result(tree, class = "coding_tree", coder = coder)
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

tree_counts <- function(x) {
  kinds <- c("codings", "transcripts", "participants")
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
  columns <- lapply(tree_counts(x), function(kind) {
    cells <- c(kind, format_amount(x[[kind]]))
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
  sprintf("%s in %s%s", format_count(sum(!is.na(x$code)), "code"),
          format_count(length(unique(x$parent[!is.na(x$parent)])), "theme"),
          if (length(coder)) sprintf(", coded by %s", coder) else "")
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
  table[sub("^(.)", "\\U\\1", kinds, perl = TRUE)] <- as.data.frame(x)[kinds]
  knit_table(table, caption = caption %||% paste0(coding_tree_header(x), "."))
}

tree_to_draw <- function(x, call = caller_env()) {
  if (!nrow(x) || is.null(x$codings)) {
    abort("value", "There is nothing to draw: a tree without codings.",
          call = call)
  }
  x <- as.data.frame(x)
  x$theme <- x$depth == 0 & (is.na(x$code) | c(diff(x$depth), 0) > 0)
  x
}

TREE_COLOURS <- c("#9FC5E3", "#0B4F86")

#' @rdname coding_tree
#' @export
plot.coding_tree <- function(x, ...) {
  x <- tree_to_draw(x)
  canvas <- start_canvas()
  on.exit(graphics::par(canvas$old))
  row <- min(0.3, (canvas$height - 0.5) / nrow(x))
  indent <- min(0.18, 0.06 * canvas$width / max(1, x$depth))
  names <- fit_text(x$label, 0.5 * canvas$width - indent * max(x$depth), row,
                    0.8, 0.3)
  left <- 0.1 + max(indent * x$depth + text_width(names$text, names$cex)) + 0.15
  counts <- format_amount(x$codings)
  room <- canvas$width - left - max(text_width(counts, names$cex)) - 0.2
  y <- canvas$height - 0.35 - row * (seq_len(nrow(x)) - 0.5)
  long <- room * x$codings / max(1, x$codings)
  graphics::text(0.1 + indent * x$depth, y, names$text, adj = c(0, 0.5),
                 cex = names$cex, font = 1)
  graphics::rect(left, y - 0.36 * row, left + long, y + 0.36 * row,
                 col = TREE_COLOURS[1 + x$theme], border = NA)
  graphics::text(left + long + 0.06, y, counts, adj = c(0, 0.5),
                 cex = names$cex)
  graphics::text(left, canvas$height - 0.18, "Codings", adj = c(0, 0.5),
                 cex = 0.8)
  invisible(x)
}

#' @rdname coding_tree
#' @exportS3Method ggplot2::autoplot
autoplot.coding_tree <- function(object, ...) {
  need_package("ggplot2", "autoplot()")
  data <- tree_to_draw(object)
  data$row <- rev(seq_len(nrow(data)))
  names <- paste0(strrep("\u00a0", 4 * data$depth), data$label)
  ggplot2::ggplot(data, ggplot2::aes(.data$codings, .data$row)) +
    ggplot2::geom_col(ggplot2::aes(fill = .data$theme), orientation = "y",
                      width = 0.75) +
    ggplot2::geom_text(ggplot2::aes(label = .data$codings), hjust = -0.2,
                       size = 2.8) +
    ggplot2::scale_fill_manual(values = TREE_COLOURS, guide = "none") +
    ggplot2::scale_y_continuous(NULL, breaks = data$row, labels = names,
                                minor_breaks = NULL) +
    ggplot2::scale_x_continuous("Codings", expand = c(0, 0, 0.08, 0)) +
    plot_theme() +
    ggplot2::theme(axis.text.y = ggplot2::element_text(hjust = 0),
                   axis.ticks.y = ggplot2::element_blank(),
                   panel.grid.major.y = ggplot2::element_blank())
}
