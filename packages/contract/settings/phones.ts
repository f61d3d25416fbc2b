// Settings of the person's phones: which one acts, and the one on the desk.
import { z } from 'zod'
import { secret, setting } from './entry.ts'

export const phoneSettings = {
  'phones.use': setting({
    doc: 'The address of the phone that acts for the person, as phones.use has chosen it; the first that is ready unless said.',
    since: '0.1',
    schema: z.string().min(1).max(1024),
    applies: 'now',
  }),
  'phones.inStep': setting({
    doc: 'Whether forwarding of all calls and do not disturb of the soft phone and of the phone on the desk follow each other, set here or by hand at the phone.',
    since: '0.1',
    schema: z.boolean(),
    default: true,
    applies: 'now',
  }),
  'deskPhone.via': setting({
    doc: 'What the phone on the desk is controlled by: csta (ECMA-323 over TCP), uacsta (the same in a dialog of SIP: ECMA TR/87), ami (the manager interface of Asterisk), ari (its REST interface), sip (no server does: the phone itself is asked, by the registration of the soft phone), remotecc (the same, in the way of Cisco’s call managers), or the name of an adapter of `adapters`.',
    since: '0.1',
    schema: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/),
    default: 'none',
    applies: 'sign-in',
  }),
  'deskPhone.servers': setting({
    doc: 'The servers that control the phone on the desk, best first: host:port. A string is a list of one.',
    since: '0.1',
    schema: z.union([
      z
        .string()
        .min(1)
        .max(512)
        .transform((one) => [one]),
      z.array(z.string().min(1).max(512)).min(1).max(16),
    ]),
    applies: 'sign-in',
  }),
  'deskPhone.line': setting({
    doc: 'The line of the phone on the desk, as its server calls it: 1001, tel:1001;phone-context=dialstring, or PJSIP/1001.',
    since: '0.1',
    schema: z.string().min(1).max(512),
    applies: 'sign-in',
  }),
  'deskPhone.number': setting({
    doc: 'What is dialled to reach the phone on the desk: a call that is moved there is sent to it.',
    since: '0.1',
    schema: z.string().min(1).max(256),
    applies: 'sign-in',
  }),
  'deskPhone.user': setting({
    doc: 'Who signs in at that server; user.name unless said.',
    since: '0.1',
    schema: z.string().min(1).max(256),
    applies: 'sign-in',
  }),
  'deskPhone.password': setting({
    doc: 'The password there, or {"env": NAME} to read it from an environment variable; user.password unless said.',
    since: '0.1',
    schema: secret,
    secret: true,
    applies: 'sign-in',
  }),
  'deskPhone.tls': setting({
    doc: 'Whether that server is spoken to over TLS.',
    since: '0.1',
    schema: z.boolean(),
    default: false,
    applies: 'sign-in',
  }),
  'deskPhone.tls.ca': setting({
    doc: 'Certificates of the authorities to trust: a file’s path or PEM text. The system’s own unless said.',
    since: '0.1',
    schema: z.string().max(1_000_000),
    applies: 'sign-in',
  }),
  'deskPhone.tls.verify': setting({
    doc: 'How its certificate is checked: full; pinned (exactly the certificate in deskPhone.tls.ca); off (not at all: anybody in between can listen).',
    since: '0.1',
    schema: z.enum(['full', 'pinned', 'off']),
    default: 'full',
    applies: 'sign-in',
  }),
  'deskPhone.csta.edition': setting({
    doc: 'The edition of ECMA-323 that is written; what is read may be of any.',
    since: '0.1',
    schema: z.enum(['ed2', 'ed3', 'ed4', 'ed5', 'ed6']),
    default: 'ed3',
    applies: 'sign-in',
  }),
  'deskPhone.csta.session': setting({
    doc: 'Whether an application session (ECMA-354) is begun first: auto begins one, and goes on without where the server knows none.',
    since: '0.1',
    schema: z.enum(['auto', 'always', 'never']),
    default: 'auto',
    applies: 'sign-in',
  }),
  'deskPhone.own': setting({
    doc: 'What an adapter of `adapters` is told beside that: names of its own, each with a text, a number or a switch.',
    since: '0.1',
    schema: z.record(z.string().min(1).max(128), z.union([z.string().max(4096), z.number(), z.boolean()])),
    default: {},
    applies: 'sign-in',
  }),
  adapters: setting({
    doc: 'Files of adapters that are loaded, for phones or to write down voice messages, each a module of its own: absolute paths. They run with all that the core may: nobody else may write to them. Only the person’s own file and policy are heard.',
    since: '0.1',
    schema: z.array(z.string().min(1).max(4096)).max(16),
    default: [],
    ofPerson: true,
    applies: 'sign-in',
  }),
  'deskPhone.uacsta.gateway': setting({
    doc: 'The SIP address of the gateway that takes uaCSTA, where it is not just that of the server: sip:rcc@example.com.',
    since: '0.1',
    schema: z
      .string()
      .max(512)
      .regex(/^sips?:[^\s<>"]+$/),
    applies: 'sign-in',
  }),
  'deskPhone.uacsta.transport': setting({
    doc: 'What uaCSTA goes over where deskPhone.tls is off; a server given as a SIP address says it itself.',
    since: '0.1',
    schema: z.enum(['tcp', 'udp']),
    default: 'tcp',
    applies: 'sign-in',
  }),
  'deskPhone.uacsta.realms': setting({
    doc: 'Realms that deskPhone.password is for; the first that each server names unless said.',
    since: '0.1',
    schema: z.array(z.string().min(1).max(256)).max(16),
    applies: 'sign-in',
  }),
  'door.uacsta.port': setting({
    doc: 'The port on 127.0.0.1 at which other programs may control the person’s phones by uaCSTA (ECMA TR/87), over UDP and TCP; 0 for any that is free, which health tells. Nobody can unless said.',
    since: '0.1',
    schema: z.number().int().min(0).max(65_535),
    ofPerson: true,
    applies: 'sign-in',
  }),
  'door.uacsta.password': setting({
    doc: 'What they prove (digest, under any name), or {"env": NAME}; without it nothing is opened.',
    since: '0.1',
    schema: secret,
    ofPerson: true,
    secret: true,
    applies: 'sign-in',
  }),
  'deskPhone.sip.dial': setting({
    doc: 'How a phone that is asked over SIP is had to call: call-then-refer (it is called, answers by itself, and is sent on from there); refer (it is asked outside of any call, RFC 3515).',
    since: '0.1',
    schema: z.enum(['call-then-refer', 'refer']),
    default: 'call-then-refer',
    applies: 'sign-in',
  }),
  'deskPhone.sip.end': setting({
    doc: 'How a phone that is asked over SIP is had to end a call: no (it cannot be); replace (its call is taken over and ended, RFC 3891); refer (by a REFER for a BYE, RFC 3515, RFC 4538).',
    since: '0.1',
    schema: z.enum(['no', 'replace', 'refer']),
    default: 'no',
    applies: 'sign-in',
  }),
  'deskPhone.sip.events': setting({
    doc: 'Whether the phone answers, holds and resumes when it is sent the events talk and hold.',
    since: '0.1',
    schema: z.boolean(),
    default: false,
    applies: 'sign-in',
  }),
  'deskPhone.remotecc.line': setting({
    doc: 'By which of its lines the phone calls.',
    since: '0.1',
    schema: z.number().int().min(1).max(99),
    default: 1,
    applies: 'sign-in',
  }),
  'deskPhone.remotecc.answer': setting({
    doc: 'The element that has the phone answer: it is documented nowhere.',
    since: '0.1',
    schema: z.string().regex(/^[a-z]{1,64}$/),
    default: 'answercallreq',
    applies: 'sign-in',
  }),
  'deskPhone.ami.context': setting({
    doc: 'The context of the dial plan that calls of the phone on the desk are made in. The user there needs read=call,dialplan and write=call,originate,reporting.',
    since: '0.1',
    schema: z.string().regex(/^[\w.-]{1,80}$/),
    default: 'default',
    applies: 'sign-in',
  }),
  'deskPhone.ami.autoAnswer': setting({
    doc: 'Whether the phone is asked to answer by itself (Call-Info: answer-after=0) when a call is made for it; where it does not, it rings until it is picked up.',
    since: '0.1',
    schema: z.boolean(),
    default: true,
    applies: 'sign-in',
  }),
  'deskPhone.ami.mailbox': setting({
    doc: 'The mailbox whose new messages the phone on the desk shows: 1001@default.',
    since: '0.1',
    schema: z.string().regex(/^[\w.+-]{1,80}(@[\w.-]{1,80})?$/),
    applies: 'sign-in',
  }),
  'deskPhone.ami.conference': setting({
    doc: 'The context of the dial plan in which calls of the phone on the desk are brought together, as docs/guide/desk-phones.md has it; without it they cannot be.',
    since: '0.1',
    schema: z.string().regex(/^[\w.-]{1,80}$/),
    applies: 'sign-in',
  }),
  'deskPhone.ari.context': setting({
    doc: 'The context of Asterisk’s dial plan in which what the phone on the desk dials is looked for.',
    since: '0.1',
    schema: z.string().regex(/^[\w.-]{1,80}$/),
    default: 'default',
    applies: 'sign-in',
  }),
  'deskPhone.ari.acts': setting({
    doc: 'The context of Asterisk’s dial plan with the acts for which ARI has no request, as docs/guide/desk-phone-ari.md has it.',
    since: '0.1',
    schema: z.string().regex(/^[\w.-]{1,80}$/),
    default: 'desk-acts',
    applies: 'sign-in',
  }),
  'deskPhone.ari.conference': setting({
    doc: 'The context of Asterisk’s dial plan with the rooms in which calls of the phone on the desk are brought together, as docs/guide/desk-phone-ari.md has it; without it there are none.',
    since: '0.1',
    schema: z.string().regex(/^[\w.-]{1,80}$/),
    applies: 'sign-in',
  }),
} as const
