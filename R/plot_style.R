# What all figures share: colours, shapes, and for ggplot2, which does not know
# its size before it is drawn, text for a panel about four inches high.

# Colours that hold for colour-blind readers (Okabe and Ito 2008); in grey,
# shapes or their order tell them apart.
palette_groups <- function(n) {
  colours <- c("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00",
               "#56B4E9", "#F0E442", "#000000")
  rep_len(colours, n)
}

GROUP_COLOURS <- c("#0072B2", "#C24E00")
GROUP_SHAPES <- c(16, 17)
PROFILE_SHAPES <- c(16, 17, 15, 1, 2, 0, 18, 4)
FOREST_SHAPES <- c(19, 17, 15, 18, 1, 2, 0, 5)

# From white to dark, told apart in grey.
TILE_BLUES <- c("white", "#DCE9F4", "#9FC5E3", "#4F94C4", "#0B4F86")

group_style <- function(n) {
  list(colours = if (n <= 2) GROUP_COLOURS[seq_len(n)] else palette_groups(n),
       shapes = rep_len(PROFILE_SHAPES, n))
}

percent_labels <- function(x) {
  text <- paste0(format(round(100 * x, 1), trim = TRUE), "%")
  ifelse(is.na(x), NA, text)
}

whole_breaks <- function(limits) {
  at <- pretty(limits)
  at[at == trunc(at)]
}

strwrap_labels <- function(x, width) {
  vapply(as.character(x), function(s) {
    words <- strsplit(s, "[ \n]+")[[1]]
    words <- unlist(lapply(words, break_columns, width))
    paste(strwrap(paste(words, collapse = " "), width + 1), collapse = "\n")
  }, "", USE.NAMES = FALSE)
}

# Words of more columns than a line has, as in scripts without spaces.
break_columns <- function(word, width) {
  signs <- strsplit(word, "")[[1]]
  line <- floor((cumsum(nchar(signs, "width")) - 1) / width)
  unname(vapply(split(signs, line), paste, "", collapse = ""))
}

# Names of `n` rows: what cannot be shown in their lines loses its middle, since
# the end may be what tells two names apart.
row_labels <- function(x, n = length(x), width = 32) {
  lines <- max(1, floor(30 / n))
  if (lines == 1) width <- 40
  lines <- min(lines, 3)
  out <- strwrap_labels(x, width)
  long <- which(count_lines(out) > lines)
  out[long] <- strwrap_labels(cut_middle(x[long], lines * width * 0.88), width)
  out
}

cut_middle <- function(x, width) {
  long <- !is.na(x) & nchar(x, "width") > width
  x[long] <- paste0(trimws(strtrim(x[long], max(1, width - 15))), "...",
                    keep_end(x[long], 12))
  x
}

# Of the text (points) and the signs (millimetres) of `n` rows.
row_size <- function(n) max(2, min(8.8, 260 / n))
sign_size <- function(n, most = 2.4) max(0.5, most * min(1, 28 / n))

row_text <- function(n, ...) {
  ggplot2::theme(axis.text.y = ggplot2::element_text(size = row_size(n), ...))
}

axis_title <- function(x) strwrap_labels(x, 64)

plot_theme <- function() {
  ggplot2::theme_bw(base_size = 10) +
    ggplot2::theme(panel.grid.minor = ggplot2::element_blank(),
                   panel.spacing.x = ggplot2::unit(9, "pt"),
                   strip.background = ggplot2::element_rect(fill = "grey92"),
                   legend.margin = ggplot2::margin(0, 0, 0, 0))
}
