// Settings of web conferences: the servers of each kind.
import { z } from 'zod'
import { serverAddresses } from './address.ts'
import { secret, setting } from './entry.ts'

const set = <const T extends z.ZodType>(doc: string, schema: T) =>
  setting({ doc, since: '0.1', schema, applies: 'sign-in' })
const hidden = <const T extends z.ZodType>(doc: string, schema: T) => ({ ...set(doc, schema), secret: true as const })

export const conferenceSettings = {
  'conferences.janus.servers': set(
    'Servers with Janus’s VideoRoom over WebSocket, best first: wss://rooms.example.com/janus. A string is a list of one.',
    serverAddresses('wss:', 'ws:'),
  ),
  'conferences.janus.secret': hidden('What every request bears (api_secret), or {"env": NAME}.', secret),
  'conferences.janus.adminKey': hidden('What making a room needs (admin_key), or {"env": NAME}.', secret),
  'conferences.bigbluebutton.servers': set(
    'BigBlueButton servers, best first: https://bbb.example.com/bigbluebutton.',
    serverAddresses('https:', 'http:'),
  ),
  'conferences.bigbluebutton.secret': hidden('The shared secret of its API, or {"env": NAME}.', secret),
  'conferences.bigbluebutton.checksum': setting({
    doc: 'The hash of its API’s checksums.',
    since: '0.1',
    schema: z.enum(['sha1', 'sha256', 'sha384', 'sha512']),
    default: 'sha256',
    applies: 'sign-in',
  }),
  'conferences.jitsi.servers': set(
    'Jitsi Meet servers, best first: https://meet.example.com.',
    serverAddresses('https:', 'http:'),
  ),
  'conferences.jitsi.application': set(
    'The application’s id of its tokens (iss); without it links bear none.',
    z.string().max(256),
  ),
  'conferences.jitsi.secret': hidden('The secret that its tokens are signed by (HS256), or {"env": NAME}.', secret),
  'conferences.webex.servers': setting({
    doc: 'The Webex REST API’s servers, best first.',
    since: '0.1',
    schema: serverAddresses('https:', 'http:'),
    default: ['https://webexapis.com/v1'] as string[],
    applies: 'sign-in',
  }),
  'conferences.webex.token': hidden(
    'The access token of the Webex REST API, or {"env": NAME}; without it Webex is not used.',
    secret,
  ),
  'conferences.tls.ca': set(
    'Certificates of the authorities to trust: a file’s path or PEM text. The system’s own unless said.',
    z.string().max(1_000_000),
  ),
  'conferences.tls.verify': setting({
    doc: 'How the servers’ certificates are checked: full; pinned (exactly the certificate in conferences.tls.ca); off (not at all).',
    since: '0.1',
    schema: z.enum(['full', 'pinned', 'off']),
    default: 'full',
    applies: 'sign-in',
  }),
} as const
