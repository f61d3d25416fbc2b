// What becomes of messages that are there: corrected, reacted to, delivered, read, refused. Who may change what is decided here.
import type { ErrorValue, Message } from '@openparley/contract'
import type { ChatEvent, ChatStore, Kept } from './port.ts'

export interface Acts {
  readonly store: ChatStore
  /** `before`: its state until now, where that is another. */
  readonly changed: (kept: Kept, before?: Message['state']) => Promise<void>
}

type Of<T extends ChatEvent['type']> = Extract<ChatEvent, { type: T }>

/** Only its writer corrects a message (XEP-0308 §5): from anybody else it is nothing. */
export async function correction({ store, changed }: Acts, event: Of<'correction'>): Promise<void> {
  const kept = await store.byWire(event.conversation, event.replaces)
  if (kept?.message.from !== event.from) return
  // What is said instead of a file is no file, and the same of an invitation.
  const { file: _, ...rest } = uninvited(kept.message)
  await changed({ ...kept, message: { ...rest, text: event.text, editedAt: event.at } })
}

export function uninvited({ invitation: _, ...rest }: Message): Message {
  return rest
}

/** What one said before is replaced; no emoji takes it back (XEP-0444 §3). */
export async function reaction({ store, changed }: Acts, event: Of<'reaction'>): Promise<void> {
  const { conversation, from, of, emoji } = event
  const kept = await store.byWire(conversation, of)
  if (!kept) return
  const others = (kept.message.reactions ?? []).filter((each) => each.from !== from)
  const own = [...new Set(emoji)].slice(0, mostOfOne).map((each) => ({ from, emoji: each }))
  const reactions = [...others, ...own].slice(0, mostOfAll)
  const { reactions: _, ...rest } = kept.message
  await changed({ ...kept, message: { ...rest, ...(reactions.length === 0 ? {} : { reactions }) } })
}

/** Only who sent an invitation takes it back. Returns its address where that is new. */
export async function withdrawal({ store, changed }: Acts, event: Of<'withdrawn'>): Promise<string | undefined> {
  const kept = await store.byWire(event.conversation, event.of)
  const invitation = kept?.message.invitation
  if (!invitation || kept.message.from !== event.from || invitation.withdrawn) return undefined
  await changed({ ...kept, message: { ...kept.message, invitation: { ...invitation, withdrawn: true } } })
  return invitation.address
}

/** A message that is read was delivered; none goes back to less than it was. */
export async function receipt({ store, changed }: Acts, { conversation, of, is }: Of<'receipt'>): Promise<void> {
  const kept = await store.byWire(conversation, of)
  if (!kept || kept.message.direction !== 'outgoing') return
  if (order.indexOf(is) <= order.indexOf(kept.message.state)) return
  await changed({ ...kept, message: { ...kept.message, state: is } }, kept.message.state)
}

export async function refusal({ store, changed }: Acts, id: string, error: ErrorValue): Promise<void> {
  const kept = await store.byId(id)
  if (!kept || kept.message.direction !== 'outgoing') return
  await changed({ ...kept, message: { ...kept.message, state: 'failed', error } }, kept.message.state)
}

const order: readonly Message['state'][] = ['failed', 'queued', 'sent', 'delivered', 'read']
const mostOfOne = 8
const mostOfAll = 500
