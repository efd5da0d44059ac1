minp_data <- function() {
  s <- utils::read.csv(test_path("fixtures", "groups", "minp_exact_11v10.csv"))
  values <- t(as.matrix(s[2:22]))
  colnames(values) <- s$code
  data.frame(group = rep(c("a", "b"), c(11, 10)), values)
}

test_that("discrete Bonferroni and Tarone are those of the worked example", {
  d <- minp_data()
  out <- compare_groups(d, "group", test = "fisher", adjust = "dbonferroni")
  expect_equal(out$p.adjusted[1:11], c(
    0.0114312931650393, 0.0556595107678699, 1, 1, 1, 0.309869696866601,
    0.309869696866601, 1, 1, 1, 1
  ), tolerance = 1e-9)
  tarone <- compare_groups(d, "group", test = "fisher", adjust = "tarone")
  expect_identical(attr(tarone, "tarone"), 8)
  expect_equal(tarone$p.adjusted[1:2], 8 * tarone$p.value[1:2])
  holm <- compare_groups(d, "group", test = "fisher", adjust = "holm")
  expect_equal(holm$p.adjusted[1:7], c(
    0.0228625863300786, 0.0981441159459735, 1, 1, 1, 0.350877192982456,
    0.350877192982456), tolerance = 1e-12)
  expect_true(is.na(out$p.adjusted[12]))
})

test_that("the discrete false discovery rate rejects two of the toy data", {
  x1 <- c(4, 2, 2, 14, 6, 9, 4, 0, 1)
  x2 <- c(0, 0, 1, 3, 2, 1, 2, 2, 2)
  rows <- function(x, n) vapply(x, function(k) rep(1:0, c(k, n - k)), rep(0, n))
  d <- data.frame(g = rep(c("a", "b"), c(148, 132)),
                  rbind(rows(x1, 148), rows(x2, 132)))
  out <- compare_groups(d, "g", test = "fisher", adjust = "dbh",
                        interval = "score")
  expect_identical(sum(out$p.adjusted <= 0.05), 2L)
  expect_identical(sum(out$p.bh <= 0.05), 0L)
})

test_that("Heyse's form is the one written out", {
  d <- minp_data()
  out <- compare_groups(d, "group", test = "fisher", adjust = "heyse")
  ok <- which(!is.na(out$p.value))
  p <- out$p.value[ok]
  expected <- vapply(p, function(t) {
    sum(vapply(ok, function(k) {
      s <- sum(d[[k + 1]])
      x <- max(0, s - 10):min(11, s)
      all <- presence_p(x, 11, s - x, 10, "fisher")
      sum(stats::dhyper(x, 11, 10, s)[all <= t * (1 + 1e-9)])
    }, 0))
  }, 0)
  slow <- vapply(p, function(t) {
    up <- p >= t
    max(t, min(1, (expected / vapply(p, function(u) sum(p <= u), 0))[up]))
  }, 0)
  expect_equal(out$p.adjusted[ok], slow, tolerance = 1e-12)
  expect_true(all(out$p.adjusted[ok] <= out$p.bh[ok] + 1e-12))
})

test_that("probabilities of attainable p-values are those of all tables", {
  d <- minp_data()[c(1, 2, 5, 8)]
  given <- compared_values(d, "group", "presence", "code")
  for (test in c("fisher", "boschloo")) {
    found <- attainable_p(given, rep(TRUE, 3), test)
    t <- c(1e-5, 0.01, 0.3, 1)
    below <- attainable_below(found, t)
    for (k in 1:3) {
      s <- sum(d[[k + 1]])
      x <- max(0, s - 10):min(11, s)
      p <- presence_p(x, 11, s - x, 10, test)
      law <- stats::dhyper(x, 11, 10, s)
      slow <- vapply(t, function(u) sum(law[p <= u]), 0)
      expect_equal(below[k, ], slow, tolerance = 1e-9)
    }
    expect_equal(below[, 4], rep(1, 3))
  }
})

test_that("Tarone's p-values hold given how many mention a code", {
  d <- minp_data()
  out <- compare_groups(d, "group", adjust = "tarone")
  k <- attr(out, "tarone")
  expect_identical(out$p.adjusted[6], 1)
  for (code in 1:2) {
    s <- sum(d[[code + 1]])
    x <- max(0, s - 10):min(11, s)
    p <- presence_p(x, 11, s - x, 10, "boschloo")
    own <- sum(stats::dhyper(x, 11, 10, s)[p <= out$p.value[code] * (1 + 1e-9)])
    expect_equal(out$p.adjusted[code], min(1, max(k * own, out$p.value[code])))
  }
})

test_that("discrete adjustments hold the error rate they are for", {
  skip_on_cran()
  withr::local_seed(11)
  wrong <- replicate(300, {
    d <- data.frame(g = rep(c("a", "b"), c(11, 10)),
                    matrix(stats::rbinom(21 * 6, 1, 0.25), 21))
    vapply(c("minp", "tarone", "dbonferroni"), function(adjust) {
      p <- compare_groups(d, "g", test = "fisher", adjust = adjust,
                          interval = "newcombe", replicates = 199)$p.adjusted
      any(p <= 0.1, na.rm = TRUE)
    }, NA)
  })
  expect_true(all(rowMeans(wrong) < 0.1 + 3 * sqrt(0.09 / 300)))
})

test_that("adjusted p-values are never below plain ones, nor out of order", {
  d <- minp_data()
  for (adjust in names(ADJUST_LABELS)) {
    for (test in c("boschloo", "fisher")) {
      out <- compare_groups(d, "group", test = test, adjust = adjust)[1:11, ]
      expect_true(all(out$p.adjusted >= out$p.value))
      if (!adjust %in% c("maxt", "tarone")) {
        expect_false(is.unsorted(out$p.adjusted[order(out$p.value)]))
      }
    }
  }
  constant <- data.frame(g = c("a", "b", "b"), k = 0)
  for (adjust in names(ADJUST_LABELS)) {
    expect_true(is.na(compare_groups(constant, "g",
                                     adjust = adjust)$p.adjusted))
  }
})

test_that("themes and codes are two families", {
  study <- intercoder::simulated_study
  m <- code_matrix(study$consensus, units(study$transcripts), study$codebook)
  both <- compare_groups(m, "group", level = "both")
  theme <- compare_groups(m, "group", level = "theme")
  code <- compare_groups(m, "group", level = "code")
  expect_identical(both$family, rep(c("theme", "code"),
                                    c(nrow(theme), nrow(code))))
  expect_equal(both$p.adjusted, c(theme$p.adjusted, code$p.adjusted))
  expect_identical(both$theme[seq_len(nrow(theme))], theme$code)
  local_reproducible_output(width = 80)
  expect_snapshot(both[c(1:3, 5:7), ])
  expect_silent({
    grDevices::pdf(NULL)
    plot(both)
    grDevices::dev.off()
  })
  share <- compare_groups(m, "group", "share", level = "both",
                          replicates = 99)
  expect_false(is.na(attr(share, "seed")))
  expect_identical(ncol(attr(share, "values")), nrow(share))
})
