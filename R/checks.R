# Checks of arguments. Each returns its (possibly normalised) argument
# invisibly or raises "intercoder_error_argument" naming the argument.

arg_error <- function(arg, must, got, call) {
  abort(
    "argument",
    c(sprintf("`%s` must be %s.", arg, must), x = sprintf("It is %s.", got)),
    arg = arg,
    call = call
  )
}

describe_value <- function(x) {
  if (is.null(x)) {
    return("NULL")
  }
  if (is.atomic(x) && length(x) == 1) {
    return(encodeString(format(x), quote = if (is.character(x)) "\"" else ""))
  }
  size <- if (is.data.frame(x)) {
    sprintf("%d x %d", nrow(x), ncol(x))
  } else {
    sprintf("of length %d", length(x))
  }
  kind <- setdiff(class(x), "intercoder_result")
  sprintf("<%s> %s", paste(kind, collapse = "/"), size)
}

check_string <- function(x, arg = deparse(substitute(x)), null = FALSE,
                         call = caller_env()) {
  if (null && is.null(x)) {
    return(invisible(NULL))
  }
  if (!is.character(x) || length(x) != 1 || is.na(x)) {
    arg_error(arg, "one string", describe_value(x), call)
  }
  if (!validEnc(x)) {
    arg_error(arg, "a string in a valid encoding", describe_value(x), call)
  }
  invisible(x)
}

check_flag <- function(x, arg = deparse(substitute(x)), call = caller_env()) {
  if (!is.logical(x) || length(x) != 1 || is.na(x)) {
    arg_error(arg, "TRUE or FALSE", describe_value(x), call)
  }
  invisible(x)
}

check_count <- function(x, min = 0, max = .Machine$integer.max,
                        arg = deparse(substitute(x)), null = FALSE,
                        call = caller_env()) {
  if (null && is.null(x)) {
    return(invisible(NULL))
  }
  ok <- is.numeric(x) && is.null(dim(x)) && length(x) == 1 && !is.na(x) &&
    x == trunc(x) &&
    x >= min && x <= max
  if (!ok) {
    arg_error(arg, sprintf("a whole number from %s to %s", format_whole(min),
                           format_whole(max)),
              describe_value(x), call)
  }
  invisible(x)
}

check_proportion <- function(x, arg = deparse(substitute(x)),
                             call = caller_env()) {
  if (!is.numeric(x) || length(x) != 1 || is.na(x) || x <= 0 || x >= 1) {
    arg_error(arg, "a number between 0 and 1", describe_value(x), call)
  }
  invisible(x)
}

# One of `choices`; the default is the first when the argument was not given.
check_choice <- function(x, choices, arg = deparse(substitute(x)),
                         call = caller_env()) {
  if (identical(x, choices)) {
    return(choices[1])
  }
  if (!is.character(x) || length(x) != 1 || !x %in% choices) {
    arg_error(
      arg,
      paste0("one of ", quoted(choices)),
      describe_value(x),
      call
    )
  }
  x
}

# `...` is there for methods, and took an argument that nobody knows.
check_no_dots <- function(..., call = caller_env()) {
  if (...length()) {
    given <- names(substitute(list(...)))[-1] %||% rep("", ...length())
    given[given == ""] <- "(without a name)"
    abort("argument", c(
      sprintf("There is no argument %s.", paste0("`", given, "`",
                                                 collapse = ", ")),
      i = "Is a name misspelt?"
    ), call = call)
  }
}

check_class <- function(x, class, made_by, arg = deparse(substitute(x)),
                        call = caller_env()) {
  if (!inherits(x, class)) {
    arg_error(arg, sprintf("an object of class \"%s\" (made by %s)", class,
                           made_by), describe_value(x), call)
  }
  invisible(x)
}

# A data frame that has these columns; says which are missing and what it has.
check_columns <- function(x, columns, arg = deparse(substitute(x)),
                          call = caller_env()) {
  if (!is.data.frame(x)) {
    arg_error(arg, "a data frame", describe_value(x), call)
  }
  absent <- setdiff(columns, names(x))
  if (length(absent)) {
    abort(
      "columns",
      c(
        sprintf("`%s` has no column %s.", arg,
                quoted(absent)),
        i = sprintf("It has %s.", quoted(names(x)))
      ),
      arg = arg, columns = absent, call = call
    )
  }
  invisible(x)
}

# The number of threads asked for: argument, option, else at most two.
thread_count <- function(threads = NULL, call = caller_env()) {
  threads <- threads %||% getOption("intercoder.threads") %||%
    min(2L, max(1L, parallel_cores()))
  check_count(threads, min = 1, max = 64, arg = "threads", call = call)
  as.integer(threads)
}

parallel_cores <- function() {
  limit <- suppressWarnings(as.integer(Sys.getenv("OMP_THREAD_LIMIT", "2")))
  if (is.na(limit)) 2L else limit
}

# The seed that keys the random streams: given, or drawn from R's generator.
# A double that holds a whole number below 2^53.
draw_seed <- function(seed = NULL, call = caller_env()) {
  if (is.null(seed)) {
    return(floor(stats::runif(1) * 2^31) * 2^21 +
             floor(stats::runif(1) * 2^21))
  }
  check_count(seed, min = 0, max = 2^53 - 1, arg = "seed", call = call)
  as.double(seed)
}

`%||%` <- function(x, y) if (is.null(x)) y else x
