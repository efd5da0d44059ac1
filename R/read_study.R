# What files of a study are called, and with what endings they are looked for.
STUDY_FILES <- list(
  codebook = c("csv", "yaml", "yml", "json", "qdc"),
  participants = c("csv", "tsv", "xlsx"), codings = c("csv", "tsv", "xlsx"),
  plan = c("csv", "tsv", "xlsx"), consensus = c("csv", "tsv", "xlsx"),
  adjudication = c("csv", "tsv", "xlsx")
)

#' Read a whole study from its folder
#'
#' The transcripts of a folder with all that lies beside them: codebook,
#' participants, codings, coding plan, consensus. The result has the shape of
#' [simulated_study], so that every example of this package runs on a study of
#' one's own: `study <- read_study("my-folder")`.
#'
#' Files are found by their names, in the folder and in the one above it:
#'
#' * `transcripts`, a folder, or else the transcripts in `folder` itself, as
#'   [read_transcripts()] reads them;
#' * `codebook` (`.csv`, `.yaml`, `.json`, `.qdc`), see [read_codebook()];
#' * `participants` (`.csv`, `.tsv`, `.xlsx`), see [read_transcripts()];
#' * `codings` (`.csv`, `.tsv`, `.xlsx`) by people, each on their own, with
#'   columns for transcript, code and coder, and for the place (`start`, `end`)
#'   or the words: see [read_codings()];
#' * `plan`, with the columns `coder` and `transcript`, see [coding_plan()];
#' * `consensus`, codings that were agreed on, like `codings`;
#' * `adjudication`, how disagreements were settled, see [resolve()].
#'
#' Of these, only the transcripts must be there. Names of transcripts may have
#' their ending or other capitals in the tables.
#'
#' @param folder The folder, or one file with transcripts.
#' @param codebook,participants,codings,plan,consensus,adjudication Paths of
#'   files that have other names or lie elsewhere; `NULL` or `""` to look for
#'   them.
#' @param speakers What labels mean, as in [read_transcripts()].
#' @return A list of class `study` with `simulated` (whether a column of that
#'   name says so of all participants), `transcripts`, `participants` (their
#'   attributes) and, where there are such files, `codebook`, `codings`, `plan`,
#'   `consensus` and `adjudication`.
#' @section Errors: those of the functions that read each file;
#'   `intercoder_error_codings` for codes that the codebook does not have, all
#'   of them named. A warning of class `intercoder_warning_coders` tells of
#'   coders whose names differ in capitals or spaces alone.
#' @seealso [draft_report()] for a report on it, [read_project()] for projects
#'   of other programs.
#' @examples
#' home <- system.file("extdata", "simulated-study", package = "intercoder")
#' study <- read_study(home)
#' study
#' as_ratings(study$codings, units(study$transcripts), study$plan)
#' @export
read_study <- function(folder, codebook = NULL, participants = NULL,
                       codings = NULL, plan = NULL, consensus = NULL,
                       adjudication = NULL, speakers = NULL) {
  check_string(folder)
  call <- caller_env(0)
  files <- study_files(folder, mget(names(STUDY_FILES)), call)
  x <- read_transcripts(files$transcripts, files$participants, speakers)
  people <- participants(x)
  out <- list(simulated = all_simulated(people), transcripts = x,
              participants = people[setdiff(names(people), "speaker")])
  if (!is.null(files$codebook)) out$codebook <- read_codebook(files$codebook)
  for (part in intersect(c("codings", "consensus"), names(files))) {
    out[[part]] <- study_codings(files[[part]], x, out$codebook, call)
  }
  if (!is.null(files$plan)) out$plan <- study_plan(files$plan, x, call)
  if (!is.null(files$adjudication)) {
    out$adjudication <- read_data(files$adjudication)
  }
  warn_like_coders(c(out$codings$coder, out$plan$coder))
  structure(out, class = "study", folder = folder)
}

study_files <- function(folder, given, call) {
  if (!file.exists(folder)) {
    file_error(folder, "there is no such folder or file", call = call)
  }
  inner <- file.path(folder, "transcripts")
  base <- if (dir.exists(folder)) folder else dirname(folder)
  files <- list(transcripts = if (dir.exists(inner)) inner else folder)
  for (part in names(given)) {
    check_string(given[[part]], part, TRUE, call)
    files[[part]] <- if (!is.null(given[[part]]) && nzchar(given[[part]])) {
      given[[part]]
    } else {
      usual <- paste0(part, ".", STUDY_FILES[[part]])
      paths <- file.path(rep(c(base, dirname(full_path(base))),
                             each = length(usual)), usual)
      Find(file.exists, paths)
    }
  }
  files
}

all_simulated <- function(people) {
  "simulated" %in% names(people) && isTRUE(all(as.logical(people$simulated)))
}

study_codings <- function(file, transcripts, codebook, call) {
  out <- read_codings(file, transcripts, codebook = codebook)
  lost <- problems(out)
  lost <- lost[lost$done %in% "left out", ]
  if (nrow(lost)) {
    warn("codings", c(
      sprintf("%s of \"%s\" could not be placed and is left out.",
              format_count(nrow(lost), "coding"), file),
      i = sprintf("The first: row %s, %s.", lost$row[1], lost$problem[1]),
      i = "problems() of the codings tells of all."))
  }
  if (!is.null(codebook)) check_study_codes(out, codebook, file, call)
  out
}

# Codes that the codebook lacks, each with how often and what may be meant.
check_study_codes <- function(codings, codebook, file, call) {
  known <- codebook$code
  strange <- table(codings$code[!codings$code %in% known])
  if (!length(strange)) {
    return(invisible())
  }
  names <- names(strange)
  near <- utils::adist(names, known, ignore.case = TRUE)
  like <- apply(near, 1, which.min)
  close <- near[cbind(seq_along(names), like)] <= pmax(2, nchar(names) / 4)
  text <- sprintf("\"%s\" (%s)%s", names, format_count(as.vector(strange),
                                                      "coding"),
                  ifelse(close, sprintf(": is it \"%s\"?", known[like]), ""))
  abort("codings", c(
    sprintf("\"%s\" has %s that the codebook does not have.", file,
            format_count(length(names), "code")),
    stats::setNames(text, rep("x", length(text))),
    i = "Correct the codings, or add the codes to the codebook."
  ), file = file, codes = names, call = call)
}

study_plan <- function(file, transcripts, call) {
  data <- read_data(file)
  check_columns(data, c("coder", "transcript"), sprintf("\"%s\"", file), call)
  found <- match_documents(data$transcript, transcripts)
  data$transcript <- ifelse(is.na(found), data$transcript, found)
  coding_plan(data, transcripts = transcripts)
}

# One person under two names would be two coders.
warn_like_coders <- function(coders) {
  coders <- unique(coders)
  key <- gsub("[[:space:]]+", "", tolower(coders))
  twice <- unique(key[duplicated(key)])
  if (length(twice)) {
    warn("coders", c(
      sprintf("Coders %s count as different people.",
              paste(vapply(twice, function(k) quoted(coders[key == k]), ""),
                    collapse = "; ")),
      i = "If they are the same, write their name in one way in all files."))
  }
}

#' @rdname read_study
#' @param x A study.
#' @param ... Not used.
#' @export
format.study <- function(x, ...) {
  people <- function(made) {
    sprintf("%s by %s", format_count(nrow(made), "coding"),
            paste(unique(made$coder), collapse = ", "))
  }
  c(sprintf("<study>%s", if (x$simulated) " simulated" else ""),
    sprintf("  transcripts: %s of %s",
            format_count(length(x$transcripts), "transcript"),
            format_count(nrow(x$participants), "participant")),
    if (!is.null(x$codebook)) sprintf("  codebook: %s", format_count(
      nrow(x$codebook), "code")),
    if (!is.null(x$codings)) sprintf("  codings: %s", people(x$codings)),
    if (!is.null(x$plan)) sub("<coding_plan>", "  plan:", format(x$plan)),
    if (!is.null(x$consensus)) sprintf("  consensus: %s", people(x$consensus)),
    if (!is.null(x$adjudication)) sprintf("  adjudication: %s", format_count(
      nrow(x$adjudication), "decision")))
}

#' @rdname read_study
#' @export
print.study <- function(x, ...) {
  writeLines(format.study(x))
  invisible(x)
}
