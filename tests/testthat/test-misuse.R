# Whatever is given in the place of an argument: an answer or an error of the
# package, never one of R's own and never a warning from a conversion.

strange <- list(
  missing = NA, text = NA_character_, nan = NaN, infinite = Inf, minus = -1,
  huge = 1e300, none = character(), numbers = c(1.5, 2, NA), list = list(),
  mixed = list(1, "a", NULL), call = mean, name = quote(a),
  environment = new.env(), empty = data.frame(), frame = data.frame(x = 1),
  rows = data.frame(code = character(), transcript = character(),
                    text = character()),
  factor = factor(c("a", "b")), matrix = matrix(numeric(), 0, 0),
  square = matrix(c("a", NA, "b", "a"), 2), complex = 1i, raw = as.raw(1),
  date = as.Date("2024-02-29"), cube = array(1:8, c(2, 2, 2)),
  formula = a ~ b, bytes = "\xff\xfe", table = table(c(1, 2, 2)),
  codebook = simulated_study$codebook, codings = simulated_study$codings
)

talk <- transcripts(data.frame(transcript = c("a", "b"),
                               text = "I: Well?\n\nP: One. Two.\n\nI: So?"))
parts <- units(talk)
coded <- codings(data.frame(
  transcript = "a", start = parts$start[1], end = parts$end[1], code = "x",
  coder = c("A", "B")
), talk)
plan <- coding_plan(A = c("a", "b"), B = c("a", "b"))
book <- codebook(data.frame(code = "x", rule = "one"))
rated <- ratings(cbind(A = c(1, 2, 1, 2), B = c(1, 2, 2, 2)))
people <- data.frame(participant = letters[1:6], group = rep(c("g", "h"), 3),
                     k = c(1, 0, 3, 1, 2, 0), j = c(0, 0, 1, 1, 1, 0))
counted <- code_matrix(coded[1, ], parts, book)

calls <- list(
  agreement = list(x = rated, coefficient = "alpha", level = "nominal",
                   weights = NULL, by = NULL, ci = "none", conf_level = 0.95,
                   replicates = 10, cluster = NULL, pool = FALSE, seed = 1,
                   threads = 1, progress = FALSE),
  agreement_pairs = list(x = rated, coefficient = "alpha", level = "nominal",
                         weights = NULL, range = NULL, ci = "none"),
  apply_codebook = list(x = talk, codebook = book, coder = "c",
                        roles = "participant", threads = 1, progress = FALSE),
  as_ratings = list(codings = coded, units = parts, plan = plan, codes = NULL),
  boschloo_test = list(x = c(1, 0, 1, 1), y = c("a", "b", "a", "b"),
                       alternative = "less", tsmethod = "central"),
  risk_ratio = list(x = matrix(1:4, 2), method = "exact",
                    alternative = "less", conf.level = 0.9),
  phi_coefficient = list(x = matrix(1:4, 2), conf.level = 0.9),
  mantel_haenszel_test = list(x = c(1, 0, 1, 1), y = c("a", "b", "a", "b"),
                              z = c(1, 1, 2, 2), alternative = "less",
                              exact = TRUE, tsmethod = "central",
                              midp = FALSE, correct = TRUE, conf.level = 0.9),
  fisher_test = list(x = matrix(1:4, 2), alternative = "less",
                     tsmethod = "central", midp = FALSE, conf.int = TRUE,
                     conf.level = 0.95, replicates = 10, seed = 1,
                     threads = 1),
  barnard_test = list(x = matrix(1:4, 2), tsmethod = "square"),
  risk_difference = list(x = matrix(1:4, 2), method = "score",
                         conf.level = 0.9),
  wilcoxon_test = list(x = 1:3, y = 2:5, alternative = "less", exact = NULL,
                       conf.int = FALSE, conf.level = 0.9),
  permutation_test = list(x = 1:3, y = 2:5, alternative = "less",
                          simulate.p.value = FALSE, B = 99, seed = NULL),
  brunner_munzel_test = list(x = 1:3, y = 2:5, alternative = "less",
                             method = "t", transform = "logit",
                             conf.level = 0.9, simulate.p.value = FALSE,
                             B = 99, seed = NULL),
  kruskal_test = list(x = 1:6, g = c("a", "a", "b", "b", "c", "c"),
                      exact = NULL, simulate.p.value = FALSE, B = 99,
                      seed = NULL, threads = 1),
  pairwise_groups = list(x = 1:6, g = c("a", "a", "b", "b", "c", "c"),
                         test = "wilcoxon", p.adjust.method = "holm",
                         conf.level = 0.9, B = 99, seed = NULL),
  rate_test = list(events = c(1, 0, 2, 3), words = c(100, 50, 80, 90),
                   group = c("a", "a", "b", "b"), model = "count",
                   alternative = "less", conf.level = 0.9,
                   simulate.p.value = FALSE, B = 99, seed = NULL),
  cliff_delta = list(x = 1:3, y = 2:5, method = "score", conf.level = 0.9),
  vargha_delaney = list(x = 1:3, y = 2:5, method = "score",
                        conf.level = 0.9),
  code_matrix = list(codings = coded, units = parts, codebook = book,
                     coder = "A", participants = NULL, plan = plan,
                     by = "participant"),
  codebook = list(data = data.frame(code = "x"), version = "1"),
  codebook_hash = list(x = book),
  coding_plan = list(list(A = "a"), transcripts = talk),
  codings = list(data = as.data.frame(coded), transcripts = talk),
  compare_groups = list(x = people, group = "group", measure = "presence",
                        level = "code", test = "fisher", adjust = "minp",
                        conf_level = 0.95, interval = "score",
                        replicates = NULL, seed = NULL, threads = 1,
                        progress = FALSE),
  confusions = list(x = rated, units = NULL, n = 3),
  agreement_categories = list(x = rated, coefficient = "alpha", ci = "none",
                              conf_level = 0.95, replicates = 10,
                              cluster = NULL, seed = 1, threads = 1),
  agreement_coders = list(x = rated, coefficient = "alpha", level = "nominal",
                          weights = NULL, range = NULL, standard = NULL),
  agreement_units = list(x = rated, coefficient = "alpha", level = "nominal",
                         weights = NULL, range = NULL, of = "unit",
                         cluster = NULL, n = 3),
  kappa_indices = list(x = rated, positive = NULL),
  disagreements = list(x = rated, codes = NULL, n = 3, order = "impact",
                       coefficient = "alpha", level = "nominal",
                       weights = NULL, range = NULL),
  participants = list(x = talk), turns = list(x = talk),
  speakers = list(x = talk),
  project = list(path = "misuse.icp", create = FALSE, read_only = TRUE),
  ratings = list(data = data.frame(u = 1:2, w = "A", v = 1:2), unit = "u",
                 coder = "w", value = "v", levels = NULL, cluster = NULL),
  ratings_counts = list(x = cbind(a = 1:2, b = 2:1), cluster = NULL),
  read_codebook = list(file = "absent.csv"),
  read_transcripts = list(path = "absent.txt", participants = NULL,
                          speakers = NULL, format = NULL, encoding = NULL),
  resolve = list(x = coded, units = parts, decisions = NULL, coders = NULL,
                 plan = plan, name = "consensus", unsettled = "open"),
  sample_table = list(x = people, group = "group", attributes = NULL),
  saturation = list(x = counted, order = NULL, group = NULL, base = 1,
                    run = 1, threshold = 0),
  transcripts = list(data = data.frame(transcript = "a", text = "P: x"),
                     participants = NULL, speakers = NULL),
  unitizing_alpha = list(codings = coded, transcripts = talk, plan = plan,
                         coefficient = "u", layers = TRUE, ci = "bca",
                         conf_level = 0.95, replicates = 20, seed = 1,
                         threads = 1),
  gamma_agreement = list(codings = coded, transcripts = talk, plan = plan,
                         alpha = 1, beta = 1, empty = 1, precision = 0.5,
                         samples = NULL, limit = 1000, seed = 1, threads = 1),
  units = list(x = talk, by = "turn", roles = "participant"),
  write_codebook = list(x = book, file = "absent/x.csv")
)

leak <- function(name, arguments) {
  found <- NULL
  tryCatch(
    withCallingHandlers(
      utils::capture.output(print(do.call(name, arguments, quote = TRUE))),
      intercoder_warning = function(w) invokeRestart("muffleWarning"),
      warning = function(w) {
        found <<- paste("warning:", conditionMessage(w))
        invokeRestart("muffleWarning")
      },
      message = function(m) invokeRestart("muffleMessage")
    ),
    intercoder_error = identity,
    error = function(e) found <<- paste("error:", conditionMessage(e))
  )
  found
}

test_that("misuse ends in an error of the package", {
  withr::local_dir(withr::local_tempdir())
  # Five thousand backtraces that nobody reads would take most of the time.
  withr::local_options("rlang:::disable_trace_capture" = TRUE)
  leaks <- character()
  for (name in names(calls)) {
    for (i in seq_along(calls[[name]])) {
      for (kind in names(strange)) {
        arguments <- calls[[name]]
        arguments[i] <- strange[kind]
        found <- leak(name, arguments)
        if (!is.null(found)) {
          leaks <- c(leaks, sprintf("%s(%s = <%s>): %s", name,
                                    names(arguments)[i], kind, found))
        }
      }
    }
  }
  expect_identical(leaks, character())
})

test_that("what would be ignored is refused", {
  refused <- function(code) {
    expect_error(code, class = "intercoder_error_argument")
  }
  refused(agreement(rated, weights = "cubic", ci = "none"))
  refused(agreement(rated, ci = "none", seed = -1))
  refused(agreement(coded))
  refused(apply_codebook(talk, book, coder = ""))
  refused(apply_codebook(talk, book, progress = "yes"))
  refused(compare_groups(people, "group", seed = "x"))
  refused(wilcoxon_test(1:3, 2:5, exact = "yes"))
  refused(as_ratings(coded, parts, plan, codes = NA))
  refused(as_ratings(coded, parts, plan, codes = character()))
  refused(disagreements(rated, codes = 0))
  refused(read_codebook("\xff.csv"))
  expect_error(
    code_matrix(coded, parts, data.frame(code = c("x", "x")), coder = "A"),
    class = "intercoder_error_duplicate"
  )
})

test_that("base::units() goes on working for what it knows", {
  hours <- as.difftime(2, units = "hours")
  expect_identical(units(hours), "hours")
  expect_error(units(1), class = "intercoder_error_argument")
})

test_that("results without rows print", {
  alone <- ratings(cbind(A = c(1, 2)))
  expect_output(print(agreement_pairs(alone)))
  expect_output(print(confusions(rated, n = 0)))
  expect_identical(format_percent(numeric()), character())
})

test_that("nothing to rate, places that are none and empty books are named", {
  none <- coded[0, ]
  expect_error(as_ratings(none, parts, plan),
               class = "intercoder_error_argument")
  expect_length(as_ratings(none, parts, plan, codes = "x"), 1)
  nowhere <- suppressMessages(as_ratings(coded, parts[0, ], plan))
  expect_identical(agreement(nowhere, ci = "none")$status, "no_ratings")
  frame <- as.data.frame(coded)
  expect_error(as_ratings(transform(frame, start = NA), parts, plan),
               class = "intercoder_error")
  expect_error(as_ratings(transform(frame, end = NA_integer_), parts, plan),
               "rows 1, 2", class = "intercoder_error_missing")
  expect_s3_class(resolve(none, parts, coders = c("A", "B"), plan = plan),
                  "resolution")
  expect_error(talk[list(1)], class = "intercoder_error_argument")
  file <- withr::local_tempfile(fileext = ".csv")
  write_codebook(codebook(data.frame(code = "x"), version = "1")[0, ], file)
  expect_length(readLines(file), 1)
})

test_that("no transcripts have no speakers, and a code is one string", {
  expect_identical(nrow(speakers(talk[0])), 0L)
  expect_error(as.matrix(agreement_pairs(rated), mean),
               class = "intercoder_error_argument")
})
