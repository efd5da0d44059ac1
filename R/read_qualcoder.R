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
  take <- foreign_reader(qualcoder_file(path))
  sources <- take("source", c("name", "fulltext", "memo", "owner", "date"),
                  "id")
  source <- sources[!is.na(sources$fulltext), ]
  source$name <- own_names(source$name, "transcript")
  codes <- qualcoder_codes(take)
  cases <- qualcoder_cases(take, source)
  gathered <- list(
    texts = data.frame(transcript = source$name, text = source$fulltext,
                       participant = cases$participant,
                       stringsAsFactors = FALSE),
    rows = qualcoder_rows(take, source, codes), book = codes$book,
    people = cases$people, facts = cases$facts,
    memos = qualcoder_memos(take, source, cases), sets = cases$sets,
    left = qualcoder_left(take, sources, cases, path)
  )
  version <- take("project", "databaseversion")$databaseversion
  import_project(gathered, path, "qualcoder",
                 paste(c("QualCoder", version[1]), collapse = " "), dialect,
                 program_dialects()$qualcoder)
}

# Codes stand under a category or, from version 17, under another code.
qualcoder_codes <- function(take) {
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
  list(book = tree$book, id = codes$cid, code = tree$code[seq_along(codes$cid)])
}

qualcoder_rows <- function(take, source, codes) {
  rows <- take("code_text", c("seltext", "owner", "date", "memo"),
               c("cid", "fid", "pos0", "pos1", "important"))
  data.frame(
    transcript = value_of(rows$fid, source$id, source$name),
    start = rows$pos0, end = rows$pos1, quote = rows$seltext,
    code = value_of(rows$cid, codes$id, codes$code), coder = rows$owner,
    memo = ifelse(nzchar(rows$memo), rows$memo, NA), date = rows$date,
    important = ifelse(rows$important %in% 1, TRUE, NA),
    stringsAsFactors = FALSE
  )
}

qualcoder_cases <- function(take, source) {
  cases <- take("cases", c("name", "memo", "owner", "date"), "caseid")
  names(cases)[names(cases) == "caseid"] <- "id"
  cases$name <- own_names(cases$name, "case")
  links <- take("case_text", character(), c("caseid", "fid", "pos0", "pos1"))
  values <- take("attribute", c("name", "attr_type", "value"), "id")
  names(values)[names(values) == "name"] <- "variable"
  values$value[!nzchar(values$value)] <- NA
  of_file <- values[values$attr_type %in% "file", ]
  of_file$transcript <- value_of(of_file$id, source$id, source$name)
  c(list(table = cases, facts = of_file[c("transcript", "variable", "value")]),
    imported_cases(
      cases, data.frame(source[c("id", "name")], text = source$fulltext),
      data.frame(case = links$caseid, transcript = links$fid,
                 size = links$pos1 - links$pos0),
      values[values$attr_type %in% "case", ]
    ))
}

qualcoder_memos <- function(take, source, cases) {
  notes <- take("annotation", c("memo", "owner", "date"), c("fid", "pos0"))
  journal <- take("journal", c("name", "jentry", "owner", "date"))
  about <- take("project", c("memo", "codername", "date"))
  rbind(
    memo_table(rep("project", nrow(about)), rep(NA_character_, nrow(about)),
               about$memo, about$codername, about$date),
    memo_table(rep("transcript", nrow(source)), source$name, source$memo,
               source$owner, source$date),
    memo_table(rep("participant", nrow(cases$table)), cases$table$name,
               cases$table$memo, cases$table$owner, cases$table$date),
    memo_table(rep("place", nrow(notes)),
               place_name(value_of(notes$fid, source$id, source$name),
                          notes$pos0), notes$memo, notes$owner, notes$date),
    memo_table(rep("journal", nrow(journal)), journal$name, journal$jentry,
               journal$owner, journal$date)
  )
}

qualcoder_left <- function(take, sources, cases, path) {
  count <- function(table, column) nrow(take(table, column))
  left_rows(c(
    "pictures, sounds and films without text" = sum(is.na(sources$fulltext)),
    "cases of parts of transcripts" = cases$parts,
    "codings of sound or film" = count("code_av", "memo"),
    "codings of pictures" = count("code_image", "memo"),
    "stored queries" = count("stored_sql", "title"),
    "graphs" = count("graph", "name"),
    "bibliographic entries" = count("ris", "tag")
  ), path)
}
