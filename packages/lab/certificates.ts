// The lab's authority and its server's certificate, right or with one of the faults.
import { type Certificate, makeCertificate } from '@openparley/net'
import { hostNames, zone } from './dns/zone.ts'
import type { FaultSet } from './faults.ts'

const day = 86_400_000

export interface LabCertificates {
  /** The authority that people of the lab trust. */
  readonly authority: { readonly subject: string; readonly key: string; readonly ca: string }
  readonly server: Certificate
  /** Of the chat domain and of its rooms. */
  readonly chat: Certificate
  readonly calendar: Certificate
  readonly directory: Certificate
  readonly voicemail: Certificate
  readonly rooms: Certificate
}

export function labCertificates(faults: FaultSet, nowMs: number): LabCertificates {
  const valid = { validFrom: new Date(nowMs - day), validTo: new Date(nowMs + 30 * day) }
  const authority = makeCertificate({ subject: 'Parley lab authority', authority: true, ...valid })
  const stranger = makeCertificate({ subject: 'An authority that nobody knows', authority: true, ...valid })
  const nobody = { subject: 'An authority that nobody knows', key: stranger.key }
  const known = { subject: 'Parley lab authority', key: authority.key }
  const expired = { validFrom: new Date(nowMs - 3 * day), validTo: new Date(nowMs - 2 * day) }
  const server = makeCertificate({
    subject: 'Parley lab',
    names: faults.has('wrong-name') ? ['elsewhere.example'] : ['localhost', '127.0.0.1', hostNames.sip],
    issuer: faults.has('wrong-certificate') ? nobody : known,
    ...(faults.has('expired-certificate') ? expired : valid),
  })
  const chat = makeCertificate({
    subject: zone,
    names: [zone, `rooms.${zone}`, `upload.${zone}`, `chat.${zone}`, 'localhost', '127.0.0.1'],
    issuer: faults.has('xmpp-wrong-certificate') ? nobody : known,
    ...valid,
  })
  const calendar = makeCertificate({
    subject: 'Parley lab calendars',
    names: ['localhost', '127.0.0.1'],
    issuer: faults.has('calendar-certificate') ? nobody : known,
    ...valid,
  })
  const directory = makeCertificate({
    subject: 'Parley lab directory',
    names: ['localhost', '127.0.0.1', hostNames.directory],
    issuer: faults.has('directory-certificate') ? nobody : known,
    ...valid,
  })
  const voicemail = makeCertificate({
    subject: 'Parley lab mailboxes',
    names: ['localhost', '127.0.0.1', hostNames.voicemail],
    issuer: faults.has('voicemail-certificate') ? nobody : known,
    ...valid,
  })
  const rooms = makeCertificate({
    subject: 'Parley lab rooms',
    names: ['localhost', '127.0.0.1'],
    issuer: faults.has('room-certificate') ? nobody : known,
    ...valid,
  })
  return { authority: { ...known, ca: authority.cert }, server, chat, calendar, directory, voicemail, rooms }
}
