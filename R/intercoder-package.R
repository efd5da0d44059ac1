#' Coded interviews: codebooks, agreement and group comparison
#'
#' From interview transcripts to a statement about two groups of people. Each
#' step is a function of what came before; what it gives is a data frame or
#' prints, plots and knits as a table.
#'
#' @section The way through:
#' 1. **Transcripts.** [read_transcripts()] reads files, [speakers()] says who
#'    speaks and corrects it, [units()] fixes what gets a value. Studies coded
#'    in other programs come whole by [read_project()], lists of quotes by
#'    [read_codings()].
#' 2. **Codebook.** [read_codebook()] or [codebook()]; its
#'    [rules][codebook-rules] are tried by [explain()], tested by
#'    [test_codebook()] and applied by [apply_codebook()].
#' 3. **Codings.** Those of people, rules and models alike are [codings()];
#'    [coding_plan()] says who saw what. [concordance()], [code_counts()] and
#'    [co_occurrence()] read them, [view_codings()] opens them in a browser.
#' 4. **Agreement.** [as_ratings()], then [agreement()] with an interval;
#'    [disagreements()], [confusions()], [agreement_units()] and
#'    [agreement_coders()] say where and why; [compare_agreement()] tells
#'    differences, [agreement_size()] plans, [agreement_machine()] holds a rule
#'    or a model beside people, [resolve()] keeps how a consensus came about.
#' 5. **Comparison.** [code_matrix()] makes one row per participant,
#'    [compare_groups()] compares, [compare_profiles()] all codes at once;
#'    [comparison_sensitivity()] and [compare_corrected()] say what hangs on the
#'    coders; [attainable()] and [power_groups()] what so many people can show.
#' 6. **Report.** [sample_table()], [saturation()], [quotes()],
#'    [framework_matrix()], [joint_display()]; [study_facts()] for
#'    [methods_text()] and [coreq()]; [inline()] and [write_table()].
#' 7. **Keeping it.** [project()] holds a study with its history in one file,
#'    [write_project()] hands it to other programs.
#'
#' @section Where to begin:
#' `vignette("clinicians-and-developers")` is a study from end to end, on
#' [simulated_study]; `vignette("cheat-sheet")` is the same on two pages;
#' `vignette("codebooks")`, `vignette("agreement")`,
#' `vignette("comparing-groups")` and `vignette("your-own-files")` are guides;
#' `vignette("validation")` says how everything is checked.
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
