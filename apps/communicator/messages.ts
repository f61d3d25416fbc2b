// Every word that the page says, in one place.
import type { Call, Party } from '@openparley/sdk/browser'

/** How a person on the other side is called: a name where there is one. */
export function nameOf({ displayName, number }: Party): string {
  return displayName !== undefined && displayName !== '' ? displayName : number
}

export const messages = {
  product: 'Parley',
  signingIn: 'Signing in …',
  needAddress: 'Open this page from the address that Parley printed. It is good once, for a minute.',
  dial: {
    heading: 'Dial',
    field: 'Number, name or sip: address',
    call: 'Call',
  },
  state: {
    dialling: 'Dialling …',
    alertingOut: 'Ringing …',
    alertingIn: 'Incoming call',
    connected: 'Connected',
    ended: 'Call ended',
  },
  end: 'End call',
} as const

/** What a call's state is called. */
export function stateOf({ state, direction }: Call): string {
  if (state === 'alerting') return direction === 'incoming' ? messages.state.alertingIn : messages.state.alertingOut
  return messages.state[state]
}
