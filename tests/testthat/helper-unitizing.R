# Agreement on segments from its definition, character by character, in exact
# fractions. `x` is what continua() makes.

character_values <- function(x) {
  lapply(seq_along(x$length), function(t) {
    coders <- which(x$seen[t, ] == 1)
    value <- segment <- matrix(0L, x$length[t], length(coders))
    for (i in which(x$segments$transcript == t)) {
      places <- x$segments$start[i]:x$segments$end[i]
      column <- match(x$segments$coder[i], coders)
      value[places, column] <- x$segments$code[i]
      segment[places, column] <- i
    }
    list(value = value, segment = segment)
  })
}

exact_unitizing <- function(x) {
  k <- length(x$codes)
  q <- gmp::as.bigq
  zero <- q(rep(0, k + 1))
  length <- match <- shared <- shared_self <- self <- zero
  both_coded <- q(0)
  for (t in character_values(x)) {
    m <- ncol(t$value)
    if (m < 2) next
    w <- q(1, m - 1)
    for (i in seq_len(m)) {
      others <- t$value[, -i, drop = FALSE]
      for (c in 0:k) {
        mine <- t$value[, i] == c
        length[c + 1] <- length[c + 1] + sum(mine)
        match[c + 1] <- match[c + 1] + w * sum(others[mine, ] == c)
        shared[c + 1] <- shared[c + 1] + w * sum(others[mine, ] > 0)
      }
      for (s in setdiff(unique(t$segment[, i]), 0)) {
        mine <- t$segment[, i] == s
        c <- t$value[mine, i][1] + 1
        self[c] <- self[c] + sum(mine)^2
        shared_self[c] <- shared_self[c] + (w * sum(others[mine, ] > 0))^2
      }
    }
  }
  self[1] <- length[1]
  alpha <- function(same, all, apart, pairs) {
    if (all == 0 || apart == 0 || pairs == 0) return(NA_real_)
    as.double(1 - (1 - same / all) / (apart / pairs))
  }
  all <- sum(length)
  pairs <- all^2 - sum(self)
  coded <- all - length[1]
  s <- shared[-1]
  total <- if (k) sum(s) else q(0)
  c(
    alpha(sum(match), all, all^2 - sum(length * length), pairs),
    alpha(match[1] + total, all, 2 * length[1] * coded, pairs),
    if (k) alpha(sum(match[-1]), total, total^2 - sum(s * s),
                 total^2 - sum(shared_self[-1])) else NA,
    vapply(seq_len(k), function(c) {
      alpha(match[c + 1], s[c], s[c] * (total - s[c]),
            s[c] * total - shared_self[c + 1])
    }, 0)
  )
}

# Codings without overlap within a coder, and a plan with holes.
random_codings <- function(seed, codes = 3, most = 24) {
  set.seed(seed)
  size <- sample(5:most, sample(3, 1), replace = TRUE)
  names(size) <- LETTERS[seq_along(size)]
  coders <- c("Ann", "Ben", "Cem", "Dee")[seq_len(sample(2:4, 1))]
  plan <- expand.grid(transcript = names(size), coder = coders,
                      stringsAsFactors = FALSE)
  plan <- plan[c(TRUE, stats::runif(nrow(plan) - 1) < 0.85), ]
  rows <- lapply(seq_len(nrow(plan)), function(i) {
    n <- size[[plan$transcript[i]]]
    cuts <- sort(unique(c(1, sample(n, min(n, sample(0:6, 1))), n + 1)))
    use <- stats::runif(length(cuts) - 1) < 0.6
    data.frame(transcript = rep(plan$transcript[i], sum(use)),
               start = cuts[-length(cuts)][use], end = cuts[-1][use] - 1,
               code = sample(letters[seq_len(codes)], sum(use), replace = TRUE),
               coder = rep(plan$coder[i], sum(use)))
  })
  list(codings = codings(do.call(rbind, rows)), length = size, plan = plan)
}
