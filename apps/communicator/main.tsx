// The page: lets itself in, connects, and shows what the core tells.
import type { ParleyError } from '@openparley/sdk/browser'
import { type JSX, render } from 'preact'
import { openActs } from './acts.ts'
import { App } from './app.tsx'
import { openFace } from './face.ts'
import { watchIdle } from './idle.ts'
import { messages } from './messages.ts'
import { openModel } from './model.ts'
import { openRing } from './ring.ts'
import { listenForShortcuts } from './shortcuts.ts'
import { forget, signIn } from './sign-in.ts'
import { ticking } from './time.ts'
import { openVoice } from './voice.ts'

const place = document.getElementById('app') as HTMLElement
// A new address in a tab that has the page already changes the fragment alone.
addEventListener('hashchange', () => {
  if (location.hash.startsWith('#code=')) location.reload()
})
render(<p class="notice">{messages.signingIn}</p>, place)
const entered = await signIn()
if (entered.is === 'out') render(<NotIn why={entered.why} />, place)
else {
  try {
    const model = await openModel(entered.pass)
    const face = openFace(model)
    const voice = openVoice(model)
    const page = { model, face, voice, sound: openRing(), acts: openActs(model, face, voice), time: ticking() }
    listenForShortcuts(page)
    watchIdle((idleMs) => {
      // A core that cannot be told now is told in a minute.
      if (model.people.isSetUp.value) void model.session.presence.idle({ idleMs }).catch(() => undefined)
    })
    render(<App page={page} />, place)
  } catch (thrown) {
    const why = thrown as ParleyError
    if (why.code === 'token-rejected') forget()
    render(<NotIn why={why} />, place)
  }
}

function NotIn({ why }: { readonly why: ParleyError | undefined }): JSX.Element {
  const isOut = why === undefined || why.code === 'token-rejected'
  return (
    <main class="notice">
      <h1>{isOut ? messages.signedOut : messages.noCore}</h1>
      {why && <p>{why.sentence}</p>}
      <p>{isOut ? messages.needAddress : why?.next}</p>
    </main>
  )
}
