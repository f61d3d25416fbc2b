// UDS, the user data services of a call manager: where a person's home cluster is, and which devices they have.
import { elementAt, elementsIn, isXml, readXml, textAt, type XmlElement } from '../common/index.ts'
import type { DevicesRead } from './ccmcip.ts'

export function clusterUserPath(user: string): string {
  return `/cucm-uds/clusterUser?username=${encodeURIComponent(user)}`
}

export function devicesPath(user: string): string {
  return `/cucm-uds/user/${encodeURIComponent(user)}/devices`
}

export function userPath(user: string): string {
  return `/cucm-uds/user/${encodeURIComponent(user)}`
}

/** The file of the person's service profile: as an element with a uri within, or with one as attribute, by version. */
export function readServiceProfileFile(body: string): string | undefined {
  const root = rootOf(body, 'user')
  const profile = typeof root === 'string' ? undefined : elementAt(root, 'serviceProfile')
  const uri = profile && (textAt(profile, 'uri') ?? profile.attributes['uri'])
  return /([\w.-]{1,128}\.xml)(?:\.sgn)?\s*$/i.exec(uri ?? '')?.[1]
}

/** The home cluster's host; undefined where the person is unknown. */
export function readClusterUser(body: string): { readonly home: string | undefined } | { readonly why: string } {
  const root = rootOf(body, 'clusterUser')
  if (typeof root === 'string') return { why: root }
  if (elementAt(root, 'result')?.attributes['found'] !== 'true') return { home: undefined }
  const home = textAt(root, 'homeCluster')
  return home === undefined || home === '' ? { why: 'no home cluster' } : { home }
}

export function readUdsDevices(body: string): DevicesRead {
  if (body.trim() === '') return { is: 'empty' }
  const root = rootOf(body, 'devices')
  if (typeof root === 'string') return { is: 'garbled', why: root }
  const devices = elementsIn(root, 'device').map((device) => ({
    name: textAt(device, 'name') ?? '',
    description: textAt(device, 'description') ?? '',
    model: textAt(device, 'model') ?? '',
  }))
  const nameless = devices.findIndex(({ name }) => name === '')
  if (nameless >= 0) return { is: 'garbled', why: `device ${nameless + 1} has no name` }
  return { is: 'devices', devices }
}

function rootOf(body: string, local: string): XmlElement | string {
  const root = readXml(body)
  if (!isXml(root)) return `${root.fault}, line ${root.at}`
  return root.local === local ? root : `the root is ${root.local}`
}
