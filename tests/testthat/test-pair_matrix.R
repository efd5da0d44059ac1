test_that("pairs are counted in units, by hand and by brute force", {
  s <- tiny_study()
  x <- pair_matrix(s$codings, s$units, s$codebook)
  expect_identical(colnames(x$codes), c(
    "time + cost", "time + trust", "cost + trust", "time + never",
    "cost + never", "trust + never"))
  # A:0001 has time and trust, A:0002 time; A:0003 cost
  expect_equal(unname(x$codes[, "time + trust"]), c(1, 0, 0, 0))
  expect_equal(sum(x$codes), 1)
  whole <- pair_matrix(s$codings, s$units, s$codebook, within = "participant")
  expect_equal(unname(whole$codes["A", ]), c(1, 1, 1, 0, 0, 0))
  expect_equal(whole$participants$units, rep(1, 4))
  study <- intercoder::simulated_study
  turns <- units(study$transcripts)
  pairs <- pair_matrix(study$consensus, turns, study$codebook)
  hits <- overlapping_units(study$consensus, as.data.frame(turns))
  carried <- split(as.character(study$consensus$code)[hits$coding],
                   turns$unit[hits$unit])
  for (pair in colnames(pairs$codes)[seq(1, 105, 9)]) {
    both <- strsplit(pair, " + ", fixed = TRUE)[[1]]
    units <- names(carried)[vapply(carried, function(v) all(both %in% v), NA)]
    who <- factor(turns$participant[match(units, turns$unit)],
                  rownames(pairs$codes))
    expect_equal(unname(pairs$codes[, pair]), as.vector(table(who)))
  }
  all <- co_occurrence(study$consensus, turns, codebook = study$codebook)
  expect_equal(sum(pairs$codes), sum(all$times))
})

test_that("pairs of codes are compared like codes", {
  study <- intercoder::simulated_study
  turns <- units(study$transcripts)
  pairs <- pair_matrix(study$consensus, turns, study$codebook)
  out <- compare_groups(pairs, "group", interval = "newcombe")
  expect_identical(nrow(out), 105L)
  plain <- compare_groups(
    data.frame(g = pairs$participants$group, pairs$codes > 0,
               check.names = FALSE), "g", interval = "newcombe")
  expect_equal(out$p.adjusted, plain$p.adjusted)
  expect_true(all(out$p.adjusted <= out$p.holm + 1e-12, na.rm = TRUE))
  expect_output(print(out[1:2, ]), "pair")
  whole <- pair_matrix(study$consensus, turns, study$codebook,
                       within = "participant", level = "theme")
  expect_identical(ncol(whole$codes), 6L)
  m <- code_matrix(study$consensus, turns, study$codebook)
  expect_equal(unname(whole$codes[, 1]),
               as.integer(m$themes[, 1] > 0 & m$themes[, 2] > 0))
  expect_output(print(compare_profiles(pairs, "group")), "105 pairs")
  share <- compare_groups(whole, "group", "share")
  expect_true(all(share$mean.clinician <= 1))
  grDevices::pdf(NULL)
  expect_silent(plot(out[1:6, ]))
  grDevices::dev.off()
})

test_that("what has no pairs is refused", {
  s <- tiny_study()
  one <- s$codings[s$codings$code == "time", ]
  expect_error(pair_matrix(one, s$units), class = "intercoder_error_value")
  expect_error(check_pairs(1e4, 1e3, NULL), "pairs",
               class = "intercoder_error_limit")
  expect_error(pair_matrix(s$codings, s$units, s$codebook[1, ]),
               class = "intercoder_error_codes")
})
