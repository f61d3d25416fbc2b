// An application's side of the manager interface: the greeting, the login by challenge, the channels that there are, and actions paired with their
// answers. What it is over with is told once.
import type { Engine, Millis } from '../common/index.ts'
import { type AmiMessage, AmiReader, fieldOf, messageOf, writeAmi } from './message.ts'

export type AmiFields = Readonly<Record<string, string | undefined>>

/** `events`: what a list of events holds, where the answer is one. Undefined: no answer in time. */
export interface AmiAnswer {
  readonly response: AmiMessage
  readonly events: readonly AmiMessage[]
}

export type AmiOver =
  | { readonly is: 'closed' | 'ended' | 'silent' }
  | { readonly is: 'garbled'; readonly detail: string }
  | { readonly is: 'refused'; readonly by: 'login' | 'channels'; readonly text: string }

export type AmiInput =
  | { readonly type: 'connected' }
  | { readonly type: 'bytes'; readonly bytes: Uint8Array }
  | { readonly type: 'ask'; readonly id: string; readonly action: AmiFields }
  | { readonly type: 'close' }

export type AmiEffect =
  | { readonly type: 'send'; readonly bytes: Uint8Array }
  /** It stands; these are the channels of now, and events from then on follow. */
  | { readonly type: 'ready'; readonly channels: readonly AmiMessage[] }
  | { readonly type: 'event'; readonly event: AmiMessage }
  | { readonly type: 'answer'; readonly id: string; readonly answer: AmiAnswer | undefined }
  | { readonly type: 'over'; readonly over: AmiOver }

export interface AmiSessionOptions {
  readonly user: string
  /** The fields that prove who this is: an answer to the challenge, or, where the server knows none, the password. Undefined: it may not be said. */
  readonly prove: (challenge: string | undefined) => AmiFields | undefined
}

interface Asked {
  readonly at: Millis
  readonly events: AmiMessage[]
  response?: AmiMessage
  answered(answer: AmiAnswer | undefined, now: Millis): void
}

const answerMs: Millis = 10_000
const aliveMs: Millis = 30_000
const mostAsked = 256
const mostListed = 10_000
const mostWaiting = 10_000

export class AmiSession implements Engine<AmiInput, AmiEffect> {
  readonly #options: AmiSessionOptions
  readonly #reader = new AmiReader({ greeted: true })
  readonly #asked = new Map<string, Asked>()
  #effects: AmiEffect[] = []
  #is: 'new' | 'greeting' | 'beginning' | 'ready' | 'over' = 'new'
  #last = 0
  /** While the channels are not all told. */
  #events: AmiMessage[] = []
  /** Until when the greeting must have come. */
  #greetBy: Millis | undefined
  #aliveAt: Millis | undefined

  constructor(options: AmiSessionOptions) {
    this.#options = options
  }

  get deadline(): Millis | undefined {
    if (this.#is === 'over') return undefined
    const due = [this.#greetBy, this.#aliveAt, ...Array.from(this.#asked.values(), ({ at }) => at)]
    const soonest = Math.min(...due.filter((at) => at !== undefined))
    return soonest === Number.POSITIVE_INFINITY ? undefined : soonest
  }

  handle(input: AmiInput, now: Millis): AmiEffect[] {
    if (this.#is === 'over') return []
    if (input.type === 'connected' && this.#is === 'new') {
      this.#is = 'greeting'
      this.#greetBy = now + answerMs
    }
    if (input.type === 'bytes') this.#read(input.bytes, now)
    if (input.type === 'ask') this.#askFor(input.id, input.action, now)
    if (input.type === 'close') this.#leave()
    return this.#taken()
  }

  wake(now: Millis): AmiEffect[] {
    for (const [id, asked] of [...this.#asked]) {
      if (asked.at > now || !this.#asked.delete(id)) continue
      asked.answered(undefined, now)
    }
    if (this.#greetBy !== undefined && this.#greetBy <= now) this.#over({ is: 'silent' })
    if (this.#is !== 'over' && this.#aliveAt !== undefined && this.#aliveAt <= now) {
      this.#aliveAt = now + aliveMs
      this.#ask({ Action: 'Ping' }, now, (answer) => {
        if (!answer) this.#over({ is: 'silent' })
      })
    }
    return this.#taken()
  }

  #taken(): AmiEffect[] {
    const effects = this.#effects
    this.#effects = []
    return effects
  }

  #read(bytes: Uint8Array, now: Millis): void {
    for (const message of this.#reader.push(bytes)) {
      if (this.#is === 'over') return
      if ('fault' in message) return this.#over({ is: 'garbled', detail: message.fault })
      this.#begin(now)
      // Whoever speaks is alive.
      if (this.#aliveAt !== undefined) this.#aliveAt = now + aliveMs
      this.#take(message, now)
    }
    this.#begin(now)
  }

  #begin(now: Millis): void {
    if (this.#is !== 'greeting' || this.#reader.greeting === undefined) return
    this.#is = 'beginning'
    this.#greetBy = undefined
    const { user, prove } = this.#options
    this.#ask({ Action: 'Challenge', AuthType: 'MD5' }, now, (answer, at) => {
      if (!answer) return this.#over({ is: 'silent' })
      const proof = prove(fieldOf(answer.response, 'Challenge'))
      if (!proof) return this.#over({ is: 'refused', by: 'login', text: textOf(answer.response) })
      // What happens to calls, and what the dial plan does with them, and nothing else: a server tells a great deal.
      this.#ask({ Action: 'Login', Username: user, ...proof, Events: 'call,dialplan' }, at, (said, then) => {
        if (!said) return this.#over({ is: 'silent' })
        if (!isSuccess(said)) return this.#over({ is: 'refused', by: 'login', text: textOf(said.response) })
        this.#look(then)
      })
    })
  }

  #look(now: Millis): void {
    this.#ask({ Action: 'CoreShowChannels' }, now, (answer, at) => {
      if (!answer) return this.#over({ is: 'silent' })
      if (!isSuccess(answer)) return this.#over({ is: 'refused', by: 'channels', text: textOf(answer.response) })
      this.#is = 'ready'
      this.#aliveAt = at + aliveMs
      this.#effects.push({ type: 'ready', channels: answer.events })
      for (const event of this.#events) this.#effects.push({ type: 'event', event })
      this.#events = []
    })
  }

  #askFor(id: string, action: AmiFields, now: Millis): void {
    const answered = (answer: AmiAnswer | undefined): void => {
      this.#effects.push({ type: 'answer', id, answer })
    }
    if (this.#is === 'ready') this.#ask(action, now, answered)
    else answered(undefined)
  }

  #ask(action: AmiFields, now: Millis, answered: Asked['answered']): void {
    if (this.#asked.size >= mostAsked) return answered(undefined, now)
    // Who asks may name it: what becomes of it later is told by that name, too.
    const id = action['ActionID'] ?? String(++this.#last)
    this.#asked.set(id, { at: now + answerMs, events: [], answered })
    this.#effects.push({ type: 'send', bytes: writeAmi(messageOf({ ...action, ActionID: id })) })
  }

  #take(message: AmiMessage, now: Millis): void {
    const id = fieldOf(message, 'ActionID') ?? ''
    const asked = this.#asked.get(id)
    const isEvent = fieldOf(message, 'Event') !== undefined
    if (!isEvent) {
      if (!asked) return
      if (fieldOf(message, 'EventList')?.toLowerCase() === 'start') asked.response = message
      else this.#answer(id, asked, message, now)
      return
    }
    // Of what was asked and answered already: the outcome of what goes on without us.
    if (!asked?.response) return this.#event(message)
    if (/^complete$/i.test(fieldOf(message, 'EventList') ?? '')) return this.#answer(id, asked, asked.response, now)
    if (asked.events.length >= mostListed) return this.#over({ is: 'garbled', detail: 'a list without an end' })
    asked.events.push(message)
  }

  #answer(id: string, { events, answered }: Asked, response: AmiMessage, now: Millis): void {
    this.#asked.delete(id)
    answered({ response, events }, now)
  }

  #event(event: AmiMessage): void {
    if (fieldOf(event, 'Event') === 'Shutdown') return this.#over({ is: 'ended' })
    if (this.#is === 'ready') this.#effects.push({ type: 'event', event })
    else if (this.#events.length < mostWaiting) this.#events.push(event)
    else this.#over({ is: 'garbled', detail: 'more events than can wait' })
  }

  #leave(): void {
    if (this.#is === 'ready' || this.#is === 'beginning')
      this.#effects.push({ type: 'send', bytes: writeAmi(messageOf({ Action: 'Logoff' })) })
    this.#over({ is: 'closed' })
  }

  #over(over: AmiOver): void {
    if (this.#is === 'over') return
    this.#is = 'over'
    const asked = [...this.#asked.values()]
    this.#asked.clear()
    for (const each of asked) each.answered(undefined, 0)
    this.#effects.push({ type: 'over', over })
  }
}

export function isSuccess({ response }: AmiAnswer): boolean {
  return fieldOf(response, 'Response') === 'Success'
}

function textOf(response: AmiMessage): string {
  return (fieldOf(response, 'Message') ?? '').slice(0, 256)
}
