# check-log.R LOG : reads the log of R CMD check, one line "* checking ..." a
# step. ERROR and WARNING fail, and so does every NOTE but three that no package
# can help: that it is new to CRAN, that the clock could not be verified, and
# that suggested packages are not there.
# check-log.R --self-check : sees planted faults found.
# Closes with "N passed, N failed".

steps <- function(lines) {
  start <- grep("^[*]+ +(checking|running|loading|using|this is|package|creating)\\b", lines)
  end <- c(start[-1] - 1L, length(lines))
  at <- grepl("^[*]+ +(checking|creating vignettes|running)\\b", lines[start])
  Map(function(from, to) lines[from:to], start[at], end[at])
}

# "New submission" and the maintainer's name are all that the feasibility
# check may say.
harmless <- function(step) {
  body <- trimws(step[-1])
  body <- body[nzchar(body) & !grepl("^Status:", body)]
  if (grepl("checking CRAN incoming feasibility", step[1])) {
    return(all(grepl("^Maintainer: |^New submission$", body)))
  }
  if (grepl("checking for future file timestamps", step[1])) {
    return(identical(body, "unable to verify current time"))
  }
  if (grepl("checking package dependencies", step[1])) {
    return(grepl("^Packages? suggested but not available for checking:",
                 body[1]) && all(grepl("^('[A-Za-z0-9.]+',? ?)+$", body[-1])))
  }
  FALSE
}

# The state of a step stands at the end of its first line or, where the step
# ran something, at the end of a later one.
state <- function(step) {
  words <- c("ERROR", "WARNING", "NOTE")
  said <- vapply(words, function(word) {
    any(grepl(sprintf("\\.\\.\\..*\\b%s$", word), step[1]) |
          grepl(sprintf("^( *\\[.*\\])? *%s$", word), step))
  }, NA)
  if (any(said)) words[said][1] else "OK"
}

judge <- function(lines) {
  found <- steps(lines)
  states <- vapply(found, state, "")
  bad <- states %in% c("ERROR", "WARNING") |
    (states == "NOTE" & !vapply(found, harmless, NA))
  list(
    passed = sum(!bad), failed = sum(bad),
    faults = found[bad],
    complete = any(grepl("^Status: ", lines))
  )
}

self_check <- function() {
  log <- c(
    "* using log directory '/tmp/x.Rcheck'", "* checking package directory ... OK",
    "* checking CRAN incoming feasibility ... NOTE",
    "Maintainer: 'A <a@example.org>'", "", "New submission",
    "* checking for future file timestamps ... NOTE",
    "unable to verify current time",
    "* checking whether package 'x' can be installed ... OK",
    "* checking tests ...", "  Running 'testthat.R' [3s/3s]", " [3s/3s] OK",
    "* checking examples ... [2s/2s] OK", "* DONE", "", "Status: 2 NOTEs"
  )
  cases <- list(
    clean = list(log, 0),
    "a second line in the feasibility note" =
      list(append(log, "Version contains large components", 5), 1),
    "another note" = list(sub("directory ... OK", "directory ... NOTE", log), 1),
    "a warning" = list(sub("installed ... OK", "installed ... WARNING", log), 1),
    "an error after a timing" = list(sub("^ \\[3s/3s\\] OK", " [3s/3s] ERROR", log), 1),
    "a note after a timing" = list(sub("2s/2s\\] OK", "2s/2s] NOTE", log), 1),
    "suggested packages that are not there" = list(append(log, c(
      "* checking package dependencies ... NOTE",
      "Packages suggested but not available for checking:",
      "  'DBI', 'generics',", "  'yaml'"), 2), 0),
    "and more of dependencies" = list(append(log, c(
      "* checking package dependencies ... NOTE",
      "Package suggested but not available for checking:", "  'DBI'",
      "Depends on many packages"), 2), 1),
    "no end" = list(log[1:11], 0)
  )
  faults <- 0
  for (name in names(cases)) {
    got <- judge(cases[[name]][[1]])
    ok <- got$failed == cases[[name]][[2]] && got$complete == (name != "no end")
    cat(if (ok) "ok    " else "FAILED", "check-log:", name, "\n")
    faults <- faults + !ok
  }
  c(length(cases) - faults, faults)
}

arguments <- commandArgs(TRUE)
if (identical(arguments, "--self-check")) {
  counts <- self_check()
} else {
  lines <- readLines(arguments[1], encoding = "UTF-8", warn = FALSE)
  got <- judge(lines)
  for (fault in got$faults) cat(fault, "", sep = "\n")
  if (!got$complete) cat("R CMD check did not come to its end\n")
  cat(grep("^Status: ", lines, value = TRUE), sep = "\n")
  counts <- c(got$passed, got$failed + !got$complete)
}
cat(sprintf("%d passed, %d failed\n", counts[1], counts[2]))
quit(status = as.integer(counts[2] > 0))
