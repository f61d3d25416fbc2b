// baresip as the phone on a desk at Asterisk, which is the other side of all of its calls, and tells of them by a hint.
import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, afterEach, test } from 'node:test'
import { readWav, resample, writeWav } from '@openparley/media'
import { type Baresip, startBaresip } from '../baresip/start.ts'
import { until, whenInstalled } from '../peer.ts'
import { answers, seen, speech, type Signed } from '../person.ts'
import { throughAsterisk } from './people.ts'

const { options, folder, person: signs, port } = await throughAsterisk()
const both = options.skip === false ? whenInstalled('baresip', ['baresip']) : options
const phones: Baresip[] = []
after(() => Promise.all(phones.map((phone) => phone.stop())))

const people: Signed[] = []
afterEach(async () => {
  for (const each of people.splice(0)) await each.close()
})
async function person(user: string, more: Readonly<Record<string, unknown>> = {}): Promise<Signed> {
  const signed = await signs(user, more)
  people.push(signed)
  return signed
}

/** The phone, which registers when Asterisk is there. */
async function onDesk(): Promise<Baresip> {
  const says = join(folder, 'says.wav')
  const { samples, sampleRate } = readWav(await readFile(speech('bob')))
  await writeFile(says, writeWav({ samples: resample(samples, sampleRate, 8000), sampleRate: 8000 }))
  const desk = await startBaresip({ user: '103', password: 'secret-103', server: `127.0.0.1:${port()}`, says })
  phones.push(desk)
  return desk
}

async function atDesk(): Promise<Signed & { readonly phone: string }> {
  const alice = await person('101', { 'deskPhone.via': 'sip', 'deskPhone.line': '103' })
  const { phones } = await alice.session.until(
    'phones',
    (state) => state.phones.some(({ kind, state: { is } }) => kind === 'desk' && is === 'ready'),
    15_000,
  )
  const phone = String(phones.find(({ kind }) => kind === 'desk')?.id)
  await alice.session.phones.use({ phone })
  return { ...alice, phone }
}

test('a phone at Asterisk is had to call by one call that goes on, which is seen to its end', both, async () => {
  const desk = await onDesk()
  const [alice, bob] = [await atDesk(), await person('102')]
  const coming = answers(bob)
  const { call } = await alice.session.calls.dial({ to: '102' })
  await seen(alice, call, ({ state }) => state === 'connected')
  const theirs = await coming
  await seen(bob, theirs, ({ state }) => state === 'connected')
  // By the time that these are pressed the call by which the phone was asked is what goes on.
  await bob.session.calls.sendDigits({ call: theirs, digits: '1,2' })
  await until('the keys are heard', () => desk.pressed() === '12', desk)
  assert.deepEqual(
    (await alice.session.calls.get()).state.calls.map(({ id, state }) => [id, state]),
    [[call, 'connected']],
  )
  await bob.session.calls.end({ call: theirs })
  const { end } = await seen(alice, call, ({ state }) => state === 'ended')
  assert.deepEqual([end?.by, end?.error], ['remote', undefined])
})

test('at a phone at Asterisk a hand calls and hangs up, and it is seen', both, async () => {
  const desk = phones[0] ?? (await onDesk())
  const [alice, bob] = [await atDesk(), await person('102')]
  const coming = answers(bob)
  await desk.dial(`sip:102@127.0.0.1:${port()}`)
  await coming
  const { calls } = await alice.session.until(
    'calls',
    (state) => state.calls.some(({ state: is }) => is === 'connected'),
    10_000,
  )
  const [shown] = calls
  assert.equal(shown?.phone, alice.phone)
  const id = shown?.id ?? ''
  await desk.does('hangup')
  await seen(alice, id, ({ state }) => state === 'ended')
})
