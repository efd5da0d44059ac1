# The path of a folder of real transcripts, which stands beside the project and
# is not part of it; the test is skipped where it is absent.
real_data <- function(...) {
  path <- file.path(Sys.getenv("INTERCODER_DATA"), ...)
  testthat::skip_if_not(
    nzchar(Sys.getenv("INTERCODER_DATA")) && file.exists(path),
    "real data beside the project (INTERCODER_DATA)"
  )
  path
}
