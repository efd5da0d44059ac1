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
  gr_memo_item = paste("gmemoid* grid memo_source_type memo_source_id x y",
                       "color font_size"),
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

# Who wrote what has no author, and what has no coder.
QUALCODER_NOBODY <- "default"

qualcoder_tables <- function(x) {
  documents <- x$transcripts$documents
  people <- x$transcripts$participants
  coders <- unique(c(x$codings$coder, x$memos$author))
  coders <- union(coders[!is.na(coders)], QUALCODER_NOBODY)
  notes <- x$memos[x$memos$on == "note", ]
  c(qualcoder_book(x), list(
    project = data.frame(
      databaseversion = "v17", date = "",
      memo = qualcoder_said(x, "project")$memo,
      about = qualcoder_about(x$codebook), bookmarkfile = 0L, bookmarkpos = 0L,
      codername = coders[1], recently_used_codes = ""),
    source = data.frame(
      id = seq_len(nrow(documents)), name = documents$transcript,
      fulltext = documents$text,
      qualcoder_said(x, "transcript", documents$transcript)),
    cases = data.frame(
      caseid = seq_len(nrow(people)), name = people$participant,
      qualcoder_said(x, "participant", people$participant)),
    case_text = qualcoder_case_text(x),
    attribute_type = qualcoder_variables(x),
    attribute = qualcoder_values(people),
    code_text = qualcoder_codings(x),
    annotation = qualcoder_annotations(x),
    journal = data.frame(
      jid = seq_len(nrow(notes)),
      name = make.unique(first_known(notes$name, "note"), sep = " "),
      jentry = notes$text, date = first_known(notes$date, ""),
      owner = first_known(notes$author, QUALCODER_NOBODY)),
    coder_names = data.frame(name = coders, visibility = 1L)
  ))
}

# QualCoder opens what says to be its own.
qualcoder_about <- function(book) {
  version <- attr(book, "version")
  paste0("QualCoder project by intercoder",
         if (!is.na(version)) paste(", codebook version", version))
}

# Memo, owner and date of each thing; of several memos all the words.
qualcoder_said <- function(x, on, name = NULL) {
  memos <- x$memos[x$memos$on == on, ]
  if (is.null(name)) {
    name <- on
    memos$name <- rep(on, nrow(memos))
  }
  first <- match(name, memos$name)
  said <- vapply(split(memos$text, factor(memos$name, unique(name))), paste, "",
                 collapse = "\n")
  data.frame(
    memo = first_known(unname(said[name]), ""),
    owner = first_known(memos$author[first], QUALCODER_NOBODY),
    date = first_known(memos$date[first], ""), stringsAsFactors = FALSE)
}

# Labels of themes are categories; codes under codes are subcodes.
qualcoder_book <- function(x) {
  book <- without_lists(x$codebook)
  parent <- parent_rows(book)
  labels <- unique(stats::na.omit(book$theme[is.na(parent)]))
  n <- nrow(book)
  data <- as.data.frame(book)
  data$memo <- qualcoder_said(x, "code", book$code)$memo
  data$memo[!nzchar(data$memo)] <- NA
  about <- vapply(seq_len(n), function(row) {
    join_description(data[row, ], QUALCODER_KEYS)
  }, "")
  nobody <- function(n) rep(QUALCODER_NOBODY, n)
  list(
    code_cat = data.frame(
      catid = seq_along(labels), name = labels, owner = nobody(length(labels)),
      date = rep("", length(labels)), memo = rep("", length(labels))),
    code_name = data.frame(
      cid = seq_len(n), name = book$code, memo = about,
      catid = ifelse(is.na(parent), match(book$theme, labels), NA),
      owner = nobody(n), date = rep("", n),
      color = first_known(as.character(book$color %||% rep(NA, n)),
                          QUALCODER_GREY),
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
  if (!is.null(done$important)) {
    rows$important <- ifelse(done$important %in% TRUE, 1L, NA)
  }
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

qualcoder_case_text <- function(x) {
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
    pos1 = rows$pos1, owner = rep(QUALCODER_NOBODY, n), date = rep("", n),
    memo = rep("", n)
  )
}

qualcoder_variables <- function(x) {
  people <- x$transcripts$participants
  names <- attribute_names(people)
  number <- vapply(people[names], is.numeric, NA)
  data.frame(name = names, qualcoder_said(x, "attribute", names),
             caseOrFile = rep("case", length(names)),
             valuetype = ifelse(number, "numeric", "character"))
}

# QualCoder expects a value for each case, empty where none is known.
qualcoder_values <- function(people) {
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
             owner = rep(QUALCODER_NOBODY, all))
}

# One annotation per place and author: of several all the words.
qualcoder_annotations <- function(x) {
  memos <- x$memos[x$memos$on == "place", ]
  places <- memo_places(x)
  at <- match(memos$name, places$about)
  memos$author <- first_known(memos$author, QUALCODER_NOBODY)
  key <- paste(memos$name, memos$author, sep = "\x1f")
  first <- !duplicated(key)
  said <- vapply(split(memos$text, factor(key, unique(key))), paste, "",
                 collapse = "\n")
  data.frame(
    anid = seq_len(sum(first)),
    fid = match(places$transcript[at[first]],
                x$transcripts$documents$transcript),
    pos0 = places$start[at[first]] - 1L, pos1 = places$end[at[first]],
    memo = unname(said), owner = memos$author[first],
    date = first_known(memos$date[first], ""), stringsAsFactors = FALSE
  )
}
