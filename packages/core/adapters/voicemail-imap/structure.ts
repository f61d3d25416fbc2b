// Where in a message its sound is, by the structure that the store tells (RFC 3501 §7.4.2): nothing of the message itself is read for it.
import type { MessageStructureObject } from 'imapflow'

export interface SoundPart {
  /** As a section is asked for: 2, 1.2. */
  readonly part: string
  /** audio/wav, mostly. */
  readonly type: string
  readonly encoding: 'base64' | 'quoted-printable' | 'plain'
  /** As it is encoded. */
  readonly bytes: number
}

/** The first part that is sound; undefined: there is none, as far as is looked. */
export function soundIn(structure: MessageStructureObject | undefined): SoundPart | undefined {
  // A list, not a recursion: who nests a message a thousand deep is not followed by the stack.
  const toLook: { readonly node: MessageStructureObject; readonly depth: number }[] = structure
    ? [{ node: structure, depth: 0 }]
    : []
  for (let looked = 0; looked < mostParts; looked++) {
    const next = toLook.shift()
    if (!next) return undefined
    const { node, depth } = next
    if (isSound(node))
      return {
        part: node.part ?? '1',
        type: typeOf(node),
        encoding: encodingOf(node.encoding),
        bytes: Number.isSafeInteger(node.size) ? Math.max(0, node.size as number) : 0,
      }
    if (depth < mostDeep)
      toLook.unshift(...(node.childNodes ?? []).slice(0, mostParts).map((each) => ({ node: each, depth: depth + 1 })))
  }
  return undefined
}

function isSound({ type, childNodes, ...node }: MessageStructureObject): boolean {
  if (childNodes !== undefined && childNodes.length > 0) return false
  return /^audio\//i.test(type) || (/^application\/octet-stream$/i.test(type) && byName.test(nameOf(node)))
}

function typeOf(node: MessageStructureObject): string {
  const type = node.type.toLowerCase()
  if (type !== 'application/octet-stream')
    return /^audio\/[\w.+-]{1,60}$/.test(type) ? type : 'application/octet-stream'
  return 'audio/wav'
}

function nameOf({ parameters, dispositionParameters }: Omit<MessageStructureObject, 'type'>): string {
  return dispositionParameters?.['filename'] ?? parameters?.['name'] ?? ''
}

function encodingOf(encoding: string | undefined): SoundPart['encoding'] {
  const word = encoding?.toLowerCase()
  return word === 'base64' || word === 'quoted-printable' ? word : 'plain'
}

const byName = /\.wav$/i
const mostParts = 100
const mostDeep = 10
