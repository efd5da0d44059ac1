/* check.h - the harness of the core tests: one program per module.
 * CHECK(condition) counts; a failure prints file and line and the program goes
 * on. main() ends with `return check_report();`, which prints
 * "N passed, N failed" and is non-zero if anything failed. */
#ifndef CHECK_H
#define CHECK_H

#include <math.h>
#include <stdio.h>
#include <string.h>

static long check_passed, check_failed;

static inline int check_that(int ok, const char *what, const char *file,
                             int line)
{
  if (ok) {
    check_passed++;
  } else {
    check_failed++;
    fprintf(stderr, "%s:%d: failed: %s\n", file, line, what);
  }
  return ok;
}

#define CHECK(condition) check_that(!!(condition), #condition, __FILE__, __LINE__)
#define CHECK_NEAR(a, b, tolerance)                                           \
  check_that(fabs((double) (a) - (double) (b)) <= (tolerance),                \
             #a " near " #b, __FILE__, __LINE__)
#define CHECK_TEXT(a, b) check_that(!strcmp((a), (b)), #a " is " #b, __FILE__, __LINE__)

static inline int check_report(void)
{
  printf("%ld passed, %ld failed\n", check_passed, check_failed);
  return check_failed > 0;
}

#endif
