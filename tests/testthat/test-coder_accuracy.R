random_scores <- function(seed, n = 80, clusters = 8) {
  withr::with_seed(seed, {
    person <- stats::rbinom(n, 1, 0.3)
    rule <- ifelse(stats::runif(n) < 0.8, person, stats::rbinom(n, 1, 0.3))
    rule[sample(n, 3)] <- NA
    ratings(cbind(person = person, rule = rule, other = rev(person)),
            cluster = sample(rep(seq_len(clusters), length.out = n)))
  })
}

test_that("scores are those of agreement_machine()", {
  x <- random_scores(1)
  found <- coder_accuracy(x, "rule", "person")
  suppressWarnings(
    machine <- agreement_machine(x, "rule", standard = "person", ci = "none")
  )
  scores <- generics::tidy(machine, "scores")
  same <- c("units", "true.positive", "false.positive", "false.negative",
            "true.negative", "precision", "recall", "f1")
  expect_equal(unlist(as.data.frame(found)[same]), unlist(scores[same]))
})

test_that("independent units have Wilson's limits, F1 those of F*", {
  x <- random_scores(2)
  found <- coder_accuracy(x, "rule", "person", cluster = FALSE)
  wilson <- function(k, n) {
    as.vector(suppressWarnings(stats::prop.test(k, n, correct = FALSE))$conf.int)
  }
  tp <- found$true.positive
  fp <- found$false.positive
  fn <- found$false.negative
  tn <- found$true.negative
  expect_equal(c(found$precision.low, found$precision.high),
               wilson(tp, tp + fp))
  expect_equal(c(found$recall.low, found$recall.high), wilson(tp, tp + fn))
  expect_equal(c(found$specificity.low, found$specificity.high),
               wilson(tn, tn + fp))
  expect_equal(found$specificity, tn / (tn + fp))
  star <- wilson(tp, tp + fp + fn)
  expect_equal(c(found$f1.low, found$f1.high), 2 * star / (1 + star))
  expect_equal(found$f1, 2 / (1 / found$precision + 1 / found$recall))
  expect_true(is.na(found$clusters))
})

test_that("with clusters the variance is that of a ratio of sums", {
  x <- random_scores(3)
  found <- coder_accuracy(x, "rule", "person", conf_level = 0.9)
  data <- places(x)[, c("rule", "person")] == 2
  said <- which(data[, 1])
  rows <- data.frame(y = data[said, 2], g = x$cluster[said])
  rows <- rows[!is.na(rows$y), ]
  y <- tapply(rows$y, droplevels(rows$g), sum)
  n <- tapply(rows$y, droplevels(rows$g), length)
  k <- length(n)
  p <- sum(y) / sum(n)
  variance <- k / (k - 1) * sum((y - p * n)^2) / sum(n)^2
  size <- min(sum(n), p * (1 - p) / variance) *
    (stats::qnorm(0.95) / stats::qt(0.95, k - 1))^2
  z <- stats::qnorm(0.95)
  limits <- (p + z^2 / (2 * size) + c(-1, 1) * z *
               sqrt(p * (1 - p) / size + z^2 / (4 * size^2))) / (1 + z^2 / size)
  expect_equal(c(found$precision.low, found$precision.high), limits)
  expect_equal(found$clusters, 8L)
})

test_that("what is undefined is NA", {
  never <- ratings(cbind(person = c(1, 1, 0, 0), rule = c(0, 0, 0, 0)))
  found <- coder_accuracy(never, "rule", "person")
  expect_true(all(is.na(unlist(as.data.frame(found)[
    c("precision", "precision.low", "precision.high")
  ]))))
  expect_equal(c(found$recall, found$f1, found$specificity), c(0, 0, 1))
  expect_gt(found$recall.high, 0)
  empty <- ratings(cbind(person = c(0, 0, 1), rule = c(0, 0, NA)))
  found <- coder_accuracy(empty, "rule", "person")
  expect_true(all(is.na(c(found$precision, found$recall, found$f1))))
  expect_output(print(found), "NA")
  one <- ratings(cbind(person = c(1, 0, 1), rule = c(1, 1, 0)),
                 cluster = c("A", "A", "A"))
  found <- coder_accuracy(one, "rule", "person")
  expect_true(is.na(found$precision.low))
  expect_equal(found$precision, 0.5)
})

test_that("always right in few clusters is not certain", {
  x <- ratings(cbind(person = rep(1, 40), rule = rep(1, 40)), levels = 0:1,
               cluster = rep(1:4, each = 10))
  found <- coder_accuracy(x, "rule", "person")
  expect_equal(c(found$precision, found$precision.high), c(1, 1))
  expect_lt(found$precision.low, 0.6)
  free <- coder_accuracy(x, "rule", "person", cluster = FALSE)
  expect_gt(free$precision.low, 0.9)
})

test_that("exchanging the two exchanges precision and recall", {
  x <- random_scores(4)
  a <- coder_accuracy(x, "rule", "person")
  b <- coder_accuracy(x, "person", "rule")
  for (part in c("", ".low", ".high")) {
    expect_equal(a[[paste0("precision", part)]], b[[paste0("recall", part)]])
    expect_equal(a[[paste0("f1", part)]], b[[paste0("f1", part)]])
  }
})

study_accuracy <- function(codes = NULL) {
  study <- simulated_study
  rules <- apply_codebook(study$transcripts, study$codebook)
  everywhere <- study$transcripts$documents$transcript
  plan <- coding_plan(A = everywhere, codebook = everywhere,
                      consensus = everywhere)
  coder_accuracy(c(study$consensus, rules), "codebook", "consensus",
                 units(study$transcripts), plan, codes)
}

test_that("codings go in with their text, and misses come out", {
  found <- study_accuracy(c("gov_privacy", "rel_trust"))
  expect_equal(found$code, c("gov_privacy", "rel_trust"))
  expect_equal(found$clusters, c(21L, 21L))
  m <- misses(found)
  for (code in found$code) {
    row <- found[found$code == code, ]
    expect_equal(sum(m$code == code & m$kind == "false.positive"),
                 row$false.positive)
    expect_equal(sum(m$code == code & m$kind == "false.negative"),
                 row$false.negative)
  }
  over <- m$kind == "false.positive"
  expect_true(all(!is.na(m$marked[over]) & is.na(m$standard[over])))
  expect_true(all(is.na(m$marked[!over]) & !is.na(m$standard[!over])))
  first <- sub(" ... .*", "", m$marked[over])
  expect_true(all(mapply(grepl, first, m$text[over], fixed = TRUE)))
  hits <- misses(found, "true.positive", "rel_trust")
  expect_equal(nrow(hits), found$true.positive[2])
  expect_false(anyNA(hits$marked))
  expect_output(print(m, n = 1), "false positive, gov_privacy, C01:0030")
  expect_output(print(m, n = 1), "\"private\" in:")
  expect_match(knitr::knit_print(m, n = 2), "false positive", fixed = TRUE)
  expect_s3_class(m[1, ], "misses")
})

test_that("accuracy is printed, tidied, knitted and drawn", {
  found <- study_accuracy()
  withr::local_options(width = 80)
  lines <- utils::capture.output(print(found))
  expect_true(all(nchar(lines) <= 80))
  expect_length(lines, 3 + 15 + 1)
  long <- generics::tidy(found)
  expect_equal(dim(long), c(60L, 5L))
  expect_true(all(long$conf.low <= long$estimate &
                    long$estimate <= long$conf.high))
  expect_match(knitr::knit_print(found), "held against consensus", fixed = TRUE)
  path <- withr::local_tempfile(fileext = ".png")
  grDevices::png(path)
  plot(found)
  grDevices::dev.off()
  expect_gt(file.size(path), 0)
  skip_if_not_installed("ggplot2")
  expect_s3_class(ggplot2::ggplot_build(ggplot2::autoplot(found)),
                  "ggplot_built")
})

test_that("wrong arguments are named", {
  x <- random_scores(5)
  expect_error(coder_accuracy(x, "rule"), "`standard` must be one of the coders",
               class = "intercoder_error_argument")
  expect_error(coder_accuracy(x, "machine", "person"), "`coder` must be",
               class = "intercoder_error_argument")
  expect_error(coder_accuracy(x, "rule", "rule"), "another coder",
               class = "intercoder_error_argument")
  expect_error(coder_accuracy(ratings(cbind(a = 1:3, b = 1:3)), "a", "b"),
               "ratings of codes", class = "intercoder_error_argument")
  expect_error(coder_accuracy(simulated_study$codings, "A", "B"),
               "`units` must be given", class = "intercoder_error_argument")
  found <- coder_accuracy(x, "rule", "person")
  expect_error(misses(found, "bad"), class = "intercoder_error_argument")
  expect_error(misses(found, code = "bad"), class = "intercoder_error_argument")
  expect_error(misses(x), class = "intercoder_error_argument")
})
