# p-values adjusted for the number of codes.

DISCRETE <- c("tarone", "dbonferroni", "dbh", "heyse")

# The p-values a code could have had, and how likely each is when participants
# are exchangeable: for every number of mentions in the first group.
attainable_p <- function(given, ok, test) {
  has <- given$values[, ok, drop = FALSE] > 0
  list(p = mention_lookup(given, ok, test, Inf),
       law = by_law(given, has, identity))
}

# P(p-value of code k <= t), codes by t. Equal values may differ by rounding.
attainable_below <- function(attainable, t) {
  t <- t * (1 + 1e-9)
  out <- vapply(seq_len(ncol(attainable$p)), function(k) {
    order <- order(attainable$p[, k])
    below <- c(0, cumsum(attainable$law[order, k]))
    below[findInterval(t, attainable$p[order, k]) + 1]
  }, numeric(length(t)))
  matrix(pmin(out, 1), ncol(attainable$p), length(t), byrow = TRUE)
}

least_attainable <- function(attainable) {
  p <- attainable$p
  p[attainable$law <= 0] <- 1
  apply(p, 2, min)
}

adjust_discrete <- function(p, attainable, adjust, alpha) {
  below <- attainable_below(attainable, p)
  if (adjust == "tarone") {
    least <- attainable_below(attainable, least_attainable(attainable))
    return(adjust_tarone(p, diag(below), diag(least), alpha))
  }
  if (adjust == "heyse") {
    return(list(p = step_up(p, colSums(below))))
  }
  order <- order(p)
  adjusted <- if (adjust == "dbonferroni") colSums(below) else {
    share <- colSums(below / (1 - below))
    share[order] <- share[order] / seq_along(p)
    share
  }
  list(p = stepwise(pmin(1, pmax(p, adjusted)), order))
}

# Expected p-values this small, over the number that are: the least of those of
# all larger p-values.
step_up <- function(p, expected) {
  order <- order(p, decreasing = TRUE)
  number <- rank(p, ties.method = "max")
  p[order] <- cummin(pmin(1, pmax(p, expected / number))[order])
  p
}

# Bonferroni over those codes that could reach alpha / K, where K is the
# smallest number that is not below theirs (Tarone 1990). Which codes these are
# depends on how many mention them, so p-values must hold given that: what
# counts is how likely one this small is (for Fisher's test that is p itself).
adjust_tarone <- function(p, likely, least, alpha) {
  k <- 1
  while (sum(least <= alpha / k) > k) k <- k + 1
  list(p = ifelse(least <= alpha / k, pmin(1, pmax(p, k * likely)), 1),
       tarone = k)
}

adjust_comparison <- function(out, given, joint, adjust, test, alpha) {
  p <- joint$p.value
  ok <- !is.na(p)
  tarone <- NULL
  out$p.value <- p
  out$p.holm <- stats::p.adjust(p, "holm", n = length(p))
  out$p.bh <- stats::p.adjust(p, "BH", n = length(p))
  out$p.adjusted <- switch(adjust, minp = , maxt = joint$p.joint,
                           holm = out$p.holm, BH = out$p.bh, p)
  if (adjust %in% DISCRETE && any(ok)) {
    found <- adjust_discrete(p[ok], attainable_p(given, ok, test), adjust,
                             alpha)
    out$p.adjusted[ok] <- found$p
    tarone <- found$tarone
  }
  last <- c("p.value", "p.adjusted", "p.holm", "p.bh", "status")
  structure(out[c(setdiff(names(out), last), last)], tarone = tarone)
}
