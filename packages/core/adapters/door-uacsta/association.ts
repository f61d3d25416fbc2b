// One host application: what it monitors, what it asks, and what it is told, as one more application of the core.
import type { Call } from '@openparley/contract'
import { type CstaEvent, type CstaMessage, type Edition, readMessage, writeMessage } from '@openparley/protocols/csta'
import type { Attachment, WatchMessage } from '../../runtime/api.ts'
import { eventsOf } from './events.ts'
import { type Device, deviceNamed, errorOf, serve, unknownDevice, unsupported } from './services.ts'

export interface AssociationOptions {
  readonly attachment: Attachment
  readonly token: () => string
  /** An event, in the order in which they happen. */
  readonly tell: (text: string) => void
}

export interface Association {
  /** The answer; undefined: it wants none. */
  ask(text: string): Promise<string | undefined>
  close(): void
}

export function association({ attachment, token, tell }: AssociationOptions): Association {
  const monitors = new Map<string, Device>()
  const calls = new Map<string, Call>()
  let edition: Edition = 'ed3'
  const watch = attachment.watch('calls')
  const state = watch.snapshot.state as { readonly calls: readonly Call[] }
  for (const each of state.calls) calls.set(each.id, each)
  const needs = { call: (method: string, params: unknown) => attachment.call(method, params), calls, token }

  const told = (now: Call): void => {
    const before = calls.get(now.id)
    calls.set(now.id, now)
    for (const [monitorCrossRefID, { name, phone }] of monitors) {
      if (phone !== now.phone) continue
      for (const event of eventsOf(name, before, now)) tell(write({ ...event, monitorCrossRefID }))
    }
  }
  const write = (message: CstaMessage | CstaEvent): string => writeMessage(message, edition)
  const take = (message: WatchMessage): void => {
    if (message.type === 'resync') {
      const { calls: all } = message.state as { readonly calls: readonly Call[] }
      for (const each of all) told(each)
      const there = new Set(all.map(({ id }) => id))
      // It ended while more was told than could wait, and is forgotten by now.
      for (const each of [...calls.values()]) {
        if (there.has(each.id)) continue
        told({ ...each, state: 'ended', end: { by: 'network' } })
        calls.delete(each.id)
      }
    } else if (message.change.type === 'call') told((message.change as { readonly call: Call }).call)
    else if (message.change.type === 'removed') calls.delete((message.change as { readonly call: string }).call)
  }
  const follow = async (): Promise<void> => {
    for (let message = await watch.next(); message; message = await watch.next()) take(message)
  }
  void follow()

  const monitor = async (name: string | undefined): Promise<CstaMessage> => {
    const device = name === undefined ? undefined : await deviceNamed(needs, name)
    if (!device) return unknownDevice
    if (monitors.size >= mostMonitors) return errorOf('call-too-many')
    const monitorCrossRefID = token()
    monitors.set(monitorCrossRefID, device)
    return { is: 'MonitorStartResponse', monitorCrossRefID, monitorExistingCalls: true }
  }
  const answer = (message: ReturnType<typeof readMessage>): Promise<CstaMessage> | CstaMessage | undefined => {
    switch (message.is) {
      case 'Unknown':
        return unsupported
      case 'Fault':
        return errorOf('request-malformed')
      case 'CSTAErrorCode':
      case 'SystemStatusResponse':
      case 'MonitorStopResponse':
        return undefined
      case 'SystemStatus':
        return { is: 'SystemStatusResponse' }
      case 'MonitorStart':
        return monitor(message.monitorObject.deviceObject)
      case 'MonitorStop':
        return monitors.delete(message.monitorCrossRefID)
          ? { is: 'MonitorStopResponse' }
          : { is: 'CSTAErrorCode', category: 'operation', value: 'invalidMonitorCrossRefID' }
      default:
        return serve(needs, message)
    }
  }
  return {
    ask: async (text) => {
      const named = /\/csta\/(ed[2-6])\b/.exec(text)?.[1]
      if (named !== undefined) edition = named as Edition
      try {
        const message = await answer(readMessage(text))
        return message && write(message)
      } catch {
        // The session is closing.
        return write(errorOf('session-unknown'))
      }
    },
    close: () => {
      watch.stop()
      attachment.detach()
    },
  }
}

const mostMonitors = 16
