// CCMCIP: the list of a person's devices, as the client services framework asked a call manager for it.
import { elementsIn, escapeXml, isXml, readXml, textAt } from '../common/index.ts'

export interface CucmDevice {
  readonly name: string
  readonly description: string
  /** As text, such as "Cisco 7965". */
  readonly model: string
}

export const ccmcipPath = '/ccmcip/Personalization'

export function writeGetDevices(user: string): string {
  return `<getDevices><user>${escapeXml(user)}</user></getDevices>`
}

/** Basic, with a password that is base64 within: what the server expects of this service alone. */
export function ccmcipAuthorization(user: string, password: string): string {
  return basicAuthorization(user, base64(password))
}

/** RFC 7617, in UTF-8. */
export function basicAuthorization(user: string, password: string): string {
  return `Basic ${base64(`${user}:${password}`)}`
}

export type DevicesRead =
  | { readonly is: 'devices'; readonly devices: readonly CucmDevice[] }
  | { readonly is: 'rejected' }
  | { readonly is: 'empty' }
  | { readonly is: 'garbled'; readonly why: string }

/** The body of a 200. Older call managers refuse a password with a page of HTML or XHTML that says "HTTP Status 401". */
export function readDevices(body: string): DevicesRead {
  if (body.trim() === '') return { is: 'empty' }
  const root = readXml(body)
  if (!isXml(root) || root.local !== 'devices') {
    // Not a document to be read: only whether these words are in it decides.
    if (/HTTP Status/i.test(body) && body.includes('401')) return { is: 'rejected' }
    return { is: 'garbled', why: isXml(root) ? `the root is ${root.local}` : `${root.fault}, line ${root.at}` }
  }
  const devices: CucmDevice[] = []
  for (const element of elementsIn(root)) {
    const [name, description, model] = ['name', 'description', 'model'].map((each) => textAt(element, each))
    if (name === undefined || name === '' || description === undefined || model === undefined)
      return { is: 'garbled', why: `device ${devices.length + 1} lacks its name, description or model` }
    devices.push({ name, description, model })
  }
  return { is: 'devices', devices }
}

function base64(text: string): string {
  let bytes = ''
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte)
  return btoa(bytes)
}
