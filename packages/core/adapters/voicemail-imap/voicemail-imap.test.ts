// The mailbox's adapter against the lab's mail store, as it is, and as stores are that can do less or mean ill.
import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { type Lab, startLab } from '@openparley/lab'
import type { Kept } from '../../services/voicemail/port.ts'
import type { House } from '../../services/voicemail/port-house.suite.ts'
import { voicemailSuite } from '../../services/voicemail/port.suite.ts'
import { imapHouse } from './house.suite.ts'
import { labStore } from './lab-store.suite.ts'

describe('the lab’s mail store', () => {
  let lab: Lab
  before(async () => {
    lab = await startLab()
  })
  after(() => lab.close())
  const settingsOf = (person: string): Readonly<Record<string, unknown>> =>
    lab.people.find(({ name }) => name === person)?.voicemail ?? {}
  voicemailSuite({
    name: 'the lab',
    server: () => labStore(lab),
    open: () => imapHouse(settingsOf('bob')),
    soundBegins: 'RIFF',
  })

  const empty = (): Promise<void> => labStore(lab, 'alice').empty()
  const signedIn = async (count: number, more: Readonly<Record<string, unknown>> = {}): Promise<House> => {
    const house = imapHouse({ ...settingsOf('alice'), ...more })
    house.port.start()
    await house.until(`${count} messages`, (kept, { is }) => is === 'ready' && kept.length === count)
    return house
  }
  const stateOf = (house: House): string | undefined => {
    const states = house.events.flatMap((event) => (event.type === 'state' ? [event.state] : []))
    const last = states.findLast(({ is }) => is === 'waiting' || is === 'failed')
    return last?.error ? `${last.is} ${last.error.code}` : undefined
  }

  for (const fault of ['voicemail-no-idle', 'voicemail-no-uidplus', 'voicemail-no-condstore']) {
    describe(`with ${fault}`, () => {
      beforeEach(empty)
      before(() => lab.setFault(fault))
      after(() => lab.clearFault(fault))
      test(`${fault}: messages come, are marked, deleted, brought back, and erased alone`, async () => {
        const server = labStore(lab, 'alice')
        for (const number of ['201', '202', '203']) await server.leave({ number, seconds: 1 })
        const house = await signedIn(3, { 'voicemail.imap.pollS': 1 })
        await server.leave({ number: '204', seconds: 1 })
        await house.until('the fourth', (kept) => kept.length === 4)
        const keys = house.kept().map(({ key }) => key)
        await house.port.mark(keys, true)
        assert.equal((await server.count()).unseen, 0)
        await house.port.delete(keys.slice(0, 3))
        await house.port.undelete(keys.slice(0, 1))
        await house.port.erase(keys.slice(1, 2))
        assert.deepEqual(await server.count(), { there: 2, deleted: 1, unseen: 0 })
        assert.deepEqual(
          house
            .kept()
            .map(({ key, deleted }) => `${key} ${deleted}`)
            .toSorted(),
          [`${keys[0]} false`, `${keys[2]} true`, `${keys[3]} false`].toSorted(),
        )
        await house.port.stop()
      })
    })
  }

  test('deleted ones are only marked where the settings say so, whatever the store can', async () => {
    await empty()
    await labStore(lab, 'alice').leave({ number: '201', seconds: 1 })
    const house = await signedIn(1, { 'voicemail.imap.uidPlus': false })
    await house.port.delete(house.kept().map(({ key }) => key))
    assert.deepEqual(
      lab.voicemail.messages('alice').map(({ folder, flags }) => [folder, flags]),
      [['INBOX', ['\\Deleted']]],
    )
    await house.port.stop()
  })

  test('after a lost connection only what has changed is asked, and nothing at all where nothing has', async () => {
    await empty()
    const server = labStore(lab, 'alice')
    for (let n = 0; n < 5; n++) await server.leave({ number: `20${n}`, seconds: 1 })
    const house = await signedIn(5)
    const again = async (): Promise<readonly string[]> => {
      const states = house.events.length
      const asked = lab.voicemail.asked().length
      lab.voicemail.cut()
      await house.until(
        'connected again',
        (_, { is }) => is === 'ready' && house.events.slice(states).some(({ type }) => type === 'list'),
      )
      return lab.voicemail
        .asked()
        .slice(asked)
        .filter((line) => /FETCH|SEARCH/.test(line))
    }
    assert.deepEqual(await again(), [])
    const [first] = lab.voicemail.messages('alice')
    lab.voicemail.cut()
    lab.voicemail.store.flag('alice', 'INBOX', first?.uid ?? 0, '+', ['\\Seen'])
    await house.until('the change', (kept) => kept.filter(({ isNew }) => isNew).length === 4)
    const asked = lab.voicemail.asked().filter((line) => /CHANGEDSINCE/.test(line))
    assert.ok(asked.length > 0)
    assert.ok(!(await again()).some((line) => /HEADER/.test(line)))
    await house.port.stop()
  })

  test('a message that comes while sound is fetched is told, though nobody waited for news just then', async () => {
    await empty()
    await labStore(lab, 'alice').leave({ number: '201', seconds: 60 })
    const house = await signedIn(1, { 'voicemail.imap.pollS': 3600 })
    const { pieces } = await house.port.sound(house.kept()[0]?.key ?? '', AbortSignal.timeout(10_000))
    let count = 0
    for await (const _ of pieces) if (++count === 2) await labStore(lab, 'alice').leave({ number: '202', seconds: 1 })
    assert.ok(count > 2)
    await house.until('the new one', (kept) => kept.length === 2)
    await house.port.stop()
  })

  test('a folder whose messages are numbered anew has the same messages', async () => {
    await empty()
    for (const number of ['201', '202']) await labStore(lab, 'alice').leave({ number, seconds: 1 })
    const house = await signedIn(2)
    const keys = house.kept().map(({ key }) => key)
    lab.voicemail.store.renumber('alice', 'INBOX')
    lab.voicemail.cut()
    await house.until('lost', (_, { is }) => is !== 'ready')
    await house.until('connected again', (_, { is }) => is === 'ready')
    await house.port.mark(keys, true)
    assert.equal((await labStore(lab, 'alice').count()).unseen, 0)
    assert.ok(house.counts().every((count) => count === 2))
    await house.port.stop()
  })

  test('a copy that a cut move has left is one message, and is one again at the store when it is brought back', async () => {
    await empty()
    await labStore(lab, 'alice').leave({ number: '201', seconds: 1 })
    lab.voicemail.store.create('alice', 'Deleted Items')
    const [mail] = lab.voicemail.messages('alice')
    lab.voicemail.store.copy('alice', 'INBOX', mail?.uid ?? 0, 'Deleted Items')
    const house = await signedIn(1)
    const [kept] = house.kept()
    assert.equal(kept?.deleted, false)
    await house.port.delete([kept?.key ?? ''])
    assert.deepEqual(await labStore(lab, 'alice').count(), { there: 0, deleted: 1, unseen: 1 })
    await house.port.stop()
  })

  describe('what stands against it', () => {
    afterEach(() => {
      for (const name of ['silent', 'wrong-password', 'garbled', 'no-folder']) lab.clearFault(`voicemail-${name}`)
    })
    const refused = async (fault: string, is: string, more: Readonly<Record<string, unknown>> = {}): Promise<void> => {
      lab.setFault(fault)
      const house = imapHouse({ ...settingsOf('alice'), ...more })
      house.port.start()
      await house.until(is, () => stateOf(house) === is)
      await house.port.stop()
    }
    test('a password that was refused is told as that, and is not given again', async () => {
      const before = lab.voicemail.asked().filter((line) => /^(LOGIN|AUTHENTICATE)/.test(line)).length
      await refused('voicemail-wrong-password', 'failed credentials-rejected')
      const after_ = lab.voicemail.asked().filter((line) => /^(LOGIN|AUTHENTICATE)/.test(line)).length
      assert.equal(after_ - before, 1)
      assert.ok(!lab.voicemail.asked().some((line) => line.includes(String(settingsOf('alice')['voicemail.password']))))
    })
    test('a folder that is not there is told by its name', async () =>
      refused('voicemail-no-folder', 'waiting voicemail-no-folder'))
    test('a server of another kind is told as that', async () => refused('voicemail-garbled', 'waiting server-garbled'))
    test('a server without TLS on another machine is given no password', async () => {
      const house = imapHouse({
        ...settingsOf('alice'),
        'voicemail.imap.tls': false,
        'voicemail.imap.servers': '192.0.2.1',
      })
      house.port.start()
      await house.until('refused', () => stateOf(house) === 'waiting tls-failed')
      await house.port.stop()
    })
    test('a certificate of an authority that nobody knows ends it before anything is said', async () => {
      const asked = lab.voicemail.asked().length
      const { 'voicemail.tls.ca': _, ...settings } = settingsOf('alice')
      const house = imapHouse(settings)
      house.port.start()
      await house.until('refused', () => stateOf(house) === 'waiting tls-untrusted')
      assert.equal(lab.voicemail.asked().length, asked)
      await house.port.stop()
    })
    test('the next server of the list is taken where the first refuses', async () => {
      await empty()
      const [server] = settingsOf('alice')['voicemail.imap.servers'] as readonly string[]
      const house = await signedIn(0, { 'voicemail.imap.servers': ['127.0.0.1:9', server] })
      assert.equal(
        house.events.find((event) => event.type === 'state' && event.state.is === 'ready') !== undefined,
        true,
      )
      await house.port.stop()
    })
    test('who stops while it connects waits for nobody', async () => {
      lab.setFault('voicemail-silent')
      const house = imapHouse(settingsOf('alice'))
      house.port.start()
      await house.port.stop()
      assert.equal(house.events.at(-1)?.type, 'state')
    })
  })

  describe('messages that mean ill', () => {
    beforeEach(empty)
    const shownAs = async (
      bytes: string | Buffer,
    ): Promise<{ readonly house: House; readonly kept: Kept | undefined }> => {
      await labStore(lab, 'alice').leave({ number: '201', seconds: 1 })
      lab.voicemail.put('alice', Buffer.from(bytes))
      const house = imapHouse(settingsOf('alice'))
      house.port.start()
      await house.until('a list', (_, { is }) => is === 'ready')
      return { house, kept: house.kept().find(({ from }) => from.number !== '201') }
    }
    const message = (type: string, body: string, more = ''): string =>
      `Message-ID: <ill@x>\r\nFrom: 666@x.example\r\nMessage-Context: voice-message\r\n${more}Content-Type: ${type}\r\n\r\n${body}`
    const unusable = async (house: House, key: string): Promise<void> => {
      await assert.rejects(
        async () => {
          for await (const _ of (await house.port.sound(key, AbortSignal.timeout(10_000))).pieces);
        },
        { code: 'voicemail-sound-unusable' },
      )
      await house.port.stop()
    }

    test('one that is nested a thousand deep is listed, and has no sound', async () => {
      const deep = Array.from(
        { length: 1000 },
        (_, n) => `--b${n}\r\nContent-Type: multipart/mixed; boundary=b${n + 1}\r\n\r\n`,
      ).join('')
      const { house, kept } = await shownAs(message('multipart/mixed; boundary=b0', deep))
      assert.deepEqual([kept?.from.number, house.kept().length], ['666', 2])
      await unusable(house, kept?.key ?? '')
    })
    test('one without any sound is listed, and refused when it is to be heard', async () => {
      const { house, kept } = await shownAs(message('text/plain', 'no sound'))
      await unusable(house, kept?.key ?? '')
    })
    test('one whose sound is empty is refused when it is to be heard', async () => {
      const { house, kept } = await shownAs(message('audio/wav', ''))
      await unusable(house, kept?.key ?? '')
    })
    test('one that is larger than any message is refused before it is fetched', async () => {
      const body = Buffer.alloc(45_000_000, 'AAAA')
      const { house, kept } = await shownAs(Buffer.concat([Buffer.from(message('audio/wav', '')), body]))
      await assert.rejects(house.port.sound(kept?.key ?? '', AbortSignal.timeout(10_000)), {
        code: 'voicemail-sound-unusable',
      })
      await house.port.stop()
    })
    test('one in a charset that nobody knows, with headers of a million bytes, is listed short', async () => {
      const { house, kept } = await shownAs(
        message(
          'audio/wav',
          'x',
          `Subject: =?x-none?Q?=FF=FE?=\r\nFrom: "${'a'.repeat(1_000_000)}" <667@x.example>\r\nContent-Duration: 99999999999\r\n`,
        ),
      )
      assert.ok(kept && JSON.stringify(kept).length < 1000 && kept.lengthMs === undefined)
      await house.port.stop()
    })
    test('one whose length is a lie is as long as it is', async () => {
      const wav = Buffer.from(`RIFF\u00ff\u00ff\u00ff\u007fWAVEfmt `, 'latin1')
      const { house, kept } = await shownAs(
        message('audio/wav', wav.toString('base64'), 'Content-Transfer-Encoding: base64\r\n'),
      )
      const all: Uint8Array[] = []
      for await (const piece of (await house.port.sound(kept?.key ?? '', AbortSignal.timeout(10_000))).pieces)
        all.push(piece)
      assert.deepEqual(Buffer.concat(all), wav)
      await house.port.stop()
    })
    test('a mail that is no voice message is not listed', async () => {
      const { house } = await shownAs('From: boss@x.example\r\nSubject: Lunch?\r\n\r\nToday?')
      assert.equal(house.kept().length, 1)
      await house.port.stop()
    })
  })
})
