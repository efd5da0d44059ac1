# quickstart.R : the report's template with its parameters filled in, knitted.
# What to do comes from tools/quickstart by the environment.

names_given <- c("transcripts", "codebook", "participants", "codings", "plan",
                 "group")
given <- Sys.getenv(toupper(names_given))
names(given) <- names_given
output <- Sys.getenv("OUTPUT")

# Everything is made aside and moved when all of it stands: a failure leaves
# no half of a report, and an earlier report as it was.
aside <- tempfile(".report", dirname(output))
dir.create(aside, recursive = TRUE)
source_file <- file.path(aside, "report.Rmd")

# The parameters are written into the header, so that the report knits again
# as it stands.
do.call(intercoder::draft_report,
        c(list(source_file, "study", project = "project.icp"),
          as.list(given[nzchar(given)])))

files <- c("report.html", "report.Rmd", "project.icp")
knit <- function() {
  on.exit(unlink(aside, recursive = TRUE))
  rmarkdown::render(source_file, output_file = "report.html", quiet = TRUE,
                    envir = new.env(parent = globalenv()))
  gc()
  stopifnot(file.exists(file.path(aside, files)))
  dir.create(output, showWarnings = FALSE)
  moved <- file.rename(file.path(aside, files), file.path(output, files))
  if (!all(moved)) stop("cannot write to ", output, call. = FALSE)
}
knit()
