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

/* A text is parted into stretches, of whole passages and about this many code
 * points. */
#define STRETCH 32768
/* So many stretches are a piece of work, so that one long text keeps every
 * thread busy and a wish to stop is soon seen. */
#define STRETCHES 8

typedef struct piece {
  size_t text, first, count; /* passages of the text */
  size_t before;             /* passages of the texts before it */
  ic_place place;            /* in the text, at or before the first passage */
  ic_founds founds;
  ic_misses misses;
} piece;

typedef struct job {
  const ic_matcher *matcher;
  const ic_scan_text *texts;
  size_t n;
  const ic_scope *scope;
  piece *pieces;
  size_t n_pieces;
  uint8_t **without; /* per text: a byte per rule that was stopped, or NULL */
  ic_scanner *scanners[IC_THREADS_MAX];
} job;

static ic_status reserve_founds(ic_founds *founds, size_t more, ic_error *err)
{
  void *items = founds->items;
  ic_status status = ic_reserve(&items, &founds->room, founds->count + more,
                                sizeof *founds->items, err);
  if (status == IC_OK)
    founds->items = items;
  return status;
}

/* Gives back the room that was not needed. */
static void give_back(ic_founds *founds)
{
  void *items = NULL;
  if (founds->count && founds->count < founds->room)
    items = ic_resize(founds->items, founds->count, sizeof *founds->items);
  if (!items)
    return;
  founds->items = items;
  founds->room = founds->count;
}

/* `place` is where the passage begins. A hit may end beyond the ruler's lap,
 * where the next one does not begin. */
static ic_status keep_found(ic_founds *founds, ic_str passage, ic_place place,
                            const ic_hits *hits, ic_error *err)
{
  ic_ruler ruler;
  ic_status status = reserve_founds(founds, hits->count, err);
  if (status != IC_OK)
    return status;
  ic_ruler_begin(&ruler, passage);
  for (size_t i = 0; i < hits->count; i++) {
    const ic_hit *hit = &hits->items[i];
    size_t start = ic_ruler_at(&ruler, hit->start);
    size_t lap = hit->end - ruler.base, size = hit->end - hit->start;
    size_t end = lap < IC_LAP * 64 ? ic_ruler_at(&ruler, hit->end)
      : start + ic_count_points((ic_str) {passage.data + hit->start, size});
    founds->items[founds->count++] = (ic_found) {
      hit->rule, (uint32_t) (place.point + start + 1),
      (uint32_t) (place.point + end), (uint32_t) (place.byte + hit->start)
    };
  }
  return IC_OK;
}

/* What was stopped in this stretch beyond the `known` misses of it, which stand
 * last in the piece. */
static ic_status keep_missed(piece *part, const ic_stops *stops, size_t known,
                             size_t passage, ic_error *err)
{
  ic_misses *misses = &part->misses;
  void *items = misses->items;
  ic_status status = ic_reserve(&items, &misses->room,
                                misses->count + stops->count - known,
                                sizeof *misses->items, err);
  if (status != IC_OK)
    return status;
  misses->items = items;
  for (; known < stops->count; known++) {
    const ic_stop *stop = &stops->items[known];
    ic_missed *missed = &misses->items[misses->count++];
    *missed = (ic_missed) {stop->rule, part->text, passage, ""};
    memcpy(missed->problem, stop->problem, sizeof missed->problem);
  }
  return IC_OK;
}

/* Moves the place to where a passage begins and says where it ends: nowhere
 * before its beginning. */
static ic_place go_to_passage(const ic_scan_text *t, size_t passage,
                              ic_place *place)
{
  int start = t->start[passage], end = t->end[passage];
  ic_place_at_point(place, t->text, start > 1 ? (size_t) start - 1 : 0);
  ic_place to = *place;
  if (end > 0 && (size_t) end > to.point)
    ic_place_at_point(&to, t->text, (size_t) end);
  return to;
}

/* The place is in the text before, and goes to the end of the passage. */
static ic_status scan_passage(ic_scanner *s, const ic_scan_text *t,
                              ic_place *place, piece *part, size_t passage,
                              ic_hits *hits, ic_error *err)
{
  ic_place end = go_to_passage(t, passage, place), start = *place;
  size_t known = ic_scanner_stops(s)->count;
  *place = end;
  if (start.byte == end.byte)
    return IC_OK;
  hits->count = 0;
  ic_str text = ic_str_slice(t->text, (ic_span) {start.byte, end.byte});
  ic_status status = ic_scan(s, text, t->breaks, hits, err);
  if (status == IC_OK && hits->count)
    status = keep_found(&part->founds, text, start, hits, err);
  if (status == IC_OK && ic_scanner_stops(s)->count > known)
    status = keep_missed(part, ic_scanner_stops(s), known, passage, err);
  return status;
}

/* `passage` counts those of all texts. */
static void narrow(ic_scanner *s, const ic_scope *scope, size_t passage)
{
  int kind = scope && scope->kind ? scope->kind[passage] : 0;
  ic_scanner_narrow(s, scope, (size_t) kind);
}

static size_t bytes_of(const ic_scan_text *t, size_t first, size_t upto,
                       ic_place place)
{
  size_t bytes = 0;
  for (size_t i = first; i < upto; i++) {
    ic_place end = go_to_passage(t, i, &place);
    bytes += end.byte - place.byte;
    place = end;
  }
  return bytes;
}

/* Where the stretch that begins with passage `first` ends. */
static size_t stretch_end(const ic_scan_text *t, size_t first)
{
  size_t i = first, size = 0;
  for (; i < t->passages && size < STRETCH; i++)
    if (t->end[i] > t->start[i] && t->start[i] >= 0)
      size += (size_t) (t->end[i] - t->start[i]);
  return i;
}

static size_t piece_end(const ic_scan_text *t, size_t first)
{
  size_t end = first;
  for (int i = 0; i < STRETCHES && end < t->passages; i++)
    end = stretch_end(t, end);
  return end;
}

/* Only expressions ask for the bytes. */
static ic_status scan_stretch(ic_scanner *s, const job *j, piece *part,
                              size_t first, size_t upto, ic_place *place,
                              ic_hits *hits, ic_error *err)
{
  const ic_scan_text *t = &j->texts[part->text];
  ic_status status = IC_OK;
  ic_scanner_begin(
    s, j->matcher->n_patterns ? bytes_of(t, first, upto, *place) : 0,
    j->without[part->text]);
  for (size_t i = first; status == IC_OK && i < upto; i++) {
    narrow(s, j->scope, part->before + i);
    status = scan_passage(s, t, place, part, i, hits, err);
  }
  return status;
}

static ic_status scan_stretches(ic_scanner *s, const job *j, piece *part,
                                ic_error *err)
{
  const ic_scan_text *t = &j->texts[part->text];
  size_t end = part->first + part->count, upto;
  ic_place place = part->place;
  ic_hits hits = {NULL, 0, 0};
  ic_status status = IC_OK;
  for (size_t at = part->first; status == IC_OK && at < end; at = upto) {
    upto = stretch_end(t, at);
    status = scan_stretch(s, j, part, at, upto, &place, &hits, err);
  }
  ic_hits_free(&hits);
  if (status == IC_OK)
    give_back(&part->founds);
  return status;
}

static ic_status scan_piece(void *data, size_t item, int worker,
                            ic_error *err)
{
  job *j = data;
  piece *part = &j->pieces[item];
  ic_status status = IC_OK;
  if (!j->scanners[worker])
    status = ic_scanner_new(j->matcher, &j->scanners[worker], err);
  if (status == IC_OK)
    status = scan_stretches(j->scanners[worker], j, part, err);
  if (status != IC_OK)
    err->at = part->text;
  return status;
}

static size_t count_pieces(const job *j)
{
  size_t n = 0;
  for (size_t text = 0; text < j->n; text++)
    for (size_t at = 0; at < j->texts[text].passages; n++)
      at = piece_end(&j->texts[text], at);
  return n;
}

/* Parts a text into pieces, of which there is one more for each. */
static piece *cut_text(const job *j, size_t text, size_t before, piece *out)
{
  const ic_scan_text *t = &j->texts[text];
  ic_place place = {0, 0};
  for (size_t at = 0, end; at < t->passages; at = end) {
    end = piece_end(t, at);
    if (at > 0)
      go_to_passage(t, at, &place);
    *out++ = (piece) {
      .text = text, .first = at, .count = end - at, .before = before,
      .place = place
    };
  }
  return out;
}

static ic_status cut(job *j, ic_error *err)
{
  j->n_pieces = count_pieces(j);
  j->pieces = ic_alloc(j->n_pieces, sizeof *j->pieces);
  if (!j->pieces)
    return ic_no_memory(err);
  piece *next = j->pieces;
  size_t before = 0;
  for (size_t text = 0; text < j->n; before += j->texts[text++].passages) {
    if (j->texts[text].text.size >= UINT32_MAX)
      return ic_fail_at(err, IC_ELIMIT, IC_NOWHERE, text,
                        "a text of 4 GiB or more");
    next = cut_text(j, text, before, next);
  }
  return IC_OK;
}

/* The hits of a text's first piece become those of the text, and those of
 * others are added. */
static ic_status join(job *j, ic_founds *founds, ic_error *err)
{
  for (size_t i = 0; i < j->n_pieces; i++) {
    ic_founds *from = &j->pieces[i].founds;
    ic_founds *to = &founds[j->pieces[i].text];
    if (!to->items) {
      *to = *from;
      *from = (ic_founds) {NULL, 0, 0};
      continue;
    }
    ic_status status = reserve_founds(to, from->count, err);
    if (status != IC_OK)
      return status;
    if (from->count)
      memcpy(to->items + to->count, from->items,
             from->count * sizeof *from->items);
    to->count += from->count;
    ic_founds_free(from);
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
  j->without = ic_alloc(j->n, sizeof *j->without);
  if (!j->without)
    return ic_no_memory(err);
  ic_status status = cut(j, err);
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
  for (size_t i = 0; j.pieces && i < j.n_pieces; i++) {
    ic_founds_free(&j.pieces[i].founds);
    ic_misses_free(&j.pieces[i].misses);
  }
  for (size_t i = 0; j.without && i < n; i++)
    ic_free(j.without[i]);
  for (int i = 0; i < IC_THREADS_MAX; i++)
    ic_scanner_free(j.scanners[i]);
  ic_free(j.pieces);
  ic_free(j.without);
  return status;
}
