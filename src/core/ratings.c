#include "ratings.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

#define BLOCK 2048
#define NO_PATTERN UINT32_MAX

/* The data while they are being collapsed. `of` maps a unit to its pattern;
 * it is only kept where somebody asks for it (clusters, hashing). */
typedef struct collapse {
  const ic_cells *cells;
  size_t units;
  int coders, categories;
  uint32_t *of;
  size_t patterns;
  uint32_t *sizes;
  int *rows;
  int active, pair[2];
} collapse;

static void collapse_clear(collapse *c)
{
  ic_free(c->of);
  ic_free(c->sizes);
  ic_free(c->rows);
}

static ic_status value_out_of_range(const collapse *c, ic_error *err)
{
  int place;
  for (size_t i = 0; i < c->units; i++)
    for (int g = 0; g < c->coders; g++)
      if (ic_cells_read(c->cells, g, i, 1, &place))
        return ic_fail_at(err, IC_EINPUT, i, (size_t) g,
                          "a value is none of the %d categories",
                          c->categories);
  return IC_OK;
}

/* Number of cells of a table addressed by whole rows, 0 if it is too large
 * to be worth it. */
static size_t direct_cells(const collapse *c)
{
  size_t most = 4 * c->units > 65536 ? 4 * c->units : 65536, cells = 1;
  if (most > (size_t) 1 << 24)
    most = (size_t) 1 << 24;
  for (int g = 0; g < c->coders; g++) {
    cells *= (size_t) c->categories + 1;
    if (cells > most)
      return 0;
  }
  return cells;
}

static int block_keys(const collapse *c, size_t from, size_t n, uint32_t *key)
{
  uint32_t base = (uint32_t) c->categories + 1;
  int place[BLOCK], above = 0;
  memset(key, 0, n * sizeof *key);
  for (int g = 0; g < c->coders; g++) {
    above |= ic_cells_read(c->cells, g, from, n, place);
    for (size_t i = 0; i < n; i++)
      key[i] = key[i] * base + (uint32_t) place[i];
  }
  return above;
}

static void row_of_key(uint32_t key, int coders, uint32_t base, int *row)
{
  for (int g = coders - 1; g >= 0; g--) {
    row[g] = (int) (key % base);
    key /= base;
  }
}

/* The used cells become patterns; the table then holds their numbers. */
static ic_status direct_patterns(collapse *c, uint32_t *table, size_t cells,
                                 ic_error *err)
{
  size_t used = 0;
  for (size_t k = 1; k < cells; k++)
    used += table[k] > 0;
  c->sizes = ic_alloc(used, sizeof *c->sizes);
  c->rows = ic_alloc(used * (size_t) c->coders, sizeof *c->rows);
  if (!c->sizes || !c->rows)
    return ic_no_memory(err);
  table[0] = NO_PATTERN;
  for (size_t k = 1; k < cells; k++) {
    if (table[k] == 0)
      continue;
    c->sizes[c->patterns] = table[k];
    row_of_key((uint32_t) k, c->coders, (uint32_t) c->categories + 1,
               c->rows + c->patterns * (size_t) c->coders);
    table[k] = (uint32_t) c->patterns++;
  }
  return IC_OK;
}

static ic_status collapse_direct(collapse *c, size_t cells, int keep_units,
                                 ic_error *err)
{
  uint32_t key[BLOCK];
  uint32_t *table = ic_alloc(cells, sizeof *table);
  if (keep_units)
    c->of = ic_alloc(c->units, sizeof *c->of);
  if (!table || (keep_units && !c->of)) {
    ic_free(table);
    return ic_no_memory(err);
  }
  ic_status status = IC_OK;
  for (size_t from = 0; from < c->units && !status; from += BLOCK) {
    size_t n = c->units - from < BLOCK ? c->units - from : BLOCK;
    if (block_keys(c, from, n, key)) {
      status = value_out_of_range(c, err);
      break;
    }
    for (size_t i = 0; i < n; i++)
      table[key[i]]++;
    if (keep_units)
      memcpy(c->of + from, key, n * sizeof *key);
  }
  if (!status)
    status = direct_patterns(c, table, cells, err);
  if (!status && keep_units)
    for (size_t i = 0; i < c->units; i++)
      c->of[i] = table[c->of[i]];
  ic_free(table);
  return status;
}

static uint64_t mix(uint64_t h)
{
  h ^= h >> 32;
  h *= 0x9E3779B97F4A7C15u;
  return h ^ h >> 29;
}

static int block_hashes(const collapse *c, size_t from, size_t n,
                        uint64_t *hash, int *any)
{
  int place[BLOCK], above = 0;
  memset(hash, 0, n * sizeof *hash);
  memset(any, 0, n * sizeof *any);
  for (int g = 0; g < c->coders; g++) {
    above |= ic_cells_read(c->cells, g, from, n, place);
    for (size_t i = 0; i < n; i++) {
      any[i] |= place[i];
      hash[i] = mix(hash[i] * 31 + (uint64_t) place[i] + 1);
    }
  }
  return above;
}

static int same_row(const collapse *c, size_t a, size_t b)
{
  for (int g = 0; g < c->coders; g++)
    if (ic_cells_at(c->cells, g, a) != ic_cells_at(c->cells, g, b))
      return 0;
  return 1;
}

/* Finds the pattern of unit i or opens a new one. first[p] is the unit that
 * opened p; slots hold p + 1. */
static uint32_t hashed_pattern(collapse *c, size_t i, uint64_t hash,
                               uint32_t *slots, size_t mask, uint32_t *first)
{
  size_t at = (size_t) hash & mask;
  while (slots[at] && !same_row(c, first[slots[at] - 1], i))
    at = (at + 1) & mask;
  if (!slots[at]) {
    first[c->patterns] = (uint32_t) i;
    c->sizes[c->patterns] = 0;
    slots[at] = (uint32_t) ++c->patterns;
  }
  return slots[at] - 1;
}

static ic_status hash_units(collapse *c, uint32_t *slots, size_t mask,
                            uint32_t *first, ic_error *err)
{
  uint64_t hash[BLOCK];
  int any[BLOCK];
  for (size_t from = 0; from < c->units; from += BLOCK) {
    size_t n = c->units - from < BLOCK ? c->units - from : BLOCK;
    if (block_hashes(c, from, n, hash, any))
      return value_out_of_range(c, err);
    for (size_t i = 0; i < n; i++) {
      uint32_t p = NO_PATTERN;
      if (any[i])
        p = hashed_pattern(c, from + i, hash[i], slots, mask, first);
      if (any[i])
        c->sizes[p]++;
      c->of[from + i] = p;
    }
  }
  return IC_OK;
}

static void copy_row(const collapse *c, size_t unit, int *row)
{
  for (int g = 0; g < c->coders; g++)
    row[g] = ic_cells_at(c->cells, g, unit);
}

static ic_status collapse_hashed(collapse *c, ic_error *err)
{
  size_t mask = 1024;
  while (mask < 2 * c->units)
    mask *= 2;
  mask--;
  uint32_t *slots = ic_alloc(mask + 1, sizeof *slots);
  uint32_t *first = ic_alloc(c->units, sizeof *first);
  c->of = ic_alloc(c->units, sizeof *c->of);
  c->sizes = ic_alloc(c->units, sizeof *c->sizes);
  ic_status status = slots && first && c->of && c->sizes
    ? hash_units(c, slots, mask, first, err) : ic_no_memory(err);
  if (!status) {
    c->rows = ic_alloc(c->patterns * (size_t) c->coders, sizeof *c->rows);
    if (!c->rows)
      status = ic_no_memory(err);
  }
  if (!status)
    for (size_t p = 0; p < c->patterns; p++)
      copy_row(c, first[p], c->rows + p * (size_t) c->coders);
  ic_free(slots);
  ic_free(first);
  return status;
}

typedef struct row_ref {
  const int *row;
  int coders;
  uint32_t pattern;
} row_ref;

static int compare_rows(const int *a, const int *b, int coders)
{
  for (int g = 0; g < coders; g++)
    if (a[g] != b[g])
      return a[g] < b[g] ? -1 : 1;
  return 0;
}

static int by_row(const void *a, const void *b)
{
  const row_ref *x = a, *y = b;
  int order = compare_rows(x->row, y->row, x->coders);
  return order ? order : (x->pattern > y->pattern) - (x->pattern < y->pattern);
}

/* Puts patterns in the order of their rows and merges equal ones. */
static ic_status order_patterns(collapse *c, ic_error *err)
{
  size_t m = (size_t) c->coders, kept = 0;
  row_ref *refs = ic_alloc(c->patterns, sizeof *refs);
  int *rows = ic_alloc(c->patterns * m, sizeof *rows);
  uint32_t *sizes = ic_alloc(c->patterns, sizeof *sizes);
  uint32_t *new_number = ic_alloc(c->patterns, sizeof *new_number);
  if (!refs || !rows || !sizes || !new_number) {
    ic_free(refs), ic_free(rows), ic_free(sizes), ic_free(new_number);
    return ic_no_memory(err);
  }
  for (size_t p = 0; p < c->patterns; p++)
    refs[p] = (row_ref) {c->rows + p * m, c->coders, (uint32_t) p};
  qsort(refs, c->patterns, sizeof *refs, by_row);
  for (size_t k = 0; k < c->patterns; k++) {
    if (k == 0 || compare_rows(refs[k].row, refs[k - 1].row, c->coders)) {
      memcpy(rows + kept * m, refs[k].row, m * sizeof *rows);
      sizes[kept++] = 0;
    }
    sizes[kept - 1] += c->sizes[refs[k].pattern];
    new_number[refs[k].pattern] = (uint32_t) (kept - 1);
  }
  for (size_t i = 0; c->of && i < c->units; i++)
    if (c->of[i] != NO_PATTERN)
      c->of[i] = new_number[c->of[i]];
  ic_free(refs), ic_free(new_number), ic_free(c->rows), ic_free(c->sizes);
  c->rows = rows;
  c->sizes = sizes;
  c->patterns = kept;
  return IC_OK;
}

static void sort_row(int *row, int coders)
{
  for (int i = 1; i < coders; i++) {
    int v = row[i], j = i;
    for (; j > 0 && row[j - 1] > v; j--)
      row[j] = row[j - 1];
    row[j] = v;
  }
}

static ic_status count_entries(const collapse *c, ic_ratings *r, ic_error *err)
{
  size_t m = (size_t) c->coders, n = 0;
  int *row = ic_alloc(m, sizeof *row);
  size_t room = c->patterns * m;
  r->size = ic_alloc(c->patterns, sizeof *r->size);
  r->rated = ic_alloc(c->patterns, sizeof *r->rated);
  r->start = ic_alloc(c->patterns + 1, sizeof *r->start);
  r->category = ic_alloc(room, sizeof *r->category);
  r->times = ic_alloc(room, sizeof *r->times);
  if (!row || !r->size || !r->rated || !r->start || !r->category
      || !r->times) {
    ic_free(row);
    return ic_no_memory(err);
  }
  for (size_t p = 0; p < c->patterns; p++) {
    memcpy(row, c->rows + p * m, m * sizeof *row);
    sort_row(row, c->coders);
    r->start[p] = n;
    for (size_t g = 0; g < m; g++) {
      if (row[g] == 0)
        continue;
      r->rated[p]++;
      if (n > r->start[p] && r->category[n - 1] == row[g] - 1) {
        r->times[n - 1]++;
      } else {
        r->category[n] = row[g] - 1;
        r->times[n++] = 1;
      }
    }
    r->size[p] = c->sizes[p];
    r->units += c->sizes[p];
  }
  r->start[c->patterns] = n;
  ic_free(row);
  return IC_OK;
}

/* Units in the order of their clusters, by counting. */
static void sort_by_cluster(const collapse *c, const int *cluster,
                            size_t clusters, size_t *begin, uint32_t *order)
{
  memset(begin, 0, (clusters + 2) * sizeof *begin);
  for (size_t i = 0; i < c->units; i++)
    if (c->of[i] != NO_PATTERN)
      begin[cluster[i] + 1]++;
  for (size_t g = 1; g <= clusters + 1; g++)
    begin[g] += begin[g - 1];
  for (size_t i = 0; i < c->units; i++)
    if (c->of[i] != NO_PATTERN)
      order[begin[cluster[i]]++] = c->of[i];
}

/* After sort_by_cluster, cluster g (from 1) ends at begin[g]. */
static void tally_clusters(ic_ratings *r, size_t clusters, const size_t *begin,
                           const uint32_t *order, size_t *seen)
{
  size_t n = 0, kept = 0;
  for (size_t g = 1; g <= clusters; g++) {
    size_t from = begin[g - 1];
    if (begin[g] == from)
      continue;
    r->cluster_start[kept] = n;
    for (size_t k = from; k < begin[g]; k++) {
      size_t p = order[k];
      if (seen[p] <= r->cluster_start[kept]) {
        r->cluster_pattern[n] = p;
        r->cluster_times[n++] = 0.0;
        seen[p] = n;
      }
      r->cluster_times[seen[p] - 1] += 1.0;
    }
    kept++;
  }
  r->cluster_start[kept] = n;
  r->clusters = kept;
}

static ic_status count_clusters(const collapse *c, const int *cluster,
                                size_t clusters, ic_ratings *r, ic_error *err)
{
  for (size_t i = 0; i < c->units; i++)
    if (cluster[i] < 1 || (size_t) cluster[i] > clusters)
      return ic_fail_at(err, IC_EINPUT, i, 0,
                        "unit %zu has no valid cluster", i + 1);
  size_t *begin = ic_alloc(clusters + 2, sizeof *begin);
  uint32_t *order = ic_alloc(c->units, sizeof *order);
  size_t *seen = ic_alloc(c->patterns, sizeof *seen);
  r->cluster_start = ic_alloc(clusters + 1, sizeof *r->cluster_start);
  r->cluster_pattern = ic_alloc(r->units, sizeof *r->cluster_pattern);
  r->cluster_times = ic_alloc(r->units, sizeof *r->cluster_times);
  ic_status status = IC_OK;
  if (begin && order && seen && r->cluster_start && r->cluster_pattern
      && r->cluster_times) {
    sort_by_cluster(c, cluster, clusters, begin, order);
    tally_clusters(r, clusters, begin, order, seen);
  } else {
    status = ic_no_memory(err);
  }
  ic_free(begin);
  ic_free(order);
  ic_free(seen);
  return status;
}

/* Asked before rows lose who gave which value. */
static void find_coders(collapse *c)
{
  for (int g = 0; g < c->coders; g++)
    for (size_t p = 0; p < c->patterns; p++)
      if (c->rows[p * (size_t) c->coders + (size_t) g] > 0) {
        if (c->active < 2)
          c->pair[c->active] = g;
        c->active++;
        break;
      }
}

static ic_status collapse_units(collapse *c, int keep_units, int keep_coders,
                                ic_error *err)
{
  size_t cells = direct_cells(c);
  ic_status status = cells ? collapse_direct(c, cells, keep_units, err)
                           : collapse_hashed(c, err);
  if (status)
    return status;
  find_coders(c);
  if (c->patterns > IC_PATTERNS_SORTED || c->patterns == 0)
    return IC_OK;
  if (!keep_coders)
    for (size_t p = 0; p < c->patterns; p++)
      sort_row(c->rows + p * (size_t) c->coders, c->coders);
  return cells && keep_coders ? IC_OK : order_patterns(c, err);
}

ic_status ic_ratings_collapse(const int *values, size_t units, int coders,
                              int categories, const int *cluster,
                              size_t clusters, int keep_coders,
                              ic_ratings **out, ic_error *err)
{
  ic_cells cells = ic_cells_of_places(values, units, coders, categories);
  return ic_ratings_read(&cells, cluster, clusters, keep_coders, out, err);
}

ic_status ic_ratings_read(const ic_cells *cells, const int *cluster,
                          size_t clusters, int keep_coders, ic_ratings **out,
                          ic_error *err)
{
  *out = NULL;
  if (cells->units >= NO_PATTERN || cells->coders < 0
      || cells->categories < 0 || cells->categories == INT_MAX)
    return ic_fail(err, IC_ELIMIT, "more than %u units or categories",
                   NO_PATTERN - 1u);
  collapse c = {.cells = cells, .units = cells->units,
    .coders = cells->coders, .categories = cells->categories,
    .pair = {-1, -1}};
  ic_ratings *r = ic_alloc(1, sizeof *r);
  if (!r)
    return ic_no_memory(err);
  ic_status status = collapse_units(&c, cluster != NULL, keep_coders, err);
  if (!status)
    status = count_entries(&c, r, err);
  if (!status && cluster)
    status = count_clusters(&c, cluster, clusters, r, err);
  if (status) {
    ic_ratings_free(r);
  } else {
    r->patterns = c.patterns;
    r->coders = c.coders;
    r->categories = c.categories;
    r->value = c.rows;
    r->active = c.active;
    memcpy(r->pair, c.pair, sizeof r->pair);
    c.rows = NULL;
    *out = r;
  }
  collapse_clear(&c);
  return status;
}

static uint64_t hash_counts(const ic_ratings *r, size_t p)
{
  uint64_t hash = 0;
  for (size_t e = r->start[p]; e < r->start[p + 1]; e++)
    hash = mix(hash * 31 + (uint64_t) r->category[e] * 1024
               + (uint64_t) r->times[e]);
  return hash;
}

static int same_counts(const ic_ratings *r, size_t p, const ic_ratings *s,
                       size_t q)
{
  size_t n = r->start[p + 1] - r->start[p];
  return n == s->start[q + 1] - s->start[q]
    && !memcmp(r->category + r->start[p], s->category + s->start[q],
               n * sizeof *r->category)
    && !memcmp(r->times + r->start[p], s->times + s->start[q],
               n * sizeof *r->times);
}

static void copy_counts(const ic_ratings *r, size_t p, ic_ratings *out)
{
  size_t n = r->start[p + 1] - r->start[p], q = out->patterns++;
  size_t to = out->start[q];
  memcpy(out->category + to, r->category + r->start[p],
         n * sizeof *out->category);
  memcpy(out->times + to, r->times + r->start[p], n * sizeof *out->times);
  out->rated[q] = r->rated[p];
  out->start[q + 1] = to + n;
}

static void merge_patterns(const ic_ratings *r, uint32_t *slots, size_t mask,
                           uint32_t *of, ic_ratings *out)
{
  for (size_t p = 0; p < r->patterns; p++) {
    size_t at = (size_t) hash_counts(r, p) & mask;
    while (slots[at] && !same_counts(r, p, out, slots[at] - 1))
      at = (at + 1) & mask;
    if (!slots[at]) {
      copy_counts(r, p, out);
      slots[at] = (uint32_t) out->patterns;
    }
    of[p] = slots[at] - 1;
    out->size[of[p]] += r->size[p];
  }
}

ic_status ic_ratings_merge(const ic_ratings *r, uint32_t *of, ic_ratings **out,
                           ic_error *err)
{
  size_t mask = 1024, n = r->patterns;
  while (mask < 2 * n)
    mask *= 2;
  uint32_t *slots = ic_alloc(mask, sizeof *slots);
  ic_ratings *s = *out = ic_alloc(1, sizeof *s);
  ic_status status = slots && s ? IC_OK : ic_no_memory(err);
  if (!status) {
    *s = (ic_ratings) {.units = r->units, .coders = r->coders,
      .active = r->active, .pair = {r->pair[0], r->pair[1]},
      .categories = r->categories};
    s->size = ic_alloc(n, sizeof *s->size);
    s->rated = ic_alloc(n, sizeof *s->rated);
    s->start = ic_alloc(n + 1, sizeof *s->start);
    s->category = ic_alloc(r->start[n], sizeof *s->category);
    s->times = ic_alloc(r->start[n], sizeof *s->times);
    if (s->size && s->rated && s->start && s->category && s->times)
      merge_patterns(r, slots, mask - 1, of, s);
    else
      status = ic_no_memory(err);
  }
  ic_free(slots);
  if (status) {
    ic_ratings_free(s);
    *out = NULL;
  }
  return status;
}

void ic_ratings_free(ic_ratings *r)
{
  if (!r)
    return;
  ic_free(r->size);
  ic_free(r->value);
  ic_free(r->rated);
  ic_free(r->start);
  ic_free(r->category);
  ic_free(r->times);
  ic_free(r->cluster_start);
  ic_free(r->cluster_pattern);
  ic_free(r->cluster_times);
  ic_free(r);
}
