# Agreement beside other packages, from a matrix of doubles to the number.
#   Rscript bench/agreement.R          some minutes
#   Rscript bench/agreement.R quick    under a minute: fewer data sets and peers
#   Rscript bench/agreement.R 3 4      these tables alone
# Uses the packages R finds (R_LIBS) and names those it does not. Calls run in
# child processes with limits on time and memory; one that would take longer,
# judged by its time on fewer units, is left out, and the table says so. CPU is
# seconds of the processor (user and system, all threads), the best of a few; MB
# is the most memory above the input, told for the first call of a process; the
# ratio is of CPU to intercoder's at the same task. Values stand beside: where
# they differ, one of them is wrong or means something else (irrCAC rounds to
# five digits and its ordinal weights are Gwet's; krippendorffsalpha takes
# ordinal values for interval).
folder <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE),
                                           value = TRUE)))
measure_file <- normalizePath(file.path(folder, "measure.R"))
source(measure_file)

quick <- "quick" %in% commandArgs(TRUE)
wanted <- intersect(commandArgs(TRUE), 1:7)
limit <- if (quick) 1 else 10
peers <- c("irrCAC", "icr", "irr", "krippendorffsalpha", "matrixCorr",
           "DescTools", "raters", "kappaGold", "psych", "vcd", "kappaSize")
if (quick) {
  peers <- setdiff(peers, c("krippendorffsalpha", "kappaGold"))
}
there <- Filter(has, peers)

# ---- Data -------------------------------------------------------------------
# The true category is skewed 5:4:3:2:1, a coder finds it with p = 0.7 and else
# picks any; a tenth of the values is missing.
simulate <- function(units, coders, missing = 0.1) {
  truth <- sample.int(5, units, TRUE, prob = 5:1)
  found <- runif(units * coders) < 0.7
  x <- ifelse(found, truth, sample.int(5, units * coders, TRUE))
  x[runif(length(x)) < missing] <- NA
  matrix(x, units)
}

simulate_scale <- function(units, coders, missing = 0.1) {
  x <- rnorm(units, 50, 18) + rnorm(units * coders, sd = 9)
  x[runif(length(x)) < missing] <- NA
  matrix(x, units)
}

set.seed(1)
data <- list(
  a = simulate(200, 4), b = simulate(1e4, 5), c = simulate(1e6, 5),
  b0 = simulate(1e4, 5, missing = 0)
)
if (!quick) {
  data$c0 <- simulate(1e6, 5, missing = 0)
}
data$d <- simulate_scale(1e4, 5)
data$d1 <- round(data$d)
about <- vapply(data, function(x) {
  sprintf("%s x %d%s", format(nrow(x), big.mark = ",", scientific = FALSE),
          ncol(x), if (anyNA(x)) "" else ", complete")
}, "")
about["d1"] <- paste0(about["d1"], ", whole numbers 0-100")
about["d"] <- paste0(about["d"], ", continuous")
stored <- lapply(data, write_matrix)
rm(data)

# ---- Tables -----------------------------------------------------------------
section <- function(number, title, code) {
  if (!length(wanted) || number %in% wanted) {
    cat("\n== ", number, ". ", title, " ==\n", sep = "")
    code
  }
}

seen <- new.env()

# Seconds to be expected of a program at a task from fewer units or replicates,
# if time grows no slower than they do.
expected <- function(key, work) {
  past <- seen[[key]]
  if (is.null(past) || past$work >= work) NA else past$cpu * work / past$work
}

# Several programs at one or several tasks on one data set. A call is named by
# its package, then ", variant" or ": function", then "; task"; goals are those
# of intercoder.
block <- function(title, data, calls, what = title, work = 1, goal = NA,
                  goal_mb = NA, before = NULL, alone = FALSE) {
  calls <- calls[program(calls) %in% c("intercoder", "base", there)]
  groups <- if (alone) seq_along(calls) else program(calls)
  cat("\n", title, if (!is.null(data)) sprintf(" (%s: %s)", data, about[data]),
      "\n", sep = "")
  results <- lapply(unique(groups), function(group) {
    run_group(calls[groups == group], data, what, work, before)
  })
  results <- unlist(results, recursive = FALSE)[names(calls)]
  base <- numeric()
  for (name in names(calls)) {
    own <- startsWith(name, "intercoder")
    task <- sub("[^;]*", "task", name)
    if (own && is.na(base[task])) {
      base[task] <- results[[name]]$cpu %||% NA
    }
    show(name, results[[name]], base[task], if (own) goal, if (own) goal_mb)
  }
}

program <- function(calls) sub("[,:;].*", "", names(calls))

run_group <- function(calls, data, what, work, before) {
  package <- program(calls)[1]
  keys <- paste(what, names(calls))
  wait <- vapply(keys, expected, 0, work)
  long <- !is.na(wait) & wait > limit & package != "intercoder"
  results <- stats::setNames(lapply(wait, function(s) {
    list(failed = sprintf("left out: some %.0f s expected, or more", s))
  }), names(calls))
  if (any(!long)) {
    results[!long] <- in_child(
      unname(calls[!long]), if (!is.null(data)) stored[[data]], package, before,
      limit = if (package == "intercoder") 60 else limit
    )
  }
  for (i in which(!long)) {
    cpu <- results[[i]]$cpu %||% results[[i]]$stopped
    if (!is.null(cpu)) {
      seen[[keys[i]]] <- list(cpu = cpu, work = work)
    }
  }
  results
}

show <- function(name, r, base, goal, goal_mb) {
  if (!is.null(r$failed)) {
    cat(sprintf("  %-46s %s\n", name,
                substr(gsub("\\s+", " ", r$failed), 1, 100)))
    return()
  }
  mb <- r$mb %||% NA
  cat(sprintf("  %-46s %10.5f s %8s %9s  %s%s%s\n", name, r$cpu,
              if (is.na(mb)) "" else sprintf("%.0f MB", mb),
              if (is.na(base)) "" else sprintf("%.1fx", r$cpu / base),
              paste(sprintf("%.9g", unname(r$value)), collapse = " "),
              against(r$cpu, goal, "s"), against(mb, goal_mb, "MB")))
}

against <- function(x, goal, unit) {
  if (is.null(goal) || is.na(goal) || is.na(x)) {
    return("")
  }
  sprintf("  [goal %g %s: %s]", goal, unit, if (x <= goal) "met" else "MISSED")
}

cat(R.version.string, "on", Sys.info()[["machine"]], "\n")
versions <- vapply(c("intercoder", there), function(p) {
  paste(p, utils::packageVersion(p))
}, "")
cat("Timed:", paste(versions, collapse = ", "), "\n")
cat("Not installed:", paste(setdiff(peers, there), collapse = ", "), "\n")

# ---- 1. Alpha ---------------------------------------------------------------
alpha_calls <- function(level) {
  weights <- c(nominal = "unweighted", interval = "quadratic",
               ordinal = "ordinal")[[level]]
  calls <- list(
    intercoder = bquote(agreement(ratings(x), level = .(level),
                                  ci = "none")$estimate),
    irrCAC = bquote(irrCAC::krippen.alpha.raw(
      x, weights = .(weights))$est$coeff.val),
    icr = bquote(icr::krippalpha(t(x), metric = .(level))$alpha),
    matrixCorr = bquote(matrixCorr::krippendorff_alpha(
      x, level = .(level), na_method = "available")$alpha),
    irr = bquote(irr::kripp.alpha(t(x), .(level))$value),
    DescTools = bquote(DescTools::KrippAlpha(t(x), .(level))$value),
    krippendorffsalpha = bquote(krippendorffsalpha::krippendorffs.alpha(
      x, level = .(level), method = "customary", confint = FALSE)$alpha.hat)
  )
  stats::setNames(calls, paste0(names(calls), "; ", level))
}

units_of <- function(data) stored[[data]]$dim[1]

levels_of <- function(set) {
  if (set %in% c("d1", "d")) {
    return(c("interval", "ordinal"))
  }
  c("nominal", if (set %in% c("a", "b")) "interval",
    if (set != "c0") "ordinal")
}

section(1, "Krippendorff's alpha, the estimate", {
  for (set in if (quick) "b" else c("a", "b", "c", "c0", "d1", "d")) {
    levels <- if (quick) "nominal" else levels_of(set)
    continuous <- set %in% c("d1", "d")
    block("alpha", set, unlist(lapply(levels, alpha_calls)),
          paste("alpha", if (continuous) set), units_of(set))
  }
})

# ---- 2. Intervals -----------------------------------------------------------
ends <- function(x, what) {
  bquote(unname(stats::quantile(.(x)[[.(what)]], c(0.025, 0.975))))
}
interval_calls <- function(n) {
  list(
    "intercoder, BCa" = bquote(unlist(agreement(
      ratings(x), replicates = .(n), seed = 1)[c("conf.low", "conf.high")])),
    "intercoder, percentile" = bquote(unlist(agreement(
      ratings(x), replicates = .(n), seed = 1,
      ci = "percentile")[c("conf.low", "conf.high")])),
    "intercoder, Krippendorff's algorithm of 2006" = bquote(unlist(agreement(
      ratings(x), replicates = .(n), seed = 1,
      ci = "krippendorff2006")[c("conf.low", "conf.high")])),
    "matrixCorr, percentile" = bquote(unlist(matrixCorr::krippendorff_alpha(
      x, na_method = "available", ci = TRUE, se_method = "bootstrap",
      n_boot = .(n), seed = 1)[c("lwr.ci", "upr.ci")])),
    "icr, units resampled" = ends(bquote(icr::krippalpha(
      t(x), bootnp = TRUE, nnp = .(n))), "bootstrapsNP"),
    "icr, Krippendorff's algorithm" = ends(bquote(icr::krippalpha(
      t(x), bootstrap = TRUE, nboot = .(n))), "bootstraps"),
    "krippendorffsalpha, rows" = ends(bquote(
      krippendorffsalpha::krippendorffs.alpha(
        x, level = "nominal", method = "customary",
        control = list(bootit = .(n), parallel = FALSE))), "boot.sample")
  )
}

section(2, "Intervals of alpha, nominal: 95 % limits", {
  for (set in if (quick) "b" else c("a", "b", "c")) {
    for (n in if (quick) 1000 else c(1000, 10000)) {
      block(sprintf("%s replicates", format(n, big.mark = ",")), set,
            interval_calls(n), "interval", n * units_of(set))
    }
  }
})

# ---- 3. Everything at once ---------------------------------------------------
counted <- c("percent", "fleiss", "bp", "ac", "alpha")
kappas <- c("percent", "fleiss", "conger", "light", "hubert", "bp", "ac",
            "alpha")
scales <- c("icc11", "icc21", "icc31", "icc1k", "icc2k", "icc3k", "kendall_w",
            "finn", "robinson")
all_of <- function(coefficients, ...) {
  bquote(agreement(ratings(x), .(coefficients), ..(list(...)))$estimate,
         splice = TRUE)
}
gwet <- quote(c(
  irrCAC::pa.coeff.raw(x)$est$coeff.val,
  irrCAC::fleiss.kappa.raw(x)$est$coeff.val,
  irrCAC::bp.coeff.raw(x)$est$coeff.val,
  irrCAC::gwet.ac1.raw(x)$est$coeff.val,
  irrCAC::krippen.alpha.raw(x)$est$coeff.val
))

section(3, "All coefficients at once, from the matrix", {
  for (set in c(if (!quick) "b", "c")) {
    goal <- if (set == "c") c(0.015, 32) else c(NA, NA)
    block("percent, Fleiss, Brennan-Prediger, AC1, alpha, each with an error",
          set, list(
      "intercoder, jackknife" = all_of(counted, ci = "jackknife"),
      "intercoder, linearised" = all_of(counted, ci = "analytic"),
      "irrCAC, linearised" = gwet,
      "matrixCorr, jackknife, its analytical alpha" = quote(
        matrixCorr::krippendorff_alpha(
          x, na_method = "available", method = "analytical", ci = TRUE,
          se_method = "jackknife")$alpha)
    ), "counted", units_of(set), goal[1], goal[2], alone = TRUE)
  }
  block("for scale", "c", list(
    "base: sum()" = quote(sum(x, na.rm = TRUE)),
    "intercoder: ratings()" = quote({
      ratings(x)
      NULL
    }),
    "intercoder: the five without errors" = all_of(counted, ci = "none")
  ), alone = TRUE)
  block("and Conger, Light, Hubert: eight, jackknife", "c", list(
    "intercoder" = all_of(kappas, ci = "jackknife")
  ))
  block("six ICC, W, Finn, Robinson: nine, jackknife", "c", list(
    "intercoder" = all_of(scales, ci = "jackknife")
  ))
})

# ---- 4. Bootstrap of all -----------------------------------------------------
section(4, "10,000 BCa replicates of all coefficients", {
  for (set in c("b", "c")) {
    for (which in list(counted, kappas)) {
      block(sprintf("%d coefficients: %s", length(which),
                    paste(which, collapse = " ")), set, list(
        "intercoder" = all_of(which, replicates = 1e4, seed = 1)
      ), goal = 0.5)
    }
  }
  if (!quick) {
    block(paste("with", paste(scales, collapse = " ")), "b", list(
      "intercoder" = all_of(c(kappas, scales), replicates = 1e4, seed = 1)
    ), goal = 0.5)
  }
})

# ---- 5. Continuous values ---------------------------------------------------
section(5, "Continuous values (peers: see 1)", {
  for (level in c("interval", "ordinal")) {
    block(paste("alpha", level), "d", list(
      "intercoder, estimate" = all_of("alpha", level = level, ci = "none")
    ), goal = 0.01)
    block(paste("alpha", level, "with an error"), "d", list(
      "intercoder, jackknife" =
        all_of("alpha", level = level, ci = "jackknife"),
      "intercoder, 1,000 BCa replicates" =
        all_of("alpha", level = level, replicates = 1000, seed = 1)
    ))
  }
})

# ---- 6. Kappas --------------------------------------------------------------
counts <- quote(counts <- vapply(1:5, function(k) rowSums(x == k),
                                 numeric(nrow(x))))
kappa_calls <- list(
  "intercoder; Fleiss" = all_of("fleiss", ci = "analytic"),
  "irrCAC; Fleiss" = quote(irrCAC::fleiss.kappa.raw(x)$est$coeff.val),
  "matrixCorr; Fleiss" = quote(matrixCorr::multirater_kappa(
    x, ci = TRUE)$kappa),
  "raters; Fleiss" = quote(raters::concordance(counts, "Normal")$Fleiss[[1]]),
  "irr; Fleiss" = quote(irr::kappam.fleiss(x)$value),
  "DescTools; Fleiss" = quote(DescTools::KappaM(x, conf.level = 0.95)[[1]]),
  "kappaGold; Fleiss" = quote(kappaGold::kappam_fleiss(x)$value0),
  "intercoder; AC1" = all_of("ac", ci = "analytic"),
  "irrCAC; AC1" = quote(irrCAC::gwet.ac1.raw(x)$est$coeff.val),
  "matrixCorr; AC1" = quote(matrixCorr::gwet_ac(x, input = "ratings",
                                                ci = TRUE)$ac),
  "intercoder; Conger" = all_of("conger", ci = "analytic"),
  "irrCAC; Conger" = quote(irrCAC::conger.kappa.raw(x)$est$coeff.val)
)
cohen_calls <- list(
  "intercoder; Cohen" = quote(agreement(ratings(x[, 1:2]), "kappa",
                                        ci = "analytic")$estimate),
  "matrixCorr; Cohen" = quote(c(matrixCorr::cohen_kappa(x[, 1], x[, 2],
                                                        ci = TRUE))[[1]]),
  "irr; Cohen" = quote(irr::kappa2(x[, 1:2])$value),
  "DescTools; Cohen" = quote(DescTools::CohenKappa(x[, 1], x[, 2],
                                                   conf.level = 0.95)[[1]]),
  "psych; Cohen" = quote(psych::cohen.kappa(x[, 1:2])$kappa),
  "vcd; Cohen" = quote(vcd::Kappa(table(x[, 1], x[, 2]))$Unweighted[[1]]),
  "kappaGold; Cohen" = quote(kappaGold::kappa2(x[, 1:2])$value)
)

section(6, "Kappas of complete data with an error", {
  for (set in c("b0", if (!quick) "c0")) {
    block("kappas of five coders", set, kappa_calls, "kappas", units_of(set),
          before = counts)
    block("coders 1 and 2", set, cohen_calls, "cohen", units_of(set))
  }
})

# ---- 7. Whole tables --------------------------------------------------------
# 100 transcripts of 50,000 characters, forty passages of each of three coders
segments <- quote({
  set.seed(1)
  segments <- do.call(rbind, lapply(1:100, function(t) {
    start <- sort(sample(seq(1, 49000, 100), 40))
    do.call(rbind, lapply(c("Ann", "Ben", "Cem"), function(coder) {
      from <- start + sample(-20:20, 40, TRUE) + 50
      data.frame(transcript = paste0("T", t), start = from,
                 end = from + sample(20:40, 40, TRUE), coder = coder,
                 code = ifelse(runif(40) < 0.8, 1 + start %/% 100 %% 5,
                               sample(5, 40, TRUE)))
    }))
  }))
  extent <- stats::setNames(rep(50000, 100), paste0("T", 1:100))
})

section(7, "Whole tables, 2,000 BCa replicates where there are intervals", {
  for (set in c("b", if (!quick) "c")) {
    block("comparison of coders 1-3 with coders 3-5", set, list(
      "intercoder: compare_agreement()" = quote(
        compare_agreement(x[, 1:3], x[, 3:5], seed = 1)$estimate)
    ), alone = TRUE)
    block("units, coders, pairs", set, list(
      "intercoder: agreement_units(n = 20)" = quote(
        agreement_units(x, n = 20)$influence[1]),
      "intercoder: agreement_coders()" = quote(agreement_coders(x)$without[1]),
      "intercoder: agreement_pairs()" = quote(agreement_pairs(x)$estimate[1])
    ), alone = TRUE)
    block("alpha and specific agreement of each category", set, list(
      "intercoder: agreement_categories()" = quote(
        agreement_categories(x, seed = 1)$estimate)
    ), alone = TRUE)
  }
  block("kappa of each category", "b0", list(
    "intercoder: agreement_categories(\"fleiss\")" = quote(
      agreement_categories(x, "fleiss", ci = "none")$estimate),
    "matrixCorr: multirater_kappa()" = quote(attr(matrixCorr::multirater_kappa(
      x, by_category = TRUE), "by_category")$kappa %||% NA),
    "irr: kappam.fleiss()" = quote(irr::kappam.fleiss(
      x, detail = TRUE)$detail[, 1])
  ))
  block("unitizing: 100 transcripts, 3 coders, 12,000 passages", NULL,
        list(
    "intercoder: unitizing_alpha(), no interval" = quote(
      unitizing_alpha(segments, extent, ci = "none")$estimate),
    "intercoder: unitizing_alpha(), 2,000 BCa" = quote(
      unitizing_alpha(segments, extent, seed = 1)$estimate)
  ), before = segments, alone = TRUE)
  block("units needed: kappa 0.6 against 0.4, prevalence 0.3", NULL, list(
    "intercoder: agreement_size()" = quote(
      agreement_size(0.6, null = 0.4, prevalence = 0.3,
                     alternative = "two.sided",
                     method = "goodness_of_fit")$units),
    "kappaSize: PowerBinary()" = quote(unlist(
      kappaSize::PowerBinary(0.4, 0.6, 0.3, 2)$N))
  ))
})

unlink(vapply(stored, `[[`, "", "file"))
