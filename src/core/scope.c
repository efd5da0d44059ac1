#include "scope.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "numeric.h"

static size_t drop_elsewhere(const uint8_t *allowed, ic_hit *items, size_t n)
{
  size_t kept = 0;
  for (size_t i = 0; i < n; i++)
    if (allowed[items[i].rule])
      items[kept++] = items[i];
  return kept;
}

static size_t drop_twins(ic_hit *items, size_t n)
{
  size_t kept = 0;
  for (size_t i = 0; i < n; i++)
    if (kept == 0 || ic_hits_by_rule(&items[kept - 1], &items[i]) != 0)
      items[kept++] = items[i];
  return kept;
}

/* Moves what is kept of one rule's hits to `to`; says how many. */
static size_t settle_rule(const ic_scope *scope, const ic_hit *items,
                          size_t n, ic_hit *to)
{
  size_t apart = 0, reached = 0;
  size_t least = scope->minimum ? (size_t) scope->minimum[items->rule] : 1;
  for (size_t i = 0; i < n; i++)
    if (apart == 0 || items[i].start >= reached) {
      reached = items[i].end;
      apart++;
    }
  if (apart < least)
    return 0;
  if (scope->nested != IC_NESTED_CODE) {
    memmove(to, items, n * sizeof *items);
    return n;
  }
  size_t kept = 0;
  for (size_t i = 0; i < n; i++)
    if (kept == 0 || items[i].start >= to[kept - 1].end)
      to[kept++] = items[i];
  return kept;
}

static size_t settle_rules(const ic_scope *scope, ic_hit *items, size_t n)
{
  size_t kept = 0;
  for (size_t i = 0, end; i < n; i = end) {
    for (end = i + 1; end < n && items[end].rule == items[i].rule; )
      end++;
    kept += settle_rule(scope, items + i, end - i, items + kept);
  }
  return kept;
}

/* ---- between rules ---- */

typedef struct contender {
  ic_hit hit;
  size_t points;
} contender;

static int by_claim(const void *a, const void *b)
{
  const contender *x = a, *y = b;
  int way = ic_compare(y->points, x->points);
  if (!way)
    way = ic_compare(x->hit.start, y->hit.start);
  return way ? way : ic_compare(x->hit.rule, y->hit.rule);
}

/* A later contender is no longer than what is taken: if they overlap, one of
 * its ends lies inside. */
static size_t take_turns(const contender *all, size_t n, char *taken,
                         ic_hit *items)
{
  size_t kept = 0;
  for (size_t i = 0; i < n; i++) {
    const ic_hit *hit = &all[i].hit;
    if (taken[hit->start] || taken[hit->end - 1])
      continue;
    memset(taken + hit->start, 1, hit->end - hit->start);
    items[kept++] = *hit;
  }
  return kept;
}

static ic_status contest(ic_str passage, ic_hit *items, size_t *n,
                         ic_error *err)
{
  contender *all = ic_alloc(*n, sizeof *all);
  char *taken = ic_alloc(passage.size, 1);
  ic_status status = all && taken ? IC_OK : ic_no_memory(err);
  for (size_t i = 0; status == IC_OK && i < *n; i++) {
    ic_span span = {items[i].start, items[i].end};
    all[i] = (contender) {
      items[i], ic_count_points(ic_str_slice(passage, span))
    };
  }
  if (status == IC_OK) {
    qsort(all, *n, sizeof *all, by_claim);
    *n = take_turns(all, *n, taken, items);
  }
  ic_free(all);
  ic_free(taken);
  return status;
}

ic_status ic_scope_apply(const ic_scope *scope, size_t kind, ic_str passage,
                         ic_hits *hits, size_t first, ic_error *err)
{
  size_t n = hits->count - first;
  ic_hit *items = n ? hits->items + first : NULL;
  ic_status status = IC_OK;
  if (n && scope->allowed)
    n = drop_elsewhere(scope->allowed + kind * scope->n_rules, items, n);
  if (n) {
    qsort(items, n, sizeof *items, ic_hits_by_rule);
    n = settle_rules(scope, items, drop_twins(items, n));
  }
  if (n > 1 && scope->nested == IC_NESTED_CODEBOOK)
    status = contest(passage, items, &n, err);
  if (status == IC_OK && n > 1)
    qsort(items, n, sizeof *items, ic_hits_by_place);
  hits->count = first + (status == IC_OK ? n : 0);
  return status;
}
