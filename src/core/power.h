/* power.h - what a test of two proportions can show with n1 against n2.
 * The tables that a test rejects are two runs within each total: p falls from
 * where the groups are alike towards either end. From one total to the next
 * the ends of the runs move by a place or two, so that some 4 (n1 + n2) of the
 * (n1 + 1)(n2 + 1) tables are looked at. Boschloo's and Barnard's p grow with
 * Fisher's p and with 1 / z^2: most of these tables are decided by comparison
 * with one that was decided before, and only some twenty p-values are taken. */
#ifndef IC_POWER_H
#define IC_POWER_H

#include <stdint.h>

#include "status.h"
#include "table2.h"

#define IC_POWER_CELLS_MAX 1100000

typedef enum ic_table_test { IC_FISHER, IC_BOSCHLOO, IC_BARNARD } ic_table_test;

/* reject[x1 * (n2 + 1) + x2] = 1 where p <= alpha, else 0, in the direction of
 * the tail; tables whose groups are alike never are. 0 < alpha < 0.5. mid: of
 * Fisher's test alone. IC_ELIMIT above IC_POWER_CELLS_MAX tables. */
ic_status ic_power_region(uint32_t n1, uint32_t n2, ic_table_test test,
                          ic_tail tail, int mid, double alpha,
                          unsigned char *reject, ic_error *err);

/* The probability of these tables when both groups have the same proportion:
 * its largest value over all proportions, and its mean. */
ic_status ic_power_size(uint32_t n1, uint32_t n2, const unsigned char *reject,
                        double *largest, double *mean, ic_error *err);

#endif
