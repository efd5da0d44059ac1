REPORT_TEMPLATES <- c(study = "coded-interviews",
                      agreement = "agreement-report")

#' Begin a report
#'
#' Writes the source of a report that knits at once, to be read, changed and
#' knitted again: an R Markdown file, or a Quarto file, by the ending of its
#' name. Both are made of one template, which RStudio also offers under
#' New File > R Markdown > From Template.
#'
#' * `"study"`, from interviews to a manuscript: who took part, the codebook,
#'   codings and quotes, agreement between coders, comparison of groups, joint
#'   display, saturation, the text of the methods, the COREQ checklist.
#' * `"agreement"`: the coding plan, agreement code by code with intervals and a
#'   figure, pairs and coders, rounds, disagreements with their text, how they
#'   were settled, and what to change in the codebook.
#'
#' Both knit to HTML, Word and, where there is LaTeX, PDF. What they are about
#' stands in their parameters, most of them paths of files; where all are empty,
#' the simulated study of the package is reported. Whatever stands in
#' `options(intercoder.caption = )` begins the captions of all tables.
#'
#' @param file The file to write, ending in `.Rmd` or `.qmd`. One that is there
#'   is never written over.
#' @param template `"study"` or `"agreement"`.
#' @param ... Parameters of the report by their names, each one string, such as
#'   `transcripts = "my-folder"`. They are written into its header.
#' @return `file`, invisibly.
#' @section Errors: `intercoder_error_argument` for another ending or a
#'   parameter that the template does not have; `intercoder_error_store` where
#'   the file is there already or cannot be written.
#' @seealso [read_study()] for what is looked for in a folder.
#' @examples
#' file <- tempfile(fileext = ".qmd")
#' draft_report(file, "agreement", approach = "codebook")
#' writeLines(readLines(file, n = 30))
#' @export
draft_report <- function(file, template = c("study", "agreement"), ...) {
  check_string(file)
  template <- check_choice(template, names(REPORT_TEMPLATES))
  kind <- tolower(tools_ending(file))
  if (!kind %in% c("rmd", "qmd")) {
    arg_error("file", "a file ending in .Rmd or .qmd", describe_value(file),
              caller_env(0))
  }
  lines <- readLines(system.file(
    "rmarkdown", "templates", REPORT_TEMPLATES[[template]], "skeleton",
    "skeleton.Rmd", package = "intercoder", mustWork = TRUE
  ), encoding = "UTF-8")
  lines <- fill_parameters(lines, list(...), caller_env(0))
  if (kind == "qmd") lines <- quarto_header(lines)
  path <- full_path(file)
  refuse_existing(path)
  write_bytes(paste0(c(enc2utf8(lines), ""), collapse = "\n"), path)
  invisible(file)
}

fill_parameters <- function(lines, values, call) {
  known <- sub("^  ([a-z]+): \".*", "\\1", grep("^  [a-z]+: \"", lines,
                                                value = TRUE))
  for (name in names(values) %||% rep("", length(values))) {
    if (!name %in% known) {
      arg_error("...", sprintf("parameters of the report: %s", quoted(known)),
                if (nzchar(name)) quoted(name) else "without a name", call)
    }
    value <- values[[name]]
    check_string(value, name, call = call)
    value <- gsub("([\\\\\"])", "\\\\\\1", enc2utf8(value))
    at <- grep(sprintf("^  %s: \"", name), lines)[1]
    rest <- sub("^[^\"]*\"[^\"]*\"", "", lines[at])
    lines[at] <- sprintf("  %s: \"%s\"%s", name, value, rest)
  }
  lines
}

# The header of Quarto: formats by their names there, chunks that show no code.
quarto_header <- function(lines) {
  formats <- c(html_document = "html", word_document = "docx",
               pdf_document = "pdf")
  lines[match("output:", lines)] <- "format:"
  for (name in names(formats)) {
    lines <- sub(sprintf("^  %s:", name), sprintf("  %s:", formats[[name]]),
                 lines)
  }
  lines <- append(lines, "    embed-resources: true", match("  html:", lines))
  end <- match("---", lines[-1])
  append(lines, c("engine: knitr", "execute:", "  echo: false",
                  "  message: false"), end)
}
