codebook_test_columns <- c("code", "row", "kind", "text", "expected", "found",
                           "passed", "reason")

#' Test a codebook on its own examples
#'
#' Holds each code's rule against the examples that stand in the codebook: those
#' it should find (`example`) and those it should not, though they are near
#' (`near_miss`). A codebook can so be tested after every change, like a
#' program.
#'
#' An example is taken as one turn by somebody who is searched: `speaker` and
#' `section` do not matter, `minimum` does. Codes without a rule are left out,
#' and an example counts as found if its code is found anywhere in it.
#'
#' @param codebook A [codebook()]. A cell of `example` or `near_miss` may hold
#'   several, parted by line breaks or `|`.
#' @param others Whether the examples of all other codes count as near misses
#'   too, for codebooks whose codes exclude each other.
#' @param stop_on_failure Whether anything that fails is an error, for use in
#'   scripts and tests.
#' @return A data frame of class `codebook_test`, one row per example: `code`,
#'   `row` (of the codebook), `kind` (`"example"`, `"near_miss"` or `"other"`),
#'   `text`, `expected` and `found` (whether the code should be, and is, found),
#'   `passed`, and `reason`: the terms that matched and on which words, or what
#'   took the hits away, as [explain()] tells; `NA` where the rule came to
#'   nothing.
#' @section Errors: `intercoder_error_codebook_test` with `stop_on_failure`,
#'   naming the codes; its field `failures` holds the rows that failed.
#' @seealso [explain()] to try a rule, [coder_accuracy()] to hold it against
#'   people.
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' book <- codebook(data.frame(
#'   code = c("praise", "wait"),
#'   example = c("That was good.|It went really well.", "The queue is long."),
#'   near_miss = c("It was not that good.", NA),
#'   rule = c("(good OR well) UNLESS BEFORE/3 not", "wait* OR backlog*")
#' ))
#' test_codebook(book)
#' test_codebook(simulated_study$codebook)
#' @export
test_codebook <- function(codebook, others = FALSE, stop_on_failure = FALSE) {
  check_class(codebook, "codebook", "codebook()")
  check_flag(others)
  check_flag(stop_on_failure)
  cases <- codebook_cases(codebook, others)
  out <- judge_cases(cases, codebook)
  out <- new_result(out, class = "codebook_test",
                    untested = untested_codes(codebook, out))
  if (stop_on_failure) {
    refuse_failures(out)
  }
  out
}

untested_codes <- function(codebook, out) {
  list(no_rule = codebook$code[is.na(codebook$rule)],
       no_example = setdiff(codebook$code[!is.na(codebook$rule)],
                            out$code[out$kind == "example"]))
}

refuse_failures <- function(out, call = caller_env()) {
  failures <- out[!out$passed, , drop = FALSE]
  if (nrow(failures)) {
    lines <- utils::head(failure_lines(failures), 5)
    abort(
      "codebook_test",
      c(sprintf("%s of %s failed in %s.", format_whole(nrow(failures)),
                format_count(nrow(out), "example"),
                format_count(length(unique(failures$code)), "code")),
        stats::setNames(lines, rep("x", length(lines)))),
      failures = as.data.frame(failures), call = call
    )
  }
}

# ---- cases ----

# The parts of a cell, without what is empty.
parted_cells <- function(x) {
  lapply(strsplit(paste0(ifelse(is.na(x), "", x), "|"), "[|\r\n]+"),
         function(parts) {
           parts <- trimws(parts)
           parts[nzchar(parts)]
         })
}

codebook_cases <- function(codebook, others) {
  rows <- which(!is.na(codebook$rule))
  cases <- function(column, kind) {
    parts <- parted_cells(codebook[[column]][rows])
    n <- lengths(parts)
    data.frame(code = rep(codebook$code[rows], n), row = rep(rows, n),
               kind = rep(kind, sum(n)), text = as.character(unlist(parts)))
  }
  found <- rbind(cases("example", "example"),
                 if (!is.null(codebook[["near_miss"]])) {
                   cases("near_miss", "near_miss")
                 })
  if (others) {
    found <- rbind(found, other_cases(codebook, rows, found))
  }
  found <- found[order(found$row), ]
  rownames(found) <- NULL
  found
}

# Every example with every code but its own, and those of which the same text
# is an example.
other_cases <- function(codebook, rows, cases) {
  own <- cases[cases$kind == "example", ]
  texts <- unique(own$text)
  all <- data.frame(
    code = rep(codebook$code[rows], each = length(texts)),
    row = rep(rows, each = length(texts)),
    kind = rep("other", length(texts) * length(rows)),
    text = rep(texts, length(rows))
  )
  known <- paste(all$code, all$text, sep = "\r") %in%
    paste(cases$code, cases$text, sep = "\r")
  all[!known, ]
}

# ---- judgement ----

# All texts are turns of one transcript, explained rule by rule.
judge_cases <- function(cases, codebook) {
  cases$expected <- cases$kind == "example"
  cases$found <- rep(FALSE, nrow(cases))
  cases$reason <- rep(NA_character_, nrow(cases))
  if (nrow(cases)) {
    texts <- unique(cases$text)
    told <- explain_texts(texts, codebook, unique(cases$row))
    key <- paste(match(cases$text, texts), cases$code)
    for (of in split(seq_len(nrow(told)), paste(told$turn, told$code))) {
      clues <- told[of, ]
      case <- key == paste(clues$turn[1], clues$code[1])
      cases$found[case] <- any(clues$outcome == "coded")
      cases$reason[case] <- told_reason(clues)
    }
  }
  cases$passed <- cases$found == cases$expected
  cases[codebook_test_columns]
}

explain_texts <- function(texts, codebook, rows) {
  for (column in c("speaker", "section")) codebook[[column]] <- NULL
  turns <- compose_text(texts, rep(NA_character_, length(texts)))
  turns$turns$role <- rep("participant", length(texts))
  x <- assemble(list(new_record("examples", turns$text, turns$turns,
                                FRAME_FACTS)))
  told <- explain.codebook(codebook, x, code = codebook$code[rows])
  as.data.frame(told)
}

# What was coded, or where nothing was, what was lost.
told_reason <- function(clues) {
  coded <- clues$outcome == "coded"
  clues <- clues[if (any(coded)) coded else TRUE, ]
  findings <- split(seq_len(nrow(clues)), clues$finding)
  said <- vapply(findings, function(rows) {
    finding_text(clues[rows, ])
  }, "")
  paste(unique(said), collapse = "; ")
}

finding_text <- function(clues) {
  words <- ifelse(is.na(clues$text), "is missing",
                  sprintf("on \"%s\"", squeeze(clues$text)))
  parts <- paste(paste(clue_terms(clues), words), collapse = ", ")
  outcome <- clues$outcome[1]
  if (outcome == "coded") parts else paste0(outcome, ": ", parts)
}

# ---- showing ----

CASE_FAILED <- c(example = "not found", near_miss = "found",
                 other = "found")

failure_lines <- function(x) {
  kind <- sub("_", " ", x$kind, fixed = TRUE)
  what <- ifelse(x$kind == "other", "example of another code", kind)
  sprintf("%s: %s %s: \"%s\"%s", x$code, what, CASE_FAILED[x$kind],
          squeeze(x$text),
          ifelse(is.na(x$reason), "", sprintf(" (%s)", x$reason)))
}

#' @rdname test_codebook
#' @param x A result of `test_codebook()`.
#' @param n How many failures are shown.
#' @param ... Not used.
#' @export
format.codebook_test <- function(x, n = 20, ...) {
  failed <- as.data.frame(x)[!x$passed, ]
  lines <- failure_lines(utils::head(failed, n))
  wrapped <- lapply(lines, strwrap, getOption("width") - 1, initial = "x ",
                    prefix = "  ")
  more <- nrow(failed) - n
  c(as.character(unlist(wrapped)),
    if (more > 0) sprintf("... and %s", format_count(more, "more failure",
                                                     "more failures")))
}

#' @rdname test_codebook
#' @export
print.codebook_test <- function(x, n = 20, ...) {
  cat(sprintf("<codebook test> %s of %s: %s passed, %s failed\n",
              format_count(nrow(x), "example"),
              format_count(length(unique(x$code)), "code"),
              format_whole(sum(x$passed)), format_whole(sum(!x$passed))))
  writeLines(format.codebook_test(x, n))
  untested <- attr(x, "untested")
  without <- c(no_rule = "No rule:", no_example = "No example:")
  for (kind in names(without)) {
    if (length(untested[[kind]])) {
      writeLines(format_list(without[[kind]], untested[[kind]]))
    }
  }
  invisible(x)
}

#' @rdname test_codebook
#' @param caption Caption of a knitted table.
#' @exportS3Method knitr::knit_print
knit_print.codebook_test <- function(x, caption = NULL, ...) {
  x <- as.data.frame(x)[order(x$passed), ]
  table <- data.frame(
    Code = x$code, Kind = sub("_", " ", x$kind, fixed = TRUE), Text = x$text,
    Found = ifelse(x$found, "yes", "no"),
    Passed = ifelse(x$passed, "yes", "no"),
    Why = ifelse(is.na(x$reason), "", x$reason)
  )
  knit_table(table, caption = caption)
}
