#' The coding plan: which coder saw which transcript
#'
#' Without a plan "the code was not applied" (0) cannot be told from "the coder
#' never saw the transcript" (missing). [as_ratings()] takes one.
#'
#' @param ... Named character vectors, one per coder, of the transcripts this
#'   coder saw: `coding_plan(Ada = c("C01", "C02"), Ben = "C02")`. Or one list
#'   of that kind, or a data frame with the columns `coder` and `transcript`.
#' @param transcripts The [transcripts()] of the study; a plan that names
#'   others is then refused. They may also stand without a name after the data,
#'   as in [codings()]. `NULL` leaves names unchecked.
#' @return A data frame of class `coding_plan` with the columns `coder` and
#'   `transcript`, one row per transcript that a coder saw, in the order given.
#' @section Errors:
#' `intercoder_error_plan` for a row without coder or transcript, a coder
#' without a name, or a transcript the study does not have.
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' coding_plan(Ada = c("C01", "C02", "D01"), Ben = c("C02", "D02"))
#' @export
coding_plan <- function(..., transcripts = NULL) {
  given <- list(...)
  study <- vapply(given, inherits, NA, "transcripts") &
    !nzchar(rlang::names2(given))
  if (is.null(transcripts) && sum(study) == 1) {
    transcripts <- given[[which(study)]]
    given <- given[!study]
  }
  if (length(given) == 1 && is.null(names(given)) && is.list(given[[1]])) {
    given <- given[[1]]
  }
  rows <- if (is.data.frame(given)) plan_of_table(given) else
    plan_of_lists(given)
  check_plan(rows, transcripts)
  rows <- rows[!duplicated(rows), , drop = FALSE]
  rownames(rows) <- NULL
  new_result(rows, class = "coding_plan")
}

plan_of_table <- function(data, call = caller_env()) {
  check_columns(data, c("coder", "transcript"), arg = "data", call = call)
  data.frame(coder = as_utf8(data$coder, "coder", call),
             transcript = as_utf8(data$transcript, "transcript", call),
             stringsAsFactors = FALSE)
}

plan_of_lists <- function(given, call = caller_env()) {
  if (!length(given) || is.null(names(given)) || any(!nzchar(names(given)))) {
    abort(
      "plan",
      c("Each vector of transcripts needs the name of its coder.",
        i = "As in coding_plan(Ada = c(\"C01\", \"C02\"), Ben = \"C02\")."),
      call = call
    )
  }
  plain <- vapply(given, is.atomic, NA)
  if (!all(plain)) {
    arg_error(names(given)[!plain][1], "a vector of names of transcripts",
              describe_value(given[!plain][[1]]), call)
  }
  data.frame(coder = rep(names(given), lengths(given)),
             transcript = as_utf8(unlist(lapply(given, as.character),
                                         use.names = FALSE),
                                  "transcript", call),
             stringsAsFactors = FALSE)
}

check_plan <- function(rows, transcripts, call = caller_env()) {
  empty <- which(is.na(rows$coder) | !nzchar(rows$coder) |
                   is.na(rows$transcript) | !nzchar(rows$transcript))
  if (length(empty)) {
    abort("plan", sprintf("Row %d of the plan has no coder or no transcript.",
                          empty[1]), rows = empty, call = call)
  }
  if (is.null(transcripts)) {
    return(invisible())
  }
  check_class(transcripts, "transcripts", "transcripts()", call = call)
  unknown <- which(!rows$transcript %in% transcripts$documents$transcript)
  if (length(unknown)) {
    abort(
      "plan",
      sprintf("Row %d of the plan names an unknown transcript, \"%s\".",
              unknown[1], rows$transcript[unknown[1]]),
      rows = unknown, call = call
    )
  }
}

# Transcripts by coder, and how many of each coder's others saw too.
plan_table <- function(x) {
  coders <- unique(x$coder)
  seen <- table(x$transcript)
  shared <- names(seen)[seen > 1]
  mine <- lapply(coders, function(coder) x$transcript[x$coder == coder])
  total <- vapply(mine, length, 1L)
  double <- vapply(mine, function(ids) sum(ids %in% shared), 1L)
  all <- length(seen)
  data.frame(
    coder = c(coders, "All"),
    transcripts = c(total, all),
    double = c(double, length(shared)),
    share = c(double / total, length(shared) / all),
    stringsAsFactors = FALSE
  )
}

#' @export
format.coding_plan <- function(x, ...) {
  if (!nrow(x)) {
    return("<coding_plan> empty")
  }
  table <- plan_table(x)
  all <- table[nrow(table), ]
  sprintf("<coding_plan> %s, %s, %d (%s) seen by two or more coders",
          format_count(nrow(table) - 1, "coder"),
          format_count(all$transcripts, "transcript"),
          all$double, format_percent(all$share))
}

#' @export
print.coding_plan <- function(x, ...) {
  writeLines(format(x))
  for (coder in unique(x$coder)) {
    ids <- paste(x$transcript[x$coder == coder], collapse = " ")
    writeLines(strwrap(ids, width = 78, initial = paste0("  ", coder, ": "),
                       prefix = "    "))
  }
  invisible(x)
}

#' @exportS3Method knitr::knit_print
knit_print.coding_plan <- function(x, ..., caption = "Coding plan") {
  table <- plan_table(x)
  shown <- data.frame(
    Coder = table$coder,
    Transcripts = table$transcripts,
    "Double coded" = sprintf("%d (%s)", table$double,
                             format_percent(table$share)),
    check.names = FALSE
  )
  knit_table(shown, caption = caption)
}
