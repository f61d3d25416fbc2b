// Who is in a conference of the server: how each is there, and letting one go.
import type { Call } from '@openparley/sdk/browser'
import type { JSX } from 'preact'
import { canOf } from './call-card.tsx'
import { Icon } from './icons.tsx'
import { messages } from './messages.ts'
import type { OfPage } from './page.ts'
import { nameOf, numberBeside } from './sayings.ts'

type Focus = NonNullable<Call['focus']>

export function Members({
  page,
  call,
  focus,
}: OfPage & { readonly call: Call; readonly focus: Focus }): JSX.Element | null {
  const { conference } = messages
  const there = focus.members.filter(({ is }) => is !== 'left')
  if (there.length === 0) return null
  return (
    <section class="members" aria-label={conference.members}>
      <p class="faint">{[focus.subject, conference.there(there.length)].filter(Boolean).join(' · ')}</p>
      <ul class="list parties">
        {there.map((member, n) => (
          <Party key={member.uri ?? n} page={page} call={call} member={member} />
        ))}
      </ul>
    </section>
  )
}

function Party({
  page,
  call,
  member,
}: OfPage & { readonly call: Call; readonly member: Focus['members'][number] }): JSX.Element {
  const { conference } = messages
  const { uri, self, is, muted } = member
  const name = nameOf(member)
  return (
    <li class="item">
      <div class="grow">
        <strong>{self ? conference.self(name) : name}</strong>
        <span class="faint">
          {[numberBeside({ remote: member }), conference.is[is], muted ? conference.mutedThere : '']
            .filter(Boolean)
            .join(' · ')}
        </span>
      </div>
      {!self && uri !== undefined && canOf(page, call)('drop') && (
        <button
          type="button"
          class="quiet square bad"
          aria-label={conference.drop(name)}
          onClick={() => page.acts.dropMember(call, uri)}
        >
          <Icon name="end" />
        </button>
      )}
    </li>
  )
}
