# Slow and plain: one person, one unit at a time.
slow_contest <- function(data, machine, people, close) {
  out <- lapply(people, function(j) {
    lapply(seq_len(nrow(data)), function(i) {
      others <- stats::na.omit(data[i, setdiff(people, j)])
      if (is.na(data[i, machine]) || is.na(data[i, j]) || !length(others)) {
        return(NULL)
      }
      f <- close(data[i, machine], others)
      h <- close(data[i, j], others)
      c(i, wf = f >= h, wh = h >= f)
    })
  })
  lapply(out, function(rows) do.call(rbind, rows))
}

random_people <- function(n, people, q, missing = 0) {
  data <- matrix(sample(q, n * (people + 1), TRUE), n)
  data[sample(length(data), missing * length(data))] <- NA
  colnames(data) <- c(LETTERS[seq_len(people)], "model")
  data
}

accuracy <- function(a, others) mean(a == others)
rmse <- function(a, others) -sqrt(mean((a - others)^2))

test_that("a small example by hand", {
  data <- cbind(A = c(1, 1, 2, 2), B = c(1, 2, 2, 1), C = c(1, 1, 1, 1),
                model = c(1, 1, 1, 2))
  x <- alternative_annotator_test(ratings(data), "model", min_units = 2)
  people <- generics::tidy(x)
  # Only with B left out, in the second unit, do the shares of equal values
  # among the others differ: 2 of 2 for the model, 0 of 2 for B.
  slow <- slow_contest(data, "model", c("A", "B", "C"), accuracy)
  expect_equal(people$advantage, vapply(slow, function(s) mean(s[, "wf"]), 0))
  expect_equal(people$machine.closer, c(0, 1, 0))
  expect_equal(people$tied, c(4, 3, 4))
  expect_equal(people$person.closer, c(0, 0, 0))
})

test_that("advantages, t tests and BY are those of the published procedure", {
  set.seed(3)
  for (score in c("accuracy", "rmse")) {
    data <- random_people(80, 4, 3, 0.1)
    x <- alternative_annotator_test(ratings(data), "model", epsilon = 0.15,
                                    score = score)
    people <- generics::tidy(x)
    slow <- slow_contest(data, "model", LETTERS[1:4], get(score))
    expect_equal(people$units, vapply(slow, nrow, 0L))
    expect_equal(people$advantage,
                 vapply(slow, function(s) mean(s[, "wf"]), 0))
    expect_equal(people$person.advantage,
                 vapply(slow, function(s) mean(s[, "wh"]), 0))
    p <- vapply(slow, function(s) {
      stats::t.test(s[, "wh"], s[, "wf"], paired = TRUE, mu = 0.15,
                    alternative = "less")$p.value
    }, 0)
    expect_equal(people$p.value, p)
    expect_equal(people$adj.p.value, stats::p.adjust(p, "BY"))
    expect_equal(x$winning.rate, mean(stats::p.adjust(p, "BY") <= 0.05))
    expect_equal(x$advantage, mean(people$advantage))
  }
})

test_that("closeness by weights is mean similarity", {
  set.seed(4)
  data <- random_people(40, 3, 4)
  quadratic <- function(a, others) mean(1 - (a - others)^2 / 9)
  people <- generics::tidy(alternative_annotator_test(
    ratings(data), "model", score = "quadratic"
  ))
  slow <- slow_contest(data, "model", LETTERS[1:3], function(a, others) {
    round(quadratic(a, others), 10)
  })
  expect_equal(people$advantage, vapply(slow, function(s) mean(s[, "wf"]), 0))
  weights <- outer(1:4, 1:4, function(a, b) 1 - (a - b)^2 / 9)
  expect_equal(generics::tidy(alternative_annotator_test(
    ratings(data), "model", score = weights
  ))$advantage, people$advantage)
})

test_that("differences below rounding are ties", {
  data <- cbind(A = rep(0.1, 30), B = rep(0.2, 30), C = rep(0.2, 30),
                model = rep(0.3, 30))
  x <- ratings(data)
  people <- generics::tidy(alternative_annotator_test(x, "model",
                                                      score = "rmse"))
  expect_equal(people$tied[1], 30)
})

test_that("fewer than min_units are tested by signed ranks over all signs", {
  set.seed(5)
  for (n in c(5, 9)) {
    data <- random_people(n, 3, 2)
    people <- generics::tidy(alternative_annotator_test(ratings(data), "model"))
    slow <- slow_contest(data, "model", LETTERS[1:3], accuracy)
    p <- vapply(slow, function(s) {
      d <- s[, "wh"] - s[, "wf"] - 0.2
      r <- rank(round(abs(d), 10))
      signs <- as.matrix(expand.grid(rep(list(0:1), n)))
      mean(signs %*% r <= sum(r[d > 0]) + 1e-9)
    }, 0)
    expect_equal(people$p.value, p)
    expect_equal(people$method, rep("signed ranks", 3))
    expect_equal(people$status, rep("few_units", 3))
  }
})

test_that("the exact distribution is that of wilcox.test() without ties", {
  x <- c(-1.1, -0.7, 0.2, -0.4, 0.9, -1.5, -0.3)
  expect_equal(intercoder:::signed_rank_test(x)$p.value,
               stats::wilcox.test(x, alternative = "less", exact = TRUE)$p.value)
})

test_that("clusters of one unit change nothing, doubled units are seen through", {
  set.seed(6)
  data <- random_people(50, 3, 2)
  plain <- alternative_annotator_test(ratings(data), "model")
  single <- alternative_annotator_test(ratings(data), "model", cluster = 1:50)
  keep <- setdiff(names(plain), "clusters")
  expect_equal(as.list(single)[keep], as.list(plain)[keep])
  twice <- alternative_annotator_test(ratings(data[rep(1:50, 2), ]), "model",
                                      cluster = rep(1:50, 2))
  expect_equal(generics::tidy(twice)$p.value, generics::tidy(plain)$p.value)
  expect_equal(twice$std.error, plain$std.error)
  blind <- alternative_annotator_test(ratings(data[rep(1:50, 2), ],
                                              cluster = rep(1:50, 2)),
                                      "model", cluster = FALSE)
  expect_lt(blind$std.error, plain$std.error)
})

test_that("relabelling categories and permuting people change nothing", {
  set.seed(7)
  data <- random_people(60, 4, 3)
  x <- alternative_annotator_test(ratings(data), "model")
  moved <- matrix(c("b", "c", "a")[data], nrow(data),
                  dimnames = dimnames(data))[, c(5, 3, 1, 2, 4)]
  y <- alternative_annotator_test(ratings(moved), "model")
  expect_equal(y$winning.rate, x$winning.rate)
  expect_equal(y$advantage, x$advantage)
  expect_equal(y$std.error, x$std.error)
})

test_that("what cannot be tested is NA and says why", {
  data <- cbind(A = c(1, 2, 1, NA), B = c(1, 2, 2, NA), model = c(1, 1, NA, 2))
  two <- alternative_annotator_test(ratings(data), "model")
  expect_equal(two$status, "two_people")
  one <- alternative_annotator_test(ratings(data[, c(1, 3)]), "model")
  expect_equal(one$status, "one_person")
  expect_true(is.na(one$winning.rate) && is.na(one$advantage))
  none <- alternative_annotator_test(
    ratings(cbind(A = c(1, NA), B = c(1, NA), C = c(1, NA), m = c(NA, 1))), "m"
  )
  expect_equal(none$status, "no_common_units")
  expect_true(is.na(none$winning.rate))
  clustered <- alternative_annotator_test(ratings(random_people(40, 3, 2)),
                                          "model", cluster = rep("a", 40))
  expect_equal(clustered$status, "one_cluster")
  expect_output(print(none), "no common units")
})

test_that("a machine that always agrees wins, one that never does loses", {
  set.seed(8)
  truth <- sample(3, 60, TRUE)
  people <- replicate(3, ifelse(stats::runif(60) < 0.9, truth, sample(3, 60, TRUE)))
  x <- ratings(cbind(a = people[, 1], b = people[, 2], c = people[, 3],
                     good = truth, bad = truth %% 3 + 1))
  test <- alternative_annotator_test(x, c("good", "bad"))
  expect_equal(test$machine, c("good", "bad"))
  expect_equal(test$winning.rate, c(1, 0))
  expect_equal(nrow(generics::tidy(test)), 6)
  expect_equal(nrow(generics::tidy(test[1, ])), 3)
  expect_s3_class(test["advantage"], "data.frame", exact = TRUE)
  expect_snapshot(print(test))
  path <- withr::local_tempfile(fileext = ".pdf")
  grDevices::pdf(path)
  expect_identical(plot(test), test)
  grDevices::dev.off()
})

test_that("a rare code lets every machine pass, as the help page says", {
  set.seed(9)
  truth <- stats::runif(400) < 0.05
  person <- function() as.integer(ifelse(stats::runif(400) < 0.98, truth, !truth))
  x <- ratings(cbind(A = person(), B = person(), C = person(), never = 0))
  expect_equal(alternative_annotator_test(x, "never")$winning.rate, 1)
  expect_lt(agreement_machine(x, "never", ci = "jackknife")$estimate, 0)
})

test_that("wrong arguments are named", {
  x <- ratings(random_people(10, 2, 2))
  bad <- function(...) {
    expect_error(alternative_annotator_test(...),
                 class = "intercoder_error_argument")
  }
  bad(x, "gpt")
  bad(x, c("A", "B", "model"))
  bad(x, 3)
  bad(x, "model", epsilon = 1)
  bad(x, "model", adjust = "all")
  bad(x, "model", score = "f1")
  strings <- ratings(cbind(A = c("a", "b"), B = c("a", "b"), m = c("b", "a")))
  expect_error(alternative_annotator_test(strings, "m", score = "rmse"),
               class = "intercoder_error_level")
  expect_error(
    alternative_annotator_test(ratings_counts(cbind(c(2, 1), c(0, 1))), "m"),
    class = "intercoder_error_coders_unknown"
  )
})
