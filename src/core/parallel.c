#define _POSIX_C_SOURCE 200809L
#include "parallel.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>
#ifndef _WIN32
# include <signal.h>
#endif

typedef struct crew {
  ic_task fn;
  void *data;
  size_t n;
  atomic_size_t next;
  atomic_size_t done;
  atomic_int stop;
  pthread_mutex_t lock;
  pthread_cond_t ended;
  int alive;
  size_t failed_item;
  ic_status status;
  ic_error error;
} crew;

typedef struct worker {
  crew *crew;
  int number;
} worker;

static void keep_failure(crew *c, size_t item, ic_status status,
                         const ic_error *error)
{
  pthread_mutex_lock(&c->lock);
  if (c->status == IC_OK || item < c->failed_item) {
    c->failed_item = item;
    c->status = status;
    c->error = *error;
  }
  pthread_mutex_unlock(&c->lock);
  atomic_store(&c->stop, 1);
}

static int do_next(crew *c, int number)
{
  if (atomic_load(&c->stop))
    return 0;
  size_t item = atomic_fetch_add(&c->next, 1);
  if (item >= c->n)
    return 0;
  ic_error error = {IC_OK, IC_NOWHERE, IC_NOWHERE, ""};
  ic_status status = c->fn(c->data, item, number, &error);
  if (status != IC_OK)
    keep_failure(c, item, status, &error);
  atomic_fetch_add(&c->done, 1);
  return 1;
}

static void *work(void *argument)
{
  worker *w = argument;
  while (do_next(w->crew, w->number)) {}
  pthread_mutex_lock(&w->crew->lock);
  w->crew->alive--;
  pthread_cond_signal(&w->crew->ended);
  pthread_mutex_unlock(&w->crew->lock);
  return NULL;
}

static struct timespec after_ms(long ms)
{
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  t.tv_nsec += ms * 1000000L;
  if (t.tv_nsec >= 1000000000L) {
    t.tv_sec++;
    t.tv_nsec -= 1000000000L;
  }
  return t;
}

static int asked_to_stop(crew *c, const ic_watch *watch)
{
  return watch && watch->poll
    && watch->poll(watch->data, atomic_load(&c->done), c->n);
}

static int passed(const struct timespec *t)
{
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec > t->tv_sec
    || (now.tv_sec == t->tv_sec && now.tv_nsec >= t->tv_nsec);
}

/* One thread: the caller works and looks up between items. */
static int run_alone(crew *c, const ic_watch *watch)
{
  struct timespec look = after_ms(50);
  while (do_next(c, 0)) {
    if (!passed(&look))
      continue;
    if (asked_to_stop(c, watch))
      return 1;
    look = after_ms(50);
  }
  return 0;
}

static int start_workers(crew *c, int threads, pthread_t *ids,
                         worker *workers)
{
  int started = 0;
#ifndef _WIN32
  sigset_t all, old;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &old);
#endif
  for (int i = 0; i < threads; i++) {
    workers[started] = (worker) {c, started};
    pthread_mutex_lock(&c->lock);
    c->alive++;
    pthread_mutex_unlock(&c->lock);
    if (pthread_create(&ids[started], NULL, work, &workers[started])) {
      pthread_mutex_lock(&c->lock);
      c->alive--;
      pthread_mutex_unlock(&c->lock);
      break;
    }
    started++;
  }
#ifndef _WIN32
  pthread_sigmask(SIG_SETMASK, &old, NULL);
#endif
  return started;
}

static int wait_for_workers(crew *c, const ic_watch *watch)
{
  int stopped = 0;
  pthread_mutex_lock(&c->lock);
  while (c->alive > 0) {
    struct timespec t = after_ms(50);
    if (pthread_cond_timedwait(&c->ended, &c->lock, &t) != ETIMEDOUT
        || stopped)
      continue;
    pthread_mutex_unlock(&c->lock);
    if (asked_to_stop(c, watch)) {
      stopped = 1;
      atomic_store(&c->stop, 1);
    }
    pthread_mutex_lock(&c->lock);
  }
  pthread_mutex_unlock(&c->lock);
  return stopped;
}

ic_status ic_parallel(size_t n, int threads, ic_task fn, void *data,
                      const ic_watch *watch, ic_error *err)
{
  crew c = {.fn = fn, .data = data, .n = n};
  pthread_t ids[IC_THREADS_MAX];
  worker workers[IC_THREADS_MAX];
  int stopped, started = 0;
  if (threads > IC_THREADS_MAX)
    threads = IC_THREADS_MAX;
  if ((size_t) (threads > 0 ? threads : 0) > n)
    threads = (int) n;
  if (pthread_mutex_init(&c.lock, NULL))
    return ic_fail(err, IC_EMEMORY, "cannot create a lock");
  if (pthread_cond_init(&c.ended, NULL)) {
    pthread_mutex_destroy(&c.lock);
    return ic_fail(err, IC_EMEMORY, "cannot create a condition");
  }
  if (threads > 1)
    started = start_workers(&c, threads, ids, workers);
  stopped = started ? wait_for_workers(&c, watch) : run_alone(&c, watch);
  for (int i = 0; i < started; i++)
    pthread_join(ids[i], NULL);
  pthread_cond_destroy(&c.ended);
  pthread_mutex_destroy(&c.lock);
  if (c.status != IC_OK) {
    if (err)
      *err = c.error;
    return c.status;
  }
  return stopped ? ic_fail(err, IC_EINTERRUPT, "interrupted") : IC_OK;
}
