# Other packages on the same data:  Rscript bench/peers.R
# Computes each statistic here and by each package that R finds (R_LIBS), prints
# both, and keeps in inst/validation/peers.csv those of which the digits shown
# are the same (a row whose `why` is empty); rows that say why a program differs
# are kept by hand. A difference that no such row explains is an error.
# Needs intercoder installed.

suppressPackageStartupMessages(library(intercoder))
published <- new.env()
sys.source("inst/validation/published.R", published)
example <- function(id) {
  published$published_input(published$published_data(id), "wide")
}
plain <- function(id) as.data.frame(published$published_data(id))
long <- function(id) {
  x <- plain(id)
  tibble::tibble(unit = rep(seq_len(nrow(x)), ncol(x)),
                 coder = rep(names(x), each = nrow(x)), value = unlist(x))
}
study <- simulated_study
turns <- units(study$transcripts)
m <- code_matrix(study$consensus, turns, study$codebook)
shares <- m$themes / m$participants$units
group <- factor(m$participants$group)

agree <- function(id, what, ...) {
  more <- vapply(list(...), function(x) paste0(", ", x), "")
  sprintf('agreement(example("%s"), "%s"%s, ci = "none")$estimate', id, what,
          paste(more, collapse = ""))
}
row <- function(package, what, data, statistic, call, peer, digits = 3) {
  data.frame(package, what, data, statistic, call, digits,
             peer = I(list(substitute(peer))))
}
anxiety <- "irr_anxiety (20 people, 3 raters)"
first <- "fleiss1971_first3 (30 units, 3 coders)"
missing <- "krippendorff2011_C (12 units, 4 coders, gaps)"
gwet <- "gwet_cac_raw4raters (12 units, 4 coders, gaps)"
study_data <- "the simulated study"
share_test <- paste0(
  "with(simulated_study, compare_groups(code_matrix(consensus, ",
  'units(transcripts), codebook), "group", "share", adjust = "none"))',
  "$p.value[2]"
)

cases <- rbind(
  row("irr", "kappam.fleiss()", first, "Fleiss' kappa",
      agree("fleiss1971_first3", "fleiss"),
      irr::kappam.fleiss(plain("fleiss1971_first3"))$value),
  row("irr", "kappam.fleiss(exact = TRUE)", first, "Conger's kappa",
      agree("fleiss1971_first3", "conger"),
      irr::kappam.fleiss(plain("fleiss1971_first3"), exact = TRUE)$value),
  row("irr", "kripp.alpha()", missing, "alpha, nominal",
      agree("krippendorff2011_C", "alpha"),
      irr::kripp.alpha(t(plain("krippendorff2011_C")))$value),
  row("irr", "kripp.alpha()", missing, "alpha, ordinal",
      agree("krippendorff2011_C", "alpha", 'level = "ordinal"'),
      irr::kripp.alpha(t(plain("krippendorff2011_C")), "ordinal")$value),
  row("irr", "icc()", anxiety, "ICC(2,1)", agree("irr_anxiety", "icc21"),
      irr::icc(plain("irr_anxiety"), "twoway", "agreement")$value),
  row("irr", "kendall()", anxiety, "Kendall's W",
      agree("irr_anxiety", "kendall_w"),
      irr::kendall(plain("irr_anxiety"), correct = TRUE)$value),
  row("irrCAC", "gwet.ac1.raw()", gwet, "Gwet's AC1",
      agree("gwet_cac_raw4raters", "ac"),
      irrCAC::gwet.ac1.raw(plain("gwet_cac_raw4raters"))$est$coeff.val),
  row("irrCAC", "gwet.ac1.raw()", gwet, "AC1, standard error",
      paste0('agreement(example("gwet_cac_raw4raters"), "ac", ',
             'ci = "analytic")$std.error'),
      irrCAC::gwet.ac1.raw(plain("gwet_cac_raw4raters"))$est$coeff.se),
  row("irrCAC", "fleiss.kappa.raw()", gwet, "Fleiss' kappa",
      agree("gwet_cac_raw4raters", "fleiss"),
      irrCAC::fleiss.kappa.raw(plain("gwet_cac_raw4raters"))$est$coeff.val),
  row("irrCAC", "conger.kappa.raw()", gwet, "Conger's kappa",
      agree("gwet_cac_raw4raters", "conger"),
      irrCAC::conger.kappa.raw(plain("gwet_cac_raw4raters"))$est$coeff.val),
  row("irrCAC", "bp.coeff.raw()", gwet, "Brennan-Prediger",
      agree("gwet_cac_raw4raters", "bp"),
      irrCAC::bp.coeff.raw(plain("gwet_cac_raw4raters"))$est$coeff.val),
  row("irrCAC", "krippen.alpha.raw()", gwet, "alpha, nominal",
      agree("gwet_cac_raw4raters", "alpha"),
      irrCAC::krippen.alpha.raw(plain("gwet_cac_raw4raters"))$est$coeff.val),
  row("psych", "cohen.kappa()", "fleiss1971_first3, coders 1 and 2",
      "Cohen's kappa",
      paste0('agreement(ratings(published$published_data("fleiss1971_first3")',
             '[1:2]), "kappa", ci = "none")$estimate'),
      psych::cohen.kappa(plain("fleiss1971_first3")[1:2])$kappa),
  row("psych", "ICC()", "shrout_fleiss1979 (6 targets, 4 judges)", "ICC(2,1)",
      agree("shrout_fleiss1979", "icc21"),
      psych::ICC(plain("shrout_fleiss1979"), lmer = FALSE)$results$ICC[2]),
  row("tidycomm", "test_icr()", first, "alpha, nominal",
      agree("fleiss1971_first3", "alpha"),
      tidycomm::test_icr(long("fleiss1971_first3"), unit, coder,
                         value)$Krippendorffs_Alpha),
  row("tidycomm", "test_icr()", first, "Fleiss' kappa",
      agree("fleiss1971_first3", "fleiss"),
      tidycomm::test_icr(long("fleiss1971_first3"), unit, coder, value,
                         fleiss_kappa = TRUE)$Fleiss_Kappa),
  row("quanteda", "tokens_lookup()", study_data, "hits of `trust*`, `system*`",
      paste0("nrow(apply_codebook(simulated_study$transcripts, ",
             'codebook(data.frame(code = "a", rule = "trust* OR system*"))))'),
      sum(quanteda::ntoken(quanteda::tokens_lookup(
        quanteda::tokens(turns$text),
        quanteda::dictionary(list(a = c("trust*", "system*")))))), digits = 0),
  row("coin", "wilcox_test(exact)", study_data,
      "share of the relationship, p", share_test,
      as.numeric(coin::pvalue(coin::wilcox_test(
        shares[, 2] ~ group, distribution = "exact"))), digits = 6),
  row("coin", "oneway_test(exact)", study_data,
      "share of the relationship, p",
      sub('"share",', '"share", test = "permutation",', share_test,
          fixed = TRUE),
      as.numeric(coin::pvalue(coin::oneway_test(
        shares[, 2] ~ group, distribution = "exact"))), digits = 6)
)

there <- vapply(cases$package, requireNamespace, NA, quietly = TRUE)
cat("Not installed:", toString(unique(cases$package[!there])), "\n")
cases <- cases[there, ]
here <- vapply(cases$call, function(call) eval(str2lang(call)), 0)
peer <- vapply(cases$peer, function(call) as.numeric(eval(call))[1], 0)
shown <- function(x) sprintf("%.*f", cases$digits, x)
print(data.frame(cases[c("package", "what", "statistic")], here = shown(here),
                 peer = shown(peer)), row.names = FALSE)
stopifnot(shown(here) == shown(peer))

file <- "inst/validation/peers.csv"
old <- read.csv(file, colClasses = "character")
program <- vapply(cases$package, function(p) {
  paste(p, utils::packageVersion(p))
}, "")
same <- data.frame(
  package = sprintf("%s, %s", program, cases$what), cases["data"],
  cases["statistic"], cases["call"], cases["digits"], gives = shown(peer),
  why = ""
)
recorded <- sub(" .*", "", old$package)
kept <- nzchar(old$why) | !recorded %in% cases$package
write.csv(rbind(same, old[kept, ]), file, row.names = FALSE)
