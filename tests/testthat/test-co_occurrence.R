# Random codings of two short transcripts, in turns.
random_study <- function(seed, n = 60) {
  withr::with_seed(seed, {
    said <- replicate(12, paste(sample(letters, 14, TRUE), collapse = " "))
    x <- transcripts(data.frame(
      transcript = rep(c("A", "B"), each = 6),
      speaker = rep(c("I", "P", "P", "I", "P", "P"), 2), text = said
    ))
    u <- units(x)
    at <- sample(nrow(u), n, TRUE)
    start <- u$start[at] + sample(0:20, n, TRUE)
    list(units = u, transcripts = x, codings = data.frame(
      transcript = u$transcript[at], start = start,
      end = start + sample(0:12, n, TRUE),
      code = sample(c("a", "b", "c"), n, TRUE), coder = "Ada"
    ))
  })
}

# All pairs, one by one. `meets(i, j)` looks at rows of x.
slow_meetings <- function(x, first, second, meets) {
  one <- which(x$code == first)
  two <- which(x$code == second)
  m <- outer(one, two, Vectorize(function(i, j) {
    x$transcript[i] == x$transcript[j] && meets(i, j)
  }))
  c(times = sum(m), n_1 = length(one), n_2 = length(two),
    with_1 = sum(rowSums(m) > 0), with_2 = sum(colSums(m) > 0))
}

expect_meetings <- function(found, x, meets) {
  for (row in seq_len(nrow(found))) {
    slow <- slow_meetings(x, found$code_1[row], found$code_2[row], meets)
    expect_equal(unlist(as.data.frame(found)[row, names(slow)]), slow)
    m <- (slow[["with_1"]] + slow[["with_2"]]) / 2
    all <- slow[["n_1"]] + slow[["n_2"]]
    expect_equal(found$jaccard[row], m / (all - m))
    expect_equal(found$c[row], if (all > slow[["times"]])
      slow[["times"]] / (all - slow[["times"]]) else NA_real_)
  }
}

gap_between <- function(from, to, i, j) {
  max(from[i], from[j]) - min(to[i], to[j]) - 1
}

test_that("overlaps and distances in characters are those of all pairs", {
  for (seed in 1:4) {
    s <- random_study(seed)
    x <- s$codings
    gap <- function(i, j) gap_between(x$start, x$end, i, j)
    expect_meetings(co_occurrence(x, by = "overlap"), x, function(i, j) {
      gap(i, j) < 0
    })
    for (d in c(0, 3, 25)) {
      expect_meetings(
        co_occurrence(x, by = "distance", distance = d, measure = "characters"),
        x, function(i, j) gap(i, j) <= d
      )
    }
  }
})

test_that("distances in words pass over what is not in the units", {
  s <- random_study(5)
  u <- s$units
  x <- s$codings
  # every letter of these texts is a word of one letter
  words <- do.call(rbind, lapply(seq_len(nrow(u)), function(i) {
    at <- gregexpr("[a-z]", u$text[i])[[1]] + u$start[i] - 1
    data.frame(transcript = u$transcript[i], at = as.integer(at))
  }))
  words$number <- stats::ave(words$at, words$transcript, FUN = seq_along)
  place <- t(vapply(seq_len(nrow(x)), function(i) {
    mine <- words[words$transcript == x$transcript[i], ]
    inside <- mine$number[mine$at >= x$start[i] & mine$at <= x$end[i]]
    last <- sum(mine$at <= x$end[i])
    if (length(inside)) range(inside) else c(last + 1, last)
  }, c(0, 0)))
  for (d in c(0, 2, 9)) {
    expect_meetings(
      co_occurrence(x, u, "distance", distance = d), x, function(i, j) {
        gap_between(place[, 1], place[, 2], i, j) <= d
      }
    )
  }
})

test_that("in the same unit is counted by units", {
  s <- random_study(6)
  found <- co_occurrence(s$codings, s$units)
  carries <- vapply(c("a", "b", "c"), function(code) {
    vapply(seq_len(nrow(s$units)), function(i) {
      any(s$codings$code == code &
            s$codings$transcript == s$units$transcript[i] &
            s$codings$start <= s$units$end[i] &
            s$codings$end >= s$units$start[i])
    }, NA)
  }, logical(nrow(s$units)))
  both <- crossprod(carries)
  codes <- attr(found, "codes")
  expect_equal(as.matrix(found), both[codes, codes])
  expect_equal(found$c, found$jaccard)
  expect_equal(found$with_1, found$times)
  expect_equal(found$expected, found$n_1 * found$n_2 / nrow(s$units))
  d <- diag(both)
  jaccard <- both / (outer(d, d, `+`) - both)
  expect_equal(as.matrix(found, "jaccard"), jaccard[codes, codes])
  # twice the same codings changes nothing
  again <- co_occurrence(rbind(s$codings, s$codings), s$units)
  expect_equal(as.data.frame(again), as.data.frame(found))
})

test_that("what is expected is the mean over all rotations", {
  units <- data.frame(unit = "A", transcript = "A", start = 1, end = 40,
                      words = 40, text = paste(rep("x", 20), collapse = " "))
  x <- data.frame(transcript = "A", start = c(3, 9, 20, 31),
                  end = c(6, 9, 27, 33), code = c("a", "a", "b", "b"),
                  coder = "Ada")
  on <- function(start, end, by) (seq(start, end) - 1 + by) %% 40
  for (reach in c(0, 3)) {
    pairs <- expand.grid(i = 1:2, j = 3:4, by = 0:39)
    meets <- mapply(function(i, j, by) {
      any(on(x$start[i] - reach, x$end[i] + reach, 0) %in%
            on(x$start[j], x$end[j], by))
    }, pairs$i, pairs$j, pairs$by)
    found <- if (reach) co_occurrence(x, units, "distance", reach - 1,
                                      "characters") else
      co_occurrence(x, units, "overlap")
    expect_equal(found$expected, sum(meets) / 40)
  }
})

test_that("the order of codings and of codes changes nothing", {
  s <- random_study(7)
  found <- co_occurrence(s$codings, s$units, "distance", 4)
  book <- codebook(data.frame(code = c("c", "b", "a", "never")))
  mixed <- co_occurrence(s$codings[sample(nrow(s$codings)), ], s$units,
                         "distance", 4, codebook = book)
  expect_equal(attr(mixed, "codes"), c("c", "b", "a"))
  for (value in c("times", "jaccard", "c", "expected")) {
    a <- as.matrix(found, value)
    expect_true(isSymmetric(a))
    expect_equal(as.matrix(mixed, value)[rownames(a), colnames(a)], a)
  }
})

test_that("pairs are counted alike in blocks", {
  s <- random_study(8, 200)
  spans <- text_spans(s$codings, NULL, "characters")
  spans$code <- match(spans$code, c("a", "b", "c"))
  expect_equal(count_meetings(spans, 3, 3, block = 7),
               count_meetings(spans, 3, 3))
})

test_that("plans, coders and missing units are minded", {
  s <- tiny_study()
  found <- co_occurrence(s$codings, s$units, codebook = s$codebook)
  expect_equal(found$code_1[1], "time")
  expect_equal(found$times, c(1, 0, 0))
  plan <- data.frame(coder = "Ada", transcript = "A")
  part <- suppressMessages(co_occurrence(s$codings, s$units, plan = plan))
  expect_equal(attr(part, "units"), 3L)
  expect_error(co_occurrence(s$codings), "by = \"unit\"",
               class = "intercoder_error_argument")
  expect_error(co_occurrence(s$codings, by = "distance"), "in words",
               class = "intercoder_error_argument")
  expect_error(co_occurrence(s$codings, s$units, by = "near"),
               class = "intercoder_error_argument")
  two <- s$codings
  two$coder[1] <- "Ben"
  expect_error(co_occurrence(two, s$units), class = "intercoder_error_coders")
  none <- co_occurrence(s$codings[0, ], s$units)
  expect_equal(nrow(none), 0L)
  expect_output(print(none), "0 codes")
  expect_error(plot(none), class = "intercoder_error_value")
})

test_that("pairs are printed, knitted and drawn", {
  s <- random_study(9)
  found <- co_occurrence(s$codings, s$units, "distance", 4)
  expect_output(print(found), "3 codes with at most 4 words between them")
  expect_output(print(found, n = 1), "and 2 more pairs")
  expect_match(knitr::knit_print(found), "Pairs of 3 codes", fixed = TRUE)
  expect_s3_class(found[1, ], "co_occurrence")
  skip_if_not_installed("ggplot2")
  for (value in c("times", "jaccard", "c")) {
    expect_s3_class(ggplot2::ggplot_build(ggplot2::autoplot(found, value)),
                    "ggplot_built")
    path <- withr::local_tempfile(fileext = ".png")
    grDevices::png(path)
    plot(found, value)
    grDevices::dev.off()
    expect_gt(file.size(path), 0)
  }
})
