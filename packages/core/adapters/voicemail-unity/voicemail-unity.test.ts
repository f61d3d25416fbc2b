// The adapter of the web service against the lab’s, which is made after Cisco’s guide: no real one was at hand.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Lab, startLab } from '@openparley/lab'
import { voicemailSuite } from '../../services/voicemail/port.suite.ts'
import { labWeb, unityHouse } from './house.suite.ts'

const settingsOf = (lab: Lab, person = 'bob') => lab.voicemailWeb.settings(person)

describe('the lab’s voicemail web service', () => {
  let lab: Lab
  before(async () => {
    lab = await startLab()
  })
  after(() => lab.close())
  voicemailSuite({
    name: 'the lab’s web service',
    server: () => labWeb(lab),
    open: () => unityHouse(settingsOf(lab)),
    soundBegins: 'RIFF',
    givesSecure: true,
  })
})

/** A mailbox that is signed in, with bob's messages gone. */
async function signedIn(lab: Lab, more: Readonly<Record<string, unknown>> = {}) {
  await labWeb(lab).empty()
  const house = unityHouse({ ...settingsOf(lab), ...more })
  house.port.start()
  return house
}

describe('what is the web service’s own', () => {
  let lab: Lab
  before(async () => {
    lab = await startLab()
  })
  after(() => lab.close())
  const sound = { samples: new Int16Array(800), sampleRate: 8000 }

  test('a list of one is a list, and one of several pages is whole', async () => {
    const house = await signedIn(lab)
    await house.until('ready', (_, { is }) => is === 'ready')
    lab.voicemailWeb.leave('bob', { from: { number: '201' }, sound })
    await house.until('one', (kept) => kept.length === 1)
    for (let n = 0; n < 700; n++) lab.voicemailWeb.leave('bob', { from: { number: '202' }, sound })
    await house.until('all', (kept) => kept.length === 701)
    assert.ok(lab.voicemailWeb.asked().some((each) => each.includes('pagenumber=2')))
    await house.port.stop()
  })

  test('a dispatch message is taken by one, and the others lose it; who leaves it loses it alone', async () => {
    const bob = await signedIn(lab)
    const carol = unityHouse(settingsOf(lab, 'carol'))
    carol.port.start()
    await labWeb(lab, 'carol').empty()
    const leave = (): string =>
      lab.voicemailWeb.leave('bob', { from: { number: '201' }, sound, dispatch: true, alsoTo: ['carol'] })
    leave()
    const isDispatch = (kept: readonly { readonly dispatch: boolean }[]): boolean => kept[0]?.dispatch === true
    await Promise.all([bob.until('bob has it', isDispatch), carol.until('carol has it', isDispatch)])
    await bob.port.answerDispatch?.(bob.kept()[0]?.key ?? '', true)
    assert.deepEqual(
      bob.kept().map(({ dispatch }) => dispatch),
      [false],
    )
    await carol.until('gone', (kept) => kept.length === 0)
    leave()
    await Promise.all([bob.until('two', (kept) => kept.length === 2), carol.until('one', (kept) => kept.length === 1)])
    await carol.port.answerDispatch?.(carol.kept()[0]?.key ?? '', false)
    assert.equal(carol.kept().length, 0)
    const second = bob.kept().find(({ dispatch }) => dispatch)
    assert.ok(second)
    await assert.rejects(async () => carol.port.answerDispatch?.(second.key, true), { code: 'voicemail-unknown' })
    await Promise.all([bob.port.stop(), carol.port.stop()])
  })

  test('a wrong password is said once and not again, and what is no answer of it is told as that', async () => {
    const before = lab.voicemailWeb.asked().length
    const wrong = await signedIn(lab, { 'voicemail.password': 'not this' })
    await wrong.until('failed', (_, { is, error }) => is === 'failed' && error?.code === 'credentials-rejected')
    assert.equal(lab.voicemailWeb.asked().length, before + 1)
    await wrong.port.stop()
    lab.setFault('voicemail-garbled')
    const garbled = await signedIn(lab)
    await garbled.until('garbled', (_, { error }) => error?.code === 'server-garbled')
    await garbled.port.stop()
    lab.clearFault('voicemail-garbled')
    const elsewhere = await signedIn(lab, { 'voicemail.protocol': 'http', 'voicemail.servers': ['192.0.2.1'] })
    await elsewhere.until('not in the clear', (_, { error }) => error?.code === 'tls-failed')
    await elsewhere.port.stop()
  })

  test('where the first server is not there the next one is asked', async () => {
    const house = await signedIn(lab, { 'voicemail.servers': ['127.0.0.1:1', lab.voicemailWeb.address] })
    await house.until('ready', (_, state) => state.is === 'ready' && state.server === lab.voicemailWeb.address)
    await house.port.stop()
  })
})
