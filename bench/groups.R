# Groups compared beside other packages, on simulated participants.
#   Rscript bench/groups.R          some minutes
#   Rscript bench/groups.R quick    about a minute: without the largest peers
#   Rscript bench/groups.R record   writes inst/validation/groups_speed.csv
# Uses the packages R finds (R_LIBS) and names those it does not. Every program
# runs in a process of its own with limits on time and memory, on one thread. CPU
# is seconds of the processor, the best of a few; MB is the most memory above
# what the process held before. "Same" says whether the peer gives the same
# p-values (to 1e-4, since some search a grid): where it does not, the line says
# how many differ. The
# core's lines are calls of compiled code, without R's checks and tables. Goals
# stand behind.
folder <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE),
                                           value = TRUE)))
measure_file <- normalizePath(file.path(folder, "measure.R"))
source(measure_file)

quick <- "quick" %in% commandArgs(TRUE)
record <- "record" %in% commandArgs(TRUE)
limit <- if (quick) 20 else 240
peers <- c("exact2x2", "Exact", "coin", "exactRankTests", "brunnermunzel",
           "multtest", "vegan")
there <- Filter(has, peers)
rows <- list()

# ---- Showing ----------------------------------------------------------------
met <- function(ok) if (ok) "met" else "MISSED"

tell_goal <- function(r, seconds, mb) {
  if (is.null(seconds)) {
    return("")
  }
  sprintf("[goal %g s%s: %s]", seconds,
          if (is.null(mb)) "" else sprintf(", %g MB", mb),
          met(r$cpu <= seconds && (is.null(mb) || r$mb <= mb)))
}

show <- function(title, name, r, own = NULL, truth = NULL, goal = NULL,
                 mb = NULL) {
  if (!is.null(r$failed)) {
    cat(sprintf("  %-46s %s\n", name, gsub("\\s+", " ", r$failed)))
    rows[[length(rows) + 1]] <<- data.frame(
      task = title, program = name, cpu_seconds = NA, mb = NA, differ = NA,
      note = gsub("\\s+", " ", r$failed)
    )
    return(invisible())
  }
  differ <- if (!is.null(truth) && length(r$value) == length(truth)) {
    sum(abs(r$value - truth) > 1e-4 | is.na(r$value))
  } else NA
  cat(sprintf("  %-46s %11.6f s %8s %8s %-10s %s\n", name, r$cpu,
              if (is.na(r$mb %||% NA)) "" else sprintf("%.0f MB", r$mb),
              if (is.null(own)) "" else sprintf("%.3gx", r$cpu / own),
              if (is.na(differ)) "" else if (differ) sprintf("%d differ", differ)
              else "same", tell_goal(r, goal, mb)))
  rows[[length(rows) + 1]] <<- data.frame(
    task = title, program = name, cpu_seconds = signif(r$cpu, 4),
    mb = round(r$mb %||% NA), differ = differ, note = ""
  )
}

# One call in a process of its own. `each` is how many tests the call makes.
timed <- function(call, package, before, each = 1) {
  r <- in_child(list(call), NULL, package, before, limit, 12)[[1]]
  if (is.null(r$failed)) {
    r$cpu <- r$cpu / each
  }
  r
}

# `own` and each of `others`: list(name, call, package, each); the peers' values
# are held against our own.
task <- function(title, before, own, others = list(), goal = NULL, mb = NULL) {
  cat("\n", title, "\n", sep = "")
  r <- timed(own$call, "intercoder", before, own$each %||% 1)
  show(title, paste("intercoder,", own$name), r, goal = goal, mb = mb)
  for (other in others) {
    name <- paste0(other$package, ", ", other$name)
    if (!other$package %in% c(there, "stats")) next
    show(title, name, timed(other$call, other$package, before,
                            other$each %||% 1), r$cpu, r$value)
  }
}

cat(R.version.string, "on", Sys.info()[["machine"]], "\nTimed: intercoder",
    format(utils::packageVersion("intercoder")), paste0(
      ", ", there, " ", vapply(there, function(p) {
        format(utils::packageVersion(p))
      }, ""), collapse = ""), "\n")
if (length(setdiff(peers, there))) {
  cat("Not installed:", paste(setdiff(peers, there), collapse = ", "), "\n")
}

# ---- A study ----------------------------------------------------------------
study <- quote({
  options(intercoder.threads = 1)
  set.seed(20260401)
  g <- rep(c("a", "b"), c(11, 10))
  has_code <- matrix(stats::rbinom(21 * 12, 1, rep(
    seq(0.1, 0.9, length.out = 12), each = 21)), 21,
    dimnames = list(NULL, sprintf("c%02d", 1:12)))
  counts <- matrix(stats::rpois(21 * 12, 3), 21,
                   dimnames = dimnames(has_code))
  people <- data.frame(g = g, has_code)
  many <- data.frame(g = g, counts)
  x1 <- colSums(has_code[g == "a", ])
  x2 <- colSums(has_code[g == "b", ])
  tables <- lapply(1:12, function(k) {
    rbind(c(x1[k], 11 - x1[k]), c(x2[k], 10 - x2[k]))
  })
  member <- g == "a"
})

task(
  "12 codes x 21 participants: k/n, difference, exact interval, Boschloo, joint min-p",
  study,
  list(name = "compare_groups()",
       call = quote(compare_groups(people, "g")$p.value)),
  list(
    list(name = "exact.test(), z-pooled with exact interval", package = "Exact",
         call = quote({
           lapply(tables, Exact::exact.test, method = "z-pooled",
                  to.plot = FALSE, conf.int = TRUE)
           NULL
         })),
    list(name = "boschloo(), central", package = "exact2x2",
         call = quote(vapply(seq_along(x1), function(k) {
           exact2x2::boschloo(x1[k], 11, x2[k], 10, tsmethod = "central")$p.value
         }, 0))),
    list(name = "mt.maxT(), all relabellings", package = "multtest",
         call = quote({
           utils::capture.output(multtest::mt.maxT(t(has_code), as.integer(!member),
                                                   B = 0))
           NULL
         })),
    list(name = "adonis2(), 9,999 relabellings", package = "vegan",
         call = quote({
           vegan::adonis2(has_code[rowSums(has_code) > 0, ] ~
                            g[rowSums(has_code) > 0],
                          permutations = 9999, method = "jaccard")
           NULL
         }))
  ),
  goal = 0.050
)

task(
  "And all else, one call after the other: ranks, profile, other tests and effects",
  study,
  list(name = "88 calls", call = quote({
    out <- list(
      compare_groups(people, "g"), compare_groups(many, "g", "count"),
      compare_groups(people, "g", adjust = "dbh"),
      compare_profiles(people, "g"),
      lapply(tables, function(t) {
        list(barnard_test(t), fisher_test(t), fisher_test(t, midp = TRUE),
             odds_ratio(t), risk_ratio(t),
             risk_difference(t, method = "newcombe"))
      }),
      lapply(1:12, function(k) {
        brunner_munzel_test(counts[member, k], counts[!member, k])
      })
    )
    NULL
  }))
)

# ---- Many codes -------------------------------------------------------------
large <- quote({
  options(intercoder.threads = 1)
  set.seed(5)
  g <- rep(c("a", "b"), c(1000, 1000))
  present <- matrix(stats::rbinom(2000 * 500, 1, 0.2), 2000)
  amount <- matrix(stats::rpois(2000 * 500, 1), 2000)
  people <- data.frame(g = g, present)
  many <- data.frame(g = g, amount)
  columns <- t(amount)
  member <- as.integer(g == "b")
})
large_peers <- if (!quick) list(
  list(name = "mt.maxT(), Wilcoxon", package = "multtest",
       call = quote({
         utils::capture.output(multtest::mt.maxT(columns, member, test = "wilcoxon",
                                                 B = 10000))
         NULL
       })),
  list(name = "independence_test(), step-down", package = "coin",
       call = quote({
         f <- stats::as.formula(paste(paste(names(many)[-1], collapse = "+"),
                                      "~ g"))
         many$g <- factor(many$g)
         coin::pvalue(coin::independence_test(
           f, many, distribution = coin::approximate(nresample = 10000)),
           method = "step-down")
         NULL
       }))
)
task("500 codes x 2,000 participants, presence, 10,000 relabellings, step-down",
     large,
     list(name = "compare_groups()", call = quote({
       compare_groups(people, "g", replicates = 10000, seed = 1)
       NULL
     })), goal = 0.5, mb = 60)
task("500 codes x 2,000 participants, counts, 10,000 relabellings, step-down",
     large,
     list(name = "compare_groups(), ranks", call = quote({
       compare_groups(many, "g", "count", adjust = "maxt", replicates = 10000,
                      seed = 1)
       NULL
     })), large_peers, goal = 0.5, mb = 60)

# ---- One table --------------------------------------------------------------
for (size in list(c(7, 11, 3, 10), c(60, 100, 45, 100), c(250, 500, 210, 500))) {
  x <- as.list(size)
  names(x) <- c("x1", "n1", "x2", "n2")
  before <- bquote({
    x1 <- .(x$x1); n1 <- .(x$n1); x2 <- .(x$x2); n2 <- .(x$n2)
    t <- rbind(c(x1, n1 - x1), c(x2, n2 - x2))
    space <- asNamespace("intercoder")
    core_p <- function(test) {
      space$table_p(x1 - 0:49 %% 5, n1, rep(x2, 50), n2, test, "minlike")[1]
    }
  })
  goal <- c("11" = 20e-6, "100" = 0.2e-3, "500" = 3e-3)[[as.character(size[2])]]
  slow <- size[2] < 500 || !quick
  for (test in c("boschloo", "barnard")) {
    method <- c(boschloo = "boschloo", barnard = "z-pooled")[[test]]
    task(sprintf("%s, %d v %d", c(boschloo = "Boschloo", barnard = "Barnard")[[test]],
                 size[2], size[4]), before,
         list(name = "the core", each = 50, call = bquote(core_p(.(test)))),
         if (slow) list(
           list(name = "exact.test()", package = "Exact", call = bquote(
             Exact::exact.test(t, method = .(method), to.plot = FALSE)$p.value))
         ), goal = goal)
  }
}
for (size in list(c(7, 11, 3, 10), c(32, 50, 15, 50))) {
  before <- bquote({
    x1 <- .(size[1]); n1 <- .(size[2]); x2 <- .(size[3]); n2 <- .(size[4])
    t <- rbind(c(x1, n1 - x1), c(x2, n2 - x2))
  })
  task(sprintf("Exact interval of the risk difference, %d v %d", size[2],
               size[4]), before,
       list(name = "risk_difference()", call = quote({
         risk_difference(t)
         NULL
       })),
       list(
         list(name = "exact.test(conf.int = TRUE)", package = "Exact",
              call = quote({
                Exact::exact.test(t, method = "z-pooled", to.plot = FALSE,
                                  conf.int = TRUE)
                NULL
              })),
         list(name = "uncondExact2x2(), score", package = "exact2x2",
              call = quote({
                exact2x2::uncondExact2x2(x1, n1, x2, n2, parmtype = "difference",
                                         method = "score", conf.int = TRUE)
                NULL
              }))
       ), goal = if (size[2] == 11) 0.002 else 0.050)
}

# ---- Ranks ------------------------------------------------------------------
for (n in c(50, 200)) {
  before <- bquote({
    set.seed(3)
    x <- stats::rpois(.(n), 3)
    y <- stats::rpois(.(n), 3.6)
    d <- data.frame(v = c(x, y), g = factor(rep(1:2, each = .(n))))
  })
  task(sprintf("Exact Wilcoxon with ties, %d v %d", n, n), before,
       list(name = "wilcoxon_test()",
            call = quote(wilcoxon_test(x, y)$p.value)),
       if (n == 50 || !quick) list(
         list(name = "wilcox_test(), exact", package = "coin",
              call = quote(as.numeric(coin::pvalue(coin::wilcox_test(
                v ~ g, d, distribution = "exact"))))),
         list(name = "wilcox.exact()", package = "exactRankTests",
              call = quote(exactRankTests::wilcox.exact(x, y, exact = TRUE)$p.value))
       ), goal = if (n == 50) 0.005 else 1)
}
task("Brunner-Munzel by permutation, counts, 11 v 10, a code", study,
     list(name = "brunner_munzel_test()", each = 12,
          call = quote(sapply(1:12, function(k) {
            brunner_munzel_test(counts[member, k], counts[!member, k])$p.value
          }))),
     list(list(name = "brunnermunzel.permutation.test()",
               package = "brunnermunzel", each = 12,
               call = quote(sapply(1:12, function(k) {
                 brunnermunzel::brunnermunzel.permutation.test(
                   counts[member, k], counts[!member, k])$p.value
               })))), goal = 0.0002)

# ---- More than two columns --------------------------------------------------
for (columns in c(4, 8)) {
  before <- bquote({
    set.seed(9)
    t <- table(factor(rep(1:2, 200)), factor(sample.int(.(columns), 400, TRUE)))
    t <- matrix(t, 2)
  })
  task(sprintf("Fisher's test, 2 x %d, n = 400", columns), before,
       list(name = "fisher_test()", call = quote(fisher_test(t)$p.value)),
       list(list(name = "fisher.test(workspace = 2e8)", package = "stats",
                 call = quote(fisher.test(t, workspace = 2e8)$p.value))),
       goal = 0.1)
}

if (record) {
  file <- file.path(folder, "..", "inst", "validation", "groups_speed.csv")
  utils::write.csv(do.call(rbind, rows), file, row.names = FALSE)
}
