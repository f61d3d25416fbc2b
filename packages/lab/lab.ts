// The lab: a small deployment in one process, for trying and for testing.
import { realClock, realDice } from '@openparley/net'
import type { Hop, SipRequest } from '@openparley/protocols/sip'
import { openBigBlueButton } from './bigbluebutton/server.ts'
import { openCalendarServer } from './caldav/server.ts'
import { labCertificates } from './certificates.ts'
import { openControl } from './control.ts'
import { openAmiServer } from './ami/server.ts'
import { openAriServer } from './ari/server.ts'
import { openCstaServer } from './csta/server.ts'
import { openUacstaServer } from './csta/sip.ts'
import { openDeployment } from './cucm/deployment.ts'
import { labDesk } from './desk/desk.ts'
import { hostNames, zone } from './dns/zone.ts'
import { FaultSet } from './faults.ts'
import { openDirectoryServer } from './ldap/server.ts'
import { openVoicemailServer } from './imap/server.ts'
import { mediaRelay } from './media/relay.ts'
import { Recorder } from './record.ts'
import { callInfo, remoteRequest, serviceControl } from './sip/cucm.ts'
import { labFocus } from './sip/focus.ts'
import { Forwards } from './sip/forwards.ts'
import { judging } from './sip/judging.ts'
import { labLines, type Mailbox } from './sip/lines.ts'
import { labNumbers, numbers } from './sip/numbers.ts'
import { Registrar } from './sip/registrar.ts'
import { openSipServer, type SipServer } from './sip/server.ts'
import { openRoomServer } from './rooms/server.ts'
import { labStranger } from './sip/stranger.ts'
import { openPhoneMail } from './voicemail/house.ts'
import { openXmppServer } from './xmpp/server.ts'
import type { Lab, LabOptions } from './lab-types.ts'

const realm = 'parley-lab'
const few = ['alice', 'bob', 'carol']
/** A name of the zone's that has no address. */
const nameless = `nowhere.${zone}`
/** What is met over TLS alone. */
const onTls = ['wrong-certificate', 'wrong-name', 'expired-certificate', 'not-tls'] as const

export async function startLab(options: LabOptions = {}): Promise<Lab> {
  const dice = options.dice ?? realDice
  const names = options.people ?? few
  const faults = new FaultSet()
  for (const { name, value } of options.faults ?? []) faults.set(name, value)
  const passwords = new Map(names.map((name) => [name, dice.token(128)]))
  /** Whose line each is. */
  const owners = new Map(names.map((name) => [name, name]))
  for (const [name, numbersOf] of Object.entries(options.lines ?? {}))
    for (const number of numbersOf) owners.set(number, name)
  const certificates = labCertificates(faults, Date.now())
  const recorder = new Recorder()
  const relay = mediaRelay(faults, dice, recorder.relayed)
  const lines = await labLines(dice)
  const phone = await labNumbers(dice, () => lines.ringing())
  const proxy = (): Hop => ({ transport: 'udp', address: '127.0.0.1', port: server.ports.udp })
  const focus = await labFocus({ dice, proxy, isOpen: () => !faults.has('no-conference') })
  const stranger = await labStranger(dice, proxy)
  const registrar = new Registrar({
    realm,
    dice,
    accountOf: (user) => {
      const name = owners.get(user)
      const password = passwords.get(name ?? '')
      return name === undefined || password === undefined ? undefined : { name, password }
    },
    algorithms: () => (faults.has('unknown-digest') ? ['SHA-1'] : (options.digests ?? ['SHA-256', 'MD5'])),
  })
  const judge = judging(faults, recorder)
  const forwards = new Forwards()
  const desk = await labDesk({
    dice,
    people: names.slice(0, 2),
    proxy,
    settle: (number, uri, hop) => registrar.settle(number, uri, hop),
    forward: (number, to) => forwards.set(number, to),
  })
  const light = (person: string, mailbox: Mailbox): void => {
    lines.mailbox(person, mailbox)
    const number = desk.numberOf(person)
    if (number !== undefined) desk.act(number, { type: 'line', line: { messages: mailbox.fresh } })
  }
  const voicemail = await openVoicemailServer({
    people: names,
    passwordOf: (user) => passwords.get(user),
    tls: certificates.voicemail,
    ca: certificates.authority.ca,
    faults,
    wall: Date.now,
  })
  const phoneMail = await openPhoneMail({
    store: voicemail.store,
    people: names,
    passwordOf: (user) => passwords.get(user),
    tls: certificates.voicemail,
    ca: certificates.authority.ca,
    faults,
    dice,
    light,
    forwards,
    ownerOf: (number) => owners.get(number),
    afterMs: options.voicemailAfterMs,
  })
  const serve = (name: string, port: number, onAnswered: () => void): Promise<SipServer> =>
    openSipServer({
      name,
      port,
      tls: certificates.server,
      faults,
      dice,
      registrar,
      recorder,
      judge,
      onAnswered,
      lines,
      isPerson: (user) => owners.has(user),
      numberAt: (user) =>
        stranger.at(user) ??
        (forwards.isCode(user) ? undefined : phoneMail.at(user)) ??
        (Object.hasOwn(numbers, user) || forwards.isCode(user) ? phone.hop : undefined),
      forwards,
      voicemailOf: (user) => phoneMail.of(user),
      conferenceAt: (user) => focus.at(user),
      through: (message, callId, fromCaller) => relay.through(message, callId, fromCaller),
      callInfo: (user) => (recorder.isDevice(user) ? callInfo(dice) : undefined),
    })
  const vanish = async (): Promise<void> => {
    await Promise.all([server.go(), phone.close()])
  }
  const server = await serve('lab', options.sipPort ?? 0, () => {
    // After the ACK has gone its way.
    if (faults.has('gone-in-call')) server.later(200, () => void vanish())
  })
  const standby = options.standby ? await serve('lab-2', 0, () => {}) : undefined
  const servers = standby ? [server, standby] : [server]
  const { ports } = server
  const at = ({ udp, tcp, tls }: SipServer['ports']): Lab['addresses']['sip'] => ({
    udp: `127.0.0.1:${udp}`,
    tcp: `127.0.0.1:${tcp}`,
    tls: `127.0.0.1:${tls}`,
  })
  const addresses = { sip: at(ports), ...(standby ? { standby: at(standby.ports) } : {}) }
  if (faults.has('refuse')) await vanish()
  const settingsOver = (name: string, transport: Hop['transport']): Readonly<Record<string, unknown>> => ({
    'softphone.servers': [`sip:${faults.has('nameless') ? nameless : addresses.sip[transport]};transport=${transport}`],
    'softphone.user': name,
    ...(faults.has('no-password')
      ? {}
      : { 'softphone.password': faults.has('wrong-password') ? dice.token(128) : passwords.get(name) }),
    ...(faults.has('nameless') ? { 'discovery.dns': [deployment.addresses.dns] } : {}),
    'softphone.displayName': name[0]?.toUpperCase() + name.slice(1),
    ...(transport === 'tls' ? { 'softphone.tls.ca': certificates.authority.ca } : {}),
  })
  const transport = onTls.some((name) => faults.has(name)) ? 'tls' : faults.has('hang-up') ? 'tcp' : 'udp'
  const xmpp = await openXmppServer({
    domain: zone,
    people: names,
    passwordOf: (user) => passwords.get(user),
    ...(options.rosterOf ? { rosterOf: options.rosterOf } : {}),
    ...(options.resumeMs === undefined ? {} : { resumeMs: options.resumeMs }),
    tls: certificates.chat,
    ca: certificates.authority.ca,
    faults,
    dice,
    clock: realClock,
    wall: Date.now,
    recorder: recorder.xmpp,
  })
  const calendar = await openCalendarServer({
    domain: zone,
    people: names,
    passwordOf: (user) => passwords.get(user),
    tls: certificates.calendar,
    ca: certificates.authority.ca,
    faults,
  })
  const directory = await openDirectoryServer({
    domain: zone,
    people: names,
    passwordOf: (user) => passwords.get(user),
    tls: certificates.directory,
    ca: certificates.authority.ca,
    faults,
  })
  const bigbluebutton = await openBigBlueButton({
    tls: certificates.server,
    ca: certificates.authority.ca,
    faults,
    dice,
    nowMs: Date.now,
  })
  const rooms = await openRoomServer({ tls: certificates.rooms, ca: certificates.authority.ca, faults, dice })
  const deskControl = {
    desk,
    passwordOf: (person: string) => passwords.get(person),
    tls: certificates.server,
    ca: certificates.authority.ca,
    faults,
    dice,
  }
  const csta = await openCstaServer(deskControl)
  const uacsta = await openUacstaServer(deskControl)
  const ami = await openAmiServer({ desk, passwordOf: (person) => passwords.get(person), dice })
  const ari = await openAriServer({ desk, passwordOf: (person) => passwords.get(person), dice })
  const deployment = await openDeployment({
    people: names,
    lines: options.lines ?? {},
    passwordOf: (user) => passwords.get(user),
    sipPorts: servers.map((each) => each.ports),
    ports: {
      xmpp: xmpp.ports.tcp,
      voicemail: portOf(voicemail.addresses.tls),
      directory: portOf(directory.addresses.first),
    },
    voicemailWeb: `${hostNames.voicemail}:${portOf(phoneMail.web.address)}`,
    users: () => directory.people(),
    authority: certificates.authority,
    faults,
    dice,
  })
  /** To each phone of the person, by the server that it is registered with. */
  const tell = (person: string, make: (contact: string) => SipRequest): void => {
    for (const { uri, hop } of registrar.contacts(person, realClock.now())) {
      const request = make(uri)
      servers.some((each) => each.send(request, hop))
    }
  }
  const notify = (person: string, action: string): void =>
    tell(person, (contact) => serviceControl(contact, action, addresses.sip.tcp, dice))
  const refer = (person: string, inner: string): void =>
    tell(person, (contact) => remoteRequest(contact, inner, addresses.sip.tcp, dice))
  const join = (person: string): void => {
    const dialog = lines.dialogsOf(person).find(({ state }) => state === 'confirmed')
    const [phone] = registrar.contacts(person, realClock.now())
    if (dialog && phone) stranger.join(phone.uri, dialog)
  }
  const { promise: stopped, resolve: stop } = Promise.withResolvers<void>()
  const control = await openControl({
    record: () => recorder.read(),
    setFault: (name, value) => faults.set(name, value),
    clearFault: (name) => faults.clear(name),
    notify,
    refer,
    hold: (how) => stranger.hold(how),
    join,
    cut: (person) => xmpp.cut(person),
    inject: (stanza) => xmpp.inject(stanza),
    xmpp: (isGone) => (isGone ? xmpp.go() : xmpp.comeBack()),
    touch: (number, what, argument) => {
      desk.touch(number, what, argument)
      return desk.calls(number)
    },
    setRules: (direction, rules) => deployment.rules.set(direction, rules),
    calendar: (isGone) => (isGone ? calendar.go() : calendar.comeBack()),
    directory: (isGone) => (isGone ? directory.go() : directory.comeBack()),
    rooms: (isGone) => (isGone ? rooms.go() : rooms.comeBack()),
    putEvent: (person, ics) => (ics === undefined ? calendar.remove(person) : calendar.put(person, ics)),
    leaveVoice: (person, number) => void voicemail.leave(person, number === undefined ? {} : { from: { number } }),
    voicemail: (isGone) => (isGone ? voicemail.go() : voicemail.comeBack()),
    stop,
  })
  let closing: Promise<void> | undefined
  return {
    addresses: {
      ...addresses,
      xmpp: xmpp.addresses,
      calendar: calendar.address,
      directory: directory.addresses,
      voicemail: voicemail.addresses,
      bigbluebutton: bigbluebutton.address,
      rooms: rooms.address,
      csta: csta.addresses,
      uacsta: uacsta.addresses,
      ami: ami.address,
      ari: ari.address,
      ...deployment.addresses,
    },
    rules: deployment.rules,
    administrator: deployment.administrator,
    asked: () => deployment.asked(),
    ca: certificates.authority.ca,
    people: names.map((name) => ({
      name,
      settings: settingsOver(name, transport),
      signIn: deployment.signIn(name),
      xmpp: xmpp.settings(name),
      calendar: calendar.settings(name),
      directory: directory.settings(name),
      cards: calendar.bookSettings(name),
      voicemail: { ...voicemail.settings(name), ...phoneMail.settings },
      conferences: rooms.settings,
      desk: csta.settings(name),
    })),
    desk,
    csta,
    uacsta,
    ami,
    ari,
    xmpp,
    calendar,
    directory,
    cards: { put: calendar.putCard, remove: calendar.removeCard },
    voicemail,
    bigbluebutton,
    rooms,
    control: control.path,
    stopped,
    settingsOver,
    record: () => recorder.read(),
    notify,
    refer,
    hold: (how) => stranger.hold(how),
    join,
    mailbox: light,
    voicemailWeb: phoneMail.web,
    go: () => server.go(),
    comeBack: () => server.comeBack(),
    setFault: (name, value) => faults.set(name, value),
    clearFault: (name) => faults.clear(name),
    close: () => {
      closing ??= (async () => {
        await Promise.all([
          ...servers.map((each) => each.close()),
          phone.close(),
          lines.close(),
          focus.close(),
          stranger.close(),
          desk.close(),
          csta.close(),
          uacsta.close(),
          ami.close(),
          ari.close(),
          relay.close(),
          control.close(),
          deployment.close(),
          xmpp.close(),
          calendar.close(),
          directory.close(),
          voicemail.close(),
          phoneMail.close(),
          bigbluebutton.close(),
          rooms.close(),
        ])
      })()
      return closing
    },
  }
}

const portOf = (address: string): number => Number(address.split(':').at(-1))
