#' Browse codings in their transcripts
#'
#' Writes one HTML file that shows the transcripts with what each coder coded,
#' and opens it. Every coding has a line of its own under the text, in colour
#' and pattern of its coder, and stands beside its turn by name. Codes, themes,
#' coders, participants, their groups and disagreements (all, or what one coder
#' alone applied or did not apply) are filtered, text is searched, and keys (`?`
#' lists them) go from one coding or disagreement to the next. What the codebook
#' says of a code is told on hover, on focus and where a coding is chosen. The
#' file needs no network and loads nothing; it holds the text of the
#' interviews, so keep it where they are kept.
#'
#' The page runs no script but its own, whose digest stands in its policy, and
#' shows what people wrote as text alone. Signs that would act unseen, such as
#' those that turn the direction of writing, are shown by their number.
#'
#' A memo can point at a place by the end of a link: `#transcript=C01&unit=12`
#' is the unit `C01:0012` (without `units` the twelfth turn),
#' `#transcript=C01&start=532&end=608` the characters that `substring()` would
#' give, `#coding-12` the twelfth row of `codings` and `#disagreement-3` the
#' third of [disagreements()] of the same ratings. The page shows the link to
#' what is chosen.
#'
#' Agreement is Krippendorff's alpha with its bootstrap interval over
#' interviews, from [agreement()] with `seed = 1`, so that the same study gives
#' the same file; below ten units in disagreement the page says not to trust
#' the interval. Of the transcript on display alpha and percent agreement are
#' shown without one: there is no interval over one interview.
#'
#' With a `plan` the page tells a coder who applied nothing from one who has
#' not seen the transcript, by the transcript and by each disagreement.
#'
#' @param transcripts [transcripts()].
#' @param codings [codings()] of them, or a data frame that [codings()] takes.
#' @param codebook The [codebook()], for the order of codes, their labels,
#'   themes, definitions and rules; or `NULL`.
#' @param units,plan The [units()] and the [coding_plan()] for agreement and
#'   disagreements, as for [as_ratings()]; without `units` neither is shown.
#' @param consensus What the coders settled on: the result of [resolve()], whose
#'   decisions and reasons then stand with the disagreements, or [codings()]. It
#'   is shown as one more coder and takes no part in agreement. `NULL` for none.
#' @param show `"all"`, or `"disagreements"`: the page opens with the turns over
#'   which coders differ, each with the turn before it; it can show the rest.
#' @param file The file to write; by default one that goes with the session.
#' @param open Open it in the viewer of RStudio, else in the browser. RStudio's
#'   pane shows the default file; it opens others in the browser.
#' @param title The title of the page, a string.
#' @return The path of the file, invisibly.
#' @section Errors: `intercoder_error_argument` for an argument of the wrong
#'   kind, `plan` or `show = "disagreements"` without `units`, a consensus by
#'   one of the coders, or units that are not places of these
#'   transcripts; `intercoder_error_codings` for codings that are not;
#'   `intercoder_error_file` where the file cannot be written; those of
#'   [as_ratings()].
#' @seealso [disagreements()], [concordance()].
#' @examples
#' study <- simulated_study
#' some <- study$transcripts[c("C01", "D01")]
#' done <- study$codings[study$codings$transcript %in% c("C01", "D01"), ]
#' page <- view_codings(some, done, study$codebook, open = FALSE,
#'                      title = "Two simulated interviews")
#' file.size(page)
#' @export
view_codings <- function(transcripts, codings, codebook = NULL, units = NULL,
                         plan = NULL, consensus = NULL,
                         show = c("all", "disagreements"), file = NULL,
                         open = interactive(), title = "Codings") {
  check_class(transcripts, "transcripts", "transcripts()")
  if (!length(transcripts)) {
    arg_error("transcripts", "one transcript at least", "empty", caller_env(0))
  }
  check_columns(codings, coding_columns)
  if (!is.null(codebook)) {
    check_class(codebook, "codebook", "codebook()")
  }
  check_view_units(units, plan, transcripts)
  show <- check_choice(show, c("all", "disagreements"))
  if (show == "disagreements" && is.null(units)) {
    arg_error("units", "given to show disagreements", "NULL", caller_env(0))
  }
  check_string(file, null = TRUE)
  check_flag(open)
  check_string(title)
  codings <- codings(codings, transcripts)
  consensus <- check_consensus(consensus, codings, plan, transcripts)
  data <- view_data(transcripts, codings, codebook, units, plan, consensus,
                    show, title)
  path <- file %||% tempfile("codings-", fileext = ".html")
  write_whole(view_page(data, title), path)
  if (!is.null(file)) {
    path <- normalizePath(path)
  }
  if (open) {
    open_page(path)
  }
  invisible(path)
}

check_consensus <- function(x, codings, plan, transcripts,
                            call = caller_env()) {
  if (is.null(x)) {
    return(codings[0, ])
  }
  if (!inherits(x, "resolution")) {
    check_columns(x, coding_columns, call = call)
    x <- codings(x, transcripts)
  }
  both <- intersect(consensus_of(x)$coder, c(codings$coder, plan$coder))
  if (length(both)) {
    arg_error("consensus", "of none of the coders of `codings` and `plan`",
              sprintf("by \"%s\"", both[1]), call)
  }
  x
}

check_view_units <- function(units, plan, transcripts, call = caller_env()) {
  if (is.null(units)) {
    if (!is.null(plan)) {
      arg_error("units", "given where `plan` is", "NULL", call)
    }
    return(invisible())
  }
  check_columns(units, c("unit", "transcript", "start", "end"), call = call)
  problems <- place_problems(units, transcripts, no_problems(nrow(units)))
  bad <- which(!is.na(problems))
  if (length(bad)) {
    arg_error("units", "units of these transcripts",
              sprintf("wrong in row %d: %s", bad[1], problems[bad[1]]), call)
  }
}

# RStudio's viewer takes files of the session's folder as tempfile() names them
# into its pane, and opens others in the browser.
open_page <- function(file) {
  viewer <- getOption("viewer")
  if (is.function(viewer)) viewer(file) else utils::browseURL(file)
}

# ---- the data ----

# Data frames and vectors, rows of which the page knows by their number from 0.
# Nothing but NA in a column is null.
view_data <- function(transcripts, codings, codebook, units, plan, consensus,
                      show, title) {
  all <- rbind(plain_codings(codings), plain_codings(consensus_of(consensus)))
  codes <- view_codes(all, codebook)
  coders <- unique(c(as_utf8(plan$coder), all$coder))
  out <- c(
    list(title = title, show = show, coders = coders, codes = codes,
         themes = codebook_themes(codes)),
    view_transcripts(transcripts),
    list(codings = c(view_places(all, transcripts), list(
      code = match(all$code, codes$code) - 1L,
      coder = match(all$coder, coders) - 1L,
      round = known(all$round), memo = known(all$memo)
    )), seen = view_seen(plan, coders, transcripts))
  )
  if (is.null(units)) {
    return(out)
  }
  out$units <- c(view_places(units, transcripts), list(name = units$unit))
  if (!nrow(codings)) {
    return(out)
  }
  x <- as_ratings(codings, units, plan)
  c(out, view_disagreements(x, codes$code, coders, units, consensus),
    view_agreement(x, codes$code),
    list(here = view_agreement_here(x, codes$code, transcripts)))
}

plain_codings <- function(x) {
  as.data.frame(x)[c(coding_columns, "round", "memo")]
}

consensus_of <- function(x) if (inherits(x, "resolution")) x$codings else x

known <- function(x) if (!all(is.na(x))) x

view_places <- function(x, transcripts) {
  list(transcript = match(x$transcript, transcripts$documents$transcript) - 1L,
       start = as.integer(x$start), end = as.integer(x$end))
}

view_transcripts <- function(x) {
  documents <- x$documents
  turns <- x$turns
  people <- unique(c(documents$participant, turns$participant))
  people <- people[!is.na(people)]
  list(
    participants = people, attributes = view_attributes(x$participants, people),
    transcripts = list(name = documents$transcript,
                       participant = match(documents$participant, people) - 1L,
                       text = documents$text),
    turns = c(view_places(turns, x), list(
      interviewer = as.integer(turns$role == "interviewer"),
      participant = match(turns$participant, people) - 1L
    ))
  )
}

# Attributes that sort participants into groups: 2 to 12 of them.
view_attributes <- function(data, people) {
  columns <- setdiff(names(data), c("participant", "speaker"))
  all <- lapply(columns, function(column) {
    value <- as.character(data[[column]])[match(people, data$participant)]
    levels <- sort(unique(value), method = "radix")
    list(name = column, levels = levels, of = match(value, levels) - 1L)
  })
  unname(Filter(function(a) {
    length(a$levels) %in% 2:12 && length(a$levels) < length(people)
  }, all))
}

# For each coder of the plan the transcripts seen, for others nothing.
view_seen <- function(plan, coders, transcripts) {
  if (!is.null(plan)) {
    at <- match(plan$transcript, transcripts$documents$transcript) - 1L
    lapply(coders, function(coder) {
      if (coder %in% plan$coder) {
        at[plan$coder == coder & !is.na(at)]
      }
    })
  }
}

# The codes of the codebook in its order, then those it does not have.
view_codes <- function(codings, codebook) {
  columns <- c("label", "theme", "definition", "include", "exclude", "example",
               "rule")
  more <- setdiff(codings$code, codebook$code)
  out <- data.frame(code = c(codebook$code, more))
  out[columns] <- lapply(columns, function(column) {
    c(as.character(codebook[[column]]), rep(NA_character_, length(more)))
  })
  out
}

view_disagreements <- function(x, codes, coders, units, consensus) {
  found <- disagreements(x)
  settled <- if (inherits(consensus, "resolution")) consensus$log
  at <- match(paste(found$unit, found$code, sep = "\r"),
              paste(settled$unit, settled$code, sep = "\r"))
  values <- lapply(coders, function(coder) {
    found[[paste0("value.", coder)]] %||% rep(NA, nrow(found))
  })
  list(
    disagreements = list(
      unit = match(found$unit, units$unit) - 1L,
      code = match(found$code, codes) - 1L,
      decision = known(c("not applied", "applied")[settled$decision[at] + 1L]),
      reason = known(as.character(settled$reason)[at])
    ),
    values = values
  )
}

view_agreement <- function(x, codes) {
  found <- withCallingHandlers(
    agreement(x, seed = 1, progress = FALSE),
    intercoder_warning_few_disagreements = function(w) {
      invokeRestart("muffleWarning")
    }
  )
  found <- found[order(match(found$code, codes)), ]
  ok <- found$status == "ok"
  few <- ok & found$disagreements < 10
  list(
    agreement = list(
      code = match(found$code, codes) - 1L,
      estimate = view_estimate(found),
      interval = ifelse(is.na(found$conf.low), "",
                        paste0(format_interval(found$conf.low, found$conf.high),
                               ifelse(few, "\u2020", ""))),
      disagreements = format_whole(found$disagreements)
    ),
    caption = sprintf("Krippendorff's alpha over %s",
                      format_count(max(found$units), "unit")),
    notes = if (any(few)) {
      "\u2020 Fewer than ten units in disagreement: do not trust the interval."
    } else {
      character()
    }
  )
}

view_estimate <- function(found) {
  ifelse(found$status == "ok", format_number(found$estimate),
         gsub("_", " ", found$status))
}

# By transcript and code, where two coders or more have seen the transcript.
view_agreement_here <- function(x, codes, transcripts) {
  found <- agreement(x, by = "transcript", ci = "none", progress = FALSE)
  found <- found[found$pairable > 0, ]
  found <- found[order(match(found$code, codes)), ]
  list(
    transcript = match(found$by, transcripts$documents$transcript) - 1L,
    code = match(found$code, codes) - 1L, units = found$pairable,
    estimate = view_estimate(found), percent = format_percent(found$percent),
    disagreements = format_whole(found$disagreements)
  )
}

# ---- the page ----

viewer_file <- function(name) {
  path <- system.file("viewer", name, package = "intercoder", mustWork = TRUE)
  paste(readLines(path, encoding = "UTF-8"), collapse = "\n")
}

# The parts stand in one function, so that none of their names is global.
viewer_script <- function() {
  parts <- vapply(c("study.js", "drawing.js", "controls.js"), viewer_file, "")
  paste(c("\n\"use strict\";", "(() => {", parts, "})();"), collapse = "\n")
}

# In one pass: a transcript may hold what looks like a place to fill.
view_page <- function(data, title) {
  style <- viewer_file("viewer.css")
  script <- viewer_script()
  fill <- list(policy = view_policy(style, script), title = escape_html(title),
               style = style, data = to_json(data), script = script)
  page <- viewer_file("viewer.html")
  places <- gregexpr("\\{\\{[a-z]+\\}\\}", page)
  names <- gsub("[{}]", "", regmatches(page, places)[[1]])
  between <- regmatches(page, places, invert = TRUE)[[1]]
  paste0(between, c(unlist(fill[names]), ""), collapse = "")
}

# The page's own style and script, by their digests, and nothing else.
view_policy <- function(style, script) {
  sprintf(
    paste("default-src 'none'; style-src 'sha256-%s'; script-src 'sha256-%s';",
          "base-uri 'none'; form-action 'none'"),
    sha256_base64(style), sha256_base64(script)
  )
}

sha256_base64 <- function(text) {
  hex <- cli::hash_sha256(text)
  nibbles <- strtoi(strsplit(hex, "")[[1]], 16)
  bits <- vapply(nibbles, function(n) n %/% c(8, 4, 2, 1) %% 2, numeric(4))
  digits <- c(LETTERS, letters, 0:9, "+", "/")
  sixes <- matrix(c(bits, 0, 0), 6)
  paste0(paste(digits[colSums(sixes * 2^(5:0)) + 1], collapse = ""), "=")
}
