// The light of the mailbox, where one chooses a view.
import type { TabEntry } from './kit.tsx'
import { voicemailMessages } from './voicemail-messages.ts'
import type { Mailbox } from './voicemail-model.ts'

/** A phone’s server may say that messages wait, and not how many. */
export function voicemailBadge(mailbox: Mailbox | undefined): TabEntry['badge'] {
  const { fresh = 0, light = false } = mailbox ?? {}
  if (fresh > 0) return { text: String(fresh), means: voicemailMessages.fresh(fresh) }
  return light ? { text: '!', means: voicemailMessages.light } : undefined
}
