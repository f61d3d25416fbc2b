// The status page: what the core says of itself, of each person's services and calls, as it changes.
import { make } from './elements.js'
import { clock } from './ladder.js'
import { sessionView } from './session.js'
import { forgetToken, keepConnected, tokenOfPage } from './wire.js'

const byId = (id) => document.getElementById(id)
let news

/** Read out by screen readers, one piece of news after another. */
export function tell(text) {
  const line = make('p', {}, text)
  byId('news').append(line)
  clearTimeout(news)
  news = setTimeout(() => byId('news').replaceChildren(), 10_000)
}

function connection(text) {
  byId('connection').replaceChildren(text)
}

const needAddress = 'This page was not let in. Open the address that `parley status --web` prints; it works once.'

async function opened({ watch, ask, welcome }) {
  connection('Connected; changes show at once.')
  const views = new Map()
  const show = async (id, user) => {
    const view = sessionView(user, tell)
    views.set(id, view)
    byId('sessions').append(view.element)
    await view.follow({
      watch: (service, told) => watch(service, id, told),
      ask: (method, params) => ask(method, params, id),
    })
  }
  const drop = (id) => {
    views.get(id)?.element.remove()
    views.delete(id)
  }
  byId('sessions').replaceChildren()
  const can = (scope) => welcome.scopes.includes(scope)
  if (can('system.read')) await followSystem(watch)
  if (welcome.session) await show(welcome.session, 'This session')
  else if (can('session.read')) {
    await watch('session', undefined, (state, change) => {
      if (state) {
        for (const id of [...views.keys()]) drop(id)
        for (const { id, user } of state.sessions) show(id, user).catch(failed)
      } else if (change.type === 'opened') {
        tell(`${change.session.user} signed in`)
        show(change.session.id, change.session.user).catch(failed)
      } else if (change.type === 'closed') drop(change.session)
    })
  }
}

async function followSystem(watch) {
  let applications = []
  await watch('system', undefined, (state, change) => {
    if (state) {
      applications = state.applications
      const rows = [
        ['Version', state.version],
        ['Contract', state.contract],
        ['Process', String(state.pid)],
        ['Running since', new Date(state.startedAt).toLocaleString()],
        ...(state.log ? [['Log', state.log]] : []),
      ]
      byId('core').replaceChildren(...rows.flatMap(([name, value]) => [make('dt', {}, name), make('dd', {}, value)]))
    } else if (change.type === 'attached') applications = [...applications, change.application]
    else if (change.type === 'detached') applications = applications.filter(({ id }) => id !== change.application)
    else if (change.type === 'stopping') tell(change.restart ? 'The core restarts' : 'The core stops')
    const rows = applications.map(({ name, role, leaves, attachedAt }) =>
      make(
        'tr',
        {},
        make('th', { scope: 'row' }, name),
        make('td', {}, role === 'approve' ? 'may answer' : 'sees them'),
        make('td', {}, leaves === 'stay' ? 'the core stays' : 'the core may stop'),
        make('td', {}, clock(attachedAt)),
      ),
    )
    byId('applications').replaceChildren(...rows)
  })
}

function failed(error) {
  connection(`${error.sentence ?? error} ${error.next ?? ''}`)
}

const token = await tokenOfPage().catch(failed)
if (!token) connection(needAddress)
else {
  keepConnected(token, {
    opened: (wire) => opened(wire).catch(failed),
    lost: (error) => {
      if (error) forgetToken()
      connection(error ? `${error.sentence} ${needAddress}` : 'The connection was lost; trying again …')
    },
  })
}
