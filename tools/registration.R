# registration.R [ROOT] : C entry points, registration tables and calls in R
# agree.
#   defined     every registered name is a function SEXP name(SEXP, ...) of its
#               r_<module>.c, and each such entry point is registered there
#   arity       the number in the table is the function's number of arguments
#   named       a routine is registered under its own name
#   joined      every table is in the list of init.c
#   called      every .Call(C_name, ...) names a registered routine and passes
#               as many arguments as it takes
#   used        every registered routine is called somewhere in R/
#   once        no two files of R/ give a name to different things: the later
#               file would win without a word
# registration.R --self-check : plants a fault against each and sees it found.
# Closes with "N passed, N failed". Needs nothing but R and a C compiler.

# A file of C after the preprocessor, without what it includes.
preprocessed <- function(file, root) {
  old <- setwd(file.path(root, "src"))
  on.exit(setwd(old))
  r <- file.path(R.home("bin"), "R")
  compiler <- system2(r, c("CMD", "config", "CC"), stdout = TRUE)
  flags <- system2(r, c("CMD", "config", "--cppflags"), stdout = TRUE)
  lines <- system(paste(compiler, "-E", flags, shQuote(file)), intern = TRUE)
  mark <- grepl("^# [0-9]+ \"", lines)
  origin <- sub("^# [0-9]+ \"([^\"]*)\".*$", "\\1", lines[mark])
  from <- c("", origin)[cumsum(mark) + 1]
  paste(lines[!mark & from == file], collapse = "\n")
}

matches <- function(pattern, text) {
  found <- regmatches(text, gregexpr(pattern, text, perl = TRUE))[[1]]
  parts <- regmatches(found, regexec(pattern, found, perl = TRUE))
  do.call(rbind, lapply(parts, function(p) p[-1]))
}

# Functions that give a SEXP and are not static: name and number of arguments.
entry_points <- function(text) {
  m <- matches("(static\\s+)?\\bSEXP\\s+(\\w+)\\s*\\(([^(){};]*)\\)\\s*\\{", text)
  if (is.null(m)) return(data.frame(name = character(), arity = integer()))
  m <- m[m[, 1] == "", , drop = FALSE]
  arguments <- trimws(m[, 3])
  arity <- lengths(strsplit(arguments, ",", fixed = TRUE))
  arity[arguments %in% c("", "void")] <- 0L
  data.frame(name = m[, 2], arity = arity)
}

table_rows <- function(text) {
  m <- matches(
    "\\{\\s*\"(\\w+)\"\\s*,\\s*\\(\\s*DL_FUNC\\s*\\)\\s*&?\\s*(\\w+)\\s*,\\s*(\\d+)\\s*\\}",
    text
  )
  if (is.null(m)) {
    return(data.frame(name = character(), fun = character(), arity = integer()))
  }
  data.frame(name = m[, 1], fun = m[, 2], arity = as.integer(m[, 3]))
}

# Every .Call() in a file of R: routine and number of arguments.
calls_in <- function(file) {
  found <- list()
  walk <- function(e) {
    if (is.call(e)) {
      if (identical(e[[1]], quote(.Call)) && length(e) > 1) {
        given <- setdiff(names(e), "")
        found[[length(found) + 1]] <<- data.frame(
          file = basename(file), routine = paste(deparse(e[[2]]), collapse = ""),
          arity = length(e) - 2L, plain = !length(setdiff(given, "PACKAGE"))
        )
      }
      for (part in as.list(e)) if (!missing(part)) walk(part)
    } else if (is.pairlist(e) || is.expression(e)) {
      for (part in as.list(e)) if (!missing(part)) walk(part)
    }
  }
  walk(parse(file, keep.source = FALSE, encoding = "UTF-8"))
  do.call(rbind, found)
}

# The names that a file of R gives at its top level.
names_given <- function(file) {
  given <- lapply(parse(file, keep.source = FALSE, encoding = "UTF-8"), function(e) {
    if (is.call(e) && identical(e[[1]], quote(`<-`)) && is.name(e[[2]])) {
      as.character(e[[2]])
    }
  })
  given <- unlist(given)
  if (length(given)) data.frame(file = basename(file), name = given)
}

# The faults of the source tree at `root`, one vector per rule.
faults <- function(root) {
  files <- list.files(file.path(root, "src"), "^r_.*[.]c$")
  text <- lapply(files, preprocessed, root)
  defined <- do.call(rbind, Map(function(file, text) {
    d <- entry_points(text)
    if (nrow(d)) cbind(file, d)
  }, files, text))
  rows <- do.call(rbind, Map(function(file, text) {
    d <- table_rows(text)
    if (nrow(d)) cbind(file, d)
  }, files, text))
  if (is.null(defined)) defined <- data.frame(file = "", name = "", arity = 0)[0, ]
  if (is.null(rows)) {
    rows <- data.frame(file = "", name = "", fun = "", arity = 0)[0, ]
  }
  sources <- list.files(file.path(root, "R"), "[.]R$", full.names = TRUE)
  calls <- do.call(rbind, lapply(sources, calls_in))
  if (is.null(calls)) {
    calls <- data.frame(file = "", routine = "", arity = 0, plain = TRUE)[0, ]
  }
  given <- do.call(rbind, lapply(sources, names_given))
  again <- unique(given$name[duplicated(given$name)])
  where <- vapply(again, function(name) {
    paste(given$file[given$name == name], collapse = " and ")
  }, "")

  # glue_* are what the files of glue share, not entry points
  defined <- defined[!startsWith(defined$name, "glue_"), ]

  at <- match(paste(rows$file, rows$fun), paste(defined$file, defined$name))
  tables <- sub("^r_(.*)[.]c$", "glue_\\1", files)
  init <- preprocessed("init.c", root)
  list_of_tables <- matches("modules\\s*\\[\\s*\\]\\s*=\\s*\\{([^}]*)\\}", init)
  joined <- trimws(strsplit(list_of_tables[1, 1], ",")[[1]])
  routines <- if (nrow(rows)) paste0("C_", rows$name) else character()
  known <- match(calls$routine, routines)

  list(
    defined = c(
      sprintf("%s registers %s, which it does not define", rows$file,
              rows$fun)[is.na(at)],
      sprintf("%s defines %s and does not register it", defined$file,
              defined$name)[!paste(defined$file, defined$name) %in%
                              paste(rows$file, rows$fun)],
      sprintf("%s is registered twice", unique(rows$name[duplicated(rows$name)]))
    ),
    arity = sprintf(
      "%s registers %s with %d arguments; it takes %d", rows$file, rows$fun,
      rows$arity, defined$arity[at]
    )[!is.na(at) & rows$arity != defined$arity[at]],
    named = sprintf("%s registers %s as \"%s\"", rows$file, rows$fun,
                    rows$name)[rows$fun != rows$name],
    joined = c(
      sprintf("init.c does not register %s", setdiff(tables, joined)),
      sprintf("init.c registers %s, which has no file", setdiff(joined, tables))
    ),
    called = c(
      sprintf("%s calls %s, which is not registered", calls$file,
              calls$routine)[is.na(known)],
      sprintf("%s calls %s with %d arguments; it takes %d", calls$file,
              calls$routine, calls$arity, rows$arity[known])[
                !is.na(known) & calls$arity != rows$arity[known]],
      sprintf("%s names arguments in its call of %s", calls$file,
              calls$routine)[!calls$plain]
    ),
    used = sprintf("%s registers %s, which nothing in R/ calls", rows$file,
                   rows$name)[!routines %in% calls$routine],
    once = sprintf("%s is defined in %s", again, where)
  )
}

passed <- failed <- 0
report <- function(ok, text, detail = character()) {
  cat(if (ok) "ok    " else "FAILED", "registration:", text, "\n")
  if (!ok) cat(paste0("  ", detail, "\n"), sep = "")
  if (ok) passed <<- passed + 1 else failed <<- failed + 1
}

# A small package that keeps every rule; each plant breaks one.
sound <- function(root) {
  dir.create(file.path(root, "src"), recursive = TRUE)
  dir.create(file.path(root, "R"))
  writeLines(c(
    "#include <Rinternals.h>", "#include <R_ext/Rdynload.h>",
    "#define ENTRY(name, n) {#name, (DL_FUNC) &name, n}",
    "SEXP a_one(SEXP x);", "SEXP a_two(SEXP x, SEXP y);",
    "static SEXP helper(SEXP x) { return x; }",
    "SEXP a_one(SEXP x)", "{", "  return helper(x); /* SEXP b(SEXP) { */", "}",
    "SEXP a_two(SEXP x,", "           SEXP y)", "{", "  return y;", "}",
    "const R_CallMethodDef glue_a[] = {",
    "  ENTRY(a_one, 1),", "  {\"a_two\", (DL_FUNC) &a_two, 2},",
    "  {NULL, NULL, 0}", "};"
  ), file.path(root, "src", "r_a.c"))
  writeLines(c(
    "#include <R_ext/Rdynload.h>", "extern const R_CallMethodDef glue_a[];",
    "static const R_CallMethodDef *const modules[] = {", "  glue_a", "};"
  ), file.path(root, "src", "init.c"))
  writeLines(c(
    "f <- function(x, y = .Call(C_a_one, x)) {",
    "  core_value(.Call(C_a_two, x[, 1], list(a = y)))", "}"
  ), file.path(root, "R", "a.R"))
}

plant <- function(rule, file, from, to) {
  root <- tempfile("registration")
  on.exit(unlink(root, recursive = TRUE))
  sound(root)
  path <- file.path(root, file)
  text <- paste(readLines(path), collapse = "\n")
  stopifnot(grepl(from, text, fixed = TRUE))
  writeLines(sub(from, to, text, fixed = TRUE), path)
  found <- names(Filter(length, faults(root)))
  report(rule %in% found, sprintf("finds %s (%s)", rule, gsub("\n", " ", to)),
         paste("found:", toString(found)))
}

self_check <- function() {
  root <- tempfile("registration")
  on.exit(unlink(root, recursive = TRUE))
  sound(root)
  report(!length(unlist(faults(root))), "a sound package passes",
         unlist(faults(root)))
  plant("defined", "src/r_a.c", "&a_two", "&a_six")
  plant("defined", "src/r_a.c", "  ENTRY(a_one, 1),", "")
  plant("defined", "src/r_a.c", "  ENTRY(a_one, 1),",
        "  ENTRY(a_one, 1),\n  ENTRY(a_one, 1),")
  plant("arity", "src/r_a.c", "a_one, 1", "a_one, 2")
  plant("arity", "src/r_a.c", "           SEXP y)", "           SEXP y, SEXP z)")
  plant("named", "src/r_a.c", "\"a_two\"", "\"a_tow\"")
  plant("joined", "src/init.c", "  glue_a", "  glue_b")
  plant("called", "R/a.R", "C_a_one", "C_a_on")
  plant("called", "R/a.R", ", list(a = y)", "")
  plant("called", "R/a.R", "C_a_one, x", "C_a_one, x = x")
  plant("used", "R/a.R", ".Call(C_a_one, x)", "1")
  plant("once", "R/a.R", "f <- ", "f <- 1\nf <- ")
}

arguments <- commandArgs(TRUE)
if (identical(arguments, "--self-check")) {
  self_check()
} else {
  found <- faults(if (length(arguments)) arguments[1] else ".")
  for (rule in names(found)) report(!length(found[[rule]]), rule, found[[rule]])
}
cat(sprintf("%d passed, %d failed\n", passed, failed))
quit(status = as.integer(failed > 0))
