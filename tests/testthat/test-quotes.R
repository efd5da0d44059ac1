test_that("a typical quote has the length nearest to the median of its cell", {
  x <- transcripts(data.frame(
    transcript = "A", text = "P: one.\n\nP: one two.\n\nP: one two three."
  ))
  u <- units(x)
  found <- codings(data.frame(transcript = "A", start = u$start, end = u$end,
                              code = "a", coder = "K"), x)
  expect_identical(quotes(found, x)$text, "one two.")
  expect_identical(quotes(found, x, rule = "first")$text, "one.")
  all <- quotes(found, x, n = 5)
  expect_identical(all$text, c("one two.", "one.", "one two three."))
  expect_identical(all$place, c("A:0002", "A:0001", "A:0003"))
  expect_identical(substring(x$documents$text, all$start, all$end), all$text)
})

test_that("the lot is fixed by a seed and leaves R's generator alone", {
  s <- simulated_study
  draw <- function(seed) {
    quotes(s$consensus, s$transcripts, s$codebook, "group", rule = "random",
           seed = seed)
  }
  set.seed(7)
  before <- .Random.seed
  first <- draw(1)
  expect_identical(.Random.seed, before)
  expect_identical(draw(1), first)
  expect_false(identical(draw(2)$text, first$text))
  set.seed(3)
  from_r <- draw(NULL)
  set.seed(3)
  expect_identical(draw(NULL), from_r)
})

test_that("nobody is quoted twice while somebody is not quoted", {
  s <- simulated_study
  out <- quotes(s$consensus, s$transcripts, s$codebook, "group", n = 11)
  by <- split(out$participant, paste(out$theme, out$group))
  told <- s$participants$group[match(out$participant,
                                     s$participants$participant)]
  expect_identical(out$group, told)
  for (people in by) expect_false(anyDuplicated(people) > 0 &&
                                    length(unique(people)) < 9)
  one <- quotes(s$consensus, s$transcripts, s$codebook, "group", "code")
  expect_lte(max(table(one$participant)), 3)
})

test_that("themes and codes come in the codebook's order, passages once", {
  s <- tiny_study()
  by_theme <- quotes(s$codings, s$transcripts, s$codebook, n = 9)
  expect_identical(unique(by_theme$theme), c("Efficiency", "trust"))
  expect_identical(sum(by_theme$theme == "Efficiency"), 4L)
  twice <- s$codings[c(1, 1), ]
  twice$code <- c("time", "cost")
  expect_identical(nrow(quotes(codings(twice, s$transcripts), s$transcripts,
                               s$codebook, n = 9)), 1L)
  expect_identical(nrow(quotes(s$codings[0, ], s$transcripts, s$codebook)), 0L)
  seen <- quotes(s$codings, s$transcripts, s$codebook, n = 9,
                 plan = coding_plan(data.frame(coder = "Ada",
                                               transcript = "B")))
  expect_identical(unique(seen$transcript), "B")
})

test_that("quotes are printed under their cell, with how they were chosen", {
  s <- tiny_study()
  out <- quotes(s$codings, s$transcripts, s$codebook, "role", n = 2)
  withr::local_options(width = 60)
  expect_snapshot(out)
  expect_output(print(out[c(4, 1), ]), "; shown:\\s+2\\s+of\\s+the\\s+5\\s+so\\s+chosen[.]")
  expect_no_match(chosen_how(out[5:1, ]), "shown")
  by_lot <- quotes(s$codings, s$transcripts, s$codebook, "role", n = 2,
                   rule = "random", seed = 1)
  expect_identical(chosen_how(by_lot[1, ]), paste(
    "a passage by lot, of those quoted least; shown: 1 of the 5 so chosen."))
  by_authors <- "chosen by the authors."
  changed <- out
  changed$text[1] <- "Mine."
  expect_identical(chosen_how(changed), by_authors)
  expect_identical(chosen_how(changed[2, ]),
                   chosen_how(out[2, ]))
  expect_identical(chosen_how(out[c(1, 1), ]), by_authors)
  expect_identical(chosen_how(as.data.frame(out)), by_authors)
  expect_output(print(changed), by_authors)
  expect_identical(class(out[2:3]), "data.frame")
})

test_that("long quotes are cut at a word", {
  expect_identical(shorten_quote("one two three four", 14), "one two [...]")
  expect_identical(shorten_quote("one two\n three", 20), "one two three")
  expect_identical(shorten_quote("abcdefghijklmnop", 10), "abcde [...]")
})

test_that("what is not there is refused", {
  s <- tiny_study()
  expect_error(quotes(s$codings, s$transcripts, s$codebook, "colour"),
               class = "intercoder_error_columns")
  expect_error(quotes(s$codings, s$units), class = "intercoder_error_argument")
  off <- s$codings
  off$end[1] <- 5000
  expect_error(quotes(off, s$transcripts), class = "intercoder_error_codings")
  expect_error(quotes(s$codings, s$transcripts, n = 0),
               class = "intercoder_error_argument")
})
