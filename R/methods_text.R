#' The paragraph on methods
#'
#' Sentences on what was done, with the numbers of the study, to be edited by
#' the authors. What the data cannot tell stands in square brackets, to be
#' filled in. Each approach has its own words (Braun and Clarke 2021): they
#' differ in what coders and their agreement are for.
#'
#' * `"codebook"`: codes were agreed on in a codebook; agreement shows where it
#'   is read differently.
#' * `"reliability"`: coders are to be interchangeable; agreement is reported
#'   code by code with its interval. A coefficient above some threshold does not
#'   make codings reliable, and the text never says so.
#' * `"reflexive"`: coding is interpretation, and the coders' readings are a
#'   resource. Agreement between coders and how disagreements were settled are
#'   not reported, whatever was given; if there is agreement, a message says
#'   that it was left out.
#'
#' @param facts The [study_facts()].
#' @param approach `"codebook"`, `"reliability"` or `"reflexive"`. It has no
#'   default: it is for the authors to declare.
#' @param digits Decimal places of coefficients.
#' @return A character vector of class `methods_text`, a sentence or two per
#'   element, named by what it is about: `approach`, `data`, `coding`,
#'   `agreement`, `resolution`, `saturation`, `comparison`, `software` (those of
#'   which `facts` know something). Choose elements, `paste()` them, or print
#'   them as a paragraph.
#' @references Braun V, Clarke V (2021). One size fits all? What counts as
#'   quality practice in (reflexive) thematic analysis? *Qualitative Research in
#'   Psychology* 18(3), 328-352.
#'
#'   O'Connor C, Joffe H (2020). Intercoder reliability in qualitative research:
#'   debates and practical guidelines. *International Journal of Qualitative
#'   Methods* 19, 1-13.
#' @section Errors: `intercoder_error_argument` where `approach` is not given or
#'   none of the three.
#' @seealso [inline()], [coreq()].
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' study <- simulated_study
#' facts <- study_facts(study$transcripts, study$codebook, study$codings,
#'                      study$plan, units = units(study$transcripts),
#'                      group = "group")
#' methods_text(facts, "codebook")
#' @export
methods_text <- function(facts, approach, digits = 2) {
  check_class(facts, "study_facts", "study_facts()")
  kinds <- names(APPROACH_TEXT)
  if (missing(approach)) {
    arg_error("approach", paste("one of", quoted(kinds)), "not given",
              caller_env())
  }
  approach <- check_choice(approach, kinds)
  check_count(digits, max = 15)
  text <- list(
    approach = APPROACH_TEXT[[approach]], data = data_text(facts),
    coding = coding_text(facts, approach),
    agreement = agreement_text(facts$agreement, approach, digits),
    resolution = if (approach != "reflexive") resolution_text(facts$resolution),
    saturation = saturation_text(facts$saturation),
    comparison = comparison_text(facts$comparison),
    software = software_text(facts)
  )
  structure(unlist(text[!vapply(text, is.null, NA)]),
            class = c("methods_text", "intercoder_result"))
}

APPROACH_TEXT <- list(
  codebook = paste("The interviews were analysed thematically with a codebook",
                   "[how it was developed, from what theory or data]."),
  reliability = paste("The interviews were coded with a fixed codebook [how it",
                      "was developed] that coders were trained to apply alike",
                      "[how they were trained]."),
  reflexive = paste("The interviews were analysed by reflexive thematic",
                    "analysis [how themes were developed, and from what",
                    "position].")
)

data_text <- function(x) {
  if (is.null(x$transcripts)) {
    return(NULL)
  }
  divided <- if (!is.null(x$units)) {
    sprintf(", divided into %s", format_count(x$units, x$unit))
  }
  sprintf("%s of %s%s %s analysed%s.",
          format_count(x$transcripts, "transcript"),
          format_count(x$participants, "participant"),
          if (length(x$groups))
            sprintf(", %s,", named_counts(x$groups)) else "",
          if (x$transcripts == 1) "was" else "were", divided %||% "")
}

coding_text <- function(x, approach) {
  codebook <- if (!is.null(x$codes)) {
    sprintf("%s had %s in %s%s.",
            if (approach == "reflexive") "The set of codes" else "The codebook",
            format_count(x$codes, "code"),
            format_count(length(x$themes), "theme"), codebook_version(x))
  }
  text <- c(codebook, coders_text(x, approach))
  if (length(text)) paste(text, collapse = " ")
}

codebook_version <- function(x) {
  known <- c(if (length(x$version)) paste("version", x$version),
             if (length(x$hash)) paste("fingerprint", x$hash))
  if (length(known)) sprintf(" (%s)", paste(known, collapse = ", ")) else ""
}

coders_text <- function(x, approach) {
  if (is.null(x$coders)) {
    return(NULL)
  }
  n <- length(x$coders)
  who <- sprintf("%s coded (%s)", format_count(n, "person", "people"),
                 coder_list(x$coders))
  if (n == 1 || is.null(x$transcripts)) {
    return(paste0(who, "."))
  }
  apart <- if (approach == "reflexive") "[how they worked together]" else
    "[whether they worked apart, and how the shared transcripts were chosen]"
  sprintf("%s; %s of %s (%s) were coded by two or more %s.", who,
          format_whole(x$double), format_count(x$transcripts, "transcript"),
          format_percent(x$double / x$transcripts), apart)
}

coder_list <- function(coders) {
  paste(sprintf("%s, %s", names(coders), format_count(coders, "transcript")),
        collapse = "; ")
}

agreement_text <- function(x, approach, digits) {
  if (is.null(x) || !nrow(x)) {
    return(NULL)
  }
  if (approach == "reflexive") {
    rlang::inform(paste("Agreement between coders is left out: the reflexive",
                        "approach does not ask for it."),
                  class = "intercoder_message_approach")
    return(NULL)
  }
  why <- c(codebook = paste("To see where the codebook was read differently,",
                            "agreement was computed"),
           reliability = "Agreement was measured")[[approach]]
  plain <- plain_frame(x)
  name <- coefficient_label(plain$coefficient, plain$level, plain$weights)
  each <- vapply(unique(name), function(one) {
    agreement_range(one, x[name == one, ], digits)
  }, "")
  sprintf("%s [before or after discussion]%s: %s.%s", why,
          if (length(setdiff(plain$code, POOLED)) > 1) ", code by code" else "",
          paste(each, collapse = "; "), interval_text(x))
}

agreement_range <- function(name, x, digits) {
  pooled <- is_pooled(x)
  plain <- plain_frame(x)[!pooled, ]
  if (nrow(x) == 1) {
    return(paste0(if (pooled) "over all decisions ",
                  unname(inline(x, digits = digits))))
  }
  paste(c(if (nrow(plain) == 1) unname(inline(x[!pooled, ], digits = digits))
          else if (nrow(plain)) range_text(name, plain, digits),
          if (any(pooled)) pooled_text(name, x[pooled, ], nrow(plain), digits)),
        collapse = ", and ")
}

range_text <- function(name, plain, digits) {
  defined <- plain$estimate[plain$status == "ok"]
  lost <- nrow(plain) - length(defined)
  of <- c(if (!all(is.na(plain$code)))
            format_count(length(unique(plain$code)), "code"),
          if (!is.null(plain$by))
            format_count(length(unique(plain$by)), "group"))
  paste0(
    if (!length(defined)) sprintf("%s was undefined", name) else sprintf(
      "%s from %s to %s, median %s", name, format_number(min(defined), digits),
      format_number(max(defined), digits),
      format_number(stats::median(defined), digits)),
    sprintf(" (%s%s)", paste(of, collapse = " in "),
            if (lost > 0) sprintf(", %d undefined", lost) else "")
  )
}

# Over all decisions, for each group where there are some.
pooled_text <- function(name, x, codes, digits) {
  said <- sub("^[^=]*= ", "", inline(x, digits = digits))
  paste0("over all decisions ", if (codes == 0) paste0(name, " "),
         paste0(said, if (!is.null(x$by)) sprintf(" (%s)", x$by),
                collapse = "; "))
}

interval_text <- function(x) {
  ci <- attr_or(x, "ci", "none")
  if (ci == "none") {
    return("")
  }
  clusters <- max(c(0, x$clusters), na.rm = TRUE)
  how <- if (ci %in% drawn_intervals) {
    sprintf(" by bootstrap (%s, %s)", c(bca = "BCa", percentile = "percentile",
      krippendorff2006 = "Krippendorff 2006")[[ci]],
      format_count(attr_or(x, "replicates", 0), "replicate"))
  } else {
    sprintf(" %s", c(jackknife = "by the jackknife",
                     analytic = "analytic")[[ci]])
  }
  sprintf(" Intervals (%g%%) are%s%s.", 100 * attr_or(x, "conf_level", NA), how,
          if (clusters > 0) " over interviews, whose units are not independent"
          else "")
}

resolution_text <- function(x) {
  if (is.null(x) || sum(x$disagreements) == 0) {
    return(NULL)
  }
  all <- colSums(x[setdiff(names(x), "code")])
  kept <- all[startsWith(names(all), "for.")]
  share <- sprintf("%s (%s)%s as %s had it", format_whole(kept),
                   format_percent(kept / all[["disagreements"]]),
                   c(" were settled", rep("", length(kept) - 1)),
                   sub("^for[.]", "", names(kept)))
  sprintf("Of %s about a code in a unit, %s [how]%s.",
          format_count(all[["disagreements"]], "disagreement"), listed(share),
          if (all[["open"]] > 0) sprintf("; %d were left open", all[["open"]])
          else "")
}

saturation_text <- function(x) {
  if (is.null(x) || !nrow(x)) {
    return(NULL)
  }
  plain <- plain_frame(x)[!duplicated(x$group), ]
  at <- ifelse(plain$status == "reached",
               sprintf("reached at %d+%d interviews", plain$reached, plain$run),
               ifelse(plain$status == "not_reached", "not reached",
                      "undefined"))
  by_group <- !anyNA(plain$group)
  sprintf(paste("Code saturation (base of %d interviews, run of %d, threshold",
                "of new information %s; Guest, Namey and Chen 2020) was %s. It",
                "says nothing of whether codes were understood."),
          plain$base[1], plain$run[1], format_percent(plain$threshold[1]),
          if (by_group) paste("looked at by group:", paste(
            plain$group, at, sep = ", ", collapse = "; ")) else at)
}

comparison_text <- function(x) {
  if (is.null(x) || !nrow(x)) {
    return(NULL)
  }
  row <- comparison_row(x)
  units <- paste0(attr(x, "unit"), "s")
  what <- switch(
    x$measure[1],
    presence = sprintf("whether participants mention a %s", row),
    count = sprintf("how many %s of a participant have a %s", units, row),
    share = sprintf("the share of a participant's %s that has a %s", units, row)
  )
  paste(c(
    sprintf(paste("Groups (%s) were compared by %s; the participant, not the",
                  "%s, was the unit of comparison."),
            paste(sprintf("%s, n = %d", attr(x, "groups"), attr(x, "sizes")),
                  collapse = "; "),
            what, attr(x, "unit")),
    sub("^p ", "P-values were ", sub("^p not", "P-values were not", c(
      effect_note(x), design_note(x), adjust_note(x))))
  ), collapse = " ")
}

software_text <- function(x) {
  sprintf("Analyses used intercoder %s in R %s.", x$package, x$r)
}

#' @export
`[.methods_text` <- function(x, ...) {
  structure(NextMethod(), class = class(x))
}

#' @export
as.data.frame.methods_text <- function(x, row.names = NULL, optional = FALSE,
                                       ...) {
  data.frame(part = names(x), text = unname(unclass(x)), row.names = row.names)
}

#' @export
format.methods_text <- function(x, ...) {
  paste(unclass(x), collapse = " ")
}

#' @rdname methods_text
#' @param x A text.
#' @param ... Not used.
#' @export
print.methods_text <- function(x, ...) {
  cat(strwrap(format(x), getOption("width") - 1), sep = "\n")
  invisible(x)
}

#' @rdname methods_text
#' @exportS3Method knitr::knit_print
knit_print.methods_text <- function(x, ...) {
  need_package("knitr", "A text in a report")
  knitr::asis_output(paste0("\n\n", escape_markdown(format(x)), "\n\n"))
}
