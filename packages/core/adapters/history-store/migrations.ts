// The tables of the record, step by step. A published step is never changed.
import type { Migrations } from '../../links/store/index.ts'

/** The form in which numbers are compared, of numbers that an older version has written: as `wayOf` makes it. */
const bare =
  "replace(replace(replace(replace(replace(replace(replace(number, ' ', ''), '-', ''), '.', ''), '/', ''), '(', ''), ')', ''), '+', '')"
const digits = `CASE WHEN length(ltrim(${bare}, '0')) >= 7 THEN ltrim(${bare}, '0') ELSE ${bare} END`
const way = `CASE WHEN ${bare} GLOB '*[^0-9]*' OR ${bare} = '' THEN lower(number) ELSE ${digits} END`
const tail = "CASE WHEN way GLOB '*[^0-9]*' THEN way ELSE substr(way, -7) END"

export const migrations: Migrations = [
  // `entry` is the whole record as the contract has it; the columns beside it are what is searched by.
  `CREATE TABLE history_calls (
     n INTEGER PRIMARY KEY AUTOINCREMENT,
     call TEXT NOT NULL UNIQUE,
     number TEXT NOT NULL,
     started_at TEXT NOT NULL,
     entry TEXT NOT NULL
   ) STRICT;
   CREATE INDEX history_calls_number ON history_calls (number)`,
  // Calls become one kind of several, and keep their places. `at` is milliseconds since 1970. Of what lies in a mailbox, that it was forgotten is remembered.
  `CREATE TABLE history_records (
     n INTEGER PRIMARY KEY AUTOINCREMENT,
     id TEXT NOT NULL UNIQUE,
     kind TEXT NOT NULL,
     at INTEGER NOT NULL,
     person TEXT,
     way TEXT,
     tail TEXT,
     missed INTEGER,
     words TEXT NOT NULL,
     entry TEXT NOT NULL
   ) STRICT;
   CREATE INDEX history_records_at ON history_records (at, n);
   CREATE INDEX history_records_kind ON history_records (kind, n);
   CREATE INDEX history_records_person ON history_records (person, way) WHERE person IS NOT NULL;
   CREATE INDEX history_records_tail ON history_records (tail) WHERE tail IS NOT NULL;
   CREATE INDEX history_records_missed ON history_records (at, n) WHERE missed = 1;
   CREATE TABLE history_ways (person TEXT NOT NULL, way TEXT NOT NULL, tail TEXT NOT NULL, PRIMARY KEY (person, way)) STRICT;
   CREATE INDEX history_ways_tail ON history_ways (tail);
   CREATE TABLE history_forgotten (id TEXT PRIMARY KEY) STRICT;
   CREATE VIRTUAL TABLE history_words USING fts5 (words, content = 'history_records', content_rowid = 'n');
   CREATE TRIGGER history_words_new AFTER INSERT ON history_records BEGIN
     INSERT INTO history_words (rowid, words) VALUES (new.n, new.words);
   END;
   CREATE TRIGGER history_words_changed AFTER UPDATE OF words ON history_records BEGIN
     INSERT INTO history_words (history_words, rowid, words) VALUES ('delete', old.n, old.words);
     INSERT INTO history_words (rowid, words) VALUES (new.n, new.words);
   END;
   CREATE TRIGGER history_words_gone AFTER DELETE ON history_records BEGIN
     INSERT INTO history_words (history_words, rowid, words) VALUES ('delete', old.n, old.words);
   END;
   INSERT INTO history_records (n, id, kind, at, person, way, tail, missed, words, entry)
     SELECT n, 'call:' || call, 'call', at, person, way, ${tail}, missed,
       coalesce(name, '') || ' ' || number || ' ' || way || ' ' || coalesce(person, ''), entry
     FROM (
       SELECT n, call, number, entry, ${way} AS way,
         CAST(round(coalesce(unixepoch(started_at, 'subsec'), 0) * 1000) AS INTEGER) AS at,
         json_extract(entry, '$.person') AS person,
         json_extract(entry, '$.remote.displayName') AS name,
         json_extract(entry, '$.missed') AS missed
       FROM history_calls
     );
   INSERT OR IGNORE INTO history_ways SELECT person, way, tail FROM history_records WHERE person IS NOT NULL;
   DROP TABLE history_calls`,
]
