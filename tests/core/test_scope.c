/* scope: random hits beside a slow settlement that compares every pair. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "core/memory.h"
#include "core/scope.h"

#define RULES 4
#define KINDS 3
#define SIZE (sizeof text - 1)
#define MOST 40

static uint64_t state = 7;

static unsigned draw(unsigned n)
{
  state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (unsigned) (state >> 33) % n;
}

/* Some characters of two bytes; hits begin and end between characters. */
static const char text[] = "ab\xc3\xa9" "cd e\xc3\xa9\xc3\xa9 fgh ijkl m\xc3\xa9";

static int inside(size_t at)
{
  return ((unsigned char) text[at] & 0xc0) == 0x80;
}

static ic_hit random_hit(void)
{
  size_t start, end;
  do
    start = draw(SIZE);
  while (inside(start));
  do
    end = start + 1 + draw(6);
  while (end > SIZE || inside(end));
  return (ic_hit) {start, end, draw(RULES)};
}

static int overlap(ic_hit a, ic_hit b)
{
  return a.start < b.end && b.start < a.end;
}

static size_t points(ic_hit h)
{
  size_t n = 0;
  for (size_t i = h.start; i < h.end; i++)
    n += !inside(i);
  return n;
}

static int same(ic_hit a, ic_hit b)
{
  return a.start == b.start && a.end == b.end && a.rule == b.rule;
}

/* Whether a comes before b: within a rule, or in the contest of all. */
static int before(ic_hit a, ic_hit b, int contest)
{
  if (contest && points(a) != points(b))
    return points(a) > points(b);
  if (a.start != b.start)
    return a.start < b.start;
  return contest ? a.rule < b.rule : a.end > b.end;
}

/* Takes the best of what is left until nothing is; marks what is taken. */
static size_t take(const ic_hit *all, size_t n, const char *in, char *taken,
                   long rule)
{
  char left[MOST];
  size_t count = 0, best;
  memset(taken, 0, MOST);
  for (size_t i = 0; i < n; i++)
    left[i] = in[i] && (rule < 0 || all[i].rule == (uint32_t) rule);
  do {
    best = n;
    for (size_t i = 0; i < n; i++)
      if (left[i] && (best == n || before(all[i], all[best], rule < 0)))
        best = i;
    if (best == n)
      break;
    taken[best] = 1;
    count++;
    for (size_t i = 0; i < n; i++)
      left[i] &= !overlap(all[i], all[best]);
  } while (1);
  return count;
}

static void slow(const ic_scope *s, size_t kind, const ic_hit *all, size_t n,
                 char *in)
{
  char taken[MOST];
  for (size_t i = 0; i < n; i++) {
    in[i] = !s->allowed || s->allowed[kind * s->n_rules + all[i].rule];
    for (size_t j = 0; j < i; j++)
      in[i] &= !same(all[i], all[j]);
  }
  for (long rule = 0; rule < RULES; rule++) {
    size_t count = take(all, n, in, taken, rule);
    int enough = !s->minimum || count >= (size_t) s->minimum[rule];
    for (size_t i = 0; i < n; i++)
      if (all[i].rule == (uint32_t) rule)
        in[i] &= enough && (s->nested != IC_NESTED_CODE || taken[i]);
  }
  if (s->nested == IC_NESTED_CODEBOOK) {
    take(all, n, in, taken, -1);
    memcpy(in, taken, n);
  }
}

static int sorted(const ic_hit *a, const ic_hit *b)
{
  if (a->start != b->start)
    return a->start < b->start;
  return a->end != b->end ? a->end < b->end : a->rule < b->rule;
}

static int agrees(const ic_scope *s, size_t kind, const ic_hit *all, size_t n,
                  const ic_hits *hits)
{
  char in[MOST];
  size_t wanted = 0, met = 0;
  slow(s, kind, all, n, in);
  for (size_t i = 0; i < n; i++) {
    wanted += (size_t) in[i];
    for (size_t k = 1; k < hits->count; k++)
      met += in[i] && same(all[i], hits->items[k]);
  }
  for (size_t k = 2; k < hits->count; k++)
    if (!sorted(&hits->items[k - 1], &hits->items[k]))
      return 0;
  return met == wanted && hits->count == wanted + 1;
}

static void random_scopes(void)
{
  size_t wrong = 0, kept = 0;
  for (int round = 0; round < 20000; round++) {
    uint8_t allowed[RULES * KINDS];
    int minimum[RULES];
    ic_scope s = {(ic_nested) draw(3), RULES, NULL, NULL, NULL};
    for (size_t i = 0; i < RULES * KINDS; i++)
      allowed[i] = draw(3) > 0;
    for (size_t i = 0; i < RULES; i++)
      minimum[i] = 1 + (int) draw(3);
    s.minimum = draw(2) ? minimum : NULL;
    s.allowed = draw(2) ? allowed : NULL;
    ic_hit all[MOST];
    ic_hits hits = {NULL, 0, 0};
    size_t n = draw(MOST), kind = draw(KINDS);
    ic_hits_add(&hits, (ic_hit) {0, 1, 0}, NULL);
    for (size_t i = 0; i < n; i++) {
      all[i] = i > 0 && draw(8) == 0 ? all[draw((unsigned) i)] : random_hit();
      ic_hits_add(&hits, all[i], NULL);
    }
    ic_status status = ic_scope_apply(&s, kind, (ic_str) {text, SIZE}, &hits,
                                      1, NULL);
    wrong += status != IC_OK || !agrees(&s, kind, all, n, &hits);
    kept += hits.count - 1;
    ic_hits_free(&hits);
  }
  CHECK(wrong == 0);
  CHECK(kept > 20000);
}

static void no_memory(void)
{
  ic_scope s = {IC_NESTED_CODEBOOK, RULES, NULL, NULL, NULL};
  size_t failures = 0;
  ic_status status = IC_EMEMORY;
  for (size_t n = 1; status != IC_OK && n < 10; n++) {
    ic_hits hits = {NULL, 0, 0};
    ic_error err;
    for (size_t i = 0; i < 3; i++)
      ic_hits_add(&hits, (ic_hit) {i, i + 2, 0}, NULL);
    ic_memory_fail(n, 0);
    status = ic_scope_apply(&s, 0, (ic_str) {"abcde", 5}, &hits, 1, &err);
    ic_memory_fail(0, 0);
    failures += status == IC_EMEMORY;
    CHECK(status == IC_OK ? hits.count == 2 : hits.count == 1);
    ic_hits_free(&hits);
  }
  CHECK(status == IC_OK);
  CHECK(failures == 2);
}

int main(void)
{
  random_scopes();
  no_memory();
  return check_report();
}
