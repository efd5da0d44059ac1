#' Browse codings in their transcripts
#'
#' Writes one HTML file that shows the transcripts with what each coder coded,
#' and opens it. Every coding has a line of its own under the text, in colour
#' and pattern of its coder, and stands beside its turn by name. Codes, coders,
#' participants and disagreements are filtered, text is searched, and keys
#' (listed in the page) go from one coding or disagreement to the next. The
#' file needs no network and loads nothing; it holds the text of the
#' interviews, so keep it where they are kept.
#'
#' The page runs no script but its own, whose digest stands in its policy, and
#' shows what people wrote as text alone. Signs that would act unseen, such as
#' those that turn the direction of writing, are shown by their number. A link
#' that ends in `#disagreement-3` opens the third row of [disagreements()] of
#' the same ratings, `#coding-12` the twelfth of `codings`.
#'
#' Agreement is Krippendorff's alpha with its bootstrap interval over
#' interviews, from [agreement()] with `seed = 1`, so that the same study gives
#' the same file; below ten units in disagreement the page says not to trust
#' the interval.
#'
#' @param transcripts [transcripts()].
#' @param codings [codings()] of them, or a data frame that [codings()] takes.
#' @param codebook The [codebook()], for the order of codes, their labels,
#'   themes and definitions; or `NULL`.
#' @param units,plan The [units()] and the [coding_plan()] for agreement and
#'   disagreements, as for [as_ratings()]; without `units` neither is shown.
#' @param file The file to write; by default one that goes with the session.
#' @param open Open it in the viewer of RStudio, else in the browser.
#' @param title The title of the page, a string.
#' @return The path of the file, invisibly.
#' @section Errors: `intercoder_error_argument` for an argument of the wrong
#'   kind, `plan` without `units`, or units that are not places of these
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
                         plan = NULL, file = NULL, open = interactive(),
                         title = "Codings") {
  check_class(transcripts, "transcripts", "transcripts()")
  if (!length(transcripts)) {
    arg_error("transcripts", "one transcript at least", "empty", caller_env(0))
  }
  check_columns(codings, coding_columns)
  if (!is.null(codebook)) {
    check_class(codebook, "codebook", "codebook()")
  }
  check_view_units(units, plan, transcripts)
  check_string(file, null = TRUE)
  check_flag(open)
  check_string(title)
  codings <- codings(codings, transcripts)
  data <- view_data(transcripts, codings, codebook, units, plan, title)
  file <- file %||% tempfile("codings-", fileext = ".html")
  write_whole(view_page(data, title), file)
  file <- normalizePath(file)
  if (open) {
    open_page(file)
  }
  invisible(file)
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

# In RStudio the viewer shows files of the session's folder in its pane.
open_page <- function(file) {
  viewer <- getOption("viewer")
  if (is.function(viewer)) viewer(file) else utils::browseURL(file)
}

# ---- the data ----

# Data frames and vectors, rows of which the page knows by their number from 0.
view_data <- function(transcripts, codings, codebook, units, plan, title) {
  documents <- transcripts$documents
  turns <- transcripts$turns
  codes <- view_codes(codings, codebook)
  coders <- unique(c(as_utf8(plan$coder), codings$coder))
  place <- function(x) {
    list(transcript = match(x$transcript, documents$transcript) - 1L,
         start = as.integer(x$start), end = as.integer(x$end))
  }
  people <- unique(c(documents$participant, turns$participant))
  out <- list(
    title = title, coders = coders, codes = codes,
    themes = codebook_themes(codes), participants = people[!is.na(people)],
    transcripts = list(name = documents$transcript,
                       participant = documents$participant,
                       text = documents$text),
    turns = c(place(turns), turns[c("role", "participant")]),
    codings = c(place(codings),
                list(code = match(codings$code, codes$code) - 1L,
                     coder = match(codings$coder, coders) - 1L),
                codings[c("round", "memo")])
  )
  if (is.null(units) || !nrow(codings)) {
    return(out)
  }
  x <- as_ratings(codings, units, plan)
  found <- disagreements(x)
  at <- units[match(found$unit, units$unit), ]
  out$disagreements <- c(place(at), list(
    code = match(found$code, codes$code) - 1L, unit = found$unit
  ))
  out$values <- lapply(coders, function(coder) {
    found[[paste0("value.", coder)]] %||% rep(NA, nrow(found))
  })
  c(out, view_agreement(x, codes))
}

# The codes of the codebook in its order, then those it does not have.
view_codes <- function(codings, codebook) {
  columns <- c("code", "label", "theme", "definition")
  more <- setdiff(codings$code, codebook$code)
  more <- data.frame(code = more, label = rep(NA_character_, length(more)),
                     theme = rep(NA_character_, length(more)),
                     definition = rep(NA_character_, length(more)))
  if (is.null(codebook)) more else
    rbind(as.data.frame(codebook)[columns], more)
}

view_agreement <- function(x, codes) {
  found <- withCallingHandlers(
    agreement(x, seed = 1, progress = FALSE),
    intercoder_warning_few_disagreements = function(w) {
      invokeRestart("muffleWarning")
    }
  )
  found <- found[order(match(found$code, codes$code)), ]
  ok <- found$status == "ok"
  few <- ok & found$disagreements < 10
  list(
    agreement = list(
      code = match(found$code, codes$code) - 1L,
      estimate = ifelse(ok, format_number(found$estimate),
                        gsub("_", " ", found$status)),
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

# ---- the page ----

viewer_file <- function(name) {
  path <- system.file("viewer", name, package = "intercoder", mustWork = TRUE)
  paste(readLines(path, encoding = "UTF-8"), collapse = "\n")
}

# In one pass: a transcript may hold what looks like a place to fill.
view_page <- function(data, title) {
  style <- viewer_file("viewer.css")
  script <- viewer_file("viewer.js")
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
    "default-src 'none'; style-src 'sha256-%s'; script-src 'sha256-%s'; base-uri 'none'; form-action 'none'",
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
