#' One coefficient of agreement
#'
#' Short forms of [agreement()] for a single coefficient. Formulas, sources,
#' intervals and the treatment of missing and undefined values are described
#' there.
#'
#' @inheritParams agreement
#' @param ... Further arguments to [agreement()]: `by`, `ci`, `conf_level`,
#'   `replicates`, `cluster`, `pool`, `range`, `seed`, `threads`.
#' @return A data frame of class `agreement`; see [agreement()].
#' @name coefficients_of_agreement
#' @examples
#' x <- as.table(rbind(yes = c(40, 9), no = c(6, 45)))
#' colnames(x) <- rownames(x)
#' cohen_kappa(x, ci = "analytic")
#' gwet_ac(x, ci = "analytic")
#' krippendorff_alpha(x, ci = "jackknife")
#' maxwell_re(x, ci = "analytic")
NULL

#' @rdname coefficients_of_agreement
#' @export
krippendorff_alpha <- function(x, level = "nominal", ...) {
  agreement(x, "alpha", level = level, ...)
}

#' @rdname coefficients_of_agreement
#' @export
cohen_kappa <- function(x, weights = NULL, ...) {
  agreement(x, "kappa", weights = weights, ...)
}

#' @rdname coefficients_of_agreement
#' @export
scott_pi <- function(x, weights = NULL, ...) {
  agreement(x, "pi", weights = weights, ...)
}

#' @rdname coefficients_of_agreement
#' @export
fleiss_kappa <- function(x, weights = NULL, ...) {
  agreement(x, "fleiss", weights = weights, ...)
}

#' @rdname coefficients_of_agreement
#' @export
conger_kappa <- function(x, weights = NULL, ...) {
  agreement(x, "conger", weights = weights, ...)
}

#' @rdname coefficients_of_agreement
#' @export
light_kappa <- function(x, weights = NULL, ...) {
  agreement(x, "light", weights = weights, ...)
}

#' @rdname coefficients_of_agreement
#' @export
hubert_kappa <- function(x, weights = NULL, ...) {
  agreement(x, "hubert", weights = weights, ...)
}

#' @rdname coefficients_of_agreement
#' @export
brennan_prediger <- function(x, weights = NULL, ...) {
  agreement(x, "bp", weights = weights, ...)
}

#' @rdname coefficients_of_agreement
#' @export
gwet_ac <- function(x, weights = NULL, ...) {
  agreement(x, "ac", weights = weights, ...)
}

#' @rdname coefficients_of_agreement
#' @export
percent_agreement <- function(x, weights = NULL, ...) {
  agreement(x, "percent", weights = weights, ...)
}

#' @rdname coefficients_of_agreement
#' @export
kendall_w <- function(x, ...) {
  agreement(x, "kendall_w", ...)
}

#' @rdname coefficients_of_agreement
#' @export
maxwell_re <- function(x, ...) {
  agreement(x, "maxwell_re", ...)
}

#' @rdname coefficients_of_agreement
#' @export
finn <- function(x, ...) {
  agreement(x, "finn", ...)
}

#' @rdname coefficients_of_agreement
#' @export
robinson_a <- function(x, ...) {
  agreement(x, "robinson", ...)
}
