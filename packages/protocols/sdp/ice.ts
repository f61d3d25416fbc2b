// How a side may be reached, in a session description: RFC 8839 §5. Candidates over UDP alone; others are passed over.
import type { Attribute, MediaSection, SessionDescription } from './description.ts'

export interface SdpCandidate {
  readonly foundation: string
  /** RTP and RTCP. */
  readonly component: 1 | 2
  readonly priority: number
  readonly address: string
  readonly port: number
  readonly type: 'host' | 'srflx' | 'prflx' | 'relay'
  readonly related?: { readonly address: string; readonly port: number }
}

export interface SdpIce {
  /** Names a session’s checks; it changes where all begins anew (an ICE restart). */
  readonly ufrag: string
  /** A secret. */
  readonly password: string
  readonly candidates: readonly SdpCandidate[]
  /** It only answers checks. */
  readonly isLite: boolean
}

/** `mismatch`: the address of the m= and c= lines is none of the candidates; somebody on the way has changed it (§4.2.5). */
export function readIce(
  description: SessionDescription,
  section: MediaSection,
  address: string,
): SdpIce | 'mismatch' | undefined {
  const inSection = valuesOf(section.attributes)
  const above = valuesOf(description.attributes)
  const ufrag = inSection('ice-ufrag')[0] ?? above('ice-ufrag')[0]
  const password = inSection('ice-pwd')[0] ?? above('ice-pwd')[0]
  if (ufrag === undefined || password === undefined) return undefined
  if (!/^[A-Za-z0-9+/]{4,256}$/.test(ufrag) || !/^[A-Za-z0-9+/]{22,256}$/.test(password)) return undefined
  if (inSection('ice-mismatch').length > 0) return undefined
  const candidates = inSection('candidate').slice(0, mostCandidates).flatMap(readCandidate)
  const isLite = above('ice-lite').length > 0
  const isDefault = candidates.some(
    (each) => each.component === 1 && each.address === address && each.port === section.port,
  )
  if (candidates.length > 0 && !isDefault) return 'mismatch'
  return { ufrag, password, candidates, isLite }
}

/** `remote`: of the pairs that have been agreed on, named by the controlling side (§5.2). */
export function writeIce({ ufrag, password, candidates }: SdpIce): Attribute[] {
  return [
    { name: 'ice-ufrag', value: ufrag },
    { name: 'ice-pwd', value: password },
    { name: 'ice-options', value: 'ice2' },
    ...candidates.map((each) => ({ name: 'candidate', value: candidateText(each) })),
    { name: 'end-of-candidates' },
  ]
}

export const iceMismatch: Attribute = { name: 'ice-mismatch' }

function readCandidate(value: string): SdpCandidate[] {
  const [
    foundation = '',
    component = '',
    transport = '',
    priority = '',
    address = '',
    port = '',
    typ,
    type = '',
    ...more
  ] = value.trim().split(/ +/)
  const isWhole = /^[A-Za-z0-9+/]{1,32}$/.test(foundation) && /^\d{1,10}$/.test(priority) && /^\d{1,5}$/.test(port)
  const isOurs = /^udp$/i.test(transport) && (component === '1' || component === '2') && typ === 'typ'
  const known = types.find((each) => each === type)
  // Names are asked of nobody: those of a browser mean nothing outside its network.
  const isAddress = /^[\d.]{7,15}$|^[\da-f:.]*:[\da-f:.]*$/i.test(address)
  const [rank, place] = [Number(priority), Number(port)]
  if (!isWhole || !isOurs || !known || !isAddress || rank < 1 || rank > 0x7fffffff || place < 1 || place > 65_535)
    return []
  const named = (name: string): string | undefined => {
    const at = more.indexOf(name)
    return at < 0 ? undefined : more[at + 1]
  }
  const [near, nearPort] = [named('raddr'), Number(named('rport'))]
  const candidate = {
    foundation,
    component: component === '1' ? 1 : 2,
    priority: rank,
    address,
    port: place,
    type: known,
  } as const
  return [
    near !== undefined && nearPort >= 0 ? { ...candidate, related: { address: near, port: nearPort } } : candidate,
  ]
}

function candidateText({ foundation, component, priority, address, port, type, related }: SdpCandidate): string {
  const behind = related ? ` raddr ${related.address} rport ${related.port}` : ''
  return `${foundation} ${component} UDP ${priority} ${address} ${port} typ ${type}${behind}`
}

function valuesOf(attributes: readonly Attribute[]): (name: string) => string[] {
  return (name) => attributes.filter((each) => each.name === name).map(({ value }) => value ?? '')
}

const types = ['host', 'srflx', 'prflx', 'relay'] as const
/** More are not looked at: each is a check of ours. */
const mostCandidates = 60
