/* chance.h - tests of the hypothesis that agreement is by chance.
 * Permutation: the values of each coder are shared out anew among the units
 * that this coder rated, or among those within the same group, so that every
 * coder keeps their margins and no unit its truth. All arrangements are gone
 * through where they are few; they are equally likely. Otherwise replicate i
 * draws one from the stream (seed, i). Threads change nothing.
 *
 * Asymptotic: the standard error under the hypothesis, units independent, of
 *   kappa   Fleiss, Cohen and Everitt (1969), with w_a. and w_.b the mean
 *           weights of a row and a column under the other coder's margin:
 *           (sum_ab p_1a p_2b (w_ab - w_a. - w_.b)^2 - p_e^2)
 *             / (N (1 - p_e)^2)
 *   fleiss  Fleiss, Nee and Landis (1979), n ratings in each of N units, S =
 *           sum p_k q_k: 2 (S^2 - sum p_k q_k (q_k - p_k)) / (N n (n - 1) S^2);
 *           of a category alone 2 / (N n (n - 1)). */
#ifndef IC_CHANCE_H
#define IC_CHANCE_H

#include <stdint.h>

#include "agreement.h"
#include "parallel.h"

/* Arrangements up to this number are all gone through. */
#define IC_ARRANGEMENTS_ALL 20000

typedef struct ic_chance_request {
  const int *values; /* as for ic_ratings_collapse() */
  size_t units;
  int coders, categories;
  const int *group;  /* of each unit, from 1 to groups; or NULL */
  size_t groups;
  ic_spec spec;
  ic_coefficient coefficient;
  size_t replicates;
  uint64_t seed;
  int threads;
} ic_chance_request;

typedef struct ic_chance_answer {
  double value;
  ic_defined status;   /* of the value; nothing else is filled unless defined */
  double units;
  int complete;        /* all arrangements were gone through */
  double arrangements; /* how many were, or were drawn */
  double above, below; /* with a coefficient at least, at most as large */
  double mean, deviation;
} ic_chance_answer;

/* An arrangement whose coefficient is undefined counts on either side. */
ic_status ic_chance_permute(const ic_chance_request *request,
                            const ic_watch *watch, ic_chance_answer *answer,
                            ic_error *err);

typedef struct ic_chance_error {
  double value, error; /* error is NaN where none is known */
} ic_chance_error;

/* The coefficient of the data with its standard error under chance, for kappa
 * and, without weights and with one number of ratings in all units, fleiss.
 * by_category[categories] receives the kappas of fleiss of each category
 * against the rest, NaN for other coefficients. */
ic_status ic_chance_asymptotic(const ic_chance_request *request,
                               ic_defined *status, double *units,
                               ic_chance_error *whole,
                               ic_chance_error *by_category, ic_error *err);

#endif
