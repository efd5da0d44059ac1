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
  expect_error(addin_browse_codings(), class = "intercoder_error_package")
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
