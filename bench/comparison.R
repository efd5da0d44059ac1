# comparison.R: groups compared, side by side with what R has for the single
# steps. Run: Rscript bench/comparison.R
# Needs intercoder; exact2x2, Exact, coin, multtest and vegan are timed where they
# are installed. Times are seconds of CPU, the median of several runs.

suppressMessages(library(intercoder))
source(file.path(dirname(sub("^--file=", "", grep(
  "^--file=", commandArgs(FALSE), value = TRUE))), "measure.R"))
set.seed(20260401)

row <- function(what, own, peer = c(cpu = NA), peer_name = "", note = "") {
  own <- own[["cpu"]]
  peer <- peer[["cpu"]]
  cat(sprintf("%-52s %9.4f %9s %8s  %s %s\n", what, own,
              if (is.na(peer)) "-" else sprintf("%.4f", peer),
              if (is.na(peer)) "-" else sprintf("%.1fx", peer / own),
              peer_name, note))
}

cat(sprintf("%-52s %9s %9s %8s\n", "", "own", "peer", "ratio"))

# 12 codes x 21 participants: p, effect, exact interval, joint min-p, Holm, BH
study <- data.frame(
  g = rep(c("a", "b"), c(11, 10)),
  matrix(stats::rbinom(21 * 12, 1, rep(seq(0.1, 0.9, length.out = 12),
                                       each = 21)), 21)
)
row("presence, 12 codes x 21, all relabellings",
    seconds(compare_groups(study, "g")))
counts <- study
counts[-1] <- stats::rpois(21 * 12, 3)
row("counts, 12 codes x 21, all relabellings",
    seconds(compare_groups(counts, "g", "count")))
shares <- counts
shares[-1] <- shares[-1] / stats::rpois(21, 40)
row("shares (means), 12 codes x 21, all relabellings",
    seconds(compare_groups(shares, "g", "share", test = "permutation"), 3))

own <- seconds(compare_profiles(study, "g"))
if (has("vegan")) {
  d <- stats::dist(study[-1], "binary")
  row("profile of 12 codes x 21, all relabellings", own,
      seconds(vegan::adonis2(d ~ g, study, permutations = 9999)),
      "vegan adonis2", "(9,999 random)")
} else {
  row("profile of 12 codes x 21, all relabellings", own)
}

table_of <- function(x1, n1, x2, n2) rbind(c(x1, n1 - x1), c(x2, n2 - x2))
for (size in list(c(7, 11, 3, 10), c(32, 50, 15, 50), c(60, 100, 45, 100))) {
  t <- table_of(size[1], size[2], size[3], size[4])
  what <- sprintf("Boschloo, %d v %d", size[2], size[4])
  own <- seconds(for (i in 1:20) boschloo_test(t)) / 20
  if (has("Exact")) {
    row(what, own, seconds(Exact::exact.test(t, method = "Boschloo",
                                             to.plot = FALSE)), "Exact")
  } else if (has("exact2x2")) {
    row(what, own, seconds(exact2x2::boschloo(t[1, 1], size[2], t[2, 1],
                                              size[4])), "exact2x2")
  } else {
    row(what, own)
  }
  row(sprintf("exact interval, %d v %d", size[2], size[4]),
      seconds(risk_difference(t)))
}

for (n in c(11, 50)) {
  x <- stats::rpois(n, 3)
  y <- stats::rpois(n, 4)
  own <- seconds(for (i in 1:10) wilcoxon_test(x, y)) / 10
  if (has("coin")) {
    d <- data.frame(v = c(x, y), g = factor(rep(1:2, each = n)))
    peer <- seconds(coin::pvalue(coin::wilcox_test(v ~ g, d,
                                               distribution = "exact")))
    same <- all.equal(wilcoxon_test(x, y)$p.value, as.numeric(coin::pvalue(
      coin::wilcox_test(v ~ g, d, distribution = "exact"))))
    row(sprintf("exact Wilcoxon with ties, %d v %d", n, n), own, peer, "coin",
        if (isTRUE(same)) "same p" else "p differ")
  } else {
    row(sprintf("exact Wilcoxon with ties, %d v %d", n, n), own)
  }
}

# many codes, many participants, random relabellings
n <- 2000
g <- rep(c("a", "b"), each = n / 2)
rate <- rep(stats::runif(500, 0.1, 4), each = n)
many <- data.frame(g = g, matrix(stats::rpois(500 * n, rate), n))
peer <- c(cpu = NA)
if (has("multtest")) {
  peer <- seconds(utils::capture.output(multtest::mt.maxT(
    t(as.matrix(many[-1])), as.integer(g == "b"), test = "wilcoxon",
    B = 10000)), 1)
}
for (measure in c("presence", "count")) {
  for (adjust in c("minp", "maxt")) {
    row(sprintf("%s, %s, 500 codes x 2,000, 10,000 random", measure, adjust),
        seconds(compare_groups(many, "g", measure, adjust = adjust,
                               replicates = 10000, seed = 1, threads = 1), 3),
        if (measure == "count") peer else c(cpu = NA),
        if (measure == "count" && !is.na(peer[["cpu"]])) "multtest max-T" else "")
  }
}
