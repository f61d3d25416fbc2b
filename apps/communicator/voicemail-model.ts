// What the page knows of the mailbox: how it stands, and so much of what is in it as was asked for.
import type { Session } from '@openparley/sdk/browser'
import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals'

export type Mailbox = Awaited<ReturnType<Session['voicemail']['get']>>['state']['mailbox']
export type VoiceMessage = Awaited<ReturnType<Session['voicemail']['list']>>['messages'][number]
export type Which = 'new' | 'all' | 'deleted'

export interface VoicemailModel {
  /** Whether there is something to show: a mailbox, or a light at the phone. */
  readonly isThere: ReadonlySignal<boolean>
  readonly mailbox: ReadonlySignal<Mailbox | undefined>
  readonly which: Signal<Which>
  /** Newest first; undefined: not known yet. */
  readonly messages: ReadonlySignal<readonly VoiceMessage[] | undefined>
  readonly hasMore: ReadonlySignal<boolean>
  /** The one that is open. */
  readonly open: Signal<string | undefined>
  load(): Promise<void>
  more(): Promise<void>
}

interface Parts {
  readonly session: Session
  readonly scopes: readonly string[]
  readonly until: AbortSignal
  readonly follow: (watching: () => Promise<void>) => void
}

export function openVoicemail({ session: { voicemail }, scopes, until, follow }: Parts): VoicemailModel {
  const mailbox = signal<Mailbox | undefined>(undefined)
  const messages = signal<readonly VoiceMessage[] | undefined>(undefined)
  const next = signal<string | undefined>(undefined)
  const which = signal<Which>('all')
  let asked = 0
  let isAwaited = false
  const read = async (limit: number): Promise<void> => {
    const turn = ++asked
    // While the mailbox is not reached and was never listed, how it stands says why.
    const page = await voicemail.list({ which: which.value, limit }).catch(() => ({ messages: [], next: undefined }))
    if (turn !== asked) return
    messages.value = page.messages
    next.value = page.next
  }
  const again = (): void => {
    if (isAwaited || messages.value === undefined) return
    isAwaited = true
    setTimeout(() => {
      isAwaited = false
      void read(Math.min(Math.max(messages.value?.length ?? 0, pageLength), mostAtOnce))
    }, readAfterMs)
  }
  if (scopes.includes('voicemail.read'))
    follow(async () => {
      for await (const seen of voicemail.watch({ signal: until })) {
        if (seen.type === 'snapshot') {
          mailbox.value = seen.state.mailbox
          again()
        } else if (seen.change.type === 'mailbox') mailbox.value = seen.change.mailbox
        else if (seen.change.type !== 'playback') again()
      }
    })
  return {
    isThere: computed(() => mailbox.value !== undefined && (mailbox.value.is !== 'off' || mailbox.value.light)),
    mailbox,
    which,
    messages,
    hasMore: computed(() => next.value !== undefined),
    open: signal(undefined),
    load: () => read(pageLength),
    more: async () => {
      const cursor = next.value
      if (cursor === undefined) return
      const turn = asked
      const page = await voicemail.list({ which: which.value, cursor, limit: pageLength })
      if (turn !== asked) return
      const known = new Set(messages.value?.map(({ id }) => id))
      messages.value = [...(messages.value ?? []), ...page.messages.filter(({ id }) => !known.has(id))]
      next.value = page.next
    },
  }
}

const pageLength = 50
/** As many as the core answers at once. */
const mostAtOnce = 500
/** One act changes several of them, and the counts beside. */
const readAfterMs = 100
