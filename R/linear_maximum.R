# The largest cost'x with rows x = total, x >= 0 (total >= 0); NA where there is
# no such x. Two phases of the simplex method by Bland's rule (1977).
linear_maximum <- function(cost, rows, total) {
  m <- nrow(rows)
  n <- ncol(rows)
  tableau <- list(body = cbind(rows, diag(m)), total = total,
                  basis = n + seq_len(m))
  tableau <- simplex(tableau, c(rep(0, n), rep(-1, m)), n)
  if (any(tableau$total[tableau$basis > n] > 1e-9)) {
    return(NA_real_)
  }
  for (i in which(tableau$basis > n)) {
    free <- which(abs(tableau$body[i, seq_len(n)]) > 1e-9)
    if (length(free)) tableau <- pivot(tableau, i, free[1])
  }
  cost <- c(cost, rep(0, m))
  tableau <- simplex(tableau, cost, n)
  sum(cost[tableau$basis] * tableau$total)
}

simplex <- function(tableau, cost, n) {
  repeat {
    gain <- cost[seq_len(n)] -
      drop(cost[tableau$basis] %*% tableau$body[, seq_len(n), drop = FALSE])
    enter <- which(gain > 1e-10)[1]
    if (is.na(enter)) {
      return(tableau)
    }
    able <- which(tableau$body[, enter] > 1e-10)
    ratio <- tableau$total[able] / tableau$body[able, enter]
    tied <- able[ratio <= min(ratio) + 1e-12]
    leave <- tied[which.min(tableau$basis[tied])]
    tableau <- pivot(tableau, leave, enter)
  }
}

pivot <- function(tableau, row, column) {
  by <- tableau$body[row, column]
  tableau$body[row, ] <- tableau$body[row, ] / by
  tableau$total[row] <- tableau$total[row] / by
  for (i in setdiff(seq_len(nrow(tableau$body)), row)) {
    times <- tableau$body[i, column]
    tableau$body[i, ] <- tableau$body[i, ] - times * tableau$body[row, ]
    tableau$total[i] <- max(0, tableau$total[i] - times * tableau$total[row])
  }
  tableau$basis[row] <- column
  tableau
}
