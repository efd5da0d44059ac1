# index.R [ROOT] : every help page for users stands in the reference index of
# _pkgdown.yml, and the index names no page that is not there.
# Closes with "N passed, N failed".

root <- c(commandArgs(TRUE), ".")[1]
index <- yaml::read_yaml(file.path(root, "_pkgdown.yml"))
listed <- unlist(lapply(index$reference, `[[`, "contents"))
pages <- lapply(
  list.files(file.path(root, "man"), "[.]Rd$", full.names = TRUE),
  function(file) {
    rd <- tools::parse_Rd(file)
    tags <- vapply(rd, attr, "", "Rd_tag")
    value <- function(tag) {
      trimws(vapply(rd[tags == tag], function(e) paste(unlist(e), collapse = ""), ""))
    }
    list(names = unique(c(value("\\name"), value("\\alias"))),
         internal = "internal" %in% value("\\keyword"))
  }
)
public <- Filter(function(p) !p$internal, pages)
absent <- Filter(function(p) !any(p$names %in% listed), public)
unknown <- setdiff(listed, unlist(lapply(pages, `[[`, "names")))
for (p in absent) cat("not in _pkgdown.yml:", p$names[1], "\n")
for (name in unknown) cat("in _pkgdown.yml but without a page:", name, "\n")
failed <- length(absent) + length(unknown)
cat(sprintf("%d passed, %d failed\n", length(public) - length(absent), failed))
quit(status = as.integer(failed > 0))
