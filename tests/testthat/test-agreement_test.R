published_ratings <- function(id, counts = FALSE) {
  data <- utils::read.csv(system.file("validation", "published",
                                      paste0(id, ".csv"),
                                      package = "intercoder"))
  if (counts) ratings_counts(data) else ratings(data)
}

test_that("Fleiss, Nee and Landis' standard errors come out as published", {
  x <- agreement_test(published_ratings("fleiss1971"), "fleiss", "asymptotic")
  expect_equal(x$stderr, 0.024373932099411157, tolerance = 1e-12)
  expect_equal(x$statistic[["z"]], 17.651830582991366, tolerance = 1e-12)
  expect_equal(round(x$categories$estimate, 3),
               c(0.245, 0.245, 0.52, 0.471, 0.566))
  y <- agreement_test(published_ratings("fleiss2003_table18_8", TRUE), "fleiss",
                      "asymptotic")
  expect_equal(y$stderr, 0.07165251597105785, tolerance = 1e-12)
  expect_equal(y$statistic[["z"]], 5.832204929573467, tolerance = 1e-12)
  expect_equal(y$categories$std.error, rep(0.1, 3), tolerance = 1e-12)
  expect_equal(y$categories$estimate, c(7 / 24, 51 / 76, 67 / 192))
  expect_equal(y$p.value, stats::pnorm(-5.832204929573467))
})

test_that("kappa's standard error under chance is that of the formula", {
  m <- as.table(matrix(c(53, 11, 1, 5, 14, 6, 2, 5, 3), 3))
  w <- matrix(c(1, 0.3, 0, 0.3, 1, 0.6, 0, 0.6, 1), 3)
  p <- m / sum(m)
  for (weights in list(NULL, w)) {
    v <- if (is.null(weights)) diag(3) else weights
    a <- rowSums(p)
    b <- colSums(p)
    chance <- sum(outer(a, b) * v)
    centred <- v - outer(as.vector(v %*% b), as.vector(t(v) %*% a), "+")
    error <- sqrt((sum(outer(a, b) * centred^2) - chance^2) /
                    (sum(m) * (1 - chance)^2))
    x <- agreement_test(m, "kappa", "asymptotic", weights = weights)
    expect_equal(x$stderr, error, tolerance = 1e-12)
    expect_equal(x$estimate[["kappa"]],
                 agreement(m, "kappa", weights = weights,
                           ci = "none")$estimate)
  }
  # Fleiss, Cohen and Everitt (1969) for unweighted kappa.
  plain <- (chance <- sum(a * b)) + chance^2 - sum(a * b * (a + b))
  expect_equal(agreement_test(m, "kappa", "asymptotic")$stderr,
               sqrt(plain / sum(m)) / (1 - chance), tolerance = 1e-12)
})

all_orders <- function(v) {
  if (length(v) < 2) return(matrix(v, 1))
  do.call(rbind, lapply(seq_along(v), function(i) {
    cbind(v[i], all_orders(v[-i]))
  }))
}

test_that("all arrangements are those of brute force", {
  m <- cbind(c(1, 2, 1, 3, 2, 2), c(1, 2, 2, 3, 2, 1))
  for (kind in c("alpha", "kappa", "ac", "percent")) {
    value <- function(b) agreement(ratings(unname(cbind(m[, 1], b))),
                                   kind, ci = "none")$estimate
    orders <- unique(all_orders(m[, 2]))
    found <- suppressWarnings(apply(orders, 1, value))
    x <- agreement_test(ratings(m), kind)
    expect_identical(x$parameter[["arrangements"]], as.double(nrow(orders)))
    expect_equal(x$p.value, mean(found >= value(m[, 2]) - 1e-12))
    expect_equal(x$estimate[["mean by chance"]], mean(found))
    less <- agreement_test(ratings(m), kind, alternative = "less")
    expect_equal(less$p.value, mean(found <= value(m[, 2]) + 1e-12))
    two <- agreement_test(ratings(m), kind, alternative = "two.sided")
    expect_equal(two$p.value, min(1, 2 * x$p.value, 2 * less$p.value))
  }
  # Missing values stay; then the first coder's arrangements count as well.
  m[3, 1] <- NA
  x <- agreement_test(ratings(m))
  expect_identical(x$parameter[["arrangements"]],
                   as.double(nrow(unique(all_orders(m[-3, 1]))) * nrow(orders)))
  within <- agreement_test(ratings(m), cluster = c(1, 1, 2, 2, 3, 3))
  expect_identical(within$parameter[["arrangements"]], 2 * 2 * 2 * 2)
})

test_that("drawn arrangements agree with all of them, for any threads", {
  m <- withr::with_seed(1, {
    truth <- sample(2, 12, TRUE)
    cbind(truth, ifelse(stats::runif(12) < 0.7, truth, 3 - truth))
  })
  exact <- agreement_test(ratings(unname(m)))
  long <- ratings(unname(rbind(m, m, m)))
  drawn <- agreement_test(long, seed = 1, replicates = 4999)
  expect_identical(drawn$parameter[["arrangements"]], 4999)
  expect_equal(drawn$estimate[["mean by chance"]],
               agreement_test(long, seed = 2)$estimate[["mean by chance"]],
               tolerance = 0.3)
  again <- agreement_test(long, seed = 1, replicates = 4999, threads = 4)
  expect_identical(again$p.value, drawn$p.value)
  expect_identical(again$stderr, drawn$stderr)
  expect_gte(drawn$p.value, 1 / 5000)
  expect_match(exact$method, "all arrangements")
  # A coder's mean over all arrangements is chance itself: kappa 0.
  kappa <- agreement_test(ratings(unname(m)), "kappa")
  expect_equal(kappa$estimate[["mean by chance"]], 0, tolerance = 1e-12)
  expect_equal(kappa$stderr^2 * 11 / 12, agreement_test(
    ratings(unname(m)), "kappa", "asymptotic")$stderr^2, tolerance = 1e-10)
})

test_that("what is undefined or unavailable says so", {
  same <- ratings(cbind(c(1, 1, 1), c(1, 1, 1)))
  for (method in c("permutation", "asymptotic")) {
    x <- agreement_test(same, "fleiss", method)
    expect_identical(x$p.value, NA_real_)
    expect_identical(x$status, "no_variation")
    expect_output(print(x), "no variation")
  }
  y <- ratings(cbind(c(1, 2, NA, 2), c(1, 2, 2, 1), c(1, 2, 1, 1)))
  expect_snapshot(agreement_test(y, "fleiss", "asymptotic"), error = TRUE)
  expect_snapshot(agreement_test(y, "alpha", "asymptotic"), error = TRUE)
  expect_error(agreement_test(y, c("alpha", "ac")),
               class = "intercoder_error_argument")
  expect_error(agreement_test(y, alternative = "more"),
               class = "intercoder_error_argument")
  expect_snapshot(agreement_test(published_ratings("fleiss1971"), "fleiss",
                                 "asymptotic"))
})

test_that("without variance under chance there is no asymptotic p", {
  for (x in list(cbind(A = c(1, 1, 1, 1), B = c(1, 2, 1, 2)),
                 cbind(A = c(TRUE, FALSE, TRUE), B = c(TRUE, TRUE, TRUE)))) {
    test <- agreement_test(x, "kappa", method = "asymptotic")
    expect_identical(test$status, "variance_not_positive")
    expect_identical(c(test$p.value, unname(test$statistic)), c(NA_real_, NA))
    expect_equal(unname(test$estimate), 0)
  }
})
