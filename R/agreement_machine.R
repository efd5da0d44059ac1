# People among themselves and machines with them: means of the coefficients of
# pairs of coders, all on the same units, drawn together.

#' Agreement of a machine with people, beside people's own
#'
#' A machine is any coder that is not a person: the rules of a codebook
#' ([apply_codebook()]) or a model. Its agreement with people means little by
#' itself. Beside it stands how well people agree with each other on the same
#' code, and the difference between the two with an interval.
#'
#' @section Method: The coefficient is computed for each pair of coders, over
#'   the units both rated. `people` is its mean over all pairs of people,
#'   `estimate` its mean over the pairs of the machine and a person,
#'   `difference` the second less the first. Pairs without a common unit are
#'   left out. Means of pairs are comparable where coefficients of three coders
#'   or more and of two are not quite: adding a machine to the people also
#'   changes their number.
#'
#'   Intervals resample units (or clusters) with the values of all coders, so
#'   that what the means have in common cancels out of the difference; `"bca"`
#'   takes its acceleration from the exact jackknife of the mean or difference
#'   (see [compare_agreement()]). Where one pair is undefined so is the mean,
#'   and `status` gives the reason: all means are then of the same pairs.
#'
#'   For codes (0 and 1) precision, recall and F1 of the machine are given too,
#'   against each person or against `standard`: with tp units both applied the
#'   code to, fp only the machine, fn only the person, tp / (tp + fp),
#'   tp / (tp + fn) and 2 tp / (2 tp + fp + fn).
#'
#' @inheritParams agreement
#' @param machine Names of the coders that are machines. All others are people.
#' @param coefficient One coefficient of [agreement()], of two coders.
#' @param level,weights,range As in [agreement()].
#' @param ci "bca", "percentile", "jackknife" or "none".
#' @param standard The name of a coder to hold the machine against for precision
#'   and recall, such as a consensus: neither one of the people nor a machine.
#' @return A data frame of class `agreement_machine`, one row per code and
#'   machine: `code`, `machine`, `coefficient`, `level`, `weights`; `people`
#'   with `people.std.error`, `people.low` and `people.high`; `estimate` (the
#'   machine with people) with `std.error`, `conf.low` and `conf.high`;
#'   `difference` with `difference.std.error`, `difference.low`,
#'   `difference.high`, `p.value` (two-sided, belonging to the interval) and
#'   `interval` (see [agreement()]); `coders` (people), `pairs` (of people),
#'   `machine.pairs`, `units`, `clusters`, `undefined` (replicates without a
#'   difference) and `status`: "ok", "one_person" (no pair of people),
#'   "no_pairable" (no common units) or why a pair is not defined.
#'
#'   `tidy()` gives the same in long form, a row each for people, machine and
#'   difference; with `what = "coders"` a row for each coder: the mean of their
#'   pairs with (other) people; with `what = "scores"` precision, recall and F1
#'   (`NA` where nothing is to be divided by).
#' @section Errors: `intercoder_error_argument` where `machine` or `standard`
#'   name no coder or leave no person, and those of [agreement()].
#' @seealso [alternative_annotator_test()], [compare_agreement()],
#'   [plot.agreement_machine()]
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' # The simulated study: coders A and B, and the rules of the codebook
#' study <- simulated_study
#' rules <- apply_codebook(study$transcripts, study$codebook)
#' people <- study$codings[study$codings$coder %in% c("A", "B"), ]
#' everywhere <- study$transcripts$documents$transcript
#' plan <- data.frame(coder = rep(c("A", "B", "codebook"), each = 21),
#'                    transcript = rep(everywhere, 3))
#' x <- as_ratings(rbind(people, rules), units(study$transcripts), plan,
#'                 codes = c("eff_error", "rel_trust", "gov_privacy"))
#' found <- agreement_machine(x, "codebook", replicates = 200, seed = 1)
#' found
#' if (system.file(package = "generics") != "") generics::tidy(found, "scores")
#' plot(found)
#' @export
agreement_machine <- function(x, machine, coefficient = "alpha",
                              level = "nominal", weights = NULL, range = NULL,
                              ci = c("bca", "percentile", "jackknife", "none"),
                              conf_level = 0.95, replicates = 2000,
                              cluster = NULL, standard = NULL, seed = NULL,
                              threads = NULL, progress = interactive()) {
  call <- environment()
  x <- ratings(x)
  check_known_coders(x, "agreement_machine()")
  check_standard(x, machine, standard, call)
  people <- check_machine(x, machine, standard, call)
  ci <- check_choice(ci, c("bca", "percentile", "jackknife", "none"))
  check_proportion(conf_level)
  check_count(replicates, min = 1, max = 1e7)
  check_flag(progress)
  check_count(seed, max = 2^53 - 1, null = TRUE)
  task <- list(
    coefficient = check_choice(coefficient, agreement_coefficients),
    level = level_name(level, call), distance = level, range = range,
    weights = weights, weights_name = weights_name(weights), ci = ci,
    conf_level = conf_level,
    replicates = as.double(replicates), threads = thread_count(threads, call),
    seed = if (ci %in% c("bca", "percentile")) draw_seed(seed) else 0
  )
  x$cluster <- agreement_clusters(x, cluster, call)
  bar <- progress_bar("Resampling", length(x$codes),
                      show = progress && task$seed > 0)
  on.exit(bar$end())
  parts <- lapply(seq_along(x$codes), function(i) {
    machine_part(x, i, match(machine, x$coders), people, task,
                 part_step(bar, i, length(x$codes)), call)
  })
  scores <- machine_scores(x, machine, standard %||% x$coders[people])
  warn_few_disagreements(unlist(lapply(parts, `[[`, "few")))
  new_result(
    bind_columns(lapply(parts, `[[`, "rows")),
    class = "agreement_machine",
    coders = bind_columns(lapply(parts, `[[`, "coders")), scores = scores,
    ci = ci, conf_level = conf_level, replicates = replicates, seed = task$seed
  )
}

check_standard <- function(x, machine, standard, call) {
  check_string(standard, null = TRUE, call = call)
  if (!is.null(standard) && !standard %in% setdiff(x$coders, machine)) {
    arg_error("standard", sprintf(
      "a coder that is not the machine: %s",
      paste0("\"", setdiff(x$coders, machine), "\"", collapse = ", ")
    ), describe_value(standard), call)
  }
}

# Pairs with a common unit, a column each: first coder, second coder.
common_pairs <- function(data, machines, people) {
  pairs <- cbind(
    if (length(people) > 1) utils::combn(people, 2),
    rbind(rep(machines, each = length(people)), rep(people, length(machines)))
  )
  seen <- !is.na(data)
  pairs[, crossprod(seen)[t(pairs)] > 0, drop = FALSE]
}

# Who is measured: the numbers of the pairs that each mean is over. The last is
# of none.
machine_means <- function(pairs, machines, people) {
  among <- which(!pairs[1, ] %in% machines)
  with <- lapply(machines, function(m) which(pairs[1, ] == m))
  each <- lapply(people, function(g) {
    among[pairs[1, among] == g | pairs[2, among] == g]
  })
  c(list(among), with, each, list(integer()))
}

machine_part <- function(x, code, machines, people, task, step, call) {
  data <- places(x, code)
  pairs <- common_pairs(data, machines, people)
  means <- machine_means(pairs, machines, people)
  m <- length(machines)
  sides <- 1 + m + length(people)
  first <- c(seq_len(sides), 1 + seq_len(m))
  second <- c(rep(sides + 1, sides), rep(1, m))
  contrasts <- list(first = first, second = second,
                    of_first = rep(task$coefficient, length(first)),
                    of_second = rep(task$coefficient, length(first)))
  found <- if (ncol(pairs)) contrast_views(
    lapply(seq_len(ncol(pairs)), function(i) {
      agreement_view(x, code, pairs[, i])
    }), contrasts, task, step, call, means
  )
  status <- mean_statuses(means, found, length(people), m, task)
  values <- machine_values(found, contrasts, status, task)
  list(rows = machine_rows(x, code, machines, means, values, status, task,
                           length(people)),
       coders = machine_coders(x$codes[code], x$coders[c(machines, people)], m,
                               values[1 + seq_len(m + length(people)), ],
                               status[1 + seq_len(m + length(people))]),
       few = few_disagreements(found, status, x$codes[code], task))
}

# Why the mean of pairs is undefined, for each mean but the last.
mean_statuses <- function(means, found, people, machines, task) {
  vapply(seq_len(length(means) - 1), function(i) {
    own <- found$views$status[means[[i]], task$coefficient]
    among <- i == 1 || i > 1 + machines
    if (length(own)) {
      c(setdiff(own, "ok"), "ok")[1]
    } else if (among && people < 2) {
      "one_person"
    } else {
      "no_pairable"
    }
  }, "")
}

# What the contrasts gave, NA where a side has no value.
machine_values <- function(found, contrasts, status, task) {
  n <- length(contrasts$first)
  values <- if (is.null(found)) {
    contrast_frame(matrix(c(rep(NA, 6), 0, 0, 0), n, 9, byrow = TRUE))
  } else {
    found$contrasts
  }
  bad <- c(status, "ok")[contrasts$first] != "ok" |
    c(status, "ok")[contrasts$second] != "ok"
  values[bad, c("estimate", "std.error", "conf.low", "conf.high",
                "p.value")] <- NA
  values$interval[bad] <- "none"
  whole <- contrasts$second > length(status)
  values$conf.high[whole] <- pmin(1, values$conf.high[whole])
  values
}

machine_rows <- function(x, code, machines, means, values, status, task,
                         people) {
  m <- length(machines)
  with <- values[1 + seq_len(m), ]
  gap <- values[nrow(values) - m + seq_len(m), ]
  own <- status[1 + seq_len(m)]
  unweighted <- task$coefficient %in% c("alpha", names(own_levels))
  list(
    code = rep(x$codes[code], m), machine = x$coders[machines],
    coefficient = rep(task$coefficient, m),
    level = rep(coefficient_levels(task), m),
    weights = rep(if (unweighted) "none" else task$weights_name, m),
    people = rep(values$estimate[1], m),
    people.std.error = rep(values$std.error[1], m),
    people.low = rep(values$conf.low[1], m),
    people.high = rep(values$conf.high[1], m),
    estimate = with$estimate, std.error = with$std.error,
    conf.low = with$conf.low, conf.high = with$conf.high,
    difference = gap$estimate, difference.std.error = gap$std.error,
    difference.low = gap$conf.low,
    difference.high = gap$conf.high, p.value = gap$p.value,
    interval = gap$interval, coders = rep(people, m),
    pairs = rep(length(means[[1]]), m),
    machine.pairs = lengths(means[1 + seq_len(m)]), units = gap$units,
    clusters = gap$clusters, undefined = gap$undefined,
    status = ifelse(own == "ok", status[1], own)
  )
}

machine_coders <- function(code, coders, machines, values, status) {
  list(code = rep(code, length(coders)), coder = coders,
       machine = seq_along(coders) <= machines, estimate = values$estimate,
       std.error = values$std.error, conf.low = values$conf.low,
       conf.high = values$conf.high, status = status)
}

few_disagreements <- function(found, status, code, task) {
  if (is.null(found) || task$ci == "none" || any(status != "ok")) {
    return(NULL)
  }
  if (any(found$views$disagreements < 10))
    if (is.na(code)) "pairs of these coders" else code
}

# Precision, recall and F1 of machines against each of `against`, for codes.
machine_scores <- function(x, machine, against) {
  if (!identical(x$numbers, c(0, 1))) {
    return(NULL)
  }
  cases <- expand.grid(against = against, machine = machine,
                       code = seq_along(x$codes), stringsAsFactors = FALSE)
  bind_columns(lapply(seq_len(nrow(cases)), function(i) {
    data <- places(x, cases$code[i])
    said <- data[, match(cases$machine[i], x$coders)] == 2L
    true <- data[, match(cases$against[i], x$coders)] == 2L
    c(list(code = x$codes[cases$code[i]], machine = cases$machine[i],
           against = cases$against[i]), score_counts(said, true))
  }))
}

score_counts <- function(said, true) {
  both <- sum(said & true, na.rm = TRUE)
  only_machine <- sum(said & !true, na.rm = TRUE)
  only_person <- sum(!said & true, na.rm = TRUE)
  share <- function(k, n) if (n > 0) k / n else NA_real_
  list(units = sum(!is.na(said) & !is.na(true)), true.positive = both,
       false.positive = only_machine, false.negative = only_person,
       true.negative = sum(!said & !true, na.rm = TRUE),
       precision = share(both, both + only_machine),
       recall = share(both, both + only_person),
       f1 = share(2 * both, 2 * both + only_machine + only_person))
}

#' @rdname agreement_machine
#' @param digits Decimal places.
#' @param caption Caption of a knitted table.
#' @param ... Not used.
#' @export
format.agreement_machine <- function(x, digits = 2, ...) {
  x <- plain_frame(x)
  coded <- length(unique(x$code)) > 1 || !all(is.na(x$code))
  gap <- or_status(format_number(x$difference, digits), x$status)
  limits <- format_interval(x$difference.low, x$difference.high, digits)
  limits[x$status != "ok"] <- ""
  none <- is.na(x$difference.low) & x$status == "ok"
  limits[none] <- gsub("_", " ", x$interval[none])
  several <- length(unique(x$machine)) > 1
  out <- list(
    code = if (coded) x$code, machine = if (several) x$machine,
    people = format_number(x$people, digits),
    with = format_number(x$estimate, digits), difference = gap,
    interval = if (!all(x$interval == "none")) limits,
    units = format_whole(x$units)
  )
  names(out)[names(out) == "with"] <- if (several) "with people" else
    x$machine[1]
  data.frame(out[!vapply(out, is.null, NA)], check.names = FALSE)
}

machine_header <- function(x) {
  ci <- attr_or(x, "ci", "none")
  clusters <- max(c(0, x$clusters), na.rm = TRUE)
  paste0(
    sprintf("%s, mean of pairs: %s among themselves, and with %s",
            coefficient_label(x$coefficient[1], x$level[1], x$weights[1]),
            format_count(x$coders[1], "person", "people"),
            paste(unique(x$machine), collapse = ", ")),
    if (ci != "none") sprintf(
      "; %g%% %s intervals of the difference",
      100 * attr_or(x, "conf_level", NA),
      c(bca = "BCa", percentile = "percentile", jackknife = "jackknife")[[ci]]
    ),
    if (ci != "none" && clusters > 0)
      sprintf(" over %s", format_count(clusters, "cluster"))
  )
}

#' @rdname agreement_machine
#' @export
print.agreement_machine <- function(x, digits = 2, ...) {
  if (!nrow(x)) {
    cat("Agreement of machines with people\n(no rows)\n")
    return(invisible(x))
  }
  cat(strwrap(machine_header(x), exdent = 2), sep = "\n")
  print_table(format.agreement_machine(x, digits))
  invisible(x)
}

#' @rdname agreement_machine
#' @exportS3Method knitr::knit_print
knit_print.agreement_machine <- function(x, digits = 2, caption = NULL, ...) {
  knit_table(format.agreement_machine(x, digits),
             caption = caption %||% paste0(machine_header(x), "."))
}

# Rows may be chosen, and coders and scores with them.
#' @export
`[.agreement_machine` <- function(x, ...) {
  out <- NextMethod()
  if (!inherits(out, "agreement_machine")) {
    return(out)
  }
  coders <- attr(x, "coders")
  scores <- attr(x, "scores")
  attr(out, "coders") <- coders[coders$code %in% out$code &
                                  (!coders$machine |
                                     coders$coder %in% out$machine), ]
  attr(out, "scores") <- scores[scores$code %in% out$code &
                                  scores$machine %in% out$machine, ]
  out
}

#' @rdname agreement_machine
#' @param what What to give: "machine", "coders" or "scores".
#' @exportS3Method generics::tidy
tidy.agreement_machine <- function(x, what = c("machine", "coders", "scores"),
                                   ...) {
  what <- check_choice(what, c("machine", "coders", "scores"))
  if (what == "scores" && is.null(attr(x, "scores"))) {
    abort("value", "Precision and recall are for codes, rated 0 and 1.")
  }
  if (what != "machine") {
    return(tidy_names(attr(x, what)))
  }
  x <- plain_frame(x)
  n <- nrow(x)
  long <- function(term, estimate, error, low, high) {
    data.frame(x[c("code", "machine")], term = rep(term, n),
               x[c("coefficient", "level", "weights")], estimate = estimate,
               std.error = error, conf.low = low, conf.high = high,
               x[c("units", "status")], row.names = NULL)
  }
  out <- rbind(
    long("people", x$people, x$people.std.error, x$people.low,
         x$people.high),
    long("machine", x$estimate, x$std.error, x$conf.low, x$conf.high),
    long("difference", x$difference, x$difference.std.error, x$difference.low,
         x$difference.high)
  )
  out <- out[order(rep(seq_len(n), 3)), ]
  row.names(out) <- NULL
  out
}
