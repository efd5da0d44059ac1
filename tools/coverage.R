# coverage.R [DATA SETS [FILE]] : how often do the intervals of agreement() hold
# the true value? 80 scenarios, DATA SETS (1,000) each, written to FILE.
#
# The model: a unit's true category is drawn from the prevalences; a coder gives
# it with probability q and otherwise draws from the same prevalences. Two coders
# then agree with probability q^2 + (1 - q^2) sum p^2, so the true alpha is q^2,
# whatever the prevalences and the number of coders, and missing values change
# nothing. AC1 follows from the same two numbers.
#
# The design: five populations (2 or 5 categories, even or skewed prevalence,
# the last with 20 % of the values missing), alpha .49 or .81, 2 or 4 coders,
# 20, 50, 100 or 400 units. A scenario counts as non-degenerate where at
# least ten units in disagreement are expected: below that agreement() warns.
populations <- list(
  "2 even" = list(p = c(0.5, 0.5), missing = 0),
  "2 skewed" = list(p = c(0.9, 0.1), missing = 0),
  "5 even" = list(p = rep(0.2, 5), missing = 0),
  "5 skewed" = list(p = c(0.6, 0.2, 0.1, 0.06, 0.04), missing = 0),
  "5 skewed, missing" = list(p = c(0.6, 0.2, 0.1, 0.06, 0.04), missing = 0.2)
)

coverage_design <- function() {
  design <- expand.grid(units = c(20, 50, 100, 400), coders = c(2, 4),
                        alpha = c(0.49, 0.81), population = names(populations),
                        stringsAsFactors = FALSE)
  design$scenario <- seq_len(nrow(design))
  design$disagreements <- mapply(expected_disagreements, design$population,
                                 design$alpha, design$coders, design$units)
  design
}

# Units in which not all given values are the same, from the model.
expected_disagreements <- function(population, alpha, coders, units) {
  p <- populations[[population]]$p
  q <- sqrt(alpha)
  same <- vapply(0:coders, function(k) {
    guess <- ((1 - q) * p)^k
    sum(p * ((q + (1 - q) * p)^k + sum(guess) - guess))
  }, 0)
  given <- stats::dbinom(0:coders, coders,
                         1 - populations[[population]]$missing)
  units * sum((given * (1 - same))[-(1:2)])
}

true_values <- function(population, alpha) {
  p <- populations[[population]]$p
  squares <- sum(p^2)
  agree <- alpha + (1 - alpha) * squares
  chance <- (1 - squares) / (length(p) - 1)
  c(alpha = alpha, ac = (agree - chance) / (1 - chance))
}

simulate_ratings <- function(s) {
  population <- populations[[s$population]]
  k <- length(population$p)
  cells <- s$units * s$coders
  truth <- sample.int(k, s$units, TRUE, population$p)
  guess <- sample.int(k, cells, TRUE, population$p)
  x <- ifelse(stats::runif(cells) < sqrt(s$alpha), truth, guess)
  x[stats::runif(cells) < population$missing] <- NA
  matrix(x, s$units)
}

run_scenario <- function(s, sets, intervals, replicates) {
  set.seed(s$scenario)
  k <- length(populations[[s$population]]$p)
  truth <- true_values(s$population, s$alpha)
  tally <- array(0, c(length(truth), length(intervals), 5))
  for (i in seq_len(sets)) {
    x <- ratings(simulate_ratings(s), levels = seq_len(k))
    for (j in seq_along(intervals)) {
      a <- suppressWarnings(agreement(x, names(truth), ci = intervals[j],
                                      replicates = replicates, seed = i,
                                      threads = 1, progress = FALSE))
      low <- a$conf.low > truth
      high <- a$conf.high < truth
      none <- is.na(low)
      tally[, j, ] <- tally[, j, ] +
        ifelse(cbind(none, none, none, none, FALSE), 0,
               cbind(!low & !high, low, high, a$conf.high - a$conf.low, none))
    }
  }
  scenario_rows(s, truth, intervals, tally, sets)
}

scenario_rows <- function(s, truth, intervals, tally, sets) {
  rows <- expand.grid(coefficient = names(truth), interval = intervals,
                      stringsAsFactors = FALSE)
  counts <- matrix(tally, nrow(rows))
  with <- sets - counts[, 5]
  data.frame(
    s[c("scenario", "population", "coders", "units")], true_alpha = s$alpha,
    expected_disagreements = round(s$disagreements, 1), rows,
    true_value = round(truth[rows$coefficient], 6), data_sets = sets,
    coverage = round(counts[, 1] / with, 4),
    above = round(counts[, 2] / with, 4), below = round(counts[, 3] / with, 4),
    width = round(counts[, 4] / with, 4), none = counts[, 5] / sets,
    row.names = NULL
  )
}

# Mean and worst coverage in per cent, intervals across.
coverage_table <- function(rows, by) {
  rows$cell <- do.call(paste, c(rows[by], sep = " "))
  cells <- unique(rows$cell)
  out <- vapply(unique(rows$interval), function(kind) {
    vapply(cells, function(cell) {
      v <- 100 * rows$coverage[rows$interval == kind & rows$cell == cell]
      if (all(is.na(v))) "" else
        sprintf("%5.1f (%4.1f)", mean(v, na.rm = TRUE), min(v, na.rm = TRUE))
    }, "")
  }, character(length(cells)))
  matrix(out, length(cells), dimnames = list(cells, unique(rows$interval)))
}

print_coverage <- function(rows) {
  rows$all <- "all scenarios"
  rows$size <- sprintf("m = %d, N = %3d", rows$coders, rows$units)
  solid <- rows$expected_disagreements >= 10
  for (coefficient in unique(rows$coefficient)) {
    r <- rows[rows$coefficient == coefficient, ]
    s <- solid[rows$coefficient == coefficient]
    cat("\n", coefficient, ": mean (worst) coverage in per cent\n", sep = "")
    print(rbind(coverage_table(r, "all"), coverage_table(r, "size")),
          quote = FALSE)
    cat("\nscenarios with ten or more expected disagreements and N >= 50\n")
    r <- r[s & r$units >= 50, ]
    print(rbind(coverage_table(r, "all"), coverage_table(r, "size")),
          quote = FALSE)
    sides <- stats::aggregate(r[c("above", "below", "width", "none")],
                              r["interval"], mean)
    cat("\ninterval above the truth, below it, mean width, share without\n")
    print(sides, digits = 3, row.names = FALSE)
    outside <- r$interval == "bca" & abs(r$coverage - 0.95) > 0.02
    cat(sprintf("\nbca outside 93 to 97 %%: %d of %d\n", sum(outside),
                sum(r$interval == "bca")))
    print(r[outside, c("population", "true_alpha", "coders", "units",
                       "expected_disagreements", "coverage", "above",
                       "below")], row.names = FALSE)
  }
}

run_coverage <- function(sets, file) {
  intervals <- setdiff(eval(formals(agreement)$ci), "none")
  design <- coverage_design()
  # The largest first, so that both workers end together.
  order <- order(-design$units)
  rows <- parallel::mclapply(order, function(i) {
    run_scenario(design[i, ], sets, intervals, replicates = 1000)
  }, mc.cores = 2, mc.preschedule = FALSE, mc.set.seed = FALSE)
  bad <- vapply(rows, inherits, NA, "try-error")
  if (any(bad)) stop(rows[[which(bad)[1]]])
  rows <- do.call(rbind, rows)
  rows <- rows[order(rows$scenario), ]
  utils::write.csv(rows, file, row.names = FALSE)
  print_coverage(rows)
}

if (sys.nframe() == 0) {
  library(intercoder)
  argument <- commandArgs(TRUE)
  run_coverage(as.numeric(c(argument, 1000)[1]),
               c(argument[-1], "inst/validation/coverage.csv")[1])
}
