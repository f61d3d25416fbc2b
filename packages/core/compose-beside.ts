// What one session has beside calls: people and chat, the directory, the mailbox, web conferences, and the record of all that was.
import { join } from 'node:path'
import {
  type Call,
  type HealthRow,
  type HistoryEntry,
  type Lamp,
  ParleyError,
  type Phone,
  type Settings,
} from '@openparley/contract'
import type { DnsResolver } from '@openparley/net'
import { historyStore } from './adapters/history-store/index.ts'
import type { SharedLink } from './links/sip/index.ts'
import type { Store } from './links/store/index.ts'
import type { AnyServiceBody } from './runtime/service.ts'
import type { World } from './runtime/world.ts'
import { asking, conferencesOfSession } from './compose-conferences.ts'
import type { Diagnosed } from './compose-diagnosis.ts'
import { directoryOfSession } from './compose-directory.ts'
import { historyRow } from './compose-health.ts'
import { knownBy } from './compose-known.ts'
import { people } from './compose-people.ts'
import { voicemailOfSession, type VoicemailParts } from './compose-voicemail.ts'
import type { CallNeeds, KnownParty } from './services/calls/port.ts'
import { history } from './services/history/index.ts'

export interface Beside extends Pick<CallNeeds, 'reach' | 'personAt' | 'known' | 'lastDialled'> {
  readonly bodies: Readonly<Record<string, AnyServiceBody>>
  /** The settings are as complete as they get: signs in to what they name, once. */
  signIn(): void
  signOut(): Promise<void>
  /** Settings of these names have changed. */
  look(names: readonly string[]): void
  /** Something has changed at one of the phones: they may know of waiting messages. */
  phones(all: readonly Phone[]): void
  callsUp(count: number): void
  /** The lines of others, as they are now. */
  lamps(all: readonly Lamp[]): void
  /** A call is over. */
  called(entry: HistoryEntry): void
  readonly diagnosis: Diagnosed['beside']
  /** An application has left. */
  released(application: string): void
  /** Nobody is in a conference any more; what comes of it is still recorded. */
  leave(): Promise<void>
  close(): Promise<void>
}

export interface BesideParts {
  readonly world: World
  readonly epoch: string
  readonly settings: () => Settings
  readonly dns: () => DnsResolver
  readonly store: Store
  /** Where the person’s files lie; undefined: in none that outlives the session. */
  readonly folder: string | undefined
  /** The person’s address. */
  readonly address: string
  /** The link of the person's own phone. */
  readonly sip: SharedLink
  readonly sound: VoicemailParts['sound']
  readonly transcription: NonNullable<VoicemailParts['transcription']>
  readonly toLookUp: (number: string) => string
  readonly callAt: (call: string) => Call | undefined
  readonly row: (service: string, row: Omit<HealthRow, 'service' | 'since'>) => void
}

export function besideCalls(parts: BesideParts): Beside {
  const { world, epoch, settings, dns, row } = parts
  const all = { world, epoch, settings, dns }
  // Before those who ask it as soon as they are there.
  const directory = directoryOfSession({
    ...all,
    toLookUp: parts.toLookUp,
    contact: (address) => everyone.list.contact(address),
    row: (rest) => row('directory', rest),
    changed: () => {
      everyone.lookAgain()
      callers.clear()
    },
  })
  const everyone = people({
    ...all,
    store: parts.store,
    filesFolder: parts.folder === undefined ? undefined : join(parts.folder, 'files'),
    said: (message, person) => past.said(message, person),
    sip: parts.sip,
    directory: { at: (address) => directory.at(address), photo: (entry) => directory.photo(entry) },
    conferences: () => rooms,
    row,
  })
  const past = history(world, epoch, {
    store: historyStore(parts.store),
    messages: everyone.messages,
    waysTo: (address) => everyone.list.waysTo(address),
    personAt: async (number) => everyone.list.personAt({ number }) ?? (await directory.known(number))?.person,
    named: (words) => everyone.list.named(words),
    keepDays: () => settings()['history.keepDays'],
    failed: (error) => row('history', historyRow(error)),
  })
  void past.latest().then(everyone.calledBefore, () => undefined)
  const named = new Map<string, KnownParty>()
  const callers = knownBy<KnownParty>({
    ask: (number) => directory.known(number),
    tell: (number, who) => {
      if (who) named.set(number, who)
      else named.delete(number)
      mailbox.body.named(number)
    },
  })
  const mailbox = voicemailOfSession({
    ...all,
    nameOf: (number) => {
      callers.look([number])
      return everyone.nameOf(number) ?? named.get(number)
    },
    send: (...file) => everyone.sendFile(...file),
    row: (rest) => row('voicemail', rest),
    sound: parts.sound,
    transcription: parts.transcription,
  })
  mailbox.body.state.follow((change) => {
    if (change.type === 'message') past.voicemail(change.message)
    else if (change.type === 'relisted') for (const message of mailbox.body.all()) past.voicemail(message)
  })
  const rooms = conferencesOfSession({
    ...all,
    row: (state) => row('conferences', state),
    name: () => settings()['softphone.displayName'] ?? parts.address.split('@')[0] ?? '',
    record: (entry) => past.conference(entry),
    ...asking(everyone.invitations),
    otherSide: (id) => {
      const call = parts.callAt(id)
      if (!call) throw new ParleyError('call-unknown', id)
      return everyone.list.personAt(call.remote)
    },
  })
  const services = [everyone, directory, mailbox, rooms]
  return {
    bodies: {
      ...everyone.bodies,
      directory: directory.body,
      voicemail: mailbox.body,
      conferences: rooms.service,
      history: past,
    },
    signIn: () => {
      for (const each of services) each.signIn()
    },
    signOut: async () => {
      await Promise.all(services.map((each) => each.signOut()))
    },
    look: (names) => {
      everyone.look()
      directory.look()
      mailbox.look()
      if (names.includes('history.keepDays')) past.look()
    },
    reach: (address) => everyone.list.reach(address),
    personAt: (party) => everyone.list.personAt(party),
    known: (number) => directory.known(number),
    lastDialled: () => past.lastDialled(),
    phones: mailbox.phones,
    callsUp: everyone.callsUp,
    lamps: everyone.lamps,
    called: (entry) => {
      past.add(entry)
      everyone.called(entry)
    },
    diagnosis: {
      chat: everyone.chatDiagnosis,
      calendar: everyone.calendarDiagnosis,
      directory: directory.diagnosis,
      voicemail: mailbox.diagnosis,
      conferences: rooms.diagnosis,
    },
    released: (application) => {
      everyone.released(application)
      directory.body.released(application)
      mailbox.body.released(application)
      rooms.service.released(application)
    },
    leave: rooms.close,
    close: async () => {
      await past.close()
      await mailbox.close()
      await everyone.close()
      await directory.close()
    },
  }
}
