// Questions to an archive (XEP-0313): read from their forms, answered by messages and an end.
import type { XmlElement } from '@openparley/protocols/common'
import type { Archive, ArchiveFilter, Page, PageWanted } from './archive.ts'
import type { Asks } from './asks.ts'
import type { Domain } from './domain.ts'
import { readJid } from './jid.ts'
import { ns } from './names.ts'
import { allInside, element, forwarded, inside, type Refusal, refusal, said } from './stanza.ts'

/** Whose it is, and who gets the messages. */
export interface ArchiveAnswering {
  readonly archive: Archive
  readonly of: string
  readonly send: (message: XmlElement) => void
}

export function archiveAsks(domain: Domain): Asks {
  return {
    own: {
      [`get ${ns.archive} query`]: () => [formOf()],
      [`set ${ns.archive} query`]: ({ account, session, payload, stanza }) => {
        const to = session.jid.full
        if (domain.faults.has('xmpp-spoofed-archive')) session.send(domain.mischief.spoofedPage(payload, session))
        return answerArchive(payload, {
          archive: account.archive,
          of: stanza.attributes['to'] ?? account.jid.bare,
          send: (message) => session.send({ ...message, attributes: { ...message.attributes, to } }),
        })
      },
      [`get ${ns.archive} metadata`]: ({ account }) => [metadataOf(account.archive)],
      // Everything is kept, and nobody is asked.
      [`get ${ns.archive} prefs`]: () => [element('prefs', ns.archive, { default: 'always' })],
      [`set ${ns.archive} prefs`]: () => [element('prefs', ns.archive, { default: 'always' })],
    },
  }
}

/** The messages go out by `send`; what is returned ends them. */
export function answerArchive(
  query: XmlElement,
  { archive, of, send }: ArchiveAnswering,
): readonly XmlElement[] | Refusal {
  const filter = readFilter(query)
  if ('refused' in filter) return filter
  const page = archive.page(filter, readPage(query))
  if (!page) return refusal('item-not-found')
  const { queryid } = query.attributes
  const entries = inside(query, ns.archive, 'flip-page') ? page.entries.toReversed() : page.entries
  for (const { id, atMs, stanza } of entries) {
    const result = element('result', ns.archive, { queryid, id }, [forwarded(stanza, of, atMs)])
    send(element('message', ns.client, { from: of }, [result]))
  }
  return [element('fin', ns.archive, { complete: page.isComplete ? 'true' : undefined }, [setOf(page)])]
}

export function metadataOf(archive: Archive): XmlElement {
  const all = archive.all()
  const edge = (local: string, at: number): XmlElement | undefined => {
    const entry = all.at(at)
    return entry && element(local, ns.archive, { id: entry.id, timestamp: new Date(entry.atMs).toISOString() })
  }
  return element('metadata', ns.archive, {}, [edge('start', 0), edge('end', -1)])
}

/** What may be asked for. */
export function formOf(): XmlElement {
  return element('query', ns.archive, {}, [
    element('x', ns.forms, { type: 'form' }, [
      element('field', ns.forms, { type: 'hidden', var: 'FORM_TYPE' }, [element('value', ns.forms, {}, [ns.archive])]),
      ...Object.entries(fields).map(([name, { type }]) => element('field', ns.forms, { type, var: name })),
    ]),
  ])
}

function setOf({ entries, count, at }: Page): XmlElement {
  const text = (local: string, value: string | undefined, attributes = {}): XmlElement | undefined =>
    value === undefined ? undefined : element(local, ns.pages, attributes, [value])
  return element('set', ns.pages, {}, [
    text('first', entries[0]?.id, { index: String(at) }),
    text('last', entries.at(-1)?.id),
    text('count', String(count)),
  ])
}

function readPage(query: XmlElement): PageWanted {
  const set = inside(query, ns.pages, 'set')
  const text = (local: string): string | undefined => {
    const found = set && inside(set, ns.pages, local)
    return found && said(found).trim()
  }
  const wanted = Number(text('max') ?? usualPage)
  const [after, before] = [text('after'), text('before')]
  return {
    most: Number.isInteger(wanted) && wanted >= 0 ? Math.min(wanted, largestPage) : usualPage,
    ...(after === undefined || after === '' ? {} : { after }),
    ...(before === undefined ? {} : { before }),
  }
}

function readFilter(query: XmlElement): ArchiveFilter | Refusal {
  const form = inside(query, ns.forms, 'x')
  let filter: ArchiveFilter = {}
  for (const field of form ? allInside(form, ns.forms, 'field') : []) {
    const name = field.attributes['var'] ?? ''
    if (name === 'FORM_TYPE') continue
    if (!Object.hasOwn(fields, name)) return refusal('feature-not-implemented', `No field ${name} is known.`)
    const values = allInside(field, ns.forms, 'value').map((value) => said(value).trim())
    const read = (fields[name] as Field).read(values)
    if (!read) return refusal('bad-request', `The field ${name} cannot be read.`)
    filter = { ...filter, ...read }
  }
  return filter
}

interface Field {
  readonly type: string
  readonly read: (values: readonly string[]) => ArchiveFilter | undefined
}

const fields: Readonly<Record<string, Field>> = {
  with: {
    type: 'jid-single',
    read: ([value]) => {
      const jid = readJid(value)
      return jid && { with: jid.full }
    },
  },
  start: { type: 'text-single', read: ([value]) => timed(value, (startMs) => ({ startMs })) },
  end: { type: 'text-single', read: ([value]) => timed(value, (endMs) => ({ endMs })) },
  'after-id': { type: 'text-single', read: ([afterId]) => (afterId === undefined ? undefined : { afterId }) },
  'before-id': { type: 'text-single', read: ([beforeId]) => (beforeId === undefined ? undefined : { beforeId }) },
  ids: { type: 'list-multi', read: (ids) => ({ ids }) },
}

function timed(value: string | undefined, make: (ms: number) => ArchiveFilter): ArchiveFilter | undefined {
  const ms = Date.parse(value ?? '')
  return Number.isNaN(ms) ? undefined : make(ms)
}

const usualPage = 50
const largestPage = 250
