# Effects with intervals where participants are compared within strata or pairs.

# Mantel and Haenszel's risk difference (Greenland and Robins 1985) with the
# interval of Klingenberg (2014) from Sato's variance (1989); by code.
stratified_difference <- function(has, given, conf_level) {
  size <- function(member) tabulate(given$stratum[member], max(given$stratum))
  count <- function(member) {
    out <- matrix(0, max(given$stratum), ncol(has))
    sums <- rowsum(has[member, , drop = FALSE] + 0, given$stratum[member])
    out[as.integer(rownames(sums)), ] <- sums
    out
  }
  n1 <- size(given$member)
  n2 <- size(!given$member)
  y1 <- count(given$member)
  y2 <- count(!given$member)
  n <- n1 + n2
  total <- sum(n1 * n2 / n)
  estimate <- colSums((y1 * n2 - y2 * n1) / n) / total
  p <- colSums((n1^2 * y2 - n2^2 * y1 + n1 * n2 * (n2 - n1) / 2) / n^2)
  q <- colSums((y1 * (n2 - y2) + y2 * (n1 - y1)) / (2 * n))
  z <- stats::qnorm(0.5 + conf_level / 2)
  mid <- estimate + z^2 * p / (2 * total^2)
  half <- sqrt(pmax(0, mid^2 - estimate^2 + z^2 * q / total^2))
  list(estimate = estimate, low = pmax(-1, mid - half),
       high = pmin(1, mid + half))
}

# Of n pairs, b with more on the first side and c with more on the second: the
# difference b/n - c/n with the score interval of Tango (1998).
paired_difference <- function(b, c, n, conf_level) {
  z <- stats::qnorm(0.5 + conf_level / 2)
  d <- (b - c) / n
  list(estimate = d, low = tango_limit(b, c, n, d, -1, z),
       high = tango_limit(b, c, n, d, 1, z))
}

tango_score <- function(b, c, n, delta) {
  linear <- -b - c + (2 * n - b + c) * delta
  constant <- -c * delta * (1 - delta)
  q <- (sqrt(pmax(0, linear^2 - 8 * n * constant)) - linear) / (4 * n)
  variance <- n * (2 * q + delta * (1 - delta))
  ifelse(variance > 0, (b - c - n * delta) / sqrt(variance), 0)
}

# The score falls in delta: from the estimate outwards, by halving.
tango_limit <- function(b, c, n, d, end, z) {
  inside <- d
  outside <- rep(end, length(d))
  for (step in seq_len(60)) {
    mid <- (inside + outside) / 2
    fits <- abs(tango_score(b, c, n, mid)) <= z
    inside <- ifelse(fits, mid, inside)
    outside <- ifelse(fits, outside, mid)
  }
  ifelse(abs(d) == 1 & sign(d) == end, end, inside)
}

# Mean of the strata's Cliff's deltas with the weights of van Elteren's test,
# n1 n2 / (n1 + n2 + 1).
stratified_delta <- function(values, given) {
  used <- split(seq_along(given$member), given$stratum)
  used <- Filter(function(rows) length(unique(given$member[rows])) == 2, used)
  delta <- vapply(used, function(rows) {
    stratum_deltas(values[rows, , drop = FALSE], given$member[rows])
  }, numeric(ncol(values)))
  weight <- vapply(used, function(rows) {
    n1 <- sum(given$member[rows])
    n1 * (length(rows) - n1) / (length(rows) + 1)
  }, 0)
  as.vector(matrix(delta, ncol(values)) %*% weight / sum(weight))
}

stratum_deltas <- function(values, member) {
  n1 <- sum(member)
  n2 <- sum(!member)
  ranks <- apply(values, 2, rank)
  (2 * colSums(ranks[member, , drop = FALSE]) / n1 - n1 - n2 - 1) / n2
}
