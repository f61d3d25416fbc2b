// A recording of SIP engines as text without secrets, and going through it again: the same input, the same chance, the same states.
import type { Dice, Millis } from '../common/index.ts'
import { Agent } from './agent.ts'
import type { AgentEffect, AgentInput } from './agent-types.ts'
import type { SipMessage } from './message.ts'
import { parseMessage } from './parse.ts'
import { Registration, type RegistrationEffect, type RegistrationInput } from './registration.ts'
import { writeMessage } from './write.ts'

/** A turn of an engine as it stands in a report. */
export interface WrittenTurn {
  readonly at: Millis
  readonly input?: unknown
  readonly answers?: readonly unknown[]
  /** What came of it, one line an effect: what a replay is held against. */
  readonly said: readonly string[]
}

export interface WrittenEngine {
  readonly id: string
  readonly kind: string
  readonly options: Readonly<Record<string, unknown>>
  readonly turns: readonly WrittenTurn[]
}

interface Turn {
  readonly at: Millis
  readonly input: unknown
  readonly effects: readonly unknown[]
  readonly answers: readonly unknown[]
}

export function writeTurn({ at, input, effects, answers }: Turn): WrittenTurn {
  return {
    at: Math.round(at * 1000) / 1000,
    ...(input === undefined ? {} : { input: withoutSecrets(input) }),
    ...(answers.length === 0 ? {} : { answers }),
    said: effects.map((effect) => lineOf(effect as AgentEffect | RegistrationEffect)),
  }
}

/** Goes through an engine's turns; the lines of each turn as they come out now. Throws where this is no engine that was recorded. */
export function replayTurns({ kind, options, turns }: WrittenEngine): string[][] {
  const answers = turns.flatMap((turn) => turn.answers ?? [])
  let next = 0
  const answer = (): never => answers[next++] as never
  const dice: Dice = { roll: () => Number(answer()), token: () => String(answer()) }
  const engine = kind === 'registration' ? registrationOf(options, dice) : agentOf(options, dice, answer)
  return turns.map(({ at, input }) => {
    const effects = input === undefined ? engine.wake(at) : engine.handle(readInput(input) as never, at)
    return effects.map(lineOf)
  })
}

function registrationOf(options: WrittenEngine['options'], dice: Dice): Registration {
  return new Registration({
    servers: Number(options['servers']),
    expiresS: Number(options['expiresS']),
    failsBack: options['failsBack'] !== false,
    ...(options['refreshBeforeS'] === undefined ? {} : { refreshBeforeS: Number(options['refreshBeforeS']) }),
    dice,
  })
}

function agentOf(options: WrittenEngine['options'], dice: Dice, answer: () => never): Agent {
  return new Agent({
    dice,
    sentBy: answer,
    contact: answer,
    userAgent: String(options['userAgent']),
    methods: options['methods'] as string[],
    events: (options['events'] ?? []) as string[],
    ringMs: answer,
    sessionExpiresS: answer,
    mostSessions: Number(options['mostSessions']),
  })
}

/** What an effect says, without anything that redaction may have changed. */
function lineOf(effect: AgentEffect | RegistrationEffect): string {
  switch (effect.type) {
    case 'send': {
      const { message, hop } = effect
      const to = `${hop.transport} ${hop.address}:${hop.port}`
      return `send ${labelOf(message)} to ${to}`
    }
    case 'session':
      return `session ${effect.session}: ${effect.event.type}${causeOf(effect.event)}`
    case 'subscription':
      return `subscription ${effect.subscription}: ${effect.event.type}`
    case 'watcher':
      return `watcher ${effect.watcher}: ${effect.event.type}`
    case 'replied':
      return `replied ${effect.id}: ${effect.response.status}`
    case 'unanswered':
      return `unanswered ${effect.id}: ${effect.cause.is}`
    case 'challenged':
      return `challenged ${effect.id}: ${effect.method}${effect.again ? ', again' : ''}`
    case 'resolve':
      return `resolve ${effect.id}: ${effect.uri}`
    case 'request':
      return `request ${effect.id}: ${effect.request.method}`
    case 'register':
      return `register with server ${effect.server} for ${effect.expiresS} s`
    case 'state':
      return `state ${effect.state.is}`
  }
}

function causeOf(event: Extract<AgentEffect, { type: 'session' }>['event']): string {
  if (event.type !== 'ended') return ''
  return event.cause.is === 'status' ? ` by ${event.by}, ${event.cause.status}` : ` by ${event.by}, ${event.cause.is}`
}

/** The method, or the status and its method. */
export function labelOf(message: SipMessage): string {
  const method = message.headers.get('CSeq')?.split(/\s+/)[1] ?? ''
  return message.kind === 'request' ? message.method : `${message.status} ${method}`
}

/** A message crosses as its text; what is secret in it is replaced by as many x. */
function withoutSecrets(input: unknown): unknown {
  const { type } = input as { readonly type: string }
  if (type === 'received') {
    const { message, hop } = input as Extract<AgentInput, { type: 'received' }>
    return { type, hop, message: redactMessage(textOf(message)) }
  }
  if (type === 'credentials') {
    const { header, ...rest } = input as Extract<AgentInput, { type: 'credentials' }>
    return { ...rest, ...(header ? { header: [header[0], redactProof(header[1])] } : {}) }
  }
  const held = input as { readonly body?: string; readonly headers?: readonly (readonly [string, string])[] }
  return {
    ...held,
    ...(held.body === undefined ? {} : { body: redactBody(held.body, isSdp(held.body)) }),
    ...(held.headers
      ? { headers: held.headers.map(([name, value]) => [name, secretHeaders.test(name) ? redactProof(value) : value]) }
      : {}),
  }
}

function readInput(input: unknown): AgentInput | RegistrationInput {
  const { type } = input as { readonly type: string }
  if (type === 'received') {
    const { hop, message } = input as { readonly hop: never; readonly message: string }
    const read = parseMessage(new TextEncoder().encode(message))
    if (read.kind === 'malformed') throw new TypeError('a message of the recording cannot be read')
    return { type: 'received', hop, message: read }
  }
  // What JSON leaves out is what an engine takes for absent.
  if (type === 'credentials') return { header: undefined, ...(input as object) } as AgentInput
  return input as AgentInput | RegistrationInput
}

function textOf(message: SipMessage): string {
  return new TextDecoder().decode(writeMessage(message))
}

const secretHeaders = /^(Proxy-)?(Authorization|Authentication-Info)$/i

/** Of a digest what was made of the password; of any other scheme all. Realms stay: the agent goes by them. */
function redactProof(value: string): string {
  const [, scheme = '', rest = ''] = /^(\s*\S+\s*)(.*)$/s.exec(value) ?? []
  if (!/^\s*Digest\s/i.test(scheme) && !/\bnextnonce=|\brspauth=/i.test(value)) return scheme + hidden(rest)
  const proofs = /\b(response|cnonce|rspauth|nextnonce)(\s*=\s*"?)([^",\s]+)/gi
  return value.replace(proofs, (_, name: string, sign: string, proof: string) => name + sign + hidden(proof))
}

/** Of the whole text of a message. Each secret keeps its length, so that lengths in the message stay true. */
export function redactMessage(text: string): string {
  const end = text.indexOf('\r\n\r\n')
  const [head, body] = end < 0 ? [text, ''] : [text.slice(0, end), text.slice(end + 4)]
  const lines = head.split('\r\n').map((line) => {
    const colon = line.indexOf(':')
    if (colon < 0 || !secretHeaders.test(line.slice(0, colon).trim())) return line
    return line.slice(0, colon + 1) + redactProof(line.slice(colon + 1))
  })
  const sdp = /^(Content-Type|c)\s*:\s*application\/sdp/im.test(head)
  return end < 0 ? lines.join('\r\n') : `${lines.join('\r\n')}\r\n\r\n${redactBody(body, sdp)}`
}

/** SDP but its keys (RFC 4568) and passwords (RFC 8839) stays; of any other body only the length. */
function redactBody(body: string, sdp: boolean): string {
  if (!sdp) return hidden(body)
  return body
    .replace(/(inline:)([^\s|]+)/g, (_, word: string, key: string) => word + hidden(key))
    .replace(/^(a=ice-pwd:)(\S+)/gm, (_, word: string, password: string) => word + hidden(password))
    .replace(/^(k=)(.*)$/gm, (_, word: string, key: string) => word + hidden(key))
}

function isSdp(body: string): boolean {
  return body.startsWith('v=0')
}

/** As many bytes as it had in UTF-8. */
function hidden(text: string): string {
  return text.replace(/[^\r\n]/gu, (character) => 'x'.repeat(new TextEncoder().encode(character).length))
}

export interface Rung {
  readonly atMs: number
  readonly from: string
  readonly to: string
  readonly label: string
}

/** The messages of a recording in their order, as seen from here. */
export function ladderOf({ turns }: WrittenEngine): Rung[] {
  return turns.flatMap(({ at, input, said }) => {
    const rungs: Rung[] = []
    const { type, hop, message } = (input ?? {}) as {
      type?: string
      hop?: { address: string; port: number }
      message?: string
    }
    if (type === 'received' && hop && message !== undefined) {
      const read = parseMessage(new TextEncoder().encode(message))
      if (read.kind !== 'malformed')
        rungs.push({ atMs: at, from: `${hop.address}:${hop.port}`, to: 'us', label: labelOf(read) })
    }
    for (const line of said) {
      const [, label, to] = /^send (.+) to \w+ (\S+)$/.exec(line) ?? []
      if (label !== undefined && to !== undefined) rungs.push({ atMs: at, from: 'us', to, label })
    }
    return rungs
  })
}
