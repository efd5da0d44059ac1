# All codes tested at once by relabelling participants: what goes in, and the
# p-values that come out.

RELABELLINGS_MAX <- 5e6
MINP_CELLS_MAX <- 2e7
JOINT_CELLS_MAX <- 2e9
JOINT_RULES <- c("table", "minp", "maxt")

# All relabellings, or how many to draw.
draws_for <- function(given, codes, rule, replicates) {
  if (!is.null(replicates)) {
    return(as.double(replicates))
  }
  all <- all_relabellings(given$member, given$stratum)
  cells <- if (rule == "minp") MINP_CELLS_MAX else JOINT_CELLS_MAX
  few <- all <= RELABELLINGS_MAX && all * codes <= cells
  if (length(given$member) <= 63 && few) 0 else 19999
}

# How many relabellings there are, all or with the same sums once.
all_relabellings <- function(member, stratum = NULL) {
  core_value(
    .Call(C_comparison_relabellings, member, stratum)
  )
}

# Tests whose own p-value comes from relabelling.
BY_RELABELLING <- c("permutation", "van-elteren", "signed-rank")
# Tests whose p-value is known for every number of mentions.
BY_TABLE <- c("boschloo", "fisher", "cmh", "mcnemar")

compare_jointly <- function(given, out, test, adjust, step, replicates, seed,
                            threads, progress) {
  ok <- out$status == "ok"
  joint <- list(p.value = out$p.value, p.joint = rep(NA_real_, length(ok)),
                relabellings = NA_real_, complete = NA, seed = NA_real_)
  wanted <- adjust %in% c("minp", "maxt") || test %in% BY_RELABELLING
  if (!any(ok) || !wanted) {
    return(joint)
  }
  rule <- if (adjust != "minp") "maxt" else
    if (test %in% BY_TABLE && !anyNA(given$values)) "table" else "minp"
  draws <- draws_for(given, sum(ok), rule, replicates)
  joint$seed <- if (draws > 0) draw_seed(seed) else 0
  bar <- progress_bar("Relabelling participants", NA, progress)
  on.exit(bar$end())
  scores <- if (rule == "table") mention_scores(given, ok) else
    scores_seen(given, ok, test)
  found <- relabel(scores, given, ok, test, rule, draws, joint$seed, threads,
                   bar$step)
  extra <- if (draws > 0) 1 else 0
  total <- found$relabellings + extra
  if (test %in% BY_RELABELLING) {
    joint$p.value[ok] <- (found$alone + extra) / total
  }
  p <- pmax((found[[step]] + extra) / total, joint$p.value[ok])
  joint$p.joint[ok] <- stepwise(p, order(-found$evidence))
  joint$relabellings <- found$relabellings
  joint$complete <- draws == 0
  if (draws == 0) joint$seed <- NA_real_
  joint
}

# No p-value below that of a code which stands before it.
stepwise <- function(p, order) {
  p[order] <- cummax(p[order])
  p
}

relabel <- function(scores, given, ok, test, rule, draws, seed, threads,
                    step = NULL, direction = 0L) {
  weight <- switch(rule, table = mention_lookup(given, ok, test),
                   maxt = score_scale(scores$score, given))
  core_value(
    .Call(C_comparison_joint, scores$score, given$member, given$stratum,
          match(rule, JOINT_RULES) - 1L, weight, scores$slack, direction,
          draws, seed, threads, step)
  )
}

mention_scores <- function(given, ok) {
  list(score = (given$values[, ok, drop = FALSE] > 0) + 0,
       slack = rep(0, sum(ok)))
}

# Whole numbers whose sum over the first group is the statistic of the test;
# their mean is 0 in every stratum.
joint_scores <- function(given, test) {
  values <- given$values
  if (given$measure == "presence") values <- (values > 0) + 0
  centred_scores(switch(
    test,
    wilcoxon = given$twice %||% apply(values, 2, rank) * 2,
    "van-elteren" = stratum_ranks(values, given$stratum),
    "signed-rank" = signed_ranks(values, given),
    values
  ), given$member, given$stratum)
}

# Mid-ranks in each stratum from their mean, over the size and one (van Elteren
# 1960).
stratum_ranks <- function(values, stratum) {
  apply(values, 2, function(v) {
    stats::ave(v, stratum, FUN = function(u) {
      (2 * rank(u) - length(u) - 1) / (length(u) + 1)
    })
  })
}

# Doubled ranks of the absolute differences, zeros ranked and then left out
# (Pratt 1959), for whoever has more.
signed_ranks <- function(values, given) {
  difference <- pair_differences(values, given)
  ranks <- matrix(apply(abs(difference), 2, rank) * 2, nrow(difference))
  pair <- match(given$stratum, given$stratum[given$member])
  sign <- ifelse(given$member, 1, -1) * sign(difference)[pair, , drop = FALSE]
  (sign > 0) * ranks[pair, , drop = FALSE]
}

# First group minus second, in the order of the first group's rows.
pair_differences <- function(values, given) {
  first <- which(given$member)
  second <- which(!given$member)
  second <- second[match(given$stratum[first], given$stratum[second])]
  values[first, , drop = FALSE] - values[second, , drop = FALSE]
}

centred_scores <- function(values, member, stratum = NULL) {
  n <- length(member)
  stratum <- stratum %||% rep(1L, n)
  size <- tabulate(stratum)
  common <- Reduce(least_multiple, unique(size))
  mean <- rowsum(values, stratum) / size
  score <- matrix(0, n, ncol(values))
  slack <- numeric(ncol(values))
  for (k in seq_len(ncol(values))) {
    v <- values[, k]
    centred <- v - mean[stratum, k]
    if (all(v == round(v)) && common * max(abs(centred)) * n < 2^50) {
      score[, k] <- round(common * centred)
    } else {
      whole <- whole_scores(centred, sum(member))
      score[, k] <- whole$score
      slack[k] <- whole$slack
    }
  }
  list(score = score, slack = slack)
}

least_multiple <- function(a, b) {
  rest <- c(a, b)
  while (rest[2] > 0) rest <- c(rest[2], rest[1] %% rest[2])
  a / rest[1] * b
}

# One over the standard deviation, over relabellings, of the sum over the first
# group; the scores are centred.
score_scale <- function(score, given) {
  stratum <- given$stratum %||% rep(1L, nrow(score))
  n <- tabulate(stratum)
  n1 <- tabulate(stratum[given$member], length(n))
  weight <- ifelse(n > 1, n1 * (n - n1) / (n * pmax(1, n - 1)), 0)
  deviation <- sqrt(colSums(score^2 * weight[stratum]))
  ifelse(deviation > 0, 1 / deviation, 0)
}

# ---- mentions ----

EXACT_LOOKUP_MAX <- 120

# For every number of mentions in the first group (rows) the p-value of each
# code. With many participants relabellings are ordered by Fisher's central p,
# which costs less than Boschloo's.
mention_lookup <- function(given, ok, test, most = EXACT_LOOKUP_MAX) {
  has <- given$values[, ok, drop = FALSE] > 0
  if (is.null(given$stratum) && length(given$member) <= most) {
    return(table_lookup(colSums(has), sum(given$member), sum(!given$member),
                        test))
  }
  by_law(given, has, function(law) signif(central_p(law), 10))
}

table_lookup <- function(totals, n1, n2, test) {
  different <- unique(totals)
  tables <- lapply(different, function(s) {
    p <- rep(1, n1 + 1)
    x <- max(0, s - n2):min(n1, s)
    p[x + 1] <- presence_p(x, n1, s - x, n2, test)
    p
  })
  do.call(cbind, tables[match(totals, different)])
}

# f of the null distribution of the mentions in the first group, by code.
by_law <- function(given, has, f) {
  stratum <- given$stratum %||% rep(1L, nrow(has))
  n <- tabulate(stratum)
  n1 <- tabulate(stratum[given$member], length(n))
  totals <- rowsum(has + 0, stratum)
  key <- apply(totals, 2, paste, collapse = " ")
  first <- which(!duplicated(key))
  tables <- lapply(first, function(k) f(mention_law(totals[, k], n1, n - n1)))
  do.call(cbind, tables[match(key, key[first])])
}

# Given the mentions in each stratum, the probabilities of 0, 1, ... in the
# first group: hypergeometric ones, convolved.
mention_law <- function(totals, n1, n2) {
  law <- 1
  for (s in seq_along(totals)) {
    own <- stats::dhyper(0:n1[s], n1[s], n2[s], totals[s])
    law <- convolve_laws(law, own)
  }
  law
}

convolve_laws <- function(a, b) {
  if (length(a) < length(b)) {
    return(convolve_laws(b, a))
  }
  out <- numeric(length(a) + length(b) - 1)
  for (i in seq_along(b)) {
    at <- seq_along(a) + i - 1
    out[at] <- out[at] + b[i] * a
  }
  out
}

# Twice the smaller tail, at most 1.
central_p <- function(law) {
  pmin(1, 2 * pmin(cumsum(law), rev(cumsum(rev(law)))))
}
