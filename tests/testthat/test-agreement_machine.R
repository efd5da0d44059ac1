# Simulated: people and machines who find a truth, else guess.
found_by <- function(n, right, seed, k = 3, missing = 0) {
  withr::with_seed(seed, {
    truth <- sample(k, n, TRUE)
    data <- sapply(right, function(p) {
      ifelse(stats::runif(n) < p, truth, sample(k, n, TRUE))
    })
    data[sample(length(data), missing * length(data))] <- NA
    data
  })
}

people_and_model <- c(A = 0.9, B = 0.85, C = 0.8, model = 0.6)

# Means of pairs from agreement_pairs().
slow_means <- function(data, machine, coefficient = "alpha") {
  m <- as.matrix(agreement_pairs(ratings(data), coefficient))
  people <- setdiff(colnames(data), machine)
  own <- m[people, people]
  c(people = mean(own[upper.tri(own)]), machine = mean(m[people, machine]))
}

test_that("means are those of the pairs", {
  data <- found_by(80, people_and_model, 1, missing = 0.1)
  for (coefficient in c("alpha", "kappa", "ac")) {
    x <- agreement_machine(ratings(data), "model", coefficient, ci = "none")
    slow <- slow_means(data, "model", coefficient)
    expect_equal(x$people, slow[["people"]])
    expect_equal(x$estimate, slow[["machine"]])
    expect_equal(x$difference, slow[["machine"]] - slow[["people"]])
    expect_equal(c(x$pairs, x$machine.pairs, x$coders), c(3, 3, 3))
  }
  coders <- generics::tidy(x, "coders")
  m <- as.matrix(agreement_pairs(ratings(data), "ac"))
  expect_equal(coders$coder, c("model", "A", "B", "C"))
  expect_equal(coders$estimate[2], mean(m["A", c("B", "C")]))
  expect_equal(coders$estimate[1], x$estimate)
})

jackknife_error <- function(without) {
  n <- length(without)
  sqrt((n - 1) / n * sum((without - mean(without))^2))
}

test_that("the jackknife leaves each unit out of all pairs", {
  data <- found_by(30, people_and_model, 2)
  x <- suppressWarnings(agreement_machine(ratings(data), "model",
                                          ci = "jackknife"))
  left <- sapply(1:30, function(i) slow_means(data[-i, ], "model"))
  expect_equal(x$difference.std.error,
               jackknife_error(left["machine", ] - left["people", ]))
  expect_equal(x$std.error, jackknife_error(left["machine", ]))
  expect_equal(x$people.std.error, jackknife_error(left["people", ]))
})

test_that("clusters are left out whole", {
  data <- found_by(30, people_and_model, 3)
  cluster <- rep(1:6, each = 5)
  expect_warning(
    x <- agreement_machine(ratings(data, cluster = cluster), "model",
                           ci = "jackknife"),
    class = "intercoder_warning_few_disagreements"
  )
  left <- sapply(1:6, function(g) slow_means(data[cluster != g, ], "model"))
  expect_equal(x$difference.std.error,
               jackknife_error(left["machine", ] - left["people", ]))
  expect_equal(x$clusters, 6)
  units <- suppressWarnings(agreement_machine(
    ratings(data, cluster = cluster), "model", ci = "jackknife",
    cluster = FALSE
  ))
  expect_true(is.na(units$clusters))
})

test_that("one pair of people has the interval of agreement()", {
  data <- found_by(60, c(A = 0.9, B = 0.8, model = 0.7), 4)
  x <- agreement_machine(ratings(data), "model", ci = "jackknife")
  own <- agreement(ratings(data[, c("A", "B")]), ci = "jackknife")
  expect_equal(c(x$people, x$people.low, x$people.high),
               c(own$estimate, own$conf.low, own$conf.high), tolerance = 1e-9)
})

test_that("the bootstrap is close to the jackknife, and to itself", {
  x <- ratings(found_by(300, people_and_model, 5))
  boot <- agreement_machine(x, "model", replicates = 1000, seed = 1)
  again <- agreement_machine(x, "model", replicates = 1000, seed = 1,
                             threads = 1)
  expect_identical(boot, again)
  jackknife <- agreement_machine(x, "model", ci = "jackknife")
  expect_equal(boot$difference.low, jackknife$difference.low, tolerance = 0.1)
  expect_equal(boot$difference.high, jackknife$difference.high, tolerance = 0.1)
  expect_equal(boot$std.error, jackknife$std.error, tolerance = 0.1)
  expect_lt(boot$p.value, 0.01)
})

test_that("a machine that is one of the people does not differ from the other", {
  data <- found_by(50, c(A = 0.8, B = 0.8), 6)
  x <- agreement_machine(ratings(cbind(data, model = data[, "A"])), "model",
                         ci = "none")
  # people: A with B; machine: 1 with A, and the same as A with B.
  expect_equal(x$estimate, (1 + x$people) / 2)
})

test_that("several machines, and relabelled and permuted coders", {
  data <- found_by(70, c(people_and_model, rules = 0.9), 7)
  x <- agreement_machine(ratings(data), c("model", "rules"), ci = "none")
  expect_equal(x$machine, c("model", "rules"))
  one <- agreement_machine(ratings(data[, -4]), "rules", ci = "none")
  expect_equal(x$estimate[2], one$estimate)
  moved <- data[, c(5, 2, 4, 1, 3)]
  moved[] <- c(2, 3, 1)[moved]
  y <- agreement_machine(ratings(moved), c("model", "rules"), ci = "none")
  expect_equal(y$difference, x$difference)
  expect_equal(nrow(generics::tidy(x)), 6)
  expect_equal(nrow(generics::tidy(x[2, ], "coders")), 4)
})

test_that("what is undefined is NA and says why", {
  data <- found_by(20, people_and_model, 8)
  alone <- agreement_machine(ratings(data[, c("A", "model")]), "model",
                             ci = "none")
  expect_equal(alone$status, "one_person")
  expect_true(is.na(alone$people) && is.na(alone$difference))
  expect_false(is.na(alone$estimate))
  apart <- cbind(A = c(1, 2, NA), B = c(2, 2, NA), model = c(NA, NA, 1))
  none <- agreement_machine(ratings(apart), "model", ci = "none")
  expect_equal(none$status, "no_pairable")
  expect_true(is.na(none$estimate))
  nothing <- agreement_machine(ratings(apart[, c("A", "model")]), "model",
                               ci = "none")
  expect_true(is.na(nothing$difference))
  flat <- suppressWarnings(agreement_machine(
    ratings(cbind(A = c(1, 1, 1), B = c(1, 1, 1), model = c(1, 2, 1))),
    "model", replicates = 50, seed = 1
  ))
  expect_equal(flat$status, "no_variation")
  expect_output(print(flat), "no variation")
})

test_that("precision, recall and F1 are those of the counts", {
  data <- cbind(A = c(1, 1, 0, 0, 1, NA), B = c(1, 0, 0, 0, 0, 1),
                model = c(1, 1, 1, 0, 0, 1))
  x <- suppressWarnings(agreement_machine(ratings(data), "model", ci = "none"))
  scores <- generics::tidy(x, "scores")
  expect_equal(scores$against, c("A", "B"))
  expect_equal(scores$units, c(5, 6))
  expect_equal(scores$true.positive, c(2, 2))
  expect_equal(scores$false.positive, c(1, 2))
  expect_equal(scores$false.negative, c(1, 0))
  expect_equal(scores$precision, c(2 / 3, 1 / 2))
  expect_equal(scores$recall, c(2 / 3, 1))
  expect_equal(scores$f1, c(2 / 3, 2 / 3))
  never <- cbind(A = c(0, 0, 1), B = c(0, 1, 0), model = c(0, 0, 0))
  none <- generics::tidy(agreement_machine(ratings(never), "model",
                                           ci = "none"), "scores")
  expect_true(all(is.na(none$precision)))
  expect_equal(none$recall, c(0, 0))
  given <- agreement_machine(ratings(cbind(data, truth = data[, "B"])),
                             "model", ci = "none", standard = "truth")
  expect_equal(generics::tidy(given, "scores")$against, "truth")
  expect_equal(given$coders, 2)
})

test_that("people and the rules of the simulated study", {
  study <- simulated_study
  rules <- apply_codebook(study$transcripts, study$codebook)
  people <- study$codings[study$codings$coder %in% c("A", "B"), ]
  everywhere <- study$transcripts$documents$transcript
  plan <- data.frame(coder = rep(c("A", "B", "codebook"), each = 21),
                     transcript = rep(everywhere, 3))
  x <- as_ratings(rbind(people, rules), units(study$transcripts), plan,
                  codes = c("eff_error", "rel_trust"))
  found <- agreement_machine(x, "codebook", replicates = 300, seed = 1)
  expect_equal(found$code, c("eff_error", "rel_trust"))
  expect_equal(found$clusters, c(21, 21))
  expect_snapshot(print(found))
  path <- withr::local_tempfile(fileext = ".pdf")
  grDevices::pdf(path)
  expect_identical(plot(found), found)
  grDevices::dev.off()
  skip_if_not_installed("ggplot2")
  expect_s3_class(ggplot2::autoplot(found), "ggplot")
  expect_s3_class(ggplot2::autoplot(alternative_annotator_test(x, "codebook")),
                  "ggplot")
})

test_that("wrong arguments are named", {
  x <- ratings(found_by(20, people_and_model, 9))
  bad <- function(...) {
    expect_error(agreement_machine(...), class = "intercoder_error_argument")
  }
  bad(x, "gpt")
  bad(x, c("A", "B", "C", "model"))
  bad(x, "model", standard = "model")
  bad(x, "model", standard = "nobody")
  bad(x, "model", coefficient = c("alpha", "ac"))
  bad(x, "model", ci = "analytic")
  expect_error(generics::tidy(agreement_machine(x, "model", ci = "none"),
                              "scores"), class = "intercoder_error_value")
})
