#' Read codings that another program exported as a table or a document
#'
#' Most programs give what was coded as quotes, without places that can be
#' relied on. The words of each are looked for in the transcripts, in the order
#' of the file, and what could not be found, or in more than one place, is told
#' by [problems()].
#'
#' @param file Path of the file.
#' @param transcripts The [transcripts()] that were coded.
#' @param format `NULL`, to look at the file, or one of the formats below.
#' @param coder `NULL` to take who the file says coded, or one string: the coder
#'   of all codings.
#' @param codebook A [codebook()], or `NULL`. With it, names of codes are
#'   completed: a name that is no code but whose last part is (`Trust` of
#'   `Relationship > Trust`), or that is a code's label, becomes that code.
#'   Names that hold commas can only be told apart with it (ATLAS.ti).
#' @param encoding `NULL` to find out, or the encoding of a text file.
#'
#' @section Formats:
#' * `"dedoose"` (`.xlsx`, `.csv`): excerpts with a column for each code.
#' * `"atlasti"` (`.csv`, `.xlsx`): quotations, whatever language the header
#'   has; the paragraph is a hint to the place. Get the codebook by
#'   `read_codebook(format = "atlasti")` first.
#' * `"maxqda"` (`.xlsx`, `.csv`, and `.pdf` as printed): retrieved segments.
#' * `"nvivo"` (`.txt`, `.docx`): the report of a node, or of several:
#'   `<Files\\name> - 2 references coded`, `Reference 1 - 0.37% Coverage`.
#' * `"comments"` (`.docx`): a Word document with comments, whose paragraphs are
#'   names of codes, as Dedoose exports it or as people do it by hand. A first
#'   line `Codes (485-522)` is held against the place of the comment.
#' * `"webanno"` (`.tsv`): WebAnno TSV 3 of INCEpTION and WebAnno.
#' * `"doccano"` (`.jsonl`), `"label-studio"` (`.json`): labelled spans.
#' * `"table"` (`.csv`, `.tsv`, `.xlsx`): any table with columns for the
#'   transcript, the quote, the code and the coder, under these or usual other
#'   names; with `start` and `end` (characters, from 1, inclusive) it needs no
#'   quote.
#'
#' @section Places:
#' Words are looked for as they are, then with all white space alike, then with
#' typographic signs alike (quotes, dashes, ellipses, ligatures). Of several
#' places the one nearest to where the file says it stands is taken, else the
#' next after the quote before. Rows whose words are not there are left out.
#' A document that the file names is a transcript of that name, with or
#' without ending; where file and `transcripts` have one each, they are the
#' same.
#' @return [codings()], with [problems()].
#' @section Errors:
#' `intercoder_error_file` where the file is not what its format says,
#' `intercoder_error_columns` where it does not say what is needed,
#' `intercoder_error_codings` where none of its rows could be placed.
#' @seealso [read_project()] for whole projects.
#' @examples
#' talk <- transcripts(data.frame(transcript = "A", text = paste0(
#'   "INT: What changed?\nP: I save time, and I don\u2019t\nworry.")))
#' file <- tempfile(fileext = ".csv")
#' writeLines(c("Document,Segment,Code,Author",
#'              "A.docx,I save time,saving,Ada",
#'              "A.docx,I don't worry,trust,Ada",
#'              "A.docx,I trust it,trust,Ben"), file)
#' done <- read_codings(file, talk)
#' done
#' problems(done)
#' @export
read_codings <- function(file, transcripts, format = NULL, coder = NULL,
                         codebook = NULL, encoding = NULL) {
  check_string(file)
  check_class(transcripts, "transcripts", "read_transcripts()")
  check_string(coder, null = TRUE)
  check_string(encoding, null = TRUE)
  if (!is.null(codebook)) check_class(codebook, "codebook", "codebook()")
  if (!is.null(format)) format <- check_choice(format, CODING_FORMATS)
  call <- environment()
  source <- coding_source(file, format, encoding, call)
  rows <- coding_reader(source$format)(source, transcripts, codebook, call)
  rows$code <- resolve_codes(rows$code, codebook)
  if (!is.null(coder)) rows$coder <- rep(coder, nrow(rows))
  if (anyNA(rows$coder)) {
    abort("columns", c(
      sprintf("\"%s\" does not say who coded.", file),
      i = "Say it: `coder = \"Ada\"`."), file = file, columns = "coder",
      call = call)
  }
  place_quotes(rows, transcripts, file, call)
}

# Each takes the source, the transcripts, the codebook and the call.
CODING_FORMATS <- c("dedoose", "atlasti", "maxqda", "nvivo", "comments",
                    "webanno", "doccano", "label-studio", "table")

coding_reader <- function(format) {
  switch(format,
    dedoose = read_dedoose_codings, atlasti = read_atlasti_codings,
    maxqda = read_maxqda_codings, nvivo = read_nvivo_codings,
    comments = read_comment_codings, webanno = read_webanno_codings,
    doccano = read_doccano_codings, "label-studio" = read_studio_codings,
    table = read_table_codings
  )
}

# What is to be placed: one row per code of a quote. `row` is its number in
# the file; `start` and `end` what the file says (code points, from 1), `near`
# where to look where it says less; `trusted` that its place holds, whatever its
# words.
quote_rows <- function(row = integer(), document = NA_character_,
                        quote = NA_character_, code = NA_character_,
                        coder = NA_character_, start = NA_integer_,
                        end = NA_integer_, near = NA_integer_,
                        weight = NA_real_, memo = NA_character_,
                        round = NA_integer_, problem = NA_character_) {
  column <- function(x) rep_len(x, length(row))
  data.frame(row = row, document = column(document), quote = column(quote),
             code = column(code), coder = column(coder),
             start = column(start), end = column(end), near = column(near),
             weight = column(weight), memo = column(memo),
             round = column(round), problem = column(problem),
             stringsAsFactors = FALSE)
}

# The last part of a path of codes, and the code of a label, where they are
# what the codebook has.
resolve_codes <- function(code, codebook) {
  code <- trim(code)
  if (is.null(codebook)) {
    return(code)
  }
  leaf <- trim(sub("^.*(?: > |\\\\|>>)", "", code, perl = TRUE))
  labelled <- codebook$code[match(leaf, codebook$label)]
  known <- code %in% codebook$code
  ifelse(known, code, ifelse(leaf %in% codebook$code, leaf,
                             ifelse(is.na(labelled), code, labelled)))
}

plain_name <- function(x) {
  x <- sub("^.*[/\\\\]", "", trim(x))
  trim(tolower(sub("\\.(docx?|txt|md|rtf|odt|pdf|html?|vtt|srt|csv)$", "", x,
                   ignore.case = TRUE)))
}

# Which transcript each document of a file is.
match_documents <- function(document, transcripts) {
  known <- transcripts$documents
  if (nrow(known) == 1 && length(unique(document)) == 1) {
    return(rep(known$transcript, length(document)))
  }
  at <- match(document, known$transcript)
  for (names in list(known$transcript, known$source)) {
    lost <- is.na(at)
    at[lost] <- match(plain_name(document[lost]), plain_name(names),
                      incomparables = NA)
  }
  known$transcript[at]
}

place_quotes <- function(rows, transcripts, file, call) {
  rows$transcript <- match_documents(rows$document, transcripts)
  rows$problem <- note_problem(rows$problem, is.na(rows$transcript), sprintf(
    "there is no transcript \"%s\"", rows$document))
  rows$problem <- note_problem(rows$problem, !nzchar(rows$code) %in% TRUE |
                                 is.na(rows$code), "no code")
  lost <- is.na(rows$transcript) | is.na(rows$code) | !nzchar(rows$code)
  rows$done <- ifelse(lost, "left out", NA_character_)
  texts <- transcripts$documents
  coded <- which(texts$transcript %in% rows$transcript)
  bar <- progress_bar("Placing codings", length(coded))
  on.exit(bar$end())
  for (i in coded) {
    if (!is.null(bar$step)) bar$step(match(i, coded) - 1, length(coded))
    here <- which(rows$transcript %in% texts$transcript[i] & !lost)
    rows[here, ] <- place_here(rows[here, ], texts$text[i])
  }
  place_codings(rows, transcripts, file, call)
}

# Rows of one transcript with their places, in the order of the file. Codes of
# one row of the file stand in one place.
place_here <- function(rows, text) {
  size <- nchar(text, "chars")
  first <- !duplicated(rows$row)
  mark <- rows[first, ]
  named <- !is.na(mark$quote)
  near <- ifelse(is.na(mark$start), mark$near, mark$start)
  found <- anchor_quotes(text, mark$quote, near)
  problem <- anchor_problem(found, near)
  placed <- !named & !is.na(mark$start) & !is.na(mark$end) &
    mark$start >= 1 & mark$start <= mark$end & mark$end <= size
  found[placed, c("start", "end")] <- mark[placed, c("start", "end")]
  problem[placed] <- NA
  moved <- named & !is.na(mark$start) & found$start != mark$start
  problem <- note_problem(problem, moved %in% TRUE, sprintf(
    "the file has it at character %s", mark$start))
  problem <- note_problem(problem, !named & !placed,
                          "neither words nor a place in the transcript")
  problem[named & is.na(found$start)] <- "the words are not in the transcript"
  done <- ifelse(is.na(found$start), "left out", ifelse(moved, "moved", NA))
  all <- match(rows$row, mark$row)
  rows$problem <- ifelse(is.na(problem[all]), rows$problem, problem[all])
  rows$done <- done[all]
  rows$start <- found$start[all]
  rows$end <- found$end[all]
  rows
}

place_codings <- function(rows, transcripts, file, call) {
  told <- rows[!is.na(rows$problem), ]
  problems <- place_problem_table(
    told$transcript, told$row, told$code, told$coder,
    ifelse(told$done %in% "left out", NA_integer_, told$start),
    ifelse(told$done %in% "left out", NA_integer_, told$end), told$quote,
    told$problem, told$done
  )
  kept <- rows[!rows$done %in% "left out", ]
  if (!nrow(kept)) {
    abort("codings", c(
      sprintf("None of the %s of \"%s\" could be placed.",
              format_count(nrow(rows), "coding"), file),
      x = if (nrow(told)) sprintf("The first: %s.", told$problem[1])),
      file = file, problems = problems, call = call)
  }
  out <- codings(kept[c("transcript", "start", "end", "code", "coder",
                        "round", "weight", "memo")], transcripts)
  with_places(out, problems)
}

# Codings with what there is to tell of their places.
with_places <- function(codings, problems) {
  rownames(problems) <- NULL
  if (nrow(problems)) attr(codings, "place_problems") <- problems
  codings
}

#' @export
problems.codings <- function(x, ...) {
  check_no_dots(...)
  attr(x, "place_problems") %||% place_problem_table()
}

# ---- what a file is ----

# The file as its reader wants it: `path`, `format` and, where it is one, the
# table as `data` or the text as `lines`.
coding_source <- function(file, format, encoding, call) {
  if (!file.exists(file) || dir.exists(file)) {
    file_error(file, "there is no such file", call = call)
  }
  ending <- tolower(tools_ending(file))
  source <- list(path = file, ending = ending, encoding = encoding)
  if (ending == "docx") {
    source$lines <- docx_text_lines(file, call)
  } else if (ending == "pdf") {
    source$lines <- character()
  } else if (ending %in% c("json", "jsonl")) {
    source$text <- read_text_file(file, encoding = encoding, call = call)$text
  } else if (ending == "xlsx") {
    source$data <- read_xlsx_file(file, call)$data
  } else {
    source$lines <- strsplit(
      read_text_file(file, encoding = encoding, call = call)$text, "\n",
      fixed = TRUE)[[1]]
    if (ending %in% c("csv", "tsv") && !is_webanno(source$lines)) {
      source$data <- parse_table(paste(source$lines, collapse = "\n"), file,
                                 call)
    }
  }
  source$format <- format %||% guess_coding_format(source, call)
  source
}

guess_coding_format <- function(source, call) {
  if (!is.null(source$data)) {
    return(table_format(source$data))
  }
  if (is_webanno(source$lines)) {
    return("webanno")
  }
  if (any(grepl(NVIVO_HEAD, source$lines, perl = TRUE))) {
    return("nvivo")
  }
  known <- c(docx = "comments", pdf = "maxqda", jsonl = "doccano",
             json = "label-studio")
  if (source$ending %in% names(known)) {
    return(known[[source$ending]])
  }
  file_error(source$path, "the file is no export of codings that is known",
             hint = sprintf("Say what it is: `format =` one of %s.",
                            quoted(CODING_FORMATS)), call = call)
}
