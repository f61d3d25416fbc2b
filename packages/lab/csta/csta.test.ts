import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { after, test } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { startLab } from '../lab.ts'
import type { Lab } from '../lab-types.ts'

const lab = await startLab()
after(() => lab.close())
const edition = 'http://www.ecma-international.org/standards/ecma-323/csta/ed4'
const alice = 'desk-alice'
const bob = 'desk-bob'

/** A client of the test's own: frames are written and read here, and not by the codec that the lab has. */
class Client {
  readonly #socket: Socket
  readonly #came: { readonly id: string; readonly text: string }[] = []
  #held: Buffer = Buffer.alloc(0)
  #wake: () => void = () => {}
  #asked = 0
  readonly closed: Promise<void>

  constructor(socket: Socket) {
    this.#socket = socket
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()))
    socket.on('error', () => {})
    socket.on('data', (bytes: Buffer) => {
      this.#held = Buffer.concat([this.#held, bytes])
      while (this.#held.length >= 8 && this.#held.length >= this.#held.readUInt16BE(2)) {
        const length = this.#held.readUInt16BE(2)
        this.#came.push({ id: this.#held.toString('latin1', 4, 8), text: this.#held.toString('utf8', 8, length) })
        this.#held = this.#held.subarray(length)
      }
      this.#wake()
    })
  }

  static to(of: Lab = lab): Client {
    const [host = '', port] = of.addresses.csta.tcp.split(':')
    return new Client(connect(Number(port), host))
  }

  send(id: string, text: string): void {
    const body = Buffer.from(text)
    const head = Buffer.from([0, 0, (body.length + 8) >> 8, (body.length + 8) & 0xff])
    this.#socket.write(Buffer.concat([head, Buffer.from(id), body]))
  }

  raw(bytes: Buffer): void {
    this.#socket.write(bytes)
  }

  async #until(fits: (id: string, text: string) => boolean): Promise<string> {
    for (;;) {
      const at = this.#came.findIndex(({ id, text }) => fits(id, text))
      const [found] = at < 0 ? [] : this.#came.splice(at, 1)
      if (found) return found.text
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  async ask(name: string, inner = ''): Promise<string> {
    const id = String(this.#asked++).padStart(4, '0')
    this.send(id, `<${name} xmlns="${edition}">${inner}</${name}>`)
    return this.#until((of) => of === id)
  }

  /** The next event, whichever it is. */
  event(name = ''): Promise<string> {
    return this.#until((id, text) => id === '9999' && text.includes(`<${name}`))
  }

  end(): void {
    this.#socket.destroy()
  }
}

const at = (call: string, device: string): string => `<callID>${call}</callID><deviceID>${device}</deviceID>`
const callIn = (text: string): string => /<callID>([^<]*)/.exec(text)?.[1] ?? ''
const rootOf = (text: string): string => /<(\w+) xmlns/.exec(text)?.[1] ?? ''
const monitor = (client: Client, device: string): Promise<string> =>
  client.ask('MonitorStart', `<monitorObject><deviceObject>${device}</deviceObject></monitorObject>`)
const dial = (client: Client, from: string, to: string): Promise<string> =>
  client.ask('MakeCall', `<callingDevice>${from}</callingDevice><calledDirectoryNumber>${to}</calledDirectoryNumber>`)
async function refused(answer: Promise<string>, category: string, value: string): Promise<void> {
  assert.match(await answer, new RegExp(`<CSTAErrorCode [^>]*><${category}>${value}</${category}>`))
}

/** Two monitored phones that talk. */
async function talk(client: Client): Promise<string> {
  await monitor(client, alice)
  const call = callIn(await dial(client, alice, bob))
  await client.event('DeliveredEvent')
  lab.desk.touch(bob, 'answer')
  await client.event('EstablishedEvent')
  return call
}

test('a call is told step by step, after the answer to who made it', { timeout: 10_000 }, async () => {
  const client = Client.to()
  await monitor(client, alice)
  const made = await dial(client, alice, bob)
  const call = callIn(made)
  assert.match(made, new RegExp(`<MakeCallResponse xmlns="${edition}"><callingDevice>${at(call, alice)}`))
  const steps: string[] = []
  for (const _ of ['initiated', 'originated', 'delivered']) steps.push(rootOf(await client.event()))
  assert.deepEqual(steps, ['ServiceInitiatedEvent', 'OriginatedEvent', 'DeliveredEvent'])
  const answered = await client.ask('AnswerCall', `<callToBeAnswered>${at(call, bob)}</callToBeAnswered>`)
  assert.equal(rootOf(answered), 'AnswerCallResponse')
  assert.match(await client.event(), new RegExp(`<establishedConnection>${at(call, bob)}</establishedConnection>`))
  await client.ask('HoldCall', `<callToBeHeld>${at(call, alice)}</callToBeHeld>`)
  assert.match(await client.event('HeldEvent'), /<localConnectionInfo>hold</)
  await client.ask('RetrieveCall', `<callToBeRetrieved>${at(call, alice)}</callToBeRetrieved>`)
  assert.match(await client.event('RetrievedEvent'), /<localConnectionInfo>connected</)
  await client.ask('ClearConnection', `<connectionToBeCleared>${at(call, alice)}</connectionToBeCleared>`)
  assert.match(await client.event('ConnectionClearedEvent'), /<localConnectionInfo>null</)
  client.end()
})

test('what a hand does at the phone is told, and a call from elsewhere rings', { timeout: 10_000 }, async () => {
  const client = Client.to()
  await monitor(client, bob)
  lab.desk.touch(alice, 'dial', bob)
  const delivered = await client.event('DeliveredEvent')
  const call = callIn(delivered)
  assert.match(delivered, new RegExp(`<callingDevice><deviceIdentifier>${alice}<`))
  assert.match(delivered, /<localConnectionInfo>alerting</)
  const snapshot = await client.ask('SnapshotDevice', `<snapshotObject>${bob}</snapshotObject>`)
  assert.match(snapshot, new RegExp(`${at(call, bob)}.*<localConnectionState>alerting<`))
  const told = await client.ask('SnapshotCall', `<snapshotObject>${at(call, bob)}</snapshotObject>`)
  assert.match(told, new RegExp(`<callingDevice><deviceIdentifier>${alice}<`))
  lab.desk.touch(alice, 'hang-up')
  const gone = await client.event('ConnectionClearedEvent')
  assert.match(gone, new RegExp(at(call, alice)))
  assert.match(await client.event('ConnectionClearedEvent'), /<localConnectionInfo>null</)
  client.end()
})

test('a consultation is transferred, and the far phone is told whom it talks to', { timeout: 10_000 }, async () => {
  const client = Client.to()
  const call = await talk(client)
  await monitor(client, bob)
  const consulted = await client.ask(
    'ConsultationCall',
    `<existingCall>${at(call, alice)}</existingCall><consultedDevice>600</consultedDevice>`,
  )
  const second = callIn(consulted)
  assert.match(await client.event('HeldEvent'), /<cause>consultation</)
  await client.event('EstablishedEvent')
  const answer = await client.ask(
    'TransferCall',
    `<heldCall>${at(call, alice)}</heldCall><activeCall>${at(second, alice)}</activeCall>`,
  )
  const third = callIn(answer)
  assert.equal(rootOf(answer), 'TransferCallResponse')
  const told = await client.event('TransferedEvent')
  assert.match(told, new RegExp(`<primaryOldCall>${at(call, alice)}</primaryOldCall>`))
  assert.match(told, new RegExp(`<newConnection>${at(third, '600')}</newConnection>`))
  assert.match(await client.event('TransferedEvent'), /<localConnectionInfo>connected</)
  assert.deepEqual([lab.desk.calls(alice).length, lab.desk.calls(bob).map(({ remote }) => remote)], [0, ['600']])
  lab.desk.touch(bob, 'hang-up')
  client.end()
})

test('three are in a conference, one is let go, and two calls are alternated', { timeout: 10_000 }, async () => {
  const client = Client.to()
  const call = await talk(client)
  const second = callIn(
    await client.ask(
      'ConsultationCall',
      `<existingCall>${at(call, alice)}</existingCall><consultedDevice>600</consultedDevice>`,
    ),
  )
  await client.event('EstablishedEvent')
  const [first, other] = [at(call, alice), at(second, alice)]
  await client.ask('AlternateCall', `<heldCall>${first}</heldCall><activeCall>${other}</activeCall>`)
  assert.deepEqual(
    lab.desk.calls(alice).map(({ state }) => state),
    ['connected', 'hold'],
  )
  const joined = await client.ask('ConferenceCall', `<heldCall>${other}</heldCall><activeCall>${first}</activeCall>`)
  const third = callIn(joined)
  assert.match(await client.event('ConferencedEvent'), new RegExp(at(third, bob)))
  await client.ask('ClearConnection', `<connectionToBeCleared>${at(third, '600')}</connectionToBeCleared>`)
  assert.match(await client.event('ConnectionClearedEvent'), /<localConnectionInfo>connected</)
  await client.ask('ClearConnection', `<connectionToBeCleared>${at(third, alice)}</connectionToBeCleared>`)
  assert.match(await client.event('ConnectionClearedEvent'), /<localConnectionInfo>null</)
  client.end()
})

test('a call is deflected, sent on, and fails as it failed', { timeout: 10_000 }, async () => {
  const client = Client.to()
  await monitor(client, alice)
  await monitor(client, bob)
  const call = callIn(await dial(client, alice, bob))
  await client.event('DeliveredEvent')
  await client.event('DeliveredEvent')
  const to600 = '<newDestination>600</newDestination>'
  await client.ask('DeflectCall', `<callToBeDiverted>${at(call, bob)}</callToBeDiverted>${to600}`)
  assert.match(await client.event('DivertedEvent'), /<newDestination><deviceIdentifier>600</)
  await client.event('EstablishedEvent')
  await client.ask(
    'GenerateDigits',
    `<connectionToSendDigits>${at(call, alice)}</connectionToSendDigits><charactersToSend>12#</charactersToSend>`,
  )
  assert.match(await client.event('DigitsGeneratedEvent'), /<digitGeneratedList>12#</)
  await client.ask(
    'SingleStepTransferCall',
    `<activeCall>${at(call, alice)}</activeCall><transferredTo>601</transferredTo>`,
  )
  assert.match(await client.event('TransferedEvent'), /<cause>singleStepTransfer</)
  await dial(client, alice, '602')
  assert.match(await client.event('FailedEvent'), /<cause>busy</)
  client.end()
})

test('what a line has switched on is asked, set and told', { timeout: 10_000 }, async () => {
  const client = Client.to()
  await monitor(client, bob)
  const device = `<device>${bob}</device>`
  await client.ask('SetDoNotDisturb', `${device}<doNotDisturbOn>true</doNotDisturbOn>`)
  assert.match(await client.event('DoNotDisturbEvent'), /<doNotDisturbOn>true</)
  assert.match(await client.ask('GetDoNotDisturb', device), /<doNotDisturbOn>true</)
  await client.ask('SetDoNotDisturb', `${device}<doNotDisturbOn>false</doNotDisturbOn>`)
  await client.ask('SetForwarding', `${device}<activateForward>true</activateForward><forwardDN>600</forwardDN>`)
  assert.match(await client.event('ForwardingEvent'), /<forwardTo>600</)
  assert.match(await client.ask('GetForwarding', device), /<forwardStatus>true<.*<forwardDN>600</)
  await client.ask('SetForwarding', `${device}<activateForward>false</activateForward>`)
  lab.mailbox('bob', { fresh: 2, old: 0 })
  assert.match(await client.event('MessageWaitingEvent'), /<messageWaitingOn>true</)
  assert.match(await client.ask('GetMessageWaitingIndicator', device), /<messageWaitingOn>true</)
  client.end()
})

test('what cannot be done is answered with why', { timeout: 10_000 }, async () => {
  const client = Client.to()
  await refused(monitor(client, 'desk-nobody'), 'operation', 'invalidDeviceID')
  await refused(
    client.ask('MonitorStop', '<monitorCrossRefID>x</monitorCrossRefID>'),
    'operation',
    'invalidMonitorCrossRefID',
  )
  await refused(client.ask('HoldCall', `<callToBeHeld>${at('x', alice)}</callToBeHeld>`), 'operation', 'invalidCallID')
  await refused(client.ask('HoldCall'), 'operation', 'invalidParameterValue')
  await refused(client.ask('Dance'), 'operation', 'serviceNotSupported')
  const call = callIn(await dial(client, alice, '604'))
  await refused(
    client.ask('HoldCall', `<callToBeHeld>${at(call, alice)}</callToBeHeld>`),
    'stateIncompatibility',
    'noActiveCall',
  )
  await refused(
    client.ask('HoldCall', `<callToBeHeld>${at(call, bob)}</callToBeHeld>`),
    'operation',
    'invalidConnectionID',
  )
  await client.ask('ClearConnection', `<connectionToBeCleared>${at(call, alice)}</connectionToBeCleared>`)
  client.raw(Buffer.from([9, 9, 0, 8, 0x30, 0x30, 0x30, 0x30]))
  await client.closed
})

const session = (user: string, password: string): string =>
  `<applicationInfo><applicationID>test</applicationID><applicationSpecificInfo><user>${user}</user><password>${password}</password></applicationSpecificInfo></applicationInfo>`

test('who signs in has their own phone alone, and with a wrong password none', { timeout: 10_000 }, async () => {
  const password = String(lab.people[0]?.desk['deskPhone.password'])
  const client = Client.to()
  const started = await client.ask('StartApplicationSession', session('alice', password))
  assert.equal(rootOf(started), 'StartApplicationSessionPosResponse')
  assert.equal(rootOf(await monitor(client, alice)), 'MonitorStartResponse')
  await refused(monitor(client, bob), 'operation', 'privilegeViolationSpecifiedDevice')
  const id = /<sessionID>([^<]*)/.exec(started)?.[1] ?? ''
  const kept = await client.ask('ResetApplicationSessionTimer', `<sessionID>${id}</sessionID>`)
  assert.match(kept, /<actualSessionDuration>120</)
  const stopped = await client.ask('StopApplicationSession', `<sessionID>${id}</sessionID>`)
  assert.equal(rootOf(stopped), 'StopApplicationSessionPosResponse')
  client.end()
  const stranger = Client.to()
  const no = await stranger.ask('StartApplicationSession', session('alice', 'guessed'))
  assert.equal(rootOf(no), 'StartApplicationSessionNegResponse')
  await refused(monitor(stranger, alice), 'operation', 'privilegeViolationSpecifiedDevice')
  stranger.end()
})

test('it is spoken over TLS as well', { timeout: 10_000 }, async () => {
  const [host = '', port] = lab.addresses.csta.tls.split(':')
  const client = new Client(connectTls({ host, port: Number(port), ca: lab.ca }))
  assert.match(await client.ask('RequestSystemStatus'), /<systemStatus>normal</)
  client.end()
})

test('faults: frames are counted and the connection is cut; a server that is gone comes back', {
  timeout: 10_000,
}, async () => {
  lab.setFault('csta-cut', '1')
  const client = Client.to()
  await client.ask('RequestSystemStatus')
  client.send('0001', '<RequestSystemStatus/>')
  await client.closed
  lab.clearFault('csta-cut')
  await lab.csta.go()
  await Client.to().closed
  await lab.csta.comeBack()
  const again = Client.to()
  assert.match(await again.ask('RequestSystemStatus'), /normal/)
  again.end()
})
