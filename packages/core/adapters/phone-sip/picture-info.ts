// A whole picture asked for in the dialog, of who does not read it in RTCP: INFO with media_control+xml (RFC 5168).
import { isXml, readXml, type XmlElement } from '@openparley/protocols/common'
import type { SipRequest } from '@openparley/protocols/sip'

export const pictureInfo = {
  method: 'INFO',
  contentType: 'application/media_control+xml',
  body: '<?xml version="1.0" encoding="utf-8"?>\r\n<media_control><vc_primitive><to_encoder><picture_fast_update/></to_encoder></vc_primitive></media_control>\r\n',
} as const

/** Whether an INFO is of this kind, and what it asks; undefined: of another. */
export function readPictureInfo({ method, headers, body }: SipRequest): 'picture' | 'nothing' | undefined {
  const type = headers.get('Content-Type')?.split(';')[0]?.trim().toLowerCase()
  if (method !== 'INFO' || type !== pictureInfo.contentType) return undefined
  return asksPicture(new TextDecoder().decode(body)) ? 'picture' : 'nothing'
}

function asksPicture(text: string): boolean {
  const root = readXml(text, { mostCharacters: 10_000 })
  const isAsked = ({ local, content }: XmlElement): boolean =>
    local === 'picture_fast_update' || content.some((each) => typeof each !== 'string' && isAsked(each))
  return isXml(root) && isAsked(root)
}
