// What is known of a person's presence, as SIP tells it: PIDF (RFC 3863), the person (RFC 4479), what they do (RPID, RFC 4480).
import {
  elementAt,
  elementsIn,
  isXml,
  readXml,
  textAt,
  textOf,
  writeXml,
  xml,
  type XmlElement,
} from '../common/index.ts'

/** A way to reach the person. */
export interface PresenceTuple {
  readonly id: string
  /** Undefined where only others' extensions say how it is (RFC 3863 §4.1.4). */
  readonly basic?: 'open' | 'closed'
  readonly contact?: string
  readonly note?: string
  /** As written: RFC 3339, with its zone. */
  readonly timestamp?: string
}

export interface PresencePerson {
  readonly id: string
  /** The names of RFC 4480 §3.2, as `on-the-phone`; those that are not in it are kept. */
  readonly activities: readonly string[]
  /** What they do in words that RFC 4480 has none for. */
  readonly other?: string
  readonly note?: string
  readonly userInput?: { readonly is: 'active' | 'idle'; readonly lastInput?: string }
  readonly timestamp?: string
}

export interface PresenceDocument {
  readonly entity: string
  readonly tuples: readonly PresenceTuple[]
  /** Several where a server put together what several told. */
  readonly persons: readonly PresencePerson[]
  readonly note?: string
}

/** Undefined for what is no such document. Elements of others are passed over (RFC 3863 §4.2.5). */
export function readPidf(body: string): PresenceDocument | undefined {
  const root = readXml(body, { mostCharacters: 65_536 })
  if (!isXml(root) || root.local !== 'presence' || root.uri !== pidf) return undefined
  const { entity } = root.attributes
  if (entity === undefined) return undefined
  return {
    entity: entity.slice(0, longestUri),
    tuples: elementsIn(root, 'tuple').slice(0, mostParts).map(readTuple),
    persons: elementsIn(root, 'person').slice(0, mostParts).map(readPerson),
    ...text('note', textAt(root, 'note')),
  }
}

function readTuple(tuple: XmlElement): PresenceTuple {
  const basic = textAt(tuple, 'status', 'basic')
  return {
    id: (tuple.attributes['id'] ?? '').slice(0, longestName),
    ...(basic === 'open' || basic === 'closed' ? { basic } : {}),
    ...text('contact', textAt(tuple, 'contact'), longestUri),
    ...text('note', textAt(tuple, 'note')),
    ...text('timestamp', textAt(tuple, 'timestamp'), longestName),
  }
}

function readPerson(person: XmlElement): PresencePerson {
  const doing = elementAt(person, 'activities')
  const input = elementAt(person, 'user-input')
  const is = input && textOf(input)
  // What is said of the person counts before what is said of one thing that they do.
  const note = textAt(person, 'note') ?? (doing && textAt(doing, 'note'))
  return {
    id: (person.attributes['id'] ?? '').slice(0, longestName),
    activities: elementsIn(person, 'activities')
      .flatMap((each) => elementsIn(each))
      .filter(({ local }) => local !== 'note' && local !== 'other')
      .slice(0, mostParts)
      .map(({ local }) => local.slice(0, longestName)),
    ...text('other', doing && textAt(doing, 'other')),
    ...text('note', note),
    ...(is === 'active' || is === 'idle'
      ? { userInput: { is, ...text('lastInput', input?.attributes['last-input'], longestName) } }
      : {}),
    ...text('timestamp', textAt(person, 'timestamp'), longestName),
  }
}

export function writePidf({ entity, tuples, persons, note }: PresenceDocument): string {
  const root = { xmlns: pidf, 'xmlns:dm': dataModel, 'xmlns:rpid': rpid, entity }
  return writeXml(
    xml('presence', root, [...tuples.map(writeTuple), ...leaf('note', note), ...persons.map(writePerson)]),
  )
}

/** The elements in the order of the schema: a strict reader takes no other. */
function writeTuple({ id, basic, contact, note, timestamp }: PresenceTuple): XmlElement {
  return xml('tuple', { id }, [
    xml('status', {}, leaf('basic', basic)),
    ...leaf('contact', contact),
    ...leaf('note', note),
    ...leaf('timestamp', timestamp),
  ])
}

function writePerson({ id, activities, other, note, userInput, timestamp }: PresencePerson): XmlElement {
  const doing = [
    ...activities.filter((name) => /^[a-z][a-z-]*$/.test(name)).map((name) => xml(`rpid:${name}`)),
    ...leaf('rpid:other', other),
  ]
  const last = userInput?.lastInput
  return xml('dm:person', { id }, [
    ...(doing.length === 0 ? [] : [xml('rpid:activities', {}, doing)]),
    ...leaf('rpid:user-input', userInput?.is, last === undefined ? {} : { 'last-input': last }),
    ...leaf('dm:note', note),
    ...leaf('dm:timestamp', timestamp),
  ])
}

function leaf(name: string, value: string | undefined, attributes: Record<string, string> = {}): XmlElement[] {
  return value === undefined ? [] : [xml(name, attributes, [value])]
}

function text<Name extends string>(
  name: Name,
  value: string | undefined,
  most = longestText,
): { readonly [N in Name]?: string } {
  return (value === undefined || value === '' ? {} : { [name]: value.slice(0, most) }) as { [N in Name]?: string }
}

const pidf = 'urn:ietf:params:xml:ns:pidf'
const dataModel = 'urn:ietf:params:xml:ns:pidf:data-model'
const rpid = 'urn:ietf:params:xml:ns:pidf:rpid'
const mostParts = 32
const longestUri = 512
const longestName = 64
const longestText = 1024
