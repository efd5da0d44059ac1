# Applying a codebook beside other programs, on generated interviews of which
# every hit is known (interviews.R).
#   Rscript bench/codebook.R          some six minutes, 200 MB, 12 GB of memory
#   Rscript bench/codebook.R quick    two minutes, 20 MB
#   Rscript bench/codebook.R record   writes inst/validation/codebook_speed.csv
# Uses the packages R finds (R_LIBS), ripgrep and Hyperscan where installed, and
# names what it does not find. Every program runs by itself with limits on time
# and memory, on one thread. CPU is seconds of the processor, the best of a few;
# MB/s are megabytes of text by that; MB is the most memory above what the process
# held before, of ripgrep and Hyperscan all of it. A program that would take
# long is run on a part of the transcripts and scaled, and the line says so.
# "Hits" are right where each pattern has as many as were planted; a pattern is
# a code of its own. The core's line is intercoder's answer from compiled code,
# without the data frame: its share of all calls, of the line above. Goals stand
# behind.
folder <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE),
                                           value = TRUE)))
measure_file <- normalizePath(file.path(folder, "measure.R"))
source(measure_file)
source(file.path(folder, "interviews.R"))
suppressPackageStartupMessages(library(intercoder))

quick <- "quick" %in% commandArgs(TRUE)
record <- "record" %in% commandArgs(TRUE)
limit <- if (quick) 60 else 400
store <- tempfile("bench")
dir.create(store)

# ---- Data -------------------------------------------------------------------
stored <- function(...) file.path(store, paste0(..., collapse = ""))

keep <- function(x, name) saveRDS(x, stored(name, ".rds"), compress = FALSE)

as_rules <- function(patterns) {
  ifelse(grepl(" ", patterns), paste0("\"", patterns, "\""), patterns)
}

# With word boundaries, white space and the rest of a stem spelt out.
as_expressions <- function(patterns, boundary = "\\b") {
  stem <- endsWith(patterns, "*")
  inner <- gsub(" ", "\\s+", sub("*", "\\w*", patterns, fixed = TRUE),
                fixed = TRUE)
  paste0(boundary, inner, ifelse(stem & boundary != "\\b", "", boundary))
}

prepare <- function(name, transcripts, long) {
  made <- make_interviews(transcripts, long, words, patterns)
  bytes <- sum(nchar(made$rows$text, "bytes"))
  keep(made$rows$text, paste0(name, "-turns"))
  keep(made$rows$transcript, paste0(name, "-names"))
  con <- file(stored(name, ".txt"), "wb")
  writeLines(made$rows$text, con, useBytes = TRUE)
  close(con)
  keep(transcripts(made$rows), paste0(name, "-talk"))
  list(name = name, bytes = bytes, transcripts = transcripts, long = long,
       turns = nrow(made$rows), truth = made$truth)
}

set.seed(11)
words <- make_words()
patterns <- list("150" = make_patterns(words, 150),
                 "5000" = make_patterns(words, 5000))

# ---- Programs ---------------------------------------------------------------
# Each gives `cpu`, `mb` and `counts` per pattern, or one total, or `failed`.
best_of <- function(results, calls) {
  failed <- Filter(function(r) !is.null(r$failed), results)
  if (length(failed)) {
    return(failed[[1]])
  }
  list(cpu = min(vapply(results[calls], `[[`, 0, "cpu")),
       mb = results[[1]]$mb,
       counts = results[[length(results)]]$value)
}

run_intercoder <- function(set, pattern) {
  before <- bquote({
    talk <- readRDS(.(stored(set$name, "-talk.rds")))
    codes <- sprintf("c%04d", seq_along(.(pattern)))
    book <- codebook(data.frame(code = codes, rule = .(as_rules(pattern))))
    core <- list2env(list(cpu = 0, all = 0))
    space <- asNamespace("intercoder")
    answer <- space$core_value
    time_core <- function(value, ...) {
      core$cpu <- core$cpu + system.time(force(value), gcFirst = FALSE)
      answer(value, ...)
    }
    unlockBinding("core_value", space)
    assign("core_value", time_core, space)
  })
  call <- quote({
    core$all <- core$all + system.time(gcFirst = FALSE, {
      found <- apply_codebook(talk, book, threads = 1, progress = FALSE)
    })
    NULL
  })
  calls <- c(rep(list(call), 4), quote(sum(core$cpu[1:2]) / sum(core$all[1:2])),
             quote(tabulate(match(found$code, codes), length(codes))))
  results <- in_child(calls, NULL, "intercoder", before, limit, 12)
  whole <- best_of(results, 1:4)
  inner <- if (is.null(whole$failed)) {
    list(cpu = whole$cpu * results[[5]]$value, counts = whole$counts)
  } else {
    whole
  }
  list("intercoder, to the data frame" = whole, "intercoder, the core" = inner)
}

run_quanteda <- function(set, pattern, part) {
  before <- bquote({
    suppressPackageStartupMessages(library(quanteda))
    quanteda_options(threads = 1)
    texts <- readRDS(.(stored(set$name, "-turns.rds")))
    names <- readRDS(.(stored(set$name, "-names.rds")))
    texts <- texts[names %in% unique(names)[seq_len(.(part))]]
    codes <- sprintf("c%04d", seq_along(.(pattern)))
    book <- dictionary(as.list(stats::setNames(.(pattern), codes)))
  })
  calls <- list(
    quote({
      found <- tokens_lookup(tokens(texts), book)
      NULL
    }),
    quote({
      seen <- table(factor(unlist(as.list(found), use.names = FALSE), codes))
      as.vector(seen)
    })
  )
  results <- in_child(calls, NULL, "quanteda", before, limit, 16)
  out <- list("quanteda, tokens() and tokens_lookup()" = best_of(results, 1))
  scaled(out, set, part)
}

# One call per pattern, on the first `part` transcripts.
run_each <- function(name, package, locate, set, expressions, part) {
  before <- bquote({
    texts <- readRDS(.(stored(set$name, "-talk.rds")))$documents$text
    texts <- texts[seq_len(.(part))]
    expressions <- .(expressions)
  })
  calls <- list(
    bquote({
      found <- lapply(expressions, .(locate), texts)
      NULL
    }),
    quote(vapply(found, function(at) {
      sum(vapply(at, function(x) {
        if (is.matrix(x)) nrow(x) else sum(x > 0)
      }, 0))
    }, 0))
  )
  out <- best_of(in_child(calls, NULL, package, before, limit, 12), 1)
  scaled(stats::setNames(list(out), name), set, part)
}

scaled <- function(results, set, part) {
  if (part < set$transcripts && is.null(results[[1]]$failed)) {
    results[[1]]$cpu <- results[[1]]$cpu * set$transcripts / part
    results[[1]][c("mb", "counts")] <- NULL
    results[[1]]$note <- sprintf("scaled from %d of %d transcripts", part,
                                 set$transcripts)
  }
  results
}

run_stringi <- function(set, pattern, part) {
  locate <- quote(function(p, x) {
    stringi::stri_locate_all_regex(x, p, case_insensitive = TRUE,
                                   omit_no_match = TRUE)
  })
  run_each("stringi, stri_locate_all_regex()", "stringi", locate, set,
           as_expressions(pattern), part)
}

run_base <- function(set, pattern, part) {
  locate <- quote(function(p, x) {
    gregexpr(p, x, ignore.case = TRUE, perl = TRUE)
  })
  run_each("base R, gregexpr(perl = TRUE)", "base", locate, set,
           paste0("(*UCP)", as_expressions(pattern)), part)
}

written <- function(lines) {
  file <- tempfile(tmpdir = store)
  con <- file(file, "wb")
  writeLines(enc2utf8(lines), con, useBytes = TRUE)
  close(con)
  file
}

# All patterns at once; of hits that overlap it gives one.
run_ripgrep <- function(set, pattern, unicode, seconds = 60) {
  out <- tempfile(tmpdir = store)
  expressions <- written(as_expressions(
    pattern, if (unicode) "\\b" else "(?-u:\\b)"
  ))
  command <- sprintf(
    "ulimit -t %.0f; exec rg -i -o -b --no-line-number -j1 %s -f %s %s > %s",
    seconds, "--regex-size-limit 2G --dfa-size-limit 2G", expressions,
    stored(set$name, ".txt"), out
  )
  took <- spent(quote(status <- quietly("sh", c("-c", shQuote(command)),
                                        10 * seconds)), environment())
  result <- if (status == 0) {
    list(cpu = took[["cpu"]], counts = length(readLines(out, warn = FALSE)))
  } else {
    ended(status, seconds)
  }
  name <- if (unicode) "ripgrep, Unicode boundaries" else
    "ripgrep, ASCII boundaries"
  stats::setNames(list(result), name)
}

build_hyperscan <- function() {
  program <- stored("hyperscan")
  flags <- suppressWarnings(tryCatch(
    system2("pkg-config", c("--cflags", "--libs", "libhs"), stdout = TRUE,
            stderr = FALSE), error = function(e) character()
  ))
  if (length(flags)) {
    quietly("cc", c("-O2", file.path(folder, "hyperscan.c"), "-o", program,
                    flags), 60)
  }
  if (file.exists(program)) program
}

run_hyperscan <- function(set, pattern, from = FALSE) {
  counts <- tempfile(tmpdir = store)
  file <- written(as_expressions(pattern, "\\b"))
  out <- suppressWarnings(system2(
    hyperscan, c(file, stored(set$name, ".txt"), counts, if (from) "start"),
    stdout = TRUE, timeout = limit
  ))
  told <- as.numeric(strsplit(paste(out, collapse = " "), " ")[[1]])
  result <- if (length(told) == 3) {
    list(cpu = told[2], mb = told[3], counts = scan(counts, quiet = TRUE),
         note = sprintf("and %.2f s to compile", told[1]))
  } else {
    list(failed = "stopped")
  }
  name <- if (from) "Hyperscan, beginnings and ends" else "Hyperscan, ends"
  stats::setNames(list(result), name)
}

# ---- Tables -----------------------------------------------------------------
rows <- list()

show <- function(title, set, name, r, truth, goal = NULL) {
  if (!is.null(r$failed)) {
    cat(sprintf("  %-40s %s\n", name, gsub("\\s+", " ", r$failed)))
    return(invisible())
  }
  hits <- sum(r$counts)
  right <- if (is.null(r$counts)) NA else if (length(r$counts) == 1) NA else
    all(r$counts == truth)
  speed <- set$bytes / 1e6 / r$cpu
  cat(sprintf(
    "  %-40s %10.4f s %8.1f MB/s %8s %10s %-6s %s%s\n", name, r$cpu, speed,
    if (is.null(r$mb) || is.na(r$mb)) "" else sprintf("%.0f MB", r$mb),
    if (is.null(r$counts)) "" else format(hits, big.mark = ","),
    if (is.na(right)) "" else if (right) "right" else sprintf(
      "%d wrong", sum(r$counts != truth)),
    r$note %||% "", if (is.null(goal)) "" else goal(r, speed)
  ))
  rows[[length(rows) + 1]] <<- data.frame(
    task = title, program = name, cpu_seconds = signif(r$cpu, 4),
    mb_per_second = signif(speed, 3), mb = round(r$mb %||% NA),
    hits = if (is.null(r$counts)) NA else hits,
    wrong = if (is.na(right)) NA else sum(r$counts != truth),
    note = r$note %||% ""
  )
}

met <- function(ok) if (ok) "met" else "MISSED"

goal_seconds <- function(seconds) {
  function(r, speed) {
    sprintf(" [goal %g s: %s]", seconds, met(r$cpu <= seconds))
  }
}

# The text itself, held once, counts with the memory.
goal_speed <- function(least, set) {
  function(r, speed) {
    text <- set$bytes / 2^20
    most <- 1.3 * text + 32 * sum(r$counts) / 2^20
    sprintf(" [goal %g MB/s: %s; %.0f MB with the text, goal %.0f: %s]", least,
            met(speed >= least), text + r$mb, most, met(text + r$mb <= most))
  }
}

versions <- c(
  paste("intercoder", utils::packageVersion("intercoder")),
  vapply(Filter(has, c("quanteda", "stringi")), function(p) {
    paste(p, utils::packageVersion(p))
  }, ""),
  if (nzchar(Sys.which("rg"))) {
    sub(" \\(.*", "", system2("rg", "--version", stdout = TRUE)[1])
  }
)
hyperscan <- build_hyperscan()
cat(R.version.string, "on", Sys.info()[["machine"]], "\nTimed:",
    paste(c(versions, if (!is.null(hyperscan)) "Hyperscan"), collapse = ", "),
    "\n")
for (p in c("quanteda", "stringi")) {
  if (!has(p)) cat("Not installed:", p, "\n")
}

# `parts` are the transcripts that stringi and base R see.
compare <- function(set, count, parts, goal) {
  pattern <- patterns[[count]]
  truth <- set$truth[[count]]
  title <- sprintf("%d x %s words, %s patterns", set$transcripts,
                   format(set$long, big.mark = ","),
                   format(length(pattern), big.mark = ","))
  cat(sprintf("\n%s (%.1f MB, %s turns, %s hits planted)\n", title,
              set$bytes / 1e6, format(set$turns, big.mark = ","),
              format(sum(truth), big.mark = ",")))
  tell <- function(results, goal = NULL) {
    for (name in names(results)) {
      show(title, set, name, results[[name]], truth,
           if (name == names(results)[1]) goal)
    }
  }
  tell(run_intercoder(set, pattern), goal)
  if (has("quanteda")) tell(run_quanteda(set, pattern, min(150, set$transcripts)))
  if (has("stringi")) tell(run_stringi(set, pattern, parts))
  tell(run_base(set, pattern, parts))
  if (nzchar(Sys.which("rg"))) {
    if (set$bytes < 1e7 && count == "150") {
      tell(run_ripgrep(set, pattern, TRUE))
    }
    tell(run_ripgrep(set, pattern, FALSE))
  }
  if (!is.null(hyperscan)) {
    tell(run_hyperscan(set, pattern))
    if (set$bytes < 1e7 || count == "150") {
      tell(run_hyperscan(set, pattern, TRUE))
    }
  }
}

study <- prepare("study", 21, 8000)
compare(study, "150", 21, goal_seconds(0.010))
compare(study, "5000", 2, goal_seconds(0.025))
large <- prepare("large", if (quick) 150 else 1500, 20000)
compare(large, "150", if (quick) 15 else 30, goal_speed(600, large))
compare(large, "5000", 1, goal_speed(350, large))

if (record) {
  file <- file.path(folder, "..", "inst", "validation", "codebook_speed.csv")
  utils::write.csv(do.call(rbind, rows), file, row.names = FALSE)
}
unlink(store, recursive = TRUE)
