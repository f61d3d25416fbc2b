// Who stands in the lab's directory: its people, and a few dozen others.
import type { Given, Tree } from './tree.ts'

const base = 'dc=lab,dc=example'
export const peopleBase: string = `ou=people,${base}`
/** Whoever asks for the person's own directory account binds with this. */
export const reader: string = `cn=reader,${base}`

export function dnOf(user: string): string {
  return `uid=${user},${peopleBase}`
}

export interface Seed {
  /** The lab's own: given name, and number in the directory. */
  readonly people: readonly string[]
  readonly domain: string
}

/** As an OpenLDAP and as an Active Directory have them: each person has the attributes of both. */
export function seed(tree: Tree, { people, domain }: Seed): void {
  tree.put('', { objectClass: 'top', namingContexts: base, supportedLDAPVersion: '3' })
  tree.put(base, { objectClass: ['top', 'domain'], dc: 'lab' })
  tree.put(peopleBase, { objectClass: ['top', 'organizationalUnit'], ou: 'people' })
  tree.put(reader, { objectClass: ['top', 'applicationProcess'], cn: 'reader' })
  people.forEach((user, at) => {
    const given = user.charAt(0).toUpperCase() + user.slice(1)
    put(tree, domain, { user, given, family: families[at % families.length] ?? 'Lab', at, photo: at === 0 })
  })
  let at = people.length
  for (const family of families.slice(3))
    for (const given of givens) {
      const user = `${given}.${family}`
        .normalize('NFD')
        .replace(/[^\w.]/g, '')
        .toLowerCase()
      put(tree, domain, { user, given, family, at: at++, photo: false })
    }
}

interface Somebody {
  readonly user: string
  readonly given: string
  readonly family: string
  readonly at: number
  readonly photo: boolean
}

function put(tree: Tree, domain: string, { user, given, family, at, photo }: Somebody): void {
  const number = 100 + at
  tree.put(dnOf(user), {
    ...person({ user, given, family, mail: `${user}@${domain}`, address: `${user}@${domain}` }),
    title: titles[at % titles.length] ?? '',
    o: 'Parley lab',
    company: 'Parley lab',
    department: departments[at % departments.length] ?? '',
    departmentNumber: departments[at % departments.length] ?? '',
    l: 'Boulder',
    telephoneNumber: `+1 303 555 0${number}`,
    mobile: `+1 720 555 0${number}`,
    // What the lab's own phones are called by.
    ...(at < 3 ? { otherTelephone: user } : {}),
    ...(photo ? { jpegPhoto: picture, thumbnailPhoto: picture } : {}),
  })
}

/** What everybody has. */
export function person(of: {
  readonly user: string
  readonly given: string
  readonly family: string
  readonly mail: string
  readonly address?: string
}): Given {
  const name = `${of.given} ${of.family}`
  return {
    objectClass: ['top', 'person', 'organizationalPerson', 'inetOrgPerson', 'user'],
    objectCategory: 'person',
    uid: of.user,
    sAMAccountName: of.user,
    cn: name,
    displayName: name,
    givenName: of.given,
    sn: of.family,
    mail: of.mail,
    ...(of.address === undefined ? {} : { 'msRTCSIP-PrimaryUserAddress': `sip:${of.address}` }),
  }
}

const givens = ['Åsa', 'Björn', 'Chloé', 'Dmitri', 'Elif', 'François', 'Günter', 'Håkon', 'Ioana', 'José']
const families = ['Adams', 'Baker', 'Clarke', 'Døe', 'Eriksson', 'Müller', 'Nguyễn']
const titles = ['Engineer', 'Analyst', 'Director of things', 'Assistant']
const departments = ['Research', 'Sales', 'Support']

/** A PNG of one point. */
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
