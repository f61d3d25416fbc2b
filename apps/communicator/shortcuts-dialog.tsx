// The list of keys that work anywhere on the page.
import type { JSX } from 'preact'
import { Dialog } from './kit.tsx'
import { messages } from './messages.ts'
import type { OfPage } from './page.ts'
import { shortcuts } from './shortcuts.ts'

export function ShortcutsDialog({ page: { face } }: OfPage): JSX.Element {
  return (
    <Dialog title={messages.shortcuts.heading} open={face.help}>
      <p>{messages.shortcuts.intro}</p>
      <dl class="shortcuts">
        {shortcuts.map(([key, name]) => (
          <div key={key}>
            <dt>{messages.shortcuts.names[name]}</dt>
            <dd>
              <kbd>{isApple ? 'Option' : 'Alt'}</kbd> <kbd>{key.toUpperCase()}</kbd>
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}

const isApple = /Mac|iPhone|iPad/.test(navigator.userAgent)
