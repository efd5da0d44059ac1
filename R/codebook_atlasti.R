# Codebooks as ATLAS.ti exports them: a table of codes with their comments, or
# its list of codes with frequencies. A code in a folder is named "folder:
# code".

read_codebook_atlasti <- function(file, encoding, call) {
  data <- if (tolower(tools_ending(file)) == "xlsx") {
    read_xlsx_file(file, call)$data
  } else {
    read_table_file(file, encoding, call)$data
  }
  key <- column_key(names(data))
  code <- match(CODING_NAMES$code, key)
  code <- code[!is.na(code)][1]
  if (is.na(code)) {
    file_error(file, "no column holds the code",
               hint = sprintf("There are %s.", quoted(names(data))),
               kind = "columns", columns = "code", call = call)
  }
  under <- code + 1L
  tree <- under <= length(key) && key[under] == ""
  name <- if (tree) {
    folder_names(data[[code]], data[[under]], file, call)
  } else {
    trim(data[[code]])
  }
  parent <- folder_of(name)
  memo <- match(CODING_NAMES$memo, key)
  groups <- grep("^(codegroup[0-9]+|groups|gruppen|grupos)$", key)
  out <- data.frame(
    code = name, theme = parent,
    label = ifelse(is.na(parent), name,
                   substring(name, nchar(parent, "chars") + 3L)),
    stringsAsFactors = FALSE
  )
  out$definition <- data[[memo[!is.na(memo)][1]]]
  out$group <- if (length(groups)) joined_cells(data[groups])
  list(data = out, version = NA_character_)
}

# In the list of codes a folder stands in the first column, what it holds in
# the second, each after a bullet.
folder_names <- function(folder, code, file, call) {
  bare <- function(x) sub("^[\u25cf\u25cb\u2022\u25e6\u25c6\u25c7]\\s*", "", x,
                          perl = TRUE)
  folder <- bare(trim(folder))
  code <- bare(trim(code))
  above <- cummax(ifelse(is.na(folder), 0L, seq_along(folder)))
  lost <- which(is.na(folder) & (is.na(code) | above == 0))
  if (length(lost)) {
    file_error(file, "the row has neither a code nor a folder above it",
               line = lost[1] + 1L, call = call)
  }
  ifelse(is.na(folder), paste0(folder[pmax(above, 1L)], ": ", code), folder)
}

# The longest beginning of each name that is a name, before ": ".
folder_of <- function(name) {
  out <- rep(NA_character_, length(name))
  at <- gregexpr(": ", name, fixed = TRUE)
  for (i in which(vapply(at, `[`, 0L, 1L) > 0)) {
    heads <- substring(name[i], 1L, at[[i]] - 1L)
    out[i] <- c(rev(heads[heads %in% name]), NA)[1]
  }
  out
}

joined_cells <- function(columns) {
  apply(as.matrix(columns), 1L, function(row) {
    row <- row[!is.na(row)]
    if (length(row)) paste(row, collapse = "; ") else NA_character_
  })
}
