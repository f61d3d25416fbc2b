// One person on the status page: health with cause and next step, and the last calls as ladders.
import { make, makeSvg } from './elements.js'
import { asText, clock, draw, nameOf, stepsBetween, stepsOfPast } from './ladder.js'

const words = {
  ok: ['good', '✓ works'],
  starting: ['warn', '… starts'],
  degraded: ['warn', '! trouble, tried again'],
  failed: ['bad', '✕ failed'],
  off: ['faint', '– off'],
}

export function sessionView(user, tell) {
  const health = make('tbody')
  const calls = make('div')
  const none = make('p', { class: 'faint' }, 'No calls yet.')
  const title = `session-${++count}`
  const element = make(
    'section',
    { 'aria-labelledby': title },
    make('h2', { id: title }, user),
    make('h3', { id: `${title}-health` }, 'Health'),
    make(
      'div',
      { class: 'wide', role: 'group', 'aria-labelledby': `${title}-health`, tabindex: '0' },
      make(
        'table',
        {},
        make(
          'thead',
          {},
          make(
            'tr',
            {},
            ...['Service', 'State', 'Why, and what next'].map((text) => make('th', { scope: 'col' }, text)),
          ),
        ),
        health,
      ),
    ),
    make('h3', {}, 'Last calls'),
    none,
    calls,
  )
  const shown = callList(calls, none, tell)
  return {
    element,
    follow: async ({ watch, ask }) => {
      await watch('health', healthRows(health, tell)).catch(lacking)
      await watch('history', shown.history).catch(lacking)
      const past = await ask('history.list', { limit: 10 }).catch(lacking)
      for (const entry of past?.entries ?? []) shown.past(entry)
      await watch('calls', shown.calls).catch(lacking)
    },
  }
}

/** A token without the scope shows the rest; what else goes wrong is told by the page. */
function lacking(error) {
  if (error.code !== 'scope-missing') throw error
}

function healthRows(body, tell) {
  const rows = new Map()
  return (state, change) => {
    if (state) {
      rows.clear()
      for (const row of state.services) rows.set(row.service, row)
    } else {
      const { row } = change
      if (rows.get(row.service)?.state !== row.state) {
        tell(`${row.service}: ${words[row.state][1]}${row.error ? `. ${row.error.sentence}` : ''}`)
      }
      rows.set(row.service, row)
    }
    body.replaceChildren(...[...rows.values()].map(healthRow))
  }
}

function healthRow(row) {
  const {
    service,
    state,
    since,
    address,
    configuredFrom,
    error,
    warning,
    lastError,
    nextTryAt,
    nextTry,
    without,
    works,
  } = row
  const [kind, text] = words[state]
  const parts = [
    warning && whyOf(warning),
    error && whyOf(error),
    without && `Meanwhile without: ${without}.`,
    works && `What works: ${works}.`,
    nextTryAt && `Tried again at ${clock(nextTryAt)}${nextTry ? `: ${nextTry}` : ''}.`,
    address && `Server: ${address}.`,
    configuredFrom && `${configuredFrom.name} is from ${configuredFrom.from} (${configuredFrom.layer}).`,
    lastError && `Last trouble, until ${clock(lastError.at)}: ${lastError.error.sentence}`,
    `Since ${clock(since)}.`,
  ]
  return make(
    'tr',
    {},
    make('th', { scope: 'row' }, service),
    make('td', { class: `state ${kind}` }, text),
    make('td', {}, parts.filter(Boolean).join(' ')),
  )
}

function stepItem(step) {
  return make('li', {}, asText(step))
}

function whyOf({ code, sentence, detail, next, peer }) {
  const said = peer && [peer.status, peer.text].filter(Boolean).join(' ')
  return [sentence, detail && `(${detail})`, next, said && `The other side said: ${said}.`, `[${code}]`]
    .filter(Boolean)
    .join(' ')
}

function callList(place, none, tell) {
  const known = new Map()
  const show = (id, at, title, steps, isNew, error) => {
    none.hidden = true
    const entry = known.get(id) ?? { at, details: make('details'), summary: make('summary'), figure: make('figure') }
    if (!known.has(id)) {
      known.set(id, entry)
      entry.details.append(entry.summary, entry.figure)
      // What has just begun, or has failed, is open; what is old waits until it is asked for.
      entry.details.open = isNew || error !== undefined
      const later = [...known.values()].filter((other) => other !== entry && other.at <= at)
      const next = later.sort((a, b) => (a.at < b.at ? 1 : -1))[0]
      place.insertBefore(entry.details, next?.details ?? null)
    }
    entry.summary.replaceChildren(title)
    const drawn = [draw(steps, title, makeSvg), make('ol', { class: 'unseen' }, ...steps.map(stepItem))]
    if (error) drawn.push(make('figcaption', { class: 'bad' }, whyOf(error)))
    entry.figure.replaceChildren(...drawn)
    const oldest = [...known].sort(([, a], [, b]) => (a.at < b.at ? 1 : -1)).slice(most)
    for (const [old, { details }] of oldest) {
      details.remove()
      known.delete(old)
    }
  }
  const live = new Map()
  const seen = (call, isNew) => {
    const before = live.get(call.id)
    const fresh = stepsBetween(before?.call, call, new Date().toISOString())
    const steps = [...(before?.steps ?? []), ...fresh]
    live.set(call.id, { call, steps })
    show(call.id, call.startedAt, titleOf(call), steps, isNew, call.end?.error)
    if (isNew && fresh.length > 0) tell(`${titleOf(call)}: ${fresh.map(({ text }) => text).join(', ')}`)
  }
  return {
    calls: (state, change) => {
      if (state) for (const call of state.calls) seen(call, call.state !== 'ended')
      else if (change.type === 'call') seen(change.call, true)
      else if (change.type === 'removed') live.delete(change.call)
    },
    history: (_, change) => {
      if (change?.type === 'added') past(change.entry)
    },
    past,
  }
  function past(entry) {
    // One that is over but still among the calls has seen more than the history knows.
    if (live.has(entry.call)) return
    show(entry.call, entry.startedAt, titleOf({ ...entry, state: 'ended' }), stepsOfPast(entry), false, entry.end.error)
  }
}

function titleOf({ direction, remote, state, startedAt }) {
  const way = direction === 'outgoing' ? `to ${nameOf(remote)}` : `from ${nameOf(remote)}`
  return `Call ${way}, ${state}, ${clock(startedAt)}`
}

let count = 0
const most = 20
