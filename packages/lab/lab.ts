// The lab: a small deployment in one process, for trying and for testing.
import { realClock, realDice } from '@openparley/net'
import type { Dice } from '@openparley/protocols/common'
import { type Hop, responseTo, toOf, topVia, uriOf, userOf } from '@openparley/protocols/sip'
import { labCertificates } from './certificates.ts'
import { openControl } from './control.ts'
import { type Deployment, openDeployment } from './cucm/deployment.ts'
import { holdPorts } from './dead-port.ts'
import { FaultSet } from './faults.ts'
import { mediaRelay } from './media/relay.ts'
import { type LabRecord, Recorder } from './record.ts'
import { deviceIn, serviceControl } from './sip/cucm.ts'
import { labNumbers, numbers } from './sip/numbers.ts'
import { Proxy } from './sip/proxy.ts'
import { Registrar } from './sip/registrar.ts'
import { openWire, type Wire } from './sip/wire.ts'

export interface LabOptions {
  /** UDP and TCP; TLS has the next one. Any free ones unless said. */
  readonly sipPort?: number
  readonly faults?: readonly { readonly name: string; readonly value?: string }[]
  /** Chance for losses, tokens and passwords; the real one unless said. */
  readonly dice?: Dice
}

export interface LabPerson {
  readonly name: string
  /** Ready for a core. */
  readonly settings: Readonly<Record<string, unknown>>
  /** The same person's for who knows a name and a password, and no server. */
  readonly signIn: Readonly<Record<string, unknown>>
}

export interface Lab {
  readonly addresses: {
    readonly sip: { readonly udp: string; readonly tcp: string; readonly tls: string }
  } & Deployment['addresses']
  readonly rules: Deployment['rules']
  /** Who may read the call manager's database. */
  readonly administrator: Deployment['administrator']
  /** What the call manager's services were asked. */
  asked(): readonly string[]
  /** The authority of its certificates, PEM. */
  readonly ca: string
  readonly people: readonly LabPerson[]
  /** The control socket's path. */
  readonly control: string
  record(): LabRecord
  /** Tells the person's registered phones by service-control: reset, restart, apply-config. */
  notify(person: string, action: string): void
  setFault(name: string, value?: string): void
  clearFault(name: string): void
  /** The person's settings over another transport. */
  settingsOver(name: string, transport: Hop['transport']): Readonly<Record<string, unknown>>
  /** When somebody asked it to stop by the control socket. */
  readonly stopped: Promise<void>
  close(): Promise<void>
}

const realm = 'parley-lab'
const names = ['alice', 'bob']

export async function startLab(options: LabOptions = {}): Promise<Lab> {
  const dice = options.dice ?? realDice
  const faults = new FaultSet()
  for (const { name, value } of options.faults ?? []) faults.set(name, value)
  const passwords = new Map(names.map((name) => [name, dice.token(128)]))
  const certificates = labCertificates(faults, Date.now())
  const recorder = new Recorder()
  const relay = mediaRelay(faults, dice, recorder.relayed)
  const phone = await labNumbers(dice)
  const timers = new Set<() => void>()
  const later = (ms: number, act: () => void): void => {
    const cancel = realClock.at(realClock.now() + ms, () => {
      timers.delete(cancel)
      act()
    })
    timers.add(cancel)
  }
  const registrar = new Registrar({
    realm,
    dice,
    passwordOf: (user) => passwords.get(user),
    algorithms: () => (faults.has('unknown-digest') ? ['SHA-1'] : ['SHA-256', 'MD5']),
  })
  let wire: Wire | undefined
  let awake: (() => void) | undefined
  /** Sets the timer for what the proxy wants next. */
  const wait = (): void => {
    awake?.()
    const { deadline } = proxy
    awake = deadline === undefined ? undefined : realClock.at(deadline, wake)
  }
  const wake = (): void => {
    proxy.wake(realClock.now())
    wait()
  }
  let release: (() => Promise<void>) | undefined
  const vanish = async (): Promise<void> => {
    const gone = wire
    wire = undefined
    await Promise.all([gone?.close(), phone.close()])
    if (gone) release = await holdPorts({ udp: [gone.ports.udp], tcp: [gone.ports.tcp, gone.ports.tls] })
  }
  const proxy = new Proxy({
    dice,
    registrar,
    recorder,
    later: (ms, act) =>
      later(ms, () => {
        act()
        wait()
      }),
    portOf: (transport) => wire?.ports[transport] ?? 0,
    isPerson: (user) => passwords.has(user),
    numberAt: (user) => (Object.hasOwn(numbers, user) ? phone.hop : undefined),
    through: (message, callId, fromCaller) => relay.through(message, callId, fromCaller),
    onAnswered: () => {
      // After the ACK has gone its way.
      if (faults.has('gone-in-call')) later(200, () => void vanish())
    },
    send: (message, hop) => {
      recorder.rung({
        atMs: Date.now(),
        from: 'lab',
        to: `${hop.address}:${hop.port}`,
        label: labelOf(message),
        callId: message.headers.get('Call-ID') ?? '',
      })
      return wire?.send(message, hop) ?? false
    },
    judge: (request) => {
      const { method } = request
      if (method === 'REGISTER') recorder.device(userOf(uriOf(toOf(request.headers))) ?? '', deviceIn(request))
      if (faults.has('overload')) return { status: 503, headers: [['Retry-After', '30']] }
      if (faults.has('server-error')) return { status: 500 }
      if (method === 'REGISTER') {
        if (faults.has('forbidden')) return { status: 403 }
        return faults.has('unknown-account') ? { status: 404 } : undefined
      }
      if (method !== 'INVITE') return undefined
      if (faults.has('no-answer')) return { status: 408, ringMs: faults.value('no-answer') }
      const refused = (
        [
          ['unknown-number', 404],
          ['busy', 486],
          ['declined', 603],
          ['call-forbidden', 403],
          ['incompatible', 488],
        ] as const
      ).find(([name]) => faults.has(name))
      return refused && { status: refused[1] }
    },
  })
  wire = await openWire({
    port: options.sipPort ?? 0,
    tls: certificates.server,
    faults,
    dice,
    onMessage: (message, hop) => {
      recorder.rung({
        atMs: Date.now(),
        from: `${hop.address}:${hop.port}`,
        to: 'lab',
        label: labelOf(message),
        callId: message.headers.get('Call-ID') ?? '',
      })
      proxy.received(message, hop, realClock.now())
      wait()
    },
    // A bad request costs its sender an error, where it says who that is, and nobody else anything.
    onMalformed: ({ method = '', answer, headers }, hop) => {
      if (answer === undefined || method === 'ACK' || !topVia(headers)) return
      wire?.send(
        responseTo({ kind: 'request', method, uri: '', headers, body: new Uint8Array(0) }, answer, dice.token(64)),
        hop,
      )
    },
  })
  const addresses = {
    sip: { udp: `127.0.0.1:${wire.ports.udp}`, tcp: `127.0.0.1:${wire.ports.tcp}`, tls: `127.0.0.1:${wire.ports.tls}` },
  }
  const sipPorts = wire.ports
  if (faults.has('refuse')) await vanish()
  const settingsOver = (name: string, transport: Hop['transport']): Readonly<Record<string, unknown>> => ({
    'softphone.servers': [`sip:${addresses.sip[transport]};transport=${transport}`],
    'softphone.user': name,
    'softphone.password': faults.has('wrong-password') ? dice.token(128) : passwords.get(name),
    'softphone.displayName': name[0]?.toUpperCase() + name.slice(1),
    ...(transport === 'tls' ? { 'softphone.tls.ca': certificates.authority.ca } : {}),
  })
  const transport =
    faults.has('wrong-certificate') || faults.has('wrong-name') || faults.has('expired-certificate') ? 'tls' : 'udp'
  const deployment = await openDeployment({
    people: names,
    passwordOf: (user) => passwords.get(user),
    sipPorts: () => sipPorts,
    authority: certificates.authority,
    faults,
    dice,
  })
  const notify = (person: string, action: string): void => {
    for (const { uri, hop } of registrar.contacts(person, realClock.now()))
      wire?.send(serviceControl(uri, action, addresses.sip.tcp, dice), hop)
  }
  const { promise: stopped, resolve: stop } = Promise.withResolvers<void>()
  const control = await openControl({
    record: () => recorder.read(),
    setFault: (name, value) => faults.set(name, value),
    clearFault: (name) => faults.clear(name),
    notify,
    setRules: (direction, rules) => deployment.rules.set(direction, rules),
    stop,
  })
  let closing: Promise<void> | undefined
  return {
    addresses: { ...addresses, ...deployment.addresses },
    rules: deployment.rules,
    administrator: deployment.administrator,
    asked: () => deployment.asked(),
    ca: certificates.authority.ca,
    people: names.map((name) => ({ name, settings: settingsOver(name, transport), signIn: deployment.signIn(name) })),
    control: control.path,
    stopped,
    settingsOver,
    record: () => recorder.read(),
    notify,
    setFault: (name, value) => faults.set(name, value),
    clearFault: (name) => faults.clear(name),
    close: () => {
      closing ??= (async () => {
        awake?.()
        for (const cancel of timers) cancel()
        await Promise.all([wire?.close(), phone.close(), relay.close(), control.close(), deployment.close()])
        await release?.()
      })()
      return closing
    },
  }
}

function labelOf(message: Parameters<Wire['send']>[0]): string {
  const method = message.headers.get('CSeq')?.split(/\s+/)[1] ?? ''
  return message.kind === 'request' ? message.method : `${message.status} ${method}`
}
