// The mailbox: what is in it, and the message that is open.
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { places } from './focus.ts'
import { Icon } from './icons.tsx'
import type { OfPage } from './page.ts'
import { Quiet } from './quiet.tsx'
import { dayOf, daysBetween, duration, timeOfDay } from './time.ts'
import { VoiceCard } from './voice-card.tsx'
import { voicemailMessages } from './voicemail-messages.ts'
import type { VoiceMessage, Which } from './voicemail-model.ts'

export function Voicemail({ page }: OfPage): JSX.Element {
  const { model, acts } = page
  const box = model.voicemail
  // Not before somebody looks.
  useEffect(() => void box.load(), [])
  const { mailbox, which, messages, hasMore } = box
  const { pilot, is = 'off', error } = mailbox.value ?? {}
  return (
    <section class="panel voicemail" id={places.voicemail} tabIndex={-1} aria-labelledby="voicemail-heading">
      <div class="head">
        <h2 id="voicemail-heading">{voicemailMessages.heading}</h2>
        {pilot !== undefined && (
          <Quiet icon="call" label={voicemailMessages.callPilot} press={() => acts.dial(pilot)} />
        )}
      </div>
      {error && (
        <p class="bad">
          {error.sentence} {error.next}
        </p>
      )}
      {is === 'off' ? (
        <p class="faint">{voicemailMessages.off}</p>
      ) : (
        <>
          <div class="whiches" role="group" aria-label={voicemailMessages.which}>
            {whiches.map((each) => (
              <button
                key={each}
                type="button"
                class="quiet"
                aria-pressed={which.value === each}
                onClick={() => {
                  which.value = each
                  void box.load()
                }}
              >
                {voicemailMessages.whiches[each]}
              </button>
            ))}
          </div>
          {messages.value?.length === 0 && (
            <p class="faint">
              {is === 'connecting' ? voicemailMessages.connecting : voicemailMessages.none[which.value]}
            </p>
          )}
          <ul class="list">
            {messages.value?.map((message) => (
              <Item key={message.id} page={page} message={message} />
            ))}
          </ul>
          {hasMore.value && (
            <button type="button" class="quiet" onClick={() => void box.more()}>
              {voicemailMessages.more}
            </button>
          )}
        </>
      )}
    </section>
  )
}

function Item({ page, message }: { readonly message: VoiceMessage } & OfPage): JSX.Element {
  const { open } = page.model.voicemail
  const { id, isNew, urgent, at, lengthMs } = message
  const isOpen = open.value === id
  const when = daysBetween(new Date(at), new Date(page.time.now.value)) === 0 ? '' : dayOf(at)
  return (
    <li class={isOpen ? 'voice is-open' : 'voice'}>
      <div class={isNew ? 'item is-unread' : 'item'}>
        <Icon name="voicemail" />
        <button
          type="button"
          class="quiet grow"
          aria-expanded={isOpen}
          onClick={() => {
            open.value = isOpen ? undefined : id
          }}
        >
          <strong class="cut">{callerOf(message)}</strong>
          <span class="faint">
            {[when, timeOfDay(at), lengthMs === undefined ? '' : duration(lengthMs)].filter(Boolean).join(' · ')}
          </span>
          <span class="marks">
            {isNew && <span class="mark fresh">{voicemailMessages.isNew}</span>}
            {urgent && <span class="mark urgent">{voicemailMessages.urgent}</span>}
            {message.private && <span class="mark">{voicemailMessages.private}</span>}
            {message.secure && <span class="mark">{voicemailMessages.secure}</span>}
          </span>
        </button>
      </div>
      {isOpen && <VoiceCard page={page} message={message} />}
    </li>
  )
}

export function callerOf({ from }: VoiceMessage): string {
  return from.name ?? from.number ?? voicemailMessages.unknown
}

const whiches: readonly Which[] = ['new', 'all', 'deleted']
