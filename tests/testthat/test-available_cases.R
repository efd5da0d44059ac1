holes <- function(seed, n = 12) {
  withr::local_seed(seed)
  values <- matrix(stats::rpois(n * 4, 1.3), n)
  values[1, ] <- 2
  values[n, ] <- 0
  values[2:4, 2] <- NA
  values[c(3, 8), 3] <- NA
  values[c(3, 8), 4] <- NA
  data.frame(g = rep_len(c("a", "b"), n), s = rep_len(c(1, 1, 1, 2, 2, 2), n),
             p = (seq_len(n) + 1) %/% 2,
             stats::setNames(as.data.frame(values), paste0("c", 1:4)))
}
RESULTS <- c("estimate", "conf.low", "conf.high", "p.value")

test_that("each code is compared among those seen for it", {
  d <- holes(1)
  for (measure in c("presence", "count")) {
    out <- compare_groups(d[-(2:3)], "g", measure)
    expect_identical(out$n.a, c(6L, 5L, 5L, 5L))
    for (k in 1:4) {
      seen <- d[!is.na(d[[k + 3]]), c(1, k + 3)]
      alone <- compare_groups(seen, "g", measure)
      expect_equal(as.data.frame(out)[k, RESULTS],
                   as.data.frame(alone)[RESULTS], ignore_attr = TRUE)
      expect_identical(c(out$n.a[k], out$n.b[k]), c(alone$n.a, alone$n.b))
    }
    out <- compare_groups(d[-3], "g", measure, strata = "s")
    for (k in 1:4) {
      seen <- d[!is.na(d[[k + 3]]), c(1, 2, k + 3)]
      alone <- compare_groups(seen, "g", measure, strata = "s")
      same <- if (measure == "count") "estimate" else RESULTS
      expect_equal(as.data.frame(out)[k, same, drop = FALSE],
                   as.data.frame(alone)[same], ignore_attr = TRUE)
    }
    out <- compare_groups(d[-2], "g", measure, pairs = "p")
    for (k in 1:4) {
      apart <- is.na(d[[k + 3]])
      seen <- d[!d$p %in% d$p[apart], c(1, 3, k + 3)]
      alone <- compare_groups(seen, "g", measure, pairs = "p")
      expect_equal(as.data.frame(out)[k, RESULTS],
                   as.data.frame(alone)[RESULTS], ignore_attr = TRUE)
    }
  }
})

test_that("who was not seen moves no sum in joint relabelling", {
  d <- holes(2)
  values <- as.matrix(d[-(1:3)])
  groups <- utils::combn(12, 6)
  score <- apply(values, 2, function(v) {
    v <- v - mean(v, na.rm = TRUE)
    ifelse(is.na(v), 0, v)
  })
  t <- abs(apply(groups, 2, function(m) colSums(score[m, ])))
  own <- abs(colSums(score[d$g == "a", ]))
  p <- rowMeans(t >= own - 1e-9)
  out <- compare_groups(d[-(2:3)], "g", "count", test = "permutation")
  expect_equal(out$p.value, unname(p))
  share <- t(apply(t, 1, function(v) vapply(v, function(u) {
    mean(v >= u - 1e-9)
  }, 0)))
  single <- vapply(p, function(u) mean(apply(share, 2, min) <= u + 1e-9), 0)
  out <- compare_groups(d[-(2:3)], "g", "count", test = "permutation",
                        step = "single")
  expect_equal(out$p.adjusted, unname(single))
  z <- t / apply(score, 2, stats::sd)
  own <- own / apply(score, 2, stats::sd)
  single <- vapply(own, function(u) mean(apply(z, 2, max) >= u - 1e-9), 0)
  out <- compare_groups(d[-(2:3)], "g", "count", test = "permutation",
                        adjust = "maxt", step = "single")
  expect_equal(out$p.adjusted, unname(pmax(single, p)))
})

test_that("a code not seen in one group, or by nobody, stops no other", {
  d <- holes(3)
  d$half <- ifelse(d$g == "a", 1, NA)
  d$never <- NA_real_
  d$same <- ifelse(d$g == "a", 1, c(NA, 1))
  for (measure in c("presence", "count")) {
    for (design in list(list(), list(strata = "s"), list(pairs = "p"))) {
      drop <- setdiff(c("s", "p"), unlist(design))
      out <- do.call(compare_groups, c(list(d[setdiff(names(d), drop)], "g",
                                            measure), design))
      expect_identical(out$status[5:7],
                       c("not_seen", "not_seen",
                         if (is.null(design$pairs)) "no_variation" else
                           out$status[7]))
      expect_true(all(is.na(unlist(out[5:6, c("estimate", "p.value",
                                              "p.adjusted")]))))
      expect_true(all(is.finite(out$p.adjusted[1:4])))
      expect_false(any(vapply(out, function(v) any(is.nan(v)), NA)))
      expect_identical(out$n.b[5], 0L)
      expect_output(print(out), "NA: not seen in one")
      grDevices::pdf(NULL)
      expect_silent(plot(out))
      grDevices::dev.off()
    }
  }
  empty <- compare_groups(data.frame(g = c("a", "b"), x = c(1, NA)), "g")
  expect_identical(empty$status, "not_seen")
})

test_that("missing values are refused where they cannot be", {
  d <- holes(4)[-(2:3)]
  expect_error(compare_groups(d, "g", adjust = "tarone"), "missing",
               class = "intercoder_error_argument")
  expect_error(compare_profiles(d, "g"), "c2",
               class = "intercoder_error_value")
  d$c1[2] <- Inf
  expect_error(compare_groups(d, "g"), "row 2",
               class = "intercoder_error_value")
})

test_that("order and threads change nothing where some were not seen", {
  d <- holes(5)[-(2:3)]
  a <- compare_groups(d, "g", "count")
  expect_equal(compare_groups(d[12:1, ], "g", "count"), a, tolerance = 1e-12)
  run <- function(threads) {
    compare_groups(d, "g", "count", replicates = 600, seed = 1,
                   threads = threads)
  }
  expect_identical(run(1), run(8))
})
