// One life of a phone after the other: what applications, the other side and the clock may do, in whatever order the dice say,
// and what is wrong with what came of it.
import type { Call, Capability } from '@openparley/contract'
import { rolls } from '@openparley/testkit'
import type { Act, ActOnCall, Application } from './calls-application.ts'
import { applicationAt } from './calls-application.ts'
import { type CallsHouse, callsHouse, endedAtMs, type HouseOptions } from './calls-house.ts'

/** What is wrong after the life that the seed's dice give; undefined: nothing. */
export async function lifeOf(seed: number, fault?: HouseOptions['fault']): Promise<string | undefined> {
  // One in four beyond reach at some time, one on a bad network, and of those on a good one every second with a willing peer.
  const kind = (['agreeing', 'cut', 'own will', 'bad network'] as const)[seed % 4] as Kind
  const house = callsHouse({
    seed,
    loss: kind === 'cut' || kind === 'bad network' ? 0.1 : 0,
    sessionExpiresS: kind === 'cut' ? 90 : 1800,
    agrees: kind === 'agreeing',
    settings: settingsOf(rolls(seed * 7919)),
    ...(fault === undefined ? {} : { fault }),
  })
  const life = new Life(kind, house)
  await house.settle()
  return (
    (await life.live()) ??
    (await (kind === 'cut' ? life.beyondReach() : life.afterwards())) ??
    (await life.nothingStays())
  )
}

type Kind = 'agreeing' | 'cut' | 'own will' | 'bad network'

class Life {
  readonly #kind: Kind
  readonly #house: CallsHouse
  /** Who is there all the time, and only looks. */
  readonly #looker: Application
  readonly #underWay = new Map<string, number>()
  /** By when each of these has to be over. */
  readonly #mustEnd = new Map<string, number>()
  #fellSilent = false
  #wrong: string | undefined

  constructor(kind: Kind, house: CallsHouse) {
    this.#kind = kind
    this.#house = house
    this.#looker = applicationAt(house.service, 'looker')
  }

  async live(): Promise<string | undefined> {
    const { applications, clock, flow, peer, roll, sound } = this.#house
    for (let step = 0; step < steps && !this.#wrong; step++) {
      if (this.#kind === 'cut' && step === steps - 5) this.#house.cut()
      const chance = roll()
      if (chance < 0.1) await this.#act(this.#pick(applications), this.#pick(beginnings), [])
      else if (chance < 0.18) peer.call()
      else if (chance < 0.45) peer.move()
      else if (chance < 0.8) await this.#actOnSome()
      else if (chance < 0.82) this.#pick(applications).comeAgain()
      else if (chance < 0.83) {
        this.#fellSilent = true
        sound.fallSilent()
      } else await flow(roll() * 3000)
      await this.#house.settle()
    }
    return this.#wrong && `${this.#wrong} (at ${clock.now()})`
  }

  async beyondReach(): Promise<string | undefined> {
    await this.#house.flow(tenMinutes)
    const left = this.#up()
    return left.length > 0 ? `beyond reach for ten minutes, and not ended: ${JSON.stringify(left)}` : undefined
  }

  /** Nobody does anything any more: by then all is decided, and what is up will be looked after. */
  async afterwards(): Promise<string | undefined> {
    const { alive, applications, clock, deadline, flow, peer, service } = this.#house
    await flow(tenMinutes)
    const up = this.#up()
    const stuck = up.filter(({ state, transfer }) => state !== 'connected' || (transfer && transfer.is !== 'failed'))
    if (stuck.length > 0) return `stuck: ${JSON.stringify(stuck)}`
    if (up.length > 0 && (deadline() === undefined || clock.pending === 0 || alive().timers < up.length))
      return `nothing is due, and not ended: ${JSON.stringify(up)}`
    if (up.length !== peer.up()) return `${up.length} calls are up here, and ${peer.up()} there`
    if (peer.unanswered() > 0) return 'the other side waits for an answer for ever'
    if (this.#kind !== 'bad network') {
      // A request of ours may cross their BYE: then they do not know the call any more.
      const lost = this.#seen().find(({ end }) => end?.error?.code === 'call-lost' && end.peer?.status !== 481)
      if (lost && !this.#fellSilent) return `lost on a good network: ${JSON.stringify(lost)}`
      const theirs = peer.ended().find(({ cause }) => ['timeout', 'unacknowledged', 'expired'].includes(cause))
      if (theirs) return `the other side lost us on a good network: ${theirs.cause}`
    }
    const dark = service.state.read().state.lamps.find(({ is }) => is === 'unknown')
    if (dark && this.#kind === 'agreeing') return `the lamp of ${dark.number} is dark`
    for (const call of up) await this.#act(handlerOf(call, applications), 'end', [call])
    await flow(120_000)
    const after = this.#up()
    if (after.length > 0) return `not ended when told to: ${JSON.stringify(after)}`
    if (peer.up() > 0) return 'the other side was not told the end'
    return this.#wrong
  }

  async nothingStays(): Promise<string | undefined> {
    const { alive, applications, flow, recorded, service, signOut, sound } = this.#house
    signOut()
    await flow(120_000)
    const waits = [...this.#underWay].find(([, count]) => count > 0)
    if (waits) return `somebody waits for what became of an act on ${waits[0]}`
    for (const [id, byMs] of this.#mustEnd) {
      const call = this.#looker.shown.get(id)
      const atMs = call && endedAtMs(call)
      if (atMs === undefined || atMs > byMs)
        return `ended too late, at ${atMs} and not by ${byMs}: ${JSON.stringify(call)}`
    }
    for (const { name, shown, ends } of [this.#looker, ...applications])
      for (const id of shown.keys())
        if (ends.get(id) !== 1) return `the end of ${id} was told ${ends.get(id) ?? 0} times to ${name}`
    for (const id of this.#looker.shown.keys())
      if (recorded.get(id) !== 1) return `${id} was recorded ${recorded.get(id) ?? 0} times`
    const left = { ...alive(), legs: sound.open(), calls: service.state.read().state.calls.length }
    if (Object.values(left).some((count) => count > 0)) return `left behind: ${JSON.stringify(left)}`
    return this.#wrong
  }

  /** Something with some call: mostly what the call says is possible. */
  async #actOnSome(): Promise<void> {
    const { applications, roll, service } = this.#house
    const { calls } = service.state.read().state
    if (calls.length === 0) return
    const call = this.#pick(calls)
    const by = handlerOf(call, applications)
    const possible = [...actsOnCalls, ...seldom, ...seldom, ...seldom].filter((each) => can(each, [call]))
    const name = roll() < 0.8 && possible.length > 0 ? this.#pick(possible) : this.#pick(actsOnCalls)
    if (name !== 'transferTo' && name !== 'conference') return this.#act(by, name, [call])
    const others = calls.filter(
      (each) => each.id !== call.id && (each.handler ?? by.name) === by.name && (roll() < 0.2 || can(name, [each])),
    )
    if (others.length > 0) await this.#act(by, name, [call, ...others.slice(0, name === 'conference' ? 2 : 1)])
  }

  async #act(by: Application, name: Act, calls: readonly Call[]): Promise<void> {
    const { clock, service, settle, sound } = this.#house
    const ids = calls.map(({ id }) => id)
    const isBusy = ids.some((id) => (this.#underWay.get(id) ?? 0) > 0)
    // Two at once are refused, or not: that is for the other lives.
    if (isBusy && this.#kind === 'agreeing' && name !== 'end') return
    const wasPossible = isOnCall(name) && can(name, calls)
    const before = { ...sound.counted }
    const count = (by: number): void => {
      for (const id of ids) this.#underWay.set(id, (this.#underWay.get(id) ?? 0) + by)
    }
    count(1)
    let came: string | undefined = 'under way'
    void by.act(name, ...ids).then((code) => {
      count(-1)
      came = code
      const now = (): (Call | undefined)[] =>
        ids.map((id) => service.state.read().state.calls.find((call) => call.id === id))
      if (code !== undefined && (code === 'internal' || !/^[a-z]+(-[a-z]+)*$/.test(code)))
        this.#wrong ??= `${name} came to ${code}: ${JSON.stringify(now())}`
      if (!isOnCall(name) || !wasPossible || isBusy) return
      if (this.#kind !== 'agreeing' && !ownMatters.includes(name)) return
      // Nor can be done what was asked of somebody who is in the call no longer.
      if (code !== undefined && now().some((call, i) => call?.remote !== calls[i]?.remote)) return
      // What came to nothing may have crossed their BYE, which is on its way.
      if (code === undefined) this.#wrong ??= unconfirmed(name, code, by, now())
      else clock.at(clock.now() + 100, () => (this.#wrong ??= unconfirmed(name, code, by, now())))
    })
    await settle()
    if (!isOnCall(name) || isBusy) return
    if (wasPossible && came === 'call-wrong-state')
      this.#wrong ??= `${name} was said to be possible, and was not: ${JSON.stringify(calls)}`
    const isTaken = came === undefined || came === 'under way'
    if (!wasPossible && isTaken && !harmless.includes(name))
      this.#wrong ??= `${name} was not said to be possible, and was: ${JSON.stringify(calls)}`
    if (!isTaken) return
    if (ending.includes(name))
      for (const id of ids) if (!this.#mustEnd.has(id)) this.#mustEnd.set(id, clock.now() + endMs)
    if (name === 'sendDigits' && sound.counted.pressed === before.pressed) this.#wrong ??= 'keys that are not pressed'
    if (name === 'attach' && sound.counted.attached === before.attached) this.#wrong ??= 'sound that is not joined'
  }

  #pick<T>(all: readonly T[]): T {
    return all[Math.floor(this.#house.roll() * all.length)] as T
  }

  #seen(): Call[] {
    return [...this.#looker.shown.values()]
  }

  #up(): Call[] {
    return this.#seen().filter(({ state }) => state !== 'ended')
  }
}

/** Why what was possible was not done, though the other side takes everything; undefined: it was. */
function unconfirmed(
  name: ActOnCall,
  code: string | undefined,
  { name: by }: Application,
  now: readonly (Call | undefined)[],
): string | undefined {
  // Who hangs up meanwhile undoes everything.
  if (now.some((call) => call === undefined || call.state === 'ended')) return undefined
  const all = now as readonly Call[]
  const calls = JSON.stringify(all)
  if (name === 'park' && code === 'setting-missing') return undefined
  if (code !== undefined) return `${name} was said to be possible, and came to ${code}: ${calls}`
  return effects[name](all[0] as Call, by, all) ? undefined : `${name} was done, and is not: ${calls}`
}

const always = (): boolean => true
const effects: Record<ActOnCall, (call: Call, by: string, all: readonly Call[]) => boolean> = {
  answer: ({ state }) => state === 'connected',
  claim: ({ handler }, by) => handler === by,
  hold: ({ held }) => held === 'local' || held === 'both',
  resume: ({ held }) => held === 'no' || held === 'remote',
  mute: ({ muted }) => muted,
  unmute: ({ muted }) => !muted,
  transfer: ({ transfer }) => transfer !== undefined,
  transferTo: ({ transfer }) => transfer !== undefined,
  park: ({ transfer }) => transfer !== undefined,
  conference: ({ conference }, _, all) =>
    conference !== undefined && all.every((each) => each.conference === conference && each.held !== 'local'),
  split: ({ conference }) => conference === undefined,
  silence: ({ silenced }) => silenced,
  unsilence: ({ silenced }) => !silenced,
  record: ({ recording }) => recording,
  stopRecording: ({ recording }) => !recording,
  // Seen by the time that it takes, or by what the sound was asked.
  decline: always,
  deflect: always,
  end: always,
  sendDigits: always,
  giveCodes: always,
  attach: always,
  callBack: always,
  statistics: always,
}

const needed: Partial<Record<ActOnCall, Capability>> = {
  transferTo: 'transfer',
  park: 'transfer',
  giveCodes: 'sendDigits',
}
const actsOnCalls = Object.keys(effects) as ActOnCall[]
const beginnings: readonly Act[] = ['dial', 'dial', 'dialWithCodes', 'redial', 'pickUpGroup', 'pickUpLine']
/** Of these it is not said whether they are possible, or they may be repeated. */
const harmless: readonly ActOnCall[] = ['end', 'claim', 'callBack', 'statistics']
/** What is done here, whoever the other side is. */
const ownMatters: readonly ActOnCall[] = ['claim', 'mute', 'unmute', 'silence', 'unsilence', 'split', 'record']
/** What takes more than one call to be possible. */
const seldom: readonly ActOnCall[] = ['conference', 'split', 'silence', 'unsilence', 'transferTo']
const ending: readonly ActOnCall[] = ['decline', 'deflect', 'end']

function isOnCall(name: Act): name is ActOnCall {
  return (actsOnCalls as readonly Act[]).includes(name)
}

function can(name: ActOnCall, calls: readonly Call[]): boolean {
  return calls.every(({ capabilities }) => capabilities.includes(needed[name] ?? (name as Capability)))
}

function handlerOf({ handler }: Call, applications: readonly Application[]): Application {
  return applications.find(({ name }) => name === handler) ?? (applications[0] as Application)
}

function settingsOf(roll: () => number): Record<string, unknown> {
  const pick = <T>(...all: readonly T[]): T => all[Math.floor(roll() * all.length)] as T
  const sometimes = <T>(share: number, what: Record<string, T>): Record<string, T> => (roll() < share ? what : {})
  return {
    'calls.max': pick(16, 16, 3, 2, 1),
    'calls.waiting': roll() < 0.8,
    'calls.doNotDisturb': roll() < 0.1,
    'calls.autoAnswer': pick('never', 'never', 'asked', 'always'),
    'calls.followTransfers': roll() < 0.8,
    'calls.followRedirects': roll() < 0.8,
    'calls.precedence.preempt': roll() < 0.7,
    'calls.codes.when': pick('asked', 'early-media', 'answer', 'en-bloc'),
    ...sometimes(0.3, { 'calls.forward.noAnswer': '205', 'calls.forward.noAnswerMs': 5000 }),
    ...sometimes(0.2, { 'calls.forward.busy': '206' }),
    ...sometimes(0.05, { 'calls.forward.always': '207' }),
    ...sometimes(0.7, { 'calls.park.number': '700', 'calls.pickUp.group': '*8' }),
    ...sometimes(0.3, { 'calls.lamps': ['204'], 'softphone.messages': true }),
  }
}

const steps = 60
const tenMinutes = 600_000
/** A CANCEL that is never answered is waited for so long (64·T1), and an INVITE before it. */
const endMs = 70_000
