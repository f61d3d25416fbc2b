// The people of a call manager, by its user data services (UDS).
import { errorValue, ParleyError, type Settings } from '@openparley/contract'
import type { DnsResolver } from '@openparley/net'
import type { UdsUser, UsersQuery } from '@openparley/protocols/cucm'
import { fetchPhoto, type PhotoPattern, photoPatternIn } from '../../links/photos/index.ts'
import type { World } from '../../runtime/world.ts'
import type { DirectoryPort, Listed, TellSource } from '../../services/directory/port.ts'
import { type Asking, asking } from './asking.ts'

export interface UdsDirectoryOptions {
  readonly world: World
  readonly settings: () => Settings
  readonly dns: () => DnsResolver
  readonly tell: TellSource
}

/** From start to stop. */
interface Standing {
  readonly settings: Settings
  readonly pattern: PhotoPattern | undefined
  readonly asking: Asking
  readonly over: AbortController
}

export function udsDirectory({ world, settings, dns, tell }: UdsDirectoryOptions): DirectoryPort {
  let standing: Standing | undefined
  const at = (): Standing => {
    if (!standing) throw new ParleyError('directory-unavailable')
    return standing
  }
  const ask = async (query: UsersQuery, limit: number, signal: AbortSignal): Promise<readonly Listed[]> => {
    const { asking: by, over, pattern, settings: now } = at()
    const users = await by.users(query, limit, AbortSignal.any([signal, over.signal]))
    return users.map((user) => listed(user, now, pattern !== undefined))
  }
  const merged = (all: readonly (readonly Listed[])[], limit: number): readonly Listed[] =>
    [...new Map(all.flat().map((each) => [each.id, each])).values()].slice(0, limit)
  const entry = async (id: string, signal: AbortSignal): Promise<Listed | undefined> => {
    const user = userOf(id)
    if (user === undefined) return undefined
    return (await ask({ username: user }, 2, signal)).find((each) => each.id === id)
  }
  return {
    kind: 'uds',
    isHere: false,
    start: () => {
      if (standing) return
      const now = settings()
      const over = new AbortController()
      const told: TellSource = (state) => {
        if (!over.signal.aborted) tell(state)
      }
      told({ is: 'starting' })
      try {
        standing = {
          settings: now,
          over,
          pattern: photoPatternIn(now),
          asking: asking({ world, settings: now, dns, tell: told }),
        }
      } catch (thrown) {
        const { code, detail } = thrown as ParleyError
        return told({ is: 'failed', error: errorValue(code, detail) })
      }
      standing.asking.look(over.signal).catch((thrown: unknown) => {
        if (thrown instanceof ParleyError && thrown.code === 'setting-missing')
          told({ is: 'failed', error: errorValue(thrown.code, thrown.detail) })
      })
    },
    stop: async () => {
      standing?.over.abort()
      standing = undefined
    },
    search: async ({ text, limit }, signal) => {
      const name = text.trim().replace(/[ \t\r\n]+/g, ' ')
      if (!isTypable(name)) return []
      const asked = [ask({ name }, limit, signal), ...(isNumber(name) ? [ask({ number: name }, limit, signal)] : [])]
      return merged(await Promise.all(asked), limit)
    },
    byNumber: async (forms, signal) => {
      const asked = forms.filter(isNumber).slice(0, mostForms)
      const found = await Promise.all(asked.map((number) => ask({ number }, mostByNumber, signal)))
      // It is asked for beginnings, and answers with them.
      const wanted = new Set(asked.map(digits))
      return merged(found, mostByNumber).filter(({ numbers }) =>
        numbers.some(({ number }) => wanted.has(digits(number))),
      )
    },
    byAddress: async (address, signal) => {
      if (address === '' || !isTypable(address)) return undefined
      // It is asked for the whole as it is written there: that is mostly in small letters.
      for (const each of new Set([address, address.toLowerCase()])) {
        const found = await Promise.all([ask({ email: each }, 1, signal), ask({ uri: each }, 1, signal)])
        const [first] = found.flat()
        if (first) return first
      }
      return undefined
    },
    entry,
    photo: async (id, signal) => {
      const { pattern, settings: now } = at()
      const user = userOf(id)
      const url = user === undefined ? undefined : pattern?.addressOf(user)
      const { 'cucm.tls.ca': ca, 'directory.timeoutS': timeoutS } = now
      return url && fetchPhoto(url, { ca, timeoutMs: timeoutS * 1000, dns: dns(), signal })
    },
  }
}

function listed(user: UdsUser, settings: Settings, hasPhoto: boolean): Listed {
  const short = (text: string): string => text.slice(0, longest)
  const scheme = settings['directory.uriScheme'] ?? 'sip:'
  const uri = user.directoryUri || user.msUri
  const domain = settings['presence.domain']
  const own = uri.toLowerCase().startsWith(scheme.toLowerCase()) ? uri.slice(scheme.length) : uri
  const address = own || (domain === undefined ? '' : `${user.userName}@${domain}`)
  const name = user.displayName || `${user.firstName} ${user.lastName}`.trim() || user.userName
  const given = { given: user.firstName, family: user.lastName, title: user.title, department: user.department }
  const numbers = [
    { number: user.phoneNumber, kind: 'work' },
    { number: user.mobileNumber, kind: 'mobile' },
    { number: user.homeNumber, kind: 'home' },
  ] as const
  return {
    id: idOf(user.userName),
    name: short(name),
    ...Object.fromEntries(Object.entries(given).flatMap(([key, value]) => (value === '' ? [] : [[key, short(value)]]))),
    user: short(user.userName),
    mail: user.email === '' ? [] : [short(user.email)],
    numbers: numbers.flatMap(({ number, kind }) => (number === '' ? [] : [{ number: number.slice(0, 256), kind }])),
    ...(address === '' ? {} : { address: short(address).toLowerCase() }),
    hasPhoto,
  }
}

function idOf(user: string): string {
  return Buffer.from(user).toString('base64url')
}

/** Undefined: no id of ours. */
function userOf(id: string): string | undefined {
  const user = Buffer.from(id, 'base64url').toString()
  return user !== '' && isTypable(user) && idOf(user) === id ? user : undefined
}

function isTypable(text: string): boolean {
  return !/\p{Cc}/u.test(text)
}

function isNumber(text: string): boolean {
  return /^[+(]?\d[\d ()./-]*$/.test(text) && digits(text).length >= leastDigits
}

function digits(number: string): string {
  return number.replace(/\D/g, '')
}

const longest = 1024
const leastDigits = 3
const mostForms = 4
const mostByNumber = 10
