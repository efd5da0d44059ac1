#' Write a project for another program
#'
#' Hands over transcripts, participants, codebook, codings and memos: in the
#' exchange format REFI-QDA, which NVivo, MAXQDA, ATLAS.ti, QualCoder and others
#' read, as a project of QualCoder, or as a folder of plain tables.
#'
#' @param x What is handed over: what [read_project()] gave, a [project()], or
#'   [transcripts()] with their participants.
#' @param path Path of the file (`.qdpx`) or folder (QualCoder, tables) to make.
#'   A file is replaced; a folder must not exist yet.
#' @param format `"qdpx"`, `"qualcoder"` or `"csv"` (tables). By default the
#'   ending decides: `.qdpx`, `.qda`, else tables.
#' @param codebook,codings For transcripts: the [codebook()] and [codings()]
#'   that go with them, or `NULL`. Without a codebook the codes are those of the
#'   codings.
#' @param memos A data frame like that of [read_project()]: `on`, `name`,
#'   `text`, `author`, `date`. `NULL`: those of `x`.
#' @param dialect How places are counted in `.qdpx`: see [offset_dialect()]. The
#'   default is the standard.
#' @param portable Whether to warn of coded transcripts in which programs count
#'   differently (`intercoder_warning_portable`). They hold characters beyond
#'   the Basic Multilingual Plane, such as emoji, which are two to those that
#'   count in UTF-16.
#' @return `path`, invisibly.
#' @section What is kept:
#' The same input gives the same bytes, at any time. What was written and is
#' read again is what it was, and written once more gives the same file: texts,
#' participants with attributes, codes with all columns of a codebook, codings
#' with coder, memo, round, weight and date, memos and sets. Factors come back
#' as text. What the format has no place for is left, and a warning
#' (`intercoder_warning_left`) says what and how many, as `left` of
#' [read_project()] does. That are, for `.qdpx` and QualCoder, other columns of
#' codings, roles of speakers and sections (speakers are found in the text
#' again), for `.qdpx` who wrote memos of participants, attributes and sets;
#' of a [project()] its log and earlier versions of the codebook, of
#' which tables are made by [project_export()].
#'
#' `.qdpx` holds text files in UTF-8 with line feeds and without a byte order
#' mark unless `dialect` says otherwise. Programs want a date on everything:
#' what has none is of the beginning of 1970. The coding plan becomes a set of
#' transcripts for each coder, named `Coding plan: ` and the coder.
#'
#' `"qualcoder"` (needs the packages DBI and RSQLite) makes a project of
#' QualCoder's database version 17. Themes become categories; label, include,
#' exclude, example and rule of a code stand in its memo, round and weight of a
#' coding in its. Attributes come back as numbers or text. QualCoder has no sets
#' and no plan. It keeps one memo of each thing, so several become one. A code
#' that one coder gave a place in two rounds is kept once, with a warning.
#'
#' In tables, cells of text that a spreadsheet would take for a formula get an
#' apostrophe in front, which [read_project()] takes away again.
#' @section Errors:
#' `intercoder_error_codings` for codings that do not fit the transcripts or
#' have a code that is not in the codebook; `intercoder_error_exists` for a
#' folder that is there.
#' @seealso [read_project()], [project_export()]
#' @examples
#' x <- transcripts(data.frame(transcript = "C01", text = "P: It saves time."))
#' done <- codings(data.frame(transcript = "C01", start = 13, end = 16,
#'                            code = "time", coder = "Ada"), x)
#' file <- tempfile(fileext = ".qdpx")
#' write_project(x, file, codings = done)
#' read_project(file)
#' @export
write_project <- function(x, path, format = NULL, codebook = NULL,
                          codings = NULL, memos = NULL, dialect = "refi",
                          portable = TRUE) {
  check_string(path)
  check_flag(portable)
  dialect <- check_dialect(dialect, null = FALSE)
  ending <- tolower(tools_ending(path))
  format <- check_choice(
    format %||% switch(ending, qdpx = "qdpx", qda = "qualcoder", "csv"),
    c("qdpx", "qualcoder", "csv"))
  x <- handed_over(x, codebook, codings, memos)
  path <- full_path(path)
  if (format != "csv") x$memos <- settled_memos(x, format)
  warn_left(rbind(x$left, unwritten(x, format)))
  if (portable && format == "qdpx") warn_unportable(x)
  switch(format,
    qdpx = write_file_bytes(qdpx_bytes(x, dialect), path),
    qualcoder = write_folder(path, function(to) write_qualcoder(x, to)),
    csv = write_folder(path, function(to) write_tables(x, to)))
  invisible(path)
}

# A list like an imported project, checked.
handed_over <- function(x, codebook, codings, memos, call = caller_env()) {
  if (inherits(x, "project")) {
    x <- project_contents(x)
  } else if (inherits(x, "transcripts")) {
    x <- list(transcripts = x)
  } else if (!inherits(x, "imported_project")) {
    arg_error("x", "an imported project, a project() or transcripts()",
              describe_value(x), call)
  }
  codings <- codings %||% x$codings
  if (!is.null(codings)) codings <- codings(codings, x$transcripts)
  book <- codebook %||% x$codebook
  if (is.null(book)) {
    book <- codebook(data.frame(code = unique(as.character(codings$code))))
  }
  check_class(book, "codebook", "codebook()", arg = "codebook", call = call)
  problems <- note_problem(
    no_problems(NROW(codings)), !codings$code %in% book$code,
    sprintf("code \"%s\" is not in the codebook", codings$code))
  refuse_codings(problems, call)
  memos <- memos %||% x$memos %||% memo_table()
  check_columns(memos, names(memo_table()), call = call)
  list(transcripts = x$transcripts, codebook = book, codings = codings,
       memos = memos, sets = x$sets %||% set_table(), plan = x$plan,
       left = x$unwritten %||% left_table(),
       name = x$source$name %||% "project")
}

project_contents <- function(x) {
  read <- function(what) {
    tryCatch(project_read(x, what), intercoder_error_absent = function(e) NULL)
  }
  log <- project_log(x)
  counts <- c("entries of the log" = nrow(log),
              "earlier versions of the codebook" =
                length(unique(stats::na.omit(log$codebook))) - 1)
  list(transcripts = project_read(x, "transcripts"),
       codebook = read("codebook"), codings = read("codings"),
       plan = read("plan"), unwritten = left_rows(counts, "project"))
}

# What a format has no place for.
unwritten <- function(x, format) {
  if (format == "csv") return(left_table())
  known <- c(coding_columns, coding_extras, "date",
             if (format == "qualcoder") "important")
  counts <- c(
    unused_columns(x$codings, known, "codings"),
    unused_columns(x$codebook, c("code", "theme", "label", "definition", "guid",
                                 "color", QDC_OWN_KEYS), "codes"),
    unused_columns(x$transcripts$turns, TURN_COLUMNS, "turns"),
    if (format == "qualcoder") {
      c("members of sets" = nrow(x$sets), "rows of the coding plan" =
          NROW(x$plan))
    } else {
      c("dates of codings that are none" = sum(
        is.na(iso_time(x$codings$date)) & !is.na(x$codings$date)),
        "authors and dates of memos of participants, attributes and sets" =
          sum(x$memos$on %in% c("participant", "attribute", "set") &
                !(is.na(x$memos$author) & is.na(x$memos$date))))
    }
  )
  left_rows(counts, format)
}

unused_columns <- function(data, known, of) {
  columns <- setdiff(names(data), known)
  counts <- vapply(columns, function(column) sum(!is.na(data[[column]])), 1L)
  stats::setNames(counts, if (length(columns)) {
    sprintf("values of column %s of %s", columns, of)
  })
}

warn_left <- function(left) {
  if (!nrow(left)) return(invisible())
  warn("left", c(
    "Not all has a place in the format:",
    stats::setNames(sprintf("%s %s", format_whole(left$count), left$what),
                    rep("x", nrow(left))),
    i = "A folder of tables holds most, project_export() all of a project."
  ), left = left)
}

# Memos of what is not there, or of what the format has no memos of, are notes.
settled_memos <- function(x, format) {
  memos <- x$memos
  things <- list(
    project = memos$name, note = memos$name,
    transcript = x$transcripts$documents$transcript, code = x$codebook$code,
    participant = x$transcripts$participants$participant,
    attribute = attribute_names(x$transcripts$participants),
    set = if (format == "qdpx") x$sets$set, place = memo_places(x)$about
  )
  whole <- memos$on == "place" & memos$name %in% things$transcript
  memos$on[whole] <- "transcript"
  home <- logical(nrow(memos))
  for (kind in names(things)) {
    home <- home | memos$on == kind & memos$name %in% things[[kind]]
  }
  memos$on[!home] <- "note"
  memos
}

# Places that memos are about.
memo_places <- function(x) {
  name <- unique(x$memos$name[x$memos$on == "place"])
  part <- regmatches(name, regexec("^(.*), ([0-9]+)-([0-9]+)$", name))
  part <- Filter(function(p) {
    p[2] %in% x$transcripts$documents$transcript
  }, part)
  field <- function(i) vapply(part, `[`, "", i)
  out <- data.frame(transcript = field(2), start = as.integer(field(3)),
                    end = as.integer(field(4)), about = field(1),
                    stringsAsFactors = FALSE)
  size <- nchar(value_of(out$transcript, x$transcripts$documents$transcript,
                         x$transcripts$documents$text), "chars")
  out[out$start >= 1 & out$start <= out$end & out$end <= size, ]
}

# Dates as XML has them; of QualCoder and RQDA made into such.
iso_time <- function(x) {
  x <- as.character(x)
  sound <- paste0("^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}",
                  "([.][0-9]+)?(Z|[-+][0-9]{2}:[0-9]{2})?$")
  out <- ifelse(grepl(sound, x), sub(" ", "T", x, fixed = TRUE), NA)
  spoken <- regmatches(x, regexec(paste0(
    "^[A-Z][a-z]{2} ([A-Z][a-z]{2}) +([0-9]{1,2}) ([0-9:]{8}) ([0-9]{4})$"), x))
  at <- which(lengths(spoken) == 5)
  part <- function(i) vapply(spoken[at], `[`, "", i)
  month <- match(part(2), month.abb)
  out[at] <- ifelse(is.na(month), NA, sprintf(
    "%s-%02d-%02dT%s", part(5), month, as.integer(part(3)), part(4)))
  as.character(out)
}

warn_unportable <- function(x) {
  documents <- x$transcripts$documents
  coded <- documents$transcript %in% x$codings$transcript
  astral <- coded & vapply(documents$text, function(text) {
    any(utf8ToInt(text) > 0xffffL)
  }, NA)
  if (any(astral)) {
    warn("portable", c(
      sprintf("Places in %s count differently in other programs: %s.",
              format_count(sum(astral), "transcript"),
              shorten_list(documents$transcript[astral], 5)),
      i = paste("They hold emoji or the like. `dialect =` writes for one",
                "program, such as \"nvivo\" or \"maxqda\".")
    ), transcripts = documents$transcript[astral])
  }
}

# A folder that appears when it is whole.
write_folder <- function(path, fill, call = caller_env()) {
  refuse_existing(path, call)
  partial <- tempfile(".export-", dirname(path))
  on.exit(unlink(partial, recursive = TRUE))
  make_folder(partial, call)
  fill(partial)
  if (!file.rename(partial, path)) refuse_writing(path, call)
}
