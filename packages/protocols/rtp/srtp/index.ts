export { type SrtpProfile, type SrtpProfileName, srtpProfileOfDtls, srtpProfiles } from './profile.ts'
export { SrtpReceiver, type SrtpRefusal } from './receiver.ts'
export { SrtpSender, type SrtpSenderOptions, type SrtpSendRefusal, srtpRoom } from './sender.ts'
export type { SrtpOptions } from './session.ts'
