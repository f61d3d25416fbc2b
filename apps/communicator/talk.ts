// The conversation that is open: its messages, a page at a time, what becomes of them, and what the person is about to say to one.
import type { Message, Session } from '@openparley/sdk/browser'
import { type ReadonlySignal, type Signal, signal } from '@preact/signals'

export interface Talk {
  /** Whose conversation it is. */
  readonly address: ReadonlySignal<string | undefined>
  /** Whether it is seen: another view may stand where it was. */
  readonly isShown: Signal<boolean>
  /** Oldest first. */
  readonly messages: ReadonlySignal<readonly Message[]>
  readonly hasOlder: ReadonlySignal<boolean>
  /** What others wrote while it is open, and what of one's own failed; the last few. */
  readonly came: ReadonlySignal<readonly Message[]>
  /** The message that is answered by what is sent next. */
  readonly answered: Signal<Message | undefined>
  /** The message that is said otherwise, and how. */
  readonly correction: Signal<Correction | undefined>
  /** The message that was gone to: another value each time. */
  readonly reached: ReadonlySignal<{ readonly message: string } | undefined>
  open(address: string | undefined): void
  /** A message is new or has changed. */
  take(message: Message): void
  /** Changes may have been missed. */
  reload(): void
  older(): Promise<void>
  /** Goes to a message, fetching what lies between; false where it lies too far back. */
  reach(message: string): Promise<boolean>
}

export interface Correction {
  readonly message: Message
  readonly text: string
}

export function openTalk({ chat }: Session): Talk {
  const address = signal<string | undefined>(undefined)
  const messages = signal<readonly Message[]>([])
  const next = signal<string | undefined>(undefined)
  const hasOlder = signal(false)
  const came = signal<readonly Message[]>([])
  const answered = signal<Message | undefined>(undefined)
  const correction = signal<Correction | undefined>(undefined)
  const reached = signal<{ readonly message: string } | undefined>(undefined)
  /** What comes while the first page is asked for is newer than what it holds. */
  let asked = 0
  const load = async (): Promise<void> => {
    const conversation = address.value
    const turn = ++asked
    if (conversation === undefined) return
    const arriving = new Map<string, Message>()
    arrived = arriving
    const page = await chat.list({ conversation, limit: pageOfTalk })
    if (turn !== asked) return
    arrived = undefined
    next.value = page.next
    hasOlder.value = page.next !== undefined
    messages.value = [...arriving.values()].reduce(withMessage, page.messages.toReversed())
  }
  let arrived: Map<string, Message> | undefined
  const reload = (): void => {
    // A store that cannot be read is told by its row; what was shown stays.
    void load().catch(() => {
      arrived = undefined
    })
  }
  const older = async (limit: number): Promise<void> => {
    const [conversation, cursor, turn] = [address.value, next.value, asked]
    if (conversation === undefined || cursor === undefined) return
    const page = await chat.list({ conversation, cursor, limit })
    // Asked for twice at once, it comes once.
    if (turn !== asked || cursor !== next.value) return
    next.value = page.next
    hasOlder.value = page.next !== undefined
    messages.value = [...page.messages.toReversed(), ...messages.value]
  }
  const has = (id: string): boolean => messages.value.some((message) => message.id === id)
  return {
    address,
    isShown: signal(false),
    messages,
    hasOlder,
    came,
    answered,
    correction,
    reached,
    open: (to) => {
      if (address.value === to) return
      address.value = to
      messages.value = []
      hasOlder.value = false
      came.value = []
      answered.value = undefined
      correction.value = undefined
      reached.value = undefined
      reload()
    },
    take: (message) => {
      if (message.conversation !== address.value) return
      arrived?.set(message.id, message)
      const before = messages.value.find(({ id }) => id === message.id)
      if (isNews(before, message)) came.value = [...came.value.slice(1 - mostCame), message]
      messages.value = withMessage(messages.value, message)
    },
    reload,
    older: () => older(pageOfTalk),
    reach: async (id) => {
      const turn = asked
      for (let pages = 0; !has(id) && hasOlder.value && pages < mostPages; pages++) {
        await older(pageOfReach)
        if (turn !== asked) return true
      }
      if (has(id)) reached.value = { message: id }
      return has(id)
    },
  }
}

function withMessage(all: readonly Message[], message: Message): readonly Message[] {
  return all.some(({ id }) => id === message.id)
    ? all.map((each) => (each.id === message.id ? message : each))
    : [...all, message]
}

function isNews(before: Message | undefined, { direction, state }: Message): boolean {
  return direction === 'incoming' ? before === undefined : state === 'failed' && before?.state !== 'failed'
}

const pageOfTalk = 50
/** A message that lies further back than so many of the larger pages is not shown: the page would grow slow. */
const mostPages = 6
const pageOfReach = 500
const mostCame = 5
