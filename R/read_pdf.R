# PDF files, through pdftools: words with their places on the page, made to
# lines and paragraphs again.

PDF_PAGES_MAX <- 5000

# A data frame of words: page, x, y, width, height, word and whether a space
# follows.
pdf_words <- function(path, call = caller_env()) {
  bytes <- read_file_bytes(path, call = call)
  head <- bytes[seq_len(min(1024L, length(bytes)))]
  if (!grepl("%PDF-", rawToChar(head[head != as.raw(0)]), fixed = TRUE,
             useBytes = TRUE)) {
    file_error(path, "this is not a PDF file", call = call)
  }
  need_package("pdftools", "A PDF file", call = call)
  pages <- pdf_call(pdftools::pdf_info(bytes)$pages, path, call)
  if (pages > PDF_PAGES_MAX) {
    file_error(path, sprintf("%d pages are more than %d", pages,
                             PDF_PAGES_MAX), kind = "limit", call = call)
  }
  data <- pdf_call(pdftools::pdf_data(bytes), path, call)
  words <- bind_rows(lapply(seq_along(data), function(page) {
    words <- as.data.frame(data[[page]])
    cbind(page = rep(page, nrow(words)), words)
  }))
  if (!NROW(words)) {
    file_error(path, "no page has text", hint = paste(
      "It may be a scan: its pages are pictures.",
      "Let a program for text recognition make text of it."), call = call)
  }
  names(words)[names(words) == "text"] <- "word"
  words$word <- enc2utf8(words$word)
  words
}

pdf_call <- function(value, path, call) {
  tryCatch(
    suppressMessages(value),
    error = function(e) {
      file_error(path, "the PDF file is damaged or has a password",
                 hint = conditionMessage(e), call = call)
    }
  )
}

# ---- two columns ----

# Words of pages in two columns, the left one before the right one. Each turn
# to a right column adds 0.001 to `page`, and its words move to where those of
# the left one stand.
in_columns <- function(words) {
  pages <- unname(split(words, words$page))
  span <- c(min(words$x), max(words$x + words$width))
  edges <- vapply(pages, right_column, 1L, span)
  usual <- stats::na.omit(edges)
  if (!length(usual)) {
    return(words)
  }
  # a page that is not full is like the others
  bare <- which(is.na(edges))
  edges[bare] <- vapply(pages[bare], function(page) {
    if (mean(unique(page_rows(page)) %in% rows_across(page, usual[1])) <= 0.2)
      usual[1] else NA_integer_
  }, 1L)
  two <- !is.na(edges)
  pages[two] <- Map(one_column, pages[two], edges[two])
  bind_rows(pages)
}

# Numbers of the rows of a page in which its words stand, from above.
page_rows <- function(words) {
  order <- order(words$y)
  new <- diff(words$y[order]) > 0.4 * stats::median(words$height)
  cumsum(c(TRUE, new))[order(order)]
}

# Where the right column of a page begins, NA where it has none: a gutter of 9
# points or more, in the middle third of the text, is free of words in four of
# five rows, and what stands at each side is as broad and as high as a column.
right_column <- function(words, span) {
  row <- page_rows(words)
  to <- words$x + words$width
  middle <- as.integer(span[1] + c(1, 2) * diff(span) / 3)
  at <- seq(middle[1], middle[2])
  free <- rle(vapply(at, function(x) {
    length(unique(row[words$x <= x & to > x])) <= 0.2 * max(row)
  }, NA))
  widest <- which.max(free$lengths * free$values)
  if (!free$values[widest] || free$lengths[widest] < 9) {
    return(NA_integer_)
  }
  edge <- at[sum(free$lengths[seq_len(widest)])] + 1L
  is_column <- function(here) {
    any(here) && length(unique(row[here])) >= max(5, max(row) / 3) &&
      max(to[here]) - min(words$x[here]) >= 0.3 * diff(span)
  }
  if (is_column(to <= edge) && is_column(words$x >= edge)) edge else NA_integer_
}

# Rows with a word in the gutter before `edge`: heads and feet of the page.
rows_across <- function(words, edge) {
  unique(page_rows(words)[words$x < edge &
                            words$x + words$width > edge - 6L])
}

one_column <- function(words, edge) {
  row <- page_rows(words)
  across <- row %in% rows_across(words, edge)
  right <- as.integer(!across & words$x >= edge - 6L)
  first <- !duplicated(row)
  turns <- diff(across[first][order(row[first])]) != 0
  block <- cumsum(c(TRUE, turns))[row]
  if (any(right == 1)) {
    aside <- min(words$x[right == 1]) - min(words$x[!across])
    words$x <- words$x - aside * right
  }
  order <- order(block, right)
  words$page <- words$page + cumsum(diff(c(0L, right[order])) == 1) / 1000
  words[order, ]
}

# Lines in the order in which the file gives its words: page, x, y, height, to
# (the right edge), number (of the margin, NA where none) and text.
pdf_lines <- function(words) {
  n <- nrow(words)
  same <- words$page[-1] == words$page[-n] & words$x[-1] > words$x[-n] &
    abs(words$y[-1] - words$y[-n]) <= 0.4 * pmax(words$height[-n], 4)
  line <- cumsum(c(TRUE, !same)[seq_len(n)])
  number <- margin_numbers(words, line)
  first <- !duplicated(line)
  out <- data.frame(page = words$page[first], y = words$y[first],
                    height = words$height[first], number = number[first])
  kept <- is.na(number)
  part <- function(values, type, how) {
    vapply(split(values[kept], factor(line[kept], unique(line))), how, type,
           USE.NAMES = FALSE)
  }
  out$x <- part(words$x, 0L, function(v) c(v, NA)[1])
  out$to <- part(words$x + words$width, 0, function(v) max(v, 0))
  out$text <- part(words$word, "", function(v) paste(v, collapse = " "))
  out
}

# Numbers of paragraphs or lines, which stand at the left of everything else
# and do not fall.
margin_numbers <- function(words, line) {
  first <- !duplicated(line)
  number <- rep(NA_integer_, nrow(words))
  body <- words$x[first & !grepl("^[0-9]{1,6}$", words$word)]
  maybe <- which(first & grepl("^[0-9]{1,6}$", words$word))
  if (!length(body)) {
    return(number)
  }
  left <- as.numeric(names(which.max(table(body[body > min(words$x)]))) %||% 0)
  maybe <- maybe[words$x[maybe] + words$width[maybe] <
                   min(left, Inf, na.rm = TRUE)]
  value <- as.integer(words$word[maybe])
  if (length(maybe) >= 3 && !is.unsorted(value)) number[maybe] <- value
  number
}

PAGE_NUMBER <- paste0("^(?:(?:page|seite|p\\.)\\s*)?[-\u2013]?\\s*[0-9]{1,4}",
                      "\\s*[-\u2013]?(?:\\s*(?:/|of|von)\\s*[0-9]{1,4})?$")

# Lines at the edge of a page that stand there on at least half of the pages,
# but for their digits, and page numbers.
running_lines <- function(lines) {
  place <- stats::ave(seq_len(nrow(lines)), lines$page, FUN = seq_along)
  back <- stats::ave(-seq_len(nrow(lines)), lines$page, FUN = rank)
  edge <- pmin(place, back) <= 2
  key <- paste(gsub("[0-9]+", "#", lines$text), round(lines$y / 8),
               place <= 2)
  page <- floor(lines$page)
  pages <- length(unique(page))
  often <- table(unique(data.frame(page, key)[edge, ])$key)
  often <- names(often)[often >= max(2, pages / 2)]
  edge & (key %in% often |
            grepl(PAGE_NUMBER, lines$text, perl = TRUE, ignore.case = TRUE) &
            pmin(place, back) == 1 & is.na(lines$number))
}

# The text of a PDF file, and what was left out of it.
pdf_text_of <- function(path, call) {
  words <- in_columns(pdf_words(path, call))
  lines <- pdf_lines(words)
  bare <- !nzchar(lines$text)
  running <- running_lines(lines) & !bare
  numbered <- !is.na(lines$number)
  starts <- numbered & !duplicated(lines$number)
  lines$starts <- starts
  # a number left alone at the foot of a page belongs to the next line
  lone <- which(bare & starts)
  lines$starts[pmin(lone + 1L, nrow(lines))] <- TRUE
  lines <- lines[!bare & !running, ]
  n <- nrow(lines)
  again <- c(FALSE, lines$page[-1] != lines$page[-n] &
               lines$text[-1] == lines$text[-n])[seq_len(n)]
  lines <- lines[!again, ]
  list(text = join_pdf_lines(lines),
       two = length(unique(floor(words$page[words$page %% 1 > 0]))),
       left = c("running heads and page numbers" = sum(running),
                "numbers in the margin" = sum(numbered),
                "lines repeated across pages" = sum(again)))
}

LABEL_AHEAD <- "^\\p{Lu}[\\p{L}\\p{N}. ]{0,25}[:\uff1a]\\s"

# Lines of one paragraph are joined: those that follow a line that runs to the
# right edge, at the usual distance, and do not begin with a label or a number.
join_pdf_lines <- function(lines) {
  n <- nrow(lines)
  if (n < 2) {
    return(paste(lines$text, collapse = "\n"))
  }
  gap <- diff(lines$y)
  turn <- diff(lines$page) != 0
  usual <- stats::median(gap[!turn & gap > 0])
  right <- stats::quantile(lines$to, 0.9, names = FALSE)
  full <- lines$to[-n] >= right - 0.15 * (right - min(lines$x))
  joins <- full & !lines$starts[-1] & (turn | gap > 0 & gap <= 1.35 * usual) &
    !grepl(LABEL_AHEAD, lines$text[-1], perl = TRUE)
  joins[is.na(joins)] <- FALSE
  ends <- ifelse(joins, " ", "\n")
  text <- lines$text
  broken <- joins & grepl("\\p{L}[-\u2010\u2212]$", text[-n], perl = TRUE) &
    grepl("^\\p{Ll}", text[-1], perl = TRUE)
  ends[broken] <- ""
  soft <- which(broken)[drops_hyphen(text, which(broken))]
  text[soft] <- sub(".$", "", text[soft])
  paste0(text, c(ends, ""), collapse = "")
}

# Whether the hyphen at the end of these lines only parts a word: the word
# stands elsewhere without it, or most that do are of that kind.
drops_hyphen <- function(text, at) {
  if (!length(at)) {
    return(logical())
  }
  word <- "[\\p{L}\\p{M}'\u2019]+"
  head <- sub(paste0("^.*?(", word, ").$"), "\\1", text[at], perl = TRUE)
  tail <- sub(paste0("^(", word, ").*$"), "\\1", text[at + 1L], perl = TRUE)
  all <- tolower(unlist(regmatches(text, gregexpr(
    "[\\p{L}\\p{M}'\u2019]+(?:-[\\p{L}\\p{M}'\u2019]+)*", text, perl = TRUE))))
  whole <- tolower(paste0(head, tail)) %in% all
  parted <- tolower(paste0(head, "-", tail)) %in% all
  whole & !parted | whole == parted & sum(whole & !parted) > sum(parted)
}

read_pdf_record <- function(path, transcript, hints, call) {
  read <- pdf_text_of(path, call)
  left <- read$left[read$left > 0]
  done <- c(
    if (length(left)) paste("left out", paste(left, names(left),
                                              collapse = ", ")),
    if (read$two) paste(format_count(read$two, "page"), "read in two columns")
  )
  if (length(done)) {
    rlang::inform(sprintf("\"%s\": %s.", path, paste(done, collapse = "; ")),
                  class = "intercoder_message_pdf", left = left,
                  columns = read$two, file = path)
  }
  new_record(transcript, read$text, find_turns(read$text, hints),
             list(source = path, format = "pdf", encoding = "UTF-8",
                  newline = "LF", bom = FALSE,
                  md5 = cli::hash_raw_md5(read_file_bytes(path, call = call))))
}

# ---- retrieved segments of MAXQDA, as printed ----

# A table: documents, codes and segments stand in columns, where their heads
# stand; a row begins where a document is named.
read_maxqda_print <- function(path, call) {
  words <- pdf_words(path, call)
  at <- which(words$word == "Document")
  head <- at[words$word[pmin(at + 1L, nrow(words))] %in% "name"][1]
  level <- words$page == words$page[head] & words$y == words$y[head]
  column <- function(name) words$x[which(level & words$word == name)[1]]
  code <- column("Code")
  segment <- column("Segment")
  if (is.na(head) || is.na(code) || is.na(segment)) {
    file_error(path, "this is no print of MAXQDA's retrieved segments",
               hint = paste("It has columns \"Document name\", \"Code\",",
                            "\"Segment\"."), call = call)
  }
  words <- words[-seq_len(which(level & words$word == "Segment")[1]), ]
  place <- words$page * 1e6 + words$y
  kind <- findInterval(words$x, c(-Inf, code - 3, segment - 3))
  first <- sort(unique(place[kind == 1]))
  row <- findInterval(place + 5, first)
  cell <- function(k) {
    vapply(seq_along(first), function(i) {
      here <- words[kind == k & row == i, ]
      if (!nrow(here)) return(NA_character_)
      # a hyphen at the end of a line belongs to its word
      gsub("(\\p{L}-)\n(?=\\p{Ll})", "\\1",
           paste(pdf_lines(here)$text, collapse = "\n"), perl = TRUE)
    }, "")
  }
  data.frame("Document name" = cell(1), Code = cell(2), Segment = cell(3),
             check.names = FALSE, stringsAsFactors = FALSE)
}
