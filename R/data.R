#' SIMULATED interview study: clinicians and developers on what AI should
#' optimise
#'
#' Twenty-one SIMULATED interviews, 11 with clinicians who use AI and 10 with
#' people who develop it, coded by three simulated coders with a codebook of 15
#' codes in four themes. **Nobody was interviewed**: the people, the products
#' and every sentence are invented, and the coders are a random model. The same
#' study lies as files, in the formats such studies have, in
#' `system.file("extdata", "simulated-study", package = "intercoder")`.
#'
#' The shape follows a published study (BMJ Digital Health & AI
#' 2026;2:e000104), of which the abstract is all that was to hand: 11 clinicians
#' and 10 developers; both speak of efficiency, such as patient throughput and
#' error reduction; clinicians speak in addition of the doctor-patient
#' relationship; views differ within both groups. Its counts are not public, and
#' nothing here reproduces its numbers.
#'
#' @format A list:
#' * `simulated`: `TRUE`.
#' * `transcripts`: [transcripts()], 21 interviews of 40 to 80 turns, with the
#'   participants' attributes. They were read from 19 text files, one Word file
#'   (C05) and one caption file (D08).
#' * `participants`: one row per participant: `participant`, `group`
#'   (`"clinician"` or `"developer"`), `area`, `setting`, `years_in_role`,
#'   `years_with_ai`, `gender`, `mode`, `interviewer`, `interview_order`,
#'   `interview_date`, `simulated`.
#' * `codebook`: [codebook()], version 2, with rules that are deliberately
#'   imperfect.
#' * `codings`: [codings()] by the coders A, B and C, each on their own, before
#'   any discussion. `round` is 1 for the first five interviews, coded with
#'   version 1 of the codebook, and 2 for the others. No interview was coded
#'   twice by the same coder.
#' * `plan`: [coding_plan()]: A and B saw all interviews, C a stratified six
#'   (three of each group), so that much is missing by design.
#' * `consensus`: [codings()] by the coder `consensus`, after A and B had
#'   discussed where they differed.
#' * `adjudication`: what they decided: `unit`, `code`, `A`, `B`, `decision`
#'   (1 applied, 0 not), `reason`, `simulated`. [resolve()] makes `consensus`
#'   from `codings` and this table.
#'
#' @section How it was made:
#' `data-raw/simulated-study.R` in the sources. Each answer of a participant
#' carries a code with a probability that depends on the code, the group, the
#' person and the question; sentences for its codes are drawn from a bank
#' written for each group, among sentences that carry none and some that nearly
#' do. Each coder sees the codes with a sensitivity and a rate of false
#' positives that depend on how hard the code and the turn are; the difficulty
#' of a turn is shared, so coders err together; some codes are taken for their
#' neighbours; coder B drifts in round 1. The parameters give the direction
#' (relationship codes rarer in developers, throughput and errors more frequent)
#' and were fixed together with the seed, 20260401, before any result was looked
#' at. No p value, no agreement and no estimate was aimed at, and the script
#' checks structure alone.
#' @source Simulated by the authors of the package.
#' @name simulated_study
#' @docType data
#' @usage simulated_study
#' @keywords datasets
#' @examples
#' simulated_study$transcripts
#' simulated_study$plan
#' table(simulated_study$participants$group)
#' list.files(system.file("extdata", "simulated-study", package = "intercoder"))
NULL
