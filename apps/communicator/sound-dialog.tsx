// What the page's sound does; microphone, speaker and levels as soon as calls are heard here.
import type { JSX } from 'preact'
import { Dialog } from './kit.tsx'
import { messages } from './messages.ts'
import type { OfPage } from './page.ts'

export function SoundDialog({ page: { face, sound } }: OfPage): JSX.Element {
  return (
    <Dialog title={messages.sound.heading} open={face.soundOpen}>
      <p>{messages.sound.none}</p>
      <label class="check">
        <input
          type="checkbox"
          checked={sound.rings.value}
          onChange={({ currentTarget }) => {
            sound.rings.value = currentTarget.checked
          }}
        />
        {messages.sound.ring}
      </label>
    </Dialog>
  )
}
