// A phone on the desk that is controlled by URLs, as many are: we ask by GET, and the phone tells by its action URLs.
//   adapters:       ["/where/you/keep/http-phone.ts"]
//   deskPhone.via:  "http-phone"
//   deskPhone.line: "1001"
//   deskPhone.own:  { "dial": "http://192.0.2.7/dial?number={number}", "answer": …, "end": …, "hold": …, "resume": "http://192.0.2.7/resume?call={call}",
//                     "listen": 8088, "at": "192.0.2.1", "token": "a long secret" }
// At the phone: incoming, outgoing, alerting, connected, held, resumed and ended call http://192.0.2.1:8088/TOKEN/EVENT?call=…&number=…&why=…
import { timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'
import { type DeskPhoneOptions, errorValue, type PhoneAdapter, type PhonePort } from '@openparley/core/adapter-kit'

/** Calls at once, and milliseconds that the phone may take to answer. */
const mostCalls = 16
const answersMs = 5000

function open({ settings, newCall, tell, world }: DeskPhoneOptions): PhonePort {
  const { 'deskPhone.own': own, 'deskPhone.line': line = '' } = settings()
  const closing = new AbortController()
  /** Our ids of calls, by the phone's. */
  const ids = new Map<string, string>()
  /** Calls that we have asked for, and that the phone has not named yet. */
  const dialled: string[] = []
  /** What we have ended or declined. */
  const endedHere = new Set<string>()

  const ask = async (what: string, values: Readonly<Record<string, string>>): Promise<boolean> => {
    const url = String(own[what]).replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''))
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(answersMs)])
    return fetch(url, { signal }).then(
      ({ ok }) => ok,
      () => false,
    )
  }
  const ended = (key: string, call: string, why: string | null): void => {
    ids.delete(key)
    const isOurs = endedHere.delete(call) || why === 'local'
    const code = ({ busy: 'call-busy', declined: 'call-declined', unknown: 'number-unknown' } as const)[why ?? '']
    tell({
      type: 'ended',
      call,
      end: { by: isOurs ? 'local' : 'remote', ...(code ? { error: errorValue(code) } : {}) },
    })
  }
  const took = (event: string, key: string, number: string, why: string | null): boolean => {
    if (event === 'incoming' || event === 'outgoing') {
      if (ids.has(key) || ids.size >= mostCalls) return false
      const asked = event === 'outgoing' ? dialled.shift() : undefined
      const call = asked ?? newCall()
      ids.set(key, call)
      if (asked !== undefined) tell({ type: 'proceeding', call, peerId: key })
      else if (event === 'outgoing') tell({ type: 'outgoing', call, to: { number }, peerId: key })
      else tell({ type: 'incoming', call, from: { number }, to: { number: line }, peerId: key })
      return true
    }
    const call = ids.get(key)
    if (call === undefined) return false
    if (event === 'alerting' || event === 'connected') tell({ type: event, call })
    else if (event === 'held' || event === 'resumed') tell({ type: event, call, by: 'local' })
    else if (event === 'ended') ended(key, call, why)
    else return false
    return true
  }

  const token = String(own['token'] ?? '')
  const isToken = (given: string): boolean =>
    token !== '' && given.length === token.length && timingSafeEqual(Buffer.from(given), Buffer.from(token))
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://phone')
    const [, given = '', event = ''] = pathname.split('/')
    const key = searchParams.get('call') ?? ''
    const isKnown = isToken(given) && key !== '' && key.length <= 128
    const was = isKnown && took(event, key, (searchParams.get('number') ?? '').slice(0, 256), searchParams.get('why'))
    response.writeHead(was ? 204 : isKnown ? 404 : 403).end()
  })
  server.on('error', ({ message }) =>
    tell({
      type: 'state',
      state: { is: 'failed', since: world.wall(), error: errorValue('address-unavailable', message) },
    }),
  )
  server.listen({ port: Number(own['listen'] ?? 0), host: String(own['at'] ?? '127.0.0.1') }, () =>
    tell({ type: 'state', state: { is: 'ready', since: world.wall() } }),
  )

  return {
    kind: 'desk',
    can: (['answer', 'decline', 'end', 'hold', 'resume'] as const).filter(
      (act) => own[act === 'decline' ? 'end' : act] !== undefined,
    ),
    perform: (command) => {
      const { type, call } = command
      if (type === 'dial') {
        dialled.push(call)
        void ask('dial', { number: command.to }).then((ok) => {
          const at = dialled.indexOf(call)
          if (ok || at < 0) return
          dialled.splice(at, 1)
          tell({ type: 'ended', call, end: { by: 'network', error: errorValue('phone-unavailable') } })
        })
        return
      }
      const [key] = [...ids].find(([, id]) => id === call) ?? []
      const what = type === 'decline' ? 'end' : type
      if (key === undefined || own[what] === undefined) return
      if (what === 'end') endedHere.add(call)
      void ask(what, { call: key }).then((ok) => {
        if (ok) return
        endedHere.delete(call)
        tell({ type: 'refused', call, command: type, code: 'phone-unavailable' })
      })
    },
    watchLines: () => {},
    statistics: async () => undefined,
    close: async () => {
      closing.abort()
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

const adapter: PhoneAdapter = { port: 'phone', name: 'http-phone', open }
export default adapter
