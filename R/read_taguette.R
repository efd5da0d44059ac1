# Projects of Taguette (.sqlite3): documents in HTML, one or more projects in a
# file. A place is a number of bytes of UTF-8 before it, over the texts between
# the tags of the document. Who coded is known from the log of commands alone.

is_taguette <- function(path) {
  has_tables(path, c("documents", "highlights", "highlight_tags", "tags"))
}

read_taguette <- function(path, dialect, project = NULL) {
  call <- caller_env()
  dialect <- check_dialect(dialect, call = call)
  file <- open_foreign(path)
  take <- file$take
  all <- take("projects", c("name", "description", "created"), "id")
  id <- one_project(all$id, all$name, project, path, call)
  documents <- take("documents", c("name", "description", "contents",
                                   "created"), c("id", "project_id"))
  documents <- documents[documents$project_id %in% id, ]
  documents$name <- own_names(documents$name, "transcript")
  tags <- take("tags", c("path", "description"),
               c("id", "project_id", "parent_id"))
  tags <- tags[tags$project_id %in% id, ]
  codes <- taguette_codes(tags)
  marks <- take("highlights", "snippet",
                c("id", "document_id", "start_offset", "end_offset"))
  marks <- marks[marks$document_id %in% documents$id, ]
  links <- take("highlight_tags", character(), c("highlight_id", "tag_id"))
  html <- lapply(first_known(documents$contents, ""), html_texts)
  texts <- data.frame(transcript = documents$name,
                      text = vapply(html, `[[`, "", "text"),
                      stringsAsFactors = FALSE)
  texts$breaks <- lapply(html, `[[`, "breaks")
  about <- all[all$id %in% id, ]
  gathered <- list(
    texts = texts, book = codes$book,
    rows = taguette_rows(links, marks, documents, tags, codes,
                         taguette_authors(take, id, call)),
    memos = rbind(
      memos_about("project", about$name, about$description,
                  date = about$created),
      memos_about("transcript", documents$name, documents$description,
                  date = documents$created))
  )
  gathered$left <- rbind(
    left_rows(c("highlights without a tag" =
                  sum(!marks$id %in% links$highlight_id)), path),
    file$untaken(TAGUETTE_WORDS))
  import_project(gathered, path, "taguette", "Taguette", dialect,
                 program_dialects()$taguette)
}

# What is not read, in words; NA for what is no content.
TAGUETTE_WORDS <- c(
  documents.filename = "names of the files of transcripts",
  no_words("documents.text_direction", "commands.document_id", "users",
           "project_members", "alembic_version", "sqlite_sequence")
)

# A tag stands under its parent or, in older files that have none, `a.b` under
# `a`, where there is such a tag.
taguette_codes <- function(tags) {
  parent <- sub("[.][^.]*$", "", tags$path)
  parent[parent == tags$path | !parent %in% tags$path] <- NA
  told <- value_of(tags$parent_id, tags$id, tags$path)
  parent[!is.na(told)] <- told[!is.na(told)]
  coded_tree(data.frame(
    id = tags$path, parent = parent, name = tags$path,
    definition = tags$description, category = rep(FALSE, nrow(tags)),
    color = rep(NA, nrow(tags)), stringsAsFactors = FALSE
  ))
}

taguette_rows <- function(links, marks, documents, tags, codes, authors) {
  links <- links[links$highlight_id %in% marks$id, ]
  mark <- marks[match(links$highlight_id, marks$id), ]
  by <- match(paste(links$highlight_id, links$tag_id),
              paste(authors$highlight, authors$tag))
  data.frame(
    transcript = value_of(mark$document_id, documents$id, documents$name),
    start = mark$start_offset, end = mark$end_offset,
    quote = vapply(mark$snippet, function(html) html_texts(html)$text, "",
                   USE.NAMES = FALSE),
    code = value_of(links$tag_id, tags$id, codes$code),
    coder = authors$coder[by], memo = rep(NA_character_, nrow(links)),
    date = authors$date[by], stringsAsFactors = FALSE
  )
}

# Who first gave each tag that a highlight still has, and when.
taguette_authors <- function(take, id, call) {
  log <- take("commands", c("user_login", "date", "payload"),
              c("id", "project_id"))
  log <- log[log$project_id %in% id & grepl("highlight_add", log$payload,
                                            fixed = TRUE), ]
  log <- log[order(log$id), ]
  if (nrow(log)) need_package("jsonlite", "A project of Taguette", call = call)
  none <- data.frame(highlight = numeric(), tag = numeric(),
                     coder = character(), date = character())
  rows <- lapply(seq_len(nrow(log)), function(i) {
    said <- tryCatch(
      jsonlite::fromJSON(log$payload[i], simplifyVector = TRUE),
      error = function(e) {
        abort("file", sprintf("Command %.0f of the log is not JSON.",
                              log$id[i]), call = call)
      }
    )
    if (!identical(said$type, "highlight_add") || !length(said$tags)) {
      return(NULL)
    }
    data.frame(highlight = said$highlight_id, tag = said$tags,
               coder = log$user_login[i], date = log$date[i],
               stringsAsFactors = FALSE)
  })
  rows <- bind_rows(c(list(none), rows))
  rows[!duplicated(rows[c("highlight", "tag")]), ]
}

# ---- HTML ----

HTML_TAG <- paste0("<!--[^-]*+(?:-(?!->)[^-]*+)*+-->|",
                   "<[a-zA-Z/!?](?:[^<>\"']|\"[^\"]*\"|'[^']*')*+>")
HTML_BLOCKS <- paste0("^</?(?:", paste(c(
  "p", "div", "h[1-6]", "li", "ul", "ol", "tr", "table", "blockquote", "pre",
  "br", "hr", "section", "article", "dt", "dd", "figure", "figcaption"
), collapse = "|"), ")\\b")

# The texts between the tags, one after the other, and the code points after
# which a line ends that only a tag tells of.
html_texts <- function(html) {
  parts <- split_at_marks(first_known(html, ""), HTML_TAG)
  between <- decode_entities(parts$between)
  text <- paste(between, collapse = "")
  ends <- cumsum(nchar(between, "chars"))
  block <- ends[-length(ends)][grepl(HTML_BLOCKS, tolower(parts$marks),
                                     perl = TRUE)]
  inner <- unique(block[block > 0 & block < ends[length(ends)]])
  newline <- utf8ToInt(text) == 10L
  list(text = text, breaks = inner[!newline[inner] & !newline[inner + 1]])
}

decode_entities <- function(x) {
  found <- unique(unlist(regmatches(x, gregexpr("&#?[A-Za-z0-9]+;", x))))
  known <- vapply(found, function(entity) {
    xml2::xml_text(xml2::read_html(paste0("<p>", entity, "</p>")))
  }, "")
  # "&amp;lt;" is "&lt;": each place is replaced once
  at <- gregexpr("&#?[A-Za-z0-9]+;", x)
  regmatches(x, at) <- lapply(regmatches(x, at), function(entity) {
    unname(known[entity])
  })
  x
}
