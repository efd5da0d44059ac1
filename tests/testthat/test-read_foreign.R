test_that("a table comes with the types its values need", {
  path <- foreign_file("
    CREATE TABLE t(i INTEGER, r REAL, s TEXT, none TEXT, big INTEGER);
    INSERT INTO t VALUES (1, 2.5, 'n\u00e9', NULL, 5000000000),
      (NULL, 3, '', NULL, 2);
  ")
  x <- read_foreign_table(path, "t")
  expect_identical(x$i, c(1L, NA))
  expect_identical(x$r, c(2.5, 3))
  expect_identical(x$s, c("n\u00e9", ""))
  expect_identical(x$none, c(NA, NA))
  expect_identical(x$big, c(5e9, 2))
  expect_identical(names(read_foreign_table(path, "t", c("s", "i"))),
                   c("s", "i"))
  expect_identical(foreign_tables(path)$column, names(x))
})

test_that("what cannot be read is told by class", {
  expect_error(read_foreign_table(tempfile(), "t"),
               class = "intercoder_error_store")
  words <- withr::local_tempfile(lines = "SQLite? No.")
  expect_error(foreign_tables(words), class = "intercoder_error_foreign")
  path <- foreign_file("
    CREATE TABLE t(a);
    INSERT INTO t VALUES ('fine'), (CAST(x'6162e9' AS TEXT));
    CREATE VIEW v AS SELECT a FROM t;
    CREATE TABLE made(a, b AS (a || a));
  ")
  expect_error(read_foreign_table(path, "nothing"), "It has",
               class = "intercoder_error_input")
  expect_error(read_foreign_table(path, "t", "b"),
               class = "intercoder_error_input")
  expect_error(read_foreign_table(path, "v", "a"),
               class = "intercoder_error_input")
  expect_error(read_foreign_table(path, "made", "b"),
               class = "intercoder_error_damaged")
  failure <- expect_error(read_foreign_table(path, "t"), "row 2",
                          class = "intercoder_error_text")
  expect_identical(failure$item, 2)
  expect_identical(failure$at, 3)
  expect_error(read_foreign_table(path, "t", character()),
               class = "intercoder_error_argument")
  writeLines("x", paste0(path, "-wal"))
  withr::defer(unlink(paste0(path, "-wal")))
  expect_error(read_foreign_table(path, "t"),
               class = "intercoder_error_locked")
})
