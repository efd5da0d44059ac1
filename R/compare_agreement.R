# A view is what one coefficient looks at: `data` (units x coders, places among
# the categories of `ratings`). Views with one `sample` number have the same
# units, row by row, and are drawn together; other samples are independent.
# Views of a sample may share columns.
agreement_view <- function(x, code = 1L, coders = NULL, sample = 1L) {
  data <- places(x, code)
  if (!is.null(coders)) {
    data <- data[, coders, drop = FALSE]
  }
  list(ratings = x, data = data, sample = sample, cluster = x$cluster)
}

# One call of the core. `contrasts` names the numbers of two views, `first` and
# `second`, and a coefficient for each, `of_first` and `of_second`. With
# `means`, a list of numbers of views, the sides are means of these; a mean of
# none is 0. Two data frames: `views` with a row for each view, whose matrices
# `estimate` and `status` have a column for each coefficient, and `contrasts`.
contrast_views <- function(views, contrasts, task, step = NULL,
                           call = caller_env(), means = NULL) {
  at <- vapply(views, function(v) as.integer(v$sample), 0L)
  samples <- lapply(seq_len(max(at)), function(s) joint_sample(views[at == s]))
  looks <- vector("list", length(views))
  for (s in seq_along(samples)) {
    for (k in seq_along(which(at == s))) {
      v <- which(at == s)[k]
      looks[[v]] <- list(s - 1L, samples[[s]]$columns[[k]],
                         category_count(views[[v]]$ratings),
                         view_spec(views[[v]]$ratings, task, call))
    }
  }
  number <- function(coefficient) {
    match(coefficient, agreement_coefficients) - 1L
  }
  answer <- core_value(
    .Call(C_contrast_run, lapply(samples, `[`, 1:4), looks,
          if (!is.null(means)) lapply(means, function(m) as.integer(m) - 1L),
          rbind(as.integer(contrasts$first) - 1L, number(contrasts$of_first),
                as.integer(contrasts$second) - 1L,
                number(contrasts$of_second)),
          c(match(task$ci, agreement_intervals) - 1, task$conf_level,
            task$replicates, task$seed),
          task$threads, step),
    call = call
  )
  list(views = view_frame(answer$views), contrasts =
         contrast_frame(answer$contrasts))
}

# The columns of several views side by side, those that are equal once.
joint_sample <- function(views) {
  columns <- unlist(lapply(views, function(v) {
    lapply(seq_len(ncol(v$data)), function(g) v$data[, g])
  }), recursive = FALSE)
  once <- !duplicated(columns)
  kept <- columns[once]
  place <- vapply(columns, function(column) {
    Position(function(other) identical(other, column), kept)
  }, 0L)
  widths <- vapply(views, function(v) ncol(v$data), 0L)
  end <- cumsum(widths)
  values <- matrix(as.integer(unlist(kept)), nrow(views[[1]]$data), sum(once))
  cluster <- views[[1]]$cluster
  list(
    values = values,
    categories = max(vapply(views, function(v) category_count(v$ratings), 0L)),
    cluster = if (!is.null(cluster)) as.integer(cluster),
    clusters = nlevels(cluster),
    columns = lapply(seq_along(views), function(i) {
      place[seq_len(widths[i]) + end[i] - widths[i]] - 1L
    })
  )
}

view_spec <- function(x, task, call) {
  core_spec(x, agreement_spec(x, task$coefficient, task$distance, task$weights,
                              task$range, call))
}

view_frame <- function(x) {
  k <- (ncol(x) - 4) / 2
  shown <- agreement_coefficients
  estimate <- x[, 4 + seq_along(shown), drop = FALSE]
  estimate[is.nan(estimate)] <- NA
  status <- matrix(agreement_statuses[x[, 4 + k + seq_along(shown)] + 1],
                   nrow(x))
  colnames(estimate) <- colnames(status) <- shown
  out <- data.frame(units = x[, 1], pairable = x[, 2], disagreements = x[, 3],
                    coders = x[, 4])
  out$estimate <- estimate
  out$status <- status
  out
}

contrast_frame <- function(x) {
  x[is.nan(x)] <- NA
  data.frame(
    estimate = x[, 1], std.error = x[, 2], conf.low = x[, 3],
    conf.high = x[, 4], p.value = x[, 5], undefined = x[, 6],
    interval = agreement_intervals[x[, 7] + 1], units = x[, 8],
    clusters = ifelse(x[, 9] > 0, x[, 9], NA)
  )
}

#' Differences between coefficients of agreement
#'
#' Do the coders agree better on one code than on another, after training than
#' before, with each other than with the rules of a codebook? The difference of
#' two coefficients has an interval of its own; whether two intervals overlap
#' does not answer the question.
#'
#' What is compared depends on what is given:
#' * `x` and `y`: two [ratings()]. `paired = TRUE` says that they are of the
#'   same units (two rounds over the same interviews, people and a rule, two
#'   sets of coders); `paired = FALSE` that their units are different ones.
#'   Ratings with several codes are compared code by code.
#' * a named list of ratings as `x`: likewise, all pairs of them.
#' * `x` and `by`: the groups of units of one `x`, which are independent.
#' * `x` with several codes alone: its codes, on the same units.
#' * `x` with one code and several coefficients: the coefficients.
#'
#' @section Method: Paired values stand side by side, and units (or clusters)
#'   are drawn with both, so that what the two have in common cancels out.
#'   Otherwise each set of units is drawn by itself. Both coefficients are
#'   computed anew in each replicate. Intervals are of the difference: `"bca"`
#'   (Efron 1987) with acceleration from the exact jackknife of the difference,
#'   for independent units that of several samples (Davison and Hinkley 1997,
#'   5.26); `"percentile"`; `"jackknife"`, with t quantiles, for independent
#'   units with Satterthwaite's degrees of freedom.
#'
#'   `p.value` is two-sided and belongs to the interval: it is the smallest
#'   alpha at which the interval of level 1 - alpha leaves out 0 (for BCa Efron
#'   and Tibshirani 1993, 15.4), so the two cannot contradict each other; it is
#'   never below 2 / (replicates + 1). It is not adjusted for the number of
#'   comparisons.
#'
#'   Groups made by `by` are drawn separately even where one cluster reaches
#'   into both; give such groups as two paired ratings instead.
#'
#' @inheritParams agreement
#' @param x [ratings()], or what `ratings()` takes alone, or a named list of
#'   such.
#' @param y The ratings to compare `x` with, or `NULL`.
#' @param coefficient One or more coefficients; see [agreement()].
#' @param by A vector with one element per unit of `x`, or the name of a column
#'   of its units: its groups are compared.
#' @param against The name of the code, group, coefficient or element of the
#'   list that each of the others is compared with; all pairs when `NULL`.
#' @param paired Whether the ratings are of the same units. These must have the
#'   same labels; a different order is put right.
#' @param cluster What is resampled: `NULL` takes the clusters of the ratings,
#'   `FALSE` resamples units, or a vector with one element per unit, or the name
#'   of a column of the units.
#' @return A data frame of class `agreement_difference`, one row per code, pair
#'   and coefficient: `code`, `first` and `second` (what is compared),
#'   `coefficient`, `level`, `weights`, `estimate` (first less second),
#'   `std.error`, `conf.low`, `conf.high`, `p.value`, `interval` (see
#'   [agreement()]; "degenerate" where all replicates give the same difference,
#'   as with ratings and themselves), `estimate.first`, `estimate.second`,
#'   `units` (drawn: with a value on either side), `clusters`, `undefined`
#'   (replicates without a difference) and `status`: "ok", or why the first
#'   coefficient, else the second, is not defined.
#' @section Errors: `intercoder_error_units` where paired ratings are not of the
#'   same units (the first that differs is named), `intercoder_error_cluster`
#'   where paired units belong to different clusters, `intercoder_error_code`
#'   where the two do not have the same codes, `intercoder_error_argument` where
#'   there is nothing to compare, and those of [agreement()].
#' @references
#' Davison, A. C., & Hinkley, D. V. (1997). *Bootstrap Methods and their
#' Application*. Cambridge.
#'
#' Efron, B. (1987). Better bootstrap confidence intervals. *JASA* 82.
#'
#' Efron, B., & Tibshirani, R. J. (1993). *An Introduction to the Bootstrap*.
#' Chapman and Hall.
#' @seealso [agreement()]; [agreement_difference_print] for tables and plots.
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' # Simulated: the same 40 turns before and after a discussion of the codebook
#' truth <- rep(1:4, 10)
#' before <- ratings(cbind(Ann = truth, Ben = rep(c(1, 2, 2, 3, 4), 8)))
#' after <- ratings(cbind(Ann = truth, Ben = c(truth[1:34], 1, 1, 2, 3, 3, 1)))
#' compare_agreement(after, before, replicates = 500, seed = 1)
#' @export
compare_agreement <- function(x, y = NULL, coefficient = "alpha",
                              level = "nominal", weights = NULL, by = NULL,
                              against = NULL, paired = is.null(by),
                              ci = c("bca", "percentile", "jackknife"),
                              conf_level = 0.95, replicates = 2000,
                              cluster = NULL, range = NULL, seed = NULL,
                              threads = NULL, progress = interactive()) {
  labels <- c(argument_name(substitute(x), "x"),
              argument_name(substitute(y), "y"))
  call <- environment()
  coefficient <- check_coefficients(coefficient, call)
  ci <- check_choice(ci, agreement_intervals[2:4], call = call)
  check_flag(paired)
  check_flag(progress)
  check_proportion(conf_level)
  check_count(replicates, min = 1, max = 1e7)
  check_count(seed, max = 2^53 - 1, null = TRUE)
  task <- list(
    coefficient = coefficient, level = level_name(level, call),
    distance = level, range = range, weights = weights,
    weights_name = weights_name(weights), ci = ci,
    conf_level = conf_level, replicates = as.double(replicates),
    threads = thread_count(threads, call),
    seed = if (ci == "jackknife") 0 else draw_seed(seed)
  )
  sides <- compared_sides(x, y, labels, by, paired, cluster, call)
  parts <- compared_parts(sides, coefficient, paired, against, call)
  bar <- progress_bar("Resampling", length(parts),
                      show = progress && ci != "jackknife")
  on.exit(bar$end())
  answers <- lapply(seq_along(parts), function(i) {
    compare_part(parts[[i]], task, part_step(bar, i, length(parts)), call)
  })
  warn_few_disagreements(unlist(lapply(answers, `[[`, "few")))
  new_difference(bind_columns(lapply(answers, `[[`, "rows")), task, paired)
}

argument_name <- function(expression, default) {
  if (is.symbol(expression)) as.character(expression) else default
}

# The ratings that are compared, named and with the clusters that are drawn.
compared_sides <- function(x, y, labels, by, paired, cluster, call) {
  prepare <- function(x) {
    x <- ratings(x)
    x$cluster <- agreement_clusters(x, cluster, call)
    x
  }
  if (!is.null(by)) {
    return(split_ratings(prepare(x), y, by, paired, call))
  }
  if (is.list(x) && !is.data.frame(x) && !inherits(x, "ratings")) {
    sides <- listed_ratings(x, y, call)
  } else if (is.null(y)) {
    return(list(prepare(x)))
  } else {
    sides <- stats::setNames(list(x, y), labels)
  }
  sides <- lapply(sides, prepare)
  if (paired) align_units(sides, call) else sides
}

listed_ratings <- function(x, y, call) {
  if (!is.null(y)) {
    arg_error("y", "NULL where `x` is a list of ratings", describe_value(y),
              call)
  }
  named <- !is.null(names(x)) && all(nzchar(names(x))) &&
    !anyDuplicated(names(x))
  if (!named || length(x) < 2) {
    arg_error("x", "ratings, or a list of them with a name for each",
              describe_value(x), call)
  }
  x
}

split_ratings <- function(x, y, by, paired, call) {
  if (!is.null(y) || paired) {
    arg_error(if (is.null(y)) "paired" else "y",
              "left out with `by`: the groups are of different units of `x`",
              describe_value(if (is.null(y)) paired else y), call)
  }
  parts <- agreement_parts(x[1], by, FALSE, call)
  if (length(parts) < 2) {
    arg_error("by", "of two groups at least", describe_value(by), call)
  }
  sides <- lapply(parts, function(part) ratings_rows(x, part$rows))
  stats::setNames(sides, vapply(parts, `[[`, "", "by"))
}

ratings_rows <- function(x, rows) {
  x$units <- unit_labels(x)[rows]
  x$data <- lapply(x$data, function(d) d[rows, , drop = FALSE])
  x$cluster <- x$cluster[rows]
  x$about <- x$about[rows, , drop = FALSE]
  x
}

# Units in the order of the first ratings, in the clusters that any of them has.
align_units <- function(sides, call) {
  wanted <- unit_labels(sides[[1]])
  sides[-1] <- lapply(names(sides)[-1], function(name) {
    found <- unit_labels(sides[[name]])
    if (identical(found, wanted)) {
      return(sides[[name]])
    }
    if (anyDuplicated(found) || !setequal(found, wanted) ||
          length(found) != length(wanted)) {
      abort_units(wanted, found, names(sides)[1], name, call)
    }
    ratings_rows(sides[[name]], match(wanted, found))
  })
  clustered <- which(!vapply(sides, function(s) is.null(s$cluster), NA))
  for (i in clustered) {
    check_same_clusters(sides[clustered[c(1, match(i, clustered))]], wanted,
                        call)
  }
  lapply(sides, function(s) {
    if (length(clustered)) s$cluster <- sides[[clustered[1]]]$cluster
    s
  })
}

abort_units <- function(first, second, name1, name2, call) {
  only <- c(setdiff(first, second), setdiff(second, first))[1]
  message <- if (is.na(only)) {
    sprintf("Unit \"%s\" stands in `%s` or `%s` more than once.",
            c(first[duplicated(first)], second[duplicated(second)])[1], name1,
            name2)
  } else {
    sprintf("Unit \"%s\" is in `%s` but not in `%s`.", only,
            if (only %in% first) name1 else name2,
            if (only %in% first) name2 else name1)
  }
  abort("units", c(
    "Paired ratings must be of the same units.", x = message,
    i = "Use `paired = FALSE` where they are of different units."
  ), unit = only, call = call)
}

check_same_clusters <- function(sides, units, call) {
  cluster <- lapply(sides, function(s) as.character(s$cluster))
  differs <- which(cluster[[1]] != cluster[[2]])
  if (length(differs)) {
    i <- differs[1]
    abort("cluster", sprintf(
      "Unit \"%s\" is in cluster \"%s\" of `%s` but in \"%s\" of `%s`.",
      units[i], cluster[[1]][i], names(sides)[1], cluster[[2]][i],
      names(sides)[2]
    ), unit = units[i], call = call)
  }
}

# What goes through the core in one call: views, their labels and contrasts.
compared_parts <- function(sides, coefficient, paired, against, call) {
  codes <- sides[[1]]$codes
  if (length(sides) > 1) {
    return(lapply(codes, function(code) {
      at <- lapply(sides, code_number, code, names(sides)[1], call)
      views <- Map(agreement_view, sides, at, sample = if (paired) 1L else
        order(order(names(sides), method = "radix")))
      new_part(code, views, names(sides), coefficient, against, "groups", call)
    }))
  }
  if (length(codes) > 1) {
    views <- lapply(seq_along(codes), agreement_view, x = sides[[1]])
    return(list(new_part(NA_character_, views, codes, coefficient, against,
                         "codes", call)))
  }
  if (length(coefficient) < 2) {
    abort("argument", c(
      "There is nothing to compare.",
      i = paste("Give `y` or `by`, ratings with several codes, or several",
                "coefficients.")
    ), call = call)
  }
  list(coefficient_part(agreement_view(sides[[1]]), codes, coefficient, against,
                        call))
}

code_number <- function(x, code, first, call) {
  at <- match(code, x$codes)
  if (length(x$codes) == 1 && is.na(x$codes)) at <- 1L
  if (is.na(at)) {
    abort("code", c(
      sprintf("Code \"%s\" of `%s` is not among the codes of the others.",
              code, first),
      i = "Choose codes by x[codes]."
    ), code = code, call = call)
  }
  at
}

# Views stand in the order of their labels, so that x against y draws the same
# replicates as y against x.
new_part <- function(code, views, labels, coefficient, against, what, call) {
  pairs <- label_pairs(labels, against, what, call)
  order <- order(labels, method = "radix")
  n <- length(coefficient)
  contrasts <- list(
    first = rep(match(pairs$first, order), each = n),
    second = rep(match(pairs$second, order), each = n),
    of_first = rep(coefficient, nrow(pairs)),
    of_second = rep(coefficient, nrow(pairs))
  )
  list(code = code, views = views[order], contrasts = contrasts,
       first = rep(labels[pairs$first], each = n),
       second = rep(labels[pairs$second], each = n),
       coefficient = contrasts$of_first)
}

coefficient_part <- function(view, code, coefficient, against, call) {
  pairs <- label_pairs(coefficient, against, "coefficients", call)
  first <- coefficient[pairs$first]
  second <- coefficient[pairs$second]
  one <- rep(1L, nrow(pairs))
  list(code = code, views = list(view), first = first, second = second,
       contrasts = list(first = one, second = one, of_first = first,
                        of_second = second),
       coefficient = rep(NA_character_, nrow(pairs)))
}

# All pairs, or each of the others and then the one they are compared with.
label_pairs <- function(labels, against, what, call) {
  if (is.null(against)) {
    pairs <- utils::combn(length(labels), 2)
    return(data.frame(first = pairs[1, ], second = pairs[2, ]))
  }
  at <- match(against, labels)
  if (length(against) != 1 || is.na(at)) {
    arg_error("against", sprintf(
      "one of the %s compared: %s", what,
      quoted(labels, 12)
    ), describe_value(against), call)
  }
  data.frame(first = seq_along(labels)[-at], second = at)
}

compare_part <- function(part, task, step, call) {
  answer <- contrast_views(part$views, part$contrasts, task, step, call)
  cells <- function(column, side) {
    answer$views[[column]][cbind(part$contrasts[[side]],
                                 match(part$contrasts[[paste0("of_", side)]],
                                       agreement_coefficients))]
  }
  status <- cells("status", "first")
  status <- ifelse(status == "ok", cells("status", "second"), status)
  of <- replace(task, "coefficient", list(part$coefficient))
  n <- length(status)
  rows <- c(
    list(code = rep(part$code, n), first = part$first, second = part$second,
         coefficient = part$coefficient,
         level = coefficient_levels(of), weights = coefficient_weights(of)),
    as.list(answer$contrasts)[c("estimate", "std.error", "conf.low",
                                "conf.high", "p.value", "interval")],
    list(estimate.first = cells("estimate", "first"),
         estimate.second = cells("estimate", "second")),
    as.list(answer$contrasts)[c("units", "clusters", "undefined")],
    list(status = status)
  )
  used <- unlist(part$contrasts[c("first", "second")])[rep(status == "ok", 2)]
  few <- answer$views$disagreements[used] < 10
  list(rows = rows, few = unique(c(part$first, part$second)[
    rep(status == "ok", 2)][few]))
}

warn_few_disagreements <- function(labels) {
  if (length(labels)) {
    warn("few_disagreements", c(
      "Fewer than ten units in disagreement: do not trust the interval.",
      i = sprintf("This holds for %s.", paste(unique(labels), collapse = ", "))
    ), labels = unique(labels))
  }
}

new_difference <- function(data, task, paired) {
  new_result(data, class = "agreement_difference",
             conf_level = task$conf_level, ci = task$ci, paired = paired,
             replicates = if (task$ci == "jackknife") 0 else task$replicates,
             seed = task$seed)
}
