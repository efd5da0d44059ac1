/* machine.h - who is closer to the others: a person or a machine?
 * The alternative annotator test (Calderon, Reichart and Dror 2025) leaves out
 * one person at a time. In each unit rated by that person, the machine and at
 * least one other person, the closeness S of a value to the values of the
 * others is the mean of its similarities to them, or the negative root of its
 * mean squared distance; the others are the same on both sides, so that sums
 * decide. Sums that differ by less than 1e-12 of the larger are a tie. */
#ifndef IC_MACHINE_H
#define IC_MACHINE_H

#include "status.h"

typedef struct ic_contest {
  const int *values; /* units x coders by columns, from 1, below 1 missing */
  size_t units;
  int coders, categories;
  int machine;       /* its column, from 0 */
  const int *people; /* their columns */
  int n_people;
  /* One of them, or neither: then 1 for equal values, else 0. */
  const double *numbers;    /* [categories]: by squared distance */
  const double *similarity; /* [categories x categories] */
} ic_contest;

enum { IC_NOT_COMPARED, IC_MACHINE_CLOSER, IC_EQUALLY_CLOSE,
       IC_PERSON_CLOSER };

/* outcome[j * units + u] is one of the above for person j left out. */
void ic_contest_run(const ic_contest *contest, int *outcome);

#endif
