# What the scripts of this folder share: measuring time here, and time and
# memory in an R process of its own.

has <- function(package) requireNamespace(package, quietly = TRUE)

# Seconds by the clock and of the processor (all threads): the processor's are
# what counts on a busy machine.
spent <- function(call, frame) {
  took <- system.time(eval(call, frame), gcFirst = FALSE)
  c(clock = took[["elapsed"]], cpu = sum(took[-3], na.rm = TRUE))
}

seconds <- function(code, times = 5, of = stats::median) {
  call <- substitute(code)
  frame <- parent.frame()
  runs <- vapply(seq_len(times), function(i) {
    gc(FALSE)
    spent(call, frame)
  }, numeric(2))
  apply(runs, 1, of)
}

# MB this process holds, or has held at most; NA where the system does not tell.
held <- function(what = c("VmRSS", "VmHWM")) {
  what <- match.arg(what)
  if (!file.exists("/proc/self/status")) {
    return(NA_real_)
  }
  line <- grep(what, readLines("/proc/self/status"), value = TRUE)
  if (length(line)) as.numeric(gsub("[^0-9]", "", line)) / 1024 else NA_real_
}

forget_peak <- function() {
  suppressWarnings(try(writeLines("5", "/proc/self/clear_refs"), silent = TRUE))
}

# A matrix of doubles as bytes, so that reading it leaves nothing behind.
write_matrix <- function(x) {
  file <- tempfile(fileext = ".bin")
  storage.mode(x) <- "double"
  writeBin(as.vector(x), file)
  list(file = file, dim = dim(x))
}

read_matrix <- function(stored) {
  x <- readBin(stored$file, "double", prod(stored$dim))
  dim(x) <- stored$dim
  x
}

# The call's value, the memory of its first run and the processor seconds of the
# best: calls are repeated until a sample lasts 0.05 s, slow ones run once.
run_call <- function(call, frame, slow = 0.4) {
  gc(FALSE)
  forget_peak()
  before <- held("VmRSS")
  out <- list(value = NULL)
  first <- spent(quote(out$value <- eval(call, frame)), environment())[["cpu"]]
  out$mb <- held("VmHWM") - before
  out$cpu <- first
  if (first < slow) {
    again <- spent(call, frame)[["cpu"]]
    loop <- min(200, max(1, ceiling(0.05 / max(again, 0.0005))))
    runs <- bquote(for (i in seq_len(.(loop))) .(call))
    best <- seconds(eval(runs, frame), 4, min)[["cpu"]] / loop
    out$cpu <- min(best, if (loop == 1) c(first, again))
  }
  out
}

# What a child process does. Results are written after each call, so that those
# before a call that is killed are kept.
run_task <- function(file) {
  task <- readRDS(file)
  loadNamespace(task$package)
  if (task$package == "intercoder") {
    suppressPackageStartupMessages(library(intercoder))
  }
  options(intercoder.progress = FALSE, warn = -1)
  frame <- new.env(parent = globalenv())
  if (!is.null(task$data)) {
    frame$x <- read_matrix(task$data)
  }
  eval(task$before, frame)
  results <- list()
  for (call in task$calls) {
    results[[length(results) + 1]] <- tryCatch(run_call(call, frame), error =
      function(e) list(failed = conditionMessage(e)))
    saveRDS(results, task$answer)
  }
}

# Runs calls that give numbers in one R process; `x` is the matrix there. Gives
# for each `value`, `cpu` and `mb` (of the first call alone: what the process
# holds after it would hide the memory of the next), or `failed`, the reason.
in_child <- function(calls, data, package, before = NULL, limit = 10,
                     gigabytes = 6) {
  task <- list(calls = calls, data = data, package = package,
               before = before, answer = tempfile(fileext = ".rds"))
  file <- tempfile(fileext = ".rds")
  saveRDS(task, file)
  on.exit(unlink(c(file, task$answer)))
  code <- sprintf("source('%s'); run_task('%s')", measure_file, file)
  run <- paste(shQuote(file.path(R.home("bin"), "Rscript")), "-e",
               shQuote(code))
  allowed <- limit * length(calls) + 3
  status <- if (.Platform$OS.type == "unix") {
    limits <- sprintf("ulimit -t %.0f; ulimit -v %.0f 2> /dev/null; exec ",
                      allowed, gigabytes * 1024^2)
    quietly("sh", c("-c", shQuote(paste0(limits, run))), 6 * allowed)
  } else {
    quietly(file.path(R.home("bin"), "Rscript"), c("-e", shQuote(code)),
            allowed)
  }
  results <- if (file.exists(task$answer)) readRDS(task$answer) else list()
  lapply(seq_along(calls), function(i) {
    if (i > length(results)) {
      return(if (i > length(results) + 1) {
        list(failed = "not tried after that")
      } else {
        ended(status, allowed)
      })
    }
    out <- results[[i]]
    if (i > 1) {
      out$mb <- NULL
    }
    if (grepl("alloc|memory", out$failed %||% "")) {
      out$failed <- sprintf("out of memory at %g GB (%s)", gigabytes,
                            trimws(out$failed))
    }
    out
  })
}

quietly <- function(command, args, timeout) {
  suppressWarnings(system2(command, args, stdout = FALSE, stderr = FALSE,
                           timeout = timeout))
}

ended <- function(status, allowed) {
  if (status %in% c(9, 15, 124, 137, 143, 152)) {
    list(failed = sprintf("stopped: more than %.0f s", allowed),
         stopped = allowed)
  } else {
    list(failed = sprintf("its process ended with status %d", status))
  }
}

`%||%` <- function(a, b) if (is.null(a)) b else a
