// Going through a problem report again, without a core.
export { type ReplayedEngine, replayEngine, type SessionReport } from '@openparley/core'
