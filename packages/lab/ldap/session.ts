// One connection to the directory: who is bound, what is asked, what is answered (RFC 4511, RFC 2696).
import type { FaultSet } from '../faults.ts'
import { holds, textOf } from './filter.ts'
import {
  oids,
  type Outcome,
  readMessage,
  type Request,
  result,
  type SearchRequest,
  writeEntry,
  writeReference,
  writeResult,
} from './messages.ts'
import { reader } from './people.ts'
import type { Entry, Tree } from './tree.ts'

export interface SessionOptions {
  readonly tree: Tree
  /** Of somebody's name in the tree; undefined: nobody may bind with that. */
  readonly passwordOf: (dn: string) => string | undefined
  readonly faults: FaultSet
  readonly asked: (what: string) => void
  readonly isSecure: () => boolean
  readonly send: (bytes: Buffer) => void
  readonly startTls: () => void
  readonly close: () => void
  /** The server is to be gone; undefined: it is not the one that goes. */
  readonly vanish: (() => void) | undefined
  readonly later: (ms: number, act: () => void) => void
}

export interface Session {
  /** What the outer sequence of a message holds. */
  received(bytes: Buffer): void
}

export function ldapSession(options: SessionOptions): Session {
  const { tree, passwordOf, faults, asked, send } = options
  let bound: string | undefined
  const abandoned = new Set<number>()
  /** What is left of searches by pages, by their cookies. */
  const left = new Map<string, readonly Entry[]>()
  let pages = 0
  const answer = (id: number, to: Outcome, code: number, said?: string): void => send(writeResult(id, to, code, said))

  const bind = (id: number, { dn, password, mechanism }: Extract<Request, { is: 'bind' }>): void => {
    asked(`bind ${mechanism ?? (dn === '' ? 'anonymous' : dn)}`)
    bound = undefined
    if (mechanism !== undefined) return answer(id, 'bind', result.authMethodNotSupported, 'no certificate was shown')
    if (dn === '' && password === '') return answer(id, 'bind', result.success)
    // A name without a password proves nothing and is not to be taken for a proof (RFC 4513 §5.1.2).
    if (password === '') return answer(id, 'bind', result.unwillingToPerform, 'a name without a password')
    if (faults.has('directory-refused-bind') || password === undefined || password !== passwordOf(dn))
      return answer(id, 'bind', result.invalidCredentials)
    bound = dn
    answer(id, 'bind', result.success)
  }

  const search = (id: number, request: SearchRequest): void => {
    const { base, scope, filter, page } = request
    const done = (code: number, said?: string): void => answer(id, 'search', code, said)
    if (!filter) return done(result.protocolError, 'a filter that is none')
    if (faults.has('directory-busy')) return done(result.busy)
    // Those who are nobody see what the directory is, and no one in it.
    const isKnown = bound !== undefined || faults.has('directory-open')
    if (base !== '' && (!isKnown || faults.has('directory-forbidden'))) return done(result.insufficientAccess)
    const below = tree.below(base, scope)
    if (!below) return done(result.noSuchObject)
    const found = page?.cookie
      ? (left.get(page.cookie) ?? [])
      : below.filter((entry) => entry.dn !== reader && holds(filter, entry))
    if (page?.cookie) left.delete(page.cookie)
    if (options.vanish && faults.has('directory-gone-in-search')) {
      for (const entry of found.slice(0, 1)) send(writeEntry(id, entry, request))
      return options.vanish()
    }
    give(id, request, found)
  }

  const give = (id: number, request: SearchRequest, found: readonly Entry[]): void => {
    const { sizeLimit, page } = request
    const most = Math.min(
      page?.size || Number.POSITIVE_INFINITY,
      sizeLimit || Number.POSITIVE_INFINITY,
      faults.has('directory-few') ? 2 : Number.POSITIVE_INFINITY,
    )
    for (const entry of found.slice(0, most)) send(writeEntry(id, entry, request))
    if (faults.has('directory-references')) send(writeReference(id, 'ldap://elsewhere.lab.example/dc=elsewhere'))
    const rest = found.slice(most)
    if (!page) return answer(id, 'search', rest.length > 0 ? result.sizeLimitExceeded : result.success)
    const cookie = rest.length > 0 ? `page-${++pages}` : ''
    if (cookie !== '' && left.size < mostPages) left.set(cookie, rest)
    send(writeResult(id, 'search', result.success, '', cookie))
  }

  const perform = (id: number, request: Request): void => {
    switch (request.is) {
      case 'bind':
        return bind(id, request)
      case 'search': {
        asked(
          `search ${['base', 'one', 'sub'][request.scope]} ${request.base} ${request.filter ? textOf(request.filter) : '?'}`,
        )
        const ms = faults.value('directory-slow')
        if (ms === 0) return search(id, request)
        return options.later(ms, () => {
          if (!abandoned.delete(id)) search(id, request)
        })
      }
      case 'extended': {
        asked(`extended ${request.oid}`)
        const able = request.oid === oids.startTls && !options.isSecure() && !faults.has('directory-no-tls')
        answer(id, 'extended', able ? result.success : result.protocolError)
        if (able) options.startTls()
        return
      }
      case 'abandon':
        asked(`abandon ${request.id}`)
        if (abandoned.size < mostPages) abandoned.add(request.id)
        return
      case 'unbind':
        asked('unbind')
        return options.close()
      case 'other':
        // Whatever changes something is not done here (the response to each bears the next tag but for two).
        asked(`refused ${request.tag}`)
        return options.close()
    }
  }

  return {
    received: (bytes) => {
      if (faults.has('directory-silent')) return
      const read = readMessage(bytes)
      if (!read) return options.close()
      if (faults.has('directory-garbled')) return send(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'))
      perform(read.id, read.request)
    },
  }
}

const mostPages = 1000
