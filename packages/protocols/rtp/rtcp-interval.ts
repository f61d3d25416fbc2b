// When the next RTCP report is due: RFC 3550 §6.2, §6.3.1 and §A.7.
import type { Dice, Millis } from '../common/index.ts'

export interface RtcpSession {
  /** Participants, ourselves among them. */
  readonly members: number
  /** Of these, who has sent sound of late. */
  readonly senders: number
  /** Whether we are one of the senders. */
  readonly weSent: boolean
  /** For RTCP of all participants, in bytes a second: 5 % of the session's. */
  readonly bandwidth: number
  /** The average size of the reports, in bytes, with UDP and IP. */
  readonly averageBytes: number
  /** No report of ours has been sent yet. */
  readonly initial: boolean
}

/** The time from now to the next report: random, so that participants do not speak at once. */
export function rtcpInterval(session: RtcpSession, dice: Pick<Dice, 'roll'>): Millis {
  const { members, senders, weSent, bandwidth, averageBytes, initial } = session
  const least = initial ? minimumMs / 2 : minimumMs
  const few = senders > 0 && senders < members * senderShare
  const share = few ? (weSent ? senderShare : 1 - senderShare) : 1
  const speakers = few ? (weSent ? senders : members - senders) : members
  const calculated = Math.max(least, (averageBytes * speakers * 1000) / (bandwidth * share))
  return (calculated * (dice.roll() + 0.5)) / compensation
}

const minimumMs = 5000
/** A quarter of the bandwidth is kept for those who send. */
const senderShare = 0.25
/** e − 3/2: timer reconsideration would otherwise make the intervals too long. */
const compensation = Math.E - 1.5
