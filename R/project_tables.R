# A project as a folder of plain tables: transcripts/*.txt, documents.csv,
# turns.csv, participants.csv, codebook.csv, codings.csv, memos.csv, sets.csv,
# plan.csv and columns.csv, which says of what type each column is.

write_tables <- function(x, folder, call = caller_env()) {
  documents <- x$transcripts$documents
  files <- file.path("transcripts", safe_names(documents$transcript, ".txt"))
  make_folder(file.path(folder, "transcripts"), call)
  for (i in seq_along(files)) {
    write_bytes(documents$text[i], file.path(folder, files[i]), call)
  }
  documents <- documents[setdiff(names(documents), "text")]
  documents$file <- files
  book <- with_list_rows(as.data.frame(x$codebook), attr(x$codebook, "lists"))
  book$version <- rep(attr(x$codebook, "version"), nrow(book))
  tables <- list(
    documents = documents, turns = x$transcripts$turns,
    participants = x$transcripts$participants, codebook = book,
    codings = as.data.frame(x$codings %||% codings(coding_rows()[1:6])),
    memos = x$memos, sets = x$sets
  )
  if (!is.null(x$plan)) tables$plan <- as.data.frame(x$plan)
  tables$columns <- bind_rows(lapply(names(tables), function(name) {
    data.frame(table = name, column = names(tables[[name]]),
               type = vapply(tables[[name]], column_type, ""),
               stringsAsFactors = FALSE)
  }))
  for (name in names(tables)) {
    write_plain_csv(tables[[name]], file.path(folder, paste0(name, ".csv")),
                    safe = TRUE, call)
  }
}

column_type <- function(x) {
  if (is.factor(x)) "factor" else if (inherits(x, "Date")) "date" else
    if (is.object(x)) "character" else typeof(x)
}

is_tables <- function(path) {
  dir.exists(path) && file.exists(file.path(path, "codings.csv")) &&
    file.exists(file.path(path, "documents.csv"))
}

read_tables <- function(path, dialect, call = caller_env()) {
  if (!is.null(dialect)) {
    arg_error("dialect", "NULL: tables count code points from 1",
              describe_value(dialect), call)
  }
  types <- folder_table(path, "columns", NULL, call)
  read <- function(name) folder_table(path, name, types, call)
  x <- tables_transcripts(path, read, call)
  book <- read("codebook") %||% data.frame(code = character())
  version <- c(stats::na.omit(book$version), NA_character_)[1]
  book$version <- NULL
  done <- settled_codings(read("codings"), x)
  plan <- read("plan")
  out <- new_imported_project(
    x, codebook(book, if (!is.na(version)) version),
    codings(done$codings, if (nrow(done$codings)) x),
    memos = read("memos") %||% memo_table(),
    sets = read("sets") %||% set_table(), problems = done$problems,
    source = list(path = path, format = "csv", origin = "intercoder",
                  name = NULL)
  )
  out$plan <- if (!is.null(plan)) coding_plan(plan)
  out
}

# A table of the folder; NULL where it has none.
folder_table <- function(path, name, types, call) {
  file <- file.path(path, paste0(name, ".csv"))
  if (!file.exists(file)) {
    return(NULL)
  }
  data <- parse_table(decode_bytes(read_file_bytes(file, call = call), file,
                                   call = call)$text, file, call, sep = ",")
  attr(data, "separator") <- NULL
  data[] <- lapply(names(data), function(column) {
    type <- c(types$type[types$table == name & types$column == column],
              "unknown")[1]
    refuse <- function(cause) {
      file_error(file, sprintf("the column \"%s\" is not of type %s", column,
                               type), hint = conditionMessage(cause),
                 call = call)
    }
    tryCatch(typed_column(data[[column]], type), error = refuse,
             warning = refuse)
  })
  data
}

typed_column <- function(x, type) {
  x <- sub("^'('*[-=+@\t\r])", "\\1", mark_utf8(as.character(x)))
  switch(
    type, integer = as.integer(x), double = as.numeric(x),
    logical = as.logical(x), factor = factor(x, unique(stats::na.omit(x))),
    date = as.Date(x), character = x, utils::type.convert(x, as.is = TRUE)
  )
}

tables_transcripts <- function(path, read, call) {
  documents <- read("documents")
  check_columns(documents, c("transcript", "file"), arg = "documents.csv",
                call = call)
  outside <- grepl("^([/\\\\]|[A-Za-z]:)|(^|[/\\\\])[.][.]([/\\\\]|$)",
                   documents$file) | is.na(documents$file)
  if (any(outside)) {
    file_error(file.path(path, "documents.csv"), sprintf(
      "the file of transcript \"%s\" is not inside the folder",
      documents$transcript[which(outside)[1]]), call = call)
  }
  files <- file.path(path, documents$file)
  x <- read_transcripts(stats::setNames(files, documents$transcript),
                        format = "txt")
  same <- x$documents$hash == documents$hash
  turns <- read("turns")
  people <- read("participants")
  if (is.null(turns) || is.null(people) || !all(same %in% TRUE)) {
    if (!is.null(people)) {
      x$participants <- participant_table(x, people, report = FALSE)
    }
    return(x)
  }
  documents$text <- x$documents$text
  documents$file <- NULL
  new_transcripts(documents[names(x$documents)], turns, people)
}

# Codings whose words are elsewhere in the text now, because it was edited, move
# after them.
settled_codings <- function(data, x) {
  data <- data %||% coding_rows()[1:6]
  problems <- list()
  gone <- logical(nrow(data))
  for (name in unique(data$transcript)) {
    at <- match(name, x$documents$transcript)
    if (is.na(at)) next
    rows <- which(data$transcript == name)
    layout <- lay_out(x$documents$text[at])
    place <- file_to_points(layout, data$start[rows], data$end[rows],
                            program_dialects()$requal)
    place <- settle_places(layout, place, data$text[rows])
    told <- which(!is.na(place$problem))
    data$start[rows] <- place$start
    data$end[rows] <- place$end
    gone[rows] <- is.na(place$start)
    problems[[name]] <- place_problem_table(
      rep(name, length(told)), rows[told], data$code[rows[told]],
      data$coder[rows[told]], place$start[told], place$end[told],
      as.character(data$text[rows[told]] %||% rep(NA, length(told))),
      place$problem[told], place$done[told])
  }
  data <- data[!gone, ]
  data$text <- NULL
  list(codings = data,
       problems = bind_some(problems) %||% place_problem_table())
}
