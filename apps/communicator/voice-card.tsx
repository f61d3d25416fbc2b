// The open voice message: its sound, what was written of it, and what may be done with it.
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { Form, TextField } from './form.tsx'
import { Icon, type IconName } from './icons.tsx'
import type { OfPage } from './page.ts'
import { voicemailMessages } from './voicemail-messages.ts'
import type { VoiceMessage } from './voicemail-model.ts'
import { VoicePlayer } from './voice-player.tsx'

interface OfMessage extends OfPage {
  readonly message: VoiceMessage
}

/** Some have a field, or ask once more. */
type Open = 'none' | 'forward' | 'erase'

export function VoiceCard({ page, message }: OfMessage): JSX.Element {
  const { act, player } = voicemailMessages
  const { acts, model } = page
  const { from, isNew, deleted, secure, transcription, dispatch } = message
  const open = useSignal<Open>('none')
  const canWrite = model.core.scopes.includes('voicemail.write')
  const canCall = model.phones.value.some(({ state }) => state.is === 'ready')
  const { number } = from
  return (
    <div class="voice-card">
      {secure ? <p class="faint">{player.secure}</p> : <VoicePlayer page={page} message={message} />}
      {transcription !== undefined && <blockquote>{transcription}</blockquote>}
      <div class="voice-acts">
        {number !== undefined && canCall && (
          <Act icon="call" label={act.callBack} press={() => acts.dial(number)} isFirst />
        )}
        {canWrite && dispatch && (
          <>
            <Act icon="pickUp" label={act.take} press={() => acts.answerDispatch(message, true)} />
            <Act icon="leave" label={act.leave} press={() => acts.answerDispatch(message, false)} />
          </>
        )}
        {canWrite && !deleted && (
          <Act
            icon={isNew ? 'messages' : 'bell'}
            label={isNew ? act.heard : act.unheard}
            press={() => acts.markVoice(message, isNew)}
          />
        )}
        {!deleted && !message.private && !secure && model.people.isSetUp.value && (
          <Act icon="forward" label={act.forward} press={() => (open.value = 'forward')} />
        )}
        {canWrite &&
          (deleted ? (
            <>
              <Act icon="redial" label={act.undelete} press={() => acts.undeleteVoice(message)} />
              <Act icon="remove" label={act.erase} press={() => (open.value = 'erase')} />
            </>
          ) : (
            <Act icon="remove" label={act.delete} press={() => acts.deleteVoice(message)} />
          ))}
      </div>
      {open.value === 'forward' && <Forward page={page} message={message} close={() => (open.value = 'none')} />}
      {open.value === 'erase' && (
        <Form
          label={act.erase}
          words={act.erase}
          isDanger
          send={() => acts.eraseVoice(message)}
          close={() => (open.value = 'none')}
        >
          <p>{act.eraseSure}</p>
        </Form>
      )}
    </div>
  )
}

function Act({
  icon,
  label,
  press,
  isFirst = false,
}: {
  readonly icon: IconName
  readonly label: string
  readonly press: () => void
  readonly isFirst?: boolean
}): JSX.Element {
  return (
    <button type="button" class={isFirst ? 'primary' : 'plain'} onClick={press}>
      <Icon name={icon} />
      {label}
    </button>
  )
}

function Forward({ page: { acts, model }, message, close }: OfMessage & { readonly close: () => void }): JSX.Element {
  const { act, forwardTo, forwardNow } = voicemailMessages
  const typed = useSignal('')
  return (
    <Form
      label={act.forward}
      words={forwardNow}
      send={() => acts.forwardVoice(message, typed.value.trim(), close)}
      close={close}
    >
      <TextField label={forwardTo} value={typed} isAddress list="voice-people" />
      <datalist id="voice-people">
        {[...model.people.contacts.value.values()].slice(0, mostOffered).map(({ address, name }) => (
          <option key={address} value={address}>
            {name}
          </option>
        ))}
      </datalist>
    </Form>
  )
}

/** More than anybody looks through; whoever is not offered is typed. */
const mostOffered = 200
