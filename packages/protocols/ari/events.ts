// What Asterisk's REST interface says: events and lists in JSON, read liberally. What is not there is empty; text is cut to a bound.

export interface AriParty {
  readonly number: string
  readonly name?: string
}

export interface AriChannel {
  readonly id: string
  readonly name: string
  /** Down, Ring (it calls), Ringing (it is called), Up, … */
  readonly state: string
  readonly caller: AriParty | undefined
  readonly connected: AriParty | undefined
  /** Where it is in the dial plan. */
  readonly exten: string
  readonly app: string
  /** The Call-ID of SIP. */
  readonly callId: string
}

export interface AriBridge {
  readonly id: string
  readonly channels: readonly string[]
}

export interface AriEvent {
  readonly type: string
  /** Who it is about; of an attended transfer, the first leg of who transfers. */
  readonly channel: AriChannel | undefined
  /** Of an attended transfer. */
  readonly second: AriChannel | undefined
  /** Of Dial. */
  readonly caller: AriChannel | undefined
  readonly peer: AriChannel | undefined
  readonly dialStatus: string
  readonly bridge: AriBridge | undefined
  /** By Q.850; 0 is none. */
  readonly cause: number
  /** Asterisk itself hangs up, and not the phone. */
  readonly soft: boolean
  /** Of a transfer. */
  readonly exten: string
  readonly result: string
  readonly variable: string
  readonly value: string
}

/** Those that say something of calls; no others need be sent. */
export const ariEvents: readonly string[] = [
  'ChannelCreated',
  'ChannelStateChange',
  'ChannelConnectedLine',
  'ChannelHold',
  'ChannelUnhold',
  'ChannelHangupRequest',
  'ChannelDestroyed',
  'ChannelEnteredBridge',
  'ChannelLeftBridge',
  'ChannelVarset',
  'BridgeDestroyed',
  'BridgeBlindTransfer',
  'BridgeAttendedTransfer',
  'Dial',
]

/** Undefined: it is no event. */
export function readAriEvent(text: string): AriEvent | undefined {
  const all = read(text)
  const type = textAt(all, 'type')
  if (type === '') return undefined
  return {
    type,
    channel: channelIn(at(all, 'channel') ?? at(all, 'transferer_first_leg')),
    second: channelIn(at(all, 'transferer_second_leg')),
    caller: channelIn(at(all, 'caller')),
    peer: channelIn(at(all, 'peer')),
    dialStatus: textAt(all, 'dialstatus'),
    bridge: bridgeIn(at(all, 'bridge')),
    cause: causeIn(at(all, 'cause')),
    soft: at(all, 'soft') === true,
    exten: textAt(all, 'exten'),
    result: textAt(all, 'result'),
    variable: textAt(all, 'variable'),
    value: textAt(all, 'value'),
  }
}

export function readAriChannels(text: string): readonly AriChannel[] | undefined {
  return listIn(read(text), channelIn)
}

export function readAriBridges(text: string): readonly AriBridge[] | undefined {
  return listIn(read(text), bridgeIn)
}

/** Why a request was refused, in Asterisk's words. */
export function readAriFault(text: string): string {
  const all = read(text)
  return textAt(all, 'message') || textAt(all, 'error')
}

function read(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function at(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
  return (value as Readonly<Record<string, unknown>>)[name]
}

function textAt(value: unknown, name: string): string {
  const text = at(value, name)
  return typeof text === 'string' ? text.slice(0, mostText) : ''
}

function listIn<T>(value: unknown, one: (value: unknown) => T | undefined): readonly T[] | undefined {
  if (!Array.isArray(value)) return undefined
  return value
    .slice(0, mostChannels)
    .map(one)
    .filter((each) => each !== undefined)
}

function channelIn(value: unknown): AriChannel | undefined {
  const id = textAt(value, 'id')
  const name = textAt(value, 'name')
  if (id === '' || name === '') return undefined
  const dialplan = at(value, 'dialplan')
  return {
    id,
    name,
    state: textAt(value, 'state'),
    caller: partyIn(at(value, 'caller')),
    connected: partyIn(at(value, 'connected')),
    exten: textAt(dialplan, 'exten'),
    app: textAt(dialplan, 'app_name'),
    callId: textAt(value, 'protocol_id'),
  }
}

function partyIn(value: unknown): AriParty | undefined {
  return ariParty(textAt(value, 'number'), textAt(value, 'name'))
}

/** Undefined: nobody that could be called. `s` is where the dial plan begins without a number. */
export function ariParty(number: string, name = ''): AriParty | undefined {
  if (number === '' || number === 's') return undefined
  return { number, ...(name === '' ? {} : { name }) }
}

function bridgeIn(value: unknown): AriBridge | undefined {
  const id = textAt(value, 'id')
  const channels = at(value, 'channels')
  if (id === '' || !Array.isArray(channels)) return undefined
  return { id, channels: channels.slice(0, mostChannels).filter((each) => typeof each === 'string') }
}

function causeIn(value: unknown): number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 128 ? value : 0
}

const mostText = 256
/** More than a server of this kind bears. */
export const mostChannels = 20_000
