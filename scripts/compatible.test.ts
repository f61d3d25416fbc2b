import assert from 'node:assert/strict'
import { test } from 'node:test'
import { breaks, mayBreak, released } from './compatible.ts'
import { contractJson, type JsonObject } from './contract-json.ts'
import { differences, generated } from './generate.ts'

type Plant = (contract: any) => void

/** The contract of today with one change planted in it. */
function planted(plant: Plant): JsonObject {
  const copy = structuredClone(contractJson())
  plant(copy)
  return copy
}

const calls = (contract: any): any => contract.services.calls
const dial = (contract: any): any => calls(contract).methods.dial

const red: readonly [string, Plant][] = [
  ['a service', (c) => delete c.services.history],
  ['a method', (c) => delete calls(c).methods.hold],
  ['a change', (c) => delete calls(c).watched.changes.digit],
  ['an error', (c) => delete c.errors['call-busy']],
  ['a setting', (c) => delete c.settings['calls.max']],
  ['a scope', (c) => delete c.scopes['media.use']],
  ['a state', (c) => delete calls(c).watched],
  ['a parameter', (c) => delete dial(c).params.properties.phone],
  ['a field of a result', (c) => delete dial(c).result.properties.call],
  [
    'a field deep in a state',
    (c) => delete calls(c).watched.state.properties.calls.items.properties.remote.properties.number,
  ],
  ['a parameter that must now be given', (c) => dial(c).params.required.push('phone')],
  [
    'a new parameter that must be given',
    (c) => {
      dial(c).params.properties.why = { type: 'string' }
      dial(c).params.required.push('why')
    },
  ],
  ['a field that may now be missing', (c) => (dial(c).result.required = [])],
  ['another scope', (c) => (dial(c).scope = 'media.use')],
  ['another type', (c) => (dial(c).params.properties.to = { type: 'integer' })],
  ['a shorter text', (c) => (dial(c).params.properties.to.maxLength = 10)],
  ['a new pattern', (c) => (dial(c).params.properties.to.pattern = '^1')],
  ['a value that is taken no more', (c) => calls(c).methods.decline.params.properties.reason.enum.pop()],
  ['a form that is taken no more', (c) => dial(c).params.properties.endpoint.oneOf.pop()],
  ['a smaller setting', (c) => (c.settings['calls.max'].schema.maximum = 5)],
  [
    'a form that was never received before',
    (c) => {
      const { remote } = calls(c).watched.state.properties.calls.items.properties
      calls(c).watched.state.properties.calls.items.properties.remote = { anyOf: [remote, { type: 'string' }] }
    },
  ],
  ['a service that moves into sessions', (c) => (c.services.system.perSession = true)],
  ['more in the greeting', (c) => c.hello.params.required.push('token')],
]

for (const [what, plant] of red) {
  test(`removed or narrowed is red: ${what}`, () => {
    const found = breaks(contractJson(), planted(plant))
    assert.ok(found.length >= 1)
  })
}

const green: readonly [string, Plant][] = [
  ['nothing', () => undefined],
  ['a new method', (c) => (calls(c).methods.whistle = dial(c))],
  ['a new service', (c) => (c.services.weather = c.services.history)],
  ['a new parameter that may be left out', (c) => (dial(c).params.properties.why = { type: 'string' })],
  ['a new field in a result', (c) => (dial(c).result.properties.more = { type: 'string' })],
  [
    'a value more in a state',
    (c) => calls(c).watched.state.properties.calls.items.properties.state.enum.push('parked'),
  ],
  ['a longer text', (c) => (dial(c).params.properties.to.maxLength = 1000)],
  ['a form more that is taken', (c) => dial(c).params.properties.endpoint.oneOf.push({ type: 'string' })],
  ['an error more', (c) => (c.errors['call-parked'] = c.errors['call-busy'])],
  ['other words', (c) => (dial(c).doc = 'Dials.')],
]

for (const [what, plant] of green) {
  test(`more than before is allowed: ${what}`, () => {
    assert.deepEqual(breaks(contractJson(), planted(plant)), [])
  })
}

test('an experimental method may change and go', () => {
  const before = planted((c) => (dial(c).experimental = true))
  assert.deepEqual(
    breaks(
      before,
      planted((c) => delete calls(c).methods.dial),
    ),
    [],
  )
})

test('only a higher major may break', () => {
  assert.deepEqual(
    [mayBreak('0.9', '1.0'), mayBreak('1.2', '2.0'), mayBreak('1.2', '1.3'), mayBreak('2.0', '1.9')],
    [true, true, false, false],
  )
})

test('what is generated lies in the tree as it is generated, and a changed byte is noticed', () => {
  const root = new URL('..', import.meta.url).pathname
  const files = generated()
  assert.deepEqual(differences(root, files), [])
  const [path] = files.keys()
  assert.deepEqual(differences(root, new Map(files).set(path as string, 'another')), [path])
})

test('without a tag the contract is held against the release that is kept beside it, and not against nothing', () => {
  const { contract } = released(undefined)
  assert.match(String(contract['contract']), /^\d+\.\d+$/)
  const [before, now] = [contract, contractJson()].map((each) => each as any)
  assert.deepEqual(breaks(contract, contractJson()), [])
  for (const [list, least] of [
    ['services', 8],
    ['errors', 80],
    ['settings', 60],
  ] as const) {
    const kept = Object.keys(before[list])
    assert.ok(kept.length >= least, `${list}: ${kept.length}`)
    // Each of them would be missed.
    for (const name of kept) {
      const { [name]: _, ...rest } = now[list]
      assert.ok(breaks(contract, { ...now, [list]: rest }).includes(`${list}.${name}: removed`), name)
    }
  }
})
