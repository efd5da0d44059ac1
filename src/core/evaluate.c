#include "evaluate.h"

#include <stdlib.h>

#include "memory.h"
#include "numeric.h"

/* A hit under evaluation. It touches the words from number `first` up to but
 * not including `upto`. */
typedef struct spot {
  size_t start, end;
  size_t first, upto;
  size_t sentence; /* its number; IC_NOWHERE for a hit that crosses an end */
  size_t step;     /* how it came about, where that is recorded */
} spot;

/* Sorted by start, the longest first, no two the same. */
typedef struct spots {
  spot *items;
  size_t count, room;
} spots;

/* The words of 64 bytes, a bit for each byte. */
typedef struct block {
  uint64_t inside, begins;
  size_t before; /* words that begin before the block */
} block;

/* The best spot of those that end at or before `end` in the same sentence
 * with the same last word. */
typedef struct ended {
  size_t end;
  spot best;
} ended;

struct ic_evaluator {
  const ic_matcher *matcher;
  const ic_rule *rule; /* under evaluation, with the number of its first term */
  uint32_t first_term;
  ic_hits terms; /* by number, start and end */
  ic_str text;
  ic_break breaks;
  int numbered, parted; /* whether what follows is of this passage */
  block *blocks;
  size_t blocks_room, n_blocks, words;
  ic_spans sentences;
  ic_steps *steps; /* NULL: nothing is recorded */
  int aside;       /* within something that can only veto */
  ic_status noted; /* whether all steps could be kept */
  ic_error *err;
};

/* ---- resources ---- */

void ic_hits_free(ic_hits *hits)
{
  ic_free(hits->items);
  *hits = (ic_hits) {NULL, 0, 0};
}

ic_status ic_hits_grow(ic_hits *hits, ic_error *err)
{
  void *items = hits->items;
  ic_status status = ic_reserve(&items, &hits->room, hits->count + 1,
                                sizeof *hits->items, err);
  if (status == IC_OK)
    hits->items = items;
  return status;
}

int ic_hits_by_place(const void *a, const void *b)
{
  const ic_hit *x = a, *y = b;
  int way = ic_compare(x->start, y->start);
  if (!way)
    way = ic_compare(x->end, y->end);
  return way ? way : ic_compare(x->rule, y->rule);
}

int ic_hits_by_rule(const void *a, const void *b)
{
  const ic_hit *x = a, *y = b;
  int way = ic_compare(x->rule, y->rule);
  if (!way)
    way = ic_compare(x->start, y->start);
  return way ? way : ic_compare(y->end, x->end);
}

ic_status ic_evaluator_new(const ic_matcher *matcher, ic_evaluator **out,
                           ic_error *err)
{
  *out = ic_alloc(1, sizeof **out);
  if (!*out)
    return ic_no_memory(err);
  (*out)->matcher = matcher;
  return IC_OK;
}

void ic_evaluator_free(ic_evaluator *e)
{
  if (!e)
    return;
  ic_hits_free(&e->terms);
  ic_spans_free(&e->sentences);
  ic_free(e->blocks);
  ic_free(e);
}

void ic_steps_free(ic_steps *steps)
{
  ic_free(steps->items);
  *steps = (ic_steps) {NULL, 0, 0};
}

void ic_evaluator_record(ic_evaluator *e, ic_steps *steps)
{
  e->steps = steps;
}

static void spots_free(spots *s)
{
  ic_free(s->items);
  *s = (spots) {NULL, 0, 0};
}

/* ---- steps ---- */

/* The number of the step. A failure to keep it shows when the rule is done. */
static size_t note(ic_evaluator *e, ic_step step)
{
  void *items = e->steps->items;
  if (e->noted == IC_OK)
    e->noted = ic_reserve(&items, &e->steps->room, e->steps->count + 1,
                          sizeof *e->steps->items, e->err);
  if (e->noted != IC_OK)
    return 0;
  e->steps->items = items;
  e->steps->items[e->steps->count] = step;
  return e->steps->count++;
}

static size_t node_number(const ic_evaluator *e, const ic_node *node)
{
  return node ? (size_t) (node - e->rule->nodes) : IC_NOWHERE;
}

/* How a spot stands thanks to another. */
static size_t note_with(ic_evaluator *e, const ic_node *node, size_t left,
                        size_t right)
{
  return note(e, (ic_step) {
    .kind = node ? IC_STEP_WITH : IC_STEP_EITHER,
    .node = node_number(e, node), .left = left, .right = right
  });
}

/* What became of a spot: it went, perhaps because of another, or is found. */
static void note_end(ic_evaluator *e, ic_step_kind kind, const ic_node *node,
                     const spot *own, const spot *by)
{
  if (e->steps && !e->aside)
    note(e, (ic_step) {
      .kind = kind, .node = node_number(e, node), .left = own->step,
      .right = by ? by->step : IC_NOWHERE,
      .start = own->start, .end = own->end
    });
}

static ic_status spots_reserve(spots *s, size_t more, ic_error *err)
{
  void *items = s->items;
  ic_status status = ic_reserve(&items, &s->room, s->count + more,
                                sizeof *s->items, err);
  if (status == IC_OK)
    s->items = items;
  return status;
}

/* ---- words and sentences ---- */

static ic_status reserve_blocks(ic_evaluator *e)
{
  void *blocks = e->blocks;
  e->n_blocks = (e->text.size + 63) / 64;
  ic_status status = ic_reserve(&blocks, &e->blocks_room, e->n_blocks,
                                sizeof *e->blocks, e->err);
  if (status == IC_OK)
    e->blocks = blocks;
  return status;
}

static ic_status number_words(ic_evaluator *e)
{
  ic_status status = e->numbered ? IC_OK : reserve_blocks(e);
  uint64_t carry = 0;
  if (status != IC_OK || e->numbered)
    return status;
  e->numbered = 1;
  e->words = 0;
  for (size_t i = 0; i < e->n_blocks; i++) {
    uint64_t breaks, bits = ic_word_bits(e->text, 64 * i, &breaks);
    e->blocks[i] =
      (block) {bits, (bits & ~(bits << 1 | carry)) | breaks, e->words};
    e->words += ic_count_bits(e->blocks[i].begins);
    carry = bits >> 63;
  }
  return IC_OK;
}

static size_t words_begun(const ic_evaluator *e, size_t before)
{
  if (before / 64 == e->n_blocks)
    return e->words;
  const block *b = &e->blocks[before / 64];
  uint64_t low = (UINT64_C(1) << before % 64) - 1;
  return b->before + ic_count_bits(b->begins & low);
}

/* Whether a word that begins before byte `at` goes on there. */
static int goes_on(const ic_evaluator *e, size_t at)
{
  const block *b = &e->blocks[at / 64];
  return (b->inside & ~b->begins) >> at % 64 & 1;
}

static ic_status part_sentences(ic_evaluator *e)
{
  if (e->parted)
    return IC_OK;
  e->parted = 1;
  e->sentences.count = 0;
  return ic_sentences(e->text, e->breaks, &e->sentences, e->err);
}

static size_t sentence_of(const ic_evaluator *e, const spot *s)
{
  size_t low = 0, high = e->sentences.count;
  const ic_span *items = e->sentences.items;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (items[middle].end > s->start)
      high = middle;
    else
      low = middle + 1;
  }
  return low < e->sentences.count && items[low].start <= s->start
    && items[low].end >= s->end ? low : IC_NOWHERE;
}

static void place(const ic_evaluator *e, spot *s)
{
  if (e->rule->counts_words) {
    s->first = words_begun(e, s->start) - (size_t) goes_on(e, s->start);
    s->upto = words_begun(e, s->end);
  }
  if (e->rule->parts_sentences)
    s->sentence = sentence_of(e, s);
}

/* ---- sets ---- */

static int by_start(const void *a, const void *b)
{
  const spot *x = a, *y = b;
  int way = ic_compare(x->start, y->start);
  return way ? way : ic_compare(y->end, x->end);
}

static int by_start_and_step(const void *a, const void *b)
{
  const spot *x = a, *y = b;
  int way = by_start(a, b);
  return way ? way : ic_compare(x->step, y->step);
}

static void tidy(ic_evaluator *e, spots *s)
{
  size_t kept = 0, i = 1;
  while (i < s->count && by_start(&s->items[i - 1], &s->items[i]) < 0)
    i++;
  if (i >= s->count)
    return;
  qsort(s->items, s->count, sizeof *s->items, by_start_and_step);
  for (i = 1; i < s->count; i++)
    if (by_start(&s->items[kept], &s->items[i]) != 0)
      s->items[++kept] = s->items[i];
    else if (e->steps && s->items[kept].step != s->items[i].step)
      s->items[kept].step = note_with(e, NULL, s->items[kept].step,
                                      s->items[i].step);
  s->count = kept + 1;
}

static ic_status unite(ic_evaluator *e, spots *a, const spots *b)
{
  ic_status status = spots_reserve(a, b->count, e->err);
  if (status != IC_OK)
    return status;
  for (size_t i = 0; i < b->count; i++)
    a->items[a->count++] = b->items[i];
  tidy(e, a);
  return IC_OK;
}

/* Where sentences do not part, all is one. */
static size_t group(const spot *s, int by_sentence)
{
  return by_sentence ? s->sentence : 0;
}

/* The first spot of the group, NULL where there is none. */
static const spot *in_group(const spots *s, size_t wanted, int by_sentence)
{
  size_t low = 0, high = s->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (group(&s->items[middle], by_sentence) >= wanted)
      high = middle;
    else
      low = middle + 1;
  }
  return low < s->count && group(&s->items[low], by_sentence) == wanted
    ? &s->items[low] : NULL;
}

/* Keeps what stands with something of b, or with NOT what does not. */
static void keep(ic_evaluator *e, spots *a, const spots *b,
                 const ic_node *node, int by_sentence)
{
  size_t kept = 0;
  int wanted = node->op == IC_OP_AND;
  for (size_t i = 0; i < a->count; i++) {
    const spot *own = &a->items[i];
    const spot *with = in_group(b, group(own, by_sentence), by_sentence);
    if ((with != NULL) == wanted)
      a->items[kept++] = *own;
    else
      note_end(e, wanted ? IC_STEP_ALONE : IC_STEP_VETO, node, own, with);
  }
  a->count = kept;
}

/* Each with the first of the other side, as it was before they met. */
static void stand_together(ic_evaluator *e, spots *a, spots *b,
                           const ic_node *node, int by_sentence)
{
  for (size_t i = 0; i < a->count; i++) {
    size_t own = group(&a->items[i], by_sentence);
    a->items[i].step = note_with(e, node, a->items[i].step,
                                 in_group(b, own, by_sentence)->step);
  }
  for (size_t i = 0; i < b->count && e->noted == IC_OK; i++) {
    size_t own = group(&b->items[i], by_sentence);
    size_t with = in_group(a, own, by_sentence)->step;
    b->items[i].step = note_with(e, node, b->items[i].step,
                                 e->steps->items[with].left);
  }
}

/* AND: the hits of both. Those of the right side are told from those of the
 * left by where their loss was noted. */
static ic_status both(ic_evaluator *e, spots *a, spots *b,
                      const ic_node *node, int by_sentence)
{
  size_t from = e->steps ? e->steps->count : 0;
  keep(e, b, a, node, by_sentence);
  for (; e->steps && from < e->steps->count; from++)
    e->steps->items[from].behind = 1;
  keep(e, a, b, node, by_sentence);
  if (e->steps)
    stand_together(e, a, b, node, by_sentence);
  return unite(e, a, b);
}

static void drop_crossing(ic_evaluator *e, spots *s)
{
  size_t kept = 0;
  for (size_t i = 0; i < s->count; i++)
    if (s->items[i].sentence != IC_NOWHERE)
      s->items[kept++] = s->items[i];
    else
      note_end(e, IC_STEP_ACROSS, NULL, &s->items[i], NULL);
  s->count = kept;
}

/* ---- neighbours ---- */

/* A set that is asked what stands before and after. */
typedef struct street {
  const spots *set;
  ended *ends; /* by end */
  int by_sentence;
  size_t distance;
} street;

static int by_end(const void *a, const void *b)
{
  const ended *x = a, *y = b;
  int way = ic_compare(x->end, y->end);
  return way ? way : ic_compare(x->best.start, y->best.start);
}

static ic_status build_street(street *t, ic_error *err)
{
  size_t n = t->set->count;
  t->ends = ic_alloc(n, sizeof *t->ends);
  if (!t->ends)
    return ic_no_memory(err);
  for (size_t i = 0; i < n; i++)
    t->ends[i] = (ended) {t->set->items[i].end, t->set->items[i]};
  qsort(t->ends, n, sizeof *t->ends, by_end);
  for (size_t i = 1; i < n; i++) {
    const spot *last = &t->ends[i - 1].best, *own = &t->ends[i].best;
    if (last->upto == own->upto && last->start < own->start
        && group(last, t->by_sentence) == group(own, t->by_sentence))
      t->ends[i].best = *last;
  }
  return IC_OK;
}

/* How many words `b` stands behind `a`, which ends before it begins. */
static size_t words_between(const spot *a, const spot *b)
{
  return b->first + 1 - a->upto;
}

static const spot *near_enough(const street *t, const spot *from,
                               const spot *b, size_t words)
{
  return words <= t->distance
    && group(from, t->by_sentence) == group(b, t->by_sentence) ? b : NULL;
}

/* The nearest before a spot, NULL where there is none near enough. */
static const spot *before(const street *t, const spot *s)
{
  size_t low = 0, high = t->set->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (t->ends[middle].end > s->start)
      high = middle;
    else
      low = middle + 1;
  }
  if (low == 0)
    return NULL;
  const spot *b = &t->ends[low - 1].best;
  return near_enough(t, s, b, words_between(b, s));
}

static const spot *after(const street *t, const spot *s)
{
  size_t low = 0, high = t->set->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (t->set->items[middle].start >= s->end)
      high = middle;
    else
      low = middle + 1;
  }
  if (low == t->set->count)
    return NULL;
  const spot *b = &t->set->items[low];
  return near_enough(t, s, b, words_between(s, b));
}

static const spot *nearest(const street *t, ic_operator op, const spot *s)
{
  const spot *a = NULL, *b = NULL;
  if (op != IC_OP_BEFORE && op != IC_OP_UNLESS_AFTER)
    b = before(t, s);
  if (op != IC_OP_AFTER && op != IC_OP_UNLESS_BEFORE)
    a = after(t, s);
  if (!a || !b)
    return a ? a : b;
  return words_between(s, a) < words_between(b, s) ? a : b;
}

static size_t least(size_t a, size_t b)
{
  return a < b ? a : b;
}

static size_t most(size_t a, size_t b)
{
  return a > b ? a : b;
}

static spot pair(const spot *a, const spot *b)
{
  return (spot) {
    least(a->start, b->start), most(a->end, b->end),
    least(a->first, b->first), most(a->upto, b->upto),
    a->sentence == b->sentence ? a->sentence : IC_NOWHERE, a->step
  };
}

/* NEAR and its kin make pairs, UNLESS keeps what has no neighbour. */
static void meet(ic_evaluator *e, spots *a, const street *t,
                 const ic_node *node)
{
  size_t kept = 0;
  ic_operator op = node->op;
  int pairs = op == IC_OP_NEAR || op == IC_OP_BEFORE || op == IC_OP_AFTER;
  for (size_t i = 0; i < a->count; i++) {
    spot *own = &a->items[i];
    const spot *b = nearest(t, op, own);
    if ((b != NULL) != pairs) {
      note_end(e, pairs ? IC_STEP_ALONE : IC_STEP_VETO, node, own, b);
      continue;
    }
    a->items[kept] = pairs ? pair(own, b) : *own;
    if (pairs && e->steps)
      a->items[kept].step = note_with(e, node, own->step, b->step);
    kept++;
  }
  a->count = kept;
  tidy(e, a);
}

static ic_status with_neighbours(ic_evaluator *e, spots *a, const spots *b,
                                 const ic_node *node, int by_sentence)
{
  street t = {b, NULL, by_sentence, node->distance};
  ic_status status = build_street(&t, e->err);
  if (status == IC_OK)
    meet(e, a, &t, node);
  ic_free(t.ends);
  return status;
}

static const spot *first_overlap(const spot *s, const spots *b)
{
  const spot *t = b->items;
  while (t->end <= s->start || t->start >= s->end)
    t++;
  return t;
}

/* Both are sorted by start: what of b began before reaches into a spot, or the
 * next of b begins inside it. */
static void except(ic_evaluator *e, spots *a, const spots *b,
                   const ic_node *node)
{
  size_t kept = 0, next = 0, reach = 0;
  for (size_t i = 0; i < a->count; i++) {
    const spot *s = &a->items[i];
    for (; next < b->count && b->items[next].start <= s->start; next++)
      reach = most(reach, b->items[next].end);
    int inside = next < b->count && b->items[next].start < s->end;
    if (reach <= s->start && !inside)
      a->items[kept++] = *s;
    else if (e->steps)
      note_end(e, IC_STEP_VETO, node, s, first_overlap(s, b));
  }
  a->count = kept;
}

/* ---- trees ---- */

static ic_status evaluate(ic_evaluator *e, size_t number,
                          int by_sentence, spots *out);

static size_t find_term(const ic_hits *terms, uint32_t number)
{
  size_t low = 0, high = terms->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (terms->items[middle].rule >= number)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

static ic_status take_term(ic_evaluator *e, const ic_node *node,
                           int by_sentence, spots *out)
{
  uint32_t term = e->first_term + (uint32_t) node->term;
  size_t from = find_term(&e->terms, term);
  size_t n = find_term(&e->terms, term + 1) - from;
  ic_status status = spots_reserve(out, n, e->err);
  if (status != IC_OK)
    return status;
  for (size_t i = 0; i < n; i++) {
    const ic_hit *hit = &e->terms.items[from + i];
    out->items[i] = (spot) {.start = hit->start, .end = hit->end};
    place(e, &out->items[i]);
    if (e->steps)
      out->items[i].step = note(e, (ic_step) {
        .kind = IC_STEP_TERM, .node = node_number(e, node),
        .left = IC_NOWHERE, .right = IC_NOWHERE,
        .start = hit->start, .end = hit->end
      });
  }
  out->count = n;
  tidy(e, out);
  if (by_sentence)
    drop_crossing(e, out);
  return IC_OK;
}

static ic_status apply(ic_evaluator *e, spots *a, spots *b,
                       const ic_node *node, int by_sentence)
{
  switch (node->op) {
  case IC_OP_AND:
    return both(e, a, b, node, by_sentence);
  case IC_OP_NOT:
    keep(e, a, b, node, by_sentence);
    return IC_OK;
  case IC_OP_EXCEPT:
    except(e, a, b, node);
    return IC_OK;
  default:
    return with_neighbours(e, a, b, node, by_sentence);
  }
}

static int only_vetoes(ic_operator op)
{
  return op == IC_OP_NOT || op == IC_OP_EXCEPT || op >= IC_OP_UNLESS_NEAR;
}

static ic_status evaluate_or(ic_evaluator *e, size_t child, int by_sentence,
                             spots *out)
{
  ic_status status = IC_OK;
  for (; status == IC_OK && child != IC_NOWHERE;
       child = e->rule->nodes[child].next) {
    spots b = {NULL, 0, 0};
    status = evaluate(e, child, by_sentence, &b);
    if (status == IC_OK)
      status = unite(e, out, &b);
    spots_free(&b);
  }
  return status;
}

/* Nothing comes of nothing: the rest is left where no hit is. A recorder wants
 * to hear of what then stands alone. */
static ic_status evaluate_chain(ic_evaluator *e, size_t child,
                                int by_sentence, spots *out)
{
  ic_status status = evaluate(e, child, by_sentence, out);
  for (child = e->rule->nodes[child].next;
       status == IC_OK && child != IC_NOWHERE && (out->count || e->steps);
       child = e->rule->nodes[child].next) {
    const ic_node *node = &e->rule->nodes[child];
    spots b = {NULL, 0, 0};
    e->aside += only_vetoes(node->op);
    status = evaluate(e, child, by_sentence, &b);
    e->aside -= only_vetoes(node->op);
    if (status == IC_OK)
      status = apply(e, out, &b, node, by_sentence);
    spots_free(&b);
  }
  return status;
}

static ic_status evaluate(ic_evaluator *e, size_t number,
                          int by_sentence, spots *out)
{
  const ic_node *node = &e->rule->nodes[number];
  if (node->term != IC_NOWHERE)
    return take_term(e, node, by_sentence, out);
  if (node->kind == IC_NODE_OR)
    return evaluate_or(e, node->child, by_sentence, out);
  int inner = node->within == IC_WITHIN_OUTER
    ? by_sentence : node->within == IC_WITHIN_SENTENCE;
  ic_status status = evaluate_chain(e, node->child, inner, out);
  if (by_sentence && !inner)
    drop_crossing(e, out);
  return status;
}

/* ---- passages ---- */

static ic_status part_terms(ic_evaluator *e, ic_hits *hits, size_t first)
{
  size_t kept = first;
  ic_status status = IC_OK;
  e->terms.count = 0;
  for (size_t i = first; status == IC_OK && i < hits->count; i++)
    if (hits->items[i].rule < e->matcher->n_rules)
      hits->items[kept++] = hits->items[i];
    else
      status = ic_hits_add(&e->terms, hits->items[i], e->err);
  hits->count = kept;
  if (e->terms.count)
    qsort(e->terms.items, e->terms.count, sizeof *e->terms.items,
          ic_hits_by_rule);
  return status;
}

static ic_status evaluate_rule(ic_evaluator *e, uint32_t number,
                               ic_hits *hits)
{
  const ic_rule *rule = e->matcher->rules[number];
  spots found = {NULL, 0, 0};
  ic_status status = IC_OK;
  e->rule = rule;
  e->first_term = e->matcher->first_term[number];
  if (rule->counts_words)
    status = number_words(e);
  if (status == IC_OK && rule->parts_sentences)
    status = part_sentences(e);
  if (status == IC_OK)
    status = evaluate(e, rule->root, 0, &found);
  for (size_t i = 0; status == IC_OK && i < found.count; i++) {
    note_end(e, IC_STEP_HIT, NULL, &found.items[i], NULL);
    status = ic_hits_add(hits, (ic_hit) {found.items[i].start,
                                         found.items[i].end, number}, e->err);
  }
  spots_free(&found);
  return status == IC_OK ? e->noted : status;
}

ic_status ic_evaluate(ic_evaluator *e, ic_str passage, ic_break breaks,
                      ic_hits *hits, size_t first, ic_error *err)
{
  const ic_matcher *m = e->matcher;
  e->text = passage;
  e->breaks = breaks;
  e->err = err;
  e->numbered = e->parted = e->aside = 0;
  e->noted = IC_OK;
  ic_status status = part_terms(e, hits, first);
  for (size_t i = 0; status == IC_OK && i < e->terms.count; ) {
    uint32_t rule = ic_rule_of(m, e->terms.items[i].rule);
    status = evaluate_rule(e, rule, hits);
    i = find_term(&e->terms, m->first_term[rule]
                  + (uint32_t) m->rules[rule]->n_terms);
  }
  if (status != IC_OK)
    hits->count = first;
  return status;
}
