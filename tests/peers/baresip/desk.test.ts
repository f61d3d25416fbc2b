// baresip as the phone on a desk, asked over SIP through Kamailio, which tells what it does.
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, describe, test } from 'node:test'
import { readSettings } from '@openparley/contract'
import { readWav, resample, writeWav } from '@openparley/media'
import { realClock, realDice } from '@openparley/net'
import { directPhone } from '../../../packages/core/adapters/phone-direct/index.ts'
import { sharing } from '../../../packages/core/links/sip/index.ts'
import { recorder } from '../../../packages/core/runtime/recorder.ts'
import { type FarSide, phonePortSuite } from '../../../packages/core/services/calls/port.suite.ts'
import { type Kamailio, presenceModule, startKamailio } from '../kamailio/start.ts'
import { whenInstalled } from '../peer.ts'
import { answers, type Signed, seen, signIn, speech } from '../person.ts'
import { type Baresip, startBaresip } from './start.ts'

describe(
  'baresip as a phone on the desk',
  whenInstalled('baresip and kamailio-presence-modules', ['baresip', 'kamailio', presenceModule]),
  () => {
    let folder: string
    let kamailio: Kamailio
    let desk: Baresip
    const people: Signed[] = []

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'parley-desk-'))
      kamailio = await startKamailio({ presence: true })
      const says = join(folder, 'says.wav')
      const { samples, sampleRate } = readWav(await readFile(speech('bob')))
      await writeFile(says, writeWav({ samples: resample(samples, sampleRate, 8000), sampleRate: 8000 }))
      desk = await startBaresip({ user: 'desk', password: 'secret-desk', server: `127.0.0.1:${kamailio.port}`, says })
    })
    afterEach(async () => {
      for (const each of people.splice(0)) await each.close()
    })
    after(async () => {
      await desk?.stop()
      await kamailio?.stop()
      await rm(folder, { recursive: true, force: true, maxRetries: 10 })
    })

    const settingsOf = (name: string) => ({
      'softphone.servers': `sip:127.0.0.1:${kamailio.port};transport=udp`,
      'softphone.user': name,
      'softphone.password': `secret-${name}`,
    })
    const person = async (name: string, more: Readonly<Record<string, unknown>> = {}): Promise<Signed> => {
      const signed = await signIn({ ...settingsOf(name), ...more })
      people.push(signed)
      return signed
    }

    phonePortSuite(
      'baresip on a desk, asked over SIP through Kamailio,',
      async (tell) => {
        const bob = await signIn(settingsOf('bob'))
        const ready = Promise.withResolvers<void>()
        const world = { clock: realClock, dice: realDice, wall: () => new Date().toISOString() }
        const settings = readSettings({ ...settingsOf('alice'), 'deskPhone.via': 'sip', 'deskPhone.line': 'desk' })
        const shared = sharing(world)
        const link = shared.open({
          world,
          settings: () => settings,
          recorder: recorder(),
          tell: () => {},
          onSession: () => {},
          onServiceControl: () => {},
          onRequest: (id) => shared.reply(id, 405),
          onSubscription: () => {},
          onWatcher: () => {},
        })
        let ids = 0
        const phone = directPhone({
          world,
          settings: () => settings,
          sip: shared,
          newCall: () => `call_in${++ids}`,
          tell: (event) => {
            tell(event)
            if (event.type === 'state' && event.state.is === 'ready') ready.resolve()
          },
        })
        await ready.promise
        return {
          phone,
          far: farSide(bob),
          close: async () => {
            // Its calls end with the far side’s.
            await bob.close()
            await phone.close()
            await link.close()
          },
        }
      },
      {
        sound: 'it is at the phone on the desk',
        refusals: 'a session of ours cannot refuse as a number that is unknown',
        answer: 'it answers by itself',
        end: 'it takes no call in place of another (RFC 3891), and no REFER outside of a call',
        decline: 'it answers by itself',
        deflect: 'no event of SIP has a phone send a call on',
        hold: 'it does not know the events talk and hold',
        'held-by-them': 'Kamailio does not tell who holds',
        'ends-with-us': 'the phone on the desk goes on by itself',
      },
    )

    /** Alice has baresip on her desk, and it acts for her. */
    const atDesk = async (more: Readonly<Record<string, unknown>> = {}): Promise<Signed & { phone: string }> => {
      const alice = await person('alice', { 'deskPhone.via': 'sip', 'deskPhone.line': 'desk', ...more })
      const { phones } = await alice.session.until(
        'phones',
        (state) => state.phones.some(({ kind, state: { is } }) => kind === 'desk' && is === 'ready'),
        15_000,
      )
      const phone = String(phones.find(({ kind }) => kind === 'desk')?.id)
      await alice.session.phones.use({ phone })
      return { ...alice, phone }
    }

    test('baresip is had to call, and its call is seen to its end', async () => {
      const [alice, bob] = [await atDesk(), await person('bob')]
      const coming = answers(bob)
      const { call } = await alice.session.calls.dial({ to: 'bob' })
      const up = await seen(alice, call, ({ state }) => state === 'connected')
      assert.equal(up.phone, alice.phone)
      const theirs = await coming
      await seen(bob, theirs, ({ state, remote }) => state === 'connected' && remote.number === 'desk')
      await bob.session.calls.end({ call: theirs })
      const { end } = await seen(alice, call, ({ state }) => state === 'ended')
      assert.deepEqual([end?.by, end?.error], ['remote', undefined])
      assert.equal((await alice.session.history.list()).entries.length, 1)
    })

    test('why a call that baresip was had to make was refused is told', async () => {
      const [alice, bob] = [await atDesk(), await person('bob')]
      for (const [reason, code] of [
        ['busy', 'call-busy'],
        ['declined', 'call-declined'],
      ] as const) {
        const { call } = await alice.session.calls.dial({ to: 'bob' })
        for await (const { id } of bob.session.calls.incoming({ signal: AbortSignal.timeout(10_000) })) {
          await bob.session.calls.decline({ call: id, reason })
          break
        }
        const { end } = await seen(alice, call, ({ state }) => state === 'ended')
        assert.deepEqual([end?.by, end?.error?.code], ['remote', code])
      }
      const { call } = await alice.session.calls.dial({ to: 'nobody' })
      const { end } = await seen(alice, call, ({ state }) => state === 'ended')
      assert.equal(end?.error?.code, 'call-unreachable')
    })

    test('a call that a hand makes at baresip is seen to its end', async () => {
      const [alice, bob] = [await atDesk(), await person('bob')]
      const coming = answers(bob)
      await desk.dial(`sip:bob@127.0.0.1:${kamailio.port}`)
      const theirs = await coming
      await seen(bob, theirs, ({ state }) => state === 'connected')
      const { calls } = await alice.session.until(
        'calls',
        (state) => state.calls.some(({ state: is }) => is === 'connected'),
        10_000,
      )
      assert.deepEqual(
        calls.map(({ phone, direction, remote }) => [phone, direction, remote.number]),
        [[alice.phone, 'outgoing', 'bob']],
      )
      await desk.does('hangup')
      await seen(alice, String(calls[0]?.id), ({ state }) => state === 'ended')
    })

    test('baresip says that it cannot be had to call outside of a call', async () => {
      const alice = await atDesk({ 'deskPhone.sip.dial': 'refer' })
      const { call } = await alice.session.calls.dial({ to: 'bob' })
      const { end } = await seen(alice, call, ({ state }) => state === 'ended')
      assert.deepEqual(
        [end?.by, end?.error?.peer],
        ['network', { protocol: 'sip', status: 501, text: 'Not Implemented' }],
      )
    })
  },
)

/** A person of ours at the other end. */
function farSide({ session }: Signed): FarSide {
  let state: FarSide['state'] = 'idle'
  let call = ''
  const looking = new Set<() => void>()
  const is = (next: FarSide['state']): void => {
    state = next
    for (const look of [...looking]) look()
  }
  const until = (wanted: FarSide['state']): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (state !== wanted) return
        looking.delete(look)
        resolve()
      }
      looking.add(look)
      look()
    })
  const watch = async (): Promise<void> => {
    for await (const told of session.calls.watch({})) {
      if (told.type !== 'change' || told.change.type !== 'call') continue
      const { id, state: now, direction, held } = told.change.call
      call = id
      if (now === 'ended') is('idle')
      else if (now === 'connected') is(held === 'no' ? 'talking' : 'held')
      else is(direction === 'incoming' ? 'called' : 'calling')
    }
  }
  void watch().catch(() => {})
  return {
    number: 'bob',
    get state() {
      return state
    },
    until,
    called: () => until('called'),
    ring: () => {},
    answer: () => void session.calls.answer({ call }),
    refuse: () => void session.calls.decline({ call }),
    call: () => void session.calls.dial({ to: 'desk' }),
    hangUp: () => void session.calls.end({ call }),
    hold: async () => void (await session.calls.hold({ call })),
    resume: async () => void (await session.calls.resume({ call })),
  }
}
