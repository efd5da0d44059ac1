profile_study <- function() {
  study <- intercoder::simulated_study
  code_matrix(study$consensus, units(study$transcripts), study$codebook)
}

small_profiles <- function(n, seed, groups = 2) {
  withr::local_seed(seed)
  values <- matrix(stats::rpois(n * 5, 1), n)
  data.frame(g = rep_len(letters[1:groups], n), s = rep_len(c(1, 1, 2, 2), n),
             stats::setNames(as.data.frame(values), paste0("c", 1:5)))
}

# F by the definition, for a matrix of squared distances.
slow_f <- function(square, group) {
  n <- length(group)
  k <- length(unique(group))
  total <- sum(square[lower.tri(square)]) / n
  within <- sum(vapply(unique(group), function(g) {
    own <- square[group == g, group == g, drop = FALSE]
    sum(own[lower.tri(own)]) / sum(group == g)
  }, 0))
  ((total - within) / (k - 1)) / (within / (n - k))
}

test_that("the dune meadows give the published F and R2", {
  skip_if_not_installed("vegan")
  found <- new.env()
  do.call(utils::data, list("dune", "dune.env", package = "vegan",
                            envir = found))
  d <- cbind(found$dune, g = found$dune.env$Management)
  out <- compare_profiles(d, "g", "bray", "count", replicates = 999, seed = 1)
  expect_equal(round(out$statistic, 4), 2.7672)
  expect_equal(round(out$r.squared, 5), 0.34161)
  adonis <- getExportedValue("vegan", "adonis2")
  vegdist <- getExportedValue("vegan", "vegdist")
  theirs <- list(
    jaccard = vegdist(found$dune > 0, "jaccard", binary = TRUE),
    bray = vegdist(found$dune, "bray"),
    euclidean = vegdist(found$dune, "euclidean"),
    manhattan = vegdist(found$dune, "manhattan")
  )
  for (distance in names(theirs)) {
    measure <- if (distance == "jaccard") "presence" else "count"
    out <- compare_profiles(d, "g", distance, measure, replicates = 4999,
                            seed = 2)
    expect_equal(as.vector(out$distances), as.vector(theirs[[distance]]))
    y <- theirs[[distance]]
    peer <- withr::with_seed(1, adonis(y ~ Management, found$dune.env,
                                       permutations = 4999))
    expect_equal(out$statistic, peer$F[1])
    expect_equal(out$r.squared, peer$R2[1])
    p <- peer[["Pr(>F)"]][1]
    expect_lt(abs(out$p.value - p), 0.003 + 4 * sqrt(p / 4999))
    spread <- getExportedValue("vegan", "betadisper")(
      y, found$dune.env$Management, type = "centroid", bias.adjust = TRUE)
    if (distance %in% c("euclidean", "jaccard")) {
      expect_equal(out$dispersion$statistic,
                   stats::anova(spread)[["F value"]][1])
      expect_equal(unname(out$dispersion$spread),
                   as.vector(tapply(spread$distances, spread$group, mean)))
    }
  }
})

test_that("p is the share of all relabellings, by brute force", {
  d <- small_profiles(10, 1)
  m <- utils::combn(10, 5)
  for (distance in names(DISTANCE_LABELS)) {
    measure <- if (distance == "jaccard") "presence" else "count"
    out <- compare_profiles(d[-2], "g", distance, measure)
    square <- as.matrix(out$distances)^2
    f <- apply(m, 2, function(first) slow_f(square, seq_len(10) %in% first))
    own <- slow_f(square, d$g)
    expect_equal(out$statistic, own)
    expect_equal(out$p.value, mean(f >= own * (1 - 1e-9)))
    expect_identical(out$relabellings, 252)
    expect_true(out$complete)
  }
})

test_that("three groups and strata are relabelled as they must be", {
  d <- small_profiles(9, 2, 3)
  out <- compare_profiles(d[-2], "g", "manhattan", "count")
  expect_identical(out$relabellings, 1680)
  expect_identical(out$df, c(2, 6))
  d <- small_profiles(12, 3)
  out <- compare_profiles(d, "g", "bray", "count", strata = "s")
  expect_identical(out$relabellings, choose(6, 3)^2)
  square <- as.matrix(out$distances)^2
  ways <- utils::combn(6, 3)
  first <- which(d$s == 1)
  second <- which(d$s == 2)
  f <- apply(expand.grid(1:20, 1:20), 1, function(w) {
    slow_f(square, seq_len(12) %in% c(first[ways[, w[1]]],
                                      second[ways[, w[2]]]))
  })
  expect_equal(out$p.value, mean(f >= out$statistic * (1 - 1e-9)))
  pair <- rep(1:6, each = 2)
  out <- compare_profiles(d[-2], "g", pairs = pair)
  expect_identical(out$relabellings, 64)
})

test_that("neither order, names of groups nor threads change anything", {
  d <- small_profiles(13, 4)
  a <- compare_profiles(d, "g", "bray", "count", strata = "s")
  turn <- d[13:1, c(7, 1, 4, 2, 3, 6, 5)]
  turn$g <- factor(turn$g, c("b", "a"))
  b <- compare_profiles(turn, "g", "bray", "count", strata = "s")
  expect_equal(b$statistic, a$statistic)
  expect_identical(b$p.value, a$p.value)
  expect_identical(b$dispersion$p.value, a$dispersion$p.value)
  run <- function(threads) {
    compare_profiles(d, "g", replicates = 1500, seed = 3, threads = threads)
  }
  expect_identical(run(1), run(2))
  expect_identical(run(1), run(8))
  all <- compare_profiles(d, "g")$p.value
  expect_lt(abs(run(1)$p.value - all), 4 * sqrt(all / 1500) + 0.002)
})

test_that("two without any code are alike", {
  d <- data.frame(g = c("a", "a", "b", "b"), x = c(0, 0, 1, 1),
                  y = c(0, 1, 0, 1))
  out <- compare_profiles(rbind(d, d[1, ]), "g")
  square <- as.matrix(out$distances)
  expect_equal(unname(square[1, ]), c(0, 1, 1, 1, 0))
  bray <- compare_profiles(rbind(d, d[1, ]), "g", "bray", "count")
  expect_equal(unname(as.matrix(bray$distances)[1, ]), c(0, 1, 1, 1, 0))
})

test_that("what cannot be tested is NA and says why", {
  d <- data.frame(g = c("a", "a", "b"), x = 1, y = 0)
  out <- compare_profiles(d, "g")
  expect_identical(out$status, "no_variation")
  expect_true(is.na(out$p.value) && is.na(out$statistic))
  expect_output(print(out), "all profiles are alike")
  expect_error(plot(out), class = "intercoder_error_value")
  two <- compare_profiles(data.frame(g = c("a", "b"), x = 0:1), "g")
  expect_identical(two$status, "one_participant")
  expect_true(is.na(two$p.value))
  expect_error(compare_profiles(d, "g", measure = "count"), "jaccard",
               class = "intercoder_error_argument")
  expect_error(compare_profiles(d[1:2, ], "g"), "one level",
               class = "intercoder_error_group")
  apart <- data.frame(g = c("a", "a", "b", "b"), x = c(1, 1, 0, 0),
                      y = c(0, 0, 1, 1))
  out <- compare_profiles(apart, "g")
  expect_identical(out$statistic, Inf)
  expect_equal(out$p.value, 1 / 3)
  expect_identical(out$r.squared, 1)
})

test_that("different spread is told", {
  withr::local_seed(5)
  d <- data.frame(g = rep(c("a", "b"), each = 12),
                  matrix(stats::rnorm(24 * 4, 50, rep(c(1, 12), each = 12)),
                         24))
  out <- compare_profiles(d, "g", "euclidean", "count", replicates = 999,
                          seed = 1)
  expect_identical(out$status, "dispersion")
  expect_output(print(out), "vary differently")
})

test_that("the test holds its level", {
  skip_on_cran()
  withr::local_seed(6)
  p <- replicate(400, {
    d <- data.frame(g = rep(c("a", "b"), c(5, 6)),
                    matrix(stats::rbinom(55, 1, 0.4), 11))
    compare_profiles(d, "g")$p.value
  })
  expect_lt(mean(p <= 0.1), 0.1 + 3 * sqrt(0.09 / 400))
})

test_that("printing, tidy and glance", {
  local_reproducible_output(width = 80)
  x <- compare_profiles(profile_study(), "group")
  expect_snapshot(x)
  skip_if_not_installed("generics")
  tidied <- generics::tidy(x)
  expect_identical(tidied$term, c("group", "spread"))
  expect_equal(tidied$p.value[1], x$p.value)
  expect_equal(nrow(generics::glance(x)), 1)
  skip_if_not_installed("knitr")
  expect_match(as.character(knitr::knit_print(x)), "profiles", fixed = TRUE)
})
