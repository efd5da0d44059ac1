# The tests of two proportions by the name they have in planning: ordering,
# how the sides are joined, mid-p.
POWER_TESTS <- list(
  boschloo = list("boschloo", "central", FALSE),
  boschloo_minlike = list("boschloo", "minlike", FALSE),
  barnard = list("barnard", "minlike", FALSE),
  barnard_central = list("barnard", "central", FALSE),
  fisher = list("fisher", "minlike", FALSE),
  fisher_central = list("fisher", "central", FALSE),
  midp = list("fisher", "minlike", TRUE),
  midp_central = list("fisher", "central", TRUE)
)
POWER_LABELS <- c(
  boschloo = "Boschloo's test, central",
  boschloo_minlike = "Boschloo's test, minimum likelihood",
  barnard = "Barnard's test by |z|",
  barnard_central = "Barnard's test, central",
  fisher = "Fisher's test, minimum likelihood",
  fisher_central = "Fisher's test, central",
  midp = "mid-p, minimum likelihood", midp_central = "mid-p, central"
)
POWER_CELLS_MAX <- 1100000

#' What groups of some size can show, and how large they must be
#'
#' Exact power of the tests of two proportions (how many participants of each
#' group mention a code), the chance of a false alarm, and the group sizes
#' needed. `detectable_difference()` turns it round: from which difference on
#' groups of given size have the power wanted.
#'
#' @section Method: All (n1 + 1)(n2 + 1) tables are told apart into those that
#'   the test rejects (p at most `alpha`) and the rest. Power is the sum of
#'   their binomial probabilities; no approximation enters. `size` is the
#'   largest probability of a rejection when both groups have the same
#'   proportion, over all proportions, and `mean.size` its mean over them.
#'   Boschloo's, Barnard's and Fisher's tests keep `size` at or below `alpha`;
#'   mid-p does not always.
#'
#'   Power is not monotone in the group sizes: one participant more may lower
#'   it. So two answers are given. `n1` and `n2` are the smallest sizes from
#'   which the power does not fall below `power` again (looked at up to a
#'   quarter more, and at least ten more, in the first group); `first.n1` and
#'   `first.n2` the smallest that reach it at all. No test of level `alpha` has
#'   more power than the likelihood ratio test of `p1` and `p2` against one
#'   common proportion (Neyman and Pearson 1933), and the power of that one is
#'   monotone: the search begins where it reaches `power`.
#'
#' @param p1,p2 Proportions in the two groups. Vectors are crossed.
#' @param n1,n2 Group sizes, where the power is asked for; vectors are taken in
#'   pairs. `NULL` to look for them.
#' @param power The power wanted, where group sizes are looked for.
#' @param ratio Size of the second group as a multiple of the first (rounded
#'   up), where they are looked for.
#' @param test One or more of `"boschloo"` (central, the default of
#'   [compare_groups()]), `"boschloo_minlike"`, `"barnard"` (two-sided by |z|),
#'   `"barnard_central"`, `"fisher"` (minimum likelihood), `"fisher_central"`,
#'   `"midp"`, `"midp_central"`. With a one-sided `alternative` the two of a
#'   pair are the same.
#' @param alternative `"two.sided"`, `"less"` (the first group mentions less
#'   often) or `"greater"`.
#' @param alpha Significance level, below 0.5.
#' @return `power_groups()` a data frame of class `power_groups`, one row for
#'   each combination: `test`, `alternative`, `alpha`, `p1`, `p2`, `n1`, `n2`,
#'   `power`, `size`, `mean.size`, `first.n1`, `first.n2` (`NA` where sizes were
#'   given).
#'
#'   `detectable_difference()` a data frame of class `detectable_difference`,
#'   one row for each combination: `test`, `alternative`, `alpha`, `n1`, `n2`,
#'   `power` (wanted), `p2`, `p1.below` and `p1.above` (the proportions in the
#'   first group at which the power is reached, below and above `p2`, and from
#'   which on it does not fall below it) and `difference.below` and
#'   `difference.above`; `NA` where no proportion has it.
#' @section Errors: `intercoder_error_argument` for an argument of the wrong
#'   kind, `p1` equal to `p2` where sizes are looked for, or only one of `n1`
#'   and `n2`. `intercoder_error_limit` where there are more than 1,100,000
#'   tables (about 1,048 in each group), or more than 400 in a group are needed.
#' @references
#' Boschloo, R. D. (1970). Raised conditional level of significance for the 2 x
#' 2-table when testing the equality of two probabilities. *Statistica
#' Neerlandica* 24.
#'
#' Mehrotra, D. V., Chan, I. S. F., & Berger, R. L. (2003). A cautionary note on
#' exact unconditional inference for a difference between two independent
#' binomial proportions. *Biometrics* 59.
#'
#' Neyman, J., & Pearson, E. S. (1933). On the problem of the most efficient
#' tests of statistical hypotheses. *Philosophical Transactions A* 231.
#' @seealso [attainable()] for the tables that reach p; [thematic_size()] for
#'   hearing a theme at all.
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' # Eleven against ten: 20 % against 70 % mention it
#' power_groups(0.2, 0.7, 11, 10, test = c("boschloo", "fisher", "midp"))
#' # How many participants would show it
#' power_groups(0.2, 0.7, power = 0.8)
#' # What eleven against ten can show
#' detectable_difference(11, 10, p2 = c(0.1, 0.3, 0.5))
#' @export
power_groups <- function(p1, p2, n1 = NULL, n2 = NULL, power = 0.8, ratio = 1,
                         test = "boschloo",
                         alternative = c("two.sided", "less", "greater"),
                         alpha = 0.05) {
  call <- caller_env(0)
  check_power_design(test, alpha, call)
  alternative <- check_choice(alternative, c("two.sided", "less", "greater"))
  check_shares(p1, call)
  check_shares(p2, call)
  sizes <- given_sizes(n1, n2, call)
  design <- list(alternative = alternative, alpha = alpha)
  if (is.null(sizes)) {
    check_numbers(power, alpha, 1, call)
    check_numbers(ratio, 0.05, 20, call, single = TRUE)
  }
  cases <- expand.grid(p1 = p1, p2 = p2, power = power,
                       n = seq_len(max(1, NROW(sizes))), test = test,
                       stringsAsFactors = FALSE)
  if (!is.null(sizes)) cases <- cases[cases$power == power[1], ]
  rows <- lapply(seq_len(nrow(cases)), function(i) {
    case <- c(design, as.list(cases[i, ]), ratio = ratio)
    power_row(case, sizes[case$n, ], call)
  })
  new_result(bind_columns(rows), class = "power_groups",
             wanted = if (is.null(sizes)) power, ratio = ratio)
}

check_power_design <- function(test, alpha, call) {
  if (!is.character(test) || !length(test) ||
        !all(test %in% names(POWER_TESTS))) {
    arg_error("test", sprintf("among %s", quoted(names(POWER_TESTS))),
              describe_value(test), call)
  }
  check_numbers(alpha, 1e-6, 0.49, call, single = TRUE)
}

check_shares <- function(x, call, arg = deparse(substitute(x))) {
  if (!is.numeric(x) || !length(x) || anyNA(x) || any(x < 0 | x > 1)) {
    arg_error(arg, "proportions from 0 to 1", describe_value(x), call)
  }
}

# Pairs of group sizes, or NULL where they are looked for.
given_sizes <- function(n1, n2, call) {
  if (is.null(n1) && is.null(n2)) {
    return(NULL)
  }
  for (arg in c("n1", "n2")) {
    if (is.null(get(arg))) {
      arg_error(arg, "given together with the other size", "NULL", call)
    }
    check_whole(get(arg), 1, POWER_CELLS_MAX, call, arg = arg)
  }
  out <- data.frame(n1 = n1, n2 = n2)
  if (any((out$n1 + 1) * (out$n2 + 1) > POWER_CELLS_MAX)) {
    abort("limit", c(
      sprintf("There are more than %s tables.", format_whole(POWER_CELLS_MAX)),
      i = "Exact power is for at most some 1,048 participants in each group."
    ), call = call)
  }
  out
}

# The tables that a test rejects: (n1 + 1) x (n2 + 1), TRUE and FALSE.
rejected_tables <- function(n1, n2, test, alternative, alpha,
                            call = caller_env()) {
  test <- POWER_TESTS[[test]]
  tail <- if (alternative == "two.sided") test[[2]] else alternative
  core_value(
    .Call(C_power_region, as.double(n1), as.double(n2),
          match(test[[1]], TABLE_TESTS) - 1L, match(tail, TABLE_TAILS) - 1L,
          test[[3]], alpha),
    call = call
  )
}

region_power <- function(region, p1, p2) {
  n <- dim(region) - 1
  power <- drop(stats::dbinom(0:n[1], n[1], p1) %*% region %*%
                  stats::dbinom(0:n[2], n[2], p2))
  min(1, power)
}

region_size <- function(region, call = caller_env()) {
  core_value(.Call(C_power_size, region), call = call)
}

power_row <- function(case, sizes, call) {
  first <- NULL
  if (is.null(sizes)) {
    found <- least_sizes(case, call)
    first <- sizes_for(found[1], case$ratio)
    sizes <- sizes_for(found[2], case$ratio)
  }
  n <- as.double(unlist(sizes))
  region <- rejected_tables(n[1], n[2], case$test, case$alternative,
                            case$alpha, call)
  size <- region_size(region, call)
  list(test = case$test, alternative = case$alternative, alpha = case$alpha,
       p1 = case$p1, p2 = case$p2, n1 = n[1], n2 = n[2],
       power = region_power(region, case$p1, case$p2), size = size[1],
       mean.size = size[2], first.n1 = first[1] %||% NA_real_,
       first.n2 = first[2] %||% NA_real_)
}

sizes_for <- function(n1, ratio) {
  c(n1, max(1, ceiling(n1 * ratio - 1e-9)))
}

POWER_SEARCH_MAX <- 400

# The first size of the first group that has the power, and the first from
# which it stays.
least_sizes <- function(case, call) {
  check_effect(case, call)
  low <- 0
  first <- NA
  n <- bound_sizes(case) - 1
  while (is.na(first) || n < max(first + 10, ceiling(1.25 * first))) {
    n <- n + 1
    sizes <- sizes_for(n, case$ratio)
    if (max(sizes) > POWER_SEARCH_MAX && is.na(first)) {
      abort("limit", c(
        sprintf("More than %d participants in a group would be needed.",
                POWER_SEARCH_MAX),
        i = "Proportions further apart can be told with fewer."
      ), call = call)
    }
    region <- rejected_tables(sizes[1], sizes[2], case$test, case$alternative,
                              case$alpha, call)
    if (region_power(region, case$p1, case$p2) < case$power) {
      low <- n
    } else if (is.na(first)) {
      first <- n
    }
  }
  c(first, max(first, low + 1))
}

check_effect <- function(case, call) {
  right <- switch(case$alternative, less = case$p1 < case$p2,
                  greater = case$p1 > case$p2, case$p1 != case$p2)
  if (!right) {
    arg_error("p1", switch(case$alternative, less = "below `p2`",
                           greater = "above `p2`", "different from `p2`"),
              sprintf("%g, and `p2` is %g", case$p1, case$p2), call)
  }
}

# The smallest size at which the best test of (p1, p2) against their weighted
# mean has the power. The mid-p of a table is at least half its exact p.
bound_sizes <- function(case) {
  alpha <- case$alpha * if (POWER_TESTS[[case$test]][[3]]) 2 else 1
  enough <- function(n1) {
    n <- sizes_for(n1, case$ratio)
    best_power(n[1], n[2], case$p1, case$p2, alpha) >= case$power - 1e-9
  }
  high <- 1
  while (max(sizes_for(high, case$ratio)) < POWER_SEARCH_MAX &&
           !enough(high)) {
    high <- 2 * high
  }
  low <- high %/% 2
  while (high - low > 1) {
    middle <- (low + high) %/% 2
    if (enough(middle)) high <- middle else low <- middle
  }
  high
}

# Power of the randomised likelihood ratio test of level alpha.
best_power <- function(n1, n2, p1, p2, alpha) {
  theta <- (n1 * p1 + n2 * p2) / (n1 + n2)
  mass <- function(p1, p2) {
    as.vector(outer(stats::dbinom(0:n1, n1, p1), stats::dbinom(0:n2, n2, p2)))
  }
  under <- mass(theta, theta)
  apart <- mass(p1, p2)
  order <- order(under / apart)
  level <- cumsum(under[order])
  inside <- sum(level <= alpha)
  rest <- if (inside < length(order)) {
    last <- order[inside + 1]
    (alpha - c(0, level)[inside + 1]) / under[last] * apart[last]
  } else {
    0
  }
  min(1, sum(apart[order[seq_len(inside)]]) + rest)
}

#' @rdname power_groups
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @export
detectable_difference <- function(n1, n2, p2 = c(0.1, 0.3, 0.5), power = 0.8,
                                  test = "boschloo",
                                  alternative = c("two.sided", "less",
                                                  "greater"),
                                  alpha = 0.05) {
  call <- caller_env(0)
  check_power_design(test, alpha, call)
  alternative <- check_choice(alternative, c("two.sided", "less", "greater"))
  check_shares(p2, call)
  check_numbers(power, alpha, 1, call)
  sizes <- given_sizes(n1, n2, call)
  cases <- expand.grid(p2 = p2, power = power, n = seq_len(nrow(sizes)),
                       test = test, stringsAsFactors = FALSE)
  rows <- lapply(seq_len(nrow(cases)), function(i) {
    case <- as.list(cases[i, ])
    n <- as.double(unlist(sizes[case$n, ]))
    region <- rejected_tables(n[1], n[2], case$test, alternative, alpha, call)
    below <- reaching(region, case$p2, 0, case$power)
    above <- reaching(region, case$p2, 1, case$power)
    list(test = case$test, alternative = alternative, alpha = alpha,
         n1 = n[1], n2 = n[2], power = case$power, p2 = case$p2,
         p1.below = below, p1.above = above,
         difference.below = below - case$p2, difference.above = above - case$p2)
  })
  new_result(bind_columns(rows), class = "detectable_difference")
}

# The proportion nearest to p2 from which on, as far as `end`, the power is
# reached: from the end inwards on a grid, then by halving.
reaching <- function(region, p2, end, power) {
  if (end == p2 || region_power(region, end, p2) < power) {
    return(NA_real_)
  }
  grid <- seq(end, p2, length.out = 201)
  inside <- 1
  while (inside < 201 && region_power(region, grid[inside + 1], p2) >= power) {
    inside <- inside + 1
  }
  if (inside == 201) {
    return(p2)
  }
  good <- grid[inside]
  bad <- grid[inside + 1]
  for (i in seq_len(40)) {
    middle <- (good + bad) / 2
    if (region_power(region, middle, p2) >= power) good <- middle else
      bad <- middle
  }
  good
}
