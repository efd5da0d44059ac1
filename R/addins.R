# Bound in inst/rstudio/addins.dcf: what RStudio's menu Addins offers.

addin_browse_codings <- function() {
  rstudio("showPrompt", "Browse codings")
  browse_workspace(globalenv())
}

addin_browse_disagreements <- function() {
  rstudio("showPrompt", "Browse disagreements")
  browse_workspace(globalenv(), "disagreements")
}

addin_insert_methods_text <- function() insert_methods_text(globalenv())

addin_new_codebook <- function() begin_codebook()

# A function of rstudioapi, which is there wherever RStudio is. Functions below
# take it as `ide`, so that another may stand in for it.
rstudio <- function(name, addin, call = caller_env()) {
  need_package("rstudioapi", sprintf("The addin \"%s\"", addin), call)
  getExportedValue("rstudioapi", name)
}

browse_workspace <- function(env, show = "all", call = caller_env()) {
  title <- if (show == "all") "Browse codings" else "Browse disagreements"
  found <- lapply(
    stats::setNames(nm = c("transcripts", "codings", "codebook", "units",
                           "coding_plan")),
    function(class) workspace_object(class, env, title, call)
  )
  for (class in c("transcripts", "codings")) {
    if (is.null(found[[class]])) {
      abort("addin", c(
        sprintf("There are no %s in the workspace.", class),
        i = sprintf("\"%s\" shows objects made by transcripts() and codings().",
                    title)
      ), call = call)
    }
  }
  found$units <- found$units %||% units(found$transcripts)
  view_codings(found$transcripts, found$codings, found$codebook,
               units = found$units, plan = found$coding_plan, show = show,
               open = TRUE)
}

# The one object of a class in the workspace, NULL where there is none; of
# several, the one that the user names.
workspace_object <- function(class, env, title, call, ide = rstudio) {
  names <- Filter(function(name) inherits(env[[name]], class), ls(env))
  if (length(names) > 1) {
    names <- ide("showPrompt", title, call)(
      title, sprintf("Which %s? (%s)", class, toString(names)), names[1])
    if (is.null(names) || !inherits(env[[names]], class)) {
      abort("addin", sprintf("No %s were chosen.", class), call = call)
    }
  }
  if (length(names)) env[[names]]
}

# The methods_text() of the facts in the workspace, or of what they are made of.
insert_methods_text <- function(env, ide = rstudio, call = caller_env()) {
  title <- "Insert methods text"
  insert <- ide("insertText", title, call)
  facts <- workspace_object("study_facts", env, title, call, ide) %||%
    workspace_facts(env, title, call, ide)
  kinds <- names(APPROACH_TEXT)
  approach <- ide("showPrompt", title, call)(
    title, sprintf("Which approach? (%s)", toString(kinds)), kinds[1])
  if (is.null(approach)) {
    return(invisible())
  }
  insert(text = format(methods_text(facts, approach)))
}

workspace_facts <- function(env, title, call, ide) {
  classes <- FACT_CLASSES[setdiff(names(FACT_CLASSES), "consensus")]
  found <- lapply(classes, workspace_object, env, title, call, ide)
  if (all(vapply(found, is.null, NA))) {
    abort("addin", c(
      "There is nothing in the workspace to write of.",
      i = "Make transcripts(), a codebook(), codings() ... or study_facts()."
    ), call = call)
  }
  do.call(study_facts, found)
}

# A codebook to start from: every column, and a theme of two codes.
begin_codebook <- function(ide = rstudio, call = caller_env()) {
  title <- "New codebook"
  file <- ide("selectFile", title, call)(
    caption = title, label = "Create", path = "codebook.csv", existing = FALSE)
  if (is.null(file)) {
    return(invisible())
  }
  write_codebook_start(file, call)
  ide("navigateToFile", title, call)(file)
}

write_codebook_start <- function(file, call = caller_env()) {
  if (!tolower(tools_ending(file)) %in% c("csv", "yaml", "yml")) {
    arg_error("file", "a file ending in .csv or .yaml", describe_value(file),
              call)
  }
  path <- full_path(file, call)
  refuse_existing(path, call)
  write_codebook(codebook(CODEBOOK_START), path)
  if (tolower(tools_ending(file)) != "csv") {
    notes <- sprintf("# %s: %s", names(CODEBOOK_NOTES), CODEBOOK_NOTES)
    lines <- readLines(path, encoding = "UTF-8")
    write_bytes(paste0(c(notes, "", lines, ""), collapse = "\n"), path, call)
  }
  invisible(path)
}

CODEBOOK_START <- data.frame(
  code = c("rel_trust", "rel_time"), theme = "Doctor-patient relationship",
  label = c("Patient trust", "Time with patients"),
  definition = c("The patient's trust in clinician, service or tool.",
                 "Minutes gained, lost or wanted in contact with patients."),
  include = c("Confidence, reassurance, being believed.",
              "Longer or shorter appointments."),
  exclude = c("The clinician's own reliance on the output.",
              "Tasks taken away without a word on patients."),
  example = c("My patients trust what I tell them.",
              "I get ten more minutes with each patient."),
  near_miss = c("We are a hospital trust.", "It takes time to install."),
  rule = c("trust* UNLESS BEFORE/1 hospital", "minute* NEAR/6 patient*")
)

CODEBOOK_NOTES <- c(
  code = "short name, used in codings and tables",
  theme = "the theme (or parent code) that it belongs to",
  label = "its name in words",
  definition = "what it means",
  include = "what it takes in",
  exclude = "what it leaves out, and which code takes that",
  example = "a typical passage; several are parted by |",
  near_miss = "a passage that looks like it and is not",
  rule = "words by which it is found (see ?`codebook-rules`); may be empty"
)
