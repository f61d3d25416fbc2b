export {
  attributeOf,
  errorAttribute,
  errorOf,
  longAttribute,
  longOf,
  mappedAddressOf,
  type StunError,
  textAttribute,
  textOf,
  wordAttribute,
  wordOf,
  xorAddressAttribute,
  xorAddressOf,
} from './attributes.ts'
export { type BindingEffect, type BindingInput, BindingQuestion } from './binding.ts'
export {
  channelHeaderBytes,
  channelLength,
  channelOf,
  firstChannel,
  isChannelByte,
  lastChannel,
  type RelayStream,
  relayStream,
  writeChannelHeader,
} from './channel.ts'
export { type IntegrityAlgorithm, longTermKey, shortTermKey, userHash } from './integrity.ts'
export { bytesOfIp, ipOfBytes, isSamePlace, type Place, plainIp } from './ip.ts'
export {
  attributeTypes,
  type Closing,
  isStunByte,
  methods,
  type ReadStun,
  readStun,
  type StunAttribute,
  type StunClass,
  type StunMessage,
  writeStun,
} from './message.ts'
export type { StunCredentials } from './requests.ts'
export { TurnClient, type TurnEffect, type TurnFault, type TurnInput, type TurnOptions } from './turn-client.ts'
