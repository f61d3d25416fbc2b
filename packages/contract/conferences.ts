// Web conferences: rooms on a server in which people hear and see one another. What joins calls of one phone is `calls.conference`.
import { z } from 'zod'
import { ContactAddress } from './contacts.ts'
import { ApplicationId, CallId, ConnectionId, ErrorValue, RequestId, Time, WebConferenceId } from './values.ts'
import { change, method, service } from './vocabulary.ts'

export const conferenceKinds = ['janus', 'bigbluebutton', 'jitsi', 'webex'] as const

export const ConferenceMember = z
  .object({
    /** As the server names them within this conference. */
    member: z.string().max(256),
    /** Text from others: never markup. */
    name: z.string(),
    self: z.boolean(),
    /** They may mute others and end it. */
    host: z.boolean(),
    muted: z.boolean(),
    talking: z.boolean(),
    camera: z.boolean(),
    screen: z.boolean(),
  })
  .describe('Somebody in a web conference, as far as its server tells.')
export type ConferenceMember = z.output<typeof ConferenceMember>

export const WebConference = z
  .object({
    conference: WebConferenceId,
    kind: z.enum(conferenceKinds),
    /** Text from others where others made it. */
    subject: z.string(),
    /** creating; ready: can be joined; joined: the person is in it here; left; ended: for all. `error` says why where it was not wanted. */
    state: z.enum(['creating', 'ready', 'joined', 'left', 'ended']),
    /** Who asked the person into it, where somebody did. */
    from: ContactAddress.optional(),
    /** inside: a page of ours carries its sound and pictures by `publish`; browser: it is a page of its server's own, at the address that `join` gives. */
    where: z.enum(['inside', 'browser']),
    /** What others join it by. It may hold a password: it is shown to who may join. */
    invitation: z.string().optional(),
    /** A telephone number by which it is reached, and the code that is asked there. */
    dialIn: z.object({ number: z.string(), code: z.string().optional() }).optional(),
    members: z.array(ConferenceMember),
    can: z.array(z.enum(['join', 'invite', 'mute-others', 'drop', 'end'])),
    createdAt: Time,
    error: ErrorValue.optional(),
  })
  .describe('A web conference that the person has made, was asked into, or is in.')
export type WebConference = z.output<typeof WebConference>

export const ScheduledConference = z
  .object({
    /** Names the event in the calendar. */
    event: z.string(),
    subject: z.string(),
    startsAt: Time,
    endsAt: Time,
    /** What `join` takes. Only addresses of https, and of the person’s own conference servers. */
    invitation: z.string(),
  })
  .describe('A meeting of the calendar that names a web conference.')
export type ScheduledConference = z.output<typeof ScheduledConference>

const example = { conference: 'webconference_AAAAAAAAAAAAAAAAAAAAAA' }
const about = z.object({ conference: WebConferenceId })
const member = about.extend({ member: ConferenceMember.shape.member })
const errors = [
  'conference-unknown',
  'conference-unavailable',
  'conference-refused-by-server',
  'server-silent',
] as const

export const conferences = service({
  doc: 'Web conferences: made, joined, and brought to others by chat, whichever server holds them.',
  perSession: true,
  watched: {
    scope: 'conferences.read',
    state: z.object({
      conferences: z.array(WebConference).describe('And those that were left or ended in the last ten minutes.'),
      scheduled: z.array(ScheduledConference).describe('Of the next two days, the soonest first.'),
      /** The kinds that settings name a server for: what `create` can make, the first one unless it is told. */
      kinds: z.array(z.enum(conferenceKinds)),
    }),
    changes: {
      conference: change({
        doc: 'A web conference is new or has changed; `conference` is the whole of it.',
        since: '0.1',
        payload: z.object({ conference: WebConference }),
      }),
      removed: change({ doc: 'One that is over is forgotten; history has it.', since: '0.1', payload: about }),
      scheduled: change({
        doc: 'What the calendar has of conferences has changed.',
        since: '0.1',
        payload: z.object({ scheduled: z.array(ScheduledConference) }),
      }),
      kinds: change({
        doc: 'Settings name other servers.',
        since: '0.1',
        payload: z.object({ kinds: z.array(z.enum(conferenceKinds)) }),
      }),
      offered: change({
        doc: 'For the application that has joined: a member’s sound or picture can be had. Make an answer and give it to `answer`. The same connection again: it has changed.',
        since: '0.1',
        payload: about.extend({
          application: ApplicationId,
          connection: ConnectionId,
          member: ConferenceMember.shape.member,
          what: z.enum(['camera', 'screen']).describe('camera: also of a microphone alone.'),
          offer: z.string(),
        }),
      }),
      withdrawn: change({
        doc: 'A connection is over: the member has gone, or shows nothing any more.',
        since: '0.1',
        payload: about.extend({ application: ApplicationId, connection: ConnectionId }),
      }),
    },
  },
  methods: {
    create: method({
      doc: 'Make a web conference, and ask people into it by chat. Answers when it can be joined.',
      since: '0.1',
      scope: 'conferences.use',
      params: z.object({
        subject: z.string().max(256).default(''),
        kind: z.enum(conferenceKinds).optional(),
        invite: z.array(ContactAddress).max(100).default([]),
        call: CallId.optional().describe('The other side of this call is asked, too, where it is a contact.'),
        requestId: RequestId,
      }),
      result: about,
      errors: ['conference-no-server', 'call-unknown', ...errors],
      example: { subject: 'Lunch', invite: ['bob@example.com'], requestId: '1' },
    }),
    invite: method({
      doc: 'Ask people into it by chat: they get the invitation as a message that a face shows with a button (XEP-0482), and any other client as an address.',
      since: '0.1',
      scope: 'conferences.use',
      params: about.extend({ to: z.array(ContactAddress).min(1).max(100), requestId: RequestId }),
      result: z.object({}),
      errors: ['chat-unavailable', ...errors],
      example: { ...example, to: ['bob@example.com'], requestId: '1' },
    }),
    join: method({
      doc: 'Go into a conference: one of the list, or by an invitation. Of one that is a page of its server’s own, `open` is the person’s address of that page, to be opened and shown to nobody.',
      since: '0.1',
      scope: 'conferences.use',
      params: z.object({
        conference: WebConferenceId.optional(),
        invitation: z.string().max(4096).optional(),
        name: z.string().max(256).optional().describe('As others see the person there; their own name unless said.'),
        requestId: RequestId,
      }),
      result: about.extend({ open: z.string().optional() }),
      errors: ['conference-invitation-unusable', 'conference-full', 'conference-elsewhere', ...errors],
      example: { ...example, requestId: '1' },
    }),
    publish: method({
      doc: 'Give the conference a page’s microphone, camera or screen by WebRTC; both descriptions are whole. The same connection again changes what it carries. A screen is a connection of its own.',
      since: '0.1',
      scope: 'conferences.use',
      params: about.extend({
        what: z.enum(['camera', 'screen']).default('camera').describe('camera: also of a microphone alone.'),
        offer: z.string().max(65_536),
      }),
      result: z.object({ connection: ConnectionId, answer: z.string() }),
      errors: ['conference-not-joined', 'conference-full', ...errors],
      example: { ...example, offer: 'v=0\r\n…' },
    }),
    unpublish: method({
      doc: 'Take back what a connection carries: stop showing the screen. Repeating it is harmless.',
      since: '0.1',
      scope: 'conferences.use',
      params: about.extend({ connection: ConnectionId }),
      result: z.object({}),
      errors: ['conference-unknown'],
      example: { ...example, connection: 'connection_AAAAAAAAAAAAAAAAAAAAAA' },
    }),
    answer: method({
      doc: 'The answer to an `offered`.',
      since: '0.1',
      scope: 'conferences.use',
      params: about.extend({ connection: ConnectionId, answer: z.string().max(65_536) }),
      result: z.object({}),
      errors: ['conference-not-joined', ...errors],
      example: { ...example, connection: 'connection_AAAAAAAAAAAAAAAAAAAAAA', answer: 'v=0\r\n…' },
    }),
    show: method({
      doc: 'Tell the others how the person’s own sound and camera stand: the page has muted itself already.',
      since: '0.1',
      scope: 'conferences.use',
      params: about.extend({ muted: z.boolean().optional(), camera: z.boolean().optional() }),
      result: z.object({}),
      errors: ['conference-not-joined', ...errors],
      example: { ...example, muted: true },
    }),
    mute: method({
      doc: 'Have the server let nobody hear a member.',
      since: '0.1',
      scope: 'conferences.use',
      params: member.extend({ muted: z.boolean() }),
      result: z.object({}),
      errors: ['conference-member-unknown', 'conference-not-possible', ...errors],
      example: { ...example, member: '1', muted: true },
    }),
    drop: method({
      doc: 'Remove a member.',
      since: '0.1',
      scope: 'conferences.use',
      params: member,
      result: z.object({}),
      errors: ['conference-member-unknown', 'conference-not-possible', ...errors],
      example: { ...example, member: '1' },
    }),
    leave: method({
      doc: 'Go out of it. The others stay. Repeating it is harmless.',
      since: '0.1',
      scope: 'conferences.use',
      params: about,
      result: z.object({}),
      errors: ['conference-unknown'],
      example,
    }),
    end: method({
      doc: 'End it for all.',
      since: '0.1',
      scope: 'conferences.use',
      params: about,
      result: z.object({}),
      errors: ['conference-not-possible', ...errors],
      example,
    }),
  },
})
