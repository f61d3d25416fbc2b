// One association with the lab’s CSTA server, whatever carries it: who it is of, and what it monitors.
import { type Dice, elementsIn, textOf, type XmlElement } from '@openparley/protocols/common'
import {
  type CstaEvent,
  type CstaMessage,
  type Edition,
  namespaceOf,
  ofEvents,
  readMessage,
  sameDevice,
  writeMessage,
} from '@openparley/protocols/csta'
import type { Desk } from '../desk/desk.ts'
import type { DeskEvent } from '../desk/signals.ts'
import { failure, forbidden, unknownDevice, unsupported, wrongParameter } from './errors.ts'
import { eventsOf } from './events.ts'
import { serve } from './services.ts'

export interface AssociationOptions {
  readonly desk: Desk
  readonly dice: Dice
  readonly passwordOf: (person: string) => string | undefined
  /** `ofEvents`, or the id of the request that it answers. */
  readonly send: (invokeId: number, text: string) => void
  readonly close: () => void
  /** Does something later; the returned function calls it off. */
  readonly later: (ms: number, act: () => void) => () => void
  /** Who has signed in already, by what carries it. */
  readonly person?: string
}

export class Association {
  readonly #options: AssociationOptions
  readonly #monitors = new Map<string, { readonly number: string; readonly hidden: ReadonlySet<string> }>()
  #edition: Edition = 'ed3'
  /** Whose phones it may have to do with: everybody’s, unless somebody has signed in or was refused. */
  #of: 'anybody' | 'nobody' | { readonly person: string } = 'anybody'
  #session: { readonly id: string; durationS: number; stop: () => void } | undefined
  /** Events that wait for the answer that goes before them. */
  #held: CstaEvent[] | undefined

  constructor(options: AssociationOptions) {
    this.#options = options
    if (options.person !== undefined) this.#of = { person: options.person }
  }

  told(number: string, event: DeskEvent): void {
    for (const [monitorCrossRefID, monitor] of this.#monitors) {
      if (monitor.number !== number) continue
      for (const each of eventsOf(number, event)) {
        if (monitor.hidden.has(kindOf(each))) continue
        const whole: CstaEvent = { ...each, monitorCrossRefID }
        if (this.#held) this.#held.push(whole)
        else this.#send(ofEvents, whole)
      }
    }
  }

  over(): void {
    this.#session?.stop()
    this.#monitors.clear()
  }

  #send(invokeId: number, message: CstaMessage): void {
    this.#options.send(invokeId, writeMessage(message, this.#edition))
  }

  /** What it asks. */
  request(invokeId: number, text: string): void {
    const edition = /\/csta\/(ed[2-6])\b/.exec(text)?.[1]
    if (edition !== undefined) this.#edition = edition as Edition
    const message = readMessage(text)
    // Something of a vendor’s that wants no answer.
    if (message.is === 'Unknown' && message.element.local === 'keepalive') return
    this.#held = []
    const answer = this.#answer(message)
    const events = this.#held
    this.#held = undefined
    if (answer) this.#send(invokeId, answer)
    for (const event of events) this.#send(ofEvents, event)
  }

  #answer(message: ReturnType<typeof readMessage>): CstaMessage | undefined {
    switch (message.is) {
      case 'Unknown':
        return unsupported
      case 'Fault':
        return message.of === undefined ? failure('operation', 'generic') : wrongParameter
      // Answers to what was never asked.
      case 'CSTAErrorCode':
      case 'SystemStatusResponse':
      case 'MonitorStopResponse':
        return undefined
      case 'StartApplicationSession':
        return this.#start(message)
      case 'ResetApplicationSessionTimer': {
        if (this.#session?.id !== message.sessionID)
          return { is: 'ResetApplicationSessionTimerNegResponse', errorCode: { definedError: 'invalidSessionID' } }
        const actualSessionDuration = this.#keep(message.sessionID, message.requestedSessionDuration)
        return { is: 'ResetApplicationSessionTimerPosResponse', actualSessionDuration }
      }
      case 'StopApplicationSession':
        if (this.#session?.id !== message.sessionID)
          return { is: 'StopApplicationSessionNegResponse', errorCode: { definedError: 'invalidSessionID' } }
        this.over()
        this.#session = undefined
        this.#of = 'nobody'
        return { is: 'StopApplicationSessionPosResponse' }
      case 'MonitorStart':
        return this.#monitor(message)
      case 'MonitorStop':
        return this.#monitors.delete(message.monitorCrossRefID)
          ? { is: 'MonitorStopResponse' }
          : failure('operation', 'invalidMonitorCrossRefID')
      default:
        return serve({ desk: this.#options.desk, may: (number) => this.#may(number) }, message)
    }
  }

  #may(number: string): boolean {
    if (typeof this.#of === 'string') return this.#of === 'anybody'
    return this.#options.desk.ownerOf(number) === this.#of.person
  }

  #start(message: CstaMessage & { is: 'StartApplicationSession' }): CstaMessage {
    const { applicationInfo, requestedProtocolVersions = [], requestedSessionDuration } = message
    const given = applicationInfo.applicationSpecificInfo
    const user = given && named(given, ['user', 'username', 'userid'])
    const person = user?.replace(/@.*$/, '')
    if (person !== undefined) {
      const password = this.#options.passwordOf(person)
      if (password === undefined || given === undefined || named(given, ['password']) !== password) {
        this.#of = 'nobody'
        return { is: 'StartApplicationSessionNegResponse', errorCode: { definedError: 'invalidApplicationInfo' } }
      }
    }
    this.#of = person === undefined ? 'anybody' : { person }
    const sessionID = this.#options.dice.token(64)
    return {
      is: 'StartApplicationSessionPosResponse',
      sessionID,
      actualProtocolVersion: requestedProtocolVersions[0] ?? namespaceOf(this.#edition),
      actualSessionDuration: this.#keep(sessionID, requestedSessionDuration),
    }
  }

  /** The session lasts that long from now on, unless its timer is reset before. */
  #keep(id: string, requestedS = 120): number {
    this.#session?.stop()
    const durationS = Math.max(1, Math.min(requestedS, longestS))
    const stop = this.#options.later(durationS * 1000, () => {
      const sessionTermReason = { definedTermReason: 'sessionTimerExpired' }
      this.#send(0, { is: 'ApplicationSessionTerminated', sessionID: id, sessionTermReason })
      this.#options.close()
    })
    this.#session = { id, durationS, stop }
    return durationS
  }

  #monitor(message: CstaMessage & { is: 'MonitorStart' }): CstaMessage {
    const { deviceObject } = message.monitorObject
    if (deviceObject === undefined) return failure('operation', 'invalidMonitorObject')
    const number = this.#options.desk.numbers.find((each) => sameDevice(each, deviceObject))
    if (number === undefined) return unknownDevice
    if (!this.#may(number)) return forbidden
    if (this.#monitors.size >= mostMonitors) return failure('systemResourceAvailability', 'overallMonitorLimitExceeded')
    const monitorCrossRefID = this.#options.dice.token(32)
    const { requestedMonitorFilter: filter } = message
    this.#monitors.set(monitorCrossRefID, { number, hidden: new Set(filter ? filtered(filter) : []) })
    return { is: 'MonitorStartResponse', monitorCrossRefID, monitorExistingCalls: true }
  }
}

/** The text of the first element of one of those names, however deep it is. */
function named(root: XmlElement, names: readonly string[]): string | undefined {
  if (names.includes(root.local.toLowerCase())) return textOf(root).trim()
  for (const each of elementsIn(root)) {
    const found = named(each, names)
    if (found !== undefined) return found
  }
  return undefined
}

/** The events that are not wanted: true says so. */
function filtered(filter: XmlElement): string[] {
  const within = elementsIn(filter)
  if (within.length > 0) return within.flatMap(filtered)
  return /^(true|1)$/.test(textOf(filter).trim())
    ? [filter.local.toLowerCase().replace('transferred', 'transfered')]
    : []
}

function kindOf({ is }: CstaEvent): string {
  return is.toLowerCase().replace(/event$/, '')
}

const longestS = 3600
const mostMonitors = 100
