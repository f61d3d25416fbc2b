// CSTA messages (ECMA-323) and XML: written as the edition writes them, read as servers write them.
import { elementsIn, isXml, readXml, textOf, writeXmlWithin, type XmlElement } from '../common/index.ts'
import { callEvents, mediaFirst, otherEvents, tail } from './events.ts'
import { element, type Fields, readFields, type Shape, type Values, writeFields } from './fields.ts'
import { services } from './services.ts'
import { sessionServices } from './session.ts'
import { deviceServices } from './settings.ts'

export type Edition = 'ed2' | 'ed3' | 'ed4' | 'ed5' | 'ed6'

interface Rest {
  /** What the table does not know, extensions among it: written last. */
  readonly others?: readonly XmlElement[] | undefined
}
interface OfMonitor {
  readonly monitorCrossRefID?: string | undefined
}

type Named<Table, More = unknown> = {
  readonly [Name in keyof Table]: { readonly is: Name } & Fields<Table[Name]> & More & Rest
}

export type CstaServices = Named<typeof services> & Named<typeof deviceServices> & Named<typeof sessionServices>
export type CstaEvents = Named<typeof callEvents, Fields<typeof tail> & OfMonitor> &
  Named<typeof otherEvents, OfMonitor>
export type CstaEvent = CstaEvents[keyof CstaEvents]

/** Why a service could not be carried out: its category and what it says there, as it was written. */
export interface CstaError extends Rest {
  readonly is: 'CSTAErrorCode'
  readonly category: string
  readonly value: string
}

/** One that the tables do not know. */
export interface UnknownMessage {
  readonly is: 'Unknown'
  readonly element: XmlElement
}

export type CstaMessage = CstaServices[keyof CstaServices] | CstaEvent | CstaError

/** No message of CSTA. */
export interface MessageFault {
  readonly is: 'Fault'
  readonly fault: string
  /** The message's name, where it has one. */
  readonly of?: string
}

const ofSession = 'http://www.ecma-international.org/standards/ecma-354/appl_session'

export function namespaceOf(edition: Edition): string {
  // The second edition is older than the organisation's longer name.
  const host = edition === 'ed2' ? 'www.ecma.ch' : 'www.ecma-international.org'
  return `http://${host}/standards/ecma-323/csta/${edition}`
}

interface Known {
  readonly name: string
  readonly shape: Shape
  readonly session: boolean
}

const known: ReadonlyMap<string, Known> = new Map(
  [
    ...tableOf(services, false),
    ...tableOf(deviceServices, false),
    ...tableOf(sessionServices, true),
    ...tableOf(otherEvents, false, (fields) => ({ 'monitorCrossRefID?': 'text', ...fields })),
    ...tableOf(callEvents, false, (fields, name) => ({ 'monitorCrossRefID?': 'text', ...fields, ...tailOf(name) })),
  ].map((each) => [each.name.toLowerCase(), each]),
)

function tableOf(
  table: Readonly<Record<string, Shape>>,
  session: boolean,
  whole: (shape: Shape, name: string) => Shape = (shape) => shape,
): Known[] {
  return Object.entries(table).map(([name, shape]) => ({ name, shape: whole(shape, name), session }))
}

function tailOf(name: string): Shape {
  if (!mediaFirst.includes(name)) return tail
  const {
    'servicesPermitted?': permitted,
    'mediaCallCharacteristics?': media,
    'callCharacteristics?': call,
    ...rest
  } = tail
  return { 'servicesPermitted?': permitted, 'mediaCallCharacteristics?': media, 'callCharacteristics?': call, ...rest }
}

/** One r in the standard, two where somebody knew better. */
const respelt: Readonly<Record<string, string>> = { transferredevent: 'transferedevent' }

/** Never throws. */
export function readMessage(text: string): CstaMessage | UnknownMessage | MessageFault {
  const root = readXml(text, { mostCharacters: 70_000, mostDepth: 32 })
  if (!isXml(root)) return { is: 'Fault', fault: root.fault }
  const lower = root.local.toLowerCase()
  if (lower === 'cstaerrorcode') return errorIn(root)
  const found = known.get(respelt[lower] ?? lower)
  if (!found) return { is: 'Unknown', element: root }
  const read = readFields(root, found.shape)
  if (typeof read === 'string') return { is: 'Fault', fault: `it lacks ${read}`, of: found.name }
  const { values, others } = read
  return { is: found.name, ...values, ...(others.length === 0 ? {} : { others }) } as unknown as CstaMessage
}

function errorIn(root: XmlElement): CstaError {
  const [first, ...others] = elementsIn(root)
  const rest = others.length === 0 ? {} : { others }
  if (!first) return { is: 'CSTAErrorCode', category: 'unspecified', value: textOf(root) }
  return { is: 'CSTAErrorCode', category: first.local, value: textOf(first), ...rest }
}

export function writeMessage(message: CstaMessage, edition: Edition): string {
  const found = known.get(message.is.toLowerCase())
  const uri = found?.session ? ofSession : namespaceOf(edition)
  const fields =
    message.is === 'CSTAErrorCode'
      ? [element(message.category, [message.value], uri)]
      : writeFields(message as unknown as Values, found?.shape ?? {}, uri)
  const root = element(message.is, [...fields, ...(message.others ?? [])], uri)
  return `<?xml version="1.0" encoding="UTF-8"?>${writeXmlWithin('', root)}`
}
