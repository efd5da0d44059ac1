# Projects of RQDA (.rqda): one SQLite file. Rows with another status than 1
# have been deleted. Places are code points from 0, the end exclusive.

is_rqda <- function(path) {
  has_tables(path, c("freecode", "coding", "source"))
}

read_rqda <- function(path, dialect) {
  dialect <- check_dialect(dialect, call = caller_env())
  take <- rqda_reader(path)
  source <- take("source", c("name", "file", "memo", "owner", "date"), "id")
  source$name <- own_names(source$name, "transcript")
  codes <- rqda_codes(take)
  cases <- rqda_cases(take, source)
  gathered <- list(
    texts = data.frame(transcript = source$name,
                       text = first_known(source$file, ""),
                       participant = cases$participant,
                       stringsAsFactors = FALSE),
    rows = rqda_rows(take, source, codes), book = codes$book,
    people = cases$people, facts = rqda_facts(take, source),
    memos = rqda_memos(take, source, cases),
    sets = rbind(codes$sets, rqda_files(take, source), cases$sets),
    left = left_rows(c(
      "deleted codings" = sum(!foreign_reader(path)("coding", character(),
                                                   "status")$status %in% 1),
      "cases of parts of transcripts" = cases$parts,
      "codings of images" = nrow(take("imageCoding", "memo", "cid"))
    ), path)
  )
  import_project(gathered, path, "rqda", "RQDA", dialect,
                 program_dialects()$rqda)
}

# Rows that live: a table that has a status keeps those with 1.
rqda_reader <- function(path) {
  read <- foreign_reader(path)
  function(table, text, numbers = character()) {
    out <- read(table, text, c(numbers, "status"))
    out <- out[out$status %in% 1, ]
    out[setdiff(names(out), "status")]
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
  links <- take("caselinkage", character(),
                c("caseid", "fid", "selfirst", "selend"))
  values <- take("caseAttr", c("variable", "value"), "caseID")
  names(values)[names(values) == "caseID"] <- "id"
  c(list(table = cases), imported_cases(
    cases, data.frame(source[c("id", "name")], text = source$file),
    data.frame(case = links$caseid, transcript = links$fid,
               size = links$selend - links$selfirst), values
  ))
}

rqda_facts <- function(take, source) {
  values <- take("fileAttr", c("variable", "value"), "fileID")
  data.frame(transcript = value_of(values$fileID, source$id, source$name),
             variable = values$variable, value = values$value,
             stringsAsFactors = FALSE)
}

rqda_files <- function(take, source) {
  groups <- take("filecat", "name", "catid")
  inside <- take("treefile", character(), c("fid", "catid"))
  inside <- inside[inside$fid %in% source$id & inside$catid %in% groups$catid, ]
  set_table(value_of(inside$catid, groups$catid, groups$name),
            rep("transcripts", nrow(inside)),
            value_of(inside$fid, source$id, source$name))
}

rqda_memos <- function(take, source, cases) {
  notes <- take("annotation", c("annotation", "owner", "date"),
                c("fid", "position"))
  journal <- take("journal", c("name", "journal", "owner", "date"))
  rbind(
    memo_table(rep("transcript", nrow(source)), source$name, source$memo,
               source$owner, source$date),
    memo_table(rep("participant", nrow(cases$table)), cases$table$name,
               cases$table$memo, cases$table$owner, cases$table$date),
    memo_table(rep("place", nrow(notes)),
               place_name(value_of(notes$fid, source$id, source$name),
                          notes$position), notes$annotation,
               notes$owner, notes$date),
    memo_table(rep("journal", nrow(journal)), journal$name, journal$journal,
               journal$owner, journal$date)
  )
}
