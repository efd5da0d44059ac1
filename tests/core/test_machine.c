/* machine: who is closer, by hand. */
#include "check.h"
#include "core/machine.h"

#define UNITS 5

/* Columns: three people, the machine. */
static const int values[4 * UNITS] = {
  1, 1, 2, 0, 3,
  1, 2, 2, 1, 1,
  1, 1, 1, 1, 0,
  2, 1, 1, 1, 2
};
static const int people[3] = {0, 1, 2};

static void by_equal_values(void)
{
  ic_contest c = {.values = values, .units = UNITS, .coders = 4,
                  .categories = 3, .machine = 3, .people = people,
                  .n_people = 3};
  static const int wanted[3 * UNITS] = {
    IC_PERSON_CLOSER, IC_EQUALLY_CLOSE, IC_EQUALLY_CLOSE, IC_NOT_COMPARED,
    IC_EQUALLY_CLOSE,
    IC_PERSON_CLOSER, IC_MACHINE_CLOSER, IC_EQUALLY_CLOSE, IC_EQUALLY_CLOSE,
    IC_EQUALLY_CLOSE,
    IC_PERSON_CLOSER, IC_EQUALLY_CLOSE, IC_EQUALLY_CLOSE, IC_EQUALLY_CLOSE,
    IC_NOT_COMPARED
  };
  int outcome[3 * UNITS];
  ic_contest_run(&c, outcome);
  CHECK(!memcmp(outcome, wanted, sizeof wanted));
}

static void by_squared_distance(void)
{
  static const double numbers[3] = {0.1, 0.2, 0.3};
  ic_contest c = {.values = values, .units = UNITS, .coders = 4,
                  .categories = 3, .machine = 3, .people = people,
                  .n_people = 3, .numbers = numbers};
  int outcome[3 * UNITS];
  ic_contest_run(&c, outcome);
  /* Last unit: the machine's 0.2 is nearer to 0.1 than 0.3 is, and as far
   * from 0.3 as 0.1 would be twice over. */
  CHECK(outcome[UNITS - 1] == IC_MACHINE_CLOSER);
  CHECK(outcome[2 * UNITS - 1] == IC_MACHINE_CLOSER);
}

static void by_similarity(void)
{
  static const double alike[9] = {1, 0.5, 0, 0.5, 1, 0.5, 0, 0.5, 1};
  ic_contest c = {.values = values, .units = UNITS, .coders = 4,
                  .categories = 3, .machine = 3, .people = people,
                  .n_people = 3, .similarity = alike};
  int outcome[3 * UNITS];
  ic_contest_run(&c, outcome);
  CHECK(outcome[0] == IC_PERSON_CLOSER);
  CHECK(outcome[UNITS - 1] == IC_MACHINE_CLOSER);
}

int main(void)
{
  by_equal_values();
  by_squared_distance();
  by_similarity();
  return check_report();
}
