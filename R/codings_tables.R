# Tables of codings: what columns mean, whatever program and language their
# names are of.

# Names of columns, small letters and digits only. The first that fits counts.
CODING_NAMES <- list(
  document = c(
    "mediatitle", "transcript", "transcriptid", "document", "documentname",
    "documentid", "dokument", "dokumentname", "documento", "nombrede",
    "nomedodocumento", "nombredeldocumento", "nomdudocument", "docid", "doc",
    "media", "file", "filename", "source", "interview", "interviewid"
  ),
  quote = c(
    "excerptcopy", "segment", "segmento", "quotationcontent", "textcontent",
    "zitatinhalt", "textinhalt", "contenidodelacita", "contenidodetexto",
    "conteudodotexto", "conteudodacitacao", "contenudelacitation", "quote",
    "quotation", "codedtext", "codedsegment", "excerpt", "passage", "text",
    "content", "seltext"
  ),
  code = c(
    "code", "codes", "codename", "codigo", "codigos", "kode", "kodes",
    "codesappliedcombined", "codesapplied", "tag", "tags", "label", "labels",
    "theme", "category"
  ),
  coder = c(
    "excerptcreator", "coder", "codername", "codedby", "annotator",
    "createdby", "author", "autor", "erstelltvon", "creadopor", "criadopor",
    "creepar", "rater", "username", "user", "owner", "initials"
  ),
  memo = c("memo", "comment", "kommentar", "comentario", "commentaire", "note",
           "notes"),
  weight = c("weight", "weightscore", "gewicht", "score"),
  round = c("round", "runde", "ronda"),
  start = c("start", "startposition", "startchar", "startoffset", "pos0",
            "selfirst"),
  end = c("end", "endposition", "endchar", "endoffset", "pos1", "selend"),
  paragraph = c("reference", "referenz", "referencia", "begin", "beginn",
                "anfang", "initialposition", "posicaoinicial",
                "posicioninicial", "anfangsposition", "positioninitiale"),
  count = c("numberofcodes", "numerodecodigos", "anzahlkodes", "anzahlcodes",
            "nombredecodes")
)

column_key <- function(names) {
  plain <- iconv(enc2utf8(as.character(names)), "UTF-8", "ASCII//TRANSLIT",
                 sub = "")
  gsub("[^a-z0-9]", "", tolower(plain))
}

# For each of CODING_NAMES the number of its column, NA where there is none.
coding_columns_of <- function(data) {
  key <- column_key(names(data))
  vapply(CODING_NAMES, function(known) {
    at <- match(known, key)
    at[!is.na(at)][1]
  }, 0L)
}

DEDOOSE_CODE <- "^Code: (.*) Applied$"
QUOTATION_ID <- "^[0-9]+:[0-9]+$"

table_format <- function(data) {
  key <- column_key(names(data))
  if (any(grepl(DEDOOSE_CODE, names(data))) || "excerptcopy" %in% key) {
    return("dedoose")
  }
  first <- data[[1]]
  if (nrow(data) && all(grepl(QUOTATION_ID, first[!is.na(first)])) &&
        !all(is.na(first))) {
    return("atlasti")
  }
  if ("segment" %in% key && any(c("documentname", "dokumentname") %in% key)) {
    return("maxqda")
  }
  "table"
}

# Columns of a table under our names, those that are needed checked.
coding_table <- function(source, at, call) {
  data <- source$data
  if (is.null(data)) {
    file_error(source$path, sprintf("this is no table, as \"%s\" needs",
                                    source$format), call = call)
  }
  absent <- setdiff(c("document", "code"), names(at)[!is.na(at)])
  if (is.na(at[["quote"]]) && is.na(at[["start"]])) absent <- c(absent, "quote")
  if (length(absent)) {
    file_error(source$path, sprintf("no column says the %s",
                                    paste(absent, collapse = " and the ")),
               hint = sprintf("There are %s.", quoted(names(data))),
               kind = "columns", columns = absent, call = call)
  }
  column <- function(name) {
    if (is.na(at[[name]])) rep(NA_character_, nrow(data)) else
      data[[at[[name]]]]
  }
  number <- function(name) suppressWarnings(as.numeric(column(name)))
  start <- number("start")
  end <- number("end")
  rows <- quote_rows(
    row = seq_len(nrow(data)), document = column("document"),
    quote = column("quote"), code = column("code"),
    coder = trim(column("coder")),
    start = whole_or_na(start), end = whole_or_na(end),
    weight = number("weight"), memo = column("memo"),
    round = whole_or_na(number("round"))
  )
  rows$paragraph <- column("paragraph")
  rows$count <- number("count")
  rows
}

whole_or_na <- function(x) {
  as.integer(ifelse(x == trunc(x) & abs(x) < .Machine$integer.max, x, NA))
}

read_table_codings <- function(source, transcripts, codebook, call) {
  rows <- coding_table(source, coding_columns_of(source$data), call)
  rows[names(quote_rows())]
}

# The character at which paragraph n of each document begins: where a search
# may start.
paragraph_hints <- function(rows, transcripts) {
  number <- regmatches(rows$paragraph, regexpr("[0-9]+", rows$paragraph))
  near <- rep(NA_integer_, nrow(rows))
  stated <- grepl("[0-9]", rows$paragraph)
  paragraph <- rep(NA_real_, nrow(rows))
  paragraph[stated] <- as.numeric(number)
  at <- match(match_documents(rows$document, transcripts),
              transcripts$documents$transcript)
  for (i in unique(at[!is.na(at)])) {
    here <- which(at == i & !is.na(paragraph))
    lines <- text_lines(transcripts$documents$text[i])
    near[here] <- lines$start[paragraph[here]]
  }
  near
}

# ---- Dedoose ----

# One row per excerpt and code: a column "Code: PATH Applied" for each code
# says whether, "Code: PATH Weight" how much.
read_dedoose_codings <- function(source, transcripts, codebook, call) {
  data <- source$data
  columns <- grep(DEDOOSE_CODE, names(data))
  at <- coding_columns_of(data)
  if (length(columns)) at[["code"]] <- columns[1]
  rows <- coding_table(source, at, call)
  range <- data[["Excerpt Range"]] %||% rep(NA_character_, nrow(rows))
  place <- dedoose_range(range)
  rows$start <- place$start
  rows$end <- place$end
  rows$weight <- rep(NA_real_, nrow(rows))
  if (!length(columns)) {
    return(split_codes(rows, codebook)[names(quote_rows())])
  }
  code <- sub(DEDOOSE_CODE, "\\1", names(data)[columns])
  parts <- lapply(seq_along(columns), function(k) {
    on <- which(tolower(trim(data[[columns[k]]])) %in% c("true", "1", "yes"))
    part <- rows[on, ]
    part$code <- rep(code[k], length(on))
    weight <- data[[sprintf("Code: %s Weight", code[k])]]
    if (!is.null(weight)) {
      part$weight <- suppressWarnings(as.numeric(weight[on]))
    }
    part
  })
  out <- bind_rows(parts)
  bare <- rows[!rows$row %in% out$row, ]
  bare$code <- rep(NA_character_, nrow(bare))
  out <- rbind(out, bare)
  out[order(out$row), names(quote_rows())]
}

# "485-522" counts from 0, the end not included; with a page before it, it
# counts within the page and says nothing of the whole.
dedoose_range <- function(range) {
  parts <- regmatches(range, regexec("^\\s*([0-9]+)\\s*-\\s*([0-9]+)\\s*$",
                                     range))
  part <- function(i) {
    whole_or_na(vapply(parts, function(p) as.numeric(p[i + 1L]), 0))
  }
  list(start = part(1L) + 1L, end = part(2L))
}

# ---- ATLAS.ti ----

read_atlasti_codings <- function(source, transcripts, codebook, call) {
  data <- source$data
  at <- coding_columns_of(data)
  # the program writes its header in the language of its screen, the columns
  # always in the same order
  if (is.na(at[["quote"]]) && length(data) >= 13) {
    at[c("paragraph", "quote", "document", "code", "count", "memo")] <-
      c(2L, 4:8)
  }
  rows <- coding_table(source, at, call)
  rows$near <- paragraph_hints(rows, transcripts)
  rows$quote <- unwrap_quotes(rows$quote)
  split_codes(rows, codebook)[names(quote_rows())]
}

# Quotes that nearly all stand in quotation marks of the program's own.
unwrap_quotes <- function(quote) {
  wrapped <- grepl("^\".*\"$", quote)
  if (mean(wrapped[!is.na(quote)]) < 0.9) {
    return(quote)
  }
  ifelse(wrapped, substring(quote, 2, nchar(quote) - 1), quote)
}

# A row for each code of a cell "A, B", where names may hold commas: the most
# pieces that make a known code are one.
split_codes <- function(rows, codebook) {
  known <- c(codebook$code, codebook$label)
  parted <- function(x) {
    lapply(strsplit(as.character(x), ",", fixed = TRUE), sub,
           pattern = "^[ \u00a0]+", replacement = "")
  }
  pieces <- parted(rows$code)
  pieces <- lapply(pieces, function(p) if (length(p)) p else NA_character_)
  most <- max(1L, lengths(parted(known)))
  codes <- lapply(pieces, join_known, known, most)
  out <- rows[rep(seq_len(nrow(rows)), lengths(codes)), ]
  out$code <- as.character(unlist(codes))
  count <- rep(rows$count %||% NA, lengths(codes))
  have <- rep(lengths(codes), lengths(codes))
  out$problem <- note_problem(out$problem, count != have, sprintf(
    "the file counts %d codes here, %d are told apart: %s", count, have,
    "a codebook helps"))
  out
}

# No known name has more than `most` pieces.
join_known <- function(pieces, known, most) {
  out <- character(length(pieces))
  at <- 1L
  while (at <= length(pieces)) {
    size <- min(most, length(pieces) - at + 1L)
    name <- function() paste(pieces[at + seq_len(size) - 1L], collapse = ", ")
    while (size > 1 && !name() %in% known) size <- size - 1L
    out[at] <- name()
    at <- at + size
  }
  out[nzchar(out)]
}

# ---- MAXQDA ----

read_maxqda_codings <- function(source, transcripts, codebook, call) {
  if (identical(source$ending, "pdf")) {
    source$data <- read_maxqda_print(source$path, call)
  }
  rows <- coding_table(source, coding_columns_of(source$data), call)
  rows$start <- rep(NA_integer_, nrow(rows))
  rows$near <- paragraph_hints(rows, transcripts)
  rows[names(quote_rows())]
}
