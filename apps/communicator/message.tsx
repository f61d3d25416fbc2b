// One message: what it answers, its text, what became of it, who reacted, and the button of its menu.
import type { Message } from '@openparley/sdk/browser'
import type { JSX } from 'preact'
import { memo } from 'preact/compat'
import { chatMessages } from './chat-messages.ts'
import { conferenceMessages } from './conferences-messages.ts'
import { Icon } from './icons.tsx'
import { type Menu, MenuButton } from './kit.tsx'
import type { OfPage } from './page.ts'
import { type Circle, cut, failureOf, fateOf, reactionsOf, sizeOf, spokenOf, textOf, writerOf } from './said.ts'
import { StyledText } from './styled-text.tsx'
import { timeOfDay } from './time.ts'

export interface OfMessage extends OfPage {
  readonly message: Message
  readonly circle: Circle
  /** Where it is in the page, and undefined where it is not. */
  readonly answered: Message | undefined
  /** Whether its writer is named above it. */
  readonly isNamed: boolean
  /** The one that the keyboard stands on, of all that there are. */
  readonly isCurrent: boolean
  readonly menu: Menu
}

/** Drawn again only where it is another: hundreds stand beside it. */
export const MessageView: (of: OfMessage) => JSX.Element = memo(View)

function View({ page, message, circle, answered, isNamed, isCurrent, menu }: OfMessage): JSX.Element {
  const { id, direction, state, error } = message
  const isOwn = direction === 'outgoing'
  const who = writerOf(message, circle)
  const more = chatMessages.about(who, timeOfDay(message.at))
  const within = isCurrent ? 0 : -1
  return (
    <div
      id={elementOf(id)}
      class={`message ${isOwn ? 'own' : 'theirs'}`}
      role="group"
      aria-label={spokenOf(message, circle)}
      tabIndex={within}
    >
      <div class={`said ${isOwn ? 'own' : 'theirs'} ${state}`}>
        {isNamed ? <p class="writer cut">{who}</p> : <span class="unseen">{who}: </span>}
        {message.replyTo !== undefined && (
          <Quote page={page} circle={circle} of={message.replyTo} answered={answered} tabIndex={within} />
        )}
        <Content page={page} message={message} tabIndex={within} />
        <p class="faint">{fateOf(message)}</p>
        {error && <p class="bad">{failureOf(error)}</p>}
      </div>
      <MenuButton menu={menu} of={id} label={more} tabIndex={within} />
      <Reactions page={page} circle={circle} message={message} tabIndex={within} />
    </div>
  )
}

/** What it says: a text, a call, a file. */
function Content({
  page,
  message,
  tabIndex,
}: OfPage & { readonly message: Message; readonly tabIndex: number }): JSX.Element {
  const { text, call, file, direction } = message
  if (call)
    return (
      <p class="text past-call">
        <Icon name={call.missed ? 'missed' : direction} />
        {textOf(message)}
      </p>
    )
  if (message.invitation) return <Invitation page={page} message={message} tabIndex={tabIndex} />
  if (file)
    return (
      <button
        type="button"
        class="plain file"
        tabIndex={tabIndex}
        disabled={file.address === undefined}
        onClick={() => page.acts.saveFile(message)}
      >
        <Icon name="file" />
        <span class="unseen">{chatMessages.save}: </span>
        <span class="cut">{file.name}</span>
        {file.bytes !== undefined && <span class="faint">{sizeOf(file.bytes)}</span>}
      </button>
    )
  return text === '' ? <p class="text faint">{textOf(message)}</p> : <StyledText page={page} text={text} />
}

function Invitation({
  page,
  message,
  tabIndex,
}: OfPage & { readonly message: Message; readonly tabIndex: number }): JSX.Element {
  const { invitation, direction } = message
  const { conference, address = '', subject = '', withdrawn = false } = invitation ?? {}
  return (
    <div class="invitation">
      <p class="text">{subject || conferenceMessages.invitation}</p>
      {withdrawn ? (
        <p class="faint">{conferenceMessages.invitationOver}</p>
      ) : conference === undefined && direction === 'incoming' ? (
        // It leads to no server of the settings: whoever wants to opens it as any address.
        <StyledText page={page} text={address} />
      ) : (
        <button
          type="button"
          class="plain"
          tabIndex={tabIndex}
          onClick={() => page.acts.joinConference({ invitation: address })}
        >
          <Icon name="camera" />
          {conferenceMessages.invitationJoin}
        </button>
      )}
    </div>
  )
}

function Quote({
  page: { acts },
  circle,
  of,
  answered,
  tabIndex,
}: OfPage & {
  readonly circle: Circle
  readonly of: string
  readonly answered: Message | undefined
  readonly tabIndex: number
}): JSX.Element {
  const who = answered && writerOf(answered, circle)
  const text = answered && cut(textOf(answered))
  return (
    <button
      type="button"
      class="quote"
      tabIndex={tabIndex}
      aria-label={who === undefined || text === undefined ? chatMessages.goToEarlier : chatMessages.quoted(who, text)}
      onClick={() => acts.reach(of)}
    >
      {who !== undefined && <strong class="cut">{who}</strong>} <span class="cut">{text ?? chatMessages.earlier}</span>
    </button>
  )
}

function Reactions({
  page: { acts },
  circle,
  message,
  tabIndex,
}: OfPage & { readonly circle: Circle; readonly message: Message; readonly tabIndex: number }): JSX.Element | null {
  const reactions = reactionsOf(message, circle)
  if (reactions.length === 0) return null
  return (
    <div class="reactions" role="group" aria-label={chatMessages.reactions}>
      {reactions.map(({ sign, names, isOwn }) => (
        <button
          key={sign}
          type="button"
          class="reaction"
          tabIndex={tabIndex}
          aria-pressed={isOwn}
          aria-label={chatMessages.reacted(sign, names)}
          title={names.join(', ')}
          onClick={() => acts.toggleReaction(message, sign)}
        >
          <span>
            <span class="cut">{sign}</span> {names.length}
          </span>
        </button>
      ))}
    </div>
  )
}

export function elementOf(message: string): string {
  return `said-${message}`
}
