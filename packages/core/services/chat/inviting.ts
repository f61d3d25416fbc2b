// Asking people into a web conference by messages, and taking that back; and what becomes of an invitation that comes.
import { type ChatInvitation, ParleyError } from '@openparley/contract'
import type { Accept } from './files.ts'
import type { Incoming, Invitation, Kept } from './port.ts'

export interface Inviting {
  /** Asks all of them. Rejects with `chat-unavailable` and names those who could not be asked, when the others have been. */
  ask(to: readonly string[], invitation: Invitation & { readonly conference: string }): Promise<void>
  /** Tells all who were asked into it that it is over. */
  takeBack(conference: string): Promise<void>
  /** Somebody carries messages again: what could not be taken back then is taken back now. */
  again(): void
  /** An invitation as it is kept: one that has just come is one that can be joined. */
  received(incoming: Incoming): ChatInvitation | undefined
}

export interface InvitingNeeds {
  readonly accept: Accept
  /** Whether anybody could carry a message there, now or later. */
  readonly isCarried: (to: string) => boolean
  /** The message is none that asks any more. Returns it where the other side must be told. */
  readonly over: (id: string) => Promise<Kept | undefined>
  /** False: nobody carries it now. */
  readonly withdraw: (kept: Kept) => boolean
  readonly newRequest: () => string
  readonly nowMs: () => number
  /** Which conference it is; undefined: it leads to no server of the settings. */
  readonly invited: (by: Invitation & { readonly from: string }) => string | undefined
}

export function inviting(needs: InvitingNeeds): Inviting {
  /** By conference, the messages. Conferences are forgotten when the session ends, too. */
  const sent = new Map<string, string[]>()
  let owed: readonly Kept[] = []
  return {
    ask: async (to, { conference, ...invitation }) => {
      const not: string[] = []
      for (const each of to) {
        try {
          if (!needs.isCarried(each)) throw new ParleyError('chat-unavailable')
          const { message } = await needs.accept({ to: each, request: needs.newRequest() }, async () => ({
            text: textOf(invitation),
            invitation: kept(invitation, conference),
          }))
          sent.set(conference, [...(sent.get(conference) ?? []), message])
        } catch (error) {
          if (!(error instanceof ParleyError)) throw error
          not.push(error.code === 'chat-unavailable' ? each : `${each} (${error.code})`)
        }
      }
      if (sent.size > mostConferences) sent.delete([...sent.keys()][0] as string)
      if (not.length > 0) throw new ParleyError('chat-unavailable', not.join(', '))
    },
    takeBack: async (conference) => {
      const messages = sent.get(conference) ?? []
      sent.delete(conference)
      for (const id of messages) {
        const kept = await needs.over(id)
        if (kept && !needs.withdraw(kept)) owed = [...owed, kept].slice(-mostOwed)
      }
    },
    again: () => {
      owed = owed.filter((kept) => !needs.withdraw(kept))
    },
    received: ({ invitation, direction, kind, conversation, from, at }) => {
      if (!invitation) return undefined
      // What an archive has of last week asks nobody into anything.
      const isNew = direction === 'incoming' && needs.nowMs() - Date.parse(at) < freshMs
      // In a room a name is nobody's address.
      const by = kind === 'room' ? conversation : from
      const conference = isNew ? needs.invited({ ...invitation, from: by }) : undefined
      return kept(invitation, conference)
    },
  }
}

function kept({ address, subject, video }: Invitation, conference: string | undefined): ChatInvitation {
  return {
    ...{ address, video },
    ...(subject === undefined ? {} : { subject }),
    ...(conference === undefined ? {} : { conference }),
  }
}

/** What a program shows that knows no invitations. */
function textOf({ address, subject }: Invitation): string {
  return subject === undefined ? address : `${subject}: ${address}`
}

const freshMs = 12 * 3_600_000
const mostConferences = 200
const mostOwed = 1000
