# site.R DIR : makes the site that _pkgdown.yml describes in DIR, from the
# installed package, examples and articles run, without network. Every help
# page and article must be in its index, every link from page to page must lead
# somewhere, and what README.md says in R must run.
# site.R --self-check : sees planted faults found.
# Closes with "N passed, N failed".

options(pkgdown.internet = FALSE, rlang_interactive = FALSE)

# What an expression complains of, be it a warning or an error.
complaints <- function(code) {
  said <- character()
  note <- function(e) said <<- c(said, conditionMessage(e))
  tryCatch(
    withCallingHandlers(code, warning = function(w) {
      note(w)
      tryInvokeRestart("muffleWarning")
    }),
    error = note
  )
  said
}

described <- function(root, site) {
  pkgdown::as_pkgdown(root, override = list(destination = site))
}

index_faults <- function(root) {
  complaints(pkgdown::check_pkgdown(described(root, tempfile())))
}

build <- function(root, site) {
  pkg <- described(root, site)
  pkgdown::init_site(pkg)
  pkgdown::build_home(pkg, preview = FALSE)
  pkgdown::build_reference(pkg, lazy = FALSE, devel = FALSE, preview = FALSE)
  pkgdown::build_articles(pkg, lazy = FALSE, preview = FALSE)
  pkgdown::build_news(pkg, preview = FALSE)
}

# The lines of the file's first chunk of R.
chunk <- function(file) {
  lines <- readLines(file)
  from <- match("```r", lines)
  to <- which(lines == "```")
  lines[seq(from + 1, to[to > from][1] - 1)]
}

readme_faults <- function(file = "README.md") {
  complaints(eval(parse(text = chunk(file)), new.env(parent = globalenv())))
}

attributes_of <- function(page, path) {
  xml2::xml_text(xml2::xml_find_all(page, path))
}

holds <- function(sets, value) {
  as.logical(mapply(function(set, one) one %in% set, sets, value))
}

# One row per link from page to page: file it stands in, link, and whether the
# file, and the place in it, are there.
links <- function(site) {
  files <- list.files(site, "[.]html$", recursive = TRUE)
  pages <- lapply(file.path(site, files), xml2::read_html)
  places <- lapply(pages, attributes_of, "//@id | //@name")
  names(places) <- files
  each <- Map(function(file, page) {
    link <- unique(attributes_of(page, "//@href | //@src"))
    link <- link[!grepl("^([A-Za-z]+:|//)", link)]
    file_of <- sub("[?#].*", "", link)
    target <- file.path(dirname(file), utils::URLdecode(file_of))
    target <- ifelse(nzchar(file_of), sub("^([.]/)+", "", target), file)
    target <- resolved(target)
    target <- ifelse(dir.exists(file.path(site, target)),
                     resolved(file.path(target, "index.html")), target)
    place <- ifelse(grepl("#", link), sub("^[^#]*#", "", link), "")
    there <- file.exists(file.path(site, target)) &
      (!nzchar(place) | holds(places[target], utils::URLdecode(place)))
    data.frame(file = rep(file, length(link)), link = link, there = there)
  }, files, pages)
  do.call(rbind, each)
}

# "reference/../articles/a.html" is "articles/a.html".
resolved <- function(path) {
  repeat {
    short <- gsub("(^|/)(?!\\.\\./)[^/]+/\\.\\./", "\\1", path, perl = TRUE)
    short <- gsub("(^|/)\\./", "\\1", short)
    if (identical(short, path)) return(path)
    path <- short
  }
}

report <- function(passed, faults) {
  writeLines(faults)
  cat(sprintf("%d passed, %d failed\n", passed, length(faults)))
  quit(status = as.integer(length(faults) > 0))
}

# A copy of what an index is made from, with a change to it.
planted_index <- function(change) {
  root <- tempfile()
  dir.create(root)
  file.copy(c("DESCRIPTION", "NAMESPACE", "man", "vignettes"), root,
            recursive = TRUE)
  writeLines(change(readLines("_pkgdown.yml")), file.path(root, "_pkgdown.yml"))
  root
}

planted_readme <- function() {
  file <- tempfile()
  writeLines(c("Text", "```r", "x <- 1", "x + 1:2 + 1:3", "```", "", "```"),
             file)
  file
}

planted_link <- function(link) {
  site <- tempfile()
  dir.create(file.path(site, "articles"), recursive = TRUE)
  writeLines('<html><body><p id="here">A</p></body></html>',
             file.path(site, "index.html"))
  writeLines(sprintf('<html><body><a href="%s">B</a></body></html>', link),
             file.path(site, "articles", "b.html"))
  sum(!links(site)$there)
}

self_check <- function() {
  drop <- function(entry) function(yml) yml[trimws(yml) != paste("-", entry)]
  add <- function(yml) sub("- agreement$", "- agreement\n  - ghost", yml)
  wrong <- c(
    "the index as it is" = length(index_faults(planted_index(identity))) > 0,
    "a topic left out" = !length(index_faults(planted_index(drop("units")))),
    "an article left out" =
      !length(index_faults(planted_index(drop("codebooks")))),
    "an unknown topic" = !length(index_faults(planted_index(add))),
    "a README that warns" = length(readme_faults(planted_readme())) != 1,
    "good links" = planted_link("../index.html#here") != 0 ||
      planted_link("../") != 0 || planted_link("https://example.org") != 0,
    "no such page" = planted_link("../absent.html") != 1,
    "no such place" = planted_link("../index.html#there") != 1
  )
  report(sum(!wrong), sprintf("site.R is wrong about: %s", names(wrong)[wrong]))
}

argument <- c(commandArgs(TRUE), "")[1]
if (argument == "--self-check") self_check()
if (!nzchar(argument)) stop("site.R needs a folder", call. = FALSE)
faults <- c(index_faults("."), readme_faults(),
            complaints(build(".", argument)))
found <- links(argument)
report(sum(found$there), c(
  faults, sprintf("%s leads nowhere: %s", found$file, found$link)[!found$there]
))
