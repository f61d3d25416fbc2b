// Settings of the person's calendar, which presence is told of.
import { z } from 'zod'
import { serverAddresses } from './address.ts'
import { secret, setting } from './entry.ts'

export const calendarSettings = {
  'calendar.servers': setting({
    doc: 'The servers of the person’s calendar (CalDAV, RFC 4791), best first: https://calendar.example.com, or the address of the person’s calendars or of one of them there. A string is a list of one.',
    since: '0.1',
    schema: serverAddresses('https:', 'http:'),
    applies: 'sign-in',
  }),
  'calendar.user': setting({
    doc: 'The name at the calendar’s server; the name of user.name unless said.',
    since: '0.1',
    schema: z.string().min(1).max(256),
    applies: 'sign-in',
  }),
  'calendar.password': setting({
    doc: 'The password, or {"env": NAME} to read it from an environment variable; user.password unless said.',
    since: '0.1',
    schema: secret,
    secret: true,
    applies: 'sign-in',
  }),
  'calendar.tls.ca': setting({
    doc: 'Certificates of the authorities to trust: a file’s path or PEM text. The system’s own unless said.',
    since: '0.1',
    schema: z.string().max(1_000_000),
    applies: 'sign-in',
  }),
  'calendar.tls.verify': setting({
    doc: 'How the server’s certificate is checked: full; pinned (exactly the certificate in calendar.tls.ca); off (not at all: anybody in between can listen).',
    since: '0.1',
    schema: z.enum(['full', 'pinned', 'off']),
    default: 'full',
    applies: 'sign-in',
  }),
  'calendar.pollS': setting({
    doc: 'How often it is asked whether the calendar has changed, in seconds. What begins and ends meanwhile is known before.',
    since: '0.1',
    schema: z.number().int().min(5).max(86_400),
    default: 60,
    applies: 'now',
  }),
  'calendar.meetings': setting({
    doc: 'What a meeting makes of the person, for others to see; none: the calendar is not looked at.',
    since: '0.1',
    schema: z.enum(['in-a-meeting', 'busy', 'do-not-disturb', 'none']),
    default: 'in-a-meeting',
    applies: 'now',
  }),
} as const
