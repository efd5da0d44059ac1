/* hyperscan: PATTERNS TEXT COUNTS [start]
 * Compiles one pattern per line (Unicode, case does not count), scans the text
 * on one thread, five times if that is soon done, and prints the processor seconds of compiling and of scanning
 * (the best) and the megabytes held at most; COUNTS takes the number of matches of each
 * pattern. With `start` the beginnings of matches are asked for too.
 * cc -O2 hyperscan.c -lhs, with pkg-config's flags for libhs. */
#include <hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static char *read_file(const char *path, size_t *size)
{
  FILE *file = fopen(path, "rb");
  if (!file)
    exit(2);
  fseek(file, 0, SEEK_END);
  *size = (size_t) ftell(file);
  rewind(file);
  char *data = malloc(*size + 1);
  if (!data || fread(data, 1, *size, file) != *size)
    exit(2);
  data[*size] = '\0';
  fclose(file);
  return data;
}

static double now(void)
{
  return (double) clock() / CLOCKS_PER_SEC;
}

static int seen(unsigned id, unsigned long long from, unsigned long long to,
                unsigned flags, void *counts)
{
  (void) from;
  (void) to;
  (void) flags;
  ((unsigned *) counts)[id]++;
  return 0;
}

int main(int n_given, char **given)
{
  size_t size, n = 0, room;
  if (n_given < 4)
    return 2;
  char *patterns = read_file(given[1], &room), *text = read_file(given[2], &size);
  const char **lines = malloc(room * sizeof *lines);
  unsigned *flags = malloc(room * sizeof *flags);
  unsigned *ids = malloc(room * sizeof *ids);
  unsigned *counts = calloc(room, sizeof *counts);
  for (char *line = strtok(patterns, "\n"); line; line = strtok(NULL, "\n")) {
    lines[n] = line;
    flags[n] = HS_FLAG_CASELESS | HS_FLAG_UTF8
      | (n_given > 4 ? HS_FLAG_SOM_LEFTMOST : 0);
    ids[n] = (unsigned) n;
    n++;
  }
  hs_database_t *database = NULL;
  hs_compile_error_t *error = NULL;
  hs_scratch_t *scratch = NULL;
  double begun = now();
  if (hs_compile_multi(lines, flags, ids, (unsigned) n, HS_MODE_BLOCK, NULL,
                       &database, &error) != HS_SUCCESS) {
    fprintf(stderr, "%s\n", error->message);
    return 1;
  }
  double compiled = now(), best = 0;
  if (hs_alloc_scratch(database, &scratch) != HS_SUCCESS)
    return 1;
  for (int i = 0; i < 5 && (i == 0 || best < 1); i++) {
    memset(counts, 0, n * sizeof *counts);
    double from = now();
    if (hs_scan(database, text, (unsigned) size, 0, scratch, seen, counts)
        != HS_SUCCESS)
      return 1;
    double took = now() - from;
    best = i == 0 || took < best ? took : best;
  }
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  printf("%.6f %.6f %.0f\n", compiled - begun, best,
         (double) used.ru_maxrss / 1024);
  FILE *out = fopen(given[3], "w");
  for (size_t i = 0; out && i < n; i++)
    fprintf(out, "%u\n", counts[i]);
  return out && fclose(out) == 0 ? 0 : 1;
}
