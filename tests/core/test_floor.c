/* status, memory and parallel: what everything stands on. */
#include <stdint.h>
#include <stdlib.h>

#include "check.h"
#include "core/memory.h"
#include "core/parallel.h"
#include "core/status.h"

static void messages_are_cut_at_a_character(void)
{
  char text[1200];
  for (size_t i = 0; i + 2 < sizeof text; i += 2)
    memcpy(text + i, "\xc3\xa9", 3);
  ic_error err;
  CHECK(ic_fail(&err, IC_ERULE, "%s", text) == IC_ERULE);
  size_t n = strlen(err.message);
  CHECK(n == 510 && (unsigned char) err.message[n - 1] == 0xa9);
  CHECK(err.item == IC_NOWHERE);
  CHECK(ic_fail(NULL, IC_EINPUT, "nobody listens") == IC_EINPUT);
  CHECK_TEXT(ic_status_name(IC_ELOCKED), "locked");
}

static void memory_grows_and_refuses(void)
{
  ic_error err;
  void *block = NULL;
  size_t capacity = 0;
  CHECK(ic_reserve(&block, &capacity, 3, 8, &err) == IC_OK && capacity >= 3);
  size_t before = capacity;
  ic_memory_fail(1, 0);
  CHECK(ic_reserve(&block, &capacity, 1000, 8, &err) == IC_EMEMORY);
  CHECK(capacity == before && block);
  CHECK(ic_resize(block, SIZE_MAX / 2, 8) == NULL);
  CHECK(ic_alloc(SIZE_MAX / 2, 8) == NULL);
  ic_free(block);
}

static ic_status square(void *data, size_t item, int worker, ic_error *err)
{
  (void) worker;
  if (item == 700 || item == 900)
    return ic_fail_at(err, IC_EINPUT, item, 0, "item %zu", item);
  ((size_t *) data)[item] = item * item;
  return IC_OK;
}

static ic_status busy(void *data, size_t item, int worker, ic_error *err)
{
  (void) item, (void) worker, (void) err;
  volatile double x = 0;
  for (int i = 0; i < 1000000; i++)
    x += i;
  (void) data;
  return IC_OK;
}

static int stop_now(void *data, size_t done, size_t total)
{
  (void) total;
  *(size_t *) data = done;
  return 1;
}

static void work_is_shared(void)
{
  static size_t out[1000];
  ic_error err;
  for (int threads = 0; threads <= 4; threads++) {
    memset(out, 0, sizeof out);
    CHECK(ic_parallel(700, threads, square, out, NULL, &err) == IC_OK);
    int right = 1;
    for (size_t i = 0; i < 700; i++)
      right &= out[i] == i * i;
    CHECK(right);
    CHECK(ic_parallel(1000, threads, square, out, NULL, &err) == IC_EINPUT);
    CHECK(err.item == 700 || err.item == 900);
  }
  CHECK(ic_parallel(0, 4, square, out, NULL, &err) == IC_OK);
}

static void work_can_be_stopped(int threads)
{
  size_t done = 0;
  double sink;
  ic_error err;
  ic_watch watch = {stop_now, &done};
  CHECK(ic_parallel(1000000, threads, busy, &sink, &watch, &err)
        == IC_EINTERRUPT);
  CHECK(done < 1000000);
}

int main(void)
{
  messages_are_cut_at_a_character();
  memory_grows_and_refuses();
  work_is_shared();
  work_can_be_stopped(1);
  work_can_be_stopped(3);
  return check_report();
}
