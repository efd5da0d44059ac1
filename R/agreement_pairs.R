#' Agreement between each two coders
#'
#' Each coefficient is computed from the units that both coders rated. `plot()`
#' draws the coder x coder matrix, one for each code, with the values in the
#' cells; `autoplot()` needs ggplot2.
#'
#' @param x [ratings()]; for the methods what `agreement_pairs()` gives.
#' @param coefficient One coefficient of [agreement()].
#' @param level,weights,range As in [agreement()].
#' @param ci Kind of interval, as in [agreement()]; none by default.
#' @param ... Further arguments to [agreement()], such as `conf_level`,
#'   `replicates` and `cluster`. All pairs share one seed. The methods do not
#'   use them.
#' @return A data frame of class `agreement_pairs`: `code`, `coder_1`,
#'   `coder_2`, `coefficient`, `estimate`, `std.error`, `conf.low`, `conf.high`,
#'   `interval`, `percent`, `pairable` (units rated by both) and `status`.
#'   `as.matrix()` gives the coder x coder matrix of one code, 1 on its
#'   diagonal; `plot()` its argument, `autoplot()` a ggplot.
#' @seealso [tidiers]: `tidy()`, `glance()`.
#' @examples
#' x <- ratings(cbind(Ann = c(1, 2, 2, 1, 3), Ben = c(1, 2, 1, 1, 3),
#'                    Cem = c(1, 2, 2, 2, 3)))
#' as.matrix(agreement_pairs(x))
#' @export
agreement_pairs <- function(x, coefficient = "kappa", level = "nominal",
                            weights = NULL, range = NULL, ci = "none", ...) {
  x <- ratings(x)
  check_known_coders(x, "agreement_pairs()")
  coefficient <- check_choice(coefficient, agreement_coefficients)
  ci <- check_choice(ci, agreement_intervals[c(1, 2, 3, 4, 5)])
  more <- pair_arguments(..., call = caller_env(0))
  if (ci %in% agreement_intervals[2:3]) {
    more$seed <- draw_seed(more$seed)
  }
  pairs <- coder_pairs(x)
  few <- character()
  rows <- lapply(seq_len(nrow(pairs)), function(i) {
    withCallingHandlers(
      pair_agreement(x, pairs[i, ], c(list(
        coefficient = coefficient, level = level, weights = weights,
        range = range, ci = ci
      ), more)),
      intercoder_warning_few_disagreements = function(w) {
        few <<- c(few, paste(x$coders[pairs[i, ]], collapse = " and "))
        rlang::cnd_muffle(w)
      }
    )
  })
  warn_few_disagreements(few)
  new_agreement_pairs(x, rows, ci, more, coefficient_label(
    coefficient, level_name(level, caller_env(0)), weights_name(weights)
  ))
}

# What may go on to agreement(): rows are codes and pairs, nothing else.
pair_arguments <- function(..., call) {
  more <- list(...)
  known <- c("conf_level", "replicates", "cluster", "seed", "threads")
  bad <- setdiff(names(more) %||% rep("", length(more)), known)
  if (length(bad)) {
    arg_error("...", paste0("among ", paste(known, collapse = ", ")),
              if (nzchar(bad[1])) sprintf("`%s`", bad[1]) else "not named",
              call)
  }
  more
}

pair_agreement <- function(x, pair, arguments) {
  two <- select_coders(x, pair)
  arguments <- c(list(two), arguments, progress = FALSE)
  out <- plain_frame(do.call("agreement", arguments, quote = TRUE))
  data.frame(code = out$code, coder_1 = two$coders[1], coder_2 = two$coders[2],
             out[c("coefficient", "estimate", "std.error", "conf.low",
                   "conf.high", "interval", "percent", "pairable", "status")])
}

new_agreement_pairs <- function(x, rows, ci, more, label) {
  out <- do.call(rbind, rows) %||% data.frame(
    code = character(), coder_1 = character(), coder_2 = character(),
    coefficient = character(), estimate = numeric(), std.error = numeric(),
    conf.low = numeric(), conf.high = numeric(), interval = character(),
    percent = numeric(), pairable = numeric(), status = character()
  )
  out <- out[order(match(out$code, x$codes)), ]
  row.names(out) <- NULL
  new_result(out, class = "agreement_pairs",
             coders = x$coders, ci = ci, conf_level = more$conf_level %||% 0.95,
             label = label)
}

coder_pairs <- function(x) {
  m <- length(x$coders)
  pairs <- expand.grid(h = seq_len(m), g = seq_len(m))
  as.matrix(pairs[pairs$g < pairs$h, c("g", "h")])
}

#' @rdname agreement_pairs
#' @param code The code wanted, where `x` has several.
#' @export
as.matrix.agreement_pairs <- function(x, code = NULL, ...) {
  check_string(code, null = TRUE)
  coders <- attr(x, "coders")
  codes <- unique(x$code)
  if (is.null(code) && length(codes) > 1) {
    abort("argument", c(
      "`code` must say which matrix is wanted.",
      i = sprintf("There are %s.", quoted(codes))
    ))
  }
  keep <- if (is.null(code)) rep(TRUE, nrow(x)) else x$code %in% code
  if (!is.null(code) && !any(keep)) {
    abort("code", sprintf("No code \"%s\" among these pairs.", code[1]))
  }
  out <- diag(length(coders))
  dimnames(out) <- list(coders, coders)
  at <- cbind(match(x$coder_1[keep], coders), match(x$coder_2[keep], coders))
  out[at] <- x$estimate[keep]
  out[at[, 2:1, drop = FALSE]] <- x$estimate[keep]
  out
}

pairs_header <- function(x) {
  sprintf("Pairs of coders: %s", attr_or(x, "label", "agreement"))
}

#' @export
format.agreement_pairs <- function(x, digits = 2, ...) {
  shown <- plain_frame(x)
  shown$interval <- format_limits(shown, digits)
  shown$estimate <- format_number(shown$estimate, digits)
  shown$percent <- format_percent(shown$percent)
  intervals <- attr_or(x, "ci", "none") != "none"
  shown[c(if (!all(is.na(shown$code))) "code", "coder_1", "coder_2",
          "estimate", if (intervals) "interval", "percent", "pairable",
          "status")]
}

#' @export
print.agreement_pairs <- function(x, digits = 2, ...) {
  cat(pairs_header(x), "\n", sep = "")
  shown <- format(x, digits)
  if (nrow(shown)) print_table(shown) else cat("(no rows)\n")
  invisible(x)
}

#' @exportS3Method knitr::knit_print
knit_print.agreement_pairs <- function(x, digits = 2, caption = NULL, ...) {
  knit_table(format(x, digits),
             caption = caption %||% paste0(pairs_header(x), "."))
}
