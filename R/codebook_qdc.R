# The codebook exchange format REFI-QDA 1.0. A description has no parts there:
# what a codebook keeps apart stands in lines `KEY: text` at its end, further
# lines of the text by two spaces in.

QDC_KEYS <- c(CODE = "code", INCLUDE = "include", EXCLUDE = "exclude",
              EXAMPLE = "example", RULE = "rule")
# Words that a description of another program may well begin with: keys in our
# own files alone.
QDC_OWN_KEYS <- c(QDC_KEYS, SPEAKER = "speaker", SECTION = "section",
                  MINIMUM = "minimum", WEIGHT = "weight")
QDC_SPACE <- "urn:QDA-XML:codebook:1.0"

# ---- reading ----

read_qdc <- function(path, encoding, call) {
  file <- read_xml_file(path, encoding, call)
  root <- parse_xml_text(file$text, path, "codebook", call)
  holder <- xml2::xml_find_first(
    root, "/*[local-name()='CodeBook']/*[local-name()='Codes']"
  )
  if (inherits(holder, "xml_missing")) {
    file_error(path, "this is not a REFI-QDA codebook",
               hint = "Its root is <CodeBook>, which holds <Codes>.",
               call = call)
  }
  into <- qdc_collector()
  collect_codes(qdc_unwrapped(holder), 0L, NA_character_, into, path, call)
  data <- qdc_data(into$rows(), qdc_keys(root), path, call)
  out <- new_codebook(complete_codebook(data, call), qdc_version(root), path,
                      call)
  attr(out, "problems") <- qdc_problems(root, path)
  out
}

qdc_collector <- function() {
  rows <- list()
  list(
    add = function(row) {
      rows[[length(rows) + 1L]] <<- row
      length(rows)
    },
    rows = function() rows_of(rows)
  )
}

# The namespaces in use differ, the names do not.
named_children <- function(node, name) {
  children <- xml2::xml_children(node)
  children[xml2::xml_name(children) == name]
}

qdc_codable <- function(node) {
  !tolower(xml2::xml_attr(node, "isCodable")) %in% c("false", "0")
}

# NVivo puts all codes under one that cannot be used.
qdc_unwrapped <- function(holder) {
  top <- named_children(holder, "Code")
  wrapped <- length(top) == 1 && xml2::xml_attr(top, "name") %in% "Nodes" &&
    !qdc_codable(top) && length(named_children(top, "Code"))
  if (wrapped) top[[1]] else holder
}

collect_codes <- function(node, parent, theme, into, file, call) {
  for (code in as.list(named_children(node, "Code"))) {
    name <- xml2::xml_attr(code, "name")
    if (is.na(name) || !nzchar(trim(name))) {
      file_error(file, "a <Code> has no name", call = call)
    }
    about <- paste(xml2::xml_text(named_children(code, "Description")),
                   collapse = "\n")
    label <- parent == 0L && is.na(theme) && !qdc_codable(code) &&
      is_blank(about) && length(named_children(code, "Code"))
    if (label) {
      collect_codes(code, 0L, name, into, file, call)
    } else {
      here <- into$add(list(
        name = trim(name), parent = parent, theme = theme, about = about,
        guid = plain_guid(xml2::xml_attr(code, "guid")),
        color = xml2::xml_attr(code, "color")
      ))
      collect_codes(code, here, NA_character_, into, file, call)
    }
  }
}

plain_guid <- function(x) tolower(gsub("[{}]", "", x))

qdc_keys <- function(root) {
  own <- grepl("^intercoder(,|$)", xml2::xml_attr(root, "origin", default = ""))
  if (own) QDC_OWN_KEYS else QDC_KEYS
}

key_line <- function(keys) {
  paste0("(", paste(names(keys), collapse = "|"), "):")
}

qdc_data <- function(rows, keys, path, call) {
  if (!nrow(rows)) {
    file_error(path, "there are no codes", call = call)
  }
  parts <- lapply(rows$about, split_description, keys)
  data <- bind_rows_by_name(parts)
  data$label <- rows$name
  own <- data$code %||% rep(NA_character_, nrow(rows))
  code <- ifelse(is.na(own), category_codes(rows), own)
  data$code <- make.unique(code, sep = " ")
  data$theme <- ifelse(rows$parent > 0L,
                       data$code[match(rows$parent, seq_len(nrow(rows)))],
                       rows$theme)
  data$guid <- rows$guid
  data$color <- rows$color
  if (all(is.na(data$color))) data$color <- NULL
  data
}

# A description as definition and the lines with a key.
split_description <- function(about, keys) {
  lines <- strsplit(about, "\n", fixed = TRUE)[[1]]
  key <- grepl(paste0("^", key_line(keys)), lines)
  group <- cumsum(key)
  going_on <- startsWith(lines, "  ") & group > 0
  group[!key & !going_on] <- 0L
  definition <- sub(paste0("^\\\\(\\\\*", key_line(keys), ")"), "\\1",
                    lines[group == 0L])
  out <- list(definition = sub("\\s+$", "", paste(definition, collapse = "\n")))
  for (g in setdiff(unique(group), 0L)) {
    block <- lines[group == g]
    name <- keys[[sub(":.*$", "", block[1])]]
    block <- c(sub("^[A-Z]+: ?", "", block[1]), substring(block[-1], 3))
    out[[name]] <- paste(block, collapse = "\n")
  }
  out
}

qdc_version <- function(root) {
  origin <- xml2::xml_attr(root, "origin", default = "")
  regmatches(origin, regexec("^intercoder, version (.*)$", origin))[[1]][2]
}

qdc_problems <- function(root, path) {
  sets <- xml2::xml_find_all(root, ".//*[local-name()='Set']")
  problem_table(rep(path, length(sets)), rep(NA_integer_, length(sets)),
                xml2::xml_attr(sets, "name"),
                rep("a set of codes is not kept", length(sets)))
}

# ---- writing ----

codebook_qdc <- function(x) {
  if (!nrow(x)) {
    abort("codebook", "A REFI-QDA codebook holds at least one code.",
          call = caller_env(2))
  }
  x <- without_lists(x)
  c(
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
    sprintf("<CodeBook xmlns=\"%s\" origin=\"%s\">", QDC_SPACE,
            xml_escaped(qdc_origin(x))),
    qdc_codes(x), "</CodeBook>"
  )
}

qdc_origin <- function(x) {
  version <- attr(x, "version")
  if (is.na(version)) "intercoder" else paste0("intercoder, version ", version)
}

qdc_codes <- function(x) {
  parent <- parent_rows(x)
  c(
    "<Codes>",
    unlist(lapply(qdc_tops(x, parent), function(top) {
      if (is.character(top)) qdc_theme(top, x, parent) else
        qdc_code(top, x, parent, codes_path(NULL, x$code[top]))
    })),
    "</Codes>"
  )
}

# Rules with the lists they refer to in their place.
without_lists <- function(x) {
  lists <- attr(x, "lists")
  if (!length(lists)) {
    return(x)
  }
  sources <- rule_sources(x, lists)
  open <- nrow(x) + seq_along(lists)
  x$rule <- resolve_references(sources, attr(x, "file"), caller_env(3),
                               open)[seq_len(nrow(x))]
  attr(x, "lists") <- NULL
  warn("codebook", c(
    sprintf("A REFI-QDA codebook has no place for %s.",
            format_count(length(lists), "list")),
    i = "Rules that refer to one are written with the list in its place."
  ), problems = problem_table(NA_character_, NA_integer_, names(lists),
                              "a list is not kept"))
  x
}

# Theme labels (strings) and codes without a theme (rows), as they come.
qdc_tops <- function(x, parent) {
  rows <- which(is.na(parent))
  rows <- rows[is.na(x$theme[rows]) | !duplicated(x$theme[rows])]
  lapply(rows, function(row) {
    if (is.na(x$theme[row])) row else x$theme[row]
  })
}

codes_path <- function(path, code) paste(c(path, code), collapse = "\x1f")

qdc_theme <- function(theme, x, parent) {
  path <- codes_path(NULL, c("theme", theme))
  rows <- which(is.na(parent) & x$theme %in% theme)
  c(
    sprintf("<Code guid=\"%s\" name=\"%s\" isCodable=\"false\">",
            name_guid(path), xml_escaped(theme)),
    unlist(lapply(rows, function(row) {
      qdc_code(row, x, parent, codes_path(path, x$code[row]))
    })),
    "</Code>"
  )
}

qdc_code <- function(row, x, parent, path) {
  below <- which(parent %in% row)
  about <- join_description(as.data.frame(x)[row, ])
  c(
    sprintf("<Code guid=\"%s\" name=\"%s\" isCodable=\"true\"%s>",
            row_guid(x, row, path), xml_escaped(x$label[row]),
            row_color(x$color[row])),
    if (nzchar(about)) {
      sprintf("<Description>%s</Description>", xml_escaped(about))
    },
    unlist(lapply(below, function(child) {
      qdc_code(child, x, parent, codes_path(path, x$code[child]))
    })),
    "</Code>"
  )
}

GUID <- "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"

row_guid <- function(x, row, path) {
  given <- plain_guid(as.character(x$guid[row]))
  if (length(given) && grepl(GUID, given)) given else name_guid(path)
}

row_color <- function(color) {
  fits <- length(color) && grepl("^#([A-Fa-f0-9]{6}|[A-Fa-f0-9]{3})$", color)
  if (fits) sprintf(" color=\"%s\"", color) else ""
}

# The same name has the same identifier at any time: of version 3 (RFC 4122),
# in a name space of our own.
name_guid <- function(name) {
  hex <- cli::hash_md5(paste0("6f1d5c520b9e4c7a8e33914d2a68c017", name))
  variant <- bitwOr(bitwAnd(strtoi(substr(hex, 17, 17), 16L), 3L), 8L)
  sprintf("%s-%s-3%s-%x%s-%s", substr(hex, 1, 8), substr(hex, 9, 12),
          substr(hex, 14, 16), variant, substr(hex, 18, 20),
          substr(hex, 21, 32))
}

# Of code and label `keys` holds the one that is not the name.
join_description <- function(row, keys = QDC_OWN_KEYS) {
  definition <- if (is.na(row$definition)) character() else
    gsub(paste0("(^|\n)(\\\\*", key_line(keys), ")"), "\\1\\\\\\2",
         row$definition)
  keys <- keys[keys %in% names(row)]
  if (identical(row$code, row$label)) keys <- keys[-1]
  tail <- lapply(names(keys), function(key) {
    value <- row[[keys[[key]]]]
    if (!is.na(value)) paste0(key, ": ", gsub("\n", "\n  ", value))
  })
  paste(c(definition, unlist(tail)), collapse = "\n")
}

# Escaped; what XML cannot hold at all becomes the replacement character.
xml_escaped <- function(x) {
  x <- gsub("[\x01-\x08\x0b\x0c\x0e-\x1f]", "\ufffd", x, perl = TRUE)
  x <- escape_html(x)
  gsub("\r", "&#13;", gsub("\"", "&quot;", x, fixed = TRUE), fixed = TRUE)
}
