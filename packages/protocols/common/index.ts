export { type BackoffOptions, backoff } from './backoff.ts'
export { type Deadline, Deadlines } from './deadlines.ts'
export { diagram } from './diagram.ts'
export type { Clock, Dice, Engine, Millis } from './engine.ts'
export { type BodyPart, partsOf, writeParts } from './multipart.ts'
export { fromWindows1252 } from './windows-1252.ts'
export {
  elementAt,
  elementsIn,
  escapeXml,
  isXml,
  readXml,
  textAt,
  textOf,
  writeXml,
  type XmlElement,
  type XmlFault,
  type XmlLimits,
  xml,
} from './xml.ts'
export {
  writeXmlWithin,
  type XmlStreamCause,
  type XmlStreamEvent,
  type XmlStreamLimits,
  XmlStreamReader,
} from './xml-stream.ts'
