// A directory at a server of LDAP in a test, and what its entries are.
import { readSettings } from '@openparley/contract'
import { type House, houseOf, type Somebody } from '../../services/directory/port-house.suite.ts'
import { ldapDirectory } from './directory-ldap.ts'

export function house(given: Readonly<Record<string, unknown>>): House {
  return houseOf(ldapDirectory, readSettings(given))
}

/** One of the folk as an entry: what an OpenLDAP and what an Active Directory call it. */
export function entryOf({ given, family, user, mail, ...more }: Somebody): Record<string, string | Buffer | string[]> {
  const name = `${given} ${family}`
  const photo = more.photo === undefined ? undefined : Buffer.from(more.photo, 'base64')
  const all = {
    objectClass: ['top', 'person', 'organizationalPerson', 'inetOrgPerson'],
    objectCategory: 'person',
    uid: user,
    sAMAccountName: user,
    cn: name,
    displayName: name,
    givenName: given,
    sn: family,
    mail,
    telephoneNumber: more.work,
    mobile: more.mobile,
    title: more.title,
    o: more.organisation,
    company: more.organisation,
    departmentNumber: more.department,
    department: more.department,
    'msRTCSIP-PrimaryUserAddress': more.address === undefined ? undefined : `sip:${more.address}`,
    jpegPhoto: photo,
    thumbnailPhoto: photo,
  }
  return Object.fromEntries(Object.entries(all).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])))
}
