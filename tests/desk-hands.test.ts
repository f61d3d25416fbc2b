// A hand at the phone and an application act on the same call, at every pair of moments: both end in the same state, the other side too,
// and no call is left that is none.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { startInProcess } from '@openparley/daemon/in-process'
import { startLab } from '@openparley/lab'
import { type Call, connect, direct, type Session } from '@openparley/sdk'
import { seededDice } from '@openparley/testkit'

const lab = await startLab()
const host = await startInProcess()
const seed = Number(process.env['SEED'] ?? 1)
const dice = seededDice(seed)
const closing: (() => void)[] = []
after(async () => {
  for (const close of closing) close()
  await host.close()
  await lab.close()
})

/** The calls of a session as an application sees them. */
interface Seen {
  readonly session: Session
  up(): Call[]
}

/** Whatever changes anywhere. */
let looked = Promise.withResolvers<void>()
const look = (): void => {
  looked.resolve()
  looked = Promise.withResolvers<void>()
}
lab.desk.watch(look)

async function signIn(name: string, desk: boolean): Promise<Seen> {
  const person = lab.people.find((each) => each.name === name)
  const core = await connect({
    application: `hands of ${name}`,
    role: 'approve',
    over: direct((request) => host.attach(request)),
  })
  const session = await core.open({ ...person?.settings, 'calls.maxPerMinute': 10_000, ...(desk ? person?.desk : {}) })
  const calls = new Map<string, Call>()
  const ended = new AbortController()
  closing.push(() => {
    ended.abort()
    core.close()
  })
  const following = async (): Promise<void> => {
    for await (const message of session.calls.watch({ signal: ended.signal })) {
      if (message.type === 'snapshot') for (const call of message.state.calls) calls.set(call.id, call)
      else if (message.change.type === 'call') calls.set(message.change.call.id, message.change.call)
      look()
    }
  }
  void following()
  await session.until(
    'phones',
    ({ phones }) => phones.length > 0 && phones.every(({ state }) => state.is === 'ready'),
    15_000,
  )
  return { session, up: () => [...calls.values()].filter(({ state }) => state !== 'ended') }
}

const number = 'desk-alice'
const alice = await signIn('alice', true)
const bob = await signIn('bob', false)
const { phones } = (await alice.session.phones.get()).state
await alice.session.phones.use({ phone: phones.find(({ kind }) => kind === 'desk')?.id ?? '' })

async function until(what: string, is: () => boolean): Promise<void> {
  const late = AbortSignal.timeout(10_000)
  const lateSoon = new Promise<void>((resolve) => late.addEventListener('abort', () => resolve(), { once: true }))
  while (!is()) {
    assert.ok(!late.aborted, `SEED=${seed}: ${what}: ${JSON.stringify({ phone: atPhone(), ...states() })}`)
    await Promise.race([looked.promise, lateSoon])
  }
}

const words: Readonly<Record<string, string>> = {
  originated: 'dialling',
  delivered: 'alerting',
  alerting: 'alerting',
  connected: 'connected',
  hold: 'held',
}
function atPhone(): string[] {
  return lab.desk.calls(number).map(({ state }) => words[state] ?? state)
}
function states(): { alice: string[]; bob: string[] } {
  const wordOf = ({ state, held }: Call): string => (held === 'local' || held === 'both' ? 'held' : state)
  return { alice: alice.up().map(wordOf), bob: bob.up().map(({ state }) => state) }
}
/** The phone and the application at it say the same. */
function agree(): boolean {
  return [...atPhone()].sort().join() === [...states().alice].sort().join()
}

type Act = (call: string) => Promise<unknown>
const { calls } = alice.session
const acts = {
  answer: (call) => calls.answer({ call }),
  decline: (call) => calls.decline({ call }),
  deflect: (call) => calls.deflect({ call, to: '600' }),
  hold: (call) => calls.hold({ call }),
  resume: (call) => calls.resume({ call }),
  transfer: (call) => calls.transfer({ call, to: '600' }),
  end: (call) => calls.end({ call }),
} satisfies Record<string, Act>

interface Moment {
  readonly name: string
  /** Alice's call, as it is then. */
  begin(): Promise<string>
  readonly acts: readonly (keyof typeof acts)[]
  readonly hands: readonly string[]
}

const moments: readonly Moment[] = [
  { name: 'it rings', begin: ringing, acts: ['answer', 'decline', 'deflect'], hands: ['answer', 'decline'] },
  { name: 'it is dialled', begin: dialled, acts: ['end'], hands: ['hang-up'] },
  { name: 'it is up', begin: talking, acts: ['hold', 'transfer', 'end'], hands: ['hold', 'transfer 600', 'hang-up'] },
  { name: 'it is held', begin: held, acts: ['resume', 'transfer', 'end'], hands: ['resume', 'hang-up'] },
]

async function ringing(): Promise<string> {
  await bob.session.calls.dial({ to: number })
  await until('alice’s desk rings', () => atPhone().join() === 'alerting' && agree())
  return alice.up()[0]?.id ?? ''
}
async function dialled(): Promise<string> {
  const { call } = await calls.dial({ to: 'bob' })
  await until('bob rings', () => atPhone().join() === 'alerting' && agree() && states().bob.join() === 'alerting')
  return call
}
async function talking(): Promise<string> {
  const call = await dialled()
  await bob.session.calls.answer({ call: bob.up()[0]?.id ?? '' })
  await until('they talk', () => atPhone().join() === 'connected' && agree())
  return call
}
async function held(): Promise<string> {
  const call = await talking()
  await calls.hold({ call })
  await until('it is held', () => atPhone().join() === 'held' && agree())
  return call
}

/** What the phone is in no state for is no act: a hand that comes late presses a key of nothing. */
function touch(hand: string): void {
  const [what = '', argument] = hand.split(' ')
  try {
    lab.desk.touch(number, what, argument)
  } catch (error) {
    assert.match(String(error), /cannot/)
  }
}

/** Turns of the event loop: so much later the second one acts. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** Who is first, and how many turns of the event loop the other one may be behind. */
const pairs = [1, 4, 12, 40].flatMap((most) => [['the hand', most] as const, ['the application', most] as const])

describe('a hand and an application act at once:', () => {
  for (const { name, begin, acts: possible, hands } of moments)
    for (const act of possible)
      for (const hand of hands)
        test(`while ${name} the application would ${act}, and a hand would ${hand}`, { timeout: 60_000 }, async () => {
          for (const [first, most] of pairs) {
            const call = await begin()
            const later = Math.floor(dice.roll() * most)
            if (first === 'the hand') {
              touch(hand)
              await turns(later)
            }
            const acted = acts[act](call).then(
              () => undefined,
              (error: unknown) => error,
            )
            if (first === 'the application') {
              await turns(later)
              touch(hand)
            }
            const refused = await acted
            const why = `${first} first, the other ${later} turns later`
            if (refused !== undefined) assert.ok(isRefusal(refused), `SEED=${seed}: ${why}: ${String(refused)}`)
            await until(`${why}: all see the same`, agree)
            // Whatever it came to, everything ends.
            for (const { id } of bob.up()) await bob.session.calls.end({ call: id }).catch(() => undefined)
            for (const { id } of bob.up()) await bob.session.calls.decline({ call: id }).catch(() => undefined)
            await until(`${why}: nothing is left`, () => atPhone().length + alice.up().length + bob.up().length === 0)
          }
        })
})

/** An act that came too late is refused by its name, and not by a fault of ours. */
function isRefusal(error: unknown): boolean {
  const code = (error as { code?: string }).code
  return ['call-wrong-state', 'call-unknown', 'transfer-refused', 'call-failed'].includes(code ?? '')
}
