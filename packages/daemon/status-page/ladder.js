// A call as a ladder: who told whom what, from the top down. First the steps, then their drawing.

export const lives = ['Application', 'Core', 'Server', 'Far side']
const [application, , server, far] = [0, 1, 2, 3]

/** What is new in a call since it was last seen; `at` is when this was seen. */
export function stepsBetween(before, call, at) {
  const steps = []
  const isOutgoing = call.direction === 'outgoing'
  const say = (when, from, to, text, isFailed = false) => steps.push({ at: when, from, to, text, isFailed })
  if (!before) {
    if (isOutgoing) say(call.startedAt, application, far, `dials ${call.remote.number}`)
    else say(call.startedAt, far, application, `${nameOf(call.remote)} calls`)
  }
  if (isOutgoing && call.state === 'alerting' && before?.state !== 'alerting') say(at, far, application, 'rings')
  if (call.earlyMedia && !before?.earlyMedia) say(at, server, application, 'sound before the answer')
  if (call.answeredAt && !before?.answeredAt) {
    if (isOutgoing) say(call.answeredAt, far, application, 'answers')
    else say(call.answeredAt, application, far, 'answers')
  }
  const [was, is] = [before?.held ?? 'no', call.held ?? 'no']
  for (const [side, from, to] of [
    ['local', application, far],
    ['remote', far, application],
  ]) {
    const holds = (word) => word === side || word === 'both'
    if (holds(is) && !holds(was)) say(at, from, to, 'holds')
    if (!holds(is) && holds(was)) say(at, from, to, 'resumes')
  }
  if (call.endedAt && !before?.endedAt) say(...ending(call))
  return steps
}

function ending({ endedAt, end = {} }) {
  const { by, error } = end
  const text = error ? error.sentence : 'ends'
  const from = by === 'local' ? application : by === 'network' ? server : far
  return [endedAt, from, by === 'local' ? far : application, text, error !== undefined]
}

/** A call of the history, which has no states between. */
export function stepsOfPast(entry) {
  return stepsBetween(undefined, { ...entry, state: 'ended', held: 'no', earlyMedia: false }, entry.endedAt)
}

export function nameOf({ displayName, number }) {
  return displayName ? `${displayName} (${number})` : number
}

/** The steps as sentences, for whoever does not see the drawing. */
export function asText({ at, from, to, text }) {
  return `${clock(at)} ${lives[from]} to ${lives[to]}: ${text}`
}

export function clock(time) {
  return new Date(time).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' })
}

/** The drawing; `make(name, attributes, ...children)` makes SVG elements. */
export function draw(steps, title, make) {
  const bottom = top + steps.length * row
  const x = (life) => margin + life * between
  const columns = lives.flatMap((name, life) => [
    make('text', { x: x(life), y: 16, 'text-anchor': 'middle' }, name),
    make('line', { x1: x(life), x2: x(life), y1: 26, y2: bottom, class: 'life' }),
  ])
  const arrows = steps.map(({ at, from, to, text, isFailed }, index) => {
    const y = top + index * row + row / 2
    const right = to > from
    const tip = x(to)
    const back = right ? tip - 9 : tip + 9
    return make(
      'g',
      isFailed ? { class: 'failed' } : {},
      make('text', { x: 4, y: y + 4, class: 'time' }, clock(at)),
      make('line', { x1: x(from), x2: back, y1: y, y2: y, class: 'arrow' }),
      make('path', { d: `M${tip} ${y}L${back} ${y - 5}L${back} ${y + 5}Z`, class: 'head' }),
      make('text', { x: (x(from) + tip) / 2, y: y - 6, 'text-anchor': 'middle' }, isFailed ? `✕ ${text}` : text),
    )
  })
  const width = margin * 2 + between * (lives.length - 1)
  const size = { viewBox: `0 0 ${width} ${bottom + 8}`, width, height: bottom + 8 }
  return make('svg', { ...size, role: 'img', 'aria-label': title }, ...columns, ...arrows)
}

const margin = 120
const between = 190
const top = 30
const row = 40
