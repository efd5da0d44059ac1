# Whoever misspells an argument is told so, by every function with `...`.
test_that("functions with dots refuse what nobody knows", {
  s <- marked_study()
  results <- every_result()
  rated <- ratings(cbind(A = c(1, 2, 2, 1), B = c(1, 2, 1, 1)))
  rules <- apply_codebook(s$talk, s$book)
  file <- withr::local_tempfile(fileext = ".icp")
  kept <- project(file)
  withr::defer(close(kept))
  project_write(kept, s$talk)
  first <- list(
    agreement_pairs = list(rated), comparison_sensitivity = list(
      results$code_matrix, "group"),
    concordance = list(
      list(s$talk, s$codings), list(s$talk, c(a = "time"))
    ),
    draft_report = list(sub("icp$", "Rmd", file)),
    explain = list(
      list(rules, s$talk, s$book), list(s$book, s$talk),
      list("time", "Time is short.")
    ),
    inline = list(
      list(3), list(results$agreement), list(results$agreement_difference),
      list(results$group_comparison), list(results$saturation),
      list(fisher_test(matrix(1:4, 2)))
    ),
    problems = list(list(s$codings)),
    project_write = list(
      list(kept, s$talk), list(kept, s$book), list(kept, s$codings),
      list(kept, s$plan)
    ),
    units = list(list(s$talk)),
    write_table = list(
      list(results$agreement, file.path(dirname(file), "a.csv")),
      list(data.frame(a = 1), file.path(dirname(file), "a.csv"))
    )
  )
  # Copies and plans come through the dots; coefficients are those of
  # agreement(), each with the same list of arguments.
  through <- c("coding_plan", "merge_coders")
  dotted <- Filter(function(name) {
    f <- getExportedValue("intercoder", name)
    is.function(f) && "..." %in% names(formals(f))
  }, getNamespaceExports("intercoder"))
  coefficients <- Filter(function(name) {
    any(all.names(body(getExportedValue("intercoder", name))) == "agreement")
  }, dotted)
  expect_setequal(dotted, c(names(first), through, coefficients))
  refused <- function(name, arguments) {
    expect_error(suppressWarnings(
      do.call(name, c(arguments, misspelt = 1), quote = TRUE)
    ), "misspelt", info = name)
  }
  for (name in coefficients) refused(name, list(rated, ci = "none"))
  for (name in names(first)) {
    calls <- first[[name]]
    if (!is.list(calls[[1]]) || is.object(calls[[1]])) calls <- list(calls)
    for (arguments in calls) refused(name, arguments)
  }
  expect_error(diff(s$book, s$book, misspelt = 1), "misspelt",
               class = "intercoder_error_argument")
})

test_that("dots without names are refused as well", {
  s <- marked_study()
  expect_error(units(s$talk, "turn", "participant", 3), "without a name",
               class = "intercoder_error_argument")
})
