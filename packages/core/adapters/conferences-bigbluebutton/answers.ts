// What BigBlueButton answers: <response><returncode>SUCCESS</returncode>…, or FAILED with a key that says why.
import { ParleyError } from '@openparley/contract'
import type { ConferenceMember } from '@openparley/contract'
import { elementAt, elementsIn, isXml, readXml, textAt, type XmlElement } from '@openparley/protocols/common'

/** The answer's root. Throws what a ConferencePort rejects with. */
export function readAnswer(text: string): XmlElement {
  const root = readXml(text, { mostCharacters: mostBytes, mostDepth: 16 })
  if (!isXml(root) || root.local !== 'response') throw garbled()
  const code = textAt(root, 'returncode')?.toUpperCase()
  if (code === 'SUCCESS') return root
  if (code !== 'FAILED') throw garbled()
  const key = textAt(root, 'messageKey')?.slice(0, 64) ?? 'FAILED'
  if (gone.includes(key)) throw new ParleyError('conference-unknown', 'there is no such meeting any more')
  throw new ParleyError(
    full.includes(key) ? 'conference-full' : 'conference-refused-by-server',
    key === 'checksumError' ? 'conferences.bigbluebutton.secret, or conferences.bigbluebutton.checksum' : undefined,
    { protocol: 'http', text: key },
  )
}

export interface MeetingInfo {
  readonly subject: string
  readonly isOver: boolean
  readonly members: readonly ConferenceMember[]
}

/** `own`: the person as they are named in their own join address. */
export function meetingIn(root: XmlElement, own: string): MeetingInfo {
  const attendees = elementAt(root, 'attendees')
  return {
    subject: (textAt(root, 'meetingName') ?? '').slice(0, 256),
    isOver: textAt(root, 'hasBeenForciblyEnded') === 'true',
    members: (attendees ? elementsIn(attendees, 'attendee') : []).slice(0, mostMembers).map((each, n) => {
      const is = (name: string): boolean => textAt(each, name) === 'true'
      const id = textAt(each, 'userID') ?? ''
      return {
        member: id === '' || id.length > 256 ? `attendee ${n}` : id,
        name: (textAt(each, 'fullName') ?? '').slice(0, 256),
        self: id === own,
        host: textAt(each, 'role') === 'MODERATOR',
        // The server tells who has a microphone there, and not who has closed it.
        muted: !is('hasJoinedVoice') || is('isListeningOnly'),
        talking: false,
        camera: is('hasVideo'),
        screen: false,
      }
    }),
  }
}

export interface Created {
  readonly createTime: string | undefined
  readonly dialIn: { readonly number: string; readonly code?: string } | undefined
}

export function createdIn(root: XmlElement): Created {
  const number = textAt(root, 'dialNumber') ?? ''
  const code = textAt(root, 'voiceBridge') ?? ''
  const time = textAt(root, 'createTime') ?? ''
  return {
    createTime: /^\d{1,16}$/.test(time) ? time : undefined,
    dialIn:
      /^[+\d][\d\s()./-]{2,40}$/.test(number) && number !== unset
        ? { number, ...(/^\d{1,32}$/.test(code) ? { code } : {}) }
        : undefined,
  }
}

export const garbled = (): ParleyError =>
  new ParleyError('conference-refused-by-server', 'what it answers is no answer of BigBlueButton', { protocol: 'http' })

/** Of one answer. */
export const mostBytes = 1_000_000
/** A server whose administrator has named no number says this one. */
const unset = '613-555-1234'
const gone: readonly string[] = ['notFound', 'invalidMeetingIdentifier', 'meetingForciblyEnded']
const full: readonly string[] = ['maxParticipantsReached', 'maxUsersReached']
const mostMembers = 500
