# Codings as spans of a text that the file brings along: WebAnno TSV, doccano,
# Label Studio.

# ---- WebAnno TSV 3 ----

is_webanno <- function(lines) {
  isTRUE(grepl("^#FORMAT=WebAnno TSV 3", lines[1]))
}

# Lines "sentence-token, start-end, token, then a column per feature"; values
# "A[1]|B" are parted by "|", a number joins tokens to one span. Places are
# UTF-16 units from 0, the end not included.
read_webanno_codings <- function(source, transcripts, codebook, call) {
  if (!is_webanno(source$lines)) {
    file_error(source$path, "the file does not begin as WebAnno TSV 3 does",
               line = 1, call = call)
  }
  rows <- which(grepl("^[0-9]+-[0-9.]+\t[0-9]+-[0-9]+\t", source$lines))
  cells <- strsplit(source$lines[rows], "\t", fixed = TRUE)
  name <- sub("\\.[^.]*$", "", basename(source$path))
  units <- webanno_text(source$lines)
  place <- strsplit(vapply(cells, `[`, "", 2L), "-", fixed = TRUE)
  parts <- lapply(seq_along(cells), function(i) {
    value <- unlist(strsplit(cells[[i]][-(1:3)], "|", fixed = TRUE))
    value <- value[!value %in% c("_", "*", "")]
    value <- value[!grepl("^(_|\\*)\\[", value)]
    if (!length(value)) return(NULL)
    span <- regmatches(value, regexpr("\\[[0-9]+\\]$", value))
    joined <- grepl("\\[[0-9]+\\]$", value)
    key <- rep(paste0("token", i), length(value))
    key[joined] <- span
    data.frame(row = rows[i], key = key,
               code = gsub("\\\\(.)", "\\1", sub("\\[[0-9]+\\]$", "", value)),
               start = as.numeric(place[[i]][1]),
               end = as.numeric(place[[i]][2]), stringsAsFactors = FALSE)
  })
  all <- bind_rows(parts)
  if (is.null(all)) {
    file_error(source$path, "the file has no annotation", call = call)
  }
  group <- paste(all$key, all$code)
  first <- !duplicated(group)
  end <- vapply(split(all$end, factor(group, unique(group))), max, 0)
  start <- point_of_unit(units, all$start[first]) + 1L
  stop <- point_of_unit(units, unname(end))
  quote_rows(row = all$row[first], document = name, code = all$code[first],
              quote = slice_or_na(intToUtf8(units$points), start, stop),
              start = start, end = stop)
}

# The sentences, put where their first token begins: code points, and how many
# UTF-16 units stand before each.
webanno_text <- function(lines) {
  text <- paste(sub("^#Text=", "", lines[startsWith(lines, "#Text=")]),
                collapse = "\n")
  text <- gsub("\\\\n", "\n", gsub("\\\\t", "\t", text))
  unit_table(text)
}

unit_table <- function(text) {
  points <- utf8ToInt(text)
  list(points = points, before = cumsum(1 + (points >= 0x10000)))
}

# How many code points stand before a UTF-16 unit.
point_of_unit <- function(units, at) {
  findInterval(at, units$before)
}

# ---- JSON ----

JSON_DEPTH_MAX <- 200L

parse_json <- function(text, path, call) {
  need_package("jsonlite", "Codings in JSON", call = call)
  bare <- gsub("\"(?:[^\"\\\\]|\\\\.)*+\"", "", text, perl = TRUE,
               useBytes = TRUE)
  bytes <- charToRaw(bare)
  opens <- bytes %in% charToRaw("[{")
  if (max(0, cumsum(opens) - cumsum(bytes %in% charToRaw("]}"))) >
        JSON_DEPTH_MAX) {
    file_error(path, sprintf("values nest more than %d deep", JSON_DEPTH_MAX),
               kind = "limit", call = call)
  }
  tryCatch(
    jsonlite::fromJSON(text, simplifyVector = FALSE),
    error = function(e) {
      file_error(path, "this is not JSON",
                 hint = strsplit(conditionMessage(e), "\n")[[1]][1],
                 call = call)
    }
  )
}

# A line for each document: its text and spans [start, end, label]; places are
# code points from 0, the end not included.
read_doccano_codings <- function(source, transcripts, codebook, call) {
  line <- strsplit(source$text %||% "", "\n", fixed = TRUE)[[1]]
  line <- line[!is_blank(line)]
  parts <- lapply(seq_along(line), function(i) {
    entry <- parse_json(line[i], source$path, call)
    text <- entry$text %||% entry$data
    spans <- entry$label %||% entry$labels %||% entry$entities
    if (!is.character(text) || length(text) != 1) {
      file_error(source$path, "the entry has no text", line = i, call = call)
    }
    span_rows(i, spans, text, document_of_text(text, entry, transcripts),
              entry$username %||% NA_character_)
  })
  out <- bind_rows(c(list(quote_rows()), parts))
  out$row <- seq_len(nrow(out))
  out
}

span_rows <- function(row, spans, text, document, coder) {
  of <- function(span, i, names, missing) {
    value <- if (is.null(names(span))) span[i] else
      span[intersect(names, names(span))]
    unlist(value)[1] %||% missing
  }
  start <- vapply(spans, function(s) {
    as.numeric(of(s, 1, c("start_offset", "start"), NA))
  }, 0)
  end <- vapply(spans, function(s) {
    as.numeric(of(s, 2, c("end_offset", "end"), NA))
  }, 0)
  code <- vapply(spans, function(s) {
    as.character(of(s, 3, "label", NA_character_))
  }, "")
  start <- whole_or_na(start) + 1L
  end <- whole_or_na(end)
  quote_rows(
    row = rep(row, length(spans)), document = document, code = code,
    coder = coder, start = start, end = end,
    quote = slice_or_na(text, start, pmin(end, nchar(text, "chars")))
  )
}

document_of_text <- function(text, entry, transcripts) {
  same <- which(transcripts$documents$text == unify_newlines(text, "mixed"))
  if (length(same)) {
    return(transcripts$documents$transcript[same[1]])
  }
  name <- entry$meta$filename %||% entry$filename %||% entry$file_upload %||%
    entry$meta$document %||% entry$id %||% NA
  as.character(name)
}

# A list of tasks, each with annotations of a coder, whose results are labelled
# spans with their words.
read_studio_codings <- function(source, transcripts, codebook, call) {
  tasks <- parse_json(source$text %||% "", source$path, call)
  parts <- lapply(tasks, function(task) {
    text <- Find(function(v) is.character(v) && length(v) == 1,
                 task$data[c("text", setdiff(names(task$data), "text"))])
    document <- document_of_text(text %||% "", task, transcripts)
    lapply(task$annotations %||% task$completions, function(done) {
      lapply(done$result, studio_row, document, studio_coder(done$completed_by))
    })
  })
  rows <- unlist(unlist(parts, recursive = FALSE), recursive = FALSE)
  out <- bind_rows(c(list(quote_rows()), rows))
  if (!nrow(out)) {
    file_error(source$path, "no task has labelled spans", call = call)
  }
  place <- paste(out$document, out$coder, out$start, out$end)
  out$row <- match(place, unique(place))
  out
}

studio_coder <- function(who) {
  if (is.list(who)) who <- who$email %||% who$username %||% who$id
  as.character(who %||% NA)
}

studio_row <- function(result, document, coder) {
  value <- result$value
  labels <- as.character(unlist(value$labels))
  if (!length(labels)) {
    return(NULL)
  }
  quote_rows(row = seq_along(labels), document = document,
              quote = value$text %||% NA_character_, code = labels,
              coder = coder,
              start = whole_or_na(as.numeric(value$start %||% NA)) + 1L,
              end = whole_or_na(as.numeric(value$end %||% NA)))
}
