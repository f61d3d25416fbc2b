// Webex by its REST API: meetings are made, and joined as a page in a browser.
import { errorValue, type ErrorValue, ParleyError, type Settings } from '@openparley/contract'
import { type DnsResolver, type HttpAnswer, httpRequest, netFailure } from '@openparley/net'
import { backoff } from '@openparley/protocols/common'
import { networkValue } from '../../runtime/network-causes.ts'
import { resting } from '../../runtime/resting.ts'
import { secretOf } from '../../runtime/secret.ts'
import { trustIn } from '../../runtime/trust.ts'
import type { World } from '../../runtime/world.ts'
import type { ConferencePort } from '../../services/conferences/port.ts'
import { garbled, isPage, madeIn, objectIn, pageIn } from './answers.ts'

export interface WebexOptions {
  readonly world: World
  readonly settings: Settings
  readonly dns: () => DnsResolver
  readonly tell: (state: {
    readonly is: 'ok' | 'waiting' | 'failed'
    readonly server: string
    readonly error?: ErrorValue
  }) => void
}

export interface WebexConferences extends ConferencePort {
  /** Asks a server whether it is there and knows the token, and tells. */
  look(): Promise<void>
}

/** Undefined: settings have no token. */
export function webexConferences({ world, settings, dns, tell }: WebexOptions): WebexConferences | undefined {
  const token = secretOf(settings['conferences.webex.token'])
  if (token === undefined) return undefined
  const servers = settings['conferences.webex.servers']
  const ended = new AbortController()
  const rest = resting(world, (failures) => backoff(failures, pause, world.dice))
  /** What was refused is refused until somebody signs in again, and is not shown around. */
  let refused: ParleyError | undefined
  /** Until when the server wants to be left alone. */
  let quietUntil = 0
  /** Of the meetings that were made here, by the page that guests open. */
  const made = new Map<string, { readonly id: string; readonly server: string }>()

  const ask = async (server: string, asked: Asked): Promise<Readonly<Record<string, unknown>>> => {
    if (refused) throw refused
    if (world.clock.now() < quietUntil) throw new ParleyError('conference-unavailable', 'it wants to be left alone')
    const answer = await httpRequest({
      url: `${server.replace(/\/+$/, '')}${asked.path}`,
      method: asked.method,
      headers: { authorization: `Bearer ${token}`, accept: 'application/json', 'content-type': 'application/json' },
      ...(asked.body === undefined ? {} : { body: JSON.stringify(asked.body) }),
      trust: trustIn(settings, 'conferences'),
      timeoutMs,
      mostBytes,
      dns: dns(),
      signal: ended.signal,
    }).catch((thrown: unknown) => {
      const { code, peer } = networkValue(netFailure(thrown))
      throw code === 'server-silent'
        ? new ParleyError('server-silent')
        : new ParleyError('conference-unavailable', code, peer)
    })
    return judge(answer)
  }
  const judge = ({ status, headers, body, tooLarge }: HttpAnswer): Readonly<Record<string, unknown>> => {
    if (tooLarge) throw garbled()
    const peer = { protocol: 'http', status } as const
    if (status === 204) return {}
    if (status === 401) {
      refused = new ParleyError('conference-refused-by-server', 'conferences.webex.token', peer)
      throw refused
    }
    if (status === 429 || status >= 500) {
      const afterS = Number(/^\d{1,6}$/.exec(headers['retry-after'] ?? '')?.[0] ?? 0)
      quietUntil = world.clock.now() + Math.min(afterS * 1000, mostQuietMs)
      throw new ParleyError('conference-unavailable', undefined, peer)
    }
    const answer = objectIn(body.toString())
    if (status < 200 || status >= 300) {
      const said = answer?.['message']
      throw new ParleyError(
        status === 404 ? 'conference-invitation-unusable' : 'conference-refused-by-server',
        undefined,
        { ...peer, ...(typeof said === 'string' ? { text: said.slice(0, 200) } : {}) },
      )
    }
    if (!answer) throw garbled()
    return answer
  }
  /** At the first server that answers. */
  const anywhere = async (asked: Asked): Promise<{ server: string; answer: Readonly<Record<string, unknown>> }> => {
    let failure = new ParleyError('conference-unavailable', 'conferences.webex.servers')
    for (const server of rest.order(servers)) {
      try {
        const answer = await ask(server, asked)
        rest.works(server)
        tell({ is: 'ok', server })
        return { server, answer }
      } catch (thrown) {
        if (!(thrown instanceof ParleyError) || ended.signal.aborted) throw thrown
        failure = thrown
        const { code, detail, peer } = thrown
        const error = errorValue(code, detail, peer)
        const isElsewhere = elsewhere.includes(code)
        if (isElsewhere) rest.failed(server, error)
        if (refused || isElsewhere) tell({ is: refused ? 'failed' : 'waiting', server, error })
        if (!isElsewhere) break
      }
    }
    throw failure
  }
  const needed = (invitation: string): string => {
    if (!isPage(invitation)) throw new ParleyError('conference-invitation-unusable')
    return invitation
  }
  return {
    kind: 'webex',
    where: 'browser',
    reads: isPage,
    create: async (subject) => {
      const fromMs = Date.parse(world.wall()) + soonMs
      const { server, answer } = await anywhere({
        method: 'POST',
        path: '/meetings',
        body: {
          title: subject === '' ? 'Conference' : subject.slice(0, mostTitle),
          start: new Date(fromMs).toISOString(),
          end: new Date(fromMs + lastsMs).toISOString(),
          enabledAutoRecordMeeting: false,
          // It begins now, whoever is there first.
          enabledJoinBeforeHost: true,
          joinBeforeHostMinutes: 15,
          // Those who are asked are asked by chat.
          sendEmail: false,
        },
      })
      const { id, webLink, dialIn } = madeIn(answer)
      if (made.size >= mostMade) made.delete([...made.keys()][0] as string)
      made.set(webLink, { id, server })
      return { invitation: webLink, isHost: true, can: ['join', 'invite', 'end'], ...(dialIn ? { dialIn } : {}) }
    },
    // Whose meeting it is need not be told to who only opens its page.
    find: async (invitation) => ({ invitation: needed(invitation), isHost: false, can: ['join', 'invite'] }),
    open: async ({ invitation, isHost }) => {
      if (!isHost) return needed(invitation)
      const body = { webLink: needed(invitation), joinDirectly: false }
      const { answer } = await anywhere({ method: 'POST', path: '/meetings/join', body })
      return pageIn(answer, isHost)
    },
    end: async ({ invitation, isHost }) => {
      const one = made.get(invitation)
      if (!isHost || !one) throw new ParleyError('conference-refused-by-server', 'it was not made here')
      await ask(one.server, { method: 'DELETE', path: `/meetings/${one.id}?sendEmail=false` })
      made.delete(invitation)
    },
    look: async () => {
      await anywhere({ method: 'GET', path: '/meetings?max=1' }).catch(() => {})
    },
    close: async () => ended.abort(),
  }
}

interface Asked {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly body?: Readonly<Record<string, unknown>>
}

const timeoutMs = 15_000
/** Of one answer. */
const mostBytes = 1_000_000
const pause = { baseMs: 30_000, mostMs: 600_000 }
const mostQuietMs = 3_600_000
const elsewhere: readonly string[] = ['conference-unavailable', 'server-silent']
const mostMade = 100
const mostTitle = 128
/** No meeting may begin in the past, and clocks differ. */
const soonMs = 60_000
const lastsMs = 2 * 3_600_000
