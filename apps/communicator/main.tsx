// The page: lets itself in, connects, and shows what the core tells.
import { render } from 'preact'
import { App } from './app.tsx'
import { messages } from './messages.ts'
import { openModel } from './model.ts'
import { forget, signIn } from './sign-in.ts'

const place = document.getElementById('app') as HTMLElement
// A new address in the tab that has the page already changes the fragment alone.
addEventListener('hashchange', () => location.reload())

const entered = await signIn()
if (entered.is === 'out') render(<p>{messages.needAddress}</p>, place)
else {
  try {
    render(<App model={await openModel(entered.pass)} />, place)
  } catch {
    forget()
    render(<p>{messages.needAddress}</p>, place)
  }
}
