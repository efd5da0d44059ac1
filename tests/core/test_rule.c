/* rule: the shape of the tree. What is matched and refused is in
 * cases/rules.txt, run by test_matcher. */
#include "check.h"
#include "core/memory.h"
#include "core/rule.h"

static void a_rule_becomes_a_tree(void)
{
  ic_rule *r;
  ic_error err;
  const char *text = "Pain* OR (\"chest  PAIN\" OR /a\\/b/) OR A&E";
  if (!CHECK(ic_rule_parse(ic_str_of(text), &r, &err) == IC_OK))
    return;
  const ic_node *root = &r->nodes[r->root];
  CHECK(root->kind == IC_NODE_OR && root->at == 0);
  const ic_node *pain = &r->nodes[root->child];
  CHECK(pain->kind == IC_NODE_SEQUENCE && pain->count == 1);
  CHECK(r->words[pain->first].prefix);
  CHECK(ic_str_equal(r->words[pain->first].word, ic_str_of("pain")));
  const ic_node *group = &r->nodes[pain->next];
  CHECK(group->kind == IC_NODE_OR);
  const ic_node *phrase = &r->nodes[group->child];
  CHECK(phrase->count == 2 && phrase->at == 10);
  CHECK(r->words[phrase->first + 1].loose);
  const ic_node *regex = &r->nodes[phrase->next];
  CHECK(regex->kind == IC_NODE_REGEX && regex->next == IC_NOWHERE);
  CHECK(ic_str_equal(regex->regex, ic_str_of("a\\/b")));
  const ic_node *last = &r->nodes[group->next];
  CHECK(last->count == 2 && !r->words[last->first + 1].loose);
  CHECK(ic_str_equal(r->words[last->first + 1].gap, ic_str_of("&")));
  CHECK(last->next == IC_NOWHERE);
  ic_rule_free(r);
}

static void a_failure_leaves_nothing(void)
{
  ic_rule *r = (ic_rule *) 1;
  ic_error err;
  CHECK(ic_rule_parse(ic_str_of("a OR \"b"), &r, &err) == IC_ERULE);
  CHECK(!r && err.at == 5);
  ic_status status = IC_EMEMORY;
  for (size_t n = 1; status == IC_EMEMORY && n < 100; n++) {
    ic_memory_fail(n, 1);
    status = ic_rule_parse(ic_str_of("a OR (\"b c\" OR /d/)"), &r, &err);
    ic_memory_fail(0, 0);
    CHECK(status == IC_OK || !r);
  }
  CHECK(status == IC_OK);
  ic_rule_free(r);
  ic_rule_free(NULL);
}

int main(void)
{
  a_rule_becomes_a_tree();
  a_failure_leaves_nothing();
  return check_report();
}
