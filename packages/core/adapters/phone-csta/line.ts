// What a switching function says of the line: waiting messages, forwarding, do not disturb.
import { bareDevice, type CstaMessage } from '@openparley/protocols/csta'
import type { Line, LineSet } from '../../services/calls/port.ts'

/** What is asked once the link stands; events tell the rest. */
export function linesAsked(device: string): readonly CstaMessage[] {
  return [
    { is: 'GetForwarding', device },
    { is: 'GetDoNotDisturb', device },
    { is: 'GetMessageWaitingIndicator', device },
  ]
}

export function linesSet(device: string, set: LineSet): readonly CstaMessage[] {
  const { forwardedTo: to, doNotDisturb } = set
  const forwarding: CstaMessage = {
    is: 'SetForwarding',
    device,
    forwardingType: 'forwardImmediate',
    activateForward: to !== undefined,
    ...(to === undefined ? {} : { forwardDN: to }),
  }
  return [
    ...('forwardedTo' in set ? [forwarding] : []),
    ...(doNotDisturb === undefined
      ? []
      : [{ is: 'SetDoNotDisturb', device, doNotDisturbOn: doNotDisturb } satisfies CstaMessage]),
  ]
}

export function lineOf(message: CstaMessage): Line | undefined {
  switch (message.is) {
    case 'GetDoNotDisturbResponse':
    case 'DoNotDisturbEvent':
      return { doNotDisturb: message.doNotDisturbOn }
    case 'GetMessageWaitingIndicatorResponse':
    case 'MessageWaitingEvent':
      return { messages: { waiting: message.messageWaitingOn } }
    case 'GetForwardingResponse': {
      const all = message.forwardingList?.find((one) => one.forwardStatus && isOfAll(one.forwardingType))
      return { forwardedTo: numberOf(all?.forwardDN) }
    }
    case 'ForwardingEvent':
      if (!isOfAll(message.forwardingType)) return undefined
      return { forwardedTo: message.forwardStatus ? numberOf(message.forwardTo) : undefined }
    default:
      return undefined
  }
}

/** Only what sends all calls on is shown. */
function isOfAll(type: string | undefined): boolean {
  return type === undefined || type === 'forwardImmediate'
}

function numberOf(device: string | undefined): string | undefined {
  return device === undefined ? undefined : bareDevice(device).slice(0, 256)
}
