# Every error of the package has class "intercoder_error" and
# "intercoder_error_<kind>"; every warning "intercoder_warning" likewise.
# `message` is finished text: nothing in it is interpolated again, so that
# braces in somebody's transcript stay what they are.

abort <- function(kind, message, ..., call = caller_env()) {
  rlang::abort(
    message,
    class = c(paste0("intercoder_error_", kind), "intercoder_error"),
    ...,
    call = call
  )
}

warn <- function(kind, message, ...) {
  rlang::warn(
    message,
    class = c(paste0("intercoder_warning_", kind), "intercoder_warning"),
    ...
  )
}

# What a core call returned, or the failure it reported, raised for the user's
# call. `describe(failure)` may turn item and position into the user's terms.
core_value <- function(value, describe = NULL, call = caller_env()) {
  if (!inherits(value, "intercoder_failure")) {
    return(value)
  }
  if (value$kind == "interrupt") {
    rlang::interrupt()
  }
  message <- if (is.null(describe)) value$message else describe(value)
  abort(value$kind, message, item = value$item, at = value$at, call = call)
}

# Asks for a suggested package by name.
need_package <- function(package, what, call = caller_env()) {
  if (!requireNamespace(package, quietly = TRUE)) {
    abort(
      "package",
      c(
        sprintf("%s needs the package \"%s\".", what, package),
        i = sprintf("Install it with install.packages(\"%s\").", package)
      ),
      package = package,
      call = call
    )
  }
  invisible(TRUE)
}
