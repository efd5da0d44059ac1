alex_paul_suzan <- function() {
  data.frame(
    transcript = "A",
    start = c(3, 12, 25, 33, 37, 45, 3, 12, 20, 33, 3, 12, 22, 33, 37, 41),
    end = c(9, 17, 30, 36, 44, 60, 9, 17, 25, 44, 9, 17, 27, 36, 40, 44),
    code = c(1, 2, 5, 6, 6, 7, 1, 3, 5, 6, 1, 4, 5, 6, 6, 6),
    coder = rep(c("Alex", "Paul", "Suzan"), c(6, 4, 6))
  )
}

everybody <- function(x) unique(x[c("coder", "transcript")])

alphas <- function(x, length, plan = everybody(x), ..., ci = "none") {
  unitizing_alpha(x, length, plan, ..., ci = ci)
}

test_that("the example of Krippendorff et al. (2016) comes out", {
  out <- alphas(alex_paul_suzan(), c(A = 60))
  printed <- c(0.510, 0.413, 0.724)
  expect_true(all(abs(out$estimate[1:3] - printed) < 0.0005))
  expect_equal(out$estimate[1:3],
               c(0.5096699731736228, 0.4132259407617981, 0.723929452750762),
               tolerance = 1e-14)
  each <- stats::setNames(out$estimate[-(1:3)], out$code[-(1:3)])
  expect_equal(each[c("1", "2", "5", "6")],
               c("1" = 1, "2" = 0, "5" = 1, "6" = 1))
  expect_equal(out$status[out$code %in% "7"], "no_pairable")
  expect_equal(out$coverage[out$code %in% c("5", "7")], c(8 / 18, 0))
})

test_that("alpha_U of Krippendorff (2004, p. 254) comes out", {
  begin <- c(225, 370, 180, 300, 220, 355, 400, 180, 300) - 149
  size <- c(70, 30, 60, 50, 80, 20, 20, 60, 50)
  x <- data.frame(transcript = "A", start = begin, end = begin + size - 1,
                  code = c("c", "c", "k", "k", "c", "c", "c", "k", "k"),
                  coder = rep(c("i", "j"), c(4, 5)))
  out <- alphas(x, c(A = 300), coefficient = "alpha_U")
  expect_equal(out$code, c(NA, "c", "k"))
  expect_equal(out$estimate, c(7925853267 / 9230432738, 201615 / 276716, 1),
               tolerance = 1e-14)
  expect_equal(out$observed[2], 13 / 900)
  expect_equal(out$expected[2:3], c(69179 / 1299825, 127621 / 2605650),
               tolerance = 1e-14)
  split <- rbind(x[1:2, ], x[3:9, ])
  split <- rbind(split, transform(split[1, ], start = 90, end = 120))
  expect_equal(alphas(split, c(A = 300), coefficient = "alpha_U")$estimate,
               out$estimate)
  missed <- alphas(x, c(A = 300, B = 10), rbind(everybody(x),
                   data.frame(coder = "i", transcript = "B")),
                   coefficient = "alpha_U")
  expect_equal(missed$status, rep("not_all_seen", 3))
})

test_that("random continua agree with fractions taken by character", {
  skip_if_not_installed("gmp")
  for (seed in 1:60) {
    d <- random_codings(seed)
    x <- continua(d$codings, d$length, d$plan, NULL)
    out <- unitizing_alpha(d$codings, d$length, d$plan, ci = "none")
    expect_equal(is.na(out$estimate), out$status != "ok")
    expect_equal(out$estimate, exact_unitizing(x), tolerance = 1e-12,
                 info = sprintf("seed %d", seed))
  }
})

test_that("what must not matter does not", {
  d <- random_codings(7, most = 60)
  plain <- function(codings, length = d$length, plan = d$plan) {
    out <- unitizing_alpha(codings, length, plan, ci = "none")
    out <- out[order(out$coefficient, out$code), ]
    stats::setNames(out$estimate, paste(out$coefficient, out$code))
  }
  reference <- plain(d$codings)
  expect_equal(plain(d$codings[rev(seq_len(nrow(d$codings))), ]), reference,
               tolerance = 1e-14)
  expect_equal(plain(d$codings, rev(d$length)), reference, tolerance = 1e-14)
  expect_equal(plain(d$codings, plan = d$plan[rev(seq_len(nrow(d$plan))), ]),
               reference, tolerance = 1e-14)
  renamed <- d$codings
  renamed$code <- c(a = "z", b = "y", c = "x")[renamed$code]
  expect_equal(sort(unname(plain(renamed))), sort(unname(reference)),
               tolerance = 1e-14)
  twice <- rbind(d$codings, d$codings)
  expect_equal(plain(twice), reference)
  longer <- d$codings
  longer$start <- (longer$start - 1L) * 3L + 1L
  longer$end <- longer$end * 3L
  coded <- startsWith(names(reference), "cu") |
    startsWith(names(reference), "ku")
  expect_equal(plain(longer, d$length * 3)[coded], reference[coded],
               tolerance = 1e-13)
})

test_that("a transcript nobody coded is agreement on gaps", {
  x <- data.frame(transcript = "A", start = c(1, 1), end = c(5, 7),
                  code = "a", coder = c("Ann", "Ben"))
  plan <- data.frame(coder = c("Ann", "Ben"),
                     transcript = rep(c("A", "B"), each = 2))
  short <- alphas(x, c(A = 10))$estimate[1]
  expect_gt(alphas(x, c(A = 10, B = 90), plan)$estimate[1], short)
  one <- rbind(everybody(x), data.frame(coder = "Ann", transcript = "B"))
  expect_equal(alphas(x, c(A = 10, B = 90), one)$estimate[1], short)
  expect_equal(alphas(x, c(A = 10, B = 90), one)$transcripts[1], 1)
})

test_that("what is undefined says why", {
  x <- data.frame(transcript = "A", start = 1, end = 10, code = "a",
                  coder = c("Ann", "Ben"))
  out <- alphas(x, c(A = 10))
  expect_equal(out$status, rep("no_variation", 4))
  expect_true(all(is.na(out$estimate)))
  alone <- alphas(x[1, ], c(A = 20))
  expect_equal(alone$status, rep("no_pairable", 4))
  expect_equal(alone$coders[1], 0)
  nothing <- alphas(x[0, ], c(A = 10), everybody(x))
  expect_equal(nothing$status, c("no_variation", "no_variation", "no_pairable"))
  expect_output(print(nothing), "NA \\(no variation\\)")
  apart <- alphas(data.frame(transcript = "A", start = c(1, 5), end = c(2, 6),
                             code = "a", coder = c("Ann", "Ben")), c(A = 10))
  expect_lt(apart$estimate[1], 0)
  expect_equal(apart$status[3], "no_pairable")
})

test_that("segments of one code are merged, of different codes refused", {
  x <- data.frame(transcript = "A", start = c(1, 5, 11, 1), end = c(8, 9, 15, 9),
                  code = c("a", "a", "a", "a"),
                  coder = c("Ann", "Ann", "Ann", "Ben"))
  merged <- x[-2, ]
  merged$end[1] <- 9
  expect_equal(alphas(x, c(A = 20))$estimate, alphas(merged, c(A = 20))$estimate)
  expect_equal(alphas(x, c(A = 20))$segments[1], 3)
  x$code[2] <- "b"
  expect_error(alphas(x, c(A = 20)), "\"a\" in row 1, \"b\" in row 2",
               class = "intercoder_error_overlap")
  layers <- alphas(x, c(A = 20), layers = TRUE)
  expect_equal(layers$code, c("a", "b"))
  only <- x[x$code == "a", ]
  expect_equal(layers$estimate[1],
               alphas(only, c(A = 20), coefficient = "u")$estimate)
  expect_equal(layers$estimate[1],
               alphas(only, c(A = 20), coefficient = "|u")$estimate)
  expect_error(alphas(x, c(A = 20), layers = TRUE, coefficient = "cu"),
               class = "intercoder_error_argument")
})

test_that("intervals resample transcripts", {
  many <- lapply(1:12, function(seed) {
    x <- random_codings(seed, most = 40)$codings
    x$transcript <- paste0(x$transcript, rep(seed, nrow(x)))
    x
  })
  x <- do.call(rbind, many)
  size <- tapply(x$end, x$transcript, max) + 3
  size <- stats::setNames(as.vector(size), names(size))
  plan <- expand.grid(coder = unique(x$coder), transcript = names(size))
  one <- unitizing_alpha(x, size, plan, seed = 3, replicates = 500, threads = 1)
  two <- unitizing_alpha(x, size, plan, seed = 3, replicates = 500, threads = 2)
  expect_identical(one, two)
  expect_equal(one$interval, rep("bca", nrow(one)))
  expect_true(all(one$conf.low < one$estimate & one$estimate < one$conf.high))
  left <- vapply(names(size), function(id) {
    keep <- size[names(size) != id]
    unitizing_alpha(x[x$transcript != id, ], keep,
                    plan[plan$transcript != id, ], "u", ci = "none")$estimate
  }, 0)
  jack <- unitizing_alpha(x, size, plan, "u", ci = "jackknife")
  n <- length(left)
  error <- sqrt((n - 1) / n * sum((left - mean(left))^2))
  expect_equal(jack$std.error, error, tolerance = 1e-10)
  expect_equal(jack$conf.low,
               jack$estimate - stats::qt(0.975, n - 1) * error,
               tolerance = 1e-10)
  expect_equal(unitizing_alpha(x, size, plan, "u", ci = "percentile", seed = 1,
                               replicates = 300)$interval, "percentile")
  expect_equal(alphas(alex_paul_suzan(), c(A = 60), ci = "bca")$interval[1],
               "too_few")
  few <- names(size)[1:3]
  expect_warning(alphas(x[x$transcript %in% few, ], size[few], ci = "bca",
                        replicates = 50, seed = 1),
                 class = "intercoder_warning_few_transcripts")
})

test_that("bad arguments are refused by name", {
  x <- alex_paul_suzan()
  expect_error(alphas(x, c(A = 59)), "Row 6: end 60 runs past",
               class = "intercoder_error_codings")
  expect_error(alphas(x, c(B = 60)), "length of transcript \"A\"",
               class = "intercoder_error_codings")
  expect_error(alphas(x, 60), class = "intercoder_error_argument")
  expect_error(alphas(x, c(A = 60.5)), class = "intercoder_error_argument")
  expect_error(alphas(x, c(A = NA_real_)), class = "intercoder_error_argument")
  expect_error(alphas(x, data.frame(transcript = "A")),
               class = "intercoder_error_columns")
  expect_error(alphas(x, c(A = 60), everybody(x)[-1, ]),
               class = "intercoder_error_plan")
  expect_error(alphas(x, c(A = 60), rbind(everybody(x), c("Alex", "Z"))),
               "\"Z\"", class = "intercoder_error_plan")
  expect_error(alphas(transform(x, end = start - 1), c(A = 60)),
               class = "intercoder_error_codings")
  expect_error(alphas(transform(x, start = 0), c(A = 60)),
               class = "intercoder_error_codings")
  expect_error(alphas(x[-4], c(A = 60)), class = "intercoder_error_columns")
  expect_error(alphas(x, c(A = 60), coefficient = "kappa"),
               class = "intercoder_error_argument")
  expect_error(alphas(x, c(A = 60), ci = "analytic"),
               class = "intercoder_error_argument")
  expect_warning(unitizing_alpha(x, c(A = 60), ci = "none"),
                 class = "intercoder_warning_no_plan")
})

test_that("results are shown and tidied", {
  out <- alphas(alex_paul_suzan(), data.frame(transcript = "A", length = 60))
  expect_output(print(out), "3 coders in 1 transcript")
  expect_output(print(out), "\\(k\\)u-alpha  5 +1.00 +44%")
  expect_equal(nrow(generics::tidy(out)), nrow(out))
  expect_identical(class(generics::tidy(out)), "data.frame")
  expect_null(attr(generics::tidy(out), "ci"))
  expect_output(print(out[0, ]), "no rows")
})
