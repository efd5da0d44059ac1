# size.R [DATA SETS [FILE]] : how often does each test reject at .05 where the
# groups do not differ?
#
# Exact: Boschloo, Barnard, Fisher, mid-p and Pearson's chi-squared (without
# correction), the largest probability over the common proportion.
#
# Simulated: 11 against 10 participants with 40 to 120 units each, in the first
# group times `ratio` (1, 2, 3: one group talks longer). A unit has a code with
# a probability drawn for each participant from a beta distribution with the same
# mean in both groups and correlation `icc` between units of one participant.
# The mean is .1 for tests of how much (counts, shares, rates, segments), .01
# for tests of whether at all, .005 to .03 over the 12 codes of the joint test.
# Permutation tests take 999 random relabellings, p = (b + 1) / 1000, so that
# their level is kept as by all of them. The segment-level test is the
# chi-squared over all units. Seed: the number of the scenario.
ic <- asNamespace("intercoder")
member <- rep(c(TRUE, FALSE), c(11, 10))
alpha <- 0.05

pearson_region <- function(n1, n2) {
  grid <- expand.grid(x = 0:n1, y = 0:n2)
  s <- grid$x + grid$y
  n <- n1 + n2
  z <- (grid$x * n2 - grid$y * n1)^2 * n / (n1 * n2 * s * (n - s))
  matrix(!is.na(z) & z >= stats::qchisq(1 - alpha, 1), n1 + 1)
}

exact_sizes <- function() {
  sizes <- list(c(6, 6), c(11, 10), c(15, 8), c(20, 20), c(50, 50))
  rows <- lapply(sizes, function(n) {
    ours <- power_groups(0.5, 0.5, n[1], n[2],
                         test = names(ic$POWER_TESTS))
    pearson <- ic$region_size(pearson_region(n[1], n[2]))
    data.frame(kind = "exact", n1 = n[1], n2 = n[2],
               test = c(ours$test, "pearson"), measure = "presence",
               rate = c(ours$size, pearson[1]),
               mean.rate = c(ours$mean.size, pearson[2]))
  })
  do.call(rbind, rows)
}

draw_code <- function(units, mean, icc) {
  p <- rep(mean, length(units))
  if (icc > 0) {
    p <- stats::rbeta(length(units), mean * (1 / icc - 1),
                      (1 - mean) * (1 / icc - 1))
  }
  stats::rbinom(length(units), units, p)
}

segments_p <- function(y, units) {
  n <- c(sum(units[member]), sum(units[!member]))
  x <- c(sum(y[member]), sum(y[!member]))
  if (sum(x) == 0) {
    return(1)
  }
  p <- sum(x) / sum(n)
  z2 <- (diff(x / n))^2 / (p * (1 - p) * sum(1 / n))
  stats::pchisq(z2, 1, lower.tail = FALSE)
}

amounts_p <- function(y, units, seed) {
  share <- y / units
  rank <- function(v) {
    ic$sum_tails(ic$rank_values(v, member, 0.95)$twice, member, 2)$two.sided
  }
  brunner <- ic$brunner_values(share, member, "two.sided", "permutation",
                               "logit", NULL, TRUE, 999, seed)
  c(segments = segments_p(y, units), wilcoxon.count = rank(y),
    wilcoxon.share = rank(share), brunner.share = brunner$p.value,
    permutation.share = ic$permute_means(
      list(values = share, member = member), "two.sided", TRUE, 999,
      seed)$p.value,
    rate.count = ic$rate_values(y, units, member, "count", simulate = TRUE,
                                B = 999, seed = seed)$p.value)
}

presence_tests <- c("boschloo", "barnard", "fisher", "midp")

presence_tables <- function() {
  lapply(stats::setNames(nm = presence_tests), function(test) {
    t <- attainable(11, 10, test)
    matrix(t$p.value, 12, 11, byrow = TRUE)
  })
}

one_set <- function(s, tables, seed) {
  units <- round(stats::runif(21, 40, 120) * ifelse(member, s$ratio, 1))
  much <- draw_code(units, 0.1, s$icc)
  rare <- draw_code(units, 0.01, s$icc)
  k <- c(sum(rare[member] > 0), sum(rare[!member] > 0)) + 1
  many <- vapply(seq(0.005, 0.03, length.out = 12),
                 function(m) draw_code(units, m, s$icc) > 0, logical(21)) + 0
  joint <- compare_groups(
    data.frame(group = !member, many), "group", interval = "newcombe",
    replicates = 999, seed = seed, threads = 1, progress = FALSE)
  p <- c(vapply(tables, function(t) t[k[1], k[2]], 0),
         rate.presence = ic$rate_values(
           (rare > 0) + 0, units, member, "presence", simulate = TRUE, B = 999,
           seed = seed)$p.value,
         amounts_p(much, units, seed),
         minp = min(joint$p.adjusted, 1, na.rm = TRUE))
  ifelse(is.na(p), 1, p)
}

SIZE_LABELS <- data.frame(
  name = c(presence_tests, "rate.presence", "segments", "wilcoxon.count",
           "wilcoxon.share", "brunner.share", "permutation.share", "rate.count",
           "minp"),
  test = c(presence_tests, "rate", "segment chi-squared", "wilcoxon",
           "wilcoxon", "brunner-munzel", "permutation", "rate",
           "joint min-p, 12 codes"),
  measure = c(rep("presence", 5), "segments", "count", "share", "share",
              "share", "count", "presence")
)

run_size <- function(s, sets, tables) {
  set.seed(s$scenario)
  rejected <- 0
  for (i in seq_len(sets)) {
    rejected <- rejected + (one_set(s, tables, i) <= alpha)
  }
  at <- match(names(rejected), SIZE_LABELS$name)
  rate <- unname(rejected) / sets
  data.frame(kind = "simulated", n1 = 11, n2 = 10, test = SIZE_LABELS$test[at],
             measure = SIZE_LABELS$measure[at], rate = rate, icc = s$icc,
             ratio = s$ratio, data_sets = sets,
             error = round(sqrt(rate * (1 - rate) / sets), 5))
}

print_size <- function(rows) {
  cat("exact sizes at .05\n")
  exact <- rows[rows$kind == "exact", ]
  print(round(stats::xtabs(rate ~ test + paste(n1, n2), exact), 4))
  cat("\nrejections in per cent, by icc and ratio of talk\n")
  seen <- rows[rows$kind == "simulated", ]
  seen$what <- paste(seen$test, seen$measure, sep = ", ")
  print(round(100 * stats::xtabs(rate ~ what + paste0("x", ratio, " icc ", icc),
                                 seen), 1))
}

run_sizes <- function(sets, file) {
  design <- expand.grid(icc = c(0, 0.02, 0.05, 0.1), ratio = 1:3)
  design$scenario <- seq_len(nrow(design))
  tables <- presence_tables()
  rows <- parallel::mclapply(seq_len(nrow(design)), function(i) {
    run_size(design[i, ], sets, tables)
  }, mc.cores = 2, mc.preschedule = FALSE, mc.set.seed = FALSE)
  bad <- vapply(rows, inherits, NA, "try-error")
  if (any(bad)) stop(rows[[which(bad)[1]]])
  exact <- exact_sizes()
  simulated <- do.call(rbind, rows)
  exact[setdiff(names(simulated), names(exact))] <- NA
  simulated$mean.rate <- NA
  rows <- rbind(exact, simulated[names(exact)])
  rows$rate <- round(rows$rate, 5)
  rows$mean.rate <- round(rows$mean.rate, 5)
  utils::write.csv(rows, file, row.names = FALSE)
  print_size(rows)
}

if (sys.nframe() == 0) {
  library(intercoder)
  argument <- commandArgs(TRUE)
  run_sizes(as.numeric(c(argument, 10000)[1]),
            c(argument[-1], "inst/validation/size.csv")[1])
}
