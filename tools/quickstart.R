# quickstart.R : the report's template with its parameters filled in, knitted.
# What to do comes from tools/quickstart in the environment.

given <- function(name) {
  value <- Sys.getenv(name)
  if (nzchar(value)) value
}

rmarkdown::pandoc_version()
library(intercoder)
