export { gatheringIn } from './helpers.ts'
export { type MediaRtp, mediaRtp } from './media-rtp.ts'
export type { Pacing } from './messages.ts'
