export type { Limits, Wishes } from './options.ts'
export { errorCodes, type Malformed, type Options, type Packet, readPacket, writePacket } from './packet.ts'
export { readTable } from './read-table.ts'
export {
  type HostFault,
  type ReadEffect,
  type ReadFault,
  type ReadInput,
  type ReadOptions,
  ReadTransfer,
} from './read-transfer.ts'
export { sendTable } from './send-table.ts'
export {
  type SendEffect,
  type SendEnd,
  type SendInput,
  type SendOptions,
  SendTransfer,
} from './send-transfer.ts'
