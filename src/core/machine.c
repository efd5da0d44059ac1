#include "machine.h"

#include <math.h>

static int value_of(const ic_contest *c, int coder, size_t unit)
{
  return c->values[(size_t) coder * c->units + unit];
}

/* Greater is closer. */
static double closeness(const ic_contest *c, int a, int b)
{
  if (c->numbers) {
    double d = c->numbers[a - 1] - c->numbers[b - 1];
    return -(d * d);
  }
  if (c->similarity)
    return c->similarity[(size_t) (a - 1) * (size_t) c->categories
                         + (size_t) (b - 1)];
  return a == b;
}

static int compare_unit(const ic_contest *c, int left_out, size_t unit)
{
  int machine = value_of(c, c->machine, unit);
  int person = value_of(c, c->people[left_out], unit);
  double of_machine = 0.0, of_person = 0.0;
  int others = 0;
  if (machine < 1 || person < 1)
    return IC_NOT_COMPARED;
  for (int k = 0; k < c->n_people; k++) {
    int other = k == left_out ? 0 : value_of(c, c->people[k], unit);
    if (other < 1)
      continue;
    others++;
    of_machine += closeness(c, machine, other);
    of_person += closeness(c, person, other);
  }
  if (!others)
    return IC_NOT_COMPARED;
  double gap = of_machine - of_person;
  if (fabs(gap) <= 1e-12 * fmax(fabs(of_machine), fabs(of_person)))
    return IC_EQUALLY_CLOSE;
  return gap > 0.0 ? IC_MACHINE_CLOSER : IC_PERSON_CLOSER;
}

void ic_contest_run(const ic_contest *c, int *outcome)
{
  for (int j = 0; j < c->n_people; j++)
    for (size_t u = 0; u < c->units; u++)
      outcome[(size_t) j * c->units + u] = compare_unit(c, j, u);
}
