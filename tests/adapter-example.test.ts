// The adapter that is an example: held against what every phone shows, and loaded only where the person has said so.
import assert from 'node:assert/strict'
import { chmod, copyFile, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { readSettings } from '@openparley/contract'
import type { DeskPhoneOptions, PhoneEvent } from '@openparley/core/adapter-kit'
import { type FarSide, type PhoneUnderTest, phonePortSuite } from '@openparley/core/adapter-kit/suite'
import { connect } from '@openparley/sdk'
import { realClock, realDice } from '@openparley/net'
import httpPhone from '../examples/adapters/http-phone.ts'
import { homeFor, run } from './command.ts'

/** A phone that is controlled by URLs, with one call, and somebody at the other end. */
async function httpDesk(port: number): Promise<{ own: Record<string, string>; far: FarSide; close(): Promise<void> }> {
  const waiting = new Set<() => void>()
  let state: FarSide['state'] = 'idle'
  let key = 0
  const become = (next: FarSide['state']): void => {
    state = next
    for (const look of [...waiting]) look()
  }
  /** One after the other, as a phone tells. */
  let telling: Promise<unknown> = Promise.resolve()
  const tell = (event: string, more = ''): void => {
    const url = `http://127.0.0.1:${port}/secret/${event}?call=${key}${more}`
    telling = telling.then(() => fetch(url)).catch(() => undefined)
  }
  const over = (why: string): void => {
    if (state === 'idle') return
    tell('ended', `&why=${why}`)
    become('idle')
  }
  const acts: Readonly<Record<string, () => void>> = {
    '/dial': () => {
      key++
      tell('outgoing', '&number=1002')
      become('called')
    },
    '/answer': () => {
      tell('connected')
      become('talking')
    },
    '/end': () => over('local'),
    '/hold': () => {
      tell('held')
      become('held')
    },
    '/resume': () => {
      tell('resumed')
      become('talking')
    },
  }
  const server = createServer((request, response) => {
    acts[new URL(request.url ?? '', 'http://phone').pathname]?.()
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const until = (wanted: FarSide['state']): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (state !== wanted) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      look()
    })
  return {
    own: {
      dial: `${at}/dial?number={number}`,
      answer: `${at}/answer?call={call}`,
      end: `${at}/end?call={call}`,
      hold: `${at}/hold?call={call}`,
      resume: `${at}/resume?call={call}`,
    },
    far: {
      number: '1002',
      called: () => until('called'),
      ring: () => tell('alerting'),
      answer: () => {
        tell('connected')
        become('talking')
      },
      refuse: over,
      call: () => {
        key++
        tell('incoming', '&number=1002')
        become('calling')
      },
      hangUp: () => over('remote'),
      hold: async () => {},
      resume: async () => {},
      get state() {
        return state
      },
      until,
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

async function openExample(tell: (event: PhoneEvent) => void): Promise<PhoneUnderTest> {
  const port = await freePort()
  const desk = await httpDesk(port)
  let ids = 0
  const ready = Promise.withResolvers<void>()
  const phone = httpPhone.open({
    world: { clock: realClock, dice: realDice, wall: () => new Date().toISOString() },
    settings: () =>
      readSettings({ 'deskPhone.line': '1001', 'deskPhone.own': { ...desk.own, listen: port, token: 'secret' } }),
    newCall: () => `call_${++ids}`,
    tell: (event) => {
      tell(event)
      if (event.type === 'state' && event.state.is === 'ready') ready.resolve()
    },
  } as Partial<DeskPhoneOptions> as DeskPhoneOptions)
  await ready.promise
  return {
    phone,
    far: desk.far,
    close: async () => {
      await phone.close()
      await desk.close()
    },
  }
}

phonePortSuite('the example, a phone that is controlled by URLs,', openExample, {
  deflect: 'it has no URL for that',
  'held-by-them': 'the phone does not tell',
  sound: 'it is at the phone',
  'ends-with-us': 'the phone goes on by itself',
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise<void>((resolve) => server.close(() => resolve()))
  return port
}

/** The example in a folder of its own, from where it finds the kit. */
async function copied(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'parley-adapter-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'adapter.mjs')
  await writeFile(
    file,
    `export { default } from ${JSON.stringify(new URL('../examples/adapters/http-phone.ts', import.meta.url).href)}\n`,
  )
  await chmod(file, 0o600)
  return file
}

test('the person’s own setting loads an adapter; an application’s word does not, nor its act', async (t) => {
  const home = await homeFor(t)
  const file = await copied(t)
  const [port, out] = [await freePort(), 'http://127.0.0.1:9/']
  const own = { dial: out, end: out, listen: port, token: 'secret' }
  for (const [name, value] of [
    ['adapters', JSON.stringify([file])],
    ['deskPhone.via', 'http-phone'],
    ['deskPhone.line', '1001'],
    ['deskPhone.own', JSON.stringify(own)],
  ] as const) {
    const { status, complaint } = await run(home, 'config', 'set', name, value)
    assert.equal(status, 0, complaint)
  }
  const core = await connect({ application: 'test', role: 'approve', env: { ...process.env, PARLEY_HOME: home } })
  t.after(async () => {
    await core.system.stop({ when: 'now' })
    await core.closed
    core.close()
  })
  const named = { 'softphone.servers': 'sip:127.0.0.1:9', 'softphone.user': 'alice', 'softphone.password': 'x' }
  const isProtected = { code: 'setting-protected' }
  await assert.rejects(core.open({ ...named, adapters: [file] }), isProtected)
  const session = await core.open(named)
  const { phones } = await session.until('phones', (state) => state.phones.length === 2, 10_000)
  assert.deepEqual(
    phones.filter(({ kind }) => kind === 'desk').map(({ address, can }) => [address, can]),
    [['1001', ['decline', 'end']]],
  )
  await session.until(
    'phones',
    (state) => state.phones.some(({ kind, state: { is } }) => kind === 'desk' && is === 'ready'),
    10_000,
  )
  await assert.rejects(session.config.set({ name: 'adapters', value: ['/tmp/other.js'] }), isProtected)
  await assert.rejects(session.config.unset({ name: 'adapters' }), isProtected)
  const { refused } = await session.config.import({
    format: 'json',
    content: Buffer.from(JSON.stringify({ adapters: ['/tmp/x.js'] })).toString('base64'),
  })
  assert.deepEqual(
    refused.map(({ name }) => name),
    ['adapters'],
  )

  // Who tells without the secret tells nothing.
  const told = (token: string): Promise<number> =>
    fetch(`http://127.0.0.1:${port}/${token}/incoming?call=7&number=1002`).then(({ status }) => status)
  assert.equal(await told('guessed'), 403)
  assert.equal(await told('secret'), 204)
  const { calls } = await session.until('calls', (state) => state.calls.length > 0, 5000)
  assert.deepEqual(
    calls.map(({ remote, state }) => [remote.number, state]),
    [['1002', 'alerting']],
  )
})

test('a file that others may write to is not loaded, and health says so', async (t) => {
  const home = await homeFor(t)
  const file = await copied(t)
  await copyFile(file, `${file}.mjs`)
  await chmod(`${file}.mjs`, 0o666)
  await run(home, 'config', 'set', 'adapters', JSON.stringify([`${file}.mjs`]))
  const core = await connect({ application: 'test', env: { ...process.env, PARLEY_HOME: home } })
  t.after(async () => {
    await core.system.stop({ when: 'now' })
    await core.closed
    core.close()
  })
  const session = await core.open({
    'softphone.servers': 'sip:127.0.0.1:9',
    'softphone.user': 'alice',
    'softphone.password': 'x',
  })
  const { services } = await session.until(
    'health',
    (state) => state.services.some(({ service }) => service === 'adapters'),
    10_000,
  )
  const row = services.find(({ service }) => service === 'adapters')
  assert.equal(row?.error?.code, 'adapter-unusable')
  assert.match(row?.error?.detail ?? '', /others may write/)
})
