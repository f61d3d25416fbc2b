// A call goes on when its phone is reached at another address, or by another server (docs/decisions/0024-staying-up.md).
import { type CallEnd, type ErrorCode, errorValue } from '@openparley/contract'
import type { Clock, Millis } from '@openparley/protocols/common'
import { type Cause, type DialogName, parseNameAddr, type SessionEvent } from '@openparley/protocols/sip'
import type { SipLink } from '../../links/sip/index.ts'
import type { Leg } from '../../services/media/port.ts'
import type { Asking } from './asking.ts'
import type { Side } from './side.ts'

export interface RecoveringParts {
  readonly link: SipLink
  readonly clock: Clock
  /** Whether the phone is registered now. */
  readonly isReady: () => boolean
  /** The session that the call is now. */
  readonly side: () => Side
  /** Undefined where there is no sound, or no call any more. */
  readonly leg: () => Promise<Leg | undefined>
  /** What our INVITE said, where the call is ours. */
  readonly dialled: () => Asking | undefined
  /** Its server was given up, and the call goes on without one. */
  readonly isPreserved: () => boolean
  /** A session that takes the place of the one before, and is the call from now on. */
  readonly next: () => Side
  readonly leave: () => void
  readonly failed: (code: ErrorCode, detail: string) => void
  readonly end: (end: CallEnd) => void
}

type Ended = Extract<SessionEvent, { type: 'ended' }>

type State =
  | { readonly is: 'well' }
  /** Offered anew in the dialog that it was. */
  | { readonly is: 'offered'; readonly dialog: DialogName | undefined }
  /** A new INVITE takes the place of that dialog. */
  | { readonly is: 'replacing' }
  /** Nobody had answered yet: invited again. `replaces`: in case they have, meanwhile. */
  | { readonly is: 'invited'; readonly replaces: boolean }
  /** The way of our INVITE broke, or nothing is heard while there is no server: until there is one again. */
  | { readonly is: 'waiting'; readonly for: 'invite' | 'look'; readonly end: CallEnd }

export class Recovering {
  readonly #parts: RecoveringParts
  #state: State = { is: 'well' }
  #limit: (() => void) | undefined
  #turn = 0
  /** A way that breaks again and again is no way. */
  #broken = 0

  constructor(parts: RecoveringParts) {
    this.#parts = parts
  }

  /** We are reached elsewhere. */
  async moved(): Promise<void> {
    const turn = ++this.#turn
    const { dialled, link, side, leg: openLeg, failed } = this.#parts
    const way = link.way()
    const leg = await openLeg()
    if (!way || turn !== this.#turn) return
    try {
      if (leg && leg.local.address !== way.localAddress) await leg.rebind?.(way.localAddress)
    } catch (error) {
      return failed((error as { code?: ErrorCode }).code ?? 'internal', (error as Error).message)
    }
    if (turn !== this.#turn) return
    if (leg && this.#state.is === 'waiting' && this.#state.for === 'invite') return this.#inviteAgain(leg, undefined)
    const { session } = side()
    const dialog = link.dialogOf(session)
    link.feed({ type: 'move', session, contact: way.contact })
    // Of theirs, which rings: what we answer says where we are.
    if (!leg) return
    switch (link.standingOf(session)) {
      case 'ours':
        return this.#inviteAgain(leg, dialog)
      case 'confirmed':
        // Who called takes the dialog's place first, so that not both do where both have moved.
        this.#enter({ is: 'offered', dialog }, dialled() ? callerMs : calledMs, () => this.#replace(dialog))
        return side().move(leg)
      default:
        return
    }
  }

  /** There is a server again, the same one as before: so nothing has moved. */
  async ready(): Promise<void> {
    const state = this.#state
    if (state.is !== 'waiting') return
    if (state.for === 'look') {
      this.#over()
      return this.silent()
    }
    const turn = ++this.#turn
    const leg = await this.#parts.leg()
    if (leg && turn === this.#turn) this.#inviteAgain(leg, undefined)
  }

  /** Nothing is heard any more: is the other side still there? */
  async silent(): Promise<void> {
    const { end, isPreserved, isReady, leave, link, side } = this.#parts
    if (!side().answered || this.#state.is !== 'well') return
    const lost: CallEnd = { by: 'network', error: errorValue('call-lost') }
    // Nobody can be asked while the network is away, and it may come back.
    if (!isReady() && !isPreserved())
      return this.#enter({ is: 'waiting', for: 'look', end: lost }, awayMs, () => end(lost))
    const turn = this.#turn
    if ((await link.isAlive(side().session)) || turn !== this.#turn || this.#isUnderWay) return
    leave()
    end(lost)
  }

  /** True where the event concerns nobody else. `endOf`: how the call ends by it otherwise. */
  event(event: SessionEvent, leg: Leg | undefined, endOf: (event: Ended) => CallEnd): boolean {
    const state = this.#state
    switch (event.type) {
      case 'offer-answered':
        if (state.is === 'offered') this.#over()
        return false
      case 'offer-refused':
        if (state.is !== 'offered') return false
        // Theirs is under way: our answer to it says where we are. What is said of the sound, they say themselves.
        if (event.status === 491 || !isUnreached(event.status)) this.#over()
        else this.#replace(state.dialog)
        return false
      case 'proceeding':
      case 'provisional':
        return state.is === 'replacing'
      case 'accepted': {
        if (state.is !== 'replacing') {
          if (state.is === 'invited') this.#over()
          return false
        }
        this.#over()
        const agreed = leg && event.body !== undefined ? this.#parts.side().read(leg, event.body) : undefined
        if (!agreed || 'refused' in agreed) this.#parts.failed('call-lost', 'no sound in common any more')
        const side = this.#parts.side()
        side.begins(leg)
        // What was being asked for is asked for here.
        if (leg && side.asking) side.move(leg)
        return true
      }
      case 'ended':
        return this.#ended(event, state, () => endOf(event))
      default:
        return false
    }
  }

  get #isUnderWay(): boolean {
    return this.#state.is !== 'well'
  }

  /** The call is over, or somebody else has taken it to another session. */
  stop(): void {
    this.#turn++
    this.#over()
  }

  #ended({ by, cause }: Ended, state: State, endOf: () => CallEnd): boolean {
    const unreached = by !== 'local' && isLost(cause)
    switch (state.is) {
      case 'offered':
        if (unreached) this.#replace(state.dialog)
        else this.#over()
        return unreached
      case 'replacing':
        this.#over()
        if (by === 'local') return false
        this.#parts.end({ by: 'network', error: errorValue('call-lost') })
        return true
      case 'invited': {
        // They had not answered, or do not know what it is to replace a call.
        const unknown = cause.is === 'status' && [400, 420, 481].includes(cause.status)
        if (state.replaces && unknown) {
          void this.#parts.leg().then((leg) => leg && this.#inviteAgain(leg, undefined))
          return true
        }
        this.#over()
        return this.#mayWait(cause, endOf)
      }
      case 'waiting':
        return false
      case 'well':
        return this.#mayWait(cause, endOf)
    }
  }

  /** The way of our INVITE broke: is there another one soon? */
  #mayWait(cause: Cause, endOf: () => CallEnd): boolean {
    const { dialled, side, end } = this.#parts
    if (cause.is !== 'transport' || !dialled() || side().answered || ++this.#broken > mostBroken) return false
    const ended = endOf()
    this.#enter({ is: 'waiting', for: 'invite', end: ended }, brokenMs, () => end(ended))
    return true
  }

  #replace(dialog: DialogName | undefined): void {
    const { dialled, link, leg, next, end, side } = this.#parts
    const uri = dialog && parseNameAddr(dialog.remote)?.uri
    const { session } = side()
    if (!dialog || uri === undefined) {
      this.#over()
      link.feed({ type: 'end', session })
      return end({ by: 'network', error: errorValue('call-lost') })
    }
    link.feed({ type: 'abandon', session })
    this.#enter({ is: 'replacing' }, replacingMs, () => {
      this.#over()
      link.feed({ type: 'end', session: side().session })
      end({ by: 'network', error: errorValue('call-lost') })
    })
    const turn = this.#turn
    void leg().then((sound) => {
      if (sound && turn === this.#turn)
        next().invite(sound, { uri, from: dialled()?.from ?? link.address, headers: replacing(dialog) })
    })
  }

  #inviteAgain(leg: Leg, dialog: DialogName | undefined): void {
    const { dialled, link, next, side } = this.#parts
    const asking = dialled()
    if (!asking) return
    link.feed({ type: 'abandon', session: side().session })
    const taken = asking.headers.some(([name]) => name === 'Replaces')
    const replaces = dialog && !taken ? replacing(dialog) : []
    this.#enter({ is: 'invited', replaces: replaces.length > 0 }, undefined, () => {})
    next().invite(leg, { ...asking, headers: [...asking.headers, ...replaces] })
  }

  #enter(state: State, ms: Millis | undefined, over: () => void): void {
    const { clock } = this.#parts
    this.#limit?.()
    this.#state = state
    this.#limit = ms === undefined ? undefined : clock.at(clock.now() + ms, over)
  }

  #over(): void {
    this.#enter({ is: 'well' }, undefined, () => {})
  }
}

/** RFC 3891; whoever does not know it must not ring. */
function replacing({ callId, localTag, remoteTag }: DialogName): Asking['headers'] {
  return [
    ['Replaces', `${callId};to-tag=${remoteTag};from-tag=${localTag}`],
    ['Require', 'replaces'],
  ]
}

/** Nobody answers where the dialog leads to, or only a server on the way does. */
function isLost(cause: Cause): boolean {
  if (cause.is === 'status') return isUnreached(cause.status)
  return cause.is === 'timeout' || cause.is === 'transport' || cause.is === 'unresolved'
}

function isUnreached(status: number): boolean {
  return [404, 408, 410, 430, 480].includes(status) || (status >= 500 && status < 600)
}

/** An offer that nobody has answered by then went nowhere: it was sent four times. */
const callerMs: Millis = 4000
const calledMs: Millis = 10_000
const replacingMs: Millis = 16_000
const brokenMs: Millis = 10_000
const mostBroken = 3
/** How long a call waits for a network that is away. */
const awayMs: Millis = 60_000
