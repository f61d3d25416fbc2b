// The mailbox's adapter against Dovecot.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { ImapFlow } from 'imapflow'
import { imapHouse } from '../../../packages/core/adapters/voicemail-imap/house.suite.ts'
import { type Server, voicemailSuite } from '../../../packages/core/services/voicemail/port.suite.ts'
import { voiceMessage } from '../../../packages/lab/imap/voice-message.ts'
import { whenInstalled } from '../peer.ts'
import { type Dovecot, startDovecot } from './start.ts'

describe('a mailbox at Dovecot', whenInstalled('dovecot-imapd', ['dovecot']), () => {
  let dovecot: Dovecot
  before(async () => {
    dovecot = await startDovecot()
  })
  after(() => dovecot.stop())

  const asAnother = async <T>(act: (client: ImapFlow) => Promise<T>): Promise<T> => {
    const client = await dovecot.client('bob')
    try {
      return await act(client)
    } finally {
      await client.logout()
    }
  }
  const folders = async (client: ImapFlow): Promise<string[]> => (await client.list()).map(({ path }) => path)
  let left = 0
  const server: Server = {
    leave: ({ number, name, seconds, ...how }) =>
      asAnother(async (client) => {
        const bytes = voiceMessage({
          id: `left-${++left}`,
          from: { number, ...(name === undefined ? {} : { name }) },
          to: 'bob',
          atMs: Date.now(),
          sound: { samples: new Int16Array(8000 * seconds), sampleRate: 8000 },
          ...how,
        })
        await client.append('INBOX', Buffer.from(bytes))
      }),
    count: () =>
      asAnother(async (client) => {
        const counts = { there: 0, deleted: 0, unseen: 0 }
        for (const folder of await folders(client)) {
          const box = await client.mailboxOpen(folder)
          if (box.exists === 0) continue
          for (const { flags } of await client.fetchAll('1:*', { flags: true })) {
            if (folder === 'INBOX' && !flags?.has('\\Deleted')) counts.there++
            else counts.deleted++
            if (!flags?.has('\\Seen')) counts.unseen++
          }
        }
        return counts
      }),
    hearAll: () =>
      asAnother(async (client) => {
        await client.mailboxOpen('INBOX')
        await client.messageFlagsAdd('1:*', ['\\Seen'])
      }),
    empty: () =>
      asAnother(async (client) => {
        for (const folder of await folders(client)) {
          const box = await client.mailboxOpen(folder)
          if (box.exists > 0) await client.messageDelete('1:*')
        }
      }),
    kill: () => dovecot.gone(),
    comeBack: () => dovecot.comeBack(),
  }
  voicemailSuite({
    name: 'Dovecot, TLS from the start',
    server: () => server,
    open: () => imapHouse(dovecot.settings('bob')),
    soundBegins: 'RIFF',
  })

  test('Dovecot is spoken to by STARTTLS as well', async () => {
    const house = imapHouse(dovecot.settings('alice', 'starttls'))
    house.port.start()
    await house.until('a connection', (_, { is }) => is === 'ready')
    await house.port.stop()
  })

  test('a password that Dovecot refuses is told as that, and is not given again', async () => {
    const house = imapHouse({ ...dovecot.settings('alice'), 'voicemail.password': 'wrong' })
    house.port.start()
    await house.until('refused', (_, { is }) => is === 'failed')
    const [failed] = house.events.filter((event) => event.type === 'state' && event.state.is === 'failed')
    assert.equal(failed?.type === 'state' && failed.state.error?.code, 'credentials-rejected')
    await house.port.stop()
  })
})
