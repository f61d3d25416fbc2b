import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { errorValue, type SettingName } from '@openparley/contract'
import type { Caller } from '../../runtime/service.ts'
import { type ConfigService, config } from './config.ts'
import { layered, wordsOn } from './layers.ts'
import type { Kept, OwnSettingsPort, SettingsFormats, SourceValues, ValueNames } from './port.ts'

const source = (layer: SourceValues['layer'], from: string, values: Record<string, unknown>): SourceValues => ({
  layer,
  from,
  values,
  unknown: [],
})

describe('layers', () => {
  test('policy over user over application over discovered over default, name by name', () => {
    const { settings, values } = layered([
      source('discovered', 'DNS', { 'calls.max': 1, 'softphone.user': 'd', 'user.name': 'd', 'user.domain': 'd' }),
      source('application', 'CRM', { 'calls.max': 2, 'softphone.user': 'a', 'user.name': 'a' }),
      source('user', 'file', { 'calls.max': 3, 'softphone.user': 'u' }),
      source('policy', 'registry', { 'calls.max': 4 }),
    ])
    assert.deepEqual(
      (['calls.max', 'softphone.user', 'user.name', 'user.domain', 'softphone.ringMs'] as const).map((name) => [
        settings[name],
        values.get(name)?.layer,
      ]),
      [
        [4, 'policy'],
        ['u', 'user'],
        ['a', 'application'],
        ['d', 'discovered'],
        [180_000, 'default'],
      ],
    )
  })

  test('within a layer the first source counts', () => {
    const sources = [source('policy', 'one', { 'calls.max': 1 }), source('policy', 'two', { 'calls.max': 2 })]
    assert.deepEqual(layered(sources).values.get('calls.max'), { value: 1, layer: 'policy', from: 'one' })
  })

  test('a value that cannot be is told, never shown, and the next layer’s is in force', () => {
    const sources = [
      source('policy', 'registry', { 'calls.max': 'plenty', 'user.password': 1717 }),
      source('user', 'file', { 'calls.max': 3 }),
    ]
    const { settings, problems } = layered(sources)
    assert.equal(settings['calls.max'], 3)
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['setting-invalid', 'setting-invalid'],
    )
    assert.doesNotMatch(JSON.stringify(problems), /plenty|1717/)
    assert.deepEqual(
      wordsOn('calls.max', sources).map(({ layer, problem }) => [layer, problem !== undefined]),
      [
        ['policy', true],
        ['user', false],
        ['default', false],
      ],
    )
  })

  test('names that nobody knows and sources that cannot be read are told', () => {
    const { unknown, problems } = layered([
      { ...source('user', 'file', { 'no.such': 1 }), unknown: ['TftpServer9'] },
      { ...source('user', 'other', {}), error: errorValue('config-file-invalid', 'other') },
    ])
    assert.deepEqual(unknown.map(({ name }) => name).sort(), ['TftpServer9', 'no.such'])
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['config-file-invalid'],
    )
  })
})

interface Opened {
  readonly settings: ConfigService
  readonly changed: SettingName[][]
  /** The machine's sources hold this from now on. */
  machine(sources: readonly SourceValues[]): Promise<void>
}

async function open(given: Record<string, unknown> = {}, sources: readonly SourceValues[] = []): Promise<Opened> {
  let machine = sources
  let tell: () => void = () => {}
  const changed: SettingName[][] = []
  const kept: Record<string, unknown> = {}
  let strange: readonly Kept[] = []
  const own: OwnSettingsPort = {
    read: async () => [{ ...source('user', 'own', { ...kept }), kept: strange }],
    watch: () => () => {},
    save: async (values, next = strange) => {
      strange = next
      for (const [name, value] of Object.entries(values)) {
        if (value === undefined) delete kept[name]
        else kept[name] = value
      }
    },
  }
  const formats: SettingsFormats = {
    read: (_format, bytes) => {
      const { kept: names, removed, dropped, ...values } = JSON.parse(new TextDecoder().decode(bytes))
      return { values, unknown: ['Strange'], kept: names, removed, dropped }
    },
    write: (_format, values, names) => [
      { name: 'file', bytes: new TextEncoder().encode(JSON.stringify({ ...values, kept: names })) },
    ],
  }
  const settings = await config('epoch', {
    application: 'CRM',
    given,
    ofPerson: false,
    machine: {
      read: async (names) => machine.map((each) => ({ ...each, values: { ...each.values, ...translated(names) } })),
      watch: (act) => {
        tell = act
        return () => {}
      },
    },
    own,
    formats,
    apply: async () => {},
    changed: (names) => changed.push([...names]),
  })
  return {
    settings,
    changed,
    machine: async (next) => {
      machine = next
      const before = settings.state.read().revision.n
      tell()
      while (settings.state.read().revision.n === before) await Promise.resolve()
    },
  }
}

/** A value of the machine's that has another meaning as soon as a setting says so. */
function translated(names: ValueNames): Record<string, unknown> {
  return Object.hasOwn(names, 'Most') ? { [String(names['Most'])]: 11 } : {}
}

const nobody = {
  application: 'x',
  name: 'x',
  role: 'observe',
  mayNamePaths: false,
  signal: new AbortController().signal,
} as const

describe('configuration', () => {
  test('what an application says wrongly is refused when it says it', async () => {
    await assert.rejects(open({ 'no.such': 1 }), { code: 'setting-unknown' })
    await assert.rejects(open({ 'calls.max': 'x' }), { code: 'setting-invalid' })
  })

  test('what names code or opens a door is the person’s and policy’s to say, and nobody else’s', async () => {
    const given = { adapters: ['/x.js'] }
    await assert.rejects(open(given), { code: 'setting-protected' })
    const found = [source('discovered', 'server', given), source('policy', 'file', { 'door.uacsta.port': 0 })]
    const { settings } = await open({}, found)
    assert.deepEqual([settings.current().adapters, settings.current()['door.uacsta.port']], [[], 0])
    const set = async (caller: Caller): Promise<unknown> =>
      settings.handlers.set({ name: 'adapters', value: ['/x.js'] }, caller)
    await assert.rejects(set(nobody), { code: 'setting-protected' })
    await set({ ...nobody, mayNamePaths: true })
    assert.deepEqual(settings.current().adapters, ['/x.js'])
    await assert.rejects(async () => settings.handlers.unset({ name: 'adapters' }, nobody), {
      code: 'setting-protected',
    })
  })

  test('a value of one’s own stands over the application’s until it is taken back', async () => {
    const { settings, changed } = await open({ 'calls.max': 2 })
    await settings.handlers.set({ name: 'calls.max', value: 3 }, nobody)
    assert.equal(settings.current()['calls.max'], 3)
    assert.deepEqual(settings.originOf('calls.max'), { name: 'calls.max', layer: 'user', from: 'own' })
    await settings.handlers.unset({ name: 'calls.max' }, nobody)
    assert.equal(settings.current()['calls.max'], 2)
    await assert.rejects(async () => settings.handlers.unset({ name: 'calls.max' }, nobody), {
      code: 'setting-missing',
    })
    assert.deepEqual(changed, [['calls.max'], ['calls.max']])
  })

  test('what policy sets can neither be set nor taken back, and who did it is told', async () => {
    const { settings } = await open({}, [source('policy', 'HKCU\\Policies', { 'calls.max': 1 })])
    for (const act of ['set', 'unset'] as const)
      await assert.rejects(async () => settings.handlers[act]({ name: 'calls.max', value: 2 }, nobody), {
        code: 'setting-locked',
        detail: 'calls.max, by HKCU\\Policies',
      })
  })

  test('a source that changes is in force at once, and each change of a value is told', async () => {
    const { settings, machine, changed } = await open()
    await machine([source('policy', 'file', { 'calls.max': 5 })])
    assert.equal(settings.current()['calls.max'], 5)
    await machine([])
    assert.equal(settings.current()['calls.max'], 16)
    assert.deepEqual(changed, [['calls.max'], ['calls.max']])
  })

  test('a change that counts at a sign-in waits for one, and says so', async () => {
    const { settings } = await open({ 'softphone.user': 'a' })
    const pending = (): readonly string[] => settings.state.read().state.pending
    settings.signedIn()
    assert.deepEqual(await settings.handlers.set({ name: 'softphone.user', value: 'b' }, nobody), {
      applies: 'sign-in',
    })
    assert.deepEqual(pending(), ['softphone.user'])
    settings.signedIn()
    assert.deepEqual(pending(), [])
  })

  test('what is found later is more exact, and can be forgotten', async () => {
    const { settings } = await open()
    settings.found({ from: 'DNS', values: { 'softphone.user': 'dns' } })
    settings.found({ from: 'device', values: { 'softphone.user': 'device' } })
    assert.equal(settings.current()['softphone.user'], 'device')
    settings.found({ from: 'device', values: {} })
    assert.equal(settings.current()['softphone.user'], 'dns')
  })

  test('a secret goes in and never comes out, in any layer', async () => {
    const { settings } = await open({ 'softphone.password': 'app-secret' })
    await settings.handlers.set({ name: 'softphone.password', value: 'own-secret' }, nobody)
    const said = [
      settings.state.read(),
      await settings.handlers.explain({ name: 'softphone.password' }, nobody),
      atob((await settings.handlers.export({ format: 'json' }, nobody)).files[0]?.content ?? ''),
    ]
    assert.doesNotMatch(JSON.stringify(said), /app-secret|own-secret/)
    assert.equal(settings.current()['softphone.password'], 'own-secret')
  })

  test('an import takes what is good, and tells what it refused and did not know', async () => {
    const { settings } = await open({}, [source('policy', 'file', { 'calls.maxPerMinute': 1 })])
    const content = btoa(JSON.stringify({ 'calls.max': 7, 'calls.maxPerMinute': 9, 'softphone.ringMs': 'x' }))
    const result = await settings.handlers.import({ format: 'json', content }, nobody)
    assert.deepEqual(
      [result.taken, result.unknown, result.refused.map(({ name }) => name)],
      [['calls.max'], ['Strange'], ['calls.maxPerMinute', 'softphone.ringMs']],
    )
    assert.equal(settings.current()['calls.max'], 7)
  })

  test('what an import does not know is kept and written again; what another import deletes is gone', async () => {
    const { settings } = await open()
    const take = (content: object): unknown =>
      settings.handlers.import({ format: 'reg', content: btoa(JSON.stringify(content)) }, nobody)
    const written = async (): Promise<Record<string, unknown>> =>
      JSON.parse(atob((await settings.handlers.export({ format: 'reg' }, nobody)).files[0]?.content ?? ''))
    const novelty = { format: 'reg', at: 'HKCU\\A', name: 'Novelty', text: '"1"' }
    const password = { ...novelty, name: 'NewPassword' }
    await take({ 'calls.deny': ['1', '2', '3'], 'calls.max': 7, kept: [novelty, password] })
    assert.deepEqual(await written(), { 'calls.deny': ['1', '2', '3'], 'calls.max': 7, kept: [novelty] })
    await take({ kept: [{ ...novelty, at: 'hkcu\\a', text: '"2"' }] })
    assert.deepEqual((await written())['kept'], [{ ...novelty, at: 'hkcu\\a', text: '"2"' }])
    const result = await take({
      removed: [
        { setting: 'calls.deny', at: 0 },
        { setting: 'calls.deny', at: 1 },
        { setting: 'calls.max' },
        { setting: 'user.name' },
      ],
      dropped: [{ at: 'HKCU' }],
    })
    assert.deepEqual((result as { removed: string[] }).removed.sort(), ['calls.deny', 'calls.max'])
    assert.deepEqual(await written(), { 'calls.deny': ['3'], kept: [] })
  })

  test('what a file on the way does not know, or why it cannot be read, is told', async () => {
    const { settings } = await open()
    settings.found({ from: 'jabber-config.xml', values: {}, unknown: ['Novelty'] })
    settings.found({ from: 'profile', values: {}, error: errorValue('config-file-invalid', 'profile') })
    const { unknown, problems } = settings.state.read().state
    assert.deepEqual(unknown, [{ name: 'Novelty', from: 'jabber-config.xml' }])
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['config-file-invalid'],
    )
    settings.found({ from: 'profile', values: {} })
    assert.deepEqual(settings.state.read().state.problems, [])
  })

  test('a setting that says what a name means counts at once for what stood there before', async () => {
    const { settings } = await open({}, [source('user', 'registry', {})])
    await settings.handlers.set({ name: 'settings.valueNames', value: { Most: 'calls.max' } }, nobody)
    assert.deepEqual(settings.originOf('calls.max'), { name: 'calls.max', layer: 'user', from: 'registry' })
    const opened = await open({}, [source('policy', 'file', { 'settings.valueNames': { Most: 'calls.max' } })])
    assert.equal(opened.settings.current()['calls.max'], 11)
  })
})
