# Krippendorff's alpha side by side with other packages, in one run.
#   Rscript bench/agreement.R
# Other packages are used where they are installed (R_LIBS). Times are seconds on
# the clock and of processor (all threads), each the best of a few repeats; the
# ratio is of processor time to the first row's, so that a busy machine does not
# matter much.
suppressPackageStartupMessages(library(intercoder))
options(intercoder.progress = FALSE)

simulate <- function(units, coders, categories, missing = 0.1) {
  truth <- sample.int(categories, units, TRUE, prob = categories:1)
  x <- matrix(ifelse(runif(units * coders) < 0.7, truth,
                     sample.int(categories, units * coders, TRUE)), units)
  x[runif(length(x)) < missing] <- NA
  x
}

seconds <- function(code, times = 3) {
  code <- substitute(code)
  frame <- parent.frame()
  runs <- vapply(seq_len(times), function(i) {
    gc(FALSE)
    took <- system.time(eval(code, frame))
    c(took[["elapsed"]], took[["user.self"]] + took[["sys.self"]])
  }, numeric(2))
  apply(runs, 1, min)
}

report <- function(title, results) {
  cat("\n", title, "\n", sprintf("  %-40s %9s %9s %9s\n", "", "clock",
                                  "CPU", "ratio"), sep = "")
  base <- results[[1]][["time"]][2]
  for (name in names(results)) {
    r <- results[[name]]
    cat(sprintf("  %-40s %9.4f %9.4f %8.1fx  %s\n", name, r$time[1], r$time[2],
                r$time[2] / base,
                if (is.null(r$value)) "" else sprintf("%.9f", r$value)))
  }
}

have <- function(package) requireNamespace(package, quietly = TRUE)
quiet <- function(...) suppressWarnings(agreement(...))

set.seed(1)
x <- simulate(1e4, 5, 5)
r <- ratings(x)

results <- list("intercoder, 1 thread" = list(
  time = seconds(quiet(r, seed = 1, replicates = 1000, ci = "percentile",
                       threads = 1)),
  value = quiet(r, ci = "none")$estimate
))
results[["intercoder, 2 threads, BCa"]] <- list(
  time = seconds(quiet(r, seed = 1, replicates = 1000, threads = 2))
)
if (have("icr")) {
  data <- t(x)
  results[["icr, unit bootstrap"]] <- list(
    time = seconds(v <- icr::krippalpha(data, metric = "nominal",
                                        bootnp = TRUE, nboot = 1000,
                                        nnp = 1000), 1),
    value = v$alpha
  )
  results[["icr, Krippendorff's algorithm"]] <- list(
    time = seconds(v <- icr::krippalpha(data, metric = "nominal",
                                        bootstrap = TRUE, nboot = 1000), 1),
    value = v$alpha
  )
}
report("alpha nominal, 10,000 units x 5 coders, 1,000 bootstrap replicates",
       results)

results <- list("intercoder" = list(
  time = seconds(for (i in 1:20) quiet(r, ci = "none"), 3) / 20,
  value = quiet(r, ci = "none")$estimate
))
if (have("irrCAC")) {
  results[["irrCAC (linearised SE)"]] <- list(
    time = seconds(v <- irrCAC::krippen.alpha.raw(x)),
    value = v$est$coeff.val
  )
  results[["intercoder, analytic SE"]] <- list(
    time = seconds(for (i in 1:20) quiet(r, ci = "analytic"), 3) / 20
  )
}
if (have("icr")) {
  results[["icr"]] <- list(time = seconds(v <- icr::krippalpha(data)),
                           value = v$alpha)
}
if (have("irr")) {
  results[["irr"]] <- list(time = seconds(v <- irr::kripp.alpha(t(x)), 1),
                           value = v$value)
}
report("alpha nominal, 10,000 x 5, estimate alone", results)

all <- c("percent", "fleiss", "conger", "bp", "ac", "alpha")
report("10,000 x 5, 10,000 BCa replicates", list(
  "alpha, 2 threads" = list(
    time = seconds(quiet(r, seed = 1, replicates = 1e4, threads = 2))
  ),
  "all six coefficients, 1 thread" = list(
    time = seconds(quiet(r, all, seed = 1, replicates = 1e4, threads = 1))
  ),
  "all six coefficients, 2 threads" = list(
    time = seconds(quiet(r, all, seed = 1, replicates = 1e4, threads = 2))
  )
))

big <- simulate(1e6, 5, 5)
storage.mode(big) <- "double"
report("1,000,000 x 5, five categories", list(
  "sum() of the matrix, for scale" = list(
    time = seconds(sum(big, na.rm = TRUE), 5)
  ),
  "ratings() from doubles" = list(time = seconds(r <- ratings(big), 5)),
  "alpha" = list(time = seconds(quiet(r, ci = "none"), 5)),
  "all six coefficients" = list(time = seconds(quiet(r, all, ci = "none"), 5)),
  "all six with analytic errors" = list(
    time = seconds(quiet(r, all, ci = "analytic"), 5)
  ),
  "alpha, 10,000 BCa replicates, 2 threads" = list(
    time = seconds(quiet(r, seed = 1, replicates = 1e4, threads = 2), 1)
  )
))

continuous <- rnorm(1e4) + matrix(rnorm(5e4, sd = 0.5), 1e4)
r <- ratings(continuous)
report("10,000 x 5 continuous values", list(
  "interval" = list(time = seconds(quiet(r, level = "interval", ci = "none"))),
  "ordinal" = list(time = seconds(quiet(r, level = "ordinal", ci = "none"))),
  "interval, jackknife" = list(
    time = seconds(quiet(r, level = "interval", ci = "jackknife"))
  ),
  "ordinal, jackknife" = list(
    time = seconds(quiet(r, level = "ordinal", ci = "jackknife"))
  ),
  "ordinal, 1,000 BCa replicates, 2 threads" = list(
    time = seconds(quiet(r, level = "ordinal", replicates = 1000, seed = 1,
                         threads = 2), 1)
  )
))
