drawn <- function() {
  study <- intercoder::simulated_study
  code_matrix(study$consensus, units(study$transcripts), study$codebook)
}

test_that("participants by codes are drawn for every measure and level", {
  m <- drawn()
  withr::local_pdf(withr::local_tempfile(fileext = ".pdf"))
  for (measure in c("presence", "count", "share")) {
    for (level in c("code", "theme")) {
      expect_identical(plot(m, "group", level, measure), m)
      skip_if_not_installed("ggplot2")
      expect_no_warning(print(ggplot2::autoplot(m, "group", level, measure)))
    }
  }
  expect_invisible(plot(m))
})

test_that("rows stand in the order of groups, then of the code named", {
  m <- drawn()
  tiles <- tile_values(m, "group", "theme", "share", "System efficiency")
  expect_equal(as.character(tiles$rows), rep(c("clinician", "developer"),
                                             c(11, 10)))
  expect_false(is.unsorted(-tiles$values[1:11, 1]))
  expect_equal(tiles$people[12], "D05")
  expect_error(plot(m, sort = "nothing"), "no code or theme \"nothing\"",
               class = "intercoder_error_value")
  expect_error(plot(m, "nobody"), class = "intercoder_error_columns")
  m$participants$group[1] <- NA
  last <- tile_values(m, "group", "code", "count", NULL)
  expect_equal(levels(last$rows)[3], "(not known)")
})

test_that("classes hold their amounts", {
  share <- tile_classes(c(0, 0.05, 0.051, 0.3), "share")
  expect_equal(share$names, c("none", "to 5%", "to 10%", "to 20%",
                              "over 20%"))
  tiles <- list(values = matrix(c(0, 0.05, 0.051, 0.3), 2), classes = share)
  expect_equal(tile_class(tiles), matrix(c(1, 2, 3, 5), 2))
  expect_equal(tile_classes(0:3, "count")$names, c("none", "1", "2", "3"))
  expect_equal(tile_classes(0:9, "count")$names,
               c("none", "1 to 2", "3 to 4", "5 to 8", "9 or more"))
  expect_equal(tile_classes(0, "share")$names[2], "to 1%")
})

test_that("much, long, wide and little are drawn without leaving the page", {
  m <- drawn()
  codes <- sprintf("A long {name} of code %d", 1:30)
  big <- m
  big$codes <- matrix(0:1199, 40, 30,
                      dimnames = list(sprintf("person %d", 1:40), codes))
  big$codebook <- data.frame(code = codes, label = codes,
                             theme = rep(c("a", strrep("theme", 20)), c(1, 29)))
  big$participants <- data.frame(participant = rownames(big$codes), units = 9L,
                                 words = 1, group = rep(c("x", "y"), 20))
  withr::local_pdf(NULL, width = 7, height = 7)
  plot(big, "group")
  canvas <- start_canvas()
  tiles <- tile_values(big, "group", "code", "count", NULL)
  at <- tile_layout(tiles, canvas)
  reach <- text_width(at$labels$text, at$labels$cex) * sin(pi / 4)
  expect_true(all(at$x - reach > -0.05))
  expect_lte(max(at$x) + at$column / 2, 7)
  expect_gte(at$legend, 0)
  few <- big
  few$codes <- big$codes[1, 1, drop = FALSE]
  few$codebook <- big$codebook[1, ]
  few$participants <- big$participants[1, ]
  expect_no_error(plot(few))
  few$codes <- few$codes[0, , drop = FALSE]
  expect_error(plot(few), class = "intercoder_error_value")
})
