// Which servers help to find ways, and what they are asked for, as the settings say.
import { randomBytes } from 'node:crypto'
import { type Component, defaultCandidate } from '@openparley/protocols/ice'
import type { Settings } from '@openparley/contract'
import { secretOf } from '../../runtime/secret.ts'
import type { MediaCandidate, MediaWays } from '../../services/media/port.ts'
import type { Gathering, Helper } from './messages.ts'

/** What a media port reads of the settings; undefined: no leg looks for ways. */
export function gatheringIn(settings: Settings, mostMs: number = gatherMs): Gathering | undefined {
  if (settings['media.ice'] === 'off') return undefined
  const user = settings['media.turn.user']
  const password = secretOf(settings['media.turn.password'])
  const { 'media.stun.servers': stun = [], 'media.turn.servers': turn = [], 'media.turn.tls.ca': ca } = settings
  const relays = turn.flatMap((uri) => helperOf(uri) ?? [])
  return {
    helpers: [
      ...relays.map((each) => ({
        ...each,
        ...(user === undefined || password === undefined ? {} : { user, password }),
      })),
      ...stun.flatMap((uri) => helperOf(uri) ?? []),
    ],
    only: settings['media.ice.only'],
    ca,
    dns: settings['discovery.dns'],
    mostMs,
  }
}

/** RFC 7064 and RFC 7065: stun:host:port, turn:host:port?transport=udp|tcp, turns:host:port. */
export function helperOf(uri: string): Helper | undefined {
  const [, scheme = '', bracketed, plain, port, way] =
    /^(stun|turns?):(?:\[([\da-f:.]+)\]|([^:?[\]]+))(?::(\d{1,5}))?(?:\?transport=(udp|tcp))?$/i.exec(uri) ?? []
  const host = bracketed ?? plain
  if (host === undefined) return undefined
  const isSecure = /^turns$/i.test(scheme)
  return {
    kind: /^stun$/i.test(scheme) ? 'stun' : 'turn',
    uri,
    host,
    port: port === undefined ? (isSecure ? 5349 : 3478) : Number(port),
    transport: isSecure ? 'tls' : way?.toLowerCase() === 'tcp' ? 'tcp' : 'udp',
  }
}

/** Of a description: where whoever knows no ICE sends to. */
export function defaultsIn(
  candidates: readonly (MediaCandidate & { readonly base: number })[],
): { readonly address: string; readonly port: number; readonly rtcpPort?: number } | undefined {
  const of = (component: Component): MediaCandidate | undefined => defaultCandidate(candidates, component)
  const [rtp, rtcp] = [of(1), of(2)]
  if (!rtp) return undefined
  return {
    address: rtp.address,
    port: rtp.port,
    ...(rtcp && rtcp.address === rtp.address ? { rtcpPort: rtcp.port } : {}),
  }
}

/** 24 and 144 bits (RFC 8839 §5.4 asks for 24 and 128). */
export function newWays(candidates: readonly (MediaCandidate & { readonly base: number })[]): MediaWays {
  const text = (bytes: number): string => randomBytes(bytes).toString('base64')
  const at = defaultsIn(candidates)
  return {
    ...(at ? { at } : {}),
    ufrag: text(6),
    password: text(18),
    isLite: false,
    candidates: candidates.map(({ base: _, ...rest }) => rest),
  }
}

/** A call is not held up for longer by servers that do not answer. */
const gatherMs = 500
