# How numbers read in print and in tables. Values themselves stay unrounded.

format_number <- function(x, digits = 2) {
  out <- formatC(as.numeric(x), digits = digits, format = "f")
  out <- sub("^-(0([.]0*)?)$", "\\1", out)
  out[is.na(x)] <- "NA"
  out
}

format_interval <- function(low, high, digits = 2) {
  out <- sprintf("[%s, %s]", format_number(low, digits),
                 format_number(high, digits))
  out[is.na(low) & is.na(high)] <- "NA"
  out
}

format_p <- function(p, digits = 3) {
  floor <- 10^-digits
  out <- ifelse(!is.na(p) & p < floor,
                paste0("<", formatC(floor, digits = digits, format = "f")),
                format_number(p, digits))
  out[is.na(p)] <- "NA"
  out
}

format_percent <- function(x, digits = 0) {
  out <- sprintf("%s%%", formatC(100 * as.numeric(x), digits = digits,
                                 format = "f"))
  out[is.na(x)] <- "NA"
  out
}

format_count <- function(x, singular, plural = paste0(singular, "s")) {
  sprintf("%s %s", format(x, big.mark = ",", trim = TRUE, scientific = FALSE),
          ifelse(x == 1, singular, plural))
}

# A data frame as the table a report shows, in whatever format is knitted.
# Cells hold what people said and wrote: nothing in them is markup.
knit_table <- function(data, caption = NULL, ...) {
  need_package("knitr", "A table in a report")
  if (knitr::is_html_output(excludes = "markdown")) {
    return(html_table(data, caption, ...))
  }
  if (knitr::is_latex_output()) {
    caption <- escape_latex(caption)
  } else if (!is.null(knitr::pandoc_to())) {
    data <- escape_cells(data, MARKDOWN_SIGNS, "\\\\\\1")
    caption <- escape_text(caption, MARKDOWN_SIGNS, "\\\\\\1")
  }
  knitr::knit_print(
    knitr::kable(data, caption = caption, row.names = FALSE, ...)
  )
}

MARKDOWN_SIGNS <- "([\\\\`*_{}<>$|#~^@]|\\[|\\])"

# Captions name groups and coders: they are text as well.
escape_text <- function(x, pattern, replacement) {
  if (is.null(x)) NULL else gsub(pattern, replacement, x)
}

escape_html <- function(x) {
  x <- escape_text(x, "&", "&amp;")
  x <- escape_text(x, "<", "&lt;")
  escape_text(x, ">", "&gt;")
}

escape_latex <- function(x) {
  x <- escape_text(x, "\\\\", "\001")
  x <- escape_text(x, "([#$%&_{}])", "\\\\\\1")
  x <- escape_text(x, "([~^])", "\\\\\\1{}")
  escape_text(x, "\001", "\\\\textbackslash{}")
}

# As a raw block, so that pandoc reads no Markdown in it; a backtick could end
# the block.
html_table <- function(data, caption, ...) {
  table <- knitr::kable(
    escape_cells(data, "[\r\n]+", " "), format = "html",
    caption = escape_html(caption), row.names = FALSE, escape = TRUE,
    table.attr = "class=\"table table-condensed\"", ...
  )
  knitr::raw_html(gsub("`", "&#96;", paste(table, collapse = "\n")))
}

escape_cells <- function(data, pattern, replacement) {
  text <- vapply(data, function(x) is.character(x) || is.factor(x), NA)
  data[text] <- lapply(data[text], function(x) {
    gsub(pattern, replacement, as.character(x))
  })
  names(data) <- gsub(pattern, replacement, names(data))
  data
}

# Colours that hold for colour-blind readers and in grey (Okabe and Ito 2008).
palette_groups <- function(n) {
  colours <- c("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00",
               "#56B4E9", "#F0E442", "#000000")
  rep_len(colours, n)
}
