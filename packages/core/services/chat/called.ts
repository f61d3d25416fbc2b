// A call in a conversation: what is over and was with somebody is said there, too.
import type { HistoryEntry, Message } from '@openparley/contract'
import type { Kept } from './port.ts'

/** Nothing of it was written, and nobody else knows it: it can be neither corrected nor answered. */
export function called(
  { call, direction, startedAt, talkedMs, missed = false, end }: HistoryEntry,
  person: string,
  { id, own }: { readonly id: string; readonly own: string },
): Kept {
  const message: Message = {
    id,
    conversation: person,
    direction,
    from: direction === 'incoming' ? person : own,
    at: startedAt,
    text: '',
    state: missed ? 'received' : direction === 'incoming' ? 'read' : 'sent',
    call: { id: call, ...(talkedMs === undefined ? {} : { talkedMs }), missed, end },
  }
  return { message, kind: 'person', origin: call, wire: undefined, archive: undefined }
}
