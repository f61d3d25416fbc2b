// Rooms: coming in, whether the person is there and who else, what it is about, and leaving.
import type { Conversation } from '@openparley/sdk/browser'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { chatMessages } from './chat-messages.ts'
import { focus, places } from './focus.ts'
import { Form, TextField } from './form.tsx'
import type { OfPage } from './page.ts'
import { Quiet } from './quiet.tsx'
import { failureOf } from './said.ts'

interface OfRoom extends OfPage {
  readonly conversation: Conversation
}

export function RoomBar({ page, conversation }: OfRoom): JSX.Element {
  const words = chatMessages.room
  const { address, room } = conversation
  const open = useSignal<'none' | 'who' | 'leave' | 'join'>('none')
  const show = (which: 'who' | 'leave' | 'join') => (): void => {
    open.value = open.value === which ? 'none' : which
  }
  const close = (): void => {
    open.value = 'none'
    focus(places.message, places.chat)
  }
  const state = room?.state ?? 'out'
  const isOut = state === 'out'
  const occupants = room?.occupants ?? []
  return (
    <div class="room">
      <div class="room-line">
        <div class="grow">
          {room?.subject !== undefined && room.subject !== '' && <p>{words.subject(room.subject)}</p>}
          <p class="faint" role="status">
            {isOut ? words.out : state === 'joining' ? words.joining : words.in(room?.nickname ?? '')}
          </p>
        </div>
        {isOut ? (
          <button type="button" class="plain" aria-expanded={open.value === 'join'} onClick={show('join')}>
            {words.again}
          </button>
        ) : (
          <>
            <button type="button" class="quiet" aria-expanded={open.value === 'who'} onClick={show('who')}>
              {words.occupants(occupants.length)}
            </button>
            <Quiet icon="leave" label={words.leave} opens={open.value === 'leave'} press={show('leave')} />
          </>
        )}
      </div>
      {room?.error && <p class="bad">{failureOf(room.error)}</p>}
      {open.value === 'who' && !isOut && (
        <ul class="occupants" aria-label={words.who} tabIndex={0}>
          {occupants.toSorted(inWriting).map((each) => (
            <li key={each} class="cut">
              {each === room?.nickname ? words.ownName(each) : each}
            </li>
          ))}
        </ul>
      )}
      {open.value === 'leave' && !isOut && (
        <Form
          label={words.leave}
          words={words.leave}
          isDanger
          send={() => {
            page.acts.leaveRoom(address)
            close()
          }}
          close={close}
        >
          <p>{words.leaveSure}</p>
        </Form>
      )}
      {open.value === 'join' && isOut && <JoinForm page={page} of={conversation} close={close} />}
    </div>
  )
}

/** `of`: the room that is come into again. */
export function JoinForm({
  page: { acts, model },
  of,
  close,
}: OfPage & { readonly of?: Conversation; readonly close: () => void }): JSX.Element {
  const words = chatMessages.room
  const address = useSignal(of?.address ?? '')
  const nickname = useSignal(of?.room?.nickname ?? model.name.value)
  return (
    <Form
      label={words.join}
      words={words.joinNow}
      send={() => acts.joinRoom(address.value.trim(), nickname.value.trim(), close)}
      close={close}
    >
      {!of && <TextField label={words.address} value={address} isAddress placeholder="plans@rooms.example.com" />}
      <TextField label={words.nickname} value={nickname} isNeeded />
    </Form>
  )
}

const { compare: inWriting } = new Intl.Collator(undefined, { numeric: true })
