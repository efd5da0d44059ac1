# Two participants whose names and words are markup, formulas and braces.
hostile_study <- function() {
  x <- transcripts(data.frame(
    transcript = c("=T1", "<b>|2"), participant = c("=1+1", "a|b*"),
    speaker = c("P", "P"),
    text = c("=HYPERLINK(\"x\") | <script>alert(`1`)</script> {time}",
             "no \\ time | at all $x$")
  ), participants = data.frame(participant = c("=1+1", "a|b*"),
                               group = c("<i>g</i>", "@h|")))
  book <- codebook(data.frame(code = c("=c", "d|"), theme = c("+t", "+t"),
                              label = c("<u>C</u>", "`d`")))
  u <- units(x)
  found <- codings(data.frame(
    transcript = u$transcript, start = u$start, end = u$end,
    code = c("=c", "d|"), coder = "@me"
  ), x)
  list(transcripts = x, codebook = book, codings = found, units = u)
}

# Pandoc's own reading of what a result knits to, as HTML.
knitted_html <- function(x) {
  testthat::skip_on_cran()
  testthat::skip_if_not_installed("rmarkdown")
  testthat::skip_if_not(rmarkdown::pandoc_available("1.12.3"), "pandoc")
  folder <- withr::local_tempdir()
  saveRDS(x, file.path(folder, "x.rds"))
  writeLines(c("---", "title: A", "---", "```{r, echo = FALSE, message = FALSE}", "library(intercoder)",
               "readRDS(\"x.rds\")", "```"), file.path(folder, "a.Rmd"))
  rmarkdown::render(file.path(folder, "a.Rmd"), "html_document", quiet = TRUE,
                    envir = new.env(parent = globalenv()))
  xml2::read_html(file.path(folder, "a.html"))
}

cells_of <- function(page) {
  trimws(xml2::xml_text(xml2::xml_find_all(page, "//td")))
}
