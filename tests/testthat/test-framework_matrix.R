test_that("every case has every theme, with passages and their words", {
  s <- tiny_study()
  out <- framework_matrix(s$codings, s$transcripts, s$codebook)
  expect_s3_class(out, "framework_matrix")
  expect_identical(nrow(out), 12L)
  expect_identical(as.matrix(out, "passages"), matrix(
    c(3L, 0L, 1L, 0L, 1L, 1L, 0L, 0L, 0L, 0L, 0L, 0L), 4,
    dimnames = list(c("A", "B", "C", "D"), c("Efficiency", "trust", "Other"))
  ))
  expect_identical(as.matrix(out)["B", "trust"], "\"seven.\" (B:0001)")
  expect_identical(as.matrix(out)["D", "Other"], "")
  codes <- framework_matrix(s$codings, s$transcripts, s$codebook,
                            level = "code")
  expect_identical(colnames(as.matrix(codes)),
                   c("time", "cost", "trust", "never"))
  expect_identical(unname(colSums(as.matrix(codes, "passages"))),
                   unname(c(2, 2, 2, 0)))
})

test_that("passages are the codings of a code", {
  s <- simulated_study
  out <- framework_matrix(s$consensus, s$transcripts, s$codebook, n = 0,
                          level = "code")
  count <- table(factor(s$consensus$transcript, unique(out$participant)),
                 factor(s$consensus$code, s$codebook$code))
  expect_identical(as.vector(as.matrix(out, "passages")), as.vector(count))
  expect_true(all(out$quotes == ""))
})

test_that("rows may be groups, or participants by group", {
  s <- tiny_study()
  by <- framework_matrix(s$codings, s$transcripts, s$codebook, by = "role")
  expect_identical(by$role, rep(c("c", "d"), each = 3))
  expect_identical(by$participants, c(1L, 2L, 0L, 1L, 0L, 0L))
  expect_identical(by$passages, c(3L, 2L, 0L, 1L, 0L, 0L))
  people <- participants(s$transcripts)
  people$role <- c("x", "y", "x", "y")
  grouped <- framework_matrix(s$codings, s$transcripts, s$codebook,
                              group = "role", participants = people)
  expect_identical(unique(grouped$participant), c("A", "C", "B", "D"))
  expect_identical(format(grouped)$role, c("x", "x", "y", "y"))
  expect_identical(as.matrix(grouped, "passages")["C", "Efficiency"], 1L)
})

test_that("the authors' summaries stand in place of quotes", {
  s <- tiny_study()
  mine <- data.frame(participant = "A", theme = "Efficiency",
                     summary = "Always short of hours.")
  out <- framework_matrix(s$codings, s$transcripts, s$codebook,
                          summaries = mine)
  expect_identical(as.matrix(out)["A", "Efficiency"], mine$summary)
  expect_identical(format(out)$Efficiency[1], "3: Always short of hours.")
  expect_identical(sum(!is.na(out$summary)), 1L)
  refused <- function(data, class) {
    expect_error(framework_matrix(s$codings, s$transcripts, s$codebook,
                                  summaries = data), class = class)
  }
  refused(mine[1:2], "intercoder_error_columns")
  refused(mine[c(1, 1), ], "intercoder_error_duplicate")
  refused(replace(mine, "theme", "Money"), "intercoder_error_value")
})

test_that("it prints case by case", {
  s <- tiny_study()
  withr::local_options(width = 60)
  expect_snapshot({
    print(framework_matrix(s$codings, s$transcripts, s$codebook,
                           group = "role"), cases = 2)
    framework_matrix(s$codings, s$transcripts, s$codebook, by = "role", n = 2)
  })
})

test_that("rows keep what is printed, columns make a data frame", {
  s <- tiny_study()
  out <- framework_matrix(s$codings, s$transcripts, s$codebook)
  top <- out[out$participant == "A", ]
  expect_s3_class(top, "framework_matrix")
  expect_identical(dim(format(top)), c(1L, 4L))
  expect_identical(class(out[1:2]), "data.frame")
  expect_identical(names(attributes(as.data.frame(out))),
                   c("names", "row.names", "class"))
})

test_that("one participant, no codings and no summaries are no special case", {
  s <- tiny_study()
  one <- framework_matrix(s$codings[0, ], s$transcripts["A"], s$codebook)
  expect_identical(one$passages, c(0L, 0L, 0L))
  expect_output(print(one), "Efficiency: -")
  expect_match(paste(knitr::knit_print(one), collapse = ""), "Efficiency")
})

test_that("hostile names and words stay words, in HTML and in a spreadsheet", {
  s <- hostile_study()
  out <- framework_matrix(s$codings, s$transcripts, s$codebook,
                          group = "group", level = "code")
  page <- knitted_html(out)
  expect_length(xml2::xml_find_all(page, "//td//script | //td//i"), 0)
  expect_true(any(grepl("<script>alert(`1`)</script> {time}", cells_of(page),
                        fixed = TRUE)))
  file <- withr::local_tempfile(fileext = ".csv")
  write_table(out, file)
  back <- utils::read.csv(file, check.names = FALSE)
  expect_identical(back$participant, c("'=1+1", "a|b*"))
  expect_identical(names(back)[3], "<u>C</u>")
  expect_error(framework_matrix(s$codings, s$transcripts, s$codebook,
                                by = "group", group = "group"),
               class = "intercoder_error_argument")
})
