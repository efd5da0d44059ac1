skip_if_not_installed("generics")
augment <- generics::augment

test_that("units are told what they do to agreement", {
  s <- marked_study()
  x <- as_ratings(s$codings, s$units, s$plan)
  told <- agreement_units(x)
  all <- augment(told, s$units)
  expect_identical(class(all), "data.frame")
  expect_identical(nrow(all), 3L * nrow(s$units))
  expect_identical(all$unit, rep(s$units$unit, 3))
  row <- match(paste(all$.code, all$unit), paste(told$code, told$unit))
  expect_identical(all$.influence, told$influence[row])
  one <- augment(agreement_units(x["work"]), s$units)
  expect_identical(one[names(s$units)], as.data.frame(s$units))
  expect_identical(unique(one$.code), "work")
  expect_error(augment(agreement_units(x, of = "cluster"), s$units),
               "clusters", class = "intercoder_error_value")
  expect_error(augment(told, data.frame(a = 1)),
               class = "intercoder_error_columns")
})

test_that("ratings and codings are told whether they are disputed", {
  s <- marked_study()
  x <- as_ratings(s$codings, s$units, s$plan)
  disputed <- disagreements(x)
  long <- augment(disputed, x)
  expect_identical(long[names(as.data.frame(x))], as.data.frame(x))
  values <- tapply(as.character(long$value), paste(long$code, long$unit),
                   function(v) length(unique(v)) > 1)
  expect_identical(long$.disagreement,
                   as.vector(values[paste(long$code, long$unit)]))
  coded <- augment(disputed, s$codings, units = s$units)
  expect_identical(nrow(coded), nrow(s$codings))
  expect_identical(coded[names(s$codings)], as.data.frame(s$codings))
  # A coding is disputed where the other coder has none of its place and code.
  place <- paste(coded$transcript, coded$start, coded$code)
  expect_identical(coded$.disagreement, as.vector(table(place)[place] == 1))
  row <- match(paste(coded$code, coded$start, coded$transcript),
               paste(disputed$code,
                     s$units$start[match(disputed$unit, s$units$unit)],
                     s$units$transcript[match(disputed$unit, s$units$unit)]))
  expect_identical(coded$.impact, disputed$impact[row])
})

test_that("a coding over several units has the row that stands first", {
  units <- data.frame(unit = c("u1", "u2"), transcript = "I", start = c(1, 11),
                      end = c(10, 20), text = c("one", "two"))
  made <- codings(data.frame(transcript = "I", start = c(1, 1), end = c(20, 5),
                             code = "a", coder = c("A", "B")))
  x <- as_ratings(made, units, data.frame(coder = c("A", "B"),
                                          transcript = "I"))
  told <- augment(disagreements(x), made, units = units)
  expect_identical(told$.disagreement, c(TRUE, FALSE))
})

test_that("errors of a coder are told by their kind", {
  s <- marked_study()
  x <- as_ratings(s$codings, s$units, s$plan)
  wrong <- misses(coder_accuracy(x, "Ann_&", "Ben|"))
  told <- augment(wrong, s$units)
  expect_identical(sum(told$.miss), nrow(wrong))
  row <- match(paste(told$.code, told$unit), paste(wrong$code, wrong$unit))
  expect_identical(told$.kind, wrong$kind[row])
})

test_that("ratings are told what was decided", {
  study <- simulated_study
  parts <- units(study$transcripts)
  settled <- resolve(study$codings, parts, study$adjudication,
                     coders = c("A", "B"), plan = study$plan)
  x <- as_ratings(study$codings, parts, study$plan)
  told <- augment(settled, x)
  decided <- as.data.frame(as_ratings(
    settled$codings, parts, data.frame(
      coder = "consensus", transcript = unique(parts$transcript)),
    codes = x$codes
  ))
  row <- match(paste(told$code, told$unit), paste(decided$code, decided$unit))
  expect_equal(as.vector(told$.resolved),
               as.numeric(as.character(decided$value))[row])
  open <- every_result()$resolution
  s <- marked_study()
  told <- augment(open, as_ratings(s$codings, s$units, s$plan))
  expect_true(anyNA(told$.resolved))
})

test_that("participants get their counts and distances", {
  results <- every_result()
  counts <- results$code_matrix
  people <- marked_study()$people[c(3, 1), ]
  told <- augment(counts, people)
  expect_identical(told$participant, people$participant)
  expect_identical(told$.work, as.vector(counts$codes[c(3, 1), "work"]))
  expect_named(augment(counts, level = "theme"),
               c(names(counts$participants), ".do%", ".be"))
  stranger <- data.frame(participant = c("nobody", people$participant[1]))
  expect_identical(is.na(augment(counts, stranger)$.work), c(TRUE, FALSE))
  profile <- results$profile_comparison
  told <- augment(profile)
  expect_identical(told$group, as.character(profile$group))
  expect_equal(as.vector(tapply(told$.distance, told$group, mean)[
    profile$groups]), unname(profile$dispersion$spread))
})
