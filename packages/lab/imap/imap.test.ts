// The lab's mail store, spoken to by hand and by a mail client that others wrote.
import assert from 'node:assert/strict'
import { connect as connectTcp } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { connect } from 'node:tls'
import fc from 'fast-check'
import { ImapFlow } from 'imapflow'
import { type Lab, startLab } from '../index.ts'
import { partsOf, sectionOf, structureOf } from './body.ts'
import { CommandReader } from './command.ts'
import { mailStore } from './mail-store.ts'

interface ByHand {
  say(text: string): void
  /** All that came until a line that begins so, with it. */
  until(beginning: string): Promise<string>
  readonly closed: Promise<unknown>
  end(): void
}

function byHand(lab: Lab): ByHand {
  const [host, port] = lab.addresses.voicemail.tls.split(':')
  const socket = connect({ host, port: Number(port), ca: lab.ca })
  let heard = ''
  const looking = new Set<() => void>()
  socket.setEncoding('utf8').on('data', (text: string) => {
    heard += text
    for (const look of [...looking]) look()
  })
  socket.on('error', () => {})
  return {
    say: (text) => socket.write(`${text}\r\n`),
    until: (beginning) =>
      new Promise((resolve) => {
        const look = (): void => {
          const at = `\r\n${heard}`.indexOf(`\r\n${beginning}`)
          const end = at < 0 ? -1 : heard.indexOf('\r\n', at)
          if (end < 0) return
          const text = heard.slice(0, end)
          heard = heard.slice(end + 2)
          looking.delete(look)
          resolve(text)
        }
        looking.add(look)
        look()
      }),
    closed: new Promise((resolve) => socket.once('close', resolve)),
    end: () => socket.destroy(),
  }
}

describe('mailboxes of the lab', () => {
  let lab: Lab
  before(async () => {
    lab = await startLab()
  })
  after(() => lab.close())
  const passwordOf = (person: string): string =>
    String(lab.people.find(({ name }) => name === person)?.voicemail['voicemail.password'])
  const signedIn = async (person: string): Promise<ByHand> => {
    const hand = byHand(lab)
    await hand.until('* OK')
    hand.say(`1 LOGIN ${person} "${passwordOf(person)}"`)
    assert.match(await hand.until('1 '), /1 OK \[CAPABILITY .*IDLE UIDPLUS MOVE CONDSTORE\]/)
    return hand
  }

  test('hold two messages for each person at the start', () => {
    assert.equal(lab.voicemail.messages('alice').length, 2)
    assert.equal(lab.voicemail.messages('carol').length, 2)
  })

  test('are opened to their person alone, and over TLS alone', async () => {
    const hand = byHand(lab)
    await hand.until('* OK')
    hand.say('1 SELECT INBOX')
    assert.match(await hand.until('1 '), /1 BAD Sign in first/)
    hand.say(`2 LOGIN alice "${passwordOf('bob')}"`)
    assert.match(await hand.until('2 '), /2 NO \[AUTHENTICATIONFAILED\]/)
    hand.say(`3 AUTHENTICATE PLAIN ${Buffer.from(`\0alice\0${passwordOf('alice')}`).toString('base64')}`)
    assert.match(await hand.until('3 '), /3 OK/)
    hand.end()
    const [host, port] = lab.addresses.voicemail.startTls.split(':')
    const plain = connectTcp({ host: String(host), port: Number(port) })
    plain.write(`1 LOGIN alice "${passwordOf('alice')}"\r\n`)
    let heard = ''
    for await (const chunk of plain) {
      heard += String(chunk)
      if (heard.includes('\r\n1 ')) break
    }
    assert.match(heard, /STARTTLS LOGINDISABLED[\s\S]*1 NO \[PRIVACYREQUIRED\]/)
  })

  test('tell who idles what comes and what is marked, and number what is gone as it was', async () => {
    const hand = await signedIn('bob')
    hand.say('2 SELECT INBOX')
    assert.match(await hand.until('2 '), /\* 2 EXISTS[\s\S]*HIGHESTMODSEQ \d+/)
    hand.say('3 IDLE')
    await hand.until('+')
    lab.voicemail.leave('bob')
    assert.equal(await hand.until('* 3'), '* 3 EXISTS')
    const [first, second] = lab.voicemail.messages('bob')
    lab.voicemail.store.flag('bob', 'INBOX', second?.uid ?? 0, '+', ['\\Seen'])
    assert.match(await hand.until('* 2'), /\* 2 FETCH \(UID \d+ FLAGS \(\\Seen\)\)/)
    lab.voicemail.store.remove('bob', 'INBOX', first?.uid ?? 0)
    assert.equal(await hand.until('* 1'), '* 1 EXPUNGE')
    hand.say('DONE')
    await hand.until('3 OK')
    // While numbers are used nothing shifts (RFC 3501 §7.4.1).
    lab.voicemail.store.remove('bob', 'INBOX', second?.uid ?? 0)
    hand.say('4 FETCH 1 (FLAGS)')
    assert.ok(!(await hand.until('4 ')).includes('EXPUNGE'))
    hand.say('5 NOOP')
    assert.match(await hand.until('5 '), /\* 1 EXPUNGE/)
    hand.end()
  })

  test('keep whatever is appended, byte by byte, and say which number it has', async () => {
    const hand = await signedIn('carol')
    const text = 'Subject: x\r\n\r\n(a) "b" {3}\r\nc'
    hand.say(`2 APPEND INBOX (\\Seen) {${text.length}}`)
    await hand.until('+')
    hand.say(text)
    const [, uid] = /APPENDUID \d+ (\d+)/.exec(await hand.until('2 OK')) ?? []
    const stored = lab.voicemail.store.folder('carol', 'inbox')?.mails.find((mail) => mail.uid === Number(uid))
    assert.equal(Buffer.from(stored?.bytes ?? []).toString(), text)
    hand.end()
  })

  test('are read, marked, moved and searched by a client that others wrote', async () => {
    const [host, port] = lab.addresses.voicemail.startTls.split(':')
    const client = new ImapFlow({
      host: String(host),
      port: Number(port),
      secure: false,
      doSTARTTLS: true,
      tls: { ca: lab.ca },
      auth: { user: 'alice', pass: passwordOf('alice') },
      logger: false,
    })
    await client.connect()
    const box = await client.mailboxOpen('INBOX')
    assert.equal(box.exists, 2)
    const [first, second] = await client.fetchAll('1:*', { uid: true, envelope: true, bodyStructure: true, size: true })
    assert.equal(second?.envelope?.from?.[0]?.name, 'Carol')
    assert.deepEqual(
      first?.bodyStructure?.childNodes?.map(({ type }) => type),
      ['text/plain', 'audio/wav'],
    )
    const { content } = await client.download(String(first?.uid), '2', { uid: true })
    const chunks: Buffer[] = []
    for await (const chunk of content ?? []) chunks.push(chunk as Buffer)
    const sound = Buffer.concat(chunks)
    assert.equal(sound.readUInt32LE(4) + 8, sound.length)
    assert.deepEqual(await client.search({ seen: false }, { uid: true }), [first?.uid, second?.uid])
    await client.mailboxCreate('Old')
    const moved = await client.messageMove(String(first?.uid), 'Old', { uid: true })
    assert.ok(moved && moved.uidMap?.get(first?.uid ?? 0))
    assert.deepEqual(
      lab.voicemail.messages('alice').map(({ folder }) => folder),
      ['INBOX', 'Old'],
    )
    await client.logout()
  })

  test('take whatever is said, and answer or close', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.string({ maxLength: 60 }),
            fc.constantFrom(
              '2 FETCH 1:* (BODY[1.2.3.4]<9.9> BODYSTRUCTURE)',
              '3 STORE * FLAGS (',
              '4 UID',
              '5 COPY 1',
              '6 SEARCH (((',
              '7 STATUS INBOX',
              '8 APPEND INBOX {9999999999}',
              '9 CREATE ../..',
              '10 UID FETCH 99999999999999 ALL',
            ),
          ),
          { maxLength: 5 },
        ),
        async (lines) => {
          const hand = await signedIn('bob')
          hand.say('a SELECT INBOX')
          await hand.until('a ')
          for (const line of lines) hand.say(line)
          hand.say('z NOOP')
          await Promise.race([hand.until('z OK'), hand.until('* BYE'), hand.until('+'), hand.closed])
          hand.end()
        },
      ),
      { numRuns: 25 },
    )
    assert.ok(await signedIn('alice').then((hand) => (hand.end(), true)))
  })
})

test('commands are the same however their bytes are cut, and one without an end is refused', () => {
  const text =
    'a1 LOGIN {5+}\r\nalice {3}\r\n"x" NIL\r\nb FETCH 1 (BODY.PEEK[HEADER.FIELDS (FROM TO)] "q\\"x" (()))\r\n'
  const whole = JSON.stringify(new CommandReader().push(Buffer.from(text)))
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), (size) => {
      const reader = new CommandReader()
      const read = []
      for (let at = 0; at < text.length; at += size) read.push(...reader.push(Buffer.from(text.slice(at, at + size))))
      assert.equal(JSON.stringify(read), whole)
    }),
  )
  const reader = new CommandReader()
  assert.deepEqual(reader.push(Buffer.alloc(70_000, 'a')), [{ is: 'too-long' }])
  assert.deepEqual(reader.push(Buffer.from('\r\n')), [])
  assert.deepEqual(new CommandReader().push(Buffer.from(`a ${'('.repeat(100)}\r\n`)), [{ is: 'too-long' }])
})

test('a body has the parts that RFC 3501 numbers so, however it is nested', () => {
  const message = Buffer.from(
    'Content-Type: multipart/mixed; boundary=x\r\nX-A: 1\r\n\r\n--x\r\n\r\none\r\n--x\r\nContent-Type: multipart/alternative; boundary="y z"\r\n\r\n--y z\r\nContent-Type: audio/wav\r\n\r\nsound\r\n--y z--\r\n--x--\r\n',
  )
  const root = partsOf(message)
  const text = (section: string): string | undefined => sectionOf(root, message, section)?.toString()
  assert.deepEqual(['1', '2.1', '2.1.MIME', 'HEADER.FIELDS (x-a)', '3', ''].map(text), [
    'one',
    'sound',
    'Content-Type: audio/wav\r\n\r\n',
    'X-A: 1\r\n\r\n',
    undefined,
    message.toString(),
  ])
  assert.match(
    structureOf(root),
    /^\(\("text" "plain" .*\(\("audio" "wav" NIL NIL NIL "7bit" 5 NIL NIL NIL NIL\) "alternative"/,
  )
  fc.assert(fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => void structureOf(partsOf(bytes))))
})

test('numbers of messages are never used twice, and a folder counts its changes', () => {
  const store = mailStore(['bob'], 7)
  const put = (): number => store.append('bob', 'INBOX', { bytes: Buffer.from('x'), atMs: 0 })
  assert.deepEqual([put(), put()], [1, 2])
  assert.ok(store.remove('bob', 'INBOX', 2))
  assert.equal(put(), 3)
  const before = store.folder('bob', 'INBOX')?.highestModseq ?? 0
  store.flag('bob', 'INBOX', 1, '+', ['\\Seen'])
  store.flag('bob', 'INBOX', 1, '+', ['\\Seen'])
  assert.equal(store.folder('bob', 'INBOX')?.highestModseq, before + 1)
  assert.equal(store.create('bob', '../escape'), false)
  store.renumber('bob', 'INBOX')
  assert.notEqual(store.folder('bob', 'INBOX')?.uidValidity, 7)
})
