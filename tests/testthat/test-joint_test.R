# The joint tests by their definition: every relabelling is a column of
# `groups`, every code gets its evidence there from base R.
all_groups <- function(member, stratum = NULL) {
  stratum <- stratum %||% rep(1, length(member))
  out <- matrix(FALSE, length(member), 1)
  for (rows in split(seq_along(member), stratum)) {
    ways <- utils::combn(length(rows), sum(member[rows]), simplify = FALSE)
    out <- do.call(cbind, lapply(ways, function(way) {
      out[rows[way], ] <- TRUE
      out
    }))
  }
  out
}

# p (or one over T) of codes by relabellings; the first column is observed.
slow_joint <- function(p, step) {
  own <- p[, 1]
  order <- order(own)
  count <- vapply(seq_along(own), function(k) {
    among <- if (step == "single") rep(TRUE, length(own)) else
      own > own[k] + 1e-9 | abs(own - own[k]) < 1e-9 & seq_along(own) >= k
    mean(apply(p[among, , drop = FALSE], 2, min) <= own[k] + 1e-9)
  }, 0)
  count <- pmax(count, 0)
  count[order] <- cummax(count[order])
  count
}

joint_data <- function(n, codes, seed) {
  withr::local_seed(seed)
  values <- matrix(stats::rpois(n * codes, 1.2), n)
  values[1, ] <- 3
  values[n, ] <- 0
  data.frame(g = rep_len(c("a", "b", "b"), n), s = rep_len(1:2, n),
             stats::setNames(as.data.frame(values), paste0("c", 1:codes)))
}

observed_first <- function(groups, member) {
  at <- which(colSums(groups != member) == 0)
  groups[, c(at, setdiff(seq_len(ncol(groups)), at))]
}

test_that("min-p and max-T are those of the definition", {
  d <- joint_data(10, 5, 1)
  member <- d$g == "a"
  groups <- observed_first(all_groups(member), member)
  values <- as.matrix(d[-(1:2)])
  has <- (values > 0) + 0
  fisher <- apply(groups, 2, function(m) apply(has, 2, function(v) {
    stats::fisher.test(table(factor(v, 0:1), factor(m, c(FALSE, TRUE))))$p.value
  }))
  z <- function(x) {
    abs(crossprod(scale(x), groups - mean(member)))
  }
  ranks <- apply(values, 2, rank)
  share <- function(t) {
    t(apply(t, 1, function(v) rowMeans(outer(v, v, "<=") |
                                          abs(outer(v, v, "-")) < 1e-9)))
  }
  d$s <- NULL
  for (step in c("down", "single")) {
    run <- function(...) {
      compare_groups(d, "g", step = step, ...)$p.adjusted
    }
    expect_equal(run(test = "fisher"), slow_joint(fisher, step))
    expect_equal(run("presence", adjust = "maxt", test = "permutation"),
                 slow_joint(1 / z(has), step), ignore_attr = TRUE)
    expect_equal(run("count", adjust = "maxt", test = "permutation"),
                 slow_joint(1 / z(values), step), ignore_attr = TRUE)
    expect_equal(run("count", test = "permutation"),
                 slow_joint(share(z(values)), step), ignore_attr = TRUE)
    expect_equal(run("count"), slow_joint(share(z(ranks)), step),
                 ignore_attr = TRUE)
    expect_equal(run("count", adjust = "maxt"), slow_joint(1 / z(ranks), step),
                 ignore_attr = TRUE)
  }
})

test_that("single-step min-p meets the counts of complete enumeration", {
  s <- utils::read.csv(test_path("fixtures", "groups", "minp_exact_11v10.csv"))
  values <- t(as.matrix(s[2:22]))
  colnames(values) <- s$code
  d <- data.frame(group = rep(c("a", "b"), c(11, 10)), values)
  out <- compare_groups(d, "group", test = "fisher", step = "single")
  expect_equal(out$p.adjusted[1:11], c(
    0.0112498440671815, 0.0531248936821692, 1, 1, 1, 0.267399267399267,
    0.267399267399267, 0.999503850123045, 0.991951031424716, 1, 1
  ), tolerance = 1e-12)
  down <- compare_groups(d, "group", test = "fisher")
  expect_true(all(down$p.adjusted <= out$p.adjusted, na.rm = TRUE))
})

test_that("within strata participants are relabelled by the definition", {
  d <- joint_data(11, 4, 2)
  member <- d$g == "a"
  groups <- observed_first(all_groups(member, d$s), member)
  values <- as.matrix(d[-(1:2)])
  centre <- function(v) apply(v, 2, function(u) u - stats::ave(u, d$s))
  t <- abs(crossprod(centre(values), groups + 0))
  out <- compare_groups(d, "g", "count", strata = "s", test = "permutation")
  expect_equal(out$p.value, unname(rowMeans(t >= t[, 1] - 1e-9)))
  p <- t(apply(t, 1, function(v) rowMeans(outer(v, v, "<=") |
                                            abs(outer(v, v, "-")) < 1e-9)))
  expect_equal(out$p.adjusted, pmax(slow_joint(p, "down")), ignore_attr = TRUE)
  expect_identical(attr(out, "relabellings"), as.double(ncol(groups)))
  elteren <- centre(apply(values, 2, function(v) {
    stats::ave(v, d$s, FUN = function(u) rank(u) / (length(u) + 1))
  }))
  t <- abs(crossprod(elteren, groups + 0))
  out <- compare_groups(d, "g", "count", strata = "s", adjust = "none")
  expect_equal(out$p.value, unname(rowMeans(t >= t[, 1] - 1e-9)))
  expect_identical(out$test[1], "van-elteren")
  expect_true(all(is.na(out$conf.low)))
})

test_that("the stratified test of presence is the exact one of base R", {
  d <- joint_data(40, 4, 3)
  out <- compare_groups(d, "g", strata = "s", replicates = 500, seed = 1)
  for (k in 1:4) {
    tails <- vapply(c("less", "greater"), function(alternative) {
      stats::mantelhaen.test(
        factor(d[[k + 2]] > 0, c(TRUE, FALSE)), factor(d$g), factor(d$s),
        exact = TRUE, alternative = alternative)$p.value
    }, 0)
    expect_equal(out$p.value[k], min(1, 2 * min(tails)), tolerance = 1e-10)
  }
  one <- compare_groups(d[-2], "g", strata = rep(1, 40), replicates = 500,
                        seed = 1)
  none <- compare_groups(d[-2], "g", test = "fisher", replicates = 500,
                         seed = 1)
  n <- table(d$g)
  expect_equal(one$p.value, table_p(none$k.a, n[[1]], none$k.b, n[[2]],
                                    "fisher", "central"), tolerance = 1e-10)
})

test_that("paired tests are McNemar's, the signed-rank and the sign flips", {
  withr::local_seed(4)
  n <- 9
  x <- matrix(stats::rpois(n * 3, 2), n)
  y <- matrix(stats::rpois(n * 3, 1), n)
  d <- data.frame(g = rep(c("a", "b"), each = n), p = c(1:n, n:1),
                  rbind(x, y[n:1, ]))
  d <- d[c(3, 18, 7, 1, 2, 4:6, 8:17), ]
  out <- compare_groups(d, "g", pairs = "p")
  b <- colSums(x > 0 & y == 0)
  c <- colSums(x == 0 & y > 0)
  exact <- vapply(1:3, function(k) {
    stats::binom.test(b[k], b[k] + c[k])$p.value
  }, 0)
  expect_equal(out$p.value, exact)
  expect_equal(out$estimate, (b - c) / n)
  expect_identical(attr(out, "relabellings"), 2^n)
  flips <- t(as.matrix(expand.grid(rep(list(c(1, -1)), n))))
  diff <- x - y
  t <- abs(crossprod(diff, flips))
  out <- compare_groups(d, "g", "count", pairs = "p", test = "permutation")
  expect_equal(out$p.value, unname(rowMeans(t >= t[, 1] - 1e-9)))
  skip_if_not_installed("coin")
  test <- getExportedValue("coin", "wilcoxsign_test")
  out <- compare_groups(d, "g", "count", pairs = "p")
  for (k in 1:3) {
    first <- x[, k]
    second <- y[, k]
    peer <- test(first ~ second, distribution = "exact",
                 zero.method = "Pratt")
    expect_equal(out$p.value[k],
                 as.numeric(getExportedValue("coin", "pvalue")(peer)))
  }
})

test_that("permuting rows within the design and threads change nothing", {
  d <- joint_data(30, 6, 5)
  for (adjust in c("minp", "maxt")) {
    for (measure in c("presence", "count", "share")) {
      e <- d
      if (measure == "share") e[3:8] <- e[3:8] / 11
      run <- function(...) {
        compare_groups(e, "g", measure, adjust = adjust, strata = "s",
                       replicates = 700, seed = 5, ...)
      }
      a <- run(threads = 1)
      expect_identical(a, run(threads = 2))
      expect_identical(a, run(threads = 8))
      expect_false(attr(a, "complete"))
    }
    small <- d[c(1:9, 16:20), ]
    a <- compare_groups(small, "g", "count", adjust = adjust, strata = "s")
    expect_equal(compare_groups(small[14:1, ], "g", "count", adjust = adjust,
                                strata = "s"), a, tolerance = 1e-12)
    b <- compare_groups(small[c(1:2, 8:3)], "g", "count", adjust = adjust,
                        strata = "s")
    same <- c("p.value", "p.adjusted", "estimate")
    expect_equal(as.data.frame(b)[6:1, same], as.data.frame(a)[same],
                 ignore_attr = TRUE)
  }
})

test_that("a stratum of one group changes nothing but the counts", {
  d <- joint_data(14, 4, 6)
  more <- rbind(d, data.frame(g = "a", s = 9, c1 = 5, c2 = 0, c3 = 1, c4 = 2))
  for (measure in c("presence", "count")) {
    a <- compare_groups(d, "g", measure, strata = "s")
    b <- compare_groups(more, "g", measure, strata = "s")
    same <- c("estimate", "p.value", "p.adjusted")
    expect_equal(as.data.frame(b)[same], as.data.frame(a)[same],
                 tolerance = 1e-12)
    expect_identical(b$n.a, a$n.a + 1L)
  }
})

test_that("random relabellings come close to all of them", {
  d <- joint_data(14, 5, 7)
  for (measure in c("presence", "count")) {
    for (adjust in c("minp", "maxt")) {
      a <- compare_groups(d, "g", measure, adjust = adjust, strata = "s")
      b <- compare_groups(d, "g", measure, adjust = adjust, strata = "s",
                          replicates = 2e4, seed = 1)
      expect_lt(max(abs(a$p.adjusted - b$p.adjusted)), 0.02)
    }
  }
})

test_that("max-T is that of multtest", {
  skip_if_not_installed("multtest")
  d <- joint_data(12, 6, 8)[-2]
  peer <- getExportedValue("multtest", "mt.maxT")
  for (test in c("t.equalvar", "wilcoxon")) {
    # its rank sums are not corrected for ties
    if (test == "wilcoxon") d[-1] <- withr::with_seed(8, stats::rexp(72))
    utils::capture.output(
      theirs <- peer(t(as.matrix(d[-1])), as.integer(d$g == "b"), test = test,
                     B = 0)
    )
    out <- compare_groups(d, "g", "count", adjust = "maxt",
                          test = if (test == "wilcoxon") test else
                            "permutation")
    order <- theirs$index
    expect_equal(out$p.adjusted[order],
                 pmax(theirs$adjp, cummax(out$p.value[order])),
                 tolerance = 1e-12)
  }
})

test_that("a single pair and a single code are compared as well", {
  d <- data.frame(g = c("a", "b"), p = 1, x = c(3, 1), y = c(2, 2))
  out <- compare_groups(d, "g", "count", pairs = "p")
  expect_identical(out$p.value, c(1, NA))
  expect_identical(out$estimate, c(1, 0))
  expect_identical(compare_groups(d, "g", pairs = "p")$status,
                   rep("no_variation", 2))
  one <- joint_data(8, 1, 10)
  for (design in list(list(), list(strata = "s"), list(pairs = rep(1:4, 2)))) {
    one$g <- rep(c("a", "b"), each = 4)
    drop <- if (is.null(design$strata)) "s"
    for (measure in c("presence", "count")) {
      out <- do.call(compare_groups, c(
        list(one[setdiff(names(one), drop)], "g", measure), design))
      expect_true(out$p.adjusted >= out$p.value)
      expect_true(out$p.value > 0 && out$p.value <= 1)
    }
  }
})

test_that("designs that cannot be are refused by name", {
  d <- joint_data(12, 3, 9)
  expect_error(compare_groups(d, "g", strata = "s", pairs = "s"),
               class = "intercoder_error_argument")
  expect_error(compare_groups(d, "g", pairs = "s"),
               "Pair \"1\" has 2 and 4 participants",
               class = "intercoder_error_pairs")
  expect_error(compare_groups(d, "g", strata = "nowhere"),
               class = "intercoder_error_columns")
  expect_error(compare_groups(d, "g", strata = 1:3),
               class = "intercoder_error_argument")
  expect_error(compare_groups(d, "g", strata = ifelse(d$g == "a", 1, 2)),
               "No stratum", class = "intercoder_error_group")
  expect_error(compare_groups(d, "g", strata = "s", test = "boschloo"),
               "cmh", class = "intercoder_error_argument")
  expect_error(compare_groups(d, "g", "count", adjust = "tarone"),
               "minp", class = "intercoder_error_argument")
  expect_warning(
    out <- compare_groups(d, "g", strata = c(NA, d$s[-1])),
    "row 1", class = "intercoder_warning_group"
  )
  expect_identical(out$n.a[1], 3L)
  pair <- c(1, 1, NA, 2, 2, 8, 3, 3, NA, 4, NA, NA)
  expect_warning(expect_warning(
    out <- compare_groups(d, "g", pairs = pair),
    class = "intercoder_warning_pairs"), class = "intercoder_warning_group")
  expect_identical(c(out$n.a[1], out$n.b[1]), c(3L, 3L))
})
