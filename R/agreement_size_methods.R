# What so many units can show, by each method.

test_quantile <- function(case) {
  tail <- 1 - case$conf_level
  stats::qnorm(1 - if (case$alternative == "two.sided") tail / 2 else tail)
}

normal_study <- function(case, call) {
  deviation <- switch(case$method, cantor = cantor_deviation,
                      flack = flack_deviation, linearised_deviation)
  expected <- deviation(case, case$expected, call)
  null <- if (!is.na(case$null)) deviation(case, case$null, call)
  z <- stats::qnorm((1 + case$conf_level) / 2)
  function(n) {
    half <- z * expected / sqrt(n)
    gap <- abs(case$expected - case$null) * sqrt(n)
    list(
      power = if (is.null(null)) NA_real_ else
        stats::pnorm((gap - test_quantile(case) * null) / expected),
      width = 2 * half, low = case$expected - half, high = case$expected + half
    )
  }
}

# Fleiss, Cohen and Everitt (1969): what a cell adds to the variance of kappa.
kappa_cells <- function(rows, columns, observed, chance) {
  off <- (1 - observed)^2 * outer(columns, rows, "+")^2
  diag(off) <- ((1 - chance) - (rows + columns) * (1 - observed))^2
  off
}

kappa_deviation <- function(total, observed, chance) {
  sqrt(max(0, total - (observed * chance - 2 * chance + observed)^2)) /
    (1 - chance)^2
}

kappa_margins <- function(case, kappa) {
  rows <- case$margins[1, ]
  columns <- case$margins[2, ]
  chance <- sum(rows * columns)
  list(rows = rows, columns = columns, chance = chance,
       observed = kappa * (1 - chance) + chance)
}

cantor_deviation <- function(case, kappa, call) {
  m <- kappa_margins(case, kappa)
  both <- (m$observed + m$rows[1] + m$columns[1] - 1) / 2
  table <- rbind(c(both, m$rows[1] - both),
                 c(m$columns[1] - both, 1 - m$rows[1] - m$columns[1] + both))
  if (min(table) < -1e-12) {
    not_attainable(m, kappa, sum(pmin(m$rows, m$columns)), call)
  }
  cells <- kappa_cells(m$rows, m$columns, m$observed, m$chance)
  kappa_deviation(sum(cells * table), m$observed, m$chance)
}

flack_deviation <- function(case, kappa, call) {
  m <- kappa_margins(case, kappa)
  q <- length(m$rows)
  cells <- kappa_cells(m$rows, m$columns, m$observed, m$chance)
  of_row <- kronecker(t(rep(1, q)), diag(q))
  of_column <- kronecker(diag(q), t(rep(1, q)))
  largest <- linear_maximum(
    as.vector(cells), rbind(of_row, of_column[-q, ], as.vector(diag(q))),
    c(m$rows, m$columns[-q], m$observed)
  )
  if (is.na(largest)) {
    not_attainable(m, kappa, sum(pmin(m$rows, m$columns)), call)
  }
  kappa_deviation(largest, m$observed, m$chance)
}

not_attainable <- function(m, kappa, most, call) {
  least <- max(0, max(m$rows + m$columns) - 1)
  range <- (c(least, most) - m$chance) / (1 - m$chance)
  abort("value", c(
    sprintf("No table with these margins has a kappa of %g.", kappa),
    i = sprintf("With this `prevalence` kappa lies between %.3f and %.3f.",
                range[1], range[2])
  ), call = call)
}

# The kappa of the model under which the coefficient has this value.
model_kappa <- function(case, value, call) {
  share <- case$margins[1, ]
  q <- length(share)
  weighing <- case$weighing %||% diag(q)
  alike <- sum(weighing * outer(share, share))
  chance <- switch(
    case$coefficient, percent = 0, bp = mean(weighing),
    ac = sum(weighing) / (q * (q - 1)) * sum(share * (1 - share)), alike
  )
  kappa <- (value + (1 - value) * chance - alike) / (1 - alike)
  if (kappa < 0 || kappa >= 1) {
    abort("value", c(
      sprintf("The model does not reach a coefficient of %g.", value),
      i = sprintf("With this `prevalence` it lies from %.3f to below 1.",
                  (alike - chance) / (1 - chance))
    ), call = call)
  }
  list(kappa = kappa, chance = chance)
}

# Kinds of units: how likely each is and, in a column each, how likely a coder
# by themself is to put it into each category.
model_kinds <- function(case, kappa) {
  share <- case$margins[1, ]
  same <- diag(length(share))
  if (case$model == "common") {
    return(list(weight = c(1 - kappa, kappa * share),
                given = cbind(share, same, deparse.level = 0)))
  }
  list(weight = share,
       given = (1 - sqrt(kappa)) * share + sqrt(kappa) * same)
}

linearised_deviation <- function(case, value, call) {
  assumed <- model_kappa(case, value, call)
  kinds <- model_kinds(case, assumed$kappa)
  share <- case$margins[1, ]
  by <- size_weight[[case$coefficient]](1 - value, length(share))
  m <- case$coders
  parts <- apply(kinds$given, 2, unit_moments, share, m, by)
  mean <- sum(kinds$weight * parts[1, ])
  variance <- sum(kinds$weight * (parts[2, ] + (parts[1, ] - mean)^2))
  sqrt(variance) / (1 - assumed$chance)
}

# Mean and variance, over the coders' draws from `given`, of pairwise agreement
# in a unit less `by` times the mean prevalence of the categories it got.
unit_moments <- function(given, share, m, by) {
  square <- sum(given^2)
  along <- sum(share * given)
  first <- sum(given^3) - square^2
  agreement <- (4 * (m - 2) * first + 2 * (square - square^2)) / (m * (m - 1))
  chance <- (sum(share^2 * given) - along^2) / m
  both <- 2 * (sum(share * given^2) - square * along) / m
  c(square - by * along, agreement + by^2 * chance - 2 * by * both)
}

# Noncentrality per unit of the test of `null` where kappa is `kappa`.
goodness_gap <- function(case, kappa, null) {
  share <- case$margins[1, ]
  all <- share^case$coders
  (kappa - null)^2 * ((1 - sum(all)) / (1 - null) +
                        sum((share - all)^2 / (all + null * (share - all))))
}

goodness_study <- function(case, call) {
  share <- case$margins[1, ]
  all <- share^case$coders
  least <- max(-all / (share - all))
  if (min(case$expected, case$null, na.rm = TRUE) <= least) {
    abort("value", c(
      "No common correlation model has such a kappa.",
      i = sprintf(paste("With this `prevalence` and so many coders it lies",
                        "above %.3f."), least)
    ), call = call)
  }
  z <- stats::qnorm((1 + case$conf_level) / 2)
  limit <- function(n, end) {
    off <- function(null) log(n * goodness_gap(case, case$expected, null)) -
      2 * log(z)
    near <- case$expected + (end - case$expected) * 1e-8
    far <- end + (case$expected - end) * 1e-12
    stats::uniroot(off, sort(c(near, far)), tol = 1e-10)$root
  }
  function(n) {
    low <- limit(n, least)
    high <- limit(n, 1)
    list(power = goodness_power(case, n), width = high - low, low = low,
         high = high)
  }
}

goodness_power <- function(case, n) {
  if (is.na(case$null)) {
    return(NA_real_)
  }
  gap <- n * goodness_gap(case, case$expected, case$null)
  z <- test_quantile(case)
  if (case$alternative == "two.sided") {
    return(stats::pchisq(z^2, 1, gap, lower.tail = FALSE))
  }
  stats::pnorm(sqrt(gap) - z)
}

simulation_study <- function(case, call) {
  if (case$coders > 2 && case$coefficient %in% c("kappa", "pi")) {
    abort("argument", c(
      sprintf("\"%s\" is for two coders.", case$coefficient),
      i = "Simulate \"conger\" or \"fleiss\" for more."
    ), arg = "coefficient", call = call)
  }
  kinds <- model_kinds(case, model_kappa(case, case$expected, call)$kappa)
  plain <- normal_study(case, call)
  # Where a test is one-sided its interval leaves out alpha at either end.
  level <- if (case$alternative == "two.sided") case$conf_level else
    2 * case$conf_level - 1
  list(at = function(n) simulated_study_of(case, kinds, n, level, call),
       guess = simulation_guess(case, plain, call))
}

# The large-sample answer, from which the search by simulation starts.
simulation_guess <- function(case, plain, call) {
  if (!is.na(case$units)) {
    return(case$units)
  }
  case$method <- "linearised"
  least_units(case, list(at = plain, guess = 16), call) * case$effect
}

simulated_study_of <- function(case, kinds, n, level, call) {
  n <- max(2, round(n / case$effect))
  drawn <- simulate_agreement(case, kinds, n, case$conf_level, call)
  seen <- !is.nan(drawn$low)
  power <- NA_real_
  if (!is.na(case$null)) {
    test <- if (level == case$conf_level) drawn else
      simulate_agreement(case, kinds, n, level, call)
    above <- test$low > case$null & case$alternative != "less"
    below <- test$high < case$null & case$alternative != "greater"
    power <- mean((above | below) %in% TRUE)
  }
  list(power = power, width = mean((drawn$high - drawn$low)[seen]),
       low = mean(drawn$low[seen]), high = mean(drawn$high[seen]),
       undefined = sum(!seen))
}

simulate_agreement <- function(case, kinds, n, level, call) {
  core_value(
    .Call(C_plan_simulate,
          c(n, case$coders, length(case$values), case$missing,
            case$replicates, case$seed),
          kinds$weight, kinds$given, case$values,
          c(match(case$coefficient, agreement_coefficients) - 1L,
            match(case$level, agreement_levels) - 1L),
          case$weighing,
          c(match(case$ci, agreement_intervals) - 1, level, case$resamples),
          case$threads),
    call = call
  )
}
