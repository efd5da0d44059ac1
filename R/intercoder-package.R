#' Coded interviews: codebooks, agreement and group comparison
#'
#' The way through the package: [read_transcripts()] and [read_codebook()] bring
#' files in; [apply_codebook()] or people make [codings()]; [as_ratings()] and
#' [agreement()] say whether the coders agree; [compare_groups()] says whether
#' groups of participants differ; a [project()] keeps everything in one file.
#'
#' @section Options:
#' * `intercoder.threads`: threads used by the core, at most 2 unless set.
#' * `intercoder.lock_timeout`: seconds to wait while another process writes to
#'   a project, 5 unless set.
#' * `intercoder.progress`: `FALSE` silences progress bars.
#'
#' @useDynLib intercoder, .registration = TRUE, .fixes = "C_"
#' @importFrom rlang caller_env
#' @keywords internal
"_PACKAGE"
