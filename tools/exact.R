# exact.R [DATA SETS [FILE]] : see tools/exact.
suppressPackageStartupMessages(library(intercoder))
argument <- commandArgs(TRUE)
sets <- as.numeric(c(argument, 20000)[1])
file <- c(argument[-1], "inst/validation/exact.csv")[1]

reference <- new.env(parent = asNamespace("intercoder"))
for (helper in c("agreement", "scale", "exact")) {
  sys.source(sprintf("tests/testthat/helper-%s.R", helper), reference)
}

# Blocks of a hundred, each from its own seed, so that all processes make the
# same data whoever takes which.
check_block <- function(block) {
  set.seed(20260101 + block)
  lines <- do.call(rbind, lapply((block - 1) * 100 + 1:100,
                                 reference$check_case))
  lines$wrong <- reference$exact_wrong(lines)
  if (any(lines$wrong)) print(lines[lines$wrong, ], digits = 17)
  lines$off <- reference$exact_off(lines)
  lines[c("metric", "exact", "off", "wrong")]
}

took <- system.time({
  blocks <- parallel::mclapply(seq_len(ceiling(sets / 100)), check_block,
                               mc.set.seed = FALSE)
})
failed <- vapply(blocks, inherits, NA, "try-error")
if (any(failed)) stop(blocks[[which(failed)[1]]])
lines <- do.call(rbind, blocks)
by_metric <- split(lines, factor(lines$metric, unique(lines$metric)))
summary <- data.frame(
  metric = names(by_metric),
  compared = vapply(by_metric, nrow, 0L),
  undefined = vapply(by_metric, function(l) sum(is.na(l$exact)), 0L),
  worst = vapply(by_metric, function(l) max(l$off, 0, na.rm = TRUE), 0),
  wrong = vapply(by_metric, function(l) sum(l$wrong), 0L)
)
utils::write.csv(summary, file, row.names = FALSE)
print(summary, row.names = FALSE, digits = 3)
cat(sprintf("\n%d data sets, %d comparisons, worst difference %.2g, %d wrong; %.0f s\n",
            100L * length(blocks), nrow(lines), max(summary$worst),
            sum(summary$wrong), took[["elapsed"]]))
if (any(summary$wrong > 0)) quit(status = 1)
