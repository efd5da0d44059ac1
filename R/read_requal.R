# Projects of requal (.requal): one SQLite file, which may hold several. Places
# are code points from 1, the end inclusive.

is_requal <- function(path) {
  has_tables(path, c("segments", "codes", "documents"))
}

read_requal <- function(path, dialect, project = NULL) {
  call <- caller_env()
  dialect <- check_dialect(dialect, call = call)
  file <- open_foreign(path)
  read <- file$take
  all <- read("projects", c("project_name", "project_description"),
              "project_id")
  id <- one_project(all$project_id, all$project_name, project, path, call)
  take <- function(table, text, numbers = character()) {
    if (!file$has(table, "project_id")) return(read(table, text, numbers))
    out <- read(table, text, c(numbers, "project_id"))
    out <- out[out$project_id %in% id, ]
    out[setdiff(names(out), "project_id")]
  }
  about <- all[all$project_id %in% id, ]
  source <- take("documents", c("doc_name", "doc_description", "doc_text",
                                "created_at"), c("doc_id", "user_id"))
  source$doc_name <- own_names(source$doc_name, "transcript")
  users <- read("users", c("user_name", "user_login"), "user_id")
  users$user_name <- own_names(first_known(users$user_name, users$user_login),
                               "user")
  codes <- requal_codes(take)
  cases <- requal_cases(take, read, source)
  segments <- take("segments", "segment_text",
                   c("segment_id", "user_id", "doc_id", "code_id",
                     "segment_start", "segment_end"))
  gathered <- list(
    texts = data.frame(transcript = source$doc_name,
                       text = first_known(source$doc_text, ""),
                       participant = cases$participant,
                       stringsAsFactors = FALSE),
    rows = requal_rows(read, segments, source, users, codes),
    book = codes$book, people = cases$people,
    facts = requal_facts(take, read, source),
    memos = rbind(
      memos_about("project", about$project_name, about$project_description),
      requal_memos(take, read, source, users, codes, cases)),
    remarks = requal_remarks(take, read, segments, source, users),
    sets = rbind(codes$sets, cases$sets)
  )
  gathered$left <- file$untaken(REQUAL_WORDS)
  import_project(gathered, path, "requal", "requal", dialect,
                 program_dialects()$requal)
}

# What is not read, in words; NA for what is no content.
REQUAL_WORDS <- c(
  attributes_users_map = "attributes of users", logs = "entries of the log",
  codes.user_id = "authors of codes",
  categories.user_id = "authors of categories",
  no_words("projects.created_at", "requal_version", "users.user_mail",
           "users.created_at", "user_permissions",
           "attributes.attribute_object", "attributes.attribute_type",
           "attributes.user_id", "attribute_values.attribute_id",
           "sqlite_sequence")
)

# The number of the one project that is wanted, by name or number.
one_project <- function(ids, names, wanted, path, call) {
  names <- own_names(names, "project")
  if (is.null(wanted) && length(ids) == 1) {
    return(ids)
  }
  at <- if (is.numeric(wanted)) match(wanted, ids) else match(wanted, names)
  if (length(at) != 1 || is.na(at)) {
    abort("file", c(
      if (is.null(wanted)) sprintf("\"%s\" holds %s.", path,
                                   format_count(length(ids), "project"))
      else sprintf("\"%s\" holds no project %s.", path, describe_value(wanted)),
      i = if (length(ids)) sprintf("Say which by `project =`: %s.",
                                   quoted(names))
    ), path = path, call = call)
  }
  ids[at]
}

requal_codes <- function(take) {
  codes <- take("codes", c("code_name", "code_description", "code_color"),
                "code_id")
  groups <- take("categories", c("category_name", "category_description"),
                 "category_id")
  inside <- take("categories_codes_map", character(),
                 c("category_id", "code_id"))
  grouped_tree(
    data.frame(id = codes$code_id, name = codes$code_name,
               definition = codes$code_description, color = codes$code_color,
               stringsAsFactors = FALSE),
    data.frame(id = groups$category_id, name = groups$category_name,
               definition = groups$category_description,
               stringsAsFactors = FALSE),
    data.frame(code = inside$code_id, group = inside$category_id)
  )
}

# Segments without a code carry memos alone.
requal_rows <- function(read, segments, source, users, codes) {
  rows <- segments[!is.na(segments$code_id), ]
  memos <- read("memos", "text", "memo_id")
  links <- read("memos_segments_map", character(), c("memo_id", "segment_id"))
  links$text <- value_of(links$memo_id, memos$memo_id, memos$text)
  links <- links[!is.na(links$text), ]
  said <- vapply(split(links$text, links$segment_id), paste, "",
                 collapse = "\n")
  data.frame(
    transcript = value_of(rows$doc_id, source$doc_id, source$doc_name),
    start = rows$segment_start, end = rows$segment_end,
    quote = rows$segment_text,
    code = value_of(rows$code_id, codes$id, codes$code),
    coder = value_of(rows$user_id, users$user_id, users$user_name),
    memo = as.character(value_of(rows$segment_id, names(said), unname(said))),
    stringsAsFactors = FALSE
  )
}

requal_cases <- function(take, read, source) {
  cases <- take("cases", c("case_name", "case_description"), "case_id")
  cases$case_name <- own_names(cases$case_name, "case")
  links <- rbind(
    take("cases_documents_map", character(), c("case_id", "doc_id")),
    take("case_document_map", character(), c("case_id", "doc_id")))
  c(list(table = cases), imported_cases(
    data.frame(id = cases$case_id, name = cases$case_name,
               stringsAsFactors = FALSE),
    data.frame(id = source$doc_id, name = source$doc_name,
               text = source$doc_text, stringsAsFactors = FALSE),
    data.frame(case = links$case_id, transcript = links$doc_id),
    requal_values(take, read, "cases", "case_id")
  ))
}

# Attributes of cases, documents or users: id, variable, value.
requal_values <- function(take, read, of, id) {
  links <- take(sprintf("attributes_%s_map", of), character(),
                c(id, "attribute_id", "attribute_value_id"))
  names <- take("attributes", "attribute_name", "attribute_id")
  values <- read("attribute_values", "value", "attribute_value_id")
  data.frame(
    id = links[[id]],
    variable = value_of(links$attribute_id, names$attribute_id,
                        names$attribute_name),
    value = value_of(links$attribute_value_id, values$attribute_value_id,
                     values$value), stringsAsFactors = FALSE
  )
}

requal_facts <- function(take, read, source) {
  values <- requal_values(take, read, "documents", "doc_id")
  data.frame(transcript = value_of(values$id, source$doc_id, source$doc_name),
             variable = values$variable, value = values$value,
             stringsAsFactors = FALSE)
}

requal_memos <- function(take, read, source, users, codes, cases) {
  memos <- requal_said(take, users)
  placed <- requal_placed(read)$memo_id
  about <- function(on, table, key, ids, names) {
    links <- read(table, character(), c("memo_id", key))
    if (on == "transcript") links <- links[!links$memo_id %in% placed, ]
    at <- match(links$memo_id, memos$memo_id)
    kept <- !is.na(at) & links[[key]] %in% ids
    memos_about(rep(on, sum(kept)), value_of(links[[key]][kept], ids, names),
                memos$text[at[kept]], memos$author[at[kept]])
  }
  linked <- unlist(lapply(c("codes", "documents", "segments"), function(of) {
    read(sprintf("memos_%s_map", of), character(), "memo_id")$memo_id
  }))
  free <- memos[!memos$memo_id %in% linked, ]
  rbind(
    memos_about("note", NA, free$text, free$author),
    memos_about("transcript", source$doc_name, source$doc_description,
                value_of(source$user_id, users$user_id, users$user_name),
                source$created_at),
    memos_about("participant", cases$table$case_name,
                cases$table$case_description),
    about("code", "memos_codes_map", "code_id", codes$id, codes$code),
    about("transcript", "memos_documents_map", "doc_id", source$doc_id,
          source$doc_name)
  )
}

requal_said <- function(take, users) {
  memos <- take("memos", "text", c("memo_id", "user_id"))
  memos$author <- value_of(memos$user_id, users$user_id, users$user_name)
  memos
}

# Links of memos to a place in a document.
requal_placed <- function(read) {
  links <- read("memos_documents_map", character(),
                c("memo_id", "doc_id", "memo_start", "memo_end"))
  links[!is.na(links$memo_start) & !is.na(links$memo_end), ]
}

# Memos of segments without a code and of places.
requal_remarks <- function(take, read, segments, source, users) {
  memos <- requal_said(take, users)
  bare <- segments[is.na(segments$code_id), ]
  links <- read("memos_segments_map", character(), c("memo_id", "segment_id"))
  links <- links[links$segment_id %in% bare$segment_id, ]
  at <- match(links$segment_id, bare$segment_id)
  placed <- requal_placed(read)
  memo <- match(c(links$memo_id, placed$memo_id), memos$memo_id)
  data.frame(
    transcript = value_of(c(bare$doc_id[at], placed$doc_id), source$doc_id,
                          source$doc_name),
    start = c(bare$segment_start[at], placed$memo_start),
    end = c(bare$segment_end[at], placed$memo_end), text = memos$text[memo],
    author = memos$author[memo], date = rep(NA_character_, length(memo)),
    stringsAsFactors = FALSE
  )
}
