export { AriDevice } from './device.ts'
export {
  type AriBridge,
  type AriChannel,
  type AriEvent,
  type AriParty,
  ariEvents,
  readAriBridges,
  readAriChannels,
  readAriEvent,
  readAriFault,
} from './events.ts'
export type { Named } from './floor.ts'
export { type AriTold, answeredElsewhere } from './told.ts'
