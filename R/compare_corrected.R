CORRECTIONS <- c("ppi", "dsl", "human", "machine")

#' Groups compared on what a machine coded and people checked in part
#'
#' Rules or a model coded every unit, a person a random part of them. The
#' machine's errors need not cancel between groups; a comparison of its codings
#' alone can be wrong however many units there are. This takes the difference of
#' two groups from the machine's codings of all units and corrects it by the
#' part that a person coded, with an interval that holds whatever the machine's
#' errors are. The participant is the unit of analysis.
#'
#' @section Assumption: The human-coded part is a probability sample: each unit
#'   (or each participant as a whole) was chosen by lot, with a chance that is
#'   known up to a factor (equal, unless `probability` says otherwise) and above
#'   0 for all. A person who coded what seemed worth coding gives no such part,
#'   and no method here mends that. Nothing is assumed of the machine. The
#'   person is taken to be right, and participants of a group to be independent.
#'
#' @section Methods: Unit \eqn{u} of participant \eqn{i} has the machine's value
#'   \eqn{f}, the person's \eqn{y} where coded (\eqn{R = 1}), the chance
#'   \eqn{\pi} of being coded, and the weight \eqn{a}: 1 over the number of the
#'   participant's units (each participant counts the same), or 1. With
#'   \eqn{A = \sum a} and \eqn{W = \sum a R / \pi} over a group:
#'   * `"ppi"`: prediction-powered inference (Angelopoulos et al. 2023a) with
#'     power tuning (2023b), \eqn{\lambda \sum a f / A + \sum (a R / \pi)
#'     (y - \lambda f) / W}. \eqn{\lambda} is the slope of y on f within groups
#'     over the coded units, weighted by \eqn{a^2 (1 - \pi) / \pi^2}, which
#'     makes the variance due to the sample least, kept within 0 and 1. A
#'     machine that says nothing gets 0, and what is left is the person's part;
#'     one that is always right gets 1. Where every unit is coded it is the
#'     ordinary estimate.
#'   * `"dsl"`: design-based supervised learning (Egami et al. 2023),
#'     \eqn{\sum a \tilde y / A} of the pseudo-outcomes \eqn{\tilde y = g(f) +
#'     (R / \pi) (y - g(f))}. \eqn{g} is the regression of y on f (of 0 and 1:
#'     the person's share of yes among the machine's yes and no) from the coded
#'     units of all other participants. Here the chances themselves count, not
#'     only their ratios. Where only a few whole participants were drawn its
#'     interval is too wide, and PPI++ better.
#'   * `"human"`: the coded part alone (\eqn{\lambda = 0}).
#'   * `"machine"`: the machine alone, for comparison. It is not corrected.
#'
#'   Variances are those of sums over participants, linearised: of m
#'   participants in a group, h with coded units, what the machine's part adds
#'   has m - 1 degrees of freedom and m / (m - 1) as factor, what the coded part
#'   adds h - 1 and h / (h - 1); the degrees of freedom of a group are the
#'   harmonic mean of both, weighted by what they add. The interval takes
#'   Student's t with Satterthwaite's degrees of freedom over the groups. Where
#'   every unit is coded and participants count the same that is Welch's t test
#'   of the participants' shares. How often such intervals hold the true
#'   difference with eleven against ten participants is recorded in
#'   `inst/validation/corrected.csv` and told in
#'   `vignette("comparing-groups")`.
#'
#' @param x A data frame with a row for each unit (and code); or [ratings()] of
#'   codes by both; or [codings()], which go through [as_ratings()] with `units`
#'   and `plan`. Ratings have `NA` where the person did not code a unit; of
#'   codings a person counts as having coded all units of the transcripts that
#'   the plan gives to them. For whether participants mention a code at all, let
#'   the units be whole transcripts (`units(by = "transcript")`).
#' @param machine,human Of a data frame: the columns that hold the machine's
#'   value (for every unit) and the person's (`NA` where not coded). Otherwise
#'   the names of the two coders.
#' @param group Of a data frame a column, otherwise an attribute of
#'   participants, with two values.
#' @param participant Of a data frame the column that names the participant.
#' @param probability The chance with which each unit was chosen for the person:
#'   a column, or a number for each unit; only its values at coded units are
#'   used. `NULL`: all had the same.
#' @param code Of a data frame the column that names the code, or `NULL` where
#'   there is one only.
#' @param weight `"participants"`: the mean of the participants' shares;
#'   `"units"`: the share of all units of a group.
#' @param method One or more of `"ppi"`, `"dsl"`, `"human"`, `"machine"`.
#' @param conf_level Confidence level.
#' @param units,plan,codes With codings: as in [as_ratings()].
#' @param participants Attributes of participants; by default what `units` bring
#'   along.
#' @return A data frame of class `corrected_comparison`, one row per code and
#'   method: `code`, `method`, `mean.<group>` (the estimated share),
#'   `n.<group>` (participants), `units.<group>`, `coded.<group>` (units the
#'   person coded), `estimate` (first group minus second), `std.error`, `df`,
#'   `conf.low`, `conf.high` (kept within -1 and 1 where all values lie in 0 to
#'   1), `p.value` (two-sided, by t), `lambda`, `uncorrected` (the difference by
#'   the machine alone), `status`: `"ok"`; `"no_human"` where a group has no
#'   coded unit (no estimate); `"one_participant"` where a group has fewer than
#'   two participants, or fewer than two with coded units (no interval);
#'   `"no_variation"` where nothing varies (no interval).
#' @section Errors: `intercoder_error_columns`, `intercoder_error_argument` for
#'   columns or coders that are not there; `intercoder_error_group` where there
#'   are not two groups, or a participant is in both; `intercoder_error_value`
#'   where the machine has no value for a unit, a unit no participant, or a
#'   probability is not in (0, 1].
#' @references
#' Angelopoulos, A. N., Bates, S., Fannjiang, C., Jordan, M. I., & Zrnic, T.
#' (2023a). Prediction-powered inference. *Science* 382.
#'
#' Angelopoulos, A. N., Duchi, J. C., & Zrnic, T. (2023b). PPI++: efficient
#' prediction-powered inference. arXiv:2311.01453.
#'
#' Egami, N., Hinck, M., Stewart, B. M., & Wei, H. (2023). Using imperfect
#' surrogates for downstream inference: design-based supervised learning for
#' social science applications of large language models. *NeurIPS* 36.
#'
#' Satterthwaite, F. E. (1946). An approximate distribution of estimates of
#' variance components. *Biometrics Bulletin* 2.
#' @seealso [misclassified_difference()] where no part was chosen by lot;
#'   [coder_accuracy()].
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' # Rules coded all interviews, coder C six that were chosen by lot
#' study <- simulated_study
#' turns <- units(study$transcripts)
#' rules <- apply_codebook(study$transcripts, study$codebook)
#' everywhere <- study$transcripts$documents$transcript
#' plan <- rbind(as.data.frame(study$plan)[c("coder", "transcript")],
#'               data.frame(coder = "codebook", transcript = everywhere))
#' compare_corrected(c(study$codings, rules), "codebook", "C", "group",
#'                   units = turns, plan = plan,
#'                   codes = c("rel_trust", "eff_error"))
#' @export
compare_corrected <- function(x, machine = "codebook", human, group,
                              participant = "participant", probability = NULL,
                              code = NULL,
                              weight = c("participants", "units"),
                              method = "ppi", conf_level = 0.95, units = NULL,
                              plan = NULL, codes = NULL, participants = NULL) {
  call <- caller_env(0)
  weight <- check_choice(weight, c("participants", "units"))
  check_proportion(conf_level)
  check_string(machine)
  check_string(human)
  check_string(group)
  if (!is.character(method) || !length(method) ||
        !all(method %in% CORRECTIONS)) {
    arg_error("method", sprintf("among %s", quoted(CORRECTIONS)),
              describe_value(method), call)
  }
  given <- if (inherits(x, c("codings", "ratings"))) {
    corrected_ratings(x, machine, human, group, probability, units, plan,
                      codes, participants, call)
  } else {
    corrected_frame(x, machine, human, group, participant, probability, code,
                    call)
  }
  by <- corrected_groups(given, call)
  rows <- lapply(names(given$values), function(name) {
    part <- given$values[[name]]
    design <- corrected_design(part, by, weight, name, call)
    lapply(method, corrected_row, design = design, code = name, by = by,
           conf_level = conf_level)
  })
  new_result(bind_columns(unlist(rows, recursive = FALSE)),
             class = "corrected_comparison",
             groups = by$levels, variable = group, weight = weight,
             coders = c(machine, human), conf_level = conf_level)
}

# What either input comes to: for each code a data frame with person, machine,
# human, probability; and the group of each person.
corrected_frame <- function(x, machine, human, group, participant, probability,
                            code, call) {
  check_string(participant, call = call)
  check_string(code, null = TRUE, call = call)
  check_columns(x, c(machine, human, group, participant, code), call = call)
  for (arg in c(machine, human)) {
    if (!is.numeric(x[[arg]]) && !is.logical(x[[arg]])) {
      abort("value", sprintf("Column \"%s\" does not hold numbers.", arg),
            call = call)
    }
  }
  data <- data.frame(person = as.character(x[[participant]]),
                     machine = x[[machine]] + 0, human = x[[human]] + 0)
  if (anyNA(data$person)) {
    abort("value", sprintf(
      "Column \"%s\" does not name the participant in row %d.",
      participant, which(is.na(data$person))[1]), call = call)
  }
  data$probability <- unit_probability(probability, x, call)
  people <- unique(data.frame(participant = data$person,
                              group = as.character(x[[group]])))
  if (is.factor(x[[group]])) {
    people$group <- factor(people$group, levels(droplevels(x[[group]])))
  }
  values <- if (is.null(code)) list("NA" = data) else
    split(data, factor(x[[code]], unique(x[[code]])))
  list(values = values, people = people, variable = group)
}

unit_probability <- function(probability, x, call) {
  if (is.null(probability)) {
    return(NULL)
  }
  value <- if (is_name(probability)) {
    check_columns(x, probability, call = call)
    x[[probability]]
  } else {
    probability
  }
  if (!is.numeric(value) || length(value) != nrow(x)) {
    arg_error("probability", sprintf("a column or %d numbers", nrow(x)),
              describe_value(probability), call)
  }
  value
}

corrected_ratings <- function(x, machine, human, group, probability, units,
                              plan, codes, participants, call) {
  people <- participants %||% attr(units, "participants")
  if (inherits(x, "codings")) {
    if (is.null(units)) {
      arg_error("units", "given with codings", "NULL", call)
    }
    coders <- c(machine, human)
    x <- as_ratings(x[x$coder %in% coders, , drop = FALSE], units,
                    plan_of(plan, coders), codes)
  }
  at <- accuracy_coders(x, machine, human, call, c("machine", "human"))
  about <- x$about
  check_columns(about, "participant", arg = "units", call = call)
  check_columns(people, c("participant", group), arg = "participants",
                call = call)
  known <- !is.na(about$participant)
  probability <- unit_probability(probability, about, call)
  values <- lapply(seq_along(x$codes), function(i) {
    data <- places(x, i)[known, at, drop = FALSE] - 1
    out <- data.frame(person = as.character(about$participant[known]),
                      machine = data[, 1], human = data[, 2])
    out$probability <- probability[known]
    out
  })
  list(values = stats::setNames(values, x$codes), variable = group,
       people = data.frame(participant = people$participant,
                           group = people[[group]])[
                             people$participant %in% about$participant, ])
}

corrected_groups <- function(given, call) {
  people <- given$people
  twice <- people$participant[duplicated(people$participant)]
  if (length(twice)) {
    abort("group", sprintf("Participant \"%s\" is in two groups.", twice[1]),
          call = call)
  }
  by <- group_vector(people$group, people, 2, call)
  list(levels = by$levels, person = people$participant,
       value = match(by$value, by$levels))
}

# Units of one code with group, weight, and chance; `spread` is how the sums of
# participants are scaled.
corrected_design <- function(part, by, weight, name, call) {
  group <- by$value[match(part$person, by$person)]
  part <- part[!is.na(group), , drop = FALSE]
  group <- group[!is.na(group)]
  bad <- which(!is.finite(part$machine))
  if (length(bad)) {
    abort("value", c(
      sprintf("The machine has no value for %s%s.",
              format_count(length(bad), "unit"),
              if (name == "NA") "" else sprintf(" of code \"%s\"", name)),
      i = paste("It must have coded every unit: say in the plan what it saw,",
                "or leave the units out.")
    ), call = call)
  }
  if (any(is.infinite(part$human))) {
    abort("value", "A value by the person is infinite.", call = call)
  }
  coded <- !is.na(part$human)
  chance <- part$probability %||% rep(mean(coded), nrow(part))
  wrong <- which(coded & (is.na(chance) | chance <= 0 | chance > 1))
  if (length(wrong)) {
    abort("value", sprintf(
      paste("The probability of a coded unit is %s: it must be above 0 and at",
            "most 1."),
      format(chance[wrong[1]])), call = call)
  }
  person <- factor(part$person, unique(part$person))
  size <- tabulate(person)[person]
  list(f = part$machine, y = ifelse(coded, part$human, 0), coded = coded,
       chance = ifelse(coded, chance, 1), group = group, person = person,
       a = if (weight == "participants") 1 / size else rep(1, length(size)),
       bounded = all(c(part$machine, part$human[coded]) >= 0 &
                       c(part$machine, part$human[coded]) <= 1))
}

corrected_row <- function(method, design, code, by, conf_level) {
  of <- lapply(1:2, function(g) which(design$group == g))
  status <- corrected_status(design, of, method)
  lambda <- switch(method, ppi = tuned_slope(design), human = 0, NA_real_)
  parts <- lapply(of, function(at) {
    if (status == "no_human") return(list(mean = NA_real_))
    switch(method, machine = uncorrected_part(design, at),
           dsl = pseudo_part(design, at),
           ppi_part(design, at, lambda))
  })
  machine <- vapply(of, function(at) {
    sum(design$a[at] * design$f[at]) / sum(design$a[at])
  }, 0)
  interval <- corrected_interval(parts, status, conf_level, design$bounded)
  count <- function(v) lapply(of, function(at) length(unique(v[at])))
  columns <- function(what, values) {
    stats::setNames(as.list(values), paste(what, by$levels, sep = "."))
  }
  c(list(code = if (code == "NA") NA_character_ else code, method = method),
    columns("mean", vapply(parts, `[[`, 0, "mean")),
    columns("n", as.integer(unlist(count(design$person)))),
    columns("units", lengths(of)),
    columns("coded", vapply(of, function(at) sum(design$coded[at]), 0L)),
    interval[c("estimate", "std.error", "df", "conf.low", "conf.high",
               "p.value")],
    list(lambda = lambda, uncorrected = machine[1] - machine[2],
         status = interval$status))
}

corrected_status <- function(design, of, method) {
  people <- function(keep) vapply(of, function(at) {
    length(unique(design$person[at][keep[at]]))
  }, 0L)
  coded <- people(design$coded)
  if (method != "machine" && any(coded == 0)) {
    return("no_human")
  }
  few <- if (method == "machine") people(rep(TRUE, length(design$f))) else coded
  if (any(few < 2)) "one_participant" else "ok"
}

# The slope of y on f within groups over the coded units, weighted by what each
# adds to the variance of the sample.
tuned_slope <- function(d) {
  at <- which(d$coded)
  weight <- d$a[at] / d$chance[at]
  centred <- function(v) {
    v - stats::ave(v * weight, d$group[at], FUN = sum) /
      stats::ave(weight, d$group[at], FUN = sum)
  }
  f <- centred(d$f[at])
  q <- weight^2 * (1 - d$chance[at])
  spread <- sum(q * f^2)
  if (spread <= 1e-12 * sum(q)) {
    return(0)
  }
  min(1, max(0, sum(q * f * centred(d$y[at])) / spread))
}

by_person <- function(x, person) {
  as.vector(rowsum(x, as.integer(person)))
}

# Each part: the mean, and what every participant adds to the machine's and to
# the coded part of its error; h of the m participants have coded units.
error_part <- function(mean, of_machine, of_human, m, h) {
  v <- c(sum(of_machine^2) * m / max(1, m - 1),
         sum(of_human^2) * h / max(1, h - 1))
  both <- of_machine * sqrt(m / max(1, m - 1)) +
    of_human * sqrt(h / max(1, h - 1))
  list(mean = mean, variance = sum(both^2), share = v, df = c(m, h) - 1)
}

ppi_part <- function(d, at, lambda) {
  person <- droplevels(d$person[at])
  a <- d$a[at]
  f <- lambda * d$f[at]
  w <- a * d$coded[at] / d$chance[at]
  rest <- d$y[at] - f
  level <- sum(a * f) / sum(a)
  gap <- sum(w * rest) / sum(w)
  coded <- length(unique(person[d$coded[at]]))
  error_part(level + gap, by_person(a * (f - level), person) / sum(a),
             by_person(w * (rest - gap), person) / sum(w), nlevels(person),
             coded)
}

uncorrected_part <- function(d, at) {
  person <- droplevels(d$person[at])
  a <- d$a[at]
  level <- sum(a * d$f[at]) / sum(a)
  error_part(level, by_person(a * (d$f[at] - level), person) / sum(a), 0,
             nlevels(person), nlevels(person))
}

pseudo_part <- function(d, at) {
  person <- droplevels(d$person[at])
  a <- d$a[at]
  g <- left_out_fit(d)[at]
  rest <- d$coded[at] / d$chance[at] * (d$y[at] - g)
  level <- sum(a * g) / sum(a)
  mean <- level + sum(a * rest) / sum(a)
  coded <- length(unique(person[d$coded[at]]))
  error_part(mean, by_person(a * (g - level), person) / sum(a),
             by_person(a * (rest - mean + level), person) / sum(a),
             nlevels(person), coded)
}

# The regression of y on f over the coded units of all other participants.
left_out_fit <- function(d) {
  w <- d$coded / d$chance
  sums <- vapply(list(w, w * d$f, w * d$f^2, w * d$y, w * d$f * d$y),
                 by_person, numeric(nlevels(d$person)), d$person)
  rest <- matrix(rep(colSums(sums), each = nrow(sums)), nrow(sums)) - sums
  spread <- rest[, 1] * rest[, 3] - rest[, 2]^2
  slope <- ifelse(spread > 1e-12 * rest[, 1]^2,
                  (rest[, 1] * rest[, 5] - rest[, 2] * rest[, 4]) / spread, 0)
  level <- ifelse(rest[, 1] > 0, (rest[, 4] - slope * rest[, 2]) / rest[, 1], 0)
  level[d$person] + slope[d$person] * d$f
}

# Degrees of freedom of a group's variance. Its two parts come from the same
# participants: they are not taken for independent.
part_freedom <- function(part) {
  share <- part$share / sum(part$share)
  if (anyNA(share)) part$df[2] else 1 / sum(share / part$df)
}

corrected_interval <- function(parts, status, conf_level, bounded) {
  out <- list(estimate = parts[[1]]$mean - parts[[2]]$mean,
              std.error = NA_real_, df = NA_real_, conf.low = NA_real_,
              conf.high = NA_real_, p.value = NA_real_, status = status)
  if (status != "ok") {
    return(out)
  }
  variance <- vapply(parts, `[[`, 0, "variance")
  if (sum(variance) <= 1e-24) {
    out$status <- "no_variation"
    return(out)
  }
  out$df <- sum(variance)^2 / sum(variance^2 / vapply(parts, part_freedom, 0))
  out$std.error <- sqrt(sum(variance))
  half <- stats::qt((1 + conf_level) / 2, out$df) * out$std.error
  edge <- if (bounded) 1 else Inf
  out$conf.low <- max(-edge, out$estimate - half)
  out$conf.high <- min(edge, out$estimate + half)
  out$p.value <- 2 * stats::pt(-abs(out$estimate) / out$std.error, out$df)
  out
}
