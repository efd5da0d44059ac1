published_table <- function(id) {
  data <- utils::read.csv(system.file("validation", "published",
                                      paste0(id, ".csv"),
                                      package = "intercoder"),
                          check.names = FALSE)
  counts <- as.matrix(data[-1])
  dimnames(counts) <- list(as.character(data[[1]]), colnames(counts))
  as.table(counts)
}

test_that("Feinstein and Cicchetti's tables have the indices they print", {
  # 1990: p_pos .842, p_neg .857; kappa .70 falls to .32 at the same .85.
  out <- kappa_indices(published_table("feinstein_cicchetti1990_p1_1"),
                       positive = "yes")
  expect_equal(out$observed, 17 / 20, tolerance = 1e-15)
  expect_equal(out$kappa, 291 / 416, tolerance = 1e-14)
  expect_equal(out$positive, 80 / 95, tolerance = 1e-15)
  expect_equal(out$negative, 90 / 105, tolerance = 1e-15)
  expect_equal(out$prevalence.index, -5 / 100, tolerance = 1e-15)
  expect_equal(out$bias.index, 3 / 100, tolerance = 1e-15)
  expect_equal(out$pabak, 0.7, tolerance = 1e-15)
  swapped <- kappa_indices(published_table("feinstein_cicchetti1990_p1_1"),
                           positive = "no")
  expect_equal(swapped$positive, out$negative)
  expect_equal(swapped$prevalence.index, -out$prevalence.index)
  expect_equal(swapped$kappa, out$kappa)
})

test_that("kappa follows from PABAK, prevalence and bias, as Byrt et al. show", {
  set.seed(8)
  for (i in 1:50) {
    x <- cbind(A = rbinom(40, 1, 0.4), B = rbinom(40, 1, 0.6))
    x[sample(80, 8)] <- NA
    out <- kappa_indices(x)
    if (out$status == "ok") {
      pi2 <- out$prevalence.index^2
      bi2 <- out$bias.index^2
      expect_equal(out$kappa, (out$pabak - pi2 + bi2) / (1 - pi2 + bi2),
                   tolerance = 1e-12)
    }
  }
})

# All tables with these margins, small enough to list.
extremes <- function(a, b) {
  n <- sum(a)
  cells <- expand.grid(rep(list(0:n), 4))
  tables <- apply(cells, 1, function(v) {
    m <- matrix(0, 3, 3)
    m[1:2, 1:2] <- v
    m[3, 1:2] <- b[1:2] - colSums(m[, 1:2])
    m[1:3, 3] <- a - rowSums(m)
    if (all(m >= 0) && isTRUE(all.equal(colSums(m), b))) sum(diag(m)) else NA
  })
  range(tables, na.rm = TRUE) / n
}

test_that("most and least agreement are those of all tables with the margins", {
  set.seed(3)
  for (i in 1:6) {
    x <- ratings(data.frame(A = sample(letters[1:3], 6, TRUE, c(4, 1, 1)),
                            B = sample(letters[1:3], 6, TRUE, c(3, 2, 1))),
                 levels = letters[1:3])
    counts <- table(factor(x$data[[1]][, 1], 1:3), factor(x$data[[1]][, 2], 1:3))
    limits <- extremes(unname(rowSums(counts)), unname(colSums(counts)))
    out <- kappa_indices(x)
    expect_equal(c(out$observed.min, out$observed.max), limits)
    if (out$status == "ok") {
      expect_gte(out$kappa, out$kappa.min)
      expect_lte(out$kappa, out$kappa.max)
    }
  }
})

test_that("indices agree with agreement() for each pair and code", {
  study <- simulated_study
  x <- as_ratings(study$codings, units(study$transcripts), study$plan)[1:3]
  out <- kappa_indices(x)
  pairs <- agreement_pairs(x)
  expect_equal(out$kappa, pairs$estimate, tolerance = 1e-12)
  expect_equal(out$observed, pairs$percent, tolerance = 1e-12)
  ac <- agreement_pairs(x, "ac")
  both <- !is.na(x$data[[1]][, 1]) & !is.na(x$data[[1]][, 3])
  expect_equal(out$units[2], sum(both))
  expect_equal(out$ac1[1], ac$estimate[1], tolerance = 1e-12)
})

test_that("what is not defined is NA and says why", {
  constant <- kappa_indices(cbind(A = c(1, 1), B = c(1, 1)))
  expect_equal(constant$status, "no_variation")
  expect_true(is.na(constant$kappa) && is.na(constant$kappa.max))
  expect_equal(constant$observed, 1)
  none <- kappa_indices(cbind(A = c(1, NA), B = c(NA, 0)))
  expect_equal(none$status, "no_pairable")
  expect_true(all(is.na(none[c("observed", "kappa", "positive", "pabak")])))
  three <- kappa_indices(cbind(A = 1:3, B = c(1, 2, 2)))
  expect_true(is.na(three$positive) && !is.na(three$pabak))
  expect_equal(nrow(kappa_indices(cbind(A = 1:3))), 0)
})

test_that("arguments are checked, tables read well", {
  expect_error(kappa_indices(cbind(1:3, 1:3), positive = "1"),
               class = "intercoder_error_argument")
  expect_error(kappa_indices(cbind(0:1, 0:1), positive = "2"), "positive")
  expect_error(kappa_indices(ratings_counts(cbind(1, 2))),
               class = "intercoder_error_coders_unknown")
  expect_snapshot(kappa_indices(published_table("feinstein_cicchetti1990_p1_1"),
                                positive = "yes"))
  expect_snapshot(kappa_indices(cbind(A = 1:3, B = c(1, 2, 2), C = c(1, 3, 3))))
})
