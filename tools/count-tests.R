# count-tests.R : runs tests/testthat against the installed package and counts
# expectations. Closes with "N passed, N failed, N skipped".

library(testthat)
library(intercoder)
results <- as.data.frame(test_dir(
  "tests/testthat", package = "intercoder", load_package = "installed",
  reporter = CheckReporter$new(), stop_on_failure = FALSE,
  stop_on_warning = FALSE
))
failed <- sum(results$failed) + sum(results$error)
skipped <- sum(results$skipped)
passed <- sum(results$nb) - sum(results$failed) - skipped - sum(results$warning)
slow <- head(results[order(-results$real), c("file", "test", "real")], 5)
cat("Slowest:\n")
cat(sprintf("  %6.1f s  %s: %s\n", slow$real, slow$file, slow$test), sep = "")
cat(sprintf("%d passed, %d failed, %d skipped\n", passed, failed, skipped))
quit(status = as.integer(failed > 0))
