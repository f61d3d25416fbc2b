// How the fields of CSTA messages are read and written: a table says in which order and as what. Names are matched without their namespace and without
// regard to their case, as servers differ in both.
import { elementsIn, textOf, type XmlElement } from '../common/index.ts'

/** A connection is named by its call, its device, or both. */
export interface Connection {
  readonly callID?: string | undefined
  readonly deviceID?: string | undefined
}

/** A device in an event: its id, or why there is none. */
export type ExtendedDevice = string | { readonly absent: Absent }
export type Absent = 'notKnown' | 'restricted' | 'notRequired' | 'notSpecified'

/** What has become of a connection by a transfer or a conference. */
export interface ConnectionListItem {
  readonly newConnection?: Connection | undefined
  readonly oldConnection?: Connection | undefined
  readonly endpoint?: ExtendedDevice | undefined
  readonly associatedNID?: ExtendedDevice | undefined
  readonly resultingConnectionInfo?: string | undefined
}

/** What each kind is in a message. */
interface Kinds {
  readonly text: string
  readonly flag: boolean
  readonly count: number
  /** A device of a request: its id stands in the element itself. */
  readonly device: string
  /** A device of an event: its id stands in a deviceIdentifier … */
  readonly party: ExtendedDevice
  /** … in a numberDialed … */
  readonly redirection: ExtendedDevice
  /** … or in a deviceID. */
  readonly endpoint: ExtendedDevice
  readonly connection: Connection
  readonly connections: readonly ConnectionListItem[]
  /** Hexadecimal, in an element `string`. */
  readonly data: string
  /** Carried as it is. */
  readonly tree: XmlElement
}

export type Kind = keyof Kinds
/** A kind, fields within one another, or a list: the name of each item and what it is. */
export type Spec = Kind | Shape | readonly [item: string, spec: Spec]
/** In the order in which they are written; a name that ends in `?` may be left out. */
export interface Shape {
  readonly [name: string]: Spec
}

const connectionList: Spec = [
  'connectionListItem',
  {
    'newConnection?': 'connection',
    'oldConnection?': 'connection',
    'endpoint?': 'endpoint',
    'associatedNID?': 'endpoint',
    'resultingConnectionInfo?': 'text',
  },
]

type Value<S> = S extends Kind
  ? Kinds[S]
  : S extends readonly [string, infer Item]
    ? readonly Value<Item>[]
    : S extends Shape
      ? Fields<S>
      : never

export type Fields<S> = {
  readonly [Name in keyof S as Name extends `${string}?` ? never : Name]: Value<S[Name]>
} & {
  readonly [Name in keyof S as Name extends `${infer Bare}?` ? Bare : never]?: Value<S[Name]> | undefined
}

export type Values = Record<string, unknown>

/** Names that are written in more than one way. */
const alias: Readonly<Record<string, string>> = {
  simplecalldetailedstate: 'simplecallstate',
  callingdeviceid: 'callingdevice',
  calleddeviceid: 'calleddevice',
  forwarddn: 'forwardto',
  forwardto: 'forwarddn',
}

interface Fielded {
  readonly name: string
  readonly spec: Spec
  readonly must: boolean
}

const known = new WeakMap<Shape, Map<string, Fielded>>()

function fieldsOf(shape: Shape): Map<string, Fielded> {
  let fields = known.get(shape)
  if (!fields) {
    fields = new Map()
    for (const [written, spec] of Object.entries(shape)) {
      const name = written.replace(/\?$/, '')
      fields.set(name.toLowerCase(), { name, spec, must: name === written })
    }
    known.set(shape, fields)
  }
  return fields
}

/** The fields of an element; `others` are those the table does not know. A string: what it lacks. */
export function readFields(element: XmlElement, shape: Shape): { values: Values; others: XmlElement[] } | string {
  const fields = fieldsOf(shape)
  const values: Values = {}
  const others: XmlElement[] = []
  for (const child of elementsIn(element)) {
    const lower = child.local.toLowerCase()
    const field = fields.get(lower) ?? fields.get(alias[lower] ?? '')
    const value = field && !Object.hasOwn(values, field.name) ? read(child, field.spec) : undefined
    if (field === undefined) others.push(child)
    else if (value !== undefined) values[field.name] = value
  }
  for (const { name, must } of fields.values()) if (must && values[name] === undefined) return name
  return { values, others }
}

function read(element: XmlElement, spec: Spec): unknown {
  if (typeof spec === 'string') return readers[spec](element)
  if (!isList(spec)) {
    const inner = readFields(element, spec)
    return typeof inner === 'string' ? undefined : inner.values
  }
  const [item, each] = spec
  const items = elementsIn(element).filter(({ local }) => local.toLowerCase() === item.toLowerCase())
  return items.map((one) => read(one, each)).filter((one) => one !== undefined)
}

function isList(spec: Shape | readonly [string, Spec]): spec is readonly [string, Spec] {
  return Array.isArray(spec)
}

const readers: { readonly [K in Kind]: (element: XmlElement) => Kinds[K] | undefined } = {
  text: textOf,
  flag: (element) =>
    ({ true: true, '1': true, on: true, false: false, '0': false, off: false })[textOf(element).toLowerCase()],
  count: (element) => (/^\d{1,15}$/.test(textOf(element)) ? Number(textOf(element)) : undefined),
  device: deviceIn,
  party: extendedIn,
  redirection: extendedIn,
  endpoint: extendedIn,
  connection: (element) => {
    const at = (name: string): string | undefined => {
      const found = elementsIn(element).find(({ local }) => local.toLowerCase() === name)
      return (found && (textOf(found) || deviceIn(found))) || undefined
    }
    const [callID, deviceID] = [at('callid'), at('deviceid') ?? at('deviceidentifier')]
    return { ...(callID === undefined ? {} : { callID }), ...(deviceID === undefined ? {} : { deviceID }) }
  },
  connections: (element) => read(element, connectionList) as readonly ConnectionListItem[],
  data: (element) => textOf(elementsIn(element, 'string')[0] ?? element),
  tree: (element) => element,
}

/** The id, whether it stands in the element or in one within. */
function deviceIn(element: XmlElement): string | undefined {
  let at: XmlElement | undefined = element
  while (at) {
    const text = textOf(at)
    if (text !== '') return text
    at = elementsIn(at)[0]
  }
  return undefined
}

const absences: readonly string[] = ['notKnown', 'restricted', 'notRequired', 'notSpecified'] satisfies Absent[]

function extendedIn(element: XmlElement): ExtendedDevice {
  const why = elementsIn(element)[0]?.local ?? ''
  if (absences.includes(why)) return { absent: why as Absent }
  return deviceIn(element) ?? { absent: 'notKnown' }
}

/** The elements of a message, in the order of the table. */
export function writeFields(values: Values, shape: Shape, uri: string): XmlElement[] {
  const written: XmlElement[] = []
  for (const { name, spec } of fieldsOf(shape).values()) {
    const value = values[name]
    if (value !== undefined) written.push(write(name, value, spec, uri))
  }
  return written
}

function write(name: string, value: unknown, spec: Spec, uri: string): XmlElement {
  const within = (content: readonly (XmlElement | string)[]): XmlElement => element(name, content, uri)
  const extended = (inner: string): XmlElement => {
    const device = value as ExtendedDevice
    return within([typeof device === 'string' ? element(inner, [device], uri) : element(device.absent, [], uri)])
  }
  if (typeof spec !== 'string') {
    if (!isList(spec)) return within(writeFields(value as Values, spec, uri))
    const [item, each] = spec
    return within((value as readonly unknown[]).map((one) => write(item, one, each, uri)))
  }
  if (spec === 'tree') return value as XmlElement
  if (spec === 'connections') return write(name, value, connectionList, uri)
  if (spec === 'data') return within([element('string', [String(value)], uri)])
  if (spec === 'connection') {
    const { callID, deviceID } = value as Connection
    return within([
      ...(callID === undefined ? [] : [element('callID', [callID], uri)]),
      ...(deviceID === undefined ? [] : [element('deviceID', [deviceID], uri)]),
    ])
  }
  if (spec === 'party') return extended('deviceIdentifier')
  if (spec === 'redirection') return extended('numberDialed')
  if (spec === 'endpoint') return extended('deviceID')
  return within([String(value)])
}

/** An element of that namespace. */
export function element(local: string, content: readonly (XmlElement | string)[], uri: string): XmlElement {
  return { name: local, local, uri, attributes: {}, content: content.filter((each) => each !== '') }
}
