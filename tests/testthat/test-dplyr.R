# dplyr is not among the packages suggested: its verbs are looked up.
verb <- function(name) {
  found <- tryCatch(getExportedValue("dplyr", name), error = function(e) NULL)
  skip_if(is.null(found), "dplyr")
  found
}

frames <- function() Filter(is.data.frame, every_result())

# Attributes other than those that follow the rows.
facts_of <- function(x) {
  facts <- attributes(x)
  facts[setdiff(names(facts), c("row.names", "coders", "scores", "people",
                                "rule"))]
}

same_result <- function(out, x, kind) {
  expect_s3_class(out, class(x), exact = TRUE)
  expect_identical(facts_of(out)[names(facts_of(x))], facts_of(x),
                   info = kind)
  expect_output(print(out), info = kind)
}

test_that("rows that are chosen are those of `[`", {
  filter <- verb("filter")
  slice <- verb("slice")
  arrange <- verb("arrange")
  distinct <- verb("distinct")
  results <- frames()
  results$attainable <- NULL
  for (kind in names(results)) {
    x <- results[[kind]]
    x$id <- seq_len(nrow(x))
    keep <- x$id == 1 | x$id %% 2 == 0
    out <- filter(x, .data$id == 1 | .data$id %% 2 == 0)
    own <- x[keep, ]
    row.names(own) <- NULL
    expect_identical(out, own, info = kind)
    same_result(out, x, kind)
    same_result(slice(x, 1), x, kind)
    turned <- arrange(x, -.data$id)
    same_result(turned, x, kind)
    expect_identical(turned$id, rev(x$id), info = kind)
    expect_identical(nrow(distinct(x)), nrow(x), info = kind)
  }
  part <- slice(every_result()$attainable, 1:3)
  expect_identical(class(part), "data.frame")
})

test_that("people and scores go with the rows that are chosen", {
  filter <- verb("filter")
  results <- every_result()
  one <- filter(results$agreement_machine, .data$code == "work")
  expect_identical(unique(attr(one, "coders")$code), "work")
  one <- filter(results$alternative_annotator_test, .data$code == "work")
  expect_identical(unique(attr(one, "people")$code), "work")
})

test_that("columns that are added leave a result what it is", {
  mutate <- verb("mutate")
  left_join <- verb("left_join")
  relocate <- verb("relocate")
  results <- frames()
  for (kind in names(results)) {
    x <- results[[kind]]
    out <- mutate(x, more = seq_along(.data[[names(x)[1]]]))
    same_result(out[names(x)], x, kind)
    expect_s3_class(out, kind)
    x$id <- seq_len(nrow(x))
    out <- left_join(x, data.frame(id = x$id, seen = TRUE), by = "id")
    expect_s3_class(out, class(x), exact = TRUE)
    expect_output(print(out), info = kind)
    out <- relocate(x, "id")
    expect_s3_class(out, class(x), exact = TRUE)
  }
})

test_that("columns that go make it a plain data frame", {
  select <- verb("select")
  rename <- verb("rename")
  transmute <- verb("transmute")
  results <- frames()
  results[c("codings", "codebook", "quotes", "attainable")] <- NULL
  plain <- function(out, kind) {
    expect_identical(class(out), "data.frame", info = kind)
    expect_named(attributes(out), c("names", "row.names", "class"),
                 ignore.order = TRUE, info = kind)
    expect_output(print(out), info = kind)
  }
  for (kind in names(results)) {
    x <- results[[kind]]
    last <- names(x)[ncol(x)]
    plain(select(x, -verb("all_of")(last)), kind)
    plain(rename(x, changed = verb("all_of")(last)), kind)
    plain(transmute(x, one = 1), kind)
    renamed <- x
    names(renamed)[1] <- "changed"
    plain(renamed, kind)
  }
  # Codings need only their own columns.
  s <- marked_study()
  expect_s3_class(select(s$codings, -"memo"), "codings")
  plain(select(s$codings, -"coder"), "codings")
})

test_that("other rows make it a plain data frame", {
  bind_rows <- verb("bind_rows")
  left_join <- verb("left_join")
  summarise <- verb("summarise")
  count <- verb("count")
  results <- frames()
  for (kind in names(results)) {
    x <- results[[kind]]
    both <- bind_rows(x, x)
    expect_identical(class(both), "data.frame", info = kind)
    expect_identical(nrow(both), 2L * nrow(x), info = kind)
    expect_output(print(both), info = kind)
    x$id <- 1
    wider <- left_join(x, data.frame(id = c(1, 1), new = 1:2), by = "id")
    if (nrow(x)) expect_identical(class(wider), "data.frame", info = kind)
    whole <- summarise(x, n = length(.data$id))
    expect_identical(class(whole), "data.frame", info = kind)
    expect_identical(class(count(x, .data$id)), "data.frame", info = kind)
  }
})

test_that("grouped results are dplyr's own", {
  group_by <- verb("group_by")
  summarise <- verb("summarise")
  ungroup <- verb("ungroup")
  n <- verb("n")
  results <- frames()
  for (kind in names(results)) {
    x <- results[[kind]]
    by <- group_by(x, .data[[names(x)[1]]])
    expect_false(inherits(by, "intercoder_result"), info = kind)
    expect_false(inherits(ungroup(by), "intercoder_result"), info = kind)
    sums <- summarise(by, times = n())
    expect_identical(sum(sums$times), nrow(x), info = kind)
  }
})

test_that("agreement is measured within groups of a pipe", {
  group_by <- verb("group_by")
  group_modify <- verb("group_modify")
  skip_if_not_installed("generics")
  s <- marked_study()
  long <- as.data.frame(as_ratings(s$codings, s$units, s$plan))
  out <- group_modify(group_by(long, .data$code), function(rows, group) {
    generics::tidy(agreement(ratings(rows, "unit", "coder", "value"),
                             ci = "none"))[c("coefficient", "estimate")]
  })
  whole <- agreement(as_ratings(s$codings, s$units, s$plan), ci = "none")
  expect_equal(out$estimate,
               whole$estimate[match(out$code, whole$code)])
  expect_identical(nrow(out), 3L)
})

test_that("grouped data and tibbles are taken for data frames", {
  group_by <- verb("group_by")
  as_tibble <- verb("as_tibble")
  s <- marked_study()
  made <- as.data.frame(s$codings)
  book <- as.data.frame(s$book)
  plan <- as.data.frame(s$plan)
  said <- data.frame(transcript = c("a", "a", "b"), text = c("x", "y", "z"),
                     participant = c("p", "p", "q"), speaker = "P")
  long <- as.data.frame(as_ratings(s$codings, s$units, s$plan)["work"])
  people <- data.frame(s$people, work = 1:8)
  shapes <- list(as_tibble, function(x) group_by(x, .data[[names(x)[1]]]))
  for (shape in shapes) {
    expect_identical(codings(shape(made), s$talk), codings(made, s$talk))
    expect_identical(codebook(shape(book)), codebook(book))
    expect_identical(coding_plan(shape(plan)), coding_plan(plan))
    expect_identical(transcripts(shape(said), shape(unique(said["participant"]))),
                     transcripts(said, unique(said["participant"])))
    expect_identical(ratings(shape(long), "unit", "coder", "value"),
                     ratings(long, "unit", "coder", "value"))
    expect_identical(as_ratings(s$codings, shape(as.data.frame(s$units)),
                                shape(plan)),
                     as_ratings(s$codings, s$units, s$plan))
    compared <- compare_groups(shape(people), "group", level = "code")
    expect_identical(as.data.frame(compared),
                     as.data.frame(compare_groups(people, "group",
                                                  level = "code")))
    expect_identical(as.data.frame(sample_table(shape(s$people), "group")),
                     as.data.frame(sample_table(s$people, "group")))
    counted <- code_matrix(s$codings, s$units, s$book, coder = "Ann_&",
                           participants = shape(s$people), plan = s$plan)
    expect_identical(as.data.frame(counted)[["work"]],
                     as.data.frame(every_result()$code_matrix)[["work"]])
  }
})
