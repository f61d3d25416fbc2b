// Calls that came to nothing and are to be made again when the other side can be called (RFC 6910). Where a server offers no monitor,
// the calls of that side are watched (RFC 4235), as RFC 6910 §1 has it for a basic solution.
import type { Clock } from '@openparley/protocols/common'
import {
  type CompletionMode,
  completionMode,
  LineWatch,
  readCallCompletion,
  readDialogInfo,
} from '@openparley/protocols/events'
import {
  type HeaderField,
  Headers,
  isSip,
  parseNameAddr,
  parseUri,
  splitList,
  type SubscriptionEvent,
  writeUri,
} from '@openparley/protocols/sip'
import type { SipLink } from '../../links/sip/index.ts'
import type { PhoneCommand, PhoneEvent } from '../../services/calls/port.ts'
import { subscribe, unsubscribe } from './subscribing.ts'

/** What a response offers: who tells when that side can be called. */
interface Monitor {
  readonly uri: string
  readonly mode: CompletionMode
}

interface Asked {
  readonly call: string
  readonly number: string
  readonly monitor: Monitor | undefined
  /** How far the calls of that side are followed, where there is no monitor; free means something from then on. */
  readonly watch: LineWatch
  wasTaken: boolean
  hasTalked: boolean
}

/** The call that is made again: how it is known as that (§6.5). */
export interface Recall {
  readonly uri: string
  readonly headers: readonly (readonly [string, string])[]
}

export interface CompletingParts {
  readonly clock: Clock
  readonly link: () => SipLink
  readonly tell: (event: PhoneEvent) => void
}

export class Completing {
  readonly #parts: CompletingParts
  /** By call: of those last dialled. */
  readonly #monitors = new Map<string, Monitor>()
  /** By subscription. */
  readonly #asked = new Map<string, Asked>()
  /** By number. */
  readonly #ready = new Map<
    string,
    { readonly recall: Recall; readonly subscription: string; readonly late: () => void }
  >()
  #count = 0

  constructor(parts: CompletingParts) {
    this.#parts = parts
  }

  /** A response to a call of ours. */
  heard(call: string, fields: Iterable<HeaderField>): void {
    const monitor = monitorIn(fields)
    if (!monitor) return
    this.#monitors.set(call, monitor)
    if (this.#monitors.size > mostMonitors) this.#monitors.delete(this.#monitors.keys().next().value as string)
  }

  ask({ call, to: number, busy }: Extract<PhoneCommand, { type: 'call-back' }>): void {
    const link = this.#parts.link()
    const monitor = this.#monitors.get(call)
    const subscription = `complete-${++this.#count}`
    const uri = monitor ? withMode(monitor) : link.targetOf(number)
    if (!subscribe(link, { subscription, uri, event: monitor ? 'call-completion' : 'dialog' }))
      return this.#refuse(call)
    // Of who was busy the next free moment is wanted; of who did not answer, the one after they are seen to be there.
    this.#asked.set(subscription, { call, number, monitor, watch: new LineWatch(), wasTaken: false, hasTalked: busy })
  }

  /** False: the subscription is not one of these. */
  event(subscription: string, event: SubscriptionEvent): boolean {
    const asked = this.#asked.get(subscription)
    if (!asked) return false
    if (event.type === 'ended') {
      this.#asked.delete(subscription)
      if (!asked.wasTaken) this.#refuse(asked.call)
      return true
    }
    const free = asked.monitor ? isReady(event.body) : hasBecomeFree(asked, event.body)
    if (free === undefined) return true
    const { call, number } = asked
    if (!asked.wasTaken) this.#parts.tell({ type: 'call-back-taken', call, number })
    asked.wasTaken = true
    if (free) this.#becomesReady(subscription, asked, event.body)
    return true
  }

  /** How a number is dialled that has become ready; it is so once. */
  recall(number: string): Recall | undefined {
    const ready = this.#ready.get(number)
    if (ready) this.#forget(number)
    return ready?.recall
  }

  stop(): void {
    for (const number of [...this.#ready.keys()]) this.#forget(number)
    for (const subscription of this.#asked.keys()) unsubscribe(this.#parts.link(), subscription)
    this.#asked.clear()
  }

  #becomesReady(subscription: string, { call, number, monitor }: Asked, body: string): void {
    const { clock, link, tell } = this.#parts
    this.#asked.delete(subscription)
    if (monitor) {
      const uri = readCallCompletion(body)?.uri ?? link().targetOf(number)
      const recall: Recall = {
        uri: withMode({ uri, mode: monitor.mode }),
        headers: [['Call-Info', `<${monitor.uri}>;purpose=call-completion;m=${monitor.mode}`]],
      }
      this.#forget(number)
      const late = clock.at(clock.now() + recallMs, () => this.#forget(number))
      this.#ready.set(number, { recall, subscription, late })
    } else unsubscribe(link(), subscription)
    tell({ type: 'call-back-ready', call, number })
  }

  #forget(number: string): void {
    const ready = this.#ready.get(number)
    if (!ready) return
    ready.late()
    this.#ready.delete(number)
    unsubscribe(this.#parts.link(), ready.subscription)
  }

  #refuse(call: string): void {
    this.#parts.tell({ type: 'refused', call, command: 'call-back', code: 'call-back-refused' })
  }
}

/** §5.2: `Call-Info: <monitor>;purpose=call-completion;m=BS`. */
function monitorIn(fields: Iterable<HeaderField>): Monitor | undefined {
  const headers = fields instanceof Headers ? fields : new Headers(fields)
  for (const value of headers.all('Call-Info').flatMap(splitList)) {
    const info = parseNameAddr(value)
    if (info?.params.get('purpose')?.toLowerCase() !== 'call-completion' || !isSip(parseUri(info.uri))) continue
    return { uri: info.uri, mode: completionMode(info.params.get('m')) ?? 'BS' }
  }
  return undefined
}

function withMode({ uri, mode }: Monitor): string {
  const read = parseUri(uri)
  return isSip(read) ? writeUri({ ...read, params: new Map([...read.params, ['m', mode]]) }) : uri
}

/** Undefined where the body says nothing of it. */
function isReady(body: string): boolean | undefined {
  const told = readCallCompletion(body)
  return told && told.state === 'ready'
}

function hasBecomeFree(asked: Asked, body: string): boolean | undefined {
  const info = readDialogInfo(body)
  const now = info && asked.watch.take(info)
  if (!now) return undefined
  if (now.is === 'busy' || now.is === 'ringing') asked.hasTalked = true
  return now.is === 'idle' && asked.hasTalked
}

const mostMonitors = 64
/** How long the other side is kept free for the call that is made again. */
const recallMs = 30_000
