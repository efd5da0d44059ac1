observers <- function() {
  ratings(cbind(A = c(1, 2, 3, 3, 2, 1, 4, 1, 2, NA, NA, NA),
                B = c(1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NA, NA),
                C = c(NA, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 3),
                D = c(1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NA)))
}

test_that("each category is agreement() on yes or no", {
  data <- matrix(observers()$data[[1]], 12)
  out <- suppressWarnings(agreement_categories(observers(), "alpha",
                                               ci = "jackknife"))
  for (k in 1:5) {
    one <- suppressWarnings(agreement((data == k) + 0, ci = "jackknife"))
    expect_equal(out$estimate[k], one$estimate, tolerance = 1e-14)
    expect_equal(out$conf.low[k], one$conf.low, tolerance = 1e-12)
  }
  expect_equal(out$category, as.character(1:5))
  expect_equal(out$values, c(9, 13, 11, 5, 3))
  expect_equal(sum(out$margin), 1)
})

test_that("the mean of category kappas, weighted, is Fleiss' kappa", {
  # Fleiss (1971): weights p_k (1 - p_k), for complete data.
  x <- utils::read.csv(system.file("validation", "published", "fleiss1971.csv",
                                   package = "intercoder"))
  out <- agreement_categories(x, "fleiss", ci = "none")
  weight <- out$margin * (1 - out$margin)
  expect_equal(sum(weight * out$estimate) / sum(weight), 5437 / 12637,
               tolerance = 1e-14)
  # Pairwise agreement is the mean of specific agreement by margins.
  expect_equal(sum(out$margin * out$specific), 5 / 9, tolerance = 1e-14)
})

pairs_confirmed <- function(data, k) {
  same <- all <- 0
  for (u in seq_len(nrow(data))) {
    for (g in seq_len(ncol(data))) {
      others <- data[u, -g]
      others <- others[!is.na(others)]
      if (data[u, g] %in% k) {
        same <- same + sum(others == k)
        all <- all + length(others)
      }
    }
  }
  if (all > 0) same / all else NA_real_
}

test_that("specific agreement counts pairs that confirm a category", {
  set.seed(1)
  for (i in 1:20) {
    data <- matrix(sample(c(1:4, NA), 60, TRUE), 15)
    x <- ratings(data, levels = 1:5)
    out <- agreement_categories(x, ci = "none")
    expect_equal(out$specific, vapply(1:5, pairs_confirmed, 0, data = data),
                 tolerance = 1e-14)
  }
  two <- cbind(A = rbinom(30, 1, 0.3), B = rbinom(30, 1, 0.3))
  out <- agreement_categories(ratings(two, levels = 0:1), ci = "none")
  indices <- kappa_indices(ratings(two, levels = 0:1))
  expect_equal(out$specific, c(indices$negative, indices$positive))
})

test_that("its standard errors are those of leaving each unit out", {
  set.seed(2)
  data <- matrix(sample(c(1:3, NA), 200, TRUE, c(5, 3, 2, 1)), 50)
  x <- ratings(data)
  out <- agreement_categories(x, ci = "jackknife")
  for (k in 1:3) {
    rated <- which(rowSums(!is.na(data)) > 0)
    left <- vapply(rated, function(u) pairs_confirmed(data[-u, ], k), 0)
    n <- length(left)
    error <- sqrt((n - 1) / n * sum((left - mean(left))^2))
    expect_equal(out$specific.error[k], error, tolerance = 1e-6)
  }
  analytic <- agreement_categories(x, ci = "analytic")
  expect_equal(analytic$specific.error, out$specific.error, tolerance = 0.1)
  boot <- agreement_categories(x, ci = "percentile", replicates = 4000,
                               seed = 1)
  expect_equal(boot$specific.error, out$specific.error, tolerance = 0.1)
})

test_that("labels, order of units and doubled coders do not matter", {
  x <- observers()
  out <- suppressWarnings(agreement_categories(x, seed = 1, replicates = 99))
  again <- suppressWarnings(agreement_categories(
    ratings(matrix(letters[x$data[[1]]], 12)[12:1, 4:1]), seed = 1,
    replicates = 99
  ))
  for (column in c("estimate", "conf.low", "specific", "specific.low")) {
    expect_identical(out[[column]], again[[column]])
  }
  eight <- suppressWarnings(agreement_categories(x, seed = 1, replicates = 99,
                                                 threads = 8))
  expect_identical(out, eight)
})

test_that("clusters are resampled, codes stand one by one", {
  study <- simulated_study
  x <- as_ratings(study$codings, units(study$transcripts), study$plan)[1:2]
  out <- agreement_categories(x, ci = "analytic")
  expect_equal(out$code, rep(x$codes, each = 2))
  expect_equal(out$estimate[1], out$estimate[2], tolerance = 1e-12)
  free <- agreement_categories(x, ci = "analytic", cluster = FALSE)
  expect_false(isTRUE(all.equal(out$specific.error, free$specific.error)))
  expect_equal(out$specific, free$specific)
})

test_that("counts go in; too many categories do not", {
  out <- suppressWarnings(agreement_categories(
    ratings_counts(cbind(a = c(2, 0, 1), b = c(1, 3, 2), c = 0)), "fleiss",
    ci = "none"
  ))
  expect_equal(out$status, c("ok", "ok", "no_variation"))
  expect_true(is.na(out$specific[3]))
  expect_error(agreement_categories(cbind(1:60, 1:60)),
               class = "intercoder_error_limit")
  expect_error(agreement_categories(observers(), "nope"),
               class = "intercoder_error_argument")
  expect_snapshot(suppressWarnings(agreement_categories(observers(),
                                                        ci = "none")))
})
