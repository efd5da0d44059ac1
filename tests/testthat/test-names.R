# Files of R/ share one namespace: a helper of the same name in two of them
# would silently be the one that is loaded last.
test_that("no two files define a function of the same name", {
  folder <- test_path("..", "..", "R")
  skip_if_not(dir.exists(folder) &&
                file.exists(file.path(folder, "turns.R")),
              "the package's sources")
  defined <- unlist(lapply(list.files(folder, "[.]R$", full.names = TRUE),
                           function(file) {
    lines <- grep("^[A-Za-z0-9_.`<-]+ <- function", readLines(file),
                  value = TRUE)
    unique(sub(" <- function.*", "", lines))
  }))
  expect_identical(defined[duplicated(defined)], character())
})
