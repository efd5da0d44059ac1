minp_study <- function() {
  data <- utils::read.csv(test_path("fixtures", "groups",
                                    "minp_exact_11v10.csv"))
  values <- t(as.matrix(data[2:22]))
  colnames(values) <- data$code
  list(expected = data,
       data = data.frame(group = rep(c("a", "b"), c(11, 10)), values))
}

test_that("step-down min-p meets the counts of complete enumeration", {
  s <- minp_study()
  out <- compare_groups(s$data, "group", test = "fisher")
  ok <- out$status == "ok"
  expect_equal(out$p.value[ok], s$expected$raw_p[ok], tolerance = 1e-12)
  expect_equal(out$p.adjusted[ok], s$expected$adjusted[ok],
               tolerance = 1e-12)
  expect_identical(attr(out, "relabellings"), 352716)
  # the counts themselves
  has <- as.matrix(s$data[-1]) > 0
  member <- s$data$group == "a"
  p <- table_lookup(colSums(has), 11, 10, "fisher")
  found <- .Call(C_comparison_joint, has + 0, member, NULL, 0L, p, rep(0, 12),
                 0L, 0, 0, 2L, NULL)
  expect_identical(found$down, as.double(s$expected$count_stepdown))
})

test_that("threads and order of rows change nothing", {
  s <- minp_study()
  for (measure in c("presence", "count")) {
    a <- compare_groups(s$data, "group", measure, threads = 1)
    b <- compare_groups(s$data, "group", measure, threads = 2)
    c <- compare_groups(s$data[21:1, ], "group", measure)
    expect_identical(a, b)
    expect_equal(a, c, tolerance = 1e-12)
    d <- compare_groups(s$data, "group", measure, replicates = 500, seed = 9,
                        threads = 1)
    e <- compare_groups(s$data, "group", measure, replicates = 500, seed = 9,
                        threads = 2)
    expect_identical(d, e)
    expect_false(attr(d, "complete"))
  }
})

test_that("swapping the groups changes signs and nothing else", {
  s <- minp_study()
  turned <- s$data
  turned$group <- factor(turned$group, c("b", "a"))
  for (measure in c("presence", "count")) {
    a <- compare_groups(s$data, "group", measure)
    b <- compare_groups(turned, "group", measure)
    expect_equal(b$estimate, -a$estimate)
    expect_equal(b$conf.low, -a$conf.high, tolerance = 1e-9)
    expect_equal(b$p.value, a$p.value, tolerance = 1e-12)
    expect_equal(b$p.adjusted, a$p.adjusted, tolerance = 1e-12)
  }
})

test_that("codes that cannot differ cost nothing and stop nothing", {
  s <- minp_study()
  more <- cbind(s$data, empty = 0, all = 1)
  a <- compare_groups(s$data, "group")
  b <- compare_groups(more, "group")
  expect_equal(b$p.adjusted[1:12], a$p.adjusted)
  expect_identical(b$status[12:14], rep("no_variation", 3))
  expect_true(all(is.na(b$p.value[12:14])))
  expect_identical(b$estimate[13:14], c(0, 0))
  expect_true(all(b$conf.low[13:14] < -0.3))
  expect_false(any(vapply(b, function(v) any(is.nan(v)), NA)))
  count <- compare_groups(more, "group", "count")
  expect_identical(count$status[13:14], rep("no_variation", 2))
  expect_true(all(is.na(count$conf.low[13:14])))
  none <- compare_groups(data.frame(g = c("x", "y"), a = 0, b = 1), "g")
  expect_identical(none$status, rep("no_variation", 2))
})

test_that("rows do not depend on the other codes, adjusted p-values do", {
  s <- minp_study()
  whole <- compare_groups(s$data, "group")
  part <- compare_groups(s$data[c(1, 4, 2)], "group")
  same <- c("estimate", "conf.low", "conf.high", "p.value")
  expect_equal(as.data.frame(part)[same],
               as.data.frame(whole)[c(3, 1), same], ignore_attr = TRUE)
  expect_true(all(whole$p.adjusted >= whole$p.value, na.rm = TRUE))
  expect_equal(whole$p.holm[1:11],
               stats::p.adjust(whole$p.value, "holm", n = 12)[1:11])
})

test_that("the measures and tests are those of the single tests", {
  s <- tiny_study()
  m <- code_matrix(s$codings, s$units, s$codebook)
  share <- compare_groups(m, "role", "share", test = "permutation")
  x <- c(3 / 3, 0 / 2)
  y <- c(1 / 2, 0 / 2)
  expect_equal(share$mean.c[1], mean(x))
  expect_equal(share$p.value[1], permutation_test(x, y)$p.value)
  count <- compare_groups(m, "role", "count", "code")
  expect_equal(count$mean.c, c(1, 0.5, 1, 0))
  expect_equal(count$theme, c("Efficiency", "Efficiency", "trust", "Other"))
  w <- wilcoxon_test(c(2, 0), c(0, 0))
  expect_equal(count$p.value[1], w$p.value)
  expect_equal(count$estimate[1], unname(w$estimate))
  presence <- compare_groups(m, "role", level = "code")
  expect_equal(presence$k.c, c(1, 1, 2, 0))
  expect_equal(presence$n.d, rep(2, 4))
  expect_equal(presence$p.value[3],
               boschloo_test(rbind(c(2, 0), c(0, 2)))$p.value)
  perm <- compare_groups(m, "role", level = "code", test = "permutation")
  expect_equal(perm$p.value[3], 1 / 3)
})

test_that("p and interval of the default pair agree row by row", {
  study <- intercoder::simulated_study
  m <- code_matrix(study$consensus, units(study$transcripts), study$codebook)
  for (level in c(0.8, 0.95)) {
    out <- compare_groups(m, "group", level = "code", conf_level = level)
    expect_identical(out$p.value <= 1 - level,
                     out$conf.low > 0 | out$conf.high < 0)
  }
})

test_that("groups must be two", {
  s <- minp_study()
  one <- s$data[1:11, ]
  e <- expect_error(compare_groups(one, "group"),
                    class = "intercoder_error_group")
  expect_match(conditionMessage(e), "\"group\" has one level only: \"a\"")
  three <- s$data
  three$group[1] <- "c"
  e <- expect_error(compare_groups(three, "group"),
                    class = "intercoder_error_group")
  expect_match(conditionMessage(e), "3 levels: \"a\", \"b\", \"c\"")
  expect_error(compare_groups(s$data, "nowhere"),
               class = "intercoder_error_columns")
  missing <- s$data
  missing$group[3] <- NA
  expect_warning(out <- compare_groups(missing, "group"),
                 class = "intercoder_warning_group")
  expect_equal(out$n.a[1], 10)
  extra <- s$data
  extra$group <- factor(extra$group, c("b", "a", "unused"))
  expect_equal(attr(compare_groups(extra, "group"), "groups"), c("b", "a"))
})

test_that("values must be numbers from 0", {
  s <- minp_study()
  bad <- s$data
  bad$c03[4] <- -1
  e <- expect_error(compare_groups(bad, "group"),
                    class = "intercoder_error_value")
  expect_match(conditionMessage(e), "\"c03\".*row 4")
  expect_error(compare_groups(s$data["group"], "group"),
               class = "intercoder_error_value")
  expect_error(compare_groups(s$data, "group", test = "wilcoxon"),
               class = "intercoder_error_argument")
})

test_that("many participants go by a random sample and the score interval", {
  withr::local_seed(3)
  big <- data.frame(g = rep(c("x", "y"), c(300, 250)),
                    a = stats::rbinom(550, 1, rep(c(0.2, 0.5), c(300, 250))),
                    b = stats::rbinom(550, 1, 0.3))
  out <- compare_groups(big, "g", replicates = 499)
  expect_identical(out$interval, rep("score", 2))
  expect_lt(out$p.value[1], 1e-6)
  expect_equal(out$p.adjusted[1], 1 / 500, tolerance = 0.01)
  count <- compare_groups(big, "g", "count", replicates = 499)
  expect_lt(count$p.value[1], 1e-6)
})

test_that("printing leads with counts and has p last", {
  local_reproducible_output(width = 80)
  s <- minp_study()$data[c(1:4, 7, 13)]
  expect_snapshot(compare_groups(s, "group"))
  expect_snapshot(compare_groups(s, "group", "count", adjust = "holm"))
  study <- intercoder::simulated_study
  m <- code_matrix(study$consensus, units(study$transcripts), study$codebook)
  out <- compare_groups(m, "group", level = "code")
  expect_s3_class(out[1:3, ], "comparison")
  expect_equal(class(out[c("code", "p.value")]), "data.frame")
  expect_equal(names(format(out))[1:3], c("code", "clinician", "developer"))
  expect_output(print(out[0, ]), "no rows")
})

test_that("tidy, glance and knitted tables", {
  skip_if_not_installed("generics")
  study <- intercoder::simulated_study
  m <- code_matrix(study$consensus, units(study$transcripts), study$codebook)
  out <- compare_groups(m, "group", level = "code")
  tidied <- generics::tidy(out)
  expect_equal(tidied$term, out$code)
  expect_equal(tidied$adj.p.value, out$p.adjusted)
  expect_equal(tidied$method, out$test)
  expect_equal(nrow(generics::glance(out)), 1)
  expect_equal(class(tidied), "data.frame")
  skip_if_not_installed("knitr")
  expect_match(as.character(knitr::knit_print(out)), "10/11 (91%)",
               fixed = TRUE)
  expect_match(as.character(knitr::knit_print(m)), "rel_trust")
})

test_that("doctors and patients of real consultations", {
  path <- real_data("primock57")
  x <- suppressWarnings(read_transcripts(path))
  book <- codebook(data.frame(
    code = c("pain", "worry", "medication"),
    rule = c("pain* OR hurt* OR ache*", "worr* OR afraid OR scared",
             "tablet* OR medication* OR medicine* OR antibiotic*")
  ))
  u <- units(x, roles = c("participant", "interviewer"))
  m <- code_matrix(apply_codebook(x, book), u, book, by = "speaker")
  expect_equal(nrow(m$codes), 114)
  out <- compare_groups(m, "speaker", level = "code", replicates = 999,
                        seed = 1)
  expect_equal(nrow(out), 3)
  expect_true(all(out$n.Doctor == 57))
})

test_that("what cannot be compared is refused by name, not left out", {
  d <- data.frame(participant = 1:4, g = c("a", "b", "a", "b"),
                  k = c(1, 0, 1, 0))
  expect_identical(compare_groups(d, "g")$code, "k")
  expect_error(compare_groups(transform(d, k = 2 * k), "g", "share"),
               "from 0 to 1", class = "intercoder_error_value")
  expect_error(compare_groups(transform(d, k = as.character(k)), "g"),
               "\"k\"", class = "intercoder_error_value")
  expect_error(
    compare_groups(data.frame(d, k = 1:4, check.names = FALSE), "g"),
    "\"k\"", class = "intercoder_error_duplicate"
  )
  expect_error(compare_groups(d, as.list(d$g)),
               class = "intercoder_error_argument")
})

test_that("p and interval are honest at every size and at the margins", {
  for (size in list(c(1, 1), c(1, 5), c(2, 30), c(3, 3))) {
    n <- sum(size)
    d <- data.frame(
      g = rep(c("a", "b"), size), none = 0, all = 1,
      half = rep_len(0:1, n), parted = rep(c(1, 0), size),
      ties = rep_len(c(0, 1 / 3, 1 / 3, 2 / 3), n), one = c(1, rep(0, n - 1))
    )
    for (measure in c("presence", "count", "share")) {
      for (test in list(NULL, "permutation")) {
        out <- compare_groups(d, "g", measure, test = test, seed = 1)
        p <- unlist(out[c("p.value", "p.adjusted", "p.holm", "p.bh")])
        expect_false(any(is.nan(p)))
        expect_true(all(is.na(p) | (p > 0 & p <= 1)))
        expect_true(all(is.na(p) == (out$status == "no_variation")))
        inside <- out$conf.low <= out$estimate + 1e-12 &
          out$estimate <= out$conf.high + 1e-12
        expect_true(all(inside, na.rm = TRUE))
      }
    }
  }
})

test_that("the presence test and its interval agree on all tables of a size", {
  for (size in list(c(11, 10), c(1, 10), c(7, 12), c(2, 40))) {
    x <- expand.grid(a = 0:size[1], b = 0:size[2])
    p <- table_p(x$a, rep(size[1], nrow(x)), x$b, rep(size[2], nrow(x)),
                 "boschloo", "central")
    limits <- difference_limits(x$a, size[1], x$b, size[2], "exact", 0.95)
    expect_true(all(p > 0 & p <= 1))
    expect_identical(p <= 0.05, limits[, 1] > 0 | limits[, 2] < 0)
  }
})

test_that("an interrupt ends long relabelling promptly", {
  skip_on_cran()
  skip_on_os("windows")
  script <- withr::local_tempfile(lines = c(
    "library(intercoder)",
    "system(sprintf('(sleep 1; kill -INT %d) &', Sys.getpid()))",
    "time <- proc.time()[[3]]",
    "end <- tryCatch({",
    "  permutation_test(runif(900), runif(900), B = 1e7)",
    "  'finished'",
    "}, interrupt = function(c) 'interrupted')",
    "cat(end, proc.time()[[3]] - time < 10)"
  ))
  out <- system2(file.path(R.home("bin"), "Rscript"),
                 c("--vanilla", shQuote(script)), stdout = TRUE,
                 env = paste0("R_LIBS=", paste(.libPaths(), collapse = ":")))
  expect_identical(out[length(out)], "interrupted TRUE")
})
