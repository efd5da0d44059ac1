# Bound in inst/rstudio/addins.dcf: shows the codings of the workspace.
addin_browse_codings <- function() {
  need_package("rstudioapi", "The addin \"Browse codings\"")
  browse_workspace(globalenv())
}

browse_workspace <- function(env, call = caller_env()) {
  found <- lapply(
    stats::setNames(nm = c("transcripts", "codings", "codebook", "units",
                           "coding_plan")),
    function(class) workspace_object(class, env, call)
  )
  for (class in c("transcripts", "codings")) {
    if (is.null(found[[class]])) {
      abort("addin", c(
        sprintf("There are no %s in the workspace.", class),
        i = paste("\"Browse codings\" shows objects made by transcripts()",
                  "and codings().")
      ), call = call)
    }
  }
  found$units <- found$units %||% units(found$transcripts)
  view_codings(found$transcripts, found$codings, found$codebook,
               units = found$units, plan = found$coding_plan, open = TRUE)
}

# The one object of a class in the workspace, NULL where there is none; of
# several, the one that the user names.
workspace_object <- function(class, env, call) {
  names <- Filter(function(name) inherits(env[[name]], class), ls(env))
  if (length(names) > 1) {
    ask <- getExportedValue("rstudioapi", "showPrompt")
    names <- ask("Browse codings",
                 sprintf("Which %s? (%s)", class, toString(names)), names[1])
    if (is.null(names) || !inherits(env[[names]], class)) {
      abort("addin", sprintf("No %s were chosen.", class), call = call)
    }
  }
  if (length(names)) env[[names]]
}
