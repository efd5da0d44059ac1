# A project of QualCoder (database version 17): a folder with data.qda. The file
# is new and its own, so writing it with RSQLite touches no open project.

# Columns by table; those named here are whole numbers, all others are text. A
# first column that ends in a star is the key; after a slash stands what must
# not be there twice.
QUALCODER_TABLES <- c(
  project = paste("databaseversion date memo about bookmarkfile bookmarkpos",
                  "codername recently_used_codes avbookmarkfile",
                  "avbookmarkmsec avbookmarktextpos"),
  source = paste("id* name fulltext mediapath memo owner date av_text_id",
                 "risid/name"),
  code_image = paste("imid* id x1 y1 width height cid memo date owner",
                     "important pdf_page"),
  code_av = "avid* id pos0 pos1 cid memo date owner important",
  annotation = "anid* fid pos0 pos1 memo owner date/fid,pos0,pos1,owner",
  attribute_type = "name date owner memo caseOrFile valuetype/name",
  attribute = "attrid* name attr_type value id date owner/name,attr_type,id",
  case_text = "id* caseid fid pos0 pos1 owner date memo",
  cases = "caseid* name memo owner date/name",
  code_cat = "catid* name owner date memo supercatid/name",
  code_text = paste("ctid* cid fid seltext pos0 pos1 owner date memo avid",
                    "important/cid,fid,pos0,pos1,owner"),
  code_name = "cid* name memo catid owner date color supercid/name",
  journal = "jid* name jentry date owner/name",
  stored_sql = "title description grouper ssql/title",
  graph = "grid* name description date scene_width scene_height/name",
  gr_cdct_text_item = paste("gtextid* grid x y supercatid catid cid font_size",
                            "bold isvisible displaytext"),
  gr_case_text_item = paste("gcaseid* grid x y caseid font_size bold color",
                            "displaytext"),
  gr_file_text_item = "gfileid* grid x y fid font_size bold color displaytext",
  gr_free_text_item = paste("gfreeid* grid freetextid x y free_text font_size",
                            "bold color tooltip ctid memo_ctid memo_imid",
                            "memo_avid"),
  gr_cdct_line_item = paste("glineid* grid fromcatid fromcid tocatid tocid",
                            "color linewidth linetype isvisible label",
                            "arrow_mode"),
  gr_free_line_item = paste("gflineid* grid fromfreetextid fromcatid fromcid",
                            "fromcaseid fromfileid fromimid fromavid",
                            "tofreetextid tocatid tocid tocaseid tofileid",
                            "toimid toavid color linewidth linetype label",
                            "arrow_mode"),
  gr_pix_item = "grpixid* grid imid x y px py w h filepath tooltip pdf_page",
  gr_av_item = "gr_avid* grid avid x y pos0 pos1 filepath tooltip color",
  gr_memo_item = paste("gmemoid* grid memo_source_type memo_source_id x y color",
                       "font_size"),
  ris = "risid tag longtag value",
  manage_files_display = "mfid* name tblrows tblcolumns owner",
  files_filter = "filterid* name filter owner",
  coder_names = "name visibility/name"
)
QUALCODER_NUMBERS <- paste0(
  "^(id|[a-z_]*id|[xywh]1?|p[xy]|pos[01]|width|height|important|pdf_page|bold|",
  "font_size|isvisible|linewidth|visibility|scene_.*|.*bookmark.*|",
  "(from|to)(cat|c|case|file|im|av|freetext)id)$")

qualcoder_sql <- function(table) {
  parts <- strsplit(QUALCODER_TABLES[[table]], "/", fixed = TRUE)[[1]]
  columns <- strsplit(parts[1], " ", fixed = TRUE)[[1]]
  name <- sub("*", "", columns, fixed = TRUE)
  type <- ifelse(grepl(QUALCODER_NUMBERS, name), "integer", "text")
  key <- ifelse(endsWith(columns, "*"), " primary key", "")
  sprintf("CREATE TABLE %s (%s)", table, paste(c(
    paste0(name, " ", type, key),
    if (length(parts) > 1) sprintf("unique(%s)", parts[2])), collapse = ", "))
}

write_qualcoder <- function(x, folder, call = caller_env()) {
  need_package("RSQLite", "A project of QualCoder", call)
  need_package("DBI", "A project of QualCoder", call)
  for (part in c("images", "audio", "video", "documents")) {
    make_folder(file.path(folder, part), call)
  }
  con <- DBI::dbConnect(RSQLite::SQLite(), file.path(folder, "data.qda"))
  on.exit(DBI::dbDisconnect(con))
  rows <- qualcoder_tables(x)
  DBI::dbWithTransaction(con, {
    for (table in names(QUALCODER_TABLES)) {
      DBI::dbExecute(con, qualcoder_sql(table))
      if (NROW(rows[[table]])) DBI::dbAppendTable(con, table, rows[[table]])
    }
  })
}

qualcoder_tables <- function(x) {
  documents <- x$transcripts$documents
  people <- x$transcripts$participants
  coders <- unique(c(x$codings$coder, x$memos$author))
  coders <- coders[!is.na(coders)]
  owner <- c(coders, "default")[1]
  memo_of <- function(on, name) {
    vapply(name, function(one) {
      paste(x$memos$text[x$memos$on == on & x$memos$name %in% one],
            collapse = "\n")
    }, "", USE.NAMES = FALSE)
  }
  notes <- x$memos[x$memos$on == "note", ]
  c(qualcoder_book(x$codebook, owner, memo_of), list(
    project = data.frame(
      databaseversion = "v17", date = "", memo = paste(
        x$memos$text[x$memos$on == "project"], collapse = "\n"),
      about = "intercoder", bookmarkfile = 0L, bookmarkpos = 0L,
      codername = owner, recently_used_codes = ""),
    source = data.frame(
      id = seq_len(nrow(documents)), name = documents$transcript,
      fulltext = documents$text, memo = memo_of("transcript",
                                                documents$transcript),
      owner = rep(owner, nrow(documents)), date = rep("", nrow(documents))),
    cases = data.frame(
      caseid = seq_len(nrow(people)), name = people$participant,
      memo = memo_of("participant", people$participant),
      owner = rep(owner, nrow(people)), date = rep("", nrow(people))),
    case_text = qualcoder_case_text(x, owner),
    attribute_type = qualcoder_variables(people, owner),
    attribute = qualcoder_values(people, owner),
    code_text = qualcoder_codings(x),
    annotation = qualcoder_annotations(x, owner),
    journal = data.frame(
      jid = seq_len(nrow(notes)), name = make.unique(notes$name, sep = " "),
      jentry = notes$text, date = first_known(notes$date, ""),
      owner = first_known(notes$author, owner)),
    coder_names = data.frame(name = union(coders, owner), visibility = 1L)
  ))
}

# Labels of themes are categories; codes under codes are subcodes.
qualcoder_book <- function(book, owner, memo_of) {
  book <- without_lists(book)
  parent <- parent_rows(book)
  labels <- unique(stats::na.omit(book$theme[is.na(parent)]))
  n <- nrow(book)
  about <- vapply(seq_len(n), function(row) {
    one <- as.data.frame(book)[row, ]
    one$label <- one$code
    join_description(one)
  }, "")
  more <- memo_of("code", book$code)
  list(
    code_cat = data.frame(
      catid = seq_along(labels), name = labels,
      owner = rep(owner, length(labels)), date = rep("", length(labels)),
      memo = rep("", length(labels))),
    code_name = data.frame(
      cid = seq_len(n), name = book$code,
      memo = paste0(about, ifelse(nzchar(about) & nzchar(more), "\n", ""),
                    more),
      catid = ifelse(is.na(parent), match(book$theme, labels), NA),
      owner = rep(owner, n), date = rep("", n),
      color = first_known(as.character(book$color %||% rep(NA, n)), "#999999"),
      supercid = parent)
  )
}

qualcoder_codings <- function(x) {
  done <- x$codings
  if (!NROW(done)) return(NULL)
  rows <- data.frame(
    cid = match(done$code, x$codebook$code),
    fid = match(done$transcript, x$transcripts$documents$transcript),
    seltext = done$text, pos0 = done$start - 1L, pos1 = done$end,
    owner = done$coder,
    date = first_known(as.character(done$date %||% rep(NA, nrow(done))), ""),
    memo = first_known(memo_with_keys(done), ""), stringsAsFactors = FALSE
  )
  again <- duplicated(rows[c("cid", "fid", "pos0", "pos1", "owner")])
  if (any(again)) {
    warn("codings", sprintf(
      paste("QualCoder keeps a coding once per coder and place: %s stand again",
            "(in another round, say) and are left out."),
      format_count(sum(again), "coding")), rows = which(again))
  }
  rows <- rows[!again, ]
  cbind(ctid = seq_len(nrow(rows)), rows)
}

qualcoder_case_text <- function(x, owner) {
  documents <- x$transcripts$documents
  whole <- documents[!is.na(documents$participant), ]
  turns <- turn_selections(x)
  rows <- data.frame(
    case = c(whole$participant, turns$participant),
    transcript = c(whole$transcript, turns$transcript),
    pos0 = c(rep(0L, nrow(whole)), turns$start - 1L),
    pos1 = c(nchar(whole$text, "chars"), turns$end), stringsAsFactors = FALSE
  )
  n <- nrow(rows)
  data.frame(
    id = seq_len(n),
    caseid = match(rows$case, x$transcripts$participants$participant),
    fid = match(rows$transcript, documents$transcript), pos0 = rows$pos0,
    pos1 = rows$pos1, owner = rep(owner, n), date = rep("", n),
    memo = rep("", n)
  )
}

qualcoder_variables <- function(people, owner) {
  names <- attribute_names(people)
  n <- length(names)
  number <- vapply(people[names], is.numeric, NA)
  data.frame(name = names, date = rep("", n), owner = rep(owner, n),
             memo = rep("", n), caseOrFile = rep("case", n),
             valuetype = ifelse(number, "numeric", "character"))
}

# QualCoder expects a value for each case, empty where none is known.
qualcoder_values <- function(people, owner) {
  names <- attribute_names(people)
  n <- nrow(people)
  value <- unlist(lapply(names, function(name) {
    column <- people[[name]]
    text <- if (is.double(column) && !is.object(column)) {
      shortest_number(column)
    } else {
      as.character(column)
    }
    ifelse(is.na(column), "", text)
  }))
  all <- n * length(names)
  data.frame(attrid = seq_len(all), name = rep(names, each = n),
             attr_type = rep("case", all), value = as.character(value),
             id = rep(seq_len(n), length(names)), date = rep("", all),
             owner = rep(owner, all))
}

qualcoder_annotations <- function(x, owner) {
  x$guid$transcript <- named_guids("transcript",
                                   x$transcripts$documents$transcript)
  places <- memo_selections(x)
  at <- match(x$memos$name, places$about)
  rows <- which(x$memos$on == "place" & !is.na(at))
  at <- at[rows]
  out <- data.frame(
    fid = match(places$transcript[at], x$transcripts$documents$transcript),
    pos0 = places$start[at] - 1L, pos1 = places$end[at],
    memo = x$memos$text[rows], owner = first_known(x$memos$author[rows], owner),
    date = first_known(x$memos$date[rows], ""), stringsAsFactors = FALSE
  )
  out <- out[!duplicated(out[c("fid", "pos0", "pos1", "owner")]), ]
  cbind(anid = seq_len(nrow(out)), out)
}
