# How numbers read in print and in tables. Values themselves stay unrounded.

format_number <- function(x, digits = 2) {
  out <- formatC(as.numeric(x), digits = digits, format = "f")
  out <- sub("^-(0([.]0*)?)$", "\\1", out)
  out[is.na(x)] <- "NA"
  out
}

# A number as text or, where there is none, why.
or_status <- function(text, status) {
  why <- status != "ok"
  text[why] <- sprintf("NA (%s)", gsub("_", " ", status[why]))
  text
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

format_whole <- function(x) {
  format(x, big.mark = ",", trim = TRUE, scientific = FALSE)
}

quoted <- function(x, most = Inf) {
  more <- length(x) - most
  paste0(paste0("\"", utils::head(x, most), "\"", collapse = ", "),
         if (more > 0) sprintf(" and %g more", more))
}

format_count <- function(x, singular, plural = paste0(singular, "s")) {
  sprintf("%s %s", format_whole(x),
          ifelse(x == 1, singular, plural))
}

# A data frame as the table a report shows, in whatever format is knitted.
# Cells hold what people said and wrote: nothing in them is markup.
knit_table <- function(data, caption = NULL, ...) {
  need_package("knitr", "A table in a report")
  if (!is.null(caption)) {
    caption <- paste0(getOption("intercoder.caption", ""), caption)
  }
  if (knitr::is_html_output(excludes = "markdown")) {
    return(html_table(data, caption, ...))
  }
  if (!is.null(knitr::pandoc_to()) ||
        identical(knitr::opts_knit$get("out.format"), "markdown")) {
    return(pipe_table(data, caption, ...))
  }
  if (knitr::is_latex_output()) caption <- escape_latex(caption)
  knitr::knit_print(
    knitr::kable(data, caption = caption, row.names = FALSE, ...)
  )
}

# A table of Markdown, from which pandoc makes those of Word and LaTeX. To one
# without a caption pandoc gives that of the next, unless something is between.
pipe_table <- function(data, caption, ...) {
  data <- escape_cells(data, "[[:space:]]*[\r\n]+[[:space:]]*", " ")
  table <- knitr::kable(escape_frame(data, escape_markdown), format = "pipe",
                        caption = escape_markdown(caption), row.names = FALSE,
                        ...)
  rule <- grep("^[|][-:|]+$", table)[1]
  table[rule] <- column_rule(table[rule], column_shares(data))
  end <- if (is.null(caption)) "\n\n<!-- -->\n\n" else "\n\n"
  knitr::asis_output(paste0("\n\n", paste(table, collapse = "\n"), end))
}

# Where a table is wider than the page, pandoc shares the page out in proportion
# to the dashes under the header: to each column its longest word, and of the
# rest by the root of what it holds, so that no column starves.
column_shares <- function(data, page = 100) {
  text <- Map(function(name, v) c(name, as.character(v)), names(data), data)
  widest <- vapply(text, function(v) max(nchar(v, "width")), 0)
  word <- vapply(text, function(v) {
    max(nchar(unlist(strsplit(v, "[[:space:]-]+")), "width"), 2)
  }, 0)
  word <- pmin(word, 24) + 1
  more <- sqrt(pmax(widest - word, 0))
  word + round(max(page - sum(word), 0) * more / max(sum(more), 1))
}

column_rule <- function(rule, width) {
  parts <- strsplit(sub("^[|]", "", rule), "|", fixed = TRUE)[[1]]
  paste0("|", paste0(sub("[^:].*$", "", parts), strrep("-", width),
                     sub("^.*[^:]", "", parts), "|", collapse = ""))
}

# Captions name groups and coders: they are text as well.
escape_text <- function(x, pattern, replacement, ...) {
  if (is.null(x)) NULL else gsub(pattern, replacement, x, ...)
}

escape_html <- function(x) {
  x <- escape_text(x, "&", "&amp;")
  x <- escape_text(x, "<", "&lt;")
  escape_text(x, ">", "&gt;")
}

# Brackets become entities, for rmarkdown takes "\[" to begin a formula, and
# bars, for kable() makes them so itself. Quotes stay straight, dots and dashes
# apart, and an address is no link.
escape_markdown <- function(x) {
  x <- escape_text(x, "([\\\\`*_{}<>$#~^@&\"':])", "\\\\\\1")
  x <- escape_text(x, "([-.])(?=\\1)", "\\1\\\\", perl = TRUE)
  x <- escape_text(x, "\\[", "&#91;")
  x <- escape_text(x, "\\]", "&#93;")
  escape_text(x, "\\|", "&#124;")
}

escape_latex <- function(x) {
  x <- escape_text(x, "\\\\", "\001")
  x <- escape_text(x, "([#$%&_{}])", "\\\\\\1")
  x <- escape_text(x, "([~^])", "\\\\\\1{}")
  escape_text(x, "\001", "\\\\textbackslash{}")
}

# As a raw block, so that pandoc reads no Markdown in it; a backtick could end
# the block. Its fence is longer than that of a chunk: `collapse = TRUE` joins
# neighbouring fences of one length, and the code after a table with it.
html_table <- function(data, caption, ...) {
  table <- knitr::kable(
    escape_cells(data, "[\r\n]+", " "), format = "html",
    caption = escape_html(caption), row.names = FALSE, escape = TRUE,
    table.attr = "class=\"table table-condensed\"", ...
  )
  table <- gsub("`", "&#96;", paste(table, collapse = "\n"))
  knitr::asis_output(paste0("\n\n````{=html}\n", table, "\n````\n\n"))
}

escape_cells <- function(data, pattern, replacement) {
  escape_frame(data, function(x) gsub(pattern, replacement, x))
}

escape_frame <- function(data, escape) {
  text <- vapply(data, function(x) is.character(x) || is.factor(x), NA)
  data[text] <- lapply(data[text], function(x) escape(as.character(x)))
  names(data) <- escape(names(data))
  data
}

# A data frame as printed text: left-justified, without row names. Where a line
# would not fit, long headers are cut and the widest cells are wrapped, so that
# names show in full.
print_table <- function(shown) {
  shown[] <- lapply(shown, function(v) {
    v <- trimws(gsub("[[:space:]]+", " ", as.character(v)))
    v[is.na(v)] <- "NA"
    v
  })
  names(shown) <- cut_headers(shown)
  if (table_excess(shown) > 0) {
    shown <- stack_cells(Map(function(v, room) lapply(v, wrap_cell, room),
                             shown, cell_rooms(shown)))
  }
  print.data.frame(shown, row.names = FALSE, right = FALSE)
}

cell_widths <- function(shown) {
  vapply(shown, function(v) max(0, nchar(v, "width")), 0)
}

# The room of each column: the widest gives way until all fit, or until it is
# as narrow as its header or 12.
cell_rooms <- function(shown) {
  room <- cell_widths(shown)
  least <- pmax(12, nchar(names(shown), "width"))
  over <- table_excess(shown)
  while (over > 0 && any(room > least)) {
    widest <- which.max(room * (room > least))
    room[widest] <- room[widest] - 1
    over <- over - 1
  }
  room
}

# A line of the console each: the lines of the cells of a row side by side.
stack_cells <- function(cells) {
  height <- do.call(pmax, c(list(1L), lapply(cells, lengths)))
  column <- function(v) {
    unlist(Map(function(lines, n) c(lines, rep("", n - length(lines))), v,
               height), use.names = FALSE) %||% character()
  }
  as.data.frame(lapply(cells, column), optional = TRUE)
}

# By how much a line is longer than the console.
table_excess <- function(shown) {
  width <- pmax(cell_widths(shown), nchar(names(shown), "width"))
  sum(width + 1) + 1 - getOption("width")
}

cut_headers <- function(shown) {
  header <- trimws(names(shown))
  over <- table_excess(shown)
  width <- nchar(header, "width")
  long <- over > 0 & width > pmax(cell_widths(shown), 16)
  room <- pmax(cell_widths(shown), 16, width - over)
  header[long] <- paste0(strtrim(header[long], room[long] - 3), "...")
  header
}

# Lines after the first stand in by two; a word too long for a line is cut.
wrap_cell <- function(text, room) {
  if (nchar(text, "width") <= room) {
    return(text)
  }
  lines <- strwrap(text, room + 1, exdent = 2)
  long <- nchar(lines, "width") > room
  lines[long] <- paste0(strtrim(lines[long], room - 3), "...")
  lines
}

# "A, B, C" within the lines of the console, cut at `most` of them.
format_list <- function(lead, items, most = 4) {
  lines <- strwrap(paste(items, collapse = ", "), getOption("width") - 1,
                   initial = paste0(lead, " "), prefix = "  ")
  keep <- length(items)
  while (length(lines) > most && keep > 1) {
    keep <- keep - 1
    lines <- strwrap(
      sprintf("%s and %d more",
              paste(utils::head(items, keep), collapse = ", "),
              length(items) - keep),
      getOption("width") - 1, initial = paste0(lead, " "), prefix = "  ")
  }
  lines
}
