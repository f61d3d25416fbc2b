// The lab's manager interface, asked by a client of the test's own: lines are written and read here, and not by the codec that the lab has.
import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { after, test } from 'node:test'
import { startLab } from '../lab.ts'

const lab = await startLab()
after(() => lab.close())
const alice = 'desk-alice'

type Said = Readonly<Record<string, string>>

class Client {
  readonly #socket: Socket
  readonly #came: Said[] = []
  #held = ''
  #wake: () => void = () => {}

  constructor() {
    const [host = '', port] = lab.addresses.ami.split(':')
    this.#socket = connect(Number(port), host)
    this.#socket.setEncoding('utf8')
    this.#socket.on('data', (text: string) => {
      this.#held = (this.#held + text).replace(/^Asterisk Call Manager\/[\d.]+\r\n/, '')
      const parts = this.#held.split('\r\n\r\n')
      this.#held = parts.pop() ?? ''
      for (const part of parts)
        this.#came.push(Object.fromEntries(part.split('\r\n').map((line) => line.split(/: ?(.*)/s, 2))))
      this.#wake()
    })
  }

  say(action: string, fields: Said = {}): void {
    const lines = Object.entries({ Action: action, ActionID: action, ...fields }).map(
      ([name, value]) => `${name}: ${value}`,
    )
    this.#socket.write(`${lines.join('\r\n')}\r\n\r\n`)
  }

  async asks(action: string, fields: Said = {}): Promise<Said> {
    this.say(action, fields)
    return this.until((said) => 'Response' in said && !('Event' in said) && said['ActionID'] === action)
  }

  /** The next that fits; what came before it is over. */
  async until(fits: (said: Said) => boolean): Promise<Said> {
    for (;;) {
      const at = this.#came.findIndex(fits)
      if (at >= 0) return this.#came.splice(0, at + 1).at(-1) ?? {}
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  event(name: string, more: Said = {}): Promise<Said> {
    return this.until(
      (said) => said['Event'] === name && Object.entries(more).every(([field, value]) => said[field] === value),
    )
  }

  close(): void {
    this.#socket.destroy()
  }
}

async function signedIn(person: string): Promise<Client> {
  const client = new Client()
  const secret = String(lab.ami.settings(person)['deskPhone.password'])
  const { Response } = await client.asks('Login', { Username: person, Secret: secret })
  assert.equal(Response, 'Success')
  return client
}

test('nobody does anything before they have signed in, and nobody does with a wrong password', async () => {
  const client = new Client()
  try {
    assert.equal((await client.asks('CoreShowChannels'))['Response'], 'Error')
    assert.equal((await client.asks('Login', { Username: 'alice', Secret: 'x' }))['Message'], 'Authentication failed')
    assert.equal((await client.asks('Challenge', { AuthType: 'MD5' }))['Response'], 'Success')
    assert.equal((await client.asks('Login', { Username: 'alice', AuthType: 'md5', Key: '0' }))['Response'], 'Error')
  } finally {
    client.close()
  }
})

test('a call that is asked for has the channel that was asked for, and its events come after the answer', async () => {
  const client = await signedIn('alice')
  try {
    const asked = { Channel: `PJSIP/${alice}`, ChannelId: 'mine', Context: 'default', Exten: '600', Priority: '1' }
    assert.equal((await client.asks('Originate', asked))['Response'], 'Success')
    const own = await client.event('Newchannel', { Uniqueid: 'mine' })
    assert.match(own['Channel'] ?? '', /^PJSIP\/desk-alice-[0-9a-f]{8}$/)
    await client.event('OriginateResponse', { Response: 'Success' })
    await client.event('DialBegin', { Uniqueid: 'mine' })
    await client.event('DialEnd', { Uniqueid: 'mine', DialStatus: 'ANSWER' })
    await client.event('BridgeEnter', { Uniqueid: 'mine' })
    client.say('CoreShowChannels')
    const listed = await client.event('CoreShowChannel', { Uniqueid: 'mine' })
    assert.deepEqual([listed['ChannelState'], listed['ConnectedLineNum']], ['6', '600'])
    await client.event('CoreShowChannelsComplete', { ListItems: '2' })
    assert.equal((await client.asks('Hangup', { Channel: own['Channel'] ?? '' }))['Response'], 'Success')
    await client.event('Hangup', { Uniqueid: 'mine' })
    assert.deepEqual(lab.desk.calls(alice), [])
  } finally {
    client.close()
  }
})

test('what a hand does is told, and the phones of others are nobody’s to control', async () => {
  const [client, other] = [await signedIn('alice'), await signedIn('bob')]
  try {
    lab.desk.touch(alice, 'dial', '404')
    const { Channel = '' } = await client.event('Newchannel', { ChannelState: '4', Exten: '404' })
    await client.event('Hangup', { Channel })
    lab.desk.touch(alice, 'dial', '600')
    const begun = await client.event('Newchannel', { ChannelState: '4', Exten: '600' })
    await client.event('BridgeEnter', { Channel: begun['Channel'] ?? '' })
    const refused = await other.asks('Hangup', { Channel: begun['Channel'] ?? '' })
    assert.equal(refused['Message'], 'No such channel')
    const stranger = { Channel: `PJSIP/${alice}`, Context: 'default', Exten: '600', Priority: '1' }
    assert.equal((await other.asks('Originate', stranger))['Response'], 'Error')
    lab.desk.touch(alice, 'hold')
    await client.event('Hold', { Uniqueid: begun['Uniqueid'] ?? '' })
    lab.desk.touch(alice, 'hang-up')
    await client.event('Hangup', { Uniqueid: begun['Uniqueid'] ?? '' })
  } finally {
    client.close()
    other.close()
  }
})

test('waiting messages are told with the mailbox', async () => {
  const client = await signedIn('alice')
  try {
    lab.mailbox('alice', { fresh: 2, old: 0 })
    const told = await client.event('MessageWaiting', { Mailbox: 'desk-alice@default' })
    assert.deepEqual([told['Waiting'], told['New']], ['1', '2'])
    const counted = await client.asks('MailboxCount', { Mailbox: 'desk-alice@default' })
    assert.equal(counted['NewMessages'], '2')
  } finally {
    client.close()
  }
})
