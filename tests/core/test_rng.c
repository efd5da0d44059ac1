#include "check.h"
#include "core/rng.h"

/* Known answers published with the Random123 library, philox4x32-10. */
static void known_answers(void)
{
  static const uint32_t ones = 0xffffffffu;
  uint32_t out[4];
  ic_philox((uint32_t[4]) {0, 0, 0, 0}, (uint32_t[2]) {0, 0}, out);
  CHECK(out[0] == 0x6627e8d5u && out[1] == 0xe169c58du);
  CHECK(out[2] == 0xbc57ac4cu && out[3] == 0x9b00dbd8u);
  ic_philox((uint32_t[4]) {ones, ones, ones, ones},
            (uint32_t[2]) {ones, ones}, out);
  CHECK(out[0] == 0x408f276du && out[1] == 0x41c83b0eu);
  CHECK(out[2] == 0xa20bc7c6u && out[3] == 0x6d5451fdu);
}

static void streams_are_keyed(void)
{
  ic_rng a = ic_rng_stream(7, 3), b = ic_rng_stream(7, 3);
  ic_rng c = ic_rng_stream(7, 4);
  int same = 1, differ = 0;
  for (int i = 0; i < 100; i++) {
    uint32_t x = ic_rng_u32(&a);
    same &= x == ic_rng_u32(&b);
    differ |= x != ic_rng_u32(&c);
  }
  CHECK(same);
  CHECK(differ);
}

static void uniform_bounds(void)
{
  ic_rng rng = ic_rng_stream(1, 1);
  long counts[7] = {0};
  double sum = 0;
  for (int i = 0; i < 70000; i++) {
    double u = ic_rng_unit(&rng);
    CHECK(u > 0 && u < 1);
    sum += u;
    counts[ic_rng_below(&rng, 7)]++;
  }
  CHECK_NEAR(sum / 70000, 0.5, 0.005);
  for (int i = 0; i < 7; i++)
    CHECK_NEAR(counts[i], 10000, 500);
}

static void whole_blocks_are_the_same_words(void)
{
  uint32_t out[4 * 23];
  ic_rng a = ic_rng_stream(7, 3), b = a;
  a.counter[0] = b.counter[0] = UINT32_MAX - 6; /* and over the edge */
  ic_rng_fill(&a, out, 23);
  int same = 1;
  for (int i = 0; i < 4 * 23; i++)
    same &= out[i] == ic_rng_u32(&b);
  CHECK(same && ic_rng_u32(&a) == ic_rng_u32(&b));
}

static void binomial_moments(uint64_t n, double p)
{
  enum { DRAWS = 200000 };
  ic_rng rng = ic_rng_stream(11, n);
  double sum = 0, squares = 0, mean = (double) n * p, var = mean * (1 - p);
  for (int i = 0; i < DRAWS; i++) {
    double x = (double) ic_rng_binomial(&rng, n, p);
    CHECK(x >= 0 && x <= (double) n);
    sum += x - mean;
    squares += (x - mean) * (x - mean);
  }
  CHECK_NEAR(sum / DRAWS, 0, 5 * sqrt(var / DRAWS));
  CHECK_NEAR(squares / DRAWS / var, 1, 0.03);
}

static void multinomial_adds_up(void)
{
  const double sizes[5] = {3, 0, 1, 5, 0};
  uint64_t counts[5];
  double share = 0;
  for (uint64_t r = 0; r < 2000; r++) {
    ic_rng rng = ic_rng_stream(5, r);
    ic_rng_multinomial(&rng, 90, sizes, 5, counts);
    CHECK(counts[0] + counts[2] + counts[3] == 90);
    CHECK(counts[1] == 0 && counts[4] == 0);
    share += (double) counts[3];
  }
  CHECK_NEAR(share / 2000, 50, 0.5);
}

int main(void)
{
  known_answers();
  streams_are_keyed();
  uniform_bounds();
  binomial_moments(9, 0.3);
  binomial_moments(100, 0.4);
  binomial_moments(1000, 0.95);
  multinomial_adds_up();
  whole_blocks_are_the_same_words();
  return check_report();
}
