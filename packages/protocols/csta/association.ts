// An application's side of CSTA, whatever carries its messages: a session where the server wants one, the monitor of one device, its snapshot, and
// services paired with their answers. What it is over with is told once.
import type { Engine, Millis } from '../common/index.ts'
import type { SnapshotItem } from './device-told.ts'
import { errorIn, isEvent, loginOf, ofSession, unread } from './association-words.ts'
import type { AssociationEffect, AssociationInput, AssociationOptions, Over } from './association-told.ts'
import { element } from './fields.ts'
import { lastInvokeId, ofEvents } from './frames.ts'
import { type CstaEvent, type CstaMessage, namespaceOf, readMessage, writeMessage } from './message.ts'
import { itemOf, itemsIn } from './snapshot.ts'

const answerMs: Millis = 10_000
const aliveMs: Millis = 60_000
const sessionS = 180
const mostAsked = 256
const mostCalls = 64
const mostWaiting = 1024

interface Asked {
  readonly at: Millis
  answered(message: CstaMessage | undefined, now: Millis): void
}

export class Association implements Engine<AssociationInput, AssociationEffect> {
  readonly #options: AssociationOptions
  readonly #asked = new Map<number, Asked>()
  #effects: AssociationEffect[] = []
  #next = 1
  #is: 'new' | 'beginning' | 'ready' | 'over' = 'new'
  #session: string | undefined
  #monitor: string | undefined
  #items: SnapshotItem[] = []
  /** While the snapshot is not whole. */
  #events: CstaEvent[] = []
  #resetAt: Millis | undefined
  #aliveAt: Millis | undefined

  constructor(options: AssociationOptions) {
    this.#options = options
  }

  get deadline(): Millis | undefined {
    if (this.#is === 'over' || this.#is === 'new') return undefined
    const due = [this.#resetAt, this.#aliveAt, ...Array.from(this.#asked.values(), ({ at }) => at)]
    const soonest = Math.min(...due.filter((at) => at !== undefined))
    return soonest === Number.POSITIVE_INFINITY ? undefined : soonest
  }

  handle(input: AssociationInput, now: Millis): AssociationEffect[] {
    if (this.#is === 'over') return []
    if (input.type === 'connected' && this.#is === 'new') this.#begin(now)
    if (input.type === 'received') this.#read(input.invokeId, input.text, now)
    if (input.type === 'garbled') this.#over({ is: 'garbled', detail: input.detail })
    if (input.type === 'ask') this.#askFor(input.id, input.message, now)
    if (input.type === 'close') this.#leave(now)
    return this.#taken()
  }

  wake(now: Millis): AssociationEffect[] {
    for (const [id, asked] of [...this.#asked]) {
      if (asked.at > now || !this.#asked.delete(id)) continue
      asked.answered(undefined, now)
    }
    if (this.#is === 'over') return this.#taken()
    if (this.#resetAt !== undefined && this.#resetAt <= now) this.#reset(now)
    if (this.#aliveAt !== undefined && this.#aliveAt <= now) {
      this.#aliveAt = now + aliveMs
      this.#ask({ is: 'RequestSystemStatus' }, now, (answer) => answer ?? this.#over({ is: 'silent' }))
    }
    return this.#taken()
  }

  #taken(): AssociationEffect[] {
    const effects = this.#effects
    this.#effects = []
    return effects
  }

  #begin(now: Millis): void {
    this.#is = 'beginning'
    const { session, application, login, edition } = this.#options
    if (session === 'never') return this.#watch(now)
    const applicationInfo = {
      applicationID: application,
      ...(login ? { applicationSpecificInfo: element('applicationSpecificInfo', [loginOf(login)], ofSession) } : {}),
    }
    const message: CstaMessage = {
      is: 'StartApplicationSession',
      applicationInfo,
      requestedProtocolVersions: [namespaceOf(edition)],
      requestedSessionDuration: sessionS,
    }
    this.#ask(message, now, (answer, at) => {
      if (answer?.is === 'StartApplicationSessionPosResponse') {
        this.#session = answer.sessionID
        this.#resetAfter(answer.actualSessionDuration ?? sessionS, at)
      } else if (session === 'always' || answer?.is === 'StartApplicationSessionNegResponse') {
        if (!answer) return this.#over({ is: 'silent' })
        return this.#over({ is: 'refused', by: 'session', error: errorIn(answer) })
      }
      this.#watch(at)
    })
  }

  #resetAfter(seconds: number, now: Millis): void {
    // Zero: for ever.
    this.#resetAt = seconds > 0 ? now + Math.max(1000, (seconds * 1000) / 2) : undefined
  }

  #reset(now: Millis): void {
    this.#resetAt = undefined
    const message: CstaMessage = {
      is: 'ResetApplicationSessionTimer',
      sessionID: this.#session ?? '',
      requestedSessionDuration: sessionS,
    }
    this.#ask(message, now, (answer, at) => {
      if (answer?.is === 'ResetApplicationSessionTimerPosResponse')
        this.#resetAfter(answer.actualSessionDuration ?? sessionS, at)
      else this.#over(answer ? { is: 'ended' } : { is: 'silent' })
    })
  }

  #watch(now: Millis): void {
    const message: CstaMessage = { is: 'MonitorStart', monitorObject: { deviceObject: this.#options.device } }
    this.#ask(message, now, (answer, at) => {
      if (!answer) return this.#over({ is: 'silent' })
      if (answer.is !== 'MonitorStartResponse')
        return this.#over({ is: 'refused', by: 'monitor', error: errorIn(answer) })
      this.#monitor = answer.monitorCrossRefID
      this.#look(at)
    })
  }

  #look(now: Millis): void {
    this.#ask({ is: 'SnapshotDevice', snapshotObject: this.#options.device }, now, (answer, at) => {
      if (!answer) return this.#over({ is: 'silent' })
      // A server without snapshots: the calls of before are not known, and those from now on are.
      const items =
        answer.is === 'SnapshotDeviceResponse' ? itemsIn(answer, this.#options.device).slice(0, mostCalls) : []
      this.#items = items
      let open = items.length
      const one = (): void => {
        if (--open <= 0) this.#stands(at)
      }
      if (open === 0) one()
      items.forEach((item, index) => {
        this.#ask({ is: 'SnapshotCall', snapshotObject: item.connection }, at, (call) => {
          if (call?.is === 'SnapshotCallResponse') this.#items[index] = itemOf(item, call, this.#options.device)
          one()
        })
      })
    })
  }

  #stands(now: Millis): void {
    if (this.#is !== 'beginning') return
    this.#is = 'ready'
    this.#aliveAt = now + aliveMs
    this.#effects.push({ type: 'ready', calls: this.#items })
    for (const event of this.#events) this.#effects.push({ type: 'event', event })
    this.#events = []
  }

  #askFor(id: string, message: CstaMessage, now: Millis): void {
    const answered = (answer: CstaMessage | undefined): void => {
      this.#effects.push({ type: 'answer', id, message: answer })
    }
    if (this.#is === 'ready') this.#ask(message, now, answered)
    else answered(undefined)
  }

  #ask(message: CstaMessage, now: Millis, answered: Asked['answered']): void {
    if (this.#asked.size >= mostAsked) return answered(undefined, now)
    while (this.#asked.has(this.#next)) this.#next = this.#next >= lastInvokeId ? 1 : this.#next + 1
    const id = this.#next
    this.#next = id >= lastInvokeId ? 1 : id + 1
    this.#asked.set(id, { at: now + answerMs, answered })
    this.#send('request', id, message)
  }

  #send(what: 'request' | 'answer', invokeId: number, message: CstaMessage): void {
    this.#effects.push({ type: 'send', what, invokeId, text: writeMessage(message, this.#options.edition) })
  }

  #read(invokeId: number, text: string, now: Millis): void {
    // Whoever speaks is alive.
    if (this.#aliveAt !== undefined) this.#aliveAt = now + aliveMs
    this.#take(invokeId, text, now)
  }

  #take(invokeId: number, text: string, now: Millis): void {
    const message = readMessage(text)
    const name =
      message.is === 'Unknown' ? message.element.local : message.is === 'Fault' ? (message.of ?? '') : message.is
    if (name.endsWith('Event') || invokeId === ofEvents) {
      if (isEvent(message)) this.#event(message)
      else if (message.is === 'ApplicationSessionTerminated' || message.is === 'MonitorStop')
        this.#over({ is: 'ended' })
      return
    }
    if (name.endsWith('Response') || name === 'CSTAErrorCode' || name === '') {
      const asked = this.#asked.get(invokeId)
      if (!asked) return
      this.#asked.delete(invokeId)
      return asked.answered(message.is === 'Unknown' || message.is === 'Fault' ? unread(text) : message, now)
    }
    this.#answer(invokeId, message.is, name)
  }

  /** What the server asks. */
  #answer(invokeId: number, is: string, name: string): void {
    if (is === 'SystemStatus') return this.#send('answer', invokeId, { is: 'SystemStatusResponse' })
    if (is === 'RequestSystemStatus')
      return this.#send('answer', invokeId, { is: 'RequestSystemStatusResponse', systemStatus: 'normal' })
    if (is === 'ApplicationSessionTerminated') return this.#over({ is: 'ended' })
    if (is === 'MonitorStop') {
      this.#send('answer', invokeId, { is: 'MonitorStopResponse' })
      return this.#over({ is: 'ended' })
    }
    if (name.toLowerCase() === 'keepalive') return
    this.#send('answer', invokeId, { is: 'CSTAErrorCode', category: 'operation', value: 'serviceNotSupported' })
  }

  #event(event: CstaEvent): void {
    const { monitorCrossRefID: of } = event
    if (of !== undefined && this.#monitor !== undefined && of !== this.#monitor) return
    if (this.#is === 'ready') this.#effects.push({ type: 'event', event })
    else if (this.#events.length < mostWaiting) this.#events.push(event)
    else this.#over({ is: 'garbled', detail: 'more events than can wait' })
  }

  #leave(now: Millis): void {
    const ignore = (): void => {}
    if (this.#monitor !== undefined) this.#ask({ is: 'MonitorStop', monitorCrossRefID: this.#monitor }, now, ignore)
    const sessionEndReason = { definedEndReason: 'normal' }
    if (this.#session !== undefined)
      this.#ask({ is: 'StopApplicationSession', sessionID: this.#session, sessionEndReason }, now, ignore)
    this.#over({ is: 'closed' })
  }

  #over(over: Over): void {
    if (this.#is === 'over') return
    this.#is = 'over'
    const asked = [...this.#asked.values()]
    this.#asked.clear()
    for (const each of asked) each.answered(undefined, 0)
    this.#effects.push({ type: 'over', over })
  }
}
