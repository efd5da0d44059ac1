#' What a report says about a study
#'
#' Gathers from the objects of a study what reports of such studies state: how
#' many took part, who coded what, how well coders agreed, when codes were used
#' up, what was compared, and with what software. [coreq()], [srqr()] and
#' [methods_text()] are written from it, and each value can stand in a text by
#' its name. Give what there is; nothing is guessed.
#'
#' @param transcripts The [transcripts()].
#' @param codebook The [codebook()].
#' @param codings [codings()] by people, each on their own.
#' @param plan The [coding_plan()]. Without it a coder is taken to have seen the
#'   transcripts that bear a coding of that coder.
#' @param consensus [codings()] by one coder: those that were counted.
#' @param units [units()] that were coded or compared.
#' @param agreement An [agreement()].
#' @param resolution A [resolve()]d set of codings.
#' @param saturation A [saturation()].
#' @param comparison A [compare_groups()].
#' @param quotes [quotes()] that are shown, or a [joint_display()].
#' @param group The participants' attribute that has the groups.
#' @return A list of class `study_facts`; what was not given is not in it.
#'   * `transcripts`, `turns`, `words` (said by participants), `participants`
#'     (numbers), `groups` (numbers named by group), `repeated` (participants
#'     with more than one transcript), `minutes` (of each transcript with
#'     times), `sections` (names), `sample` (a [sample_table()]);
#'   * `codes`, `themes` (names), `version`, `hash` (the first 12 signs) of the
#'     codebook;
#'   * `coders` (transcripts seen, named by coder), `double` (transcripts seen
#'     by two or more);
#'   * `tree` (a [coding_tree()] of the consensus);
#'   * `units` (number), `unit` (what they are);
#'   * `agreement`, `resolution` (its summary), `saturation`, `comparison`,
#'     `quotes` as given;
#'   * `package`, `r` (versions).
#' @section Errors: `intercoder_error_argument` for objects of another kind,
#'   `intercoder_error_columns` where `group` is no attribute.
#' @seealso [inline()] for results in a sentence.
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' study <- simulated_study
#' facts <- study_facts(study$transcripts, study$codebook, study$codings,
#'                      study$plan, study$consensus, group = "group")
#' facts
#' facts$participants
#' @export
study_facts <- function(transcripts = NULL, codebook = NULL, codings = NULL,
                        plan = NULL, consensus = NULL, units = NULL,
                        agreement = NULL, resolution = NULL, saturation = NULL,
                        comparison = NULL, quotes = NULL, group = NULL) {
  call <- caller_env(0)
  check_facts(environment(), call)
  facts <- c(
    transcript_facts(transcripts, group, call), codebook_facts(codebook),
    coder_facts(codings, plan),
    if (!is.null(consensus) && !is.null(codebook))
      list(tree = coding_tree(codebook, consensus, transcripts)),
    if (!is.null(units))
      list(units = nrow(units), unit = attr(units, "by") %||% "unit"),
    list(agreement = agreement,
         resolution = if (!is.null(resolution)) summary(resolution),
         saturation = saturation, comparison = comparison,
         quotes = attr(quotes, "chosen") %||% quotes,
         package = as.character(utils::packageVersion("intercoder")),
         r = as.character(getRversion()))
  )
  structure(facts[!vapply(facts, is.null, NA)],
            class = c("study_facts", "intercoder_result"))
}

FACT_CLASSES <- c(
  transcripts = "transcripts", codebook = "codebook", codings = "codings",
  plan = "coding_plan", consensus = "codings", units = "units",
  agreement = "agreement", resolution = "resolution", saturation = "saturation",
  comparison = "group_comparison"
)

check_facts <- function(given, call) {
  for (name in names(FACT_CLASSES)) {
    if (!is.null(given[[name]])) {
      check_class(given[[name]], FACT_CLASSES[[name]], sprintf(
        "%s()", c(plan = "coding_plan", consensus = "codings",
                  comparison = "compare_groups", resolution = "resolve",
                  FACT_CLASSES)[[name]]), name, call)
    }
  }
  if (!is.null(given$quotes) &&
        !inherits(given$quotes, c("quotes", "joint_display"))) {
    arg_error("quotes", "made by quotes() or joint_display()",
              describe_value(given$quotes), call)
  }
  check_string(given$group, "group", TRUE, call)
}

transcript_facts <- function(x, group, call) {
  if (is.null(x)) {
    return(NULL)
  }
  people <- participants(x)
  check_columns(people, group, arg = "participants", call = call)
  turns <- x$turns
  own <- unique(turns[!is.na(turns$participant),
                      c("participant", "transcript")])
  described <- people[setdiff(names(people), c("speaker", "simulated"))]
  list(
    transcripts = length(x), turns = nrow(turns),
    words = sum(said_words(x, turns)[turns$role == "participant"]),
    participants = nrow(people),
    groups = if (!is.null(group)) count_levels(people[[group]]),
    repeated = sum(table(own$participant) > 1),
    minutes = transcript_minutes(turns),
    sections = if (any(!is.na(turns$section)))
      unique(turns$section[!is.na(turns$section)]),
    sample = if (length(telling_columns(described, group)))
      sample_table(described, group)
  )
}

count_levels <- function(x) {
  x <- as.character(x)
  x[is.na(x)] <- "(not known)"
  out <- table(factor(x, unique(x)))
  stats::setNames(as.integer(out), names(out))
}

transcript_minutes <- function(turns) {
  timed <- turns[!is.na(turns$time_start) & !is.na(turns$time_end), ]
  if (nrow(timed)) {
    vapply(split(timed, timed$transcript), function(part) {
      (max(part$time_end) - min(part$time_start)) / 60
    }, 0)
  }
}

codebook_facts <- function(x) {
  if (is.null(x)) {
    return(NULL)
  }
  tree <- tree_nodes(x)
  list(codes = nrow(x), themes = tree$label[tree$depth == 0],
       version = attr(x, "version"), hash = substr(codebook_hash(x), 1, 12))
}

coder_facts <- function(codings, plan) {
  if (is.null(codings) && is.null(plan)) {
    return(NULL)
  }
  seen <- plan %||% unique(as.data.frame(codings)[c("coder", "transcript")])
  list(coders = count_levels(seen$coder),
       double = sum(table(seen$transcript) > 1))
}

#' @export
format.study_facts <- function(x, ...) {
  unname(sprintf("%s: %s", names(x), fact_texts(x)))
}

#' @export
as.data.frame.study_facts <- function(x, row.names = NULL, optional = FALSE,
                                      ...) {
  data.frame(fact = names(x), value = fact_texts(x), row.names = row.names)
}

fact_texts <- function(x) {
  unname(vapply(unclass(x), function(value) {
    if (is.data.frame(value)) {
      sprintf("<%s> of %s", class(value)[1], format_count(nrow(value), "row"))
    } else if (is.null(names(value))) {
      paste(utils::head(value, 8), collapse = ", ")
    } else {
      paste(names(value), fact_number(value), collapse = ", ")
    }
  }, ""))
}

fact_number <- function(x) format(round(x, 1), trim = TRUE)

#' @rdname study_facts
#' @param x Facts of a study.
#' @param ... Not used.
#' @export
print.study_facts <- function(x, ...) {
  cat(strwrap(format.study_facts(x), getOption("width") - 1, exdent = 2),
      sep = "\n")
  invisible(x)
}

# Numbers of a vector named by what they count: "A (21), B (6)".
named_counts <- function(x) {
  paste(sprintf("%s (%s)", names(x), fact_number(x)), collapse = ", ")
}

# "a, b and c".
listed <- function(x) {
  n <- length(x)
  if (n < 2) {
    return(paste(x))
  }
  paste(paste(x[-n], collapse = ", "), "and", x[n])
}
