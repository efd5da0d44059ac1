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

# Three codes by two coders on four units: "time" and "work" taken for each other.
two_coders <- function() {
  units <- data.frame(unit = sprintf("u%d", 1:4), transcript = "I",
                      start = c(1, 11, 21, 31), end = c(10, 20, 30, 40),
                      text = c("one", "two {x}", "three", "four"))
  codings <- data.frame(
    transcript = "I", start = c(1, 1, 11, 11, 21, 31, 31),
    end = c(10, 10, 20, 20, 30, 40, 40),
    code = c("time", "work", "time", "work", "trust", "trust", "trust"),
    coder = c("Ann", "Ben", "Ann", "Ben", "Ann", "Ann", "Ben")
  )
  as_ratings(codings, units, data.frame(coder = c("Ann", "Ben"),
                                        transcript = "I"))
}
