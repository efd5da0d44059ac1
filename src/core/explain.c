#include "explain.h"

#include <stdlib.h>

#include "memory.h"
#include "numeric.h"

/* Steps of expressions are granted as for at least so many bytes. */
#define STRETCH 65536

/* A step still to be told: in which role, and by which operator. */
typedef struct errand {
  size_t step;
  ic_clue_role role;
  const ic_node *by;
} errand;

/* A step that ends a finding. */
typedef struct ending {
  size_t start, end;
  int lost;
  size_t step;
} ending;

struct ic_explainer {
  ic_matcher *matcher;
  ic_scanner *scanner;
  const ic_rule *rule;
  ic_steps steps;
  ic_hits hits;
  ending *ends;
  size_t *told; /* per step: the last finding in which it was told, from 1 */
  size_t ends_room, told_room;
  errand *errands;
  size_t n_errands, errands_room;
  ic_clue now; /* the finding under way */
  ic_clues *clues;
  ic_error *err;
};

/* ---- resources ---- */

void ic_clues_free(ic_clues *clues)
{
  ic_free(clues->items);
  *clues = (ic_clues) {NULL, 0, 0};
}

ic_status ic_explainer_new(const ic_str *rule, ic_explainer **out,
                           ic_error *err)
{
  *out = NULL;
  ic_explainer *x = ic_alloc(1, sizeof *x);
  if (!x)
    return ic_no_memory(err);
  ic_status status = ic_matcher_build_parted(rule, 1, &x->matcher, err);
  if (status == IC_OK)
    status = ic_scanner_new(x->matcher, &x->scanner, err);
  if (status != IC_OK) {
    ic_explainer_free(x);
    return status;
  }
  x->rule = x->matcher->rules[0];
  ic_scanner_record(x->scanner, &x->steps);
  *out = x;
  return IC_OK;
}

void ic_explainer_free(ic_explainer *x)
{
  if (!x)
    return;
  ic_scanner_free(x->scanner);
  ic_matcher_free(x->matcher);
  ic_steps_free(&x->steps);
  ic_hits_free(&x->hits);
  ic_free(x->ends);
  ic_free(x->told);
  ic_free(x->errands);
  ic_free(x);
}

/* ---- clues ---- */

static ic_status add_clue(ic_explainer *x, ic_clue_role role,
                          const ic_node *by, ic_span rule, ic_span text)
{
  void *items = x->clues->items;
  ic_status status = ic_reserve(&items, &x->clues->room, x->clues->count + 1,
                                sizeof *x->clues->items, x->err);
  if (status != IC_OK)
    return status;
  x->clues->items = items;
  x->now.role = role;
  x->now.op = by ? by->op : IC_OP_NONE;
  x->now.distance = by ? by->distance : 0;
  x->now.rule = rule;
  x->now.text = text;
  x->clues->items[x->clues->count++] = x->now;
  return IC_OK;
}

static ic_status send(ic_explainer *x, size_t step, ic_clue_role role,
                      const ic_node *by)
{
  void *errands = x->errands;
  ic_status status = ic_reserve(&errands, &x->errands_room, x->n_errands + 1,
                                sizeof *x->errands, x->err);
  if (status != IC_OK)
    return status;
  x->errands = errands;
  x->errands[x->n_errands++] = (errand) {step, role, by};
  return IC_OK;
}

/* What stands beside a hit by AND is no part of it. */
static ic_clue_role role_beside(ic_clue_role role, const ic_node *by)
{
  return by->op == IC_OP_AND && role == IC_CLUE_MATCH ? IC_CLUE_WITH : role;
}

static ic_status tell(ic_explainer *x, errand e)
{
  const ic_step *s = &x->steps.items[e.step];
  const ic_node *node = &x->rule->nodes[s->kind == IC_STEP_EITHER ? 0
                                                                  : s->node];
  if (x->told[e.step] == x->now.finding + 1)
    return IC_OK;
  x->told[e.step] = x->now.finding + 1;
  if (s->kind == IC_STEP_TERM)
    return add_clue(x, e.role, e.by, (ic_span) {node->at, node->end},
                    (ic_span) {s->start, s->end});
  ic_status status = s->kind == IC_STEP_EITHER
    ? send(x, s->right, e.role, e.by)
    : send(x, s->right, role_beside(e.role, node), node);
  return status == IC_OK ? send(x, s->left, e.role, e.by) : status;
}

/* What stands before a child of a chain. */
static ic_span part_before(const ic_rule *rule, size_t child)
{
  const ic_node *nodes = rule->nodes;
  size_t chain = 0, last = IC_NOWHERE;
  for (; last == IC_NOWHERE; chain++) {
    if (nodes[chain].kind != IC_NODE_CHAIN)
      continue;
    size_t i = nodes[chain].child;
    while (nodes[i].next != IC_NOWHERE && nodes[i].next != child)
      i = nodes[i].next;
    if (nodes[i].next == child)
      last = i;
  }
  return (ic_span) {nodes[chain - 1].at, nodes[last].end};
}

static ic_status add_wanted(ic_explainer *x, const ic_step *s)
{
  const ic_node *node = &x->rule->nodes[s->node];
  ic_span wanted = {node->at, node->end};
  return add_clue(x, IC_CLUE_WANT, node,
                  s->behind ? part_before(x->rule, s->node) : wanted,
                  (ic_span) {0, 0});
}

static int by_role(const void *a, const void *b)
{
  const ic_clue *x = a, *y = b;
  int way = ic_compare(x->role, y->role);
  if (!way)
    way = ic_compare(x->rule.start, y->rule.start);
  if (!way)
    way = ic_compare(x->text.start, y->text.start);
  return way ? way : ic_compare(x->text.end, y->text.end);
}

static ic_status tell_finding(ic_explainer *x, const ic_step *s)
{
  size_t first = x->clues->count;
  ic_status status = IC_OK;
  x->n_errands = 0;
  if (s->kind == IC_STEP_VETO)
    status = send(x, s->right, IC_CLUE_VETO, &x->rule->nodes[s->node]);
  if (s->kind == IC_STEP_ALONE)
    status = add_wanted(x, s);
  if (status == IC_OK)
    status = send(x, s->left, IC_CLUE_MATCH, NULL);
  while (status == IC_OK && x->n_errands)
    status = tell(x, x->errands[--x->n_errands]);
  if (status == IC_OK)
    qsort(x->clues->items + first, x->clues->count - first,
          sizeof *x->clues->items, by_role);
  return status;
}

/* ---- findings ---- */

static ic_fate fate_of(const ic_step *s)
{
  switch (s->kind) {
  case IC_STEP_VETO:
    return IC_FATE_VETO;
  case IC_STEP_ALONE:
    return IC_FATE_ALONE;
  case IC_STEP_ACROSS:
    return IC_FATE_ACROSS;
  default:
    return IC_FATE_HIT;
  }
}

static ic_status reserve(ic_explainer *x)
{
  void *ends = x->ends, *told = x->told;
  ic_status status = ic_reserve(&ends, &x->ends_room, x->steps.count,
                                sizeof *x->ends, x->err);
  if (status != IC_OK)
    return status;
  x->ends = ends;
  status = ic_reserve(&told, &x->told_room, x->steps.count, sizeof *x->told,
                      x->err);
  if (status == IC_OK)
    x->told = told;
  return status;
}

/* By place, hits first, then as they came. */
static int by_place(const void *a, const void *b)
{
  const ending *x = a, *y = b;
  int way = ic_compare(x->start, y->start);
  if (!way)
    way = ic_compare(x->end, y->end);
  if (!way)
    way = ic_compare(x->lost, y->lost);
  return way ? way : ic_compare(x->step, y->step);
}

static size_t list_ends(ic_explainer *x)
{
  size_t n = 0;
  for (size_t i = 0; i < x->steps.count; i++) {
    const ic_step *s = &x->steps.items[i];
    x->told[i] = 0;
    if (s->kind >= IC_STEP_VETO)
      x->ends[n++] = (ending) {s->start, s->end, s->kind != IC_STEP_HIT, i};
  }
  if (n)
    qsort(x->ends, n, sizeof *x->ends, by_place);
  return n;
}

/* Whether a place was lost in one way and is a hit in another. */
static int is_redeemed(const ending *own, const ending *hit)
{
  return hit && own->lost && own->start == hit->start && own->end == hit->end;
}

static ic_status tell_findings(ic_explainer *x)
{
  size_t n = list_ends(x);
  const ending *hit = NULL;
  ic_status status = IC_OK;
  x->now.finding = IC_NOWHERE;
  for (size_t i = 0; status == IC_OK && i < n; i++) {
    const ending *own = &x->ends[i];
    const ic_step *s = &x->steps.items[own->step];
    if (is_redeemed(own, hit))
      continue;
    hit = own->lost ? hit : own;
    x->now.finding++;
    x->now.fate = fate_of(s);
    x->now.place = (ic_span) {own->start, own->end};
    status = tell_finding(x, s);
  }
  return status;
}

ic_status ic_explain(ic_explainer *x, ic_str passage, ic_break breaks,
                     ic_clues *clues, ic_error *err)
{
  x->steps.count = x->hits.count = 0;
  x->clues = clues;
  x->err = err;
  ic_scanner_begin(x->scanner, passage.size > STRETCH ? passage.size : STRETCH,
                   NULL);
  ic_status status = ic_scan(x->scanner, passage, breaks, &x->hits, err);
  if (status == IC_OK)
    status = reserve(x);
  return status == IC_OK ? tell_findings(x) : status;
}
