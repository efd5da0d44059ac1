#include "project.h"

#include <string.h>

static const char TABLES[] =
"CREATE TABLE log (\n"
"  entry INTEGER PRIMARY KEY AUTOINCREMENT,\n"
"  time TEXT NOT NULL,\n"
"  action TEXT NOT NULL,\n"
"  subject TEXT NOT NULL,\n"
"  rows INTEGER NOT NULL,\n"
"  coder TEXT,\n"
"  codebook INTEGER REFERENCES codebooks (number)\n"
"    DEFERRABLE INITIALLY DEFERRED,\n"
"  user TEXT,\n"
"  package TEXT NOT NULL,\n"
"  note TEXT);\n"
"CREATE TABLE transcripts (\n"
"  id INTEGER PRIMARY KEY,\n"
"  transcript TEXT NOT NULL UNIQUE,\n"
"  participant, text TEXT NOT NULL, hash TEXT NOT NULL,\n"
"  source, format, encoding, newline, bom, md5,\n"
"  entry INTEGER NOT NULL REFERENCES log (entry));\n"
"CREATE TABLE turns (\n"
"  id INTEGER PRIMARY KEY,\n"
"  transcript TEXT NOT NULL REFERENCES transcripts (transcript),\n"
"  turn NOT NULL, speaker, role, participant, start, \"end\",\n"
"  time_start, time_end,\n"
"  UNIQUE (transcript, turn));\n"
"CREATE TABLE participants (\n"
"  id INTEGER PRIMARY KEY,\n"
"  participant TEXT NOT NULL UNIQUE,\n"
"  entry INTEGER NOT NULL REFERENCES log (entry));\n"
"CREATE TABLE codebooks (\n"
"  number INTEGER PRIMARY KEY,\n"
"  version TEXT UNIQUE,\n"
"  hash TEXT NOT NULL,\n"
"  entry INTEGER NOT NULL REFERENCES log (entry));\n"
"CREATE TABLE codes (\n"
"  id INTEGER PRIMARY KEY,\n"
"  codebook INTEGER NOT NULL REFERENCES codebooks (number),\n"
"  code TEXT NOT NULL,\n"
"  theme, label, definition, include, exclude, example, rule,\n"
"  UNIQUE (codebook, code));\n"
"CREATE TABLE coding_history (\n"
"  id INTEGER PRIMARY KEY,\n"
"  transcript TEXT NOT NULL REFERENCES transcripts (transcript),\n"
"  start NOT NULL CHECK (start >= 1),\n"
"  \"end\" NOT NULL CHECK (\"end\" >= start),\n"
"  code TEXT NOT NULL, coder TEXT NOT NULL,\n"
"  text, round, weight, memo,\n"
"  entry INTEGER NOT NULL REFERENCES log (entry),\n"
"  removed INTEGER REFERENCES log (entry));\n"
"CREATE INDEX coding_place ON coding_history (transcript, coder);\n"
"CREATE VIEW codings AS\n"
"  SELECT * FROM coding_history WHERE removed IS NULL;\n"
"CREATE TABLE plan_history (\n"
"  id INTEGER PRIMARY KEY,\n"
"  coder TEXT NOT NULL,\n"
"  transcript TEXT NOT NULL REFERENCES transcripts (transcript),\n"
"  entry INTEGER NOT NULL REFERENCES log (entry),\n"
"  removed INTEGER REFERENCES log (entry));\n"
"CREATE VIEW plan AS\n"
"  SELECT * FROM plan_history WHERE removed IS NULL;\n";

static const char SHAPES[] =
"CREATE TABLE cells (\n"
"  frame TEXT NOT NULL,\n"
"  row INTEGER NOT NULL,\n"
"  name TEXT NOT NULL,\n"
"  value,\n"
"  PRIMARY KEY (frame, row, name)) WITHOUT ROWID;\n"
"CREATE VIEW attributes AS\n"
"  SELECT p.participant, c.name, c.value\n"
"  FROM participants p JOIN cells c ON c.frame = 'participants'\n"
"    AND c.row = p.id;\n"
"CREATE TABLE columns (\n"
"  frame TEXT NOT NULL,\n"
"  codebook INTEGER NOT NULL,\n"
"  position INTEGER NOT NULL,\n"
"  name TEXT NOT NULL,\n"
"  type TEXT NOT NULL,\n"
"  PRIMARY KEY (frame, codebook, position)) WITHOUT ROWID;\n"
"CREATE TABLE column_attributes (\n"
"  frame TEXT NOT NULL,\n"
"  codebook INTEGER NOT NULL,\n"
"  position INTEGER NOT NULL,\n"
"  path TEXT NOT NULL,\n"
"  type TEXT NOT NULL,\n"
"  place INTEGER NOT NULL,\n"
"  value,\n"
"  PRIMARY KEY (frame, codebook, position, path, place)) WITHOUT ROWID;\n";

static const char PROMISES[] =
"CREATE TRIGGER log_kept BEFORE UPDATE ON log BEGIN\n"
"  SELECT raise(ABORT, 'the log is only added to'); END;\n"
"CREATE TRIGGER log_whole BEFORE DELETE ON log BEGIN\n"
"  SELECT raise(ABORT, 'the log is only added to'); END;\n"
"CREATE TRIGGER text_kept BEFORE UPDATE OF transcript, text, hash\n"
"  ON transcripts WHEN OLD.transcript IS NOT NEW.transcript\n"
"    OR OLD.text IS NOT NEW.text OR OLD.hash IS NOT NEW.hash BEGIN\n"
"  SELECT raise(ABORT, 'the text of a transcript never changes'); END;\n"
"CREATE TRIGGER text_whole BEFORE DELETE ON transcripts BEGIN\n"
"  SELECT raise(ABORT, 'a transcript is never removed'); END;\n"
"CREATE TRIGGER codebook_kept BEFORE UPDATE ON codebooks BEGIN\n"
"  SELECT raise(ABORT, 'a codebook version never changes'); END;\n"
"CREATE TRIGGER codebook_whole BEFORE DELETE ON codebooks BEGIN\n"
"  SELECT raise(ABORT, 'a codebook version never changes'); END;\n"
"CREATE TRIGGER code_kept BEFORE UPDATE ON codes BEGIN\n"
"  SELECT raise(ABORT, 'a codebook version never changes'); END;\n"
"CREATE TRIGGER code_whole BEFORE DELETE ON codes BEGIN\n"
"  SELECT raise(ABORT, 'a codebook version never changes'); END;\n"
"CREATE TRIGGER coding_kept BEFORE UPDATE ON coding_history\n"
"  WHEN OLD.removed IS NOT NULL OR NEW.removed IS NULL\n"
"    OR OLD.id IS NOT NEW.id OR OLD.transcript IS NOT NEW.transcript\n"
"    OR OLD.start IS NOT NEW.start OR OLD.\"end\" IS NOT NEW.\"end\"\n"
"    OR OLD.code IS NOT NEW.code OR OLD.coder IS NOT NEW.coder\n"
"    OR OLD.text IS NOT NEW.text OR OLD.round IS NOT NEW.round\n"
"    OR OLD.weight IS NOT NEW.weight OR OLD.memo IS NOT NEW.memo\n"
"    OR OLD.entry IS NOT NEW.entry BEGIN\n"
"  SELECT raise(ABORT, 'a coding is replaced, never changed'); END;\n"
"CREATE TRIGGER coding_whole BEFORE DELETE ON coding_history BEGIN\n"
"  SELECT raise(ABORT, 'a coding is replaced, never removed'); END;\n"
"CREATE TRIGGER plan_whole BEFORE DELETE ON plan_history BEGIN\n"
"  SELECT raise(ABORT, 'a plan is replaced, never removed'); END;\n";

static const char *const VERSION_1[] = {TABLES, SHAPES, PROMISES, NULL};
static const char *const *const STEPS[] = {VERSION_1};

static const ic_schema SCHEMA = {
  "an intercoder project", 0x49434F44, IC_PROJECT_VERSION, STEPS
};

/* Parameters that begin with an underscore are the package's own; all others
 * are the columns a user's table may fill. */
static const struct {
  const char *name, *sql;
} STATEMENTS[] = {
  {"put_log",
   "INSERT INTO log (entry, time, action, subject, rows, coder, codebook,\n"
   "  user, package, note)\n"
   "VALUES (:_entry, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), :_action,\n"
   "  :_subject, :_rows, :_coder, :_codebook, :_user, :_package, :_note)"},
  {"get_log",
   "SELECT l.entry, l.time, l.action, l.subject, l.rows, l.coder,\n"
   "  l.codebook, b.version, b.hash AS codebook_hash, l.user, l.package,\n"
   "  l.note\n"
   "FROM log l LEFT JOIN codebooks b ON b.number = l.codebook\n"
   "ORDER BY l.entry"},
  {"last_entry", "SELECT max(entry) FROM log"},

  {"put_documents",
   "INSERT INTO transcripts (id, transcript, participant, text, hash,\n"
   "  source, format, encoding, newline, bom, md5, entry)\n"
   "VALUES (:_id, :transcript, :participant, :text, :hash, :source,\n"
   "  :format, :encoding, :newline, :bom, :md5, :_entry)\n"
   "ON CONFLICT (id) DO UPDATE SET participant = excluded.participant,\n"
   "  text = excluded.text, hash = excluded.hash,\n"
   "  source = excluded.source, format = excluded.format,\n"
   "  encoding = excluded.encoding, newline = excluded.newline,\n"
   "  bom = excluded.bom, md5 = excluded.md5, entry = excluded.entry"},
  {"get_documents",
   "SELECT id AS _id, transcript, participant, text, hash, source, format,\n"
   "  encoding, newline, bom, md5\n"
   "FROM transcripts ORDER BY id"},
  {"get_hashes", "SELECT id, transcript, hash FROM transcripts ORDER BY id"},
  {"get_text", "SELECT text FROM transcripts WHERE transcript = :transcript"},

  {"put_turns",
   "INSERT INTO turns (id, transcript, turn, speaker, role, participant,\n"
   "  start, \"end\", time_start, time_end)\n"
   "VALUES (:_id, :transcript, :turn, :speaker, :role, :participant, :start,\n"
   "  :end, :time_start, :time_end)"},
  {"get_turns",
   "SELECT u.id AS _id, u.transcript, u.turn, u.speaker, u.role,\n"
   "  u.participant, u.start, u.\"end\", u.time_start, u.time_end\n"
   "FROM turns u JOIN transcripts t ON t.transcript = u.transcript\n"
   "ORDER BY t.id, u.id"},
  {"get_turn_ids", "SELECT id, transcript FROM turns ORDER BY id"},
  {"count_turns",
   "SELECT transcript, count(*) AS n FROM turns GROUP BY transcript"},
  {"clear_turns", "DELETE FROM turns WHERE transcript = :transcript"},

  {"put_participants",
   "INSERT INTO participants (id, participant, entry)\n"
   "VALUES (:_id, :participant, :_entry)\n"
   "ON CONFLICT (id) DO UPDATE SET entry = excluded.entry"},
  {"get_participants",
   "SELECT id AS _id, participant FROM participants ORDER BY id"},

  {"get_involved",
   "SELECT participant FROM turns UNION SELECT participant FROM transcripts"},
  {"drop_participants", "DELETE FROM participants WHERE id = :_id"},

  {"put_codebook",
   "INSERT INTO codebooks (number, version, hash, entry)\n"
   "VALUES (:_number, :_version, :_hash, :_entry)"},
  {"get_codebooks",
   "SELECT number, version, hash, entry FROM codebooks ORDER BY number"},
  {"put_codes",
   "INSERT INTO codes (id, codebook, code, theme, label, definition,\n"
   "  include, exclude, example, rule)\n"
   "VALUES (:_id, :_codebook, :code, :theme, :label, :definition, :include,\n"
   "  :exclude, :example, :rule)"},
  {"get_codes",
   "SELECT id AS _id, code, theme, label, definition, include, exclude,\n"
   "  example, rule\n"
   "FROM codes WHERE codebook = :_codebook ORDER BY id"},

  {"put_codings",
   "INSERT INTO coding_history (id, transcript, start, \"end\", code, coder,\n"
   "  text, round, weight, memo, entry)\n"
   "VALUES (:_id, :transcript, :start, :end, :code, :coder, :text, :round,\n"
   "  :weight, :memo, :_entry)"},
  {"get_codings",
   "SELECT id AS _id, transcript, start, \"end\", code, coder, text, round,\n"
   "  weight, memo\n"
   "FROM coding_history WHERE entry <= :_entry\n"
   "  AND (removed IS NULL OR removed > :_entry) ORDER BY id"},
  {"drop_codings",
   "UPDATE coding_history SET removed = :_entry WHERE id = :_id"},

  {"put_plan",
   "INSERT INTO plan_history (id, coder, transcript, entry)\n"
   "VALUES (:_id, :coder, :transcript, :_entry)"},
  {"get_plan",
   "SELECT id AS _id, coder, transcript\n"
   "FROM plan_history WHERE entry <= :_entry\n"
   "  AND (removed IS NULL OR removed > :_entry) ORDER BY id"},
  {"drop_plan",
   "UPDATE plan_history SET removed = :_entry WHERE id = :_id"},

  {"put_cells",
   "INSERT INTO cells (frame, row, name, value)\n"
   "VALUES (:_frame, :_row, :_name, :_value)\n"
   "ON CONFLICT (frame, row, name) DO UPDATE SET value = excluded.value"},
  {"get_cells",
   "SELECT row, value FROM cells WHERE frame = :_frame AND name = :_name"},
  {"clear_cells",
   "DELETE FROM cells WHERE frame = :_frame AND row = :_row"},

  {"put_columns",
   "INSERT INTO columns (frame, codebook, position, name, type)\n"
   "VALUES (:_frame, :_codebook, :_position, :_name, :_type)"},
  {"get_columns",
   "SELECT position, name, type FROM columns\n"
   "WHERE frame = :_frame AND codebook = :_codebook ORDER BY position"},
  {"clear_columns",
   "DELETE FROM columns WHERE frame = :_frame AND codebook = :_codebook"},
  {"put_attributes",
   "INSERT INTO column_attributes (frame, codebook, position, path, type,\n"
   "  place, value)\n"
   "VALUES (:_frame, :_codebook, :_position, :_path, :_type, :_place,\n"
   "  :_value)"},
  {"get_attributes",
   "SELECT position, path, type FROM column_attributes\n"
   "WHERE frame = :_frame AND codebook = :_codebook AND place = 0\n"
   "ORDER BY position, path"},
  {"get_attribute",
   "SELECT value FROM column_attributes\n"
   "WHERE frame = :_frame AND codebook = :_codebook\n"
   "  AND position = :_position AND path = :_path AND place > 0\n"
   "ORDER BY place"},
  {"clear_attributes",
   "DELETE FROM column_attributes\n"
   "WHERE frame = :_frame AND codebook = :_codebook"},

  {"next_ids",
   "SELECT (SELECT coalesce(max(id), 0) FROM transcripts) AS documents,\n"
   "  (SELECT coalesce(max(id), 0) FROM turns) AS turns,\n"
   "  (SELECT coalesce(max(id), 0) FROM participants) AS participants,\n"
   "  (SELECT coalesce(max(number), 0) FROM codebooks) AS codebooks,\n"
   "  (SELECT coalesce(max(id), 0) FROM codes) AS codes,\n"
   "  (SELECT coalesce(max(id), 0) FROM coding_history) AS codings,\n"
   "  (SELECT coalesce(max(id), 0) FROM plan_history) AS plan,\n"
   "  (SELECT coalesce(max(entry), 0) FROM log) AS log"},
  {"counts",
   "SELECT (SELECT count(*) FROM transcripts) AS transcripts,\n"
   "  (SELECT count(*) FROM turns) AS turns,\n"
   "  (SELECT count(*) FROM participants) AS participants,\n"
   "  (SELECT count(*) FROM codebooks) AS codebooks,\n"
   "  (SELECT count(*) FROM codings) AS codings,\n"
   "  (SELECT count(DISTINCT coder) FROM codings) AS coders,\n"
   "  (SELECT count(*) FROM plan) AS plan,\n"
   "  (SELECT count(*) FROM log) AS log"}
};

ic_status ic_project_open(const char *path, ic_mode mode, int timeout,
                          ic_store **out, ic_error *err)
{
  return ic_store_open(path, mode, timeout, &SCHEMA, out, err);
}

ic_status ic_project_statement(ic_store *store, const char *name,
                               ic_query **out, ic_error *err)
{
  *out = NULL;
  for (size_t i = 0; i < sizeof STATEMENTS / sizeof *STATEMENTS; i++)
    if (!strcmp(STATEMENTS[i].name, name))
      return ic_query_open(store, STATEMENTS[i].sql, out, err);
  return ic_fail(err, IC_EINPUT, "there is no statement \"%s\"", name);
}

static ic_cell cell_of(const ic_column *column, size_t row)
{
  ic_cell cell = {IC_NULL, {0}};
  if (column->missing && column->missing[row])
    return cell;
  if (column->integers) {
    cell.kind = IC_INTEGER;
    cell.as.integer = column->integers[row];
  } else if (column->reals) {
    cell.kind = IC_REAL;
    cell.as.real = column->reals[row];
  } else if (column->texts[row]) {
    cell.kind = IC_TEXT;
    cell.as.text.bytes = column->texts[row];
    cell.as.text.size = strlen(column->texts[row]);
  }
  return cell;
}

static int place_of(const ic_query *query, const ic_column *column,
                    size_t position)
{
  if (column->name && column->name[0])
    return ic_query_parameter(query, column->name);
  int at = (int) position + 1;
  return at <= ic_query_parameters(query) ? at : 0;
}

static ic_status check_places(const ic_query *query, const ic_column *columns,
                              size_t width, ic_error *err)
{
  for (size_t i = 0; i < width; i++) {
    if (place_of(query, &columns[i], i))
      continue;
    if (columns[i].name && columns[i].name[0])
      return ic_fail(err, IC_EINPUT, "the statement has no parameter \"%s\"",
                     columns[i].name);
    return ic_fail(err, IC_EINPUT, "the statement has %d parameters, not %zu",
                   ic_query_parameters(query), width);
  }
  return IC_OK;
}

static ic_status bind_row(ic_query *query, const ic_column *columns,
                          size_t width, size_t row, ic_error *err)
{
  ic_status status = IC_OK;
  for (size_t i = 0; i < width && status == IC_OK; i++) {
    ic_cell cell = cell_of(&columns[i], row);
    int at = place_of(query, &columns[i], i);
    status = ic_query_bind(query, at, &cell, err);
  }
  return status;
}

ic_status ic_project_run(ic_store *store, const char *name,
                         const ic_column *columns, size_t width, size_t n,
                         ic_error *err)
{
  ic_query *query;
  ic_status status = ic_project_statement(store, name, &query, err);
  if (status == IC_OK)
    status = check_places(query, columns, width, err);
  for (size_t row = 0; row < n && status == IC_OK; row++) {
    status = bind_row(query, columns, width, row, err);
    if (status == IC_OK)
      status = ic_query_run(query, err);
    if (status != IC_OK && err)
      err->item = row;
  }
  ic_query_free(query);
  return status;
}

static ic_status collect(ic_query *query, const ic_column *columns,
                         size_t width, ic_table *table, ic_error *err)
{
  ic_status status = check_places(query, columns, width, err);
  if (status == IC_OK)
    status = bind_row(query, columns, width, 0, err);
  if (status == IC_OK)
    status = ic_table_fill(table, query, err);
  ic_query_free(query);
  return status;
}

ic_status ic_project_read(ic_store *store, const char *name,
                          const ic_column *columns, size_t width,
                          ic_table *table, ic_error *err)
{
  ic_query *query;
  ic_status status = ic_project_statement(store, name, &query, err);
  return status == IC_OK ? collect(query, columns, width, table, err) : status;
}

ic_status ic_project_ask(ic_store *store, const char *sql,
                         const ic_column *columns, size_t width,
                         ic_table *table, ic_error *err)
{
  ic_query *query;
  ic_status status = ic_query_open_reading(store, sql, &query, err);
  return status == IC_OK ? collect(query, columns, width, table, err) : status;
}
