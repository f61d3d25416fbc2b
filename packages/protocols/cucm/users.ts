// The people of a call manager as UDS tells of them: searched without a password, unless it wants one for that.
import { elementsIn, isXml, readXml, textAt } from '../common/index.ts'

/** Beginnings of names or of the mail address; beginnings of numbers; or the whole of one. */
export type UsersQuery = Readonly<Partial<Record<'name' | 'number' | 'username' | 'email' | 'uri', string>>>

export interface UdsUser {
  readonly userName: string
  readonly firstName: string
  readonly lastName: string
  readonly displayName: string
  readonly phoneNumber: string
  readonly homeNumber: string
  readonly mobileNumber: string
  readonly email: string
  /** For chat and presence, with or without a scheme. */
  readonly directoryUri: string
  readonly msUri: string
  readonly department: string
  readonly title: string
}

/** What is not said of somebody is empty. */
export type UsersRead = { readonly total: number; readonly users: readonly UdsUser[] } | { readonly why: string }

/** `start` counts from 0; `max` is below the limit that the cluster sets, 64 as it is shipped. */
export function usersPath(query: UsersQuery, start: number, max: number): string {
  const all = Object.entries({ ...query, start: String(start), max: String(max) })
  return `/cucm-uds/users?${all.map(([name, value]) => `${name}=${encodeURIComponent(value.toWellFormed())}`).join('&')}`
}

/** Says which version there is: it needs no password, and nobody is told of. */
export const versionPath = '/cucm-uds/version'

export function readUsers(body: string): UsersRead {
  const root = readXml(body, { mostCharacters: 2_000_000 })
  if (!isXml(root)) return { why: `${root.fault}, line ${root.at}` }
  if (root.local !== 'users') return { why: `the root is ${root.local}` }
  const users = elementsIn(root, 'user').map(
    (user) => Object.fromEntries(names.map((name) => [name, textAt(user, name) ?? ''])) as unknown as UdsUser,
  )
  const total = Number(/^\d{1,9}$/.exec(root.attributes['totalCount'] ?? '')?.[0] ?? users.length)
  return { total, users: users.filter(({ userName }) => userName !== '') }
}

const names: readonly (keyof UdsUser)[] = [
  'userName',
  'firstName',
  'lastName',
  'displayName',
  'phoneNumber',
  'homeNumber',
  'mobileNumber',
  'email',
  'directoryUri',
  'msUri',
  'department',
  'title',
]
