# spelling.R : the English of help pages, vignettes, README, NEWS and
# DESCRIPTION, by the dictionary that DESCRIPTION names (Language) and the words
# in inst/WORDLIST. spelling::update_wordlist() adds what is unknown: read the
# difference before it is kept.
# spelling.R --self-check : sees planted faults found.
# Closes with "N passed, N failed".

documents <- function() {
  length(list.files(c("man", "vignettes"), "[.]R(d|md)$")) +
    sum(file.exists("README.md", "NEWS.md", "DESCRIPTION"))
}

report <- function(passed, faults) {
  writeLines(faults)
  cat(sprintf("%d passed, %d failed\n", passed, length(faults)))
  quit(status = as.integer(length(faults) > 0))
}

# How many unknown words a package has whose page and news say this.
found_in <- function(words, known = character()) {
  root <- tempfile()
  for (folder in c("man", "inst")) {
    dir.create(file.path(root, folder), recursive = TRUE)
  }
  write <- function(lines, ...) writeLines(lines, file.path(root, ...))
  write(c("Package: planted", "Title: A Page", "Version: 1.0", "Author: A",
          "Description: A page.", "Language: en-GB"), "DESCRIPTION")
  write(c("\\name{page}", "\\title{A page}",
          sprintf("\\description{%s}", words)), "man", "page.Rd")
  write(c("# planted 1.0", "", words), "NEWS.md")
  write(known, "inst", "WORDLIST")
  found <- spelling::spell_check_package(root)$found
  length(unlist(found))
}

self_check <- function() {
  wrong <- c(
    "a misspelt word" = found_in("The agrement of coders.") != 2,
    "American spelling" = found_in("The color of codes.") != 2,
    "British spelling" = found_in("The colour of codes.") != 0,
    "a listed name" = found_in("The kappa of Gwetson.", "Gwetson") != 0
  )
  report(sum(!wrong), sprintf("spelling.R is wrong about: %s",
                              names(wrong)[wrong]))
}

if (identical(commandArgs(TRUE), "--self-check")) self_check()
unknown <- spelling::spell_check_package(".")
report(documents(), sprintf("%s: %s", unknown$word,
                            vapply(unknown$found, toString, "")))
