# Projects of RQDA (.rqda): one SQLite file. Rows with another status than 1
# have been deleted. Places are code points from 0, the end exclusive.

is_rqda <- function(path) {
  has_tables(path, c("freecode", "coding", "source"))
}

read_rqda <- function(path, dialect) {
  dialect <- check_dialect(dialect, call = caller_env())
  file <- open_foreign(path)
  deleted <- new.env()
  take <- rqda_reader(file, deleted)
  source <- take("source", c("name", "file", "memo", "owner", "date"), "id")
  source$name <- own_names(source$name, "transcript")
  codes <- rqda_codes(take)
  cases <- rqda_cases(take, source)
  files <- rqda_files(take, source)
  gathered <- list(
    texts = data.frame(transcript = source$name,
                       text = first_known(source$file, ""),
                       participant = cases$participant,
                       stringsAsFactors = FALSE),
    rows = rqda_rows(take, source, codes), book = codes$book,
    people = cases$people, facts = rqda_facts(take, source),
    passages = cases$passages,
    memos = rqda_memos(take, source, cases, files),
    remarks = rqda_remarks(take, source),
    sets = rbind(codes$sets, files$sets, cases$sets)
  )
  gathered$left <- rbind(
    left_rows(unlist(mget(sort(ls(deleted)), deleted)), path),
    file$untaken(RQDA_WORDS))
  import_project(gathered, path, "rqda", "RQDA", dialect,
                 program_dialects()$rqda)
}

RQDA_DELETED <- c(
  source = "transcripts", freecode = "codes", codecat = "categories",
  treecode = "places of codes in categories", coding = "codings",
  coding2 = "codings of the second round", cases = "cases",
  caselinkage = "links of cases", caseAttr = "attributes of cases",
  fileAttr = "attributes of transcripts", filecat = "sets of transcripts",
  treefile = "places of transcripts in sets", attributes = "attributes",
  annotation = "annotations", journal = "notes"
)

# What is not read, in words; NA for what is no content.
RQDA_WORDS <- c(
  imageCoding = "codings of pictures", image = "pictures",
  freecode.owner = "authors of codes", freecode.date = "dates of codes",
  codecat.owner = "authors of categories",
  codecat.date = "dates of categories",
  treecode.memo = "memos of places of codes in categories",
  treefile.memo = "memos of places of transcripts in sets",
  no_words(
    "project.databaseversion", "project.date", "project.dateM",
    "project.about", "project.imageDir", "project.encoding", "project.BOM",
    "source.dateM", "freecode.dateM", "codecat.cid", "codecat.dateM",
    "treecode.date", "treecode.dateM", "treecode.owner", "treefile.date",
    "treefile.dateM", "treefile.owner", "filecat.fid", "filecat.dateM",
    "cases.dateM", "caselinkage.owner", "caselinkage.date",
    "attributes.dateM", "caseAttr.date", "caseAttr.dateM", "caseAttr.owner",
    "fileAttr.date", "fileAttr.dateM", "fileAttr.owner", "journal.dateM",
    "annotation.dateM")
)

# Rows that live: a table that has a status keeps those with 1, and `deleted`
# the number of the others.
rqda_reader <- function(file, deleted) {
  function(table, text, numbers = character()) {
    if (!file$has(table, "status")) return(file$take(table, text, numbers))
    out <- file$take(table, text, c(numbers, "status"))
    live <- out$status %in% 1
    if (!all(live)) {
      deleted[[paste("deleted", RQDA_DELETED[[table]])]] <- sum(!live)
    }
    out[live, setdiff(names(out), "status"), drop = FALSE]
  }
}

rqda_codes <- function(take) {
  codes <- take("freecode", c("name", "memo", "color"), "id")
  groups <- take("codecat", c("name", "memo"), "catid")
  inside <- take("treecode", character(), c("cid", "catid"))
  grouped_tree(
    data.frame(id = codes$id, name = codes$name, definition = codes$memo,
               color = codes$color, stringsAsFactors = FALSE),
    data.frame(id = groups$catid, name = groups$name, definition = groups$memo,
               stringsAsFactors = FALSE),
    data.frame(code = inside$cid, group = inside$catid)
  )
}

rqda_rows <- function(take, source, codes) {
  one <- function(table, round) {
    rows <- take(table, c("seltext", "owner", "date", "memo"),
                 c("cid", "fid", "selfirst", "selend"))
    data.frame(
      transcript = value_of(rows$fid, source$id, source$name),
      start = rows$selfirst, end = rows$selend, quote = rows$seltext,
      code = value_of(rows$cid, codes$id, codes$code), coder = rows$owner,
      memo = rows$memo, date = rows$date,
      round = rep(round, nrow(rows)), stringsAsFactors = FALSE
    )
  }
  rows <- rbind(one("coding", 1L), one("coding2", 2L))
  if (!any(rows$round == 2L)) rows$round <- NULL
  rows
}

rqda_cases <- function(take, source) {
  cases <- take("cases", c("name", "memo", "owner", "date"), "id")
  cases$name <- own_names(cases$name, "case")
  links <- take("caselinkage", "memo",
                c("caseid", "fid", "selfirst", "selend"))
  links$name <- value_of(links$caseid, cases$id, cases$name)
  values <- take("caseAttr", c("variable", "value"), "caseID")
  names(values)[names(values) == "caseID"] <- "id"
  c(list(table = cases, links = links), imported_cases(
    cases, data.frame(source[c("id", "name")], text = source$file),
    data.frame(case = links$caseid, transcript = links$fid,
               start = links$selfirst, end = links$selend), values
  ))
}

rqda_facts <- function(take, source) {
  values <- take("fileAttr", c("variable", "value"), "fileID")
  data.frame(transcript = value_of(values$fileID, source$id, source$name),
             variable = values$variable, value = values$value,
             stringsAsFactors = FALSE)
}

rqda_files <- function(take, source) {
  groups <- take("filecat", c("name", "memo", "owner", "date"), "catid")
  inside <- take("treefile", character(), c("fid", "catid"))
  inside <- inside[inside$fid %in% source$id & inside$catid %in% groups$catid, ]
  list(table = groups, sets = set_table(
    value_of(inside$catid, groups$catid, groups$name),
    rep("transcript", nrow(inside)),
    value_of(inside$fid, source$id, source$name)))
}

rqda_memos <- function(take, source, cases, files) {
  project <- take("project", "memo")
  types <- take("attributes", c("name", "memo", "owner", "date"))
  journal <- take("journal", c("name", "journal", "owner", "date"))
  rbind(
    memos_about("project", NA, project$memo),
    memos_about("transcript", source$name, source$memo, source$owner,
                source$date),
    memos_about("participant", cases$table$name, cases$table$memo,
                cases$table$owner, cases$table$date),
    memos_about("participant", cases$links$name, cases$links$memo),
    memos_about("attribute", types$name, types$memo, types$owner, types$date),
    memos_about("set", files$table$name, files$table$memo, files$table$owner,
                files$table$date),
    memos_about("note", journal$name, journal$journal, journal$owner,
                journal$date)
  )
}

# An annotation stands before a character.
rqda_remarks <- function(take, source) {
  notes <- take("annotation", c("annotation", "owner", "date"),
                c("fid", "position"))
  size <- value_of(notes$fid, source$id, nchar(source$file, "chars"))
  start <- pmin(notes$position, size - 1)
  data.frame(transcript = value_of(notes$fid, source$id, source$name),
             start = start, end = start + 1, text = notes$annotation,
             author = notes$owner, date = notes$date, stringsAsFactors = FALSE)
}
