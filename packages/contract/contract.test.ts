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
  type Setting,
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

test('a server that is named by its whole address is spoken to in the clear on this machine alone, and no password is in the address', () => {
  const addresses = Object.keys(settings).filter((name) => name.endsWith('.servers') && !namedByHost.includes(name))
  assert.deepEqual(addresses.toSorted(), [
    'calendar.servers',
    'conferences.bigbluebutton.servers',
    'conferences.janus.servers',
    'conferences.jitsi.servers',
    'conferences.webex.servers',
    'directory.carddav.servers',
  ])
  for (const name of addresses) {
    const takes = (value: unknown): boolean =>
      (settings as Record<string, Setting>)[name]!.schema.safeParse(value).success
    const [secure, plain] = takes('wss://server.example.com') ? ['wss', 'ws'] : ['https', 'http']
    const taken = ['server.example.com/path', '10.0.0.1:8443', '[2001:db8::1]'].map((rest) => `${secure}://${rest}`)
    const here = ['127.0.0.1:5232/a/', '127.1.2.3', '[::1]:80', 'localhost'].map((rest) => `${plain}://${rest}`)
    for (const each of [...taken, ...here]) assert.ok(takes(each) && takes([each]), `${name} takes ${each}`)
    const elsewhere = [
      'server.example.com',
      '10.0.0.1',
      '0.0.0.0',
      '127.0.0.1.example.com',
      'localhost.example.com',
      'localhost@server.example.com',
      '[2001:db8::1]',
    ].map((rest) => `${plain}://${rest}`)
    const others = [`${secure}://alice:wonderland@server.example.com`, 'ftp://127.0.0.1', 'server.example.com', '']
    for (const each of [...elsewhere, ...others]) {
      assert.ok(!takes(each), `${name} refuses ${each}`)
      assert.ok(!takes([taken[0], each]), `${name} refuses ${each} among others`)
    }
  }
})

function indexOf(name: string): number {
  return methods.findIndex(([each]) => each === name)
}

/** By host and port, or as SIP does: whether they are spoken to over TLS is said by another setting, or they never are in the clear. */
const namedByHost: readonly string[] = [
  'conference.servers',
  'cucm.ccmcip.servers',
  'cucm.cti.servers',
  'cucm.tftp.servers',
  'cucm.uds.servers',
  'deskPhone.servers',
  'dialRules.axl.servers',
  'directory.servers',
  'edge.servers',
  'presence.servers',
  'softphone.servers',
  'voicemail.imap.servers',
  'voicemail.servers',
  'xmpp.servers',
]
