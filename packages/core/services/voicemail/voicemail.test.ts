import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorValue, ParleyError, readSettings, type VoiceMessage } from '@openparley/contract'
import { virtualClock } from '@openparley/testkit'
import type { Caller } from '../../runtime/service.ts'
import type { Kept, MailboxState, TranscriptionPort, VoicemailPort } from './port.ts'
import { emptyBox, happens, mailboxOf, pageOf } from './state.ts'
import { voicemail } from './voicemail.ts'

const kept = (key: string, more: Partial<Kept> = {}): Kept => ({
  key,
  from: { number: `2${key}` },
  at: `2026-03-1${key}T10:00:00Z`,
  isNew: true,
  urgent: false,
  private: false,
  secure: false,
  dispatch: false,
  deleted: false,
  ...more,
})
const ready: MailboxState = { is: 'ready', server: 'mail.example' }
const caller: Caller = {
  application: 'application_a',
  name: 'test',
  role: 'approve',
  mayNamePaths: false,
  signal: new AbortController().signal,
}

const world = { clock: virtualClock(), dice: { roll: () => 0.5, token: () => 'A'.repeat(22) }, wall: () => '' }

interface Played {
  readonly acts: string[]
  readonly service: ReturnType<typeof voicemail>
  readonly changes: string[]
  readonly sent: { readonly name: string; readonly bytes: number }[]
}

function played(port: Partial<VoicemailPort> = {}, transcribe?: TranscriptionPort['transcribe']): Played {
  const acts: string[] = []
  const sent: { name: string; bytes: number }[] = []
  const act =
    (name: string) =>
    async (keys: readonly string[]): Promise<void> =>
      void acts.push(`${name} ${keys.join(',')}`)
  const whole: VoicemailPort = {
    start: () => {},
    stop: async () => {},
    mark: async (keys, heard) => void acts.push(`mark ${keys.join(',')} ${heard}`),
    delete: act('delete'),
    undelete: act('undelete'),
    erase: act('erase'),
    sound: async () => ({
      type: 'audio/wav',
      pieces: (async function* () {
        yield Buffer.from('RIFF')
        yield Buffer.from('WAVE')
      })(),
    }),
    ...port,
  }
  const nothingPlays = (): never => assert.fail('nothing is played here')
  const service = voicemail(world, 'epoch', {
    port: () => whole,
    ...(transcribe ? { transcription: () => ({ transcribe }) } : {}),
    sound: { openPlayer: nothingPlays, resolve: nothingPlays, decoder: nothingPlays },
    settings: () => readSettings({ 'voicemail.pilotNumber': '8000' }),
    idOf: (key) => `voice_${key.padStart(22, '0')}`,
    nameOf: (number) => (number === '21' ? { name: 'Bob', person: 'bob@example.com' } : undefined),
    toBase64: (content) => Buffer.from(content).toString('base64'),
    send: async ({ name, content }) => {
      sent.push({ name, bytes: content.length })
      return { message: 'message_AAAAAAAAAAAAAAAAAAAAAA' }
    },
  })
  const changes: string[] = []
  service.state.follow((change) => changes.push(change.type))
  return { acts, service, changes, sent }
}

const id = (key: string): string => `voice_${key.padStart(22, '0')}`
const listOf = ({ service }: Played, which: 'all' | 'new' | 'deleted' = 'all'): VoiceMessage[] =>
  (service.handlers.list({ which, limit: 50 }, caller) as { messages: VoiceMessage[] }).messages

test('nothing is listed before the mailbox was', () => {
  assert.throws(() => listOf(played()), { code: 'voicemail-unavailable' })
})

test('a caller is named as the contacts name them, else as the mailbox does', () => {
  const it = played()
  it.service.take({
    type: 'list',
    messages: [kept('1'), kept('2', { from: { number: '22', name: 'Carol' } }), kept('3', { from: {} })],
  })
  assert.deepEqual(
    listOf(it).map(({ from }) => from),
    [{}, { number: '22', name: 'Carol' }, { number: '21', name: 'Bob', person: 'bob@example.com' }],
  )
})

test('what new messages say is written down, of secure ones and of heard ones nothing leaves the mailbox', async () => {
  const asked: string[] = []
  const it = played({}, async ({ content }) => {
    asked.push(Buffer.from(content).toString())
    return 'Call me back'
  })
  it.service.take({
    type: 'list',
    messages: [kept('1'), kept('2', { secure: true }), kept('3', { isNew: false }), kept('4', { deleted: true })],
  })
  for (let n = 0; n < 20; n++) await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(asked, ['RIFFWAVE'])
  assert.deepEqual(
    listOf(it).map(({ transcription }) => transcription),
    [undefined, undefined, 'Call me back'],
  )
  assert.ok(it.changes.includes('message'))
})

test('a text is there still after signing out and in, and goes with its message; what was not told anew is not asked for again', async () => {
  const asked: string[] = []
  const it = played(
    {
      sound: async (key) => ({
        type: 'audio/wav',
        pieces: (async function* () {
          yield Buffer.from(key)
        })(),
      }),
    },
    async ({ content }) => {
      asked.push(Buffer.from(content).toString())
      if (asked.at(-1) === '2') throw new Error('cannot')
      return `text ${asked.at(-1)}`
    },
  )
  const told = async (...messages: readonly Kept[]): Promise<unknown[]> => {
    it.service.take({ type: 'list', messages })
    for (let n = 0; n < 30; n++) await new Promise((resolve) => setImmediate(resolve))
    return listOf(it).map(({ transcription }) => transcription)
  }
  assert.deepEqual(await told(kept('1'), kept('2')), [undefined, 'text 1'])
  assert.deepEqual(await told(kept('1', { isNew: false }), kept('2'), kept('3')), ['text 3', undefined, 'text 1'])
  it.service.take({ type: 'state', state: { is: 'off' } })
  assert.deepEqual(await told(kept('1'), kept('3')), ['text 3', 'text 1'])
  assert.deepEqual(asked, ['1', '2', '3'])
  await told(kept('3'))
  assert.deepEqual(await told(kept('1'), kept('3')), ['text 3', 'text 1'])
  assert.deepEqual(asked, ['1', '2', '3', '1'])
})

test('who is found later to have a number is told of with each of their messages', () => {
  const it = played()
  it.service.take({ type: 'list', messages: [kept('1'), kept('2'), kept('3', { from: { number: '21' } })] })
  it.changes.length = 0
  it.service.named('21')
  it.service.named('99')
  assert.deepEqual(it.changes, ['message', 'message'])
})

test('pages follow one another, whatever comes or goes between them', () => {
  let { box } = happens(emptyBox, { type: 'list', messages: ['1', '2', '3', '4'].map((key) => kept(key)) })
  const first = pageOf(box, 'all', undefined, 2)
  assert.deepEqual(
    first.messages.map(({ key }) => key),
    ['4', '3'],
  )
  box = happens(box, { type: 'list', messages: ['1', '2', '4', '5'].map((key) => kept(key)) }).box
  const second = pageOf(box, 'all', first.next, 2)
  assert.deepEqual([second.messages.map(({ key }) => key), second.next], [['2', '1'], undefined])
  assert.deepEqual(
    pageOf(box, 'all', 'never ours', 1).messages.map(({ key }) => key),
    ['5'],
  )
})

test('messages left at the same moment are each on one page', () => {
  const at = '2026-03-10T10:00:00Z'
  const { box } = happens(emptyBox, { type: 'list', messages: ['1', '2', '3'].map((key) => kept(key, { at })) })
  const seen: string[] = []
  for (let cursor: string | undefined, left = 5; left > 0; left--) {
    const page = pageOf(box, 'all', cursor, 1)
    seen.push(...page.messages.map(({ key }) => key))
    cursor = page.next
    if (cursor === undefined) break
  }
  assert.deepEqual(seen, ['1', '2', '3'])
})

test('the light is the mailbox’s as long as it is reached, else the phone’s', () => {
  const settings = readSettings({})
  const onPhone = { waiting: true, fresh: 2, old: 1 }
  let { box } = happens(emptyBox, { type: 'phone', messages: onPhone })
  const light = (): unknown[] => {
    const { light: is, fresh, total } = mailboxOf(box, settings)
    return [is, fresh, total]
  }
  assert.deepEqual(light(), [true, 2, 3])
  box = happens(box, { type: 'list', messages: [kept('1', { isNew: false })] }).box
  box = happens(box, { type: 'state', state: ready }).box
  assert.deepEqual(light(), [false, 0, 1])
  box = happens(box, { type: 'state', state: { is: 'waiting', error: errorValue('server-refused') } }).box
  assert.deepEqual(light(), [true, 0, 1])
  box = happens(box, { type: 'phone', messages: undefined }).box
  assert.deepEqual(light(), [false, 0, 1])
})

test('only what has changed is told after a time without the server, and that all may have where it is much', () => {
  const many = Array.from({ length: 40 }, (_, n) => kept(String(n), { at: '2026-03-10T10:00:00Z' }))
  const { box, told } = happens(emptyBox, { type: 'list', messages: many })
  assert.deepEqual(told, [{ type: 'relisted' }])
  const [first, ...rest] = many
  const heard = { ...(first as Kept), isNew: false }
  const few = happens(box, { type: 'list', messages: [heard, ...rest.slice(1)] }).told
  assert.deepEqual(few, [
    { type: 'message', message: heard },
    { type: 'removed', key: '1' },
  ])
  assert.deepEqual(happens(box, { type: 'list', messages: [] }).told, [{ type: 'relisted' }])
  assert.deepEqual(happens(box, { type: 'list', messages: many }).told, [])
})

test('what is so already is not asked of the mailbox, and each message once', async () => {
  const it = played()
  it.service.take({ type: 'list', messages: [kept('1'), kept('2', { isNew: false }), kept('3', { deleted: true })] })
  listOf(it)
  const { mark, delete: remove, undelete, erase } = it.service.handlers
  await mark({ messages: [id('1'), id('2'), id('1')], heard: true }, caller)
  await mark({ messages: [id('2')], heard: true }, caller)
  await remove({ messages: [id('1'), id('3')] }, caller)
  await undelete({ messages: [id('1'), id('3')] }, caller)
  await erase({}, caller)
  assert.deepEqual(it.acts, ['mark 1 true', 'delete 1', 'undelete 3', 'erase 3'])
  await assert.rejects(async () => erase({ messages: [id('1')] }, caller), { code: 'voicemail-refused' })
  await assert.rejects(async () => mark({ messages: [id('9')], heard: true }, caller), { code: 'voicemail-unknown' })
})

test('the first piece of a sound is answered before the rest has come, and it is fetched once', async () => {
  const rest = Promise.withResolvers<void>()
  let fetched = 0
  const it = played({
    sound: async () => {
      fetched++
      return {
        type: 'audio/wav',
        pieces: (async function* () {
          yield Buffer.from('RIFF')
          await rest.promise
          yield Buffer.from('WAVE')
        })(),
      }
    },
  })
  it.service.take({ type: 'list', messages: [kept('1')] })
  const read = async (from: number): Promise<unknown> => it.service.handlers.read({ message: id('1'), from }, caller)
  assert.deepEqual(await read(0), { type: 'audio/wav', content: 'UklGRg==', next: 4 })
  const second = read(4)
  rest.resolve()
  assert.deepEqual(await second, { type: 'audio/wav', content: 'V0FWRQ==' })
  assert.deepEqual(await read(0), { type: 'audio/wav', content: 'UklGRldBVkU=' })
  assert.equal(fetched, 1)
})

test('a sound that is cut off says why, and is fetched anew when it is asked for again', async () => {
  let fetched = 0
  const cut = Promise.withResolvers<void>()
  const it = played({
    sound: async () => ({
      type: 'audio/wav',
      pieces: (async function* () {
        yield Buffer.from('RIFF')
        await cut.promise
        if (++fetched === 1) throw new ParleyError('voicemail-unavailable')
        yield Buffer.from('WAVE')
      })(),
    }),
  })
  it.service.take({ type: 'list', messages: [kept('1')] })
  const read = async (from: number): Promise<unknown> => it.service.handlers.read({ message: id('1'), from }, caller)
  await read(0)
  const rest = read(4)
  cut.resolve()
  await assert.rejects(rest, { code: 'voicemail-unavailable' })
  assert.deepEqual(await read(4), { type: 'audio/wav', content: 'V0FWRQ==' })
})

test('who asks for a sound and gives up waits no longer, and one without an end is given up here', async () => {
  const it = played({
    sound: async (_, signal) => ({
      type: 'audio/wav',
      pieces: (async function* () {
        const million = new Uint8Array(1_000_000)
        while (!signal.aborted) {
          yield million
          await new Promise((resolve) => setImmediate(resolve))
        }
      })(),
    }),
  })
  it.service.take({ type: 'list', messages: [kept('1'), kept('2', { secure: true })] })
  const { read } = it.service.handlers
  const gone = AbortSignal.abort()
  await assert.rejects(async () => read({ message: id('1'), from: 90_000_000 }, { ...caller, signal: gone }), {
    code: 'cancelled',
  })
  await assert.rejects(async () => read({ message: id('1'), from: 90_000_000 }, caller), {
    code: 'voicemail-sound-unusable',
  })
  await assert.rejects(async () => read({ message: id('2'), from: 0 }, caller), { code: 'voicemail-sound-unusable' })
})

test('a message is sent on whole under a name of ours, and never a private or secure one', async () => {
  const it = played()
  it.service.take({ type: 'list', messages: [kept('1'), kept('2', { private: true }), kept('3', { secure: true })] })
  const forward = async (key: string): Promise<unknown> =>
    it.service.handlers.forward({ message: id(key), to: 'bob@example.com', requestId: '1' }, caller)
  await forward('1')
  assert.deepEqual(it.sent, [{ name: 'voicemail 2026-03-11 1000.wav', bytes: 8 }])
  await assert.rejects(forward('2'), { code: 'voicemail-not-to-forward' })
  await assert.rejects(forward('3'), { code: 'voicemail-not-to-forward' })
})

test('whoever signs out leaves nothing that is listed', () => {
  const it = played()
  it.service.take({ type: 'state', state: ready })
  it.service.take({ type: 'list', messages: [kept('1')] })
  it.service.take({ type: 'state', state: { is: 'off' } })
  assert.throws(() => listOf(it), { code: 'voicemail-unavailable' })
  assert.deepEqual(it.changes, ['mailbox', 'relisted', 'mailbox', 'relisted', 'mailbox'])
  const { is, pilot, total } = it.service.state.read().state.mailbox
  assert.deepEqual([is, pilot, total], ['off', '8000', 0])
})
