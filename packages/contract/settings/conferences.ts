// Settings of web conferences: the servers of each kind.
import { z } from 'zod'
import { secret, setting } from './entry.ts'

const texts = (one: z.ZodType<string, string>) =>
  z.union([one.transform((single) => [single]), z.array(one).min(1).max(16)])
const here = /^(localhost|127(\.\d+){3}|\[::1\])$/
/** A secret goes over TLS, or to this machine. */
const url = (safe: string, bare: string) =>
  z
    .url()
    .max(2048)
    .refine(
      (text) => {
        if (!URL.canParse(text)) return false
        const { protocol, hostname, username, password } = new URL(text)
        return (protocol === safe || (protocol === bare && here.test(hostname))) && username === '' && password === ''
      },
      { error: `${safe}, or ${bare} on this machine, and no password in it` },
    )

const set = <const T extends z.ZodType>(doc: string, schema: T) =>
  setting({ doc, since: '0.1', schema, applies: 'sign-in' })
const hidden = <const T extends z.ZodType>(doc: string, schema: T) => ({ ...set(doc, schema), secret: true as const })

export const conferenceSettings = {
  'conferences.janus.servers': set(
    'Servers with Janus’s VideoRoom over WebSocket, best first: wss://rooms.example.com/janus. A string is a list of one.',
    texts(url('wss:', 'ws:')),
  ),
  'conferences.janus.secret': hidden('What every request bears (api_secret), or {"env": NAME}.', secret),
  'conferences.janus.adminKey': hidden('What making a room needs (admin_key), or {"env": NAME}.', secret),
  'conferences.bigbluebutton.servers': set(
    'BigBlueButton servers, best first: https://bbb.example.com/bigbluebutton.',
    texts(url('https:', 'http:')),
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
    texts(url('https:', 'http:')),
  ),
  'conferences.jitsi.application': set(
    'The application’s id of its tokens (iss); without it links bear none.',
    z.string().max(256),
  ),
  'conferences.jitsi.secret': hidden('The secret that its tokens are signed by (HS256), or {"env": NAME}.', secret),
  'conferences.webex.servers': setting({
    doc: 'The Webex REST API’s servers, best first.',
    since: '0.1',
    schema: texts(url('https:', 'http:')),
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
