test_that("units are counted per participant, code and theme", {
  s <- tiny_study()
  m <- code_matrix(s$codings, s$units, s$codebook)
  expect_s3_class(m, "code_matrix")
  expect_equal(colnames(m$codes), c("time", "cost", "trust", "never"))
  expect_equal(unname(m$codes["A", ]), c(2, 1, 1, 0))
  expect_equal(unname(m$codes["D", ]), c(0, 0, 0, 0))
  expect_equal(colnames(m$themes), c("Efficiency", "trust", "Other"))
  expect_equal(unname(m$themes["A", ]), c(3, 1, 0))
  expect_equal(m$participants$units, c(3L, 2L, 2L, 2L))
  expect_equal(m$participants$words, c(6, 2, 3, 2))
  expect_equal(m$participants$role, c("c", "c", "d", "d"))
  wide <- as.data.frame(m, level = "theme")
  expect_equal(wide$Efficiency, c(3, 0, 1, 0))
  expect_output(print(m), "4 participants x 4 codes in 3 themes")
})

test_that("one unit counts once, however often it is coded", {
  s <- tiny_study()
  twice <- c(s$codings, s$codings)
  expect_identical(code_matrix(twice, s$units, s$codebook)$codes,
                   code_matrix(s$codings, s$units, s$codebook)$codes)
  # a coding over two turns marks both
  long <- s$codings[1, ]
  long$end <- s$units$start[2]
  expect_equal(code_matrix(long, s$units)$codes[["A", "time"]], 2)
})

test_that("a theme coded directly counts for the theme", {
  s <- tiny_study()
  tree <- codebook(data.frame(code = c("eff", "time", "cost", "trust"),
                              theme = c(NA, "eff", "time", NA)))
  m <- code_matrix(s$codings, s$units, tree)
  expect_equal(colnames(m$themes), c("eff", "trust"))
  expect_equal(colnames(m$codes), c("cost", "trust"))
  expect_equal(m$themes[["A", "eff"]], 3)
})

test_that("coders must be chosen, and exist", {
  s <- tiny_study()
  two <- s$codings
  two$coder[2] <- "Ben"
  e <- expect_error(code_matrix(two, s$units),
                    class = "intercoder_error_coders")
  expect_match(conditionMessage(e), "\"Ada\", \"Ben\"")
  expect_equal(sum(code_matrix(two, s$units, coder = "Ben")$codes), 1)
  expect_error(code_matrix(two, s$units, coder = "Cy"),
               class = "intercoder_error_coders")
})

test_that("codes outside the codebook are refused by row", {
  s <- tiny_study()
  book <- s$codebook[s$codebook$code != "trust", ]
  e <- expect_error(code_matrix(s$codings, s$units, book),
                    class = "intercoder_error_codes")
  expect_match(conditionMessage(e), "\"trust\" of row 2")
})

test_that("what a coder did not see is not counted as absent", {
  s <- tiny_study()
  plan <- coding_plan(Ada = c("A", "C"))
  m <- code_matrix(s$codings[s$codings$transcript != "B", ], s$units,
                   s$codebook, plan = plan) |> suppressMessages()
  expect_equal(rownames(m$codes), c("A", "C"))
})

test_that("speakers can stand for participants", {
  x <- transcripts(data.frame(
    transcript = c("A", "B"),
    text = c("Doctor: Well.\n\nPatient: Pain here.", "Doctor: So.\n\nPatient: No.")
  ))
  u <- units(x, roles = c("participant", "interviewer"))
  found <- codings(data.frame(transcript = "A", start = u$start[2],
                              end = u$end[2], code = "pain", coder = "rule"))
  m <- code_matrix(found, u, by = "speaker")
  expect_equal(nrow(m$codes), 4)
  expect_equal(m$codes[["A/Patient", "pain"]], 1)
  expect_equal(sum(m$codes), 1)
  expect_setequal(m$participants$speaker, c("Doctor", "Patient"))
  out <- compare_groups(m, "speaker")
  expect_equal(out$k.Patient, 1)
})

test_that("attributes may be given, once per participant", {
  s <- tiny_study()
  people <- data.frame(participant = c("D", "C", "B", "A"), age = 1:4)
  m <- code_matrix(s$codings, s$units, participants = people)
  expect_equal(m$participants$participant, c("D", "C", "B", "A"))
  expect_equal(m$codes[["A", "time"]], 2)
  expect_error(code_matrix(s$codings, s$units,
                           participants = rbind(people, people)),
               class = "intercoder_error_duplicate")
})

test_that("no codings at all is a matrix of zeros", {
  s <- tiny_study()
  m <- code_matrix(s$codings[0, ], s$units, s$codebook)
  expect_true(all(m$codes == 0))
  expect_equal(dim(m$codes), c(4, 4))
})
