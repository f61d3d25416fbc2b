// One thing of the record, as a line: what it was, with whom, when, and the first thing one does with it.
import type { HistoryRecord } from '@openparley/sdk/browser'
import type { ComponentChildren, JSX } from 'preact'
import { Icon, type IconName } from './icons.tsx'
import { messages } from './messages.ts'
import type { OfPage, Page } from './page.ts'
import { pastMessages } from './past-messages.ts'
import { callerOf, type Past, pastOf, pastWords, precedenceOf } from './sayings.ts'
import { duration, timeOfDay } from './time.ts'

interface OfRecord extends OfPage {
  readonly record: HistoryRecord
  readonly children: ComponentChildren
}

export function PastRecord({ page, record, children }: OfRecord): JSX.Element {
  const { acts } = page
  const { icon, is, said, text, open } = shown(page, record)
  const name = whatOf(page, record)
  const number = toCall(record)
  const words = (
    <>
      <strong>{name}</strong>
      <span class="faint">{[said, timeOfDay(record.at)].filter(Boolean).join(' · ')}</span>
      {text !== undefined && <span class="past-text">{text}</span>}
    </>
  )
  return (
    <li class={`item past-${is}`}>
      <Icon name={icon} />
      {open ? (
        <button type="button" class="quiet grow" onClick={open}>
          {words}
        </button>
      ) : (
        <div class="grow">{words}</div>
      )}
      {number !== undefined && (
        <button
          type="button"
          class="quiet square"
          aria-label={messages.history.call(name)}
          onClick={() => acts.dial(number)}
        >
          <Icon name="call" />
        </button>
      )}
      {children}
    </li>
  )
}

interface Shown {
  readonly icon: IconName
  readonly is: string
  readonly said: string
  readonly text?: string | undefined
  /** Where there is more to see of it. */
  readonly open?: (() => void) | undefined
}

function shown(page: Page, record: HistoryRecord): Shown {
  const { acts, model } = page
  switch (record.kind) {
    case 'call': {
      const { call } = record
      const past = pastOf(call)
      const why = past === 'failed' ? call.end.error?.sentence : undefined
      const how = call.talkedMs === undefined ? why : duration(call.talkedMs)
      return {
        icon: icons[past],
        is: past,
        said: [pastWords[past], precedenceOf(call), how].filter(Boolean).join(' · '),
      }
    }
    case 'message': {
      const { direction, text, file, conversation } = record.message
      return {
        icon: 'chat',
        is: 'message',
        said: pastMessages.message[direction],
        text: cut(file ? file.name : text),
        open: model.people.isSetUp.value ? () => acts.message(conversation) : undefined,
      }
    }
    case 'voicemail': {
      const { lengthMs, transcription } = record.voicemail
      return {
        icon: 'voicemail',
        is: 'voicemail',
        said: [pastMessages.voicemail, lengthMs === undefined ? '' : duration(lengthMs)].filter(Boolean).join(' · '),
        text: transcription === undefined ? undefined : cut(transcription),
        open: model.voicemail.isThere.value ? () => acts.openVoice(record.voicemail.id) : undefined,
      }
    }
    case 'conference': {
      const { members } = record.conference
      return { icon: 'conference', is: 'conference', said: pastMessages.conference, text: cut(members.join(', ')) }
    }
  }
}

/** Whom or what it was about. */
export function whatOf({ model }: Page, record: HistoryRecord): string {
  const known = record.person === undefined ? undefined : model.people.contacts.value.get(record.person)?.name
  switch (record.kind) {
    case 'call':
      return callerOf(record.call)
    case 'message':
      return known ?? record.message.conversation
    case 'voicemail': {
      const { name, number } = record.voicemail.from
      return known ?? name ?? number ?? messages.calls.anonymous
    }
    case 'conference':
      return record.conference.subject || pastMessages.conference
  }
}

/** The number that calls them back; undefined where there is none. */
export function toCall(record: HistoryRecord): string | undefined {
  if (record.kind === 'call') return record.call.remote.anonymous ? undefined : record.call.remote.number
  return record.kind === 'voicemail' ? record.voicemail.from.number : undefined
}

function cut(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ')
  return line.length > mostShown ? `${line.slice(0, mostShown - 1)}…` : line
}

const icons: Readonly<Record<Past, IconName>> = {
  outgoing: 'outgoing',
  incoming: 'incoming',
  missed: 'missed',
  declined: 'end',
  sentOn: 'forward',
  elsewhere: 'incoming',
  failed: 'warn',
}
const mostShown = 120
