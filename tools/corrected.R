# corrected.R [DATA SETS [FILE]] : how often do the intervals of
# compare_corrected() hold the true difference of two groups of 11 and 10?
#
# The model: participant i of group g has the code in a unit with probability
# drawn from a beta distribution with mean p_g and correlation icc within the
# participant; 15 to 60 units each. The machine finds a unit that has the code
# with probability `sensitivity` and one that has not with `specificity`, which
# may depend on the group. The true difference is p_1 - p_2 whether participants
# or units count the same.
#
# The design: two pairs of proportions, icc 0 or .1, four machines, three ways
# to choose what a person codes: a tenth of the units, units by the machine's value
# (.4 of yes, .1 of no), or all units of four participants in each group.
sizes <- c(11, 10)
pairs <- list(same = c(0.2, 0.2), apart = c(0.3, 0.15))
machines <- list(
  good = list(sensitivity = c(0.9, 0.9), specificity = c(0.97, 0.97)),
  fair = list(sensitivity = c(0.7, 0.7), specificity = c(0.92, 0.92)),
  biased = list(sensitivity = c(0.85, 0.6), specificity = c(0.9, 0.98)),
  useless = list(sensitivity = c(0.3, 0.3), specificity = c(0.7, 0.7))
)
samples <- c("units", "by machine", "participants")

corrected_design_table <- function() {
  design <- expand.grid(sample = samples, machine = names(machines),
                        icc = c(0, 0.1), pair = names(pairs),
                        stringsAsFactors = FALSE)
  design$scenario <- seq_len(nrow(design))
  design
}

draw_study <- function(s) {
  p <- pairs[[s$pair]]
  group <- rep(1:2, sizes)
  units <- sample(15:60, sum(sizes), TRUE)
  own <- p[group]
  if (s$icc > 0) {
    own <- stats::rbeta(length(own), own * (1 / s$icc - 1),
                        (1 - own) * (1 / s$icc - 1))
  }
  person <- rep(seq_along(group), units)
  g <- group[person]
  y <- as.numeric(stats::runif(length(person)) < own[person])
  m <- machines[[s$machine]]
  f <- as.numeric(stats::runif(length(y)) <
                    ifelse(y == 1, m$sensitivity[g], 1 - m$specificity[g]))
  chance <- switch(s$sample, units = rep(0.1, length(y)),
                   "by machine" = ifelse(f == 1, 0.4, 0.1),
                   participants = 4 / sizes[g])
  coded <- if (s$sample == "participants") {
    person %in% c(sample(which(group == 1), 4), sample(which(group == 2), 4))
  } else {
    stats::runif(length(y)) < chance
  }
  data.frame(participant = person, group = c("a", "b")[g], machine = f,
             human = ifelse(coded, y, NA), chance = chance)
}

run_corrected <- function(s, sets) {
  set.seed(s$scenario)
  truth <- -diff(pairs[[s$pair]])
  kinds <- expand.grid(weight = c("participants", "units"),
                       method = c("ppi", "dsl", "human", "machine"),
                       stringsAsFactors = FALSE)
  tally <- matrix(0, nrow(kinds), 4)
  for (i in seq_len(sets)) {
    x <- draw_study(s)
    out <- do.call(rbind, lapply(unique(kinds$weight), function(weight) {
      as.data.frame(generics::tidy(compare_corrected(
        x, "machine", "human", "group", probability = "chance",
        weight = weight, method = unique(kinds$method))))
    }))
    out <- out[order(match(out$method, kinds$method)), ]
    none <- is.na(out$conf.low)
    tally <- tally + ifelse(
      is.na(cbind(out$conf.low, out$conf.low, out$conf.low, 0)), 0,
      cbind(out$conf.low <= truth & truth <= out$conf.high,
            out$conf.high - out$conf.low, out$estimate - truth, none))
  }
  with <- sets - tally[, 4]
  data.frame(s[c("scenario", "pair", "icc", "machine", "sample")], kinds,
             true_difference = truth, data_sets = sets,
             coverage = round(tally[, 1] / with, 4),
             width = round(tally[, 2] / with, 4),
             bias = round(tally[, 3] / with, 5), none = tally[, 4] / sets,
             row.names = NULL)
}

print_corrected <- function(rows) {
  cat("coverage in per cent, mean (least) over scenarios; mean width; bias\n")
  for (sample in samples) {
    part <- rows[rows$sample == sample, ]
    show <- do.call(rbind, lapply(split(part, part[c("method", "weight")],
                                        drop = TRUE), function(d) {
      data.frame(sample = sample, method = d$method[1], weight = d$weight[1],
                 mean = 100 * mean(d$coverage), least = 100 * min(d$coverage),
                 width = mean(d$width), worst_bias = max(abs(d$bias)))
    }))
    print(show, digits = 3, row.names = FALSE)
  }
}

run_all_corrected <- function(sets, file) {
  design <- corrected_design_table()
  rows <- parallel::mclapply(seq_len(nrow(design)), function(i) {
    run_corrected(design[i, ], sets)
  }, mc.cores = 2, mc.preschedule = FALSE, mc.set.seed = FALSE)
  bad <- vapply(rows, inherits, NA, "try-error")
  if (any(bad)) stop(rows[[which(bad)[1]]])
  rows <- do.call(rbind, rows)
  utils::write.csv(rows, file, row.names = FALSE)
  print_corrected(rows)
}

if (sys.nframe() == 0) {
  library(intercoder)
  argument <- commandArgs(TRUE)
  run_all_corrected(as.numeric(c(argument, 1000)[1]),
                    c(argument[-1], "inst/validation/corrected.csv")[1])
}
