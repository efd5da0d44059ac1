# Eleven against ten, a tenth to a third of the units coded.
some_study <- function(seed = 1, sensitivity = 0.7, specificity = 0.9) {
  set.seed(seed)
  size <- sample(8:25, 21, TRUE)
  person <- rep(sprintf("P%02d", 1:21), size)
  y <- stats::rbinom(length(person), 1, rep(stats::rbeta(21, 1, 3), size))
  f <- stats::rbinom(length(y), 1,
                     ifelse(y == 1, sensitivity, 1 - specificity))
  chance <- ifelse(f == 1, 0.6, 0.25)
  human <- ifelse(stats::runif(length(y)) < chance, y, NA)
  data.frame(participant = person, truth = y, machine = f, human = human,
             group = ifelse(person <= "P11", "a", "b"), chance = chance)
}

corrected <- function(x, method = "ppi", ..., probability = "chance") {
  compare_corrected(x, "machine", "human", "group", method = method,
                    probability = probability, ...)
}

# The formulae of the help page, participant by participant.
slow_ppi <- function(x, lambda, weight) {
  group <- function(d) {
    people <- unique(d$participant)
    a <- vapply(d$participant, function(p) {
      if (weight == "units") 1 else 1 / sum(d$participant == p)
    }, 0)
    w <- ifelse(is.na(d$human), 0, a / d$chance)
    y <- ifelse(is.na(d$human), 0, d$human)
    level <- sum(a * lambda * d$machine) / sum(a)
    gap <- sum(w * (y - lambda * d$machine)) / sum(w)
    machine <- human <- c()
    for (p in people) {
      i <- d$participant == p
      machine[p] <- sum(a[i] * (lambda * d$machine[i] - level)) / sum(a)
      human[p] <- sum(w[i] * (y[i] - lambda * d$machine[i] - gap)) / sum(w)
    }
    m <- length(people)
    h <- length(unique(d$participant[!is.na(d$human)]))
    parts <- c(sum(machine^2) * m / (m - 1), sum(human^2) * h / (h - 1))
    v <- sum((machine * sqrt(m / (m - 1)) + human * sqrt(h / (h - 1)))^2)
    list(mean = level + gap, v = v,
         df = sum(parts) / sum(parts / (c(m, h) - 1)))
  }
  g <- lapply(split(x, x$group), group)
  v <- c(g$a$v, g$b$v)
  df <- sum(v)^2 / sum(v^2 / c(g$a$df, g$b$df))
  estimate <- g$a$mean - g$b$mean
  half <- stats::qt(0.975, df) * sqrt(sum(v))
  c(estimate, sqrt(sum(v)), df, estimate - half, estimate + half)
}

slow_slope <- function(x, weight) {
  d <- x[!is.na(x$human), ]
  size <- table(x$participant)[d$participant]
  a <- if (weight == "units") rep(1, nrow(d)) else 1 / as.vector(size)
  w <- a / d$chance
  top <- bottom <- 0
  for (g in unique(d$group)) {
    i <- d$group == g
    f <- d$machine[i] - stats::weighted.mean(d$machine[i], w[i])
    y <- d$human[i] - stats::weighted.mean(d$human[i], w[i])
    q <- w[i]^2 * (1 - d$chance[i])
    top <- top + sum(q * f * y)
    bottom <- bottom + sum(q * f^2)
  }
  min(1, max(0, top / bottom))
}

test_that("PPI++ and the human part agree with a slow version", {
  for (seed in 1:3) {
    x <- some_study(seed)
    for (weight in c("participants", "units")) {
      out <- corrected(x, c("ppi", "human"), weight = weight)
      lambda <- slow_slope(x, weight)
      expect_equal(out$lambda, c(lambda, 0))
      for (i in 1:2) {
        expect_equal(
          unlist(out[i, c("estimate", "std.error", "df", "conf.low",
                          "conf.high")], use.names = FALSE),
          slow_ppi(x, c(lambda, 0)[i], weight)
        )
      }
    }
  }
})

test_that("so they do where whole participants were drawn", {
  x <- some_study(12)
  drawn <- x$participant %in% sprintf("P%02d", c(2, 3, 7, 11, 12, 15, 20))
  x$human <- ifelse(drawn, x$truth, NA)
  x$chance <- ifelse(x$group == "a", 4 / 11, 3 / 10)
  out <- corrected(x)
  expect_equal(out$lambda, slow_slope(x, "participants"))
  expect_equal(unlist(out[c("estimate", "std.error", "df", "conf.low",
                            "conf.high")], use.names = FALSE),
               slow_ppi(x, out$lambda, "participants"))
  expect_lt(out$df, 9)
})

test_that("DSL agrees with a slow version", {
  x <- some_study(2)
  known <- !is.na(x$human)
  expect_length(unique(x$participant[known]), 21)
  g <- vapply(seq_len(nrow(x)), function(u) {
    others <- x[known & x$participant != x$participant[u], ]
    at <- others$machine == x$machine[u]
    stats::weighted.mean(others$human[at], 1 / others$chance[at])
  }, 0)
  pseudo <- g + ifelse(known, (x$human - g) / x$chance, 0)
  share <- tapply(pseudo, x$participant, mean)
  group <- tapply(x$group, x$participant, `[`, 1)
  out <- corrected(x, "dsl")
  a <- share[group == "a"]
  b <- share[group == "b"]
  expect_equal(out$estimate, mean(a) - mean(b))
  expect_equal(out$std.error, sqrt(stats::var(a) / 11 + stats::var(b) / 10))
})

test_that("where all units are coded every method is Welch's test", {
  x <- some_study(5)
  x$human <- x$truth
  x$chance <- 1
  welch <- stats::t.test(tapply(x$truth, x$participant, mean)[1:11],
                         tapply(x$truth, x$participant, mean)[12:21])
  out <- corrected(x, c("ppi", "dsl", "human"))
  for (i in 1:3) {
    expect_equal(out$estimate[i], -diff(welch$estimate)[[1]])
    expect_equal(out$df[i], welch$parameter[[1]])
    expect_equal(c(out$conf.low[i], out$conf.high[i]),
                 as.vector(welch$conf.int))
    expect_equal(out$p.value[i], welch$p.value)
  }
  expect_equal(out, corrected(x, c("ppi", "dsl", "human"), probability = NULL))
})

test_that("a machine that is always right gives the estimate of all units", {
  x <- some_study(6, 1, 1)
  out <- corrected(x, c("ppi", "dsl", "machine"))
  full <- corrected(transform(x, human = truth, chance = 1), "human")
  expect_equal(out$estimate, rep(full$estimate, 3))
  expect_equal(out$std.error, rep(full$std.error, 3))
  expect_equal(out$lambda[1], 1)
})

test_that("a machine that says the same of all gives the human part alone", {
  for (value in 0:1) {
    x <- transform(some_study(7), machine = value)
    out <- corrected(x, c("ppi", "human"))
    expect_equal(unlist(out[1, c(3, 4, 11:16)]), unlist(out[2, c(3, 4, 11:16)]))
    expect_equal(out$lambda, c(0, 0))
  }
})

# Lohr (2010), Sampling: Design and Analysis, example 4.9: dead trees on 100
# plots, counted from photographs on all (mean 11.3) and in the field on 25.
test_that("the regression estimate of dead trees is the published one", {
  photo <- c(10, 12, 7, 13, 13, 6, 17, 16, 15, 10, 14, 12, 10, 5, 12, 10, 10,
             9, 6, 11, 7, 9, 11, 10, 10)
  field <- c(15, 14, 9, 14, 8, 5, 18, 15, 13, 15, 11, 15, 12, 8, 13, 9, 11,
             12, 9, 12, 13, 11, 10, 9, 8)
  rest <- c(rep(11, 74), 1130 - sum(photo) - 74 * 11)
  plots <- data.frame(participant = 1:100, group = "forest",
                      photo = c(photo, rest), field = c(field, rep(NA, 75)))
  none <- data.frame(participant = 101:102, group = "none", photo = 0,
                     field = 0)
  x <- rbind(plots, none)
  x$chance <- ifelse(x$group == "forest", 0.25, 1)
  out <- compare_corrected(x, "photo", "field", "group",
                           probability = "chance")
  expect_equal(out$lambda, 0.613274, tolerance = 1e-6)
  expect_equal(out$mean.forest, 11.9893, tolerance = 1e-5)
})

test_that("labels, order and scale of chances do not matter", {
  x <- some_study(8)
  out <- corrected(x)
  again <- corrected(x[sample(nrow(x)), ])
  expect_equal(again, out)
  swapped <- corrected(transform(x, group = ifelse(group == "a", "z", "b")))
  expect_equal(swapped$estimate, -out$estimate)
  expect_equal(c(swapped$conf.low, swapped$conf.high),
               -c(out$conf.high, out$conf.low))
  both <- rbind(cbind(x, code = "one"), cbind(x, code = "two"))
  both$machine[both$code == "two"] <- 0
  two <- corrected(both, code = "code")
  expect_equal(two$code, c("one", "two"))
  expect_equal(two$estimate[1], out$estimate)
})

test_that("codings and ratings give what the data frame gives", {
  study <- simulated_study
  turns <- units(study$transcripts)
  everywhere <- study$transcripts$documents$transcript
  plan <- rbind(as.data.frame(study$plan)[c("coder", "transcript")],
                data.frame(coder = "codebook", transcript = everywhere))
  all <- c(study$codings, apply_codebook(study$transcripts, study$codebook))
  x <- compare_corrected(all, "codebook", "C", "group", units = turns,
                         plan = plan, codes = c("rel_trust", "eff_error"))
  r <- as_ratings(all[all$coder %in% c("codebook", "C"), ], turns,
                  plan[plan$coder %in% c("codebook", "C"), ],
                  c("rel_trust", "eff_error"))
  again <- compare_corrected(r, "codebook", "C", "group",
                             participants = study$participants)
  expect_equal(again, x)
  data <- as.data.frame(r)
  wide <- stats::reshape(
    data[data$code == "eff_error", c("unit", "coder", "value")],
    idvar = "unit", timevar = "coder", direction = "wide")
  wide$participant <- turns$participant[match(wide$unit, turns$unit)]
  wide$group <- study$participants$group[
    match(wide$participant, study$participants$participant)]
  for (v in c("value.codebook", "value.C")) {
    wide[[v]] <- as.numeric(as.character(wide[[v]]))
  }
  whole <- compare_corrected(wide, "value.codebook", "value.C", "group")
  expect_equal(whole$estimate, x$estimate[x$code == "eff_error"])
  expect_equal(whole$df, x$df[x$code == "eff_error"])
})

test_that("what has no answer says why", {
  x <- some_study(9)
  none <- transform(x, human = ifelse(group == "a", NA, human))
  out <- corrected(none, c("ppi", "machine"))
  expect_equal(out$status, c("no_human", "ok"))
  expect_true(is.na(out$estimate[1]) && is.na(out$conf.low[1]))
  one <- transform(x, human = ifelse(group == "a" & participant != "P03", NA,
                                     human))
  out <- corrected(one)
  expect_equal(out$status, "one_participant")
  expect_false(is.na(out$estimate))
  flat <- transform(x, machine = 0, human = ifelse(is.na(human), NA, 0))
  expect_equal(corrected(flat)$status, "no_variation")
  expect_output(print(out), "one participant")
})

test_that("bad input is refused by name", {
  x <- some_study(10)
  fails <- function(expr, kind) {
    expect_error(expr, class = paste0("intercoder_error_", kind))
  }
  fails(corrected(transform(x, machine = NA_real_)), "value")
  fails(corrected(transform(x, chance = 0)), "value")
  fails(corrected(transform(x, participant = NA)), "value")
  fails(corrected(transform(x, group = "a")), "group")
  fails(corrected(transform(x, group = c("a", "b"))), "group")
  fails(corrected(x, "wald"), "argument")
  fails(corrected(x, probability = 0.5), "argument")
  fails(compare_corrected(x, "rule", "human", "group"), "columns")
  fails(compare_corrected(simulated_study$codings, "A", "C", "group"),
        "argument")
  fails(corrected(transform(x, human = as.character(human))), "value")
})

test_that("intervals hold the true difference as often as they should", {
  skip_on_cran()
  hits <- vapply(1:200, function(seed) {
    x <- some_study(1000 + seed)
    out <- corrected(x, c("ppi", "dsl"))
    out$conf.low <= 0 & 0 <= out$conf.high
  }, logical(2))
  # 95 % of 200, six standard errors of .0154 below
  expect_true(all(rowMeans(hits) > 0.95 - 4 * 0.0154))
})

test_that("it is printed, knitted and drawn", {
  x <- some_study(11)
  out <- corrected(rbind(cbind(x, code = "one"), cbind(x, code = "two")),
                   c("ppi", "dsl"), code = "code")
  expect_output(print(out), "a against b, by machine for human")
  expect_named(format(out), c("code", "method", "a", "b",
                              "difference [95%]", "p", "machine alone"))
  expect_s3_class(generics::tidy(out), "data.frame", exact = TRUE)
  expect_equal(nrow(corrected_dots(out)), 6)
  expect_s3_class(knitr::knit_print(out), "knit_asis")
  withr::local_pdf(withr::local_tempfile(fileext = ".pdf"))
  expect_no_error(plot(out))
  skip_if_not_installed("ggplot2")
  expect_no_warning(print(ggplot2::autoplot(out)))
})
