// What the voicemail web service answers, as Cisco's guide to CUMI has it: every value is a string, and a list of one is that one.
import { wavStream } from '@openparley/media'
import { deletedItems, inbox, type Lying } from './mailboxes.ts'
import type { VmrestOptions } from './vmrest.ts'

export interface WebHouse extends VmrestOptions {
  /** Dispatch messages that somebody has taken. */
  readonly taken: Set<string>
}

export interface WebRequest {
  readonly method: string
  readonly url: URL
  readonly body: string
}

export interface Answer {
  readonly status: number
  readonly json?: unknown
  readonly text?: string
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
  /** A WAV file. */
  readonly sound?: Uint8Array
}

export function answerTo({ method, url, body }: WebRequest, person: string, house: WebHouse): Answer {
  const { mailboxes } = house
  const path = url.pathname
  if (path === '/vmrest/version') return { status: 200, json: { name: 'vmrest', version: '12.5.1.10000-1' } }
  const [, folder, isList] = /^\/vmrest\/mailbox\/folders\/(inbox|deleted)(\/messages)?$/.exec(path) ?? []
  if (folder !== undefined) {
    const name = folder === 'inbox' ? inbox : deletedItems
    const lying = mailboxes.all(person).filter((each) => each.folder === name)
    if (method === 'POST' && name === deletedItems && url.searchParams.get('method') === 'empty') {
      for (const each of lying) mailboxes.erase(person, each)
      return { status: 204 }
    }
    if (method !== 'GET') return { status: 405 }
    if (isList === undefined) return { status: 200, json: { DisplayName: name, MessageCount: String(lying.length) } }
    return { status: 200, json: listOf(lying, url.searchParams, house) }
  }
  const [, id = '', part] = /^\/vmrest\/messages\/0:([\w-]{1,100})(\/attachments\/0)?\/?$/.exec(path) ?? []
  const lying = mailboxes.find(person, id)
  if (!lying) return { status: 404, json: { errorDetails: { code: 'OBJECT_NOT_FOUND' } } }
  if (part !== undefined) {
    const sound = mailboxes.soundOf(lying.message)
    return method === 'GET' && sound ? { status: 200, sound } : { status: 404 }
  }
  return act(method, url.searchParams, body, person, lying, house)
}

function act(
  method: string,
  query: URLSearchParams,
  body: string,
  person: string,
  lying: Lying,
  house: WebHouse,
): Answer {
  const { mailboxes, people, taken } = house
  const { id, dispatch } = lying.message
  switch (method) {
    case 'GET':
      return { status: 200, json: { ...messageOf(lying, house), Attachments: attachmentsOf(id) } }
    case 'PUT': {
      const [, read] = /"Read"\s*:\s*"?(true|false)"?/.exec(body) ?? []
      if (read === undefined || lying.folder !== inbox) return { status: 400 }
      mailboxes.mark(person, lying, read === 'true')
      return { status: 204 }
    }
    case 'DELETE':
      if (lying.folder === deletedItems || query.get('harddelete') === 'true') mailboxes.erase(person, lying)
      else mailboxes.move(person, lying, deletedItems)
      return { status: 204 }
    case 'POST': {
      const how = query.get('method')
      if (how === 'undelete' && lying.folder === deletedItems) mailboxes.move(person, lying, inbox)
      else if (how === 'accept' && dispatch && !taken.has(id)) {
        taken.add(id)
        for (const other of people.filter((each) => each !== person)) {
          const theirs = mailboxes.find(other, id)
          if (theirs) mailboxes.erase(other, theirs)
        }
      } else if (how === 'reject' && dispatch && !taken.has(id)) mailboxes.erase(person, lying)
      else return { status: 400 }
      return { status: 204 }
    }
    default:
      return { status: 405 }
  }
}

/** New ones first, the newest first among each. */
function listOf(lying: readonly Lying[], query: URLSearchParams, house: WebHouse): unknown {
  const sorted = lying.toSorted((a, b) => Number(b.isNew) - Number(a.isNew) || b.mail.atMs - a.mail.atMs)
  const rows = Number(query.get('rowsperpage') ?? sorted.length)
  const from = (Number(query.get('pagenumber') ?? 1) - 1) * rows
  const page = sorted.slice(from, from + rows).map((each) => messageOf(each, house))
  return {
    '@total': String(lying.length),
    ...(page.length === 0 ? {} : { Message: page.length === 1 ? page[0] : page }),
  }
}

function messageOf({ message, isNew, mail }: Lying, { mailboxes, taken }: WebHouse): Record<string, unknown> {
  const { id, number, name, urgent, secure, dispatch } = message
  const sound = mailboxes.soundOf(message)
  return {
    Subject: `Message from ${name ?? number ?? 'an unidentified caller'}`,
    Read: String(!isNew),
    Dispatch: String(dispatch && !taken.has(id)),
    Secure: String(secure),
    Priority: urgent ? 'Urgent' : 'Normal',
    Sensitivity: message.private ? 'Private' : 'Normal',
    URI: `/vmrest/messages/0:${id}`,
    MsgId: `0:${id}`,
    From: { DisplayName: name ?? '', ...(number === undefined ? {} : { DtmfAccessId: number }) },
    CallerId: {
      ...(number === undefined ? {} : { CallerNumber: number }),
      ...(name === undefined ? {} : { CallerName: name }),
    },
    ArrivalTime: String(message.atMs),
    Size: String(sound?.length ?? mail.bytes.length),
    Duration: String(durationMs(sound)),
    IMAPUid: String(mail.uid),
    FromSub: 'false',
    MsgType: 'Voice',
  }
}

function attachmentsOf(id: string): unknown {
  const uri = `/vmrest/messages/0:${id}/attachments/0`
  return { Attachment: { URI: uri, contentType: 'audio/wav; name=voicemessage.wav' } }
}

function durationMs(sound: Uint8Array | undefined): number {
  if (!sound) return 0
  const stream = wavStream()
  stream.push(sound.subarray(0, 1000))
  return stream.lengthMs ?? 0
}
