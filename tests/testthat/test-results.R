# Every result of the diagnostics can be cut down like the data frame it is.
test_that("rows keep what a result prints, columns make it a data frame", {
  x <- ratings(cbind(A = c("a", "b", "b", "a", "c"),
                     B = c("a", "b", "c", "a", "c"),
                     C = c("a", "b", "c", "a", "a")))
  results <- suppressWarnings(list(
    agreement_categories(x, ci = "jackknife"), agreement_units(x),
    agreement_coders(x), agreement_coders(x, standard = "C"),
    kappa_indices(x), agreement_pairs(x, ci = "jackknife")
  ))
  for (result in results) {
    kind <- class(result)[1]
    top <- result[1:2, ]
    expect_s3_class(top, kind)
    expect_identical(attr(top, "label", TRUE),
                     attr(result, "label", TRUE))
    expect_output(print(top))
    expect_identical(class(result[2:3]), "data.frame", info = kind)
    expect_output(print(result[2:3]))
    expect_identical(result[[2]], result[, 2])
  }
})

test_that("what loses a column or gains rows is a plain data frame", {
  results <- Filter(is.data.frame, every_result())
  plain <- function(out, kind) {
    expect_identical(class(out), "data.frame", info = kind)
    expect_output(print(out), info = kind)
  }
  for (kind in names(results)) {
    x <- results[[kind]]
    own <- attr(x, "columns")[1]
    gone <- x
    gone[[own]] <- NULL
    plain(gone, kind)
    plain(do.call("$<-", list(x, own, NULL)), kind)
    plain(merge(x[own], x[own]), kind)
    if (kind != "codings") plain(rbind(x, x), kind)
    more <- x
    more$note <- rep("a", nrow(x))
    expect_s3_class(more, class(x), exact = TRUE)
    more$note <- NULL
    expect_identical(more, x, info = kind)
  }
})
