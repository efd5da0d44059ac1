# From the bank of sentences to simulated interviews and their files.

read_bank <- function(file) {
  lines <- readLines(file, encoding = "UTF-8")
  lines <- lines[nzchar(lines) & !startsWith(lines, "#")]
  heading <- startsWith(lines, "= ")
  words <- strsplit(sub("^= ", "", lines[heading]), " ")[cumsum(heading)]
  tags <- regmatches(lines, gregexpr("(?<= @)[a-z]+", lines, perl = TRUE))
  bank <- data.frame(
    what = vapply(words, `[`, "", 1),
    who = vapply(words, function(w) if (length(w) > 1) w[2] else "any", ""),
    text = gsub("( @[a-z]+)+$", "", lines)
  )
  bank$traits <- Map(function(w, tag) c(w[-(1:2)], tag), words, tags)
  bank$codes <- strsplit(ifelse(grepl("_", bank$what), bank$what, ""), "+",
                         fixed = TRUE)
  near <- startsWith(bank$what, "near:")
  bank$near <- ifelse(near, sub("near:", "", bank$what, fixed = TRUE), "")
  bank$codes[near] <- list(character())
  bank[!heading, ]
}

draw <- function(x, n = 1) x[sample.int(length(x), n)]
happens <- function(p) stats::runif(1) < p

# Rows of the bank this person may still say under a heading.
sayable <- function(bank, what, person, used, who = person$group) {
  fits <- bank$what %in% what & bank$who %in% c(who, "any")
  rows <- which(fits)
  traits <- strsplit(person$traits, " ")[[1]]
  able <- vapply(bank$traits[rows], function(t) all(t %in% traits), TRUE)
  setdiff(rows[able], used)
}

capital <- function(x) paste0(toupper(substring(x, 1, 1)), substring(x, 2))

lower_first <- function(x) {
  keep <- grepl("^(I|AI|Monday|GP)\\b|^[\"\\[]", x)
  ifelse(keep, x, paste0(tolower(substring(x, 1, 1)), substring(x, 2)))
}

# What differs between those whose tool writes and those whose tool points.
variants <- rbind(
  sign = c("a mark", "a draft"),
  routine = c("I open the list, I see the mark, I look, and I go on.",
              "I open the draft, I read it, I mend it, and I go on."),
  order = c("I used to start at the top and work down, and now I start where it tells me.",
            "I used to write first and think afterwards, and now it is the other way round."),
  signal = c("You get a colour, and you get used to the colour.",
             "You get a page of text, and you get used to pages of text.")
)

fill_slots <- function(x, person) {
  column <- if (grepl("scribe", person$traits)) 2 else 1
  person[rownames(variants)] <- variants[, column]
  slots <- c("tool", "items", "item", "juniors", "junior", "place", "system",
             "team", "users", "user", "site", "sites", rownames(variants))
  for (slot in slots) {
    x <- gsub(paste0("{", slot, "}"), person[[slot]], x, fixed = TRUE)
  }
  capital(x)
}

# About two people in three contract their verbs, as speakers do.
contract <- function(x) {
  forms <- c(
    "\\b([Dd]o|[Dd]oes|[Dd]id|[Ww]ould|[Cc]ould|[Ss]hould|[Ii]s|[Ww]as|[Hh]as) not\\b" =
      "\\1n't",
    "(?<!of )\\b([Ii]t|[Tt]hat|[Tt]here|[Hh]e|[Ss]he|[Ww]hat) is (?=[a-z])" = "\\1's ",
    "\\bI am (?=[a-z])" = "I'm ",
    "\\b([Ii]t|I|[Ww]e|[Tt]hey|[Yy]ou) would (?=[a-z])" = "\\1'd ",
    "\\b([Ww]e|[Tt]hey|[Yy]ou) are (?=[a-z])" = "\\1're ",
    "\\b([Cc])annot\\b" = "\\1an't",
    "\\bI have (?=(been|used|seen|had|never|always|changed|thought|told|ever)\\b)" = "I've "
  )
  for (form in names(forms)) {
    x <- gsub(form, forms[[form]], x, perl = TRUE)
  }
  x
}

# Word processors curl quotation marks and apostrophes; the files from there do.
curl <- function(x) {
  x <- gsub("(^|[ (])\"", "\\1\u201c", x)
  x <- gsub("\"", "\u201d", x, fixed = TRUE)
  gsub("'", "\u2019", x, fixed = TRUE)
}

# ---- what is said ----

# A habit of this person, each in its turn.
next_of <- function(state, habit) {
  row <- state[[habit]][1]
  state[[habit]] <- c(state[[habit]][-1], row)
  row
}

asks_yes_or_no <- function(question) {
  last <- sub(".*[.?!] (?=[A-Z])", "", question, perl = TRUE)
  grepl("^(Is|Are|Was|Has|Do|Does|So|Mm|And the data)\\b", last)
}

# What the question is about, so that a speaker who strays says so.
on_topic <- list(Q1 = character(), Q2 = c("int", "eff"), Q3 = c("eff", "rel"),
                 Q4 = c("eff", "rel"), Q5 = "rel", Q6 = c("int", "eff"),
                 Q7 = c("gov", "eff"), Q8 = c("eff", "rel", "int", "gov"))

# Now and then the recording swallows a word of a sentence without a code.
mumble <- function(said) {
  free <- which(lengths(said$codes) == 0 & said$near == "" &
                  nchar(said$text) > 30)
  if (length(free) && happens(0.02)) {
    at <- draw(free)
    words <- strsplit(said$text[at], " ", fixed = TRUE)[[1]]
    gone <- draw(2:(length(words) - 1))
    words[gone] <- "[inaudible]"
    said$text[at] <- paste(words, collapse = " ")
  }
  said
}

# One answer: sentences in order, each with the codes it carries.
answer <- function(state, person, question, codes, first, asked) {
  bank <- state$bank
  take <- function(what, who = person$group) {
    rows <- sayable(bank, what, person, state$used, who)
    if (!length(rows)) {
      return(integer())
    }
    row <- draw(rows)
    state$used <- c(state$used, row)
    row
  }
  rows <- integer()
  if (first && question %in% c("Q1", "Q2")) {
    bio <- sayable(bank, "bio", person, state$used, person$participant)
    rows <- bio[seq_len(min(2, length(bio)))]
    state$used <- c(state$used, rows)
  } else if (happens(0.6)) {
    rows <- take("answer", asked$kind)
  }
  if (!length(rows) && happens(0.45)) {
    rows <- next_of(state, if (asked$yes_or_no) "yes" else "openers")
  }
  for (i in seq_len(draw(if (length(codes)) 0:2 else c(1, 1, 2, 2, 3)))) {
    rows <- c(rows, take(question))
  }
  coded <- code_rows(bank, person, codes, take)
  near <- if (happens(0.12)) take(state$near_headings) else integer()
  tail <- if (happens(0.12)) next_of(state, "tails") else integer()
  off_topic <- !sub("_.*", "", codes) %in% on_topic[[question]]
  bridge <- if (any(off_topic) && happens(0.4)) next_of(state, "bridges")
  rows <- c(rows, bridge, coded$rows, near, tail)
  text <- fill_slots(bank$text[rows], person)
  again <- rows %in% coded$again
  text[again] <- paste0("As I said, ", lower_first(text[again]))
  later <- rows %in% coded$rows[-1] & !again
  link <- later & stats::runif(length(rows)) < 0.3
  words <- vapply(link, function(l) draw(c("And ", "And ", "Also, ", "But ")), "")
  text[link] <- paste0(words[link], lower_first(text[link]))
  said <- data.frame(text = text)
  said$codes <- bank$codes[rows]
  said$near <- bank$near[rows]
  said
}

# Sentences that between them carry `codes`; a pair may share one. When this
# person has said everything there is on a code, something is said again.
code_rows <- function(bank, person, codes, take) {
  rows <- again <- integer()
  if (length(codes) > 1 && happens(0.6)) {
    pairs <- utils::combn(codes, 2)
    both <- c(paste(pairs[1, ], pairs[2, ], sep = "+"),
              paste(pairs[2, ], pairs[1, ], sep = "+"))
    rows <- take(both)
    codes <- setdiff(codes, unlist(bank$codes[rows]))
  }
  for (code in codes) {
    row <- take(code)
    if (!length(row)) {
      row <- draw(sayable(bank, code, person, NULL))
      again <- c(again, row)
    }
    rows <- c(rows, row)
  }
  list(rows = rows, again = again)
}

# All turns of one interview, as rows: speaker, question, the sentences said.
interview <- function(person, bank, model) {
  state <- new.env()
  state$bank <- bank
  state$used <- integer()
  habits <- function(what, who, n) {
    draw(which(bank$what == what & bank$who == who), n)
  }
  state$openers <- habits("opener", "any", 9)
  state$yes <- habits("opener", "yes", 6)
  state$bridges <- habits("bridge", "any", 5)
  state$tails <- habits("tail", "any", 6)
  probes <- which(bank$what == "probe")
  state$probes <- draw(probes, length(probes))
  state$near_headings <- unique(bank$what[startsWith(bank$what, "near:")])
  contracts <- happens(0.65)
  turns <- list()
  say <- function(speaker, question, said, break_after = 0L) {
    if (contracts && speaker == "participant") {
      said$text <- contract(said$text)
    }
    turns[[length(turns) + 1]] <<- list(
      speaker = speaker, question = question, text = said$text,
      codes = said$codes, near = said$near, break_after = break_after
    )
  }
  plain <- function(row) {
    list(text = bank$text[row], codes = list(character()), near = "")
  }
  one_of <- function(what, who) {
    plain(draw(which(bank$what == what & bank$who == who)))
  }
  say("interviewer", "Q0", one_of("greet", "any"))
  say("participant", "Q0", one_of("greet", "reply"))
  for (question in paste0("Q", 1:8)) {
    followed <- character()
    for (round in seq_len(model$answers[question])) {
      ask <- if (round == 1) {
        c(one_of(question, "ask"), kind = "guide")
      } else if (length(followed) && happens(0.6)) {
        followed <- draw(followed)
        state$followed <- c(state$followed, followed)
        c(one_of("follow", followed), kind = "follow")
      } else {
        followed <- character()
        row <- next_of(state, "probes")
        c(plain(row), kind = bank$who[row])
      }
      say("interviewer", question, ask)
      codes <- model$codes(question, followed)
      ask$yes_or_no <- asks_yes_or_no(ask$text)
      said <- if (round > 1 && !length(codes) && happens(0.12)) {
        one_of("short", if (ask$yes_or_no) "yes" else "any")
      } else {
        mumble(answer(state, person, question, codes, round == 1, ask))
      }
      sentences <- length(said$text)
      cut <- if (sentences >= 4 && happens(0.2)) {
        draw(2:(sentences - 2))
      } else {
        0L
      }
      say("participant", question, said, break_after = cut)
      followed <- setdiff(codes, state$followed)
    }
  }
  say("interviewer", "Q9", one_of("close", "any"))
  say("participant", "Q9", one_of("close", "reply"))
  say("interviewer", "Q9", one_of("end", "any"))
  turns
}

# ---- the files ----

turn_text <- function(turn, paragraph = "\n\n") {
  n <- length(turn$text)
  gap <- rep(" ", n)
  gap[n] <- ""
  gap[turn$break_after] <- paragraph
  paste0(turn$text, gap, collapse = "")
}

header_line <- "SIMULATED INTERVIEW - no real person, no real product"

# Labels as typists leave them: D06 is renamed on the way, and the second
# interviewer of C09 is written in two ways.
speaker_label <- function(turn, at, turns, id) {
  early <- at <= turns / 3
  if (turn$speaker == "participant") {
    return(if (id == "D06" && early) "Participant" else id)
  }
  if (id == "C09") {
    return(if (early) "Interviewer 2" else "Interviewer2")
  }
  "Interviewer"
}

labels_of <- function(turns, id) {
  vapply(seq_along(turns), function(i) {
    speaker_label(turns[[i]], i, length(turns), id)
  }, "")
}

# D02 carries the time at which each turn begins.
as_txt <- function(turns, id) {
  text <- vapply(turns, turn_text, "")
  label <- labels_of(turns, id)
  stamp <- ""
  if (id == "D02") {
    seconds <- seconds_before(text)
    stamp <- sprintf("[%02d:%02d] ", seconds %/% 60, seconds %% 60)
  }
  c(header_line, "", paste0(stamp, label, ": ", text, "\n"))
}

# At 150 words a minute, with a breath between turns.
seconds_before <- function(text) {
  words <- lengths(strsplit(text, "[[:space:]]+"))
  round(cumsum(c(0, words[-length(words)] * 0.4 + 1)))
}

# One cue a sentence, the speaker in a voice tag.
as_vtt <- function(turns, id) {
  label <- rep(labels_of(turns, id), lengths(lapply(turns, `[[`, "text")))
  text <- unlist(lapply(turns, `[[`, "text"))
  from <- seconds_before(text)
  to <- c(from[-1], from[length(from)] + 3)
  clock <- function(s) sprintf("%02d:%02d:%02d.000", s %/% 3600,
                               s %/% 60 %% 60, s %% 60)
  c(paste("WEBVTT", header_line), "",
    paste0(clock(from), " --> ", clock(to), "\n<v ", label, ">", text,
           "</v>\n"))
}

write_bytes <- function(lines, file, newline = "\n", bom = FALSE) {
  text <- paste0(paste(lines, collapse = "\n"), "\n")
  text <- gsub("\n+$", "\n", text)
  text <- enc2utf8(gsub("\n", newline, text, fixed = TRUE))
  mark <- if (bom) as.raw(c(0xef, 0xbb, 0xbf)) else raw()
  writeBin(c(mark, charToRaw(text)), file)
}

# ---- a Word document in base R ----

# Members are stored, not deflated, and carry a fixed date, so that the bytes
# depend on nothing but the text.
as_docx <- function(turns, id) {
  escape <- function(x) {
    gsub("<", "&lt;", gsub("&", "&amp;", x, fixed = TRUE), fixed = TRUE)
  }
  run <- function(x, bold = FALSE) {
    paste0("<w:r>", if (bold) "<w:rPr><w:b/></w:rPr>",
           "<w:t xml:space=\"preserve\">", escape(x), "</w:t></w:r>")
  }
  paragraph <- function(...) paste0("<w:p>", ..., "</w:p>")
  label <- labels_of(turns, id)
  body <- Map(function(turn, name) {
    parts <- strsplit(turn_text(turn), "\n\n", fixed = TRUE)[[1]]
    rest <- vapply(parts[-1], function(part) paragraph(run(part)), "")
    c(paragraph(run(paste0(name, ":"), TRUE), run(paste0(" ", parts[1]))), rest)
  }, turns, label)
  main <- "application/vnd.openxmlformats-officedocument.wordprocessingml"
  office <- "http://schemas.openxmlformats.org"
  head <- "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
  zip_stored(list(
    "[Content_Types].xml" = paste0(
      head, "<Types xmlns=\"", office, "/package/2006/content-types\">",
      "<Default Extension=\"rels\" ContentType=\"application/",
      "vnd.openxmlformats-package.relationships+xml\"/>",
      "<Default Extension=\"xml\" ContentType=\"application/xml\"/>",
      "<Override PartName=\"/word/document.xml\" ContentType=\"", main,
      ".document.main+xml\"/></Types>"),
    "_rels/.rels" = paste0(
      head, "<Relationships xmlns=\"", office,
      "/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"",
      office, "/officeDocument/2006/relationships/officeDocument\" ",
      "Target=\"word/document.xml\"/></Relationships>"),
    "word/document.xml" = paste0(
      head, "<w:document xmlns:w=\"", office,
      "/wordprocessingml/2006/main\"><w:body>",
      paragraph(run(header_line)), paste(unlist(body), collapse = ""),
      "</w:body></w:document>")
  ))
}

little <- function(x, size) {
  as.raw(x %/% 256^(seq_len(size) - 1) %% 256)
}

# Numbers below 2^32, which R's integers do not hold.
xor32 <- function(x, y) {
  high <- bitwXor(as.integer(x %/% 65536), as.integer(y %/% 65536))
  low <- bitwXor(as.integer(x %% 65536), as.integer(y %% 65536))
  high * 65536 + low
}

crc_table <- local({
  table <- numeric(256)
  for (i in 0:255) {
    c <- i
    for (k in 1:8) {
      low <- c %% 2
      c <- c %/% 2
      if (low) c <- xor32(c, 3988292384)
    }
    table[i + 1] <- c
  }
  table
})

crc32 <- function(bytes) {
  c <- 4294967295
  for (b in as.integer(bytes)) {
    low <- bitwXor(as.integer(c %% 256), b)
    c <- xor32(c %/% 256, crc_table[low + 1])
  }
  4294967295 - c
}

zip_stored <- function(members) {
  date <- c(little(0, 2), little((2024 - 1980) * 512 + 1 * 32 + 1, 2))
  body <- central <- raw()
  for (name in names(members)) {
    bytes <- charToRaw(enc2utf8(members[[name]]))
    path <- charToRaw(name)
    shared <- c(little(20, 2), little(0, 2), little(0, 2), date,
                little(crc32(bytes), 4), little(length(bytes), 4),
                little(length(bytes), 4), little(length(path), 2), little(0, 2))
    central <- c(central, charToRaw("PK\001\002"), little(20, 2), shared,
                 little(0, 2), little(0, 2), little(0, 2), little(0, 4),
                 little(length(body), 4), path)
    body <- c(body, charToRaw("PK\003\004"), shared, path, bytes)
  }
  n <- length(members)
  c(body, central, charToRaw("PK\005\006"), little(0, 2), little(0, 2),
    little(n, 2), little(n, 2), little(length(central), 4),
    little(length(body), 4), little(0, 2))
}
