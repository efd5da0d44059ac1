test_that("the addin is bound to a function of the package", {
  file <- system.file("rstudio", "addins.dcf", package = "intercoder")
  addins <- read.dcf(file)
  expect_equal(colnames(addins),
               c("Name", "Description", "Binding", "Interactive"))
  for (name in addins[, "Binding"]) {
    expect_true(is.function(getFromNamespace(name, "intercoder")))
  }
})

test_that("without rstudioapi the addin says so", {
  skip_if(nzchar(system.file(package = "rstudioapi")), "rstudioapi is there")
  for (addin in list(addin_browse_codings, addin_browse_disagreements,
                     addin_insert_methods_text, addin_new_codebook)) {
    expect_error(addin(), "rstudioapi", class = "intercoder_error_package")
  }
})

test_that("the addin shows what is in the workspace", {
  env <- new.env()
  opened <- NULL
  withr::local_options(viewer = function(url, ...) opened <<- url)
  expect_error(browse_workspace(env), "no transcripts",
               class = "intercoder_error_addin")
  env$x <- simulated_study$transcripts
  expect_error(browse_workspace(env), "no codings",
               class = "intercoder_error_addin")
  env$done <- simulated_study$codings
  env$plan <- simulated_study$plan
  page <- browse_workspace(env)
  expect_equal(opened, page)
  expect_match(paste(readLines(page), collapse = ""), "\"disagreements\":{",
               fixed = TRUE)
})

# Stands in for RStudio: gives these answers, and keeps what it was told.
mock_rstudio <- function(...) {
  answers <- list(...)
  told <- new.env()
  told$ide <- function(name, addin, call = NULL) {
    function(...) {
      told[[name]] <- c(told[[name]], list(list(...)))
      answers[[name]]
    }
  }
  told
}

test_that("disagreements alone are shown", {
  env <- list2env(list(x = simulated_study$transcripts,
                       a = simulated_study$codings, p = simulated_study$plan))
  withr::local_options(viewer = function(url, ...) NULL)
  page <- browse_workspace(env, "disagreements")
  whole <- browse_workspace(env)
  expect_false(identical(readLines(page), readLines(whole)))
  expect_match(paste(readLines(page), collapse = ""), "\"disagreements\":{",
               fixed = TRUE)
})

test_that("of several objects the user names one", {
  env <- list2env(list(one = simulated_study$codings,
                       two = simulated_study$consensus))
  told <- mock_rstudio(showPrompt = "two")
  expect_identical(workspace_object("codings", env, "Browse", NULL,
                                    told$ide), env$two)
  expect_match(told$showPrompt[[1]][[2]], "Which codings? (one, two)",
               fixed = TRUE)
  expect_error(workspace_object("codings", env, "Browse", NULL,
                                mock_rstudio()$ide), "No codings",
               class = "intercoder_error_addin")
})

test_that("the text of the methods goes to the cursor", {
  env <- list2env(list(x = simulated_study$transcripts,
                       book = simulated_study$codebook,
                       plan = simulated_study$plan,
                       made = simulated_study$codings))
  told <- mock_rstudio(showPrompt = "reliability")
  insert_methods_text(env, told$ide)
  text <- told$insertText[[1]]$text
  expect_match(text, "interchange|fixed codebook")
  expect_match(text, "21 transcripts of 21 participants")
  expect_match(text, "3 people coded")

  facts <- list2env(list(f = study_facts(codebook = simulated_study$codebook)))
  insert_methods_text(facts, told$ide)
  expect_no_match(told$insertText[[2]]$text, "transcripts of")
  expect_error(insert_methods_text(new.env(), told$ide), "nothing in the workspace",
               class = "intercoder_error_addin")
  quiet <- mock_rstudio()
  insert_methods_text(facts, quiet$ide)
  expect_null(quiet$insertText)
})

test_that("a new codebook has all columns, reads back and is never written over", {
  skip_if_not_installed("yaml")
  folder <- withr::local_tempdir()
  books <- lapply(c("a.csv", "b.yaml"), function(name) {
    file <- file.path(folder, name)
    told <- mock_rstudio(selectFile = file)
    begin_codebook(told$ide)
    expect_identical(told$navigateToFile[[1]][[1]], file)
    expect_error(begin_codebook(told$ide), class = "intercoder_error_exists")
    read_codebook(file)
  })
  expect_identical(codebook_hash(books[[1]]), codebook_hash(books[[2]]))
  expect_true(all(c(codebook_columns, "near_miss") %in% names(books[[1]])))
  expect_false(anyNA(books[[1]][names(CODEBOOK_NOTES)]))
  expect_match(readLines(file.path(folder, "b.yaml"))[1], "^# code: ")
  expect_true(all(test_codebook(books[[1]])$passed))
  expect_error(write_codebook_start(file.path(folder, "a.doc")),
               class = "intercoder_error_argument")
  expect_null(begin_codebook(mock_rstudio()$ide))
})
