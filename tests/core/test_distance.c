/* distance: squared distances, agreement weights and distances of sets, by
 * hand. */
#include "check.h"
#include "core/distance.h"

static void distances(void)
{
  double clock[] = {12, 0}, poles[] = {1, 7};
  CHECK(ic_distance(IC_NOMINAL, NULL, 1, 2) == 1);
  CHECK(ic_distance(IC_RATIO, NULL, 0, 0) == 0);
  CHECK(ic_distance(IC_INTERVAL, NULL, 1, 4) == 9);
  CHECK_NEAR(ic_distance(IC_RATIO, NULL, 1, 3), 0.25, 1e-15);
  CHECK(isinf(ic_distance(IC_RATIO, NULL, -2, 2)));
  CHECK_NEAR(ic_distance(IC_CIRCULAR, clock, 1, 3), 0.25, 1e-15);
  CHECK_NEAR(ic_distance(IC_CIRCULAR, clock, 11, 1), 0.25, 1e-15);
  CHECK_NEAR(ic_distance(IC_CIRCULAR, clock, 3, 9), 1, 1e-15);
  CHECK(ic_distance(IC_CIRCULAR, clock, -6, 6) == 0);
  CHECK(ic_distance(IC_BIPOLAR, poles, 1, 7) == 1);
  CHECK(ic_distance(IC_BIPOLAR, poles, 7, 7) == 0);
  CHECK(ic_distance(IC_BIPOLAR, poles, 1, 1) == 0);
  CHECK_NEAR(ic_distance(IC_BIPOLAR, poles, 1, 2), 1.0 / 11, 1e-15);
  CHECK_NEAR(ic_distance(IC_BIPOLAR, poles, 3, 5), 4.0 / 36, 1e-15);
}

static void weights(void)
{
  double values[] = {1, 2, 4}, circle[] = {4, 0}, poles[] = {0, 5}, w[9];
  ic_weights_fill(IC_LINEAR, values, NULL, 3, w);
  CHECK(w[0] == 1 && w[2] == 0);
  CHECK_NEAR(w[1], 2.0 / 3, 1e-15);
  ic_weights_fill(IC_QUADRATIC, values, NULL, 3, w);
  CHECK_NEAR(w[1], 8.0 / 9, 1e-15);
  ic_weights_fill(IC_BY_ORDER, values, NULL, 3, w);
  CHECK_NEAR(w[1], 2.0 / 3, 1e-15);
  CHECK(w[2] == 0);
  ic_weights_fill(IC_RADICAL, values, NULL, 3, w);
  CHECK_NEAR(w[1], 1 - sqrt(1.0 / 3), 1e-15);
  ic_weights_fill(IC_BY_RATIO, values, NULL, 3, w);
  CHECK_NEAR(w[1], 1 - 1.0 / 9 / (9.0 / 25), 1e-15);
  CHECK(w[2] == 0);
  ic_weights_fill(IC_BY_CIRCLE, values, circle, 3, w);
  CHECK_NEAR(w[1], 0.5, 1e-15);
  CHECK_NEAR(w[5], 0, 1e-15);
  ic_weights_fill(IC_BY_POLES, values, poles, 3, w);
  CHECK_NEAR(w[2], 0, 1e-15);
  CHECK_NEAR(w[1], 1 - 1.0 / 21 / (9.0 / 25), 1e-15);
  for (int kind = IC_LINEAR; kind <= IC_BY_POLES; kind++) {
    ic_weights_fill((ic_weights) kind, values, circle, 1, w);
    CHECK(w[0] == 1);
  }
}

static void sets(void)
{
  /* {}, {1}, {1, 2}, {2, 3, 4}, {5} */
  static const int members[] = {1, 1, 2, 2, 3, 4, 5},
    start[] = {0, 0, 1, 3, 6, 7};
  double d[25];
  ic_set_distances(IC_JACCARD, members, start, 5, d);
  CHECK(d[0] == 0 && d[1] == 1 && d[5] == 1 && d[12] == 0);
  CHECK(d[7] == 0.5 && d[11] == 0.5);
  CHECK(d[13] == 3.0 / 4 && d[14] == 1 && d[24] == 0);
  ic_set_distances(IC_MASI, members, start, 5, d);
  CHECK(d[1] == 1 && d[4] == 1);
  CHECK(d[7] == 2.0 / 3);
  CHECK(d[13] == 11.0 / 12 && d[17] == 11.0 / 12);
  CHECK(d[14] == 1);
}

int main(void)
{
  distances();
  weights();
  sets();
  return check_report();
}
