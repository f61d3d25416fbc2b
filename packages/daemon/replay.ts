// Going through a problem report again, without a core.
export { type Replayed, type ReplayedSession, replay, type SessionReport } from '@openparley/core'
