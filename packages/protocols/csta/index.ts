export { bareDevice, nameOfDevice, sameDevice } from './devices.ts'
export type { Absent, Connection, ConnectionListItem, ExtendedDevice } from './fields.ts'
export {
  type Frame,
  type FrameFault,
  FrameReader,
  lastInvokeId,
  mostFrameBytes,
  ofEvents,
  writeFrame,
} from './frames.ts'
export {
  type CstaError,
  type CstaEvent,
  type CstaEvents,
  type CstaMessage,
  type CstaServices,
  type Edition,
  type MessageFault,
  namespaceOf,
  readMessage,
  type UnknownMessage,
  writeMessage,
} from './message.ts'
