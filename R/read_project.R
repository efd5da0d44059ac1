#' Read a project of another program
#'
#' Takes over what was done elsewhere: transcripts, participants with their
#' attributes, codebook, codings with their coders, memos and sets. The places
#' of codings are checked against the texts, and nothing is dropped in silence:
#' what has no place here is listed, and so is every coding that had to be moved
#' or could not be placed.
#'
#' @param path Path of the project: a file, or the folder in which it is.
#' @param format `NULL`, to look at the file, or one of the formats below.
#' @param dialect How the file counts places, where it leaves that open: `NULL`,
#'   to infer it from the texts. See *Places*.
#' @param project Where a file holds several projects, the name (or number) of
#'   the one that is wanted.
#' @return An object of class `imported_project`: a list of `transcripts`,
#'   `codebook`, `codings` ([transcripts()], [codebook()], [codings()]), `memos`
#'   (a data frame: `on`, what kind of thing the memo is about, its `name`,
#'   `text`, `author`, `date`), `sets` (a data frame: `set`, the `kind` of its
#'   members, `"code"`, `"transcript"` or `"note"`, and `member`),
#'   `left` (what has no place here: `what`, how many, `where`) and `source`
#'   (`path`, `format`, `origin`). [problems()] lists what had to be mended.
#' @section Places:
#' Programs count places in a text differently (see [offset_dialect()]). For
#' each transcript the ways are held against the text: the words that the file
#' repeats must stand at the place, and ends should not cut words. What the
#' program is known to do stands unless the text speaks against it;
#' `source$dialects` shows what was chosen, its score (0 to 1), and the next
#' best. Where nothing can be told, `intercoder_error_dialect` shows one place
#' both ways: give `dialect`. Codings that still do not stand at their words are
#' moved to where these are nearest.
#' @section Exchange format and tables:
#' * `"qdpx"`: REFI-QDA 1.0 (2019), a `.qdpx` or the bare `.qde`, from NVivo,
#'   MAXQDA, ATLAS.ti, QualCoder and others. Users are coders; cases and their
#'   variables participants and attributes; texts are those of text, PDF, sound
#'   and film sources. A text that is not in the archive is looked for beside it
#'   (`relative://`); codings of texts that are missing are left out and listed.
#'   A title of a coded selection that is not its words goes into the memo.
#'   Pictures, links, graphs and selections of pages or times are left.
#' * `"csv"`: a folder that [write_project()] or [project_export()] made.
#'   Codings follow their words if a text was edited.
#' @section Formats in SQLite:
#' These files are read as strangers: see [read_foreign_table()].
#' * `"qualcoder"`: the folder (`.qda`) of QualCoder or the `data.qda` in it, of
#'   any version up to 17. Categories and codes form the tree, owners are the
#'   coders.
#' * `"rqda"`: `.rqda`. What was deleted stays deleted. A code in several
#'   categories stands under the first, the others become sets; the second
#'   coding is `round` 2.
#' * `"taguette"`: `.sqlite3`. The text is what stands between the tags of the
#'   HTML, with a line end where only a tag parts two blocks. A coder is who
#'   first gave the tag, as the log of commands tells (needs the package
#'   jsonlite). Tag `a.b` stands under `a` where there is such a tag.
#' * `"requal"`: `.requal`. Segments without a code become memos of a place.
#'
#' Tables and columns that are not read, also those of versions yet to come, are
#' counted in `left`. Codings of pictures, sound and film are among them.
#'
#' Attributes of cases belong to their participants, and so do attributes of
#' transcripts where all transcripts of a participant agree on them.
#' @section Cases and memos:
#' A case becomes the participant of the transcripts that are its alone. Where
#' cases are given parts of a transcript, each turn is of the case that has more
#' than half of it; a single case with a part that is no turn gets the whole
#' transcript, and `left` says so. Cases that share a whole transcript become
#' sets of transcripts.
#'
#' Memos are `on` the `"project"`, a `"transcript"`, `"code"`, `"participant"`,
#' `"attribute"` or `"set"`, on a `"place"` (its `name` is the transcript with
#' first and last character), or a `"note"` that stands for itself, such as a
#' journal entry.
#' @section Formats in plain text:
#' The marks leave the text; what they mark is placed in what remains.
#' * `"rock"`: a `.rock` file or a folder of them (Reproducible Open Coding
#'   Kit). The codings of a line are of the whole line. Of a code path `a>b` the
#'   last is applied; a code that stands under several keeps its parent in its
#'   name. `[[code||value]]` gives a `weight`, or a `memo` if it is no number.
#'   `[[coderId=]]` and `[[cid=]]` hold until the next; section breaks and cases
#'   part the turns. Attributes and codes of YAML fragments are taken over
#'   (needs the package yaml).
#' * `"qcoder"`: a `.txt` or `.md` file, or a folder of them, with
#'   `(QCODE)words(/QCODE){#code}`, also nested.
#'
#' Where no coder is told, the coder is `"unknown"`.
#' @section Errors: `intercoder_error_file` for a file that is absent, damaged
#'   or no project; `intercoder_error_dialect` where nothing tells how places
#'   are counted, with one coding shown both ways; `intercoder_error_limit` for
#'   archives that unpack to absurd sizes.
#' @seealso [problems()], [project_write()] to keep it.
#' @examples
#' x <- transcripts(data.frame(transcript = "A", text = "P: It saves time."))
#' done <- codings(data.frame(transcript = "A", start = 7, end = 16,
#'                            code = "time", coder = "Ada"), x)
#' file <- tempfile(fileext = ".qdpx")
#' write_project(x, file, codings = done)
#' study <- read_project(file)
#' study
#' study$codings
#' problems(study)
#' @export
read_project <- function(path, format = NULL, dialect = NULL,
                         project = NULL) {
  check_string(path)
  check_string(format, null = TRUE)
  format <- project_format(path, format)
  read <- project_formats()[[format]]$read
  if (is.null(project)) {
    return(read(path, dialect))
  }
  if (!"project" %in% names(formals(read))) {
    arg_error("project", sprintf("NULL: \"%s\" holds one project", path),
              describe_value(project), caller_env(0))
  }
  read(path, dialect, project)
}

# Formats by name, in the order in which they are tried: `is(path)` recognises
# one, `read(path, dialect)` gives an imported_project.
project_formats <- function() {
  list(
    qdpx = list(is = is_qdpx, read = read_qdpx),
    csv = list(is = is_tables, read = read_tables),
    qualcoder = list(is = is_qualcoder, read = read_qualcoder),
    rqda = list(is = is_rqda, read = read_rqda),
    taguette = list(is = is_taguette, read = read_taguette),
    requal = list(is = is_requal, read = read_requal),
    rock = list(is = is_rock, read = read_rock),
    qcoder = list(is = is_qcoder, read = read_qcoder)
  )
}

project_format <- function(path, format, call = caller_env()) {
  if (!file.exists(path)) {
    abort("file", sprintf("There is no file or folder \"%s\".", path),
          path = path, call = call)
  }
  known <- project_formats()
  if (!is.null(format)) {
    return(check_choice(format, names(known), call = call))
  }
  for (name in names(known)) {
    if (known[[name]]$is(path)) {
      return(name)
    }
  }
  abort("file", c(
    sprintf("\"%s\" is no project that can be read.", path),
    i = sprintf("Known are: %s.", quoted(names(known)))
  ), path = path, call = call)
}

memo_table <- function(on = character(), name = character(),
                       text = character(), author = character(),
                       date = character()) {
  data.frame(on = on, name = name, text = text, author = author, date = date,
             stringsAsFactors = FALSE)
}

# Of `text` that many; the rest is repeated.
memos_about <- function(on, name, text, author = NA, date = NA) {
  fill <- function(x) rep_len(as.character(x), length(text))
  memo_table(fill(on), fill(name), text, fill(author), fill(date))
}

set_table <- function(set = character(), kind = character(),
                      member = character()) {
  data.frame(set = set, kind = kind, member = member,
             stringsAsFactors = FALSE)
}

left_table <- function(what = character(), count = integer(),
                       where = character()) {
  data.frame(what = what, count = count, where = where,
             stringsAsFactors = FALSE)
}

# What was not as it should be. `row` is the number of the coding in the file;
# `done` says what became of it: "moved", "left out", or NA where it stands as
# it is and is doubtful.
place_problem_table <- function(transcript = character(), row = integer(),
                                code = character(), coder = character(),
                                start = integer(), end = integer(),
                                quote = character(), problem = character(),
                                done = character()) {
  data.frame(transcript = transcript, row = row, code = code, coder = coder,
             start = start, end = end, quote = quote, problem = problem,
             done = done, stringsAsFactors = FALSE)
}

new_imported_project <- function(transcripts, codebook, codings, source,
                                 memos = memo_table(), sets = set_table(),
                                 left = left_table(),
                                 problems = place_problem_table()) {
  structure(
    list(transcripts = transcripts, codebook = codebook, codings = codings,
         memos = memos, sets = sets, left = left, source = source),
    problems = problems, class = "imported_project"
  )
}

#' What had to be mended
#'
#' Codings of another program that were moved to their words, left out, or are
#' doubtful. To be read before anything is counted.
#'
#' @param x What was read: an imported project ([read_project()]) or
#'   [codings()] read from a table.
#' @param ... Not used.
#' @return A data frame with a row for each coding that could not be taken as it
#'   was: `transcript`, `row` (its number in the file), `code`, `coder`, `start`
#'   and `end` (characters, from 1, inclusive; `NA` where it was left out),
#'   `quote` (the words that the file gives), `problem` and what was `done`
#'   (`"moved"`, `"left out"` or `NA`: it stands as it was).
#' @section Errors: `intercoder_error_argument` where `x` is neither.
#' @examples
#' file <- tempfile(fileext = ".csv")
#' writeLines(c("Document name,Segment,Code,Author",
#'              "A,saves time,time,Ada", "A,costs money,cost,Ada"), file)
#' talk <- transcripts(data.frame(transcript = "A", text = "P: It saves time."))
#' problems(read_codings(file, talk))
#' @export
problems <- function(x, ...) UseMethod("problems")

#' @export
problems.default <- function(x, ...) {
  arg_error("x", "an imported project or codings", describe_value(x),
            caller_env(0))
}

#' @export
problems.imported_project <- function(x, ...) {
  check_no_dots(...)
  attr(x, "problems")
}

#' @export
print.imported_project <- function(x, ...) {
  cat(format(x, ...), sep = "\n")
  invisible(x)
}

#' @export
format.imported_project <- function(x, ...) {
  found <- attr(x, "problems")
  c(
    sprintf("<imported project> %s (%s)", x$source$path, x$source$format),
    sprintf("  %s, %s, %s by %s",
            format_count(length(x$transcripts), "transcript"),
            format_count(nrow(x$codebook), "code"),
            format_count(nrow(x$codings), "coding"),
            format_count(length(unique(x$codings$coder)), "coder")),
    if (nrow(x$memos)) sprintf("  %s", format_count(nrow(x$memos), "memo")),
    if (nrow(found)) {
      sprintf("  %s: see problems()", format_count(nrow(found), "problem"))
    },
    if (nrow(x$left)) {
      count <- rowsum(x$left$count, x$left$what, reorder = FALSE)
      sprintf("  Without a place here: %s",
              paste(format_whole(count), rownames(count), collapse = ", "))
    }
  )
}
