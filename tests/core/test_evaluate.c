/* evaluate: failures, limits and cost. What operators mean is checked by
 * test_pipeline and by cases/rules.txt, run by test_matcher. */
#include <stdlib.h>

#include "check.h"
#include "core/memory.h"
#include "core/scan.h"

static ic_status scan_once(const char *rule, const char *in, ic_hits *hits,
                           ic_error *err)
{
  ic_str source = ic_str_of(rule);
  ic_matcher *m = NULL;
  ic_scanner *s = NULL;
  ic_status status = ic_matcher_build(&source, 1, &m, err);
  if (status == IC_OK)
    status = ic_scanner_new(m, &s, err);
  if (status == IC_OK)
    status = ic_scan(s, ic_str_of(in), IC_BREAK_LINE, hits, err);
  ic_scanner_free(s);
  ic_matcher_free(m);
  return status;
}

static void memory_failures_are_reported(void)
{
  ic_status status = IC_EMEMORY;
  size_t n = 1;
  for (; status == IC_EMEMORY && n < 1000; n++) {
    ic_hits hits = {NULL, 0, 0};
    ic_error err;
    ic_memory_fail(n, 0);
    status = scan_once("(a OR b) NEAR/2 /c/ AND d UNLESS BEFORE/1 e NOT f "
                       "WITHIN SENTENCE OR g EXCEPT \"g h\"",
                       "a c d. A c f d. G x g h.", &hits, &err);
    CHECK(status == IC_EMEMORY ? hits.count == 0 : hits.count == 3);
    ic_hits_free(&hits);
  }
  ic_memory_fail(0, 0);
  CHECK(status == IC_OK && n > 20);
}

static void limits_name_the_rule(void)
{
  ic_hits hits = {NULL, 0, 0};
  ic_error err;
  CHECK(scan_once("a AND /(a+)+$/", "a aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!",
                  &hits, &err) == IC_OK);
  CHECK(hits.count == 0);
  ic_hits_free(&hits);
}

/* Long chains neither nest calls nor square the cost. */
static void much_is_not_slow(void)
{
  static char rule[60000], in[60000];
  ic_hits hits = {NULL, 0, 0};
  ic_error err;
  strcpy(rule, "a");
  for (size_t at = 1; at < sizeof rule - 20; at += 9)
    strcpy(rule + at, " NEAR/9 a");
  CHECK(scan_once(rule, "a a", &hits, &err) == IC_OK);
  for (size_t i = 0; i + 2 < sizeof in; i += 2)
    memcpy(in + i, i % 100 ? "a " : "b ", 3);
  CHECK(scan_once("(a NEAR/9999 b) NEAR/9999 (b OR a) EXCEPT (b UNLESS "
                  "NEAR/9999 c) UNLESS BEFORE/9 (a AND b)", in, &hits, &err)
        == IC_OK);
  ic_hits_free(&hits);
}

int main(void)
{
  memory_failures_are_reported();
  limits_name_the_rule();
  much_is_not_slow();
  return check_report();
}
