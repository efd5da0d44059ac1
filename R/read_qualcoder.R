# Projects of QualCoder: a folder (.qda) with an SQLite file, data.qda, of which
# there are versions up to 17. Places are code points from 0, the end exclusive.

is_qualcoder <- function(path) {
  file <- qualcoder_file(path)
  file.exists(file) && has_tables(file, c("code_name", "code_text", "source"))
}

qualcoder_file <- function(path) {
  if (dir.exists(path)) file.path(path, "data.qda") else path
}

read_qualcoder <- function(path, dialect) {
  dialect <- check_dialect(dialect, call = caller_env())
  file <- open_foreign(qualcoder_file(path))
  take <- file$take
  about <- take("project", c("databaseversion", "memo", "about"))
  own <- any(grepl("intercoder", about$about, fixed = TRUE))
  sources <- take("source", c("name", "fulltext", "memo", "owner", "date"),
                  "id")
  sources$name <- own_names(sources$name, "transcript")
  source <- sources[!is.na(sources$fulltext), ]
  codes <- qualcoder_codes(take, first_known(about$about[1], ""), own)
  cases <- qualcoder_cases(take, source)
  memos <- rbind(codes$memos, qualcoder_memos(take, about, sources, cases))
  remarks <- qualcoder_remarks(take, source)
  if (own) {
    memos$author[memos$author %in% "default"] <- NA
    remarks$author[remarks$author %in% "default"] <- NA
  }
  gathered <- list(
    texts = data.frame(transcript = source$name, text = source$fulltext,
                       participant = cases$participant,
                       stringsAsFactors = FALSE),
    rows = qualcoder_rows(take, source, codes, own), book = codes$book,
    people = cases$people, facts = cases$facts, types = cases$types,
    passages = cases$passages,
    memos = memos, remarks = remarks, sets = cases$sets
  )
  media <- left_rows(c("pictures, sounds and films without text" =
                         sum(is.na(sources$fulltext))), path)
  words <- QUALCODER_WORDS
  if (own) words[endsWith(names(words), ".owner")] <- NA
  gathered$left <- rbind(media, file$untaken(words))
  import_project(gathered, path, "qualcoder",
                 paste(c("QualCoder", about$databaseversion[1]),
                       collapse = " "), dialect, program_dialects()$qualcoder)
}

# What is not read, in words; NA for what is no content.
QUALCODER_WORDS <- c(
  code_av = "codings of sound or film", code_image = "codings of pictures",
  stored_sql = "stored queries", graph = "graphs",
  ris = "lines of bibliographic entries", source.mediapath = "paths of files",
  code_name.owner = "authors of codes", code_name.date = "dates of codes",
  code_cat.owner = "authors of categories",
  code_cat.date = "dates of categories",
  attribute.owner = "authors of attributes",
  attribute.date = "dates of attributes",
  no_words(
    "project.date", "project.bookmarkfile", "project.bookmarkpos",
    "project.codername", "project.recently_used_codes",
    "project.avbookmarkfile", "project.avbookmarkmsec",
    "project.avbookmarktextpos", "source.av_text_id", "source.risid",
    "code_text.ctid", "code_text.avid", "annotation.anid", "case_text.id",
    "case_text.owner", "case_text.date", "attribute.attrid",
    "attribute_type.caseOrFile", "journal.jid", "coder_names",
    "manage_files_display", "files_filter", "gr_cdct_text_item",
    "gr_case_text_item", "gr_file_text_item", "gr_free_text_item",
    "gr_cdct_line_item", "gr_free_line_item", "gr_pix_item", "gr_av_item",
    "gr_memo_item")
)

# Our own projects keep more of a code than its name in its memo.
QUALCODER_KEYS <- c(LABEL = "label", QDC_OWN_KEYS[-1], MEMO = "memo")
QUALCODER_GREY <- "#999999"

# Codes stand under a category or, from version 16, under another code.
qualcoder_codes <- function(take, about, own) {
  groups <- take("code_cat", c("name", "memo"), c("catid", "supercatid"))
  codes <- take("code_name", c("name", "memo", "color"),
                c("cid", "catid", "supercid"))
  node <- function(kind, id) {
    ifelse(is.na(id), NA_character_, sprintf("%s %.0f", kind, id))
  }
  above <- node("code", codes$supercid)
  above[is.na(above)] <- node("group", codes$catid)[is.na(above)]
  tree <- coded_tree(data.frame(
    id = c(node("code", codes$cid), node("group", groups$catid)),
    parent = c(above, node("group", groups$supercatid)),
    name = c(codes$name, groups$name),
    definition = c(codes$memo, groups$memo),
    category = rep(c(FALSE, TRUE), c(nrow(codes), nrow(groups))),
    color = c(codes$color, rep(NA, nrow(groups))), stringsAsFactors = FALSE
  ))
  out <- list(book = tree$book, id = codes$cid,
              code = tree$code[seq_along(codes$cid)])
  if (own && nrow(codes)) own_qualcoder_codes(out, codes, about) else out
}

own_qualcoder_codes <- function(out, codes, about) {
  book <- as.data.frame(out$book)
  parts <- bind_rows_by_name(lapply(first_known(codes$memo, ""),
                                    split_description, QUALCODER_KEYS))
  at <- match(out$code, book$code)
  for (column in setdiff(names(parts), "memo")) {
    if (is.null(book[[column]])) book[[column]] <- NA_character_
    said <- !is.na(parts[[column]]) | column != "label"
    book[[column]][at[said]] <- parts[[column]][said]
  }
  book$color[book$color %in% QUALCODER_GREY] <- NA
  if (all(is.na(book$color))) book$color <- NULL
  version <- regmatches(about, regexec("codebook version (.*)$",
                                       about))[[1]][2]
  out$book <- codebook(book, if (!is.na(version)) version)
  if ("memo" %in% names(parts)) {
    none <- rep(NA_character_, nrow(codes))
    out$memos <- memo_table(rep("code", nrow(codes)), out$code, parts$memo,
                            none, none)
  }
  out
}

qualcoder_rows <- function(take, source, codes, own) {
  rows <- take("code_text", c("seltext", "owner", "date", "memo"),
               c("cid", "fid", "pos0", "pos1", "important"))
  out <- data.frame(
    transcript = value_of(rows$fid, source$id, source$name),
    start = rows$pos0, end = rows$pos1, quote = rows$seltext,
    code = value_of(rows$cid, codes$id, codes$code), coder = rows$owner,
    memo = ifelse(nzchar(rows$memo), rows$memo, NA),
    date = ifelse(nzchar(rows$date), rows$date, NA),
    important = ifelse(rows$important %in% 1, TRUE, NA),
    stringsAsFactors = FALSE
  )
  if (own) with_memo_keys(out) else out
}

qualcoder_cases <- function(take, source) {
  cases <- take("cases", c("name", "memo", "owner", "date"), "caseid")
  names(cases)[names(cases) == "caseid"] <- "id"
  cases$name <- own_names(cases$name, "case")
  links <- take("case_text", "memo", c("caseid", "fid", "pos0", "pos1"))
  values <- take("attribute", c("name", "attr_type", "value"), "id")
  names(values)[names(values) == "name"] <- "variable"
  values$value[!nzchar(values$value)] <- NA
  of_file <- values[values$attr_type %in% "file", ]
  of_file$transcript <- value_of(of_file$id, source$id, source$name)
  links$name <- value_of(links$caseid, cases$id, cases$name)
  types <- take("attribute_type", c("name", "valuetype"))
  c(list(table = cases, links = links,
         types = stats::setNames(types$valuetype, types$name),
         facts = of_file[c("transcript", "variable", "value")]),
    imported_cases(
      cases, data.frame(source[c("id", "name")], text = source$fulltext),
      data.frame(case = links$caseid, transcript = links$fid,
                 start = links$pos0, end = links$pos1),
      values[values$attr_type %in% "case", ]
    ))
}

# What is said of pictures, sounds and films is a note of their name.
qualcoder_memos <- function(take, about, sources, cases) {
  journal <- take("journal", c("name", "jentry", "owner", "date"))
  types <- take("attribute_type", c("name", "memo", "owner", "date"))
  rbind(
    memos_about("project", NA, about$memo),
    memos_about(ifelse(is.na(sources$fulltext), "note", "transcript"),
                sources$name, sources$memo, sources$owner, sources$date),
    memos_about("participant", cases$table$name, cases$table$memo,
                cases$table$owner, cases$table$date),
    memos_about("participant", cases$links$name, cases$links$memo),
    memos_about("attribute", types$name, types$memo, types$owner, types$date),
    memos_about("note", journal$name, journal$jentry, journal$owner,
                journal$date)
  )
}

qualcoder_remarks <- function(take, source) {
  notes <- take("annotation", c("memo", "owner", "date"),
                c("fid", "pos0", "pos1"))
  data.frame(transcript = value_of(notes$fid, source$id, source$name),
             start = notes$pos0, end = notes$pos1, text = notes$memo,
             author = notes$owner, date = notes$date, stringsAsFactors = FALSE)
}
