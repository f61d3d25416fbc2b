// One stream’s connectivity, RFC 8445: which pair of addresses carries it, found by checks on all of them, and kept by consent (RFC 7675).
// A full agent; the other side may be lite. Candidates are exchanged once, in an offer and its answer (RFC 8839): there is no trickle.
import type { Engine, Millis } from '../common/index.ts'
import { errorOf, isSamePlace, mappedAddressOf, type Place, type ReadStun, shortTermKey } from '../stun/index.ts'
import {
  type Candidate,
  type CandidateType,
  type Component,
  type LocalCandidate,
  reflexivePriority,
} from './candidate.ts'
import { CheckList } from './check-list.ts'
import { forbidden, readCheck, roleConflict, writeCheck, writeCheckAnswer, writeRoleConflict } from './checks.ts'
import { Consent } from './consent.ts'
import type { Pair } from './pairs.ts'
import { Transactions } from './transactions.ts'

/** The other side, as its description says. */
export interface IceRemote {
  readonly ufrag: string
  readonly password: string
  readonly candidates: readonly Candidate[]
  /** It only answers checks. */
  readonly isLite: boolean
}

export interface IceOptions {
  readonly ufrag: string
  readonly password: string
  readonly candidates: readonly LocalCandidate[]
  /** Both where RTCP has a port of its own. */
  readonly components: readonly Component[]
  readonly controlling: boolean
  readonly remote: IceRemote
  /** So many bytes that nobody can guess. */
  readonly random: (bytes: number) => Uint8Array
  /** In [0, 1). */
  readonly roll: () => number
}

export type IceInput =
  | { readonly type: 'start' }
  /** A STUN message that came to one of our bases and is not of its relay. */
  | { readonly type: 'received'; readonly base: number; readonly from: Place; readonly message: ReadStun }
  /** Nothing goes through this base any more: its relay has failed. */
  | { readonly type: 'base-lost'; readonly base: number }

export type IceEffect =
  | { readonly type: 'send'; readonly base: number; readonly to: Place; readonly bytes: Uint8Array }
  /** What is sent from now on goes this way, and what comes this way is theirs. Until it is `final` a better one may follow. */
  | {
      readonly type: 'path'
      readonly component: Component
      readonly base: number
      readonly to: Place
      readonly local: CandidateType
      readonly remote: CandidateType
      readonly final: boolean
    }
  /** Every component has its way. */
  | { readonly type: 'connected' }
  /** There is no way. It is told once; a check that comes later may still open one. */
  | { readonly type: 'failed' }
  /** The way was there, and the other side does not answer on it any more: nothing may be sent (RFC 7675 §5.1). */
  | { readonly type: 'lost'; readonly component: Component }

export type IceState = 'new' | 'checking' | 'connected' | 'failed' | 'lost'

export class IceAgent implements Engine<IceInput, IceEffect> {
  readonly #options: IceOptions
  readonly #key: Uint8Array
  readonly #remoteKey: Uint8Array
  readonly #tieBreaker: bigint
  readonly #transactions = new Transactions()
  readonly #consents = new Map<Component, Consent>()
  readonly #list: CheckList
  /** What each component was told last. */
  readonly #paths = new Map<Component, Pair>()
  #components: readonly Component[]
  #controlling: boolean
  #state: IceState = 'new'
  /** When the next check may go out. */
  #paceAt: Millis | undefined
  /** When the best that has worked by then is taken; `over`: it has come. */
  #patience: Millis | 'over' | undefined
  /** Before that nothing is hopeless: checks of theirs may come from where nobody has said. */
  #graceAt: Millis | undefined

  constructor(options: IceOptions) {
    const { candidates, remote, components, random } = options
    this.#options = options
    this.#key = shortTermKey(options.password)
    this.#remoteKey = shortTermKey(remote.password)
    this.#tieBreaker = new DataView(random(8).slice().buffer).getBigUint64(0)
    this.#controlling = options.controlling || remote.isLite
    // A side that wants no RTCP offers no candidates for it.
    const isTheirs = (each: Component): boolean => remote.candidates.some(({ component }) => component === each)
    this.#components = components.filter((each) => each === 1 || isTheirs(each))
    this.#list = new CheckList(candidates, remote.candidates, this.#components, this.#controlling)
  }

  get state(): IceState {
    return this.#state
  }

  get controlling(): boolean {
    return this.#controlling
  }

  get deadline(): Millis | undefined {
    const patience = this.#patience === 'over' ? undefined : this.#patience
    const consents = [...this.#consents.values()].map(({ deadline }) => deadline)
    const all = [this.#paceAt, patience, this.#graceAt, this.#transactions.deadline, ...consents]
    const set = all.filter((each) => each !== undefined)
    return set.length === 0 ? undefined : Math.min(...set)
  }

  /** Whether what comes so is of the other side: on a way that has worked, whichever of them carries what we send. */
  isTheirs(base: number, from: Place): boolean {
    return this.#list.all.some(
      ({ state, local, remote }) => state === 'succeeded' && local.base === base && isSamePlace(remote, from),
    )
  }

  handle(input: IceInput, now: Millis): IceEffect[] {
    switch (input.type) {
      case 'start':
        return this.#state === 'new' ? this.#start(now) : []
      case 'received':
        if (this.#state === 'new') return []
        return input.message.class === 'request'
          ? this.#requested(input.base, input.from, input.message, now)
          : this.#answered(input.base, input.from, input.message, now)
      case 'base-lost':
        return this.#baseLost(input.base, now)
    }
  }

  wake(now: Millis): IceEffect[] {
    const effects: IceEffect[] = []
    const { again, over } = this.#transactions.wake(now)
    for (const { pair, bytes } of again) effects.push(send(pair, bytes))
    for (const { pair } of over) fail(pair)
    for (const [component, consent] of this.#consents) effects.push(...this.#keep(component, consent, now))
    if (this.#paceAt !== undefined && now >= this.#paceAt) effects.push(...this.#checkNext(now))
    if (typeof this.#patience === 'number' && now >= this.#patience) this.#patience = 'over'
    if (this.#graceAt !== undefined && now >= this.#graceAt) this.#graceAt = undefined
    return [...effects, ...this.#conclude(now)]
  }

  #start(now: Millis): IceEffect[] {
    this.#state = 'checking'
    this.#graceAt = now + graceMs
    return [...this.#checkNext(now), ...this.#conclude(now)]
  }

  /** One check each time (§6.1.4.2). */
  #checkNext(now: Millis): IceEffect[] {
    const pair = this.#list.next()
    this.#paceAt = pair ? now + paceMs : undefined
    if (!pair) return []
    const { nominating } = pair
    const { transaction, bytes } = this.#write(pair, nominating, this.#options.random(12))
    const waitMs = Math.max(leastWaitMs, paceMs * this.#list.underWay)
    const check = { pair, transaction, bytes, controlling: this.#controlling, nominates: nominating }
    this.#transactions.begin(check, waitMs, now)
    if (pair.state !== 'succeeded') pair.state = 'in-progress'
    return [send(pair, bytes)]
  }

  #write(pair: Pair, nominates: boolean, transaction: Uint8Array): { transaction: Uint8Array; bytes: Uint8Array } {
    const { remote, ufrag } = this.#options
    const bytes = writeCheck({
      transaction,
      username: `${remote.ufrag}:${ufrag}`,
      key: this.#remoteKey,
      priority: reflexivePriority(pair.local),
      controlling: this.#controlling,
      tieBreaker: this.#tieBreaker,
      nominates,
    })
    return { transaction, bytes }
  }

  #requested(base: number, from: Place, message: ReadStun, now: Millis): IceEffect[] {
    const { candidates, ufrag } = this.#options
    const check = readCheck(message, ufrag, this.#key)
    const local = candidates.find((each) => each.base === base && isBase(each))
    if (!check || !local) return []
    const answer = (bytes: Uint8Array): IceEffect => ({ type: 'send', base, to: from, bytes })
    if (check.role && check.role.controlling === this.#controlling) {
      // The larger number is the controlling one (§7.3.1.1).
      const stays = this.#tieBreaker >= check.role.tieBreaker === this.#controlling
      if (stays) return [answer(writeRoleConflict(check.transaction, this.#key))]
      this.#changeRole()
    }
    const effects = [answer(writeCheckAnswer(check.transaction, from, this.#key))]
    if (this.#state === 'lost' || !this.#components.includes(local.component)) return effects
    const pair = this.#list.pairWith(local, from, check.priority, this.#controlling)
    if (!pair) return effects
    const isNominated = check.nominates && !this.#controlling
    if (isNominated) pair.isWanted = true
    // Who has a way takes another one only where the other side wants that.
    if (!this.#list.isOpen(pair) && !(isNominated && this.#isBetter(pair))) return effects
    if (pair.state !== 'succeeded') {
      this.#transactions.cancel(pair)
      this.#trigger(pair, now)
    }
    return [...effects, ...this.#conclude(now)]
  }

  #answered(base: number, from: Place, message: ReadStun, now: Millis): IceEffect[] {
    for (const consent of this.#consents.values()) {
      if (consent.pair.local.base !== base || !consent.isAnswer(message.transaction)) continue
      if (!message.isBy(this.#remoteKey) || !isSamePlace(from, consent.pair.remote)) return []
      if (message.class === 'success') consent.answered(now)
      return errorOf(message)?.code === forbidden ? this.#lose(consent.pair.component) : []
    }
    const check = this.#transactions.find(message.transaction)
    if (!check || check.pair.local.base !== base || !message.isBy(this.#remoteKey)) return []
    this.#transactions.end(check)
    const { pair, nominates, controlling } = check
    if (message.class === 'error' && errorOf(message)?.code === roleConflict) {
      if (controlling === this.#controlling) this.#changeRole()
      this.#trigger(pair, now)
      // An answer from elsewhere than where the question went: the way is not the same in both directions (§7.2.5.2.1).
    } else if (message.class !== 'success' || !isSamePlace(from, pair.remote)) fail(pair)
    else if (mappedAddressOf(message)) {
      this.#list.succeeded(pair)
      if (nominates && this.#controlling) pair.isNominated = true
    }
    return this.#conclude(now)
  }

  /** What stands now is told, and what follows from it is begun. */
  #conclude(now: Millis): IceEffect[] {
    if (this.#state === 'new' || this.#state === 'lost') return []
    const effects: IceEffect[] = []
    if (this.#controlling) this.#nominate(now)
    else {
      for (const pair of this.#list.all) if (pair.isWanted && pair.state === 'succeeded') pair.isNominated = true
    }
    for (const component of this.#components) {
      const best = this.#bestOf(component)
      const isTold = this.#paths.get(component) === best && this.#consents.get(component)?.pair === best
      if (!best || isTold || (this.#paths.get(component) === best && !best.isNominated)) continue
      this.#paths.set(component, best)
      effects.push(pathOf(best))
      if (best.isNominated) this.#agree(best, now)
    }
    if (this.#graceAt === undefined && this.#state === 'checking') effects.push(...this.#giveUp())
    if (this.#state !== 'connected' && this.#components.every((component) => this.#consents.has(component))) {
      this.#state = 'connected'
      effects.push({ type: 'connected' })
    }
    if (this.#list.isMore) {
      this.#paceAt ??= now + paceMs
      if (this.#state === 'failed') this.#state = 'checking'
    }
    return effects
  }

  /** As soon as nothing better may still come, and after a while what has worked by then (§8.1.1). */
  #nominate(now: Millis): void {
    for (const component of this.#components) {
      const pairs = this.#list.of(component)
      const valid = pairs.find(({ state }) => state === 'succeeded')
      if (!valid || !this.#list.isOpen(valid) || pairs.some(({ nominating }) => nominating)) continue
      this.#patience ??= now + patienceMs
      const isBetterComing = pairs.slice(0, pairs.indexOf(valid)).some(({ state }) => state !== 'failed')
      if (isBetterComing && this.#patience !== 'over') continue
      valid.nominating = true
      this.#trigger(valid, now)
    }
  }

  #bestOf(component: Component): Pair | undefined {
    const valid = this.#list.of(component).filter(({ state }) => state === 'succeeded')
    // What was agreed on stays, whatever else works.
    return valid.find(({ isNominated }) => isNominated) ?? this.#consents.get(component)?.pair ?? valid[0]
  }

  #agree(pair: Pair, now: Millis): void {
    const { component } = pair
    const { random, roll } = this.#options
    this.#consents.set(component, new Consent(pair, random, roll, now))
    this.#list.close(component)
    for (const each of this.#list.of(component)) this.#transactions.forget(each)
  }

  #isBetter(pair: Pair): boolean {
    const agreed = this.#consents.get(pair.component)
    return agreed !== undefined && pair.priority > agreed.pair.priority
  }

  /** Without RTP there is nothing; without RTCP there are no figures. */
  #giveUp(): IceEffect[] {
    const isHopeless = (component: Component): boolean =>
      this.#list.of(component).every(({ state }) => state === 'failed')
    if (isHopeless(1)) {
      this.#state = 'failed'
      return [{ type: 'failed' }]
    }
    this.#components = this.#components.filter((component) => !isHopeless(component))
    return []
  }

  #trigger(pair: Pair, now: Millis): void {
    this.#list.trigger(pair)
    this.#paceAt ??= now
  }

  #changeRole(): void {
    this.#controlling = !this.#controlling
    this.#list.rank(this.#controlling)
  }

  #keep(component: Component, consent: Consent, now: Millis): IceEffect[] {
    if (consent.isOver(now)) return this.#lose(component)
    if (now < consent.askAt) return []
    return [send(consent.pair, this.#write(consent.pair, false, consent.ask(now)).bytes)]
  }

  #baseLost(base: number, now: Millis): IceEffect[] {
    for (const pair of this.#list.drop(base)) this.#transactions.forget(pair)
    const gone = [...this.#consents.values()].find(({ pair }) => pair.local.base === base)
    return gone ? this.#lose(gone.pair.component) : this.#conclude(now)
  }

  /** Nothing is asked any more, by no component: who goes on begins anew (an ICE restart, RFC 8839 §4.4.1.1.1). */
  #lose(component: Component): IceEffect[] {
    if (this.#state === 'lost') return []
    this.#state = 'lost'
    this.#consents.clear()
    this.#transactions.clear()
    this.#paceAt = undefined
    this.#patience = undefined
    this.#graceAt = undefined
    return [{ type: 'lost', component }]
  }
}

/** What one sends from; what a server sees of it is sent from there, too. */
function isBase({ type }: Candidate): boolean {
  return type === 'host' || type === 'relay'
}

function fail(pair: Pair): void {
  pair.state = 'failed'
  pair.nominating = false
}

function send(pair: Pair, bytes: Uint8Array): IceEffect {
  const { address, port } = pair.remote
  return { type: 'send', base: pair.local.base, to: { address, port }, bytes }
}

function pathOf({ component, local, remote, isNominated }: Pair): IceEffect {
  const { address, port } = remote
  const to = { address, port }
  return { type: 'path', component, base: local.base, to, local: local.type, remote: remote.type, final: isNominated }
}

/** Ta (§14.2). */
const paceMs = 50
/** RTO at its least (§14.3). */
const leastWaitMs = 500
/** So long something better is waited for after the first that worked, which carries the stream meanwhile. */
const patienceMs = 1000
/** As long as a check that nobody answers. */
const graceMs = 7500
