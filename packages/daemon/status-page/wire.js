// The page's connection to the core: JSON-RPC over a WebSocket, opened again when it is lost.

/** The token of this page: for the one-time code in its address, or kept since in this tab. */
export async function tokenOfPage() {
  const code = new URLSearchParams(location.hash.slice(1)).get('code')
  if (code === null) return read()
  history.replaceState(null, '', location.pathname)
  const answer = await fetch('/exchange', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code }),
  })
  const body = await answer.json()
  // An address that was opened twice: the tab may still have what the first gave.
  if (!answer.ok) return read()
  const kept = { token: body.token, application: body.application }
  sessionStorage.setItem(place, JSON.stringify(kept))
  return kept
}

export function forgetToken() {
  sessionStorage.removeItem(place)
}

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(place)) ?? undefined
  } catch {
    return undefined
  }
}

/**
 * Keeps a connection. `opened` gets {ask, watch, welcome} each time anew; `lost` is told that it is tried again, or, with
 * an error, that it is not.
 */
export function keepConnected({ token, application }, { opened, lost }) {
  let tries = 0
  const open = () => {
    const socket = new WebSocket(`ws://${location.host}/socket`)
    const pending = new Map()
    const watches = new Map()
    let last = 0
    let why
    const ask = (method, params = {}, session) =>
      new Promise((resolve, reject) => {
        const id = ++last
        pending.set(id, { resolve, reject })
        socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, session, params }))
      })
    /** `told` gets the state, and each change with `undefined` for the state. */
    const watch = async (service, session, told) => {
      const first = await ask(`${service}.watch`, {}, session)
      watches.set(first.watch, told)
      told(first.state)
    }
    socket.onopen = async () => {
      try {
        const hello = { contract: '0.1', application, token, role: 'observe', leaves: 'stop' }
        const welcome = await ask('hello', hello)
        tries = 0
        opened({ ask, watch, welcome })
      } catch (error) {
        why = error
      }
    }
    socket.onmessage = ({ data }) => {
      const { id, method, params, result, error } = JSON.parse(data)
      if (method === '$closed') why = params.error
      else if (method?.endsWith('.changed')) {
        const told = watches.get(params.watch)
        if (params.change) told?.(undefined, params.change)
        else if (params.state) told?.(params.state)
      } else if (pending.has(id)) {
        const { resolve, reject } = pending.get(id)
        pending.delete(id)
        if (error) reject(error.data)
        else resolve(result)
      }
    }
    socket.onclose = () => {
      for (const { reject } of pending.values()) reject(why ?? { sentence: 'The connection was lost.', next: '' })
      if (why?.code === 'token-rejected' || why?.code === 'origin-refused') {
        lost(why)
        return
      }
      lost()
      setTimeout(open, Math.min(10_000, 250 * 2 ** tries++) * (0.5 + Math.random() / 2))
    }
  }
  open()
}

const place = 'parley-status'
