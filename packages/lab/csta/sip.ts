// The lab’s CSTA server over SIP (uaCSTA: ECMA TR/87): each dialog is an association, each INFO a request or an event.
import { drive, realClock } from '@openparley/net'
import type { Dice } from '@openparley/protocols/common'
import { ofEvents, readMessage } from '@openparley/protocols/csta'
import {
  Agent,
  type AgentEffect,
  type AgentInput,
  type Field,
  fromOf,
  type Hop,
  type SessionEvent,
  uriOf,
  userOf,
} from '@openparley/protocols/sip'
import { holdPorts } from '../dead-port.ts'
import { FaultSet } from '../faults.ts'
import { Registrar } from '../sip/registrar.ts'
import { openWire, type Wire } from '../sip/wire.ts'
import { Association } from './association.ts'
import type { CstaServerOptions } from './server.ts'

export interface UacstaServer {
  readonly addresses: { readonly udp: string; readonly tcp: string; readonly tls: string }
  /** What a core needs to control the person’s phone on the desk; nothing where they have none. */
  settings(person: string, transport?: Hop['transport']): Readonly<Record<string, unknown>>
  /** All dialogs are ended. */
  cut(): void
  /** Nothing listens any more, and nobody else is given its ports. */
  go(): Promise<void>
  comeBack(): Promise<void>
  close(): Promise<void>
}

interface Dialog {
  readonly association: Association
  /** Events that wait until those before them are answered. */
  readonly events: string[]
  underWay: boolean
  /** What is answered to what is asked just now. */
  answer: string | undefined
  came: number
}

export async function openUacstaServer(options: CstaServerOptions): Promise<UacstaServer> {
  const { desk, passwordOf, tls, ca, faults, dice } = options
  const dialogs = new Map<string, Dialog>()
  let wire: Wire | undefined
  let ports: Wire['ports'] = { udp: 0, tcp: 0, tls: 0 }
  let told = 0

  const agent = new Agent({
    dice,
    userAgent: 'Parley-Lab/0.1',
    methods: ['INFO'],
    describes: { contentType, fields },
    sentBy: ({ transport }) => `127.0.0.1:${ports[transport]}`,
    contact: ({ transport }) => `sip:csta@127.0.0.1:${ports[transport]};transport=${transport}`,
    ringMs: () => 10_000,
    sessionExpiresS: () => 1800,
    mostSessions: 100,
  })
  const perform = (effect: AgentEffect): void => {
    switch (effect.type) {
      case 'send':
        return send(effect)
      case 'session':
        return effect.event.type === 'incoming'
          ? invited(effect.session, effect.event)
          : attend(effect.session, effect.event)
      case 'request':
        return requested(effect)
      case 'replied':
      case 'unanswered':
        return answered(effect.id, effect.type === 'replied' && effect.response.status !== 481)
      default:
        return
    }
  }
  const send = ({ id, message, hop }: Extract<AgentEffect, { type: 'send' }>): void => {
    if (!wire?.send(message, hop) && id !== undefined) driven.feed({ type: 'failed', id })
  }
  const driven = drive<AgentInput, AgentEffect>(agent, realClock, perform)
  const proof = proofs(dice, passwordOf)

  const invited = (session: string, { request, body = '' }: Extract<SessionEvent, { type: 'incoming' }>): void => {
    const reject = (status: number, headers: readonly Field[] = []): void =>
      driven.feed({ type: 'reject', session, status, headers })
    const person = userOf(uriOf(fromOf(request.headers))) ?? ''
    const refused = proof.authenticate(request, person, realClock.now(), false)
    if (refused)
      return reject(
        refused.status,
        refused.headers.all('WWW-Authenticate').map((value): Field => ['WWW-Authenticate', value]),
      )
    if (desk.numberOf(person) === undefined) return reject(404)
    if (readMessage(body).is !== 'RequestSystemStatus') return reject(400)
    const dialog: Dialog = {
      association: new Association({
        desk,
        dice,
        passwordOf,
        person,
        // Sessions of ECMA-354 are the other carrier’s.
        later: () => () => {},
        close: () => driven.feed({ type: 'end', session }),
        send: (invokeId, text) => {
          if (invokeId === ofEvents) dialog.events.push(text)
          else dialog.answer = text
        },
      }),
      events: [],
      underWay: false,
      answer: undefined,
      came: 0,
    }
    dialogs.set(session, dialog)
    const status = ask(dialog, body)
    driven.feed({ type: 'accept', session, ...(status === undefined ? {} : { body: status }) })
  }
  const ask = (dialog: Dialog, text: string): string | undefined => {
    dialog.answer = undefined
    dialog.association.request(0, text)
    return dialog.answer
  }
  const attend = (session: string, event: SessionEvent): void => {
    const dialog = dialogs.get(session)
    if (!dialog) return
    if (event.type === 'offered') {
      const body = ask(dialog, event.body)
      driven.feed(body === undefined ? { type: 'refuse', session } : { type: 'answer', session, body })
    }
    if (event.type === 'offer-wanted') driven.feed({ type: 'refuse', session })
    if (event.type !== 'ended') return
    dialogs.delete(session)
    dialog.association.over()
  }
  const requested = ({ id, request, session = '' }: Extract<AgentEffect, { type: 'request' }>): void => {
    const dialog = dialogs.get(session)
    if (!dialog || request.method !== 'INFO')
      return driven.feed({ type: 'reply', id, status: request.method === 'OPTIONS' ? 200 : 501 })
    if (faults.has('csta-cut') && dialog.came++ >= faults.value('csta-cut'))
      return driven.feed({ type: 'end', session })
    const body = ask(dialog, new TextDecoder().decode(request.body))
    driven.feed({
      type: 'reply',
      id,
      status: 200,
      ...(body === undefined ? {} : { body, contentType, headers: fields }),
    })
    next(session, dialog)
  }
  /** One event at a time: what overtakes another over UDP is refused. */
  const next = (session: string, dialog: Dialog): void => {
    if (dialog.underWay) return
    const body = dialog.events.shift()
    if (body === undefined) return
    dialog.underWay = true
    const id = `${session} ${++told}`
    driven.feed({ type: 'send', session, id, method: 'INFO', body, contentType, headers: fields })
  }
  const answered = (id: string, isThere: boolean): void => {
    const session = id.slice(0, id.lastIndexOf(' '))
    const dialog = dialogs.get(session)
    if (!dialog) return
    dialog.underWay = false
    if (isThere) next(session, dialog)
    else driven.feed({ type: 'end', session })
  }
  const unwatch = desk.watch((number, event) => {
    for (const [session, dialog] of dialogs) {
      dialog.association.told(number, event)
      // What is told while something is answered waits for that.
      queueMicrotask(() => next(session, dialog))
    }
  })

  const open = (): Promise<Wire> =>
    openWire({
      port: ports.udp,
      tlsPort: ports.tls,
      tls,
      // The faults of its own are others than those of the proxy.
      faults: new FaultSet(),
      dice,
      onMessage: (message, hop) => {
        if (!faults.has('csta-silent')) driven.feed({ type: 'received', message, hop })
      },
      onMalformed: () => {},
    })
  wire = await open()
  ports = wire.ports
  let release: (() => Promise<void>) | undefined
  const go = async (): Promise<void> => {
    const gone = wire
    wire = undefined
    if (!gone) return
    await gone.close()
    release = await holdPorts({ udp: [ports.udp], tcp: [ports.tcp, ports.tls] })
  }
  if (faults.has('csta-refuse')) await go()
  const addresses = {
    udp: `127.0.0.1:${ports.udp}`,
    tcp: `127.0.0.1:${ports.tcp}`,
    tls: `127.0.0.1:${ports.tls}`,
  }
  return {
    addresses,
    settings: (person, transport = 'tcp') => {
      const number = desk.numberOf(person)
      if (number === undefined) return {}
      return {
        'deskPhone.via': 'uacsta',
        'deskPhone.servers': [addresses[transport]],
        'deskPhone.line': number,
        'deskPhone.number': number,
        'deskPhone.user': person,
        'deskPhone.password': faults.has('csta-wrong-password') ? dice.token(128) : passwordOf(person),
        ...(transport === 'udp' ? { 'deskPhone.uacsta.transport': 'udp' } : {}),
        ...(transport === 'tls' ? { 'deskPhone.tls': true, 'deskPhone.tls.ca': ca } : {}),
      }
    },
    cut: () => {
      for (const session of dialogs.keys()) driven.feed({ type: 'end', session })
    },
    go,
    comeBack: async () => {
      if (wire) return
      await release?.()
      release = undefined
      wire = await open()
    },
    close: async () => {
      unwatch()
      driven.stop()
      for (const { association } of dialogs.values()) association.over()
      await wire?.close()
      await release?.()
    },
  }
}

function proofs(dice: Dice, passwordOf: (person: string) => string | undefined): Registrar {
  return new Registrar({
    realm: 'parley-lab',
    dice,
    accountOf: (name) => {
      const password = passwordOf(name)
      return password === undefined ? undefined : { name, password }
    },
    algorithms: () => ['SHA-256', 'MD5'],
  })
}

const contentType = 'application/csta+xml'
const fields: readonly Field[] = [['Content-Disposition', 'signal;handling=required']]
