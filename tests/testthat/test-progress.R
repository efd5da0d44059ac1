test_that("nothing is shown unasked, nor where the option says so", {
  expect_null(progress_bar("Work", 3, FALSE)$step)
  withr::local_options(intercoder.progress = FALSE)
  expect_null(progress_bar("Work", 3, TRUE)$step)
  expect_null(part_step(progress_bar("Work", 3, TRUE), 1, 3))
})

test_that("a bar changes no result and is gone after success, error and stop", {
  withr::local_options(intercoder.progress = TRUE)
  before <- cli::cli_progress_num()
  inside <- NULL
  shown <- lapply_shown("Work", 1:3, function(i) {
    inside <<- cli::cli_progress_num()
    i^2
  }, show = TRUE)
  expect_identical(shown, lapply(1:3, function(i) i^2))
  expect_identical(inside, before + 1L)
  expect_identical(cli::cli_progress_num(), before)
  expect_error(lapply_shown("Work", 1:3, function(i) stop("no"), show = TRUE))
  expect_identical(cli::cli_progress_num(), before)
  stopped <- tryCatch(
    lapply_shown("Work", 1:3, function(i) rlang::interrupt(), show = TRUE),
    interrupt = function(e) "stopped"
  )
  expect_identical(stopped, "stopped")
  expect_identical(cli::cli_progress_num(), before)
})

test_that("results are the same with and without a bar", {
  study <- simulated_study
  x <- study$transcripts[1:4]
  expect_identical(apply_codebook(x, study$codebook, progress = TRUE),
                   apply_codebook(x, study$codebook, progress = FALSE))
  ratings <- ratings(cbind(a = c(1, 2, 1, 2, 2, 1), b = c(1, 2, 2, 2, 1, 1)))
  measured <- function(progress) {
    agreement(ratings, ci = "percentile", replicates = 200, seed = 1,
              progress = progress)
  }
  expect_identical(suppressWarnings(measured(TRUE)),
                   suppressWarnings(measured(FALSE)))
  tested <- function(progress) {
    agreement_test(ratings, replicates = 200, seed = 1, progress = progress)
  }
  expect_identical(tested(TRUE), tested(FALSE))
})
