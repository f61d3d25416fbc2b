import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  commonErrors,
  errors,
  isErrorCode,
  type Method,
  ParleyError,
  readSettings,
  type Service,
  scopeNames,
  services,
  settings,
} from './index.ts'

const all = Object.entries(services as Record<string, Service>)
const methods = all.flatMap(([service, { methods }]) =>
  Object.entries(methods).map(([word, method]): [string, Method] => [`${service}.${word}`, method]),
)

test('every method’s example is what its parameters take', () => {
  for (const [name, { params, example }] of methods) assert.ok(params.safeParse(example).success, name)
})

test('no method is called as every service’s own words: get, watch, changed', () => {
  for (const [name] of methods) assert.doesNotMatch(name, /\.(get|watch|changed)$/)
})

test('every scope is needed by something, and everything needs a scope that exists', () => {
  const needed = new Set<string>([
    ...methods.map(([, { scope }]) => scope),
    ...all.flatMap(([, { watched }]) => (watched ? [watched.scope] : [])),
  ])
  assert.deepEqual([...needed].sort(), [...scopeNames].sort())
})

test('no method lists a common error without need, nor an error twice', () => {
  for (const [name, method] of methods) {
    assert.equal(new Set(method.errors).size, method.errors.length, name)
    for (const code of method.errors) assert.ok(isErrorCode(code), `${name}: ${code}`)
  }
  // These name what the method’s own parameters say, beside the session and scope of the request.
  const named = methods.filter(([, { errors }]) => errors.some((code) => commonErrors.includes(code)))
  assert.deepEqual(
    named.map(([name]) => name),
    ['session.close', 'system.issueToken', 'system.oneTimeAddress'].sort((a, b) => indexOf(a) - indexOf(b)),
  )
})

test('every error has a sentence and a next step that end as sentences do, and a code of two words or one', () => {
  for (const [code, { sentence, next }] of Object.entries(errors)) {
    assert.match(code, /^[a-z]+(-[a-z]+)*$/)
    assert.match(sentence, /^[A-Z0-9].*\.$/, code)
    assert.match(next, /^[A-Z].*\.$/, code)
  }
})

test('an error’s message holds its sentence and its detail', () => {
  assert.equal(new ParleyError('call-busy').message, errors['call-busy'].sentence)
  assert.match(new ParleyError('call-busy', 'it is').message, /busy.*\(it is\)/)
  assert.equal(isErrorCode('toString'), false)
})

test('every default is what its own setting takes, and a wrong value is named without being shown', () => {
  const read = readSettings({ 'softphone.servers': 'sip:a;transport=tls' })
  assert.deepEqual(read['softphone.servers'], ['sip:a;transport=tls'])
  for (const [name, setting] of Object.entries(settings)) {
    if ('default' in setting) assert.ok(setting.schema.safeParse(setting.default).success, name)
  }
  const shown = (act: () => unknown): string => {
    try {
      act()
    } catch (error) {
      return `${(error as ParleyError).code} ${(error as ParleyError).message}`
    }
    return 'nothing'
  }
  assert.match(
    shown(() => readSettings({ 'no.such': 1 })),
    /^setting-unknown .*no\.such/,
  )
  const secret = shown(() => readSettings({ 'softphone.password': ['wonderland'] }))
  assert.match(secret, /^setting-invalid .*softphone\.password/)
  assert.doesNotMatch(secret, /wonderland/)
  assert.match(
    shown(() => readSettings({ ['__proto__']: 1, constructor: 1 })),
    /^setting-unknown/,
  )
})

function indexOf(name: string): number {
  return methods.findIndex(([each]) => each === name)
}
