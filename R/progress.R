# A progress callback for the core, or NULL where nobody watches.
# Use: progress <- progress_bar("Bootstrap", total); on.exit(progress$end())
progress_bar <- function(name, total, show = interactive()) {
  if (!isTRUE(show) || !isTRUE(getOption("intercoder.progress", TRUE))) {
    return(list(step = NULL, end = function() invisible()))
  }
  bar <- cli::cli_progress_bar(name, total = total, .auto_close = FALSE)
  list(
    step = function(done, total) {
      cli::cli_progress_update(set = done, total = total, id = bar)
    },
    end = function() cli::cli_progress_done(id = bar)
  )
}

# The callback of part i of n, or NULL where nobody watches.
part_step <- function(bar, i, n) {
  if (!is.null(bar$step)) function(done, total) {
    bar$step(i - 1 + done / max(1, total), n)
  }
}

# lapply() with a progress bar, which also goes when `f` fails or is stopped.
lapply_shown <- function(name, x, f, show = interactive()) {
  bar <- progress_bar(name, length(x), show)
  on.exit(bar$end())
  lapply(seq_along(x), function(i) {
    value <- f(x[[i]])
    if (!is.null(bar$step)) bar$step(i, length(x))
    value
  })
}
