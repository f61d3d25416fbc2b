// Faults in the tables of calls, sessions, offers and subscriptions, as somebody might make them.
import { exchangeTable, sessionTable, subscriptionTable } from '@openparley/protocols/sip'
import { table } from '../packages/core/services/calls/state.ts'

export interface Fault {
  readonly what: string
  readonly row: Record<string, unknown>
  readonly cell: string
  /** Undefined: the cell is missing. */
  readonly instead?: unknown
}

/** The table is wrong as long as the act takes. */
export function during<Result>({ row, cell, instead }: Fault, act: () => Result): Result {
  const whole = row[cell]
  if (instead === undefined) delete row[cell]
  else row[cell] = instead
  const mend = (): void => {
    row[cell] = whole
  }
  const result = act()
  if (result instanceof Promise) void result.then(mend, mend)
  else mend()
  return result
}

/** The other side, in the same process, walks no such table. */
const ofCalls: readonly Fault[] = [
  { what: 'the end of a call that is up is not noticed', row: table.connected, cell: 'ended' },
  { what: 'an answered call goes on as dialled', row: table.dialling, cell: 'connected', instead: 'dialling' },
  { what: 'a call that rings cannot end', row: table.alerting, cell: 'ended' },
  { what: 'hold is not noted', row: table.connected, cell: 'held' },
  { what: 'how a transfer goes is not noted', row: table.connected, cell: 'transferring' },
  { what: 'who is brought together is not noted', row: table.connected, cell: 'joined' },
  { what: 'a recording is not noted', row: table.connected, cell: 'recording' },
  { what: 'who takes a call is not noted', row: table.alerting, cell: 'claimed' },
]

/** Both sides walk these: they are wrong for the turns of our engine alone, and the other side does right. */
const ofEngines: readonly Fault[] = [
  { what: 'their BYE is passed over', row: sessionTable.established, cell: 'bye' },
  { what: 'no BYE is sent', row: sessionTable.established, cell: 'end', instead: ['ended', 'tell-ended'] },
  { what: 'their CANCEL is passed over', row: sessionTable.incoming, cell: 'cancel' },
  { what: 'an ACK is passed over', row: sessionTable.accepted, cell: 'ack' },
  {
    what: 'an answer that comes after we gave up is left standing',
    row: sessionTable.cancelling,
    cell: '2xx',
    instead: ['ended', 'tell-given-up'],
  },
  { what: 'a refusal is passed over', row: sessionTable.proceeding, cell: '3xx-6xx' },
  { what: 'the answer to our offer is not told', row: exchangeTable['we-offer'], cell: '2xx', instead: ['stable'] },
  { what: 'their offer is passed over', row: exchangeTable.stable, cell: 'invite' },
  { what: 'a subscription is never given up', row: subscriptionTable.active, cell: 'unsubscribe' },
]

export const faults: readonly Fault[] = [...ofCalls, ...ofEngines]

/** Whether the whole life is lived with the fault, and not only the turns of our engine. */
export function isOfCalls(fault: Fault): boolean {
  return ofCalls.includes(fault)
}
