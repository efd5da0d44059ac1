# The exact test of an r x c table, or the same by random tables.

freeman_halton <- function(counts, name, alternative, tsmethod, midp,
                           replicates, seed, threads, call = caller_env()) {
  if (alternative != "two.sided" || tsmethod != "minlike") {
    abort("argument", c(
      "A table larger than 2 x 2 has one p-value only.",
      i = "`alternative` must be \"two.sided\", `tsmethod` \"minlike\"."
    ), arg = "tsmethod", call = call)
  }
  if (sum(counts) == 0) {
    abort("group", "There is no participant in the table.", call = call)
  }
  found <- if (is.null(replicates)) .Call(C_tables_contingency, counts)
  out_of_reach <- inherits(found, "intercoder_failure") &&
    found$kind == "limit" && !midp
  if (!is.null(replicates) && midp) {
    abort("limit", "The mid-p needs the exact distribution.", call = call)
  }
  if (!is.null(replicates) || out_of_reach) {
    return(random_tables(counts, name, replicates %||% 19999, seed, threads,
                         call))
  }
  found <- core_value(found, call = call)
  new_htest(
    p.value = found[1] - if (midp) found[2] / 2 else 0,
    alternative = alternative,
    method = sprintf("Fisher-Freeman-Halton %s test",
                     if (midp) "mid-p" else "exact"),
    data.name = name
  )
}

random_tables <- function(counts, name, replicates, seed, threads, call) {
  hits <- core_value(
    .Call(C_tables_contingency_draw, counts, as.double(replicates),
          draw_seed(seed, call), threads, NULL),
    call = call
  )
  p <- (hits + 1) / (replicates + 1)
  error <- sqrt(p * (1 - p) / replicates)
  new_htest(
    p.value = p, stderr = error, alternative = "two.sided",
    method = sprintf(
      "Fisher-Freeman-Halton test (%s random tables, standard error %s)",
      format_whole(replicates), format(error, digits = 2)),
    data.name = name
  )
}
