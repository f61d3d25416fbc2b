// Conversations in the user's store.
import type { Message } from '@openparley/contract'
import type { Migrations, Row, Store, Value } from '../../links/store/index.ts'
import type { ChatStore, Kept, Kind, Page, Sought } from '../../services/chat/port.ts'

export const migrations: Migrations = [
  // `message` is the whole record as the contract has it; the columns beside it are what is looked for by.
  `CREATE TABLE chat_conversations (
     address TEXT PRIMARY KEY,
     kind TEXT NOT NULL,
     read_to INTEGER NOT NULL DEFAULT 0,
     nickname TEXT
   ) STRICT;
   CREATE TABLE chat_messages (
     n INTEGER PRIMARY KEY AUTOINCREMENT,
     id TEXT NOT NULL UNIQUE,
     conversation TEXT NOT NULL,
     kind TEXT NOT NULL,
     sender TEXT NOT NULL,
     direction TEXT NOT NULL,
     state TEXT NOT NULL,
     origin TEXT,
     wire TEXT,
     archive TEXT,
     archive_of TEXT,
     request TEXT UNIQUE,
     text TEXT NOT NULL,
     message TEXT NOT NULL
   ) STRICT;
   CREATE UNIQUE INDEX chat_messages_origin ON chat_messages (conversation, sender, origin) WHERE origin IS NOT NULL;
   CREATE UNIQUE INDEX chat_messages_archive ON chat_messages (archive_of, archive) WHERE archive IS NOT NULL;
   CREATE INDEX chat_messages_wire ON chat_messages (conversation, wire);
   CREATE INDEX chat_messages_origin_here ON chat_messages (conversation, origin);
   CREATE INDEX chat_messages_archive_here ON chat_messages (conversation, archive);
   CREATE INDEX chat_messages_conversation ON chat_messages (conversation, n);
   CREATE INDEX chat_messages_waiting ON chat_messages (n) WHERE state = 'queued';
   CREATE TABLE chat_archives (of TEXT PRIMARY KEY, place TEXT NOT NULL) STRICT;
   CREATE VIRTUAL TABLE chat_words USING fts5 (text, content = 'chat_messages', content_rowid = 'n');
   CREATE TRIGGER chat_words_new AFTER INSERT ON chat_messages BEGIN
     INSERT INTO chat_words (rowid, text) VALUES (new.n, new.text);
   END;
   CREATE TRIGGER chat_words_changed AFTER UPDATE OF text ON chat_messages BEGIN
     INSERT INTO chat_words (chat_words, rowid, text) VALUES ('delete', old.n, old.text);
     INSERT INTO chat_words (rowid, text) VALUES (new.n, new.text);
   END`,
  // Of a file that waits: an older core would send its name as a text, and so does not open this.
  `ALTER TABLE chat_messages ADD COLUMN copy TEXT;
   CREATE INDEX chat_messages_copies ON chat_messages (copy) WHERE copy IS NOT NULL`,
  // When it was (milliseconds since 1970), over all conversations; and what is deleted is found by no word any more.
  `ALTER TABLE chat_messages ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
   UPDATE chat_messages SET at = CAST(round(coalesce(unixepoch(json_extract(message, '$.at'), 'subsec'), 0) * 1000) AS INTEGER);
   CREATE INDEX chat_messages_at ON chat_messages (at, n);
   CREATE INDEX chat_messages_conversation_at ON chat_messages (conversation, at, n);
   CREATE TRIGGER chat_words_gone AFTER DELETE ON chat_messages BEGIN
     INSERT INTO chat_words (chat_words, rowid, text) VALUES ('delete', old.n, old.text);
   END`,
]

export function chatStore(store: Store): ChatStore {
  // Asked again after a failure: a disk that was full may have room.
  let ready: Promise<void> | undefined
  const prepared = async (): Promise<void> => {
    ready ??= store.migrate('chat', migrations)
    try {
      await ready
    } catch (error) {
      ready = undefined
      throw error
    }
  }
  const all = async (sql: string, ...values: Value[]): Promise<Row[]> => {
    await prepared()
    return store.all(sql, ...values)
  }
  const one = async (where: string, ...values: Value[]): Promise<Kept | undefined> => {
    const [row] = await all(`SELECT * FROM chat_messages WHERE ${where} LIMIT 1`, ...values)
    return row && keptIn(row)
  }
  const setPlace = (of: string, place: string): Promise<number> =>
    store.run(
      'INSERT INTO chat_archives (of, place) VALUES (?, ?) ON CONFLICT (of) DO UPDATE SET place = excluded.place',
      of,
      place,
    )
  return {
    conversations: async () => {
      const rows = await all(
        `SELECT c.address, c.kind, c.nickname,
           (SELECT count(*) FROM chat_messages m WHERE m.conversation = c.address AND m.n > c.read_to AND m.direction = 'incoming' AND m.state = 'received') AS unread,
           (SELECT message FROM chat_messages m WHERE m.conversation = c.address ORDER BY n DESC LIMIT 1) AS last
         FROM chat_conversations c`,
      )
      return rows.map(({ address, kind, nickname, unread, last }) => ({
        address: String(address),
        kind: kind as Kind,
        nickname: nickname === null ? undefined : String(nickname),
        unread: Number(unread),
        last: last === null ? undefined : (JSON.parse(String(last)) as Message),
      }))
    },
    add: async ({ message, kind, origin, wire, archive, request, copy }) => {
      await prepared()
      const { id, conversation, direction, from, state } = message
      // Both before either is waited for: they share one transaction.
      const [, added] = await Promise.all([
        store.run(
          'INSERT INTO chat_conversations (address, kind) VALUES (?, ?) ON CONFLICT (address) DO NOTHING',
          conversation,
          kind,
        ),
        store.run(
          `INSERT INTO chat_messages (id, conversation, kind, sender, direction, state, origin, wire, archive, archive_of, request, copy, text, message, at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
          ...[id, conversation, kind, from, direction, state, origin ?? null, wire ?? null],
          ...[
            archive?.id ?? null,
            archive?.of ?? null,
            request ?? null,
            copy ?? null,
            wordsOf(message),
            JSON.stringify(message),
            Date.parse(message.at),
          ],
        ),
        archive && setPlace(archive.of, `${archive.id} ${message.at}`),
      ])
      return added > 0
    },
    put: async ({ message, wire, archive, copy }) => {
      await prepared()
      await store.run(
        'UPDATE OR IGNORE chat_messages SET state = ?, text = ?, message = ?, wire = ?, archive = ?, archive_of = ?, copy = ? WHERE id = ?',
        ...[message.state, wordsOf(message), JSON.stringify(message), wire ?? null],
        ...[archive?.id ?? null, archive?.of ?? null, copy ?? null, message.id],
      )
    },
    byId: (id) => one('id = ?', id),
    byRequest: (request) => one('request = ?', request),
    byOrigin: (conversation, from, origin) =>
      one('conversation = ? AND sender = ? AND origin = ?', conversation, from, origin),
    byWire: (conversation, wire) =>
      one(
        'conversation = ? AND (wire = ? OR origin = ? OR archive = ?) ORDER BY n DESC',
        conversation,
        wire,
        wire,
        wire,
      ),
    waiting: async () => (await all("SELECT * FROM chat_messages WHERE state = 'queued' ORDER BY n")).map(keptIn),
    newest: (conversation, direction) =>
      one('conversation = ? AND direction = ? AND wire IS NOT NULL ORDER BY n DESC', conversation, direction),
    copies: async () =>
      (await all('SELECT copy FROM chat_messages WHERE copy IS NOT NULL')).map(({ copy }) => String(copy)),
    list: async (conversation, before, limit) =>
      pageOf(
        await all(
          'SELECT n, message FROM chat_messages WHERE conversation = ? AND n < ? ORDER BY n DESC LIMIT ?',
          conversation,
          beforeOf(before),
          limit + 1,
        ),
        limit,
      ),
    search: async (words, conversation, before, limit) => {
      const sought = soughtIn(words)
      if (sought === '') return { messages: [] }
      return pageOf(
        await all(
          `SELECT n, message FROM chat_words JOIN chat_messages ON n = chat_words.rowid
           WHERE chat_words MATCH ? AND n < ? AND conversation = coalesce(?, conversation) ORDER BY n DESC LIMIT ?`,
          sought,
          beforeOf(before),
          conversation ?? null,
          limit + 1,
        ),
        limit,
      )
    },
    placeIn: async (of) => {
      const [row] = await all('SELECT place FROM chat_archives WHERE of = ?', of)
      return row && String(row['place'])
    },
    setPlace: async (of, place) => {
      await prepared()
      await setPlace(of, place)
    },
    read: async (conversation) => {
      await prepared()
      await store.run(
        'UPDATE chat_conversations SET read_to = (SELECT coalesce(max(n), 0) FROM chat_messages WHERE conversation = address) WHERE address = ?',
        conversation,
      )
    },
    setNickname: async (room, nickname) => {
      await prepared()
      await store.run(
        "INSERT INTO chat_conversations (address, kind, nickname) VALUES (?, 'room', ?) ON CONFLICT (address) DO UPDATE SET nickname = excluded.nickname",
        room,
        nickname ?? null,
      )
    },
    find: async (sought, before, limit) => {
      const { sql, values } = whereOf(sought)
      const rows = await all(
        `SELECT n, at, kind, conversation, message FROM chat_messages
         WHERE (at, n) < (?, ?) AND json_extract(message, '$.call') IS NULL${sql} ORDER BY at DESC, n DESC LIMIT ?`,
        ...[before.at, before.n, ...values, limit],
      )
      return rows.map(({ n, at, kind, conversation, message }) => ({
        message: JSON.parse(String(message)) as Message,
        ...(kind === 'person' ? { person: String(conversation) } : {}),
        place: { at: Number(at), n: Number(n) },
      }))
    },
    forget: async ({ ids, ...which }) => {
      await prepared()
      const { sql, values } = whereOf(which)
      const named = JSON.stringify(ids ?? [])
      const all = `state <> 'queued'${sql}${ids ? ' AND (id IN (SELECT value FROM json_each(?)) OR (wire IS NULL AND origin IN (SELECT value FROM json_each(?))))' : ''}`
      const gone = (calls: 'IS NULL' | 'IS NOT NULL'): Promise<number> =>
        store.run(
          `DELETE FROM chat_messages WHERE json_extract(message, '$.call') ${calls} AND ${all}`,
          ...[...values, ...(ids ? [named, named] : [])],
        )
      // Both before either is waited for: they share one transaction.
      const [messages, calls] = await Promise.all([gone('IS NULL'), gone('IS NOT NULL')])
      return { messages, calls }
    },
  }
}

/** Each part begins with AND. */
function whereOf({ who, text, from, to }: Sought): { readonly sql: string; readonly values: Value[] } {
  const parts: string[] = []
  const values: Value[] = []
  const and = (sql: string, ...more: Value[]): void => {
    parts.push(` AND ${sql}`)
    values.push(...more)
  }
  if (who) and('conversation IN (SELECT value FROM json_each(?))', JSON.stringify(who.people))
  if (from !== undefined) and('at >= ?', from)
  if (to !== undefined) and('at < ?', to)
  if (text) {
    const words = soughtIn(text.words)
    if (words === '') and('false')
    else
      and(
        '(n IN (SELECT rowid FROM chat_words WHERE chat_words MATCH ?) OR conversation IN (SELECT value FROM json_each(?)))',
        ...[words, JSON.stringify(text.people)],
      )
  }
  return { sql: parts.join(''), values }
}

function keptIn(row: Row): Kept {
  const { message, kind, origin, wire, archive, archive_of, copy } = row
  return {
    message: JSON.parse(String(message)) as Message,
    kind: kind as Kind,
    origin: origin === null ? undefined : String(origin),
    wire: wire === null ? undefined : String(wire),
    archive: archive === null ? undefined : { id: String(archive), of: String(archive_of) },
    copy: copy === null ? undefined : String(copy),
  }
}

function pageOf(rows: readonly Row[], limit: number): Page {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    messages: shown.map(({ message }) => JSON.parse(String(message)) as Message),
    ...(rows.length > limit && last ? { next: String(last['n']) } : {}),
  }
}

/** By which words it is found: a file also by its name, which in an address is written otherwise. */
function wordsOf({ text, file }: Message): string {
  return file ? `${text} ${file.name}` : text
}

/** A cursor that was never ours finds the newest. */
function beforeOf(cursor: string | undefined): number {
  const n = Number(cursor ?? Number.NaN)
  return Number.isSafeInteger(n) ? n : Number.MAX_SAFE_INTEGER
}

/** Each word as itself, or as the beginning of one: none of it is a command to the index. */
function soughtIn(words: string): string {
  return (words.match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => `"${word}"*`).join(' ')
}
