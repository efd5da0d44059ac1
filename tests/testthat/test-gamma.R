gamma_of <- function(x, ..., length = c(A = max(x$end) + 5), seed = 1) {
  gamma_agreement(x, length, unique(x[c("coder", "transcript")]), ...,
                  seed = seed)
}

marked <- function(coder, start, end, code) {
  data.frame(transcript = "A", start = start, end = end, code = code,
             coder = coder)
}

noisy_codings <- function(seed, n = 12, coders = c("Ann", "Ben", "Cem")) {
  set.seed(seed)
  start <- sort(sample(20:400, n))
  do.call(rbind, lapply(coders, function(coder) {
    keep <- stats::runif(n) < 0.85
    from <- pmax(1, start + sample(-6:6, n, TRUE))
    marked(coder, from[keep], (from + sample(10:40, n, TRUE))[keep],
           sample(c("a", "b"), n, TRUE)[keep])
  }))
}

# Positions of the published fixtures are times: [start, end) from 0.
test_that("the published best alignments come out", {
  disorder <- function(x, ...) gamma_of(x, samples = 30, ...)$observed[1]
  two <- rep(c("Ann", "Ben"), each = 3)
  expect_equal(disorder(marked(two, c(2, 7, 12, 3, 8, 13),
                               c(5, 10, 15, 6, 11, 16),
                               c("a", "b", "a", "a", "b", "a"))), 0.0625)
  unequal <- marked(rep(c("Ann", "Ben"), c(4, 2)), c(2, 7, 21, 31, 3, 32),
                    c(5, 10, 24, 34, 6, 35), c("a", "b", "a", "b", "a", "b"))
  expect_equal(disorder(unequal), 0.7083333333333334, tolerance = 1e-14)
  same <- marked(two, rep(c(2, 11, 21), 2), rep(c(5, 15, 25), 2),
                 rep(c("a", "b", "c"), 2))
  expect_equal(disorder(same), 0)
  expect_equal(gamma_of(same)$estimate, c(1, 1))
  three <- marked(rep(c("Ann", "Ben", "Cem"), each = 2),
                  c(2, 11, 3, 12, 2, 10), c(5, 14, 6, 15, 4, 14),
                  c("a", "b", "a", "b", "a", "c"))
  expect_equal(disorder(three), 0.40875640379608635, tolerance = 1e-14)
  weighted <- marked(two, c(2, 7, 12, 3, 9, 12), c(5, 10, 15, 7, 12, 15),
                     c("a", "b", "c", "a", "b", "a"))
  expect_equal(disorder(weighted, alpha = 3, beta = 2), 1.0277777777777777,
               tolerance = 1e-14)
})

test_that("the alignment adds up to the disorder", {
  for (seed in 1:4) {
    x <- noisy_codings(seed)
    out <- gamma_of(x, samples = 5)
    a <- attr(out, "alignment")
    expect_equal(nrow(a), nrow(x))
    cost <- vapply(split(a, a$alignment), function(s) {
      expect_equal(anyDuplicated(s$coder), 0)
      pairs <- utils::combn(nrow(s) + 1, 2)
      pairs <- pairs[, pairs[2, ] <= nrow(s), drop = FALSE]
      i <- pairs[1, ]
      j <- pairs[2, ]
      from <- s$start - 1
      size <- s$end - from
      d <- ((abs(from[i] - from[j]) + abs(s$end[i] - s$end[j])) /
              (size[i] + size[j]))^2 + (s$code[i] != s$code[j])
      (sum(d) + 3 - length(d)) / 3
    }, 0)
    expect_equal(sum(cost) / (nrow(x) / 3), out$observed[1],
                 tolerance = 1e-12)
  }
})

test_that("what must not matter does not", {
  x <- noisy_codings(5)
  length <- c(A = 460)
  reference <- gamma_of(x, length = length, samples = 60)
  expect_identical(gamma_of(x, length = length, samples = 60, threads = 1),
                   gamma_of(x, length = length, samples = 60, threads = 2))
  renamed <- x
  renamed$code <- c(a = "z", b = "y")[x$code]
  expect_equal(gamma_of(renamed, length = length, samples = 60)$estimate,
               reference$estimate)
  expect_equal(gamma_of(x[rev(seq_len(nrow(x))), ], length = length,
                        samples = 60)$observed[1], reference$observed[1])
  longer <- x
  longer$start <- (x$start - 1) * 3 + 1
  longer$end <- x$end * 3
  expect_equal(gamma_of(longer, length = length * 3, samples = 60)$observed,
               reference$observed)
  bigger <- gamma_of(x, length = length, samples = 60, empty = 2)
  expect_equal(bigger$observed[1], 2 * reference$observed[1])
  expect_equal(bigger$estimate, reference$estimate)
  expect_false(identical(gamma_of(x, length = length, samples = 60,
                                  seed = 2)$expected, reference$expected))
})

test_that("coders at random agree by chance alone", {
  set.seed(4)
  one <- function() {
    start <- sample(4900, 40)
    data.frame(start = start, end = start + sample(20:80, 40, TRUE),
               code = sample(letters[1:3], 40, TRUE))
  }
  x <- rbind(cbind(transcript = "A", coder = "Ann", one()),
             cbind(transcript = "A", coder = "Ben", one()))
  expect_lt(abs(gamma_of(x, length = c(A = 5000))$estimate[1]), 0.1)
})

test_that("as many continua are drawn as precision needs", {
  x <- noisy_codings(6)
  out <- gamma_of(x, precision = 0.01)
  expect_gt(out$samples[1], 30)
  expect_lt(out$precision[1], 0.013)
  again <- gamma_of(x, samples = out$samples[1])
  expect_equal(again$estimate, out$estimate)
  expect_equal(gamma_of(x, precision = 0.9)$samples[1], 30)
})

test_that("transcripts are aligned one by one and weigh by their units", {
  a <- noisy_codings(7)
  b <- noisy_codings(8, n = 6)
  b$transcript <- "B"
  c <- data.frame(transcript = "C", start = 1, end = 9, code = "a",
                  coder = "Ann")
  x <- rbind(a, b, c)
  length <- c(C = 50, A = 460, B = 460)
  out <- gamma_of(x, length = length, samples = 40)
  gamma <- out[out$coefficient == "gamma", ]
  expect_equal(gamma$transcript, c(NA, "C", "A", "B"))
  expect_equal(gamma$status, c("ok", "no_pairable", "ok", "ok"))
  weight <- c(nrow(a), nrow(b))
  expect_equal(gamma$observed[1], stats::weighted.mean(gamma$observed[3:4],
                                                       weight))
  expect_equal(gamma$expected[1], stats::weighted.mean(gamma$expected[3:4],
                                                       weight))
  expect_equal(gamma$units, c(sum(weight), 0, weight))
  expect_equal(gamma$observed[3], gamma_of(a, samples = 5)$observed[1])
  expect_true(is.na(attr(out, "alignment")$alignment[1]))
  expect_output(print(out), "C +gamma +NA \\(no pairable\\)")
})

test_that("what is undefined says why", {
  x <- noisy_codings(9)
  alone <- gamma_of(x[x$coder == "Ann", ])
  expect_equal(alone$status, rep("no_pairable", 2))
  expect_equal(alone$samples, c(0, 0))
  plan <- unique(x[c("coder", "transcript")])
  none <- gamma_agreement(x[0, ], c(A = 460), plan)
  expect_equal(none$status, rep("no_pairable", 2))
  one <- marked("Ann", 3, 9, "a")
  silent <- gamma_agreement(one, c(A = 20), data.frame(
    coder = c("Ann", "Ben"), transcript = "A"
  ), samples = 200, seed = 1)
  expect_equal(silent$observed[1], 2)
  expect_equal(silent$status[2], "no_pairable")
  codes <- gamma_of(marked(c("Ann", "Ben"), c(3, 4), c(9, 9), "a"))
  expect_equal(codes$status, c("ok", "no_variation"))
})

test_that("overlapping and equal segments stay units", {
  x <- marked(c("Ann", "Ann", "Ben", "Ben"), c(1, 3, 1, 3), c(20, 9, 20, 9),
              c("a", "b", "a", "b"))
  expect_equal(gamma_of(x, samples = 20)$observed[1], 0)
  expect_equal(gamma_of(rbind(x, x[1, ]), samples = 20)$observed[1], 1 / 2.5)
})

test_that("bad arguments and too long searches are refused", {
  x <- noisy_codings(10)
  expect_error(gamma_of(x, limit = 20), "Transcript \"A\"",
               class = "intercoder_error_limit")
  expect_error(gamma_of(x, alpha = -1), class = "intercoder_error_argument")
  expect_error(gamma_of(x, empty = 0), class = "intercoder_error_argument")
  expect_error(gamma_of(x, samples = 1), class = "intercoder_error_argument")
  expect_error(gamma_of(x, precision = 0), class = "intercoder_error_argument")
  expect_error(gamma_of(x, length = c(A = 100)),
               class = "intercoder_error_codings")
  many <- marked(sprintf("c%d", 1:33), 1, 9, "a")
  expect_error(gamma_of(many), "32 coders", class = "intercoder_error_limit")
})

test_that("results are shown and tidied", {
  out <- gamma_of(noisy_codings(11), samples = 30)
  expect_output(print(out), "3 coders by the best alignment, 30 random")
  expect_identical(class(generics::tidy(out)), "data.frame")
  expect_null(attr(generics::tidy(out), "alignment"))
  expect_output(print(out[0, ]), "no rows")
})
