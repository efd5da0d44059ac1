#include "passages.h"

#include <string.h>

#include "memory.h"

void ic_founds_free(ic_founds *founds)
{
  ic_free(founds->items);
  *founds = (ic_founds) {NULL, 0, 0};
}

void ic_misses_free(ic_misses *misses)
{
  ic_free(misses->items);
  *misses = (ic_misses) {NULL, 0, 0};
}

/* Texts are cut into pieces, runs of whole passages of about this many code
 * points, so that one long text keeps every thread busy and a wish to stop is
 * soon seen. */
#define PIECE 32768

typedef struct piece {
  size_t text, first, count; /* passages of the text */
  size_t before;             /* passages of the texts before it */
  ic_founds founds;
  ic_misses misses;
} piece;

typedef struct job {
  const ic_matcher *matcher;
  const ic_scan_text *texts;
  size_t n;
  const ic_scope *scope;
  ic_points *points;
  piece *pieces;
  size_t n_pieces;
  uint8_t **without; /* per text: a byte per rule that was stopped, or NULL */
  ic_scanner *scanners[IC_THREADS_MAX];
} job;

static ic_status keep_found(ic_founds *founds, const ic_points *points,
                            const ic_hits *hits, size_t offset,
                            size_t passage, ic_error *err)
{
  void *items = founds->items;
  ic_status status = ic_reserve(&items, &founds->room,
                                founds->count + hits->count,
                                sizeof *founds->items, err);
  if (status != IC_OK)
    return status;
  founds->items = items;
  for (size_t i = 0; i < hits->count; i++) {
    const ic_hit *hit = &hits->items[i];
    size_t start = ic_point_of_byte(points, offset + hit->start) + 1;
    size_t end = ic_point_of_byte(points, offset + hit->end);
    founds->items[founds->count++] = (ic_found) {
      hit->rule, (uint32_t) start, (uint32_t) end, (uint32_t) passage,
      (uint32_t) (offset + hit->start), (uint32_t) (hit->end - hit->start)
    };
  }
  return IC_OK;
}

/* The byte before which `points_before` code points stand. */
static size_t byte_after(const ic_points *points, int points_before)
{
  size_t n = points_before > 0 ? (size_t) points_before : 0;
  return ic_byte_of_point(points, n < points->count ? n : points->count);
}

/* What was stopped beyond what the piece knows of. */
static ic_status keep_missed(piece *part, const ic_stops *stops,
                             size_t passage, ic_error *err)
{
  ic_misses *misses = &part->misses;
  void *items = misses->items;
  ic_status status = ic_reserve(&items, &misses->room, stops->count,
                                sizeof *misses->items, err);
  if (status != IC_OK)
    return status;
  misses->items = items;
  while (misses->count < stops->count) {
    const ic_stop *stop = &stops->items[misses->count];
    ic_missed *missed = &misses->items[misses->count++];
    *missed = (ic_missed) {stop->rule, part->text, passage, ""};
    memcpy(missed->problem, stop->problem, sizeof missed->problem);
  }
  return IC_OK;
}

/* The bytes of a passage, none where it is empty. */
static ic_span bytes_of(const ic_scan_text *t, const ic_points *points,
                        size_t passage)
{
  int start = t->start[passage];
  ic_span span = {byte_after(points, start > 0 ? start - 1 : 0),
                  byte_after(points, t->end[passage])};
  span.end = span.end > span.start ? span.end : span.start;
  return span;
}

static ic_status scan_passage(ic_scanner *s, const ic_scan_text *t,
                              const ic_points *points, piece *part,
                              size_t passage, ic_hits *hits, ic_error *err)
{
  ic_span span = bytes_of(t, points, passage);
  if (span.start == span.end)
    return IC_OK;
  hits->count = 0;
  ic_status status = ic_scan(s, ic_str_slice(t->text, span), t->breaks, hits,
                             err);
  if (status == IC_OK && hits->count)
    status = keep_found(&part->founds, points, hits, span.start, passage, err);
  if (status == IC_OK && ic_scanner_stops(s)->count > part->misses.count)
    status = keep_missed(part, ic_scanner_stops(s), passage, err);
  return status;
}

/* `passage` counts those of all texts. */
static void narrow(ic_scanner *s, const ic_scope *scope, size_t passage)
{
  int kind = scope && scope->kind ? scope->kind[passage] : 0;
  ic_scanner_narrow(s, scope, (size_t) kind);
}

static ic_status scan_passages(ic_scanner *s, const job *j, piece *part,
                               ic_hits *hits, ic_error *err)
{
  const ic_scan_text *t = &j->texts[part->text];
  const ic_points *points = &j->points[part->text];
  size_t bytes = 0;
  ic_status status = IC_OK;
  for (size_t i = 0; i < part->count; i++) {
    ic_span span = bytes_of(t, points, part->first + i);
    bytes += span.end - span.start;
  }
  ic_scanner_begin(s, bytes, j->without[part->text]);
  for (size_t i = 0; status == IC_OK && i < part->count; i++) {
    narrow(s, j->scope, part->before + part->first + i);
    status = scan_passage(s, t, points, part, part->first + i, hits, err);
  }
  return status;
}

static ic_status scan_piece(void *data, size_t item, int worker,
                            ic_error *err)
{
  job *j = data;
  piece *part = &j->pieces[item];
  ic_hits hits = {NULL, 0, 0};
  ic_status status = IC_OK;
  if (!j->scanners[worker])
    status = ic_scanner_new(j->matcher, &j->scanners[worker], err);
  if (status == IC_OK)
    status = scan_passages(j->scanners[worker], j, part, &hits, err);
  if (status != IC_OK)
    err->at = part->text;
  ic_hits_free(&hits);
  return status;
}

static ic_status build_points(void *data, size_t item, int worker,
                              ic_error *err)
{
  job *j = data;
  (void) worker;
  return ic_points_build(&j->points[item], j->texts[item].text, err);
}

/* How many passages from `first` on make a piece. */
static size_t piece_size(const ic_scan_text *t, size_t first)
{
  size_t i = first, size = 0;
  for (; i < t->passages && size < PIECE; i++)
    if (t->end[i] > t->start[i] && t->start[i] >= 0)
      size += (size_t) (t->end[i] - t->start[i]);
  return i - first;
}

/* Counts the pieces, and writes them where there is a place for them. */
static size_t cut(const job *j, piece *pieces)
{
  size_t n = 0, before = 0;
  for (size_t text = 0; text < j->n; before += j->texts[text++].passages)
    for (size_t at = 0; at < j->texts[text].passages; n++) {
      size_t count = piece_size(&j->texts[text], at);
      if (pieces)
        pieces[n] = (piece) {
          .text = text, .first = at, .count = count, .before = before
        };
      at += count;
    }
  return n;
}

static ic_status join(const job *j, ic_founds *founds, ic_error *err)
{
  for (size_t i = 0; i < j->n_pieces; i++) {
    const ic_founds *from = &j->pieces[i].founds;
    ic_founds *to = &founds[j->pieces[i].text];
    void *items = to->items;
    if (from->count == 0)
      continue;
    ic_status status = ic_reserve(&items, &to->room, to->count + from->count,
                                  sizeof *to->items, err);
    if (status != IC_OK)
      return status;
    to->items = items;
    memcpy(to->items + to->count, from->items,
           from->count * sizeof *from->items);
    to->count += from->count;
  }
  return IC_OK;
}

/* Takes the misses of a piece that the text does not have yet. */
static ic_status take_misses(job *j, const piece *part, ic_misses *misses,
                             ic_error *err)
{
  uint8_t **without = &j->without[part->text];
  void *items = misses->items;
  ic_status status = ic_reserve(&items, &misses->room,
                                misses->count + part->misses.count,
                                sizeof *misses->items, err);
  if (status != IC_OK)
    return status;
  misses->items = items;
  if (!*without && !(*without = ic_alloc(j->matcher->n_rules, 1)))
    return ic_no_memory(err);
  for (size_t i = 0; i < part->misses.count; i++) {
    uint8_t *seen = *without + part->misses.items[i].rule;
    if (!*seen)
      misses->items[misses->count++] = part->misses.items[i];
    *seen = 1;
  }
  return IC_OK;
}

static ic_status gather_misses(job *j, ic_misses *misses, ic_error *err)
{
  ic_status status = IC_OK;
  for (size_t i = 0; status == IC_OK && i < j->n_pieces; i++)
    if (j->pieces[i].misses.count)
      status = take_misses(j, &j->pieces[i], misses, err);
  return status;
}

static ic_status scan_again(void *data, size_t item, int worker,
                            ic_error *err)
{
  job *j = data;
  piece *part = &j->pieces[item];
  if (!j->without[part->text])
    return IC_OK;
  part->founds.count = part->misses.count = 0;
  return scan_piece(data, item, worker, err);
}

/* Texts in which rules were stopped are scanned again without those, so that
 * what the others found is what they find alone. */
static ic_status scan_pieces(job *j, int threads, const ic_watch *watch,
                             ic_misses *misses, ic_error *err)
{
  ic_status status = ic_parallel(j->n_pieces, threads, scan_piece, j, watch,
                                 err);
  if (status == IC_OK)
    status = gather_misses(j, misses, err);
  return status == IC_OK && misses->count
    ? ic_parallel(j->n_pieces, threads, scan_again, j, NULL, err) : status;
}

static ic_status do_job(job *j, int threads, const ic_watch *watch,
                        ic_founds *founds, ic_misses *misses, ic_error *err)
{
  j->n_pieces = cut(j, NULL);
  j->points = ic_alloc(j->n, sizeof *j->points);
  j->pieces = ic_alloc(j->n_pieces, sizeof *j->pieces);
  j->without = ic_alloc(j->n, sizeof *j->without);
  if (!j->points || !j->pieces || !j->without)
    return ic_no_memory(err);
  cut(j, j->pieces);
  ic_status status = ic_parallel(j->n, threads, build_points, j, NULL, err);
  if (status == IC_OK)
    status = scan_pieces(j, threads, watch, misses, err);
  return status == IC_OK ? join(j, founds, err) : status;
}

ic_status ic_scan_texts(const ic_matcher *matcher, const ic_scan_text *texts,
                        size_t n, const ic_scope *scope, int threads,
                        const ic_watch *watch, ic_founds *founds,
                        ic_misses *misses, ic_error *err)
{
  job j = {.matcher = matcher, .texts = texts, .n = n, .scope = scope};
  ic_status status = do_job(&j, threads, watch, founds, misses, err);
  for (size_t i = 0; j.points && i < n; i++)
    ic_points_free(&j.points[i]);
  for (size_t i = 0; j.pieces && i < j.n_pieces; i++) {
    ic_founds_free(&j.pieces[i].founds);
    ic_misses_free(&j.pieces[i].misses);
  }
  for (size_t i = 0; j.without && i < n; i++)
    ic_free(j.without[i]);
  for (int i = 0; i < IC_THREADS_MAX; i++)
    ic_scanner_free(j.scanners[i]);
  ic_free(j.points);
  ic_free(j.pieces);
  ic_free(j.without);
  return status;
}
