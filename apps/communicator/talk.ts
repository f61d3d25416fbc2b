// The conversation that is open: its messages, a page at a time, and what becomes of them.
import type { Message, Session } from '@openparley/sdk/browser'
import { type ReadonlySignal, signal } from '@preact/signals'

export interface Talk {
  /** Whose conversation it is. */
  readonly address: ReadonlySignal<string | undefined>
  /** Oldest first. */
  readonly messages: ReadonlySignal<readonly Message[]>
  readonly hasOlder: ReadonlySignal<boolean>
  open(address: string | undefined): void
  /** A message is new or has changed. */
  take(message: Message): void
  /** Changes may have been missed. */
  reload(): void
  older(): Promise<void>
}

export function openTalk({ chat }: Session): Talk {
  const address = signal<string | undefined>(undefined)
  const messages = signal<readonly Message[]>([])
  const next = signal<string | undefined>(undefined)
  const hasOlder = signal(false)
  /** What comes while the first page is asked for is newer than what it holds. */
  let asked = 0
  const load = async (): Promise<void> => {
    const conversation = address.value
    const turn = ++asked
    if (conversation === undefined) return
    const came = new Map<string, Message>()
    arrived = came
    const page = await chat.list({ conversation, limit: pageOfTalk })
    if (turn !== asked) return
    arrived = undefined
    next.value = page.next
    hasOlder.value = page.next !== undefined
    messages.value = [...came.values()].reduce(withMessage, page.messages.toReversed())
  }
  let arrived: Map<string, Message> | undefined
  const reload = (): void => {
    // A store that cannot be read is told by its row; what was shown stays.
    void load().catch(() => {
      arrived = undefined
    })
  }
  return {
    address,
    messages,
    hasOlder,
    open: (to) => {
      if (address.value === to) return
      address.value = to
      messages.value = []
      hasOlder.value = false
      reload()
    },
    take: (message) => {
      if (message.conversation !== address.value) return
      arrived?.set(message.id, message)
      messages.value = withMessage(messages.value, message)
    },
    reload,
    older: async () => {
      const [conversation, cursor, turn] = [address.value, next.value, asked]
      if (conversation === undefined || cursor === undefined) return
      const page = await chat.list({ conversation, cursor, limit: pageOfTalk })
      if (turn !== asked) return
      next.value = page.next
      hasOlder.value = page.next !== undefined
      messages.value = [...page.messages.toReversed(), ...messages.value]
    },
  }
}

function withMessage(all: readonly Message[], message: Message): readonly Message[] {
  return all.some(({ id }) => id === message.id)
    ? all.map((each) => (each.id === message.id ? message : each))
    : [...all, message]
}

const pageOfTalk = 50
