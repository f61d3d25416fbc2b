// The door as a host application meets it, with the core behind it played by the test.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Call, type HealthRow, ParleyError, readSettings } from '@openparley/contract'
import { dnsResolver, realClock, realDice } from '@openparley/net'
import { parseUri, type SipUri } from '@openparley/protocols/sip'
import { type ControlDialog, credentialsOf, openControlDialog } from '../../links/sip/index.ts'
import type { Attachment, WatchMessage } from '../../runtime/api.ts'
import { type UacstaDoor, uacstaDoor } from './index.ts'

const world = { clock: realClock, dice: realDice, wall: () => new Date().toISOString() }
const edition = 'http://www.ecma-international.org/standards/ecma-323/csta/ed3'
const alice = { id: 'phone_a', address: 'sip:alice@example.com', number: '204' }

interface Behind {
  readonly attachment: Attachment
  readonly asked: { readonly method: string; readonly params: unknown }[]
  readonly detached: Promise<void>
  /** What the next act is refused with. */
  refusal: ParleyError | undefined
  change(call: Partial<Call>): void
}

function behind(): Behind {
  const asked: Behind['asked'][number][] = []
  const queue: WatchMessage[] = []
  const gone = Promise.withResolvers<void>()
  let call: Call | undefined
  let wake = (): void => {}
  let isOver = false
  const whole: Behind = {
    asked,
    detached: gone.promise,
    refusal: undefined,
    change: (changed) => {
      call = { ...first, ...call, ...changed } as Call
      queue.push({ type: 'change', revision: { epoch: 'e', n: 1 }, change: { type: 'call', call } } as WatchMessage)
      wake()
    },
    attachment: {
      id: 'application_a',
      frame: () => {},
      detach: () => gone.resolve(),
      call: async (method, params) => {
        if (method === 'phones.get') return { state: { phones: [alice] } }
        asked.push({ method, params })
        if (whole.refusal) throw whole.refusal
        return method === 'calls.dial' ? { call: 'call_a' } : {}
      },
      watch: () => ({
        snapshot: { revision: { epoch: 'e', n: 0 }, state: { calls: [] } },
        next: async () => {
          const more = new Promise<void>((resolve) => {
            wake = resolve
          })
          if (queue.length === 0 && !isOver) await more
          return queue.shift()
        },
        stop: () => {
          isOver = true
          wake()
        },
        [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('it is pulled')) }),
      }),
    },
  }
  return whole
}

const first = {
  id: 'call_a',
  phone: alice.id,
  direction: 'outgoing',
  state: 'dialling',
  held: 'no',
  remote: { number: '600' },
}

interface Host {
  ask(name: string, inner?: string): Promise<string>
  /** The next event. */
  event(): Promise<string>
  close(): Promise<void>
}

async function opened(): Promise<{ core: Behind; door: UacstaDoor; port: number }> {
  const core = behind()
  const ready = Promise.withResolvers<Omit<HealthRow, 'service' | 'since'>>()
  const door = uacstaDoor({
    world,
    settings: () => readSettings({ 'door.uacsta.port': 0, 'door.uacsta.password': 'open sesame' }),
    attach: () => core.attachment,
    row: ready.resolve,
  })
  door.open()
  const { address = '' } = await ready.promise
  return { core, door, port: Number(address.split(':')[1]) }
}

async function host(port: number, transport: 'udp' | 'tcp', password = 'open sesame'): Promise<Host | string> {
  const events: string[] = []
  let wake = (): void => {}
  const dialog = await openControlDialog({
    world,
    dns: dnsResolver(),
    server: parseUri(`sip:127.0.0.1:${port};transport=${transport}`) as SipUri,
    trust: { verify: 'full' },
    credentials: credentialsOf({ user: 'crm', password: () => password, realms: [], learnsFrom: 'any' }, realDice),
    to: `sip:127.0.0.1:${port}`,
    from: 'sip:crm@127.0.0.1',
    user: 'crm',
    describes: { contentType: 'application/csta+xml', fields: [] },
    body: `<RequestSystemStatus xmlns="${edition}"/>`,
    signal: new AbortController().signal,
    asked: (text) => {
      events.push(text)
      wake()
      return undefined
    },
    over: () => {},
  })
  if ('code' in dialog) return dialog.code
  assert.match(dialog.answer ?? '', /<systemStatus>normal</)
  return {
    ask: (name, inner = '') => asking(dialog, `<${name} xmlns="${edition}">${inner}</${name}>`),
    event: async () => {
      while (events.length === 0)
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      return events.shift() as string
    },
    close: () => dialog.close(),
  }
}

function asking(dialog: ControlDialog, text: string): Promise<string> {
  return new Promise((resolve) => dialog.ask(text, (answer) => resolve(answer?.body ?? '')))
}

async function with_(transport: 'udp' | 'tcp', run: (host: Host, core: Behind) => Promise<void>): Promise<void> {
  const { core, door, port } = await opened()
  const application = await host(port, transport)
  assert(typeof application !== 'string', String(application))
  try {
    await run(application, core)
  } finally {
    await application.close()
    await core.detached
    await door.close()
  }
}

const object = '<monitorObject><deviceObject>tel:204</deviceObject></monitorObject>'
const nameOf = (event: string): string => /<(\w+Event)/.exec(event)?.[1] ?? event
const at = '<callID>call_a</callID><deviceID>tel:204</deviceID>'

for (const transport of ['udp', 'tcp'] as const) {
  test(`over ${transport} a program dials, is told how the call goes, and ends it`, () =>
    with_(transport, async ({ ask, event }, core) => {
      const [, monitor] = /<monitorCrossRefID>([^<]+)/.exec(await ask('MonitorStart', object)) ?? []
      const made = await ask(
        'MakeCall',
        '<callingDevice>tel:204</callingDevice><calledDirectoryNumber>tel:600</calledDirectoryNumber>',
      )
      assert.match(made, /<MakeCallResponse.*<callID>call_a<.*<deviceID>tel:204</)
      const [dialled] = core.asked
      assert.partialDeepStrictEqual(dialled, { method: 'calls.dial', params: { to: '600', phone: alice.id } })
      core.change({ state: 'dialling' })
      core.change({ state: 'alerting' })
      core.change({ state: 'connected', answeredAt: world.wall() })
      core.change({ held: 'local' })
      core.change({ held: 'no' })
      core.change({ state: 'ended', end: { by: 'remote' } })
      const seen: string[] = []
      for (let n = 0; n < 7; n++) {
        const text = await event()
        assert(text.includes(`<monitorCrossRefID>${monitor}<`))
        seen.push(nameOf(text))
      }
      assert.deepEqual(seen, [
        'ServiceInitiatedEvent',
        'OriginatedEvent',
        'DeliveredEvent',
        'EstablishedEvent',
        'HeldEvent',
        'RetrievedEvent',
        'ConnectionClearedEvent',
      ])
      assert.match(
        await ask('ClearConnection', `<connectionToBeCleared>${at}</connectionToBeCleared>`),
        /invalidCallID/,
      )
    }))
}

test('what is asked of a call is done by the service that an application would ask', () =>
  with_('tcp', async ({ ask, event }, core) => {
    await ask('MonitorStart', object)
    core.change({ direction: 'incoming', state: 'alerting', remote: { number: '205' } })
    assert.equal(nameOf(await event()), 'DeliveredEvent')
    const shown = await ask('SnapshotDevice', '<snapshotObject>204</snapshotObject>')
    assert.match(shown, /<localConnectionState>alerting<.*<localConnectionState>connected</)
    const acts = [
      ['AnswerCall', `<callToBeAnswered>${at}</callToBeAnswered>`, 'calls.answer'],
      ['HoldCall', `<callToBeHeld>${at}</callToBeHeld>`, 'calls.hold'],
      ['RetrieveCall', `<callToBeRetrieved>${at}</callToBeRetrieved>`, 'calls.resume'],
      [
        'DeflectCall',
        `<callToBeDiverted>${at}</callToBeDiverted><newDestination>206</newDestination>`,
        'calls.deflect',
      ],
      ['SingleStepTransferCall', `<activeCall>${at}</activeCall><transferredTo>206</transferredTo>`, 'calls.transfer'],
      ['ClearConnection', `<connectionToBeCleared>${at}</connectionToBeCleared>`, 'calls.decline'],
    ] as const
    for (const [name, inner] of acts) assert.match(await ask(name, inner), new RegExp(`<${name}Response`))
    assert.deepEqual(
      core.asked.map(({ method }) => method),
      acts.map(([, , method]) => method),
    )
  }))

test('what the core refuses is refused in the words of CSTA, the budget among it', () =>
  with_('tcp', async ({ ask }, core) => {
    const dial = '<callingDevice>204</callingDevice><calledDirectoryNumber>600</calledDirectoryNumber>'
    core.refusal = new ParleyError('call-budget-spent')
    assert.match(await ask('MakeCall', dial), /<performanceManagement>performanceLimitExceeded</)
    core.refusal = new ParleyError('number-denied')
    assert.match(await ask('MakeCall', dial), /<operation>privilegeViolationCalledDevice</)
    assert.match(await ask('MakeCall', dial.replace('204', '999')), /<operation>invalidDeviceID</)
    assert.match(await ask('ParkCall'), /<operation>(serviceNotSupported|invalidParameterValue)</)
  }))

test('who does not know the password gets in by nothing', async () => {
  const { core, door, port } = await opened()
  assert.equal(await host(port, 'tcp', 'guessed'), 'credentials-rejected')
  assert.deepEqual(core.asked, [])
  await door.close()
})

test('who guesses is slow: after some guesses not even the right password is taken for a while', async () => {
  const { core, door, port } = await opened()
  for (let n = 0; n < 10; n++) await host(port, 'tcp', `guess ${n}`)
  assert.equal(await host(port, 'tcp'), 'server-overloaded')
  assert.deepEqual(core.asked, [])
  await door.close()
})

test('without a port nothing is opened, and without a password neither', async () => {
  const rows: Omit<HealthRow, 'service' | 'since'>[] = []
  for (const settings of [{}, { 'door.uacsta.port': 0 }]) {
    const door = uacstaDoor({
      world,
      settings: () => readSettings(settings),
      attach: () => behind().attachment,
      row: (row) => rows.push(row),
    })
    door.open()
    await door.close()
  }
  assert.deepEqual(
    rows.map(({ state, error }) => [state, error?.code]),
    [['failed', 'setting-missing']],
  )
})
